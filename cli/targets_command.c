#include "base/clock.h"
#include "cli/asking.h"
#include "cli/listing.h"
#include "cli/output.h"
#include "cli/place.h"

static const char targets_path[] = "/api/v1/targets";

/* The targets of a scope, or all. */
static enum error_code write_question(struct buffer *target, const struct reference *scope, struct error *error)
{
    buffer_add_string(target, targets_path);
    if (scope->database.length > 0)
        asking_add_scope(target, scope);
    return buffer_check(target, error, "asking the collector");
}

/* ---- list ---- */

static enum error_code list(const struct call *call, int *ret_status, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer target, answer, output;
    struct answer_targets targets = {{0}};
    struct reference scope = {0};

    (void)ret_status;
    buffer_init(&target);
    buffer_init(&answer);
    buffer_init(&output);
    if (call->operand_count > 0 && reference_parse_scope(&scope, text_from(call->operands[0]), error) != ERROR_NONE)
        return error->code;
    if (write_question(&target, &scope, error) != ERROR_NONE ||
        asking_send(call, "GET", target.bytes, NULL, &answer, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    if (asking_read(call, &answer, &answer_targets_shape, &targets, error) != ERROR_NONE)
        return error->code;
    listing_write_targets(&output, &targets, &style, call->arena, clock_now());
    return output_write(NULL, &output, error);
}

static const char *const list_examples[] = {"driftline targets list", "driftline targets list orders@prod", NULL};

const struct command command_targets_list = {
    .name = "targets list",
    .syntax = "[TARGET]",
    .summary = "list what is watched, by whom, and how it is",
    .text = "Prints each target with its verdict (`DRIFTED`: other than the majority of its\n"
            "environment), when it was last checked, for how long its schema has been the\n"
            "same, its root hash, its agent, how its newest change was noticed (`captured`:\n"
            "with all statements before it; `polled`: by looking), and what is wrong. TARGET\n"
            "limits the list to a database, an environment or an instance: `orders`,\n"
            "`orders@prod`, `orders@prod/eu-1`.\n",
    .examples = list_examples,
    .operands = {OPERAND_SCOPE},
    .fewest_operands = 0,
    .options = settings_format_only,
    .asks = true,
    .run = list,
};

/* ---- forget ---- */

/* It cannot be undone, so only one instance, by its full name. */
static enum error_code read_one(const struct call *call, struct reference *ret_target, struct error *error)
{
    if (reference_parse_scope(ret_target, text_from(call->operands[0]), error) != ERROR_NONE)
        return error->code;
    if (ret_target->instance.length > 0)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "'%.200s' is not one target", call->operands[0]);
    return error_hint(error, "write DATABASE@ENVIRONMENT/INSTANCE as 'driftline targets list' does");
}

static enum error_code forget(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target, answer, output;
    struct reference one = {0};

    (void)ret_status;
    buffer_init(&target);
    buffer_init(&answer);
    buffer_init(&output);
    if (read_one(call, &one, error) != ERROR_NONE || write_question(&target, &one, error) != ERROR_NONE ||
        asking_send(call, "DELETE", target.bytes, NULL, &answer, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    place_write_target(&output, one.database, one.environment, one.instance);
    buffer_add_string(&output, " is forgotten\n");
    return output_write(NULL, &output, error);
}

static const char *const forget_examples[] = {"driftline targets forget orders@prod/eu-1", NULL};

const struct command command_targets_forget = {
    .name = "targets forget",
    .syntax = "DATABASE@ENVIRONMENT/INSTANCE",
    .summary = "forget a target with all its history",
    .text = "For a target that is gone for good: takes it out of the fleet and deletes its\n"
            "snapshots and changes. This cannot be undone. If an agent still watches it, it\n"
            "comes back with its next snapshot. Needs a token with the right `operate`.\n",
    .examples = forget_examples,
    .operands = {OPERAND_SCOPE},
    .fewest_operands = 1,
    .options = settings_format_only,
    .asks = true,
    .run = forget,
};
