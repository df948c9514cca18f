/* cli/statements_text.h - captured statements on a terminal: the newest last, where the eye is. One that is about
 * several things stands there once, with the first of them. */
#ifndef DRIFTLINE_CLI_STATEMENTS_TEXT_H
#define DRIFTLINE_CLI_STATEMENTS_TEXT_H

#include "cli/answer.h"
#include "cli/table.h"

void statements_write(struct buffer *output, const struct answer_statements *statements,
                      const struct table_style *style);

#endif
