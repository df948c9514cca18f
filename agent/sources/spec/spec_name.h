/* sources/spec/spec_name.h - names as databases have them, made of those that people write. */
#ifndef DRIFTLINE_SOURCES_SPEC_NAME_H
#define DRIFTLINE_SOURCES_SPEC_NAME_H

#include "base/buffer.h"
#include "base/text.h"

/* Append `team_member` for "Team Member" or "TeamMember". What is no letter or digit of ASCII separates words, but for
 * what lies beyond ASCII, which stays as it is. */
void spec_name_snake(struct buffer *buffer, struct text name);

/* Append `organization` for `organizations`: the last word in the singular, by the regular rules of English. */
void spec_name_singular(struct buffer *buffer, struct text name);

#endif
