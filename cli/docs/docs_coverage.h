/* docs/docs_coverage.h - how much of a schema has comments.
 *
 * Partitions do not count: they repeat their table; nor do columns of views, which repeat those of tables, and kinds
 * that cannot have a comment, such as privileges.
 */
#ifndef DRIFTLINE_DOCS_DOCS_COVERAGE_H
#define DRIFTLINE_DOCS_DOCS_COVERAGE_H

#include "base/buffer.h"
#include "docs/docs_catalogue.h"

struct docs_counts {
    uint32_t total;
    uint32_t commented;
};

struct docs_coverage {
    struct docs_counts kinds[KIND_NUMBERS];
};

void docs_coverage_count(struct docs_coverage *ret_coverage, const struct docs_catalogue *catalogue);

/* The kinds that a threshold is about unless others are named: tables and their columns. A bit for each row of
 * kind_table. */
uint64_t docs_coverage_usual(void);

/* Of several kinds together. */
struct docs_counts docs_coverage_sum(const struct docs_coverage *coverage, uint64_t kinds);

/* In percent, rounded down, so that 100 means all. Of nothing all has a comment. */
unsigned docs_coverage_percent(struct docs_counts counts);

/* What has no comment, in the order of the catalogue: called with NULL for the object itself. */
typedef void (*docs_bare_visitor)(void *context, const struct docs_item *item, const struct part *part);
void docs_coverage_bare(const struct docs_catalogue *catalogue, uint64_t kinds, docs_bare_visitor visit, void *context);

#endif
