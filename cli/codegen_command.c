#include "cli/command.h"

#include "cli/codegen_making.h"
#include "cli/generating.h"
#include "cli/hook.h"
#include "tree/tree_folder.h"

static const struct option options[] = {
    GENERATING_OPTIONS,
    {0},
};

/* One folder of code that is to be made. */
struct job {
    struct codegen_wanted wanted;
    const char *output;
};

/* A schema that was read; several jobs may be about one. */
struct read_once {
    const char *ref;
    struct snapshot *snapshot;
};

struct jobs {
    struct job *items;
    size_t count;
    struct read_once *read;
    size_t read_count;
};

/* ---- what to do ---- */

static const char *entry_name(const struct codegen_entry *entry)
{
    return entry->name != NULL ? entry->name : entry->language == NULL ? "" : entry->language;
}

static enum error_code read_entry(const struct call *call, unsigned number, struct job *ret_job, struct error *error)
{
    const struct codegen_entry *entry = &call->settings.project->codegen[number];
    struct job job = {.output = call->settings.output};

    if (codegen_wanted_read(&job.wanted, call, number, error) != ERROR_NONE)
        return error->code;
    if (job.output == NULL && entry->output == NULL) {
        error_set(error, ERROR_CONFIG, "it is not said where the code of '%.100s' goes", entry_name(entry));
        return error_hint(error, "give '--output DIR', or 'output' in the configuration file");
    }
    if (job.output == NULL &&
        codegen_options_path(&job.output, codegen_folder(call), entry->output, call->arena, error) != ERROR_NONE)
        return error->code;
    *ret_job = job;
    return ERROR_NONE;
}

static enum error_code read_named(const struct call *call, const char *name, struct job *ret_job, struct error *error)
{
    const struct project *project = call->settings.project;

    for (unsigned i = 0; project != NULL && i < project->codegen_count; i++)
        if (strcmp(entry_name(&project->codegen[i]), name) == 0)
            return read_entry(call, i, ret_job, error);
    error_set(error, ERROR_USAGE, "'codegen' of the configuration file has no entry '%.100s'", name);
    return error_hint(error, "or say what to generate of what: 'driftline codegen LANGUAGE REF -o DIR'");
}

/* LANGUAGE REF -o DIR, with nothing from the configuration file. */
static bool is_direct(const struct call *call)
{
    return call->operand_count == 2 && call->settings.output != NULL;
}

static enum error_code read_direct(const struct call *call, struct job *ret_job, struct error *error)
{
    struct job job = {.wanted = {.ref = call->operands[1]}, .output = call->settings.output};

    if (codegen_language(&job.wanted.language, call->operands[0], error) != ERROR_NONE)
        return error->code;
    codegen_options_init(&job.wanted.options);
    *ret_job = job;
    return ERROR_NONE;
}

static enum error_code list_jobs(const struct call *call, struct jobs *jobs, struct error *error)
{
    const struct project *project = call->settings.project;

    jobs->count = is_direct(call)           ? 1
                  : call->operand_count > 0 ? call->operand_count
                  : project == NULL         ? 0
                                            : project->codegen_count;
    jobs->items = arena_array(call->arena, jobs->count, sizeof *jobs->items);
    jobs->read = arena_array(call->arena, jobs->count, sizeof *jobs->read);
    if (jobs->items == NULL || jobs->read == NULL)
        return arena_error(call->arena, error, "listing code");
    if (jobs->count == 0) {
        error_set(error, ERROR_USAGE, "there is no code to generate");
        return error_hint(error, "give LANGUAGE REF -o DIR, or write 'codegen:' into " PROJECT_FILE);
    }
    if (jobs->count > 1 && call->settings.output != NULL) {
        error_set(error, ERROR_USAGE, "'--output' is one folder, and there are %zu entries", jobs->count);
        return error_hint(error, "name one of them");
    }
    if (is_direct(call))
        return read_direct(call, &jobs->items[0], error);
    for (size_t i = 0; i < jobs->count; i++)
        if ((call->operand_count > 0 ? read_named(call, call->operands[i], &jobs->items[i], error)
                                     : read_entry(call, (unsigned)i, &jobs->items[i], error)) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

/* ---- schemas ---- */

static enum error_code read_schema(const struct call *call, struct jobs *jobs, const char *ref,
                                   const struct snapshot **ret_snapshot, struct error *error)
{
    struct read_once *read = &jobs->read[jobs->read_count];
    struct call own = *call;

    for (size_t i = 0; i < jobs->read_count; i++)
        if (strcmp(jobs->read[i].ref, ref) == 0) {
            *ret_snapshot = jobs->read[i].snapshot;
            return ERROR_NONE;
        }
    own.operands = &ref;
    own.operand_count = 1;
    if (command_read(&own, &read->snapshot, error) != ERROR_NONE)
        return error->code;
    command_warn_gaps(read->snapshot);
    read->ref = ref;
    jobs->read_count++;
    *ret_snapshot = read->snapshot;
    return ERROR_NONE;
}

/* ---- doing it ---- */

static bool writes(const struct settings *settings)
{
    return settings->write || !(settings->check || settings->show_diff || settings->report);
}

/* What every hook is told. */
static enum error_code add_facts(struct hook *hook, const struct job *job, const char *when, struct arena *arena,
                                 struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    ref_redact(&shown, job->wanted.ref);
    hook->facts[0] = arena_printf(arena, "DRIFTLINE_HOOK=%s", when);
    hook->facts[1] = arena_printf(arena, "DRIFTLINE_ENTRY=%s", entry_name(job->wanted.entry));
    hook->facts[2] = arena_printf(arena, "DRIFTLINE_LANGUAGE=%s", job->wanted.language->name);
    hook->facts[3] = arena_printf(arena, "DRIFTLINE_OUTPUT=%s", job->output);
    hook->facts[4] = arena_printf(arena, "DRIFTLINE_REF=%s", shown.failed ? "" : buffer_text(&shown).bytes);
    for (size_t i = 0; i < 5; i++)
        if (hook->facts[i] == NULL)
            return arena_error(arena, error, "running a program");
    return ERROR_NONE;
}

static enum error_code run_before(const struct call *call, const struct job *job, struct error *error)
{
    const struct codegen_entry *entry = job->wanted.entry;
    struct hook hook = {.folder = codegen_folder(call)};

    if (entry == NULL || entry->hooks.before_count == 0 || !writes(&call->settings))
        return ERROR_NONE;
    hook.arguments = (const char *const *)entry->hooks.before;
    hook.count = entry->hooks.before_count;
    if (add_facts(&hook, job, "before", call->arena, error) != ERROR_NONE ||
        hook_run(&hook, call->arena, error) != ERROR_NONE)
        return error_context(error, "before the sync of '%.100s', which did not begin", entry_name(entry));
    return ERROR_NONE;
}

static enum error_code run_after(const struct call *call, const struct job *job, const struct snapshot *snapshot,
                                 bool changed, struct error *error)
{
    const struct codegen_entry *entry = job->wanted.entry;
    struct hook hook = {.folder = codegen_folder(call)};
    char hex[HASH_HEX_SIZE];

    if (entry == NULL || entry->hooks.after_count == 0 || !writes(&call->settings))
        return ERROR_NONE;
    hash_to_hex(&snapshot->root, hex);
    hook.arguments = (const char *const *)entry->hooks.after;
    hook.count = entry->hooks.after_count;
    if (add_facts(&hook, job, "after", call->arena, error) == ERROR_NONE) {
        hook.facts[5] = arena_printf(call->arena, "DRIFTLINE_HASH=%s", hex);
        hook.facts[6] = changed ? "DRIFTLINE_CHANGED=yes" : "DRIFTLINE_CHANGED=no";
        if (hook.facts[5] == NULL)
            arena_error(call->arena, error, "running a program");
        else if (hook_run(&hook, call->arena, error) == ERROR_NONE)
            return ERROR_NONE;
    }
    return error_context(error, "after the sync of '%.100s', which is done", entry_name(entry));
}

/* Whether writing a tree would change anything. */
static enum error_code find_out(struct tree *tree, const struct tree_place *place, bool *ret_changes,
                                struct arena *arena, struct error *error)
{
    struct tree_plan plan;

    if (tree_plan_make(&plan, tree, TEXT(""), place, arena, error) != ERROR_NONE)
        return error->code;
    *ret_changes = tree_plan_changes(&plan);
    return ERROR_NONE;
}

static enum error_code run_job(const struct call *call, struct jobs *jobs, const struct job *job, int *ret_status,
                               struct error *error)
{
    struct tree_place place = tree_folder(job->output);
    struct codegen_where where = {&place, TEXT("")};
    const struct snapshot *snapshot = NULL;
    CLEANUP(arena_free) struct arena arena;
    struct call own = *call;
    bool changed = false;
    struct tree *tree;

    arena_init(&arena, call->settings.memory_limit);
    own.arena = &arena;
    own.settings.output = job->output;
    if (run_before(&own, job, error) != ERROR_NONE ||
        read_schema(call, jobs, job->wanted.ref, &snapshot, error) != ERROR_NONE ||
        codegen_wanted_make(&tree, &own, &job->wanted, snapshot, &where, error) != ERROR_NONE ||
        find_out(tree, &place, &changed, &arena, error) != ERROR_NONE ||
        generating_finish(&own, tree, ret_status, error) != ERROR_NONE)
        return error->code;
    return run_after(&own, job, snapshot, changed, error);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    struct jobs jobs = {.read_count = 0};
    enum error_code code = list_jobs(call, &jobs, error);

    for (size_t i = 0; code == ERROR_NONE && i < jobs.count; i++)
        code = run_job(call, &jobs, &jobs.items[i], ret_status, error);
    for (size_t i = 0; i < jobs.read_count; i++)
        snapshot_free(jobs.read[i].snapshot);
    return code;
}

static const char *const examples[] = {
    "driftline codegen python postgres://app@db1/orders -o src/app/database",
    "driftline codegen typescript orders@prod -o web/src/database --check",
    "driftline codegen",
    "driftline codegen python --diff",
    NULL,
};

const struct command command_codegen = {
    .name = "codegen",
    .syntax = "[LANGUAGE REF -o DIR | NAME...]",
    .summary = "write a schema as code",
    .text = "Writes types for the tables, views and enums of a schema: in Python an Enum\n"
            "class for each enum and TypedDict classes for each table, and the same in\n"
            "other languages, with a file that says which version of the schema it is. The\n"
            "same schema gives the same bytes; what people wrote outside of the marks of a\n"
            "generated file stays.\n"
            "\n"
            "NAME is an entry of `codegen` in the configuration file, which may choose\n"
            "names, types, templates and what runs before and after; without operands all\n"
            "entries are written.\n"
            "\n"
            "Exit status 1: with --check, a file is out of date or was edited by hand.\n",
    .examples = examples,
    .operands = {OPERAND_NAME, OPERAND_REF},
    .fewest_operands = 0,
    .repeats = true,
    .options = options,
    .reads_schemas = true,
    .has_project = true,
    .run = run,
};
