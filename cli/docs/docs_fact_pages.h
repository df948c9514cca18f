/* docs/docs_fact_pages.h - pages about what a collector knows: environments, drift, history, gates, contracts, health,
 * and what to do about a contract that is broken; for this room only.
 */
#ifndef DRIFTLINE_DOCS_DOCS_FACT_PAGES_H
#define DRIFTLINE_DOCS_DOCS_FACT_PAGES_H

#include "docs/docs_page.h"

struct docs_fact_page {
    const char *path;
    const char *title;
    void (*write)(struct page *page); /* everything below the heading */
};

/* In the order of the navigation; a NULL path ends. */
extern const struct docs_fact_page docs_fact_pages[];

/* Environments and the way between them, as a diagram. */
void docs_facts_write_flow(struct page *page);

#endif
