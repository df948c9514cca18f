/* sources/dummy_script.h - the YAML file of a scripted database, as libcyaml reads it. For dummy.c only.
 *
 * A list is NULL when the file does not mention it. docs/reference/dummy.md describes the file.
 */
#ifndef DRIFTLINE_SOURCES_DUMMY_SCRIPT_H
#define DRIFTLINE_SOURCES_DUMMY_SCRIPT_H

#include <stdint.h>

#include "base/config.h"

struct script_part {
    const char *kind;
    const char *name;
    uint64_t id;
    const char **attributes;
    unsigned attributes_count;
};

struct script_object {
    const char *kind;
    const char **path;
    unsigned path_count;
    uint64_t id;
    const char **attributes;
    unsigned attributes_count;
    const char **columns;
    unsigned columns_count;
    struct script_part *parts;
    unsigned parts_count;
};

struct script_gap {
    const char *kind;
    const char *object;
    const char *reason;
};

struct script_failure {
    const char *code;
    const char *message;
};

struct script_step {
    const char *about;
    struct script_object *schema;
    unsigned schema_count;
    struct script_object *add;
    unsigned add_count;
    struct script_object *replace;
    unsigned replace_count;
    struct script_object *remove;
    unsigned remove_count;
    struct script_gap *gaps;
    unsigned gaps_count;
    struct script_failure *fail;
};

struct script {
    const char *origin;
    const char *engine;
    const char *version;
    struct script_step *steps;
    unsigned steps_count;
};

/* For config_load(): a struct script. */
extern const cyaml_schema_value_t dummy_script;

#endif
