/* While others change the schema without pause, every reading is a state that the schema was in, or says that it found
 * none. A column, what the server renders of it, and a function that names it are changed together: a mixture is torn.
 */
#include "integration/database.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "support/cmocka.h"
#include "support/postgres.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024, READINGS_MAX = 60, ACCEPTED_ENOUGH = 20, STATES = 8, PAUSE_MAX_MS = 500 };

/* Enough tables that a reading takes its time. */
static const char schema[] =
    "CREATE TABLE pair (id int, alpha int CHECK (alpha > 0) DEFAULT 1);"
    "CREATE INDEX pair_index ON pair ((alpha * 2));"
    "CREATE VIEW pair_view AS SELECT id, alpha AS value FROM pair;"
    "CREATE VIEW first_name AS SELECT 1 AS one;"
    "CREATE FUNCTION what() RETURNS text LANGUAGE sql AS 'SELECT ''alpha''';"
    "DO $$ BEGIN FOR i IN 1..300 LOOP"
    " EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, a int CHECK (a > %s), b text DEFAULT %L)', i, i, i);"
    " EXECUTE format('CREATE VIEW v%s AS SELECT a, b FROM t%s WHERE a > %s', i, i, i);"
    " END LOOP; END $$";

/* Three independent things that have two states each. */
static const char *const steps[3][2] = {
    {"BEGIN; ALTER TABLE pair RENAME COLUMN beta TO alpha;"
     "CREATE OR REPLACE FUNCTION what() RETURNS text LANGUAGE sql AS 'SELECT ''alpha'''; COMMIT",
     "BEGIN; ALTER TABLE pair RENAME COLUMN alpha TO beta;"
     "CREATE OR REPLACE FUNCTION what() RETURNS text LANGUAGE sql AS 'SELECT ''beta'''; COMMIT"},
    {"DROP TABLE extra", "CREATE TABLE extra (id int PRIMARY KEY, note text DEFAULT 'x')"},
    {"ALTER VIEW second_name RENAME TO first_name", "ALTER VIEW first_name RENAME TO second_name"},
};

struct worker {
    pthread_t thread;
    const char *ref;
    unsigned first, last; /* of the steps that it goes through */
    unsigned seed;
    unsigned done;
    atomic_bool *stop;
    bool failed;
};

static void pause_for(unsigned milliseconds)
{
    struct timespec time = {.tv_nsec = milliseconds * 1000000L};

    nanosleep(&time, NULL);
}

/* Not cmocka's: a thread must not leave by longjmp. */
static bool run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    bool fine = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (!fine)
        printf("%s", PQerrorMessage(connection));
    PQclear(result);
    return fine;
}

static void *work(void *context)
{
    struct worker *worker = context;
    PGconn *connection = PQconnectdb(worker->ref);
    unsigned to = 1;

    worker->failed = PQstatus(connection) != CONNECTION_OK;
    while (!worker->failed && !atomic_load(worker->stop)) {
        for (unsigned step = worker->first; step <= worker->last && !worker->failed; step++) {
            worker->failed = !run(connection, steps[step][to]);
            worker->done++;
            worker->seed = worker->seed * 1103515245u + 12345u;
            pause_for(worker->seed / 65536 % PAUSE_MAX_MS);
        }
        to = 1 - to;
    }
    PQfinish(connection);
    return NULL;
}

/* The root of each combination. Ends in the first state again. */
static void learn_states(const char *ref, struct hash roots[STATES])
{
    for (unsigned state = 0; state < STATES; state++) {
        for (unsigned step = 0; step < LENGTH_OF(steps); step++) {
            unsigned wanted = state >> step & 1;

            if (wanted != (state == 0 ? 0 : (state - 1) >> step & 1))
                test_postgres_execute(ref, steps[step][wanted]);
        }
        roots[state] = database_root(ref);
        for (unsigned other = 0; other < state; other++)
            assert_false(hash_equal(&roots[state], &roots[other]));
    }
    for (unsigned step = 0; step < LENGTH_OF(steps); step++)
        test_postgres_execute(ref, steps[step][0]);
}

static bool is_known(const struct hash roots[STATES], const struct hash *root)
{
    for (unsigned i = 0; i < STATES; i++)
        if (hash_equal(&roots[i], root))
            return true;
    return false;
}

static void count_attempt(void *context, unsigned done, unsigned total, unsigned long rows)
{
    unsigned *attempts = context;

    (void)total, (void)rows;
    *attempts += done == 1;
}

struct tally {
    unsigned accepted, unstable, torn, attempts;
};

static void read_once(const char *ref, const struct hash roots[STATES], struct tally *tally)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    enum error_code code;

    database_settings(&settings);
    settings.attempts = 3;
    settings.progress = count_attempt;
    settings.progress_context = &tally->attempts;
    code = source_postgres.read(&snapshot, ref, &settings, &error);
    if (code != ERROR_NONE && code != ERROR_UNSTABLE)
        fail_msg("%s: %s", error_name(code), error.message);
    tally->unstable += code == ERROR_UNSTABLE;
    tally->accepted += code == ERROR_NONE;
    tally->torn += code == ERROR_NONE && !is_known(roots, &snapshot->root);
    snapshot_free(snapshot);
}

static void test_no_reading_is_torn(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    atomic_bool stop = false;
    struct worker workers[] = {
        {.first = 0, .last = 0, .seed = 7, .stop = &stop},
        {.first = 1, .last = 2, .seed = 8, .stop = &stop},
    };
    struct hash roots[STATES];
    struct tally tally = {0};
    const char *ref;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    ref = database_make(&arena, "dl_concurrent", "");
    test_postgres_execute(ref, schema);
    learn_states(ref, roots);
    for (size_t i = 0; i < LENGTH_OF(workers); i++) {
        workers[i].ref = ref;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    while (tally.accepted < ACCEPTED_ENOUGH && tally.accepted + tally.unstable < READINGS_MAX)
        read_once(ref, roots, &tally);
    atomic_store(&stop, true);
    for (size_t i = 0; i < LENGTH_OF(workers); i++)
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    print_message("%u attempts: %u accepted, %u unstable, %u torn; %u and %u changes\n", tally.attempts, tally.accepted,
                  tally.unstable, tally.torn, workers[0].done, workers[1].done);
    assert_false(workers[0].failed || workers[1].failed);
    assert_int_equal(tally.torn, 0);
    assert_true(tally.accepted > 0);
    assert_true(tally.attempts > tally.accepted + tally.unstable); /* else nothing was ever in the way */
    database_drop("dl_concurrent");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_no_reading_is_torn)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
