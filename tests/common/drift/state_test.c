#include "drift/state.h"

#include "common/drift/history_sample.h"
#include "common/drift/snapshot_text.h"
#include "common/schema/pair_sample.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 256 * 1024 * 1024 };

/* ---------------------------------------------------------------- two comparisons */

#define ORIGIN "@origin db\n"
#define FIFTEEN "@server postgresql 15.20\n"
#define SIXTEEN "@server postgresql 16.3\n"
#define TABLE "table a.t comment=x owner=alice\n  column c type=integer\n"

/* The change of one thing in a comparison, and a side of it. */
struct view {
    const char *from, *to;
    enum side side;
    const char *object; /* NULL: that of the case */
};

/* Whether the thing is in the same state in both. */
static const struct state_case {
    const char *name;
    enum kind kind;
    const char *object;
    struct view one, other;
    bool is_equal;
    enum aspect aspect;  /* of the change */
    const char *ignore;  /* NULL: nothing */
    const char *aspects; /* that are compared; NULL: all */
} cases[] = {
    {.name = "a part, whatever it is compared with",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .one = {TABLE, "table a.t\n  column c type=text\n", SIDE_FROM, NULL},
     .other = {TABLE "  column d type=text\n", "table a.t comment=z\n  column c type=bigint\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "a part, also on the other side",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .one = {TABLE, "table a.t\n  column c type=text\n", SIDE_FROM, NULL},
     .other = {"table a.t\n  column c type=text\n", TABLE, SIDE_TO, NULL},
     .is_equal = true},
    {.name = "a part that only one side has",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .one = {TABLE, "table a.t\n  column c type=text\n", SIDE_FROM, NULL},
     .other = {TABLE, "table a.t\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "a part that changed",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .one = {TABLE, "table a.t\n  column c type=text\n", SIDE_FROM, NULL},
     .other = {"table a.t\n  column c type=bigint\n", "table a.t\n  column c type=text\n", SIDE_FROM, NULL}},
    {.name = "a part of another name",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .one = {TABLE, "table a.t\n", SIDE_FROM, NULL},
     .other = {"table a.t\n  column d type=integer\n", "table a.t\n", SIDE_FROM, "a.t.d"}},
    {.name = "a part of a renamed object",
     .kind = KIND_COLUMN,
     .object = "a.u.c",
     .one = {ORIGIN "table a.t #1\n  column c #1 type=text\n", ORIGIN "table a.u #1\n  column c #1 type=xml\n",
             SIDE_FROM, NULL},
     .other = {"table a.t\n  column c type=text\n", "table a.t\n  column c type=xml\n", SIDE_FROM, "a.t.c"},
     .is_equal = true},
    {.name = "nothing in the aspect is one state",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .aspect = ASPECT_ACCESS,
     .one = {TABLE, "table a.t\n  column c type=integer grants=[SELECT TO eve]\n", SIDE_FROM, NULL},
     .other = {TABLE, "table a.t\n  column c type=text grants=[SELECT TO bob]\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "an object on both sides, whatever its parts are",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {TABLE, "table a.t comment=y\n", SIDE_FROM, NULL},
     .other = {"table a.t comment=x owner=bob\n", "table a.t comment=z\n  column e type=text\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "an object on both sides, and as a whole",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {TABLE, "table a.t comment=y\n", SIDE_FROM, NULL},
     .other = {TABLE, "", SIDE_FROM, NULL}},
    {.name = "an object as a whole, whatever else there is",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {TABLE, "", SIDE_FROM, NULL},
     .other = {"view a.v\n", TABLE, SIDE_TO, NULL},
     .is_equal = true},
    {.name = "a whole object with another part",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {TABLE, "", SIDE_FROM, NULL},
     .other = {TABLE "  column d type=text\n", "", SIDE_FROM, NULL}},
    {.name = "a whole object with another owner",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {TABLE, "", SIDE_FROM, NULL},
     .other = {"table a.t comment=x owner=bob\n  column c type=integer\n", "", SIDE_FROM, NULL}},
    {.name = "a whole object where access is not compared",
     .kind = KIND_TABLE,
     .object = "a.t",
     .aspects = "structure",
     .one = {TABLE, "", SIDE_FROM, NULL},
     .other = {"table a.t comment=x owner=bob\n  column c type=integer\n", "", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "a whole object of another name",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {"table a.t\n", "", SIDE_FROM, NULL},
     .other = {"table a.u\n", "", SIDE_FROM, "a.u"}},
    {.name = "an object in one aspect",
     .kind = KIND_TABLE,
     .object = "a.t",
     .aspect = ASPECT_ACCESS,
     .one = {TABLE, "table a.t comment=x owner=bob\n", SIDE_FROM, NULL},
     .other = {"table a.t comment=y owner=alice\n", "table a.t comment=z owner=eve\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "a renamed object has another name",
     .kind = KIND_TABLE,
     .object = "a.u",
     .one = {ORIGIN "table a.t #1 comment=x\n", ORIGIN "table a.u #1 comment=x\n", SIDE_FROM, NULL},
     .other = {ORIGIN "table a.t #1 comment=x\n", ORIGIN "table a.u #1 comment=x\n", SIDE_TO, NULL}},
    {.name = "and that is one thing, whatever it says",
     .kind = KIND_TABLE,
     .object = "a.u",
     .one = {ORIGIN "table a.t #1 comment=x\n", ORIGIN "table a.u #1 comment=x\n", SIDE_FROM, NULL},
     .other = {ORIGIN "table a.t #1 comment=y\n", ORIGIN "table a.u #1 comment=y\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "what it says is another, whatever it is called",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {ORIGIN "schema a #9\ntable a.t #1 comment=x\n", ORIGIN "schema b #9\ntable b.t #1 comment=y\n", SIDE_FROM,
             "b.t"},
     .other = {"table a.t comment=x\n", "table a.t comment=y\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "a privilege with other grants",
     .kind = KIND_DEFAULT_PRIVILEGE,
     .object = "p",
     .aspect = ASPECT_ACCESS,
     .one = {"default_privilege p grants=[SELECT TO bob]\n", "", SIDE_FROM, NULL},
     .other = {"default_privilege p grants=[SELECT TO eve]\n", "", SIDE_FROM, NULL}},

    /* what is left out */
    {.name = "an ignored attribute of a part",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .ignore = "comment:*",
     .one = {"table a.t\n  column c comment=x type=integer\n", "table a.t\n", SIDE_FROM, NULL},
     .other = {"table a.t\n  column c comment=y type=integer\n", "table a.t\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "an attribute that is ignored elsewhere",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .ignore = "comment:b.*",
     .one = {"table a.t\n  column c comment=x type=integer\n", "table a.t\n", SIDE_FROM, NULL},
     .other = {"table a.t\n  column c comment=y type=integer\n", "table a.t\n", SIDE_FROM, NULL}},
    {.name = "an ignored attribute of an object",
     .kind = KIND_TABLE,
     .object = "a.t",
     .ignore = "comment:*",
     .one = {"table a.t comment=x kind=1\n", "table a.t kind=2\n", SIDE_FROM, NULL},
     .other = {"table a.t comment=y kind=1\n", "table a.t kind=2\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "ignored parts, and attributes of parts, of a whole object",
     .kind = KIND_TABLE,
     .object = "a.t",
     .ignore = "index:*\ncomment:*.c",
     .one = {"table a.t\n  column c comment=x type=text\n  index i method=hash\n", "", SIDE_FROM, NULL},
     .other = {"table a.t\n  column c comment=y type=text\n", "", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "the order of columns, when the change is not about it",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {"table a.t comment=x column_order=[a|b]\n", "table a.t comment=y column_order=[a|q|b]\n", SIDE_FROM, NULL},
     .other = {"table a.t comment=x column_order=[a|b|c]\n", "table a.t comment=y column_order=[a|c]\n", SIDE_FROM,
               NULL},
     .is_equal = true},
    {.name = "the order of the columns that both sides have",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {"table a.t column_order=[a|b|c]\n", "table a.t column_order=[c|a|b]\n", SIDE_FROM, NULL},
     .other = {"table a.t column_order=[a|x|b|c|y]\n", "table a.t column_order=[b|q|a|c]\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "another order",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {"table a.t column_order=[a|b|c]\n", "table a.t column_order=[c|a|b]\n", SIDE_TO, NULL},
     .other = {"table a.t column_order=[a|b|c]\n", "table a.t column_order=[c|b|a]\n", SIDE_TO, NULL}},
    {.name = "an order that is ignored",
     .kind = KIND_TABLE,
     .object = "a.t",
     .ignore = "column_order:*",
     .one = {"table a.t comment=x column_order=[a|b|c]\n", "table a.t column_order=[c|a|b]\n", SIDE_FROM, NULL},
     .other = {"table a.t comment=x column_order=[b|a|c]\n", "table a.t column_order=[c|a|b]\n", SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "the order of columns of a whole table",
     .kind = KIND_TABLE,
     .object = "a.t",
     .one = {"table a.t column_order=[a|b|c]\n", "", SIDE_FROM, NULL},
     .other = {"table a.t column_order=[c|b|a]\n", "", SIDE_FROM, NULL},
     .is_equal = true},

    /* what two major versions render */
    {.name = "a text that may only be spelled otherwise",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .one = {FIFTEEN "table a.t\n  column c default='(1)' type=text\n", SIXTEEN "table a.t\n  column c default=1\n",
             SIDE_FROM, NULL},
     .other = {FIFTEEN "table a.t\n  column c default='(2)' type=text\n", SIXTEEN "table a.t\n  column c default=1\n",
               SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "also where only one side has the part",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .one = {FIFTEEN "table a.t\n  column c default='(1)' type=text\n", SIXTEEN "table a.t\n", SIDE_FROM, NULL},
     .other = {FIFTEEN "table a.t\n  column c default='(2)' type=text\n", SIXTEEN "table a.t\n  column c default=1\n",
               SIDE_FROM, NULL},
     .is_equal = true},
    {.name = "that it is there at all",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .one = {FIFTEEN "table a.t\n  column c default='(1)' type=text\n", SIXTEEN "table a.t\n  column c default=1\n",
             SIDE_FROM, NULL},
     .other = {FIFTEEN "table a.t\n  column c type=text\n", SIXTEEN "table a.t\n  column c default=1\n", SIDE_FROM,
               NULL}},
    {.name = "one major version renders alike",
     .kind = KIND_COLUMN,
     .object = "a.t.c",
     .one = {FIFTEEN "table a.t\n  column c default='(1)' type=text\n", FIFTEEN "table a.t\n", SIDE_FROM, NULL},
     .other = {FIFTEEN "table a.t\n  column c default='(2)' type=text\n", FIFTEEN "table a.t\n", SIDE_FROM, NULL}},
    {.name = "a whole view is what it is",
     .kind = KIND_VIEW,
     .object = "a.v",
     .one = {FIFTEEN "view a.v definition='SELECT 1'\n", SIXTEEN "", SIDE_FROM, NULL},
     .other = {FIFTEEN "view a.v definition='SELECT 2'\n", SIXTEEN "", SIDE_FROM, NULL}},
};

static void compare(struct diff *ret_diff, const struct snapshot *from, const struct snapshot *to,
                    const struct diff_options *options, struct arena *arena)
{
    struct error error = {0};

    if (diff_snapshots(ret_diff, from, to, options, arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static const struct change *find_change(const struct diff *diff, enum kind kind, struct text object, enum aspect aspect)
{
    for (uint32_t i = 0; i < diff->change_count; i++)
        if (diff->changes[i].kind == kind && diff->changes[i].aspect == aspect &&
            text_equal(diff->changes[i].object, object))
            return &diff->changes[i];
    return NULL;
}

/* The state that a view shows. */
static struct change_state state_of(const struct state_case *checked, const struct view *view)
{
    const char *object = view->object != NULL ? view->object : checked->object;
    CLEANUP(arena_free) struct arena arena;
    struct snapshot *from = snapshot_from_text(view->from), *to = snapshot_from_text(view->to);
    const struct change *change;
    struct change_state state;
    struct diff_options options;
    struct diff diff;

    arena_init(&arena, ARENA_LIMIT);
    diff_options_init(&options);
    options.states = true;
    options.ignore = ignore_from_text(checked->ignore == NULL ? "" : checked->ignore, &arena);
    for (unsigned i = 0; checked->aspects != NULL && i < ASPECT_COUNT; i++)
        options.aspects[i] = strstr(checked->aspects, aspect_name((enum aspect)i)) != NULL;
    compare(&diff, from, to, &options, &arena);
    change = find_change(&diff, checked->kind, text_from(object), checked->aspect);
    if (change == NULL)
        fail_msg("%s: no change of %s", checked->name, object);
    state = change->states[view->side];
    assert_true(state.is_there);
    snapshot_free(from);
    snapshot_free(to);
    return state;
}

static void test_what_a_state_covers(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct change_state one = state_of(&cases[i], &cases[i].one), other = state_of(&cases[i], &cases[i].other);

        if (change_state_equal(&one, &other) != cases[i].is_equal)
            fail_msg("%s: %s", cases[i].name, cases[i].is_equal ? "two states" : "one state");
    }
}

static void test_what_is_not_there_has_one_state(void **state)
{
    struct change_state gone = {.hash = {{1}}}, nothing = {0}, there = {.is_there = true};

    (void)state;
    assert_true(change_state_equal(&gone, &nothing));
    assert_false(change_state_equal(&nothing, &there));
}

/* Only those who ask pay for states. */
static void test_states_are_worked_out_when_asked_for(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct snapshot *from = snapshot_from_text(TABLE), *to = snapshot_from_text("table a.t\nview a.v\n");
    struct diff_options options;
    struct diff diff;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    diff_options_init(&options);
    compare(&diff, from, to, &options, &arena);
    assert_true(diff.change_count > 0);
    for (uint32_t i = 0; i < diff.change_count; i++)
        assert_false(diff.changes[i].states[SIDE_FROM].is_there || diff.changes[i].states[SIDE_TO].is_there);
    snapshot_free(from);
    snapshot_free(to);
}

/* The bytes that are hashed are kept for years. */
static void test_states_stay_what_they_are(void **state)
{
    static const struct {
        struct view view;
        enum kind kind;
        const char *object, *hash;
    } kept[] = {
        {{TABLE, "table a.t\n  column c type=text\n", SIDE_FROM, NULL},
         KIND_COLUMN,
         "a.t.c",
         "e750e2b01f703b9b7bced7ae6d9f2f1695f5c473042e07a27d802fae3b8fdbb9"},
        {{TABLE, "", SIDE_FROM, NULL},
         KIND_TABLE,
         "a.t",
         "0e6cd7717b328b33fd7673fa44a556b9fe6dcbf9e911c25d6221015209756acc"},
        {{"table a.t column_order=[a|b]\n", "table a.t column_order=[b|a]\n", SIDE_FROM, NULL},
         KIND_TABLE,
         "a.t",
         "22c1093df336bd2c1e93c3623c60c7c82f825c90a0fef5bb1927d85f5a612613"},
        {{ORIGIN "table a.t #1\n", ORIGIN "table a.u #1\n", SIDE_TO, NULL},
         KIND_TABLE,
         "a.u",
         "49e21540844c6079af91d5c087757298ad184e1e9803b823ce5b57b36b62c334"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(kept); i++) {
        const struct state_case asked = {.name = "kept", .kind = kept[i].kind, .object = kept[i].object};
        struct change_state found = state_of(&asked, &kept[i].view);
        char hex[HASH_HEX_SIZE];

        hash_to_hex(&found.hash, hex);
        assert_string_equal(hex, kept[i].hash);
    }
}

static void test_the_owner_may_have_had_another_path(void **state)
{
    static const struct {
        const char *from, *to, *object, *before;
        enum kind kind;
    } owners[] = {
        {ORIGIN "table a.t #1\n", ORIGIN "table a.u #1\n", "a.u", "a.t", KIND_TABLE},
        {ORIGIN "table a.t #1\n  column c #1\n", ORIGIN "table a.u #1\n", "a.u.c", "a.t", KIND_COLUMN},
        {ORIGIN "table a.t #1\n", ORIGIN "table a.u #1\n  column c #1\n", "a.u.c", "a.t", KIND_COLUMN},
        {ORIGIN "schema a #9\ntable a.t #1 comment=x\n", ORIGIN "schema b #9\ntable b.t #1 comment=y\n", "b.t", "a.t",
         KIND_TABLE},
        {ORIGIN "table a.t #1 comment=x\n", ORIGIN "table a.t #1 comment=y\n", "a.t", "", KIND_TABLE},
        {"table a.t\n", "", "a.t", "", KIND_TABLE},
        {"table a.t\n  column c\n", "table a.t\n", "a.t.c", "", KIND_COLUMN},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(owners); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct snapshot *from = snapshot_from_text(owners[i].from), *to = snapshot_from_text(owners[i].to);
        const struct change *change;
        struct diff_options options;
        struct diff diff;

        arena_init(&arena, ARENA_LIMIT);
        diff_options_init(&options);
        compare(&diff, from, to, &options, &arena);
        change = find_change(&diff, owners[i].kind, text_from(owners[i].object), ASPECT_STRUCTURE);
        assert_non_null(change);
        assert_true(text_equal(change->owner_before, text_from(owners[i].before)));
        snapshot_free(from);
        snapshot_free(to);
    }
}

/* ---------------------------------------------------------------- anything */

/* Objects that are there as a whole, and those that both sides have, have states of different sorts. */
static bool is_whole(const struct change *change)
{
    return change->kind == change->object_kind && (change->effect == EFFECT_ADDED || change->effect == EFFECT_REMOVED);
}

/* Of what both comparisons tell, the side that is the same in both has the same state. Answers how much that is. */
static uint32_t expect_same_states(const struct diff *one, enum side side_of_one, const struct diff *other,
                                   enum side side_of_other)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < one->change_count; i++) {
        const struct change *change = &one->changes[i];
        const struct change *same = find_change(other, change->kind, change->object, change->aspect);

        if (same == NULL || is_whole(change) != is_whole(same))
            continue;
        assert_true(change_state_equal(&change->states[side_of_one], &same->states[side_of_other]));
        count++;
    }
    return count;
}

/* What differs is in two states. */
static void expect_two_states(const struct diff *diff)
{
    for (uint32_t i = 0; i < diff->change_count; i++) {
        const struct change *change = &diff->changes[i];

        assert_false(change_state_equal(&change->states[SIDE_FROM], &change->states[SIDE_TO]));
        assert_int_equal(change->states[SIDE_FROM].is_there, change->effect != EFFECT_ADDED);
        assert_int_equal(change->states[SIDE_TO].is_there, change->effect != EFFECT_REMOVED);
    }
}

static void test_a_side_is_what_it_is(void **state)
{
    struct bench *bench = *state;
    uint32_t count = 0;

    for (unsigned round = 0; round < 40; round++) {
        CLEANUP(arena_free) struct arena arena;
        struct pair pair = bench_pair(bench, 60, 2), more = bench_pair(bench, 60, 2);
        struct diff_options options;
        struct diff there, back, elsewhere;

        arena_init(&arena, ARENA_LIMIT);
        diff_options_init(&options);
        options.states = true;
        pair.from->info.origin = more.from->info.origin = (struct text){"", 0}; /* only names count */
        compare(&there, pair.from, pair.to, &options, &arena);
        compare(&back, pair.to, pair.from, &options, &arena);
        compare(&elsewhere, pair.from, more.from, &options, &arena);
        expect_two_states(&there);
        expect_two_states(&elsewhere);
        count += expect_same_states(&there, SIDE_FROM, &back, SIDE_TO);
        count += expect_same_states(&there, SIDE_TO, &back, SIDE_FROM);
        count += expect_same_states(&there, SIDE_FROM, &elsewhere, SIDE_FROM);
        pair_free(&pair);
        pair_free(&more);
    }
    assert_true(count > 1000);
}

/* With renames, within one database that lives. */
static void test_what_was_renamed_is_in_two_states(void **state)
{
    struct world world;
    uint32_t renames = 0;

    (void)state;
    world_begin(&world, 3);
    for (unsigned round = 0; round < 200; round++) {
        CLEANUP(arena_free) struct arena arena;
        struct snapshot *from = world_snapshot(&world, TEXT("db")), *to;
        struct diff_options options;
        struct diff diff;

        arena_init(&arena, ARENA_LIMIT);
        diff_options_init(&options);
        options.states = true;
        world_change(&world);
        to = world_snapshot(&world, TEXT("db"));
        compare(&diff, from, to, &options, &arena);
        expect_two_states(&diff);
        for (uint32_t i = 0; i < diff.change_count; i++)
            renames += diff.changes[i].effect == EFFECT_RENAMED;
        snapshot_free(from);
        snapshot_free(to);
    }
    assert_true(renames > 20);
}

/* ---------------------------------------------------------------- memory */

static enum error_code compare_again(void *context, struct error *error)
{
    const struct pair *pair = context;
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;
    struct diff diff;

    arena_init(&arena, ARENA_LIMIT);
    diff_options_init(&options);
    options.states = true;
    return diff_snapshots(&diff, pair->from, pair->to, &options, &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct pair pair = {snapshot_from_text(ORIGIN "table a.t #1 comment=x column_order=[a|b]\n  column a #1 type=text\n"
                                                  "table b.t #3\n  column c\nview a.v #2\n"),
                        snapshot_from_text(ORIGIN "table a.u #1 comment=y column_order=[b|a]\n  column c #1 type=xml\n"
                                                  "table b.t #3\n  index i\n")};

    (void)state;
    assert_true(test_every_allocation(compare_again, &pair) >= 10);
    pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_state_covers),
        cmocka_unit_test(test_what_is_not_there_has_one_state),
        cmocka_unit_test(test_states_are_worked_out_when_asked_for),
        cmocka_unit_test(test_states_stay_what_they_are),
        cmocka_unit_test(test_the_owner_may_have_had_another_path),
        cmocka_unit_test_setup_teardown(test_a_side_is_what_it_is, bench_setup, bench_teardown),
        cmocka_unit_test(test_what_was_renamed_is_in_two_states),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
