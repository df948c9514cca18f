/* bench_streams_load COLLECTOR FOLDER AGENTS READERS ROUNDS
 *
 * What readers of events cost those who record. Starts the program COLLECTOR with an empty history in FOLDER, and lets
 * AGENTS simulated agents change one object each, all at once, ROUNDS times alone and as often while READERS streams
 * over HTTP and READERS subscriptions over ZeroMQ read every event, a tenth of whom never take a byte.
 *
 * Writes a line a figure: name|what|median|least|greatest|unit|budget|verdict|against.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "load.h"
#include "load_crowd.h"

enum { AGENTS_MOST = 10000, READERS_MOST = 1000, ROUNDS_MOST = 20 };

static const double budget_ratio = 0.8;

void load_die(const char *format, ...)
{
    va_list arguments;

    fputs("bench_streams_load: ", stderr);
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

struct run {
    struct load_crowd crowd;
    struct load_collector collector;
    struct load_swarm swarm;
    struct key_pair *keys;
    struct key_pair subscriber;
    struct arena arena;
    struct load_snapshot first[LOAD_VARIANTS];
    const struct load_snapshot **offers;
    unsigned agents, readers, rounds;
    double alone[ROUNDS_MOST], crowded[ROUNDS_MOST];
    double cpu_alone, cpu_crowded; /* milliseconds each, all rounds together */
    double memory_before, memory;  /* KiB; with the crowd the greatest */
    struct load_crowd_answer answer;
    double seconds; /* with the crowd */
};

static void prepare(struct run *run)
{
    struct rlimit limit;
    struct error error;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    run->keys = load_need(calloc(run->agents, sizeof *run->keys));
    run->offers = load_need(calloc(run->agents, sizeof *run->offers));
    arena_init(&run->arena, (size_t)4 << 30);
    for (unsigned i = 0; i < LOAD_VARIANTS; i++)
        run->first[i] = load_first_snapshot(&run->arena, i);
    for (unsigned i = 0; i < run->agents; i++)
        if (key_pair_make(&run->keys[i], &error) != ERROR_NONE)
            load_die("%s", error.message);
    if (key_pair_make(&run->subscriber, &error) != ERROR_NONE)
        load_die("%s", error.message);
}

/* Everybody changes something at once. Answers how many were recorded a second. */
static double burst(struct run *run, unsigned round, double *cpu)
{
    struct load_snapshot *changed = load_need(calloc(run->agents, sizeof *changed));
    double cpu_before = load_collector_cpu(&run->collector), seconds;
    int64_t began;

    for (unsigned i = 0; i < run->agents; i++) {
        changed[i] = load_changed_snapshot(&run->arena, &run->first[i % LOAD_VARIANTS], i % LOAD_VARIANTS, i, round);
        run->offers[i] = &changed[i];
    }
    load_swarm_reset(&run->swarm);
    began = clock_elapsed();
    load_swarm_deliver(&run->swarm, run->offers, 0);
    seconds = (double)(clock_elapsed() - began) / 1e6;
    *cpu += (load_collector_cpu(&run->collector) - cpu_before) * 1e3 / run->agents / run->rounds;
    free(changed);
    return run->agents / seconds;
}

static void burst_in_a_crowd(struct run *run, unsigned round, const struct load_crowd_orders *orders)
{
    struct load_crowd_answer answer;
    int64_t began;
    double memory;

    load_crowd_come(&run->crowd, orders);
    began = clock_elapsed();
    run->crowded[round] = burst(run, 2 * round + 1, &run->cpu_crowded);
    run->seconds += (double)(clock_elapsed() - began) / 1e6;
    memory = load_collector_memory(&run->collector);
    run->memory = memory > run->memory ? memory : run->memory;
    answer = load_crowd_leave(&run->crowd);
    run->answer.streamed += answer.streamed;
    run->answer.published += answer.published;
    load_swarm_rest(&run->swarm, 1);
}

static void measure(struct run *run)
{
    struct load_crowd_orders orders = {.count = run->readers, .stuck = run->readers / 10, .key = run->subscriber};
    double ignored = 0;

    orders.http_port = run->collector.http_port;
    orders.feed_port = run->collector.feed_port;
    memcpy(orders.server_key, run->collector.key.public_key, KEY_TEXT_SIZE);
    load_collector_token(&run->collector, orders.token, sizeof orders.token);
    load_swarm_open(&run->swarm, run->agents);
    load_swarm_greet(&run->swarm, &run->collector, run->keys);
    for (unsigned i = 0; i < run->agents; i++)
        run->offers[i] = &run->first[i % LOAD_VARIANTS];
    load_swarm_deliver(&run->swarm, run->offers, 0);
    burst(run, 2 * run->rounds, &ignored); /* the first changes make room that later ones find */
    run->memory_before = load_collector_memory(&run->collector);
    for (unsigned round = 0; round < run->rounds; round++) {
        run->alone[round] = burst(run, 2 * round, &run->cpu_alone);
        burst_in_a_crowd(run, round, &orders);
    }
}

/* ---- figures ---- */

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* "median|least|greatest" */
static const char *spread(double *values, unsigned count)
{
    static char text[96];

    qsort(values, count, sizeof *values, compare_numbers);
    snprintf(text, sizeof text, "%g|%g|%g", values[count / 2], values[0], values[count - 1]);
    return text;
}

static void report(struct run *run)
{
    double ratios[ROUNDS_MOST], ratio;
    double grown = (run->memory - run->memory_before) / 1024;
    unsigned readers = 2 * run->readers;

    for (unsigned round = 0; round < run->rounds; round++)
        ratios[round] = run->crowded[round] / run->alone[round];
    printf("streams.alone|recorded changes, nobody reads events|%s|/s||-|%.2f ms of CPU each\n",
           spread(run->alone, run->rounds), run->cpu_alone);
    printf("streams.crowd|  while %u streams and %u subscriptions read them|%s|/s||-|a tenth of them stuck; %.2f ms of "
           "CPU each\n",
           run->readers, run->readers, spread(run->crowded, run->rounds), run->cpu_crowded);
    spread(ratios, run->rounds);
    ratio = ratios[run->rounds / 2];
    printf("streams.ratio|  against nobody|%s|ratio|>=%g|%s|round by round\n", spread(ratios, run->rounds),
           budget_ratio, ratio >= budget_ratio ? "OK" : "under");
    printf("streams.delivered|  events that readers had meanwhile|%g|%g|%g|/s||-|%ju over HTTP, %ju over ZeroMQ\n",
           (double)(run->answer.streamed + run->answer.published) / run->seconds,
           (double)(run->answer.streamed + run->answer.published) / run->seconds,
           (double)(run->answer.streamed + run->answer.published) / run->seconds, (uintmax_t)run->answer.streamed,
           (uintmax_t)run->answer.published);
    printf("streams.memory|  memory that the collector took more|%g|%g|%g|MiB||-|%.1f MiB before; %.0f KiB a reader\n",
           grown, grown, grown, run->memory_before / 1024, grown * 1024 / readers);
}

static unsigned number_of(const char *text, unsigned most)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);

    if (end == text || *end != '\0' || number == 0 || number > most)
        load_die("'%s' is not a number up to %u", text, most);
    return (unsigned)number;
}

int main(int argc, char **argv)
{
    static struct run run;

    if (argc != 6)
        load_die("usage: bench_streams_load COLLECTOR FOLDER AGENTS READERS ROUNDS");
    run.agents = number_of(argv[3], AGENTS_MOST);
    run.readers = number_of(argv[4], READERS_MOST);
    run.rounds = number_of(argv[5], ROUNDS_MOST);
    load_crowd_start(&run.crowd);
    prepare(&run);
    run.collector.subscriber = &run.subscriber;
    load_collector_start(&run.collector, argv[1], argv[2], run.keys, run.agents);
    measure(&run);
    report(&run);
    load_crowd_stop(&run.crowd);
    load_swarm_say_goodbye(&run.swarm);
    load_collector_stop(&run.collector);
    load_swarm_close(&run.swarm);
    arena_free(&run.arena);
    free(run.offers);
    free(run.keys);
    return EXIT_SUCCESS;
}
