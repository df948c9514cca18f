#include "lint/target.h"

/* Check one name of a kind; `place` is where it stands. */
static void check_name(struct linter *linter, const struct step *step, const struct lint_naming_subject *subject)
{
    const char *pattern = NULL;
    bool fits = true;
    struct step named = *step;

    if (subject->name.length == 0 || linter->code != ERROR_NONE)
        return;
    if (naming_fits(&linter->options->configuration->naming, subject, &fits, &pattern, linter->error) != ERROR_NONE) {
        linter_fail(linter, linter->error->code);
        return;
    }
    if (fits)
        return;
    named.name = subject->name;
    linter_detail(linter, "a name of a %s should be like %s", kind_name(subject->kind), pattern);
    linter_add(linter, RULE_NAMING, &named, step->place);
}

static struct text table_of(const struct step *step)
{
    return step->relation == NULL ? (struct text){"", 0} : step->relation->name;
}

/* "f(integer)" is called f. */
static struct text without_arguments(struct text name)
{
    const char *opening = name.length == 0 ? NULL : memchr(name.bytes, '(', name.length);

    return opening == NULL ? name : (struct text){name.bytes, (size_t)(opening - name.bytes)};
}

void names_check(struct linter *linter, const struct step *step)
{
    struct lint_naming_subject subject = {.kind = step->object_kind, .name = step->name, .table = table_of(step)};

    switch (step->kind) {
    case STEP_TABLE_CONSTRAINT:
    case STEP_COLUMN_CONSTRAINT:
    case STEP_ADD_PRIMARY_KEY:
    case STEP_ADD_UNIQUE:
    case STEP_ADD_FOREIGN_KEY:
    case STEP_ADD_CHECK:
    case STEP_ADD_EXCLUSION:
        subject.columns = step->constraint->columns;
        break;
    case STEP_CREATE_INDEX:
    case STEP_CREATE_INDEX_CONCURRENTLY:
        if (step->index != NULL)
            subject.columns = step->index->columns;
        break;
    case STEP_CREATE_FUNCTION:
        subject.name = without_arguments(step->name);
        break;
    case STEP_CREATE_TABLE_AS:
    case STEP_CREATE_TABLE:
    case STEP_CREATE_VIEW:
    case STEP_CREATE_SEQUENCE:
    case STEP_CREATE_SCHEMA:
    case STEP_CREATE_TYPE:
    case STEP_CREATE_DOMAIN:
    case STEP_CREATE_TRIGGER:
    case STEP_CREATE_POLICY:
    case STEP_CREATE_RULE:
    case STEP_TABLE_COLUMN:
    case STEP_ADD_COLUMN:
        break;
    case STEP_RENAME_TABLE:
    case STEP_RENAME_VIEW:
    case STEP_RENAME_COLUMN:
    case STEP_RENAME_INDEX:
    case STEP_RENAME_SCHEMA:
    case STEP_RENAME_TYPE:
    case STEP_RENAME_FUNCTION:
        subject.name = step->new_name;
        break;
    default:
        return;
    }
    check_name(linter, step, &subject);
}
