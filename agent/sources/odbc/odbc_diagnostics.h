/* sources/odbc/odbc_diagnostics.h - what drivers and servers say when something fails, and what it means. */
#ifndef DRIFTLINE_SOURCES_ODBC_DIAGNOSTICS_H
#define DRIFTLINE_SOURCES_ODBC_DIAGNOSTICS_H

#include "sources/odbc/odbc_connection.h"
#include "sources/odbc/odbc_drivers.h"

/* The first record of a handle. */
struct odbc_diagnostic {
    bool failed;
    char sqlstate[6];
    long native;
    char message[512]; /* without the names of driver and server in front */
};

/* Read it. `narrow`: as odbc_habits. */
void odbc_diagnostic_take(struct odbc_diagnostic *diagnostic, SQLSMALLINT type, SQLHANDLE handle, bool narrow);

/* Whether the connection is gone. */
bool odbc_diagnostic_is_lost(const struct odbc_diagnostic *diagnostic);

/* What it means for a statement. The outcome is that of a failed one. */
void odbc_diagnostic_outcome(const struct odbc_diagnostic *diagnostic, struct odbc_outcome *ret_outcome);

/* The error that a refused connection is. Answers its code. */
enum error_code odbc_diagnostic_connect_error(const struct odbc_diagnostic *diagnostic,
                                              const struct odbc_target *target, struct error *error);

#endif
