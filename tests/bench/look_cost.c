/* bench_look_cost REF SERVER_PID
 *
 * What looking at a database costs, with a connection that stays open: one line of numbers in ms.
 *
 *   CPU of the server for a cheap look   median wall time of one   the same two of an exact look
 *
 * The CPU is what the kernel accounts to the server's process, of which nobody else may ask anything meanwhile. It must
 * run on this machine. For PostgreSQL, whose sessions are processes, see probe_cost.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "sources/watch.h"

enum { CHEAP_LOOKS = 2000, EXACT_LOOKS = 20, WARM_UP = 5 };

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench_look_cost: %s\n", what);
    exit(EXIT_FAILURE);
}

/* Milliseconds of a process: fields 14 and 15, in ticks. */
static double cpu_of(const char *process)
{
    char path[64];
    char content[1024];
    uint64_t user;
    uint64_t system;
    const char *at;
    size_t length;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%s/stat", process);
    file = fopen(path, "r");
    if (file == NULL)
        die("the server's process is not on this machine");
    length = fread(content, 1, sizeof content - 1, file);
    fclose(file);
    content[length] = '\0';
    at = strrchr(content, ')'); /* the name may contain anything */
    if (at == NULL ||
        sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64, &user, &system) != 2)
        die("cannot understand /proc");
    return (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

static double look(struct watch *watch, enum watch_depth depth)
{
    int64_t start = clock_elapsed();
    enum watch_answer answer;
    struct error error = {0};

    if (watch_look(watch, depth, &answer, &error) != ERROR_NONE)
        die(error.message);
    return (double)(clock_elapsed() - start) / 1000;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return left < right ? -1 : left > right;
}

static void measure(struct watch *watch, enum watch_depth depth, unsigned looks, const char *process)
{
    static double walls[CHEAP_LOOKS];
    double before;

    for (unsigned i = 0; i < WARM_UP; i++)
        look(watch, depth);
    before = cpu_of(process);
    for (unsigned i = 0; i < looks; i++)
        walls[i] = look(watch, depth);
    printf("%.4f ", (cpu_of(process) - before) / looks);
    qsort(walls, looks, sizeof *walls, compare);
    printf("%.4f%c", walls[looks / 2], depth == WATCH_EXACT ? '\n' : ' ');
}

int main(int argc, char **argv)
{
    struct source_settings settings;
    struct watch *watch = NULL;
    struct error error = {0};

    if (argc != 3) {
        fprintf(stderr, "usage: bench_look_cost REF SERVER_PID\n");
        return 2;
    }
    source_settings_init(&settings);
    if (watch_open(&watch, argv[1], &settings, &error) != ERROR_NONE)
        die(error.message);
    look(watch, WATCH_EXACT);
    watch_keep(watch);
    measure(watch, WATCH_CHEAP, CHEAP_LOOKS, argv[2]);
    measure(watch, WATCH_EXACT, EXACT_LOOKS, argv[2]);
    watch_close(watch);
    return EXIT_SUCCESS;
}
