/* The schema of a database behind ODBC: read until two looks at it agree. */
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "sources/odbc/odbc_capture.h"
#include "sources/odbc/odbc_load.h"
#include "sources/odbc/odbc_string.h"
#include "sources/odbc/odbc_watch.h"
#include "sources/source.h"

enum { PAUSE_MS = 100 };

/* What reading needs at every step. */
struct reading {
    const char *ref;
    const struct source_settings *settings;
    struct odbc_connection *connection;
    struct odbc_sink sink;
    struct arena arena; /* of one pass */
    struct catalog *catalog;
    struct hash before; /* what the rows of the last pass came to */
    bool has_before;
    struct odbc_disturbance disturbance;
    struct error *error;
};

/* ---- one pass ---- */

static enum error_code take_in(struct reading *reading, struct snapshot **ret_snapshot, int64_t taken_at)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    struct snapshot_input input = {0};
    enum error_code code;

    if (catalog_finish(reading->catalog, &input, reading->error) != ERROR_NONE)
        return reading->error->code;
    odbc_redact(&shown, reading->ref);
    if (buffer_check(&shown, reading->error, "reading a catalogue") != ERROR_NONE)
        return reading->error->code;
    input.info = (struct snapshot_info){.ref = buffer_text(&shown),
                                        .engine = text_from(odbc_dialect_of(reading->connection)->engine),
                                        .server_version = text_from(odbc_version_text(reading->connection)),
                                        .origin = text_from(odbc_origin(reading->connection)),
                                        .taken_at = taken_at};
    code = snapshot_build(ret_snapshot, &input, reading->settings->memory_limit, reading->error);
    return code;
}

/* Whether what was read is one state: nothing has moved meanwhile, or it is what the pass before has read. */
static bool is_whole(struct reading *reading, const struct odbc_probe *before, const struct odbc_probe *after)
{
    struct hash hash = odbc_sink_digest(&reading->sink);
    bool whole = before->answered && after->answered && hash_equal(&before->hash, &after->hash);

    if (reading->disturbance.what[0] != '\0') {
        reading->has_before = false;
        return false;
    }
    whole = whole || (reading->has_before && hash_equal(&hash, &reading->before));
    reading->before = hash;
    reading->has_before = true;
    return whole;
}

static enum error_code read_rows(struct reading *reading, unsigned pass, struct odbc_probe *before,
                                 struct odbc_probe *after)
{
    struct odbc_connection *connection = reading->connection;
    struct error *error = reading->error;

    if (odbc_begin(connection, error) != ERROR_NONE ||
        odbc_probe(connection, reading->sink.hasher, before, error) != ERROR_NONE)
        return error->code;
    if (before->answered)
        odbc_sink_start(&reading->sink, reading->catalog, 0, 1);
    else
        odbc_sink_start(&reading->sink, reading->catalog, pass, pass > 1 ? pass + 1 : 2);
    if (odbc_capture_read(connection, reading->settings->capture, error) != ERROR_NONE ||
        odbc_load(connection, &reading->sink, &reading->disturbance, error) != ERROR_NONE ||
        odbc_probe(connection, reading->sink.hasher, after, error) != ERROR_NONE)
        return error->code;
    return odbc_end(connection, error);
}

/* Afterwards there is a snapshot, or the schema must be read again. */
static enum error_code read_once(struct reading *reading, unsigned pass, struct snapshot **ret_snapshot,
                                 bool *ret_moved)
{
    struct odbc_probe before = {0}, after = {0};
    int64_t taken_at = clock_now();

    if (catalog_new(&reading->catalog, &reading->arena, reading->settings->secret_key, reading->error) != ERROR_NONE ||
        read_rows(reading, pass, &before, &after) != ERROR_NONE)
        return reading->error->code;
    *ret_moved = before.answered || pass > 0 || reading->disturbance.what[0] != '\0';
    return is_whole(reading, &before, &after) ? take_in(reading, ret_snapshot, taken_at) : ERROR_NONE;
}

/* ---- until it is whole ---- */

static void pause_before(unsigned attempt)
{
    unsigned milliseconds = PAUSE_MS << (attempt < 5 ? attempt : 5);
    struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};

    nanosleep(&time, NULL);
}

static enum error_code unstable(const struct reading *reading)
{
    unsigned attempts = reading->settings->attempts;

    if (reading->disturbance.what[0] != '\0')
        error_set(reading->error, ERROR_UNSTABLE, "%u attempts failed, the last with: %s", attempts,
                  reading->disturbance.what);
    else
        error_set(reading->error, ERROR_UNSTABLE, "the schema changed during each of %u attempts to read it", attempts);
    return error_hint(reading->error, "try again when the migration is over, or raise --attempts");
}

/* A pass that only confirms the one before it is no attempt of its own. */
static enum error_code read_until_whole(struct reading *reading, struct snapshot **ret_snapshot)
{
    struct snapshot *snapshot = NULL;
    unsigned attempts = 0;

    for (unsigned pass = 0; snapshot == NULL; pass++) {
        bool moved = false;
        enum error_code code;

        arena_init(&reading->arena, reading->settings->memory_limit);
        code = read_once(reading, pass, &snapshot, &moved);
        catalog_free(reading->catalog);
        reading->catalog = NULL;
        arena_free(&reading->arena);
        if (code != ERROR_NONE)
            return code;
        if (snapshot != NULL || !moved)
            continue;
        if (++attempts >= reading->settings->attempts)
            return unstable(reading);
        if (reading->settings->torn != NULL)
            reading->settings->torn(reading->settings->torn_context);
        pause_before(attempts);
    }
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}

static enum error_code read_connected(struct reading *reading, struct snapshot **ret_snapshot)
{
    enum error_code code;

    if (hasher_new(&reading->sink.hasher, reading->error) != ERROR_NONE)
        return reading->error->code;
    code = odbc_open(&reading->connection, reading->ref, reading->settings, reading->error);
    if (code == ERROR_NONE)
        code = read_until_whole(reading, ret_snapshot);
    odbc_close(reading->connection);
    hasher_free(reading->sink.hasher);
    odbc_sink_clear(&reading->sink);
    return code;
}

static enum error_code name_it(const char *ref, const char *doing, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    odbc_redact(&shown, ref);
    return error_context(error, "%s '%s'", doing, shown.failed ? "" : buffer_text(&shown).bytes);
}

static enum error_code odbc_read(struct snapshot **ret_snapshot, const char *ref,
                                 const struct source_settings *settings, struct error *error)
{
    struct reading reading = {.ref = ref, .settings = settings, .error = error, .sink = {.settings = settings}};
    enum error_code code = read_connected(&reading, ret_snapshot);

    return code == ERROR_NONE ? code : name_it(ref, "reading", error);
}

/* ---- changing ---- */

static enum error_code odbc_change(const char *ref, const struct source_settings *settings, const char *statement,
                                   struct error *error)
{
    struct odbc_connection *connection = NULL;
    enum error_code code = odbc_open(&connection, ref, settings, error);

    if (code == ERROR_NONE)
        code = odbc_execute(connection, statement, error);
    odbc_close(connection);
    return code == ERROR_NONE ? code : name_it(ref, "changing", error);
}

/* ---- the sources ---- */

static const char *const mariadb_schemes[] = {"mysql://", "mariadb://", NULL};

const struct source_ops source_mariadb = {
    .name = "mariadb",
    .schemes = mariadb_schemes,
    .syntax = "mysql://[user@][host][:port]/database",
    .summary = "MariaDB and MySQL through ODBC",
    .read = odbc_read,
    .look = odbc_look,
    .rest = odbc_rest,
    .mark = odbc_mark,
    .change = odbc_change,
    .redact = odbc_redact,
};

static const char *const sqlserver_schemes[] = {"sqlserver://", NULL};

const struct source_ops source_sqlserver = {
    .name = "sqlserver",
    .schemes = sqlserver_schemes,
    .syntax = "sqlserver://[user@]host[:port]/database",
    .summary = "SQL Server, Azure SQL through ODBC",
    .read = odbc_read,
    .look = odbc_look,
    .rest = odbc_rest,
    .mark = odbc_mark,
    .change = odbc_change,
    .redact = odbc_redact,
};

static const char *const odbc_schemes[] = {ODBC_SCHEME, NULL};

const struct source_ops source_odbc = {
    .name = "odbc",
    .schemes = odbc_schemes,
    .syntax = "odbc:DSN=name or odbc:Driver=...;...",
    .summary = "whatever else has an ODBC driver",
    .read = odbc_read,
    .look = odbc_look,
    .rest = odbc_rest,
    .mark = odbc_mark,
    .change = odbc_change,
    .redact = odbc_redact,
};
