/* collector/help.h - what --help and --version print. */
#ifndef DRIFTLINE_COLLECTOR_HELP_H
#define DRIFTLINE_COLLECTOR_HELP_H

#include "base/buffer.h"

void help_write(struct buffer *output);
void help_write_version(struct buffer *output);

#endif
