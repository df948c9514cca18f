#include "cli/collector.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/memory.h"
#include "http/http_safety.h"

enum {
    SETTINGS_LIMIT = 256 * 1024, /* bytes that address and token may take */
    URL_LIMIT = 2048,
    HEADER_LIMIT = 64 * 1024, /* bytes of an answer's header */
    LEAST_SPEED = 1000,       /* bytes a second, for as long as the answer timeout: slower is as good as silent */
    STREAM_SILENCE_US = 45 * 1000 * 1000 /* a stream says something every 15 s */
};

struct collector {
    CURL *curl;
    struct arena arena;
    const char *url;
    char *authorization; /* a whole line of a header; NULL: no token */
    const char *ca;
    bool encrypted;
    unsigned connect_timeout_ms;
    unsigned answer_timeout_ms;
    int64_t blamed_item;
    char failure[CURL_ERROR_SIZE];
};

/* One question on its way. */
struct exchange {
    struct collector *collector;
    const struct collector_question *question;
    struct buffer *answer;
    size_t begin; /* of the answer in its buffer */
    size_t header;
    size_t limit;         /* that was exceeded; 0: none */
    int64_t heard_at;     /* elapsed, of a stream */
    bool is_over;         /* whoever listens to a stream has heard enough */
    bool is_silent;       /* a stream says nothing more */
    struct error refusal; /* of who listens; no code: none */
    struct curl_slist *lines;
};

/* ---- settings ---- */

static void initialise(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static enum error_code url_error(const char *what, struct error *error)
{
    error_set(error, ERROR_USAGE, "the address of the collector %s", what);
    return error_hint(error, "it is written like https://driftline.example or http://127.0.0.1:7480");
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *value = NULL;
    bool found = curl_url_get(url, part, &value, 0) == CURLUE_OK && value[0] != '\0';

    curl_free(value);
    return found;
}

static bool is_scheme(CURLU *url, const char *scheme)
{
    char *value = NULL;
    bool equal = curl_url_get(url, CURLUPART_SCHEME, &value, 0) == CURLUE_OK && strcmp(value, scheme) == 0;

    curl_free(value);
    return equal;
}

/* libcurl itself sees to it that `localhost` is this machine, whatever a name server says. */
static bool is_loopback(CURLU *url)
{
    char *host = NULL;
    bool loopback = curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                    (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
                     (strncmp(host, "127.", 4) == 0 && host[strspn(host, "0123456789.")] == '\0'));

    curl_free(host);
    return loopback;
}

static void free_url(CURLU **url)
{
    curl_url_cleanup(*url);
}

/* Secrets do not belong into an address: while there may be one in it, no message quotes it. */
static enum error_code check_url(CURLU *url, const struct collector_settings *settings, struct error *error)
{
    if (!is_scheme(url, "http") && !is_scheme(url, "https"))
        return url_error("begins with neither 'http://' nor 'https://'", error);
    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD) || has_part(url, CURLUPART_QUERY) ||
        has_part(url, CURLUPART_FRAGMENT)) {
        url_error("has more than host, port and path", error);
        return error_hint(error, "a token is given by DRIFTLINE_TOKEN or '--token file:PATH'");
    }
    if (is_scheme(url, "http") && settings->token != NULL && !settings->insecure_http && !is_loopback(url)) {
        error_set(error, ERROR_USAGE, "the token would go to '%.200s' without encryption", settings->url);
        return error_hint(error, "use https, or '--insecure-http' when the network can be trusted");
    }
    return ERROR_NONE;
}

static enum error_code read_url(struct collector *collector, const struct collector_settings *settings,
                                struct error *error)
{
    CLEANUP(free_url) CURLU *url = curl_url();
    char *whole = NULL;
    char *copy;

    if (url == NULL)
        return error_memory(error, "reading the address of the collector");
    if (strlen(settings->url) > URL_LIMIT || strstr(settings->url, "://") == NULL ||
        curl_url_set(url, CURLUPART_URL, settings->url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return url_error("is no URL", error);
    if (check_url(url, settings, error) != ERROR_NONE)
        return error->code;
    if (curl_url_get(url, CURLUPART_URL, &whole, 0) != CURLUE_OK)
        return error_memory(error, "reading the address of the collector");
    copy = arena_string(&collector->arena, text_from(whole));
    curl_free(whole);
    if (copy == NULL)
        return arena_error(&collector->arena, error, "reading the address of the collector");
    for (size_t length = strlen(copy); length > 0 && copy[length - 1] == '/'; length--)
        copy[length - 1] = '\0';
    collector->url = copy;
    collector->encrypted = is_scheme(url, "https");
    return ERROR_NONE;
}

static enum error_code read_token(struct collector *collector, const char *where, struct error *error)
{
    struct text token;

    if (config_secret(where, &collector->arena, &token, error) != ERROR_NONE)
        return error_context(error, "the token for the collector");
    for (size_t i = 0; i < token.length; i++)
        if (token.bytes[i] <= ' ' || token.bytes[i] > '~')
            return error_set(error, ERROR_CONFIG, "what '%.200s' holds is no token: it has blanks or other signs",
                             where);
    collector->authorization = arena_printf(&collector->arena, "Authorization: Bearer %s", token.bytes);
    explicit_bzero((char *)token.bytes, token.length); /* the arena's own copy */
    if (collector->authorization == NULL)
        return arena_error(&collector->arena, error, "reading the token for the collector");
    return ERROR_NONE;
}

enum error_code collector_open(struct collector **ret_collector, const struct collector_settings *settings,
                               struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    CLEANUP(collector_closep) struct collector *collector = NULL;

    if (settings->url == NULL) {
        error_set(error, ERROR_USAGE, "no collector is named");
        return error_hint(error, "give '--collector URL', or set DRIFTLINE_COLLECTOR");
    }
    collector = mem_alloc(sizeof *collector);
    if (collector == NULL)
        return error_memory(error, "asking the collector");
    *collector = (struct collector){.ca = settings->ca,
                                    .connect_timeout_ms = settings->connect_timeout_ms,
                                    .answer_timeout_ms = settings->answer_timeout_ms};
    arena_init(&collector->arena, SETTINGS_LIMIT);
    pthread_once(&once, initialise);
    if (read_url(collector, settings, error) != ERROR_NONE ||
        (settings->token != NULL && read_token(collector, settings->token, error) != ERROR_NONE))
        return error->code;
    collector->curl = curl_easy_init();
    if (collector->curl == NULL)
        return error_memory(error, "asking the collector");
    *ret_collector = collector;
    collector = NULL;
    return ERROR_NONE;
}

void collector_close(struct collector *collector)
{
    if (collector == NULL)
        return;
    curl_easy_cleanup(collector->curl);
    if (collector->authorization != NULL)
        explicit_bzero(collector->authorization, strlen(collector->authorization));
    arena_free(&collector->arena);
    mem_free(collector);
}

void collector_closep(struct collector **collector)
{
    collector_close(*collector);
}

const char *collector_url(const struct collector *collector)
{
    return collector->url;
}

/* ---- what libcurl calls ---- */

static long status_of(const struct collector *collector)
{
    long status = 0;

    curl_easy_getinfo(collector->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static size_t receive_header(char *bytes, size_t one, size_t length, void *context)
{
    struct exchange *exchange = context;

    (void)bytes;
    exchange->header += one * length;
    if (exchange->header <= HEADER_LIMIT)
        return one * length;
    exchange->limit = HEADER_LIMIT;
    return 0; /* ends the transfer */
}

static bool has_type(const char *header, const char *type)
{
    size_t length = strlen(type);

    return header != NULL && strncasecmp(header, type, length) == 0 && strchr(" ;\t", header[length]) != NULL;
}

static size_t receive_body(char *bytes, size_t one, size_t length, void *context)
{
    struct exchange *exchange = context;
    const struct collector_question *question = exchange->question;
    bool is_failure = status_of(exchange->collector) >= 300;
    size_t limit = is_failure ? COLLECTOR_ERROR_LIMIT : question->limit;

    exchange->heard_at = clock_elapsed();
    if (question->receive != NULL && !is_failure &&
        has_type(collector_header(exchange->collector, "Content-Type", 0), question->type))
        return question->receive(question->stream_context, (struct text){bytes, one * length}, &exchange->refusal) ==
                       ERROR_NONE
                   ? one * length
                   : 0;
    if (length > limit || exchange->answer->length - exchange->begin > limit - length) {
        exchange->limit = limit;
        return 0;
    }
    buffer_add(exchange->answer, bytes, one * length);
    return exchange->answer->failed ? 0 : one * length;
}

/* Whether a stream is to be ended: by who listens, or because it has died without a word. */
static bool ends_stream(struct exchange *exchange)
{
    const struct collector_question *question = exchange->question;

    exchange->is_over = question->is_over != NULL && question->is_over(question->stream_context);
    exchange->is_silent = question->receive != NULL && clock_elapsed() - exchange->heard_at > STREAM_SILENCE_US;
    return exchange->is_over || exchange->is_silent;
}

static int report_progress(void *context, curl_off_t total, curl_off_t done, curl_off_t upload_total, curl_off_t upload)
{
    struct exchange *exchange = context;

    (void)upload_total;
    (void)upload;
    if (ends_stream(exchange))
        return 1; /* ends the transfer */
    if (exchange->question->progress != NULL)
        exchange->question->progress(exchange->question->progress_context, (size_t)done, (size_t)total);
    return 0;
}

/* ---- asking ---- */

static bool add_line(struct exchange *exchange, const char *line)
{
    struct curl_slist *longer = curl_slist_append(exchange->lines, line);

    if (longer != NULL)
        exchange->lines = longer;
    return longer != NULL;
}

/* The lines hold the token. */
static void exchange_clear(struct exchange *exchange)
{
    for (struct curl_slist *line = exchange->lines; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(exchange->lines);
    curl_easy_setopt(exchange->collector->curl, CURLOPT_HTTPHEADER, NULL);
}

#define SET(option, value) (curl_easy_setopt(curl, option, value) == CURLE_OK)

static bool set_connection(const struct collector *collector)
{
    CURL *curl = collector->curl;
    long patience = (long)(collector->answer_timeout_ms + 999) / 1000;

    return http_set_safety(curl, collector->ca) && SET(CURLOPT_PROTOCOLS_STR, "http,https") &&
           SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) && (collector->encrypted || SET(CURLOPT_PROXY, "")) &&
           SET(CURLOPT_CONNECTTIMEOUT_MS, (long)collector->connect_timeout_ms) &&
           SET(CURLOPT_LOW_SPEED_LIMIT, (long)LEAST_SPEED) && SET(CURLOPT_LOW_SPEED_TIME, patience) &&
           SET(CURLOPT_ERRORBUFFER, (char *)collector->failure);
}

/* A stream is slow by nature, and silent for a while. */
static bool set_stream(struct exchange *exchange)
{
    CURL *curl = exchange->collector->curl;
    char line[48];

    if (exchange->question->receive == NULL)
        return true;
    if (!SET(CURLOPT_LOW_SPEED_LIMIT, 0L) || !SET(CURLOPT_LOW_SPEED_TIME, 0L) ||
        !add_line(exchange, "Accept: text/event-stream"))
        return false;
    if (exchange->question->last_event < 0)
        return true;
    snprintf(line, sizeof line, "Last-Event-ID: %lld", (long long)exchange->question->last_event);
    return add_line(exchange, line);
}

/* A question that has no body says so: some servers wait for one otherwise. */
static bool set_body(struct exchange *exchange)
{
    const struct collector_question *question = exchange->question;
    CURL *curl = exchange->collector->curl;

    if (question->file.length > 0)
        return add_line(exchange, "Content-Type: application/octet-stream") &&
               SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)question->file.length) &&
               SET(CURLOPT_POSTFIELDS, question->file.bytes);
    if (question->body != NULL)
        return add_line(exchange, "Content-Type: application/json") && SET(CURLOPT_POSTFIELDS, question->body);
    if (strcmp(question->method, "POST") == 0)
        return add_line(exchange, "Content-Type:") && SET(CURLOPT_POSTFIELDSIZE, 0L) && SET(CURLOPT_POSTFIELDS, "");
    return true;
}

static bool set_question(struct exchange *exchange)
{
    const struct collector_question *question = exchange->question;
    CURL *curl = exchange->collector->curl;

    if (exchange->collector->authorization != NULL && !add_line(exchange, exchange->collector->authorization))
        return false;
    return set_stream(exchange) && set_body(exchange) && SET(CURLOPT_CUSTOMREQUEST, question->method) &&
           SET(CURLOPT_HTTPHEADER, exchange->lines) && SET(CURLOPT_HEADERFUNCTION, receive_header) &&
           SET(CURLOPT_HEADERDATA, exchange) && SET(CURLOPT_WRITEFUNCTION, receive_body) &&
           SET(CURLOPT_WRITEDATA, exchange) && SET(CURLOPT_NOPROGRESS, 0L) &&
           SET(CURLOPT_XFERINFOFUNCTION, report_progress) && SET(CURLOPT_XFERINFODATA, exchange);
}

#undef SET

static enum error_code limit_error(const struct exchange *exchange, struct error *error)
{
    return error_set(error, ERROR_LIMIT, "the answer of '%.200s' is larger than %zu bytes", exchange->collector->url,
                     exchange->limit);
}

static enum error_code timeout_error(const struct collector *collector, struct error *error)
{
    curl_off_t connected = 0;

    curl_easy_getinfo(collector->curl, collector->encrypted ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T,
                      &connected);
    if (connected == 0)
        return error_set(error, ERROR_CONNECT, "'%.200s' could not be reached within %u ms", collector->url,
                         collector->connect_timeout_ms);
    error_set(error, ERROR_TIMEOUT, "'%.200s' stopped answering", collector->url);
    return error_hint(error, "try again, or raise '--answer-timeout'");
}

/* Why there is no answer. */
static enum error_code transfer_error(const struct exchange *exchange, CURLcode result, struct error *error)
{
    const struct collector *collector = exchange->collector;
    const char *reason = collector->failure[0] != '\0' ? collector->failure : curl_easy_strerror(result);

    if (exchange->refusal.code != ERROR_NONE) {
        *error = exchange->refusal;
        return error->code;
    }
    if (exchange->limit > 0)
        return limit_error(exchange, error);
    if (exchange->is_silent)
        return timeout_error(collector, error);
    switch (result) {
    case CURLE_OUT_OF_MEMORY:
    case CURLE_WRITE_ERROR: /* the limit was looked at above */
        return error_memory(error, "asking the collector");
    case CURLE_OPERATION_TIMEDOUT:
        return timeout_error(collector, error);
    case CURLE_UNSUPPORTED_PROTOCOL: /* what is no HTTP counts as HTTP/0.9 */
    case CURLE_WEIRD_SERVER_REPLY:
        return collector_misunderstood(collector, "it does not speak HTTP", error);
    case CURLE_SSL_CACERT_BADFILE:
        return error_set(error, ERROR_CONFIG, "'%.200s' has no certificates to trust",
                         collector->ca == NULL ? "the system" : collector->ca);
    case CURLE_PEER_FAILED_VERIFICATION:
        error_set(error, ERROR_CONNECT, "'%.200s' cannot be trusted: %s", collector->url, reason);
        return error_hint(error, "'--ca FILE' names the certificates to trust");
    case CURLE_SSL_CONNECT_ERROR:
        error_set(error, ERROR_CONNECT, "no encrypted connection to '%.200s': %s", collector->url, reason);
        return error_hint(error, "check whether the collector serves https at this port");
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return error_set(error, ERROR_CONNECT, "'%.200s' broke the connection off: %s", collector->url, reason);
    default:
        error_set(error, ERROR_CONNECT, "no collector answers at '%.200s': %s", collector->url, reason);
        return error_hint(error, "check the address, and that the collector runs");
    }
}

/* ---- what came back ---- */

enum error_code collector_misunderstood(const struct collector *collector, const char *what, struct error *error)
{
    error_set(error, ERROR_PROTOCOL, "'%.200s' is no collector that this version understands: %s", collector->url,
              what);
    return error_hint(error, "give the address at which the collector serves HTTP, not the one for its agents");
}

static enum error_code code_of(const char *name, long status)
{
    for (enum error_code code = ERROR_NONE + 1; code < ERROR_CODE_COUNT; code++)
        if (strcmp(error_name(code), name) == 0)
            return code;
    switch (status) { /* of a later version */
    case 401:
    case 403:
        return ERROR_REFUSED;
    case 404:
        return ERROR_NOT_FOUND;
    case 409:
        return ERROR_CONFLICT;
    default:
        return status < 500 ? ERROR_USAGE : ERROR_QUERY;
    }
}

static const char *member(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value == NULL ? "" : value;
}

/* `GET /openapi.json …` is for those who ask the API themselves; at a terminal our own advice is better. */
static bool speaks_of_paths(const char *hint)
{
    return strncmp(hint, "GET /", 5) == 0;
}

/* Make its error ours. */
static enum error_code api_error(const struct exchange *exchange, long status, struct error *error)
{
    size_t length = exchange->answer->length - exchange->begin;
    const char *bytes = length == 0 ? "" : exchange->answer->bytes + exchange->begin;
    json_t *document = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *told = json_object_get(document, "error");
    char what[64];

    if (member(told, "message")[0] == '\0') {
        snprintf(what, sizeof what, "it answers with status %ld", status);
        collector_misunderstood(exchange->collector, what, error);
    } else {
        error_set(error, code_of(member(told, "code"), status), "collector: %s", member(told, "message"));
        if (!speaks_of_paths(member(told, "hint")))
            error_hint(error, "%s", member(told, "hint"));
        if (json_is_integer(json_object_get(told, "item")))
            exchange->collector->blamed_item = json_integer_value(json_object_get(told, "item"));
        if (status == 401 && exchange->collector->authorization == NULL)
            error_hint(error, "no token was given: set DRIFTLINE_TOKEN or give '--token file:PATH'");
    }
    json_decref(document);
    return error->code;
}

static enum error_code check_answer(const struct exchange *exchange, struct error *error)
{
    const struct collector *collector = exchange->collector;
    long status = status_of(collector);
    const char *where = collector_header(collector, "Location", 0);

    if (status >= 300 && status < 400) {
        error_set(error, ERROR_PROTOCOL, "'%.200s' answers with a redirection to '%.200s', which is not followed",
                  collector->url, where == NULL ? "" : where);
        return error_hint(error, "give the address at which the collector itself answers");
    }
    if (status >= 400 && status != exchange->question->also)
        return api_error(exchange, status, error);
    if (exchange->question->type != NULL &&
        !has_type(collector_header(collector, "Content-Type", 0), exchange->question->type))
        return collector_misunderstood(collector, "its answer is of another type", error);
    return ERROR_NONE;
}

enum error_code collector_ask(struct collector *collector, const struct collector_question *question,
                              struct buffer *answer, struct error *error)
{
    CLEANUP(exchange_clear)
    struct exchange exchange = {.collector = collector,
                                .question = question,
                                .answer = answer,
                                .begin = answer->length,
                                .heard_at = clock_elapsed()};
    CLEANUP(buffer_clear) struct buffer url;
    CURLcode result;

    buffer_init(&url);
    buffer_printf(&url, "%s%s", collector->url, question->target);
    if (buffer_check(&url, error, "asking the collector") != ERROR_NONE)
        return error->code;
    curl_easy_reset(collector->curl);
    collector->failure[0] = '\0';
    collector->blamed_item = -1;
    if (!set_connection(collector) || !set_question(&exchange) ||
        curl_easy_setopt(collector->curl, CURLOPT_URL, url.bytes) != CURLE_OK)
        return error_memory(error, "asking the collector");
    result = curl_easy_perform(collector->curl);
    if (exchange.is_over)
        return ERROR_NONE;
    if (result != CURLE_OK)
        return transfer_error(&exchange, result, error);
    return check_answer(&exchange, error);
}

int64_t collector_blamed_item(const struct collector *collector)
{
    return collector->blamed_item;
}

const char *collector_header(const struct collector *collector, const char *name, size_t number)
{
    struct curl_header *header = NULL;

    return curl_easy_header(collector->curl, name, number, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value
                                                                                                   : NULL;
}

/* ---- what to ask ---- */

void collector_add_parameter(struct buffer *target, const char *name, struct text value)
{
    bool first = target->length == 0 || memchr(target->bytes, '?', target->length) == NULL;

    buffer_printf(target, "%c%s=", first ? '?' : '&', name);
    buffer_add_escaped(target, value, "");
}

void collector_add_step(struct buffer *target, struct text value)
{
    buffer_add_byte(target, '/');
    buffer_add_escaped(target, value, "");
}
