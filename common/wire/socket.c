#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ENFORCE_DOMAIN = 93,      /* ZMQ_ZAP_ENFORCE_DOMAIN: zmq.h hides it as a draft, the library has it */
    CURVE_OVERHEAD = 33,      /* bytes that encryption adds to a frame, which ZMQ_MAXMSGSIZE counts */
    SKIPPED_AT_ONCE = 100,    /* wrong messages that one call passes over, so that nobody can hold the caller */
    CONNECT_MS = 10000,       /* for TCP to connect */
    RECONNECT_MS = 250,       /* first pause after a connection was lost; libzmq doubles it, with jitter … */
    RECONNECT_MOST_MS = 15000 /* … up to here */
};

enum error_code socket_context_new(void **ret_context, struct error *error)
{
    void *context;

    if (zmq_has("curve") != 1)
        return error_set(error, ERROR_UNSUPPORTED, "the ZeroMQ library of this system was built without CURVE");
    context = zmq_ctx_new();
    if (context == NULL)
        return error_set(error, errno == ENOMEM ? ERROR_MEMORY : ERROR_IO, "starting ZeroMQ: %s", zmq_strerror(errno));
    *ret_context = context;
    return ERROR_NONE;
}

void socket_context_free(void *context)
{
    if (context == NULL)
        return;
    while (zmq_ctx_term(context) != 0 && errno == EINTR)
        continue;
}

void socket_close(void *socket)
{
    if (socket != NULL)
        zmq_close(socket);
}

static void close_cleanup(void **socket)
{
    socket_close(*socket);
}

/* libzmq cuts a port down to 16 bits: 70000 would quietly be 4464. `any_port`: 0 and '*' leave it to the system. */
static enum error_code check_endpoint(const char *endpoint, bool any_port, struct error *error)
{
    const char *port = strrchr(endpoint, ':');
    unsigned long number;
    char *end;

    if (strncmp(endpoint, "tcp://", 6) != 0 || port < endpoint + 6)
        return error_set(error, ERROR_CONFIG, "'%s' is not an endpoint like tcp://HOST:PORT", endpoint);
    if (any_port && strcmp(port, ":*") == 0)
        return ERROR_NONE;
    errno = 0;
    number = strtoul(port + 1, &end, 10);
    if (port[1] < '0' || port[1] > '9' || *end != '\0' || errno != 0 || number > UINT16_MAX ||
        (number == 0 && !any_port))
        return error_set(error, ERROR_CONFIG, "the endpoint '%s' does not end in a port number", endpoint);
    return ERROR_NONE;
}

/* ---- options ---- */

/* Settings fail sticky, so that setting many needs one check. */
struct settings {
    void *socket;
    int failed; /* the option that failed first, 0: none */
    int reason;
};

static void set_bytes(struct settings *settings, int option, const void *value, size_t size)
{
    if (settings->failed != 0 || zmq_setsockopt(settings->socket, option, value, size) == 0)
        return;
    settings->failed = option;
    settings->reason = errno;
}

static void set_number(struct settings *settings, int option, int value)
{
    set_bytes(settings, option, &value, sizeof value);
}

static void set_keys(struct settings *settings, const struct key_pair *key)
{
    set_bytes(settings, ZMQ_CURVE_PUBLICKEY, key->public_key, KEY_TEXT_SIZE);
    set_bytes(settings, ZMQ_CURVE_SECRETKEY, key->secret_key, KEY_TEXT_SIZE);
}

static void set_common(struct settings *settings, const char *endpoint)
{
    int64_t frame_limit = WIRE_FRAME_LIMIT + CURVE_OVERHEAD;

    set_number(settings, ZMQ_LINGER, 0);
    set_number(settings, ZMQ_SNDHWM, SOCKET_QUEUE);
    set_number(settings, ZMQ_RCVHWM, SOCKET_QUEUE);
    set_bytes(settings, ZMQ_MAXMSGSIZE, &frame_limit, sizeof frame_limit);
    set_number(settings, ZMQ_HANDSHAKE_IVL, SOCKET_HANDSHAKE_MS);
    set_number(settings, ZMQ_TCP_KEEPALIVE, 1);
    set_number(settings, ZMQ_TCP_KEEPALIVE_IDLE, SOCKET_KEEPALIVE_S);
    set_number(settings, ZMQ_TCP_KEEPALIVE_INTVL, SOCKET_PROBE_S);
    set_number(settings, ZMQ_TCP_KEEPALIVE_CNT, SOCKET_PROBES);
    set_number(settings, ZMQ_TCP_MAXRT, SOCKET_UNANSWERED_MS);
    /* With it libzmq would take an IPv6 address of a name and never try its IPv4 one. */
    set_number(settings, ZMQ_IPV6, strchr(endpoint, '[') != NULL);
}

static enum error_code settings_check(const struct settings *settings, const char *endpoint, struct error *error)
{
    if (settings->failed == 0)
        return ERROR_NONE;
    if (settings->failed == ENFORCE_DOMAIN)
        return error_set(error, ERROR_UNSUPPORTED,
                         "this ZeroMQ library cannot enforce that keys are checked, so '%s' stays closed", endpoint);
    return error_set(error, ERROR_INTERNAL, "setting option %d of the socket of '%s': %s", settings->failed, endpoint,
                     zmq_strerror(settings->reason));
}

static enum error_code open_socket(void **ret_socket, void *context, int type, const char *endpoint,
                                   struct error *error)
{
    void *socket = zmq_socket(context, type);

    if (socket == NULL)
        return error_set(error, errno == ENOMEM ? ERROR_MEMORY : ERROR_IO, "opening a socket for '%s': %s", endpoint,
                         zmq_strerror(errno));
    *ret_socket = socket;
    return ERROR_NONE;
}

/* ---- opening ---- */

enum error_code socket_connect(void **ret_socket, void *context, const struct socket_client *client,
                               struct error *error)
{
    CLEANUP(close_cleanup) void *socket = NULL;
    struct settings settings = {0};

    if (check_endpoint(client->endpoint, false, error) != ERROR_NONE ||
        open_socket(&socket, context, ZMQ_DEALER, client->endpoint, error) != ERROR_NONE)
        return error->code;
    settings.socket = socket;
    set_common(&settings, client->endpoint);
    set_keys(&settings, client->key);
    set_bytes(&settings, ZMQ_CURVE_SERVERKEY, client->server_key, KEY_TEXT_SIZE);
    set_number(&settings, ZMQ_CONNECT_TIMEOUT, CONNECT_MS);
    set_number(&settings, ZMQ_RECONNECT_IVL, RECONNECT_MS);
    set_number(&settings, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MOST_MS);
    if (settings_check(&settings, client->endpoint, error) != ERROR_NONE)
        return error->code;
    if (zmq_connect(socket, client->endpoint) != 0)
        return error_set(error, ERROR_CONFIG, "connecting to '%s': %s", client->endpoint, zmq_strerror(errno));
    *ret_socket = socket;
    socket = NULL;
    return ERROR_NONE;
}

static enum error_code bind_error(const char *endpoint, struct error *error)
{
    enum error_code code = errno == EADDRINUSE                         ? ERROR_CONFLICT
                           : errno == EACCES || errno == EADDRNOTAVAIL ? ERROR_REFUSED
                                                                       : ERROR_CONFIG;

    return error_set(error, code, "listening on '%s': %s", endpoint, zmq_strerror(errno));
}

static void set_server(struct settings *settings, const struct socket_server *server)
{
    set_common(settings, server->endpoint);
    set_keys(settings, server->key);
    set_number(settings, ZMQ_CURVE_SERVER, 1);
    set_bytes(settings, ZMQ_ZAP_DOMAIN, server->domain, strlen(server->domain));
    set_number(settings, ENFORCE_DOMAIN, 1); /* without a handler nobody comes in, rather than everybody */
    set_number(settings, ZMQ_BACKLOG, SOCKET_BACKLOG);
}

/* When the options are set. */
static enum error_code bind_server(const struct settings *settings, const char *wanted,
                                   char ret_endpoint[SOCKET_ENDPOINT_SIZE], struct error *error)
{
    char endpoint[SOCKET_ENDPOINT_SIZE];
    size_t length = sizeof endpoint;

    if (settings_check(settings, wanted, error) != ERROR_NONE)
        return error->code;
    if (zmq_bind(settings->socket, wanted) != 0)
        return bind_error(wanted, error);
    if (zmq_getsockopt(settings->socket, ZMQ_LAST_ENDPOINT, endpoint, &length) != 0)
        return error_set(error, ERROR_INTERNAL, "asking for the address of '%s': %s", wanted, zmq_strerror(errno));
    if (ret_endpoint != NULL)
        memcpy(ret_endpoint, endpoint, length);
    return ERROR_NONE;
}

enum error_code socket_bind(void **ret_socket, void *context, const struct socket_server *server,
                            char ret_endpoint[SOCKET_ENDPOINT_SIZE], struct error *error)
{
    CLEANUP(close_cleanup) void *socket = NULL;
    struct settings settings = {0};

    if (check_endpoint(server->endpoint, true, error) != ERROR_NONE ||
        open_socket(&socket, context, ZMQ_ROUTER, server->endpoint, error) != ERROR_NONE)
        return error->code;
    settings.socket = socket;
    set_server(&settings, server);
    set_number(&settings, ZMQ_ROUTER_MANDATORY, 1);
    if (bind_server(&settings, server->endpoint, ret_endpoint, error) != ERROR_NONE)
        return error->code;
    *ret_socket = socket;
    socket = NULL;
    return ERROR_NONE;
}

enum error_code socket_bind_publisher(void **ret_socket, void *context, const struct socket_server *server, int queue,
                                      char ret_endpoint[SOCKET_ENDPOINT_SIZE], struct error *error)
{
    int64_t frame_limit = SOCKET_SUBSCRIPTION_LIMIT + CURVE_OVERHEAD;
    CLEANUP(close_cleanup) void *socket = NULL;
    struct settings settings = {0};

    if (check_endpoint(server->endpoint, true, error) != ERROR_NONE ||
        open_socket(&socket, context, ZMQ_XPUB, server->endpoint, error) != ERROR_NONE)
        return error->code;
    settings.socket = socket;
    set_server(&settings, server);
    set_number(&settings, ZMQ_SNDHWM, queue);
    set_number(&settings, ZMQ_SNDBUF, SOCKET_PUBLISHER_BUFFER);
    set_bytes(&settings, ZMQ_MAXMSGSIZE, &frame_limit, sizeof frame_limit);
    set_number(&settings, ZMQ_XPUB_VERBOSER, 1);
    if (bind_server(&settings, server->endpoint, ret_endpoint, error) != ERROR_NONE)
        return error->code;
    *ret_socket = socket;
    socket = NULL;
    return ERROR_NONE;
}

/* ---- sending ---- */

static bool try_to_send(void *socket, const void *bytes, size_t length, int flags)
{
    int sent;

    do
        sent = zmq_send(socket, bytes, length, flags | ZMQ_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

/* libzmq hears now and then only, about once a millisecond, that a queue has room again: a peer that reads everything
 * at once could be refused. Asking for the socket's events makes it hear. */
static bool hear_of_room(void *socket)
{
    int events;
    size_t size = sizeof events;

    return errno == EAGAIN && zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size) == 0;
}

static bool send_part(void *socket, const void *bytes, size_t length, int flags)
{
    return try_to_send(socket, bytes, length, flags) ||
           (hear_of_room(socket) && try_to_send(socket, bytes, length, flags));
}

bool socket_send(void *socket, struct text frame)
{
    return send_part(socket, frame.bytes, frame.length, 0);
}

/* Whether the peer is there and has room shows at the address; what follows it is always taken. */
bool socket_send_to(void *router, const uint8_t peer[SOCKET_PEER_SIZE], struct text frame)
{
    return send_part(router, peer, SOCKET_PEER_SIZE, ZMQ_SNDMORE) && send_part(router, frame.bytes, frame.length, 0);
}

/* ---- receiving ---- */

static bool receive_part(void *socket, zmq_msg_t *part)
{
    int length;

    do
        length = zmq_msg_recv(part, socket, ZMQ_DONTWAIT);
    while (length < 0 && errno == EINTR);
    return length >= 0;
}

/* Pass over what is left of a message of several frames; they have all arrived. */
static void skip_rest(void *socket, zmq_msg_t *part)
{
    while (zmq_msg_more(part) && receive_part(socket, part))
        continue;
}

static void copy_property(char *ret_value, size_t size, zmq_msg_t *part, const char *name)
{
    const char *value = zmq_msg_gets(part, name);

    snprintf(ret_value, size, "%s", value == NULL ? "" : value);
}

/* Receive one message with all its frames. False: there is none. `ret_valid`: whether it has the form it should. */
static bool receive_message(void *socket, bool router, struct socket_frame *frame, bool *ret_valid)
{
    zmq_msg_t *part = &frame->message;

    *ret_valid = true;
    if (!receive_part(socket, part))
        return false;
    if (router) {
        *ret_valid = zmq_msg_size(part) == SOCKET_PEER_SIZE && zmq_msg_more(part);
        if (*ret_valid) {
            memcpy(frame->peer, zmq_msg_data(part), SOCKET_PEER_SIZE);
            *ret_valid = receive_part(socket, part);
        }
    }
    if (zmq_msg_more(part)) {
        *ret_valid = false;
        skip_rest(socket, part);
    }
    return true;
}

bool socket_receive(void *socket, bool router, struct socket_frame *ret_frame, uint64_t *dropped)
{
    bool valid;

    zmq_msg_init(&ret_frame->message);
    for (unsigned skipped = 0; skipped < SKIPPED_AT_ONCE && receive_message(socket, router, ret_frame, &valid);
         skipped++) {
        if (valid) {
            /* Of the frame itself: libzmq 4.3.4 often forgets to put them on the address before it. */
            copy_property(ret_frame->user, sizeof ret_frame->user, &ret_frame->message, "User-Id");
            copy_property(ret_frame->address, sizeof ret_frame->address, &ret_frame->message, "Peer-Address");
            ret_frame->descriptor = zmq_msg_get(&ret_frame->message, ZMQ_SRCFD);
            return true;
        }
        if (dropped != NULL)
            ++*dropped;
    }
    zmq_msg_close(&ret_frame->message);
    return false;
}

struct text socket_frame_text(struct socket_frame *frame)
{
    return (struct text){zmq_msg_data(&frame->message), zmq_msg_size(&frame->message)};
}

void socket_frame_close(struct socket_frame *frame)
{
    zmq_msg_close(&frame->message);
}
