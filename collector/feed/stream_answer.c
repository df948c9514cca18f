#include "feed/stream_answer.h"

#include <ctype.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/memory.h"

enum {
    BLOCK_SIZE = 1024,        /* for clients of HTTP/1.0; others get what fits the connection's own memory */
    KERNEL_BYTES = 64 * 1024, /* that the system may hold for one reader */
    UNANSWERED_MS = 60 * 1000 /* a reader whose machine does not answer for so long is gone */
};

/* What a response needs of the server. */
struct sending {
    struct streams *streams;
    struct stream *stream;
    struct connections *connections;
    struct watched_connection *watched;
};

bool stream_is_wanted(const char *accept)
{
    const size_t length = sizeof STREAM_TYPE - 1;

    for (const char *at = accept; at != NULL; at = strchr(at, ',')) {
        while (*at == ',' || isspace((unsigned char)*at))
            at++;
        if (strncasecmp(at, STREAM_TYPE, length) == 0 &&
            (at[length] == '\0' || at[length] == ',' || at[length] == ';' || isspace((unsigned char)at[length])))
            return true;
    }
    return false;
}

static void suspend(void *connection)
{
    MHD_suspend_connection(connection);
}

static void resume(void *connection)
{
    MHD_resume_connection(connection);
}

/* A piece must be taken in time like any other answer; who has everything may wait for as long as he likes. */
static ssize_t send_some(void *context, uint64_t position, char *bytes, size_t size)
{
    struct sending *sending = context;
    ptrdiff_t taken = streams_take(sending->streams, sending->stream, bytes, size);

    (void)position;
    if (taken == STREAMS_OVER)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (taken > 0)
        connections_expect_end(sending->connections, sending->watched, (size_t)taken);
    else
        connections_at_work(sending->connections, sending->watched);
    return taken;
}

static void end(void *context)
{
    struct sending *sending = context;

    streams_remove(sending->streams, sending->stream);
    mem_free(sending);
}

/* What the system keeps for somebody who does not read is bounded, and who is gone without a word is found. That these
 * cannot be set is no reason to refuse him. */
static void bound_socket(struct MHD_Connection *connection)
{
    int socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    int bytes = KERNEL_BYTES;
    unsigned unanswered = UNANSWERED_MS;

    (void)setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered, sizeof unanswered);
}

struct MHD_Response *stream_response(struct streams *streams, struct stream *stream, struct MHD_Connection *connection,
                                     struct connections *connections)
{
    struct sending *sending = mem_alloc(sizeof *sending);
    struct MHD_Response *response;

    if (sending == NULL) {
        streams_remove(streams, stream);
        return NULL;
    }
    *sending =
        (struct sending){streams, stream, connections,
                         MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context};
    stream->line = (struct stream_line){suspend, resume, connection};
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, send_some, sending, end);
    if (response == NULL) {
        end(sending);
        return NULL;
    }
    bound_socket(connection);
    connections_become_stream(connections, sending->watched);
    return response;
}
