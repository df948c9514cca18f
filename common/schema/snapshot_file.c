#include "schema/snapshot_file.h"

#include "base/memory.h"
#include "base/reader.h"
#include "schema/load.h"
#include "schema/node_table.h"

/* A byte that no text file begins with, the name, and a line end that a text-mode transfer would change. */
static const char magic[] = {'\x89', 'D', 'L', 'S', 'N', 'A', 'P', '\n'};

enum { FILE_VERSION = 1, FLUSH_BYTES = 64 * 1024 };

static const char doing[] = "writing a snapshot";

/* What is written grows in the buffer. On the way to a file it leaves it in pieces, so that memory does not hold it
 * twice. */
struct output {
    struct file_writer *file; /* NULL: everything stays in the buffer */
    struct buffer *bytes;
    size_t hashed; /* of the bytes in the buffer */
    struct hasher *hasher;
    struct error *error;
};

static enum error_code flush(struct output *output)
{
    struct text bytes = buffer_text(output->bytes);

    if (buffer_check(output->bytes, output->error, doing) != ERROR_NONE)
        return output->error->code;
    hasher_update(output->hasher, (struct text){bytes.bytes + output->hashed, bytes.length - output->hashed});
    output->hashed = bytes.length;
    if (output->file == NULL)
        return ERROR_NONE;
    if (file_writer_add(output->file, bytes, output->error) != ERROR_NONE)
        return output->error->code;
    buffer_reset(output->bytes);
    output->hashed = 0;
    return ERROR_NONE;
}

static enum error_code flush_when_large(struct output *output)
{
    return output->bytes->length - output->hashed < FLUSH_BYTES ? ERROR_NONE : flush(output);
}

static void put_text(struct buffer *buffer, struct text text)
{
    buffer_add_varint(buffer, text.length);
    buffer_add_text(buffer, text);
}

static enum error_code put_node(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                struct error *error)
{
    struct output *output = context;

    (void)hash, (void)error;
    buffer_add_byte(output->bytes, (uint8_t)type);
    put_text(output->bytes, bytes);
    return flush_when_large(output);
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
            buffer_add_varint(output->bytes, entry->id);
            buffer_add_varint(output->bytes, entry->part_count);
            for (uint32_t part = 0; part < entry->part_count; part++)
                buffer_add_varint(output->bytes, entry->part_ids[part]);
            if (flush_when_large(output) != ERROR_NONE)
                return output->error->code;
        }
    return ERROR_NONE;
}

static enum error_code put_all(struct output *output, const struct snapshot *snapshot)
{
    const struct snapshot_walk walk = {.visit = put_node, .context = output};
    struct hash checksum;

    hasher_begin(output->hasher);
    put_header(output->bytes, &snapshot->info);
    if (snapshot_visit_nodes(snapshot, &walk, output->error) != ERROR_NONE || put_ids(output, snapshot) != ERROR_NONE ||
        flush(output) != ERROR_NONE)
        return output->error->code;
    checksum = hasher_end(output->hasher);
    buffer_add(output->bytes, checksum.bytes, HASH_SIZE);
    if (output->file != NULL)
        return file_writer_add(output->file, buffer_text(output->bytes), output->error);
    return buffer_check(output->bytes, output->error, doing);
}

enum error_code snapshot_file_encode(const struct snapshot *snapshot, struct buffer *buffer, struct error *error)
{
    struct output output = {.bytes = buffer, .hashed = buffer->length, .error = error};
    enum error_code code = hasher_new(&output.hasher, error);

    if (code == ERROR_NONE)
        code = put_all(&output, snapshot);
    hasher_free(output.hasher);
    return code;
}

enum error_code snapshot_file_write(const struct snapshot *snapshot, const char *path, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer pending = {0};
    struct output output = {.bytes = &pending, .error = error};
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

static enum error_code fetch(void *context, const struct hash *hash, enum node_type type, struct arena *arena,
                             struct text *ret_bytes, struct error *error)
{
    struct input *input = context;
    struct node_slot *slot = node_table_find(&input->nodes, hash);

    (void)arena; /* in which the whole file is */
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

static enum error_code read_root(struct input *input, struct text root)
{
    struct node_source nodes = {fetch, input};

    if (snapshot_load_into(input->snapshot, root, &nodes, input->error) != ERROR_NONE)
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
