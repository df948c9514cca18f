/* sources/catalog_private.h - what the two halves of the loader share: rows as they were collected (catalog.c), and
 * their resolution into objects (catalog_resolve.c). Nobody else includes this.
 *
 * A schema has far more parts than objects: struct part_item is kept small.
 */
#ifndef DRIFTLINE_SOURCES_CATALOG_PRIVATE_H
#define DRIFTLINE_SOURCES_CATALOG_PRIVATE_H

#include "sources/catalog.h"

/* What a column of a result is for. */
enum role {
    ROLE_ATTRIBUTE,
    ROLE_KIND,
    ROLE_SCHEMA,
    ROLE_NAME,
    ROLE_SIGNATURE,
    ROLE_ID,
    ROLE_ALIAS_ID,
    ROLE_PART_OF,
    ROLE_PART_OF_ID,
    ROLE_OF,
    ROLE_OF_ID,
    ROLE_OF_SUB_ID,
    ROLE_GAP,
    ROLE_TEXT, /* of a dictionary */
    ROLE_COUNT
};

enum form { FORM_TEXT, FORM_LIST, FORM_SET, FORM_COLUMNS, FORM_REFERENCE, FORM_REFERENCES };

struct label {
    enum role role;
    enum form form;
    bool secret;
    struct text name;   /* of the attribute; interned: equal names have equal pointers */
    uint16_t catalogue; /* FORM_REFERENCE(S): where the ids are numbers; FORM_COLUMNS: where the target's is */
    int target;         /* FORM_COLUMNS: the label that names the other object, or -1: the row's own */
};

/* A value whose meaning needs other rows. */
struct pending {
    struct pending *next;
    const struct label *label;
    struct text value;
    uint64_t target; /* FORM_COLUMNS of another object: its id */
};

/* What every row leaves behind. */
struct attributes {
    struct attribute *array;
    uint32_t count;
    uint32_t capacity; /* pending values find room */
    struct pending *pending;
};

struct part_item {
    struct part_item *next; /* first in order of rows, later among the parts of one object */
    struct object_item *object;
    union {
        uint64_t id;
        const struct text *path; /* when of_catalogue is 0 */
    } of;
    uint64_t id;
    uint64_t alias_id;
    uint16_t kind;
    uint16_t catalogue; /* of id */
    uint16_t alias_catalogue;
    uint16_t of_catalogue;
    struct text name;
    struct attributes attributes;
};

struct object_item {
    struct object_item *next;
    enum kind kind;
    struct path path;
    uint64_t id;
    uint64_t alias_id;
    uint16_t catalogue;
    uint16_t alias_catalogue;
    struct text gap;
    struct attributes attributes;
    /* filled while resolving */
    struct text display; /* the dotted path */
    struct part_item *parts;
    uint32_t part_count;
    struct part_item **columns; /* by id */
    uint32_t column_count;
};

/* Attributes for something that another file loads. */
struct attachment {
    struct attachment *next;
    uint64_t of_id;
    uint64_t of_sub_id;
    uint16_t of_catalogue;
    struct attributes attributes;
};

/* What is not to be seen, though it was loaded. */
struct hidden_item {
    struct hidden_item *next;
    enum kind kind;
    struct text schema;
    struct text name;
};

/* Where a number leads: to an object, a part, or a text. */
struct id_slot {
    uint64_t id;
    uint16_t catalogue; /* 0: the slot is free */
    struct object_item *object;
    struct part_item *part;
    struct text text;
};

struct id_table {
    struct id_slot *slots;
    uint32_t count;
    uint32_t capacity;
};

/* The ends of the lists: rows are appended, and taken back when a query fails half-way. */
struct collected {
    struct object_item **object_end;
    struct part_item **part_end;
    struct attachment **attachment_end;
    struct hidden_item **hidden_end;
    uint32_t object_count;
    uint32_t gap_count;
};

enum { CATALOGUES_MAX = 64, NAMES_MAX = 512, RECENT_MAX = 1024, RECENT_LENGTH_MAX = 64 };

struct catalog {
    struct arena *arena;
    struct text secret_key;

    const struct catalog_query *query; /* of the rows that come now */
    bool plain_lines;                  /* of that query; it may be gone when the catalogue is finished */
    struct label *labels;
    unsigned label_count;
    int roles[ROLE_COUNT]; /* the label that has a role, or -1 */
    uint16_t catalogue;    /* of the query's ids, aliases, objects of parts, and as a dictionary */
    uint16_t alias;
    uint16_t part_of;
    uint16_t dictionary;
    struct collected now;
    struct collected before; /* at catalog_begin() */

    struct object_item *objects;
    struct part_item *parts;
    struct attachment *attachments;
    struct hidden_item *hidden;
    struct coverage_gap *gaps;
    uint32_t gap_capacity;

    struct text catalogues[CATALOGUES_MAX]; /* number 1 is the first */
    uint16_t catalogue_count;
    struct text names[NAMES_MAX]; /* interned attribute names */
    bool name_is_set[NAMES_MAX];
    unsigned name_count;

    struct text recent[RECENT_MAX]; /* texts kept lately, by their hash: most values of a catalogue repeat */

    struct id_table ids;
};

/* Add a number. An object or part that has it already stays; a text gives way. False when memory ran out. */
bool id_table_add(struct id_table *table, const struct id_slot *slot) MUST_CHECK;
struct id_slot *id_table_find(const struct id_table *table, uint16_t catalogue, uint64_t id);
void id_table_clear(struct id_table *table);

/* Take a row of a file that hides. */
enum error_code catalog_hide(struct catalog *catalog, const struct text *values, struct error *error);

/* Whether an object is not to be seen: it, or the schema that it is in. */
bool catalog_is_hidden(const struct catalog *catalog, const struct object_item *object);

/* The failure of the catalogue's arena. */
enum error_code catalog_memory(const struct catalog *catalog, struct error *error);

#endif
