/* sources/odbc/odbc_wide.h - UTF-8 and the UTF-16 of ODBC.
 *
 * A lone surrogate, which SQL Server keeps in names and texts, becomes the three bytes that UTF-8 would have for it.
 * They are no UTF-8, so that whoever shows them escapes them, and two of them stay two. The way back knows them too.
 * Other bytes that are no UTF-8 become U+FFFD.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_WIDE_H
#define DRIFTLINE_SOURCES_ODBC_WIDE_H

#include <sql.h>
#include <sqlext.h>

#include "base/buffer.h"
#include "base/text.h"

/* Append UTF-16 units in the machine's byte order, without a zero at the end. */
void odbc_wide_add(struct buffer *buffer, struct text text);

/* Append a zero unit. */
void odbc_wide_end(struct buffer *buffer);

/* Append UTF-8. */
void odbc_wide_to_text(struct buffer *buffer, const SQLWCHAR *units, size_t count);

#endif
