#include "sources/sqlite/sqlite_ddl.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "sources/sqlite/sqlite_parser.h"

/* ---- constraints ---- */

/* The columns of a key, as a list for the loader and as people would write them. */
struct key {
    struct buffer list;
    struct buffer display;
};

static void key_add(struct key *key, struct text name, struct text suffix)
{
    struct buffer item;

    buffer_init(&item);
    buffer_add_text(&item, name);
    buffer_add_text(&item, suffix);
    sqlite_list_add(&key->list, buffer_text(&item));
    if (key->display.length > 0)
        buffer_add_string(&key->display, ", ");
    sqlite_name_render(&key->display, name);
    buffer_add_text(&key->display, suffix);
    key->list.failed = key->list.failed || item.failed;
    buffer_clear(&item);
}

/* A list that is complete; one without items is absent. */
static struct text keep_list(struct ddl_parser *parser, struct buffer *list)
{
    if (list->length == 0)
        return (struct text){0};
    buffer_add_byte(list, '}');
    return ddl_keep(parser, buffer_text(list));
}

/* One column of a key: name [COLLATE collation] [ASC|DESC]. A collation that the column has anyway is left out. */
static void take_key_column(struct ddl_parser *parser, struct key *key)
{
    const struct sqlite_ddl_item *column;
    struct text name = TEXT("");
    struct text suffix;

    if (ddl_at_name(parser)) {
        name = ddl_take_name(parser);
    } else {
        struct text span = ddl_take_item(parser);
        name = ddl_render(parser, span);
    }
    column = ddl_find_column(parser, name);
    if (ddl_take_word(parser, "collate")) {
        struct text own = column == NULL ? TEXT("") : column->fields[SQLITE_DDL_COLLATION];
        struct text collation = ddl_take_name(parser);

        collation = ddl_upper(parser, collation);
        if (!text_equal(collation, own.length == 0 ? TEXT("BINARY") : own)) {
            buffer_add_string(&parser->scratch, " COLLATE ");
            sqlite_name_render(&parser->scratch, collation);
        }
    }
    ddl_take_word(parser, "asc");
    if (ddl_take_word(parser, "desc"))
        buffer_add_string(&parser->scratch, " DESC");
    suffix = ddl_keep_scratch(parser);
    key_add(key, column == NULL ? name : column->fields[SQLITE_DDL_NAME], suffix);
    ddl_take_word(parser, "autoincrement"); /* PRIMARY KEY (id AUTOINCREMENT) is allowed, and handled by the caller */
}

static void take_key_columns(struct ddl_parser *parser, struct key *key)
{
    if (!ddl_take(parser, "("))
        return;
    while (!ddl_at_end(parser) && !ddl_at(parser, ")")) {
        take_key_column(parser, key);
        if (sqlite_token_is_word(parser->last, "autoincrement"))
            ddl_add_option(parser, TEXT("autoincrement"));
        ddl_take_item(parser);
        ddl_take(parser, ",");
    }
    ddl_take(parser, ")");
}

enum { LONGEST_NAME = 120 };

/* A name for a constraint that has none: `unique(email)`. A long one is cut and ends in a digest of the whole. */
static struct text derived_name(struct ddl_parser *parser, struct text item, struct text inside)
{
    struct buffer *scratch = &parser->scratch;

    buffer_add_text(scratch, item);
    if (text_equal(item, TEXT("primary_key"))) /* there is only one */
        return ddl_keep_scratch(parser);
    buffer_add_byte(scratch, '(');
    if (inside.length <= LONGEST_NAME) {
        buffer_add_text(scratch, inside);
    } else {
        size_t cut = LONGEST_NAME;
        uint64_t digest = 14695981039346656037u; /* FNV-1a: no secret, only a name */

        while (cut > 0 && ((unsigned char)inside.bytes[cut] & 0xc0) == 0x80)
            cut--; /* not within a character */
        for (size_t i = 0; i < inside.length; i++)
            digest = (digest ^ (unsigned char)inside.bytes[i]) * 1099511628211u;
        buffer_add(scratch, inside.bytes, cut);
        buffer_printf(scratch, "… %016llx", (unsigned long long)digest);
    }
    buffer_add_byte(scratch, ')');
    return ddl_keep_scratch(parser);
}

static void name_constraint(struct ddl_parser *parser, struct sqlite_ddl_item *item, struct text given,
                            struct text inside)
{
    if (item != NULL)
        ddl_set(item, SQLITE_DDL_NAME,
                given.length > 0 ? given : derived_name(parser, item->fields[SQLITE_DDL_ITEM], inside));
}

static void take_on_conflict(struct ddl_parser *parser, struct sqlite_ddl_item *item)
{
    if (!ddl_at_word(parser, "on") || !ddl_next_is_word(parser, "conflict"))
        return;
    ddl_advance(parser);
    ddl_advance(parser);
    struct text action = ddl_lower(parser, parser->token.text);
    if (!text_equal(action, TEXT("abort"))) /* the default */
        ddl_set(item, SQLITE_DDL_ON_CONFLICT, action);
    ddl_advance(parser);
}

/* SET NULL, SET DEFAULT, CASCADE, RESTRICT; absent for NO ACTION, which is the default. */
static struct text take_action(struct ddl_parser *parser)
{
    const char *start = parser->token.text.bytes;
    struct text action;

    if (ddl_at_word(parser, "set") || ddl_at_word(parser, "no"))
        ddl_advance(parser);
    ddl_advance(parser);
    action =
        ddl_render(parser, (struct text){start, (size_t)(parser->last.text.bytes + parser->last.text.length - start)});
    action = ddl_lower(parser, action);
    return text_equal(action, TEXT("no action")) ? (struct text){0} : action;
}

/* [NOT] DEFERRABLE [INITIALLY DEFERRED|IMMEDIATE] */
static void take_deferrable(struct ddl_parser *parser, struct sqlite_ddl_item *item)
{
    bool never = ddl_take_word(parser, "not");

    ddl_advance(parser);
    if (!ddl_take_word(parser, "initially"))
        return;
    ddl_set(item, SQLITE_DDL_DEFERRED, ddl_at_word(parser, "deferred") && !never ? TEXT("yes") : (struct text){0});
    ddl_advance(parser);
}

/* What may follow REFERENCES table (columns), in any order. */
static void take_reference_clauses(struct ddl_parser *parser, struct sqlite_ddl_item *item)
{
    for (;;) {
        if (ddl_at_word(parser, "on") && !ddl_next_is_word(parser, "conflict")) {
            ddl_advance(parser);
            if (ddl_take_word(parser, "delete"))
                ddl_set(item, SQLITE_DDL_ON_DELETE, take_action(parser));
            else if (ddl_take_word(parser, "update"))
                ddl_set(item, SQLITE_DDL_ON_UPDATE, take_action(parser));
            else if (ddl_take_word(parser, "insert")) /* parsed by SQLite, and ignored */
                take_action(parser);
        } else if (ddl_take_word(parser, "match")) {
            struct text type = ddl_take_name(parser);
            ddl_set(item, SQLITE_DDL_MATCH_TYPE, ddl_lower(parser, type));
        } else if (ddl_at_word(parser, "deferrable") ||
                   (ddl_at_word(parser, "not") && ddl_next_is_word(parser, "deferrable"))) {
            take_deferrable(parser, item);
        } else {
            return;
        }
    }
}

/* REFERENCES table [(columns)] … */
static void take_references(struct ddl_parser *parser, struct sqlite_ddl_item *item)
{
    struct buffer list;

    ddl_set(item, SQLITE_DDL_REFERENCED_TABLE, ddl_take_name(parser));
    buffer_init(&list);
    if (ddl_take(parser, "(")) {
        while (!ddl_at_end(parser) && !ddl_at(parser, ")")) {
            sqlite_list_add(&list, ddl_take_name(parser));
            ddl_take_item(parser);
            ddl_take(parser, ",");
        }
        ddl_take(parser, ")");
        ddl_set(item, SQLITE_DDL_REFERENCED_COLUMNS, keep_list(parser, &list));
    }
    parser->failed = parser->failed || list.failed;
    buffer_clear(&list);
    take_reference_clauses(parser, item);
}

static void finish_key(struct ddl_parser *parser, struct sqlite_ddl_item *item, struct key *key, struct text given)
{
    ddl_set(item, SQLITE_DDL_COLUMNS, keep_list(parser, &key->list));
    name_constraint(parser, item, given, buffer_text(&key->display));
    parser->failed = parser->failed || key->list.failed || key->display.failed;
    buffer_clear(&key->list);
    buffer_clear(&key->display);
}

/* The check at hand: (expression) [ON CONFLICT …] */
static void take_check(struct ddl_parser *parser, struct text given)
{
    struct sqlite_ddl_item *item = ddl_add_item(parser, TEXT("check"));
    struct text expression = ddl_render(parser, ddl_take_parenthesised(parser));

    ddl_set(item, SQLITE_DDL_EXPRESSION, expression);
    name_constraint(parser, item, given, expression);
    take_on_conflict(parser, item);
}

/* ---- columns ---- */

static bool begins_column_constraint(const struct ddl_parser *parser)
{
    static const char *const words[] = {"constraint", "primary",    "not",          "null",       "unique",
                                        "check",      "default",    "collate",      "references", "generated",
                                        "as",         "deferrable", "autoincrement"};

    for (size_t i = 0; i < LENGTH_OF(words); i++)
        if (ddl_at_word(parser, words[i]))
            return true;
    return false;
}

/* PRIMARY KEY [ASC|DESC] … or UNIQUE … of one column; the first word is taken. */
static void take_column_key(struct ddl_parser *parser, struct text item_name, const struct sqlite_ddl_item *column,
                            struct text given)
{
    struct sqlite_ddl_item *item = ddl_add_item(parser, item_name);
    struct key key = {0};
    bool descends;

    ddl_take_word(parser, "key");
    ddl_take_word(parser, "asc");
    descends = ddl_take_word(parser, "desc");
    if (column != NULL)
        key_add(&key, column->fields[SQLITE_DDL_NAME], descends ? TEXT(" DESC") : TEXT(""));
    finish_key(parser, item, &key, given);
    take_on_conflict(parser, item);
    if (ddl_take_word(parser, "autoincrement"))
        ddl_add_option(parser, TEXT("autoincrement"));
}

static void take_default(struct ddl_parser *parser)
{
    if (ddl_at(parser, "(")) {
        ddl_take_parenthesised(parser);
        return;
    }
    if (ddl_at(parser, "-") || ddl_at(parser, "+"))
        ddl_advance(parser);
    ddl_advance(parser);
}

static void take_column_reference(struct ddl_parser *parser, const struct sqlite_ddl_item *column, struct text given)
{
    struct sqlite_ddl_item *item = ddl_add_item(parser, TEXT("foreign_key"));
    struct key key = {0};

    if (column != NULL)
        key_add(&key, column->fields[SQLITE_DDL_NAME], TEXT(""));
    finish_key(parser, item, &key, given);
    take_references(parser, item);
}

static void take_generated(struct ddl_parser *parser, struct sqlite_ddl_item *column)
{
    if (ddl_take_word(parser, "generated"))
        ddl_take_word(parser, "always");
    ddl_take_word(parser, "as");
    ddl_set(column, SQLITE_DDL_EXPRESSION, ddl_render(parser, ddl_take_parenthesised(parser)));
    if (!ddl_take_word(parser, "stored"))
        ddl_take_word(parser, "virtual");
}

/* One constraint of a column; false when it is none that is known. */
static bool take_column_constraint(struct ddl_parser *parser, struct sqlite_ddl_item *column)
{
    struct text given = ddl_take_word(parser, "constraint") ? ddl_take_name(parser) : TEXT("");

    if (ddl_take_word(parser, "primary")) {
        take_column_key(parser, TEXT("primary_key"), column, given);
    } else if (ddl_take_word(parser, "unique")) {
        take_column_key(parser, TEXT("unique"), column, given);
    } else if (ddl_take_word(parser, "check")) {
        take_check(parser, given);
    } else if (ddl_take_word(parser, "references")) {
        take_column_reference(parser, column, given);
    } else if (ddl_at_word(parser, "not") || ddl_at_word(parser, "null")) {
        ddl_take_word(parser, "not");
        ddl_take_word(parser, "null");
        take_on_conflict(parser, column);
    } else if (ddl_take_word(parser, "default")) {
        take_default(parser);
    } else if (ddl_take_word(parser, "collate")) {
        struct text collation = ddl_take_name(parser);

        collation = ddl_upper(parser, collation);
        ddl_set(column, SQLITE_DDL_COLLATION, text_equal(collation, TEXT("BINARY")) ? (struct text){0} : collation);
    } else if (ddl_at_word(parser, "generated") || ddl_at_word(parser, "as")) {
        take_generated(parser, column);
    } else {
        return given.length > 0 && (ddl_at(parser, ",") || ddl_at(parser, ")") || begins_column_constraint(parser));
    }
    return true;
}

/* What is not understood stays visible. */
static void take_unparsed(struct ddl_parser *parser)
{
    struct text span = ddl_take_item(parser);

    if (span.length > 0)
        ddl_add_expression(parser, TEXT("unparsed"), 0, span);
}

static void take_column(struct ddl_parser *parser)
{
    struct sqlite_ddl_item *column = ddl_add_item(parser, TEXT("column"));

    ddl_set(column, SQLITE_DDL_NAME, ddl_take_name(parser));
    if (column != NULL)
        column->ordinal = parser->columns;
    parser->columns++;
    while (!ddl_at_end(parser) && !ddl_at(parser, ",") && !ddl_at(parser, ")") && !begins_column_constraint(parser)) {
        if (ddl_at(parser, "(")) /* of a type: varchar(10) */
            ddl_take_parenthesised(parser);
        else
            ddl_advance(parser);
    }
    while (!ddl_at_end(parser) && !ddl_at(parser, ",") && !ddl_at(parser, ")"))
        if (!take_column_constraint(parser, column))
            take_unparsed(parser);
}

/* ---- tables ---- */

static bool begins_table_constraint(const struct ddl_parser *parser)
{
    return ddl_at_word(parser, "constraint") || ddl_at_word(parser, "primary") || ddl_at_word(parser, "unique") ||
           ddl_at_word(parser, "check") || ddl_at_word(parser, "foreign");
}

static void take_table_constraint(struct ddl_parser *parser)
{
    struct text given = ddl_take_word(parser, "constraint") ? ddl_take_name(parser) : TEXT("");
    struct key key = {0};

    if (ddl_at_word(parser, "primary") || ddl_at_word(parser, "unique")) {
        struct sqlite_ddl_item *item =
            ddl_add_item(parser, ddl_at_word(parser, "primary") ? TEXT("primary_key") : TEXT("unique"));

        ddl_advance(parser);
        ddl_take_word(parser, "key");
        take_key_columns(parser, &key);
        finish_key(parser, item, &key, given);
        take_on_conflict(parser, item);
    } else if (ddl_take_word(parser, "foreign")) {
        struct sqlite_ddl_item *item = ddl_add_item(parser, TEXT("foreign_key"));

        ddl_take_word(parser, "key");
        take_key_columns(parser, &key);
        finish_key(parser, item, &key, given);
        if (ddl_take_word(parser, "references"))
            take_references(parser, item);
    } else if (ddl_take_word(parser, "check")) {
        take_check(parser, given);
    } else if (given.length == 0) {
        take_unparsed(parser);
    }
}

static void take_table_options(struct ddl_parser *parser)
{
    while (!ddl_at_end(parser)) {
        if (ddl_take_word(parser, "strict"))
            ddl_add_option(parser, TEXT("strict"));
        else if (ddl_take_word(parser, "without") && ddl_take_word(parser, "rowid"))
            ddl_add_option(parser, TEXT("without_rowid"));
        else if (!ddl_take(parser, ",") && !ddl_take(parser, ";"))
            break;
    }
}

static void take_table(struct ddl_parser *parser)
{
    bool constraints = false;

    ddl_take_object_name(parser);
    if (ddl_take(parser, "(")) {
        while (!ddl_at_end(parser) && !ddl_at(parser, ")")) {
            constraints = constraints || begins_table_constraint(parser);
            if (constraints)
                take_table_constraint(parser);
            else
                take_column(parser);
            ddl_take(parser, ",");
        }
        ddl_take(parser, ")");
        take_table_options(parser);
    }
    if (!ddl_at_end(parser))
        ddl_add_expression(parser, TEXT("unparsed"), 0, ddl_rest(parser));
}

static void take_virtual_table(struct ddl_parser *parser)
{
    unsigned ordinal = 0;

    ddl_take_word(parser, "table");
    ddl_take_object_name(parser);
    ddl_take_word(parser, "using");
    struct text module = ddl_take_name(parser);
    ddl_set(ddl_add_item(parser, TEXT("module")), SQLITE_DDL_NAME, module);
    if (!ddl_take(parser, "("))
        return;
    while (!ddl_at_end(parser) && !ddl_at(parser, ")")) {
        ddl_add_expression(parser, TEXT("argument"), ordinal++, ddl_take_item(parser));
        ddl_take(parser, ",");
    }
}

/* ---- everything else ---- */

/* An item of an index without its order, which the pragma tells. */
static struct text take_index_column(struct ddl_parser *parser)
{
    struct text span = ddl_take_item(parser);

    if (span.length > 0 && (sqlite_token_is_word(parser->last, "asc") || sqlite_token_is_word(parser->last, "desc")))
        span.length = (size_t)(parser->last.text.bytes - span.bytes);
    return span;
}

static void take_index(struct ddl_parser *parser)
{
    unsigned ordinal = 0;

    ddl_take_object_name(parser);
    ddl_take_word(parser, "on");
    ddl_take_name(parser);
    if (ddl_take(parser, "(")) {
        while (!ddl_at_end(parser) && !ddl_at(parser, ")")) {
            ddl_add_expression(parser, TEXT("index_column"), ordinal++, take_index_column(parser));
            ddl_take(parser, ",");
        }
        ddl_take(parser, ")");
    }
    if (ddl_take_word(parser, "where"))
        ddl_add_expression(parser, TEXT("predicate"), 0, ddl_rest(parser));
}

static void take_view(struct ddl_parser *parser)
{
    ddl_take_object_name(parser);
    ddl_take_parenthesised(parser); /* the columns' names: the pragma tells them */
    ddl_take_word(parser, "as");
    ddl_add_expression(parser, TEXT("body"), 0, ddl_rest(parser));
}

/* From the trigger's timing to its END. FOR EACH ROW is left out: there is no other sort of trigger. */
static void take_trigger(struct ddl_parser *parser)
{
    struct sqlite_ddl_item *item = ddl_add_item(parser, TEXT("body"));
    const char *start;

    ddl_take_object_name(parser);
    start = parser->token.text.bytes;
    while (!ddl_at_end(parser) && !ddl_at_word(parser, "for") && !ddl_at_word(parser, "begin"))
        ddl_advance(parser);
    if (ddl_at_word(parser, "for") && ddl_next_is_word(parser, "each")) {
        sqlite_sql_render(&parser->scratch, (struct text){start, (size_t)(parser->token.text.bytes - start)});
        buffer_add_byte(&parser->scratch, ' ');
        ddl_advance(parser);
        ddl_advance(parser);
        ddl_take_word(parser, "row");
        start = parser->token.text.bytes;
    }
    sqlite_sql_render(&parser->scratch, (struct text){start, (size_t)(parser->sql.bytes + parser->sql.length - start)});
    ddl_set(item, SQLITE_DDL_EXPRESSION, ddl_keep_scratch(parser));
}

static void take_statement(struct ddl_parser *parser)
{
    ddl_take_word(parser, "create");
    if (!ddl_take_word(parser, "temp"))
        ddl_take_word(parser, "temporary");
    if (ddl_take_word(parser, "unique"))
        ddl_add_option(parser, TEXT("unique"));
    if (ddl_take_word(parser, "table")) {
        take_table(parser);
    } else if (ddl_take_word(parser, "virtual")) {
        take_virtual_table(parser);
    } else if (ddl_take_word(parser, "index")) {
        take_index(parser);
    } else if (ddl_take_word(parser, "view")) {
        take_view(parser);
    } else if (ddl_take_word(parser, "trigger")) {
        take_trigger(parser);
    } else if (!ddl_at_end(parser)) {
        ddl_add_expression(parser, TEXT("unparsed"), 0, ddl_rest(parser));
    }
}

/* ---- unique names ---- */

static bool is_constraint(const struct sqlite_ddl_item *item)
{
    static const struct text constraints[] = {{"primary_key", 11}, {"unique", 6}, {"foreign_key", 11}, {"check", 5}};

    for (size_t i = 0; i < LENGTH_OF(constraints); i++)
        if (text_equal(item->fields[SQLITE_DDL_ITEM], constraints[i]))
            return true;
    return false;
}

static int compare_from(const struct sqlite_ddl_item *a, const struct sqlite_ddl_item *b, unsigned field)
{
    int order = 0;

    for (; order == 0 && field < SQLITE_DDL_FIELD_COUNT; field++)
        order = text_compare(a->fields[field], b->fields[field]);
    return order;
}

static int by_content(const void *a, const void *b)
{
    return compare_from(*(struct sqlite_ddl_item *const *)a, *(struct sqlite_ddl_item *const *)b, SQLITE_DDL_ITEM);
}

/* Of sorted constraints, all of one sort and name stand together. Equal ones are dropped but for one; different ones
 * are numbered in the order of what they say, not of where they stand. */
static void number_constraints(struct ddl_parser *parser, struct sqlite_ddl_item **constraints, unsigned count)
{
    struct text sort = TEXT("");
    struct text name = TEXT("");
    unsigned number = 0;

    for (unsigned i = 0; i < count; i++) {
        struct sqlite_ddl_item *item = constraints[i];

        if (!text_equal(item->fields[SQLITE_DDL_ITEM], sort) || !text_equal(item->fields[SQLITE_DDL_NAME], name)) {
            sort = item->fields[SQLITE_DDL_ITEM];
            name = item->fields[SQLITE_DDL_NAME];
            number = 1;
        } else if (compare_from(item, constraints[i - 1], SQLITE_DDL_NAME + 1) == 0) {
            item->fields[SQLITE_DDL_ITEM] = TEXT("repetition");
        } else {
            buffer_add_text(&parser->scratch, name);
            buffer_printf(&parser->scratch, " #%u", ++number);
            item->fields[SQLITE_DDL_NAME] = ddl_keep_scratch(parser);
        }
    }
}

/* SQLite lets two constraints have one name, and lets a text say the same thing twice. */
static void make_names_unique(struct ddl_parser *parser)
{
    struct sqlite_ddl_item **constraints = arena_array(parser->arena, parser->count, sizeof *constraints);
    unsigned count = 0;

    if (constraints == NULL) {
        parser->failed = true;
        return;
    }
    for (struct sqlite_ddl_item *item = parser->first; item != NULL; item = item->next)
        if (is_constraint(item))
            constraints[count++] = item;
    if (count > 1)
        qsort(constraints, count, sizeof *constraints, by_content);
    number_constraints(parser, constraints, count);
}

enum error_code sqlite_ddl_parse(struct text sql, struct arena *arena, const struct sqlite_ddl_item **ret_items,
                                 struct error *error)
{
    struct ddl_parser parser = {.sql = sql, .arena = arena, .token = sqlite_token_first(sql)};

    parser.last = parser.token;
    parser.end = &parser.first;
    take_statement(&parser);
    make_names_unique(&parser);
    buffer_clear(&parser.scratch);
    if (parser.failed)
        return arena_error(arena, error, "reading a CREATE statement");
    *ret_items = parser.first;
    return ERROR_NONE;
}
