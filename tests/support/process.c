#include "support/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/cmocka.h"

enum { SECONDS_TO_END = 100 };

/* Files, not pipes: nothing blocks, however much is written. */
static int scratch_file(void)
{
    FILE *stream = tmpfile();
    int file = stream == NULL ? -1 : fcntl(fileno(stream), F_DUPFD_CLOEXEC, 10);

    if (stream != NULL)
        fclose(stream);
    assert_true(file >= 0);
    return file;
}

static struct text read_back(int file, struct arena *arena)
{
    off_t size = lseek(file, 0, SEEK_END);
    char *bytes;

    assert_true(size >= 0);
    bytes = arena_alloc(arena, (size_t)size + 1);
    assert_non_null(bytes);
    assert_int_equal(pread(file, bytes, (size_t)size, 0), size);
    close(file);
    return (struct text){bytes, (size_t)size};
}

static _Noreturn void become(const struct test_process *process, int input, int output, int errors)
{
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    for (size_t i = 0; process->environment != NULL && process->environment[i] != NULL; i++)
        putenv((char *)process->environment[i]);
    alarm(SECONDS_TO_END);
    execvp(process->arguments[0], (char *const *)process->arguments);
    dprintf(STDERR_FILENO, "cannot run '%s': %s\n", process->arguments[0], strerror(errno));
    _exit(127);
}

void test_process_run(struct test_process *process, struct arena *arena)
{
    int input = scratch_file(), output = scratch_file(), errors = scratch_file();
    int status = 0;
    pid_t child;

    if (process->input.length > 0)
        assert_int_equal(pwrite(input, process->input.bytes, process->input.length, 0), process->input.length);
    fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        become(process, input, output, errors);
    while (waitpid(child, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    close(input);
    process->output = read_back(output, arena);
    process->errors = read_back(errors, arena);
    process->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (process->status == 127 || process->status == 128 + SIGALRM)
        fail_msg("running '%s': %s", process->arguments[0],
                 process->status == 127 ? process->errors.bytes : "it did not end");
}

struct text test_capture(int file, void (*function)(void *context), void *context, struct arena *arena)
{
    int elsewhere = scratch_file();
    int original;

    fflush(NULL);
    original = fcntl(file, F_DUPFD_CLOEXEC, 10);
    assert_true(original >= 0);
    assert_int_equal(dup2(elsewhere, file), file);
    function(context);
    fflush(NULL);
    assert_int_equal(dup2(original, file), file);
    close(original);
    return read_back(elsewhere, arena);
}
