#include "event/change_groups.h"

#include <stdio.h>

#include "support/allocation.h"
#include "support/cmocka.h"

static const struct change_groups_item column = {.effect = EFFECT_ADDED,
                                                 .kind = KIND_COLUMN,
                                                 .object_kind = KIND_TABLE,
                                                 .aspect = ASPECT_STRUCTURE,
                                                 .severity = SEVERITY_MEDIUM,
                                                 .object = TEXT_INIT("shop.t.c"),
                                                 .owner = TEXT_INIT("shop.t")};

static char *write_groups(struct change_groups *groups)
{
    struct json_builder builder = {0};
    json_t *object = json_builder_object(&builder);
    char *text;

    change_groups_set(&builder, object, groups);
    assert_false(builder.failed);
    text = json_dumps(object, JSON_COMPACT);
    assert_non_null(text);
    json_decref(object);
    return text;
}

static void expect(struct change_groups *groups, const char *json)
{
    char *text = write_groups(groups);

    assert_string_equal(text, json);
    free(text);
}

static void add_columns(struct change_groups *groups, struct arena *arena, unsigned tables, unsigned columns)
{
    struct change_groups_item item = column;

    for (unsigned i = 0; i < columns; i++)
        for (unsigned table = 0; table < tables; table++) { /* an object's parts need not stand together */
            const char *owner = arena_printf(arena, "shop.t%u", table);

            assert_non_null(owner);
            item.owner = text_from(owner);
            assert_true(change_groups_add(groups, arena, &item));
        }
}

static void test_very_many_are_one(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct change_groups groups = {0};

    (void)state;
    arena_init(&arena, 16 << 20);
    add_columns(&groups, &arena, 500, 20);
    expect(&groups, "{\"groups\":[{\"effect\":\"added\",\"kind\":\"column\",\"aspect\":\"structure\",\"count\":10000,"
                    "\"objects\":500,\"objects_kind\":\"table\",\"severity\":\"medium\"}]}");
    assert_true(groups.owner_room <= 2048); /* of objects, not of changes */
}

static void test_the_worst_first_and_few_by_name(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct change_groups groups = {0};
    struct change_groups_item item = {.effect = EFFECT_REMOVED,
                                      .kind = KIND_TABLE,
                                      .object_kind = KIND_TABLE,
                                      .severity = SEVERITY_LOW,
                                      .object = TEXT_INIT("shop.a"),
                                      .owner = TEXT_INIT("shop.a")};

    (void)state;
    arena_init(&arena, 16 << 20);
    add_columns(&groups, &arena, 1, 4);
    assert_true(change_groups_add(&groups, &arena, &item));
    item.object = TEXT("shop.b");
    item.severity = SEVERITY_CRITICAL;
    assert_true(change_groups_add(&groups, &arena, &item));
    item.aspect = ASPECT_ACCESS;
    item.effect = EFFECT_MODIFIED;
    item.severity = SEVERITY_MEDIUM;
    assert_true(change_groups_add(&groups, &arena, &item));
    expect(&groups,
           "{\"groups\":[{\"effect\":\"removed\",\"kind\":\"table\",\"aspect\":\"structure\",\"count\":2,\"severity\":"
           "\"critical\",\"names\":[\"shop.a\",\"shop.b\"]},{\"effect\":\"added\",\"kind\":\"column\",\"aspect\":"
           "\"structure\",\"count\":4,\"objects\":1,\"objects_kind\":\"table\",\"severity\":\"medium\"},{\"effect\":"
           "\"modified\",\"kind\":\"table\",\"aspect\":\"access\",\"count\":1,\"severity\":\"medium\",\"names\":"
           "[\"shop.b\"]}]}");
}

/* However many sorts there are, an event stays small. */
static void test_it_is_bounded(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct change_groups groups = {0};
    struct change_groups_item item = column;
    char *text;
    json_t *object;

    (void)state;
    arena_init(&arena, 16 << 20);
    for (size_t kind = 0; kind < kind_table_count; kind++)
        for (int effect = EFFECT_ADDED; effect <= EFFECT_RENAMED; effect++) {
            item.kind = kind_table[kind].kind;
            item.effect = (enum effect)effect;
            assert_true(change_groups_add(&groups, &arena, &item));
        }
    text = write_groups(&groups);
    object = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(object, "groups")), CHANGE_GROUPS_LIMIT);
    assert_int_equal(json_integer_value(json_object_get(object, "ungrouped")),
                     kind_table_count * 4 - CHANGE_GROUPS_LIMIT);
    json_decref(object);
    free(text);
}

static enum error_code try_to_add(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct change_groups groups = {0};
    struct change_groups_item item = column;
    char names[300][8];

    (void)context;
    arena_init(&arena, 16 << 20);
    for (unsigned i = 0; i < LENGTH_OF(names); i++) {
        snprintf(names[i], sizeof names[i], "t%u", i);
        item.owner = text_from(names[i]);
        item.kind = i % 2 == 0 ? KIND_COLUMN : KIND_INDEX;
        if (!change_groups_add(&groups, &arena, &item))
            return arena_error(&arena, error, "summing up");
    }
    return groups.list[0].objects == 150 ? ERROR_NONE : error_set(error, ERROR_CORRUPT, "miscounted");
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    assert_true(test_every_allocation(try_to_add, NULL) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_very_many_are_one),
        cmocka_unit_test(test_the_worst_first_and_few_by_name),
        cmocka_unit_test(test_it_is_bounded),
        cmocka_unit_test(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
