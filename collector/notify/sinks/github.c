/* An issue of GitHub, or a comment of an issue or a pull request: one for each incident, kept up to date.
 *
 * What is kept of the incident: {"number": 12} of the issue, or {"comment": 4711}. When nothing is known, an attempt
 * before this may have been cut short, by us or by a crash: it is looked for by its marker (github_body.h). Each step
 * of an attempt leaves what it learnt in the attempt's memory, and what is known says which step comes next. */
#include <stdio.h>

#include "base/clock.h"
#include "drift/report_display.h"
#include "notify/sink_kinds.h"
#include "notify/sinks/github_body.h"
#include "notify/sinks/service.h"
#include "notify/sinks/wording.h"

static const char api[] = "https://api.github.com";

/* An answer holds SINK_ANSWER_LIMIT bytes, a body alone can have 64 KiB: so few are asked for at once. */
enum { PAGE_SIZE = 3, PAGES_LIMIT = 5 };

/* Its clock may be behind ours. */
static const int64_t look_back_us = INT64_C(3600) * 1000000;

/* ---- configuration ---- */

static bool is_name(struct text name)
{
    if (name.length == 0 || name.length > 100 || text_equal(name, TEXT(".")) || text_equal(name, TEXT("..")))
        return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];

        if (c != '.' && c != '_' && c != '-' && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9'))
            return false;
    }
    return true;
}

static bool is_repository(struct text repository)
{
    const char *slash = repository.length == 0 ? NULL : memchr(repository.bytes, '/', repository.length);
    size_t owner = slash == NULL ? 0 : (size_t)(slash - repository.bytes);

    return slash != NULL && is_name((struct text){repository.bytes, owner}) &&
           is_name((struct text){slash + 1, repository.length - owner - 1});
}

static enum error_code check(const struct sink *sink, const char **ret_key, struct error *error)
{
    const struct service_need token = {"secret", sink->secret, "a token that may write issues"};

    if (service_check_url(sink, true, ret_key, error) != ERROR_NONE ||
        service_need(&token, ret_key, error) != ERROR_NONE)
        return error->code;
    *ret_key = "repository";
    if (!is_repository(sink->repository)) {
        error_set(error, ERROR_CONFIG, "'%.*s' is no repository", TEXT_ARGS(sink->repository));
        return error_hint(error, "write it as owner/name");
    }
    *ret_key = "issue";
    if (sink->issue < 0)
        return error_set(error, ERROR_CONFIG, "an issue has a number from 1");
    return ERROR_NONE;
}

static const char *address(const struct sink *sink, struct arena *arena)
{
    const char *host = sink->url.length > 0 ? sink_host(sink, arena) : "github.com";

    if (host == NULL)
        return NULL;
    if (sink->issue > 0)
        return arena_printf(arena, "%s/%.*s#%lld", host, TEXT_ARGS(sink->repository), (long long)sink->issue);
    return arena_printf(arena, "%s/%.*s", host, TEXT_ARGS(sink->repository));
}

/* ---- where an attempt is ---- */

enum phase {
    LOOK,   /* for what an earlier attempt may have written */
    READ,   /* what the issue or comment says now */
    CREATE, /* it */
    WRITE,  /* the message on top of what it says */
    CLOSE   /* the issue */
};

/* "comment" or "number": what is known by which member. */
static const char *key_of(const struct sink_attempt *attempt)
{
    return attempt->sink->issue > 0 ? "comment" : "number";
}

/* The number of the issue or comment; 0: none is known. */
static int64_t known(const struct sink_attempt *attempt)
{
    return json_integer_value(json_object_get(attempt->memory, key_of(attempt)));
}

/* At the beginning of an attempt: what earlier messages left. */
static enum error_code recall(const struct sink_attempt *attempt, struct error *error)
{
    json_t *remote = NULL, *number;
    bool failed = false;

    if (attempt->step > 0)
        return ERROR_NONE;
    if (service_remote(attempt, &remote, error) != ERROR_NONE)
        return error->code;
    number = json_object_get(remote, key_of(attempt));
    if (json_is_integer(number))
        failed = json_object_set(attempt->memory, key_of(attempt), number) != 0;
    json_decref(remote);
    return failed ? error_memory(error, "reading what is known of an incident") : ERROR_NONE;
}

static enum phase phase_of(const struct sink_attempt *attempt)
{
    if (json_is_true(json_object_get(attempt->memory, "close")))
        return CLOSE;
    if (known(attempt) > 0)
        return json_is_string(json_object_get(attempt->memory, "body")) ? WRITE : READ;
    return attempt->remote.length == 0 && !json_is_true(json_object_get(attempt->memory, "looked")) ? LOOK : CREATE;
}

/* Whether the message leaves an issue of ours closed. */
static bool is_closing(const struct sink_attempt *attempt)
{
    return attempt->sink->issue == 0 &&
           (attempt->message->kind == DELIVERY_RESOLVED || attempt->message->kind == DELIVERY_TEST);
}

/* ---- what is asked of GitHub ---- */

static char *path_of(const struct sink_attempt *attempt, enum phase phase)
{
    const struct sink *sink = attempt->sink;
    long long page = json_integer_value(json_object_get(attempt->memory, "page")) + 1;
    long long issue = sink->issue;
    char since[CLOCK_TEXT_SIZE];

    clock_format_seconds(attempt->message->time - look_back_us, since);
    if (phase == LOOK && issue > 0)
        return arena_printf(attempt->arena, "/repos/%.*s/issues/%lld/comments?since=%s&per_page=%d&page=%lld",
                            TEXT_ARGS(sink->repository), issue, since, PAGE_SIZE, page);
    if (phase == LOOK)
        return arena_printf(attempt->arena,
                            "/repos/%.*s/issues?state=all&sort=created&direction=desc&since=%s&per_page=%d&page=%lld",
                            TEXT_ARGS(sink->repository), since, PAGE_SIZE, page);
    if (phase == CREATE && issue > 0)
        return arena_printf(attempt->arena, "/repos/%.*s/issues/%lld/comments", TEXT_ARGS(sink->repository), issue);
    if (phase == CREATE)
        return arena_printf(attempt->arena, "/repos/%.*s/issues", TEXT_ARGS(sink->repository));
    return arena_printf(attempt->arena, "/repos/%.*s/issues/%s%lld", TEXT_ARGS(sink->repository),
                        issue > 0 ? "comments/" : "", (long long)known(attempt));
}

static void set_body(struct json_builder *builder, json_t *document, const struct sink_attempt *attempt,
                     struct text marker)
{
    CLEANUP(buffer_clear) struct buffer body = {0};

    github_body(&body, attempt->message, marker, service_text(attempt->memory, "body"));
    json_builder_set(builder, document, "body", wording_take(builder, &body));
}

static void set_labels(struct json_builder *builder, json_t *document, const struct sink *sink)
{
    json_t *labels;

    if (sink->label_count == 0)
        return;
    labels = json_builder_array(builder);
    for (size_t i = 0; i < sink->label_count; i++)
        json_builder_append(builder, labels, json_builder_text(builder, sink->labels[i]));
    json_builder_set(builder, document, "labels", labels);
}

/* What is created, written or closed. */
static json_t *document_of(struct json_builder *builder, const struct sink_attempt *attempt, struct text marker)
{
    enum phase phase = phase_of(attempt);
    bool is_issue = attempt->sink->issue == 0;
    json_t *document = json_builder_object(builder);

    if (phase == CREATE && is_issue) {
        json_builder_set(builder, document, "title",
                         wording_value(builder, attempt->message->title, WORDING_TITLE_LIMIT));
        set_labels(builder, document, attempt->sink);
    }
    if (phase != CLOSE)
        set_body(builder, document, attempt, marker);
    if (phase != CREATE && is_closing(attempt)) {
        json_builder_set(builder, document, "state", json_builder_string(builder, "closed"));
        json_builder_set(builder, document, "state_reason", json_builder_string(builder, "completed"));
    }
    return document;
}

static enum error_code set_headers(const struct sink_attempt *attempt, struct sink_request *request,
                                   struct error *error)
{
    struct arena *arena = attempt->arena;

    if (service_bearer(attempt, request, error) != ERROR_NONE ||
        sink_header(request, arena, "Accept", TEXT("application/vnd.github+json"), error) != ERROR_NONE)
        return error->code;
    return sink_header(request, arena, "X-GitHub-Api-Version", TEXT("2022-11-28"), error);
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    static const char *const methods[] = {
        [LOOK] = "GET", [READ] = "GET", [CREATE] = "POST", [WRITE] = "PATCH", [CLOSE] = "PATCH"};
    CLEANUP(buffer_clear) struct buffer marker = {0};
    struct json_builder builder = {0};
    struct service_call call;
    enum phase phase;
    json_t *document;

    if (recall(attempt, error) != ERROR_NONE)
        return error->code;
    phase = phase_of(attempt);
    call = (struct service_call){methods[phase], api, path_of(attempt, phase)};
    if (service_request(attempt, request, &call, error) != ERROR_NONE ||
        set_headers(attempt, request, error) != ERROR_NONE || phase == LOOK || phase == READ)
        return error->code;
    if (github_marker(&marker, attempt->message, attempt->sink->secret, error) != ERROR_NONE)
        return error->code;
    document = document_of(&builder, attempt, buffer_text(&marker));
    return sink_json(request, attempt->arena, "application/json", &builder, document, error);
}

/* ---- what GitHub answers ---- */

static enum sink_outcome out_of_memory(struct error *problem)
{
    error_memory(problem, "reading an answer");
    return SINK_AGAIN;
}

/* Remember something for the next step; takes the value over. */
static enum sink_outcome next(const struct sink_attempt *attempt, const char *name, json_t *value,
                              struct error *problem)
{
    return json_object_set_new(attempt->memory, name, value) == 0 ? SINK_NEXT : out_of_memory(problem);
}

static struct text keep(const struct sink_attempt *attempt, int64_t number)
{
    struct json_builder builder = {0};
    json_t *kept = json_builder_object(&builder);

    json_builder_set(&builder, kept, key_of(attempt), json_integer(number));
    return service_keep(attempt, kept);
}

/* An issue or comment as it is now: is our message in it already? */
static enum sink_outcome take_body(const struct sink_attempt *attempt, const json_t *item, struct text *ret_remote,
                                   struct error *problem)
{
    struct text body = service_text(item, "body");

    if (!github_has_message(body, attempt->message))
        return next(attempt, "body", json_stringn(body.length == 0 ? "" : body.bytes, body.length), problem);
    *ret_remote = keep(attempt, known(attempt));
    return is_closing(attempt) ? next(attempt, "close", json_true(), problem) : SINK_SENT;
}

static bool has_text(const json_t *item, struct text marker)
{
    struct text body = service_text(item, "body");

    return body.length > 0 && memmem(body.bytes, body.length, marker.bytes, marker.length) != NULL;
}

/* A page of issues or comments: ours, or the next page, or there is none. A page too long to be read is passed over. */
static enum sink_outcome take_page(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                   struct text *ret_remote, struct error *problem)
{
    CLEANUP(buffer_clear) struct buffer marker = {0};
    json_t *list = json_loadb(answer->body.length == 0 ? "" : answer->body.bytes, answer->body.length, 0, NULL);
    const char *id = attempt->sink->issue > 0 ? "id" : "number";
    json_int_t page = json_integer_value(json_object_get(attempt->memory, "page")) + 1;
    bool is_last = page >= PAGES_LIMIT || (json_is_array(list) && json_array_size(list) < PAGE_SIZE);
    enum sink_outcome outcome = SINK_NEXT;

    if (github_marker(&marker, attempt->message, attempt->sink->secret, problem) != ERROR_NONE) {
        json_decref(list);
        return SINK_AGAIN;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);

        if (!has_text(item, buffer_text(&marker)))
            continue;
        outcome = next(attempt, key_of(attempt), json_integer(json_integer_value(json_object_get(item, id))), problem);
        outcome = outcome == SINK_NEXT ? take_body(attempt, item, ret_remote, problem) : outcome;
        json_decref(list);
        return outcome;
    }
    json_decref(list);
    return is_last ? next(attempt, "looked", json_true(), problem) : next(attempt, "page", json_integer(page), problem);
}

static enum sink_outcome take_created(const struct sink_attempt *attempt, const json_t *item, struct text *ret_remote,
                                      struct error *problem)
{
    const char *id = attempt->sink->issue > 0 ? "id" : "number";
    int64_t number = json_integer_value(json_object_get(item, id));

    if (number <= 0) {
        error_set(problem, ERROR_PROTOCOL, "the answer does not say what was created: this is not GitHub's API");
        return SINK_DEAD;
    }
    *ret_remote = keep(attempt, number);
    if (!is_closing(attempt))
        return SINK_SENT;
    if (next(attempt, key_of(attempt), json_integer(number), problem) != SINK_NEXT)
        return SINK_AGAIN;
    return next(attempt, "close", json_true(), problem);
}

static enum sink_outcome take(const struct sink_attempt *attempt, const struct sink_answer *answer,
                              struct text *ret_remote, struct error *problem)
{
    enum phase phase = phase_of(attempt);
    enum sink_outcome outcome = SINK_SENT;
    json_t *item;

    if (phase == LOOK)
        return take_page(attempt, answer, ret_remote, problem);
    item = service_object(answer->body);
    if (phase == READ)
        outcome = take_body(attempt, item, ret_remote, problem);
    else if (phase == CREATE)
        outcome = take_created(attempt, item, ret_remote, problem);
    else
        *ret_remote = keep(attempt, known(attempt));
    json_decref(item);
    return outcome;
}

static bool says(const struct sink_answer *answer, const char *words)
{
    return answer->body.length > 0 && memmem(answer->body.bytes, answer->body.length, words, strlen(words)) != NULL;
}

/* GitHub says with 403, too, that it is asked too often. */
static bool is_limit(const struct sink_answer *answer)
{
    return (answer->status == 403 && (answer->retry_after_us > 0 || says(answer, "rate limit"))) ||
           (answer->status == 422 && says(answer, "submitted too quickly"));
}

static enum sink_outcome finish(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                struct text *ret_remote, struct error *problem)
{
    enum sink_outcome outcome = sink_finish(answer, problem);

    if (outcome == SINK_SENT)
        return take(attempt, answer, ret_remote, problem);
    /* Somebody deleted it, or moved it to another repository: a new one is made. */
    if (phase_of(attempt) == READ && (answer->status == 404 || answer->status == 410 || answer->status == 301))
        return json_object_del(attempt->memory, key_of(attempt)) == 0 ? SINK_NEXT : out_of_memory(problem);
    if (is_limit(answer))
        return SINK_AGAIN;
    if (answer->status == 401)
        error_hint(problem, "check the token in 'secret': it may have expired");
    if (answer->status == 403 || answer->status == 404 || answer->status == 410)
        error_hint(problem, "check 'repository' and 'issue', and that the token may write issues there");
    return outcome;
}

const struct sink_kind sink_github = {
    .name = "github",
    .summary = "An issue of GitHub, or a comment of one or of a pull request, kept up to date",
    .is_for_people = true,
    .check = check,
    .address = address,
    .prepare = prepare,
    .finish = finish,
};
