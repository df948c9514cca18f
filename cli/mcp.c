#include "cli/mcp.h"

#include <string.h>

#include "cli/json.h"

/* Codes of JSON-RPC. */
enum { PARSE_ERROR = -32700, INVALID_REQUEST = -32600, METHOD_NOT_FOUND = -32601, INVALID_PARAMS = -32602 };

/* Versions of the protocol, the newest first. */
static const char *const versions[] = {"2025-06-18", "2025-03-26", "2024-11-05"};

static const char instructions[] =
    "Driftline watches the schemas of databases in several environments. A reference such as orders@prod names the "
    "newest schema of the database orders in the environment prod, orders@prod~1 the one before it. Start with "
    "list_databases. A verdict is IN_SYNC, DRIFTED or UNKNOWN; UNKNOWN means that it could not be found out, never "
    "that all is well.";

/* ---- messages ---- */

static json_t *response(const json_t *id, const char *member, json_t *value)
{
    json_t *object = json_pack("{s:s}", "jsonrpc", "2.0");

    if (!json_add(object, "id", id == NULL ? json_null() : json_deep_copy(id)) || !json_add(object, member, value)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *failure(const json_t *id, int code, const char *message)
{
    return response(id, "error", json_pack("{s:i, s:s}", "code", code, "message", message));
}

/* ---- initialize ---- */

static json_t *initialize(const json_t *params)
{
    const char *wanted = json_string_value(json_object_get(params, "protocolVersion"));
    const char *version = versions[0];

    for (size_t i = 0; i < LENGTH_OF(versions) && wanted != NULL; i++)
        if (strcmp(versions[i], wanted) == 0)
            version = versions[i];
    return json_pack("{s:s, s:{s:{}}, s:{s:s, s:s, s:s}, s:s}", "protocolVersion", version, "capabilities", "tools",
                     "serverInfo", "name", "driftline", "title", "Driftline", "version", DRIFTLINE_VERSION,
                     "instructions", instructions);
}

/* ---- tools/list ---- */

static const char *const type_names[] = {[MCP_TEXT] = "string", [MCP_NUMBER] = "integer", [MCP_FLAG] = "boolean"};

static json_t *input_schema(const struct mcp_tool *tool)
{
    json_t *properties = json_object(), *required = json_array();
    bool complete = properties != NULL && required != NULL;

    for (const struct mcp_argument *argument = tool->arguments; argument->name != NULL && complete; argument++) {
        complete =
            json_add(properties, argument->name,
                     json_pack("{s:s, s:s}", "type", type_names[argument->type], "description", argument->description));
        if (argument->required)
            complete = complete && json_array_append_new(required, json_string(argument->name)) == 0;
    }
    if (!complete) {
        json_decref(properties);
        json_decref(required);
        return NULL;
    }
    return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties, "required", required,
                     "additionalProperties", 0);
}

static bool is_offered(const struct mcp *mcp, const struct mcp_tool *tool)
{
    return mcp->allow_write || !tool->writes;
}

static json_t *list_tools(const struct mcp *mcp)
{
    json_t *list = json_array();
    bool complete = list != NULL;

    for (const struct mcp_tool *tool = mcp_tools; tool->name != NULL && complete; tool++)
        if (is_offered(mcp, tool))
            complete = json_array_append_new(
                           list, json_pack("{s:s, s:s, s:s, s:o, s:{s:s, s:b, s:b, s:b}}", "name", tool->name, "title",
                                           tool->title, "description", tool->description, "inputSchema",
                                           input_schema(tool), "annotations", "title", tool->title, "readOnlyHint",
                                           !tool->writes, "destructiveHint", 0, "openWorldHint", 0)) == 0;
    if (!complete) {
        json_decref(list);
        return NULL;
    }
    return json_pack("{s:o}", "tools", list);
}

/* ---- tools/call ---- */

static bool has_type(const json_t *value, enum mcp_argument_type type)
{
    if (type == MCP_TEXT) /* no zero byte can hide the rest of it */
        return json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value);
    return type == MCP_NUMBER ? json_is_integer(value) && json_integer_value(value) >= 0 : json_is_boolean(value);
}

static const struct mcp_argument *find_argument(const struct mcp_tool *tool, const char *name)
{
    for (const struct mcp_argument *argument = tool->arguments; argument->name != NULL; argument++)
        if (strcmp(argument->name, name) == 0)
            return argument;
    return NULL;
}

static enum error_code check_arguments(const struct mcp_tool *tool, json_t *arguments, struct error *error)
{
    const char *name;
    json_t *value;

    json_object_foreach(arguments, name, value)
    {
        const struct mcp_argument *argument = find_argument(tool, name);

        if (argument == NULL)
            return error_set(error, ERROR_USAGE, "the tool '%s' has no argument '%.80s'", tool->name, name);
        if (!has_type(value, argument->type))
            return error_set(error, ERROR_USAGE, "the argument '%s' must be %s", name,
                             argument->type == MCP_TEXT     ? "a text"
                             : argument->type == MCP_NUMBER ? "a whole number, not negative"
                                                            : "true or false");
    }
    for (const struct mcp_argument *argument = tool->arguments; argument->name != NULL; argument++)
        if (argument->required && json_object_get(arguments, argument->name) == NULL)
            return error_set(error, ERROR_USAGE, "the tool '%s' needs the argument '%s'", tool->name, argument->name);
    return ERROR_NONE;
}

/* The arguments as parameters of a question. */
static enum error_code ask_question(const struct mcp *mcp, const struct mcp_tool *tool, json_t *arguments,
                                    json_t **ret_result, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target;
    const char *name;
    json_t *value;

    buffer_init(&target);
    buffer_add_string(&target, tool->question);
    json_object_foreach(arguments, name, value)
    {
        char number[32];

        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        collector_add_parameter(&target, name,
                                json_is_string(value)    ? text_from(json_string_value(value))
                                : json_is_integer(value) ? text_from(number)
                                                         : text_from(json_is_true(value) ? "true" : "false"));
    }
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE)
        return error->code;
    return mcp_ask(mcp, "GET", target.bytes, NULL, ret_result, error);
}

/* What a tool says goes to a model that reads all of it. */
static enum error_code write_result(json_t *result, char **ret_text, struct error *error)
{
    char *text = json_dumps(result, JSON_COMPACT);

    if (text == NULL)
        return error_memory(error, "answering");
    if (strlen(text) > MCP_ANSWER_LIMIT) {
        error_set(error, ERROR_LIMIT, "the answer has %zu bytes, more than the %d that are handed on", strlen(text),
                  MCP_ANSWER_LIMIT);
        free(text);
        return error_hint(error, "narrow the question: a limit, one environment, one object");
    }
    *ret_text = text;
    return ERROR_NONE;
}

static json_t *tool_failure(const struct error *error)
{
    json_t *text = json_sprintf("%s%s%s", error->message, error->hint[0] == '\0' ? "" : "; ", error->hint);

    return json_pack("{s:[{s:s, s:o}], s:b}", "content", "type", "text", "text", text, "isError", 1);
}

/* A tool that fails has an answer that says so: the model may do better the next time. */
static json_t *run_tool(const struct mcp *mcp, const struct mcp_tool *tool, json_t *arguments)
{
    json_t *result = NULL, *answer;
    struct error error = {0};
    char *text = NULL;

    if (check_arguments(tool, arguments, &error) == ERROR_NONE &&
        (tool->question != NULL ? ask_question(mcp, tool, arguments, &result, &error)
                                : tool->run(mcp, arguments, &result, &error)) == ERROR_NONE &&
        write_result(result, &text, &error) == ERROR_NONE)
        answer = json_pack("{s:[{s:s, s:s}], s:O, s:b}", "content", "type", "text", "text", text, "structuredContent",
                           result, "isError", 0);
    else
        answer = tool_failure(&error);
    free(text);
    json_decref(result);
    return answer;
}

static json_t *call_tool(const struct mcp *mcp, const json_t *id, const json_t *params)
{
    const char *name = json_string_value(json_object_get(params, "name"));
    json_t *given = json_object_get(params, "arguments"), *arguments, *answer;
    const struct mcp_tool *tool = mcp_tools;

    if (name == NULL || (given != NULL && !json_is_object(given)))
        return failure(id, INVALID_PARAMS, "a call needs the name of a tool, and arguments that are an object");
    while (tool->name != NULL && strcmp(tool->name, name) != 0)
        tool++;
    if (tool->name == NULL)
        return failure(id, INVALID_PARAMS, "there is no tool of that name: tools/list says which there are");
    if (!is_offered(mcp, tool))
        return failure(id, INVALID_PARAMS, "this tool changes something: the server was started without --allow-write");
    arguments = given == NULL ? json_object() : json_incref(given);
    answer = response(id, "result", run_tool(mcp, tool, arguments));
    json_decref(arguments);
    return answer;
}

/* ---- the whole ---- */

static json_t *answer_request(const struct mcp *mcp, const json_t *id, const char *method, const json_t *params)
{
    if (strcmp(method, "initialize") == 0)
        return response(id, "result", initialize(params));
    if (strcmp(method, "ping") == 0)
        return response(id, "result", json_object());
    if (strcmp(method, "tools/list") == 0)
        return response(id, "result", list_tools(mcp));
    if (strcmp(method, "tools/call") == 0)
        return call_tool(mcp, id, params);
    return failure(id, METHOD_NOT_FOUND, "there is no such method");
}

/* NULL: memory ran out, unless nothing is to be answered. */
static json_t *answer_message(const struct mcp *mcp, const json_t *message, bool *ret_silent)
{
    const json_t *id = json_object_get(message, "id");
    const char *method = json_string_value(json_object_get(message, "method"));
    const char *version = json_string_value(json_object_get(message, "jsonrpc"));
    bool good_id = id == NULL || json_is_string(id) || json_is_integer(id);

    if (!json_is_object(message) || version == NULL || strcmp(version, "2.0") != 0 || !good_id)
        return failure(NULL, INVALID_REQUEST, "this is no message of JSON-RPC 2.0");
    if (method == NULL) {
        /* An answer to something that was never asked. */
        *ret_silent = json_object_get(message, "result") != NULL || json_object_get(message, "error") != NULL;
        return *ret_silent ? NULL : failure(id, INVALID_REQUEST, "a request needs a method");
    }
    if (id == NULL) { /* a notification: there is none that changes what this server does */
        *ret_silent = true;
        return NULL;
    }
    return answer_request(mcp, id, method, json_object_get(message, "params"));
}

enum error_code mcp_answer(const struct mcp *mcp, struct text line, struct buffer *output, struct error *error)
{
    json_t *message =
        json_loadb(line.length == 0 ? "" : line.bytes, line.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    bool silent = false;
    json_t *answer = message == NULL ? failure(NULL, PARSE_ERROR, "this is no JSON, or more than one document")
                                     : answer_message(mcp, message, &silent);
    char *text = silent ? NULL : json_dumps(answer, JSON_COMPACT);

    json_decref(message);
    json_decref(answer);
    if (silent)
        return ERROR_NONE;
    if (text == NULL)
        return error_memory(error, "answering");
    buffer_add_string(output, text);
    buffer_add_byte(output, '\n');
    free(text);
    return buffer_check(output, error, "answering");
}
