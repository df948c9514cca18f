#include "docs/docs_page.h"

#include <stdio.h>

#include "base/clock.h"
#include "docs/docs_markdown.h"

enum { LEVEL_LIMIT = 6 };

/* ---------------------------------------------------------------- text */

void page_string(struct page *page, const char *markdown)
{
    buffer_add_string(page->output, markdown);
}

void page_printf(struct page *page, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    buffer_vprintf(page->output, format, arguments);
    va_end(arguments);
}

void page_text(struct page *page, struct text text)
{
    markdown_text(page->output, text);
}

void page_code(struct page *page, struct text text)
{
    markdown_code(page->output, text, 0);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void page_expression(struct page *page, struct text text)
{
    CLEANUP(buffer_clear) struct buffer line;

    buffer_init(&line);
    for (size_t i = 0; i < text.length; i++) {
        if (!is_blank(text.bytes[i]))
            buffer_add_byte(&line, (uint8_t)text.bytes[i]);
        else if (line.length > 0 && i + 1 < text.length && !is_blank(text.bytes[i + 1]))
            buffer_add_byte(&line, ' ');
    }
    page_code(page, line.length == 0 ? TEXT("''") : buffer_text(&line));
    page->output->failed = page->output->failed || line.failed;
}

void page_list(struct page *page, const struct text *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        page_string(page, i == 0 ? "" : ", ");
        page_code(page, items[i].length == 0 ? TEXT("''") : items[i]);
    }
}

void page_comment(struct page *page, struct text comment)
{
    if (comment.length == 0)
        return;
    page_string(page, "> ");
    page_text(page, comment);
    page_string(page, "\n\n");
}

void page_time(struct page *page, int64_t microseconds)
{
    char text[CLOCK_TEXT_SIZE];

    if (microseconds == 0) {
        page_string(page, "–");
        return;
    }
    clock_format_seconds(microseconds, text);
    page_string(page, text);
}

void page_badge(struct page *page, const char *kind, const char *words)
{
    page_printf(page, "<span class=\"dl-badge dl-%s\">%s</span>", kind, words);
}

void page_title_of(struct page *page, struct text name)
{
    struct buffer *output = page->output;

    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];

        if (c == '_' || c == ' ')
            buffer_add_byte(output, ' ');
        else if (c >= 'a' && c <= 'z')
            buffer_add_byte(output, (uint8_t)(i == 0 ? c - 0x20 : c));
        else
            page_text(page, (struct text){name.bytes + i, 1});
    }
}

void page_number(struct page *page, uint64_t number)
{
    if (number >= 1000) {
        page_number(page, number / 1000);
        page_printf(page, ",%03u", (unsigned)(number % 1000));
    } else {
        page_printf(page, "%u", (unsigned)number);
    }
}

void page_count(struct page *page, uint32_t count, enum kind kind)
{
    page_number(page, count);
    page_string(page, " ");
    if (count != 1) {
        page_string(page, kind_facts(kind)->plural);
        return;
    }
    for (const char *at = kind_name(kind); *at != '\0'; at++)
        buffer_add_byte(page->output, (uint8_t)(*at == '_' ? ' ' : *at));
}

/* ---------------------------------------------------------------- places */

void page_place(struct page *page, struct text path, struct text anchor)
{
    for (size_t i = 0; i < path.length; i++)
        buffer_add_byte(page->output, (uint8_t)(path.bytes[i] == '/' || path.bytes[i] == '.' ? '-' : path.bytes[i]));
    if (anchor.length > 0)
        buffer_add_byte(page->output, '-');
    buffer_add_text(page->output, anchor);
}

/* The way from this page to another: up as many folders as are not shared, then down. */
static void write_way(struct page *page, struct text target)
{
    size_t shared = 0;

    for (size_t i = 0; i < page->path.length && i < target.length && page->path.bytes[i] == target.bytes[i]; i++)
        if (target.bytes[i] == '/')
            shared = i + 1;
    for (size_t i = shared; i < page->path.length; i++)
        if (page->path.bytes[i] == '/')
            page_string(page, "../");
    buffer_add(page->output, target.bytes + shared, target.length - shared);
}

static void write_target(struct page *page, struct text path, struct text anchor)
{
    if (page->single) {
        page_string(page, "#");
        page_place(page, path, anchor);
        return;
    }
    if (!text_equal(path, page->path) || anchor.length == 0)
        write_way(page, path);
    if (anchor.length > 0)
        page_string(page, "#");
    buffer_add_text(page->output, anchor);
}

void page_link(struct page *page, struct text label, struct text path, struct text anchor)
{
    page_string(page, "[");
    page_text(page, label);
    page_string(page, "](");
    write_target(page, path, anchor);
    page_string(page, ")");
}

void page_item_link(struct page *page, uint32_t item)
{
    const struct docs_item *target = &page->model->catalogue.items[item];

    page_link(page, target->path, target->page, target->anchor);
}

void page_item_link_short(struct page *page, uint32_t item)
{
    const struct docs_item *target = &page->model->catalogue.items[item];

    page_link(page, target->name, target->page, target->anchor);
}

void page_target(struct page *page, uint32_t item)
{
    write_target(page, page->model->catalogue.items[item].page, page->model->catalogue.items[item].anchor);
}

void page_relation(struct page *page, struct text path)
{
    uint32_t item = docs_find_relation(&page->model->catalogue, path);

    if (item == DOCS_NOWHERE)
        page_code(page, path);
    else
        page_item_link(page, item);
}

/* ---------------------------------------------------------------- headings */

static void write_level(struct page *page, unsigned level)
{
    level += page->single;
    level = level > LEVEL_LIMIT ? LEVEL_LIMIT : level;
    buffer_add(page->output, "######", level);
    page_string(page, " ");
}

void page_heading(struct page *page, unsigned level, const char *title)
{
    if (page->single && level == 1) {
        page_string(page, "<a id=\"");
        page_place(page, page->path, (struct text){"", 0});
        page_string(page, "\"></a>\n\n");
    }
    write_level(page, level);
    page_printf(page, "%s\n\n", title);
}

void page_item_heading(struct page *page, unsigned level, const struct docs_item *item)
{
    if (page->single || item->anchor.length > 0) {
        page_string(page, "<a id=\"");
        if (page->single)
            page_place(page, item->page, item->anchor);
        else
            buffer_add_text(page->output, item->anchor);
        page_string(page, "\"></a>\n\n");
    }
    write_level(page, level);
    page_text(page, item->path);
    page_string(page, "\n\n");
}
