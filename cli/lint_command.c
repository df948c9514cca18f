#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"
#include "cli/contract_paths.h"
#include "cli/fail_on.h"
#include "cli/output.h"
#include "cli/reading.h"
#include "cli/terminal.h"
#include "lint/report.h"
#include "sources/ddl/ddl_files.h"

#define AT(member) offsetof(struct settings, member)

static const struct option options[] = {
    {"against", 0, OPTION_TEXT, AT(against), "REF", NULL, NULL, NULL, 0, 0,
     "the schema that the files will change; without it `against` of the configuration file"},
    {"contracts", 0, OPTION_LIST, AT(contracts), "FILE", NULL, NULL, NULL, 0, 0,
     "name the consumers that a change breaks, by the contracts of this file or folder; may be given several times"},
    {"in-transaction", 0, OPTION_FLAG, AT(in_transaction), NULL, NULL, NULL, NULL, 0, 0,
     "take each file for one transaction, as many tools run them"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_report_format, 0, 0, "print as"},
    {"fail-on", 0, OPTION_CHOICE, AT(fail_on), "LEVEL", NULL, "medium", fail_on_choice, 0, 0,
     "exit with 1 when there is a finding of this level or above that is not waived"},
    {"rules", 0, OPTION_FLAG, AT(rules), NULL, NULL, NULL, NULL, 0, 0,
     "list the rules as they are configured, as text or json, and stop"},
    {"output", 'o', OPTION_FILE, AT(output), "FILE", NULL, NULL, NULL, 0, 0,
     "write to FILE instead of standard output"},
    {0},
};

static const char doing[] = "linting";

/* What a run needs, and what comes of it. */
struct linting {
    const struct call *call;
    struct lint_configuration configuration;
    struct contract_set contracts;
    struct snapshot *target;
    struct lint_findings findings;
};

/* ---- what is decided beforehand ---- */

static enum error_code read_configuration(struct linting *linting, struct error *error)
{
    const struct settings *settings = &linting->call->settings;

    lint_configuration_init(&linting->configuration);
    if (settings->project != NULL &&
        lint_configuration_read(&linting->configuration, &settings->config_file, &settings->project->lint,
                                linting->call->arena, error) != ERROR_NONE)
        return error->code;
    if (settings->in_transaction)
        linting->configuration.in_transaction = true;
    return ERROR_NONE;
}

/* Those of the command line; without any, those of the configuration file. */
static enum error_code read_contracts(struct linting *linting, struct error *error)
{
    const struct settings *settings = &linting->call->settings;
    const char *const *paths = settings->contracts.items;
    size_t count = settings->contracts.count;

    if (count == 0 && settings->project != NULL) {
        paths = (const char *const *)settings->project->lint.contracts;
        count = settings->project->lint.contracts_count;
    }
    return contract_paths_read(&linting->contracts, paths, count, linting->call->arena, error);
}

static bool reads_standard_input(const struct call *call)
{
    for (size_t i = 0; i < call->operand_count; i++)
        if (strcmp(call->operands[i], "-") == 0)
            return true;
    return false;
}

static enum error_code read_target(struct linting *linting, struct error *error)
{
    const struct settings *settings = &linting->call->settings;
    struct reading reading = {.reference = settings->against, .label = "reading"};
    struct ref_settings ref_settings;

    if (reading.reference == NULL && settings->project != NULL)
        reading.reference = settings->project->lint.against;
    if (reading.reference == NULL)
        return ERROR_NONE;
    if (ref_is_standard_input(reading.reference) && reads_standard_input(linting->call))
        return error_set(error, ERROR_USAGE, "standard input can be read only once");
    if (command_ref_settings(linting->call, &ref_settings, error) != ERROR_NONE ||
        reading_run(&reading, 1, &ref_settings, error) != ERROR_NONE)
        return error->code;
    linting->target = reading.snapshot;
    command_warn_gaps(linting->target);
    if (lint_knows_engine(linting->target->info.engine))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE, "'%s' is a schema of %.*s: lint knows PostgreSQL only", reading.reference,
                     TEXT_ARGS(linting->target->info.engine));
}

/* ---- files ---- */

/* Of a file with both directions only what leads forward counts; the rest is blanked out, so that lines stay. */
static enum error_code keep_forward(struct text *text, struct arena *arena, struct error *error)
{
    unsigned line;
    struct text forward = ddl_forward(*text, &line);
    size_t start = forward.length == 0 ? text->length : (size_t)(forward.bytes - text->bytes);
    char *bytes;

    if (forward.length == text->length)
        return ERROR_NONE;
    bytes = arena_copy(arena, text->bytes, text->length);
    if (bytes == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < text->length; i++)
        if ((i < start || i >= start + forward.length) && bytes[i] != '\n')
            bytes[i] = ' ';
    text->bytes = bytes;
    return ERROR_NONE;
}

static enum error_code lint_path(struct linting *linting, struct lint *lint, const char *path, struct error *error)
{
    struct arena *arena = linting->call->arena;
    bool is_standard_input = strcmp(path, "-") == 0;
    struct text text;

    if (lint_configuration_ignores(&linting->configuration, path))
        return ERROR_NONE;
    if (file_read(path, LINT_SIZE_LIMIT, arena, &text, error) != ERROR_NONE ||
        keep_forward(&text, arena, error) != ERROR_NONE)
        return error->code;
    return lint_file(lint, is_standard_input ? TEXT("stdin") : text_from(path), text, error);
}

static enum error_code lint_operand(struct linting *linting, struct lint *lint, const char *operand,
                                    struct error *error)
{
    struct ddl_files files;

    if (strcmp(operand, "-") == 0)
        return lint_path(linting, lint, operand, error);
    if (ddl_files_find(&files, operand, linting->call->arena, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < files.count; i++)
        if (lint_path(linting, lint, files.paths[i], error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

static enum error_code lint_all(struct linting *linting, struct error *error)
{
    const struct call *call = linting->call;
    const struct lint_options lint_options = {&linting->configuration, linting->target, &linting->contracts};
    struct lint *lint;

    if (lint_begin(&lint, &lint_options, call->arena, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < call->operand_count; i++)
        if (lint_operand(linting, lint, call->operands[i], error) != ERROR_NONE) {
            lint_free(lint);
            return error->code;
        }
    return lint_end(lint, &linting->findings, error);
}

/* ---- the command ---- */

static enum error_code print(const struct linting *linting, struct error *error)
{
    const struct settings *settings = &linting->call->settings;
    bool to_file = settings->output != NULL && strcmp(settings->output, "-") != 0;
    const struct lint_report report = {
        .findings = &linting->findings,
        .target = linting->target,
        .colour = to_file ? settings->colour == COLOUR_ALWAYS
                          : terminal_has_colour((enum colour_wish)settings->colour, STDOUT_FILENO)};
    const struct lint_report_format *format = lint_report_find(text_from(settings_report_format(settings->format)));
    CLEANUP(buffer_clear) struct buffer output = {0};

    if (format == NULL)
        return error_set(error, ERROR_INTERNAL, "lint does not write '%s'", settings_report_format(settings->format));
    if (format->write(&output, &report, error) != ERROR_NONE)
        return error->code;
    return output_write(settings->output, &output, error);
}

static enum error_code list_rules(const struct linting *linting, struct error *error)
{
    const char *format = settings_report_format(linting->call->settings.format);
    bool is_json = strcmp(format, "json") == 0;
    CLEANUP(buffer_clear) struct buffer output = {0};

    if (!is_json && strcmp(format, "text") != 0)
        return error_set(error, ERROR_USAGE, "rules are listed as text or json, not as %s", format);
    if ((is_json ? lint_rules_write_json : lint_rules_write_text)(&output, &linting->configuration, error) !=
        ERROR_NONE)
        return error->code;
    return output_write(linting->call->settings.output, &output, error);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    struct linting linting = {.call = call};
    CLEANUP(snapshot_freep) struct snapshot *target = NULL;
    enum error_code code;

    if (read_configuration(&linting, error) != ERROR_NONE)
        return error->code;
    if (call->settings.rules)
        return list_rules(&linting, error);
    if (call->operand_count == 0) {
        error_set(error, ERROR_USAGE, "which files?");
        return error_hint(error, "give files or folders of SQL, or - for standard input");
    }
    if (command_check_output(call, error) != ERROR_NONE || read_contracts(&linting, error) != ERROR_NONE)
        return error->code;
    code = read_target(&linting, error);
    target = linting.target; /* also when it is of no use */
    if (code != ERROR_NONE || lint_all(&linting, error) != ERROR_NONE || print(&linting, error) != ERROR_NONE)
        return error->code;
    *ret_status = fail_on_status(call->settings.fail_on, linting.findings.summary, false);
    return ERROR_NONE;
}

static const char *const examples[] = {
    "driftline lint migrations/0042_totals.sql",
    "driftline lint migrations/ --against orders@prod --contracts contracts/",
    "driftline lint new.sql --in-transaction --format sarif -o lint.sarif",
    "git show HEAD:db/a.sql | driftline lint - --against postgres://app@prod/db",
    "driftline lint --rules",
    NULL,
};

const struct command command_lint = {
    .name = "lint",
    .syntax = "FILE.sql...",
    .summary = "say what is dangerous about migrations",
    .text = "Reads files of SQL as PostgreSQL does, folders in the order of their\n"
            "migrations, and holds each statement against rules (docs/reference/lint.md):\n"
            "what breaks those who use the schema, makes others wait, cannot run in a\n"
            "transaction, changes rows or rights, or will be regretted. Each finding says\n"
            "why, and what to do instead. Nothing is run.\n"
            "\n"
            "With --against, the schema that the files will change is taken into account:\n"
            "what is not there, what it is now, who uses it. With --contracts, what breaks a\n"
            "contract names its consumers. A comment `-- driftline: allow RULE reason` before\n"
            "a statement waives a finding.\n"
            "\n"
            "Exits with 1 when there is a finding at or above --fail-on that is not waived; a\n"
            "syntax error is one, and is critical.\n",
    .examples = examples,
    .operands = {OPERAND_FILE},
    .fewest_operands = 0,
    .repeats = true,
    .options = options,
    .reads_schemas = true,
    .has_project = true,
    .run = run,
};
