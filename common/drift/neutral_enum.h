/* drift/neutral_enum.h - the enums and domains of a side, which columns are of them, and labels that stand in a type
 * itself. For neutral.c and across.c only.
 */
#ifndef DRIFTLINE_DRIFT_NEUTRAL_ENUM_H
#define DRIFTLINE_DRIFT_NEUTRAL_ENUM_H

#include "drift/list_change.h"
#include "drift/neutral.h"

/* List them. The enums get keys that neutral_enums_link() sorts by, which therefore may be made exact in between. */
enum error_code neutral_enums_make(struct neutral *neutral, const struct snapshot *snapshot, struct arena *arena,
                                   struct error *error) MUST_CHECK;

/* Find the enum or domain of each column, and let its type say which enum it is, in the same words on both sides. */
enum error_code neutral_enums_link(struct neutral *neutral, struct arena *arena, struct error *error) MUST_CHECK;

/* The labels that a type lists: "enum('a','b')" of MariaDB, "Literal['a', 'b']" of Python. False: it lists none, or in
 * a way that is not simple. `ret_failed` says that memory ran out. */
bool neutral_labels_read(struct text_list *ret_labels, const struct type_value *type, struct arena *arena,
                         bool *ret_failed);

/* Whether two lists hold the same labels, in the same order unless that means nothing on one side. */
bool neutral_labels_equal(const struct text_list *a, const struct text_list *b, bool in_order);

#endif
