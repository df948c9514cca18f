#include "track/explanation.h"

#include "support/cmocka.h"

#define PART(what, kind_, aspect_, object_, owner_)                                                                    \
    {                                                                                                                  \
        .effect = EFFECT_##what, .kind = KIND_##kind_, .object_kind = KIND_TABLE, .aspect = ASPECT_##aspect_,          \
        .object = TEXT_INIT(object_), .owner = TEXT_INIT(owner_)                                                       \
    }

static const struct change changes[] = {
    PART(MODIFIED, COLUMN, STRUCTURE, "b.t.x", "b.t"), PART(MODIFIED, COLUMN, ACCESS, "a.t.x", "a.t"),
    PART(MODIFIED, COLUMN, STRUCTURE, "a.t.x", "a.t"), PART(ADDED, TABLE, STRUCTURE, "a.u", "a.u"),
    PART(MODIFIED, TABLE, ACCESS, "a.t", "a.t"),       PART(ADDED, INDEX, STRUCTURE, "a.w.i", "a.w"),
    PART(RENAMED, TABLE, STRUCTURE, "a.n", "a.n"),     PART(MODIFIED, TABLE, STRUCTURE, "a.n", "a.n"),
    PART(MODIFIED, TABLE, STRUCTURE, "a.m", "a.m"),    PART(RENAMED, TABLE, STRUCTURE, "a.m", "a.m"),
};
static const int64_t ids[] = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19};

#define THING(kind_, aspect_, object_, owner_)                                                                         \
    {                                                                                                                  \
        KIND_##kind_, KIND_TABLE, ASPECT_##aspect_, false, TEXT_INIT(object_), TEXT_INIT(owner_)                       \
    }

static void test_the_best_change_explains(void **state)
{
    static const struct {
        struct explained thing;
        int64_t change;
    } cases[] = {
        {THING(COLUMN, STRUCTURE, "a.t.x", "a.t"), 12}, /* itself */
        {THING(COLUMN, ACCESS, "a.t.x", "a.t"), 11},    /* in its aspect */
        {THING(COLUMN, STORAGE, "a.t.x", "a.t"), 11},   /* or in any */
        {THING(COLUMN, STRUCTURE, "a.t.y", "a.t"), 14}, /* the table as a whole */
        {THING(COLUMN, STRUCTURE, "a.u.x", "a.u"), 13},
        {THING(COLUMN, STRUCTURE, "a.w.x", "a.w"), 15}, /* anything in it */
        {THING(TABLE, STRUCTURE, "a.n", "a.n"), 17},    /* what it says, not what it is called */
        {THING(TABLE, STRUCTURE, "a.m", "a.m"), 18},
        {{KIND_TABLE, KIND_TABLE, ASPECT_STRUCTURE, true, TEXT_INIT("a.n"), TEXT_INIT("a.n")}, 16},
        {{KIND_TABLE, KIND_TABLE, ASPECT_STRUCTURE, true, TEXT_INIT("a.m"), TEXT_INIT("a.m")}, 19},
        {THING(COLUMN, STRUCTURE, "a.z.x", "a.z"), 0},
        {THING(COLUMN, STRUCTURE, "a", "a"), 0},
        {THING(COLUMN, STRUCTURE, "z", "z"), 0},
    };
    static const struct attribution who[LENGTH_OF(changes)] = {[2] = {.evidence = EVIDENCE_CAPTURED}};
    const struct occasion occasion = {
        .changes = changes, .change_ids = ids, .attributions = who, .change_count = LENGTH_OF(changes)};
    CLEANUP(arena_free) struct arena arena = {0};
    struct error error = {0};
    const struct correlating correlating = {.arena = &arena, .error = &error};
    struct explanations explanations;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(explanations_make(&explanations, &correlating, &occasion), ERROR_NONE);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct explanation found = explanations_find(&explanations, &cases[i].thing);

        if (found.change != cases[i].change)
            fail_msg("%.*s: %d instead of %d", TEXT_ARGS(cases[i].thing.object), (int)found.change,
                     (int)cases[i].change);
    }
    assert_int_equal(explanations_find(&explanations, &cases[0].thing).who->evidence, EVIDENCE_CAPTURED);
}

static void test_nothing_explains_nothing(void **state)
{
    const struct occasion occasion = {.change_count = 0};
    const struct explained thing = THING(COLUMN, STRUCTURE, "a.t.x", "a.t");
    CLEANUP(arena_free) struct arena arena = {0};
    struct error error = {0};
    const struct correlating correlating = {.arena = &arena, .error = &error};
    struct explanations explanations;

    (void)state;
    arena_init(&arena, 1024);
    assert_int_equal(explanations_make(&explanations, &correlating, &occasion), ERROR_NONE);
    assert_int_equal(explanations_find(&explanations, &thing).change, 0);
    assert_null(explanations_find(&explanations, &thing).who);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_best_change_explains),
        cmocka_unit_test(test_nothing_explains_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
