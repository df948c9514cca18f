/* wire/statement_page.h - statements that were captured in a database, on their way to the collector.
 *
 * They travel in pages: nodes of type NODE_STATEMENTS whose hashes stand in an offer, and which are asked for as other
 * nodes are. A page is kept as it is in the outbox, so that what was captured is stored once and sent as often as
 * needed. Foreign bytes are checked as messages are (wire/message.h).
 */
#ifndef DRIFTLINE_WIRE_STATEMENT_PAGE_H
#define DRIFTLINE_WIRE_STATEMENT_PAGE_H

#include "schema/statement.h"
#include "wire/message.h"

enum {
    STATEMENT_PAGE_TARGET = 64 * 1024,  /* bytes; a page ends with the statement that passes it */
    STATEMENT_PAGE_LIMIT = 1024 * 1024, /* of a page that is read */
    STATEMENT_TEXT_LIMIT = 64 * 1024    /* of a statement: what is longer is cut, with an ellipsis */
};

/* Write as many as go into one page; answers how many, at least one. What a reader would refuse is left out of a
 * statement (text that is not UTF-8) or cut (what is too long); a statement without an actor has "unknown". Check the
 * buffer. */
size_t statement_page_write(struct buffer *buffer, const struct captured_statement *statements, size_t count);

/* Read a page. Its texts are in the arena, as is the array. ERROR_PROTOCOL or ERROR_LIMIT: it is none. */
enum error_code statement_page_read(struct text page, struct arena *arena, struct captured_statement **ret_statements,
                                    size_t *ret_count, struct error *error) MUST_CHECK;

#endif
