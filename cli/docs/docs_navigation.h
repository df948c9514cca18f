/* docs/docs_navigation.h - mkdocs.yml, and the style of the site; for this room only. */
#ifndef DRIFTLINE_DOCS_DOCS_NAVIGATION_H
#define DRIFTLINE_DOCS_DOCS_NAVIGATION_H

#include "base/buffer.h"
#include "docs/docs_model.h"

/* Objects are in the navigation as long as there are no more of them: the theme writes all of it into every page. */
enum { NAVIGATION_LIMIT = 150 };

void docs_navigation_write(struct buffer *output, const struct docs_model *model);

extern const char docs_style[];

#endif
