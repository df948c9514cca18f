/* GET /api/v1/compare and /api/v1/diff */
#include "correlate/comparison.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "drift/ignore.h"
#include "drift/report.h"
#include "drift/severity.h"
#include "feed/remarks.h"
#include "feed/routes.h"
#include "store/target_names.h"

static const char doing[] = "comparing snapshots";

static const char *aspect_choice(size_t number)
{
    return number < ASPECT_COUNT ? aspect_name((enum aspect)number) : NULL;
}

static const char *format_choice(size_t number)
{
    return report_formats[number].name;
}

/* What both take. */
#define COMPARING                                                                                                      \
    {.name = "aspect", .type = PARAMETER_CHOICES, .choice = aspect_choice, .summary = "Only these, with commas."},     \
        {.name = "ignore",                                                                                             \
         .type = PARAMETER_TEXT,                                                                                       \
         .repeated = true,                                                                                             \
         .summary = "Also leave out what matches kind:glob, attribute:glob or *:glob."},                               \
        {.name = "severity",                                                                                           \
         .type = PARAMETER_TEXT,                                                                                       \
         .repeated = true,                                                                                             \
         .summary = "PATTERN=LEVEL: give changes of what matches that level; the last that matches decides."},         \
        {.name = "fold_partitions",                                                                                    \
         .type = PARAMETER_FLAG,                                                                                       \
         .summary = "Leave out tables that are partitions of another; without it as the collector is configured."},    \
        {.name = "format",                                                                                             \
         .type = PARAMETER_CHOICE,                                                                                     \
         .preset = "json",                                                                                             \
         .choice = format_choice,                                                                                      \
         .summary = "How the report is written."},                                                                     \
        {.name = "colour", .type = PARAMETER_FLAG, .summary = "Colour, in the format text."},                          \
    {                                                                                                                  \
        .name = "width", .type = PARAMETER_NUMBER, .minimum = 20, .maximum = 1000,                                     \
        .summary = "Columns of the terminal, in the format text; without it lines are as long as they are."            \
    }

const struct parameter compare_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .required = true, .summary = "Which database."},
    {.name = "from",
     .type = PARAMETER_NAME,
     .summary = "The environment that would be promoted; without it and `to` the last two of the path that exist."},
    {.name = "to", .type = PARAMETER_NAME, .summary = "The environment that would be changed."},
    COMPARING,
    {0},
};

const struct parameter diff_parameters[] = {
    {.name = "from", .type = PARAMETER_TEXT, .required = true, .summary = "A reference: what would be changed."},
    {.name = "to", .type = PARAMETER_TEXT, .required = true, .summary = "A reference: what it would become."},
    COMPARING,
    {0},
};

/* ---- options ---- */

/* How many values a parameter was given. */
static size_t count_of(const struct request *request, const char *name)
{
    struct text value;
    size_t position = 0, count = 0;

    while (request_next(&request->parameters, name, &position, &value))
        count++;
    return count;
}

static enum error_code add_ignored(const struct request *request, struct ignore_list *list, struct error *error)
{
    const struct ignore_list *configured = &request_fleet(request)->compare.ignore;
    struct ignore_pattern *patterns =
        arena_array(request->arena, configured->count + count_of(request, "ignore"), sizeof *patterns);
    struct text value;
    size_t position = 0;

    if (patterns == NULL)
        return arena_error(request->arena, error, doing);
    for (list->count = 0; list->count < configured->count; list->count++)
        patterns[list->count] = configured->patterns[list->count];
    for (; request_next(&request->parameters, "ignore", &position, &value); list->count++)
        if (ignore_pattern_parse(&patterns[list->count], value, request->arena, error) != ERROR_NONE)
            return error_context(error, "the parameter 'ignore'");
    list->patterns = patterns;
    return ERROR_NONE;
}

/* A pattern may have '=' itself. */
static enum error_code parse_override(const struct request *request, struct text value,
                                      struct severity_override *override, struct error *error)
{
    const char *equals = memrchr(value.bytes, '=', value.length);
    struct text pattern, level;

    if (equals == NULL)
        return error_set(error, ERROR_USAGE, "the parameter 'severity' is not of the form PATTERN=LEVEL");
    pattern = (struct text){value.bytes, (size_t)(equals - value.bytes)};
    level = (struct text){equals + 1, value.length - pattern.length - 1};
    if (!severity_from_name(level, &override->level)) {
        error_set(error, ERROR_USAGE, "the parameter 'severity' names a level that is not there");
        return error_hint(error, "the levels are low, medium, high and critical");
    }
    if (ignore_pattern_parse(&override->pattern, pattern, request->arena, error) != ERROR_NONE)
        return error_context(error, "the parameter 'severity'");
    return ERROR_NONE;
}

static enum error_code add_overrides(const struct request *request, struct diff_options *options, struct error *error)
{
    const struct diff_options configured = *options;
    struct severity_override *overrides =
        arena_array(request->arena, configured.override_count + count_of(request, "severity"), sizeof *overrides);
    struct text value;
    size_t position = 0;

    if (overrides == NULL)
        return arena_error(request->arena, error, doing);
    for (options->override_count = 0; options->override_count < configured.override_count; options->override_count++)
        overrides[options->override_count] = configured.overrides[options->override_count];
    for (; request_next(&request->parameters, "severity", &position, &value); options->override_count++)
        if (parse_override(request, value, &overrides[options->override_count], error) != ERROR_NONE)
            return error->code;
    options->overrides = overrides;
    return ERROR_NONE;
}

/* What the collector is configured to compare when this target would change, and what this request says on top. */
static enum error_code make_options(const struct request *request, const struct target_name *changed,
                                    struct diff_options *options, struct error *error)
{
    uint64_t aspects = request_choices(&request->parameters, "aspect");

    if (policy_options(request->policy, changed->database, changed->environment, request->arena, options, error) !=
        ERROR_NONE)
        return error->code;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT && aspects != 0; aspect++)
        options->aspects[aspect] = (aspects >> aspect & 1) != 0;
    if (request_has(&request->parameters, "fold_partitions"))
        options->fold_partitions = request_flag(&request->parameters, "fold_partitions");
    if (add_ignored(request, &options->ignore, error) != ERROR_NONE)
        return error->code;
    return add_overrides(request, options, error);
}

/* ---- the report ---- */

/* What is compared, and what is to be said of it. */
struct question {
    struct text from; /* references */
    struct text to;
    struct text unknown; /* why the verdict is UNKNOWN whatever is found; empty: it is not */
    struct remarks remarks;
};

static const char *type_of(const char *format)
{
    static const struct {
        const char *format;
        const char *type;
    } types[] = {
        {"json", "application/json"},
        {"markdown", "text/markdown; charset=utf-8"},
        {"sarif", "application/sarif+json"},
        {"junit", "application/xml"},
    };

    for (size_t i = 0; i < LENGTH_OF(types); i++)
        if (strcmp(types[i].format, format) == 0)
            return types[i].type;
    return "text/plain; charset=utf-8";
}

static enum error_code add_headers(const struct request *request, struct answer *answer, const struct diff *diff,
                                   const struct question *question, struct error *error)
{
    const uint32_t *count = diff->summary;
    const char *summary = arena_printf(request->arena, "critical=%u,high=%u,medium=%u,low=%u", count[SEVERITY_CRITICAL],
                                       count[SEVERITY_HIGH], count[SEVERITY_MEDIUM], count[SEVERITY_LOW]);
    const char *uncovered = arena_printf(request->arena, "%u", diff->uncovered_count);

    if (summary == NULL || uncovered == NULL)
        return arena_error(request->arena, error, doing);
    answer_add_header(answer, "Driftline-Verdict", verdict_name(diff->verdict));
    answer_add_header(answer, "Driftline-Summary", summary);
    answer_add_header(answer, "Driftline-Uncovered", uncovered);
    return remarks_add_header(&question->remarks, answer, error);
}

static enum error_code write_report(const struct request *request, const struct question *question,
                                    struct comparison *comparison, struct answer *answer, struct error *error)
{
    const struct report_format *format = &report_formats[request_choice(&request->parameters, "format")];
    struct report report = {.diff = &comparison->diff,
                            .from = comparison->from,
                            .to = comparison->to,
                            .colour = request_flag(&request->parameters, "colour"),
                            .width = (size_t)request_number(&request->parameters, "width")};

    comparison->from->info.ref = question->from;
    comparison->to->info.ref = question->to;
    if (question->unknown.length > 0 && comparison->diff.unknown_reason.length == 0) {
        comparison->diff.verdict = VERDICT_UNKNOWN;
        comparison->diff.unknown_reason = question->unknown;
        comparison->diff.last_known = true;
    }
    if (format->write(&answer->body, &report, error) != ERROR_NONE)
        return error->code;
    answer->type = type_of(format->name);
    return add_headers(request, answer, report.diff, question, error);
}

static enum error_code answer_question(const struct request *request, const struct question *question,
                                       struct answer *answer, struct error *error)
{
    CLEANUP(comparison_free) struct comparison comparison = {0};
    struct snapshot_row from, to;
    struct diff_options options;

    if (comparison_resolve(request->database, request_fleet(request), question->from, request->arena, &from, error) !=
            ERROR_NONE ||
        comparison_resolve(request->database, request_fleet(request), question->to, request->arena, &to, error) !=
            ERROR_NONE ||
        make_options(request, &from.name, &options, error) != ERROR_NONE ||
        comparison_make(&comparison, request->database, &from, &to, &options, request_fleet(request)->memory_limit,
                        request->arena, error) != ERROR_NONE)
        return error->code;
    return write_report(request, question, &comparison, answer, error);
}

/* ---- environments ---- */

static const struct fleet_environment *find_environment(const struct fleet_database *database, struct text name)
{
    for (uint32_t i = 0; i < database->environment_count; i++)
        if (text_equal(database->environments[i].name, name))
            return &database->environments[i];
    return NULL;
}

/* The last two of the path that exist. */
static enum error_code last_step(const struct fleet_database *database, const struct fleet_environment **ret_from,
                                 const struct fleet_environment **ret_to, struct error *error)
{
    const struct fleet_environment *from = NULL, *to = NULL;

    for (uint32_t i = 0; i < database->environment_count; i++)
        if (database->environments[i].on_path) {
            from = to;
            to = &database->environments[i];
        }
    if (from == NULL) {
        error_set(error, ERROR_NOT_FOUND, "'%.*s' has no two environments on its promotion path",
                  TEXT_ARGS(database->name));
        return error_hint(error, "name them with 'from' and 'to', or set 'path' in the collector's configuration");
    }
    *ret_from = from;
    *ret_to = to;
    return ERROR_NONE;
}

/* Find an environment by the name of a parameter; ret_found is NULL together with an error. */
static enum error_code choose_environment(const struct request *request, const struct fleet_database *database,
                                          const char *parameter, const struct fleet_environment **ret_found,
                                          struct error *error)
{
    const struct target_filter names = {.database = database->name,
                                        .environment = request_text(&request->parameters, parameter)};

    *ret_found = find_environment(database, names.environment);
    return *ret_found != NULL ? ERROR_NONE : target_names_unknown(request->database, &names, request->arena, error);
}

static enum error_code choose_environments(const struct request *request, const struct fleet_database *database,
                                           const struct fleet_environment **ret_from,
                                           const struct fleet_environment **ret_to, struct error *error)
{
    struct text from = request_text(&request->parameters, "from"), to = request_text(&request->parameters, "to");

    if (from.length == 0 && to.length == 0)
        return last_step(database, ret_from, ret_to, error);
    if (from.length == 0 || to.length == 0)
        return error_set(error, ERROR_USAGE, "the parameters 'from' and 'to' are given together or not at all");
    if (choose_environment(request, database, "from", ret_from, error) != ERROR_NONE)
        return error->code;
    return choose_environment(request, database, "to", ret_to, error);
}

/* Why it is not known how an environment stands now; NULL: it is. One member of the majority that is known speaks for
 * all of them. */
static const struct text *find_silence(const struct fleet_environment *environment)
{
    const struct fleet_variant *majority = environment->variants;

    if (!environment->has_majority)
        return NULL; /* then there is nothing to compare, and the answer is another */
    for (uint32_t i = 0; i < majority->count; i++)
        if (majority->instances[i]->verdict != VERDICT_UNKNOWN)
            return NULL;
    return &majority->instances[0]->unknown;
}

/* One side of a promotion: its reference, what is not known of it, and who differs from the others there. */
static enum error_code add_side(const struct request *request, const struct fleet_database *database,
                                const struct fleet_environment *environment, struct question *question,
                                struct text *ret_reference, struct error *error)
{
    const char *reference =
        arena_printf(request->arena, "%.*s@%.*s", TEXT_ARGS(database->name), TEXT_ARGS(environment->name));
    const struct text *silence = find_silence(environment);

    if (reference == NULL)
        return arena_error(request->arena, error, doing);
    *ret_reference = text_from(reference);
    if (silence != NULL && question->unknown.length == 0) {
        const char *unknown = arena_printf(request->arena, "%s: %.*s", reference, TEXT_ARGS(*silence));

        if (unknown == NULL)
            return arena_error(request->arena, error, doing);
        question->unknown = text_from(unknown);
    }
    return remarks_about_outliers(&question->remarks, reference, environment, error);
}

enum error_code get_compare(const struct request *request, struct answer *answer, struct error *error)
{
    struct question question = {.remarks = {.arena = request->arena}};
    const struct fleet_environment *promoted = NULL, *changed = NULL;
    struct text name = request_text(&request->parameters, "database");
    struct fleet fleet;

    if (fleet_look(&fleet, request->database, request_fleet(request), request->cache, name, request->arena, error) !=
        ERROR_NONE)
        return error->code;
    if (fleet.database_count == 0)
        return target_names_unknown(request->database, &(struct target_filter){.database = name}, request->arena,
                                    error);
    if (choose_environments(request, fleet.databases, &promoted, &changed, error) != ERROR_NONE ||
        add_side(request, fleet.databases, changed, &question, &question.from, error) != ERROR_NONE ||
        add_side(request, fleet.databases, promoted, &question, &question.to, error) != ERROR_NONE)
        return error->code;
    return answer_question(request, &question, answer, error);
}

/* ---- references ---- */

enum error_code get_diff(const struct request *request, struct answer *answer, struct error *error)
{
    struct question question = {.from = request_text(&request->parameters, "from"),
                                .to = request_text(&request->parameters, "to"),
                                .remarks = {.arena = request->arena}};

    if (remarks_about_reference(&question.remarks, request, question.from, error) != ERROR_NONE ||
        remarks_about_reference(&question.remarks, request, question.to, error) != ERROR_NONE)
        return error->code;
    return answer_question(request, &question, answer, error);
}
