/* schema/node_table.h - nodes by their hash, in memory: what is known already, what a file holds.
 *
 * Ownership: node_table_init() … node_table_clear(). The table keeps pointers to the bytes, not copies.
 */
#ifndef DRIFTLINE_SCHEMA_NODE_TABLE_H
#define DRIFTLINE_SCHEMA_NODE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/hash.h"
#include "base/text.h"

struct node_slot {
    struct hash hash;
    struct text bytes;
    uint8_t type; /* enum node_type; 0: the slot is free */
    bool used;    /* for the owner of the table: reached from the root, already written … */
};

struct node_table {
    struct node_slot *slots;
    uint32_t count;
    uint32_t capacity; /* a power of two, or 0 */
};

void node_table_init(struct node_table *table);
void node_table_clear(struct node_table *table);

/* The slot of a hash, or NULL. Valid until the next node_table_add(). */
struct node_slot *node_table_find(const struct node_table *table, const struct hash *hash);

/* Add a node whose hash is not in the table. False when memory ran out. */
bool node_table_add(struct node_table *table, const struct hash *hash, uint8_t type, struct text bytes) MUST_CHECK;

#endif
