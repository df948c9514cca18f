#include "publish/publish_entry.h"

enum { TEXT_LIMIT = 4096 };

#define TEXT_FIELD(key, member)                                                                                        \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct publish_entry, member, 1, TEXT_LIMIT)

static const cyaml_schema_field_t fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct publish_entry, name, 1, TEXT_LIMIT),
    TEXT_FIELD("host", host),
    TEXT_FIELD("repository", repository),
    TEXT_FIELD("base", base),
    TEXT_FIELD("branch", branch),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t publish_entry_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct publish_entry, fields),
};
