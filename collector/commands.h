/* collector/commands.h - what is done once, beside a collector that runs or in its absence.
 *
 *   backup DEST | verify | gc | token create NAME | token list | token remove NAME
 *
 * All but gc work while a collector runs: backup and verify read, a token is written in one brief transaction. Results
 * go to standard output.
 */
#ifndef DRIFTLINE_COLLECTOR_COMMANDS_H
#define DRIFTLINE_COLLECTOR_COMMANDS_H

#include "collector/settings.h"

/* What may follow the options, for parser, help and reference. */
struct collector_command {
    const char *words[2]; /* "token", "create"; the second NULL: there is none */
    const char *operand;  /* what must follow them, "DEST"; NULL: nothing */
    const char *summary;  /* lower case, no full stop */
    const struct option *options;
    enum error_code (*run)(const struct collector_settings *settings, const char *operand, struct error *error);
};

/* Ends with a row without words. */
extern const struct collector_command collector_commands[];

/* The command of operands that are there. What is none is ERROR_USAGE. */
enum error_code collector_command_find(const struct collector_command **ret_command, const char *const *operands,
                                       size_t count, struct error *error) MUST_CHECK;

/* How many words name it. */
size_t collector_command_words(const struct collector_command *command);

#endif
