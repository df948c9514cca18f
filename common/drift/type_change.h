/* drift/type_change.h - whether every value of one SQL type fits another.
 *
 * Types are compared as the servers write them: PostgreSQL's format_type(), or the words of an SQLite or other
 * declaration. Only what is certain counts as widened: a type that is not known by name is of a family of its own.
 * docs/reference/severity.md describes the families.
 */
#ifndef DRIFTLINE_DRIFT_TYPE_CHANGE_H
#define DRIFTLINE_DRIFT_TYPE_CHANGE_H

#include "base/text.h"

enum type_change {
    TYPE_CHANGE_SAME,    /* two ways to write one type */
    TYPE_CHANGE_WIDENED, /* every old value is a value of the new type */
    TYPE_CHANGE_NARROWED,
    TYPE_CHANGE_FAMILY /* another family: values must be converted, or cannot be */
};

enum type_change type_change_classify(struct text from, struct text to);

#endif
