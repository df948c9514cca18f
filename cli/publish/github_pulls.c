/* Pull requests of GitHub. */
#include <string.h>

#include "publish/github_private.h"

static const char doing[] = "asking GitHub about pull requests";

enum { PULLS_LIMIT = 30 /* of one branch that are looked at */ };

static bool is_open(const json_t *value)
{
    return strcmp(github_string(value, "state"), "open") == 0;
}

static enum error_code take_labels(struct github *github, const json_t *list, struct publish_pull *pull,
                                   struct error *error)
{
    struct text *labels = arena_array(github->arena, json_array_size(list), sizeof *labels);

    if (labels == NULL)
        return arena_error(github->arena, error, doing);
    for (size_t i = 0; i < json_array_size(list); i++)
        if (github_keep(github, json_array_get(list, i), "name", &labels[i], error) != ERROR_NONE)
            return error->code;
    pull->labels = labels;
    pull->label_count = json_array_size(list);
    return ERROR_NONE;
}

static enum error_code take_pull(struct github *github, const json_t *value, struct publish_pull *ret_pull,
                                 struct error *error)
{
    struct publish_pull pull = {.number = json_integer_value(json_object_get(value, "number")),
                                .is_open = is_open(value),
                                .is_merged = github_string(value, "merged_at")[0] != '\0'};
    struct text url, base;

    if (pull.number <= 0)
        return github_misunderstood(github->api, "a pull request has no number", error);
    if (github_keep(github, value, "html_url", &url, error) != ERROR_NONE ||
        github_keep(github, value, "base.ref", &base, error) != ERROR_NONE ||
        github_keep(github, value, "title", &pull.title, error) != ERROR_NONE ||
        github_keep(github, value, "body", &pull.body, error) != ERROR_NONE ||
        take_labels(github, json_object_get(value, "labels"), &pull, error) != ERROR_NONE)
        return error->code;
    pull.url = url.bytes;
    pull.base = base.bytes;
    *ret_pull = pull;
    return ERROR_NONE;
}

/* The open one that merges into the base, or else into another branch, or else the newest of all. */
static const json_t *choose(const struct github *github, const json_t *list)
{
    const json_t *chosen = json_array_get(list, 0);

    for (size_t i = json_array_size(list); i > 0; i--)
        if (is_open(json_array_get(list, i - 1)))
            chosen = json_array_get(list, i - 1);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *value = json_array_get(list, i);

        if (is_open(value) && strcmp(github_string(value, "base.ref"), github->base_name) == 0)
            chosen = value;
    }
    return chosen;
}

static enum error_code find(void *state, struct publish_pull *ret_pull, struct error *error)
{
    struct github *github = state;
    const char *repository = github->target->repository;
    struct github_answer answer = {0};
    struct publish_pull pull = {0};
    struct buffer path;

    github_path(&path, github, "/pulls?state=all&sort=created&direction=desc&per_page=%d&head=", PULLS_LIMIT);
    buffer_add_escaped(&path, (struct text){repository, strcspn(repository, "/")}, "");
    buffer_add_escaped(&path, TEXT(":"), "");
    buffer_add_escaped(&path, text_from(github->target->branch), "");
    if (github_ask(github->api, &(struct github_call){"GET", &path, NULL, false}, &answer, error) != ERROR_NONE)
        return error->code;
    if (json_array_size(answer.value) > 0)
        take_pull(github, choose(github, answer.value), &pull, error);
    github_answer_clear(&answer);
    if (error->code == ERROR_NONE)
        *ret_pull = pull;
    return error->code;
}

/* One that came up meanwhile, or whose commits were merged meanwhile, is a reason to look again. */
static enum error_code judge_refusal(struct github *github, const struct github_answer *answer, struct error *error)
{
    github_refusal(github->api, answer, error);
    if (answer->status != 422)
        return error->code;
    if (strstr(error->message, "already exists") != NULL || strstr(error->message, "No commits between") != NULL)
        return github_begin_anew(github->api, error);
    return error->code;
}

static enum error_code open_pull(void *state, const struct publish_offer *offer, struct publish_pull *ret_pull,
                                 struct error *error)
{
    struct github *github = state;
    struct github_answer answer = {0};
    struct buffer path;
    json_t *body = json_pack("{s:s, s:s, s:s, s:s%, s:b, s:b}", "title", offer->title, "head", github->target->branch,
                             "base", offer->base, "body", offer->body.bytes, offer->body.length, "draft",
                             (int)github->target->draft, "maintainer_can_modify", 0);

    if (body == NULL)
        return error_memory(error, doing);
    github_path(&path, github, "/pulls");
    if (github_ask(github->api, &(struct github_call){"POST", &path, body, true}, &answer, error) != ERROR_NONE)
        return error->code;
    if (answer.status >= 400)
        judge_refusal(github, &answer, error);
    else
        take_pull(github, answer.value, ret_pull, error);
    github_answer_clear(&answer);
    return error->code;
}

/* GitHub refuses to change the base of one that is closed. */
static enum error_code change(void *state, const struct publish_pull *pull, const struct publish_offer *offer,
                              bool will_be_open, struct error *error)
{
    struct github *github = state;
    struct github_answer answer = {0};
    struct buffer path;
    json_t *body = json_pack("{s:s, s:s%}", "title", offer->title, "body", offer->body.bytes, offer->body.length);
    bool failed = body == NULL;

    if (!failed && pull->is_open && strcmp(pull->base, offer->base) != 0)
        failed = json_object_set_new(body, "base", json_string(offer->base)) != 0;
    if (!failed && pull->is_open && !will_be_open)
        failed = json_object_set_new(body, "state", json_string("closed")) != 0;
    if (failed) {
        json_decref(body);
        return error_memory(error, doing);
    }
    github_path(&path, github, "/pulls/%lld", (long long)pull->number);
    if (github_ask(github->api, &(struct github_call){"PATCH", &path, body, true}, &answer, error) != ERROR_NONE)
        return error->code;
    if (answer.status >= 400)
        judge_refusal(github, &answer, error);
    github_answer_clear(&answer);
    return error->code;
}

/* ---- labels and reviewers ---- */

/* What GitHub does not want is no reason to publish nothing. */
static enum error_code offer_to(struct github *github, struct buffer *path, json_t *body, const char *what,
                                const char **ret_note, struct error *error)
{
    struct github_answer answer = {0};
    struct error refusal = {0};

    if (github_ask(github->api, &(struct github_call){"POST", path, body, true}, &answer, error) != ERROR_NONE)
        return error->code;
    if (answer.status >= 400) {
        github_refusal(github->api, &answer, &refusal);
        *ret_note = arena_printf(github->arena, "%s: %s", what, refusal.message);
        if (*ret_note == NULL)
            arena_error(github->arena, error, doing);
    }
    github_answer_clear(&answer);
    return error->code;
}

static bool has_label(const struct publish_pull *pull, const char *label)
{
    for (size_t i = 0; i < pull->label_count; i++)
        if (pull->labels[i].length == strlen(label) &&
            strncasecmp(pull->labels[i].bytes, label, pull->labels[i].length) == 0)
            return true;
    return false;
}

static enum error_code label(void *state, const struct publish_pull *pull, const char **ret_note, struct error *error)
{
    struct github *github = state;
    const struct option_list *labels = &github->target->labels;
    json_t *missing = json_array(), *body;
    bool failed = missing == NULL;
    struct buffer path;

    for (size_t i = 0; i < labels->count && !failed; i++)
        if (!has_label(pull, labels->items[i]))
            failed = json_array_append_new(missing, json_string(labels->items[i])) != 0;
    if (!failed && json_array_size(missing) == 0) {
        json_decref(missing);
        return ERROR_NONE;
    }
    if (failed) {
        json_decref(missing);
        return error_memory(error, doing);
    }
    body = json_pack("{s:o}", "labels", missing);
    if (body == NULL)
        return error_memory(error, doing);
    github_path(&path, github, "/issues/%lld/labels", (long long)pull->number);
    return offer_to(github, &path, body, "the labels are not set", ret_note, error);
}

static json_t *words_as_json(const struct option_list *words)
{
    json_t *list = json_array();

    for (size_t i = 0; i < words->count; i++)
        if (json_array_append_new(list, json_string(words->items[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static enum error_code ask_for_reviews(void *state, const struct publish_pull *pull, const char **ret_note,
                                       struct error *error)
{
    struct github *github = state;
    const struct publish_target *target = github->target;
    struct buffer path;
    json_t *body;

    if (target->reviewers.count + target->team_reviewers.count == 0)
        return ERROR_NONE;
    body = json_pack("{s:o, s:o}", "reviewers", words_as_json(&target->reviewers), "team_reviewers",
                     words_as_json(&target->team_reviewers));
    if (body == NULL)
        return error_memory(error, doing);
    github_path(&path, github, "/pulls/%lld/requested_reviewers", (long long)pull->number);
    return offer_to(github, &path, body, "nobody was asked for a review", ret_note, error);
}

const struct publish_pulls github_pulls = {
    .find = find,
    .open = open_pull,
    .change = change,
    .say = github_say,
    .label = label,
    .ask = ask_for_reviews,
    .tell = github_tell,
};
