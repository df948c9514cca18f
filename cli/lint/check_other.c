/* Conditions about rows, access and settings. */
#include "lint/check.h"
#include "lint/syntax.h"

/* ---- rows ---- */

bool check_every_row(struct linter *linter, const struct step *step)
{
    return syntax_member(step->node, "whereClause") == NULL && check_existing_relation(linter, step);
}

bool check_some_rows(struct linter *linter, const struct step *step)
{
    return syntax_member(step->node, "whereClause") != NULL && check_existing_relation(linter, step);
}

/* INSERT ... SELECT; rows that are written out are few. */
bool check_rows_of_a_query(struct linter *linter, const struct step *step)
{
    const json_t *query;

    return syntax_is(syntax_member(step->node, "selectStmt"), "SelectStmt", &query) &&
           syntax_count(query, "valuesLists") == 0 && syntax_count(query, "fromClause") > 0 &&
           check_existing_relation(linter, step);
}

bool check_locks_strongly(struct linter *linter, const struct step *step)
{
    return step->lock >= LOCK_SHARE && check_existing_relation(linter, step);
}

/* ---- access ---- */

static bool has_public(const json_t *body)
{
    for (size_t i = 0; i < syntax_count(body, "grantees"); i++) {
        const json_t *role;

        if (syntax_is(syntax_item(body, "grantees", i), "RoleSpec", &role) &&
            syntax_says(role, "roletype", "ROLESPEC_PUBLIC"))
            return true;
    }
    return false;
}

/* USAGE of a schema or type, and EXECUTE of functions, are everybody's business as often as not. */
bool check_grants_to_public(struct linter *linter, const struct step *step)
{
    (void)linter;
    return has_public(step->node);
}

/* What PUBLIC has by default is taken away for good reasons. */
bool check_revokes_from_somebody(struct linter *linter, const struct step *step)
{
    return !has_public(step->node) && (step->relation == NULL || check_existing_relation(linter, step));
}

static bool sets_search_path(const json_t *function)
{
    for (size_t i = 0; i < syntax_count(function, "options"); i++) {
        const json_t *option, *set;

        if (syntax_is(syntax_item(function, "options", i), "DefElem", &option) &&
            syntax_says(option, "defname", "set") && syntax_is(syntax_member(option, "arg"), "VariableSetStmt", &set) &&
            syntax_says(set, "name", "search_path"))
            return true;
    }
    return false;
}

static bool is_true(const json_t *argument)
{
    const json_t *value;

    return syntax_is(argument, "Boolean", &value) && syntax_flag(value, "boolval");
}

/* A body that was parsed when the function was made (BEGIN ATOMIC) looks nothing up afterwards. */
bool check_definer_without_path(struct linter *linter, const struct step *step)
{
    (void)linter;
    for (size_t i = 0; i < syntax_count(step->node, "options"); i++) {
        const json_t *option;

        if (syntax_is(syntax_item(step->node, "options", i), "DefElem", &option) &&
            syntax_says(option, "defname", "security") && is_true(syntax_member(option, "arg")))
            return !sets_search_path(step->node) && syntax_member(step->node, "sql_body") == NULL;
    }
    return false;
}

bool check_policy_lets_all(struct linter *linter, const struct step *step)
{
    const json_t *constant, *value;

    (void)linter;
    if (!syntax_flag(step->node, "permissive") || !syntax_is(syntax_member(step->node, "qual"), "A_Const", &constant))
        return false;
    value = syntax_member(constant, "boolval");
    return value != NULL && syntax_flag(value, "boolval");
}

/* A SCRAM or MD5 verifier says little; a password says all. */
bool check_has_password(struct linter *linter, const struct step *step)
{
    const json_t *argument = NULL;
    struct text password;

    (void)linter;
    if (!syntax_option(step->node, "options", "password", &argument))
        return false;
    password = syntax_string(argument);
    return password.length > 0 && !text_starts_with(password, TEXT("SCRAM-SHA-256$")) &&
           !(text_starts_with(password, TEXT("md5")) && password.length == 35);
}

bool check_becomes_superuser(struct linter *linter, const struct step *step)
{
    static const char *const options[] = {"superuser", "bypassrls", "isreplication"};
    const json_t *argument;

    (void)linter;
    for (size_t i = 0; i < LENGTH_OF(options); i++)
        if (syntax_option(step->node, "options", options[i], &argument) && is_true(argument))
            return true;
    return false;
}

bool check_makes_replica(struct linter *linter, const struct step *step)
{
    bool is_call = syntax_member(step->node, "funcname") != NULL;
    const json_t *value = syntax_item(step->node, "args", is_call ? 1 : 0);

    (void)linter;
    return text_equal(step->name, TEXT("session_replication_role")) &&
           !text_equal(syntax_string(value), TEXT("origin")) && syntax_string(value).length > 0;
}

/* ---- domains ---- */

bool check_domain_validates_at_once(struct linter *linter, const struct step *step)
{
    const json_t *constraint = NULL;

    if (syntax_is(syntax_member(step->node, "def"), "Constraint", &constraint) &&
        syntax_flag(constraint, "skip_validation"))
        return false;
    return check_existing_object(linter, step);
}
