/* feed/body.h - the JSON object that somebody sends: held against a table of what it may have.
 *
 * Nothing of it is believed: a member that is unknown, given twice, missing or of another type is refused, at any
 * depth, and the message names its place: "waivers[2].drifts[0]". Texts are UTF-8 without control characters.
 *
 * Failure: what the sender did wrong is ERROR_USAGE.
 * Ownership: everything lives in the request's arena.
 */
#ifndef DRIFTLINE_FEED_BODY_H
#define DRIFTLINE_FEED_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum { BODY_LIST_LIMIT = 1000 /* items of one list */ };

enum body_type {
    BODY_TEXT = 0,
    BODY_TEXTS,   /* a list */
    BODY_NUMBER,  /* whole, from 1: of something in the store */
    BODY_NUMBERS, /* a list */
    BODY_FLAG,
    BODY_TIME,   /* a text as base/clock.h reads it */
    BODY_OBJECTS /* a list of objects, each with the members of one table */
};

/* A member of the JSON object that a body is: what it must be, and what it is. Those not given keep what they have. */
struct body_member {
    const char *name; /* NULL ends the table */
    enum body_type type;
    bool required;
    const struct body_member *members; /* of each object of a list */
    bool given;
    struct text value;  /* of a text */
    int64_t number;     /* of a number or time */
    bool flag;          /* of a flag */
    struct text *texts; /* of the lists */
    int64_t *numbers;
    struct body_member **objects; /* the members of each, filled in */
    size_t count;                 /* of a list */
    size_t reached;               /* when one of its objects is refused: its place, counted from 1; 0: none was */
};

/* Read a body into its members. */
enum error_code body_read(struct text body, struct body_member *members, struct arena *arena,
                          struct error *error) MUST_CHECK;

#endif
