#include "collector/track/rebuilt.h"

#include "common/schema/sample.h"
#include "drift/pairing.h"
#include "schema/load.h"
#include "store/nodes.h"
#include "support/cmocka.h"

enum { MEMORY = 64 * 1024 * 1024, THINGS_LIMIT = 256, SNAPSHOTS_LIMIT = 1000, CHANGES_LIMIT = 1000 };

/* An object as it was last taken. */
struct taken {
    enum kind kind;
    struct text path;
    struct object object;
};

struct rebuilding {
    struct history *history;
    struct arena arena;
    struct taken things[THINGS_LIMIT];
    size_t count;
    struct snapshot *loaded[SNAPSHOTS_LIMIT]; /* objects point into them */
    size_t loaded_count;
    const struct snapshot *now; /* the one whose changes are followed */
    const struct snapshot *before;
    bool is_upgrade; /* to a server that may spell everything otherwise */
    const struct change_row *changes;
    size_t change_count;
};

static struct text path_of(struct rebuilding *rebuilding, enum kind kind, const struct path *path)
{
    CLEANUP(buffer_clear) struct buffer written = {0};
    char *copy;

    path_write(&written, kind, path);
    copy = arena_string(&rebuilding->arena, buffer_text(&written));
    assert_non_null(copy);
    return text_from(copy);
}

static void remove_thing(struct rebuilding *rebuilding, enum kind kind, struct text path)
{
    for (size_t i = 0; i < rebuilding->count; i++)
        if (rebuilding->things[i].kind == kind && text_equal(rebuilding->things[i].path, path)) {
            rebuilding->things[i] = rebuilding->things[--rebuilding->count];
            return;
        }
}

static void add_thing(struct rebuilding *rebuilding, const struct taken *thing)
{
    remove_thing(rebuilding, thing->kind, thing->path);
    assert_in_range(rebuilding->count, 0, THINGS_LIMIT - 1);
    rebuilding->things[rebuilding->count++] = *thing;
}

/* Take an object from the snapshot; false: it is not there. */
static bool take(struct rebuilding *rebuilding, enum kind kind, struct text path)
{
    const struct trie *home = snapshot_home(rebuilding->now, kind);
    struct error error = {0};

    for (uint32_t i = 0; i < home->count; i++) {
        const struct trie_entry *entry = &home->entries[i];
        struct taken taken = {.kind = kind};

        if (entry->kind != kind)
            continue;
        taken.path = path_of(rebuilding, kind, &entry->path);
        if (!text_equal(taken.path, path))
            continue;
        history_expect(snapshot_object(rebuilding->now, entry, &rebuilding->arena, &taken.object, &error), &error);
        add_thing(rebuilding, &taken);
        return true;
    }
    return false;
}

static void take_kind(struct rebuilding *rebuilding, enum kind kind)
{
    const struct trie *home = snapshot_home(rebuilding->now, kind);

    for (size_t i = rebuilding->count; i > 0; i--)
        if (rebuilding->things[i - 1].kind == kind)
            rebuilding->things[i - 1] = rebuilding->things[--rebuilding->count];
    for (uint32_t i = 0; i < home->count; i++)
        if (home->entries[i].kind == kind)
            assert_true(take(rebuilding, kind, path_of(rebuilding, kind, &home->entries[i].path)));
}

/* ---- one step ---- */

static const struct change_row *find_change(const struct rebuilding *rebuilding, enum effect effect, enum kind kind,
                                            struct text name)
{
    for (size_t i = 0; i < rebuilding->change_count; i++) {
        const struct change_row *change = &rebuilding->changes[i];

        if (change->effect == effect && change->kind == kind && change->object_kind == kind &&
            text_equal(effect == EFFECT_RENAMED ? change->renamed_from : change->object, name))
            return change;
    }
    return NULL;
}

/* How long the name of the schema is, with its quotes. */
static size_t schema_length(struct text path)
{
    size_t end = 0;
    bool quoted = false;

    for (; end < path.length && (quoted || path.bytes[end] != '.'); end++)
        quoted ^= path.bytes[end] == '"';
    return end;
}

/* What there was before is there still, unless it was removed or renamed, or went along with its schema. */
static void follow_thing(struct rebuilding *rebuilding, const struct taken *thing)
{
    size_t length = schema_length(thing->path);
    const struct change_row *schema = NULL;
    struct text rest, path;

    if (find_change(rebuilding, EFFECT_REMOVED, thing->kind, thing->path) != NULL ||
        find_change(rebuilding, EFFECT_RENAMED, thing->kind, thing->path) != NULL)
        return;
    if (pairing_has_schema(thing->kind))
        schema = find_change(rebuilding, EFFECT_RENAMED, KIND_SCHEMA, (struct text){thing->path.bytes, length});
    if (schema == NULL) {
        add_thing(rebuilding, thing);
        return;
    }
    rest = (struct text){thing->path.bytes + length, thing->path.length - length};
    path = text_from(arena_printf(&rebuilding->arena, "%.*s%.*s", TEXT_ARGS(schema->object), TEXT_ARGS(rest)));
    if (!take(rebuilding, thing->kind, path))
        (void)take(rebuilding, thing->kind, thing->path); /* another of its name has come into a new schema */
}

static bool is_gap(const struct snapshot *snapshot, enum kind kind)
{
    for (uint32_t i = 0; i < snapshot->gap_count; i++)
        if (snapshot->gaps[i].kind == kind)
            return true;
    return false;
}

static void follow(struct rebuilding *rebuilding)
{
    struct taken *before = arena_array(&rebuilding->arena, rebuilding->count, sizeof *before);
    size_t count = rebuilding->count;

    assert_non_null(before);
    memcpy(before, rebuilding->things, count * sizeof *before);
    rebuilding->count = 0;
    for (size_t i = 0; i < count; i++)
        follow_thing(rebuilding, &before[i]);
    for (size_t i = 0; i < rebuilding->change_count; i++) {
        const struct change_row *change = &rebuilding->changes[i];

        if (change->kind != change->object_kind || change->effect != EFFECT_REMOVED)
            (void)take(rebuilding, change->object_kind, change->owner);
    }
    for (size_t i = 0; i < kind_table_count; i++)
        if (!kind_table[i].is_part && (rebuilding->is_upgrade || is_gap(rebuilding->before, kind_table[i].kind) !=
                                                                     is_gap(rebuilding->now, kind_table[i].kind)))
            take_kind(rebuilding, kind_table[i].kind);
}

/* ---- all of them ---- */

static const struct snapshot *load(struct rebuilding *rebuilding, const struct hash *root)
{
    const struct node_source nodes = nodes_source(rebuilding->history->database);
    struct error error = {0};

    assert_in_range(rebuilding->loaded_count, 0, SNAPSHOTS_LIMIT - 1);
    history_expect(snapshot_load(&rebuilding->loaded[rebuilding->loaded_count], root, &nodes, MEMORY, &error), &error);
    return rebuilding->loaded[rebuilding->loaded_count++];
}

static struct hash root_of(struct rebuilding *rebuilding)
{
    struct object objects[THINGS_LIMIT];
    struct snapshot_input input = {.info = {.engine = rebuilding->now->info.engine},
                                   .objects = objects,
                                   .object_count = (uint32_t)rebuilding->count,
                                   .gaps = rebuilding->now->gaps,
                                   .gap_count = rebuilding->now->gap_count};
    struct snapshot *built;
    struct hash root;

    for (size_t i = 0; i < rebuilding->count; i++)
        objects[i] = rebuilding->things[i].object;
    built = sample_build(&input);
    root = built->root;
    snapshot_free(built);
    return root;
}

static void follow_snapshot(struct rebuilding *rebuilding, const struct snapshot_row *row)
{
    const struct change_filter filter = {.snapshot = row->id, .limit = CHANGES_LIMIT};
    struct change_row *changes = NULL;
    struct error error = {0};

    history_expect(changes_list(rebuilding->history->database, &filter, &rebuilding->arena, &changes,
                                &rebuilding->change_count, &error),
                   &error);
    rebuilding->changes = changes;
    rebuilding->is_upgrade = row->upgraded_from.length > 0;
    rebuilding->before = rebuilding->now;
    rebuilding->now = load(rebuilding, &row->root);
    follow(rebuilding);
}

struct hash rebuilt_root(struct history *history, int64_t target)
{
    static struct rebuilding rebuilding;
    struct snapshot_row first, row;
    struct error error = {0};
    int64_t count = history_ask(history, "SELECT count(*) FROM snapshot");
    struct hash root;
    uint32_t back = 0;

    rebuilding = (struct rebuilding){.history = history};
    arena_init(&rebuilding.arena, MEMORY);
    while (back < count &&
           snapshots_back(history->database, target, back, &rebuilding.arena, &first, &error) == ERROR_NONE)
        back++;
    assert_true(back > 0);
    history_expect(snapshots_back(history->database, target, back - 1, &rebuilding.arena, &first, &error), &error);
    rebuilding.now = load(&rebuilding, &first.root);
    for (size_t i = 0; i < kind_table_count; i++)
        if (!kind_table[i].is_part)
            take_kind(&rebuilding, kind_table[i].kind);
    for (back--; back > 0; back--) {
        history_expect(snapshots_back(history->database, target, back - 1, &rebuilding.arena, &row, &error), &error);
        follow_snapshot(&rebuilding, &row);
    }
    root = root_of(&rebuilding);
    while (rebuilding.loaded_count > 0)
        snapshot_free(rebuilding.loaded[--rebuilding.loaded_count]);
    arena_free(&rebuilding.arena);
    return root;
}
