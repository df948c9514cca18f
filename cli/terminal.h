/* cli/terminal.h - what the terminal can show, and text that does it no harm.
 *
 * Names and definitions come from databases: written to a terminal as they are, they could move the cursor, forge lines
 * or change colours. Whatever text output prints of them goes through here.
 */
#ifndef DRIFTLINE_CLI_TERMINAL_H
#define DRIFTLINE_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/text.h"

enum colour_wish { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER, COLOUR_WISH_COUNT };

/* "auto", "always", "never"; NULL from the end on. */
const char *colour_wish_name(size_t number);

/* Whether to colour what goes to a file descriptor: a terminal that is not dumb, and NO_COLOR not set. */
bool terminal_has_colour(enum colour_wish wish, int file);

/* Whether lines that are overwritten make sense there. */
bool terminal_is_interactive(int file);

/* Columns of the terminal, 0 when it is none. */
size_t terminal_width(int file);

/* Append a text on one line: control characters and those that reorder text become escapes such as \n and \u202e. */
void terminal_write(struct buffer *buffer, struct text text);

/* The columns that terminal_write() takes, counting one a character. */
size_t terminal_columns(struct text text);

/* Append a text padded with blanks to `columns`; a longer one is followed by two blanks. */
void terminal_write_padded(struct buffer *buffer, struct text text, size_t columns);

/* Append a text of several lines, each indented by `indent` blanks and ended. */
void terminal_write_lines(struct buffer *buffer, struct text text, size_t indent);

#endif
