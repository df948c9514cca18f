#include <stdio.h>

#include "base/clock.h"
#include "cli/asking.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/notify_text.h"
#include "cli/output.h"

#define AT(member) offsetof(struct settings, member)

enum { LOOK_MS = 100, LIMIT_OF_A_PAGE = 1000, MINUTE_MS = 60000 };

static const char deliveries_path[] = "/api/v1/deliveries";

/* ---- list ---- */

static enum error_code list(const struct call *call, int *ret_status, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer answer = {0}, output = {0};
    struct answer_notify notify = {.problem = {"", 0}};

    (void)ret_status;
    if (asking_send(call, "GET", "/api/v1/notify", NULL, &answer, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    if (asking_read(call, &answer, &answer_notify_shape, &notify, error) != ERROR_NONE)
        return error->code;
    notify_write_list(&output, &notify, &style, call->arena, clock_now());
    return output_write(NULL, &output, error);
}

static const char *const list_examples[] = {"driftline notify list", NULL};

const struct command command_notify_list = {
    .name = "notify list",
    .syntax = "",
    .summary = "list sinks and routes, and how each does",
    .text = "Prints the sinks of the collector's configuration, each with where it leads,\n"
            "how many messages were sent, wait and were given up, how many events are held\n"
            "back, and what went wrong last; then the routes, each with the sinks that it\n"
            "tells, from which severity on, and what else it takes; then what is held back,\n"
            "why, and until when.\n",
    .examples = list_examples,
    .fewest_operands = 0,
    .options = settings_format_only,
    .asks = true,
    .run = list,
};

/* ---- dead ---- */

static const struct option dead_options[] = {
    {"sink", 0, OPTION_TEXT, AT(sink), "NAME", NULL, NULL, NULL, 0, 0, "only those to this sink"},
    {"limit", 0, OPTION_NUMBER, AT(limit), "N", NULL, "100", NULL, 1, LIMIT_OF_A_PAGE, "only the newest N"},
    {"all", 0, OPTION_FLAG, AT(all), NULL, NULL, NULL, NULL, 0, 0, "all of them, whatever --limit says"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

static enum error_code ask_dead(const struct call *call, struct buffer *answer, struct error *error)
{
    static const char *const lists[] = {"deliveries", NULL};
    CLEANUP(buffer_clear) struct buffer target = {0};

    buffer_printf(&target, "%s?state=dead", deliveries_path);
    asking_add_text(&target, "sink", call->settings.sink);
    return asking_pages(call, &target, lists, answer, error);
}

static enum error_code dead(const struct call *call, int *ret_status, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer answer = {0}, output = {0};
    struct answer_deliveries deliveries = {.next = 0};

    (void)ret_status;
    if (ask_dead(call, &answer, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    if (asking_read(call, &answer, &answer_deliveries_shape, &deliveries, error) != ERROR_NONE)
        return error->code;
    notify_write_deliveries(&output, &deliveries, "no message was given up", &style, call->arena, clock_now());
    return output_write(NULL, &output, error);
}

static const char *const dead_examples[] = {"driftline notify dead", "driftline notify dead --sink ops", NULL};

const struct command command_notify_dead = {
    .name = "notify dead",
    .syntax = "",
    .summary = "list messages that could not be delivered",
    .text = "Prints the messages that were given up, newest first: to whom, what they say,\n"
            "how often they were tried, and what the last attempt failed with. `driftline\n"
            "notify replay` sends them again.\n",
    .examples = dead_examples,
    .fewest_operands = 0,
    .options = dead_options,
    .asks = true,
    .run = dead,
};

/* ---- show ---- */

static enum error_code ask_one(const struct call *call, int64_t id, struct buffer *answer, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target = {0};

    buffer_printf(&target, "%s/%lld", deliveries_path, (long long)id);
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE)
        return error->code;
    buffer_reset(answer);
    return asking_send(call, "GET", target.bytes, NULL, answer, error);
}

static enum error_code show(const struct call *call, int *ret_status, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer answer = {0}, output = {0};
    struct answer_delivery delivery = {.id = 0};
    int64_t id = 0;

    (void)ret_status;
    if (command_number(call->operands[0], "delivery", &id, error) != ERROR_NONE ||
        ask_one(call, id, &answer, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    if (asking_read(call, &answer, &answer_delivery_shape, &delivery, error) != ERROR_NONE)
        return error->code;
    notify_write_delivery(&output, &delivery, &style, clock_now());
    return output_write(NULL, &output, error);
}

static const char *const show_examples[] = {"driftline notify show 31", NULL};

const struct command command_notify_show = {
    .name = "notify show",
    .syntax = "ID",
    .summary = "show one message and what became of it",
    .text = "Prints what a message says and whether it was delivered: the number of attempts,\n"
            "what the sink answered, when it is tried again. `driftline notify dead` prints\n"
            "the numbers of those that were given up.\n",
    .examples = show_examples,
    .operands = {OPERAND_NUMBER},
    .fewest_operands = 1,
    .options = settings_format_only,
    .asks = true,
    .run = show,
};

/* ---- replay ---- */

static const struct option replay_options[] = {
    {"all-dead", 0, OPTION_FLAG, AT(all_dead), NULL, NULL, NULL, NULL, 0, 0, "all that were given up"},
    {"sink", 0, OPTION_TEXT, AT(sink), "NAME", NULL, NULL, NULL, 0, 0, "with --all-dead: only those to this sink"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is a document with all of them"},
    {0},
};

static enum error_code replay_one(const struct call *call, int64_t id, json_t *list, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target = {0}, answer = {0};
    json_t *delivery = NULL;

    buffer_printf(&target, "%s/%lld/replay", deliveries_path, (long long)id);
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        asking_send(call, "POST", target.bytes, NULL, &answer, error) != ERROR_NONE ||
        answer_parse(&delivery, buffer_text(&answer), error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_TEXT)
        printf("delivery %lld is sent again\n", (long long)id);
    return json_array_append_new(list, delivery) == 0 ? ERROR_NONE : error_memory(error, "asking the collector");
}

static enum error_code replay_dead(const struct call *call, json_t *list, struct error *error)
{
    struct call all = *call;
    CLEANUP(buffer_clear) struct buffer answer = {0};
    struct answer_deliveries deliveries = {.next = 0};
    const struct answer_delivery *items;

    all.settings.all = true;
    if (ask_dead(&all, &answer, error) != ERROR_NONE ||
        asking_read(call, &answer, &answer_deliveries_shape, &deliveries, error) != ERROR_NONE)
        return error->code;
    items = deliveries.deliveries.items;
    for (size_t i = deliveries.deliveries.count; i-- > 0;) /* the oldest first: those of an incident go out in order */
        if (replay_one(call, items[i].id, list, error) != ERROR_NONE)
            return error->code;
    if (deliveries.deliveries.count == 0 && call->settings.format == FORMAT_TEXT)
        printf("no message was given up\n");
    return ERROR_NONE;
}

static enum error_code replay_named(const struct call *call, json_t *list, struct error *error)
{
    for (size_t i = 0; i < call->operand_count; i++) {
        int64_t id = 0;

        if (command_number(call->operands[i], "delivery", &id, error) != ERROR_NONE)
            return error->code;
    }
    for (size_t i = 0; i < call->operand_count; i++) {
        int64_t id = 0;

        if (command_number(call->operands[i], "delivery", &id, error) != ERROR_NONE ||
            replay_one(call, id, list, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code check_replay(const struct call *call, struct error *error)
{
    if (call->settings.all_dead && call->operand_count > 0)
        return error_set(error, ERROR_USAGE, "'--all-dead' and numbers of deliveries exclude each other");
    if (!call->settings.all_dead && call->settings.sink != NULL)
        return error_set(error, ERROR_USAGE, "option '--sink' goes with '--all-dead'");
    if (call->settings.all_dead || call->operand_count > 0)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "'driftline notify replay' needs the numbers of deliveries, or '--all-dead'");
    return error_hint(error, "'driftline notify dead' lists those that were given up");
}

static enum error_code replay(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output = {0};
    json_t *list = json_array(), *document;
    enum error_code code = check_replay(call, error);

    (void)ret_status;
    if (code == ERROR_NONE && list == NULL)
        code = error_memory(error, "asking the collector");
    if (code == ERROR_NONE)
        code = call->settings.all_dead ? replay_dead(call, list, error) : replay_named(call, list, error);
    if (code != ERROR_NONE || call->settings.format == FORMAT_TEXT) {
        json_decref(list);
        fflush(stdout);
        return code;
    }
    document = json_pack("{s:o}", "deliveries", list);
    if (json_write(&output, document, error) != ERROR_NONE)
        return error->code;
    return output_write(NULL, &output, error);
}

static const char *const replay_examples[] = {"driftline notify replay 31 32", "driftline notify replay --all-dead",
                                              NULL};

const struct command command_notify_replay = {
    .name = "notify replay",
    .syntax = "ID... | --all-dead",
    .summary = "send messages again",
    .text = "Sends messages again that were given up, or that were sent and got lost behind\n"
            "the sink. They have the same id and say the same, so that a receiver that has\n"
            "one already can tell. Needs a token with the right `operate`.\n",
    .examples = replay_examples,
    .operands = {OPERAND_NUMBER},
    .fewest_operands = 0,
    .repeats = true,
    .options = replay_options,
    .asks = true,
    .run = replay,
};

/* ---- test ---- */

static const struct option test_options[] = {
    {"wait", 0, OPTION_DURATION, AT(wait_ms), "TIME", NULL, "30s", NULL, 1000, 60 * MINUTE_MS,
     "give up after this when it was neither taken nor refused"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the delivery as the collector tells it"},
    {0},
};

static enum error_code make_test(const struct call *call, int64_t *ret_delivery, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target = {0}, answer = {0};
    json_t *document = NULL;

    buffer_add_string(&target, "/api/v1/sinks");
    collector_add_step(&target, text_from(call->operands[0]));
    buffer_add_string(&target, "/test");
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        asking_send(call, "POST", target.bytes, NULL, &answer, error) != ERROR_NONE ||
        answer_parse(&document, buffer_text(&answer), error) != ERROR_NONE)
        return error->code;
    *ret_delivery = json_integer_value(json_object_get(document, "delivery"));
    json_decref(document);
    return *ret_delivery > 0 ? ERROR_NONE : error_set(error, ERROR_PROTOCOL, "the collector tells no delivery");
}

/* A line with the time since the beginning. */
static void tell(const struct call *call, int64_t began, const struct answer_delivery *delivery)
{
    CLEANUP(buffer_clear) struct buffer text = {0};

    if (call->settings.format == FORMAT_JSON)
        return;
    notify_write_state(&text, delivery, clock_now());
    printf("%8lld ms  %s\n", (long long)(clock_elapsed() - began) / 1000, text.failed ? "" : text.bytes);
    fflush(stdout);
}

/* Where a test message goes, for people. */
static enum error_code tell_way(const struct call *call, int64_t delivery, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer answer = {0}, text = {0};
    struct answer_notify notify = {.problem = {"", 0}};
    const struct answer_sink *sinks;

    if (call->settings.format == FORMAT_JSON)
        return ERROR_NONE;
    if (asking_send(call, "GET", "/api/v1/notify", NULL, &answer, error) != ERROR_NONE ||
        asking_read(call, &answer, &answer_notify_shape, &notify, error) != ERROR_NONE)
        return error->code;
    sinks = notify.sinks.items;
    buffer_printf(&text, "delivery %lld to ", (long long)delivery);
    for (size_t i = 0; i < notify.sinks.count; i++)
        if (text_equal(sinks[i].name, text_from(call->operands[0])))
            buffer_printf(&text, "%.*s: %.*s at %.*s\n", TEXT_ARGS(sinks[i].name), TEXT_ARGS(sinks[i].kind),
                          TEXT_ARGS(sinks[i].address));
    return output_write(NULL, &text, error);
}

/* Look again and again until it is settled or the time is over; each thing that happens is told once. */
static enum error_code watch(const struct call *call, int64_t id, struct buffer *answer,
                             struct answer_delivery *ret_delivery, struct error *error)
{
    int64_t began = clock_elapsed(), end = began + (int64_t)call->settings.wait_ms * 1000, told = -1;

    for (;;) {
        *ret_delivery = (struct answer_delivery){.id = 0};
        if (ask_one(call, id, answer, error) != ERROR_NONE ||
            asking_read(call, answer, &answer_delivery_shape, ret_delivery, error) != ERROR_NONE)
            return error->code;
        if (ret_delivery->state != ANSWER_WAITING || ret_delivery->attempts != told)
            tell(call, began, ret_delivery);
        told = ret_delivery->attempts;
        if (ret_delivery->state != ANSWER_WAITING || clock_elapsed() >= end || interrupt_came())
            return ERROR_NONE;
        interrupt_sleep(LOOK_MS);
    }
}

static enum error_code test(const struct call *call, int *ret_status, struct error *error)
{
    static const int statuses[] = {
        [ANSWER_WAITING] = EXIT_UNKNOWN, [ANSWER_SENT] = EXIT_FINE, [ANSWER_DEAD] = EXIT_DRIFT};
    CLEANUP(buffer_clear) struct buffer answer = {0};
    struct answer_delivery delivery = {.id = 0};
    int64_t id = 0;

    interrupt_catch();
    if (make_test(call, &id, error) != ERROR_NONE || tell_way(call, id, error) != ERROR_NONE ||
        watch(call, id, &answer, &delivery, error) != ERROR_NONE)
        return error->code;
    *ret_status = statuses[delivery.state];
    return call->settings.format == FORMAT_JSON ? asking_print_answer(&answer, error) : ERROR_NONE;
}

static const char *const test_examples[] = {"driftline notify test ops", "driftline notify test mail --wait 2m", NULL};

const struct command command_notify_test = {
    .name = "notify test",
    .syntax = "SINK",
    .summary = "try whether a message arrives at a sink",
    .text = "Has the collector send a message that says it is a test, and follows it: where\n"
            "it goes, and each thing that happens to it with the milliseconds since it was\n"
            "asked for. Needs a token with the right `operate`.\n"
            "\n"
            "| status | meaning |\n"
            "|---|---|\n"
            "| 0 | the sink has taken it |\n"
            "| 1 | the sink has refused it, or it was given up |\n"
            "| 3 | neither, until `--wait` was over: it is tried again |\n",
    .examples = test_examples,
    .operands = {OPERAND_NAME},
    .fewest_operands = 1,
    .options = test_options,
    .asks = true,
    .run = test,
};
