#include "cli/command.h"

#include <stdio.h>

#include "cli/output.h"
#include "cli/show.h"
#include "drift/ignore.h"

static const struct option options[] = {
    {"kind", 'k', OPTION_CHOICES, offsetof(struct settings, kinds), "LIST", NULL, NULL, settings_kind_name, 0, 0,
     "only these kinds of objects or parts, separated by commas, such as table,index"},
    {"stats", 0, OPTION_FLAG, offsetof(struct settings, statistics), NULL, NULL, NULL, NULL, 0, 0,
     "figures instead of names: sizes, foreign-key chains and cycles, tables without primary key"},
    {"format", 0, OPTION_CHOICE, offsetof(struct settings, format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as"},
    {0},
};

/* Everything that printing needs. */
struct view {
    const struct call *call;
    const struct snapshot *snapshot;
    struct object_list list;
    struct arena *arena;
    struct buffer *output;
    json_t *objects; /* with --format json: of those in full */
    size_t found;
};

static bool is_json(const struct view *view)
{
    return view->call->settings.format == FORMAT_JSON;
}

/* Whether --kind lets a kind through. */
static bool is_wanted(const struct view *view, enum kind kind)
{
    uint64_t kinds = view->call->settings.kinds;

    for (size_t i = 0; i < kind_table_count && kinds != 0; i++)
        if (kind_table[i].kind == kind)
            return (kinds >> i & 1) != 0;
    return kinds == 0;
}

static bool wants_parts(const struct view *view)
{
    for (size_t i = 0; i < kind_table_count; i++)
        if (kind_table[i].is_part && view->call->settings.kinds != 0 && is_wanted(view, kind_table[i].kind))
            return true;
    return false;
}

/* ---- names ---- */

static size_t count_names(const struct view *view, const struct statistics *statistics)
{
    size_t count = 0;

    for (size_t i = 0; i < kind_table_count; i++)
        if (is_wanted(view, kind_table[i].kind) && (!kind_table[i].is_part || wants_parts(view)))
            count += statistics->counts[kind_table[i].kind];
    return count;
}

static enum error_code add_part_names(const struct view *view, struct shown_names *names, enum kind kind,
                                      struct error *error)
{
    for (size_t i = 0; i < view->list.count; i++) {
        CLEANUP(arena_free) struct arena scratch;
        struct object object;

        arena_init(&scratch, view->arena->limit);
        if (snapshot_object(view->snapshot, view->list.items[i].entry, &scratch, &object, error) != ERROR_NONE)
            return error->code;
        for (uint32_t j = 0; j < object.part_count; j++) {
            struct shown_name *name = &names->items[names->count];

            if (object.parts[j].kind != kind)
                continue;
            name->kind = kind;
            if (object_list_part_path(&name->path, view->list.items[i].path, object.parts[j].name, view->arena,
                                      error) != ERROR_NONE)
                return error->code;
            names->count++;
        }
    }
    return ERROR_NONE;
}

static enum error_code make_names(const struct view *view, const struct statistics *statistics,
                                  struct shown_names *ret_names, struct error *error)
{
    struct shown_names names = {arena_array(view->arena, count_names(view, statistics), sizeof *names.items), 0};

    if (names.items == NULL)
        return arena_error(view->arena, error, "listing objects");
    for (size_t i = 0; i < view->list.count; i++)
        if (is_wanted(view, view->list.items[i].kind))
            names.items[names.count++] = (struct shown_name){view->list.items[i].kind, view->list.items[i].path};
    for (size_t i = 0; i < kind_table_count && wants_parts(view); i++)
        if (kind_table[i].is_part && is_wanted(view, kind_table[i].kind) &&
            add_part_names(view, &names, kind_table[i].kind, error) != ERROR_NONE)
            return error->code;
    *ret_names = names;
    return ERROR_NONE;
}

static enum error_code show_overview(struct view *view, const struct statistics *statistics, struct error *error)
{
    struct shown_names names;
    json_t *json;

    if (make_names(view, statistics, &names, error) != ERROR_NONE)
        return error->code;
    if (!is_json(view)) {
        if (view->call->settings.kinds == 0) {
            show_write_header(view->output, view->snapshot);
            show_write_kinds(view->output, statistics);
        }
        show_write_names(view->output, &names);
        return ERROR_NONE;
    }
    json = json_snapshot(view->snapshot);
    if (!json_add(json, "kinds", show_json_kinds(statistics->counts)) ||
        !json_add(json, "names", show_json_names(&names))) {
        json_decref(json);
        json = NULL;
    }
    return json_write(view->output, json, error);
}

static enum error_code show_statistics(struct view *view, const struct statistics *statistics, struct error *error)
{
    json_t *json;

    if (!is_json(view)) {
        show_write_statistics(view->output, statistics);
        return ERROR_NONE;
    }
    json = json_snapshot(view->snapshot);
    if (!json_add(json, "statistics", show_json_statistics(statistics))) {
        json_decref(json);
        json = NULL;
    }
    return json_write(view->output, json, error);
}

/* ---- objects in full ---- */

/* A path, a glob over paths, or the path of a function without its arguments. */
static bool matches(struct text wanted, struct text path, enum kind kind)
{
    const char *parenthesis = path.length == 0 ? NULL : memchr(path.bytes, '(', path.length);

    if (text_equal(wanted, path) || glob_matches(wanted, path))
        return true;
    return parenthesis != NULL && kind_facts(kind)->path == PATH_SIGNATURE &&
           glob_matches(wanted, (struct text){path.bytes, (size_t)(parenthesis - path.bytes)});
}

static enum error_code show_one(struct view *view, const struct shown *shown, struct error *error)
{
    if (is_json(view)) {
        if (json_array_append_new(view->objects, show_json_object(shown)) != 0)
            return error_memory(error, "writing JSON");
    } else {
        buffer_add_string(view->output, view->found == 0 ? "" : "\n");
        show_write_object(view->output, shown);
    }
    view->found++;
    return ERROR_NONE;
}

/* The parts of one object that match. */
static enum error_code show_parts(struct view *view, const struct listed_object *item, const struct object *object,
                                  struct text wanted, struct error *error)
{
    for (uint32_t i = 0; i < object->part_count; i++) {
        struct shown shown = {.object = object, .part = &object->parts[i]};

        if (!is_wanted(view, shown.part->kind))
            continue;
        if (object_list_part_path(&shown.path, item->path, shown.part->name, view->arena, error) != ERROR_NONE)
            return error->code;
        if (matches(wanted, shown.path, shown.part->kind) && show_one(view, &shown, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code show_matching(struct view *view, struct text wanted, bool parts, struct error *error)
{
    for (size_t i = 0; i < view->list.count; i++) {
        const struct listed_object *item = &view->list.items[i];
        CLEANUP(arena_free) struct arena scratch;
        struct object object;
        struct shown shown = {.path = item->path, .object = &object};

        arena_init(&scratch, view->arena->limit);
        if (!parts && (!is_wanted(view, item->kind) || !matches(wanted, item->path, item->kind)))
            continue;
        if (snapshot_object(view->snapshot, item->entry, &scratch, &object, error) != ERROR_NONE)
            return error->code;
        if ((parts ? show_parts(view, item, &object, wanted, error) : show_one(view, &shown, error)) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code not_found(const struct view *view, const char *wanted, struct error *error)
{
    const char *nearest = NULL;
    size_t shortest = SIZE_MAX;

    for (size_t i = 0; i < view->list.count; i++) {
        const char *path = arena_string(view->arena, view->list.items[i].path);
        size_t distance = path == NULL ? SIZE_MAX : option_distance(wanted, path);

        if (distance < shortest && option_is_near(wanted, distance)) {
            shortest = distance;
            nearest = path;
        }
    }
    error_set(error, ERROR_NOT_FOUND, "the schema has no object '%.200s'", wanted);
    if (nearest != NULL)
        return error_hint(error, "did you mean '%s'?", nearest);
    return error_hint(error, "'driftline show REF' lists all");
}

/* Objects that match; when there are none, objects of that name in any schema; then parts. */
static enum error_code show_objects(struct view *view, const char *wanted, struct error *error)
{
    const char *anywhere = arena_printf(view->arena, "*.%s", wanted);
    enum error_code code;

    if (anywhere == NULL)
        return arena_error(view->arena, error, "looking for objects");
    if (is_json(view) && (view->objects = json_array()) == NULL)
        return error_memory(error, "writing JSON");
    code = show_matching(view, text_from(wanted), false, error);
    if (code == ERROR_NONE && view->found == 0 && strchr(wanted, '.') == NULL)
        code = show_matching(view, text_from(anywhere), false, error);
    if (code == ERROR_NONE && view->found == 0)
        code = show_matching(view, text_from(wanted), true, error);
    if (code == ERROR_NONE && view->found == 0)
        code = not_found(view, wanted, error);
    if (code == ERROR_NONE && is_json(view)) {
        json_t *json = json_snapshot(view->snapshot);

        if (json_object_set(json, "found", view->objects) != 0) {
            json_decref(json);
            json = NULL;
        }
        code = json_write(view->output, json, error);
    }
    json_decref(view->objects);
    return code;
}

static enum error_code show(struct view *view, struct error *error)
{
    struct statistics statistics;

    if (object_list_make(&view->list, view->snapshot, view->arena, error) != ERROR_NONE)
        return error->code;
    if (view->call->operand_count > 1)
        return show_objects(view, view->call->operands[1], error);
    if (statistics_make(&statistics, view->snapshot, &view->list, view->arena, error) != ERROR_NONE)
        return error->code;
    return (view->call->settings.statistics ? show_statistics : show_overview)(view, &statistics, error);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(snapshot_freep) struct snapshot *snapshot = NULL;
    CLEANUP(buffer_clear) struct buffer output;
    CLEANUP(arena_free) struct arena arena;
    struct view view = {.call = call, .arena = &arena, .output = &output};

    (void)ret_status;
    buffer_init(&output);
    arena_init(&arena, call->settings.memory_limit);
    if (call->settings.statistics && (call->operand_count > 1 || call->settings.kinds != 0)) {
        error_set(error, ERROR_USAGE, "'--stats' is about the whole schema");
        return error_hint(error, "leave out OBJECT and '--kind'");
    }
    if (command_read(call, &snapshot, error) != ERROR_NONE)
        return error->code;
    view.snapshot = snapshot;
    if (show(&view, error) != ERROR_NONE)
        return error->code;
    return output_write(NULL, &output, error);
}

static const char *const examples[] = {
    "driftline show sqlite:app.db",
    "driftline show orders.snap shop.orders",
    "driftline show orders.snap --kind index,foreign_key",
    "driftline show postgres://app@db1/orders --stats --format json",
    NULL,
};

const struct command command_show = {
    .name = "show",
    .syntax = "REF [OBJECT]",
    .summary = "print what a schema consists of",
    .text = "Without OBJECT: what the snapshot is, how many objects of each kind it has,\n"
            "their names, and what could not be read. OBJECT is a dotted path as the lists\n"
            "print it, such as `shop.orders`, `shop.orders.total` or `shop.total(integer)`\n"
            "(the arguments may be left out), a name without its schema, or a pattern with\n"
            "`*` and `?`; what it matches is printed in full.\n",
    .examples = examples,
    .operands = {OPERAND_REF, OPERAND_OBJECT},
    .fewest_operands = 1,
    .options = options,
    .reads_schemas = true,
    .run = run,
};
