#include "codegen/naming.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "codegen/letters.h"

enum { SHORT_DIGITS = 6, MOST_STAGES = CLAIM_CANDIDATES + 2 };

/* ---- one name ---- */

static enum error_code keep(struct text *ret_text, struct buffer *buffer, struct arena *arena, struct error *error)
{
    char *copy = buffer->failed ? NULL : arena_copy(arena, buffer->bytes, buffer->length);

    if (copy == NULL)
        return buffer->failed ? error_memory(error, "naming things") : arena_error(arena, error, "naming things");
    *ret_text = (struct text){copy, buffer->length};
    return ERROR_NONE;
}

static bool only_underscores(struct text name)
{
    for (size_t i = 0; i < name.length; i++)
        if (name.bytes[i] != '_')
            return false;
    return true;
}

static bool needs_prefix(const struct name_rule *rule, struct text name)
{
    size_t length;

    return only_underscores(name) || letter_sort(letter_read(name, &length)) == LETTER_DIGIT ||
           text_starts_with(name, TEXT("__")) || (rule->begins_large && !words_begin_large(name));
}

/* `VALUE_` by itself is `VALUE`. */
static size_t without_end(const char *prefix)
{
    size_t length = strlen(prefix);

    return length > 1 && prefix[length - 1] == '_' ? length - 1 : length;
}

enum error_code naming_make(struct text *ret_name, const struct name_rule *rule, const struct language *language,
                            struct text name, struct arena *arena, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer made, output;

    buffer_init(&made);
    buffer_init(&output);
    words_write(&made, name, rule->style, language->unicode);
    if (made.length == 0)
        buffer_add(&output, rule->prefix, without_end(rule->prefix));
    else if (needs_prefix(rule, buffer_text(&made)))
        buffer_add_string(&output, rule->prefix);
    buffer_add_text(&output, buffer_text(&made));
    if (made.failed)
        return error_memory(error, "naming things");
    return keep(ret_name, &output, arena, error);
}

/* ---- claims ---- */

struct taken {
    struct text name;
    struct claim *claim;
};

struct settling {
    struct claim *claims;
    size_t count;
    const struct language *language;
    struct arena *arena;
    struct taken *taken;
    size_t taken_count;
    struct hasher *hasher;
};

/* What a claim is called without its endings at its stage. */
static void write_base(const struct settling *settling, struct buffer *output, const struct claim *claim)
{
    struct text base = claim->candidates[0];
    unsigned at = 0;
    char hex[HASH_HEX_SIZE];
    struct hash hash;

    for (unsigned i = 1; i < CLAIM_CANDIDATES && at < claim->stage; i++, at++)
        if (claim->candidates[i].length > 0)
            base = claim->candidates[i];
    buffer_add_text(output, base);
    if (claim->stage < CLAIM_CANDIDATES)
        return;
    hash = hasher_digest(settling->hasher, 0, claim->identity);
    hash_to_hex(&hash, hex);
    hex[claim->stage == CLAIM_CANDIDATES ? SHORT_DIGITS : HASH_HEX_SIZE - 1] = '\0';
    buffer_printf(output, "_%s", hex);
}

static enum error_code name_claim(struct settling *settling, struct claim *claim, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer name, safe;

    buffer_init(&name);
    buffer_init(&safe);
    for (unsigned i = 0; i < claim->ending_count; i++) {
        buffer_reset(&name);
        buffer_reset(&safe);
        write_base(settling, &name, claim);
        buffer_add_text(&name, claim->endings[i]);
        if (!claim->is_fixed && language_reserves(settling->language, buffer_text(&name), claim->is_type))
            language_write_format(&safe, settling->language->reserved_format, buffer_text(&name));
        else
            buffer_add_text(&safe, buffer_text(&name));
        if (name.failed)
            return error_memory(error, "naming things");
        if (keep(&claim->names[i], &safe, settling->arena, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static int compare_taken(const void *a, const void *b)
{
    const struct taken *first = a, *second = b;
    int order = text_compare(first->name, second->name);

    return order != 0 ? order : text_compare(first->claim->identity, second->claim->identity);
}

static void list_taken(struct settling *settling)
{
    settling->taken_count = 0;
    for (size_t i = 0; i < settling->count; i++)
        for (unsigned j = 0; j < settling->claims[i].ending_count; j++)
            settling->taken[settling->taken_count++] =
                (struct taken){settling->claims[i].names[j], &settling->claims[i]};
    qsort(settling->taken, settling->taken_count, sizeof *settling->taken, compare_taken);
}

static enum error_code refuse(const struct taken *first, const struct taken *second, struct error *error)
{
    error_set(
        error, ERROR_CONFIG, "%.*s and %.*s would both be called '%.*s'",
        (int)(first->claim->identity.length < 120 ? first->claim->identity.length : 120), first->claim->identity.bytes,
        (int)(second->claim->identity.length < 120 ? second->claim->identity.length : 120),
        second->claim->identity.bytes, (int)(first->name.length < 120 ? first->name.length : 120), first->name.bytes);
    return error_hint(error, "give one of them another name under 'names'");
}

/* How good a claim is to a name: the smaller, the better. */
enum right { RIGHT_WISHED, RIGHT_EXACT, RIGHT_PLAIN, RIGHT_NONE };

static bool is_plain(struct text name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];

        if (!(c >= 'a' && c <= 'z') && (i == 0 || (c != '_' && !(c >= '0' && c <= '9'))))
            return false;
    }
    return name.length > 0;
}

static enum right right_to(const struct taken *taken)
{
    if (taken->claim->is_fixed)
        return RIGHT_WISHED;
    if (text_equal(taken->name, taken->claim->called))
        return RIGHT_EXACT;
    return is_plain(taken->claim->called) ? RIGHT_PLAIN : RIGHT_NONE;
}

/* Who of those that share a name keeps it, or NULL. Two whom the user named so are an error. */
static enum error_code find_keeper(const struct taken *taken, size_t count, const struct claim **ret_keeper,
                                   struct error *error)
{
    const struct taken *best = NULL;
    bool is_only = true;

    for (size_t i = 0; i < count; i++) {
        if (best == NULL || right_to(&taken[i]) < right_to(best)) {
            best = &taken[i];
            is_only = true;
        } else if (right_to(&taken[i]) == right_to(best) && taken[i].claim != best->claim) {
            is_only = false;
            if (right_to(best) == RIGHT_WISHED)
                return refuse(best, &taken[i], error);
        }
    }
    *ret_keeper = is_only ? best->claim : NULL;
    return ERROR_NONE;
}

/* Whoever shares a name and does not keep it gives way: all of them at once, so that no order decides. */
static enum error_code give_way(struct settling *settling, bool *ret_moved, struct error *error)
{
    bool moved = false;

    for (size_t i = 0, end; i < settling->taken_count; i = end) {
        const struct claim *keeper = NULL;

        for (end = i + 1; end < settling->taken_count && text_equal(settling->taken[i].name, settling->taken[end].name);
             end++)
            ;
        if (end - i > 1 && find_keeper(&settling->taken[i], end - i, &keeper, error) != ERROR_NONE)
            return error->code;
        for (size_t j = i; j < end && end - i > 1; j++) {
            struct claim *claim = settling->taken[j].claim;

            if (claim == keeper || claim->stage == MOST_STAGES)
                continue;
            claim->moves = true;
            moved = true;
        }
    }
    *ret_moved = moved;
    return ERROR_NONE;
}

static enum error_code move(struct settling *settling, struct error *error)
{
    for (size_t i = 0; i < settling->count; i++) {
        struct claim *claim = &settling->claims[i];

        if (!claim->moves)
            continue;
        claim->moves = false;
        claim->stage++;
        if (name_claim(settling, claim, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code settle(struct settling *settling, struct error *error)
{
    bool moved = true;

    for (size_t i = 0; i < settling->count; i++)
        if (name_claim(settling, &settling->claims[i], error) != ERROR_NONE)
            return error->code;
    while (moved) {
        list_taken(settling);
        if (give_way(settling, &moved, error) != ERROR_NONE || (moved && move(settling, error) != ERROR_NONE))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code naming_settle(struct claim *claims, size_t count, const struct language *language, struct arena *arena,
                              struct error *error)
{
    struct settling settling = {.claims = claims, .count = count, .language = language, .arena = arena};
    enum error_code code;

    settling.taken = arena_array(arena, count * CLAIM_ENDINGS, sizeof *settling.taken);
    if (settling.taken == NULL)
        return arena_error(arena, error, "naming things");
    if (hasher_new(&settling.hasher, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++) {
        claims[i].stage = 0;
        claims[i].moves = false;
    }
    code = settle(&settling, error);
    hasher_free(settling.hasher);
    return code;
}
