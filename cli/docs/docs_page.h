/* docs/docs_page.h - one page of Markdown while it is written: headings, links, tables; for this room only.
 *
 * The same writers make a page of the site and a stretch of the single file: there headings are one level deeper, and
 * links lead to places in the same file. Failure is sticky in the buffer.
 */
#ifndef DRIFTLINE_DOCS_DOCS_PAGE_H
#define DRIFTLINE_DOCS_DOCS_PAGE_H

#include <stdarg.h>

#include "docs/docs_model.h"

struct page {
    struct buffer *output;
    const struct docs_model *model;
    struct text path; /* of this page, from the folder of all pages */
    bool single;      /* it is a stretch of the single file */
};

/* The place in the single file that stands for a page and an anchor on it. */
void page_place(struct page *page, struct text path, struct text anchor);

/* A heading of a level from 1; `title` is Markdown. */
void page_heading(struct page *page, unsigned level, const char *title);

/* The heading of an object: its path. With an anchor where the page has several. */
void page_item_heading(struct page *page, unsigned level, const struct docs_item *item);

/* `[label](where)`. The label is plain text. */
void page_link(struct page *page, struct text label, struct text path, struct text anchor);

/* A link to an object, called by its dotted path; or, shorter, by its name alone. */
void page_item_link(struct page *page, uint32_t item);
void page_item_link_short(struct page *page, uint32_t item);

/* Where such a link leads. */
void page_target(struct page *page, uint32_t item);

/* What a path that somebody wrote leads to, as a link if there is such a relation. */
void page_relation(struct page *page, struct text path);

void page_string(struct page *page, const char *markdown);
void page_printf(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
void page_text(struct page *page, struct text text);
void page_code(struct page *page, struct text text);

/* An expression as code on one line: runs of blanks and line ends become one blank. */
void page_expression(struct page *page, struct text text);

/* Several names as code with commas between. */
void page_list(struct page *page, const struct text *items, size_t count);

/* A comment as a quotation; nothing when it is empty. */
void page_comment(struct page *page, struct text comment);

/* `2026-11-21T10:00:00Z`, or a dash where there is none. */
void page_time(struct page *page, int64_t microseconds);

/* A short remark in a coloured box in the line: `kind` is one of "fine", "warn", "bad", "unknown", "plain". */
void page_badge(struct page *page, const char *kind, const char *words);

/* "row_security" as "Row security". */
void page_title_of(struct page *page, struct text name);

/* `1 table`, `3 tables`. */
void page_count(struct page *page, uint32_t count, enum kind kind);

/* Numbers of many digits are read better in groups of three. */
void page_number(struct page *page, uint64_t number);

#endif
