#include "feed/json.h"

#include "base/clock.h"
#include "drift/severity.h"

json_t *json_integer64(struct json_builder *builder, int64_t number)
{
    json_t *value = json_integer(number);

    if (value == NULL)
        builder->failed = true;
    return value;
}

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

json_t *json_text_or_null(struct json_builder *builder, struct text text)
{
    return text.length == 0 ? json_null() : json_builder_text(builder, text);
}

void json_set_text(struct json_builder *builder, json_t *object, const char *key, struct text text)
{
    if (text.length > 0)
        json_builder_set(builder, object, key, json_builder_text(builder, text));
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
        json_set_text(builder, object, "unknown_reason", unknown);
}
