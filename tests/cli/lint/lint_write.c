/* lint_write FORMAT SAMPLE: the report of data/SAMPLE.sql on standard output, for golden.sh and check_reports.py.
 *
 * Beside it may be SAMPLE.target, a schema as common/drift/snapshot_text.h reads it, and SAMPLE.contracts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "common/drift/snapshot_text.h"
#include "contract/contract_file.h"
#include "lint/report.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

struct sample {
    struct arena arena;
    const char *path;
    struct text sql;
    struct snapshot *target;
    struct contract_set contracts;
};

/* Relative, because reports say where a contract is: the same wherever the sources are. */
static const char *path_of(struct sample *sample, const char *name, const char *end)
{
    return arena_printf(&sample->arena, "%s.%s", name, end);
}

static enum error_code open_sample(struct sample *sample, const char *name, struct error *error)
{
    const char *target = path_of(sample, name, "target"), *contracts = path_of(sample, name, "contracts");
    struct text text;

    sample->path = path_of(sample, name, "sql");
    if (file_read(sample->path, ARENA_LIMIT, &sample->arena, &sample->sql, error) != ERROR_NONE)
        return error->code;
    if (access(target, R_OK) == 0) {
        if (file_read(target, ARENA_LIMIT, &sample->arena, &text, error) != ERROR_NONE)
            return error->code;
        sample->target = snapshot_from_text(text.bytes);
    }
    if (access(contracts, R_OK) == 0)
        return contract_file_read(&sample->contracts, contracts, &sample->arena, error);
    return ERROR_NONE;
}

static enum error_code write_report(struct sample *sample, const char *name, const char *format, struct buffer *output,
                                    struct error *error)
{
    const char *called = arena_printf(&sample->arena, "db/%s.sql", name);
    const struct lint_options options = {.target = sample->target, .contracts = &sample->contracts};
    const struct lint_report_format *found = lint_report_find(text_from(format));
    struct lint_findings findings;
    const struct lint_report report = {.findings = &findings, .target = sample->target};

    if (found == NULL)
        return error_set(error, ERROR_USAGE, "no such format");
    if (lint_run(&findings, sample->sql, text_from(called), &options, &sample->arena, error) != ERROR_NONE)
        return error->code;
    return found->write(output, &report, error);
}

int main(int count, char **arguments)
{
    CLEANUP(buffer_clear) struct buffer output = {0};
    struct sample sample = {.path = NULL};
    struct error error = {0};

    if (count != 3)
        return 2;
    arena_init(&sample.arena, ARENA_LIMIT);
    if (chdir(arena_printf(&sample.arena, "%s/tests/cli/lint/data", getenv("DRIFTLINE_SOURCE_DIR"))) != 0) {
        perror("tests/cli/lint/data");
        return EXIT_FAILURE;
    }
    if (open_sample(&sample, arguments[2], &error) != ERROR_NONE ||
        write_report(&sample, arguments[2], arguments[1], &output, &error) != ERROR_NONE) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    fwrite(output.bytes, 1, output.length, stdout);
    snapshot_free(sample.target);
    arena_free(&sample.arena);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
