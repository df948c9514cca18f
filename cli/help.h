/* cli/help.h - what --help and --version print. */
#ifndef DRIFTLINE_CLI_HELP_H
#define DRIFTLINE_CLI_HELP_H

#include "base/buffer.h"
#include "cli/command.h"

/* The commands and what they are for. */
void help_write_overview(struct buffer *buffer);

/* One command with its options and examples. */
void help_write_command(struct buffer *buffer, const struct command *command);

/* The commands of a group. */
void help_write_group(struct buffer *buffer, struct text group);

/* The second words of a group's commands, with `separator` before the last one and commas between the others. */
void help_write_members(struct buffer *buffer, struct text group, const char *separator);

/* Driftline, its canonical form, and the libraries it runs with. */
void help_write_version(struct buffer *buffer);

#endif
