#include "sources/sqlite/sqlite_parser.h"

#include <strings.h>

/* ---- texts that outlive the parser ---- */

struct text ddl_keep(struct ddl_parser *parser, struct text text)
{
    char *copy = arena_copy(parser->arena, text.bytes, text.length);

    parser->failed = parser->failed || copy == NULL;
    return copy == NULL ? TEXT("") : (struct text){copy, text.length};
}

struct text ddl_keep_scratch(struct ddl_parser *parser)
{
    struct text text = ddl_keep(parser, buffer_text(&parser->scratch));

    parser->failed = parser->failed || parser->scratch.failed;
    buffer_reset(&parser->scratch);
    return text;
}

static struct text name_of(struct ddl_parser *parser, struct sqlite_token token)
{
    sqlite_token_name(&parser->scratch, token);
    return ddl_keep_scratch(parser);
}

struct text ddl_render(struct ddl_parser *parser, struct text span)
{
    sqlite_sql_render(&parser->scratch, span);
    return ddl_keep_scratch(parser);
}

/* A copy in which the letters from `first` on, 26 of them, are those from `other` on. */
static struct text change_case(struct ddl_parser *parser, struct text text, char first, char other)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        buffer_add_byte(&parser->scratch, (uint8_t)(c >= first && c <= first + 25 ? c - first + other : c));
    }
    return ddl_keep_scratch(parser);
}

struct text ddl_upper(struct ddl_parser *parser, struct text text)
{
    return change_case(parser, text, 'a', 'A');
}

struct text ddl_lower(struct ddl_parser *parser, struct text text)
{
    return change_case(parser, text, 'A', 'a');
}

static bool same_name(struct text a, struct text b)
{
    return a.length == b.length && (a.length == 0 || strncasecmp(a.bytes, b.bytes, a.length) == 0);
}

void sqlite_list_add(struct buffer *buffer, struct text item)
{
    buffer_add_string(buffer, buffer->length == 0 ? "{\"" : ",\"");
    for (size_t i = 0; i < item.length; i++) {
        if (item.bytes[i] == '"' || item.bytes[i] == '\\')
            buffer_add_byte(buffer, '\\');
        buffer_add_byte(buffer, (uint8_t)item.bytes[i]);
    }
    buffer_add_byte(buffer, '"');
}

/* ---- tokens ---- */

void ddl_advance(struct ddl_parser *parser)
{
    parser->last = parser->token;
    parser->token = sqlite_token_next(parser->sql, parser->token);
}

bool ddl_at_end(const struct ddl_parser *parser)
{
    return parser->token.type == SQLITE_TOKEN_END;
}

bool ddl_at_word(const struct ddl_parser *parser, const char *word)
{
    return sqlite_token_is_word(parser->token, word);
}

bool ddl_at(const struct ddl_parser *parser, const char *operator)
{
    return sqlite_token_is(parser->token, operator);
}

bool ddl_take_word(struct ddl_parser *parser, const char *word)
{
    bool found = ddl_at_word(parser, word);

    if (found)
        ddl_advance(parser);
    return found;
}

bool ddl_take(struct ddl_parser *parser, const char *operator)
{
    bool found = ddl_at(parser, operator);

    if (found)
        ddl_advance(parser);
    return found;
}

bool ddl_next_is_word(const struct ddl_parser *parser, const char *word)
{
    return sqlite_token_is_word(sqlite_token_next(parser->sql, parser->token), word);
}

bool ddl_at_name(const struct ddl_parser *parser)
{
    return parser->token.type != SQLITE_TOKEN_END && parser->token.type != SQLITE_TOKEN_OPERATOR;
}

struct text ddl_take_name(struct ddl_parser *parser)
{
    struct text name = TEXT("");

    if (ddl_at_name(parser)) {
        name = name_of(parser, parser->token);
        ddl_advance(parser);
    }
    return name;
}

struct text ddl_take_object_name(struct ddl_parser *parser)
{
    struct text name;

    if (ddl_take_word(parser, "if") && ddl_take_word(parser, "not"))
        ddl_take_word(parser, "exists");
    name = ddl_take_name(parser);
    return ddl_take(parser, ".") ? ddl_take_name(parser) : name;
}

struct text ddl_take_item(struct ddl_parser *parser)
{
    const char *start = parser->token.text.bytes;
    const char *stop = start;

    for (unsigned depth = 0; !ddl_at_end(parser) && (depth > 0 || !(ddl_at(parser, ",") || ddl_at(parser, ")")));
         ddl_advance(parser)) {
        depth += ddl_at(parser, "(");
        depth -= ddl_at(parser, ")");
        stop = parser->token.text.bytes + parser->token.text.length;
    }
    return (struct text){start, (size_t)(stop - start)};
}

struct text ddl_take_parenthesised(struct ddl_parser *parser)
{
    const char *start;

    if (!ddl_take(parser, "("))
        return TEXT("");
    start = parser->token.text.bytes;
    for (;;) {
        ddl_take_item(parser);
        if (!ddl_at(parser, ","))
            break;
        ddl_advance(parser);
    }
    struct text inside = {start, (size_t)(parser->token.text.bytes - start)};
    ddl_take(parser, ")");
    return inside;
}

struct text ddl_rest(struct ddl_parser *parser)
{
    const char *end = parser->sql.bytes + parser->sql.length;

    return (struct text){parser->token.text.bytes, (size_t)(end - parser->token.text.bytes)};
}

/* ---- items ---- */

struct sqlite_ddl_item *ddl_add_item(struct ddl_parser *parser, struct text item)
{
    struct sqlite_ddl_item *added = arena_alloc(parser->arena, sizeof *added);

    if (added == NULL) {
        parser->failed = true;
        return NULL;
    }
    added->fields[SQLITE_DDL_ITEM] = item;
    *parser->end = added;
    parser->end = &added->next;
    parser->count++;
    return added;
}

void ddl_set(struct sqlite_ddl_item *item, enum sqlite_ddl_field field, struct text value)
{
    if (item != NULL)
        item->fields[field] = value;
}

void ddl_add_option(struct ddl_parser *parser, struct text name)
{
    ddl_set(ddl_add_item(parser, TEXT("option")), SQLITE_DDL_NAME, name);
}

void ddl_add_expression(struct ddl_parser *parser, struct text item, unsigned ordinal, struct text span)
{
    struct sqlite_ddl_item *added = ddl_add_item(parser, item);

    ddl_set(added, SQLITE_DDL_EXPRESSION, ddl_render(parser, span));
    if (added != NULL)
        added->ordinal = ordinal;
}

const struct sqlite_ddl_item *ddl_find_column(const struct ddl_parser *parser, struct text name)
{
    unsigned left = parser->columns;

    for (const struct sqlite_ddl_item *item = parser->first; item != NULL && left > 0; item = item->next) {
        bool is_column = text_equal(item->fields[SQLITE_DDL_ITEM], TEXT("column"));

        if (is_column && same_name(item->fields[SQLITE_DDL_NAME], name))
            return item;
        left -= is_column;
    }
    return NULL;
}
