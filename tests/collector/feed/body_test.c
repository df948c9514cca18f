#include "feed/body.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

static int make_arena(void **state)
{
    static struct arena arena;

    arena_init(&arena, 64 * 1024 * 1024);
    *state = &arena;
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

enum { NAME, TEXTS, NUMBER, NUMBERS, FLAG, TIME, OBJECTS, MEMBERS };
enum { INNER_NAME, INNER_NUMBERS, INNER_OBJECTS };

static const struct body_member innermost[] = {{.name = "flag", .type = BODY_FLAG, .required = true}, {0}};
static const struct body_member inner[] = {
    [INNER_NAME] = {.name = "name", .required = true},
    [INNER_NUMBERS] = {.name = "numbers", .type = BODY_NUMBERS},
    [INNER_OBJECTS] = {.name = "objects", .type = BODY_OBJECTS, .members = innermost},
    {0},
};

static enum error_code read_body(struct body_member members[MEMBERS + 1], const char *body, struct arena *arena,
                                 struct error *error)
{
    const struct body_member template[] = {
        [NAME] = {.name = "name", .required = true},
        [TEXTS] = {.name = "texts", .type = BODY_TEXTS},
        [NUMBER] = {.name = "number", .type = BODY_NUMBER},
        [NUMBERS] = {.name = "numbers", .type = BODY_NUMBERS},
        [FLAG] = {.name = "flag", .type = BODY_FLAG},
        [TIME] = {.name = "time", .type = BODY_TIME},
        [OBJECTS] = {.name = "objects", .type = BODY_OBJECTS, .members = inner},
        {0},
    };

    memcpy(members, template, sizeof template);
    return body_read(text_from(body), members, arena, error);
}

static const char whole[] =
    " {\"name\": \"b\\u00e4r\", \"texts\": [\"1\", \"2\"], \"number\": 9007199254740993, \"numbers\": [1, 2, 3],\n"
    "  \"flag\": true, \"time\": \"1970-01-01T00:00:01Z\",\n"
    "  \"objects\": [{\"name\": \"a\"}, {\"name\": \"b\", \"numbers\": [7], \"objects\": [{\"flag\": false}]}]}\n";

static void test_bodies_are_read_into_members(void **state)
{
    struct body_member members[MEMBERS + 1], *second;
    struct error error = {0};

    assert_int_equal(read_body(members, whole, *state, &error), ERROR_NONE);
    assert_true(text_equal(members[NAME].value, TEXT("bär")));
    assert_int_equal(members[TEXTS].count, 2);
    assert_true(text_equal(members[TEXTS].texts[1], TEXT("2")));
    assert_int_equal(members[NUMBER].number, INT64_C(9007199254740993));
    assert_int_equal(members[NUMBERS].count, 3);
    assert_int_equal(members[NUMBERS].numbers[2], 3);
    assert_true(members[FLAG].flag);
    assert_int_equal(members[TIME].number, 1000000);
    assert_int_equal(members[OBJECTS].count, 2);
    assert_false(members[OBJECTS].objects[0][INNER_NUMBERS].given);
    second = members[OBJECTS].objects[1];
    assert_true(text_equal(second[INNER_NAME].value, TEXT("b")));
    assert_int_equal(second[INNER_NUMBERS].numbers[0], 7);
    assert_true(second[INNER_OBJECTS].objects[0][0].given);
    assert_false(second[INNER_OBJECTS].objects[0][0].flag);
}

static void test_what_is_not_given_stays(void **state)
{
    struct body_member members[MEMBERS + 1];
    struct error error = {0};

    assert_int_equal(read_body(members, "{\"name\": \"\", \"texts\": []}", *state, &error), ERROR_NONE);
    assert_int_equal(members[NAME].value.length, 0);
    assert_true(members[TEXTS].given);
    assert_int_equal(members[TEXTS].count, 0);
    for (size_t i = NUMBER; i < MEMBERS; i++) {
        assert_false(members[i].given);
        assert_int_equal(members[i].count, 0);
    }
    assert_null(members[TIME].value.bytes);
}

#define NAMED "{\"name\": \"x\", "

static const struct {
    const char *body;
    const char *message;
} bad_bodies[] = {
    {"", "not valid JSON"},
    {"name=x", "not valid JSON"},
    {"{\"name\": \"x\"", "not valid JSON"},
    {"{\"name\": \"x\"} {}", "not valid JSON"},
    {"{\"name\": \"x\",\n \"name\": \"y\"}", "line 2, column"},
    {NAMED "\"objects\": [{\"name\": \"a\", \"name\": \"b\"}]}", "duplicate object key"},
    {"{\"name\": \"\\ud800\"}", "not valid JSON"},
    {"{\"name\": \"a\\u0000b\"}", "not valid JSON"},
    {"[]", "not a JSON object"},
    {"\"x\"", "not valid JSON"},
    {"{}", "the body has no member 'name'"},
    {"{\"name\": 1}", "'name' is not a text"},
    {"{\"name\": null}", "'name' is not a text"},
    {"{\"name\": \"a\\nb\"}", "'name' has a control character"},
    {NAMED "\"texts\": \"1\"}", "'texts' is not a list"},
    {NAMED "\"texts\": [1]}", "'texts[0]' is not a text"},
    {NAMED "\"texts\": [\"1\", null]}", "'texts[1]' is not a text"},
    {NAMED "\"more\": 1}", "the body has a member 'more'"},
    {NAMED "\"number\": 0}", "'number' is not a whole number"},
    {NAMED "\"number\": 1.0}", "'number' is not a whole number"},
    {NAMED "\"number\": \"1\"}", "'number' is not a whole number"},
    {NAMED "\"number\": 1e3}", "'number' is not a whole number"},
    {NAMED "\"numbers\": [1, -2]}", "'numbers[1]' is not a whole number"},
    {NAMED "\"flag\": 1}", "'flag' is not true or false"},
    {NAMED "\"flag\": null}", "'flag' is not true or false"},
    {NAMED "\"time\": 7}", "'time' is not a time"},
    {NAMED "\"time\": \"soon\"}", "'time' is not a time"},
    {NAMED "\"objects\": {}}", "'objects' is not a list"},
    {NAMED "\"objects\": [[]]}", "'objects[0]' is not an object"},
    {NAMED "\"objects\": [{\"name\": \"a\"}, {}]}", "the member 'objects[1]' has no member 'name'"},
    {NAMED "\"objects\": [{\"name\": \"a\", \"odd\": 1}]}", "the member 'objects[0]' has a member 'odd'"},
    {NAMED "\"objects\": [{\"name\": \"a\", \"numbers\": [1, true]}]}", "'objects[0].numbers[1]' is not a whole"},
    {NAMED "\"objects\": [{\"name\": \"a\", \"objects\": [{\"flag\": 3}]}]}",
     "'objects[0].objects[0].flag' is not true"},
};

static void test_bodies_that_make_no_sense_are_refused(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(bad_bodies); i++) {
        struct body_member members[MEMBERS + 1];
        struct error error = {0};

        print_message("  %s\n", bad_bodies[i].body);
        assert_int_equal(read_body(members, bad_bodies[i].body, *state, &error), ERROR_USAGE);
        if (strstr(error.message, bad_bodies[i].message) == NULL)
            fail_msg("%s", error.message);
    }
}

static void test_the_place_of_a_bad_object_is_known(void **state)
{
    struct body_member members[MEMBERS + 1];
    struct error error = {0};

    assert_int_equal(read_body(members, NAMED "\"objects\": [{\"name\": \"a\"}, {\"name\": 2}]}", *state, &error),
                     ERROR_USAGE);
    assert_int_equal(members[OBJECTS].reached, 2);
    assert_int_equal(read_body(members, NAMED "\"objects\": [{\"name\": \"a\"}], \"flag\": 1}", *state, &error),
                     ERROR_USAGE);
    assert_int_equal(members[OBJECTS].reached, 0);
    assert_int_equal(read_body(members, NAMED "\"objects\": [{\"name\": \"a\"}]}", *state, &error), ERROR_NONE);
    assert_int_equal(members[OBJECTS].reached, 0);
}

static void test_lists_have_a_limit(void **state)
{
    static char body[3 * BODY_LIST_LIMIT + 64] = NAMED "\"numbers\": [1";
    struct body_member members[MEMBERS + 1];
    struct error error = {0};
    size_t length = strlen(body);

    for (size_t i = 1; i < BODY_LIST_LIMIT; i++, length += 2)
        memcpy(body + length, ",1", 2);
    memcpy(body + length, "]}", 3);
    assert_int_equal(read_body(members, body, *state, &error), ERROR_NONE);
    assert_int_equal(members[NUMBERS].count, BODY_LIST_LIMIT);
    memcpy(body + length, ",1]}", 5);
    assert_int_equal(read_body(members, body, *state, &error), ERROR_USAGE);
    assert_non_null(strstr(error.message, "'numbers' is too long"));
}

static void test_deep_bodies_end_the_parser_not_the_program(void **state)
{
    static char deep[60000];
    struct body_member members[MEMBERS + 1];
    struct error error = {0};

    memset(deep, '[', sizeof deep - 1);
    assert_int_equal(read_body(members, deep, *state, &error), ERROR_USAGE);
}

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct body_member members[MEMBERS + 1];

    (void)context;
    arena_init(&arena, SIZE_MAX);
    return read_body(members, whole, &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies_are_read_into_members),
        cmocka_unit_test(test_what_is_not_given_stays),
        cmocka_unit_test(test_bodies_that_make_no_sense_are_refused),
        cmocka_unit_test(test_the_place_of_a_bad_object_is_known),
        cmocka_unit_test(test_lists_have_a_limit),
        cmocka_unit_test(test_deep_bodies_end_the_parser_not_the_program),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
