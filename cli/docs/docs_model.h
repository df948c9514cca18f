/* docs/docs_model.h - all that documentation is made of: a schema, what refers to what in it, and what a collector
 * knows of it. The site, the single file and the JSON are three ways to write one model.
 *
 * Ownership: everything lives in the arena, and points into what it was made of; docs_model_clear() is needed besides.
 */
#ifndef DRIFTLINE_DOCS_DOCS_MODEL_H
#define DRIFTLINE_DOCS_DOCS_MODEL_H

#include "docs/docs_catalogue.h"
#include "docs/docs_coverage.h"
#include "docs/docs_facts.h"
#include "docs/docs_references.h"

/* What documentation is made of. */
struct docs_input {
    const struct snapshot *snapshot;
    const struct docs_facts *facts; /* NULL: no collector was asked */
    struct text title;
};

/* Which members of a list belong to which object: those of item i are members[first[i]] to members[first[i + 1] - 1].
 */
struct docs_group {
    uint32_t *first;
    uint32_t *members;
};

struct docs_model {
    struct docs_input input;
    struct docs_catalogue catalogue;
    struct docs_references references;
    struct docs_coverage coverage;
    struct docs_group drifts; /* of the facts; without facts empty */
    struct docs_group rows;
    struct docs_group changes;
};

enum error_code docs_model_make(struct docs_model *ret_model, const struct docs_input *input, struct arena *arena,
                                struct error *error) MUST_CHECK;
void docs_model_clear(struct docs_model *model);

#endif
