/* publish: one pull request, or one branch, for each entry of the configuration file, kept converged. */
#include <stdlib.h>

#include "cli/asking.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/publish_report.h"
#include "cli/publish_sources.h"
#include "cli/syncs.h"

#define AT(member) offsetof(struct settings, member)

#define SWITCH "DRIFTLINE_PUBLISH_DISABLED"

enum { HOUR_MS = 3600 * 1000 };

static const char doing[] = "publishing";

static const struct option options[] = {
    {"dry-run", 0, OPTION_FLAG, AT(dry_run), NULL, NULL, NULL, NULL, 0, 0,
     "only look, and say what would be done: nothing is written"},
    {"diff", 0, OPTION_FLAG, AT(show_diff), NULL, NULL, NULL, NULL, 0, 0,
     "with --dry-run: print what would change as a unified diff"},
    {"force", 0, OPTION_FLAG, AT(force), NULL, NULL, NULL, NULL, 0, 0,
     "begin the branch anew from the base: also when it is in line, when commits of others are on it, which are lost, "
     "and when somebody closed the pull request"},
    {"timeout", 0, OPTION_DURATION, AT(publish_timeout_ms), "TIME", NULL, NULL, NULL, 100, HOUR_MS,
     "how long each entry may take, in place of its `timeout`"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0, "print as"},
    {0},
};

/* ---- what is to be done ---- */

static bool is_named(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->operand_count; i++)
        if (strcmp(call->operands[i], name) == 0)
            return true;
    return call->operand_count == 0;
}

static enum error_code check_names(const struct call *call, const struct publish_target *targets, unsigned count,
                                   struct error *error)
{
    for (size_t i = 0; i < call->operand_count; i++) {
        unsigned number = 0;

        while (number < count && strcmp(targets[number].name, call->operands[i]) != 0)
            number++;
        if (number == count)
            return error_set(error, ERROR_NOT_FOUND, "'publish' has no entry '%.64s'", call->operands[i]);
    }
    return ERROR_NONE;
}

static enum error_code read_targets(const struct call *call, struct publish_target **ret_targets, unsigned *ret_count,
                                    struct error *error)
{
    const struct settings *settings = &call->settings;
    unsigned count = settings->project == NULL ? 0 : settings->project->publish_count;
    struct publish_target *targets = arena_array(call->arena, count, sizeof *targets);

    if (targets == NULL)
        return arena_error(call->arena, error, doing);
    if (count == 0) {
        error_set(error, ERROR_USAGE, "there is nothing to publish");
        return error_hint(error, "write 'publish:' into " PROJECT_FILE);
    }
    for (unsigned i = 0; i < count; i++) {
        if (publish_target_read(&targets[i], &settings->config_file, &settings->project->publish[i], i, error) !=
                ERROR_NONE ||
            publish_target_check_apart(targets, i, &settings->config_file, error) != ERROR_NONE)
            return error->code;
        if (settings->publish_timeout_ms > 0)
            targets[i].timeout_ms = settings->publish_timeout_ms;
    }
    *ret_targets = targets;
    *ret_count = count;
    return check_names(call, targets, count, error);
}

/* ---- one entry ---- */

struct run {
    const struct call *call;
    const struct publish_target *target;
    const struct publish_sources *sources;
};

/* The one place where the collector is told; without a collector, or a database that it knows, nobody is. */
static enum error_code record(void *context, const struct publish_result *result, const struct error *problem,
                              struct error *error)
{
    const struct run *run = context;
    struct reference scope = publish_sources_scope(run->sources);
    CLEANUP(buffer_clear) struct buffer files = {0}, answer = {0};
    struct sync sync = {.kind = TEXT("publish"),
                        .name = text_from(run->target->name),
                        .database = scope.database,
                        .environment = scope.environment,
                        .state = text_from(publish_state_name(result->state)),
                        .manual = result->manual,
                        .root = text_from(result->root),
                        .url = text_from(result->url)};

    if (run->call->settings.collector == NULL || scope.database.length == 0)
        return ERROR_NONE;
    publish_report_write_files(&files, &result->plan);
    sync.detail = problem != NULL ? text_from(problem->message) : buffer_text(&files);
    return sync_record(run->call, &sync, &answer, error);
}

/* `call` has an arena of its own for the entry. */
static enum error_code run_entry(const struct call *call, unsigned number, struct publish_outcome *outcome,
                                 struct error *error)
{
    struct publish_sources *sources = NULL;
    struct run run = {.call = call, .target = outcome->target};
    const struct publish_options how = {.dry_run = call->settings.dry_run,
                                        .force = call->settings.force,
                                        .is_given_up = interrupt_came,
                                        .record = record,
                                        .context = &run};
    struct publish_source source;

    outcome->result.state = PUBLISH_FAILED;
    if (publish_sources_new(&sources, call, outcome->target, number, error) == ERROR_NONE) {
        run.sources = sources;
        source = publish_sources_source(sources);
        publish_run(&outcome->result, outcome->target, &source, &how, call->arena, error);
    }
    outcome->problem = *error;
    publish_sources_free(sources);
    return error->code;
}

/* ---- all of them ---- */

/* What became of each lives in an arena of its own until it is printed. */
struct work {
    struct publish_outcome *outcomes;
    struct arena *arenas;
    size_t count;
};

/* Set, and neither empty nor 0. */
static bool is_switched_off(void)
{
    const char *value = getenv(SWITCH);

    return value != NULL && value[0] != '\0' && strcmp(value, "0") != 0;
}

static enum error_code print(const struct call *call, const struct publish_outcome *outcomes, size_t count,
                             struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer output = {0};

    if (call->settings.format == FORMAT_JSON) {
        if (publish_report_write_json(&output, outcomes, count, error) != ERROR_NONE)
            return error->code;
        return output_write(NULL, &output, error);
    }
    if (is_switched_off())
        buffer_add_string(&output, "publishing is switched off by " SWITCH ": nothing is sent\n");
    for (size_t i = 0; i < count; i++) {
        publish_report_write(&output, &outcomes[i], &style);
        if (call->settings.show_diff && tree_plan_write_diff(&output, &outcomes[i].result.plan, error) != ERROR_NONE)
            return error->code;
    }
    return output_write(NULL, &output, error);
}

/* One that fails does not keep the others from being published; the first failure is that of the command. */
static void run_each(const struct call *call, const struct publish_target *targets, unsigned count, struct work *work,
                     struct error *failure)
{
    for (unsigned i = 0; i < count && !interrupt_came(); i++) {
        struct publish_outcome *outcome = &work->outcomes[work->count];
        struct error problem = {0};
        struct call own = *call;

        if (!is_named(call, targets[i].name))
            continue;
        *outcome = (struct publish_outcome){.target = &targets[i], .result.state = PUBLISH_DISABLED};
        own.arena = &work->arenas[work->count++];
        arena_init(own.arena, call->settings.memory_limit);
        if (!is_switched_off() && run_entry(&own, i, outcome, &problem) != ERROR_NONE && failure->code == ERROR_NONE)
            *failure = problem;
    }
}

static enum error_code run_all(const struct call *call, const struct publish_target *targets, unsigned count,
                               struct error *error)
{
    struct work work = {.outcomes = arena_array(call->arena, count, sizeof *work.outcomes),
                        .arenas = arena_array(call->arena, count, sizeof *work.arenas)};
    struct error failure = {0}, other = {0};

    if (work.outcomes == NULL || work.arenas == NULL)
        return arena_error(call->arena, error, doing);
    run_each(call, targets, count, &work, &failure);
    if (print(call, work.outcomes, work.count, &other) != ERROR_NONE && failure.code == ERROR_NONE)
        failure = other;
    for (size_t i = 0; i < work.count; i++)
        arena_free(&work.arenas[i]);
    *error = failure;
    return error->code;
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    struct publish_target *targets = NULL;
    unsigned count = 0;

    (void)ret_status;
    if (call->settings.show_diff && !call->settings.dry_run) {
        error_set(error, ERROR_USAGE, "'--diff' is about what would be done");
        return error_hint(error, "give '--dry-run', too");
    }
    if (read_targets(call, &targets, &count, error) != ERROR_NONE)
        return error->code;
    interrupt_catch();
    return run_all(call, targets, count, error);
}

static const char *const examples[] = {
    "driftline publish",
    "driftline publish docs --dry-run --diff",
    "driftline publish --config deploy/driftline.yaml --format json",
    NULL,
};

const struct command command_publish = {
    .name = "publish",
    .syntax = "[NAME]...",
    .summary = "keep pull requests up to date",
    .text = "Generates what entries of `publish` in the configuration file name, holds it\n"
            "against the base branch of their repository, and keeps one pull request for\n"
            "what differs: it is opened, updated with each change, and closed with its\n"
            "branch when the difference is gone. Without NAME all entries are published.\n"
            "With `host: git` there is a branch and no pull request.\n"
            "\n"
            "When nothing has changed, nothing is written. Commits of others on the branch\n"
            "are never overwritten, and a pull request that somebody closed stays closed\n"
            "until something else changes. What fails in passing is tried again; a run\n"
            "that ended halfway is made good by the next one. With a collector the result\n"
            "is recorded there.\n"
            "\n"
            "Where " SWITCH " is set to anything but 0, nothing is\n"
            "sent. Exit status 4: commits of others are in the way, or access was refused.\n",
    .examples = examples,
    .operands = {OPERAND_NAME},
    .repeats = true,
    .options = options,
    .reads_schemas = true,
    .has_project = true,
    .run = run,
};
