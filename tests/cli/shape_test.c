#include "cli/shape.h"

#include "cli/answer.h"
#include "support/allocation.h"
#include "support/cmocka.h"

struct inner {
    struct text name;
};

struct whole {
    struct text text;
    int64_t time;
    int64_t number;
    bool flag;
    unsigned choice;
    struct shape_value value;
    struct shape_list texts;
    const struct inner *part;
    struct shape_list parts;
};

static const char *colour(size_t number)
{
    static const char *const names[] = {"red", "green"};

    return number < LENGTH_OF(names) ? names[number] : NULL;
}

#define FIELD(structure, field) .name = #field, .offset = offsetof(struct structure, field)

static const struct shape_member inner_members[] = {{FIELD(inner, name), .type = MEMBER_TEXT}, {0}};
static const struct shape inner_shape = {sizeof(struct inner), inner_members};

static const struct shape_member whole_members[] = {
    {FIELD(whole, text), .type = MEMBER_TEXT},
    {FIELD(whole, time), .type = MEMBER_TIME, .optional = true},
    {FIELD(whole, number), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(whole, flag), .type = MEMBER_FLAG, .optional = true},
    {FIELD(whole, choice), .type = MEMBER_CHOICE, .choice = colour, .optional = true},
    {FIELD(whole, value), .type = MEMBER_VALUE, .optional = true},
    {FIELD(whole, texts), .type = MEMBER_TEXTS, .optional = true},
    {FIELD(whole, part), .type = MEMBER_OBJECT, .shape = &inner_shape, .optional = true},
    {FIELD(whole, parts), .type = MEMBER_OBJECTS, .shape = &inner_shape, .optional = true},
    {0},
};
static const struct shape whole_shape = {sizeof(struct whole), whole_members};

static enum error_code read_whole(const char *json, struct whole *ret_whole, struct arena *arena, struct error *error)
{
    json_t *document = NULL;
    enum error_code code = answer_parse(&document, text_from(json), error);

    if (code == ERROR_NONE)
        code = shape_read(&whole_shape, document, ret_whole, arena, error);
    json_decref(document);
    return code;
}

static const char complete[] =
    "{\"text\": \"a\\u00fc\", \"time\": \"2026-11-21T10:00:00.000Z\", \"number\": 9223372036854775807, \"flag\": true,"
    " \"choice\": \"green\", \"value\": [\"x\", \"y\"], \"texts\": [\"p\"], \"part\": {\"name\": \"inner\"},"
    " \"parts\": [{\"name\": \"one\"}, {\"name\": \"two\"}], \"unknown\": [[{}]]}";

static void test_everything_is_read(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct whole whole = {.choice = 0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(read_whole(complete, &whole, &arena, &error), ERROR_NONE);
    assert_true(text_equal(whole.text, TEXT("a\xc3\xbc")));
    assert_int_equal(whole.time, INT64_C(1795255200000000));
    assert_int_equal(whole.number, INT64_MAX);
    assert_true(whole.flag);
    assert_int_equal(whole.choice, 1);
    assert_int_equal(whole.value.type, VALUE_LIST);
    assert_int_equal(whole.value.texts.count, 2);
    assert_true(text_equal(((const struct text *)whole.value.texts.items)[1], TEXT("y")));
    assert_int_equal(whole.texts.count, 1);
    assert_true(text_equal(whole.part->name, TEXT("inner")));
    assert_int_equal(whole.parts.count, 2);
    assert_true(text_equal(((const struct inner *)whole.parts.items)[1].name, TEXT("two")));
}

static void test_what_is_optional_may_be_absent(void **state)
{
    static const char *const cases[] = {"{\"text\": \"\"}",
                                        "{\"text\": \"\", \"time\": null, \"number\": null, \"flag\": null, "
                                        "\"choice\": null, \"value\": null, \"texts\": null, \"part\": null, "
                                        "\"parts\": null}"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct whole whole = {.choice = 0};
        struct error error = {0};

        arena_init(&arena, 1024 * 1024);
        assert_int_equal(read_whole(cases[i], &whole, &arena, &error), ERROR_NONE);
        assert_int_equal(whole.text.length, 0);
        assert_int_equal(whole.time, 0);
        assert_int_equal(whole.value.type, VALUE_NONE);
        assert_int_equal(whole.parts.count, 0);
        assert_null(whole.part);
    }
}

static const struct {
    const char *json;
    const char *message; /* a part of it */
} refused[] = {
    {"", "no JSON"},
    {"{", "no JSON"},
    {"{\"text\": \"\xff\"}", "no JSON"},
    {"{\"text\": \"a\", \"text\": \"b\"}", "no JSON"},
    {"{\"text\": \"a\\u0000b\"}", "no JSON"},
    {"[]", "no object"},
    {"{}", "'text' is missing"},
    {"{\"text\": null}", "'text' is missing"},
    {"{\"text\": 5}", "'text' is no text"},
    {"{\"text\": \"\", \"time\": \"soon\"}", "'time' is no time"},
    {"{\"text\": \"\", \"time\": 5}", "'time' is no time"},
    {"{\"text\": \"\", \"number\": -1}", "'number' is no number"},
    {"{\"text\": \"\", \"number\": 1.5}", "'number' is no number"},
    {"{\"text\": \"\", \"number\": 9223372036854775808}", "no JSON"},
    {"{\"text\": \"\", \"flag\": 1}", "'flag' is neither"},
    {"{\"text\": \"\", \"choice\": \"blue\"}", "'choice' cannot be 'blue'"},
    {"{\"text\": \"\", \"choice\": 1}", "'choice' is no text"},
    {"{\"text\": \"\", \"value\": {}}", "'value' is no text"},
    {"{\"text\": \"\", \"value\": [5]}", "'value' is no text"},
    {"{\"text\": \"\", \"texts\": {}}", "'texts' is no list"},
    {"{\"text\": \"\", \"texts\": [null]}", "'texts' is no text"},
    {"{\"text\": \"\", \"part\": []}", "no object"},
    {"{\"text\": \"\", \"part\": {}}", "'name' is missing"},
    {"{\"text\": \"\", \"parts\": {}}", "'parts' is no list"},
    {"{\"text\": \"\", \"parts\": [5]}", "no object"},
    {"{\"text\": \"\", \"parts\": [{\"name\": \"a\"}, {\"name\": []}]}", "'name' is no text"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(refused); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct whole whole = {.choice = 0};
        struct error error = {0};

        print_message("  %s\n", refused[i].json);
        arena_init(&arena, 1024 * 1024);
        assert_int_equal(read_whole(refused[i].json, &whole, &arena, &error), ERROR_PROTOCOL);
        if (strstr(error.message, refused[i].message) == NULL)
            fail_msg("'%s' lacks '%s'", error.message, refused[i].message);
    }
}

/* Deeper than any answer is, and than the stack might bear. */
static void test_depth_is_limited(void **state)
{
    static char deep[200001];
    CLEANUP(arena_free) struct arena arena;
    struct whole whole = {.choice = 0};
    struct error error = {0};

    (void)state;
    memset(deep, '[', sizeof deep - 1);
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(read_whole(deep, &whole, &arena, &error), ERROR_PROTOCOL);
}

static void test_memory_is_limited(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct whole whole = {.choice = 0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, 64);
    assert_int_equal(read_whole(complete, &whole, &arena, &error), ERROR_LIMIT);
}

static enum error_code read_complete(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct whole whole = {.choice = 0};

    (void)context;
    arena_init(&arena, 1024 * 1024);
    return read_whole(complete, &whole, &arena, error);
}

static void test_memory(void **state)
{
    (void)state;
    test_every_allocation(read_complete, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_is_read),
        cmocka_unit_test(test_what_is_optional_may_be_absent),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_depth_is_limited),
        cmocka_unit_test(test_memory_is_limited),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
