/* schema/statement.h - a statement that changed a schema, as it was captured in the database.
 *
 * One entry is about one thing: a statement that touches several has an entry for each. Texts that are not known have
 * no bytes.
 */
#ifndef DRIFTLINE_SCHEMA_STATEMENT_H
#define DRIFTLINE_SCHEMA_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct captured_statement {
    int64_t number;          /* in the database's log: with `at` it tells whether two are one */
    int64_t at;              /* microseconds since 1970 */
    struct text actor;       /* who was logged in */
    struct text role;        /* as whom, if he had taken another role */
    struct text application; /* psql, flyway … */
    struct text client;      /* where from */
    struct text command;     /* ALTER TABLE */
    struct text object;      /* its path as displayed; empty: not known */
    struct text statement;   /* without literals */
    uint64_t transaction;    /* 0: not known */
    bool unconfirmed;        /* the source does not say whether it succeeded */
};

#endif
