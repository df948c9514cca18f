#include "docs/docs_references.h"

#include <stdlib.h>

#include "docs/docs_mentions.h"

static const char doing[] = "looking for references";

/* What a name may be of. */
struct entry {
    struct text schema;
    struct text name;
    uint32_t item;
};

struct collecting {
    const struct docs_catalogue *catalogue;
    struct arena *arena;
    struct error *error;
    struct entry *by_path; /* sorted by schema, name */
    struct entry *by_name; /* sorted by name, schema */
    uint32_t entry_count;
    struct docs_reference *found;
    uint32_t count;
    uint32_t room;
    uint32_t *named_by; /* for each item, 1 + the number of what last named it */
    struct docs_dialect dialect;
    bool out_of_memory;
    /* what is being read */
    uint32_t from;
    const struct part *part;
    enum docs_bond bond;
};

/* ---------------------------------------------------------------- names */

static int compare_paths(const void *a, const void *b)
{
    const struct entry *first = a;
    const struct entry *second = b;
    int order = text_compare(first->schema, second->schema);

    if (order == 0)
        order = text_compare(first->name, second->name);
    return order != 0 ? order : (first->item > second->item) - (first->item < second->item);
}

static int compare_names(const void *a, const void *b)
{
    const struct entry *first = a;
    const struct entry *second = b;
    int order = text_compare(first->name, second->name);

    return order != 0 ? order : compare_paths(a, b);
}

static bool can_be_named(enum kind kind)
{
    return docs_kind_is_relation(kind) || docs_kind_is_routine(kind) || docs_kind_is_type(kind) ||
           kind == KIND_SEQUENCE || kind == KIND_SYNONYM;
}

static enum error_code list_names(struct collecting *collecting)
{
    const struct docs_catalogue *catalogue = collecting->catalogue;

    collecting->by_path = arena_array(collecting->arena, catalogue->item_count, sizeof(struct entry));
    collecting->by_name = arena_array(collecting->arena, catalogue->item_count, sizeof(struct entry));
    collecting->named_by = arena_array(collecting->arena, catalogue->item_count, sizeof(uint32_t));
    if (collecting->by_path == NULL || collecting->by_name == NULL || collecting->named_by == NULL)
        return arena_error(collecting->arena, collecting->error, doing);
    for (uint32_t i = 0; i < catalogue->item_count; i++) {
        const struct path *path = &catalogue->items[i].entry->path;

        if (can_be_named(catalogue->items[i].kind) && path->count >= 2)
            collecting->by_path[collecting->entry_count++] = (struct entry){path->elements[0], path->elements[1], i};
    }
    if (collecting->entry_count > 0)
        memcpy(collecting->by_name, collecting->by_path, collecting->entry_count * sizeof(struct entry));
    qsort(collecting->by_path, collecting->entry_count, sizeof(struct entry), compare_paths);
    qsort(collecting->by_name, collecting->entry_count, sizeof(struct entry), compare_names);
    return ERROR_NONE;
}

/* The first entry that is not below the wanted one. */
static uint32_t lower_bound(const struct entry *entries, uint32_t count, const struct entry *wanted,
                            int (*compare)(const void *, const void *))
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare(&entries[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether what is called is what was said: a routine where a parenthesis follows, anything else where none does. */
static bool suits(const struct collecting *collecting, uint32_t item, const struct docs_mention *mention)
{
    enum kind kind = collecting->catalogue->items[item].kind;

    if (mention->is_call && docs_kind_is_routine(kind))
        return true;
    if (mention->is_relation && mention->schema.length == 0)
        return docs_kind_is_relation(kind) || kind == KIND_SYNONYM;
    return !docs_kind_is_routine(kind) && (mention->schema.length > 0);
}

/* What a name with a schema is of: the only one that suits. */
static uint32_t resolve_path(const struct collecting *collecting, const struct docs_mention *mention)
{
    const struct entry wanted = {mention->schema, mention->name, 0};
    uint32_t found = DOCS_NOWHERE;

    for (uint32_t i = lower_bound(collecting->by_path, collecting->entry_count, &wanted, compare_paths);
         i < collecting->entry_count && text_equal(collecting->by_path[i].schema, mention->schema) &&
         text_equal(collecting->by_path[i].name, mention->name);
         i++)
        if (suits(collecting, collecting->by_path[i].item, mention)) {
            if (found != DOCS_NOWHERE)
                return DOCS_NOWHERE;
            found = collecting->by_path[i].item;
        }
    return found;
}

/* What a bare name is of: something in the schema of who says it, or the only one anywhere. */
static uint32_t resolve_name(const struct collecting *collecting, const struct docs_mention *mention)
{
    const struct docs_item *items = collecting->catalogue->items;
    const struct entry wanted = {.name = mention->name};
    struct docs_mention here = *mention;
    uint32_t found = DOCS_NOWHERE, count = 0;

    here.schema = collecting->catalogue->schemas[items[collecting->from].schema].name;
    for (uint32_t i = lower_bound(collecting->by_name, collecting->entry_count, &wanted, compare_names);
         i < collecting->entry_count && text_equal(collecting->by_name[i].name, mention->name); i++) {
        if (!suits(collecting, collecting->by_name[i].item, mention))
            continue;
        if (text_equal(collecting->by_name[i].schema, here.schema))
            return resolve_path(collecting, &here);
        found = collecting->by_name[i].item;
        count++;
    }
    return count == 1 && mention->is_relation ? found : DOCS_NOWHERE;
}

/* ---------------------------------------------------------------- collecting */

static void add(struct collecting *collecting, uint32_t to, enum docs_bond bond)
{
    if (collecting->count == collecting->room) {
        uint32_t room = collecting->room * 2;
        struct docs_reference *larger = arena_array(collecting->arena, room, sizeof *larger);

        if (larger == NULL) {
            collecting->out_of_memory = true;
            return;
        }
        memcpy(larger, collecting->found, collecting->count * sizeof *larger);
        collecting->found = larger;
        collecting->room = room;
    }
    collecting->found[collecting->count++] =
        (struct docs_reference){.from = collecting->from, .to = to, .bond = bond, .part = collecting->part};
}

/* A default names the type of its column, which says nothing new. */
static bool is_cast(const struct collecting *collecting, uint32_t to)
{
    return collecting->bond == BOND_DEFINITION && collecting->part != NULL && collecting->part->kind == KIND_COLUMN &&
           docs_kind_is_type(collecting->catalogue->items[to].kind);
}

static void take_mention(void *context, const struct docs_mention *mention)
{
    struct collecting *collecting = context;
    struct docs_mention said = *mention;
    uint32_t to;

    said.is_call = said.is_call || collecting->bond == BOND_TRIGGER;
    to = said.schema.length > 0 ? resolve_path(collecting, &said) : resolve_name(collecting, &said);

    if (to == DOCS_NOWHERE || to == collecting->from || is_cast(collecting, to))
        return;
    if (collecting->bond == BOND_DEFINITION) { /* once, however often */
        if (collecting->named_by[to] == collecting->from + 1)
            return;
        collecting->named_by[to] = collecting->from + 1;
    }
    add(collecting, to, collecting->bond);
}

static void read_relation(struct collecting *collecting, struct text path, enum docs_bond bond)
{
    uint32_t to = path.length == 0 ? DOCS_NOWHERE : docs_find_relation(collecting->catalogue, path);

    if (to != DOCS_NOWHERE)
        add(collecting, to, bond);
}

static bool is_one_of(struct text name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (text_equal(name, text_from(*names)))
            return true;
    return false;
}

/* What an attribute of an object or part refers to. */
static void read_attribute(struct collecting *collecting, const struct attribute *attribute)
{
    static const char *const code[] = {"definition", "body",    "expression", "with_check", "predicate",
                                       "condition",  "default", "generated",  "target",     NULL};
    static const char *const types[] = {"type", "returns", "arguments", "subtype", "of_type", "state_type", NULL};
    static const char *const parents[] = {"partition_of", "inherits", NULL};

    for (uint32_t i = 0; i < attribute->count; i++) {
        struct text value = attribute->items[i];

        collecting->bond = BOND_DEFINITION;
        if (is_one_of(attribute->name, types))
            collecting->bond = BOND_TYPE;
        else if (text_equal(attribute->name, TEXT("function")))
            collecting->bond = BOND_TRIGGER;

        if (is_one_of(attribute->name, parents))
            read_relation(collecting, value, BOND_PARENT);
        else if (text_equal(attribute->name, TEXT("owned_by")))
            read_relation(collecting, value, BOND_OWNED);
        else if (text_equal(attribute->name, TEXT("references")))
            read_relation(collecting, value, BOND_FOREIGN_KEY);
        else if (collecting->bond != BOND_DEFINITION || is_one_of(attribute->name, code))
            docs_mentions(value, collecting->dialect, take_mention, collecting);
    }
}

static void read_item(struct collecting *collecting, uint32_t number)
{
    const struct object *object = collecting->catalogue->items[number].object;

    collecting->from = number;
    collecting->part = NULL;
    for (uint32_t i = 0; i < object->attribute_count; i++)
        read_attribute(collecting, &object->attributes[i]);
    for (uint32_t i = 0; i < object->part_count; i++) {
        collecting->part = &object->parts[i];
        for (uint32_t j = 0; j < object->parts[i].attribute_count; j++)
            read_attribute(collecting, &object->parts[i].attributes[j]);
    }
}

/* The same references by what they lead to; the order of what refers stays. */
static enum error_code turn_round(struct collecting *collecting, struct docs_references *references)
{
    uint32_t items = collecting->catalogue->item_count;
    uint32_t *next = arena_array(collecting->arena, (size_t)items + 1, sizeof *next);

    references->incoming = arena_array(collecting->arena, references->count, sizeof *references->incoming);
    references->incoming_of = arena_array(collecting->arena, (size_t)items + 1, sizeof(uint32_t));
    if (next == NULL || references->incoming == NULL || references->incoming_of == NULL)
        return arena_error(collecting->arena, collecting->error, doing);
    for (uint32_t i = 0; i < references->count; i++)
        references->incoming_of[references->outgoing[i].to + 1]++;
    for (uint32_t i = 0; i < items; i++)
        references->incoming_of[i + 1] += references->incoming_of[i];
    memcpy(next, references->incoming_of, ((size_t)items + 1) * sizeof *next);
    for (uint32_t i = 0; i < references->count; i++)
        references->incoming[next[references->outgoing[i].to]++] = references->outgoing[i];
    return ERROR_NONE;
}

enum error_code docs_references_make(struct docs_references *ret_references, const struct docs_catalogue *catalogue,
                                     struct arena *arena, struct error *error)
{
    struct collecting collecting = {.catalogue = catalogue, .arena = arena, .error = error};
    struct docs_references references = {0};
    struct text engine = catalogue->snapshot->info.engine;

    collecting.dialect.fold = text_equal(engine, TEXT("postgresql"));
    collecting.dialect.brackets = text_equal(engine, TEXT("sqlserver")) || text_equal(engine, TEXT("sqlite"));
    references.outgoing_of = arena_array(arena, (size_t)catalogue->item_count + 1, sizeof(uint32_t));
    collecting.room = 64;
    collecting.found = arena_array(arena, collecting.room, sizeof *collecting.found);
    if (references.outgoing_of == NULL || collecting.found == NULL)
        return arena_error(arena, error, doing);
    if (list_names(&collecting) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; i < catalogue->item_count; i++) {
        read_item(&collecting, i);
        references.outgoing_of[i + 1] = collecting.count;
    }
    if (collecting.out_of_memory)
        return arena_error(arena, error, doing);
    references.outgoing = collecting.found;
    references.count = collecting.count;
    if (turn_round(&collecting, &references) != ERROR_NONE)
        return error->code;
    *ret_references = references;
    return ERROR_NONE;
}

struct docs_bonds docs_bonds_from(const struct docs_references *references, uint32_t item)
{
    uint32_t first = references->outgoing_of[item];

    return (struct docs_bonds){references->outgoing + first, references->outgoing_of[item + 1] - first};
}

struct docs_bonds docs_bonds_to(const struct docs_references *references, uint32_t item)
{
    uint32_t first = references->incoming_of[item];

    return (struct docs_bonds){references->incoming + first, references->incoming_of[item + 1] - first};
}

uint32_t docs_bonds_count(struct docs_bonds bonds, enum docs_bond bond)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < bonds.count; i++)
        count += bonds.items[i].bond == bond;
    return count;
}
