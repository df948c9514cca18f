#include "drift/rule_table.h"

#include "drift/list_change.h"
#include "drift/privilege_change.h"
#include "drift/severity.h"
#include "drift/type_change.h"

#define KIND_SHIFT(kind) ((kind) < 64 ? (kind) : (kind)-16)
#define BIT(symbol) ((kind_set)1 << KIND_SHIFT(KIND_##symbol))

#define KIND(symbol, number, name, plural, place, path, aspect)                                                        \
    _Static_assert((number) > 0 && ((number) < 48 || ((number) >= 64 && (number) < 80)), "kind sets are full");
#include "schema/kind.def"
#undef KIND

#define TABLES (BIT(TABLE) | BIT(FOREIGN_TABLE))
#define VIEWS (BIT(VIEW) | BIT(MATERIALIZED_VIEW))
#define RELATIONS (TABLES | VIEWS)
#define ROUTINES (BIT(FUNCTION) | BIT(PROCEDURE) | BIT(AGGREGATE))
#define TYPES                                                                                                          \
    (BIT(ENUM) | BIT(DOMAIN) | BIT(COMPOSITE_TYPE) | BIT(RANGE_TYPE) | BIT(BASE_TYPE) | BIT(TABLE_TYPE) |              \
     BIT(XML_SCHEMA_COLLECTION))
#define CONSTRAINTS (BIT(PRIMARY_KEY) | BIT(UNIQUE) | BIT(FOREIGN_KEY) | BIT(CHECK) | BIT(EXCLUSION))
#define OPERATORS (BIT(CAST) | BIT(OPERATOR) | BIT(OPERATOR_CLASS) | BIT(OPERATOR_FAMILY))
#define FOREIGN (BIT(FOREIGN_DATA_WRAPPER) | BIT(FOREIGN_SERVER) | BIT(USER_MAPPING))
#define TEXT_SEARCH                                                                                                    \
    (BIT(TEXT_SEARCH_CONFIGURATION) | BIT(TEXT_SEARCH_DICTIONARY) | BIT(TEXT_SEARCH_PARSER) | BIT(TEXT_SEARCH_TEMPLATE))
#define TRIGGERS (BIT(TRIGGER) | BIT(RULE) | BIT(EVENT_TRIGGER) | BIT(EVENT))
#define PARTITIONING (BIT(PARTITION_FUNCTION) | BIT(PARTITION_SCHEME))
#define PRIVILEGES (BIT(DEFAULT_PRIVILEGE) | BIT(SYSTEM_PRIVILEGE))
#define ANY_KIND (~(kind_set)0)

#define ON_ADDED (1u << EFFECT_ADDED)
#define ON_REMOVED (1u << EFFECT_REMOVED)
#define ON_RENAMED (1u << EFFECT_RENAMED)
#define ON_CHANGED (1u << EFFECT_MODIFIED | 1u << EFFECT_RENAMED)
#define ON_ANY (ON_ADDED | ON_REMOVED | ON_CHANGED)
#define ANY_ATTRIBUTE rule_any_attribute

const kind_set rule_any_kind = ANY_KIND;
const char rule_any_attribute[] = "*";

/* ---------------------------------------------------------------- conditions */

static struct text value_of(const struct attribute *attribute)
{
    return attribute == NULL || attribute->is_list ? (struct text){"", 0} : attribute->items[0];
}

/* The value that an added part brings, or an empty text. */
static struct text added_value(const struct change *change, struct text name)
{
    for (uint32_t i = 0; i < change->attribute_count; i++)
        if (text_equal(change->attributes[i].name, name))
            return value_of(change->attributes[i].to);
    return (struct text){"", 0};
}

static bool becomes_yes(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return text_equal(value_of(attribute->to), TEXT("yes"));
}

static bool becomes_no(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return text_equal(value_of(attribute->to), TEXT("no"));
}

static bool becomes_absent(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return attribute->to == NULL;
}

/* Switches are "enabled" or "yes" when on; absent, "disabled" or "no" when off. */
static bool switched_off(const struct change *change, const struct attribute_change *attribute)
{
    struct text value = value_of(attribute->to);

    (void)change;
    return value.length == 0 || text_equal(value, TEXT("disabled")) || text_equal(value, TEXT("no"));
}

/* Triggers are the other way round: absent is enabled. A trigger for replicas fires in no ordinary session. */
static bool trigger_disabled(const struct change *change, const struct attribute_change *attribute)
{
    struct text value = value_of(attribute->to);

    (void)change;
    return text_equal(value, TEXT("no")) || text_equal(value, TEXT("disabled")) || text_equal(value, TEXT("replica"));
}

static bool policy_permits(const struct change *change, const struct attribute_change *attribute)
{
    (void)attribute;
    return !text_equal(added_value(change, TEXT("permissive")), TEXT("no"));
}

/* Only tables, and variables of a table type, are written to: a view or composite type may get such a column without
 * harm. */
static bool column_required(const struct change *change, const struct attribute_change *attribute)
{
    (void)attribute;
    if (change->object_kind != KIND_TABLE && change->object_kind != KIND_FOREIGN_TABLE &&
        change->object_kind != KIND_TABLE_TYPE)
        return false;
    return text_equal(added_value(change, TEXT("nullable")), TEXT("no")) &&
           added_value(change, TEXT("default")).length == 0 && added_value(change, TEXT("identity")).length == 0 &&
           added_value(change, TEXT("generated")).length == 0;
}

static enum type_change type_change_of(const struct attribute_change *attribute)
{
    return type_change_classify(value_of(attribute->from), value_of(attribute->to));
}

static bool type_narrowed(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return type_change_of(attribute) == TYPE_CHANGE_NARROWED;
}

static bool type_family(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return type_change_of(attribute) == TYPE_CHANGE_FAMILY;
}

static bool type_widened(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return type_change_of(attribute) == TYPE_CHANGE_WIDENED;
}

static enum list_change labels_of(const struct attribute_change *attribute)
{
    return list_change_classify(text_list_of(attribute->from), text_list_of(attribute->to));
}

static bool labels_lost(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return labels_of(attribute) == LIST_ITEMS_LOST;
}

static bool labels_inserted(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return labels_of(attribute) == LIST_INSERTED;
}

static bool grants_to_public(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return privilege_change_of_grants(attribute->from, attribute->to).granted_to_public;
}

static bool unrevoked_to_public(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return privilege_change_of_revoked(attribute->from, attribute->to).granted_to_public;
}

static bool grants_given(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return privilege_change_of_grants(attribute->from, attribute->to).granted;
}

static bool defaults_given(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return privilege_change_of_revoked(attribute->from, attribute->to).granted;
}

static bool grants_taken(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return privilege_change_of_grants(attribute->from, attribute->to).revoked;
}

static bool defaults_taken(const struct change *change, const struct attribute_change *attribute)
{
    (void)change;
    return privilege_change_of_revoked(attribute->from, attribute->to).revoked;
}

/* ---------------------------------------------------------------- the tables */

#define RULE(id, level, summary, why) {false, 0, 0, NULL, NULL},
#define WHEN(effects, kinds, attribute, condition) {true, effects, kinds, attribute, condition},
const struct rule_row rule_rows[] = {
#include "drift/rules.def"
};
#undef RULE
#undef WHEN
const size_t rule_row_count = LENGTH_OF(rule_rows);

#define RULE(id, level, summary, why) {id, SEVERITY_##level, summary, why},
#define WHEN(effects, kinds, attribute, condition)
const struct severity_rule severity_rules[] = {
#include "drift/rules.def"
};
#undef RULE
#undef WHEN
const size_t severity_rule_count = LENGTH_OF(severity_rules);
