/* docs/docs_markdown.h - what comes from databases, as Markdown, Mermaid and YAML that say just that.
 *
 * Names, comments and definitions are hostile. Whatever they are, what is written here shows them as text: no markup,
 * link, tag, table cell, template or mark of a generated file comes of it, and no code block ends early. Characters
 * that cannot be seen are shown as drift/report_display.h does.
 * Failure: sticky in the buffer.
 */
#ifndef DRIFTLINE_DOCS_DOCS_MARKDOWN_H
#define DRIFTLINE_DOCS_DOCS_MARKDOWN_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/text.h"

/* In a paragraph, heading, cell or label of a link: one line, with `<br>` where the text has line ends. */
void markdown_text(struct buffer *output, struct text text);

/* A name or expression as code, on one line; of at most so many columns, 0: no limit. */
void markdown_code(struct buffer *output, struct text text, size_t columns);

/* A block of code of a language that Pygments knows. Begins and ends with a line of its own. */
void markdown_block(struct buffer *output, const char *language, struct text text);

/* In the label of a Mermaid node or relation, between double quotes. */
void mermaid_label(struct buffer *output, struct text text);

/* A YAML scalar in double quotes that MkDocs puts into its pages as it is: HTML in it is escaped. */
void yaml_title(struct buffer *output, struct text text);

#endif
