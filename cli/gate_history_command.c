#include <stdio.h>

#include "cli/asking.h"
#include "cli/gate_report.h"
#include "cli/output.h"

#define AT(member) offsetof(struct settings, member)

enum { LIMIT_OF_A_PAGE = 1000 };

static const struct option options[] = {
    {"from", 0, OPTION_TEXT, AT(from), "ENV", NULL, NULL, NULL, 0, 0, "only promotions of this environment"},
    {"to", 0, OPTION_TEXT, AT(to), "ENV", NULL, NULL, NULL, 0, 0, "only promotions to this environment"},
    {"pinned", 0, OPTION_FLAG, AT(pinned), NULL, NULL, NULL, NULL, 0, 0, "only runs that approved something"},
    {"run", 0, OPTION_NUMBER, AT(run), "N", NULL, NULL, NULL, 1, UINT32_MAX, "all that this run said, as it said it"},
    {"limit", 0, OPTION_NUMBER, AT(limit), "N", NULL, "20", NULL, 1, LIMIT_OF_A_PAGE, "only the newest N"},
    {"all", 0, OPTION_FLAG, AT(all), NULL, NULL, NULL, NULL, 0, 0, "all runs, whatever --limit says"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

static enum error_code show_run(const struct call *call, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer answer, output;
    struct answer_gate gate = {.at = 0};
    char target[64];

    buffer_init(&answer);
    buffer_init(&output);
    snprintf(target, sizeof target, "/api/v1/gate/runs/%u", call->settings.run);
    if (asking_send(call, "GET", target, NULL, &answer, error) != ERROR_NONE ||
        asking_read(call, &answer, &answer_gate_shape, &gate, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    gate_write_text(&output, &gate, &style, call->arena);
    return output_write(NULL, &output, error);
}

static enum error_code list_runs(const struct call *call, struct error *error)
{
    static const char *const lists[] = {"runs", NULL};
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer target, answer, output;
    struct answer_gate_runs runs = {.next = 0};

    buffer_init(&target);
    buffer_init(&answer);
    buffer_init(&output);
    buffer_add_string(&target, "/api/v1/gate/runs");
    asking_add_text(&target, "database", call->operand_count > 0 ? call->operands[0] : NULL);
    asking_add_text(&target, "from", call->settings.from);
    asking_add_text(&target, "to", call->settings.to);
    asking_add_text(&target, "pinned", call->settings.pinned ? "true" : NULL);
    if (asking_pages(call, &target, lists, &answer, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    if (asking_read(call, &answer, &answer_gate_runs_shape, &runs, error) != ERROR_NONE)
        return error->code;
    gate_write_runs(&output, &runs, &style, call->arena);
    return output_write(NULL, &output, error);
}

static enum error_code run_stands_alone(struct error *error)
{
    error_set(error, ERROR_USAGE, "'--run' names one run: it stands alone");
    return error_hint(error, "leave out DATABASE and the other options");
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    (void)ret_status;
    if (call->settings.run == 0)
        return list_runs(call, error);
    if (call->operand_count > 0 || call->settings.from != NULL || call->settings.to != NULL || call->settings.pinned)
        return run_stands_alone(error);
    return show_run(call, error);
}

static const char *const examples[] = {
    "driftline gate history orders --to prod",
    "driftline gate history --pinned --all --format json",
    "driftline gate history --run 17",
    NULL,
};

const struct command command_gate_history = {
    .name = "gate history",
    .syntax = "[DATABASE]",
    .summary = "list the runs of the gate",
    .text = "Prints the newest first: when, what, how it ended, who asked, and which root was\n"
            "approved. `--run` prints one as it was then, with its reasons and its plan.\n"
            "(The gate of a database that is called `history`: `driftline gate --to ENV\n"
            "--from ENV history`.)\n",
    .examples = examples,
    .operands = {OPERAND_DATABASE},
    .fewest_operands = 0,
    .options = options,
    .asks = true,
    .run = run,
};
