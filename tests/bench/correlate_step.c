/* bench_correlate_step FOLDER TABLES ROUNDS
 *
 * A database of TABLES in five environments along a path, each pair of neighbours with a few old differences. In each
 * round one column changes in one environment, and the snapshot is recorded twice: in a store that only records, and in
 * one that also correlates. One line a round on standard output: nanoseconds of CPU that writing the snapshot took (new
 * nodes, snapshot, changes, events, commit), and those that correlating it took beside that. FOLDER must be there; two
 * new stores are made in it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample_history.h"

enum { ENVIRONMENTS = 5, OLD_DIFFERENCES = 20, COLUMNS = 8, STORES = 2 };

static const char *const names[ENVIRONMENTS] = {"dev", "test", "qa", "staging", "prod"};

struct bench {
    struct sample_history stores[STORES]; /* one that only records, one that correlates */
    int64_t targets[STORES][ENVIRONMENTS];
    unsigned *versions[ENVIRONMENTS];
};

/* What recording one snapshot takes. */
static int64_t record(struct bench *bench, unsigned store, unsigned environment, const struct snapshot *snapshot)
{
    struct sample_history *history = &bench->stores[store];
    int64_t before = sample_history_cpu();

    sample_history_begin(history);
    sample_history_record(history, bench->targets[store][environment], snapshot);
    sample_history_commit(history);
    return sample_history_cpu() - before;
}

static void open_stores(struct bench *bench, const char *folder, unsigned tables)
{
    static const struct text path[ENVIRONMENTS] = {TEXT_INIT("dev"), TEXT_INIT("test"), TEXT_INIT("qa"),
                                                   TEXT_INIT("staging"), TEXT_INIT("prod")};
    char place[STORES][4096];

    for (unsigned store = 0; store < STORES; store++) {
        struct sample_history *history = &bench->stores[store];

        *history = (struct sample_history){.program = "bench_correlate_step", .tables = tables, .columns = COLUMNS};
        snprintf(place[store], sizeof place[store], "%s/%s", folder, store == 0 ? "recording" : "correlating");
        sample_history_open(history, place[store], store == 0 ? NULL : path, ENVIRONMENTS);
        for (unsigned i = 0; i < ENVIRONMENTS; i++)
            bench->targets[store][i] = sample_history_target(history, "orders", names[i], "default");
    }
}

/* What differs from the beginning is spread over the tables, elsewhere for each environment. */
static void begin(struct bench *bench, unsigned tables)
{
    for (unsigned i = 0; i < ENVIRONMENTS; i++) {
        struct snapshot *snapshot;

        bench->versions[i] = calloc(tables, sizeof *bench->versions[i]);
        if (bench->versions[i] == NULL)
            exit(EXIT_FAILURE);
        for (unsigned k = 0; k < OLD_DIFFERENCES / 2; k++)
            bench->versions[i][(k * 97 + i * 31) % tables] = 1000 + i;
        snapshot = sample_history_snapshot(&bench->stores[0], bench->versions[i], 0);
        for (unsigned store = 0; store < STORES; store++)
            record(bench, store, i, snapshot);
        snapshot_free(snapshot);
    }
}

static void run_round(struct bench *bench, unsigned number, unsigned tables)
{
    unsigned environment = number % ENVIRONMENTS;
    struct snapshot *snapshot;
    int64_t written, both;

    bench->versions[environment][(number * 7919 + 13) % tables] += 1;
    snapshot = sample_history_snapshot(&bench->stores[0], bench->versions[environment], 0);
    written = record(bench, 0, environment, snapshot);
    both = record(bench, 1, environment, snapshot);
    snapshot_free(snapshot);
    printf("%" PRId64 " %" PRId64 "\n", written, both > written ? both - written : 0);
    fflush(stdout);
}

int main(int count, char **words)
{
    static struct bench bench;
    unsigned tables = count == 4 ? (unsigned)strtoul(words[2], NULL, 10) : 0;
    unsigned rounds = count == 4 ? (unsigned)strtoul(words[3], NULL, 10) : 0;

    if (tables == 0 || rounds == 0) {
        fprintf(stderr, "usage: bench_correlate_step FOLDER TABLES ROUNDS\n");
        return 2;
    }
    open_stores(&bench, words[1], tables);
    begin(&bench, tables);
    for (unsigned i = 0; i < rounds; i++)
        run_round(&bench, i, tables);
    for (unsigned store = 0; store < STORES; store++)
        sample_history_close(&bench.stores[store]);
    for (unsigned i = 0; i < ENVIRONMENTS; i++)
        free(bench.versions[i]);
    return 0;
}
