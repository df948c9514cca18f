#include "publish/publish_target.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "tree/tree_list.h"

#define AT(member) offsetof(struct publish_target, member)
#define TEXT_ROW(key, member, summary)                                                                                 \
    {                                                                                                                  \
        NULL, 0, OPTION_TEXT, AT(member), NULL, key, NULL, NULL, 0, 0, summary                                         \
    }
#define LIST_ROW(key, member, summary)                                                                                 \
    {                                                                                                                  \
        NULL, 0, OPTION_LIST, AT(member), NULL, key, NULL, NULL, 0, 0, summary                                         \
    }
#define FLAG_ROW(key, member, summary)                                                                                 \
    {                                                                                                                  \
        NULL, 0, OPTION_FLAG, AT(member), NULL, key, NULL, NULL, 0, 0, summary                                         \
    }

enum { HOUR_MS = 3600 * 1000, NAME_LIMIT = 64, BRANCH_LIMIT = 200, TITLE_LIMIT = 250 };

const struct option publish_target_keys[] = {
    TEXT_ROW("name", name, "what the entry is called; letters, digits, `.`, `_` and `-`"),
    {NULL, 0, OPTION_CHOICE, AT(host), NULL, "host", "github", publish_host_name, 0, 0,
     "where to publish: a pull request of GitHub, or a branch of any repository"},
    TEXT_ROW("url", url,
             "the address of the API, such as `https://ghe.example/api/v3`; without it `https://api.github.com`"),
    TEXT_ROW("repository", repository, "`owner/name`, or for `git` a path, `https://` or `ssh://` address"),
    TEXT_ROW("base", base, "the branch to merge into; without it the repository's default branch"),
    TEXT_ROW("branch", branch, "our branch; without it `driftline/NAME`"),
    TEXT_ROW("token", token, "where the token is: `file:PATH` or `env:NAME`"),
    TEXT_ROW("app.id", app, "the number of a GitHub App, in place of a token"),
    TEXT_ROW("app.installation", installation, "the number of its installation"),
    TEXT_ROW("app.key", key, "where its private key is: `file:PATH` or `env:NAME`"),
    LIST_ROW("content", content, "the entries of `docs` and `codegen` to publish; without it all of them"),
    TEXT_ROW("title", title, "of the pull request, and the first line of the commit"),
    LIST_ROW("labels", labels, "of the pull request; without it `schema-sync` and `bot`"),
    LIST_ROW("reviewers", reviewers, "who is asked for a review"),
    LIST_ROW("team_reviewers", team_reviewers, "the teams that are"),
    FLAG_ROW("draft", draft, "open it as a draft"),
    LIST_ROW("comment.paths", comment_paths,
             "keep a comment on other open pull requests that change files matching these patterns"),
    TEXT_ROW("author.name", author_name,
             "who the commits are by; without it whoever the token belongs to, for `git` driftline"),
    TEXT_ROW("author.email", author_email, "with this address"),
    {NULL, 0, OPTION_DURATION, AT(timeout_ms), NULL, "timeout", "2m", NULL, 100, HOUR_MS,
     "how long all of it may take, with the pauses that the host asks for"},
    TEXT_ROW("ca", ca, "a file with the certificates to trust, in place of the system's"),
    FLAG_ROW("allow_private", allow_private,
             "the host may have an address of a private network, be behind a proxy, or speak without encryption"),
    {0},
};

static const struct {
    const char *items[2];
} preset_labels = {{"schema-sync", "bot"}};

const char *publish_host_name(size_t number)
{
    static const char *const names[] = {[PUBLISH_GITHUB] = "github", [PUBLISH_GIT] = "git"};

    return number < LENGTH_OF(names) ? names[number] : NULL;
}

/* ---- names ---- */

static bool is_word(const char *word, const char *others, size_t limit)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t length = strlen(word);

    if (length == 0 || length > limit || strcmp(word, ".") == 0 || strcmp(word, "..") == 0)
        return false;
    for (size_t i = 0; i < length; i++)
        if (strchr(plain, word[i]) == NULL && strchr(others, word[i]) == NULL)
            return false;
    return true;
}

/* "owner/name" */
static bool is_repository(const char *repository)
{
    const char *slash = strchr(repository, '/');
    char owner[NAME_LIMIT + 1];

    if (slash == NULL || (size_t)(slash - repository) > NAME_LIMIT)
        return false;
    snprintf(owner, sizeof owner, "%.*s", (int)(slash - repository), repository);
    return is_word(owner, "._-", NAME_LIMIT) && is_word(slash + 1, "._-", 100);
}

/* What git allows as the name of a branch, and nothing that could be read as an option. */
static bool is_branch(const char *branch)
{
    size_t length = strlen(branch);

    if (length == 0 || length > BRANCH_LIMIT || strchr("-/.", branch[0]) != NULL || strcmp(branch, "@") == 0 ||
        strchr("/.", branch[length - 1]) != NULL)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)branch[i] <= ' ' || branch[i] == 0x7f || strchr("~^:?*[\\\"", branch[i]) != NULL)
            return false;
    return strstr(branch, "..") == NULL && strstr(branch, "//") == NULL && strstr(branch, "@{") == NULL &&
           strstr(branch, "/.") == NULL && strstr(branch, ".lock/") == NULL &&
           (length < 5 || strcmp(branch + length - 5, ".lock") != 0) && text_is_utf8(text_from(branch));
}

static bool is_number(const char *number)
{
    size_t digits = strspn(number, "0123456789");

    return digits > 0 && digits <= 18 && number[digits] == '\0' && number[0] != '0';
}

static bool is_whereabouts(const char *where)
{
    return strncmp(where, "file:", 5) == 0 || strncmp(where, "env:", 4) == 0;
}

/* One line without control characters, nor what git cannot have in the name of an author. */
static bool is_line(const char *line, size_t limit)
{
    size_t length = strlen(line);

    for (size_t i = 0; i < length; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            return false;
    return length > 0 && length <= limit && text_is_utf8(text_from(line));
}

static bool is_person(const char *word)
{
    return is_line(word, 200) && strpbrk(word, "<>") == NULL;
}

/* ---- addresses ---- */

static bool part_is(CURLU *url, CURLUPart part, const char *value)
{
    char *found = NULL;
    bool equal = curl_url_get(url, part, &found, 0) == CURLUE_OK ? value == NULL || strcmp(found, value) == 0 : false;

    curl_free(found);
    return equal;
}

static void free_url(CURLU **url)
{
    curl_url_cleanup(*url);
}

static enum error_code check_url(const struct publish_target *target, struct error *error)
{
    CLEANUP(free_url) CURLU *url = curl_url();

    if (url == NULL)
        return error_memory(error, "reading an address");
    if (strstr(target->url, "://") == NULL ||
        curl_url_set(url, CURLUPART_URL, target->url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        (!part_is(url, CURLUPART_SCHEME, "https") && !part_is(url, CURLUPART_SCHEME, "http"))) {
        error_set(error, ERROR_CONFIG, "this is no address of an API");
        return error_hint(error, "it is written like https://ghe.example/api/v3");
    }
    if (part_is(url, CURLUPART_USER, NULL) || part_is(url, CURLUPART_PASSWORD, NULL) ||
        part_is(url, CURLUPART_QUERY, NULL) || part_is(url, CURLUPART_FRAGMENT, NULL)) {
        error_set(error, ERROR_CONFIG, "the address has more than host, port and path");
        return error_hint(error, "a token has a key of its own");
    }
    if (part_is(url, CURLUPART_SCHEME, "http") && !target->allow_private) {
        error_set(error, ERROR_CONFIG, "http:// would send the token without encryption");
        return error_hint(error, "use https, or 'allow_private: true' for a network that you trust");
    }
    return ERROR_NONE;
}

/* A path, https://, ssh://, file:// or user@host:path. A password in it would be shown and logged. */
static enum error_code check_git_address(const char *address, struct error *error)
{
    const char *scheme = strstr(address, "://");
    const char *rest = scheme == NULL ? address : scheme + 3;
    const char *at = memchr(rest, '@', strcspn(rest, "/"));

    if (address[0] == '-' || strstr(address, "::") != NULL || !is_line(address, 2000))
        return error_set(error, ERROR_CONFIG, "this is no repository");
    if (scheme != NULL && strncmp(address, "https://", 8) != 0 && strncmp(address, "ssh://", 6) != 0 &&
        strncmp(address, "file://", 7) != 0) {
        error_set(error, ERROR_CONFIG, "git is let speak https, ssh and file only");
        return error_hint(error, "write https://, ssh://, file:// or a path");
    }
    if (at != NULL && (memchr(rest, ':', (size_t)(at - rest)) != NULL || strncmp(address, "https://", 8) == 0)) {
        error_set(error, ERROR_CONFIG, "a user or password must not stand in the address");
        return error_hint(error, "name a token with 'token: env:NAME', or let git ask its credential helper");
    }
    return ERROR_NONE;
}

/* ---- an entry ---- */

/* What must hold of a value, and which key is to blame when it does not. */
struct rule {
    const char *key;
    bool holds;
    const char *message;
    const char *hint;
};

static enum error_code check_rules(const struct rule *rules, size_t count, const char **ret_key, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (rules[i].holds)
            continue;
        *ret_key = rules[i].key;
        error_set(error, ERROR_CONFIG, "%s", rules[i].message);
        return rules[i].hint == NULL ? error->code : error_hint(error, "%s", rules[i].hint);
    }
    return ERROR_NONE;
}

static enum error_code check_names(const struct publish_target *target, const char **ret_key, struct error *error)
{
    static const char secret[] = "a secret must not be written down here";
    static const char secret_hint[] = "put it into a file or variable and write file:PATH or env:NAME";
    const struct rule rules[] = {
        {"name", is_word(target->name, "._-", NAME_LIMIT), "a name has letters, digits, '.', '_' and '-'", NULL},
        {"base", target->base == NULL || is_branch(target->base), "this cannot be a branch", NULL},
        {"branch", is_branch(target->branch), "this cannot be a branch", NULL},
        {"branch", target->base == NULL || strcmp(target->base, target->branch) != 0,
         "our branch cannot be the one to merge into", NULL},
        {"title", is_line(target->title, TITLE_LIMIT), "a title is one line of at most 250 bytes", NULL},
        {"author.name", (target->author_name == NULL || is_person(target->author_name)),
         "this cannot be the name of an author", NULL},
        {"author.email", (target->author_email == NULL || is_person(target->author_email)),
         "this cannot be the address of an author", NULL},
        {"token", target->token == NULL || is_whereabouts(target->token), secret, secret_hint},
        {"app.key", target->key == NULL || is_whereabouts(target->key), secret, secret_hint},
    };

    return check_rules(rules, LENGTH_OF(rules), ret_key, error);
}

static enum error_code check_github(const struct publish_target *target, const char **ret_key, struct error *error)
{
    bool has_app = target->app != NULL;
    const struct rule rules[] = {
        {"repository", is_repository(target->repository), "this is no repository of GitHub", "write it as owner/name"},
        {"name", has_app || target->token != NULL, "there is neither 'token' nor 'app'",
         "write 'token: env:GITHUB_TOKEN'"},
        {"app", !has_app || target->token == NULL, "there are both 'token' and 'app'", NULL},
        {"app.id", !has_app || is_number(target->app), "this is no number of an app", NULL},
        {"app.installation", !has_app || is_number(target->installation), "this is no number of an installation", NULL},
    };

    if (check_rules(rules, LENGTH_OF(rules), ret_key, error) != ERROR_NONE)
        return error->code;
    *ret_key = "url";
    return check_url(target, error);
}

static enum error_code check_git(const struct publish_target *target, const struct publish_entry *entry,
                                 const char **ret_key, struct error *error)
{
    static const char only[] = "only pull requests of GitHub have this";
    const struct rule rules[] = {
        {"url", entry->url == NULL, "git reaches a repository by its own address", "give it as 'repository'"},
        {"app", target->app == NULL, only, NULL},
        {"labels", entry->labels_count == 0, only, NULL},
        {"reviewers", target->reviewers.count == 0, only, NULL},
        {"team_reviewers", target->team_reviewers.count == 0, only, NULL},
        {"draft", !target->draft, only, NULL},
        {"comment", target->comment_paths.count == 0, only, NULL},
        {"token", target->token == NULL || strncmp(target->repository, "https://", 8) == 0,
         "a token is for https:// only", NULL},
    };

    if (check_rules(rules, LENGTH_OF(rules), ret_key, error) != ERROR_NONE)
        return error->code;
    *ret_key = "repository";
    return check_git_address(target->repository, error);
}

static enum error_code check_copies(const struct publish_target *target, struct arena *arena, const char **ret_key,
                                    struct error *error)
{
    for (size_t i = 0; i < target->copy_count; i++) {
        if (tree_path_is_good(text_from(target->copies[i].to)))
            continue;
        *ret_key = arena_printf(arena, "copy.%zu.to", i);
        return error_set(error, ERROR_CONFIG, "this cannot be the path of a file in a repository");
    }
    return ERROR_NONE;
}

/* A path counts from where the configuration file is. */
static enum error_code resolve_repository(struct publish_target *target, const struct config_file *file,
                                          struct error *error)
{
    const char *slash = strrchr(file->path, '/');

    if (target->host != PUBLISH_GIT || slash == NULL || strchr("/-", target->repository[0]) != NULL ||
        strchr(target->repository, ':') != NULL)
        return ERROR_NONE;
    target->repository =
        arena_printf(file->arena, "%.*s/%s", (int)(slash - file->path), file->path, target->repository);
    return target->repository == NULL ? arena_error(file->arena, error, "reading the configuration") : ERROR_NONE;
}

static enum error_code complete(struct publish_target *target, const struct publish_entry *entry, struct arena *arena,
                                struct error *error)
{
    target->copies = entry->copy;
    target->copy_count = entry->copy_count;
    if (target->url == NULL)
        target->url = "https://api.github.com";
    if (target->branch == NULL)
        target->branch = arena_printf(arena, "driftline/%s", target->name);
    if (target->title == NULL)
        target->title = arena_printf(arena, "Schema sync: %s", target->name);
    if (target->branch == NULL || target->title == NULL)
        return arena_error(arena, error, "reading the configuration");
    if (entry->labels == NULL && target->host == PUBLISH_GITHUB)
        target->labels = (struct option_list){(const char **)preset_labels.items, LENGTH_OF(preset_labels.items)};
    return ERROR_NONE;
}

static enum error_code check(const struct publish_target *target, const struct publish_entry *entry,
                             struct arena *arena, const char **ret_key, struct error *error)
{
    if (check_names(target, ret_key, error) != ERROR_NONE || check_copies(target, arena, ret_key, error) != ERROR_NONE)
        return error->code;
    return target->host == PUBLISH_GITHUB ? check_github(target, ret_key, error)
                                          : check_git(target, entry, ret_key, error);
}

static enum error_code element_of(struct config_file *ret_element, const struct config_file *file,
                                  struct publish_entry *entry, unsigned number, struct error *error)
{
    *ret_element = *file;
    ret_element->schema = &publish_entry_schema;
    ret_element->content = entry;
    ret_element->way = arena_printf(file->arena, "publish.%u.", number);
    return ret_element->way == NULL ? arena_error(file->arena, error, "reading the configuration") : ERROR_NONE;
}

enum error_code publish_target_read(struct publish_target *ret_target, const struct config_file *file,
                                    struct publish_entry *entry, unsigned number, struct error *error)
{
    static const struct option *const tables[] = {publish_target_keys, NULL};
    struct publish_target target = {0};
    const struct option_line line = {.tables = tables, .values = &target, .arena = file->arena};
    struct config_file element;
    const char *key = "name";

    if (element_of(&element, file, entry, number, error) != ERROR_NONE ||
        option_set_defaults(&line, error) != ERROR_NONE ||
        config_file_apply(&element, publish_target_keys, &target, error) != ERROR_NONE ||
        complete(&target, entry, file->arena, error) != ERROR_NONE ||
        resolve_repository(&target, file, error) != ERROR_NONE)
        return error->code;
    if (check(&target, entry, file->arena, &key, error) != ERROR_NONE)
        return config_file_blame(&element, key, error);
    *ret_target = target;
    return ERROR_NONE;
}

enum error_code publish_target_check_apart(const struct publish_target *targets, unsigned number,
                                           const struct config_file *file, struct error *error)
{
    const struct publish_target *target = &targets[number];
    const char *key = arena_printf(file->arena, "publish.%u.name", number);

    for (unsigned i = 0; i < number; i++) {
        if (strcmp(targets[i].name, target->name) == 0)
            error_set(error, ERROR_CONFIG, "two entries have this name");
        else if (strcmp(targets[i].repository, target->repository) == 0 &&
                 strcmp(targets[i].branch, target->branch) == 0 && targets[i].host == target->host)
            error_set(error, ERROR_CONFIG, "'%.64s' has the same branch", targets[i].name);
        else
            continue;
        return key == NULL ? error->code : config_file_blame(file, key, error);
    }
    return ERROR_NONE;
}
