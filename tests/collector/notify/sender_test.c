#include "notify/sender.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/notify/receiver.h"
#include "collector/store/history.h"
#include "notify/message.h"
#include "notify/retry.h"
#include "store/incidents.h"
#include "support/cmocka.h"

#define SECOND INT64_C(1000000)

enum { PATIENCE_US = 60 * 1000000 };

/* ---- kinds that do what a test says ---- */

/* What becomes of a request, by the first letter of the sink's name: `s`ent, `a`gain, `d`ead, `n`ext until the third
 * step, `b`ad (cannot be described), `h`ang, `r`est (a server is asked that wants to be left alone). */
static unsigned prepared;

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    char letter = attempt->sink->name.bytes[0];

    prepared++;
    if (letter == 'b')
        return error_set(error, ERROR_INTERNAL, "it cannot be described");
    if (letter == 'n') {
        json_t *seen = json_object_get(attempt->memory, "steps");

        assert_int_equal(json_integer_value(seen), attempt->step);
        json_object_set_new(attempt->memory, "steps", json_integer(attempt->step + 1));
    }
    request->action = letter == 'h' ? SINK_RUN : letter == 'r' ? SINK_HTTP : SINK_NOTHING;
    return ERROR_NONE;
}

static enum sink_outcome finish(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                struct text *ret_remote, struct error *problem)
{
    switch (attempt->sink->name.bytes[0]) {
    case 's':
        return SINK_SENT;
    case 'n':
        *ret_remote = attempt->step == 0 ? TEXT("{\"thread\":7}") : (struct text){0};
        return attempt->step < 2 ? SINK_NEXT : SINK_SENT;
    case 'd':
        error_set(problem, ERROR_REFUSED, "never");
        error_hint(problem, "ask somebody");
        return SINK_DEAD;
    case 'r':
        return sink_finish(answer, problem);
    default:
        error_set(problem, ERROR_CONNECT, "not now");
        return SINK_AGAIN;
    }
}

static const struct sink_kind kind = {.name = "scripted", .prepare = prepare, .finish = finish};

/* ---- the bench ---- */

struct bench {
    struct history history;
    struct notify_holder plan;
    struct transport *transport;
    struct sender *sender;
    struct logger logger;
    int log;
    unsigned incidents;
    const char *url; /* of all sinks */
    bool is_public;  /* they may not be private */
};

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

/* Sinks by their names, whose first letter says what they do; each tries for an hour. */
static void configure(struct bench *bench, const char *const *names, unsigned retry_for_ms)
{
    static const struct text sleeping[] = {TEXT_INIT("/bin/sleep"), TEXT_INIT("60")};
    struct sink sinks[10] = {0};
    struct notify_content content = {.sinks = sinks};
    struct notify_plan *plan = NULL;
    struct error error = {0};

    for (; names[content.sink_count] != NULL; content.sink_count++)
        sinks[content.sink_count] = (struct sink){.name = text_from(names[content.sink_count]),
                                                  .url = text_from(bench->url),
                                                  .allow_private = !bench->is_public,
                                                  .kind = &kind,
                                                  .command = sleeping,
                                                  .command_count = 2,
                                                  .timeout_ms = 60000,
                                                  .retry_for_ms = retry_for_ms};
    check(notify_plan_new(&plan, &content, &error), &error);
    notify_set(&bench->plan, plan);
}

static const char *const all[] = {"sent", "again", "dead", "next", "bad", "hang", NULL};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct sender_settings settings = {.plan = &bench->plan, .logger = &bench->logger};
    struct error error = {0};

    history_open(&bench->history);
    bench->log = open(test_directory_path(&bench->history.directory, "log"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    logger_init(&bench->logger, bench->log, LOG_LEVEL_DEBUG);
    check(notify_holder_init(&bench->plan, &error), &error);
    check(transport_new(&bench->transport, &error), &error);
    settings.transport = bench->transport;
    settings.database = bench->history.database;
    check(sender_new(&bench->sender, &settings, &error), &error);
    configure(bench, all, 3600 * 1000);
    prepared = 0;
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    transport_free(bench->transport);
    sender_free(bench->sender);
    notify_holder_clear(&bench->plan);
    logger_clear(&bench->logger);
    close(bench->log);
    history_close(&bench->history);
    free(bench);
    return 0;
}

static void write_message(struct buffer *output, const char *event_type)
{
    struct message message = {.id = TEXT("3f-1"),
                              .incident = 1,
                              .number = 1,
                              .route = TEXT("prod"),
                              .subject = TEXT("orders@prod"),
                              .title = TEXT("a title"),
                              .time = SECOND};
    json_t *events = json_pack("[{s:s}]", "type", event_type);
    struct error error = {0};

    message.events = events;
    check(message_write(&message, output, &error), &error);
    json_decref(events);
}

/* One message that waits, of an incident of its own. */
static int64_t add_with(struct bench *bench, const char *sink, struct text message)
{
    struct incident_row incident = {.route = TEXT("prod"), .sink = text_from(sink), .opened_at = SECOND};
    struct delivery_row row = {
        .sink = text_from(sink), .number = 1, .created_at = SECOND, .next_at = SECOND, .events = 1};
    struct error error = {0};
    char subject[32];

    snprintf(subject, sizeof subject, "subject%u", bench->incidents++);
    incident.subject = text_from(subject);
    history_begin(&bench->history);
    check(incidents_add(bench->history.database, &incident, &error), &error);
    row.incident = incident.id;
    row.message = message;
    check(deliveries_add(bench->history.database, &row, &error), &error);
    history_commit(&bench->history);
    return row.id;
}

static int64_t add(struct bench *bench, const char *sink)
{
    CLEANUP(buffer_clear) struct buffer message = {0};

    write_message(&message, "driftline.drift-opened");
    return add_with(bench, sink, buffer_text(&message));
}

static void offer(struct bench *bench)
{
    struct delivery_row *rows = NULL;
    struct error error = {0};
    size_t count = 0;

    check(deliveries_due(bench->history.database, clock_now(), SENDER_OFFER, &bench->history.arena, &rows, &count,
                         &error),
          &error);
    check(sender_offer(bench->sender, rows, count, &error), &error);
}

static void start(struct bench *bench)
{
    struct error error = {0};

    check(sender_start(bench->sender, &error), &error);
}

/* Offer what is due, start it, and take in what came until there are so many results. */
static const struct delivery_result *run(struct bench *bench, size_t count)
{
    int64_t end = clock_elapsed() + PATIENCE_US;
    struct error error = {0};
    size_t there = 0;

    offer(bench);
    for (;;) {
        const struct delivery_result *results = sender_results(bench->sender, &there);

        if (there >= count) {
            assert_int_equal(there, count);
            return results;
        }
        assert_true(clock_elapsed() < end);
        start(bench);
        check(transport_wait(bench->transport, -1, 10, &error), &error);
        sender_take(bench->sender);
    }
}

/* What results say, kept as the core does. */
static void keep(struct bench *bench)
{
    struct error error = {0};
    size_t count = 0;
    const struct delivery_result *results = sender_results(bench->sender, &count);

    history_begin(&bench->history);
    for (size_t i = 0; i < count; i++)
        check(delivery_record(bench->history.database, &results[i], &bench->history.arena, &error), &error);
    history_commit(&bench->history);
    sender_kept(bench->sender, count);
}

static struct delivery_row read_row(struct bench *bench, int64_t id)
{
    struct delivery_row row;
    struct error error = {0};

    check(deliveries_get(bench->history.database, id, &bench->history.arena, &row, &error), &error);
    return row;
}

static struct notifier_counts counts(struct bench *bench)
{
    struct notifier_counts counted;

    sender_counts(bench->sender, &counted);
    return counted;
}

static bool is_logged(struct bench *bench, const char *word)
{
    return strstr(test_directory_read(&bench->history.directory, "log").bytes, word) != NULL;
}

/* ---- what becomes of a message ---- */

static void test_what_was_taken_is_sent(void **state)
{
    struct bench *bench = *state;
    int64_t id = add(bench, "sent");
    const struct delivery_result *result = run(bench, 1);
    struct delivery_row row;

    assert_int_equal(result->row.state, DELIVERY_SENT);
    assert_int_equal(result->row.attempts, 1);
    keep(bench);
    row = read_row(bench, id);
    assert_int_equal(row.state, DELIVERY_SENT);
    assert_true(row.finished_at > 0 && row.finished_at == row.attempted_at && row.next_at == 0);
    assert_int_equal(row.problem.length, 0);
    assert_int_equal(counts(bench).sent, 1);
    assert_int_equal(counts(bench).in_flight, 0);
    assert_true(is_logged(bench, "event=notified sink=sent"));
}

static void test_what_was_not_is_tried_again_later(void **state)
{
    struct bench *bench = *state;
    int64_t id = add(bench, "again"), before = clock_now();
    struct delivery_row row;

    run(bench, 1);
    keep(bench);
    row = read_row(bench, id);
    assert_int_equal(row.state, DELIVERY_WAITING);
    assert_true(row.next_at > before && row.next_at <= clock_now() + RETRY_FIRST_US);
    assert_true(row.tried_since >= before && row.attempted_at == row.tried_since && row.finished_at == 0);
    assert_true(text_equal(row.problem, TEXT("not now")));
    assert_int_equal(counts(bench).failures, 1);
    assert_true(is_logged(bench, "next=\"trying again in 1 s\""));
}

static void test_after_its_time_it_is_given_up_and_that_is_an_event(void **state)
{
    struct bench *bench = *state;
    struct event_row *events = NULL;
    struct error error = {0};
    size_t count = 0;
    int64_t id;

    configure(bench, all, 0);
    id = add(bench, "again");
    run(bench, 1);
    keep(bench);
    assert_int_equal(read_row(bench, id).state, DELIVERY_DEAD);
    check(events_list(bench->history.database, 0, 100, &bench->history.arena, &events, &count, &error), &error);
    assert_true(count > 0);
    assert_int_equal(events[count - 1].type, EVENT_DELIVERY_DEAD);
    assert_non_null(strstr(events[count - 1].data.bytes, "\"problem\":\"not now\""));
    assert_int_equal(counts(bench).dead, 1);
    assert_true(is_logged(bench, "driftline notify replay"));
}

static void test_what_will_never_be_taken_is_given_up_at_once(void **state)
{
    struct bench *bench = *state;
    const char *const sinks[] = {"dead", "bad"};

    for (size_t i = 0; i < LENGTH_OF(sinks); i++) {
        int64_t id = add(bench, sinks[i]);

        run(bench, 1);
        keep(bench);
        assert_int_equal(read_row(bench, id).state, DELIVERY_DEAD);
    }
}

static void test_that_telling_of_the_dead_is_given_up_is_not_told(void **state)
{
    CLEANUP(buffer_clear) struct buffer message = {0};
    struct bench *bench = *state;

    write_message(&message, "driftline.delivery-dead");
    add_with(bench, "dead", buffer_text(&message));
    assert_false(run(bench, 1)->is_told);
    keep(bench);
    add(bench, "dead");
    assert_true(run(bench, 1)->is_told);
}

static void test_a_sink_that_is_gone_takes_nothing(void **state)
{
    struct bench *bench = *state;
    int64_t id = add(bench, "elsewhere");
    const struct delivery_result *result = run(bench, 1);

    assert_int_equal(result->row.state, DELIVERY_DEAD);
    assert_true(text_equal(result->row.problem, TEXT("there is no sink 'elsewhere' any more")));
    keep(bench);
    assert_int_equal(read_row(bench, id).state, DELIVERY_DEAD);
}

static void test_a_message_that_is_none_is_given_up(void **state)
{
    struct bench *bench = *state;
    int64_t id = add_with(bench, "sent", TEXT("{"));

    run(bench, 1);
    keep(bench);
    assert_int_equal(read_row(bench, id).state, DELIVERY_DEAD);
    assert_int_equal(prepared, 0);
}

static void test_a_message_may_take_several_requests(void **state)
{
    struct bench *bench = *state;
    int64_t id = add(bench, "next");

    assert_true(text_equal(run(bench, 1)->remote, TEXT("{\"thread\":7}")));
    keep(bench);
    assert_int_equal(prepared, 3);
    assert_int_equal(read_row(bench, id).state, DELIVERY_SENT);
    assert_true(text_equal(read_row(bench, id).remote, TEXT("{\"thread\":7}")));
}

/* ---- what is started ---- */

static void test_what_is_under_way_or_not_kept_is_not_started_again(void **state)
{
    struct bench *bench = *state;

    add(bench, "sent");
    run(bench, 1);
    run(bench, 1); /* it is still due in the store */
    assert_int_equal(prepared, 1);
    keep(bench);
    start(bench); /* what was offered is old */
    assert_int_equal(prepared, 1);
    add(bench, "hang");
    offer(bench);
    start(bench);
    offer(bench);
    start(bench);
    assert_int_equal(counts(bench).in_flight, 1);
}

static void test_old_offers_do_not_bring_an_attempt_forward(void **state)
{
    struct bench *bench = *state;

    add(bench, "again");
    run(bench, 1);
    keep(bench);
    start(bench);
    assert_int_equal(prepared, 1);
}

static void test_a_sink_has_some_places_and_all_have_no_more(void **state)
{
    static const char *const six[] = {"hang1", "hang2", "hang3", "hang4", "hang5", "sent", NULL};
    struct bench *bench = *state;

    configure(bench, six, 3600 * 1000);
    for (int i = 0; i < 10; i++)
        add(bench, "hang1");
    offer(bench);
    start(bench);
    assert_int_equal(counts(bench).in_flight, SENDER_PER_SINK);
    for (int i = 0; i < 10; i++)
        for (int sink = 1; sink < 5; sink++)
            add(bench, six[sink]);
    offer(bench);
    start(bench);
    assert_int_equal(counts(bench).in_flight, SENDER_AT_ONCE);
}

static void test_one_that_fails_has_one_place_until_it_takes_something(void **state)
{
    static const char *const two[] = {"again", "sent", NULL};
    struct bench *bench = *state;

    configure(bench, two, 3600 * 1000);
    add(bench, "again");
    run(bench, 1);
    keep(bench);
    for (int i = 0; i < 6; i++)
        add(bench, "again");
    prepared = 0;
    offer(bench);
    start(bench);
    assert_int_equal(prepared, 1);
    add(bench, "sent"); /* another one is not concerned */
    offer(bench);
    start(bench);
    assert_int_equal(prepared, 2);
}

static void test_a_sink_is_left_alone_as_long_as_it_wants(void **state)
{
    static const char *const two[] = {"rest", "sent", NULL};
    struct bench *bench = *state;
    struct receiver receiver;
    int64_t first, now;

    receiver_start(&receiver, RECEIVER_HTTP);
    bench->url = arena_printf(&bench->history.arena, "http://127.0.0.1:%u/retry/100000", receiver.port);
    assert_non_null(bench->url);
    configure(bench, two, 86400 * 1000);
    first = add(bench, "rest");
    now = clock_now();
    assert_int_equal(run(bench, 1)->row.status, 429);
    keep(bench);
    receiver_stop(&receiver);
    assert_true(read_row(bench, first).next_at >= now + 3600 * SECOND); /* no longer than an hour */
    assert_true(read_row(bench, first).next_at <= clock_now() + 3601 * SECOND);
    add(bench, "rest"); /* nor is anything else sent to it */
    add(bench, "sent");
    prepared = 0;
    offer(bench);
    start(bench);
    assert_int_equal(prepared, 1);
}

/* It does not become public by being tried again. */
static void test_a_private_address_is_dead_at_once(void **state)
{
    static const char *const one[] = {"rest", NULL};
    struct bench *bench = *state;
    struct delivery_row row;
    int64_t id;

    bench->url = "http://127.0.0.1:9/";
    bench->is_public = true;
    configure(bench, one, 86400 * 1000);
    id = add(bench, "rest");
    run(bench, 1);
    keep(bench);
    row = read_row(bench, id);
    assert_int_equal(row.state, DELIVERY_DEAD);
    assert_int_equal(row.status, 0);
    assert_string_equal(arena_string(&bench->history.arena, row.problem),
                        "'127.0.0.1' is no address of the public internet ('allow_private: true' of the sink lets it "
                        "be connected to)");
}

static void test_with_too_many_results_nothing_is_started(void **state)
{
    static const char *const nine[] = {"s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", NULL};
    struct bench *bench = *state;

    configure(bench, nine, 3600 * 1000);
    for (int i = 0; i < SENDER_OFFER; i++)
        for (int sink = 0; sink < 9; sink++)
            add(bench, nine[sink]);
    run(bench, SENDER_RESULTS_LIMIT);
    start(bench);
    assert_int_equal(prepared, SENDER_RESULTS_LIMIT);
    keep(bench);
    run(bench, 9 * SENDER_OFFER - SENDER_RESULTS_LIMIT);
}

/* With the wrong index it takes minutes. */
static void test_very_much_that_waits_is_looked_at_quickly(void **state)
{
    struct bench *bench = *state;
    int64_t begun;

    history_begin(&bench->history);
    history_run(&bench->history, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
                                 "INSERT INTO incident (id, route, sink, subject, opened_at, told, severity, held_by) "
                                 "SELECT i, 'prod', 'sent', 'subject' || i, 1, 1, 0, 0 FROM n");
    history_run(&bench->history,
                "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19999) "
                "INSERT INTO delivery (incident, sink, number, kind, state, created_at, attempts, next_at, events, "
                "last_event, message) SELECT 1 + i / 2, 'sent', 1 + i % 2, 0, 0, 1, 0, 1, 1, 1, '{}' FROM n");
    history_commit(&bench->history);
    begun = clock_elapsed();
    offer(bench);
    assert_true(clock_elapsed() - begun < 20 * SECOND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_was_taken_is_sent),
        TEST(test_what_was_not_is_tried_again_later),
        TEST(test_after_its_time_it_is_given_up_and_that_is_an_event),
        TEST(test_what_will_never_be_taken_is_given_up_at_once),
        TEST(test_that_telling_of_the_dead_is_given_up_is_not_told),
        TEST(test_a_sink_that_is_gone_takes_nothing),
        TEST(test_a_message_that_is_none_is_given_up),
        TEST(test_a_message_may_take_several_requests),
        TEST(test_what_is_under_way_or_not_kept_is_not_started_again),
        TEST(test_old_offers_do_not_bring_an_attempt_forward),
        TEST(test_a_sink_has_some_places_and_all_have_no_more),
        TEST(test_one_that_fails_has_one_place_until_it_takes_something),
        TEST(test_a_sink_is_left_alone_as_long_as_it_wants),
        TEST(test_a_private_address_is_dead_at_once),
        TEST(test_with_too_many_results_nothing_is_started),
        TEST(test_very_much_that_waits_is_looked_at_quickly),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
