#include "contract/contract_key.h"

#include "base/compiler.h"

static bool is(const struct part *part, struct text name, struct text value)
{
    return text_equal(attribute_value(part->attributes, part->attribute_count, name), value);
}

static bool has(const struct part *part, struct text name)
{
    return attribute_find(part->attributes, part->attribute_count, name) != NULL;
}

enum contract_service contract_service_of(const struct part *part)
{
    if (has(part, TEXT("predicate")) || has(part, TEXT("period")) || is(part, TEXT("valid"), TEXT("no")))
        return CONTRACT_SERVES_NOTHING;
    if (part->kind == KIND_PRIMARY_KEY || part->kind == KIND_UNIQUE)
        return CONTRACT_SERVES_AS_KEY;
    if (part->kind != KIND_INDEX)
        return CONTRACT_SERVES_NOTHING;
    return is(part, TEXT("unique"), TEXT("yes")) ? CONTRACT_SERVES_AS_KEY : CONTRACT_SERVES_AS_INDEX;
}

struct text contract_key_column(const struct object *object, struct text item)
{
    static const struct text descending = TEXT_INIT(" DESC");
    struct text column = item;

    if (item.length <= descending.length || object_part(object, KIND_COLUMN, item) != NULL)
        return item;
    column.length -= descending.length;
    return memcmp(item.bytes + column.length, descending.bytes, descending.length) == 0 ? column : item;
}

static bool is_among(const struct object *object, const struct attribute *columns, struct text name)
{
    for (uint32_t i = 0; i < columns->count; i++)
        if (text_equal(contract_key_column(object, columns->items[i]), name))
            return true;
    return false;
}

static bool has_exactly(const struct object *object, const struct attribute *columns,
                        const struct contract_columns *wanted)
{
    if (columns->count != wanted->count)
        return false;
    for (size_t i = 0; i < wanted->count; i++)
        if (!is_among(object, columns, wanted->names[i]))
            return false;
    return true;
}

static bool begins_with(const struct object *object, const struct attribute *columns,
                        const struct contract_columns *wanted)
{
    if (columns->count < wanted->count)
        return false;
    for (size_t i = 0; i < wanted->count; i++)
        if (!text_equal(contract_key_column(object, columns->items[i]), wanted->names[i]))
            return false;
    return true;
}

bool contract_key_find(const struct object *object, const struct contract_columns *wanted, bool must_be_unique)
{
    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *part = &object->parts[i];
        const struct attribute *columns = attribute_find(part->attributes, part->attribute_count, TEXT("columns"));
        enum contract_service service = contract_service_of(part);

        if (columns == NULL || service < (must_be_unique ? CONTRACT_SERVES_AS_KEY : CONTRACT_SERVES_AS_INDEX))
            continue;
        if (must_be_unique ? has_exactly(object, columns, wanted) : begins_with(object, columns, wanted))
            return true;
    }
    return false;
}
