#include "integration/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drift/diff.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"
#include "support/process.h"

enum { PRINTED_MAX = 40, RICH_ATTEMPTS = 5, ARENA_LIMIT = 512 * 1024 * 1024 };

static const char key[] = "a key that makes changed secrets visible";

void database_settings(struct source_settings *settings)
{
    source_settings_init(settings);
    settings->secret_key = text_from(key);
    settings->attempts = 20; /* other tests work on roles and tablespaces of the same server */
}

struct snapshot *database_read(const char *ref)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error;

    database_settings(&settings);
    if (source_postgres.read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

struct hash database_root(const char *ref)
{
    CLEANUP(database_free) struct snapshot *snapshot = database_read(ref);

    return snapshot->root;
}

static void print_value(const char *side, const struct attribute *attribute)
{
    printf("      %s:", side);
    if (attribute == NULL)
        printf(" absent");
    for (uint32_t i = 0; attribute != NULL && i < attribute->count; i++)
        printf(" [%.*s]", TEXT_ARGS(attribute->items[i]));
    printf("\n");
}

static void print_changes(const struct snapshot *a, const struct snapshot *b)
{
    struct diff_options options;
    struct arena arena;
    struct error error;
    struct diff diff;

    arena_init(&arena, ARENA_LIMIT);
    diff_options_init(&options);
    assert_int_equal(diff_snapshots(&diff, a, b, &options, &arena, &error), ERROR_NONE);
    for (uint32_t i = 0; i < diff.change_count && i < PRINTED_MAX; i++) {
        const struct change *change = &diff.changes[i];

        printf("  %s %s %.*s (%s)\n", effect_name(change->effect), kind_name(change->kind), TEXT_ARGS(change->object),
               aspect_name(change->aspect));
        for (uint32_t j = 0; j < change->attribute_count; j++) {
            printf("    %.*s\n", TEXT_ARGS(change->attributes[j].name));
            print_value("from", change->attributes[j].from);
            print_value("to", change->attributes[j].to);
        }
    }
    for (uint32_t i = 0; i < diff.uncovered_count; i++)
        printf("  not read: %s %.*s: %.*s\n", kind_name(diff.uncovered[i].kind), TEXT_ARGS(diff.uncovered[i].object),
               TEXT_ARGS(diff.uncovered[i].reason));
    printf("  %u changes in all\n", diff.change_count);
    arena_free(&arena);
}

void database_assert_equal(const struct snapshot *a, const struct snapshot *b, const char *what)
{
    if (hash_equal(&a->root, &b->root))
        return;
    print_changes(a, b);
    fail_msg("%s: the roots differ", what);
}

void database_assert_same(const char *a, const char *b, const char *what)
{
    CLEANUP(database_free) struct snapshot *first = database_read(a);
    CLEANUP(database_free) struct snapshot *second = database_read(b);

    database_assert_equal(first, second, what);
}

static struct test_process psql(struct arena *arena, const char *ref, struct text sql)
{
    const char *program = arena_printf(arena, "%s/psql", test_postgres_setting(arena, "PGBIN"));
    const char *arguments[] = {program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", ref, NULL};
    struct test_process process = {.arguments = arguments, .input = sql};

    test_process_run(&process, arena);
    process.arguments = NULL;
    return process;
}

void database_script(const char *ref, const char *sql)
{
    CLEANUP(arena_free) struct arena arena;
    struct test_process process;

    arena_init(&arena, ARENA_LIMIT);
    process = psql(&arena, ref, text_from(sql));
    if (process.status != 0)
        fail_msg("psql: %s", process.errors.bytes);
}

const char *database_make(struct arena *arena, const char *name, const char *with)
{
    const char *create = arena_printf(arena, "CREATE DATABASE %s %s", name, with);

    database_drop(name);
    test_postgres_execute(test_postgres_dsn(arena, "postgres"), create);
    return test_postgres_dsn(arena, name);
}

/* The script makes roles that other tests make at the same time, so one of them may fail. */
const char *database_make_rich(struct arena *arena, const char *name, const char *with)
{
    const char *root = getenv("DRIFTLINE_SOURCE_DIR");
    const char *script = arena_printf(arena, "\\i %s/tests/oracle/rich.sql\n", root);
    struct test_process process = {0};

    assert_non_null(root);
    for (unsigned attempt = 0; attempt < RICH_ATTEMPTS; attempt++) {
        const char *ref = database_make(arena, name, with);

        process = psql(arena, ref, text_from(script));
        if (process.status == 0)
            return ref;
    }
    fail_msg("%s", process.errors.bytes);
    return NULL;
}

/* A database that has subscriptions cannot be dropped. */
#define OWN_SUBSCRIPTIONS                                                                                              \
    " FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()\\gexec\n"

void database_drop(const char *name)
{
    static const char drop_subscriptions[] =
        "SELECT format('ALTER SUBSCRIPTION %I DISABLE', subname)" OWN_SUBSCRIPTIONS
        "SELECT format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', subname)" OWN_SUBSCRIPTIONS
        "SELECT format('DROP SUBSCRIPTION %I', subname)" OWN_SUBSCRIPTIONS;
    CLEANUP(arena_free) struct arena arena;
    const char *count;

    arena_init(&arena, ARENA_LIMIT);
    count = arena_printf(&arena,
                         "SELECT count(*) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                         " WHERE d.datname = '%s'",
                         name);
    if (test_postgres_value(&arena, test_postgres_dsn(&arena, "postgres"), count)[0] != '0')
        database_script(test_postgres_dsn(&arena, name), drop_subscriptions);
    test_postgres_drop(name);
}

static void run_client(struct arena *arena, const char *const *arguments)
{
    struct test_process process = {.arguments = arguments};

    test_process_run(&process, arena);
    if (process.status != 0)
        fail_msg("%s: %s", arguments[0], process.errors.bytes);
}

void database_restore(const char *from, const char *to, const char *format)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    bool custom = strcmp(format, "custom") == 0;
    const char *bin, *file, *dump, *restore, *client;

    test_directory_make(&directory);
    bin = test_postgres_setting(&directory.arena, "PGBIN");
    file = test_directory_path(&directory, "dump");
    dump = arena_printf(&directory.arena, "%s/pg_dump", bin);
    restore = arena_printf(&directory.arena, "%s/pg_restore", bin);
    client = arena_printf(&directory.arena, "%s/psql", bin);
    run_client(&directory.arena,
               (const char *[]){dump, "--schema-only", "--format", format, "--file", file, "--dbname", from, NULL});
    if (custom)
        run_client(&directory.arena,
                   (const char *[]){restore, "--exit-on-error", "--single-transaction", "--dbname", to, file, NULL});
    else
        run_client(&directory.arena, (const char *[]){client, "-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1",
                                                      "--single-transaction", "-d", to, "-f", file, NULL});
}

static void ignore_notice(void *context, const PGresult *result)
{
    (void)context, (void)result;
}

PGconn *database_connect(const char *ref)
{
    PGconn *connection = PQconnectdb(ref);

    if (PQstatus(connection) != CONNECTION_OK)
        fail_msg("connecting: %s", PQerrorMessage(connection));
    PQsetNoticeReceiver(connection, ignore_notice, NULL);
    return connection;
}

void database_run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);

    PQclear(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s\nin: %s", PQerrorMessage(connection), sql);
}

const char *database_value(PGconn *connection, struct arena *arena, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    const char *value;

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s\nin: %s", PQerrorMessage(connection), sql);
    value = arena_string(arena, text_from(PQntuples(result) == 0 ? "" : PQgetvalue(result, 0, 0)));
    PQclear(result);
    assert_non_null(value);
    return value;
}

const char *database_ref(struct arena *arena, const char *database, const char *user, const char *options)
{
    const char *ref =
        arena_printf(arena, "postgres://%s@/%s?host=%s&port=%s%s", user, database,
                     test_postgres_setting(arena, "PGHOST"), test_postgres_setting(arena, "PGPORT"), options);

    assert_non_null(ref);
    return ref;
}

enum watch_answer database_look(struct watch *watch, enum watch_depth depth)
{
    enum watch_answer answer = WATCH_SAME;
    struct error error = {0};

    if (watch_look(watch, depth, &answer, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return answer;
}

struct watch *database_watch(const char *ref)
{
    static struct source_settings settings;
    struct watch *watch = NULL;
    struct error error = {0};

    database_settings(&settings);
    if (watch_open(&watch, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_keep(watch);
    return watch;
}

void database_wait_for_sessions(PGconn *connection, const char *database)
{
    CLEANUP(arena_free) struct arena arena;
    const char *count;

    arena_init(&arena, ARENA_LIMIT);
    count = arena_printf(&arena,
                         "SELECT count(*) FROM pg_stat_activity WHERE datname = '%s'"
                         " AND application_name NOT IN ('driftline', 'control') AND backend_type = 'client backend'",
                         database);
    while (strcmp(database_value(connection, &arena, count), "0") != 0)
        database_pause();
}

void database_cluster(const char *verb, const char *folder, const char *primary)
{
    CLEANUP(arena_free) struct arena arena;
    const char *arguments[] = {NULL, verb, folder, primary, NULL};
    struct test_process process = {.arguments = arguments};

    arena_init(&arena, ARENA_LIMIT);
    arguments[0] = arena_printf(&arena, "%s/tests/support/postgres_cluster.sh", getenv("DRIFTLINE_SOURCE_DIR"));
    test_process_run(&process, &arena);
    if (process.status != 0)
        fail_msg("%s %s: %s", verb, folder, process.errors.bytes);
}

void database_use(const char *folder)
{
    setenv("DRIFTLINE_TEST_PG", folder, 1);
}

void database_pause(void)
{
    struct timespec time = {.tv_nsec = 5 * 1000000L};

    nanosleep(&time, NULL);
}

void database_finish(PGconn **connection)
{
    PQfinish(*connection);
}

void database_free(struct snapshot **snapshot)
{
    snapshot_free(*snapshot);
}
