#include "drift/rendering.h"

#include "common/drift/snapshot_text.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 1024 * 1024, MOST = 4 };

/* ---------------------------------------------------------------- versions */

static void test_versions(void **state)
{
    static const struct {
        const char *version;
        uint32_t major;
        const char *shown;
    } cases[] = {
        {"15.20 (Debian 15.20-0+deb12u1)", 15, "15.20"},
        {"16.3", 16, "16.3"},
        {"17beta1", 17, "17beta1"},
        {"9", 9, "9"},
        {"", 0, ""},
        {"devel 18", 0, "devel"},
        {"99999999999999999999.1", 0, "99999999999999999999.1"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct text version = text_from(cases[i].version);

        assert_int_equal(rendering_major(version), cases[i].major);
        assert_true(text_equal(rendering_version(version), text_from(cases[i].shown)));
    }
}

static void test_when_renderings_differ(void **state)
{
    static const struct {
        const char *from, *to;
        bool differs;
    } cases[] = {
        {"@server postgresql 15.20\n", "@server postgresql 16.3\n", true},
        {"@server postgresql 18.0\n", "@server postgresql 12.22\n", true},
        {"@server postgresql 15.20\n", "@server postgresql 15.3 (Debian)\n", false},
        {"@server postgresql 15.20\n", "@server postgresql unknown\n", false},
        {"@server postgresql 15.20\n", "@server sqlite 3.40.1\n", false},
        {"@server sqlite 3.40.1\n", "@server sqlite 4.0.0\n", false},
        {"@server dummy 1\n", "@server dummy 2\n", false},
        {"", "", false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct snapshot *from = snapshot_from_text(cases[i].from), *to = snapshot_from_text(cases[i].to);
        struct rendering there = rendering_of(from, to), back = rendering_of(to, from);

        assert_int_equal(there.differs, cases[i].differs);
        assert_int_equal(back.differs, cases[i].differs);
        assert_memory_equal(there.majors, back.majors, sizeof there.majors);
        snapshot_free(from);
        snapshot_free(to);
    }
    assert_true(rendering_has_engine(TEXT("postgresql")));
    assert_false(rendering_has_engine(TEXT("sqlite")));
}

/* ---------------------------------------------------------------- attributes */

/* A value: "[a|b]" is a list, NULL is absent. */
struct value {
    struct attribute attribute;
    struct text items[MOST];
    const struct attribute *place; /* NULL: absent */
};

static void read_value(struct value *value, const char *text)
{
    *value = (struct value){.attribute = {.items = value->items}};
    if (text == NULL)
        return;
    value->place = &value->attribute;
    value->attribute.is_list = *text == '[';
    if (!value->attribute.is_list) {
        value->items[value->attribute.count++] = text_from(text);
        return;
    }
    for (text++; *text != '\0' && *text != ']'; text += strcspn(text, "|]") + (text[strcspn(text, "|]")] == '|')) {
        assert_true(value->attribute.count < MOST);
        value->items[value->attribute.count++] = (struct text){text, strcspn(text, "|]")};
    }
}

static const struct rendering two_majors = {.differs = true, .engine = "PostgreSQL", .majors = {15, 16}};

/* Whether only the spelling of a value may differ. */
static bool may_be_spelling(enum kind kind, const char *name, const char *from, const char *to)
{
    struct value values[2];
    struct attribute_change attribute = {.name = text_from(name)};
    struct change change = {.effect = EFFECT_MODIFIED, .kind = kind, .attributes = &attribute, .attribute_count = 1};
    uint32_t taken;

    read_value(&values[0], from);
    read_value(&values[1], to);
    attribute.from = values[0].place;
    attribute.to = values[1].place;
    taken = rendering_take_out(&two_majors, &change);
    assert_int_equal(change.attribute_count + taken, 1);
    return taken == 1;
}

/* Whether the same is certain of both. */
static bool is_certain_same(enum kind kind, const char *name, const char *from, const char *to)
{
    struct value values[2];

    read_value(&values[0], from);
    read_value(&values[1], to);
    if (values[0].place == NULL || values[1].place == NULL ||
        values[0].attribute.is_list != values[1].attribute.is_list ||
        values[0].attribute.count != values[1].attribute.count)
        return false;
    for (uint32_t i = 0; i < values[0].attribute.count; i++)
        if (!text_equal(rendering_certain(kind, text_from(name), values[0].items[i]),
                        rendering_certain(kind, text_from(name), values[1].items[i])))
            return false;
    return true;
}

static void test_what_is_rendered(void **state)
{
    static const struct {
        enum kind kind;
        const char *name, *from, *to;
        bool expected;
    } cases[] = {
        {KIND_VIEW, "definition", "SELECT t.a FROM s.t", "SELECT a FROM s.t", true},
        {KIND_VIEW, "definition", NULL, "SELECT a FROM s.t", false},
        {KIND_VIEW, "definition", "SELECT 1", "[SELECT 1]", false},
        {KIND_VIEW, "comment", "x", "y", false},
        {KIND_MATERIALIZED_VIEW, "definition", "a", "b", true},
        {KIND_RULE, "definition", "a", "b", true},
        {KIND_FUNCTION, "definition", "a", "b", true},
        {KIND_FUNCTION, "body", "a", "b", false}, /* to the letter, as somebody wrote it */
        {KIND_FUNCTION, "returns", "a", "b", false},
        {KIND_FUNCTION, "arguments", "a integer DEFAULT (1)", "a integer DEFAULT 1", true},
        {KIND_FUNCTION, "arguments", "a integer DEFAULT (1)", "b integer DEFAULT 1", false},
        {KIND_FUNCTION, "arguments", "a integer DEFAULT (1)", "a integer", false},
        {KIND_FUNCTION, "arguments", "a integer", "b integer", false},
        {KIND_PROCEDURE, "arguments", "a integer", "IN a integer", true},
        {KIND_PROCEDURE, "definition", "a", "b", true},
        {KIND_AGGREGATE, "arguments", "a integer", "b integer", false},
        {KIND_TABLE, "partition_key", "RANGE (lower(a))", "RANGE (\"lower\"(a))", true},
        {KIND_TABLE, "partition_bound", "a", "b", true},
        {KIND_TABLE, "partition_of", "a", "b", false},
        {KIND_FOREIGN_TABLE, "partition_bound", "a", "b", true},
        {KIND_COLUMN, "default", "(1)", "1", true},
        {KIND_COLUMN, "generated", "(a + 1)", "a + 1", true},
        {KIND_COLUMN, "type", "integer", "bigint", false},
        {KIND_DOMAIN, "default", "(1)", "1", true},
        {KIND_BASE_TYPE, "default", "(1)", "1", true},
        {KIND_CHECK, "expression", "(a > 0)", "a > 0", true},
        {KIND_EXCLUSION, "definition", "a", "b", true},
        {KIND_INDEX, "predicate", "(a > 0)", "a > 0", true},
        {KIND_INDEX, "columns", "[a|\"substring\"(b, 1)]", "[a|SUBSTRING(b FROM 1)]", true},
        {KIND_INDEX, "columns", "[a|lower(b)]", "[c|LOWER(b)]", false},
        {KIND_INDEX, "columns", "[a|lower(b)]", "[lower(b)|a]", false},
        {KIND_INDEX, "columns", "[a|lower(b)]", "[a|b]", false},
        {KIND_INDEX, "columns", "[a|lower(b)]", "[a|LOWER(b)|c]", false},
        {KIND_UNIQUE, "columns", "[a(1)]", "[b(1)]", false},
        {KIND_TRIGGER, "condition", "(new.a > 0)", "new.a > 0", true},
        {KIND_TRIGGER, "function", "a", "b", false},
        {KIND_POLICY, "expression", "a", "b", true},
        {KIND_POLICY, "with_check", "a", "b", true},
        {KIND_POLICY, "roles", "[a]", "[b]", false},
        {KIND_STATISTICS, "expressions", "[lower(a)]", "[\"lower\"(a)]", true},
        {KIND_STATISTICS, "expressions", "[lower(a)]", "[lower(a)|lower(b)]", false},
        {KIND_PUBLICATION, "tables", "[a.t WHERE (x > 0)|a.u]", "[a.t WHERE x > 0|a.u]", true},
        {KIND_PUBLICATION, "tables", "[a.t (x) WHERE (x > 0)]", "[a.t (x, y) WHERE (x > 0)]", false},
        {KIND_PUBLICATION, "tables", "[a.t WHERE (x > 0)|a.u]", "[a.t|a.u]", false},
        {KIND_PUBLICATION, "tables", "[a.t]", "[a.u]", false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        if (is_certain_same(cases[i].kind, cases[i].name, cases[i].from, cases[i].to) != cases[i].expected ||
            may_be_spelling(cases[i].kind, cases[i].name, cases[i].from, cases[i].to) != cases[i].expected ||
            may_be_spelling(cases[i].kind, cases[i].name, cases[i].to, cases[i].from) != cases[i].expected)
            fail_msg("%s %s: %s → %s", kind_name(cases[i].kind), cases[i].name, cases[i].from, cases[i].to);
}

/* ---------------------------------------------------------------- taking out */

/* Four attributes of a policy, of which the second and the last are rendered. */
struct policy {
    struct attribute values[2];
    struct attribute_change attributes[4];
    struct change change;
};

static void make_policy(struct policy *policy)
{
    static const char *const names[] = {"comment", "expression", "roles", "with_check"};
    static const struct text texts[] = {TEXT_INIT("a"), TEXT_INIT("b")};

    *policy = (struct policy){.values = {{.items = &texts[0], .count = 1}, {.items = &texts[1], .count = 1}}};
    policy->change = (struct change){.effect = EFFECT_MODIFIED,
                                     .kind = KIND_POLICY,
                                     .attributes = policy->attributes,
                                     .attribute_count = LENGTH_OF(names)};
    for (size_t i = 0; i < LENGTH_OF(names); i++)
        policy->attributes[i] = (struct attribute_change){text_from(names[i]), &policy->values[0], &policy->values[1]};
}

static void test_the_rest_keeps_its_order(void **state)
{
    static const char *const expected[] = {"comment", "roles", "expression", "with_check"};
    const struct rendering one_major = {.engine = "PostgreSQL", .majors = {15, 15}};
    struct policy policy;
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    make_policy(&policy);
    assert_int_equal(rendering_take_out(&one_major, &policy.change), 0);
    assert_int_equal(policy.change.attribute_count, 4);
    assert_int_equal(rendering_take_out(&two_majors, &policy.change), 2);
    assert_int_equal(policy.change.attribute_count, 2);
    for (size_t i = 0; i < LENGTH_OF(expected); i++)
        assert_true(text_equal(policy.attributes[i].name, text_from(expected[i])));
    assert_string_equal(rendering_reason(&two_majors, policy.attributes + 2, 2, &arena),
                        "expression, with_check as rendered by PostgreSQL 15 and 16, which may spell it differently");
}

static enum error_code give_reason(void *context, struct error *error)
{
    const struct policy *policy = context;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, ARENA_LIMIT);
    return rendering_reason(&two_majors, policy->attributes, 4, &arena) != NULL ? ERROR_NONE
                                                                                : arena_error(&arena, error, "testing");
}

static void test_every_allocation_may_fail(void **state)
{
    struct policy policy;

    (void)state;
    make_policy(&policy);
    assert_true(test_every_allocation(give_reason, &policy) >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_when_renderings_differ),
        cmocka_unit_test(test_what_is_rendered),
        cmocka_unit_test(test_the_rest_keeps_its_order),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
