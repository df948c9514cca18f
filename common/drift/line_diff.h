/* drift/line_diff.h - which lines of a text were taken out and put in.
 *
 * The result and the work live in an arena. Texts whose difference is very large are shown as wholly replaced.
 */
#ifndef DRIFTLINE_DRIFT_LINE_DIFF_H
#define DRIFTLINE_DRIFT_LINE_DIFF_H

#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "drift/list_change.h"

struct diff_line {
    char mark; /* ' ' in both, '-' taken out, '+' put in, '~' some equal lines left out here */
    struct text line;
};

struct line_diff {
    struct diff_line *lines;
    uint32_t count;
};

/* Compare item by item. */
enum error_code line_diff_lists(struct line_diff *ret_diff, const struct text_list *from, const struct text_list *to,
                                struct arena *arena, struct error *error) MUST_CHECK;

/* Compare the lines of two texts. */
enum error_code line_diff_texts(struct line_diff *ret_diff, struct text from, struct text to, struct arena *arena,
                                struct error *error) MUST_CHECK;

/* Keep only `context` equal lines around each difference, with '~' where some were left out. */
void line_diff_trim(struct line_diff *diff, uint32_t context);

#endif
