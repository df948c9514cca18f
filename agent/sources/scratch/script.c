#include "sources/scratch/script.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "sources/scratch/script_answer.h"
#include "sources/scratch/script_meta.h"
#include "sources/scratch/sql_split.h"

enum { LOCKS_LIMIT = 16 * 1024 * 1024, ROLES_MAX = 1000 /* that one statement may want made */ };

static const char doing[] = "running a script";

/* Relations that others see, and that they now wait for when they write or change them. */
static const char locks_sql[] =
    "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),"
    " (ARRAY['SHARE UPDATE EXCLUSIVE', 'SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'])"
    "[pg_catalog.max(m.rank)]"
    "  FROM pg_catalog.pg_locks l"
    "  JOIN (VALUES ('ShareUpdateExclusiveLock', 1), ('ShareLock', 2), ('ShareRowExclusiveLock', 3),"
    "        ('ExclusiveLock', 4), ('AccessExclusiveLock', 5)) m (mode, rank) ON m.mode OPERATOR(pg_catalog.=) l.mode"
    "  JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) l.relation"
    "  JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
    " WHERE l.pid OPERATOR(pg_catalog.=) $1 AND l.granted AND l.database OPERATOR(pg_catalog.=)"
    " (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())"
    "   AND c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'p', 'v', 'm', 'f']::\"char\"[])"
    "   AND n.nspname OPERATOR(pg_catalog.<>) ALL (ARRAY['pg_catalog', 'information_schema', 'pg_toast']::name[])"
    " GROUP BY 1 ORDER BY 1";

/* What running a file needs at every step. */
struct run {
    const struct script_place *place;
    const struct script *script;
    const struct script_plan *plan;
    struct script_talk talk;
    struct sql_split split;
    struct arena held_arena; /* of the locks that the open transaction has been seen to hold */
    struct script_lock *held;
    size_t held_count;
    const struct script_lock *fresh; /* of those: what the last statement added */
    size_t fresh_count;
    struct error *error;
};

/* ---- refusals ---- */

/* The place of a character of a statement in its file. */
static void find_place(const struct sql_piece *piece, unsigned position, unsigned *ret_line, unsigned *ret_column)
{
    struct text rest = piece->text;

    *ret_line = piece->line;
    *ret_column = piece->column;
    for (unsigned i = 1; i < position && rest.length > 0; i++) {
        size_t length = text_character(rest);

        *ret_column = rest.bytes[0] == '\n' ? 1 : *ret_column + 1;
        *ret_line += rest.bytes[0] == '\n';
        length = length == 0 ? 1 : length;
        rest = (struct text){rest.bytes + length, rest.length - length};
    }
}

/* The refusal as an error: where the server points to, or else where the statement begins. */
static void describe(const struct run *run, const struct sql_piece *piece, const struct script_refusal *refusal,
                     struct error *ret_error)
{
    unsigned line, column;

    find_place(piece, refusal->position, &line, &column);
    error_set(ret_error, ERROR_QUERY, "%s:%u:%u: %s (SQLSTATE %s)", run->script->name, line, column, refusal->message,
              refusal->sqlstate);
    if (refusal->hint[0] != '\0')
        error_hint(ret_error, "%s", refusal->hint);
}

static bool is_refused(const struct script_refusal *refusal)
{
    return refusal->sqlstate[0] != '\0';
}

/* ---- single statements ---- */

static enum error_code ask(struct run *run, struct text statement, struct sql_split *split,
                           struct script_refusal *ret_refusal)
{
    return script_answer(&run->talk, statement, split, ret_refusal, run->error);
}

/* A statement of ours. */
static enum error_code say(struct run *run, const char *statement, struct script_refusal *ret_refusal)
{
    return ask(run, text_from(statement), NULL, ret_refusal);
}

/* The same where a refusal makes no sense. */
static enum error_code insist(struct run *run, const char *statement)
{
    struct script_refusal refusal;

    if (say(run, statement, &refusal) != ERROR_NONE || !is_refused(&refusal))
        return run->error->code;
    return error_set(run->error, ERROR_QUERY, "%s: the server answered to '%s': %s", run->script->name, statement,
                     refusal.message);
}

/* ---- locks ---- */

static bool was_held(const struct run *run, struct text relation, struct text mode)
{
    for (size_t i = 0; i < run->held_count; i++)
        if (text_equal(run->held[i].relation, relation) && text_equal(run->held[i].mode, mode))
            return true;
    return false;
}

static enum error_code keep_locks(struct run *run, const PGresult *result)
{
    size_t count = (size_t)PQntuples(result);
    struct script_lock *held = arena_array(&run->held_arena, run->held_count + count + 1, sizeof *held);
    size_t total = run->held_count;

    for (size_t i = 0; i < count && held != NULL; i++) {
        struct text relation = text_from(PQgetvalue(result, (int)i, 0)),
                    mode = text_from(PQgetvalue(result, (int)i, 1));

        if (was_held(run, relation, mode))
            continue;
        held[total].relation = text_from(arena_string(&run->held_arena, relation));
        held[total].mode = text_from(arena_string(&run->held_arena, mode));
        if (held[total].relation.bytes == NULL || held[total].mode.bytes == NULL)
            held = NULL;
        total++;
    }
    if (held == NULL)
        return arena_error(&run->held_arena, run->error, doing);
    if (run->held_count > 0)
        memcpy(held, run->held, run->held_count * sizeof *held);
    run->fresh = held + run->held_count;
    run->fresh_count = total - run->held_count;
    run->held = held;
    run->held_count = total;
    return ERROR_NONE;
}

/* What the open transaction holds now and did not before. */
static enum error_code see_locks(struct run *run)
{
    char process[16];
    const char *const values[] = {process};
    PGresult *result;
    enum error_code code;

    snprintf(process, sizeof process, "%d", PQbackendPID(run->place->connection));
    result = PQexecParams(run->place->onlooker, locks_sql, 1, NULL, values, NULL, NULL, 0);
    code = PQresultStatus(result) == PGRES_TUPLES_OK
               ? keep_locks(run, result)
               : error_set(run->error, ERROR_QUERY, "looking at locks: %s", PQresultErrorMessage(result));
    PQclear(result);
    return code;
}

/* With the transaction its locks are gone. */
static void forget_locks(struct run *run)
{
    if (PQtransactionStatus(run->place->connection) != PQTRANS_IDLE)
        return;
    arena_free(&run->held_arena);
    run->held = NULL;
    run->held_count = 0;
}

/* ---- one statement of the file ---- */

/* Within a transaction of its own, so that its locks can be seen before they are gone. What does not run within a
 * transaction (CREATE INDEX CONCURRENTLY, a procedure that commits) is then run without. */
static enum error_code run_visibly(struct run *run, const struct sql_piece *piece, int64_t *ret_time,
                                   struct script_refusal *ret_refusal)
{
    struct sql_split before = run->split;
    int64_t started;

    if (insist(run, "BEGIN") != ERROR_NONE)
        return run->error->code;
    started = clock_elapsed();
    if (ask(run, piece->text, &run->split, ret_refusal) != ERROR_NONE)
        return run->error->code;
    *ret_time = clock_elapsed() - started;
    if (!is_refused(ret_refusal))
        return see_locks(run) == ERROR_NONE ? say(run, "COMMIT", ret_refusal) : run->error->code;
    if (insist(run, "ROLLBACK") != ERROR_NONE)
        return run->error->code;
    if (strcmp(ret_refusal->sqlstate, "25001") != 0 && strcmp(ret_refusal->sqlstate, "2D000") != 0)
        return ERROR_NONE;
    run->split = before;
    started = clock_elapsed();
    if (ask(run, piece->text, &run->split, ret_refusal) != ERROR_NONE)
        return run->error->code;
    *ret_time = clock_elapsed() - started;
    return ERROR_NONE;
}

/* As it is; within a transaction that must survive a refusal, with a way back. */
static enum error_code run_plainly(struct run *run, const struct sql_piece *piece, int64_t *ret_time,
                                   struct script_refusal *ret_refusal)
{
    bool in_transaction = PQtransactionStatus(run->place->connection) == PQTRANS_INTRANS;
    bool guarded = in_transaction && run->place->makes_roles && !script_is_control(piece->text);
    int64_t started;

    if (guarded && insist(run, "SAVEPOINT driftline") != ERROR_NONE)
        return run->error->code;
    started = clock_elapsed();
    if (ask(run, piece->text, &run->split, ret_refusal) != ERROR_NONE)
        return run->error->code;
    *ret_time = clock_elapsed() - started;
    if (guarded && is_refused(ret_refusal))
        return insist(run, "ROLLBACK TO SAVEPOINT driftline");
    if (guarded && insist(run, "RELEASE SAVEPOINT driftline") != ERROR_NONE)
        return run->error->code;
    if (run->plan->sees_locks && PQtransactionStatus(run->place->connection) == PQTRANS_INTRANS)
        return see_locks(run);
    return ERROR_NONE;
}

/* The name in `role "…" does not exist`, which the server says untranslated where roles are made. */
static struct text missing_role(const struct script_refusal *refusal)
{
    static const char begin[] = "role \"", end[] = "\" does not exist";
    const char *from = strstr(refusal->message, begin);
    const char *to = from == NULL ? NULL : strstr(from, end);

    if (to == NULL || (strcmp(refusal->sqlstate, "42704") != 0 && strcmp(refusal->sqlstate, "22023") != 0))
        return (struct text){"", 0};
    from += strlen(begin);
    return (struct text){from, (size_t)(to - from)};
}

/* Within a transaction the server looks up once who there is, and again only when it takes a lock that it does not
 * have: here on a catalogue that nobody else cares for. */
static const char look_again_sql[] = "SAVEPOINT driftline; SELECT FROM pg_catalog.pg_largeobject_metadata LIMIT 0;"
                                     " ROLLBACK TO SAVEPOINT driftline; RELEASE SAVEPOINT driftline";

/* A server that is nobody else's has no roles of its own; a schema takes for granted that its roles are there. Answers
 * whether the statement is worth another attempt. */
static bool make_role(const struct run *run, const struct script_refusal *refusal)
{
    struct text role = missing_role(refusal);
    CLEANUP(buffer_clear) struct buffer sql = {0};
    char *quoted;
    PGresult *result;
    bool made;

    if (!run->place->makes_roles || role.length == 0)
        return false;
    quoted = PQescapeIdentifier(run->place->onlooker, role.bytes, role.length);
    if (quoted == NULL)
        return false;
    buffer_printf(&sql, "CREATE ROLE %s SUPERUSER", quoted);
    PQfreemem(quoted);
    if (sql.failed)
        return false;
    result = PQexec(run->place->onlooker, sql.bytes);
    made = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return made;
}

/* Run a statement, if need be again and again with one more role. */
static enum error_code run_statement(struct run *run, const struct sql_piece *piece, int64_t *ret_time,
                                     struct script_refusal *ret_refusal)
{
    struct sql_split before = run->split;

    for (unsigned attempt = 0; attempt < ROLES_MAX; attempt++) {
        bool visibly = run->plan->sees_locks && !script_is_control(piece->text) &&
                       PQtransactionStatus(run->place->connection) == PQTRANS_IDLE;

        run->split = before;
        run->fresh_count = 0;
        if ((visibly ? run_visibly : run_plainly)(run, piece, ret_time, ret_refusal) != ERROR_NONE)
            return run->error->code;
        if (!is_refused(ret_refusal) || !make_role(run, ret_refusal))
            break;
        if (PQtransactionStatus(run->place->connection) == PQTRANS_INTRANS && insist(run, look_again_sql) != ERROR_NONE)
            return run->error->code;
    }
    return ERROR_NONE;
}

static enum error_code tell(struct run *run, const struct sql_piece *piece, int64_t time, const struct error *refusal)
{
    const struct script_step step = {
        .script = run->script,
        .sql = piece->text,
        .line = piece->line,
        .microseconds = time,
        .locks = run->fresh,
        .lock_count = run->fresh_count,
        .refusal = refusal,
    };

    return run->plan->told == NULL ? ERROR_NONE : run->plan->told(run->plan->context, &step, run->error);
}

/* One piece of the file. `ret_refusal` has no code when nobody has anything against it. */
static enum error_code run_piece(struct run *run, const struct sql_piece *piece, int64_t *ret_time,
                                 struct error *ret_refusal)
{
    struct script_refusal refusal = {0};
    enum error_code code = piece->kind == SQL_PIECE_META ? script_meta_check(piece->text, ret_refusal)
                                                         : script_statement_check(piece->text, ret_refusal);

    if (code != ERROR_NONE) {
        error_context(ret_refusal, "%s:%u", run->script->name, piece->line);
        return ERROR_NONE;
    }
    if (piece->kind == SQL_PIECE_META)
        return ERROR_NONE;
    if (run_statement(run, piece, ret_time, &refusal) != ERROR_NONE)
        return error_context(run->error, "%s:%u", run->script->name, piece->line);
    if (is_refused(&refusal))
        describe(run, piece, &refusal, ret_refusal);
    return ERROR_NONE;
}

static enum error_code run_pieces(struct run *run)
{
    struct sql_piece piece;

    while (sql_split_next(&run->split, &piece)) {
        struct error refusal = {0};
        int64_t time = 0;

        run->fresh_count = 0;
        if (run_piece(run, &piece, &time, &refusal) != ERROR_NONE)
            return run->error->code;
        if ((piece.kind == SQL_PIECE_STATEMENT || refusal.code != ERROR_NONE) &&
            tell(run, &piece, time, refusal.code == ERROR_NONE ? NULL : &refusal) != ERROR_NONE)
            return run->error->code;
        forget_locks(run);
        if (refusal.code != ERROR_NONE && !run->plan->goes_on) {
            *run->error = refusal;
            return refusal.code;
        }
    }
    return ERROR_NONE;
}

/* ---- the whole ---- */

/* What is not committed would be lost without a word. */
static enum error_code check_end(struct run *run)
{
    const struct sql_piece end = {.line = run->split.line};
    struct error refusal;

    if (PQtransactionStatus(run->place->connection) == PQTRANS_IDLE)
        return ERROR_NONE;
    error_set(&refusal, ERROR_QUERY, "%s:%u: the file ends within a transaction, which would be rolled back",
              run->script->name, run->split.line);
    error_hint(&refusal, "end it with COMMIT");
    if (tell(run, &end, 0, &refusal) != ERROR_NONE)
        return run->error->code;
    *run->error = refusal;
    return refusal.code;
}

/* Deferred constraints are checked, and may have something against it, at the very end. */
static enum error_code commit(struct run *run)
{
    const struct sql_piece end = {.text = TEXT_INIT("COMMIT"), .line = run->split.line, .column = 1};
    struct script_refusal refusal;
    struct error described;

    if (say(run, "COMMIT", &refusal) != ERROR_NONE)
        return run->error->code;
    if (!is_refused(&refusal))
        return ERROR_NONE;
    describe(run, &end, &refusal, &described);
    if (tell(run, &end, 0, &described) != ERROR_NONE)
        return run->error->code;
    *run->error = described;
    return described.code;
}

static enum error_code run_all(struct run *run)
{
    if (run->plan->one_transaction && insist(run, "BEGIN") != ERROR_NONE)
        return run->error->code;
    if (run_pieces(run) != ERROR_NONE)
        return run->error->code;
    return run->plan->one_transaction ? commit(run) : check_end(run);
}

enum error_code script_run(const struct script_place *place, const struct script *script,
                           const struct script_plan *plan, struct error *error)
{
    struct run run = {.place = place,
                      .script = script,
                      .plan = plan,
                      .talk = {place->connection, place->patience_ms, plan->is_stopped},
                      .error = error};
    enum error_code code;

    *error = (struct error){0};
    if (script->sql.length > 0 && memchr(script->sql.bytes, '\0', script->sql.length) != NULL)
        return error_set(error, ERROR_QUERY, "%s: there is a zero byte in it, this is no SQL", script->name);
    arena_init(&run.held_arena, LOCKS_LIMIT);
    sql_split_init(&run.split, script->sql, script->line);
    code = run_all(&run);
    if (code != ERROR_NONE && PQtransactionStatus(place->connection) != PQTRANS_IDLE)
        PQclear(PQexec(place->connection, "ROLLBACK")); /* what it holds, others would wait for */
    arena_free(&run.held_arena);
    return code;
}
