#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum { TEMPORARY_DIGITS = 8, MODE_ORDINARY = 0666, MODE_PRIVATE = 0600 };

static void close_file(int *file)
{
    if (*file > STDIN_FILENO)
        close(*file);
}

static enum error_code io_error(struct error *error, const char *doing, const char *path)
{
    int reason = errno;
    enum error_code code = reason == ENOENT || reason == ENOTDIR ? ERROR_NOT_FOUND
                           : reason == EACCES || reason == EPERM ? ERROR_REFUSED
                                                                 : ERROR_IO;

    return error_set(error, code, "%s '%s': %s", doing, path, strerror(reason));
}

/* Read until the end, growing as needed: the size of a pipe is not known before. */
static enum error_code read_all(int file, const char *path, size_t expected, size_t limit, struct arena *arena,
                                struct text *ret_content, struct error *error)
{
    size_t capacity = expected + 1;
    size_t length = 0;
    char *bytes = arena_alloc(arena, capacity + 1);

    while (bytes != NULL) {
        ssize_t got = read(file, bytes + length, capacity - length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return io_error(error, "reading", path);
        length += (size_t)got;
        if (length > limit)
            return error_set(error, ERROR_LIMIT, "'%s' is larger than the limit of %zu bytes", path, limit);
        if (got == 0) {
            bytes[length] = '\0';
            *ret_content = (struct text){bytes, length};
            return ERROR_NONE;
        }
        if (length == capacity) {
            char *larger = arena_alloc(arena, capacity * 2 + 1);
            if (larger != NULL)
                memcpy(larger, bytes, length);
            bytes = larger;
            capacity *= 2;
        }
    }
    return arena_error(arena, error, "reading a file");
}

enum error_code file_read(const char *path, size_t limit, struct arena *arena, struct text *ret_content,
                          struct error *error)
{
    CLEANUP(close_file) int file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;

    if (file < 0 || fstat(file, &status) != 0)
        return io_error(error, "opening", path);
    if (S_ISDIR(status.st_mode))
        return error_set(error, ERROR_IO, "'%s' is a directory, not a file", path);
    if (status.st_size > 0 && (uintmax_t)status.st_size > limit)
        return error_set(error, ERROR_LIMIT, "'%s' has %jd bytes, more than the limit of %zu", path,
                         (intmax_t)status.st_size, limit);
    return read_all(file, path, status.st_size > 0 ? (size_t)status.st_size : 4096, limit, arena, ret_content, error);
}

struct file_writer {
    FILE *stream;
    char *temporary; /* beside the target: rename() must not cross file systems; empty: nothing stands between */
    char *path;
    bool waits; /* until it is on disk */
};

static void remove_temporary(const struct file_writer *writer)
{
    if (writer->temporary[0] != '\0')
        unlink(writer->temporary);
}

static void writer_free(struct file_writer *writer)
{
    mem_free(writer->temporary);
    mem_free(writer->path);
    mem_free(writer);
}

static char *joined(const char *a, const char *b)
{
    char *copy = mem_alloc(strlen(a) + strlen(b) + 1);

    if (copy != NULL)
        strcat(strcpy(copy, a), b);
    return copy;
}

/* Put a random suffix on the name until nobody has it. Not mkstemp(): a result belongs to whoever the umask and the
 * folder let read it. */
static int open_temporary(char *name, mode_t mode)
{
    char *suffix = name + strlen(name) - TEMPORARY_DIGITS;

    for (;;) {
        uint32_t random;
        int file;

        if (getrandom(&random, sizeof random, 0) != sizeof random)
            return -1;
        snprintf(suffix, TEMPORARY_DIGITS + 1, "%08" PRIx32, random);
        file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (file >= 0 || errno != EEXIST)
            return file;
    }
}

/* What is there and is neither a file nor a folder can be written to, but not replaced. */
static bool is_written_directly(const char *path)
{
    struct stat status;

    return strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode));
}

/* Standard output stays open, and what was printed before comes first. */
static int open_directly(const char *path)
{
    if (strcmp(path, "-") != 0)
        return open(path, O_WRONLY | O_CLOEXEC);
    fflush(stdout);
    return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

static enum error_code open_writer(struct file_writer **ret_writer, const char *path, mode_t mode, struct error *error)
{
    bool direct = is_written_directly(path);
    struct file_writer *writer = mem_alloc(sizeof *writer);
    int file;

    if (writer == NULL)
        return error_memory(error, "writing a file");
    *writer = (struct file_writer){
        .temporary = direct ? joined("", "") : joined(path, ".xxxxxxxx"), .path = joined(path, ""), .waits = true};
    if (writer->temporary == NULL || writer->path == NULL) {
        writer_free(writer);
        return error_memory(error, "writing a file");
    }
    file = direct ? open_directly(path) : open_temporary(writer->temporary, mode);
    if (file < 0 || (writer->stream = fdopen(file, "w")) == NULL) {
        io_error(error, "creating", path);
        if (file >= 0) {
            close(file);
            remove_temporary(writer);
        }
        writer_free(writer);
        return error->code;
    }
    if (mode == MODE_PRIVATE)
        setvbuf(writer->stream, NULL, _IONBF, 0); /* no copy of a secret stays in freed memory */
    *ret_writer = writer;
    return ERROR_NONE;
}

enum error_code file_writer_open(struct file_writer **ret_writer, const char *path, struct error *error)
{
    return open_writer(ret_writer, path, MODE_ORDINARY, error);
}

enum error_code file_writer_add(struct file_writer *writer, struct text bytes, struct error *error)
{
    if (bytes.length > 0 && fwrite(bytes.bytes, 1, bytes.length, writer->stream) != bytes.length)
        return io_error(error, "writing", writer->path);
    return ERROR_NONE;
}

/* The new name is durable only when the directory is. */
static void sync_directory(char *path)
{
    int directory = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (directory >= 0) {
        fsync(directory);
        close(directory);
    }
}

/* A pipe or terminal cannot be synchronised, and need not be. */
static enum error_code finish_directly(struct file_writer *writer, struct error *error)
{
    enum error_code code = fclose(writer->stream) == 0 ? ERROR_NONE : io_error(error, "writing", writer->path);

    writer_free(writer);
    return code;
}

/* File systems of a network tell some failures only now. */
static int close_stream(struct file_writer *writer)
{
    FILE *stream = writer->stream;

    writer->stream = NULL;
    return fclose(stream);
}

enum error_code file_writer_commit(struct file_writer *writer, struct error *error)
{
    if (writer->temporary[0] == '\0')
        return finish_directly(writer, error);
    if (fflush(writer->stream) != 0 || (writer->waits && fsync(fileno(writer->stream)) != 0) ||
        close_stream(writer) != 0) {
        io_error(error, "writing", writer->path);
        file_writer_abort(writer);
        return error->code;
    }
    if (rename(writer->temporary, writer->path) != 0) {
        io_error(error, "creating", writer->path);
        file_writer_abort(writer);
        return error->code;
    }
    if (writer->waits)
        sync_directory(writer->path);
    writer_free(writer);
    return ERROR_NONE;
}

void file_writer_abort(struct file_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->stream != NULL)
        fclose(writer->stream);
    remove_temporary(writer);
    writer_free(writer);
}

static enum error_code write_whole(const char *path, mode_t mode, bool waits, struct text content, struct error *error)
{
    struct file_writer *writer = NULL;

    if (open_writer(&writer, path, mode, error) != ERROR_NONE)
        return error->code;
    writer->waits = waits;
    if (file_writer_add(writer, content, error) != ERROR_NONE) {
        file_writer_abort(writer);
        return error->code;
    }
    return file_writer_commit(writer, error);
}

enum error_code file_write(const char *path, struct text content, struct error *error)
{
    return write_whole(path, MODE_ORDINARY, true, content, error);
}

enum error_code file_write_soon(const char *path, struct text content, struct error *error)
{
    return write_whole(path, MODE_ORDINARY, false, content, error);
}

enum error_code file_write_private(const char *path, struct text content, struct error *error)
{
    return write_whole(path, MODE_PRIVATE, true, content, error);
}
