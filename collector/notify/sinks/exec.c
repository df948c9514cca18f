/* A program of the operator's: the message as JSON on its standard input, what one asks first in its environment. */
#include <string.h>
#include <unistd.h>

#include "notify/sink_kinds.h"

enum {
    STATUS_DATA = 65 /* EX_DATAERR of sysexits.h: this message will never be taken */
};

static enum error_code check(const struct sink *sink, const char **ret_key, struct error *error)
{
    *ret_key = "command";
    if (sink->command_count == 0 || sink->command[0].length == 0 || sink->command[0].bytes[0] != '/')
        return error_set(error, ERROR_CONFIG, "a command begins with the absolute path of a program");
    for (size_t i = 0; i < sink->command_count; i++)
        if (memchr(sink->command[i].bytes, '\0', sink->command[i].length) != NULL)
            return error_set(error, ERROR_CONFIG, "a word of the command has a NUL in it");
    if (access(sink->command[0].bytes, X_OK) == 0)
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "'%.200s' is no program that can be run", sink->command[0].bytes);
    return error_hint(error, "check the path, and that the collector's user may execute it");
}

static const char *address(const struct sink *sink, struct arena *arena)
{
    return arena_string(arena, sink->command[0]);
}

static enum error_code set_variable(struct sink_request *request, struct arena *arena, const char *name,
                                    struct text value, struct error *error)
{
    const char *line = arena_printf(arena, "%s=%.*s", name, TEXT_ARGS(value));

    if (line == NULL)
        return arena_error(arena, error, "running a program");
    request->headers[request->header_count++] = text_from(line);
    return ERROR_NONE;
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    const struct message *message = attempt->message;
    const struct {
        const char *name;
        struct text value;
    } variables[] = {
        {"DRIFTLINE_ID", message->id},
        {"DRIFTLINE_KIND", text_from(delivery_kind_name(message->kind))},
        {"DRIFTLINE_ROUTE", message->route},
        {"DRIFTLINE_SUBJECT", message->subject},
        {"DRIFTLINE_SEVERITY", text_from(severity_name(message->severity))},
        {"DRIFTLINE_DATABASE", message->database},
        {"DRIFTLINE_ENVIRONMENT", message->environment},
        {"DRIFTLINE_TITLE", message->title},
    };

    request->action = SINK_RUN;
    for (size_t i = 0; i < LENGTH_OF(variables); i++)
        if (set_variable(request, attempt->arena, variables[i].name, variables[i].value, error) != ERROR_NONE)
            return error->code;
    return message_write(message, &request->body, error);
}

static enum sink_outcome finish(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                struct text *ret_remote, struct error *problem)
{
    struct text body = answer->body;

    (void)attempt;
    (void)ret_remote;
    if (answer->status == 0)
        return SINK_SENT;
    while (body.length > 0 && (unsigned char)body.bytes[body.length - 1] <= ' ')
        body.length--;
    if (body.length > 200) /* the end of what it says is where programs tell why */
        body = (struct text){body.bytes + body.length - 200, 200};
    if (answer->status >= 128)
        error_set(problem, ERROR_CONNECT, "the program was ended by signal %d", (int)answer->status - 128);
    else
        error_set(problem, ERROR_CONNECT, "the program ended with %d%s%.*s", (int)answer->status,
                  body.length > 0 ? ": " : "", TEXT_ARGS(body));
    return answer->status == STATUS_DATA ? SINK_DEAD : SINK_AGAIN;
}

const struct sink_kind sink_exec = {
    .name = "exec",
    .summary = "A program with the message as JSON on its standard input",
    .check = check,
    .address = address,
    .prepare = prepare,
    .finish = finish,
};
