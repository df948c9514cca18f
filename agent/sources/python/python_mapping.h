/* sources/python/python_mapping.h - `driftline-python.yaml` in the folder: what classes are called as tables.
 *
 * docs/reference/python.md describes the file.
 */
#ifndef DRIFTLINE_SOURCES_PYTHON_MAPPING_H
#define DRIFTLINE_SOURCES_PYTHON_MAPPING_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

#define PYTHON_MAPPING_FILE "driftline-python.yaml"

/* A class by its name or its dotted name, and the table or enum that it is. */
struct python_name {
    const char *class_name;
    const char *name;
};

/* What the labels of an enum are: what its members are worth, or what they are called. */
enum python_labels { PYTHON_LABELS_VALUES, PYTHON_LABELS_NAMES };

/* As the file has it; NULL: not given. */
struct python_mapping {
    const char *schema; /* of what is not told by a dotted name */
    enum python_labels labels;
    struct python_name *tables;
    unsigned tables_count;
    struct python_name *enums;
    unsigned enums_count;
    const char **ignore; /* patterns of classes */
    unsigned ignore_count;
    const char **exclude; /* patterns of paths below the folder */
    unsigned exclude_count;
};

struct python_mapping_file {
    struct python_mapping mapping;
    struct text text; /* of the file; empty: there is none */
    void *content;
};

/* Read the file of a folder; when there is none, nothing is set. */
enum error_code python_mapping_open(struct python_mapping_file *ret_file, const char *folder, struct arena *arena,
                                    struct error *error) MUST_CHECK;
void python_mapping_close(struct python_mapping_file *file);

#endif
