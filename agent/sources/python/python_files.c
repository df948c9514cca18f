#include "sources/python/python_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char doing[] = "reading Python classes";

static void close_file(int *file)
{
    if (*file >= 0)
        close(*file);
}

static void close_folder(DIR **folder)
{
    if (*folder != NULL)
        closedir(*folder);
}

static enum error_code io_error(struct error *error, const char *path)
{
    int reason = errno;
    enum error_code code = reason == ENOENT || reason == ENOTDIR ? ERROR_NOT_FOUND
                           : reason == EACCES || reason == EPERM ? ERROR_REFUSED
                                                                 : ERROR_IO;

    return error_set(error, code, "opening '%s': %s", path, strerror(reason));
}

/* ---- finding ---- */

/* One walk through the folders. */
struct walk {
    struct python_files *files;
    const struct python_mapping *mapping;
    struct arena *arena;
    struct error *error;
};

static enum error_code no_memory(const struct walk *walk)
{
    return arena_error(walk->arena, walk->error, doing);
}

static bool ends_in_py(const char *name)
{
    size_t length = strlen(name);

    return length > 3 && strcmp(name + length - 3, ".py") == 0;
}

static bool is_excluded(const struct walk *walk, const char *path)
{
    for (unsigned i = 0; i < walk->mapping->exclude_count; i++)
        if (fnmatch(walk->mapping->exclude[i], path, 0) == 0)
            return true;
    return false;
}

static bool is_foreign(const char *name)
{
    static const char *const names[] = {"__pycache__", "site-packages", "node_modules"};

    for (size_t i = 0; i < LENGTH_OF(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return name[0] == '.';
}

static enum error_code add_file(const struct walk *walk, const char *path, const struct stat *status)
{
    struct python_files *files = walk->files;

    if (files->count == PYTHON_FILES_LIMIT) {
        error_set(walk->error, ERROR_LIMIT, "'%s' has more Python files than the limit of %d", files->folder,
                  PYTHON_FILES_LIMIT);
        return error_hint(walk->error, "name the folder that has the classes, or exclude others in %s",
                          PYTHON_MAPPING_FILE);
    }
    if (files->count == files->capacity) {
        uint32_t capacity = files->capacity == 0 ? 16 : files->capacity * 2;
        struct python_file *larger = arena_array(walk->arena, capacity, sizeof *larger);

        if (larger == NULL)
            return no_memory(walk);
        if (files->count > 0)
            memcpy(larger, files->files, files->count * sizeof *larger);
        files->files = larger;
        files->capacity = capacity;
    }
    files->files[files->count++] = (struct python_file){
        .path = path, .inode = status->st_ino, .size = (uint64_t)status->st_size, .modified = status->st_mtim};
    return ERROR_NONE;
}

static enum error_code find_in(const struct walk *walk, int parent, const char *name, const char *path, unsigned depth);

/* Whatever has gone since it was listed is not there. */
static enum error_code consider(const struct walk *walk, int folder, const char *path, const char *name, unsigned depth)
{
    const char *below =
        path[0] == '\0' ? arena_string(walk->arena, text_from(name)) : arena_printf(walk->arena, "%s/%s", path, name);
    struct stat status;

    if (below == NULL)
        return no_memory(walk);
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || is_excluded(walk, below))
        return ERROR_NONE;
    if (S_ISDIR(status.st_mode) && !is_foreign(name))
        return find_in(walk, folder, name, below, depth + 1);
    return S_ISREG(status.st_mode) && ends_in_py(name) ? add_file(walk, below, &status) : ERROR_NONE;
}

/* The names in a folder, as an array in the arena. */
static enum error_code list_names(const struct walk *walk, DIR *folder, char ***ret_names, size_t *ret_count)
{
    size_t count = 0, capacity = 0;
    char **names = NULL;
    struct dirent *entry;

    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (count == capacity) {
            char **larger = arena_array(walk->arena, capacity = capacity == 0 ? 16 : capacity * 2, sizeof *larger);

            if (larger == NULL)
                return no_memory(walk);
            if (count > 0)
                memcpy(larger, names, count * sizeof *larger);
            names = larger;
        }
        names[count] = arena_string(walk->arena, text_from(entry->d_name));
        if (names[count++] == NULL)
            return no_memory(walk);
    }
    *ret_names = names;
    *ret_count = count;
    return ERROR_NONE;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum error_code find_in(const struct walk *walk, int parent, const char *name, const char *path, unsigned depth)
{
    int file = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (depth == 0 ? 0 : O_NOFOLLOW));
    CLEANUP(close_folder) DIR *folder = file < 0 ? NULL : fdopendir(file);
    char **names = NULL;
    size_t count = 0;

    if (folder == NULL && file >= 0)
        close(file);
    if (folder == NULL)
        return io_error(walk->error, depth == 0 ? name : path);
    if (depth > PYTHON_DEPTH_LIMIT)
        return error_set(walk->error, ERROR_LIMIT, "'%s': more than %d folders inside each other", path,
                         PYTHON_DEPTH_LIMIT);
    if (depth > 0 && faccessat(file, "pyvenv.cfg", F_OK, 0) == 0)
        return ERROR_NONE;
    if (list_names(walk, folder, &names, &count) != ERROR_NONE)
        return walk->error->code;
    if (count > 1)
        qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count; i++)
        if (consider(walk, file, path, names[i], depth) != ERROR_NONE)
            return walk->error->code;
    return ERROR_NONE;
}

const char *python_files_folder(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    struct stat status;

    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return path;
    if (slash == NULL)
        return ".";
    return slash == path ? "/" : arena_string(arena, (struct text){path, (size_t)(slash - path)});
}

static enum error_code find_file(const struct walk *walk, const char *path, const struct stat *status)
{
    const char *slash = strrchr(path, '/');

    walk->files->folder = python_files_folder(path, walk->arena);
    return walk->files->folder == NULL ? no_memory(walk) : add_file(walk, slash == NULL ? path : slash + 1, status);
}

enum error_code python_files_find(struct python_files *ret_files, const char *path,
                                  const struct python_mapping *mapping, struct arena *arena, struct error *error)
{
    struct python_files files = {.folder = path};
    const struct walk walk = {&files, mapping, arena, error};
    enum error_code code;
    struct stat status;

    if (stat(path, &status) != 0)
        return io_error(error, path);
    code = S_ISREG(status.st_mode) ? find_file(&walk, path, &status) : find_in(&walk, AT_FDCWD, path, "", 0);
    if (code != ERROR_NONE)
        return code;
    if (files.count == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no Python file in '%s'", path);
    *ret_files = files;
    return ERROR_NONE;
}

/* ---- reading ---- */

/* What was found at its place a moment ago; a link that has taken it is not followed. */
static enum error_code open_file(int folder, const struct python_file *file, int *ret_open, struct error *error)
{
    int open = openat(folder, file->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

    if (open < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
        return error_set(error, ERROR_UNSTABLE, "'%s' has gone while the files were read", file->path);
    if (open < 0)
        return io_error(error, file->path);
    *ret_open = open;
    return ERROR_NONE;
}

/* One byte more than there should be is read, to see that there is not. */
static enum error_code read_file(int folder, struct python_file *file, struct arena *arena, struct error *error)
{
    CLEANUP(close_file) int open = -1;
    size_t length = 0;
    ssize_t got = 1;
    char *bytes;

    if (file->size > PYTHON_FILE_BYTES)
        return error_set(error, ERROR_LIMIT, "'%s' is larger than the limit of %d bytes", file->path,
                         PYTHON_FILE_BYTES);
    if (open_file(folder, file, &open, error) != ERROR_NONE)
        return error->code;
    bytes = arena_alloc(arena, file->size + 1);
    if (bytes == NULL)
        return arena_error(arena, error, doing);
    while (got > 0 && length <= file->size) {
        got = read(open, bytes + length, file->size + 1 - length);
        if (got < 0 && errno != EINTR)
            return io_error(error, file->path);
        length += got > 0 ? (size_t)got : 0;
        got = got < 0 ? 1 : got;
    }
    if (length != file->size)
        return error_set(error, ERROR_UNSTABLE, "'%s' changed while it was read", file->path);
    file->content = (struct text){bytes, length};
    return ERROR_NONE;
}

enum error_code python_files_read(struct python_files *files, struct arena *arena, struct error *error)
{
    CLEANUP(close_file) int folder = open(files->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (folder < 0)
        return io_error(error, files->folder);
    files->bytes = 0;
    for (uint32_t i = 0; i < files->count; i++) {
        files->bytes += files->files[i].size;
        if (files->bytes > PYTHON_TOTAL_BYTES)
            return error_set(error, ERROR_LIMIT, "the Python files in '%s' are larger than the limit of %d bytes",
                             files->folder, PYTHON_TOTAL_BYTES);
        if (read_file(folder, &files->files[i], arena, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}
