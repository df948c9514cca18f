#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { MEMORY_LIMIT = 256 * 1024 * 1024 };

uint32_t sample_below(struct sample_random *random, uint32_t bound)
{
    uint64_t mixed = random->state += 0x9e3779b97f4a7c15u;

    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)((mixed ^ mixed >> 31) % bound);
}

static void *room(struct arena *arena, size_t count, size_t size)
{
    void *memory = arena_array(arena, count, size);

    assert_non_null(memory);
    return memory;
}

static struct text random_text(struct sample_random *random, struct arena *arena)
{
    static const uint32_t lengths[] = {0, 1, 2, 5, 20, 127, 128, 300};
    uint32_t length = lengths[sample_below(random, LENGTH_OF(lengths))];
    char *bytes = room(arena, length, 1);

    for (uint32_t i = 0; i < length; i++)
        bytes[i] = (char)sample_below(random, 256);
    return (struct text){bytes, length};
}

/* Each name at most once: a random walk through the pool. */
static struct attribute *random_attributes(struct sample_random *random, struct arena *arena, uint32_t *ret_count)
{
    static const char *const pool[] = {"type",       "comment",     "default",  "owner",     "grants",
                                       "tablespace", "compression", "columns",  "a",         "aa",
                                       "b",          "zz",          "nullable", "predicate", "statistics_target"};
    struct attribute *attributes = room(arena, LENGTH_OF(pool), sizeof *attributes);
    uint32_t count = 0;

    for (uint32_t i = 0; i < LENGTH_OF(pool); i++) {
        bool is_list = sample_below(random, 3) == 0;
        uint32_t items = is_list ? sample_below(random, 4) : 1;
        struct text *texts = room(arena, items, sizeof *texts);

        if (sample_below(random, 2) == 0)
            continue;
        for (uint32_t k = 0; k < items; k++)
            texts[k] = random_text(random, arena);
        attributes[count++] =
            (struct attribute){.name = text_from(pool[i]), .items = texts, .count = items, .is_list = is_list};
    }
    *ret_count = count;
    return attributes;
}

static struct text numbered(struct arena *arena, const char *prefix, uint32_t number)
{
    char *name = arena_printf(arena, "%s%u", prefix, number);

    assert_non_null(name);
    return text_from(name);
}

struct object sample_object(struct sample_random *random, struct arena *arena, uint32_t number)
{
    static const enum kind kinds[] = {KIND_TABLE, KIND_FUNCTION, KIND_SCHEMA, KIND_DEFAULT_PRIVILEGE};
    static const enum kind part_kinds[] = {KIND_COLUMN, KIND_CHECK, KIND_INDEX, KIND_POLICY};
    struct object object = {.kind = kinds[sample_below(random, LENGTH_OF(kinds))], .id = sample_below(random, 100000)};

    object.path.count = path_style_elements(kind_facts(object.kind)->path);
    for (uint32_t i = 0; i < object.path.count; i++)
        object.path.elements[i] = numbered(arena, i == 0 ? "o" : "", i == 0 ? number : sample_below(random, 100));
    object.attributes = random_attributes(random, arena, &object.attribute_count);
    object.part_count = sample_below(random, 6);
    object.parts = room(arena, object.part_count, sizeof *object.parts);
    for (uint32_t i = 0; i < object.part_count; i++) {
        object.parts[i] = (struct part){.kind = part_kinds[sample_below(random, LENGTH_OF(part_kinds))],
                                        .name = numbered(arena, "p", i),
                                        .id = i + 1};
        object.parts[i].attributes = random_attributes(random, arena, &object.parts[i].attribute_count);
    }
    sample_shuffle(random, &object);
    return object;
}

static int compare_attributes(const void *a, const void *b)
{
    return text_compare(((const struct attribute *)a)->name, ((const struct attribute *)b)->name);
}

static int compare_parts(const void *a, const void *b)
{
    const struct part *left = a;
    const struct part *right = b;

    return left->kind != right->kind ? (int)left->kind - (int)right->kind : text_compare(left->name, right->name);
}

void sample_sort(struct object *object)
{
    qsort(object->attributes, object->attribute_count, sizeof *object->attributes, compare_attributes);
    qsort(object->parts, object->part_count, sizeof *object->parts, compare_parts);
    for (uint32_t i = 0; i < object->part_count; i++)
        qsort(object->parts[i].attributes, object->parts[i].attribute_count, sizeof *object->parts[i].attributes,
              compare_attributes);
}

static void shuffle_attributes(struct sample_random *random, struct attribute *attributes, uint32_t count)
{
    for (uint32_t i = count; i > 1; i--) {
        uint32_t other = sample_below(random, i);
        struct attribute kept = attributes[i - 1];

        attributes[i - 1] = attributes[other];
        attributes[other] = kept;
    }
}

void sample_shuffle(struct sample_random *random, struct object *object)
{
    shuffle_attributes(random, object->attributes, object->attribute_count);
    for (uint32_t i = object->part_count; i > 0; i--) {
        uint32_t other = sample_below(random, i);
        struct part kept = object->parts[i - 1];

        object->parts[i - 1] = object->parts[other];
        object->parts[other] = kept;
        shuffle_attributes(random, object->parts[i - 1].attributes, object->parts[i - 1].attribute_count);
    }
}

static bool same_attributes(const struct attribute *a, uint32_t a_count, const struct attribute *b, uint32_t b_count)
{
    if (a_count != b_count)
        return false;
    for (uint32_t i = 0; i < a_count; i++)
        if (!text_equal(a[i].name, b[i].name) || !attribute_equal(&a[i], &b[i]))
            return false;
    return true;
}

bool sample_equal(const struct object *a, const struct object *b)
{
    if (a->kind != b->kind || a->id != b->id || !path_equal(&a->path, &b->path) || a->part_count != b->part_count ||
        !same_attributes(a->attributes, a->attribute_count, b->attributes, b->attribute_count))
        return false;
    for (uint32_t i = 0; i < a->part_count; i++) {
        const struct part *left = &a->parts[i];
        const struct part *right = &b->parts[i];

        if (left->kind != right->kind || left->id != right->id || !text_equal(left->name, right->name) ||
            !same_attributes(left->attributes, left->attribute_count, right->attributes, right->attribute_count))
            return false;
    }
    return true;
}

struct attribute *sample_attributes(struct arena *arena, const char *const *lines, uint32_t count)
{
    struct attribute *attributes = room(arena, count, sizeof *attributes);

    for (uint32_t i = 0; i < count; i++) {
        const char *equals = strchr(lines[i], '=');
        struct text name = {lines[i], (size_t)(equals - lines[i])};
        bool is_list = equals > lines[i] && equals[-1] == ']';
        struct text *items = room(arena, 8, sizeof *items);
        uint32_t used = 0;

        name.length -= is_list ? 2 : 0;
        for (const char *item = equals + 1; item != NULL; used++) {
            const char *comma = is_list ? strchr(item, ',') : NULL;

            items[used] = (struct text){item, comma == NULL ? strlen(item) : (size_t)(comma - item)};
            item = comma == NULL ? NULL : comma + 1;
        }
        attributes[i] = (struct attribute){.name = name, .items = items, .count = used, .is_list = is_list};
    }
    return attributes;
}

#define ATTRIBUTES(arena, ...)                                                                                         \
    .attributes =                                                                                                      \
        sample_attributes(arena, (const char *const[]){__VA_ARGS__}, LENGTH_OF(((const char *const[]){__VA_ARGS__}))), \
    .attribute_count = LENGTH_OF(((const char *const[]){__VA_ARGS__}))

static struct path path(const char *schema, const char *name)
{
    return (struct path){.count = name == NULL ? 1 : 2, .elements = {text_from(schema), text_from(name)}};
}

static struct object orders(struct arena *arena)
{
    struct part *parts = room(arena, 3, sizeof *parts);

    parts[0] = (struct part){.kind = KIND_PRIMARY_KEY,
                             .name = TEXT("orders_pkey"),
                             .id = 7001,
                             ATTRIBUTES(arena, "columns[]=id", "tablespace=fast")};
    parts[1] = (struct part){.kind = KIND_COLUMN,
                             .name = TEXT("total"),
                             .id = 2,
                             ATTRIBUTES(arena, "type=numeric(10,2)", "nullable=yes", "default=")};
    parts[2] = (struct part){
        .kind = KIND_COLUMN,
        .name = TEXT("id"),
        .id = 1,
        ATTRIBUTES(arena, "type=bigint", "nullable=no", "grants[]=SELECT TO bob,UPDATE TO bob"),
    };
    return (struct object){.kind = KIND_TABLE,
                           .path = path("shop", "orders"),
                           .id = 7000,
                           .parts = parts,
                           .part_count = 3,
                           ATTRIBUTES(arena, "owner=alice", "comment=one row an order", "column_order[]=id,total",
                                      "storage_parameters[]=fillfactor=70")};
}

struct snapshot_input sample_shop(struct arena *arena)
{
    struct object *objects = room(arena, 5, sizeof *objects);
    struct coverage_gap *gaps = room(arena, 2, sizeof *gaps);

    objects[0] = orders(arena);
    objects[1] = (struct object){.kind = KIND_TABLE, .path = path("shop", "empty"), .id = 7010};
    objects[2] = (struct object){.kind = KIND_SCHEMA, .path = path("shop", NULL), ATTRIBUTES(arena, "owner=alice")};
    objects[3] = (struct object){
        .kind = KIND_FUNCTION,
        .path = {.count = 3, .elements = {TEXT("shop"), TEXT("total"), TEXT("integer, text")}},
        .id = 7020,
        ATTRIBUTES(arena, "returns=numeric", "language=sql", "body=SELECT 1", "arguments[]=a integer,b text"),
    };
    objects[4] = (struct object){.kind = KIND_DEFAULT_PRIVILEGE,
                                 .path = path("FOR ROLE alice ON TABLES", NULL),
                                 ATTRIBUTES(arena, "grants[]=SELECT TO PUBLIC")};
    gaps[0] = (struct coverage_gap){KIND_POLICY, TEXT(""), TEXT("permission denied")};
    gaps[1] = (struct coverage_gap){KIND_USER_MAPPING, TEXT("remote.bob"), TEXT("options not visible to this role")};
    return (struct snapshot_input){.info = {.ref = TEXT("postgres://host/shop"),
                                            .engine = TEXT("postgresql"),
                                            .server_version = TEXT("15.20"),
                                            .origin = TEXT("7301:1:16384"),
                                            .taken_at = 1795000000000000},
                                   .objects = objects,
                                   .object_count = 5,
                                   .gaps = gaps,
                                   .gap_count = 2};
}

struct snapshot_input sample_page(struct arena *arena)
{
    struct object *object = room(arena, 1, sizeof *object);
    struct part *column = room(arena, 1, sizeof *column);
    struct coverage_gap *gap = room(arena, 1, sizeof *gap);

    *column = (struct part){
        .kind = KIND_COLUMN, .name = TEXT("id"), .id = 1, ATTRIBUTES(arena, "type=bigint", "nullable=no")};
    *object = (struct object){.kind = KIND_TABLE,
                              .path = path("shop", "orders"),
                              .id = 16384,
                              .parts = column,
                              .part_count = 1,
                              ATTRIBUTES(arena, "column_order[]=id", "owner=alice")};
    *gap = (struct coverage_gap){KIND_POLICY, TEXT(""), TEXT("permission denied")};
    return (struct snapshot_input){.info = {.ref = TEXT("postgres://db/shop"),
                                            .engine = TEXT("postgresql"),
                                            .server_version = TEXT("15.20"),
                                            .origin = TEXT("7301:1:5"),
                                            .taken_at = 1795000000000000},
                                   .objects = object,
                                   .object_count = 1,
                                   .gaps = gap,
                                   .gap_count = 1};
}

struct snapshot *sample_build(struct snapshot_input *input)
{
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    if (snapshot_build(&snapshot, input, MEMORY_LIMIT, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

const char *sample_hex(struct arena *arena, struct text bytes)
{
    char *hex = room(arena, bytes.length * 2 + bytes.length / 32 + 2, 1);
    char *end = hex;

    for (size_t i = 0; i < bytes.length; i++) {
        end += sprintf(end, "%02x", (unsigned char)bytes.bytes[i]);
        if (i % 32 == 31 || i + 1 == bytes.length)
            *end++ = '\n';
    }
    return hex;
}

void sample_expect_on_page(const char *page, const char *text)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    struct text content = {NULL, 0};
    struct error error = {0};
    const char *name;

    test_directory_make(&directory);
    name = test_source_path(&directory, arena_printf(&directory.arena, "docs/reference/%s", page));
    if (file_read(name, 1024 * 1024, &directory.arena, &content, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    if (strstr(content.bytes, text) == NULL)
        fail_msg("docs/reference/%s does not say:\n%s", page, text);
}
