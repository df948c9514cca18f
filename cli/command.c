#include "cli/command.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "cli/reading.h"
#include "cli/ref.h"
#include "cli/terminal.h"

enum { GAPS_SHOWN = 8 };

const struct command *const command_all[] = {
    &command_snapshot, &command_hash, &command_show, &command_diff, &command_completion, &command_help, NULL,
};

static const char *const operand_names[] = {
    [OPERAND_NONE] = "",           [OPERAND_REF] = "REF",     [OPERAND_OBJECT] = "OBJECT",
    [OPERAND_COMMAND] = "COMMAND", [OPERAND_SHELL] = "SHELL",
};

const char *operand_name(enum operand operand)
{
    return operand_names[operand];
}

enum error_code command_find(const struct command **ret_command, const char *name, struct error *error)
{
    const char *nearest = NULL;
    size_t shortest = SIZE_MAX;

    for (const struct command *const *command = command_all; *command != NULL; command++) {
        size_t distance = option_distance(name, (*command)->name);

        if (distance == 0) {
            *ret_command = *command;
            return ERROR_NONE;
        }
        if (distance < shortest && option_is_near(name, distance)) {
            shortest = distance;
            nearest = (*command)->name;
        }
    }
    error_set(error, ERROR_USAGE, "there is no command '%.40s'", name);
    if (nearest != NULL)
        return error_hint(error, "did you mean '%s'? 'driftline help' lists all commands", nearest);
    return error_hint(error, "'driftline help' lists all commands");
}

void command_tables(const struct command *command, const struct option *ret_tables[COMMAND_TABLES])
{
    size_t count = 0;

    if (command->options != NULL)
        ret_tables[count++] = command->options;
    if (command->compares)
        ret_tables[count++] = settings_comparing;
    if (command->reads_schemas)
        ret_tables[count++] = settings_reading;
    ret_tables[count++] = settings_general;
    ret_tables[count] = NULL;
}

enum error_code command_read(const struct call *call, struct snapshot **ret_snapshot, struct error *error)
{
    struct reading reading = {.reference = call->operands[0], .label = "reading"};
    struct source_settings source;

    if (settings_for_source(&call->settings, call->arena, &source, error) != ERROR_NONE ||
        reading_run(&reading, 1, &source, error) != ERROR_NONE)
        return error->code;
    *ret_snapshot = reading.snapshot;
    return ERROR_NONE;
}

/* Whether a reference reads the file with this status. */
static bool reads_file(const char *reference, const struct stat *file)
{
    struct error ignored;
    struct stat status;
    struct ref ref;

    /* A path is the end of its reference, so it ends with the same zero byte. */
    return ref_parse(&ref, text_from(reference), &ignored) == ERROR_NONE &&
           (ref.type == REF_FILE || ref.type == REF_DATABASE) && stat(ref.rest.bytes, &status) == 0 &&
           status.st_dev == file->st_dev && status.st_ino == file->st_ino;
}

enum error_code command_check_output(const struct call *call, struct error *error)
{
    const char *path = call->settings.output;
    struct stat file;
    bool lost;

    if (path == NULL || strcmp(path, "-") == 0 || stat(path, &file) != 0 || !S_ISREG(file.st_mode))
        return ERROR_NONE;
    lost = ref_is_sqlite_database(path);
    for (size_t i = 0; i < call->operand_count; i++)
        lost = lost || reads_file(call->operands[i], &file);
    if (!lost)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "'--output %s' would replace a database or what is read", path);
    return error_hint(error, "write to another file");
}

void snapshot_freep(struct snapshot **snapshot)
{
    snapshot_free(*snapshot);
}

void command_warn_gaps(const struct snapshot *snapshot)
{
    struct buffer line;

    if (snapshot->gap_count == 0)
        return;
    buffer_init(&line);
    for (uint32_t i = 0; i < snapshot->gap_count && i < GAPS_SHOWN; i++) {
        const struct coverage_gap *gap = &snapshot->gaps[i];

        buffer_printf(&line, "%s%s ", i == 0 ? "" : ", ", kind_name(gap->kind));
        terminal_write(&line, gap->object);
        buffer_add_string(&line, gap->object.length == 0 ? "(" : " (");
        terminal_write(&line, gap->reason);
        buffer_add_byte(&line, ')');
    }
    if (snapshot->gap_count > GAPS_SHOWN)
        buffer_printf(&line, " and %u more ('driftline show' lists them)", snapshot->gap_count - GAPS_SHOWN);
    fprintf(stderr, "driftline: not covered: %s\n", line.failed ? "(out of memory)" : line.bytes);
    buffer_clear(&line);
}
