#include "capture/postgres_install.h"

#include <stdio.h>
#include <stdlib.h>

#include "sources/catalog.h"
#include "sources/postgres/postgres_capture.h"
#include "sources/postgres/session.h"

extern const struct catalog_file postgres_capture_files[]; /* deploy/sql/postgresql/ */

enum { STATEMENTS_MAX = 256 };

static const char doing[] = "installing capture";

/* ---- the script ---- */

static const char *file_named(struct text name)
{
    for (const struct catalog_file *file = postgres_capture_files; file->name != NULL; file++)
        if (text_equal(text_from(file->name), name))
            return file->sql;
    return "";
}

/* Cut off the first line, with its end. */
static struct text next_line(struct text *rest)
{
    const char *end = memchr(rest->bytes, '\n', rest->length);
    struct text line = {rest->bytes, end == NULL ? rest->length : (size_t)(end - rest->bytes) + 1};

    *rest = (struct text){rest->bytes + line.length, rest->length - line.length};
    return line;
}

/* Write a text as a literal of SQL that standard_conforming_strings does not change. */
static void add_literal(struct buffer *buffer, struct text text)
{
    buffer_add_string(buffer, "E'");
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '\'' || text.bytes[i] == '\\')
            buffer_add_byte(buffer, (uint8_t)text.bytes[i]);
        buffer_add_byte(buffer, (uint8_t)text.bytes[i]);
    }
    buffer_add_byte(buffer, '\'');
}

static void add_settings(struct buffer *buffer, const struct capture_install *install)
{
    if (install->retention_days > 0)
        buffer_printf(buffer, "SELECT driftline.retain(%u);\n", install->retention_days);
    if (install->agent_role.length == 0)
        return;
    buffer_add_string(buffer, "SELECT driftline.allow(");
    add_literal(buffer, install->agent_role);
    buffer_add_string(buffer, ");\n");
}

/* A file with the files that it includes. */
static void add_file(struct buffer *buffer, struct text name, const struct capture_install *install)
{
    static const struct text include = {"\\ir ", 4}, end = {"COMMIT;\n", 8};
    struct text rest = text_from(file_named(name));

    while (rest.length > 0) {
        struct text line = next_line(&rest);

        if (text_starts_with(line, include)) {
            add_file(buffer, (struct text){line.bytes + include.length, line.length - include.length - 1}, install);
            continue;
        }
        if (text_equal(line, end) && install != NULL)
            add_settings(buffer, install);
        buffer_add_text(buffer, line);
    }
}

void postgres_install_script(const struct capture_install *install, struct buffer *ret_sql)
{
    add_file(ret_sql, TEXT("install.sql"), install);
}

/* ---- running it ---- */

static bool is_comment(struct text line)
{
    while (line.length > 0 && (line.bytes[0] == ' ' || line.bytes[0] == '\n'))
        line = (struct text){line.bytes + 1, line.length - 1};
    return line.length == 0 || text_starts_with(line, TEXT("--"));
}

static bool has_quote(struct text line)
{
    static const char quote[] = "$capture$";

    return memmem(line.bytes, line.length, quote, strlen(quote)) != NULL;
}

static bool ends_statement(struct text line)
{
    return line.length > 1 && line.bytes[line.length - 1] == '\n' && line.bytes[line.length - 2] == ';';
}

/* Take a script of ours apart: a statement ends with a semicolon at the end of a line that is in no body. The script
 * must live as long as the statements; its line ends become their ends. */
static enum error_code split(char *script, const char **ret_statements, unsigned *ret_count, struct error *error)
{
    struct text rest = text_from(script);
    bool in_body = false, in_statement = false;

    while (rest.length > 0) {
        struct text line = next_line(&rest);

        if (!in_statement && is_comment(line))
            continue;
        if (!in_statement && *ret_count == STATEMENTS_MAX)
            return error_set(error, ERROR_INTERNAL, "more than %d statements", STATEMENTS_MAX);
        if (!in_statement)
            ret_statements[(*ret_count)++] = line.bytes;
        in_body = in_body != has_quote(line);
        in_statement = in_body || !ends_statement(line);
        if (!in_statement)
            script[line.bytes + line.length - 1 - script] = '\0';
    }
    return ERROR_NONE;
}

/* What a refusal means for who wants capture, or wants it no longer. */
static enum error_code refused(const struct outcome *outcome, const char *advice, struct error *error)
{
    static const char *const states[] = {"P0001", "42704", "2BP01"};

    session_refused(outcome, error);
    if (strcmp(outcome->sqlstate, "42501") == 0) {
        error_set(error, ERROR_REFUSED, "%s", outcome->message);
        return error_hint(error, "%s", advice);
    }
    if (strcmp(outcome->sqlstate, "25006") == 0) {
        error_set(error, ERROR_REFUSED, "%s", outcome->message);
        return error_hint(error, "this is a standby: do it on the primary");
    }
    for (size_t i = 0; i < LENGTH_OF(states); i++)
        if (strcmp(outcome->sqlstate, states[i]) == 0)
            error_set(error, ERROR_REFUSED, "%s", outcome->message);
    return outcome->hint[0] == '\0' ? error->code : error_hint(error, "%s", outcome->hint);
}

/* All of it in its own transaction; the limits of time hold within it only, since behind a pool the connection lives
 * on. */
static enum error_code run(struct session *session, const struct source_settings *settings, char *script,
                           const char *advice, struct error *error)
{
    const char *statements[STATEMENTS_MAX + 2] = {"BEGIN"};
    struct outcome outcome;
    unsigned count = 0;
    char limits[160];

    snprintf(
        limits, sizeof limits,
        "SELECT pg_catalog.set_config('lock_timeout', '%u', true), pg_catalog.set_config('statement_timeout', '%u',"
        " true)",
        settings->lock_timeout_ms, settings->statement_timeout_ms);
    if (split(script, statements + 1, &count, error) != ERROR_NONE)
        return error->code;
    statements[1] = limits; /* in the place of the script's own BEGIN */
    if (session_run(session, statements, count + 1, NULL, NULL, &outcome, error) != ERROR_NONE)
        return error->code;
    return outcome.failed ? refused(&outcome, advice, error) : ERROR_NONE;
}

static enum error_code run_script(const char *ref, const struct source_settings *settings, struct buffer *script,
                                  const char *advice, struct error *error)
{
    struct session *session = NULL;
    enum error_code code = buffer_check(script, error, doing);

    if (code == ERROR_NONE)
        code = session_open(&session, ref, settings, error);
    if (code == ERROR_NONE)
        code = run(session, settings, script->bytes, advice, error);
    session_close(session);
    return code;
}

/* Say of which database an error speaks. */
static enum error_code in_database(const char *verb, const char *ref, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    source_postgres.redact(&shown, ref);
    return error_context(error, "%s '%s'", verb, shown.failed ? "postgres://" : buffer_text(&shown).bytes);
}

enum error_code postgres_install(const char *ref, const struct source_settings *settings,
                                 const struct capture_install *install, struct error *error)
{
    static const char advice[] = "event triggers can be made by superusers, or by whom your provider lets; without "
                                 "capture the agent notices changes by polling, and infers who made them";
    CLEANUP(buffer_clear) struct buffer script = {0};

    postgres_install_script(install, &script);
    if (run_script(ref, settings, &script, advice, error) == ERROR_NONE)
        return ERROR_NONE;
    return in_database("installing capture in", ref, error);
}

enum error_code postgres_uninstall(const char *ref, const struct source_settings *settings, struct error *error)
{
    static const char advice[] = "do it as who installed it, or as a superuser";
    CLEANUP(buffer_clear) struct buffer script = {0};

    add_file(&script, TEXT("uninstall.sql"), NULL);
    if (run_script(ref, settings, &script, advice, error) == ERROR_NONE)
        return ERROR_NONE;
    return in_database("removing capture from", ref, error);
}

/* ---- status ---- */

/* Which version, whether its triggers are all enabled, and what this role may do. All of it stands in catalogues that
 * everybody can read. */
static const char installed_sql[] =
    "SELECT pg_catalog.substring(pg_catalog.obj_description(n.oid, 'pg_namespace'), '^driftline capture ([0-9]{1,6})'),"
    " (SELECT pg_catalog.count(*) > 0 AND pg_catalog.bool_and(e.evtenabled = 'A') FROM pg_catalog.pg_event_trigger e"
    " JOIN pg_catalog.pg_proc p ON p.oid = e.evtfoid WHERE p.pronamespace = n.oid),"
    " pg_catalog.has_schema_privilege(n.oid, 'USAGE')"
    " AND (SELECT pg_catalog.count(*) = 2 AND pg_catalog.bool_and(pg_catalog.has_function_privilege(p.oid, 'EXECUTE'))"
    " FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid AND p.proname IN ('capture_state', 'capture_counts'))"
    "  FROM pg_catalog.pg_namespace n WHERE n.nspname = 'driftline'";

static const char counts_sql[] = "SELECT s.enabled, s.faults, s.note, c.pending, c.shipped, c.recorded, c.newest"
                                 "  FROM driftline.capture_state() s, driftline.capture_counts() c";

struct asking {
    struct capture_status *status;
    struct arena *arena;
    bool may_read;
};

static bool is_true(const PGresult *result, int row, int column)
{
    return strcmp(PQgetvalue(result, row, column), "t") == 0;
}

static int64_t number_of(const PGresult *result, int row, int column)
{
    return strtoll(PQgetvalue(result, row, column), NULL, 10); /* NULL is 0 */
}

static enum error_code take_installed(void *context, const PGresult *result, int row, struct error *error)
{
    struct asking *asking = context;

    (void)error;
    if (row < 0 || PQgetisnull(result, row, 0))
        return ERROR_NONE; /* none, or a schema of somebody else's */
    asking->status->version = (unsigned)number_of(result, row, 0);
    asking->status->state = is_true(result, row, 1) ? CAPTURE_ON : CAPTURE_OFF;
    asking->may_read = is_true(result, row, 2);
    return ERROR_NONE;
}

static enum error_code take_counts(void *context, const PGresult *result, int row, struct error *error)
{
    struct asking *asking = context;
    struct capture_status *status = asking->status;
    char *note;

    if (row < 0)
        return ERROR_NONE;
    note = arena_string(asking->arena, text_from(PQgetvalue(result, row, 2)));
    if (note == NULL)
        return arena_error(asking->arena, error, "asking what is captured");
    status->state = is_true(result, row, 0) ? CAPTURE_ON : CAPTURE_OFF;
    status->faults = number_of(result, row, 1);
    status->note = text_from(note);
    status->pending = number_of(result, row, 3);
    status->shipped = number_of(result, row, 4);
    status->recorded = number_of(result, row, 5);
    status->newest = number_of(result, row, 6);
    return ERROR_NONE;
}

/* What can be said without the functions of the installed version. */
static void judge_from_outside(const struct asking *asking)
{
    struct capture_status *status = asking->status;

    if (status->version > status->version_known) {
        status->note = TEXT("it was installed by a newer Driftline: what it holds is not known here");
    } else if (status->version < status->version_known) {
        status->note = TEXT("it is of an older version; install it again to bring it up to date");
    } else if (!asking->may_read) {
        status->state = status->state == CAPTURE_ON ? CAPTURE_UNREAD : status->state;
        status->note = TEXT("this role may not read the log: SELECT driftline.allow('ROLE') lets it");
    }
}

static enum error_code ask(struct session *session, struct asking *asking, struct error *error)
{
    const char *const installed[] = {installed_sql}, *const counts[] = {counts_sql};
    struct capture_status *status = asking->status;
    struct outcome outcome;

    if (session_run(session, installed, 1, take_installed, asking, &outcome, error) != ERROR_NONE)
        return error->code;
    if (outcome.failed)
        return session_refused(&outcome, error);
    if (status->state == CAPTURE_ABSENT)
        return ERROR_NONE;
    if (status->version != status->version_known || !asking->may_read) {
        judge_from_outside(asking);
        return ERROR_NONE;
    }
    if (session_run(session, counts, 1, take_counts, asking, &outcome, error) != ERROR_NONE)
        return error->code;
    if (!outcome.failed)
        return ERROR_NONE;
    session_refused(&outcome, error);
    return error_hint(error, "its objects are not as they were installed: install it again");
}

enum error_code postgres_capture_status(const char *ref, const struct source_settings *settings, struct arena *arena,
                                        struct capture_status *ret_status, struct error *error)
{
    struct capture_status status = {.version_known = POSTGRES_CAPTURE_VERSION, .how = TEXT("event triggers")};
    struct asking asking = {.status = &status, .arena = arena};
    struct session *session = NULL;
    enum error_code code = session_open(&session, ref, settings, error);

    if (code == ERROR_NONE)
        code = ask(session, &asking, error);
    session_close(session);
    if (code != ERROR_NONE)
        return in_database("asking capture in", ref, error);
    *ret_status = status;
    return ERROR_NONE;
}
