#include "cli/codegen_lookup.h"

#include <stdlib.h>

#include "cli/ref.h"
#include "schema/object_list.h"
#include "sources/source_rows.h"

/* Who reads a live database, or an error that says that it is none. */
static enum error_code find_source(const char *ref, const struct source_ops **ret_source, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    const struct source_ops *source;
    struct ref parsed;

    if (ref_parse(&parsed, text_from(ref), error) != ERROR_NONE)
        return error->code;
    source = parsed.type == REF_DATABASE ? source_find(ref) : NULL;
    if (source != NULL && source->rows != NULL) {
        *ret_source = source;
        return ERROR_NONE;
    }
    ref_redact(&shown, ref);
    error_set(error, ERROR_UNSUPPORTED, "the rows of a lookup table cannot be read from '%.200s'",
              shown.failed ? "" : buffer_text(&shown).bytes);
    return error_hint(error, "a snapshot has no rows: name a PostgreSQL or SQLite database");
}

static enum error_code find_table(struct object *ret_table, const struct snapshot *snapshot, struct text wanted,
                                  struct arena *arena, struct error *error)
{
    struct object_list list;

    if (object_list_make(&list, snapshot, arena, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].kind == KIND_TABLE && text_equal(list.items[i].path, wanted))
            return snapshot_object(snapshot, list.items[i].entry, arena, ret_table, error);
    error_set(error, ERROR_NOT_FOUND, "there is no table '%.*s' to look up",
              (int)(wanted.length < 200 ? wanted.length : 200), wanted.bytes);
    return error_hint(error, "name it as 'driftline show' does: 'public.order_statuses'");
}

static enum error_code check_column(const struct object *table, struct text column, struct error *error)
{
    if (object_part(table, KIND_COLUMN, column) != NULL)
        return ERROR_NONE;
    return error_set(error, ERROR_NOT_FOUND, "the table has no column '%.*s'",
                     (int)(column.length < 200 ? column.length : 200), column.bytes);
}

/* Numbers by what they are worth, everything else by its bytes. */
static int compare_values(const void *a, const void *b)
{
    struct text first = ((const struct source_row *)a)->values[0], second = ((const struct source_row *)b)->values[0];
    char *end[2] = {NULL, NULL};
    long long numbers[2] = {strtoll(first.length == 0 ? "" : first.bytes, &end[0], 10),
                            strtoll(second.length == 0 ? "" : second.bytes, &end[1], 10)};

    if (first.length > 0 && second.length > 0 && end[0] == first.bytes + first.length &&
        end[1] == second.bytes + second.length && numbers[0] != numbers[1])
        return numbers[0] < numbers[1] ? -1 : 1;
    return text_compare(first, second);
}

static enum error_code check_values(const struct source_rows *rows, struct error *error)
{
    for (size_t i = 1; i < rows->count; i++) {
        struct text value = rows->rows[i].values[0];

        if (text_equal(value, rows->rows[i - 1].values[0]))
            return error_set(error, ERROR_CONFIG, "the value '%.*s' is in two rows",
                             (int)(value.length < 100 ? value.length : 100), value.bytes);
    }
    return ERROR_NONE;
}

/* What all lookups of one reference are read with. */
struct looking {
    const struct call *call;
    const char *ref;
    const struct snapshot *snapshot;
    const struct source_ops *source;
    struct source_settings settings;
};

static enum error_code read_one(struct lookup_rows *ret_rows, const struct looking *looking,
                                const struct lookup_wish *wish, struct error *error)
{
    struct arena *arena = looking->call->arena;
    struct source_rows rows = {.columns = {wish->value, wish->label}, .arena = arena};
    struct object table;

    if (find_table(&table, looking->snapshot, wish->table, arena, error) != ERROR_NONE ||
        check_column(&table, wish->value, error) != ERROR_NONE ||
        check_column(&table, wish->label, error) != ERROR_NONE)
        return error->code;
    rows.table = &table.path;
    if (looking->source->rows(looking->ref, &looking->settings, &rows, error) != ERROR_NONE)
        return error->code;
    qsort(rows.rows, rows.count, sizeof *rows.rows, compare_values);
    if (check_values(&rows, error) != ERROR_NONE)
        return error->code;
    *ret_rows = (struct lookup_rows){
        .wish = wish,
        .comment = attribute_value(table.attributes, table.attribute_count, TEXT("comment")),
        .rows = arena_array(arena, rows.count, sizeof *ret_rows->rows),
        .count = rows.count,
    };
    if (ret_rows->rows == NULL)
        return arena_error(arena, error, "reading rows");
    for (size_t i = 0; i < rows.count; i++)
        memcpy(ret_rows->rows[i], rows.rows[i].values, sizeof rows.rows[i].values);
    return ERROR_NONE;
}

enum error_code codegen_lookup_read(struct lookup_rows **ret_rows, const struct call *call, const char *ref,
                                    const struct snapshot *snapshot, const struct codegen_options *options,
                                    size_t *ret_number, struct error *error)
{
    struct lookup_rows *rows = arena_array(call->arena, options->lookup_count, sizeof *rows);
    struct looking looking = {.call = call, .ref = ref, .snapshot = snapshot};

    *ret_number = 0;
    if (rows == NULL)
        return arena_error(call->arena, error, "reading rows");
    if (options->lookup_count > 0 &&
        (find_source(ref, &looking.source, error) != ERROR_NONE ||
         settings_for_source(&call->settings, call->arena, &looking.settings, error) != ERROR_NONE))
        return error->code;
    for (; *ret_number < options->lookup_count; ++*ret_number)
        if (read_one(&rows[*ret_number], &looking, &options->lookups[*ret_number], error) != ERROR_NONE)
            return error->code;
    *ret_rows = rows;
    return ERROR_NONE;
}
