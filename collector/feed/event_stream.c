/* GET /api/v1/events as a stream */
#include "feed/event_request.h"
#include "feed/routes.h"
#include "feed/stream_answer.h"

enum { DIGITS_LIMIT = 18 };

/* What he had last, as the header says; a browser sends it when it connects again. */
static bool parse_id(const char *text, int64_t *ret_id)
{
    struct text digits = text_from(text);
    int64_t id = 0;

    if (digits.length == 0 || digits.length > DIGITS_LIMIT)
        return false;
    for (size_t i = 0; i < digits.length; i++) {
        if (digits.bytes[i] < '0' || digits.bytes[i] > '9')
            return false;
        id = id * 10 + (digits.bytes[i] - '0');
    }
    *ret_id = id;
    return true;
}

/* Where he wants to begin: the header goes before the parameter, which stays in the address of one that connects again.
 * Negative: with what is new. */
static enum error_code find_beginning(const struct request *request, int64_t *ret_after, struct error *error)
{
    *ret_after = -1;
    if (request->last_event_id != NULL && request->last_event_id[0] != '\0') {
        if (parse_id(request->last_event_id, ret_after))
            return ERROR_NONE;
        error_set(error, ERROR_USAGE, "the header Last-Event-ID is not the number of an event");
        return error_hint(error, "send the `id` of the last event that was received");
    }
    if (request_has(&request->parameters, "after"))
        *ret_after = request_number(&request->parameters, "after");
    return ERROR_NONE;
}

static enum error_code check_parameters(const struct request *request, struct error *error)
{
    static const char *const pages_only[] = {"order", "before", "limit"};

    for (size_t i = 0; i < LENGTH_OF(pages_only); i++)
        if (request_has(&request->parameters, pages_only[i]))
            return error_set(error, ERROR_USAGE, "the parameter '%s' has no meaning for a stream", pages_only[i]);
    return ERROR_NONE;
}

/* Events have one number after the other: when the next that there is has another, those between were removed. A number
 * that there never was is of another history: everything of this one is new then. */
static enum error_code begin_where_possible(const struct request *request, struct stream *stream, struct error *error)
{
    int64_t from = stream->position, last = 0;
    struct event_row *next = NULL;
    size_t count = 0;

    if (from <= 0)
        return ERROR_NONE;
    if (events_last(request->database, &last, error) != ERROR_NONE)
        return error->code;
    if (from > last)
        stream->position = stream->told = 0;
    if (events_list(request->database, stream->position, 1, request->arena, &next, &count, error) != ERROR_NONE)
        return error->code;
    if (from > last)
        stream_tell_gone(stream, from, count == 0 ? last + 1 : next[0].id);
    else if (count > 0 && next[0].id > from + 1)
        stream_tell_gone(stream, from, next[0].id);
    else if (count == 0 && last > from)
        stream_tell_gone(stream, from, last + 1);
    return ERROR_NONE;
}

static void free_stream(struct stream **stream)
{
    stream_free(*stream);
}

enum error_code get_event_stream(const struct request *request, struct answer *answer, struct error *error)
{
    CLEANUP(free_stream) struct stream *stream = NULL;
    struct streams *streams = request->tools->streams;
    struct event_filter filter = {0};
    int64_t after;

    if (check_parameters(request, error) != ERROR_NONE || find_beginning(request, &after, error) != ERROR_NONE ||
        event_request_filter(&request->parameters, request->arena, &filter, error) != ERROR_NONE ||
        stream_new(&stream, &filter, after, error) != ERROR_NONE ||
        begin_where_possible(request, stream, error) != ERROR_NONE)
        return error->code;
    stream->token = request->token.id;
    answer->is_busy = streams_add(streams, stream, error) != ERROR_NONE;
    if (answer->is_busy)
        return error->code;
    answer->type = STREAM_TYPE;
    answer->stream = stream;
    stream = NULL;
    answer_add_header(answer, "X-Accel-Buffering", "no"); /* a proxy in between must not collect it */
    return ERROR_NONE;
}
