#include "drift/report_json_value.h"

static json_t *made(struct json_builder *builder, json_t *value)
{
    if (value == NULL)
        builder->failed = true;
    return value;
}

json_t *json_builder_object(struct json_builder *builder)
{
    return made(builder, json_object());
}

json_t *json_builder_array(struct json_builder *builder)
{
    return made(builder, json_array());
}

json_t *json_builder_number(struct json_builder *builder, int64_t number)
{
    return made(builder, json_integer(number));
}

static bool is_lower_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Whether a reader would take a text for an escaped one. */
static bool looks_escaped(struct text text)
{
    for (size_t i = 0; i + 3 < text.length; i++)
        if (text.bytes[i] == '\\' && text.bytes[i + 1] == 'x' && is_lower_hex(text.bytes[i + 2]) &&
            is_lower_hex(text.bytes[i + 3]))
            return true;
    return false;
}

static void write_escaped(struct buffer *buffer, struct text text)
{
    for (size_t at = 0, size; at < text.length; at += size) {
        struct text rest = {text.bytes + at, text.length - at};

        size = text_character(rest);
        if (size == 0) {
            buffer_printf(buffer, "\\x%02x", (unsigned)(unsigned char)text.bytes[at]);
            size = 1;
        } else if (text.bytes[at] == '\\') {
            buffer_add_string(buffer, "\\\\");
        } else {
            buffer_add(buffer, text.bytes + at, size);
        }
    }
}

json_t *json_builder_plain(struct json_builder *builder, struct text text)
{
    return made(builder, json_stringn_nocheck(text.length == 0 ? "" : text.bytes, text.length));
}

json_t *json_builder_text(struct json_builder *builder, struct text text)
{
    CLEANUP(buffer_clear) struct buffer escaped = {0};

    if (text_is_utf8(text) && !looks_escaped(text))
        return json_builder_plain(builder, text);
    write_escaped(&escaped, text);
    return made(builder, escaped.failed ? NULL : json_stringn_nocheck(escaped.bytes, escaped.length));
}

json_t *json_builder_string(struct json_builder *builder, const char *string)
{
    return json_builder_plain(builder, text_from(string));
}

void json_builder_set(struct json_builder *builder, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new_nocheck(object, key, value) != 0)
        builder->failed = true;
}

void json_builder_set_number(struct json_builder *builder, json_t *object, const char *key, int64_t number)
{
    json_builder_set(builder, object, key, json_builder_number(builder, number));
}

void json_builder_set_string(struct json_builder *builder, json_t *object, const char *key, const char *string)
{
    json_builder_set(builder, object, key, json_builder_string(builder, string));
}

void json_builder_set_text(struct json_builder *builder, json_t *object, const char *key, struct text text)
{
    if (text.length > 0)
        json_builder_set(builder, object, key, json_builder_text(builder, text));
}

void json_builder_append(struct json_builder *builder, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        builder->failed = true;
}

static int add_bytes(const char *bytes, size_t length, void *context)
{
    struct buffer *output = context;

    buffer_add(output, bytes, length);
    return output->failed ? -1 : 0;
}

static enum error_code dump(struct json_builder *builder, json_t *document, size_t flags, struct buffer *output,
                            struct error *error)
{
    bool failed = builder->failed || document == NULL || json_dump_callback(document, add_bytes, output, flags) != 0;

    json_decref(document);
    if (failed)
        return error_memory(error, "writing a report");
    return buffer_check(output, error, "writing a report");
}

enum error_code json_builder_write(struct json_builder *builder, json_t *document, struct buffer *output,
                                   struct error *error)
{
    if (dump(builder, document, JSON_INDENT(2), output, error) != ERROR_NONE)
        return error->code;
    buffer_add_byte(output, '\n');
    return buffer_check(output, error, "writing a report");
}

enum error_code json_builder_write_compact(struct json_builder *builder, json_t *document, struct buffer *output,
                                           struct error *error)
{
    return dump(builder, document, JSON_COMPACT, output, error);
}
