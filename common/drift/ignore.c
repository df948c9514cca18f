#include "drift/ignore.h"

#include <stdint.h>
#include <string.h>

/* The word before the colon: letters, digits, underscores; one dot in front says "attribute, whatever kinds there are".
 */
static bool is_word(struct text word)
{
    size_t i = word.length > 1 && word.bytes[0] == '.' ? 1 : 0;

    if (word.length == 0)
        return false;
    for (; i < word.length; i++) {
        char c = word.bytes[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}

static bool ends_in_open_escape(struct text glob)
{
    bool escaped = false;

    for (size_t i = 0; i < glob.length; i++)
        escaped = !escaped && glob.bytes[i] == '\\';
    return escaped;
}

static enum error_code refuse(struct error *error, struct text pattern, const char *why)
{
    struct text shown = {pattern.bytes, pattern.length > 100 ? 100 : pattern.length};

    error_set(error, ERROR_USAGE, "ignore pattern '%.*s' %s", TEXT_ARGS(shown), why);
    return error_hint(error, "write kind:glob, attribute:glob or *:glob, such as table:*.tmp_*");
}

enum error_code ignore_pattern_parse(struct ignore_pattern *ret_pattern, struct text pattern, struct arena *arena,
                                     struct error *error)
{
    const char *colon = pattern.length == 0 ? NULL : memchr(pattern.bytes, ':', pattern.length);
    struct ignore_pattern result = {0};
    char *copy;

    if (pattern.length > IGNORE_PATTERN_LIMIT)
        return refuse(error, pattern, "is too long");
    if (colon == NULL)
        return refuse(error, pattern, "has no colon");
    result.word = (struct text){pattern.bytes, (size_t)(colon - pattern.bytes)};
    result.glob = (struct text){colon + 1, pattern.length - result.word.length - 1};
    result.any_kind = text_equal(result.word, TEXT("*"));
    if (!result.any_kind && !is_word(result.word))
        return refuse(error, pattern, "has no kind or attribute before its colon");
    if (result.glob.length == 0)
        return refuse(error, pattern, "has nothing after its colon");
    if (ends_in_open_escape(result.glob))
        return refuse(error, pattern, "ends in a backslash that escapes nothing");

    copy = arena_copy(arena, pattern.bytes, pattern.length);
    if (copy == NULL)
        return arena_error(arena, error, "reading an ignore pattern");
    result.word.bytes = copy;
    result.glob.bytes = copy + result.word.length + 1;
    if (!result.any_kind)
        result.kind = kind_from_name(result.word);
    if (result.word.bytes[0] == '.')
        result.word = (struct text){result.word.bytes + 1, result.word.length - 1};
    *ret_pattern = result;
    return ERROR_NONE;
}

/* How many bytes the character at `at` takes; bytes that are no UTF-8 count as characters of their own. */
static size_t character_size(struct text text, size_t at)
{
    size_t size = text_character((struct text){text.bytes + at, text.length - at});

    return size == 0 ? 1 : size;
}

/* The last star is the only one worth going back to: whatever an earlier one could take instead, the later one can
 * skip as well. That keeps the worst case at the product of the two lengths. */
bool glob_matches(struct text glob, struct text text)
{
    size_t g = 0, t = 0, star = SIZE_MAX, resume = 0;

    while (t < text.length) {
        size_t literal = g < glob.length && glob.bytes[g] == '\\' && g + 1 < glob.length ? g + 1 : g;

        if (g < glob.length && literal == g && glob.bytes[g] == '*') {
            star = g++;
            resume = t;
        } else if (g < glob.length && literal == g && glob.bytes[g] == '?') {
            t += character_size(text, t);
            g++;
        } else if (g < glob.length && glob.bytes[literal] == text.bytes[t]) {
            t++;
            g = literal + 1;
        } else if (star != SIZE_MAX) {
            resume += character_size(text, resume);
            t = resume;
            g = star + 1;
        } else {
            return false;
        }
    }
    while (g < glob.length && glob.bytes[g] == '*')
        g++;
    return g == glob.length;
}

static bool is_about_kind(const struct ignore_pattern *pattern, enum kind kind)
{
    return pattern->any_kind || (pattern->kind != KIND_NONE && pattern->kind == kind);
}

bool ignore_pattern_matches(const struct ignore_pattern *pattern, enum kind kind, struct text object,
                            enum kind owner_kind, struct text owner)
{
    return (is_about_kind(pattern, kind) && glob_matches(pattern->glob, object)) ||
           (is_about_kind(pattern, owner_kind) && glob_matches(pattern->glob, owner));
}

bool ignore_pattern_matches_attribute(const struct ignore_pattern *pattern, struct text attribute, struct text object)
{
    return !pattern->any_kind && pattern->kind == KIND_NONE && text_equal(pattern->word, attribute) &&
           glob_matches(pattern->glob, object);
}

bool ignore_matches(const struct ignore_list *list, enum kind kind, struct text object, enum kind owner_kind,
                    struct text owner)
{
    for (size_t i = 0; i < list->count; i++)
        if (ignore_pattern_matches(&list->patterns[i], kind, object, owner_kind, owner))
            return true;
    return false;
}

bool ignore_matches_attribute(const struct ignore_list *list, struct text attribute, struct text object)
{
    for (size_t i = 0; i < list->count; i++)
        if (ignore_pattern_matches_attribute(&list->patterns[i], attribute, object))
            return true;
    return false;
}

bool ignore_matches_whole_kind(const struct ignore_list *list, enum kind kind)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct text glob = list->patterns[i].glob;
        size_t stars = 0;

        while (stars < glob.length && glob.bytes[stars] == '*')
            stars++;
        if (is_about_kind(&list->patterns[i], kind) && stars == glob.length)
            return true;
    }
    return false;
}
