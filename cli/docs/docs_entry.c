#include "docs/docs_entry.h"

enum { TEXT_LIMIT = 4096 };

#define TEXT_FIELD(key, member)                                                                                        \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct docs_entry, member, 1, TEXT_LIMIT)

static const cyaml_schema_field_t fields[] = {
    TEXT_FIELD("name", name),
    TEXT_FIELD("ref", ref),
    TEXT_FIELD("output", output),
    TEXT_FIELD("title", title),
    TEXT_FIELD("coverage", coverage),
    CYAML_FIELD_BOOL_PTR("facts", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct docs_entry, facts),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t docs_entry_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct docs_entry, fields),
};
