#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "cli/reading.h"
#include "cli/terminal.h"

enum { GAPS_SHOWN = 8, MOST_DIGITS = 18 };

const struct command *const command_all[] = {
    &command_snapshot,
    &command_hash,
    &command_show,
    &command_diff,
    &command_fleet,
    &command_compare,
    &command_history,
    &command_snapshots,
    &command_drift_list,
    &command_drift_show,
    &command_drift_ack,
    &command_drift_reopen,
    &command_drift_waive,
    &command_drift_waivers,
    &command_drift_unwaive,
    &command_gate,
    &command_gate_history,
    &command_verify,
    &command_contracts,
    &command_contracts_check,
    &command_contracts_suggest,
    &command_events,
    &command_notify_list,
    &command_notify_dead,
    &command_notify_show,
    &command_notify_replay,
    &command_notify_test,
    &command_agents_list,
    &command_agents_enroll,
    &command_agents_revoke,
    &command_targets_list,
    &command_targets_forget,
    &command_capture_install,
    &command_capture_status,
    &command_capture_uninstall,
    &command_docs,
    &command_codegen,
    &command_lint,
    &command_rehearse,
    &command_publish,
    &command_syncs_list,
    &command_syncs_record,
    &command_mcp,
    &command_doctor,
    &command_completion,
    &command_help,
    NULL,
};

static const char *const operand_names[] = {
    [OPERAND_NONE] = "",           [OPERAND_REF] = "REF",     [OPERAND_OBJECT] = "OBJECT",
    [OPERAND_COMMAND] = "COMMAND", [OPERAND_SHELL] = "SHELL", [OPERAND_DATABASE] = "DATABASE",
    [OPERAND_SCOPE] = "TARGET",    [OPERAND_NAME] = "NAME",   [OPERAND_NUMBER] = "ID",
    [OPERAND_FILE] = "FILE",
};

const char *operand_name(enum operand operand)
{
    return operand_names[operand];
}

/* ---- names ---- */

struct text command_first_word(const struct command *command)
{
    return (struct text){command->name, strcspn(command->name, " ")};
}

struct text command_second_word(const struct command *command)
{
    const char *blank = strchr(command->name, ' ');

    return text_from(blank == NULL ? "" : blank + 1);
}

bool command_begins_group(const struct command *const *command)
{
    return command == command_all || !text_equal(command_first_word(command[-1]), command_first_word(command[0]));
}

bool command_has_members(struct text group)
{
    for (const struct command *const *command = command_all; *command != NULL; command++)
        if (text_equal(command_first_word(*command), group) && command_second_word(*command).length > 0)
            return true;
    return false;
}

/* The nearest of the words that are known so far. */
struct nearest {
    const char *wanted;
    struct text word;
    size_t distance;
};

static void consider(struct nearest *nearest, struct text word)
{
    char copy[64];
    size_t distance;

    snprintf(copy, sizeof copy, "%.*s", TEXT_ARGS(word));
    distance = option_distance(nearest->wanted, copy);
    if (distance < nearest->distance && option_is_near(nearest->wanted, distance)) {
        nearest->distance = distance;
        nearest->word = word;
    }
}

static enum error_code unknown_command(const char *wanted, struct error *error)
{
    struct nearest nearest = {.wanted = wanted, .distance = SIZE_MAX};

    for (const struct command *const *command = command_all; *command != NULL; command++)
        consider(&nearest, command_first_word(*command));
    error_set(error, ERROR_USAGE, "there is no command '%.40s'", wanted);
    if (nearest.word.length > 0)
        return error_hint(error, "did you mean '%.*s'? 'driftline help' lists all commands", TEXT_ARGS(nearest.word));
    return error_hint(error, "'driftline help' lists all commands");
}

static enum error_code unknown_member(struct text group, const char *wanted, struct error *error)
{
    struct nearest nearest = {.wanted = wanted, .distance = SIZE_MAX};

    for (const struct command *const *command = command_all; *command != NULL; command++)
        if (text_equal(command_first_word(*command), group))
            consider(&nearest, command_second_word(*command));
    error_set(error, ERROR_USAGE, "there is no command '%.*s %.40s'", TEXT_ARGS(group), wanted);
    if (nearest.word.length > 0)
        return error_hint(error, "did you mean '%.*s %.*s'?", TEXT_ARGS(group), TEXT_ARGS(nearest.word));
    return error_hint(error, "'driftline help %.*s' lists those that there are", TEXT_ARGS(group));
}

static const struct command *find_named(struct text first, struct text second)
{
    for (const struct command *const *command = command_all; *command != NULL; command++)
        if (text_equal(command_first_word(*command), first) && text_equal(command_second_word(*command), second))
            return *command;
    return NULL;
}

enum error_code command_find(struct command_match *ret_match, const char *const *words, size_t count,
                             struct error *error)
{
    struct text first = text_from(words[0]);
    struct text second = text_from(count > 1 ? words[1] : "");
    const struct command *alone = find_named(first, TEXT(""));
    const struct command *member = second.length > 0 ? find_named(first, second) : NULL;
    bool is_word = count > 1 && words[1][0] != '-';

    if (member != NULL) {
        *ret_match = (struct command_match){.command = member, .words = 2};
        return ERROR_NONE;
    }
    if (alone == NULL && !command_has_members(first))
        return unknown_command(words[0], error);
    if (is_word && command_has_members(first) && (alone == NULL || alone->operands[0] == OPERAND_NONE))
        return unknown_member(first, words[1], error);
    *ret_match = (struct command_match){.command = alone, .group = alone == NULL ? first : TEXT(""), .words = 1};
    return ERROR_NONE;
}

void command_tables(const struct command *command, const struct option *ret_tables[COMMAND_TABLES])
{
    size_t count = 0;

    if (command->options != NULL)
        ret_tables[count++] = command->options;
    if (command->compares)
        ret_tables[count++] = settings_comparing;
    if (command->reads_schemas || command->reads_databases)
        ret_tables[count++] = settings_reading;
    if (command->reads_schemas || command->asks)
        ret_tables[count++] = settings_asking;
    ret_tables[count++] = settings_general;
    ret_tables[count] = NULL;
}

enum error_code command_number(const char *operand, const char *called, int64_t *ret_number, struct error *error)
{
    size_t digits = strspn(operand, "0123456789");

    if (digits == 0 || digits > MOST_DIGITS || operand[digits] != '\0' || strtoll(operand, NULL, 10) == 0)
        return error_set(error, ERROR_USAGE, "'%.80s' is not the number of a %s", operand, called);
    *ret_number = strtoll(operand, NULL, 10);
    return ERROR_NONE;
}

/* ---- reading ---- */

enum error_code command_ref_settings(const struct call *call, struct ref_settings *ret_settings, struct error *error)
{
    if (settings_for_source(&call->settings, call->arena, &ret_settings->source, error) != ERROR_NONE)
        return error->code;
    return settings_for_collector(&call->settings, &ret_settings->collector, error);
}

enum error_code command_read(const struct call *call, struct snapshot **ret_snapshot, struct error *error)
{
    struct reading reading = {.reference = call->operands[0], .label = "reading"};
    struct ref_settings settings;

    if (command_ref_settings(call, &settings, error) != ERROR_NONE ||
        reading_run(&reading, 1, &settings, error) != ERROR_NONE)
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
    lost = lost || (call->settings.against != NULL && reads_file(call->settings.against, &file));
    if (!lost)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "'--output %s' would replace a database or what is read", path);
    return error_hint(error, "write to another file");
}

void snapshot_freep(struct snapshot **snapshot)
{
    snapshot_free(*snapshot);
}

/* What nobody declares is no reason to warn: reports count it. */
void command_warn_gaps(const struct snapshot *snapshot)
{
    CLEANUP(buffer_clear) struct buffer line = {0};
    uint32_t count = 0;

    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        const struct coverage_gap *gap = &snapshot->gaps[i];

        if (gap_is_undeclared(gap) || count++ >= GAPS_SHOWN)
            continue;
        buffer_printf(&line, "%s%s ", count == 1 ? "" : ", ", kind_name(gap->kind));
        terminal_write(&line, gap->object);
        buffer_add_string(&line, gap->object.length == 0 ? "(" : " (");
        terminal_write(&line, gap->reason);
        buffer_add_byte(&line, ')');
    }
    if (count == 0)
        return;
    if (count > GAPS_SHOWN)
        buffer_printf(&line, " and %u more ('driftline show' lists them)", count - GAPS_SHOWN);
    fprintf(stderr, "driftline: not covered: %.*s\n", TEXT_ARGS(buffer_text(&line)));
}
