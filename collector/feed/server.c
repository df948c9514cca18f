#include "feed/server.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "feed/exchange.h"
#include "feed/feed_private.h"
#include "feed/openapi.h"
#include "store/store.h"

enum {
    CONNECTION_MEMORY = 64 * 1024, /* of a connection: its headers, those of its answer, and buffers */
    LIFETIME_MEMORY = 8 * 1024 * 1024,
    OPTIONS_LIMIT = 16,
    SLOW_MARGIN_MS = 2000,  /* so much later than one that is silent, one that is slow is cut */
    DRAIN_US = 1000 * 1000, /* for requests to end by themselves */
    STOP_US = 500 * 1000    /* for those that are worked on, after that */
};

static const char tls_versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE";

/* ---- what libmicrohttpd says ---- */

static void take_complaint(void *context, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

static void take_complaint(void *context, const char *format, va_list arguments)
{
    struct feed *feed = context;
    char line[sizeof feed->complaint];

    vsnprintf(line, sizeof line, format, arguments);
    line[strcspn(line, "\n")] = '\0';
    if (feed->started)
        log_write(feed->logger, LOG_LEVEL_DEBUG, "http-library", LOG_FIELDS(log_string("message", line)));
    else
        memcpy(feed->complaint, line, sizeof line);
}

/* Leave the target as it came: exchange_begin() has it, and decodes it by its own rules. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context, (void)connection;
    return strlen(text);
}

/* ---- starting ---- */

/* A function pointer where libmicrohttpd wants a number that holds one. */
#define AS_NUMBER(function) ((intptr_t)(function))

static enum error_code add_tls(struct feed *feed, const struct feed_settings *settings, struct MHD_OptionItem *options,
                               size_t *count, struct error *error)
{
    struct certificate *pair = &feed->certificate;

    if (certificate_read(pair, settings->certificate, settings->certificate_key, &feed->arena, error) != ERROR_NONE)
        return error->code;
    options[(*count)++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)pair->certificate};
    options[(*count)++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)pair->key};
    options[(*count)++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)tls_versions};
    return ERROR_NONE;
}

static enum error_code start_daemon(struct feed *feed, const struct feed_settings *settings, int listening,
                                    struct error *error)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem options[OPTIONS_LIMIT] = {
        {MHD_OPTION_EXTERNAL_LOGGER, AS_NUMBER(take_complaint), feed},
        {MHD_OPTION_LISTEN_SOCKET, listening, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, AS_NUMBER(exchange_begin), feed},
        {MHD_OPTION_UNESCAPE_CALLBACK, AS_NUMBER(leave_escaped), feed},
        {MHD_OPTION_NOTIFY_COMPLETED, AS_NUMBER(exchange_end), feed},
        {MHD_OPTION_NOTIFY_CONNECTION, AS_NUMBER(exchange_connection), feed},
        {MHD_OPTION_CONNECTION_LIMIT, settings->connections + settings->streams, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (settings->timeout_ms + 999) / 1000, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
    };
    size_t count = 0;

    while (options[count].option != MHD_OPTION_END)
        count++;
    if (settings->certificate != NULL) {
        flags |= MHD_USE_TLS;
        if (add_tls(feed, settings, options, &count, error) != ERROR_NONE)
            return error->code;
    }
    options[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    feed->daemon = MHD_start_daemon(flags, 0, exchange_accept, feed, exchange_handle, feed, MHD_OPTION_ARRAY, options,
                                    MHD_OPTION_END);
    if (feed->daemon == NULL)
        return error_set(error, settings->certificate == NULL ? ERROR_INTERNAL : ERROR_CONFIG,
                         "the HTTP server cannot start: %s",
                         feed->complaint[0] == '\0' ? "it does not say why" : feed->complaint);
    feed->started = true;
    return ERROR_NONE;
}

static enum error_code listen_and_serve(struct feed *feed, const struct feed_settings *settings, struct error *error)
{
    struct feed_address address, bound;
    int listening = -1;

    if (feed_address_parse(&address, settings->listen, error) != ERROR_NONE)
        return error->code;
    if (!address.loopback && settings->certificate == NULL)
        return error_set(error, ERROR_CONFIG, "'%.80s' can be reached from other machines, but there is no TLS",
                         settings->listen);
    if (feed_address_listen(&address, &listening, &bound, error) != ERROR_NONE)
        return error->code;
    feed_address_url(&bound, settings->certificate != NULL, feed->url);
    if (start_daemon(feed, settings, listening, error) != ERROR_NONE) {
        close(listening);
        return error->code;
    }
    return ERROR_NONE; /* the daemon closes the socket */
}

static enum error_code read_store_id(struct feed *feed, const char *folder, struct error *error)
{
    struct database *database = NULL;
    enum error_code code = store_open(&database, folder, DATABASE_READ, error);

    if (code == ERROR_NONE)
        code = store_id(database, &feed->arena, &feed->tools.store, error);
    database_close(database);
    return code;
}

static void init(struct feed *feed, struct core *core, struct logger *logger, const struct feed_settings *settings)
{
    pthread_condattr_t attributes;

    *feed = (struct feed){.logger = logger,
                          .tools = {.core = core, .notify = settings->notify},
                          .policy = settings->policy,
                          .connections_per_address = settings->connections_per_address,
                          .body_limit = settings->body_limit,
                          .upload_limit = settings->upload_limit};
    arena_init(&feed->arena, LIFETIME_MEMORY);
    buffer_init(&feed->openapi);
    access_init(&feed->access);
    pthread_mutex_init(&feed->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&feed->fewer, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* Release what is left when the daemon is gone, or never was. */
static void release(struct feed *feed)
{
    streams_stop(feed->tools.streams);
    streams_free(feed->tools.streams);
    workers_free(feed->workers);
    metrics_tally_free(feed->tools.metrics.tally);
    connections_free(feed->connections);
    access_clear(&feed->access);
    buffer_clear(&feed->openapi);
    arena_free(&feed->arena);
    pthread_cond_destroy(&feed->fewer);
    pthread_mutex_destroy(&feed->lock);
    mem_free(feed);
}

static enum error_code start_streams(struct feed *feed, const struct feed_settings *settings, struct error *error)
{
    struct streams_settings streams = {
        .folder = settings->folder, .limit = settings->streams, .tail = settings->tail, .logger = feed->logger};

    return settings->tail == NULL ? ERROR_NONE : streams_start(&feed->tools.streams, &streams, error);
}

static enum error_code start(struct feed *feed, const struct feed_settings *settings, struct error *error)
{
    if (read_store_id(feed, settings->folder, error) != ERROR_NONE ||
        openapi_write(&feed->openapi, error) != ERROR_NONE ||
        connections_new(&feed->connections, settings->timeout_ms + SLOW_MARGIN_MS, error) != ERROR_NONE ||
        metrics_tally_new(&feed->tools.metrics.tally, settings->folder, error) != ERROR_NONE ||
        workers_new(&feed->workers, settings->threads, settings->folder, error) != ERROR_NONE)
        return error->code;
    feed->tools.openapi = buffer_text(&feed->openapi);
    if (start_streams(feed, settings, error) != ERROR_NONE)
        return error->code;
    feed->tools.metrics.connections = feed->connections;
    feed->tools.metrics.folder = settings->folder;
    feed->tools.metrics.notifier = settings->notifier;
    feed->tools.metrics.publisher = settings->publisher;
    return listen_and_serve(feed, settings, error);
}

enum error_code feed_start(struct feed **ret_feed, const struct feed_settings *settings, struct core *core,
                           struct logger *logger, struct error *error)
{
    struct feed *feed = mem_alloc(sizeof *feed);

    if (feed == NULL)
        return error_memory(error, "starting the HTTP server");
    init(feed, core, logger, settings);
    if (start(feed, settings, error) != ERROR_NONE) {
        release(feed);
        return error->code;
    }
    *ret_feed = feed;
    return ERROR_NONE;
}

/* ---- stopping ---- */

/* Until all requests have ended, or the deadline. */
static void wait_for_exchanges(struct feed *feed, int64_t deadline)
{
    struct timespec until = {.tv_sec = deadline / 1000000, .tv_nsec = deadline % 1000000 * 1000};

    pthread_mutex_lock(&feed->lock);
    while (feed->exchanges > 0 && clock_elapsed() < deadline)
        pthread_cond_timedwait(&feed->fewer, &feed->lock, &until);
    pthread_mutex_unlock(&feed->lock);
}

bool feed_stop(struct feed *feed)
{
    int64_t deadline = clock_elapsed() + DRAIN_US;
    int listening;

    if (feed == NULL)
        return true;
    listening = MHD_quiesce_daemon(feed->daemon);
    if (listening >= 0)
        shutdown(listening,
                 SHUT_RDWR); /* nobody new; its number stays taken, for the library's thread still knows it */
    streams_stop(feed->tools.streams);
    wait_for_exchanges(feed, deadline);
    if (!workers_stop(feed->workers, deadline + STOP_US))
        return false;
    MHD_stop_daemon(feed->daemon); /* no connection is suspended any more */
    if (listening >= 0)
        close(listening);
    release(feed);
    return true;
}

/* ---- the rest ---- */

const char *feed_url(const struct feed *feed)
{
    return feed->url;
}

bool feed_has_certificate(const struct feed *feed, const struct certificate *certificate)
{
    return feed->certificate.certificate != NULL &&
           strcmp(feed->certificate.certificate, certificate->certificate) == 0 &&
           strcmp(feed->certificate.key, certificate->key) == 0;
}

unsigned feed_streams(struct feed *feed)
{
    return feed->tools.streams == NULL ? 0 : streams_count(feed->tools.streams);
}

uint64_t feed_connections_cut(struct feed *feed)
{
    return connections_cut(feed->connections);
}
