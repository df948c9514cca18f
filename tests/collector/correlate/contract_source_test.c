#include "correlate/contract_source.h"

#include <string.h>

#include "collector/track/record.h"
#include "common/drift/snapshot_text.h"
#include "contract/contract_file.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { PLENTY = 64 * 1024 * 1024 };

#define SCHEMA                                                                                                         \
    "table a.t owner=bob\n  column x type=bigint\n  column y type=text\n"                                              \
    "function a.f(integer, text) returns=bigint\n"                                                                     \
    "gap view reason='permission denied'\n"

#define CONTRACT                                                                                                       \
    "name: c\nconsumers: [r]\ndatabase: orders\nrequires:\n"                                                           \
    "- table: a.t\n  columns: [{name: x, type: bigint}, {name: z}]\n"                                                  \
    "- table: a.gone\n"                                                                                                \
    "- function: a.f(integer, text)\n"                                                                                 \
    "- view: a.v\n"

static struct hash record(struct history *history)
{
    int64_t target = history_target(history, "orders", "prod", "default");
    struct snapshot_row row = {0};
    struct error error = {0};

    history_expect(
        snapshots_get(history->database, record_text(history, target, SCHEMA, NULL), &history->arena, &row, &error),
        &error);
    return row.root;
}

/* Every object of the store is found by the name that people read, with all its aspects. */
static void test_objects_are_found(void **state)
{
    struct history *history = *state;
    const struct hash root = record(history);
    struct contract_lookup lookup;
    struct error error = {0};
    struct object object = {0};

    history_expect(contract_lookup_begin(&lookup, history->database, &root, &history->arena, &error), &error);
    history_expect(lookup.source.find(lookup.source.context, KIND_TABLE, TEXT("a.t"), &history->arena, &object, &error),
                   &error);
    assert_int_equal(object.part_count, 2);
    assert_true(text_equal(attribute_value(object.attributes, object.attribute_count, TEXT("owner")), TEXT("bob")));
    history_expect(lookup.source.find(lookup.source.context, KIND_FUNCTION, TEXT("a.f(integer, text)"), &history->arena,
                                      &object, &error),
                   &error);
    assert_int_equal(lookup.source.gap_count, 1);
    assert_null(lookup.source.near);
}

static void test_what_is_not_there_is_not_found(void **state)
{
    static const struct {
        enum kind kind;
        const char *path;
    } cases[] = {
        {KIND_TABLE, "a.u"},   {KIND_VIEW, "a.t"},  {KIND_FUNCTION, "a.f(text)"},
        {KIND_TABLE, "a.b.c"}, {KIND_TABLE, "\"a"}, {KIND_FUNCTION, "a.f"},
    };
    struct history *history = *state;
    const struct hash root = record(history);
    struct contract_lookup lookup;
    struct error error = {0};
    struct object object = {0};

    history_expect(contract_lookup_begin(&lookup, history->database, &root, &history->arena, &error), &error);
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        if (lookup.source.find(lookup.source.context, cases[i].kind, text_from(cases[i].path), &history->arena, &object,
                               &error) != ERROR_NOT_FOUND)
            fail_msg("%s", cases[i].path);
}

static void test_a_snapshot_that_is_gone_is_corrupt(void **state)
{
    struct history *history = *state;
    const struct hash nowhere = {{1, 2, 3}};
    struct contract_lookup lookup;
    struct error error = {0};

    assert_int_equal(contract_lookup_begin(&lookup, history->database, &nowhere, &history->arena, &error),
                     ERROR_CORRUPT);
}

/* A check out of the store finds what a check of the whole snapshot finds, but for hints. */
static void test_a_contract_is_checked_as_in_memory(void **state)
{
    struct history *history = *state;
    const struct hash root = record(history);
    struct snapshot *snapshot = snapshot_from_text(SCHEMA);
    const struct contract_source memory = contract_source_of(snapshot);
    struct contract_result stored = {0}, whole = {0};
    struct contract_lookup lookup;
    struct contract_set set = {0};
    struct error error = {0};

    history_expect(contract_text_read(&set, "c.yaml", TEXT(CONTRACT), &history->arena, &error), &error);
    history_expect(contract_lookup_begin(&lookup, history->database, &root, &history->arena, &error), &error);
    history_expect(contract_check(&stored, &set.contracts[0], &lookup.source, &history->arena, &error), &error);
    history_expect(contract_check(&whole, &set.contracts[0], &memory, &history->arena, &error), &error);
    assert_int_equal(stored.state, CONTRACT_VIOLATED);
    assert_int_equal(stored.count, 3);
    assert_int_equal(whole.count, 3);
    for (size_t i = 0; i < stored.count; i++) {
        assert_int_equal(stored.findings[i].state, whole.findings[i].state);
        assert_true(text_equal(stored.findings[i].object, whole.findings[i].object));
        assert_true(text_starts_with(whole.findings[i].message, stored.findings[i].message));
    }
    snapshot_free(snapshot);
}

struct attempt {
    struct history *history;
    struct hash root;
};

static enum error_code attempt_looking_up(void *context, struct error *error)
{
    const struct attempt *attempt = context;
    CLEANUP(arena_free) struct arena arena;
    struct contract_lookup lookup;
    struct object object;

    arena_init(&arena, PLENTY);
    if (contract_lookup_begin(&lookup, attempt->history->database, &attempt->root, &arena, error) != ERROR_NONE)
        return error->code;
    return lookup.source.find(lookup.source.context, KIND_TABLE, TEXT("a.t"), &arena, &object, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct attempt attempt = {*state, record(*state)};

    assert_int_equal(attempt_looking_up(&attempt, &(struct error){0}), ERROR_NONE);
    test_every_allocation(attempt_looking_up, &attempt);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, history_setup, history_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_objects_are_found),
        TEST(test_what_is_not_there_is_not_found),
        TEST(test_a_snapshot_that_is_gone_is_corrupt),
        TEST(test_a_contract_is_checked_as_in_memory),
        TEST(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
