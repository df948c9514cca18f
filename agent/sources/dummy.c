/* A database that is only a script: a YAML file with a history of schemas, for demonstrations, first steps and tests
 * that need no server. docs/reference/dummy.md describes the file. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "sources/catalog.h"
#include "sources/dummy_script.h"
#include "sources/source.h"

enum { DOMAIN_CHEAP = 1, DOMAIN_EXACT };

static const char scheme[] = "dummy:";
static const char doing[] = "reading a scripted database";

/* ---- what exists after a number of steps ---- */

/* One read: where it is in the script, and the objects that exist there. */
struct player {
    struct arena *arena;
    unsigned step; /* from 1, for messages */
    const struct script_object **objects;
    uint32_t count;
    uint32_t capacity;
};

static enum error_code refuse(const struct player *player, const struct script_object *object, const char *what,
                              struct error *error)
{
    return error_set(error, ERROR_CONFIG, "step %u: the %s '%s' %s", player->step, object->kind,
                     object->path[object->path_count - 1], what);
}

static bool same_object(const struct script_object *a, const struct script_object *b)
{
    if (strcmp(a->kind, b->kind) != 0 || a->path_count != b->path_count)
        return false;
    for (unsigned i = 0; i < a->path_count; i++)
        if (strcmp(a->path[i], b->path[i]) != 0)
            return false;
    return true;
}

/* The place of an object, or the number of objects when it does not exist. */
static uint32_t find(const struct player *player, const struct script_object *object)
{
    uint32_t i = 0;

    while (i < player->count && !same_object(player->objects[i], object))
        i++;
    return i;
}

static enum error_code add_object(struct player *player, const struct script_object *object, struct error *error)
{
    if (find(player, object) < player->count)
        return refuse(player, object, "exists already", error);
    if (player->count == player->capacity) {
        uint32_t capacity = player->capacity == 0 ? 64 : player->capacity * 2;
        const struct script_object **objects = arena_array(player->arena, capacity, sizeof(*objects));

        if (objects == NULL)
            return arena_error(player->arena, error, doing);
        if (player->count > 0)
            memcpy(objects, player->objects, player->count * sizeof(*objects));
        player->objects = objects;
        player->capacity = capacity;
    }
    player->objects[player->count++] = object;
    return ERROR_NONE;
}

static enum error_code play_step(struct player *player, const struct script_step *step, struct error *error)
{
    if (step->schema != NULL)
        player->count = 0;
    for (unsigned i = 0; i < step->schema_count; i++)
        if (add_object(player, &step->schema[i], error) != ERROR_NONE)
            return error->code;
    for (unsigned i = 0; i < step->remove_count; i++) {
        uint32_t place = find(player, &step->remove[i]);

        if (place == player->count)
            return refuse(player, &step->remove[i], "cannot be removed: it does not exist", error);
        player->objects[place] = player->objects[--player->count];
    }
    for (unsigned i = 0; i < step->replace_count; i++) {
        uint32_t place = find(player, &step->replace[i]);

        if (place == player->count)
            return refuse(player, &step->replace[i], "cannot be replaced: it does not exist", error);
        player->objects[place] = &step->replace[i];
    }
    for (unsigned i = 0; i < step->add_count; i++)
        if (add_object(player, &step->add[i], error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

/* ---- from the script to the model ---- */

static struct attribute plain(struct text name, struct text *value)
{
    return (struct attribute){.name = name, .items = value, .count = 1};
}

/* `name = value`, or `name[] = {a,"b c"}`. */
static enum error_code read_attribute(struct player *player, const char *text, struct attribute *ret_attribute,
                                      struct error *error)
{
    const char *equals = strstr(text, " = ");
    struct text name = {text, equals == NULL ? 0 : (size_t)(equals - text)};
    bool is_list = name.length > 2 && memcmp(text + name.length - 2, "[]", 2) == 0;
    struct text value;
    struct text *items;
    uint32_t count = 1;

    if (name.length == 0) {
        error_set(error, ERROR_CONFIG, "step %u: '%s' is no attribute", player->step, text);
        return error_hint(error, "write `name = value`, or `name[] = {a,\"b c\"}` for a list");
    }
    value = text_from(equals + 3);
    name.length -= is_list ? 2 : 0;
    if (is_list) {
        if (catalog_list_parse(value, player->arena, &items, &count, error) == ERROR_NONE)
            *ret_attribute = (struct attribute){.name = name, .items = items, .count = count, .is_list = true};
        else if (error->code == ERROR_CORRUPT)
            return error_set(error, ERROR_CONFIG, "step %u: '%s' is no list such as {a,\"b c\"}", player->step, text);
        return error->code;
    }
    items = arena_alloc(player->arena, sizeof *items);
    if (items == NULL)
        return arena_error(player->arena, error, doing);
    *items = value;
    *ret_attribute = plain(name, items);
    return ERROR_NONE;
}

static enum error_code read_attributes(struct player *player, const char *const *texts, unsigned count,
                                       struct attribute **ret_attributes, struct error *error)
{
    struct attribute *attributes = arena_array(player->arena, count, sizeof *attributes);

    if (attributes == NULL)
        return arena_error(player->arena, error, doing);
    for (unsigned i = 0; i < count; i++)
        if (read_attribute(player, texts[i], &attributes[i], error) != ERROR_NONE)
            return error->code;
    *ret_attributes = attributes;
    return ERROR_NONE;
}

/* Cut `suffix` and what follows it off; answers what follows, or NULL. */
static const char *cut(struct text *text, const char *suffix)
{
    const char *found = memmem(text->bytes, text->length, suffix, strlen(suffix));

    if (found != NULL)
        text->length = (size_t)(found - text->bytes);
    return found == NULL ? NULL : found + strlen(suffix);
}

/* `name type [not null] [default expression]` */
static enum error_code read_column(struct player *player, const char *text, struct part *ret_part, struct error *error)
{
    struct text *values = arena_array(player->arena, 3, sizeof *values);
    struct attribute *attributes = arena_array(player->arena, 3, sizeof *attributes);
    const char *space = strchr(text, ' ');
    const char *value;

    if (values == NULL || attributes == NULL)
        return arena_error(player->arena, error, doing);
    if (space == NULL || space == text || space[1] == '\0') {
        error_set(error, ERROR_CONFIG, "step %u: '%s' is no column", player->step, text);
        return error_hint(error, "write `name type [not null] [default expression]`, or a part of kind column");
    }
    values[0] = text_from(space + 1);
    value = cut(&values[0], " default ");
    values[2] = text_from(value);
    values[1] = cut(&values[0], " not null") == NULL ? TEXT("yes") : TEXT("no");
    attributes[0] = plain(TEXT("type"), &values[0]);
    attributes[1] = plain(TEXT("nullable"), &values[1]);
    attributes[2] = plain(TEXT("default"), &values[2]);
    *ret_part = (struct part){.kind = KIND_COLUMN,
                              .name = {text, (size_t)(space - text)},
                              .attributes = attributes,
                              .attribute_count = value == NULL ? 2 : 3};
    return ERROR_NONE;
}

static enum error_code read_part(struct player *player, const struct script_part *source, struct part *ret_part,
                                 struct error *error)
{
    enum kind kind = kind_from_name(text_from(source->kind));

    if (kind == KIND_NONE || !kind_facts(kind)->is_part)
        return error_set(error, ERROR_CONFIG, "step %u: there is no kind of part '%s'", player->step, source->kind);
    *ret_part = (struct part){
        .kind = kind, .name = text_from(source->name), .attribute_count = source->attributes_count, .id = source->id};
    return read_attributes(player, source->attributes, source->attributes_count, &ret_part->attributes, error);
}

static enum error_code read_object(struct player *player, const struct script_object *source, struct object *ret_object,
                                   struct error *error)
{
    struct object object = {.kind = kind_from_name(text_from(source->kind)),
                            .path.count = source->path_count,
                            .attribute_count = source->attributes_count,
                            .part_count = source->columns_count + source->parts_count,
                            .id = source->id};
    enum error_code code = ERROR_NONE;

    if (object.kind == KIND_NONE || kind_facts(object.kind)->is_part)
        return refuse(player, source, "is of a kind that does not exist", error);
    if (source->path_count != path_style_elements(kind_facts(object.kind)->path))
        return refuse(player, source, "has a path of the wrong length", error);
    for (unsigned i = 0; i < source->path_count; i++)
        object.path.elements[i] = text_from(source->path[i]);
    object.parts = arena_array(player->arena, object.part_count, sizeof *object.parts);
    if (object.parts == NULL)
        return arena_error(player->arena, error, doing);
    for (unsigned i = 0; i < source->columns_count && code == ERROR_NONE; i++)
        code = read_column(player, source->columns[i], &object.parts[i], error);
    for (unsigned i = 0; i < source->parts_count && code == ERROR_NONE; i++)
        code = read_part(player, &source->parts[i], &object.parts[source->columns_count + i], error);
    if (code == ERROR_NONE)
        code = read_attributes(player, source->attributes, source->attributes_count, &object.attributes, error);
    if (code == ERROR_NONE)
        *ret_object = object;
    return code;
}

static enum error_code read_gaps(struct player *player, const struct script_step *step, struct snapshot_input *input,
                                 struct error *error)
{
    input->gaps = arena_array(player->arena, step->gaps_count, sizeof *input->gaps);
    if (input->gaps == NULL)
        return arena_error(player->arena, error, doing);
    for (unsigned i = 0; i < step->gaps_count; i++) {
        enum kind kind = kind_from_name(text_from(step->gaps[i].kind));

        if (kind == KIND_NONE)
            return error_set(error, ERROR_CONFIG, "step %u: there is no kind '%s'", player->step, step->gaps[i].kind);
        input->gaps[i] = (struct coverage_gap){kind, text_from(step->gaps[i].object), text_from(step->gaps[i].reason)};
    }
    input->gap_count = step->gaps_count;
    return ERROR_NONE;
}

/* Fail as the script wants it. */
static enum error_code play_failure(const struct player *player, const struct script_failure *failure,
                                    struct error *error)
{
    for (unsigned code = ERROR_NONE + 1; code < ERROR_CODE_COUNT; code++)
        if (strcmp(failure->code, error_name((enum error_code)code)) == 0)
            return error_set(error, (enum error_code)code, "%s", failure->message);
    error_set(error, ERROR_CONFIG, "step %u: there is no error code '%s'", player->step, failure->code);
    return error_hint(error, "the codes are listed in docs/reference/errors.md");
}

/* ---- the reference ---- */

/* FILE~N: N steps before the last. Answers the length of FILE. */
static size_t split_ref(const char *ref, unsigned long *ret_back)
{
    const char *tilde = strrchr(ref, '~');
    size_t digits = tilde == NULL ? 0 : strspn(tilde + 1, "0123456789");

    *ret_back = 0;
    if (digits == 0 || digits > 9 || tilde[1 + digits] != '\0')
        return strlen(ref);
    *ret_back = strtoul(tilde + 1, NULL, 10);
    return (size_t)(tilde - ref);
}

static enum error_code play(struct player *player, const struct script *script, unsigned long back,
                            struct snapshot_input *input, struct error *error)
{
    const struct script_step *last = &script->steps[script->steps_count - 1 - back];
    enum error_code code = ERROR_NONE;

    for (player->step = 1; player->step <= script->steps_count - back && code == ERROR_NONE; player->step++)
        code = play_step(player, &script->steps[player->step - 1], error);
    if (code != ERROR_NONE)
        return code;
    player->step--;
    if (last->fail != NULL)
        return play_failure(player, last->fail, error);
    input->objects = arena_array(player->arena, player->count, sizeof *input->objects);
    if (input->objects == NULL)
        return arena_error(player->arena, error, doing);
    input->object_count = player->count;
    for (uint32_t i = 0; i < player->count && code == ERROR_NONE; i++)
        code = read_object(player, player->objects[i], &input->objects[i], error);
    return code == ERROR_NONE ? read_gaps(player, last, input, error) : code;
}

static enum error_code read_script(const struct script *script, const char *ref, const struct source_settings *settings,
                                   struct snapshot **ret_snapshot, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct player player = {.arena = &arena};
    struct snapshot_input input = {
        .info = {.ref = text_from(ref),
                 .engine = text_from(script->engine == NULL ? source_dummy.name : script->engine),
                 .server_version = text_from(script->version),
                 .origin = text_from(script->origin),
                 .taken_at = clock_now()}};
    enum error_code code;
    unsigned long back;

    arena_init(&arena, settings->memory_limit);
    split_ref(ref, &back);
    if (back >= script->steps_count)
        return error_set(error, ERROR_NOT_FOUND, "the history has only %u steps", script->steps_count);
    if (play(&player, script, back, &input, error) != ERROR_NONE)
        return error->code;
    if (settings->progress != NULL)
        settings->progress(settings->progress_context, 1, 1, input.object_count);
    code = snapshot_build(ret_snapshot, &input, settings->memory_limit, error);
    return code == ERROR_INTERNAL ? error->code = ERROR_CONFIG : code; /* what was read twice is in the file twice */
}

/* The file of a reference; answers its path. */
static enum error_code find_file(const char *ref, struct buffer *path, struct error *error)
{
    const char *file = ref + strlen(scheme);
    unsigned long back;

    if (file[0] == '\0') {
        error_set(error, ERROR_USAGE, "'%s' names no file", scheme);
        return error_hint(error, "write dummy:FILE");
    }
    buffer_add(path, file, split_ref(file, &back));
    return buffer_check(path, error, doing);
}

static enum error_code dummy_read(struct snapshot **ret_snapshot, const char *ref,
                                  const struct source_settings *settings, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};
    enum error_code code;
    void *script;

    if (find_file(ref, &path, error) != ERROR_NONE ||
        config_load(path.bytes, &dummy_script, &script, error) != ERROR_NONE)
        return error->code;
    code = read_script(script, ref, settings, ret_snapshot, error);
    config_free(&dummy_script, script);
    return code == ERROR_NONE || code == ERROR_MEMORY ? code : error_context(error, "'%s'", path.bytes);
}

/* ---- looking ---- */

/* Cheap: which file it is, how large, and when it was written. Exact: what it says. */
static enum error_code dummy_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark,
                                  struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};
    CLEANUP(buffer_clear) struct buffer seen = {0};
    CLEANUP(arena_free) struct arena arena;
    struct text content = {0};
    struct stat file;

    arena_init(&arena, watch->settings->memory_limit);
    if (find_file(watch->ref, &path, error) != ERROR_NONE)
        return error->code;
    if (stat(path.bytes, &file) != 0)
        return error_set(error, errno == ENOENT || errno == ENOTDIR ? ERROR_NOT_FOUND : ERROR_REFUSED,
                         "opening '%s': %s", path.bytes, strerror(errno));
    buffer_printf(&seen, "%ju %ju %jd %jd.%ld", (uintmax_t)file.st_dev, (uintmax_t)file.st_ino, (intmax_t)file.st_size,
                  (intmax_t)file.st_mtim.tv_sec, file.st_mtim.tv_nsec);
    if (buffer_check(&seen, error, doing) != ERROR_NONE ||
        (exact && file_read(path.bytes, CONFIG_SIZE_LIMIT, &arena, &content, error) != ERROR_NONE))
        return error->code;
    ret_mark->cheap = hasher_digest(watch->hasher, DOMAIN_CHEAP, buffer_text(&seen));
    if (exact)
        ret_mark->exact = hasher_digest(watch->hasher, DOMAIN_EXACT, content);
    return ERROR_NONE;
}

/* A path holds no secret. */
static void dummy_redact(struct buffer *buffer, const char *ref)
{
    buffer_add_string(buffer, ref);
}

static const char *const schemes[] = {scheme, NULL};

const struct source_ops source_dummy = {
    .name = "dummy",
    .schemes = schemes,
    .syntax = "dummy:FILE[~STEPS]",
    .summary = "a scripted database, to try things",
    .read = dummy_read,
    .look = dummy_look,
    .redact = dummy_redact,
};
