/* sources/sqlite/sqlite_rows.h - two columns of a table, for source_ops. */
#ifndef DRIFTLINE_SOURCES_SQLITE_ROWS_H
#define DRIFTLINE_SOURCES_SQLITE_ROWS_H

#include "sources/source.h"

enum error_code sqlite_rows(const char *ref, const struct source_settings *settings, struct source_rows *rows,
                            struct error *error) MUST_CHECK;

#endif
