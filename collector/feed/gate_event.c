#include "feed/gate_event.h"

#include "feed/json.h"
#include "store/events.h"

/* The name of each reason once; they stand in the order of their codes within a verdict. */
static json_t *codes_value(struct json_builder *builder, const struct gate_answer *gate)
{
    json_t *codes = json_builder_array(builder);
    bool named[GATE_REASON_COUNT] = {false};

    for (size_t i = 0; i < gate->reason_count; i++) {
        enum gate_reason_code code = gate->reasons[i].code;

        if (!named[code])
            json_builder_append(builder, codes, json_builder_string(builder, gate_reason_facts[code].name));
        named[code] = true;
    }
    return codes;
}

static json_t *data_value(struct json_builder *builder, const struct gate_run_row *run, const struct gate_answer *gate)
{
    json_t *data = json_builder_object(builder);

    json_builder_set(builder, data, "run", json_builder_number(builder, run->id));
    json_builder_set(builder, data, "by", json_builder_text(builder, run->by));
    json_builder_set(builder, data, "database", json_builder_text(builder, run->database));
    json_builder_set_text(builder, data, "from", run->from);
    json_builder_set(builder, data, "to", json_builder_text(builder, run->to));
    json_builder_set(builder, data, "verdict", json_builder_string(builder, gate_verdict_name(gate->verdict)));
    json_builder_set(builder, data, "reasons", json_builder_number(builder, (uint32_t)gate->reason_count));
    json_builder_set(builder, data, "codes", codes_value(builder, gate));
    if (gate->reason_count > 0)
        json_builder_set_text(builder, data, "reason", gate->reasons[0].message);
    json_builder_set(builder, data, "summary", json_summary(builder, gate->summary));
    json_builder_set(builder, data, "waived", json_builder_number(builder, gate->waived));
    json_builder_set(builder, data, "contracts", json_builder_number(builder, gate->contracts));
    json_builder_set(builder, data, "pinned", json_boolean(run->pinned));
    if (run->has_from_root)
        json_builder_set(builder, data, "from_root", json_hash(builder, &run->from_root));
    if (run->has_to_root)
        json_builder_set(builder, data, "to_root", json_hash(builder, &run->to_root));
    return data;
}

enum error_code gate_event_add(struct database *database, const struct gate_run_row *run,
                               const struct gate_answer *gate, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct json_builder builder = {0};
    struct event_row event = {.at = run->at,
                              .type = EVENT_GATE_EVALUATED,
                              .severity = gate->verdict == GATE_PASS ? SEVERITY_LOW : SEVERITY_MEDIUM,
                              .place = {.database = run->database, .environment = run->to}};

    if (json_builder_write_compact(&builder, data_value(&builder, run, gate), &text, error) != ERROR_NONE)
        return error->code;
    event.data = buffer_text(&text);
    return events_add(database, &event, error);
}
