#include "docs/docs_names.h"

#include "base/compiler.h"

enum { WHOLE_LIMIT = 100, CUT_LIMIT = 48 }; /* bytes of a name that is kept, and of one before a digest */

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_letter(char c)
{
    return is_small(c) || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void write_digest(struct buffer *output, struct hasher *hasher, struct text identity, size_t digits)
{
    const struct hash hash = hasher_digest(hasher, 0, identity);
    char hex[HASH_HEX_SIZE];

    hash_to_hex(&hash, hex);
    buffer_add(output, hex, digits);
}

static bool is_in(struct text name, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(name, text_from(words[i])))
            return true;
    return false;
}

/* Whether a name ends as those with a digest do: it must have one, too, or two names could meet. */
static bool ends_like_a_digest(struct text name)
{
    size_t digits = 0;

    while (digits < name.length) {
        char c = name.bytes[name.length - 1 - digits];

        if (!is_digit(c) && !(c >= 'a' && c <= 'f'))
            break;
        digits++;
    }
    return (digits == NAME_DIGEST_SHORT || digits == NAME_DIGEST_LONG) && digits < name.length &&
           name.bytes[name.length - 1 - digits] == '-';
}

/* What a file may be called everywhere, and is no name that MkDocs or some system gives a meaning. */
static bool is_file_name(struct text name)
{
    static const char *const taken[] = {"index", "readme", "con",  "prn",  "aux",  "nul",  "com1", "com2",
                                        "com3",  "com4",   "com5", "com6", "com7", "com8", "com9", "lpt1",
                                        "lpt2",  "lpt3",   "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"};

    if (name.length == 0 || name.length > WHOLE_LIMIT || name.bytes[0] == '-' || ends_like_a_digest(name) ||
        is_in(name, taken, LENGTH_OF(taken)))
        return false;
    for (size_t i = 0; i < name.length; i++)
        if (!is_small(name.bytes[i]) && !is_digit(name.bytes[i]) && name.bytes[i] != '_' && name.bytes[i] != '-')
            return false;
    return true;
}

void docs_name_write(struct buffer *output, struct hasher *hasher, struct text name, struct text identity,
                     size_t digits)
{
    bool gap = true; /* no `-` at the beginning, and never two */

    if (is_file_name(name) && digits == NAME_DIGEST_SHORT) {
        buffer_add_text(output, name);
        return;
    }
    for (size_t i = 0; i < name.length && i < CUT_LIMIT; i++) {
        char c = name.bytes[i];

        if (is_letter(c) || is_digit(c) || c == '_')
            buffer_add_byte(output, (uint8_t)(is_letter(c) ? c | 0x20 : c));
        else if (!gap)
            buffer_add_byte(output, '-');
        gap = !is_letter(c) && !is_digit(c) && c != '_';
    }
    buffer_add_string(output, gap ? "" : "-");
    write_digest(output, hasher, identity, digits);
}

/* What Mermaid takes for the mark of a key; older versions do so even if more follows. */
static bool is_key(struct text text)
{
    return text.length >= 2 && (text.bytes[1] | 0x20) == 'k' &&
           ((text.bytes[0] | 0x20) == 'p' || (text.bytes[0] | 0x20) == 'f' || (text.bytes[0] | 0x20) == 'u');
}

void docs_word_write(struct buffer *output, struct text text)
{
    size_t end = 0;

    while (end < text.length && text.bytes[end] != '(') /* numeric(10,2), timestamp(3) without time zone */
        end++;
    if (end == 0 || !is_letter(text.bytes[0]) || is_key(text))
        buffer_add_string(output, "x_");
    for (size_t i = 0; i < end; i++)
        buffer_add_byte(output, is_letter(text.bytes[i]) || is_digit(text.bytes[i]) ? (uint8_t)text.bytes[i] : '_');
}

/* A name that Mermaid, of whatever version, reads as one and not as a word of its language. */
static bool is_entity(struct text name)
{
    static const char *const taken[] = {"acctitle",   "accdescr",  "class", "classdef", "click", "default", "direction",
                                        "end",        "erdiagram", "graph", "many",     "o",     "one",     "only",
                                        "optionally", "or",        "style", "subgraph", "title", "to",      "u",
                                        "zero",       "tb",        "bt",    "lr",       "rl",    "td"};

    if (name.length == 0 || name.length > WHOLE_LIMIT || !is_small(name.bytes[0]) ||
        is_in(name, taken, LENGTH_OF(taken)))
        return false;
    for (size_t i = 0; i < name.length; i++)
        if (!is_small(name.bytes[i]) && !is_digit(name.bytes[i]) && name.bytes[i] != '_')
            return false;
    return true;
}

void docs_entity_write(struct buffer *output, struct hasher *hasher, struct text name, struct text identity)
{
    if (is_entity(name)) {
        buffer_add_text(output, name);
        return;
    }
    if (name.length > CUT_LIMIT)
        name.length = CUT_LIMIT;
    docs_word_write(output, name);
    buffer_add_byte(output, '_');
    write_digest(output, hasher, identity, NAME_DIGEST_SHORT);
}
