#include "store/deliveries.h"

#include <inttypes.h>
#include <string.h>

#include "base/buffer.h"
#include "collector/store/history.h"
#include "store/incidents.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static int64_t add_incident(struct history *history, const char *subject)
{
    struct incident_row incident = {.route = TEXT("prod"), .sink = TEXT("ops"), .subject = text_from(subject)};
    struct error error = {0};

    incident.opened_at = 1;
    history_expect(incidents_add(history->database, &incident, &error), &error);
    return incident.id;
}

static struct delivery_row delivery_of(int64_t incident, uint32_t number, int64_t next_at)
{
    return (struct delivery_row){.incident = incident,
                                 .sink = TEXT("ops"),
                                 .number = number,
                                 .kind = DELIVERY_UPDATE,
                                 .created_at = 10,
                                 .next_at = next_at,
                                 .events = 2,
                                 .last_event = 7,
                                 .message = TEXT("{\"title\":\"it happened\"}")};
}

static int64_t add(struct history *history, struct delivery_row delivery)
{
    struct error error = {0};

    history_expect(deliveries_add(history->database, &delivery, &error), &error);
    return delivery.id;
}

static struct delivery_row get(struct history *history, int64_t id)
{
    struct delivery_row found = {0};
    struct error error = {0};

    history_expect(deliveries_get(history->database, id, &history->arena, &found, &error), &error);
    return found;
}

/* It was tried at a moment, and ended so. */
static void finish(struct history *history, int64_t id, enum delivery_state state, int64_t at, const char *problem)
{
    struct delivery_row delivery = get(history, id);
    struct error error = {0};

    delivery.state = state;
    delivery.attempts++;
    delivery.attempted_at = at;
    delivery.finished_at = state == DELIVERY_WAITING ? 0 : at;
    delivery.next_at = state == DELIVERY_WAITING ? at + 60 : 0;
    delivery.status = 503;
    delivery.problem = text_from(problem);
    history_expect(deliveries_update(history->database, &delivery, &error), &error);
}

static void test_a_message_is_kept_and_goes_its_way(void **state)
{
    struct history *history = *state;
    int64_t id = add(history, delivery_of(add_incident(history, "orders@prod"), 3, 20));
    struct delivery_row found = get(history, id);
    struct error error = {0};

    assert_true(found.number == 3 && found.kind == DELIVERY_UPDATE && found.state == DELIVERY_WAITING);
    assert_true(found.created_at == 10 && found.next_at == 20 && found.attempts == 0 && found.finished_at == 0);
    assert_true(found.events == 2 && found.last_event == 7 && found.status == 0 && found.problem.length == 0);
    assert_true(text_equal(found.sink, TEXT("ops")) && text_equal(found.route, TEXT("prod")));
    assert_true(text_equal(found.subject, TEXT("orders@prod")) && found.remote.length == 0);
    history_expect(deliveries_set_message(history->database, id, TEXT("{\"title\":\"x\"}"), &error), &error);
    history_expect(incidents_set_remote(history->database, found.incident, TEXT("{}"), &error), &error);
    finish(history, id, DELIVERY_DEAD, 30, "no");
    found = get(history, id);
    assert_true(found.state == DELIVERY_DEAD && found.attempts == 1 && found.next_at == 0);
    assert_true(found.attempted_at == 30 && found.finished_at == 30 && found.status == 503);
    assert_true(text_equal(found.problem, TEXT("no")) && text_equal(found.message, TEXT("{\"title\":\"x\"}")));
    assert_true(text_equal(found.remote, TEXT("{}")));
}

static void test_one_that_is_not_there(void **state)
{
    struct history *history = *state;
    struct delivery_row row = {.id = 9};
    struct error error = {0};

    assert_int_equal(deliveries_get(history->database, 9, &history->arena, &row, &error), ERROR_NOT_FOUND);
    assert_int_equal(deliveries_update(history->database, &row, &error), ERROR_NOT_FOUND);
    assert_int_equal(deliveries_set_message(history->database, 9, TEXT("{}"), &error), ERROR_NOT_FOUND);
    assert_string_equal(error.message, "there is no delivery 9");
}

/* ---- what is due ---- */

static void expect_due(struct history *history, int64_t now, const char *expected)
{
    CLEANUP(buffer_clear) struct buffer numbers = {0};
    struct delivery_row *rows = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(deliveries_due(history->database, now, 10, &history->arena, &rows, &count, &error), &error);
    buffer_add_string(&numbers, "");
    for (size_t i = 0; i < count; i++)
        buffer_printf(&numbers, "%" PRId64 " ", rows[i].id);
    assert_string_equal(count == 0 ? "" : numbers.bytes, expected);
}

static int64_t next(struct history *history)
{
    struct error error = {0};
    int64_t at = -1;

    history_expect(deliveries_next(history->database, &at, &error), &error);
    return at;
}

static void test_of_each_incident_the_first_is_due(void **state)
{
    struct history *history = *state;
    int64_t a = add_incident(history, "a"), b = add_incident(history, "b");
    int64_t first, second, third;

    assert_int_equal(next(history), 0);
    first = add(history, delivery_of(a, 1, 30));
    second = add(history, delivery_of(a, 2, 10));
    third = add(history, delivery_of(b, 1, 20));
    assert_true(first == 1 && second == 2 && third == 3);
    expect_due(history, 15, ""); /* the second waits for the first */
    assert_int_equal(next(history), 20);
    expect_due(history, 50, "3 1 ");
    finish(history, first, DELIVERY_WAITING, 50, "busy");
    expect_due(history, 60, "3 ");
    finish(history, third, DELIVERY_SENT, 60, "");
    assert_int_equal(next(history), 110);
    finish(history, first, DELIVERY_DEAD, 120, "gone");
    expect_due(history, 60, "2 "); /* what was given up stands in nobody's way */
    assert_int_equal(next(history), 10);
}

/* ---- for people ---- */

static void test_lists_are_filtered(void **state)
{
    static const struct {
        const char *what;
        struct delivery_filter filter;
        const char *expected;
    } cases[] = {
        {"all", {.state = -1, .limit = 10}, "4 3 2 1 "},
        {"a page", {.state = -1, .limit = 2}, "4 3 "},
        {"the next", {.state = -1, .limit = 2, .before = 3}, "2 1 "},
        {"those that wait", {.state = DELIVERY_WAITING, .limit = 10}, "3 1 "},
        {"dead ones of a sink", {.state = DELIVERY_DEAD, .sink = TEXT_INIT("ops"), .limit = 10}, "2 "},
        {"of another sink", {.state = -1, .sink = TEXT_INIT("bus"), .limit = 10}, "4 "},
        {"of an incident", {.state = -1, .incident = 2, .limit = 10}, "4 3 "},
        {"of an incident that wait", {.state = DELIVERY_WAITING, .incident = 2, .limit = 10}, "3 "},
        {"of an incident and a sink", {.state = -1, .incident = 2, .sink = TEXT_INIT("bus"), .limit = 10}, "4 "},
    };
    struct history *history = *state;
    int64_t a = add_incident(history, "a"), b = add_incident(history, "b");
    struct delivery_row last = delivery_of(b, 2, 0);

    add(history, delivery_of(a, 1, 10));
    finish(history, add(history, delivery_of(a, 2, 10)), DELIVERY_DEAD, 20, "no");
    add(history, delivery_of(b, 1, 10));
    last.sink = TEXT("bus");
    finish(history, add(history, last), DELIVERY_SENT, 20, "");
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer numbers = {0};
        struct delivery_row *rows = NULL;
        struct error error = {0};
        size_t count = 0;

        print_message("  %s\n", cases[i].what);
        history_expect(deliveries_list(history->database, &cases[i].filter, &history->arena, &rows, &count, &error),
                       &error);
        for (size_t k = 0; k < count; k++) {
            buffer_printf(&numbers, "%" PRId64 " ", rows[k].id);
            assert_true(text_equal(rows[k].message, TEXT("it happened")));
        }
        assert_string_equal(numbers.bytes, cases[i].expected);
    }
}

static void test_how_sinks_do(void **state)
{
    struct history *history = *state;
    int64_t incident = add_incident(history, "a");
    struct sink_account *accounts = NULL;
    struct delivery_row bus = delivery_of(incident, 9, 0);
    struct error error = {0};
    size_t count = 9;

    history_expect(deliveries_accounts(history->database, &history->arena, &accounts, &count, &error), &error);
    assert_int_equal(count, 0);
    bus.sink = TEXT("bus");
    finish(history, add(history, bus), DELIVERY_DEAD, 30, "refused");
    finish(history, add(history, bus), DELIVERY_SENT, 40, "");
    finish(history, add(history, delivery_of(incident, 1, 0)), DELIVERY_SENT, 20, "");
    finish(history, add(history, delivery_of(incident, 2, 0)), DELIVERY_WAITING, 50, "busy");
    add(history, delivery_of(incident, 3, 0));
    history_expect(deliveries_accounts(history->database, &history->arena, &accounts, &count, &error), &error);
    assert_int_equal(count, 2);
    assert_true(text_equal(accounts[0].sink, TEXT("bus")) && text_equal(accounts[1].sink, TEXT("ops")));
    assert_true(accounts[0].counts[DELIVERY_DEAD] == 1 && accounts[0].counts[DELIVERY_SENT] == 1);
    assert_true(accounts[0].sent_at == 40 && accounts[0].failed_at == 0 && accounts[0].waiting_since == 0);
    assert_true(accounts[1].counts[DELIVERY_WAITING] == 2 && accounts[1].waiting_since == 10);
    assert_true(accounts[1].sent_at == 20 && accounts[1].failed_at == 50);
    assert_true(text_equal(accounts[1].problem, TEXT("busy")));
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(delivery_state_name(DELIVERY_DEAD), "dead");
    assert_null(delivery_state_name(DELIVERY_STATE_COUNT));
    assert_string_equal(delivery_kind_name(DELIVERY_ESCALATED), "escalated");
}

/* ---- retention ---- */

static void test_old_ones_go(void **state)
{
    struct history *history = *state;
    int64_t a = add_incident(history, "a"), b = add_incident(history, "b");
    struct incident_row ended = {.id = a, .ended_at = 30};
    struct error error = {0};
    bool more = false;

    finish(history, add(history, delivery_of(a, 1, 0)), DELIVERY_SENT, 20, "");
    finish(history, add(history, delivery_of(a, 2, 0)), DELIVERY_SENT, 30, "");
    finish(history, add(history, delivery_of(b, 1, 0)), DELIVERY_DEAD, 20, "no");
    add(history, delivery_of(b, 2, 0));
    history_expect(incidents_update(history->database, &ended, &error), &error);
    history_expect(deliveries_expire(history->database, 30, 10, 5, &more, &error), &error);
    assert_false(more);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM delivery"), 3);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM incident"), 2);
    history_expect(deliveries_expire(history->database, 40, 30, 1, &more, &error), &error);
    assert_true(more);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM delivery"), 1); /* what waits stays */
    assert_int_equal(history_ask(history, "SELECT id FROM incident"), b);
    history_expect(deliveries_expire(history->database, 40, 30, 1, &more, &error), &error);
    assert_false(more);
}

/* ---- memory ---- */

static enum error_code read_all(void *context, struct error *error)
{
    const struct delivery_filter filter = {.state = -1, .limit = 9};
    struct history *history = context;
    struct delivery_row *rows = NULL, row;
    struct sink_account *accounts = NULL;
    CLEANUP(arena_free) struct arena arena;
    size_t count = 0;

    arena_init(&arena, HISTORY_MEMORY);
    if (deliveries_due(history->database, 100, 9, &arena, &rows, &count, error) != ERROR_NONE ||
        deliveries_list(history->database, &filter, &arena, &rows, &count, error) != ERROR_NONE ||
        deliveries_accounts(history->database, &arena, &accounts, &count, error) != ERROR_NONE)
        return error->code;
    return deliveries_get(history->database, 1, &arena, &row, error);
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;

    add(history, delivery_of(add_incident(history, "a"), 1, 10));
    assert_true(test_every_allocation(read_all, history) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_message_is_kept_and_goes_its_way, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_one_that_is_not_there, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_of_each_incident_the_first_is_due, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_lists_are_filtered, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_how_sinks_do, history_setup, history_teardown),
        cmocka_unit_test(test_names),
        cmocka_unit_test_setup_teardown(test_old_ones_go, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
