#include "cli/drift_text.h"

#include <stdlib.h>

#include "cli/actor_text.h"
#include "cli/moment.h"
#include "cli/place.h"
#include "cli/summary.h"
#include "drift/report_display.h"
#include "drift/severity.h"

enum {
    INDENT = 2,
    LONGEST_LEAD = 1000000000, /* seconds; what is longer is no time that passed */
    STATEMENT_COLUMNS = 300
};

struct change_view drift_view(const struct answer_drift *drift)
{
    return (struct change_view){.effect = drift->effect,
                                .kind = drift->kind,
                                .object = drift->object,
                                .renamed_from = drift->renamed_from,
                                .aspect = drift->aspect,
                                .attributes = drift->attributes};
}

static void add_age(struct table *table, int64_t moment, int64_t now)
{
    struct buffer text;

    buffer_init(&text);
    moment_write_age(&text, moment, now);
    table_add_buffer(table, TINT_NONE, &text);
}

static void write_pair(struct buffer *buffer, const struct answer_drift *drift)
{
    display_text(buffer, drift->database);
    buffer_add_string(buffer, ": ");
    if (drift->instance.length > 0) {
        place_write(buffer, drift->to, &drift->instance, 1);
        buffer_add_string(buffer, " against the majority of ");
        display_text(buffer, drift->to);
        return;
    }
    display_text(buffer, drift->from);
    buffer_add_string(buffer, " → ");
    display_text(buffer, drift->to);
}

/* ---- remarks ---- */

static const struct answer_actor nobody_seen = {.evidence = TEXT_INIT("unattributed")};

/* " in prod/eu-1": on which side it happened. */
static void write_place(struct buffer *buffer, const struct answer_drift_change *change)
{
    if (change->environment.length == 0)
        return;
    buffer_add_string(buffer, " in ");
    place_write(buffer, change->environment, &change->instance,
                change->instance.length == 0 || text_equal(change->instance, TEXT("default")) ? 0 : 1);
}

/* `; ` between two remarks. */
static void separate(struct buffer *buffer)
{
    buffer_add_string(buffer, buffer->length > 0 ? "; " : "");
}

/* What may have nothing to say. The text is taken over: it is cleared. */
static void append(struct buffer *buffer, struct buffer *text)
{
    if (text->length > 0)
        separate(buffer);
    buffer_add_text(buffer, buffer_text(text));
    buffer->failed = buffer->failed || text->failed;
    buffer_clear(text);
}

static void write_lead(struct buffer *buffer, int64_t seconds)
{
    const int64_t second = 1000000;

    if (seconds <= 0)
        return;
    seconds = seconds > LONGEST_LEAD ? LONGEST_LEAD : seconds;
    buffer_add_string(buffer, ", ");
    moment_write_age(buffer, second, (seconds + 1) * second);
    buffer_add_string(buffer, " after the change");
}

static void write_state(struct buffer *buffer, const struct answer_drift *drift, int64_t now)
{
    switch ((enum answer_drift_state)drift->state) {
    case ANSWER_OPEN:
        break;
    case ANSWER_ACKNOWLEDGED:
        buffer_add_string(buffer, "acknowledged");
        if (drift->acknowledged != NULL) {
            buffer_add_string(buffer, drift->acknowledged->by.length > 0 ? " by " : "");
            display_text(buffer, drift->acknowledged->by);
            buffer_add_byte(buffer, ' ');
            moment_write_age(buffer, drift->acknowledged->at, now);
            buffer_add_string(buffer, " ago");
        }
        break;
    case ANSWER_WAIVED:
        buffer_add_string(buffer, "waived");
        if (drift->waiver != NULL) {
            buffer_add_string(buffer, drift->waiver->until != 0 ? " until " : "");
            if (drift->waiver->until != 0)
                moment_write(buffer, drift->waiver->until);
            buffer_printf(buffer, " by waiver %lld", (long long)drift->waiver->id);
        }
        break;
    case ANSWER_ENDED:
        display_text(buffer, drift->ending.length > 0 ? drift->ending : TEXT("ended"));
        if (drift->ended_at != 0) {
            buffer_add_byte(buffer, ' ');
            moment_write_age(buffer, drift->ended_at, now);
            buffer_add_string(buffer, " ago");
        }
        write_lead(buffer, drift->lead_seconds);
        break;
    }
}

static void write_contract(struct buffer *buffer, const struct answer_drift_contract *contract)
{
    const struct text *consumers = contract->consumers.items;

    display_text(buffer, contract->contract);
    for (size_t i = 0; i < contract->consumers.count; i++) {
        buffer_add_string(buffer, i == 0 ? " of " : ", ");
        display_text(buffer, consumers[i]);
    }
}

static void write_contracts(struct buffer *buffer, const struct answer_drift *drift)
{
    const struct answer_drift_contract *contracts = drift->contracts.items;

    for (size_t i = 0; i < drift->contracts.count; i++) {
        separate(buffer);
        buffer_add_string(buffer, contracts[i].violated ? "breaks contract " : "contract ");
        write_contract(buffer, &contracts[i]);
    }
}

/* What became of it so far. */
static void write_life(struct buffer *buffer, const struct answer_drift *drift, int64_t now)
{
    write_state(buffer, drift, now);
    if (drift->hidden) {
        separate(buffer);
        buffer_add_string(buffer, "cannot be seen now: this is how it was");
    }
    if (drift->reopened > 0) {
        separate(buffer);
        if (drift->reopened == 1)
            buffer_add_string(buffer, "reopened");
        else
            buffer_printf(buffer, "reopened %lld times", (long long)drift->reopened);
    }
}

void drift_write_remarks(struct buffer *buffer, const struct answer_drift *drift, int64_t now)
{
    write_life(buffer, drift, now);
    if (drift->unattributed) {
        separate(buffer);
        actor_write(buffer, &nobody_seen);
    } else if (drift->change != NULL && drift->change->who.actor.length > 0) {
        separate(buffer);
        actor_write(buffer, &drift->change->who);
        write_place(buffer, drift->change);
    }
    write_contracts(buffer, drift);
}

/* ---- list ---- */

static int compare_pairs(const struct answer_drift *a, const struct answer_drift *b)
{
    int order = text_compare(a->database, b->database);

    order = order != 0 ? order : text_compare(a->from, b->from);
    order = order != 0 ? order : text_compare(a->to, b->to);
    return order != 0 ? order : text_compare(a->instance, b->instance);
}

/* By pair, then the worst first, then by object; equal ones as they came. */
static int compare(const void *a, const void *b)
{
    const struct answer_drift *first = *(const struct answer_drift *const *)a;
    const struct answer_drift *second = *(const struct answer_drift *const *)b;
    int order = compare_pairs(first, second);

    if (order == 0)
        order = (first->severity < second->severity) - (first->severity > second->severity);
    order = order != 0 ? order : text_compare(first->object, second->object);
    return order != 0 ? order : (first > second) - (first < second);
}

static const struct answer_drift **sort(const struct answer_drifts *drifts, struct arena *arena)
{
    const struct answer_drift *items = drifts->drifts.items;
    const struct answer_drift **sorted = arena_array(arena, drifts->drifts.count, sizeof *sorted);

    if (sorted == NULL)
        return NULL;
    for (size_t i = 0; i < drifts->drifts.count; i++)
        sorted[i] = &items[i];
    qsort(sorted, drifts->drifts.count, sizeof *sorted, compare);
    return sorted;
}

static void add_row(struct table *table, const struct answer_drift *drift, int64_t now)
{
    const struct change_view view = drift_view(drift);
    struct buffer what, remarks;

    buffer_init(&what);
    buffer_init(&remarks);
    table_printf(table, TINT_FAINT, "%lld", (long long)drift->id);
    table_add(table, change_tint(drift->severity), text_from(severity_name((enum severity)drift->severity)));
    table_add(table, TINT_NONE, text_from(answer_drift_cause_choice(drift->cause)));
    add_age(table, drift->opened_at, now);
    change_write_line(&what, &view);
    drift_write_remarks(&remarks, drift, now);
    append(&what, &remarks);
    table_add_buffer(table, TINT_NONE, &what);
}

/* The drifts of one pair; answers how many that are. */
static size_t write_group(struct buffer *output, const struct answer_drift *const *drifts, size_t count,
                          const struct table_style *style, struct arena *arena, int64_t now)
{
    struct table table;
    size_t size = 1;

    while (size < count && compare_pairs(drifts[0], drifts[size]) == 0)
        size++;
    tint_begin(output, TINT_STRONG, style);
    write_pair(output, drifts[0]);
    tint_end(output, TINT_STRONG, style);
    buffer_add_byte(output, '\n');
    table_init(&table, arena, 5);
    for (size_t i = 0; i < size; i++)
        add_row(&table, drifts[i], now);
    table_write(output, &table, style, INDENT);
    buffer_add_byte(output, '\n');
    return size;
}

static void write_total(struct buffer *output, const struct answer_drifts *drifts)
{
    const struct answer_drift *items = drifts->drifts.items;
    struct answer_summary summary = {{0}};

    for (size_t i = 0; i < drifts->drifts.count; i++)
        summary.counts[items[i].severity]++;
    buffer_printf(output, "%zu drift%s: ", drifts->drifts.count, drifts->drifts.count == 1 ? "" : "s");
    summary_write(output, &summary);
    buffer_add_byte(output, '\n');
}

void drift_write_list(struct buffer *output, const struct answer_drifts *drifts, const struct table_style *style,
                      struct arena *arena, int64_t now)
{
    const struct answer_drift **sorted = sort(drifts, arena);
    size_t count = drifts->drifts.count;

    if (count == 0) {
        buffer_add_string(output, "no drift\n");
        return;
    }
    if (sorted == NULL) {
        output->failed = true;
        return;
    }
    for (size_t i = 0; i < count;)
        i += write_group(output, sorted + i, count - i, style, arena, now);
    write_total(output, drifts);
    if (drifts->next != 0)
        buffer_add_string(output, "older ones are left out: '--all' shows everything, '--limit' more\n");
}

/* ---- one ---- */

static void add_line(struct table *table, const char *title, struct buffer *text)
{
    if (text->length == 0 && !text->failed)
        return;
    table_add(table, TINT_FAINT, text_from(title));
    table_add_buffer(table, TINT_NONE, text);
}

static void add_moment(struct table *table, const char *title, int64_t moment, int64_t now)
{
    struct buffer text;

    buffer_init(&text);
    if (moment != 0) {
        moment_write(&text, moment);
        buffer_add_string(&text, " (");
        moment_write_age(&text, moment, now);
        buffer_add_string(&text, " ago)");
    }
    add_line(table, title, &text);
}

/* Whether the contracts that read the object could live with it. */
static void add_contracts(struct table *table, const struct answer_drift *drift)
{
    const struct answer_drift_contract *contracts = drift->contracts.items;
    struct buffer text;

    buffer_init(&text);
    for (size_t i = 0; i < drift->contracts.count; i++) {
        separate(&text);
        buffer_add_string(&text, contracts[i].violated ? "breaks " : "does not break ");
        write_contract(&text, &contracts[i]);
    }
    add_line(table, "contracts", &text);
}

/* It happened between two looks at the database, of which the second found it. */
static void write_window(struct buffer *buffer, const struct answer_drift_change *change)
{
    write_place(buffer, change);
    if (change->before != 0) {
        buffer_add_string(buffer, ", between the looks at ");
        moment_write(buffer, change->before);
        buffer_add_string(buffer, " and ");
        moment_write(buffer, change->at);
    } else if (change->at != 0) {
        buffer_add_string(buffer, ", found at ");
        moment_write(buffer, change->at);
    }
}

/* The change that explains it: whose, how that is known, where and when, and what was said to the server. */
static void add_change(struct table *table, const struct answer_drift *drift)
{
    const struct answer_drift_change *change = drift->change;
    struct buffer text;

    buffer_init(&text);
    if (drift->unattributed)
        actor_write(&text, &nobody_seen);
    else if (change != NULL)
        actor_write(&text, &change->who);
    if (change != NULL && text.length == 0)
        buffer_add_string(&text, "by whom is not known,");
    if (change != NULL)
        write_window(&text, change);
    add_line(table, drift->ended_at == 0 ? "change" : "last change", &text); /* which may be the one that ended it */
    if (change != NULL)
        display_clipped(&text, change->statement, STATEMENT_COLUMNS);
    add_line(table, "statement", &text);
    if (change != NULL)
        display_text(&text, change->client);
    add_line(table, "sent from", &text);
}

static void add_facts(struct table *table, const struct answer_drift *drift, int64_t now)
{
    const struct change_view view = drift_view(drift);
    struct buffer text;

    buffer_init(&text);
    write_pair(&text, drift);
    add_line(table, "where", &text);
    change_write_line(&text, &view);
    add_line(table, "what", &text);
    display_text(&text, drift->rule);
    add_line(table, "rule", &text);
    write_life(&text, drift, now);
    add_line(table, "so far", &text);
    add_contracts(table, drift);
    add_change(table, drift);
    add_moment(table, "opened", drift->opened_at, now);
    add_moment(table, "ended", drift->ended_at, now);
    if (drift->previous != 0)
        buffer_printf(&text, "drift %lld, of the same thing, ended before", (long long)drift->previous);
    add_line(table, "earlier", &text);
}

/* An environment; "the majority of prod" where an instance is held against it. */
static void write_side(struct buffer *text, const struct answer_drift *drift, bool upstream)
{
    if (drift->instance.length > 0)
        buffer_add_string(text, "the majority of ");
    display_text(text, upstream ? drift->from : drift->to);
}

static void add_step(struct table *table, const struct answer_drift *drift, const struct answer_drift_step *step)
{
    struct buffer text, actor;

    buffer_init(&text);
    buffer_init(&actor);
    moment_write(&text, step->at);
    table_add_buffer(table, TINT_NONE, &text);
    table_add_foreign(table, TINT_STRONG, step->what);
    if (step->side.length > 0) {
        bool upstream = text_equal(step->side, TEXT("from"));

        if (drift->instance.length > 0 && !upstream)
            place_write(&text, drift->to, &drift->instance, 1);
        else
            write_side(&text, drift, upstream);
        buffer_add_string(&text, step->there ? " has it so" : " does not have it");
    }
    actor_write(&actor, &step->who);
    append(&text, &actor);
    if (step->by.length > 0) {
        separate(&text);
        buffer_add_string(&text, "by ");
        display_text(&text, step->by);
    }
    if (step->note.length > 0) {
        separate(&text);
        display_text(&text, step->note);
    }
    table_add_buffer(table, TINT_NONE, &text);
}

void drift_write_one(struct buffer *output, const struct answer_drift *drift, const struct table_style *style,
                     struct arena *arena, int64_t now)
{
    const struct answer_drift_step *steps = drift->steps.items;
    struct table table;

    tint_begin(output, TINT_STRONG, style);
    buffer_printf(output, "drift %lld", (long long)drift->id);
    tint_end(output, TINT_STRONG, style);
    buffer_add_string(output, ": ");
    tint_begin(output, change_tint(drift->severity), style);
    buffer_add_string(output, severity_name((enum severity)drift->severity));
    tint_end(output, change_tint(drift->severity), style);
    buffer_printf(output, ", %s, %s\n\n", answer_drift_cause_choice(drift->cause),
                  answer_drift_state_choice(drift->state));
    table_init(&table, arena, 2);
    add_facts(&table, drift, now);
    table_write(output, &table, style, INDENT);
    if (drift->steps.count == 0)
        return;
    buffer_add_byte(output, '\n');
    table_init(&table, arena, 3);
    for (size_t i = 0; i < drift->steps.count; i++)
        add_step(&table, drift, &steps[i]);
    table_write(output, &table, style, INDENT);
}

/* ---- waivers ---- */

static void add_expiry(struct table *table, const struct answer_waiver *waiver, int64_t now)
{
    bool in_force = waiver->ended_at == 0 && waiver->expires_at > now;
    struct buffer text;

    buffer_init(&text);
    if (waiver->ended_at != 0) {
        buffer_add_string(&text, waiver->ended_by.length > 0 ? "ended " : "expired ");
        moment_write_age(&text, waiver->ended_at, now);
        buffer_add_string(&text, " ago");
    } else if (!in_force) {
        buffer_add_string(&text, "expired ");
        moment_write_age(&text, waiver->expires_at, now);
        buffer_add_string(&text, " ago");
    } else {
        moment_write(&text, waiver->expires_at);
    }
    table_add_buffer(table, in_force ? TINT_GOOD : TINT_FAINT, &text);
}

/* Who accepted it, and why. */
static void write_reason(struct buffer *text, const struct answer_waiver *waiver)
{
    struct text author = waiver->author.length > 0 ? waiver->author : waiver->created_by;

    buffer_add_string(text, author.length > 0 ? "; by " : "");
    display_text(text, author);
    buffer_add_string(text, ": ");
    display_text(text, waiver->reason);
    if (waiver->ended_by.length > 0) {
        buffer_add_string(text, " (ended by ");
        display_text(text, waiver->ended_by);
        buffer_add_byte(text, ')');
    }
}

static void add_scope(struct table *table, const struct answer_waiver *waiver)
{
    struct buffer text;

    buffer_init(&text);
    display_text(&text, waiver->database);
    if (waiver->to.length > 0 && text_equal(waiver->from, waiver->to)) {
        buffer_add_string(&text, ": instances of ");
        display_text(&text, waiver->to);
    } else if (waiver->from.length > 0 || waiver->to.length > 0) {
        buffer_add_string(&text, ": ");
        display_text(&text, waiver->from.length > 0 ? waiver->from : TEXT("any"));
        buffer_add_string(&text, " → ");
        display_text(&text, waiver->to.length > 0 ? waiver->to : TEXT("any"));
    }
    if (waiver->pattern.length > 0) {
        buffer_add_string(&text, ", ");
        display_text(&text, waiver->pattern);
        buffer_add_string(&text, waiver->future ? ", also future ones" : "");
    }
    write_reason(&text, waiver);
    table_add_buffer(table, TINT_NONE, &text);
}

void drift_write_waivers(struct buffer *output, const struct answer_waivers *waivers, const struct table_style *style,
                         struct arena *arena, int64_t now)
{
    static const char *const titles[] = {"waiver", "in force until", "drifts", "what and why"};
    const struct answer_waiver *items = waivers->waivers.items;
    struct table table;

    if (waivers->waivers.count == 0) {
        buffer_add_string(output, "no waivers\n");
        return;
    }
    table_init(&table, arena, LENGTH_OF(titles));
    for (size_t i = 0; i < LENGTH_OF(titles); i++)
        table_add(&table, TINT_FAINT, text_from(titles[i]));
    for (size_t i = 0; i < waivers->waivers.count; i++) {
        table_printf(&table, TINT_STRONG, "%lld", (long long)items[i].id);
        add_expiry(&table, &items[i], now);
        table_printf(&table, TINT_NONE, "%lld", (long long)items[i].drifts);
        add_scope(&table, &items[i]);
    }
    table_write(output, &table, style, 0);
}
