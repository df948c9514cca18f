#include "sources/python/python_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/program.h"
#include "python_script.h"

enum { CHUNK = 64 * 1024, ENVIRONMENT_LINES = 3 };

static const char doing[] = "reading Python classes";

/* A Python that runs. */
struct child {
    pid_t process; /* 0: none */
    int input;     /* a socket, so that writing to one that is gone raises no signal; -1: all is written */
    int output;    /* -1: at its end */
    struct buffer program;
    struct buffer request;
    size_t sent;
    struct buffer *answer;
    int64_t ends_at;
};

static void child_clear(struct child *child)
{
    program_close(&child->input);
    program_close(&child->output);
    if (child->process > 0)
        program_kill(child->process);
    buffer_clear(&child->program);
    buffer_clear(&child->request);
}

/* ---- what it is told ---- */

/* Its length, a colon, and the text. */
static void add_frame(struct buffer *request, struct text text)
{
    buffer_printf(request, "%zu:", text.length);
    buffer_add_text(request, text);
}

static void add_number(struct buffer *request, size_t number)
{
    char text[32];

    add_frame(request, (struct text){text, (size_t)snprintf(text, sizeof text, "%zu", number)});
}

static void add_names(struct buffer *request, const struct python_name *names, unsigned count)
{
    add_number(request, count);
    for (unsigned i = 0; i < count; i++) {
        add_frame(request, text_from(names[i].class_name));
        add_frame(request, text_from(names[i].name));
    }
}

/* Where the folder is tells how modules in it are called from outside. */
static void add_place(struct buffer *request, const char *folder)
{
    char *real = realpath(folder, NULL);

    add_frame(request, text_from(real == NULL ? folder : real));
    free(real);
}

static void write_request(struct buffer *request, const struct python_files *files,
                          const struct python_mapping *mapping)
{
    add_place(request, files->folder);
    add_frame(request, mapping->schema == NULL ? TEXT("public") : text_from(mapping->schema));
    add_frame(request, mapping->labels == PYTHON_LABELS_NAMES ? TEXT("names") : TEXT("values"));
    add_names(request, mapping->tables, mapping->tables_count);
    add_names(request, mapping->enums, mapping->enums_count);
    add_number(request, mapping->ignore_count);
    for (unsigned i = 0; i < mapping->ignore_count; i++)
        add_frame(request, text_from(mapping->ignore[i]));
    add_number(request, files->count);
    for (uint32_t i = 0; i < files->count; i++) {
        add_frame(request, text_from(files->files[i].path));
        add_frame(request, files->files[i].content);
    }
}

/* ---- starting ---- */

/* What a wrapper around the interpreter needs to find it; Python itself reads nothing of it. */
static void list_environment(char *ret_lines[ENVIRONMENT_LINES + 1])
{
    static const char *const wanted[ENVIRONMENT_LINES] = {"PATH=", "HOME=", "LC_ALL="};
    size_t count = 0;

    for (char **line = environ; *line != NULL; line++)
        for (size_t i = 0; i < LENGTH_OF(wanted) && count < ENVIRONMENT_LINES; i++)
            if (strncmp(*line, wanted[i], strlen(wanted[i])) == 0)
                ret_lines[count++] = *line;
    ret_lines[count] = NULL;
}

static enum error_code start(struct child *child, struct error *error)
{
    char *const arguments[] = {(char *)"python3", (char *)"-I", (char *)"-S",         (char *)"-B", (char *)"-W",
                               (char *)"ignore",  (char *)"-c", child->program.bytes, NULL};
    char *environment[ENVIRONMENT_LINES + 1];
    int input[2] = {-1, -1}, output[2] = {-1, -1};
    int failed = 0;

    list_environment(environment);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, input) != 0 ||
        fcntl(input[0], F_SETFL, 0) != 0 || pipe2(output, O_CLOEXEC) != 0 || fcntl(output[0], F_SETFL, O_NONBLOCK) != 0)
        failed = errno;
    else
        failed = program_start(&child->process, &(const struct program_start){.arguments = arguments,
                                                                              .environment = environment,
                                                                              .folder = "/",
                                                                              .input = input[0],
                                                                              .output = output[1],
                                                                              .errors = PROGRAM_NOTHING});
    program_close(&input[0]);
    program_close(&output[1]);
    child->input = input[1];
    child->output = output[0];
    if (failed == 0)
        return ERROR_NONE;
    if (failed != ENOENT && failed != EACCES)
        return error_set(error, ERROR_IO, "starting python3: %s", strerror(failed));
    error_set(error, ERROR_UNSUPPORTED, "there is no 'python3' in PATH, which is needed to read Python classes");
    return error_hint(error, "install Python 3.9 or later");
}

/* ---- while it runs ---- */

static void write_some(struct child *child)
{
    while (child->input >= 0) {
        size_t left = child->request.length - child->sent;
        ssize_t written = send(child->input, child->request.bytes + child->sent, left, MSG_NOSIGNAL);

        if (written < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (written > 0)
            child->sent += (size_t)written;
        if (written < 0 || child->sent == child->request.length)
            program_close(&child->input); /* one that stops reading has said why */
    }
}

static enum error_code read_some(struct child *child, struct error *error)
{
    char bytes[CHUNK];

    while (child->output >= 0) {
        ssize_t length = read(child->output, bytes, sizeof bytes);

        if (length < 0 && (errno == EAGAIN || errno == EINTR))
            return ERROR_NONE;
        if (length <= 0) {
            program_close(&child->output);
            return ERROR_NONE;
        }
        buffer_add(child->answer, bytes, (size_t)length);
        if (child->answer->length > PYTHON_ANSWER_LIMIT)
            return error_set(error, ERROR_LIMIT, "the classes say more than the limit of %d bytes",
                             PYTHON_ANSWER_LIMIT);
        if (buffer_check(child->answer, error, doing) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* It writes a dot before it parses a file: which one that was, for messages. */
static const char *file_at_work(const struct child *child, const struct python_files *files)
{
    size_t dots = 0;

    while (dots < child->answer->length && child->answer->bytes[dots] == '.')
        dots++;
    return dots == 0 || dots > files->count ? files->folder : files->files[dots - 1].path;
}

static enum error_code converse(struct child *child, const struct python_files *files, unsigned timeout_ms,
                                struct error *error)
{
    while (child->output >= 0) {
        int64_t left = (child->ends_at - clock_elapsed()) / 1000 + 1;
        struct pollfd waiting[] = {{.fd = child->input, .events = POLLOUT}, {.fd = child->output, .events = POLLIN}};

        if (child->ends_at <= clock_elapsed())
            return error_set(error, ERROR_TIMEOUT, "python3 did not end within %u ms; it was at '%s'", timeout_ms,
                             file_at_work(child, files));
        if (poll(waiting, LENGTH_OF(waiting), (int)left) < 0 && errno != EINTR)
            return error_set(error, ERROR_IO, "waiting for python3: %s", strerror(errno));
        write_some(child);
        if (read_some(child, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* What it wrote is complete only if it says so itself; this says what went wrong when it did not. */
static enum error_code check_end(struct child *child, const struct python_files *files, struct error *error)
{
    int status = program_wait(child->process);

    child->process = 0;
    if (status == 0)
        return ERROR_NONE;
    error_set(error, ERROR_CORRUPT, "python3 failed at '%s' (%s %d)", file_at_work(child, files),
              status <= 128 ? "exit status" : "signal", status <= 128 ? status : status - 128);
    return error_hint(error, "exclude the file in %s if it has no classes that matter", PYTHON_MAPPING_FILE);
}

enum error_code python_child_run(struct buffer *ret_answer, const struct python_files *files,
                                 const struct python_mapping *mapping, unsigned timeout_ms, struct error *error)
{
    CLEANUP(child_clear)
    struct child child = {
        .input = -1, .output = -1, .answer = ret_answer, .ends_at = clock_elapsed() + (int64_t)timeout_ms * 1000};
    size_t dots = 0;

    buffer_printf(&child.program, "%s%s%s", python_script_read_names, python_script_read_types,
                  python_script_read_classes);
    write_request(&child.request, files, mapping);
    if (buffer_check(&child.program, error, doing) != ERROR_NONE ||
        buffer_check(&child.request, error, doing) != ERROR_NONE || start(&child, error) != ERROR_NONE ||
        converse(&child, files, timeout_ms, error) != ERROR_NONE || check_end(&child, files, error) != ERROR_NONE)
        return error->code;
    while (dots < ret_answer->length && ret_answer->bytes[dots] == '.')
        dots++;
    if (dots > 0) {
        memmove(ret_answer->bytes, ret_answer->bytes + dots, ret_answer->length - dots);
        ret_answer->length -= dots;
    }
    return ERROR_NONE;
}
