/* A schema that is written down as SQL: a file, or a folder of migrations. It is applied to a scratch database and read
 * back, so that what is compared is what a server makes of it. docs/reference/ddl.md describes it. */
#include <inttypes.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "sources/ddl/ddl_files.h"
#include "sources/scratch/scratch.h"
#include "sources/source.h"

enum { DOMAIN_CHEAP = 1, DOMAIN_EXACT };

static const char scheme[] = "ddl:";
static const char doing[] = "reading migrations";

static enum error_code find_files(struct ddl_files *ret_files, const char *ref, struct arena *arena,
                                  struct error *error)
{
    const char *path = ref + strlen(scheme);

    if (path[0] == '\0') {
        error_set(error, ERROR_USAGE, "'%s' names no file", scheme);
        return error_hint(error, "write ddl:FILE.sql, or ddl:FOLDER for the migrations in it");
    }
    return ddl_files_find(ret_files, path, arena, error);
}

/* ---- reading ---- */

static enum error_code read_scripts(const struct ddl_files *files, size_t limit, struct arena *arena,
                                    struct script **ret_scripts, struct error *error)
{
    struct script *scripts = arena_array(arena, files->count, sizeof *scripts);

    if (scripts == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < files->count; i++)
        if (ddl_file_read(&scripts[i], files->paths[i], limit, arena, error) != ERROR_NONE)
            return error->code;
    *ret_scripts = scripts;
    return ERROR_NONE;
}

static enum error_code apply(struct scratch *scratch, const struct script *scripts, size_t count, struct error *error)
{
    const struct script_plan plan = {.goes_on = false};

    for (size_t i = 0; i < count; i++)
        if (scratch_run(scratch, &scripts[i], &plan, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

/* What files cannot be read is known before a server is started for them. */
static enum error_code ddl_read(struct snapshot **ret_snapshot, const char *ref, const struct source_settings *settings,
                                struct error *error)
{
    const struct scratch_wish wish = {.settings = settings};
    CLEANUP(arena_free) struct arena arena;
    struct scratch *scratch = NULL;
    struct ddl_files files = {.count = 0};
    struct script *scripts = NULL;
    enum error_code code;

    arena_init(&arena, settings->memory_limit);
    if (find_files(&files, ref, &arena, error) != ERROR_NONE ||
        read_scripts(&files, settings->memory_limit, &arena, &scripts, error) != ERROR_NONE ||
        scratch_open(&scratch, &wish, error) != ERROR_NONE)
        return error->code;
    code = apply(scratch, scripts, files.count, error);
    if (code == ERROR_NONE)
        code = scratch_read(ret_snapshot, scratch, ref, false, error);
    scratch_close(scratch);
    return code;
}

/* ---- looking ---- */

/* Which files there are, how large they are, and when they were written. */
static enum error_code describe_files(struct buffer *seen, const struct ddl_files *files, struct error *error)
{
    for (size_t i = 0; i < files->count; i++) {
        struct stat status = {0};

        if (stat(files->paths[i], &status) != 0)
            status.st_size = -1; /* gone since it was listed */
        buffer_add(seen, files->paths[i], strlen(files->paths[i]) + 1);
        buffer_printf(seen, "%ju %ju %jd %jd.%ld\n", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino,
                      (intmax_t)status.st_size, (intmax_t)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
    }
    return buffer_check(seen, error, doing);
}

/* Their names and what they say. */
static enum error_code digest_files(struct hash *ret_hash, const struct source_watch *watch,
                                    const struct ddl_files *files, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer seen = {0};

    for (size_t i = 0; i < files->count; i++) {
        CLEANUP(arena_free) struct arena arena;
        struct script script;
        struct hash hash;

        arena_init(&arena, watch->settings->memory_limit);
        if (ddl_file_read(&script, files->paths[i], watch->settings->memory_limit, &arena, error) != ERROR_NONE)
            return error->code;
        hash = hasher_digest(watch->hasher, DOMAIN_EXACT, script.sql);
        buffer_add(&seen, files->paths[i], strlen(files->paths[i]) + 1);
        buffer_add(&seen, hash.bytes, HASH_SIZE);
    }
    *ret_hash = hasher_digest(watch->hasher, DOMAIN_EXACT, buffer_text(&seen));
    return buffer_check(&seen, error, doing);
}

static enum error_code ddl_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark,
                                struct error *error)
{
    CLEANUP(buffer_clear) struct buffer seen = {0};
    CLEANUP(arena_free) struct arena arena;
    struct ddl_files files;
    struct hash hash;

    arena_init(&arena, watch->settings->memory_limit);
    if (find_files(&files, watch->ref, &arena, error) != ERROR_NONE ||
        describe_files(&seen, &files, error) != ERROR_NONE ||
        (exact && digest_files(&hash, watch, &files, error) != ERROR_NONE))
        return error->code;
    ret_mark->cheap = hasher_digest(watch->hasher, DOMAIN_CHEAP, buffer_text(&seen));
    if (exact)
        ret_mark->exact = hash;
    return ERROR_NONE;
}

/* A path holds no secret. */
static void ddl_redact(struct buffer *buffer, const char *ref)
{
    buffer_add_string(buffer, ref);
}

static const char *const schemes[] = {scheme, NULL};

const struct source_ops source_ddl = {
    .name = "postgresql",
    .schemes = schemes,
    .syntax = "ddl:FILE.sql|FOLDER",
    .summary = "SQL files, tried out on a server",
    .read = ddl_read,
    .look = ddl_look,
    .redact = ddl_redact,
};
