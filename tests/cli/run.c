#include "cli/run.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/cmocka.h"

enum { ARGUMENT_LIMIT = 16, SECONDS_TO_END = 100 };

const char *run_program(struct arena *arena)
{
    const char *build = getenv("DRIFTLINE_BUILD_DIR");
    const char *path;

    if (build == NULL)
        fail_msg("DRIFTLINE_BUILD_DIR is not set: run the test through ctest");
    path = arena_printf(arena, "%s/cli/driftline", build);
    assert_non_null(path);
    return path;
}

static void put_name_first(const char *all[ARGUMENT_LIMIT + 1], const char *const *arguments, struct arena *arena)
{
    size_t count = 0;

    all[count++] = run_program(arena);
    for (; *arguments != NULL && count < ARGUMENT_LIMIT; arguments++)
        all[count++] = *arguments;
    assert_null(*arguments);
    all[count] = NULL;
}

struct test_process run_driftline(const char *const *arguments, struct arena *arena)
{
    const char *all[ARGUMENT_LIMIT + 1];
    struct test_process process = {.arguments = all};

    put_name_first(all, arguments, arena);
    test_process_run(&process, arena);
    process.arguments = NULL; /* they are gone with this call */
    return process;
}

pid_t run_start(const char *const *arguments, int output, int errors, struct arena *arena)
{
    const char *all[ARGUMENT_LIMIT + 1];
    pid_t child;

    put_name_first(all, arguments, arena);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(output, STDOUT_FILENO);
        dup2(errors, STDERR_FILENO);
        alarm(SECONDS_TO_END);
        execv(all[0], (char *const *)all);
        _exit(127);
    }
    return child;
}

int run_wait(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}
