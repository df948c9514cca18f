/* docs/docs_names.h - names of files, folders and anchors for objects, as every file system and browser takes them.
 *
 * Small letters, digits, `_` and `-` only, so that nothing depends on case, on forms of Unicode, or on what a system
 * forbids. A name that is like that already is kept; any other ends with a digest of what it stands for. So a name
 * depends on its own object and on no other.
 */
#ifndef DRIFTLINE_DOCS_DOCS_NAMES_H
#define DRIFTLINE_DOCS_DOCS_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "base/text.h"

enum {
    NAME_DIGEST_SHORT = 8, /* digits */
    NAME_DIGEST_LONG = HASH_HEX_SIZE - 1
};

/* Append the name. `identity` is what tells it from others with the same name. `digits`: of the digest, where there is
 * one: NAME_DIGEST_LONG for two that somebody made to meet. */
void docs_name_write(struct buffer *output, struct hasher *hasher, struct text name, struct text identity,
                     size_t digits);

/* A name as Mermaid takes it for an entity: letters, digits and `_`, not one of its own words. */
void docs_entity_write(struct buffer *output, struct hasher *hasher, struct text name, struct text identity);

/* The same where nothing depends on difference: a type or a column. */
void docs_word_write(struct buffer *output, struct text text);

#endif
