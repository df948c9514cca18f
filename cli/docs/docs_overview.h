/* docs/docs_overview.h - pages about the schema as a whole: figures, what is entangled, how changes travel, comments;
 * for this room only.
 */
#ifndef DRIFTLINE_DOCS_DOCS_OVERVIEW_H
#define DRIFTLINE_DOCS_DOCS_OVERVIEW_H

#include "docs/docs_page.h"

enum error_code docs_overview_write(struct page *page, struct arena *scratch, struct error *error) MUST_CHECK;
enum error_code docs_architecture_write(struct page *page, struct arena *scratch, struct error *error) MUST_CHECK;
void docs_coverage_write(struct page *page);

#endif
