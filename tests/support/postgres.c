#include "support/postgres.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/file.h"
#include "support/cmocka.h"

enum { ENV_LIMIT = 64 * 1024, SMALL_ARENA = 1024 * 1024 };

const char *test_postgres_setting(struct arena *arena, const char *name)
{
    const char *folder = getenv("DRIFTLINE_TEST_PG");
    const char *path = arena_printf(arena, "%s/env", folder == NULL ? "" : folder);
    size_t length = strlen(name);
    struct text content = {0};
    struct error error = {0};

    assert_non_null(path);
    if (file_read(path, ENV_LIMIT, arena, &content, &error) != ERROR_NONE)
        fail_msg("no PostgreSQL server for this test (%s): run it through ctest, with its fixture", error.message);
    for (const char *line = content.bytes; *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n');
        if (end == NULL)
            break;
        if (strncmp(line, name, length) == 0 && line[length] == '=') {
            const char *value =
                arena_string(arena, (struct text){line + length + 1, (size_t)(end - line) - length - 1});
            assert_non_null(value);
            return value;
        }
    }
    fail_msg("'%s' has no setting '%s'", path, name);
    return "";
}

const char *test_postgres_dsn(struct arena *arena, const char *database)
{
    const char *dsn =
        arena_printf(arena, "postgres://%s@/%s?host=%s&port=%s", test_postgres_setting(arena, "PGUSER"), database,
                     test_postgres_setting(arena, "PGHOST"), test_postgres_setting(arena, "PGPORT"));

    assert_non_null(dsn);
    return dsn;
}

const char *test_postgres_tcp_dsn(struct arena *arena, const char *database, const char *user, const char *password)
{
    const char *dsn = arena_printf(arena, "postgres://%s:%s@127.0.0.1:%s/%s", user, password,
                                   test_postgres_setting(arena, "PGPORT"), database);

    assert_non_null(dsn);
    return dsn;
}

static void finish(PGconn **connection)
{
    PQfinish(*connection);
}

static void clear(PGresult **result)
{
    PQclear(*result);
}

static void ignore_notice(void *context, const PGresult *result)
{
    (void)context, (void)result;
}

static PGconn *connect_to(const char *dsn)
{
    PGconn *connection = PQconnectdb(dsn);

    if (PQstatus(connection) != CONNECTION_OK)
        fail_msg("connecting: %s", PQerrorMessage(connection));
    PQsetNoticeReceiver(connection, ignore_notice, NULL);
    return connection;
}

static PGresult *execute(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK &&
        PQresultStatus(result) != PGRES_EMPTY_QUERY)
        fail_msg("%s\n%.2000s", PQresultErrorMessage(result), sql);
    return result;
}

void test_postgres_execute(const char *dsn, const char *sql)
{
    CLEANUP(finish) PGconn *connection = connect_to(dsn);

    PQclear(execute(connection, sql));
}

const char *test_postgres_value(struct arena *arena, const char *dsn, const char *sql)
{
    CLEANUP(finish) PGconn *connection = connect_to(dsn);
    CLEANUP(clear) PGresult *result = execute(connection, sql);
    const char *value;

    value = arena_string(arena, text_from(PQntuples(result) == 0 ? "" : PQgetvalue(result, 0, 0)));
    assert_non_null(value);
    return value;
}

/* CREATE and DROP DATABASE cannot share a transaction, so each is a query of its own. */
static void replace_database(const char *name, bool create)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(finish) PGconn *connection = NULL;
    char *quoted;
    const char *drop, *make;

    arena_init(&arena, SMALL_ARENA);
    connection = connect_to(test_postgres_dsn(&arena, "postgres"));
    quoted = PQescapeIdentifier(connection, name, strlen(name));
    assert_non_null(quoted);
    drop = arena_printf(&arena, "DROP DATABASE IF EXISTS %s WITH (FORCE)", quoted);
    make = arena_printf(&arena, "CREATE DATABASE %s", quoted);
    PQfreemem(quoted);
    assert_true(drop != NULL && make != NULL);
    PQclear(execute(connection, drop));
    if (create)
        PQclear(execute(connection, make));
}

const char *test_postgres_database(struct arena *arena, const char *name)
{
    replace_database(name, true);
    return test_postgres_dsn(arena, name);
}

void test_postgres_drop(const char *name)
{
    replace_database(name, false);
}
