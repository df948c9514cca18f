#include "sources/sqlite/sqlite_functions.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "schema/object.h"
#include "sources/sqlite/sqlite_ddl.h"
#include "sources/sqlite/sqlite_token.h"

static int code_of(enum error_code code)
{
    return code == ERROR_NONE ? SQLITE_OK : code == ERROR_LIMIT ? SQLITE_TOOBIG : SQLITE_NOMEM;
}

static struct text value_text(sqlite3_value *value)
{
    const char *bytes = (const char *)sqlite3_value_text(value);

    return (struct text){bytes, (size_t)sqlite3_value_bytes(value)};
}

static void answer(sqlite3_context *context, struct text text)
{
    sqlite3_result_text64(context, text.bytes, text.length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void answer_buffer(sqlite3_context *context, struct buffer *buffer)
{
    if (buffer->failed)
        sqlite3_result_error_nomem(context);
    else
        answer(context, buffer_text(buffer));
    buffer_clear(buffer);
}

/* ---- driftline_ddl ---- */

enum { DDL_ORDINAL = SQLITE_DDL_FIELD_COUNT, DDL_SOURCE };

struct ddl_table {
    sqlite3_vtab base;
    size_t memory_limit;
};

struct ddl_cursor {
    sqlite3_vtab_cursor base;
    struct arena arena;
    const struct sqlite_ddl_item *item;
    sqlite3_int64 row;
};

static int ddl_connect(sqlite3 *database, void *limits, int count, const char *const *arguments,
                       sqlite3_vtab **ret_table, char **ret_message)
{
    struct ddl_table *table;
    int code = sqlite3_declare_vtab(
        database, "CREATE TABLE x (item, name, expression, columns, collation, on_conflict, referenced_table, "
                  "referenced_columns, on_delete, on_update, match_type, deferred, ordinal, source HIDDEN)");

    (void)count, (void)arguments, (void)ret_message;
    if (code == SQLITE_OK)
        code = sqlite3_vtab_config(database, SQLITE_VTAB_DIRECTONLY);
    if (code != SQLITE_OK)
        return code;
    table = mem_alloc(sizeof *table);
    if (table == NULL)
        return SQLITE_NOMEM;
    *table = (struct ddl_table){.memory_limit = ((struct sqlite_limits *)limits)->memory};
    *ret_table = &table->base;
    return SQLITE_OK;
}

static int ddl_disconnect(sqlite3_vtab *table)
{
    mem_free(table);
    return SQLITE_OK;
}

/* The text must be given: there is nothing to read without it. */
static int ddl_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn != DDL_SOURCE || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ ||
            !info->aConstraint[i].usable)
            continue;
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
        info->estimatedCost = 20;
        info->estimatedRows = 20;
        return SQLITE_OK;
    }
    return SQLITE_CONSTRAINT;
}

static int ddl_open(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor)
{
    struct ddl_cursor *cursor = mem_alloc(sizeof *cursor);

    if (cursor == NULL)
        return SQLITE_NOMEM;
    *cursor = (struct ddl_cursor){0};
    arena_init(&cursor->arena, ((struct ddl_table *)table)->memory_limit);
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int ddl_close(sqlite3_vtab_cursor *base)
{
    arena_free(&((struct ddl_cursor *)base)->arena);
    mem_free(base);
    return SQLITE_OK;
}

static int ddl_filter(sqlite3_vtab_cursor *base, int number, const char *text, int count, sqlite3_value **values)
{
    struct ddl_cursor *cursor = (struct ddl_cursor *)base;
    struct error error;

    (void)number, (void)text, (void)count;
    arena_free(&cursor->arena);
    cursor->item = NULL;
    cursor->row = 0;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return SQLITE_OK;
    return code_of(sqlite_ddl_parse(value_text(values[0]), &cursor->arena, &cursor->item, &error));
}

static int ddl_next(sqlite3_vtab_cursor *base)
{
    struct ddl_cursor *cursor = (struct ddl_cursor *)base;

    cursor->item = cursor->item->next;
    cursor->row++;
    return SQLITE_OK;
}

static int ddl_eof(sqlite3_vtab_cursor *base)
{
    return ((struct ddl_cursor *)base)->item == NULL;
}

static int ddl_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct sqlite_ddl_item *item = ((struct ddl_cursor *)base)->item;

    if (column == DDL_ORDINAL)
        sqlite3_result_int64(context, item->ordinal);
    else if (column < SQLITE_DDL_FIELD_COUNT && item->fields[column].bytes != NULL)
        answer(context, item->fields[column]);
    return SQLITE_OK;
}

static int ddl_row(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_row)
{
    *ret_row = ((struct ddl_cursor *)base)->row;
    return SQLITE_OK;
}

static const sqlite3_module ddl_module = {
    .xConnect = ddl_connect, /* without xCreate: a function only, no table can be made of it */
    .xBestIndex = ddl_best_index,
    .xDisconnect = ddl_disconnect,
    .xDestroy = ddl_disconnect,
    .xOpen = ddl_open,
    .xClose = ddl_close,
    .xFilter = ddl_filter,
    .xNext = ddl_next,
    .xEof = ddl_eof,
    .xColumn = ddl_column,
    .xRowid = ddl_row,
};

/* ---- driftline_list ---- */

struct list_item {
    sqlite3_int64 position;
    sqlite3_int64 arrival; /* makes the order of equal positions certain */
    struct text text;
};

struct list {
    struct list_item *items;
    size_t count;
    size_t capacity;
};

static bool list_add(struct list *list, sqlite3_int64 position, struct text text)
{
    char *copy;

    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
        struct list_item *items = mem_realloc(list->items, capacity * sizeof *items);

        if (items == NULL)
            return false;
        list->items = items;
        list->capacity = capacity;
    }
    copy = mem_alloc(text.length);
    if (copy == NULL)
        return false;
    if (text.length > 0)
        memcpy(copy, text.bytes, text.length);
    list->items[list->count] = (struct list_item){position, (sqlite3_int64)list->count, {copy, text.length}};
    list->count++;
    return true;
}

static void list_step(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct list *list;

    (void)count;
    if (sqlite3_value_type(values[1]) == SQLITE_NULL)
        return;
    list = sqlite3_aggregate_context(context, sizeof *list);
    if (list == NULL || !list_add(list, sqlite3_value_int64(values[0]), value_text(values[1])))
        sqlite3_result_error_nomem(context);
}

static int by_position(const void *a, const void *b)
{
    const struct list_item *first = a;
    const struct list_item *second = b;

    if (first->position != second->position)
        return first->position < second->position ? -1 : 1;
    return first->arrival < second->arrival ? -1 : 1;
}

/* Also called, with nobody reading the answer, when a statement ends early. */
static void list_final(sqlite3_context *context)
{
    struct list *list = sqlite3_aggregate_context(context, 0);
    struct buffer buffer;

    if (list == NULL || list->count == 0) {
        if (list != NULL)
            mem_free(list->items);
        return;
    }
    buffer_init(&buffer);
    qsort(list->items, list->count, sizeof *list->items, by_position);
    for (size_t i = 0; i < list->count; i++) {
        sqlite_list_add(&buffer, list->items[i].text);
        mem_free((char *)list->items[i].text.bytes);
    }
    buffer_add_byte(&buffer, '}');
    mem_free(list->items);
    answer_buffer(context, &buffer);
}

/* ---- scalar functions ---- */

/* Bytes that are no UTF-8 are written as the loader writes them in names, \xNN, so that paths and names agree. */
static void add_clean(struct buffer *buffer, struct text text)
{
    if (text_is_utf8(text)) {
        buffer_add_text(buffer, text);
        return;
    }
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.bytes[i] < 0x80)
            buffer_add_byte(buffer, (uint8_t)text.bytes[i]);
        else
            buffer_printf(buffer, "\\x%02x", (unsigned char)text.bytes[i]);
    }
}

static void path_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct buffer name;
    struct buffer path;

    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    buffer_init(&name);
    buffer_init(&path);
    add_clean(&name, value_text(values[0]));
    path_write(&path, KIND_TABLE, &(struct path){.count = 2, .elements = {TEXT("main"), buffer_text(&name)}});
    path.failed = path.failed || name.failed;
    buffer_clear(&name);
    answer_buffer(context, &path);
}

static void text_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct buffer buffer;

    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    buffer_init(&buffer);
    sqlite_sql_render(&buffer, value_text(values[0]));
    answer_buffer(context, &buffer);
}

/* Preparing the pragma resolves the view and runs nothing. Views upon views can make even that long. */
static int resolve_view(sqlite3 *database, const unsigned char *name)
{
    sqlite3_stmt *statement = NULL;
    char *sql = sqlite3_mprintf("PRAGMA main.table_xinfo(\"%w\")", name);
    int result = sql == NULL ? SQLITE_NOMEM : sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

    sqlite3_finalize(statement);
    sqlite3_free(sql);
    return result;
}

static void resolves_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct sqlite_limits *limits = sqlite3_user_data(context);
    int result = clock_elapsed() > limits->deadline
                     ? SQLITE_INTERRUPT
                     : resolve_view(sqlite3_context_db_handle(context), sqlite3_value_text(values[0]));

    (void)count;
    if (result == SQLITE_OK || result == SQLITE_ERROR)
        sqlite3_result_int(context, result == SQLITE_OK);
    else
        sqlite3_result_error_code(context, result);
}

int sqlite_functions_add(sqlite3 *database, struct sqlite_limits *limits)
{
    static const int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
    int code = sqlite3_create_module(database, "driftline_ddl", &ddl_module, limits);

    if (code == SQLITE_OK)
        code = sqlite3_create_function(database, "driftline_list", 2, flags, NULL, NULL, list_step, list_final);
    if (code == SQLITE_OK)
        code = sqlite3_create_function(database, "driftline_path", 1, flags, NULL, path_function, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function(database, "driftline_text", 1, flags, NULL, text_function, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function(database, "driftline_resolves", 1, flags, limits, resolves_function, NULL, NULL);
    return code;
}
