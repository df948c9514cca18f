#include "cli/json.h"

#include "base/clock.h"
#include "schema/object_list.h"

/* Each byte that begins no character becomes the replacement character. */
static json_t *repaired(struct text text)
{
    struct buffer buffer;
    json_t *value;

    buffer_init(&buffer);
    while (text.length > 0) {
        size_t length = 1;

        while (length < 4 && length < text.length && !text_is_utf8((struct text){text.bytes, length}))
            length++;
        if (text_is_utf8((struct text){text.bytes, length})) {
            buffer_add(&buffer, text.bytes, length);
        } else {
            buffer_add_string(&buffer, "\xef\xbf\xbd");
            length = 1;
        }
        text = (struct text){text.bytes + length, text.length - length};
    }
    value = buffer.failed ? NULL : json_stringn(buffer_text(&buffer).bytes, buffer.length);
    buffer_clear(&buffer);
    return value;
}

json_t *json_text(struct text text)
{
    if (!text_is_utf8(text))
        return repaired(text);
    return json_stringn(text.length == 0 ? "" : text.bytes, text.length);
}

json_t *json_hash(const struct hash *hash)
{
    char hex[HASH_HEX_SIZE];

    hash_to_hex(hash, hex);
    return json_string(hex);
}

bool json_add(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

static json_t *aspect_roots(const struct snapshot *snapshot)
{
    json_t *roots = json_object();

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (!json_add(roots, aspect_name((enum aspect)aspect),
                      json_hash(snapshot_aspect_root(snapshot, (enum aspect)aspect)))) {
            json_decref(roots);
            return NULL;
        }
    return roots;
}

static json_t *uncovered(const struct snapshot *snapshot)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        const struct coverage_gap *gap = &snapshot->gaps[i];
        json_t *item = json_object();
        bool complete = json_add(item, "kind", json_string(kind_name(gap->kind))) &&
                        (gap->object.length == 0 || json_add(item, "object", json_text(gap->object))) &&
                        json_add(item, "reason", json_text(gap->reason));

        if (json_array_append_new(list, item) != 0 || !complete) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

json_t *json_snapshot(const struct snapshot *snapshot)
{
    const struct snapshot_info *info = &snapshot->info;
    char taken_at[CLOCK_TEXT_SIZE];
    json_t *object = json_object();

    clock_format(info->taken_at, taken_at);
    if (json_add(object, "ref", json_text(info->ref)) && json_add(object, "root", json_hash(&snapshot->root)) &&
        json_add(object, "aspects", aspect_roots(snapshot)) && json_add(object, "engine", json_text(info->engine)) &&
        json_add(object, "server_version", json_text(info->server_version)) &&
        json_add(object, "taken_at", json_string(taken_at)) &&
        json_add(object, "canonical_version", json_integer((json_int_t)snapshot->canonical_version)) &&
        json_add(object, "objects", json_integer(object_list_total(snapshot))) &&
        json_add(object, "uncovered", uncovered(snapshot)))
        return object;
    json_decref(object);
    return NULL;
}

static int append(const char *bytes, size_t length, void *context)
{
    struct buffer *buffer = context;

    buffer_add(buffer, bytes, length);
    return buffer->failed ? -1 : 0;
}

enum error_code json_write(struct buffer *buffer, json_t *value, struct error *error)
{
    int failed = value == NULL || json_dump_callback(value, append, buffer, JSON_INDENT(2)) != 0;

    json_decref(value);
    if (failed)
        return error_memory(error, "writing JSON");
    buffer_add_byte(buffer, '\n');
    return ERROR_NONE;
}
