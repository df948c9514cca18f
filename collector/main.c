/* collector/main.c - `driftline-collector`: reads the command line and the configuration, then runs or does one thing.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/service.h"
#include "collector/commands.h"
#include "collector/help.h"
#include "collector/notify_keeper.h"
#include "collector/running.h"
#include "feed/certificate.h"

enum { MEMORY = 64 * 1024 * 1024 };

static int fail(const struct error *error)
{
    fprintf(stderr, "driftline-collector: %s%s%s%s\n", error->message, error->hint[0] == '\0' ? "" : " (", error->hint,
            error->hint[0] == '\0' ? "" : ")");
    return error_exit_status(error->code);
}

static enum error_code print(void (*write)(struct buffer *output), struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output = {0};

    write(&output);
    if (buffer_check(&output, error, "writing help") != ERROR_NONE)
        return error->code;
    if (fwrite(output.bytes, 1, output.length, stdout) != output.length || fflush(stdout) != 0)
        return error_set(error, ERROR_IO, "cannot write to standard output");
    return ERROR_NONE;
}

/* What is in order, but hardly meant so. */
static void warn(const struct collector_settings *settings)
{
    struct error warning;

    for (size_t i = 0; settings_next_unused_sink(settings, &i, &warning); i++)
        fprintf(stderr, "driftline-collector: warning: %s\n", warning.message);
}

/* The file is; so must be what it points to. */
static enum error_code check_config(const struct collector_settings *settings, struct arena *arena, struct error *error)
{
    struct certificate ignored;
    struct contract_set contracts;
    struct notify_plan *plan = NULL;

    if (settings->certificate != NULL &&
        certificate_read(&ignored, settings->certificate, settings->certificate_key, arena, error) != ERROR_NONE)
        return error->code;
    if (settings_read_contracts(settings, arena, &contracts, error) != ERROR_NONE ||
        settings_check_contracts(settings, &contracts, error) != ERROR_NONE)
        return error->code;
    if (notify_keeper_make(settings, &plan, error) != ERROR_NONE)
        return error->code;
    notify_plan_release(plan);
    warn(settings);
    if (printf("%s: in order\n", settings->config) < 0 || fflush(stdout) != 0)
        return error_set(error, ERROR_IO, "cannot write to standard output");
    return ERROR_NONE;
}

/* The command that the operands name; NULL: none, run. Its own options must not stand anywhere else. */
static enum error_code choose_command(const struct option_line *line, const struct collector_settings *settings,
                                      const struct collector_command **ret_command, struct error *error)
{
    if (line->operand_count > 0 &&
        collector_command_find(ret_command, line->operands, line->operand_count, error) != ERROR_NONE)
        return error->code;
    if (settings->expires_days != 0 && (*ret_command == NULL || (*ret_command)->options == NULL))
        return error_set(error, ERROR_USAGE, "option '--expires' belongs to 'token create'");
    if (settings->check_config && *ret_command != NULL)
        return error_set(error, ERROR_USAGE, "option '--check-config' stands alone");
    return ERROR_NONE;
}

static enum error_code run(size_t count, char **arguments, struct error *error)
{
    static const struct option *const tables[] = {settings_token, settings_general, NULL};
    const struct collector_command *command = NULL;
    struct collector_settings settings = {0};
    CLEANUP(arena_free) struct arena arena;
    struct option_line line = {
        .command = "driftline-collector", .tables = tables, .values = &settings, .arena = &arena};

    arena_init(&arena, MEMORY);
    if (option_set_defaults(&line, error) != ERROR_NONE ||
        option_parse(&line, count - 1, (const char *const *)arguments + 1, error) != ERROR_NONE)
        return error->code;
    if (settings.help || settings.version)
        return print(settings.help ? help_write : help_write_version, error);
    if (choose_command(&line, &settings, &command, error) != ERROR_NONE)
        return error->code;
    if (settings.config == NULL) {
        error_set(error, ERROR_USAGE, "option '--config' is missing");
        return error_hint(error, "'driftline-collector --help' lists what the file can say");
    }
    if (settings_read(&settings, &arena, error) != ERROR_NONE)
        return error->code;
    if (settings.check_config)
        return check_config(&settings, &arena, error);
    if (command != NULL)
        return command->run(&settings, line.operands[collector_command_words(command)], error);
    return running_run(&settings, error);
}

int main(int argc, char **argv)
{
    struct error error = {0};

    service_open_standard_files();
    umask(077); /* the history, keys and tokens are nobody else's */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error, not the end */
    if (run((size_t)argc, argv, &error) != ERROR_NONE)
        return fail(&error);
    return EXIT_SUCCESS;
}
