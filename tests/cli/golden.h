/* cli/golden.h - what a command writes for people, compared with a file of tests/cli/data/answers.
 *
 * Failure: a difference fails the calling test, and shows what was written.
 */
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
};

/* Read the document, have it written, compare. */
void golden_check(const struct golden_case *golden, golden_writer write);

/* The same work with each of its allocations failing in turn; nothing is compared. */
void golden_check_memory(const struct golden_case *golden, golden_writer write);

#endif
