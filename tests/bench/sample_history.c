#include "sample_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "schema/load.h"
#include "store/nodes.h"

static const size_t memory_limit = (size_t)4 << 30;
static const int64_t first_moment = INT64_C(1700000000000000), minute = INT64_C(60000000);

static _Noreturn void die(const struct sample_history *history, const char *what)
{
    fprintf(stderr, "%s: %s\n", history->program, what);
    exit(EXIT_FAILURE);
}

static void *need(const struct sample_history *history, void *memory)
{
    if (memory == NULL)
        die(history, "out of memory");
    return memory;
}

static void expect(const struct sample_history *history, enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        die(history, error->message);
}

/* ---- the store ---- */

static void use_path(struct sample_history *history, const struct text *path, size_t count)
{
    struct policy_content content = {.fleet = {.path = path, .path_count = count, .memory_limit = memory_limit},
                                     .gate = {.max_age_us = INT64_C(600000000)},
                                     .contracts = {.known = true}};
    struct policy *policy = NULL;
    struct error error = {0};
    bool more = true;

    diff_options_init(&content.fleet.compare);
    content.fleet.stale_after_us = INT64_C(60000000);
    expect(history, policy_new(&policy, &content, &error), &error);
    expect(history, correlator_new(&history->correlator, history->database, &error), &error);
    correlator_use(history->correlator, policy);
    policy_release(policy);
    sample_history_begin(history);
    while (more)
        expect(history, correlator_catch_up(history->correlator, first_moment, &more, &error), &error);
    sample_history_commit(history);
}

void sample_history_open(struct sample_history *history, const char *folder, const struct text *path, size_t count)
{
    struct target_name grant = {TEXT("*"), TEXT("*"), TEXT("*")};
    const struct agent_row agent = {.name = TEXT("bench"), .grants = &grant, .grant_count = 1};
    struct error error = {0};

    history->clock = first_moment;
    expect(history, store_open(&history->database, folder, DATABASE_WRITE, &error), &error);
    expect(history, agents_enroll(history->database, &agent, &history->agent, &error), &error);
    if (path != NULL)
        use_path(history, path, count);
}

void sample_history_close(struct sample_history *history)
{
    correlator_free(history->correlator);
    database_close(history->database);
}

void sample_history_begin(struct sample_history *history)
{
    struct error error = {0};

    expect(history, database_begin(history->database, &error), &error);
}

void sample_history_commit(struct sample_history *history)
{
    struct error error = {0};

    expect(history, database_commit(history->database, &error), &error);
}

/* ---- schemas ---- */

static void make_column(const struct sample_history *history, struct arena *arena, struct part *column, unsigned number,
                        unsigned version)
{
    struct attribute *attribute = need(history, arena_alloc(arena, sizeof *attribute));
    struct text *value = need(history, arena_alloc(arena, sizeof *value));

    *value = text_from(need(history, arena_printf(arena, "character varying(%u)", 10 + version + number)));
    *attribute = (struct attribute){.name = TEXT("type"), .items = value, .count = 1};
    *column = (struct part){.kind = KIND_COLUMN,
                            .name = text_from(need(history, arena_printf(arena, "column_%u", number))),
                            .attributes = attribute,
                            .attribute_count = 1};
}

static void make_table(const struct sample_history *history, struct arena *arena, struct object *table, unsigned number,
                       unsigned version)
{
    *table = (struct object){.kind = KIND_TABLE, .part_count = history->columns};
    table->path = (struct path){2, {TEXT("public"), text_from(need(history, arena_printf(arena, "table_%u", number)))}};
    table->parts = need(history, arena_array(arena, history->columns, sizeof *table->parts));
    for (unsigned i = 0; i < history->columns; i++)
        make_column(history, arena, &table->parts[i], i, version);
}

struct snapshot *sample_history_snapshot(const struct sample_history *history, const unsigned *versions, unsigned extra)
{
    struct snapshot_input input = {.info = {.engine = TEXT("postgresql")}, .object_count = history->tables + extra};
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, memory_limit);
    input.objects = need(history, arena_array(&arena, input.object_count, sizeof *input.objects));
    for (unsigned i = 0; i < input.object_count; i++)
        make_table(history, &arena, &input.objects[i], i, i < history->tables ? versions[i] : 0);
    expect(history, snapshot_build(&snapshot, &input, memory_limit, &error), &error);
    return snapshot;
}

/* ---- recording ---- */

int64_t sample_history_target(struct sample_history *history, const char *database, const char *environment,
                              const char *instance)
{
    const struct target_name name = {text_from(database), text_from(environment), text_from(instance)};
    struct error error = {0};
    int64_t target = 0;

    expect(history, targets_find_or_add(history->database, &name, TEXT("postgresql"), first_moment, &target, &error),
           &error);
    return target;
}

static bool is_known(void *context, const struct hash *hash)
{
    const struct sample_history *history = context;
    struct error error = {0};
    bool known = false;

    expect(history, nodes_know(history->database, hash, &known, &error), &error);
    return known;
}

static enum error_code add_node(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                struct error *error)
{
    return nodes_add(((struct sample_history *)context)->database, hash, type, bytes, NULL, error);
}

static uint64_t next_seq(const struct sample_history *history, int64_t target)
{
    const uint8_t incarnation[INCARNATION_SIZE] = "the incarnation";
    struct error error = {0};
    uint64_t seq = 0;

    expect(history, targets_last_seq(history->database, history->agent, incarnation, target, &seq, &error), &error);
    return seq + 1;
}

void sample_history_record(struct sample_history *history, int64_t target, const struct snapshot *snapshot)
{
    const struct snapshot_walk walk = {is_known, add_node, history};
    const struct target_sighting sighting = {.target = target,
                                             .agent = history->agent,
                                             .state = TARGET_FINE,
                                             .checked_at = clock_now(),
                                             .heard_at = clock_now()};
    struct recording recording = {.snapshot = {.target = target,
                                               .root = snapshot->root,
                                               .taken_at = history->clock,
                                               .received_at = history->clock,
                                               .agent = history->agent,
                                               .seq = next_seq(history, target),
                                               .server_version = TEXT("15.20"),
                                               .reference = TEXT("postgres://driftline@db.internal/orders")},
                                  .memory_limit = memory_limit,
                                  .correlator = history->correlator};
    struct error error = {0};
    int64_t id = 0;

    memcpy(recording.snapshot.incarnation, "the incarnation", INCARNATION_SIZE);
    expect(history, snapshot_visit_nodes(snapshot, &walk, &error), &error);
    expect(history, targets_saw(history->database, &sighting, &error), &error);
    expect(history, recording_store(history->database, &recording, &id, &error), &error);
    history->clock += minute;
}

int64_t sample_history_cpu(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
