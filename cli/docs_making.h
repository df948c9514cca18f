/* cli/docs_making.h - documentation of a reference, made: for `docs`, and for whoever publishes it.
 *
 * When the reference is the collector's, of now, what the collector knows besides the schema is part of it.
 */
#ifndef DRIFTLINE_CLI_DOCS_MAKING_H
#define DRIFTLINE_CLI_DOCS_MAKING_H

#include "cli/command.h"
#include "docs/docs_site.h"

/* What is asked for. */
struct docs_order {
    const char *reference;
    const char *title; /* NULL: the name of the database */
    bool schema_only;  /* leave out what the collector knows besides: equal schemas, equal files */
};

/* A model with the snapshot that it points into. */
struct docs_made {
    struct snapshot *snapshot;
    struct docs_facts facts;
    struct docs_model model;
};

/* Read the schema, and what the collector knows. Says on standard error what could not be read. */
enum error_code docs_made_read(struct docs_made *ret_made, const struct call *call, const struct docs_order *order,
                               struct error *error) MUST_CHECK;

/* Release; one that is all zero is fine. */
void docs_made_clear(struct docs_made *made);

/* The site as a tree called "docs", which lives in the arena of the call. */
enum error_code docs_making_tree(struct tree **ret_tree, const struct call *call, const struct docs_order *order,
                                 struct error *error) MUST_CHECK;

#endif
