#include "contract/contract_type.h"

#include <ctype.h>

#include "drift/type_change.h"
#include "drift/type_family.h"

enum { WORDS_LIMIT = 64 };

/* A family, and the names of its types: those of PostgreSQL first, then what SQLite and others call them. */
static const struct family {
    const char *name;
    const char *types;
} families[] = {
    {"integer", "smallint, integer, bigint, int2, int4, int8, int, tinyint, mediumint, smallserial, serial, bigserial, "
                "serial2, serial4, serial8, unsigned big int, tinyint unsigned, smallint unsigned, mediumint unsigned, "
                "int unsigned, integer unsigned, bigint unsigned"},
    {"number", "numeric, decimal, real, double precision, float, float4, float8, double, number, money, "
               "decimal unsigned, float unsigned, double unsigned"},
    {"text", "text, character varying, character, varchar, char, bpchar, name, citext, nvarchar, nchar, clob, "
             "varying character, native character, tinytext, mediumtext, longtext, ntext"},
    {"time", "date, time, timetz, time without time zone, time with time zone, timestamp, timestamptz, "
             "timestamp without time zone, timestamp with time zone, datetime, datetime2, datetimeoffset, "
             "smalldatetime"},
    {"boolean", "boolean, bool"},
    {"binary", "bytea, blob, binary, varbinary, tinyblob, mediumblob, longblob, image"},
    {"json", "json, jsonb"},
    {"uuid", "uuid, uniqueidentifier"},
};

const char *contract_family(size_t number)
{
    return number < LENGTH_OF(families) ? families[number].name : NULL;
}

const char *contract_family_types(size_t number)
{
    return number < LENGTH_OF(families) ? families[number].types : NULL;
}

/* The words of a type in lower case, with one blank between them and without what is in parentheses; empty when it is
 * too long, quoted, qualified or an array, which no name of a list is. */
static struct text words_of(struct text type, char ret_words[WORDS_LIMIT])
{
    size_t length = 0;
    bool gap = false, skipping = false;

    for (size_t i = 0; i < type.length; i++) {
        char byte = type.bytes[i];

        if (byte == '(' || byte == ')' || byte == ' ' || skipping) {
            skipping = byte == '(' || (skipping && byte != ')');
            gap = true;
            continue;
        }
        if ((!isalnum((unsigned char)byte) && byte != '_') || length + 2 > WORDS_LIMIT)
            return (struct text){NULL, 0};
        if (gap && length > 0)
            ret_words[length++] = ' ';
        ret_words[length++] = (char)tolower((unsigned char)byte);
        gap = false;
    }
    return (struct text){ret_words, length};
}

/* Whether a list of names with ", " between them has this one. */
static bool has_name(const char *names, struct text name)
{
    while (names[0] != '\0') {
        size_t length = strcspn(names, ",");

        if (text_equal((struct text){names, length}, name))
            return true;
        names += length;
        names += strspn(names, ", ");
    }
    return false;
}

bool contract_type_is_of(struct text type, struct text family)
{
    char bytes[WORDS_LIMIT];
    struct text words = words_of(type, bytes);

    if (words.length == 0)
        return false;
    for (size_t i = 0; i < LENGTH_OF(families); i++)
        if (has_name(families[i].types, words))
            return text_equal(family, text_from(families[i].name)) ||
                   (text_equal(family, TEXT("number")) && strcmp(families[i].name, "integer") == 0);
    return false;
}

bool contract_type_asks(const struct contract_type *wanted)
{
    return wanted->exact.length > 0 || wanted->any_count > 0 || wanted->family.length > 0 ||
           wanted->at_least.length > 0;
}

static bool is_same(struct text type, struct text wanted)
{
    return type_change_classify(wanted, type) == TYPE_CHANGE_SAME;
}

static bool is_any_of(const struct contract_type *wanted, struct text type)
{
    for (size_t i = 0; i < wanted->any_count; i++)
        if (is_same(type, wanted->any_of[i]))
            return true;
    return wanted->any_count == 0;
}

static bool is_at_least(struct text type, struct text wanted)
{
    enum type_change change = type_change_classify(wanted, type);

    return change == TYPE_CHANGE_SAME || change == TYPE_CHANGE_WIDENED;
}

/* ---- annotations ---- */

static bool holds(const struct type_value *annotation, struct text type)
{
    const struct type_value wanted = type_value_of(TYPE_ENGINE_POSTGRESQL, type);

    return type_value_equal(annotation, &wanted);
}

static bool holds_any_of(const struct type_value *annotation, const struct contract_type *wanted)
{
    for (size_t i = 0; i < wanted->any_count; i++)
        if (holds(annotation, wanted->any_of[i]))
            return true;
    return wanted->any_count == 0;
}

/* Any of the types of the family; those of the integers are numbers, too. */
static bool holds_family(const struct type_value *annotation, struct text family)
{
    for (size_t i = 0; i < LENGTH_OF(families); i++) {
        bool is_meant = text_equal(family, text_from(families[i].name)) ||
                        (text_equal(family, TEXT("number")) && strcmp(families[i].name, "integer") == 0);

        for (const char *names = families[i].types; is_meant && names[0] != '\0';) {
            size_t length = strcspn(names, ",");
            struct type_value type = type_value_of(TYPE_ENGINE_POSTGRESQL, (struct text){names, length});

            if (type.family != TYPE_FAMILY_NONE && type_value_equal(annotation, &type))
                return true;
            names += length;
            names += strspn(names, ", ");
        }
    }
    return family.length == 0;
}

bool contract_type_is_held(const struct contract_type *wanted, struct text annotation)
{
    const struct type_value value = type_value_of(TYPE_ENGINE_PYTHON, annotation);

    return (wanted->exact.length == 0 || holds(&value, wanted->exact)) &&
           (wanted->at_least.length == 0 || holds(&value, wanted->at_least)) && holds_any_of(&value, wanted) &&
           holds_family(&value, wanted->family);
}

bool contract_type_check(const struct contract_type *wanted, struct text type, struct buffer *ret_required)
{
    if (wanted->exact.length > 0 && !is_same(type, wanted->exact)) {
        buffer_printf(ret_required, "%.*s is required", TEXT_ARGS(wanted->exact));
    } else if (!is_any_of(wanted, type)) {
        for (size_t i = 0; i < wanted->any_count; i++)
            buffer_printf(ret_required, "%s%.*s",
                          i == 0                       ? ""
                          : i + 1 == wanted->any_count ? " or "
                                                       : ", ",
                          TEXT_ARGS(wanted->any_of[i]));
        buffer_add_string(ret_required, " is required");
    } else if (wanted->family.length > 0 && !contract_type_is_of(type, wanted->family)) {
        buffer_printf(ret_required, "one of the family %.*s is required", TEXT_ARGS(wanted->family));
    } else if (wanted->at_least.length > 0 && !is_at_least(type, wanted->at_least)) {
        buffer_printf(ret_required, "at least %.*s is required", TEXT_ARGS(wanted->at_least));
    } else {
        return true;
    }
    return false;
}
