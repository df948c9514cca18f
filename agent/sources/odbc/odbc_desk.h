/* sources/odbc/odbc_desk.h - all calls of the ODBC driver, one task after the other.
 *
 * A desk is what a connection and its thread (odbc_worker.h) hand each other: what is to be done lies on it, then what
 * came of it. It belongs to one of them at a time. The functions here may wait for as long as the driver does.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_DESK_H
#define DRIFTLINE_SOURCES_ODBC_DESK_H

#include "sources/odbc/odbc_connection.h"
#include "sources/odbc/odbc_diagnostics.h"
#include "sources/odbc/odbc_drivers.h"

enum odbc_task {
    ODBC_TASK_CONNECT, /* the string; afterwards it is erased */
    ODBC_TASK_INFO,    /* SQLGetInfo */
    ODBC_TASK_RUN,     /* the call; brings the first rows */
    ODBC_TASK_MORE,    /* the next rows */
    ODBC_TASK_STOP,    /* no more rows are wanted */
    ODBC_TASK_END      /* disconnect and let go of everything */
};

/* Where a value of a batch is. */
struct odbc_cell {
    size_t offset;
    size_t length; /* SIZE_MAX: absent */
};

struct odbc_desk {
    /* what is wanted */
    enum odbc_task task;
    struct odbc_habits habits;
    struct buffer string;     /* CONNECT: in the driver's form, with a zero behind it */
    unsigned connect_seconds; /* 0: no limit */
    unsigned query_seconds;
    size_t limit;      /* bytes of one value */
    SQLUSMALLINT info; /* INFO */
    bool info_is_text;
    enum odbc_sort sort;        /* RUN */
    struct buffer arguments[6]; /* each in the driver's form, with a zero behind it */
    bool argument_given[6];
    int options[2];

    /* what came of it */
    struct error error;                /* a failure of our own: memory, a limit */
    struct odbc_diagnostic diagnostic; /* a failure of the driver or the server */
    struct buffer text;                /* INFO */
    unsigned long number;
    unsigned columns;     /* of the result; 0: there is none */
    struct buffer labels; /* of the columns, each with a zero behind it */
    struct buffer bytes;  /* of the values */
    struct buffer cells;  /* struct odbc_cell, row by row */
    size_t rows;          /* in this batch */
    bool more;            /* there may be more of them */

    /* the driver's */
    SQLHENV environment;
    SQLHDBC connection;
    SQLHSTMT statement;
    bool connected;
    SQLSMALLINT types[ODBC_COLUMNS_MAX];
    struct buffer raw; /* of one value, as the driver gives it */
};

/* Do the task. */
void odbc_desk_do(struct odbc_desk *desk);

/* Give back what is left, after ODBC_TASK_END. */
void odbc_desk_clear(struct odbc_desk *desk);

/* Append a text in the form that the driver takes, with a zero behind it. */
void odbc_desk_encode(const struct odbc_desk *desk, struct buffer *buffer, struct text text);

/* Fetch rows into the batch. Belongs to odbc_desk.c. */
void odbc_desk_fetch(struct odbc_desk *desk);

#endif
