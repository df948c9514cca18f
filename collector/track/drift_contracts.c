#include "track/drift_contracts.h"

#include "drift/report_json_value.h"

enum error_code drift_contracts_begin(struct drift_contracts *ret_contracts, const struct correlating *correlating,
                                      struct text environment, const struct hash *root)
{
    const struct contract_set *set = &policy_content(correlating->policy)->contracts.set;
    struct drift_contracts contracts = {.root = root};

    contracts.items = arena_array(correlating->arena, set->count, sizeof *contracts.items);
    if (contracts.items == NULL)
        return correlating_no_memory(correlating);
    for (size_t i = 0; i < set->count; i++)
        if (text_equal(set->contracts[i].database, correlating->name) &&
            contract_has_environment(&set->contracts[i], environment))
            contracts.items[contracts.count++].contract = &set->contracts[i];
    *ret_contracts = contracts;
    return ERROR_NONE;
}

/* ---- what a change is called on the other side ---- */

struct other_name {
    struct text owner;
    struct text object;
};

/* Contracts speak of things by the names that they have where they would change. */
static enum error_code find_other_name(const struct correlating *correlating, const struct change *change,
                                       struct other_name *ret_name)
{
    const struct text owner = change->owner_before.length > 0 ? change->owner_before : change->owner;
    char *joined;

    *ret_name = (struct other_name){owner, change->renamed_from.length > 0 ? change->renamed_from : change->object};
    if (change->renamed_from.length > 0 || change->owner_before.length == 0)
        return ERROR_NONE;
    if (change->kind == change->object_kind) {
        ret_name->object = owner;
        return ERROR_NONE;
    }
    joined =
        arena_printf(correlating->arena, "%.*s%.*s", TEXT_ARGS(owner),
                     (int)(change->object.length - change->owner.length), change->object.bytes + change->owner.length);
    if (joined == NULL)
        return correlating_no_memory(correlating);
    ret_name->object = (struct text){joined, owner.length + change->object.length - change->owner.length};
    return ERROR_NONE;
}

static bool reads(const struct contract *contract, const struct change *change, const struct other_name *other)
{
    return contract_reads_part(contract, change->object_kind, change->owner, change->kind, change->object) ||
           contract_reads_part(contract, change->object_kind, other->owner, change->kind, other->object);
}

/* ---- whether it would hold ---- */

static enum error_code check(struct drift_contracts *contracts, const struct correlating *correlating,
                             struct drift_contract *item)
{
    if (item->is_checked)
        return ERROR_NONE;
    if (!contracts->is_open && contract_lookup_begin(&contracts->lookup, correlating->database, contracts->root,
                                                     correlating->arena, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    contracts->is_open = item->is_checked = true;
    return contract_check(&item->result, item->contract, &contracts->lookup.source, correlating->arena,
                          correlating->error);
}

/* What is found of one column says nothing of another; what is found of anything else may come of any change of the
 * object. */
static bool is_about(const struct contract_finding *finding, const struct change *change,
                     const struct other_name *other)
{
    if (finding->state != CONTRACT_VIOLATED ||
        (!text_equal(finding->owner, change->owner) && !text_equal(finding->owner, other->owner)))
        return false;
    return finding->kind != KIND_COLUMN || change->kind != KIND_COLUMN || text_equal(finding->object, change->object) ||
           text_equal(finding->object, other->object);
}

static bool would_break(const struct drift_contract *item, const struct change *change, const struct other_name *other)
{
    bool found = false;

    for (size_t i = 0; i < item->result.count && !found; i++)
        found = is_about(&item->result.findings[i], change, other);
    return found;
}

/* ---- as JSON ---- */

static void list(struct json_builder *builder, json_t *array, const struct contract *contract, bool violated)
{
    json_t *value = json_builder_object(builder), *consumers = json_builder_array(builder);

    for (size_t i = 0; i < contract->consumer_count; i++)
        json_builder_append(builder, consumers, json_builder_text(builder, contract->consumers[i]));
    json_builder_set(builder, value, "contract", json_builder_text(builder, contract->name));
    json_builder_set(builder, value, "consumers", consumers);
    json_builder_set(builder, value, "violated", violated ? json_true() : json_false());
    json_builder_append(builder, array, value);
}

static enum error_code write_json(const struct correlating *correlating, struct json_builder *builder, json_t *array,
                                  struct text *ret_json)
{
    CLEANUP(buffer_clear) struct buffer bytes = {0};
    bool is_empty = json_array_size(array) == 0;
    char *copy;

    if (json_builder_write_compact(builder, array, &bytes, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    *ret_json = (struct text){NULL, 0};
    if (is_empty)
        return ERROR_NONE;
    copy = arena_string(correlating->arena, buffer_text(&bytes));
    if (copy == NULL)
        return correlating_no_memory(correlating);
    *ret_json = (struct text){copy, bytes.length};
    return ERROR_NONE;
}

enum error_code drift_contracts_apply(struct drift_contracts *contracts, const struct correlating *correlating,
                                      struct change *change, struct text *ret_json)
{
    struct json_builder builder = {0};
    struct other_name other;
    json_t *array;

    *ret_json = (struct text){NULL, 0};
    if (contracts->count == 0)
        return ERROR_NONE;
    if (find_other_name(correlating, change, &other) != ERROR_NONE)
        return correlating->error->code;
    array = json_builder_array(&builder);
    for (size_t i = 0; i < contracts->count; i++) {
        struct drift_contract *item = &contracts->items[i];
        bool broken;

        if (!reads(item->contract, change, &other))
            continue;
        if (check(contracts, correlating, item) != ERROR_NONE) {
            json_decref(array);
            return correlating->error->code;
        }
        broken = would_break(item, change, &other);
        list(&builder, array, item->contract, broken);
        if (broken && item->contract->severity > change->severity)
            change->severity = item->contract->severity;
    }
    return write_json(correlating, &builder, array, ret_json);
}
