#include "sources/scratch/scratch_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#include "sources/postgres/session.h"

#define NAME_BEGIN "driftline_scratch_"

enum { LEFT_BEHIND_S = 3600, FORCE_VERSION = 130000 };

/* Those of this user to which nobody is connected, and whose names are older than a name. */
static const char left_behind_sql[] =
    "SELECT d.datname FROM pg_catalog.pg_database d"
    " WHERE d.datname OPERATOR(pg_catalog.~) '^" NAME_BEGIN "[0-9]{14}_[0-9a-f]{12}$'"
    "   AND d.datname::text COLLATE \"C\" OPERATOR(pg_catalog.<) $1::text"
    "   AND d.datdba OPERATOR(pg_catalog.=) (SELECT r.oid FROM pg_catalog.pg_roles r"
    "                                         WHERE r.rolname OPERATOR(pg_catalog.=) current_user)"
    "   AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid OPERATOR(pg_catalog.=) d.oid)";

/* A database with a subscription cannot be dropped, and a subscription with a slot drops that elsewhere. */
static const char subscriptions_sql[] =
    "DO $$ DECLARE s name; BEGIN"
    "  FOR s IN SELECT subname FROM pg_catalog.pg_subscription JOIN pg_catalog.pg_database d"
    "               ON d.oid OPERATOR(pg_catalog.=) subdbid"
    "            WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database() LOOP"
    "    EXECUTE pg_catalog.format('ALTER SUBSCRIPTION %I DISABLE', s);"
    "    EXECUTE pg_catalog.format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', s);"
    "    EXECUTE pg_catalog.format('DROP SUBSCRIPTION %I', s);"
    "  END LOOP; END $$";

/* `driftline_scratch_20261121100000_0123456789ab`: who finds one knows what it is, and since when. */
static enum error_code make_name(char ret_name[SCRATCH_NAME_SIZE], struct error *error)
{
    time_t now = time(NULL);
    unsigned char random[6];
    struct tm parts;

    if (getrandom(random, sizeof random, 0) != sizeof random || gmtime_r(&now, &parts) == NULL)
        return error_set(error, ERROR_INTERNAL, "the system has no random numbers");
    strftime(ret_name, SCRATCH_NAME_SIZE, NAME_BEGIN "%Y%m%d%H%M%S_", &parts);
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(ret_name + strlen(ret_name), 3, "%02x", random[i]);
    return ERROR_NONE;
}

static enum error_code refused(PGconn *connection, const PGresult *result, const char *what, struct error *error)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    bool denied = sqlstate != NULL && strcmp(sqlstate, "42501") == 0;

    error_set(error, denied ? ERROR_REFUSED : ERROR_QUERY, "%s: %s", what,
              message == NULL ? PQerrorMessage(connection) : message);
    if (denied)
        return error_hint(error, "let a superuser run ALTER ROLE %s CREATEDB, or leave --scratch out",
                          PQuser(connection));
    return error->code;
}

/* Drop what somebody who was killed left behind. Whoever is connected keeps it, and so does who cannot be asked. */
static void drop_left_behind(PGconn *connection)
{
    time_t before = time(NULL) - LEFT_BEHIND_S;
    char name[SCRATCH_NAME_SIZE];
    const char *const values[] = {name};
    struct tm parts;
    PGresult *found;

    if (gmtime_r(&before, &parts) == NULL)
        return;
    strftime(name, sizeof name, NAME_BEGIN "%Y%m%d%H%M%S", &parts);
    found = PQexecParams(connection, left_behind_sql, 1, NULL, values, NULL, NULL, 0);
    for (int i = 0; PQresultStatus(found) == PGRES_TUPLES_OK && i < PQntuples(found); i++) {
        char statement[128];

        snprintf(statement, sizeof statement, "DROP DATABASE IF EXISTS %s", PQgetvalue(found, i, 0));
        PQclear(PQexec(connection, statement));
    }
    PQclear(found);
}

enum error_code scratch_server_create(PGconn *connection, char ret_name[SCRATCH_NAME_SIZE], struct error *error)
{
    char name[SCRATCH_NAME_SIZE], statement[128];
    PGresult *result;
    bool made;

    if (make_name(name, error) != ERROR_NONE)
        return error->code;
    drop_left_behind(connection);
    snprintf(statement, sizeof statement, "CREATE DATABASE %s TEMPLATE template0", name);
    result = PQexec(connection, statement);
    made = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!made)
        refused(connection, result, "making a scratch database", error);
    PQclear(result);
    if (!made)
        return error->code;
    memcpy(ret_name, name, sizeof name);
    return ERROR_NONE;
}

/* A subscription goes with the slot that it does not have, so that nobody is spoken with. */
static void drop_subscriptions(PGconn *inside)
{
    PQclear(PQexec(inside, "ROLLBACK"));
    PQclear(PQexec(inside, "DISCARD ALL"));
    PQclear(PQexec(inside, subscriptions_sql));
}

void scratch_server_drop(PGconn *connection, PGconn *inside, const char *name)
{
    char statement[128];

    if (inside != NULL)
        drop_subscriptions(inside);
    snprintf(statement, sizeof statement, "DROP DATABASE IF EXISTS %s%s", name,
             PQserverVersion(connection) >= FORCE_VERSION ? " WITH (FORCE)" : "");
    PQclear(PQexec(connection, statement));
}

enum error_code scratch_server_url(struct buffer *buffer, const char *url, const char *database, struct error *error)
{
    PQconninfoOption *options = session_options(url);

    if (options == NULL) {
        error_set(error, ERROR_USAGE, "the reference of the scratch server is not a valid PostgreSQL URL");
        return error_hint(error, "write postgres://user@host:port/database, special characters as %%XX");
    }
    buffer_add_string(buffer, "postgres:///?dbname=");
    buffer_add_escaped(buffer, text_from(database), "");
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++)
        if (option->val != NULL && strcmp(option->keyword, "dbname") != 0) {
            buffer_printf(buffer, "&%s=", option->keyword);
            buffer_add_escaped(buffer, text_from(option->val), "");
        }
    PQconninfoFree(options);
    return buffer_check(buffer, error, "making a scratch database");
}
