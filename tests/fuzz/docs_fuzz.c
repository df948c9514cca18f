/* Texts of databases in documentation, whatever they say: nothing of them becomes markup, no block ends early, no mark
 * of a generated file is forged, names of files are what every system takes, and reading a definition finds only what
 * is in it. */
#include <stdlib.h>
#include <string.h>

#include "docs/docs_markdown.h"
#include "docs/docs_mentions.h"
#include "docs/docs_names.h"
#include "fuzz.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool has(struct text text, const char *what)
{
    return memmem(text.bytes, text.length, what, strlen(what)) != NULL;
}

/* In a line of Markdown: none of what begins markup, a template or a cell; tags only where we write them. */
static void check_line(struct text line, const char *allowed_tag)
{
    for (size_t i = 0; i < line.length; i++) {
        char c = line.bytes[i];

        require(c != '\n' && c != '\r' && c != '|' && c != '{' && c != '[' && c != '*' && c != '\\' && c != '`');
        require(c != '<' || (allowed_tag != NULL &&
                             text_starts_with((struct text){line.bytes + i, line.length - i}, text_from(allowed_tag))));
    }
    require(text_is_utf8(line));
}

static void check_text(struct buffer *output, struct text text)
{
    buffer_reset(output);
    markdown_text(output, text);
    if (output->length > 0)
        check_line(buffer_text(output), "<br>");
}

/* Either between backticks of which there is none within, or as numbers. */
static void check_code(struct buffer *output, struct text text)
{
    struct text inside;

    buffer_reset(output);
    markdown_code(output, text, 0);
    if (output->bytes[0] == '`') {
        inside = (struct text){output->bytes + 1, output->length - 2};
        for (size_t i = 0; i < inside.length; i++)
            require(memchr("`|\\{<&\n\r", inside.bytes[i], 8) == NULL);
        return;
    }
    require(output->length >= strlen("<code></code>"));
    check_line((struct text){output->bytes + strlen("<code>"), output->length - strlen("<code></code>")}, NULL);
}

static void check_block(struct buffer *output, struct text text)
{
    struct text block;
    size_t fence = 0;

    buffer_reset(output);
    markdown_block(output, "sql", text);
    block = buffer_text(output);
    require(!has(block, "driftline:") && !has(block, "{{") && !has(block, "{%") && !has(block, "{#"));
    if (block.bytes[0] != '`') {
        require(memchr(block.bytes, '\n', block.length) == block.bytes + block.length - 1);
        return;
    }
    while (block.bytes[fence] == '`')
        fence++;
    for (size_t i = fence, run = 0; i + fence + 1 < block.length; i++) { /* up to the fence at the end */
        run = block.bytes[i] == '`' ? run + 1 : 0;
        require(run < fence);
    }
}

static void check_names(struct buffer *output, struct hasher *hasher, struct text text)
{
    buffer_reset(output);
    docs_name_write(output, hasher, text, text, NAME_DIGEST_SHORT);
    require(output->length > 0 && output->length <= 100 && output->bytes[0] != '-');
    for (size_t i = 0; i < output->length; i++)
        require(strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", output->bytes[i]) != NULL);
    buffer_reset(output);
    docs_entity_write(output, hasher, text, text);
    for (size_t i = 0; i < output->length; i++)
        require(strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", output->bytes[i]) != NULL);
    buffer_reset(output);
    mermaid_label(output, text);
    require(output->length == 0 || memchr(output->bytes, '"', output->length) == NULL);
    buffer_reset(output);
    yaml_title(output, text);
    require(memchr(output->bytes + 1, '"', output->length - 1) == output->bytes + output->length - 1);
    require(memchr(output->bytes, '\n', output->length) == NULL && memchr(output->bytes, '<', output->length) == NULL);
}

static void visit(void *context, const struct docs_mention *mention)
{
    const struct text *definition = context;

    require(mention->name.length > 0 && mention->name.length <= MENTION_LIMIT);
    require(mention->name.length + mention->schema.length <= definition->length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text text = {(const char *)data, size};
    CLEANUP(buffer_clear) struct buffer output;
    struct hasher *hasher = NULL;
    struct error error = {0};

    buffer_init(&output);
    if (hasher_new(&hasher, &error) != ERROR_NONE)
        abort();
    check_text(&output, text);
    check_code(&output, text);
    check_block(&output, text);
    check_names(&output, hasher, text);
    for (unsigned dialect = 0; dialect < 4; dialect++)
        docs_mentions(text, (struct docs_dialect){(dialect & 1) != 0, (dialect & 2) != 0}, visit, &text);
    hasher_free(hasher);
    return 0;
}
