#include "base/clock.h"
#include "cli/asking.h"
#include "cli/drift_text.h"
#include "cli/output.h"

#define AT(member) offsetof(struct settings, member)

static const char waivers_path[] = "/api/v1/waivers";

/* ---- list ---- */

static const struct option list_options[] = {
    {"ended", 0, OPTION_FLAG, AT(ended), NULL, NULL, NULL, NULL, 0, 0, "also those that expired or were ended"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

static enum error_code print(const struct call *call, const struct buffer *answer, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer output;
    struct answer_waivers waivers = {{0}};

    buffer_init(&output);
    if (asking_read(call, answer, &answer_waivers_shape, &waivers, error) != ERROR_NONE)
        return error->code;
    drift_write_waivers(&output, &waivers, &style, call->arena, clock_now());
    return output_write(NULL, &output, error);
}

static enum error_code list(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target, answer;

    (void)ret_status;
    buffer_init(&target);
    buffer_init(&answer);
    buffer_add_string(&target, waivers_path);
    asking_add_text(&target, "database", call->operand_count > 0 ? call->operands[0] : NULL);
    asking_add_text(&target, "ended", call->settings.ended ? "true" : NULL);
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        asking_send(call, "GET", target.bytes, NULL, &answer, error) != ERROR_NONE)
        return error->code;
    return call->settings.format == FORMAT_JSON ? asking_print_answer(&answer, error) : print(call, &answer, error);
}

static const char *const list_examples[] = {"driftline drift waivers orders", "driftline drift waivers --ended", NULL};

const struct command command_drift_waivers = {
    .name = "drift waivers",
    .syntax = "[DATABASE]",
    .summary = "list what was accepted, by whom, until when",
    .text = "Prints the waivers in force, of one database or of all: number, until when, how\n"
            "many drifts it covers now, what it is for, who gave it and why.\n",
    .examples = list_examples,
    .operands = {OPERAND_DATABASE},
    .fewest_operands = 0,
    .options = list_options,
    .asks = true,
    .run = list,
};

/* ---- end ---- */

static const struct option end_options[] = {
    {"note", 0, OPTION_TEXT, AT(note), "TEXT", NULL, NULL, NULL, 0, 0, "why, for whoever looks at the drifts later"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

static enum error_code print_ended(const struct call *call, const struct buffer *answer, int64_t id,
                                   struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;
    struct answer_waiver waiver = {.id = 0};

    buffer_init(&output);
    if (asking_read(call, answer, &answer_waiver_shape, &waiver, error) != ERROR_NONE)
        return error->code;
    buffer_printf(&output, "waiver %lld is ended\n", (long long)id);
    return output_write(NULL, &output, error);
}

static enum error_code end(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target, answer;
    int64_t id = 0;

    (void)ret_status;
    buffer_init(&target);
    buffer_init(&answer);
    if (command_number(call->operands[0], "waiver", &id, error) != ERROR_NONE)
        return error->code;
    buffer_printf(&target, "%s/%lld", waivers_path, (long long)id);
    asking_add_text(&target, "note", call->settings.note);
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        asking_send(call, "DELETE", target.bytes, NULL, &answer, error) != ERROR_NONE)
        return error->code;
    return call->settings.format == FORMAT_JSON ? asking_print_answer(&answer, error)
                                                : print_ended(call, &answer, id, error);
}

static const char *const end_examples[] = {"driftline drift unwaive 7 --note \"was done in release 7\"", NULL};

const struct command command_drift_unwaive = {
    .name = "drift unwaive",
    .syntax = "ID",
    .summary = "end a waiver before it expires",
    .text = "The drifts that it covers are open again, and count. `driftline drift waivers`\n"
            "prints the numbers. Needs a token with the right `operate`.\n",
    .examples = end_examples,
    .operands = {OPERAND_NUMBER},
    .fewest_operands = 1,
    .options = end_options,
    .asks = true,
    .run = end,
};
