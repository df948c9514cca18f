#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/program.h"
#include "notify/transport_private.h"

enum { PIPE_CHUNK = 4096 };

/* ---- starting ---- */

static enum error_code file_error(struct error *error)
{
    return error_set(error, ERROR_IO, "running a program: %s", strerror(errno));
}

/* Both ends are closed in whatever else is started; ours never wait. */
static bool make_pipe(int ends[2], int ours)
{
    return pipe2(ends, O_CLOEXEC) == 0 && fcntl(ends[ours], F_SETFL, O_NONBLOCK) == 0;
}

static char **list_arguments(struct exchange *exchange)
{
    const struct sink *sink = exchange->sink;
    char **arguments = arena_array(&exchange->arena, sink->command_count + 1, sizeof *arguments);

    for (size_t i = 0; arguments != NULL && i < sink->command_count; i++)
        if ((arguments[i] = arena_string(&exchange->arena, sink->command[i])) == NULL)
            return NULL;
    return arguments;
}

/* The switch by which an operator keeps `driftline publish` from sending anything holds for programs of ours, too. */
static const char *kill_switch(void)
{
    return getenv("DRIFTLINE_PUBLISH_DISABLED");
}

/* Nothing else of ours: it may hold secrets. */
static char **list_environment(struct exchange *exchange)
{
    static const char *const always[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                         "LANG=C.UTF-8"};
    const struct sink_request *request = &exchange->request;
    char **lines = arena_array(&exchange->arena, LENGTH_OF(always) + request->header_count + 2, sizeof *lines);
    size_t count = 0;

    for (size_t i = 0; lines != NULL && i < LENGTH_OF(always); i++)
        if ((lines[count++] = arena_string(&exchange->arena, text_from(always[i]))) == NULL)
            return NULL;
    for (size_t i = 0; lines != NULL && i < request->header_count; i++)
        if ((lines[count++] = arena_string(&exchange->arena, request->headers[i])) == NULL)
            return NULL;
    if (lines != NULL && kill_switch() != NULL &&
        (lines[count] = arena_printf(&exchange->arena, "DRIFTLINE_PUBLISH_DISABLED=%s", kill_switch())) == NULL)
        return NULL;
    return lines;
}

enum error_code exchange_start_program(struct exchange *exchange, struct error *error)
{
    char **arguments = list_arguments(exchange);
    char **environment = list_environment(exchange);
    int input[2] = {-1, -1}, output[2] = {-1, -1};
    pid_t process = 0;
    int failed;

    if (arguments == NULL || environment == NULL)
        return arena_error(&exchange->arena, error, "running a program");
    if (!make_pipe(input, 1) || !make_pipe(output, 0)) {
        file_error(error);
    } else {
        failed = program_start(&process, &(const struct program_start){.arguments = arguments,
                                                                       .environment = environment,
                                                                       .folder = "/",
                                                                       .input = input[0],
                                                                       .output = output[1],
                                                                       .errors = output[1]});
        if (failed != 0)
            error_set(error, ERROR_NOT_FOUND, "'%.200s' cannot be run: %s", arguments[0], strerror(failed));
    }
    program_close(&input[0]);
    program_close(&output[1]);
    if (process <= 0) {
        program_close(&input[1]);
        program_close(&output[0]);
        return error->code;
    }
    exchange->program = (struct exchange_program){process, input[1], output[0]};
    return ERROR_NONE;
}

/* ---- while it runs ---- */

static void write_some(struct exchange *exchange)
{
    const struct buffer *body = &exchange->request.body;
    int *file = &exchange->program.input;
    ssize_t written = 0;

    while (*file >= 0 && exchange->sent < body->length && written >= 0) {
        written = write(*file, body->bytes + exchange->sent, body->length - exchange->sent);
        if (written > 0)
            exchange->sent += (size_t)written;
    }
    /* One that does not want to read all of it is free not to. */
    if (exchange->sent == body->length || (written < 0 && errno != EAGAIN && errno != EINTR))
        program_close(file);
}

static void read_some(struct exchange *exchange)
{
    int *file = &exchange->program.output;
    char bytes[PIPE_CHUNK];

    while (*file >= 0) {
        ssize_t length = read(*file, bytes, sizeof bytes);

        if (length > 0) {
            exchange_take(exchange, (struct text){bytes, (size_t)length});
            continue;
        }
        if (length == 0 || (errno != EAGAIN && errno != EINTR))
            program_close(file);
        return;
    }
}

static void end(struct exchange *exchange)
{
    exchange->program.process = 0;
    program_close(&exchange->program.input);
    program_close(&exchange->program.output);
}

void exchange_kill_program(struct exchange *exchange)
{
    pid_t process = exchange->program.process;

    if (process <= 0)
        return;
    program_kill(process);
    end(exchange);
}

void exchange_look_at_program(struct exchange *exchange)
{
    int status = 0;
    pid_t ended;

    write_some(exchange);
    read_some(exchange);
    ended = waitpid(exchange->program.process, &status, WNOHANG);
    if (ended == exchange->program.process) {
        read_some(exchange); /* what it said last */
        end(exchange);
        exchange_answer(exchange, program_status(status));
    } else if (clock_elapsed() >= exchange->ends_at) {
        struct error problem = {0};

        exchange_kill_program(exchange);
        error_set(&problem, ERROR_TIMEOUT, "the program did not end within %u ms, and was killed",
                  exchange->timeout_ms);
        exchange_fail(exchange, &problem);
    }
}
