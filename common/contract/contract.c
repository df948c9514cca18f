#include "contract/contract.h"

bool contract_has_environment(const struct contract *contract, struct text environment)
{
    if (contract->environment_count == 0)
        return true;
    for (size_t i = 0; i < contract->environment_count; i++)
        if (text_equal(contract->environments[i], environment))
            return true;
    return false;
}

static const struct contract_requirement *find(const struct contract *contract, enum kind kind, struct text path)
{
    for (size_t i = 0; i < contract->requirement_count; i++)
        if (contract->requirements[i].kind == kind && text_equal(contract->requirements[i].path, path))
            return &contract->requirements[i];
    return NULL;
}

bool contract_reads(const struct contract *contract, enum kind kind, struct text path)
{
    return find(contract, kind, path) != NULL;
}

/* Whether `shown` is a name as identifier_write() shows it. */
static bool is_shown_as(struct text shown, struct text name)
{
    size_t at = 1;

    if (shown.length == 0 || shown.bytes[0] != '"')
        return text_equal(shown, name);
    for (size_t i = 0; i < name.length; i++, at++) {
        if (at >= shown.length || shown.bytes[at] != name.bytes[i])
            return false;
        if (name.bytes[i] == '"' && (++at >= shown.length || shown.bytes[at] != '"'))
            return false;
    }
    return at + 1 == shown.length && shown.bytes[at] == '"';
}

/* Whether the path of a part is that of its owner, a dot, and this name. */
static bool is_part_of(struct text object, struct text owner, struct text name)
{
    struct text shown;

    if (!text_starts_with(object, owner) || object.length <= owner.length || object.bytes[owner.length] != '.')
        return false;
    shown = (struct text){object.bytes + owner.length + 1, object.length - owner.length - 1};
    return is_shown_as(shown, name);
}

bool contract_reads_part(const struct contract *contract, enum kind object_kind, struct text owner, enum kind kind,
                         struct text object)
{
    const struct contract_requirement *requirement = find(contract, object_kind, owner);

    if (requirement == NULL)
        return false;
    if (kind == object_kind)
        return true;
    if (kind == KIND_PRIMARY_KEY || kind == KIND_UNIQUE || kind == KIND_INDEX)
        return requirement->key_count > 0 || requirement->index_count > 0;
    if (kind == KIND_COLUMN)
        for (size_t i = 0; i < requirement->column_count; i++)
            if (is_part_of(object, owner, requirement->columns[i].name))
                return true;
    return false;
}
