#include "contract/contract_suggest.h"

#include <string.h>

#include "common/drift/snapshot_text.h"
#include "contract/contract_check.h"
#include "contract/contract_file.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static const char shop[] = "table shop.orders column_order=[id|total|status|note|tags]\n"
                           "  column id type=bigint nullable=no identity=always\n"
                           "  column total type='numeric(12,2)' nullable=no default=0\n"
                           "  column status type=shop.status nullable=no\n"
                           "  column note type=text nullable=yes default='x'\n"
                           "  column tags type='shop.status[]' nullable=yes\n"
                           "  primary_key orders_pkey columns=[id]\n"
                           "  unique orders_key columns=[note|total]\n"
                           "  foreign_key orders_fkey columns=[note]\n"
                           "  index orders_total columns=['total DESC'|note]\n"
                           "  index orders_lower columns=['lower(note)']\n"
                           "  index orders_some columns=[note] predicate='(total > 0)'\n"
                           "  index orders_twice columns=[note|note]\n"
                           "enum shop.status labels=[new|paid]\n"
                           "view shop.open_orders\n"
                           "  column id type=bigint nullable=yes\n"
                           "materialized_view shop.sums\n"
                           "  column day type=date nullable=yes\n"
                           "  index sums_day columns=[day] unique=yes\n"
                           "table shop.bare\n";

static struct contract_wish wish_of(const struct text *tables, size_t count)
{
    return (struct contract_wish){TEXT("orders"), TEXT("prod"), tables, count};
}

static void suggest(struct buffer *output, const char *schema, const struct contract_wish *wish)
{
    struct snapshot *snapshot = snapshot_from_text(schema);
    struct error error = {0};
    enum error_code code = contract_suggest(output, snapshot, wish, &error);

    snapshot_free(snapshot);
    if (code != ERROR_NONE)
        fail_msg("%s (%s)", error.message, error.hint);
}

/* What a file says of a schema. */
static enum contract_state check(const char *file, const char *schema, struct contract *ret_contract,
                                 struct arena *arena)
{
    struct snapshot *snapshot = snapshot_from_text(schema);
    const struct contract_source source = contract_source_of(snapshot);
    struct contract_result result = {0};
    struct contract_set set = {0};
    struct error error = {0};

    if (contract_text_read(&set, "c.yaml", text_from(file), arena, &error) != ERROR_NONE)
        fail_msg("%s (%s)\n%s", error.message, error.hint, file);
    assert_int_equal(contract_check(&result, &set.contracts[0], &source, arena, &error), ERROR_NONE);
    snapshot_free(snapshot);
    *ret_contract = set.contracts[0];
    return result.state;
}

static const struct text all_tables[] = {TEXT_INIT("shop.orders"), TEXT_INIT("shop.open_orders"),
                                         TEXT_INIT("shop.sums"), TEXT_INIT("shop.bare")};

static const char expected[] = "requires:\n"
                               "  - table: shop.orders\n"
                               "    columns:\n"
                               "      - {name: id, type: bigint, nullable: no, has_default: yes}\n"
                               "      - {name: total, type: \"numeric(12,2)\", nullable: no, has_default: yes}\n"
                               "      - {name: status, type: shop.status, nullable: no}\n"
                               "      - {name: note, type: text}\n"
                               "      - {name: tags, type: \"shop.status[]\"}\n"
                               "    keys:\n"
                               "      - [id]\n"
                               "      - [note, total]\n"
                               "    indexes:\n"
                               "      - [total, note]\n"
                               "  - enum: shop.status\n"
                               "    labels: [new, paid]\n"
                               "  - view: shop.open_orders\n"
                               "    columns:\n"
                               "      - {name: id, type: bigint}\n"
                               "  - materialized_view: shop.sums\n"
                               "    columns:\n"
                               "      - {name: day, type: date}\n"
                               "    indexes:\n"
                               "      - [day]\n"
                               "  - table: shop.bare\n";

static void test_what_is_there_is_required(void **state)
{
    const struct contract_wish wish = wish_of(all_tables, LENGTH_OF(all_tables));
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer file;
    struct contract contract;
    const char *requires;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    buffer_init(&file);
    suggest(&file, shop, &wish);
    requires = strstr(file.bytes, "requires:");
    assert_string_equal(requires, expected);
    assert_int_equal(check(file.bytes, shop, &contract, &arena), CONTRACT_HOLDS);
    assert_true(text_equal(contract.database, TEXT("orders")));
    assert_int_equal(contract.environment_count, 1);
    assert_int_equal(contract.requirement_count, 5);
}

/* The schema without its line of that number; NULL: it has no such line. */
static const char *without_line(const char *schema, size_t number, struct arena *arena, const char **ret_line)
{
    const char *line = schema;

    for (; number > 0 && line[0] != '\0'; number--)
        line += strcspn(line, "\n") + 1;
    if (line[0] == '\0')
        return NULL;
    *ret_line = arena_printf(arena, "%.*s", (int)strcspn(line, "\n"), line);
    return arena_printf(arena, "%.*s%s", (int)(line - schema), schema, line + strcspn(line, "\n") + 1);
}

static void test_whatever_is_taken_away_is_missed(void **state)
{
    static const char *const unimportant[] = {"orders_fkey", "orders_lower", "orders_some", "orders_twice"};
    static const struct text tables[] = {TEXT_INIT("shop.orders")};
    const struct contract_wish wish = wish_of(tables, 1);
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer file;
    const char *line = "", *changed;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    buffer_init(&file);
    suggest(&file, shop, &wish);
    for (size_t i = 1; i <= 13; i++) { /* the parts of shop.orders, and the enum */
        enum contract_state wanted = CONTRACT_VIOLATED;
        struct contract contract;

        changed = without_line(shop, i, &arena, &line);
        assert_non_null(changed);
        for (size_t j = 0; j < LENGTH_OF(unimportant); j++)
            if (strstr(line, unimportant[j]) != NULL)
                wanted = CONTRACT_HOLDS;
        if (check(file.bytes, changed, &contract, &arena) != wanted)
            fail_msg("without '%s'", line);
    }
}

static const char *const odd_schemas[] = {
    "table shop.yes\n  column no type=null\n  column true type=y\n  primary_key p columns=[no|true]\n",
    "table 'Odd Schema'.'T\"a#b: c'\n  column '- x' type='a, b' nullable=no\n  column '[z]' type='{q}'\n"
    "  unique u columns=['- x'|'[z]']\n",
    "table shop.t\n  column '\xc3\xa4\xe2\x80\xa8\xef\xbb\xbf\xf0\x9f\x90\x98' type='tab\there \\ \x7f \xc2\x85'\n",
    "table shop.t\n  column '' type=text\n  column ' x ' type=' text '\n  unique u columns=['']\n"
    "  unique v columns=[' x ']\n",
    "table shop.t\n  column 'a DESC' type=text\n  index i columns=['a DESC']\n  column 1 type=007\n  column ~ "
    "type='*a'\n",
    "table shop.t\n  column ends: type='&x'\n  column '@' type='%x'\n  column '!t' type='|'\n  column '?' type='>'\n",
    "table shop.t\n  column a type='shop.\"E x\"'\n  column b\n  column c type=shop.empty\nenum shop.'E x' labels=[x]\n"
    "enum shop.empty labels=[]\n",
    "table shop.t\n  column a type=shop.e\nenum shop.e labels=[''|no|' '|'a: b'|1]\n",
};

static void test_odd_names_are_quoted(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(odd_schemas); i++) {
        CLEANUP(arena_free) struct arena arena;
        CLEANUP(buffer_clear) struct buffer file, path;
        struct snapshot *snapshot = snapshot_from_text(odd_schemas[i]);
        const struct trie *trie = &snapshot->tries[ASPECT_STRUCTURE];
        struct contract contract;
        struct contract_wish wish = {.count = 1};
        struct text table;

        arena_init(&arena, ARENA_LIMIT);
        buffer_init(&file);
        buffer_init(&path);
        for (uint32_t j = 0; j < trie->count; j++)
            if (trie->entries[j].kind == KIND_TABLE)
                path_write(&path, KIND_TABLE, &trie->entries[j].path);
        snapshot_free(snapshot);
        table = buffer_text(&path);
        wish.tables = &table;
        suggest(&file, odd_schemas[i], &wish);
        if (check(file.bytes, odd_schemas[i], &contract, &arena) != CONTRACT_HOLDS)
            fail_msg("%s", file.bytes);
        assert_true(text_equal(contract.database, TEXT("my-database")));
        assert_int_equal(contract.environment_count, 0);
    }
}

static const struct {
    const char *table;
    const char *hint;
} missing[] = {
    {"orders", "did you mean shop.orders?"},
    {"shop.order", "did you mean shop.orders?"},
    {"shop.open_order", "did you mean shop.open_orders?"},
    {"shop.nothing_like_it", "'driftline show REF --kind table,view' lists those that there are"},
    {"shop.status", "'driftline show REF --kind table,view' lists those that there are"},
    {"", "'driftline show REF --kind table,view' lists those that there are"},
};

static void test_a_table_that_is_not_there_is_refused(void **state)
{
    struct snapshot *snapshot = snapshot_from_text(shop);

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(missing); i++) {
        const struct text table = text_from(missing[i].table);
        const struct contract_wish wish = wish_of(&table, 1);
        CLEANUP(buffer_clear) struct buffer file;
        struct error error = {0};

        buffer_init(&file);
        assert_int_equal(contract_suggest(&file, snapshot, &wish, &error), ERROR_NOT_FOUND);
        assert_string_equal(error.hint, missing[i].hint);
        assert_int_equal(file.length, 0);
    }
    snapshot_free(snapshot);
}

static void test_a_table_given_twice_is_there_once(void **state)
{
    const struct text tables[] = {TEXT("shop.bare"), TEXT("shop.bare")};
    const struct contract_wish wish = wish_of(tables, 2);
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer file;
    struct contract contract;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    buffer_init(&file);
    suggest(&file, shop, &wish);
    assert_int_equal(check(file.bytes, shop, &contract, &arena), CONTRACT_HOLDS);
    assert_int_equal(contract.requirement_count, 1);
}

static enum error_code attempt(void *context, struct error *error)
{
    static const struct text tables[] = {TEXT_INIT("shop.orders"), TEXT_INIT("shop.sums")};
    const struct contract_wish wish = wish_of(tables, LENGTH_OF(tables));
    CLEANUP(buffer_clear) struct buffer file;

    buffer_init(&file);
    return contract_suggest(&file, context, &wish, error);
}

static void test_allocations_may_fail(void **state)
{
    struct snapshot *snapshot = snapshot_from_text(shop);

    (void)state;
    test_every_allocation(attempt, snapshot);
    snapshot_free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_there_is_required),
        cmocka_unit_test(test_whatever_is_taken_away_is_missed),
        cmocka_unit_test(test_odd_names_are_quoted),
        cmocka_unit_test(test_a_table_that_is_not_there_is_refused),
        cmocka_unit_test(test_a_table_given_twice_is_there_once),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
