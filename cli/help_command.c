#include "cli/command.h"
#include "cli/help.h"
#include "cli/output.h"

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;
    struct command_match match;

    (void)ret_status;
    buffer_init(&output);
    if (call->operand_count == 0) {
        help_write_overview(&output);
        return output_write(NULL, &output, error);
    }
    if (command_find(&match, call->operands, call->operand_count, error) != ERROR_NONE)
        return error->code;
    if (match.words < call->operand_count)
        return error_set(error, ERROR_USAGE, "there is no command '%.40s %.40s'", call->operands[0], call->operands[1]);
    if (match.command == NULL)
        help_write_group(&output, match.group);
    else
        help_write_command(&output, match.command);
    return output_write(NULL, &output, error);
}

static const char *const examples[] = {"driftline help diff", "driftline help agents enroll", NULL};

const struct command command_help = {
    .name = "help",
    .syntax = "[COMMAND]...",
    .summary = "describe the program or a command",
    .text = "Prints the commands, or with COMMAND what `driftline COMMAND --help` prints.\n",
    .examples = examples,
    .operands = {OPERAND_COMMAND, OPERAND_COMMAND},
    .fewest_operands = 0,
    .run = run,
};
