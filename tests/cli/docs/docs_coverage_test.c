#include "docs/docs_coverage.h"

#include "docs_sample.h"
#include "support/cmocka.h"

static void count_bare(void *context, const struct docs_item *item, const struct part *part)
{
    unsigned *count = context;

    (void)item;
    (void)part;
    (*count)++;
}

/* Neither the partition counts, nor the columns of the view. */
static void test_counts(void **state)
{
    struct snapshot *snapshot = docs_sample(0);
    CLEANUP(arena_free) struct arena arena;
    struct docs_catalogue catalogue;
    struct docs_coverage coverage;
    struct docs_counts usual;
    struct error error = {0};
    unsigned bare = 0;

    (void)state;
    arena_init(&arena, SAMPLE_MEMORY);
    assert_int_equal(docs_catalogue_make(&catalogue, snapshot, &arena, &error), ERROR_NONE);
    docs_coverage_count(&coverage, &catalogue);
    assert_int_equal(coverage.kinds[KIND_TABLE].total, 4);
    assert_int_equal(coverage.kinds[KIND_TABLE].commented, 1);
    assert_int_equal(coverage.kinds[KIND_COLUMN].total, 8);
    assert_int_equal(coverage.kinds[KIND_COLUMN].commented, 1);
    assert_int_equal(coverage.kinds[KIND_VIEW].total, 1);
    assert_int_equal(coverage.kinds[KIND_ENUM].commented, 1);
    usual = docs_coverage_sum(&coverage, docs_coverage_usual());
    assert_int_equal(usual.total, 12);
    assert_int_equal(usual.commented, 2);
    assert_int_equal(docs_coverage_percent(usual), 16);
    docs_coverage_bare(&catalogue, docs_coverage_usual(), count_bare, &bare);
    assert_int_equal(bare, 10);
    docs_catalogue_clear(&catalogue);
    snapshot_free(snapshot);
}

/* 100 means all, and nothing else. */
static void test_percent(void **state)
{
    (void)state;
    assert_int_equal(docs_coverage_percent((struct docs_counts){0, 0}), 100);
    assert_int_equal(docs_coverage_percent((struct docs_counts){1000, 999}), 99);
    assert_int_equal(docs_coverage_percent((struct docs_counts){1000, 1000}), 100);
    assert_int_equal(docs_coverage_percent((struct docs_counts){UINT32_MAX, UINT32_MAX}), 100);
    assert_int_equal(docs_coverage_percent((struct docs_counts){3, 0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_percent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
