/* sources/postgres/postgres_change.h - one statement that changes a schema, for source_ops. */
#ifndef DRIFTLINE_SOURCES_POSTGRES_CHANGE_H
#define DRIFTLINE_SOURCES_POSTGRES_CHANGE_H

#include "sources/source.h"

enum error_code postgres_change(const char *ref, const struct source_settings *settings, const char *statement,
                                struct error *error) MUST_CHECK;

#endif
