#include "codegen/code_scalar.h"

#include <ctype.h>

#include "base/compiler.h"

enum { FLOAT_BITS = 24 };

const char *code_scalar_name(enum code_scalar scalar)
{
    static const char *const names[] = {
        "unknown",
#define SCALAR(symbol, name) name,
#include "codegen/code_scalar.def"
#undef SCALAR
    };

    return names[scalar];
}

/* What drift/type_family.h does not know, since it is one engine's own. */
static const struct {
    const char *spelling;
    enum code_scalar scalar;
} others[] = {
    {"interval", CODE_INTERVAL},   {"money", CODE_MONEY},       {"smallmoney", CODE_MONEY},
    {"name", CODE_TEXT},           {"\"char\"", CODE_TEXT},     {"citext", CODE_TEXT},
    {"ltree", CODE_TEXT},          {"tsvector", CODE_TEXT},     {"tsquery", CODE_TEXT},
    {"enum", CODE_TEXT},           {"set", CODE_TEXT},          {"hierarchyid", CODE_TEXT},
    {"pg_lsn", CODE_TEXT},         {"tid", CODE_TEXT},          {"xid", CODE_UINT32},
    {"xid8", CODE_UINT64},         {"cid", CODE_UINT32},        {"oid", CODE_UINT32},
    {"regclass", CODE_TEXT},       {"regproc", CODE_TEXT},      {"regprocedure", CODE_TEXT},
    {"regtype", CODE_TEXT},        {"regrole", CODE_TEXT},      {"regnamespace", CODE_TEXT},
    {"inet", CODE_ADDRESS},        {"cidr", CODE_ADDRESS},      {"inet4", CODE_ADDRESS},
    {"inet6", CODE_ADDRESS},       {"macaddr", CODE_ADDRESS},   {"macaddr8", CODE_ADDRESS},
    {"point", CODE_GEOMETRY},      {"line", CODE_GEOMETRY},     {"lseg", CODE_GEOMETRY},
    {"box", CODE_GEOMETRY},        {"path", CODE_GEOMETRY},     {"polygon", CODE_GEOMETRY},
    {"circle", CODE_GEOMETRY},     {"geometry", CODE_GEOMETRY}, {"geography", CODE_GEOMETRY},
    {"linestring", CODE_GEOMETRY}, {"year", CODE_INT16},
};

/* Without what stands in parentheses, and without a schema such as that of an extension: "public.citext". */
static struct text bare(struct text spelling)
{
    size_t length = 0, begin = 0;

    while (length < spelling.length && spelling.bytes[length] != '(')
        length++;
    while (length > 0 && spelling.bytes[length - 1] == ' ')
        length--;
    for (size_t i = 0; i < length; i++)
        if (spelling.bytes[i] == '.')
            begin = i + 1;
    return (struct text){spelling.bytes + begin, length - begin};
}

static bool equals_small(struct text text, const char *small)
{
    if (text.length != strlen(small))
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (tolower((unsigned char)text.bytes[i]) != small[i])
            return false;
    return true;
}

static enum code_scalar other(struct text spelling)
{
    struct text name = bare(spelling);
    static const struct text interval = TEXT_INIT("interval ");

    for (size_t i = 0; i < LENGTH_OF(others); i++)
        if (equals_small(name, others[i].spelling))
            return others[i].scalar;
    return text_starts_with(spelling, interval) ? CODE_INTERVAL : CODE_UNKNOWN;
}

static enum code_scalar integer_of(int bits, bool has_sign)
{
    if (bits == 8)
        return has_sign ? CODE_INT8 : CODE_UINT8;
    if (bits == 16)
        return has_sign ? CODE_INT16 : CODE_UINT16;
    if (bits == 24 || bits == 32)
        return has_sign ? CODE_INT32 : CODE_UINT32;
    return has_sign ? CODE_INT64 : CODE_UINT64;
}

enum code_scalar code_scalar_of(enum type_engine engine, struct text spelling)
{
    static const enum code_scalar families[TYPE_FAMILY_COUNT] = {
        [TYPE_FAMILY_NUMERIC] = CODE_DECIMAL,
        [TYPE_FAMILY_BOOLEAN] = CODE_BOOLEAN,
        [TYPE_FAMILY_TEXT] = CODE_TEXT,
        [TYPE_FAMILY_FIXED_TEXT] = CODE_TEXT,
        [TYPE_FAMILY_BYTES] = CODE_BYTES,
        [TYPE_FAMILY_FIXED_BYTES] = CODE_BYTES,
        [TYPE_FAMILY_BIT_STRING] = CODE_BITS,
        [TYPE_FAMILY_VARYING_BITS] = CODE_BITS,
        [TYPE_FAMILY_DATE] = CODE_DATE,
        [TYPE_FAMILY_TIME] = CODE_TIME,
        [TYPE_FAMILY_TIME_ZONE] = CODE_TIME_ZONE,
        [TYPE_FAMILY_TIMESTAMP] = CODE_TIMESTAMP,
        [TYPE_FAMILY_TIMESTAMP_ZONE] = CODE_TIMESTAMP_ZONE,
        [TYPE_FAMILY_UUID] = CODE_UUID,
        [TYPE_FAMILY_JSON] = CODE_JSON,
        [TYPE_FAMILY_XML] = CODE_XML,
        [TYPE_FAMILY_ROW_VERSION] = CODE_BYTES,
    };
    struct type_value value = type_value_of(engine, spelling);

    if (value.family == TYPE_FAMILY_INTEGER || value.family == TYPE_FAMILY_UNSIGNED)
        return integer_of(value.size, value.family == TYPE_FAMILY_INTEGER);
    if (value.family == TYPE_FAMILY_FLOAT)
        return value.size > 0 && value.size <= FLOAT_BITS ? CODE_FLOAT32 : CODE_FLOAT64;
    if (families[value.family] != CODE_UNKNOWN)
        return families[value.family];
    return other(spelling);
}
