/* track/attribution_text.h - names and texts of statements, as attribution reads them. Not for others. */
#ifndef DRIFTLINE_TRACK_ATTRIBUTION_TEXT_H
#define DRIFTLINE_TRACK_ATTRIBUTION_TEXT_H

#include "store/ddl_events.h"
#include "store/snapshots.h"

/* The last element of a path as displayed, without quotes and without a signature: "total" of shop.orders.total, "f" of
 * shop.f(integer). A quote in a name stays doubled. */
struct text path_last(struct text path);

/* What stands before the last element: "shop.orders"; empty: nothing does. */
struct text path_parent(struct text path);

/* Its first element, as displayed. */
struct text path_first(struct text path);

/* How many bytes of statements are still read for names in them, so that nobody decides how long that takes. */
struct reading_budget {
    size_t bytes;
};

/* Whether a statement has a name as a whole word, in whatever case. Without a text it may have any; also when the
 * budget is spent. */
bool statement_has_word(const struct ddl_event_row *event, struct text name, struct reading_budget *budget);

/* Whether a statement of this command can make such a change. */
bool statement_can_make(const struct ddl_event_row *event, const struct change *change);

/* Whether a change has another value of this attribute. */
const struct attribute_change *change_attribute(const struct change *change, struct text name);

#endif
