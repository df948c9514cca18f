#include "lint/type_rewrite.h"

#include <string.h>

#include "base/compiler.h"

enum { MOST_NUMBERS = 2, NO_NUMBER = -1, BASE_LIMIT = 64 };

/* "timestamp(3) with time zone" is a base and numbers. */
struct parts {
    char base[BASE_LIMIT];
    long numbers[MOST_NUMBERS];
    bool is_array;
};

/* Whose numbers limit what fits, so that larger ones cost nothing. */
static const char *const limited[] = {
    "character varying",
    "bit varying",
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
    "interval",
};

/* What is the same bytes under both names, when the new one has no numbers. */
static const struct {
    const char *from;
    const char *to;
} same_bytes[] = {
    {"character varying", "text"},
    {"text", "character varying"},
    {"cidr", "inet"},
    {"bit", "bit varying"},
    {"xml", "text"},
    {"xml", "character varying"},
    {"integer", "oid"},
    {"oid", "integer"},
    {"integer", "regclass"},
    {"oid", "regclass"},
    {"regclass", "oid"},
    {"regclass", "integer"},
};

static bool split(struct parts *ret_parts, struct text type)
{
    struct parts parts = {.numbers = {NO_NUMBER, NO_NUMBER}};
    size_t length = 0, number = 0;

    for (size_t i = 0; i < type.length; i++) {
        char c = type.bytes[i];

        if (c == '[') {
            parts.is_array = true;
            break;
        }
        if (c == '(') {
            for (i++; i < type.length && type.bytes[i] != ')'; i++)
                if (type.bytes[i] == ',' && number + 1 < MOST_NUMBERS)
                    number++;
                else if (type.bytes[i] >= '0' && type.bytes[i] <= '9' && parts.numbers[number] < 1000000000)
                    parts.numbers[number] =
                        (parts.numbers[number] == NO_NUMBER ? 0 : parts.numbers[number] * 10) + (type.bytes[i] - '0');
                else if (type.bytes[i] == '-' || number + 1 > MOST_NUMBERS)
                    return false;
        } else if (length + 1 < sizeof parts.base) {
            parts.base[length++] = c;
        } else {
            return false;
        }
    }
    *ret_parts = parts;
    return true;
}

static bool is_limited(const char *base)
{
    for (size_t i = 0; i < LENGTH_OF(limited); i++)
        if (strcmp(base, limited[i]) == 0)
            return true;
    return false;
}

/* Whether every value of the old limits fits the new ones as it is. */
static bool is_wider(const struct parts *from, const struct parts *to)
{
    if (to->numbers[0] == NO_NUMBER)
        return true;
    if (from->numbers[0] == NO_NUMBER)
        return false;
    if (strcmp(to->base, "numeric") == 0)
        return to->numbers[0] >= from->numbers[0] &&
               (to->numbers[1] > 0 ? to->numbers[1] : 0) == (from->numbers[1] > 0 ? from->numbers[1] : 0);
    return to->numbers[0] >= from->numbers[0];
}

static bool has_same_bytes(const struct parts *from, const struct parts *to)
{
    for (size_t i = 0; i < LENGTH_OF(same_bytes); i++)
        if (strcmp(from->base, same_bytes[i].from) == 0 && strcmp(to->base, same_bytes[i].to) == 0)
            return to->numbers[0] == NO_NUMBER;
    return false;
}

static bool is_timestamp(const struct parts *parts)
{
    return strncmp(parts->base, "timestamp ", 10) == 0;
}

bool type_rewrites(struct text from, struct text to, bool is_utc)
{
    struct parts old, new;

    if (text_equal(from, to))
        return false;
    if (!split(&old, from) || !split(&new, to) || old.is_array || new.is_array)
        return true;
    if (strcmp(old.base, new.base) == 0)
        return !((is_limited(new.base) || strcmp(new.base, "numeric") == 0) && is_wider(&old, &new));
    if (has_same_bytes(&old, &new))
        return false;
    return !is_utc || !is_timestamp(&old) || !is_timestamp(&new) || new.numbers[0] != NO_NUMBER;
}
