/* sinks/service.h - what the kinds share that talk JSON with a service: where it is, and who we are. */
#ifndef DRIFTLINE_NOTIFY_SINKS_SERVICE_H
#define DRIFTLINE_NOTIFY_SINKS_SERVICE_H

#include "notify/sink.h"

/* ERROR_CONFIG unless the value is there: "a slack sink needs …". `key` is given back in `ret_key`. */
struct service_need {
    const char *key; /* "secret" */
    struct text value;
    const char *what; /* "a routing key" */
};
enum error_code service_need(const struct service_need *need, const char **ret_key, struct error *error) MUST_CHECK;

/* The sink's URL is https (or http to a trusted network); an empty one is right when the service has one of its own. */
enum error_code service_check_url(const struct sink *sink, bool has_default, const char **ret_key,
                                  struct error *error) MUST_CHECK;

/* Method and URL of a request: a path below the sink's URL, or below another when the sink has none. */
struct service_call {
    const char *method;
    const char *base; /* "https://api.github.com"; NULL: the sink has a URL */
    const char *path; /* "/user", or "" when the URL is all; NULL from arena_printf() is that memory ran out */
};
enum error_code service_request(const struct sink_attempt *attempt, struct sink_request *request,
                                const struct service_call *call, struct error *error) MUST_CHECK;

/* "Authorization: Bearer …" with the sink's secret. */
enum error_code service_bearer(const struct sink_attempt *attempt, struct sink_request *request,
                               struct error *error) MUST_CHECK;

/* What is in an answer, as an object that is to be released; NULL when it is none. */
json_t *service_object(struct text json);

/* What was kept of the incident, so; NULL when nothing was. */
enum error_code service_remote(const struct sink_attempt *attempt, json_t **ret_remote, struct error *error) MUST_CHECK;

/* A member as text; empty when there is none, or it is no text. It lives as long as the object. */
struct text service_text(const json_t *object, const char *name);

/* Whether a message is all that its incident will ever say, though nothing told its end: a test, or what has no end.
 * Who keeps a state of incidents ends it by himself. */
bool service_ends_at_once(const struct message *message);

/* Write an object as what is to be kept of the incident, in the arena; releases it. When memory runs out nothing is
 * kept: later messages are then written as first ones are. */
struct text service_keep(const struct sink_attempt *attempt, json_t *object);

#endif
