/* notify/transport_private.h - what the files of the transport share: one request on its way. */
#ifndef DRIFTLINE_NOTIFY_TRANSPORT_PRIVATE_H
#define DRIFTLINE_NOTIFY_TRANSPORT_PRIVATE_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/types.h>

#include "notify/transport.h"

enum {
    EXCHANGE_LOOK_MS = 50 /* how often it is looked whether a program has ended that keeps its output open */
};

/* What a request is carried by: each has one of the two, or is over at once. */
struct exchange_program {
    pid_t process; /* 0: none */
    int input;     /* -1: closed */
    int output;
};

struct exchange_transfer {
    CURL *curl; /* NULL: none */
    struct curl_slist *headers;
    struct curl_slist *recipients;
    char failure[CURL_ERROR_SIZE];
    char refused[INET6_ADDRSTRLEN]; /* the private address that was not connected to */
    int socket_type;                /* 0: what libcurl wants */
    bool is_cut;                    /* more came than is read */
};

struct exchange {
    struct exchange *next;
    void *context;
    const struct sink *sink;
    struct arena arena;
    struct sink_request request;
    size_t sent; /* bytes of the body that are on their way */
    struct transport_result result;
    unsigned timeout_ms;
    int64_t ends_at; /* elapsed: when its time is over */
    bool is_over;
    struct exchange_program program;
    struct exchange_transfer transfer;
};

/* It is over, and has an answer or a problem. */
void exchange_answer(struct exchange *exchange, int32_t status);
void exchange_fail(struct exchange *exchange, const struct error *problem);

/* Take in what came; what is beyond the limit is dropped. */
void exchange_take(struct exchange *exchange, struct text bytes);

/* transport_curl.c: HTTP, SMTP, and syslogs by network. Ready to be added to a multi handle. */
enum error_code exchange_prepare_transfer(struct exchange *exchange, struct error *error) MUST_CHECK;
void exchange_finish_transfer(struct exchange *exchange, CURLcode code);
void exchange_clear_transfer(struct exchange *exchange);

/* transport_program.c. */
enum error_code exchange_start_program(struct exchange *exchange, struct error *error) MUST_CHECK;
void exchange_look_at_program(struct exchange *exchange); /* write, read, see whether it has ended */
void exchange_kill_program(struct exchange *exchange);    /* if it runs */

/* transport_local.c: over when they return. */
enum error_code exchange_append(struct exchange *exchange, struct error *error) MUST_CHECK;
enum error_code exchange_send_local(struct exchange *exchange, struct error *error) MUST_CHECK;

#endif
