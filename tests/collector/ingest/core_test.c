#include "ingest/core.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "event/pulse.h"
#include "peer.h"
#include "store/events.h"
#include "store/snapshots.h"
#include "store/store.h"
#include "support/cmocka.h"
#include "support/directory.h"

/* Nothing here may depend on how fast the machine is: waits end when what is waited for happens, and only a failure
 * takes this long. */
enum { PATIENCE_MS = 60000, PEERS_LIMIT = 16 };

struct bench {
    struct test_directory directory;
    struct logger logger;
    int log;
    struct key_pair key;
    void *context;
    struct pulse *pulse;
    struct database *database;
    struct door *door;
    struct core *core;
    struct core_settings settings;
    pthread_t thread;
    bool running;
    enum error_code ended;
    struct peer_line line;
    struct offering small[3];
    struct peer peers[PEERS_LIMIT]; /* closed at the end, also of a test that failed */
    unsigned peer_count;
};

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

/* ---- the core on its thread ---- */

static void *run(void *context)
{
    struct bench *bench = context;
    struct error error = {0};

    bench->ended = core_run(bench->core, &error);
    return NULL;
}

static void start(struct bench *bench)
{
    struct error error = {0};

    check(store_open(&bench->database, bench->directory.path, DATABASE_WRITE, &error), &error);
    check(door_open(&bench->door, bench->context, &bench->logger, &error), &error);
    check(
        core_new(&bench->core, bench->database, bench->door, bench->context, &bench->settings, &bench->logger, &error),
        &error);
    assert_int_equal(pthread_create(&bench->thread, NULL, run, bench), 0);
    bench->running = true;
}

static void stop(struct bench *bench)
{
    if (bench->running) {
        core_stop(bench->core);
        pthread_join(bench->thread, NULL);
        assert_int_equal(bench->ended, ERROR_NONE);
        bench->running = false;
    }
    core_free(bench->core);
    door_close(bench->door);
    database_close(bench->database);
    bench->core = NULL;
    bench->door = NULL;
    bench->database = NULL;
}

/* ---- peers with a socket ---- */

static void send_frame(void *context, struct peer *peer, struct text frame)
{
    (void)context;
    assert_int_equal(zmq_send(peer->socket, frame.bytes, frame.length, 0), (int)frame.length);
}

static bool receive_frame(void *context, struct peer *peer, struct buffer *ret_frame)
{
    zmq_pollitem_t item = {.socket = peer->socket, .events = ZMQ_POLLIN};
    struct socket_frame frame;

    (void)context;
    while (!socket_receive(peer->socket, false, &frame, NULL))
        if (zmq_poll(&item, 1, PATIENCE_MS) <= 0)
            return false;
    buffer_add_text(ret_frame, socket_frame_text(&frame));
    socket_frame_close(&frame);
    return true;
}

static void connect_peer(struct bench *bench, struct peer *peer, const struct key_pair *key)
{
    struct socket_client client = {core_endpoint(bench->core), bench->key.public_key, key};
    struct error error = {0};

    socket_close(peer->socket);
    check(socket_connect(&peer->socket, bench->context, &client, &error), &error);
}

static struct peer *new_peer(struct bench *bench)
{
    struct peer *peer = &bench->peers[bench->peer_count++];

    assert_true(bench->peer_count <= PEERS_LIMIT);
    peer_init(peer, &bench->line, 0, (uint8_t)bench->peer_count);
    return peer;
}

/* ---- what operators do ---- */

static enum error_code enroll(void *context, struct database *database, struct error *error)
{
    int64_t id;

    return agents_enroll(database, context, &id, error);
}

static void enroll_key(struct bench *bench, const char *name, const struct key_pair *key)
{
    struct target_name grants[] = {{TEXT("*"), TEXT("*"), TEXT("*")}};
    struct agent_row agent = {
        .name = text_from(name), .grants = grants, .grant_count = 1, .enrolled_by = TEXT("test"), .enrolled_at = 1};
    struct error error = {0};

    key_to_bytes(key->public_key, agent.key);
    check(core_call(bench->core, enroll, &agent, &error), &error);
    check(core_reload_agents(bench->core, &error), &error);
}

static enum error_code revoke_agent(void *context, struct database *database, struct error *error)
{
    return agents_revoke(database, text_from(context), TEXT("test"), 1, error);
}

/* A peer with a new key that is enrolled under this name. */
static struct peer *add_peer(struct bench *bench, const char *name)
{
    struct peer *peer = new_peer(bench);
    struct error error = {0};
    struct key_pair key;

    check(key_pair_make(&key, &error), &error);
    enroll_key(bench, name, &key);
    connect_peer(bench, peer, &key);
    return peer;
}

static unsigned deliver(struct peer *peer, uint64_t seq, const struct offering *offering)
{
    return peer_deliver(peer, &(struct peer_offer){.seq = seq, .offering = offering});
}

static struct core_health health_of(struct bench *bench)
{
    struct core_health health;

    core_health(bench->core, &health);
    return health;
}

static int64_t number_of_snapshots(struct bench *bench)
{
    static const char sql[] = "SELECT count(*) FROM snapshot";
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct database *reader = NULL;
    struct error error = {0};
    int64_t count;
    bool row;

    check(store_open(&reader, bench->directory.path, DATABASE_READ, &error), &error);
    check(database_prepare(reader, sql, &statement, &error), &error);
    check(statement_step(statement, &row, &error), &error);
    count = statement_number(statement, 0);
    statement_reset(statement);
    statement = NULL;
    database_close(reader);
    return count;
}

/* ---- setup ---- */

static int setup(void **state)
{
    static struct bench bench;
    struct error error = {0};

    bench = (struct bench){.line = {send_frame, receive_frame, &bench}};
    bench.settings = (struct core_settings){.endpoint = "tcp://127.0.0.1:0",
                                            .key = &bench.key,
                                            .heartbeat_ms = 15000,
                                            .claim_ms = 90000,
                                            .batch_ms = 2 * PATIENCE_MS, /* who waits for it fails */
                                            .batch_limit = 256,
                                            .staging_limit = 64 * 1024 * 1024,
                                            .snapshot_limit = 64 * 1024 * 1024,
                                            .memory_limit = 512 * 1024 * 1024,
                                            .retention_ms = 50};
    test_directory_make(&bench.directory);
    bench.log = open(test_directory_path(&bench.directory, "log"), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    logger_init(&bench.logger, bench.log, LOG_LEVEL_DEBUG);
    check(key_pair_make(&bench.key, &error), &error);
    check(socket_context_new(&bench.context, &error), &error);
    check(pulse_new(&bench.pulse, &error), &error);
    bench.settings.pulse = bench.pulse;
    for (size_t i = 0; i < LENGTH_OF(bench.small); i++)
        offering_make(&bench.small[i], &(struct offering_shape){.tables = 100, .version = (uint32_t)i});
    start(&bench);
    *state = &bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    for (unsigned i = 0; i < bench->peer_count; i++) {
        socket_close(bench->peers[i].socket);
        peer_clear(&bench->peers[i]);
    }
    stop(bench);
    pulse_free(bench->pulse);
    socket_context_free(bench->context);
    for (size_t i = 0; i < LENGTH_OF(bench->small); i++)
        offering_clear(&bench->small[i]);
    logger_clear(&bench->logger);
    close(bench->log);
    test_directory_remove(&bench->directory);
    return 0;
}

/* ---- tests ---- */

static void test_a_lone_snapshot_is_recorded_at_once(void **state)
{
    struct bench *bench = *state;
    struct peer *peer = add_peer(bench, "orders-db");

    peer_join(peer, "orders@prod");
    deliver(peer, 1, &bench->small[0]);
    deliver(peer, 2, &bench->small[1]);
    peer_heartbeat(peer, 0, TARGET_FINE, NULL);
    assert_int_equal(number_of_snapshots(bench), 2);
}

static void test_a_restarted_core_goes_on_where_it_was(void **state)
{
    struct bench *bench = *state;
    struct error error = {0};
    struct key_pair key;
    struct peer *peer = new_peer(bench);

    check(key_pair_make(&key, &error), &error);
    enroll_key(bench, "orders-db", &key);
    connect_peer(bench, peer, &key);
    peer_join(peer, "orders@prod");
    deliver(peer, 1, &bench->small[0]);
    stop(bench);
    start(bench);
    connect_peer(bench, peer, &key);
    /* Before it says Hello its session is none. */
    peer_offer(peer, &(struct peer_offer){.seq = 2, .offering = &bench->small[1]});
    peer_expect_reject(peer, REJECT_SESSION);
    assert_int_equal(peer_join(peer, "orders@prod")->targets[0]->next_seq, 2);
    deliver(peer, 2, &bench->small[1]);
    assert_int_equal(number_of_snapshots(bench), 2);
}

static void test_an_unknown_key_stays_outside_until_it_is_enrolled(void **state)
{
    struct bench *bench = *state;
    uint64_t accepted = 0, refused = 0;
    struct error error = {0};
    struct key_pair key;
    struct peer *peer = new_peer(bench);

    check(key_pair_make(&key, &error), &error);
    connect_peer(bench, peer, &key);
    while (refused == 0)
        door_counts(bench->door, &accepted, &refused);
    assert_int_equal(accepted, 0);
    enroll_key(bench, "orders-db", &key);
    connect_peer(bench, peer, &key); /* libzmq gave the other one up */
    peer_join(peer, "orders@prod");
    door_counts(bench->door, &accepted, &refused);
    assert_int_equal(accepted, 1);
    assert_non_null(strstr(test_directory_read(&bench->directory, "log").bytes, "event=connection-refused"));
    assert_non_null(strstr(test_directory_read(&bench->directory, "log").bytes, "this key is not enrolled"));
}

static void test_who_is_revoked_while_connected_is_told_and_out(void **state)
{
    struct bench *bench = *state;
    struct peer *peer = add_peer(bench, "orders-db"), *other = add_peer(bench, "billing-db");
    struct error error = {0};

    peer_join(peer, "orders@prod");
    peer_join(other, "billing@prod");
    check(core_call(bench->core, revoke_agent, (char[]){"orders-db"}, &error), &error);
    check(core_reload_agents(bench->core, &error), &error);
    peer_expect_reject(peer, REJECT_REVOKED);
    deliver(other, 1, &bench->small[0]);
    assert_int_equal(health_of(bench).refused[REJECT_REVOKED], 1);
}

static enum error_code write_nothing(void *context, struct database *database, struct error *error)
{
    (void)context, (void)database, (void)error;
    return ERROR_NONE;
}

static enum error_code write_event(void *context, struct database *database, struct error *error)
{
    struct event_row event = {.at = 1, .type = EVENT_TOKEN_CREATED, .data = TEXT("{}")};

    (void)context;
    return events_add(database, &event, error);
}

static enum error_code write_event_in_vain(void *context, struct database *database, struct error *error)
{
    return write_event(context, database, error) == ERROR_NONE ? error_set(error, ERROR_CONFLICT, "on purpose")
                                                               : error->code;
}

static void test_who_listens_hears_of_what_is_committed(void **state)
{
    struct bench *bench = *state;
    struct peer *peer = add_peer(bench, "orders-db");
    struct pollfd file = {.events = POLLIN};
    struct error error = {0};
    int64_t last;
    uint64_t count;

    check(pulse_listen(bench->pulse, &file.fd, &error), &error);
    peer_join(peer, "orders@prod");
    last = pulse_last(bench->pulse);
    deliver(peer, 1, &bench->small[0]);
    check(core_call(bench->core, write_nothing, NULL, &error), &error); /* the beat comes before it */
    assert_true(pulse_last(bench->pulse) > last);
    last = pulse_last(bench->pulse);
    assert_int_equal(read(file.fd, &count, sizeof count), sizeof count);
    check(core_call(bench->core, write_event, NULL, &error), &error);
    assert_int_equal(pulse_last(bench->pulse), last + 1);
    assert_int_equal(poll(&file, 1, 0), 1);
    assert_int_equal(read(file.fd, &count, sizeof count), sizeof count);
    assert_int_equal(core_call(bench->core, write_event_in_vain, NULL, &error), ERROR_CONFLICT);
    assert_int_equal(core_call(bench->core, write_nothing, NULL, &error), ERROR_NONE);
    assert_int_equal(pulse_last(bench->pulse), last + 1);
    assert_int_equal(poll(&file, 1, 0), 0);
    pulse_leave(bench->pulse, file.fd);
}

static enum error_code fail_after_writing(void *context, struct database *database, struct error *error)
{
    struct target_name name = {TEXT("a"), TEXT("b"), TEXT("c")};
    int64_t id;

    (void)context;
    if (targets_find_or_add(database, &name, TEXT("dummy"), 1, &id, error) != ERROR_NONE)
        return error->code;
    return error_set(error, ERROR_CONFLICT, "on purpose");
}

static enum error_code find_what_was_written(void *context, struct database *database, struct error *error)
{
    struct target_name name = {TEXT("a"), TEXT("b"), TEXT("c")};
    struct target_row row;
    struct arena arena;
    enum error_code code;

    (void)context;
    arena_init(&arena, 1024 * 1024);
    code = targets_find(database, &name, &arena, &row, error);
    arena_free(&arena);
    return code;
}

static void test_calls_are_all_or_nothing_and_end_with_the_core(void **state)
{
    struct bench *bench = *state;
    struct error error = {0};

    assert_int_equal(core_call(bench->core, fail_after_writing, NULL, &error), ERROR_CONFLICT);
    assert_string_equal(error.message, "on purpose");
    assert_int_equal(core_call(bench->core, find_what_was_written, NULL, &error), ERROR_NOT_FOUND);
    assert_true(health_of(bench).running);
    core_stop(bench->core);
    pthread_join(bench->thread, NULL);
    bench->running = false;
    assert_int_equal(bench->ended, ERROR_NONE);
    assert_int_equal(core_call(bench->core, find_what_was_written, NULL, &error), ERROR_CONNECT);
    assert_int_equal(core_reload_agents(bench->core, &error), ERROR_CONNECT);
    assert_false(health_of(bench).running);
}

static void test_sessions_are_listed(void **state)
{
    struct bench *bench = *state;
    struct core_session *sessions = NULL;
    struct error error = {0};
    struct peer *peer, *other;
    size_t count = 99;

    check(core_sessions(bench->core, &bench->directory.arena, &sessions, &count, &error), &error);
    assert_int_equal(count, 0);
    peer = add_peer(bench, "b");
    other = add_peer(bench, "a");
    peer_join(other, "orders@prod/2");
    peer_join(peer, "orders@prod/1");
    check(core_sessions(bench->core, &bench->directory.arena, &sessions, &count, &error), &error);
    assert_int_equal(count, 2);
    assert_true(sessions[0].agent < sessions[1].agent);
    assert_true(sessions[0].since > 0 && sessions[0].heard_at >= sessions[0].since);
}

static void test_many_agents_at_the_same_time(void **state)
{
    enum { PEERS = 12, SNAPSHOTS = 4 };
    struct bench *bench = *state;
    struct peer *peers[PEERS];

    for (unsigned i = 0; i < PEERS; i++) {
        char name[32], target[32];

        snprintf(name, sizeof name, "agent-%u", i);
        snprintf(target, sizeof target, "orders@prod/%u", i);
        peers[i] = add_peer(bench, name);
        peer_join(peers[i], target);
    }
    deliver(peers[0], 1, &bench->small[0]);
    deliver(peers[0], 2, &bench->small[1]);
    for (unsigned seq = 1; seq <= SNAPSHOTS; seq++) {
        for (unsigned i = 1; i < PEERS; i++)
            peer_offer(peers[i], &(struct peer_offer){.seq = seq, .offering = &bench->small[seq % 2]});
        for (unsigned i = 1; i < PEERS; i++)
            assert_int_equal(peer_expect(peers[i], MESSAGE_ACK)->ack->seq, seq);
    }
    assert_int_equal(number_of_snapshots(bench), (PEERS - 1) * SNAPSHOTS + 2);
}

static void test_a_store_at_its_limit_acknowledges_nothing_and_recovers_by_itself(void **state)
{
    struct bench *bench = *state;
    struct core_settings limited = bench->settings;
    struct peer *peer = add_peer(bench, "orders-db");
    const struct wire_message *message;
    struct offering large;

    offering_make(&large, &(struct offering_shape){.tables = 1000, .version = 1});
    peer_join(peer, "orders@prod");
    deliver(peer, 1, &bench->small[0]);
    limited.store_limit = 1; /* what it has it may keep */
    core_configure(bench->core, &limited);
    peer_offer(peer, &(struct peer_offer){.seq = 2, .offering = &large, .hints = true});
    while ((message = peer_next(peer)) != NULL && message->type == MESSAGE_WANT)
        peer_answer(peer, message->want, &large);
    assert_non_null(message);
    assert_int_equal(message->type, MESSAGE_REJECT);
    assert_int_equal(message->reject->code, REJECT_FULL);
    assert_true(message->reject->has_retry_ms);
    while (!health_of(bench).full)
        usleep(1000);
    assert_true(health_of(bench).problem[0] != '\0' && health_of(bench).problem_since > 0);
    assert_int_equal(number_of_snapshots(bench), 1);
    core_configure(bench->core, &bench->settings);
    do {
        peer_offer(peer, &(struct peer_offer){.seq = 2, .offering = &large, .hints = true});
        while ((message = peer_next(peer)) != NULL && message->type == MESSAGE_WANT)
            peer_answer(peer, message->want, &large);
        assert_non_null(message);
    } while (message->type == MESSAGE_REJECT && message->reject->code == REJECT_FULL && usleep(100 * 1000) == 0);
    assert_int_equal(message->type, MESSAGE_ACK);
    while (health_of(bench).full)
        usleep(1000);
    assert_true(health_of(bench).problem[0] == '\0');
    assert_int_equal(number_of_snapshots(bench), 2);
    offering_clear(&large);
}

/* ---- hostile peers ---- */

static void test_frames_over_the_limit_and_messages_of_several_frames_harm_nobody_else(void **state)
{
    struct bench *bench = *state;
    static char huge[4 * WIRE_FRAME_LIMIT];
    struct peer *hostile = add_peer(bench, "hostile"), *other = add_peer(bench, "orders-db");

    peer_join(hostile, "billing@prod");
    peer_join(other, "orders@prod");
    for (unsigned i = 0; i < 50; i++) {
        zmq_send(hostile->socket, "a", 1, ZMQ_SNDMORE);
        zmq_send(hostile->socket, "b", 1, 0);
    }
    while (health_of(bench).dropped < 50)
        usleep(1000);
    zmq_send(hostile->socket, huge, sizeof huge, ZMQ_DONTWAIT); /* cuts the connection */
    deliver(other, 1, &bench->small[0]);
    deliver(other, 2, &bench->small[1]);
    assert_int_equal(number_of_snapshots(bench), 2);
}

static int connect_in_silence(const char *endpoint)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_port = htons((uint16_t)strtoul(strrchr(endpoint, ':') + 1, NULL, 10));
    assert_true(file >= 0);
    assert_int_equal(connect(file, (const struct sockaddr *)&address, sizeof address), 0);
    return file;
}

static void test_a_thousand_connections_that_say_nothing(void **state)
{
    enum { SILENT = 1000, DESCRIPTORS = 2 * SILENT + 200 };
    struct bench *bench = *state;
    static int files[SILENT];
    struct rlimit limit;
    struct peer *peer;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max > DESCRIPTORS ? DESCRIPTORS : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_true(limit.rlim_cur >= DESCRIPTORS);
    peer = add_peer(bench, "orders-db");
    peer_join(peer, "orders@prod");
    for (unsigned i = 0; i < SILENT; i++)
        files[i] = connect_in_silence(core_endpoint(bench->core));
    deliver(peer, 1, &bench->small[0]);
    peer = add_peer(bench, "billing-db"); /* newcomers, too */
    peer_join(peer, "billing@prod");
    deliver(peer, 1, &bench->small[1]);
    for (unsigned i = 0; i < SILENT; i++)
        close(files[i]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_lone_snapshot_is_recorded_at_once),
        TEST(test_a_restarted_core_goes_on_where_it_was),
        TEST(test_an_unknown_key_stays_outside_until_it_is_enrolled),
        TEST(test_who_is_revoked_while_connected_is_told_and_out),
        TEST(test_who_listens_hears_of_what_is_committed),
        TEST(test_calls_are_all_or_nothing_and_end_with_the_core),
        TEST(test_sessions_are_listed),
        TEST(test_many_agents_at_the_same_time),
        TEST(test_a_store_at_its_limit_acknowledges_nothing_and_recovers_by_itself),
        TEST(test_frames_over_the_limit_and_messages_of_several_frames_harm_nobody_else),
        TEST(test_a_thousand_connections_that_say_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
