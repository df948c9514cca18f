/* oracle/oracle_cases.h - the cases of the oracle as their files give them.
 *
 * -- case: title
 * -- expect: nothing                                                  or one line a change:
 * -- expect: EFFECT KIND OBJECT ASPECT SEVERITY
 * -- oracle: same | changed                                           where pg_dump legitimately says otherwise,
 * -- reason: text                                                     and why
 * statements
 */
#ifndef DRIFTLINE_ORACLE_CASES_H
#define DRIFTLINE_ORACLE_CASES_H

#include "base/arena.h"

enum oracle_says { ORACLE_AGREES, ORACLE_SAME, ORACLE_CHANGED };

struct oracle_case {
    const char *file;
    const char *title;
    const char **expected; /* sorted; none: nothing must show */
    size_t expected_count;
    enum oracle_says oracle;
    const char *reason;
    struct text sql;
    struct oracle_case *next;
};

/* Read all cases of a folder, in the order of files and lines. A malformed one fails the calling test. */
struct oracle_case *oracle_cases_read(const char *folder, struct arena *arena);

#endif
