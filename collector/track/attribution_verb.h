/* track/attribution_verb.h - which statement made a change, of several that name the thing. Not for others than
 * track/attribution.h.
 *
 * Nobody parses a statement here. It is read word by word: what stands directly behind ADD is added, and what stands in
 * the parentheses of a CHECK is not.
 */
#ifndef DRIFTLINE_TRACK_ATTRIBUTION_VERB_H
#define DRIFTLINE_TRACK_ATTRIBUTION_VERB_H

#include "track/attribution_text.h"

/* Whether a name stands where one of these verbs says what is done to it: "ADD COLUMN IF NOT EXISTS name", "DROP a,
 * name". `verbs` are of ADD, DROP, ALTER, MODIFY, CHANGE and RENAME, with spaces around each. Without a text, or with a
 * budget that is spent, it may stand there. */
bool statement_introduces(const struct ddl_event_row *event, const char *verbs, struct text name,
                          struct reading_budget *budget);

/* Whether a statement that names the thing is of the sort that makes such a change: CREATE or ADD what was added, DROP
 * what was removed, ALTER a part that was modified. `is_exact`: it is about the very thing. */
bool statement_suits(const struct ddl_event_row *event, const struct change *change, bool is_exact,
                     struct reading_budget *budget);

/* Whether a statement that suits speaks of an attribute: NULL of `nullable`, OWNER of `owner`. */
bool statement_sets(const struct ddl_event_row *event, struct text attribute, struct reading_budget *budget);

/* Whether a statement adds a constraint of the kind of the change, though it may not say its name. */
bool statement_adds_kind(const struct ddl_event_row *event, const struct change *change, struct reading_budget *budget);

#endif
