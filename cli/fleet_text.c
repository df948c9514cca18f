#include "cli/command.h"
#include "cli/fleet.h"
#include "cli/moment.h"
#include "cli/place.h"
#include "cli/summary.h"
#include "drift/report_display.h"

enum {
    ENVIRONMENTS_LIMIT = 100, /* columns of the matrix */
    REASONS_LIMIT = 32,       /* of an environment that are looked for among instances; further ones have rows each */
    SIZES_SHOWN = 3           /* of groups, when none is the majority */
};

/* The rows below the matrix: where, verdict, what. */
enum { DETAIL_COLUMNS = 3, DETAIL_INDENT = 2 };

/* What writing needs at every step. */
struct fleet_view {
    const struct answer_fleet *fleet;
    const struct table_style *style;
    struct arena *arena;
    struct text columns[ENVIRONMENTS_LIMIT]; /* environments: those of the path, then the others as they come */
    bool on_path[ENVIRONMENTS_LIMIT];
    size_t column_count;
    bool has_more; /* environments than columns */
};

#define ITEMS(type, list) ((const struct type *)(list).items)

static enum tint verdict_tint(unsigned verdict)
{
    static const enum tint tint[] = {
        [VERDICT_IN_SYNC] = TINT_GOOD, [VERDICT_DRIFTED] = TINT_BAD, [VERDICT_UNKNOWN] = TINT_DOUBT};

    return tint[verdict];
}

/* ---- matrix ---- */

static size_t find_column(const struct fleet_view *view, struct text environment)
{
    size_t column = 0;

    while (column < view->column_count && !text_equal(view->columns[column], environment))
        column++;
    return column;
}

static void add_column(struct fleet_view *view, struct text environment, bool on_path)
{
    size_t column = find_column(view, environment);

    if (column == ENVIRONMENTS_LIMIT) {
        view->has_more = true;
        return;
    }
    view->columns[column] = environment;
    view->on_path[column] = view->on_path[column] || on_path;
    view->column_count = column == view->column_count ? column + 1 : view->column_count;
}

static void find_columns(struct fleet_view *view)
{
    const struct answer_fleet *fleet = view->fleet;

    for (size_t i = 0; i < fleet->path.count; i++)
        add_column(view, ITEMS(text, fleet->path)[i], true);
    for (size_t i = 0; i < fleet->databases.count; i++) {
        const struct answer_database *database = &ITEMS(answer_database, fleet->databases)[i];

        for (size_t j = 0; j < database->environments.count; j++) {
            const struct answer_environment *environment = &ITEMS(answer_environment, database->environments)[j];

            add_column(view, environment->environment, environment->on_path);
        }
    }
}

static const struct answer_variant *majority_of(const struct answer_environment *environment)
{
    const struct answer_variant *variants = environment->variants.items;

    for (size_t i = 0; i < environment->variants.count; i++)
        if (variants[i].majority)
            return &variants[i];
    return NULL;
}

/* `4`: all alike; `3+1`: a majority of three; `2|2`: no majority. A single instance needs no number. */
static void write_variants(struct buffer *buffer, const struct answer_environment *environment)
{
    const struct answer_variant *variants = environment->variants.items;
    const struct answer_variant *majority = majority_of(environment);
    size_t total = 0;

    for (size_t i = 0; i < environment->variants.count; i++)
        total += variants[i].instances.count;
    if (total < 2)
        return;
    if (majority != NULL) {
        buffer_printf(buffer, " %zu", majority->instances.count);
        if (majority->instances.count < total)
            buffer_printf(buffer, "+%zu", total - majority->instances.count);
        return;
    }
    for (size_t i = 0; i < environment->variants.count && i < SIZES_SHOWN; i++)
        buffer_printf(buffer, "%c%zu", i == 0 ? ' ' : '|', variants[i].instances.count);
    if (environment->variants.count > SIZES_SHOWN)
        buffer_add_string(buffer, "|…");
}

static void add_environment_cell(struct table *table, const struct answer_environment *environment, int64_t now)
{
    const char *verdict = verdict_name((enum verdict)environment->verdict);
    CLEANUP(buffer_clear) struct buffer cell;

    buffer_init(&cell);
    buffer_add_string(&cell, verdict);
    write_variants(&cell, environment);
    if (environment->checked_at != 0) {
        buffer_add_byte(&cell, ' ');
        moment_write_age(&cell, environment->checked_at, now);
    }
    table->failed = table->failed || cell.failed;
    table_add(table, verdict_tint(environment->verdict), buffer_text(&cell));
    table_tint_only(table, strlen(verdict));
}

static void add_matrix_row(const struct fleet_view *view, struct table *table, const struct answer_database *database)
{
    const struct answer_environment *cells[ENVIRONMENTS_LIMIT] = {NULL};

    for (size_t i = 0; i < database->environments.count; i++) {
        const struct answer_environment *environment = &ITEMS(answer_environment, database->environments)[i];
        size_t column = find_column(view, environment->environment);

        if (column < view->column_count)
            cells[column] = environment;
    }
    table_add_foreign(table, TINT_STRONG, database->database);
    table_add(table, verdict_tint(database->verdict), text_from(verdict_name((enum verdict)database->verdict)));
    for (size_t column = 0; column < view->column_count; column++)
        if (cells[column] == NULL)
            table_add(table, TINT_FAINT, TEXT("-"));
        else
            add_environment_cell(table, cells[column], view->fleet->at);
}

static void write_matrix(struct buffer *output, const struct fleet_view *view)
{
    struct table table;

    table_init(&table, view->arena, 2 + view->column_count);
    table_add(&table, TINT_FAINT, TEXT("database"));
    table_add(&table, TINT_FAINT, TEXT("verdict"));
    for (size_t column = 0; column < view->column_count; column++)
        table_add_foreign(&table, TINT_FAINT, view->columns[column]);
    for (size_t i = 0; i < view->fleet->databases.count; i++)
        add_matrix_row(view, &table, &ITEMS(answer_database, view->fleet->databases)[i]);
    table_write_folded(output, &table, view->style);
    if (view->has_more)
        buffer_printf(output, "more environments than these %d: '--format json' has them\n", ENVIRONMENTS_LIMIT);
}

/* ---- details ---- */

/* `prod`, or `prod/eu-1` when it is about one instance. */
static void add_where(struct table *table, struct text environment, const struct text *instances, size_t count)
{
    CLEANUP(buffer_clear) struct buffer where;

    buffer_init(&where);
    place_write(&where, environment, instances, count == 1 ? 1 : 0);
    table->failed = table->failed || where.failed;
    table_add(table, TINT_NONE, buffer_text(&where));
}

static void add_verdict(struct table *table, unsigned verdict)
{
    table_add(table, verdict_tint(verdict), text_from(verdict_name((enum verdict)verdict)));
}

/* The text is taken over: it is cleared. */
static void add_what(struct table *table, struct buffer *what)
{
    table->failed = table->failed || what->failed;
    table_add(table, TINT_NONE, buffer_text(what));
    buffer_clear(what);
}

/* `eu-1, eu-2: ` when there are several. */
static void write_names(struct buffer *buffer, const struct text *names, size_t count)
{
    for (size_t i = 0; i < count && count > 1; i++) {
        display_text(buffer, names[i]);
        buffer_add_string(buffer, i + 1 < count ? ", " : ": ");
    }
}

static void write_since(struct buffer *buffer, const struct fleet_view *view, int64_t since)
{
    if (since == 0)
        return;
    buffer_add_string(buffer, ", since ");
    moment_write(buffer, since);
    buffer_add_string(buffer, " (");
    moment_write_age(buffer, since, view->fleet->at);
    buffer_add_string(buffer, " ago)");
}

static void write_waived(struct buffer *buffer, int64_t waived)
{
    if (waived > 0)
        buffer_printf(buffer, "%s%lld waived", buffer->length > 0 ? "; " : "", (long long)waived);
}

static const struct answer_instance *find_instance(const struct answer_environment *environment, struct text name)
{
    const struct answer_instance *instances = environment->targets.items;

    for (size_t i = 0; i < environment->targets.count; i++)
        if (text_equal(instances[i].instance, name))
            return &instances[i];
    return NULL;
}

/* What is otherwise does not count when there is nothing in it, or all of it was accepted. */
static bool variant_counts(const struct answer_environment *environment, const struct answer_variant *variant,
                           const struct answer_instance *first)
{
    if (first != NULL && first->waived > 0 && first->verdict == VERDICT_IN_SYNC)
        return false;
    return majority_of(environment) == NULL || variant->summary == NULL || summary_total(variant->summary) > 0;
}

/* How a group differs from the majority. `excused` are differences that were waived, when all were; else 0. */
static void write_difference(struct buffer *buffer, const struct answer_summary *summary, int64_t excused,
                             size_t majority)
{
    if (excused > 0) {
        buffer_printf(buffer, "%lld waived against", (long long)excused);
    } else if (summary == NULL) {
        buffer_add_string(buffer, "differs from");
    } else {
        summary_write(buffer, summary);
        buffer_add_string(buffer, " against");
    }
    if (majority == 1)
        buffer_add_string(buffer, " the other one");
    else
        buffer_printf(buffer, " the other %zu", majority);
}

/* One group of instances that is not the majority. */
static void add_variant(const struct fleet_view *view, struct table *table,
                        const struct answer_environment *environment, const struct answer_variant *variant)
{
    const struct answer_variant *majority = majority_of(environment);
    const struct text *names = variant->instances.items;
    size_t count = variant->instances.count;
    const struct answer_instance *first = count > 0 ? find_instance(environment, names[0]) : NULL; /* they are alike */
    bool counts = variant_counts(environment, variant, first);
    int64_t waived = first == NULL ? 0 : first->waived;
    struct buffer what;

    buffer_init(&what);
    add_where(table, environment->environment, names, count);
    add_verdict(table, counts ? VERDICT_DRIFTED : VERDICT_IN_SYNC);
    write_names(&what, names, count);
    if (majority == NULL)
        buffer_printf(&what, "one of %zu variants, none of which is the majority", environment->variants.count);
    else
        write_difference(&what, variant->summary, counts ? 0 : waived, majority->instances.count);
    write_since(&what, view, variant->since);
    if (counts && waived > 0)
        buffer_printf(&what, "; %lld of them waived", (long long)waived);
    add_what(table, &what);
}

static void add_variants(const struct fleet_view *view, struct table *table,
                         const struct answer_environment *environment)
{
    const struct answer_variant *variants = environment->variants.items;

    for (size_t i = 0; i < environment->variants.count && environment->variants.count > 1; i++)
        if (!variants[i].majority)
            add_variant(view, table, environment, &variants[i]);
}

static void write_reason(struct buffer *buffer, struct text unknown, struct text reason)
{
    bool repeats = reason.length > 0 && unknown.length >= reason.length &&
                   memmem(unknown.bytes, unknown.length, reason.bytes, reason.length) != NULL;

    display_text(buffer, unknown.length == 0 && reason.length == 0 ? TEXT("no reason is known") : unknown);
    if (reason.length > 0 && !repeats) {
        buffer_add_string(buffer, unknown.length == 0 ? "" : ": ");
        display_text(buffer, reason);
    }
}

static bool same_reason(const struct answer_instance *a, const struct answer_instance *b)
{
    return b->verdict == VERDICT_UNKNOWN && text_equal(a->unknown_reason, b->unknown_reason) &&
           text_equal(a->reason, b->reason);
}

/* Instances that are unknown for one reason. */
static void add_unknown(const struct fleet_view *view, struct table *table, struct text environment,
                        const struct answer_instance *first, const struct shape_list *names)
{
    struct buffer what;

    buffer_init(&what);
    add_where(table, environment, names->items, names->count);
    add_verdict(table, VERDICT_UNKNOWN);
    write_names(&what, names->items, names->count);
    write_reason(&what, first->unknown_reason, first->reason);
    if (names->count == 1 && first->checked_at != 0) {
        buffer_add_string(&what, ", last checked ");
        moment_write_age(&what, first->checked_at, view->fleet->at);
        buffer_add_string(&what, " ago");
    }
    add_what(table, &what);
}

/* All that share the reason of `first`, which is the first of them. */
static void add_reason(const struct fleet_view *view, struct table *table, const struct answer_environment *environment,
                       const struct answer_instance *first)
{
    const struct answer_instance *instances = environment->targets.items;
    const struct answer_instance *end = instances + environment->targets.count;
    struct text *names = arena_array(view->arena, (size_t)(end - first), sizeof *names);
    struct shape_list list = {names, 0};

    if (names == NULL) {
        table->failed = true;
        return;
    }
    for (const struct answer_instance *instance = first; instance < end; instance++)
        if (same_reason(first, instance))
            names[list.count++] = instance->instance;
    add_unknown(view, table, environment->environment, first, &list);
}

/* Unknown instances, one row a reason. Answers whether there are any. */
static bool add_unknowns(const struct fleet_view *view, struct table *table,
                         const struct answer_environment *environment)
{
    const struct answer_instance *instances = environment->targets.items;
    const struct answer_instance *reasons[REASONS_LIMIT];
    size_t count = 0;
    bool found = false;

    for (size_t i = 0; i < environment->targets.count; i++) {
        const struct answer_instance *instance = &instances[i];
        size_t known = 0;

        if (instance->verdict != VERDICT_UNKNOWN)
            continue;
        found = true;
        while (known < count && !same_reason(reasons[known], instance))
            known++;
        if (known < count)
            continue;
        if (count < REASONS_LIMIT) {
            reasons[count++] = instance;
            add_reason(view, table, environment, instance);
        } else {
            add_unknown(view, table, environment->environment, instance, &(struct shape_list){&instance->instance, 1});
        }
    }
    return found;
}

static void add_environment(const struct fleet_view *view, struct table *table,
                            const struct answer_environment *environment)
{
    struct buffer what;

    add_variants(view, table, environment);
    if (add_unknowns(view, table, environment) || environment->verdict != VERDICT_UNKNOWN)
        return;
    buffer_init(&what);
    add_where(table, environment->environment, NULL, 0);
    add_verdict(table, VERDICT_UNKNOWN);
    write_reason(&what, environment->unknown_reason, (struct text){"", 0});
    add_what(table, &what);
}

static void add_step(const struct fleet_view *view, struct table *table, const struct answer_step *step)
{
    char *where = arena_printf(view->arena, "%.*s → %.*s", TEXT_ARGS(step->from), TEXT_ARGS(step->to));
    bool counted = step->summary != NULL && summary_total(step->summary) > 0;
    struct buffer what;

    buffer_init(&what);
    table_add_foreign(table, TINT_NONE, text_from(where));
    add_verdict(table, step->verdict);
    if (step->verdict == VERDICT_UNKNOWN) {
        write_reason(&what, step->unknown_reason, (struct text){"", 0});
        buffer_add_string(&what, counted ? "; last known: " : "");
    }
    if (counted)
        summary_write(&what, step->summary);
    write_waived(&what, step->waived);
    table->failed = table->failed || where == NULL;
    add_what(table, &what);
}

static void write_details(struct buffer *output, const struct fleet_view *view, const struct answer_database *database)
{
    struct table table;

    table_init(&table, view->arena, DETAIL_COLUMNS);
    for (size_t i = 0; i < database->environments.count; i++)
        add_environment(view, &table, &ITEMS(answer_environment, database->environments)[i]);
    for (size_t i = 0; i < database->steps.count; i++)
        add_step(view, &table, &ITEMS(answer_step, database->steps)[i]);
    buffer_add_byte(output, '\n');
    tint_begin(output, TINT_STRONG, view->style);
    display_text(output, database->database);
    tint_end(output, TINT_STRONG, view->style);
    buffer_add_byte(output, '\n');
    table_write(output, &table, view->style, DETAIL_INDENT);
}

/* ---- the whole ---- */

/* In sync only because somebody accepted what differs: that has to be seen. */
static bool has_waived(const struct answer_database *database)
{
    for (size_t i = 0; i < database->steps.count; i++)
        if (ITEMS(answer_step, database->steps)[i].waived > 0)
            return true;
    for (size_t i = 0; i < database->environments.count; i++) {
        const struct answer_environment *environment = &ITEMS(answer_environment, database->environments)[i];

        for (size_t j = 0; j < environment->targets.count; j++)
            if (ITEMS(answer_instance, environment->targets)[j].waived > 0)
                return true;
    }
    return false;
}

static void count_verdicts(const struct answer_fleet *fleet, size_t ret_counts[VERDICT_UNKNOWN + 1])
{
    for (size_t i = 0; i < fleet->databases.count; i++)
        ret_counts[ITEMS(answer_database, fleet->databases)[i].verdict]++;
}

static void write_path(struct buffer *output, const struct answer_fleet *fleet)
{
    if (fleet->path.count == 0)
        return;
    buffer_add_string(output, "promotion path: ");
    for (size_t i = 0; i < fleet->path.count; i++) {
        buffer_add_string(output, i == 0 ? "" : " → ");
        display_text(output, ITEMS(text, fleet->path)[i]);
    }
    buffer_add_string(output, "\n\n");
}

void fleet_write(struct buffer *output, const struct answer_fleet *fleet, const struct table_style *style,
                 struct arena *arena)
{
    struct fleet_view view = {.fleet = fleet, .style = style, .arena = arena};
    size_t counts[VERDICT_UNKNOWN + 1] = {0};

    if (fleet->databases.count == 0) {
        buffer_add_string(output, "no database yet: 'driftline agents enroll' lets the first agent in\n");
        return;
    }
    write_path(output, fleet);
    find_columns(&view);
    write_matrix(output, &view);
    for (size_t i = 0; i < fleet->databases.count; i++) {
        const struct answer_database *database = &ITEMS(answer_database, fleet->databases)[i];

        if (database->verdict != VERDICT_IN_SYNC || has_waived(database))
            write_details(output, &view, database);
    }
    count_verdicts(fleet, counts);
    buffer_printf(output, "\n%zu database%s: %zu in sync, %zu drifted, %zu unknown\n", fleet->databases.count,
                  fleet->databases.count == 1 ? "" : "s", counts[VERDICT_IN_SYNC], counts[VERDICT_DRIFTED],
                  counts[VERDICT_UNKNOWN]);
}

int fleet_status(const struct answer_fleet *fleet)
{
    size_t counts[VERDICT_UNKNOWN + 1] = {0};

    count_verdicts(fleet, counts);
    if (counts[VERDICT_DRIFTED] > 0)
        return EXIT_DRIFT;
    return counts[VERDICT_UNKNOWN] > 0 || fleet->databases.count == 0 ? EXIT_UNKNOWN : EXIT_FINE;
}
