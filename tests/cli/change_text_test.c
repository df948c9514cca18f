#include "cli/change_text.h"

#include "support/cmocka.h"

static const struct text bigint[] = {TEXT_INIT("bigint")}, integer[] = {TEXT_INIT("integer")},
                         empty[] = {TEXT_INIT("")};
static const struct text two[] = {TEXT_INIT("a"), TEXT_INIT("b\n")};
static const struct text lengthy[] = {TEXT_INIT("0123456789012345678901234567890123456789012345")};

#define ONE(texts)                                                                                                     \
    {                                                                                                                  \
        VALUE_TEXT,                                                                                                    \
        {                                                                                                              \
            texts, 1                                                                                                   \
        }                                                                                                              \
    }
#define LIST(texts)                                                                                                    \
    {                                                                                                                  \
        VALUE_LIST,                                                                                                    \
        {                                                                                                              \
            texts, LENGTH_OF(texts)                                                                                    \
        }                                                                                                              \
    }
#define NOTHING                                                                                                        \
    {                                                                                                                  \
        VALUE_NONE,                                                                                                    \
        {                                                                                                              \
            NULL, 0                                                                                                    \
        }                                                                                                              \
    }

static const struct answer_attribute attributes[] = {
    {TEXT_INIT("type"), ONE(bigint), ONE(integer)}, {TEXT_INIT("default"), NOTHING, ONE(empty)},
    {TEXT_INIT("labels"), LIST(two), NOTHING},      {TEXT_INIT("body"), ONE(lengthy), ONE(bigint)},
    {TEXT_INIT("comment"), NOTHING, ONE(bigint)},
};

static const struct {
    struct change_view view;
    const char *expected;
} cases[] = {
    {{.effect = EFFECT_ADDED, .kind = TEXT_INIT("table"), .object = TEXT_INIT("a.b"), .aspect = TEXT_INIT("structure")},
     "+ table a.b"},
    {{.effect = EFFECT_REMOVED,
      .kind = TEXT_INIT("table"),
      .object = TEXT_INIT("a.\"b\nc\""),
      .aspect = TEXT_INIT("access")},
     "- table a.\"b\\nc\" (access)"},
    {{.effect = EFFECT_RENAMED,
      .kind = TEXT_INIT("table"),
      .object = TEXT_INIT("a.b"),
      .renamed_from = TEXT_INIT("a.c"),
      .aspect = TEXT_INIT("structure")},
     "→ table a.b, was a.c"},
    {{.effect = EFFECT_MODIFIED,
      .kind = TEXT_INIT("column"),
      .object = TEXT_INIT("a.b.c"),
      .aspect = TEXT_INIT("structure"),
      .attributes = {attributes, 3}},
     "~ column a.b.c: type: bigint → integer; default: none → ''; labels: a, b\\n → none"},
    {{.effect = EFFECT_ADDED,
      .kind = TEXT_INIT("column"),
      .object = TEXT_INIT("a.b.c"),
      .aspect = TEXT_INIT("structure"),
      .attributes = {attributes, 2}},
     "+ column a.b.c: type: integer; default: ''"},
    {{.effect = EFFECT_REMOVED,
      .kind = TEXT_INIT("column"),
      .object = TEXT_INIT("a.b.c"),
      .aspect = TEXT_INIT("structure"),
      .attributes = {attributes, 1}},
     "- column a.b.c: type: bigint"},
    {{.effect = EFFECT_MODIFIED,
      .kind = TEXT_INIT("view"),
      .object = TEXT_INIT("v"),
      .aspect = TEXT_INIT("structure"),
      .attributes = {attributes + 3, 1}},
     "~ view v: body: 012345678901234567890123456789012345678… → bigint"},
    {{.effect = EFFECT_REMOVED,
      .kind = TEXT_INIT("view"),
      .object = TEXT_INIT("v"),
      .aspect = TEXT_INIT("structure"),
      .attributes = {attributes, LENGTH_OF(attributes)}},
     "- view v: type: bigint; default: none; labels: a, b\\n; body: 012345678901234567890123456789012345678…; …"},
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer line;

        buffer_init(&line);
        change_write_line(&line, &cases[i].view);
        assert_string_equal(line.bytes, cases[i].expected);
    }
}

static void test_tints_rise(void **state)
{
    (void)state;
    assert_int_equal(change_tint(SEVERITY_LOW), TINT_CALM);
    assert_int_equal(change_tint(SEVERITY_MEDIUM), TINT_DOUBT);
    assert_int_equal(change_tint(SEVERITY_HIGH), TINT_BAD);
    assert_int_equal(change_tint(SEVERITY_CRITICAL), TINT_WORST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_tints_rise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
