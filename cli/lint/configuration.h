/* lint/configuration.h - what somebody decided about lint: which rules, how names look, how migrations are run.
 *
 * Ownership: everything lives in the arena, or in the entry of the configuration file.
 */
#ifndef DRIFTLINE_LINT_CONFIGURATION_H
#define DRIFTLINE_LINT_CONFIGURATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/config_file.h"
#include "base/error.h"
#include "drift/change.h"
#include "lint/lint_entry.h"
#include "lint/naming.h"
#include "lint/rule.h"
#include "lint/step.h"

struct lint_level {
    bool is_on;
    enum severity level;
};

struct lint_configuration {
    struct lint_level levels[RULE_COUNT];
    struct lint_naming naming;
    bool in_transaction;     /* tools run each file in a transaction */
    unsigned server_version; /* major; 0: not said */
    struct text_span search_path;
    const char *const *ignored; /* patterns of file names */
    size_t ignored_count;
};

/* As the table of rules has it. */
void lint_configuration_init(struct lint_configuration *configuration);

/* What the file says beyond that. `file` is for blame; `entry` is its `lint:`. */
enum error_code lint_configuration_read(struct lint_configuration *configuration, const struct config_file *file,
                                        const struct lint_entry *entry, struct arena *arena,
                                        struct error *error) MUST_CHECK;

/* Whether a file is to be left out. */
bool lint_configuration_ignores(const struct lint_configuration *configuration, const char *path);

#endif
