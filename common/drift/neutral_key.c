#include "drift/neutral_key.h"

#include <string.h>

#include "schema/lookup.h"

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

struct text neutral_key_folded(struct text name, struct arena *arena)
{
    char *bytes = arena_copy(arena, name.bytes, name.length);

    if (bytes == NULL)
        return (struct text){NULL, 0};
    for (size_t i = 0; i < name.length; i++)
        bytes[i] = small(bytes[i]);
    return (struct text){bytes, name.length};
}

/* What ODBC shows may be any engine's. */
bool neutral_key_is_default(unsigned schemas, struct text schema)
{
    enum {
        PUBLIC = TYPE_ENGINE_POSTGRESQL | TYPE_ENGINE_SPEC | TYPE_ENGINE_PYTHON | TYPE_ENGINE_ODBC,
        MAIN = TYPE_ENGINE_SQLITE | TYPE_ENGINE_MARIADB | TYPE_ENGINE_ODBC
    };

    if (text_equal(schema, TEXT("public")))
        return (schemas & PUBLIC) != 0;
    if (text_equal(schema, TEXT("dbo")))
        return (schemas & (TYPE_ENGINE_SQLSERVER | TYPE_ENGINE_ODBC)) != 0;
    if (text_equal(schema, TEXT("main")))
        return (schemas & MAIN) != 0;
    return schema.length == 0;
}

unsigned neutral_key_schemas(enum type_engine engine, enum type_engine other)
{
    bool is_declared = engine == TYPE_ENGINE_SPEC || engine == TYPE_ENGINE_PYTHON;

    return is_declared ? (unsigned)engine | (unsigned)other : (unsigned)engine;
}

struct text neutral_key_table(unsigned schemas, const struct path *path, bool exact, struct arena *arena)
{
    struct text schema = path->count > 1 ? path->elements[0] : (struct text){"", 0};
    struct text key[2] = {schema, path->elements[path->count > 1 ? 1 : 0]};

    if (neutral_key_is_default(schemas, schema))
        key[0] = (struct text){"", 0};
    for (unsigned i = 0; i < 2 && !exact; i++) {
        key[i] = neutral_key_folded(key[i], arena);
        if (key[i].bytes == NULL)
            return key[i];
    }
    return neutral_key_joined(key, 2, arena);
}

enum error_code neutral_key_parse(struct path *ret_path, enum kind kind, struct text displayed, struct arena *arena,
                                  struct error *error)
{
    struct error failure = {0};
    struct path path = {.count = 0};
    enum error_code code = displayed.length == 0 ? ERROR_USAGE : path_parse(kind, displayed, arena, &path, &failure);

    if (code != ERROR_NONE && code != ERROR_USAGE) {
        *error = failure;
        return code;
    }
    *ret_path = code == ERROR_NONE ? path : (struct path){.count = 0};
    return ERROR_NONE;
}

struct text neutral_key_joined(const struct text *keys, uint32_t count, struct arena *arena)
{
    size_t length = 0;
    char *bytes, *next;

    for (uint32_t i = 0; i < count; i++)
        length += keys[i].length + 1;
    bytes = next = arena_alloc(arena, length + 1);
    if (bytes == NULL)
        return (struct text){NULL, 0};
    for (uint32_t i = 0; i < count; i++) {
        if (keys[i].length > 0)
            memcpy(next, keys[i].bytes, keys[i].length);
        next += keys[i].length;
        *next++ = '\0';
    }
    return (struct text){bytes, length};
}
