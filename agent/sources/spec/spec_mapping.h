/* sources/spec/spec_mapping.h - how a specification of another shape is to be read: the section `mapping` of the file,
 * or a file of its own with the same keys. docs/reference/spec.md describes them.
 *
 * Everything lives in the arena of the page and in the tree that the mapping was read from.
 */
#ifndef DRIFTLINE_SOURCES_SPEC_MAPPING_H
#define DRIFTLINE_SOURCES_SPEC_MAPPING_H

#include "sources/spec/spec_page.h"

/* What has a place in the file. */
enum spec_section {
    SPEC_SECTION_TABLES,
    SPEC_SECTION_ENUMS,
    SPEC_SECTION_RELATIONS,
    SPEC_SECTION_VIEWS,
    SPEC_SECTION_VERSION,
    SPEC_SECTION_UPDATED_AT,
    SPEC_SECTION_COUNT
};

/* Something in the file, and what it stands for. */
struct spec_pair {
    struct text written;
    struct text meant;
    const struct config_node *node; /* of what is meant, for messages */
};

struct spec_mapping {
    struct text sections[SPEC_SECTION_COUNT]; /* keys with dots between them: "base.tables" */
    struct text schema;                       /* of what has none of its own; empty: public */
    struct spec_alias *aliases;
    uint32_t alias_count;
    struct text *ignored;
    uint32_t ignored_count;
    struct spec_pair *types;
    uint32_t type_count;
    struct spec_pair *names;
    uint32_t name_count;
    bool snake_case;         /* names are made lower-case words with underscores */
    bool choices_are_text;   /* a field with choices is a text, not an enum */
    struct text *undeclared; /* kinds that the file does not speak of */
    uint32_t undeclared_count;
};

/* `node` is the mapping; NULL: there is none, and the file has the shape of a specification. `page` names the file that
 * it is in. */
enum error_code spec_mapping_read(struct spec_mapping *ret_mapping, const struct spec_page *page,
                                  const struct config_node *node) MUST_CHECK;

/* What a pair says of something written; NULL when there is none. */
const struct spec_pair *spec_pair_find(const struct spec_pair *pairs, uint32_t count, struct text written);

#endif
