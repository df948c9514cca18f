#include "cli/change_text.h"
#include "cli/drift_text.h"
#include "cli/gate_report.h"
#include "cli/moment.h"
#include "cli/summary.h"
#include "drift/report_display.h"
#include "drift/severity.h"

enum { INDENT = 2, ROOT_DIGITS = 12 };

static enum tint verdict_tint(unsigned verdict)
{
    static const enum tint tint[] = {
        [ANSWER_PASS] = TINT_GOOD, [ANSWER_BLOCKED] = TINT_BAD, [ANSWER_UNKNOWN] = TINT_DOUBT};

    return tint[verdict];
}

/* ---- shared ---- */

static void write_environment(struct buffer *buffer, const struct answer_gate_side *side)
{
    display_text(buffer, side == NULL ? TEXT("?") : side->environment);
}

void gate_write_what(struct buffer *buffer, const struct answer_gate *gate)
{
    display_text(buffer, gate->database);
    buffer_add_string(buffer, ": ");
    if (gate->from == NULL && gate->reference != NULL)
        display_text(buffer, gate->reference->name.length > 0 ? gate->reference->name : TEXT("reference"));
    else
        write_environment(buffer, gate->from);
    buffer_add_string(buffer, " → ");
    write_environment(buffer, gate->to);
}

static bool is_unsure(const struct answer_gate *gate)
{
    const struct answer_gate_reason *reasons = gate->reasons.items;

    for (size_t i = 0; i < gate->reasons.count; i++)
        if (reasons[i].verdict == ANSWER_UNKNOWN)
            return true;
    return gate->verdict == ANSWER_UNKNOWN;
}

void gate_write_summary(struct buffer *buffer, const struct answer_gate *gate)
{
    if (gate->plan.count == 0) {
        buffer_add_string(buffer, is_unsure(gate) ? "no change is known" : "nothing to promote");
    } else {
        buffer_printf(buffer, "%zu change%s: ", gate->plan.count, gate->plan.count == 1 ? "" : "s");
        if (summary_total(gate->summary) == 0 && gate->waived > 0)
            buffer_add_string(buffer, "none that counts");
        else
            summary_write(buffer, gate->summary);
    }
    if (gate->waived > 0)
        buffer_printf(buffer, "; %lld waived", (long long)gate->waived);
}

struct text gate_approved_root(const struct answer_gate *gate)
{
    if (!gate->pinned)
        return TEXT("");
    if (gate->from != NULL)
        return gate->from->root;
    return gate->reference != NULL ? gate->reference->root : TEXT("");
}

/* ---- sides ---- */

/* The first digits of a root. */
static struct text short_root(struct text root)
{
    return (struct text){root.bytes, root.length < ROOT_DIGITS ? root.length : ROOT_DIGITS};
}

static void add_root(struct table *table, struct text root)
{
    table_add_foreign(table, TINT_NONE, root.length == 0 ? TEXT("-") : short_root(root));
}

static void add_side(struct table *table, const char *label, const struct answer_gate_side *side, int64_t now)
{
    struct buffer text;

    if (side == NULL)
        return;
    buffer_init(&text);
    table_add(table, TINT_FAINT, text_from(label));
    table_add_foreign(table, TINT_STRONG, side->environment);
    add_root(table, side->root);
    moment_write(&text, side->taken_at);
    table_add_buffer(table, TINT_NONE, &text);
    moment_write_age(&text, side->checked_at, now);
    buffer_add_string(&text, side->checked_at != 0 ? " ago" : "");
    table_add_buffer(table, TINT_NONE, &text);
    table_printf(table, TINT_NONE, "%lld", (long long)side->instances);
}

static void write_sides(struct buffer *output, const struct answer_gate *gate, const struct table_style *style,
                        struct arena *arena)
{
    static const char *const titles[] = {"", "", "root", "taken", "checked", "instances"};
    struct table table;

    if (gate->from == NULL && gate->to == NULL && gate->reference == NULL)
        return;
    table_init(&table, arena, LENGTH_OF(titles));
    for (size_t i = 0; i < LENGTH_OF(titles); i++)
        table_add(&table, TINT_FAINT, text_from(titles[i]));
    add_side(&table, "from", gate->from, gate->at);
    if (gate->reference != NULL) {
        table_add(&table, TINT_FAINT, TEXT("against"));
        table_add_foreign(&table, TINT_STRONG, gate->reference->name);
        add_root(&table, gate->reference->root);
        for (unsigned i = 0; i < 3; i++)
            table_add(&table, TINT_NONE, TEXT("-"));
    }
    add_side(&table, "to", gate->to, gate->at);
    buffer_add_byte(output, '\n');
    table_write(output, &table, style, INDENT);
}

/* ---- reasons ---- */

static void write_message(struct buffer *buffer, const struct answer_gate_reason *reason)
{
    display_text(buffer, reason->message);
    if (reason->drift != 0)
        buffer_printf(buffer, " (drift %lld)", (long long)reason->drift);
}

static bool is_said_next(const struct answer_gate_reason *reason, const struct answer_gate_reason *next)
{
    return next != NULL && text_equal(next->code, reason->code) && text_equal(next->advice, reason->advice);
}

/* What to do stands once below reasons of one code that have it in common. */
static void add_reason(struct table *table, const struct answer_gate_reason *reason,
                       const struct answer_gate_reason *next)
{
    struct buffer text;

    buffer_init(&text);
    table_add(table, verdict_tint(reason->verdict), text_from(answer_gate_verdict_choice(reason->verdict)));
    table_add_foreign(table, TINT_NONE, reason->code);
    write_message(&text, reason);
    table_add_buffer(table, TINT_NONE, &text);
    if (reason->advice.length == 0 || is_said_next(reason, next))
        return;
    table_add(table, TINT_NONE, TEXT(""));
    table_add(table, TINT_NONE, TEXT(""));
    buffer_add_string(&text, "→ ");
    display_text(&text, reason->advice);
    table_add_buffer(table, TINT_CALM, &text);
}

static void write_reasons(struct buffer *output, const struct answer_gate *gate, const struct table_style *style,
                          struct arena *arena)
{
    const struct answer_gate_reason *reasons = gate->reasons.items;
    struct table table;

    if (gate->reasons.count == 0)
        return;
    buffer_add_byte(output, '\n');
    table_init(&table, arena, 3);
    for (size_t i = 0; i < gate->reasons.count; i++)
        add_reason(&table, &reasons[i], i + 1 < gate->reasons.count ? &reasons[i + 1] : NULL);
    table_write(output, &table, style, INDENT);
}

/* ---- plan ---- */

static void add_drift(struct table *table, const struct answer_drift *drift, int64_t now)
{
    const struct change_view view = drift_view(drift);
    struct buffer text, remarks;

    buffer_init(&text);
    buffer_init(&remarks);
    if (drift->id == 0)
        table_add(table, TINT_FAINT, TEXT("-"));
    else
        table_printf(table, TINT_FAINT, "%lld", (long long)drift->id);
    table_add(table, change_tint(drift->severity), text_from(severity_name((enum severity)drift->severity)));
    table_add(table, TINT_NONE, text_from(answer_drift_cause_choice(drift->cause)));
    change_write_line(&text, &view);
    drift_write_remarks(&remarks, drift, now);
    buffer_add_string(&text, remarks.length > 0 ? "; " : "");
    buffer_add_text(&text, buffer_text(&remarks));
    text.failed = text.failed || remarks.failed;
    buffer_clear(&remarks);
    table_add_buffer(table, TINT_NONE, &text);
}

static void write_plan(struct buffer *output, const struct answer_gate *gate, const struct table_style *style,
                       struct arena *arena)
{
    const struct answer_drift *plan = gate->plan.items;
    struct table table;

    buffer_add_string(output, "\nplan: ");
    gate_write_summary(output, gate);
    if (gate->contracts > 0)
        buffer_printf(output, "; %lld contract%s looked at", (long long)gate->contracts,
                      gate->contracts == 1 ? "" : "s");
    buffer_add_byte(output, '\n');
    table_init(&table, arena, 4);
    for (size_t i = 0; i < gate->plan.count; i++)
        add_drift(&table, &plan[i], gate->at);
    table_write(output, &table, style, INDENT);
}

/* ---- the whole ---- */

static void write_approval(struct buffer *output, const struct answer_gate *gate)
{
    struct text root = gate_approved_root(gate);

    if (root.length == 0)
        return;
    buffer_add_string(output, "\napproved: ");
    display_text(output, root);
    if (gate->run != 0)
        buffer_printf(output, " (run %lld)", (long long)gate->run);
    buffer_add_string(output, "\nwhen it is done: driftline verify ");
    display_text(output, gate->database);
    buffer_add_byte(output, '@');
    write_environment(output, gate->to);
    buffer_add_string(output, " --root ");
    display_text(output, root);
    buffer_add_string(output, " --wait 10m\n");
}

void gate_write_text(struct buffer *output, const struct answer_gate *gate, const struct table_style *style,
                     struct arena *arena)
{
    tint_begin(output, TINT_STRONG, style);
    gate_write_what(output, gate);
    tint_end(output, TINT_STRONG, style);
    buffer_add_string(output, ": ");
    tint_begin(output, verdict_tint(gate->verdict), style);
    buffer_add_string(output, answer_gate_verdict_choice(gate->verdict));
    tint_end(output, verdict_tint(gate->verdict), style);
    buffer_add_byte(output, '\n');
    write_sides(output, gate, style, arena);
    write_reasons(output, gate, style, arena);
    write_plan(output, gate, style, arena);
    write_approval(output, gate);
}

/* ---- runs ---- */

/* `release-7.snap`, or its root when it has no name. */
static void write_reference(struct buffer *text, const struct answer_gate_run *run)
{
    if (run->reference_name.length > 0) {
        display_text(text, run->reference_name);
        return;
    }
    buffer_add_string(text, "reference ");
    display_text(text, short_root(run->reference));
}

static void write_promotion(struct buffer *text, const struct answer_gate_run *run)
{
    display_text(text, run->database);
    buffer_add_string(text, ": ");
    if (run->from.length > 0)
        display_text(text, run->from);
    else
        write_reference(text, run);
    buffer_add_string(text, " → ");
    display_text(text, run->to);
    if (run->from.length > 0 && run->reference.length > 0) {
        buffer_add_string(text, ", against ");
        write_reference(text, run);
    }
}

static void add_run(struct table *table, const struct answer_gate_run *run)
{
    struct buffer text;

    buffer_init(&text);
    table_printf(table, TINT_STRONG, "%lld", (long long)run->id);
    moment_write(&text, run->at);
    table_add_buffer(table, TINT_NONE, &text);
    table_add(table, verdict_tint(run->verdict), text_from(answer_gate_verdict_choice(run->verdict)));
    write_promotion(&text, run);
    if (run->by.length > 0) {
        buffer_add_string(&text, "; by ");
        display_text(&text, run->by);
    }
    if (run->pinned) {
        buffer_add_string(&text, "; approved ");
        display_text(&text, short_root(run->from_root.length > 0 ? run->from_root : run->reference));
    }
    table_add_buffer(table, TINT_NONE, &text);
}

void gate_write_runs(struct buffer *output, const struct answer_gate_runs *runs, const struct table_style *style,
                     struct arena *arena)
{
    static const char *const titles[] = {"run", "at", "verdict", "promotion"};
    const struct answer_gate_run *items = runs->runs.items;
    struct table table;

    if (runs->runs.count == 0) {
        buffer_add_string(output, "no runs\n");
        return;
    }
    table_init(&table, arena, LENGTH_OF(titles));
    for (size_t i = 0; i < LENGTH_OF(titles); i++)
        table_add(&table, TINT_FAINT, text_from(titles[i]));
    for (size_t i = 0; i < runs->runs.count; i++)
        add_run(&table, &items[i]);
    table_write(output, &table, style, 0);
    if (runs->next != 0)
        buffer_add_string(output, "older ones are left out: '--all' shows everything, '--limit' more\n");
}
