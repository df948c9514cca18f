#include "correlate/spread.h"

#include <string.h>

#include "base/clock.h"
#include "collector/track/record.h"
#include "common/drift/snapshot_text.h"
#include "drift/severity.h"
#include "store/agents.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { PLENTY = 256 * 1024 * 1024, MINUTE = 60 * 1000000 };

static const struct text path[] = {TEXT_INIT("dev"), TEXT_INIT("staging"), TEXT_INIT("prod")};

/* ---------------------------------------------------------------- a database to look at */

static struct policy *make_policy(const char *ignore, struct arena *arena)
{
    struct policy_content content = {
        .fleet = {.path = path, .path_count = LENGTH_OF(path), .stale_after_us = MINUTE, .memory_limit = PLENTY}};
    struct policy *policy = NULL;
    struct error error = {0};

    diff_options_init(&content.fleet.compare);
    if (ignore != NULL)
        content.fleet.compare.ignore = ignore_from_text(ignore, arena);
    history_expect(policy_new(&policy, &content, &error), &error);
    return policy;
}

static void see(struct history *history, int64_t target, int64_t ago)
{
    const struct target_sighting sighting = {.target = target,
                                             .agent = history->agent,
                                             .state = TARGET_FINE,
                                             .checked_at = clock_now() - ago,
                                             .heard_at = clock_now() - ago};
    struct error error = {0};

    history_begin(history);
    history_expect(targets_saw(history->database, &sighting, &error), &error);
    history_commit(history);
}

/* What an instance has: "staging/a". NULL ends a list of them. */
struct instance {
    const char *environment;
    const char *name;
    const char *text; /* of its schema; NULL: no snapshot */
    bool is_silent;
};

static void put(struct history *history, const char *database, const struct instance *instance)
{
    int64_t target = history_target(history, database, instance->environment, instance->name);

    if (instance->text != NULL)
        record_text(history, target, instance->text, NULL);
    see(history, target, instance->is_silent ? 2 * MINUTE : 0);
}

static void write_columns(struct buffer *text, const struct spread *spread)
{
    for (uint32_t i = 0; i < spread->column_count; i++) {
        const struct spread_column *column = &spread->columns[i];

        buffer_printf(text, " | %.*s%s", TEXT_ARGS(column->environment), column->majority ? "" : "!");
        for (uint32_t k = 0; k < column->instance_count; k++)
            buffer_printf(text, "%s%.*s", k == 0 ? " " : ",", TEXT_ARGS(column->instances[k]));
        if (!column->known)
            buffer_printf(text, " (%.*s)", TEXT_ARGS(column->unknown));
    }
    buffer_add_byte(text, '\n');
}

/* "critical column a.t.c 0 1 - ?": what differs, and the version of each column; `-` where it is not there (and its
 * version is not the first), `.` where that is the version of most, `?` where nobody knows. */
static void write_row(struct buffer *text, const struct spread *spread, const struct spread_row *row)
{
    buffer_printf(text, "%s %s %.*s", severity_name(row->severity), kind_name(row->kind), TEXT_ARGS(row->object));
    if (row->aspect != ASPECT_STRUCTURE)
        buffer_printf(text, " %s", aspect_name(row->aspect));
    for (uint32_t i = 0; i < spread->column_count; i++) {
        const struct spread_cell *cell = &row->cells[i];

        if (!cell->known)
            buffer_add_string(text, " ?");
        else if (!cell->is_there)
            buffer_printf(text, " %s", cell->version == 0 ? "." : "-");
        else
            buffer_printf(text, " %u", cell->version);
    }
    buffer_add_byte(text, '\n');
}

/* The whole table as lines. */
static const char *describe(struct history *history, const struct spread *spread)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    const char *kept;

    buffer_printf(&text, "%s", verdict_name(spread->verdict));
    if (spread->unknown.length > 0)
        buffer_printf(&text, " (%.*s)", TEXT_ARGS(spread->unknown));
    write_columns(&text, spread);
    for (uint32_t i = 0; i < spread->row_count; i++)
        write_row(&text, spread, &spread->rows[i]);
    kept = arena_string(&history->arena, buffer_text(&text));
    assert_non_null(kept);
    return kept;
}

static struct spread look(struct history *history, const char *database, const char *ignore)
{
    struct policy *policy = make_policy(ignore, &history->arena);
    struct error error = {0};
    struct spread spread = {0};

    history_expect(spread_find(&spread, history->database, policy, text_from(database), &history->arena, &error),
                   &error);
    policy_release(policy);
    return spread;
}

/* ---------------------------------------------------------------- what differs, and who has what */

#define TABLE "table a.t owner=app\n  column id type=bigint nullable=no\n"
#define NOTE TABLE "  column note type=text nullable=yes\n"
#define NARROW "table a.t owner=app\n  column id type=integer nullable=no\n"
#define OTHER_OWNER "table a.t owner=root\n  column id type=bigint nullable=no\n"

static const struct {
    const char *name;
    struct instance instances[5];
    const char *ignore;
    const char *expected;
} cases[] = {
    {.name = "all alike",
     .instances = {{"staging", "default", TABLE, false}, {"prod", "default", TABLE, false}},
     .expected = "IN_SYNC | staging default | prod default\n"},
    {.name = "one alone", .instances = {{"prod", "default", TABLE, false}}, .expected = "IN_SYNC | prod default\n"},
    {.name = "a column that one lacks",
     .instances = {{"dev", "default", NOTE, false},
                   {"staging", "default", NOTE, false},
                   {"prod", "default", TABLE, false}},
     .expected = "DRIFTED | dev default | staging default | prod default\n"
                 "medium column a.t.note 0 0 -\n"},
    {.name = "most lack it",
     .instances = {{"dev", "default", NOTE, false},
                   {"staging", "default", TABLE, false},
                   {"prod", "default", TABLE, false}},
     .expected = "DRIFTED | dev default | staging default | prod default\n"
                 "medium column a.t.note 1 . .\n"},
    {.name = "three versions of one thing, and the other is the same",
     .instances = {{"dev", "default", "table a.t owner=x\n  column id type=text\nview a.v definition=1\n", false},
                   {"staging", "default", "table a.t owner=x\n  column id type=integer\nview a.v definition=1\n",
                    false},
                   {"prod", "a", "table a.t owner=x\n  column id type=bigint\nview a.v definition=1\n", false},
                   {"prod", "b", "table a.t owner=x\n  column id type=bigint\nview a.v definition=1\n", false}},
     .expected = "DRIFTED | dev default | staging default | prod a,b\n"
                 "critical column a.t.id 1 2 0\n"},
    {.name = "equal states are one version, whoever has them",
     .instances = {{"dev", "default", NARROW, false},
                   {"staging", "a", TABLE, false},
                   {"staging", "b", TABLE, false},
                   {"staging", "c", NARROW, false},
                   {"prod", "default", OTHER_OWNER, false}},
     .expected = "DRIFTED | dev default | staging a,b | staging! c | prod default\n"
                 "critical column a.t.id 1 0 1 0\n"
                 "medium table a.t access 0 0 0 1\n"},
    {.name = "what lacks the object lacks its parts",
     .instances = {{"dev", "default", "table a.t owner=x\n  column id type=bigint\n", false},
                   {"staging", "default", "table a.t owner=x\n  column id type=bigint\n", false},
                   {"prod", "default", "table a.t owner=y\n  column id type=integer\n", false},
                   {"qa", "default", "table b.u owner=x\n", false}},
     .expected = "DRIFTED | dev default | staging default | prod default | qa default\n"
                 "critical table a.t 0 0 0 -\n"
                 "medium table a.t access 0 0 1 -\n"
                 "low column a.t.id 0 0 1 -\n"
                 "low table b.u . . . 1\n"},
    {.name = "new objects with two contents",
     .instances = {{"dev", "default", TABLE "view a.v definition=1\n", false},
                   {"staging", "default", TABLE "view a.v definition=2\n", false},
                   {"prod", "a", TABLE, false},
                   {"prod", "b", TABLE, false}},
     .expected = "DRIFTED | dev default | staging default | prod a,b\n"
                 "low view a.v 1 2 .\n"},
    {.name = "two kinds of one path",
     .instances = {{"dev", "default", "table a.t\nstatistics a.t columns=[x]\n", false},
                   {"staging", "default", "table a.t\nstatistics a.t columns=[x]\n", false},
                   {"prod", "default", "table a.t\nstatistics a.t columns=[y]\n", false}},
     .expected = "DRIFTED | dev default | staging default | prod default\n"
                 "low statistics a.t 0 0 1\n"},
    {.name = "other names are other things",
     .instances = {{"dev", "default", "@origin x\ntable a.new #7 comment=1\n", false},
                   {"staging", "default", "@origin x\ntable a.old #7 comment=1\n", false},
                   {"prod", "default", "@origin x\ntable a.old #7 comment=1\n", false}},
     .expected = "DRIFTED | dev default | staging default | prod default\n"
                 "critical table a.old - 0 0\n"
                 "low table a.new 1 . .\n"},
    {.name = "what does not count",
     .instances = {{"staging", "default", NOTE, false}, {"prod", "default", TABLE, false}},
     .ignore = "column:*.note",
     .expected = "IN_SYNC | staging default | prod default\n"},
    {.name = "what one could not read",
     .instances = {{"dev", "default", TABLE "view a.v definition=1\n", false},
                   {"staging", "default", TABLE, false},
                   {"prod", "default", "gap view reason=denied\n" TABLE, false}},
     .expected = "DRIFTED | dev default | staging default | prod default (view not covered: denied)\n"
                 "low view a.v 0 - ?\n"},
    {.name = "what one does not declare is not known, and no reason for doubt",
     .instances = {{"dev", "default", "gap view reason='not declared'\n" TABLE, false},
                   {"staging", "default", TABLE "view a.v definition=1\n", false},
                   {"prod", "default", TABLE, false}},
     .expected = "DRIFTED | dev default | staging default | prod default\n"
                 "low view a.v ? 0 -\n"},
    {.name = "what one does not declare, and all others have",
     .instances = {{"dev", "default", "gap view reason='not declared'\n" TABLE, false},
                   {"prod", "default", TABLE "view a.v definition=1\n", false}},
     .expected = "IN_SYNC | dev default | prod default\n"},
    {.name = "what another engine has in other words is not known",
     .instances = {{"dev", "default", "@server python 3\ngap view reason='not declared'\ntable a.t\n", false},
                   {"staging", "default", "@server postgresql 15\ntable a.t\nfunction a.f() body=1\n", false},
                   {"prod", "default", "@server postgresql 15\ntable a.t\nfunction a.f() body=2\n", false}},
     .expected = "DRIFTED | dev default | staging default | prod default\n"
                 "high function a.f() ? 0 1\n"},
    {.name = "only what nobody could read",
     .instances = {{"staging", "default", TABLE, false}, {"prod", "default", "gap view reason=denied\n" TABLE, false}},
     .expected = "UNKNOWN (prod: view not covered: denied) | staging default | prod default (view not covered: "
                 "denied)\n"},
    {.name = "one object that could not be read",
     .instances = {{"dev", "default", "view a.v definition=1\nview a.w definition=1\n", false},
                   {"staging", "default", "view a.v definition=2\nview a.w definition=2\n", false},
                   {"prod", "default", "gap view 'a.v' reason=locked\nview a.w definition=2\n", false}},
     .expected = "DRIFTED | dev default | staging default | prod default (view a.v not covered: locked)\n"
                 "high view a.v 0 1 ?\n"
                 "high view a.w 1 0 0\n"},
    {.name = "who has read most is what others are held against",
     .instances = {{"dev", "default", "gap view reason=denied\n" TABLE, false},
                   {"staging", "default", "gap view reason=denied\n" TABLE, false},
                   {"prod", "a", "view a.v definition=1\n" TABLE, false},
                   {"qa", "a", "view a.v definition=2\n" TABLE, false}},
     .expected = "DRIFTED | dev default (view not covered: denied) | staging default (view not covered: denied) | prod "
                 "a | qa a\n"
                 "high view a.v ? ? 0 1\n"},
    {.name = "two versions of a server spell it differently",
     .instances = {{"staging", "default", "@server postgresql 15.6\nview a.v definition=1\n" TABLE, false},
                   {"prod", "default", "@server postgresql 16.2\nview a.v definition=2\n" TABLE, false}},
     .expected =
         "UNKNOWN (staging: view a.v not covered: definition as rendered by PostgreSQL 15 and 16, which may spell "
         "it differently) | staging default (view a.v not covered: definition as rendered by PostgreSQL 15 and "
         "16, which may spell it differently) | prod default\n"},
    {.name = "how a silent one stands is not known",
     .instances = {{"staging", "default", TABLE, false}, {"prod", "a", NOTE, false}, {"prod", "b", NOTE, true}},
     .expected = "DRIFTED | staging default | prod a,b\n"
                 "critical column a.t.note - 0\n"},
    {.name = "no snapshot yet",
     .instances = {{"staging", "default", TABLE, false}, {"prod", "a", TABLE, false}, {"prod", "b", NULL, false}},
     .expected = "UNKNOWN (prod: no snapshot has arrived yet) | staging default | prod a | prod! b (no snapshot has "
                 "arrived yet)\n"},
    {.name = "environments beside the path come last",
     .instances = {{"attic", "default", TABLE, false},
                   {"prod", "default", TABLE, false},
                   {"dev", "default", TABLE, false}},
     .expected = "IN_SYNC | dev default | prod default | attic default\n"},
};

static void test_what_differs_and_who_has_what(void **state)
{
    struct history *history = *state;
    unsigned wrong = 0;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char *database = arena_printf(&history->arena, "db%zu", i);
        const char *found;
        struct spread spread;

        for (size_t k = 0; k < LENGTH_OF(cases[i].instances) && cases[i].instances[k].environment != NULL; k++)
            put(history, database, &cases[i].instances[k]);
        spread = look(history, database, cases[i].ignore);
        found = describe(history, &spread);
        print_message("  %s\n%s", cases[i].name, found);
        if (strcmp(found, cases[i].expected) == 0)
            continue;
        print_error("  is not\n%s", cases[i].expected);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* Nobody is heard: what is shown is of the last that was known. */
static void test_what_is_silent_is_last_known(void **state)
{
    struct history *history = *state;
    const struct instance instances[] = {{"staging", "default", TABLE, true}, {"prod", "default", TABLE, true}};
    const char *found;
    struct spread spread;

    for (size_t i = 0; i < LENGTH_OF(instances); i++)
        put(history, "quiet", &instances[i]);
    spread = look(history, "quiet", NULL);
    found = describe(history, &spread);
    assert_int_equal(spread.verdict, VERDICT_UNKNOWN);
    assert_non_null(strstr(found, "UNKNOWN (staging: agent 'tester' is silent since "));
    assert_int_equal(spread.row_count, 0);
    assert_true(spread.columns[1].has_snapshot && !spread.columns[1].known);
}

static void test_what_is_not_there(void **state)
{
    struct history *history = *state;
    const struct instance empty = {"prod", "default", NULL, false};
    struct policy *policy = make_policy(NULL, &history->arena);
    struct error error = {0};
    struct spread spread;

    assert_int_equal(spread_find(&spread, history->database, policy, TEXT("nobody"), &history->arena, &error),
                     ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "'nobody'"));
    put(history, "empty", &empty);
    assert_int_equal(spread_find(&spread, history->database, policy, TEXT("empty"), &history->arena, &error),
                     ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "no snapshot of 'empty'"));
    policy_release(policy);
}

/* A snapshot that is damaged takes nobody's view but its own. */
static void test_a_damaged_column_is_unknown(void **state)
{
    struct history *history = *state;
    const struct instance instances[] = {
        {"dev", "default", TABLE, false}, {"staging", "default", NOTE, false}, {"prod", "default", NARROW, false}};
    const char *found;
    struct spread spread;

    for (size_t i = 0; i < LENGTH_OF(instances); i++)
        put(history, "hurt", &instances[i]);
    history_run(history, "PRAGMA foreign_keys = OFF");
    history_run(history, "UPDATE node SET bytes = x'00' WHERE hash = (SELECT root FROM target WHERE database = 'hurt' "
                         "AND environment = 'prod')");
    spread = look(history, "hurt", NULL);
    found = describe(history, &spread);
    print_message("%s", found);
    assert_int_equal(spread.verdict, VERDICT_DRIFTED);
    assert_false(spread.columns[2].known);
    assert_true(spread.columns[2].unknown.length > 0);
    assert_int_equal(spread.row_count, 1);
    assert_false(spread.rows[0].cells[2].known);
}

/* Levels that hold in one environment only. */
static void test_levels_are_those_of_the_column(void **state)
{
    struct history *history = *state;
    const struct instance instances[] = {{"staging", "default", TABLE, false}, {"prod", "default", NOTE, false}};
    struct policy_content content = {
        .fleet = {.path = path, .path_count = LENGTH_OF(path), .stale_after_us = MINUTE, .memory_limit = PLENTY}};
    struct policy_severity severity = {.override = {.level = SEVERITY_HIGH}, .environment = TEXT("prod")};
    struct policy *policy = NULL;
    struct error error = {0};
    struct spread spread;

    for (size_t i = 0; i < LENGTH_OF(instances); i++)
        put(history, "levels", &instances[i]);
    diff_options_init(&content.fleet.compare);
    history_expect(ignore_pattern_parse(&severity.override.pattern, TEXT("column:*"), &history->arena, &error), &error);
    content.severities = &severity;
    content.severity_count = 1;
    history_expect(policy_new(&policy, &content, &error), &error);
    history_expect(spread_find(&spread, history->database, policy, TEXT("levels"), &history->arena, &error), &error);
    assert_string_equal(describe(history, &spread), "DRIFTED | staging default | prod default\n"
                                                    "high column a.t.note . 1\n");
    policy_release(policy);
}

struct attempt {
    struct history *history;
    struct policy *policy;
};

static enum error_code attempt(void *context, struct error *error)
{
    const struct attempt *attempt = context;
    CLEANUP(arena_free) struct arena arena;
    struct spread spread;

    arena_init(&arena, PLENTY);
    return spread_find(&spread, attempt->history->database, attempt->policy, TEXT("memory"), &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct history *history = *state;
    const struct instance instances[] = {{"dev", "default", NOTE, false},
                                         {"staging", "default", "gap view reason=denied\n" NARROW, false},
                                         {"prod", "a", OTHER_OWNER, false},
                                         {"prod", "b", NULL, false}};
    struct attempt what = {history, make_policy(NULL, &history->arena)};
    struct error error = {0};

    for (size_t i = 0; i < LENGTH_OF(instances); i++)
        put(history, "memory", &instances[i]);
    history_expect(attempt(&what, &error), &error); /* the cache of comparisons fills: it may do without memory */
    print_message("  %lu\n", test_every_allocation(attempt, &what));
    policy_release(what.policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_differs_and_who_has_what, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_silent_is_last_known, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_there, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_column_is_unknown, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_levels_are_those_of_the_column, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
