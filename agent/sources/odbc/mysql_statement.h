/* sources/odbc/mysql_statement.h - what a statement in a log of MariaDB or MySQL is about.
 *
 * The log has the texts that clients sent, and nothing else: so this takes a text apart as far as is needed to tell
 * which things of the schema it names, and to write it down without its literals. It is no parser of SQL. What it
 * cannot tell it does not guess: then the statement names nothing. Any bytes may come.
 */
#ifndef DRIFTLINE_SOURCES_MYSQL_STATEMENT_H
#define DRIFTLINE_SOURCES_MYSQL_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum { MYSQL_STATEMENT_NAMES = 64 }; /* things that one statement may name; what comes after them is left out */

/* How the name of a thing is shown. */
enum mysql_thing {
    MYSQL_RELATION, /* table, view, sequence, event: main.orders */
    MYSQL_ROUTINE,  /* function, procedure: main.total() */
    MYSQL_PART      /* index or trigger: main.orders.by_date */
};

struct mysql_name {
    enum mysql_thing thing;
    struct text database; /* as it was written; empty: the session's */
    struct text name;
    struct text part;
};

struct mysql_statement {
    struct text command; /* "ALTER TABLE", in capitals */
    struct mysql_name names[MYSQL_STATEMENT_NAMES];
    size_t count; /* 0: it is no statement that changes a schema, or does not say of what */
};

/* Read one. Names without their quotes, in the arena. */
enum error_code mysql_statement_read(struct mysql_statement *ret_statement, struct text sql, struct arena *arena,
                                     struct error *error) MUST_CHECK;

/* The database that `USE name` switches to; an empty text when the statement is another. In the arena. */
enum error_code mysql_statement_use(struct text *ret_database, struct text sql, struct arena *arena,
                                    struct error *error) MUST_CHECK;

/* Write a statement without strings and comments. Check the buffer. */
void mysql_statement_without_literals(struct buffer *buffer, struct text sql);

#endif
