#include "cli/asking.h"
#include "cli/fleet.h"
#include "cli/output.h"

static enum error_code print(const struct call *call, const struct answer_fleet *fleet, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    fleet_write(&output, fleet, &style, call->arena);
    return output_write(NULL, &output, error);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target, answer;
    struct answer_fleet fleet = {0};

    buffer_init(&target);
    buffer_init(&answer);
    buffer_add_string(&target, "/api/v1/fleet");
    if (call->operand_count > 0)
        collector_add_parameter(&target, "database", text_from(call->operands[0]));
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        asking_send(call, "GET", target.bytes, NULL, &answer, error) != ERROR_NONE ||
        asking_read(call, &answer, &answer_fleet_shape, &fleet, error) != ERROR_NONE)
        return error->code;
    if (call->operand_count > 0 && fleet.databases.count == 0)
        return error_set(error, ERROR_NOT_FOUND, "the collector knows no database '%.200s'", call->operands[0]);
    if ((call->settings.format == FORMAT_JSON ? asking_print_answer(&answer, error) : print(call, &fleet, error)) !=
        ERROR_NONE)
        return error->code;
    *ret_status = fleet_status(&fleet);
    return ERROR_NONE;
}

static const char *const examples[] = {
    "driftline fleet",
    "driftline fleet orders",
    "driftline fleet --format json | jq -r '.databases[] | select(.verdict != \"IN_SYNC\").database'",
    NULL,
};

const struct command command_fleet = {
    .name = "fleet",
    .syntax = "[DATABASE]",
    .summary = "say how all databases and environments stand",
    .text = "Prints a matrix of databases and environments, as the collector sees them now.\n"
            "A cell such as `DRIFTED 3+1 12s` says: the instances of this environment\n"
            "differ; three are alike and one is otherwise (`2|2`: there is no majority, `4`:\n"
            "all four are alike); it was last checked 12 seconds ago. The verdict of a\n"
            "database also says whether its environments agree along the promotion path.\n"
            "\n"
            "Below, for each database that is not in sync: the instances that are off, since\n"
            "when, those of which nothing is known, and why, and the steps of the path with\n"
            "what differs, by severity, and how much of it was waived, which does not count.\n"
            "`driftline compare` shows what that is, `driftline drift list` why.\n"
            "\n"
            "Exits with 0 when all are in sync, with 1 when one has drifted, and with 3 when\n"
            "none has, but something is unknown, or there is no database yet.\n",
    .examples = examples,
    .operands = {OPERAND_DATABASE},
    .fewest_operands = 0,
    .options = settings_format_only,
    .asks = true,
    .run = run,
};
