/* What a database holds that is no part of its schema, such as what captures statements in it. */
#include "sources/catalog_private.h"

/* The value in the column that has a role, for as long as the arena lives; empty when there is none. */
static enum error_code keep_value(struct catalog *catalog, const struct text *values, enum role role,
                                  struct text *ret_text, struct error *error)
{
    int at = catalog->roles[role];

    *ret_text = (struct text){"", 0};
    if (at < 0 || values[at].bytes == NULL)
        return ERROR_NONE;
    *ret_text = (struct text){arena_string(catalog->arena, values[at]), values[at].length};
    return ret_text->bytes == NULL ? catalog_memory(catalog, error) : ERROR_NONE;
}

enum error_code catalog_hide(struct catalog *catalog, const struct text *values, struct error *error)
{
    struct hidden_item *item = arena_alloc(catalog->arena, sizeof *item);
    struct text kind;

    if (item == NULL)
        return catalog_memory(catalog, error);
    *item = (struct hidden_item){0};
    if (keep_value(catalog, values, ROLE_KIND, &kind, error) != ERROR_NONE ||
        keep_value(catalog, values, ROLE_SCHEMA, &item->schema, error) != ERROR_NONE ||
        keep_value(catalog, values, ROLE_NAME, &item->name, error) != ERROR_NONE)
        return error->code;
    item->kind = kind_from_name(kind);
    if (item->kind == KIND_NONE || kind_facts(item->kind)->is_part)
        return error_set(error, ERROR_INTERNAL, "%s: a row is of a kind that cannot be hidden",
                         catalog->query->file->name);
    *catalog->now.hidden_end = item;
    catalog->now.hidden_end = &item->next;
    return ERROR_NONE;
}

static bool hides(const struct hidden_item *item, const struct object_item *object)
{
    const struct text *path = object->path.elements;

    if (item->kind != object->kind)
        return false;
    return object->path.count > 1 ? text_equal(path[0], item->schema) && text_equal(path[1], item->name)
                                  : text_equal(path[0], item->name);
}

bool catalog_is_hidden(const struct catalog *catalog, const struct object_item *object)
{
    for (const struct hidden_item *item = catalog->hidden; item != NULL; item = item->next)
        if (hides(item, object))
            return true;
    return false;
}
