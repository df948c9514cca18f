#include "cli/command.h"
#include "cli/help.h"
#include "cli/output.h"

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;
    const struct command *command = NULL;

    (void)ret_status;
    buffer_init(&output);
    if (call->operand_count == 0) {
        help_write_overview(&output);
    } else {
        if (command_find(&command, call->operands[0], error) != ERROR_NONE)
            return error->code;
        help_write_command(&output, command);
    }
    return output_write(NULL, &output, error);
}

static const char *const examples[] = {"driftline help diff", NULL};

const struct command command_help = {
    .name = "help",
    .syntax = "[COMMAND]",
    .summary = "describe the program or a command",
    .text = "Prints the commands, or with COMMAND what `driftline COMMAND --help` prints.\n",
    .examples = examples,
    .operands = {OPERAND_COMMAND},
    .fewest_operands = 0,
    .run = run,
};
