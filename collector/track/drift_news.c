#include "track/drift_news.h"

#include "drift/report_json_value.h"
#include "drift/severity.h"
#include "event/event_change.h"
#include "store/events.h"

/* The type of one event, and of one for many. */
static const struct {
    enum event_type one;
    enum event_type many;
} types[NEWS_SORT_COUNT] = {[NEWS_OPENED] = {EVENT_DRIFT_OPENED, EVENT_DRIFTS_OPENED},
                            [NEWS_CHANGED] = {EVENT_DRIFT_CHANGED, EVENT_DRIFTS_CHANGED},
                            [NEWS_REOPENED] = {EVENT_DRIFT_REOPENED, EVENT_DRIFTS_REOPENED},
                            [NEWS_ENDED] = {EVENT_DRIFT_ENDED, EVENT_DRIFTS_ENDED}};

enum { MICROSECONDS = 1000 * 1000 };

enum error_code drift_news_add(struct drift_news *news, const struct correlating *correlating, enum news_sort sort,
                               const struct drift_row *drift, const struct explanation *explanation)
{
    static const struct explanation nothing;
    const struct change_groups_item item = {drift->effect,   drift->kind,   drift->object_kind, drift->aspect,
                                            drift->severity, drift->object, drift->owner};

    if (news->items[sort] == NULL)
        news->items[sort] = arena_array(correlating->arena, NEWS_LIMIT, sizeof *news->items[sort]);
    if (news->items[sort] == NULL)
        return correlating_no_memory(correlating);
    if (news->counts[sort] < NEWS_LIMIT)
        news->items[sort][news->counts[sort]] =
            (struct news_item){*drift, explanation == NULL ? nothing : *explanation};
    if (!change_groups_add(&news->groups[sort], correlating->arena, &item))
        return correlating_no_memory(correlating);
    news->counts[sort]++;
    news->summaries[sort][drift->severity]++;
    return ERROR_NONE;
}

static void set_pair(struct json_builder *builder, json_t *data, const struct pair_row *pair)
{
    json_builder_set_text(builder, data, "database", pair->database);
    json_builder_set_text(builder, data, "from", pair->from);
    json_builder_set_text(builder, data, "to", pair->to);
    json_builder_set_text(builder, data, "instance", pair->instance);
}

/* What differs, and who reads it: both are kept as JSON. */
static void set_details(struct json_builder *builder, json_t *data, const struct drift_row *drift)
{
    json_t *contracts =
        json_loadb(drift->contracts.length == 0 ? "" : drift->contracts.bytes, drift->contracts.length, 0, NULL);
    json_t *names, *contract;
    size_t index;

    event_change_set_attributes(
        builder, data,
        json_loadb(drift->attributes.length == 0 ? "" : drift->attributes.bytes, drift->attributes.length, 0, NULL));
    if (json_array_size(contracts) > 0) {
        names = json_builder_array(builder);
        json_array_foreach(contracts, index, contract)
            json_builder_append(builder, names, json_incref(json_object_get(contract, "contract")));
        json_builder_set(builder, data, "contracts", names);
    }
    json_decref(contracts);
}

static void set_drift(struct json_builder *builder, json_t *data, const struct drift_row *drift)
{
    json_builder_set_number(builder, data, "drift", drift->id);
    json_builder_set_string(builder, data, "effect", effect_name(drift->effect));
    json_builder_set_string(builder, data, "kind", kind_name(drift->kind));
    json_builder_set_text(builder, data, "object", drift->object);
    json_builder_set_text(builder, data, "renamed_from", drift->renamed_from);
    json_builder_set_string(builder, data, "aspect", aspect_name(drift->aspect));
    json_builder_set_string(builder, data, "severity", severity_name(drift->severity));
    json_builder_set_string(builder, data, "state", drift_state_name(drift->state));
    json_builder_set_string(builder, data, "cause", drift_cause_name(drift->cause));
    set_details(builder, data, drift);
    if (drift->hidden)
        json_builder_set(builder, data, "hidden", json_true());
    if (drift->previous != 0)
        json_builder_set_number(builder, data, "previous", drift->previous);
    if (drift->ending == DRIFT_LIVES)
        return;
    json_builder_set_string(builder, data, "ending", drift_ending_name(drift->ending));
    if (drift->lead >= 0)
        json_builder_set_number(builder, data, "lead_seconds", drift->lead / MICROSECONDS);
}

static void set_explanation(struct json_builder *builder, json_t *data, const struct explanation *explanation)
{
    if (explanation->change != 0)
        json_builder_set_number(builder, data, "change", explanation->change);
    if (explanation->who == NULL)
        return;
    event_actor_set(builder, data, explanation->who);
}

struct telling {
    const struct correlating *correlating;
    const struct pair_row *pair;
    const struct occasion *occasion;
};

static enum error_code tell(const struct telling *telling, enum event_type type, enum severity severity,
                            struct json_builder *builder, json_t *data)
{
    const struct occasion *occasion = telling->occasion;
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct event_row event = {.at = occasion->seen,
                              .type = type,
                              .severity = severity,
                              .target = occasion->target,
                              .place = {telling->pair->database, telling->pair->to, telling->pair->instance}};

    if (occasion->snapshot != 0)
        json_builder_set_number(builder, data, "snapshot", occasion->snapshot);
    if (json_builder_write_compact(builder, data, &text, telling->correlating->error) != ERROR_NONE)
        return telling->correlating->error->code;
    event.data = buffer_text(&text);
    return events_add(telling->correlating->database, &event, telling->correlating->error);
}

/* That something is over is no alarm, however bad it was. */
static enum error_code tell_one(const struct telling *telling, enum news_sort sort, const struct news_item *item)
{
    struct json_builder builder = {0};
    json_t *data = json_builder_object(&builder);

    set_pair(&builder, data, telling->pair);
    set_drift(&builder, data, &item->drift);
    set_explanation(&builder, data, &item->explanation);
    return tell(telling, types[sort].one, sort == NEWS_ENDED ? SEVERITY_LOW : item->drift.severity, &builder, data);
}

static enum error_code tell_many(const struct telling *telling, const struct drift_news *news, enum news_sort sort)
{
    struct change_groups groups = news->groups[sort];
    struct json_builder builder = {0};
    json_t *data = json_builder_object(&builder), *summary = json_builder_object(&builder),
           *drifts = json_builder_array(&builder);
    enum severity worst = SEVERITY_LOW;

    set_pair(&builder, data, telling->pair);
    json_builder_set_number(&builder, data, "count", news->counts[sort]);
    for (unsigned severity = 0; severity < SEVERITY_COUNT; severity++) {
        json_builder_set_number(&builder, summary, severity_name((enum severity)severity),
                                news->summaries[sort][severity]);
        if (news->summaries[sort][severity] > 0)
            worst = (enum severity)severity;
    }
    json_builder_set(&builder, data, "summary", summary);
    change_groups_set(&builder, data, &groups);
    for (uint32_t i = 0; i < NEWS_LIMIT; i++) {
        json_t *number = json_integer(news->items[sort][i].drift.id);

        builder.failed = builder.failed || number == NULL;
        json_builder_append(&builder, drifts, number);
    }
    json_builder_set(&builder, data, "drifts", drifts);
    return tell(telling, types[sort].many, sort == NEWS_ENDED ? SEVERITY_LOW : worst, &builder, data);
}

enum error_code drift_news_tell(const struct drift_news *news, const struct correlating *correlating,
                                const struct pair_row *pair, const struct occasion *occasion)
{
    const struct telling telling = {correlating, pair, occasion};

    for (int sort = 0; sort < NEWS_SORT_COUNT; sort++) {
        if (news->counts[sort] > NEWS_LIMIT) {
            if (tell_many(&telling, news, (enum news_sort)sort) != ERROR_NONE)
                return correlating->error->code;
            continue;
        }
        for (uint32_t i = 0; i < news->counts[sort]; i++)
            if (tell_one(&telling, (enum news_sort)sort, &news->items[sort][i]) != ERROR_NONE)
                return correlating->error->code;
    }
    return ERROR_NONE;
}
