/* docs/docs_diagram.h - Mermaid diagrams of tables and what they refer to; for this room only.
 *
 * A diagram is there to be read: it has at most so many tables, those with the most references, and says so where there
 * are more.
 */
#ifndef DRIFTLINE_DOCS_DOCS_DIAGRAM_H
#define DRIFTLINE_DOCS_DOCS_DIAGRAM_H

#include "docs/docs_page.h"

enum {
    DIAGRAM_TABLES = 20,     /* of a schema */
    DIAGRAM_NEIGHBOURS = 10, /* of a table */
    DIAGRAM_COLUMNS = 24,    /* of the table that it is about */
    DIAGRAM_KEYS = 6,        /* columns of each other table */
    DIAGRAM_SCHEMAS = 30
};

/* The tables of a schema that refer to each other; nothing when none does. */
enum error_code docs_diagram_schema(struct page *page, const struct docs_schema *schema, struct arena *arena,
                                    struct error *error) MUST_CHECK;

/* A table, and those that it refers to or that refer to it. */
enum error_code docs_diagram_table(struct page *page, uint32_t item, struct arena *arena,
                                   struct error *error) MUST_CHECK;

/* A section of which schemas refer to which, unless none does. */
enum error_code docs_diagram_schemas(struct page *page, struct arena *arena, struct error *error) MUST_CHECK;

#endif
