#include "sources/ddl/ddl_name.h"

#include <strings.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool ends_with(struct text text, const char *end)
{
    size_t length = strlen(end);

    return text.length >= length && strncasecmp(text.bytes + text.length - length, end, length) == 0;
}

static struct text after(struct text text, size_t count)
{
    return (struct text){text.bytes + count, text.length - count};
}

/* The length of `1.2` before `__`, or 0. */
static size_t version_length(struct text rest)
{
    for (size_t at = 0; at + 1 < rest.length; at++) {
        if (rest.bytes[at] == '_' && rest.bytes[at + 1] == '_')
            return at;
        if (!is_digit(rest.bytes[at]) && rest.bytes[at] != '.' && rest.bytes[at] != '_')
            return 0;
    }
    return 0;
}

struct text ddl_version(struct text name)
{
    struct text rest = after(name, name.length > 0);

    rest.length = version_length(rest);
    return rest;
}

enum ddl_role ddl_role(struct text name)
{
    if (ends_with(name, ".down.sql") || (name.length == strlen("down.sql") && ends_with(name, "down.sql")))
        return DDL_UNDO;
    if (text_starts_with(name, TEXT("R__")))
        return DDL_REPEATABLE;
    if (ddl_version(name).length == 0)
        return DDL_PLAIN;
    switch (name.bytes[0]) {
    case 'V':
        return DDL_VERSION;
    case 'B':
        return DDL_BASE;
    case 'U':
        return DDL_UNDO;
    default:
        return DDL_PLAIN;
    }
}

/* Take the digits that a text begins with, without zeros in front. */
static struct text take_number(struct text *rest)
{
    struct text number;
    size_t zeros = 0, end;

    while (zeros < rest->length && rest->bytes[zeros] == '0')
        zeros++;
    for (end = zeros; end < rest->length && is_digit(rest->bytes[end]);)
        end++;
    number = (struct text){rest->bytes + zeros, end - zeros};
    *rest = after(*rest, end);
    return number;
}

/* Of any length: timestamps and more. */
static int compare_numbers(struct text a, struct text b)
{
    if (a.length != b.length)
        return a.length < b.length ? -1 : 1;
    return text_compare(a, b);
}

int ddl_compare_versions(struct text a, struct text b)
{
    while (a.length > 0 || b.length > 0) {
        int order = compare_numbers(take_number(&a), take_number(&b));

        if (order != 0)
            return order;
        a = after(a, a.length > 0); /* the sign between two numbers */
        b = after(b, b.length > 0);
    }
    return 0;
}

/* The sign between elements comes before all others: what is in a folder stays together. */
static int rank(char c)
{
    return c == '/' ? -1 : (unsigned char)c;
}

int ddl_compare_paths(struct text a, struct text b)
{
    struct text left = a, right = b;

    while (left.length > 0 && right.length > 0) {
        if (is_digit(left.bytes[0]) && is_digit(right.bytes[0])) {
            int order = compare_numbers(take_number(&left), take_number(&right));

            if (order != 0)
                return order;
            continue;
        }
        if (left.bytes[0] != right.bytes[0])
            return rank(left.bytes[0]) < rank(right.bytes[0]) ? -1 : 1;
        left = after(left, 1);
        right = after(right, 1);
    }
    if (left.length != right.length)
        return left.length < right.length ? -1 : 1;
    return text_compare(a, b);
}
