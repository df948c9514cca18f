/* lint/session.h - what a session would be like when a statement runs: in which transaction, with which settings. */
#ifndef DRIFTLINE_LINT_SESSION_H
#define DRIFTLINE_LINT_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "lint/step.h"

/* What SET changes and ROLLBACK brings back. */
struct session_settings {
    bool has_lock_timeout;
    bool has_statement_timeout;
    bool is_utc;
};

struct session {
    bool in_transaction;
    bool is_of_tool;    /* a tool began it, before the file */
    size_t transaction; /* its number; each statement outside of one has its own */
    size_t begin;       /* where BEGIN stands */
    struct session_settings settings;
    struct session_settings before; /* what SET LOCAL covers */
    const struct relation *strong;  /* locked ACCESS EXCLUSIVE in this transaction; NULL: none */
    size_t strong_place;
    bool said_several; /* of this transaction */
    bool said_held;
    bool said_lock_timeout; /* of this file */
    bool said_statement_timeout;
    const struct relation *altered; /* by the statement before */
};

struct linter;

/* Begin a file. */
void session_begin(struct linter *linter);

/* What the steps of a statement mean for the transaction, and the other way round: before they are judged. */
void session_enter(struct linter *linter);

/* A step was judged; `works` when it touches many rows. */
void session_step(struct linter *linter, const struct step *step, bool works);

/* The statement is over. */
void session_leave(struct linter *linter);

/* The file is over. */
void session_end(struct linter *linter);

#endif
