#include "cli/contracts_text.h"

#include <stdlib.h>

#include "cli/actor_text.h"
#include "cli/moment.h"
#include "cli/place.h"
#include "drift/report_display.h"

enum { INDENT = 2 };

static enum tint state_tint(unsigned state)
{
    return state == CONTRACT_HOLDS ? TINT_GOOD : state == CONTRACT_VIOLATED ? TINT_BAD : TINT_DOUBT;
}

static void add_state(struct table *table, unsigned state)
{
    table_add(table, state_tint(state), text_from(contract_state_name((enum contract_state)state)));
}

/* `contracts/billing.yaml:12: column … is required` */
static void write_finding(struct buffer *output, struct text file, int64_t line, struct text message)
{
    display_text(output, file);
    buffer_printf(output, ":%lld: ", (long long)line);
    display_text(output, message);
    buffer_add_byte(output, '\n');
}

/* ---- what the collector says ---- */

static unsigned rank(unsigned state)
{
    return state == CONTRACT_VIOLATED ? 0 : state == CONTRACT_UNKNOWN ? 1 : 2;
}

static int compare_contracts(const void *a, const void *b)
{
    const struct answer_contract *x = *(const struct answer_contract *const *)a;
    const struct answer_contract *y = *(const struct answer_contract *const *)b;

    if (rank(x->state) != rank(y->state))
        return rank(x->state) < rank(y->state) ? -1 : 1;
    return text_compare(x->name, y->name);
}

/* The worst first; NULL when memory runs out. */
static const struct answer_contract **sort(const struct answer_contracts *contracts, struct arena *arena)
{
    const struct answer_contract *items = contracts->contracts.items;
    const struct answer_contract **sorted = arena_array(arena, contracts->contracts.count, sizeof *sorted);

    if (sorted == NULL)
        return NULL;
    for (size_t i = 0; i < contracts->contracts.count; i++)
        sorted[i] = &items[i];
    if (contracts->contracts.count > 1)
        qsort(sorted, contracts->contracts.count, sizeof *sorted, compare_contracts);
    return sorted;
}

static void write_problem(struct buffer *output, const struct answer_contracts *contracts,
                          const struct table_style *style, int64_t now)
{
    if (contracts->problem.length == 0 && contracts->known)
        return;
    tint_begin(output, TINT_BAD, style);
    buffer_add_string(output, "problem");
    tint_end(output, TINT_BAD, style);
    buffer_add_string(output, ": ");
    display_text(output, contracts->problem.length == 0 ? TEXT("the contracts were never read") : contracts->problem);
    if (contracts->problem_since != 0) {
        buffer_add_string(output, " (for ");
        moment_write_age(output, contracts->problem_since, now);
        buffer_add_byte(output, ')');
    }
    buffer_add_string(output, contracts->known ? "\nin use are the contracts as they were before\n\n"
                                               : "\nno contracts are known, so the gate lets nothing pass\n\n");
}

/* Since when the contract is in its state: violated or unknown somewhere, or kept everywhere. */
static int64_t since_of(const struct answer_contract *contract)
{
    const struct answer_contract_target *targets = contract->targets.items;
    int64_t since = 0;

    for (size_t i = 0; i < contract->targets.count; i++) {
        bool is_later = targets[i].since > since;

        if (targets[i].state == contract->state && targets[i].since != 0 &&
            (since == 0 || is_later == (contract->state == CONTRACT_HOLDS)))
            since = targets[i].since;
    }
    return since;
}

static void write_table(struct buffer *output, const struct answer_contract *const *contracts, size_t count,
                        const struct table_style *style, struct arena *arena, int64_t now)
{
    static const char *const titles[] = {"contract", "state", "for", "database", "owner", "read by", NULL};
    struct table table;

    table_init(&table, arena, LENGTH_OF(titles) - 1);
    table_add_titles(&table, titles);
    for (size_t i = 0; i < count; i++) {
        const struct answer_contract *contract = contracts[i];
        struct buffer age;

        table_add_foreign(&table, TINT_NONE, contract->name);
        add_state(&table, contract->state);
        buffer_init(&age);
        moment_write_age(&age, since_of(contract), now);
        table_add_buffer(&table, TINT_NONE, &age);
        table_add_foreign(&table, TINT_NONE, contract->database);
        table_add_foreign(&table, TINT_NONE, contract->owner.length == 0 ? TEXT("-") : contract->owner);
        table_add_names(&table, contract->consumers.items, contract->consumers.count);
    }
    table_write(output, &table, style, 0);
}

/* `  orders@prod/eu-1 is violated since 2026-11-21T08:00:00Z, by alice (captured): change 12 of shop.orders.total` */
static void write_target(struct buffer *output, const struct answer_contract *contract,
                         const struct answer_contract_target *target)
{
    const struct answer_finding *findings = target->findings.items;
    const struct answer_contract_change *change = target->change;
    struct buffer actor;

    buffer_init(&actor);
    buffer_printf(output, "%*s", INDENT, "");
    place_write_target(output, contract->database, target->environment, target->instance);
    buffer_printf(output, ": %s", contract_state_name((enum contract_state)target->state));
    if (target->since != 0) {
        buffer_add_string(output, " since ");
        moment_write(output, target->since);
    }
    if (change != NULL) {
        actor_write(&actor, &change->who);
        buffer_printf(output, ", with change %lld of ", (long long)change->id);
        display_text(output, change->object);
        buffer_add_string(output, actor.length > 0 ? " " : "");
        buffer_add_text(output, buffer_text(&actor));
    }
    output->failed = output->failed || actor.failed;
    buffer_clear(&actor);
    if (target->state == CONTRACT_UNKNOWN && target->findings.count == 0)
        buffer_add_string(output, ", not checked yet since the contract changed");
    buffer_add_byte(output, '\n');
    for (size_t i = 0; i < target->findings.count; i++) {
        buffer_printf(output, "%*s", 2 * INDENT, "");
        write_finding(output, contract->file, findings[i].line, findings[i].message);
    }
}

static void write_details(struct buffer *output, const struct answer_contract *contract,
                          const struct table_style *style)
{
    const struct answer_contract_target *targets = contract->targets.items;

    if (contract->state == CONTRACT_HOLDS)
        return;
    buffer_add_byte(output, '\n');
    tint_begin(output, TINT_STRONG, style);
    display_text(output, contract->name);
    tint_end(output, TINT_STRONG, style);
    buffer_add_byte(output, '\n');
    for (size_t i = 0; i < contract->targets.count; i++)
        if (targets[i].state != CONTRACT_HOLDS)
            write_target(output, contract, &targets[i]);
    if (contract->targets.count == 0) {
        buffer_printf(output, "%*sno snapshot of ", INDENT, "");
        display_text(output, contract->database);
        buffer_add_string(output, " was checked yet\n");
    }
}

void contracts_write_list(struct buffer *output, const struct answer_contracts *contracts,
                          const struct table_style *style, struct arena *arena, int64_t now)
{
    size_t count = contracts->contracts.count;
    const struct answer_contract **sorted = sort(contracts, arena);

    write_problem(output, contracts, style, now);
    if (sorted == NULL) {
        output->failed = true;
        return;
    }
    if (count == 0) {
        buffer_add_string(output, contracts->known ? "no contracts\n" : "");
        return;
    }
    write_table(output, sorted, count, style, arena, now);
    for (size_t i = 0; i < count; i++)
        write_details(output, sorted[i], style);
}

/* ---- what a check found ---- */

static void add_count(struct table *table, const struct contract_result *result)
{
    size_t violated = 0;

    for (size_t i = 0; i < result->count; i++)
        violated += result->findings[i].state == CONTRACT_VIOLATED;
    if (result->state == CONTRACT_VIOLATED)
        table_printf(table, TINT_NONE, "%zu not as required%s", violated,
                     violated < result->count ? ", more is not known" : "");
    else if (result->state == CONTRACT_UNKNOWN)
        table_printf(table, TINT_NONE, "%zu not known", result->count);
    else
        table_add(table, TINT_NONE, TEXT("-"));
}

void contracts_write_results(struct buffer *output, const struct contract_set *set,
                             const struct contract_result *results, const struct table_style *style,
                             struct arena *arena)
{
    static const char *const titles[] = {"contract", "state", "found", "read by", NULL};
    struct table table;
    bool any = false;

    table_init(&table, arena, LENGTH_OF(titles) - 1);
    table_add_titles(&table, titles);
    for (size_t i = 0; i < set->count; i++) {
        const struct contract *contract = &set->contracts[i];

        for (size_t j = 0; j < results[i].count; j++)
            write_finding(output, contract->file, results[i].findings[j].line, results[i].findings[j].message);
        any = any || results[i].count > 0;
        table_add_foreign(&table, TINT_NONE, contract->name);
        add_state(&table, results[i].state);
        add_count(&table, &results[i]);
        table_add_names(&table, contract->consumers, contract->consumer_count);
    }
    buffer_add_string(output, any ? "\n" : "");
    table_write(output, &table, style, 0);
}
