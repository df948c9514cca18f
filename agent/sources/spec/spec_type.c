#include "sources/spec/spec_type.h"

#include <stdio.h>
#include <string.h>

#include "base/compiler.h"

enum { NAME_LIMIT = 64, NUMBERS_MAX = 2, NUMBER_MAX = 100000 };

static const struct sql_type {
    const char *written;
    const char *spelled;
    unsigned numbers;
} sql_types[] = {
#define SQL_TYPE(written, spelled, numbers) {written, spelled, numbers},
#define AIRTABLE_TYPE(written, spelled, sort)
#include "sources/spec/spec_type.def"
#undef SQL_TYPE
#undef AIRTABLE_TYPE
};

static const struct spec_airtable airtable_types[] = {
#define SQL_TYPE(written, spelled, numbers)
#define AIRTABLE_TYPE(written, spelled, sort) {TEXT_INIT(written), spelled, SPEC_SORT_##sort},
#include "sources/spec/spec_type.def"
#undef SQL_TYPE
#undef AIRTABLE_TYPE
};

const struct spec_airtable *spec_airtable_find(struct text written)
{
    for (size_t i = 0; i < LENGTH_OF(airtable_types); i++)
        if (text_equal(airtable_types[i].written, written))
            return &airtable_types[i];
    return NULL;
}

/* ---- taking apart ---- */

bool spec_type_is_list(struct text *written)
{
    struct text text = text_trim(*written);

    if (text.length < 3 || memcmp(text.bytes + text.length - 2, "[]", 2) != 0)
        return false;
    *written = text_trim((struct text){text.bytes, text.length - 2});
    return true;
}

/* A type without its numbers, in lower case with single spaces, and the numbers. */
struct pieces {
    char name[NAME_LIMIT];
    int numbers[NUMBERS_MAX];
    unsigned count;
};

/* `(10, 2)`: answers the bytes up to and with the parenthesis at the end; 0 when it is something else. */
static size_t take_numbers(struct text text, struct pieces *pieces)
{
    size_t at = 1;

    while (pieces->count < NUMBERS_MAX) {
        int number = 0;
        size_t digits = 0;

        while (at < text.length && text.bytes[at] == ' ')
            at++;
        for (; at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9' && number < NUMBER_MAX;
             at++, digits++)
            number = number * 10 + (text.bytes[at] - '0');
        while (at < text.length && text.bytes[at] == ' ')
            at++;
        if (digits == 0 || at == text.length || (text.bytes[at] != ',' && text.bytes[at] != ')'))
            return 0;
        pieces->numbers[pieces->count++] = number;
        if (text.bytes[at++] == ')')
            return at;
    }
    return 0;
}

static bool take_apart(struct text text, struct pieces *ret_pieces)
{
    struct pieces pieces = {.count = 0};
    size_t length = 0;

    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        bool is_space = c == ' ' || c == '\t';

        if (c == '(' && pieces.count == 0) {
            size_t taken = take_numbers((struct text){text.bytes + i, text.length - i}, &pieces);

            if (taken == 0)
                return false;
            i += taken - 1;
            is_space = true;
        }
        if (length + 1 == NAME_LIMIT)
            return false;
        if (is_space && (length == 0 || pieces.name[length - 1] == ' '))
            continue;
        pieces.name[length++] = is_space ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    if (length > 0 && pieces.name[length - 1] == ' ')
        pieces.name[length - 1] = '\0';
    *ret_pieces = pieces;
    return true;
}

static const struct sql_type *find(const char *name)
{
    for (size_t i = 0; i < LENGTH_OF(sql_types); i++)
        if (strcmp(sql_types[i].written, name) == 0)
            return &sql_types[i];
    return NULL;
}

bool spec_type_counts(struct text written)
{
    struct pieces pieces;

    return take_apart(written, &pieces) &&
           (strcmp(pieces.name, "serial") == 0 || strcmp(pieces.name, "bigserial") == 0 ||
            strcmp(pieces.name, "smallserial") == 0);
}

/* ---- putting together ---- */

/* `schema.name`, bare or in quotes: a type of the database's own, which its server would write so. */
static bool is_qualified(struct text text)
{
    bool quoted = false, dot = false;

    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];

        quoted = c == '"' ? !quoted : quoted;
        if (!quoted && c == '.' && i > 0 && i + 1 < text.length)
            dot = true;
        else if (!quoted && (c == ' ' || c == '\t' || c == ';' || c == '[' || c == ']'))
            return false;
    }
    return dot && !quoted;
}

/* Numbers come from the options or stand in parentheses; both are too many. */
static bool add_options(struct pieces *pieces, const struct sql_type *type, const struct spec_numbers *numbers)
{
    bool is_numeric = strcmp(type->spelled, "numeric#") == 0;
    bool is_text = strncmp(type->spelled, "character", strlen("character")) == 0;

    if (numbers->length < 0 && numbers->precision < 0 && numbers->scale < 0)
        return true;
    if (pieces->count > 0)
        return false;
    if (is_numeric ? numbers->length >= 0 || numbers->precision < 0
                   : !is_text || numbers->precision >= 0 || numbers->scale >= 0)
        return false;
    pieces->numbers[pieces->count++] = is_numeric ? numbers->precision : numbers->length;
    if (numbers->scale >= 0)
        pieces->numbers[pieces->count++] = numbers->scale;
    return true;
}

/* What PostgreSQL writes although it was not said. */
static void complete(struct pieces *pieces, const struct sql_type *type)
{
    if (pieces->count == 0 && (strcmp(type->spelled, "character#") == 0 || strcmp(type->spelled, "bit#") == 0))
        pieces->numbers[pieces->count++] = 1;
    if (pieces->count == 1 && strcmp(type->spelled, "numeric#") == 0)
        pieces->numbers[pieces->count++] = 0;
}

static void write_type(struct buffer *buffer, const struct sql_type *type, const struct pieces *pieces)
{
    for (const char *c = type->spelled; *c != '\0'; c++) {
        if (*c != '#') {
            buffer_add_byte(buffer, (uint8_t)*c);
            continue;
        }
        for (unsigned i = 0; i < pieces->count; i++)
            buffer_printf(buffer, "%s%d", i == 0 ? "(" : ",", pieces->numbers[i]);
        buffer_add_string(buffer, pieces->count == 0 ? "" : ")");
    }
}

enum spec_type_answer spec_type_write(struct buffer *buffer, struct text written, const struct spec_numbers *numbers)
{
    bool is_list = spec_type_is_list(&written);
    const struct sql_type *type;
    struct pieces pieces;

    while (spec_type_is_list(&written))
        ; /* PostgreSQL does not keep how many dimensions were declared */
    written = text_trim(written);
    type = take_apart(written, &pieces) ? find(pieces.name) : NULL;
    if (type == NULL && !is_qualified(written))
        return SPEC_TYPE_UNKNOWN;
    if (type == NULL) {
        buffer_add_text(buffer, written);
    } else {
        if (pieces.count > type->numbers || !add_options(&pieces, type, numbers))
            return SPEC_TYPE_NUMBERS;
        complete(&pieces, type);
        write_type(buffer, type, &pieces);
    }
    buffer_add_string(buffer, is_list ? "[]" : "");
    return SPEC_TYPE_KNOWN;
}
