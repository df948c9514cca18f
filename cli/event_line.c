#include "cli/event_line.h"

#include <string.h>

#include "base/clock.h"
#include "cli/moment.h"
#include "cli/place.h"
#include "cli/terminal.h"
#include "drift/report_display.h"
#include "drift/severity.h"

/* Columns: what comes later cannot be known, so they are as wide as most of them need. */
enum { SEVERITY_COLUMNS = 10, TYPE_COLUMNS = 21, PLACE_COLUMNS = 22 };

static const char prefix[] = "driftline.";

static struct text member(const json_t *event, const char *name)
{
    const json_t *value = json_object_get(event, name);

    return (struct text){json_is_string(value) ? json_string_value(value) : "", json_string_length(value)};
}

static enum tint tint_of(struct text severity)
{
    enum severity level;

    if (!severity_from_name(severity, &level))
        return TINT_NONE;
    return level == SEVERITY_CRITICAL ? TINT_WORST
           : level == SEVERITY_HIGH   ? TINT_BAD
           : level == SEVERITY_MEDIUM ? TINT_DOUBT
                                      : TINT_NONE;
}

static void write_time(struct buffer *output, struct text time)
{
    int64_t moment = 0;

    if (clock_parse(time, &moment))
        moment_write(output, moment);
    else
        terminal_write(output, time);
}

void event_line_place(struct buffer *output, const json_t *event)
{
    struct text database = member(event, "database"), environment = member(event, "environment");
    struct text instance = member(event, "instance");

    if (database.length == 0) {
        display_text(output, member(event, "agent"));
        return;
    }
    display_text(output, database);
    if (environment.length == 0)
        return;
    buffer_add_byte(output, '@');
    place_write(output, environment, &instance, instance.length == 0 ? 0 : 1);
}

void event_line_write(struct buffer *output, const json_t *event, const struct table_style *style)
{
    struct text severity = member(event, "severity"), type = member(event, "type");
    CLEANUP(buffer_clear) struct buffer place = {0};

    if (text_starts_with(type, text_from(prefix)))
        type = (struct text){type.bytes + strlen(prefix), type.length - strlen(prefix)};
    write_time(output, member(event, "time"));
    buffer_add_string(output, "  ");
    tint_begin(output, tint_of(severity), style);
    terminal_write_padded(output, severity, SEVERITY_COLUMNS);
    tint_end(output, tint_of(severity), style);
    terminal_write_padded(output, type, TYPE_COLUMNS);
    event_line_place(&place, event);
    output->failed = output->failed || place.failed;
    terminal_write_padded(output, buffer_text(&place), PLACE_COLUMNS);
    terminal_write(output, member(event, "summary"));
    buffer_add_byte(output, '\n');
}
