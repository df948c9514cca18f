#include "cli/place.h"

#include "drift/report_display.h"

static bool is_default(struct text instance)
{
    return text_equal(instance, TEXT("default"));
}

void place_write(struct buffer *buffer, struct text environment, const struct text *instances, size_t count)
{
    display_text(buffer, environment);
    if (count == 0 || (count == 1 && is_default(instances[0])))
        return;
    buffer_add_string(buffer, count > 1 ? "/{" : "/");
    for (size_t i = 0; i < count; i++) {
        buffer_add_string(buffer, i > 0 ? ", " : "");
        display_text(buffer, instances[i]);
    }
    buffer_add_string(buffer, count > 1 ? "}" : "");
}

void place_write_target(struct buffer *buffer, struct text database, struct text environment, struct text instance)
{
    display_text(buffer, database);
    buffer_add_byte(buffer, '@');
    display_text(buffer, environment);
    buffer_add_byte(buffer, '/');
    display_text(buffer, instance);
}
