#include "notify/sink.h"

#include <curl/curl.h>
#include <string.h>

enum {
    URL_LIMIT = 4096,
    EXCERPT_LIMIT = 200, /* bytes of an answer that a problem quotes */
    SECRET_LEAST = 4,    /* bytes of what is looked for: less would be found everywhere */
    PART_LEAST = 8       /* and of a part of an address */
};

/* ---- addresses ---- */

static void free_url(CURLU **url)
{
    curl_url_cleanup(*url);
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *value = NULL;
    bool found = curl_url_get(url, part, &value, 0) == CURLUE_OK && value[0] != '\0';

    curl_free(value);
    return found;
}

static bool has_scheme(CURLU *url, const char *scheme)
{
    char *value = NULL;
    bool equal = curl_url_get(url, CURLUPART_SCHEME, &value, 0) == CURLUE_OK && strcmp(value, scheme) == 0;

    curl_free(value);
    return equal;
}

static bool has_control(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] <= ' ' || text.bytes[i] == 127)
            return true;
    return false;
}

/* What libcurl makes of it, so that checking and connecting never read it differently. */
static enum error_code parse_url(struct text text, CURLU *url, struct error *error)
{
    char string[URL_LIMIT + 1];
    CURLUcode code;

    if (text.length == 0)
        return error_set(error, ERROR_CONFIG, "there is no address");
    if (text.length > URL_LIMIT || has_control(text))
        return error_set(error, ERROR_CONFIG, "the address is longer than %d bytes, or has blanks in it", URL_LIMIT);
    memcpy(string, text.bytes, text.length);
    string[text.length] = '\0';
    code = curl_url_set(url, CURLUPART_URL, string, CURLU_NON_SUPPORT_SCHEME);
    explicit_bzero(string, sizeof string);
    if (code == CURLUE_OUT_OF_MEMORY)
        return error_memory(error, "reading the address of a sink");
    if (code != CURLUE_OK || !has_part(url, CURLUPART_HOST)) {
        error_set(error, ERROR_CONFIG, "the address is no URL with a host");
        return error_hint(error, "it is written like https://hooks.example.com/path");
    }
    return ERROR_NONE;
}

static bool is_encrypted(CURLU *url)
{
    static const char *const schemes[] = {"https", "smtps", "smtp" /* by STARTTLS */, "tls"};

    for (size_t i = 0; i < LENGTH_OF(schemes); i++)
        if (has_scheme(url, schemes[i]))
            return true;
    return false;
}

static enum error_code refuse_scheme(const char *const *schemes, struct error *error)
{
    char list[128] = "";

    for (size_t i = 0; schemes[i] != NULL && strlen(list) + strlen(schemes[i]) + sizeof ", ://" < sizeof list; i++) {
        strcat(list, i == 0 ? "" : ", ");
        strcat(strcat(list, schemes[i]), "://");
    }
    return error_set(error, ERROR_CONFIG, "the address must begin with one of: %s", list);
}

enum error_code sink_check_url(const struct sink *sink, const char *const *schemes, struct error *error)
{
    CLEANUP(free_url) CURLU *url = curl_url();
    size_t i = 0;

    if (url == NULL)
        return error_memory(error, "reading the address of a sink");
    if (parse_url(sink->url, url, error) != ERROR_NONE)
        return error->code;
    while (schemes[i] != NULL && !has_scheme(url, schemes[i]))
        i++;
    if (schemes[i] == NULL)
        return refuse_scheme(schemes, error);
    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD) || has_part(url, CURLUPART_FRAGMENT)) {
        error_set(error, ERROR_CONFIG, "the address has a user or a fragment in it");
        return error_hint(error, "users and passwords have keys of their own");
    }
    if (!is_encrypted(url) && !sink->allow_private) {
        error_set(error, ERROR_CONFIG, "%s:// would send messages, and what proves who we are, without encryption",
                  schemes[i]);
        return error_hint(error, "use an encrypted address, or 'allow_private: true' for a network that you trust");
    }
    return ERROR_NONE;
}

const char *sink_host(const struct sink *sink, struct arena *arena)
{
    CLEANUP(free_url) CURLU *url = curl_url();
    struct error error = {0};
    char *host = NULL;
    char *port = NULL;
    const char *shown = NULL;

    if (url == NULL)
        return NULL;
    if (parse_url(sink->url, url, &error) != ERROR_NONE)
        return error.code == ERROR_MEMORY ? NULL : "";
    if (curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        bool has_port = curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK;

        shown = arena_printf(arena, "%s%s%s", host, has_port ? ":" : "", has_port ? port : "");
    }
    curl_free(host);
    curl_free(port);
    return shown;
}

/* ---- requests ---- */

enum error_code sink_header(struct sink_request *request, struct arena *arena, const char *name, struct text value,
                            struct error *error)
{
    const char *line;

    if (request->header_count == SINK_HEADERS_LIMIT)
        return error_set(error, ERROR_INTERNAL, "a request has more than %d headers", SINK_HEADERS_LIMIT);
    for (size_t i = 0; i < value.length; i++)
        if ((unsigned char)value.bytes[i] < ' ' || value.bytes[i] == 127)
            return error_set(error, ERROR_INTERNAL, "the value of the header '%s' would break it", name);
    line = arena_printf(arena, "%s: %.*s", name, TEXT_ARGS(value));
    if (line == NULL)
        return arena_error(arena, error, "making a request");
    request->headers[request->header_count++] = text_from(line);
    return ERROR_NONE;
}

enum error_code sink_json(struct sink_request *request, struct arena *arena, const char *type,
                          struct json_builder *builder, json_t *document, struct error *error)
{
    if (json_builder_write_compact(builder, document, &request->body, error) != ERROR_NONE)
        return error->code;
    return sink_header(request, arena, "Content-Type", text_from(type), error);
}

/* ---- answers ---- */

static void scrub(struct text secret, size_t least, char *bytes, size_t length)
{
    char *end = bytes + length;
    char *found;

    if (secret.length < least)
        return;
    while ((found = memmem(bytes, (size_t)(end - bytes), secret.bytes, secret.length)) != NULL) {
        memset(found, '*', secret.length);
        bytes = found + secret.length;
    }
}

/* Of an address each part by itself, since it is quoted whole, in part and escaped; but not the host, which is no
 * secret. */
static void scrub_url(struct text url, char *bytes, size_t length)
{
    const char *host = url.length == 0 ? NULL : memmem(url.bytes, url.length, "://", 3);
    size_t at = host == NULL ? 0 : (size_t)(host - url.bytes) + 3;

    if (host == NULL)
        return;
    at += strcspn(url.bytes + at, "/?");
    while (at < url.length) {
        size_t part = strcspn(url.bytes + at, "/?&=;");

        scrub((struct text){url.bytes + at, part}, PART_LEAST, bytes, length);
        at += part + 1;
    }
}

void sink_scrub(const struct sink *sink, char *bytes, size_t length)
{
    struct text secret = sink->secret;

    if (length == 0)
        return;
    if (text_starts_with(secret, TEXT("whsec_")))
        secret = (struct text){secret.bytes + 6, secret.length - 6};
    scrub(secret, SECRET_LEAST, bytes, length);
    scrub(sink->password, SECRET_LEAST, bytes, length);
    if (!text_starts_with(sink->url, TEXT("unix:")))
        scrub_url(sink->url, bytes, length);
}

enum error_code sink_problem(const struct sink_answer *answer, struct error *problem)
{
    struct text body = answer->body;
    enum error_code code = answer->status == 401 || answer->status == 403 ? ERROR_REFUSED : ERROR_CONNECT;

    while (body.length > 0 && (unsigned char)body.bytes[body.length - 1] <= ' ')
        body.length--;
    if (body.length > EXCERPT_LIMIT)
        body.length = EXCERPT_LIMIT;
    if (answer->status >= 300 && answer->status < 400)
        return error_set(problem, code, "the answer is %d: a redirection, which is not followed", (int)answer->status);
    if (body.length == 0)
        return error_set(problem, code, "the answer is %d", (int)answer->status);
    return error_set(problem, code, "the answer is %d: %.*s", (int)answer->status, TEXT_ARGS(body));
}

enum sink_outcome sink_finish(const struct sink_answer *answer, struct error *problem)
{
    int32_t status = answer->status;

    if (status >= 200 && status < 300)
        return SINK_SENT;
    sink_problem(answer, problem);
    return status == 408 || status == 425 || status == 429 || status >= 500 ? SINK_AGAIN : SINK_DEAD;
}
