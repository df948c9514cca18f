#include "sources/scratch/scratch.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sources/scratch/scratch_cluster.h"
#include "sources/scratch/scratch_programs.h"
#include "sources/scratch/scratch_server.h"

enum {
    START_LIMIT_S = 120, /* of a private server */
    START_PAUSE_MS = 10,
    VERSION_UNIT = 10000
};

static const char doing[] = "making a scratch database";

struct scratch {
    const struct source_settings *settings;
    struct scratch_cluster *cluster; /* NULL: on somebody's server */
    PGconn *control;                 /* to another database of the server, for what is done to the scratch database */
    PGconn *connection;              /* to the scratch database: runs scripts */
    PGconn *onlooker;                /* the same: looks on */
    char name[SCRATCH_NAME_SIZE];    /* of a database that is to be dropped */
    struct buffer ref;               /* of the scratch database, with secrets */
    struct buffer role;              /* statement that each script begins with; empty: none */
};

/* ---- connections ---- */

static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

/* NULL: no memory. */
static PGconn *try_connect(const char *ref, const struct source_settings *settings)
{
    char timeout[16];
    const char *const keywords[] = {"connect_timeout", "fallback_application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {timeout, "driftline", ref, "UTF8", NULL};
    PGconn *connection;

    snprintf(timeout, sizeof timeout, "%u", (settings->connect_timeout_ms + 999) / 1000);
    connection = PQconnectdbParams(keywords, values, 1);
    if (connection != NULL)
        PQsetNoticeProcessor(connection, ignore_notice, NULL);
    return connection;
}

static enum error_code connect_to(PGconn **ret_connection, const char *ref, const struct source_settings *settings,
                                  struct error *error)
{
    PGconn *connection = try_connect(ref, settings);

    if (PQstatus(connection) == CONNECTION_OK) {
        *ret_connection = connection;
        return ERROR_NONE;
    }
    error_set(error, ERROR_CONNECT, "connecting to the scratch server: %s", PQerrorMessage(connection));
    PQfinish(connection);
    return error->code;
}

/* Run a statement of ours that must not fail. */
static enum error_code execute(PGconn *connection, const char *statement, struct error *error)
{
    PGresult *result = PQexec(connection, statement);
    enum error_code code = ERROR_NONE;

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        code = error_set(error, ERROR_QUERY, "the scratch server answered: %s", PQresultErrorMessage(result));
    PQclear(result);
    return code;
}

/* A name as a statement has it. */
static enum error_code add_name(struct buffer *statement, PGconn *connection, const char *name, struct error *error)
{
    char *quoted = PQescapeIdentifier(connection, name, strlen(name));

    if (quoted == NULL)
        return error_set(error, ERROR_USAGE, "'%.100s' cannot be a name: %s", name, PQerrorMessage(connection));
    buffer_add_string(statement, quoted);
    PQfreemem(quoted);
    return buffer_check(statement, error, doing);
}

/* ---- a private server ---- */

/* Only the socket, as the superuser, whatever the environment of libpq says. */
static enum error_code write_private_ref(struct buffer *buffer, const char *folder, const char *database,
                                         struct error *error)
{
    CLEANUP(buffer_clear) struct buffer url = {0};

    buffer_printf(&url,
                  "postgres:///?user=postgres&host=%s&hostaddr=&port=5432&options=&sslmode=disable"
                  "&gssencmode=disable&channel_binding=disable&target_session_attrs=any",
                  folder);
    if (buffer_check(&url, error, doing) != ERROR_NONE)
        return error->code;
    buffer_reset(buffer);
    return scratch_server_url(buffer, url.bytes, database, error);
}

static void pause_a_moment(void)
{
    const struct timespec time = {0, START_PAUSE_MS * 1000000L};

    nanosleep(&time, NULL);
}

/* The server is being made: connect as soon as it can be. */
static enum error_code connect_when_ready(struct scratch *scratch, int64_t deadline, struct error *error)
{
    for (;;) {
        if (scratch_cluster_check(scratch->cluster, error) != ERROR_NONE)
            return error->code;
        scratch->control = try_connect(scratch->ref.bytes, scratch->settings);
        if (scratch->control == NULL)
            return error_memory(error, doing);
        if (PQstatus(scratch->control) == CONNECTION_OK)
            return ERROR_NONE;
        if (clock_elapsed() > deadline)
            return error_set(error, ERROR_TIMEOUT, "the scratch server does not start: %s",
                             PQerrorMessage(scratch->control));
        PQfinish(scratch->control);
        scratch->control = NULL;
        pause_a_moment();
    }
}

static enum error_code make_private_database(struct scratch *scratch, const char *folder, const char *name,
                                             struct error *error)
{
    CLEANUP(buffer_clear) struct buffer statement = {0};

    if (name == NULL || name[0] == '\0' || strcmp(name, "postgres") == 0 || strncmp(name, "template", 8) == 0)
        return ERROR_NONE; /* the server has one called so, and it is as good as new */
    buffer_add_string(&statement, "CREATE DATABASE ");
    if (add_name(&statement, scratch->control, name, error) != ERROR_NONE)
        return error->code;
    buffer_add_string(&statement, " TEMPLATE template0");
    if (buffer_check(&statement, error, doing) != ERROR_NONE ||
        execute(scratch->control, statement.bytes, error) != ERROR_NONE)
        return error->code;
    return write_private_ref(&scratch->ref, folder, name, error);
}

static enum error_code open_private(struct scratch *scratch, const struct scratch_wish *wish, struct error *error)
{
    int64_t deadline = clock_elapsed() + START_LIMIT_S * INT64_C(1000000);
    CLEANUP(buffer_clear) struct buffer programs = {0};
    const char *folder;

    if (scratch_programs_find(&programs, wish->settings->scratch, wish->major, error) != ERROR_NONE ||
        scratch_cluster_start(&scratch->cluster, programs.bytes, error) != ERROR_NONE ||
        scratch_cluster_folder(scratch->cluster, deadline, &folder, error) != ERROR_NONE ||
        write_private_ref(&scratch->ref, folder, "postgres", error) != ERROR_NONE ||
        connect_when_ready(scratch, deadline, error) != ERROR_NONE)
        return error->code;
    return make_private_database(scratch, folder, wish->database, error);
}

/* ---- somebody's server ---- */

static enum error_code open_on_server(struct scratch *scratch, const char *url, struct error *error)
{
    if (source_find(url) != &source_postgres) { /* it may hold a password, so it is not repeated */
        error_set(error, ERROR_USAGE, "a scratch server must be PostgreSQL");
        return error_hint(error, "write postgres://user@host/database, or the folder of PostgreSQL's programs");
    }
    /* The URL is looked at before it is connected to: what libpq says of a broken one may hold a password. */
    if (scratch_server_url(&scratch->ref, url, "", error) != ERROR_NONE ||
        connect_to(&scratch->control, url, scratch->settings, error) != ERROR_NONE ||
        scratch_server_create(scratch->control, scratch->name, error) != ERROR_NONE)
        return error->code;
    buffer_reset(&scratch->ref);
    return scratch_server_url(&scratch->ref, url, scratch->name, error);
}

/* ---- the whole ---- */

static enum error_code open_either(struct scratch *scratch, const struct scratch_wish *wish, struct error *error)
{
    const char *where = wish->settings->scratch;
    enum error_code code =
        where == NULL || where[0] == '/' ? open_private(scratch, wish, error) : open_on_server(scratch, where, error);

    if (code != ERROR_NONE ||
        connect_to(&scratch->connection, scratch->ref.bytes, scratch->settings, error) != ERROR_NONE)
        return error->code;
    return connect_to(&scratch->onlooker, scratch->ref.bytes, scratch->settings, error);
}

enum error_code scratch_open(struct scratch **ret_scratch, const struct scratch_wish *wish, struct error *error)
{
    struct scratch *scratch = mem_alloc(sizeof *scratch);

    if (scratch == NULL)
        return error_memory(error, doing);
    *scratch = (struct scratch){.settings = wish->settings};
    if (open_either(scratch, wish, error) != ERROR_NONE) {
        scratch_close(scratch);
        return error->code;
    }
    *ret_scratch = scratch;
    return ERROR_NONE;
}

void scratch_close(struct scratch *scratch)
{
    if (scratch == NULL)
        return;
    PQfinish(scratch->onlooker);
    if (scratch->name[0] != '\0')
        scratch_server_drop(scratch->control, scratch->connection, scratch->name);
    PQfinish(scratch->connection);
    PQfinish(scratch->control);
    scratch_cluster_stop(scratch->cluster);
    buffer_clear(&scratch->ref);
    buffer_clear(&scratch->role);
    mem_free(scratch);
}

unsigned scratch_major(const struct scratch *scratch)
{
    return (unsigned)PQserverVersion(scratch->connection) / VERSION_UNIT;
}

const char *scratch_version(const struct scratch *scratch)
{
    const char *version = PQparameterStatus(scratch->connection, "server_version");

    return version == NULL ? "" : version;
}

bool scratch_is_private(const struct scratch *scratch)
{
    return scratch->cluster != NULL;
}

/* Whether the server has the role. */
static bool has_role(const struct scratch *scratch, const char *role)
{
    PGresult *result = PQexecParams(scratch->onlooker, "SELECT FROM pg_catalog.pg_roles WHERE rolname = $1", 1, NULL,
                                    &role, NULL, NULL, 0);
    bool found = PQntuples(result) > 0;

    PQclear(result);
    return found;
}

/* On a server that is nobody else's, whoever is needed is there, and may do everything. */
static enum error_code make_superuser(const struct scratch *scratch, const char *role, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer statement = {0};

    buffer_add_string(&statement, has_role(scratch, role) ? "ALTER ROLE " : "CREATE ROLE ");
    if (add_name(&statement, scratch->onlooker, role, error) != ERROR_NONE)
        return error->code;
    buffer_add_string(&statement, " SUPERUSER");
    return buffer_check(&statement, error, doing) == ERROR_NONE ? execute(scratch->onlooker, statement.bytes, error)
                                                                : error->code;
}

enum error_code scratch_become(struct scratch *scratch, const char *role, struct error *error)
{
    if (scratch_is_private(scratch) && make_superuser(scratch, role, error) != ERROR_NONE)
        return error->code;
    buffer_reset(&scratch->role);
    buffer_add_string(&scratch->role, "SET ROLE ");
    return add_name(&scratch->role, scratch->onlooker, role, error);
}

enum error_code scratch_run(struct scratch *scratch, const struct script *script, const struct script_plan *plan,
                            struct error *error)
{
    const struct script_place place = {
        .connection = scratch->connection,
        .onlooker = scratch->onlooker,
        .makes_roles = scratch_is_private(scratch),
        .patience_ms = scratch->settings->statement_timeout_ms,
    };

    /* The last script may have changed what this one takes for granted: search_path, the role, temporary tables. */
    if (execute(scratch->connection, "DISCARD ALL", error) != ERROR_NONE ||
        (scratch->role.length > 0 && execute(scratch->connection, scratch->role.bytes, error) != ERROR_NONE))
        return error->code;
    return script_run(&place, script, plan, error);
}

enum error_code scratch_read(struct snapshot **ret_snapshot, struct scratch *scratch, const char *ref,
                             bool keeps_origin, struct error *error)
{
    struct source_settings settings = *scratch->settings;
    struct snapshot *snapshot;
    char *name;

    settings.capture = NULL;
    if (source_postgres.read(&snapshot, scratch->ref.bytes, &settings, error) != ERROR_NONE)
        return error->code;
    name = arena_string(&snapshot->arena, text_from(ref));
    if (name == NULL) {
        arena_error(&snapshot->arena, error, doing);
        snapshot_free(snapshot);
        return error->code;
    }
    snapshot->info.ref = text_from(name);
    if (!keeps_origin)
        snapshot->info.origin = (struct text){"", 0};
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}
