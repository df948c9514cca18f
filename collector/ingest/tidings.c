#include "ingest/tidings.h"

#include <stdio.h>

#include "base/clock.h"
#include "drift/report_json_value.h"
#include "store/events.h"

enum { SECOND_US = 1000000 };

static void set_time(struct json_builder *builder, json_t *object, const char *name, int64_t moment)
{
    char time[CLOCK_TEXT_SIZE];

    clock_format(moment, time);
    json_builder_set(builder, object, name, json_builder_string(builder, time));
}

/* Takes over the data. */
static enum error_code add_event(struct conversation *conversation, enum event_type type, struct json_builder *builder,
                                 json_t *data, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct event_row event = {.at = conversation->moment.now, .type = type, .severity = SEVERITY_MEDIUM};

    if (json_builder_write_compact(builder, data, &text, error) != ERROR_NONE ||
        batch_begin(&conversation->batch, conversation->moment.elapsed, error) != ERROR_NONE)
        return error->code;
    event.data = buffer_text(&text);
    return events_add(conversation->database, &event, error);
}

/* ---- that nothing could be written ---- */

void tidings_note_trouble(struct conversation *conversation, const char *problem, int64_t since)
{
    struct tidings *tidings = &conversation->tidings;

    if (tidings->trouble_until == 0) /* else one was not told yet: then it lasts from its beginning until now */
        tidings->trouble_since = since;
    tidings->trouble_until = conversation->moment.now;
    snprintf(tidings->trouble, sizeof tidings->trouble, "%s", problem);
}

static enum error_code tell_trouble(struct conversation *conversation, struct error *error)
{
    struct tidings *tidings = &conversation->tidings;
    int64_t lasted = tidings->trouble_until - tidings->trouble_since;
    struct json_builder builder = {0};
    json_t *data;

    if (tidings->trouble_until == 0 || tidings->trouble_is_told)
        return ERROR_NONE;
    data = json_builder_object(&builder);
    json_builder_set(&builder, data, "problem", json_builder_text(&builder, text_from(tidings->trouble)));
    set_time(&builder, data, "since", tidings->trouble_since);
    set_time(&builder, data, "until", tidings->trouble_until);
    json_builder_set_number(&builder, data, "seconds", lasted < 0 ? 0 : lasted / SECOND_US);
    tidings->trouble_is_told = true;
    return add_event(conversation, EVENT_STORE_TROUBLE, &builder, data, error);
}

/* ---- that strangers were there ---- */

void conversation_turned_away(struct conversation *conversation, uint64_t count, const char *address)
{
    conversation->tidings.refused = count;
    snprintf(conversation->tidings.refused_address, sizeof conversation->tidings.refused_address, "%s", address);
}

static enum error_code tell_refused(struct conversation *conversation, struct error *error)
{
    struct tidings *tidings = &conversation->tidings;
    uint64_t count = tidings->refused - tidings->refused_told;
    struct json_builder builder = {0};
    json_t *data;

    if (count == 0 || conversation->moment.elapsed < tidings->refused_next)
        return ERROR_NONE;
    data = json_builder_object(&builder);
    json_builder_set_number(&builder, data, "count", (int64_t)count);
    if (tidings->refused_address[0] != '\0')
        json_builder_set(&builder, data, "address", json_builder_text(&builder, text_from(tidings->refused_address)));
    tidings->refused_told = tidings->refused;
    tidings->refused_next = conversation->moment.elapsed + (int64_t)TIDINGS_PAUSE_MS * 1000;
    return add_event(conversation, EVENT_PEER_REFUSED, &builder, data, error);
}

/* ---- both ---- */

enum error_code tidings_tell(struct conversation *conversation, struct error *error)
{
    if (!conversation_may_write(conversation))
        return ERROR_NONE;
    return tell_trouble(conversation, error) == ERROR_NONE ? tell_refused(conversation, error) : error->code;
}

void tidings_written(struct conversation *conversation, bool written)
{
    struct tidings *tidings = &conversation->tidings;

    if (written) {
        if (tidings->trouble_is_told)
            tidings->trouble_until = 0;
        tidings->refused_kept = tidings->refused_told;
    } else if (tidings->refused_told != tidings->refused_kept) {
        tidings->refused_told = tidings->refused_kept;
        tidings->refused_next = 0;
    }
    tidings->trouble_is_told = false;
}
