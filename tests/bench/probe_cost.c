/* bench_probe_cost REF: what looking at a PostgreSQL database costs (bench/looks.h). */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "looks.h"

enum { EXACT_LOOKS = 50 };

static const char name[] = "bench_probe_cost";

/* A session of our own, beside the one that looks. */
struct beside {
    struct looks looks;
    PGconn *connection;
};

static long ask_number(struct beside *beside, const char *query)
{
    PGresult *result = PQexec(beside->connection, query);
    long number;

    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        looks_die(&beside->looks, PQerrorMessage(beside->connection));
    number = atol(PQgetvalue(result, 0, 0));
    PQclear(result);
    return number;
}

static long find_server(void *context)
{
    return ask_number(context, "SELECT pid FROM pg_stat_activity WHERE application_name = 'bench_probe_cost'");
}

/* A transaction has to end somewhere, or an exact look would not have to ask for more than a cheap one. */
static void end_transaction(void *context)
{
    (void)ask_number(context, "SELECT txid_current()");
}

int main(int argc, char **argv)
{
    CLEANUP(buffer_clear) struct buffer ref = {0};
    struct beside beside = {.looks = {.program = name,
                                      .find_server = find_server,
                                      .before_exact = end_transaction,
                                      .context = &beside,
                                      .exact = EXACT_LOOKS}};

    if (argc != 2) {
        fprintf(stderr, "usage: %s REF\n", name);
        return 2;
    }
    /* the same database under a name by which the process is found */
    buffer_printf(&ref, "%s%sapplication_name=%s", argv[1], strchr(argv[1], '?') == NULL ? "?" : "&", name);
    if (ref.failed)
        looks_die(&beside.looks, "no memory");
    beside.looks.ref = ref.bytes;
    beside.connection = PQconnectdb(argv[1]);
    if (PQstatus(beside.connection) != CONNECTION_OK)
        looks_die(&beside.looks, PQerrorMessage(beside.connection));
    looks_measure(&beside.looks);
    PQfinish(beside.connection);
    return EXIT_SUCCESS;
}
