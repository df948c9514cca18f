/* docs/docs_schema_page.h - pages that list what is in a schema, and those of things that have no page of their own;
 * for this room only.
 */
#ifndef DRIFTLINE_DOCS_DOCS_SCHEMA_PAGE_H
#define DRIFTLINE_DOCS_DOCS_SCHEMA_PAGE_H

#include "docs/docs_page.h"

/* What a page of a schema collects. */
enum docs_collection { COLLECTION_TYPES, COLLECTION_SEQUENCES, COLLECTION_OTHERS, COLLECTION_COUNT };

struct docs_collection_facts {
    const char *file; /* "types.md" */
    const char *title;
};

extern const struct docs_collection_facts docs_collections[COLLECTION_COUNT];

/* Whether a schema has anything for it. What is in no schema is on one page, under COLLECTION_OTHERS. */
bool docs_collection_has(const struct docs_model *model, const struct docs_schema *schema,
                         enum docs_collection collection);

/* The schema itself: what it has, and a diagram. */
enum error_code docs_schema_write(struct page *page, const struct docs_schema *schema, struct arena *scratch,
                                  struct error *error) MUST_CHECK;

enum error_code docs_collection_write(struct page *page, const struct docs_schema *schema,
                                      enum docs_collection collection, struct arena *scratch,
                                      struct error *error) MUST_CHECK;

#endif
