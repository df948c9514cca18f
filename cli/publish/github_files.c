/* Files of a branch of GitHub: a listing of all of them, contents one by one, and new trees on top of old ones. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "publish/github_private.h"
#include "publish/publish_files.h"
#include "publish/publish_listing.h"

static const char doing[] = "asking GitHub for files";

enum {
    TREE_BYTES_LIMIT = 1024 * 1024, /* of contents in one request */
    TREE_ENTRIES_LIMIT = 500,
    INLINE_LIMIT = 256 * 1024 /* of a content that needs no request of its own */
};

/* ---- what branches have ---- */

struct github_folder {
    struct github_folder *next;
    struct git_id id;
    struct publish_listing listing; /* with paths from this folder */
};

static enum error_code take_entries(struct github *github, const json_t *list, struct publish_listing *listing,
                                    struct error *error)
{
    listing->entries = arena_array(github->arena, json_array_size(list), sizeof *listing->entries);
    if (listing->entries == NULL)
        return arena_error(github->arena, error, doing);
    for (; listing->count < json_array_size(list); listing->count++) {
        const json_t *value = json_array_get(list, listing->count);
        struct publish_listed *entry = &listing->entries[listing->count];

        entry->kind = publish_entry_kind_of(text_from(github_string(value, "mode")));
        entry->size = (size_t)json_integer_value(json_object_get(value, "size"));
        if (github_keep(github, value, "path", &entry->path, error) != ERROR_NONE ||
            github_id(github, value, "sha", &entry->id, error) != ERROR_NONE)
            return error->code;
    }
    publish_listing_sort(listing);
    return ERROR_NONE;
}

static enum error_code list(struct github *github, const struct git_id *id, bool is_whole,
                            struct github_folder **ret_folder, bool *ret_truncated, struct error *error)
{
    struct github_folder *folder = arena_alloc(github->arena, sizeof *folder);
    struct github_answer answer = {0};
    struct buffer path;

    if (folder == NULL)
        return arena_error(github->arena, error, doing);
    *folder = (struct github_folder){.id = *id};
    github_path(&path, github, "/git/trees/%s%s", id->digits, is_whole ? "?recursive=1" : "");
    if (github_ask(github->api, &(struct github_call){"GET", &path, NULL, false}, &answer, error) != ERROR_NONE)
        return error->code;
    *ret_truncated = json_is_true(json_object_get(answer.value, "truncated"));
    if (!*ret_truncated || !is_whole)
        take_entries(github, json_object_get(answer.value, "tree"), &folder->listing, error);
    github_answer_clear(&answer);
    *ret_folder = folder;
    return error->code;
}

static struct github_folder *find_folder(struct github *github, const struct git_id *id)
{
    for (struct github_folder *folder = github->folders; folder != NULL; folder = folder->next)
        if (git_id_equal(&folder->id, id))
            return folder;
    return NULL;
}

/* A folder, from what was asked before or from GitHub. All of a branch comes with its top, unless that is too much. */
static enum error_code get_folder(struct github *github, const struct git_id *id, struct github_folder **ret_folder,
                                  struct error *error)
{
    struct github_folder *folder = find_folder(github, id);
    bool truncated;

    if (folder == NULL) {
        if (list(github, id, !github->is_walked, &folder, &truncated, error) != ERROR_NONE)
            return error->code;
        if (truncated && !github->is_walked) {
            github->is_walked = true;
            if (list(github, id, false, &folder, &truncated, error) != ERROR_NONE)
                return error->code;
        }
        if (truncated)
            return error_set(error, ERROR_LIMIT, "a folder of the repository has more files than GitHub lists");
        folder->next = github->folders;
        github->folders = folder;
    }
    *ret_folder = folder;
    return ERROR_NONE;
}

/* Folder by folder: every one on the way is looked at. */
static enum error_code walk(struct github *github, struct git_id id, struct text path, struct publish_blob *ret_blob,
                            struct error *error)
{
    size_t begin = 0;

    for (size_t end = 0; end <= path.length; end++) {
        struct text name = {path.bytes + begin, end - begin};
        const struct publish_listed *entry;
        struct github_folder *folder;

        if (end < path.length && path.bytes[end] != '/')
            continue;
        if (get_folder(github, &id, &folder, error) != ERROR_NONE)
            return error->code;
        entry = publish_listing_entry(&folder->listing, name);
        if (entry == NULL || end == path.length)
            return publish_listed_blob(entry, path, ret_blob, error);
        if (entry->kind != ENTRY_FOLDER)
            return publish_listed_in_the_way((struct text){path.bytes, end}, error);
        id = entry->id;
        begin = end + 1;
    }
    return ERROR_NONE;
}

enum error_code github_find(void *state, enum publish_side side, struct text path, struct publish_blob *ret_blob,
                            struct error *error)
{
    struct github *github = state;
    struct github_folder *top;

    if (get_folder(github, &github->trees[side], &top, error) != ERROR_NONE)
        return error->code;
    if (github->is_walked)
        return walk(github, github->trees[side], path, ret_blob, error);
    return publish_listing_find(&top->listing, path, ret_blob, error);
}

static void free_context(EVP_ENCODE_CTX **context)
{
    EVP_ENCODE_CTX_free(*context);
}

static enum error_code decode(struct github *github, struct text base64, struct text *ret_content, struct error *error)
{
    CLEANUP(free_context) EVP_ENCODE_CTX *context = EVP_ENCODE_CTX_new();
    unsigned char *bytes = arena_alloc(github->arena, base64.length / 4 * 3 + 4);
    int length = 0, last = 0;

    if (context == NULL || bytes == NULL)
        return error_memory(error, doing);
    EVP_DecodeInit(context);
    if (EVP_DecodeUpdate(context, bytes, &length, (const unsigned char *)base64.bytes, (int)base64.length) < 0 ||
        EVP_DecodeFinal(context, bytes + length, &last) != 1)
        return github_misunderstood(github->api, "a file is no base64", error);
    *ret_content = (struct text){(const char *)bytes, (size_t)length + (size_t)last};
    return ERROR_NONE;
}

enum error_code github_read(void *state, const struct git_id *id, size_t limit, struct text *ret_content,
                            struct error *error)
{
    struct github *github = state;
    struct github_answer answer = {0};
    struct buffer path;
    const json_t *content;

    github_path(&path, github, "/git/blobs/%s", id->digits);
    if (github_ask(github->api, &(struct github_call){"GET", &path, NULL, false}, &answer, error) != ERROR_NONE)
        return error->code;
    content = json_object_get(answer.value, "content");
    if (strcmp(github_string(answer.value, "encoding"), "base64") != 0 || !json_is_string(content))
        github_misunderstood(github->api, "a file is no base64", error);
    else if (decode(github, (struct text){json_string_value(content), json_string_length(content)}, ret_content,
                    error) == ERROR_NONE &&
             ret_content->length > limit)
        error_set(error, ERROR_LIMIT, "a file of the repository is larger than %zu bytes", limit);
    github_answer_clear(&answer);
    return error->code;
}

/* ---- new trees ---- */

/* A tree that grows request by request. */
struct growing {
    struct github *github;
    struct git_id tree;
    json_t *entries; /* that wait */
    size_t bytes;
};

static enum error_code flush(struct growing *growing, struct error *error)
{
    struct github *github = growing->github;
    struct github_answer answer = {0};
    struct buffer path;
    json_t *body;

    if (json_array_size(growing->entries) == 0)
        return ERROR_NONE;
    body = json_pack("{s:s, s:O}", "base_tree", growing->tree.digits, "tree", growing->entries);
    if (body == NULL)
        return error_memory(error, doing);
    github_path(&path, github, "/git/trees");
    if (github_ask(github->api, &(struct github_call){"POST", &path, body, false}, &answer, error) != ERROR_NONE)
        return error->code;
    github_id(github, answer.value, "sha", &growing->tree, error);
    github_answer_clear(&answer);
    json_array_clear(growing->entries);
    growing->bytes = 0;
    return error->code;
}

/* What cannot stand in JSON as it is, or is long, goes alone. */
static enum error_code upload(struct github *github, struct text content, struct git_id *ret_id, struct error *error)
{
    size_t room = content.length / 3 * 4 + 8;
    struct github_answer answer = {0};
    char *base64 = mem_alloc(room);
    struct buffer path;
    json_t *body;

    if (base64 == NULL)
        return error_memory(error, doing);
    EVP_EncodeBlock((unsigned char *)base64, (const unsigned char *)(content.length == 0 ? "" : content.bytes),
                    (int)content.length);
    body = json_pack("{s:s, s:s}", "content", base64, "encoding", "base64");
    mem_free(base64);
    if (body == NULL)
        return error_memory(error, doing);
    github_path(&path, github, "/git/blobs");
    if (github_ask(github->api, &(struct github_call){"POST", &path, body, false}, &answer, error) != ERROR_NONE)
        return error->code;
    github_id(github, answer.value, "sha", ret_id, error);
    github_answer_clear(&answer);
    return error->code;
}

static bool is_plain(struct text content)
{
    return content.length <= INLINE_LIMIT && text_is_utf8(content) &&
           (content.length == 0 || memchr(content.bytes, '\0', content.length) == NULL);
}

/* A file that was there keeps its mode. */
static enum error_code mode_of(struct github *github, const struct tree_step *step, const char **ret_mode,
                               struct error *error)
{
    struct publish_blob blob = {0};

    if (step->was_there && github_find(github, SIDE_BASE, step->path, &blob, error) != ERROR_NONE)
        return error->code;
    *ret_mode = blob.is_executable ? "100755" : "100644";
    return ERROR_NONE;
}

static enum error_code add_step(struct growing *growing, const struct tree_step *step, struct error *error)
{
    const char *content = step->after.length == 0 ? "" : step->after.bytes;
    const char *mode = "";
    struct git_id id;
    json_t *entry;

    if (mode_of(growing->github, step, &mode, error) != ERROR_NONE)
        return error->code;
    if (!step->will_be_there) {
        entry = json_pack("{s:s%, s:s, s:s, s:n}", "path", step->path.bytes, step->path.length, "mode", mode, "type",
                          "blob", "sha");
    } else if (is_plain(step->after)) {
        entry = json_pack("{s:s%, s:s, s:s, s:s%}", "path", step->path.bytes, step->path.length, "mode", mode, "type",
                          "blob", "content", content, step->after.length);
        growing->bytes += step->after.length;
    } else {
        if (upload(growing->github, step->after, &id, error) != ERROR_NONE)
            return error->code;
        entry = json_pack("{s:s%, s:s, s:s, s:s}", "path", step->path.bytes, step->path.length, "mode", mode, "type",
                          "blob", "sha", id.digits);
    }
    if (json_array_append_new(growing->entries, entry) != 0)
        return error_memory(error, doing);
    if (growing->bytes < TREE_BYTES_LIMIT && json_array_size(growing->entries) < TREE_ENTRIES_LIMIT)
        return ERROR_NONE;
    return flush(growing, error);
}

enum error_code github_make_tree(struct github *github, const struct publish_write *write, struct git_id *ret_tree,
                                 struct error *error)
{
    struct growing growing = {.github = github, .tree = write->base_tree, .entries = json_array()};

    if (growing.entries == NULL)
        return error_memory(error, doing);
    for (size_t i = 0; i < write->plan->count && error->code == ERROR_NONE; i++) {
        const struct tree_step *step = &write->plan->steps[i];

        if (publish_step_changes(step))
            add_step(&growing, step, error);
    }
    if (error->code == ERROR_NONE && flush(&growing, error) == ERROR_NONE)
        *ret_tree = growing.tree;
    json_decref(growing.entries);
    return error->code;
}
