/* Tools that speak with the collector. */
#include "cli/asking.h"
#include "cli/json.h"
#include "cli/mcp.h"

const char *mcp_text(const json_t *arguments, const char *name)
{
    const char *value = json_string_value(json_object_get(arguments, name));

    return value == NULL ? "" : value;
}

json_int_t mcp_number(const json_t *arguments, const char *name)
{
    return json_integer_value(json_object_get(arguments, name));
}

enum error_code mcp_ask(const struct mcp *mcp, const char *method, const char *target, json_t *body,
                        json_t **ret_answer, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer sent, answer;
    bool sends = body != NULL;

    buffer_init(&sent);
    buffer_init(&answer);
    if ((sends && json_write(&sent, body, error) != ERROR_NONE) ||
        asking_send(mcp->call, method, target, sends ? sent.bytes : NULL, &answer, error) != ERROR_NONE)
        return error->code;
    *ret_answer = json_loadb(answer.bytes, answer.length, 0, NULL);
    if (!json_is_object(*ret_answer)) {
        json_decref(*ret_answer);
        *ret_answer = NULL;
        return error_set(error, ERROR_PROTOCOL, "the collector's answer is not what was asked for");
    }
    return ERROR_NONE;
}

/* ---- what changes something ---- */

enum error_code mcp_acknowledge(const struct mcp *mcp, const json_t *arguments, json_t **ret_result,
                                struct error *error)
{
    const char *note = mcp_text(arguments, "note");
    char target[80];

    snprintf(target, sizeof target, "/api/v1/drift/%lld/acknowledge", (long long)mcp_number(arguments, "drift"));
    return mcp_ask(mcp, "POST", target, note[0] == '\0' ? json_object() : json_pack("{s:s}", "note", note), ret_result,
                   error);
}

enum error_code mcp_waive(const struct mcp *mcp, const json_t *arguments, json_t **ret_result, struct error *error)
{
    json_t *body = json_pack("{s:[{s:[I], s:s, s:s}]}", "waivers", "drifts", mcp_number(arguments, "drift"), "reason",
                             mcp_text(arguments, "reason"), "expires", mcp_text(arguments, "expires"));

    if (body == NULL)
        return error_memory(error, "asking the collector");
    return mcp_ask(mcp, "POST", "/api/v1/waivers", body, ret_result, error);
}

enum error_code mcp_run_gate(const struct mcp *mcp, const json_t *arguments, json_t **ret_result, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target;

    buffer_init(&target);
    buffer_add_string(&target, "/api/v1/gate");
    asking_add_text(&target, "database", mcp_text(arguments, "database"));
    asking_add_text(&target, "from", mcp_text(arguments, "from"));
    asking_add_text(&target, "to", mcp_text(arguments, "to"));
    asking_add_text(&target, "pin", json_is_true(json_object_get(arguments, "pin")) ? "true" : NULL);
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE)
        return error->code;
    return mcp_ask(mcp, "POST", target.bytes, NULL, ret_result, error);
}
