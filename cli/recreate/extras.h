/* recreate/extras.h - what every kind of object may have: a comment, an owner, privileges, security labels, a bond to
 * an extension. */
#ifndef DRIFTLINE_RECREATE_EXTRAS_H
#define DRIFTLINE_RECREATE_EXTRAS_H

#include "recreate/making.h"

/* How statements call an object. NULL: it cannot have that. */
struct subject {
    const char *word;     /* COMMENT ON, SECURITY LABEL ON: "TABLE" */
    const char *alter;    /* ALTER … OWNER TO, ALTER … DEPENDS ON EXTENSION */
    const char *grant_on; /* GRANT … ON */
    struct text name;     /* its name as SQL */
};

/* Into the current step: the comment, the owner, the bonds. */
void extras_put(struct making *making, const struct facts *facts, const struct subject *subject);

/* COMMENT ON … IS '…'; if there is a comment under this attribute. */
void extras_put_comment(struct making *making, const struct facts *facts, const char *attribute,
                        const struct subject *subject);

/* ALTER … DEPENDS ON EXTENSION. */
void extras_put_bonds(struct making *making, const struct facts *facts, const struct subject *subject);

/* A step of its own: privileges and labels of an object, or of its column. `column` is empty for the object. */
void extras_grant(struct making *making, const struct facts *facts, const struct subject *subject, struct text column);

/* The statements that grant and revoke what the lists say, without a step. `before` stands before GRANT and REVOKE. */
void extras_put_privileges(struct making *making, const struct facts *facts, const char *before,
                           const struct subject *subject, struct text column);

#endif
