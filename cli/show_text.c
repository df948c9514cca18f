#include "cli/show.h"

#include "base/clock.h"
#include "cli/terminal.h"

enum { VALUE_COLUMNS = 72, NAME_LIMIT = 40, LINE_BYTES = 64 };

/* ---- header ---- */

static void write_fact(struct buffer *buffer, const char *name, struct text value)
{
    if (value.length == 0)
        return;
    terminal_write_padded(buffer, text_from(name), 10);
    terminal_write(buffer, value);
    buffer_add_byte(buffer, '\n');
}

static void write_gap(struct buffer *buffer, const struct coverage_gap *gap)
{
    buffer_printf(buffer, "  %s ", kind_name(gap->kind));
    terminal_write(buffer, gap->object);
    buffer_add_string(buffer, gap->object.length == 0 ? "(" : " (");
    terminal_write(buffer, gap->reason);
    buffer_add_string(buffer, ")\n");
}

static void write_gaps(struct buffer *buffer, const struct snapshot *snapshot)
{
    const char *title = "\nnot covered\n";

    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        if (gap_is_undeclared(&snapshot->gaps[i]))
            continue;
        buffer_add_string(buffer, title);
        write_gap(buffer, &snapshot->gaps[i]);
        title = "";
    }
}

/* Kinds of which nothing is said, many to a line. */
static void write_undeclared(struct buffer *buffer, const struct snapshot *snapshot)
{
    size_t line = 0;

    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        const struct coverage_gap *gap = &snapshot->gaps[i];

        if (!gap_is_undeclared(gap))
            continue;
        buffer_add_string(buffer, line == 0                            ? "\nnot declared\n  "
                                  : buffer->length - line > LINE_BYTES ? ",\n  "
                                                                       : ", ");
        if (line == 0 || buffer->length - line > LINE_BYTES)
            line = buffer->length;
        buffer_add_string(buffer, gap->object.length == 0 ? kind_facts(gap->kind)->plural : kind_name(gap->kind));
        buffer_add_string(buffer, gap->object.length == 0 ? "" : " ");
        terminal_write(buffer, gap->object);
    }
    if (line > 0)
        buffer_add_byte(buffer, '\n');
}

void show_write_header(struct buffer *buffer, const struct snapshot *snapshot)
{
    const struct snapshot_info *info = &snapshot->info;
    char taken_at[CLOCK_TEXT_SIZE];
    char root[HASH_HEX_SIZE];

    clock_format(info->taken_at, taken_at);
    hash_to_hex(&snapshot->root, root);
    write_fact(buffer, "ref", info->ref);
    write_fact(buffer, "root", text_from(root));
    write_fact(buffer, "engine", info->engine);
    write_fact(buffer, "version", info->server_version);
    write_fact(buffer, "taken at", text_from(taken_at));
    write_gaps(buffer, snapshot);
    write_undeclared(buffer, snapshot);
}

/* ---- lists ---- */

static void write_plural(struct buffer *buffer, unsigned kind, uint32_t count)
{
    buffer_printf(buffer, "  %-28s %8u\n", kind_facts(kind)->plural, count);
}

void show_write_kinds(struct buffer *buffer, const struct statistics *statistics)
{
    buffer_add_byte(buffer, '\n');
    for (size_t i = 0; i < kind_table_count; i++)
        if (statistics->counts[kind_table[i].kind] > 0)
            write_plural(buffer, kind_table[i].kind, statistics->counts[kind_table[i].kind]);
}

void show_write_names(struct buffer *buffer, const struct shown_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (i == 0 || names->items[i].kind != names->items[i - 1].kind)
            buffer_printf(buffer, "%s%s\n", buffer->length == 0 ? "" : "\n", kind_facts(names->items[i].kind)->plural);
        buffer_add_string(buffer, "  ");
        terminal_write(buffer, names->items[i].path);
        buffer_add_byte(buffer, '\n');
    }
}

/* ---- one object ---- */

static bool has_lines(struct text text)
{
    return text.length > 0 && memchr(text.bytes, '\n', text.length) != NULL;
}

/* Whether a list fits behind its name. */
static bool fits(const struct attribute *attribute)
{
    size_t columns = 0;

    for (uint32_t i = 0; i < attribute->count; i++) {
        columns += terminal_columns(attribute->items[i]) + 2;
        if (columns > VALUE_COLUMNS)
            return false;
    }
    return true;
}

/* A value behind its name, which stands at column `indent`. */
static void write_value(struct buffer *buffer, const struct attribute *attribute, size_t indent)
{
    if (!attribute->is_list && has_lines(attribute->items[0])) {
        buffer_add_byte(buffer, '\n');
        terminal_write_lines(buffer, attribute->items[0], indent + 2);
        return;
    }
    if (attribute->is_list && !fits(attribute)) {
        buffer_add_byte(buffer, '\n');
        for (uint32_t i = 0; i < attribute->count; i++) {
            buffer_printf(buffer, "%*s", (int)indent + 2, "");
            terminal_write(buffer, attribute->items[i]);
            buffer_add_byte(buffer, '\n');
        }
        return;
    }
    for (uint32_t i = 0; i < attribute->count; i++) {
        buffer_add_string(buffer, i == 0 ? "" : ", ");
        terminal_write(buffer, attribute->items[i]);
    }
    buffer_add_string(buffer, attribute->count == 0 ? "(none)\n" : "\n");
}

static size_t widest_name(const struct attribute *attributes, uint32_t count)
{
    size_t widest = 0;

    for (uint32_t i = 0; i < count; i++) {
        size_t columns = terminal_columns(attributes[i].name);
        widest = columns > widest ? columns : widest;
    }
    return widest > NAME_LIMIT ? NAME_LIMIT : widest;
}

/* The first line may already have begun: `begun`. */
static void write_attributes(struct buffer *buffer, const struct attribute *attributes, uint32_t count, size_t indent,
                             bool begun)
{
    size_t name_columns = widest_name(attributes, count) + 2;

    for (uint32_t i = 0; i < count; i++) {
        bool in_lines = !attributes[i].is_list && has_lines(attributes[i].items[0]);

        buffer_printf(buffer, "%*s", begun && i == 0 ? 0 : (int)indent, "");
        if (in_lines || (attributes[i].is_list && !fits(&attributes[i])))
            terminal_write(buffer, attributes[i].name); /* no blanks at the end of a line */
        else
            terminal_write_padded(buffer, attributes[i].name, name_columns);
        write_value(buffer, &attributes[i], indent);
    }
    if (count == 0)
        buffer_add_byte(buffer, '\n');
}

static void write_part(struct buffer *buffer, const struct part *part, size_t name_columns)
{
    buffer_add_string(buffer, "    ");
    if (part->attribute_count == 0)
        terminal_write(buffer, part->name);
    else
        terminal_write_padded(buffer, part->name, name_columns);
    write_attributes(buffer, part->attributes, part->attribute_count, 4 + name_columns, true);
}

static size_t widest_part(const struct object *object, enum kind kind)
{
    size_t widest = 0;

    for (uint32_t i = 0; i < object->part_count; i++) {
        size_t columns = object->parts[i].kind == kind ? terminal_columns(object->parts[i].name) : 0;
        widest = columns > widest ? columns : widest;
    }
    return widest > NAME_LIMIT ? NAME_LIMIT : widest;
}

/* Columns stand in the order of the table, everything else by name. What the order does not name comes last. */
static void write_columns(struct buffer *buffer, const struct object *object, size_t name_columns)
{
    const struct attribute *order = attribute_find(object->attributes, object->attribute_count, TEXT("column_order"));

    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct part *part = object_part(object, KIND_COLUMN, order->items[i]);
        if (part != NULL)
            write_part(buffer, part, name_columns);
    }
    for (uint32_t i = 0; i < object->part_count; i++) {
        bool named = false;

        if (object->parts[i].kind != KIND_COLUMN)
            continue;
        for (uint32_t j = 0; order != NULL && j < order->count && !named; j++)
            named = text_equal(order->items[j], object->parts[i].name);
        if (!named)
            write_part(buffer, &object->parts[i], name_columns);
    }
}

static void write_parts(struct buffer *buffer, const struct object *object)
{
    for (uint32_t i = 0; i < object->part_count; i++) {
        enum kind kind = object->parts[i].kind;
        bool first = i == 0 || object->parts[i - 1].kind != kind;
        size_t name_columns = first ? widest_part(object, kind) + 2 : 0;

        if (!first)
            continue;
        buffer_printf(buffer, "  %s\n", kind_facts(kind)->plural);
        if (kind == KIND_COLUMN) {
            write_columns(buffer, object, name_columns);
            continue;
        }
        for (uint32_t j = i; j < object->part_count && object->parts[j].kind == kind; j++)
            write_part(buffer, &object->parts[j], name_columns);
    }
}

void show_write_object(struct buffer *buffer, const struct shown *shown)
{
    const struct object *object = shown->object;

    buffer_printf(buffer, "%s ", kind_name(shown->part == NULL ? object->kind : shown->part->kind));
    terminal_write(buffer, shown->path);
    buffer_add_byte(buffer, '\n');
    if (shown->part != NULL) {
        if (shown->part->attribute_count > 0)
            write_attributes(buffer, shown->part->attributes, shown->part->attribute_count, 2, false);
        return;
    }
    if (object->attribute_count > 0)
        write_attributes(buffer, object->attributes, object->attribute_count, 2, false);
    write_parts(buffer, object);
}

/* ---- figures ---- */

/* The columns of the table of schemas. */
static const struct {
    enum kind kind;
    const char *title;
} schema_columns[] = {
    {KIND_TABLE, "tables"},  {KIND_COLUMN, "columns"}, {KIND_FOREIGN_KEY, "foreign keys"},
    {KIND_INDEX, "indexes"}, {KIND_VIEW, "views"},     {KIND_FUNCTION, "functions"},
};

static void write_schemas(struct buffer *buffer, const struct statistics *statistics)
{
    size_t widest = sizeof "schema";

    for (uint32_t i = 0; i < statistics->schema_count; i++) {
        size_t columns = terminal_columns(statistics->schemas[i].name);
        widest = columns > widest ? columns : widest;
    }
    widest = (widest > NAME_LIMIT ? NAME_LIMIT : widest) + 2;
    terminal_write_padded(buffer, TEXT("schema"), widest);
    buffer_add_string(buffer, " objects");
    for (size_t i = 0; i < LENGTH_OF(schema_columns); i++)
        buffer_printf(buffer, "  %9s", schema_columns[i].title);
    buffer_add_byte(buffer, '\n');
    for (uint32_t i = 0; i < statistics->schema_count; i++) {
        const struct schema_statistics *schema = &statistics->schemas[i];

        terminal_write_padded(buffer, schema->name.length == 0 ? TEXT("(none)") : schema->name, widest);
        buffer_printf(buffer, "%8u", schema->objects);
        for (size_t j = 0; j < LENGTH_OF(schema_columns); j++)
            buffer_printf(buffer, "  %*u",
                          (int)(strlen(schema_columns[j].title) > 9 ? strlen(schema_columns[j].title) : 9),
                          schema->counts[schema_columns[j].kind]);
        buffer_add_byte(buffer, '\n');
    }
}

static void write_figure(struct buffer *buffer, const char *name, uint32_t figure)
{
    buffer_printf(buffer, "%-32s %8u", name, figure);
}

static void write_cycles(struct buffer *buffer, const struct statistics *statistics)
{
    write_figure(buffer, "foreign-key cycles", statistics->cycle_count);
    buffer_add_byte(buffer, '\n');
    for (uint32_t i = 0; i < statistics->cycle_members; i++) {
        bool first = i == 0 || statistics->cycle_of[i] != statistics->cycle_of[i - 1];
        bool last = i + 1 == statistics->cycle_members || statistics->cycle_of[i] != statistics->cycle_of[i + 1];

        buffer_add_string(buffer, first ? "  " : ", ");
        terminal_write(buffer, statistics->cycles[i]);
        buffer_add_string(buffer, last ? "\n" : "");
    }
}

static void write_chain(struct buffer *buffer, const struct statistics *statistics)
{
    write_figure(buffer, "longest foreign-key chain", statistics->chain_length == 0 ? 0 : statistics->chain_length - 1);
    for (uint32_t i = 0; i < statistics->chain_length; i++) {
        buffer_add_string(buffer, i == 0 ? "  " : " -> ");
        terminal_write(buffer, statistics->chain[i]);
    }
    buffer_add_byte(buffer, '\n');
}

void show_write_statistics(struct buffer *buffer, const struct statistics *statistics)
{
    write_schemas(buffer, statistics);
    buffer_add_byte(buffer, '\n');
    for (size_t i = 0; i < kind_table_count; i++)
        if (statistics->counts[kind_table[i].kind] > 0) {
            write_figure(buffer, kind_table[i].plural, statistics->counts[kind_table[i].kind]);
            buffer_add_byte(buffer, '\n');
        }
    buffer_add_byte(buffer, '\n');
    write_figure(buffer, "columns of the widest table", statistics->widest_columns);
    buffer_add_string(buffer, statistics->widest_columns == 0 ? "" : "  ");
    terminal_write(buffer, statistics->widest_table);
    buffer_add_byte(buffer, '\n');
    write_chain(buffer, statistics);
    write_figure(buffer, "foreign keys to the same table", statistics->self_references);
    buffer_add_byte(buffer, '\n');
    write_figure(buffer, "foreign keys to tables not here", statistics->foreign_keys_outside);
    buffer_add_byte(buffer, '\n');
    write_cycles(buffer, statistics);
    write_figure(buffer, "tables without primary key", statistics->tables_without_key_count);
    buffer_add_byte(buffer, '\n');
    for (uint32_t i = 0; i < statistics->tables_without_key_count; i++) {
        buffer_add_string(buffer, "  ");
        terminal_write(buffer, statistics->tables_without_key[i]);
        buffer_add_byte(buffer, '\n');
    }
}
