#include "drift/report_escape.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static void as_property(struct buffer *output, struct text text)
{
    escape_github(output, text, true);
}

static void as_data(struct buffer *output, struct text text)
{
    escape_github(output, text, false);
}

static const struct {
    void (*escape)(struct buffer *output, struct text displayed);
    const char *text;
    const char *expected;
} cases[] = {
    {escape_xml, "", ""},
    {escape_xml, "a </failure> & \"b\"", "a &lt;/failure&gt; &amp; &quot;b&quot;"},
    {escape_xml, "größer", "größer"},
    {escape_markdown, "", "<code></code>"},
    {escape_markdown, "shop.orders", "<code>shop.orders</code>"},
    {escape_markdown, "@all [x](y) | <b> `c` &lt; *d*",
     "<code>&#64;all &#91;x&#93;(y) &#124; &#60;b&#62; &#96;c&#96; &#38;lt&#59; &#42;d&#42;</code>"},
    {as_data, "50%, a::b", "50%25, a::b"},
    {as_data, "a\n::error::b\r", "a%0A::error::b%0D"},
    {as_property, "50%, a::b", "50%25%2C a%3A%3Ab"},
};

static void test_escaping(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer output;

        buffer_init(&output);
        cases[i].escape(&output, text_from(cases[i].text));
        if (!text_equal(buffer_text(&output), text_from(cases[i].expected)))
            fail_msg("'%s' became '%.*s'", cases[i].text, TEXT_ARGS(buffer_text(&output)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escaping),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
