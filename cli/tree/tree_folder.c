#include "tree/tree_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { PATH_LIMIT = 4096 };

static enum error_code io_error(struct error *error, const char *doing, const char *path)
{
    return error_set(error, errno == EACCES || errno == EPERM ? ERROR_REFUSED : ERROR_IO, "%s '%s': %s", doing, path,
                     strerror(errno));
}

/* The path of a file in the folder. */
static enum error_code join(char joined[PATH_LIMIT], const char *folder, struct text path, struct error *error)
{
    int length = snprintf(joined, PATH_LIMIT, "%s/%.*s", folder, TEXT_ARGS(path));

    if (length < 0 || length >= PATH_LIMIT)
        return error_set(error, ERROR_LIMIT, "the path '%s/%.*s' is too long", folder, TEXT_ARGS(path));
    return ERROR_NONE;
}

/* Look at each step of the way below the folder: none may be a link. `make`: make the folders that are missing. */
static enum error_code walk(char *path, size_t start, bool make, struct error *error)
{
    struct stat status;

    for (char *slash = path + start;; slash++) {
        bool is_last;

        slash += strcspn(slash, "/");
        is_last = *slash == '\0';
        *slash = '\0';
        if (lstat(path, &status) == 0) {
            if (S_ISLNK(status.st_mode)) {
                error_set(error, ERROR_CONFLICT, "'%s' is a symbolic link", path);
                return error_hint(error, "generated files are only written into real folders: remove the link");
            }
        } else if (errno != ENOENT && errno != ENOTDIR) {
            return io_error(error, "looking at", path);
        } else if (!make && !is_last) {
            return error_set(error, ERROR_NOT_FOUND, "there is no '%s'", path);
        } else if (make && !is_last && mkdir(path, 0777) != 0 && errno != EEXIST) {
            return io_error(error, "making the folder", path);
        }
        if (is_last)
            return ERROR_NONE;
        *slash = '/';
    }
}

/* ---- reading ---- */

static enum error_code read_below(void *context, struct text path, size_t limit, struct arena *arena,
                                  struct text *ret_content, struct error *error)
{
    const char *folder = context;
    char joined[PATH_LIMIT];

    if (join(joined, folder, path, error) != ERROR_NONE || walk(joined, strlen(folder) + 1, false, error) != ERROR_NONE)
        return error->code;
    return file_read(joined, limit, arena, ret_content, error);
}

struct tree_place tree_folder(const char *folder)
{
    return (struct tree_place){read_below, (void *)(uintptr_t)folder};
}

/* ---- writing ---- */

/* The folder itself, with those above it; links on the way to it are the user's. */
static enum error_code make_folder(const char *folder, struct error *error)
{
    char path[PATH_LIMIT];

    if (snprintf(path, sizeof path, "%s", folder) >= (int)sizeof path)
        return error_set(error, ERROR_LIMIT, "the path '%s' is too long", folder);
    for (char *slash = path + 1; *slash != '\0'; slash++)
        if (*slash == '/') {
            *slash = '\0';
            if (mkdir(path, 0777) != 0 && errno != EEXIST)
                return io_error(error, "making the folder", path);
            *slash = '/';
        }
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return io_error(error, "making the folder", path);
    return ERROR_NONE;
}

/* Those that became empty, up to the folder. */
static void remove_folders(char *path, size_t start)
{
    for (char *slash; (slash = strrchr(path + start, '/')) != NULL && slash > path + start;) {
        *slash = '\0';
        if (rmdir(path) != 0)
            return;
    }
}

static bool is_list(const struct tree_step *step)
{
    return step->path.length > 0 && step->path.bytes[0] == '.' &&
           memchr(step->path.bytes, '/', step->path.length) == NULL;
}

static enum error_code write_step(const char *folder, const struct tree_step *step, struct error *error)
{
    size_t start = strlen(folder) + 1;
    char path[PATH_LIMIT];

    if (join(path, folder, step->path, error) != ERROR_NONE ||
        walk(path, start, step->will_be_there, error) != ERROR_NONE)
        return error->code == ERROR_NOT_FOUND ? ERROR_NONE : error->code;
    if (step->will_be_there) /* the list comes last, and says what the others are */
        return is_list(step) ? file_write(path, step->after, error) : file_write_soon(path, step->after, error);
    if (unlink(path) != 0 && errno != ENOENT)
        return io_error(error, "removing", path);
    remove_folders(path, start);
    return ERROR_NONE;
}

enum error_code tree_folder_write(const char *folder, const struct tree_plan *plan, struct error *error)
{
    if (!tree_plan_changes(plan))
        return ERROR_NONE;
    if (make_folder(folder, error) != ERROR_NONE)
        return error->code;
    for (unsigned lists = 0; lists < 2; lists++)
        for (size_t i = 0; i < plan->count; i++) {
            const struct tree_step *step = &plan->steps[i];

            if (step->state != TREE_SAME && step->state != TREE_FOREIGN && is_list(step) == (lists == 1) &&
                write_step(folder, step, error) != ERROR_NONE)
                return error->code;
        }
    return ERROR_NONE;
}
