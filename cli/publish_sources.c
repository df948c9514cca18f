#include "cli/publish_sources.h"

#include <stdio.h>

#include "base/file.h"
#include "cli/codegen_making.h"
#include "cli/docs_making.h"
#include "cli/publish_changes.h"
#include "tree/tree_list.h"

static const char doing[] = "gathering what is to be published";

/* An entry of `docs` or `codegen`. */
struct source_part {
    bool is_docs;
    unsigned entry;
    const char *ref;
    struct text folder;
    struct tree *tree;         /* of docs, once they are made */
    struct snapshot *snapshot; /* once it is read */
    struct hash root;
    struct text says_root; /* the path in the repository of the file that says it */
};

struct publish_sources {
    const struct call *call;
    struct source_part *parts;
    size_t part_count;
    struct publish_copied *copies;
    size_t copy_count;
};

/* ---- what the configuration names ---- */

static const char *name_of(const char *name, const char *preset)
{
    return name == NULL ? preset : name;
}

static enum error_code blame(const struct call *call, const char *section, unsigned entry, const char *key,
                             struct error *error)
{
    char way[128];

    snprintf(way, sizeof way, "%s.%u.%s", section, entry, key);
    return config_file_blame(&call->settings.config_file, way, error);
}

/* `output` of an entry as a folder of the repository: "./docs/" is "docs". */
static enum error_code read_folder(const struct call *call, const char *output, struct source_part *part,
                                   struct error *error)
{
    struct text folder = text_from(output);

    while (text_starts_with(folder, TEXT("./")))
        folder = (struct text){folder.bytes + 2, folder.length - 2};
    while (folder.length > 0 && folder.bytes[folder.length - 1] == '/')
        folder.length--;
    if (text_equal(folder, TEXT(".")))
        folder.length = 0;
    part->folder = folder;
    if (output != NULL && (folder.length == 0 || tree_path_is_good(folder)))
        return ERROR_NONE;
    if (output == NULL)
        error_set(error, ERROR_CONFIG, "what is published needs 'output', a folder of the repository");
    else
        error_set(error, ERROR_CONFIG, "what is published goes to a folder of the repository, not to this one");
    return blame(call, part->is_docs ? "docs" : "codegen", part->entry, output == NULL ? "name" : "output", error);
}

/* Of code it is what it is kept in, of documentation its first page. */
static enum error_code find_path(const struct publish_sources *sources, struct source_part *part, struct error *error)
{
    const struct codegen_entry *code = sources->call->settings.project->codegen;
    const char *slash = part->folder.length > 0 ? "/" : "";
    const char *path = part->is_docs
                           ? arena_printf(sources->call->arena, "%.*s%sdocs/index.md", TEXT_ARGS(part->folder), slash)
                           : arena_printf(sources->call->arena, "%.*s%s.driftline-%s.json", TEXT_ARGS(part->folder),
                                          slash, name_of(code[part->entry].language, ""));

    part->says_root = text_from(path);
    return path == NULL ? arena_error(sources->call->arena, error, doing) : ERROR_NONE;
}

static enum error_code add_part(struct publish_sources *sources, bool is_docs, unsigned entry, struct error *error)
{
    const struct project *project = sources->call->settings.project;
    const char *ref = is_docs ? project->docs[entry].ref : project->codegen[entry].ref;
    const char *output = is_docs ? project->docs[entry].output : project->codegen[entry].output;
    struct source_part *part = &sources->parts[sources->part_count++];

    *part = (struct source_part){.is_docs = is_docs, .entry = entry, .ref = ref};
    if (ref == NULL) {
        error_set(error, ERROR_CONFIG, "what is published needs 'ref', a schema");
        return blame(sources->call, is_docs ? "docs" : "codegen", entry, "name", error);
    }
    if (read_folder(sources->call, output, part, error) != ERROR_NONE)
        return error->code;
    return find_path(sources, part, error);
}

static bool is_wanted(const struct publish_target *target, const char *name)
{
    for (size_t i = 0; i < target->content.count; i++)
        if (strcmp(target->content.items[i], name) == 0)
            return true;
    /* Whoever only copies files wants nothing else. */
    return target->content.count == 0 && target->copy_count == 0;
}

static enum error_code add_parts(struct publish_sources *sources, const struct publish_target *target,
                                 struct error *error)
{
    const struct project *project = sources->call->settings.project;

    sources->parts =
        arena_array(sources->call->arena, project->docs_count + project->codegen_count, sizeof *sources->parts);
    if (sources->parts == NULL)
        return arena_error(sources->call->arena, error, doing);
    for (unsigned i = 0; i < project->docs_count; i++)
        if (is_wanted(target, name_of(project->docs[i].name, "docs")) &&
            add_part(sources, true, i, error) != ERROR_NONE)
            return error->code;
    for (unsigned i = 0; i < project->codegen_count; i++)
        if (is_wanted(target, name_of(project->codegen[i].name, project->codegen[i].language)) &&
            add_part(sources, false, i, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

static bool has_entry(const struct project *project, const char *name)
{
    for (unsigned i = 0; i < project->docs_count; i++)
        if (strcmp(name_of(project->docs[i].name, "docs"), name) == 0)
            return true;
    for (unsigned i = 0; i < project->codegen_count; i++)
        if (strcmp(name_of(project->codegen[i].name, project->codegen[i].language), name) == 0)
            return true;
    return false;
}

static enum error_code check_names(const struct publish_sources *sources, const struct publish_target *target,
                                   unsigned number, struct error *error)
{
    char key[32];

    for (size_t i = 0; i < target->content.count; i++) {
        if (has_entry(sources->call->settings.project, target->content.items[i]))
            continue;
        snprintf(key, sizeof key, "content.%zu", i);
        error_set(error, ERROR_CONFIG, "neither 'docs' nor 'codegen' has an entry '%.64s'", target->content.items[i]);
        return blame(sources->call, "publish", number, key, error);
    }
    if (sources->part_count + target->copy_count > 0)
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "there is nothing to publish: no entry of 'docs' or 'codegen', and no 'copy'");
    return blame(sources->call, "publish", number, "name", error);
}

/* Paths count from where the configuration file is. */
static const char *path_of(const struct call *call, const char *path)
{
    const char *file = call->settings.config_file.path;
    const char *slash = strrchr(file, '/');

    if (path[0] == '/' || slash == NULL)
        return path;
    return arena_printf(call->arena, "%.*s/%s", (int)(slash - file), file, path);
}

static enum error_code read_copies(struct publish_sources *sources, const struct publish_target *target,
                                   struct error *error)
{
    struct arena *arena = sources->call->arena;

    sources->copies = arena_array(arena, target->copy_count, sizeof *sources->copies);
    if (sources->copies == NULL)
        return arena_error(arena, error, doing);
    for (; sources->copy_count < target->copy_count; sources->copy_count++) {
        struct publish_copied *copy = &sources->copies[sources->copy_count];
        const char *path = path_of(sources->call, target->copies[sources->copy_count].from);

        if (path == NULL)
            return arena_error(arena, error, doing);
        copy->path = text_from(target->copies[sources->copy_count].to);
        if (file_read(path, TREE_FILE_LIMIT, arena, &copy->content, error) != ERROR_NONE)
            return error_context(error, "what is copied");
    }
    return ERROR_NONE;
}

enum error_code publish_sources_new(struct publish_sources **ret_sources, const struct call *call,
                                    const struct publish_target *target, unsigned number, struct error *error)
{
    struct publish_sources *sources = arena_alloc(call->arena, sizeof *sources);

    if (sources == NULL)
        return arena_error(call->arena, error, doing);
    *sources = (struct publish_sources){.call = call};
    if (add_parts(sources, target, error) != ERROR_NONE || check_names(sources, target, number, error) != ERROR_NONE ||
        read_copies(sources, target, error) != ERROR_NONE)
        return error->code;
    *ret_sources = sources;
    return ERROR_NONE;
}

void publish_sources_free(struct publish_sources *sources)
{
    if (sources == NULL)
        return;
    for (size_t i = 0; i < sources->part_count; i++)
        snapshot_free(sources->parts[i].snapshot);
}

/* ---- what is generated ---- */

/* Documentation is the same wherever it goes: it is made once. */
static enum error_code make_docs(struct publish_sources *sources, struct source_part *part, struct error *error)
{
    const struct call *call = sources->call;
    const struct docs_entry *entry = &call->settings.project->docs[part->entry];
    /* A difference that is gone must leave nothing behind, and a history would. */
    const struct docs_order order = {part->ref, entry->title, entry->facts == NULL || !*entry->facts};
    CLEANUP(docs_made_clear) struct docs_made made = {.snapshot = NULL};
    struct tree *tree;

    if (part->tree != NULL)
        return ERROR_NONE;
    if (docs_made_read(&made, call, &order, error) != ERROR_NONE ||
        tree_new(&tree, "docs", call->arena, error) != ERROR_NONE ||
        docs_site_fill(tree, &made.model, call->arena, error) != ERROR_NONE)
        return error->code;
    part->root = made.snapshot->root;
    part->tree = tree;
    part->snapshot = made.snapshot;
    made.snapshot = NULL;
    return ERROR_NONE;
}

/* The base, but for the file that says which schema code is of: if our branch has it, and it is of this schema, it
 * stays as it is there. Else the version would be another one with each run until somebody merges. */
struct version_place {
    const struct publish_places *places;
    const struct source_part *part;
};

static enum error_code read_version(void *context, struct text path, size_t limit, struct arena *arena,
                                    struct text *ret_content, struct error *error)
{
    const struct version_place *place = context;
    const struct tree_place *from = place->places->base;
    struct hash root;

    if (place->places->ours != NULL && text_equal(path, place->part->says_root) &&
        publish_changes_root(place->places->ours, path, arena, &root) && hash_equal(&root, &place->part->root))
        from = place->places->ours;
    return from->read(from->context, path, limit, arena, ret_content, error);
}

/* Code keeps what is known of the version that is there, so it is made anew for each look. */
static enum error_code make_code(struct publish_sources *sources, struct source_part *part,
                                 const struct publish_places *places, struct error *error)
{
    struct version_place version = {places, part};
    const struct tree_place place = {.read = read_version, .context = &version};
    struct codegen_order order = {.entry = part->entry, .place = &place, .folder = part->folder};
    struct call own = *sources->call;

    own.operands = &part->ref;
    own.operand_count = 1;
    if (part->snapshot == NULL) {
        if (command_read(&own, &part->snapshot, error) != ERROR_NONE)
            return error->code;
        command_warn_gaps(part->snapshot);
        part->root = part->snapshot->root;
    }
    order.snapshot = part->snapshot;
    return codegen_generate(&part->tree, sources->call, &order, error);
}

/* The root that all parts have; NULL: there is no such one. */
static enum error_code find_root(const struct publish_sources *sources, const char **ret_root, struct error *error)
{
    char hex[HASH_HEX_SIZE];

    *ret_root = NULL;
    for (size_t i = 0; i < sources->part_count; i++)
        if (!hash_equal(&sources->parts[i].root, &sources->parts[0].root))
            return ERROR_NONE;
    if (sources->part_count == 0)
        return ERROR_NONE;
    hash_to_hex(&sources->parts[0].root, hex);
    *ret_root = arena_string(sources->call->arena, text_from(hex));
    return *ret_root == NULL ? arena_error(sources->call->arena, error, doing) : ERROR_NONE;
}

static enum error_code fill(void *context, const struct publish_places *places, struct publish_content *ret_content,
                            struct error *error)
{
    struct publish_sources *sources = context;
    struct publish_part *parts = arena_array(sources->call->arena, sources->part_count, sizeof *parts);
    const char *root;

    if (parts == NULL)
        return arena_error(sources->call->arena, error, doing);
    for (size_t i = 0; i < sources->part_count; i++) {
        struct source_part *part = &sources->parts[i];

        if ((part->is_docs ? make_docs(sources, part, error) : make_code(sources, part, places, error)) != ERROR_NONE)
            return error->code;
        parts[i] = (struct publish_part){part->tree, part->folder};
    }
    if (find_root(sources, &root, error) != ERROR_NONE)
        return error->code;
    *ret_content = (struct publish_content){parts, sources->part_count, sources->copies, sources->copy_count, root};
    return ERROR_NONE;
}

/* Parts of one schema say the same of it: the first that can speaks for all. */
static enum error_code describe(void *context, const struct tree_place *base, struct buffer *markdown,
                                struct error *error)
{
    const struct publish_sources *sources = context;
    const struct call *call = sources->call;

    for (size_t i = 0; i < sources->part_count; i++) {
        const struct source_part *part = &sources->parts[i];
        struct publish_changes changes = {.ref = part->ref, .now = part->snapshot};
        size_t first = 0;

        while (first < i &&
               (strcmp(sources->parts[first].ref, part->ref) != 0 ||
                !publish_changes_root(base, sources->parts[first].says_root, call->arena, &changes.before)))
            first++;
        if (first < i || !publish_changes_root(base, part->says_root, call->arena, &changes.before) ||
            hash_equal(&changes.before, &part->root))
            continue;
        if (publish_changes_write(markdown, call, &changes, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

struct publish_source publish_sources_source(struct publish_sources *sources)
{
    return (struct publish_source){.fill = fill, .describe = describe, .context = sources};
}

struct reference publish_sources_scope(const struct publish_sources *sources)
{
    struct reference scope = {0};

    for (size_t i = 0; i < sources->part_count; i++) {
        struct error error = {0};
        struct ref ref;

        if (ref_parse(&ref, text_from(sources->parts[i].ref), &error) != ERROR_NONE || ref.type != REF_COLLECTOR)
            continue;
        if (scope.database.length > 0 && (!text_equal(scope.database, ref.collected.database) ||
                                          !text_equal(scope.environment, ref.collected.environment)))
            return (struct reference){0};
        scope = ref.collected;
    }
    return scope;
}
