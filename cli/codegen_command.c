#include "cli/command.h"

#include "cli/generating.h"
#include "cli/reading.h"
#include "codegen/codegen.h"
#include "tree/tree_folder.h"

static const struct option options[] = {
    GENERATING_OPTIONS,
    {0},
};

/* What is generated in one go. */
struct job {
    const struct language *language;
    const char *ref;
    const char *output;
    struct codegen_options options;
};

static enum error_code run_job(const struct call *call, const struct job *job, int *ret_status, struct error *error)
{
    CLEANUP(snapshot_freep) struct snapshot *snapshot = NULL;
    struct call own = *call;
    struct tree_place place = tree_folder(job->output);
    struct codegen_request request = {
        .language = job->language, .options = &job->options, .place = &place, .folder = TEXT("")};
    struct tree *tree;

    own.settings.output = job->output;
    own.operands = &job->ref;
    own.operand_count = 1;
    if (command_read(&own, &snapshot, error) != ERROR_NONE)
        return error->code;
    command_warn_gaps(snapshot);
    request.snapshot = snapshot;
    if (codegen_make(&tree, &request, call->arena, error) != ERROR_NONE)
        return error->code;
    return generating_finish(&own, tree, ret_status, error);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    struct job job = {.output = call->settings.output};

    if (call->operand_count != 2 || call->settings.output == NULL)
        return error_set(error, ERROR_USAGE, "'driftline codegen' wants LANGUAGE REF -o DIR");
    job.language = language_find(text_from(call->operands[0]));
    job.ref = call->operands[1];
    codegen_options_init(&job.options);
    if (job.language == NULL)
        return error_set(error, ERROR_USAGE, "'%.100s' is no language that code is generated in", call->operands[0]);
    return run_job(call, &job, ret_status, error);
}

const struct command command_codegen = {
    .name = "codegen",
    .syntax = "LANGUAGE REF -o DIR",
    .summary = "write a schema as code",
    .text = "Coming.\n",
    .operands = {OPERAND_NAME, OPERAND_REF},
    .fewest_operands = 0,
    .options = options,
    .reads_schemas = true,
    .has_project = true,
    .run = run,
};
