#include "cli/lint/observed.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <libpq-fe.h>

#include "base/memory.h"
#include "support/cmocka.h"
#include "support/postgres.h"

enum { WAITS = 500, WAIT_NANOSECONDS = 10 * 1000 * 1000 };

struct observer {
    PGconn *actor;  /* who runs the statement */
    PGconn *other;  /* who uses the table meanwhile */
    PGconn *looker; /* who looks */
};

static PGconn *connect_to(const char *dsn)
{
    PGconn *connection = PQconnectdb(dsn);

    if (PQstatus(connection) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(connection));
    return connection;
}

static void run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(connection));
    PQclear(result);
}

/* A number that a query answers; `table` is its $1. */
static long ask(PGconn *connection, const char *sql, const char *table)
{
    PGresult *result = PQexecParams(connection, sql, 1, NULL, &table, NULL, NULL, 0);
    long number;

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(connection));
    number = PQntuples(result) == 0 ? 0 : strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return number;
}

struct observer *observer_open(const char *database, struct arena *arena)
{
    const char *dsn = test_postgres_database(arena, database);
    struct observer *observer = mem_alloc(sizeof *observer);

    assert_non_null(observer);
    *observer = (struct observer){connect_to(dsn), connect_to(dsn), connect_to(dsn)};
    run(observer->actor, "SET client_min_messages = error");
    return observer;
}

void observer_close(struct observer *observer)
{
    PQfinish(observer->actor);
    PQfinish(observer->other);
    PQfinish(observer->looker);
    mem_free(observer);
}

void observer_execute(struct observer *observer, const char *sql)
{
    run(observer->actor, sql);
}

/* Modes in the order of enum lock, of the relation itself: VACUUM also takes one to make its files longer. */
static const char strongest[] =
    "SELECT coalesce(max(array_position(ARRAY['AccessShareLock', 'RowShareLock', 'RowExclusiveLock',"
    " 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'], "
    "mode)),"
    " 0) FROM pg_locks WHERE locktype = 'relation' AND relation = $1::oid AND pid = ";

static enum lock lock_of(struct observer *observer, PGconn *connection, const char *oid)
{
    char query[512];

    snprintf(query, sizeof query, "%s%d", strongest, PQbackendPID(observer->actor));
    return (enum lock)ask(connection, query, oid);
}

static const char file_of[] = "SELECT relfilenode FROM pg_class WHERE oid = $1::oid";
static const char scans_of[] = "SELECT pg_stat_get_xact_numscans($1::oid)";

static void find_oid(PGconn *connection, const char *table, char ret_oid[32])
{
    snprintf(ret_oid, 32, "%ld", ask(connection, "SELECT to_regclass($1)::oid::bigint", table));
}

/* What was dropped has none. */
static bool has_other_file(PGconn *connection, const char *oid, long file)
{
    long now = ask(connection, file_of, oid);

    return now != 0 && now != file;
}

struct observation observer_watch(struct observer *observer, const char *sql, const char *table)
{
    struct observation observation;
    long file, scans;
    char oid[32];

    run(observer->actor, "BEGIN");
    find_oid(observer->actor, table, oid);
    file = ask(observer->actor, file_of, oid);
    scans = ask(observer->actor, scans_of, oid);
    run(observer->actor, sql);
    observation.lock = lock_of(observer, observer->actor, oid);
    observation.rewrote = has_other_file(observer->actor, oid, file);
    observation.scanned = ask(observer->actor, scans_of, oid) > scans;
    run(observer->actor, "ROLLBACK");
    return observation;
}

static void wait_a_moment(void)
{
    nanosleep(&(struct timespec){0, WAIT_NANOSECONDS}, NULL);
}

/* Somebody has written to the table and not committed: a strong lock has to wait, and what runs concurrently waits for
 * the transaction, with its own lock taken. Either way it can be seen. */
struct observation observer_watch_alone(struct observer *observer, const char *sql, const char *table, const char *busy)
{
    struct observation observation = {.lock = LOCK_NONE};
    char oid[32], use[256];
    PGresult *result;
    long file;

    find_oid(observer->looker, table, oid);
    file = ask(observer->looker, file_of, oid);
    snprintf(use, sizeof use, "BEGIN; LOCK TABLE %s IN %s MODE", busy == NULL ? table : busy,
             busy == NULL ? "ROW EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE");
    run(observer->other, use);
    assert_int_equal(PQsendQuery(observer->actor, sql), 1);
    for (unsigned i = 0; i < WAITS && observation.lock < LOCK_SHARE_UPDATE_EXCLUSIVE; i++) {
        wait_a_moment();
        observation.lock = lock_of(observer, observer->looker, oid);
    }
    run(observer->other, "COMMIT");
    while ((result = PQgetResult(observer->actor)) != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            fail_msg("%s: %s", sql, PQerrorMessage(observer->actor));
        PQclear(result);
    }
    observation.rewrote = has_other_file(observer->looker, oid, file);
    return observation;
}

const char *observer_value(struct observer *observer, struct arena *arena, const char *sql)
{
    PGresult *result = PQexec(observer->looker, sql);
    const char *value;

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(observer->looker));
    value = arena_printf(arena, "%s", PQntuples(result) == 0 ? "" : PQgetvalue(result, 0, 0));
    assert_non_null(value);
    PQclear(result);
    return value;
}
