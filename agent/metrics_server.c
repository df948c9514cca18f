#include "agent/metrics_server.h"

#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/loopback.h"
#include "agent/metrics.h"
#include "base/memory.h"

enum { CONNECTIONS = 8, CONNECTION_MEMORY = 8 * 1024, PATIENCE_SECONDS = 10, ROUNDS = 100, ADDRESS_SIZE = 80 };

struct metrics_server {
    struct MHD_Daemon *daemon;
    struct agent *agent;
    struct logger *logger;
    int file; /* the daemon's epoll */
    char address[ADDRESS_SIZE];
};

/* ---- answering ---- */

/* Answer; the bytes of the body are copied unless they are the buffer's, which the response takes over. */
static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, struct buffer *body)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer_with_free_callback(body->length, body->bytes, mem_free);
    enum MHD_Result result;

    if (response == NULL)
        return MHD_NO;
    buffer_init(body);
    result = MHD_NO;
    if (MHD_add_response_header(response, "Content-Type", METRIC_CONTENT_TYPE) == MHD_YES &&
        MHD_add_response_header(response, "Cache-Control", "no-store") == MHD_YES &&
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES)
        result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, const char *why)
{
    CLEANUP(buffer_clear) struct buffer body;

    buffer_init(&body);
    buffer_printf(&body, "%s\n", why);
    return body.failed ? MHD_NO : answer(connection, status, &body);
}

static enum MHD_Result answer_metrics(struct metrics_server *server, struct MHD_Connection *connection)
{
    CLEANUP(buffer_clear) struct buffer body;
    struct error error = {0};

    buffer_init(&body);
    if (agent_metrics_write(server->agent, &body, &error) == ERROR_NONE)
        return answer(connection, MHD_HTTP_OK, &body);
    log_failure(server->logger, "metrics-failed", &error, "answering the next time");
    return refuse(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, error.message);
}

/* Whether the request was meant for this machine itself. */
static bool is_ours(struct MHD_Connection *connection)
{
    static const struct text names[] = {TEXT_INIT("127."), TEXT_INIT("[::1]"), TEXT_INIT("localhost")};
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);

    if (host == NULL)
        return true; /* HTTP/1.0, which no browser speaks */
    for (size_t i = 0; i < LENGTH_OF(names); i++)
        if (text_starts_with(text_from(host), names[i]))
            return true;
    return false;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
    static int seen;

    (void)version, (void)upload;
    if (*state == NULL) { /* the headers: an answer now would end the connection */
        *state = &seen;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    if (!is_ours(connection))
        return refuse(connection, MHD_HTTP_FORBIDDEN, "only for this machine itself");
    if (strcmp(url, "/metrics") != 0)
        return refuse(connection, MHD_HTTP_NOT_FOUND, "there is only /metrics here");
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "/metrics takes GET only");
    return answer_metrics(context, connection);
}

/* ---- beginning and end ---- */

static enum error_code start(struct metrics_server *server, struct error *error)
{
    const union MHD_DaemonInfo *info;
    int listening = -1;

    if (loopback_listen(server->address, &listening, error) != ERROR_NONE)
        return error->code;
    server->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, handle, server, MHD_OPTION_LISTEN_SOCKET, listening,
                                      MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
                                      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
                                      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)PATIENCE_SECONDS, MHD_OPTION_END);
    info = server->daemon == NULL ? NULL : MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL) {
        if (server->daemon == NULL)
            close(listening);
        return error_set(error, ERROR_INTERNAL, "serving metrics on '%s' cannot begin", server->address);
    }
    server->file = info->epoll_fd;
    return ERROR_NONE;
}

enum error_code metrics_server_new(struct metrics_server **ret_server, const char *address, struct agent *agent,
                                   struct logger *logger, struct error *error)
{
    struct metrics_server *server = mem_alloc(sizeof *server);

    if (server == NULL)
        return error_memory(error, "serving metrics");
    *server = (struct metrics_server){.agent = agent, .logger = logger, .file = -1};
    snprintf(server->address, sizeof server->address, "%s", address);
    if (start(server, error) != ERROR_NONE) {
        metrics_server_free(server);
        return error->code;
    }
    *ret_server = server;
    return ERROR_NONE;
}

void metrics_server_free(struct metrics_server *server)
{
    if (server == NULL)
        return;
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    mem_free(server);
}

const char *metrics_server_address(const struct metrics_server *server)
{
    return server->address;
}

int metrics_server_file(const struct metrics_server *server)
{
    return server == NULL ? -1 : server->file;
}

void metrics_server_work(struct metrics_server *server)
{
    MHD_UNSIGNED_LONG_LONG pause = 0;

    /* As long as it has more to do without anything new to read, but not for ever: others wait, too. */
    for (unsigned i = 0; server != NULL && i < ROUNDS && pause == 0; i++) {
        MHD_run(server->daemon);
        if (MHD_get_timeout(server->daemon, &pause) != MHD_YES)
            return;
    }
}
