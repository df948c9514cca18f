/* cli/golden.h - what a command writes for people, compared with a file of tests/cli/data/answers. */
#ifndef DRIFTLINE_TEST_CLI_GOLDEN_H
#define DRIFTLINE_TEST_CLI_GOLDEN_H

#include "cli/answer.h"
#include "cli/table.h"

/* Write a document as text. */
typedef enum error_code (*golden_writer)(struct buffer *output, const json_t *document, const struct table_style *style,
                                         struct arena *arena, struct error *error);

struct golden_case {
    const char *json; /* "fleet.json" */
    const char *text; /* "fleet.txt" */
    struct table_style style;
    golden_writer write;
};

/* Read the document, have it written, compare. A difference fails the calling test, and shows what was written. */
void golden_check(const struct golden_case *golden);

/* The same work with each of its allocations failing in turn; nothing is compared. */
void golden_check_memory(const struct golden_case *golden);

/* The whole test program of a room that only writes: both of all cases. Answers the exit status. */
int golden_main(const struct golden_case *cases, size_t count);

#endif
