/* GET /api/v1/objects and /api/v1/object */
#include <string.h>

#include "correlate/comparison.h"
#include "feed/json.h"
#include "feed/parameters.h"
#include "feed/routes.h"
#include "schema/object_list.h"

enum { OBJECTS_LIMIT = 10000 };

static const char *object_kind_choice(size_t number)
{
    for (size_t i = 0; i < kind_table_count; i++)
        if (!kind_table[i].is_part && number-- == 0)
            return kind_table[i].name;
    return NULL;
}

#define REFERENCE                                                                                                      \
    {                                                                                                                  \
        .name = "ref", .type = PARAMETER_TEXT, .required = true, .summary = "A reference, as for `/api/v1/snapshot`."  \
    }

const struct parameter objects_parameters[] = {
    REFERENCE,
    {.name = "kind", .type = PARAMETER_CHOICE, .choice = object_kind_choice, .summary = "Only objects of this kind."},
    {.name = "after", .type = PARAMETER_TEXT, .summary = "Only those that follow this one: `next` of the page before."},
    PAGE_SIZE_UP_TO(OBJECTS_LIMIT, "1000"),
    {0},
};

const struct parameter object_parameters[] = {
    REFERENCE,
    {.name = "object",
     .type = PARAMETER_TEXT,
     .required = true,
     .summary = "The dotted path of a top-level object, as it is displayed: `shop.orders`."},
    {.name = "kind",
     .type = PARAMETER_CHOICE,
     .choice = object_kind_choice,
     .summary = "Its kind, where objects of several kinds have the path."},
    {0},
};

/* A snapshot of the history as a whole, and its objects in order. */
struct view {
    struct snapshot *snapshot;
    struct object_list list;
};

static void view_clear(struct view *view)
{
    snapshot_free(view->snapshot);
}

static enum error_code view_open(struct view *view, const struct request *request, struct error *error)
{
    struct text reference = request_text(&request->parameters, "ref");
    struct snapshot_row row;

    if (comparison_resolve(request->database, request_fleet(request), reference, request->arena, &row, error) !=
            ERROR_NONE ||
        comparison_load(request->database, &row, reference, request_fleet(request)->memory_limit, &view->snapshot,
                        error) != ERROR_NONE)
        return error->code;
    return object_list_make(&view->list, view->snapshot, request->arena, error);
}

/* The number of a kind that is asked for, or KIND_NONE. */
static enum kind wanted_kind(const struct request *request)
{
    return kind_from_name(request_text(&request->parameters, "kind"));
}

/* What both answers begin with. */
static json_t *begin_document(struct json_builder *builder, const struct request *request, const struct view *view)
{
    json_t *document = json_builder_object(builder);

    json_builder_set(builder, document, "ref", json_builder_text(builder, request_text(&request->parameters, "ref")));
    json_builder_set(builder, document, "root", json_hash(builder, &view->snapshot->root));
    return document;
}

/* ---- the list ---- */

/* Where a page begins: behind `KIND:PATH`. */
struct cursor {
    enum kind kind; /* KIND_NONE: at the beginning */
    struct text path;
};

static enum error_code read_cursor(struct cursor *cursor, struct text after, struct error *error)
{
    const char *colon = after.length == 0 ? NULL : memchr(after.bytes, ':', after.length);

    if (after.length == 0)
        return ERROR_NONE;
    if (colon != NULL) {
        cursor->kind = kind_from_name((struct text){after.bytes, (size_t)(colon - after.bytes)});
        cursor->path = (struct text){colon + 1, (size_t)(after.bytes + after.length - colon - 1)};
    }
    if (cursor->kind == KIND_NONE)
        return error_set(error, ERROR_USAGE, "the parameter 'after' is not what an answer had as 'next'");
    return ERROR_NONE;
}

static bool is_behind(const struct cursor *cursor, const struct listed_object *item)
{
    if (item->kind != cursor->kind)
        return item->kind > cursor->kind;
    return text_compare(item->path, cursor->path) > 0;
}

static json_t *item_value(struct json_builder *builder, const struct listed_object *item)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "kind", json_builder_string(builder, kind_name(item->kind)));
    json_builder_set(builder, object, "path", json_builder_text(builder, item->path));
    return object;
}

static json_t *next_value(struct json_builder *builder, const struct listed_object *last)
{
    CLEANUP(buffer_clear) struct buffer text;

    buffer_init(&text);
    buffer_printf(&text, "%s:", kind_name(last->kind));
    buffer_add_text(&text, last->path);
    builder->failed = builder->failed || text.failed;
    return json_builder_text(builder, buffer_text(&text));
}

enum error_code get_objects(const struct request *request, struct answer *answer, struct error *error)
{
    int64_t limit = request_number(&request->parameters, "limit"), count = 0;
    CLEANUP(view_clear) struct view view = {0};
    const struct listed_object *last = NULL;
    enum kind kind = wanted_kind(request);
    struct json_builder builder = {0};
    struct cursor cursor = {0};
    json_t *document, *list;
    bool more = false;

    if (read_cursor(&cursor, request_text(&request->parameters, "after"), error) != ERROR_NONE ||
        view_open(&view, request, error) != ERROR_NONE)
        return error->code;
    document = begin_document(&builder, request, &view);
    list = json_builder_array(&builder);
    for (size_t i = 0; i < view.list.count && !more && !builder.failed; i++) {
        const struct listed_object *item = &view.list.items[i];

        if ((kind != KIND_NONE && item->kind != kind) || !is_behind(&cursor, item))
            continue;
        more = count == limit;
        if (more)
            break;
        json_builder_append(&builder, list, item_value(&builder, item));
        last = item;
        count++;
    }
    json_builder_set(&builder, document, "objects", list);
    json_builder_set(&builder, document, "next", more ? next_value(&builder, last) : json_null());
    return answer_json(answer, &builder, document, error);
}

/* ---- one object ---- */

static enum error_code find_object(const struct view *view, const struct request *request,
                                   const struct listed_object **ret_item, struct error *error)
{
    struct text path = request_text(&request->parameters, "object");
    enum kind kind = wanted_kind(request);
    const struct listed_object *found = NULL;

    for (size_t i = 0; i < view->list.count; i++) {
        const struct listed_object *item = &view->list.items[i];

        if ((kind != KIND_NONE && item->kind != kind) || !text_equal(item->path, path))
            continue;
        if (found != NULL) {
            error_set(error, ERROR_AMBIGUOUS, "'%.*s' is the path of a %s and of a %s",
                      (int)(path.length > 80 ? 80 : path.length), path.bytes, kind_name(found->kind),
                      kind_name(item->kind));
            return error_hint(error, "say which with 'kind'");
        }
        found = item;
    }
    if (found == NULL) {
        error_set(error, ERROR_NOT_FOUND, "there is no object '%.*s' in this snapshot",
                  (int)(path.length > 80 ? 80 : path.length), path.bytes);
        return error_hint(error, "`driftline show` lists them; a column or index is part of its table");
    }
    *ret_item = found;
    return ERROR_NONE;
}

static json_t *attribute_json(struct json_builder *builder, const struct attribute *attribute)
{
    json_t *object = json_builder_object(builder), *value;

    if (attribute->is_list) {
        value = json_builder_array(builder);
        for (uint32_t i = 0; i < attribute->count && !builder->failed; i++)
            json_builder_append(builder, value, json_builder_text(builder, attribute->items[i]));
    } else {
        value = json_builder_text(builder, attribute->items[0]);
    }
    json_builder_set(builder, object, "name", json_builder_text(builder, attribute->name));
    json_builder_set(builder, object, "value", value);
    return object;
}

static json_t *attributes_json(struct json_builder *builder, const struct attribute *attributes, uint32_t count)
{
    json_t *list = json_builder_array(builder);

    for (uint32_t i = 0; i < count && !builder->failed; i++)
        json_builder_append(builder, list, attribute_json(builder, &attributes[i]));
    return list;
}

static json_t *part_json(struct json_builder *builder, const struct part *part)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "kind", json_builder_string(builder, kind_name(part->kind)));
    json_builder_set(builder, object, "name", json_builder_text(builder, part->name));
    json_builder_set(builder, object, "attributes", attributes_json(builder, part->attributes, part->attribute_count));
    return object;
}

enum error_code get_object(const struct request *request, struct answer *answer, struct error *error)
{
    CLEANUP(view_clear) struct view view = {0};
    const struct listed_object *item = NULL;
    struct json_builder builder = {0};
    json_t *document, *parts;
    struct object object;

    if (view_open(&view, request, error) != ERROR_NONE || find_object(&view, request, &item, error) != ERROR_NONE ||
        snapshot_object(view.snapshot, item->entry, request->arena, &object, error) != ERROR_NONE)
        return error->code;
    document = begin_document(&builder, request, &view);
    parts = json_builder_array(&builder);
    for (uint32_t i = 0; i < object.part_count && !builder.failed; i++)
        json_builder_append(&builder, parts, part_json(&builder, &object.parts[i]));
    json_builder_set(&builder, document, "kind", json_builder_string(&builder, kind_name(object.kind)));
    json_builder_set(&builder, document, "path", json_builder_text(&builder, item->path));
    json_builder_set(&builder, document, "attributes",
                     attributes_json(&builder, object.attributes, object.attribute_count));
    json_builder_set(&builder, document, "parts", parts);
    return answer_json(answer, &builder, document, error);
}
