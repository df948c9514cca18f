/* cli/completion.h - shell completion, written from the tables of commands and options. */
#ifndef DRIFTLINE_CLI_COMPLETION_H
#define DRIFTLINE_CLI_COMPLETION_H

#include "base/buffer.h"

/* A script that a bash reads with eval. */
void completion_write_bash(struct buffer *buffer);

/* A file for zsh's function path, which works with eval as well. */
void completion_write_zsh(struct buffer *buffer);

#endif
