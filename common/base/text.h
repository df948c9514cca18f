/* base/text.h - a run of bytes with a length: names and definitions as databases give them.
 *
 * A struct text does not own its bytes and need not end with a NUL; it may contain any byte. Functions here neither
 * allocate nor fail. The bytes of TEXT("…") live as long as the program.
 */
#ifndef DRIFTLINE_BASE_TEXT_H
#define DRIFTLINE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct text {
    const char *bytes; /* may be NULL only when length is 0 */
    size_t length;
};

#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})

/* The same where C asks for a constant: in the initialiser of a static table. */
#define TEXT_INIT(literal)                                                                                             \
    {                                                                                                                  \
        "" literal, sizeof(literal) - 1                                                                                \
    }

/* For printf("%.*s", TEXT_ARGS(text)). */
#define TEXT_ARGS(text) ((int)(text).length), ((text).length == 0 ? "" : (text).bytes)

/* The text of a C string; NULL gives an empty text. */
static inline struct text text_from(const char *string)
{
    return (struct text){string, string == NULL ? 0 : strlen(string)};
}

static inline bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

/* Bytewise order, a prefix before what it begins: the order of the canonical form, on every machine and locale. */
static inline int text_compare(struct text a, struct text b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter == 0 ? 0 : memcmp(a.bytes, b.bytes, shorter);

    if (order != 0)
        return order;
    return a.length == b.length ? 0 : (a.length < b.length ? -1 : 1);
}

/* Whether `text` begins with `prefix`. */
static inline bool text_starts_with(struct text text, struct text prefix)
{
    return text.length >= prefix.length && (prefix.length == 0 || memcmp(text.bytes, prefix.bytes, prefix.length) == 0);
}

/* Without the blanks, tabs and line ends that it begins or ends with. */
struct text text_trim(struct text text);

/* How many bytes its first so many characters have, or all of it. A byte that belongs to none counts as one. */
size_t text_offset(struct text text, size_t characters);

/* The length of the well-formed UTF-8 character that the text begins with; 0 when there is none. */
size_t text_character(struct text text);

/* Whether the bytes are well-formed UTF-8 (no overlong forms, surrogates or values above U+10FFFF). */
bool text_is_utf8(struct text text);

#endif
