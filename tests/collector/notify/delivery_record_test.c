#include "notify/delivery_record.h"

#include <string.h>

#include "collector/store/history.h"
#include "store/events.h"
#include "store/incidents.h"
#include "support/cmocka.h"

/* One that waits. */
static struct delivery_row add(struct history *history)
{
    struct incident_row incident = {
        .route = TEXT("prod"), .sink = TEXT("ops"), .subject = TEXT("orders@prod"), .opened_at = 1, .ended_at = 2};
    struct delivery_row row = {.sink = TEXT("ops"),
                               .number = 1,
                               .kind = DELIVERY_UPDATE,
                               .created_at = 1,
                               .next_at = 1,
                               .events = 1,
                               .message = TEXT("{}")};
    struct error error = {0};

    history_begin(history);
    history_expect(incidents_add(history->database, &incident, &error), &error);
    row.incident = incident.id;
    history_expect(deliveries_add(history->database, &row, &error), &error);
    history_expect(deliveries_get(history->database, row.id, &history->arena, &row, &error), &error);
    history_commit(history);
    return row;
}

static void record(struct history *history, const struct delivery_result *result)
{
    struct error error = {0};

    history_begin(history);
    history_expect(delivery_record(history->database, result, &history->arena, &error), &error);
    history_commit(history);
}

static struct delivery_row read_row(struct history *history, int64_t id)
{
    struct delivery_row row;
    struct error error = {0};

    history_expect(deliveries_get(history->database, id, &history->arena, &row, &error), &error);
    return row;
}

/* As it is after an attempt. */
static struct delivery_result after(const struct delivery_row *row, enum delivery_state state)
{
    struct delivery_result result = {.row = *row, .is_told = true};

    result.row.state = state;
    result.row.attempts++;
    result.row.tried_since = result.row.attempted_at = 100;
    result.row.next_at = state == DELIVERY_WAITING ? 200 : 0;
    result.row.finished_at = state == DELIVERY_WAITING ? 0 : 100;
    result.row.status = state == DELIVERY_SENT ? 200 : 503;
    result.row.problem = state == DELIVERY_SENT ? (struct text){0} : TEXT("not now");
    return result;
}

static void test_what_became_of_it_is_kept(void **state)
{
    struct history *history = *state;
    struct delivery_row row = add(history);
    struct delivery_result result = after(&row, DELIVERY_WAITING);

    result.remote = TEXT("{\"thread\":1}");
    record(history, &result);
    row = read_row(history, row.id);
    assert_int_equal(row.state, DELIVERY_WAITING);
    assert_int_equal(row.attempts, 1);
    assert_int_equal(row.next_at, 200);
    assert_int_equal(row.tried_since, 100);
    assert_int_equal(row.status, 503);
    assert_true(text_equal(row.remote, TEXT("{\"thread\":1}")));
    result = after(&row, DELIVERY_SENT);
    record(history, &result);
    row = read_row(history, row.id);
    assert_int_equal(row.state, DELIVERY_SENT);
    assert_int_equal(row.attempts, 2);
    assert_true(text_equal(row.remote, TEXT("{\"thread\":1}")));
    assert_int_equal(history_ask(history, "SELECT count(*) FROM event WHERE type = 'delivery-dead'"), 0);
}

static void test_what_is_given_up_is_an_event(void **state)
{
    struct history *history = *state;
    struct delivery_row row = add(history);
    struct delivery_result result = after(&row, DELIVERY_DEAD);
    struct event_row *events = NULL;
    struct error error = {0};
    size_t count = 0;

    record(history, &result);
    history_expect(events_list(history->database, 0, 100, &history->arena, &events, &count, &error), &error);
    assert_int_equal(events[count - 1].type, EVENT_DELIVERY_DEAD);
    assert_int_equal(events[count - 1].at, 100);
    assert_string_equal(
        arena_string(&history->arena, events[count - 1].data),
        "{\"delivery\":1,\"incident\":1,\"sink\":\"ops\",\"route\":\"prod\",\"subject\":\"orders@prod\","
        "\"kind\":\"update\",\"attempts\":1,\"status\":503,\"problem\":\"not now\"}");
    row = add(history);
    result = after(&row, DELIVERY_DEAD);
    result.is_told = false;
    record(history, &result);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM event WHERE type = 'delivery-dead'"), 1);
}

/* Who tried a sink sees himself what became of it; nothing was lost. */
static void test_a_test_that_fails_is_no_event(void **state)
{
    struct history *history = *state;
    struct delivery_row row = add(history);
    struct delivery_result result = after(&row, DELIVERY_DEAD);

    result.row.kind = DELIVERY_TEST;
    record(history, &result);
    assert_int_equal(read_row(history, row.id).state, DELIVERY_DEAD);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM event WHERE type = 'delivery-dead'"), 0);
}

static void test_what_others_did_meanwhile_stays(void **state)
{
    struct history *history = *state;
    struct delivery_row row = add(history);
    struct delivery_result result = after(&row, DELIVERY_DEAD);

    record(history, &result);
    record(history, &result); /* it is not waiting any more */
    assert_int_equal(history_ask(history, "SELECT count(*) FROM event WHERE type = 'delivery-dead'"), 1);
    row = add(history);
    result = after(&row, DELIVERY_WAITING);
    record(history, &result);
    result.row.status = 418;
    record(history, &result); /* another attempt was made */
    assert_int_equal(read_row(history, row.id).status, 503);
    result.row.id = 4711; /* forgotten by retention */
    record(history, &result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_became_of_it_is_kept, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_given_up_is_an_event, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_test_that_fails_is_no_event, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_others_did_meanwhile_stays, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
