/* bench_record_snapshots FOLDER ROUNDS
 *
 * Records the same snapshots in a new store and, as bare rows, in a new file of SQLite with the same tables, indexes
 * and settings; both with synchronous=FULL and one commit for GROUP snapshots. One line a round on standard output:
 * snapshots a second of the store, and of bare SQLite. FOLDER is made, and what was in it of an earlier run goes.
 *
 * Each snapshot changes one table of a database of TABLES, and brings new nodes, one change and one event. The store is
 * given what an agent would offer, and looks for what is there already; bare SQLite is given rows with their numbers.
 */
#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "schema/load.h"
#include "schema/node_table.h"
#include "store/agents.h"
#include "store/events.h"
#include "store/nodes.h"
#include "store/snapshots.h"

enum { SNAPSHOTS = 4096, GROUP = 64, TARGETS = 32, TABLES = 256, NODES_MAX = 512 };

static const size_t memory_limit = (size_t)4 << 30;
static const uint8_t incarnation[INCARNATION_SIZE] = "the incarnation";

static _Noreturn void die(const char *doing, const char *what)
{
    fprintf(stderr, "bench_record_snapshots: %s: %s\n", doing, what);
    exit(EXIT_FAILURE);
}

static void *need(void *memory)
{
    if (memory == NULL)
        die("making what is to be recorded", "out of memory");
    return memory;
}

static void expect(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        die("recording", error->message);
}

/* ---------------------------------------------------------------- what is to be recorded */

struct offered_node {
    struct hash hash;
    enum node_type type;
    struct text bytes;
};

struct offered {
    struct hash root;
    struct offered_node *nodes; /* those that no snapshot before had */
    uint32_t node_count;
};

struct work {
    struct arena arena;
    struct node_table known;
    struct offered *offered; /* SNAPSHOTS of them, of one target after the other */
    struct offered_node nodes[NODES_MAX];
};

static void make_table(struct arena *arena, struct object *table, unsigned number, unsigned version)
{
    static const char *const types[] = {"bigint", "integer", "text", "numeric(12,2)"};
    enum { COLUMNS = 8 };

    *table = (struct object){.kind = KIND_TABLE, .part_count = COLUMNS};
    table->path = (struct path){2, {TEXT("public"), text_from(need(arena_printf(arena, "table_%u", number)))}};
    table->parts = need(arena_array(arena, COLUMNS, sizeof *table->parts));
    for (unsigned i = 0; i < COLUMNS; i++) {
        struct attribute *attribute = need(arena_alloc(arena, sizeof *attribute));
        struct text *value = need(arena_alloc(arena, sizeof *value));

        *value = i > 0 ? text_from(types[i % LENGTH_OF(types)])
                       : text_from(need(arena_printf(arena, "character varying(%u)", version)));
        *attribute = (struct attribute){.name = TEXT("type"), .items = value, .count = 1};
        table->parts[i] = (struct part){.kind = KIND_COLUMN,
                                        .name = text_from(need(arena_printf(arena, "column_%u", i))),
                                        .attributes = attribute,
                                        .attribute_count = 1};
    }
}

static struct snapshot *make_snapshot(const unsigned *versions)
{
    struct snapshot_input input = {.info = {.engine = TEXT("postgresql")}, .object_count = TABLES};
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, memory_limit);
    input.objects = need(arena_array(&arena, TABLES, sizeof *input.objects));
    for (unsigned i = 0; i < TABLES; i++)
        make_table(&arena, &input.objects[i], i, versions[i]);
    expect(snapshot_build(&snapshot, &input, memory_limit, &error), &error);
    return snapshot;
}

static bool is_known(void *context, const struct hash *hash)
{
    const struct work *work = context;

    return node_table_find(&work->known, hash) != NULL;
}

static enum error_code keep_node(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                 struct error *error)
{
    struct work *work = context;
    struct offered *offered = work->offered;
    struct text copy = {need(arena_copy(&work->arena, bytes.bytes, bytes.length)), bytes.length};

    (void)error;
    if (offered->node_count == NODES_MAX || !node_table_add(&work->known, hash, (uint8_t)type, copy))
        die("making what is to be recorded", "too many nodes");
    work->nodes[offered->node_count++] = (struct offered_node){*hash, type, copy};
    return ERROR_NONE;
}

/* Every database begins with the same tables; then each changes by itself. */
static void make_work(struct work *work)
{
    static unsigned versions[TARGETS][TABLES];
    const struct snapshot_walk walk = {is_known, keep_node, work};
    struct offered *first;

    arena_init(&work->arena, memory_limit);
    first = work->offered = need(arena_array(&work->arena, SNAPSHOTS, sizeof *work->offered));
    for (unsigned i = 0; i < SNAPSHOTS; i++, work->offered++) {
        struct snapshot *snapshot;
        struct error error = {0};

        if (i >= TARGETS)
            versions[i % TARGETS][i / TARGETS * 7 % TABLES] = i;
        snapshot = make_snapshot(versions[i % TARGETS]);
        work->offered->root = snapshot->root;
        expect(snapshot_visit_nodes(snapshot, &walk, &error), &error);
        work->offered->nodes =
            need(arena_copy(&work->arena, work->nodes, work->offered->node_count * sizeof *work->nodes));
        snapshot_free(snapshot);
    }
    work->offered = first;
}

/* ---------------------------------------------------------------- the store */

static int64_t enroll(struct database *database)
{
    struct target_name grant = {TEXT("*"), TEXT("*"), TEXT("*")};
    const struct agent_row agent = {.name = TEXT("bench"), .grants = &grant, .grant_count = 1};
    struct error error = {0};
    int64_t id = 0;

    expect(agents_enroll(database, &agent, &id, &error), &error);
    return id;
}

static void find_targets(struct database *database, int64_t targets[TARGETS])
{
    struct error error = {0};

    for (unsigned i = 0; i < TARGETS; i++) {
        char instance[16];
        struct target_name name = {TEXT("orders"), TEXT("prod"), text_from(instance)};

        snprintf(instance, sizeof instance, "shard-%u", i);
        name.instance = text_from(instance);
        expect(targets_find_or_add(database, &name, TEXT("postgresql"), 1, &targets[i], &error), &error);
    }
}

static struct change make_change(const struct attribute_change *attributes)
{
    return (struct change){.effect = EFFECT_MODIFIED,
                           .kind = KIND_COLUMN,
                           .object_kind = KIND_TABLE,
                           .object = TEXT("public.table_7.column_0"),
                           .owner = TEXT("public.table_7"),
                           .severity = SEVERITY_CRITICAL,
                           .rule = "type-narrowed",
                           .attributes = (struct attribute_change *)attributes,
                           .attribute_count = 1};
}

/* What goes into the history for one snapshot, as ingest and recording put it there. */
static void record(struct database *database, const struct offered *offered, struct snapshot_row *row)
{
    static const struct text before = TEXT_INIT("character varying(100)"), after = TEXT_INIT("character varying(40)");
    static const struct attribute from = {TEXT_INIT("type"), &before, 1, false};
    static const struct attribute to = {TEXT_INIT("type"), &after, 1, false};
    static const struct attribute_change attribute = {TEXT_INIT("type"), &from, &to};
    const struct change change = make_change(&attribute);
    const struct target_sighting sighting = {
        .target = row->target, .agent = row->agent, .state = TARGET_FINE, .checked_at = 1, .heard_at = 1};
    const struct event_row event = {.at = row->received_at,
                                    .type = EVENT_SNAPSHOT_RECORDED,
                                    .severity = SEVERITY_CRITICAL,
                                    .target = row->target,
                                    .agent = row->agent,
                                    .data = TEXT("{\"snapshot\":4711,\"changes\":1,\"critical\":1}")};
    struct error error = {0};
    bool known = false;

    expect(nodes_know(database, &offered->root, &known, &error), &error);
    for (uint32_t i = 0; i < offered->node_count && !known; i++) {
        const struct offered_node *node = &offered->nodes[i];

        expect(nodes_add(database, &node->hash, node->type, node->bytes, NULL, &error), &error);
    }
    expect(snapshots_add(database, row, &row->id, &error), &error);
    expect(snapshots_add_changes(database, row, &change, NULL, 1, NULL, &error), &error);
    expect(events_add(database, &event, &error), &error);
    expect(targets_saw(database, &sighting, &error), &error);
}

/* Microseconds that it takes to record all. */
static int64_t run_store(const char *folder, const struct work *work)
{
    struct database *database = NULL;
    struct error error = {0};
    int64_t targets[TARGETS], agent, start, took;

    expect(store_open(&database, folder, DATABASE_WRITE, &error), &error);
    agent = enroll(database);
    find_targets(database, targets);
    start = clock_elapsed();
    for (unsigned i = 0; i < SNAPSHOTS; i++) {
        struct snapshot_row row = {.target = targets[i % TARGETS],
                                   .root = work->offered[i].root,
                                   .taken_at = INT64_C(1700000000000000) + i,
                                   .received_at = INT64_C(1700000000000000) + i,
                                   .agent = agent,
                                   .seq = i / TARGETS + 1,
                                   .engine = TEXT("postgresql"),
                                   .server_version = TEXT("15.20"),
                                   .reference = TEXT("postgres://driftline@db.internal/orders"),
                                   .objects = TABLES,
                                   .changes = 1};

        memcpy(row.incarnation, incarnation, sizeof row.incarnation);
        if (i % GROUP == 0)
            expect(database_begin(database, &error), &error);
        record(database, &work->offered[i], &row);
        if (i % GROUP == GROUP - 1)
            expect(database_commit(database, &error), &error);
    }
    took = clock_elapsed() - start;
    database_close(database);
    return took;
}

/* ---------------------------------------------------------------- bare SQLite */

static void check(sqlite3 *handle, int result)
{
    if (result != SQLITE_OK && result != SQLITE_DONE && result != SQLITE_ROW)
        die("bare SQLite", sqlite3_errmsg(handle));
}

static void run_sql(sqlite3 *handle, const char *sql)
{
    check(handle, sqlite3_exec(handle, sql, NULL, NULL, NULL));
}

/* Bare rows come from the store that was just made: a statement that reads one, and one that writes it. */
struct table {
    const char *read, *write;
    sqlite3_value **values; /* of all rows, in order */
    int columns;
    size_t count, capacity;
    sqlite3_stmt *insert;
};

static void read_rows(sqlite3 *handle, struct table *table)
{
    sqlite3_stmt *statement = NULL;

    check(handle, sqlite3_prepare_v2(handle, table->read, -1, &statement, NULL));
    table->columns = sqlite3_column_count(statement);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        if (table->count == table->capacity) {
            table->capacity = table->capacity * 2 + 1024;
            table->values =
                need(realloc(table->values, table->capacity * (size_t)table->columns * sizeof(sqlite3_value *)));
        }
        for (int i = 0; i < table->columns; i++)
            table->values[table->count * (size_t)table->columns + (size_t)i] =
                need(sqlite3_value_dup(sqlite3_column_value(statement, i)));
        table->count++;
    }
    check(handle, sqlite3_finalize(statement));
}

static void write_row(sqlite3 *handle, const struct table *table, size_t row)
{
    for (int i = 0; i < table->columns; i++)
        check(handle,
              sqlite3_bind_value(table->insert, i + 1, table->values[row * (size_t)table->columns + (size_t)i]));
    check(handle, sqlite3_step(table->insert));
    check(handle, sqlite3_reset(table->insert));
}

static void forget_rows(struct table *table)
{
    for (size_t i = 0; i < table->count * (size_t)table->columns; i++)
        sqlite3_value_free(table->values[i]);
    free(table->values);
    sqlite3_finalize(table->insert);
}

/* The same tables and indexes, empty but for what was there before the first snapshot. */
static sqlite3 *make_bare(const char *from, const char *path)
{
    static const char schema[] =
        "SELECT sql FROM source.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'";
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    char *attach = sqlite3_mprintf("ATTACH %Q AS source", from);

    check(handle, sqlite3_open(path, &handle));
    run_sql(handle, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                    "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY");
    run_sql(handle, attach);
    check(handle, sqlite3_prepare_v2(handle, schema, -1, &statement, NULL));
    while (sqlite3_step(statement) == SQLITE_ROW)
        run_sql(handle, (const char *)sqlite3_column_text(statement, 0));
    check(handle, sqlite3_finalize(statement));
    run_sql(handle, "INSERT INTO agent SELECT * FROM source.agent; INSERT INTO target SELECT * FROM source.target;"
                    "DETACH source");
    sqlite3_free(attach);
    return handle;
}

static void write_bare(sqlite3 *handle, struct table *tables, const struct work *work)
{
    enum { NODE, SNAPSHOT, CHANGE, EVENT, STREAM, TARGET };
    size_t node = 0;

    for (unsigned i = 0; i < SNAPSHOTS; i++) {
        if (i % GROUP == 0)
            run_sql(handle, "BEGIN IMMEDIATE");
        for (uint32_t k = 0; k < work->offered[i].node_count; k++)
            write_row(handle, &tables[NODE], node++);
        for (int table = SNAPSHOT; table <= EVENT; table++)
            write_row(handle, &tables[table], i);
        for (int table = STREAM; table <= TARGET; table++)
            write_row(handle, &tables[table], i % TARGETS);
        if (i % GROUP == GROUP - 1)
            run_sql(handle, "COMMIT");
    }
}

static int64_t run_bare(const char *folder, const char *path, const struct work *work)
{
    struct table tables[] = {
        {.read = "SELECT id, hash, type, bytes FROM node ORDER BY id",
         .write = "INSERT INTO node (id, hash, type, bytes) VALUES (?, ?, ?, ?)"},
        {.read = "SELECT * FROM snapshot ORDER BY id",
         .write = "INSERT INTO snapshot VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
        {.read = "SELECT * FROM change ORDER BY id",
         .write = "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
        {.read = "SELECT * FROM event ORDER BY id", .write = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
        {.read = "SELECT agent, incarnation, target, last_seq FROM stream ORDER BY target",
         .write = "INSERT OR REPLACE INTO stream VALUES (?, ?, ?, ?)"},
        {.read = "SELECT snapshot, root, major, gaps, root_since, engine, state, state_since, checked_at, heard_at, id "
                 "FROM target ORDER "
                 "BY id",
         .write = "UPDATE target SET snapshot = ?, root = ?, major = ?, gaps = ?, root_since = ?, engine = ?, state = "
                  "?, state_since = ?,"
                  " checked_at = ?, heard_at = ? WHERE id = ?"},
    };
    char source[4096];
    sqlite3 *handle = NULL;
    int64_t start, took;

    snprintf(source, sizeof source, "%s/history.db", folder);
    check(handle, sqlite3_open(source, &handle));
    for (size_t i = 0; i < LENGTH_OF(tables); i++)
        read_rows(handle, &tables[i]);
    sqlite3_close(handle);
    handle = make_bare(source, path);
    for (size_t i = 0; i < LENGTH_OF(tables); i++)
        check(handle,
              sqlite3_prepare_v3(handle, tables[i].write, -1, SQLITE_PREPARE_PERSISTENT, &tables[i].insert, NULL));
    start = clock_elapsed();
    write_bare(handle, tables, work);
    took = clock_elapsed() - start;
    for (size_t i = 0; i < LENGTH_OF(tables); i++)
        forget_rows(&tables[i]);
    sqlite3_close(handle);
    return took;
}

/* ---------------------------------------------------------------- rounds */

static void remove_file(const char *folder, const char *name)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    unlink(path);
}

static void run_round(const char *folder, const struct work *work)
{
    static const char *const files[] = {"history.db", "history.db-wal", "history.db-shm",
                                        "bare.db",    "bare.db-wal",    "bare.db-shm"};
    char bare[4096];
    int64_t store_us, bare_us;

    for (size_t i = 0; i < LENGTH_OF(files); i++)
        remove_file(folder, files[i]);
    snprintf(bare, sizeof bare, "%s/bare.db", folder);
    store_us = run_store(folder, work);
    bare_us = run_bare(folder, bare, work);
    printf("%.0f %.0f\n", SNAPSHOTS * 1e6 / (double)store_us, SNAPSHOTS * 1e6 / (double)bare_us);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static struct work work;
    long rounds = argc == 3 ? strtol(argv[2], NULL, 10) : 0;

    if (rounds < 1) {
        fprintf(stderr, "usage: bench_record_snapshots FOLDER ROUNDS\n");
        return 2;
    }
    if (mkdir(argv[1], 0700) != 0 && errno != EEXIST)
        die(argv[1], strerror(errno));
    make_work(&work);
    for (long i = 0; i < rounds; i++)
        run_round(argv[1], &work);
    node_table_clear(&work.known);
    arena_free(&work.arena);
    return EXIT_SUCCESS;
}
