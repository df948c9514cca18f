#include "schema/snapshot.h"

#include <string.h>

#include "sample.h"
#include "schema/canonical.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { LIMIT = 64 * 1024 * 1024, COLUMN_TOTAL = 1 };

static int setup(void **state)
{
    static struct arena arena;

    arena_init(&arena, LIMIT);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static struct hash root_of(struct snapshot_input input)
{
    struct snapshot *snapshot = sample_build(&input);
    struct hash root = snapshot->root;

    snapshot_free(snapshot);
    return root;
}

/* These never change, as the hash of an object does not: see canonical_test.c. */
static void test_the_root_of_a_known_schema_is_fixed(void **state)
{
    struct snapshot_input shop = sample_shop(*state);
    struct snapshot *snapshot = sample_build(&shop);
    static const char *const expected[ASPECT_COUNT] = {
        "862ad4fd859dba02a8904592736f51a6292491ed3a774fb8339d18c26fccd938",
        "61997527f46196e612a384bb5fc2194549f48f6003ae337b7d0b6c7ac83ac5a7",
        "c8f3b9dfd4bdfe4513fdaf10e8238e8a4edcf272fc28a5dbab75607462988456"};
    char hex[HASH_HEX_SIZE];

    hash_to_hex(&snapshot->root, hex);
    assert_string_equal(hex, "81292e60ac4f5caa5faa90510188e81c80fc20914ed65d67b07a5ad12fa93faa");
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        hash_to_hex(snapshot_aspect_root(snapshot, (enum aspect)aspect), hex);
        assert_string_equal(hex, expected[aspect]);
    }
    snapshot_free(snapshot);
}

static void test_everything_is_copied_and_counted(void **state)
{
    struct snapshot_input shop = sample_shop(*state);
    struct snapshot *snapshot = sample_build(&shop);
    struct text name;

    assert_int_equal(snapshot->canonical_version, CANONICAL_VERSION);
    assert_true(text_equal(snapshot->info.ref, shop.info.ref) && snapshot->info.ref.bytes != shop.info.ref.bytes);
    assert_true(text_equal(snapshot->info.engine, TEXT("postgresql")));
    assert_true(text_equal(snapshot->info.server_version, TEXT("15.20")));
    assert_true(text_equal(snapshot->info.origin, TEXT("7301:1:16384")));
    assert_true(snapshot->info.taken_at == 1795000000000000);
    assert_int_equal(snapshot->tries[ASPECT_STRUCTURE].count, 4);
    assert_int_equal(snapshot->tries[ASPECT_ACCESS].count, 3);
    assert_int_equal(snapshot->tries[ASPECT_STORAGE].count, 1);
    assert_ptr_equal(snapshot_home(snapshot, KIND_TABLE), &snapshot->tries[ASPECT_STRUCTURE]);
    assert_ptr_equal(snapshot_home(snapshot, KIND_DEFAULT_PRIVILEGE), &snapshot->tries[ASPECT_ACCESS]);
    for (uint32_t i = 0; i < shop.object_count; i++) {
        name = shop.objects[i].path.elements[0];
        for (uint32_t k = 0; k < snapshot_home(snapshot, shop.objects[i].kind)->count; k++)
            assert_ptr_not_equal(snapshot_home(snapshot, shop.objects[i].kind)->entries[k].path.elements[0].bytes,
                                 name.bytes);
    }
    snapshot_free(snapshot);
    snapshot_free(NULL);
}

static void test_nothing_at_all_is_a_snapshot(void **state)
{
    struct snapshot_input input = {0};
    struct snapshot *snapshot = sample_build(&input);

    (void)state;
    assert_int_equal(snapshot->gap_count, 0);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        assert_int_equal(snapshot->tries[aspect].count, 0);
        assert_true(hash_equal(snapshot_aspect_root(snapshot, (enum aspect)aspect),
                               snapshot_aspect_root(snapshot, ASPECT_STRUCTURE)));
    }
    snapshot_free(snapshot);
}

static void test_the_order_of_the_input_does_not_matter(void **state)
{
    struct sample_random random = {5};
    struct object objects[40];
    struct coverage_gap gaps[] = {{KIND_POLICY, TEXT("b"), TEXT("x")},
                                  {KIND_POLICY, TEXT("a"), TEXT("y")},
                                  {KIND_POLICY, TEXT("a"), TEXT("x")},
                                  {KIND_TABLE, TEXT("c"), TEXT("x")}};
    struct snapshot_input input = {.objects = objects, .object_count = 40, .gaps = gaps, .gap_count = 4};
    struct hash first;

    for (uint32_t i = 0; i < LENGTH_OF(objects); i++)
        objects[i] = sample_object(&random, *state, i);
    first = root_of(input);
    for (unsigned round = 0; round < 20; round++) {
        struct hash root;
        struct coverage_gap gap = gaps[0];

        memmove(gaps, gaps + 1, 3 * sizeof *gaps);
        gaps[3] = gap;
        for (uint32_t i = LENGTH_OF(objects); i > 0; i--) {
            uint32_t other = sample_below(&random, i);
            struct object kept = objects[i - 1];

            objects[i - 1] = objects[other];
            objects[other] = kept;
            sample_shuffle(&random, &objects[i - 1]);
        }
        root = root_of(input);
        assert_true(hash_equal(&root, &first));
    }
}

static void test_gaps_are_sorted_and_each_is_there_once(void **state)
{
    struct coverage_gap gaps[] = {{KIND_POLICY, TEXT("a"), TEXT("y")}, {KIND_TABLE, TEXT("z"), TEXT("x")},
                                  {KIND_POLICY, TEXT("a"), TEXT("x")}, {KIND_POLICY, TEXT(""), TEXT("z")},
                                  {KIND_POLICY, TEXT("a"), TEXT("y")}, {KIND_TABLE, TEXT("z"), TEXT("x")}};
    static const char *const expected[] = {"table/z/x", "policy//z", "policy/a/x", "policy/a/y"};
    struct snapshot_input input = {.gaps = gaps, .gap_count = LENGTH_OF(gaps)};
    struct snapshot *snapshot = sample_build(&input);

    assert_int_equal(snapshot->gap_count, LENGTH_OF(expected));
    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        const struct coverage_gap *gap = &snapshot->gaps[i];

        assert_string_equal(
            arena_printf(*state, "%s/%.*s/%.*s", kind_name(gap->kind), TEXT_ARGS(gap->object), TEXT_ARGS(gap->reason)),
            expected[i]);
    }
    snapshot_free(snapshot);
}

static void test_what_is_read_twice_is_refused_by_name(void **state)
{
    static const char *const same[] = {"type=a", "comment=b", "type=c"};
    struct part parts[] = {{.kind = KIND_COLUMN, .name = TEXT("a")},
                           {.kind = KIND_INDEX, .name = TEXT("a")},
                           {.kind = KIND_COLUMN, .name = TEXT("a")}};
    struct part part = {.kind = KIND_COLUMN, .name = TEXT("a")};
    struct object objects[] = {
        {.kind = KIND_TABLE, .path = {.count = 2, .elements = {TEXT("s"), TEXT("Odd")}}},
        {.kind = KIND_TABLE, .path = {.count = 2, .elements = {TEXT("s"), TEXT("Odd")}}},
    };
    static const char *const messages[] = {
        "the table 's.\"Odd\"' was read twice",
        "the column 'a' of the table 's.\"Odd\"' was read twice",
        "the attribute 'type' of the table 's.\"Odd\"' was read twice",
        "the attribute 'type' of the table 's.\"Odd\"' was read twice",
    };

    for (size_t i = 0; i < LENGTH_OF(messages); i++) {
        struct snapshot_input input = {.objects = objects, .object_count = i == 0 ? 2 : 1};
        struct snapshot *snapshot = NULL;
        struct error error = {0};

        objects[0].parts = i == 1 ? parts : &part;
        objects[0].part_count = i == 1 ? 3 : i == 3;
        objects[0].attributes = sample_attributes(*state, same, 3);
        objects[0].attribute_count = i == 2 ? 3 : 0;
        part.attributes = objects[0].attributes;
        part.attribute_count = i == 3 ? 3 : 0;
        assert_int_equal(snapshot_build(&snapshot, &input, LIMIT, &error), ERROR_INTERNAL);
        assert_string_equal(error.message, messages[i]);
        assert_null(snapshot);
    }
}

/* It could be written, and never be read again. */
static void test_an_attribute_without_a_name_is_refused(void **state)
{
    struct object object = {.kind = KIND_TABLE, .path = {.count = 2, .elements = {TEXT("s"), TEXT("t")}}};
    struct part part = {.kind = KIND_COLUMN, .name = TEXT("a")};

    for (unsigned in_part = 0; in_part < 2; in_part++) {
        struct snapshot_input input = {.objects = &object, .object_count = 1};
        struct snapshot *snapshot = NULL;
        struct error error = {0};

        part.attributes = object.attributes = sample_attributes(*state, (const char *const[]){"a=x", "=x"}, 2);
        object.attribute_count = in_part == 0 ? 2 : 0;
        part.attribute_count = 2;
        object.parts = &part;
        object.part_count = in_part;
        assert_int_equal(snapshot_build(&snapshot, &input, LIMIT, &error), ERROR_INTERNAL);
        assert_string_equal(error.message, "an attribute of a table has no name");
    }
}

/* One way in which two occasions may differ. */
typedef void (*edit)(struct snapshot_input *input);

static const struct text other = TEXT_INIT("other");

static void other_comment(struct snapshot_input *input)
{
    input->objects[0].attributes[1].items = &other;
}

static void other_owner(struct snapshot_input *input)
{
    input->objects[0].attributes[0].items = &other;
}

static void other_storage(struct snapshot_input *input)
{
    input->objects[0].attributes[3].items = &other;
}

static void other_path(struct snapshot_input *input)
{
    input->objects[0].path.elements[1] = other;
}

static void other_column(struct snapshot_input *input)
{
    input->objects[0].parts[COLUMN_TOTAL].name = other;
}

static void without_an_object(struct snapshot_input *input)
{
    input->object_count--; /* the default privilege */
}

static void other_engine(struct snapshot_input *input)
{
    input->info.engine = other;
}

static void other_gap_kind(struct snapshot_input *input)
{
    input->gaps[0].kind = KIND_TABLE;
}

static void other_gap_object(struct snapshot_input *input)
{
    input->gaps[0].object = other;
}

static void other_gap_reason(struct snapshot_input *input)
{
    input->gaps[0].reason = other;
}

static void without_gaps(struct snapshot_input *input)
{
    input->gap_count = 0;
}

static void other_occasion(struct snapshot_input *input)
{
    input->info.ref = other;
    input->info.server_version = other;
    input->info.origin = other;
    input->info.taken_at++;
    input->objects[0].id++;
    input->objects[0].parts[COLUMN_TOTAL].id++;
}

static void test_the_root_covers_what_is_read_and_not_when(void **state)
{
    static const struct {
        const char *name;
        edit edit;
        bool root, aspects[ASPECT_COUNT]; /* whether it changes */
    } cases[] = {
        {"nothing", NULL, false, {false, false, false}},
        {"a comment", other_comment, true, {true, false, false}},
        {"an owner", other_owner, true, {false, true, false}},
        {"a storage parameter", other_storage, true, {false, false, true}},
        {"a path", other_path, true, {true, true, true}},
        {"the name of a column", other_column, true, {true, false, false}},
        {"one object less", without_an_object, true, {false, true, false}},
        {"the engine", other_engine, true, {false, false, false}},
        {"the kind of a gap", other_gap_kind, true, {false, false, false}},
        {"the object of a gap", other_gap_object, true, {false, false, false}},
        {"the reason of a gap", other_gap_reason, true, {false, false, false}},
        {"no gaps", without_gaps, true, {false, false, false}},
        {"ref, version, origin, time, ids", other_occasion, false, {false, false, false}},
    };
    struct snapshot_input shop = sample_shop(*state);
    struct snapshot *before = sample_build(&shop);

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct snapshot_input input = sample_shop(*state);
        struct snapshot *after;

        print_message("  %s\n", cases[i].name);
        if (cases[i].edit != NULL)
            cases[i].edit(&input);
        after = sample_build(&input);
        assert_int_equal(!hash_equal(&before->root, &after->root), cases[i].root);
        for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
            assert_int_equal(!hash_equal(snapshot_aspect_root(before, (enum aspect)aspect),
                                         snapshot_aspect_root(after, (enum aspect)aspect)),
                             cases[i].aspects[aspect]);
        snapshot_free(after);
    }
    snapshot_free(before);
}

static void test_an_object_is_put_together_from_its_aspects(void **state)
{
    struct sample_random random = {6};

    for (uint32_t round = 0; round < 200; round++) {
        struct object object = sample_object(&random, *state, round);
        struct snapshot_input input = {.objects = &object, .object_count = 1};
        struct snapshot *snapshot = sample_build(&input);
        const struct trie *home = snapshot_home(snapshot, object.kind);
        struct object found = {0};
        struct error error = {0};

        assert_int_equal(home->count, 1);
        assert_int_equal(snapshot_object(snapshot, &home->entries[0], *state, &found, &error), ERROR_NONE);
        sample_sort(&object);
        assert_true(sample_equal(&object, &found));
        snapshot_free(snapshot);
    }
}

/* A forger may put anything into the other aspects. */
static void test_attributes_of_a_part_that_is_not_there_are_refused(void **state)
{
    struct snapshot_input shop = sample_shop(*state);
    struct snapshot *snapshot = sample_build(&shop);
    struct trie *access = &snapshot->tries[ASPECT_ACCESS];
    struct trie_entry *entry = NULL;
    struct object found = {.id = 42};
    struct error error = {0};

    for (uint32_t i = 0; i < access->count; i++)
        if (access->entries[i].kind == KIND_TABLE)
            entry = &access->entries[i];
    assert_non_null(entry);
    entry->blob = TEXT("\1\2\0\1\x40\4none\1\1a\0\0");
    assert_int_equal(
        snapshot_object(snapshot, trie_find(&snapshot->tries[ASPECT_STRUCTURE], &entry->key), *state, &found, &error),
        ERROR_CORRUPT);
    assert_int_equal(found.id, 42);
    snapshot_free(snapshot);
}

static void test_equal_blobs_are_kept_once(void **state)
{
    struct object objects[100];
    struct snapshot_input input = {.objects = objects, .object_count = LENGTH_OF(objects)};
    struct snapshot *snapshot;

    for (uint32_t i = 0; i < LENGTH_OF(objects); i++)
        objects[i] =
            (struct object){.kind = KIND_TABLE,
                            .path = {.count = 2, .elements = {TEXT("s"), text_from(arena_printf(*state, "t%u", i))}},
                            .attributes = sample_attributes(*state, (const char *const[]){"comment=the same"}, 1),
                            .attribute_count = 1};
    snapshot = sample_build(&input);
    for (uint32_t i = 1; i < LENGTH_OF(objects); i++)
        assert_ptr_equal(snapshot->tries[ASPECT_STRUCTURE].entries[i].blob.bytes,
                         snapshot->tries[ASPECT_STRUCTURE].entries[0].blob.bytes);
    snapshot_free(snapshot);
}

static void test_memory_has_a_limit(void **state)
{
    struct snapshot_input shop = sample_shop(*state);
    struct snapshot *whole = sample_build(&shop);

    for (size_t limit = 0; limit < whole->arena.used; limit += 97) {
        struct snapshot *snapshot = NULL;
        struct error error = {0};

        assert_int_equal(snapshot_build(&snapshot, &shop, limit, &error), ERROR_LIMIT);
        assert_non_null(strstr(error.message, "memory limit"));
        assert_null(snapshot);
    }
    snapshot_free(whole);
}

static enum error_code build_and_look(void *context, struct error *error)
{
    struct snapshot_input *input = context;
    CLEANUP(arena_free) struct arena arena;
    struct snapshot *snapshot = NULL;
    struct object object = {.id = 42};
    enum error_code code = snapshot_build(&snapshot, input, LIMIT, error);

    assert_true((code == ERROR_NONE) == (snapshot != NULL));
    arena_init(&arena, LIMIT);
    for (uint32_t i = 0; code == ERROR_NONE && i < snapshot->tries[ASPECT_STRUCTURE].count; i++) {
        object.id = 42;
        code = snapshot_object(snapshot, &snapshot->tries[ASPECT_STRUCTURE].entries[i], &arena, &object, error);
        assert_true(code == ERROR_NONE || object.id == 42);
    }
    snapshot_free(snapshot);
    return code;
}

static void test_allocations_may_fail(void **state)
{
    struct snapshot_input shop = sample_shop(*state);

    assert_true(test_every_allocation(build_and_look, &shop) >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_root_of_a_known_schema_is_fixed),
        cmocka_unit_test(test_everything_is_copied_and_counted),
        cmocka_unit_test(test_nothing_at_all_is_a_snapshot),
        cmocka_unit_test(test_the_order_of_the_input_does_not_matter),
        cmocka_unit_test(test_gaps_are_sorted_and_each_is_there_once),
        cmocka_unit_test(test_what_is_read_twice_is_refused_by_name),
        cmocka_unit_test(test_an_attribute_without_a_name_is_refused),
        cmocka_unit_test(test_the_root_covers_what_is_read_and_not_when),
        cmocka_unit_test(test_an_object_is_put_together_from_its_aspects),
        cmocka_unit_test(test_attributes_of_a_part_that_is_not_there_are_refused),
        cmocka_unit_test(test_equal_blobs_are_kept_once),
        cmocka_unit_test(test_memory_has_a_limit),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
