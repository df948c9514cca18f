/* Numbers of a server's catalogues and what they lead to: an open-addressing table. */
#include "base/memory.h"
#include "sources/catalog_private.h"

enum { FIRST_CAPACITY = 1024 };

static struct id_slot *probe(struct id_slot *slots, uint32_t capacity, uint16_t catalogue, uint64_t id)
{
    uint64_t mixed = (id ^ (uint64_t)catalogue << 48) * 0x9e3779b97f4a7c15u;
    uint32_t at = (uint32_t)(mixed >> 32) & (capacity - 1);

    while (slots[at].catalogue != 0 && (slots[at].catalogue != catalogue || slots[at].id != id))
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

static bool grow(struct id_table *table)
{
    uint32_t capacity = table->capacity == 0 ? (uint32_t)FIRST_CAPACITY : table->capacity * 2;
    struct id_slot *slots = capacity < table->capacity ? NULL : mem_alloc(capacity * sizeof *slots);

    if (slots == NULL)
        return false;
    memset(slots, 0, capacity * sizeof *slots);
    for (uint32_t i = 0; i < table->capacity; i++)
        if (table->slots[i].catalogue != 0)
            *probe(slots, capacity, table->slots[i].catalogue, table->slots[i].id) = table->slots[i];
    mem_free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

bool id_table_add(struct id_table *table, const struct id_slot *slot)
{
    struct id_slot *place;

    if (slot->catalogue == 0 || slot->id == 0)
        return true; /* a row without a number, which nothing can refer to */
    if (table->count >= table->capacity / 2 && !grow(table))
        return false;
    place = probe(table->slots, table->capacity, slot->catalogue, slot->id);
    table->count += place->catalogue == 0;
    if (place->object == NULL && place->part == NULL) /* a text gives way to a thing */
        *place = *slot;
    return true;
}

struct id_slot *id_table_find(const struct id_table *table, uint16_t catalogue, uint64_t id)
{
    struct id_slot *slot = table->capacity == 0 ? NULL : probe(table->slots, table->capacity, catalogue, id);

    return slot == NULL || slot->catalogue == 0 ? NULL : slot;
}

void id_table_clear(struct id_table *table)
{
    mem_free(table->slots);
    *table = (struct id_table){0};
}
