/* codegen/filter.h - foreign text made harmless in the places that code has for it.
 *
 * Whatever goes in, what comes out cannot end the literal or comment it stands in, nor hide how the code reads: control
 * characters and those that turn the direction of text become escapes, or `?` where there are none. Text is UTF-8
 * (codegen/code_json.h sees to it).
 */
#ifndef DRIFTLINE_CODEGEN_FILTER_H
#define DRIFTLINE_CODEGEN_FILTER_H

#include "codegen/language.h"

/* The inside of a comment that ends with its line. Lines after the first begin with the indent and the language's
 * `line_comment`. */
void filter_line_comment(struct buffer *output, struct text text, const struct filter_place *place);

/* The inside of a comment that ends with an asterisk and a slash, on a line that begins with ` * `, as those that
 * follow do. */
void filter_block_comment(struct buffer *output, struct text text, const struct filter_place *place);

/* One line for any comment: what would be further lines is written behind each other. */
void filter_one_line(struct buffer *output, struct text text, const struct filter_place *place);

/* A string in double quotes as JSON has it: for JSON, JavaScript, TypeScript. Only ASCII comes out. */
void filter_json(struct buffer *output, struct text text, const struct filter_place *place);

/* A string in double quotes for C: octal escapes, no trigraphs. Bytes beyond ASCII stay UTF-8. */
void filter_c_literal(struct buffer *output, struct text text, const struct filter_place *place);

/* As it is, for those who know what they do. */
void filter_raw(struct buffer *output, struct text text, const struct filter_place *place);

/* Whether a character must not stand in code as it is: control characters, separators of lines, what turns the
 * direction of text or is not seen. */
bool filter_is_hidden(uint32_t character);

#endif
