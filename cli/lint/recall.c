#include "lint/recall.h"

/* What is gone, and the findings that say so. */
struct pending {
    size_t finding;
    enum step_kind dropped;
    struct text object;
    struct text name; /* of a part of it; else empty */
    size_t transaction;
};

/* Which steps make what which step dropped. */
static const struct {
    enum step_kind dropped;
    enum step_kind made;
    bool is_part;
} pairs[] = {
    {STEP_DROP_VIEW, STEP_CREATE_VIEW, false},          {STEP_DROP_FUNCTION, STEP_CREATE_FUNCTION, false},
    {STEP_RENAME_TABLE, STEP_CREATE_VIEW, false}, /* a view of the old name is a bridge */
    {STEP_MOVE_TABLE, STEP_CREATE_VIEW, false},         {STEP_DROP_TRIGGER, STEP_CREATE_TRIGGER, true},
    {STEP_DROP_POLICY, STEP_CREATE_POLICY, true},       {STEP_DROP_RULE, STEP_CREATE_RULE, true},
    {STEP_DROP_CONSTRAINT, STEP_ADD_PRIMARY_KEY, true}, {STEP_DROP_CONSTRAINT, STEP_ADD_UNIQUE, true},
    {STEP_DROP_CONSTRAINT, STEP_ADD_FOREIGN_KEY, true}, {STEP_DROP_CONSTRAINT, STEP_ADD_CHECK, true},
    {STEP_DROP_CONSTRAINT, STEP_ADD_EXCLUSION, true},
};

static bool says_that_it_is_gone(enum lint_rule_number rule)
{
    switch (rule) {
    case RULE_DROP_VIEW:
    case RULE_DROP_FUNCTION:
    case RULE_DROP_TRIGGER:
    case RULE_DROP_POLICY:
    case RULE_DROP_OBJECT:
    case RULE_DROP_CONSTRAINT:
    case RULE_RENAME_TABLE:
    case RULE_MOVE_OBJECT:
    case RULE_CONTRACT_BROKEN:
    case RULE_USED_BY_FUNCTION:
        return true;
    default:
        return false;
    }
}

static bool is_part(enum step_kind dropped)
{
    for (size_t i = 0; i < LENGTH_OF(pairs); i++)
        if (pairs[i].dropped == dropped)
            return pairs[i].is_part;
    return false;
}

static bool can_be_made_again(enum step_kind kind)
{
    for (size_t i = 0; i < LENGTH_OF(pairs); i++)
        if (pairs[i].dropped == kind)
            return true;
    return false;
}

void recall_remember(struct linter *linter, const struct step *step, size_t first)
{
    if (!can_be_made_again(step->kind))
        return;
    for (size_t i = first; i < linter->findings.count; i++) {
        struct pending pending = {.finding = i, .dropped = step->kind, .transaction = linter->session.transaction};

        if (!says_that_it_is_gone((enum lint_rule_number)(linter->findings.items[i].rule - lint_rules)) ||
            !linter_grow(linter, &linter->pending, linter->pending_count, &linter->pending_room, sizeof pending))
            continue;
        pending.object = linter_text(linter, step->object);
        if (is_part(step->kind))
            pending.name = linter_text(linter, step->name);
        linter->pending[linter->pending_count++] = pending;
    }
}

static bool answers(const struct pending *pending, const struct step *step)
{
    bool fits = false;

    for (size_t i = 0; i < LENGTH_OF(pairs); i++)
        fits = fits || (pairs[i].dropped == pending->dropped && pairs[i].made == step->kind);
    return fits && text_equal(pending->object, step->object) &&
           (pending->name.length == 0 || text_equal(pending->name, step->name));
}

void recall_made(struct linter *linter, const struct step *step)
{
    size_t kept = 0;

    if (linter->pending_count == 0)
        return;
    for (size_t i = 0; i < linter->pending_count; i++) {
        const struct pending *pending = &linter->pending[i];

        if (pending->transaction != linter->session.transaction)
            continue; /* it is over: nobody takes it back any more */
        if (answers(pending, step))
            linter_withdraw(linter, pending->finding);
        else
            linter->pending[kept++] = *pending;
    }
    linter->pending_count = kept;
}
