#include "publish/publish_commit.h"

#include <string.h>

void publish_commit_write(struct buffer *output, const char *title, struct text about,
                          const struct publish_trailer *trailer)
{
    char plan[HASH_HEX_SIZE];

    hash_to_hex(&trailer->plan, plan);
    buffer_printf(output, "%s\n\n", title);
    if (about.length > 0)
        buffer_printf(output, "%.*s\n", TEXT_ARGS(about));
    buffer_printf(output, "Driftline-Publish: %s\nDriftline-Base: %s\nDriftline-Plan: %s\nDriftline-Tree: %s\n",
                  trailer->name, trailer->base.digits, plan, trailer->tree.digits);
}

/* What follows the last empty line, without line ends after it. */
static struct text last_paragraph(struct text message)
{
    while (message.length > 0 && memchr("\r\n ", message.bytes[message.length - 1], 3) != NULL)
        message.length--;
    for (size_t i = message.length; i >= 2; i--)
        if (message.bytes[i - 1] == '\n' && message.bytes[i - 2] == '\n')
            return (struct text){message.bytes + i, message.length - i};
    return TEXT("");
}

/* The value of the only line `key: value`. */
static bool find_line(struct text paragraph, const char *key, struct text *ret_value)
{
    size_t length = strlen(key);
    bool found = false;

    while (paragraph.length > 0) {
        const char *end = memchr(paragraph.bytes, '\n', paragraph.length);
        size_t line = end == NULL ? paragraph.length : (size_t)(end - paragraph.bytes);

        if (line > length + 2 && memcmp(paragraph.bytes, key, length) == 0 &&
            memcmp(paragraph.bytes + length, ": ", 2) == 0) {
            if (found)
                return false;
            found = true;
            *ret_value = (struct text){paragraph.bytes + length + 2, line - length - 2};
            if (ret_value->bytes[ret_value->length - 1] == '\r')
                ret_value->length--;
        }
        line += end != NULL;
        paragraph = (struct text){paragraph.bytes + line, paragraph.length - line};
    }
    return found;
}

bool publish_commit_is_ours(const struct publish_commit *commit, const char *name, struct publish_trailer *ret_trailer)
{
    struct text paragraph = last_paragraph(commit->message);
    struct publish_trailer trailer = {.name = name};
    struct text made_by, base, plan, tree;

    if (!find_line(paragraph, "Driftline-Publish", &made_by) || !find_line(paragraph, "Driftline-Base", &base) ||
        !find_line(paragraph, "Driftline-Plan", &plan) || !find_line(paragraph, "Driftline-Tree", &tree) ||
        !text_equal(made_by, text_from(name)) || !git_id_read(&trailer.base, base) ||
        !hash_from_hex(plan, &trailer.plan) || !git_id_read(&trailer.tree, tree) ||
        !git_id_equal(&trailer.tree, &commit->tree))
        return false;
    *ret_trailer = trailer;
    return true;
}
