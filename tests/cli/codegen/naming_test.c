#include "codegen/naming.h"

#include <stdlib.h>

#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024, MANY = 2000 };

/* What a table claims, as codegen/code_names.c makes it. */
static struct claim table(const char *identity, const char *called, const char *first, const char *second,
                          const char *third)
{
    return (struct claim){
        .identity = text_from(identity),
        .called = text_from(called),
        .candidates = {text_from(first), text_from(second), text_from(third)},
        .endings = {TEXT("Row"), TEXT("Insert")},
        .ending_count = 2,
        .is_type = true,
    };
}

static struct claim field(const char *called, const char *name)
{
    return (struct claim){
        .identity = text_from(called), .called = text_from(called), .candidates = {text_from(name)}, .ending_count = 1};
}

static void settle(struct claim *claims, size_t count, struct arena *arena)
{
    struct error error = {0};

    assert_int_equal(naming_settle(claims, count, &language_python, arena, &error), ERROR_NONE);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(text_equal(claims[i].names[0], claims[j].names[0]));
}

static void assert_name(const struct claim *claim, const char *expected)
{
    assert_int_equal(claim->names[0].length, strlen(expected));
    assert_memory_equal(claim->names[0].bytes, expected, strlen(expected));
}

static void test_whoever_is_alone_gets_what_he_wants(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct claim claims[] = {table("table public.orders", "orders", "Order", "Order", "Orders"),
                             table("table public.users", "users", "User", "User", "Users")};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    settle(claims, 2, &arena);
    assert_name(&claims[0], "OrderRow");
    assert_int_equal(claims[0].stage, 0);
    assert_memory_equal(claims[1].names[1].bytes, "UserInsert", 10);
}

static void test_another_schema_gives_way(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct claim claims[] = {table("table audit.users", "users", "User", "AuditUser", "AuditUsers"),
                             table("table public.users", "users", "User", "User", "Users"),
                             table("table public.user", "user", "User", "User", "User")};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    settle(claims, 2, &arena);
    assert_name(&claims[0], "AuditUserRow");
    assert_name(&claims[1], "UserRow");
    settle(claims, 3, &arena);
    assert_name(&claims[0], "AuditUserRow");
    assert_name(&claims[1], "UsersRow");
    assert_name(&claims[2], "UserRow");
}

static void test_a_column_keeps_its_own_name(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct claim claims[] = {field("a b", "a_b"), field("a_b", "a_b"), field("a.b", "a_b"), field("class", "class"),
                             field("class_", "class_")};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    settle(claims, LENGTH_OF(claims), &arena);
    assert_name(&claims[1], "a_b");
    assert_name(&claims[4], "class_");
    assert_true(text_starts_with(claims[0].names[0], TEXT("a_b_")));
    assert_true(text_starts_with(claims[3].names[0], TEXT("class_")));
    assert_int_equal(claims[0].names[0].length, 10);
}

static void test_the_order_does_not_count(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct claim claims[] = {
        table("table public.orders", "orders", "Order", "Order", "Orders"),
        table("table public.order", "order", "Order", "Order", "Order"),
        table("table public.\"Order\"", "Order", "Order", "Order", "Order"),
        table("table audit.orders", "orders", "Order", "AuditOrder", "AuditOrders"),
        table("table audit.order", "order", "Order", "AuditOrder", "AuditOrder"),
        table("enum public.order_row", "order_row", "OrderRow", "OrderRow", "OrderRow"),
    };
    enum { COUNT = LENGTH_OF(claims), ROUNDS = 200 };
    struct text expected[COUNT];
    unsigned seed = 7;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    settle(claims, COUNT, &arena);
    for (size_t i = 0; i < COUNT; i++)
        expected[i] = claims[i].names[0];
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct claim shuffled[COUNT];
        size_t order[COUNT];

        for (size_t i = 0; i < COUNT; i++)
            order[i] = i;
        for (size_t i = COUNT; i > 1; i--) {
            size_t other = (size_t)rand_r(&seed) % i, kept = order[i - 1];

            order[i - 1] = order[other];
            order[other] = kept;
        }
        for (size_t i = 0; i < COUNT; i++)
            shuffled[i] = claims[order[i]];
        settle(shuffled, COUNT, &arena);
        for (size_t i = 0; i < COUNT; i++)
            assert_true(text_equal(shuffled[i].names[0], expected[order[i]]));
    }
}

static void test_wishes_come_first_and_must_differ(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct claim claims[] = {table("table public.a", "a", "Order", "", ""),
                             table("table public.order", "order", "Order", "", "")};
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    claims[0].is_fixed = true;
    settle(claims, 2, &arena);
    assert_name(&claims[0], "OrderRow");
    assert_true(text_starts_with(claims[1].names[0], TEXT("Order_")));
    claims[1].is_fixed = true;
    assert_int_equal(naming_settle(claims, 2, &language_python, &arena, &error), ERROR_CONFIG);
    assert_non_null(strstr(error.message, "public.order"));
}

static void test_thousands_of_one_name_are_told_apart(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct claim *claims;

    (void)state;
    arena_init(&arena, (size_t)8 * ARENA_LIMIT);
    claims = arena_array(&arena, MANY, sizeof *claims);
    assert_non_null(claims);
    for (unsigned i = 0; i < MANY; i++) {
        const char *identity = arena_printf(&arena, "%u", i);

        assert_non_null(identity);
        claims[i] = field(identity, "field");
    }
    settle(claims, MANY, &arena);
}

static void check_made(const char *name, const struct name_rule *rule, const char *expected)
{
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct text made;

    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(naming_make(&made, rule, &language_python, text_from(name), &arena, &error), ERROR_NONE);
    assert_int_equal(made.length, strlen(expected));
    assert_memory_equal(made.bytes, expected, made.length);
}

static void test_what_could_not_begin_a_name_gets_a_prefix(void **state)
{
    static const struct name_rule large = {WORDS_PASCAL, "T", true};

    (void)state;
    check_made("2nd", &language_python.type_names, "T2nd");
    check_made("2nd", &language_python.field_names, "field_2nd");
    check_made("__x", &language_python.field_names, "field___x");
    check_made("_x", &language_python.field_names, "_x");
    check_made("_", &language_python.field_names, "field");
    check_made("", &language_python.member_names, "VALUE");
    check_made("🎉", &language_python.type_names, "T");
    check_made("表", &large, "T表");
    check_made("x", &large, "X");
}

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct claim claims[] = {field("a b", "a_b"), field("a_b", "a_b"), field("a.b", "a_b"), field("if", "if")};

    (void)context;
    arena_init(&arena, ARENA_LIMIT);
    return naming_settle(claims, LENGTH_OF(claims), &language_python, &arena, error);
}

static void test_memory_may_run_out(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whoever_is_alone_gets_what_he_wants),
        cmocka_unit_test(test_another_schema_gives_way),
        cmocka_unit_test(test_a_column_keeps_its_own_name),
        cmocka_unit_test(test_the_order_does_not_count),
        cmocka_unit_test(test_wishes_come_first_and_must_differ),
        cmocka_unit_test(test_thousands_of_one_name_are_told_apart),
        cmocka_unit_test(test_what_could_not_begin_a_name_gets_a_prefix),
        cmocka_unit_test(test_memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
