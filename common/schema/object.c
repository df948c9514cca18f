#include "schema/object.h"

#include <stdlib.h>

uint32_t path_style_elements(enum path_style style)
{
    switch (style) {
    case PATH_QUALIFIED:
        return 2;
    case PATH_SIGNATURE:
    case PATH_OPERATOR:
        return 3;
    case PATH_NAME:
    case PATH_RAW:
        break;
    }
    return 1;
}

bool path_equal(const struct path *a, const struct path *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!text_equal(a->elements[i], b->elements[i]))
            return false;
    return true;
}

const struct attribute *attribute_find(const struct attribute *attributes, uint32_t count, struct text name)
{
    for (uint32_t i = 0; i < count; i++)
        if (text_equal(attributes[i].name, name))
            return &attributes[i];
    return NULL;
}

bool attribute_equal(const struct attribute *a, const struct attribute *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->is_list != b->is_list || a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!text_equal(a->items[i], b->items[i]))
            return false;
    return true;
}

struct text attribute_value(const struct attribute *attributes, uint32_t count, struct text name)
{
    const struct attribute *attribute = attribute_find(attributes, count, name);

    return attribute == NULL || attribute->is_list ? (struct text){"", 0} : attribute->items[0];
}

const struct part *object_part(const struct object *object, enum kind kind, struct text name)
{
    for (uint32_t i = 0; i < object->part_count; i++)
        if (object->parts[i].kind == kind && text_equal(object->parts[i].name, name))
            return &object->parts[i];
    return NULL;
}

/* The words that SQL (as PostgreSQL 12 to 18 read it) does not take for a name everywhere; sorted for bsearch(). */
static const char *const reserved_words[] = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
};

static int compare_word(const void *key, const void *word)
{
    return text_compare(*(const struct text *)key, text_from(*(const char *const *)word));
}

static bool is_plain_identifier(struct text name)
{
    if (name.length == 0 || (name.bytes[0] >= '0' && name.bytes[0] <= '9') || name.bytes[0] == '$')
        return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return bsearch(&name, reserved_words, LENGTH_OF(reserved_words), sizeof reserved_words[0], compare_word) == NULL;
}

void identifier_quote(struct buffer *buffer, struct text name)
{
    buffer_add_byte(buffer, '"');
    for (size_t i = 0; i < name.length; i++) {
        if (name.bytes[i] == '"')
            buffer_add_byte(buffer, '"');
        buffer_add_byte(buffer, (uint8_t)name.bytes[i]);
    }
    buffer_add_byte(buffer, '"');
}

void identifier_write(struct buffer *buffer, struct text name)
{
    if (is_plain_identifier(name))
        buffer_add_text(buffer, name);
    else
        identifier_quote(buffer, name);
}

void path_write(struct buffer *buffer, enum kind kind, const struct path *path)
{
    const struct kind_facts *facts = kind_facts(kind);
    enum path_style style = facts == NULL ? PATH_RAW : facts->path;

    if (style == PATH_RAW) {
        buffer_add_text(buffer, path->elements[0]);
        return;
    }
    identifier_write(buffer, path->elements[0]);
    if (style == PATH_NAME)
        return;
    buffer_add_byte(buffer, '.');
    if (style == PATH_OPERATOR)
        buffer_add_text(buffer, path->elements[1]);
    else
        identifier_write(buffer, path->elements[1]);
    if (style == PATH_QUALIFIED)
        return;
    buffer_add_byte(buffer, '(');
    buffer_add_text(buffer, path->elements[2]);
    buffer_add_byte(buffer, ')');
}
