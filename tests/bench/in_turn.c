/* bench_in_turn ROUNDS POSTMASTER -- PROGRAM [ARGUMENT]... [-- PROGRAM...]...
 *
 * Runs programs in turn (A B C, C B A, A B C ...) after one round that does not count, so that whatever else the
 * machine does meets all of them alike. One line a run on standard output, separated by tabs:
 *
 *   round  program (from 1)  wall in us  CPU of the server in us  peak memory in KiB
 *
 * POSTMASTER is the process id of a PostgreSQL server, or 0. The CPU is what its ended sessions used: the server is
 * waited for until it has as few children as at the start. Nothing else may use that server. The kernel counts in
 * ticks of 10 ms, so that only a sum over several runs means something.
 *
 * What the programs write to standard output is thrown away. One that ends with another status than 0, or N if the word
 * status=N stands before it, ends everything.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROGRAMS_MAX = 8, SETTLE_MS = 5000, PAUSE_US = 1000, FIRST_PAUSE_US = 200000 };

struct program {
    char **arguments; /* a NULL ends them */
    int status;       /* how it is to end */
};

struct cost {
    int64_t wall_us;
    int64_t server_us;
    long peak_kib;
};

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static _Noreturn void die(const char *what, const char *name)
{
    fprintf(stderr, "bench_in_turn: %s '%s': %s\n", what, name, strerror(errno));
    exit(EXIT_FAILURE);
}

/* ---------------------------------------------------------------- the server */

static void read_process_file(char *content, size_t size, const char *path)
{
    FILE *file = fopen(path, "r");
    size_t length;

    if (file == NULL)
        die("cannot read", path);
    length = fread(content, 1, size - 1, file);
    content[length] = '\0';
    fclose(file);
}

static unsigned count_children(long postmaster)
{
    char path[64];
    char list[4096];
    unsigned count = 0;

    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", postmaster, postmaster);
    read_process_file(list, sizeof list, path);
    for (const char *at = list; *at != '\0'; at++)
        count += *at == ' ';
    return count;
}

/* What the children that have ended used, in the kernel's ticks: fields 16 and 17. */
static int64_t ended_ticks(long postmaster)
{
    char path[64];
    char content[1024];
    const char *at;
    int64_t user = 0;
    int64_t system = 0;

    snprintf(path, sizeof path, "/proc/%ld/stat", postmaster);
    read_process_file(content, sizeof content, path);
    at = strrchr(content, ')'); /* the name may contain anything */
    if (at == NULL ||
        sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %" SCNd64 " %" SCNd64, &user, &system) != 2)
        die("cannot understand", path);
    return user + system;
}

/* A session's process ends a little later than its client. */
static void await_sessions(long postmaster, unsigned children)
{
    for (unsigned waited = 0; count_children(postmaster) > children; waited++) {
        if (waited == SETTLE_MS * 1000 / PAUSE_US) {
            fputs("bench_in_turn: a session of the server does not end\n", stderr);
            exit(EXIT_FAILURE);
        }
        usleep(PAUSE_US);
    }
}

/* ---------------------------------------------------------------- the programs */

static void become(char **arguments)
{
    int nowhere = open("/dev/null", O_RDWR);

    if (nowhere < 0 || dup2(nowhere, STDIN_FILENO) < 0 || dup2(nowhere, STDOUT_FILENO) < 0)
        _exit(126);
    execvp(arguments[0], arguments);
    _exit(127);
}

static struct cost run(const struct program *program)
{
    struct rusage usage;
    int status;
    int64_t start = now_us();
    pid_t child = fork();
    struct cost cost;

    if (child == 0)
        become(program->arguments);
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        die("cannot run", program->arguments[0]);
    cost = (struct cost){.wall_us = now_us() - start, .peak_kib = usage.ru_maxrss};
    if (!WIFEXITED(status) || WEXITSTATUS(status) != program->status) {
        fprintf(stderr, "bench_in_turn: '%s' ended with %s %d\n", program->arguments[0],
                WIFEXITED(status) ? "status" : "signal", WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
        exit(EXIT_FAILURE);
    }
    return cost;
}

static void run_all(const struct program *programs, unsigned count, long rounds, long postmaster)
{
    unsigned children;

    usleep(FIRST_PAUSE_US); /* whoever prepared the server has left it by then */
    children = postmaster == 0 ? 0 : count_children(postmaster);
    for (long round = 0; round <= rounds; round++)
        for (unsigned i = 0; i < count; i++) {
            unsigned which = round % 2 == 0 ? count - 1 - i : i;
            int64_t before = postmaster == 0 ? 0 : ended_ticks(postmaster);
            struct cost cost = run(&programs[which]);

            if (postmaster != 0) {
                await_sessions(postmaster, children);
                cost.server_us = (ended_ticks(postmaster) - before) * 1000000 / sysconf(_SC_CLK_TCK);
            }
            if (round > 0)
                printf("%ld\t%u\t%" PRId64 "\t%" PRId64 "\t%ld\n", round, which + 1, cost.wall_us, cost.server_us,
                       cost.peak_kib);
        }
}

/* Cut the arguments into programs, in place. */
static unsigned read_programs(struct program *programs, char **arguments)
{
    unsigned count = 0;

    while (*arguments != NULL) {
        struct program *program = &programs[count];

        if (strcmp(*arguments, "--") != 0 || count == PROGRAMS_MAX)
            return 0;
        *arguments++ = NULL; /* ends the program before */
        program->status = 0;
        if (*arguments != NULL && strncmp(*arguments, "status=", 7) == 0)
            program->status = atoi(*arguments++ + 7);
        if (*arguments == NULL || strcmp(*arguments, "--") == 0)
            return 0;
        program->arguments = arguments;
        while (*arguments != NULL && strcmp(*arguments, "--") != 0)
            arguments++;
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    struct program programs[PROGRAMS_MAX];
    unsigned count = argc > 3 ? read_programs(programs, argv + 3) : 0;

    if (count == 0 || atol(argv[1]) < 1) {
        fputs("usage: bench_in_turn ROUNDS POSTMASTER -- PROGRAM [ARGUMENT]... [-- PROGRAM...]...\n", stderr);
        return 2;
    }
    run_all(programs, count, atol(argv[1]), atol(argv[2]));
    return EXIT_SUCCESS;
}
