#include <stdio.h>
#include <string.h>

#include "agent/sources/contract.h"

static struct test_directory directory;
static struct contract contract;

/* The REF of a script that is written under this name. */
static const char *write_script(const char *name, struct text script)
{
    return arena_printf(&directory.arena, "dummy:%s", test_directory_write(&directory, name, script));
}

/* ---- the contract's fixtures ---- */

static const char small_script[] =
    "version: '1'\n"
    "steps:\n"
    "  - about: one of each sort\n"
    "    schema:\n"
    "      - kind: table\n"
    "        path: [main, orders]\n"
    "        id: 1\n"
    "        attributes: ['comment = some words']\n"
    "        columns: ['id integer not null', \"state text default 'new'\"]\n"
    "        parts: [{kind: primary_key, name: orders_pkey, id: 2, attributes: ['columns[] = {id}']}]\n"
    "    gaps: [{kind: policy, reason: permission denied}]\n";

static void add_table(struct buffer *script, unsigned number, const char *name, const char *column)
{
    (void)number;
    buffer_add_string(script, "      - {kind: table, path: [main, ");
    contract_quote_yaml(script, name);
    buffer_add_string(script, "], parts: [{kind: column, name: ");
    contract_quote_yaml(script, column);
    buffer_add_string(script, "}]}\n");
}

static const char *make(struct contract *self, enum contract_fixture which)
{
    CLEANUP(buffer_clear) struct buffer script = {0};

    (void)self;
    if (which == CONTRACT_SMALL)
        return write_script("small.yaml", text_from(small_script));
    buffer_add_string(&script, "steps:\n  - schema:\n");
    contract_write_tables(&script, which, add_table);
    return write_script(which == CONTRACT_THOUSAND ? "thousand.yaml" : "odd.yaml", buffer_text(&script));
}

/* ---- a history ---- */

static const char history[] = "origin: here\n"
                              "steps:\n"
                              "  - schema: [{kind: table, path: [s, a]}, {kind: table, path: [s, b], id: 7}]\n"
                              "  - remove: [{kind: table, path: [s, a]}]\n"
                              "    replace: [{kind: table, path: [s, b], columns: [x integer]}]\n"
                              "    add: [{kind: view, path: [s, a]}]\n"
                              "  - {}\n"
                              "  - fail: {code: connect, message: the server is away}\n"
                              "  - schema: [{kind: enum, path: [s, e]}]\n";

/* The kinds and names of all objects, in the order of their names: "table a, table b". */
static const char *listed(const char *ref)
{
    struct snapshot *snapshot = contract_read(&contract, ref);
    const struct trie *trie = snapshot_home(snapshot, KIND_TABLE);
    const char *text = "";

    for (char name = 'a'; name <= 'z'; name++)
        for (uint32_t i = 0; i < trie->count; i++)
            if (trie->entries[i].path.elements[1].bytes[0] == name)
                text = arena_printf(&directory.arena, "%s%s%s %c/%u", text, text[0] == '\0' ? "" : ", ",
                                    kind_name(trie->entries[i].kind), name, (unsigned)trie->entries[i].id);
    snapshot_free(snapshot);
    return text;
}

static void test_history_can_be_read_at_any_step(void **state)
{
    static const struct {
        const char *suffix, *expected;
    } cases[] = {
        {"", "enum e/0"},
        {"~0", "enum e/0"},
        {"~2", "view a/0, table b/0"},
        {"~3", "view a/0, table b/0"},
        {"~4", "table a/0, table b/7"},
    };
    const char *ref = write_script("history.yaml", text_from(history));

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        assert_string_equal(listed(arena_printf(&directory.arena, "%s%s", ref, cases[i].suffix)), cases[i].expected);
}

static void test_failures_are_played(void **state)
{
    const char *ref = write_script("history.yaml", text_from(history));

    (void)state;
    contract_fails(&contract, arena_printf(&directory.arena, "%s~1", ref), ERROR_CONNECT, "the server is away");
    contract_fails(&contract, arena_printf(&directory.arena, "%s~5", ref), ERROR_NOT_FOUND, "only 5 steps");
    contract_fails(&contract, arena_printf(&directory.arena, "%s~999999999", ref), ERROR_NOT_FOUND, "only 5 steps");
}

static void test_a_tilde_may_be_part_of_the_name(void **state)
{
    (void)state;
    snapshot_free(contract_read(&contract, write_script("a~b.yaml", text_from(small_script))));
    snapshot_free(
        contract_read(&contract, arena_printf(&directory.arena, "%s~0", write_script("a~1", text_from(small_script)))));
    contract_fails(&contract, write_script("c~1234567890", text_from("steps: 1")), ERROR_CONFIG, "c~1234567890");
}

static void test_objects_are_complete(void **state)
{
    struct snapshot *snapshot = contract_read(&contract, make(&contract, CONTRACT_SMALL));
    const struct trie *trie = snapshot_home(snapshot, KIND_TABLE);
    const struct attribute *columns;
    const struct part *id;
    const struct part *order_state;
    const struct part *key;
    struct object table;
    struct error error;
    struct arena arena;

    (void)state;
    arena_init(&arena, SIZE_MAX);
    assert_int_equal(trie->count, 1);
    assert_int_equal(snapshot_object(snapshot, &trie->entries[0], &arena, &table, &error), ERROR_NONE);
    assert_int_equal(table.id, 1);
    assert_int_equal(table.part_count, 3);
    assert_true(
        text_equal(attribute_value(table.attributes, table.attribute_count, TEXT("comment")), TEXT("some words")));
    id = object_part(&table, KIND_COLUMN, TEXT("id"));
    assert_true(text_equal(attribute_value(id->attributes, id->attribute_count, TEXT("type")), TEXT("integer")));
    assert_true(text_equal(attribute_value(id->attributes, id->attribute_count, TEXT("nullable")), TEXT("no")));
    assert_null(attribute_find(id->attributes, id->attribute_count, TEXT("default")));
    order_state = object_part(&table, KIND_COLUMN, TEXT("state"));
    assert_true(
        text_equal(attribute_value(order_state->attributes, order_state->attribute_count, TEXT("type")), TEXT("text")));
    assert_true(text_equal(attribute_value(order_state->attributes, order_state->attribute_count, TEXT("nullable")),
                           TEXT("yes")));
    assert_true(text_equal(attribute_value(order_state->attributes, order_state->attribute_count, TEXT("default")),
                           TEXT("'new'")));
    key = object_part(&table, KIND_PRIMARY_KEY, TEXT("orders_pkey"));
    assert_int_equal(key->id, 2);
    columns = attribute_find(key->attributes, key->attribute_count, TEXT("columns"));
    assert_true(columns->is_list && columns->count == 1 && text_equal(columns->items[0], TEXT("id")));
    assert_int_equal(snapshot->gap_count, 1);
    assert_int_equal(snapshot->gaps[0].kind, KIND_POLICY);
    assert_true(text_equal(snapshot->gaps[0].reason, TEXT("permission denied")));
    arena_free(&arena);
    snapshot_free(snapshot);
}

static void test_another_server_is_played(void **state)
{
    static const struct {
        const char *script, *engine, *version;
    } cases[] = {
        {"steps: [{}]", "dummy", ""},
        {"version: '1'\nsteps: [{}]", "dummy", "1"},
        {"engine: postgresql\nversion: '15.20'\nsteps: [{}]", "postgresql", "15.20"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct snapshot *snapshot = contract_read(&contract, write_script("server.yaml", text_from(cases[i].script)));

        assert_true(text_equal(snapshot->info.engine, text_from(cases[i].engine)));
        assert_true(text_equal(snapshot->info.server_version, text_from(cases[i].version)));
        snapshot_free(snapshot);
    }
}

static const struct {
    const char *script, *words;
} mistakes[] = {
    {"engine: ''\nsteps: [{}]", ":1:"},
    {"", "steps"},
    {"steps: []", ":1:"},
    {"steps:\n  - schemas: []", ":2:"},
    {"steps:\n  - schema:\n      - {kind: table}", ":3:"},
    {"steps:\n  - schema: [{kind: tabel, path: [a, b]}]", "step 1: the tabel 'b' is of a kind that does not exist"},
    {"steps:\n  - schema: [{kind: column, path: [a, b]}]", "is of a kind that does not exist"},
    {"steps:\n  - schema: [{kind: table, path: [a]}]", "path of the wrong length"},
    {"steps:\n  - schema: [{kind: table, path: [a, b, c, d]}]", ":2:"},
    {"steps: [{}, {remove: [{kind: table, path: [a, b]}]}]", "step 2: the table 'b' cannot be removed"},
    {"steps: [{}, {replace: [{kind: table, path: [a, b]}]}]", "step 2: the table 'b' cannot be replaced"},
    {"steps: [{schema: [{kind: table, path: [a, b]}], add: [{kind: table, path: [a, b]}]}]", "exists already"},
    {"steps: [{schema: [{kind: table, path: [a, b], parts: [{kind: view, name: c}]}]}]", "no kind of part 'view'"},
    {"steps: [{schema: [{kind: table, path: [a, b], columns: [c]}]}]", "'c' is no column"},
    {"steps: [{schema: [{kind: table, path: [a, b], columns: ['c ']}]}]", "'c ' is no column"},
    {"steps: [{schema: [{kind: table, path: [a, b], columns: [c int, c int]}]}]", "twice"},
    {"steps: [{schema: [{kind: table, path: [a, b], attributes: ['comment: x']}]}]", "is no attribute"},
    {"steps: [{schema: [{kind: table, path: [a, b], attributes: ['x[] = a, b']}]}]", "is no list"},
    {"steps: [{schema: [{kind: table, path: [a, b], attributes: ['x = 1', 'x = 2']}]}]", "twice"},
    {"steps: [{gaps: [{kind: nothing, reason: why}]}]", "no kind 'nothing'"},
    {"steps: [{fail: {code: unreachable, message: x}}]", "no error code 'unreachable'"},
};

static void test_mistakes_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(mistakes); i++) {
        print_message("  %s\n", mistakes[i].words);
        contract_fails(&contract, write_script("mistake.yaml", text_from(mistakes[i].script)), ERROR_CONFIG,
                       mistakes[i].words);
    }
}

/* The example that the documentation shows is right, and every step of it changes something. */
static void test_example_is_valid(void **state)
{
    const char *path = test_source_path(&directory, "deploy/examples/shop.dummy.yaml");
    struct hash roots[3];

    (void)state;
    for (unsigned back = 0; back < 3; back++) {
        struct snapshot *snapshot = contract_read(&contract, arena_printf(&directory.arena, "dummy:%s~%u", path, back));
        roots[back] = snapshot->root;
        snapshot_free(snapshot);
    }
    assert_false(hash_equal(&roots[0], &roots[1]));
    assert_false(hash_equal(&roots[1], &roots[2]));
}

/* ---- setting up ---- */

static int setup(void **state)
{
    test_directory_make(&directory);
    contract = (struct contract){
        .source = &source_dummy,
        .directory = &directory,
        .schema = "main",
        .make = make,
        .missing = "dummy:/nowhere/missing.yaml",
        .missing_code = ERROR_NOT_FOUND,
        .refused = write_script("refused.yaml", TEXT("steps: [{fail: {code: refused, message: wrong password}}]")),
        .nameless = "dummy:",
    };
    *state = &contract;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TESTS,
        CONTRACT_NAMED_TESTS,
        cmocka_unit_test(test_history_can_be_read_at_any_step),
        cmocka_unit_test(test_failures_are_played),
        cmocka_unit_test(test_a_tilde_may_be_part_of_the_name),
        cmocka_unit_test(test_objects_are_complete),
        cmocka_unit_test(test_another_server_is_played),
        cmocka_unit_test(test_mistakes_are_named),
        cmocka_unit_test(test_example_is_valid),
    };

    return cmocka_run_group_tests(tests, setup, contract_teardown);
}
