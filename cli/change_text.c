#include "cli/change_text.h"

#include "drift/report_display.h"

enum {
    VALUE_COLUMNS = 40,  /* of a value on one line with others */
    ATTRIBUTES_SHOWN = 4 /* on one line */
};

enum tint change_tint(unsigned severity)
{
    static const enum tint tint[SEVERITY_COUNT] = {TINT_CALM, TINT_DOUBT, TINT_BAD, TINT_WORST};

    return tint[severity];
}

const char *change_symbol(unsigned effect)
{
    static const char *const symbols[] = {
        [EFFECT_ADDED] = "+", [EFFECT_REMOVED] = "-", [EFFECT_MODIFIED] = "~", [EFFECT_RENAMED] = "→"};

    return symbols[effect];
}

void change_write_value(struct buffer *buffer, const struct shape_value *value, size_t columns)
{
    CLEANUP(buffer_clear) struct buffer joined;
    const struct text *texts = value->texts.items;

    buffer_init(&joined);
    if (value->type == VALUE_NONE) {
        buffer_add_string(buffer, "none");
        return;
    }
    for (size_t i = 0; i < value->texts.count; i++) {
        buffer_add_text(&joined, i > 0 ? TEXT(", ") : TEXT(""));
        buffer_add_text(&joined, texts[i]);
    }
    if (joined.length == 0)
        buffer_add_string(buffer, "''");
    buffer->failed = buffer->failed || joined.failed;
    display_clipped(buffer, buffer_text(&joined), columns);
}

void change_write_object(struct buffer *buffer, const struct change_view *view)
{
    display_text(buffer, view->object);
    if (!text_equal(view->aspect, text_from(aspect_name(ASPECT_STRUCTURE)))) {
        buffer_add_string(buffer, " (");
        display_text(buffer, view->aspect);
        buffer_add_byte(buffer, ')');
    }
    if (view->renamed_from.length > 0) {
        buffer_add_string(buffer, ", was ");
        display_text(buffer, view->renamed_from);
    }
}

void change_write_attributes(struct buffer *buffer, const struct change_view *view)
{
    const struct answer_attribute *attributes = view->attributes.items;

    for (size_t i = 0; i < view->attributes.count && i < ATTRIBUTES_SHOWN; i++) {
        buffer_add_string(buffer, i > 0 ? "; " : "");
        display_text(buffer, attributes[i].name);
        buffer_add_string(buffer, ": ");
        if (view->effect != EFFECT_ADDED)
            change_write_value(buffer, &attributes[i].from, VALUE_COLUMNS);
        if (view->effect != EFFECT_ADDED && view->effect != EFFECT_REMOVED)
            buffer_add_string(buffer, " → ");
        if (view->effect != EFFECT_REMOVED)
            change_write_value(buffer, &attributes[i].to, VALUE_COLUMNS);
    }
    if (view->attributes.count > ATTRIBUTES_SHOWN)
        buffer_add_string(buffer, "; …");
}

void change_write_line(struct buffer *buffer, const struct change_view *view)
{
    buffer_printf(buffer, "%s ", change_symbol(view->effect));
    display_text(buffer, view->kind);
    buffer_add_byte(buffer, ' ');
    change_write_object(buffer, view);
    if (view->attributes.count > 0) {
        buffer_add_string(buffer, ": ");
        change_write_attributes(buffer, view);
    }
}
