#include "cli/output.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

/* Standard output may be shared with a program that made it non-blocking. */
static enum error_code write_standard_output(struct text rest, struct error *error)
{
    while (rest.length > 0) {
        ssize_t written = write(STDOUT_FILENO, rest.bytes, rest.length);

        if (written >= 0) {
            rest = (struct text){rest.bytes + written, rest.length - (size_t)written};
        } else if (errno == EAGAIN) {
            struct pollfd wait = {.fd = STDOUT_FILENO, .events = POLLOUT};
            poll(&wait, 1, -1);
        } else if (errno == EPIPE) {
            return ERROR_NONE;
        } else if (errno != EINTR) {
            return error_set(error, ERROR_IO, "writing to standard output: %s", strerror(errno));
        }
    }
    return ERROR_NONE;
}

enum error_code output_write(const char *path, const struct buffer *content, struct error *error)
{
    if (buffer_check(content, error, "writing the result") != ERROR_NONE)
        return error->code;
    if (path == NULL || strcmp(path, "-") == 0)
        return write_standard_output(buffer_text(content), error);
    return file_write(path, buffer_text(content), error);
}

bool output_has_no_reader(void)
{
    struct pollfd look = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&look, 1, 0) == 1 && (look.revents & POLLERR) != 0;
}
