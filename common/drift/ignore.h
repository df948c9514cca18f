/* drift/ignore.h - patterns of what a comparison leaves out: `kind:glob`, `attribute:glob` or `*:glob`.
 *
 *   table:*.tmp_*        tables by dotted path, with everything in them
 *   column:*.updated_at  columns
 *   comment:*            the attribute `comment` of anything
 *
 *   .collation:*         the attribute `collation`, which is also the name of a kind
 *
 * The word before the colon is the name of a kind, or else of an attribute, or `*` for any kind; a dot in front makes
 * it an attribute in any case. In the glob `*` stands for any characters (dots too), `?` for one character, `\` takes
 * the next character literally; everything is compared with the dotted path as displayed. Patterns act when snapshots
 * are compared; hashes never depend on them.
 */
#ifndef DRIFTLINE_DRIFT_IGNORE_H
#define DRIFTLINE_DRIFT_IGNORE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "schema/kind.h"

enum { IGNORE_PATTERN_LIMIT = 4096 }; /* bytes of one pattern */

struct ignore_pattern {
    struct text word; /* before the colon, without the dot */
    struct text glob; /* after it */
    enum kind kind;   /* KIND_NONE: an attribute's name, or any kind if word is "*" */
    bool any_kind;
};

struct ignore_list {
    struct ignore_pattern *patterns;
    size_t count;
};

/* Read one pattern; its texts are copied into the arena. A pattern without colon, an empty side, a dangling `\` or one
 * that is too long is ERROR_USAGE and quotes the pattern. */
enum error_code ignore_pattern_parse(struct ignore_pattern *ret_pattern, struct text pattern, struct arena *arena,
                                     struct error *error) MUST_CHECK;

/* Whether the list leaves out an object or part: `object` is its dotted path, `owner_kind`/`owner` its top-level object
 * (the same for an object itself): a part goes with its object. */
bool ignore_matches(const struct ignore_list *list, enum kind kind, struct text object, enum kind owner_kind,
                    struct text owner);

/* Whether the list leaves out one attribute of an object or part. */
bool ignore_matches_attribute(const struct ignore_list *list, struct text attribute, struct text object);

/* The same for one pattern. */
bool ignore_pattern_matches(const struct ignore_pattern *pattern, enum kind kind, struct text object,
                            enum kind owner_kind, struct text owner);
bool ignore_pattern_matches_attribute(const struct ignore_pattern *pattern, struct text attribute, struct text object);

/* Whether the list leaves out everything of a kind, whatever its path. */
bool ignore_matches_whole_kind(const struct ignore_list *list, enum kind kind);

/* Whether a glob matches a whole text. Runs in time proportional to both lengths multiplied, never worse. */
bool glob_matches(struct text glob, struct text text);

#endif
