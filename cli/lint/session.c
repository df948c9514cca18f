#include "lint/session.h"

#include "lint/linter.h"
#include "lint/syntax.h"

static void begin_transaction(struct session *session)
{
    session->transaction++;
    session->strong = NULL;
    session->said_several = session->said_held = false;
}

void session_begin(struct linter *linter)
{
    size_t transaction = linter->session.transaction;
    bool of_tool = linter->options->configuration->in_transaction;

    linter->session = (struct session){.in_transaction = of_tool, .is_of_tool = of_tool, .transaction = transaction};
    linter->world.path = linter->world.first_path;
    begin_transaction(&linter->session);
}

/* ---- settings ---- */

/* The value of SET, or of set_config(): its text, or its number. Zero and DEFAULT are none. */
static bool is_set(const json_t *value)
{
    struct text text = syntax_string(value);

    if (text.length > 0)
        return !text_equal(text, TEXT("0"));
    return syntax_integer(value, 0) != 0;
}

static bool says_utc(const json_t *value)
{
    struct text text = syntax_string(value);

    return text.length == 3 && (text.bytes[0] | 32) == 'u' && (text.bytes[1] | 32) == 't' &&
           (text.bytes[2] | 32) == 'c';
}

static void set_path(struct linter *linter, const struct step *step, const json_t *list, size_t first)
{
    size_t count = json_array_size(list);
    struct text *items = arena_array(linter->arena, count, sizeof *items);

    if (items == NULL) {
        linter_fail(linter, arena_error(linter->arena, linter->error, "following a session"));
        return;
    }
    if (syntax_says(step->node, "kind", "VAR_SET_DEFAULT") || syntax_says(step->node, "kind", "VAR_RESET")) {
        linter->world.path = linter->world.first_path;
        return;
    }
    count = first > 0 ? (count > first ? first + 1 : first) : count; /* set_config() has one value */
    for (size_t i = first; i < count; i++)
        items[i - first] = world_text(&linter->world, syntax_string(json_array_get(list, i)));
    linter->world.path = (struct text_span){items, count - first};
}

static void set(struct linter *linter, const struct step *step)
{
    struct session *session = &linter->session;
    bool is_call = syntax_member(step->node, "funcname") != NULL;
    const json_t *list = syntax_member(step->node, "args");
    const json_t *value = json_array_get(list, is_call ? 1 : 0);
    bool is_local = syntax_flag(step->node, "is_local");

    if (is_local && !session->in_transaction)
        return; /* it only warns */
    if (text_equal(step->name, TEXT("lock_timeout")))
        session->settings.has_lock_timeout = is_set(value);
    else if (text_equal(step->name, TEXT("statement_timeout")))
        session->settings.has_statement_timeout = is_set(value);
    else if (text_equal(step->name, TEXT("timezone")))
        session->settings.is_utc = says_utc(value);
    else if (text_equal(step->name, TEXT("search_path")))
        set_path(linter, step, list, is_call ? 1 : 0);
    if (!is_local)
        session->before = session->settings;
}

/* ---- transactions ---- */

static void begin(struct linter *linter, const struct step *step)
{
    struct session *session = &linter->session;

    if (session->in_transaction) {
        linter_add(linter, RULE_TRANSACTION_NESTED, step, step->place);
        return;
    }
    session->in_transaction = true;
    session->is_of_tool = false;
    session->begin = step->place;
    session->before = session->settings;
    begin_transaction(session);
}

static void end(struct linter *linter, const struct step *step)
{
    struct session *session = &linter->session;

    if (!session->in_transaction || session->is_of_tool)
        linter_add(linter, RULE_TRANSACTION_UNOPENED, step, step->place);
    session->settings = session->before;
    session->in_transaction = syntax_flag(step->node, "chain");
    session->is_of_tool = false;
    begin_transaction(session);
}

/* What the server refuses inside of transactions. */
static bool wants_no_transaction(const struct step *step)
{
    switch (step->kind) {
    case STEP_CREATE_INDEX_CONCURRENTLY:
    case STEP_DROP_INDEX_CONCURRENTLY:
    case STEP_REINDEX_CONCURRENTLY:
    case STEP_DETACH_CONCURRENTLY:
    case STEP_VACUUM:
    case STEP_VACUUM_FULL:
    case STEP_CREATE_DATABASE:
    case STEP_DROP_DATABASE:
    case STEP_ALTER_SYSTEM:
        return true;
    case STEP_REINDEX:
        return syntax_says(step->node, "kind", "REINDEX_OBJECT_SCHEMA") ||
               syntax_says(step->node, "kind", "REINDEX_OBJECT_DATABASE") ||
               syntax_says(step->node, "kind", "REINDEX_OBJECT_SYSTEM");
    case STEP_CLUSTER:
        return syntax_member(step->node, "relation") == NULL;
    default:
        return false;
    }
}

void session_enter(struct linter *linter)
{
    for (size_t i = 0; i < linter->step_count; i++) {
        const struct step *step = &linter->steps[i];

        if (linter->session.in_transaction && wants_no_transaction(step)) {
            linter_add(linter, RULE_NOT_IN_TRANSACTION, step, step->place);
            break;
        }
        if (step->kind == STEP_BEGIN)
            begin(linter, step);
        else if (step->kind == STEP_COMMIT || step->kind == STEP_ROLLBACK)
            end(linter, step);
        else if (step->kind == STEP_SET)
            set(linter, step);
    }
}

/* ---- locks ---- */

/* Locks are about tables, not about what of them changes. */
static void add_about_table(struct linter *linter, enum lint_rule_number rule, const struct step *step)
{
    struct step of_table = *step;

    of_table.object = step->relation->path;
    linter_add(linter, rule, &of_table, step->place);
}

static void ask_for_timeouts(struct linter *linter, const struct step *step)
{
    struct session *session = &linter->session;

    if (step->lock >= LOCK_SHARE && !session->settings.has_lock_timeout && !session->said_lock_timeout) {
        add_about_table(linter, RULE_LOCK_TIMEOUT, step);
        session->said_lock_timeout = true;
    }
    if (step->lock > LOCK_ACCESS_SHARE && !session->settings.has_statement_timeout &&
        !session->said_statement_timeout) {
        add_about_table(linter, RULE_STATEMENT_TIMEOUT, step);
        session->said_statement_timeout = true;
    }
}

static void ask_for_others(struct linter *linter, const struct step *step)
{
    struct session *session = &linter->session;

    if (step->lock < LOCK_ACCESS_EXCLUSIVE)
        return;
    if (session->strong == NULL) {
        session->strong = step->relation;
        session->strong_place = step->place;
    } else if (session->strong != step->relation && !session->said_several) {
        linter_detail(linter, "%.*s", TEXT_ARGS(session->strong->path));
        add_about_table(linter, RULE_SEVERAL_LOCKS, step);
        session->said_several = true;
    }
}

void session_step(struct linter *linter, const struct step *step, bool works)
{
    struct session *session = &linter->session;
    bool is_existing = step->relation != NULL && relation_was_there(step->relation);

    if (works && session->in_transaction && session->strong != NULL && !session->said_held &&
        session->strong_place < linter->statement->start) {
        linter_detail(linter, "%.*s, since line %u", TEXT_ARGS(session->strong->path),
                      lint_script_place(linter->script, session->strong_place).line);
        linter_add(linter, RULE_LOCK_HELD, step, step->place);
        session->said_held = true;
    }
    if (!is_existing)
        return;
    ask_for_timeouts(linter, step);
    ask_for_others(linter, step);
}

void session_leave(struct linter *linter)
{
    struct session *session = &linter->session;
    const struct step *first = linter->step_count > 0 ? &linter->steps[0] : NULL;
    const struct relation *altered = NULL;

    if (first != NULL && strcmp(linter->statement_type, "AlterTableStmt") == 0 && relation_was_there(first->relation))
        altered = first->relation;
    if (altered != NULL && altered == session->altered)
        linter_add(linter, RULE_SEVERAL_ALTERS, first, first->place);
    session->altered = altered;
    if (!session->in_transaction)
        begin_transaction(session);
}

void session_end(struct linter *linter)
{
    struct session *session = &linter->session;

    if (session->in_transaction && !session->is_of_tool)
        linter_add(linter, RULE_TRANSACTION_LEFT_OPEN, NULL, session->begin);
}
