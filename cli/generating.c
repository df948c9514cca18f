#include "cli/generating.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/output.h"
#include "drift/report_display.h"
#include "drift/report_escape.h"
#include "tree/tree_folder.h"

enum { NAMES_SHOWN = 20 };

static const char *const done[TREE_STATE_COUNT] = {
    [TREE_SAME] = "as they were",   [TREE_NEW] = "new",
    [TREE_OUTDATED] = "changed",    [TREE_EDITED] = "edited by hand",
    [TREE_SUPERFLUOUS] = "removed", [TREE_FOREIGN] = "not ours",
};

static const struct tree_step *find_state(const struct tree_plan *plan, enum tree_state state)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->steps[i].state == state)
            return &plan->steps[i];
    return NULL;
}

static enum error_code refuse_foreign(const struct tree_plan *plan, const char *folder, struct error *error)
{
    const struct tree_step *step = find_state(plan, TREE_FOREIGN);

    if (step == NULL)
        return ERROR_NONE;
    error_set(error, ERROR_CONFLICT, "'%s/%.*s' is in the way: it was not generated, and stays as it is", folder,
              TEXT_ARGS(step->path));
    return error_hint(error, "move it, or write to another folder");
}

/* ---- for people ---- */

static void write_counts(struct buffer *output, const struct tree_plan *plan)
{
    bool first = true;

    for (unsigned state = 0; state < TREE_STATE_COUNT; state++)
        if (plan->counts[state] > 0) {
            buffer_printf(output, "%s%zu %s", first ? "" : ", ", plan->counts[state], done[state]);
            first = false;
        }
    buffer_add_string(output, first ? "no files" : "");
}

static void write_names(struct buffer *output, const struct tree_plan *plan)
{
    size_t shown = 0, more = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const struct tree_step *step = &plan->steps[i];

        if (step->state == TREE_SAME)
            continue;
        if (shown++ < NAMES_SHOWN)
            buffer_printf(output, "  %-14s %.*s\n", tree_state_name(step->state), TEXT_ARGS(step->path));
        else
            more++;
    }
    if (more > 0)
        buffer_printf(output, "  and %zu more\n", more);
}

void generating_write_report(struct buffer *output, const char *name, const struct tree_plan *plan)
{
    size_t more = 0, shown = 0;

    buffer_printf(output, "### Generated files: %s\n\n", name);
    write_counts(output, plan);
    buffer_add_string(output, ".\n");
    if (!tree_plan_changes(plan))
        return;
    buffer_add_string(output, "\n| file | state |\n|---|---|\n");
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->steps[i].state == TREE_SAME)
            continue;
        if (shown++ >= NAMES_SHOWN * NAMES_SHOWN) {
            more++;
            continue;
        }
        buffer_add_string(output, "| ");
        escape_markdown(output, plan->steps[i].path);
        buffer_printf(output, " | %s |\n", done[plan->steps[i].state]);
    }
    if (more > 0)
        buffer_printf(output, "\nAnd %zu more.\n", more);
}

/* ---- the whole ---- */

static enum error_code print(const struct call *call, const struct tree *tree, const struct tree_plan *plan,
                             struct error *error)
{
    const struct settings *settings = &call->settings;
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    if (settings->report)
        generating_write_report(&output, tree_name(tree), plan);
    if (settings->show_diff && tree_plan_write_diff(&output, plan, error) != ERROR_NONE)
        return error->code;
    if (!settings->report && !settings->show_diff) {
        buffer_printf(&output, "%s: ", settings->output);
        write_counts(&output, plan);
        buffer_add_byte(&output, '\n');
        if (settings->check)
            write_names(&output, plan);
    }
    return output_write(NULL, &output, error);
}

enum error_code generating_finish(const struct call *call, struct tree *tree, int *ret_status, struct error *error)
{
    const struct settings *settings = &call->settings;
    bool looks = settings->check || settings->show_diff || settings->report;
    CLEANUP(arena_free) struct arena arena;
    struct tree_place place;
    struct tree_plan plan;

    arena_init(&arena, settings->memory_limit);
    if (settings->output == NULL) {
        error_set(error, ERROR_USAGE, "'driftline %s' needs to know where to write", call->command->name);
        return error_hint(error, "name a folder with '--output DIR'");
    }
    if (settings->check && settings->write)
        return error_set(error, ERROR_USAGE, "'--check' writes nothing: it does not go together with '--write'");
    place = tree_folder(settings->output);
    if (tree_plan_make(&plan, tree, TEXT(""), &place, &arena, error) != ERROR_NONE)
        return error_context(error, "'%s'", settings->output);
    if ((settings->write || !looks) && (refuse_foreign(&plan, settings->output, error) != ERROR_NONE ||
                                        tree_folder_write(settings->output, &plan, error) != ERROR_NONE))
        return error->code;
    if (print(call, tree, &plan, error) != ERROR_NONE)
        return error->code;
    if (settings->check && (tree_plan_changes(&plan) || plan.counts[TREE_FOREIGN] > 0))
        *ret_status = EXIT_DRIFT;
    return ERROR_NONE;
}
