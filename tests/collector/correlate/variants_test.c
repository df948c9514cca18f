#include "correlate/variants.h"

#include <stdlib.h>
#include <string.h>

#include "collector/track/record.h"
#include "common/drift/snapshot_text.h"
#include "drift/rendering.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { PLENTY = 256 * 1024 * 1024, INSTANCES_MAX = 12 };

static struct fleet_policy make_policy(void)
{
    struct fleet_policy policy = {.memory_limit = PLENTY};

    diff_options_init(&policy.compare);
    return policy;
}

/* ---------------------------------------------------------------- an environment */

static int compare_counts(const void *a, const void *b)
{
    const struct root_count *x = a, *y = b;
    int order = memcmp(x->root.bytes, y->root.bytes, HASH_SIZE);

    return order != 0 ? order : (x->major > y->major) - (x->major < y->major);
}

/* What stands at the same root and version as one, one. The targets are by name: the first speaks for all. */
static size_t count_roots(const struct target_row *targets, size_t count, struct root_count *counts)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        struct root_count one = {.root = targets[i].root,
                                 .major = rendering_major(targets[i].server_version),
                                 .gaps = targets[i].gaps,
                                 .count = 1,
                                 .instance = targets[i].name.instance,
                                 .target = targets[i].id,
                                 .snapshot = targets[i].snapshot};
        size_t at = 0;

        while (at < found && compare_counts(&counts[at], &one) != 0)
            at++;
        if (at < found)
            counts[at].count++;
        else
            counts[found++] = one;
    }
    if (found > 1)
        qsort(counts, found, sizeof *counts, compare_counts);
    return found;
}

/* The counts of orders@prod. */
static size_t counts_of(struct history *history, struct root_count counts[INSTANCES_MAX])
{
    const struct target_filter filter = {.database = TEXT_INIT("orders"), .environment = TEXT_INIT("prod")};
    struct target_row *targets = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(targets_list(history->database, &filter, &history->arena, &targets, &count, &error), &error);
    assert_true(count <= INSTANCES_MAX);
    return count_roots(targets, count, counts);
}

static struct variants find(struct history *history, const struct fleet_policy *policy)
{
    struct root_count counts[INSTANCES_MAX];
    size_t count = counts_of(history, counts);
    struct variants variants = {0};
    struct error error = {0};

    history_expect(variants_find(&variants, counts, count, history->database, policy, NULL, &history->arena, &error),
                   &error);
    return variants;
}

/* The name of the instance that speaks for a root. */
static const char *spokesman(struct history *history, const struct variant_root *root)
{
    const struct target_filter filter = {.database = TEXT_INIT("orders"), .environment = TEXT_INIT("prod")};
    struct target_row *targets = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(targets_list(history->database, &filter, &history->arena, &targets, &count, &error), &error);
    for (size_t i = 0; i < count; i++)
        if (targets[i].id == root->target && targets[i].snapshot == root->snapshot)
            return arena_string(&history->arena, targets[i].name.instance);
    fail_msg("there is no such target with that snapshot");
    return NULL;
}

/* "majority 3: 2a 1c? | 1: 1b": the variants with their roots, how many instances have each, and the first of these; a
 * question mark where servers of two versions leave a doubt. */
static const char *describe(struct history *history, const struct variants *variants)
{
    CLEANUP(buffer_clear) struct buffer text = {0};

    for (uint32_t i = 0; i < variants->variant_count; i++) {
        buffer_printf(&text, "%s%s%u:", i == 0 ? "" : " | ", i == 0 && variants->has_majority ? "majority " : "",
                      variants->variants[i].count);
        assert_int_equal(variants->roots[variants->variants[i].root].variant, i);
        for (uint32_t k = 0; k < variants->root_count; k++)
            if (variants->roots[k].variant == i)
                buffer_printf(&text, " %u%s%s", variants->roots[k].count, spokesman(history, &variants->roots[k]),
                              variants->roots[k].pair.rendered_apart ? "?" : "");
    }
    return arena_string(&history->arena, buffer_text(&text));
}

/* ---------------------------------------------------------------- cases */

#define ONE "table a.t comment=1\n"
#define TWO "table a.t comment=2\n"
#define V "view a.v\n"
#define BLIND "gap table reason='permission denied'\n"
#define FIFTEEN(text) "@server postgresql 15.20\nview a.v definition='" text "'\n"
#define SIXTEEN(text) "@server postgresql 16.3\nview a.v definition='" text "'\n"

static void test_roots_become_variants(void **state)
{
    static const struct {
        const char *name;
        const char *texts[INSTANCES_MAX]; /* of the instances a, b … */
        const char *expected;
    } cases[] = {
        {"nobody", {NULL}, ""},
        {"one", {ONE}, "majority 1: 1a"},
        {"all alike", {ONE, ONE, ONE}, "majority 3: 3a"},
        {"an outlier", {TWO, ONE, ONE}, "majority 2: 2b | 1: 1a"},
        {"what was not read joins", {ONE, ONE, BLIND}, "majority 3: 2a 1c"},
        {"unless it differs otherwise", {ONE, ONE, BLIND "view a.v\n"}, "majority 2: 2a | 1: 1c"},
        {"the larger of two takes it", {ONE, ONE, TWO, BLIND}, "majority 3: 2a 1d | 1: 1c"},
        {"a variant grows past another",
         {ONE, ONE, ONE, ONE V, ONE V, ONE V, ONE V, BLIND, BLIND},
         "majority 5: 3a 2h | 4: 4d"},
        {"one was upgraded", {FIFTEEN("t.x"), FIFTEEN("t.x"), SIXTEEN("x")}, "majority 3: 2a 1c?"},
        {"one root of two versions", {SIXTEEN("x"), FIFTEEN("x"), SIXTEEN("x")}, "majority 3: 3a"},
        {"who has rendered it to the letter", {SIXTEEN("x"), FIFTEEN("x"), SIXTEEN("y")}, "majority 2: 2a | 1: 1c"},
    };
    const struct fleet_policy policy = make_policy();

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct history history;
        struct variants variants;
        const char *found;

        history_open(&history);
        for (unsigned k = 0; k < INSTANCES_MAX && cases[i].texts[k] != NULL; k++)
            record_text(&history, history_target(&history, "orders", "prod", (char[]){(char)('a' + k), '\0'}),
                        cases[i].texts[k], NULL);
        variants = find(&history, &policy);
        found = describe(&history, &variants);
        if (strcmp(found, cases[i].expected) != 0)
            fail_msg("%s: %s", cases[i].name, found);
        history_close(&history);
    }
}

/* The order of hashes decides nothing but the order of what is equally large. */
static void test_two_of_one_size_are_no_majority(void **state)
{
    const struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct variants variants;

    record_text(history, history_target(history, "orders", "prod", "a"), ONE, NULL);
    record_text(history, history_target(history, "orders", "prod", "b"), TWO, NULL);
    variants = find(history, &policy);
    assert_false(variants.has_majority);
    assert_int_equal(variants.variant_count, 2);
    assert_true(memcmp(variants.roots[0].root.bytes, variants.roots[1].root.bytes, HASH_SIZE) < 0);
    assert_int_equal(variants.variants[0].root, 0);
}

/* Instances of one root with servers of two versions are two entries: the first name of both speaks. */
static void test_the_first_by_name_speaks_whatever_its_version(void **state)
{
    const struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct variants variants;

    record_text(history, history_target(history, "orders", "prod", "c"), FIFTEEN("x"), NULL);
    record_text(history, history_target(history, "orders", "prod", "b"), SIXTEEN("x"), NULL);
    variants = find(history, &policy);
    assert_string_equal(describe(history, &variants), "majority 2: 2b");
    assert_true(variants.roots[0].majors == (UINT64_C(1) << 15 | UINT64_C(1) << 16));
    assert_true(variants.variants[0].majors == variants.roots[0].majors);
    record_text(history, history_target(history, "orders", "prod", "a"), FIFTEEN("x"), NULL);
    variants = find(history, &policy);
    assert_string_equal(describe(history, &variants), "majority 3: 3a");
}

static void test_what_the_policy_leaves_out_makes_no_variant(void **state)
{
    struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct variants variants;

    record_text(history, history_target(history, "orders", "prod", "a"), "table a.t owner=bob\n", NULL);
    record_text(history, history_target(history, "orders", "prod", "b"), "table a.t owner=eve\n", NULL);
    record_text(history, history_target(history, "orders", "prod", "c"), "table a.t owner=eve\n", NULL);
    variants = find(history, &policy);
    assert_string_equal(describe(history, &variants), "majority 2: 2b | 1: 1a");
    policy.compare.aspects[ASPECT_ACCESS] = false;
    variants = find(history, &policy);
    assert_string_equal(describe(history, &variants), "majority 3: 2b 1a");
}

/* ---------------------------------------------------------------- majors */

static void test_sides_are_compared_by_the_version_that_both_have(void **state)
{
    static const struct {
        uint64_t from, to;
        uint32_t expected[2];
    } cases[] = {
        {0, 0, {0, 0}},
        {1 << 15, 1 << 15, {15, 15}},
        {1 << 15, 1 << 16, {15, 16}},
        {1 << 15 | 1 << 16, 1 << 16 | 1 << 17, {16, 16}},
        {1 << 15 | 1 << 16, 1 << 17 | 1 << 18, {15, 17}},
        {0, 1 << 16, {0, 16}},
        {1 << 16, 0, {16, 0}},
        {UINT64_C(1) << 63, UINT64_C(1) << 63, {63, 63}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        uint32_t majors[2];

        variants_majors(cases[i].from, cases[i].to, majors);
        assert_int_equal(majors[0], cases[i].expected[0]);
        assert_int_equal(majors[1], cases[i].expected[1]);
    }
}

/* ---------------------------------------------------------------- memory */

struct attempt {
    struct history *history;
    const struct root_count *counts;
    size_t count;
};

static enum error_code attempt_finding(void *context, struct error *error)
{
    const struct attempt *attempt = context;
    const struct fleet_policy policy = make_policy();
    CLEANUP(arena_free) struct arena arena;
    struct variants variants = {0};

    arena_init(&arena, PLENTY);
    if (variants_find(&variants, attempt->counts, attempt->count, attempt->history->database, &policy, NULL, &arena,
                      error) != ERROR_NONE) {
        assert_null(variants.roots);
        return error->code;
    }
    assert_int_equal(variants.variant_count, 2);
    return ERROR_NONE;
}

static void test_every_allocation_may_fail(void **state)
{
    struct history *history = *state;
    struct root_count counts[INSTANCES_MAX];
    struct attempt attempt = {history, counts, 0};

    record_text(history, history_target(history, "orders", "prod", "a"), ONE, NULL);
    record_text(history, history_target(history, "orders", "prod", "b"), BLIND, NULL);
    record_text(history, history_target(history, "orders", "prod", "c"), TWO "view a.v\n", NULL);
    attempt.count = counts_of(history, counts);
    test_every_allocation(attempt_finding, &attempt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roots_become_variants),
        cmocka_unit_test_setup_teardown(test_two_of_one_size_are_no_majority, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_the_first_by_name_speaks_whatever_its_version, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_what_the_policy_leaves_out_makes_no_variant, history_setup,
                                        history_teardown),
        cmocka_unit_test(test_sides_are_compared_by_the_version_that_both_have),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
