#include "cli/command.h"

#include <unistd.h>

#include "cli/fail_on.h"
#include "cli/output.h"
#include "cli/reading.h"
#include "cli/terminal.h"
#include "drift/diff.h"
#include "drift/report.h"

/* What a difference means to whoever asks. */
enum diff_role { ROLE_ENFORCE, ROLE_WARN, ROLE_COUNT };

static const char *role_choice(size_t number)
{
    static const char *const roles[ROLE_COUNT] = {"enforce", "warn"};

    return number < LENGTH_OF(roles) ? roles[number] : NULL;
}

static const struct option options[] = {
    {"format", 0, OPTION_CHOICE, offsetof(struct settings, format), "FORMAT", NULL, "text", settings_report_format, 0,
     0, "print the comparison as"},
    {"fail-on", 0, OPTION_CHOICE, offsetof(struct settings, fail_on), "LEVEL", NULL, "any", fail_on_choice, 0, 0,
     "exit with 1 when there is a change of this level or above"},
    {"role", 0, OPTION_CHOICE, offsetof(struct settings, role), "ROLE", NULL, "enforce", role_choice, 0, 0,
     "what a difference means: with `warn` it is only reported, and the exit status is 0"},
    {"show-equivalent", 0, OPTION_FLAG, offsetof(struct settings, show_equivalent), NULL, NULL, NULL, NULL, 0, 0,
     "between two engines, list the types that are equal by family (text and Markdown)"},
    {"output", 'o', OPTION_FILE, offsetof(struct settings, output), "FILE", NULL, NULL, NULL, 0, 0,
     "write to FILE instead of standard output"},
    {0},
};

static enum error_code print(const struct call *call, const struct report *report, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    if (report_formats[call->settings.format].write(&output, report, error) != ERROR_NONE)
        return error->code;
    return output_write(call->settings.output, &output, error);
}

static enum error_code compare(const struct call *call, const struct snapshot *from, const struct snapshot *to,
                               int *ret_status, struct error *error)
{
    static const uint32_t unheeded[SEVERITY_COUNT] = {0};
    bool to_file = call->settings.output != NULL && strcmp(call->settings.output, "-") != 0;
    CLEANUP(arena_free) struct arena arena;
    struct diff_options diff_options;
    struct report report = {.from = from, .to = to};
    struct diff diff;

    arena_init(&arena, call->settings.memory_limit);
    if (settings_for_diff(&call->settings, &arena, &diff_options, error) != ERROR_NONE ||
        diff_snapshots(&diff, from, to, &diff_options, &arena, error) != ERROR_NONE)
        return error->code;
    report.diff = &diff;
    report.show_equivalent = call->settings.show_equivalent;
    report.colour = to_file ? call->settings.colour == COLOUR_ALWAYS
                            : terminal_has_colour((enum colour_wish)call->settings.colour, STDOUT_FILENO);
    report.width = to_file ? 0 : terminal_width(STDOUT_FILENO);
    if (print(call, &report, error) != ERROR_NONE)
        return error->code;
    *ret_status = fail_on_status(call->settings.fail_on, call->settings.role == ROLE_WARN ? unheeded : diff.summary,
                                 diff.verdict == VERDICT_UNKNOWN || diff.uncovered_count > 0);
    return ERROR_NONE;
}

/* Mistakes in patterns are told before a database is asked. */
static enum error_code check(const struct call *call, struct error *error)
{
    struct diff_options ignored;

    if (ref_is_standard_input(call->operands[0]) && ref_is_standard_input(call->operands[1])) {
        error_set(error, ERROR_USAGE, "standard input can be read only once");
        return error_hint(error, "give one of the two as a file");
    }
    if (command_check_output(call, error) != ERROR_NONE)
        return error->code;
    return settings_for_diff(&call->settings, call->arena, &ignored, error);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    struct reading sides[] = {{.reference = call->operands[0], .label = "from"},
                              {.reference = call->operands[1], .label = "to"}};
    struct ref_settings settings;
    enum error_code code;

    if (check(call, error) != ERROR_NONE || command_ref_settings(call, &settings, error) != ERROR_NONE ||
        reading_run(sides, LENGTH_OF(sides), &settings, error) != ERROR_NONE)
        return error->code;
    code = compare(call, sides[0].snapshot, sides[1].snapshot, ret_status, error);
    snapshot_free(sides[0].snapshot);
    snapshot_free(sides[1].snapshot);
    return code;
}

static const char *const examples[] = {
    "driftline diff postgres://app@staging/orders postgres://app@prod/orders",
    "driftline diff before.snap sqlite:app.db --fail-on high --format markdown",
    "driftline diff sqlite:shop.db postgres://app@prod/shop --show-equivalent",
    "driftline diff spec:../schema/spec.yaml spec:spec.yaml --role warn",
    "driftline diff a.snap b.snap --aspect structure --ignore 'table:*.tmp_*'",
    NULL,
};

const struct command command_diff = {
    .name = "diff",
    .syntax = "FROM TO",
    .summary = "say what turns one schema into another",
    .text = "Compares two schemas and lists what must change in FROM for it to become TO:\n"
            "objects and parts added, removed, modified or renamed, each with a severity.\n"
            "Both sides are read at the same time.\n"
            "\n"
            "Two sides of different engines are compared by what both can say: tables,\n"
            "columns with types by family, keys and indexes by what they are about. What\n"
            "else there is, is counted and not compared.\n"
            "\n"
            "Exits with 0 when they are in sync or all changes are below `--fail-on`, with 1\n"
            "when there is one at or above it, and with 3 when the answer is not known: a\n"
            "side could not be read, or only in part, and nothing else counts already. With\n"
            "`--role warn` no change counts.\n",
    .examples = examples,
    .operands = {OPERAND_REF, OPERAND_REF},
    .fewest_operands = 2,
    .options = options,
    .reads_schemas = true,
    .compares = true,
    .run = run,
};
