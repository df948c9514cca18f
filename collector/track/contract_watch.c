#include "track/contract_watch.h"

#include <stdlib.h>

#include "contract/contract_check.h"
#include "correlate/contract_source.h"
#include "store/contract_states.h"
#include "track/contract_event.h"
#include "track/pair_comparison.h"

/* The contracts that speak of an environment, and what came of checking one root against them. */
struct contracts_of {
    struct text environment;
    const struct contract **contracts; /* by name */
    size_t count;
    struct hash root;
    struct contract_result *results;
    bool *is_checked;
    struct contract_lookup lookup;
    bool is_open;
};

static bool speaks_of(const struct contract *contract, struct text database, struct text environment)
{
    return text_equal(contract->database, database) && contract_has_environment(contract, environment);
}

static enum error_code find_contracts(const struct correlating *correlating, struct text environment,
                                      struct contracts_of *ret_contracts)
{
    const struct contract_set *set = &policy_content(correlating->policy)->contracts.set;
    struct contracts_of of = {.environment = environment};

    of.contracts = arena_array(correlating->arena, set->count, sizeof(*of.contracts));
    of.results = arena_array(correlating->arena, set->count, sizeof *of.results);
    of.is_checked = arena_array(correlating->arena, set->count, sizeof *of.is_checked);
    if (of.contracts == NULL || of.results == NULL || of.is_checked == NULL)
        return correlating_no_memory(correlating);
    for (size_t i = 0; i < set->count; i++)
        if (speaks_of(&set->contracts[i], correlating->name, environment))
            of.contracts[of.count++] = &set->contracts[i];
    *ret_contracts = of;
    return ERROR_NONE;
}

static void look_at(struct contracts_of *of, const struct hash *root)
{
    if (of->is_open && hash_equal(&of->root, root))
        return;
    of->root = *root;
    of->is_open = false;
    for (size_t i = 0; i < of->count; i++)
        of->is_checked[i] = false;
}

/* Targets with one root stand to a contract alike. */
static enum error_code check(const struct correlating *correlating, struct contracts_of *of, size_t place)
{
    if (of->is_checked[place])
        return ERROR_NONE;
    if (!of->is_open && contract_lookup_begin(&of->lookup, correlating->database, &of->root, correlating->arena,
                                              correlating->error) != ERROR_NONE)
        return correlating->error->code;
    of->is_open = of->is_checked[place] = true;
    return contract_check(&of->results[place], of->contracts[place], &of->lookup.source, correlating->arena,
                          correlating->error);
}

/* ---- one contract and one target ---- */

static enum error_code keep_state(const struct correlating *correlating, struct contracts_of *of, size_t place,
                                  const struct watched_target *target, const struct contract_state_row *before,
                                  const struct occasion *occasion)
{
    struct contract_state_row row = {.contract = of->contracts[place]->name,
                                     .target = target->id,
                                     .fingerprint = of->contracts[place]->fingerprint,
                                     .since = occasion->at,
                                     .snapshot = target->snapshot};
    struct contract_event event = {.contract = of->contracts[place],
                                   .result = &of->results[place],
                                   .target = target,
                                   .occasion = occasion,
                                   .before = before == NULL ? CONTRACT_HOLDS : (enum contract_state)before->state};

    look_at(of, &target->root);
    if (check(correlating, of, place) != ERROR_NONE ||
        contract_event_findings(correlating, &of->results[place], &row.findings) != ERROR_NONE)
        return correlating->error->code;
    row.state = of->results[place].state;
    row.change = contract_event_find_change(&event);
    if (before != NULL && before->state == row.state) {
        row.since = before->since;
        if (row.change == 0 || text_equal(before->findings, row.findings))
            row.change = before->change;
    }
    if (contract_states_put(correlating->database, &row, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    return contract_event_tell(correlating, &event);
}

/* ---- a snapshot ---- */

static bool reads_change(const struct contract *contract, const struct change *change)
{
    if (change->kind == KIND_SCHEMA && change->effect == EFFECT_RENAMED)
        return true;
    return contract_reads(contract, change->object_kind, change->owner) ||
           (change->owner_before.length > 0 && contract_reads(contract, change->object_kind, change->owner_before)) ||
           (change->kind == change->object_kind && change->renamed_from.length > 0 &&
            contract_reads(contract, change->object_kind, change->renamed_from));
}

static bool reads_any(const struct contract *contract, const struct occasion *occasion)
{
    bool found = false;

    for (uint32_t i = 0; i < occasion->change_count && !found; i++)
        found = reads_change(contract, &occasion->changes[i]);
    return found;
}

/* Whether what can be read is as it was. */
static enum error_code is_covered_alike(const struct correlating *correlating, const struct occasion *occasion,
                                        bool *ret_alike)
{
    struct snapshot before, now;

    *ret_alike = false;
    if (!occasion->has_before)
        return ERROR_NONE;
    if (pair_comparison_gaps(correlating, &occasion->before, &before) != ERROR_NONE ||
        pair_comparison_gaps(correlating, &occasion->now, &now) != ERROR_NONE)
        return correlating->error->code;
    *ret_alike = before.gap_count == now.gap_count;
    for (uint32_t i = 0; i < now.gap_count && *ret_alike; i++)
        *ret_alike = before.gaps[i].kind == now.gaps[i].kind && text_equal(before.gaps[i].object, now.gaps[i].object);
    return ERROR_NONE;
}

static int compare_states(const void *a, const void *b)
{
    const struct contract_state_row *x = a, *y = b;

    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    return text_compare(x->contract, y->contract);
}

/* By target and contract. */
struct states {
    struct contract_state_row *rows;
    size_t count;
};

static enum error_code list_states(const struct correlating *correlating, const struct contract_state_filter *filter,
                                   struct states *ret_states)
{
    if (contract_states_list(correlating->database, filter, correlating->arena, &ret_states->rows, &ret_states->count,
                             correlating->error) != ERROR_NONE)
        return correlating->error->code;
    if (ret_states->count > 1)
        qsort(ret_states->rows, ret_states->count, sizeof *ret_states->rows, compare_states);
    return ERROR_NONE;
}

static const struct contract_state_row *find_state(const struct states *states, const struct contract *contract,
                                                   int64_t target)
{
    const struct contract_state_row wanted = {.contract = contract->name, .target = target};

    if (states->count == 0)
        return NULL;
    return bsearch(&wanted, states->rows, states->count, sizeof *states->rows, compare_states);
}

static bool is_of_contract(const struct contract_state_row *row, const struct contract *contract)
{
    return row != NULL && hash_equal(&row->fingerprint, &contract->fingerprint);
}

enum error_code contract_watch_follow(const struct correlating *correlating, const struct watched_target *target,
                                      const struct occasion *occasion)
{
    const struct contract_state_filter filter = {.target = target->id};
    struct contracts_of *of = arena_alloc(correlating->arena, sizeof *of);
    struct states states = {0};
    bool alike = false;

    if (of == NULL)
        return correlating_no_memory(correlating);
    if (find_contracts(correlating, target->name.environment, of) != ERROR_NONE)
        return correlating->error->code;
    if (of->count == 0)
        return ERROR_NONE;
    if (is_covered_alike(correlating, occasion, &alike) != ERROR_NONE ||
        list_states(correlating, &filter, &states) != ERROR_NONE)
        return correlating->error->code;
    for (size_t i = 0; i < of->count; i++) {
        const struct contract_state_row *before = find_state(&states, of->contracts[i], target->id);

        if (alike && is_of_contract(before, of->contracts[i]) && !reads_any(of->contracts[i], occasion))
            continue;
        if (keep_state(correlating, of, i, target, before, occasion) != ERROR_NONE)
            return correlating->error->code;
    }
    return ERROR_NONE;
}

/* ---- everything ---- */

static const struct contract *find_contract(const struct contracts_of *of, struct text name)
{
    for (size_t i = 0; i < of->count; i++)
        if (text_equal(of->contracts[i]->name, name))
            return of->contracts[i];
    return NULL;
}

/* What no contract says of a target any more. */
static enum error_code remove_states(const struct correlating *correlating, const struct contracts_of *of,
                                     const struct states *states, int64_t target)
{
    const struct contract_state_row wanted = {.target = target};
    size_t low = 0, high = states->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_states(&states->rows[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < states->count && states->rows[low].target == target; low++)
        if (find_contract(of, states->rows[low].contract) == NULL &&
            contract_states_remove(correlating->database, states->rows[low].contract, target, correlating->error) !=
                ERROR_NONE)
            return correlating->error->code;
    return ERROR_NONE;
}

static enum error_code follow_target(const struct correlating *correlating, struct contracts_of *of,
                                     const struct states *states, const struct target_row *row,
                                     const struct occasion *occasion, struct work_budget *budget)
{
    const struct watched_target target = {row->id, row->name, row->snapshot, row->root};

    for (size_t i = 0; i < of->count; i++) {
        const struct contract_state_row *before = find_state(states, of->contracts[i], row->id);

        if (is_of_contract(before, of->contracts[i]))
            continue;
        if (!work_budget_take(budget))
            return ERROR_NONE;
        if (keep_state(correlating, of, i, &target, before, occasion) != ERROR_NONE)
            return correlating->error->code;
    }
    return remove_states(correlating, of, states, row->id);
}

/* One environment after the other, and in it one root after the other. */
static int compare_targets(const void *a, const void *b)
{
    const struct target_row *x = a, *y = b;
    int order = text_compare(x->name.environment, y->name.environment);

    if (order == 0)
        order = memcmp(x->root.bytes, y->root.bytes, HASH_SIZE);
    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

enum error_code contract_watch_all(const struct correlating *correlating, const struct occasion *occasion,
                                   struct work_budget *budget)
{
    const struct contract_state_filter filter = {.database = correlating->name};
    const struct target_filter of_database = {.database = correlating->name};
    const struct policy_contracts *contracts = &policy_content(correlating->policy)->contracts;
    struct contracts_of *of = arena_alloc(correlating->arena, sizeof *of);
    struct target_row *targets = NULL;
    struct states states = {0};
    size_t count = 0;

    if (of == NULL)
        return correlating_no_memory(correlating);
    if (list_states(correlating, &filter, &states) != ERROR_NONE)
        return correlating->error->code;
    if (!contracts->known || (states.count == 0 && contracts->set.count == 0))
        return ERROR_NONE; /* what is not known now says nothing of what was known */
    if (targets_list(correlating->database, &of_database, correlating->arena, &targets, &count, correlating->error) !=
        ERROR_NONE)
        return correlating->error->code;
    if (count > 1)
        qsort(targets, count, sizeof *targets, compare_targets);
    for (size_t i = 0; i < count && !budget->is_used_up; i++) {
        if (targets[i].snapshot == 0)
            continue;
        if ((of->contracts == NULL || !text_equal(of->environment, targets[i].name.environment)) &&
            find_contracts(correlating, targets[i].name.environment, of) != ERROR_NONE)
            return correlating->error->code;
        if (follow_target(correlating, of, &states, &targets[i], occasion, budget) != ERROR_NONE)
            return correlating->error->code;
    }
    return ERROR_NONE;
}
