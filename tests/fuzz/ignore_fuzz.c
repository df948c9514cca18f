/* Patterns and the texts that they are compared with: the first line is a pattern, the rest a dotted path.
 *
 * Two properties: what is refused leaves the output alone, and the glob answers what a matcher written in the plainest
 * way answers, as far as that one gets.
 */
#include <stdlib.h>
#include <string.h>

#include "drift/ignore.h"
#include "fuzz.h"

enum { ARENA_LIMIT = 1024 * 1024, MOST_STEPS = 100 * 1000 };

static size_t size_at(struct text text)
{
    size_t size = text_character(text);

    return size == 0 ? 1 : size;
}

static struct text rest(struct text text, size_t from)
{
    return (struct text){text.bytes + from, text.length - from};
}

/* 1 or 0, or -1 when it took too long: a star tries every length. */
static int plain_match(struct text glob, struct text text, unsigned *steps)
{
    if (++*steps > MOST_STEPS)
        return -1;
    if (glob.length == 0)
        return text.length == 0;
    if (glob.bytes[0] == '*') {
        for (size_t at = 0;; at += size_at(rest(text, at))) {
            int matched = plain_match(rest(glob, 1), rest(text, at), steps);

            if (matched != 0)
                return matched;
            if (at >= text.length)
                return 0;
        }
    }
    if (text.length == 0)
        return 0;
    if (glob.bytes[0] == '?')
        return plain_match(rest(glob, 1), rest(text, size_at(text)), steps);
    if (glob.bytes[0] == '\\' && glob.length > 1)
        glob = rest(glob, 1);
    return glob.bytes[0] == text.bytes[0] ? plain_match(rest(glob, 1), rest(text, 1), steps) : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const uint8_t *line = length == 0 ? NULL : memchr(bytes, '\n', length);
    size_t end = line == NULL ? length : (size_t)(line - bytes);
    struct text input = {(const char *)bytes, end};
    struct text path = line == NULL ? TEXT("") : (struct text){(const char *)line + 1, length - end - 1};
    CLEANUP(arena_free) struct arena arena;
    struct ignore_pattern pattern = {.kind = KIND_POLICY};
    struct ignore_list list = {&pattern, 1};
    struct error error = {0};
    unsigned steps = 0;
    int expected;

    arena_init(&arena, ARENA_LIMIT);
    if (ignore_pattern_parse(&pattern, input, &arena, &error) != ERROR_NONE) {
        if (pattern.kind != KIND_POLICY || error.message[0] == '\0')
            abort();
        return 0;
    }
    expected = plain_match(pattern.glob, path, &steps);
    if (expected >= 0 && glob_matches(pattern.glob, path) != (expected == 1))
        abort();
    if (ignore_matches(&list, KIND_TABLE, path, KIND_TABLE, path) &&
        ignore_matches_attribute(&list, pattern.word, path))
        abort(); /* a pattern is about kinds or about an attribute, never both */
    return 0;
}
