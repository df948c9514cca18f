/* base/option.h - one table of options, and all who read it: the parser, --help, the reference pages, shell completion
 * and the configuration file.
 *
 * A table is an array of struct option that a row without a name ends. The values land in a struct of the caller, at
 * the offset that the row names. Several tables can be parsed together, so that commands share what they have in
 * common.
 *
 * Failure: what is wrong with a command line is ERROR_USAGE; the message names the option, never a value that could be
 * a secret: values of choices, numbers, times and sizes only.
 * Ownership: texts point into the arguments; lists live in the arena.
 */
#ifndef DRIFTLINE_BASE_OPTION_H
#define DRIFTLINE_BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"

enum option_type {
    OPTION_FLAG = 1, /* bool; takes no value */
    OPTION_TEXT,     /* const char *; the last one counts */
    OPTION_FILE,     /* the same, the name of a file */
    OPTION_LIST,     /* struct option_list; may be given several times */
    OPTION_CHOICE,   /* unsigned: the number of the choice */
    OPTION_CHOICES,  /* uint64_t, a bit each: separated by commas, or given several times */
    OPTION_NUMBER,   /* unsigned */
    OPTION_DURATION, /* unsigned, milliseconds; written 500ms, 10s, 5m or 1h */
    OPTION_SIZE      /* size_t, bytes; written 4096B, 512KiB, 64MiB or 2GiB */
};

/* What was given, in order; `items` has room for what the arena has. */
struct option_list {
    const char **items;
    size_t count;
};

struct option {
    const char *name;                     /* without the dashes; NULL: only a key of the configuration file */
    char letter;                          /* the short form, or 0 */
    enum option_type type;                /* 0 ends the table */
    size_t offset;                        /* of the value in the caller's struct */
    const char *value;                    /* what --help calls the value, "FILE"; NULL for a flag */
    const char *key;                      /* in the configuration file, dotted: "timeouts.connect"; NULL: not there */
    const char *preset;                   /* the default as one would write it; NULL: nothing */
    const char *(*choice)(size_t number); /* the names to choose from; answers NULL after the last */
    uint64_t minimum;                     /* of numbers, milliseconds and bytes */
    uint64_t maximum;
    const char *summary; /* lower case, no full stop */
};

/* What is being parsed. */
struct option_line {
    const char *command;                /* for messages: "driftline diff" */
    const struct option *const *tables; /* NULL ends */
    void *values;                       /* the caller's struct */
    struct arena *arena;
    const char **operands; /* out: what is no option, in order */
    size_t operand_count;
};

/* Set every value to its default; what has none is left alone. A default that cannot be read is ERROR_INTERNAL. */
enum error_code option_set_defaults(const struct option_line *line, struct error *error) MUST_CHECK;

/* Read arguments, options and operands in any order; `--` ends the options, `-` is an operand. */
enum error_code option_parse(struct option_line *line, size_t count, const char *const *arguments,
                             struct error *error) MUST_CHECK;

/* Set one option from its written form. `called` is how the message names it: "option '--format'". */
enum error_code option_set(const struct option *option, const char *called, const char *value, void *values,
                           struct arena *arena, struct error *error) MUST_CHECK;

/* Aligned lines for --help, wrapped at 80 columns. */
void option_write_help(struct buffer *buffer, const struct option *table);

/* A Markdown table for the reference. */
void option_write_reference(struct buffer *buffer, const struct option *table);

/* The same of the keys of a configuration file. */
void option_write_key_help(struct buffer *buffer, const struct option *table);
void option_write_key_reference(struct buffer *buffer, const struct option *table);

/* All choices of an option, separated by `separator`. */
void option_write_choices(struct buffer *buffer, const struct option *option, const char *separator);

/* How many letters must be added, removed, replaced or swapped with their neighbour to make one word of another; names
 * of more than 64 bytes are far from everything. */
size_t option_distance(const char *a, const char *b);

/* Whether a word so far away may be what somebody meant to write. */
bool option_is_near(const char *word, size_t distance);

#endif
