#include "store/audits.h"

#include "store/rows.h"
#include "store_sql.h"

enum error_code audits_add(struct database *database, const struct audit_row *row, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_audit_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":at", row->at);
    statement_bind_text(statement, ":by", text_or_empty(row->by));
    statement_bind_text(statement, ":action", text_or_empty(row->action));
    statement_bind_text(statement, ":subject", text_or_empty(row->subject));
    statement_bind_text(statement, ":data", row->data.length == 0 ? TEXT("{}") : row->data);
    return statement_run(statement, error);
}

static enum error_code read_audit(struct statement *statement, struct audit_row *row, struct arena *arena,
                                  struct error *error)
{
    const struct row_text texts[] = {{2, &row->by}, {3, &row->action}, {4, &row->subject}, {5, &row->data}};

    row->id = statement_number(statement, 0);
    row->at = statement_number(statement, 1);
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code audits_list(struct database *database, int64_t before, uint32_t limit, struct arena *arena,
                            struct audit_row **ret_rows, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_rows};
    bool row = true;

    if (database_prepare(database, store_sql_audit_list, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":before", before == 0 ? INT64_MAX : before);
    statement_bind_number(statement, ":limit", limit);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct audit_row *audit = row_list_add(&list, error);

        if (audit == NULL || read_audit(statement, audit, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_rows = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
