#include "lint/waiver.h"

#include <stdint.h>

#include "lint/linter.h"

static const char marker[] = "driftline:";

/* What is left of a comment. */
struct reading {
    struct linter *linter;
    struct waivers *waivers;
    const struct lint_script_comment *comment;
    struct text rest;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct text *text)
{
    while (text->length > 0 && is_blank(text->bytes[0])) {
        text->bytes++;
        text->length--;
    }
}

/* A comment without what makes it one. */
static struct text content_of(struct text comment)
{
    bool is_block = comment.bytes[0] == '/';

    comment.bytes += 2;
    comment.length -= 2;
    if (is_block && comment.length >= 2 && comment.bytes[comment.length - 1] == '/')
        comment.length -= 2;
    while (comment.length > 0 && is_blank(comment.bytes[comment.length - 1]))
        comment.length--;
    skip_blanks(&comment);
    return comment;
}

static bool take(struct text *text, struct text word)
{
    if (!text_starts_with(*text, word))
        return false;
    text->bytes += word.length;
    text->length -= word.length;
    return true;
}

static struct text take_id(struct text *text)
{
    struct text id = {text->bytes, 0};

    while (id.length < text->length && !is_blank(id.bytes[id.length]) && id.bytes[id.length] != ',' &&
           id.bytes[id.length] != ':')
        id.length++;
    text->bytes += id.length;
    text->length -= id.length;
    return id;
}

static void complain(struct reading *reading)
{
    reading->linter->statement = NULL;
    linter_add(reading->linter, RULE_WAIVER_MALFORMED, NULL, reading->comment->start);
}

static void complain_of_rule(struct reading *reading, struct text id)
{
    const char *near = lint_rule_near(id);

    linter_detail(reading->linter, "there is no rule '%.*s'%s%s", (int)(id.length < 60 ? id.length : 60), id.bytes,
                  near == NULL ? "" : "; perhaps ", near == NULL ? "" : near);
    complain(reading);
}

/* The rules, one after another; false: one of them is none. */
static bool read_rules(struct reading *reading, struct waiver waiver)
{
    struct waivers *waivers = reading->waivers;
    bool goes_on;

    do {
        struct text id = take_id(&reading->rest);
        const struct lint_rule *rule = lint_rule_find(id);

        if (rule == NULL) {
            complain_of_rule(reading, id);
            return false;
        }
        waiver.rule = (enum lint_rule_number)(rule - lint_rules);
        if (!linter_grow(reading->linter, &waivers->items, waivers->count, &waivers->room, sizeof waiver))
            return false;
        waivers->items[waivers->count++] = waiver;
        goes_on = take(&reading->rest, TEXT(","));
        if (goes_on)
            skip_blanks(&reading->rest);
    } while (goes_on);
    return true;
}

/* Which rules, and of what: all of a comment but the reason. */
static bool read_head(struct reading *reading)
{
    struct waiver waiver = {.statement = reading->comment->statement, .place = reading->comment->start};

    skip_blanks(&reading->rest);
    if (take(&reading->rest, TEXT("allow-file"))) {
        waiver.statement = SIZE_MAX;
    } else if (!take(&reading->rest, TEXT("allow"))) {
        linter_detail(reading->linter, "it says neither allow nor allow-file");
        complain(reading);
        return false;
    }
    skip_blanks(&reading->rest);
    return read_rules(reading, waiver);
}

static void read_one(struct reading *reading)
{
    struct waivers *waivers = reading->waivers;
    size_t first = waivers->count;

    if (!read_head(reading)) {
        waivers->count = first;
        return;
    }
    skip_blanks(&reading->rest);
    while (take(&reading->rest, TEXT(":")) || take(&reading->rest, TEXT("-")))
        skip_blanks(&reading->rest);
    if (reading->rest.length == 0) {
        waivers->count = first;
        linter_detail(reading->linter, "it gives no reason");
        complain(reading);
    }
    for (size_t i = first; i < waivers->count; i++) {
        waivers->items[i].reason = reading->rest;
        if (waivers->items[i].statement == SIZE_MAX && waivers->of_file[waivers->items[i].rule] == 0)
            waivers->of_file[waivers->items[i].rule] = i + 1;
    }
}

void waivers_read(struct linter *linter, struct waivers *ret_waivers)
{
    const struct lint_script *script = linter->script;

    *ret_waivers = (struct waivers){.count = 0};
    for (size_t i = 0; i < script->comment_count && linter->code == ERROR_NONE; i++) {
        const struct lint_script_comment *comment = &script->comments[i];
        struct text text = {script->text.bytes + comment->start, comment->end - comment->start};
        struct reading reading = {linter, ret_waivers, comment, content_of(text)};

        if (take(&reading.rest, text_from(marker)))
            read_one(&reading);
    }
}

/* What nobody may waive: whether the text can be judged at all. */
static bool may_be_waived(enum lint_rule_number rule)
{
    return rule != RULE_SYNTAX_ERROR && rule != RULE_WAIVER_MALFORMED && rule != RULE_WAIVER_UNUSED;
}

/* The number of the statement that an offset is in. */
static size_t statement_at(const struct lint_script *script, size_t offset)
{
    size_t low = 0, high = script->statement_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (script->statements[middle].end < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Waivers stand in the order of their places. */
static struct waiver *find_of_statement(const struct waivers *waivers, const struct lint_script *script,
                                        size_t statement, enum lint_rule_number rule)
{
    size_t low = 0, high = waivers->count;
    size_t start = statement == 0 ? 0 : script->statements[statement - 1].end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (waivers->items[middle].place < start)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < waivers->count; i++) {
        if (waivers->items[i].statement != SIZE_MAX && waivers->items[i].statement > statement)
            break;
        if (waivers->items[i].statement == statement && waivers->items[i].rule == rule)
            return &waivers->items[i];
    }
    return NULL;
}

static struct waiver *find(const struct waivers *waivers, const struct lint_script *script,
                           const struct lint_finding *finding)
{
    enum lint_rule_number rule = (enum lint_rule_number)(finding->rule - lint_rules);

    if (!may_be_waived(rule))
        return NULL;
    if (waivers->of_file[rule] > 0)
        return &waivers->items[waivers->of_file[rule] - 1];
    return find_of_statement(waivers, script, statement_at(script, finding->offset), rule);
}

void waivers_apply(struct linter *linter, struct waivers *waivers)
{
    struct lint_findings *findings = &linter->findings;

    for (size_t i = 0; i < findings->count && waivers->count > 0; i++) {
        struct lint_finding *finding = &findings->items[i];
        struct waiver *waiver = finding->rule == NULL || finding->file_number != linter->file
                                    ? NULL
                                    : find(waivers, linter->script, finding);

        if (waiver == NULL)
            continue;
        waiver->is_used = true;
        finding->reason = waiver->reason;
        finding->waiver_line = lint_script_place(linter->script, waiver->place).line;
    }
    linter->statement = NULL;
    for (size_t i = 0; i < waivers->count; i++)
        if (!waivers->items[i].is_used && linter_looks_for(linter, waivers->items[i].rule)) {
            const struct step step = {.name = text_from(lint_rules[waivers->items[i].rule].id)};

            linter_add(linter, RULE_WAIVER_UNUSED, &step, waivers->items[i].place);
        }
}
