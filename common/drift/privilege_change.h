/* drift/privilege_change.h - what a change of `grants` or `revoked` gives and takes.
 *
 * Items read `SELECT TO alice`, `SELECT TO alice WITH GRANT OPTION`, `EXECUTE TO PUBLIC`, `SELECT TO bob BY carol`; and
 * in `revoked`, the defaults that were taken away, `EXECUTE FROM PUBLIC`. An item without ` TO ` or ` FROM ` counts by
 * its whole text. Who granted it does not count: that only changes who can take it back. Of absurdly long lists
 * everything is assumed.
 */
#ifndef DRIFTLINE_DRIFT_PRIVILEGE_CHANGE_H
#define DRIFTLINE_DRIFT_PRIVILEGE_CHANGE_H

#include <stdbool.h>

#include "schema/object.h"

struct privilege_change {
    bool granted;           /* somebody may do what they could not */
    bool granted_to_public; /* … and that somebody is everybody */
    bool revoked;           /* somebody may no longer do what they could */
};

/* `grants` as it was and is; NULL where it was or is absent, which is an empty set. */
struct privilege_change privilege_change_of_grants(const struct attribute *from, const struct attribute *to);

/* `revoked` as it was and is. */
struct privilege_change privilege_change_of_revoked(const struct attribute *from, const struct attribute *to);

#endif
