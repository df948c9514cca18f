#include "contract/contract_file.h"

#include <stdio.h>
#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static const char whole[] = "# what the billing service reads\n"
                            "name: billing\n"
                            "owner: team-billing\n"
                            "consumers: [invoice-service, 'ledger export']\n"
                            "database: orders\n"
                            "environments: [staging, prod]\n"
                            "severity: high\n"
                            "requires:\n"
                            "  - table: shop.orders\n"
                            "    columns:\n"
                            "      - {name: id, type: bigint, nullable: no}\n"
                            "      - name: total\n"
                            "        type_any: [numeric, bigint]\n"
                            "        type_family: number\n"
                            "        type_at_least: integer\n"
                            "        default: '0'\n"
                            "      - {name: note, nullable: yes, has_default: no}\n"
                            "    keys: [[id], [customer, number]]\n"
                            "    indexes:\n"
                            "      - [customer]\n"
                            "  - enum: shop.status\n"
                            "    labels: [new, paid]\n"
                            "  - function: shop.total(integer, text)\n"
                            "    returns_at_least: integer\n"
                            "  - view: shop.open_orders\n"
                            "  - materialized_view: shop.sums\n"
                            "    indexes: [[day]]\n";

/* The least that a contract can be, from which cases go on. */
#define HEAD "name: a\nconsumers: [c]\ndatabase: d\n"

static void require_text(struct text text, const char *expected)
{
    assert_int_equal(text.length, strlen(expected));
    assert_memory_equal(text.bytes, expected, text.length);
}

static struct contract_set read_good(const char *text, struct arena *arena)
{
    struct contract_set set = {0};
    struct error error = {0};

    arena_init(arena, ARENA_LIMIT);
    if (contract_text_read(&set, "c.yaml", text_from(text), arena, &error) != ERROR_NONE)
        fail_msg("%s (%s)", error.message, error.hint);
    return set;
}

/* ---- what a file says ---- */

static void test_a_contract_is_read(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = read_good(whole, &arena);
    const struct contract *contract = set.contracts;

    (void)state;
    assert_int_equal(set.count, 1);
    require_text(contract->name, "billing");
    require_text(contract->owner, "team-billing");
    assert_int_equal(contract->consumer_count, 2);
    require_text(contract->consumers[1], "ledger export");
    require_text(contract->database, "orders");
    assert_int_equal(contract->environment_count, 2);
    require_text(contract->environments[0], "staging");
    assert_int_equal(contract->severity, SEVERITY_HIGH);
    require_text(contract->file, "c.yaml");
    assert_int_equal(contract->line, 2);
    assert_int_equal(contract->column, 1);
    assert_int_equal(contract->requirement_count, 5);
}

static void test_columns_are_read(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const struct contract_requirement *table = read_good(whole, &arena).contracts[0].requirements;
    const struct contract_column *columns = table->columns;

    (void)state;
    assert_int_equal(table->kind, KIND_TABLE);
    require_text(table->path, "shop.orders");
    assert_int_equal(table->line, 9);
    assert_int_equal(table->column_count, 3);
    require_text(columns[0].name, "id");
    require_text(columns[0].type.exact, "bigint");
    assert_int_equal(columns[0].nullable, CONTRACT_NO);
    assert_false(columns[0].has_default);
    assert_int_equal(columns[0].defaulted, CONTRACT_ANY);
    assert_int_equal(columns[0].line, 11);
    require_text(columns[1].type.exact, "");
    assert_int_equal(columns[1].type.any_count, 2);
    require_text(columns[1].type.any_of[1], "bigint");
    require_text(columns[1].type.family, "number");
    require_text(columns[1].type.at_least, "integer");
    assert_true(columns[1].has_default);
    require_text(columns[1].value, "0");
    assert_int_equal(columns[1].nullable, CONTRACT_ANY);
    assert_int_equal(columns[1].line, 12);
    assert_int_equal(columns[2].nullable, CONTRACT_YES);
    assert_int_equal(columns[2].defaulted, CONTRACT_NO);
    assert_int_equal(columns[2].line, 17);
}

static void test_lists_inside_lists_are_read(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const struct contract_requirement *requirements = read_good(whole, &arena).contracts[0].requirements;

    (void)state;
    assert_int_equal(requirements[0].key_count, 2);
    assert_int_equal(requirements[0].keys[0].count, 1);
    require_text(requirements[0].keys[1].names[1], "number");
    assert_int_equal(requirements[0].keys[1].line, 18);
    assert_int_equal(requirements[0].index_count, 1);
    require_text(requirements[0].indexes[0].names[0], "customer");
    assert_int_equal(requirements[0].indexes[0].line, 20);
    assert_int_equal(requirements[4].kind, KIND_MATERIALIZED_VIEW);
    assert_int_equal(requirements[4].index_count, 1);
    assert_int_equal(requirements[4].key_count, 0);
}

static void test_other_objects_are_read(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const struct contract_requirement *requirements = read_good(whole, &arena).contracts[0].requirements;

    (void)state;
    assert_int_equal(requirements[1].kind, KIND_ENUM);
    assert_int_equal(requirements[1].label_count, 2);
    require_text(requirements[1].labels[1], "paid");
    assert_int_equal(requirements[2].kind, KIND_FUNCTION);
    require_text(requirements[2].path, "shop.total(integer, text)");
    require_text(requirements[2].returns.at_least, "integer");
    assert_int_equal(requirements[3].kind, KIND_VIEW);
    assert_int_equal(requirements[3].column_count, 0);
}

static void test_what_is_not_said_has_a_meaning(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = read_good(HEAD "requires: [{table: t.a}]\n", &arena);

    (void)state;
    require_text(set.contracts[0].owner, "");
    assert_int_equal(set.contracts[0].environment_count, 0);
    assert_int_equal(set.contracts[0].severity, SEVERITY_CRITICAL);
}

static void test_a_list_of_contracts_is_sorted(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = read_good("contracts:\n"
                                        "  - {name: b, consumers: [c], database: d, requires: [{table: s.t}]}\n"
                                        "  - {name: a, consumers: [c], database: d, requires: [{table: s.t}]}\n",
                                        &arena);

    (void)state;
    assert_int_equal(set.count, 2);
    require_text(set.contracts[0].name, "a");
    assert_int_equal(set.contracts[0].line, 3);
    assert_int_equal(set.contracts[0].column, 5);
    assert_int_equal(set.contracts[1].line, 2);
    assert_int_equal(set.contracts[1].requirements[0].line, 2);
}

/* ---- what is wrong ---- */

static const struct {
    const char *text;
    const char *message;
    const char *hint; /* how it begins; NULL: none */
} wrong[] = {
    {"# nothing\n", "c.yaml: there is no contract in it", NULL},
    {"{}\n", "c.yaml:1:1: the key 'name' is missing", NULL},
    {"name: a\ndatabase: d\nrequires: [{table: t}]\n", "c.yaml:1:1: the key 'consumers' is missing", NULL},
    {"name: a\nconsumers: [c]\nrequires: [{table: t}]\n", "c.yaml:1:1: the key 'database' is missing", NULL},
    {HEAD, "c.yaml:1:1: the key 'requires' is missing", NULL},
    {HEAD "requires: []\n", "c.yaml:4:11: the list has too few entries", NULL},
    {HEAD "requires: [{table: s.t}]\nowned: me\n", "c.yaml:5:1: unknown key 'owned'", "did you mean 'owner'?"},
    {HEAD "requires:\n  - table: s.t\n    column: [a]\n", "c.yaml:6:5: unknown key 'column'",
     "did you mean 'columns'?"},
    {"name: -a\nconsumers: [c]\ndatabase: d\nrequires: [{table: s.t}]\n",
     "c.yaml:1:7: '-a' cannot be the name of a contract", "names have letters"},
    {"name: a\nconsumers: [c]\ndatabase: a/b\nrequires: [{table: s.t}]\n",
     "c.yaml:3:11: 'a/b' cannot be the name of a database", "names have letters"},
    {HEAD "environments: [a, b c]\nrequires: [{table: s.t}]\n",
     "c.yaml:4:19: 'b c' cannot be the name of an environment", "names have letters"},
    {HEAD "environments: [a, b, a]\nrequires: [{table: s.t}]\n", "c.yaml:4:22: the environment 'a' is there twice",
     NULL},
    {"name: a\nconsumers: [c, c]\ndatabase: d\nrequires: [{table: s.t}]\n",
     "c.yaml:2:16: the consumer 'c' is there twice", NULL},
    {"name: a\nconsumers: []\ndatabase: d\nrequires: [{table: s.t}]\n", "c.yaml:2:12: the list has too few entries",
     NULL},
    {HEAD "severity: worst\nrequires: [{table: s.t}]\n", "c.yaml:4:11: there is no level 'worst'",
     "the levels are low, medium, high and critical"},
    {HEAD "requires: [{columns: [{name: a}]}]\n", "c.yaml:4:12: it does not say which object is required",
     "write one of: table, view"},
    {HEAD "requires: [{table: s.t, view: s.v}]\n", "c.yaml:4:31: 'view' stands beside 'table'", "each entry"},
    {HEAD "requires:\n  - {table: s.t}\n  - {view: s.t}\n  - {table: s.t}\n", "c.yaml:7:5: table s.t is there twice",
     NULL},
    {HEAD "requires: [{table: s.t, labels: [a]}]\n", "c.yaml:4:33: 'labels' does not go with 'table'",
     "what goes with 'table': columns, keys, indexes"},
    {HEAD "requires: [{enum: s.t, columns: [{name: a}]}]\n", "c.yaml:4:33: 'columns' does not go with 'enum'",
     "what goes with 'enum': labels"},
    {HEAD "requires: [{view: s.t, keys: [[a]]}]\n", "c.yaml:4:30: 'keys' does not go with 'view'",
     "what goes with 'view': columns"},
    {HEAD "requires: [{materialized_view: s.t, returns: text}]\n",
     "c.yaml:4:46: 'returns' does not go with 'materialized_view'", "what goes with"},
    {HEAD "requires: [{function: s.t(), indexes: [[a]]}]\n", "c.yaml:4:39: 'indexes' does not go with 'function'",
     "what goes with 'function': returns, returns_any, returns_family, returns_at_least"},
    {HEAD "requires: [{table: orders}]\n", "c.yaml:4:20: 'orders' cannot be a table", "it is written as schema.name"},
    {HEAD "requires: [{table: s.Orders}]\n", "c.yaml:4:20: 's.Orders' cannot be a table",
     "if this is meant, write it as"},
    {HEAD "requires: [{function: s.total}]\n", "c.yaml:4:23: 's.total' cannot be a function", "it is written as"},
    {HEAD "requires: [{table: [a]}]\n", "c.yaml:4:20: expected a single value, not a list", NULL},
    {HEAD "requires: [{table: s.t, columns: [{type: text}]}]\n", "c.yaml:4:35: the key 'name' is missing", NULL},
    {HEAD "requires: [{table: s.t, columns: [{name: a}, {name: a}]}]\n", "c.yaml:4:46: the column 'a' is there twice",
     NULL},
    {HEAD "requires: [{table: s.t, columns: [{name: a, type_family: numbers}]}]\n",
     "c.yaml:4:58: there is no family of types 'numbers'",
     "the families are: integer, number, text, time, boolean, binary, json, uuid"},
    {HEAD "requires: [{function: s.f(), returns_family: x}]\n", "c.yaml:4:46: there is no family of types 'x'",
     "the fam"},
    {HEAD "requires: [{table: s.t, columns: [{name: a, type_any: []}]}]\n", "c.yaml:4:55: the list has too few entries",
     NULL},
    {HEAD "requires: [{table: s.t, columns: [{name: a, default: x, has_default: no}]}]\n",
     "c.yaml:4:70: a column without a default cannot have the one that 'default' names", NULL},
    {HEAD "requires: [{table: s.t, columns: [{name: a, nullable: perhaps}]}]\n",
     "c.yaml:4:55: expected true or false, not 'perhaps'", NULL},
    {HEAD "requires: [{table: s.t, keys: [a, b]}]\n", "c.yaml:4:32: expected a list of columns in 'keys'",
     "it is a list of lists: keys: [[id], [customer, number]]"},
    {HEAD "requires: [{table: s.t, keys: a}]\n", "c.yaml:4:31: expected a list of lists of columns",
     "such as keys: [["},
    {HEAD "requires: [{table: s.t, indexes: []}]\n", "c.yaml:4:34: expected a list of lists of columns",
     "such as indexes"},
    {HEAD "requires: [{table: s.t, keys: [[]]}]\n", "c.yaml:4:32: expected a list of columns in 'keys'", "it is"},
    {HEAD "requires: [{table: s.t, keys: [[a, [b]]]}]\n", "c.yaml:4:36: expected the name of a column", NULL},
    {HEAD "requires: [{table: s.t, keys: [[a, '']]}]\n", "c.yaml:4:36: expected the name of a column", NULL},
    {HEAD "requires: [{table: s.t, keys: [[a, b, a]]}]\n", "c.yaml:4:39: the column 'a' is there twice", NULL},
    {HEAD "requires: [{enum: s.t, labels: [a, a]}]\n", "c.yaml:4:36: the label 'a' is there twice", NULL},
    {"contracts: []\n", "c.yaml:1:12: the list has too few entries", NULL},
    {"name: a\ncontracts:\n  - {name: a, consumers: [c], database: d, requires: [{table: s.t}]}\n",
     "c.yaml:1:7: 'name' stands beside 'contracts'", "a file is one contract"},
    {"contracts:\n  - {name: a, consumers: [c], database: d, requires: [{table: s.t}]}\n"
     "  - {name: a, consumers: [c], database: d, requires: [{table: s.t}]}\n",
     "c.yaml:3:5: the contract 'a' is there twice, before at c.yaml:2", NULL},
    {"consumers: [a\n", "c.yaml:2:1: not valid YAML: ", NULL},
    {"name: a\n---\nname: b\n", "c.yaml:2:1: a second document begins; only one is allowed", NULL},
};

static void test_what_is_wrong_names_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(wrong); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct contract_set set = {.count = 77};
        struct error error = {0};

        arena_init(&arena, ARENA_LIMIT);
        if (contract_text_read(&set, "c.yaml", text_from(wrong[i].text), &arena, &error) != ERROR_CONFIG ||
            strncmp(error.message, wrong[i].message, strlen(wrong[i].message)) != 0 ||
            (wrong[i].hint != NULL && strncmp(error.hint, wrong[i].hint, strlen(wrong[i].hint)) != 0))
            fail_msg("%s\ngave: %s (%s)", wrong[i].text, error.message, error.hint);
        assert_int_equal(set.count, 77);
    }
}

/* ---- files and folders ---- */

static void test_files_and_folders_are_read(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    test_directory_make(&directory);
    assert_int_equal(contract_folder_read(&set, directory.path, &arena, &error), ERROR_NONE);
    assert_int_equal(set.count, 0);
    test_directory_write(&directory, "b.yaml", text_from(whole));
    test_directory_write(&directory, "a.yml", TEXT(HEAD "requires: [{table: s.t}]\n"));
    test_directory_write(&directory, ".hidden.yaml", TEXT("not: one\n"));
    test_directory_write(&directory, "notes.txt", TEXT("not: one\n"));
    assert_int_equal(contract_folder_read(&set, directory.path, &arena, &error), ERROR_NONE);
    assert_int_equal(set.count, 2);
    require_text(set.contracts[0].file, test_directory_path(&directory, "a.yml"));
    require_text(set.contracts[1].name, "billing");

    assert_int_equal(contract_file_read(&set, test_directory_path(&directory, "b.yaml"), &arena, &error), ERROR_NONE);
    assert_int_equal(set.count, 1);
    assert_int_equal(contract_file_read(&set, test_directory_path(&directory, "none"), &arena, &error),
                     ERROR_NOT_FOUND);
    assert_int_equal(contract_folder_read(&set, test_directory_path(&directory, "none"), &arena, &error),
                     ERROR_NOT_FOUND);
    assert_int_equal(contract_folder_read(&set, test_directory_path(&directory, "b.yaml"), &arena, &error),
                     ERROR_NOT_FOUND);
}

static void test_one_bad_file_spoils_the_folder(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = {.count = 77};
    struct error error = {0};
    const char *path;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    test_directory_make(&directory);
    path = test_directory_write(&directory, "b.yaml", TEXT(HEAD "requires: [{table: s.t}]\n"));
    test_directory_write(&directory, "a.yaml", TEXT(HEAD "requires: [{table: s.t}]\n"));
    assert_int_equal(contract_folder_read(&set, directory.path, &arena, &error), ERROR_CONFIG);
    assert_memory_equal(error.message, path, strlen(path));
    assert_non_null(strstr(error.message, ":1:1: the contract 'a' is there twice, before at "));
    test_directory_write(&directory, "b.yaml", TEXT("name: b\n"));
    assert_int_equal(contract_folder_read(&set, directory.path, &arena, &error), ERROR_CONFIG);
    assert_memory_equal(error.message, path, strlen(path));
    assert_int_equal(set.count, 77);
}

static void test_the_mark_tells_a_change(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    struct hash marks[5];

    (void)state;
    test_directory_make(&directory);
    marks[0] = contract_folder_mark(directory.path);
    test_directory_write(&directory, "notes.txt", TEXT("x"));
    marks[1] = contract_folder_mark(directory.path);
    assert_true(hash_equal(&marks[0], &marks[1]));
    test_directory_write(&directory, "a.yaml", TEXT("x"));
    marks[1] = contract_folder_mark(directory.path);
    test_directory_write(&directory, "a.yaml", TEXT("xy"));
    marks[2] = contract_folder_mark(directory.path);
    assert_int_equal(rename(test_directory_path(&directory, "a.yaml"), test_directory_path(&directory, "b.yaml")), 0);
    marks[3] = contract_folder_mark(directory.path);
    marks[4] = contract_folder_mark(test_directory_path(&directory, "none"));
    for (size_t i = 0; i < LENGTH_OF(marks); i++)
        for (size_t j = 0; j < i; j++)
            assert_false(hash_equal(&marks[i], &marks[j]));
    marks[0] = contract_folder_mark(directory.path);
    assert_true(hash_equal(&marks[0], &marks[3]));
}

/* ---- inside a file of somebody else ---- */

struct settings {
    char *data;
    struct contract_entry *contracts;
    unsigned contracts_count;
};

static const cyaml_schema_field_t settings_fields[] = {
    CYAML_FIELD_STRING_PTR("data", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct settings, data, 1, 100),
    CYAML_FIELD_SEQUENCE("contracts", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct settings, contracts,
                         &contract_entry_schema, 0, CONTRACT_LIMIT),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t settings_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct settings, settings_fields)};

static enum error_code read_settings(struct contract_set *ret_set, const char *text, struct arena *arena,
                                     struct error *error)
{
    struct config_file file = {.path = "s.yaml", .text = text_from(text), .schema = &settings_schema, .arena = arena};
    const struct settings *settings;
    enum error_code code;

    if (config_load_text(file.path, file.text, file.schema, &file.content, error) != ERROR_NONE)
        return error->code;
    settings = file.content;
    code = contract_entries_read(ret_set, &file, "contracts", settings->contracts, settings->contracts_count, arena,
                                 error);
    config_file_close(&file);
    return code;
}

static void test_entries_of_a_larger_file_are_read(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(read_settings(&set, "data: x\n", &arena, &error), ERROR_NONE);
    assert_int_equal(set.count, 0);
    assert_int_equal(read_settings(&set,
                                   "data: x\ncontracts:\n  - name: a\n    consumers: [c]\n    database: d\n"
                                   "    requires:\n      - table: s.t\n        keys: [[a]]\n",
                                   &arena, &error),
                     ERROR_NONE);
    assert_int_equal(set.count, 1);
    require_text(set.contracts[0].file, "s.yaml");
    assert_int_equal(set.contracts[0].requirements[0].line, 7);
    assert_int_equal(set.contracts[0].requirements[0].key_count, 1);
    assert_int_equal(read_settings(&set, "contracts:\n  - name: a\n    database: d\n", &arena, &error), ERROR_CONFIG);
    assert_string_equal(error.message, "s.yaml:2:5: the key 'consumers' is missing");
}

/* ---- memory ---- */

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = {0};

    (void)context;
    arena_init(&arena, ARENA_LIMIT);
    return contract_text_read(&set, "c.yaml", text_from(whole), &arena, error);
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_contract_is_read),
        cmocka_unit_test(test_columns_are_read),
        cmocka_unit_test(test_lists_inside_lists_are_read),
        cmocka_unit_test(test_other_objects_are_read),
        cmocka_unit_test(test_what_is_not_said_has_a_meaning),
        cmocka_unit_test(test_a_list_of_contracts_is_sorted),
        cmocka_unit_test(test_what_is_wrong_names_its_place),
        cmocka_unit_test(test_files_and_folders_are_read),
        cmocka_unit_test(test_one_bad_file_spoils_the_folder),
        cmocka_unit_test(test_the_mark_tells_a_change),
        cmocka_unit_test(test_entries_of_a_larger_file_are_read),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
