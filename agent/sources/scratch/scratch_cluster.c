#include "sources/scratch/scratch_cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/program.h"
#include "scratch_files.h"

enum { USER_BUFFER_SIZE = 16384 };

static const char doing[] = "starting a scratch server";

struct scratch_cluster {
    pid_t supervisor;
    int hold;           /* the server lives while this is open */
    int said;           /* what the supervisor says */
    struct buffer text; /* of that, so far */
    struct buffer folder;
};

/* Whom the server runs as, and what it is told: everything that the child needs is there before it is forked. */
struct launch {
    bool changes_user;
    uid_t user;
    gid_t group;
    const char *temporary; /* TMPDIR=… */
    const char *programs;
    int hold[2];
    int said[2];
};

/* ---- the child ---- */

/* Between fork and exec, in a process that may have had threads: system calls only. */
static void become_server(const struct launch *launch)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    setsid(); /* Ctrl-C is not for the server */
    if (launch->changes_user && (setgroups(0, NULL) != 0 || setgid(launch->group) != 0 || setuid(launch->user) != 0))
        _exit(126);
}

static void run_supervisor(const struct launch *launch)
{
    const char *const arguments[] = {"sh", "-c", scratch_files_supervisor, "driftline-scratch", launch->programs, NULL};
    const char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", launch->temporary,
                                       NULL};
    int nothing = open("/dev/null", O_WRONLY);

    become_server(launch);
    if (dup2(launch->hold[0], STDIN_FILENO) < 0 || dup2(launch->said[1], STDOUT_FILENO) < 0 ||
        dup2(nothing, STDERR_FILENO) < 0 || chdir("/") != 0)
        _exit(126);
    syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0); /* what somebody forgot to close on exec */
    execve("/bin/sh", (char *const *)arguments, (char *const *)environment);
    _exit(127);
}

/* ---- the parent ---- */

/* root becomes another; who is nobody else's master stays who he is. */
static enum error_code choose_user(struct launch *launch, struct error *error)
{
    static const char *const names[] = {"postgres", "nobody"};
    char memory[USER_BUFFER_SIZE];
    struct passwd entry, *found = NULL;

    if (geteuid() != 0)
        return ERROR_NONE;
    for (size_t i = 0; i < LENGTH_OF(names) && found == NULL; i++)
        if (getpwnam_r(names[i], &entry, memory, sizeof memory, &found) != 0)
            found = NULL;
    if (found == NULL || found->pw_uid == 0) {
        error_set(error, ERROR_REFUSED, "a PostgreSQL server cannot run as root, and there is no other user for it");
        return error_hint(error, "make a user 'postgres', or do not run this as root");
    }
    launch->changes_user = true;
    launch->user = found->pw_uid;
    launch->group = found->pw_gid;
    return ERROR_NONE;
}

static void close_pair(int pair[2])
{
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
}

static enum error_code fork_supervisor(struct scratch_cluster *cluster, struct launch *launch, struct error *error)
{
    if (pipe2(launch->hold, O_CLOEXEC) != 0 || pipe2(launch->said, O_CLOEXEC) != 0)
        return error_set(error, ERROR_IO, "%s: %s", doing, strerror(errno));
    cluster->supervisor = fork();
    if (cluster->supervisor < 0)
        return error_set(error, ERROR_IO, "%s: %s", doing, strerror(errno));
    if (cluster->supervisor == 0)
        run_supervisor(launch);
    cluster->hold = launch->hold[1];
    cluster->said = launch->said[0];
    launch->hold[1] = launch->said[0] = -1;
    return ERROR_NONE;
}

static enum error_code launch_cluster(struct scratch_cluster *cluster, const char *programs, struct error *error)
{
    const char *temporary = getenv("TMPDIR");
    struct launch launch = {.programs = programs, .hold = {-1, -1}, .said = {-1, -1}};
    CLEANUP(buffer_clear) struct buffer variable = {0};

    buffer_printf(&variable, "TMPDIR=%s", temporary == NULL ? "" : temporary);
    if (buffer_check(&variable, error, doing) != ERROR_NONE || choose_user(&launch, error) != ERROR_NONE)
        return error->code;
    launch.temporary = variable.bytes;
    fork_supervisor(cluster, &launch, error);
    close_pair(launch.hold);
    close_pair(launch.said);
    return error->code;
}

enum error_code scratch_cluster_start(struct scratch_cluster **ret_cluster, const char *programs, struct error *error)
{
    struct scratch_cluster *cluster = mem_alloc(sizeof *cluster);

    if (cluster == NULL)
        return error_memory(error, doing);
    *cluster = (struct scratch_cluster){.hold = -1, .said = -1};
    *error = (struct error){0};
    if (launch_cluster(cluster, programs, error) != ERROR_NONE) {
        scratch_cluster_stop(cluster);
        return error->code;
    }
    *ret_cluster = cluster;
    return ERROR_NONE;
}

/* ---- what the supervisor says ---- */

/* Take what has been said, waiting at most so long for the first byte. False: there will be nothing more. */
static bool hear(struct scratch_cluster *cluster, int64_t wait_ms)
{
    struct pollfd ready = {.fd = cluster->said, .events = POLLIN};
    char bytes[1024];
    ssize_t count;

    if (poll(&ready, 1, wait_ms < 0 ? 0 : (int)wait_ms) <= 0)
        return true;
    count = read(cluster->said, bytes, sizeof bytes);
    if (count > 0)
        buffer_add(&cluster->text, bytes, (size_t)count);
    return count > 0 || (count < 0 && errno == EINTR);
}

/* The rest of a line that is complete, or an empty text. */
static struct text line_of(const struct scratch_cluster *cluster, const char *beginning)
{
    struct text rest = buffer_text(&cluster->text);

    while (rest.length > 0) {
        const char *end = memchr(rest.bytes, '\n', rest.length);
        struct text line = {rest.bytes, end == NULL ? 0 : (size_t)(end - rest.bytes)};

        if (end == NULL)
            break;
        if (text_starts_with(line, text_from(beginning)))
            return (struct text){line.bytes + strlen(beginning), line.length - strlen(beginning)};
        rest = (struct text){end + 1, rest.length - line.length - 1};
    }
    return (struct text){"", 0};
}

static enum error_code has_ended(const struct scratch_cluster *cluster, struct error *error)
{
    struct text reason = line_of(cluster, "ended ");

    error_set(error, ERROR_CONNECT, "the scratch server does not run: %.*s",
              reason.length > 300 ? 300 : (int)reason.length, reason.length == 0 ? "it ended" : reason.bytes);
    return error_hint(error, "see whether there is room in /tmp, or name another server with --scratch");
}

enum error_code scratch_cluster_check(struct scratch_cluster *cluster, struct error *error)
{
    if (!hear(cluster, 0) || line_of(cluster, "ended ").length > 0)
        return has_ended(cluster, error);
    return buffer_check(&cluster->text, error, doing);
}

enum error_code scratch_cluster_folder(struct scratch_cluster *cluster, int64_t deadline, const char **ret_folder,
                                       struct error *error)
{
    struct text line;

    while ((line = line_of(cluster, "folder ")).length == 0) {
        int64_t left = (deadline - clock_elapsed()) / 1000;

        if (left <= 0)
            return error_set(error, ERROR_TIMEOUT, "%s takes too long", doing);
        if (!hear(cluster, left))
            return has_ended(cluster, error);
    }
    if (buffer_check(&cluster->text, error, doing) != ERROR_NONE)
        return error->code;
    buffer_reset(&cluster->folder);
    buffer_add_text(&cluster->folder, line);
    if (buffer_check(&cluster->folder, error, doing) != ERROR_NONE)
        return error->code;
    *ret_folder = cluster->folder.bytes;
    return ERROR_NONE;
}

void scratch_cluster_stop(struct scratch_cluster *cluster)
{
    if (cluster == NULL)
        return;
    if (cluster->hold >= 0)
        close(cluster->hold);
    if (cluster->supervisor > 0)
        program_wait(cluster->supervisor);
    if (cluster->said >= 0)
        close(cluster->said);
    buffer_clear(&cluster->text);
    buffer_clear(&cluster->folder);
    mem_free(cluster);
}
