#include "agent/outbox_sample.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "schema/node.h"
#include "support/cmocka.h"
#include "wire/statement_page.h"

static struct snapshot *build(struct object *objects, unsigned count, struct arena *arena)
{
    struct snapshot_input input = {.info = {.ref = TEXT("dummy:sample"),
                                            .engine = TEXT("dummy"),
                                            .server_version = TEXT("1"),
                                            .origin = TEXT("db1"),
                                            .taken_at = clock_now()},
                                   .objects = objects,
                                   .object_count = count};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    if (snapshot_build(&snapshot, &input, (size_t)1 << 30, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    arena_free(arena);
    return snapshot;
}

static struct attribute *attribute(struct arena *arena, struct text name, const char *value)
{
    struct attribute *made = arena_alloc(arena, sizeof *made);
    struct text *item = arena_alloc(arena, sizeof *item);

    assert_true(made != NULL && item != NULL && value != NULL);
    *item = text_from(value);
    *made = (struct attribute){.name = name, .items = item, .count = 1};
    return made;
}

struct snapshot *outbox_sample(unsigned count, unsigned number)
{
    struct arena arena;
    struct object *objects;

    arena_init(&arena, SIZE_MAX);
    objects = arena_array(&arena, count, sizeof *objects);
    assert_non_null(objects);
    for (unsigned i = 0; i < count; i++) {
        struct part *column = arena_alloc(&arena, sizeof *column);
        const char *name = arena_printf(&arena, "t%u", i);

        assert_true(column != NULL && name != NULL);
        *column = (struct part){.kind = KIND_COLUMN,
                                .name = TEXT("c"),
                                .attributes = attribute(&arena, TEXT("type"), "bigint"),
                                .attribute_count = 1,
                                .id = 1};
        objects[i] = (struct object){
            .kind = KIND_TABLE,
            .path = {2, {TEXT("shop"), text_from(name)}},
            .attributes = attribute(&arena, TEXT("comment"), arena_printf(&arena, "%u", i == 0 ? number : i + 1000000)),
            .attribute_count = 1,
            .parts = column,
            .part_count = 1,
            .id = 100 + i};
    }
    return build(objects, count, &arena);
}

/* Numbers in hexadecimal, which no two samples share. */
struct snapshot *outbox_sample_large(unsigned bytes, unsigned number)
{
    struct arena arena;
    struct object *object;
    char *body;

    arena_init(&arena, SIZE_MAX);
    object = arena_alloc(&arena, sizeof *object);
    body = arena_alloc(&arena, bytes + 16);
    assert_true(object != NULL && body != NULL);
    for (unsigned i = 0; i < bytes / 8; i++)
        snprintf(body + (size_t)8 * i, 9, "%04x%04x", number & 0xffff, i & 0xffff);
    *object = (struct object){.kind = KIND_FUNCTION,
                              .path = {3, {TEXT("shop"), TEXT("f"), TEXT("()")}},
                              .attributes = attribute(&arena, TEXT("body"), body),
                              .attribute_count = 1,
                              .id = 7};
    return build(object, 1, &arena);
}

struct outbox *outbox_sample_open(const char *path)
{
    const struct outbox_settings settings = {
        .limit = UINT64_C(1) << 40, .keep_us = INT64_C(3600) * 1000 * 1000, .memory_limit = (size_t)1 << 30};
    struct outbox *outbox = NULL;
    struct error error = {0};

    if (outbox_open(&outbox, path, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return outbox;
}

int64_t outbox_sample_watch(struct outbox *outbox, const char *database)
{
    struct outbox_target target = {database, "prod", "default", 0};
    struct error error = {0};

    if (outbox_watch(outbox, &target, 1, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return target.id;
}

uint64_t outbox_sample_put(struct outbox *outbox, int64_t target, struct snapshot *snapshot)
{
    struct outbox_put put;
    struct error error = {0};

    if (outbox_put(outbox, target, &(struct outbox_parcel){.snapshot = snapshot}, &put, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    snapshot_free(snapshot);
    return put.seq;
}

/* ---- looking at the file ---- */

struct check {
    sqlite3 *file;
    sqlite3_stmt *use; /* count a reference in a table of our own */
    struct hasher *hasher;
};

static sqlite3_stmt *prepare(sqlite3 *file, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(file, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(file));
    return statement;
}

static int64_t number(sqlite3 *file, const char *sql)
{
    sqlite3_stmt *statement = prepare(file, sql);
    int64_t answer;

    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return answer;
}

static enum error_code count_use(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    struct check *check = context;

    (void)type;
    (void)error;
    sqlite3_bind_blob(check->use, 1, hash->bytes, HASH_SIZE, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(check->use), SQLITE_DONE);
    sqlite3_reset(check->use);
    return ERROR_NONE;
}

static bool is_page(struct text bytes)
{
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement *statements;
    struct error error = {0};
    size_t count;

    arena_init(&arena, SIZE_MAX);
    return statement_page_read(bytes, &arena, &statements, &count, &error) == ERROR_NONE;
}

static void check_node(struct check *check, sqlite3_stmt *row)
{
    struct text bytes = {sqlite3_column_blob(row, 2), (size_t)sqlite3_column_bytes(row, 2)};
    enum node_type type = (enum node_type)sqlite3_column_int(row, 1);
    struct hash hash = hasher_digest(check->hasher, (uint8_t)type, bytes);
    struct error error = {0};

    assert_int_equal(sqlite3_column_bytes(row, 0), HASH_SIZE);
    assert_memory_equal(hash.bytes, sqlite3_column_blob(row, 0), HASH_SIZE);
    if (type == NODE_STATEMENTS ? !is_page(bytes) : node_check(type, bytes, count_use, check, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

/* Each page of statements is used by who has it in a list. */
static const char use_pages[] =
    "INSERT INTO used WITH RECURSIVE"
    "  list(hashes) AS (SELECT statements FROM snapshot UNION ALL SELECT statements FROM target),"
    "  page(hash, rest) AS (SELECT substr(hashes, 1, 32), substr(hashes, 33) FROM list WHERE length(hashes) > 0"
    "    UNION ALL SELECT substr(rest, 1, 32), substr(rest, 33) FROM page WHERE length(rest) > 0)"
    " SELECT hash, count(*) FROM page GROUP BY hash";

unsigned outbox_sample_check(const char *path)
{
    struct check check = {0};
    struct error error = {0};
    sqlite3_stmt *nodes;
    int64_t count;

    assert_int_equal(hasher_new(&check.hasher, &error), ERROR_NONE);
    assert_int_equal(sqlite3_open_v2(path, &check.file, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(check.file,
                                  "PRAGMA temp_store = MEMORY;"
                                  "CREATE TEMP TABLE used (hash BLOB PRIMARY KEY, uses INTEGER);"
                                  "INSERT INTO used SELECT root, count(*) FROM snapshot GROUP BY root",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(check.file, use_pages, NULL, NULL, NULL), SQLITE_OK);
    check.use = prepare(check.file, "INSERT INTO used VALUES (?1, 1) ON CONFLICT DO UPDATE SET uses = uses + 1");
    nodes = prepare(check.file, "SELECT hash, type, bytes FROM node");
    for (count = 0; sqlite3_step(nodes) == SQLITE_ROW; count++)
        check_node(&check, nodes);
    sqlite3_finalize(nodes);
    sqlite3_finalize(check.use);
    assert_int_equal(number(check.file, "SELECT count(*) FROM used"), count);
    assert_int_equal(number(check.file, "SELECT count(*) FROM node JOIN used USING (hash) WHERE node.uses = used.uses"),
                     count);
    assert_int_equal(number(check.file, "SELECT count(*) FROM snapshot a JOIN snapshot b ON a.target = b.target AND "
                                        "a.seq < b.seq AND a.taken_at >= b.taken_at"),
                     0);
    assert_int_equal(number(check.file,
                            "SELECT count(*) FROM snapshot s JOIN target t ON t.id = s.target WHERE s.seq >= "
                            "t.next_seq"),
                     0);
    sqlite3_close(check.file);
    hasher_free(check.hasher);
    return (unsigned)count;
}
