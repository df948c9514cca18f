/* docs/docs_parts.h - what objects consist of and are described by, as tables of Markdown; for this room only.
 *
 * Every attribute and part that a snapshot has is written somewhere: what no table has a column for stands in its last
 * one.
 */
#ifndef DRIFTLINE_DOCS_DOCS_PARTS_H
#define DRIFTLINE_DOCS_DOCS_PARTS_H

#include "docs/docs_page.h"

/* The columns of a table, view or composite type, in their order. */
void docs_columns_write(struct page *page, const struct docs_item *item, unsigned level);

/* Keys, constraints, indexes, triggers, rules, policies: a table for each kind that there is. */
void docs_parts_write(struct page *page, const struct docs_item *item, unsigned level);

/* What the object is as a whole, by aspect. `shown`: names of attributes that stand elsewhere; NULL ends. */
void docs_attributes_write(struct page *page, const struct docs_item *item, unsigned level, const char *const *shown);

/* One value in a cell. */
void docs_value_write(struct page *page, const struct attribute *attribute);

/* All attributes but those named, as `name: value` in one cell. */
void docs_details_write(struct page *page, const struct attribute *attributes, uint32_t count,
                        const char *const *shown);

/* What could not be read of the kinds that such an object has. */
void docs_gaps_write(struct page *page, const struct docs_item *item);

#endif
