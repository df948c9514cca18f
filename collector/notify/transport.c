#include "notify/transport.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "notify/transport_private.h"

enum {
    REQUESTS_LIMIT = 64, /* at the same time */
    TIMEOUT_MS = 10000,  /* of a sink that says nothing */
    ARENA_LIMIT = 1024 * 1024
};

static const char doing[] = "sending a notification";

struct transport {
    CURLM *multi;
    struct exchange *first; /* newest first */
    size_t count;
};

/* ---- one exchange ---- */

static void erase(struct text text)
{
    if (text.length > 0)
        explicit_bzero((char *)text.bytes, text.length);
}

static void exchange_free(struct transport *transport, struct exchange *exchange)
{
    exchange_kill_program(exchange);
    if (exchange->transfer.curl != NULL)
        curl_multi_remove_handle(transport->multi, exchange->transfer.curl);
    exchange_clear_transfer(exchange);
    erase(buffer_text(&exchange->request.body));
    buffer_clear(&exchange->request.body);
    buffer_clear(&exchange->result.body);
    arena_free(&exchange->arena);
    mem_free(exchange);
}

/* A server may say again what it was asked: where, and with which secret. */
static void exchange_end(struct exchange *exchange)
{
    struct transport_result *result = &exchange->result;

    sink_scrub(exchange->sink, result->body.bytes, result->body.length);
    sink_scrub(exchange->sink, result->problem.message, strlen(result->problem.message));
    result->answer.body = buffer_text(&result->body);
    exchange->is_over = true;
}

void exchange_answer(struct exchange *exchange, int32_t status)
{
    enum sink_action action = exchange->request.action;

    exchange->result.answer.status = status;
    exchange->result.has_status = action == SINK_HTTP || action == SINK_MAIL || action == SINK_RUN;
    if (buffer_check(&exchange->result.body, &exchange->result.problem, doing) == ERROR_NONE)
        exchange->result.problem = (struct error){0};
    exchange_end(exchange);
}

void exchange_fail(struct exchange *exchange, const struct error *problem)
{
    exchange->result.problem = *problem;
    exchange_end(exchange);
}

void exchange_take(struct exchange *exchange, struct text bytes)
{
    size_t room = SINK_ANSWER_LIMIT - exchange->result.body.length;

    buffer_add(&exchange->result.body, bytes.bytes, bytes.length < room ? bytes.length : room);
}

/* ---- starting ---- */

static enum error_code start_transfer(struct transport *transport, struct exchange *exchange, struct error *error)
{
    if (exchange_prepare_transfer(exchange, error) != ERROR_NONE)
        return error->code;
    if (curl_multi_add_handle(transport->multi, exchange->transfer.curl) != CURLM_OK)
        return error_memory(error, doing);
    return ERROR_NONE;
}

static enum error_code begin(struct transport *transport, struct exchange *exchange, struct error *error)
{
    switch (exchange->request.action) {
    case SINK_HTTP:
    case SINK_MAIL:
        return start_transfer(transport, exchange, error);
    case SINK_SEND:
        if (text_starts_with(exchange->sink->url, TEXT("unix:")))
            return exchange_send_local(exchange, error);
        return start_transfer(transport, exchange, error);
    case SINK_RUN:
        return exchange_start_program(exchange, error);
    case SINK_APPEND:
        return exchange_append(exchange, error);
    case SINK_NOTHING:
        exchange_answer(exchange, 200);
        return ERROR_NONE;
    }
    return error_set(error, ERROR_INTERNAL, "a sink wants something to be done that there is not");
}

static struct exchange *exchange_new(const struct sink *sink, struct sink_request *request, void *context)
{
    struct exchange *exchange = mem_alloc(sizeof *exchange);
    unsigned timeout_ms = sink->timeout_ms > 0 ? sink->timeout_ms : TIMEOUT_MS;

    if (exchange == NULL)
        return NULL;
    *exchange = (struct exchange){.context = context,
                                  .sink = sink,
                                  .request = *request,
                                  .result.context = context,
                                  .timeout_ms = timeout_ms,
                                  .ends_at = clock_elapsed() + (int64_t)timeout_ms * 1000,
                                  .program = {.input = -1, .output = -1}};
    buffer_init(&request->body); /* it is the exchange's now */
    arena_init(&exchange->arena, ARENA_LIMIT);
    return exchange;
}

enum error_code transport_start(struct transport *transport, const struct sink *sink, struct sink_request *request,
                                void *context, struct error *error)
{
    struct exchange *exchange;

    if (transport->count == REQUESTS_LIMIT)
        return error_set(error, ERROR_INTERNAL, "more than %d notifications are sent at the same time", REQUESTS_LIMIT);
    exchange = exchange_new(sink, request, context);
    if (exchange == NULL)
        return error_memory(error, doing);
    if (begin(transport, exchange, error) != ERROR_NONE) {
        if (error->code == ERROR_MEMORY) {
            exchange_free(transport, exchange);
            return error->code;
        }
        exchange_fail(exchange, error);
    }
    exchange->next = transport->first;
    transport->first = exchange;
    transport->count++;
    return ERROR_NONE;
}

/* ---- waiting ---- */

/* How long it may be slept: not at all when something is over, not long while a program runs. */
static int patience(const struct transport *transport, int timeout_ms)
{
    for (const struct exchange *exchange = transport->first; exchange != NULL; exchange = exchange->next) {
        if (exchange->is_over)
            return 0;
        if (exchange->program.process > 0 && timeout_ms > EXCHANGE_LOOK_MS)
            timeout_ms = EXCHANGE_LOOK_MS;
    }
    return timeout_ms;
}

static unsigned list_files(const struct transport *transport, int file,
                           struct curl_waitfd files[2 * REQUESTS_LIMIT + 1])
{
    unsigned count = 0;

    if (file >= 0)
        files[count++] = (struct curl_waitfd){.fd = file, .events = CURL_WAIT_POLLIN};
    for (const struct exchange *exchange = transport->first; exchange != NULL; exchange = exchange->next) {
        if (exchange->program.output >= 0)
            files[count++] = (struct curl_waitfd){.fd = exchange->program.output, .events = CURL_WAIT_POLLIN};
        if (exchange->program.input >= 0)
            files[count++] = (struct curl_waitfd){.fd = exchange->program.input, .events = CURL_WAIT_POLLOUT};
    }
    return count;
}

/* Transfers that ended. The handle goes at once, and with it its connection. */
static void take_ended(struct transport *transport)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(transport->multi, &left)) != NULL) {
        CURLcode code = message->data.result;
        struct exchange *exchange = NULL;

        if (message->msg != CURLMSG_DONE ||
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&exchange) != CURLE_OK)
            continue;
        exchange_finish_transfer(exchange, code);
        curl_multi_remove_handle(transport->multi, exchange->transfer.curl);
        exchange_clear_transfer(exchange);
    }
}

enum error_code transport_wait(struct transport *transport, int file, int timeout_ms, struct error *error)
{
    struct curl_waitfd files[2 * REQUESTS_LIMIT + 1];
    unsigned count = list_files(transport, file, files);
    CURLMcode code;
    int running;

    code = curl_multi_poll(transport->multi, files, count, patience(transport, timeout_ms), NULL);
    if (code == CURLM_OK)
        code = curl_multi_perform(transport->multi, &running);
    if (code == CURLM_OUT_OF_MEMORY)
        return error_memory(error, doing);
    if (code != CURLM_OK)
        return error_set(error, ERROR_INTERNAL, "sending notifications: %s", curl_multi_strerror(code));
    take_ended(transport);
    for (struct exchange *exchange = transport->first; exchange != NULL; exchange = exchange->next)
        if (exchange->program.process > 0)
            exchange_look_at_program(exchange);
    return ERROR_NONE;
}

void transport_wake(struct transport *transport)
{
    curl_multi_wakeup(transport->multi);
}

bool transport_next(struct transport *transport, struct transport_result *ret_result)
{
    for (struct exchange **place = &transport->first; *place != NULL; place = &(*place)->next) {
        struct exchange *exchange = *place;

        if (!exchange->is_over)
            continue;
        *place = exchange->next;
        transport->count--;
        *ret_result = exchange->result;
        buffer_init(&exchange->result.body); /* it is the caller's now */
        exchange_free(transport, exchange);
        return true;
    }
    return false;
}

size_t transport_count(const struct transport *transport)
{
    return transport->count;
}

/* ---- the transport ---- */

static void initialise(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum error_code transport_new(struct transport **ret_transport, struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct transport *transport = mem_alloc(sizeof *transport);

    if (transport == NULL)
        return error_memory(error, "starting to notify");
    pthread_once(&once, initialise);
    *transport = (struct transport){.multi = curl_multi_init()};
    if (transport->multi == NULL) {
        mem_free(transport);
        return error_memory(error, "starting to notify");
    }
    *ret_transport = transport;
    return ERROR_NONE;
}

void transport_free(struct transport *transport)
{
    if (transport == NULL)
        return;
    while (transport->first != NULL) {
        struct exchange *exchange = transport->first;

        transport->first = exchange->next;
        exchange_free(transport, exchange);
    }
    curl_multi_cleanup(transport->multi);
    mem_free(transport);
}
