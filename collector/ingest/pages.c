#include "ingest/pages.h"

#include "wire/statement_page.h"

static struct ddl_event_row row_of(const struct captured_statement *statement)
{
    return (struct ddl_event_row){.number = statement->number,
                                  .at = statement->at,
                                  .actor = statement->actor,
                                  .role = statement->role,
                                  .application = statement->application,
                                  .client = statement->client,
                                  .command = statement->command,
                                  .object = statement->object,
                                  .statement = statement->statement,
                                  .transaction = (int64_t)(statement->transaction & INT64_MAX),
                                  .unconfirmed = statement->unconfirmed};
}

/* The rows of a page. */
struct page {
    struct captured_statement *statements;
    size_t count;
};

static enum error_code read_all(const struct upload *upload, struct page *pages, size_t *ret_count, struct arena *arena,
                                struct error *error)
{
    for (size_t i = 0; i < upload->offer->n_statements; i++) {
        struct text bytes = upload_page(upload, i);

        pages[i] = (struct page){NULL, 0};
        if (bytes.length > 0 &&
            statement_page_read(bytes, arena, &pages[i].statements, &pages[i].count, error) != ERROR_NONE)
            return error->code;
        *ret_count += pages[i].count;
    }
    return ERROR_NONE;
}

enum error_code pages_read(const struct upload *upload, struct arena *arena, struct recording *recording,
                           struct error *error)
{
    struct page *pages = arena_array(arena, upload->offer->n_statements, sizeof *pages);
    struct ddl_event_row *rows;
    size_t count = 0, added = 0;

    if (pages == NULL)
        return arena_error(arena, error, "reading captured statements");
    if (read_all(upload, pages, &count, arena, error) != ERROR_NONE)
        return error->code;
    rows = arena_array(arena, count, sizeof *rows);
    if (rows == NULL)
        return arena_error(arena, error, "reading captured statements");
    for (size_t i = 0; i < upload->offer->n_statements; i++)
        for (size_t k = 0; k < pages[i].count; k++)
            rows[added++] = row_of(&pages[i].statements[k]);
    recording->ddl_events = rows;
    recording->ddl_event_count = count;
    return ERROR_NONE;
}
