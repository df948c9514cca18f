#include "sources/dummy_script.h"

#include "schema/object.h"

enum { ENGINE_LIMIT = 64 }; /* bytes of an engine's name: a collector takes no more */

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define STRING(structure, member)                                                                                      \
    CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER, structure, member, 0, CYAML_UNLIMITED)
#define OPTIONAL_STRING(structure, member)                                                                             \
    CYAML_FIELD_STRING_PTR(#member, OPTIONAL, structure, member, 0, CYAML_UNLIMITED)
#define SEQUENCE(structure, member, entry)                                                                             \
    CYAML_FIELD_SEQUENCE(#member, OPTIONAL, structure, member, entry, 0, CYAML_UNLIMITED)

static const cyaml_schema_value_t string_value = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED)};

static const cyaml_schema_field_t part_fields[] = {
    STRING(struct script_part, kind),
    STRING(struct script_part, name),
    CYAML_FIELD_UINT("id", CYAML_FLAG_OPTIONAL, struct script_part, id),
    SEQUENCE(struct script_part, attributes, &string_value),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t part_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct script_part, part_fields)};

static const cyaml_schema_field_t object_fields[] = {
    STRING(struct script_object, kind),
    CYAML_FIELD_SEQUENCE("path", CYAML_FLAG_POINTER, struct script_object, path, &string_value, 1, PATH_MAX_ELEMENTS),
    CYAML_FIELD_UINT("id", CYAML_FLAG_OPTIONAL, struct script_object, id),
    SEQUENCE(struct script_object, attributes, &string_value),
    SEQUENCE(struct script_object, columns, &string_value),
    SEQUENCE(struct script_object, parts, &part_value),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t object_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct script_object, object_fields)};

static const cyaml_schema_field_t gap_fields[] = {
    STRING(struct script_gap, kind),
    OPTIONAL_STRING(struct script_gap, object),
    STRING(struct script_gap, reason),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t gap_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct script_gap, gap_fields)};

static const cyaml_schema_field_t failure_fields[] = {
    STRING(struct script_failure, code),
    STRING(struct script_failure, message),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t step_fields[] = {
    OPTIONAL_STRING(struct script_step, about),
    SEQUENCE(struct script_step, schema, &object_value),
    SEQUENCE(struct script_step, add, &object_value),
    SEQUENCE(struct script_step, replace, &object_value),
    SEQUENCE(struct script_step, remove, &object_value),
    SEQUENCE(struct script_step, gaps, &gap_value),
    CYAML_FIELD_MAPPING_PTR("fail", OPTIONAL, struct script_step, fail, failure_fields),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t step_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct script_step, step_fields)};

static const cyaml_schema_field_t script_fields[] = {
    OPTIONAL_STRING(struct script, origin),
    CYAML_FIELD_STRING_PTR("engine", OPTIONAL, struct script, engine, 1, ENGINE_LIMIT),
    OPTIONAL_STRING(struct script, version),
    CYAML_FIELD_SEQUENCE("steps", CYAML_FLAG_POINTER, struct script, steps, &step_value, 1, CYAML_UNLIMITED),
    CYAML_FIELD_END,
};
const cyaml_schema_value_t dummy_script = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct script, script_fields)};
