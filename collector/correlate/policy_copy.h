/* correlate/policy_copy.h - all of a policy's content in memory of its own; for policy.c only. */
#ifndef DRIFTLINE_CORRELATE_POLICY_COPY_H
#define DRIFTLINE_CORRELATE_POLICY_COPY_H

#include "correlate/policy.h"

/* Replace all that the content points at by copies in the arena. */
enum error_code policy_copy(struct policy_content *content, struct arena *arena, struct error *error) MUST_CHECK;

#endif
