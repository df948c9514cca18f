/* bench_probe_cost REF
 *
 * What looking at a PostgreSQL database costs, with a connection that stays open: one line of numbers in ms.
 *
 *   CPU of the server for a cheap look   median wall time of one   the same two of an exact look
 *
 * The CPU is what the kernel accounts to the server's process for all looks together. It must run on this machine.
 */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "sources/watch.h"

enum { CHEAP_LOOKS = 2000, EXACT_LOOKS = 50, WARM_UP = 20 };

static const char name[] = "bench_probe_cost";

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "%s: %s\n", name, what);
    exit(EXIT_FAILURE);
}

/* The same database under a name by which the process is found. */
static void add_name(struct buffer *ref, const char *given)
{
    buffer_printf(ref, "%s%sapplication_name=%s", given, strchr(given, '?') == NULL ? "?" : "&", name);
    if (ref->failed)
        die("no memory");
}

static long ask_number(PGconn *connection, const char *query)
{
    PGresult *result = PQexec(connection, query);
    long number;

    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        die(PQerrorMessage(connection));
    number = atol(PQgetvalue(result, 0, 0));
    PQclear(result);
    return number;
}

/* Milliseconds of a process: fields 14 and 15, in ticks. */
static double cpu_of(long process)
{
    char path[64];
    char content[1024];
    int64_t user;
    int64_t system;
    const char *at;
    size_t length;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/stat", process);
    file = fopen(path, "r");
    if (file == NULL)
        die("the server's process is not on this machine");
    length = fread(content, 1, sizeof content - 1, file);
    fclose(file);
    content[length] = '\0';
    at = strrchr(content, ')'); /* the name may contain anything */
    if (at == NULL ||
        sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNd64 " %" SCNd64, &user, &system) != 2)
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

/* Before an exact look a transaction has to end somewhere, or it would not have to ask for more than a cheap one. */
static void measure(struct watch *watch, enum watch_depth depth, unsigned looks, PGconn *connection, long process)
{
    static double walls[CHEAP_LOOKS];
    double before;

    for (unsigned i = 0; i < WARM_UP; i++)
        look(watch, depth);
    before = cpu_of(process);
    for (unsigned i = 0; i < looks; i++) {
        if (depth == WATCH_EXACT)
            ask_number(connection, "SELECT txid_current()");
        walls[i] = look(watch, depth);
    }
    printf("%.4f ", (cpu_of(process) - before) / looks);
    qsort(walls, looks, sizeof *walls, compare);
    printf("%.4f%c", walls[looks / 2], depth == WATCH_EXACT ? '\n' : ' ');
}

int main(int argc, char **argv)
{
    CLEANUP(buffer_clear) struct buffer ref = {0};
    struct source_settings settings;
    struct watch *watch = NULL;
    struct error error = {0};
    PGconn *connection;
    long process;

    if (argc != 2) {
        fprintf(stderr, "usage: %s REF\n", name);
        return 2;
    }
    add_name(&ref, argv[1]);
    source_settings_init(&settings);
    if (watch_open(&watch, ref.bytes, &settings, &error) != ERROR_NONE)
        die(error.message);
    look(watch, WATCH_EXACT);
    watch_keep(watch);
    connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK)
        die(PQerrorMessage(connection));
    process = ask_number(connection, "SELECT pid FROM pg_stat_activity WHERE application_name = 'bench_probe_cost'");
    measure(watch, WATCH_CHEAP, CHEAP_LOOKS, connection, process);
    measure(watch, WATCH_EXACT, EXACT_LOOKS, connection, process);
    PQfinish(connection);
    watch_close(watch);
    return EXIT_SUCCESS;
}
