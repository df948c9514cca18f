#include "lint/volatility.h"

#include "lint/syntax.h"

/* Every function of these names is immutable or stable, which tests/cli/lint/locks_test.c asks a server. */
static const char *const steady[] = {
    "abs",
    "array_append",
    "array_cat",
    "array_fill",
    "array_length",
    "array_remove",
    "array_to_string",
    "array_upper",
    "ascii",
    "btrim",
    "cardinality",
    "ceil",
    "ceiling",
    "chr",
    "concat",
    "concat_ws",
    "current_database",
    "current_schema",
    "current_setting",
    "date",
    "date_part",
    "date_trunc",
    "decode",
    "div",
    "encode",
    "exp",
    "extract",
    "floor",
    "format",
    "greatest",
    "hstore",
    "inet_client_addr",
    "initcap",
    "int4range",
    "int8range",
    "isfinite",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "jsonb_set",
    "left",
    "length",
    "ln",
    "log",
    "lower",
    "lpad",
    "ltrim",
    "make_date",
    "make_interval",
    "make_time",
    "make_timestamp",
    "make_timestamptz",
    "md5",
    "mod",
    "now",
    "numrange",
    "overlay",
    "pg_backend_pid",
    "position",
    "power",
    "quote_ident",
    "quote_literal",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "row_to_json",
    "rpad",
    "rtrim",
    "sha256",
    "sign",
    "sqrt",
    "statement_timestamp",
    "strpos",
    "substr",
    "substring",
    "timezone",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "to_number",
    "to_timestamp",
    "to_tsvector",
    "transaction_timestamp",
    "trunc",
    "txid_current",
    "upper",
};

struct search {
    struct world *world;
    struct text volatile_function;
    bool found;
};

const char *volatility_steady(size_t number)
{
    return number < LENGTH_OF(steady) ? steady[number] : NULL;
}

static bool is_steady(struct text name)
{
    for (size_t i = 0; i < LENGTH_OF(steady); i++)
        if (text_equal(name, text_from(steady[i])))
            return true;
    return false;
}

/* Whether the target says of every function of this name that it is immutable or stable. */
static bool target_says_steady(struct world *world, struct text schema, struct text name)
{
    const struct trie *home = world->target == NULL ? NULL : snapshot_home(world->target, KIND_FUNCTION);
    bool found = false;

    for (uint32_t i = 0; home != NULL && i < home->count; i++) {
        const struct trie_entry *entry = &home->entries[i];
        struct object object;

        if (entry->kind != KIND_FUNCTION || !text_equal(entry->path.elements[1], name) ||
            (schema.length > 0 && !text_equal(entry->path.elements[0], schema)))
            continue;
        if (!world_object(world, KIND_FUNCTION, &entry->path, &object) ||
            attribute_find(object.attributes, object.attribute_count, TEXT("volatility")) == NULL)
            return false;
        found = true;
    }
    return found;
}

static bool look_at_call(void *context, const json_t *call)
{
    struct search *search = context;
    size_t count = syntax_count(call, "funcname");
    struct text name = syntax_string(syntax_item(call, "funcname", count - 1));
    struct text schema = count > 1 ? syntax_string(syntax_item(call, "funcname", count - 2)) : (struct text){"", 0};
    bool is_builtin = schema.length == 0 || text_equal(schema, TEXT("pg_catalog"));

    if ((is_builtin && is_steady(name)) || target_says_steady(search->world, schema, name))
        return true;
    search->found = true;
    search->volatile_function = name;
    return false;
}

bool volatility_of(struct world *world, const json_t *expression, struct text *ret_function)
{
    struct search search = {.world = world};

    syntax_each(expression, "FuncCall", look_at_call, &search);
    *ret_function = search.volatile_function;
    return search.found;
}
