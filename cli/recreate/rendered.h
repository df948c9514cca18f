/* recreate/rendered.h - reading what a server rendered: the few things that the script must know of texts that it
 * otherwise only passes on.
 *
 * Every text here may be hostile. Nothing fails: what is malformed is read as far as it makes sense. Texts that are
 * handed out point into the text that was read, or into a buffer of the reader, and then live until the next call.
 */
#ifndef DRIFTLINE_RECREATE_RENDERED_H
#define DRIFTLINE_RECREATE_RENDERED_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/text.h"

/* A name with its schema, found in SQL: `shop.total`, `"Odd".===`. Of three parts the first two count. */
struct mention {
    struct text schema; /* without quotes */
    struct text name;
    bool called; /* a bracket follows, as behind a function */
};

/* Names of a text, one after the other. Zero but for `sql` to begin with; mention_clear() ends it. Strings and comments
 * are passed over, but for strings that are cast to a name: `'shop.numbers'::regclass`. */
struct mention_reader {
    struct text sql;
    size_t at;
    struct text inner; /* the string that is a name, while it is read */
    size_t inner_at;
    struct buffer string;
    struct buffer schema;
    struct buffer name;
};

bool mention_next(struct mention_reader *reader, struct mention *ret_mention);
void mention_clear(struct mention_reader *reader);

/* The end of what begins at `at`: a quoted name, a string, a dollar-quoted string, a comment, a word, or one byte. */
size_t rendered_token_end(struct text sql, size_t at);

/* Where `word` begins outside of quotes and brackets; the last place, or the first. The length of the text: nowhere. */
size_t rendered_find(struct text sql, struct text word, bool last);

/* Whether one pair of brackets holds the whole text. */
bool rendered_is_bracketed(struct text expression);

/* A privilege: `SELECT (ctid) TO "some role" WITH GRANT OPTION BY other`, `USAGE ON SEQUENCE shop.s TO r`,
 * `GRANT OPTION FOR SELECT FROM r`. What is missing is empty. Names keep their quotes. */
struct privilege {
    bool option_only; /* GRANT OPTION FOR */
    struct text privilege;
    struct text columns;  /* "(ctid)" */
    struct text sequence; /* "shop.s" */
    struct text role;
    bool with_option;
    struct text grantor;
};

struct privilege privilege_read(struct text item);

/* A name without its quotes, into an empty buffer. */
void rendered_unquote(struct buffer *buffer, struct text name);

/* The next item of a list of names as settings keep it: `shop, "$user"`; unquoted into an empty buffer. False at the
 * end of the list. */
bool rendered_next_item(struct text *list, struct buffer *item);

/* The next argument of a trigger, as bytes are escaped: `it's\000\\x\000`. */
bool rendered_next_argument(struct text *arguments, struct buffer *argument);

#endif
