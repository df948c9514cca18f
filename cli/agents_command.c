#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/asking.h"
#include "cli/json.h"
#include "cli/listing.h"
#include "cli/output.h"
#include "drift/report_display.h"

#define AT(member) offsetof(struct settings, member)

enum { KEY_LENGTH = 40, KEY_FILE_LIMIT = 4096 };

static const char agents_path[] = "/api/v1/agents";

/* ---- list ---- */

static enum error_code list(const struct call *call, int *ret_status, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer answer, output;
    struct answer_agents agents = {{0}};

    (void)ret_status;
    buffer_init(&answer);
    buffer_init(&output);
    if (asking_send(call, "GET", agents_path, NULL, &answer, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    if (asking_read(call, &answer, &answer_agents_shape, &agents, error) != ERROR_NONE)
        return error->code;
    listing_write_agents(&output, &agents, &style, call->arena, clock_now());
    return output_write(NULL, &output, error);
}

static const char *const list_examples[] = {"driftline agents list", NULL};

const struct command command_agents_list = {
    .name = "agents list",
    .syntax = "",
    .summary = "list the agents that may connect",
    .text = "Prints each agent with its state (connected, silent, never seen, revoked) and\n"
            "for how long, its version and machine, how many targets it watches, and for\n"
            "which targets it may speak.\n",
    .examples = list_examples,
    .fewest_operands = 0,
    .options = settings_format_only,
    .asks = true,
    .run = list,
};

/* ---- enroll ---- */

static const struct option enroll_options[] = {
    {"key", 0, OPTION_FILE, AT(key), "KEY", NULL, NULL, NULL, 0, 0,
     "the agent's public key: its 40 characters, or the file that has them (agent.key.pub)"},
    {"target", 0, OPTION_LIST, AT(targets), "TARGET", NULL, NULL, NULL, 0, 0,
     "what it may speak for: DATABASE@ENVIRONMENT[/INSTANCE], each a name or *; may be given several times"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

static struct text trim(struct text text)
{
    while (text.length > 0 && strchr(" \t\r\n", text.bytes[0]) != NULL)
        text = (struct text){text.bytes + 1, text.length - 1};
    while (text.length > 0 && strchr(" \t\r\n", text.bytes[text.length - 1]) != NULL)
        text.length--;
    return text;
}

/* The secret key stands beside the public one and looks the same: it must not leave this machine by a slip. */
static enum error_code check_is_public(const struct call *call, const char *path, struct error *error)
{
    const char *public_path = arena_printf(call->arena, "%s.pub", path);

    if (public_path == NULL)
        return arena_error(call->arena, error, "reading a key");
    if (access(public_path, F_OK) != 0)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "'%.200s' holds the agent's secret key, which nobody else needs", path);
    return error_hint(error, "give '%.200s'", public_path);
}

static enum error_code read_key(const struct call *call, struct text *ret_key, struct error *error)
{
    const char *given = call->settings.key;
    struct text content;

    if (strlen(given) == KEY_LENGTH && access(given, F_OK) != 0) {
        *ret_key = text_from(given);
        return ERROR_NONE;
    }
    if (access(given, F_OK) != 0) {
        error_set(error, ERROR_USAGE, "option '--key' is neither a key nor a file that exists");
        return error_hint(error, "a public key has %d characters: 'driftline-agent --public-key' prints it",
                          KEY_LENGTH);
    }
    if (check_is_public(call, given, error) != ERROR_NONE ||
        file_read(given, KEY_FILE_LIMIT, call->arena, &content, error) != ERROR_NONE)
        return error->code;
    *ret_key = trim(content);
    if (ret_key->length != KEY_LENGTH)
        return error_set(error, ERROR_USAGE, "'%.200s' holds no key", given);
    return ERROR_NONE;
}

/* {"name", "key", "grants"}, or NULL when memory runs out. */
static json_t *enrolment(const struct call *call, struct text key)
{
    json_t *grants = json_array();
    json_t *body = json_object();
    bool complete = grants != NULL;

    for (size_t i = 0; i < call->settings.targets.count && complete; i++)
        complete = json_array_append_new(grants, json_text(text_from(call->settings.targets.items[i]))) == 0;
    complete = json_add(body, "grants", grants) && complete;
    if (complete && json_add(body, "name", json_text(text_from(call->operands[0]))) &&
        json_add(body, "key", json_text(key)))
        return body;
    json_decref(body);
    return NULL;
}

static enum error_code check_enrolment(const struct call *call, struct error *error)
{
    if (call->settings.key != NULL && call->settings.targets.count > 0)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "'driftline agents enroll' needs '%s'",
              call->settings.key == NULL ? "--key" : "--target");
    return error_hint(error, "'driftline agents enroll --help' says more");
}

static enum error_code print_enrolled(const struct call *call, const struct buffer *answer, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;
    struct answer_agent agent = {0};
    const struct text *grants;

    buffer_init(&output);
    if (asking_read(call, answer, &answer_agent_shape, &agent, error) != ERROR_NONE)
        return error->code;
    grants = agent.grants.items;
    buffer_add_string(&output, "agent '");
    display_text(&output, agent.name);
    buffer_add_string(&output, "' may speak for");
    for (size_t i = 0; i < agent.grants.count; i++) {
        buffer_add_string(&output, i > 0 ? ", " : " ");
        display_text(&output, grants[i]);
    }
    buffer_add_byte(&output, '\n');
    return output_write(NULL, &output, error);
}

static enum error_code enroll(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer body, answer;
    struct text key;

    (void)ret_status;
    buffer_init(&body);
    buffer_init(&answer);
    if (check_enrolment(call, error) != ERROR_NONE || read_key(call, &key, error) != ERROR_NONE ||
        json_write(&body, enrolment(call, key), error) != ERROR_NONE ||
        buffer_check(&body, error, "asking the collector") != ERROR_NONE ||
        asking_send(call, "POST", agents_path, body.bytes, &answer, error) != ERROR_NONE)
        return error->code;
    return call->settings.format == FORMAT_JSON ? asking_print_answer(&answer, error)
                                                : print_enrolled(call, &answer, error);
}

static const char *const enroll_examples[] = {
    "driftline agents enroll orders-db-1 --key agent.key.pub --target orders@prod",
    "driftline agents enroll staging --key \"$KEY\" --target 'orders@staging/*' --target 'billing@staging'",
    NULL,
};

const struct command command_agents_enroll = {
    .name = "agents enroll",
    .syntax = "NAME --key KEY --target TARGET...",
    .summary = "let an agent in",
    .text = "Lets the agent with this public key connect under NAME, at once, and speak for\n"
            "these targets. Given again with the same key it replaces the targets, and takes\n"
            "a revocation back. `driftline-agent --config FILE --public-key` prints the key;\n"
            "the secret key stays where it was made. Needs a token with the right `admin`.\n",
    .examples = enroll_examples,
    .operands = {OPERAND_NAME},
    .fewest_operands = 1,
    .options = enroll_options,
    .asks = true,
    .run = enroll,
};

/* ---- revoke ---- */

static enum error_code revoke_agent(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target, answer, output;

    (void)ret_status;
    buffer_init(&target);
    buffer_init(&answer);
    buffer_init(&output);
    buffer_add_string(&target, agents_path);
    collector_add_step(&target, text_from(call->operands[0]));
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        asking_send(call, "DELETE", target.bytes, NULL, &answer, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    buffer_add_string(&output, "agent '");
    display_text(&output, text_from(call->operands[0]));
    buffer_add_string(&output, "' is revoked\n");
    return output_write(NULL, &output, error);
}

static const char *const revoke_examples[] = {"driftline agents revoke orders-db-1", NULL};

const struct command command_agents_revoke = {
    .name = "agents revoke",
    .syntax = "NAME",
    .summary = "let an agent in no more",
    .text = "Ends the agent's connection at once and refuses its key from then on. What it\n"
            "has sent stays. `driftline agents enroll` takes it back. Needs a token with the\n"
            "right `admin`.\n",
    .examples = revoke_examples,
    .operands = {OPERAND_NAME},
    .fewest_operands = 1,
    .options = settings_format_only,
    .asks = true,
    .run = revoke_agent,
};
