/* sources/odbc/odbc_load.h - the files of a dialect, run. For reads and looks. */
#ifndef DRIFTLINE_SOURCES_ODBC_LOAD_H
#define DRIFTLINE_SOURCES_ODBC_LOAD_H

#include "sources/odbc/odbc_sink.h"

/* What the probe answered. */
struct odbc_probe {
    bool answered; /* there is one, and the server did not refuse it */
    bool exact;    /* while it stands still the schema does */
    struct hash hash;
};

/* Ask. A probe that is refused has not answered. */
enum error_code odbc_probe(struct odbc_connection *connection, struct hasher *hasher, struct odbc_probe *ret_probe,
                           struct error *error) MUST_CHECK;

/* Run all files, or the dialect's own function, and bring the rows to the sink. When something fails in a way that
 * running DDL explains, `disturbed` says what, and the rest is left out; else it is an empty text. */
struct odbc_disturbance {
    char what[512];
};

enum error_code odbc_load(struct odbc_connection *connection, struct odbc_sink *sink,
                          struct odbc_disturbance *ret_disturbance, struct error *error) MUST_CHECK;

/* What stands before a read or look, and behind it. */
enum error_code odbc_begin(struct odbc_connection *connection, struct error *error) MUST_CHECK;
enum error_code odbc_end(struct odbc_connection *connection, struct error *error) MUST_CHECK;

#endif
