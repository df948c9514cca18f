#include "store/pairs.h"

#include <string.h>

#include "collector/store/history.h"
#include "store/drifts.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static struct hash hash_of(uint8_t byte)
{
    struct hash hash;

    memset(hash.bytes, byte, sizeof hash.bytes);
    return hash;
}

static struct pair_row pair_of(const char *database, const char *from, const char *to, const char *instance)
{
    return (struct pair_row){.database = text_from(database),
                             .from = text_from(from),
                             .to = text_from(to),
                             .instance = text_from(instance),
                             .active = true,
                             .policy = hash_of(1),
                             .at = 5};
}

static int64_t put(struct history *history, struct pair_row *row)
{
    struct error error = {0};

    row->id = 0;
    history_expect(pairs_put(history->database, row, &error), &error);
    assert_true(row->id > 0);
    return row->id;
}

static struct pair_row get(struct history *history, const struct pair_row *name)
{
    struct pair_row pair = {0};
    struct error error = {0};

    history_expect(pairs_get(history->database, name, &history->arena, &pair, &error), &error);
    return pair;
}

static size_t list(struct history *history, const struct pair_filter *filter, struct pair_row **ret_pairs)
{
    struct error error = {0};
    size_t count = 0;

    history_expect(pairs_list(history->database, filter, &history->arena, ret_pairs, &count, &error), &error);
    return count;
}

static void test_a_pair_is_kept_once_and_as_it_was_put_last(void **state)
{
    struct history *history = *state;
    struct pair_row pair = pair_of("orders", "staging", "prod", ""), found;
    int64_t id;

    pair.unknown = TEXT("permission denied");
    pair.unknown_count = 3;
    pair.sides[0] = (struct pair_side){true, hash_of(2), 16, 11, 101};
    id = put(history, &pair);
    found = get(history, &pair);
    assert_int_equal(found.id, id);
    assert_true(text_equal(found.database, TEXT("orders")) && text_equal(found.from, TEXT("staging")));
    assert_true(text_equal(found.to, TEXT("prod")) && found.instance.length == 0);
    assert_true(found.active);
    assert_true(hash_equal(&found.policy, &pair.policy));
    assert_true(found.sides[0].is_there && hash_equal(&found.sides[0].root, &pair.sides[0].root));
    assert_int_equal(found.sides[0].major, 16);
    assert_int_equal(found.sides[0].target, 11);
    assert_int_equal(found.sides[0].snapshot, 101);
    assert_false(found.sides[1].is_there);
    assert_true(text_equal(found.unknown, TEXT("permission denied")));
    assert_int_equal(found.unknown_count, 3);
    assert_int_equal(found.at, 5);

    pair = pair_of("orders", "staging", "prod", "");
    pair.active = false;
    pair.policy = (struct hash){{0}};
    pair.sides[1] = (struct pair_side){true, hash_of(3), 0, 12, 102};
    pair.at = 6;
    assert_int_equal(put(history, &pair), id);
    found = get(history, &pair);
    assert_false(found.active);
    assert_true(hash_equal(&found.policy, &pair.policy)); /* all zero */
    assert_false(found.sides[0].is_there);
    assert_int_equal(found.sides[0].target, 0);
    assert_int_equal(found.sides[1].snapshot, 102);
    assert_int_equal(found.unknown.length, 0);
    assert_int_equal(found.at, 6);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM pair"), 1);
}

static void keep(struct history *history, int64_t pair, int side, uint8_t root)
{
    const struct pair_wait wait = {side, {true, hash_of(root), 16, 11, root}, root, root % 2 != 0};
    struct error error = {0};

    history_expect(pair_waits_add(history->database, pair, &wait, &error), &error);
}

static size_t kept(struct history *history, int64_t pair, struct pair_wait **ret_waits)
{
    struct error error = {0};
    size_t count = 0;

    history_expect(pair_waits_list(history->database, pair, &history->arena, ret_waits, &count, &error), &error);
    return count;
}

static void test_steps_are_kept_for_later(void **state)
{
    struct history *history = *state;
    struct pair_row pair = pair_of("orders", "staging", "prod", ""), other = pair_of("orders", "dev", "staging", "");
    struct pair_wait *waits = NULL;
    struct error error = {0};
    int64_t id, other_id;

    pair.waits = true;
    id = put(history, &pair);
    other_id = put(history, &other);
    assert_true(get(history, &pair).waits);
    assert_false(get(history, &other).waits);
    keep(history, id, 0, 3);
    keep(history, id, 1, 4);
    assert_int_equal(kept(history, other_id, &waits), 0);
    assert_int_equal(kept(history, id, &waits), 2);
    assert_int_equal(waits[0].side, 0);
    assert_true(waits[0].to.is_there && waits[0].to.root.bytes[0] == 3);
    assert_int_equal(waits[0].to.major, 16);
    assert_int_equal(waits[0].to.target, 11);
    assert_int_equal(waits[0].to.snapshot, 3);
    assert_int_equal(waits[0].at, 3);
    assert_true(waits[0].first_sight);
    assert_int_equal(waits[1].side, 1);
    assert_false(waits[1].first_sight);
    history_expect(pair_waits_clear(history->database, id, &error), &error);
    assert_int_equal(kept(history, id, &waits), 0);
}

static void test_of_very_many_steps_the_newest_is_kept(void **state)
{
    struct history *history = *state;
    struct pair_row pair = pair_of("orders", "staging", "prod", "");
    struct pair_wait *waits = NULL;
    int64_t id;

    pair.waits = true;
    id = put(history, &pair);
    for (uint8_t i = 1; i <= PAIR_WAITS_LIMIT + 5; i++)
        keep(history, id, 0, i);
    assert_int_equal(kept(history, id, &waits), PAIR_WAITS_LIMIT);
    assert_int_equal(waits[PAIR_WAITS_LIMIT - 2].at, PAIR_WAITS_LIMIT - 1);
    assert_int_equal(waits[PAIR_WAITS_LIMIT - 1].at, PAIR_WAITS_LIMIT + 5);
}

static void test_one_that_is_not_there(void **state)
{
    struct history *history = *state;
    struct pair_row name = pair_of("orders", "prod", "prod", "eu-1"), found = {0};
    struct error error = {0};

    assert_int_equal(pairs_get(history->database, &name, &history->arena, &found, &error), ERROR_NOT_FOUND);
    assert_string_equal(error.message, "instance 'eu-1' of orders@prod was never compared with the others");
    name = pair_of("orders", "staging", "prod", "");
    assert_int_equal(pairs_get(history->database, &name, &history->arena, &found, &error), ERROR_NOT_FOUND);
    assert_string_equal(error.message, "orders@staging and orders@prod were never compared as neighbours");
}

static void test_filters(void **state)
{
    static const struct {
        struct pair_filter filter;
        const char *expected; /* a line each, by name */
    } cases[] = {
        {{.any_instance = true, .also_over = true},
         "billing dev staging \n"
         "orders dev staging \n"
         "orders prod prod eu-1\n"
         "orders prod prod eu-2\n"
         "orders staging prod \n"},
        {{.any_instance = false}, "billing dev staging \norders dev staging \norders staging prod \n"},
        {{.any_instance = true},
         "billing dev staging \norders dev staging \norders prod prod eu-1\norders staging prod \n"},
        {{.database = TEXT_INIT("orders")}, "orders dev staging \norders staging prod \n"},
        {{.database = TEXT_INIT("orders"), .from = TEXT_INIT("dev")}, "orders dev staging \n"},
        {{.database = TEXT_INIT("orders"), .to = TEXT_INIT("prod"), .any_instance = true},
         "orders prod prod eu-1\norders staging prod \n"},
        {{.instance = TEXT_INIT("eu-1")}, "orders prod prod eu-1\n"},
        {{.instance = TEXT_INIT("eu-2")}, ""},
        {{.instance = TEXT_INIT("eu-2"), .also_over = true}, "orders prod prod eu-2\n"},
        {{.from = TEXT_INIT("staging")}, "orders staging prod \n"},
        {{.database = TEXT_INIT("nobody")}, ""},
    };
    static const char *const names[][4] = {{"orders", "staging", "prod", ""},
                                           {"orders", "dev", "staging", ""},
                                           {"billing", "dev", "staging", ""},
                                           {"orders", "prod", "prod", "eu-2"},
                                           {"orders", "prod", "prod", "eu-1"}};
    struct history *history = *state;

    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        struct pair_row pair = pair_of(names[i][0], names[i][1], names[i][2], names[i][3]);

        pair.active = strcmp(names[i][3], "eu-2") != 0;
        put(history, &pair);
    }
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer lines = {0};
        struct pair_row *pairs = NULL;
        size_t count = list(history, &cases[i].filter, &pairs);

        buffer_add_string(&lines, "");
        for (size_t k = 0; k < count; k++)
            buffer_printf(&lines, "%.*s %.*s %.*s %.*s\n", TEXT_ARGS(pairs[k].database), TEXT_ARGS(pairs[k].from),
                          TEXT_ARGS(pairs[k].to), TEXT_ARGS(pairs[k].instance));
        assert_string_equal(lines.bytes == NULL ? "" : lines.bytes, cases[i].expected);
    }
}

static void test_what_is_outdated_is_found_by_database(void **state)
{
    struct history *history = *state;
    struct pair_row pairs[] = {pair_of("a", "dev", "prod", ""), pair_of("b", "dev", "prod", ""),
                               pair_of("c", "dev", "prod", ""), pair_of("d", "dev", "prod", "")};
    const struct hash policy = hash_of(1), other = hash_of(9);
    struct text next = {NULL, 0};
    struct error error = {0};

    pairs[3].active = false;
    pairs[3].policy = hash_of(7);
    for (size_t i = 0; i < LENGTH_OF(pairs); i++)
        put(history, &pairs[i]);
#define NEXT(policy, after)                                                                                            \
    (history_expect(pairs_next_outdated(history->database, &(policy), TEXT(after), &history->arena, &next, &error),    \
                    &error),                                                                                           \
     next)
    assert_int_equal(NEXT(policy, "").length, 0);
    assert_true(text_equal(NEXT(other, ""), TEXT("a")));
    assert_true(text_equal(NEXT(other, "a"), TEXT("b")));
    assert_int_equal(NEXT(other, "c").length, 0); /* what is over is not worked out */
    history_expect(pairs_outdate(history->database, TEXT("b"), &error), &error);
    assert_true(text_equal(NEXT(policy, ""), TEXT("b")));
    assert_int_equal(NEXT(policy, "b").length, 0);
    assert_int_equal(get(history, &pairs[1]).policy.bytes[0], 0);
    assert_int_equal(get(history, &pairs[0]).policy.bytes[0], 1);
    history_expect(pairs_outdate(history->database, (struct text){NULL, 0}, &error), &error);
    assert_true(text_equal(NEXT(policy, ""), TEXT("a")));
    assert_true(text_equal(NEXT(policy, "b"), TEXT("c")));
#undef NEXT
}

/* Whoever is forgotten was part of what was worked out. */
static void test_a_forgotten_target_outdates_its_database(void **state)
{
    struct history *history = *state;
    struct pair_row orders = pair_of("orders", "dev", "prod", ""), billing = pair_of("billing", "dev", "prod", "");
    int64_t target = history_target(history, "orders", "prod", "default");
    struct error error = {0};

    put(history, &orders);
    put(history, &billing);
    history_begin(history);
    history_expect(targets_forget(history->database, target, &error), &error);
    history_commit(history);
    assert_int_equal(get(history, &orders).policy.bytes[0], 0);
    assert_int_equal(get(history, &billing).policy.bytes[0], 1);
}

static void test_living_drifts_are_counted_by_severity(void **state)
{
    static const struct {
        enum drift_state state;
        enum severity severity;
        bool hidden;
    } drifts[] = {{DRIFT_OPEN, SEVERITY_CRITICAL, false},    {DRIFT_OPEN, SEVERITY_LOW, false},
                  {DRIFT_ACKNOWLEDGED, SEVERITY_LOW, false}, {DRIFT_WAIVED, SEVERITY_HIGH, false},
                  {DRIFT_WAIVED, SEVERITY_LOW, false},       {DRIFT_OPEN, SEVERITY_HIGH, true},
                  {DRIFT_ENDED, SEVERITY_CRITICAL, false}};
    struct history *history = *state;
    struct pair_row pair = pair_of("orders", "dev", "prod", ""), other = pair_of("orders", "prod", "qa", "");
    struct pair_row *pairs = NULL;
    struct error error = {0};

    put(history, &pair);
    put(history, &other);
    for (size_t i = 0; i < LENGTH_OF(drifts); i++) {
        struct drift_row drift = {.pair = pair.id,
                                  .state = drifts[i].state,
                                  .ending = drifts[i].state == DRIFT_ENDED ? DRIFT_PROMOTED : DRIFT_LIVES,
                                  .severity = drifts[i].severity,
                                  .hidden = drifts[i].hidden,
                                  .kind = KIND_TABLE,
                                  .object_kind = KIND_TABLE,
                                  .rule = TEXT("x"),
                                  .object = TEXT("a"),
                                  .owner = TEXT("a"),
                                  .attributes = TEXT("[]"),
                                  .lead = -1};

        history_expect(drifts_add(history->database, &drift, &error), &error);
    }
    assert_int_equal(list(history, &(struct pair_filter){.database = TEXT("orders")}, &pairs), 2);
    assert_int_equal(pairs[0].open[SEVERITY_CRITICAL], 1);
    assert_int_equal(pairs[0].open[SEVERITY_HIGH], 0);
    assert_int_equal(pairs[0].open[SEVERITY_LOW], 2);
    assert_int_equal(pairs[0].waived[SEVERITY_HIGH], 1);
    assert_int_equal(pairs[0].waived[SEVERITY_LOW], 1);
    assert_int_equal(pairs[1].open[SEVERITY_LOW] + pairs[1].waived[SEVERITY_HIGH], 0);
}

static void test_damage_is_no_pair(void **state)
{
    static const char *const damages[] = {"policy = x'01'", "from_root = x'01'", "to_root = zeroblob(31)"};
    struct history *history = *state;
    struct pair_row pair = pair_of("orders", "dev", "prod", ""), found = {0};
    struct error error = {0};

    for (size_t i = 0; i < LENGTH_OF(damages); i++) {
        char *sql = arena_printf(&history->arena, "UPDATE pair SET %s", damages[i]);

        put(history, &pair);
        history_run(history, sql);
        assert_int_equal(pairs_get(history->database, &pair, &history->arena, &found, &error), ERROR_CORRUPT);
    }
}

static enum error_code list_all(void *context, struct error *error)
{
    struct history *history = context;
    struct pair_row *pairs = NULL;
    CLEANUP(arena_free) struct arena arena;
    size_t count = 0;

    arena_init(&arena, HISTORY_MEMORY);
    return pairs_list(history->database, &(struct pair_filter){0}, &arena, &pairs, &count, error);
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;
    struct pair_row pair = pair_of("orders", "dev", "prod", "");

    put(history, &pair);
    assert_true(test_every_allocation(list_all, history) >= 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, history_setup, history_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_pair_is_kept_once_and_as_it_was_put_last),
        TEST(test_steps_are_kept_for_later),
        TEST(test_of_very_many_steps_the_newest_is_kept),
        TEST(test_one_that_is_not_there),
        TEST(test_filters),
        TEST(test_what_is_outdated_is_found_by_database),
        TEST(test_a_forgotten_target_outdates_its_database),
        TEST(test_living_drifts_are_counted_by_severity),
        TEST(test_damage_is_no_pair),
        TEST(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
