#include "lint/linter.h"

#include <stdarg.h>
#include <stdint.h>

#include "lint/lexer.h"

static const char doing[] = "linting";

enum { FIRST_ROOM = 16 };

void linter_fail(struct linter *linter, enum error_code code)
{
    if (linter->code == ERROR_NONE)
        linter->code = code;
}

struct text linter_text(struct linter *linter, struct text text)
{
    char *copy = arena_copy(linter->arena, text.length == 0 ? "" : text.bytes, text.length);

    if (copy == NULL) {
        linter_fail(linter, arena_error(linter->arena, linter->error, doing));
        return (struct text){"", 0};
    }
    return (struct text){copy, text.length};
}

void linter_detail(struct linter *linter, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    linter->detail =
        linter_text(linter, (struct text){line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1});
}

bool linter_grow(struct linter *linter, void *items, size_t count, size_t *room, size_t size)
{
    size_t more = *room == 0 ? FIRST_ROOM : *room * 2;
    void *old, *larger;

    if (count < *room)
        return true;
    larger = arena_array(linter->arena, more, size);
    if (larger == NULL) {
        linter_fail(linter, arena_error(linter->arena, linter->error, doing));
        return false;
    }
    memcpy(&old, items, sizeof old);
    if (count > 0)
        memcpy(larger, old, count * size);
    memcpy(items, &larger, sizeof larger);
    *room = more;
    return true;
}

bool linter_looks_for(const struct linter *linter, enum lint_rule_number rule)
{
    const struct lint_rule *facts = &lint_rules[rule];

    if (!linter->options->configuration->levels[rule].is_on)
        return false;
    if (linter->version == 0) /* as the newest: what only held before is not so any more */
        return facts->last == 0;
    return (facts->first == 0 || linter->version >= facts->first) &&
           (facts->last == 0 || linter->version <= facts->last);
}

/* ---- messages ---- */

static void write_message(struct buffer *output, const char *template, const struct step *step, struct text detail)
{
    static const struct {
        const char *word;
        size_t length;
    } words[] = {{"{object}", 8}, {"{name}", 6}, {"{new}", 5}};

    while (*template != '\0') {
        size_t i = 0;

        while (i < LENGTH_OF(words) && strncmp(template, words[i].word, words[i].length) != 0)
            i++;
        if (i == LENGTH_OF(words)) {
            buffer_add_byte(output, (uint8_t) * template ++);
            continue;
        }
        template += words[i].length;
        if (step != NULL)
            buffer_add_text(output, i == 0 ? step->object : i == 1 ? step->name : step->new_name);
    }
    if (detail.length > 0) {
        buffer_add_string(output, ": ");
        buffer_add_text(output, detail);
    }
}

/* An empty name leaves two blanks behind. */
static struct text without_gaps(struct text text)
{
    char *bytes = (char *)text.bytes;
    size_t length = 0;

    for (size_t i = 0; i < text.length; i++)
        if (bytes[i] != ' ' || length == 0 || bytes[length - 1] != ' ')
            bytes[length++] = bytes[i];
    return (struct text){bytes, length};
}

static struct text message_of(struct linter *linter, const struct lint_rule *rule, const struct step *step)
{
    CLEANUP(buffer_clear) struct buffer message = {0};

    write_message(&message, rule->message, step, linter->detail);
    if (message.failed) {
        linter_fail(linter, error_memory(linter->error, doing));
        return (struct text){"", 0};
    }
    return linter_text(linter, without_gaps(buffer_text(&message)));
}

/* ---- findings ---- */

/* A name is shown as a whole, with its schema; the statement, when it is meant. */
static size_t end_of(const struct linter *linter, size_t place)
{
    struct text text = linter->script->text;
    struct word word;

    if (linter->statement != NULL && place == linter->statement->start)
        return linter->statement->end;
    word = lexer_next(text, place);
    if (word.kind == WORD_END || word.start != place)
        return place;
    while (word.end + 1 < text.length && text.bytes[word.end] == '.' &&
           lexer_next(text, word.end + 1).start == word.end + 1)
        word = lexer_next(text, word.end + 1);
    return word.end;
}

static struct text statement_of(const struct linter *linter)
{
    if (linter->statement == NULL)
        return (struct text){"", 0};
    return (struct text){linter->script->source.bytes + linter->statement->start,
                         linter->statement->end - linter->statement->start};
}

size_t linter_add(struct linter *linter, enum lint_rule_number rule, const struct step *step, size_t place)
{
    const struct lint_script *script = linter->script;
    struct lint_findings *findings = &linter->findings;
    struct lint_place from = lint_script_place(script, place);
    struct lint_finding finding = {
        .rule = &lint_rules[rule],
        .level = linter->has_level ? linter->level : linter->options->configuration->levels[rule].level,
        .file = script->name,
        .file_number = linter->file,
        .from = from,
        .to = lint_script_place(script, end_of(linter, place)),
        .offset = place,
        .source = lint_script_line(script, from.line),
        .source_place = place - script->lines[from.line - 1],
        .statement = statement_of(linter),
        .object = step == NULL ? (struct text){"", 0} : linter_text(linter, step->object),
    };

    if (linter_looks_for(linter, rule))
        finding.message = message_of(linter, finding.rule, step);
    linter->has_level = false;
    linter->detail = (struct text){"", 0};
    if (!linter_looks_for(linter, rule) ||
        !linter_grow(linter, &findings->items, findings->count, &linter->finding_room, sizeof finding))
        return SIZE_MAX;
    findings->items[findings->count] = finding;
    return findings->count++;
}

void linter_withdraw(struct linter *linter, size_t finding)
{
    if (finding < linter->findings.count)
        linter->findings.items[finding].rule = NULL;
}
