/* bench_look_cost REF SERVER_PID: what looking at a database costs whose server is one process (bench/looks.h). For
 * PostgreSQL, whose sessions are processes, see probe_cost.c. */
#include <stdio.h>
#include <stdlib.h>

#include "looks.h"

enum { EXACT_LOOKS = 20 };

static long given_server(void *context)
{
    return strtol(context, NULL, 10);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: bench_look_cost REF SERVER_PID\n");
        return 2;
    }
    looks_measure(&(struct looks){.program = "bench_look_cost",
                                  .ref = argv[1],
                                  .find_server = given_server,
                                  .context = argv[2],
                                  .exact = EXACT_LOOKS});
    return EXIT_SUCCESS;
}
