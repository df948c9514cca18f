/* A specification in YAML: the schema as somebody wrote it down. docs/reference/spec.md describes the file. */
#include <errno.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "sources/declared.h"
#include "sources/source.h"
#include "sources/spec/spec_file.h"

static const char scheme[] = "spec:";
static const char mapping_option[] = "?mapping=";
static const char doing[] = "reading a specification";

/* ---- the reference ---- */

struct place {
    const char *file;
    const char *mapping; /* NULL: none of its own */
};

/* `spec:FILE`, or `spec:FILE?mapping=FILE`, the second one beside the first. */
static enum error_code find_place(const char *ref, struct arena *arena, struct place *ret_place, struct error *error)
{
    const char *path = ref + strlen(scheme), *option = strstr(path, mapping_option), *slash;
    size_t length = option == NULL ? strlen(path) : (size_t)(option - path);
    const char *mapping = option == NULL ? NULL : option + strlen(mapping_option);
    struct place place = {.file = arena_string(arena, (struct text){path, length})};

    if (length == 0 || (mapping != NULL && mapping[0] == '\0')) {
        error_set(error, ERROR_USAGE, "'%s' names no file", length == 0 ? scheme : mapping_option);
        return error_hint(error, "write spec:FILE or spec:FILE?mapping=FILE");
    }
    slash = place.file == NULL ? NULL : strrchr(place.file, '/');
    if (mapping != NULL)
        place.mapping = slash == NULL || mapping[0] == '/'
                            ? mapping
                            : arena_printf(arena, "%.*s/%s", (int)(slash - place.file), place.file, mapping);
    if (place.file == NULL || (mapping != NULL && place.mapping == NULL))
        return arena_error(arena, error, doing);
    *ret_place = place;
    return ERROR_NONE;
}

/* ---- reading ---- */

/* The files of one specification. */
struct contents {
    struct spec_text file;
    struct spec_text mapping; /* no name: none */
};

static enum error_code read_contents(const char *ref, struct arena *arena, struct contents *ret_contents,
                                     struct error *error)
{
    struct contents contents = {.file = {NULL, {"", 0}}};
    struct place place;

    if (find_place(ref, arena, &place, error) != ERROR_NONE)
        return error->code;
    contents.file.name = place.file;
    contents.mapping.name = place.mapping;
    if (file_read(place.file, SPEC_SIZE_LIMIT, arena, &contents.file.content, error) != ERROR_NONE ||
        (place.mapping != NULL &&
         file_read(place.mapping, SPEC_MAPPING_LIMIT, arena, &contents.mapping.content, error) != ERROR_NONE))
        return error->code;
    *ret_contents = contents;
    return ERROR_NONE;
}

static enum error_code hash_content(struct text content, struct hash *ret_hash, struct error *error)
{
    struct hasher *hasher;

    if (hasher_new(&hasher, error) != ERROR_NONE)
        return error->code;
    hasher_begin(hasher);
    hasher_update(hasher, content);
    *ret_hash = hasher_end(hasher);
    hasher_free(hasher);
    return ERROR_NONE;
}

static enum error_code spec_read(struct snapshot **ret_snapshot, const char *ref,
                                 const struct source_settings *settings, struct error *error)
{
    CLEANUP(spec_file_close) struct spec_file file = {NULL, NULL};
    CLEANUP(arena_free) struct arena arena;
    struct declared declared = {.arena = &arena};
    struct snapshot_declaration declaration = {.version = {"", 0}};
    struct snapshot_input input = {.info = {.ref = text_from(ref),
                                            .engine = text_from(source_spec.name),
                                            .taken_at = clock_now(),
                                            .declaration = &declaration}};
    struct contents contents;

    arena_init(&arena, settings->memory_limit);
    if (read_contents(ref, &arena, &contents, error) != ERROR_NONE ||
        spec_file_read(&file, &declared, &input, &declaration, &contents.file,
                       contents.mapping.name == NULL ? NULL : &contents.mapping, error) != ERROR_NONE ||
        hash_content(contents.file.content, &declaration.file, error) != ERROR_NONE)
        return error->code;
    input.info.server_version = declaration.version.length == 0 ? TEXT("unversioned") : declaration.version;
    if (settings->progress != NULL)
        settings->progress(settings->progress_context, 1, 1, input.object_count);
    return snapshot_build(ret_snapshot, &input, settings->memory_limit, error);
}

/* ---- looking ---- */

static enum error_code add_status(struct buffer *seen, const char *path, struct error *error)
{
    struct stat file;

    if (stat(path, &file) != 0)
        return error_set(error, errno == ENOENT || errno == ENOTDIR ? ERROR_NOT_FOUND : ERROR_REFUSED,
                         "opening '%s': %s", path, strerror(errno));
    buffer_printf(seen, "%ju %ju %jd %jd.%ld ", (uintmax_t)file.st_dev, (uintmax_t)file.st_ino, (intmax_t)file.st_size,
                  (intmax_t)file.st_mtim.tv_sec, file.st_mtim.tv_nsec);
    return ERROR_NONE;
}

static enum error_code look_exactly(struct source_watch *watch, struct arena *arena, struct hash *ret_exact,
                                    struct error *error)
{
    CLEANUP(buffer_clear) struct buffer seen = {0};
    struct contents contents;

    if (read_contents(watch->ref, arena, &contents, error) != ERROR_NONE)
        return error->code;
    buffer_add_varint(&seen, contents.file.content.length);
    buffer_add_text(&seen, contents.file.content);
    buffer_add_text(&seen, contents.mapping.content);
    if (buffer_check(&seen, error, doing) != ERROR_NONE)
        return error->code;
    *ret_exact = hasher_digest(watch->hasher, DECLARED_DOMAIN_EXACT, buffer_text(&seen));
    return ERROR_NONE;
}

/* Cheap: which files they are, how large, and when they were written. Exact: what they say. */
static enum error_code spec_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark,
                                 struct error *error)
{
    CLEANUP(buffer_clear) struct buffer seen = {0};
    CLEANUP(arena_free) struct arena arena;
    struct source_mark mark = *ret_mark;
    struct place place;

    arena_init(&arena, watch->settings->memory_limit);
    if (find_place(watch->ref, &arena, &place, error) != ERROR_NONE ||
        add_status(&seen, place.file, error) != ERROR_NONE ||
        (place.mapping != NULL && add_status(&seen, place.mapping, error) != ERROR_NONE) ||
        buffer_check(&seen, error, doing) != ERROR_NONE ||
        (exact && look_exactly(watch, &arena, &mark.exact, error) != ERROR_NONE))
        return error->code;
    mark.cheap = hasher_digest(watch->hasher, DECLARED_DOMAIN_CHEAP, buffer_text(&seen));
    *ret_mark = mark;
    return ERROR_NONE;
}

/* A path holds no secret. */
static void spec_redact(struct buffer *buffer, const char *ref)
{
    buffer_add_string(buffer, ref);
}

static const char *const schemes[] = {scheme, NULL};

const struct source_ops source_spec = {
    .name = "spec",
    .schemes = schemes,
    .syntax = "spec:FILE[?mapping=FILE]",
    .summary = "a schema written down in YAML",
    .read = spec_read,
    .look = spec_look,
    .redact = spec_redact,
};
