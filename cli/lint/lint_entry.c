#include "lint/lint_entry.h"

enum { TEXT_LIMIT = 4096, LIST_LIMIT = 1000 };

#define OPTIONAL_TEXT(key, type, member)                                                                               \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, TEXT_LIMIT)
#define OPTIONAL_LIST(key, member, schema)                                                                             \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct lint_entry, member, schema, 0,          \
                         LIST_LIMIT)

static const cyaml_schema_value_t text_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_LIMIT),
};

static const cyaml_schema_field_t rule_fields[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, struct lint_rule_entry, id, 1, TEXT_LIMIT),
    CYAML_FIELD_STRING_PTR("level", CYAML_FLAG_POINTER, struct lint_rule_entry, level, 1, TEXT_LIMIT),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t rule_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lint_rule_entry, rule_fields),
};

#define NAMED(key, number) OPTIONAL_TEXT(key, struct lint_naming_entry, patterns[number])

static const cyaml_schema_field_t naming_fields[] = {
#define NAMING(number, symbol, key) NAMED(key, number),
#include "lint/naming.def"
#undef NAMING
    CYAML_FIELD_END,
};

const cyaml_schema_field_t lint_entry_fields[] = {
    OPTIONAL_TEXT("against", struct lint_entry, against),
    OPTIONAL_LIST("contracts", contracts, &text_schema),
    OPTIONAL_TEXT("transaction", struct lint_entry, transaction),
    OPTIONAL_TEXT("server_version", struct lint_entry, server_version),
    OPTIONAL_LIST("search_path", search_path, &text_schema),
    OPTIONAL_LIST("ignore", ignore, &text_schema),
    OPTIONAL_LIST("rules", rules, &rule_schema),
    CYAML_FIELD_MAPPING("naming", CYAML_FLAG_OPTIONAL, struct lint_entry, naming, naming_fields),
    CYAML_FIELD_END,
};
