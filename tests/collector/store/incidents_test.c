#include "store/incidents.h"

#include <string.h>

#include "base/buffer.h"
#include "collector/store/history.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static struct incident_row incident_of(const char *subject)
{
    return (struct incident_row){.route = TEXT("prod"),
                                 .sink = TEXT("ops"),
                                 .subject = text_from(subject),
                                 .database = TEXT("orders"),
                                 .environment = TEXT("prod"),
                                 .opened_at = 5};
}

static int64_t add(struct history *history, struct incident_row *incident)
{
    struct error error = {0};

    history_expect(incidents_add(history->database, incident, &error), &error);
    assert_true(incident->id > 0);
    return incident->id;
}

static struct incident_row get(struct history *history, int64_t id)
{
    struct incident_row found = {0};
    struct error error = {0};

    history_expect(incidents_get(history->database, id, &history->arena, &found, &error), &error);
    return found;
}

static void update(struct history *history, const struct incident_row *incident)
{
    struct error error = {0};

    history_expect(incidents_update(history->database, incident, &error), &error);
}

/* ---- incidents ---- */

static void test_an_incident_is_kept_as_it_stands(void **state)
{
    struct history *history = *state;
    struct incident_row incident = incident_of("orders@prod"), found;
    struct error error = {0};

    found = get(history, add(history, &incident));
    assert_true(text_equal(found.route, TEXT("prod")) && text_equal(found.sink, TEXT("ops")));
    assert_true(text_equal(found.subject, TEXT("orders@prod")));
    assert_true(text_equal(found.database, TEXT("orders")) && text_equal(found.environment, TEXT("prod")));
    assert_true(found.opened_at == 5 && found.ended_at == 0 && found.first_at == 0 && found.due_at == 0);
    assert_true(found.told == 0 && found.told_at == 0 && found.remote.length == 0);
    incident = (struct incident_row){.id = incident.id,
                                     .ended_at = 1,
                                     .first_at = 2,
                                     .due_at = 3,
                                     .told = 4,
                                     .told_at = 5,
                                     .severity = SEVERITY_HIGH,
                                     .escalated_at = 6,
                                     .escalates_at = 7,
                                     .remote = TEXT("not this way")};
    update(history, &incident);
    history_expect(incidents_set_remote(history->database, incident.id, TEXT("{}"), &error), &error);
    found = get(history, incident.id);
    assert_true(found.ended_at == 1 && found.first_at == 2 && found.due_at == 3 && found.told == 4);
    assert_true(found.told_at == 5 && found.escalated_at == 6 && found.escalates_at == 7);
    assert_int_equal(found.severity, SEVERITY_HIGH);
    assert_true(found.opened_at == 5 && text_equal(found.subject, TEXT("orders@prod")));
    assert_true(text_equal(found.remote, TEXT("{}")));
}

static void test_one_is_open_of_each(void **state)
{
    struct history *history = *state;
    struct incident_row incident = incident_of("orders@prod"), second = incident_of("orders@prod"), found;
    struct error error = {0};

    assert_int_equal(incidents_find_open(history->database, &incident, &history->arena, &found, &error),
                     ERROR_NOT_FOUND);
    add(history, &incident);
    history_expect(incidents_find_open(history->database, &incident, &history->arena, &found, &error), &error);
    assert_int_equal(found.id, incident.id);
    assert_int_equal(incidents_add(history->database, &second, &error), ERROR_CONFLICT);
    second.sink = TEXT("other");
    add(history, &second);
    incident.ended_at = 9;
    update(history, &incident);
    assert_int_equal(incidents_find_open(history->database, &incident, &history->arena, &found, &error),
                     ERROR_NOT_FOUND);
    incident = incident_of("orders@prod");
    add(history, &incident);
    assert_int_equal(incidents_get(history->database, 99, &history->arena, &found, &error), ERROR_NOT_FOUND);
}

static void test_what_is_due_comes_in_order(void **state)
{
    struct history *history = *state;
    struct incident_row rows[4], *found = NULL;
    struct error error = {0};
    static const char *const subjects[] = {"a", "b", "c", "d"};
    static const int64_t due[] = {30, 10, 0, 20}, escalates[] = {0, 40, 5, 0};
    int64_t next = 0;
    size_t count = 0;

    history_expect(incidents_next(history->database, &next, &error), &error);
    assert_int_equal(next, 0);
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        rows[i] = incident_of(subjects[i]);
        rows[i].due_at = due[i];
        rows[i].escalates_at = escalates[i];
        add(history, &rows[i]);
    }
    history_expect(incidents_due(history->database, 20, 10, &history->arena, &found, &count, &error), &error);
    assert_int_equal(count, 2);
    assert_true(found[0].id == rows[1].id && found[1].id == rows[3].id);
    history_expect(incidents_due(history->database, 99, 1, &history->arena, &found, &count, &error), &error);
    assert_int_equal(count, 1);
    history_expect(incidents_escalating(history->database, 40, 10, &history->arena, &found, &count, &error), &error);
    assert_int_equal(count, 2);
    assert_true(found[0].id == rows[2].id && found[1].id == rows[1].id);
    history_expect(incidents_next(history->database, &next, &error), &error);
    assert_int_equal(next, 5);
}

/* ---- troubles ---- */

static void put(struct history *history, const struct trouble_row *trouble)
{
    struct error error = {0};

    history_expect(troubles_put(history->database, trouble, &error), &error);
}

static size_t list_troubles(struct history *history, int64_t incident, struct trouble_row **ret_rows)
{
    struct error error = {0};
    size_t count = 0;

    history_expect(troubles_list(history->database, incident, &history->arena, ret_rows, &count, &error), &error);
    return count;
}

static size_t count_of_key(struct history *history, const char *key)
{
    struct trouble_row *rows = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(troubles_of_key(history->database, text_from(key), &history->arena, &rows, &count, &error), &error);
    return count;
}

static void test_troubles_of_an_incident(void **state)
{
    struct history *history = *state;
    struct incident_row incident = incident_of("orders@prod");
    struct trouble_row *rows = NULL;
    struct error error = {0};
    int64_t id = add(history, &incident);
    struct trouble_row trouble = {.incident = id,
                                  .key = TEXT("drift:2"),
                                  .severity = SEVERITY_HIGH,
                                  .event = 3,
                                  .begun_at = 4,
                                  .told_type = EVENT_DRIFT_OPENED};

    put(history, &trouble);
    trouble.key = TEXT("drift:10");
    put(history, &trouble);
    assert_int_equal(list_troubles(history, id, &rows), 2);
    assert_true(text_equal(rows[0].key, TEXT("drift:10")) && text_equal(rows[1].key, TEXT("drift:2")));
    assert_true(rows[0].severity == SEVERITY_HIGH && rows[0].event == 3 && rows[0].begun_at == 4);
    assert_true(rows[0].told_at == 0 && !rows[0].seen);
    trouble.told_at = 7;
    trouble.told_type = EVENT_DRIFT_CHANGED;
    trouble.told_severity = SEVERITY_CRITICAL;
    trouble.seen = true;
    put(history, &trouble);
    assert_int_equal(list_troubles(history, id, &rows), 2);
    assert_true(rows[0].told_at == 7 && rows[0].seen);
    assert_true(rows[0].told_type == EVENT_DRIFT_CHANGED && rows[0].told_severity == SEVERITY_CRITICAL);
    assert_int_equal(count_of_key(history, "drift:10"), 1);
    history_expect(troubles_remove(history->database, id, TEXT("drift:10"), &error), &error);
    assert_int_equal(list_troubles(history, id, &rows), 1);
    assert_int_equal(count_of_key(history, "drift:10"), 0);
    incident.ended_at = 9;
    update(history, &incident);
    assert_int_equal(count_of_key(history, "drift:2"), 0); /* only of those that are open */
}

static void test_who_has_troubles_of_a_sort(void **state)
{
    static const char *const keys[] = {"drift:1", "pair:x", "drift:2", "dring"};
    static const char *const subjects[] = {"a", "b", "c", "d"};
    struct history *history = *state;
    struct error error = {0};
    int64_t *found = NULL, ids[4];
    size_t count = 0;

    for (size_t i = 0; i < LENGTH_OF(keys); i++) {
        struct incident_row incident = incident_of(subjects[i]);

        incident.database = i == 2 ? TEXT("billing") : TEXT("orders");
        ids[i] = add(history, &incident);
        put(history, &(struct trouble_row){.incident = ids[i], .key = text_from(keys[i])});
    }
    history_expect(
        troubles_incidents(history->database, TEXT("orders"), TEXT("drift:"), &history->arena, &found, &count, &error),
        &error);
    assert_int_equal(count, 1);
    assert_int_equal(found[0], ids[0]);
}

/* ---- events that wait ---- */

static void test_events_wait_in_order(void **state)
{
    struct history *history = *state;
    struct incident_row incident = incident_of("orders@prod"), other = incident_of("*");
    struct event_row *events = NULL;
    struct error error = {0};
    size_t count = 0;
    uint32_t waiting = 0;
    bool more = false;

    add(history, &incident);
    add(history, &other);
    for (int i = 1; i <= 5; i++) {
        history_expect(events_add(history->database,
                                  &(struct event_row){.at = i, .type = EVENT_NOTIFY_TEST, .data = TEXT("{}")}, &error),
                       &error);
        history_expect(waiting_events_add(history->database, incident.id, 6 - i, &error), &error);
    }
    history_expect(waiting_events_add(history->database, incident.id, 3, &error), &error); /* once is enough */
    history_expect(
        waiting_events_list(history->database, incident.id, 3, &history->arena, &events, &count, &more, &error),
        &error);
    assert_true(count == 3 && more && events[0].id == 1 && events[2].id == 3);
    history_expect(waiting_events_count(history->database, incident.id, 4, &waiting, &error), &error);
    assert_int_equal(waiting, 4);
    history_expect(waiting_events_remove(history->database, incident.id, 2, &error), &error);
    history_expect(waiting_events_add(history->database, other.id, 3, &error), &error);
    history_expect(waiting_events_move(history->database, incident.id, other.id, 4, &error), &error);
    history_expect(waiting_events_list(history->database, other.id, 9, &history->arena, &events, &count, &more, &error),
                   &error);
    assert_true(count == 2 && !more && events[0].id == 3 && events[1].id == 4);
    history_expect(waiting_events_count(history->database, incident.id, 9, &waiting, &error), &error);
    assert_int_equal(waiting, 1);
}

/* ---- limits ---- */

static void test_messages_of_a_route_are_counted(void **state)
{
    const struct text prod = TEXT("prod"), other = TEXT("other"), ops = TEXT("ops"), mail = TEXT("mail");
    struct history *history = *state;
    struct error error = {0};
    uint32_t count = 0;
    int64_t oldest = 0;

    for (int64_t at = 10; at <= 50; at += 10)
        history_expect(route_uses_add(history->database, &(struct route_use){prod, ops, at}, &error), &error);
    history_expect(route_uses_add(history->database, &(struct route_use){prod, mail, 10}, &error), &error);
    history_expect(route_uses_add(history->database, &(struct route_use){other, ops, 11}, &error), &error);
    history_expect(route_uses_count(history->database, &(struct route_use){prod, ops, 20}, &count, &oldest, &error),
                   &error);
    assert_true(count == 3 && oldest == 30);
    history_expect(route_uses_count(history->database, &(struct route_use){prod, ops, 0}, &count, &oldest, &error),
                   &error);
    assert_true(count == 3 && oldest == 30); /* older ones are gone */
    history_expect(route_uses_count(history->database, &(struct route_use){prod, mail, 0}, &count, &oldest, &error),
                   &error);
    assert_true(count == 1 && oldest == 10); /* each sink counts for itself */
    history_expect(route_uses_count(history->database, &(struct route_use){other, ops, 0}, &count, &oldest, &error),
                   &error);
    assert_true(count == 1 && oldest == 11);
    history_expect(route_uses_count(history->database, &(struct route_use){other, mail, 0}, &count, &oldest, &error),
                   &error);
    assert_true(count == 0 && oldest == 0);
}

/* ---- what is held back ---- */

static void test_what_is_held_back_is_told_with_the_reason(void **state)
{
    struct history *history = *state;
    struct incident_row later = incident_of("orders@prod"), beyond = incident_of("*"), told = incident_of("a@prod");
    struct held_incident *held = NULL;
    struct incident_row *rows = NULL;
    struct error error = {0};
    size_t count = 0;

    later.first_at = 1;
    later.due_at = 200;
    later.held_by = HOLD_QUIET;
    beyond.first_at = 1;
    beyond.due_at = 100;
    beyond.held_by = HOLD_LIMIT;
    add(history, &later);
    add(history, &beyond);
    add(history, &told);
    for (int i = 1; i <= 3; i++) {
        history_expect(events_add(history->database,
                                  &(struct event_row){.at = i, .type = EVENT_NOTIFY_TEST, .data = TEXT("{}")}, &error),
                       &error);
        history_expect(waiting_events_add(history->database, i == 1 ? later.id : beyond.id, i, &error), &error);
    }
    history_expect(incidents_held(history->database, &history->arena, &held, &count, &error), &error);
    assert_int_equal(count, 2);
    assert_true(held[0].id == beyond.id && held[0].until == 100 && held[0].why == HOLD_LIMIT && held[0].events == 2);
    assert_true(held[1].id == later.id && held[1].until == 200 && held[1].why == HOLD_QUIET && held[1].events == 1);
    assert_true(text_equal(held[0].subject, TEXT("*")) && text_equal(held[0].route, beyond.route) &&
                text_equal(held[0].sink, beyond.sink));
    assert_string_equal(incident_hold_name(HOLD_SETTLING), "settling");
    history_expect(incidents_beyond(history->database, &history->arena, &rows, &count, &error), &error);
    assert_int_equal(count, 1);
    assert_true(rows[0].id == beyond.id && rows[0].held_by == HOLD_LIMIT);
}

/* ---- the place in the log ---- */

static void test_the_log_is_read_on_from_where_it_was(void **state)
{
    struct history *history = *state;
    struct error error = {0};
    int64_t place = -1;

    history_expect(planned_get(history->database, &place, &error), &error);
    assert_int_equal(place, 0);
    history_run(history, "INSERT INTO event (at, type, severity, data) VALUES (1, 'notify-test', 0, '{}')");
    history_expect(planned_get(history->database, &place, &error), &error);
    assert_int_equal(place, 1); /* it never was: what there is is no news */
    history_expect(planned_set(history->database, 0, &error), &error);
    history_expect(planned_get(history->database, &place, &error), &error);
    assert_int_equal(place, 0);
    history_expect(planned_set(history->database, 7, &error), &error);
    history_expect(planned_get(history->database, &place, &error), &error);
    assert_int_equal(place, 7);
}

/* ---- what is damaged, and memory ---- */

static void test_what_makes_no_sense_is_found(void **state)
{
    struct history *history = *state;
    struct incident_row incident = incident_of("orders@prod"), found;
    struct trouble_row *rows = NULL;
    struct error error = {0};
    size_t count = 0;

    add(history, &incident);
    put(history, &(struct trouble_row){.incident = incident.id, .key = TEXT("x"), .told_at = 1});
    history_run(history, "UPDATE incident_trouble SET told_type = 'no-such'");
    assert_int_equal(troubles_list(history->database, incident.id, &history->arena, &rows, &count, &error),
                     ERROR_CORRUPT);
    history_run(history, "UPDATE incident SET severity = 9");
    assert_int_equal(incidents_get(history->database, incident.id, &history->arena, &found, &error), ERROR_CORRUPT);
}

static enum error_code read_all(void *context, struct error *error)
{
    struct history *history = context;
    struct incident_row *incidents = NULL;
    struct trouble_row *troubles = NULL;
    struct event_row *events = NULL;
    CLEANUP(arena_free) struct arena arena;
    int64_t *ids = NULL;
    size_t count = 0;
    bool more = false;

    arena_init(&arena, HISTORY_MEMORY);
    if (incidents_due(history->database, 100, 9, &arena, &incidents, &count, error) != ERROR_NONE ||
        incidents_escalating(history->database, 100, 9, &arena, &incidents, &count, error) != ERROR_NONE ||
        troubles_list(history->database, 1, &arena, &troubles, &count, error) != ERROR_NONE ||
        troubles_of_key(history->database, TEXT("drift:1"), &arena, &troubles, &count, error) != ERROR_NONE ||
        troubles_incidents(history->database, TEXT("orders"), TEXT("drift:"), &arena, &ids, &count, error) !=
            ERROR_NONE)
        return error->code;
    return waiting_events_list(history->database, 1, 9, &arena, &events, &count, &more, error);
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;
    struct incident_row incident = incident_of("orders@prod");
    struct error error = {0};

    incident.due_at = incident.escalates_at = 1;
    add(history, &incident);
    put(history, &(struct trouble_row){.incident = incident.id, .key = TEXT("drift:1")});
    history_run(history, "INSERT INTO event (at, type, severity, data) VALUES (1, 'notify-test', 0, '{}')");
    history_expect(waiting_events_add(history->database, incident.id, 1, &error), &error);
    assert_true(test_every_allocation(read_all, history) >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_incident_is_kept_as_it_stands, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_one_is_open_of_each, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_due_comes_in_order, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_troubles_of_an_incident, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_who_has_troubles_of_a_sort, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_events_wait_in_order, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_messages_of_a_route_are_counted, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_held_back_is_told_with_the_reason, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_the_log_is_read_on_from_where_it_was, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_makes_no_sense_is_found, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
