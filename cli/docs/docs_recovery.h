/* docs/docs_recovery.h - what to do about a contract that is broken: who reads what is gone, since when, by which
 * statement, and the commands that show and check it; for this room only.
 */
#ifndef DRIFTLINE_DOCS_DOCS_RECOVERY_H
#define DRIFTLINE_DOCS_DOCS_RECOVERY_H

#include "docs/docs_page.h"

/* The page below its heading. */
void docs_recovery_write(struct page *page);

#endif
