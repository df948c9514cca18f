#include "publish/publish_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"

enum { LOOK_EVERY_MS = 100 };

static enum error_code io_error(const char *path, struct error *error)
{
    return error_set(error, ERROR_IO, "the lock '%.300s': %s", path, strerror(errno));
}

/* A folder that nobody else can write to. */
static enum error_code find_folder(struct arena *arena, const char **ret_folder, struct error *error)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR"), *temporary = getenv("TMPDIR");
    const char *folder;
    struct stat info;

    if (runtime != NULL && runtime[0] == '/' && access(runtime, W_OK) == 0) {
        *ret_folder = runtime;
        return ERROR_NONE;
    }
    folder = arena_printf(arena, "%s/driftline-%u", temporary == NULL || temporary[0] != '/' ? "/tmp" : temporary,
                          (unsigned)geteuid());
    if (folder == NULL)
        return arena_error(arena, error, "locking");
    if ((mkdir(folder, 0700) != 0 && errno != EEXIST) || lstat(folder, &info) != 0)
        return io_error(folder, error);
    if (!S_ISDIR(info.st_mode) || info.st_uid != geteuid() || (info.st_mode & 022) != 0)
        return error_set(error, ERROR_REFUSED, "'%.300s' is not this user's own", folder);
    *ret_folder = folder;
    return ERROR_NONE;
}

static void hasher_freep(struct hasher **hasher)
{
    hasher_free(*hasher);
}

/* Whatever configuration it comes from: what counts is the branch. */
static enum error_code path_of(const struct publish_opening *opening, const char **ret_path, struct error *error)
{
    const struct publish_target *target = opening->target;
    CLEANUP(hasher_freep) struct hasher *hasher = NULL;
    const char *folder = NULL, *path;
    char hex[HASH_HEX_SIZE];
    struct hash hash;

    if (find_folder(opening->arena, &folder, error) != ERROR_NONE || hasher_new(&hasher, error) != ERROR_NONE)
        return error->code;
    hasher_begin(hasher);
    for (size_t i = 0; i < 3; i++) {
        const char *part = (const char *const[]){target->url, target->repository, target->branch}[i];

        hasher_update(hasher, (struct text){part, strlen(part) + 1});
    }
    hash = hasher_end(hasher);
    hash_to_hex(&hash, hex);
    path = arena_printf(opening->arena, "%s/driftline-publish-%.16s.lock", folder, hex);
    if (path == NULL)
        return arena_error(opening->arena, error, "locking");
    *ret_path = path;
    return ERROR_NONE;
}

enum error_code publish_lock_take(int *ret_lock, const struct publish_opening *opening, struct error *error)
{
    const char *path = NULL;
    int lock;

    if (path_of(opening, &path, error) != ERROR_NONE)
        return error->code;
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return io_error(path, error);
    while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        bool is_over = clock_elapsed() >= opening->ends_at || (opening->is_given_up != NULL && opening->is_given_up());

        if ((errno != EWOULDBLOCK && errno != EINTR) || is_over) {
            if (is_over)
                error_set(error, ERROR_TIMEOUT, "another process is publishing '%s'", opening->target->name);
            else
                io_error(path, error);
            close(lock);
            return error->code;
        }
        poll(NULL, 0, LOOK_EVERY_MS);
    }
    *ret_lock = lock;
    return ERROR_NONE;
}

void publish_lock_release(int *lock)
{
    if (*lock >= 0)
        close(*lock);
    *lock = -1;
}
