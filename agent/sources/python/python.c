/* The Enum and TypedDict classes of Python source, read with Python's own parser and never imported or run.
 * docs/reference/python.md says what is understood. */
#include "base/clock.h"
#include "sources/declared.h"
#include "sources/python/python_child.h"
#include "sources/python/python_classes.h"
#include "sources/python/python_files.h"
#include "sources/python/python_mapping.h"
#include "sources/source.h"

static const char scheme[] = "python:";
static const char doing[] = "reading Python classes";

/* What classes say something of. */
static const enum kind spoken[] = {KIND_TABLE, KIND_COLUMN, KIND_ENUM};

static enum error_code find_path(const char *ref, const char **ret_path, struct error *error)
{
    const char *path = ref + strlen(scheme);

    if (path[0] == '\0') {
        error_set(error, ERROR_USAGE, "'%s' names no folder", scheme);
        return error_hint(error, "write python:DIR");
    }
    *ret_path = path;
    return ERROR_NONE;
}

/* The files and the mapping that a reference names. The mapping is to be closed in any case. */
struct sight {
    struct python_mapping_file mapping;
    struct python_files files;
};

static void sight_close(struct sight *sight)
{
    python_mapping_close(&sight->mapping);
}

static enum error_code sight_open(struct sight *sight, const char *ref, struct arena *arena, struct error *error)
{
    const char *path = NULL, *folder;

    if (find_path(ref, &path, error) != ERROR_NONE)
        return error->code;
    folder = python_files_folder(path, arena);
    if (folder == NULL)
        return arena_error(arena, error, doing);
    if (python_mapping_open(&sight->mapping, folder, arena, error) != ERROR_NONE)
        return error->code;
    return python_files_find(&sight->files, path, &sight->mapping.mapping, arena, error);
}

/* ---- reading ---- */

static enum error_code read_classes(struct declared *declared, const struct sight *sight,
                                    const struct source_settings *settings, struct snapshot_input *input,
                                    struct error *error)
{
    CLEANUP(buffer_clear) struct buffer answer = {0};

    if (python_child_run(&answer, &sight->files, &sight->mapping.mapping, settings->statement_timeout_ms, error) !=
            ERROR_NONE ||
        python_classes_read(declared, &input->info.server_version, buffer_text(&answer), sight->files.folder, error) !=
            ERROR_NONE)
        return error->code;
    return declared_finish(declared, spoken, LENGTH_OF(spoken), input, error);
}

static enum error_code python_read(struct snapshot **ret_snapshot, const char *ref,
                                   const struct source_settings *settings, struct error *error)
{
    CLEANUP(sight_close) struct sight sight = {0};
    CLEANUP(arena_free) struct arena arena;
    struct declared declared = {.arena = &arena};
    struct snapshot_input input = {
        .info = {.ref = text_from(ref), .engine = text_from(source_python.name), .taken_at = clock_now()}};
    enum error_code code;

    arena_init(&arena, settings->memory_limit);
    if (sight_open(&sight, ref, &arena, error) != ERROR_NONE ||
        python_files_read(&sight.files, &arena, error) != ERROR_NONE ||
        read_classes(&declared, &sight, settings, &input, error) != ERROR_NONE)
        return error->code;
    if (settings->progress != NULL)
        settings->progress(settings->progress_context, 1, 1, input.object_count);
    code = snapshot_build(ret_snapshot, &input, settings->memory_limit, error);
    return code == ERROR_INTERNAL ? error->code = ERROR_CORRUPT : code;
}

/* ---- looking ---- */

static void add_sizes(struct buffer *seen, const struct sight *sight)
{
    buffer_add_text(seen, sight->mapping.text);
    for (uint32_t i = 0; i < sight->files.count; i++) {
        const struct python_file *file = &sight->files.files[i];

        buffer_printf(seen, "\n%s %ju %ju %jd.%ld", file->path, (uintmax_t)file->inode, (uintmax_t)file->size,
                      (intmax_t)file->modified.tv_sec, file->modified.tv_nsec);
    }
}

/* Lengths in front, so that the end of one text is not the beginning of another. */
static void add_contents(struct buffer *seen, const struct sight *sight)
{
    buffer_add_varint(seen, sight->mapping.text.length);
    buffer_add_text(seen, sight->mapping.text);
    for (uint32_t i = 0; i < sight->files.count; i++) {
        buffer_printf(seen, "%s\n%zu\n", sight->files.files[i].path, sight->files.files[i].content.length);
        buffer_add_text(seen, sight->files.files[i].content);
    }
}

/* Cheap: which files there are, how large, and when they were written. Exact: what they say. */
static enum error_code python_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark,
                                   struct error *error)
{
    CLEANUP(buffer_clear) struct buffer sizes = {0};
    CLEANUP(buffer_clear) struct buffer contents = {0};
    CLEANUP(sight_close) struct sight sight = {0};
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, watch->settings->memory_limit);
    if (sight_open(&sight, watch->ref, &arena, error) != ERROR_NONE)
        return error->code;
    add_sizes(&sizes, &sight);
    if (exact && python_files_read(&sight.files, &arena, error) != ERROR_NONE)
        return error->code;
    if (exact)
        add_contents(&contents, &sight);
    if (buffer_check(&sizes, error, doing) != ERROR_NONE || buffer_check(&contents, error, doing) != ERROR_NONE)
        return error->code;
    ret_mark->cheap = hasher_digest(watch->hasher, DECLARED_DOMAIN_CHEAP, buffer_text(&sizes));
    if (exact)
        ret_mark->exact = hasher_digest(watch->hasher, DECLARED_DOMAIN_EXACT, buffer_text(&contents));
    return ERROR_NONE;
}

/* A path holds no secret. */
static void python_redact(struct buffer *buffer, const char *ref)
{
    buffer_add_string(buffer, ref);
}

static const char *const schemes[] = {scheme, NULL};

const struct source_ops source_python = {
    .name = "python",
    .schemes = schemes,
    .syntax = "python:DIR",
    .summary = "classes of Python, never run",
    .read = python_read,
    .look = python_look,
    .redact = python_redact,
};
