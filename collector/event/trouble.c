#include "event/trouble.h"

#include <inttypes.h>

#include "drift/report_json_value.h"

/* What is being found out. */
struct finding {
    const struct event_row *event;
    const json_t *data;
    struct arena *arena;
    struct trouble *trouble;
    struct error *error;
};

static enum error_code no_memory(const struct finding *finding)
{
    return arena_error(finding->arena, finding->error, "reading an event");
}

static struct text text_of(const struct finding *finding, const char *name)
{
    const json_t *value = json_object_get(finding->data, name);

    return (struct text){json_string_value(value), json_string_length(value)};
}

static int64_t number_of(const struct finding *finding, const char *name)
{
    return json_integer_value(json_object_get(finding->data, name));
}

static bool says(const struct finding *finding, const char *name, const char *what)
{
    return text_equal(text_of(finding, name), text_from(what));
}

/* Room for so many keys. */
static enum error_code make_room(const struct finding *finding, size_t count)
{
    finding->trouble->keys = arena_array(finding->arena, count, sizeof *finding->trouble->keys);
    return finding->trouble->keys == NULL ? no_memory(finding) : ERROR_NONE;
}

/* Add what arena_printf() made. */
static enum error_code add(const struct finding *finding, const char *key)
{
    if (key == NULL)
        return no_memory(finding);
    finding->trouble->keys[finding->trouble->count++] = text_from(key);
    return ERROR_NONE;
}

/* ---- of differences ---- */

/* One is named, or a list of them; of very many the list is not all. */
static enum error_code find_drifts(const struct finding *finding, size_t more)
{
    const json_t *list = json_object_get(finding->data, "drifts"), *one = json_object_get(finding->data, "drift");
    size_t count = json_array_size(list);

    finding->trouble->is_partial = number_of(finding, "count") > (int64_t)count;
    if (make_room(finding, count + (one != NULL) + more) != ERROR_NONE)
        return finding->error->code;
    for (size_t i = 0; i < count + (one != NULL); i++) {
        const json_t *number = i < count ? json_array_get(list, i) : one;

        if (add(finding, arena_printf(finding->arena, "drift:%" PRId64, (int64_t)json_integer_value(number))) !=
            ERROR_NONE)
            return finding->error->code;
    }
    return ERROR_NONE;
}

static enum error_code find_pair(const struct finding *finding)
{
    const struct text database = text_of(finding, "database"), from = text_of(finding, "from"),
                      to = text_of(finding, "to"), instance = text_of(finding, "instance");

    return add(finding, arena_printf(finding->arena, "pair:%.*s:%.*s:%.*s:%.*s", TEXT_ARGS(database), TEXT_ARGS(from),
                                     TEXT_ARGS(to), TEXT_ARGS(instance)));
}

/* Those that somebody accepted are no trouble, whatever becomes of them. */
static enum error_code of_drift(const struct finding *finding)
{
    if (says(finding, "state", "waived") && finding->trouble->role == TROUBLE_BEGINS) {
        finding->trouble->role = TROUBLE_NONE;
        return ERROR_NONE;
    }
    return find_drifts(finding, 0);
}

/* As many as were told together are one trouble. */
static enum error_code of_many(const struct finding *finding)
{
    if (finding->trouble->role == TROUBLE_ENDS)
        return find_drifts(finding, 0);
    if (make_room(finding, 1) != ERROR_NONE)
        return finding->error->code;
    return find_pair(finding);
}

/* ---- of environments ---- */

static enum error_code of_split(const struct finding *finding)
{
    const struct text database = text_of(finding, "database"), environment = text_of(finding, "environment");

    if (make_room(finding, 1) != ERROR_NONE)
        return finding->error->code;
    return add(finding, arena_printf(finding->arena, "split:%.*s:%.*s", TEXT_ARGS(database), TEXT_ARGS(environment)));
}

/* ---- of contracts, targets and agents ---- */

static enum error_code of_contract(const struct finding *finding)
{
    const struct text contract = text_of(finding, "contract");

    if (make_room(finding, 1) != ERROR_NONE)
        return finding->error->code;
    return add(finding,
               arena_printf(finding->arena, "contract:%.*s:%" PRId64, TEXT_ARGS(contract), finding->event->target));
}

static enum error_code of_state(const struct finding *finding)
{
    finding->trouble->role = says(finding, "to", "fine") ? TROUBLE_ENDS : TROUBLE_BEGINS;
    if (make_room(finding, 1) != ERROR_NONE)
        return finding->error->code;
    return add(finding, arena_printf(finding->arena, "target:%" PRId64, finding->event->target));
}

static enum error_code of_coverage(const struct finding *finding)
{
    finding->trouble->role = number_of(finding, "gaps") == 0 ? TROUBLE_ENDS : TROUBLE_BEGINS;
    if (make_room(finding, 1) != ERROR_NONE)
        return finding->error->code;
    return add(finding, arena_printf(finding->arena, "coverage:%" PRId64, finding->event->target));
}

/* Whatever was wrong with it ends with it. */
static enum error_code of_forgotten(const struct finding *finding)
{
    const json_t *contracts = json_object_get(finding->data, "contracts");
    const int64_t target = finding->event->target;

    if (target == 0)
        return ERROR_NONE;
    if (make_room(finding, 2 + json_array_size(contracts)) != ERROR_NONE ||
        add(finding, arena_printf(finding->arena, "target:%" PRId64, target)) != ERROR_NONE ||
        add(finding, arena_printf(finding->arena, "coverage:%" PRId64, target)) != ERROR_NONE)
        return finding->error->code;
    for (size_t i = 0; i < json_array_size(contracts); i++) {
        const json_t *name = json_array_get(contracts, i);

        if (add(finding, arena_printf(finding->arena, "contract:%.*s:%" PRId64, (int)json_string_length(name),
                                      json_is_string(name) ? json_string_value(name) : "", target)) != ERROR_NONE)
            return finding->error->code;
    }
    return ERROR_NONE;
}

static enum error_code of_agent(const struct finding *finding)
{
    if (finding->event->agent == 0)
        return ERROR_NONE;
    if (make_room(finding, 1) != ERROR_NONE)
        return finding->error->code;
    return add(finding, arena_printf(finding->arena, "agent:%" PRId64, finding->event->agent));
}

/* ---- all types ---- */

static const struct {
    enum trouble_role role; /* unless what finds the keys says another */
    enum error_code (*find)(const struct finding *finding);
} rules[EVENT_TYPE_COUNT] = {
    [EVENT_COVERAGE_CHANGED] = {TROUBLE_BEGINS, of_coverage}, [EVENT_TARGET_STATE] = {TROUBLE_BEGINS, of_state},
    [EVENT_TARGET_FORGOTTEN] = {TROUBLE_ENDS, of_forgotten},  [EVENT_DRIFT_OPENED] = {TROUBLE_BEGINS, of_drift},
    [EVENT_DRIFT_CHANGED] = {TROUBLE_BEGINS, of_drift},       [EVENT_DRIFT_REOPENED] = {TROUBLE_BEGINS, of_drift},
    [EVENT_DRIFT_ENDED] = {TROUBLE_ENDS, of_drift},           [EVENT_DRIFTS_OPENED] = {TROUBLE_BEGINS, of_many},
    [EVENT_DRIFTS_CHANGED] = {TROUBLE_BEGINS, of_many},       [EVENT_DRIFTS_REOPENED] = {TROUBLE_BEGINS, of_many},
    [EVENT_DRIFTS_ENDED] = {TROUBLE_ENDS, of_many},           [EVENT_DRIFT_ACKNOWLEDGED] = {TROUBLE_SEEN, of_drift},
    [EVENT_DRIFT_WAIVED] = {TROUBLE_ENDS, of_drift},          [EVENT_WAIVER_ENDED] = {TROUBLE_BEGINS, of_drift},
    [EVENT_WAIVER_EXPIRED] = {TROUBLE_BEGINS, of_drift},      [EVENT_CONTRACT_VIOLATED] = {TROUBLE_BEGINS, of_contract},
    [EVENT_CONTRACT_UNKNOWN] = {TROUBLE_BEGINS, of_contract}, [EVENT_CONTRACT_RESTORED] = {TROUBLE_ENDS, of_contract},
    [EVENT_AGENT_SILENT] = {TROUBLE_BEGINS, of_agent},        [EVENT_AGENT_RETURNED] = {TROUBLE_ENDS, of_agent},
    [EVENT_AGENT_REVOKED] = {TROUBLE_ENDS, of_agent},         [EVENT_ENVIRONMENT_SPLIT] = {TROUBLE_BEGINS, of_split},
    [EVENT_ENVIRONMENT_AGREED] = {TROUBLE_ENDS, of_split},
};

enum error_code trouble_of_event(const struct event_row *event, const json_t *data, struct arena *arena,
                                 struct trouble *ret_trouble, struct error *error)
{
    struct trouble trouble = {.role = rules[event->type].role};
    const struct finding finding = {event, data, arena, &trouble, error};

    if (rules[event->type].find != NULL && rules[event->type].find(&finding) != ERROR_NONE)
        return error->code;
    if (trouble.count == 0 && !trouble.is_partial)
        trouble = (struct trouble){.role = TROUBLE_NONE};
    *ret_trouble = trouble;
    return ERROR_NONE;
}
