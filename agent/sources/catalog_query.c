/* The header and the version conditions of the SQL files. */
#include <limits.h>
#include <stdlib.h>

#include "sources/catalog.h"

/* Cut off the first line, without its end. */
static struct text next_line(const char **sql)
{
    const char *end = strchr(*sql, '\n');
    struct text line = {*sql, end == NULL ? strlen(*sql) : (size_t)(end - *sql)};

    *sql = end == NULL ? *sql + line.length : end + 1;
    return line;
}

/* `MIN..MAX` with either bound missing; the text ends at a character that is no digit. */
static bool parse_range(struct text range, long *ret_min, long *ret_max)
{
    const char *dots = memmem(range.bytes, range.length, "..", 2);
    const char *end = range.bytes + range.length;
    char *stop;

    if (dots == NULL)
        return false;
    *ret_min = dots == range.bytes ? 0 : strtol(range.bytes, &stop, 10);
    if (dots != range.bytes && stop != dots)
        return false;
    *ret_max = dots + 2 == end ? LONG_MAX : strtol(dots + 2, &stop, 10);
    return dots + 2 == end || stop == end;
}

static bool take_directive(struct catalog_query *query, struct text name, struct text value)
{
    if (text_equal(name, TEXT("kind")))
        return (query->kind = kind_from_name(value)) != KIND_NONE;
    if (text_equal(name, TEXT("versions")))
        return parse_range(value, &query->min_version, &query->max_version);
    if (text_equal(name, TEXT("attach")))
        return query->attach = true;
    if (text_equal(name, TEXT("hidden")))
        return query->hidden = true;
    if (text_equal(name, TEXT("plain_lines")))
        return query->plain_lines = true;
    if (text_equal(name, TEXT("server")))
        return query->server = true;
    if (text_equal(name, TEXT("probe"))) {
        query->exact = text_equal(value, TEXT("exact"));
        return (query->probe = query->exact || value.length == 0);
    }
    if (text_equal(name, TEXT("catalogue")))
        query->catalogue = value;
    else if (text_equal(name, TEXT("part_of")))
        query->part_of = value;
    else if (text_equal(name, TEXT("alias")))
        query->alias = value;
    else if (text_equal(name, TEXT("dictionary")))
        query->dictionary = value;
    else
        return false;
    return value.length > 0;
}

enum error_code catalog_query_parse(struct catalog_query *ret_query, const struct catalog_file *file,
                                    struct error *error)
{
    static const struct text prefix = {"-- @", 4};
    struct catalog_query query = {.file = file, .max_version = LONG_MAX};
    const char *sql = file->sql;

    while (strncmp(sql, "--", 2) == 0) {
        struct text line = next_line(&sql);
        struct text name;
        size_t space;

        if (!text_starts_with(line, prefix))
            continue;
        line = text_trim((struct text){line.bytes + prefix.length, line.length - prefix.length});
        for (space = 0; space < line.length && line.bytes[space] != ' ';)
            space++;
        name = (struct text){line.bytes, space};
        if (!take_directive(&query, name, text_trim((struct text){line.bytes + space, line.length - space})))
            return error_set(error, ERROR_INTERNAL, "%s: the directive '%.*s' is not understood", file->name,
                             TEXT_ARGS(line));
    }
    if (query.kind == KIND_NONE && !query.attach && !query.hidden && !query.probe && !query.server &&
        query.dictionary.length == 0)
        return error_set(error, ERROR_INTERNAL, "%s: the directive 'kind' is missing", file->name);
    *ret_query = query;
    return ERROR_NONE;
}

/* Whether a line is for this version; cuts off the condition. */
static bool line_applies(struct text *line, long server_version)
{
    static const struct text opening = {"--[", 3};
    const char *condition = NULL;
    long min;
    long max;

    if (line->length < 6 || line->bytes[line->length - 1] != ']')
        return true;
    for (size_t i = line->length - opening.length; i-- > 0;)
        if (memcmp(line->bytes + i, opening.bytes, opening.length) == 0) {
            condition = line->bytes + i;
            break;
        }
    if (condition == NULL)
        return true;
    if (!parse_range((struct text){condition + opening.length,
                                   (size_t)(line->bytes + line->length - 1 - condition) - opening.length},
                     &min, &max))
        return true;
    line->length = (size_t)(condition - line->bytes);
    return server_version >= min && server_version <= max;
}

void catalog_query_sql(struct buffer *buffer, const struct catalog_query *query, long server_version)
{
    const char *sql = query->file->sql;

    while (*sql != '\0') {
        struct text line = next_line(&sql);

        if (text_starts_with(text_trim(line), TEXT("-- ")) || !line_applies(&line, server_version))
            continue;
        buffer_add_text(buffer, line);
        buffer_add_byte(buffer, '\n');
    }
}
