/* agent/sources/odbc_scripted.h - the generic dialect with a scripted driver in the place of ODBC, of the connection
 * and of the reader: the functions of odbc_connection.h and dialect.h that the dialect calls are defined in
 * odbc_scripted.c.
 *
 * Failure: expect() fails the calling test.
 */
#ifndef DRIFTLINE_TEST_ODBC_SCRIPTED_H
#define DRIFTLINE_TEST_ODBC_SCRIPTED_H

#include "sources/odbc/generic.h"

enum { SCRIPTED_ROWS = 8, SCRIPTED_MEMORY = 64 * 1024 * 1024 };

/* What the driver answers when it is asked for a table. Values are separated by bars; `~` is NULL. */
struct reply {
    enum odbc_sort sort;
    const char *table; /* NULL: whatever is asked for */
    const char *state; /* SQLSTATE: it fails after its rows */
    const char *rows[SCRIPTED_ROWS];
};

struct odbc_connection {
    const char *system;
    const char *database;
    const char *catalogs; /* SQL_CATALOG_NAME */
    const char *escape;
    bool schemas;
    const struct reply *replies; /* a sort without a reply has an empty result; sort 0 (ODBC_SQL) ends */
    struct source_settings settings;
    char asked[512]; /* the last tables that SQLColumns was asked for */
};

struct odbc_sink {
    struct catalog *catalog;
    unsigned done, total;
};

/* Read all, within the memory limit of the connection's settings. */
enum error_code scripted_load(struct odbc_connection *connection, struct snapshot **ret_snapshot, bool *disturbed,
                              struct error *error);

/* Fails unless all lines are what is read: `table main.t column_order=a|b`, `column main.t.a type=int`,
 * `gap check : reason`. One that begins with `!` must not begin any. NULL ends. */
void scripted_expect(struct odbc_connection *connection, const char *const *lines);

#define EXPECT(connection, ...) scripted_expect(connection, (const char *const[]){__VA_ARGS__, NULL})
#define REPLIES(...) ((const struct reply[]){__VA_ARGS__, {.sort = ODBC_SQL}})

#endif
