/* bench_notify_load FOLDER DATABASES EVENTS
 *
 * What notifications cost the thread that records, in a store of DATABASES with eight targets each, 100,000 older
 * events and 20,000 incidents: how many events a second the planner takes in with three routes, what one message costs,
 * and what the verdict in it does. Figures as tests/bench/run wants them, on standard output. FOLDER must not be there.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "correlate/fleet.h"
#include "notify/planner.h"
#include "notify/sink.h"
#include "sample_history.h"
#include "store/incidents.h"

enum {
    TABLES = 20,
    COLUMNS = 5,
    TARGETS = 8, /* of a database: four environments with two instances each */
    OLD_EVENTS = 100000,
    OLD_INCIDENTS = 20000,
    LOOKS = 200,
    MICROSECONDS = 1000 * 1000
};

static const char program[] = "bench_notify_load";
static const char *const environments[TARGETS / 2] = {"dev", "test", "staging", "prod"};
static const size_t memory = (size_t)256 << 20;

struct bench {
    struct sample_history history;
    struct notify_plan *plan;
    struct policy *policy;
    struct text store;
    struct arena arena;
    unsigned databases;
    int64_t now;
};

static void expect(enum error_code code, const struct error *error)
{
    if (code == ERROR_NONE)
        return;
    fprintf(stderr, "%s: %s\n", program, error->message);
    exit(EXIT_FAILURE);
}

static const char *name_of(struct bench *bench, const char *sort, unsigned number)
{
    const char *text = arena_printf(&bench->arena, "%s%u", sort, number);

    if (text == NULL) {
        fprintf(stderr, "%s: out of memory\n", program);
        exit(EXIT_FAILURE);
    }
    return text;
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;

    return first < second ? -1 : first > second;
}

/* name|what|median|least|greatest|unit|budget|verdict|against, in milliseconds */
static void print_times(const char *name, const char *what, int64_t *nanoseconds, size_t count, double budget)
{
    double median;

    qsort(nanoseconds, count, sizeof *nanoseconds, compare_numbers);
    median = (double)nanoseconds[count / 2] / 1e6;
    printf("%s|%s|%.3g|%.3g|%.3g|ms|", name, what, median, (double)nanoseconds[0] / 1e6,
           (double)nanoseconds[count - 1] / 1e6);
    if (budget > 0)
        printf("%g|%s|", budget, median <= budget ? "OK" : "over");
    else
        printf("|-|");
    printf("CPU of the thread that records\n");
}

/* ---- a fleet with a past ---- */

static void make_fleet(struct bench *bench)
{
    static const unsigned versions[TABLES], others[TABLES] = {1};
    struct snapshot *same = sample_history_snapshot(&bench->history, versions, 0);
    struct snapshot *other = sample_history_snapshot(&bench->history, others, 0);

    for (unsigned i = 0; i < bench->databases; i++) {
        sample_history_begin(&bench->history);
        for (unsigned k = 0; k < TARGETS; k++) {
            int64_t target = sample_history_target(&bench->history, name_of(bench, "orders", i), environments[k / 2],
                                                   k % 2 == 0 ? "a" : "b");

            sample_history_record(&bench->history, target, i % 3 == 0 && k / 2 == 3 ? other : same);
        }
        sample_history_commit(&bench->history);
    }
    snapshot_free(same);
    snapshot_free(other);
}

/* A difference between staging and prod of one of the databases. */
static void add_event(struct bench *bench, unsigned number)
{
    struct event_row row = {.at = bench->now, .type = EVENT_DRIFT_OPENED, .severity = SEVERITY_HIGH};
    struct error error = {0};
    char data[512], name[32];

    snprintf(name, sizeof name, "orders%u", number % bench->databases);
    snprintf(data, sizeof data,
             "{\"database\":\"orders%u\",\"from\":\"staging\",\"to\":\"prod\",\"drift\":%u,\"effect\":\"modified\","
             "\"kind\":\"column\",\"object\":\"shop.t.c\",\"aspect\":\"structure\",\"severity\":\"high\","
             "\"state\":\"open\",\"cause\":\"hotfix\",\"actor\":\"alice\"}",
             number % bench->databases, number + 1);
    row.place = (struct target_name){text_from(name), TEXT("prod"), TEXT("")};
    row.data = text_from(data);
    expect(events_add(bench->history.database, &row, &error), &error);
}

static void add_incident(struct bench *bench, unsigned number)
{
    struct incident_row row = {.route = TEXT("past"), .sink = TEXT("chat"), .opened_at = bench->now};
    struct error error = {0};
    char subject[32];

    snprintf(subject, sizeof subject, "old%u@prod", number);
    row.subject = text_from(subject);
    row.database = text_from(subject);
    expect(incidents_add(bench->history.database, &row, &error), &error);
    row.ended_at = number % 2 == 0 ? bench->now : 0;
    expect(incidents_update(bench->history.database, &row, &error), &error);
}

static void make_past(struct bench *bench)
{
    struct error error = {0};
    int64_t last = 0;

    sample_history_begin(&bench->history);
    for (unsigned i = 0; i < OLD_EVENTS; i++)
        add_event(bench, i);
    last = database_last_id(bench->history.database);
    for (unsigned i = 0; i < OLD_INCIDENTS; i++)
        add_incident(bench, i);
    expect(planned_set(bench->history.database, last, &error), &error);
    sample_history_commit(&bench->history);
}

/* ---- three routes ---- */

static void make_plan(struct bench *bench)
{
    static const struct sink_kind people = {.name = "people", .is_for_people = true}, programs = {.name = "programs"};
    static const struct sink sinks[] = {{.name = TEXT_INIT("chat"), .kind = &people},
                                        {.name = TEXT_INIT("bus"), .kind = &programs}};
    struct route routes[3];
    struct notify_content content = {.sinks = sinks, .sink_count = 2, .routes = routes, .route_count = 3};
    struct policy_content policy = {.fleet = {.memory_limit = memory, .stale_after_us = INT64_MAX / 2},
                                    .contracts = {.known = true}};
    static const struct text path[] = {TEXT_INIT("dev"), TEXT_INIT("test"), TEXT_INIT("staging"), TEXT_INIT("prod")};
    struct error error = {0};

    for (unsigned i = 0; i < 3; i++)
        routes[i] = (struct route){.name = text_from(name_of(bench, "route", i)),
                                   .sinks = &sinks[i % 2].name,
                                   .sink_count = 1,
                                   .group_by = ROUTE_GROUP_DATABASE | ROUTE_GROUP_ENVIRONMENT,
                                   .settle_us = 10 * MICROSECONDS,
                                   .settle_most_us = 60 * MICROSECONDS,
                                   .resolve = true};
    expect(notify_plan_new(&bench->plan, &content, &error), &error);
    diff_options_init(&policy.fleet.compare);
    policy.fleet.path = path;
    policy.fleet.path_count = LENGTH_OF(path);
    expect(policy_new(&bench->policy, &policy, &error), &error);
}

/* ---- figures ---- */

typedef enum error_code (*planner_step)(const struct planning *planning, struct database *database, bool *ret_more,
                                        struct error *error);

/* One transaction; answers what it took. */
static int64_t run_step(struct bench *bench, planner_step step, bool *ret_more)
{
    CLEANUP(arena_free) struct arena arena;
    const struct planning planning = {bench->plan, bench->policy, bench->store, bench->now, &arena};
    int64_t before = sample_history_cpu();
    struct error error = {0};

    arena_init(&arena, memory);
    sample_history_begin(&bench->history);
    expect(step(&planning, bench->history.database, ret_more, &error), &error);
    sample_history_commit(&bench->history);
    return sample_history_cpu() - before;
}

static void measure_reading(struct bench *bench, unsigned events)
{
    int64_t all = 0;
    bool more = true;

    sample_history_begin(&bench->history);
    for (unsigned i = 0; i < events; i++)
        add_event(bench, OLD_EVENTS + i);
    sample_history_commit(&bench->history);
    while (more)
        all += run_step(bench, planner_read, &more);
    printf(
        "notify.planned|events that the planner takes in, three routes|%.0f|%.0f|%.0f|/s||-|%u of them, slices of %u\n",
        events * 1e9 / (double)all, events * 1e9 / (double)all, events * 1e9 / (double)all, events,
        (unsigned)PLANNER_SLICE);
}

static void measure_telling(struct bench *bench)
{
    int64_t all = 0;
    struct delivery_row *rows = NULL;
    struct delivery_filter filter = {.state = -1, .limit = 1};
    struct error error = {0};
    size_t count = 0;
    bool more = true;

    bench->now += 120 * (int64_t)MICROSECONDS;
    while (more)
        all += run_step(bench, planner_tell, &more);
    expect(deliveries_list(bench->history.database, &filter, &bench->arena, &rows, &count, &error), &error);
    if (count == 1)
        printf("notify.message|what a message costs, verdict included|%.3g|%.3g|%.3g|ms||-|%" PRId64 " messages\n",
               (double)all / 1e6 / (double)rows[0].id, (double)all / 1e6 / (double)rows[0].id,
               (double)all / 1e6 / (double)rows[0].id, rows[0].id);
}

/* As a message looks: at the one database that it is about; and at all, to see what that spares. */
static void measure_verdict(struct bench *bench, const char *name, const char *what, bool whole)
{
    size_t looks = whole ? 5 : LOOKS;
    int64_t times[LOOKS];

    for (size_t i = 0; i < looks; i++) {
        CLEANUP(arena_free) struct arena arena;
        struct text database = TEXT("");
        struct fleet fleet = {0};
        struct error error = {0};
        int64_t before = sample_history_cpu();

        arena_init(&arena, memory);
        if (!whole)
            database = text_from(name_of(bench, "orders", (unsigned)(i * 7919 % bench->databases)));
        expect(fleet_look(&fleet, bench->history.database, &policy_content(bench->policy)->fleet,
                          policy_cache(bench->policy), database, &arena, &error),
               &error);
        times[i] = sample_history_cpu() - before;
    }
    print_times(name, what, times, looks, whole ? 0 : 5);
}

int main(int count, char **words)
{
    static struct bench bench;
    unsigned events = count == 4 ? (unsigned)strtoul(words[3], NULL, 10) : 0;
    struct error error = {0};

    bench.databases = count == 4 ? (unsigned)strtoul(words[2], NULL, 10) : 0;
    if (bench.databases == 0 || events == 0) {
        fprintf(stderr, "usage: %s FOLDER DATABASES EVENTS\n", program);
        return 2;
    }
    arena_init(&bench.arena, memory);
    bench.history = (struct sample_history){.program = program, .tables = TABLES, .columns = COLUMNS};
    sample_history_open(&bench.history, words[1], NULL, 0);
    expect(store_id(bench.history.database, &bench.arena, &bench.store, &error), &error);
    bench.now = bench.history.clock;
    make_plan(&bench);
    make_fleet(&bench);
    make_past(&bench);
    measure_reading(&bench, events);
    measure_telling(&bench);
    measure_verdict(&bench, "notify.verdict", "the verdict of a message, one database", false);
    measure_verdict(&bench, "notify.verdict_of_all", "  the same by looking at the whole fleet", true);
    notify_plan_release(bench.plan);
    policy_release(bench.policy);
    sample_history_close(&bench.history);
    arena_free(&bench.arena);
    return 0;
}
