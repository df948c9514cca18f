#include "lint/lint_entry.h"

enum { TEXT_LIMIT = 4096 };

const cyaml_schema_field_t lint_entry_fields[] = {
    CYAML_FIELD_STRING_PTR("against", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct lint_entry, against, 1,
                           TEXT_LIMIT),
    CYAML_FIELD_END,
};
