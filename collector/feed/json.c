#include "feed/json.h"

#include "base/clock.h"
#include "drift/severity.h"

/* ---- writing ---- */

/* How many bytes at the beginning stand for themselves in a JSON text. */
static size_t plain_length(struct text text)
{
    size_t length = 0;

    while (length < text.length && (unsigned char)text.bytes[length] >= 0x20 && text.bytes[length] != '"' &&
           text.bytes[length] != '\\')
        length++;
    return length;
}

static void write_text(struct buffer *output, struct text text)
{
    buffer_add_byte(output, '"');
    while (text.length > 0) {
        size_t plain = plain_length(text);

        buffer_add(output, text.bytes, plain);
        text = (struct text){text.bytes + plain, text.length - plain};
        if (text.length == 0)
            break;
        if (text.bytes[0] == '"' || text.bytes[0] == '\\')
            buffer_printf(output, "\\%c", text.bytes[0]);
        else
            buffer_printf(output, "\\u%04x", (unsigned)text.bytes[0]);
        text = (struct text){text.bytes + 1, text.length - 1};
    }
    buffer_add_byte(output, '"');
}

static void write_object(struct buffer *output, json_t *object)
{
    const char *separator = "";
    const char *key;
    json_t *member;

    buffer_add_byte(output, '{');
    json_object_foreach(object, key, member)
    {
        buffer_add_string(output, separator);
        write_text(output, text_from(key));
        buffer_add_byte(output, ':');
        json_write(output, member);
        separator = ",";
    }
    buffer_add_byte(output, '}');
}

static void write_array(struct buffer *output, json_t *array)
{
    json_t *item;
    size_t i;

    buffer_add_byte(output, '[');
    json_array_foreach(array, i, item)
    {
        if (i > 0)
            buffer_add_byte(output, ',');
        json_write(output, item);
    }
    buffer_add_byte(output, ']');
}

void json_write(struct buffer *output, json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        write_object(output, value);
        break;
    case JSON_ARRAY:
        write_array(output, value);
        break;
    case JSON_STRING:
        write_text(output, (struct text){json_string_value(value), json_string_length(value)});
        break;
    case JSON_INTEGER:
        buffer_printf(output, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL: /* in the data of an event, perhaps */
        buffer_printf(output, "%.17g", json_real_value(value));
        break;
    case JSON_TRUE:
        buffer_add_string(output, "true");
        break;
    case JSON_FALSE:
        buffer_add_string(output, "false");
        break;
    case JSON_NULL:
        buffer_add_string(output, "null");
        break;
    }
}

/* ---- values ---- */

json_t *json_time(struct json_builder *builder, int64_t microseconds)
{
    char time[CLOCK_TEXT_SIZE];

    if (microseconds == 0)
        return json_null();
    clock_format(microseconds, time);
    return json_builder_string(builder, time);
}

json_t *json_hash(struct json_builder *builder, const struct hash *hash)
{
    char hex[HASH_HEX_SIZE];

    hash_to_hex(hash, hex);
    return json_builder_string(builder, hex);
}

json_t *json_number_or_null(struct json_builder *builder, int64_t number)
{
    return number == 0 ? json_null() : json_builder_number(builder, number);
}

json_t *json_stored(struct json_builder *builder, struct text text)
{
    json_t *value;

    if (text.length == 0)
        return json_builder_array(builder);
    value = json_loadb(text.bytes, text.length, JSON_ALLOW_NUL, NULL);
    builder->failed = builder->failed || value == NULL;
    return value;
}

json_t *json_text_or_null(struct json_builder *builder, struct text text)
{
    return text.length == 0 ? json_null() : json_builder_text(builder, text);
}

json_t *json_summary(struct json_builder *builder, const uint32_t summary[SEVERITY_COUNT])
{
    json_t *object = json_builder_object(builder);

    for (unsigned severity = SEVERITY_COUNT; severity-- > 0;)
        json_builder_set(builder, object, severity_name((enum severity)severity),
                         json_builder_number(builder, summary[severity]));
    return object;
}

void json_set_verdict(struct json_builder *builder, json_t *object, enum verdict verdict, struct text unknown)
{
    json_builder_set(builder, object, "verdict", json_builder_string(builder, verdict_name(verdict)));
    if (verdict == VERDICT_UNKNOWN)
        json_builder_set_text(builder, object, "unknown_reason", unknown);
}
