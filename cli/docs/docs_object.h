/* docs/docs_object.h - all that is known of one object, in Markdown; for this room only.
 */
#ifndef DRIFTLINE_DOCS_DOCS_OBJECT_H
#define DRIFTLINE_DOCS_DOCS_OBJECT_H

#include "docs/docs_page.h"

/* The whole description. The heading is of `level`, those within it are one further down. `scratch` is for what is
 * needed meanwhile. */
enum error_code docs_object_write(struct page *page, uint32_t item, unsigned level, struct arena *scratch,
                                  struct error *error) MUST_CHECK;

/* Objects of one kind, a line each: of sequences, of which there may be as many as tables. */
void docs_object_write_lines(struct page *page, const uint32_t *items, uint32_t count);

#endif
