/* codegen/letters.h - the letters that identifiers may have, and how they are written large and small.
 *
 * Beyond ASCII only letters count that are the same in the normal forms NFC and NFKC, and that begin an identifier by
 * Unicode's own rule (XID_Start): they are safe in Python, JavaScript, Go, Rust and C alike.
 */
#ifndef DRIFTLINE_CODEGEN_LETTERS_H
#define DRIFTLINE_CODEGEN_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"

enum letter_sort { LETTER_NONE, LETTER_DIGIT, LETTER_SMALL, LETTER_LARGE }; /* without case: small */

enum letter_sort letter_sort(uint32_t character);
uint32_t letter_large(uint32_t character);
uint32_t letter_small(uint32_t character);

/* The one or two letters of ASCII that one of Europe is made of; 0 when it is none. */
size_t letter_plain(uint32_t character, char ret_letters[2]);

/* The character that a text begins with, and its length; what is not UTF-8 is one byte, U+FFFD. */
uint32_t letter_read(struct text text, size_t *ret_length);

void letter_write(struct buffer *output, uint32_t character);

#endif
