/* cli/doctor.h - what `driftline doctor` finds out, check by check.
 *
 * A check that fails does not end the others: each tells what it found and what to do about it.
 *
 * Failure: only memory and writing; what a collector does wrong is what is looked for.
 */
#ifndef DRIFTLINE_CLI_DOCTOR_H
#define DRIFTLINE_CLI_DOCTOR_H

#include "cli/asking.h"

enum doctor_state { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL, DOCTOR_STATE_COUNT };

/* "ok", "warn", "fail" */
const char *doctor_state_name(enum doctor_state state);

struct doctor {
    const struct call *call;
    struct collector *collector;
    struct table_style style;
    json_t *checks; /* what was told, for JSON */
    unsigned counts[DOCTOR_STATE_COUNT];
    bool unreachable;       /* nobody answers, or no collector: the rest cannot be found out */
    bool refused;           /* the token is refused */
    bool lost;              /* memory ran out */
    struct error unwritten; /* why nothing can be written any more; no code: it can */
};

/* Tell what a check found, and what to do; NULL: nothing. In text it is printed at once. */
void doctor_tell(struct doctor *doctor, enum doctor_state state, const char *name, const char *advice,
                 const char *format, ...) PRINTF_LIKE(5, 6);

/* The same of a failure. */
void doctor_tell_error(struct doctor *doctor, const char *name, const struct error *error);

/* Ask, and read the answer into the struct of a shape; the document is parsed by it. `also` as in cli/collector.h. */
enum error_code doctor_ask(struct doctor *doctor, const char *target, long also, const struct shape *shape,
                           void *values, struct error *error) MUST_CHECK;

/* All checks, in the order in which one stands on the other. */
void doctor_check(struct doctor *doctor);

#endif
