#include "publish/github_api.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/memory.h"
#include "http/http_safety.h"
#include "http/private_address.h"
#include "publish/github_app.h"

static const char doing[] = "asking GitHub";

enum {
    SECRET_MEMORY = 256 * 1024,
    ONE_ANSWER_MS = 30 * 1000 /* unless less is left for all of it */
};

struct github_api {
    const struct publish_opening *opening;
    CURL *curl;
    struct arena secrets;
    char *authorization; /* a whole line of the header */
    struct curl_slist *lines;
    struct buffer answer;
    bool is_cut; /* the answer was larger than the limit */
    char refused[INET6_ADDRSTRLEN];
    char failure[CURL_ERROR_SIZE];
};

/* ---- opening ---- */

static void initialise(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static enum error_code keep_token(struct github_api *api, struct text token, struct error *error)
{
    for (size_t i = 0; i < token.length; i++)
        if (token.bytes[i] <= ' ' || token.bytes[i] > '~')
            return error_set(error, ERROR_CONFIG, "the token has blanks or other signs");
    api->authorization = arena_printf(&api->secrets, "Authorization: Bearer %.*s", TEXT_ARGS(token));
    return api->authorization == NULL ? arena_error(&api->secrets, error, doing) : ERROR_NONE;
}

static enum error_code read_token(struct github_api *api, struct error *error)
{
    struct text token;

    if (config_secret(api->opening->target->token, &api->secrets, &token, error) != ERROR_NONE ||
        keep_token(api, token, error) != ERROR_NONE)
        return error_context(error, "the token of '%s'", api->opening->target->name);
    return ERROR_NONE;
}

/* The name of the repository without its owner: the token of the app is for nothing else. */
static json_t *wish_of_app(const struct publish_target *target)
{
    return json_pack("{s:[s], s:{s:s, s:s}}", "repositories", strchr(target->repository, '/') + 1, "permissions",
                     "contents", "write", "pull_requests", "write");
}

/* An app proves who it is by its key, and gets a token for an hour. */
static enum error_code fetch_token(struct github_api *api, struct error *error)
{
    const struct publish_target *target = api->opening->target;
    struct github_answer answer = {0};
    struct buffer path;
    struct text key, proof;
    const char *token;

    buffer_init(&path);
    if (config_secret(target->key, &api->secrets, &key, error) != ERROR_NONE ||
        github_app_prove(&proof, target->app, key, &api->secrets, error) != ERROR_NONE ||
        keep_token(api, proof, error) != ERROR_NONE)
        return error_context(error, "the app of '%s'", target->name);
    buffer_printf(&path, "/app/installations/%s/access_tokens", target->installation);
    if (github_ask(api, &(struct github_call){"POST", &path, wish_of_app(target), false}, &answer, error) != ERROR_NONE)
        return error_context(error, "the app of '%s'", target->name);
    token = json_string_value(json_object_get(answer.value, "token"));
    if (token == NULL)
        github_misunderstood(api, "it gives no token", error);
    else
        keep_token(api, text_from(token), error);
    github_answer_clear(&answer);
    return error->code;
}

static void api_closep(struct github_api **api)
{
    github_api_close(*api);
}

enum error_code github_api_open(struct github_api **ret_api, const struct publish_opening *opening, struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    CLEANUP(api_closep) struct github_api *api = mem_alloc(sizeof *api);

    pthread_once(&once, initialise);
    if (api == NULL)
        return error_memory(error, doing);
    *api = (struct github_api){.opening = opening, .curl = curl_easy_init()};
    buffer_init(&api->answer);
    arena_init(&api->secrets, SECRET_MEMORY);
    if (api->curl == NULL)
        return error_memory(error, doing);
    if ((opening->target->app == NULL ? read_token(api, error) : fetch_token(api, error)) != ERROR_NONE)
        return error->code;
    *ret_api = api;
    api = NULL;
    return ERROR_NONE;
}

static void free_lines(struct github_api *api)
{
    for (struct curl_slist *line = api->lines; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(api->lines);
    api->lines = NULL;
}

void github_api_close(struct github_api *api)
{
    if (api == NULL)
        return;
    curl_easy_cleanup(api->curl);
    free_lines(api);
    if (api->answer.bytes != NULL)
        explicit_bzero(api->answer.bytes, api->answer.length);
    buffer_clear(&api->answer);
    arena_erase(&api->secrets);
    mem_free(api);
}

/* ---- what libcurl calls ---- */

/* The name was resolved, this is what it is. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct github_api *api = context;
    const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)&address->addr;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)&address->addr;

    (void)purpose;
    if (!api->opening->target->allow_private && address_is_private(&address->addr)) {
        const void *bytes = address->family == AF_INET6 ? (const void *)&in6->sin6_addr : (const void *)&in->sin_addr;

        inet_ntop(address->family, bytes, api->refused, sizeof api->refused);
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t receive(char *bytes, size_t one, size_t length, void *context)
{
    struct github_api *api = context;

    if (api->answer.length + one * length > GITHUB_ANSWER_LIMIT) {
        api->is_cut = true;
        return 0; /* ends the transfer */
    }
    buffer_add(&api->answer, bytes, one * length);
    return api->answer.failed ? 0 : one * length;
}

static int look_up(void *context, curl_off_t total, curl_off_t done, curl_off_t upload_total, curl_off_t upload)
{
    const struct github_api *api = context;

    (void)total;
    (void)done;
    (void)upload_total;
    (void)upload;
    return api->opening->is_given_up != NULL && api->opening->is_given_up();
}

/* ---- asking ---- */

static bool add_line(struct github_api *api, const char *line)
{
    struct curl_slist *longer = curl_slist_append(api->lines, line);

    if (longer != NULL)
        api->lines = longer;
    return longer != NULL;
}

#define SET(option, value) (curl_easy_setopt(curl, option, value) == CURLE_OK)

static bool set_connection(struct github_api *api, long patience_ms)
{
    const struct publish_target *target = api->opening->target;
    bool has_proxy = target->allow_private && strncmp(target->url, "https:", 6) == 0;
    CURL *curl = api->curl;

    return http_set_safety(curl, target->ca) && SET(CURLOPT_PROTOCOLS_STR, "http,https") &&
           SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) && (has_proxy || SET(CURLOPT_PROXY, "")) &&
           SET(CURLOPT_TIMEOUT_MS, patience_ms) && SET(CURLOPT_CONNECTTIMEOUT_MS, patience_ms) &&
           SET(CURLOPT_QUICK_EXIT, 1L) && SET(CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
           SET(CURLOPT_OPENSOCKETDATA, (void *)api) && SET(CURLOPT_WRITEFUNCTION, receive) &&
           SET(CURLOPT_WRITEDATA, (void *)api) && SET(CURLOPT_NOPROGRESS, 0L) &&
           SET(CURLOPT_XFERINFOFUNCTION, look_up) && SET(CURLOPT_XFERINFODATA, (void *)api) &&
           SET(CURLOPT_ERRORBUFFER, (char *)api->failure);
}

/* `body` lives until the transfer is over. */
static bool set_question(struct github_api *api, const struct github_call *call, const char *body)
{
    CURL *curl = api->curl;

    if (!add_line(api, api->authorization) || !add_line(api, "Accept: application/vnd.github+json") ||
        !add_line(api, "X-GitHub-Api-Version: 2022-11-28") || !add_line(api, "Expect:") ||
        (body != NULL && !add_line(api, "Content-Type: application/json")))
        return false;
    if (!SET(CURLOPT_HTTPHEADER, api->lines))
        return false;
    if (body != NULL && (!SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body)) || !SET(CURLOPT_POSTFIELDS, body)))
        return false;
    /* What is sent over a connection of before that turns out to be dead, libcurl sends again, though it may have been
     * taken: there must not be two of what is created. */
    if (strcmp(call->method, "POST") == 0 && !SET(CURLOPT_FRESH_CONNECT, 1L))
        return false;
    return strcmp(call->method, "GET") == 0 || SET(CURLOPT_CUSTOMREQUEST, call->method);
}

#undef SET

static void forgive(struct github_api *api)
{
    *api->opening->trouble = (struct publish_trouble){0};
}

enum error_code github_begin_anew(struct github_api *api, const struct error *error)
{
    api->opening->trouble->passes = true;
    return error->code;
}

bool github_may_pass(const struct github_api *api)
{
    return api->opening->trouble->passes;
}

static enum error_code transfer_error(struct github_api *api, CURLcode result, struct error *error)
{
    const char *url = api->opening->target->url;
    const char *why = api->failure[0] != '\0' ? api->failure : curl_easy_strerror(result);

    if (api->refused[0] != '\0') {
        error_set(error, ERROR_CONFIG, "'%s' of '%.200s' is no address of the public internet", api->refused, url);
        return error_hint(error, "'allow_private: true' lets it be connected to");
    }
    if (api->is_cut)
        return error_set(error, ERROR_LIMIT, "an answer of '%.200s' is larger than %d bytes", url, GITHUB_ANSWER_LIMIT);
    switch (result) {
    case CURLE_OUT_OF_MEMORY:
    case CURLE_WRITE_ERROR: /* the limit was looked at above */
        return error_memory(error, doing);
    case CURLE_ABORTED_BY_CALLBACK:
        return error_set(error, ERROR_TIMEOUT, "it was given up");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        error_set(error, ERROR_REFUSED, "'%.200s' cannot be trusted: %s", url, why);
        return error_hint(error, "'ca: FILE' names the certificates to trust");
    case CURLE_OPERATION_TIMEDOUT:
        error_set(error, ERROR_TIMEOUT, "'%.200s' does not answer", url);
        break;
    default:
        error_set(error, ERROR_CONNECT, "'%.200s' cannot be asked: %s", url, why);
    }
    return github_begin_anew(api, error);
}

/* ---- what came back ---- */

static const char *header(const struct github_api *api, const char *name)
{
    struct curl_header *found = NULL;

    return curl_easy_header(api->curl, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : "";
}

/* How long GitHub wants to be left alone. */
static int64_t pause_of(const struct github_api *api)
{
    curl_off_t seconds = 0;
    int64_t until;

    curl_easy_getinfo(api->curl, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds > 0)
        return (int64_t)seconds * 1000000;
    if (strcmp(header(api, "x-ratelimit-remaining"), "0") != 0)
        return 0;
    until = strtoll(header(api, "x-ratelimit-reset"), NULL, 10);
    if (until <= 0 || until > INT64_MAX / 1000000)
        return 0;
    until = until * 1000000 - clock_now();
    return until > 0 ? until : 0;
}

static bool says(const struct github_answer *answer, const char *words)
{
    return strcasestr(github_message(answer), words) != NULL;
}

/* GitHub says with 403, too, that it is asked too often. */
static bool is_limit(const struct github_api *api, const struct github_answer *answer)
{
    return answer->status == 429 || (answer->status == 403 && (pause_of(api) > 0 || says(answer, "rate limit"))) ||
           (answer->status == 422 && says(answer, "submitted too quickly"));
}

static bool may_pass(const struct github_api *api, const struct github_answer *answer)
{
    return answer->status >= 500 || answer->status == 408 || is_limit(api, answer);
}

const char *github_message(const struct github_answer *answer)
{
    const char *message = json_string_value(json_object_get(answer->value, "message"));

    return message == NULL ? "" : message;
}

/* The first of the `errors` that say more. */
static const char *detail_of(const struct github_answer *answer)
{
    const json_t *first = json_array_get(json_object_get(answer->value, "errors"), 0);
    const char *detail = json_string_value(json_is_string(first) ? first : json_object_get(first, "message"));

    return detail == NULL ? "" : detail;
}

static enum error_code code_of(long status)
{
    switch (status) {
    case 401:
    case 403:
        return ERROR_REFUSED;
    case 404:
    case 410:
        return ERROR_NOT_FOUND;
    case 409:
    case 422:
        return ERROR_CONFLICT;
    default:
        return status >= 500 ? ERROR_QUERY : ERROR_PROTOCOL;
    }
}

static const char *hint_of(const struct github_api *api, const struct github_answer *answer)
{
    bool has_app = api->opening->target->app != NULL;

    if (is_limit(api, answer))
        return "it is asked too often; try again later";
    switch (answer->status) {
    case 301:
    case 302:
    case 307:
    case 308:
        return "check 'url' and 'repository': it may have been renamed or moved";
    case 401:
        return has_app ? "check 'app' and the clock of this machine" : "check the token: it may have expired";
    case 403:
        return has_app ? "check what the app may do: contents and pull requests must be writable"
                       : "check what the token may do: contents and pull requests must be writable";
    case 404:
        return has_app ? "check 'repository', and that the app is installed there"
                       : "check 'repository', and that the token may see it";
    default:
        return NULL;
    }
}

enum error_code github_refusal(struct github_api *api, const struct github_answer *answer, struct error *error)
{
    const char *detail = detail_of(answer), *hint = hint_of(api, answer);

    error_set(error, is_limit(api, answer) ? ERROR_QUERY : code_of(answer->status),
              "GitHub answers with status %ld%s%.200s%s%.200s", answer->status,
              github_message(answer)[0] == '\0' ? "" : ": ", github_message(answer), detail[0] == '\0' ? "" : ": ",
              detail);
    if (hint != NULL)
        error_hint(error, "%s", hint);
    return error->code;
}

enum error_code github_misunderstood(struct github_api *api, const char *what, struct error *error)
{
    error_set(error, ERROR_PROTOCOL, "'%.200s' is no API of GitHub that this version understands: %s",
              api->opening->target->url, what);
    return error_hint(error, "check 'url'");
}

static enum error_code take_answer(struct github_api *api, const struct github_call *call, struct github_answer *answer,
                                   struct error *error)
{
    curl_easy_getinfo(api->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    answer->value = json_loadb(api->answer.length == 0 ? "" : api->answer.bytes, api->answer.length,
                               JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    if (answer->status >= 200 && answer->status < 300) {
        if (answer->value == NULL && answer->status != 204)
            return github_misunderstood(api, "an answer is no JSON", error);
        return ERROR_NONE;
    }
    if (may_pass(api, answer)) {
        api->opening->trouble->wait_us = pause_of(api);
        github_refusal(api, answer, error);
        return github_begin_anew(api, error);
    }
    if (call->tolerant && answer->status >= 400)
        return ERROR_NONE;
    return github_refusal(api, answer, error);
}

static enum error_code perform(struct github_api *api, const struct github_call *call, const char *url,
                               const char *body, struct error *error)
{
    int64_t left_ms = (api->opening->ends_at - clock_elapsed()) / 1000;
    CURLcode result;

    if (left_ms <= 0) {
        error_set(error, ERROR_TIMEOUT, "it takes longer than %u ms", api->opening->target->timeout_ms);
        return error_hint(error, "raise 'timeout'");
    }
    curl_easy_reset(api->curl);
    buffer_reset(&api->answer);
    api->failure[0] = api->refused[0] = '\0';
    api->is_cut = false;
    if (!set_connection(api, (long)(left_ms < ONE_ANSWER_MS ? left_ms : ONE_ANSWER_MS)) ||
        !set_question(api, call, body) || curl_easy_setopt(api->curl, CURLOPT_URL, url) != CURLE_OK)
        return error_memory(error, doing);
    result = curl_easy_perform(api->curl);
    return result == CURLE_OK ? ERROR_NONE : transfer_error(api, result, error);
}

/* `//` at the end of an address would be another path. */
static void add_address(struct buffer *url, const char *address)
{
    size_t length = strlen(address);

    while (length > 0 && address[length - 1] == '/')
        length--;
    buffer_add(url, address, length);
}

enum error_code github_ask(struct github_api *api, const struct github_call *call, struct github_answer *ret_answer,
                           struct error *error)
{
    struct github_answer answer = {0};
    struct buffer url;
    char *body = call->body == NULL ? NULL : json_dumps(call->body, JSON_COMPACT);
    bool has_body = call->body != NULL;

    forgive(api);
    buffer_init(&url);
    add_address(&url, api->opening->target->url);
    buffer_add_text(&url, buffer_text(call->path));
    json_decref(call->body);
    if (call->path->failed || (has_body && body == NULL))
        error_memory(error, doing);
    else if (buffer_check(&url, error, doing) == ERROR_NONE && perform(api, call, url.bytes, body, error) == ERROR_NONE)
        take_answer(api, call, &answer, error);
    free_lines(api);
    free(body);
    buffer_clear(&url);
    buffer_clear(call->path);
    if (error->code != ERROR_NONE) {
        github_answer_clear(&answer);
        return error->code;
    }
    *ret_answer = answer;
    return ERROR_NONE;
}

void github_answer_clear(struct github_answer *answer)
{
    json_decref(answer->value);
    answer->value = NULL;
}
