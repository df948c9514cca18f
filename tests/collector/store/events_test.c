#include "store/events.h"

#include <string.h>

#include "collector/store/history.h"
#include "support/cmocka.h"

static void add(struct history *history, const struct event_row *event)
{
    struct error error = {0};

    history_expect(events_add(history->database, event, &error), &error);
}

static size_t list(struct history *history, int64_t after, uint32_t limit, struct event_row **ret_events)
{
    struct error error = {0};
    size_t count = 0;

    history_expect(events_list(history->database, after, limit, &history->arena, ret_events, &count, &error), &error);
    return count;
}

static void test_events_come_in_order_after_a_number(void **state)
{
    struct history *history = *state;
    struct event_row event = {.at = 1000,
                              .type = EVENT_SNAPSHOT_RECORDED,
                              .severity = SEVERITY_HIGH,
                              .target = 7,
                              .agent = 3,
                              .data = TEXT("{\"changes\":2}")};
    struct event_row *events = NULL;

    add(history, &event);
    event = (struct event_row){.at = 2000, .type = EVENT_AGENT_ENROLLED, .data = TEXT("{}")};
    add(history, &event);
    assert_int_equal(list(history, 0, 100, &events), 2);
    assert_int_equal(events[0].at, 1000);
    assert_int_equal(events[0].type, EVENT_SNAPSHOT_RECORDED);
    assert_int_equal(events[0].severity, SEVERITY_HIGH);
    assert_int_equal(events[0].target, 7);
    assert_int_equal(events[0].agent, 3);
    assert_true(text_equal(events[0].data, TEXT("{\"changes\":2}")));
    assert_int_equal(events[1].target, 0);
    assert_int_equal(events[1].agent, 0);
    assert_true(events[1].id > events[0].id);
    assert_int_equal(list(history, events[0].id, 100, &events), 1);
    assert_int_equal(events[0].type, EVENT_AGENT_ENROLLED);
    assert_int_equal(list(history, events[0].id, 100, &events), 0);
    assert_int_equal(list(history, 0, 1, &events), 1);
}

static void test_numbers_are_never_used_again(void **state)
{
    struct history *history = *state;
    const struct event_row event = {.at = 1, .type = EVENT_AGENT_ENROLLED, .data = TEXT("{}")};
    struct event_row *events = NULL;
    int64_t last;

    add(history, &event);
    assert_int_equal(list(history, 0, 10, &events), 1);
    last = events[0].id;
    history_run(history, "DELETE FROM event");
    add(history, &event);
    assert_int_equal(list(history, last, 10, &events), 1);
}

static void test_oldest_and_last(void **state)
{
    struct history *history = *state;
    const struct event_row event = {.at = 1, .type = EVENT_AGENT_ENROLLED, .data = TEXT("{}")};
    struct error error = {0};
    int64_t oldest = -1, last = -1;

    assert_int_equal(events_oldest(history->database, &oldest, &error), ERROR_NONE);
    assert_int_equal(oldest, 0);
    add(history, &event);
    add(history, &event);
    history_run(history, "DELETE FROM event WHERE id = 1");
    assert_int_equal(events_oldest(history->database, &oldest, &error), ERROR_NONE);
    assert_int_equal(events_last(history->database, &last, &error), ERROR_NONE);
    assert_int_equal(oldest, 2);
    assert_int_equal(last, 2);
    history_run(history, "DELETE FROM event");
    assert_int_equal(events_oldest(history->database, &oldest, &error), ERROR_NONE);
    assert_int_equal(events_last(history->database, &last, &error), ERROR_NONE);
    assert_int_equal(oldest, 0);
    assert_int_equal(last, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_events_come_in_order_after_a_number, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_numbers_are_never_used_again, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_oldest_and_last, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
