/* Branches and commits of GitHub by its API for git's own objects: no working copy is needed. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "publish/github_private.h"

static const char doing[] = "asking GitHub";

/* ---- for the other files ---- */

void github_path(struct buffer *path, const struct github *github, const char *format, ...)
{
    char more[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(more, sizeof more, format, arguments); /* numbers and ids only: they fit */
    va_end(arguments);
    buffer_init(path);
    buffer_printf(path, "/repos/%s%s", github->target->repository, more);
}

const char *github_string(const json_t *value, const char *path)
{
    const char *dot;
    char key[64];

    for (; (dot = strchr(path, '.')) != NULL; path = dot + 1) {
        snprintf(key, sizeof key, "%.*s", (int)(dot - path), path);
        value = json_object_get(value, key);
    }
    value = json_object_get(value, path);
    return json_is_string(value) ? json_string_value(value) : "";
}

enum error_code github_keep(struct github *github, const json_t *value, const char *path, struct text *ret_text,
                            struct error *error)
{
    struct text found = text_from(github_string(value, path));
    char *copy = arena_string(github->arena, found);

    if (copy == NULL)
        return arena_error(github->arena, error, doing);
    *ret_text = (struct text){copy, found.length};
    return ERROR_NONE;
}

enum error_code github_id(struct github *github, const json_t *value, const char *path, struct git_id *ret_id,
                          struct error *error)
{
    if (git_id_read(ret_id, text_from(github_string(value, path))))
        return ERROR_NONE;
    return github_misunderstood(github->api, "an object has no id", error);
}

/* ---- looking ---- */

static void path_of_branch(struct buffer *path, const struct github *github, const char *what, const char *branch)
{
    github_path(path, github, "/git/%s", what);
    buffer_add_escaped(path, TEXT("heads/"), "");
    buffer_add_escaped(path, text_from(branch), "");
}

/* The head of a branch; an empty id: there is no such branch. */
static enum error_code find_head(struct github *github, const char *branch, struct git_id *ret_id, struct error *error)
{
    struct github_answer answer = {0};
    struct buffer path;

    path_of_branch(&path, github, "ref/", branch);
    if (github_ask(github->api, &(struct github_call){"GET", &path, NULL, true}, &answer, error) != ERROR_NONE)
        return error->code;
    *ret_id = (struct git_id){0};
    if (answer.status == 409) {
        github_refusal(github->api, &answer, error);
        error_hint(error, "the repository needs a first commit");
    } else if (answer.status >= 400 && answer.status != 404) {
        github_refusal(github->api, &answer, error);
    } else if (answer.status < 400) {
        github_id(github, answer.value, "object.sha", ret_id, error);
    }
    github_answer_clear(&answer);
    return error->code;
}

static enum error_code take_commit(struct github *github, const json_t *value, struct publish_commit *commit,
                                   struct error *error)
{
    const json_t *parents = json_object_get(value, "parents");

    *commit = (struct publish_commit){.parent_count = json_array_size(parents)};
    if (github_id(github, value, "sha", &commit->id, error) != ERROR_NONE ||
        github_id(github, value, "tree.sha", &commit->tree, error) != ERROR_NONE ||
        github_keep(github, value, "message", &commit->message, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < commit->parent_count && i < PUBLISH_PARENT_LIMIT; i++)
        if (github_id(github, json_array_get(parents, i), "sha", &commit->parents[i], error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

static enum error_code commit(void *state, const struct git_id *id, struct publish_commit *ret_commit,
                              struct error *error)
{
    struct github *github = state;
    struct github_answer answer = {0};
    struct buffer path;

    github_path(&path, github, "/git/commits/%s", id->digits);
    if (github_ask(github->api, &(struct github_call){"GET", &path, NULL, false}, &answer, error) != ERROR_NONE)
        return error->code;
    take_commit(github, answer.value, ret_commit, error);
    github_answer_clear(&answer);
    return error->code;
}

static enum error_code find_base_name(struct github *github, struct error *error)
{
    struct github_answer answer = {0};
    struct buffer path;
    struct text name;

    if (github->target->base != NULL) {
        github->base_name = github->target->base;
        return ERROR_NONE;
    }
    github_path(&path, github, "%s", "");
    if (github_ask(github->api, &(struct github_call){"GET", &path, NULL, false}, &answer, error) != ERROR_NONE)
        return error->code;
    if (github_keep(github, answer.value, "default_branch", &name, error) == ERROR_NONE)
        github->base_name = name.bytes;
    github_answer_clear(&answer);
    return error->code;
}

static enum error_code look_at_base(struct github *github, struct publish_view *view, struct error *error)
{
    struct git_id head;

    if (find_base_name(github, error) != ERROR_NONE || find_head(github, github->base_name, &head, error) != ERROR_NONE)
        return error->code;
    if (head.digits[0] == '\0') {
        error_set(error, ERROR_NOT_FOUND, "'%s' has no branch '%s'", github->target->repository, github->base_name);
        return error_hint(error, "check 'base' and 'repository', and that the token may read it");
    }
    view->base_name = github->base_name;
    if (commit(github, &head, &view->base, error) != ERROR_NONE)
        return error->code;
    github->trees[SIDE_BASE] = view->base.tree;
    return ERROR_NONE;
}

static enum error_code look(void *state, struct publish_view *ret_view, struct error *error)
{
    struct github *github = state;
    struct publish_view view = {0};
    struct git_id head;

    if (look_at_base(github, &view, error) != ERROR_NONE ||
        find_head(github, github->target->branch, &head, error) != ERROR_NONE)
        return error->code;
    view.has_branch = head.digits[0] != '\0';
    if (view.has_branch && commit(github, &head, &view.branch, error) != ERROR_NONE)
        return error->code;
    github->trees[SIDE_OURS] = view.branch.tree;
    *ret_view = view;
    return ERROR_NONE;
}

static enum error_code has(void *state, const struct git_id *id, bool *ret_has, struct error *error)
{
    struct github *github = state;
    struct github_answer answer = {0};
    struct buffer path;
    const char *status;

    github_path(&path, github, "/compare/%s...", id->digits);
    buffer_add_escaped(&path, text_from(github->base_name), "");
    buffer_add_string(&path, "?per_page=1");
    if (github_ask(github->api, &(struct github_call){"GET", &path, NULL, false}, &answer, error) != ERROR_NONE)
        return error->code;
    status = github_string(answer.value, "status");
    *ret_has = strcmp(status, "ahead") == 0 || strcmp(status, "identical") == 0;
    github_answer_clear(&answer);
    return ERROR_NONE;
}

/* ---- writing ---- */

static json_t *parents_as_json(const struct publish_write *write)
{
    json_t *parents = json_array();

    for (size_t i = 0; i < write->parent_count; i++)
        if (json_array_append_new(parents, json_string(write->parents[i].digits)) != 0) {
            json_decref(parents);
            return NULL;
        }
    return parents;
}

/* Without an author GitHub says who the token belongs to, and signs commits of apps. */
static json_t *commit_as_json(const struct github *github, const struct publish_write *write, const struct git_id *tree,
                              struct text message)
{
    const struct publish_target *target = github->target;
    json_t *value = json_pack("{s:s%, s:s, s:o}", "message", message.bytes, message.length, "tree", tree->digits,
                              "parents", parents_as_json(write));

    if (value == NULL || target->author_name == NULL)
        return value;
    if (json_object_set_new(value, "author",
                            json_pack("{s:s, s:s}", "name", target->author_name, "email", target->author_email)) == 0)
        return value;
    json_decref(value);
    return NULL;
}

static enum error_code make_commit(struct github *github, const struct publish_write *write, const struct git_id *tree,
                                   struct git_id *ret_id, struct error *error)
{
    const struct publish_target *target = github->target;
    const struct publish_trailer trailer = {target->name, write->base, *tree, write->hash};
    CLEANUP(buffer_clear) struct buffer message = {0};
    struct github_answer answer = {0};
    struct buffer path;
    json_t *body;

    publish_commit_write(&message, target->title, write->about, &trailer);
    if (buffer_check(&message, error, doing) != ERROR_NONE)
        return error->code;
    body = commit_as_json(github, write, tree, buffer_text(&message));
    if (body == NULL)
        return error_memory(error, doing);
    github_path(&path, github, "/git/commits");
    if (github_ask(github->api, &(struct github_call){"POST", &path, body, false}, &answer, error) != ERROR_NONE)
        return error->code;
    github_id(github, answer.value, "sha", ret_id, error);
    github_answer_clear(&answer);
    return error->code;
}

/* Somebody was faster: all is looked at again. */
static bool is_overtaken(const struct github_answer *answer)
{
    const char *message = github_message(answer);

    return answer->status == 409 || (answer->status == 422 && (strcasestr(message, "already exists") != NULL ||
                                                               strcasestr(message, "not exist") != NULL ||
                                                               strcasestr(message, "fast forward") != NULL));
}

static enum error_code move_branch(struct github *github, const struct publish_write *write, const struct git_id *id,
                                   struct error *error)
{
    const char *branch = github->target->branch;
    bool is_new = write->expected.digits[0] == '\0';
    struct github_answer answer = {0};
    struct buffer path;
    char *name = arena_printf(github->arena, "refs/heads/%s", branch);
    json_t *body;

    if (name == NULL)
        return arena_error(github->arena, error, doing);
    body = is_new ? json_pack("{s:s, s:s}", "ref", name, "sha", id->digits)
                  : json_pack("{s:s, s:b}", "sha", id->digits, "force", (int)write->force);
    if (body == NULL)
        return error_memory(error, doing);
    if (is_new)
        github_path(&path, github, "/git/refs");
    else
        path_of_branch(&path, github, "refs/", branch);
    if (github_ask(github->api, &(struct github_call){is_new ? "POST" : "PATCH", &path, body, true}, &answer, error) !=
        ERROR_NONE)
        return error->code;
    if (answer.status >= 400) {
        github_refusal(github->api, &answer, error);
        if (is_overtaken(&answer))
            github_begin_anew(github->api, error);
    }
    github_answer_clear(&answer);
    return error->code;
}

static enum error_code write(void *state, const struct publish_write *write, struct git_id *ret_id, struct error *error)
{
    struct github *github = state;
    struct git_id tree;

    if (github_make_tree(github, write, &tree, error) != ERROR_NONE ||
        make_commit(github, write, &tree, ret_id, error) != ERROR_NONE)
        return error->code;
    return move_branch(github, write, ret_id, error);
}

/* GitHub removes whatever there is, so it is looked at just before. */
static enum error_code remove_branch(void *state, const struct git_id *expected, struct error *error)
{
    struct github *github = state;
    struct github_answer answer = {0};
    struct buffer path;
    struct git_id head;

    if (find_head(github, github->target->branch, &head, error) != ERROR_NONE || head.digits[0] == '\0')
        return error->code;
    if (!git_id_equal(&head, expected)) {
        error_set(error, ERROR_CONFLICT, "somebody moved the branch '%s'", github->target->branch);
        return github_begin_anew(github->api, error);
    }
    path_of_branch(&path, github, "refs/", github->target->branch);
    if (github_ask(github->api, &(struct github_call){"DELETE", &path, NULL, true}, &answer, error) != ERROR_NONE)
        return error->code;
    if (answer.status >= 400 && !is_overtaken(&answer) && answer.status != 404)
        github_refusal(github->api, &answer, error);
    github_answer_clear(&answer);
    return error->code;
}

/* ---- the host ---- */

static void close_github(void *state)
{
    struct github *github = state;

    github_api_close(github->api);
    mem_free(github);
}

static enum error_code open_github(void **ret_state, const struct publish_opening *opening, struct error *error)
{
    struct github *github = mem_alloc(sizeof *github);

    if (github == NULL)
        return error_memory(error, doing);
    *github = (struct github){.target = opening->target, .arena = opening->arena};
    if (github_api_open(&github->api, opening, error) != ERROR_NONE) {
        mem_free(github);
        return error->code;
    }
    *ret_state = github;
    return ERROR_NONE;
}

const struct publish_host publish_host_github = {
    .open = open_github,
    .close = close_github,
    .look = look,
    .find = github_find,
    .read = github_read,
    .commit = commit,
    .has = has,
    .write = write,
    .remove = remove_branch,
    .pulls = &github_pulls,
};
