#include "track/drift_name.h"

#include "support/cmocka.h"

#define RENAME(kind_, object_kind_, before, after, owner_)                                                             \
    {                                                                                                                  \
        .effect = EFFECT_RENAMED, .kind = KIND_##kind_, .object_kind = KIND_##object_kind_,                            \
        .object = TEXT_INIT(after), .owner = TEXT_INIT(owner_), .renamed_from = TEXT_INIT(before)                      \
    }

/* One step; that of a column speaks of it under its table's old name. */
static const struct change changes[] = {
    RENAME(TABLE, TABLE, "a.t", "a.u", "a.u"),
    RENAME(COLUMN, TABLE, "a.t.x", "a.u.y", "a.u"),
    RENAME(SCHEMA, SCHEMA, "\"S.1\"", "s", "s"),
    {.effect = EFFECT_ADDED, .kind = KIND_TABLE, .object_kind = KIND_TABLE, .object = TEXT_INIT("a.n")},
};

#define COLUMN(effect_, object_, owner_, renamed_, owner_before_)                                                      \
    {                                                                                                                  \
        .effect = EFFECT_##effect_, .kind = KIND_COLUMN, .object_kind = KIND_TABLE, .object = TEXT_INIT(object_),      \
        .owner = TEXT_INIT(owner_), .renamed_from = TEXT_INIT(renamed_), .owner_before = TEXT_INIT(owner_before_)      \
    }
#define TABLE(effect_, object_, before)                                                                                \
    {                                                                                                                  \
        .effect = EFFECT_##effect_, .kind = KIND_TABLE, .object_kind = KIND_TABLE, .object = TEXT_INIT(object_),       \
        .owner = TEXT_INIT(object_), .renamed_from = TEXT_INIT(before), .owner_before = TEXT_INIT(before)              \
    }

static void test_names_after_a_step(void **state)
{
    static const struct {
        struct drift_row drift;
        int side;
        const char *shown; /* then */
        const char *names[2];
    } cases[] = {
        {COLUMN(MODIFIED, "a.t.x", "a.t", "", ""), 0, "a.u.y", {"a.u.y", "a.t.x"}},
        {COLUMN(MODIFIED, "a.t.x", "a.t", "", ""), 1, "a.t.x", {"a.t.x", "a.u.y"}},
        {COLUMN(MODIFIED, "a.t.z", "a.t", "", ""), 0, "a.u.z", {"a.u.z", "a.t.z"}},
        {COLUMN(REMOVED, "a.t.x", "a.t", "", ""), 1, "a.t.y", {"a.t.x", "a.u.y"}},
        {COLUMN(REMOVED, "a.w.x", "a.w", "", "a.t"), 1, "a.w.y", {"a.w.x", "a.u.y"}},
        {COLUMN(RENAMED, "a.w.n", "a.w", "a.t.x", "a.t"), 1, "a.w.n", {"a.w.n", "a.u.y"}},
        {COLUMN(MODIFIED, "a.w.x", "a.w", "", ""), 0, "a.w.x", {"a.w.x", "a.w.x"}},
        {COLUMN(MODIFIED, "\"S.1\".t.x", "\"S.1\".t", "", ""), 0, "s.t.x", {"s.t.x", "\"S.1\".t.x"}},
        {TABLE(ADDED, "a.t", ""), 0, "a.u", {"a.u", "a.t"}},
        {TABLE(REMOVED, "a.t", ""), 1, "a.u", {"a.t", "a.u"}},
        {TABLE(RENAMED, "a.w", "a.t"), 1, "a.w", {"a.w", "a.u"}},
        {TABLE(RENAMED, "a.t", "a.w"), 0, "a.u", {"a.u", "a.w"}},
        {TABLE(MODIFIED, "\"S.1\".t", ""), 1, "\"S.1\".t", {"\"S.1\".t", "s.t"}},
    };
    CLEANUP(arena_free) struct arena arena = {0};
    struct error error = {0};
    const struct correlating correlating = {.arena = &arena, .error = &error};

    (void)state;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct step_renames renames;
        struct drift_names names;

        assert_int_equal(step_renames_of(&renames, &correlating, changes, LENGTH_OF(changes), cases[i].side),
                         ERROR_NONE);
        assert_int_equal(renames.count, 3);
        assert_int_equal(drift_names_after(&names, &correlating, &cases[i].drift, &renames), ERROR_NONE);
        if (!text_equal(names.shown[0], text_from(cases[i].shown)) ||
            !text_equal(names.objects[0], text_from(cases[i].names[0])) ||
            !text_equal(names.objects[1], text_from(cases[i].names[1])))
            fail_msg("%zu: shown %.*s, %.*s and %.*s", i, TEXT_ARGS(names.shown[0]), TEXT_ARGS(names.objects[0]),
                     TEXT_ARGS(names.objects[1]));
    }
}

/* A difference of an instance is read from the majority to it. */
static void test_names_of_an_instance(void **state)
{
    static const struct {
        struct drift_row drift;
        int side; /* that took the step */
        const char *shown;
        const char *names[2];
    } cases[] = {
        {COLUMN(MODIFIED, "a.t.x", "a.t", "", ""), 1, "a.u.y", {"a.t.x", "a.u.y"}},
        {COLUMN(MODIFIED, "a.t.x", "a.t", "", ""), 0, "a.t.x", {"a.u.y", "a.t.x"}},
        {COLUMN(REMOVED, "a.t.x", "a.t", "", ""), 0, "a.t.y", {"a.u.y", "a.t.x"}},
        {COLUMN(RENAMED, "a.w.n", "a.w", "a.t.x", "a.t"), 0, "a.w.n", {"a.u.y", "a.w.n"}},
        {TABLE(RENAMED, "a.w", "a.t"), 0, "a.w", {"a.u", "a.w"}},
        {TABLE(RENAMED, "a.t", "a.w"), 1, "a.u", {"a.w", "a.u"}},
    };
    CLEANUP(arena_free) struct arena arena = {0};
    struct error error = {0};
    const struct correlating correlating = {.arena = &arena, .error = &error};

    (void)state;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct drift_row drift = cases[i].drift;
        struct step_renames renames;
        struct drift_names names;

        drift.instance = TEXT("eu-1");
        assert_int_equal(step_renames_of(&renames, &correlating, changes, LENGTH_OF(changes), cases[i].side),
                         ERROR_NONE);
        assert_int_equal(drift_names_after(&names, &correlating, &drift, &renames), ERROR_NONE);
        if (!text_equal(names.shown[0], text_from(cases[i].shown)) ||
            !text_equal(names.objects[0], text_from(cases[i].names[0])) ||
            !text_equal(names.objects[1], text_from(cases[i].names[1])))
            fail_msg("%zu: shown %.*s, %.*s and %.*s", i, TEXT_ARGS(names.shown[0]), TEXT_ARGS(names.objects[0]),
                     TEXT_ARGS(names.objects[1]));
    }
}

/* What a table says of itself is known by the names that it has on both sides, too. */
static void test_names_of_what_a_renamed_table_says(void **state)
{
    const struct drift_row drift = {.effect = EFFECT_MODIFIED,
                                    .kind = KIND_TABLE,
                                    .object_kind = KIND_TABLE,
                                    .object = TEXT("a.u"),
                                    .owner = TEXT("a.u"),
                                    .owner_before = TEXT("a.t")};
    CLEANUP(arena_free) struct arena arena = {0};
    struct error error = {0};
    const struct correlating correlating = {.arena = &arena, .error = &error};
    struct drift_names names;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(drift_names_now(&names, &correlating, &drift), ERROR_NONE);
    assert_true(text_equal(names.objects[0], TEXT("a.u")) && text_equal(names.objects[1], TEXT("a.t")));
    assert_true(text_equal(names.shown[0], TEXT("a.u")) && text_equal(names.shown[1], TEXT("a.t")));
}

static void test_schemas_of_paths(void **state)
{
    (void)state;
    assert_true(text_equal(drift_name_schema(TEXT("a.t")), TEXT("a")));
    assert_true(text_equal(drift_name_schema(TEXT("\"a.b\".t")), TEXT("\"a.b\"")));
    assert_true(text_equal(drift_name_schema(TEXT("\"a\"\".b\".t")), TEXT("\"a\"\".b\"")));
    assert_true(text_equal(drift_name_schema(TEXT("a")), TEXT("a")));
    assert_int_equal(drift_name_schema(TEXT("")).length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_after_a_step),
        cmocka_unit_test(test_names_of_an_instance),
        cmocka_unit_test(test_names_of_what_a_renamed_table_says),
        cmocka_unit_test(test_schemas_of_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
