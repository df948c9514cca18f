#include "schema/snapshot_file.h"

#include "base/memory.h"
#include "schema/canonical.h"
#include "schema/node_table.h"

/* A byte that no text file begins with, the name, and a line end that a text-mode transfer would change. */
static const char magic[] = {'\x89', 'D', 'L', 'S', 'N', 'A', 'P', '\n'};

enum { FILE_VERSION = 1, FLUSH_BYTES = 64 * 1024 };

static const char doing[] = "writing a snapshot";

/* The file grows in the buffer and leaves it in pieces, so that memory does not hold it twice. */
struct output {
    struct file_writer *file;
    struct hasher *hasher;
    struct buffer pending;
    struct buffer node;
    struct node_table written;
    struct error *error;
};

static enum error_code flush(struct output *output)
{
    struct text bytes = buffer_text(&output->pending);

    if (buffer_check(&output->pending, output->error, doing) != ERROR_NONE)
        return output->error->code;
    hasher_update(output->hasher, bytes);
    if (file_writer_add(output->file, bytes, output->error) != ERROR_NONE)
        return output->error->code;
    buffer_reset(&output->pending);
    return ERROR_NONE;
}

static void put_text(struct buffer *buffer, struct text text)
{
    buffer_add_varint(buffer, text.length);
    buffer_add_text(buffer, text);
}

/* Each node once, however often it is referred to. */
static enum error_code put_node(struct output *output, enum node_type type, const struct hash *hash, struct text bytes)
{
    if (node_table_find(&output->written, hash) != NULL)
        return ERROR_NONE;
    if (!node_table_add(&output->written, hash, (uint8_t)type, (struct text){"", 0}))
        return error_memory(output->error, doing);
    buffer_add_byte(&output->pending, (uint8_t)type);
    put_text(&output->pending, bytes);
    return output->pending.length < FLUSH_BYTES ? ERROR_NONE : flush(output);
}

static enum error_code put_trie(struct output *output, const struct trie *trie, const struct trie_node *node)
{
    for (unsigned i = 0; node->children != NULL && i < TRIE_FANOUT; i++)
        if (node->children[i] != NULL && put_trie(output, trie, node->children[i]) != ERROR_NONE)
            return output->error->code;
    for (uint32_t i = 0; node->children == NULL && i < node->count; i++) {
        const struct trie_entry *entry = &trie->entries[node->first + i];
        if (put_node(output, NODE_BLOB, &entry->blob_hash, entry->blob) != ERROR_NONE)
            return output->error->code;
    }
    buffer_reset(&output->node);
    trie_encode_node(&output->node, trie, node);
    if (buffer_check(&output->node, output->error, doing) != ERROR_NONE)
        return output->error->code;
    return put_node(output, node->children == NULL ? NODE_LEAF : NODE_BRANCH, &node->hash, buffer_text(&output->node));
}

static void put_header(struct buffer *buffer, const struct snapshot_info *info)
{
    buffer_add(buffer, magic, sizeof magic);
    buffer_add_byte(buffer, FILE_VERSION);
    put_text(buffer, info->ref);
    put_text(buffer, info->server_version);
    put_text(buffer, info->origin);
    buffer_add_varint(buffer, info->taken_at < 0 ? 0 : (uint64_t)info->taken_at);
}

static enum error_code put_ids(struct output *output, const struct snapshot *snapshot)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++) {
            const struct trie_entry *entry = &snapshot->tries[aspect].entries[i];

            if (kind_facts(entry->kind)->aspect != aspect)
                continue;
            buffer_add_varint(&output->pending, entry->id);
            buffer_add_varint(&output->pending, entry->part_count);
            for (uint32_t part = 0; part < entry->part_count; part++)
                buffer_add_varint(&output->pending, entry->part_ids[part]);
            if (output->pending.length >= FLUSH_BYTES && flush(output) != ERROR_NONE)
                return output->error->code;
        }
    return ERROR_NONE;
}

static enum error_code put_all(struct output *output, const struct snapshot *snapshot)
{
    struct hash checksum;

    hasher_begin(output->hasher);
    put_header(&output->pending, &snapshot->info);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (put_trie(output, &snapshot->tries[aspect], snapshot->tries[aspect].top) != ERROR_NONE)
            return output->error->code;
    buffer_reset(&output->node);
    snapshot_encode_root(&output->node, snapshot);
    if (buffer_check(&output->node, output->error, doing) != ERROR_NONE ||
        put_node(output, NODE_ROOT, &snapshot->root, buffer_text(&output->node)) != ERROR_NONE ||
        put_ids(output, snapshot) != ERROR_NONE || flush(output) != ERROR_NONE)
        return output->error->code;
    checksum = hasher_end(output->hasher);
    return file_writer_add(output->file, (struct text){(const char *)checksum.bytes, HASH_SIZE}, output->error);
}

enum error_code snapshot_file_write(const struct snapshot *snapshot, const char *path, struct error *error)
{
    struct output output = {.error = error};
    enum error_code code = hasher_new(&output.hasher, error);

    if (code == ERROR_NONE)
        code = file_writer_open(&output.file, path, error);
    if (code == ERROR_NONE) {
        code = put_all(&output, snapshot);
        if (code == ERROR_NONE)
            code = file_writer_commit(output.file, error);
        else
            file_writer_abort(output.file);
    }
    hasher_free(output.hasher);
    node_table_clear(&output.written);
    buffer_clear(&output.pending);
    buffer_clear(&output.node);
    return code;
}

/* What reading a file needs at every step. */
struct input {
    struct snapshot *snapshot;
    struct reader reader;
    struct hasher *hasher;
    struct node_table nodes;
    uint32_t used;
    const char *name;
    struct error *error;
};

static enum error_code corrupt(struct input *input, const char *what)
{
    error_set(input->error, ERROR_CORRUPT, "the snapshot '%s' %s", input->name, what);
    return error_hint(input->error, "the file is damaged or was changed; take or fetch the snapshot again");
}

static enum error_code fetch(void *context, const struct hash *hash, enum node_type type, struct text *ret_bytes,
                             struct error *error)
{
    struct input *input = context;
    struct node_slot *slot = node_table_find(&input->nodes, hash);

    if (slot == NULL || slot->type != type)
        return error_set(error, ERROR_CORRUPT, "a node that is referred to is missing");
    input->used += !slot->used;
    slot->used = true;
    *ret_bytes = slot->bytes;
    return ERROR_NONE;
}

static enum error_code check_frame(struct input *input, struct text bytes)
{
    static const char wrong_version[] = "the snapshot '%s' has file format %u, this build knows %d";
    struct hash checksum;

    if (bytes.length < sizeof magic + 1 || memcmp(bytes.bytes, magic, sizeof magic) != 0) {
        error_set(input->error, ERROR_CORRUPT, "'%s' is not a snapshot file", input->name);
        return error_hint(input->error, "make one with `driftline snapshot REF -o FILE`");
    }
    if (bytes.bytes[sizeof magic] != FILE_VERSION) {
        error_set(input->error, ERROR_UNSUPPORTED, wrong_version, input->name,
                  (unsigned)(unsigned char)bytes.bytes[sizeof magic], FILE_VERSION);
        return error_hint(input->error, "read it with the Driftline version that wrote it, or a later one");
    }
    if (bytes.length < sizeof magic + 1 + HASH_SIZE)
        return corrupt(input, "is truncated");
    bytes.length -= HASH_SIZE;
    hasher_begin(input->hasher);
    hasher_update(input->hasher, bytes);
    checksum = hasher_end(input->hasher);
    if (memcmp(checksum.bytes, bytes.bytes + bytes.length, HASH_SIZE) != 0)
        return corrupt(input, "is truncated or damaged: its checksum does not match");
    reader_init(&input->reader, (struct text){bytes.bytes + sizeof magic + 1, bytes.length - sizeof magic - 1});
    return ERROR_NONE;
}

/* Read nodes up to and including the root, which is the last. */
static enum error_code read_nodes(struct input *input, struct text *ret_root)
{
    for (;;) {
        uint8_t type = reader_byte(&input->reader);
        struct text bytes = reader_text(&input->reader);
        struct hash hash;

        if (reader_failed(&input->reader) || type < NODE_BLOB || type > NODE_ROOT)
            return corrupt(input, "has a node that is not one");
        hash = hasher_digest(input->hasher, type, bytes);
        if (type == NODE_ROOT) {
            input->snapshot->root = hash;
            *ret_root = bytes;
            return ERROR_NONE;
        }
        if (node_table_find(&input->nodes, &hash) != NULL)
            return corrupt(input, "holds a node twice");
        if (!node_table_add(&input->nodes, &hash, type, bytes))
            return error_memory(input->error, "reading a snapshot");
    }
}

static bool gaps_in_order(const struct coverage_gap *a, const struct coverage_gap *b)
{
    int order = a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : text_compare(a->object, b->object);

    return order < 0 || (order == 0 && text_compare(a->reason, b->reason) < 0);
}

static enum error_code read_gaps(struct input *input, struct reader *reader)
{
    struct snapshot *snapshot = input->snapshot;

    snapshot->gap_count = reader_count(reader, 3);
    snapshot->gaps = arena_array(&snapshot->arena, snapshot->gap_count, sizeof *snapshot->gaps);
    if (snapshot->gaps == NULL)
        return arena_error(&snapshot->arena, input->error, "reading a snapshot");
    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        struct coverage_gap *gap = &snapshot->gaps[i];

        gap->kind = (enum kind)reader_varint_up_to(reader, UINT16_MAX);
        gap->object = reader_text(reader);
        gap->reason = reader_text(reader);
        if (reader_failed(reader) || kind_facts(gap->kind) == NULL || (i > 0 && !gaps_in_order(gap - 1, gap)))
            return corrupt(input, "has a coverage list that is not one");
    }
    return ERROR_NONE;
}

static enum error_code read_root(struct input *input, struct text root)
{
    struct snapshot *snapshot = input->snapshot;
    struct node_source nodes = {fetch, input};
    struct trie_top tops[ASPECT_COUNT];
    struct reader reader;

    reader_init(&reader, root);
    snapshot->canonical_version = (unsigned)reader_varint_up_to(&reader, UINT16_MAX);
    if (!reader_failed(&reader) && snapshot->canonical_version != CANONICAL_VERSION)
        return error_set(input->error, ERROR_UNSUPPORTED,
                         "the snapshot '%s' has canonical form %u, this build knows %d", input->name,
                         snapshot->canonical_version, CANONICAL_VERSION);
    snapshot->info.engine = reader_text(&reader);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        struct text hash = reader_bytes(&reader, HASH_SIZE);

        if (reader_failed(&reader))
            return corrupt(input, "has a root that is not one");
        memcpy(tops[aspect].hash.bytes, hash.bytes, HASH_SIZE);
        tops[aspect].count = (uint32_t)reader_varint_up_to(&reader, UINT32_MAX);
    }
    if (read_gaps(input, &reader) != ERROR_NONE)
        return input->error->code;
    if (!reader_finished(&reader))
        return corrupt(input, "has a root with bytes to spare");
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (trie_load(&snapshot->tries[aspect], &tops[aspect], &nodes, &snapshot->arena, input->hasher, input->error) !=
            ERROR_NONE)
            return error_context(input->error, "reading the snapshot '%s'", input->name);
    return input->used == input->nodes.count ? ERROR_NONE : corrupt(input, "holds nodes that nothing refers to");
}

static enum error_code read_entry_ids(struct input *input, struct trie_entry *entry)
{
    uint64_t *ids;

    entry->id = reader_varint(&input->reader);
    entry->part_count = reader_count(&input->reader, 1);
    ids = arena_array(&input->snapshot->arena, entry->part_count, sizeof *ids);
    if (ids == NULL)
        return arena_error(&input->snapshot->arena, input->error, "reading a snapshot");
    for (uint32_t i = 0; i < entry->part_count; i++)
        ids[i] = reader_varint(&input->reader);
    entry->part_ids = ids;
    return ERROR_NONE;
}

static enum error_code read_ids(struct input *input)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < input->snapshot->tries[aspect].count; i++) {
            struct trie_entry *entry = &input->snapshot->tries[aspect].entries[i];

            if (kind_facts(entry->kind)->aspect == aspect && read_entry_ids(input, entry) != ERROR_NONE)
                return input->error->code;
        }
    return reader_finished(&input->reader) ? ERROR_NONE : corrupt(input, "does not end where it should");
}

/* `bytes` already lives in the snapshot's arena. */
static enum error_code read_snapshot(struct input *input, struct text bytes)
{
    struct snapshot_info *info = &input->snapshot->info;
    struct text root;

    if (check_frame(input, bytes) != ERROR_NONE)
        return input->error->code;
    info->ref = reader_text(&input->reader);
    info->server_version = reader_text(&input->reader);
    info->origin = reader_text(&input->reader);
    info->taken_at = (int64_t)reader_varint_up_to(&input->reader, INT64_MAX);
    if (read_nodes(input, &root) != ERROR_NONE || read_root(input, root) != ERROR_NONE)
        return input->error->code;
    return read_ids(input);
}

/* Where the bytes come from: memory, or a file. */
struct origin {
    const struct text *bytes; /* NULL: read the file `name` */
    const char *name;
    size_t size_limit;
};

static enum error_code obtain(const struct origin *origin, struct arena *arena, struct text *ret_bytes,
                              struct error *error)
{
    if (origin->bytes == NULL)
        return file_read(origin->name, origin->size_limit, arena, ret_bytes, error);
    ret_bytes->bytes = arena_copy(arena, origin->bytes->bytes, origin->bytes->length);
    ret_bytes->length = origin->bytes->length;
    return ret_bytes->bytes == NULL ? arena_error(arena, error, "reading a snapshot") : ERROR_NONE;
}

static enum error_code open_snapshot(struct snapshot **ret_snapshot, const struct origin *origin, struct error *error)
{
    struct input input = {.name = origin->name, .error = error};
    struct text bytes = {NULL, 0};
    enum error_code code;

    input.snapshot = mem_alloc(sizeof *input.snapshot);
    if (input.snapshot == NULL)
        return error_memory(error, "reading a snapshot");
    *input.snapshot = (struct snapshot){0};
    arena_init(&input.snapshot->arena, SIZE_MAX); /* bounded by the bytes: nothing is allocated on a count's word */
    node_table_init(&input.nodes);

    code = hasher_new(&input.hasher, error);
    if (code == ERROR_NONE)
        code = obtain(origin, &input.snapshot->arena, &bytes, error);
    if (code == ERROR_NONE)
        code = read_snapshot(&input, bytes);
    hasher_free(input.hasher);
    node_table_clear(&input.nodes);
    if (code != ERROR_NONE) {
        snapshot_free(input.snapshot);
        return code;
    }
    *ret_snapshot = input.snapshot;
    return ERROR_NONE;
}

enum error_code snapshot_file_read(struct snapshot **ret_snapshot, const char *path, size_t size_limit,
                                   struct error *error)
{
    struct origin origin = {.name = path, .size_limit = size_limit};

    return open_snapshot(ret_snapshot, &origin, error);
}

enum error_code snapshot_file_decode(struct snapshot **ret_snapshot, struct text bytes, const char *name,
                                     struct error *error)
{
    struct origin origin = {.bytes = &bytes, .name = name};

    return open_snapshot(ret_snapshot, &origin, error);
}
