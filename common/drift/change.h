/* drift/change.h - one difference between two snapshots, and the list of all of them.
 *
 * A change is about one object or one part, in one aspect. Everything lives in the arena of the comparison; texts may
 * point into the two snapshots, which must outlive it.
 */
#ifndef DRIFTLINE_DRIFT_CHANGE_H
#define DRIFTLINE_DRIFT_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/object.h"
#include "schema/snapshot.h"

enum effect { EFFECT_ADDED, EFFECT_REMOVED, EFFECT_MODIFIED, EFFECT_RENAMED };

enum severity { SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITY_COUNT };

/* One attribute before and after; NULL where it was or is absent. */
struct attribute_change {
    struct text name;
    const struct attribute *from;
    const struct attribute *to;
};

/* What one side says of an object or part in one aspect, as a hash: equal states, equal hashes, whatever it is compared
 * with (drift/state.h). */
struct change_state {
    bool is_there;
    struct hash hash;
};

struct change {
    enum effect effect;
    enum kind kind;            /* of the object or part */
    enum kind object_kind;     /* of the top-level object; equal to kind unless this is a part */
    struct text object;        /* dotted path as displayed; of a renamed thing the new one */
    struct text owner;         /* dotted path of the top-level object; equal to object unless this is a part */
    struct text renamed_from;  /* the old dotted path, else empty */
    struct text probable_name; /* added or removed things only: the path on the other side that has the same content, a
                                  probable rename across databases; else empty */
    enum aspect aspect;
    enum severity severity;
    const char *rule;                    /* id in severity_rules */
    struct attribute_change *attributes; /* sorted by name. Added or removed parts list theirs, with the other side
                                            NULL; added or removed top-level objects list none */
    uint32_t attribute_count;
    struct change_state states[2]; /* what the sides say of it; only when diff_options.states asks for them */
    struct text owner_before;      /* path of the top-level object on the side "from", if that is another; else empty */
};

enum verdict { VERDICT_IN_SYNC, VERDICT_DRIFTED, VERDICT_UNKNOWN };

/* The two sides are places in arrays. SIDE_BOTH is said only of what both sides have read, but cannot be compared. */
enum side { SIDE_FROM, SIDE_TO, SIDE_BOTH };

struct uncovered {
    enum kind kind;
    struct text object; /* empty: the whole kind */
    enum side side;
    struct text reason;
};

/* Two types of different engines that hold the same values. */
struct equivalent {
    struct text object; /* the column, as displayed */
    struct text from;
    struct text to;
    const char *family;
};

/* What is not compared between engines, or not declared on one side, but is there: how many of a kind on each side. */
struct not_compared {
    enum kind kind;
    const char *what; /* what is special about them, or NULL */
    uint32_t counts[2];
};

struct diff {
    enum verdict verdict;
    struct text unknown_reason; /* why nothing can be said, e.g. "canonical form differs"; else empty */
    bool last_known;        /* compared was what was last known, and `unknown_reason` says why that may not be so now */
    struct change *changes; /* sorted by severity (highest first), object, kind, aspect */
    uint32_t change_count;
    uint32_t ignored_count; /* changes that an ignore pattern took out */
    uint32_t summary[SEVERITY_COUNT];
    struct uncovered *uncovered; /* sorted by side, kind, object */
    uint32_t uncovered_count;
    bool is_across;                 /* between two engines: drift/across.h */
    struct equivalent *equivalents; /* sorted by object; only between two engines */
    uint32_t equivalent_count;
    struct not_compared *not_compared; /* in the order of kinds */
    uint32_t not_compared_count;
};

const char *effect_name(enum effect effect);    /* "added" … */
const char *verdict_name(enum verdict verdict); /* "IN_SYNC", "DRIFTED", "UNKNOWN" */

#endif
