#include "schema/node_table.h"

#include "base/memory.h"

enum { FIRST_CAPACITY = 256 };

void node_table_init(struct node_table *table)
{
    *table = (struct node_table){0};
}

void node_table_clear(struct node_table *table)
{
    mem_free(table->slots);
    node_table_init(table);
}

/* The slot where the hash is or would be. A SHA-256 needs no further mixing. */
static struct node_slot *probe(struct node_slot *slots, uint32_t capacity, const struct hash *hash)
{
    uint32_t at;

    memcpy(&at, hash->bytes, sizeof at);
    for (at &= capacity - 1; slots[at].type != 0; at = (at + 1) & (capacity - 1))
        if (hash_equal(&slots[at].hash, hash))
            break;
    return &slots[at];
}

struct node_slot *node_table_find(const struct node_table *table, const struct hash *hash)
{
    struct node_slot *slot = table->capacity == 0 ? NULL : probe(table->slots, table->capacity, hash);

    return slot == NULL || slot->type == 0 ? NULL : slot;
}

static bool grow(struct node_table *table)
{
    uint32_t capacity = table->capacity == 0 ? (uint32_t)FIRST_CAPACITY : table->capacity * 2;
    struct node_slot *slots = capacity < table->capacity ? NULL : mem_alloc(capacity * sizeof *slots);

    if (slots == NULL)
        return false;
    memset(slots, 0, capacity * sizeof *slots);
    for (uint32_t i = 0; i < table->capacity; i++)
        if (table->slots[i].type != 0)
            *probe(slots, capacity, &table->slots[i].hash) = table->slots[i];
    mem_free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

bool node_table_add(struct node_table *table, const struct hash *hash, uint8_t type, struct text bytes)
{
    if (table->count >= table->capacity / 2 && !grow(table))
        return false;
    *probe(table->slots, table->capacity, hash) = (struct node_slot){.hash = *hash, .bytes = bytes, .type = type};
    table->count++;
    return true;
}
