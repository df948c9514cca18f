/* cli/moment.h - points in time as people write them on a command line and read them in a table.
 *
 * What is shown is in UTC and says so by its `Z`. Ages are short: `45s`, `12m`, `5h`, `3d`.
 */
#ifndef DRIFTLINE_CLI_MOMENT_H
#define DRIFTLINE_CLI_MOMENT_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"

/* Read a date, a time with its zone, or how long ago it was: `30s`, `5m`, `2h`, `7d`, `4w`. `called` is how a message
 * names it: "option '--since'". */
enum error_code moment_read(int64_t *ret_microseconds, const char *called, const char *value, int64_t now,
                            struct error *error) MUST_CHECK;

/* The same of what is still to come: `30d` is in thirty days. What has passed is ERROR_USAGE. */
enum error_code moment_read_coming(int64_t *ret_microseconds, const char *called, const char *value, int64_t now,
                                   struct error *error) MUST_CHECK;

/* `2026-11-21T10:00:00Z`: to the second; `-` for 0. */
void moment_write(struct buffer *buffer, int64_t microseconds);

/* How long ago it was; `-` for 0, `0s` for what is still to come. */
void moment_write_age(struct buffer *buffer, int64_t microseconds, int64_t now);

#endif
