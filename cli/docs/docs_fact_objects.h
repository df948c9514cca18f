/* docs/docs_fact_objects.h - what a collector knows of one object, on the page of that object; for this room only.
 *
 * Without facts nothing is written. Only what happened to this very object stands here, with the time that was
 * recorded, so that a page stays as it is until something happens.
 */
#ifndef DRIFTLINE_DOCS_DOCS_FACT_OBJECTS_H
#define DRIFTLINE_DOCS_DOCS_FACT_OBJECTS_H

#include "docs/docs_page.h"

/* Behind the first line of a page: how many differences there are, and the worst of them. */
void docs_facts_write_badges(struct page *page, const struct docs_item *item);

/* The differences, and which environment has what. */
void docs_facts_write_drift(struct page *page, const struct docs_item *item, unsigned level);

/* The newest changes, with who made them. */
void docs_facts_write_history(struct page *page, const struct docs_item *item, unsigned level);

/* ---- also for pages about more than one object ---- */

/* What a dotted path of an object or part leads to, as a link where the schema has it. */
void docs_facts_write_object(struct page *page, struct text kind, struct text path);

/* `alice as app, captured`. */
void docs_facts_write_actor(struct page *page, const struct docs_actor *actor);

/* `staging → prod`, or `prod/eu-1` for an outlier. */
void docs_facts_write_pair(struct page *page, const struct docs_drift *drift);

/* One difference as the cells of a row; `named`: also of what. */
void docs_facts_write_drift_row(struct page *page, const struct docs_drift *drift);

/* A change as the cells of a row: when, where, what, who. */
void docs_facts_begin_changes(struct page *page);
void docs_facts_write_change(struct page *page, const struct docs_change *change);

/* The matrix: its head, and a row. */
void docs_facts_begin_matrix(struct page *page);
void docs_facts_write_matrix_row(struct page *page, const struct docs_row *row);

/* The kind of a badge for a severity, or for a verdict. */
const char *docs_facts_badge_of(const char *word);

#endif
