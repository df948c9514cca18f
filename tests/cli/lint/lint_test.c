/* What earlier statements and files mean for later ones; waivers; texts that somebody made to break it. */
#include "cli/lint/linting.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 512 * 1024 * 1024 };

static int make_arena(void **state)
{
    static struct arena arena;

    arena_init(&arena, ARENA_LIMIT);
    *state = &arena;
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

/* The ids of what counts, in order, with the lines: "drop-table:2 ". Only rules that are on. */
static const char *found(const char *sql, struct linting_wish wish, struct arena *arena)
{
    struct lint_findings findings;
    const char *list = "";

    wish.only_usual = true;
    findings = linting_run(sql, &wish, arena);
    for (size_t i = 0; i < findings.count; i++)
        if (findings.items[i].reason.length == 0 && strcmp(findings.items[i].rule->id, "lock-timeout-missing") != 0) {
            list = arena_printf(arena, "%s%s%s:%u", list, list[0] == '\0' ? "" : " ", findings.items[i].rule->id,
                                findings.items[i].from.line);
            assert_non_null(list);
        }
    return list;
}

static const struct {
    const char *sql;
    const char *expected;
    struct linting_wish wish;
} states[] = {
    /* new things */
    {"CREATE TABLE t (id bigint PRIMARY KEY);\nALTER TABLE t ADD COLUMN a int NOT NULL;\nCREATE INDEX i ON t (a);\n"
     "DROP INDEX i;\nALTER TABLE t RENAME TO u;\nALTER TABLE u ALTER a TYPE text;\nDROP TABLE u;",
     "",
     {0}},
    {"DROP TABLE t;\nCREATE TABLE t (id bigint PRIMARY KEY);\nDROP TABLE t;", "drop-table:1", {0}},
    {"ALTER TABLE t RENAME TO u;\nDROP TABLE u;", "rename-table:1 drop-table:2", {0}},
    {"ALTER TABLE t ADD a int;\nALTER TABLE t DROP a;\nALTER TABLE t DROP b;", "drop-column:3", {0}},
    {"ALTER TABLE t RENAME a TO b;\nALTER TABLE t DROP b;", "rename-column:1 drop-column:2", {0}},
    {"CREATE TABLE t (id bigint PRIMARY KEY, a int);\nALTER TABLE t RENAME a TO b;\nALTER TABLE t DROP b;", "", {0}},
    {"CREATE SCHEMA s CREATE TABLE t (id bigint PRIMARY KEY) CREATE VIEW v AS SELECT id FROM t;\n"
     "ALTER TABLE s.t DROP COLUMN id;\nDROP VIEW s.v;",
     "table-without-primary-key:1",
     {0}},
    /* search path */
    {"SET search_path TO shop;\nCREATE TABLE t (id bigint PRIMARY KEY);\nDROP TABLE shop.t;\nDROP TABLE public.t;",
     "drop-table:4",
     {0}},
    {"SELECT set_config('search_path', 'shop', false);\nCREATE TABLE t (id bigint PRIMARY KEY);\nDROP TABLE "
     "shop.t;",
     "",
     {0}},
    /* proofs */
    {"ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL AND b IS NOT NULL) NOT VALID;\n"
     "ALTER TABLE t VALIDATE CONSTRAINT c;\nALTER TABLE t ALTER b SET NOT NULL, DROP CONSTRAINT c;",
     "",
     {0}},
    {"ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL OR b) NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT c;\n"
     "ALTER TABLE t ALTER a SET NOT NULL;",
     "set-not-null:3",
     {0}},
    {"ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT c;\n"
     "ALTER TABLE t ALTER a SET NOT NULL;",
     "set-not-null:3",
     {.version = 11}},
    /* transactions */
    {"BEGIN;\nALTER TABLE t ADD a int;\nCOMMIT;\nBEGIN;\nALTER TABLE u ADD a int;\nCOMMIT;", "", {0}},
    {"BEGIN;\nALTER TABLE t ADD a int;\nALTER TABLE u ADD a int;\nALTER TABLE v ADD a int;\nCOMMIT;",
     "several-tables-locked:3",
     {0}},
    {"DROP VIEW v;\nCREATE VIEW v AS SELECT 1 AS a;", "drop-view:1", {0}},
    {"DROP VIEW v;\nCREATE VIEW v AS SELECT 1 AS a;", "", {.in_transaction = true}},
    {"BEGIN;\nALTER TABLE t ALTER a SET NOT NULL;\nROLLBACK;\nCREATE INDEX CONCURRENTLY i ON t (a);",
     "set-not-null:2",
     {0}},
    {"BEGIN;\nCOMMIT AND CHAIN;\nVACUUM;\nCOMMIT;", "not-in-transaction:3", {0}},
    /* later */
    {"CREATE TABLE t (id bigint);\nALTER TABLE t ADD PRIMARY KEY (id);", "", {0}},
    {"CREATE TABLE t (id bigint);\nDROP TABLE t;", "", {0}},
    {"CREATE TABLE p (id bigint, k int) PARTITION BY LIST (k);\nCREATE TABLE a PARTITION OF p FOR VALUES IN (1);",
     "table-without-primary-key:1",
     {0}},
    {"CREATE TABLE t (LIKE u INCLUDING ALL);", "", {0}},
    {"CREATE TABLE t (id bigint PRIMARY KEY, a bigint, b bigint, FOREIGN KEY (a, b) REFERENCES u (a, b));\n"
     "CREATE INDEX i ON t (b, a);",
     "",
     {0}},
    /* things that only look dangerous */
    {"CREATE OR REPLACE VIEW v AS SELECT 1 AS a;\nCREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'x';",
     "",
     {0}},
    {"ALTER TYPE pair ADD ATTRIBUTE c int;", "", {0}},
    {"COPY t FROM stdin;\nDROP TABLE t;\n\\.\n", "", {0}},
    {"SELECT 'DROP TABLE t';", "", {0}},
    /* mistakes do not hide what follows */
    {"SELEC 1;\nDROP TABLE t;", "syntax-error:1 drop-table:2", {0}},
    {"SELECT 'a\n;\nDROP TABLE t;", "syntax-error:1", {0}},
};

static void test_state(void **state)
{

    for (size_t i = 0; i < LENGTH_OF(states); i++)
        if (strcmp(found(states[i].sql, states[i].wish, *state), states[i].expected) != 0)
            fail_msg("%s\ngives:    %s\nexpected: %s", states[i].sql, found(states[i].sql, states[i].wish, *state),
                     states[i].expected);
}

/* What one file makes is new for the next one; sessions are not shared. */
static void test_files_in_order(void **state)
{
    static const char *const files[] = {
        "SET lock_timeout = '1s'; BEGIN; CREATE TABLE t (id bigint);",
        "CREATE INDEX i ON t (id); ALTER TABLE t ADD PRIMARY KEY (id); ALTER TABLE u ADD a int;", NULL};
    const struct lint_findings findings =
        linting_run_files(files, &(const struct linting_wish){.only_usual = true}, *state);

    assert_int_equal(findings.files, 2);
    assert_int_equal(findings.statements, 6);
    assert_int_equal(findings.count, 2);
    assert_string_equal(findings.items[0].rule->id, "transaction-left-open");
    assert_true(text_equal(findings.items[0].file, TEXT("1.sql")));
    assert_string_equal(findings.items[1].rule->id, "lock-timeout-missing");
    assert_true(text_equal(findings.items[1].file, TEXT("2.sql")));
}

static void test_waivers(void **state)
{
    static const struct {
        const char *sql;
        const char *expected;
        unsigned waived;
    } cases[] = {
        {"-- driftline: allow drop-table it is empty\nDROP TABLE t;", "", 1},
        {"/* driftline: allow drop-table it is empty */\nDROP TABLE t;", "", 1},
        {"DROP TABLE t; -- driftline: allow drop-table it is empty", "", 1},
        {"DROP /* driftline: allow drop-table it is empty */ TABLE t;", "", 1},
        {"-- driftline: allow drop-table it is empty\nDROP TABLE t;\nDROP TABLE u;", "drop-table:3", 1},
        {"DROP TABLE t; -- driftline: allow drop-table: it is empty\nDROP TABLE u;", "drop-table:2", 1},
        {"DROP TABLE t;\n-- driftline: allow drop-table it is empty\nDROP TABLE u;", "drop-table:1", 1},
        {"-- driftline: allow drop-table, drop-cascade - it is empty\nDROP TABLE t CASCADE;", "", 2},
        {"-- driftline: allow drop-table a\n-- driftline: allow drop-cascade b\nDROP TABLE t CASCADE;", "", 2},
        {"DROP TABLE t;\nDROP TABLE u;\n-- driftline: allow-file drop-table they are empty\n", "", 2},
        {"-- driftline: allow-file table-without-primary-key a log\nCREATE TABLE t (a int);", "", 1},
        {"-- driftline: allow drop-table\nDROP TABLE t;", "waiver-malformed:1 drop-table:2", 0},
        {"-- driftline: allow drop-tabel it is empty\nDROP TABLE t;", "waiver-malformed:1 drop-table:2", 0},
        {"-- driftline: allow it is empty\nDROP TABLE t;", "waiver-malformed:1 drop-table:2", 0},
        {"-- driftline: forbid drop-table x\nDROP TABLE t;", "waiver-malformed:1 drop-table:2", 0},
        {"-- driftline: allow\nDROP TABLE t;", "waiver-malformed:1 drop-table:2", 0},
        {"-- driftline: allow drop-view it is empty\nDROP TABLE t;", "waiver-unused:1 drop-table:2", 0},
        {"-- driftline: allow drop-table a reason", "waiver-unused:1", 0},
        {"-- driftline: allow syntax-error it is fine\nDROP TABEL t;", "waiver-unused:1 syntax-error:2", 0},
        {"SELECT '-- driftline: allow drop-table no comment';\nDROP TABLE t;", "drop-table:2", 0},
        {"-- Driftline is nice\nDROP TABLE t;", "drop-table:2", 0},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct linting_wish wish = {.only_usual = true};
        const struct lint_findings findings = linting_run(cases[i].sql, &wish, *state);
        unsigned waived = findings.waived;

        for (size_t k = 0; k < findings.count; k++) /* lock timeouts are nobody's business here */
            waived -=
                findings.items[k].reason.length > 0 && strcmp(findings.items[k].rule->id, "lock-timeout-missing") == 0;
        if (strcmp(found(cases[i].sql, wish, *state), cases[i].expected) != 0 || waived != cases[i].waived)
            fail_msg("%s\ngives:    %s (%u waived)\nexpected: %s", cases[i].sql, found(cases[i].sql, wish, *state),
                     waived, cases[i].expected);
    }
}

static void test_what_a_waiver_says(void **state)
{
    const struct lint_findings findings =
        linting_run("SELECT 1;\nDROP TABLE t; -- driftline: allow drop-table: nobody reads it\n",
                    &(const struct linting_wish){.only_usual = true}, *state);
    const struct lint_finding *finding = linting_find(&findings, "drop-table");

    assert_non_null(finding);
    assert_true(text_equal(finding->reason, TEXT("nobody reads it")));
    assert_int_equal(finding->waiver_line, 2);
    assert_int_equal(findings.summary[SEVERITY_CRITICAL], 0);
}

static void test_places_of_findings(void **state)
{
    static const struct {
        const char *sql;
        const char *rule;
        unsigned line, column, end_column;
    } cases[] = {
        {"ALTER TABLE a DROP COLUMN b;", "drop-column", 1, 27, 28},
        {"ALTER TABLE b DROP COLUMN b,\n  DROP \"c c\";", "drop-column", 1, 27, 28},
        {"SELECT 1;\n\nDROP TABLE x,\n  orders;", "drop-table", 3, 12, 13},
        {"SELECT 'ö';\tDROP VIEW v;", "drop-view", 1, 23, 24},
        {"DO $$ $$;", "code-not-checked", 1, 1, 9},
        {"SELECT 1;\n  SELEC x;", "syntax-error", 2, 3, 10},
        {"SELECT 'ö' FRM x y z;", "syntax-error", 1, 16, 17},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct lint_findings findings =
            linting_run(cases[i].sql, &(const struct linting_wish){.version = 0}, *state);
        const struct lint_finding *finding = linting_find(&findings, cases[i].rule);

        if (finding == NULL || finding->from.line != cases[i].line || finding->from.column != cases[i].column ||
            finding->to.column != cases[i].end_column)
            fail_msg("%s:\n%s ends in column %u", cases[i].sql, linting_list(&findings, *state),
                     finding == NULL ? 0 : finding->to.column);
    }
}

/* ---- the target ---- */

static void test_the_target(void **state)
{
    static const char target[] = "@server postgresql 14.2\n"
                                 "schema shop\n"
                                 "table shop.orders\n"
                                 "  column id type=bigint nullable=no\n"
                                 "  column note type='character varying(20)' nullable=no\n"
                                 "  column moment type='timestamp without time zone' nullable=yes\n"
                                 "  column kind type=public.citext nullable=yes\n"
                                 "  primary_key orders_pkey columns=[id]\n"
                                 "  check note_there expression='((note IS NOT NULL) AND (id > 0))'\n"
                                 "  check moment_there expression='(moment IS NOT NULL)' validated=no\n"
                                 "  index broken columns=[note] method=btree valid=no\n"
                                 "view shop.named definition='SELECT orders.note AS name FROM shop.orders'\n"
                                 "function shop.old(integer) returns=integer volatility=stable\n"
                                 "gap policy reason='permission denied'\n";
    static const struct {
        const char *sql;
        const char *expected;
    } cases[] = {
        {"SET search_path = shop, public; ALTER TABLE orders ALTER note TYPE varchar(40);", "column-type-scan:1"},
        {"ALTER TABLE orders ALTER note TYPE varchar(40);", "not-there:1"},
        {"ALTER TABLE shop.orders ALTER note TYPE text USING note::text;", "column-type-scan:1"},
        {"ALTER TABLE shop.orders ALTER note TYPE text USING upper(note);", "column-type-rewrite:1"},
        {"ALTER TABLE shop.orders ALTER kind TYPE citext;", ""},
        {"ALTER TABLE shop.orders ALTER moment TYPE timestamptz;", "column-type-changed:1 column-type-rewrite:1"},
        {"SET timezone = 'UTC'; ALTER TABLE shop.orders ALTER moment TYPE timestamptz;",
         "column-type-changed:1 column-type-scan:1"},
        {"ALTER TABLE shop.orders ALTER moment SET NOT NULL;", "set-not-null:1"},
        {"ALTER TABLE shop.orders VALIDATE CONSTRAINT moment_there; ALTER TABLE shop.orders ALTER moment SET NOT NULL;",
         ""},
        {"ALTER TABLE shop.orders ADD a int DEFAULT shop.old(1);", ""},
        {"ALTER TABLE shop.orders ADD a int DEFAULT shop.other(1);", "add-column-volatile-default:1"},
        {"DROP SEQUENCE shop.s;", "not-there:1"},
        {"CREATE INDEX CONCURRENTLY IF NOT EXISTS broken ON shop.orders (note);",
         "concurrent-if-not-exists:1 already-there-skipped:1"},
        {"ALTER TABLE shop.orders RENAME note TO name;", "rename-column:1"},
        {"ALTER TABLE shop.orders DROP COLUMN IF EXISTS nothing;", ""},
        {"DROP VIEW shop.named; ALTER TABLE shop.orders DROP note;", "drop-view:1 drop-column:1 used-by-view:1"},
        {"DROP TYPE shop.nothing;", "not-there:1"},
        {"DROP SCHEMA shop;", "drop-schema:1"},
        {"ALTER TABLE shop.orders DETACH PARTITION p;", "detach-partition:1 detach-not-concurrent:1"},
        {"SELECT 1 FROM shop.nothing;", ""},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *list = found(cases[i].sql, (struct linting_wish){.target = target}, *state);

        if (strcmp(list, cases[i].expected) != 0)
            fail_msg("%s\ngives:    %s\nexpected: %s", cases[i].sql, list, cases[i].expected);
    }
}

/* What could not be read may be there. */
static void test_what_the_target_does_not_cover(void **state)
{
    static const char target[] = "@server postgresql 15.1\nschema shop\ngap sequence reason='permission denied'\n"
                                 "gap function reason='permission denied'\n";

    assert_string_equal(
        found("DROP SEQUENCE shop.s; DROP FUNCTION shop.f;", (struct linting_wish){.target = target}, *state),
        "drop-sequence:1 drop-function:1");
}

static void test_contracts_name_their_consumers(void **state)
{
    static const char contracts[] = "contracts:\n"
                                    "  - name: billing\n    owner: finance\n    consumers: [invoices, reports]\n"
                                    "    database: shop\n    severity: medium\n    requires:\n"
                                    "      - table: shop.orders\n        columns:\n          - name: total\n"
                                    "            nullable: false\n        keys: [[id]]\n"
                                    "      - enum: shop.colour\n        labels: [red]\n"
                                    "      - function: shop.f(integer)\n        returns: integer\n";
    static const struct {
        const char *sql;
        bool breaks;
    } cases[] = {
        {"ALTER TABLE shop.orders DROP COLUMN total;", true},
        {"ALTER TABLE shop.orders RENAME COLUMN total TO sum;", true},
        {"ALTER TABLE shop.orders ALTER total DROP NOT NULL;", true},
        {"ALTER TABLE shop.orders DROP COLUMN other;", false},
        {"ALTER TABLE shop.orders ALTER total TYPE text;", false}, /* no type is asked for */
        {"ALTER TABLE shop.orders ADD CONSTRAINT k UNIQUE (id); ALTER TABLE shop.orders DROP CONSTRAINT k;", true},
        {"SET search_path = shop; DROP TABLE orders;", true},
        {"ALTER TABLE shop.orders SET SCHEMA old;", true},
        {"DROP FUNCTION shop.f;", true},
        {"DROP FUNCTION shop.f(int);", true},
        {"DROP FUNCTION shop.f(text);", false},
        {"ALTER TYPE shop.colour RENAME VALUE 'red' TO 'scarlet';", true},
        {"ALTER TYPE shop.colour RENAME VALUE 'green' TO 'lime';", false},
        {"DROP TYPE shop.colour;", true},
        {"DROP SCHEMA shop CASCADE;", true},
        {"DROP SCHEMA sho CASCADE;", false},
        {"BEGIN; ALTER TABLE shop.orders RENAME TO o; CREATE VIEW shop.orders AS SELECT total FROM shop.o; COMMIT;",
         false},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct lint_findings findings =
            linting_run(cases[i].sql, &(const struct linting_wish){.contracts = contracts}, *state);
        const struct lint_finding *finding = linting_find(&findings, "contract-broken");

        if ((finding != NULL) != cases[i].breaks)
            fail_msg("%s:\n%s", cases[i].sql, linting_list(&findings, *state));
        if (finding == NULL)
            continue;
        assert_int_equal(finding->level, SEVERITY_MEDIUM);
        assert_true(text_equal(finding->contract->name, TEXT("billing")));
        assert_non_null(memmem(finding->message.bytes, finding->message.length, "invoices, reports", 17));
    }
}

/* ---- hostile texts ---- */

static void add_times(struct buffer *buffer, const char *piece, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buffer_add_string(buffer, piece);
}

static void check_hostile(struct buffer *sql, const char *rule)
{
    CLEANUP(arena_free) struct arena arena;
    const struct linting_wish wish = {.version = 0};
    struct lint_findings findings;

    arena_init(&arena, ARENA_LIMIT);
    findings = linting_run(sql->bytes, &wish, &arena);
    if (linting_count(&findings, rule) == 0)
        fail_msg("%.60s…: no %s", sql->bytes, rule);
    buffer_reset(sql);
}

static void test_hostile_texts(void **state)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};

    (void)state;
    add_times(&sql, "(", 200000);
    check_hostile(&sql, "not-checked");
    buffer_add_string(&sql, "SELECT 1");
    add_times(&sql, "+1", 200000);
    check_hostile(&sql, "not-checked");
    buffer_add_string(&sql, "SELECT 1");
    add_times(&sql, "+1", 3000);
    check_hostile(&sql, "not-checked"); /* the parser can, the reader of its tree cannot */
    buffer_add_string(&sql, "SELECT ");
    add_times(&sql, "ARRAY[", 5000);
    check_hostile(&sql, "not-checked");
    buffer_add_string(&sql, "SELECT a");
    add_times(&sql, " COLLATE c", 100000);
    check_hostile(&sql, "not-checked");
    add_times(&sql, "/*", 100000);
    buffer_add_string(&sql, "DROP TABLE t;");
    add_times(&sql, "*/", 100000);
    buffer_add_string(&sql, "DROP TABLE u;");
    check_hostile(&sql, "drop-table");
    buffer_add_string(&sql, "INSERT INTO t VALUES (1)");
    add_times(&sql, ",(1)", 200000);
    buffer_add_string(&sql, "; DROP TABLE u;");
    check_hostile(&sql, "not-checked");
    add_times(&sql, "CREATE GLOBAL TEMPORARY TABLE a();", 300); /* the parser warns of each */
    buffer_add_string(&sql, "DROP TABLE u;");
    check_hostile(&sql, "drop-table");
    add_times(&sql, "BEGIN;", 20000);
    check_hostile(&sql, "transaction-nested");
}

static enum error_code run_once(void *context, struct error *error)
{
    static const char sql[] =
        "BEGIN; ALTER TABLE t ADD a int REFERENCES u; DROP VIEW v; CREATE VIEW v AS SELECT 1 AS a;"
        "CREATE TABLE n (id int); SELEC; COMMIT; -- driftline: allow drop-view x";
    struct lint_configuration configuration;
    const struct lint_options options = {.configuration = &configuration};
    CLEANUP(arena_free) struct arena arena;
    struct lint_findings findings = {.count = 0};
    enum error_code code;

    (void)context;
    arena_init(&arena, ARENA_LIMIT);
    lint_configuration_init(&configuration);
    code = lint_run(&findings, text_from(sql), TEXT("x"), &options, &arena, error);
    assert_true(code == ERROR_NONE ? findings.count > 3 : findings.count == 0);
    return code;
}

static void test_every_allocation_fails_cleanly(void **state)
{
    (void)state;
    test_every_allocation(run_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_state, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_files_in_order, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_waivers, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_what_a_waiver_says, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_places_of_findings, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_the_target, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_what_the_target_does_not_cover, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_contracts_name_their_consumers, make_arena, free_arena),
        cmocka_unit_test(test_hostile_texts),
        cmocka_unit_test(test_every_allocation_fails_cleanly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
