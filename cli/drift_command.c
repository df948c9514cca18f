#include "base/clock.h"
#include "cli/asking.h"
#include "cli/drift_text.h"
#include "cli/output.h"
#include "drift/severity.h"

#define AT(member) offsetof(struct settings, member)

enum { LIMIT_OF_A_PAGE = 1000 };

static const char drift_path[] = "/api/v1/drift";

/* What is not ended. */
static const uint64_t living = 1U << ANSWER_OPEN | 1U << ANSWER_ACKNOWLEDGED | 1U << ANSWER_WAIVED;

static const char *severity_choice(size_t number)
{
    return number < SEVERITY_COUNT ? severity_name((enum severity)number) : NULL;
}

/* ---- list ---- */

static const struct option list_options[] = {
    {"from", 0, OPTION_TEXT, AT(from), "ENV", NULL, NULL, NULL, 0, 0, "only what would be promoted from ENV"},
    {"to", 0, OPTION_TEXT, AT(to), "ENV", NULL, NULL, NULL, 0, 0, "only what a promotion would change in ENV"},
    {"instance", 0, OPTION_TEXT, AT(instance), "NAME", NULL, NULL, NULL, 0, 0,
     "only how this instance differs from the majority of its environment"},
    {"object", 0, OPTION_TEXT, AT(object), "PATH", NULL, NULL, NULL, 0, 0,
     "only of this object and its parts, such as shop.orders"},
    {"state", 0, OPTION_CHOICES, AT(states), "LIST", NULL, NULL, answer_drift_state_choice, 0, 0,
     "only those in these states, separated by commas; without it all that are not ended"},
    {"cause", 0, OPTION_CHOICES, AT(causes), "LIST", NULL, NULL, answer_drift_cause_choice, 0, 0,
     "only those with these causes, separated by commas"},
    {"severity", 0, OPTION_CHOICE, AT(least_severity), "LEVEL", NULL, "low", severity_choice, 0, 0,
     "only drifts of this level or above"},
    {"limit", 0, OPTION_NUMBER, AT(limit), "N", NULL, "200", NULL, 1, LIMIT_OF_A_PAGE, "only the newest N drifts"},
    {"all", 0, OPTION_FLAG, AT(all), NULL, NULL, NULL, NULL, 0, 0, "all drifts, whatever --limit says"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

static enum error_code add_choices(struct buffer *target, const char *name, uint64_t chosen,
                                   const char *(*choice)(size_t number), struct error *error)
{
    CLEANUP(buffer_clear) struct buffer list;

    buffer_init(&list);
    for (size_t i = 0; choice(i) != NULL; i++)
        if ((chosen >> i & 1) != 0)
            buffer_printf(&list, "%s%s", list.length == 0 ? "" : ",", choice(i));
    if (list.length > 0)
        collector_add_parameter(target, name, buffer_text(&list));
    return buffer_check(&list, error, "asking the collector");
}

static enum error_code write_question(struct buffer *target, const struct call *call, struct error *error)
{
    const struct settings *settings = &call->settings;

    buffer_add_string(target, drift_path);
    asking_add_text(target, "database", call->operand_count > 0 ? call->operands[0] : NULL);
    asking_add_text(target, "from", settings->from);
    asking_add_text(target, "to", settings->to);
    asking_add_text(target, "instance", settings->instance);
    asking_add_text(target, "object", settings->object);
    if (settings->least_severity > 0)
        asking_add_text(target, "severity", severity_choice(settings->least_severity));
    if (add_choices(target, "state", settings->states == 0 ? living : settings->states, answer_drift_state_choice,
                    error) != ERROR_NONE)
        return error->code;
    return add_choices(target, "cause", settings->causes, answer_drift_cause_choice, error);
}

static enum error_code print_list(const struct call *call, const struct buffer *answer, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer output;
    struct answer_drifts drifts = {.next = 0};

    buffer_init(&output);
    if (asking_read(call, answer, &answer_drifts_shape, &drifts, error) != ERROR_NONE)
        return error->code;
    drift_write_list(&output, &drifts, &style, call->arena, clock_now());
    return output_write(NULL, &output, error);
}

static enum error_code list(const struct call *call, int *ret_status, struct error *error)
{
    static const char *const lists[] = {"drifts", NULL};
    CLEANUP(buffer_clear) struct buffer target, answer;

    (void)ret_status;
    buffer_init(&target);
    buffer_init(&answer);
    if (write_question(&target, call, error) != ERROR_NONE ||
        asking_pages(call, &target, lists, &answer, error) != ERROR_NONE)
        return error->code;
    return call->settings.format == FORMAT_JSON ? asking_print_answer(&answer, error)
                                                : print_list(call, &answer, error);
}

static const char *const list_examples[] = {
    "driftline drift list orders",
    "driftline drift list orders --from staging --to prod --cause hotfix,diverged",
    "driftline drift list orders --object shop.orders --state ended --all",
    NULL,
};

const struct command command_drift_list = {
    .name = "drift list",
    .syntax = "[DATABASE]",
    .summary = "list how environments differ, and why",
    .text = "Prints the drifts that live, of one database or of all, pair by pair along the\n"
            "promotion path: number, severity, cause, how long ago it was opened, and what a\n"
            "promotion would change. How an instance differs from the majority of its\n"
            "environment stands under its name: `-` is what it lacks, `+` what only it has.\n"
            "\n"
            "| cause | meaning |\n"
            "|---|---|\n"
            "| `pending` | changed upstream, not yet here |\n"
            "| `hotfix` | changed here first |\n"
            "| `diverged` | changed on both sides |\n"
            "| `baseline` | the sides never were equal |\n"
            "| `outlier` | an instance is not as most of its environment |\n"
            "\n"
            "`driftline drift show` tells the life of one of them.\n",
    .examples = list_examples,
    .operands = {OPERAND_DATABASE},
    .fewest_operands = 0,
    .options = list_options,
    .asks = true,
    .run = list,
};

/* ---- show ---- */

static enum error_code print_one(const struct call *call, const struct buffer *answer, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer output;
    struct answer_drift drift = {.id = 0};

    buffer_init(&output);
    if (asking_read(call, answer, &answer_drift_shape, &drift, error) != ERROR_NONE)
        return error->code;
    drift_write_one(&output, &drift, &style, call->arena, clock_now());
    return output_write(NULL, &output, error);
}

static enum error_code show(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target, answer;
    int64_t id = 0;

    (void)ret_status;
    buffer_init(&target);
    buffer_init(&answer);
    if (command_number(call->operands[0], "drift", &id, error) != ERROR_NONE)
        return error->code;
    buffer_printf(&target, "%s/%lld", drift_path, (long long)id);
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        asking_send(call, "GET", target.bytes, NULL, &answer, error) != ERROR_NONE)
        return error->code;
    return call->settings.format == FORMAT_JSON ? asking_print_answer(&answer, error) : print_one(call, &answer, error);
}

static const char *const show_examples[] = {"driftline drift show 12", NULL};

const struct command command_drift_show = {
    .name = "drift show",
    .syntax = "ID",
    .summary = "tell the life of one difference",
    .text = "Prints where and what it is, why it is there, who made the change that explains\n"
            "it and how that is known, and everything that happened to it since: which side\n"
            "took which state when, who acknowledged or waived it, how it ended.\n"
            "`driftline drift list` prints the numbers.\n",
    .examples = show_examples,
    .operands = {OPERAND_NUMBER},
    .fewest_operands = 1,
    .options = settings_format_only,
    .asks = true,
    .run = show,
};
