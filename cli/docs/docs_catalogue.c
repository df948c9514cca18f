#include "docs/docs_catalogue.h"

#include <stdlib.h>

#include "docs/docs_names.h"

static const char doing[] = "listing what is documented";

/* ---------------------------------------------------------------- kinds */

bool docs_kind_is_routine(enum kind kind)
{
    return kind == KIND_FUNCTION || kind == KIND_PROCEDURE || kind == KIND_AGGREGATE;
}

bool docs_kind_is_relation(enum kind kind)
{
    return kind == KIND_TABLE || kind == KIND_FOREIGN_TABLE || kind == KIND_VIEW || kind == KIND_MATERIALIZED_VIEW;
}

bool docs_kind_has_page(enum kind kind)
{
    return docs_kind_is_relation(kind) || docs_kind_is_routine(kind);
}

bool docs_kind_is_type(enum kind kind)
{
    return kind == KIND_ENUM || kind == KIND_DOMAIN || kind == KIND_COMPOSITE_TYPE || kind == KIND_RANGE_TYPE ||
           kind == KIND_BASE_TYPE || kind == KIND_TABLE_TYPE;
}

/* ---------------------------------------------------------------- finding */

uint32_t docs_find(const struct docs_catalogue *catalogue, enum kind kind, struct text path)
{
    const struct listed_object *item = object_list_find(&catalogue->list, kind, path);

    return item == NULL ? DOCS_NOWHERE : (uint32_t)(item - catalogue->list.items);
}

const struct docs_schema *docs_schema_in_order(const struct docs_catalogue *catalogue, uint32_t number)
{
    uint32_t first = catalogue->schema_count > 0 && catalogue->schemas[0].name.length == 0; /* it sorts first */

    return &catalogue->schemas[(number + first) % catalogue->schema_count];
}

uint32_t docs_find_relation(const struct docs_catalogue *catalogue, struct text path)
{
    static const enum kind kinds[] = {KIND_TABLE, KIND_VIEW, KIND_MATERIALIZED_VIEW, KIND_FOREIGN_TABLE};

    for (size_t i = 0; i < LENGTH_OF(kinds); i++) {
        uint32_t found = docs_find(catalogue, kinds[i], path);

        if (found != DOCS_NOWHERE)
            return found;
    }
    return DOCS_NOWHERE;
}

uint32_t docs_find_owner(const struct docs_catalogue *catalogue, enum kind kind, struct text path)
{
    uint32_t found;

    if (!kind_facts(kind)->is_part)
        return docs_find(catalogue, kind, path);
    for (size_t end = path.length; end-- > 1;) {
        struct text owner = {path.bytes, end};

        if (path.bytes[end] != '.')
            continue;
        found = docs_find_relation(catalogue, owner);
        if (found == DOCS_NOWHERE)
            found = docs_find(catalogue, KIND_DOMAIN, owner);
        if (found == DOCS_NOWHERE)
            found = docs_find(catalogue, KIND_COMPOSITE_TYPE, owner);
        if (found != DOCS_NOWHERE)
            return found;
    }
    return DOCS_NOWHERE;
}

struct text docs_attribute(const struct docs_item *item, const char *name)
{
    return attribute_value(item->object->attributes, item->object->attribute_count, text_from(name));
}

uint32_t docs_part_count(const struct docs_item *item, enum kind kind)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < item->object->part_count; i++)
        count += item->object->parts[i].kind == kind;
    return count;
}

bool docs_is_partition(const struct docs_item *item)
{
    return docs_attribute(item, "partition_of").length > 0;
}

/* ---------------------------------------------------------------- where things are described */

struct naming {
    struct docs_catalogue *catalogue;
    struct arena *arena;
    struct buffer scratch;
    struct buffer identity;
    struct error *error;
};

static enum error_code keep(struct naming *naming, struct text *ret_text)
{
    char *copy;

    if (buffer_check(&naming->scratch, naming->error, doing) != ERROR_NONE ||
        buffer_check(&naming->identity, naming->error, doing) != ERROR_NONE)
        return naming->error->code;
    copy = arena_copy(naming->arena, naming->scratch.bytes, naming->scratch.length);
    if (copy == NULL)
        return arena_error(naming->arena, naming->error, doing);
    *ret_text = (struct text){copy, naming->scratch.length};
    return ERROR_NONE;
}

static void identify(struct naming *naming, enum kind kind, struct text path)
{
    buffer_reset(&naming->identity);
    buffer_printf(&naming->identity, "%s ", kind_name(kind));
    buffer_add_text(&naming->identity, path);
}

static enum error_code name_folder(struct naming *naming, struct docs_schema *schema, size_t digits)
{
    if (schema->name.length == 0) {
        schema->page = TEXT("database.md");
        return ERROR_NONE;
    }
    identify(naming, KIND_SCHEMA, schema->name);
    buffer_reset(&naming->scratch);
    buffer_add_string(&naming->scratch, "schemas/");
    docs_name_write(&naming->scratch, naming->catalogue->hasher, schema->name, buffer_text(&naming->identity), digits);
    buffer_add_byte(&naming->scratch, '/');
    if (keep(naming, &schema->folder) != ERROR_NONE)
        return naming->error->code;
    buffer_add_string(&naming->scratch, "index.md");
    return keep(naming, &schema->page);
}

/* What a file or anchor is called after: the bare name, unless that of a routine has arguments. */
static struct text called(const struct docs_item *item)
{
    const struct path *path = &item->entry->path;

    if (docs_kind_is_routine(item->kind) && path->count == 3 && path->elements[2].length > 0)
        return item->name;
    return path->elements[path->count > 1 ? 1 : 0];
}

static void write_slug(struct naming *naming, const struct docs_item *item, size_t digits)
{
    identify(naming, item->kind, item->path);
    docs_name_write(&naming->scratch, naming->catalogue->hasher, called(item), buffer_text(&naming->identity), digits);
}

static void write_kind_folder(struct buffer *output, enum kind kind)
{
    for (const char *at = kind_facts(kind)->plural; *at != '\0'; at++)
        buffer_add_byte(output, (uint8_t)(*at == ' ' ? '-' : *at));
}

static void write_page(struct naming *naming, const struct docs_item *item, size_t digits)
{
    const struct docs_schema *schema = &naming->catalogue->schemas[item->schema];

    buffer_reset(&naming->scratch);
    if (schema->folder.length == 0 || item->kind == KIND_SCHEMA) {
        buffer_add_text(&naming->scratch, schema->page);
        return;
    }
    buffer_add_text(&naming->scratch, schema->folder);
    if (docs_kind_has_page(item->kind)) {
        write_kind_folder(&naming->scratch, item->kind);
        buffer_add_byte(&naming->scratch, '/');
        write_slug(naming, item, digits);
    } else if (item->kind == KIND_SEQUENCE) {
        buffer_add_string(&naming->scratch, "sequences");
    } else {
        buffer_add_string(&naming->scratch, docs_kind_is_type(item->kind) ? "types" : "objects");
    }
    buffer_add_string(&naming->scratch, ".md");
}

static bool is_alone(const struct naming *naming, const struct docs_item *item)
{
    return naming->catalogue->schemas[item->schema].folder.length > 0 &&
           (item->kind == KIND_SCHEMA || docs_kind_has_page(item->kind));
}

static enum error_code place(struct naming *naming, struct docs_item *item, size_t digits)
{
    write_page(naming, item, digits);
    if (keep(naming, &item->page) != ERROR_NONE)
        return naming->error->code;
    if (is_alone(naming, item))
        return ERROR_NONE;
    buffer_reset(&naming->scratch);
    buffer_printf(&naming->scratch, "%s-", kind_name(item->kind));
    write_slug(naming, item, digits);
    return keep(naming, &item->anchor);
}

static int compare_places(const void *a, const void *b)
{
    const struct docs_item *first = *(struct docs_item *const *)a;
    const struct docs_item *second = *(struct docs_item *const *)b;
    int order = text_compare(first->page, second->page);

    return order != 0 ? order : text_compare(first->anchor, second->anchor);
}

static int compare_folders(const void *a, const void *b)
{
    return text_compare((*(struct docs_schema *const *)a)->folder, (*(struct docs_schema *const *)b)->folder);
}

/* Two short digests that are equal are no accident but somebody's work; then the long ones tell them apart. */
static enum error_code part_folders(struct naming *naming)
{
    struct docs_catalogue *catalogue = naming->catalogue;
    struct docs_schema **sorted = arena_array(naming->arena, catalogue->schema_count, sizeof(struct docs_schema *));

    if (sorted == NULL)
        return arena_error(naming->arena, naming->error, doing);
    for (uint32_t i = 0; i < catalogue->schema_count; i++)
        sorted[i] = &catalogue->schemas[i];
    qsort(sorted, catalogue->schema_count, sizeof(struct docs_schema *), compare_folders);
    for (uint32_t i = 0, next; i < catalogue->schema_count; i = next) {
        struct text folder = sorted[i]->folder;

        for (next = i + 1; next < catalogue->schema_count && text_equal(sorted[next]->folder, folder);)
            next++;
        for (uint32_t j = i; j < next && next - i > 1; j++)
            if (name_folder(naming, sorted[j], NAME_DIGEST_LONG) != ERROR_NONE)
                return naming->error->code;
    }
    return ERROR_NONE;
}

static enum error_code part_places(struct naming *naming)
{
    struct docs_catalogue *catalogue = naming->catalogue;
    struct docs_item **sorted = arena_array(naming->arena, catalogue->item_count, sizeof(struct docs_item *));

    if (sorted == NULL)
        return arena_error(naming->arena, naming->error, doing);
    for (uint32_t i = 0; i < catalogue->item_count; i++)
        sorted[i] = &catalogue->items[i];
    qsort(sorted, catalogue->item_count, sizeof(struct docs_item *), compare_places);
    for (uint32_t i = 0, next; i < catalogue->item_count; i = next) {
        const struct docs_item first = *sorted[i];

        for (next = i + 1; next < catalogue->item_count && text_equal(sorted[next]->page, first.page) &&
                           text_equal(sorted[next]->anchor, first.anchor);)
            next++;
        for (uint32_t j = i; j < next && next - i > 1; j++)
            if (place(naming, sorted[j], NAME_DIGEST_LONG) != ERROR_NONE)
                return naming->error->code;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- making one */

static int compare_names(const void *a, const void *b)
{
    return text_compare(((const struct schema_statistics *)a)->name, ((const struct schema_statistics *)b)->name);
}

/* The path without the schema and the dot behind it. */
static struct text bare_name(const struct docs_item *item, struct text schema, struct buffer *scratch)
{
    buffer_reset(scratch);
    identifier_write(scratch, schema);
    buffer_add_byte(scratch, '.');
    if (item->kind == KIND_SCHEMA || schema.length == 0 || !text_starts_with(item->path, buffer_text(scratch)))
        return item->path;
    return (struct text){item->path.bytes + scratch->length, item->path.length - scratch->length};
}

static enum error_code read_item(struct naming *naming, uint32_t number)
{
    struct docs_catalogue *catalogue = naming->catalogue;
    const struct listed_object *listed = &catalogue->list.items[number];
    const struct schema_statistics wanted = {.name = statistics_schema_of(listed->entry)};
    const struct schema_statistics *found =
        bsearch(&wanted, catalogue->statistics.schemas, catalogue->schema_count, sizeof wanted, compare_names);
    struct docs_item *item = &catalogue->items[number];
    struct object *object = arena_alloc(naming->arena, sizeof *object);

    if (object == NULL)
        return arena_error(naming->arena, naming->error, doing);
    if (snapshot_object(catalogue->snapshot, listed->entry, naming->arena, object, naming->error) != ERROR_NONE)
        return naming->error->code;
    *item = (struct docs_item){.kind = listed->kind, .path = listed->path, .entry = listed->entry, .object = object};
    item->schema = (uint32_t)(found - catalogue->statistics.schemas);
    item->name = bare_name(item, wanted.name, &naming->scratch);
    if (item->kind == KIND_SCHEMA)
        catalogue->schemas[item->schema].item = number;
    else
        catalogue->schemas[item->schema].item_count++;
    return ERROR_NONE;
}

static enum error_code list_by_schema(struct naming *naming)
{
    struct docs_catalogue *catalogue = naming->catalogue;

    for (uint32_t i = 0; i < catalogue->schema_count; i++) {
        struct docs_schema *schema = &catalogue->schemas[i];

        schema->items = arena_array(naming->arena, schema->item_count, sizeof *schema->items);
        if (schema->items == NULL)
            return arena_error(naming->arena, naming->error, doing);
        schema->item_count = 0;
    }
    for (uint32_t i = 0; i < catalogue->item_count; i++) {
        struct docs_schema *schema = &catalogue->schemas[catalogue->items[i].schema];

        if (catalogue->items[i].kind != KIND_SCHEMA)
            schema->items[schema->item_count++] = i;
    }
    return ERROR_NONE;
}

static enum error_code fill(struct naming *naming)
{
    struct docs_catalogue *catalogue = naming->catalogue;

    catalogue->item_count = (uint32_t)catalogue->list.count;
    catalogue->schema_count = catalogue->statistics.schema_count;
    catalogue->items = arena_array(naming->arena, catalogue->item_count, sizeof *catalogue->items);
    catalogue->schemas = arena_array(naming->arena, catalogue->schema_count, sizeof *catalogue->schemas);
    if (catalogue->items == NULL || catalogue->schemas == NULL)
        return arena_error(naming->arena, naming->error, doing);
    for (uint32_t i = 0; i < catalogue->schema_count; i++) {
        catalogue->schemas[i] =
            (struct docs_schema){.name = catalogue->statistics.schemas[i].name, .item = DOCS_NOWHERE};
        if (name_folder(naming, &catalogue->schemas[i], NAME_DIGEST_SHORT) != ERROR_NONE)
            return naming->error->code;
    }
    if (part_folders(naming) != ERROR_NONE)
        return naming->error->code;
    for (uint32_t i = 0; i < catalogue->item_count; i++)
        if (read_item(naming, i) != ERROR_NONE || place(naming, &catalogue->items[i], NAME_DIGEST_SHORT) != ERROR_NONE)
            return naming->error->code;
    if (part_places(naming) != ERROR_NONE)
        return naming->error->code;
    return list_by_schema(naming);
}

enum error_code docs_catalogue_make(struct docs_catalogue *ret_catalogue, const struct snapshot *snapshot,
                                    struct arena *arena, struct error *error)
{
    struct docs_catalogue catalogue = {.snapshot = snapshot};
    struct naming naming = {.catalogue = &catalogue, .arena = arena, .error = error};
    enum error_code code;

    buffer_init(&naming.scratch);
    buffer_init(&naming.identity);
    code = hasher_new(&catalogue.hasher, error);
    if (code == ERROR_NONE)
        code = object_list_make(&catalogue.list, snapshot, arena, error);
    if (code == ERROR_NONE)
        code = statistics_make(&catalogue.statistics, snapshot, &catalogue.list, arena, error);
    if (code == ERROR_NONE)
        code = fill(&naming);
    buffer_clear(&naming.scratch);
    buffer_clear(&naming.identity);
    if (code != ERROR_NONE) {
        docs_catalogue_clear(&catalogue);
        return code;
    }
    *ret_catalogue = catalogue;
    return ERROR_NONE;
}

void docs_catalogue_clear(struct docs_catalogue *catalogue)
{
    hasher_free(catalogue->hasher);
    catalogue->hasher = NULL;
}
