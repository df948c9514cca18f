#include "drift/report_display.h"

#include <inttypes.h>

#include "drift/severity.h"

enum { MESSAGE_VALUE_COLUMNS = 160 };

/* ---------------------------------------------------------------- characters */

/* Read the character at `at`; false when the byte there begins no well-formed one. */
static bool read_character(struct text text, size_t at, uint32_t *ret_value, size_t *ret_size)
{
    size_t size = text_character((struct text){text.bytes + at, text.length - at});
    uint32_t value;

    if (size == 0)
        return false;
    value = (unsigned char)text.bytes[at];
    value = size == 1 ? value : value & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++)
        value = value << 6 | ((unsigned char)text.bytes[at + i] & 0x3fu);
    *ret_value = value;
    *ret_size = size;
    return true;
}

struct range {
    uint32_t first;
    uint32_t last;
};

static bool in_ranges(uint32_t value, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (value >= ranges[i].first && value <= ranges[i].last)
            return true;
    return false;
}

/* Controls, line separators, marks that turn the direction of writing, and what XML forbids. */
static bool is_hidden(uint32_t value)
{
    static const struct range hidden[] = {{0, 0x1f},        {0x7f, 0x9f},     {0x61c, 0x61c},
                                          {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
                                          {0xfeff, 0xfeff}, {0xfffe, 0xffff}, {0xe0000, 0xe007f}};

    return in_ranges(value, hidden, LENGTH_OF(hidden));
}

static size_t character_columns(uint32_t value)
{
    static const struct range none[] = {{0x300, 0x36f}, {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};
    static const struct range two[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
                                       {0xf900, 0xfaff}, {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                                       {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};

    if (value < 0x300)
        return 1;
    return in_ranges(value, none, LENGTH_OF(none)) ? 0 : in_ranges(value, two, LENGTH_OF(two)) ? 2 : 1;
}

static void write_hidden(struct buffer *output, uint32_t value)
{
    if (value == '\n')
        buffer_add_string(output, "\\n");
    else if (value == '\r')
        buffer_add_string(output, "\\r");
    else if (value == '\t')
        buffer_add_string(output, "\\t");
    else
        buffer_printf(output, value < 0x80 ? "\\x%02x" : "\\u%04x", value);
}

void display_text(struct buffer *output, struct text text)
{
    size_t size = 1, plain = 0;

    for (size_t at = 0; at < text.length; at += size) {
        uint32_t value = 0;
        bool is_character = read_character(text, at, &value, &size);

        if (is_character && !is_hidden(value))
            continue;
        buffer_add(output, text.bytes + plain, at - plain);
        if (is_character)
            write_hidden(output, value);
        else
            buffer_printf(output, "\\x%02x", (unsigned)(unsigned char)text.bytes[at]);
        size = is_character ? size : 1;
        plain = at + size;
    }
    if (plain < text.length)
        buffer_add(output, text.bytes + plain, text.length - plain);
}

size_t display_width(struct text displayed)
{
    size_t columns = 0, size = 1;

    for (size_t at = 0; at < displayed.length; at += size) {
        uint32_t value = 0;

        if (read_character(displayed, at, &value, &size))
            columns += character_columns(value);
        else
            size = 1;
    }
    return columns;
}

size_t display_fit(struct text displayed, size_t columns)
{
    size_t used = 0, size = 1, at = 0;

    for (; at < displayed.length; at += size) {
        uint32_t value = 0;

        if (!read_character(displayed, at, &value, &size))
            size = 1;
        used += character_columns(value);
        if (used > columns)
            break;
    }
    return at;
}

void display_clipped(struct buffer *output, struct text text, size_t columns)
{
    size_t start = output->length, fit;
    struct text shown;

    display_text(output, text);
    if (columns == 0 || output->failed)
        return;
    shown = (struct text){output->bytes + start, output->length - start};
    if (shown.length <= columns || display_width(shown) <= columns)
        return;
    fit = display_fit(shown, columns - 1);
    output->length = start + fit;
    buffer_add_string(output, "…");
}

/* ---------------------------------------------------------------- values and sentences */

void display_value(struct buffer *output, const struct attribute *attribute, size_t columns)
{
    CLEANUP(buffer_clear) struct buffer joined = {0};

    if (attribute == NULL) {
        buffer_add_string(output, "none");
        return;
    }
    if (!attribute->is_list) {
        if (attribute->items[0].length == 0)
            buffer_add_string(output, "''");
        display_clipped(output, attribute->items[0], columns);
        return;
    }
    for (uint32_t i = 0; i < attribute->count; i++) {
        buffer_add_string(&joined, i > 0 ? ", " : "");
        display_text(&joined, attribute->items[i]);
    }
    if (joined.failed)
        output->failed = true;
    if (attribute->count == 0)
        buffer_add_string(output, "''");
    display_clipped(output, buffer_text(&joined), columns);
}

static void display_attribute(struct buffer *output, const struct change *change,
                              const struct attribute_change *attribute)
{
    display_text(output, attribute->name);
    buffer_add_string(output, ": ");
    if (change->effect != EFFECT_ADDED)
        display_value(output, attribute->from, MESSAGE_VALUE_COLUMNS);
    if (change->effect != EFFECT_ADDED && change->effect != EFFECT_REMOVED)
        buffer_add_string(output, " → ");
    if (change->effect != EFFECT_REMOVED)
        display_value(output, attribute->to, MESSAGE_VALUE_COLUMNS);
}

void display_change(struct buffer *output, const struct change *change)
{
    buffer_printf(output, "%s %s ", effect_name(change->effect), kind_name(change->kind));
    display_text(output, change->object);
    if (change->renamed_from.length > 0) {
        buffer_add_string(output, ", was ");
        display_text(output, change->renamed_from);
    }
    if (change->probable_name.length > 0) {
        buffer_add_string(output, ", perhaps renamed: same content as ");
        display_text(output, change->probable_name);
    }
    if (change->aspect != ASPECT_STRUCTURE)
        buffer_printf(output, " (%s)", aspect_name(change->aspect));
    for (uint32_t i = 0; i < change->attribute_count; i++) {
        buffer_add_string(output, i == 0 ? ": " : "; ");
        display_attribute(output, change, &change->attributes[i]);
    }
}

void display_uncovered(struct buffer *output, const struct uncovered *uncovered)
{
    const struct kind_facts *facts = kind_facts(uncovered->kind);

    if (uncovered->object.length > 0) {
        buffer_printf(output, "%s ", kind_name(uncovered->kind));
        display_text(output, uncovered->object);
    } else {
        buffer_add_string(output, facts == NULL ? "something" : facts->plural);
    }
    if (uncovered->side == SIDE_BOTH)
        buffer_add_string(output, " could not be compared: ");
    else
        buffer_printf(output, " could not be read in '%s': ", uncovered->side == SIDE_FROM ? "from" : "to");
    display_text(output, uncovered->reason);
}

void display_not_compared(struct buffer *output, const struct diff *diff, enum side side)
{
    const char *between = "";

    for (uint32_t i = 0; i < diff->not_compared_count; i++) {
        const struct not_compared *item = &diff->not_compared[i];
        const struct kind_facts *facts = kind_facts(item->kind);
        uint32_t count = item->counts[side];

        if (count == 0 || facts == NULL)
            continue;
        buffer_printf(output, "%s%u ", between, count);
        between = ", ";
        for (const char *next = count == 1 ? facts->name : facts->plural; *next != '\0'; next++)
            buffer_add_byte(output, (uint8_t)(*next == '_' ? ' ' : *next));
        if (item->what != NULL)
            buffer_printf(output, " (%s)", item->what);
    }
}

void display_equivalent(struct buffer *output, const struct equivalent *equivalent)
{
    display_text(output, equivalent->object);
    buffer_add_string(output, ": ");
    display_text(output, equivalent->from);
    buffer_add_string(output, " = ");
    display_text(output, equivalent->to);
    buffer_printf(output, " (%s)", equivalent->family);
}

const char *display_not_compared_title(const struct diff *diff)
{
    return diff->is_across ? "not compared across engines" : "not compared";
}

static void add_not_compared(struct buffer *output, const struct diff *diff)
{
    uint64_t left[2] = {0, 0};

    for (uint32_t i = 0; i < diff->not_compared_count; i++)
        for (unsigned side = 0; side < 2; side++)
            left[side] += diff->not_compared[i].counts[side];
    if (left[SIDE_FROM] + left[SIDE_TO] > 0)
        buffer_printf(output, "; %s: %" PRIu64 " in 'from', %" PRIu64 " in 'to'", display_not_compared_title(diff),
                      left[SIDE_FROM], left[SIDE_TO]);
}

void display_summary(struct buffer *output, const struct diff *diff)
{
    if (diff->unknown_reason.length > 0 && !diff->last_known)
        buffer_add_string(output, "not compared");
    else if (diff->change_count == 0)
        buffer_add_string(output, "no changes");
    else
        buffer_printf(output, "%u change%s: %u critical, %u high, %u medium, %u low", diff->change_count,
                      diff->change_count == 1 ? "" : "s", diff->summary[SEVERITY_CRITICAL],
                      diff->summary[SEVERITY_HIGH], diff->summary[SEVERITY_MEDIUM], diff->summary[SEVERITY_LOW]);
    if (diff->last_known)
        buffer_add_string(output, ", as last known");
    if (diff->ignored_count > 0)
        buffer_printf(output, "; %u ignored", diff->ignored_count);
    if (diff->is_across)
        buffer_printf(output, "; %u type%s equal by family", diff->equivalent_count,
                      diff->equivalent_count == 1 ? "" : "s");
    add_not_compared(output, diff);
}

void display_side(struct buffer *output, const struct snapshot *snapshot)
{
    char hex[HASH_HEX_SIZE];

    if (snapshot->info.ref.length > 0) {
        display_text(output, snapshot->info.ref);
        return;
    }
    hash_to_hex(&snapshot->root, hex);
    buffer_printf(output, "%.12s", hex);
}
