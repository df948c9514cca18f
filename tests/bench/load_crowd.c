#include "load_crowd.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"

enum { BUFFER_SIZE = 256 * 1024, HEAD_SIZE = 1024, STUCK_BYTES = 4096, POLL_MS = 10, COME_SECONDS = 60 };

struct stream {
    int socket;
    bool is_there; /* the headers have come */
};

struct readers {
    struct load_crowd_orders orders;
    struct stream *streams;
    int epoll;
    unsigned there;
    void *context;
    void *reading;
    void *stuck;
    struct load_crowd_answer answer;
    uint64_t positions;
    char *buffer;
};

/* ---- streams ---- */

static void open_stream(struct readers *readers, unsigned number)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct stream *stream = &readers->streams[number];
    bool stuck = number < readers->orders.stuck;
    int size = STUCK_BYTES, length;
    char head[HEAD_SIZE];

    address.sin_port = htons((uint16_t)readers->orders.http_port);
    stream->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (stuck)
        setsockopt(stream->socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    length = snprintf(head, sizeof head,
                      "GET /api/v1/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n"
                      "Authorization: Bearer %s\r\n\r\n",
                      readers->orders.token);
    if (stream->socket < 0 || connect(stream->socket, (struct sockaddr *)&address, sizeof address) != 0 ||
        write(stream->socket, head, (size_t)length) != length)
        load_die("reading events: %s", strerror(errno));
    if (stuck) {
        readers->there++;
        return;
    }
    if (epoll_ctl(readers->epoll, EPOLL_CTL_ADD, stream->socket,
                  &(struct epoll_event){.events = EPOLLIN, .data.u32 = number}) != 0)
        load_die("reading events: %s", strerror(errno));
}

/* One that is cut between two reads is not counted: that is one in hundreds. */
static uint64_t count_events(const char *bytes, size_t length)
{
    const char *end = bytes + length;
    uint64_t count = 0;

    for (const char *at = bytes; (at = memmem(at, (size_t)(end - at), "\nevent: ", 8)) != NULL; at++)
        count++;
    return count;
}

static void read_stream(struct readers *readers, unsigned number)
{
    struct stream *stream = &readers->streams[number];
    ssize_t length = recv(stream->socket, readers->buffer, BUFFER_SIZE, MSG_DONTWAIT);

    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length <= 0)
        load_die("a reader who reads was cut");
    if (!stream->is_there) {
        if (strncmp(readers->buffer, "HTTP/1.1 200", 12) != 0)
            load_die("a reader was turned away: %.60s", readers->buffer);
        stream->is_there = true;
        readers->there++;
    }
    readers->answer.streamed += count_events(readers->buffer, (size_t)length);
}

/* ---- subscriptions ---- */

/* One socket makes all connections: each comes from an address of its own, else libzmq takes them for one. */
static void *subscribe(struct readers *readers, unsigned first, unsigned count, int queue)
{
    void *socket = zmq_socket(readers->context, ZMQ_SUB);
    int linger = 0, bytes = STUCK_BYTES;

    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &queue, sizeof queue);
    if (queue == 1)
        zmq_setsockopt(socket, ZMQ_RCVBUF, &bytes, sizeof bytes);
    zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, readers->orders.server_key, KEY_TEXT_SIZE);
    zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, readers->orders.key.public_key, KEY_TEXT_SIZE);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, readers->orders.key.secret_key, KEY_TEXT_SIZE);
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
    for (unsigned i = first; i < first + count; i++) {
        char endpoint[96];

        snprintf(endpoint, sizeof endpoint, "tcp://127.0.%u.%u:0;127.0.0.1:%u", 1 + i / 200, 1 + i % 200,
                 readers->orders.feed_port);
        if (zmq_connect(socket, endpoint) != 0)
            load_die("connecting to '%s': %s", endpoint, zmq_strerror(errno));
    }
    return socket;
}

static void read_messages(struct readers *readers)
{
    for (unsigned i = 0; i < 1000; i++) {
        char topic[256];
        int length = zmq_recv(readers->reading, topic, sizeof topic, ZMQ_DONTWAIT), more = 1;
        size_t size = sizeof more;

        if (length < 0)
            return;
        *(topic[0] == '_' ? &readers->positions : &readers->answer.published) += 1;
        for (zmq_getsockopt(readers->reading, ZMQ_RCVMORE, &more, &size); more != 0;
             zmq_getsockopt(readers->reading, ZMQ_RCVMORE, &more, &size))
            zmq_recv(readers->reading, readers->buffer, BUFFER_SIZE, 0);
    }
}

/* ---- the process ---- */

static void read_some(struct readers *readers)
{
    struct epoll_event events[256];
    int count = epoll_wait(readers->epoll, events, 256, POLL_MS);

    for (int i = 0; i < count; i++)
        read_stream(readers, events[i].data.u32);
    read_messages(readers);
}

/* Everybody who reads has heard something: of ZeroMQ each of them a position. */
static void come(struct readers *readers)
{
    int64_t end = clock_elapsed() + (int64_t)COME_SECONDS * 1000000;
    unsigned count = readers->orders.count, stuck = readers->orders.stuck;

    readers->answer = (struct load_crowd_answer){0};
    readers->positions = readers->there = 0;
    readers->epoll = epoll_create1(EPOLL_CLOEXEC);
    readers->streams = load_need(calloc(count, sizeof *readers->streams));
    readers->context = zmq_ctx_new();
    readers->stuck = subscribe(readers, 0, stuck, 1);
    readers->reading = subscribe(readers, stuck, count - stuck, 1000);
    for (unsigned i = 0; i < count; i++) {
        open_stream(readers, i);
        while (readers->there + 50 < i)
            read_some(readers);
    }
    while (readers->there < count || readers->positions < 2 * (uint64_t)(count - stuck)) {
        read_some(readers);
        if (clock_elapsed() > end)
            load_die("%u of %u streams and %ju positions after a minute", readers->there, count,
                     (uintmax_t)readers->positions);
    }
}

static void leave(struct readers *readers)
{
    for (unsigned i = 0; i < readers->orders.count; i++)
        close(readers->streams[i].socket);
    free(readers->streams);
    close(readers->epoll);
    zmq_close(readers->reading);
    zmq_close(readers->stuck);
    zmq_ctx_term(readers->context);
}

static void say(int file, const void *bytes, size_t size)
{
    if (write(file, bytes, size) != (ssize_t)size)
        load_die("the crowd cannot be talked to: %s", strerror(errno));
}

/* False: the other side is gone. */
static bool hear(int file, void *bytes, size_t size)
{
    return read(file, bytes, size) == (ssize_t)size;
}

_Noreturn static void run(int orders, int answers)
{
    struct readers readers = {.buffer = load_need(malloc(BUFFER_SIZE))};
    struct pollfd file = {.fd = orders, .events = POLLIN};
    struct rlimit limit;
    char word;

    setpriority(PRIO_PROCESS, 0, 19);
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    while (hear(orders, &readers.orders, sizeof readers.orders)) {
        come(&readers);
        say(answers, &readers.answer, sizeof readers.answer);
        while (poll(&file, 1, 0) == 0)
            read_some(&readers);
        if (!hear(orders, &word, sizeof word))
            break;
        leave(&readers);
        say(answers, &readers.answer, sizeof readers.answer);
    }
    free(readers.buffer);
    _exit(EXIT_SUCCESS);
}

/* ---- for who has it ---- */

void load_crowd_start(struct load_crowd *crowd)
{
    int orders[2], answers[2];

    if (pipe2(orders, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0)
        load_die("making a pipe: %s", strerror(errno));
    crowd->process = fork();
    if (crowd->process < 0)
        load_die("starting the crowd: %s", strerror(errno));
    if (crowd->process == 0) {
        close(orders[1]);
        close(answers[0]);
        run(orders[0], answers[1]);
    }
    close(orders[0]);
    close(answers[1]);
    crowd->orders = orders[1];
    crowd->answers = answers[0];
}

void load_crowd_come(struct load_crowd *crowd, const struct load_crowd_orders *orders)
{
    struct load_crowd_answer answer;

    say(crowd->orders, orders, sizeof *orders);
    if (!hear(crowd->answers, &answer, sizeof answer))
        load_die("the crowd is gone");
}

struct load_crowd_answer load_crowd_leave(struct load_crowd *crowd)
{
    struct load_crowd_answer answer;

    say(crowd->orders, "", 1); /* any byte */
    if (!hear(crowd->answers, &answer, sizeof answer))
        load_die("the crowd is gone");
    return answer;
}

void load_crowd_stop(struct load_crowd *crowd)
{
    int status;

    close(crowd->orders);
    waitpid(crowd->process, &status, 0);
    close(crowd->answers);
}
