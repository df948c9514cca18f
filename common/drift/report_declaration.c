#include "drift/report_declaration.h"

#include "drift/report_display.h"

enum { MOST_COLUMNS = 80, HASH_DIGITS = 12 };

static void add_text(struct buffer *output, const char *what, struct text text)
{
    if (text.length == 0)
        return;
    buffer_add_string(output, what);
    display_clipped(output, text, MOST_COLUMNS);
    buffer_add_string(output, ", ");
}

void report_declaration_display(struct buffer *output, const struct snapshot_declaration *declaration)
{
    char hex[HASH_HEX_SIZE];

    hash_to_hex(&declaration->file, hex);
    add_text(output, "version ", declaration->version);
    add_text(output, "updated ", declaration->updated_at);
    buffer_printf(output, "%u table%s, %u field%s, SHA-256 %.*s", declaration->tables,
                  declaration->tables == 1 ? "" : "s", declaration->fields, declaration->fields == 1 ? "" : "s",
                  HASH_DIGITS, hex);
}

json_t *report_declaration_value(struct json_builder *builder, const struct snapshot_declaration *declaration)
{
    json_t *object = json_builder_object(builder);
    char hex[HASH_HEX_SIZE];

    hash_to_hex(&declaration->file, hex);
    json_builder_set_string(builder, object, "hash", hex);
    json_builder_set_text(builder, object, "version", declaration->version);
    json_builder_set_text(builder, object, "updated_at", declaration->updated_at);
    json_builder_set_number(builder, object, "tables", declaration->tables);
    json_builder_set_number(builder, object, "fields", declaration->fields);
    return object;
}
