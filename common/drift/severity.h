/* drift/severity.h - how bad a change is, from one published table of rules (rules.def).
 *
 * A rule has an id, the effect, kind and attribute it is about, a level and a reason. Of all rules that match a change
 * the highest level decides. docs/reference/severity.md is generated from the same table.
 */
#ifndef DRIFTLINE_DRIFT_SEVERITY_H
#define DRIFTLINE_DRIFT_SEVERITY_H

#include "drift/change.h"

/* Set severity and rule of a change whose effect, kind and attributes are filled in. */
void severity_judge(struct change *change);

/* "critical" … "low". */
const char *severity_name(enum severity severity);

/* The level of a name; false when there is none. */
bool severity_from_name(struct text name, enum severity *ret_severity);

/* The published table, for documentation, SARIF rules and tests. */
struct severity_rule {
    const char *id;
    enum severity level;
    const char *summary; /* what changed, for a table of rules */
    const char *why;     /* whom it breaks */
};
extern const struct severity_rule severity_rules[];
extern const size_t severity_rule_count;

#endif
