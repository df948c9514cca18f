/* common/schema/pair_sample.h - snapshots of a few or many random objects that differ, with their nodes on a shelf, for
 * tests of loading and comparing.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_PAIR_SAMPLE_H
#define DRIFTLINE_TEST_PAIR_SAMPLE_H

#include "common/schema/sample.h"
#include "common/schema/trie_sample.h"
#include "schema/snapshot.h"

enum { BENCH_MEMORY = 256 * 1024 * 1024 };

/* Where a test keeps its snapshots and their nodes. */
struct bench {
    struct workshop workshop;
    struct shelf shelf;
    struct node_source source;
    struct sample_random random;
};

/* For cmocka: the state is a bench. */
int bench_setup(void **state);
int bench_teardown(void **state);

/* Memory of the workshop. */
void *bench_room(struct bench *bench, size_t count, size_t size);

/* The object `number`; one in four is a partition. */
struct object bench_object(struct bench *bench, uint32_t number);
struct object bench_copy(struct bench *bench, const struct object *object);

/* The object some time later. False: it is gone. */
bool bench_change(struct bench *bench, struct object *object, uint32_t number);

/* Two snapshots of one database of about `count` objects, of which one in `rarity` changed; their nodes are on the
 * shelf. */
struct pair {
    struct snapshot *from;
    struct snapshot *to;
};
struct pair bench_pair(struct bench *bench, uint32_t count, uint32_t rarity);
void pair_free(struct pair *pair);

/* What is compared of both, is the same. */
void pair_expect_same_diff(const struct pair *expected, const struct pair *found);

/* What a snapshot says beside its objects. */
void pair_expect_same_facts(const struct snapshot *whole, const struct snapshot *part);

/* Give the entries that are there the ids of the whole. */
void pair_attach_ids(struct snapshot *part, const struct snapshot *whole);

#endif
