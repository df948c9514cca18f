#include "track/settling_record.h"

#include <inttypes.h>

#include "base/clock.h"
#include "drift/report_json_value.h"
#include "store/audits.h"
#include "store/events.h"

enum { LISTED_LIMIT = 100 /* drifts that an event names */ };

static enum error_code no_memory(const struct settling *settling, struct error *error)
{
    return arena_error(settling->arena, error, "settling a drift");
}

/* ---------------------------------------------------------------- for people */

const char *settling_subject(const struct drift_row *drift, struct arena *arena)
{
    if (drift->instance.length > 0)
        return arena_printf(arena, "%.*s@%.*s/%.*s %.*s", TEXT_ARGS(drift->database), TEXT_ARGS(drift->to),
                            TEXT_ARGS(drift->instance), TEXT_ARGS(drift->object));
    return arena_printf(arena, "%.*s %.*s→%.*s %.*s", TEXT_ARGS(drift->database), TEXT_ARGS(drift->from),
                        TEXT_ARGS(drift->to), TEXT_ARGS(drift->object));
}

static const char *waiver_subject(const struct waiver_row *waiver, struct arena *arena)
{
    if (waiver->from.length == 0 && waiver->to.length == 0)
        return arena_printf(arena, "%.*s %.*s", TEXT_ARGS(waiver->database), TEXT_ARGS(waiver->pattern));
    return arena_printf(arena, "%.*s %.*s→%.*s %.*s", TEXT_ARGS(waiver->database),
                        TEXT_ARGS(waiver->from.length > 0 ? waiver->from : TEXT("*")),
                        TEXT_ARGS(waiver->to.length > 0 ? waiver->to : TEXT("*")), TEXT_ARGS(waiver->pattern));
}

static const char *subject_of(const struct settling *settling, const struct settling_deed *deed)
{
    const char *first;

    if (deed->waiver != NULL && deed->waiver->pattern.length > 0)
        return waiver_subject(deed->waiver, settling->arena);
    if (deed->count == 0)
        return arena_printf(settling->arena, "%.*s", TEXT_ARGS(deed->waiver->database));
    first = settling_subject(&deed->drifts[0], settling->arena);
    if (first == NULL || deed->count == 1)
        return first;
    return arena_printf(settling->arena, "%s and %zu more", first, deed->count - 1);
}

/* ---------------------------------------------------------------- for programs */

static json_t *time_value(struct json_builder *builder, int64_t moment)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format(moment, text);
    return json_builder_string(builder, text);
}

static json_t *waiver_value(struct json_builder *builder, const struct waiver_row *waiver)
{
    json_t *value = json_builder_object(builder);

    json_builder_set(builder, value, "id", json_builder_number(builder, waiver->id));
    json_builder_set_text(builder, value, "pattern", waiver->pattern);
    json_builder_set(builder, value, "future", waiver->future ? json_true() : json_false());
    json_builder_set_text(builder, value, "reason", waiver->reason);
    json_builder_set_text(builder, value, "author", waiver->author);
    json_builder_set(builder, value, "expires_at", time_value(builder, waiver->expires_at));
    return value;
}

/* The pair; of a pattern that holds for several, no environment. */
static struct target_name place_of(const struct settling_deed *deed)
{
    const struct drift_row *first = deed->count > 0 ? &deed->drifts[0] : NULL;

    if (deed->waiver != NULL && (first == NULL || deed->waiver->pattern.length > 0))
        return (struct target_name){.database = deed->waiver->database, .environment = deed->waiver->to};
    return (struct target_name){first->database, first->to, deed->count == 1 ? first->instance : (struct text){0}};
}

/* The pair, and the thing, if there is only one. */
static void set_place(struct json_builder *builder, json_t *data, const struct settling_deed *deed)
{
    const struct drift_row *first = deed->count > 0 ? &deed->drifts[0] : NULL;
    const struct waiver_row *pattern = deed->waiver != NULL && deed->waiver->pattern.length > 0 ? deed->waiver : NULL;

    json_builder_set_text(builder, data, "database", first != NULL ? first->database : deed->waiver->database);
    json_builder_set_text(builder, data, "from",
                          pattern != NULL ? pattern->from
                          : first != NULL ? first->from
                                          : (struct text){0});
    json_builder_set_text(builder, data, "to",
                          pattern != NULL ? pattern->to
                          : first != NULL ? first->to
                                          : (struct text){0});
    if (first == NULL || deed->count > 1)
        return;
    json_builder_set_text(builder, data, "instance", first->instance);
    json_builder_set(builder, data, "kind", json_builder_string(builder, kind_name(first->kind)));
    json_builder_set_text(builder, data, "object", first->object);
    json_builder_set(builder, data, "aspect", json_builder_string(builder, aspect_name(first->aspect)));
}

static enum error_code write_data(const struct settling *settling, const struct settling_deed *deed,
                                  struct buffer *output, struct error *error)
{
    struct json_builder builder = {0};
    json_t *data = json_builder_object(&builder), *drifts = json_builder_array(&builder);

    set_place(&builder, data, deed);
    for (size_t i = 0; i < deed->count && i < LISTED_LIMIT; i++)
        json_builder_append(&builder, drifts, json_builder_number(&builder, deed->drifts[i].id));
    json_builder_set(&builder, data, "drifts", drifts);
    json_builder_set(&builder, data, "count", json_builder_number(&builder, (int64_t)deed->count));
    if (deed->waiver != NULL)
        json_builder_set(&builder, data, "waiver", waiver_value(&builder, deed->waiver));
    json_builder_set_text(&builder, data, "note", deed->note);
    json_builder_set_text(&builder, data, "by", settling->by);
    return json_builder_write_compact(&builder, data, output, error);
}

/* ---------------------------------------------------------------- keeping it */

static enum error_code add_steps(struct database *database, const struct settling *settling,
                                 const struct settling_deed *deed, struct error *error)
{
    for (size_t i = 0; i < deed->count; i++) {
        const struct drift_step_row step = {.drift = deed->drifts[i].id,
                                            .what = deed->step,
                                            .at = settling->now,
                                            .side = -1,
                                            .by = settling->by,
                                            .note = deed->note};

        if (drift_steps_add(database, &step, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static enum severity worst_of(const struct settling_deed *deed)
{
    enum severity worst = SEVERITY_LOW;

    for (size_t i = 0; i < deed->count; i++)
        if (deed->drifts[i].severity > worst)
            worst = deed->drifts[i].severity;
    return worst;
}

enum error_code settling_record(struct database *database, const struct settling *settling,
                                const struct settling_deed *deed, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer data = {0};
    const char *subject = subject_of(settling, deed);
    struct event_row event = {
        .at = settling->now, .type = deed->what, .severity = worst_of(deed), .place = place_of(deed)};
    struct audit_row audit = {
        .at = settling->now, .by = settling->by, .action = text_from(event_type_name(deed->what))};

    if (subject == NULL)
        return no_memory(settling, error);
    if (add_steps(database, settling, deed, error) != ERROR_NONE ||
        write_data(settling, deed, &data, error) != ERROR_NONE)
        return error->code;
    event.data = audit.data = buffer_text(&data);
    if (events_add(database, &event, error) != ERROR_NONE)
        return error->code;
    if (settling->by.length == 0)
        return ERROR_NONE;
    audit.subject = text_from(subject);
    return audits_add(database, &audit, error);
}

enum error_code settling_require_living(const struct drift_row *drift, struct error *error)
{
    char time[CLOCK_TEXT_SIZE];

    if (drift->ending == DRIFT_LIVES)
        return ERROR_NONE;
    clock_format_seconds(drift->ended_at, time);
    error_set(error, ERROR_CONFLICT, "drift #%" PRId64 " (%.*s) has ended at %s: %s", drift->id,
              TEXT_ARGS(drift->object), time, drift_ending_name(drift->ending));
    return error_hint(error, "nothing is left to be done: `driftline drift list --state ended` shows those that ended");
}
