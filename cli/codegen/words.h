/* codegen/words.h - names of a database as names of code.
 *
 * A name is taken apart into words, at what is neither letter nor digit and where small letters become large ones, and
 * put together in a style. What comes out has letters, digits and `_` only. Of letters beyond ASCII those count as
 * letters that every language with such identifiers takes, in every normal form; without `unicode` those of Europe
 * become the letters that they are made of, and all others separate words.
 *
 * Only the first WORDS_LIMIT characters of a name count: what they do not tell apart, codegen/naming.h does.
 */
#ifndef DRIFTLINE_CODEGEN_WORDS_H
#define DRIFTLINE_CODEGEN_WORDS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/text.h"

enum { WORDS_LIMIT = 200 };

enum word_style {
    WORDS_AS_THEY_ARE, /* `order_id`: nothing is changed but what no identifier may have */
    WORDS_PASCAL,      /* `OrderId` */
    WORDS_CAMEL,       /* `orderId` */
    WORDS_SNAKE,       /* `order_id` */
    WORDS_UPPER        /* `ORDER_ID` */
};

/* Append a name in a style; nothing when there is no letter or digit in it. */
void words_write(struct buffer *output, struct text name, enum word_style style, bool unicode);

/* Append a name with its last word in the singular, by the rules of English: `order_items` is `order_item`, and a word
 * that is no plural stays as it is. */
void words_write_singular(struct buffer *output, struct text name);

/* Whether a text begins with a letter that is a large one. */
bool words_begin_large(struct text name);

#endif
