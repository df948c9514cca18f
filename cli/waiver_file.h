/* cli/waiver_file.h - waivers in a file that is reviewed, as they are asked for.
 *
 * Checked here, before the collector is asked: keys, patterns, expiries, and that no two of them are about the same.
 * Failure: ERROR_CONFIG with FILE:LINE:COLUMN.
 * Ownership: everything lives in the arena.
 */
#ifndef DRIFTLINE_CLI_WAIVER_FILE_H
#define DRIFTLINE_CLI_WAIVER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "drift/ignore.h"

/* A waiver that is asked for: of drifts, or of what matches a pattern. */
struct waiver_wish {
    const int64_t *drifts;
    size_t drift_count;
    const char *database; /* NULL: not needed for drifts */
    const char *from;     /* NULL: of any pair */
    const char *to;
    const char *pattern; /* NULL: of drifts */
    bool future;
    const char *reason;
    const char *author; /* NULL: whose the token is */
    int64_t expires;
};

struct waiver_file {
    const char *path;
    struct text text;
    struct waiver_wish *wishes;
    size_t count;
};

/* Read and check a file. `now` is what expiries are held against. */
enum error_code waiver_file_read(struct waiver_file *ret_file, const char *path, int64_t now, struct arena *arena,
                                 struct error *error) MUST_CHECK;

/* The same from text in memory, which must live as long; `name` stands for the file in messages. */
enum error_code waiver_file_parse(struct waiver_file *ret_file, const char *name, struct text text, int64_t now,
                                  struct arena *arena, struct error *error) MUST_CHECK;

/* Lead an error about one of the waivers to its line. */
enum error_code waiver_file_blame(const struct waiver_file *file, size_t number, struct error *error);

/* Whether two waivers may be about the same drift: they name the same one, or one pattern takes in the other. */
bool waiver_wishes_overlap(const struct waiver_wish *a, const struct waiver_wish *b);

#endif
