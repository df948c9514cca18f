#include "publish/publish_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "drift/report_display.h"
#include "drift/report_escape.h"

enum {
    FILES_LIMIT = 100,
    MARKDOWN_LIMIT = 40000,
    MOST_BEFORE_FILES = PUBLISH_TEXT_LIMIT - 4000, /* so that there is room for the rest */
    MOST_BEFORE_END = PUBLISH_TEXT_LIMIT - 2000,
    MARK_SIZE = 256
};

static const char end_mark[] = "<!-- driftline-publish:end -->";

static const char *const stage_names[] = {[PUBLISH_STAGE_NEW] = "new",
                                          [PUBLISH_STAGE_OPEN] = "open",
                                          [PUBLISH_STAGE_CLOSED] = "closed",
                                          [PUBLISH_STAGE_MERGED] = "merged"};

/* ---- marks ---- */

static void write_mark(struct buffer *output, const char *name, const struct hash *plan, enum publish_stage stage)
{
    char hex[HASH_HEX_SIZE];

    hash_to_hex(plan, hex);
    buffer_printf(output, "<!-- driftline-publish:%s plan=%s stage=%s -->", name, hex, stage_names[stage]);
}

static const char *find(struct text text, const char *words)
{
    return text.length == 0 ? NULL : memmem(text.bytes, text.length, words, strlen(words));
}

/* `plan=… stage=… -->` at the beginning of a text; answers its length, 0: it is none. */
static size_t read_mark(struct text text, struct publish_body *body)
{
    static const struct text plan = TEXT_INIT("plan="), stage = TEXT_INIT(" stage="), end = TEXT_INIT(" -->");
    size_t digits = HASH_HEX_SIZE - 1, at = plan.length + digits;

    if (text.length < at + stage.length || !text_starts_with(text, plan) ||
        !hash_from_hex((struct text){text.bytes + plan.length, digits}, &body->plan) ||
        !text_starts_with((struct text){text.bytes + at, text.length - at}, stage))
        return 0;
    at += stage.length;
    for (unsigned i = 0; i < PUBLISH_STAGE_COUNT; i++) {
        struct text name = text_from(stage_names[i]);
        struct text rest = {text.bytes + at, text.length - at};

        if (!text_starts_with(rest, name))
            continue;
        rest = (struct text){rest.bytes + name.length, rest.length - name.length};
        if (!text_starts_with(rest, end))
            continue;
        body->stage = (enum publish_stage)i;
        return at + name.length + end.length;
    }
    return 0;
}

bool publish_body_read(struct publish_body *ret_body, struct text body, const char *name)
{
    struct publish_body read = {.stage = PUBLISH_STAGE_NEW};
    char begin[MARK_SIZE];
    const char *start, *end;
    struct text rest;

    snprintf(begin, sizeof begin, "<!-- driftline-publish:%s ", name);
    *ret_body = (struct publish_body){.after = body};
    start = find(body, begin);
    if (start == NULL)
        return false;
    rest = (struct text){start + strlen(begin), body.length - (size_t)(start - body.bytes) - strlen(begin)};
    end = find(rest, end_mark);
    if (end == NULL || read_mark(rest, &read) == 0)
        return false;
    end += strlen(end_mark);
    read.before = (struct text){body.bytes, (size_t)(start - body.bytes)};
    read.after = (struct text){end, body.length - (size_t)(end - body.bytes)};
    *ret_body = read;
    return true;
}

void publish_body_restage(struct buffer *output, struct text body, const char *name, enum publish_stage stage)
{
    struct publish_body read;
    char begin[MARK_SIZE];
    const char *start;
    struct text rest;

    if (!publish_body_read(&read, body, name)) {
        buffer_add_text(output, body);
        return;
    }
    snprintf(begin, sizeof begin, "<!-- driftline-publish:%s ", name);
    start = body.bytes + read.before.length + strlen(begin);
    rest = (struct text){start, body.length - (size_t)(start - body.bytes)};
    start += read_mark(rest, &read);
    buffer_add_text(output, read.before);
    write_mark(output, name, &read.plan, stage);
    buffer_add(output, start, body.length - (size_t)(start - body.bytes));
}

/* The next byte that counts; a carriage return before a line feed does not. */
static int next(struct text *text)
{
    if (text->length > 1 && text->bytes[0] == '\r' && text->bytes[1] == '\n')
        *text = (struct text){text->bytes + 1, text->length - 1};
    if (text->length == 0)
        return -1;
    *text = (struct text){text->bytes + 1, text->length - 1};
    return (unsigned char)text->bytes[-1];
}

static struct text without_end(struct text text)
{
    while (text.length > 0 && memchr("\r\n\t ", text.bytes[text.length - 1], 4) != NULL)
        text.length--;
    return text;
}

bool publish_body_equal(struct text a, struct text b)
{
    int left, right;

    a = without_end(a);
    b = without_end(b);
    do {
        left = next(&a);
        right = next(&b);
    } while (left == right && left >= 0);
    return left == right;
}

/* ---- names ---- */

/* A name as Markdown shows it as it is. */
static void write_name(struct buffer *output, struct text name)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    display_text(&shown, name);
    escape_markdown(output, buffer_text(&shown));
    output->failed = output->failed || shown.failed;
}

static const char *word_of(const struct tree_step *step)
{
    static const char *const words[] = {
        [TREE_SAME] = "same",           [TREE_NEW] = "new",
        [TREE_OUTDATED] = "changed",    [TREE_EDITED] = "edited by hand, would be undone",
        [TREE_SUPERFLUOUS] = "removed", [TREE_FOREIGN] = "not ours, left alone"};

    return words[step->state];
}

/* ---- the parts of a text ---- */

static void write_files(struct buffer *output, const struct tree_plan *plan)
{
    size_t written = 0, left = 0;

    buffer_add_string(output, "### Files\n\n");
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->steps[i].state == TREE_SAME)
            continue;
        if (written == FILES_LIMIT || output->length > MOST_BEFORE_END) {
            left++;
            continue;
        }
        buffer_add_string(output, "- ");
        write_name(output, plan->steps[i].path);
        buffer_printf(output, " (%s)\n", word_of(&plan->steps[i]));
        written++;
    }
    if (left > 0)
        buffer_printf(output, "- and %zu more\n", left);
    buffer_add_byte(output, '\n');
}

static void write_schema(struct buffer *output, const struct publish_subject *subject)
{
    if (subject->markdown.length == 0)
        return;
    buffer_add_string(output, "### What has changed in the schema\n\n");
    if (subject->markdown.length > MARKDOWN_LIMIT || output->length + subject->markdown.length > MOST_BEFORE_FILES)
        buffer_add_string(output, "There is too much of it to be listed here.\n\n");
    else
        buffer_printf(output, "%.*s\n", TEXT_ARGS(subject->markdown));
}

static void write_ours(struct buffer *output, const struct publish_subject *subject, enum publish_stage stage)
{
    const struct publish_target *target = subject->target;

    write_mark(output, target->name, &subject->files->hash, stage);
    buffer_add_string(output, "\nWhat is generated from the schema is not what is on ");
    write_name(output, text_from(subject->base));
    buffer_add_string(output, ". Merging this brings it in line.\n\n");
    write_schema(output, subject);
    write_files(output, &subject->files->plan);
    if (subject->root != NULL)
        buffer_printf(output, "Root hash of the schema: `%s`\n\n", subject->root);
    buffer_printf(output,
                  "<sub>Kept up to date by `driftline publish %s`. It closes itself when there is no difference any "
                  "more; whoever closes it sees no other until something else changes. Commits of yours on ",
                  target->name);
    write_name(output, text_from(target->branch));
    buffer_printf(output, " are never overwritten, but stop the updates.</sub>\n%s", end_mark);
}

void publish_body_write(struct buffer *output, const struct publish_subject *subject, enum publish_stage stage,
                        const struct publish_body *people)
{
    size_t room;

    buffer_add_text(output, people->before);
    write_ours(output, subject, stage);
    room = output->length < PUBLISH_TEXT_LIMIT ? PUBLISH_TEXT_LIMIT - output->length : 0;
    if (people->after.length > 0 && people->after.bytes[0] != '\n' && people->after.bytes[0] != '\r')
        buffer_add_string(output, "\n\n");
    if (people->after.length <= room)
        buffer_add_text(output, people->after);
}

/* ---- the other texts ---- */

static void write_counts(struct buffer *output, const struct tree_plan *plan)
{
    size_t fresh = plan->counts[TREE_NEW], removed = plan->counts[TREE_SUPERFLUOUS];
    size_t changed = plan->counts[TREE_OUTDATED] + plan->counts[TREE_EDITED], all = fresh + changed + removed;

    if (all == 0)
        buffer_add_string(output, "The list of generated files");
    else
        buffer_printf(output, "%zu file%s: %zu new, %zu changed, %zu removed", all, all == 1 ? "" : "s", fresh, changed,
                      removed);
}

void publish_text_commit(struct buffer *output, const struct publish_subject *subject)
{
    write_counts(output, &subject->files->plan);
    buffer_add_byte(output, '\n');
    if (subject->root != NULL)
        buffer_printf(output, "Root hash of the schema: %s\n", subject->root);
}

void publish_text_closing(struct buffer *seal, struct buffer *body, const struct publish_subject *subject,
                          const struct hash *plan)
{
    char hex[HASH_HEX_SIZE];

    hash_to_hex(plan, hex);
    buffer_printf(seal, "<!-- driftline-publish:%s closing=%s -->", subject->target->name, hex);
    buffer_add_text(body, buffer_text(seal));
    buffer_add_string(body, "\nThere is no difference any more between the schema and what is on ");
    write_name(body, text_from(subject->base));
    buffer_add_string(body, ": nothing is left to merge.\n");
}

static void write_comment_seal(struct buffer *output, const struct publish_subject *subject)
{
    buffer_printf(output, "<!-- driftline-publish:%s comment -->", subject->target->name);
}

void publish_text_comment(struct buffer *seal, struct buffer *body, const struct publish_subject *subject,
                          int64_t number)
{
    write_comment_seal(seal, subject);
    write_comment_seal(body, subject);
    buffer_add_string(body, "\n### The schema has drifted\n\nThe database is not what ");
    write_name(body, text_from(subject->base));
    buffer_add_string(body, " says it is, so what this pull request does may meet something else than it expects.\n\n");
    write_schema(body, subject);
    write_counts(body, &subject->files->plan);
    buffer_add_string(body, ".\n");
    if (number > 0)
        buffer_printf(body, "\n#%" PRId64 " brings it in line.\n", number);
}

void publish_text_comment_over(struct buffer *body, const struct publish_subject *subject)
{
    write_comment_seal(body, subject);
    buffer_add_string(body,
                      "\nThe schema had drifted here. It is in line again, or this does not touch it any more.\n");
}
