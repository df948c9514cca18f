/* A branch in any repository that git reaches, by git's own command in a bare repository that is thrown away. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "publish/git_program.h"
#include "publish/publish_files.h"
#include "publish/publish_listing.h"

static const char doing[] = "publishing by git";
static const char base_ref[] = "refs/driftline/base", our_ref[] = "refs/driftline/ours";

struct git {
    const struct publish_target *target;
    struct arena *arena;
    struct git_program *program;
    struct publish_view view;
    struct publish_listing listings[PUBLISH_SIDE_COUNT];
    bool is_listed[PUBLISH_SIDE_COUNT];
};

/* Run it and keep what it says in the arena. */
static enum error_code ask(struct git *git, const char *const *arguments, struct text *ret_text, struct error *error)
{
    const struct git_run run = {.arguments = arguments};
    CLEANUP(buffer_clear) struct buffer output = {0};
    char *copy;
    int status;

    if (git_program_run(git->program, &run, &output, &status, error) != ERROR_NONE)
        return error->code;
    copy = arena_string(git->arena, buffer_text(&output));
    if (copy == NULL)
        return arena_error(git->arena, error, doing);
    *ret_text = (struct text){copy, output.length};
    return ERROR_NONE;
}

static enum error_code order(struct git *git, const char *const *arguments, struct error *error)
{
    const struct git_run run = {.arguments = arguments};
    int status;

    return git_program_run(git->program, &run, NULL, &status, error);
}

static enum error_code misunderstood(const char *what, struct error *error)
{
    return error_set(error, ERROR_PROTOCOL, "git does not say %s as this version understands it", what);
}

/* Take the text up to a byte off the beginning; all of it when the byte does not come. */
static struct text cut(struct text *text, char byte)
{
    const char *end = text->length == 0 ? NULL : memchr(text->bytes, byte, text->length);
    struct text piece = {text->bytes, end == NULL ? text->length : (size_t)(end - text->bytes)};
    size_t used = piece.length + (end != NULL);

    *text = (struct text){text->bytes + used, text->length - used};
    return piece;
}

/* ---- the branches of the repository ---- */

/* `ID<TAB>NAME`, and before it `ref: NAME<TAB>HEAD`. */
struct remote {
    struct text default_branch; /* refs/heads/main */
    struct text refs;
};

static bool find_ref(struct text refs, struct text name, struct git_id *ret_id)
{
    while (refs.length > 0) {
        struct text line = cut(&refs, '\n');
        struct text id = cut(&line, '\t');

        if (text_equal(line, name) && git_id_read(ret_id, id))
            return true;
    }
    return false;
}

static enum error_code list_remote(struct git *git, struct remote *ret_remote, struct error *error)
{
    static const struct text symbolic = TEXT_INIT("ref: ");
    struct remote remote = {0};
    struct text rest;

    if (ask(git, (const char *const[]){"ls-remote", "--symref", "--", git->target->repository, NULL}, &remote.refs,
            error) != ERROR_NONE)
        return error->code;
    rest = remote.refs;
    if (text_starts_with(rest, symbolic)) {
        struct text line = cut(&rest, '\n');

        cut(&line, ' ');
        remote.default_branch = cut(&line, '\t');
    }
    *ret_remote = remote;
    return ERROR_NONE;
}

static enum error_code find_base(struct git *git, const struct remote *remote, struct error *error)
{
    static const struct text heads = TEXT_INIT("refs/heads/");
    struct text name = remote->default_branch;
    char *ref;

    if (git->target->base == NULL) {
        if (!text_starts_with(name, heads)) {
            error_set(error, ERROR_NOT_FOUND, "the repository has no default branch");
            return error_hint(error, "name one as 'base'");
        }
        git->view.base_name =
            arena_string(git->arena, (struct text){name.bytes + heads.length, name.length - heads.length});
    } else {
        git->view.base_name = git->target->base;
    }
    ref = git->view.base_name == NULL ? NULL : arena_printf(git->arena, "refs/heads/%s", git->view.base_name);
    if (ref == NULL)
        return arena_error(git->arena, error, doing);
    if (find_ref(remote->refs, text_from(ref), &git->view.base.id))
        return ERROR_NONE;
    error_set(error, ERROR_NOT_FOUND, "the repository has no branch '%s'", git->view.base_name);
    return error_hint(error, "check 'base'; an empty repository needs a first commit");
}

/* A bare repository that calls its objects like the other one. */
static enum error_code prepare(struct git *git, struct error *error)
{
    const char *format = strlen(git->view.base.id.digits) == 64 ? "--object-format=sha256" : "--object-format=sha1";

    if (order(git, (const char *const[]){"init", "-q", "--bare", "--template=", format, NULL}, error) != ERROR_NONE)
        return error->code;
    return order(git, (const char *const[]){"remote", "add", "--", "origin", git->target->repository, NULL}, error);
}

/* The branches without the contents of their files, and of their history no more than is needed at first. */
static enum error_code fetch(struct git *git, const char *how_deep, const char *filter, struct error *error)
{
    char *base = arena_printf(git->arena, "+refs/heads/%s:%s", git->view.base_name, base_ref);
    char *ours = arena_printf(git->arena, "+refs/heads/%s:%s", git->target->branch, our_ref);

    if (base == NULL || ours == NULL)
        return arena_error(git->arena, error, doing);
    return order(git,
                 (const char *const[]){"fetch", "-q", "--no-tags", "--no-write-fetch-head", how_deep, filter, "origin",
                                       base, git->view.has_branch ? ours : NULL, NULL},
                 error);
}

/* `tree ID`, `parent ID`…, an empty line, the message. */
static enum error_code read_commit(struct git *git, const struct git_id *id, struct publish_commit *ret_commit,
                                   struct error *error)
{
    struct publish_commit commit = {.id = *id};
    struct text text, line;

    if (ask(git, (const char *const[]){"cat-file", "commit", id->digits, NULL}, &text, error) != ERROR_NONE)
        return error->code;
    while (text.length > 0 && (line = cut(&text, '\n')).length > 0) {
        struct text key = cut(&line, ' ');
        struct git_id *place = &commit.tree;

        if (text_equal(key, TEXT("parent")))
            place = commit.parent_count++ < PUBLISH_PARENT_LIMIT ? &commit.parents[commit.parent_count - 1] : NULL;
        else if (!text_equal(key, TEXT("tree")))
            continue;
        if (place != NULL && !git_id_read(place, line))
            return misunderstood("what a commit is", error);
    }
    commit.message = text;
    if (commit.tree.digits[0] == '\0')
        return misunderstood("what a commit is", error);
    *ret_commit = commit;
    return ERROR_NONE;
}

static enum error_code commit(void *state, const struct git_id *id, struct publish_commit *ret_commit,
                              struct error *error)
{
    return read_commit(state, id, ret_commit, error);
}

/* ---- files ---- */

/* `MODE TYPE ID<TAB>PATH<NUL>` of everything in a commit, folders, too. */
static enum error_code list_files(struct git *git, const struct git_id *id, struct publish_listing *ret_listing,
                                  struct error *error)
{
    struct publish_listing listing = {0};
    struct text text;
    size_t count = 0;

    if (ask(git, (const char *const[]){"ls-tree", "-r", "-t", "-z", "--full-tree", id->digits, NULL}, &text, error) !=
        ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < text.length; i++)
        count += text.bytes[i] == '\0';
    listing.entries = arena_array(git->arena, count, sizeof *listing.entries);
    if (listing.entries == NULL)
        return arena_error(git->arena, error, doing);
    while (text.length > 0) {
        struct text line = cut(&text, '\0');
        struct publish_listed *entry = &listing.entries[listing.count++];

        entry->kind = publish_entry_kind_of(cut(&line, ' '));
        cut(&line, ' ');
        if (!git_id_read(&entry->id, cut(&line, '\t')))
            return misunderstood("which files there are", error);
        entry->path = line;
    }
    publish_listing_sort(&listing);
    *ret_listing = listing;
    return ERROR_NONE;
}

/* Ours is not always asked for. */
static enum error_code get_listing(struct git *git, enum publish_side side, const struct publish_listing **ret_listing,
                                   struct error *error)
{
    const struct git_id *id = side == SIDE_BASE ? &git->view.base.id : &git->view.branch.id;

    if (!git->is_listed[side] && list_files(git, id, &git->listings[side], error) != ERROR_NONE)
        return error->code;
    git->is_listed[side] = true;
    *ret_listing = &git->listings[side];
    return ERROR_NONE;
}

static enum error_code find(void *state, enum publish_side side, struct text path, struct publish_blob *ret_blob,
                            struct error *error)
{
    const struct publish_listing *listing = NULL;

    if (get_listing(state, side, &listing, error) != ERROR_NONE)
        return error->code;
    return publish_listing_find(listing, path, ret_blob, error);
}

static enum error_code read_file(void *state, const struct git_id *id, size_t limit, struct text *ret_content,
                                 struct error *error)
{
    struct text content;

    if (ask(state, (const char *const[]){"cat-file", "blob", id->digits, NULL}, &content, error) != ERROR_NONE)
        return error->code;
    if (content.length > limit)
        return error_set(error, ERROR_LIMIT, "a file of the repository is larger than %zu bytes", limit);
    *ret_content = content;
    return ERROR_NONE;
}

static enum error_code look(void *state, struct publish_view *ret_view, struct error *error)
{
    struct git *git = state;
    struct publish_view *view = &git->view;
    struct remote remote = {0};
    char *ours = arena_printf(git->arena, "refs/heads/%s", git->target->branch);

    if (ours == NULL)
        return arena_error(git->arena, error, doing);
    if (list_remote(git, &remote, error) != ERROR_NONE || find_base(git, &remote, error) != ERROR_NONE)
        return error->code;
    view->has_branch = find_ref(remote.refs, text_from(ours), &view->branch.id);
    if (prepare(git, error) != ERROR_NONE || fetch(git, "--depth=2", "--filter=blob:none", error) != ERROR_NONE ||
        read_commit(git, &view->base.id, &view->base, error) != ERROR_NONE ||
        (view->has_branch && read_commit(git, &view->branch.id, &view->branch, error) != ERROR_NONE))
        return error->code;
    *ret_view = *view;
    return ERROR_NONE;
}

static enum error_code has(void *state, const struct git_id *id, bool *ret_has, struct error *error)
{
    struct git *git = state;
    const struct git_run question = {
        .arguments = (const char *const[]){"merge-base", "--is-ancestor", id->digits, git->view.base.id.digits, NULL},
        .is_question = true,
    };
    int status;

    if (git_program_is_shallow(git->program) && fetch(git, "--unshallow", "--filter=tree:0", error) != ERROR_NONE)
        return error->code;
    if (git_program_run(git->program, &question, NULL, &status, error) != ERROR_NONE)
        return error->code;
    *ret_has = status == 0;
    return ERROR_NONE;
}

/* ---- writing ---- */

/* A path as fast-import reads it. */
static void add_path(struct buffer *input, struct text path)
{
    buffer_add_byte(input, '"');
    for (size_t i = 0; i < path.length; i++) {
        if (path.bytes[i] == '"' || path.bytes[i] == '\\')
            buffer_add_byte(input, '\\');
        buffer_add_byte(input, (uint8_t)path.bytes[i]);
    }
    buffer_add_string(input, "\"\n");
}

static void add_step(struct buffer *input, const struct git *git, const struct tree_step *step)
{
    const struct publish_listed *entry = publish_listing_entry(&git->listings[SIDE_BASE], step->path);

    if (!step->will_be_there) {
        buffer_add_string(input, "D ");
        add_path(input, step->path);
        return;
    }
    buffer_printf(input, "M %s inline ", entry != NULL && entry->kind == ENTRY_PROGRAM ? "100755" : "100644");
    add_path(input, step->path);
    buffer_printf(input, "data %zu\n", step->after.length);
    buffer_add_text(input, step->after);
    buffer_add_byte(input, '\n');
}

/* The tree of the base with what changes, by a commit that is only made for it. */
static enum error_code make_tree(struct git *git, const struct publish_write *write, struct git_id *ret_tree,
                                 struct error *error)
{
    CLEANUP(buffer_clear) struct buffer input = {0};
    struct git_run run = {.arguments = (const char *const[]){"fast-import", "--quiet", "--done", NULL}};
    struct text id;
    int status;

    buffer_printf(&input,
                  "commit refs/driftline/tree\ncommitter driftline <driftline@localhost> 0 +0000\ndata 0\nfrom %s\n",
                  write->base.digits);
    for (size_t i = 0; i < write->plan->count; i++)
        if (publish_step_changes(&write->plan->steps[i]))
            add_step(&input, git, &write->plan->steps[i]);
    buffer_add_string(&input, "done\n");
    if (buffer_check(&input, error, doing) != ERROR_NONE)
        return error->code;
    run.input = buffer_text(&input);
    if (git_program_run(git->program, &run, NULL, &status, error) != ERROR_NONE ||
        ask(git, (const char *const[]){"rev-parse", "refs/driftline/tree^{tree}", NULL}, &id, error) != ERROR_NONE)
        return error->code;
    return git_id_read(ret_tree, cut(&id, '\n')) ? ERROR_NONE : misunderstood("what a tree is", error);
}

static enum error_code make_commit(struct git *git, const struct publish_write *write, const struct git_id *tree,
                                   struct git_id *ret_id, struct error *error)
{
    const struct publish_trailer trailer = {git->target->name, write->base, *tree, write->hash};
    const char *arguments[4 + 2 * PUBLISH_PARENT_LIMIT] = {"commit-tree", tree->digits};
    CLEANUP(buffer_clear) struct buffer message = {0}, output = {0};
    struct git_run run = {.arguments = arguments};
    struct text id;
    int status;

    for (size_t i = 0; i < write->parent_count; i++) {
        arguments[2 + 2 * i] = "-p";
        arguments[3 + 2 * i] = write->parents[i].digits;
    }
    publish_commit_write(&message, git->target->title, write->about, &trailer);
    if (buffer_check(&message, error, doing) != ERROR_NONE)
        return error->code;
    run.input = buffer_text(&message);
    if (git_program_run(git->program, &run, &output, &status, error) != ERROR_NONE)
        return error->code;
    id = buffer_text(&output);
    return git_id_read(ret_id, cut(&id, '\n')) ? ERROR_NONE : misunderstood("what a commit is", error);
}

/* Only from what was expected: whoever was faster makes us look again. An empty id removes the branch. */
static enum error_code push(struct git *git, const struct git_id *expected, const struct git_id *id,
                            struct error *error)
{
    const char *branch = git->target->branch;
    char *lease = arena_printf(git->arena, "--force-with-lease=refs/heads/%s:%s", branch, expected->digits);
    char *what = arena_printf(git->arena, "%s:refs/heads/%s", id->digits, branch);
    CLEANUP(buffer_clear) struct buffer output = {0};
    const struct git_run run = {
        .arguments = (const char *const[]){"push", "--porcelain", "--no-verify", lease, "origin", what, NULL}};
    int status;

    if (lease == NULL || what == NULL)
        return arena_error(git->arena, error, doing);
    return git_program_run(git->program, &run, &output, &status, error);
}

static enum error_code write(void *state, const struct publish_write *write, struct git_id *ret_id, struct error *error)
{
    struct git *git = state;
    struct git_id tree;

    if (make_tree(git, write, &tree, error) != ERROR_NONE ||
        make_commit(git, write, &tree, ret_id, error) != ERROR_NONE)
        return error->code;
    return push(git, &write->expected, ret_id, error);
}

static enum error_code remove_branch(void *state, const struct git_id *expected, struct error *error)
{
    const struct git_id none = {.digits = ""};

    return push(state, expected, &none, error);
}

static bool is_equal(const struct publish_listed *a, const struct publish_listed *b)
{
    return a == NULL || b == NULL ? a == b : git_id_equal(&a->id, &b->id);
}

static enum error_code is_merged(void *state, const struct tree_plan *plan, bool *ret_is, struct error *error)
{
    const struct publish_listing *base = NULL, *ours = NULL;

    if (get_listing(state, SIDE_BASE, &base, error) != ERROR_NONE ||
        get_listing(state, SIDE_OURS, &ours, error) != ERROR_NONE)
        return error->code;
    *ret_is = true;
    for (size_t i = 0; i < plan->count && *ret_is; i++)
        *ret_is = is_equal(publish_listing_entry(ours, plan->steps[i].path),
                           publish_listing_entry(base, plan->steps[i].path));
    return ERROR_NONE;
}

/* ---- the host ---- */

static void close_git(void *state)
{
    struct git *git = state;

    git_program_close(git->program);
    mem_free(git);
}

static enum error_code open_git(void **ret_state, const struct publish_opening *opening, struct error *error)
{
    struct git *git = mem_alloc(sizeof *git);

    if (git == NULL)
        return error_memory(error, doing);
    *git = (struct git){.target = opening->target, .arena = opening->arena};
    if (git_program_open(&git->program, opening, error) != ERROR_NONE) {
        mem_free(git);
        return error->code;
    }
    *ret_state = git;
    return ERROR_NONE;
}

const struct publish_host publish_host_git = {
    .open = open_git,
    .close = close_git,
    .look = look,
    .find = find,
    .read = read_file,
    .commit = commit,
    .has = has,
    .write = write,
    .remove = remove_branch,
    .is_merged = is_merged,
};
