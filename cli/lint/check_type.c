/* Conditions about a column that gets another type. */
#include "drift/type_change.h"
#include "lint/check.h"
#include "lint/lexer.h"
#include "lint/syntax.h"
#include "lint/type_rewrite.h"

/* What a column is, and what it becomes. `from` is empty when nobody knows. */
struct retyping {
    struct text from;
    struct text to;
};

static bool read_change(struct linter *linter, const struct step *step, struct retyping *ret_change)
{
    const struct world_column *column = relation_column(step->relation, step->name);

    if (step->column == NULL || !check_existing_relation(linter, step) || (column != NULL && column->is_new))
        return false;
    if (column == NULL && step->relation != NULL && step->relation->is_known)
        return false; /* it is not there, which is said elsewhere */
    ret_change->from = column == NULL ? (struct text){"", 0} : column->type;
    ret_change->to = step->column->type;
    return true;
}

/* A type of an extension has a schema in the target that nobody here knows. */
static bool is_same(const struct retyping *change)
{
    struct text from = change->from, to = change->to;

    return text_equal(from, to) || (from.length > to.length + 1 && from.bytes[from.length - to.length - 1] == '.' &&
                                    text_equal((struct text){from.bytes + from.length - to.length, to.length}, to));
}

static void say_change(struct linter *linter, const struct retyping *change)
{
    if (change->from.length > 0)
        linter_detail(linter, "from %.*s to %.*s", TEXT_ARGS(change->from), TEXT_ARGS(change->to));
    else
        linter_detail(linter, "to %.*s, and what it was is not known", TEXT_ARGS(change->to));
}

static bool is_of_domain(struct linter *linter, struct text type, struct object *ret_domain)
{
    struct path path = {2, {{"", 0}, {"", 0}}};
    const char *dot = type.length == 0 ? NULL : memchr(type.bytes, '.', type.length);

    if (dot == NULL)
        return false;
    path.elements[0] = (struct text){type.bytes, (size_t)(dot - type.bytes)};
    path.elements[1] = (struct text){dot + 1, type.length - path.elements[0].length - 1};
    return world_object(&linter->world, KIND_DOMAIN, &path, ret_domain);
}

static bool has_checks(const struct object *domain)
{
    for (uint32_t i = 0; i < domain->part_count; i++)
        if (domain->parts[i].kind == KIND_CHECK)
            return true;
    return text_equal(attribute_value(domain->attributes, domain->attribute_count, TEXT("nullable")), TEXT("no"));
}

static struct text base_of(const struct object *domain)
{
    return attribute_value(domain->attributes, domain->attribute_count, TEXT("type"));
}

/* USING that only says what would happen anyway: the column, or a cast of it to the new type. */
static bool is_plain_using(const struct step *step)
{
    const json_t *definition = NULL, *cast, *column;
    const json_t *using = NULL;

    if (syntax_is(syntax_member(step->node, "def"), "ColumnDef", &definition))
        using = syntax_member(definition, "raw_default");
    if (using == NULL)
        return true;
    if (syntax_is(using, "TypeCast", &cast)) {
        if (!json_equal(syntax_member(syntax_member(cast, "typeName"), "names"),
                        syntax_member(syntax_member(definition, "typeName"), "names")) ||
            syntax_count(syntax_member(cast, "typeName"), "typmods") > 0)
            return false;
        using = syntax_member(cast, "arg");
    }
    return syntax_is(using, "ColumnRef", &column) && syntax_count(column, "fields") == 1 &&
           text_equal(syntax_string(syntax_item(column, "fields", 0)), step->name);
}

static bool rewrites(struct linter *linter, const struct step *step, const struct retyping *change)
{
    struct text from = change->from, to = change->to;
    struct object domain;

    if (from.length == 0 || !is_plain_using(step))
        return true;
    if (is_same(change))
        return false;
    if (is_of_domain(linter, to, &domain)) {
        if (has_checks(&domain))
            return true;
        to = base_of(&domain);
    }
    if (is_of_domain(linter, from, &domain))
        from = base_of(&domain);
    return type_rewrites(from, to, linter->session.settings.is_utc);
}

bool check_type_rewrites(struct linter *linter, const struct step *step)
{
    struct retyping change;

    if (!read_change(linter, step, &change) || !rewrites(linter, step, &change))
        return false;
    say_change(linter, &change);
    return true;
}

bool check_type_scans(struct linter *linter, const struct step *step)
{
    const struct relation *relation = step->relation;
    struct retyping change;

    if (!read_change(linter, step, &change) || rewrites(linter, step, &change))
        return false;
    for (size_t i = 0; relation != NULL && i < relation->constraint_count; i++)
        if (!relation->constraints[i].is_gone && relation->constraints[i].kind == KIND_CHECK &&
            lexer_mentions(relation->constraints[i].expression, step->name)) {
            linter_detail(linter, "%.*s", TEXT_ARGS(relation->constraints[i].name));
            return true;
        }
    return false;
}

bool check_type_narrowed(struct linter *linter, const struct step *step)
{
    struct retyping change;

    if (!read_change(linter, step, &change) || change.from.length == 0 ||
        type_change_classify(change.from, change.to) != TYPE_CHANGE_NARROWED)
        return false;
    say_change(linter, &change);
    return true;
}

bool check_type_family_changed(struct linter *linter, const struct step *step)
{
    struct retyping change;
    struct object domain;

    if (!read_change(linter, step, &change) || change.from.length == 0 || is_same(&change) ||
        type_change_classify(change.from, change.to) != TYPE_CHANGE_FAMILY)
        return false;
    if ((is_of_domain(linter, change.to, &domain) && text_equal(base_of(&domain), change.from)) ||
        (is_of_domain(linter, change.from, &domain) && text_equal(base_of(&domain), change.to)))
        return false;
    say_change(linter, &change);
    return true;
}

bool check_is_of_checked_domain(struct linter *linter, const struct step *step)
{
    struct object domain;

    return step->column != NULL && check_existing_relation(linter, step) &&
           is_of_domain(linter, step->column->type, &domain) && has_checks(&domain);
}
