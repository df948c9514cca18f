#include "codegen/codegen_entry.h"

enum { TEXT_LIMIT = 4096, LIST_LIMIT = 10000 };

#define TEXT_KEY(type, member)                                                                                         \
    CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, 1, TEXT_LIMIT)
#define EMPTY_KEY(type, member)                                                                                        \
    CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, 0, TEXT_LIMIT)
#define NEEDED_KEY(type, member) CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER, struct type, member, 1, TEXT_LIMIT)
#define LIST_KEY(type, member, entry)                                                                                  \
    CYAML_FIELD_SEQUENCE_COUNT(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, member##_count, \
                               entry, 0, LIST_LIMIT)
#define FLAG_KEY(type, member) CYAML_FIELD_BOOL(#member, CYAML_FLAG_OPTIONAL, struct type, member)

static const cyaml_schema_value_t word_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_LIMIT)};

static const cyaml_schema_field_t name_fields[] = {
    NEEDED_KEY(codegen_entry_name, match),
    NEEDED_KEY(codegen_entry_name, name),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t name_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct codegen_entry_name, name_fields)};

static const cyaml_schema_field_t type_fields[] = {
    TEXT_KEY(codegen_entry_type, type),
    TEXT_KEY(codegen_entry_type, column),
    NEEDED_KEY(codegen_entry_type, as),
    TEXT_KEY(codegen_entry_type, import),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t type_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct codegen_entry_type, type_fields)};

static const cyaml_schema_field_t template_fields[] = {
    NEEDED_KEY(codegen_entry_template, construct),
    NEEDED_KEY(codegen_entry_template, file),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t template_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct codegen_entry_template, template_fields)};

static const cyaml_schema_field_t lookup_fields[] = {
    NEEDED_KEY(codegen_entry_lookup, table),
    NEEDED_KEY(codegen_entry_lookup, value),
    TEXT_KEY(codegen_entry_lookup, label),
    TEXT_KEY(codegen_entry_lookup, name),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t lookup_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct codegen_entry_lookup, lookup_fields)};

static const cyaml_schema_field_t hook_fields[] = {
    LIST_KEY(codegen_entry_hooks, before, &word_schema),
    LIST_KEY(codegen_entry_hooks, after, &word_schema),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t fields[] = {
    TEXT_KEY(codegen_entry, name),
    TEXT_KEY(codegen_entry, language),
    TEXT_KEY(codegen_entry, ref),
    TEXT_KEY(codegen_entry, output),
    LIST_KEY(codegen_entry, include, &word_schema),
    LIST_KEY(codegen_entry, exclude, &word_schema),
    LIST_KEY(codegen_entry, schemas, &word_schema),
    LIST_KEY(codegen_entry, names, &name_schema),
    LIST_KEY(codegen_entry, types, &type_schema),
    LIST_KEY(codegen_entry, templates, &template_schema),
    LIST_KEY(codegen_entry, lookups, &lookup_schema),
    CYAML_FIELD_MAPPING("hooks", CYAML_FLAG_OPTIONAL, struct codegen_entry, hooks, hook_fields),
    EMPTY_KEY(codegen_entry, row_suffix),
    EMPTY_KEY(codegen_entry, insert_suffix),
    EMPTY_KEY(codegen_entry, enum_suffix),
    TEXT_KEY(codegen_entry, package),
    FLAG_KEY(codegen_entry, dataclasses),
    FLAG_KEY(codegen_entry, pydantic),
    FLAG_KEY(codegen_entry, without_access),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t codegen_entry_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct codegen_entry, fields),
};
