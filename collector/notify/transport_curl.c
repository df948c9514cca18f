#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "http/http_safety.h"
#include "http/private_address.h"
#include "notify/transport_private.h"

static const char doing[] = "sending a notification";

/* ---- what libcurl calls ---- */

/* Where a connection is about to go: the name was resolved, this is what it is. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct exchange *exchange = context;
    const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)&address->addr;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)&address->addr;

    (void)purpose;
    if (!exchange->sink->allow_private && address_is_private(&address->addr)) {
        const void *bytes = address->family == AF_INET6 ? (const void *)&in6->sin6_addr : (const void *)&in->sin_addr;

        inet_ntop(address->family, bytes, exchange->transfer.refused, sizeof exchange->transfer.refused);
        return CURL_SOCKET_BAD;
    }
    if (exchange->transfer.socket_type != 0) {
        address->socktype = exchange->transfer.socket_type;
        address->protocol = 0;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t receive(char *bytes, size_t one, size_t length, void *context)
{
    struct exchange *exchange = context;

    exchange_take(exchange, (struct text){bytes, one * length});
    if (exchange->result.body.length < SINK_ANSWER_LIMIT)
        return one * length;
    exchange->transfer.is_cut = true;
    return 0; /* ends the transfer: what came is enough to see what it means */
}

static size_t send_some(char *bytes, size_t one, size_t limit, void *context)
{
    struct exchange *exchange = context;
    size_t length = exchange->request.body.length - exchange->sent;

    if (length > one * limit)
        length = one * limit;
    if (length > 0)
        memcpy(bytes, exchange->request.body.bytes + exchange->sent, length);
    exchange->sent += length;
    return length;
}

/* ---- setting up ---- */

#define SET(option, value) (curl_easy_setopt(curl, option, value) == CURLE_OK)

static bool set_always(struct exchange *exchange, const char *url)
{
    CURL *curl = exchange->transfer.curl;
    long timeout = (long)exchange->timeout_ms;

    return SET(CURLOPT_URL, url) && SET(CURLOPT_PRIVATE, (void *)exchange) && SET(CURLOPT_PROXY, "") &&
           SET(CURLOPT_FRESH_CONNECT, 1L) && SET(CURLOPT_TIMEOUT_MS, timeout) &&
           SET(CURLOPT_CONNECTTIMEOUT_MS, timeout) &&
           SET(CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(exchange->timeout_ms + 999) / 1000) &&
           SET(CURLOPT_QUICK_EXIT, 1L) /* a name server that is silent is not waited for */ &&
           SET(CURLOPT_OPENSOCKETFUNCTION, open_socket) && SET(CURLOPT_OPENSOCKETDATA, (void *)exchange) &&
           SET(CURLOPT_WRITEFUNCTION, receive) && SET(CURLOPT_WRITEDATA, (void *)exchange) &&
           SET(CURLOPT_ERRORBUFFER, (char *)exchange->transfer.failure);
}

static bool add_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);

    if (longer != NULL)
        *list = longer;
    return longer != NULL;
}

static bool set_http(struct exchange *exchange)
{
    const struct sink_request *request = &exchange->request;
    CURL *curl = exchange->transfer.curl;

    for (size_t i = 0; i < request->header_count; i++) {
        char *line = arena_string(&exchange->arena, request->headers[i]);
        bool added = line != NULL && add_line(&exchange->transfer.headers, line);

        if (line != NULL)
            explicit_bzero(line, request->headers[i].length);
        if (!added)
            return false;
    }
    /* Without "Expect" a large body would wait for an answer that many servers never give. */
    if (!add_line(&exchange->transfer.headers, "Expect:") || !SET(CURLOPT_HTTPHEADER, exchange->transfer.headers) ||
        !SET(CURLOPT_PROTOCOLS_STR, "http,https") || !SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) ||
        !SET(CURLOPT_FORBID_REUSE, 1L))
        return false;
    if (strcmp(request->method, "GET") == 0)
        return SET(CURLOPT_HTTPGET, 1L);
    return SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length) &&
           SET(CURLOPT_POSTFIELDS, request->body.length == 0 ? "" : request->body.bytes) &&
           SET(CURLOPT_CUSTOMREQUEST, request->method);
}

/* "Driftline <driftline@example.com>" → the address. */
static struct text address_of(struct text person)
{
    const char *begin = person.length == 0 ? NULL : memrchr(person.bytes, '<', person.length);
    const char *end = begin == NULL ? NULL : memchr(begin, '>', person.length - (size_t)(begin - person.bytes));

    return end == NULL ? person : (struct text){begin + 1, (size_t)(end - begin - 1)};
}

/* Without encryption only where the network is trusted, and never a password. */
static long mail_encryption(const struct sink *sink)
{
    return (long)(sink->allow_private && sink->password.length == 0 ? CURLUSESSL_TRY : CURLUSESSL_ALL);
}

static bool set_mail(struct exchange *exchange)
{
    const struct sink *sink = exchange->sink;
    CURL *curl = exchange->transfer.curl;
    char *from = arena_string(&exchange->arena, address_of(sink->from));

    if (from == NULL)
        return false;
    for (size_t i = 0; i < sink->to_count; i++) {
        char *to = arena_string(&exchange->arena, address_of(sink->to[i]));

        if (to == NULL || !add_line(&exchange->transfer.recipients, to))
            return false;
    }
    if (sink->user.length > 0) {
        char *user = arena_string(&exchange->arena, sink->user);
        char *password = arena_string(&exchange->arena, sink->password);
        bool set = user != NULL && password != NULL && SET(CURLOPT_USERNAME, user) && SET(CURLOPT_PASSWORD, password);

        if (password != NULL)
            explicit_bzero(password, sink->password.length);
        if (!set)
            return false;
    }
    return SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps") && SET(CURLOPT_FORBID_REUSE, 1L) &&
           SET(CURLOPT_USE_SSL, mail_encryption(sink)) && SET(CURLOPT_MAIL_FROM, from) &&
           SET(CURLOPT_MAIL_RCPT, exchange->transfer.recipients) && SET(CURLOPT_UPLOAD, 1L) &&
           SET(CURLOPT_READFUNCTION, send_some) && SET(CURLOPT_READDATA, (void *)exchange) &&
           SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)exchange->request.body.length);
}

/* libcurl resolves, connects and encrypts; what is said then is said by finish_send(). A connection that is only
 * connected belongs to its handle, and is closed with it: it must not be closed before. */
static bool set_syslog(struct exchange *exchange)
{
    CURL *curl = exchange->transfer.curl;

    if (text_starts_with(exchange->sink->url, TEXT("udp:")))
        exchange->transfer.socket_type = SOCK_DGRAM;
    return SET(CURLOPT_PROTOCOLS_STR, "http,https") && SET(CURLOPT_CONNECT_ONLY, 1L) &&
           SET(CURLOPT_SSL_ENABLE_ALPN, 0L);
}

#undef SET

/* udp://host:514, tcp://host and tls://host as libcurl names what it connects to. */
static const char *syslog_url(struct exchange *exchange)
{
    struct text url = exchange->sink->url;
    bool is_tls = text_starts_with(url, TEXT("tls:"));
    struct text rest = {url.bytes + strlen("tls://"), url.length - strlen("tls://")};
    const char *colon;

    while (rest.length > 0 && rest.bytes[rest.length - 1] == '/')
        rest.length--;
    colon = rest.length == 0 ? NULL : memrchr(rest.bytes, ':', rest.length);
    if (colon != NULL && memchr(colon, ']', rest.length - (size_t)(colon - rest.bytes)) != NULL)
        colon = NULL; /* it is one of those of an IPv6 address */
    return arena_printf(&exchange->arena, "%s://%.*s%s/", is_tls ? "https" : "http", TEXT_ARGS(rest),
                        colon != NULL ? "" : (is_tls ? ":6514" : ":514"));
}

enum error_code exchange_prepare_transfer(struct exchange *exchange, struct error *error)
{
    struct text text = exchange->request.url.length > 0 ? exchange->request.url : exchange->sink->url;
    const char *url =
        exchange->request.action == SINK_SEND ? syslog_url(exchange) : arena_string(&exchange->arena, text);
    const char *ca = NULL;
    bool set;

    if (exchange->sink->ca.length > 0 && (ca = arena_string(&exchange->arena, exchange->sink->ca)) == NULL)
        return arena_error(&exchange->arena, error, doing);
    exchange->transfer.curl = curl_easy_init();
    if (url == NULL || exchange->transfer.curl == NULL)
        return error_memory(error, doing);
    set = http_set_safety(exchange->transfer.curl, ca) && set_always(exchange, url);
    explicit_bzero((char *)url, strlen(url));
    if (exchange->request.action == SINK_HTTP)
        set = set && set_http(exchange);
    else if (exchange->request.action == SINK_MAIL)
        set = set && set_mail(exchange);
    else
        set = set && set_syslog(exchange);
    return set ? ERROR_NONE : error_memory(error, doing);
}

/* ---- what became of it ---- */

static void fail(struct exchange *exchange, CURLcode code)
{
    const char *why = exchange->transfer.failure[0] != '\0' ? exchange->transfer.failure : curl_easy_strerror(code);
    struct error problem = {0};

    if (exchange->transfer.refused[0] != '\0') {
        error_set(&problem, ERROR_CONFIG, "'%s' is no address of the public internet", exchange->transfer.refused);
        error_hint(&problem, "'allow_private: true' of the sink lets it be connected to");
    } else if (code == CURLE_OPERATION_TIMEDOUT) {
        error_set(&problem, ERROR_TIMEOUT, "no answer within %u ms", exchange->timeout_ms);
    } else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_USE_SSL_FAILED ||
               code == CURLE_SSL_CACERT_BADFILE) {
        error_set(&problem, ERROR_REFUSED, "%s", why);
    } else if (code == CURLE_OUT_OF_MEMORY) {
        error_memory(&problem, doing);
    } else {
        error_set(&problem, ERROR_CONNECT, "%s", why);
    }
    exchange_fail(exchange, &problem);
}

/* The connection stands: one write, which a socket that was just opened has room for. */
static CURLcode finish_send(struct exchange *exchange)
{
    const struct buffer *body = &exchange->request.body;
    curl_socket_t socket = CURL_SOCKET_BAD;
    size_t sent = 0;
    CURLcode code;

    if (exchange->transfer.socket_type == SOCK_DGRAM) {
        code = curl_easy_getinfo(exchange->transfer.curl, CURLINFO_ACTIVESOCKET, &socket);
        if (code == CURLE_OK && send(socket, body->bytes, body->length, MSG_NOSIGNAL) != (ssize_t)body->length)
            code = CURLE_SEND_ERROR;
        return code;
    }
    code = curl_easy_send(exchange->transfer.curl, body->bytes, body->length, &sent);
    return code == CURLE_OK && sent != body->length ? CURLE_SEND_ERROR : code;
}

void exchange_finish_transfer(struct exchange *exchange, CURLcode code)
{
    curl_off_t retry_after = 0;
    long status = 0;

    if (exchange->request.action == SINK_SEND) {
        if (code == CURLE_OK)
            code = finish_send(exchange);
        if (code == CURLE_OK)
            exchange_answer(exchange, 200);
        else
            fail(exchange, code);
        return;
    }
    curl_easy_getinfo(exchange->transfer.curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(exchange->transfer.curl, CURLINFO_RETRY_AFTER, &retry_after);
    if (code == CURLE_WRITE_ERROR && exchange->transfer.is_cut && status > 0)
        code = CURLE_OK;
    if (exchange->request.action == SINK_MAIL && code != CURLE_OK && code != CURLE_OPERATION_TIMEDOUT &&
        status >= 400) {
        exchange_take(exchange, text_from(exchange->transfer.failure)); /* "RCPT failed: 550" */
        code = CURLE_OK;
    }
    if (code != CURLE_OK) {
        fail(exchange, code);
        return;
    }
    if (retry_after > 0)
        exchange->result.answer.retry_after_us = (int64_t)retry_after * 1000000;
    exchange_answer(exchange, (int32_t)status);
}

/* The lines hold secrets. */
static void free_lines(struct curl_slist **lines)
{
    for (struct curl_slist *line = *lines; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(*lines);
    *lines = NULL;
}

void exchange_clear_transfer(struct exchange *exchange)
{
    curl_easy_cleanup(exchange->transfer.curl);
    exchange->transfer.curl = NULL;
    free_lines(&exchange->transfer.headers);
    free_lines(&exchange->transfer.recipients);
}
