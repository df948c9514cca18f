#include "drift/neutral_part.h"

#include <stdlib.h>

#include "drift/list_change.h"
#include "drift/neutral_key.h"

static const char doing[] = "comparing two engines";

static const struct text yes[] = {TEXT_INIT("yes")}, no[] = {TEXT_INIT("no")}, nothing[] = {TEXT_INIT("")};

/* ---------------------------------------------------------------- attributes */

static struct text value_of(const struct part *part, struct text name)
{
    return attribute_value(part->attributes, part->attribute_count, name);
}

static const struct attribute *find(const struct part *part, const char *name)
{
    return attribute_find(part->attributes, part->attribute_count, text_from(name));
}

/* They are added in the order of their names. */
static void add(struct neutral_part *part, const char *name, const struct text *said, uint32_t count, bool is_list,
                const struct attribute *shown)
{
    struct neutral_attribute *attribute = &part->attributes[part->attribute_count++];

    attribute->said = (struct attribute){text_from(name), said, count, is_list};
    attribute->shown = shown != NULL ? *shown : attribute->said;
    attribute->shown.name = attribute->said.name;
}

/* ---------------------------------------------------------------- columns */

static bool begins_folded(struct text text, struct text wanted)
{
    size_t same = 0;

    while (same < wanted.length && same < text.length &&
           (text.bytes[same] == wanted.bytes[same] ||
            (text.bytes[same] >= 'A' && text.bytes[same] <= 'Z' && text.bytes[same] + 32 == wanted.bytes[same])))
        same++;
    return same == wanted.length;
}

static struct text without_brackets(struct text text)
{
    while (text.length > 0 && (text.bytes[0] == '(' || text.bytes[0] == ' '))
        text = (struct text){text.bytes + 1, text.length - 1};
    while (text.length > 0 && (text.bytes[text.length - 1] == ')' || text.bytes[text.length - 1] == ' '))
        text.length--;
    return text;
}

/* A default that takes the next number of a sequence. */
static bool is_numbering(struct text value)
{
    struct text bare = without_brackets(value);

    return begins_folded(bare, TEXT("nextval(")) || begins_folded(bare, TEXT("next value for "));
}

/* A default that says what there is without one. */
static bool is_null(struct text value)
{
    struct text bare = without_brackets(value);

    return begins_folded(bare, TEXT("null")) && (bare.length == 4 || bare.bytes[4] == ':');
}

/* SQLite numbers the rows of a table by the one column of its primary key whose type is this very word. */
static bool is_row_number(const struct neutral_table *table, const struct part *column, bool is_only_key)
{
    const struct object *object = &table->object;
    struct text type = value_of(column, TEXT("type"));

    return is_only_key && type.length == 7 && begins_folded(type, TEXT("integer")) &&
           attribute_find(object->attributes, object->attribute_count, TEXT("without_rowid")) == NULL;
}

static const struct part *primary_key(const struct object *object)
{
    for (uint32_t i = 0; i < object->part_count; i++)
        if (object->parts[i].kind == KIND_PRIMARY_KEY)
            return &object->parts[i];
    return NULL;
}

static bool names(const struct text_list *list, struct text name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (text_equal(list->items[i], name))
            return true;
    return false;
}

/* A column of the primary key takes no NULL on any engine but SQLite, where nobody means it to. */
static void add_nullable(struct neutral_part *column, const struct part *part, bool is_key)
{
    struct text value = value_of(part, TEXT("nullable"));

    if (is_key)
        add(column, "nullable", no, 1, false, NULL);
    else if (value.length > 0)
        add(column, "nullable", text_equal(value, TEXT("no")) ? no : yes, 1, false, NULL);
}

static enum error_code add_type(struct neutral_part *column, const struct part *part, enum type_engine engine,
                                struct arena *arena, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer written = {0};
    struct text *said = arena_alloc(arena, sizeof *said);

    column->type = type_value_of(engine, value_of(part, TEXT("type")));
    type_value_write(&written, &column->type, false);
    if (said == NULL)
        return arena_error(arena, error, doing);
    if (buffer_check(&written, error, doing) != ERROR_NONE)
        return error->code;
    *said = (struct text){arena_copy(arena, written.bytes, written.length), written.length};
    if (said->bytes == NULL)
        return arena_error(arena, error, doing);
    add(column, "type", said, 1, false, find(part, "type"));
    if (find(part, "type") == NULL)
        column->attributes[column->attribute_count - 1].shown.items = nothing;
    return ERROR_NONE;
}

static enum error_code make_column(struct neutral_part *column, const struct neutral_table *table,
                                   const struct part *part, enum type_engine engine, struct arena *arena,
                                   struct error *error)
{
    const struct part *key = primary_key(&table->object);
    const struct text_list keys = text_list_of(key == NULL ? NULL : find(key, "columns"));
    const struct attribute *initial = find(part, "default"), *generated = find(part, "generated");
    const struct attribute *identity = find(part, "identity");
    struct text value = value_of(part, TEXT("default"));
    bool is_key = key != NULL && names(&keys, part->name);
    bool counts = initial != NULL && is_numbering(value);

    *column = (struct neutral_part){.kind = KIND_COLUMN, .name = part->name};
    column->key = neutral_key_folded(part->name, arena);
    if (column->key.bytes == NULL)
        return arena_error(arena, error, doing);
    if (initial != NULL && generated == NULL && !counts && !is_null(value))
        add(column, "default", yes, 1, false, initial);
    if (generated != NULL)
        add(column, "generated", yes, 1, false, generated);
    if (identity != NULL || counts)
        add(column, "identity", yes, 1, false, identity != NULL ? identity : initial);
    else if (engine == TYPE_ENGINE_SQLITE && is_row_number(table, part, is_key && keys.count == 1))
        add(column, "identity", yes, 1, false, NULL);
    add_nullable(column, part, is_key);
    return add_type(column, part, engine, arena, error);
}

enum error_code neutral_columns_make(struct neutral_table *table, enum type_engine engine, struct arena *arena,
                                     struct error *error)
{
    const struct object *object = &table->object;

    for (uint32_t i = 0; i < object->part_count; i++)
        if (object->parts[i].kind == KIND_COLUMN && make_column(&table->parts[table->column_count++], table,
                                                                &object->parts[i], engine, arena, error) != ERROR_NONE)
            return error->code;
    table->part_count = table->column_count;
    return ERROR_NONE;
}

static int compare_names(const void *key, const void *part)
{
    return text_compare(*(const struct text *)key, ((const struct neutral_part *)part)->name);
}

/* Columns stand as the object has them, by name, until all parts are made. */
const struct neutral_part *neutral_column(const struct neutral_table *table, struct text name)
{
    return bsearch(&name, table->parts, table->column_count, sizeof *table->parts, compare_names);
}

/* ---------------------------------------------------------------- keys and indexes */

/* What making them needs at every step. */
struct making {
    struct neutral_table *table;
    struct neutral *neutral;
    struct arena *arena;
    struct error *error;
};

static enum error_code no_memory(const struct making *making)
{
    return arena_error(making->arena, making->error, doing);
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* " DESC" and " ASC" do not count. */
static struct text without_direction(struct text item)
{
    static const struct text directions[] = {TEXT_INIT(" DESC"), TEXT_INIT(" ASC")};

    for (size_t i = 0; i < LENGTH_OF(directions); i++) {
        size_t length = directions[i].length;

        if (item.length > length && text_equal((struct text){item.bytes + item.length - length, length}, directions[i]))
            return (struct text){item.bytes, item.length - length};
    }
    return item;
}

static const struct neutral_part *column_of(const struct neutral_table *table, struct text item)
{
    const struct neutral_part *column = neutral_column(table, item);

    return column != NULL ? column : neutral_column(table, without_direction(item));
}

/* The keys of the columns that a part lists; NULL in `ret_keys` when it lists something else, too, or none. */
static enum error_code find_columns(const struct making *making, const struct part *part, struct text **ret_keys,
                                    uint32_t *ret_count)
{
    const struct text_list items = text_list_of(find(part, "columns"));
    struct text *keys = arena_array(making->arena, items.count, sizeof *keys);

    *ret_keys = NULL;
    *ret_count = items.count;
    if (keys == NULL)
        return no_memory(making);
    for (uint32_t i = 0; i < items.count; i++) {
        const struct neutral_part *column = column_of(making->table, items.items[i]);

        if (column == NULL)
            return ERROR_NONE;
        keys[i] = column->key;
    }
    *ret_keys = items.count == 0 ? NULL : keys;
    return ERROR_NONE;
}

static enum error_code sort_copy(const struct making *making, const struct text *keys, uint32_t count,
                                 struct text **ret_sorted)
{
    *ret_sorted = arena_array(making->arena, count, sizeof **ret_sorted);
    if (*ret_sorted == NULL)
        return no_memory(making);
    memcpy(*ret_sorted, keys, count * sizeof *keys);
    if (count > 1)
        qsort(*ret_sorted, count, sizeof *keys, compare_texts);
    return ERROR_NONE;
}

/* Begin a part that is about columns. */
static enum error_code begin(const struct making *making, enum kind kind, const struct part *part,
                             const struct text *keys, uint32_t count, struct neutral_part **ret_part)
{
    struct neutral_table *table = making->table;
    struct neutral_part *place = &table->parts[table->part_count];
    struct text *sorted;

    if (sort_copy(making, keys, count, &sorted) != ERROR_NONE)
        return making->error->code;
    *place = (struct neutral_part){
        .kind = kind, .name = part->name, .columns = neutral_key_joined(sorted, count, making->arena)};
    if (place->columns.bytes == NULL)
        return no_memory(making);
    table->part_count++;
    *ret_part = place;
    return ERROR_NONE;
}

static enum error_code make_primary_key(const struct making *making, const struct part *part, const struct text *keys,
                                        uint32_t count)
{
    struct neutral_part *made;

    if (begin(making, KIND_PRIMARY_KEY, part, keys, count, &made) != ERROR_NONE)
        return making->error->code;
    made->key = TEXT("");
    add(made, "columns", keys, count, true, find(part, "columns"));
    return ERROR_NONE;
}

/* ---- unique ---- */

static bool takes_null(const struct neutral_table *table, const struct part *part)
{
    const struct text_list items = text_list_of(find(part, "columns"));

    for (uint32_t i = 0; i < items.count; i++) {
        const struct neutral_part *column = column_of(table, items.items[i]);

        for (uint32_t k = 0; column != NULL && k < column->attribute_count; k++)
            if (column->attributes[k].said.items == yes &&
                text_equal(column->attributes[k].said.name, TEXT("nullable")))
                return true;
    }
    return false;
}

/* "([code] IS NOT NULL)", which is how SQL Server lets more than one row be without a value. */
static bool leaves_out_null(const struct part *part)
{
    const struct text_list items = text_list_of(find(part, "columns"));
    struct text rest = without_brackets(value_of(part, TEXT("predicate")));

    if (items.count != 1 || rest.length == 0)
        return false;
    if (rest.bytes[0] == '[' || rest.bytes[0] == '"')
        rest = (struct text){rest.bytes + 1, rest.length - 1};
    if (!text_starts_with(rest, items.items[0]))
        return false;
    rest = (struct text){rest.bytes + items.items[0].length, rest.length - items.items[0].length};
    if (rest.length > 0 && (rest.bytes[0] == ']' || rest.bytes[0] == '"'))
        rest = (struct text){rest.bytes + 1, rest.length - 1};
    return rest.length == 12 && begins_folded(rest, TEXT(" is not null"));
}

/* NULLs are told apart unless the engine or the key says otherwise. */
static enum error_code make_unique(const struct making *making, const struct part *part, const struct text *keys,
                                   uint32_t count)
{
    static const struct text distinct[] = {TEXT_INIT("distinct")}, same[] = {TEXT_INIT("not distinct")};
    struct neutral_part *made;
    struct text *sorted;
    bool counts_null = making->neutral->engine == TYPE_ENGINE_SQLSERVER ? !leaves_out_null(part)
                                                                        : find(part, "nulls_not_distinct") != NULL;

    if (begin(making, KIND_UNIQUE, part, keys, count, &made) != ERROR_NONE ||
        sort_copy(making, keys, count, &sorted) != ERROR_NONE)
        return making->error->code;
    made->key = made->columns;
    add(made, "columns", sorted, count, true, find(part, "columns"));
    if (takes_null(making->table, part))
        add(made, "nulls", counts_null ? same : distinct, 1, false, NULL);
    return ERROR_NONE;
}

/* ---- foreign keys ---- */

/* A column here and the one there. */
struct link {
    struct text here;
    struct text there;
};

static int compare_links(const void *a, const void *b)
{
    return text_compare(((const struct link *)a)->here, ((const struct link *)b)->here);
}

static struct text key_there(const struct neutral_table *table, struct text name, struct arena *arena)
{
    const struct neutral_part *column = table == NULL ? NULL : neutral_column(table, name);

    return column != NULL ? column->key : neutral_key_folded(name, arena);
}

/* Sorted by the columns here; what is there may be unknown. */
static enum error_code find_links(const struct making *making, const struct part *part, const struct text *keys,
                                  uint32_t count, const struct neutral_table *target, struct text **ret_texts)
{
    const struct text_list there = text_list_of(find(part, "referenced_columns"));
    struct link *links = arena_array(making->arena, count, sizeof *links);
    struct text *texts = arena_array(making->arena, (size_t)count * 2, sizeof *texts);

    if (links == NULL || texts == NULL)
        return no_memory(making);
    for (uint32_t i = 0; i < count; i++) {
        links[i] = (struct link){keys[i], {"", 0}};
        if (i < there.count)
            links[i].there = key_there(target, there.items[i], making->arena);
        if (links[i].there.bytes == NULL)
            return no_memory(making);
    }
    if (count > 1)
        qsort(links, count, sizeof *links, compare_links);
    for (uint32_t i = 0; i < count; i++) {
        texts[i] = links[i].here;
        texts[count + i] = links[i].there;
    }
    *ret_texts = texts;
    return ERROR_NONE;
}

/* Refusing at once and refusing at the end are refusing. */
static void add_action(struct neutral_part *made, const char *name, const struct part *part)
{
    const struct attribute *action = find(part, name);

    if (action != NULL && !action->is_list && !text_equal(action->items[0], TEXT("restrict")) &&
        !text_equal(action->items[0], TEXT("no action")))
        add(made, name, action->items, 1, false, NULL);
}

static bool is_off(const struct part *part)
{
    return text_equal(value_of(part, TEXT("enforced")), TEXT("no")) ||
           text_equal(value_of(part, TEXT("enabled")), TEXT("no"));
}

/* The key of a table that is not there is that of its path. */
static enum error_code find_target_key(const struct making *making, struct text path,
                                       const struct neutral_table *target, struct text *ret_key)
{
    struct path parsed;

    if (target != NULL) {
        *ret_key = target->key;
        return ERROR_NONE;
    }
    if (neutral_key_parse(&parsed, KIND_TABLE, path, making->arena, making->error) != ERROR_NONE)
        return making->error->code;
    *ret_key = parsed.count > 0 ? neutral_key_table(making->neutral->schemas, &parsed, false, making->arena)
                                : neutral_key_folded(path, making->arena);
    return ret_key->bytes == NULL ? no_memory(making) : ERROR_NONE;
}

static enum error_code make_foreign_key(const struct making *making, const struct part *part, const struct text *keys,
                                        uint32_t count)
{
    struct text path = value_of(part, TEXT("references"));
    const struct neutral_table *target = NULL;
    struct neutral_part *made;
    struct text *texts = NULL, *key = arena_array(making->arena, 3, sizeof *key);

    if (key == NULL)
        return no_memory(making);
    if (neutral_find(&target, making->neutral, making->neutral, path, making->arena, making->error) != ERROR_NONE ||
        find_target_key(making, path, target, &key[1]) != ERROR_NONE ||
        find_links(making, part, keys, count, target, &texts) != ERROR_NONE ||
        begin(making, KIND_FOREIGN_KEY, part, keys, count, &made) != ERROR_NONE)
        return making->error->code;
    key[0] = made->columns;
    key[2] = neutral_key_joined(texts + count, count, making->arena);
    made->key = key[2].bytes == NULL ? key[2] : neutral_key_joined(key, 3, making->arena);
    if (made->key.bytes == NULL)
        return no_memory(making);
    add(made, "columns", texts, count, true, find(part, "columns"));
    if (is_off(part))
        add(made, "enforced", no, 1, false, NULL);
    add_action(made, "on_delete", part);
    add_action(made, "on_update", part);
    add(made, "referenced_columns", texts + count, count, true, find(part, "referenced_columns"));
    add(made, "references", &key[1], 1, false, find(part, "references"));
    return ERROR_NONE;
}

/* ---- indexes ---- */

static bool is_ordinary(const struct part *part)
{
    static const struct text methods[] = {TEXT_INIT(""), TEXT_INIT("btree"), TEXT_INIT("clustered"),
                                          TEXT_INIT("nonclustered")};
    struct text method = value_of(part, TEXT("method"));

    for (size_t i = 0; i < LENGTH_OF(methods); i++)
        if (method.length == methods[i].length && begins_folded(method, methods[i]))
            return find(part, "predicate") == NULL || leaves_out_null(part);
    return false;
}

static enum error_code make_index(const struct making *making, const struct part *part, const struct text *keys,
                                  uint32_t count)
{
    struct neutral_part *made;

    if (text_equal(value_of(part, TEXT("unique")), TEXT("yes")))
        return make_unique(making, part, keys, count);
    if (begin(making, KIND_INDEX, part, keys, count, &made) != ERROR_NONE)
        return making->error->code;
    made->key = neutral_key_joined(keys, count, making->arena);
    if (made->key.bytes == NULL)
        return no_memory(making);
    add(made, "columns", keys, count, true, find(part, "columns"));
    return ERROR_NONE;
}

/* Part of a text is no column, what is switched off is not there, and a condition leaves out rows. */
static bool can_compare(const struct part *part)
{
    if (find(part, "prefix_lengths") != NULL || (part->kind != KIND_FOREIGN_KEY && is_off(part)))
        return false;
    if (part->kind != KIND_INDEX)
        return part->kind == KIND_PRIMARY_KEY || part->kind == KIND_UNIQUE || part->kind == KIND_FOREIGN_KEY;
    return is_ordinary(part) &&
           (find(part, "predicate") == NULL || text_equal(value_of(part, TEXT("unique")), TEXT("yes")));
}

static enum error_code make_key(const struct making *making, const struct part *part)
{
    struct text *keys = NULL;
    uint32_t count = 0;

    if (can_compare(part) && find_columns(making, part, &keys, &count) != ERROR_NONE)
        return making->error->code;
    if (keys == NULL) {
        making->neutral->rest[part->kind] += part->kind != KIND_NOT_NULL; /* columns say it */
        return ERROR_NONE;
    }
    switch (part->kind) {
    case KIND_PRIMARY_KEY:
        return make_primary_key(making, part, keys, count);
    case KIND_UNIQUE:
        return make_unique(making, part, keys, count);
    case KIND_FOREIGN_KEY:
        return make_foreign_key(making, part, keys, count);
    default:
        return make_index(making, part, keys, count);
    }
}

enum error_code neutral_keys_make(struct neutral_table *table, struct neutral *neutral, struct arena *arena,
                                  struct error *error)
{
    const struct making making = {table, neutral, arena, error};

    for (uint32_t i = 0; i < table->object.part_count; i++)
        if (table->object.parts[i].kind != KIND_COLUMN && make_key(&making, &table->object.parts[i]) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}
