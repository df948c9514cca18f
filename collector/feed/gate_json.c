#include "feed/gate_json.h"

#include "drift/severity.h"
#include "feed/drift_json.h"

static json_t *side_value(struct json_builder *builder, const struct gate_side *side)
{
    json_t *object;

    if (side->environment.length == 0)
        return json_null(); /* a reference took its place */
    object = json_builder_object(builder);
    json_builder_set(builder, object, "environment", json_builder_text(builder, side->environment));
    json_builder_set(builder, object, "root", side->is_there ? json_hash(builder, &side->root) : json_null());
    json_builder_set(builder, object, "snapshot", json_number_or_null(builder, side->snapshot));
    json_builder_set(builder, object, "taken_at", json_time(builder, side->taken_at));
    json_builder_set(builder, object, "checked_at", json_time(builder, side->checked_at));
    json_builder_set(builder, object, "instances", json_builder_number(builder, side->instances));
    return object;
}

static json_t *reference_value(struct json_builder *builder, const struct gate_question *question,
                               const struct gate_answer *gate)
{
    json_t *object;

    if (!gate->has_reference)
        return json_null();
    object = json_builder_object(builder);
    json_builder_set(builder, object, "name", json_builder_text(builder, question->reference_name));
    json_builder_set(builder, object, "root", json_hash(builder, &gate->reference));
    return object;
}

static json_t *consumers_value(struct json_builder *builder, const struct gate_reason *reason)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < reason->consumer_count && !builder->failed; i++)
        json_builder_append(builder, list, json_builder_text(builder, reason->consumers[i]));
    return list;
}

static json_t *reason_value(struct json_builder *builder, const struct gate_reason *reason)
{
    const struct gate_reason_facts *facts = &gate_reason_facts[reason->code];
    bool has_level = reason->object.length > 0 || reason->contract.length > 0;
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "code", json_builder_string(builder, facts->name));
    json_builder_set(builder, object, "verdict", json_builder_string(builder, gate_verdict_name(facts->verdict)));
    json_builder_set(builder, object, "message", json_builder_text(builder, reason->message));
    json_builder_set(builder, object, "advice", json_builder_text(builder, reason->advice));
    json_builder_set(builder, object, "object", json_text_or_null(builder, reason->object));
    json_builder_set(builder, object, "severity",
                     has_level ? json_builder_string(builder, severity_name(reason->severity)) : json_null());
    json_builder_set(builder, object, "drift", json_number_or_null(builder, reason->drift));
    json_builder_set(builder, object, "contract", json_text_or_null(builder, reason->contract));
    json_builder_set(builder, object, "owner", json_text_or_null(builder, reason->owner));
    json_builder_set(builder, object, "consumers", consumers_value(builder, reason));
    json_builder_set(builder, object, "until", json_time(builder, reason->until));
    return object;
}

static json_t *reasons_value(struct json_builder *builder, const struct gate_answer *gate)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < gate->reason_count && !builder->failed; i++)
        json_builder_append(builder, list, reason_value(builder, &gate->reasons[i]));
    return list;
}

json_t *gate_json_value(struct json_builder *builder, const struct request *request,
                        const struct gate_question *question, const struct gate_answer *gate, struct error *error)
{
    json_t *plan = drift_json_list(builder, request, gate->plan, gate->plan_count, error), *object;

    if (plan == NULL && !builder->failed)
        return NULL;
    object = json_builder_object(builder);
    json_builder_set(builder, object, "verdict", json_builder_string(builder, gate_verdict_name(gate->verdict)));
    json_builder_set(builder, object, "database", json_builder_text(builder, gate->database));
    json_builder_set(builder, object, "from", side_value(builder, &gate->sides[0]));
    json_builder_set(builder, object, "to", side_value(builder, &gate->sides[1]));
    json_builder_set(builder, object, "reference", reference_value(builder, question, gate));
    json_builder_set(builder, object, "at", json_time(builder, gate->at));
    json_builder_set(builder, object, "reasons", reasons_value(builder, gate));
    json_builder_set(builder, object, "summary", json_summary(builder, gate->summary));
    json_builder_set(builder, object, "waived", json_builder_number(builder, gate->waived));
    json_builder_set(builder, object, "contracts", json_builder_number(builder, gate->contracts));
    json_builder_set(builder, object, "plan", plan);
    gate_json_set_run(builder, object, 0, false);
    return object;
}

void gate_json_set_run(struct json_builder *builder, json_t *answer, int64_t run, bool pinned)
{
    json_builder_set(builder, answer, "run", json_number_or_null(builder, run));
    json_builder_set(builder, answer, "pinned", json_boolean(pinned));
}
