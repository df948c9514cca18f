/* One line of JSON for each message, appended to a file. */
#include <string.h>
#include <sys/stat.h>

#include "notify/sink_kinds.h"

static enum error_code check(const struct sink *sink, const char **ret_key, struct error *error)
{
    struct stat facts;

    *ret_key = "path";
    if (sink->path.length == 0 || sink->path.bytes[0] != '/' || sink->path.bytes[sink->path.length - 1] == '/' ||
        memchr(sink->path.bytes, '\0', sink->path.length) != NULL)
        return error_set(error, ERROR_CONFIG, "a file is named by its absolute path");
    if (lstat(sink->path.bytes, &facts) == 0 && !S_ISREG(facts.st_mode))
        return error_set(error, ERROR_CONFIG, "'%.200s' is no regular file", sink->path.bytes);
    return ERROR_NONE;
}

static const char *address(const struct sink *sink, struct arena *arena)
{
    return arena_string(arena, sink->path);
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    request->action = SINK_APPEND;
    if (message_write(attempt->message, &request->body, error) != ERROR_NONE)
        return error->code;
    if (request->body.length == 0 || request->body.bytes[request->body.length - 1] != '\n')
        buffer_add_byte(&request->body, '\n');
    return buffer_check(&request->body, error, "writing a line");
}

const struct sink_kind sink_file = {
    .name = "file",
    .summary = "A line of JSON for each message, appended to a file",
    .check = check,
    .address = address,
    .prepare = prepare,
};
