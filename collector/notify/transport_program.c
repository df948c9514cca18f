#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "notify/transport_private.h"

enum { PIPE_CHUNK = 4096 };

/* ---- starting ---- */

static enum error_code file_error(struct error *error)
{
    return error_set(error, ERROR_IO, "running a program: %s", strerror(errno));
}

static void close_file(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}

/* Both ends are closed in whatever else is started; ours never wait. */
static bool make_pipe(int ends[2], int ours)
{
    return pipe2(ends, O_CLOEXEC) == 0 && fcntl(ends[ours], F_SETFL, O_NONBLOCK) == 0;
}

/* What the program starts with: our signals are not its, nor our files. */
static int spawn(pid_t *process, char *const *arguments, char *const *environment, const int files[2])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int failed;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    failed =
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    failed = failed || posix_spawnattr_setpgroup(&attributes, 0) || posix_spawnattr_setsigmask(&attributes, &none) ||
             posix_spawnattr_setsigdefault(&attributes, &all) ||
             posix_spawn_file_actions_adddup2(&actions, files[0], STDIN_FILENO) ||
             posix_spawn_file_actions_adddup2(&actions, files[1], STDOUT_FILENO) ||
             posix_spawn_file_actions_adddup2(&actions, files[1], STDERR_FILENO) ||
             posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) ||
             posix_spawn_file_actions_addchdir_np(&actions, "/");
    failed = failed ? ENOMEM : posix_spawn(process, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed;
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
        failed = spawn(&process, arguments, environment, (const int[2]){input[0], output[1]});
        if (failed != 0)
            error_set(error, ERROR_NOT_FOUND, "'%.200s' cannot be run: %s", arguments[0], strerror(failed));
    }
    close_file(&input[0]);
    close_file(&output[1]);
    if (process <= 0) {
        close_file(&input[1]);
        close_file(&output[0]);
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
        close_file(file);
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
            close_file(file);
        return;
    }
}

static void end(struct exchange *exchange)
{
    exchange->program.process = 0;
    close_file(&exchange->program.input);
    close_file(&exchange->program.output);
}

void exchange_kill_program(struct exchange *exchange)
{
    pid_t process = exchange->program.process;

    if (process <= 0)
        return;
    kill(-process, SIGKILL); /* it was not waited for, so the number is still its */
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR)
        ;
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
        exchange_answer(exchange, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    } else if (clock_elapsed() >= exchange->ends_at) {
        struct error problem = {0};

        exchange_kill_program(exchange);
        error_set(&problem, ERROR_TIMEOUT, "the program did not end within %u ms, and was killed",
                  exchange->timeout_ms);
        exchange_fail(exchange, &problem);
    }
}
