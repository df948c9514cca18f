#include "feed/drift_json.h"

#include "drift/severity.h"
#include "feed/actor_json.h"
#include "store/snapshots.h"

enum { SECOND_US = 1000000 };

enum error_code drift_json_change(const struct request *request, int64_t id, struct change_row *ret_change,
                                  bool *ret_found, struct error *error)
{
    enum error_code code = ERROR_NOT_FOUND;

    if (id != 0)
        code = changes_get(request->database, id, request->arena, ret_change, error);
    *ret_found = code == ERROR_NONE;
    return code == ERROR_NOT_FOUND ? ERROR_NONE : code;
}

static json_t *change_value(struct json_builder *builder, const struct change_row *change)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_builder_number(builder, change->id));
    json_builder_set(builder, object, "at", json_time(builder, change->at));
    json_builder_set(builder, object, "before", json_time(builder, change->before));
    json_builder_set(builder, object, "environment", json_builder_text(builder, change->target.environment));
    json_builder_set(builder, object, "instance", json_builder_text(builder, change->target.instance));
    actor_json_set_all(builder, object, change);
    return object;
}

static void set_place(struct json_builder *builder, json_t *object, const struct drift_row *drift)
{
    json_builder_set(builder, object, "id", json_number_or_null(builder, drift->id));
    json_builder_set(builder, object, "database", json_builder_text(builder, drift->database));
    json_builder_set(builder, object, "from", json_builder_text(builder, drift->from));
    json_builder_set(builder, object, "to", json_builder_text(builder, drift->to));
    json_builder_set(builder, object, "instance", json_text_or_null(builder, drift->instance));
}

/* What differs. */
static void set_difference(struct json_builder *builder, json_t *object, const struct drift_row *drift)
{
    json_builder_set(builder, object, "effect", json_builder_string(builder, effect_name(drift->effect)));
    json_builder_set(builder, object, "kind", json_builder_string(builder, kind_name(drift->kind)));
    json_builder_set(builder, object, "object", json_builder_text(builder, drift->object));
    json_builder_set(builder, object, "owner", json_builder_text(builder, drift->owner));
    json_builder_set(builder, object, "renamed_from", json_text_or_null(builder, drift->renamed_from));
    json_builder_set(builder, object, "aspect", json_builder_string(builder, aspect_name(drift->aspect)));
    json_builder_set(builder, object, "severity", json_builder_string(builder, severity_name(drift->severity)));
    json_builder_set(builder, object, "rule", json_builder_text(builder, drift->rule));
    json_builder_set(builder, object, "attributes", json_stored(builder, drift->attributes));
}

static json_t *acknowledged_value(struct json_builder *builder, const struct drift_row *drift)
{
    json_t *object;

    if (drift->acked_at == 0)
        return json_null();
    object = json_builder_object(builder);
    json_builder_set(builder, object, "at", json_time(builder, drift->acked_at));
    json_builder_set(builder, object, "by", json_builder_text(builder, drift->acked_by));
    return object;
}

static json_t *waiver_value(struct json_builder *builder, const struct drift_row *drift)
{
    json_t *object;

    if (drift->waiver == 0)
        return json_null();
    object = json_builder_object(builder);
    json_builder_set(builder, object, "id", json_builder_number(builder, drift->waiver));
    json_builder_set(builder, object, "until", json_time(builder, drift->waived_until));
    return object;
}

/* What became of it, and when. */
static void set_life(struct json_builder *builder, json_t *object, const struct drift_row *drift)
{
    json_builder_set(builder, object, "state", json_builder_string(builder, drift_state_name(drift->state)));
    json_builder_set(builder, object, "cause", json_builder_string(builder, drift_cause_name(drift->cause)));
    json_builder_set(builder, object, "ending",
                     json_text_or_null(builder, text_from(drift_ending_name(drift->ending))));
    json_builder_set(builder, object, "hidden", json_boolean(drift->hidden));
    json_builder_set(builder, object, "opened_at", json_time(builder, drift->opened_at));
    json_builder_set(builder, object, "changed_at", json_time(builder, drift->changed_at));
    json_builder_set(builder, object, "seen_at", json_time(builder, drift->seen_at));
    json_builder_set(builder, object, "ended_at", json_time(builder, drift->ended_at));
    json_builder_set(builder, object, "lead_seconds",
                     drift->lead < 0 ? json_null() : json_builder_number(builder, drift->lead / SECOND_US));
    json_builder_set(builder, object, "reopened", json_builder_number(builder, drift->reopened));
    json_builder_set(builder, object, "previous", json_number_or_null(builder, drift->previous));
    json_builder_set(builder, object, "acknowledged", acknowledged_value(builder, drift));
    json_builder_set(builder, object, "waiver", waiver_value(builder, drift));
    json_builder_set(builder, object, "unattributed", json_boolean(drift->unattributed));
    json_builder_set(builder, object, "contracts", json_stored(builder, drift->contracts));
}

json_t *drift_json_value(struct json_builder *builder, const struct request *request, const struct drift_row *drift,
                         struct error *error)
{
    struct change_row change;
    bool has_change = false;
    json_t *object;

    if (drift_json_change(request, drift->change, &change, &has_change, error) != ERROR_NONE)
        return NULL;
    object = json_builder_object(builder);
    set_place(builder, object, drift);
    set_life(builder, object, drift);
    set_difference(builder, object, drift);
    json_builder_set(builder, object, "change", has_change ? change_value(builder, &change) : json_null());
    return object;
}

json_t *drift_json_list(struct json_builder *builder, const struct request *request, const struct drift_row *drifts,
                        size_t count, struct error *error)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < count && !builder->failed; i++) {
        json_t *value = drift_json_value(builder, request, &drifts[i], error);

        if (value == NULL && !builder->failed) { /* what went wrong is in the error */
            json_decref(list);
            return NULL;
        }
        json_builder_append(builder, list, value);
    }
    return list;
}
