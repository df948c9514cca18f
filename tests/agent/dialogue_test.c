#include "agent/dialogue.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "agent/outbox_sample.h"
#include "agent/peer.h"
#include "base/memory.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "wire/statement_page.h"

enum { TARGETS = 3, SECOND = 1000 * 1000, FRAMES = 4096 };

/* An agent and a peer that talk through memory; time passes when the test says so. */
struct fixture {
    struct test_directory directory;
    const char *path;
    struct outbox *outbox;
    struct logger logger;
    struct outbox_target names[TARGETS];
    struct dialogue_target targets[TARGETS];
    struct status statuses[TARGETS];
    struct dialogue *dialogue;
    struct peer peer;
    int64_t now;
    bool deaf;         /* the agent's frames are not taken */
    struct text *sent; /* by the agent, not heard yet */
    size_t sent_count;
    struct text *answered; /* by the peer, not received yet */
    size_t answered_count;
    struct error error;
};

static struct text copy(struct text text)
{
    char *bytes = malloc(text.length);

    assert_non_null(bytes);
    memcpy(bytes, text.bytes, text.length);
    return (struct text){bytes, text.length};
}

static bool send_frame(void *context, struct text frame)
{
    struct fixture *fixture = context;

    if (fixture->deaf)
        return false;
    assert_true(fixture->sent_count < FRAMES);
    fixture->sent[fixture->sent_count++] = copy(frame);
    return true;
}

static void keep_answer(void *context, struct text frame)
{
    struct fixture *fixture = context;

    assert_true(fixture->answered_count < FRAMES);
    fixture->answered[fixture->answered_count++] = copy(frame);
}

static void make_dialogue(struct fixture *fixture, size_t targets)
{
    const struct dialogue_setup setup = {.outbox = fixture->outbox,
                                         .logger = &fixture->logger,
                                         .host = "test",
                                         .targets = fixture->targets,
                                         .target_count = targets,
                                         .send = send_frame,
                                         .context = fixture};

    dialogue_free(fixture->dialogue);
    fixture->dialogue = NULL;
    assert_int_equal(dialogue_new(&fixture->dialogue, &setup, &fixture->error), ERROR_NONE);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    test_directory_make(&fixture->directory);
    fixture->path = test_directory_path(&fixture->directory, "outbox.db");
    fixture->outbox = outbox_sample_open(fixture->path);
    logger_init(&fixture->logger, 2, LOG_LEVEL_ERROR + 1);
    fixture->sent = calloc(FRAMES, sizeof *fixture->sent);
    fixture->answered = calloc(FRAMES, sizeof *fixture->answered);
    fixture->now = 1000 * (int64_t)SECOND;
    for (size_t i = 0; i < TARGETS; i++)
        fixture->names[i] = (struct outbox_target){"orders", "prod", i == 0 ? "a" : i == 1 ? "b" : "c", 0};
    assert_int_equal(outbox_watch(fixture->outbox, fixture->names, TARGETS, &fixture->error), ERROR_NONE);
    for (size_t i = 0; i < TARGETS; i++) {
        assert_int_equal(status_init(&fixture->statuses[i], -1, &fixture->error), ERROR_NONE);
        fixture->targets[i] = (struct dialogue_target){"orders",
                                                       "prod",
                                                       fixture->names[i].instance,
                                                       fixture->names[i].instance,
                                                       "dummy",
                                                       fixture->names[i].id,
                                                       &fixture->statuses[i]};
    }
    peer_init(&fixture->peer, keep_answer, fixture);
    make_dialogue(fixture, 1);
    *state = fixture;
    return 0;
}

static void forget_frames(struct fixture *fixture)
{
    for (size_t i = 0; i < fixture->sent_count; i++)
        free((char *)fixture->sent[i].bytes);
    for (size_t i = 0; i < fixture->answered_count; i++)
        free((char *)fixture->answered[i].bytes);
    fixture->sent_count = fixture->answered_count = 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    dialogue_free(fixture->dialogue);
    peer_clear(&fixture->peer);
    forget_frames(fixture);
    for (size_t i = 0; i < TARGETS; i++)
        status_clear(&fixture->statuses[i]);
    outbox_close(fixture->outbox);
    logger_clear(&fixture->logger);
    free(fixture->sent);
    free(fixture->answered);
    test_directory_remove(&fixture->directory);
    free(fixture);
    return 0;
}

/* ---- what happens ---- */

static void begin(struct fixture *fixture)
{
    const struct dialogue_connection connection = {.endpoint = "tcp://peer:1", .patience_us = 10 * (int64_t)SECOND};

    forget_frames(fixture);
    dialogue_begin(fixture->dialogue, &connection, fixture->now);
    dialogue_work(fixture->dialogue, fixture->now);
}

static void put(struct fixture *fixture, size_t target, struct snapshot *snapshot)
{
    uint64_t seq = outbox_sample_put(fixture->outbox, fixture->targets[target].id, snapshot);

    status_stored(&fixture->statuses[target], seq);
    dialogue_look_around(fixture->dialogue);
}

static enum dialogue_verdict verdict(const struct fixture *fixture)
{
    int64_t pause;

    return dialogue_verdict(fixture->dialogue, &pause);
}

static int64_t pause_of(const struct fixture *fixture)
{
    int64_t pause;

    dialogue_verdict(fixture->dialogue, &pause);
    return pause;
}

/* The next message of the agent, which must be of this type. */
static struct wire_message hear(struct fixture *fixture, enum message_type type, struct arena *arena)
{
    struct wire_message message;

    dialogue_work(fixture->dialogue, fixture->now);
    assert_true(fixture->sent_count > 0);
    message = peer_hear(&fixture->peer, fixture->sent[0], arena);
    assert_int_equal(message.type, type);
    free((char *)fixture->sent[0].bytes);
    memmove(fixture->sent, fixture->sent + 1, --fixture->sent_count * sizeof *fixture->sent);
    return message;
}

/* Give the peer's answers to the agent. */
static void deliver(struct fixture *fixture)
{
    for (size_t i = 0; i < fixture->answered_count; i++) {
        dialogue_receive(fixture->dialogue, fixture->answered[i], fixture->now);
        free((char *)fixture->answered[i].bytes);
    }
    fixture->answered_count = 0;
    dialogue_work(fixture->dialogue, fixture->now);
}

/* Both talk until nobody has anything to say. */
static void talk(struct fixture *fixture)
{
    dialogue_work(fixture->dialogue, fixture->now);
    while (fixture->sent_count > 0 || fixture->answered_count > 0) {
        for (size_t i = 0; i < fixture->sent_count; i++) {
            CLEANUP(arena_free) struct arena arena;
            struct wire_message message;

            arena_init(&arena, SIZE_MAX);
            message = peer_hear(&fixture->peer, fixture->sent[i], &arena);
            peer_serve(&fixture->peer, &message);
            free((char *)fixture->sent[i].bytes);
        }
        fixture->sent_count = 0;
        deliver(fixture);
    }
}

/* Say Hello and be welcome; the first heartbeat is heard. */
static void open_dialogue(struct fixture *fixture, size_t targets)
{
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message;

    arena_init(&arena, SIZE_MAX);
    begin(fixture);
    hear(fixture, MESSAGE_HELLO, &arena);
    peer_welcome(&fixture->peer, targets);
    deliver(fixture);
    message = hear(fixture, MESSAGE_HEARTBEAT, &arena);
    peer_serve(&fixture->peer, &message);
    deliver(fixture);
}

static struct outbox_range range(struct fixture *fixture, size_t target)
{
    struct outbox_range answer;

    assert_int_equal(outbox_range(fixture->outbox, fixture->targets[target].id, &answer, &fixture->error), ERROR_NONE);
    return answer;
}

static struct dialogue_summary summary(const struct fixture *fixture)
{
    struct dialogue_summary answer;

    dialogue_summary(fixture->dialogue, &answer);
    return answer;
}

/* What the watcher of a target is asked for. */
static unsigned asked(struct fixture *fixture, size_t target)
{
    return status_wait(&fixture->statuses[target], 0, -1, NULL);
}

/* ---- the ordinary ---- */

static void test_hello_says_who_and_what(void **state)
{
    struct fixture *fixture = *state;
    CLEANUP(arena_free) struct arena arena;
    uint8_t incarnation[OUTBOX_INCARNATION_SIZE];
    struct wire_message message;

    arena_init(&arena, SIZE_MAX);
    make_dialogue(fixture, 2);
    put(fixture, 0, outbox_sample(3, 1));
    put(fixture, 0, outbox_sample(3, 2));
    outbox_incarnation(fixture->outbox, incarnation);
    begin(fixture);
    message = hear(fixture, MESSAGE_HELLO, &arena);
    assert_int_equal(message.hello->n_targets, 2);
    assert_memory_equal(message.hello->incarnation.data, incarnation, sizeof incarnation);
    assert_true(text_equal(message_text(message.hello->host), TEXT("test")));
    assert_int_equal(message.hello->targets[0]->oldest_seq, 1);
    assert_int_equal(message.hello->targets[0]->newest_seq, 2);
    assert_memory_equal(message.hello->targets[0]->root.data, range(fixture, 0).root.bytes, HASH_SIZE);
    assert_true(text_equal(message_text(message.hello->targets[0]->name->instance), TEXT("a")));
    assert_true(text_equal(message_text(message.hello->targets[0]->engine), TEXT("dummy")));
    assert_int_equal(message.hello->targets[1]->newest_seq, 0);
    assert_false(message.hello->targets[1]->has_root);
    assert_int_equal(fixture->sent_count, 0); /* nothing before the Welcome */
}

static void test_snapshots_arrive_whole_and_in_order(void **state)
{
    struct fixture *fixture = *state;

    for (unsigned i = 1; i <= 5; i++)
        put(fixture, 0, outbox_sample(500, i));
    begin(fixture);
    talk(fixture);
    assert_int_equal(fixture->peer.recorded_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(fixture->peer.recorded[i].seq, i + 1);
        assert_int_equal(fixture->peer.recorded[i].lost, 0);
    }
    assert_memory_equal(fixture->peer.recorded[4].root.bytes, range(fixture, 0).root.bytes, HASH_SIZE);
    assert_int_equal(range(fixture, 0).waiting, 0);
    assert_true(summary(fixture).settled);
    assert_int_equal(summary(fixture).delivered, 5);
    put(fixture, 0, outbox_sample(500, 6)); /* what comes later is offered at once */
    talk(fixture);
    assert_int_equal(fixture->peer.recorded_count, 6);
}

/* ---- captured statements ---- */

static void spoil(const struct fixture *fixture, const char *sql)
{
    sqlite3 *file = NULL;

    assert_int_equal(sqlite3_open_v2(fixture->path, &file, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    if (sqlite3_exec(file, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(file));
    sqlite3_close(file);
}

/* A snapshot with so many statements. */
static void put_captured(struct fixture *fixture, unsigned schema, size_t count)
{
    static const struct captured_statement statements[] = {
        {.number = 1, .at = 1, .actor = TEXT_INIT("ana"), .statement = TEXT_INIT("ALTER TABLE orders ADD note text")},
        {.number = 2, .at = 2, .actor = TEXT_INIT("ben"), .object = TEXT_INIT("shop.orders")},
    };
    struct snapshot *snapshot = outbox_sample(3, schema);
    const struct outbox_parcel parcel = {
        .snapshot = snapshot, .statements = statements, .statement_count = count, .continuity = TEXT("a")};
    struct outbox_put done;

    if (outbox_put(fixture->outbox, fixture->targets[0].id, &parcel, &done, &fixture->error) != ERROR_NONE)
        fail_msg("%s", fixture->error.message);
    snapshot_free(snapshot);
    status_stored(&fixture->statuses[0], done.seq);
    dialogue_look_around(fixture->dialogue);
}

/* The next message of this type; heartbeats before it are answered. */
static struct wire_message hear_next(struct fixture *fixture, enum message_type type, struct arena *arena)
{
    for (;;) {
        struct wire_message message;

        dialogue_work(fixture->dialogue, fixture->now);
        assert_true(fixture->sent_count > 0);
        message = peer_hear(&fixture->peer, fixture->sent[0], arena);
        message = hear(fixture, message.type, arena);
        if (message.type == type)
            return message;
        assert_int_equal(message.type, MESSAGE_HEARTBEAT);
        peer_pong(&fixture->peer);
        deliver(fixture);
    }
}

static struct hash page_of(const Wire__Offer *offer)
{
    struct hash hash;

    assert_int_equal(offer->n_statements, 1);
    assert_int_equal(offer->statements[0].len, HASH_SIZE);
    memcpy(hash.bytes, offer->statements[0].data, HASH_SIZE);
    return hash;
}

static void test_statements_are_offered_and_given(void **state)
{
    struct fixture *fixture = *state;
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement *statements;
    struct wire_message message;
    struct hash page;
    size_t count;

    arena_init(&arena, SIZE_MAX);
    put_captured(fixture, 1, 0);
    open_dialogue(fixture, 1);
    message = hear_next(fixture, MESSAGE_OFFER, &arena);
    assert_int_equal(message.offer->n_statements, 0);
    assert_false(message.offer->captured);
    peer_ack(&fixture->peer, 0, 1);
    deliver(fixture);
    put_captured(fixture, 2, 2);
    message = hear_next(fixture, MESSAGE_OFFER, &arena);
    assert_true(message.offer->captured);
    page = page_of(message.offer);
    for (size_t i = 0; i < message.offer->n_new_nodes; i++) /* it is no node of the snapshot */
        assert_memory_not_equal(message.offer->new_nodes[i].data, page.bytes, HASH_SIZE);
    peer_want(&fixture->peer, 0, 2, &page, 1);
    deliver(fixture);
    message = hear_next(fixture, MESSAGE_NODES, &arena);
    assert_int_equal(message.nodes->n_nodes, 1);
    assert_int_equal(message.nodes->nodes[0]->type, NODE_STATEMENTS);
    assert_int_equal(
        statement_page_read(message_text(message.nodes->nodes[0]->bytes), &arena, &statements, &count, &fixture->error),
        ERROR_NONE);
    assert_int_equal(count, 2);
    assert_true(text_equal(statements[1].actor, TEXT("ben")));
    peer_ack(&fixture->peer, 0, 2);
    deliver(fixture);
    assert_int_equal(range(fixture, 0).waiting, 0);
}

/* The statements of a snapshot that will never be taken are offered with the next one. */
static void test_statements_outlive_their_snapshot(void **state)
{
    struct fixture *fixture = *state;
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message;

    arena_init(&arena, SIZE_MAX);
    put_captured(fixture, 1, 2);
    put_captured(fixture, 2, 0);
    open_dialogue(fixture, 1);
    message = hear_next(fixture, MESSAGE_OFFER, &arena);
    page_of(message.offer);
    peer_reject(&fixture->peer, &(struct peer_reject){.target = 0, .seq = 1, .code = REJECT_LIMIT});
    deliver(fixture);
    message = hear_next(fixture, MESSAGE_OFFER, &arena);
    assert_int_equal(message.offer->seq, 2);
    assert_false(message.offer->captured);
    page_of(message.offer);
}

/* A page that is damaged here is read anew from the database, and is not in the way of what follows. */
static void test_a_damaged_page_is_asked_for_anew(void **state)
{
    struct fixture *fixture = *state;
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message;
    struct hash page;

    arena_init(&arena, SIZE_MAX);
    put_captured(fixture, 1, 2);
    put_captured(fixture, 2, 0);
    spoil(fixture, "UPDATE node SET bytes = x'00' WHERE type = 6");
    open_dialogue(fixture, 1);
    message = hear_next(fixture, MESSAGE_OFFER, &arena);
    page = page_of(message.offer);
    peer_want(&fixture->peer, 0, 1, &page, 1);
    deliver(fixture);
    message = hear_next(fixture, MESSAGE_NODES, &arena);
    assert_int_equal(message.nodes->n_missing, 1);
    peer_reject(&fixture->peer, &(struct peer_reject){.target = 0, .seq = 1, .code = REJECT_INCOMPLETE});
    deliver(fixture);
    assert_int_equal(asked(fixture, 0), STATUS_ANEW);
    message = hear_next(fixture, MESSAGE_OFFER, &arena);
    assert_int_equal(message.offer->seq, 2);
    assert_int_equal(message.offer->n_statements, 0);
}

static void test_a_known_root_costs_nothing(void **state)
{
    struct fixture *fixture = *state;

    make_dialogue(fixture, TARGETS);
    put(fixture, 0, outbox_sample(500, 1));
    begin(fixture);
    talk(fixture);
    fixture->peer.bytes = fixture->peer.node_messages = 0;
    put(fixture, 1, outbox_sample(500, 1));
    put(fixture, 2, outbox_sample(500, 1));
    talk(fixture);
    assert_int_equal(fixture->peer.recorded_count, 3);
    assert_int_equal(fixture->peer.node_messages, 0);
    assert_true(fixture->peer.bytes < 3000);
}

static void test_a_small_change_is_a_small_message(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, 0, outbox_sample(5000, 1));
    begin(fixture);
    talk(fixture);
    fixture->peer.bytes = 0;
    put(fixture, 0, outbox_sample(5000, 2));
    talk(fixture);
    assert_int_equal(fixture->peer.recorded_count, 2);
    assert_true(fixture->peer.bytes < 32 * 1024);
}

/* A node that is larger than a message comes in pieces, between others. */
static void test_a_large_node_comes_in_pieces(void **state)
{
    struct fixture *fixture = *state;

    make_dialogue(fixture, TARGETS);
    put(fixture, 0, outbox_sample_large(3 * 1000 * 1000, 1));
    put(fixture, 1, outbox_sample(300, 1));
    put(fixture, 2, outbox_sample_large(WIRE_NODES_TARGET - 100, 1));
    begin(fixture);
    talk(fixture);
    assert_int_equal(fixture->peer.recorded_count, 3);
    assert_int_equal(range(fixture, 0).waiting + range(fixture, 1).waiting + range(fixture, 2).waiting, 0);
}

/* A queue that is full holds up everything and loses nothing. */
static void test_what_cannot_be_sent_waits(void **state)
{
    struct fixture *fixture = *state;
    bool stuck = false;

    put(fixture, 0, outbox_sample(500, 1));
    begin(fixture);
    for (unsigned i = 0; i < 2000 && fixture->peer.recorded_count == 0; i++) {
        fixture->deaf = i % 2 == 0;
        dialogue_work(fixture->dialogue, fixture->now);
        talk(fixture);
        stuck |= dialogue_is_stuck(fixture->dialogue);
    }
    assert_true(stuck);
    assert_int_equal(fixture->peer.recorded_count, 1);
}

static void test_targets_do_not_wait_for_each_other(void **state)
{
    struct fixture *fixture = *state;
    CLEANUP(arena_free) struct arena arena;
    bool offered[TARGETS] = {false};

    arena_init(&arena, SIZE_MAX);
    make_dialogue(fixture, TARGETS);
    for (size_t i = 0; i < TARGETS; i++)
        put(fixture, i, outbox_sample(10, (unsigned)i));
    open_dialogue(fixture, TARGETS);
    for (size_t i = 0; i < TARGETS; i++)
        offered[hear(fixture, MESSAGE_OFFER, &arena).offer->target] = true;
    for (size_t i = 0; i < TARGETS; i++)
        assert_true(offered[i]);
    assert_int_equal(fixture->sent_count, 0);
}

/* ---- heartbeats ---- */

static void test_heartbeats(void **state)
{
    struct fixture *fixture = *state;
    struct peer *peer = &fixture->peer;
    int64_t until;

    begin(fixture);
    talk(fixture);
    assert_int_equal(peer->heartbeats, 1); /* the first names all targets */
    assert_int_equal(peer->state[0], TARGET_STARTING);
    /* Something else is said at once. */
    status_report(&fixture->statuses[0], TARGET_UNREACHABLE, "no route", 5);
    dialogue_look_around(fixture->dialogue);
    talk(fixture);
    assert_int_equal(peer->heartbeats, 2);
    assert_int_equal(peer->state[0], TARGET_UNREACHABLE);
    assert_string_equal(peer->reason[0], "no route");
    assert_int_equal(peer->checked_at[0], 5);
    /* The same again waits for its time. */
    status_report(&fixture->statuses[0], TARGET_UNREACHABLE, "no route", 6);
    dialogue_look_around(fixture->dialogue);
    talk(fixture);
    assert_int_equal(peer->heartbeats, 2);
    until = dialogue_work(fixture->dialogue, fixture->now);
    assert_int_equal(until - fixture->now, 15 * (int64_t)SECOND);
    fixture->now = until;
    talk(fixture);
    assert_int_equal(peer->heartbeats, 3);
    assert_int_equal(peer->checked_at[0], 6);
    /* Without news it is only a sign of life. */
    fixture->now += 15 * (int64_t)SECOND;
    peer->bytes = 0;
    talk(fixture);
    assert_int_equal(peer->heartbeats, 4);
    assert_true(peer->bytes < 20);
}

static void test_an_unchanged_target_costs_little(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, 0, outbox_sample(10, 1));
    status_report(&fixture->statuses[0], TARGET_FINE, "", INT64_C(1800000000000000));
    begin(fixture);
    talk(fixture);
    status_report(&fixture->statuses[0], TARGET_FINE, "", INT64_C(1800000015000000));
    fixture->peer.bytes = 0;
    fixture->now += 15 * (int64_t)SECOND;
    talk(fixture);
    assert_int_equal(fixture->peer.state[0], TARGET_FINE);
    assert_in_range(fixture->peer.bytes, 10, 50);
}

/* ---- what can go wrong on the way ---- */

static void test_silence_ends_the_connection(void **state)
{
    struct fixture *fixture = *state;
    int64_t until;

    begin(fixture);
    until = dialogue_work(fixture->dialogue, fixture->now);
    assert_int_equal(until - fixture->now, 10 * (int64_t)SECOND); /* the patience that was given */
    dialogue_work(fixture->dialogue, until);
    assert_int_equal(verdict(fixture), DIALOGUE_LOST);

    open_dialogue(fixture, 1);
    assert_int_equal(verdict(fixture), DIALOGUE_GOES_ON);
    fixture->now += 44 * (int64_t)SECOND;
    dialogue_work(fixture->dialogue, fixture->now);
    assert_int_equal(verdict(fixture), DIALOGUE_GOES_ON);
    peer_pong(&fixture->peer);
    deliver(fixture);
    fixture->now += 44 * (int64_t)SECOND;
    dialogue_work(fixture->dialogue, fixture->now);
    assert_int_equal(verdict(fixture), DIALOGUE_GOES_ON);
    fixture->now += 1 * (int64_t)SECOND;
    dialogue_work(fixture->dialogue, fixture->now);
    assert_int_equal(verdict(fixture), DIALOGUE_LOST);
}

static void test_nonsense_ends_the_connection(void **state)
{
    struct fixture *fixture = *state;
    struct hash hash = {{0}};

    open_dialogue(fixture, 1);
    dialogue_receive(fixture->dialogue,
                     TEXT("\x01\x10"
                          "garbage"),
                     fixture->now);
    assert_int_equal(verdict(fixture), DIALOGUE_LOST);

    begin(fixture);
    peer_welcome(&fixture->peer, 2); /* of another Hello than ours */
    deliver(fixture);
    assert_int_equal(verdict(fixture), DIALOGUE_LOST);

    open_dialogue(fixture, 1);
    peer_ack(&fixture->peer, 0, 1); /* nothing was offered */
    deliver(fixture);
    assert_int_equal(verdict(fixture), DIALOGUE_LOST);

    open_dialogue(fixture, 1);
    peer_ack(&fixture->peer, 7, 1);
    deliver(fixture);
    assert_int_equal(verdict(fixture), DIALOGUE_LOST);

    put(fixture, 0, outbox_sample(3, 1));
    open_dialogue(fixture, 1);
    for (unsigned i = 0; i < 40 * 1000 && verdict(fixture) == DIALOGUE_GOES_ON; i++) {
        fixture->deaf = true;
        peer_want(&fixture->peer, 0, 1, &hash, 1);
        deliver(fixture);
    }
    assert_int_equal(verdict(fixture), DIALOGUE_LOST);
}

static void test_other_sessions_are_not_listened_to(void **state)
{
    struct fixture *fixture = *state;
    const struct peer_reject over = {.target = -1, .code = REJECT_PROTOCOL};
    struct hash hash = {{0}};

    put(fixture, 0, outbox_sample(3, 1));
    open_dialogue(fixture, 1);
    fixture->peer.session += 100;
    peer_ack(&fixture->peer, 0, 1);
    peer_ack(&fixture->peer, 9, 9);
    peer_want(&fixture->peer, 0, 1, &hash, 1);
    peer_reject(&fixture->peer, &over);
    deliver(fixture);
    assert_int_equal(verdict(fixture), DIALOGUE_GOES_ON);
    assert_int_equal(range(fixture, 0).waiting, 1);
    assert_int_equal(fixture->sent_count, 1); /* the offer, and no nodes */
}

/* A collector that was restarted has forgotten the session, and one that was restored from a backup more than that. */
static void test_a_collector_that_forgot(void **state)
{
    static const enum reject_code codes[] = {REJECT_SESSION, REJECT_FORGOTTEN};
    struct fixture *fixture = *state;
    struct peer *peer = &fixture->peer;

    for (unsigned i = 1; i <= 4; i++)
        put(fixture, 0, outbox_sample(50, i));
    begin(fixture);
    talk(fixture);
    assert_int_equal(peer->recorded_count, 4);
    for (size_t i = 0; i < LENGTH_OF(codes); i++) {
        const struct peer_reject reject = {.target = -1, .code = codes[i]};

        peer->recorded_count = 0;
        peer->next[0] = 2;
        peer_reject(peer, &reject);
        peer_reject(peer, &reject); /* once for each message that was under way */
        deliver(fixture);
        talk(fixture);
        assert_int_equal(peer->hellos, i + 2);
        assert_int_equal(peer->recorded_count, 3);
        assert_int_equal(peer->recorded[0].seq, 2);
        assert_int_equal(verdict(fixture), DIALOGUE_GOES_ON);
    }
}

static void test_what_the_outbox_has_no_more_is_a_gap(void **state)
{
    struct fixture *fixture = *state;
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message;

    arena_init(&arena, SIZE_MAX);
    for (unsigned i = 1; i <= 4; i++)
        put(fixture, 0, outbox_sample(50, i));
    assert_int_equal(outbox_drop(fixture->outbox, fixture->targets[0].id, 1, "the first", &fixture->error), ERROR_NONE);
    assert_int_equal(outbox_drop(fixture->outbox, fixture->targets[0].id, 2, "the second", &fixture->error),
                     ERROR_NONE);
    open_dialogue(fixture, 1);
    message = hear(fixture, MESSAGE_OFFER, &arena);
    assert_int_equal(message.offer->seq, 3);
    assert_int_equal(message.offer->gap->lost, 2);
    assert_true(text_equal(message_text(message.offer->gap->reason), TEXT("the second")));
    peer_ack(&fixture->peer, 0, 3);
    deliver(fixture);
    assert_null(hear(fixture, MESSAGE_OFFER, &arena).offer->gap);
}

/* The newest was dropped while nobody was looking, and another came. */
static void test_a_gap_at_the_end(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, 0, outbox_sample(50, 1));
    begin(fixture);
    talk(fixture);
    put(fixture, 0, outbox_sample(50, 2));
    assert_int_equal(outbox_drop(fixture->outbox, fixture->targets[0].id, 2, "x", &fixture->error), ERROR_NONE);
    talk(fixture);
    assert_int_equal(fixture->peer.recorded_count, 1);
    put(fixture, 0, outbox_sample(50, 3));
    talk(fixture);
    assert_int_equal(fixture->peer.recorded_count, 2);
    assert_int_equal(fixture->peer.recorded[1].seq, 3);
    assert_int_equal(fixture->peer.recorded[1].lost, 1);
}

static void test_an_outbox_from_the_past(void **state)
{
    struct fixture *fixture = *state;
    uint8_t before[OUTBOX_INCARNATION_SIZE];

    for (unsigned i = 1; i <= 3; i++)
        put(fixture, 0, outbox_sample(50, i));
    outbox_incarnation(fixture->outbox, before);
    fixture->peer.next[0] = 9;
    begin(fixture);
    {
        CLEANUP(arena_free) struct arena arena;

        arena_init(&arena, SIZE_MAX);
        hear(fixture, MESSAGE_HELLO, &arena);
        peer_welcome(&fixture->peer, 1);
        deliver(fixture);
    }
    fixture->peer.next[0] = 1; /* of the new name it knows nothing */
    talk(fixture);
    assert_memory_not_equal(fixture->peer.incarnation, before, sizeof before);
    assert_int_equal(fixture->peer.recorded_count, 3);
    assert_int_equal(range(fixture, 0).waiting, 0);
}

/* Numbers that were given and are gone are no sign of that. */
static void test_a_target_whose_snapshots_are_all_gone(void **state)
{
    struct fixture *fixture = *state;
    uint8_t before[OUTBOX_INCARNATION_SIZE], after[OUTBOX_INCARNATION_SIZE];

    put(fixture, 0, outbox_sample(50, 1));
    put(fixture, 0, outbox_sample(50, 2));
    begin(fixture);
    talk(fixture);
    outbox_incarnation(fixture->outbox, before);
    for (uint64_t seq = 1; seq <= 2; seq++)
        assert_int_equal(outbox_drop(fixture->outbox, fixture->targets[0].id, seq, "x", &fixture->error), ERROR_NONE);
    make_dialogue(fixture, 1);
    begin(fixture);
    talk(fixture);
    outbox_incarnation(fixture->outbox, after);
    assert_memory_equal(before, after, sizeof before);
    put(fixture, 0, outbox_sample(50, 3));
    talk(fixture);
    assert_int_equal(fixture->peer.recorded_count, 3);
    assert_int_equal(fixture->peer.recorded[2].lost, 0);
}

/* ---- what can be refused ---- */

static const struct {
    enum reject_code code;
    uint32_t retry_ms;
    enum dialogue_verdict verdict;
    int64_t pause_us; /* at least */
} ends[] = {
    {REJECT_PROTOCOL, 0, DIALOGUE_AGAIN, 0},          {REJECT_VERSION, 0, DIALOGUE_AGAIN, 10 * SECOND},
    {REJECT_REVOKED, 0, DIALOGUE_AGAIN, 10 * SECOND}, {REJECT_DUPLICATE, 30000, DIALOGUE_AGAIN, 30 * SECOND},
    {REJECT_BUSY, 0, DIALOGUE_AGAIN, 1 * SECOND},     {REJECT_FULL, 7000, DIALOGUE_AGAIN, 7 * SECOND},
};

static void test_a_refused_session(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < LENGTH_OF(ends); i++) {
        const struct peer_reject reject = {.target = -1, .code = ends[i].code, .retry_ms = ends[i].retry_ms};

        print_message("  %s\n", reject_code_name(ends[i].code));
        open_dialogue(fixture, 1);
        peer_reject(&fixture->peer, &reject);
        deliver(fixture);
        assert_int_equal(verdict(fixture), ends[i].verdict);
        assert_true(pause_of(fixture) >= ends[i].pause_us);
        begin(fixture); /* and the Hello itself may be refused */
        fixture->peer.session = 0;
        peer_reject(&fixture->peer, &reject);
        deliver(fixture);
        assert_int_equal(verdict(fixture), ends[i].verdict);
    }
}

/* Time passes, with signs of life from both sides. */
static void pass_time(struct fixture *fixture, int64_t duration)
{
    for (int64_t end = fixture->now + duration; fixture->now < end;) {
        fixture->now += end - fixture->now < 10 * (int64_t)SECOND ? end - fixture->now : 10 * (int64_t)SECOND;
        peer_pong(&fixture->peer);
        deliver(fixture);
        talk(fixture);
    }
}

static const struct {
    enum reject_code code;
    uint32_t retry_ms;
    int64_t again_us;        /* after which the same is offered again; 0: never */
    unsigned asked;          /* of the watcher */
    enum target_state state; /* that the collector is told of then */
} refusals[] = {
    {REJECT_BUSY, 2000, 2 * SECOND, 0, TARGET_FINE},    {REJECT_BUSY, 0, 5 * SECOND, 0, TARGET_FINE},
    {REJECT_FULL, 5000, 5 * SECOND, 0, TARGET_FINE},    {REJECT_INCOMPLETE, 1000, 1 * SECOND, 0, TARGET_FINE},
    {REJECT_VERSION, 0, 60 * SECOND, 0, TARGET_FINE},   {REJECT_SEQUENCE, 0, 5 * SECOND, 0, TARGET_FINE},
    {REJECT_CORRUPT, 0, 0, STATUS_ANEW, TARGET_FAILED}, {REJECT_LIMIT, 0, 0, 0, TARGET_FAILED},
};

static void test_a_refused_offer(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < LENGTH_OF(refusals); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct peer_reject reject = {.target = 0, .code = refusals[i].code, .retry_ms = refusals[i].retry_ms};

        arena_init(&arena, SIZE_MAX);
        print_message("  %s\n", reject_code_name(refusals[i].code));
        status_report(&fixture->statuses[0], TARGET_FINE, "", 1);
        put(fixture, 0, outbox_sample(20, (unsigned)i));
        open_dialogue(fixture, 1);
        reject.seq = hear(fixture, MESSAGE_OFFER, &arena).offer->seq;
        peer_reject(&fixture->peer, &reject);
        deliver(fixture);
        assert_int_equal(verdict(fixture), DIALOGUE_GOES_ON);
        assert_int_equal(asked(fixture, 0), refusals[i].asked);
        talk(fixture);
        assert_int_equal(range(fixture, 0).waiting, refusals[i].again_us > 0);
        if (refusals[i].again_us > 0) {
            pass_time(fixture, refusals[i].again_us - 1);
            assert_int_equal(range(fixture, 0).waiting, 1);
            pass_time(fixture, 1);
        }
        assert_int_equal(range(fixture, 0).waiting, 0);
        assert_int_equal(fixture->peer.state[0], refusals[i].state);
        /* Whatever it was, the next one goes through, and then all is fine. */
        put(fixture, 0, outbox_sample(20, 100 + (unsigned)i));
        talk(fixture);
        assert_int_equal(range(fixture, 0).waiting, 0);
        assert_int_equal(fixture->peer.state[0], TARGET_FINE);
        assert_true(summary(fixture).settled);
    }
}

/* The next offer, whatever is said before it. */
static uint64_t next_offer(struct fixture *fixture)
{
    for (;;) {
        CLEANUP(arena_free) struct arena arena;
        struct wire_message message;

        arena_init(&arena, SIZE_MAX);
        dialogue_work(fixture->dialogue, fixture->now);
        assert_true(fixture->sent_count > 0);
        message = peer_hear(&fixture->peer, fixture->sent[0], &arena);
        free((char *)fixture->sent[0].bytes);
        memmove(fixture->sent, fixture->sent + 1, --fixture->sent_count * sizeof *fixture->sent);
        if (message.type == MESSAGE_OFFER)
            return message.offer->seq;
    }
}

/* The same bytes would be refused again: they are read anew once, and not over and over. */
static void test_a_snapshot_that_is_refused_again(void **state)
{
    struct fixture *fixture = *state;
    struct peer_reject reject = {.target = 0, .code = REJECT_CORRUPT};

    open_dialogue(fixture, 1);
    for (unsigned i = 0; i < 3; i++) {
        put(fixture, 0, outbox_sample(20, 7));
        reject.seq = next_offer(fixture);
        assert_int_equal(reject.seq, i + 1);
        peer_reject(&fixture->peer, &reject);
        deliver(fixture);
        assert_int_equal(asked(fixture, 0), i == 0 ? STATUS_ANEW : 0);
    }
    put(fixture, 0, outbox_sample(20, 8)); /* another one is another matter */
    reject.seq = next_offer(fixture);
    peer_reject(&fixture->peer, &reject);
    deliver(fixture);
    assert_int_equal(asked(fixture, 0), STATUS_ANEW);
}

static void test_refused_targets_leave_the_others_alone(void **state)
{
    static const enum reject_code codes[] = {REJECT_FORBIDDEN, REJECT_CLAIMED};
    struct fixture *fixture = *state;
    struct peer *peer = &fixture->peer;
    int64_t until;

    for (size_t i = 0; i < LENGTH_OF(codes); i++) {
        make_dialogue(fixture, TARGETS);
        peer->recorded_count = 0;
        peer->refuse[1] = codes[i];
        for (size_t target = 0; target < TARGETS; target++)
            put(fixture, target, outbox_sample(20, (unsigned)i));
        begin(fixture);
        talk(fixture);
        assert_int_equal(peer->recorded_count, 2);
        assert_int_equal(summary(fixture).refused, 1);
        assert_true(summary(fixture).settled);
        /* After a while it is asked for again, and everything is there. */
        peer->refuse[1] = REJECT_NONE;
        for (unsigned step = 0; step < 10 && peer->recorded_count < 3; step++) {
            until = dialogue_work(fixture->dialogue, fixture->now);
            assert_true(until > fixture->now);
            fixture->now = until;
            talk(fixture);
        }
        assert_int_equal(peer->recorded_count, 3);
        assert_int_equal(summary(fixture).refused, 0);
    }
}

static void test_a_target_that_is_lost_to_another_agent(void **state)
{
    struct fixture *fixture = *state;
    CLEANUP(arena_free) struct arena arena;
    struct peer_reject reject = {.target = 0, .seq = 1, .code = REJECT_CLAIMED};

    arena_init(&arena, SIZE_MAX);
    put(fixture, 0, outbox_sample(20, 1));
    open_dialogue(fixture, 1);
    hear(fixture, MESSAGE_OFFER, &arena);
    peer_reject(&fixture->peer, &reject);
    deliver(fixture);
    assert_int_equal(summary(fixture).refused, 1);
    assert_int_equal(fixture->sent_count, 0);
    fixture->now += 20 * (int64_t)SECOND;
    talk(fixture);
    assert_int_equal(fixture->peer.recorded_count, 1);
}

static void test_sequence_moves_to_what_is_expected(void **state)
{
    struct fixture *fixture = *state;
    CLEANUP(arena_free) struct arena arena;
    struct peer_reject reject = {.target = 0, .seq = 1, .code = REJECT_SEQUENCE, .next_seq = 3};

    arena_init(&arena, SIZE_MAX);
    for (unsigned i = 1; i <= 4; i++)
        put(fixture, 0, outbox_sample(20, i));
    open_dialogue(fixture, 1);
    assert_int_equal(hear(fixture, MESSAGE_OFFER, &arena).offer->seq, 1);
    peer_reject(&fixture->peer, &reject);
    fixture->peer.next[0] = 3;
    deliver(fixture);
    talk(fixture);
    assert_int_equal(fixture->peer.recorded_count, 2);
    assert_int_equal(fixture->peer.recorded[0].seq, 3);
}

/* ---- damage ---- */

/* What is damaged in the outbox is not sent, is read anew from the database, and the history says that one was lost. */
static void test_damaged_nodes_are_read_anew(void **state)
{
    static const char *const damages[] = {
        "UPDATE node SET bytes = CAST(bytes || x'00' AS BLOB) WHERE type = 1",
        "UPDATE node SET bytes = CAST(bytes || x'00' AS BLOB) WHERE type = 2",
        "UPDATE node SET bytes = CAST(bytes || x'00' AS BLOB) WHERE type = 4",
        "UPDATE node SET hash = randomblob(32) WHERE id = (SELECT max(id) FROM node WHERE type = 3)",
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < LENGTH_OF(damages); i++) {
        struct snapshot *snapshot = outbox_sample(200, (unsigned)i);
        struct outbox_put done;

        print_message("  %s\n", damages[i]);
        put(fixture, 0, outbox_sample(200, (unsigned)i));
        spoil(fixture, damages[i]);
        begin(fixture);
        talk(fixture);
        assert_int_equal(asked(fixture, 0), STATUS_ANEW);
        assert_int_equal(fixture->peer.state[0], TARGET_STARTING);
        /* What the watcher does then. */
        assert_int_equal(outbox_put(fixture->outbox, fixture->targets[0].id,
                                    &(struct outbox_parcel){.snapshot = snapshot, .anew = true}, &done,
                                    &fixture->error),
                         ERROR_NONE);
        snapshot_free(snapshot);
        status_stored(&fixture->statuses[0], done.seq);
        dialogue_look_around(fixture->dialogue);
        talk(fixture);
        assert_int_equal(fixture->peer.recorded_count, i + 1);
        assert_int_equal(fixture->peer.recorded[i].lost, 1);
        assert_int_equal(range(fixture, 0).waiting, 0);
    }
}

/* ---- anything at all ---- */

static void say_anything(struct fixture *fixture)
{
    const struct peer_reject reject = {.target = rand() % (TARGETS + 2) - 1,
                                       .seq = 1 + (unsigned)rand() % 6,
                                       .code = (enum reject_code)(1 + rand() % (REJECT_CODE_COUNT - 1)),
                                       .next_seq = (unsigned)rand() % 8,
                                       .retry_ms = (unsigned)rand() % 3000};
    struct hash hash = range(fixture, (size_t)rand() % TARGETS).root;
    char garbage[40];

    switch (rand() % 8) {
    case 0:
        for (size_t i = 0; i < TARGETS; i++) {
            fixture->peer.next[i] = 1 + (unsigned)rand() % 7;
            fixture->peer.refuse[i] = rand() % 5 == 0 ? REJECT_CLAIMED : REJECT_NONE;
        }
        peer_welcome(&fixture->peer, rand() % 10 == 0 ? TARGETS + 1 : TARGETS);
        break;
    case 1:
        hash.bytes[0] ^= (uint8_t)(rand() % 2);
        peer_want(&fixture->peer, (uint32_t)rand() % (TARGETS + 1), 1 + (unsigned)rand() % 6, &hash, 1);
        break;
    case 2:
    case 3:
        peer_ack(&fixture->peer, (uint32_t)rand() % (TARGETS + 1), 1 + (unsigned)rand() % 6);
        break;
    case 4:
        peer_pong(&fixture->peer);
        break;
    case 5:
        for (size_t i = 0; i < sizeof garbage; i++)
            garbage[i] = (char)(i == 0 ? WIRE_VERSION : i == 1 ? MESSAGE_WELCOME + rand() % 5 : rand());
        keep_answer(fixture, (struct text){garbage, (size_t)rand() % sizeof garbage});
        break;
    default:
        peer_reject(&fixture->peer, &reject);
    }
}

static void forget_everything(struct fixture *fixture)
{
    peer_clear(&fixture->peer);
    peer_init(&fixture->peer, keep_answer, fixture);
}

/* Whatever a peer says, the agent goes on; and a collector that comes after it gets what there is, in order. */
static void test_a_peer_that_says_anything(void **state)
{
    struct fixture *fixture = *state;

    make_dialogue(fixture, TARGETS);
    srand(11);
    for (unsigned round = 0; round < 60; round++) {
        begin(fixture);
        for (unsigned i = 0; i < 40; i++) {
            fixture->deaf = rand() % 8 == 0;
            if (rand() % 10 == 0)
                put(fixture, (size_t)rand() % TARGETS, outbox_sample(5 + (unsigned)rand() % 90, (unsigned)rand()));
            if (rand() % 5 == 0)
                fixture->now += rand() % (30 * SECOND);
            if (fixture->peer.session == 0 || rand() % 30 == 0)
                peer_welcome(&fixture->peer, TARGETS);
            say_anything(fixture);
            deliver(fixture);
            if (verdict(fixture) != DIALOGUE_GOES_ON || fixture->sent_count > 1000)
                begin(fixture);
        }
        fixture->deaf = false;
        fixture->now += 600 * (int64_t)SECOND;
        forget_everything(fixture);
        begin(fixture);
        talk(fixture);
        assert_true(summary(fixture).settled);
        for (size_t i = 0; i < TARGETS; i++)
            assert_int_equal(range(fixture, i).waiting, 0);
    }
    outbox_sample_check(fixture->path);
}

/* ---- memory ---- */

/* Let an allocation fail somewhere in the agent's part of the talk: the nth within one of its turns. */
static void talk_short_of_memory(struct fixture *fixture, unsigned turn, unsigned nth)
{
    begin(fixture);
    for (unsigned i = 0; fixture->sent_count > 0 || fixture->answered_count > 0; i++) {
        for (size_t frame = 0; frame < fixture->sent_count; frame++) {
            CLEANUP(arena_free) struct arena arena;
            struct wire_message message;

            arena_init(&arena, SIZE_MAX);
            message = peer_hear(&fixture->peer, fixture->sent[frame], &arena);
            peer_serve(&fixture->peer, &message);
            free((char *)fixture->sent[frame].bytes);
        }
        fixture->sent_count = 0;
        mem_fail_at(i == turn ? nth : 0);
        deliver(fixture);
        mem_fail_at(0);
    }
}

/* A later connection brings everything over, once and in order. */
static void test_allocations_may_fail(void **state)
{
    struct fixture *fixture = *state;
    unsigned failures = 0;

    put(fixture, 0, outbox_sample(30, 1));
    put(fixture, 0, outbox_sample(30, 2));
    for (unsigned turn = 0; turn < 8; turn++)
        for (unsigned nth = 1; nth < 40; nth++) {
            forget_everything(fixture);
            talk_short_of_memory(fixture, turn, nth);
            failures += verdict(fixture) != DIALOGUE_GOES_ON;
            assert_int_not_equal(verdict(fixture), DIALOGUE_FAILED);
            fixture->now += 60 * (int64_t)SECOND;
            begin(fixture);
            talk(fixture);
            assert_int_equal(fixture->peer.recorded_count, 2);
            assert_true(summary(fixture).settled);
        }
    assert_true(failures > 20);
}

#define DIALOGUE_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIALOGUE_TEST(test_hello_says_who_and_what),
        DIALOGUE_TEST(test_snapshots_arrive_whole_and_in_order),
        DIALOGUE_TEST(test_statements_are_offered_and_given),
        DIALOGUE_TEST(test_statements_outlive_their_snapshot),
        DIALOGUE_TEST(test_a_damaged_page_is_asked_for_anew),
        DIALOGUE_TEST(test_a_known_root_costs_nothing),
        DIALOGUE_TEST(test_a_small_change_is_a_small_message),
        DIALOGUE_TEST(test_a_large_node_comes_in_pieces),
        DIALOGUE_TEST(test_what_cannot_be_sent_waits),
        DIALOGUE_TEST(test_targets_do_not_wait_for_each_other),
        DIALOGUE_TEST(test_heartbeats),
        DIALOGUE_TEST(test_an_unchanged_target_costs_little),
        DIALOGUE_TEST(test_silence_ends_the_connection),
        DIALOGUE_TEST(test_nonsense_ends_the_connection),
        DIALOGUE_TEST(test_other_sessions_are_not_listened_to),
        DIALOGUE_TEST(test_a_collector_that_forgot),
        DIALOGUE_TEST(test_what_the_outbox_has_no_more_is_a_gap),
        DIALOGUE_TEST(test_a_gap_at_the_end),
        DIALOGUE_TEST(test_an_outbox_from_the_past),
        DIALOGUE_TEST(test_a_target_whose_snapshots_are_all_gone),
        DIALOGUE_TEST(test_a_refused_session),
        DIALOGUE_TEST(test_a_refused_offer),
        DIALOGUE_TEST(test_a_snapshot_that_is_refused_again),
        DIALOGUE_TEST(test_refused_targets_leave_the_others_alone),
        DIALOGUE_TEST(test_a_target_that_is_lost_to_another_agent),
        DIALOGUE_TEST(test_sequence_moves_to_what_is_expected),
        DIALOGUE_TEST(test_damaged_nodes_are_read_anew),
        DIALOGUE_TEST(test_a_peer_that_says_anything),
        DIALOGUE_TEST(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
