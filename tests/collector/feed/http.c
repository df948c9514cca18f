#include "collector/feed/http.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/cmocka.h"

enum { PATIENCE_MS = 60 * 1000, HEAD_LIMIT = 64 * 1024, BODY_LIMIT = 64 * 1024 * 1024 };

unsigned http_port_of(const char *url)
{
    const char *colon = strrchr(url, ':');

    assert_non_null(colon);
    return (unsigned)strtoul(colon + 1, NULL, 10);
}

int http_connect(unsigned port)
{
    return http_connect_from("127.0.0.1", port);
}

int http_connect_from(const char *from, unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    struct sockaddr_in own = {.sin_family = AF_INET};
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(inet_pton(AF_INET, from, &own.sin_addr), 1);
    assert_true(connection >= 0);
    assert_int_equal(bind(connection, (const struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(connect(connection, (const struct sockaddr *)&address, sizeof address), 0);
    return connection;
}

bool http_say(int connection, struct text bytes)
{
    while (bytes.length > 0) {
        ssize_t sent = send(connection, bytes.bytes, bytes.length, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes = (struct text){bytes.bytes + sent, bytes.length - (size_t)sent};
    }
    return true;
}

/* Bytes that come within a patience; 0: the end. */
static size_t receive(int connection, char *bytes, size_t size)
{
    struct pollfd file = {.fd = connection, .events = POLLIN};
    ssize_t received;

    if (poll(&file, 1, PATIENCE_MS) != 1)
        fail_msg("the server says nothing");
    received = recv(connection, bytes, size, 0);
    return received <= 0 ? 0 : (size_t)received;
}

struct text http_header(const struct http_answer *answer, const char *name)
{
    size_t length = strlen(name);

    for (const char *line = answer->head.bytes; line != NULL && *line != '\0';) {
        const char *end = strstr(line, "\r\n");

        if (strncasecmp(line, name, length) == 0 && line[length] == ':')
            return (struct text){line + length + 2, (size_t)(end - line) - length - 2};
        line = end == NULL ? NULL : end + 2;
    }
    return (struct text){0};
}

static struct text read_body(int connection, size_t length, struct arena *arena)
{
    char *body = arena_alloc(arena, length + 1);
    size_t have = 0;

    assert_true(length <= BODY_LIMIT);
    assert_non_null(body);
    while (have < length) {
        size_t more = receive(connection, body + have, length - have);

        if (more == 0)
            break;
        have += more;
    }
    return (struct text){body, have};
}

struct http_answer http_read(int connection, bool has_body, struct arena *arena)
{
    char *head = arena_alloc(arena, HEAD_LIMIT);
    struct http_answer answer = {0};
    size_t length = 0;
    struct text size;

    assert_non_null(head);
    while (length < HEAD_LIMIT - 1 && (length < 4 || memcmp(head + length - 4, "\r\n\r\n", 4) != 0)) {
        if (receive(connection, head + length, 1) == 0)
            return answer;
        length++;
    }
    answer.head = (struct text){head, length};
    assert_int_equal(sscanf(head, "HTTP/1.%*c %u", &answer.status), 1);
    size = http_header(&answer, "Content-Length");
    if (has_body && size.length > 0)
        answer.body = read_body(connection, strtoul(size.bytes, NULL, 10), arena);
    return answer;
}

bool http_body_has(const struct http_answer *answer, const char *text)
{
    return answer->body.bytes != NULL && strstr(answer->body.bytes, text) != NULL;
}

bool http_is_closed(int connection)
{
    struct pollfd file = {.fd = connection, .events = POLLIN};
    char bytes[4096];

    while (poll(&file, 1, PATIENCE_MS) == 1)
        if (recv(connection, bytes, sizeof bytes, 0) <= 0)
            return true;
    return false;
}

struct http_answer http_ask(const struct http_request *request, struct arena *arena)
{
    const char *body = request->body == NULL ? "" : request->body;
    const char *bytes = arena_printf(
        arena, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s%sContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
        request->method, request->target, request->token == NULL ? "" : "Authorization: Bearer ",
        request->token == NULL ? "" : request->token, request->token == NULL ? "" : "\r\n", strlen(body), body);
    int connection = http_connect(request->port);
    struct http_answer answer;

    assert_non_null(bytes);
    (void)http_say(connection, text_from(bytes)); /* it may be refused before it is said */
    answer = http_read(connection, strcmp(request->method, "HEAD") != 0, arena);
    close(connection);
    return answer;
}
