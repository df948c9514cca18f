/* cli/main.c - the `driftline` command: finds the command, gives it what it needs, turns its end into an exit status.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/service.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/secret.h"

enum { CALL_MEMORY = 256 * 1024 * 1024 };

static int fail(const struct error *error)
{
    fprintf(stderr, "driftline: %s%s%s%s\n", error->message, error->hint[0] == '\0' ? "" : " (", error->hint,
            error->hint[0] == '\0' ? "" : ")");
    return error_exit_status(error->code);
}

static enum error_code print_about(const struct command *command, bool version, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    if (version)
        help_write_version(&output);
    else if (command == NULL)
        help_write_overview(&output);
    else
        help_write_command(&output, command);
    return output_write(NULL, &output, error);
}

/* A group without one of its commands, such as `driftline agents`. */
static enum error_code run_group(struct text group, size_t count, char **arguments, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    for (size_t i = 0; i < count; i++)
        if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0) {
            help_write_group(&output, group);
            return output_write(NULL, &output, error);
        }
    help_write_members(&output, group, " or ");
    if (buffer_check(&output, error, "reading the command line") != ERROR_NONE)
        return error->code;
    error_set(error, ERROR_USAGE, "'driftline %.*s' needs %s", TEXT_ARGS(group), output.bytes);
    return error_hint(error, "'driftline %.*s --help' says more", TEXT_ARGS(group));
}

static enum error_code check_operands(const struct command *command, size_t count, struct error *error)
{
    size_t most = 0;

    while (most < OPERAND_LIMIT && command->operands[most] != OPERAND_NONE)
        most++;
    if (count >= command->fewest_operands && (count <= most || command->repeats))
        return ERROR_NONE;
    if (count < command->fewest_operands)
        error_set(error, ERROR_USAGE, "'driftline %s' needs %s", command->name, command->syntax);
    else
        error_set(error, ERROR_USAGE, "'driftline %s' takes %zu operand%s, not %zu", command->name, most,
                  most == 1 ? "" : "s", count);
    return error_hint(error, "'driftline %s --help' says more", command->name);
}

/* A call whose command line was read. */
static enum error_code run_call(struct call *call, const struct option_line *line, int *ret_status, struct error *error)
{
    if (call->settings.help || call->settings.version)
        return print_about(call->command, !call->settings.help, error);
    if (check_operands(call->command, line->operand_count, error) != ERROR_NONE)
        return error->code;
    call->operands = line->operands;
    call->operand_count = line->operand_count;
    return call->command->run(call, ret_status, error);
}

static enum error_code run_command(const struct command *command, size_t count, char **arguments, int *ret_status,
                                   struct error *error)
{
    const struct option *tables[COMMAND_TABLES];
    CLEANUP(arena_free) struct arena arena;
    struct call call = {.command = command, .arena = &arena};
    struct option_line line = {.tables = tables, .values = &call.settings, .arena = &arena};
    enum error_code code;

    arena_init(&arena, CALL_MEMORY);
    command_tables(command, tables);
    line.command = arena_printf(&arena, "driftline %s", command->name);
    if (line.command == NULL)
        return arena_error(&arena, error, "reading the command line");
    code = settings_read(&call.settings, &line, command->has_project, count, (const char *const *)arguments, error);
    if (code == ERROR_NONE)
        code = run_call(&call, &line, ret_status, error);
    settings_close(&call.settings);
    return code;
}

/* What comes before a command: only questions about the program. */
static enum error_code run_option(const char *word, struct error *error)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return print_about(NULL, false, error);
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
        return print_about(NULL, true, error);
    error_set(error, ERROR_USAGE, "a command comes first, not '%.*s'", (int)strcspn(word, "="), word);
    return error_hint(error, "'driftline help' lists all commands");
}

static enum error_code run(size_t count, char **arguments, int *ret_status, struct error *error)
{
    struct command_match match;

    if (count < 2) {
        error_set(error, ERROR_USAGE, "no command was given");
        return error_hint(error, "'driftline help' lists all commands");
    }
    if (arguments[1][0] == '-')
        return run_option(arguments[1], error);
    if (command_find(&match, (const char *const *)arguments + 1, count - 1, error) != ERROR_NONE)
        return error->code;
    count -= 1 + match.words;
    arguments += 1 + match.words;
    if (match.command == NULL)
        return run_group(match.group, count, arguments, error);
    return run_command(match.command, count, arguments, ret_status, error);
}

int main(int argc, char **argv)
{
    struct error error = {0};
    char **arguments = NULL;
    int status = EXIT_FINE;

    service_open_standard_files();
    signal(SIGPIPE, SIG_IGN);
    if (secret_take_arguments(&arguments, (size_t)argc, argv, &error) != ERROR_NONE ||
        run((size_t)argc, arguments, &status, &error) != ERROR_NONE)
        status = fail(&error);
    secret_free_arguments(arguments);
    return status;
}
