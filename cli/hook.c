#include "cli/hook.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/program.h"

enum { WAIT_NANOSECONDS = 20 * 1000 * 1000 };

extern char **environ;

/* What the program must not see, and what facts replace. */
static bool is_ours(const char *line)
{
    return strncmp(line, "DRIFTLINE_TOKEN=", 16) == 0;
}

static bool is_said(const struct hook *hook, const char *line)
{
    for (size_t i = 0; i < HOOK_FACTS_LIMIT && hook->facts[i] != NULL; i++) {
        size_t name = strcspn(hook->facts[i], "=") + 1;

        if (strncmp(hook->facts[i], line, name) == 0)
            return true;
    }
    return false;
}

static char **list_environment(const struct hook *hook, struct arena *arena)
{
    size_t room = HOOK_FACTS_LIMIT + 1, count = 0;
    char **lines;

    for (size_t i = 0; environ[i] != NULL; i++)
        room++;
    lines = arena_array(arena, room, sizeof *lines);
    for (size_t i = 0; lines != NULL && environ[i] != NULL; i++)
        if (!is_ours(environ[i]) && !is_said(hook, environ[i]))
            lines[count++] = environ[i];
    for (size_t i = 0; lines != NULL && i < HOOK_FACTS_LIMIT && hook->facts[i] != NULL; i++)
        if ((lines[count++] = arena_string(arena, text_from(hook->facts[i]))) == NULL)
            return NULL;
    return lines;
}

static enum error_code wait_for(pid_t process, const char *name, struct error *error)
{
    int64_t ends_at = clock_elapsed() + INT64_C(1000) * HOOK_TIMEOUT_MS;
    pid_t ended;
    int status = 0;

    while ((ended = waitpid(process, &status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
        nanosleep(&(struct timespec){0, WAIT_NANOSECONDS}, NULL);
        if (clock_elapsed() < ends_at)
            continue;
        kill(process, SIGKILL);
        program_wait(process);
        return error_set(error, ERROR_TIMEOUT, "'%.200s' did not end within %d ms, and was killed", name,
                         HOOK_TIMEOUT_MS);
    }
    if (ended < 0)
        return error_set(error, ERROR_IO, "waiting for '%.200s': %s", name, strerror(errno));
    if (WIFSIGNALED(status))
        return error_set(error, ERROR_REFUSED, "'%.200s' was ended by signal %d", name, WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return error_set(error, ERROR_REFUSED, "'%.200s' ended with status %d", name, WEXITSTATUS(status));
    return ERROR_NONE;
}

enum error_code hook_run(const struct hook *hook, struct arena *arena, struct error *error)
{
    const char *folder;
    char **environment, **arguments;
    pid_t process = 0;
    int failed;

    if (hook->count == 0)
        return ERROR_NONE;
    folder = arena_string(arena, hook->folder);
    environment = list_environment(hook, arena);
    arguments = arena_array(arena, hook->count + 1, sizeof *arguments);
    if (folder == NULL || environment == NULL || arguments == NULL)
        return arena_error(arena, error, "running a program");
    memcpy(arguments, hook->arguments, hook->count * sizeof *arguments);
    failed = program_start(&process, &(const struct program_start){.arguments = arguments,
                                                                   .environment = environment,
                                                                   .folder = folder[0] == '\0' ? NULL : folder,
                                                                   .input = PROGRAM_NOTHING,
                                                                   .output = STDERR_FILENO,
                                                                   .errors = STDERR_FILENO,
                                                                   .with_us = true});
    if (failed != 0)
        return error_set(error, ERROR_NOT_FOUND, "'%.200s' cannot be run: %s", arguments[0], strerror(failed));
    return wait_for(process, arguments[0], error);
}
