/* Whatever goes wrong between us and a server ends in time, with the right code, one line, and no password in it. */
#include "integration/database.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sources/watch.h"
#include "support/cmocka.h"
#include "support/postgres.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024 };

#define SECRET "dl-secret-9"

struct fixture {
    struct arena arena;
    const char *port;     /* of the real server */
    const char *thousand; /* a database of a thousand tables */
};

static struct fixture fixture;

static void quick_settings(struct source_settings *settings)
{
    database_settings(settings);
    settings->connect_timeout_ms = 2000;
    settings->statement_timeout_ms = 1000;
    settings->attempts = 2;
}

static void assert_fails_with(const char *ref, const struct source_settings *settings, enum error_code code,
                              const char *word)
{
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    enum error_code answer = source_postgres.read(&snapshot, ref, settings, &error);

    if (answer != code || error.code != code || strstr(error.message, word) == NULL)
        fail_msg("%s: expected '%s' and '%s', got '%s': %s", ref, error_name(code), word, error_name(answer),
                 error.message);
    assert_null(snapshot);
    assert_null(strpbrk(error.message, "\r\n"));
    assert_null(strpbrk(error.hint, "\r\n"));
    if (strstr(error.message, SECRET) != NULL || strstr(error.hint, SECRET) != NULL ||
        strstr(error.message, TEST_POSTGRES_PASSWORD) != NULL)
        fail_msg("a password in: %s (%s)", error.message, error.hint);
}

static void assert_fails(const char *ref, enum error_code code, const char *word)
{
    struct source_settings settings;

    quick_settings(&settings);
    assert_fails_with(ref, &settings, code, word);
}

/* The same of a look. */
static void assert_look_fails(const char *ref, enum error_code code, const char *word)
{
    struct source_settings settings;
    enum watch_answer answer;
    struct watch *watch = NULL;
    struct error error = {0};

    quick_settings(&settings);
    assert_int_equal(watch_open(&watch, ref, &settings, &error), ERROR_NONE);
    if (watch_look(watch, WATCH_CHEAP, &answer, &error) != code || strstr(error.message, word) == NULL)
        fail_msg("%s: expected '%s', got '%s': %s", ref, error_name(code), error_name(error.code), error.message);
    assert_null(strpbrk(error.message, "\r\n"));
    assert_null(strstr(error.message, SECRET));
    watch_close(watch);
}

/* A socket on loopback with a port of its own. */
static int bound_socket(unsigned *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(file >= 0);
    assert_int_equal(bind(file, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(file, (struct sockaddr *)&address, &length), 0);
    *ret_port = ntohs(address.sin_port);
    return file;
}

/* ---- before there is a connection ---- */

static void test_what_the_server_refuses(void **state)
{
    static const struct {
        const char *user, *password, *database;
        enum error_code code;
        const char *word;
    } cases[] = {
        {"dl_password", SECRET, "postgres", ERROR_REFUSED, "password authentication failed"},
        {"dl_nobody", SECRET, "postgres", ERROR_REFUSED, "password authentication failed"},
        {"dl_password", TEST_POSTGRES_PASSWORD, "dl_missing", ERROR_NOT_FOUND, "does not exist"},
        {"dl_password", TEST_POSTGRES_PASSWORD, "dl_fail_closed", ERROR_CONNECT, "not currently accepting"},
        {"dl_password", TEST_POSTGRES_PASSWORD, "dl_fail_private", ERROR_REFUSED, "permission denied"},
        {"dl_password", TEST_POSTGRES_PASSWORD, "dl_fail_full", ERROR_CONNECT, "too many connections"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        assert_fails(test_postgres_tcp_dsn(&fixture.arena, cases[i].database, cases[i].user, cases[i].password),
                     cases[i].code, cases[i].word);
    assert_fails(test_postgres_dsn(&fixture.arena, "dl_missing"), ERROR_NOT_FOUND, "does not exist");
    assert_fails(database_ref(&fixture.arena, "postgres", "dl_nobody", ""), ERROR_REFUSED, "does not exist");
    assert_fails(database_ref(&fixture.arena, "postgres", "dl_fail_nologin", ""), ERROR_REFUSED, "not permitted");
    assert_fails(arena_printf(&fixture.arena, "postgres://dl_password@127.0.0.1:%s/postgres", fixture.port),
                 ERROR_REFUSED, "asks for a password");
}

static void test_the_password_may_come_from_the_environment(void **state)
{
    const char *ref = arena_printf(&fixture.arena, "postgres://dl_password@127.0.0.1:%s/postgres", fixture.port);
    struct snapshot *snapshot;

    (void)state;
    setenv("PGPASSWORD", SECRET, 1);
    assert_fails(ref, ERROR_REFUSED, "password authentication failed");
    setenv("PGPASSWORD", TEST_POSTGRES_PASSWORD, 1);
    snapshot = database_read(ref);
    unsetenv("PGPASSWORD");
    assert_null(memmem(snapshot->info.ref.bytes, snapshot->info.ref.length, TEST_POSTGRES_PASSWORD, 1 + 8));
    snapshot_free(snapshot);
}

/* REFs with a password, most of them wrong in some way. Nothing listens at the port. */
static void test_no_reference_gives_its_password_away(void **state)
{
    static const struct {
        const char *format; /* with the port */
        enum error_code code;
    } cases[] = {
        {"postgres://u:" SECRET "@127.0.0.1:%u/db", ERROR_CONNECT},
        {"postgresql://u:" SECRET "@127.0.0.1:%u/db", ERROR_CONNECT},
        {"postgres://127.0.0.1:%u/db?user=u&password=" SECRET, ERROR_CONNECT},
        {"postgres://127.0.0.1:%u/db?sslpassword=" SECRET, ERROR_CONNECT},
        {"postgres://u:" SECRET "%%zz@127.0.0.1:%u/db", ERROR_USAGE},
        {"postgres://u:%%00" SECRET "@127.0.0.1:%u/db", ERROR_USAGE},
        {"postgres://u:" SECRET "%%2@127.0.0.1:%u/db", ERROR_USAGE},
        {"postgres://u:a@" SECRET "@127.0.0.1:%u/db", ERROR_USAGE},
        {"postgres://u:a/" SECRET "@127.0.0.1:%u/db", ERROR_USAGE},
        {"postgres://u:a?" SECRET "/@127.0.0.1:%u/db", ERROR_USAGE},
        {"postgres://u:a#" SECRET "@127.0.0.1:%u/db", ERROR_CONNECT},
        {"postgres://u@127.0.0.1:%u/db?pass=" SECRET, ERROR_USAGE},
        {"postgres://u@127.0.0.1:%u/db?password=" SECRET "&x", ERROR_USAGE},
        {"postgres://u@127.0.0.1:%u/db?password=" SECRET "&password=%%", ERROR_USAGE},
        {"postgres://u:" SECRET "@[::1:%u/db", ERROR_USAGE},
        {"postgres://u:" SECRET "@127.0.0.1:%u/db?sslmode=nonsense", ERROR_CONNECT},
        {"postgres://u:" SECRET "@127.0.0.1:x%u/db", ERROR_CONNECT},
        {"postgres://u:" SECRET "@127.0.0.1:%u0000/db", ERROR_CONNECT},
    };
    unsigned port;
    int file = bound_socket(&port);

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer ref = {0};
        CLEANUP(buffer_clear) struct buffer shown = {0};
        const char *at = strstr(cases[i].format, "%u");

        for (const char *c = cases[i].format; c < at; c++)
            if (c[0] != '%' || c[1] != '%')
                buffer_add_byte(&ref, (uint8_t)*c);
        buffer_printf(&ref, "%u", port);
        for (const char *c = at + 2; *c != '\0'; c++)
            if (c[0] != '%' || c[1] != '%')
                buffer_add_byte(&ref, (uint8_t)*c);
        assert_fails(ref.bytes, cases[i].code, "postgres://");
        source_postgres.redact(&shown, ref.bytes);
        if (strstr(shown.bytes, SECRET) != NULL)
            fail_msg("%s is shown as %s", ref.bytes, shown.bytes);
    }
    close(file);
}

/* ---- servers that are none ---- */

/* What the false server does with everybody who comes. */
struct false_server {
    pthread_t thread;
    int file;
    const char *answer; /* what it sends to the first message */
    size_t length;
    bool hang_up; /* then: close the connection; else keep it and never read again */
    int peer;
};

static void *serve(void *context)
{
    struct false_server *server = context;
    char message[1024];

    server->peer = accept(server->file, NULL, NULL);
    if (server->peer < 0 || recv(server->peer, message, sizeof message, 0) <= 0)
        return NULL;
    if (send(server->peer, server->answer, server->length, MSG_NOSIGNAL) < 0 || server->hang_up) {
        close(server->peer);
        server->peer = -1;
    }
    return NULL;
}

#define GREETING(version)                                                                                              \
    "R\0\0\0\x08\0\0\0\0"                                                                                              \
    "S\0\0\0\x17server_version\0" version "\0"                                                                         \
    "K\0\0\0\x0c\0\0\0\1\0\0\0\2"                                                                                      \
    "Z\0\0\0\5I"

struct false_case {
    const char *what, *answer;
    size_t length;
    bool hang_up;
    enum error_code code;
};

/* Have somebody meet it, and fail. */
static void meet(const struct false_case *now, void (*attempt)(const char *ref, enum error_code, const char *word))
{
    struct false_server server = {.answer = now->answer, .length = now->length, .hang_up = now->hang_up, .peer = -1};
    int smallest = 1;
    unsigned port;

    server.file = bound_socket(&port);
    setsockopt(server.file, SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest);
    assert_int_equal(listen(server.file, 1), 0);
    assert_int_equal(pthread_create(&server.thread, NULL, serve, &server), 0);
    attempt(arena_printf(&fixture.arena, "postgres://u:" SECRET "@127.0.0.1:%u/db?sslmode=disable&gssencmode=disable",
                         port),
            now->code, "postgres://");
    assert_int_equal(pthread_join(server.thread, NULL), 0);
    if (server.peer >= 0)
        close(server.peer);
    close(server.file);
}

static void test_a_false_server(void **state)
{
    static const struct false_case cases[] = {
        {"hangs up", "", 0, true, ERROR_CONNECT},
        {"speaks something else", "HTTP/1.1 400 Bad Request\r\n\r\n", 28, true, ERROR_CONNECT},
        {"is too old", GREETING("9.6"), sizeof GREETING("9.6") - 1, false, ERROR_UNSUPPORTED},
        {"is too new", GREETING("99b"), sizeof GREETING("99b") - 1, false, ERROR_UNSUPPORTED},
        {"greets and hangs up", GREETING("15."), sizeof GREETING("15.") - 1, true, ERROR_CONNECT},
        {"greets and reads nothing any more", GREETING("15."), sizeof GREETING("15.") - 1, false, ERROR_TIMEOUT},
        {"wants to send a gigabyte", GREETING("15.") "D\x3f\xff\xff\xff\0\1", sizeof GREETING("15.") + 6, true,
         ERROR_CONNECT},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  %s\n", cases[i].what);
        meet(&cases[i], assert_fails);
        meet(&cases[i], assert_look_fails);
    }
}

static void test_a_server_that_never_answers(void **state)
{
    unsigned port;
    int file = bound_socket(&port);

    (void)state;
    assert_int_equal(listen(file, 8), 0);
    assert_fails(arena_printf(&fixture.arena, "postgres://u:" SECRET "@127.0.0.1:%u/db", port), ERROR_TIMEOUT,
                 "timeout");
    close(file);
}

/* ---- in the middle of a reading ---- */

struct accident {
    PGconn *connection; /* another one */
    const char *sql;    /* what happens when the first result is there */
    int signal;         /* or which signal the backend gets */
    pid_t backend;
};

static void happen(void *context, unsigned done, unsigned total, unsigned long rows)
{
    struct accident *accident = context;

    (void)total, (void)rows;
    if (done != 1)
        return;
    if (accident->sql != NULL)
        database_run(accident->connection, accident->sql);
    else {
        accident->backend = atoi(database_value(accident->connection, &fixture.arena,
                                                "SELECT pid FROM pg_stat_activity WHERE datname = 'dl_fail_thousand'"
                                                "   AND application_name = 'driftline'"));
        assert_true(accident->backend > 1);
        assert_int_equal(kill(accident->backend, accident->signal), 0);
    }
}

static void read_with_accident(struct accident *accident, enum error_code code, const char *word)
{
    struct source_settings settings;

    quick_settings(&settings);
    settings.progress = happen;
    settings.progress_context = accident;
    accident->connection = database_connect(test_postgres_dsn(&fixture.arena, "postgres"));
    assert_fails_with(fixture.thousand, &settings, code, word);
    PQfinish(accident->connection);
}

static void test_a_backend_that_is_ended(void **state)
{
    struct accident accident = {.sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                       " WHERE datname = 'dl_fail_thousand' AND application_name = 'driftline'"};

    (void)state;
    read_with_accident(&accident, ERROR_CONNECT, "the connection was lost");
}

static void test_a_backend_that_is_frozen(void **state)
{
    struct accident accident = {.signal = SIGSTOP};

    (void)state;
    read_with_accident(&accident, ERROR_TIMEOUT, "has not answered");
    assert_int_equal(kill(accident.backend, SIGCONT), 0);
}

static void test_a_statement_that_takes_too_long(void **state)
{
    struct source_settings settings;

    (void)state;
    quick_settings(&settings);
    settings.statement_timeout_ms = 1;
    assert_fails_with(fixture.thousand, &settings, ERROR_TIMEOUT, "postgres://");
}

/* ---- between looks ---- */

static pid_t backend_of_the_watch(PGconn *connection)
{
    return atoi(database_value(connection, &fixture.arena,
                               "SELECT pid FROM pg_stat_activity"
                               " WHERE datname = 'dl_fail_thousand' AND application_name = 'driftline'"));
}

/* It is given up, and the next look has a connection of its own. */
static void test_a_backend_that_freezes_under_a_watch(void **state)
{
    CLEANUP(database_finish) PGconn *connection = database_connect(test_postgres_dsn(&fixture.arena, "postgres"));
    enum watch_answer answer = WATCH_CHANGED;
    struct source_settings settings;
    struct watch *watch = NULL;
    struct error error = {0};
    pid_t backend;

    (void)state;
    quick_settings(&settings);
    assert_int_equal(watch_open(&watch, fixture.thousand, &settings, &error), ERROR_NONE);
    assert_int_equal(watch_look(watch, WATCH_EXACT, &answer, &error), ERROR_NONE);
    backend = backend_of_the_watch(connection);
    assert_true(backend > 1);
    assert_int_equal(kill(backend, SIGSTOP), 0);
    assert_int_equal(watch_look(watch, WATCH_CHEAP, &answer, &error), ERROR_TIMEOUT);
    assert_int_equal(watch_look(watch, WATCH_CHEAP, &answer, &error), ERROR_NONE);
    assert_int_equal(kill(backend, SIGCONT), 0);
    watch_close(watch);
}

/* ---- */

static int setup(void **state)
{
    static const char thousand[] =
        "DO $$ BEGIN FOR i IN 1..1000 LOOP"
        " EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, a text CHECK (a <> %L), b int, c int)', i, i);"
        " END LOOP; END $$";
    const char *postgres;

    (void)state;
    arena_init(&fixture.arena, ARENA_LIMIT);
    fixture.port = test_postgres_setting(&fixture.arena, "PGPORT");
    postgres = test_postgres_dsn(&fixture.arena, "postgres");
    test_postgres_execute(postgres, "DROP ROLE IF EXISTS dl_fail_nologin; CREATE ROLE dl_fail_nologin");
    database_make(&fixture.arena, "dl_fail_closed", "ALLOW_CONNECTIONS false");
    database_make(&fixture.arena, "dl_fail_full", "CONNECTION LIMIT 0");
    database_make(&fixture.arena, "dl_fail_private", "");
    test_postgres_execute(postgres, "REVOKE CONNECT ON DATABASE dl_fail_private FROM PUBLIC");
    fixture.thousand = database_make(&fixture.arena, "dl_fail_thousand", "");
    test_postgres_execute(fixture.thousand, thousand);
    return 0;
}

static int teardown(void **state)
{
    static const char *const databases[] = {"dl_fail_closed", "dl_fail_full", "dl_fail_private", "dl_fail_thousand"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(databases); i++)
        database_drop(databases[i]);
    test_postgres_execute(test_postgres_dsn(&fixture.arena, "postgres"), "DROP ROLE dl_fail_nologin");
    arena_free(&fixture.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_server_refuses),
        cmocka_unit_test(test_the_password_may_come_from_the_environment),
        cmocka_unit_test(test_no_reference_gives_its_password_away),
        cmocka_unit_test(test_a_false_server),
        cmocka_unit_test(test_a_server_that_never_answers),
        cmocka_unit_test(test_a_backend_that_is_ended),
        cmocka_unit_test(test_a_backend_that_is_frozen),
        cmocka_unit_test(test_a_statement_that_takes_too_long),
        cmocka_unit_test(test_a_backend_that_freezes_under_a_watch),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
