/* What the tables say of locks and of work, held against a real server: nothing there may be hearsay. */
#include "cli/lint/linting.h"
#include "cli/lint/observed.h"
#include "lint/linter.h"
#include "lint/syntax.h"
#include "lint/translate.h"
#include "lint/type_rewrite.h"
#include "lint/volatility.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static const char world_sql[] =
    "CREATE TABLE t (id int NOT NULL, a int, b text, during tsrange, kind int DEFAULT 1, note varchar(20));"
    "INSERT INTO t SELECT i, i, i::text, tsrange(now()::timestamp, NULL), 1 FROM generate_series(1, 100) i;"
    "CREATE TABLE u (id int PRIMARY KEY, t_id int);"
    "INSERT INTO u SELECT i, i FROM generate_series(1, 100) i;"
    "CREATE UNIQUE INDEX t_id ON t (id); CREATE UNIQUE INDEX t_a ON t (a); CREATE INDEX t_b ON t (b);"
    "ALTER TABLE t ADD CONSTRAINT a_there CHECK (a IS NOT NULL);"
    "ALTER TABLE t ADD CONSTRAINT late CHECK (a > 0) NOT VALID;"
    "CREATE VIEW v AS SELECT id FROM t; CREATE MATERIALIZED VIEW m AS SELECT id FROM t;"
    "CREATE UNIQUE INDEX m_id ON m (id); CREATE SEQUENCE s;"
    "CREATE TABLE parted (id int, kind int) PARTITION BY LIST (kind);"
    "CREATE TABLE part PARTITION OF parted FOR VALUES IN (7);"
    "CREATE TABLE loose (id int, kind int); INSERT INTO loose VALUES (1, 3);"
    "CREATE UNIQUE INDEX loose_id ON loose (id);"
    "CREATE TABLE checked (id int, kind int CHECK (kind = 4 AND kind IS NOT NULL)); INSERT INTO checked VALUES (1, 4);"
    "CREATE TABLE base (id int); CREATE TABLE child (id int NOT NULL) INHERITS (base);"
    "CREATE TABLE noted (note varchar(20) CHECK (note <> '')); INSERT INTO noted VALUES ('a');"
    "CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE DOMAIN number AS int;"
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    "CREATE TRIGGER told BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();"
    "CREATE POLICY p ON t USING (id > 0); CREATE RULE r AS ON DELETE TO u DO ALSO NOTHING;";

static struct observer *observer;

static int open_database(void **state)
{
    static struct arena arena;

    arena_init(&arena, ARENA_LIMIT);
    observer = observer_open("dl_lint_locks", &arena);
    observer_execute(observer, world_sql);
    *state = &arena;
    return 0;
}

static int close_database(void **state)
{
    observer_close(observer);
    arena_free(*state);
    return 0;
}

/* Begin with the same schema again. */
static void renew(void)
{
    observer_execute(observer, "DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
    observer_execute(observer, world_sql);
}

/* ---- rules ---- */

/* A statement that a rule finds, and what does the same without harm. */
static const struct {
    const char *rule;
    const char *bad;
    const char *table;
    const char *good; /* NULL: there is no other way */
    bool alone;       /* neither runs in a transaction */
} rules[] = {
    {"drop-table", "DROP TABLE u", "u", NULL, false},
    {"drop-column", "ALTER TABLE t DROP COLUMN note", "t", NULL, false},
    {"drop-view", "DROP VIEW v", "v", NULL, false},
    {"drop-sequence", "DROP SEQUENCE s", "s", NULL, false},
    {"drop-constraint", "ALTER TABLE t DROP CONSTRAINT late", "t", NULL, false},
    {"drop-default", "ALTER TABLE t ALTER kind DROP DEFAULT", "t", NULL, false},
    {"drop-not-null", "ALTER TABLE t ALTER id DROP NOT NULL", "t", NULL, false},
    {"drop-trigger", "DROP TRIGGER told ON t", "t", NULL, false},
    {"rename-table", "ALTER TABLE t RENAME TO tt", "t", NULL, false},
    {"rename-view", "ALTER VIEW v RENAME TO vv", "v", NULL, false},
    {"rename-column", "ALTER TABLE t RENAME COLUMN b TO bb", "t", NULL, false},
    {"inherit-changed", "ALTER TABLE child NO INHERIT base", "child", NULL, false},
    {"index-not-concurrent", "CREATE INDEX i ON t (a, b)", "t", NULL, false},
    {"index-not-concurrent", NULL, "t", "CREATE INDEX CONCURRENTLY i ON t (a, b)", true},
    {"drop-index-not-concurrent", "DROP INDEX t_b", "t", NULL, false},
    {"drop-index-not-concurrent", NULL, "t", "DROP INDEX CONCURRENTLY t_b", true},
    {"reindex-not-concurrent", "REINDEX TABLE t", "t", NULL, false},
    {"reindex-not-concurrent", NULL, "t", "REINDEX TABLE CONCURRENTLY t", true},
    {"add-unique", "ALTER TABLE t ADD CONSTRAINT c UNIQUE (b)", "t",
     "ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX t_a", false},
    {"add-primary-key", "ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY (id)", "t",
     "ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY USING INDEX t_id", false},
    {"primary-key-nullable", "ALTER TABLE loose ADD PRIMARY KEY USING INDEX loose_id", "loose", NULL, false},
    {"add-foreign-key", "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u", "t",
     "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u NOT VALID", false},
    {"add-foreign-key", "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u", "t", NULL, false},
    {"add-check", "ALTER TABLE t ADD CONSTRAINT c CHECK (a < 1000)", "t",
     "ALTER TABLE t ADD CONSTRAINT c CHECK (a < 1000) NOT VALID", false},
    {"add-exclusion", "ALTER TABLE t ADD CONSTRAINT c EXCLUDE USING btree (b WITH =)", "t", NULL, false},
    {"set-not-null", "ALTER TABLE t ALTER b SET NOT NULL", "t",
     "ALTER TABLE t ADD CONSTRAINT b_there CHECK (b IS NOT NULL) NOT VALID", false},
    {"column-type-rewrite", "ALTER TABLE t ALTER a TYPE bigint", "t", NULL, false},
    {"add-column-volatile-default", "ALTER TABLE t ADD COLUMN c float DEFAULT random()", "t",
     "ALTER TABLE t ADD COLUMN c timestamptz DEFAULT now()", false},
    {"add-column-serial", "ALTER TABLE t ADD COLUMN c serial", "t", "ALTER TABLE t ADD COLUMN c int", false},
    {"add-column-identity", "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS IDENTITY", "t",
     "ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 0", false},
    {"add-column-generated", "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS (a * 2) STORED", "t", NULL, false},
    {"add-column-unique", "ALTER TABLE t ADD COLUMN c int UNIQUE", "t", "ALTER TABLE t ADD COLUMN c int", false},
    {"add-column-check", "ALTER TABLE t ADD COLUMN c int CHECK (c > 0)", "t", "ALTER TABLE t ADD COLUMN c int", false},
    {"add-column-foreign-key", "ALTER TABLE t ADD COLUMN c int REFERENCES u", "t", NULL, false},
    {"set-logged", "ALTER TABLE t SET UNLOGGED", "t", NULL, false},
    {"set-tablespace", "ALTER TABLE t SET TABLESPACE pg_global_stand_in", "t", NULL, false},
    {"set-access-method", "ALTER TABLE t SET ACCESS METHOD heap_too", "t", NULL, false},
    {"cluster", "CLUSTER t USING t_id", "t", "ALTER TABLE t CLUSTER ON t_id", false},
    {"vacuum-full", "VACUUM FULL t", "t", "VACUUM t", true},
    {"refresh-not-concurrent", "REFRESH MATERIALIZED VIEW m", "m", "REFRESH MATERIALIZED VIEW CONCURRENTLY m", false},
    {"attach-partition", "ALTER TABLE parted ATTACH PARTITION loose FOR VALUES IN (3)", "loose", NULL, false},
    {"detach-not-concurrent", "ALTER TABLE parted DETACH PARTITION part", "parted", NULL, false},
    {"detach-not-concurrent", NULL, "parted", "ALTER TABLE parted DETACH PARTITION part CONCURRENTLY", true},
    {"add-trigger", "CREATE TRIGGER more AFTER INSERT ON t EXECUTE FUNCTION f()", "t", NULL, false},
    {"truncate", "TRUNCATE t", "t", "DELETE FROM t WHERE id < 10", false},
    {"disable-row-security", "ALTER TABLE t DISABLE ROW LEVEL SECURITY", "t", NULL, false},
    {"drop-policy", "DROP POLICY p ON t", "t", NULL, false},
    {"disable-trigger", "ALTER TABLE t DISABLE TRIGGER told", "t", NULL, false},
};

/* Of these the server cannot be asked as it is, or not in this way: see the tests of their own below. */
static const char *const elsewhere[] = {"column-type-scan", "validate-in-same-transaction", "add-column-domain",
                                        "add-domain-check"};

/* The lock on the table that a partition is detached from is let go of before it waits for writers. */
static struct observation watch(const char *sql, const char *table, bool alone)
{
    if (!alone)
        return observer_watch(observer, sql, table);
    return observer_watch_alone(observer, sql, table, strcmp(table, "parted") == 0 ? "part" : NULL);
}

static void check_bad(const struct lint_rule *rule, const char *sql, const char *table, bool alone)
{
    struct observation seen = watch(sql, table, alone);
    bool scans = rule->work == WORK_SCAN || rule->work == WORK_BUILD;
    bool is_truncate = strcmp(rule->id, "truncate") == 0; /* new files, and indexes of nothing */

    if (rule->lock != LOCK_NONE && seen.lock != rule->lock)
        fail_msg("%s: '%s' takes %s, not %s", rule->id, sql, lock_name(seen.lock), lock_name(rule->lock));
    if (seen.rewrote != (rule->work == WORK_REWRITE) && !is_truncate)
        fail_msg("%s: '%s' %s the table", rule->id, sql, seen.rewrote ? "rewrites" : "does not rewrite");
    if (!alone && rule->work != WORK_REWRITE && seen.scanned != scans && !is_truncate)
        fail_msg("%s: '%s' %s the rows", rule->id, sql, seen.scanned ? "reads" : "does not read");
}

/* What is recommended neither writes the table nor reads all of it while it keeps everybody out. */
static void check_good(const struct lint_rule *rule, const char *sql, const char *table, bool alone)
{
    struct observation seen = watch(sql, table, alone);

    if (seen.rewrote || (seen.lock >= LOCK_SHARE && seen.scanned && seen.lock != LOCK_EXCLUSIVE))
        fail_msg("%s: '%s' is no better: %s%s", rule->id, sql, seen.rewrote ? "rewrites" : "reads under ",
                 lock_name(seen.lock));
    if (alone && seen.lock > LOCK_SHARE_UPDATE_EXCLUSIVE)
        fail_msg("%s: '%s' is no better: takes %s", rule->id, sql, lock_name(seen.lock));
}

static void check_lint(const char *rule, const char *sql, bool is_found)
{
    CLEANUP(arena_free) struct arena arena;
    struct lint_findings findings;

    arena_init(&arena, ARENA_LIMIT);
    findings = linting_run(sql, &(const struct linting_wish){.version = 0}, &arena);
    if ((linting_count(&findings, rule) > 0) != is_found)
        fail_msg("%s is %sfound in '%s':\n%s", rule, is_found ? "not " : "", sql, linting_list(&findings, &arena));
}

static bool is_possible(const char *sql)
{
    return strstr(sql, "stand_in") == NULL && strstr(sql, "heap_too") == NULL;
}

static void test_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(rules); i++) {
        const struct lint_rule *rule = lint_rule_find(text_from(rules[i].rule));

        assert_non_null(rule);
        if (rules[i].alone)
            renew();
        if (rules[i].bad != NULL) {
            check_lint(rules[i].rule, rules[i].bad, true);
            if (is_possible(rules[i].bad))
                check_bad(rule, rules[i].bad, rules[i].table, rules[i].alone);
        }
        if (rules[i].good != NULL) {
            check_lint(rules[i].rule, rules[i].good, false);
            check_good(rule, rules[i].good, rules[i].table, rules[i].alone);
        }
    }
}

static void test_every_rule_with_a_lock_is_tried(void **state)
{
    (void)state;
    for (size_t k = 0; k < RULE_COUNT; k++) {
        bool is_tried = lint_rules[k].lock == LOCK_NONE && lint_rules[k].work == WORK_NONE;

        for (size_t i = 0; i < LENGTH_OF(rules); i++)
            is_tried = is_tried || strcmp(rules[i].rule, lint_rules[k].id) == 0;
        for (size_t i = 0; i < LENGTH_OF(elsewhere); i++)
            is_tried = is_tried || strcmp(elsewhere[i], lint_rules[k].id) == 0;
        if (!is_tried)
            fail_msg("nobody tried what '%s' says of locks", lint_rules[k].id);
    }
}

/* A tablespace and an access method have to be made first, outside of transactions. */
static void test_other_places(void **state)
{
    struct observation seen;

    (void)state;
    renew();
    observer_execute(observer, "SET allow_in_place_tablespaces = on");
    observer_execute(observer, "DROP TABLESPACE IF EXISTS dl_lint_space");
    observer_execute(observer, "CREATE TABLESPACE dl_lint_space LOCATION ''");
    seen = observer_watch(observer, "ALTER TABLE t SET TABLESPACE dl_lint_space", "t");
    assert_true(seen.rewrote && seen.lock == LOCK_ACCESS_EXCLUSIVE);
    observer_execute(observer, "DROP TABLESPACE dl_lint_space");
    observer_execute(observer, "CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler");
    seen = observer_watch(observer, "ALTER TABLE t SET ACCESS METHOD heap_too", "t");
    assert_true(seen.rewrote && seen.lock == LOCK_ACCESS_EXCLUSIVE);
    observer_execute(observer, "DROP ACCESS METHOD heap_too");
}

static void test_validating(void **state)
{
    struct observation seen = observer_watch(observer, "ALTER TABLE t VALIDATE CONSTRAINT late", "t");

    (void)state;
    assert_true(seen.scanned && !seen.rewrote && seen.lock == LOCK_SHARE_UPDATE_EXCLUSIVE);
}

/* The check that stands for the column has to be validated, and then nothing is read. */
static void test_set_not_null_takes_a_check_for_proof(void **state)
{
    struct observation seen = observer_watch(observer, "ALTER TABLE t ALTER a SET NOT NULL", "t");

    (void)state;
    assert_true(!seen.scanned && !seen.rewrote);
    seen = observer_watch(
        observer, "ALTER TABLE t ADD CONSTRAINT c CHECK (b IS NOT NULL) NOT VALID; ALTER TABLE t ALTER b SET NOT NULL",
        "t");
    assert_true(seen.scanned);
    seen = observer_watch(observer, "ALTER TABLE checked ALTER kind SET NOT NULL", "checked");
    assert_true(!seen.scanned); /* AND between */
}

/* A type that costs nothing by itself has the checks that name the column looked at again. */
static void test_checks_of_a_column_are_read_again(void **state)
{
    struct observation seen = observer_watch(observer, "ALTER TABLE t ALTER note TYPE text", "t");

    (void)state;
    assert_true(!seen.rewrote && !seen.scanned);
    seen = observer_watch(observer, "ALTER TABLE noted ALTER note TYPE text", "noted");
    assert_true(!seen.rewrote && seen.scanned && seen.lock == LOCK_ACCESS_EXCLUSIVE);
}

static void test_partition_with_a_check_is_not_read(void **state)
{
    struct observation seen =
        observer_watch(observer, "ALTER TABLE parted ATTACH PARTITION checked FOR VALUES IN (4)", "checked");

    (void)state;
    assert_true(!seen.scanned);
}

static void test_domains(void **state)
{
    struct observation seen = observer_watch(observer, "ALTER TABLE t ADD COLUMN c positive", "t");

    (void)state;
    assert_true(seen.rewrote);
    seen = observer_watch(observer, "ALTER TABLE t ADD COLUMN c number", "t");
    assert_true(!seen.rewrote && !seen.scanned);
    seen = observer_watch(observer, "ALTER TABLE t ALTER kind TYPE positive", "t");
    assert_true(seen.rewrote);
    seen = observer_watch(observer, "ALTER TABLE t ALTER kind TYPE number", "t");
    assert_true(!seen.rewrote && !seen.scanned);
    observer_execute(observer, "ALTER TABLE u ALTER t_id TYPE number");
    seen = observer_watch(observer, "ALTER DOMAIN number ADD CONSTRAINT c CHECK (VALUE > 0)", "u");
    assert_true(seen.scanned && seen.lock == LOCK_SHARE);
    seen = observer_watch(observer, "ALTER DOMAIN number ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID", "u");
    assert_false(seen.scanned);
    seen = observer_watch(observer, "ALTER TABLE u ALTER t_id TYPE int", "u");
    assert_false(seen.rewrote);
}

/* ---- types ---- */

static const char *const types_between[] = {"smallint",
                                            "integer",
                                            "bigint",
                                            "numeric",
                                            "numeric(10,2)",
                                            "numeric(12,2)",
                                            "numeric(12,4)",
                                            "numeric(8,2)",
                                            "real",
                                            "double precision",
                                            "text",
                                            "character varying",
                                            "character varying(10)",
                                            "character varying(20)",
                                            "character(10)",
                                            "character(20)",
                                            "boolean",
                                            "date",
                                            "timestamp without time zone",
                                            "timestamp(3) without time zone",
                                            "timestamp(5) without time zone",
                                            "timestamp with time zone",
                                            "timestamp(3) with time zone",
                                            "time without time zone",
                                            "time(2) without time zone",
                                            "time with time zone",
                                            "interval",
                                            "interval(3)",
                                            "bit(4)",
                                            "bit(8)",
                                            "bit varying",
                                            "bit varying(4)",
                                            "bit varying(8)",
                                            "cidr",
                                            "inet",
                                            "json",
                                            "jsonb",
                                            "xml",
                                            "uuid",
                                            "bytea",
                                            "oid",
                                            "regclass",
                                            "character varying(10)[]",
                                            "character varying(20)[]",
                                            "text[]"};

static void test_types(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    size_t tried = 0;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    observer_execute(observer, "DROP TABLE IF EXISTS typed");
    for (size_t zone = 0; zone < 2; zone++) {
        observer_execute(observer, zone == 0 ? "SET timezone = 'Asia/Tokyo'" : "SET timezone = 'UTC'");
        for (size_t i = 0; i < LENGTH_OF(types_between); i++)
            for (size_t k = 0; k < LENGTH_OF(types_between); k++) {
                bool said = type_rewrites(text_from(types_between[i]), text_from(types_between[k]), zone == 1);
                const char *possible =
                    arena_printf(&arena,
                                 "SELECT castsource FROM pg_cast WHERE castsource = '%s'::regtype AND casttarget = "
                                 "'%s'::regtype AND castcontext <> 'e' UNION ALL SELECT 1 WHERE "
                                 "'%s'::regtype = '%s'::regtype",
                                 types_between[i], types_between[k], types_between[i], types_between[k]);
                const char *made = arena_printf(&arena, "CREATE TABLE typed (c %s)", types_between[i]);
                const char *altered = arena_printf(&arena, "ALTER TABLE typed ALTER c TYPE %s", types_between[k]);
                struct observation seen;

                assert_true(possible != NULL && made != NULL && altered != NULL);
                if (i == k || observer_value(observer, &arena, possible)[0] == '\0')
                    continue;
                observer_execute(observer, made);
                seen = observer_watch(observer, altered, "typed");
                if (seen.rewrote != said)
                    fail_msg("%s to %s: the server %s the table", types_between[i], types_between[k],
                             seen.rewrote ? "rewrites" : "does not rewrite");
                observer_execute(observer, "DROP TABLE typed");
                tried++;
            }
    }
    observer_execute(observer, "RESET timezone");
    assert_true(tried > 100);
}

static void test_functions_that_are_said_to_be_steady(void **state)
{
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    for (size_t i = 0; volatility_steady(i) != NULL; i++) {
        const char *query = arena_printf(&arena,
                                         "SELECT count(*) FROM pg_proc WHERE proname = '%s' AND provolatile = 'v' AND "
                                         "pronamespace = 'pg_catalog'::regnamespace",
                                         volatility_steady(i));

        assert_non_null(query);
        if (strcmp(observer_value(observer, &arena, query), "0") != 0)
            fail_msg("%s is volatile", volatility_steady(i));
    }
}

/* ---- steps ---- */

static const struct {
    enum step_kind kind;
    const char *sql;
    const char *table;
    bool alone;
} steps[] = {
    {STEP_DROP_TABLE, "DROP TABLE u", "u", false},
    {STEP_RENAME_TABLE, "ALTER TABLE t RENAME TO tt", "t", false},
    {STEP_MOVE_TABLE, "ALTER TABLE t SET SCHEMA old_stand_in", "t", false},
    {STEP_DROP_VIEW, "DROP VIEW v", "v", false},
    {STEP_RENAME_VIEW, "ALTER VIEW v RENAME TO vv", "v", false},
    {STEP_DROP_SEQUENCE, "DROP SEQUENCE s", "s", false},
    {STEP_REFRESH, "REFRESH MATERIALIZED VIEW m", "m", false},
    {STEP_REFRESH_CONCURRENTLY, "REFRESH MATERIALIZED VIEW CONCURRENTLY m", "m", false},
    {STEP_ADD_COLUMN, "ALTER TABLE t ADD COLUMN c int", "t", false},
    {STEP_COLUMN_CONSTRAINT, "ALTER TABLE t ADD COLUMN c int CHECK (c > 0)", "t", false},
    {STEP_DROP_COLUMN, "ALTER TABLE t DROP COLUMN note", "t", false},
    {STEP_RENAME_COLUMN, "ALTER TABLE t RENAME note TO notes", "t", false},
    {STEP_COLUMN_TYPE, "ALTER TABLE t ALTER note TYPE text", "t", false},
    {STEP_SET_DEFAULT, "ALTER TABLE t ALTER a SET DEFAULT 1", "t", false},
    {STEP_DROP_DEFAULT, "ALTER TABLE t ALTER kind DROP DEFAULT", "t", false},
    {STEP_SET_NOT_NULL, "ALTER TABLE t ALTER a SET NOT NULL", "t", false},
    {STEP_DROP_NOT_NULL, "ALTER TABLE t ALTER id DROP NOT NULL", "t", false},
    {STEP_ADD_PRIMARY_KEY, "ALTER TABLE t ADD PRIMARY KEY USING INDEX t_id", "t", false},
    {STEP_ADD_UNIQUE, "ALTER TABLE t ADD UNIQUE USING INDEX t_a", "t", false},
    {STEP_ADD_FOREIGN_KEY, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID", "t", false},
    {STEP_ADD_FOREIGN_KEY, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID", "u", false},
    {STEP_ADD_CHECK, "ALTER TABLE t ADD CHECK (a > 0) NOT VALID", "t", false},
    {STEP_ADD_EXCLUSION, "ALTER TABLE t ADD EXCLUDE (b WITH =)", "t", false},
    {STEP_VALIDATE_CONSTRAINT, "ALTER TABLE t VALIDATE CONSTRAINT late", "t", false},
    {STEP_DROP_CONSTRAINT, "ALTER TABLE t DROP CONSTRAINT late", "t", false},
    {STEP_RENAME_CONSTRAINT, "ALTER TABLE t RENAME CONSTRAINT late TO later", "t", false},
    {STEP_CREATE_INDEX, "CREATE INDEX i ON t (a)", "t", false},
    {STEP_DROP_INDEX, "DROP INDEX t_b", "t", false},
    {STEP_REINDEX, "REINDEX TABLE t", "t", false},
    {STEP_CREATE_TRIGGER, "CREATE TRIGGER more AFTER INSERT ON t EXECUTE FUNCTION f()", "t", false},
    {STEP_DROP_TRIGGER, "DROP TRIGGER told ON t", "t", false},
    {STEP_ENABLE_TRIGGER, "ALTER TABLE t ENABLE TRIGGER told", "t", false},
    {STEP_DISABLE_TRIGGER, "ALTER TABLE t DISABLE TRIGGER told", "t", false},
    {STEP_CREATE_POLICY, "CREATE POLICY more ON t USING (true)", "t", false},
    {STEP_DROP_POLICY, "DROP POLICY p ON t", "t", false},
    {STEP_ENABLE_ROW_SECURITY, "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "t", false},
    {STEP_DISABLE_ROW_SECURITY, "ALTER TABLE t NO FORCE ROW LEVEL SECURITY", "t", false},
    {STEP_CREATE_RULE, "CREATE RULE more AS ON DELETE TO t DO ALSO NOTHING", "t", false},
    {STEP_DROP_RULE, "DROP RULE r ON u", "u", false},
    {STEP_SET_LOGGED, "ALTER TABLE t SET UNLOGGED", "t", false},
    {STEP_ATTACH_PARTITION, "ALTER TABLE parted ATTACH PARTITION loose FOR VALUES IN (3)", "loose", false},
    {STEP_DETACH_PARTITION, "ALTER TABLE parted DETACH PARTITION part", "parted", false},
    {STEP_INHERIT, "ALTER TABLE child NO INHERIT base; ALTER TABLE child INHERIT base", "child", false},
    {STEP_NO_INHERIT, "ALTER TABLE child NO INHERIT base", "child", false},
    {STEP_ALTER_OWNER, "ALTER TABLE t OWNER TO current_user", "t", false},
    {STEP_ALTER_SETTING, "ALTER TABLE t SET (fillfactor = 80)", "t", false},
    {STEP_ALTER_SETTING, "ALTER TABLE t ALTER a SET STATISTICS 10", "t", false},
    {STEP_ALTER_SETTING, "ALTER TABLE t CLUSTER ON t_id", "t", false},
    {STEP_ALTER_TABLE, "ALTER TABLE t REPLICA IDENTITY FULL", "t", false},
    {STEP_ALTER_TABLE, "ALTER TABLE t ALTER b SET STORAGE EXTERNAL", "t", false},
    {STEP_CLUSTER, "CLUSTER t USING t_id", "t", false},
    {STEP_ANALYZE, "ANALYZE t", "t", false},
    {STEP_TRUNCATE, "TRUNCATE t", "t", false},
    {STEP_COMMENT, "COMMENT ON TABLE t IS 'a table'", "t", false},
    {STEP_INSERT, "INSERT INTO u VALUES (1000, 1)", "u", false},
    {STEP_UPDATE, "UPDATE t SET a = 2000 WHERE id = 1", "t", false},
    {STEP_DELETE, "DELETE FROM t WHERE id = 1", "t", false},
    {STEP_CREATE_INDEX_CONCURRENTLY, "CREATE INDEX CONCURRENTLY i ON t (a)", "t", true},
    {STEP_DROP_INDEX_CONCURRENTLY, "DROP INDEX CONCURRENTLY t_b", "t", true},
    {STEP_REINDEX_CONCURRENTLY, "REINDEX TABLE CONCURRENTLY t", "t", true},
    {STEP_DETACH_CONCURRENTLY, "ALTER TABLE parted DETACH PARTITION part CONCURRENTLY", "parted", true},
    {STEP_VACUUM_FULL, "VACUUM FULL t", "t", true},
};

/* What translate() makes of a statement: whether one of its steps is of a kind. */
static bool has_step(const char *sql, enum step_kind kind)
{
    CLEANUP(arena_free) struct arena arena;
    struct lint_configuration configuration;
    const struct lint_options options = {.configuration = &configuration};
    struct lint_script script;
    struct syntax_problem problem;
    struct error error = {0};
    struct linter linter = {.options = &options, .arena = &arena, .error = &error, .script = &script};
    bool found = false;
    json_t *tree;

    arena_init(&arena, ARENA_LIMIT);
    arena_init(&linter.scratch, ARENA_LIMIT);
    lint_configuration_init(&configuration);
    assert_int_equal(world_begin(&linter.world, NULL, (struct text_span){NULL, 0}, &arena, &error), ERROR_NONE);
    assert_int_equal(lint_script_read(&script, TEXT("x"), text_from(sql), &arena, &error), ERROR_NONE);
    for (size_t i = 0; i < script.statement_count; i++) {
        linter.statement = &script.statements[i];
        assert_int_equal(syntax_parse(&tree,
                                      (struct text){sql + script.statements[i].start,
                                                    script.statements[i].end - script.statements[i].start},
                                      &problem, &arena, &error),
                         ERROR_NONE);
        translate(&linter, tree);
        for (size_t k = 0; k < linter.step_count; k++)
            found = found || linter.steps[k].kind == kind;
        json_decref(tree);
    }
    world_end(&linter.world);
    arena_free(&linter.scratch);
    return found;
}

static void test_steps(void **state)
{
    (void)state;
    renew();
    for (size_t i = 0; i < LENGTH_OF(steps); i++) {
        struct observation seen;

        if (!has_step(steps[i].sql, steps[i].kind))
            fail_msg("'%s' is no %s", steps[i].sql, step_name(steps[i].kind));
        if (strstr(steps[i].sql, "stand_in") != NULL)
            observer_execute(observer, "CREATE SCHEMA IF NOT EXISTS old_stand_in");
        if (steps[i].alone)
            renew();
        seen = watch(steps[i].sql, steps[i].table, steps[i].alone);
        if (seen.lock != step_lock(steps[i].kind))
            fail_msg("%s: '%s' takes %s on %s, not %s", step_name(steps[i].kind), steps[i].sql, lock_name(seen.lock),
                     steps[i].table, lock_name(step_lock(steps[i].kind)));
    }
}

/* SET TABLESPACE and SET ACCESS METHOD are tried above; VACUUM is over before anybody can look. */
static void test_every_step_with_a_lock_is_tried(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < STEP_COUNT; kind++) {
        bool is_tried = step_lock((enum step_kind)kind) == LOCK_NONE || kind == STEP_SET_TABLESPACE ||
                        kind == STEP_SET_ACCESS_METHOD || kind == STEP_VACUUM;

        for (size_t i = 0; i < LENGTH_OF(steps); i++)
            is_tried = is_tried || steps[i].kind == (enum step_kind)kind;
        if (!is_tried)
            fail_msg("nobody tried which lock %s takes", step_name((enum step_kind)kind));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_every_rule_with_a_lock_is_tried),
        cmocka_unit_test(test_other_places),
        cmocka_unit_test(test_validating),
        cmocka_unit_test(test_set_not_null_takes_a_check_for_proof),
        cmocka_unit_test(test_checks_of_a_column_are_read_again),
        cmocka_unit_test(test_partition_with_a_check_is_not_read),
        cmocka_unit_test(test_domains),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_functions_that_are_said_to_be_steady),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_every_step_with_a_lock_is_tried),
    };

    return cmocka_run_group_tests(tests, open_database, close_database);
}
