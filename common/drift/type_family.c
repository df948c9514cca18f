#include "drift/type_family.h"

#include <ctype.h>

#include "base/compiler.h"
#include "drift/type_python.h"

enum { SPELLING_LIMIT = 120, NUMBER_LIMIT = 100000000 };

/* What numbers in parentheses mean. */
enum numbers { NUMBERS_IGNORED, NUMBERS_SIZE, NUMBERS_DIGITS, NUMBERS_BITS };

static const struct family_facts {
    const char *name;
    enum numbers numbers;
    const char *counts;
} families[] = {
    {"", NUMBERS_IGNORED, ""},
#define FAMILY(symbol, name, numbers, counts) {name, NUMBERS_##numbers, counts},
#define TYPE(engines, spelling, family, size, scale)
#include "drift/type_family.def"
#undef FAMILY
#undef TYPE
};

#define POSTGRESQL (TYPE_ENGINE_POSTGRESQL | TYPE_ENGINE_SPEC)
#define SQLITE TYPE_ENGINE_SQLITE
#define MARIADB TYPE_ENGINE_MARIADB
#define SQLSERVER TYPE_ENGINE_SQLSERVER
#define ODBC TYPE_ENGINE_ODBC
#define PYTHON TYPE_ENGINE_PYTHON
#define EVERY (POSTGRESQL | SQLITE | MARIADB | SQLSERVER | ODBC)
#define ANY TYPE_SIZE_ANY
#define UNLIMITED TYPE_SIZE_UNLIMITED
const struct type_row type_rows[] = {
#define FAMILY(symbol, name, numbers, counts)
#define TYPE(engines, spelling, family, size, scale) {engines, spelling, TYPE_FAMILY_##family, size, scale},
#include "drift/type_family.def"
#undef FAMILY
#undef TYPE
};
const size_t type_row_count = LENGTH_OF(type_rows);

enum type_engine type_engine_of(struct text engine)
{
    static const struct {
        struct text name;
        enum type_engine engine;
    } engines[] = {
        {TEXT_INIT("postgresql"), TYPE_ENGINE_POSTGRESQL},
        {TEXT_INIT("sqlite"), SQLITE},
        {TEXT_INIT("mariadb"), MARIADB},
        {TEXT_INIT("mysql"), MARIADB},
        {TEXT_INIT("sqlserver"), SQLSERVER},
        {TEXT_INIT("odbc"), ODBC},
        {TEXT_INIT("spec"), TYPE_ENGINE_SPEC},
        {TEXT_INIT("python"), PYTHON},
    };

    for (size_t i = 0; i < LENGTH_OF(engines); i++)
        if (text_equal(engine, engines[i].name))
            return engines[i].engine;
    return TYPE_ENGINE_UNKNOWN;
}

const char *type_family_name(enum type_family family)
{
    return families[family].name;
}

const char *type_family_counts(enum type_family family)
{
    return families[family].counts;
}

/* ---------------------------------------------------------------- how a type is spelled */

/* The words in lower case with single blanks, and the numbers of the parentheses apart. */
struct spelling {
    char words[SPELLING_LIMIT];
    size_t length;
    int numbers[2];
    unsigned count;
};

/* One number, or `max`; false when there is none. */
static bool read_number(struct text *rest, int *ret_number)
{
    int number = 0;
    size_t used = 0;

    if (rest->length >= 3 && tolower((unsigned char)rest->bytes[0]) == 'm' &&
        tolower((unsigned char)rest->bytes[1]) == 'a' && tolower((unsigned char)rest->bytes[2]) == 'x') {
        *rest = (struct text){rest->bytes + 3, rest->length - 3};
        *ret_number = TYPE_SIZE_UNLIMITED;
        return true;
    }
    for (; used < rest->length && rest->bytes[used] >= '0' && rest->bytes[used] <= '9'; used++) {
        if (number >= NUMBER_LIMIT)
            return false;
        number = number * 10 + (rest->bytes[used] - '0');
    }
    *rest = (struct text){rest->bytes + used, rest->length - used};
    *ret_number = number;
    return used > 0;
}

static void skip_blanks(struct text *rest)
{
    while (rest->length > 0 && rest->bytes[0] == ' ')
        *rest = (struct text){rest->bytes + 1, rest->length - 1};
}

static bool skip(struct text *rest, char wanted)
{
    if (rest->length == 0 || rest->bytes[0] != wanted)
        return false;
    *rest = (struct text){rest->bytes + 1, rest->length - 1};
    return true;
}

/* "(12, 2)", once. */
static bool read_numbers(struct text *rest, struct spelling *spelling)
{
    if (spelling->count > 0 || !skip(rest, '('))
        return false;
    do {
        if (spelling->count == LENGTH_OF(spelling->numbers))
            return false;
        skip_blanks(rest);
        if (!read_number(rest, &spelling->numbers[spelling->count++]))
            return false;
        skip_blanks(rest);
    } while (skip(rest, ','));
    return skip(rest, ')');
}

/* False for what is not made of words and numbers. */
static bool spell(struct spelling *spelling, struct text rest)
{
    bool gap = false;

    *spelling = (struct spelling){.length = 0};
    while (rest.length > 0) {
        int c = tolower((unsigned char)rest.bytes[0]);

        if (c == '(') {
            if (!read_numbers(&rest, spelling))
                return false;
            gap = true;
            continue;
        }
        (void)skip(&rest, rest.bytes[0]);
        if (c == ' ') {
            gap = true;
            continue;
        }
        if ((!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') ||
            spelling->length + 2 > sizeof spelling->words)
            return false;
        if (gap && spelling->length > 0)
            spelling->words[spelling->length++] = ' ';
        spelling->words[spelling->length++] = (char)c;
        gap = false;
    }
    return spelling->length > 0;
}

/* ---------------------------------------------------------------- what it is */

static const struct type_row *find_row(enum type_engine engine, struct text spelling)
{
    for (size_t i = 0; i < type_row_count; i++)
        if ((type_rows[i].engines & (unsigned)engine) != 0 && text_equal(spelling, text_from(type_rows[i].spelling)))
            return &type_rows[i];
    return NULL;
}

/* A row for the very numbers stands before one for any: "tinyint(1)". */
static const struct type_row *find_type(enum type_engine engine, const struct spelling *spelling)
{
    struct text words = {spelling->words, spelling->length};
    const struct type_row *row = NULL;

    if (spelling->count == 1 && spelling->numbers[0] == 1 && text_equal(words, TEXT("tinyint")))
        row = find_row(engine, TEXT("tinyint(1)"));
    return row != NULL ? row : find_row(engine, words);
}

static bool apply_numbers(struct type_value *value, const struct spelling *spelling)
{
    if (spelling->count == 0)
        return true;
    switch (families[value->family].numbers) {
    case NUMBERS_IGNORED:
        return true;
    case NUMBERS_SIZE:
        value->size = spelling->numbers[0];
        return spelling->count == 1;
    case NUMBERS_DIGITS:
        value->size = spelling->numbers[0];
        value->scale = spelling->count > 1 ? spelling->numbers[1] : 0;
        return value->size != TYPE_SIZE_UNLIMITED && value->scale != TYPE_SIZE_UNLIMITED;
    case NUMBERS_BITS:
        value->size = spelling->numbers[0] <= 24 ? 24 : 53;
        return spelling->count == 1; /* MariaDB's float(7,4) rounds as nobody else's does */
    }
    return false;
}

static struct text without_last(struct text text)
{
    return (struct text){text.bytes, text.length - 1};
}

static bool ends_with(struct text text, char wanted)
{
    return text.length > 0 && text.bytes[text.length - 1] == wanted;
}

/* Cut off "[]", "[3]" and "[][]", which all mean the same. */
static bool cut_brackets(struct text *element)
{
    struct text rest = *element;
    bool cut = false;

    while (ends_with(rest, ']')) {
        rest = without_last(rest);
        while (rest.length > 0 && rest.bytes[rest.length - 1] >= '0' && rest.bytes[rest.length - 1] <= '9')
            rest = without_last(rest);
        if (!ends_with(rest, '['))
            break;
        rest = without_last(rest);
        *element = rest;
        cut = true;
    }
    return cut;
}

static struct type_value begin(enum type_engine engine, struct text spelling)
{
    struct type_value value = {.engine = engine, .spelling = spelling, .element = spelling};

    if (((unsigned)engine & POSTGRESQL) != 0)
        value.is_array = cut_brackets(&value.element);
    return value;
}

struct type_value type_value_of(enum type_engine engine, struct text spelling)
{
    const struct type_value unknown = begin(engine, spelling);
    struct type_value value = unknown;
    const struct type_row *row;
    struct spelling spelled;

    if (engine == TYPE_ENGINE_PYTHON)
        return type_python_value(spelling);
    if (!spell(&spelled, unknown.element))
        return unknown;
    row = find_type(engine, &spelled);
    if (row == NULL)
        return unknown;
    value.family = row->family;
    value.size = row->size;
    value.scale = row->scale;
    if (engine == TYPE_ENGINE_SQLITE && row->family == TYPE_FAMILY_FLOAT)
        return value; /* there is one size only */
    return apply_numbers(&value, &spelled) ? value : unknown;
}

/* ---------------------------------------------------------------- two of them */

static bool size_equal(int a, int b)
{
    return a == b || a == TYPE_SIZE_ANY || b == TYPE_SIZE_ANY;
}

static bool is_postgresql(const struct type_value *value)
{
    return ((unsigned)value->engine & POSTGRESQL) != 0;
}

/* Of no family, but of one name for both. */
static bool same_name(const struct type_value *a, const struct type_value *b)
{
    return a->is_array == b->is_array && a->family == TYPE_FAMILY_NONE && b->family == TYPE_FAMILY_NONE &&
           text_equal(a->element, b->element);
}

static bool holds(const struct type_value *annotation, const struct type_value *type)
{
    if (annotation->held == TYPE_HOLDS_EVERYTHING && (!annotation->is_array || type->is_array))
        return true;
    return (annotation->is_array == type->is_array && (annotation->held >> type->family & 1) != 0) ||
           same_name(annotation, type);
}

bool type_value_equal(const struct type_value *a, const struct type_value *b)
{
    bool spelled_alike = text_equal(a->spelling, b->spelling);

    if (a->engine == b->engine)
        if (spelled_alike || a->engine == TYPE_ENGINE_PYTHON)
            return spelled_alike;
    if (a->engine == TYPE_ENGINE_PYTHON || b->engine == TYPE_ENGINE_PYTHON)
        return a->engine == TYPE_ENGINE_PYTHON ? holds(a, b) : holds(b, a);
    if (a->engine == TYPE_ENGINE_ODBC || b->engine == TYPE_ENGINE_ODBC)
        if (spelled_alike && (a->family == TYPE_FAMILY_NONE || b->family == TYPE_FAMILY_NONE))
            return a->family == b->family || a->is_array || b->is_array;
    if (a->family == TYPE_FAMILY_NONE || b->family == TYPE_FAMILY_NONE)
        return is_postgresql(a) && is_postgresql(b) && same_name(a, b);
    return a->family == b->family && a->is_array == b->is_array && size_equal(a->size, b->size) &&
           size_equal(a->scale, b->scale);
}

bool type_value_is_weak(const struct type_value *a, const struct type_value *b)
{
    return (a->engine == TYPE_ENGINE_PYTHON) != (b->engine == TYPE_ENGINE_PYTHON) ||
           (a->size == TYPE_SIZE_ANY) != (b->size == TYPE_SIZE_ANY) ||
           (a->scale == TYPE_SIZE_ANY) != (b->scale == TYPE_SIZE_ANY);
}

const char *type_value_name(const struct type_value *value)
{
    if (value->is_array)
        return "array";
    return value->family == TYPE_FAMILY_NONE ? "other" : families[value->family].name;
}

/* ---------------------------------------------------------------- in words for all engines */

static void write_sized(struct buffer *buffer, const char *name, int size, const char *behind)
{
    buffer_add_string(buffer, name);
    if (size >= 0 && size != TYPE_SIZE_UNLIMITED)
        buffer_printf(buffer, "(%d)", size);
    buffer_add_string(buffer, behind);
}

static void write_integer(struct buffer *buffer, const char *behind, int bits)
{
    buffer_printf(buffer, "%s%s",
                  bits == 8    ? "tinyint"
                  : bits == 16 ? "smallint"
                  : bits == 24 ? "mediumint"
                  : bits == 64 ? "bigint"
                               : "integer",
                  behind);
}

static void write_numeric(struct buffer *buffer, int size, int scale)
{
    buffer_add_string(buffer, "numeric");
    if (size >= 0 && size != TYPE_SIZE_UNLIMITED)
        buffer_printf(buffer, "(%d,%d)", size, scale);
}

/* What the fields of an interval are, by the number that the table gives them. */
static void write_interval(struct buffer *buffer, int size, int fields)
{
    write_sized(buffer, "interval", size, "");
    for (size_t i = 0; i < type_row_count && fields > 0; i++)
        if (type_rows[i].family == TYPE_FAMILY_INTERVAL && type_rows[i].scale == fields) {
            buffer_add_string(buffer, type_rows[i].spelling + strlen("interval"));
            return;
        }
}

/* A word of its own in front, so that nobody takes it for a type that is known. */
static void write_other(struct buffer *buffer, const struct type_value *value)
{
    buffer_printf(buffer, "other%u ", is_postgresql(value) ? 1 : (unsigned)value->engine);
    buffer_add_text(buffer, value->element);
}

static void write_element(struct buffer *buffer, const struct type_value *value, int size)
{

    switch (value->family) {
    case TYPE_FAMILY_INTEGER:
        write_integer(buffer, "", size);
        break;
    case TYPE_FAMILY_UNSIGNED:
        write_integer(buffer, " unsigned", size);
        break;
    case TYPE_FAMILY_NUMERIC:
        write_numeric(buffer, size, value->scale);
        break;
    case TYPE_FAMILY_FLOAT:
        buffer_add_string(buffer, size == 24 ? "real" : "double precision");
        break;
    case TYPE_FAMILY_TEXT:
        write_sized(buffer, size == TYPE_SIZE_UNLIMITED ? "text" : "character varying", size, "");
        break;
    case TYPE_FAMILY_FIXED_TEXT:
        write_sized(buffer, "character", size, "");
        break;
    case TYPE_FAMILY_BYTES:
        write_sized(buffer, "bytea", size, "");
        break;
    case TYPE_FAMILY_FIXED_BYTES:
        write_sized(buffer, "binary", size, "");
        break;
    case TYPE_FAMILY_BIT_STRING:
        write_sized(buffer, "bit", size, "");
        break;
    case TYPE_FAMILY_VARYING_BITS:
        write_sized(buffer, "bit varying", size, "");
        break;
    case TYPE_FAMILY_TIME:
        write_sized(buffer, "time", size, " without time zone");
        break;
    case TYPE_FAMILY_TIME_ZONE:
        write_sized(buffer, "time", size, " with time zone");
        break;
    case TYPE_FAMILY_TIMESTAMP:
        write_sized(buffer, "timestamp", size, " without time zone");
        break;
    case TYPE_FAMILY_TIMESTAMP_ZONE:
        write_sized(buffer, "timestamp", size, " with time zone");
        break;
    case TYPE_FAMILY_INTERVAL:
        write_interval(buffer, size, value->scale);
        break;
    case TYPE_FAMILY_NONE:
        write_other(buffer, value);
        break;
    default:
        buffer_add_string(buffer, families[value->family].name);
        break;
    }
}

void type_value_write(struct buffer *buffer, const struct type_value *value, bool weak)
{
    write_element(buffer, value, weak ? TYPE_SIZE_ANY : value->size);
    if (value->is_array)
        buffer_add_string(buffer, "[]");
}
