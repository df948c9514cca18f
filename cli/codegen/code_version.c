#include "codegen/code_version.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/clock.h"

enum { SHORT_DIGITS = 16, DAY_LENGTH = sizeof "2026-11-21" - 1, VERSION_LIMIT = 64 };

/* The file that was kept, as far as it is one. Texts point into `json`. */
struct kept {
    json_t *json;
    struct text version;
    struct text synced_at;
    struct text hash;
    struct text previous_hash;
    int64_t differences;
    json_t *objects;
};

/* ---- what was ---- */

static struct text text_of(const json_t *json, const char *name)
{
    const json_t *value = json_object_get(json, name);

    return (struct text){json_string_value(value), json_string_length(value)};
}

static bool is_hash(struct text text)
{
    struct hash hash;

    return hash_from_hex(text, &hash);
}

/* Texts that are printed in code must look like what they are. */
static bool is_version(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] == '\0' || strchr("0123456789abcdef-.:TZ", text.bytes[i]) == NULL)
            return false;
    return text.length > 0 && text.length <= VERSION_LIMIT;
}

static void read_kept(struct kept *ret_kept, struct text before)
{
    json_t *json = before.length == 0 ? NULL : json_loadb(before.bytes, before.length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *differences = json_object_get(json, "differences");
    struct kept kept = {
        .json = json,
        .version = text_of(json, "version"),
        .synced_at = text_of(json, "synced_at"),
        .hash = text_of(json, "hash"),
        .previous_hash = text_of(json, "previous_hash"),
        .differences = json_is_integer(differences) ? json_integer_value(differences) : -1,
        .objects = json_object_get(json, "objects"),
    };

    if (is_version(kept.version) && is_version(kept.synced_at) && is_hash(kept.hash) &&
        (kept.previous_hash.length == 0 || is_hash(kept.previous_hash)) && json_is_object(kept.objects) &&
        kept.differences >= -1) {
        *ret_kept = kept;
        return;
    }
    json_decref(json);
    *ret_kept = (struct kept){.differences = -1};
}

/* ---- what is ---- */

/* What is true of an object in all aspects, in a few digits. */
static bool add_object(json_t *objects, struct hasher *hasher, const struct trie_entry *entry)
{
    char hex[HASH_HEX_SIZE], name[HASH_HEX_SIZE];
    const json_t *before;
    struct buffer both;
    struct hash hash;
    bool good;

    hash_to_hex(&entry->key, name);
    name[SHORT_DIGITS] = '\0';
    before = json_object_get(objects, name);
    buffer_init(&both);
    buffer_add(&both, entry->blob_hash.bytes, HASH_SIZE);
    buffer_add(&both, json_string_value(before) == NULL ? "" : json_string_value(before), json_string_length(before));
    hash = hasher_digest(hasher, 0, buffer_text(&both));
    hash_to_hex(&hash, hex);
    hex[SHORT_DIGITS] = '\0';
    good = !both.failed;
    buffer_clear(&both);
    return good && json_object_set_new(objects, name, json_string(hex)) == 0;
}

static json_t *list_objects(const struct snapshot *snapshot)
{
    json_t *objects = json_object();
    struct hasher *hasher = NULL;
    struct error ignored;
    bool good = objects != NULL && hasher_new(&hasher, &ignored) == ERROR_NONE;

    for (unsigned aspect = 0; good && aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; good && i < snapshot->tries[aspect].count; i++)
            good = add_object(objects, hasher, &snapshot->tries[aspect].entries[i]);
    hasher_free(hasher);
    if (good)
        return objects;
    json_decref(objects);
    return NULL;
}

static int64_t count_differences(json_t *before, json_t *after)
{
    int64_t count = 0;
    const char *name;
    json_t *value;

    json_object_foreach(after, name, value) count += !json_equal(json_object_get(before, name), value);
    json_object_foreach(before, name, value) count += json_object_get(after, name) == NULL;
    return count;
}

/* The day, and a number behind it when that day has a version already. */
static enum error_code choose_version(struct text *ret_version, struct text synced_at, const struct kept *kept,
                                      struct arena *arena, struct error *error)
{
    struct text day = {synced_at.bytes, DAY_LENGTH};
    unsigned long number = 1;
    const char *version;

    if (kept->json != NULL && kept->version.length >= DAY_LENGTH &&
        memcmp(kept->version.bytes, day.bytes, DAY_LENGTH) == 0)
        number = kept->version.length > DAY_LENGTH + 1
                     ? strtoul(kept->version.bytes + DAY_LENGTH + 1, NULL, 10) % CODE_VERSION_COUNTER_LIMIT + 1
                     : 2;
    version = number < 2 ? arena_string(arena, day) : arena_printf(arena, "%.*s.%lu", TEXT_ARGS(day), number);
    if (version == NULL)
        return arena_error(arena, error, "writing the version");
    *ret_version = text_from(version);
    return ERROR_NONE;
}

/* ---- both ---- */

static enum error_code copy(struct text *ret_copy, struct text text, struct arena *arena, struct error *error)
{
    char *bytes = arena_string(arena, text);

    if (bytes == NULL)
        return arena_error(arena, error, "writing the version");
    *ret_copy = (struct text){bytes, text.length};
    return ERROR_NONE;
}

static enum error_code keep_version(struct code_version *version, const struct kept *kept, struct arena *arena,
                                    struct error *error)
{
    version->differences = kept->differences;
    if (copy(&version->version, kept->version, arena, error) != ERROR_NONE ||
        copy(&version->synced_at, kept->synced_at, arena, error) != ERROR_NONE)
        return error->code;
    return copy(&version->previous_hash, kept->previous_hash, arena, error);
}

static enum error_code new_version(struct code_version *version, const struct snapshot *snapshot,
                                   const struct kept *kept, json_t *objects, struct arena *arena, struct error *error)
{
    char time[CLOCK_TEXT_SIZE];

    clock_format_seconds(snapshot->info.taken_at, time);
    version->differences = kept->json == NULL ? -1 : count_differences(kept->objects, objects);
    if (copy(&version->synced_at, text_from(time), arena, error) != ERROR_NONE ||
        copy(&version->previous_hash, kept->hash, arena, error) != ERROR_NONE)
        return error->code;
    return choose_version(&version->version, version->synced_at, kept, arena, error);
}

static enum error_code write_file(struct code_version *version, json_t *objects, struct arena *arena,
                                  struct error *error)
{
    json_t *json = json_pack("{s:s#, s:s#, s:s#, s:s#, s:I, s:O}", "version", version->version.bytes,
                             (int)version->version.length, "synced_at", version->synced_at.bytes,
                             (int)version->synced_at.length, "hash", version->hash.bytes, (int)version->hash.length,
                             "previous_hash", version->previous_hash.bytes, (int)version->previous_hash.length,
                             "differences", (json_int_t)version->differences, "objects", objects);
    char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(1) | JSON_SORT_KEYS);
    const char *file = text == NULL ? NULL : arena_printf(arena, "%s\n", text);

    free(text);
    json_decref(json);
    if (file == NULL)
        return error_memory(error, "writing the version");
    version->file = text_from(file);
    return ERROR_NONE;
}

enum error_code code_version_make(struct code_version *ret_version, const struct snapshot *snapshot, struct text before,
                                  struct arena *arena, struct error *error)
{
    struct code_version version = {.differences = -1};
    char hex[HASH_HEX_SIZE];
    struct kept kept;
    json_t *objects;
    enum error_code code;

    hash_to_hex(&snapshot->root, hex);
    if (copy(&version.hash, text_from(hex), arena, error) != ERROR_NONE)
        return error->code;
    read_kept(&kept, before);
    objects = list_objects(snapshot);
    if (objects == NULL)
        code = error_memory(error, "writing the version");
    else if (kept.json != NULL && text_equal(kept.hash, version.hash))
        code = keep_version(&version, &kept, arena, error);
    else
        code = new_version(&version, snapshot, &kept, objects, arena, error);
    if (code == ERROR_NONE)
        code = write_file(&version, objects, arena, error);
    json_decref(objects);
    json_decref(kept.json);
    if (code == ERROR_NONE)
        *ret_version = version;
    return code;
}
