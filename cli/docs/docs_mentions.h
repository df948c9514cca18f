/* docs/docs_mentions.h - which names a definition speaks of: views, bodies of functions, rules, defaults.
 *
 * It is no parser of SQL, which would need one a dialect, but reads words as all dialects write them: bare, in double
 * quotes, backticks or brackets, with dots between. Comments and strings say nothing. So a name that is made up while a
 * function runs is not found, and a word that only looks like a name may be: whoever asks looks names up.
 */
#ifndef DRIFTLINE_DOCS_DOCS_MENTIONS_H
#define DRIFTLINE_DOCS_DOCS_MENTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/text.h"

enum { MENTION_LIMIT = 256 }; /* bytes of a name; longer ones are passed over */

/* One name. The texts are valid while it is looked at. */
struct docs_mention {
    struct text schema; /* empty: it was not said */
    struct text name;
    bool is_relation; /* stands where a table would: after FROM, JOIN, INTO, UPDATE and the like */
    bool is_call;     /* a parenthesis follows */
};

typedef void (*docs_mention_visitor)(void *context, const struct docs_mention *mention);

/* How the dialect writes names. */
struct docs_dialect {
    bool brackets; /* they quote, as in SQL Server, and are no subscripts */
    bool fold;     /* bare names come in small letters */
};

/* Never fails, whatever the text is. */
void docs_mentions(struct text definition, struct docs_dialect dialect, docs_mention_visitor visit, void *context);

#endif
