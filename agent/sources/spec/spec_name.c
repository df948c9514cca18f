#include "sources/spec/spec_name.h"

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_word(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* A word begins at a capital after what is none, and at the last capital of several: `HTTPRequest` is two. */
static bool begins_word(struct text name, size_t at)
{
    bool lower_follows = at + 1 < name.length && name.bytes[at + 1] >= 'a' && name.bytes[at + 1] <= 'z';

    return at > 0 && is_upper(name.bytes[at]) && (!is_upper(name.bytes[at - 1]) || lower_follows);
}

void spec_name_snake(struct buffer *buffer, struct text name)
{
    bool separate = false, begun = false;

    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];

        if (!is_word(c)) {
            separate = true;
            continue;
        }
        if (begun && (separate || begins_word(name, i)))
            buffer_add_byte(buffer, '_');
        buffer_add_byte(buffer, (uint8_t)(is_upper(c) ? c + 32 : c));
        separate = false;
        begun = true;
    }
}

static bool ends_with(struct text name, const char *end)
{
    size_t length = strlen(end);

    return name.length >= length && memcmp(name.bytes + name.length - length, end, length) == 0;
}

void spec_name_singular(struct buffer *buffer, struct text name)
{
    static const struct {
        const char *plural, *singular;
    } endings[] = {
        {"people", "person"}, {"children", "child"},  {"women", "woman"}, {"men", "man"}, {"indices", "index"},
        {"series", "series"}, {"species", "species"}, {"news", "news"},   {"ies", "y"},   {"sses", "ss"},
        {"shes", "sh"},       {"ches", "ch"},         {"xes", "x"},       {"zes", "z"},   {"uses", "us"},
        {"ss", "ss"},         {"us", "us"},           {"is", "is"},       {"s", ""},
    };

    for (size_t i = 0; i < LENGTH_OF(endings) && name.length > 1; i++)
        if (ends_with(name, endings[i].plural)) {
            buffer_add(buffer, name.bytes, name.length - strlen(endings[i].plural));
            buffer_add_string(buffer, endings[i].singular);
            return;
        }
    buffer_add_text(buffer, name);
}
