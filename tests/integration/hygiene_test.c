/* How reading behaves on the server: one read-only transaction, nothing left behind, and no statement per table. */
#include "integration/database.h"

#include <stdio.h>

#include "base/file.h"
#include "support/cmocka.h"
#include "support/postgres.h"

enum { ARENA_LIMIT = 256 * 1024 * 1024, LOG_LIMIT = 128 * 1024 * 1024 };

/* What a second connection sees of the reading while its transaction is open. */
struct witness {
    PGconn *connection;
    struct arena arena;
    unsigned looked;
};

/* The reading's own backend. */
#define OURS "FROM pg_stat_activity a WHERE a.application_name = 'driftline' AND a.datname = 'dl_hygiene'"

static void look(void *context, unsigned done, unsigned total, unsigned long rows)
{
    static const struct {
        const char *what, *sql, *expected;
    } facts[] = {
        {"one backend", "SELECT count(*) " OURS, "1"},
        {"in a transaction", "SELECT xact_start IS NOT NULL " OURS, "t"},
        {"without a number of its own", "SELECT backend_xid IS NULL " OURS, "t"},
        {"no lock but the weakest",
         "SELECT count(*) FROM pg_locks l WHERE l.locktype <> 'virtualxid' AND l.mode <> 'AccessShareLock'"
         "   AND l.pid IN (SELECT a.pid " OURS ")",
         "0"},
        {"no temporary schema", "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'pg_temp%'", "0"},
        {"no prepared transaction", "SELECT count(*) FROM pg_prepared_xacts", "0"},
    };
    struct witness *witness = context;

    (void)rows;
    if (done != 1 && done != total)
        return;
    witness->looked++;
    for (size_t i = 0; i < LENGTH_OF(facts); i++) {
        const char *seen = database_value(witness->connection, &witness->arena, facts[i].sql);

        if (strcmp(seen, facts[i].expected) != 0)
            fail_msg("%s: expected %s, got %s", facts[i].what, facts[i].expected, seen);
    }
}

static void test_nothing_is_held_or_left_behind(void **state)
{
    struct witness witness = {0};
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    const char *ref;

    (void)state;
    arena_init(&witness.arena, ARENA_LIMIT);
    ref = database_make(&witness.arena, "dl_hygiene", "");
    witness.connection = database_connect(ref);
    database_run(witness.connection, "CREATE TABLE t (id int CHECK (id > 0)); CREATE VIEW v AS SELECT id FROM t");
    database_settings(&settings);
    settings.progress = look;
    settings.progress_context = &witness;
    if (source_postgres.read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    snapshot_free(snapshot);
    assert_true(witness.looked >= 2);
    /* The server notices a moment later that the connection is gone. */
    while (database_value(witness.connection, &witness.arena, "SELECT count(*) " OURS)[0] != '0')
        database_run(witness.connection, "SELECT pg_sleep(0.01)");
    PQfinish(witness.connection);
    arena_free(&witness.arena);
    database_drop("dl_hygiene");
}

/* What the server's log says of one reading. */
struct account {
    unsigned begins;    /* of the one kind of transaction that is allowed */
    unsigned commits;   /* and its end */
    unsigned inside;    /* queries in it, but for the comparison of the catalogues */
    unsigned outside;   /* queries before and after it, but for those that say whether something was written */
    unsigned forbidden; /* statements that are neither */
    bool timeouts;      /* the first thing that the transaction did */
};

/* Statements of a log are those of the one database that logs them; they begin behind these words. */
static const char statement_mark[] = "LOG:  execute <unnamed>: ";

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void account_statement(struct account *account, const char *statement, bool first_inside)
{
    static const char *const passed_over[] = {"SELECT pg_catalog.set_config('statement_timeout', ",
                                              "SELECT pg_catalog.txid_current_snapshot()",
                                              "SELECT pg_catalog.string_agg(n || '=' || f, ' ' ORDER BY n)"};
    bool inside = account->begins > account->commits;

    if (first_inside)
        account->timeouts = starts_with(statement, "SELECT pg_catalog.set_config('statement_timeout', '60000', true),"
                                                   " pg_catalog.set_config('lock_timeout', '2000', true),"
                                                   " pg_catalog.set_config('idle_in_transaction_session_timeout',");
    for (size_t i = 0; i < LENGTH_OF(passed_over); i++)
        if (starts_with(statement, passed_over[i]))
            return;
    if (starts_with(statement, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY\n"))
        account->begins++;
    else if (starts_with(statement, "COMMIT\n"))
        account->commits++;
    else if (starts_with(statement, "SAVEPOINT read\n") || starts_with(statement, "ROLLBACK TO SAVEPOINT read\n"))
        account->forbidden += !inside;
    else if (inside)
        account->inside++;
    else
        account->outside++;
}

static struct account account_log(const char *log)
{
    struct account account = {0};
    bool begun = false;

    for (const char *line = strstr(log, statement_mark); line != NULL; line = strstr(line, statement_mark)) {
        unsigned begins = account.begins;

        line += strlen(statement_mark);
        account_statement(&account, line, begun);
        begun = account.begins > begins;
    }
    return account;
}

/* Read a database of so many tables, and account for what its server logged meanwhile. */
static struct account account_reading(unsigned tables)
{
    CLEANUP(arena_free) struct arena arena;
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct text before = {0}, after = {0};
    struct error error = {0};
    const char *ref, *log;

    arena_init(&arena, ARENA_LIMIT);
    ref = database_make(&arena, "dl_hygiene_log", "");
    test_postgres_execute(
        ref, arena_printf(&arena,
                          "DO $$ BEGIN FOR i IN 1..%u LOOP"
                          " EXECUTE format('CREATE TABLE t%%s (id serial PRIMARY KEY, a text CHECK (a <> %%L))', i, i);"
                          " END LOOP; END $$; ALTER DATABASE dl_hygiene_log SET log_statement = 'all'",
                          tables));
    log = arena_printf(&arena, "%s/log", test_postgres_setting(&arena, "PGHOST"));
    assert_int_equal(file_read(log, LOG_LIMIT, &arena, &before, &error), ERROR_NONE);
    source_settings_init(&settings);
    if (source_postgres.read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_true(snapshot_home(snapshot, KIND_TABLE)->count > tables);
    snapshot_free(snapshot);
    assert_int_equal(file_read(log, LOG_LIMIT, &arena, &after, &error), ERROR_NONE);
    database_drop("dl_hygiene_log");
    return account_log(after.bytes + before.length);
}

static void test_one_transaction_and_no_statement_per_table(void **state)
{
    static const unsigned sizes[] = {10, 1000};
    unsigned inside[LENGTH_OF(sizes)];

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(sizes); i++) {
        struct account account = account_reading(sizes[i]);

        assert_int_equal(account.begins, account.commits);
        assert_true(account.begins >= 1);
        assert_int_equal(account.outside, 0);
        assert_int_equal(account.forbidden, 0);
        assert_true(account.timeouts);
        /* Something that another test does to roles can make a second attempt necessary. */
        assert_int_equal(account.inside % account.begins, 0);
        inside[i] = account.inside / account.begins;
    }
    assert_int_equal(inside[0], inside[1]);
    assert_true(inside[0] > 40 && inside[0] < 128);
}

/* Namesakes of what our statements call, before pg_catalog in the role's search_path: whoever may create functions must
 * not get them run with our rights. */
static const char traps[] =
    "CREATE SCHEMA trap;"
    "CREATE TABLE trap.caught (what text); GRANT INSERT ON trap.caught TO PUBLIC;"
    "CREATE FUNCTION trap.spring(what text) RETURNS text LANGUAGE sql AS"
    "  'INSERT INTO trap.caught VALUES ($1) RETURNING what';"
    "CREATE FUNCTION trap.join(a txid_snapshot, b text) RETURNS text LANGUAGE sql AS 'SELECT "
    "trap.spring(''position'')';"
    "CREATE OPERATOR trap.|| (leftarg = txid_snapshot, rightarg = text, function = trap.join);"
    "CREATE FUNCTION trap.join(a bigint, b text) RETURNS text LANGUAGE sql AS 'SELECT trap.spring(''count'')';"
    "CREATE OPERATOR trap.|| (leftarg = bigint, rightarg = text, function = trap.join);"
    "CREATE FUNCTION trap.hashtidextended(a tid, b bigint) RETURNS bigint LANGUAGE sql AS"
    "  'SELECT length(trap.spring(''hash''))::bigint';"
    "CREATE FUNCTION trap.hashtextextended(a text, b bigint) RETURNS bigint LANGUAGE sql AS"
    "  'SELECT length(trap.spring(''hash of a text''))::bigint';"
    "CREATE FUNCTION trap.concat_ws(a text, VARIADIC b text[]) RETURNS text LANGUAGE sql AS"
    "  'SELECT trap.spring(''concatenation'')';"
    "CREATE FUNCTION trap.quote_ident(a text) RETURNS text LANGUAGE sql AS 'SELECT trap.spring(''quote'')';"
    "CREATE FUNCTION trap.unlike(a name, b text) RETURNS boolean LANGUAGE sql AS 'SELECT trap.spring(''name'') <> $1';"
    "CREATE OPERATOR trap.!~ (leftarg = name, rightarg = text, function = trap.unlike);"
    "CREATE OPERATOR trap.~ (leftarg = name, rightarg = text, function = trap.unlike);"
    "ALTER DATABASE dl_hygiene_trap SET search_path = trap, pg_catalog";

/* So that the catalogues have to be compared, too. */
static void write_something(void *context, unsigned done, unsigned total, unsigned long rows)
{
    (void)total, (void)rows;
    if (done == 1)
        database_run(context, "INSERT INTO public.noise VALUES (1)");
}

static void test_nothing_of_the_schema_is_run(void **state)
{
    CLEANUP(database_finish) PGconn *connection = NULL;
    CLEANUP(arena_free) struct arena arena;
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    const char *ref;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    ref = database_make(&arena, "dl_hygiene_trap", "");
    connection = database_connect(ref);
    database_run(connection, "CREATE TABLE public.noise (id int); GRANT SELECT ON public.noise TO PUBLIC");
    database_run(connection, traps);
    database_settings(&settings);
    settings.progress = write_something;
    settings.progress_context = connection;
    if (source_postgres.read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    snapshot_free(snapshot);
    watch_close(database_watch(ref));
    assert_string_equal(database_value(connection, &arena, "SELECT string_agg(DISTINCT what, ' ') FROM trap.caught"),
                        "");
    /* That they are traps. */
    assert_string_equal(test_postgres_value(&arena, ref, "SELECT txid_current_snapshot() || 'x'::text"), "position");
    database_drop("dl_hygiene_trap");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_held_or_left_behind),
        cmocka_unit_test(test_one_transaction_and_no_statement_per_table),
        cmocka_unit_test(test_nothing_of_the_schema_is_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
