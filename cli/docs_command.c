#include "cli/command.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/docs_coverage_text.h"
#include "cli/docs_making.h"
#include "cli/generating.h"
#include "cli/output.h"

#define AT(member) offsetof(struct settings, member)

enum { DOCS_SITE, DOCS_MARKDOWN, DOCS_JSON, DOCS_TEXT, DOCS_FORMAT_COUNT };

static const char *const formats[DOCS_FORMAT_COUNT] = {"site", "markdown", "json", "text"};

static const char *format_choice(size_t number)
{
    return number < DOCS_FORMAT_COUNT ? formats[number] : NULL;
}

static const struct option options[] = {
    GENERATING_OPTIONS,
    {"title", 0, OPTION_TEXT, AT(title), "TEXT", NULL, NULL, NULL, 0, 0,
     "what the documentation is called; without it as the database"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "site", format_choice, 0, 0,
     "site: a folder for MkDocs; markdown, json: one file; with --coverage text or json"},
    {"coverage", 0, OPTION_FLAG, AT(coverage), NULL, NULL, NULL, NULL, 0, 0,
     "write no documentation; say how much has a comment, and what has none"},
    {"least", 0, OPTION_NUMBER, AT(least_percent), "PERCENT", NULL, NULL, NULL, 0, 100,
     "with --coverage: exit with 1 when less has a comment"},
    {"kind", 'k', OPTION_CHOICES, AT(kinds), "LIST", NULL, NULL, settings_kind_name, 0, 0,
     "with --coverage: these kinds count; without it tables and columns"},
    {0},
};

/* One documentation that is to be made. */
struct job {
    struct docs_order order;
    const char *output; /* NULL: none is said */
    unsigned least;     /* percent */
};

/* ---------------------------------------------------------------- what to do */

/* A path of the configuration file, which counts from where that is. */
static enum error_code resolve(const struct call *call, const char *path, const char **ret_path, struct error *error)
{
    const char *file = call->settings.config_file.path;
    const char *slash = file == NULL ? NULL : strrchr(file, '/');

    *ret_path = path;
    if (path == NULL || path[0] == '/' || slash == NULL)
        return ERROR_NONE;
    *ret_path = arena_printf(call->arena, "%.*s%s", (int)(slash - file + 1), file, path);
    return *ret_path == NULL ? arena_error(call->arena, error, "reading the configuration") : ERROR_NONE;
}

static const char *entry_name(const struct docs_entry *entry)
{
    return entry->name == NULL ? "docs" : entry->name;
}

/* Point at a key of an entry of the configuration file, after an error about it was set. */
static enum error_code blame(const struct call *call, size_t entry, const char *key, struct error *error)
{
    char way[64];

    snprintf(way, sizeof way, "docs.%zu.%s", entry, key);
    return config_file_blame(&call->settings.config_file, way, error);
}

static enum error_code read_entry(const struct call *call, size_t number, struct job *ret_job, struct error *error)
{
    const struct docs_entry *entry = &call->settings.project->docs[number];
    struct job job = {.order = {.reference = entry->ref, .title = entry->title}, .least = call->settings.least_percent};
    char *end;

    if (call->settings.title != NULL)
        job.order.title = call->settings.title;
    if (entry->ref == NULL) {
        error_set(error, ERROR_CONFIG, "'docs' has an entry without 'ref'");
        return blame(call, number, "name", error);
    }
    if (entry->coverage != NULL && job.least == 0) {
        unsigned long percent = strtoul(entry->coverage, &end, 10);

        if (entry->coverage[0] < '0' || entry->coverage[0] > '9' || *end != '\0' || percent > 100) {
            error_set(error, ERROR_CONFIG, "'coverage' is a number from 0 to 100, not '%.100s'", entry->coverage);
            return blame(call, number, "coverage", error);
        }
        job.least = (unsigned)percent;
    }
    job.output = call->settings.output;
    if (job.output == NULL && resolve(call, entry->output, &job.output, error) != ERROR_NONE)
        return error->code;
    *ret_job = job;
    return ERROR_NONE;
}

/* The entry of a name, or SIZE_MAX. */
static size_t find_entry(const struct call *call, const char *name)
{
    const struct project *project = call->settings.project;

    for (size_t i = 0; project != NULL && i < project->docs_count; i++)
        if (strcmp(entry_name(&project->docs[i]), name) == 0)
            return i;
    return SIZE_MAX;
}

static enum error_code read_operand(const struct call *call, const char *operand, struct job *ret_job,
                                    struct error *error)
{
    size_t entry = find_entry(call, operand);

    if (entry != SIZE_MAX)
        return read_entry(call, entry, ret_job, error);
    *ret_job = (struct job){.order = {.reference = operand, .title = call->settings.title},
                            .output = call->settings.output,
                            .least = call->settings.least_percent};
    return ERROR_NONE;
}

/* What is named, or every entry of the configuration file. */
static enum error_code list_jobs(const struct call *call, struct job **ret_jobs, size_t *ret_count, struct error *error)
{
    const struct project *project = call->settings.project;
    size_t count = call->operand_count > 0 ? call->operand_count : project == NULL ? 0 : project->docs_count;
    struct job *jobs = arena_array(call->arena, count, sizeof *jobs);

    if (jobs == NULL)
        return arena_error(call->arena, error, "listing documentation");
    if (count == 0) {
        error_set(error, ERROR_USAGE, "there is nothing to document");
        return error_hint(error, "name a REF, or write 'docs:' into " PROJECT_FILE);
    }
    if (count > 1 && call->settings.output != NULL) {
        error_set(error, ERROR_USAGE, "'--output' is one place, and there are %zu documentations", count);
        return error_hint(error, "name one of them");
    }
    for (size_t i = 0; i < count; i++)
        if ((call->operand_count > 0 ? read_operand(call, call->operands[i], &jobs[i], error)
                                     : read_entry(call, i, &jobs[i], error)) != ERROR_NONE)
            return error->code;
    *ret_jobs = jobs;
    *ret_count = count;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- doing it */

static enum error_code make_site(const struct call *call, const struct job *job, int *ret_status, struct error *error)
{
    struct call own = *call;
    struct tree *tree;

    if (job->output == NULL) {
        error_set(error, ERROR_USAGE, "it is not said where the documentation goes");
        return error_hint(error, "give '--output DIR', or 'output' in the configuration file");
    }
    own.settings.output = job->output;
    if (docs_making_tree(&tree, call, &job->order, error) != ERROR_NONE)
        return error->code;
    return generating_finish(&own, tree, ret_status, error);
}

static enum error_code make_file(const struct call *call, const struct job *job, struct error *error)
{
    CLEANUP(docs_made_clear) struct docs_made made = {.snapshot = NULL};
    CLEANUP(buffer_clear) struct buffer output;
    enum error_code code;

    buffer_init(&output);
    if (command_check_output(call, error) != ERROR_NONE ||
        docs_made_read(&made, call, &job->order, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == DOCS_JSON)
        code = docs_json_write(&output, &made.model, error);
    else
        code = docs_markdown_write(&output, &made.model, call->arena, error);
    /* `output` of an entry is a folder; a single file goes where the command line says. */
    return code != ERROR_NONE ? code : output_write(call->settings.output, &output, error);
}

static enum error_code check_coverage(const struct call *call, const struct job *job, int *ret_status,
                                      struct error *error)
{
    CLEANUP(docs_made_clear) struct docs_made made = {.snapshot = NULL};
    CLEANUP(buffer_clear) struct buffer output;
    struct docs_coverage_request request = {.least = job->least};

    buffer_init(&output);
    if (docs_made_read(&made, call, &job->order, error) != ERROR_NONE)
        return error->code;
    request.model = &made.model;
    request.kinds = call->settings.kinds == 0 ? docs_coverage_usual() : call->settings.kinds;
    if (call->settings.format == DOCS_JSON) {
        if (docs_coverage_write_json(&output, &request, error) != ERROR_NONE)
            return error->code;
    } else {
        docs_coverage_write_text(&output, &request);
    }
    if (!docs_coverage_suffices(&request))
        *ret_status = EXIT_DRIFT;
    return output_write(call->settings.output, &output, error);
}

static bool plans(const struct settings *settings)
{
    return settings->check || settings->show_diff || settings->report || settings->write;
}

static enum error_code check_options(const struct call *call, size_t count, struct error *error)
{
    const struct settings *settings = &call->settings;
    bool coverage = settings->coverage;

    if (settings->format == DOCS_TEXT && !coverage)
        return error_set(error, ERROR_USAGE, "'--format text' is for '--coverage'");
    if (settings->format == DOCS_MARKDOWN && coverage)
        return error_set(error, ERROR_USAGE, "'--coverage' is written as text or json");
    if (!coverage && (settings->least_percent > 0 || settings->kinds != 0))
        return error_set(error, ERROR_USAGE, "'--least' and '--kind' are for '--coverage'");
    if ((coverage || settings->format != DOCS_SITE) && plans(settings))
        return error_set(error, ERROR_USAGE, "'--check', '--diff', '--report' and '--write' are about a site");
    if (settings->format == DOCS_JSON && count > 1)
        return error_set(error, ERROR_USAGE, "'--format json' is one document, and there are %zu documentations",
                         count);
    return ERROR_NONE;
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    struct job *jobs = NULL;
    size_t count = 0;

    if (list_jobs(call, &jobs, &count, error) != ERROR_NONE || check_options(call, count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++) {
        enum error_code code;

        if (call->settings.coverage)
            code = check_coverage(call, &jobs[i], ret_status, error);
        else if (call->settings.format == DOCS_SITE)
            code = make_site(call, &jobs[i], ret_status, error);
        else
            code = make_file(call, &jobs[i], error);
        if (code != ERROR_NONE)
            return code;
    }
    return ERROR_NONE;
}

static const char *const examples[] = {
    "driftline docs postgres://app@db1/orders -o docs/database",
    "driftline docs orders@prod -o docs/database --check",
    "driftline docs orders.snap --format json",
    "driftline docs orders.snap --coverage --least 80",
    "driftline docs",
    NULL,
};

const struct command command_docs = {
    .name = "docs",
    .syntax = "[REF | NAME...]",
    .summary = "write a schema as documentation",
    .text = "Writes a site for MkDocs with the Material theme: an overview with figures and\n"
            "what is entangled, a page for each schema, table, view and routine with\n"
            "everything that the snapshot knows of it, diagrams, and what refers to what.\n"
            "When REF is the collector's, such as `orders@prod`, the site also says what\n"
            "differs between environments, who changed what, what the gate answered, and\n"
            "how contracts stand. The same schema gives the same bytes; what people wrote\n"
            "outside of the marks of a generated file stays.\n"
            "\n"
            "NAME is an entry of `docs` in the configuration file; without REF and NAME all\n"
            "entries are written.\n"
            "\n"
            "--coverage writes nothing, and says how much has a comment. Comments of tables\n"
            "and their columns count, or of what --kind names. Exit status 1: it is less\n"
            "than --least, or than `coverage` in the configuration file.\n",
    .examples = examples,
    .operands = {OPERAND_REF},
    .repeats = true,
    .options = options,
    .reads_schemas = true,
    .has_project = true,
    .run = run,
};
