/* bench_agents_load COLLECTOR FOLDER AGENTS [SECONDS]
 *
 * Starts the program COLLECTOR with an empty history in FOLDER, and lets AGENTS simulated agents, each with a key and a
 * connection of its own, connect to it all at once, deliver a first snapshot (one of a few, so that most cost no schema
 * bytes), send heartbeats as fast as they are answered, change one object each within SECONDS (10, and more for more
 * than 4,000 agents), and all at the same time. Then counts that the history has every snapshot once.
 *
 * Writes a line a figure: name|what|median|least|greatest|unit|budget|verdict|against.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "load.h"

enum { AGENTS_MOST = 100000, ROUNDS = 2, REST_SECONDS = 5, SPARE_FILES = 100 };

/* Heartbeats of the half hour after which an agent renews its connection: libzmq's memory of it grows with them. */
enum { HEARTBEATS_EACH = 120 };

/* A storm: seconds until each agent has changed something, and how many do so a second at most. */
enum { STORM_SECONDS = 10, STORM_RATE = 400 };

static const double budget_memory = 64, budget_ack = 250, budget_stop = 2;

void load_die(const char *format, ...)
{
    va_list arguments;

    fputs("bench_agents_load: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

void *load_need(void *memory)
{
    if (memory == NULL)
        load_die("out of memory");
    return memory;
}

/* ---- figures ---- */

struct figure {
    const char *name;
    const char *what;
    double value, least, greatest;
    const char *unit;
    double budget; /* 0: none */
    const char *against;
};

static void print_figure(unsigned agents, const struct figure *figure)
{
    char budget[32] = "";

    if (figure->budget > 0)
        snprintf(budget, sizeof budget, "%g", figure->budget);
    printf("load.%u.%s|%s|%g|%g|%g|%s|%s|%s|%s\n", agents, figure->name, figure->what, figure->value, figure->least,
           figure->greatest, figure->unit, budget,
           figure->budget <= 0               ? "-"
           : figure->value <= figure->budget ? "OK"
                                             : "over",
           figure->against == NULL ? "" : figure->against);
    fflush(stdout);
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* The value that this share of the samples does not exceed. Sorts them. */
static double quantile(const struct load_swarm *swarm, double share)
{
    unsigned count = swarm->took_count < swarm->count ? swarm->took_count : swarm->count;

    qsort(swarm->took, count, sizeof *swarm->took, compare_numbers);
    return swarm->took[(unsigned)(share * (count - 1))];
}

/* ---- the run ---- */

struct run {
    struct load_collector collector;
    struct load_swarm swarm;
    struct key_pair *keys;
    struct arena arena;
    struct load_snapshot first[LOAD_VARIANTS];
    struct load_snapshot *changed[ROUNDS];
    const struct load_snapshot **offers;
    unsigned count;
    double window;
    double empty_memory;
};

static void raise_descriptor_limit(unsigned count)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < count + SPARE_FILES)
        load_die("%u agents need more than the %ju descriptors that a process may have", count,
                 (uintmax_t)limit.rlim_cur);
}

static void prepare(struct run *run)
{
    struct error error;

    run->keys = load_need(calloc(run->count, sizeof *run->keys));
    run->offers = load_need(calloc(run->count, sizeof *run->offers));
    arena_init(&run->arena, (size_t)4 << 30);
    for (unsigned i = 0; i < LOAD_VARIANTS; i++)
        run->first[i] = load_first_snapshot(&run->arena, i);
    for (unsigned round = 0; round < ROUNDS; round++) {
        run->changed[round] = load_need(calloc(run->count, sizeof *run->changed[round]));
        for (unsigned i = 0; i < run->count; i++)
            run->changed[round][i] =
                load_changed_snapshot(&run->arena, &run->first[i % LOAD_VARIANTS], i % LOAD_VARIANTS, i, round);
    }
    for (unsigned i = 0; i < run->count; i++)
        if (key_pair_make(&run->keys[i], &error) != ERROR_NONE)
            load_die("%s", error.message);
}

static void release(struct run *run)
{
    load_swarm_close(&run->swarm);
    arena_free(&run->arena);
    for (unsigned round = 0; round < ROUNDS; round++)
        free(run->changed[round]);
    free(run->offers);
    free(run->keys);
}

static void measure_connect(struct run *run)
{
    int64_t began = clock_elapsed();
    double cpu = load_collector_cpu(&run->collector);
    double seconds;
    char against[64];

    load_swarm_greet(&run->swarm, &run->collector, run->keys);
    seconds = (double)(clock_elapsed() - began) / 1e6;
    snprintf(against, sizeof against, "%.1f s of the collector's CPU", load_collector_cpu(&run->collector) - cpu);
    print_figure(run->count, &(struct figure){"connect", "agents that connect all at once: until all are welcome",
                                              seconds, seconds, seconds, "s", 0, against});
}

static void deliver(struct run *run, const struct load_snapshot *snapshots, unsigned different, double seconds)
{
    for (unsigned i = 0; i < run->count; i++)
        run->offers[i] = &snapshots[i % different];
    load_swarm_reset(&run->swarm);
    load_swarm_deliver(&run->swarm, run->offers, seconds);
}

/* Everybody at once: how many a second. */
static void measure_burst(struct run *run, const struct load_snapshot *snapshots, unsigned different,
                          struct figure figure)
{
    int64_t began = clock_elapsed();
    double cpu = load_collector_cpu(&run->collector);
    char against[128];

    deliver(run, snapshots, different, 0);
    figure.value = figure.least = figure.greatest = run->count / ((double)(clock_elapsed() - began) / 1e6);
    snprintf(against, sizeof against, "all at once; %.2f ms of CPU each; longest wait %.1f s; %ju told to come again",
             (load_collector_cpu(&run->collector) - cpu) * 1e3 / run->count, quantile(&run->swarm, 1) / 1e3,
             (uintmax_t)run->swarm.busy);
    figure.against = against;
    print_figure(run->count, &figure);
}

static void measure_heartbeats(struct run *run)
{
    double cpu = load_collector_cpu(&run->collector);
    double seconds, rate, bytes;
    char against[64];

    load_swarm_reset(&run->swarm);
    seconds = load_swarm_flood(&run->swarm, HEARTBEATS_EACH);
    rate = (double)run->swarm.heartbeats / seconds;
    bytes = (double)(run->swarm.bytes_out + run->swarm.bytes_in) / (double)run->swarm.heartbeats;
    snprintf(against, sizeof against, "%.0f us of CPU each",
             (load_collector_cpu(&run->collector) - cpu) * 1e6 / (double)run->swarm.heartbeats);
    print_figure(run->count,
                 &(struct figure){"heartbeats", "  heartbeats that are answered", rate, rate, rate, "/s", 0, against});
    print_figure(run->count, &(struct figure){"heartbeat_bytes", "  bytes of one and its answer, without TCP", bytes,
                                              bytes, bytes, "B", 0, NULL});
    load_swarm_rest(&run->swarm, REST_SECONDS);
}

static void measure_memory(struct run *run, struct figure figure)
{
    figure.value = figure.least = figure.greatest =
        (load_collector_memory(&run->collector) - run->empty_memory) / run->count;
    figure.unit = "KiB";
    figure.budget = budget_memory;
    print_figure(run->count, &figure);
}

static void measure_storm(struct run *run)
{
    struct load_swarm *swarm = &run->swarm;
    double p50, p99, least, most, bytes;
    char against[64];

    deliver(run, run->changed[0], run->count, run->window);
    bytes = (double)(swarm->bytes_out + swarm->bytes_in) / run->count;
    least = quantile(swarm, 0);
    p50 = quantile(swarm, 0.5), p99 = quantile(swarm, 0.99), most = quantile(swarm, 1);
    snprintf(against, sizeof against, "every agent changes an object within %g s", run->window);
    print_figure(run->count, &(struct figure){"ack_p50", "  from offer to acknowledgement, median", p50, least, most,
                                              "ms", 0, against});
    print_figure(run->count,
                 &(struct figure){"ack_p99", "  and in 99 of 100 cases", p99, p99, p99, "ms", budget_ack, "the same"});
    print_figure(run->count, &(struct figure){"change_bytes", "  bytes of a change, without TCP", bytes, bytes, bytes,
                                              "B", 0, "heartbeats of these seconds included"});
}

static void measure_stop(struct run *run)
{
    unsigned expected = run->count * (1 + ROUNDS), recorded;
    double seconds;

    load_swarm_say_goodbye(&run->swarm);
    seconds = load_collector_stop(&run->collector);
    print_figure(run->count, &(struct figure){"stop", "  SIGTERM until the end", seconds, seconds, seconds, "s",
                                              budget_stop, NULL});
    recorded = load_collector_recorded(&run->collector);
    if (recorded != expected)
        load_die("the history has %u snapshots, not %u", recorded, expected);
}

static void measure(struct run *run)
{
    run->empty_memory = load_collector_memory(&run->collector);
    load_swarm_open(&run->swarm, run->count);
    measure_connect(run);
    measure_burst(run, run->first, LOAD_VARIANTS,
                  (struct figure){.name = "first", .what = "  first snapshots, most of them known", .unit = "/s"});
    measure_memory(run, (struct figure){.name = "memory",
                                        .what = "  memory of the collector a connection, when it is new",
                                        .against = "all that it took since it was empty"});
    measure_heartbeats(run);
    measure_memory(run, (struct figure){.name = "memory_later",
                                        .what = "  and after the heartbeats of half an hour",
                                        .against = "the same"});
    measure_storm(run);
    measure_burst(run, run->changed[1], run->count,
                  (struct figure){.name = "burst", .what = "  changes, each of its own", .unit = "/s"});
    measure_stop(run);
}

static double number_of(const char *text, double most)
{
    char *end = NULL;
    double number = strtod(text, &end);

    if (end == text || *end != '\0' || !(number > 0) || number > most)
        load_die("'%s' is not a number up to %g", text, most);
    return number;
}

int main(int argc, char **argv)
{
    static struct run run;

    if (argc < 4 || argc > 5)
        load_die("usage: bench_agents_load COLLECTOR FOLDER AGENTS [SECONDS]");
    run.count = (unsigned)number_of(argv[3], AGENTS_MOST);
    run.window = argc > 4                                 ? number_of(argv[4], 86400)
                 : run.count > STORM_SECONDS * STORM_RATE ? (double)run.count / STORM_RATE
                                                          : STORM_SECONDS;
    raise_descriptor_limit(run.count);
    prepare(&run);
    load_collector_start(&run.collector, argv[1], argv[2], run.keys, run.count);
    measure(&run);
    release(&run);
    return EXIT_SUCCESS;
}
