/* common/schema/sample.h - objects and snapshots for the tests of the schema library.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_SAMPLE_H
#define DRIFTLINE_TEST_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "schema/snapshot.h"

/* Numbers that look random and are the same in every run. */
struct sample_random {
    uint64_t state;
};

/* A number below `bound`, which is not 0. */
uint32_t sample_below(struct sample_random *random, uint32_t bound);

/* An object with random attributes and parts, in random order. Different numbers give different paths. */
struct object sample_object(struct sample_random *random, struct arena *arena, uint32_t number);

/* The same order as in the canonical form, and some other order. */
void sample_sort(struct object *object);
void sample_shuffle(struct sample_random *random, struct object *object);

/* Same kind, path, ids, and the same attributes and parts in the same order. */
bool sample_equal(const struct object *a, const struct object *b);

/* Make attributes in short: "name=value", and "name[]=a,b" for a list. */
struct attribute *sample_attributes(struct arena *arena, const char *const *lines, uint32_t count);

/* A small schema that never changes: two tables, a function, a schema, default privileges, two gaps, ids. Each call
 * makes a fresh copy in the arena. */
struct snapshot_input sample_shop(struct arena *arena);

/* The smallest schema that the reference pages spell out byte by byte: the table shop.orders with one column. */
struct snapshot_input sample_page(struct arena *arena);

struct snapshot *sample_build(struct snapshot_input *input);

/* Lower-case hexadecimal, 32 bytes a line, each line ended: as the reference pages show bytes. */
const char *sample_hex(struct arena *arena, struct text bytes);

/* Fails unless a page of docs/reference contains a text. */
void sample_expect_on_page(const char *page, const char *text);

#endif
