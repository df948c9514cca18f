/* feed/request.h - what somebody asks: taken apart, and held against what its route says can be asked.
 *
 * Nothing of a request is believed. The target is taken apart as it came, before anything is decoded, so that an escape
 * can neither make a path of a name nor hide a parameter; what is not text in UTF-8, or holds a control character, is
 * refused, and so is a parameter that is unknown or given twice.
 *
 * Failure: what the asker did wrong is ERROR_USAGE, and the message names the parameter.
 * Ownership: everything lives in the request's arena.
 */
#ifndef DRIFTLINE_FEED_REQUEST_H
#define DRIFTLINE_FEED_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"

enum {
    REQUEST_TARGET_LIMIT = 8 * 1024,   /* bytes of path and query */
    REQUEST_HEADERS_LIMIT = 16 * 1024, /* bytes of all header lines */
    REQUEST_SEGMENTS_LIMIT = 8,
    REQUEST_VALUES_LIMIT = 64 /* parameters of one request */
};

/* A parameter as it was given. */
struct request_value {
    struct text name;
    struct text value;
};

/* `/api/v1/agents/orders-db-1?limit=3`, decoded. */
struct request_target {
    struct text segments[REQUEST_SEGMENTS_LIMIT]; /* between the slashes */
    size_t segment_count;
    struct request_value *values;
    size_t value_count;
};

enum error_code request_target_parse(struct request_target *ret_target, struct text target, struct arena *arena,
                                     struct error *error) MUST_CHECK;

/* ---- parameters ---- */

enum parameter_type {
    PARAMETER_TEXT = 1, /* not empty */
    PARAMETER_NAME,     /* of a database, environment, instance or agent */
    PARAMETER_NUMBER,   /* whole, within its bounds */
    PARAMETER_TIME,     /* as base/clock.h reads it */
    PARAMETER_ROOT,     /* 64 hexadecimal digits */
    PARAMETER_FLAG,     /* true or false */
    PARAMETER_CHOICE,   /* one of its words */
    PARAMETER_CHOICES   /* several, separated by commas */
};

/* What a route takes; a table of them ends with a row without a name. */
struct parameter {
    const char *name;
    enum parameter_type type;
    bool required;
    bool repeated; /* may be given several times */
    int64_t minimum;
    int64_t maximum;
    const char *preset;                   /* what it is when it is not given; NULL: nothing */
    const char *(*choice)(size_t number); /* the words; answers NULL after the last */
    const char *summary;                  /* upper case, with full stop: a sentence of the reference */
};

/* Whether these values are what the table takes. */
enum error_code request_check(const struct request_target *target, const struct parameter *parameters,
                              struct error *error) MUST_CHECK;

/* What was checked. A parameter that was not given is empty, or what its preset says. */
struct request_parameters {
    const struct request_target *target;
    const struct parameter *table;
};
bool request_has(const struct request_parameters *parameters, const char *name);
struct text request_text(const struct request_parameters *parameters, const char *name);
int64_t request_number(const struct request_parameters *parameters, const char *name);
int64_t request_time(const struct request_parameters *parameters, const char *name);     /* 0: not given */
struct hash request_root(const struct request_parameters *parameters, const char *name); /* zero: not given */
bool request_flag(const struct request_parameters *parameters, const char *name);
size_t request_choice(const struct request_parameters *parameters, const char *name);
uint64_t request_choices(const struct request_parameters *parameters, const char *name); /* a bit each */

/* The values of one that may be given several times; `position` begins with 0 and is moved on. False at the end. */
bool request_next(const struct request_parameters *parameters, const char *name, size_t *position,
                  struct text *ret_value);

/* Whether a text is UTF-8 without control characters, as all that people are asked for. */
bool request_is_plain(struct text text);

#endif
