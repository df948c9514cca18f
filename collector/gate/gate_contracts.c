#include <stdlib.h>

#include <jansson.h>

#include "base/clock.h"
#include "correlate/contract_source.h"
#include "gate/gate_private.h"
#include "store/contract_states.h"

/* How the instances of what is promoted stand to one contract. */
struct standing {
    const struct contract_state_row *worst; /* the first by name of those that are violated, else not known */
    uint32_t alike;                         /* how many are in that state */
    uint32_t known;                         /* how many were checked as the contract is now */
};

/* Contracts that were not yet checked. */
struct waiting {
    struct text first;
    uint32_t count;
};

/* ---------------------------------------------------------------- reasons */

static enum error_code about_contract(struct gate_judging *judging, struct gate_reason *reason,
                                      const struct contract *contract, struct text object)
{
    if (reason == NULL)
        return judging->error->code;
    reason->contract = contract->name;
    reason->owner = contract->owner;
    reason->consumers = contract->consumers;
    reason->consumer_count = contract->consumer_count;
    reason->object = object;
    if (reason->code == GATE_CONTRACT_UNKNOWN || contract->owner.length == 0)
        return ERROR_NONE;
    return gate_advise(judging, reason,
                       arena_printf(judging->arena,
                                    "%s what the contract asks for, or change the contract with its owner, %.*s: "
                                    "%.*s:%u",
                                    reason->code == GATE_CONTRACT_VIOLATED ? "repair" : "keep",
                                    TEXT_ARGS(contract->owner), TEXT_ARGS(contract->file), contract->line));
}

/* "contract 'invoices' (read by billing, reports)" */
static const char *name_contract(struct gate_judging *judging, const struct contract *contract)
{
    CLEANUP(buffer_clear) struct buffer name = {0};

    buffer_printf(&name, "contract '%.*s'", TEXT_ARGS(contract->name));
    for (size_t i = 0; i < contract->consumer_count; i++)
        buffer_printf(&name, "%s%.*s", i == 0 ? " (read by " : ", ", TEXT_ARGS(contract->consumers[i]));
    if (contract->consumer_count > 0)
        buffer_add_string(&name, ")");
    return name.failed ? NULL : arena_string(judging->arena, buffer_text(&name));
}

/* ---------------------------------------------------------------- where it is promoted from */

/* One thing that was found, as it was kept. */
struct kept {
    struct text object, message;
};

static enum error_code copy_kept(struct gate_judging *judging, json_t *value, const char *name, struct text *ret_text)
{
    const char *string = json_string_value(json_object_get(value, name));

    *ret_text = text_from(arena_printf(judging->arena, "%s", string == NULL ? "" : string));
    return ret_text->bytes == NULL ? gate_no_memory(judging) : ERROR_NONE;
}

/* The findings that are of the row's own state. */
static enum error_code copy_all_kept(struct gate_judging *judging, const struct contract_state_row *row,
                                     json_t *findings, struct kept *kept, size_t *ret_count)
{
    const char *wanted = contract_state_name((enum contract_state)row->state);
    json_t *finding;
    size_t i;

    json_array_foreach(findings, i, finding)
    {
        const char *state = json_string_value(json_object_get(finding, "state"));
        struct kept *next = &kept[*ret_count];

        if (state == NULL || strcmp(state, wanted) != 0)
            continue;
        if (copy_kept(judging, finding, "object", &next->object) != ERROR_NONE ||
            copy_kept(judging, finding, "message", &next->message) != ERROR_NONE)
            return judging->error->code;
        ++*ret_count;
    }
    return ERROR_NONE;
}

/* Out of what the store keeps as JSON. */
static enum error_code read_kept(struct gate_judging *judging, const struct contract_state_row *row,
                                 struct kept **ret_kept, size_t *ret_count)
{
    json_error_t wrong = {0};
    json_t *findings = json_loadb(row->findings.bytes, row->findings.length, 0, &wrong);
    struct kept *kept = arena_array(judging->arena, json_array_size(findings), sizeof *kept);
    enum error_code code = ERROR_NONE;

    *ret_count = 0;
    if (kept == NULL || (findings == NULL && json_error_code(&wrong) == json_error_out_of_memory))
        code = gate_no_memory(judging);
    else
        code = copy_all_kept(judging, row, findings, kept, ret_count);
    json_decref(findings);
    *ret_kept = kept;
    return code;
}

/* "staging", "staging/eu-1 and 3 more instances" */
static const char *name_places(struct gate_judging *judging, const struct standing *standing)
{
    const char *place = gate_place(judging, &judging->sides[0], standing->worst->name.instance);

    if (place == NULL || standing->alike == 1)
        return place;
    return arena_printf(judging->arena, "%s and %u more instance%s", place, standing->alike - 1,
                        standing->alike == 2 ? "" : "s");
}

static enum error_code say_violated(struct gate_judging *judging, const struct contract *contract,
                                    const struct standing *standing, const struct kept *kept, struct text story)
{
    const bool is_violated = standing->worst->state == CONTRACT_VIOLATED;
    const char *name = name_contract(judging, contract), *places = name_places(judging, standing);
    char since[CLOCK_TEXT_SIZE];
    struct gate_reason *reason;

    if (name == NULL || places == NULL)
        return gate_no_memory(judging);
    clock_format_seconds(standing->worst->since, since);
    reason = gate_add(judging, is_violated ? GATE_CONTRACT_VIOLATED : GATE_CONTRACT_UNKNOWN, contract->severity,
                      is_violated ? arena_printf(judging->arena, "%s is violated in %s since %s: %.*s%s%.*s", name,
                                                 places, since, TEXT_ARGS(kept->message),
                                                 story.length > 0 ? "; changed " : "", TEXT_ARGS(story))
                                  : arena_printf(judging->arena, "whether %s holds in %s is not known: %.*s", name,
                                                 places, TEXT_ARGS(kept->message)));
    return about_contract(judging, reason, contract, kept->object);
}

static enum error_code say_standing(struct gate_judging *judging, const struct contract *contract,
                                    const struct standing *standing)
{
    static const struct kept nothing = {.message = TEXT_INIT("the store does not say why")};
    struct kept *kept = NULL;
    struct text story;
    size_t count = 0;

    if (standing->worst == NULL)
        return ERROR_NONE;
    if (read_kept(judging, standing->worst, &kept, &count) != ERROR_NONE ||
        gate_story(judging, standing->worst->change, &story) != ERROR_NONE)
        return judging->error->code;
    if (count == 0)
        return say_violated(judging, contract, standing, &nothing, story);
    for (size_t i = 0; i < count; i++)
        if (say_violated(judging, contract, standing, &kept[i], story) != ERROR_NONE)
            return judging->error->code;
    return ERROR_NONE;
}

static int compare_rows(const void *a, const void *b)
{
    const struct contract_state_row *x = a, *y = b;
    int order = text_compare(x->contract, y->contract);

    return order != 0 ? order : text_compare(x->name.instance, y->name.instance);
}

/* Whether an instance speaks for what is promoted: an outlier that is allowed does not. */
static const struct fleet_instance *find_instance(const struct gate_judging *judging, int64_t target)
{
    const struct fleet_environment *fleet = &judging->sides[0].fleet;

    for (uint32_t i = 0; i < fleet->instance_count; i++)
        if (fleet->instances[i].target.id == target)
            return &fleet->instances[i];
    return NULL;
}

static bool speaks(const struct gate_judging *judging, const struct fleet_instance *instance)
{
    const struct fleet_environment *fleet = &judging->sides[0].fleet;

    if (instance == NULL || instance->target.snapshot == 0)
        return false;
    return !judging->allow_outliers || !fleet->has_majority || fleet->variants[instance->variant].majority;
}

static uint32_t count_speakers(const struct gate_judging *judging)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < judging->sides[0].fleet.instance_count; i++)
        count += speaks(judging, &judging->sides[0].fleet.instances[i]);
    return count;
}

/* Take a row of a contract into account. */
static void stand(const struct gate_judging *judging, const struct contract *contract,
                  const struct contract_state_row *row, struct standing *standing)
{
    if (!speaks(judging, find_instance(judging, row->target)) || !hash_equal(&row->fingerprint, &contract->fingerprint))
        return;
    standing->known++;
    if (row->state == CONTRACT_HOLDS)
        return;
    if (standing->worst == NULL || (row->state == CONTRACT_VIOLATED && standing->worst->state != CONTRACT_VIOLATED)) {
        standing->worst = row;
        standing->alike = 1;
    } else if (row->state == standing->worst->state) {
        standing->alike++;
    }
}

static enum error_code say_waiting(struct gate_judging *judging, const struct waiting *waiting)
{
    const struct text from = judging->question->from;
    const char *message;

    if (waiting->count == 0)
        return ERROR_NONE;
    if (waiting->count == 1)
        message = arena_printf(judging->arena, "whether contract '%.*s' holds in %.*s is being worked out",
                               TEXT_ARGS(waiting->first), TEXT_ARGS(from));
    else
        message = arena_printf(judging->arena,
                               "whether %u contracts hold in %.*s, the first of them '%.*s', is being worked out",
                               waiting->count, TEXT_ARGS(from), TEXT_ARGS(waiting->first));
    return gate_add(judging, GATE_BEHIND, SEVERITY_HIGH, message) == NULL ? judging->error->code : ERROR_NONE;
}

/* Both are by name of the contract. */
static enum error_code walk_states(struct gate_judging *judging, const struct contract_state_row *rows, size_t count)
{
    const struct contract_set *set = &judging->content->contracts.set;
    const uint32_t speakers = count_speakers(judging);
    struct waiting waiting = {0};
    size_t at = 0;

    for (size_t i = 0; i < set->count; i++) {
        const struct contract *contract = &set->contracts[i];
        struct standing standing = {0};

        if (!text_equal(contract->database, judging->question->database) ||
            !contract_has_environment(contract, judging->question->from))
            continue;
        while (at < count && text_compare(rows[at].contract, contract->name) < 0)
            at++;
        for (; at < count && text_equal(rows[at].contract, contract->name); at++)
            stand(judging, contract, &rows[at], &standing);
        if (standing.known < speakers && waiting.count++ == 0)
            waiting.first = contract->name;
        if (say_standing(judging, contract, &standing) != ERROR_NONE)
            return judging->error->code;
    }
    return say_waiting(judging, &waiting);
}

static enum error_code look_at_from(struct gate_judging *judging)
{
    const struct contract_state_filter filter = {.database = judging->question->database,
                                                 .environment = judging->question->from};
    struct contract_state_row *rows = NULL;
    size_t count = 0;

    if (!judging->sides[0].has_snapshot)
        return ERROR_NONE;
    if (contract_states_list(judging->database, &filter, judging->arena, &rows, &count, judging->error) != ERROR_NONE)
        return judging->error->code;
    if (count > 1)
        qsort(rows, count, sizeof *rows, compare_rows);
    return walk_states(judging, rows, count);
}

/* ---------------------------------------------------------------- where it is promoted to */

static enum error_code say_finding(struct gate_judging *judging, const struct contract_finding *finding)
{
    const bool is_violated = finding->state == CONTRACT_VIOLATED;
    const char *name = name_contract(judging, finding->contract);
    struct gate_reason *reason;

    if (name == NULL)
        return gate_no_memory(judging);
    reason =
        gate_add(judging, is_violated ? GATE_CONTRACT_WOULD_BREAK : GATE_CONTRACT_UNKNOWN, finding->contract->severity,
                 is_violated ? arena_printf(judging->arena, "%s would not hold in %.*s: %.*s", name,
                                            TEXT_ARGS(judging->question->to), TEXT_ARGS(finding->message))
                             : arena_printf(judging->arena, "whether %s would hold in %.*s is not known: %.*s", name,
                                            TEXT_ARGS(judging->question->to), TEXT_ARGS(finding->message)));
    return about_contract(judging, reason, finding->contract, finding->object);
}

/* How a contract stands where it is promoted to, as it is now. False: there is no snapshot. */
static enum error_code check_present(struct gate_judging *judging, const struct contract *contract,
                                     struct contract_result *ret_result, bool *ret_known)
{
    const struct target_row *spokesman = judging->sides[1].spokesman;
    struct contract_lookup lookup;

    *ret_known = spokesman != NULL;
    if (spokesman == NULL)
        return ERROR_NONE;
    if (contract_lookup_begin(&lookup, judging->database, &spokesman->root, judging->arena, judging->error) !=
        ERROR_NONE)
        return judging->error->code;
    return contract_check(ret_result, contract, &lookup.source, judging->arena, judging->error);
}

static bool is_about_the_same(const struct contract_finding *a, const struct contract_finding *b)
{
    return a->requirement == b->requirement && a->kind == b->kind && a->line == b->line &&
           text_equal(a->object, b->object);
}

/* What is promoted does not speak of it, so it stays as it is. */
static enum error_code say_present(struct gate_judging *judging, const struct contract_finding *undeclared)
{
    struct contract_result present = {0};
    bool known;

    if (check_present(judging, undeclared->contract, &present, &known) != ERROR_NONE)
        return judging->error->code;
    if (!known)
        return say_finding(judging, undeclared);
    for (size_t i = 0; i < present.count; i++)
        if (is_about_the_same(&present.findings[i], undeclared))
            return say_finding(judging, &present.findings[i]);
    return ERROR_NONE;
}

static enum error_code check(struct gate_judging *judging, const struct contract *contract,
                             const struct contract_source *source)
{
    struct contract_result result = {0};

    if (contract_check(&result, contract, source, judging->arena, judging->error) != ERROR_NONE)
        return judging->error->code;
    for (size_t i = 0; i < result.count; i++)
        if ((result.findings[i].is_undeclared ? say_present : say_finding)(judging, &result.findings[i]) != ERROR_NONE)
            return judging->error->code;
    return ERROR_NONE;
}

static enum error_code check_all(struct gate_judging *judging, const struct contract_source *source)
{
    const struct contract_set *set = &judging->content->contracts.set;

    for (size_t i = 0; i < set->count; i++)
        if (text_equal(set->contracts[i].database, judging->question->database) &&
            contract_has_environment(&set->contracts[i], judging->question->to) &&
            check(judging, &set->contracts[i], source) != ERROR_NONE)
            return judging->error->code;
    return ERROR_NONE;
}

/* What the environment will be after the promotion is what is promoted, and what that does not speak of. */
static enum error_code look_at_to(struct gate_judging *judging)
{
    const struct target_row *spokesman = judging->sides[0].spokesman;
    struct contract_lookup lookup;
    struct contract_source source;

    if (judging->question->from.length == 0) {
        source = contract_source_of(judging->question->reference);
        return check_all(judging, &source);
    }
    if (spokesman == NULL)
        return ERROR_NONE; /* why is said already */
    if (contract_lookup_begin(&lookup, judging->database, &spokesman->root, judging->arena, judging->error) !=
        ERROR_NONE)
        return judging->error->code;
    return check_all(judging, &lookup.source);
}

/* ---------------------------------------------------------------- */

static uint32_t count_contracts(const struct gate_judging *judging)
{
    const struct contract_set *set = &judging->content->contracts.set;
    uint32_t count = 0;

    for (size_t i = 0; i < set->count; i++)
        count += text_equal(set->contracts[i].database, judging->question->database) &&
                 (contract_has_environment(&set->contracts[i], judging->question->to) ||
                  (judging->question->from.length > 0 &&
                   contract_has_environment(&set->contracts[i], judging->question->from)));
    return count;
}

static enum error_code say_unreadable(struct gate_judging *judging)
{
    const struct text problem = judging->content->contracts.problem;
    const char *message =
        problem.length > 0 ? arena_printf(judging->arena, "the contracts could not be read: %.*s", TEXT_ARGS(problem))
                           : arena_printf(judging->arena, "the contracts were not read yet");

    return gate_add(judging, GATE_CONTRACTS_UNREADABLE, SEVERITY_HIGH, message) == NULL ? judging->error->code
                                                                                        : ERROR_NONE;
}

enum error_code gate_look_at_contracts(struct gate_judging *judging)
{
    if (!judging->content->contracts.known)
        return say_unreadable(judging);
    judging->answer->contracts = count_contracts(judging);
    if (judging->answer->contracts == 0)
        return ERROR_NONE;
    if (judging->question->from.length > 0 && look_at_from(judging) != ERROR_NONE)
        return judging->error->code;
    return look_at_to(judging);
}
