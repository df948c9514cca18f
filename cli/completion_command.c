#include "cli/command.h"
#include "cli/completion.h"
#include "cli/output.h"

static const struct {
    const char *name;
    void (*write)(struct buffer *buffer);
} shells[] = {
    {"bash", completion_write_bash},
    {"zsh", completion_write_zsh},
};

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;

    (void)ret_status;
    buffer_init(&output);
    for (size_t i = 0; i < LENGTH_OF(shells); i++)
        if (strcmp(call->operands[0], shells[i].name) == 0) {
            shells[i].write(&output);
            return output_write(NULL, &output, error);
        }
    error_set(error, ERROR_USAGE, "there is no completion for the shell '%.40s'", call->operands[0]);
    return error_hint(error, "there is one for bash and one for zsh");
}

static const char *const examples[] = {
    "eval \"$(driftline completion bash)\"",
    "driftline completion zsh > /usr/local/share/zsh/site-functions/_driftline",
    NULL,
};

const struct command command_completion = {
    .name = "completion",
    .syntax = "bash|zsh",
    .summary = "print a script that completes command lines",
    .text = "Prints a script for the shell. It completes commands, options, their values and\n"
            "the names of snapshot files.\n",
    .examples = examples,
    .operands = {OPERAND_SHELL},
    .fewest_operands = 1,
    .run = run,
};
