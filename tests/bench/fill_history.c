/* bench_fill_history FOLDER DATABASES CHANGES
 *
 * Makes a store in FOLDER/data as years of a fleet leave it behind: DATABASES databases in dev, test, staging and five
 * instances of prod, with about CHANGES changes between their snapshots. Environments lag behind each other, and one
 * instance in some databases is off. Prints the number of targets and of changes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample_history.h"

enum { TARGETS = 8, TABLES = 20, COLUMNS = 25, CHANGED_TABLES = 2, OFF_EVERY = 10 };

static const char *const places[TARGETS][2] = {{"dev", "default"}, {"test", "default"}, {"staging", "default"},
                                               {"prod", "eu-1"},   {"prod", "eu-2"},    {"prod", "us-1"},
                                               {"prod", "us-2"},   {"prod", "asia-1"}};

/* By how many versions each target is behind dev. */
static const unsigned lag[TARGETS] = {0, 1, 2, 3, 3, 3, 3, 3};

/* The tables as they are in a version; each version changes some of them. */
static void fill_versions(unsigned *versions, unsigned version)
{
    memset(versions, 0, TABLES * sizeof *versions);
    for (unsigned i = 1; i <= version; i++)
        for (unsigned k = 0; k < CHANGED_TABLES; k++)
            versions[(i * CHANGED_TABLES + k) % TABLES] = i;
}

static void record_version(struct sample_history *history, unsigned number, unsigned version,
                           const int64_t targets[TARGETS])
{
    unsigned versions[TABLES];

    for (unsigned i = 0; i < TARGETS; i++) {
        bool off = i == TARGETS - 1 && number % OFF_EVERY == 0;
        struct snapshot *snapshot;

        fill_versions(versions, version > lag[i] ? version - lag[i] : 0);
        snapshot = sample_history_snapshot(history, versions, off ? 1 : 0);
        sample_history_record(history, targets[i], snapshot);
        snapshot_free(snapshot);
    }
}

static void fill(struct sample_history *history, unsigned databases, unsigned changes)
{
    unsigned each = CHANGED_TABLES * COLUMNS * TARGETS;
    unsigned versions = changes / databases / each + lag[TARGETS - 1];

    for (unsigned i = 0; i < databases; i++) {
        int64_t targets[TARGETS];
        char name[32];

        snprintf(name, sizeof name, "database-%u", i);
        history->clock = INT64_C(1700000000000000);
        sample_history_begin(history);
        for (unsigned k = 0; k < TARGETS; k++)
            targets[k] = sample_history_target(history, name, places[k][0], places[k][1]);
        for (unsigned version = 0; version < versions; version++)
            record_version(history, i, version, targets);
        sample_history_commit(history);
    }
}

int main(int count, char **words)
{
    static const struct text path[] = {TEXT_INIT("dev"), TEXT_INIT("test"), TEXT_INIT("staging"), TEXT_INIT("prod")};
    struct sample_history history = {.program = "bench_fill_history", .tables = TABLES, .columns = COLUMNS};
    unsigned databases = count == 4 ? (unsigned)strtoul(words[2], NULL, 10) : 0;
    unsigned changes = count == 4 ? (unsigned)strtoul(words[3], NULL, 10) : 0;
    char data[4096];

    if (databases == 0 || changes == 0) {
        fprintf(stderr, "usage: bench_fill_history FOLDER DATABASES CHANGES\n");
        return 2;
    }
    snprintf(data, sizeof data, "%s/data", words[1]);
    sample_history_open(&history, data, path, LENGTH_OF(path));
    fill(&history, databases, changes);
    sample_history_close(&history);
    printf("%u %u\n", databases * TARGETS, changes);
    return 0;
}
