/* lint/waiver.h - comments that say that somebody has looked at a finding.
 *
 *   -- driftline: allow RULE[,RULE] reason       on the statement, or before it
 *   -- driftline: allow-file RULE[,RULE] reason  anywhere: of the whole file
 *
 * A reason is required. What is malformed waives nothing and is a finding, and so is what waives nothing.
 */
#ifndef DRIFTLINE_LINT_WAIVER_H
#define DRIFTLINE_LINT_WAIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#include "lint/rule.h"

struct linter;

/* One rule of one comment. */
struct waiver {
    enum lint_rule_number rule;
    struct text reason;
    size_t statement; /* SIZE_MAX: all of the file */
    size_t place;
    bool is_used;
};

struct waivers {
    struct waiver *items; /* in the order of their places, and so of statements, but for those of the file */
    size_t count, room;
    size_t of_file[RULE_COUNT]; /* the number of the waiver and 1; 0: none */
};

/* Read those of the linter's file; what is malformed becomes a finding. */
void waivers_read(struct linter *linter, struct waivers *ret_waivers);

/* Hold them against the findings of the linter's file; what is not used becomes a finding. */
void waivers_apply(struct linter *linter, struct waivers *waivers);

#endif
