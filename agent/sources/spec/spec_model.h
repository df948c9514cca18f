/* sources/spec/spec_model.h - what a specification says, before it becomes objects. For this folder only.
 *
 * Everything lives in the arena and points into the tree of the page.
 */
#ifndef DRIFTLINE_SOURCES_SPEC_MODEL_H
#define DRIFTLINE_SOURCES_SPEC_MODEL_H

#include "schema/kind.h"
#include "sources/spec/spec_mapping.h"
#include "sources/spec/spec_page.h"

enum {
    SPEC_TABLES_MAX = 10000,
    SPEC_FIELDS_MAX = 2000,  /* of one table */
    SPEC_CHOICES_MAX = 5000, /* of one field or enum */
    SPEC_RELATIONS_MAX = 20000
};

struct spec_field {
    const struct config_node *node; /* for messages */
    const struct config_node *type_node;
    const struct config_node *enum_node;
    const struct config_node *references_node;
    const struct config_node *result_node; /* of a formula or lookup: what type comes out */
    struct text written;                   /* its name in the file */
    struct text id;
    struct text name;
    struct text type_written;
    struct text type;
    struct text initial;
    struct text identity;
    struct text generated;
    struct text description;
    struct text formula;
    struct text linked_table; /* its id or name */
    struct text links_to;     /* its path */
    struct text *choices;
    uint32_t choice_count;
    int length;
    int precision;
    int scale;
    bool has_choices;
    bool is_enum; /* its type is one */
    bool single_link;
    bool nullable;
    bool primary_key;
    bool unique;
};

/* The columns of a key of several. */
struct spec_key {
    const struct config_node *node;
    struct text *columns;
    uint32_t count;
};

struct spec_table {
    const struct config_node *node;
    struct text written;
    struct text id;
    struct text schema;
    struct text name;
    struct text description;
    struct text primary_field; /* Airtable's: the one by which people know a record */
    struct spec_key primary_key;
    struct spec_key *uniques;
    uint32_t unique_count;
    struct spec_field *fields;
    uint32_t field_count;
};

struct spec_enum {
    struct text written;
    struct text schema;
    struct text name;
    struct text description;
    struct text *labels;
    uint32_t label_count;
};

struct spec_relation {
    const struct config_node *node;
    struct text name;
    const struct spec_table *from;
    const struct spec_table *to;
    struct text *from_columns;
    struct text *to_columns;
    uint32_t column_count;
    struct text on_delete;
    struct text on_update;
};

struct spec_view {
    struct text schema;
    struct text name;
    struct text description;
};

struct spec_model {
    struct spec_mapping mapping;
    struct text version;
    struct text updated_at;
    struct text schema; /* of what has none of its own */
    struct spec_table *tables;
    uint32_t table_count;
    uint32_t field_count; /* of all tables */
    struct spec_enum *enums;
    uint32_t enum_count;
    uint32_t enum_capacity;
    struct spec_relation *relations;
    uint32_t relation_count;
    uint32_t relation_capacity;
    struct spec_view *views;
    uint32_t view_count;
    enum kind *undeclared; /* kinds that the file does not speak of */
    uint32_t undeclared_count;
    bool leaves_defaults; /* nor of what fields are when nobody says: default, identity, generated */
    bool leaves_comments;
};

/* The nodes of the file's sections; NULL: not there. */
struct spec_places {
    const struct config_node *sections[SPEC_SECTION_COUNT];
    const struct config_node *schema;
    const struct config_node *undeclared;
};

/* Read everything: enums, tables with their fields, types, relations, views. */
enum error_code spec_model_read(struct spec_model *model, struct spec_page *page,
                                const struct spec_places *places) MUST_CHECK;

/* The name that something written gets; `holder` is the written name of the table that a field is in, or empty. */
enum error_code spec_model_name(const struct spec_model *model, const struct spec_page *page, struct text holder,
                                struct text written, struct text *ret_name) MUST_CHECK;

/* The choices of a field, or the labels of an enum: a list of texts or of mappings with a name, each once. */
enum error_code spec_choices_read(const struct spec_page *page, const struct config_node *node,
                                  struct text **ret_choices, uint32_t *ret_count) MUST_CHECK;

/* The parts of spec_model_read(), each in a file of its own. */
enum error_code spec_tables_read(struct spec_model *model, const struct spec_page *page,
                                 const struct config_node *node) MUST_CHECK;
enum error_code spec_enums_read(struct spec_model *model, const struct spec_page *page,
                                const struct config_node *node) MUST_CHECK;
enum error_code spec_types_settle(struct spec_model *model, const struct spec_page *page) MUST_CHECK;
enum error_code spec_relations_read(struct spec_model *model, const struct spec_page *page,
                                    const struct config_node *node) MUST_CHECK;

/* A table by its written name, its path, or its id; NULL when there is none. */
const struct spec_table *spec_table_find(const struct spec_model *model, struct text reference);

/* A field by its written name, its name, or its id; NULL when there is none. */
const struct spec_field *spec_field_find(const struct spec_table *table, struct text reference);

#endif
