#include "base/clock.h"
#include "cli/asking.h"
#include "cli/listing.h"
#include "cli/output.h"

#define AT(member) offsetof(struct settings, member)

enum { LIMIT_OF_A_PAGE = 1000 };

static const struct option options[] = {
    {"limit", 0, OPTION_NUMBER, AT(limit), "N", NULL, "20", NULL, 1, LIMIT_OF_A_PAGE, "only the newest N"},
    {"all", 0, OPTION_FLAG, AT(all), NULL, NULL, NULL, NULL, 0, 0, "all snapshots, whatever --limit says"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

static enum error_code print(const struct call *call, const struct buffer *answer, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer output;
    struct answer_snapshots snapshots = {0};

    buffer_init(&output);
    if (asking_read(call, answer, &answer_snapshots_shape, &snapshots, error) != ERROR_NONE)
        return error->code;
    listing_write_snapshots(&output, &snapshots, &style, call->arena);
    return output_write(NULL, &output, error);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    static const char *const lists[] = {"snapshots", NULL};
    CLEANUP(buffer_clear) struct buffer target, answer;
    struct reference scope;

    (void)ret_status;
    buffer_init(&target);
    buffer_init(&answer);
    if (reference_parse_scope(&scope, text_from(call->operands[0]), error) != ERROR_NONE)
        return error->code;
    buffer_add_string(&target, "/api/v1/snapshots");
    asking_add_scope(&target, &scope);
    if (asking_pages(call, &target, lists, &answer, error) != ERROR_NONE)
        return error->code;
    return call->settings.format == FORMAT_JSON ? asking_print_answer(&answer, error) : print(call, &answer, error);
}

static const char *const examples[] = {
    "driftline snapshots orders@prod",
    "driftline diff orders@prod/default~1 orders@prod/default",
    NULL,
};

const struct command command_snapshots = {
    .name = "snapshots",
    .syntax = "TARGET",
    .summary = "list the snapshots that the collector has",
    .text = "TARGET is a database, one of its environments, or one instance: `orders`,\n"
            "`orders@prod` or `orders@prod/eu-1`. Prints the newest first, each with the\n"
            "reference by which every command takes it now; a new snapshot moves the others\n"
            "one step back.\n",
    .examples = examples,
    .operands = {OPERAND_SCOPE},
    .fewest_operands = 1,
    .options = options,
    .asks = true,
    .run = run,
};
