/* Keys and indexes, which ODBC tells table by table. */
#include <stdio.h>

#include "sources/odbc/generic_keys.h"

/* One function that is asked of every table. What it fails at is told once for all when it never succeeds, else of the
 * single tables. */
struct asker {
    enum odbc_sort sort;
    enum kind kinds[2]; /* of which nothing is known when it does not answer */
    uint32_t told;
    uint32_t failed;
    bool given_up;
    char reason[GENERIC_REASON_MAX];
    struct generic_names failures; /* paths of the tables */
};

enum { FAILURES_UNTIL_GIVEN_UP = 3 };

/* The parts of the dotted path are those of a table: views have no keys, and some drivers fail when they are asked. */
static bool has_keys(const struct generic_table *table)
{
    return table->kind == KIND_TABLE || table->kind == KIND_FOREIGN_TABLE || table->kind == KIND_MATERIALIZED_VIEW;
}

static struct odbc_call call_for(enum odbc_sort sort, const struct generic_table *table)
{
    struct odbc_call call = {.sort = sort};
    unsigned place = sort == ODBC_FOREIGN_KEYS ? 3 : 0;

    call.text[place] = table->asked_catalog;
    call.text[place + 1] = table->asked_schema;
    call.text[place + 2] = table->name;
    if (call.text[place].length == 0)
        call.text[place] = (struct text){NULL, 0};
    if (call.text[place + 1].length == 0)
        call.text[place + 1] = (struct text){NULL, 0};
    if (sort == ODBC_STATISTICS) {
        call.options[0] = SQL_INDEX_ALL;
        call.options[1] = SQL_QUICK;
    }
    return call;
}

static enum error_code ask(struct generic_reader *reader, struct asker *asker, struct generic_table *table,
                           struct generic_rows *rows)
{
    struct odbc_call call = call_for(asker->sort, table);
    struct generic_answer answer;

    *rows = (struct generic_rows){.arena = &reader->scratch};
    if (asker->given_up)
        return ERROR_NONE;
    if (generic_ask_rows(reader, &call, rows, &answer) != ERROR_NONE)
        return reader->error->code;
    if (answer.told) {
        asker->told++;
        return ERROR_NONE;
    }
    if (asker->failed++ == 0)
        memcpy(asker->reason, answer.reason, sizeof asker->reason);
    asker->given_up = answer.not_offered || (asker->told == 0 && asker->failed >= FAILURES_UNTIL_GIVEN_UP);
    return generic_names_add(&asker->failures, &reader->arena, table->display) ? ERROR_NONE : generic_memory(reader);
}

static enum error_code settle(struct generic_reader *reader, const struct asker *asker)
{
    if (asker->failed == 0)
        return ERROR_NONE;
    if (asker->told == 0 || asker->given_up) {
        for (size_t i = 0; i < LENGTH_OF(asker->kinds); i++)
            if (asker->kinds[i] != KIND_NONE &&
                odbc_sink_gap(reader->sink, asker->kinds[i], TEXT(""), asker->reason, reader->error) != ERROR_NONE)
                return reader->error->code;
        return ERROR_NONE;
    }
    for (uint32_t i = 0; i < asker->failures.count; i++)
        if (odbc_sink_gap(reader->sink, KIND_TABLE, asker->failures.items[i], asker->reason, reader->error) !=
            ERROR_NONE)
            return reader->error->code;
    return ERROR_NONE;
}

/* ---- primary keys and indexes ---- */

/* The columns of the result of SQLPrimaryKeys, from 1. */
enum { PK_COLUMN = 4, PK_SEQ = 5, PK_NAME = 6 };

/* Drivers are meant to bring the columns in their order in the key, and mostly do. */
static bool take_primary_key(struct generic_reader *reader, struct generic_table *table,
                             const struct generic_rows *rows, struct generic_keys *keys)
{
    struct generic_key *key = rows->count == 0 ? NULL : generic_keys_add(reader, keys);

    if (rows->count == 0)
        return true;
    if (key == NULL)
        return false;
    key->kind = KIND_PRIMARY_KEY;
    key->name = generic_value(rows, 0, PK_NAME);
    for (long sequence = 1; sequence <= (long)rows->count; sequence++)
        for (uint32_t i = 0; i < rows->count; i++) {
            struct text name = generic_value(rows, i, PK_COLUMN);

            if (generic_number(generic_value(rows, i, PK_SEQ), (long)i + 1) != sequence ||
                generic_names_have(&key->columns, name))
                continue;
            if (!generic_names_add(&key->columns, &reader->scratch, name) || !generic_keep(&reader->arena, &name) ||
                !generic_names_add(&table->key, &reader->arena, name))
                return false;
        }
    return true;
}

/* The index behind the primary key: the one of its name; else the only unique one that has its columns; else, of
 * several, the one that has them in its order. */
static struct generic_key *find_backing(const struct generic_key *key, struct generic_keys *keys)
{
    struct generic_key *found = NULL, *in_order = NULL;
    uint32_t candidates = 0;

    for (uint32_t i = 0; i < keys->count; i++) {
        struct generic_key *index = &keys->items[i];

        if (!index->is_unique || index->predicate.length > 0 || !generic_names_same_set(&index->columns, &key->columns))
            continue;
        if (index->name.length > 0 && text_equal(index->name, key->name))
            return index;
        if (in_order == NULL && generic_names_equal(&index->columns, &key->columns))
            in_order = index;
        found = index;
        candidates++;
    }
    return candidates == 1 ? found : in_order;
}

/* What stands in the index is the order of the key; not all drivers tell that in SQLPrimaryKeys. */
static void join_backing(struct generic_table *table, struct generic_key *key, struct generic_keys *indexes)
{
    struct generic_key *backing = find_backing(key, indexes);

    if (backing == NULL)
        return;
    for (uint32_t i = 0; i < key->columns.count; i++) {
        key->columns.items[i] = backing->columns.items[i];
        for (uint32_t k = i + 1; k < table->key.count; k++)
            if (text_equal(table->key.items[k], backing->columns.items[i])) {
                struct text moved = table->key.items[i];

                table->key.items[i] = table->key.items[k];
                table->key.items[k] = moved;
                break;
            }
    }
    *backing = indexes->items[--indexes->count];
}

static enum error_code read_table(struct generic_reader *reader, struct asker *primary, struct asker *statistics,
                                  struct generic_table *table)
{
    struct generic_rows key_rows, index_rows;
    struct generic_keys key = {0}, keys = {0};

    if (ask(reader, primary, table, &key_rows) != ERROR_NONE ||
        ask(reader, statistics, table, &index_rows) != ERROR_NONE)
        return reader->error->code;
    if (!take_primary_key(reader, table, &key_rows, &key) || !generic_keys_of_index_rows(reader, &index_rows, &keys))
        return generic_memory(reader);
    if (key.count > 0) {
        struct generic_key *added;

        join_backing(table, &key.items[0], &keys);
        added = generic_keys_add(reader, &keys);
        if (added == NULL)
            return generic_memory(reader);
        *added = key.items[0];
    }
    return generic_keys_bring(reader, table, &keys);
}

static enum error_code read_foreign_keys(struct generic_reader *reader, struct asker *foreign,
                                         struct generic_table *table)
{
    struct generic_rows rows;
    struct generic_keys keys = {0};

    if (ask(reader, foreign, table, &rows) != ERROR_NONE)
        return reader->error->code;
    if (!generic_keys_of_foreign_rows(reader, table, &rows, &keys))
        return generic_memory(reader);
    return generic_keys_bring(reader, table, &keys);
}

/* Foreign keys come last: one may refer to the primary key of any table. */
enum error_code generic_read_keys(struct generic_reader *reader)
{
    struct asker primary = {.sort = ODBC_PRIMARY_KEYS, .kinds = {KIND_PRIMARY_KEY, KIND_NONE}};
    struct asker statistics = {.sort = ODBC_STATISTICS, .kinds = {KIND_INDEX, KIND_UNIQUE}};
    struct asker foreign = {.sort = ODBC_FOREIGN_KEYS, .kinds = {KIND_FOREIGN_KEY, KIND_NONE}};

    if (generic_keys_begin(reader) != ERROR_NONE)
        return reader->error->code;
    for (uint32_t i = 0; i < reader->table_count * 2; i++) {
        struct generic_table *table = &reader->tables[i % reader->table_count];

        if (!has_keys(table))
            continue;
        if ((i < reader->table_count ? read_table(reader, &primary, &statistics, table)
                                     : read_foreign_keys(reader, &foreign, table)) != ERROR_NONE)
            return reader->error->code;
        arena_free(&reader->scratch);
        generic_step(reader);
    }
    if (settle(reader, &primary) != ERROR_NONE || settle(reader, &statistics) != ERROR_NONE)
        return reader->error->code;
    return settle(reader, &foreign);
}
