/* From the rows of SQLStatistics and SQLForeignKeys to keys, and from keys to rows for the loader. */
#include <stdlib.h>

#include "schema/object.h"
#include "sources/odbc/generic_keys.h"

struct generic_key *generic_keys_add(struct generic_reader *reader, struct generic_keys *keys)
{
    if (keys->count == keys->capacity) {
        uint32_t capacity = keys->capacity == 0 ? 8 : keys->capacity * 2;
        struct generic_key *items = arena_array(&reader->scratch, capacity, sizeof *items);

        if (items == NULL)
            return NULL;
        if (keys->count > 0)
            memcpy(items, keys->items, keys->count * sizeof *items);
        keys->items = items;
        keys->capacity = capacity;
    }
    keys->items[keys->count] = (struct generic_key){0};
    return &keys->items[keys->count++];
}

/* ---- indexes ---- */

/* The columns of the result of SQLStatistics, from 1. */
enum { NON_UNIQUE = 4, INDEX_NAME = 6, TYPE = 7, ORDINAL = 8, COLUMN = 9, ASC_OR_DESC = 10, FILTER = 13 };

static struct generic_key *new_index(struct generic_reader *reader, const struct generic_rows *rows, uint32_t row,
                                     struct generic_keys *keys)
{
    struct generic_key *key = generic_keys_add(reader, keys);
    const char *own = reader->habits->own_indexes;
    struct text filter = generic_value(rows, row, FILTER);
    long type = generic_number(generic_value(rows, row, TYPE), SQL_INDEX_OTHER);

    if (key == NULL)
        return NULL;
    key->kind = KIND_INDEX;
    key->name = generic_value(rows, row, INDEX_NAME);
    key->is_unique = generic_number(generic_value(rows, row, NON_UNIQUE), 1) == 0;
    if (type == SQL_INDEX_CLUSTERED || type == SQL_INDEX_HASHED)
        key->method = type == SQL_INDEX_HASHED ? TEXT("hash") : TEXT("clustered");
    if (filter.length > 0)
        key->predicate = filter;
    if (own != NULL && text_starts_with(key->name, text_from(own))) {
        key->kind = KIND_UNIQUE;
        key->name = (struct text){NULL, 0};
    }
    return key;
}

static bool add_index_column(struct generic_reader *reader, const struct generic_rows *rows, uint32_t row,
                             struct generic_key *key)
{
    struct text name = generic_value(rows, row, COLUMN);
    bool descending = text_equal(generic_value(rows, row, ASC_OR_DESC), TEXT("D"));

    if (name.length == 0) {
        name = TEXT("(expression)");
        reader->saw_expression = true;
    }
    key->has_order |= descending;
    return generic_names_add(&key->columns, &reader->scratch, name) &&
           generic_names_add(&key->order, &reader->scratch, descending ? TEXT("desc") : TEXT(""));
}

/* Rows come index by index, and in each in the order of its columns. */
bool generic_keys_of_index_rows(struct generic_reader *reader, const struct generic_rows *rows,
                                struct generic_keys *keys)
{
    struct generic_key *key = NULL;
    struct text last = {NULL, 0};
    long ordinal = 0;

    for (uint32_t i = 0; i < rows->count; i++) {
        struct text name = generic_value(rows, i, INDEX_NAME);
        long place = generic_number(generic_value(rows, i, ORDINAL), 0);

        if (generic_number(generic_value(rows, i, TYPE), SQL_INDEX_OTHER) == SQL_TABLE_STAT)
            continue;
        if (key == NULL || !text_equal(name, last) || place <= ordinal)
            key = new_index(reader, rows, i, keys);
        if (key == NULL || !add_index_column(reader, rows, i, key))
            return false;
        last = name;
        ordinal = place;
    }
    return true;
}

/* ---- foreign keys ---- */

/* The columns of the result of SQLForeignKeys, from 1. */
enum {
    PK_CATALOG = 1,
    PK_SCHEMA = 2,
    PK_TABLE = 3,
    PK_COLUMN = 4,
    FK_COLUMN = 8,
    KEY_SEQ = 9,
    UPDATE_RULE = 10,
    DELETE_RULE = 11,
    FK_NAME = 12,
    DEFERRABILITY = 14
};

/* What happens anyway is absent. */
static struct text rule(const struct generic_rows *rows, uint32_t row, unsigned column)
{
    switch (generic_number(generic_value(rows, row, column), SQL_NO_ACTION)) {
    case SQL_CASCADE:
        return TEXT("cascade");
    case SQL_RESTRICT:
        return TEXT("restrict");
    case SQL_SET_NULL:
        return TEXT("set null");
    case SQL_SET_DEFAULT:
        return TEXT("set default");
    default:
        return (struct text){NULL, 0};
    }
}

static struct text deferrability(const struct generic_rows *rows, uint32_t row)
{
    switch (generic_number(generic_value(rows, row, DEFERRABILITY), SQL_NOT_DEFERRABLE)) {
    case SQL_INITIALLY_DEFERRED:
        return TEXT("initially deferred");
    case SQL_INITIALLY_IMMEDIATE:
        return TEXT("yes");
    default:
        return (struct text){NULL, 0};
    }
}

/* The table that is referred to: as it is called where it is known, else as the driver calls it. */
static bool find_referenced(struct generic_reader *reader, const struct generic_table *table,
                            const struct generic_rows *rows, uint32_t row, struct generic_key *key,
                            const struct generic_table **ret_found)
{
    struct text catalog = generic_value(rows, row, PK_CATALOG), schema = generic_value(rows, row, PK_SCHEMA);
    struct path path = {.count = 2, .elements = {table->schema, generic_value(rows, row, PK_TABLE)}};
    CLEANUP(buffer_clear) struct buffer display = {0};

    if (catalog.length > 0 || schema.length > 0)
        path.elements[0] = generic_schema_name(reader, catalog, schema);
    *ret_found = generic_find_table(reader, path.elements[0], path.elements[1], true);
    if (*ret_found != NULL) {
        key->references = (*ret_found)->display;
        return true;
    }
    path_write(&display, KIND_TABLE, &path);
    key->references = buffer_text(&display);
    return !display.failed && generic_keep(&reader->scratch, &key->references);
}

/* The name of a column as its table has it. */
static struct text column_name(const struct generic_table *table, struct text name)
{
    if (table == NULL || generic_names_have(&table->columns, name))
        return name;
    for (uint32_t i = 0; i < table->columns.count; i++)
        if (generic_equal_folded(table->columns.items[i], name))
            return table->columns.items[i];
    return name;
}

/* A key that names no columns refers to the primary key. */
static bool add_foreign_column(struct generic_reader *reader, const struct generic_table *table,
                               const struct generic_table *referenced, const struct generic_rows *rows, uint32_t row,
                               struct generic_key *key)
{
    struct text to = generic_value(rows, row, PK_COLUMN);

    if (to.length == 0 && referenced != NULL && key->columns.count < referenced->key.count)
        to = referenced->key.items[key->columns.count];
    if (!generic_names_add(&key->columns, &reader->scratch, column_name(table, generic_value(rows, row, FK_COLUMN))))
        return false;
    return to.length == 0 || generic_names_add(&key->referenced, &reader->scratch, column_name(referenced, to));
}

static struct generic_key *new_foreign_key(struct generic_reader *reader, const struct generic_rows *rows, uint32_t row,
                                           struct generic_keys *keys)
{
    struct generic_key *key = generic_keys_add(reader, keys);

    if (key == NULL)
        return NULL;
    key->kind = KIND_FOREIGN_KEY;
    key->name = generic_value(rows, row, FK_NAME);
    key->on_update = rule(rows, row, UPDATE_RULE);
    key->on_delete = rule(rows, row, DELETE_RULE);
    key->deferrable = deferrability(rows, row);
    return key;
}

/* Rows come key by key; a key begins where its numbers begin anew. */
bool generic_keys_of_foreign_rows(struct generic_reader *reader, const struct generic_table *table,
                                  const struct generic_rows *rows, struct generic_keys *keys)
{
    const struct generic_table *referenced = NULL;
    struct generic_key *key = NULL;
    long sequence = 0;

    for (uint32_t i = 0; i < rows->count; i++) {
        long place = generic_number(generic_value(rows, i, KEY_SEQ), 1);
        bool is_new = key == NULL || place <= sequence || !text_equal(key->name, generic_value(rows, i, FK_NAME));

        sequence = place;
        if (is_new) {
            key = new_foreign_key(reader, rows, i, keys);
            if (key == NULL || !find_referenced(reader, table, rows, i, key, &referenced))
                return false;
        }
        if (!add_foreign_column(reader, table, referenced, rows, i, key))
            return false;
    }
    return true;
}

/* ---- names ---- */

enum { NAME_LENGTH_MAX = 120 };

static void write_names(struct buffer *buffer, const struct generic_names *names)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (i > 0)
            buffer_add_string(buffer, ", ");
        identifier_write(buffer, names->items[i]);
    }
}

/* A long one is cut and ends in a digest of the whole. */
static void write_short_names(struct buffer *buffer, const struct generic_names *names)
{
    CLEANUP(buffer_clear) struct buffer all = {0};
    uint64_t digest = 14695981039346656037u; /* FNV-1a: no secret, only a name */
    size_t cut = NAME_LENGTH_MAX;

    write_names(&all, names);
    buffer->failed |= all.failed;
    if (all.length <= cut) {
        buffer_add_text(buffer, buffer_text(&all));
        return;
    }
    while (cut > 0 && ((unsigned char)all.bytes[cut] & 0xc0) == 0x80)
        cut--; /* not within a character */
    for (size_t i = 0; i < all.length; i++)
        digest = (digest ^ (unsigned char)all.bytes[i]) * 1099511628211u;
    buffer_add(buffer, all.bytes, cut);
    buffer_printf(buffer, "… %016llx", (unsigned long long)digest);
}

/* A key without a name is called by what it says, as an SQLite database's are: docs/reference/sqlite.md. */
static bool make_name(struct generic_reader *reader, struct generic_key *key)
{
    CLEANUP(buffer_clear) struct buffer name = {0};
    char *kept;

    if (key->name.length > 0)
        return true;
    buffer_add_string(&name, kind_name(key->kind));
    if (key->kind != KIND_PRIMARY_KEY) {
        buffer_add_byte(&name, '(');
        write_short_names(&name, &key->columns);
        buffer_add_byte(&name, ')');
    }
    if (name.failed)
        return false;
    kept = arena_string(&reader->scratch, buffer_text(&name));
    key->name = text_from(kept);
    return kept != NULL;
}

static bool make_content(struct generic_reader *reader, struct generic_key *key)
{
    const struct text texts[] = {key->references, key->on_update, key->on_delete,
                                 key->deferrable, key->method,    key->predicate};
    CLEANUP(buffer_clear) struct buffer content = {0};

    write_names(&content, &key->columns);
    buffer_printf(&content, " %s %d ", kind_name(key->kind), key->is_unique);
    write_names(&content, &key->order);
    write_names(&content, &key->referenced);
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        buffer_add_byte(&content, ' ');
        buffer_add_text(&content, texts[i]);
    }
    key->content = buffer_text(&content);
    return !content.failed && generic_keep(&reader->scratch, &key->content);
}

static int compare_keys(const void *a, const void *b)
{
    const struct generic_key *x = a, *y = b;
    int order = x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : text_compare(x->name, y->name);

    return order != 0 ? order : text_compare(x->content, y->content);
}

static bool is_taken(const struct generic_keys *keys, const struct generic_key *key, struct text name)
{
    for (uint32_t i = 0; i < keys->count; i++)
        if (&keys->items[i] != key && keys->items[i].kind == key->kind && text_equal(keys->items[i].name, name))
            return true;
    return false;
}

static bool make_other_name(struct generic_reader *reader, const struct generic_keys *keys, struct generic_key *key)
{
    struct text name = key->name;

    for (unsigned number = 2; is_taken(keys, key, name); number++) {
        name = text_from(arena_printf(&reader->scratch, "%.*s #%u", TEXT_ARGS(key->name), number));
        if (name.bytes == NULL)
            return false;
    }
    key->name = name;
    return true;
}

static bool is_same(const struct generic_key *a, const struct generic_key *b)
{
    return a->kind == b->kind && text_equal(a->name, b->name) && text_equal(a->content, b->content);
}

/* Two that are the same in everything are one. Of others that share a name all but the first get a number. */
static bool make_unique(struct generic_reader *reader, struct generic_keys *keys)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < keys->count; i++)
        if (kept == 0 || !is_same(&keys->items[kept - 1], &keys->items[i]))
            keys->items[kept++] = keys->items[i];
    keys->count = kept;
    for (uint32_t i = 1, first = 0; i < kept; i++) {
        if (keys->items[i].kind != keys->items[first].kind || !text_equal(keys->items[i].name, keys->items[first].name))
            first = i;
        else if (!make_other_name(reader, keys, &keys->items[i]))
            return false;
    }
    return true;
}

/* ---- rows for the loader ---- */

static const struct catalog_file file = {.name = "SQLStatistics"};
static const struct catalog_query query = {.file = &file, .kind = KIND_INDEX};

enum { LABELS = 13 };

enum error_code generic_keys_begin(struct generic_reader *reader)
{
    static const char *const labels[LABELS] = {"kind",
                                               "part_of",
                                               "name",
                                               "columns[]",
                                               "order[]",
                                               "unique",
                                               "method",
                                               "predicate",
                                               "references",
                                               "on_update",
                                               "on_delete",
                                               "deferrable",
                                               "referenced_columns[]"};

    return odbc_sink_begin(reader->sink, &query, labels, LABELS, reader->error);
}

static enum error_code bring_key(struct generic_reader *reader, const struct generic_table *table,
                                 const struct generic_key *key)
{
    struct text values[LABELS] = {text_from(kind_name(key->kind)), table->display, key->name};

    values[3] = generic_names_list(&key->columns, &reader->scratch);
    if (key->has_order)
        values[4] = generic_names_list(&key->order, &reader->scratch);
    if (key->kind == KIND_INDEX && key->is_unique)
        values[5] = TEXT("yes");
    values[6] = key->method;
    values[7] = key->predicate;
    values[8] = key->references;
    values[9] = key->on_update;
    values[10] = key->on_delete;
    values[11] = key->deferrable;
    if (key->referenced.count > 0)
        values[12] = generic_names_list(&key->referenced, &reader->scratch);
    if (values[3].bytes == NULL || (key->has_order && values[4].bytes == NULL) ||
        (key->referenced.count > 0 && values[12].bytes == NULL))
        return generic_memory(reader);
    return odbc_sink_row(reader->sink, values, reader->error);
}

enum error_code generic_keys_bring(struct generic_reader *reader, const struct generic_table *table,
                                   struct generic_keys *keys)
{
    for (uint32_t i = 0; i < keys->count; i++)
        if (!make_name(reader, &keys->items[i]) || !make_content(reader, &keys->items[i]))
            return generic_memory(reader);
    if (keys->count > 1)
        qsort(keys->items, keys->count, sizeof *keys->items, compare_keys);
    if (!make_unique(reader, keys))
        return generic_memory(reader);
    for (uint32_t i = 0; i < keys->count; i++)
        if (bring_key(reader, table, &keys->items[i]) != ERROR_NONE)
            return reader->error->code;
    return ERROR_NONE;
}
