/* lint/naming.h - how names of each kind are to look: styles and regular expressions.
 *
 * A pattern is a style (snake_case, camelCase, PascalCase, UPPER_CASE, lowercase) or a POSIX extended regular
 * expression that the whole name must fit, in which {table} and {columns} stand for the names that belong to it;
 * columns have an underscore between them.
 */
#ifndef DRIFTLINE_LINT_NAMING_H
#define DRIFTLINE_LINT_NAMING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "lint/step.h"
#include "schema/kind.h"

enum { NAMING_KINDS = 20 };

/* Of each kind of naming.def, its pattern as it was written; NULL: any name will do. */
struct lint_naming {
    const char *patterns[NAMING_KINDS];
};

/* What the configuration file calls a kind by its number; NULL from the end on. */
const char *naming_key(size_t number);

/* What a name belongs to. */
struct lint_naming_subject {
    enum kind kind;
    struct text name;
    struct text table;
    struct text_span columns;
};

/* Whether a pattern makes sense: else why not, as ERROR_CONFIG. */
enum error_code naming_check(const char *pattern, struct error *error) MUST_CHECK;

/* Whether a name is as it should be. `ret_pattern` is what it should be like, when it is not. */
enum error_code naming_fits(const struct lint_naming *naming, const struct lint_naming_subject *subject, bool *ret_fits,
                            const char **ret_pattern, struct error *error) MUST_CHECK;

#endif
