#include "sources/ddl/ddl_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/file.h"
#include "sources/ddl/ddl_name.h"

static const char doing[] = "reading migrations";

/* ---- what is in a folder ---- */

struct finding {
    struct ddl_files files;
    size_t capacity;
    struct arena *arena;
    struct error *error;
};

static enum error_code refuse(struct finding *finding, const char *what, const char *path)
{
    int reason = errno;
    enum error_code code = reason == ENOENT || reason == ENOTDIR ? ERROR_NOT_FOUND
                           : reason == EACCES                    ? ERROR_REFUSED
                                                                 : ERROR_IO;

    return error_set(finding->error, code, "%s '%.300s': %s", what, path, strerror(reason));
}

static enum error_code add_path(struct finding *finding, const char *path)
{
    struct ddl_files *files = &finding->files;

    if (files->count == DDL_FILES_LIMIT)
        return error_set(finding->error, ERROR_LIMIT, "there are more than %d files", DDL_FILES_LIMIT);
    if (files->count == finding->capacity) {
        size_t capacity = finding->capacity == 0 ? 64 : finding->capacity * 2;
        const char **paths = arena_array(finding->arena, capacity, sizeof *paths);

        if (paths == NULL)
            return arena_error(finding->arena, finding->error, doing);
        if (files->count > 0)
            memcpy(paths, files->paths, files->count * sizeof *paths);
        files->paths = paths;
        finding->capacity = capacity;
    }
    files->paths[files->count++] = path;
    return ERROR_NONE;
}

static bool is_sql(const char *name)
{
    size_t length = strlen(name);

    return length > 4 && strcasecmp(name + length - 4, ".sql") == 0;
}

static enum error_code add_folder(struct finding *finding, const char *folder, unsigned depth);

static enum error_code add_entry(struct finding *finding, const char *folder, const char *name, unsigned depth)
{
    size_t length = strlen(folder);
    const char *path =
        arena_printf(finding->arena, "%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/", name);
    struct stat status;

    if (path == NULL)
        return arena_error(finding->arena, finding->error, doing);
    if (stat(path, &status) != 0) /* a link that leads nowhere counts only if it were a migration */
        return is_sql(name) ? refuse(finding, "opening", path) : ERROR_NONE;
    if (S_ISDIR(status.st_mode))
        return add_folder(finding, path, depth + 1);
    return is_sql(name) ? add_path(finding, path) : ERROR_NONE;
}

/* readdir() has no other order than the one of the disk: sorting comes later. */
static enum error_code add_folder(struct finding *finding, const char *folder, unsigned depth)
{
    enum error_code code = ERROR_NONE;
    struct dirent *entry;
    DIR *directory;

    if (depth > DDL_DEPTH_LIMIT)
        return error_set(finding->error, ERROR_LIMIT, "'%.300s': folders are nested deeper than %d", folder,
                         DDL_DEPTH_LIMIT);
    directory = opendir(folder);
    if (directory == NULL)
        return refuse(finding, "opening", folder);
    while (code == ERROR_NONE && (entry = readdir(directory)) != NULL)
        if (entry->d_name[0] != '.')
            code = add_entry(finding, folder, entry->d_name, depth);
    closedir(directory);
    return code;
}

/* ---- which of them, and in which order ---- */

static struct text name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return text_from(slash == NULL ? path : slash + 1);
}

/* In the order in which they are applied: those of a version before those that are repeated. */
static int stage_of(enum ddl_role role)
{
    return role == DDL_REPEATABLE ? 1 : 0;
}

static int compare_files(const void *left, const void *right)
{
    const char *a = *(const char *const *)left, *b = *(const char *const *)right;
    struct text a_name = name_of(a), b_name = name_of(b);
    enum ddl_role a_role = ddl_role(a_name), b_role = ddl_role(b_name);
    bool versions = (a_role == DDL_VERSION || a_role == DDL_BASE) && (b_role == DDL_VERSION || b_role == DDL_BASE);
    int order = stage_of(a_role) - stage_of(b_role);

    if (order == 0 && versions)
        order = ddl_compare_versions(ddl_version(a_name), ddl_version(b_name));
    else if (order == 0 && a_role == DDL_REPEATABLE)
        order = ddl_compare_paths(a_name, b_name);
    return order == 0 ? ddl_compare_paths(text_from(a), text_from(b)) : order;
}

/* What the names say together. */
struct habits {
    bool is_flyway;
    struct text base; /* the version of the newest baseline; empty: there is none */
};

static struct habits find_habits(const struct ddl_files *files)
{
    struct habits habits = {.is_flyway = false};

    for (size_t i = 0; i < files->count; i++) {
        struct text name = name_of(files->paths[i]);
        enum ddl_role role = ddl_role(name);

        habits.is_flyway = habits.is_flyway || role == DDL_VERSION || role == DDL_BASE;
        if (role == DDL_BASE && (habits.base.length == 0 || ddl_compare_versions(habits.base, ddl_version(name)) < 0))
            habits.base = ddl_version(name);
    }
    return habits;
}

static bool is_applied(const struct habits *habits, struct text name)
{
    int distance = habits->base.length == 0 ? 1 : ddl_compare_versions(ddl_version(name), habits->base);

    switch (ddl_role(name)) {
    case DDL_UNDO:
        return false;
    case DDL_BASE:
        return distance == 0;
    case DDL_VERSION:
        return distance > 0;
    case DDL_PLAIN:
        return !habits->is_flyway;
    default:
        return true;
    }
}

static void choose(struct ddl_files *files)
{
    struct habits habits = find_habits(files);
    size_t kept = 0;

    for (size_t i = 0; i < files->count; i++)
        if (is_applied(&habits, name_of(files->paths[i])))
            files->paths[kept++] = files->paths[i];
    files->count = kept;
    if (kept > 1)
        qsort(files->paths, kept, sizeof *files->paths, compare_files);
}

enum error_code ddl_files_find(struct ddl_files *ret_files, const char *path, struct arena *arena, struct error *error)
{
    struct finding finding = {.arena = arena, .error = error};
    const char *copy = arena_string(arena, text_from(path));
    struct stat status;

    if (copy == NULL)
        return arena_error(arena, error, doing);
    if (stat(path, &status) != 0)
        return refuse(&finding, "opening", path);
    if ((S_ISDIR(status.st_mode) ? add_folder(&finding, copy, 0) : add_path(&finding, copy)) != ERROR_NONE)
        return error->code;
    if (S_ISDIR(status.st_mode))
        choose(&finding.files);
    if (finding.files.count == 0) {
        error_set(error, ERROR_NOT_FOUND, "in '%.300s' there is no migration", path);
        return error_hint(error, "files end in .sql; those that lead back (.down.sql) do not count");
    }
    *ret_files = finding.files;
    return ERROR_NONE;
}

/* ---- what is in a file ---- */

/* Whether a line is a comment that says this, in whatever case: `-- migrate:up transaction:false`. */
static bool says(struct text line, const char *words)
{
    size_t length = strlen(words);
    size_t at = 0;

    while (at < line.length && (line.bytes[at] == ' ' || line.bytes[at] == '\t'))
        at++;
    if (line.length - at < 2 || memcmp(line.bytes + at, "--", 2) != 0)
        return false;
    for (at += 2; at < line.length && (line.bytes[at] == ' ' || line.bytes[at] == '\t');)
        at++;
    return line.length - at >= length && strncasecmp(line.bytes + at, words, length) == 0 &&
           (line.length - at == length || strchr(" \t\r", line.bytes[at + length]) != NULL);
}

static bool says_one(struct text line, const char *const *all)
{
    for (; *all != NULL; all++)
        if (says(line, *all))
            return true;
    return false;
}

struct text ddl_forward(struct text sql, unsigned *ret_line)
{
    static const char *const up[] = {"migrate:up", "+goose Up", "+migrate Up", NULL};
    static const char *const down[] = {"migrate:down", "+goose Down", "+migrate Down", NULL};
    struct text forward = sql;
    unsigned number = 1;
    bool marked = false;

    *ret_line = 1;
    for (size_t at = 0; at < sql.length; number++) {
        const char *end = memchr(sql.bytes + at, '\n', sql.length - at);
        size_t next = end == NULL ? sql.length : (size_t)(end - sql.bytes) + 1;
        struct text line = {sql.bytes + at, next - at - (end != NULL)};

        if (!marked && says_one(line, up)) {
            marked = true;
            forward = (struct text){sql.bytes + next, sql.length - next};
            *ret_line = number + 1;
        } else if (marked && says_one(line, down)) {
            forward.length = (size_t)(sql.bytes + at - forward.bytes);
            break;
        }
        at = next;
    }
    return forward;
}

enum error_code ddl_file_read(struct script *ret_script, const char *path, size_t limit, struct arena *arena,
                              struct error *error)
{
    struct text content;
    unsigned line;

    if (file_read(path, limit, arena, &content, error) != ERROR_NONE)
        return error->code;
    content = ddl_forward(content, &line);
    *ret_script = (struct script){.name = path, .sql = content, .line = line};
    return ERROR_NONE;
}
