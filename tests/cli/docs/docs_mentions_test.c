#include "docs/docs_mentions.h"

#include "base/buffer.h"
#include "base/compiler.h"
#include "support/cmocka.h"

/* What was found, as `schema.name`, with `*` for what stands where a table would and `()` for a call. */
static void note(void *context, const struct docs_mention *mention)
{
    struct buffer *found = context;

    buffer_add_string(found, found->length == 0 ? "" : " ");
    buffer_add_text(found, mention->schema);
    buffer_add_string(found, mention->schema.length == 0 ? "" : ".");
    buffer_add_text(found, mention->name);
    buffer_add_string(found, mention->is_relation ? "*" : "");
    buffer_add_string(found, mention->is_call ? "()" : "");
}

static const struct {
    const char *definition;
    struct docs_dialect dialect;
    const char *expected;
} cases[] = {
    {"", {0}, ""},
    {"SELECT 1", {0}, ""},
    {"from shop.orders", {0}, "shop.orders*"},
    {"FROM Shop.Orders", {.fold = true}, "shop.orders*"},
    {"FROM Shop.Orders", {0}, "Shop.Orders*"},
    {"from \"Shop\".\"or\"\"ders\"", {.fold = true}, "Shop.or\"ders*"},
    {"from `a b`", {0}, "a b*"},
    {"from [a b].[c]", {.brackets = true}, "a b.c*"},
    {"from db.dbo.orders", {.brackets = true}, "dbo.orders*"},
    {"shop.orders.total", {0}, "shop.orders"},
    {"from orders o, lines as l where x", {0}, "orders* lines* x"},
    {"from (orders o join lines using (id))", {0}, "orders* lines*"},
    {"update only orders set a = 1", {0}, "orders* a"},
    {"insert into orders values (f(1))", {0}, "insert orders* f()"},
    {"-- from a\n/* from b */ 'from c' from d", {0}, "d*"},
    {"$$ from a $$ $x$ from b $x$ $1", {0}, "a* b*"},
    {"'unfinished", {0}, ""},
    {"\"unfinished", {0}, ""},
    {"from", {0}, ""},
    {"from a.", {0}, ""},
    {"1e5 2.from 3", {0}, ""},
};

static void test_cases(void **state)
{
    CLEANUP(buffer_clear) struct buffer found;

    (void)state;
    buffer_init(&found);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        buffer_reset(&found);
        docs_mentions(text_from(cases[i].definition), cases[i].dialect, note, &found);
        print_message("  %s\n", cases[i].definition);
        assert_string_equal(found.length == 0 ? "" : found.bytes, cases[i].expected);
    }
}

static void test_names_that_are_too_long(void **state)
{
    CLEANUP(buffer_clear) struct buffer definition, found;

    (void)state;
    buffer_init(&definition);
    buffer_init(&found);
    buffer_add_string(&definition, "from ");
    for (int i = 0; i < MENTION_LIMIT + 1; i++)
        buffer_add_byte(&definition, 'a');
    buffer_add_string(&definition, " from b");
    docs_mentions(buffer_text(&definition), (struct docs_dialect){0}, note, &found);
    assert_string_equal(found.bytes, "b*");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_names_that_are_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
