#include "lint/type_name.h"

#include "lint/syntax.h"

enum { ALL_FIELDS = 32767, UNKNOWN_NUMBER = -1 };

/* Names that the grammar or people give to types, and those of the server. `after` stands behind the numbers. */
static const struct builtin {
    const char *name;
    const char *written;
    const char *after;
} builtins[] = {
    {"int2", "smallint", ""},
    {"int4", "integer", ""},
    {"int8", "bigint", ""},
    {"float4", "real", ""},
    {"float8", "double precision", ""},
    {"bool", "boolean", ""},
    {"varchar", "character varying", ""},
    {"bpchar", "character", ""},
    {"varbit", "bit varying", ""},
    {"decimal", "numeric", ""},
    {"timestamp", "timestamp", " without time zone"},
    {"timestamptz", "timestamp", " with time zone"},
    {"time", "time", " without time zone"},
    {"timetz", "time", " with time zone"},
};

static const struct serial {
    const char *name;
    const char *written;
} serials[] = {
    {"serial", "integer"}, {"serial4", "integer"},      {"bigserial", "bigint"},
    {"serial8", "bigint"}, {"smallserial", "smallint"}, {"serial2", "smallint"},
};

/* Those of pg_catalog that are called what they are. */
static const char *const plain[] = {
    "bit",
    "box",
    "bytea",
    "cidr",
    "circle",
    "date",
    "daterange",
    "inet",
    "int4range",
    "int8range",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "numrange",
    "oid",
    "path",
    "pg_lsn",
    "point",
    "polygon",
    "record",
    "regclass",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "text",
    "trigger",
    "tsquery",
    "tsrange",
    "tstzrange",
    "tsvector",
    "uuid",
    "void",
    "xml",
    "event_trigger",
    "int4multirange",
    "int8multirange",
    "nummultirange",
    "tsmultirange",
    "tstzmultirange",
    "datemultirange",
    "anyelement",
    "anyarray",
};

static const struct builtin *find_builtin(struct text name)
{
    for (size_t i = 0; i < LENGTH_OF(builtins); i++)
        if (text_equal(name, text_from(builtins[i].name)))
            return &builtins[i];
    return NULL;
}

static bool is_plain(struct text name)
{
    for (size_t i = 0; i < LENGTH_OF(plain); i++)
        if (text_equal(name, text_from(plain[i])))
            return true;
    return false;
}

static bool write_serial(struct buffer *output, struct text name, bool *ret_serial)
{
    for (size_t i = 0; i < LENGTH_OF(serials); i++)
        if (text_equal(name, text_from(serials[i].name))) {
            buffer_add_string(output, serials[i].written);
            if (ret_serial != NULL)
                *ret_serial = true;
            return true;
        }
    return false;
}

/* "(12,2)"; nothing when there are none, or none that are numbers. Those of an interval begin with its fields. */
static void write_numbers(struct buffer *output, const json_t *body, size_t first)
{
    size_t count = syntax_count(body, "typmods");

    for (size_t i = first; i < count; i++) {
        long number = syntax_integer(syntax_item(body, "typmods", i), UNKNOWN_NUMBER);

        buffer_printf(output, "%s%ld", i == first ? "(" : ",", number);
    }
    if (count > first)
        buffer_add_byte(output, ')');
}

static void write_own(struct buffer *output, struct world *world, struct text schema, struct text name)
{
    const struct thing *thing = world_type(world, schema, name);

    if (thing != NULL && (schema.length > 0 || thing->state == THING_THERE || thing->state == THING_NEW))
        buffer_add_text(output, thing->path);
    else
        identifier_write(output, name);
}

static void write_interval(struct buffer *output, const json_t *body)
{
    long fields = syntax_integer(syntax_item(body, "typmods", 0), ALL_FIELDS);

    buffer_add_string(output, "interval");
    if (fields != ALL_FIELDS)
        buffer_printf(output, " fields %ld", fields);
    write_numbers(output, body, 1);
}

void type_name_write(struct buffer *output, struct world *world, const json_t *type, bool *ret_serial)
{
    const json_t *body = type;
    struct text schema = {"", 0}, name;
    const struct builtin *builtin;
    size_t count;

    if (ret_serial != NULL)
        *ret_serial = false;
    if (!syntax_is(type, "TypeName", &body))
        body = type;
    count = syntax_count(body, "names");
    name = syntax_string(syntax_item(body, "names", count - 1));
    if (count > 1)
        schema = syntax_string(syntax_item(body, "names", count - 2));
    if (text_equal(schema, TEXT("pg_catalog")))
        schema.length = 0;
    builtin = schema.length > 0 ? NULL : find_builtin(name);
    if (schema.length == 0 && text_equal(name, TEXT("interval"))) {
        write_interval(output, body);
    } else if (builtin != NULL) {
        buffer_add_string(output, builtin->written);
        write_numbers(output, body, 0);
        buffer_add_string(output, builtin->after);
    } else if (schema.length == 0 && is_plain(name)) {
        buffer_add_text(output, name);
        write_numbers(output, body, 0);
    } else if (schema.length > 0 || !write_serial(output, name, ret_serial)) {
        write_own(output, world, schema, name);
        write_numbers(output, body, 0);
    }
    if (syntax_count(body, "arrayBounds") > 0)
        buffer_add_string(output, "[]");
}
