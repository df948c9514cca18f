#include "looks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { CHEAP_LOOKS = 2000, WARM_UP = 20 };

_Noreturn void looks_die(const struct looks *looks, const char *what)
{
    fprintf(stderr, "%s: %s\n", looks->program, what);
    exit(EXIT_FAILURE);
}

/* Milliseconds of a process: fields 14 and 15, in ticks. */
static double cpu_of(const struct looks *looks, long process)
{
    char path[64];
    char content[1024];
    uint64_t user;
    uint64_t system;
    const char *at;
    size_t length;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/stat", process);
    file = fopen(path, "r");
    if (file == NULL)
        looks_die(looks, "the server's process is not on this machine");
    length = fread(content, 1, sizeof content - 1, file);
    fclose(file);
    content[length] = '\0';
    at = strrchr(content, ')'); /* the name may contain anything */
    if (at == NULL ||
        sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64, &user, &system) != 2)
        looks_die(looks, "cannot understand /proc");
    return (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

static double look(const struct looks *looks, struct watch *watch, enum watch_depth depth)
{
    enum watch_answer answer;
    struct error error = {0};
    int64_t start;

    if (depth == WATCH_EXACT && looks->before_exact != NULL)
        looks->before_exact(looks->context);
    start = clock_elapsed();
    if (watch_look(watch, depth, &answer, &error) != ERROR_NONE)
        looks_die(looks, error.message);
    return (double)(clock_elapsed() - start) / 1000;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return left < right ? -1 : left > right;
}

static void measure(const struct looks *looks, struct watch *watch, enum watch_depth depth, unsigned count,
                    long process)
{
    static double walls[CHEAP_LOOKS];
    double before;

    for (unsigned i = 0; i < WARM_UP; i++)
        look(looks, watch, depth);
    before = cpu_of(looks, process);
    for (unsigned i = 0; i < count; i++)
        walls[i] = look(looks, watch, depth);
    printf("%.4f ", (cpu_of(looks, process) - before) / count);
    qsort(walls, count, sizeof *walls, compare);
    printf("%.4f%c", walls[count / 2], depth == WATCH_EXACT ? '\n' : ' ');
}

void looks_measure(const struct looks *looks)
{
    struct source_settings settings;
    struct watch *watch = NULL;
    struct error error = {0};
    enum watch_answer answer;
    long process;

    source_settings_init(&settings);
    if (watch_open(&watch, looks->ref, &settings, &error) != ERROR_NONE ||
        watch_look(watch, WATCH_EXACT, &answer, &error) != ERROR_NONE)
        looks_die(looks, error.message);
    watch_keep(watch);
    process = looks->find_server(looks->context);
    measure(looks, watch, WATCH_CHEAP, CHEAP_LOOKS, process);
    measure(looks, watch, WATCH_EXACT, looks->exact, process);
    watch_close(watch);
}
