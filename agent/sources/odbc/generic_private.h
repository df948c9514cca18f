/* sources/odbc/generic_private.h - what the parts of the generic dialect share. Nobody else includes this.
 *
 * All of them work on one struct generic_reader, whose error is filled where something fails. Memory is the reader's
 * arena; what is asked of one table lives in `scratch`, which is emptied before the next.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_GENERIC_PRIVATE_H
#define DRIFTLINE_SOURCES_ODBC_GENERIC_PRIVATE_H

#include "base/arena.h"
#include "sources/odbc/generic.h"

enum { GENERIC_REASON_MAX = 96, GENERIC_WIDTH_MAX = 24 };

/* ---- what is known of single systems (generic_habits.c) ---- */

struct generic_habits {
    const char *system;      /* SQL_DBMS_NAME; NULL: any other */
    bool types_in_full;      /* TYPE_NAME has the length in it, as it was declared */
    const char *own_objects; /* tables that begin so are the system's own; NULL: none do */
    const char *own_indexes; /* an index that begins so is a unique constraint that has no name; NULL: none does */
};

const struct generic_habits *generic_habits_of(const char *system);

/* Whether a schema is the system's own, in any letter case. */
bool generic_is_system_schema(struct text schema);

/* Whether texts are equal but for the case of ASCII letters. */
bool generic_equal_folded(struct text a, struct text b);

/* ---- lists of names ---- */

struct generic_names {
    struct text *items;
    uint32_t count;
    uint32_t capacity;
};

/* The name is not copied. */
bool generic_names_add(struct generic_names *names, struct arena *arena, struct text name) MUST_CHECK;
bool generic_names_have(const struct generic_names *names, struct text name);
bool generic_names_equal(const struct generic_names *a, const struct generic_names *b);

/* Whether both hold the same names, each once, in whatever order. */
bool generic_names_same_set(const struct generic_names *a, const struct generic_names *b);

/* The list as the loader reads it: {"a","b c"}. Bytes NULL: memory ran out. */
struct text generic_names_list(const struct generic_names *names, struct arena *arena);

/* ---- the read as a whole ---- */

/* A table or view. */
struct generic_table {
    struct text schema; /* as the object is called */
    struct text name;
    struct text display;       /* its dotted path */
    struct text asked_catalog; /* as the driver calls them; bytes NULL: it gave none */
    struct text asked_schema;
    enum kind kind;
    struct text type;   /* TABLE_TYPE where the kind does not say it all, else absent */
    struct text remark; /* or absent */
    struct generic_names columns;
    struct generic_names key; /* the columns of its primary key */
};

/* A type of SQLGetTypeInfo. */
struct generic_type {
    struct text name;
    bool has_length; /* CREATE_PARAMS names something to be written behind the name */
};

struct generic_reader {
    struct odbc_connection *connection;
    struct odbc_sink *sink;
    bool *disturbed;
    struct error *error;
    const struct generic_habits *habits;
    struct arena arena;
    struct arena scratch;
    struct text catalog;          /* the one that is read; bytes NULL: the driver knows none */
    struct text any_schema;       /* the pattern for all schemas; bytes NULL: there are no schemas */
    struct text escape;           /* what takes a character of a pattern its meaning; may be empty */
    struct generic_table *tables; /* sorted by schema and name */
    uint32_t table_count;
    uint32_t table_capacity;
    struct generic_type *types;
    uint32_t type_count;
    uint32_t type_capacity;
    struct generic_names schemas;
    unsigned done; /* steps, for the progress */
    unsigned total;
    bool saw_synonym;
    bool saw_function;
    bool saw_comment;
    bool saw_expression; /* an index has one, and the driver does not say which */
};

/* The failure of one of the arenas. */
enum error_code generic_memory(const struct generic_reader *reader);

/* A copy that ends with a NUL and lives as long as the arena; absent stays absent. False: memory ran out. */
bool generic_keep(struct arena *arena, struct text *text) MUST_CHECK;

/* The table of this name, or NULL. `folded`: if there is none, the only one that differs in letter case alone. */
struct generic_table *generic_find_table(const struct generic_reader *reader, struct text schema, struct text name,
                                         bool folded);

/* The schema in which a thing is that the driver places so. */
struct text generic_schema_name(const struct generic_reader *reader, struct text catalog, struct text schema);

/* Whether a row of this catalogue belongs to what is read. */
bool generic_is_our_catalog(const struct generic_reader *reader, struct text catalog);

/* One more step is done. */
void generic_step(struct generic_reader *reader);

/* ---- asking (generic_ask.c) ---- */

/* What became of a catalogue function. */
struct generic_answer {
    bool told;
    bool denied;                     /* for want of rights */
    bool not_offered;                /* it will fail whatever it is asked */
    char reason[GENERIC_REASON_MAX]; /* why it was not told: for the coverage list */
};

/* The first columns of a result. */
struct generic_rows {
    struct arena *arena; /* set before asking */
    struct text *values;
    unsigned width;
    uint32_t count;
    uint32_t capacity;
};

/* A value, counted from 1 as the manual of ODBC does. Absent where the driver has no such column. */
struct text generic_value(const struct generic_rows *rows, uint32_t row, unsigned column);
struct text generic_column(const struct text *values, unsigned count, unsigned column);

/* A number, or `otherwise`. */
long generic_number(struct text value, long otherwise);

/* Run a catalogue function. Errors are what ends the read: the connection, a timeout, memory; and running DDL, of which
 * odbc_generic_load() makes another answer. */
enum error_code generic_ask(struct generic_reader *reader, const struct odbc_call *call, odbc_row handler,
                            void *context, struct generic_answer *ret_answer) MUST_CHECK;

/* The same, keeping the rows. */
enum error_code generic_ask_rows(struct generic_reader *reader, const struct odbc_call *call, struct generic_rows *rows,
                                 struct generic_answer *ret_answer) MUST_CHECK;

/* A name as a pattern that means nothing but this name, in the scratch arena. Bytes NULL: memory ran out. */
struct text generic_pattern(struct generic_reader *reader, struct text name);

/* ---- the parts of a read ---- */

enum error_code generic_read_tables(struct generic_reader *reader) MUST_CHECK;  /* makes the list of them */
enum error_code generic_read_types(struct generic_reader *reader) MUST_CHECK;   /* what SQLGetTypeInfo says */
enum error_code generic_read_columns(struct generic_reader *reader) MUST_CHECK; /* and brings their rows */
enum error_code generic_read_keys(struct generic_reader *reader) MUST_CHECK;    /* and indexes, and foreign keys */
enum error_code generic_read_procedures(struct generic_reader *reader) MUST_CHECK;
enum error_code generic_read_schemas(struct generic_reader *reader) MUST_CHECK;
enum error_code generic_bring_tables(struct generic_reader *reader) MUST_CHECK; /* when their columns are known */
enum error_code generic_bring_gaps(struct generic_reader *reader) MUST_CHECK;   /* what is never told */

/* What a driver says of a type. */
struct generic_type_facts {
    long sql_type;
    struct text name;
    struct text size;
    struct text digits;
};

/* The type as it is shown: `varchar(40)`. */
void generic_type_write(struct buffer *buffer, const struct generic_reader *reader,
                        const struct generic_type_facts *facts);

#endif
