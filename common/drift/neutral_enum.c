#include "drift/neutral_enum.h"

#include <stdlib.h>

#include "drift/compare.h"
#include "drift/neutral_key.h"
#include "schema/canonical.h"

enum {
    LABEL_LIMIT = 1000, /* longer lists in a type are not read */
    DOMAIN_LIMIT = 16   /* domains of domains */
};

static const char doing[] = "comparing two engines";

bool neutral_has_enums(enum type_engine engine)
{
    return engine == TYPE_ENGINE_POSTGRESQL || engine == TYPE_ENGINE_SPEC || engine == TYPE_ENGINE_PYTHON;
}

/* ---------------------------------------------------------------- listing */

static int compare_enums(const void *a, const void *b)
{
    return text_compare(((const struct neutral_enum *)a)->key, ((const struct neutral_enum *)b)->key);
}

static int compare_domains(const void *a, const void *b)
{
    return text_compare(((const struct neutral_domain *)a)->key, ((const struct neutral_domain *)b)->key);
}

static enum error_code add_enum(struct neutral *neutral, const struct trie_entry *entry, const struct object *object,
                                struct arena *arena, struct error *error)
{
    const struct attribute *labels = attribute_find(object->attributes, object->attribute_count, TEXT("labels"));
    struct neutral_enum *place = &neutral->enums[neutral->enum_count];

    *place = (struct neutral_enum){.path = compare_path(entry, arena), .names = entry->path};
    place->labels = labels != NULL ? *labels : (struct attribute){.name = TEXT("labels"), .is_list = true};
    place->key = neutral_key_table(neutral->schemas, &entry->path, false, arena);
    if (place->path.bytes == NULL || place->key.bytes == NULL)
        return arena_error(arena, error, doing);
    neutral->enum_count++;
    return ERROR_NONE;
}

/* Domains are known by their exact names: only one side has them. */
static enum error_code add_domain(struct neutral *neutral, const struct trie_entry *entry, const struct object *object,
                                  struct arena *arena, struct error *error)
{
    struct neutral_domain *place = &neutral->domains[neutral->domain_count];

    place->key = neutral_key_table(neutral->schemas, &entry->path, true, arena);
    place->type = attribute_value(object->attributes, object->attribute_count, TEXT("type"));
    if (place->key.bytes == NULL)
        return arena_error(arena, error, doing);
    neutral->domain_count++;
    return ERROR_NONE;
}

static enum error_code make_room(struct neutral *neutral, const struct trie *trie, struct arena *arena,
                                 struct error *error)
{
    size_t enums = 0, domains = 0;

    for (uint32_t i = 0; i < trie->count; i++) {
        enums += trie->entries[i].kind == KIND_ENUM;
        domains += trie->entries[i].kind == KIND_DOMAIN;
    }
    neutral->enums = arena_array(arena, enums, sizeof *neutral->enums);
    neutral->domains = arena_array(arena, domains, sizeof *neutral->domains);
    return neutral->enums == NULL || neutral->domains == NULL ? arena_error(arena, error, doing) : ERROR_NONE;
}

enum error_code neutral_enums_make(struct neutral *neutral, const struct snapshot *snapshot, struct arena *arena,
                                   struct error *error)
{
    const struct trie *trie = &snapshot->tries[ASPECT_STRUCTURE];

    if (make_room(neutral, trie, arena, error) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; i < trie->count; i++) {
        const struct trie_entry *entry = &trie->entries[i];
        struct object object;

        if (entry->kind != KIND_ENUM && entry->kind != KIND_DOMAIN)
            continue;
        if (canonical_decode(entry->blob, arena, &object, error) != ERROR_NONE ||
            (entry->kind == KIND_ENUM ? add_enum(neutral, entry, &object, arena, error)
                                      : add_domain(neutral, entry, &object, arena, error)) != ERROR_NONE)
            return error->code;
    }
    if (neutral->domain_count > 1)
        qsort(neutral->domains, neutral->domain_count, sizeof *neutral->domains, compare_domains);
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- which columns are of them */

/* What linking needs at every step. */
struct linking {
    struct neutral *neutral;
    struct arena *arena;
    struct error *error;
};

/* What a type says that is an enum: "enum public.colour[]", in the words of its key. */
static enum error_code say_enum(const struct linking *linking, struct neutral_part *column)
{
    CLEANUP(buffer_clear) struct buffer written = {0};
    struct text *said = arena_alloc(linking->arena, sizeof *said), key = column->enumeration->key;

    if (said == NULL)
        return arena_error(linking->arena, linking->error, doing);
    buffer_add_string(&written, "enum ");
    for (size_t i = key.length > 0 && key.bytes[0] == '\0'; i + 1 < key.length; i++) /* without a default schema */
        buffer_add_byte(&written, key.bytes[i] == '\0' ? '.' : (uint8_t)key.bytes[i]);
    if (column->type.is_array)
        buffer_add_string(&written, "[]");
    if (buffer_check(&written, linking->error, doing) != ERROR_NONE)
        return linking->error->code;
    *said = (struct text){arena_copy(linking->arena, written.bytes, written.length), written.length};
    if (said->bytes == NULL)
        return arena_error(linking->arena, linking->error, doing);
    neutral_attribute(column, TEXT("type"))->said.items = said;
    return ERROR_NONE;
}

/* The enum that a type names, if any. */
static enum error_code find_enum(const struct linking *linking, const struct path *names,
                                 struct neutral_enum **ret_enum)
{
    const struct neutral *neutral = linking->neutral;

    for (int exact = 1; exact >= 0 && *ret_enum == NULL; exact--) {
        struct neutral_enum wanted = {.key = neutral_key_table(neutral->schemas, names, exact != 0, linking->arena)};

        if (wanted.key.bytes == NULL)
            return arena_error(linking->arena, linking->error, doing);
        *ret_enum = bsearch(&wanted, neutral->enums, neutral->enum_count, sizeof wanted, compare_enums);
    }
    return ERROR_NONE;
}

static enum error_code find_domain(const struct linking *linking, const struct path *names,
                                   const struct neutral_domain **ret_domain)
{
    const struct neutral *neutral = linking->neutral;
    struct neutral_domain wanted = {.key = neutral_key_table(neutral->schemas, names, true, linking->arena)};

    if (wanted.key.bytes == NULL)
        return arena_error(linking->arena, linking->error, doing);
    *ret_domain = bsearch(&wanted, neutral->domains, neutral->domain_count, sizeof wanted, compare_domains);
    return ERROR_NONE;
}

/* Follow a type to the enum that it is, or is a domain of; `column->domain` is the last domain on the way. */
static enum error_code follow(const struct linking *linking, struct neutral_part *column, struct text element,
                              struct text *ret_next)
{
    const struct neutral_domain *domain = NULL;
    struct path names;

    *ret_next = (struct text){"", 0};
    if (neutral_key_parse(&names, KIND_ENUM, element, linking->arena, linking->error) != ERROR_NONE)
        return linking->error->code;
    if (names.count == 0)
        return ERROR_NONE;
    if (find_enum(linking, &names, &column->enumeration) != ERROR_NONE ||
        (column->enumeration == NULL && find_domain(linking, &names, &domain) != ERROR_NONE))
        return linking->error->code;
    if (domain == NULL)
        return ERROR_NONE;
    column->domain = domain;
    if (type_value_of(linking->neutral->engine, domain->type).family == TYPE_FAMILY_NONE)
        *ret_next = domain->type;
    return ERROR_NONE;
}

static enum error_code link_column(const struct linking *linking, struct neutral_part *column)
{
    struct text element = column->type.family == TYPE_FAMILY_NONE ? column->type.element : (struct text){"", 0};

    for (unsigned depth = 0; depth < DOMAIN_LIMIT && element.length > 0; depth++)
        if (follow(linking, column, element, &element) != ERROR_NONE)
            return linking->error->code;
    return column->enumeration == NULL ? ERROR_NONE : say_enum(linking, column);
}

enum error_code neutral_enums_link(struct neutral *neutral, struct arena *arena, struct error *error)
{
    const struct linking linking = {neutral, arena, error};

    if (neutral->enum_count > 1)
        qsort(neutral->enums, neutral->enum_count, sizeof *neutral->enums, compare_enums);
    if (neutral->enum_count + neutral->domain_count == 0)
        return ERROR_NONE;
    for (uint32_t i = 0; i < neutral->count; i++)
        for (uint32_t k = 0; k < neutral->tables[i].column_count; k++)
            if (link_column(&linking, &neutral->tables[i].parts[k]) != ERROR_NONE)
                return error->code;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- labels in a type */

/* What a type that lists labels begins with; its last byte closes the list. */
static bool find_list(const struct type_value *type, struct text *ret_list)
{
    static const struct text openings[] = {TEXT_INIT("enum("), TEXT_INIT("Literal["), TEXT_INIT("typing.Literal[")};
    const bool is_python = type->engine == TYPE_ENGINE_PYTHON;

    for (size_t i = 0; i < LENGTH_OF(openings); i++) {
        size_t length = openings[i].length;

        if ((i > 0) == is_python && type->element.length > length && text_starts_with(type->element, openings[i]) &&
            type->element.bytes[type->element.length - 1] == (is_python ? ']' : ')')) {
            *ret_list = (struct text){type->element.bytes + length, type->element.length - length - 1};
            return is_python || type->engine == TYPE_ENGINE_MARIADB;
        }
    }
    return false;
}

/* The length of a quoted label with both quotes; 0: it is none, or holds what would have to be read in one engine's
 * way. A quote within is doubled in MariaDB, and never plain in Python. */
static size_t quoted_length(struct text list)
{
    char quote = list.length == 0 ? '\0' : list.bytes[0];

    if (quote != '\'' && quote != '"')
        return 0;
    for (size_t i = 1; i < list.length; i++) {
        if (list.bytes[i] == '\\')
            return 0;
        if (list.bytes[i] == quote)
            return i + 1 < list.length && list.bytes[i + 1] == quote ? 0 : i + 1;
    }
    return 0;
}

static void skip(struct text *list, char c)
{
    while (list->length > 0 && list->bytes[0] == c)
        *list = (struct text){list->bytes + 1, list->length - 1};
}

bool neutral_labels_read(struct text_list *ret_labels, const struct type_value *type, struct arena *arena,
                         bool *ret_failed)
{
    struct text list = {"", 0}, *items;
    uint32_t count = 0;

    if (!find_list(type, &list))
        return false;
    items = arena_array(arena, list.length / 2 + 1, sizeof *items);
    *ret_failed = items == NULL;
    while (items != NULL && list.length > 0) {
        size_t length = quoted_length(list);

        if (length == 0 || count == LABEL_LIMIT)
            return false;
        items[count++] = (struct text){list.bytes + 1, length - 2};
        list = (struct text){list.bytes + length, list.length - length};
        skip(&list, ' ');
        if (list.length > 0 && list.bytes[0] != ',')
            return false;
        skip(&list, ',');
        skip(&list, ' ');
    }
    *ret_labels = (struct text_list){items, count};
    return items != NULL && count > 0;
}

static bool holds(const struct text_list *list, struct text label)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (text_equal(list->items[i], label))
            return true;
    return false;
}

bool neutral_labels_equal(const struct text_list *a, const struct text_list *b, bool in_order)
{
    bool equal = a->count == b->count && (in_order || a->count <= LABEL_LIMIT);

    for (uint32_t i = 0; i < a->count && equal; i++)
        equal = in_order ? text_equal(a->items[i], b->items[i]) : holds(b, a->items[i]) && holds(a, b->items[i]);
    return equal;
}
