#include "codegen/codegen_entry.h"

enum { TEXT_LIMIT = 4096 };

#define TEXT_FIELD(key, member)                                                                                        \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct codegen_entry, member, 1, TEXT_LIMIT)

static const cyaml_schema_field_t fields[] = {
    TEXT_FIELD("name", name), TEXT_FIELD("language", language), TEXT_FIELD("ref", ref), TEXT_FIELD("output", output),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t codegen_entry_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct codegen_entry, fields),
};
