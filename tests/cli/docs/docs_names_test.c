#include "docs/docs_names.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static struct text file_name(struct buffer *output, struct hasher *hasher, struct text name, const char *identity)
{
    buffer_reset(output);
    docs_name_write(output, hasher, name, text_from(identity), NAME_DIGEST_SHORT);
    return buffer_text(output);
}

static struct hasher *hasher_make(void)
{
    struct hasher *hasher = NULL;
    struct error error = {0};

    assert_int_equal(hasher_new(&hasher, &error), ERROR_NONE);
    return hasher;
}

static void test_names_that_are_kept(void **state)
{
    static const char *const kept[] = {"orders",
                                       "order_lines",
                                       "a-b",
                                       "t1",
                                       "_x",
                                       "0",
                                       "orders-1234567",
                                       "this_name_has_exactly_sixty_three_bytes_so_it_is_as_long_as_can"};
    struct hasher *hasher = hasher_make();
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    buffer_init(&output);
    for (size_t i = 0; i < LENGTH_OF(kept); i++)
        assert_string_equal(file_name(&output, hasher, text_from(kept[i]), "x").bytes, kept[i]);
    hasher_free(hasher);
}

/* What a file system, MkDocs or an address could misunderstand. */
static void test_names_that_are_changed(void **state)
{
    static const struct {
        const char *name;
        const char *begins;
    } cases[] = {
        {"Orders", "orders-"},
        {"ORDERS", "orders-"},
        {"or/ders", "or-ders-"},
        {"../../etc/passwd", "etc-passwd-"},
        {"gr\303\266\303\237e", "gr-e-"},
        {"a.b", "a-b-"},
        {"a b", "a-b-"},
        {"a\nb", "a-b-"},
        {"index", "index-"},
        {"readme", "readme-"},
        {"con", "con-"},
        {"nul", "nul-"},
        {"-x", "x-"},
        {"orders-1a2b3c4d", "orders-1a2b3c4d-"}, /* as if it had a digest already */
        {"<script>", "script-"},
    };
    struct hasher *hasher = hasher_make();
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    buffer_init(&output);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct text name = file_name(&output, hasher, text_from(cases[i].name), cases[i].name);

        print_message("  %s: %.*s\n", cases[i].name, TEXT_ARGS(name));
        assert_true(text_starts_with(name, text_from(cases[i].begins)));
        assert_int_equal(name.length, strlen(cases[i].begins) + NAME_DIGEST_SHORT);
        for (size_t j = 0; j < name.length; j++)
            assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", name.bytes[j]));
    }
    hasher_free(hasher);
}

/* Names that fall together are told apart by what they stand for, and by nothing else. */
static void test_digests(void **state)
{
    struct hasher *hasher = hasher_make();
    CLEANUP(buffer_clear) struct buffer first, second;

    (void)state;
    buffer_init(&first);
    buffer_init(&second);
    file_name(&first, hasher, TEXT("Orders"), "table shop.Orders");
    file_name(&second, hasher, TEXT("ORDERS"), "table shop.ORDERS");
    assert_false(text_equal(buffer_text(&first), buffer_text(&second)));
    file_name(&second, hasher, TEXT("Orders"), "table shop.Orders");
    assert_true(text_equal(buffer_text(&first), buffer_text(&second)));
    buffer_reset(&first);
    docs_name_write(&first, hasher, TEXT("orders"), TEXT("x"), NAME_DIGEST_LONG);
    assert_int_equal(first.length, strlen("orders-") + NAME_DIGEST_LONG);
    file_name(&second, hasher, TEXT(""), "x");
    assert_int_equal(second.length, NAME_DIGEST_SHORT);
    hasher_free(hasher);
}

static void test_long_names_are_cut(void **state)
{
    char name[300];
    struct hasher *hasher = hasher_make();
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    memset(name, 'a', sizeof name);
    buffer_init(&output);
    assert_true(file_name(&output, hasher, (struct text){name, sizeof name}, "x").length < 64);
    hasher_free(hasher);
}

static void test_words_of_mermaid(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"bigint", "bigint"},
        {"numeric(12,2)", "numeric"},
        {"character varying(20)", "character_varying"},
        {"text[]", "text__"},
        {"1st", "x_1st"},
        {"", "x_"},
        {"pk", "x_pk"},
        {"fk_customer", "x_fk_customer"},
        {"a\"};x", "a___x"},
    };
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    buffer_init(&output);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        buffer_reset(&output);
        docs_word_write(&output, text_from(cases[i].text));
        assert_string_equal(output.bytes, cases[i].expected);
    }
}

static void test_entities_of_mermaid(void **state)
{
    static const char *const changed[] = {"title", "o", "Orders", "a b", "{", "", "1"};
    struct hasher *hasher = hasher_make();
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    buffer_init(&output);
    docs_entity_write(&output, hasher, TEXT("order_lines"), TEXT("x"));
    assert_string_equal(output.bytes, "order_lines");
    for (size_t i = 0; i < LENGTH_OF(changed); i++) {
        buffer_reset(&output);
        docs_entity_write(&output, hasher, text_from(changed[i]), TEXT("x"));
        assert_true(output.length > strlen(changed[i]) + NAME_DIGEST_SHORT);
        for (size_t j = 0; j < output.length; j++)
            assert_non_null(strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", output.bytes[j]));
    }
    hasher_free(hasher);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_that_are_kept),
        cmocka_unit_test(test_names_that_are_changed),
        cmocka_unit_test(test_digests),
        cmocka_unit_test(test_long_names_are_cut),
        cmocka_unit_test(test_words_of_mermaid),
        cmocka_unit_test(test_entities_of_mermaid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
