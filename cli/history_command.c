#include "base/clock.h"
#include "cli/asking.h"
#include "cli/history.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "cli/statements_text.h"
#include "drift/severity.h"

#define AT(member) offsetof(struct settings, member)

enum { LIMIT_OF_A_PAGE = 1000 };

static const char *severity_choice(size_t number)
{
    return number < SEVERITY_COUNT ? severity_name((enum severity)number) : NULL;
}

static const struct option options[] = {
    {"since", 0, OPTION_TEXT, AT(since), "TIME", NULL, NULL, NULL, 0, 0,
     "only what happened at TIME or later: 2026-11-01, 2026-11-01T09:30Z, or so long ago: 30m, 2h, 7d, 4w"},
    {"until", 0, OPTION_TEXT, AT(until), "TIME", NULL, NULL, NULL, 0, 0, "only what happened at TIME or earlier"},
    {"severity", 0, OPTION_CHOICE, AT(least_severity), "LEVEL", NULL, "low", severity_choice, 0, 0,
     "only changes of this level or above"},
    {"limit", 0, OPTION_NUMBER, AT(limit), "N", NULL, "100", NULL, 1, LIMIT_OF_A_PAGE,
     "only the newest N changes or statements"},
    {"statements", 0, OPTION_FLAG, AT(statements), NULL, NULL, NULL, NULL, 0, 0,
     "the statements that were captured in place of the changes, also those that changed nothing in the end"},
    {"actor", 0, OPTION_TEXT, AT(actor), "NAME", NULL, NULL, NULL, 0, 0,
     "with --statements: only those of who was logged in as NAME, or had taken that role"},
    {"all", 0, OPTION_FLAG, AT(all), NULL, NULL, NULL, NULL, 0, 0, "all of them, whatever --limit says"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

/* A point in time as the API takes it. */
static enum error_code add_moment(struct buffer *target, const char *name, const char *value, struct error *error)
{
    char called[32];
    char text[CLOCK_TEXT_SIZE];
    int64_t moment = 0;

    if (value == NULL)
        return ERROR_NONE;
    snprintf(called, sizeof called, "option '--%s'", name);
    if (moment_read(&moment, called, value, clock_now(), error) != ERROR_NONE)
        return error->code;
    clock_format(moment, text);
    collector_add_parameter(target, name, text_from(text));
    return ERROR_NONE;
}

static enum error_code check_options(const struct settings *settings, struct error *error)
{
    if (settings->statements && settings->least_severity > 0)
        return error_set(error, ERROR_USAGE, "option '--severity' is about changes, and '--statements' lists none");
    if (!settings->statements && settings->actor != NULL)
        return error_set(error, ERROR_USAGE, "option '--actor' needs '--statements'");
    return ERROR_NONE;
}

static enum error_code write_question(struct buffer *target, const struct call *call, struct error *error)
{
    const struct settings *settings = &call->settings;
    struct reference scope;

    if (check_options(settings, error) != ERROR_NONE ||
        reference_parse_scope(&scope, text_from(call->operands[0]), error) != ERROR_NONE)
        return error->code;
    buffer_add_string(target, settings->statements ? "/api/v1/statements" : "/api/v1/history");
    asking_add_scope(target, &scope);
    if (call->operand_count > 1)
        collector_add_parameter(target, "object", text_from(call->operands[1]));
    if (settings->actor != NULL)
        collector_add_parameter(target, "actor", text_from(settings->actor));
    if (settings->least_severity > 0)
        collector_add_parameter(target, "severity", text_from(severity_choice(settings->least_severity)));
    if (add_moment(target, "since", settings->since, error) != ERROR_NONE)
        return error->code;
    return add_moment(target, "until", settings->until, error);
}

static enum error_code print_statements(const struct call *call, const struct buffer *answer, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer output;
    struct answer_statements statements = {0};

    buffer_init(&output);
    if (asking_read(call, answer, &answer_statements_shape, &statements, error) != ERROR_NONE)
        return error->code;
    statements_write(&output, &statements, &style);
    return output_write(NULL, &output, error);
}

static enum error_code print(const struct call *call, const struct buffer *answer, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer output;
    struct answer_history history = {0};

    buffer_init(&output);
    if (asking_read(call, answer, &answer_history_shape, &history, error) != ERROR_NONE ||
        history_write(&output, &history, &style, call->arena, error) != ERROR_NONE)
        return error->code;
    return output_write(NULL, &output, error);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    static const char *const lists[][3] = {{"changes", "notes", NULL}, {"statements", NULL}};
    CLEANUP(buffer_clear) struct buffer target, answer;

    (void)ret_status;
    buffer_init(&target);
    buffer_init(&answer);
    if (write_question(&target, call, error) != ERROR_NONE ||
        asking_pages(call, &target, lists[call->settings.statements], &answer, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    return call->settings.statements ? print_statements(call, &answer, error) : print(call, &answer, error);
}

static const char *const examples[] = {
    "driftline history orders@prod",
    "driftline history orders@prod shop.orders.total --all",
    "driftline history orders@prod/eu-1 --since 7d --severity high",
    "driftline history orders@prod --statements --actor alice",
    NULL,
};

const struct command command_history = {
    .name = "history",
    .syntax = "TARGET [OBJECT]",
    .summary = "say what changed in a database, and when",
    .text = "TARGET is a database, one of its environments, or one instance: `orders`,\n"
            "`orders@prod` or `orders@prod/eu-1`. OBJECT is a dotted path such as\n"
            "`shop.orders` or `shop.orders.total`: that object with all its parts, also\n"
            "under the names that it had before it was renamed.\n"
            "\n"
            "Prints a timeline, the newest last, in UTC: when a change was seen, where, how\n"
            "severe it is, what it was before and after, and, where that is known, who did\n"
            "it: `captured` in the database with the statement, `inferred` from what else\n"
            "was seen, or by nobody that the capture saw. First snapshots, and snapshots\n"
            "that were lost, stand in between as notes. What happened alike to several\n"
            "instances stands there once: `prod/{eu-1, eu-2}`.\n"
            "\n"
            "--statements lists who ran what instead, where statements are captured: each\n"
            "once, with its time, what it was about, who gave it, and how many changes are\n"
            "its own. What several made together, or one made and another took back, is no\n"
            "change of its own of any.\n",
    .examples = examples,
    .operands = {OPERAND_SCOPE, OPERAND_OBJECT},
    .fewest_operands = 1,
    .options = options,
    .asks = true,
    .run = run,
};
