#include "contract/contract_set.h"

#include <string.h>

#include "contract/contract_file.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 4 * 1024 * 1024 };

#define HEAD "name: a\nconsumers: [c]\ndatabase: d\n"

static struct contract_set read_as(const char *name, const char *text, struct arena *arena)
{
    struct contract_set set = {0};
    struct error error = {0};

    if (contract_text_read(&set, name, text_from(text), arena, &error) != ERROR_NONE)
        fail_msg("%s\n%s", text, error.message);
    return set;
}

/* Everything that a contract can say, said in another way each time. */
static const char *const sayings[] = {
    HEAD "requires: [{table: s.t}]\n",
    HEAD "requires: [{view: s.t}]\n",
    HEAD "requires: [{table: s.u}]\n",
    HEAD "requires: [{table: s.t}, {table: s.u}]\n",
    HEAD "owner: o\nrequires: [{table: s.t}]\n",
    HEAD "severity: high\nrequires: [{table: s.t}]\n",
    HEAD "environments: [e]\nrequires: [{table: s.t}]\n",
    "name: b\nconsumers: [c]\ndatabase: d\nrequires: [{table: s.t}]\n",
    "name: a\nconsumers: [d]\ndatabase: d\nrequires: [{table: s.t}]\n",
    "name: a\nconsumers: [c]\ndatabase: e\nrequires: [{table: s.t}]\n",
    HEAD "requires: [{table: s.t, columns: [{name: x}]}]\n",
    HEAD "requires: [{table: s.t, columns: [{name: y}]}]\n",
    HEAD "requires: [{table: s.t, columns: [{name: x, type: z}]}]\n",
    HEAD "requires: [{table: s.t, columns: [{name: x, type_any: [z]}]}]\n",
    HEAD "requires: [{table: s.t, columns: [{name: x, type_family: text}]}]\n",
    HEAD "requires: [{table: s.t, columns: [{name: x, type_at_least: text}]}]\n",
    HEAD "requires: [{table: s.t, columns: [{name: x, nullable: yes}]}]\n",
    HEAD "requires: [{table: s.t, columns: [{name: x, nullable: no}]}]\n",
    HEAD "requires: [{table: s.t, columns: [{name: x, default: z}]}]\n",
    HEAD "requires: [{table: s.t, columns: [{name: x, has_default: yes}]}]\n",
    HEAD "requires: [{table: s.t, keys: [[x]]}]\n",
    HEAD "requires: [{table: s.t, keys: [[x], [y]]}]\n",
    HEAD "requires: [{table: s.t, keys: [[x, y]]}]\n",
    HEAD "requires: [{table: s.t, indexes: [[x]]}]\n",
    HEAD "requires: [{enum: s.t, labels: [x]}]\n",
    HEAD "requires: [{function: s.t(), returns: text}]\n",
    HEAD "requires: [{function: s.t(), returns_any: [text]}]\n",
};

static void test_fingerprints_tell_what_is_said(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct hash seen[LENGTH_OF(sayings)];

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    for (size_t i = 0; i < LENGTH_OF(sayings); i++) {
        struct contract_set set = read_as("c.yaml", sayings[i], &arena);

        seen[i] = set.contracts[0].fingerprint;
        for (size_t j = 0; j < i; j++)
            if (hash_equal(&seen[i], &seen[j]))
                fail_msg("%sis the same as\n%s", sayings[i], sayings[j]);
    }
}

static void test_fingerprints_do_not_tell_where(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set first, second;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    first = read_as("a.yaml", sayings[0], &arena);
    second = read_as("b.yaml",
                     "# moved\ncontracts:\n- database: d\n  name: a\n  consumers:\n  - c\n  severity: critical\n"
                     "  requires:\n  - table: s.t\n",
                     &arena);
    assert_int_not_equal(first.contracts[0].line, second.contracts[0].line);
    assert_true(hash_equal(&first.contracts[0].fingerprint, &second.contracts[0].fingerprint));
    assert_true(hash_equal(&first.fingerprint, &second.fingerprint));
}

static void test_sets_are_joined(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set a, b, both = {0}, reversed = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    a = read_as("a.yaml", sayings[7], &arena);
    b = read_as("b.yaml", sayings[0], &arena);
    assert_int_equal(contract_sets_join(&both, &a, &b, &arena, &error), ERROR_NONE);
    assert_int_equal(contract_sets_join(&reversed, &b, &a, &arena, &error), ERROR_NONE);
    assert_int_equal(both.count, 2);
    assert_true(text_equal(both.contracts[0].name, TEXT("a")));
    assert_true(hash_equal(&both.fingerprint, &reversed.fingerprint));
    assert_false(hash_equal(&both.fingerprint, &a.fingerprint));
    assert_true(contract_set_find(&both, TEXT("b")) == &both.contracts[1]);
    assert_true(contract_set_find(&both, TEXT("a")) == &both.contracts[0]);
    assert_null(contract_set_find(&both, TEXT("c")));
    assert_null(contract_set_find(&(struct contract_set){0}, TEXT("c")));
}

static void test_one_name_is_one_contract(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set a, b, both = {.count = 77};
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    a = read_as("a.yaml", sayings[0], &arena);
    b = read_as("b.yaml", "# later\n" HEAD "requires: [{view: s.t}]\n", &arena);
    assert_int_equal(contract_sets_join(&both, &b, &a, &arena, &error), ERROR_CONFIG);
    assert_string_equal(error.message, "b.yaml:2:1: the contract 'a' is there twice, before at a.yaml:1");
    assert_int_equal(both.count, 77);
}

static void test_a_copy_stands_alone(void **state)
{
    CLEANUP(arena_free) struct arena kept;
    struct error error = {0};

    (void)state;
    arena_init(&kept, ARENA_LIMIT);
    for (size_t i = 0; i < LENGTH_OF(sayings); i++) {
        struct arena gone;
        struct contract_set set, copy = {0}, again = {0};
        struct hash before;

        arena_init(&gone, ARENA_LIMIT);
        set = read_as("c.yaml", sayings[i], &gone);
        before = set.fingerprint;
        assert_int_equal(contract_set_copy(&copy, &set, &kept, &error), ERROR_NONE);
        arena_free(&gone);
        assert_true(hash_equal(&copy.fingerprint, &before));
        assert_true(text_equal(copy.contracts[0].file, TEXT("c.yaml")));
        /* Joining takes the fingerprints anew, of what the copy says. */
        assert_int_equal(contract_sets_join(&again, &copy, &(struct contract_set){0}, &kept, &error), ERROR_NONE);
        assert_true(hash_equal(&again.fingerprint, &before));
    }
}

/* ---- memory ---- */

static enum error_code copy_attempt(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set copy = {0};

    arena_init(&arena, ARENA_LIMIT);
    return contract_set_copy(&copy, context, &arena, error);
}

static enum error_code join_attempt(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set both = {0};

    arena_init(&arena, ARENA_LIMIT);
    return contract_sets_join(&both, context, &(struct contract_set){0}, &arena, error);
}

static void test_allocations_may_fail(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    set = read_as("c.yaml",
                  HEAD "environments: [e]\nrequires:\n  - table: s.t\n    columns: [{name: x, type_any: [y]}]\n"
                       "    keys: [[x]]\n    indexes: [[x]]\n  - {enum: s.e, labels: [x]}\n",
                  &arena);
    test_every_allocation(copy_attempt, &set);
    test_every_allocation(join_attempt, &set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fingerprints_tell_what_is_said),
        cmocka_unit_test(test_fingerprints_do_not_tell_where),
        cmocka_unit_test(test_sets_are_joined),
        cmocka_unit_test(test_one_name_is_one_contract),
        cmocka_unit_test(test_a_copy_stands_alone),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
