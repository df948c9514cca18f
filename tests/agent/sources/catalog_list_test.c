#include <string.h>

#include "base/memory.h"
#include "sources/catalog.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { LIMIT = 1024 * 1024 };

static void test_lists_are_read_as_they_are_written(void **state)
{
    static const struct {
        struct text value;
        uint32_t count;
        struct text items[4];
    } cases[] = {
        {TEXT_INIT("{}"), 0, {{NULL, 0}}},
        {TEXT_INIT("{a}"), 1, {TEXT_INIT("a")}},
        {TEXT_INIT("{a,b,c}"), 3, {TEXT_INIT("a"), TEXT_INIT("b"), TEXT_INIT("c")}},
        {TEXT_INIT("{c,a,c}"), 3, {TEXT_INIT("c"), TEXT_INIT("a"), TEXT_INIT("c")}},
        {TEXT_INIT("{\"a,b\",c}"), 2, {TEXT_INIT("a,b"), TEXT_INIT("c")}},
        {TEXT_INIT("{\"say \\\"hi\\\"\",\"a\\\\b\"}"), 2, {TEXT_INIT("say \"hi\""), TEXT_INIT("a\\b")}},
        {TEXT_INIT("{\"{}\",\"}\"}"), 2, {TEXT_INIT("{}"), TEXT_INIT("}")}},
        {TEXT_INIT("{\"\"}"), 1, {TEXT_INIT("")}},
        {TEXT_INIT("{NULL,\"NULL\",null}"), 3, {TEXT_INIT(""), TEXT_INIT("NULL"), TEXT_INIT("null")}},
        {TEXT_INIT("{two words, b}"), 2, {TEXT_INIT("two words"), TEXT_INIT(" b")}},
        {TEXT_INIT("{a=1,b=x\\,y}"), 2, {TEXT_INIT("a=1"), TEXT_INIT("b=x,y")}},
        {TEXT_INIT("{a\0b,\"\0\"}"), 2, {TEXT_INIT("a\0b"), TEXT_INIT("\0")}},
        {TEXT_INIT("{\xff,\"\xc3\xa9\"}"), 2, {TEXT_INIT("\xff"), TEXT_INIT("\xc3\xa9")}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};
        struct text *items = NULL;
        uint32_t count = 42;

        arena_init(&arena, LIMIT);
        if (catalog_list_parse(cases[i].value, &arena, &items, &count, &error) != ERROR_NONE)
            fail_msg("%.*s: %s", TEXT_ARGS(cases[i].value), error.message);
        assert_int_equal(count, cases[i].count);
        for (uint32_t k = 0; k < count; k++)
            assert_true(text_equal(items[k], cases[i].items[k]));
    }
}

static void test_what_is_no_list_is_refused_unseen(void **state)
{
    static const struct text cases[] = {
        TEXT_INIT(""),
        TEXT_INIT("{"),
        TEXT_INIT("}"),
        TEXT_INIT("hunter2"),
        TEXT_INIT("[hunter2]"),
        TEXT_INIT("{hunter2"),
        TEXT_INIT("hunter2}"),
        TEXT_INIT("{hunter2}}"),
        TEXT_INIT("{hunter2,}"),
        TEXT_INIT("{,hunter2}"),
        TEXT_INIT("{a,,hunter2}"),
        TEXT_INIT("{,}"),
        TEXT_INIT("{\"hunter2"),
        TEXT_INIT("{\"hunter2}"),
        TEXT_INIT("{\"hunter2\""),
        TEXT_INIT("{\"hunter2\\"),
        TEXT_INIT("{hunter2\\"),
        TEXT_INIT("{\"a\"hunter2}"),
        TEXT_INIT("{hun\"ter2}"),
        TEXT_INIT("{{hunter2}}"),
        TEXT_INIT("{a}hunter2"),
        TEXT_INIT("{a} "),
        TEXT_INIT(" {a}"),
        TEXT_INIT("{hunter2\\}"),
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char *exact = mem_alloc(cases[i].length); /* so that ASan sees a look beyond its end */
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};
        struct text *items = NULL;
        uint32_t count = 42;

        assert_non_null(exact);
        memcpy(exact, cases[i].bytes, cases[i].length);
        arena_init(&arena, LIMIT);
        if (catalog_list_parse((struct text){exact, cases[i].length}, &arena, &items, &count, &error) != ERROR_CORRUPT)
            fail_msg("%.*s", TEXT_ARGS(cases[i]));
        assert_null(items);
        assert_int_equal(count, 42);
        assert_null(strstr(error.message, "hunter2"));
        mem_free(exact);
    }
}

/* Whoever appends to a list relies on room for a power of two. */
static void test_there_is_room_for_a_power_of_two(void **state)
{
    static const char value[] = "{1,2,3,4,5}";
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct text *items;
    uint32_t count;

    (void)state;
    arena_init(&arena, LIMIT);
    assert_int_equal(catalog_list_parse(text_from(value), &arena, &items, &count, &error), ERROR_NONE);
    assert_int_equal(count, 5);
    items[7] = TEXT("ASan would see it");
    assert_int_equal(catalog_list_parse(TEXT("{}"), &arena, &items, &count, &error), ERROR_NONE);
    items[0] = TEXT("and this");
}

static enum error_code parse(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct text *items = NULL;
    uint32_t count = 0;
    enum error_code code;

    (void)context;
    arena_init(&arena, LIMIT);
    code = catalog_list_parse(TEXT("{a,b,\"c\"}"), &arena, &items, &count, error);
    assert_true(code == ERROR_NONE ? count == 3 : items == NULL);
    return code;
}

static void test_memory_may_run_out(void **state)
{
    static char value[2000] = "{";
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct text *items;
    uint32_t count;

    (void)state;
    assert_true(test_every_allocation(parse, NULL) >= 1);
    memset(value + 1, 'a', sizeof value - 2);
    value[sizeof value - 1] = '}';
    arena_init(&arena, 1000);
    assert_int_equal(catalog_list_parse((struct text){value, sizeof value}, &arena, &items, &count, &error),
                     ERROR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_are_read_as_they_are_written),
        cmocka_unit_test(test_what_is_no_list_is_refused_unseen),
        cmocka_unit_test(test_there_is_room_for_a_power_of_two),
        cmocka_unit_test(test_memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
