/* cli/generating.h - what becomes of generated files: written, checked, shown as differences, reported.
 *
 * `docs` and `codegen` fill a tree and leave the rest to this; the options are the same for both.
 */
#ifndef DRIFTLINE_CLI_GENERATING_H
#define DRIFTLINE_CLI_GENERATING_H

#include "cli/command.h"
#include "tree/tree_plan.h"

/* --output, --check, --diff, --write, --report, as rows for the options of a command. */
#define GENERATING_OPTIONS                                                                                             \
    {"output", 'o', OPTION_FILE, offsetof(struct settings, output), "DIR", NULL, NULL,                                 \
     NULL,     0,   0,           "the folder to write to"},                                                            \
        {"check",                                                                                                      \
         0,                                                                                                            \
         OPTION_FLAG,                                                                                                  \
         offsetof(struct settings, check),                                                                             \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         "write nothing; exit with 1 when a file is not as it would be generated"},                                    \
        {"diff",                                                                                                       \
         0,                                                                                                            \
         OPTION_FLAG,                                                                                                  \
         offsetof(struct settings, show_diff),                                                                         \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         "print what would change as a unified diff; writes only with --write"},                                       \
        {"report",                                                                                                     \
         0,                                                                                                            \
         OPTION_FLAG,                                                                                                  \
         offsetof(struct settings, report),                                                                            \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         "print what would change as Markdown; writes only with --write"},                                             \
    {                                                                                                                  \
        "write", 0, OPTION_FLAG, offsetof(struct settings, write), NULL, NULL, NULL, NULL, 0, 0,                       \
            "write the files: what is done without --check, --diff and --report, too"                                  \
    }

/* Do what the options say with a tree that is complete. Prints what was done, or would be. `ret_status` becomes
 * EXIT_DRIFT when --check found something. A file in the way that was not generated is ERROR_CONFLICT, and nothing is
 * written. */
enum error_code generating_finish(const struct call *call, struct tree *tree, int *ret_status,
                                  struct error *error) MUST_CHECK;

/* The Markdown of --report, also for the text of a pull request. */
void generating_write_report(struct buffer *output, const char *name, const struct tree_plan *plan);

#endif
