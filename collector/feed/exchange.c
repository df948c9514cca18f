#include "feed/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/memory.h"
#include "feed/feed_private.h"
#include "feed/response.h"
#include "feed/stream_answer.h"

enum stage {
    STAGE_NEW,       /* the first line is there */
    STAGE_CHECKING,  /* a worker looks at the token before a large body is taken; the connection is suspended */
    STAGE_RECEIVING, /* the headers are there */
    STAGE_WORKING,   /* a worker has it; the connection is suspended */
    STAGE_ANSWERED   /* the answer is made */
};

struct exchange {
    struct work work; /* first, so that one is the other */
    struct feed *feed;
    struct MHD_Connection *connection;
    enum stage stage;
    bool is_complete; /* the whole request is there */
    int64_t begun;    /* by clock_elapsed() */
    struct arena arena;
    struct policy *policy;
    struct request_target target;
    struct request request;
    const char *target_text; /* as it came, cut at its limit */
    bool target_too_long;
    const char *method;
    const char *authorization;
    bool wants_stream;
    char peer[FEED_PEER_SIZE];
    char allow[ROUTE_ALLOW_SIZE];
    struct buffer body;
    size_t body_limit;
    size_t uploaded; /* bytes of a large body that are counted in feed->uploaded */
    unsigned status; /* of a failure that was found before the work; 0: none */
    bool failed;     /* the answer is that of `error` */
    struct error error;
    struct answer answer;
};

/* ---- beginning and end ---- */

static void free_exchange(struct exchange *exchange)
{
    policy_release(exchange->policy);
    if (exchange->answer.stream != NULL)
        streams_remove(exchange->feed->tools.streams, exchange->answer.stream);
    answer_clear(&exchange->answer);
    buffer_clear(&exchange->body);
    arena_free(&exchange->arena);
    mem_free(exchange);
}

/* Whether there is room for a piece of a large body: all that are sent at once together are no larger than one may be.
 */
static bool take_room(struct exchange *exchange, size_t length)
{
    struct feed *feed = exchange->feed;
    bool has_room;

    pthread_mutex_lock(&feed->lock);
    has_room = length <= feed->upload_limit - feed->uploaded;
    feed->uploaded += has_room ? length : 0;
    pthread_mutex_unlock(&feed->lock);
    exchange->uploaded += has_room ? length : 0;
    return has_room;
}

static void give_room_back(struct exchange *exchange)
{
    pthread_mutex_lock(&exchange->feed->lock);
    exchange->feed->uploaded -= exchange->uploaded;
    pthread_mutex_unlock(&exchange->feed->lock);
    exchange->uploaded = 0;
}

/* Requests that are there as a whole and whose answer is not yet taken: for these the end waits. */
static void count(struct feed *feed, int change)
{
    pthread_mutex_lock(&feed->lock);
    feed->exchanges += (unsigned)change;
    pthread_cond_broadcast(&feed->fewer);
    pthread_mutex_unlock(&feed->lock);
}

static void write_peer(struct MHD_Connection *connection, char ret_peer[FEED_PEER_SIZE])
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    feed_address_peer(info == NULL ? NULL : info->client_addr, ret_peer);
}

static struct watched_connection *watched_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

void *exchange_begin(void *context, const char *target, struct MHD_Connection *connection)
{
    struct feed *feed = context;
    struct exchange *exchange = mem_alloc(sizeof *exchange);
    struct text text = text_from(target);

    if (exchange == NULL)
        return NULL;
    *exchange = (struct exchange){
        .feed = feed, .connection = connection, .begun = clock_elapsed(), .policy = policy_take(feed->policy)};
    arena_init(&exchange->arena, policy_content(exchange->policy)->fleet.memory_limit);
    answer_init(&exchange->answer);
    buffer_init(&exchange->body);
    exchange->target_too_long = text.length > REQUEST_TARGET_LIMIT;
    if (exchange->target_too_long)
        text.length = REQUEST_TARGET_LIMIT;
    exchange->target_text = arena_string(&exchange->arena, text);
    if (exchange->target_text == NULL) {
        free_exchange(exchange);
        return NULL;
    }
    return exchange;
}

void exchange_end(void *context, struct MHD_Connection *connection, void **exchange,
                  enum MHD_RequestTerminationCode reason)
{
    struct feed *feed = context;
    struct exchange *ended = *exchange;

    (void)reason;
    if (ended == NULL)
        return;
    connections_expect_request(feed->connections, watched_of(connection));
    give_room_back(ended);
    if (ended->is_complete)
        count(feed, -1);
    free_exchange(ended);
    *exchange = NULL;
}

/* Who is too slow, once a minute and address. */
static void tell_cut(struct feed *feed, struct MHD_Connection *connection)
{
    char peer[FEED_PEER_SIZE];

    write_peer(connection, peer);
    log_write(feed->logger, LOG_LEVEL_WARNING, "http-cut",
              LOG_FIELDS(log_string("peer", peer), log_string("reason", "too slow")));
}

enum MHD_Result exchange_accept(void *context, const struct sockaddr *address, socklen_t length)
{
    struct feed *feed = context;

    (void)length;
    return connections_may_come(feed->connections, address, feed->connections_per_address) ? MHD_YES : MHD_NO;
}

void exchange_connection(void *context, struct MHD_Connection *connection, void **watched,
                         enum MHD_ConnectionNotificationCode code)
{
    struct feed *feed = context;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *watched = connections_add(feed->connections,
                                   MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
        connections_from(feed->connections, *watched,
                         MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
    } else if (connections_remove(feed->connections, *watched))
        tell_cut(feed, connection);
}

/* ---- the log ---- */

static bool is_change(const struct exchange *exchange)
{
    return strcmp(exchange->method, "GET") != 0 && strcmp(exchange->method, "HEAD") != 0;
}

/* One line for what changed something, was refused, or failed; what was merely asked shows at the level debug. */
static void tell(const struct exchange *exchange)
{
    unsigned status = exchange->answer.status;
    struct log_field fields[] = {
        log_string("method", exchange->method),
        log_string("target", exchange->target_text),
        log_number("status", status),
        log_string("peer", exchange->peer),
        {0},
        {0},
        {0},
    };
    struct log_field *next = &fields[4];

    if (exchange->request.token.name.length > 0)
        *next++ = log_text("token", exchange->request.token.name);
    if (exchange->failed)
        *next++ = log_string("message", exchange->error.message);
    if (exchange->failed && status >= 500)
        log_write(exchange->feed->logger, LOG_LEVEL_WARNING, "http-failed", fields);
    else if (exchange->failed && (status == 401 || status == 403 || status > 409))
        log_write(exchange->feed->logger, LOG_LEVEL_WARNING, "http-refused", fields);
    else if (!exchange->failed && is_change(exchange))
        log_write(exchange->feed->logger, LOG_LEVEL_INFO, "http-change", fields);
    else
        log_write(exchange->feed->logger, LOG_LEVEL_DEBUG, "http-request", fields);
}

/* ---- taking it in ---- */

static void refuse(struct exchange *exchange, unsigned status)
{
    exchange->status = status;
}

/* Bytes of the header lines. */
static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    size_t *size = context;

    (void)kind;
    *size += strlen(name) + (value == NULL ? 0 : strlen(value)) + sizeof ": \r\n" - 1;
    return MHD_YES;
}

static void check_sizes(struct exchange *exchange)
{
    struct error *error = &exchange->error;
    size_t size = 0;

    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, count_header, &size);
    if (exchange->target_too_long) {
        error_set(error, ERROR_LIMIT, "path and query have more than %d bytes", REQUEST_TARGET_LIMIT);
        refuse(exchange, 414);
    } else if (size > REQUEST_HEADERS_LIMIT) {
        error_set(error, ERROR_LIMIT, "the headers have more than %d bytes", REQUEST_HEADERS_LIMIT);
        refuse(exchange, 431);
    }
}

static void find_route(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    struct error *error = &exchange->error;
    enum error_code code =
        request_target_parse(&exchange->target, text_from(exchange->target_text), &exchange->arena, error);

    if (code != ERROR_NONE) {
        refuse(exchange, answer_status_of(code));
        return;
    }
    code = route_find(exchange->method, &exchange->target, &request->route, exchange->allow, error);
    if (code != ERROR_NONE) {
        refuse(exchange, code == ERROR_NOT_FOUND ? 404 : 405);
        return;
    }
    request->parameters = (struct request_parameters){&exchange->target, request->route->parameters};
    request->name = route_name(request->route, &exchange->target);
    code = route_id(request->route, &exchange->target, &request->id, error);
    if (code != ERROR_NONE)
        refuse(exchange, answer_status_of(code));
}

static const char *header_of(const struct exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

static bool announces_body(const struct exchange *exchange)
{
    const char *length = header_of(exchange, "Content-Length");

    return header_of(exchange, "Transfer-Encoding") != NULL || (length != NULL && strtoull(length, NULL, 10) > 0);
}

static void refuse_busy(struct exchange *exchange)
{
    error_set(&exchange->error, ERROR_LIMIT, "too many requests are waiting");
    refuse(exchange, 503);
}

static void refuse_large_body(struct exchange *exchange)
{
    error_set(&exchange->error, ERROR_LIMIT, "the body has more than %zu bytes", exchange->body_limit);
    refuse(exchange, 413);
}

/* Without what follows a semicolon. */
static bool is_type(const char *header, const char *type)
{
    size_t length = header == NULL ? 0 : strcspn(header, "; \t");

    return length == strlen(type) && strncasecmp(header, type, length) == 0;
}

static void check_body(struct exchange *exchange)
{
    const struct http_route *route = exchange->request.route;
    const char *length = header_of(exchange, "Content-Length");

    exchange->body_limit = route->upload == NULL ? exchange->feed->body_limit : exchange->feed->upload_limit;
    if (!announces_body(exchange))
        return;
    if (route->body == NULL && route->upload == NULL) {
        error_set(&exchange->error, ERROR_USAGE, "a body has no meaning here");
        refuse(exchange, 400);
    } else if (route->upload != NULL && !is_type(header_of(exchange, "Content-Type"), route->upload)) {
        error_set(&exchange->error, ERROR_UNSUPPORTED, "the body is not said to be '%s'", route->upload);
        error_hint(&exchange->error, "send the header Content-Type: %s", route->upload);
        refuse(exchange, 415);
    } else if (length != NULL && strtoull(length, NULL, 10) > exchange->body_limit) {
        refuse_large_body(exchange);
    }
}

/* Whether the answer is to be a stream, and from where on. */
static void take_stream_headers(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    const char *last = header_of(exchange, "Last-Event-ID");

    exchange->wants_stream = route_stream(request->route) != NULL && strcmp(exchange->method, "GET") == 0 &&
                             exchange->feed->tools.streams != NULL && stream_is_wanted(header_of(exchange, "Accept"));
    if (!exchange->wants_stream || last == NULL)
        return;
    request->last_event_id = arena_string(&exchange->arena, text_from(last));
    if (request->last_event_id == NULL)
        refuse(exchange, answer_status_of(arena_error(&exchange->arena, &exchange->error, "reading a request")));
}

/* The headers are there. */
static void take_headers(struct exchange *exchange, const char *method)
{
    const char *authorization = header_of(exchange, "Authorization");

    write_peer(exchange->connection, exchange->peer);
    exchange->method = arena_string(&exchange->arena, text_from(method));
    if (authorization != NULL)
        exchange->authorization = arena_string(&exchange->arena, text_from(authorization));
    if (exchange->method == NULL || (authorization != NULL && exchange->authorization == NULL)) {
        exchange->method = "?";
        refuse(exchange, answer_status_of(arena_error(&exchange->arena, &exchange->error, "reading a request")));
        return;
    }
    check_sizes(exchange);
    if (exchange->status == 0)
        find_route(exchange);
    if (exchange->status == 0)
        check_body(exchange);
    if (exchange->status == 0)
        take_stream_headers(exchange);
}

/* A piece of the body. What is too much is read and thrown away, for the answer can only be sent then. */
static void take_body(struct exchange *exchange, const char *bytes, size_t length)
{
    if (exchange->status != 0)
        return;
    if (exchange->body.length + length > exchange->body_limit) {
        buffer_reset(&exchange->body);
        refuse_large_body(exchange);
        return;
    }
    if (exchange->request.route->upload != NULL && !take_room(exchange, length)) {
        buffer_reset(&exchange->body);
        refuse_busy(exchange);
        return;
    }
    buffer_add(&exchange->body, bytes, length);
}

/* ---- working on it ---- */

static void fail(struct exchange *exchange, unsigned status)
{
    exchange->failed = true;
    answer_failure(&exchange->answer, status, &exchange->error);
    if (exchange->allow[0] != '\0')
        answer_add_header(&exchange->answer, "Allow", exchange->allow);
    if (status == 401)
        answer_add_header(&exchange->answer, "WWW-Authenticate", "Bearer");
    if (status == 503)
        answer_add_header(&exchange->answer, "Retry-After", "1");
}

/* Run the handler; the answer is its own, or says why there is none. */
static void handle(struct exchange *exchange)
{
    const struct request *request = &exchange->request;
    struct error *error = &exchange->error;
    enum error_code code = request_check(&exchange->target, request->route->parameters, error);

    exchange->answer.status = request->route->status;
    if (code == ERROR_NONE)
        code = (exchange->wants_stream ? route_stream(request->route)
                                       : request->route->handle)(request, &exchange->answer, error);
    if (code != ERROR_NONE)
        fail(exchange, exchange->answer.is_busy ? 503 : answer_status_of(code));
}

static void prepare(struct exchange *exchange, struct database *database)
{
    struct request *request = &exchange->request;

    request->tools = &exchange->feed->tools;
    request->arena = &exchange->arena;
    request->body = buffer_text(&exchange->body);
    request->policy = exchange->policy;
    request->cache = policy_cache(exchange->policy);
    request->database = database;
}

/* Whose token it is, and whether it may; what stands in the way is in the error, and the status is that of it. */
static bool is_allowed(struct exchange *exchange, struct database *database, unsigned *ret_status)
{
    struct request *request = &exchange->request;
    struct error *error = &exchange->error;
    unsigned status = 500;

    if (access_check(database, exchange->authorization, request->route->rights, &exchange->arena, &request->token,
                     &status, error) == ERROR_NONE)
        return true;
    *ret_status = error->code == ERROR_REFUSED ? status : answer_status_of(error->code);
    return false;
}

/* Check the token and answer, in one look at the store; what writes gets its look from the one who writes. */
static void answer_with(struct exchange *exchange, struct database *database)
{
    const struct request *request = &exchange->request;
    struct error *error = &exchange->error;
    unsigned status = 500;

    if (database_begin_read(database, error) != ERROR_NONE) {
        fail(exchange, answer_status_of(error->code));
        return;
    }
    if (!is_allowed(exchange, database, &status))
        fail(exchange, status);
    else if (strcmp(request->route->method, "GET") == 0)
        handle(exchange);
    database_end_read(database);
    if (!exchange->failed && strcmp(request->route->method, "GET") != 0)
        handle(exchange);
}

static void work(struct work *work, struct database *database)
{
    struct exchange *exchange = (struct exchange *)work;

    prepare(exchange, database);
    answer_with(exchange, database);
    if (exchange->request.token.name.length > 0)
        access_note(&exchange->feed->access, exchange->feed->tools.core, &exchange->request.token);
    MHD_resume_connection(exchange->connection);
}

/* Before a large body is taken in, who sends it must be one who may. */
static void check_sender(struct work *work, struct database *database)
{
    struct exchange *exchange = (struct exchange *)work;
    unsigned status = 500;

    if (database_begin_read(database, &exchange->error) != ERROR_NONE) {
        refuse(exchange, answer_status_of(exchange->error.code));
    } else {
        if (!is_allowed(exchange, database, &status))
            refuse(exchange, status);
        database_end_read(database);
    }
    MHD_resume_connection(exchange->connection);
}

/* ---- answering ---- */

/* What the request took is given back, as far as it can be: a stream may go on for weeks, and nobody waits for its end.
 */
static struct MHD_Response *make_stream(struct exchange *exchange)
{
    struct stream *stream = exchange->answer.stream;

    exchange->answer.stream = NULL;
    policy_release(exchange->policy);
    exchange->policy = NULL;
    exchange->is_complete = false;
    count(exchange->feed, -1);
    return stream_response(exchange->feed->tools.streams, stream, exchange->connection, exchange->feed->connections);
}

static enum MHD_Result send_answer(struct exchange *exchange)
{
    bool is_stream = exchange->answer.stream != NULL;
    size_t size = exchange->answer.body.length;
    struct MHD_Response *response = is_stream ? make_stream(exchange) : response_make(&exchange->answer);
    enum MHD_Result result = MHD_NO;

    exchange->stage = STAGE_ANSWERED;
    tell(exchange);
    metrics_tally_request(exchange->feed->tools.metrics.tally, exchange->request.route, exchange->answer.status,
                          clock_elapsed() - exchange->begun);
    if (response == NULL)
        return MHD_NO;
    if (response_add_headers(response, &exchange->answer))
        result = MHD_queue_response(exchange->connection, exchange->answer.status, response);
    MHD_destroy_response(response);
    if (!is_stream)
        connections_expect_end(exchange->feed->connections, watched_of(exchange->connection), size);
    return result;
}

/* The headers are there, and announce a large body, of one whose token is not known yet. */
static enum MHD_Result ask_for_sender(struct exchange *exchange)
{
    exchange->stage = STAGE_CHECKING;
    exchange->work.run = check_sender;
    connections_at_work(exchange->feed->connections, watched_of(exchange->connection));
    MHD_suspend_connection(exchange->connection);
    if (!workers_add(exchange->feed->workers, &exchange->work)) {
        refuse_busy(exchange);
        MHD_resume_connection(exchange->connection);
    }
    return MHD_YES;
}

/* The whole request is there. */
static enum MHD_Result take_request(struct exchange *exchange)
{
    struct error *error = &exchange->error;

    exchange->is_complete = true;
    count(exchange->feed, 1);
    if (exchange->status == 0 && buffer_check(&exchange->body, error, "reading a request") != ERROR_NONE)
        refuse(exchange, answer_status_of(error->code));
    if (exchange->status != 0) {
        fail(exchange, exchange->status);
        return send_answer(exchange);
    }
    if (exchange->request.route->rights == 0) {
        prepare(exchange, NULL);
        exchange->request.held = header_of(exchange, "If-None-Match");
        handle(exchange);
        return send_answer(exchange);
    }
    exchange->stage = STAGE_WORKING;
    exchange->work.run = work;
    connections_at_work(exchange->feed->connections, watched_of(exchange->connection));
    MHD_suspend_connection(exchange->connection);
    if (workers_add(exchange->feed->workers, &exchange->work))
        return MHD_YES;
    refuse_busy(exchange);
    fail(exchange, exchange->status);
    MHD_resume_connection(exchange->connection);
    return MHD_YES;
}

enum MHD_Result exchange_handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                const char *version, const char *upload, size_t *upload_size, void **state)
{
    struct exchange *exchange = *state;

    (void)context, (void)connection, (void)url, (void)version;
    if (exchange == NULL)
        return MHD_NO; /* no memory even to say so */
    switch (exchange->stage) {
    case STAGE_NEW:
        exchange->stage = STAGE_RECEIVING;
        take_headers(exchange, method);
        if (exchange->status == 0 && announces_body(exchange) && exchange->request.route->upload != NULL)
            return ask_for_sender(exchange);
        if (exchange->status == 0 || !announces_body(exchange))
            return MHD_YES;
        fail(exchange, exchange->status); /* before the body: who waits for leave to send it need not */
        return send_answer(exchange);
    case STAGE_CHECKING:
        exchange->stage = STAGE_RECEIVING;
        connections_expect_request(exchange->feed->connections, watched_of(connection));
        if (exchange->status == 0)
            return MHD_YES;
        fail(exchange, exchange->status); /* before the body: who waits for leave to send it need not */
        return send_answer(exchange);
    case STAGE_RECEIVING:
        if (*upload_size == 0)
            return take_request(exchange);
        take_body(exchange, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    default:
        return send_answer(exchange);
    }
}
