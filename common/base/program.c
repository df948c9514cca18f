#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static bool give_file(posix_spawn_file_actions_t *actions, int file, int number)
{
    if (file != PROGRAM_NOTHING)
        return posix_spawn_file_actions_adddup2(actions, file, number) == 0;
    return posix_spawn_file_actions_addopen(actions, number, "/dev/null", number == STDIN_FILENO ? O_RDONLY : O_WRONLY,
                                            0) == 0;
}

static bool arrange_files(posix_spawn_file_actions_t *actions, const struct program_start *start)
{
    return give_file(actions, start->input, STDIN_FILENO) && give_file(actions, start->output, STDOUT_FILENO) &&
           give_file(actions, start->errors, STDERR_FILENO) &&
           posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) == 0 &&
           (start->folder == NULL || posix_spawn_file_actions_addchdir_np(actions, start->folder) == 0);
}

static bool arrange_signals(posix_spawnattr_t *attributes, const struct program_start *start)
{
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawnattr_setflags(attributes, (short)(flags | (start->with_us ? 0 : POSIX_SPAWN_SETPGROUP))) == 0 &&
           posix_spawnattr_setpgroup(attributes, 0) == 0 && posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &all) == 0;
}

int program_start(pid_t *ret_process, const struct program_start *start)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t process;
    int failed = ENOMEM;

    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    if (arrange_files(&actions, start) && arrange_signals(&attributes, start))
        failed =
            posix_spawnp(&process, start->arguments[0], &actions, &attributes, start->arguments, start->environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed == 0)
        *ret_process = process;
    return failed;
}

int program_status(int said)
{
    return WIFEXITED(said) ? WEXITSTATUS(said) : 128 + WTERMSIG(said);
}

int program_wait(pid_t process)
{
    int said = 0;

    while (waitpid(process, &said, 0) < 0 && errno == EINTR)
        ;
    return program_status(said);
}

void program_kill(pid_t process)
{
    kill(-process, SIGKILL);
    program_wait(process);
}

void program_close(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}
