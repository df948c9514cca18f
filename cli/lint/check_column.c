/* Conditions about columns: what adding one costs, and which types will be regretted. */
#include "lint/check.h"
#include "lint/volatility.h"

bool check_required_column(struct linter *linter, const struct step *step)
{
    const struct column_facts *column = step->column;

    return column != NULL && check_existing_relation(linter, step) && column->not_null && column->value == NULL &&
           !column->is_serial && !column->is_identity && !column->is_generated;
}

/* Whether the default is one for each row; says which function decided. */
static bool is_volatile(struct linter *linter, const struct step *step, struct text *ret_function)
{
    return step->column->value != NULL && volatility_of(&linter->world, step->column->value, ret_function);
}

bool check_has_plain_default(struct linter *linter, const struct step *step)
{
    return step->column != NULL && check_existing_relation(linter, step) && step->column->value != NULL;
}

bool check_has_volatile_default(struct linter *linter, const struct step *step)
{
    struct text function;

    if (step->column == NULL || !check_existing_relation(linter, step) || !is_volatile(linter, step, &function))
        return false;
    linter_detail(linter, "%.*s()", TEXT_ARGS(function));
    return true;
}

bool check_is_serial(struct linter *linter, const struct step *step)
{
    return step->column != NULL && step->column->is_serial &&
           (step->kind == STEP_TABLE_COLUMN || check_existing_relation(linter, step));
}

bool check_is_identity(struct linter *linter, const struct step *step)
{
    return step->column != NULL && step->column->is_identity && check_existing_relation(linter, step);
}

bool check_is_generated(struct linter *linter, const struct step *step)
{
    return step->column != NULL && step->column->is_generated && check_existing_relation(linter, step);
}

/* ---- types ---- */

static bool is_type(const struct step *step, const char *type)
{
    return step->column != NULL && text_equal(step->column->type, text_from(type));
}

static bool begins_type(const struct step *step, const char *type)
{
    return step->column != NULL && text_starts_with(step->column->type, text_from(type));
}

bool check_is_char(struct linter *linter, const struct step *step)
{
    (void)linter;
    return begins_type(step, "character(");
}

bool check_is_limited_text(struct linter *linter, const struct step *step)
{
    (void)linter;
    return begins_type(step, "character varying(");
}

static bool ends_type(const struct step *step, struct text end)
{
    struct text type = step->column != NULL ? step->column->type : (struct text){"", 0};

    return type.length >= end.length &&
           text_equal((struct text){type.bytes + type.length - end.length, end.length}, end);
}

bool check_is_timestamp(struct linter *linter, const struct step *step)
{
    (void)linter;
    return begins_type(step, "timestamp") && ends_type(step, TEXT("without time zone"));
}

bool check_is_time_zone(struct linter *linter, const struct step *step)
{
    (void)linter;
    return (begins_type(step, "time ") || begins_type(step, "time(")) && ends_type(step, TEXT("with time zone"));
}

bool check_is_json(struct linter *linter, const struct step *step)
{
    (void)linter;
    return is_type(step, "json");
}

bool check_is_money(struct linter *linter, const struct step *step)
{
    (void)linter;
    return is_type(step, "money");
}

/* A key that counts; numbers that somebody else gives are as large as they are. */
bool check_is_small_key(struct linter *linter, const struct step *step)
{
    (void)linter;
    return (is_type(step, "integer") || is_type(step, "smallint")) &&
           (step->column->is_serial || step->column->is_identity || step->column->is_key);
}
