#include "codegen/template.h"

#include "support/cmocka.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024 };

static json_t *make_object(void)
{
    json_t *object = json_pack("{s:s, s:b, s:b, s:i, s:[{s:s, s:[s, s]}, {s:s, s:[]}], s:{s:s}, s:n, s:s}", "name",
                               "Order", "yes", 1, "no", 0, "count", 3, "items", "name", "a", "tags", "x", "y", "name",
                               "b", "tags", "inner", "hash", "abc", "nothing", "empty", "");

    assert_non_null(object);
    assert_int_equal(json_object_set_new(object, "comment", template_foreign(TEXT("it's \"so\"\nor not"))), 0);
    assert_int_equal(json_object_set_new(object, "silent", template_foreign(TEXT(""))), 0);
    return object;
}

static enum error_code render(const char *text, struct buffer *output, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct template *template;
    json_t *object = make_object();
    enum error_code code;

    arena_init(&arena, ARENA_LIMIT);
    code = template_parse(&template, "my.txt", text_from(text), &language_python, &arena, error);
    if (code == ERROR_NONE)
        code = template_render(output, template, object, error);
    json_decref(object);
    return code;
}

static void test_values_and_sections_are_written(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"plain { } text\n", "plain { } text\n"},
        {"{{name}} {{ name }}", "Order Order"},
        {"{{count}}", "3"},
        {"{{inner.hash}}", "abc"},
        {"{{#inner}}{{hash}}{{name}}{{/inner}}", "abcOrder"},
        {"{{#items}}{{name}};{{/items}}", "a;b;"},
        {"{{#items}}{{#tags}}{{.}}{{^@last}},{{/@last}}{{/tags}}{{^tags}}none{{/tags}}|{{/items}}", "x,y|none|"},
        {"{{#items}}{{@index}}{{#@first}}first{{/@first}}{{/items}}", "0first1"},
        {"{{#yes}}1{{/yes}}{{#no}}2{{/no}}{{^no}}3{{/no}}{{^yes}}4{{/yes}}", "13"},
        {"{{#nothing}}1{{/nothing}}{{^nothing}}2{{/nothing}}{{^empty}}3{{/empty}}{{#name}}4{{/name}}", "234"},
        {"{{#comment}}1{{/comment}}{{#silent}}2{{/silent}}{{^silent}}3{{/silent}}", "13"},
        {"{{comment|literal}}", "\"it's \\\"so\\\"\\nor not\""},
        {"  # {{comment|comment}}\n", "  # it's \"so\"\n  # or not\n"},
        {"a\n{{! all of this\ngoes away }}\nb\n", "a\nb\n"},
        {"{{#yes}}\nin\n{{/yes}}\nout\n", "in\nout\n"},
        {"{{#yes}}\r\n", NULL},
        {"  {{#yes}}  {{#yes}}  \n  in\n  {{/yes}}{{/yes}}\nout", "  in\nout"},
        {"x{{#yes}}\nin\n{{/yes}}", "x\nin\n"},
        {"{{@brace}}{{@brace}}", "{{"},
        {"{{{name}}", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer output;
        struct error error = {0};

        buffer_init(&output);
        if (cases[i][1] == NULL) {
            assert_int_equal(render(cases[i][0], &output, &error), ERROR_CONFIG);
            continue;
        }
        assert_int_equal(render(cases[i][0], &output, &error), ERROR_NONE);
        assert_string_equal(output.length == 0 ? "" : output.bytes, cases[i][1]);
    }
}

static void test_mistakes_are_named_with_their_line(void **state)
{
    static const char *const cases[][2] = {
        {"a\n{{name", "my.txt:2: a tag has no end: '}}' is missing"},
        {"{{nmae}}", "my.txt:1: 'nmae' is nothing that there is here"},
        {"\n\n{{#nmae}}{{/nmae}}", "my.txt:3: 'nmae' is nothing that there is here"},
        {"{{inner.other}}", "my.txt:1: 'inner.other' is nothing that there is here"},
        {"{{inner}}", "my.txt:1: 'inner' is no text"},
        {"{{yes}}", "my.txt:1: 'yes' is no text"},
        {"{{comment}}", "my.txt:1: 'comment' comes from the database: it needs a filter, such as {{name|raw}}"},
        {"{{comment.foreign}}", "my.txt:1: 'comment.foreign' is nothing that there is here"},
        {"{{#comment}}{{foreign}}{{/comment}}", "my.txt:1: 'foreign' is nothing that there is here"},
        {"{{name|loud}}", "my.txt:1: Python has no filter 'loud'"},
        {"{{name|}}", "my.txt:1: Python has no filter ''"},
        {"{{a b}}", "my.txt:1: 'a b' is no name"},
        {"{{}}", "my.txt:1: '' is no name"},
        {"{{a..b}}", "my.txt:1: 'a..b' is no name"},
        {"{{#}}", "my.txt:1: '' is no name"},
        {"a\nb\n{{#yes}}\nc", "my.txt:3: the section 'yes' is not closed"},
        {"{{/yes}}", "my.txt:1: '{{/yes}}' closes nothing: no section is open"},
        {"{{#yes}}{{/no}}", "my.txt:1: '{{/no}}' closes nothing: the section that is open is 'yes'"},
        {"{{! a\nb }}\n{{nmae}}", "my.txt:3: 'nmae' is nothing that there is here"},
        {"\xff", "my.txt:1: not UTF-8"},
        {"{{@first}}", "my.txt:1: '@first' is nothing that there is here"},
        {"{{@}}", "my.txt:1: '@' is nothing that there is here"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer output;
        struct error error = {0};

        buffer_init(&output);
        assert_int_equal(render(cases[i][0], &output, &error), ERROR_CONFIG);
        assert_string_equal(error.message, cases[i][1]);
    }
}

static void test_sections_have_a_limit(void **state)
{
    CLEANUP(buffer_clear) struct buffer text, output;
    struct error error = {0};

    (void)state;
    buffer_init(&text);
    buffer_init(&output);
    for (unsigned i = 0; i < TEMPLATE_DEPTH_LIMIT; i++)
        buffer_add_string(&text, "{{#inner}}");
    for (unsigned i = 0; i < TEMPLATE_DEPTH_LIMIT; i++)
        buffer_add_string(&text, "{{/inner}}");
    assert_int_equal(render(text.bytes, &output, &error), ERROR_NONE);
    buffer_reset(&text);
    for (unsigned i = 0; i <= TEMPLATE_DEPTH_LIMIT; i++)
        buffer_add_string(&text, "{{#inner}}");
    assert_int_equal(render(text.bytes, &output, &error), ERROR_CONFIG);
}

static void test_bytes_that_are_no_text_are_replaced(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer output;
    struct template *template;
    struct error error = {0};
    json_t *object = json_object();

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    buffer_init(&output);
    assert_int_equal(json_object_set_new(object, "x", template_foreign((struct text){"a\xff\0b", 4})), 0);
    assert_int_equal(template_parse(&template, "t", TEXT("{{x|literal}}"), &language_python, &arena, &error),
                     ERROR_NONE);
    assert_int_equal(template_render(&output, template, object, &error), ERROR_NONE);
    assert_string_equal(output.bytes, "\"a\xef\xbf\xbd\\x00b\"");
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_and_sections_are_written),
        cmocka_unit_test(test_mistakes_are_named_with_their_line),
        cmocka_unit_test(test_sections_have_a_limit),
        cmocka_unit_test(test_bytes_that_are_no_text_are_replaced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
