/* sources/odbc/odbc_server.h - what the server says of itself when asked by a dialect's file `@server`. */
#ifndef DRIFTLINE_SOURCES_ODBC_SERVER_H
#define DRIFTLINE_SOURCES_ODBC_SERVER_H

#include "sources/odbc/odbc_connection.h"

enum { ODBC_SERVER_TEXT_SIZE = 512 };

struct odbc_server {
    long version; /* 0: it did not say */
    char text[ODBC_SERVER_TEXT_SIZE];
    char origin[ODBC_SERVER_TEXT_SIZE];
};

/* Ask. Empty where the dialect has no such file, or it was refused. */
enum error_code odbc_server_ask(struct odbc_connection *connection, struct odbc_server *ret_server,
                                struct error *error) MUST_CHECK;

#endif
