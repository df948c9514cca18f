/* feed/remarks.h - what else is to be said of what was compared or fetched: who is not heard, which instances differ
 * from the others. Remarks are lines in the request's arena, and go into the header Driftline-Note.
 */
#ifndef DRIFTLINE_FEED_REMARKS_H
#define DRIFTLINE_FEED_REMARKS_H

#include "correlate/fleet.h"
#include "feed/answer.h"
#include "feed/routes.h"

struct remarks {
    struct arena *arena;
    const char *text; /* NULL: nothing to say */
};

/* Which instances of an environment are not as its majority. */
enum error_code remarks_about_outliers(struct remarks *remarks, const char *reference,
                                       const struct fleet_environment *environment, struct error *error) MUST_CHECK;

/* The same, and why it is not known how it stands now, of what a reference names. Only of one that means the newest
 * snapshot, for that claims to be how things are; any other has no remarks. */
enum error_code remarks_about_reference(struct remarks *remarks, const struct request *request, struct text reference,
                                        struct error *error) MUST_CHECK;

/* Add the header, if there is anything to say. */
enum error_code remarks_add_header(const struct remarks *remarks, struct answer *answer,
                                   struct error *error) MUST_CHECK;

#endif
