/* sources/scratch/script_answer.h - one statement sent to the server, and its answer within a time. For script.c. */
#ifndef DRIFTLINE_SOURCES_SCRATCH_SCRIPT_ANSWER_H
#define DRIFTLINE_SOURCES_SCRATCH_SCRIPT_ANSWER_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "sources/scratch/sql_split.h"

/* What the server has against a statement. */
struct script_refusal {
    char sqlstate[6]; /* empty: nothing */
    char message[300];
    char hint[200];
    unsigned position; /* in characters, from 1; 0: not known */
};

/* Whom to ask, how long to wait for an answer, and until when it is of no use any more. */
struct script_talk {
    PGconn *connection;
    unsigned patience_ms;
    bool (*is_stopped)(void); /* or NULL */
};

/* Send one statement and fetch all of its answer. `split` has the data that COPY may ask for; NULL: there is none. An
 * error is one of the connection, of time, or of being stopped; what the server refuses is the refusal. */
enum error_code script_answer(const struct script_talk *talk, struct text statement, struct sql_split *split,
                              struct script_refusal *ret_refusal, struct error *error) MUST_CHECK;

#endif
