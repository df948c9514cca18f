#include "notify/delivery_record.h"

#include "base/buffer.h"
#include "drift/report_json_value.h"
#include "store/events.h"
#include "store/incidents.h"

static enum error_code write_death(const struct delivery_row *row, struct buffer *data, struct error *error)
{
    struct json_builder builder = {0};
    json_t *object = json_builder_object(&builder);

    json_builder_set(&builder, object, "delivery", json_integer(row->id));
    json_builder_set(&builder, object, "incident", json_integer(row->incident));
    json_builder_set(&builder, object, "sink", json_builder_text(&builder, row->sink));
    json_builder_set(&builder, object, "route", json_builder_text(&builder, row->route));
    json_builder_set(&builder, object, "subject", json_builder_text(&builder, row->subject));
    json_builder_set(&builder, object, "kind", json_builder_string(&builder, delivery_kind_name(row->kind)));
    json_builder_set(&builder, object, "attempts", json_builder_number(&builder, row->attempts));
    if (row->status != 0)
        json_builder_set(&builder, object, "status", json_integer(row->status));
    if (row->problem.length > 0)
        json_builder_set(&builder, object, "problem", json_builder_text(&builder, row->problem));
    return json_builder_write_compact(&builder, object, data, error);
}

static enum error_code tell_death(struct database *database, const struct delivery_row *row, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer data = {0};
    struct event_row event = {.at = row->finished_at, .type = EVENT_DELIVERY_DEAD, .severity = SEVERITY_HIGH};

    if (write_death(row, &data, error) != ERROR_NONE)
        return error->code;
    event.data = buffer_text(&data);
    return events_add(database, &event, error);
}

static enum error_code keep_remote(struct database *database, const struct delivery_result *result, struct error *error)
{
    if (result->remote.length == 0)
        return ERROR_NONE;
    return incidents_set_remote(database, result->row.incident, result->remote, error);
}

enum error_code delivery_record(struct database *database, const struct delivery_result *result, struct arena *arena,
                                struct error *error)
{
    const struct delivery_row *row = &result->row;
    struct delivery_row held;
    struct error gone = {0};
    enum error_code code = deliveries_get(database, row->id, arena, &held, &gone);

    if (code == ERROR_NOT_FOUND ||
        (code == ERROR_NONE && (held.state != DELIVERY_WAITING || held.attempts >= row->attempts)))
        return ERROR_NONE;
    if (code != ERROR_NONE) {
        *error = gone;
        return code;
    }
    if (deliveries_update(database, row, error) != ERROR_NONE || keep_remote(database, result, error) != ERROR_NONE)
        return error->code;
    if (row->state != DELIVERY_DEAD || row->kind == DELIVERY_TEST || !result->is_told)
        return ERROR_NONE;
    return tell_death(database, row, error);
}
