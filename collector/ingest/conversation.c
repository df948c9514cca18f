#include "ingest/conversation.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "ingest/heartbeat.h"
#include "ingest/hello.h"
#include "ingest/offer.h"
#include "ingest/refusal.h"
#include "ingest/reply.h"
#include "ingest/silence.h"
#include "ingest/tidings.h"
#include "track/correlator.h"

enum { MILLISECOND = 1000 };

const struct metric_buckets conversation_commit_buckets = {
    {1 * MILLISECOND, 2500, 5 * MILLISECOND, 10 * MILLISECOND, 25 * MILLISECOND, 50 * MILLISECOND, 100 * MILLISECOND,
     250 * MILLISECOND, 500 * MILLISECOND, 1000 * MILLISECOND, 2500 * MILLISECOND, 10000 * MILLISECOND},
    12};

static void conversation_cleanup(struct conversation **conversation)
{
    conversation_free(*conversation);
}

enum error_code conversation_new(struct conversation **ret_conversation, struct database *database,
                                 const struct conversation_exit *exit, struct logger *logger, struct error *error)
{
    CLEANUP(conversation_cleanup) struct conversation *conversation = mem_alloc(sizeof *conversation);

    if (conversation == NULL)
        return error_memory(error, "starting to hear agents");
    memset(conversation, 0, sizeof *conversation);
    conversation->database = database;
    conversation->batch.database = database;
    conversation->logger = logger;
    conversation->exit = *exit;
    conversation->sightings_at = INT64_MIN / 2;
    notices_init(&conversation->notices);
    buffer_init(&conversation->frame);
    if (hasher_new(&conversation->hasher, error) != ERROR_NONE)
        return error->code;
    *ret_conversation = conversation;
    conversation = NULL;
    return ERROR_NONE;
}

void conversation_free(struct conversation *conversation)
{
    if (conversation == NULL)
        return;
    for (size_t i = 0; i < conversation->roster.count; i++)
        if (conversation->roster.agents[i].session != NULL)
            conversation_end_session(conversation, conversation->roster.agents[i].session);
    database_rollback(conversation->database);
    batch_clear(&conversation->batch);
    roster_clear(&conversation->roster);
    buffer_clear(&conversation->frame);
    hasher_free(conversation->hasher);
    mem_free(conversation);
}

void conversation_configure(struct conversation *conversation, const struct conversation_settings *settings)
{
    int64_t stale_us = settings->stale_us != 0 ? settings->stale_us : conversation->settings.stale_us;

    conversation->settings = *settings;
    conversation->settings.stale_us = stale_us;
    conversation->staging.budget = settings->staging_limit;
    conversation->staging.upload_limit = settings->snapshot_limit;
}

void conversation_stale_after(struct conversation *conversation, int64_t stale_us)
{
    conversation->settings.stale_us = stale_us;
}

void conversation_correlate(struct conversation *conversation, struct correlator *correlator)
{
    conversation->correlator = correlator;
}

/* ---- sessions ---- */

void conversation_drop_upload(struct conversation *conversation, struct session_target *target)
{
    if (target->upload == NULL)
        return;
    staging_remove(&conversation->staging, target->upload);
    upload_free(target->upload);
    target->upload = NULL;
}

void conversation_end_session(struct conversation *conversation, struct session *session)
{
    struct roster_agent *agent = roster_find(&conversation->roster, session->agent);

    for (uint32_t i = 0; i < session->count; i++)
        conversation_drop_upload(conversation, &session->targets[i]);
    agent->heard_elapsed = session->heard_elapsed;
    agent->unstored = session->heard_at;
    agent->session = NULL;
    session_free(session);
    conversation->counts.sessions--;
}

static void log_gone(const struct conversation *conversation, const struct session *session, const char *reason)
{
    log_write(conversation->logger, LOG_LEVEL_INFO, "agent-gone",
              LOG_FIELDS(log_text("agent", roster_find(&conversation->roster, session->agent)->row->name),
                         log_string("reason", reason)));
}

/* Whether the agent's session goes on under the new list; if not it is told and ended. */
static enum error_code keep_session(struct conversation *conversation, struct roster_agent *agent,
                                    struct roster_agent *now, struct error *error)
{
    if (now == NULL || now->row->revoked_at != 0)
        return refuse_session(conversation, agent->session, REJECT_REVOKED, "this key is no longer welcome", error);
    if (!roster_same_rights(agent->row, now->row))
        return refuse_session(conversation, agent->session, REJECT_SESSION, "the rights of this key have changed",
                              error);
    now->session = agent->session;
    return ERROR_NONE;
}

static enum error_code change_roster(struct conversation *conversation, struct roster *roster, struct error *error)
{
    struct roster *old = &conversation->roster;

    for (size_t i = 0; i < old->count; i++) {
        struct roster_agent *now = roster_find(roster, old->agents[i].row->id);

        if (now != NULL) {
            now->left_at = old->agents[i].left_at;
            now->heard_elapsed = old->agents[i].heard_elapsed;
            now->unstored = old->agents[i].unstored;
        }
        if (old->agents[i].session != NULL && keep_session(conversation, &old->agents[i], now, error) != ERROR_NONE)
            return error->code;
    }
    roster_clear(old);
    *old = *roster;
    *roster = (struct roster){0};
    conversation->sightings_next = 0; /* places have changed */
    conversation->silence.is_known = true;
    return ERROR_NONE;
}

enum error_code conversation_load_agents(struct conversation *conversation, const struct moment *moment,
                                         const struct agent_row **ret_agents, size_t *ret_count, struct error *error)
{
    CLEANUP(roster_clear) struct roster roster = {0};

    conversation->moment = *moment;
    if (roster_load(&roster, conversation->database, error) != ERROR_NONE ||
        change_roster(conversation, &roster, error) != ERROR_NONE)
        return error->code;
    *ret_agents = conversation->roster.rows;
    *ret_count = conversation->roster.count;
    return ERROR_NONE;
}

void conversation_visit(const struct conversation *conversation,
                        void (*visit)(void *context, const struct session *session), void *context)
{
    for (size_t i = 0; i < conversation->roster.count; i++)
        if (conversation->roster.agents[i].session != NULL)
            visit(context, conversation->roster.agents[i].session);
}

/* ---- hearing ---- */

/* A peer gets one answer to each kind of mistake, not one to each. */
static enum error_code refuse_once(struct conversation *conversation, const struct session_sender *sender,
                                   uint64_t session, enum reject_code code, const char *message, struct error *error)
{
    struct notice notice = {(uint64_t)code, 0, session};

    conversation->counts.dropped++;
    memcpy(&notice.who, sender->peer, SOCKET_PEER_SIZE);
    if (!notices_is_new(&conversation->notices, &notice, conversation->moment.elapsed, (int64_t)ANSWER_PAUSE_MS * 1000))
        return ERROR_NONE;
    return refuse_message(conversation, sender, session, code, message, error);
}

static enum error_code refuse_broken(struct conversation *conversation, const struct session_sender *sender,
                                     struct session *session, struct error *error)
{
    enum reject_code code = refusal_code(error->code);
    struct error why = *error;

    if (code == REJECT_NONE)
        return error->code;
    if (session != NULL && code != REJECT_BUSY)
        return refuse_session(conversation, session, code, why.message, error);
    return refuse_once(conversation, sender, session == NULL ? 0 : session->number, code, why.message, error);
}

static uint64_t session_of(const struct wire_message *message)
{
    switch (message->type) {
    case MESSAGE_OFFER:
        return message->offer->session;
    case MESSAGE_NODES:
        return message->nodes->session;
    case MESSAGE_HEARTBEAT:
        return message->heartbeat->session;
    case MESSAGE_BYE:
        return message->bye->session;
    default:
        return 0;
    }
}

static enum error_code say_goodbye(struct conversation *conversation, struct session *session)
{
    roster_find(&conversation->roster, session->agent)->left_at = conversation->moment.now;
    log_gone(conversation, session, "bye");
    conversation_end_session(conversation, session);
    return ERROR_NONE;
}

static enum error_code hear(struct conversation *conversation, struct session *session,
                            const struct wire_message *message, struct arena *arena, struct error *error)
{
    session->heard_at = conversation->moment.now;
    session->heard_elapsed = conversation->moment.elapsed;
    switch (message->type) {
    case MESSAGE_OFFER:
        return offer_receive(conversation, session, message->offer, arena, error);
    case MESSAGE_NODES:
        return offer_receive_nodes(conversation, session, message->nodes, error);
    case MESSAGE_HEARTBEAT:
        return heartbeat_receive(conversation, session, message->heartbeat, error);
    case MESSAGE_BYE:
        return say_goodbye(conversation, session);
    default:
        return error_set(error, ERROR_INTERNAL, "a message of type %d came through", (int)message->type);
    }
}

static enum error_code receive(struct conversation *conversation, const struct session_sender *sender,
                               struct text frame, struct error *error)
{
    const struct roster_agent *agent = roster_find(&conversation->roster, sender->agent);
    struct session *session;
    struct wire_message message;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, message_memory(frame.length));
    if (agent == NULL || agent->row->revoked_at != 0)
        return refuse_once(conversation, sender, 0, REJECT_REVOKED, "this key is not welcome", error);
    session = agent->session != NULL && session_has_peer(agent->session, sender->peer) ? agent->session : NULL;
    if (message_decode(&message, WIRE_COLLECTOR, frame, &arena, error) != ERROR_NONE)
        return refuse_broken(conversation, sender, session, error);
    if (message.type == MESSAGE_HELLO)
        return hello_receive(conversation, sender, message.hello, error);
    if (session == NULL || session->number != session_of(&message))
        return refuse_once(conversation, sender, session_of(&message), REJECT_SESSION, "this session is not known",
                           error);
    return hear(conversation, session, &message, &arena, error);
}

/* ---- the batch ---- */

static struct session *session_of_promise(const struct conversation *conversation, const struct promise *promise)
{
    struct roster_agent *agent = roster_find(&conversation->roster, promise->agent);

    return agent == NULL || agent->session == NULL || agent->session->number != promise->session ? NULL
                                                                                                 : agent->session;
}

static void keep_welcome(struct conversation *conversation, const struct promise *promise,
                         const struct session *session)
{
    reply_frame(conversation, session->peer, promise->frame);
    log_write(conversation->logger, LOG_LEVEL_INFO, "agent-connected",
              LOG_FIELDS(log_text("agent", roster_find(&conversation->roster, promise->agent)->row->name),
                         log_string("address", session->address), log_number("targets", session->count)));
}

static void keep_ack(struct conversation *conversation, const struct promise *promise, struct session *session)
{
    struct session_target *target = &session->targets[promise->target];
    char root[HASH_HEX_SIZE];

    target->last_seq = promise->seq;
    target->writing_seq = 0;
    reply_ack(conversation, session, promise->target, promise->seq);
    if (promise->snapshot == 0)
        return;
    hash_to_hex(&promise->root, root);
    log_write(conversation->logger, LOG_LEVEL_INFO, "snapshot-recorded",
              LOG_FIELDS(log_text("agent", roster_find(&conversation->roster, promise->agent)->row->name),
                         log_string("target", target->name), log_number("snapshot", promise->snapshot),
                         log_number("seq", (int64_t)promise->seq), log_string("root", root)));
}

static void keep_state(const struct promise *promise, struct session *session)
{
    struct session_target *target = &session->targets[promise->target];

    target->stored_state = promise->state;
    target->changed = target->state != promise->state;
}

static void keep_promise(struct conversation *conversation, const struct promise *promise)
{
    struct session *session = session_of_promise(conversation, promise);

    if (promise->kind == PROMISE_ACK && promise->snapshot != 0)
        conversation->counts.snapshots++;
    if (session == NULL)
        return;
    switch (promise->kind) {
    case PROMISE_WELCOME:
        keep_welcome(conversation, promise, session);
        break;
    case PROMISE_ACK:
        keep_ack(conversation, promise, session);
        break;
    case PROMISE_STATE:
        keep_state(promise, session);
        break;
    }
}

/* Nothing of the batch was written: who waits for it has to come again. */
static void break_promise(struct conversation *conversation, const struct promise *promise, enum error_code failure)
{
    struct session *session = session_of_promise(conversation, promise);
    struct rejection rejection = {0};

    if (promise->kind == PROMISE_STATE || (promise->kind == PROMISE_ACK && session == NULL))
        return;
    rejection.message = refusal_of_store(failure, &rejection.code);
    rejection.retry_ms = refusal_retry_ms(rejection.code);
    conversation->counts.refused[rejection.code]++;
    if (promise->kind == PROMISE_ACK) {
        rejection.session = session->number;
        rejection.target = promise->target;
        rejection.seq = promise->seq;
        session->targets[promise->target].writing_seq = 0;
        conversation_drop_upload(conversation, &session->targets[promise->target]);
        reply_reject(conversation, session->peer, &rejection);
        return;
    }
    if (session != NULL)
        conversation_end_session(conversation, session);
    reply_reject(conversation, promise->peer, &rejection);
}

static void note_problem(struct conversation *conversation, const struct error *error)
{
    struct conversation_counts *counts = &conversation->counts;
    bool full = error->code == ERROR_FULL;

    if (full)
        conversation->full_tried = conversation->moment.elapsed;
    if (!full || !counts->full)
        log_failure(conversation->logger, full ? "store-full" : "store-failed", error,
                    full ? "acknowledging nothing until there is room" : "agents are asked to come again");
    if (counts->problem[0] == '\0')
        counts->problem_since = conversation->moment.now;
    snprintf(counts->problem, sizeof counts->problem, "%.*s", (int)sizeof counts->problem - 1, error->message);
    counts->full |= full;
}

/* What is small may find room where a snapshot does not: only a snapshot, or a while without failures, shows that the
 * store has room again. */
static void note_success(struct conversation *conversation)
{
    struct conversation_counts *counts = &conversation->counts;

    counts->commits++;
    counts->last_commit = conversation->moment.now;
    if (counts->full && conversation->batch.recorded == 0 &&
        conversation->moment.elapsed - conversation->full_tried < (int64_t)FULL_QUIET_MS * 1000)
        return;
    if (counts->full)
        log_write(conversation->logger, LOG_LEVEL_INFO, "store-has-room", NULL);
    if (counts->problem[0] != '\0')
        tidings_note_trouble(conversation, counts->problem, counts->problem_since);
    counts->full = false;
    counts->problem[0] = '\0';
    counts->problem_since = 0;
}

/* A failed read, write or sync is not survived: what the system holds may not be what the disk does. */
static enum error_code batch_failed(struct conversation *conversation, struct error *error)
{
    if (error->code == ERROR_IO)
        return error->code;
    database_rollback(conversation->database);
    if (conversation->correlator != NULL)
        correlator_forget(conversation->correlator);
    note_problem(conversation, error);
    tidings_written(conversation, false);
    conversation->silence.is_known = false;
    for (size_t i = 0; i < conversation->batch.count; i++)
        break_promise(conversation, &conversation->batch.promises[i], error->code);
    batch_reset(&conversation->batch);
    return ERROR_NONE;
}

enum error_code conversation_commit(struct conversation *conversation, const struct moment *moment, struct error *error)
{
    bool wrote = database_in_transaction(conversation->database);

    conversation->moment = *moment;
    if (wrote && database_commit(conversation->database, error) != ERROR_NONE)
        return batch_failed(conversation, error);
    if (wrote) {
        tidings_written(conversation, true);
        note_success(conversation);
        metric_observe(&conversation->counts.commit_times, &conversation_commit_buckets,
                       clock_elapsed() - conversation->batch.began);
    }
    for (size_t i = 0; i < conversation->batch.count; i++)
        keep_promise(conversation, &conversation->batch.promises[i]);
    batch_reset(&conversation->batch);
    return ERROR_NONE;
}

bool conversation_is_pending(const struct conversation *conversation)
{
    return conversation->batch.count > 0 || database_in_transaction(conversation->database);
}

uint32_t conversation_recorded(const struct conversation *conversation)
{
    return conversation->batch.recorded;
}

size_t conversation_recorded_bytes(const struct conversation *conversation)
{
    return conversation->batch.bytes;
}

int64_t conversation_began(const struct conversation *conversation)
{
    return conversation->batch.began;
}

void conversation_store_changed(struct conversation *conversation)
{
    conversation->generation++;
}

void conversation_note_full(struct conversation *conversation, const struct moment *moment, const struct error *error)
{
    conversation->moment = *moment;
    note_problem(conversation, error);
}

/* ---- what the owner calls ---- */

enum error_code conversation_receive(struct conversation *conversation, const struct session_sender *sender,
                                     struct text frame, const struct moment *moment, struct error *error)
{
    conversation->moment = *moment;
    return receive(conversation, sender, frame, error) == ERROR_NONE ? ERROR_NONE : batch_failed(conversation, error);
}

enum error_code conversation_work(struct conversation *conversation, const struct moment *moment, bool *ret_more,
                                  struct error *error)
{
    struct upload *upload = staging_next(&conversation->staging);

    conversation->moment = *moment;
    *ret_more = upload != NULL;
    if (upload == NULL || offer_go_on(conversation, upload, error) == ERROR_NONE)
        return ERROR_NONE;
    return batch_failed(conversation, error);
}

static enum error_code tick(struct conversation *conversation, struct error *error)
{
    int64_t claim = (int64_t)conversation->settings.claim_ms * 1000;
    struct upload *overdue;

    while ((overdue = staging_overdue(&conversation->staging, conversation->moment.elapsed)) != NULL)
        if (offer_give_up(conversation, overdue, error) != ERROR_NONE)
            return error->code;
    for (size_t i = 0; i < conversation->roster.count; i++) {
        struct session *session = conversation->roster.agents[i].session;

        if (session == NULL || conversation->moment.elapsed - session->heard_elapsed < claim)
            continue;
        log_gone(conversation, session, "silent");
        conversation_end_session(conversation, session);
    }
    if (heartbeats_store(conversation, error) != ERROR_NONE || silences_tell(conversation, error) != ERROR_NONE)
        return error->code;
    return tidings_tell(conversation, error);
}

enum error_code conversation_tick(struct conversation *conversation, const struct moment *moment, struct error *error)
{
    conversation->moment = *moment;
    return tick(conversation, error) == ERROR_NONE ? ERROR_NONE : batch_failed(conversation, error);
}

void conversation_counts(const struct conversation *conversation, struct conversation_counts *ret_counts)
{
    *ret_counts = conversation->counts;
    ret_counts->staged_bytes = conversation->staging.used;
}
