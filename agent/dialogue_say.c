/* What the agent says, but for nodes: Hello, heartbeats, offers. */
#include <inttypes.h>
#include <stdio.h>

#include "agent/dialogue_private.h"
#include "base/clock.h"

enum {
    MESSAGE_MEMORY = 4 * 1024 * 1024,
    OFFER_ROOM = 4 * 1024,        /* bytes of an offer that are neither root, hints nor renames: texts are cut to fit */
    HEARTBEAT_TARGET = 64 * 1024, /* bytes of one message; what does not fit goes into another */
    STATE_SIZE = 32,              /* bytes of a target's state without its reason */
    RENAME_SIZE = 24              /* bytes of a rename without its paths */
};

static const char doing[] = "talking to the collector";

bool dialogue_encode(struct dialogue *dialogue, enum message_type type, const ProtobufCMessage *message)
{
    struct error error = {0};

    if (message_encode(&dialogue->frame, type, message, &error) == ERROR_NONE)
        return true;
    buffer_reset(&dialogue->frame);
    log_failure(dialogue->setup.logger, "message-not-sent", &error, NULL);
    if (error.code == ERROR_MEMORY)
        dialogue_end(dialogue, DIALOGUE_AGAIN, 0);
    return false;
}

/* Memory ran out: the connection is given up, and with it all that was begun. */
static bool no_memory(struct dialogue *dialogue)
{
    struct error error = {0};

    error_memory(&error, doing);
    log_failure(dialogue->setup.logger, "session-failed", &error, "trying again");
    dialogue_end(dialogue, DIALOGUE_AGAIN, 0);
    return false;
}

static ProtobufCBinaryData bytes_of(const char *string)
{
    return message_bytes(text_from(string));
}

/* ---- Hello ---- */

/* One target of a Hello, with what the message points to. */
struct greeting {
    Wire__HelloTarget target;
    Wire__TargetName name;
    struct hash root;
};

static bool greet_target(struct dialogue *dialogue, size_t place, struct greeting *greeting)
{
    const struct dialogue_target *target = &dialogue->setup.targets[place];
    struct error error = {0};
    struct outbox_range range;
    struct status_view view;

    status_read(target->status, &view); /* first: what is announced later is newer than what is in the outbox now */
    if (outbox_range(dialogue->setup.outbox, target->id, &range, &error) != ERROR_NONE)
        return !dialogue_outbox_failed(dialogue, &error, "trying again") && no_memory(dialogue);
    wire__hello_target__init(&greeting->target);
    wire__target_name__init(&greeting->name);
    greeting->name.database = bytes_of(target->database);
    greeting->name.environment = bytes_of(target->environment);
    greeting->name.instance = bytes_of(target->instance);
    greeting->target.name = &greeting->name;
    greeting->target.engine = bytes_of(target->engine);
    greeting->target.oldest_seq = range.oldest;
    greeting->target.newest_seq = range.newest;
    if (range.newest > 0) {
        greeting->root = range.root;
        greeting->target.has_root = true;
        greeting->target.root = (ProtobufCBinaryData){HASH_SIZE, greeting->root.bytes};
    }
    dialogue->lanes[place].newest = range.newest;
    dialogue->lanes[place].announced = view.seq;
    dialogue->lanes[place].end = range.next;
    return true;
}

bool dialogue_compose_hello(struct dialogue *dialogue)
{
    CLEANUP(arena_free) struct arena arena;
    Wire__Hello hello = WIRE__HELLO__INIT;
    uint8_t incarnation[OUTBOX_INCARNATION_SIZE];
    size_t count = dialogue->setup.target_count;
    struct greeting *greetings;

    arena_init(&arena, MESSAGE_MEMORY);
    greetings = arena_array(&arena, count, sizeof *greetings);
    hello.targets = arena_array(&arena, count, sizeof(*hello.targets));
    if (greetings == NULL || hello.targets == NULL)
        return no_memory(dialogue);
    for (size_t i = 0; i < count; i++) {
        if (!greet_target(dialogue, i, &greetings[i]))
            return false;
        hello.targets[i] = &greetings[i].target;
    }
    outbox_incarnation(dialogue->setup.outbox, incarnation);
    hello.protocol = WIRE_VERSION;
    hello.version = bytes_of(DRIFTLINE_VERSION);
    hello.incarnation = (ProtobufCBinaryData){sizeof incarnation, incarnation};
    hello.host = bytes_of(dialogue->setup.host);
    hello.sent_at = clock_now();
    hello.n_targets = count;
    return dialogue_encode(dialogue, MESSAGE_HELLO, &hello.base) || no_memory(dialogue);
}

/* ---- heartbeat ---- */

/* One target of a heartbeat. What the watcher calls fine is not, as long as the collector does not take its newest
 * snapshot. */
struct beat {
    Wire__TargetState state;
    struct status_view view;
};

static void fill_beat(const struct dialogue *dialogue, const struct lane *lane, struct beat *beat)
{
    const char *reason = beat->view.reason;

    wire__target_state__init(&beat->state);
    beat->state.target = dialogue_place_of(dialogue, lane);
    beat->state.state = beat->view.state;
    beat->state.checked_at = beat->view.checked_at;
    beat->state.seq = beat->view.seq < lane->newest ? beat->view.seq : lane->newest; /* others may be gone since */
    beat->state.has_seq = beat->state.seq > 0;
    if (beat->view.state == TARGET_FINE && lane->problem[0] != '\0') {
        beat->state.state = TARGET_FAILED;
        reason = lane->problem;
    }
    beat->state.has_reason = beat->state.state != TARGET_FINE && reason[0] != '\0';
    beat->state.reason = bytes_of(reason);
}

/* Whether there is something to tell of a target. */
static bool take_beat(struct dialogue *dialogue, struct lane *lane, struct beat *beat)
{
    if (lane->refused != REJECT_NONE)
        return false;
    status_read(dialogue_target_of(dialogue, lane)->status, &beat->view);
    if (beat->view.reports == lane->told_reports && beat->view.changes == lane->told_changes && !lane->problem_is_new)
        return false;
    fill_beat(dialogue, lane, beat);
    lane->told_reports = beat->view.reports;
    lane->told_changes = beat->view.changes;
    lane->problem_is_new = false;
    return true;
}

bool dialogue_compose_heartbeat(struct dialogue *dialogue)
{
    CLEANUP(arena_free) struct arena arena;
    Wire__Heartbeat heartbeat = WIRE__HEARTBEAT__INIT;
    size_t left = dialogue->setup.target_count - dialogue->beat_from;
    size_t bytes = 0;

    arena_init(&arena, MESSAGE_MEMORY);
    heartbeat.session = dialogue->number;
    heartbeat.targets = arena_array(&arena, left, sizeof(*heartbeat.targets));
    if (heartbeat.targets == NULL)
        return no_memory(dialogue);
    for (; dialogue->beat_from < dialogue->setup.target_count && bytes < HEARTBEAT_TARGET; dialogue->beat_from++) {
        struct beat *beat = arena_alloc(&arena, sizeof *beat);

        if (beat == NULL)
            return no_memory(dialogue);
        if (!take_beat(dialogue, &dialogue->lanes[dialogue->beat_from], beat))
            continue;
        heartbeat.targets[heartbeat.n_targets++] = &beat->state;
        bytes += STATE_SIZE + beat->state.reason.len;
    }
    if (dialogue->beat_from == dialogue->setup.target_count) {
        dialogue->beat_from = 0;
        dialogue->beat_at = dialogue->now + dialogue->heartbeat_us;
    }
    if (!dialogue_encode(dialogue, MESSAGE_HEARTBEAT, &heartbeat.base))
        return no_memory(dialogue);
    dialogue->unanswered++;
    return true;
}

/* ---- offer ---- */

/* What is short and can be cut stays whole characters of UTF-8; what is none is left out. */
static ProtobufCBinaryData cut(struct text text)
{
    enum { LIMIT = 1024 };

    if (!text_is_utf8(text))
        return (ProtobufCBinaryData){0, (uint8_t *)""};
    if (text.length > LIMIT)
        text.length = LIMIT;
    while (!text_is_utf8(text))
        text.length--;
    return message_bytes(text);
}

/* An offer has its statements, or is none. */
static bool add_statements(Wire__Offer *offer, const struct outbox_snapshot *snapshot, struct arena *arena,
                           size_t *room)
{
    size_t count = snapshot->statements.length / HASH_SIZE;

    offer->has_captured = snapshot->captured;
    offer->captured = snapshot->captured;
    if (count == 0)
        return true;
    offer->statements = arena_array(arena, count, sizeof *offer->statements);
    if (offer->statements == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        offer->statements[i] = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)snapshot->statements.bytes + i * HASH_SIZE};
    offer->n_statements = count;
    *room -= count * (HASH_SIZE + 2) < *room ? count * (HASH_SIZE + 2) : *room;
    return true;
}

/* Hints are all or nothing, renames as many as fit: without either the history is right, but takes longer to send or
 * says "removed" and "added". */
static bool add_fresh(Wire__Offer *offer, struct text fresh, struct arena *arena, size_t *room)
{
    size_t count = fresh.length / HASH_SIZE;

    if (count == 0 || count > WIRE_HASHES_LIMIT || count * (HASH_SIZE + 2) > *room)
        return true;
    offer->new_nodes = arena_array(arena, count, sizeof *offer->new_nodes);
    if (offer->new_nodes == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        offer->new_nodes[i] = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)fresh.bytes + i * HASH_SIZE};
    offer->n_new_nodes = count;
    *room -= count * (HASH_SIZE + 2);
    return true;
}

static bool is_sendable(const struct rename *rename)
{
    return rename_is_valid(rename) && rename->owner.length <= WIRE_PATH_LIMIT &&
           rename->object.length <= WIRE_PATH_LIMIT && rename->renamed_from.length <= WIRE_PATH_LIMIT &&
           text_is_utf8(rename->owner) && text_is_utf8(rename->object) && text_is_utf8(rename->renamed_from);
}

static bool add_renames(Wire__Offer *offer, const struct lineage *renames, struct arena *arena, size_t room)
{
    Wire__Rename *messages = arena_array(arena, renames->count, sizeof *messages);

    offer->renames = arena_array(arena, renames->count, sizeof(*offer->renames));
    if (messages == NULL || offer->renames == NULL)
        return false;
    for (size_t i = 0; i < renames->count && offer->n_renames < WIRE_RENAMES_LIMIT; i++) {
        const struct rename *rename = &renames->renames[i];
        size_t size = RENAME_SIZE + rename->owner.length + rename->object.length + rename->renamed_from.length;

        if (!is_sendable(rename) || size > room)
            continue;
        room -= size;
        wire__rename__init(&messages[i]);
        messages[i].kind = (uint32_t)rename->kind;
        messages[i].object_kind = (uint32_t)rename->object_kind;
        messages[i].owner = message_bytes(rename->owner);
        messages[i].object = message_bytes(rename->object);
        messages[i].renamed_from = message_bytes(rename->renamed_from);
        offer->renames[offer->n_renames++] = &messages[i];
    }
    return true;
}

/* What the collector expects and does not get. */
static void add_gap(Wire__Offer *offer, Wire__Gap *gap, const struct lane *lane, const struct outbox_snapshot *snapshot)
{
    if (snapshot->seq == lane->next)
        return;
    wire__gap__init(gap);
    gap->lost = snapshot->seq - lane->next;
    gap->reason = snapshot->lost_reason.length > 0 ? cut(snapshot->lost_reason) : bytes_of("no longer in the outbox");
    offer->gap = gap;
}

static bool encode_offer(struct dialogue *dialogue, const struct lane *lane, const struct outbox_snapshot *snapshot,
                         struct text root_node, struct arena *arena)
{
    Wire__Offer offer = WIRE__OFFER__INIT;
    size_t taken = root_node.length + OFFER_ROOM;
    size_t room = dialogue->frame_limit > taken ? dialogue->frame_limit - taken : 0;
    Wire__Gap gap;

    offer.session = dialogue->number;
    offer.target = dialogue_place_of(dialogue, lane);
    offer.seq = snapshot->seq;
    offer.taken_at = snapshot->taken_at;
    offer.root_node = message_bytes(root_node);
    offer.server_version = cut(snapshot->server_version);
    offer.reference = cut(snapshot->reference);
    add_gap(&offer, &gap, lane, snapshot);
    if (!add_statements(&offer, snapshot, arena, &room) || !add_fresh(&offer, snapshot->fresh, arena, &room) ||
        !add_renames(&offer, &snapshot->renames, arena, room))
        return no_memory(dialogue);
    return dialogue_encode(dialogue, MESSAGE_OFFER, &offer.base);
}

/* A snapshot that cannot even be offered would hold up all after it. */
static void drop_unsendable(struct dialogue *dialogue, struct lane *lane, const struct outbox_snapshot *snapshot)
{
    const struct dialogue_loss loss = {.seq = snapshot->seq,
                                       .root = &snapshot->root,
                                       .code = "damaged",
                                       .message = TEXT("it is damaged in the outbox, or does not fit a message"),
                                       .damaged = true};

    dialogue_drop(dialogue, lane, &loss);
}

bool dialogue_compose_offer(struct dialogue *dialogue, struct lane *lane)
{
    const struct dialogue_target *target = dialogue_target_of(dialogue, lane);
    CLEANUP(arena_free) struct arena arena;
    struct outbox_snapshot snapshot;
    struct error error = {0};
    enum node_type type;
    struct text root_node;

    arena_init(&arena, SIZE_MAX);
    if (outbox_next(dialogue->setup.outbox, target->id, lane->next, &arena, &snapshot, &error) != ERROR_NONE) {
        lane->newest = lane->next - 1; /* it was dropped; a new one will be announced */
        if (error.code != ERROR_NOT_FOUND)
            dialogue_outbox_failed(dialogue, &error, "trying again with the next snapshot");
        return false;
    }
    if (outbox_node(dialogue->setup.outbox, &snapshot.root, &arena, &type, &root_node, &error) != ERROR_NONE) {
        if (error.code != ERROR_NOT_FOUND)
            return !dialogue_outbox_failed(dialogue, &error, "trying again") && no_memory(dialogue);
        drop_unsendable(dialogue, lane, &snapshot);
        return false;
    }
    if (!encode_offer(dialogue, lane, &snapshot, root_node, &arena)) {
        if (dialogue->verdict == DIALOGUE_GOES_ON)
            drop_unsendable(dialogue, lane, &snapshot);
        return false;
    }
    lane_reset(lane);
    lane->offered = snapshot.seq;
    lane->root = snapshot.root;
    return true;
}
