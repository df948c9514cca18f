#include "docs/docs_fact_pages.h"

#include <inttypes.h>

#include "docs/docs_fact_objects.h"
#include "docs/docs_markdown.h"
#include "docs/docs_recovery.h"

enum { CHANGES_SHOWN = 200, ROOT_DIGITS = 12 };

static const struct docs_facts *facts_of(const struct page *page)
{
    return page->model->input.facts;
}

static void write_verdict(struct page *page, const char *verdict, struct text reason)
{
    page_badge(page, docs_facts_badge_of(verdict), verdict);
    if (reason.length > 0) {
        page_string(page, " ");
        page_text(page, reason);
    }
}

/* ---------------------------------------------------------------- environments */

static size_t environment_number(const struct docs_facts *facts, struct text name)
{
    size_t number = 0;

    while (number < facts->environment_count && !text_equal(facts->environments[number].name, name))
        number++;
    return number;
}

void docs_facts_write_flow(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    page_string(page, "``` mermaid\nflowchart LR\n");
    for (size_t i = 0; i < facts->environment_count; i++) {
        page_printf(page, "    e%zu[\"", i);
        mermaid_label(page->output, facts->environments[i].name);
        page_printf(page, "\"]\n");
    }
    for (size_t i = 0; i < facts->step_count; i++) {
        size_t from = environment_number(facts, facts->steps[i].from);
        size_t to = environment_number(facts, facts->steps[i].to);

        if (from < facts->environment_count && to < facts->environment_count)
            page_printf(page, "    e%zu -->|%s| e%zu\n", from, facts->steps[i].verdict, to);
    }
    page_string(page, "```\n\n");
}

static void write_variants(struct page *page, const struct docs_environment *environment)
{
    for (size_t i = 0; i < environment->variant_count; i++) {
        const struct docs_variant *variant = &environment->variants[i];

        page_string(page, i == 0 ? "" : "<br>");
        page_string(page, variant->majority ? "" : "otherwise: ");
        page_list(page, variant->instances.items, variant->instances.count);
    }
}

static void write_steps(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    page_heading(page, 2, "Promotion");
    page_string(
        page,
        "| From | To | Verdict | Critical | High | Medium | Low | Accepted |\n|---|---|---|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < facts->step_count; i++) {
        const struct docs_step *step = &facts->steps[i];

        page_string(page, "| ");
        page_text(page, step->from);
        page_string(page, " | ");
        page_text(page, step->to);
        page_string(page, " | ");
        write_verdict(page, step->verdict, step->unknown_reason);
        for (int level = SEVERITY_COUNT - 1; level >= 0; level--)
            if (step->has_counts)
                page_printf(page, " | %" PRId64, step->counts[level]);
            else
                page_string(page, " | ?");
        page_printf(page, " | %" PRId64 " |\n", step->waived);
    }
    page_string(page, "\n");
}

static void write_environments(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    docs_facts_write_flow(page);
    page_string(page, "| Environment | Verdict | Instances |\n|---|---|---|\n");
    for (size_t i = 0; i < facts->environment_count; i++) {
        const struct docs_environment *environment = &facts->environments[i];

        page_string(page, "| ");
        page_text(page, environment->name);
        page_string(page, environment->on_path ? " | " : " (not on the path) | ");
        write_verdict(page, environment->verdict, environment->unknown_reason);
        page_string(page, " | ");
        write_variants(page, environment);
        page_string(page, " |\n");
    }
    page_string(page, "\n");
    if (facts->step_count > 0)
        write_steps(page);
    page_heading(page, 2, "What differs");
    if (facts->row_count == 0) {
        page_string(page, facts->too_many_rows ? "Not known: it is more than the collector compares at once.\n\n"
                                               : "Nothing that is known.\n\n");
        return;
    }
    docs_facts_begin_matrix(page);
    for (size_t i = 0; i < facts->row_count; i++)
        docs_facts_write_matrix_row(page, &facts->rows[i]);
    page_string(page, "\nEqual letters are equal, – is not there, ? is not known.\n\n");
}

/* ---------------------------------------------------------------- drift, history, gate */

static void write_drift(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    if (facts->drift_count == 0) {
        page_string(page, "There is none that is known.\n\n");
        return;
    }
    page_string(page, "| Environments | A promotion would | Severity | State | Cause | Since | Contracts "
                      "|\n|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < facts->drift_count; i++)
        docs_facts_write_drift_row(page, &facts->drifts[i]);
    page_string(page, "\n");
}

static void write_history(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    if (facts->change_count == 0) {
        page_string(page, "Nothing has changed since the first snapshot.\n\n");
        return;
    }
    docs_facts_begin_changes(page);
    for (size_t i = 0; i < facts->change_count && i < CHANGES_SHOWN; i++)
        docs_facts_write_change(page, &facts->changes[i]);
    page_string(page, "\n");
    if (facts->change_count > CHANGES_SHOWN || facts->has_older_changes)
        page_string(page, "The newest only; `driftline history` has all.\n\n");
}

static void write_root(struct page *page, struct text root)
{
    root.length = root.length > ROOT_DIGITS ? ROOT_DIGITS : root.length;
    if (root.length > 0)
        page_code(page, root);
}

static void write_gate(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    if (facts->run_count == 0) {
        page_string(page, "The gate was not asked yet.\n\n");
        return;
    }
    page_string(page, "| Run | When (UTC) | From | To | Verdict | Root | By |\n|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < facts->run_count; i++) {
        const struct docs_run *run = &facts->runs[i];

        page_printf(page, "| %" PRId64 " | ", run->id);
        page_time(page, run->at);
        page_string(page, " | ");
        page_text(page, run->from);
        page_string(page, " | ");
        page_text(page, run->to);
        page_string(page, " | ");
        write_verdict(page, run->verdict, (struct text){"", 0});
        page_string(page, run->pinned ? " approved | " : " | ");
        write_root(page, run->from_root);
        page_string(page, " | ");
        page_text(page, run->by);
        page_string(page, " |\n");
    }
    page_string(page, "\n");
}

/* ---------------------------------------------------------------- contracts */

/* The states of all targets of a contract, with what is not as required. */
static void write_targets(struct page *page, const struct docs_contract *contract)
{
    page_string(page, "| Environment | State | Since (UTC) | What |\n|---|---|---|---|\n");
    for (size_t i = 0; i < contract->target_count; i++) {
        const struct docs_contract_target *target = &contract->targets[i];

        page_string(page, "| ");
        page_text(page, target->environment);
        page_string(page, "/");
        page_text(page, target->instance);
        page_string(page, " | ");
        page_badge(page, docs_facts_badge_of(target->state), target->state);
        page_string(page, " | ");
        page_time(page, target->since);
        page_string(page, " | ");
        for (size_t j = 0; j < target->finding_count; j++) {
            page_string(page, j == 0 ? "" : "<br>");
            page_text(page, target->findings[j].message);
        }
        page_string(page, " |\n");
    }
    page_string(page, "\n");
}

static void write_contracts(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    if (facts->contracts_problem.length > 0) {
        page_string(page, "!!! warning \"The files of contracts are not in use as they are now\"\n    ");
        page_text(page, facts->contracts_problem);
        page_string(page, "\n\n");
    }
    if (facts->contract_count == 0)
        page_string(page, "Nobody has said what is needed of this database.\n\n");
    for (size_t i = 0; i < facts->contract_count; i++) {
        const struct docs_contract *contract = &facts->contracts[i];

        page_string(page, page->single ? "### " : "## ");
        page_text(page, contract->name);
        page_string(page, "\n\n");
        page_badge(page, docs_facts_badge_of(contract->state), contract->state);
        page_printf(page, " %" PRId64 " requirement%s, owned by ", contract->requirements,
                    contract->requirements == 1 ? "" : "s");
        page_text(page, contract->owner.length == 0 ? TEXT("nobody who is named") : contract->owner);
        page_string(page, ", read by ");
        page_list(page, contract->consumers.items, contract->consumers.count);
        page_string(page, contract->consumers.count == 0 ? "nobody who is named\n\n" : "\n\n");
        write_targets(page, contract);
    }
}

/* ---------------------------------------------------------------- health */

static void write_agents(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    page_heading(page, 2, "Agents");
    page_string(page, "| Agent | State | Version |\n|---|---|---|\n");
    for (size_t i = 0; i < facts->agent_count; i++) {
        const struct docs_agent *agent = &facts->agents[i];
        const char *state = agent->revoked ? "revoked" : agent->connected ? "connected" : "away";

        page_string(page, "| ");
        page_code(page, agent->name);
        page_string(page, " | ");
        page_badge(page, docs_facts_badge_of(state), state);
        if (!agent->connected) {
            page_string(page, " last heard ");
            page_time(page, agent->last_seen);
        }
        page_string(page, " | ");
        page_text(page, agent->version);
        page_string(page, " |\n");
    }
    page_string(page, "\n");
}

static void write_targets_health(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    page_heading(page, 2, "Freshness");
    page_string(
        page, "| Instance | State | As it is since (UTC) | Last looked at (UTC) | Statements | Not readable | Agent |\n"
              "|---|---|---|---|---|--:|---|\n");
    for (size_t i = 0; i < facts->target_count; i++) {
        const struct docs_target *target = &facts->targets[i];

        page_string(page, "| ");
        page_text(page, target->environment);
        page_string(page, "/");
        page_text(page, target->instance);
        page_string(page, " | ");
        write_verdict(page, target->verdict, target->unknown_reason);
        page_string(page, target->reason.length > 0 ? "<br>" : "");
        page_text(page, target->reason);
        page_string(page, " | ");
        page_time(page, target->since);
        page_string(page, " | ");
        if (target->checked_at == 0)
            page_string(page, "fresh");
        else
            page_time(page, target->checked_at);
        page_string(page, " | ");
        page_text(page, target->capture);
        page_printf(page, " | %" PRId64 " | ", target->gaps);
        page_text(page, target->agent);
        page_string(page, " |\n");
    }
    page_string(page, "\nWhen a fresh instance was last looked at moves all the time, and is not written down here: "
                      "`driftline fleet` says it.\n\n");
}

static void write_health(struct page *page)
{
    const struct docs_facts *facts = facts_of(page);

    write_agents(page);
    write_targets_health(page);
    page_heading(page, 2, "Contracts");
    page_string(page, "| Contract | State | Severity |\n|---|---|---|\n");
    for (size_t i = 0; i < facts->contract_count; i++) {
        page_string(page, "| ");
        page_link(page, facts->contracts[i].name,
                  facts->contracts[i].broken ? TEXT("recovery.md") : TEXT("contracts.md"), (struct text){"", 0});
        page_string(page, " | ");
        page_badge(page, docs_facts_badge_of(facts->contracts[i].state), facts->contracts[i].state);
        page_printf(page, " | %s |\n", facts->contracts[i].severity);
    }
    page_string(page, facts->contract_count == 0 ? "| none | | |\n\n" : "\n");
}

const struct docs_fact_page docs_fact_pages[] = {
    {"environments.md", "Environments", write_environments},
    {"drift.md", "Drift", write_drift},
    {"history.md", "History", write_history},
    {"gate.md", "Gate", write_gate},
    {"contracts.md", "Contracts", write_contracts},
    {"health.md", "System health", write_health},
    {"recovery.md", "Recovery", docs_recovery_write},
    {NULL, NULL, NULL},
};
