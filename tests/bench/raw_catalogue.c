/* bench_raw_catalogue CONNECTION [--times]
 *
 * Fetches the rows of the catalogues that say what a schema consists of, in one connection, and throws them away: what
 * any program that reads a schema makes the server do at least. No join (the reader would put the rows together), no
 * text that the server renders but types and expressions, row by row so that nothing piles up on this side.
 * --times says on standard error what each query took, in ms.
 */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* User objects have numbers from 16384. The relations whose columns count are picked by the server: all the columns of
 * indexes and TOAST tables would take longer to send than that takes. Defaults are rendered without their table, which
 * is several times as fast and right for all but generated columns. */
static const char *const queries[] = {
    "SELECT oid, nspname, nspowner, nspacl FROM pg_namespace",
    "SELECT oid, relname, relnamespace, relkind, relowner, reltype, reloftype, relam, reltablespace, relpersistence,"
    " relrowsecurity, relforcerowsecurity, relispartition, relreplident, relacl, reloptions"
    " FROM pg_class WHERE oid >= 16384 AND relkind <> 't'",
    "SELECT attrelid, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,"
    " attcollation, attstorage, attcompression, attstattarget, attinhcount, attislocal, attoptions, attacl"
    " FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0 AND NOT attisdropped"
    " AND attrelid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'c'))",
    "SELECT adrelid, adnum, pg_get_expr(adbin, 0) FROM pg_attrdef",
    "SELECT oid, conrelid, conname, contype, conindid, conkey, confrelid, confkey, confupdtype, confdeltype,"
    " confmatchtype, condeferrable, condeferred, convalidated, connoinherit, conislocal, conparentid,"
    " CASE WHEN contype = 'c' THEN pg_get_expr(conbin, conrelid) END"
    " FROM pg_constraint WHERE conrelid >= 16384 OR contypid >= 16384",
    "SELECT indexrelid, indrelid, indkey, indnatts, indnkeyatts, indisunique, indisvalid, indclass, indcollation,"
    " indoption, pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid) FROM pg_index WHERE indrelid >= 16384",
    "SELECT objoid, classoid, objsubid, description FROM pg_description WHERE objoid >= 16384",
    "SELECT oid, typname, typnamespace, typowner, typtype, typbasetype, typnotnull, typdefault, typacl"
    " FROM pg_type WHERE oid >= 16384 AND typtype IN ('e', 'd', 'r', 'b') AND typelem = 0",
    "SELECT enumtypid, enumsortorder, enumlabel FROM pg_enum",
    "SELECT oid, proname, pronamespace, proowner, prokind, prolang, prosrc, proargtypes, prorettype, proacl"
    " FROM pg_proc WHERE oid >= 16384",
    "SELECT seqrelid, seqtypid, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle FROM pg_sequence",
    "SELECT tgrelid, tgname, tgfoid, tgtype, tgenabled, tgargs FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT polrelid, polname, polcmd, polpermissive, polroles FROM pg_policy",
    "SELECT ev_class, rulename, ev_type, ev_enabled FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'",
    "SELECT inhrelid, inhparent, inhseqno FROM pg_inherits",
    "SELECT classid, objid, refobjid FROM pg_depend WHERE deptype = 'e'",
    "SELECT oid, extname, extnamespace, extversion FROM pg_extension",
    "SELECT oid, rolname FROM pg_roles",
    "SELECT oid, amname FROM pg_am",
    "SELECT oid, opcname, opcmethod, opcdefault FROM pg_opclass",
    "SELECT oid, collname, collnamespace FROM pg_collation",
    "SELECT oid, lanname FROM pg_language",
    "SELECT oid, spcname FROM pg_tablespace",
    "SELECT setdatabase, setrole, setconfig FROM pg_db_role_setting",
    "SELECT defaclrole, defaclnamespace, defaclobjtype, defaclacl FROM pg_default_acl",
};

static _Noreturn void die(const PGconn *connection, const char *doing)
{
    fprintf(stderr, "bench_raw_catalogue: %s: %s", doing, PQerrorMessage(connection));
    exit(EXIT_FAILURE);
}

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void execute(PGconn *connection, const char *statement)
{
    PGresult *result = PQexec(connection, statement);

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die(connection, statement);
    PQclear(result);
}

static unsigned long fetch(PGconn *connection, const char *query)
{
    PGresult *result;
    unsigned long rows = 0;

    if (PQsendQuery(connection, query) != 1 || PQsetSingleRowMode(connection) != 1)
        die(connection, query);
    while ((result = PQgetResult(connection)) != NULL) {
        ExecStatusType status = PQresultStatus(result);

        if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK)
            die(connection, query);
        rows += status == PGRES_SINGLE_TUPLE;
        PQclear(result);
    }
    return rows;
}

int main(int argc, char **argv)
{
    bool times = argc == 3 && strcmp(argv[2], "--times") == 0;
    PGconn *connection;

    if (argc != 2 && !times) {
        fputs("usage: bench_raw_catalogue CONNECTION [--times]\n", stderr);
        return 2;
    }
    connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK)
        die(connection, "connecting");
    execute(connection, "SET jit = off");
    execute(connection, "SET max_parallel_workers_per_gather = 0");
    execute(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        double start = now_ms();
        unsigned long rows = fetch(connection, queries[i]);

        if (times)
            fprintf(stderr, "%8.1f ms %8lu rows  %.60s\n", now_ms() - start, rows, queries[i]);
    }
    execute(connection, "COMMIT");
    PQfinish(connection);
    return EXIT_SUCCESS;
}
