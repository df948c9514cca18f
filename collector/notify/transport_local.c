#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "notify/transport_private.h"

enum { TAIL_CHUNK = 4096 };

static void close_file(int *file)
{
    if (*file >= 0)
        close(*file);
}

/* ---- files ---- */

static enum error_code file_error(const struct exchange *exchange, const char *what, struct error *error)
{
    enum error_code code = errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? ERROR_FULL : ERROR_IO;

    return error_set(error, code, "%s '%.200s': %s", what, exchange->sink->path.bytes, strerror(errno));
}

/* One that is made has to be found again after a power cut, so its folder is synced, too. */
static enum error_code sync_folder(const struct exchange *exchange, struct error *error)
{
    const char *path = exchange->sink->path.bytes;
    const char *slash = strrchr(path, '/');
    CLEANUP(close_file) int folder = -1;
    char name[4096];

    snprintf(name, sizeof name, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || fsync(folder) < 0)
        return file_error(exchange, "syncing the folder of", error);
    return ERROR_NONE;
}

static enum error_code open_file(const struct exchange *exchange, int *ret_file, off_t *ret_size, struct error *error)
{
    const char *path = exchange->sink->path.bytes;
    int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
    CLEANUP(close_file) int file = open(path, flags);
    bool is_new = file < 0 && errno == ENOENT;
    struct stat facts;

    if (is_new)
        file = open(path, flags | O_CREAT, 0600);
    if (file < 0 || fstat(file, &facts) < 0)
        return file_error(exchange, "opening", error);
    if (!S_ISREG(facts.st_mode))
        return error_set(error, ERROR_IO, "'%.200s' is no regular file", path);
    if (is_new && sync_folder(exchange, error) != ERROR_NONE)
        return error->code;
    *ret_size = facts.st_size;
    *ret_file = file;
    file = -1;
    return ERROR_NONE;
}

/* Where the last line begins that has no end: where the file ends, if all have one. -1 when reading failed. */
static off_t find_torn(int file, off_t size)
{
    char bytes[TAIL_CHUNK];

    for (off_t end = size; end > 0;) {
        off_t begin = end > TAIL_CHUNK ? end - TAIL_CHUNK : 0;
        ssize_t length = pread(file, bytes, (size_t)(end - begin), begin);
        const char *found = length <= 0 ? NULL : memrchr(bytes, '\n', (size_t)length);

        if (length <= 0)
            return -1;
        if (found != NULL)
            return begin + (found - bytes) + 1;
        end = begin;
    }
    return 0;
}

/* A crash in the midst of writing leaves a part of a line, whose message comes again: it goes. What somebody else left
 * without an end is ended. */
static enum error_code mend(const struct exchange *exchange, int file, off_t *size, struct error *error)
{
    static const char begin[] = "{\"id\":\"";
    off_t torn = find_torn(file, *size);
    size_t compared = torn >= 0 && *size - torn < (off_t)strlen(begin) ? (size_t)(*size - torn) : strlen(begin);
    char bytes[sizeof begin];

    if (torn == *size)
        return ERROR_NONE;
    if (torn < 0 || pread(file, bytes, compared, torn) != (ssize_t)compared)
        return file_error(exchange, "reading", error);
    if (memcmp(bytes, begin, compared) == 0) {
        if (ftruncate(file, torn) < 0)
            return file_error(exchange, "mending", error);
        *size = torn;
        return ERROR_NONE;
    }
    if (write(file, "\n", 1) != 1)
        return file_error(exchange, "writing", error);
    *size += 1;
    return ERROR_NONE;
}

enum error_code exchange_append(struct exchange *exchange, struct error *error)
{
    const struct buffer *body = &exchange->request.body;
    CLEANUP(close_file) int file = -1;
    off_t size = 0;
    ssize_t written;

    if (open_file(exchange, &file, &size, error) != ERROR_NONE || mend(exchange, file, &size, error) != ERROR_NONE)
        return error->code;
    do
        written = write(file, body->bytes, body->length);
    while (written < 0 && errno == EINTR);
    if (written != (ssize_t)body->length) {
        if (written >= 0)
            errno = ENOSPC; /* which the next byte would have said */
        file_error(exchange, "writing", error);
        if (ftruncate(file, size) < 0)
            error_context(error, "a part of a line is left");
        return error->code;
    }
    if (fdatasync(file) < 0)
        return file_error(exchange, "syncing", error);
    exchange_answer(exchange, 200);
    return ERROR_NONE;
}

/* ---- a syslog of this machine ---- */

enum error_code exchange_send_local(struct exchange *exchange, struct error *error)
{
    CLEANUP(close_file) int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct text path = {exchange->sink->url.bytes + strlen("unix:"), exchange->sink->url.length - strlen("unix:")};
    const struct buffer *body = &exchange->request.body;
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (path.length >= sizeof address.sun_path)
        return error_set(error, ERROR_CONFIG, "the name of the socket is too long");
    memcpy(address.sun_path, path.bytes, path.length);
    if (file < 0 || sendto(file, body->bytes, body->length, MSG_NOSIGNAL, (const struct sockaddr *)&address,
                           sizeof address) != (ssize_t)body->length)
        return error_set(error, ERROR_CONNECT, "'%.200s': %s", address.sun_path, strerror(errno));
    exchange_answer(exchange, 200);
    return ERROR_NONE;
}
