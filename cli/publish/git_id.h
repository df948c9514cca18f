/* publish/git_id.h - what git calls its objects: forty hexadecimal digits of SHA-1, or sixty-four of SHA-256.
 */
#ifndef DRIFTLINE_PUBLISH_GIT_ID_H
#define DRIFTLINE_PUBLISH_GIT_ID_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum { GIT_ID_SIZE = 64 + 1, GIT_ID_SHORT = 12 };

struct git_id {
    char digits[GIT_ID_SIZE]; /* lower case; empty: none */
};

/* False when the text is none. */
bool git_id_read(struct git_id *ret_id, struct text text);

bool git_id_equal(const struct git_id *a, const struct git_id *b);

/* What a file with this content is called in a repository that calls its objects like `example`. */
enum error_code git_id_of_file(struct git_id *ret_id, struct text content, const struct git_id *example,
                               struct error *error) MUST_CHECK;

#endif
