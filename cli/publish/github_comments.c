/* Comments of ours, which are known again by a seal in them: one is changed, never written twice. */
#include <string.h>

#include "drift/ignore.h"
#include "publish/github_private.h"

static const char doing[] = "asking GitHub about comments";

enum {
    COMMENT_PAGES_LIMIT = 10, /* of one pull request */
    FILE_PAGES_LIMIT = 10,    /* the same of its files */
    OTHERS_LIMIT = 100        /* open pull requests that are looked at, the newest ones */
};

static bool has_seal(const json_t *value, struct text seal)
{
    const char *body = github_string(value, "body");
    size_t length = strlen(body);

    return length >= seal.length && memmem(body, length, seal.bytes, seal.length) != NULL;
}

/* What a list of several pages is looked through for. True: it was found, and no further page is needed. */
typedef bool matcher(const json_t *item, const void *wanted);

struct search {
    const char *list; /* "issues/%lld/comments" without its number */
    int64_t number;
    const char *rest;
    int pages;
    matcher *matches;
    const void *wanted;
};

/* The first item that matches, the caller's to release; NULL: none does. */
static enum error_code look_through(struct github *github, const struct search *search, json_t **ret_item,
                                    struct error *error)
{
    bool is_last = false;

    *ret_item = NULL;
    for (int page = 1; page <= search->pages && !is_last && *ret_item == NULL; page++) {
        struct github_answer answer = {0};
        struct buffer path;

        github_path(&path, github, "/%s/%lld/%s?per_page=%d&page=%d", search->list, (long long)search->number,
                    search->rest, GITHUB_PAGE, page);
        if (github_ask(github->api, &(struct github_call){"GET", &path, NULL, false}, &answer, error) != ERROR_NONE)
            return error->code;
        for (size_t i = 0; i < json_array_size(answer.value) && *ret_item == NULL; i++)
            if (search->matches(json_array_get(answer.value, i), search->wanted))
                *ret_item = json_incref(json_array_get(answer.value, i));
        is_last = json_array_size(answer.value) < GITHUB_PAGE;
        github_answer_clear(&answer);
    }
    return ERROR_NONE;
}

static bool is_sealed(const json_t *item, const void *wanted)
{
    return has_seal(item, *(const struct text *)wanted);
}

static enum error_code send(struct github *github, const char *method, struct buffer *path, struct text body,
                            struct error *error)
{
    json_t *value = json_pack("{s:s%}", "body", body.bytes, body.length);
    struct github_answer answer = {0};

    if (value == NULL)
        return error_memory(error, doing);
    if (github_ask(github->api, &(struct github_call){method, path, value, false}, &answer, error) != ERROR_NONE)
        return error->code;
    github_answer_clear(&answer);
    return ERROR_NONE;
}

/* The comment as it should be; `is_kept`: one that says something else is changed. */
static enum error_code put(struct github *github, int64_t number, const struct publish_comment *comment, bool is_kept,
                           struct error *error)
{
    const struct search search = {"issues", number, "comments", COMMENT_PAGES_LIMIT, is_sealed, &comment->seal};
    struct buffer path;
    json_t *found;

    if (look_through(github, &search, &found, error) != ERROR_NONE)
        return error->code;
    if (found == NULL && !comment->is_over) {
        github_path(&path, github, "/issues/%lld/comments", (long long)number);
        return send(github, "POST", &path, comment->body, error);
    }
    if (found != NULL && is_kept && !text_equal(text_from(github_string(found, "body")), comment->body)) {
        github_path(&path, github, "/issues/comments/%lld",
                    (long long)json_integer_value(json_object_get(found, "id")));
        send(github, "PATCH", &path, comment->body, error);
    }
    json_decref(found);
    return error->code;
}

enum error_code github_say(void *state, const struct publish_pull *pull, const struct publish_comment *comment,
                           struct error *error)
{
    return put(state, pull->number, comment, false, error);
}

/* ---- on the pull requests of others ---- */

static bool touches(const json_t *file, const void *wanted)
{
    const struct option_list *paths = wanted;

    for (size_t i = 0; i < paths->count; i++)
        if (glob_matches(text_from(paths->items[i]), text_from(github_string(file, "filename"))) ||
            glob_matches(text_from(paths->items[i]), text_from(github_string(file, "previous_filename"))))
            return true;
    return false;
}

static enum error_code tell_one(struct github *github, int64_t number, const struct publish_comment *comment,
                                const struct publish_comment *over, struct error *error)
{
    const struct search search = {"pulls", number, "files", FILE_PAGES_LIMIT, touches, &github->target->comment_paths};
    json_t *file = NULL;

    if (!comment->is_over && look_through(github, &search, &file, error) != ERROR_NONE)
        return error->code;
    json_decref(file);
    return put(github, number, file != NULL ? comment : over, true, error);
}

/* A comment that nobody can write is no reason to publish nothing; what may pass is tried again. */
static enum error_code excuse(struct github *github, int64_t number, const char **ret_note, struct error *error)
{
    if (error->code == ERROR_NONE || error->code == ERROR_MEMORY)
        return error->code;
    *ret_note = arena_printf(github->arena, "no comment on pull request %lld: %s", (long long)number, error->message);
    *error = (struct error){0};
    return *ret_note == NULL ? arena_error(github->arena, error, doing) : ERROR_NONE;
}

/* "acme:driftline/docs" */
static bool is_ours(const struct github *github, const json_t *pull)
{
    const char *label = github_string(pull, "head.label"), *repository = github->target->repository;
    size_t owner = strcspn(repository, "/");

    return strncasecmp(label, repository, owner) == 0 && label[owner] == ':' &&
           strcmp(label + owner + 1, github->target->branch) == 0;
}

enum error_code github_tell(void *state, const struct publish_comment *comment, const struct publish_comment *over,
                            const char **ret_note, struct error *error)
{
    struct github *github = state;
    struct github_answer answer = {0};
    struct buffer path;

    github_path(&path, github, "/pulls?state=open&sort=created&direction=desc&per_page=%d&base=", OTHERS_LIMIT);
    buffer_add_escaped(&path, text_from(github->base_name), "");
    if (github_ask(github->api, &(struct github_call){"GET", &path, NULL, false}, &answer, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < json_array_size(answer.value) && error->code == ERROR_NONE; i++) {
        const json_t *pull = json_array_get(answer.value, i);
        int64_t number = json_integer_value(json_object_get(pull, "number"));

        if (is_ours(github, pull))
            continue;
        tell_one(github, number, comment, over, error);
        if (!github_may_pass(github->api))
            excuse(github, number, ret_note, error);
    }
    github_answer_clear(&answer);
    return error->code;
}
