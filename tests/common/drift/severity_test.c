#include "drift/severity.h"

#include "drift/rule_table.h"
#include "support/cmocka.h"

/* What decides for every kind when nothing more is known of a change. */
static const struct {
    enum kind kind;
    const char *added, *removed, *renamed, *modified;
} kinds[] = {
    {KIND_SCHEMA, "object-added", "schema-removed", "schema-renamed", "table-changed"},
    {KIND_TABLE, "object-added", "table-removed", "table-renamed", "table-changed"},
    {KIND_FOREIGN_TABLE, "object-added", "table-removed", "table-renamed", "foreign-source-changed"},
    {KIND_VIEW, "object-added", "view-removed", "view-renamed", "view-changed"},
    {KIND_MATERIALIZED_VIEW, "object-added", "view-removed", "view-renamed", "view-changed"},
    {KIND_SEQUENCE, "object-added", "sequence-removed", "object-renamed", "sequence-changed"},
    {KIND_FUNCTION, "object-added", "function-removed", "function-renamed", "function-changed"},
    {KIND_PROCEDURE, "object-added", "function-removed", "function-renamed", "function-changed"},
    {KIND_AGGREGATE, "object-added", "function-removed", "function-renamed", "function-changed"},
    {KIND_ENUM, "object-added", "type-removed", "type-renamed", "type-changed"},
    {KIND_DOMAIN, "object-added", "type-removed", "type-renamed", "type-changed"},
    {KIND_COMPOSITE_TYPE, "object-added", "type-removed", "type-renamed", "type-changed"},
    {KIND_RANGE_TYPE, "object-added", "type-removed", "type-renamed", "type-changed"},
    {KIND_BASE_TYPE, "object-added", "type-removed", "type-renamed", "type-changed"},
    {KIND_CAST, "object-added", "operator-removed", "object-renamed", "operator-changed"},
    {KIND_OPERATOR, "object-added", "operator-removed", "object-renamed", "operator-changed"},
    {KIND_OPERATOR_CLASS, "object-added", "operator-removed", "object-renamed", "operator-changed"},
    {KIND_OPERATOR_FAMILY, "object-added", "operator-removed", "object-renamed", "operator-changed"},
    {KIND_COLLATION, "object-added", "text-support-removed", "object-renamed", "collation-changed"},
    {KIND_CONVERSION, "object-added", "text-support-removed", "object-renamed", "conversion-changed"},
    {KIND_TEXT_SEARCH_CONFIGURATION, "object-added", "text-support-removed", "object-renamed", "text-search-changed"},
    {KIND_TEXT_SEARCH_DICTIONARY, "object-added", "text-support-removed", "object-renamed", "text-search-changed"},
    {KIND_TEXT_SEARCH_PARSER, "object-added", "text-support-removed", "object-renamed", "text-search-changed"},
    {KIND_TEXT_SEARCH_TEMPLATE, "object-added", "text-support-removed", "object-renamed", "text-search-changed"},
    {KIND_LANGUAGE, "object-added", "language-removed", "object-renamed", "language-changed"},
    {KIND_EXTENSION, "object-added", "extension-removed", "object-renamed", "extension-changed"},
    {KIND_FOREIGN_DATA_WRAPPER, "object-added", "foreign-source-removed", "object-renamed", "foreign-source-changed"},
    {KIND_FOREIGN_SERVER, "object-added", "foreign-source-removed", "object-renamed", "foreign-source-changed"},
    {KIND_USER_MAPPING, "object-added", "foreign-source-removed", "object-renamed", "foreign-source-changed"},
    {KIND_EVENT_TRIGGER, "event-trigger-added", "trigger-removed", "handle-renamed", "trigger-changed"},
    {KIND_PUBLICATION, "replication-added", "replication-removed", "object-renamed", "replication-changed"},
    {KIND_SUBSCRIPTION, "replication-added", "replication-removed", "object-renamed", "replication-changed"},
    {KIND_STATISTICS, "statistics-added", "statistics-removed", "handle-renamed", "statistics-changed"},
    {KIND_TRANSFORM, "object-added", "language-removed", "object-renamed", "language-changed"},
    {KIND_ACCESS_METHOD, "object-added", "access-method-removed", "object-renamed", "access-method-changed"},
    {KIND_DEFAULT_PRIVILEGE, "privilege-changed", "privilege-changed", "privilege-changed", "privilege-changed"},
    {KIND_SYSTEM_PRIVILEGE, "privilege-changed", "privilege-changed", "privilege-changed", "privilege-changed"},
    {KIND_EVENT, "event-added", "trigger-removed", "handle-renamed", "trigger-changed"},
    {KIND_SYNONYM, "object-added", "synonym-removed", "synonym-renamed", "synonym-changed"},
    {KIND_TABLE_TYPE, "object-added", "type-removed", "type-renamed", "type-changed"},
    {KIND_XML_SCHEMA_COLLECTION, "object-added", "type-removed", "type-renamed", "type-changed"},
    {KIND_ROLE, "role-added", "role-removed", "role-renamed", "role-changed"},
    {KIND_PARTITION_FUNCTION, "object-added", "partitioning-rule-removed", "object-renamed",
     "partitioning-rule-changed"},
    {KIND_PARTITION_SCHEME, "object-added", "partitioning-rule-removed", "object-renamed", "partitioning-rule-changed"},
    {KIND_COLUMN, "column-added", "column-removed", "column-renamed", "column-changed"},
    {KIND_PRIMARY_KEY, "constraint-added", "constraint-removed", "constraint-renamed", "constraint-changed"},
    {KIND_UNIQUE, "constraint-added", "constraint-removed", "constraint-renamed", "constraint-changed"},
    {KIND_FOREIGN_KEY, "constraint-added", "constraint-removed", "constraint-renamed", "constraint-changed"},
    {KIND_CHECK, "constraint-added", "constraint-removed", "constraint-renamed", "constraint-changed"},
    {KIND_EXCLUSION, "constraint-added", "constraint-removed", "constraint-renamed", "constraint-changed"},
    {KIND_NOT_NULL, "constraint-added", "not-null-removed", "constraint-renamed", "not-null-changed"},
    {KIND_INDEX, "index-added", "index-removed", "handle-renamed", "index-changed"},
    {KIND_TRIGGER, "trigger-added", "trigger-removed", "handle-renamed", "trigger-changed"},
    {KIND_RULE, "rule-added", "trigger-removed", "handle-renamed", "trigger-changed"},
    {KIND_POLICY, "permissive-policy-added", "policy-removed", "handle-renamed", "policy-changed"},
};

static const char *rule_of(enum effect effect, enum kind kind, struct attribute_change *attribute)
{
    struct change change = {.effect = effect, .kind = kind, .object_kind = kind};

    change.attributes = attribute;
    change.attribute_count = attribute != NULL;
    severity_judge(&change);
    return change.rule;
}

/* A kind that somebody adds to kind.def has no row here, and fails. */
static void test_every_kind_has_rules(void **state)
{
    const struct text texts[] = {TEXT("a"), TEXT("b")};
    struct attribute from = {.items = &texts[0], .count = 1}, to = {.items = &texts[1], .count = 1};
    struct attribute_change unheard_of = {TEXT("unheard_of"), &from, &to};

    (void)state;
    assert_int_equal(LENGTH_OF(kinds), kind_table_count);
    for (size_t i = 0; i < LENGTH_OF(kinds); i++) {
        print_message("  %s\n", kind_name(kinds[i].kind));
        assert_int_equal(kinds[i].kind, kind_table[i].kind);
        assert_string_equal(rule_of(EFFECT_ADDED, kinds[i].kind, NULL), kinds[i].added);
        assert_string_equal(rule_of(EFFECT_REMOVED, kinds[i].kind, NULL), kinds[i].removed);
        assert_string_equal(rule_of(EFFECT_RENAMED, kinds[i].kind, NULL), kinds[i].renamed);
        assert_string_equal(rule_of(EFFECT_MODIFIED, kinds[i].kind, &unheard_of), kinds[i].modified);
        assert_string_equal(rule_of(EFFECT_MODIFIED, kinds[i].kind, NULL), kinds[i].modified);
    }
}

/* ---------------------------------------------------------------- attributes */

enum { MOST = 8 };

/* "a|b" is a list, "=a" a text, NULL absent. */
static const struct attribute *attribute_of(const char *value, struct text items[MOST], struct attribute *ret_attribute)
{
    if (value == NULL)
        return NULL;
    *ret_attribute = (struct attribute){.items = items, .is_list = *value != '='};
    if (*value == '=') {
        items[0] = text_from(value + 1);
        ret_attribute->count = 1;
        return ret_attribute;
    }
    while (*value != '\0') {
        items[ret_attribute->count++] = (struct text){value, strcspn(value, "|")};
        value += strcspn(value, "|");
        value += *value == '|';
    }
    return ret_attribute;
}

static const struct {
    enum kind kind;
    const char *attribute, *from, *to, *rule;
    enum severity level;
} attributes[] = {
    {KIND_COLUMN, "type", "=bigint", "=integer", "type-narrowed", SEVERITY_CRITICAL},
    {KIND_COLUMN, "type", "=integer", "=text", "type-family-changed", SEVERITY_CRITICAL},
    {KIND_COLUMN, "type", "=integer", "=bigint", "type-widened", SEVERITY_LOW},
    {KIND_COLUMN, "type", "=int4", "=integer", "type-respelled", SEVERITY_LOW},
    {KIND_COLUMN, "type", NULL, "=integer", "type-family-changed", SEVERITY_CRITICAL},
    {KIND_DOMAIN, "type", "=text", "=varchar(9)", "type-narrowed", SEVERITY_CRITICAL},
    {KIND_SEQUENCE, "type", "=bigint", "=integer", "sequence-changed", SEVERITY_MEDIUM},
    {KIND_RANGE_TYPE, "subtype", "=bigint", "=integer", "type-family-changed", SEVERITY_CRITICAL},
    {KIND_COLUMN, "nullable", "=yes", "=no", "nullable-removed", SEVERITY_HIGH},
    {KIND_COLUMN, "nullable", "=no", "=yes", "nullable-added", SEVERITY_MEDIUM},
    {KIND_DOMAIN, "nullable", "=yes", "=no", "nullable-removed", SEVERITY_HIGH},
    {KIND_COLUMN, "default", "=1", NULL, "default-removed", SEVERITY_HIGH},
    {KIND_COLUMN, "default", NULL, "=1", "default-changed", SEVERITY_MEDIUM},
    {KIND_COLUMN, "default", "=1", "=2", "default-changed", SEVERITY_MEDIUM},
    {KIND_COLUMN, "identity", NULL, "=always", "identity-changed", SEVERITY_HIGH},
    {KIND_COLUMN, "generated", "=a", "=b", "generated-changed", SEVERITY_HIGH},
    {KIND_COLUMN, "collation", "=a", "=b", "collation-changed", SEVERITY_HIGH},
    {KIND_COLUMN, "comment", NULL, "=x", "comment-changed", SEVERITY_LOW},
    {KIND_COLUMN, "storage", NULL, "=plain", "storage-changed", SEVERITY_LOW},
    {KIND_COLUMN, "compression", NULL, "=lz4", "storage-changed", SEVERITY_LOW},
    {KIND_COLUMN, "statistics_target", NULL, "=9", "statistics-changed", SEVERITY_LOW},
    {KIND_TABLE, "storage_parameters", NULL, "fillfactor=70", "storage-changed", SEVERITY_LOW},
    {KIND_TABLE, "tablespace", NULL, "=fast", "storage-changed", SEVERITY_LOW},
    {KIND_TABLE, "column_order", "a|b", "b|a", "column-order-changed", SEVERITY_LOW},
    {KIND_TABLE, "row_security", "=enabled", NULL, "row-security-disabled", SEVERITY_CRITICAL},
    {KIND_TABLE, "row_security", "=enabled", "=disabled", "row-security-disabled", SEVERITY_CRITICAL},
    {KIND_TABLE, "row_security", NULL, "=enabled", "row-security-enabled", SEVERITY_HIGH},
    {KIND_TABLE, "force_row_security", "=yes", NULL, "row-security-not-forced", SEVERITY_HIGH},
    {KIND_TABLE, "force_row_security", NULL, "=yes", "row-security-forced", SEVERITY_MEDIUM},
    {KIND_TABLE, "persistence", NULL, "=unlogged", "persistence-changed", SEVERITY_HIGH},
    {KIND_TABLE, "partition_bound", "=a", "=b", "partitioning-changed", SEVERITY_HIGH},
    {KIND_POLICY, "permissive", "=no", "=yes", "permissive-policy-added", SEVERITY_CRITICAL},
    {KIND_POLICY, "permissive", "=yes", "=no", "policy-changed", SEVERITY_HIGH},
    {KIND_POLICY, "expression", "=a", "=b", "policy-changed", SEVERITY_HIGH},
    {KIND_TRIGGER, "enabled", NULL, "=no", "trigger-disabled", SEVERITY_HIGH},
    {KIND_TRIGGER, "enabled", "=always", "=replica", "trigger-disabled", SEVERITY_HIGH},
    {KIND_TRIGGER, "enabled", "=no", NULL, "trigger-enabled", SEVERITY_MEDIUM},
    {KIND_EVENT_TRIGGER, "enabled", NULL, "=no", "trigger-disabled", SEVERITY_HIGH},
    {KIND_TRIGGER, "definition", "=a", "=b", "trigger-changed", SEVERITY_HIGH},
    {KIND_EVENT, "enabled", NULL, "=no", "trigger-disabled", SEVERITY_HIGH},
    {KIND_EVENT, "enabled", "=no", NULL, "trigger-enabled", SEVERITY_MEDIUM},
    {KIND_SYNONYM, "target", "=a", "=b", "synonym-changed", SEVERITY_HIGH},
    {KIND_ROLE, "members", "ana", "ana|bob", "role-members-changed", SEVERITY_HIGH},
    {KIND_ROLE, "owner", "=a", "=b", "owner-changed", SEVERITY_MEDIUM},
    {KIND_FUNCTION, "body", "=a", "=b", "function-changed", SEVERITY_HIGH},
    {KIND_FUNCTION, "returns", "=a", "=b", "returns-changed", SEVERITY_CRITICAL},
    {KIND_FUNCTION, "cost", "=1", "=2", "planner-hint-changed", SEVERITY_LOW},
    {KIND_VIEW, "definition", "=a", "=b", "view-changed", SEVERITY_HIGH},
    {KIND_ENUM, "labels", "a|b", "a", "enum-label-removed", SEVERITY_CRITICAL},
    {KIND_ENUM, "labels", "a|b", "a|c|b", "enum-label-inserted", SEVERITY_HIGH},
    {KIND_ENUM, "labels", "a|b", "b|a", "enum-label-inserted", SEVERITY_HIGH},
    {KIND_ENUM, "labels", "a|b", "a|b|c", "enum-label-appended", SEVERITY_MEDIUM},
    {KIND_EXTENSION, "version", "=1", "=2", "extension-version-changed", SEVERITY_MEDIUM},
    {KIND_EXTENSION, "installed_in", "=a", "=b", "extension-moved", SEVERITY_HIGH},
    {KIND_TABLE, "owner", "=a", "=b", "owner-changed", SEVERITY_MEDIUM},
    {KIND_TABLE, "grants", NULL, "SELECT TO bob", "privilege-granted", SEVERITY_MEDIUM},
    {KIND_TABLE, "grants", "SELECT TO bob", NULL, "privilege-revoked", SEVERITY_HIGH},
    {KIND_TABLE, "grants", "SELECT TO bob", "INSERT TO bob", "privilege-revoked", SEVERITY_HIGH},
    {KIND_TABLE, "grants", NULL, "SELECT TO PUBLIC", "granted-to-public", SEVERITY_CRITICAL},
    {KIND_TABLE, "grants", "SELECT TO bob BY a", "SELECT TO bob BY b", "privilege-changed", SEVERITY_MEDIUM},
    {KIND_FUNCTION, "revoked", "EXECUTE FROM PUBLIC", NULL, "granted-to-public", SEVERITY_CRITICAL},
    {KIND_FUNCTION, "revoked", NULL, "EXECUTE FROM PUBLIC", "privilege-revoked", SEVERITY_HIGH},
    {KIND_TABLE, "revoked", "INSERT FROM alice", NULL, "privilege-granted", SEVERITY_MEDIUM},
    {KIND_TABLE, "security_labels", NULL, "a", "security-label-changed", SEVERITY_MEDIUM},
};

static void test_attributes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(attributes); i++) {
        struct text from_items[MOST], to_items[MOST];
        struct attribute from, to;
        struct attribute_change attribute = {text_from(attributes[i].attribute),
                                             attribute_of(attributes[i].from, from_items, &from),
                                             attribute_of(attributes[i].to, to_items, &to)};
        struct change change = {.effect = EFFECT_MODIFIED, .kind = attributes[i].kind, .attributes = &attribute};

        change.attribute_count = 1;
        severity_judge(&change);
        if (strcmp(change.rule, attributes[i].rule) != 0 || change.severity != attributes[i].level)
            fail_msg("%s of %s from %s to %s: %s %s", attributes[i].attribute, kind_name(attributes[i].kind),
                     attributes[i].from, attributes[i].to, severity_name(change.severity), change.rule);
    }
}

static void test_the_highest_rule_decides(void **state)
{
    struct text items[2] = {TEXT("yes"), TEXT("no")};
    struct attribute yes = {.items = &items[0], .count = 1}, no = {.items = &items[1], .count = 1};
    struct attribute_change changed[] = {{TEXT("comment"), &yes, &no}, {TEXT("nullable"), &yes, &no}};
    struct change change = {.effect = EFFECT_MODIFIED, .kind = KIND_COLUMN, .attributes = changed};

    (void)state;
    change.attribute_count = 1;
    severity_judge(&change);
    assert_string_equal(change.rule, "comment-changed");
    change.attribute_count = 2;
    severity_judge(&change);
    assert_string_equal(change.rule, "nullable-removed");
    change.effect = EFFECT_RENAMED; /* the rename itself is worse */
    severity_judge(&change);
    assert_string_equal(change.rule, "column-renamed");
    change.kind = KIND_INDEX; /* an attribute is worse than this rename */
    severity_judge(&change);
    assert_string_equal(change.rule, "index-changed");
}

/* ---------------------------------------------------------------- the table itself */

static bool is_kebab_case(const char *id)
{
    size_t length = strlen(id);

    return length > 0 && strspn(id, "abcdefghijklmnopqrstuvwxyz-") == length && id[0] != '-' && id[length - 1] != '-' &&
           strstr(id, "--") == NULL;
}

static void test_the_table_is_sound(void **state)
{
    size_t rules = 0;

    (void)state;
    for (size_t i = 0; i < rule_row_count; i++)
        rules += !rule_rows[i].is_case;
    assert_int_equal(rules, severity_rule_count);
    assert_false(rule_rows[0].is_case);
    for (size_t i = 0; i < severity_rule_count; i++) {
        assert_true(is_kebab_case(severity_rules[i].id));
        assert_true(strlen(severity_rules[i].summary) > 0 && strlen(severity_rules[i].why) > 0);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(severity_rules[i].id, severity_rules[k].id);
    }
    for (size_t i = 0; i + 1 < rule_row_count; i++)
        assert_true(rule_rows[i].is_case || rule_rows[i + 1].is_case); /* no rule without a case */
}

static void test_names_of_levels(void **state)
{
    enum severity severity = SEVERITY_HIGH;

    (void)state;
    for (unsigned i = 0; i < SEVERITY_COUNT; i++) {
        assert_true(severity_from_name(text_from(severity_name((enum severity)i)), &severity));
        assert_int_equal(severity, i);
    }
    severity = SEVERITY_HIGH;
    assert_false(severity_from_name(TEXT("fatal"), &severity));
    assert_false(severity_from_name(TEXT(""), &severity));
    assert_int_equal(severity, SEVERITY_HIGH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_rules),     cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_the_highest_rule_decides), cmocka_unit_test(test_the_table_is_sound),
        cmocka_unit_test(test_names_of_levels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
