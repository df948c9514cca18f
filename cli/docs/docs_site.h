/* docs/docs_site.h - a model as a site for MkDocs, as one Markdown file, and as JSON.
 *
 * All three are the same bytes for the same model. The site has a page for each schema, table, view and routine, so
 * that what happens to one of them changes its page and those that list it.
 */
#ifndef DRIFTLINE_DOCS_DOCS_SITE_H
#define DRIFTLINE_DOCS_DOCS_SITE_H

#include "docs/docs_model.h"
#include "tree/tree.h"

/* Fill a tree: mkdocs.yml, and the pages below `docs/`. Contents live in the arena. */
enum error_code docs_site_fill(struct tree *tree, const struct docs_model *model, struct arena *arena,
                               struct error *error) MUST_CHECK;

/* Everything in one file. */
enum error_code docs_markdown_write(struct buffer *output, const struct docs_model *model, struct arena *arena,
                                    struct error *error) MUST_CHECK;

/* One JSON document: docs/reference/docs.md says what is in it. */
enum error_code docs_json_write(struct buffer *output, const struct docs_model *model, struct error *error) MUST_CHECK;

#endif
