#include "store/ddl_events.h"

#include <string.h>

#include "history.h"
#include "support/cmocka.h"

static int64_t record(struct history *history, int64_t target)
{
    static unsigned version;

    version++;
    return history_record_tables(history, target, &version, 1);
}

static int64_t add(struct history *history, const struct ddl_event_row *event)
{
    struct error error = {0};
    int64_t id = -1;

    history_expect(ddl_events_add(history->database, event, &id, &error), &error);
    return id;
}

static size_t list(struct history *history, struct ddl_event_filter filter, struct ddl_event_row **ret_rows)
{
    struct error error = {0};
    size_t count = 0;

    filter.limit = filter.limit == 0 ? 100 : filter.limit;
    history_expect(ddl_events_list(history->database, &filter, &history->arena, ret_rows, &count, &error), &error);
    return count;
}

static void test_a_statement_is_kept_as_it_came(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default"), id;
    const struct ddl_event_row event = {.target = target,
                                        .snapshot = record(history, target),
                                        .number = 41,
                                        .at = 1000,
                                        .actor = TEXT("ana"),
                                        .role = TEXT("app_owner"),
                                        .application = TEXT("flyway"),
                                        .client = TEXT("10.0.0.7"),
                                        .command = TEXT("DROP TABLE"),
                                        .object = TEXT("shop.orders"),
                                        .statement = TEXT("DROP TABLE x"),
                                        .transaction = 77,
                                        .unconfirmed = true};
    const struct ddl_event_row least = {.target = target, .snapshot = event.snapshot, .number = 42, .at = 1000};
    struct ddl_event_row *rows = NULL;

    id = add(history, &event);
    add(history, &least);
    assert_int_equal(list(history, (struct ddl_event_filter){.limit = 100}, &rows), 2);
    assert_true(rows[1].id == id && rows[1].snapshot == event.snapshot && rows[1].number == 41 && rows[1].at == 1000);
    assert_true(text_equal(rows[1].name.database, TEXT("orders")) &&
                text_equal(rows[1].name.environment, TEXT("prod")));
    assert_true(text_equal(rows[1].actor, event.actor) && text_equal(rows[1].role, event.role));
    assert_true(text_equal(rows[1].application, event.application) && text_equal(rows[1].client, event.client));
    assert_true(text_equal(rows[1].command, event.command) && text_equal(rows[1].object, event.object));
    assert_true(text_equal(rows[1].statement, event.statement) && rows[1].transaction == 77 && rows[1].changes == 0);
    assert_true(rows[1].unconfirmed && !rows[0].unconfirmed);
    assert_true(rows[0].number == 42 && rows[0].actor.length == 0 && rows[0].transaction == 0);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM ddl_event WHERE actor IS NULL AND role IS NULL"
                                          " AND client IS NULL AND tx IS NULL"),
                     1);
}

/* An agent that dies between outbox and mark brings a statement twice. */
static void test_one_that_is_there_is_not_kept_again(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default"),
            other = history_target(history, "orders", "prod", "other");
    struct ddl_event_row event = {
        .target = target, .snapshot = record(history, target), .number = 7, .at = 1000, .actor = TEXT("ana")};
    struct ddl_event_row *rows = NULL;
    struct error error = {0};

    assert_true(add(history, &event) > 0);
    event.snapshot = record(history, target);
    event.actor = TEXT("bob");
    assert_int_equal(add(history, &event), 0);
    history_expect(ddl_events_add(history->database, &event, NULL, &error), &error);
    event.at++; /* the log of a database that was restored begins anew */
    assert_true(add(history, &event) > 0);
    event.target = other;
    event.snapshot = record(history, other);
    assert_true(add(history, &event) > 0);
    assert_int_equal(list(history, (struct ddl_event_filter){.limit = 100}, &rows), 3);
    assert_true(text_equal(rows[2].actor, TEXT("ana")));
}

static void test_filters(void **state)
{
    static const struct {
        const char *actor, *role, *object;
    } samples[] = {{"ana", NULL, "shop.orders"},
                   {"ana", "app_owner", "shop.orders.total"},
                   {"bob", NULL, "shop.orders_2"},
                   {"bob", "app_owner", "shop"},
                   {"eve", NULL, NULL},
                   {"eve", NULL, "shop.f(integer)"}};
    static const struct {
        const char *actor, *object;
        int64_t since, until;
        size_t expected;
    } cases[] = {{NULL, NULL, 0, 0, 6},
                 {"ana", NULL, 0, 0, 2},
                 {"app_owner", NULL, 0, 0, 2},
                 {"an", NULL, 0, 0, 0},
                 {NULL, "shop.orders", 0, 0, 2},
                 {NULL, "shop.orders.total", 0, 0, 1},
                 {NULL, "shop", 0, 0, 5},
                 {NULL, "shop.f(integer)", 0, 0, 1},
                 {"ana", "shop.orders.total", 0, 0, 1},
                 {NULL, NULL, 103, 0, 3},
                 {NULL, NULL, 0, 101, 2},
                 {"bob", NULL, 103, 103, 1}};
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default"), snapshot = record(history, target);
    struct ddl_event_row *rows = NULL;

    for (size_t i = 0; i < LENGTH_OF(samples); i++)
        add(history, &(struct ddl_event_row){.target = target,
                                             .snapshot = snapshot,
                                             .number = (int64_t)i,
                                             .at = 100 + (int64_t)i,
                                             .actor = text_from(samples[i].actor),
                                             .role = text_from(samples[i].role),
                                             .object = text_from(samples[i].object)});
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct ddl_event_filter filter = {.actor = text_from(cases[i].actor),
                                                .object = text_from(cases[i].object),
                                                .since = cases[i].since,
                                                .until = cases[i].until};

        print_message("  %zu\n", i);
        assert_int_equal(list(history, filter, &rows), cases[i].expected);
    }
    assert_int_equal(
        list(history, (struct ddl_event_filter){.target = {.environment = TEXT("staging")}, .limit = 9}, &rows), 0);
}

static void test_pages_of_several_targets(void **state)
{
    enum { MANY = 50, PAGE = 7 };
    struct history *history = *state;
    int64_t targets[] = {history_target(history, "orders", "prod", "a"),
                         history_target(history, "orders", "prod", "b")};
    int64_t snapshots[] = {record(history, targets[0]), record(history, targets[1])};
    struct ddl_event_filter filter = {.limit = PAGE};
    struct ddl_event_row *rows = NULL;
    size_t all = 0, count;
    int64_t last = INT64_MAX;

    for (int i = 0; i < MANY; i++)
        add(history, &(struct ddl_event_row){
                         .target = targets[i % 2], .snapshot = snapshots[i % 2], .number = i, .at = 1000 - i});
    while ((count = list(history, filter, &rows)) > 0) {
        for (size_t i = 0; i < count; i++) {
            assert_true(rows[i].id < last);
            last = rows[i].id;
        }
        all += count;
        filter.before = last;
    }
    assert_int_equal(all, MANY);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, history_setup, history_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_statement_is_kept_as_it_came),
        TEST(test_one_that_is_there_is_not_kept_again),
        TEST(test_filters),
        TEST(test_pages_of_several_targets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
