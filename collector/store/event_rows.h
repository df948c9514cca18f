/* store/event_rows.h - reading rows of events, for whoever in this folder asks for some; nobody else includes it. */
#ifndef DRIFTLINE_STORE_EVENT_ROWS_H
#define DRIFTLINE_STORE_EVENT_ROWS_H

#include "store/events.h"
#include "store/rows.h"

/* All rows of a statement whose values are bound and that selects what sql/event_list.sql does, added to a list of
 * struct event_row. */
enum error_code event_rows_read(struct statement *statement, struct row_list *rows, struct error *error) MUST_CHECK;

#endif
