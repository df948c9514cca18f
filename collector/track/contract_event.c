#include "track/contract_event.h"

#include "drift/report_json_value.h"
#include "event/event_change.h"
#include "store/events.h"

enum { LISTED_LIMIT = 20 /* findings that an event names */ };

/* ---- what explains it ---- */

/* How well a change explains a finding: 0, not at all. */
static unsigned fit(const struct change *change, const struct contract_finding *finding)
{
    bool same_owner = text_equal(change->owner, finding->owner) || text_equal(change->owner_before, finding->owner) ||
                      (change->kind == change->object_kind && text_equal(change->renamed_from, finding->owner));

    if (!same_owner)
        return 0;
    if (text_equal(change->object, finding->object) || text_equal(change->renamed_from, finding->object))
        return 3;
    return change->kind == change->object_kind ? 2 : 1;
}

/* The place of the change that explains best what is not as it should be. */
static uint32_t find_change(const struct contract_event *event)
{
    const struct occasion *occasion = event->occasion;
    uint32_t found = occasion->change_count;
    unsigned best = 0;

    for (size_t i = 0; i < event->result->count; i++) {
        const struct contract_finding *finding = &event->result->findings[i];

        for (uint32_t k = 0; k < occasion->change_count; k++) {
            unsigned how_well = finding->state == event->result->state ? fit(&occasion->changes[k], finding) : 0;

            if (how_well > best) {
                best = how_well;
                found = k;
            }
        }
    }
    return found;
}

/* What holds again needs no finding: any change of what the contract reads may have mended it. */
static uint32_t find_mending(const struct contract_event *event)
{
    const struct occasion *occasion = event->occasion;
    uint32_t i = 0;

    while (i < occasion->change_count &&
           !contract_reads(event->contract, occasion->changes[i].object_kind, occasion->changes[i].owner))
        i++;
    return i;
}

static uint32_t find_place(const struct contract_event *event)
{
    return event->result->state == CONTRACT_HOLDS ? find_mending(event) : find_change(event);
}

int64_t contract_event_find_change(const struct contract_event *event)
{
    uint32_t place = event->result->state == CONTRACT_VIOLATED ? find_change(event) : event->occasion->change_count;

    return place < event->occasion->change_count && event->occasion->change_ids != NULL
               ? event->occasion->change_ids[place]
               : 0;
}

/* ---- as JSON ---- */

static json_t *finding_value(struct json_builder *builder, const struct contract_finding *finding)
{
    json_t *value = json_builder_object(builder);

    json_builder_set_string(builder, value, "state", contract_state_name(finding->state));
    json_builder_set_string(builder, value, "kind", kind_name(finding->kind));
    json_builder_set(builder, value, "object", json_builder_text(builder, finding->object));
    json_builder_set(builder, value, "owner", json_builder_text(builder, finding->owner));
    json_builder_set(builder, value, "message", json_builder_text(builder, finding->message));
    json_builder_set(builder, value, "line", json_builder_number(builder, finding->line));
    return value;
}

static json_t *findings_value(struct json_builder *builder, const struct contract_result *result, size_t limit)
{
    json_t *array = json_builder_array(builder);

    for (size_t i = 0; i < result->count && i < limit; i++)
        json_builder_append(builder, array, finding_value(builder, &result->findings[i]));
    return array;
}

enum error_code contract_event_findings(const struct correlating *correlating, const struct contract_result *result,
                                        struct text *ret_json)
{
    CLEANUP(buffer_clear) struct buffer bytes = {0};
    struct json_builder builder = {0};
    char *copy;

    if (json_builder_write_compact(&builder, findings_value(&builder, result, SIZE_MAX), &bytes, correlating->error) !=
        ERROR_NONE)
        return correlating->error->code;
    copy = arena_string(correlating->arena, buffer_text(&bytes));
    if (copy == NULL)
        return correlating_no_memory(correlating);
    *ret_json = (struct text){copy, bytes.length};
    return ERROR_NONE;
}

/* ---- the event ---- */

static void set_who(struct json_builder *builder, json_t *data, const struct contract_event *event)
{
    const struct occasion *occasion = event->occasion;
    uint32_t place = find_place(event);

    if (place == occasion->change_count || occasion->change_ids == NULL)
        return;
    json_builder_set_number(builder, data, "change", occasion->change_ids[place]);
    if (occasion->attributions == NULL)
        return;
    event_actor_set(builder, data, &occasion->attributions[place]);
}

static json_t *event_value(struct json_builder *builder, const struct contract_event *event)
{
    json_t *data = json_builder_object(builder), *consumers = json_builder_array(builder);
    const struct contract *contract = event->contract;

    for (size_t i = 0; i < contract->consumer_count; i++)
        json_builder_append(builder, consumers, json_builder_text(builder, contract->consumers[i]));
    json_builder_set_text(builder, data, "contract", contract->name);
    json_builder_set_text(builder, data, "owner", contract->owner);
    json_builder_set(builder, data, "consumers", consumers);
    json_builder_set_text(builder, data, "database", event->target->name.database);
    json_builder_set_text(builder, data, "environment", event->target->name.environment);
    json_builder_set_text(builder, data, "instance", event->target->name.instance);
    if (event->result->count > 0) {
        json_builder_set_text(builder, data, "reason", event->result->findings[0].message);
        json_builder_set(builder, data, "findings", findings_value(builder, event->result, LISTED_LIMIT));
    }
    set_who(builder, data, event);
    json_builder_set_number(builder, data, "snapshot", event->target->snapshot);
    return data;
}

static const struct {
    enum event_type type;
    enum severity severity;
} telling[CONTRACT_STATE_COUNT] = {[CONTRACT_HOLDS] = {EVENT_CONTRACT_RESTORED, SEVERITY_LOW},
                                   [CONTRACT_VIOLATED] = {EVENT_CONTRACT_VIOLATED, SEVERITY_CRITICAL},
                                   [CONTRACT_UNKNOWN] = {EVENT_CONTRACT_UNKNOWN, SEVERITY_MEDIUM}};

enum error_code contract_event_tell(const struct correlating *correlating, const struct contract_event *event)
{
    enum contract_state now = event->result->state;
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct json_builder builder = {0};
    struct event_row row = {.at = event->occasion->seen,
                            .type = telling[now].type,
                            .severity = now == CONTRACT_VIOLATED ? event->contract->severity : telling[now].severity,
                            .target = event->target->id};

    if (now == event->before)
        return ERROR_NONE;
    if (json_builder_write_compact(&builder, event_value(&builder, event), &text, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    row.data = buffer_text(&text);
    return events_add(correlating->database, &row, correlating->error);
}
