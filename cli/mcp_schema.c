/* Tools that read schemas themselves. */
#include "cli/json.h"
#include "cli/mcp.h"
#include "cli/reading.h"
#include "cli/show.h"
#include "drift/ignore.h"
#include "drift/report.h"

enum { FOUND_LIMIT = 1000, FOUND_PRESET = 100 };

static const char doing[] = "answering";

/* A model asks for what it was told by anybody: it may read what the collector has, and what this server was started
 * for, but no other server and no file. */
static enum error_code check_reference(const struct mcp *mcp, const char *reference, struct error *error)
{
    struct ref ref;

    for (size_t i = 0; i < mcp->call->operand_count; i++)
        if (strcmp(mcp->call->operands[i], reference) == 0)
            return ERROR_NONE;
    if (ref_parse(&ref, text_from(reference), error) == ERROR_NONE && ref.type == REF_COLLECTOR)
        return ERROR_NONE;
    error_set(error, ERROR_REFUSED, "this reference may not be read here");
    return error_hint(error, "use one of the collector's, such as orders@prod; others must be named when "
                             "`driftline mcp` is started");
}

static enum error_code read_all(const struct mcp *mcp, struct reading *readings, size_t count, struct error *error)
{
    struct ref_settings settings;

    for (size_t i = 0; i < count; i++)
        if (check_reference(mcp, readings[i].reference, error) != ERROR_NONE)
            return error->code;
    if (command_ref_settings(mcp->call, &settings, error) != ERROR_NONE)
        return error->code;
    return reading_run(readings, count, &settings, error);
}

enum error_code mcp_read(const struct mcp *mcp, const char *reference, struct snapshot **ret_snapshot,
                         struct error *error)
{
    struct reading reading = {.reference = reference, .label = "reading"};

    if (read_all(mcp, &reading, 1, error) != ERROR_NONE)
        return error->code;
    *ret_snapshot = reading.snapshot;
    return ERROR_NONE;
}

/* ---- diff ---- */

static enum error_code compare(const struct mcp *mcp, const struct snapshot *from, const struct snapshot *to,
                               json_t **ret_result, struct error *error)
{
    const struct report_format *format = report_format_find(TEXT("json"));
    CLEANUP(buffer_clear) struct buffer text;
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;
    struct diff diff;

    buffer_init(&text);
    arena_init(&arena, mcp->call->settings.memory_limit);
    if (settings_for_diff(&mcp->call->settings, &arena, &options, error) != ERROR_NONE ||
        diff_snapshots(&diff, from, to, &options, &arena, error) != ERROR_NONE ||
        format->write(&text, &(struct report){.diff = &diff, .from = from, .to = to}, error) != ERROR_NONE ||
        buffer_check(&text, error, doing) != ERROR_NONE)
        return error->code;
    *ret_result = json_loadb(text.bytes, text.length, 0, NULL);
    return *ret_result == NULL ? error_memory(error, doing) : ERROR_NONE;
}

enum error_code mcp_diff(const struct mcp *mcp, const json_t *arguments, json_t **ret_result, struct error *error)
{
    struct reading sides[] = {{.reference = mcp_text(arguments, "from"), .label = "from"},
                              {.reference = mcp_text(arguments, "to"), .label = "to"}};
    enum error_code code;

    if (read_all(mcp, sides, LENGTH_OF(sides), error) != ERROR_NONE)
        return error->code;
    code = compare(mcp, sides[0].snapshot, sides[1].snapshot, ret_result, error);
    snapshot_free(sides[0].snapshot);
    snapshot_free(sides[1].snapshot);
    return code;
}

/* ---- one schema ---- */

/* What looks through all objects of a schema. */
struct looking {
    struct text wanted; /* a pattern over dotted paths */
    enum kind kind;     /* KIND_NONE: any */
    size_t limit;
    size_t found;
    size_t more;  /* that did not fit */
    bool in_full; /* objects only, each with all it has; else names, also of parts */
    json_t *list;
    struct arena *arena;
    struct error *error;
};

typedef enum error_code (*look_at)(struct looking *looking, const struct listed_object *item,
                                   const struct object *object);

static enum error_code walk(const struct snapshot *snapshot, struct looking *looking, look_at look)
{
    struct object_list list;

    if (object_list_make(&list, snapshot, looking->arena, looking->error) != ERROR_NONE)
        return looking->error->code;
    for (size_t i = 0; i < list.count; i++) {
        CLEANUP(arena_free) struct arena scratch;
        struct object object;

        arena_init(&scratch, looking->arena->limit);
        if (snapshot_object(snapshot, list.items[i].entry, &scratch, &object, looking->error) != ERROR_NONE ||
            look(looking, &list.items[i], &object) != ERROR_NONE)
            return looking->error->code;
    }
    return ERROR_NONE;
}

static enum error_code add(struct looking *looking, json_t *value)
{
    if (looking->found == looking->limit) {
        looking->more++;
        json_decref(value);
        return ERROR_NONE;
    }
    looking->found++;
    return json_array_append_new(looking->list, value) == 0 ? ERROR_NONE : error_memory(looking->error, doing);
}

static enum error_code look_in_full(struct looking *looking, const struct listed_object *item,
                                    const struct object *object)
{
    if (!glob_matches(looking->wanted, item->path))
        return ERROR_NONE;
    return add(looking, show_json_object(&(struct shown){.path = item->path, .object = object}));
}

static enum error_code add_name(struct looking *looking, enum kind kind, struct text path)
{
    if ((looking->kind != KIND_NONE && looking->kind != kind) || !glob_matches(looking->wanted, path))
        return ERROR_NONE;
    return add(looking, json_pack("{s:s, s:o}", "kind", kind_name(kind), "object", json_text(path)));
}

static enum error_code look_for_names(struct looking *looking, const struct listed_object *item,
                                      const struct object *object)
{
    if (add_name(looking, item->kind, item->path) != ERROR_NONE)
        return looking->error->code;
    for (uint32_t i = 0; i < object->part_count; i++) {
        struct text path;

        if (object_list_part_path(&path, item->path, object->parts[i].name, looking->arena, looking->error) !=
                ERROR_NONE ||
            add_name(looking, object->parts[i].kind, path) != ERROR_NONE)
            return looking->error->code;
    }
    return ERROR_NONE;
}

/* Look through the schema that `ref` names; the answer says what it is, and what was found. */
static enum error_code look_through(const struct mcp *mcp, const json_t *arguments, struct looking *looking,
                                    look_at look, json_t **ret_result)
{
    struct snapshot *snapshot = NULL;
    json_t *result = NULL;

    if (mcp_read(mcp, mcp_text(arguments, "ref"), &snapshot, looking->error) != ERROR_NONE)
        return looking->error->code;
    looking->list = json_array();
    if (looking->list != NULL && walk(snapshot, looking, look) == ERROR_NONE)
        result = json_snapshot(snapshot);
    snapshot_free(snapshot);
    if (looking->error->code == ERROR_NONE && (!json_add(result, "found", json_incref(looking->list)) ||
                                               !json_add(result, "more", json_integer((json_int_t)looking->more))))
        error_memory(looking->error, doing);
    json_decref(looking->list);
    if (looking->error->code == ERROR_NONE)
        *ret_result = result;
    else
        json_decref(result);
    return looking->error->code;
}

enum error_code mcp_show_object(const struct mcp *mcp, const json_t *arguments, json_t **ret_result,
                                struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct looking looking = {
        .wanted = text_from(mcp_text(arguments, "object")), .limit = FOUND_PRESET, .arena = &arena, .error = error};

    arena_init(&arena, mcp->call->settings.memory_limit);
    if (look_through(mcp, arguments, &looking, look_in_full, ret_result) != ERROR_NONE)
        return error->code;
    if (looking.found > 0)
        return ERROR_NONE;
    json_decref(*ret_result);
    *ret_result = NULL;
    error_set(error, ERROR_NOT_FOUND, "the schema has no object '%.200s'", mcp_text(arguments, "object"));
    return error_hint(error, "search_objects finds names");
}

enum error_code mcp_search_objects(const struct mcp *mcp, const json_t *arguments, json_t **ret_result,
                                   struct error *error)
{
    const char *text = mcp_text(arguments, "text"), *kind = mcp_text(arguments, "kind");
    json_int_t limit = mcp_number(arguments, "limit");
    CLEANUP(arena_free) struct arena arena;
    struct looking looking = {.arena = &arena, .error = error, .kind = kind_from_name(text_from(kind))};
    const char *pattern;

    arena_init(&arena, mcp->call->settings.memory_limit);
    if (kind[0] != '\0' && looking.kind == KIND_NONE) {
        error_set(error, ERROR_USAGE, "there is no kind '%.80s'", kind);
        return error_hint(error, "kinds are table, column, index, view, function, enum …");
    }
    pattern = strpbrk(text, "*?") != NULL ? text : arena_printf(&arena, "*%s*", text);
    if (pattern == NULL)
        return arena_error(&arena, error, doing);
    looking.wanted = text_from(pattern);
    looking.limit = limit == 0 ? FOUND_PRESET : limit > FOUND_LIMIT ? FOUND_LIMIT : (size_t)limit;
    return look_through(mcp, arguments, &looking, look_for_names, ret_result);
}
