#include "cli/answer_drift.h"
#include "cli/asking.h"
#include "cli/json.h"
#include "cli/output.h"

#define AT(member) offsetof(struct settings, member)

static const struct option options[] = {
    {"note", 0, OPTION_TEXT, AT(note), "TEXT", NULL, NULL, NULL, 0, 0, "why, for whoever looks at the drift later"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is {\"drifts\": […]}, each as the collector answered"},
    {0},
};

/* What is done to each drift. */
struct deed {
    const char *step; /* of the API */
    const char *done; /* "acknowledged" */
};

static enum error_code write_target(struct buffer *target, const char *operand, const struct deed *deed,
                                    struct error *error)
{
    int64_t id = 0;

    if (command_number(operand, "drift", &id, error) != ERROR_NONE)
        return error->code;
    buffer_printf(target, "/api/v1/drift/%lld/%s", (long long)id, deed->step);
    return buffer_check(target, error, "asking the collector");
}

static enum error_code write_body(struct buffer *body, const char *note, struct error *error)
{
    json_t *object = json_object();

    if (note != NULL && !json_add(object, "note", json_text(text_from(note)))) {
        json_decref(object);
        object = NULL;
    }
    if (json_write(body, object, error) != ERROR_NONE)
        return error->code;
    return buffer_check(body, error, "asking the collector");
}

/* One drift: the answer is checked, and appended to the list. */
static enum error_code act(const struct call *call, const char *operand, const struct deed *deed, json_t *answers,
                           struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target, body, answer;
    struct answer_drift drift = {.id = 0};
    json_t *document = NULL;

    buffer_init(&target);
    buffer_init(&body);
    buffer_init(&answer);
    if (write_target(&target, operand, deed, error) != ERROR_NONE ||
        write_body(&body, call->settings.note, error) != ERROR_NONE ||
        asking_send(call, "POST", target.bytes, body.bytes, &answer, error) != ERROR_NONE ||
        asking_read(call, &answer, &answer_drift_shape, &drift, error) != ERROR_NONE ||
        answer_parse(&document, buffer_text(&answer), error) != ERROR_NONE)
        return error->code;
    if (json_array_append_new(answers, document) != 0)
        return error_memory(error, "reading an answer");
    return ERROR_NONE;
}

static enum error_code print(const struct call *call, const struct deed *deed, json_t *answers, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    if (call->settings.format == FORMAT_JSON) {
        json_t *object = json_object();

        if (json_object_set(object, "drifts", answers) != 0) {
            json_decref(object);
            object = NULL;
        }
        if (json_write(&output, object, error) != ERROR_NONE)
            return error->code;
        return output_write(NULL, &output, error);
    }
    for (size_t i = 0; i < json_array_size(answers); i++)
        buffer_printf(&output, "drift %s is %s\n", call->operands[i], deed->done);
    return output_write(NULL, &output, error);
}

/* All numbers are looked at before anything is done; what was done before one fails is said. */
static enum error_code act_on_all(const struct call *call, const struct deed *deed, struct error *error)
{
    json_t *answers = json_array();
    struct error failure = {0};
    enum error_code code = answers == NULL ? error_memory(error, "reading an answer") : ERROR_NONE;
    int64_t ignored;

    for (size_t i = 0; i < call->operand_count && code == ERROR_NONE; i++)
        code = command_number(call->operands[i], "drift", &ignored, error);
    for (size_t i = 0; i < call->operand_count && code == ERROR_NONE; i++)
        code = act(call, call->operands[i], deed, answers, error);
    if (code != ERROR_NONE)
        failure = *error;
    if (json_array_size(answers) > 0 && print(call, deed, answers, error) != ERROR_NONE && code == ERROR_NONE)
        failure = *error;
    json_decref(answers);
    *error = failure;
    return error->code;
}

/* ---- ack ---- */

static enum error_code acknowledge(const struct call *call, int *ret_status, struct error *error)
{
    static const struct deed deed = {"acknowledge", "acknowledged"};

    (void)ret_status;
    return act_on_all(call, &deed, error);
}

static const char *const acknowledge_examples[] = {
    "driftline drift ack 12",
    "driftline drift ack 12 13 --note \"goes with release 7\"",
    NULL,
};

const struct command command_drift_ack = {
    .name = "drift ack",
    .syntax = "ID...",
    .summary = "say that somebody knows of a difference",
    .text = "An acknowledged drift counts as before, at the gate, too; it only says that\n"
            "somebody has seen it. When either side changes again it is open again. For a\n"
            "change that capture saw nobody make this is what closes the incident. Needs a\n"
            "token with the right `operate`.\n",
    .examples = acknowledge_examples,
    .operands = {OPERAND_NUMBER},
    .fewest_operands = 1,
    .repeats = true,
    .options = options,
    .asks = true,
    .run = acknowledge,
};

/* ---- reopen ---- */

static enum error_code reopen(const struct call *call, int *ret_status, struct error *error)
{
    static const struct deed deed = {"reopen", "open again"};

    (void)ret_status;
    return act_on_all(call, &deed, error);
}

static const char *const reopen_examples[] = {"driftline drift reopen 12 --note \"release 7 goes without it\"", NULL};

const struct command command_drift_reopen = {
    .name = "drift reopen",
    .syntax = "ID...",
    .summary = "take back an acknowledgement or a waiver",
    .text = "The drift is open again and counts. A waiver that covers others, too, stays for\n"
            "those; `driftline drift unwaive` ends it for all. Needs a token with the right\n"
            "`operate`.\n",
    .examples = reopen_examples,
    .operands = {OPERAND_NUMBER},
    .fewest_operands = 1,
    .repeats = true,
    .options = options,
    .asks = true,
    .run = reopen,
};
