#include "docs/docs_markdown.h"

#include "base/compiler.h"
#include "support/allocation.h"
#include "support/cmocka.h"

/* ---------------------------------------------------------------- text */

static const struct {
    const char *text;
    const char *expected;
} texts[] = {
    {"", ""},
    {"What people buy, and when.", "What people buy, and when."},
    {"order_items (1st): 50 %", "order_items (1st): 50 %"},
    {"1. first", "1&#46; first"},
    {"- item", "&#45; item"},
    {"# heading", "&#35; heading"},
    {"!!! danger", "&#33;&#33;&#33; danger"},
    {"a | b", "a &#124; b"},
    {"**b** _i_ `c`", "&#42;&#42;b&#42;&#42; &#95;i&#95; &#96;c&#96;"},
    {"<b>&lt;", "&#60;b&#62;&#38;lt;"},
    {"[x](y)", "&#91;x&#93;(y)"},
    {"{{ 7 }}", "&#123;&#123; 7 &#125;&#125;"},
    {"see http://x", "see http&#58;//x"},
    {"@people", "&#64;people"},
    {"    code", "code"},
    {"one\ntwo\r\n\nfour\n", "one<br>two<br><br>four"},
    {"a\\b", "a&#92;b"},
    {"\x01\xe2\x80\xae\xff", "&#92;x01&#92;u202e&#92;xff"},
    {"Gr\303\266\303\237e", "Gr\303\266\303\237e"},
    {"---", "&#45;&#45;&#45;"},
};

static void test_text(void **state)
{
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    buffer_init(&output);
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        buffer_reset(&output);
        markdown_text(&output, text_from(texts[i].text));
        assert_string_equal(output.length == 0 ? "" : output.bytes, texts[i].expected);
    }
}

/* ---------------------------------------------------------------- code */

static const struct {
    const char *text;
    size_t columns;
    const char *expected;
} codes[] = {
    {"orders", 0, "`orders`"},
    {"a > 5", 0, "`a > 5`"},
    {"a | b", 0, "<code>a &#124; b</code>"},
    {"`", 0, "<code>&#96;</code>"},
    {"</code><script>", 0, "<code>&#60;/code&#62;&#60;script&#62;</code>"},
    {"", 0, "<code></code>"},
    {" a", 0, "<code> a</code>"},
    {"{{ 7 }}", 0, "<code>&#123;&#123; 7 &#125;&#125;</code>"},
    {"a\nb", 0, "<code>a&#92;nb</code>"},
    {"*a*", 0, "`*a*`"},
    {"*a* &", 0, "<code>&#42;a&#42; &#38;</code>"},
    {"1234567890", 5, "`1234…`"},
};

static void test_code(void **state)
{
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    buffer_init(&output);
    for (size_t i = 0; i < LENGTH_OF(codes); i++) {
        buffer_reset(&output);
        markdown_code(&output, text_from(codes[i].text), codes[i].columns);
        assert_string_equal(output.bytes, codes[i].expected);
    }
}

static const struct {
    const char *text;
    const char *expected;
} blocks[] = {
    {"SELECT 1", "``` sql\nSELECT 1\n```\n"},
    {"\n\n  SELECT 1;\n\n", "``` sql\n  SELECT 1;\n```\n"},
    {"a\n```\nb", "```` sql\na\n```\nb\n````\n"},
    {"`````", "`````` sql\n`````\n``````\n"},
    {"", "<pre><code></code></pre>\n"},
    {"a\n<!-- driftline:end -->",
     "<pre><code>a&#10;&#60;&#33;&#45;&#45; driftline&#58;end &#45;&#45;&#62;</code></pre>\n"},
    {"{{ 7 }}", "<pre><code>&#123;&#123; 7 &#125;&#125;</code></pre>\n"},
    {"a\rb", "<pre><code>a\\rb</code></pre>\n"},
    {"a\xff", "<pre><code>a\\xff</code></pre>\n"},
    {"a\xe2\x80\xae", "<pre><code>a\\u202e</code></pre>\n"},
};

static void test_blocks(void **state)
{
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    buffer_init(&output);
    for (size_t i = 0; i < LENGTH_OF(blocks); i++) {
        buffer_reset(&output);
        markdown_block(&output, "sql", text_from(blocks[i].text));
        assert_string_equal(output.bytes, blocks[i].expected);
    }
}

/* ---------------------------------------------------------------- other languages */

static void test_labels_and_titles(void **state)
{
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    buffer_init(&output);
    mermaid_label(&output, TEXT("a_b \"];x[\" 100%"));
    assert_string_equal(output.bytes, "a_b #34;#93;#59;x#91;#34; 100#37;");
    buffer_reset(&output);
    yaml_title(&output, TEXT("a \"b\" <script>\n: {{x}} \\"));
    assert_string_equal(output.bytes, "\"a &#34;b&#34; &#60;script&#62;&#92;n: &#123;&#123;x&#125;&#125; &#92;\"");
}

static enum error_code write_all(void *context, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;

    (void)context;
    buffer_init(&output);
    markdown_text(&output, TEXT("a <b>\nc"));
    markdown_code(&output, TEXT("a | b"), 0);
    markdown_block(&output, "sql", TEXT("SELECT\t1"));
    mermaid_label(&output, TEXT("a"));
    yaml_title(&output, TEXT("a"));
    return buffer_check(&output, error, "writing");
}

static void test_memory(void **state)
{
    (void)state;
    test_every_allocation(write_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),   cmocka_unit_test(test_code),
        cmocka_unit_test(test_blocks), cmocka_unit_test(test_labels_and_titles),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
