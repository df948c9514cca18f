/* cli/project.h - what the configuration file says of a repository: its documentation, code, checks, pull requests.
 *
 * These sections are in the same file as the other settings (docs/reference/configuration.md). The commands that use
 * them read `driftline.yaml` of the current folder when neither --config nor DRIFTLINE_CONFIG names a file.
 */
#ifndef DRIFTLINE_CLI_PROJECT_H
#define DRIFTLINE_CLI_PROJECT_H

#include "codegen/codegen_entry.h"
#include "docs/docs_entry.h"
#include "lint/lint_entry.h"
#include "publish/publish_entry.h"

#define PROJECT_FILE "driftline.yaml"

enum { PROJECT_ENTRIES_LIMIT = 1000 }; /* of one section */

/* As libcyaml fills it. */
struct project {
    struct docs_entry *docs;
    unsigned docs_count;
    struct codegen_entry *codegen;
    unsigned codegen_count;
    struct lint_entry lint;
    struct publish_entry *publish;
    unsigned publish_count;
};

#endif
