/* feed/answer.h - what a request is answered: a status, a few headers, a body.
 *
 * Ownership: answer_init() … answer_clear(); the body belongs to the answer. Headers are literals, or live in the
 * request's arena.
 */
#ifndef DRIFTLINE_FEED_ANSWER_H
#define DRIFTLINE_FEED_ANSWER_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/report_json_value.h"

enum { ANSWER_HEADERS_LIMIT = 12 };

struct answer_header {
    const char *name;
    const char *value;
};

struct stream;

struct answer {
    unsigned status; /* of HTTP */
    const char *type;
    const char *cache; /* Cache-Control: no-store unless the route says otherwise */
    struct buffer body;
    struct answer_header headers[ANSWER_HEADERS_LIMIT];
    size_t header_count;
    struct stream *stream; /* that the body is instead; NULL: none. It is taken over by who sends it */
    bool is_busy;          /* a failure is that there is no room now: who comes again may be served */
    size_t failed_item;    /* of a list in the body, counted from 1: what a failure is about; 0: of none */
};

void answer_init(struct answer *answer); /* 200, nothing in it */
void answer_clear(struct answer *answer);

/* Add a header; the value must be printable ASCII. There is room for all that any route needs. */
void answer_add_header(struct answer *answer, const char *name, const char *value);

/* A header whose value is any text: what is not a letter, a digit or one of `-._~` is escaped with `%`. NULL memory is
 * an error like any other. */
enum error_code answer_add_text_header(struct answer *answer, const char *name, struct text value, struct arena *arena,
                                       struct error *error) MUST_CHECK;

/* Make the document the body, and release it. */
enum error_code answer_json(struct answer *answer, struct json_builder *builder, json_t *document,
                            struct error *error) MUST_CHECK;

/* The same with a long list as its last member, written item by item: a fleet of thousands is never in memory as JSON.
 * What goes wrong in between shows at the end. */
void answer_begin_list(struct answer *answer, struct json_builder *builder, json_t *document, const char *list);
void answer_add_item(struct answer *answer, struct json_builder *builder, json_t *item);
enum error_code answer_end_list(struct answer *answer, struct json_builder *builder, struct error *error) MUST_CHECK;

/* Throw away what was there, and answer a failure: `{"error": {"code", "message", "hint"}}`, with "item", the place
 * from 0, when it is about one of a list. Never fails; when memory runs out, too, the body is empty. */
void answer_failure(struct answer *answer, unsigned status, const struct error *error);

/* The status that a failure of the work itself has. */
unsigned answer_status_of(enum error_code code);

#endif
