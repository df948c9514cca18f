/* What is read depends on the schema alone: not on who reads, not on the settings and the locale under which. */
#include "integration/database.h"

#include <stdio.h>
#include <stdlib.h>

#include "drift/diff.h"
#include "support/cmocka.h"
#include "support/postgres.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

struct fixture {
    struct arena arena;
    const char *ref; /* of the rich database */
    struct snapshot *snapshot;
};

static struct fixture fixture;

static void test_twice_the_same(void **state)
{
    CLEANUP(database_free) struct snapshot *again = database_read(fixture.ref);

    (void)state;
    database_assert_equal(fixture.snapshot, again, "read twice");
}

/* The script is run anew in each, so that everything is stored under that locale. */
static void test_locale_of_the_database(void **state)
{
    static const char *const locales[] = {
        "TEMPLATE template0 LOCALE 'C'",
        "TEMPLATE template0 LOCALE 'C.UTF-8'",
        "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LOCALE 'C'",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(locales); i++) {
        const char *other = database_make_rich(&fixture.arena, "dl_inv_locale", locales[i]);

        database_assert_same(fixture.ref, other, locales[i]);
        database_drop("dl_inv_locale");
    }
}

/* Names, literals and comments that the server keeps in other bytes. */
static void test_encoding_of_the_database(void **state)
{
    static const char script[] = "SET client_encoding = 'UTF8';\n"
                                 "CREATE TABLE größe (länge text DEFAULT 'übrig', CHECK (länge <> 'naïve'));\n"
                                 "COMMENT ON TABLE größe IS 'façade £';\n"
                                 "CREATE VIEW ansicht AS SELECT länge || 'é' AS \"Länge\" FROM größe;\n"
                                 "CREATE TYPE farbe AS ENUM ('grün', 'weiß');\n"
                                 "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT 'ñ'$$;\n";
    const char *utf8 = database_make(&fixture.arena, "dl_inv_utf8", "");
    const char *latin =
        database_make(&fixture.arena, "dl_inv_latin1", "TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");

    (void)state;
    database_script(utf8, script);
    database_script(latin, script);
    database_assert_same(utf8, latin, "LATIN1");
    database_drop("dl_inv_utf8");
    database_drop("dl_inv_latin1");
}

/* Each changes how the server writes something down, or what a bare name means. */
static const char *const odd_settings[] = {
    "DateStyle=German",
    "IntervalStyle=iso_8601",
    "TimeZone=Asia/Kolkata",
    "extra_float_digits=-15",
    "bytea_output=escape",
    "standard_conforming_strings=off",
    "quote_all_identifiers=on",
    "search_path=shop,lab,archive,public",
    "xmlbinary=hex",
    "xmloption=document",
    "lc_messages=C",
    "lc_monetary=C.UTF-8",
    "lc_numeric=C.UTF-8",
    "lc_time=C.UTF-8",
    "client_encoding=LATIN1",
    "array_nulls=off",
    "row_security=off",
    "default_transaction_isolation=serializable",
    "default_transaction_deferrable=on",
    "default_transaction_read_only=on",
    "session_replication_role=replica",
    "check_function_bodies=off",
    "default_table_access_method=heap_two",
    "default_tablespace=dl_space",
    "default_toast_compression=lz4",
    "default_text_search_config=pg_catalog.german",
    "escape_string_warning=off",
    "backslash_quote=off",
    "transform_null_equals=on",
    "plan_cache_mode=force_generic_plan",
    "enable_hashjoin=off",
    "enable_seqscan=off",
    "from_collapse_limit=1",
    "geqo_threshold=2",
    "debug_parallel_query=on",
    "force_parallel_mode=on",
    "parallel_setup_cost=0",
    "synchronous_commit=off",
    "gin_fuzzy_search_limit=1",
    "default_statistics_target=1",
    "password_encryption=md5",
    "temp_tablespaces=dl_space",
    "vacuum_freeze_min_age=0",
    "work_mem=64",
};

/* Run `ALTER what SET name = value` for each; those that this version does not know are passed over. */
static void set_all(const char *what)
{
    CLEANUP(database_finish) PGconn *connection = database_connect(test_postgres_dsn(&fixture.arena, "postgres"));
    unsigned set = 0;

    for (size_t i = 0; i < LENGTH_OF(odd_settings); i++) {
        const char *equals = strchr(odd_settings[i], '=');
        const char *name =
            arena_string(&fixture.arena, (struct text){odd_settings[i], (size_t)(equals - odd_settings[i])});
        const char *quote = strcmp(name, "search_path") == 0 ? "" : "'";
        PGresult *result = PQexec(
            connection, arena_printf(&fixture.arena, "ALTER %s SET %s = %s%s%s", what, name, quote, equals + 1, quote));

        set += PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    assert_true(set > LENGTH_OF(odd_settings) - 5);
}

static void test_settings_of_database_and_role(void **state)
{
    CLEANUP(database_free) struct snapshot *by_database = NULL;
    CLEANUP(database_free) struct snapshot *by_role = NULL;

    (void)state;
    set_all("DATABASE dl_inv_rich");
    by_database = database_read(fixture.ref);
    test_postgres_execute(test_postgres_dsn(&fixture.arena, "postgres"), "ALTER DATABASE dl_inv_rich RESET ALL");
    database_assert_equal(fixture.snapshot, by_database, "ALTER DATABASE SET");
    test_postgres_execute(fixture.ref, "DROP ROLE IF EXISTS dl_inv_odd; CREATE ROLE dl_inv_odd LOGIN SUPERUSER");
    set_all("ROLE dl_inv_odd");
    by_role = database_read(database_ref(&fixture.arena, "dl_inv_rich", "dl_inv_odd", ""));
    database_assert_equal(fixture.snapshot, by_role, "ALTER ROLE SET");
    test_postgres_execute(fixture.ref, "DROP ROLE dl_inv_odd");
}

/* What libpq takes from the environment and what a REF may carry, one after another: the last setting of a name wins,
 * so each is tried alone as well as it works alone. */
static void test_settings_of_the_session(void **state)
{
    static const char *const variables[] = {"PGTZ=Asia/Kolkata", "PGDATESTYLE=German", "PGCLIENTENCODING=LATIN1",
                                            "PGGEQO=off", "PGAPPNAME=other"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(odd_settings); i++) {
        CLEANUP(database_free) struct snapshot *snapshot = NULL;
        struct source_settings settings;
        struct error error;

        database_settings(&settings);
        setenv("PGOPTIONS", arena_printf(&fixture.arena, "-c %s", odd_settings[i]), 1);
        if (source_postgres.read(&snapshot, fixture.ref, &settings, &error) == ERROR_NONE)
            database_assert_equal(fixture.snapshot, snapshot, odd_settings[i]);
        else if (strstr(error.message, "unrecognized configuration parameter") == NULL)
            fail_msg("%s: %s", odd_settings[i], error.message);
        unsetenv("PGOPTIONS");
    }
    for (size_t i = 0; i < LENGTH_OF(variables); i++) {
        CLEANUP(database_free) struct snapshot *snapshot = NULL;
        char *copy = arena_string(&fixture.arena, text_from(variables[i]));
        char *equals = strchr(copy, '=');

        *equals = '\0';
        setenv(copy, equals + 1, 1);
        snapshot = database_read(fixture.ref);
        unsetenv(copy);
        database_assert_equal(fixture.snapshot, snapshot, variables[i]);
    }
    database_assert_same(
        fixture.ref,
        arena_printf(&fixture.arena,
                     "%s&client_encoding=LATIN1&application_name=x&options=-c%%20quote_all_identifiers%%3Don",
                     fixture.ref),
        "options in the REF");
}

/* Everything that a role without special rights can make; the superuser only lets it use a wrapper. */
static const char owned_script[] =
    "CREATE SCHEMA mine;\n"
    "CREATE TABLE mine.t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text COLLATE \"C\" NOT NULL UNIQUE,\n"
    "  b numeric(10, 2) DEFAULT 0 CHECK (b >= 0), c int GENERATED ALWAYS AS (length(a)) STORED, d int[]);\n"
    "CREATE TABLE mine.u (id serial, t int REFERENCES mine.t ON DELETE CASCADE) PARTITION BY RANGE (id);\n"
    "CREATE TABLE mine.u1 PARTITION OF mine.u FOR VALUES FROM (1) TO (100);\n"
    "CREATE UNLOGGED TABLE mine.v (LIKE mine.t INCLUDING ALL) WITH (fillfactor = 50);\n"
    "CREATE INDEX ON mine.t (lower(a), b DESC) WHERE b > 1;\n"
    "CREATE STATISTICS mine.s ON a, b FROM mine.t;\n"
    "CREATE VIEW mine.w WITH (security_barrier) AS SELECT t.a, u.id FROM mine.t JOIN mine.u ON u.t = t.id;\n"
    "CREATE MATERIALIZED VIEW mine.m AS SELECT a FROM mine.t WITH NO DATA;\n"
    "CREATE SEQUENCE mine.seq INCREMENT 7;\n"
    "CREATE TYPE mine.mood AS ENUM ('good', 'bad');\n"
    "CREATE DOMAIN mine.positive AS int CHECK (VALUE > 0);\n"
    "CREATE TYPE mine.pair AS (a int, b mine.mood);\n"
    "CREATE TYPE mine.span AS RANGE (subtype = int);\n"
    "CREATE FUNCTION mine.f(a int, b mine.mood DEFAULT 'good') RETURNS int LANGUAGE sql AS 'SELECT a' SET work_mem = "
    "'1MB';\n"
    "CREATE FUNCTION mine.g(mine.pair) RETURNS mine.mood LANGUAGE sql BEGIN ATOMIC SELECT $1.b; END;\n"
    "CREATE PROCEDURE mine.p() LANGUAGE plpgsql AS 'BEGIN END';\n"
    "CREATE FUNCTION mine.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';\n"
    "CREATE AGGREGATE mine.agg (int) (sfunc = int4pl, stype = int, initcond = '0');\n"
    "CREATE OPERATOR mine.=== (leftarg = int, rightarg = int, function = int4eq, commutator = OPERATOR(mine.===));\n"
    "CREATE CAST (mine.pair AS mine.mood) WITH FUNCTION mine.g(mine.pair) AS ASSIGNMENT;\n"
    "CREATE TRIGGER touch BEFORE UPDATE OF a ON mine.t FOR EACH ROW WHEN (old.a <> new.a) EXECUTE FUNCTION "
    "mine.touch();\n"
    "CREATE RULE r AS ON DELETE TO mine.w DO INSTEAD NOTHING;\n"
    "ALTER TABLE mine.t ENABLE ROW LEVEL SECURITY;\n"
    "CREATE POLICY p ON mine.t USING (a = CURRENT_USER);\n"
    "CREATE COLLATION mine.german (provider = icu, locale = 'de');\n"
    "CREATE CONVERSION mine.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;\n"
    "CREATE TEXT SEARCH DICTIONARY mine.dict (TEMPLATE = simple, stopwords = english);\n"
    "CREATE TEXT SEARCH CONFIGURATION mine.conf (COPY = pg_catalog.english);\n"
    "ALTER TEXT SEARCH CONFIGURATION mine.conf ALTER MAPPING FOR asciiword WITH mine.dict;\n"
    "CREATE PUBLICATION pub FOR TABLE mine.t (id, a) WHERE (id > 5);\n"
    "CREATE EXTENSION hstore SCHEMA mine;\n"
    "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'far.example', dbname 'x');\n"
    "CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (user 'u', password 'dl-secret-owner');\n"
    "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'v', password 'dl-secret-public');\n"
    "CREATE FOREIGN TABLE mine.remote (id int OPTIONS (column_name 'x')) SERVER far OPTIONS (table_name 'y');\n"
    "ALTER DEFAULT PRIVILEGES IN SCHEMA mine GRANT SELECT ON TABLES TO PUBLIC;\n"
    "GRANT SELECT, UPDATE (b) ON mine.t TO PUBLIC;\n"
    "REVOKE EXECUTE ON FUNCTION mine.f FROM PUBLIC;\n"
    "COMMENT ON SCHEMA mine IS 'what I made';\n"
    "COMMENT ON COLUMN mine.t.a IS 'it''s';\n";

static void test_an_owner_sees_what_a_superuser_sees(void **state)
{
    const char *super;
    const char *owner;

    (void)state;
    database_drop("dl_inv_owned");
    test_postgres_execute(fixture.ref, "DROP ROLE IF EXISTS dl_inv_owner; CREATE ROLE dl_inv_owner LOGIN");
    super = database_make(&fixture.arena, "dl_inv_owned", "OWNER dl_inv_owner");
    test_postgres_execute(
        super, "CREATE EXTENSION postgres_fdw; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO dl_inv_owner");
    owner = database_ref(&fixture.arena, "dl_inv_owned", "dl_inv_owner", "");
    database_script(owner, owned_script);
    database_assert_same(super, owner, "superuser and owner");
    database_drop("dl_inv_owned");
    test_postgres_execute(fixture.ref, "DROP ROLE dl_inv_owner");
}

/* Only what docs/reference/postgresql.md says is not seen, and it is said to be not seen. */
static void test_a_guest_sees_all_but_secrets(void **state)
{
    CLEANUP(database_free) struct snapshot *snapshot = NULL;
    struct diff_options options;
    struct error error;
    struct diff diff;

    (void)state;
    test_postgres_execute(fixture.ref, "DROP ROLE IF EXISTS dl_inv_guest; CREATE ROLE dl_inv_guest LOGIN");
    snapshot = database_read(database_ref(&fixture.arena, "dl_inv_rich", "dl_inv_guest", ""));
    test_postgres_execute(fixture.ref, "DROP ROLE dl_inv_guest");
    assert_int_equal(fixture.snapshot->gap_count, 0);
    assert_true(snapshot->gap_count > 0);
    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        const struct coverage_gap *gap = &snapshot->gaps[i];
        bool mapping = gap->kind == KIND_USER_MAPPING;

        assert_true(mapping || gap->kind == KIND_SUBSCRIPTION);
        assert_true(gap->object.length > 0);
        assert_true(text_equal(gap->reason, mapping ? TEXT("options not visible to this role")
                                                    : TEXT("connection not visible to this role")));
    }
    for (enum aspect aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct trie *seen = &snapshot->tries[aspect];

        assert_int_equal(seen->count, fixture.snapshot->tries[aspect].count);
        if (aspect != ASPECT_STRUCTURE)
            assert_true(
                hash_equal(snapshot_aspect_root(snapshot, aspect), snapshot_aspect_root(fixture.snapshot, aspect)));
    }
    diff_options_init(&options);
    assert_int_equal(diff_snapshots(&diff, fixture.snapshot, snapshot, &options, &fixture.arena, &error), ERROR_NONE);
    assert_int_equal(diff.change_count, 0);
    assert_int_equal(diff.uncovered_count, snapshot->gap_count);
    assert_int_equal(diff.verdict, VERDICT_UNKNOWN);
}

/* A role that may not read one column of a catalogue misses whole kinds. They are all named, so that nothing of them is
 * taken for removed. */
static void test_what_is_denied_is_not_taken_for_gone(void **state)
{
    static const struct {
        const char *catalogue, *column;
        enum kind kinds[8]; /* KIND_NONE ends */
    } cases[] = {
        {"pg_class",
         "relreplident",
         {KIND_TABLE, KIND_FOREIGN_TABLE, KIND_VIEW, KIND_MATERIALIZED_VIEW, KIND_COMPOSITE_TYPE}},
        {"pg_constraint",
         "confmatchtype",
         {KIND_PRIMARY_KEY, KIND_UNIQUE, KIND_FOREIGN_KEY, KIND_CHECK, KIND_EXCLUSION, KIND_NOT_NULL}},
        {"pg_policy", "polpermissive", {KIND_POLICY}},
    };
    static const char schema[] =
        "CREATE TABLE a (id int PRIMARY KEY, b text UNIQUE, c int CHECK (c > 0));"
        "CREATE TABLE d (id int REFERENCES a, EXCLUDE USING btree (id WITH =));"
        "CREATE INDEX ON a (c); CREATE VIEW v AS SELECT b FROM a; CREATE MATERIALIZED VIEW m AS SELECT c FROM a;"
        "CREATE POLICY p ON a USING (c > 1); COMMENT ON VIEW v IS 'x'; GRANT SELECT ON a TO PUBLIC";
    const char *ref = database_make(&fixture.arena, "dl_inv_denied", "");
    const char *guest = database_ref(&fixture.arena, "dl_inv_denied", "dl_inv_denied", "");

    (void)state;
    test_postgres_execute(ref, "DROP ROLE IF EXISTS dl_inv_denied; CREATE ROLE dl_inv_denied LOGIN");
    test_postgres_execute(ref, schema);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(database_free) struct snapshot *all = NULL;
        CLEANUP(database_free) struct snapshot *some = NULL;
        struct diff_options options;
        struct error error;
        struct diff diff;
        uint32_t count = 0;

        test_postgres_execute(
            ref, arena_printf(&fixture.arena,
                              "DO $$ BEGIN REVOKE SELECT ON pg_catalog.%s FROM PUBLIC;"
                              " EXECUTE (SELECT 'GRANT SELECT (' || string_agg(quote_ident(attname), ',')"
                              " || ') ON pg_catalog.%s TO PUBLIC' FROM pg_attribute"
                              " WHERE attrelid = 'pg_catalog.%s'::regclass AND attname <> '%s'); END $$",
                              cases[i].catalogue, cases[i].catalogue, cases[i].catalogue, cases[i].column));
        all = database_read(ref);
        some = database_read(guest);
        test_postgres_execute(
            ref, arena_printf(&fixture.arena, "GRANT SELECT ON pg_catalog.%s TO PUBLIC", cases[i].catalogue));
        for (; cases[i].kinds[count] != KIND_NONE; count++)
            assert_true(count < some->gap_count && some->gaps[count].kind == cases[i].kinds[count] &&
                        text_equal(some->gaps[count].reason, TEXT("permission denied")));
        assert_int_equal(some->gap_count, count);
        diff_options_init(&options);
        assert_int_equal(diff_snapshots(&diff, all, some, &options, &fixture.arena, &error), ERROR_NONE);
        for (uint32_t change = 0; change < diff.change_count; change++)
            fail_msg("%s: %.*s", cases[i].catalogue, TEXT_ARGS(diff.changes[change].object));
        assert_int_equal(diff.verdict, VERDICT_UNKNOWN);
    }
    database_drop("dl_inv_denied");
    test_postgres_execute(fixture.ref, "DROP ROLE dl_inv_denied");
}

static int setup(void **state)
{
    (void)state;
    arena_init(&fixture.arena, ARENA_LIMIT);
    fixture.ref = database_make_rich(&fixture.arena, "dl_inv_rich", "");
    fixture.snapshot = database_read(fixture.ref);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    snapshot_free(fixture.snapshot);
    database_drop("dl_inv_rich");
    arena_free(&fixture.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twice_the_same),
        cmocka_unit_test(test_locale_of_the_database),
        cmocka_unit_test(test_encoding_of_the_database),
        cmocka_unit_test(test_settings_of_database_and_role),
        cmocka_unit_test(test_settings_of_the_session),
        cmocka_unit_test(test_an_owner_sees_what_a_superuser_sees),
        cmocka_unit_test(test_a_guest_sees_all_but_secrets),
        cmocka_unit_test(test_what_is_denied_is_not_taken_for_gone),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
