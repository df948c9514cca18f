#include "store/syncs.h"

#include <string.h>

#include "collector/store/history.h"
#include "store/figures.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { SECOND = 1000000 };

static struct sync_row sync_of(const char *kind, const char *name, const char *database, enum sync_state state)
{
    return (struct sync_row){.at = INT64_C(2000000000) * SECOND,
                             .by = TEXT("ci"),
                             .kind = text_from(kind),
                             .name = text_from(name),
                             .database = text_from(database),
                             .state = state};
}

static void add(struct history *history, struct sync_row *row)
{
    struct error error = {0};

    history_expect(syncs_add(history->database, row, &error), &error);
}

static struct sync_row newest(struct history *history)
{
    struct error error = {0};
    struct sync_row *rows = NULL;
    size_t count = 0;

    history_expect(
        syncs_list(history->database, &(struct sync_filter){.limit = 1}, &history->arena, &rows, &count, &error),
        &error);
    assert_int_equal(count, 1);
    return rows[0];
}

static void test_a_run_is_kept_whole(void **state)
{
    struct history *history = *state;
    struct sync_row row = sync_of("publish", "docs", "orders", SYNC_CONFLICT), found;

    row.environment = TEXT("prod");
    row.manual = row.has_root = true;
    row.url = TEXT("https://example.com/1");
    row.detail = TEXT("somebody pushed");
    memset(row.root.bytes, 9, sizeof row.root.bytes);
    add(history, &row);
    found = newest(history);
    assert_true(found.id == row.id && found.at == row.at && found.state == SYNC_CONFLICT && found.manual);
    assert_true(text_equal(found.by, TEXT("ci")) && text_equal(found.kind, row.kind) &&
                text_equal(found.name, row.name) && text_equal(found.database, row.database) &&
                text_equal(found.environment, row.environment) && text_equal(found.url, row.url) &&
                text_equal(found.detail, row.detail));
    assert_true(found.has_root && hash_equal(&found.root, &row.root));
    assert_int_equal(found.lead_us, -1);
}

/* From when the schema was first seen, the last time that it came; and only of what is over. */
static void test_the_lead_time(void **state)
{
    static const unsigned one[] = {1}, two[] = {2};
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default");
    struct sync_row row = sync_of("publish", "docs", "orders", SYNC_MERGED);
    struct snapshot *snapshot;
    int64_t seen;

    history_record_tables(history, target, one, 1);
    snapshot = history_build(history, two, 1);
    row.root = snapshot->root;
    row.has_root = true;
    history_record(history, target, snapshot, NULL);
    snapshot_free(snapshot);
    seen = history_ask(history, "SELECT max(taken_at) FROM snapshot");
    row.at = seen + 90 * INT64_C(1000000);
    add(history, &row);
    assert_int_equal(newest(history).lead_us, 90 * INT64_C(1000000));
    row.environment = TEXT("prod");
    add(history, &row);
    assert_int_equal(newest(history).lead_us, 90 * INT64_C(1000000));
    row.environment = TEXT("staging");
    add(history, &row);
    assert_int_equal(newest(history).lead_us, -1);
    row.environment = TEXT("prod");
    row.state = SYNC_OPENED;
    add(history, &row);
    assert_int_equal(newest(history).lead_us, -1);
    row.state = SYNC_SUCCEEDED;
    row.at = seen - 5;
    add(history, &row);
    assert_int_equal(newest(history).lead_us, 0); /* clocks of two machines */
}

static void test_filters_and_pages(void **state)
{
    static const struct {
        struct sync_filter filter;
        const char *expected; /* numbers, newest first */
    } cases[] = {
        {{.limit = 10}, "4 3 2 1 "},
        {{.limit = 2}, "4 3 "},
        {{.limit = 2, .before = 3}, "2 1 "},
        {{.limit = 10, .database = TEXT_INIT("orders")}, "3 2 1 "},
        {{.limit = 10, .database = TEXT_INIT("orders"), .kind = TEXT_INIT("publish")}, "2 1 "},
        {{.limit = 10, .kind = TEXT_INIT("publish"), .name = TEXT_INIT("docs")}, "4 1 "},
        {{.limit = 10, .name = TEXT_INIT("nothing")}, ""},
    };
    struct history *history = *state;
    struct sync_row rows[] = {
        sync_of("publish", "docs", "orders", SYNC_OPENED), sync_of("publish", "code", "orders", SYNC_OPENED),
        sync_of("promote", "docs", "orders", SYNC_STARTED), sync_of("publish", "docs", "billing", SYNC_OPENED)};

    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        add(history, &rows[i]);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer numbers = {0};
        struct sync_row *found = NULL;
        struct error error = {0};
        size_t count = 0;

        history_expect(syncs_list(history->database, &cases[i].filter, &history->arena, &found, &count, &error),
                       &error);
        for (size_t k = 0; k < count; k++)
            buffer_printf(&numbers, "%d ", (int)found[k].id);
        assert_string_equal(numbers.bytes == NULL ? "" : numbers.bytes, cases[i].expected);
    }
}

static void count_lead(void *context, int64_t lead)
{
    (void)lead;
    ++*(unsigned *)context;
}

static void test_figures_read_on(void **state)
{
    struct history *history = *state;
    struct sync_row rows[] = {sync_of("publish", "docs", "orders", SYNC_OPENED),
                              sync_of("publish", "docs", "orders", SYNC_FAILED),
                              sync_of("publish", "docs", "orders", SYNC_FAILED)};
    uint64_t counts[SYNC_STATE_COUNT] = {0};
    unsigned leads = 0;
    struct sync_figures figures = {counts, 0, count_lead, &leads};
    struct error error = {0};
    int64_t after = 0;

    rows[1].manual = true;
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        add(history, &rows[i]);
    history_expect(figures_syncs(history->database, 2, &after, &figures, &error), &error);
    assert_true(after == 2 && counts[SYNC_OPENED] == 1 && counts[SYNC_FAILED] == 1 && figures.manual == 1);
    history_expect(figures_syncs(history->database, 2, &after, &figures, &error), &error);
    history_expect(figures_syncs(history->database, 2, &after, &figures, &error), &error);
    assert_true(after == 3 && counts[SYNC_FAILED] == 2 && figures.manual == 1 && leads == 0);
}

static void test_names_of_states(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SYNC_STATE_COUNT; i++) {
        enum sync_state found = SYNC_STATE_COUNT;

        assert_true(sync_state_from_name(text_from(sync_state_name((enum sync_state)i)), &found));
        assert_int_equal(found, i);
    }
    assert_false(sync_state_from_name(TEXT("merging"), &(enum sync_state){SYNC_STARTED}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_run_is_kept_whole, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_the_lead_time, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_filters_and_pages, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_figures_read_on, history_setup, history_teardown),
        cmocka_unit_test(test_names_of_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
