/* sources/spec/spec_type.h - types as people write them, spelled as PostgreSQL does (spec_type.def).
 *
 * Knows nothing of files and of enums: who calls this looks at those first.
 */
#ifndef DRIFTLINE_SOURCES_SPEC_TYPE_H
#define DRIFTLINE_SOURCES_SPEC_TYPE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/text.h"

enum spec_sort {
    SPEC_SORT_PLAIN,
    SPEC_SORT_NUMBER,
    SPEC_SORT_CHOICE,
    SPEC_SORT_CHOICES,
    SPEC_SORT_LINK,
    SPEC_SORT_RESULT,
    SPEC_SORT_RESULTS
};

struct spec_airtable {
    struct text written;
    const char *spelled;
    enum spec_sort sort;
};

/* Airtable's type of a name, or NULL. */
const struct spec_airtable *spec_airtable_find(struct text written);

/* What the options of a field add to its type; -1: not given. */
struct spec_numbers {
    int length;
    int precision;
    int scale;
};

enum spec_type_answer {
    SPEC_TYPE_KNOWN,
    SPEC_TYPE_UNKNOWN, /* no type of PostgreSQL's own */
    SPEC_TYPE_NUMBERS  /* one that does not take these numbers */
};

/* Append a type in its one spelling: `varchar(20)[]` is `character varying(20)[]`. One with its schema, `gis.geometry`,
 * is known without being looked up. Appends nothing if it is not known. */
enum spec_type_answer spec_type_write(struct buffer *buffer, struct text written, const struct spec_numbers *numbers);

/* Whether the type counts by itself: serial. */
bool spec_type_counts(struct text written);

/* The element of a list: takes `[]` off the end, and says whether there was one. */
bool spec_type_is_list(struct text *written);

#endif
