/* codegen/code_names.h - the names of everything in a model; for code_model.c. */
#ifndef DRIFTLINE_CODEGEN_CODE_NAMES_H
#define DRIFTLINE_CODEGEN_CODE_NAMES_H

#include "codegen/code_model.h"

/* What a name is made of, beside the model: the path of each enum and record in the database. */
struct code_sources {
    const struct path *enums; /* as the model has them */
    const struct path *records;
};

/* Fill in all names. The records must have their columns, the enums their labels. */
enum error_code code_names_settle(struct code_model *model, const struct code_sources *sources,
                                  const struct code_model_input *input, struct arena *arena,
                                  struct error *error) MUST_CHECK;

#endif
