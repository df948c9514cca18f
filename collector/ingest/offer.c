#include "ingest/offer.h"

#include <inttypes.h>
#include <stdio.h>

#include "drift/rendering.h"
#include "ingest/pages.h"
#include "ingest/refusal.h"
#include "ingest/reply.h"
#include "schema/node.h"
#include "store/nodes.h"
#include "track/recording.h"

enum { RECORD_MEMORY = 4 * 1024 * 1024, MESSAGE_SIZE = 160 };

/* An offer and whose it is. */
struct bid {
    struct conversation *conversation;
    struct session *session;
    struct session_target *target;
    const Wire__Offer *offer;
    struct hash root;
};

static struct bid bid_of(struct conversation *conversation, const struct upload *upload)
{
    struct session *session = roster_find(&conversation->roster, upload->agent)->session;

    return (struct bid){conversation, session, &session->targets[upload->target], upload->offer, upload->root};
}

static struct upload_tools tools_of(const struct conversation *conversation)
{
    return (struct upload_tools){conversation->database, conversation->hasher, conversation->settings.snapshot_limit};
}

static enum error_code refuse(const struct bid *bid, enum reject_code code, const char *message, struct error *error)
{
    return refuse_offer(bid->conversation, bid->session, bid->target, bid->offer->seq, code, message, error);
}

/* Something failed before there was a promise: by the offer's fault, or the store's, which is the batch's end. */
static enum error_code refuse_failure(const struct bid *bid, struct error *error)
{
    enum reject_code code = refusal_code(error->code);
    struct error why = *error;
    const char *words;

    if (code != REJECT_NONE)
        return refuse(bid, code, why.message, error);
    words = refusal_of_store(why.code, &code);
    if (refuse(bid, code, words, error) == ERROR_NONE)
        *error = why;
    return error->code;
}

static enum error_code refuse_full(const struct bid *bid, struct error *error)
{
    enum reject_code code;
    const char *words = refusal_of_store(ERROR_FULL, &code);

    return refuse(bid, code, words, error);
}

/* ---- recording ---- */

static enum error_code read_renames(const Wire__Offer *offer, struct arena *arena, struct lineage *ret_lineage,
                                    struct error *error)
{
    struct rename *renames = arena_array(arena, offer->n_renames, sizeof *renames);

    if (renames == NULL)
        return arena_error(arena, error, "recording a snapshot");
    for (size_t i = 0; i < offer->n_renames; i++) {
        const Wire__Rename *rename = offer->renames[i];

        renames[i] = (struct rename){.kind = (enum kind)rename->kind,
                                     .object_kind = (enum kind)rename->object_kind,
                                     .owner = message_text(rename->owner),
                                     .object = message_text(rename->object),
                                     .renamed_from = message_text(rename->renamed_from)};
        if (!rename_is_valid(&renames[i]))
            return error_set(error, ERROR_CORRUPT, "a rename makes no sense");
    }
    *ret_lineage = (struct lineage){renames, offer->n_renames};
    return ERROR_NONE;
}

/* How many snapshots are missing between the last one and this. */
static uint64_t hole_before(const struct bid *bid)
{
    return bid->offer->seq - bid->target->last_seq - 1;
}

static struct snapshot_row row_of(const struct bid *bid)
{
    const Wire__Offer *offer = bid->offer;
    int64_t now = bid->conversation->moment.now;
    struct snapshot_row row = {.target = bid->target->target,
                               .root = bid->root,
                               .taken_at = offer->taken_at < now ? offer->taken_at : now, /* clocks run ahead */
                               .received_at = now,
                               .agent = bid->session->agent,
                               .seq = offer->seq,
                               .server_version = message_text(offer->server_version),
                               .reference = message_text(offer->reference),
                               .lost = hole_before(bid),
                               .capture = offer->has_captured && offer->captured};

    memcpy(row.incarnation, bid->session->incarnation, INCARNATION_SIZE);
    if (row.lost > 0)
        row.lost_reason = message_text(offer->gap->reason);
    return row;
}

/* Whether the target is in this state already: an agent with a new outbox, or one that took the target over, offers
 * what is known. After a gap it is news even so: it was different in between; and so it is when a server of another
 * major version says it. `ret_newest` gets the number of the snapshot that says the same, and is left alone otherwise.
 */
static enum error_code is_newest(const struct bid *bid, struct arena *arena, int64_t *ret_newest, struct error *error)
{
    struct snapshot_row newest;
    enum error_code code = snapshots_newest(bid->conversation->database, bid->target->target, arena, &newest, error);

    if (code == ERROR_NONE && hole_before(bid) == 0 && hash_equal(&newest.root, &bid->root) &&
        rendering_is_same(newest.engine, newest.server_version, message_text(bid->offer->server_version)))
        *ret_newest = newest.id;
    return code == ERROR_NOT_FOUND ? ERROR_NONE : code;
}

/* The target is in this state already: what was captured is kept with the snapshot that says so. */
static enum error_code attach_statements(const struct bid *bid, int64_t snapshot, const struct recording *recording,
                                         struct error *error)
{
    struct database *database = bid->conversation->database;

    for (size_t i = 0; i < recording->ddl_event_count; i++) {
        struct ddl_event_row event = recording->ddl_events[i];

        event.target = bid->target->target;
        event.snapshot = snapshot;
        if (ddl_events_add(database, &event, NULL, error) != ERROR_NONE)
            return error->code;
    }
    return targets_set_last_seq(database, bid->session->agent, bid->session->incarnation, bid->target->target,
                                bid->offer->seq, error);
}

/* The agent was heard; and whether an operator has forgotten the target meanwhile. */
static enum error_code see_target(const struct bid *bid, bool *ret_forgotten, struct error *error)
{
    struct target_sighting sighting = {.target = bid->target->target,
                                       .agent = bid->session->agent,
                                       .state = bid->target->state,
                                       .reason = text_from(bid->target->reason),
                                       .heard_at = bid->session->heard_at};
    enum error_code code = targets_saw(bid->conversation->database, &sighting, error);

    *ret_forgotten = code == ERROR_NOT_FOUND;
    return code;
}

/* Inside the savepoint. `upload` is NULL when the root is stored, and no statements came. */
static enum error_code write_snapshot(const struct bid *bid, struct upload *upload, int64_t *ret_snapshot,
                                      struct error *error)
{
    struct conversation *conversation = bid->conversation;
    struct recording recording = {.snapshot = row_of(bid),
                                  .memory_limit = conversation->settings.memory_limit,
                                  .correlator = conversation->correlator};
    CLEANUP(arena_free) struct arena arena, statements;
    int64_t newest = 0;

    arena_init(&arena, RECORD_MEMORY);
    arena_init(&statements, conversation->settings.memory_limit);
    if (read_renames(bid->offer, &arena, &recording.renames, error) != ERROR_NONE ||
        (upload != NULL && pages_read(upload, &statements, &recording, error) != ERROR_NONE) ||
        is_newest(bid, &arena, &newest, error) != ERROR_NONE)
        return error->code;
    *ret_snapshot = 0;
    if (newest != 0)
        return attach_statements(bid, newest, &recording, error);
    if (upload != NULL && upload_write(upload, conversation->database, error) != ERROR_NONE)
        return error->code;
    return recording_store(conversation->database, &recording, ret_snapshot, error);
}

struct outcome {
    int64_t snapshot; /* its number; 0: the target was in this state already */
    bool forgotten;
};

/* What fails takes nothing else of the batch with it. */
static enum error_code write_in_savepoint(const struct bid *bid, struct upload *upload, struct outcome *outcome,
                                          struct error *error)
{
    struct conversation *conversation = bid->conversation;

    if (batch_begin(&conversation->batch, conversation->moment.elapsed, error) != ERROR_NONE ||
        database_savepoint(conversation->database, error) != ERROR_NONE)
        return error->code;
    if (see_target(bid, &outcome->forgotten, error) == ERROR_NONE &&
        write_snapshot(bid, upload, &outcome->snapshot, error) == ERROR_NONE)
        return database_release(conversation->database, error);
    database_rollback_to_savepoint(conversation->database);
    if (conversation->correlator != NULL)
        correlator_forget(conversation->correlator);
    return error->code;
}

/* A fault of ours with this one snapshot must not keep others from being recorded. */
static enum error_code refuse_recording(const struct bid *bid, bool forgotten, struct error *error)
{
    struct conversation *conversation = bid->conversation;

    if (error->code == ERROR_FULL || error->code == ERROR_IO || !database_in_transaction(conversation->database))
        return error->code; /* the batch is lost, and the promise says so */
    batch_take_back(&conversation->batch);
    if (forgotten)
        return refuse_forgotten(conversation, bid->session, error);
    if (refusal_code(error->code) != REJECT_NONE)
        return refuse_failure(bid, error);
    log_failure(conversation->logger, "recording-failed", error, "the agent will offer the snapshot again");
    return refuse(bid, REJECT_BUSY, "the collector failed to record the snapshot", error);
}

static enum error_code record(const struct bid *bid, struct upload *upload, struct error *error)
{
    struct conversation *conversation = bid->conversation;
    struct promise promise = {.kind = PROMISE_ACK,
                              .agent = bid->session->agent,
                              .session = bid->session->number,
                              .target = (uint32_t)(bid->target - bid->session->targets),
                              .seq = bid->offer->seq,
                              .root = bid->root};
    struct outcome outcome = {0};

    if (batch_promise(&conversation->batch, &promise, error) != ERROR_NONE)
        return refuse_failure(bid, error);
    if (write_in_savepoint(bid, upload, &outcome, error) != ERROR_NONE)
        return refuse_recording(bid, outcome.forgotten, error);
    conversation->batch.promises[conversation->batch.count - 1].snapshot = outcome.snapshot;
    conversation->batch.recorded++;
    conversation->batch.bytes += upload == NULL ? 0 : upload->charged;
    bid->target->writing_seq = promise.seq;
    conversation_drop_upload(conversation, bid->target);
    return ERROR_NONE;
}

/* ---- offers ---- */

static enum error_code stage(const struct bid *bid, struct arena *arena, struct error *error)
{
    struct conversation *conversation = bid->conversation;
    struct upload *upload = NULL;

    if (upload_new(&upload, arena, bid->offer, &bid->root, error) != ERROR_NONE)
        return refuse_failure(bid, error);
    upload->agent = bid->session->agent;
    upload->target = (uint32_t)(bid->target - bid->session->targets);
    if (!staging_add(&conversation->staging, upload)) {
        enum error_code code = refuse(bid, REJECT_BUSY, "too many snapshots are on their way in", error);

        upload_free(upload); /* with the offer */
        return code;
    }
    bid->target->upload = upload;
    return ERROR_NONE;
}

static enum error_code take_offer(const struct bid *bid, struct arena *arena, struct error *error)
{
    bool known = false;

    if (nodes_know(bid->conversation->database, &bid->root, &known, error) != ERROR_NONE)
        return refuse_failure(bid, error);
    return known && bid->offer->n_statements == 0 ? record(bid, NULL, error) : stage(bid, arena, error);
}

/* One offer of a target at a time. The same again is a peer in a hurry; anything else makes no sense. */
static enum error_code while_busy(const struct bid *bid, struct error *error)
{
    uint64_t seq = bid->target->upload != NULL ? bid->target->upload->offer->seq : bid->target->writing_seq;

    if (bid->offer->seq != seq)
        return refuse_session(bid->conversation, bid->session, REJECT_PROTOCOL,
                              "an offer while another of the same target is under way", error);
    bid->conversation->counts.dropped++;
    return ERROR_NONE;
}

static enum error_code refuse_sequence(const struct bid *bid, struct error *error)
{
    char message[MESSAGE_SIZE];

    snprintf(message, sizeof message, "the next snapshot of this target is number %" PRIu64, bid->target->last_seq + 1);
    return refuse(bid, REJECT_SEQUENCE, message, error);
}

enum error_code offer_receive(struct conversation *conversation, struct session *session, const Wire__Offer *offer,
                              struct arena *arena, struct error *error)
{
    struct bid bid = {.conversation = conversation, .session = session, .offer = offer};
    uint64_t hole;

    if (offer->target >= session->count)
        return refuse_session(conversation, session, REJECT_PROTOCOL, "an offer of a target that was not named", error);
    bid.target = &session->targets[offer->target];
    if (bid.target->target == 0)
        return refuse(&bid, bid.target->code, "this target is not welcome in this session", error);
    if (bid.target->upload != NULL || bid.target->writing_seq != 0)
        return while_busy(&bid, error);
    if (offer->seq <= bid.target->last_seq) {
        reply_ack(conversation, session, offer->target, offer->seq);
        return ERROR_NONE;
    }
    hole = hole_before(&bid);
    if (hole > 0 && (offer->gap == NULL || offer->gap->lost < hole))
        return refuse_sequence(&bid, error);
    if (!conversation_may_write(conversation))
        return refuse_full(&bid, error);
    if (node_check(NODE_ROOT, message_text(offer->root_node), NULL, NULL, error) != ERROR_NONE)
        return refuse_failure(&bid, error);
    bid.root = hasher_digest(conversation->hasher, NODE_ROOT, message_text(offer->root_node));
    return take_offer(&bid, arena, error);
}

/* ---- uploads ---- */

static enum error_code finish(const struct bid *bid, struct upload *upload, struct error *error)
{
    struct conversation *conversation = bid->conversation;
    struct upload_tools tools = tools_of(conversation);

    if (upload->generation != conversation->generation) {
        upload->generation = conversation->generation;
        if (upload_look_again(upload, &tools, error) != ERROR_NONE)
            return refuse_failure(bid, error);
        if (!upload_is_whole(upload)) {
            staging_waits(&conversation->staging, upload);
            return ERROR_NONE;
        }
    }
    if (!conversation_may_write(conversation))
        return refuse_full(bid, error);
    return record(bid, upload, error);
}

static enum error_code ask(const struct bid *bid, struct upload *upload, struct error *error)
{
    struct conversation *conversation = bid->conversation;
    ProtobufCBinaryData hashes[WIRE_HASHES_LIMIT];
    size_t count;

    if (!staging_took(&conversation->staging, upload, 0, conversation->moment.elapsed))
        return refuse(bid, REJECT_BUSY, "too many snapshots are on their way in", error);
    if (upload_is_whole(upload))
        return finish(bid, upload, error);
    count = upload_ask(upload, hashes, LENGTH_OF(hashes));
    staging_asks(&conversation->staging, upload, conversation->moment.elapsed);
    reply_want(conversation, bid->session, upload, hashes, count);
    return ERROR_NONE;
}

enum error_code offer_go_on(struct conversation *conversation, struct upload *upload, struct error *error)
{
    struct bid bid = bid_of(conversation, upload);
    struct upload_tools tools = tools_of(conversation);
    bool known = false;

    if (upload->begun)
        return ask(&bid, upload, error);
    if (!conversation_may_write(conversation))
        return refuse_full(&bid, error);
    if (nodes_know(conversation->database, &upload->root, &known, error) != ERROR_NONE)
        return refuse_failure(&bid, error);
    if (known && upload->offer->n_statements == 0)
        return record(&bid, NULL, error);
    if (!known && !staging_leads(&conversation->staging, upload))
        return ERROR_NONE;
    upload->generation = conversation->generation;
    if (upload_begin(upload, known, &tools, error) != ERROR_NONE)
        return refuse_failure(&bid, error);
    return ask(&bid, upload, error);
}

static size_t bytes_in(const Wire__Nodes *nodes)
{
    size_t bytes = nodes->piece == NULL ? 0 : nodes->piece->bytes.len;

    for (size_t i = 0; i < nodes->n_nodes; i++)
        bytes += nodes->nodes[i]->bytes.len;
    return bytes;
}

static enum error_code take_nodes(const struct bid *bid, struct upload *upload, const Wire__Nodes *nodes,
                                  struct error *error)
{
    struct conversation *conversation = bid->conversation;
    struct upload_tools tools = tools_of(conversation);
    enum error_code code = upload_take(upload, nodes, &tools, error);
    struct error why = *error;

    if (code == ERROR_PROTOCOL)
        return refuse_session(conversation, bid->session, REJECT_PROTOCOL, why.message, error);
    if (code != ERROR_NONE)
        return refuse_failure(bid, error);
    if (!staging_took(&conversation->staging, upload, bytes_in(nodes), conversation->moment.elapsed))
        return refuse(bid, REJECT_BUSY, "too many snapshots are on their way in", error);
    if (upload_is_whole(upload))
        return finish(bid, upload, error);
    if (upload->asked == 0)
        staging_waits(&conversation->staging, upload);
    return ERROR_NONE;
}

enum error_code offer_receive_nodes(struct conversation *conversation, struct session *session,
                                    const Wire__Nodes *nodes, struct error *error)
{
    struct session_target *target = nodes->target < session->count ? &session->targets[nodes->target] : NULL;
    struct bid bid;

    if (target != NULL && target->upload != NULL && target->upload->offer->seq == nodes->seq) {
        bid = bid_of(conversation, target->upload);
        return take_nodes(&bid, target->upload, nodes, error);
    }
    if (target != NULL && target->ended_seq == nodes->seq) {
        conversation->counts.dropped++; /* sent before the agent heard that the offer was refused */
        return ERROR_NONE;
    }
    return refuse_session(conversation, session, REJECT_PROTOCOL, "nodes that were not asked for", error);
}

enum error_code offer_give_up(struct conversation *conversation, struct upload *upload, struct error *error)
{
    struct bid bid = bid_of(conversation, upload);

    return refuse(&bid, REJECT_INCOMPLETE, "the nodes that were asked for did not come in time", error);
}
