#include "cli/command.h"

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    (void)ret_status;
    return error_set(error, ERROR_UNSUPPORTED, "'driftline %s' is not there yet", call->command->name);
}

const struct command command_lint = {
    .name = "lint",
    .syntax = "FILE.sql...",
    .summary = "coming",
    .text = "Coming.\n",
    .operands = {OPERAND_FILE},
    .has_project = true,
    .run = run,
};
