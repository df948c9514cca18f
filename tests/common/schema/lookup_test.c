#include "schema/lookup.h"

#include <string.h>

#include "pair_sample.h"
#include "schema/load.h"
#include "support/allocation.h"
#include "support/cmocka.h"

/* ---------------------------------------------------------------- objects */

static struct lookup begin(struct bench *bench, const struct snapshot *snapshot)
{
    struct lookup lookup = {.nodes = NULL};
    struct error error = {0};

    assert_int_equal(lookup_begin(&lookup, &snapshot->root, &bench->source, &bench->workshop.arena, &error),
                     ERROR_NONE);
    return lookup;
}

/* What the whole snapshot says of an object, without ids, which are not in its nodes. */
static struct object expected_object(struct bench *bench, const struct snapshot *snapshot,
                                     const struct trie_entry *entry)
{
    struct trie_entry bare = *entry;
    struct object object;
    struct error error = {0};

    bare.id = 0;
    bare.part_count = 0;
    assert_int_equal(snapshot_object(snapshot, &bare, &bench->workshop.arena, &object, &error), ERROR_NONE);
    return object;
}

/* Every object of a whole snapshot is found, and is the same. */
static void expect_all(struct bench *bench, const struct lookup *lookup, const struct snapshot *snapshot)
{
    uint32_t found_count = 0;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++) {
            const struct trie_entry *entry = &snapshot->tries[aspect].entries[i];
            struct object expected, found;
            struct error error = {0};

            if (kind_facts(entry->kind)->aspect != aspect)
                continue;
            expected = expected_object(bench, snapshot, entry);
            if (lookup_object(lookup, entry->kind, &entry->path, &bench->workshop.arena, &found, &error) != ERROR_NONE)
                fail_msg("%s", error.message);
            assert_true(sample_equal(&expected, &found));
            found_count++;
        }
    assert_int_equal(found_count, snapshot_object_count(snapshot));
}

static void test_every_object_is_found(void **state)
{
    static const uint32_t counts[] = {1, 2, 64, 65, 400};
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH_OF(counts); i++) {
        struct pair pair = bench_pair(bench, counts[i], 3);
        struct lookup lookup = begin(bench, pair.from);

        expect_all(bench, &lookup, pair.from);
        assert_int_equal(lookup.gap_count, pair.from->gap_count);
        for (uint32_t gap = 0; gap < lookup.gap_count; gap++)
            assert_true(text_equal(lookup.gaps[gap].reason, pair.from->gaps[gap].reason));
        pair_free(&pair);
    }
}

static void test_what_is_not_there_is_not_found(void **state)
{
    static const struct {
        enum kind kind;
        struct path path;
    } cases[] = {
        {KIND_TABLE, {2, {TEXT_INIT("no"), TEXT_INIT("such")}}},
        {KIND_FUNCTION, {3, {TEXT_INIT("no"), TEXT_INIT("such"), TEXT_INIT("")}}},
        {KIND_SCHEMA, {1, {TEXT_INIT("nowhere")}}},
        {KIND_SYSTEM_PRIVILEGE, {1, {TEXT_INIT("CONNECT")}}},
    };
    static const uint32_t counts[] = {0, 3, 300};
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH_OF(counts) * LENGTH_OF(cases); i++) {
        struct pair pair = bench_pair(bench, counts[i / LENGTH_OF(cases)], 3);
        struct lookup lookup = begin(bench, pair.from);
        size_t which = i % LENGTH_OF(cases);
        struct object object = {.id = 7};
        struct error error = {0};

        assert_int_equal(
            lookup_object(&lookup, cases[which].kind, &cases[which].path, &bench->workshop.arena, &object, &error),
            ERROR_NOT_FOUND);
        assert_int_equal(object.id, 7);
        pair_free(&pair);
    }
}

static void test_little_is_read(void **state)
{
    struct bench *bench = *state;
    struct pair pair = bench_pair(bench, 3000, 1000000);
    struct lookup lookup = begin(bench, pair.from);
    const struct trie_entry *entry = &pair.from->tries[ASPECT_STRUCTURE].entries[1234];
    struct object object;
    struct error error = {0};

    bench->shelf.nodes_fetched = bench->shelf.blobs_fetched = 0;
    assert_int_equal(lookup_object(&lookup, entry->kind, &entry->path, &bench->workshop.arena, &object, &error),
                     ERROR_NONE);
    assert_true(bench->shelf.nodes_fetched <= 4 * ASPECT_COUNT);
    assert_true(bench->shelf.blobs_fetched <= ASPECT_COUNT);
    pair_free(&pair);
}

static void test_a_root_must_be_there(void **state)
{
    struct bench *bench = *state;
    const struct hash gone = {{1}};
    struct lookup lookup = {.nodes = NULL};
    struct error error = {0};

    assert_int_equal(lookup_begin(&lookup, &gone, &bench->source, &bench->workshop.arena, &error), ERROR_CORRUPT);
    assert_null(lookup.nodes);
}

/* ---------------------------------------------------------------- paths */

static void expect_path(const struct path *expected, const struct path *found)
{
    assert_int_equal(found->count, expected->count);
    assert_true(path_equal(found, expected));
}

static void test_paths_are_read_as_they_are_written(void **state)
{
    static const struct {
        enum kind kind;
        const char *text;
        struct path path;
    } cases[] = {
        {KIND_SCHEMA, "shop", {1, {TEXT_INIT("shop")}}},
        {KIND_SCHEMA, "\"Shop\"", {1, {TEXT_INIT("Shop")}}},
        {KIND_SCHEMA, "\"\"", {1, {TEXT_INIT("")}}},
        {KIND_SCHEMA, "\"a\"\"b\"", {1, {TEXT_INIT("a\"b")}}},
        {KIND_SCHEMA, "\"\"\"\"", {1, {TEXT_INIT("\"")}}},
        {KIND_TABLE, "shop.orders", {2, {TEXT_INIT("shop"), TEXT_INIT("orders")}}},
        {KIND_TABLE, "\"a.b\".\"select\"", {2, {TEXT_INIT("a.b"), TEXT_INIT("select")}}},
        {KIND_TABLE, "\"Odd.name\".t", {2, {TEXT_INIT("Odd.name"), TEXT_INIT("t")}}},
        {KIND_USER_MAPPING, "remote.public", {2, {TEXT_INIT("remote"), TEXT_INIT("public")}}},
        {KIND_FUNCTION,
         "shop.total(integer, text)",
         {3, {TEXT_INIT("shop"), TEXT_INIT("total"), TEXT_INIT("integer, text")}}},
        {KIND_FUNCTION, "shop.now_()", {3, {TEXT_INIT("shop"), TEXT_INIT("now_"), TEXT_INIT("")}}},
        {KIND_FUNCTION,
         "shop.\"f(x\"(numeric(12,2))",
         {3, {TEXT_INIT("shop"), TEXT_INIT("f(x"), TEXT_INIT("numeric(12,2)")}}},
        {KIND_OPERATOR,
         "shop.===(integer, integer)",
         {3, {TEXT_INIT("shop"), TEXT_INIT("==="), TEXT_INIT("integer, integer")}}},
        {KIND_OPERATOR_CLASS, "shop.my_ops(btree)", {3, {TEXT_INIT("shop"), TEXT_INIT("my_ops"), TEXT_INIT("btree")}}},
        {KIND_CAST, "integer AS text", {1, {TEXT_INIT("integer AS text")}}},
        {KIND_DEFAULT_PRIVILEGE, "FOR ROLE alice ON TABLES", {1, {TEXT_INIT("FOR ROLE alice ON TABLES")}}},
        {KIND_COLUMN, "total", {1, {TEXT_INIT("total")}}},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct path path = {0};
        struct error error = {0};

        if (path_parse(cases[i].kind, text_from(cases[i].text), &bench->workshop.arena, &path, &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        expect_path(&cases[i].path, &path);
    }
}

static void test_what_is_no_path_is_refused(void **state)
{
    static const struct {
        enum kind kind;
        const char *text, *hint;
    } cases[] = {
        {KIND_SCHEMA, "", "its name alone"},
        {KIND_SCHEMA, "shop.orders", "its name alone"},
        {KIND_SCHEMA, "\"shop", "its name alone"},
        {KIND_SCHEMA, "\"shop\"x", "its name alone"},
        {KIND_SCHEMA, "\"shop\"", "write it as shop"},
        {KIND_SCHEMA, "Shop", "write it as \"Shop\""},
        {KIND_TABLE, "orders", "schema.name"},
        {KIND_TABLE, ".orders", "schema.name"},
        {KIND_TABLE, "shop.", "schema.name"},
        {KIND_TABLE, "shop.orders.total", "schema.name"},
        {KIND_TABLE, "shop.orders()", "schema.name"},
        {KIND_TABLE, "shop.user", "write it as shop.\"user\""},
        {KIND_TABLE, "shop. orders", "write it as shop.\" orders\""},
        {KIND_TABLE, "shop.or\"ders\"", "schema.name"},
        {KIND_FUNCTION, "shop.total", "arguments"},
        {KIND_FUNCTION, "shop.total(", "arguments"},
        {KIND_FUNCTION, "shop.total(integer", "arguments"},
        {KIND_FUNCTION, "shop.total(integer) ", "arguments"},
        {KIND_FUNCTION, "shop.(integer)", "arguments"},
        {KIND_OPERATOR, "shop.(integer)", "operands"},
        {KIND_OPERATOR, "shop.+", "operands"},
        {KIND_CAST, "", "its name alone"},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct path path = {.count = 99};
        struct error error = {0};

        assert_int_equal(path_parse(cases[i].kind, text_from(cases[i].text), &bench->workshop.arena, &path, &error),
                         ERROR_USAGE);
        assert_int_equal(path.count, 99);
        if (strstr(error.hint, cases[i].hint) == NULL)
            fail_msg("'%s': %s, '%s'", cases[i].text, error.message, error.hint);
    }
}

/* A name of bytes that matter to quoting, and others. */
static struct text random_name(struct bench *bench, bool is_operator)
{
    static const char letters[] = {'a', 'b', '_', '7', 'A', '"', '"', '.', ' ', ')', '(', '\0', '\xc3', '\\'};
    uint32_t length = sample_below(&bench->random, 6) + is_operator;
    char *bytes = bench_room(bench, length, 1);

    for (uint32_t i = 0; i < length; i++)
        do
            bytes[i] = letters[sample_below(&bench->random, LENGTH_OF(letters))];
        while (is_operator && bytes[i] == '(');
    return (struct text){bytes, length};
}

static void test_any_path_goes_there_and_back(void **state)
{
    struct bench *bench = *state;

    for (unsigned round = 0; round < 20000; round++) {
        enum kind kind = kind_table[sample_below(&bench->random, (uint32_t)kind_table_count)].kind;
        enum path_style style = kind_facts(kind)->path;
        struct path path = {.count = path_style_elements(style)}, found = {0};
        CLEANUP(buffer_clear) struct buffer written = {0};
        struct error error = {0};

        for (uint32_t i = 0; i < path.count; i++)
            path.elements[i] = random_name(bench, style == PATH_RAW || (style == PATH_OPERATOR && i == 1));
        path_write(&written, kind, &path);
        if (path_parse(kind, buffer_text(&written), &bench->workshop.arena, &found, &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        expect_path(&path, &found);
    }
}

/* ---------------------------------------------------------------- memory */

struct question {
    struct bench *bench;
    const struct snapshot *snapshot;
    struct text path;
};

static enum error_code ask(void *context, struct error *error)
{
    const struct question *question = context;
    CLEANUP(arena_free) struct arena arena;
    struct lookup lookup;
    struct object object;
    struct path path;

    arena_init(&arena, BENCH_MEMORY);
    if (lookup_begin(&lookup, &question->snapshot->root, &question->bench->source, &arena, error) != ERROR_NONE ||
        path_parse(KIND_TABLE, question->path, &arena, &path, error) != ERROR_NONE)
        return error->code;
    return lookup_object(&lookup, KIND_TABLE, &path, &arena, &object, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct bench *bench = *state;
    struct snapshot_input input = sample_shop(&bench->workshop.arena);
    struct snapshot *snapshot = sample_build(&input);
    struct question question = {bench, snapshot, TEXT("shop.orders")};
    struct error error = {0};

    shelf_add_snapshot(&bench->shelf, &bench->workshop, snapshot);
    assert_int_equal(ask(&question, &error), ERROR_NONE);
    assert_true(test_every_allocation(ask, &question) >= 8);
    snapshot_free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_object_is_found, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_there_is_not_found, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_little_is_read, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_a_root_must_be_there, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_paths_are_read_as_they_are_written, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_path_is_refused, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_any_path_goes_there_and_back, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, bench_setup, bench_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
