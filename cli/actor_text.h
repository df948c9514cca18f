/* cli/actor_text.h - who made a change, on a terminal. */
#ifndef DRIFTLINE_CLI_ACTOR_TEXT_H
#define DRIFTLINE_CLI_ACTOR_TEXT_H

#include "base/buffer.h"
#include "cli/answer.h"

/* `by alice as app_owner with flyway (captured)`, `perhaps by bob (inferred)`, `by nobody that capture saw`; nothing
 * when nothing is known. */
void actor_write(struct buffer *buffer, const struct answer_actor *who);

bool actor_is_same(const struct answer_actor *a, const struct answer_actor *b);

#endif
