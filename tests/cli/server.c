#include "cli/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/cmocka.h"

enum { PATIENCE_MS = 60 * 1000 };

/* Whether there is something to read at `file` before the server is to stop. */
static bool wait_for(const struct test_server *server, int file)
{
    struct pollfd waits[] = {{.fd = file, .events = POLLIN}, {.fd = server->stop[0], .events = POLLIN}};

    return poll(waits, LENGTH_OF(waits), PATIENCE_MS) > 0 && waits[1].revents == 0;
}

/* Header and body of a request; or the begin of what is no HTTP, a greeting of TLS. */
static bool is_complete(const char *request, size_t size)
{
    const char *end = strstr(request, "\r\n\r\n");
    const char *length = strcasestr(request, "\r\nContent-Length:");

    if (end == NULL)
        return request[0] < ' ';
    return length == NULL || length > end ||
           size - (size_t)(end + 4 - request) >= strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
}

static void read_request(struct test_server *server, int connection)
{
    size_t begin = server->requests.length;

    do {
        char bytes[4096];
        ssize_t count = wait_for(server, connection) ? read(connection, bytes, sizeof bytes) : -1;

        if (count <= 0)
            return;
        buffer_add(&server->requests, bytes, (size_t)count);
    } while (!is_complete(server->requests.bytes + begin, server->requests.length - begin));
}

static bool send_all(int connection, struct text bytes)
{
    while (bytes.length > 0) {
        ssize_t count = send(connection, bytes.bytes, bytes.length, MSG_NOSIGNAL);

        if (count <= 0)
            return false;
        bytes = (struct text){bytes.bytes + count, bytes.length - (size_t)count};
    }
    return true;
}

static void serve(struct test_server *server, int connection)
{
    size_t number = server->served < server->count ? server->served : server->count - 1;
    const struct test_reply *reply = &server->replies[number];
    char byte;

    server->served++;
    read_request(server, connection);
    if (!send_all(connection, reply->bytes))
        return;
    if (reply->then == THEN_REPEAT)
        while (send_all(connection, reply->more))
            continue;
    if (reply->then == THEN_WAIT && wait_for(server, connection) && read(connection, &byte, 1) > 0)
        return; /* more than was asked for: the test will see it */
}

static void *run(void *context)
{
    struct test_server *server = context;

    while (wait_for(server, server->listener)) {
        int connection = accept(server->listener, NULL, NULL);

        if (connection < 0)
            continue;
        serve(server, connection);
        close(connection);
    }
    return NULL;
}

void test_server_start(struct test_server *server, const struct test_reply *replies, size_t count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    *server = (struct test_server){.replies = replies, .count = count};
    buffer_init(&server->requests);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server->listener >= 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->listener, 8), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(pipe(server->stop), 0);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
}

const char *test_server_stop(struct test_server *server)
{
    if (server->listener >= 0) {
        assert_int_equal(write(server->stop[1], "", 1), 1);
        assert_int_equal(pthread_join(server->thread, NULL), 0);
        close(server->stop[0]);
        close(server->stop[1]);
        close(server->listener);
        server->listener = -1;
    }
    assert_false(server->requests.failed);
    return server->requests.length == 0 ? "" : server->requests.bytes;
}

void test_server_clear(struct test_server *server)
{
    test_server_stop(server);
    buffer_clear(&server->requests);
}

struct test_reply test_reply_http(struct arena *arena, const char *status, const char *lines, struct text body)
{
    struct buffer whole;
    struct test_reply reply = {.then = THEN_CLOSE};

    buffer_init(&whole);
    buffer_printf(&whole, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n", status, body.length,
                  lines);
    buffer_add_text(&whole, body);
    assert_false(whole.failed);
    reply.bytes = (struct text){arena_copy(arena, whole.bytes, whole.length), whole.length};
    assert_non_null(reply.bytes.bytes);
    buffer_clear(&whole);
    return reply;
}
