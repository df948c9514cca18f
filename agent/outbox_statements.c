/* Captured statements in the outbox: how they come in as pages, and where the pages go when their snapshot must. */
#include <stdio.h>

#include "agent/outbox_private.h"
#include "outbox_sql.h"
#include "wire/statement_page.h"

enum { PAGE_MEMORY = 64 * 1024 * 1024 };

static const char doing[] = "storing captured statements";

void outbox_taker(const struct outbox *outbox, int64_t target, char ret_taker[OUTBOX_TAKER_SIZE])
{
    for (unsigned i = 0; i < OUTBOX_INCARNATION_SIZE; i++) {
        unsigned shift = 8 * (OUTBOX_INCARNATION_SIZE - 1 - i);
        unsigned part =
            shift < 64 ? (unsigned)((uint64_t)target >> shift & 0xff) : 0; /* two targets may be one database */

        snprintf(ret_taker + (size_t)2 * i, 3, "%02x", (unsigned)(outbox->incarnation[i] ^ part));
    }
}

/* ---- lists of hashes ---- */

static struct hash hash_at(struct text list, size_t place)
{
    struct hash hash;

    memcpy(hash.bytes, list.bytes + place * HASH_SIZE, HASH_SIZE);
    return hash;
}

static bool contains(const struct buffer *list, const struct hash *hash)
{
    for (size_t i = 0; i < list->length; i += HASH_SIZE)
        if (memcmp(list->bytes + i, hash->bytes, HASH_SIZE) == 0)
            return true;
    return false;
}

enum error_code outbox_release_pages(struct outbox *outbox, struct text pages, struct error *error)
{
    for (size_t i = 0; i < pages.length / HASH_SIZE; i++) {
        struct hash hash = hash_at(pages, i);

        if (outbox_release_node(outbox, &hash, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* Pages of another list are in this one from now on: one use of each, wherever it was used before. */
static enum error_code join(struct outbox *outbox, struct buffer *list, struct text other, struct error *error)
{
    for (size_t i = 0; i < other.length / HASH_SIZE; i++) {
        struct hash hash = hash_at(other, i);

        if (!contains(list, &hash))
            buffer_add(list, hash.bytes, HASH_SIZE);
        else if (outbox_release_node(outbox, &hash, error) != ERROR_NONE)
            return error->code;
    }
    return buffer_check(list, error, doing);
}

/* ---- in ---- */

static enum error_code add_page(struct outbox *outbox, struct text page, struct buffer *pages, struct error *error)
{
    struct hash hash = hasher_digest(outbox->hasher, NODE_STATEMENTS, page);
    bool is_new = false;

    if (outbox_add_node(outbox, NODE_STATEMENTS, &hash, page, &is_new, error) != ERROR_NONE)
        return error->code;
    if (contains(pages, &hash))
        return ERROR_NONE;
    if (outbox_use_node(outbox, &hash, error) != ERROR_NONE)
        return error->code;
    buffer_add(pages, hash.bytes, HASH_SIZE);
    return ERROR_NONE;
}

enum error_code outbox_add_pages(struct outbox *outbox, const struct outbox_parcel *parcel, struct buffer *pages,
                                 struct error *error)
{
    CLEANUP(buffer_clear) struct buffer page = {0};
    size_t written = 0;

    while (written < parcel->statement_count) {
        buffer_reset(&page);
        written += statement_page_write(&page, parcel->statements + written, parcel->statement_count - written);
        if (buffer_check(&page, error, doing) != ERROR_NONE ||
            add_page(outbox, buffer_text(&page), pages, error) != ERROR_NONE)
            return error->code;
    }
    return buffer_check(pages, error, doing);
}

enum error_code outbox_set_waiting(struct outbox *outbox, int64_t target, struct text pages, struct text continuity,
                                   struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(outbox->database, outbox_sql_target_statements, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_blob(statement, ":statements", pages.bytes == NULL ? (struct text){"", 0} : pages);
    statement_bind_text(statement, ":continuity", continuity.bytes == NULL ? (struct text){"", 0} : continuity);
    return statement_run(statement, error);
}

/* ---- inheriting ---- */

/* Whether a page can be sent, and read by who gets it. */
static enum error_code is_whole(struct outbox *outbox, const struct hash *hash, bool *ret_whole, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement *statements;
    struct error broken = {0};
    enum node_type type;
    struct text page;
    size_t count;

    arena_init(&arena, PAGE_MEMORY);
    if (outbox_read_node(outbox, hash, &arena, &type, &page, &broken) == ERROR_NONE &&
        statement_page_read(page, &arena, &statements, &count, &broken) == ERROR_NONE) {
        *ret_whole = true;
        return ERROR_NONE;
    }
    *ret_whole = false;
    switch (broken.code) {
    case ERROR_NOT_FOUND:
    case ERROR_PROTOCOL:
    case ERROR_LIMIT:
        return ERROR_NONE;
    default:
        *error = broken;
        return error->code;
    }
}

/* What is damaged would only make the next snapshot be refused, too. The database still has its statements, and who
 * refused them asks for everything to be written anew. */
static enum error_code keep_whole(struct outbox *outbox, struct text pages, struct buffer *whole, bool *ret_all,
                                  struct error *error)
{
    *ret_all = true;
    for (size_t i = 0; i < pages.length / HASH_SIZE; i++) {
        struct hash hash = hash_at(pages, i);
        bool keep = false;

        if (is_whole(outbox, &hash, &keep, error) != ERROR_NONE)
            return error->code;
        *ret_all = *ret_all && keep;
        if (keep)
            buffer_add(whole, hash.bytes, HASH_SIZE);
        else if (outbox_release_node(outbox, &hash, error) != ERROR_NONE)
            return error->code;
    }
    return buffer_check(whole, error, doing);
}

/* More pages wait for the next snapshot of a target. Unless all was captured as of the newest, nothing is known. */
static enum error_code add_waiting(struct outbox *outbox, int64_t target, struct text pages, bool captured,
                                   struct error *error)
{
    CLEANUP(buffer_clear) struct buffer list = {0};
    CLEANUP(buffer_clear) struct buffer continuity = {0};
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(outbox->database, outbox_sql_target, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (captured)
        buffer_add_text(&continuity, statement_text(statement, 2));
    buffer_add_text(&list, statement_blob(statement, 3));
    statement_reset(statement);
    if (buffer_check(&continuity, error, doing) != ERROR_NONE || join(outbox, &list, pages, error) != ERROR_NONE)
        return error->code;
    return outbox_set_waiting(outbox, target, buffer_text(&list), buffer_text(&continuity), error);
}

/* The snapshot that takes over. */
struct heir {
    uint64_t seq; /* 0: there is none */
    bool captured;
};

/* Its own pages come behind those that it takes over. */
static enum error_code read_heir(struct outbox *outbox, const struct outbox_heritage *heritage, struct heir *ret_heir,
                                 struct buffer *pages, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    CLEANUP(buffer_clear) struct buffer own = {0};
    struct heir heir = {0};
    bool row = false;

    if (database_prepare(outbox->database, outbox_sql_snapshot_statements, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", heritage->target);
    statement_bind_number(statement, ":seq", (int64_t)heritage->seq);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (row) {
        heir = (struct heir){(uint64_t)statement_number(statement, 0), statement_number(statement, 2) != 0};
        buffer_add_text(&own, statement_blob(statement, 1));
    }
    statement_reset(statement);
    if (buffer_check(&own, error, doing) != ERROR_NONE || join(outbox, pages, buffer_text(&own), error) != ERROR_NONE)
        return error->code;
    *ret_heir = heir;
    return ERROR_NONE;
}

static enum error_code give(struct outbox *outbox, int64_t target, const struct heir *heir, struct text pages,
                            struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(outbox->database, outbox_sql_snapshot_statements_put, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_number(statement, ":seq", (int64_t)heir->seq);
    statement_bind_blob(statement, ":statements", pages);
    statement_bind_number(statement, ":captured", heir->captured);
    return statement_run(statement, error);
}

enum error_code outbox_inherit_pages(struct outbox *outbox, const struct outbox_heritage *heritage, struct error *error)
{
    enum { MOST = OUTBOX_PAGES_LIMIT * HASH_SIZE };
    CLEANUP(buffer_clear) struct buffer pages = {0};
    struct text mine, rest;
    struct heir heir = {0};
    bool all = true;

    if (keep_whole(outbox, heritage->pages, &pages, &all, error) != ERROR_NONE ||
        read_heir(outbox, heritage, &heir, &pages, error) != ERROR_NONE)
        return error->code;
    mine = buffer_text(&pages);
    if (heir.seq == 0)
        return add_waiting(outbox, heritage->target, mine, heritage->captured && all, error);
    rest = mine.length > MOST ? (struct text){mine.bytes + MOST, mine.length - MOST} : (struct text){"", 0};
    mine.length -= rest.length;
    heir.captured = heir.captured && heritage->captured && all && rest.length == 0;
    if (give(outbox, heritage->target, &heir, mine, error) != ERROR_NONE)
        return error->code;
    return rest.length == 0 ? ERROR_NONE : add_waiting(outbox, heritage->target, rest, true, error);
}
