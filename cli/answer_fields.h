/* cli/answer_fields.h - what the tables of answers are written with. For the files answer*.c only. */
#ifndef DRIFTLINE_CLI_ANSWER_FIELDS_H
#define DRIFTLINE_CLI_ANSWER_FIELDS_H

#include "cli/answer.h"

/* A member that is called in JSON as in the struct. */
#define FIELD(structure, field) .name = #field, .offset = offsetof(struct structure, field)

/* Those of a struct answer_actor with the name `who`. */
#define ACTOR_FIELD(structure, field)                                                                                  \
    {                                                                                                                  \
        .name = #field, .offset = offsetof(struct structure, who.field), .type = MEMBER_TEXT, .optional = true         \
    }
#define ACTOR_FIELDS(structure)                                                                                        \
    ACTOR_FIELD(structure, actor), ACTOR_FIELD(structure, role), ACTOR_FIELD(structure, application),                  \
        ACTOR_FIELD(structure, evidence)

extern const struct shape answer_summary_shape;
extern const struct shape answer_attribute_shape;

const char *answer_verdict_choice(size_t number);
const char *answer_effect_choice(size_t number);
const char *answer_severity_choice(size_t number);

#endif
