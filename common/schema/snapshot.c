#include "schema/snapshot.h"

#include <stdlib.h>

#include "base/memory.h"
#include "schema/canonical.h"
#include "schema/node_table.h"

static int compare_attributes(const void *a, const void *b)
{
    return text_compare(((const struct attribute *)a)->name, ((const struct attribute *)b)->name);
}

static int compare_parts(const void *a, const void *b)
{
    const struct part *left = a;
    const struct part *right = b;

    return left->kind != right->kind ? (left->kind < right->kind ? -1 : 1) : text_compare(left->name, right->name);
}

static int compare_gaps(const void *a, const void *b)
{
    const struct coverage_gap *left = a;
    const struct coverage_gap *right = b;
    int order =
        left->kind != right->kind ? (left->kind < right->kind ? -1 : 1) : text_compare(left->object, right->object);

    return order != 0 ? order : text_compare(left->reason, right->reason);
}

static enum error_code read_twice(const struct object *object, const char *what, struct text name, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};

    path_write(&path, object->kind, &object->path);
    return error_set(error, ERROR_INTERNAL, "the %s '%.*s' of the %s '%s' was read twice", what, TEXT_ARGS(name),
                     kind_name(object->kind), buffer_text(&path).bytes);
}

/* Few attributes, and mostly in order already: cheaper than qsort() and without its calls. */
static void sort_attributes(struct attribute *attributes, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct attribute attribute = attributes[i];
        uint32_t at = i;

        for (; at > 0 && compare_attributes(&attributes[at - 1], &attribute) > 0; at--)
            attributes[at] = attributes[at - 1];
        attributes[at] = attribute;
    }
}

static enum error_code sort_and_check(const struct object *object, struct attribute *attributes, uint32_t count,
                                      struct error *error)
{
    sort_attributes(attributes, count);
    if (count > 0 && attributes[0].name.length == 0)
        return error_set(error, ERROR_INTERNAL, "an attribute of a %s has no name", kind_name(object->kind));
    for (uint32_t i = 1; i < count; i++)
        if (text_equal(attributes[i - 1].name, attributes[i].name))
            return read_twice(object, "attribute", attributes[i].name, error);
    return ERROR_NONE;
}

static enum error_code sort_object(struct object *object, struct error *error)
{
    if (sort_and_check(object, object->attributes, object->attribute_count, error) != ERROR_NONE)
        return error->code;
    if (object->part_count > 1)
        qsort(object->parts, object->part_count, sizeof *object->parts, compare_parts);
    for (uint32_t i = 0; i < object->part_count; i++) {
        struct part *part = &object->parts[i];

        if (sort_and_check(object, part->attributes, part->attribute_count, error) != ERROR_NONE)
            return error->code;
        if (i > 0 && compare_parts(part - 1, part) == 0)
            return read_twice(object, kind_name(part->kind), part->name, error);
    }
    return ERROR_NONE;
}

/* What building a snapshot needs at every step. */
struct builder {
    struct snapshot *snapshot;
    struct hasher *hasher;
    struct node_table blobs; /* equal blobs are kept once */
    struct buffer scratch;
    struct trie_entry *entries[ASPECT_COUNT];
    uint32_t counts[ASPECT_COUNT];
    struct error *error;
};

static enum error_code no_memory(struct builder *builder)
{
    return arena_error(&builder->snapshot->arena, builder->error, "building a snapshot");
}

static enum error_code copy_text(struct arena *arena, struct text *text, struct error *error)
{
    char *copy = arena_string(arena, *text);

    if (copy == NULL)
        return arena_error(arena, error, "building a snapshot");
    text->bytes = copy;
    return ERROR_NONE;
}

/* Keep the bytes in the scratch buffer, or find that they are kept already. */
static enum error_code keep_blob(struct builder *builder, struct trie_entry *entry)
{
    struct text bytes = buffer_text(&builder->scratch);
    const struct node_slot *known;

    entry->blob_hash = hasher_digest(builder->hasher, NODE_BLOB, bytes);
    known = node_table_find(&builder->blobs, &entry->blob_hash);
    if (known != NULL) {
        entry->blob = known->bytes;
        return ERROR_NONE;
    }
    if (copy_text(&builder->snapshot->arena, &bytes, builder->error) != ERROR_NONE)
        return builder->error->code;
    if (!node_table_add(&builder->blobs, &entry->blob_hash, NODE_BLOB, bytes))
        return error_memory(builder->error, "building a snapshot");
    entry->blob = bytes;
    return ERROR_NONE;
}

/* The server's ids, in the order in which the blob lists the parts. */
static enum error_code keep_ids(struct builder *builder, struct trie_entry *entry, const struct object *object)
{
    uint64_t *ids = arena_array(&builder->snapshot->arena, object->part_count, sizeof *ids);

    if (ids == NULL)
        return no_memory(builder);
    for (uint32_t i = 0; i < object->part_count; i++)
        ids[i] = object->parts[i].id;
    entry->id = object->id;
    entry->part_ids = ids;
    entry->part_count = object->part_count;
    return ERROR_NONE;
}

static enum error_code add_object(struct builder *builder, const struct object *object)
{
    struct arena *arena = &builder->snapshot->arena;
    struct trie_entry common = {.kind = object->kind, .path = object->path};

    common.key = trie_key(builder->hasher, &builder->scratch, object->kind, &object->path);
    for (uint32_t i = 0; i < object->path.count; i++)
        if (copy_text(arena, &common.path.elements[i], builder->error) != ERROR_NONE)
            return builder->error->code;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        struct trie_entry *entry = &builder->entries[aspect][builder->counts[aspect]];

        buffer_reset(&builder->scratch);
        if (!canonical_encode(&builder->scratch, object, (enum aspect)aspect))
            continue;
        *entry = common;
        if (buffer_check(&builder->scratch, builder->error, "building a snapshot") != ERROR_NONE ||
            keep_blob(builder, entry) != ERROR_NONE)
            return builder->error->code;
        if (aspect == kind_facts(object->kind)->aspect && keep_ids(builder, entry, object) != ERROR_NONE)
            return builder->error->code;
        builder->counts[aspect]++;
    }
    return ERROR_NONE;
}

static enum error_code keep_declaration(struct builder *builder, const struct snapshot_declaration *declaration)
{
    struct arena *arena = &builder->snapshot->arena;
    struct snapshot_declaration *copy = arena_alloc(arena, sizeof *copy);

    if (copy == NULL)
        return no_memory(builder);
    *copy = *declaration;
    builder->snapshot->info.declaration = copy;
    if (copy_text(arena, &copy->version, builder->error) != ERROR_NONE)
        return builder->error->code;
    return copy_text(arena, &copy->updated_at, builder->error);
}

static enum error_code keep_info(struct builder *builder, const struct snapshot_info *info)
{
    struct arena *arena = &builder->snapshot->arena;
    struct snapshot_info *copy = &builder->snapshot->info;

    *copy = *info;
    if (copy_text(arena, &copy->ref, builder->error) != ERROR_NONE ||
        copy_text(arena, &copy->engine, builder->error) != ERROR_NONE ||
        copy_text(arena, &copy->server_version, builder->error) != ERROR_NONE ||
        copy_text(arena, &copy->origin, builder->error) != ERROR_NONE)
        return builder->error->code;
    return info->declaration == NULL ? ERROR_NONE : keep_declaration(builder, info->declaration);
}

static enum error_code keep_gaps(struct builder *builder, struct coverage_gap *gaps, uint32_t count)
{
    struct snapshot *snapshot = builder->snapshot;

    snapshot->gaps = arena_array(&snapshot->arena, count, sizeof *snapshot->gaps);
    if (snapshot->gaps == NULL)
        return no_memory(builder);
    if (count > 1)
        qsort(gaps, count, sizeof *gaps, compare_gaps);
    for (uint32_t i = 0; i < count; i++) {
        struct coverage_gap gap = gaps[i];

        if (i > 0 && compare_gaps(&gaps[i - 1], &gap) == 0)
            continue;
        if (copy_text(&snapshot->arena, &gap.object, builder->error) != ERROR_NONE ||
            copy_text(&snapshot->arena, &gap.reason, builder->error) != ERROR_NONE)
            return builder->error->code;
        snapshot->gaps[snapshot->gap_count++] = gap;
    }
    return ERROR_NONE;
}

static enum error_code hash_root(struct builder *builder)
{
    buffer_reset(&builder->scratch);
    snapshot_encode_root(&builder->scratch, builder->snapshot);
    if (buffer_check(&builder->scratch, builder->error, "building a snapshot") != ERROR_NONE)
        return builder->error->code;
    builder->snapshot->root = hasher_digest(builder->hasher, NODE_ROOT, buffer_text(&builder->scratch));
    return ERROR_NONE;
}

static enum error_code fill(struct builder *builder, struct snapshot_input *input)
{
    struct snapshot *snapshot = builder->snapshot;
    struct arena *arena = &snapshot->arena;

    if (keep_info(builder, &input->info) != ERROR_NONE ||
        keep_gaps(builder, input->gaps, input->gap_count) != ERROR_NONE)
        return builder->error->code;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        builder->entries[aspect] = arena_array(arena, input->object_count, sizeof *builder->entries[aspect]);
        if (builder->entries[aspect] == NULL)
            return no_memory(builder);
    }
    for (uint32_t i = 0; i < input->object_count; i++)
        if (sort_object(&input->objects[i], builder->error) != ERROR_NONE ||
            add_object(builder, &input->objects[i]) != ERROR_NONE)
            return builder->error->code;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (trie_build(&snapshot->tries[aspect], builder->entries[aspect], builder->counts[aspect], arena,
                       builder->hasher, builder->error) != ERROR_NONE)
            return builder->error->code;
    return hash_root(builder);
}

enum error_code snapshot_build(struct snapshot **ret_snapshot, struct snapshot_input *input, size_t memory_limit,
                               struct error *error)
{
    struct builder builder = {.error = error};
    struct snapshot *snapshot = mem_alloc(sizeof *snapshot);
    enum error_code code;

    if (snapshot == NULL)
        return error_memory(error, "building a snapshot");
    *snapshot = (struct snapshot){.canonical_version = CANONICAL_VERSION};
    arena_init(&snapshot->arena, memory_limit);
    builder.snapshot = snapshot;
    node_table_init(&builder.blobs);

    code = hasher_new(&builder.hasher, error);
    if (code == ERROR_NONE)
        code = fill(&builder, input);
    hasher_free(builder.hasher);
    node_table_clear(&builder.blobs);
    buffer_clear(&builder.scratch);
    if (code != ERROR_NONE) {
        snapshot_free(snapshot);
        return code;
    }
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}

void snapshot_free(struct snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    arena_free(&snapshot->arena);
    mem_free(snapshot);
}

const struct hash *snapshot_aspect_root(const struct snapshot *snapshot, enum aspect aspect)
{
    return &snapshot->tries[aspect].top->hash;
}

bool gap_is_undeclared(const struct coverage_gap *gap)
{
    return text_equal(gap->reason, TEXT(GAP_NOT_DECLARED));
}

const struct trie *snapshot_home(const struct snapshot *snapshot, enum kind kind)
{
    return &snapshot->tries[kind_facts(kind)->aspect];
}

void snapshot_encode_root(struct buffer *buffer, const struct snapshot *snapshot)
{
    buffer_add_varint(buffer, snapshot->canonical_version);
    buffer_add_varint(buffer, snapshot->info.engine.length);
    buffer_add_text(buffer, snapshot->info.engine);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        buffer_add(buffer, snapshot->tries[aspect].top->hash.bytes, HASH_SIZE);
        buffer_add_varint(buffer, snapshot->tries[aspect].count);
    }
    buffer_add_varint(buffer, snapshot->gap_count);
    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        buffer_add_varint(buffer, snapshot->gaps[i].kind);
        buffer_add_varint(buffer, snapshot->gaps[i].object.length);
        buffer_add_text(buffer, snapshot->gaps[i].object);
        buffer_add_varint(buffer, snapshot->gaps[i].reason.length);
        buffer_add_text(buffer, snapshot->gaps[i].reason);
    }
}

/* Append `more` to the attributes of an object or part; both are sorted and have no name in common. */
static enum error_code merge_attributes(struct arena *arena, struct attribute **attributes, uint32_t *count,
                                        const struct attribute *more, uint32_t more_count)
{
    struct attribute *merged = arena_array(arena, (size_t)*count + more_count, sizeof *merged);
    uint32_t a = 0;
    uint32_t b = 0;

    if (merged == NULL)
        return ERROR_MEMORY;
    while (a < *count || b < more_count)
        if (b == more_count || (a < *count && compare_attributes(&(*attributes)[a], &more[b]) < 0)) {
            merged[a + b] = (*attributes)[a];
            a++;
        } else {
            merged[a + b] = more[b];
            b++;
        }
    *attributes = merged;
    *count = a + b;
    return ERROR_NONE;
}

/* Add what another aspect says. A part that the home aspect does not list is a forgery. */
static enum error_code merge_object(struct arena *arena, struct object *object, const struct object *more,
                                    struct error *error)
{
    if (merge_attributes(arena, &object->attributes, &object->attribute_count, more->attributes,
                         more->attribute_count) != ERROR_NONE)
        return arena_error(arena, error, "reading an object");
    for (uint32_t i = 0; i < more->part_count; i++) {
        struct part *part = bsearch(&more->parts[i], object->parts, object->part_count, sizeof *part, compare_parts);

        if (part == NULL)
            return error_set(error, ERROR_CORRUPT, "an object has access or storage attributes of a part it lacks");
        if (merge_attributes(arena, &part->attributes, &part->attribute_count, more->parts[i].attributes,
                             more->parts[i].attribute_count) != ERROR_NONE)
            return arena_error(arena, error, "reading an object");
    }
    return ERROR_NONE;
}

enum error_code snapshot_object(const struct snapshot *snapshot, const struct trie_entry *entry, struct arena *arena,
                                struct object *ret_object, struct error *error)
{
    enum aspect home = kind_facts(entry->kind)->aspect;
    struct object object;

    if (canonical_decode(entry->blob, arena, &object, error) != ERROR_NONE)
        return error->code;
    object.path = entry->path;
    object.id = entry->id;
    for (uint32_t i = 0; i < object.part_count && i < entry->part_count; i++)
        object.parts[i].id = entry->part_ids[i];
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct trie_entry *other = aspect == home ? NULL : trie_find(&snapshot->tries[aspect], &entry->key);
        struct object more;

        if (other == NULL)
            continue;
        if (canonical_decode(other->blob, arena, &more, error) != ERROR_NONE ||
            merge_object(arena, &object, &more, error) != ERROR_NONE)
            return error->code;
    }
    *ret_object = object;
    return ERROR_NONE;
}
