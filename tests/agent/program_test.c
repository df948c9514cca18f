/* The program as it is run: its command line, its signals, and its end, against a peer on loopback. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/peer.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "common/wire/doorman.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "support/process.h"
#include "wire/socket.h"

enum { SECOND = 1000 * 1000, PATIENCE = 90 };

struct fixture {
    struct test_directory directory;
    struct arena *arena;
    const char *program;
    const char *config;
    const char *log; /* what the agent writes */
    void *context;
    struct key_pair agent_key, collector_key;
    struct doorman doorman;
    void *socket;
    char endpoint[SOCKET_ENDPOINT_SIZE];
    uint8_t address[SOCKET_PEER_SIZE];
    struct peer peer;
    pid_t agent; /* 0: none is running */
    int status;  /* of the last that ended, as of waitpid() */
};

static void answer(void *context, struct text frame)
{
    struct fixture *fixture = context;

    (void)socket_send_to(fixture->socket, fixture->address, frame);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct error error = {0};
    const char *data;

    assert_non_null(fixture);
    test_directory_make(&fixture->directory);
    fixture->arena = &fixture->directory.arena;
    fixture->program = arena_printf(fixture->arena, "%s/agent/driftline-agent", getenv("DRIFTLINE_BUILD_DIR"));
    fixture->config = test_directory_path(&fixture->directory, "agent.yaml");
    fixture->log = test_directory_path(&fixture->directory, "log");
    data = test_directory_path(&fixture->directory, "data");
    assert_int_equal(mkdir(data, 0700), 0);
    assert_int_equal(socket_context_new(&fixture->context, &error), ERROR_NONE);
    assert_int_equal(
        key_pair_load_or_make(&fixture->agent_key, arena_printf(fixture->arena, "%s/agent.key", data), &error),
        ERROR_NONE);
    assert_int_equal(key_pair_make(&fixture->collector_key, &error), ERROR_NONE);
    doorman_start(&fixture->doorman, fixture->context, &fixture->agent_key);
    const struct socket_server server = {"tcp://127.0.0.1:*", "driftline", &fixture->collector_key};

    assert_int_equal(socket_bind(&fixture->socket, fixture->context, &server, fixture->endpoint, &error), ERROR_NONE);
    peer_init(&fixture->peer, answer, fixture);
    fixture->peer.heartbeat_ms = 500;
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    if (fixture->agent != 0) {
        kill(fixture->agent, SIGKILL);
        waitpid(fixture->agent, &fixture->status, 0);
    }
    peer_clear(&fixture->peer);
    socket_close(fixture->socket);
    doorman_stop(&fixture->doorman);
    socket_context_free(fixture->context);
    test_directory_remove(&fixture->directory);
    free(fixture);
    return 0;
}

/* ---- files ---- */

/* `targets` is the list in YAML; the rest is as the fixture has it. */
static void configure(struct fixture *fixture, const char *targets, const char *rest)
{
    const char *text =
        arena_printf(fixture->arena,
                     "agent: test\ndata: %s/data\ncollector: {endpoints: [\"%s\"], key: \"%s\"}\n"
                     "targets:\n%s%s",
                     fixture->directory.path, fixture->endpoint, fixture->collector_key.public_key, targets, rest);

    test_directory_write(&fixture->directory, "agent.yaml", text_from(text));
}

static const char *sqlite_target(struct fixture *fixture, const char *name)
{
    return arena_printf(fixture->arena,
                        "  - {database: %s, environment: prod, source: \"sqlite:%s/%s.db\", poll: 100ms, "
                        "debounce: 10ms}\n",
                        name, fixture->directory.path, name);
}

static void run_sql(struct fixture *fixture, const char *name, const char *sql)
{
    sqlite3 *file = NULL;

    assert_int_equal(sqlite3_open(arena_printf(fixture->arena, "%s/%s.db", fixture->directory.path, name), &file),
                     SQLITE_OK);
    sqlite3_busy_timeout(file, 10000);
    if (sqlite3_exec(file, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(file));
    sqlite3_close(file);
}

/* ---- the program ---- */

static void start(struct fixture *fixture, const char *option)
{
    int log = open(fixture->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    assert_true(log >= 0);
    fflush(NULL);
    fixture->agent = fork();
    assert_true(fixture->agent >= 0);
    if (fixture->agent == 0) {
        dup2(log, STDERR_FILENO);
        execl(fixture->program, fixture->program, "--config", fixture->config, option, (char *)NULL);
        _exit(127);
    }
    close(log);
}

static void serve(struct fixture *fixture)
{
    struct socket_frame frame;

    while (socket_receive(fixture->socket, true, &frame, NULL)) {
        CLEANUP(arena_free) struct arena arena;
        struct wire_message message;

        arena_init(&arena, SIZE_MAX);
        memcpy(fixture->address, frame.peer, sizeof fixture->address);
        message = peer_hear(&fixture->peer, socket_frame_text(&frame), &arena);
        peer_serve(&fixture->peer, &message);
        socket_frame_close(&frame);
    }
}

static bool has_ended(struct fixture *fixture)
{
    if (fixture->agent == 0)
        return true;
    if (waitpid(fixture->agent, &fixture->status, WNOHANG) != fixture->agent)
        return false;
    fixture->agent = 0;
    return true;
}

static const char *log_of(struct fixture *fixture)
{
    return access(fixture->log, R_OK) != 0 ? "" : test_directory_read(&fixture->directory, "log").bytes;
}

/* Serve until something holds. What holds last is told by the fixture's numbers. */
static void serve_until(struct fixture *fixture, bool (*holds)(struct fixture *fixture, const void *what),
                        const void *what, const char *words)
{
    int64_t end = clock_elapsed() + PATIENCE * (int64_t)SECOND;

    while (!holds(fixture, what)) {
        if (clock_elapsed() > end)
            fail_msg("waited in vain: %s\n%s", words, log_of(fixture));
        serve(fixture);
        usleep(2000);
    }
}

#define SERVE_UNTIL(fixture, holds, what) serve_until(fixture, holds, what, #holds " " #what)

static bool recorded(struct fixture *fixture, const void *count)
{
    return fixture->peer.recorded_count >= *(const size_t *)count;
}

static void wait_for_records(struct fixture *fixture, size_t count)
{
    SERVE_UNTIL(fixture, recorded, &count);
    assert_int_equal(fixture->peer.recorded_count, count);
}

static bool logged(struct fixture *fixture, const void *words)
{
    return strstr(log_of(fixture), words) != NULL;
}

static bool ended(struct fixture *fixture, const void *nothing)
{
    (void)nothing;
    return has_ended(fixture);
}

/* End it by a signal; it must say that all is well, and leave its outbox to others. */
static void stop(struct fixture *fixture)
{
    int64_t begun = clock_elapsed();

    assert_int_equal(kill(fixture->agent, SIGTERM), 0);
    SERVE_UNTIL(fixture, ended, NULL);
    if (!WIFEXITED(fixture->status) || WEXITSTATUS(fixture->status) != 0)
        fail_msg("ended with %x:\n%s", (unsigned)fixture->status, log_of(fixture));
    print_message("  ended after %lld ms\n", (long long)(clock_elapsed() - begun) / 1000);
}

/* ---- the command line ---- */

static struct test_process run(struct fixture *fixture, const char *const *arguments)
{
    struct test_process process = {.arguments = arguments};

    test_process_run(&process, fixture->arena);
    return process;
}

static void test_command_line(void **state)
{
    struct fixture *fixture = *state;
    const char *p = fixture->program;
    const struct {
        const char *arguments[8];
        int status;
        const char *output; /* a part of it */
        const char *errors;
    } cases[] = {
        {{p, "--help"}, 0, "usage: driftline-agent", ""},
        {{p, "-V"}, 0, "driftline-agent " DRIFTLINE_VERSION, ""},
        {{p}, 2, "", "no configuration was given"},
        {{p, "--once"}, 2, "", "no configuration was given"},
        {{p, "--config"}, 2, "", "needs a value"},
        {{p, "--config", fixture->config, "more"}, 2, "", "'more' is no option"},
        {{p, "--conifg", "x"}, 2, "", "did you mean '--config'?"},
        {{p, "--config", "/nonexistent/a.yaml", "--check-config"}, 3, "", "/nonexistent/a.yaml"},
        {{p, "--config", fixture->config, "--check-config"}, 0, "", ""},
        {{p, "--config", fixture->config, "--public-key"}, 0, fixture->agent_key.public_key, ""},
    };

    configure(fixture, sqlite_target(fixture, "a"), "");
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct test_process process = run(fixture, cases[i].arguments);

        if (process.status != cases[i].status || strstr(process.output.bytes, cases[i].output) == NULL ||
            strstr(process.errors.bytes, cases[i].errors) == NULL)
            fail_msg("case %zu: %d, '%s', '%s'", i, process.status, process.output.bytes, process.errors.bytes);
    }
}

static void test_a_wrong_configuration(void **state)
{
    struct fixture *fixture = *state;
    const char *const check[] = {fixture->program, "--config", fixture->config, "--check-config", NULL};
    const char *const begin[] = {fixture->program, "--config", fixture->config, NULL};
    struct test_process process;

    configure(fixture, "  - {database: a, environment: prod, source: \"u:s3cret@h\"}\n", "");
    for (size_t i = 0; i < 2; i++) {
        process = run(fixture, i == 0 ? check : begin);
        assert_int_equal(process.status, 2);
        assert_non_null(strstr(process.errors.bytes, "agent.yaml:5:"));
        assert_null(strstr(process.errors.bytes, "s3cret"));
    }
}

/* ---- life ---- */

static void test_changes_are_delivered(void **state)
{
    struct fixture *fixture = *state;

    run_sql(fixture, "a", "CREATE TABLE orders (id integer PRIMARY KEY)");
    configure(fixture, sqlite_target(fixture, "a"), "");
    start(fixture, NULL);
    wait_for_records(fixture, 1);
    run_sql(fixture, "a", "ALTER TABLE orders ADD COLUMN note text");
    wait_for_records(fixture, 2);
    run_sql(fixture, "a", "INSERT INTO orders (note) VALUES ('data is no schema')");
    run_sql(fixture, "a", "CREATE INDEX by_note ON orders (note)");
    wait_for_records(fixture, 3);
    stop(fixture);
    assert_int_equal(fixture->peer.byes, 1);
}

static void test_a_kill_loses_nothing(void **state)
{
    struct fixture *fixture = *state;

    run_sql(fixture, "a", "CREATE TABLE t0 (id integer)");
    configure(fixture, sqlite_target(fixture, "a"), "");
    start(fixture, NULL);
    wait_for_records(fixture, 1);
    for (unsigned i = 1; i <= 5; i++) {
        kill(fixture->agent, SIGKILL);
        SERVE_UNTIL(fixture, ended, NULL);
        run_sql(fixture, "a", arena_printf(fixture->arena, "CREATE TABLE t%u (id integer)", i));
        start(fixture, NULL);
        wait_for_records(fixture, 1 + i);
    }
    for (size_t i = 0; i < fixture->peer.recorded_count; i++)
        assert_int_equal(fixture->peer.recorded[i].lost, 0);
    stop(fixture);
}

static void test_reloading(void **state)
{
    struct fixture *fixture = *state;
    const char *both;

    run_sql(fixture, "a", "CREATE TABLE t (id integer)");
    run_sql(fixture, "b", "CREATE TABLE u (id integer)");
    configure(fixture, sqlite_target(fixture, "a"), "");
    start(fixture, NULL);
    wait_for_records(fixture, 1);
    /* What is wrong is refused, and all goes on. */
    configure(fixture, sqlite_target(fixture, "a"), "lgo: debug\n");
    kill(fixture->agent, SIGHUP);
    SERVE_UNTIL(fixture, logged, "event=reload-refused");
    run_sql(fixture, "a", "CREATE TABLE t2 (id integer)");
    wait_for_records(fixture, 2);
    /* Another target comes … */
    both = arena_printf(fixture->arena, "%s%s", sqlite_target(fixture, "a"), sqlite_target(fixture, "b"));
    configure(fixture, both, "log: debug\n");
    kill(fixture->agent, SIGHUP);
    SERVE_UNTIL(fixture, logged, "event=reloaded");
    wait_for_records(fixture, 3);
    /* … and the first one goes; its place in the next Hello is the other's. */
    configure(fixture, sqlite_target(fixture, "b"), "");
    fixture->peer.next[0] = 2;
    kill(fixture->agent, SIGHUP);
    run_sql(fixture, "b", "CREATE TABLE u2 (id integer)");
    wait_for_records(fixture, 4);
    run_sql(fixture, "a", "CREATE TABLE t3 (id integer)");
    stop(fixture);
    assert_int_equal(fixture->peer.recorded_count, 4);
}

static void test_looking_now(void **state)
{
    struct fixture *fixture = *state;

    run_sql(fixture, "a", "CREATE TABLE t (id integer)");
    configure(fixture,
              arena_printf(fixture->arena,
                           "  - {database: a, environment: prod, source: \"sqlite:%s/a.db\", poll: 1h, exact: 1h}\n",
                           fixture->directory.path),
              "");
    start(fixture, NULL);
    wait_for_records(fixture, 1);
    run_sql(fixture, "a", "CREATE TABLE t2 (id integer)");
    kill(fixture->agent, SIGUSR1);
    wait_for_records(fixture, 2);
    stop(fixture);
}

static void test_a_second_agent_is_kept_out(void **state)
{
    struct fixture *fixture = *state;
    const char *const arguments[] = {fixture->program, "--config", fixture->config, NULL};
    struct test_process process;

    run_sql(fixture, "a", "CREATE TABLE t (id integer)");
    configure(fixture, sqlite_target(fixture, "a"), "");
    start(fixture, NULL);
    wait_for_records(fixture, 1);
    process = run(fixture, arguments);
    assert_int_equal(process.status, 4);
    assert_non_null(strstr(process.errors.bytes, "open in another program"));
    assert_non_null(strstr(process.errors.bytes, "another agent uses the folder"));
    stop(fixture);
}

static void test_once(void **state)
{
    struct fixture *fixture = *state;

    run_sql(fixture, "a", "CREATE TABLE t (id integer)");
    configure(fixture, sqlite_target(fixture, "a"), "");
    for (unsigned i = 1; i <= 2; i++) {
        start(fixture, "--once");
        SERVE_UNTIL(fixture, ended, NULL);
        assert_int_equal(WEXITSTATUS(fixture->status), 0);
        assert_int_equal(fixture->peer.recorded_count, i);
        assert_int_equal(fixture->peer.state[0], TARGET_FINE);
        run_sql(fixture, "a", arena_printf(fixture->arena, "CREATE TABLE t%u (id integer)", i));
    }
    configure(fixture, sqlite_target(fixture, "missing"), ""); /* a database that cannot be read is not fine */
    fixture->peer.next[0] = 1;
    start(fixture, "--once");
    SERVE_UNTIL(fixture, ended, NULL);
    assert_int_equal(WEXITSTATUS(fixture->status), 3);
    assert_int_equal(fixture->peer.state[0], TARGET_UNREACHABLE);
}

/* ---- the end ---- */

/* A server that accepts and never says a word. */
static int mute_server(unsigned *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    *ret_port = ntohs(address.sin_port);
    return listener;
}

/* A database that hangs keeps neither the other target from being watched nor the agent from ending. */
static void test_a_database_that_hangs(void **state)
{
    struct fixture *fixture = *state;
    unsigned port = 0;
    int listener = mute_server(&port);
    int connection;
    const char *targets;
    int64_t begun;

    run_sql(fixture, "a", "CREATE TABLE t (id integer)");
    targets = arena_printf(fixture->arena,
                           "  - {database: mute, environment: prod, source: \"postgres://u@127.0.0.1:%u/d\"}\n%s", port,
                           sqlite_target(fixture, "a"));
    configure(fixture, targets, "timeouts: {connect: 1h, statement: 1h}\n");
    start(fixture, NULL);
    wait_for_records(fixture, 1);
    connection = accept(listener, NULL, NULL); /* it hangs from now on */
    assert_true(connection >= 0);
    run_sql(fixture, "a", "CREATE TABLE t2 (id integer)");
    wait_for_records(fixture, 2);
    begun = clock_elapsed();
    stop(fixture);
    assert_true(clock_elapsed() - begun < 30 * (int64_t)SECOND); /* an hour would have been the alternative */
    close(connection);
    close(listener);
    /* What was stored is there. */
    configure(fixture, sqlite_target(fixture, "a"), "");
    fixture->peer.next[0] = 3;
    start(fixture, NULL);
    run_sql(fixture, "a", "CREATE TABLE t3 (id integer)");
    wait_for_records(fixture, 3);
    assert_int_equal(fixture->peer.recorded[2].seq, 3);
    stop(fixture);
}

/* systemd is told when it is ready, and when it ends. */
static void test_systemd(void **state)
{
    struct fixture *fixture = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    char words[1024];
    ssize_t length;

    snprintf(address.sun_path, sizeof address.sun_path, "%s/notify", fixture->directory.path);
    assert_int_equal(bind(notify, (struct sockaddr *)&address, sizeof address), 0);
    run_sql(fixture, "a", "CREATE TABLE t (id integer)");
    configure(fixture, sqlite_target(fixture, "a"), "");
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    start(fixture, NULL);
    unsetenv("NOTIFY_SOCKET");
    length = recv(notify, words, sizeof words - 1, 0);
    assert_true(length > 0);
    words[length] = '\0';
    assert_non_null(strstr(words, "READY=1"));
    assert_non_null(strstr(words, "STATUS="));
    assert_non_null(strstr(words, "1 targets"));
    wait_for_records(fixture, 1);
    stop(fixture);
    do {
        length = recv(notify, words, sizeof words - 1, MSG_DONTWAIT);
        words[length > 0 ? length : 0] = '\0';
    } while (length > 0 && strstr(words, "STOPPING=1") == NULL);
    assert_true(length > 0);
    close(notify);
}

#define PROGRAM_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROGRAM_TEST(test_command_line),
        PROGRAM_TEST(test_a_wrong_configuration),
        PROGRAM_TEST(test_changes_are_delivered),
        PROGRAM_TEST(test_a_kill_loses_nothing),
        PROGRAM_TEST(test_reloading),
        PROGRAM_TEST(test_looking_now),
        PROGRAM_TEST(test_a_second_agent_is_kept_out),
        PROGRAM_TEST(test_once),
        PROGRAM_TEST(test_a_database_that_hangs),
        PROGRAM_TEST(test_systemd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
