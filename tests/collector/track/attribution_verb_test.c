#include "track/attribution_verb.h"

#include "support/cmocka.h"
#include "track/attribution.h"

enum { PLENTY = 1024 * 1024, STATEMENTS = 3, ATTRIBUTES = 2 };

static void test_what_a_verb_is_about(void **state)
{
    static const struct {
        const char *statement, *verbs, *name;
        bool does;
    } cases[] = {
        {"ALTER TABLE t ADD z int", " ADD ", "z", true},
        {"alter table t add column if not exists Z int", " ADD ", "z", true},
        {"ALTER TABLE t ADD COLUMN \"z\" int", " ADD ", "z", true},
        {"ALTER TABLE `t` ADD `z` int", " ADD ", "z", true},
        {"ALTER TABLE t ADD [z] int", " ADD ", "z", true},
        {"ALTER TABLE t ADD CHECK (z <> ?)", " ADD ", "z", false},
        {"ALTER TABLE t ADD UNIQUE (z)", " ADD ", "z", false},
        {"ALTER TABLE t ADD CONSTRAINT k UNIQUE (z)", " ADD ", "z", false},
        {"ALTER TABLE t ADD CONSTRAINT k UNIQUE (z)", " ADD ", "k", true},
        {"ALTER TABLE t ADD y int GENERATED ALWAYS AS (f(z), z) STORED", " ADD ", "z", false},
        {"ALTER TABLE t ADD y int AFTER z", " ADD ", "z", false},
        {"ALTER TABLE t ADD y int, z int", " ADD ", "z", true},
        {"ALTER TABLE t ADD (y numeric(1, 2), z int)", " ADD ", "z", true},
        {"ALTER TABLE t ADD y int, DROP z", " ADD ", "z", false},
        {"ALTER TABLE t ADD y int, DROP z", " DROP ", "z", true},
        {"ALTER TABLE t DROP COLUMN y, z", " DROP ", "z", true},
        {"ALTER TABLE t ALTER z TYPE bigint", " ALTER MODIFY ", "z", true},
        {"ALTER TABLE t ALTER y SET DEFAULT z", " ALTER MODIFY ", "z", false},
        {"ALTER TABLE z ADD y int", " ALTER ", "z", false},
        {"ALTER TABLE t ADD \"z", " ADD ", "z", true},
        {"ALTER TABLE t ADD \"a\"\"b\" int", " ADD ", "a\"\"b", true},
        {"ALTER TABLE t ADD \"a\"\"", " ADD ", "z", false},
        {"))),,((", " ADD ", "z", false},
        {"", " ADD ", "z", true}, /* without a text it may be so */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct ddl_event_row event = {.statement = text_from(cases[i].statement)};
        struct reading_budget budget = {PLENTY};

        print_message("  %s\n", cases[i].statement);
        assert_int_equal(statement_introduces(&event, cases[i].verbs, text_from(cases[i].name), &budget),
                         cases[i].does);
    }
}

static void test_a_budget_that_is_spent(void **state)
{
    const struct ddl_event_row event = {.statement = TEXT("ALTER TABLE t ADD y int")};
    struct reading_budget budget = {30};

    (void)state;
    assert_false(statement_introduces(&event, " ADD ", TEXT("z"), &budget));
    assert_true(statement_introduces(&event, " ADD ", TEXT("z"), &budget));
    assert_int_equal(budget.bytes, 30 - event.statement.length);
}

/* ---- which of several made it ---- */

struct told {
    const char *actor, *object, *command, *statement;
};

static const struct {
    const char *what;
    struct told statements[STATEMENTS];
    enum effect effect;
    enum kind kind;
    const char *object, *owner;
    const char *attributes[ATTRIBUTES];
    const char *expected;
} cases[] = {
    {"a column goes to who added it, not to who checks it",
     {{"alice", "a.t", "ALTER TABLE", "ALTER TABLE a.t ADD COLUMN z int"},
      {"postgres", "a.t", "ALTER TABLE", "ALTER TABLE a.t ADD CHECK (z <> ?)"}},
     EFFECT_ADDED,
     KIND_COLUMN,
     "a.t.z",
     "a.t",
     {0},
     "captured alice"},
    {"a check goes to who checks it",
     {{"postgres", "a.t", "ALTER TABLE", "ALTER TABLE a.t ADD CHECK (z <> ?)"},
      {"alice", "a.t", "ALTER TABLE", "ALTER TABLE a.t ADD COLUMN y int"}},
     EFFECT_ADDED,
     KIND_CHECK,
     "a.t.t_z_check",
     "a.t",
     {0},
     "captured postgres"},
    {"the newest that added it",
     {{"alice", "a.t", "ALTER TABLE", "ALTER TABLE a.t ADD z int"},
      {"bob", "a.t", "ALTER TABLE", "ALTER TABLE a.t DROP z"},
      {"eve", "a.t", "ALTER TABLE", "ALTER TABLE a.t ADD z bigint"}},
     EFFECT_ADDED,
     KIND_COLUMN,
     "a.t.z",
     "a.t",
     {0},
     "captured eve"},
    {"a table goes to who created it",
     {{"alice", "a.customers", "CREATE TABLE", "CREATE TABLE a.customers (id int)"},
      {"postgres", "a.customers", "ALTER TABLE", "ALTER TABLE a.customers OWNER TO bob"}},
     EFFECT_ADDED,
     KIND_TABLE,
     "a.customers",
     "a.customers",
     {0},
     "captured alice"},
    {"what is gone goes to who dropped it",
     {{"alice", "a.t", "ALTER TABLE", "ALTER TABLE a.t DROP COLUMN z"},
      {"bob", "a.t", "ALTER TABLE", "ALTER TABLE a.t RENAME y TO z"},
      {"eve", "a.t", "ALTER TABLE", "ALTER TABLE a.t DROP COLUMN y, ADD CHECK (z > ?)"}},
     EFFECT_REMOVED,
     KIND_COLUMN,
     "a.t.z",
     "a.t",
     {0},
     "captured alice"},
    {"attributes of one column by two people",
     {{"alice", "a.t", "ALTER TABLE", "ALTER TABLE a.t ALTER z TYPE bigint"},
      {"postgres", "a.t", "ALTER TABLE", "ALTER TABLE a.t ALTER z SET NOT NULL"}},
     EFFECT_MODIFIED,
     KIND_COLUMN,
     "a.t.z",
     "a.t",
     {"type", "nullable"},
     "inferred alice and postgres"},
    {"only one of them had an effect",
     {{"alice", "a.t", "ALTER TABLE", "ALTER TABLE a.t ALTER z TYPE bigint"},
      {"postgres", "a.t", "ALTER TABLE", "ALTER TABLE a.t ALTER z SET NOT NULL"}},
     EFFECT_MODIFIED,
     KIND_COLUMN,
     "a.t.z",
     "a.t",
     {"type"},
     "captured alice"},
    {"of an attribute of which nobody speaks the newest decides",
     {{"alice", "a.t", "ALTER TABLE", "ALTER TABLE a.t ALTER z TYPE bigint"},
      {"bob", "a.t", "ALTER TABLE", "ALTER TABLE a.t ALTER z SET NOT NULL"}},
     EFFECT_MODIFIED,
     KIND_COLUMN,
     "a.t.z",
     "a.t",
     {"something"},
     "captured bob"},
    {"an owner",
     {{"postgres", "a.t", "ALTER TABLE", "ALTER TABLE a.t OWNER TO bob"},
      {"alice", "a.t", "ALTER TABLE", "ALTER TABLE a.t SET (fillfactor = ?)"}},
     EFFECT_MODIFIED,
     KIND_TABLE,
     "a.t",
     "a.t",
     {"owner"},
     "captured postgres"},
    {"what fits nothing is of who named the thing last, as ever",
     {{"alice", "a.t", "ALTER TABLE", "ALTER TABLE a.t ENABLE ROW LEVEL SECURITY"},
      {"bob", "a.t", "ALTER TABLE", "ALTER TABLE a.t CLUSTER ON i"}},
     EFFECT_REMOVED,
     KIND_COLUMN,
     "a.t.z",
     "a.t",
     {0},
     "captured bob"},
};

static void check_case(size_t place)
{
    static const int64_t ids[STATEMENTS] = {1, 2, 3};
    struct ddl_event_row events[STATEMENTS] = {{0}};
    struct attribute_change attributes[ATTRIBUTES] = {{.to = NULL}};
    struct change change = {.effect = cases[place].effect,
                            .kind = cases[place].kind,
                            .object_kind = KIND_TABLE,
                            .object = text_from(cases[place].object),
                            .owner = text_from(cases[place].owner),
                            .attributes = attributes};
    struct attribution_input input = {.events = events, .event_ids = ids, .capture = true};
    struct attribution found;
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};

    arena_init(&arena, PLENTY);
    for (const struct told *told = cases[place].statements; input.event_count < STATEMENTS && told->actor != NULL;
         told++)
        events[input.event_count++] = (struct ddl_event_row){.actor = text_from(told->actor),
                                                             .object = text_from(told->object),
                                                             .command = text_from(told->command),
                                                             .statement = text_from(told->statement)};
    while (change.attribute_count < ATTRIBUTES && cases[place].attributes[change.attribute_count] != NULL) {
        attributes[change.attribute_count].name = text_from(cases[place].attributes[change.attribute_count]);
        change.attribute_count++;
    }
    assert_int_equal(attribution_find(&found, &change, 1, &input, &arena, &error), ERROR_NONE);
    assert_string_equal(arena_printf(&arena, "%s %.*s", evidence_name(found.evidence), TEXT_ARGS(found.actor)),
                        cases[place].expected);
}

static void test_which_of_several_made_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  %s\n", cases[i].what);
        check_case(i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_verb_is_about),
        cmocka_unit_test(test_a_budget_that_is_spent),
        cmocka_unit_test(test_which_of_several_made_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
