#include "schema/canonical.h"

#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "sample.h"
#include "schema/trie.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { LIMIT = 64 * 1024 * 1024, ROUNDS = 300 };

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

static struct object decoded(struct text blob, struct arena *arena)
{
    struct object object = {0};
    struct error error = {0};

    if (canonical_decode(blob, arena, &object, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return object;
}

/* Whether `found` has those attributes that are of the aspect, and no other. */
static void expect_aspect(const struct object *object, const struct attribute *all, uint32_t all_count,
                          const struct attribute *found, uint32_t found_count, enum aspect aspect)
{
    uint32_t expected = 0;

    for (uint32_t i = 0; i < all_count; i++) {
        if (attribute_aspect(object->kind, all[i].name) != aspect)
            continue;
        expected++;
        assert_true(attribute_equal(&all[i], attribute_find(found, found_count, all[i].name)));
    }
    assert_int_equal(found_count, expected);
}

static void expect_decoded(const struct object *object, const struct object *found, enum aspect aspect)
{
    bool home = kind_facts(object->kind)->aspect == aspect;

    assert_int_equal(found->kind, object->kind);
    assert_int_equal(found->path.count, 0);
    expect_aspect(object, object->attributes, object->attribute_count, found->attributes, found->attribute_count,
                  aspect);
    assert_true(home ? found->part_count == object->part_count : found->part_count <= object->part_count);
    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *all = &object->parts[i];
        const struct part *part = object_part(found, all->kind, all->name);

        expect_aspect(object, all->attributes, all->attribute_count, part == NULL ? NULL : part->attributes,
                      part == NULL ? 0 : part->attribute_count, aspect);
        assert_true(part == NULL ? !home : home || part->attribute_count > 0);
    }
}

static void test_what_is_encoded_is_decoded(void **state)
{
    struct sample_random random = {1};
    CLEANUP(buffer_clear) struct buffer first = {0};
    CLEANUP(buffer_clear) struct buffer second = {0};
    struct blob_facts facts;
    struct error error = {0};

    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct object object = sample_object(&random, *state, round);

        sample_sort(&object);
        for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
            struct object found;

            buffer_reset(&first);
            buffer_reset(&second);
            if (!canonical_encode(&first, &object, (enum aspect)aspect)) {
                assert_int_equal(first.length, 0);
                continue;
            }
            found = decoded(buffer_text(&first), *state);
            expect_decoded(&object, &found, (enum aspect)aspect);
            assert_true(canonical_encode(&second, &found, (enum aspect)aspect));
            assert_true(text_equal(buffer_text(&first), buffer_text(&second)));
            assert_int_equal(canonical_check(buffer_text(&first), &facts, &error), ERROR_NONE);
            assert_true(facts.kind == object.kind && facts.aspect == aspect);
        }
    }
}

static void test_order_of_input_does_not_matter(void **state)
{
    struct sample_random random = {2};
    CLEANUP(buffer_clear) struct buffer first = {0};
    CLEANUP(buffer_clear) struct buffer second = {0};

    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct object object = sample_object(&random, *state, round);
        enum aspect home = kind_facts(object.kind)->aspect;

        sample_sort(&object);
        buffer_reset(&first);
        assert_true(canonical_encode(&first, &object, home));
        sample_shuffle(&random, &object);
        sample_sort(&object);
        buffer_reset(&second);
        assert_true(canonical_encode(&second, &object, home));
        assert_true(text_equal(buffer_text(&first), buffer_text(&second)));
    }
}

/* One encoding for one meaning: whatever is accepted is encoded as the very same bytes. */
static void expect_only_form(struct text blob, struct arena *arena)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct object object = decoded(blob, arena);
    struct blob_facts facts = {0};
    struct error error = {0};

    assert_int_equal(canonical_check(blob, &facts, &error), ERROR_NONE);
    assert_true(canonical_encode(&buffer, &object, facts.aspect));
    assert_true(text_equal(buffer_text(&buffer), blob));
}

static void test_a_changed_bit_is_refused_or_means_something_else(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct snapshot_input shop = sample_shop(*state);
    unsigned accepted = 0;

    sample_sort(&shop.objects[0]);
    assert_true(canonical_encode(&buffer, &shop.objects[0], ASPECT_STRUCTURE));
    for (size_t i = 0; i < buffer.length * 8; i++) {
        struct object object;
        struct error error = {0};
        enum error_code code;

        buffer.bytes[i / 8] ^= (char)(1 << i % 8);
        code = canonical_decode(buffer_text(&buffer), *state, &object, &error);
        assert_true(code == ERROR_NONE || code == ERROR_CORRUPT || (code == ERROR_UNSUPPORTED && i < 8));
        if (code == ERROR_NONE) {
            expect_only_form(buffer_text(&buffer), *state);
            accepted++;
        }
        buffer.bytes[i / 8] ^= (char)(1 << i % 8);
    }
    assert_true(accepted > 0);
}

static const struct {
    const char *name;
    struct text blob;
    enum error_code code;
} forms[] = {
    {"an object without anything", TEXT_INIT("\1\2\0\0"), ERROR_NONE},
    {"a text", TEXT_INIT("\1\2\1\1a\0\1x\0"), ERROR_NONE},
    {"an empty text", TEXT_INIT("\1\2\1\1a\0\0\0"), ERROR_NONE},
    {"a list", TEXT_INIT("\1\2\1\1a\1\2\1y\1x\0"), ERROR_NONE},
    {"an empty list", TEXT_INIT("\1\2\1\1a\1\0\0"), ERROR_NONE},
    {"two attributes", TEXT_INIT("\1\2\2\1a\0\0\1b\0\0\0"), ERROR_NONE},
    {"a name and what it begins", TEXT_INIT("\1\2\2\1a\0\0\2ab\0\0\0"), ERROR_NONE},
    {"a name above 127", TEXT_INIT("\1\2\2\1a\0\0\1\xff\0\0\0"), ERROR_NONE},
    {"two parts", TEXT_INIT("\1\2\0\2\x40\1b\0\x41\1a\0"), ERROR_NONE},
    {"a part without a name", TEXT_INIT("\1\2\0\1\x40\0\0"), ERROR_NONE},
    {"nothing", {NULL, 0}, ERROR_CORRUPT},
    {"unsorted attributes", TEXT_INIT("\1\2\2\1b\0\0\1a\0\0\0"), ERROR_CORRUPT},
    {"a name before what begins it", TEXT_INIT("\1\2\2\2ab\0\0\1a\0\0\0"), ERROR_CORRUPT},
    {"names sorted as signed bytes", TEXT_INIT("\1\2\2\1\xff\0\0\1a\0\0\0"), ERROR_CORRUPT},
    {"an attribute twice", TEXT_INIT("\1\2\2\1a\0\0\1a\0\1x\0"), ERROR_CORRUPT},
    {"an attribute as text and as list", TEXT_INIT("\1\2\2\1a\0\0\1a\1\0\0"), ERROR_CORRUPT},
    {"an attribute without a name", TEXT_INIT("\1\2\1\0\0\0\0"), ERROR_CORRUPT},
    {"unsorted parts", TEXT_INIT("\1\2\0\2\x40\1b\0\x40\1a\0"), ERROR_CORRUPT},
    {"unsorted kinds of parts", TEXT_INIT("\1\2\0\2\x41\1a\0\x40\1b\0"), ERROR_CORRUPT},
    {"a part twice", TEXT_INIT("\1\2\0\2\x40\1a\0\x40\1a\0"), ERROR_CORRUPT},
    {"unsorted attributes of a part", TEXT_INIT("\1\2\0\1\x40\1a\2\1b\0\0\1a\0\0"), ERROR_CORRUPT},
    {"a byte to spare", TEXT_INIT("\1\2\0\0\0"), ERROR_CORRUPT},
    {"a part more than counted", TEXT_INIT("\1\2\0\0\x40\1a\0"), ERROR_CORRUPT},
    {"a part less than counted", TEXT_INIT("\1\2\0\2\x40\1a\0"), ERROR_CORRUPT},
    {"an absurd count of attributes", TEXT_INIT("\1\2\xff\xff\xff\xff\x0f\1a\0\0\0"), ERROR_CORRUPT},
    {"an absurd count of items", TEXT_INIT("\1\2\1\1a\1\xff\xff\xff\xff\x0f\0"), ERROR_CORRUPT},
    {"an absurd length", TEXT_INIT("\1\2\1\1a\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1x\0"), ERROR_CORRUPT},
    {"a long form of the version", TEXT_INIT("\x81\0\2\0\0"), ERROR_CORRUPT},
    {"a long form of the kind", TEXT_INIT("\1\x82\0\0\0"), ERROR_CORRUPT},
    {"a long form of a count", TEXT_INIT("\1\2\x80\0\0"), ERROR_CORRUPT},
    {"a long form of a length", TEXT_INIT("\1\2\1\x81\0a\0\0\0"), ERROR_CORRUPT},
    {"no kind", TEXT_INIT("\1\0\0\0"), ERROR_CORRUPT},
    {"an unknown kind", TEXT_INIT("\1\x2d\0\0"), ERROR_CORRUPT},
    {"a large unknown kind", TEXT_INIT("\1\xff\x7f\0\0"), ERROR_CORRUPT},
    {"a kind beyond 16 bits that ends like a known one", TEXT_INIT("\1\x82\x80\4\0\0"), ERROR_CORRUPT},
    {"a kind beyond 32 bits that ends like a known one", TEXT_INIT("\1\x82\x80\x80\x80\x10\0\0"), ERROR_CORRUPT},
    {"a part as an object", TEXT_INIT("\1\x40\0\0"), ERROR_CORRUPT},
    {"an object as a part", TEXT_INIT("\1\2\0\1\2\1a\0"), ERROR_CORRUPT},
    {"a part of no kind", TEXT_INIT("\1\2\0\1\0\1a\0"), ERROR_CORRUPT},
    {"a part of an unknown kind", TEXT_INIT("\1\2\0\1\x4b\1a\0"), ERROR_CORRUPT},
    {"a form that is neither text nor list", TEXT_INIT("\1\2\1\1a\2\0\0"), ERROR_CORRUPT},
    {"a form above 127", TEXT_INIT("\1\2\1\1a\xff\0\0"), ERROR_CORRUPT},
    {"a version before the first", TEXT_INIT("\0\2\0\0"), ERROR_UNSUPPORTED},
    {"access alone", TEXT_INIT("\1\2\1\5owner\0\0\0"), ERROR_NONE},
    {"a part with storage", TEXT_INIT("\1\2\0\1\x40\1a\1\7storage\0\0"), ERROR_NONE},
    {"access beside structure", TEXT_INIT("\1\2\2\1a\0\0\5owner\0\0\0"), ERROR_CORRUPT},
    {"access beside storage", TEXT_INIT("\1\2\2\5owner\0\0\7storage\0\0\0"), ERROR_CORRUPT},
    {"access beside structure in a part", TEXT_INIT("\1\2\1\5owner\0\0\1\x40\1a\1\1b\0\0"), ERROR_CORRUPT},
    {"access with a part that has none", TEXT_INIT("\1\2\1\5owner\0\0\1\x40\1a\0"), ERROR_CORRUPT},
    {"any attribute of a privilege", TEXT_INIT("\1\x24\2\1a\0\0\7storage\0\0\1\x40\1a\0"), ERROR_NONE},
    {"a later version", TEXT_INIT("\2\2\0\0"), ERROR_UNSUPPORTED},
    {"a later version of another form altogether", TEXT_INIT("\xac\2whatever"), ERROR_UNSUPPORTED},
    {"a later version and nothing else", TEXT_INIT("\2"), ERROR_UNSUPPORTED},
};

static void test_bytes_of_another_form_are_refused(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(forms); i++) {
        struct object object = {.id = 42};
        struct blob_facts facts;
        struct error error = {0};
        enum error_code code = canonical_decode(forms[i].blob, *state, &object, &error);

        if (code != forms[i].code)
            fail_msg("%s: %s", forms[i].name, error_name(code));
        assert_int_equal(canonical_check(forms[i].blob, &facts, &error), forms[i].code);
        if (code == ERROR_NONE)
            expect_only_form(forms[i].blob, *state);
        else
            assert_int_equal(object.id, 42);
    }
}

static void test_a_later_version_is_named(void **state)
{
    struct error error = {0};
    struct object object;

    assert_int_equal(canonical_decode(TEXT("\xac\2\2\0\0"), *state, &object, &error), ERROR_UNSUPPORTED);
    assert_string_equal(error.message, "an object has canonical form 300, this build knows 1");
}

static void test_a_blob_says_what_it_is_of(void **state)
{
    static const struct {
        struct text blob;
        enum kind kind;
        enum aspect aspect;
    } cases[] = {
        {TEXT_INIT("\1\4\0\0"), KIND_VIEW, ASPECT_STRUCTURE},
        {TEXT_INIT("\1\2\1\5owner\0\0\0"), KIND_TABLE, ASPECT_ACCESS},
        {TEXT_INIT("\1\2\0\1\x40\1a\1\7storage\0\0"), KIND_TABLE, ASPECT_STORAGE},
        {TEXT_INIT("\1\x24\0\0"), KIND_DEFAULT_PRIVILEGE, ASPECT_ACCESS},
        {TEXT_INIT("\1\x24\1\7storage\0\0\0"), KIND_DEFAULT_PRIVILEGE, ASPECT_ACCESS},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct blob_facts facts = {0};
        struct error error = {0};

        assert_int_equal(canonical_check(cases[i].blob, &facts, &error), ERROR_NONE);
        assert_true(facts.kind == cases[i].kind && facts.aspect == cases[i].aspect);
    }
}

static void test_parts_are_those_of_home(void **state)
{
    static const struct {
        struct text home, other;
        bool listed;
    } cases[] = {
        {TEXT_INIT("\1\2\0\0"), TEXT_INIT("\1\2\1\5owner\0\0\0"), true},
        {TEXT_INIT("\1\2\0\2\x40\1a\0\x40\1b\0"), TEXT_INIT("\1\2\0\1\x40\1b\1\5owner\0\0"), true},
        {TEXT_INIT("\1\2\1\1x\0\0\2\x40\1a\1\1y\0\0\x47\1a\0"), TEXT_INIT("\1\2\0\1\x47\1a\1\5owner\0\0"), true},
        {TEXT_INIT("\1\2\0\0"), TEXT_INIT("\1\2\0\1\x40\1b\1\5owner\0\0"), false},
        {TEXT_INIT("\1\2\0\1\x40\1a\0"), TEXT_INIT("\1\2\0\1\x40\1b\1\5owner\0\0"), false},
        {TEXT_INIT("\1\2\0\1\x40\1c\0"), TEXT_INIT("\1\2\0\1\x40\1b\1\5owner\0\0"), false},
        {TEXT_INIT("\1\2\0\1\x41\1b\0"), TEXT_INIT("\1\2\0\1\x40\1b\1\5owner\0\0"), false},
        {TEXT_INIT("\1\2\0\2\x40\1a\0\x40\1b\0"), TEXT_INIT("\1\2\0\2\x40\1b\1\5owner\0\0\x40\1c\1\5owner\0\0"), false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        if (canonical_lists_parts(cases[i].home, cases[i].other) != cases[i].listed)
            fail_msg("case %zu", i);
}

static void test_no_beginning_of_a_blob_is_one(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct snapshot_input shop = sample_shop(*state);
    struct object object = {0};

    sample_sort(&shop.objects[0]);
    assert_true(canonical_encode(&buffer, &shop.objects[0], ASPECT_STRUCTURE));
    for (size_t length = 0; length < buffer.length; length++) {
        /* in memory of just that size, so that ASan sees a look beyond its end */
        char *exact = mem_alloc(length);
        struct blob_facts facts;
        struct error error = {0};

        assert_non_null(exact);
        memcpy(exact, buffer.bytes, length);
        assert_int_equal(canonical_decode((struct text){exact, length}, *state, &object, &error), ERROR_CORRUPT);
        assert_int_equal(canonical_check((struct text){exact, length}, &facts, &error), ERROR_CORRUPT);
        mem_free(exact);
    }
    assert_int_equal(object.kind, KIND_NONE);
}

static void test_aspects_are_apart(void **state)
{
    struct snapshot_input shop = sample_shop(*state);
    struct object *orders = &shop.objects[0];
    static const uint32_t attributes[ASPECT_COUNT] = {2, 1, 1};
    static const uint32_t parts[ASPECT_COUNT] = {3, 1, 1};
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    sample_sort(orders);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        struct object found;

        buffer_reset(&buffer);
        assert_true(canonical_encode(&buffer, orders, (enum aspect)aspect));
        found = decoded(buffer_text(&buffer), *state);
        assert_int_equal(found.attribute_count, attributes[aspect]);
        assert_int_equal(found.part_count, parts[aspect]);
        assert_int_equal(attribute_find(found.attributes, found.attribute_count, TEXT("owner")) != NULL,
                         aspect == ASPECT_ACCESS);
        assert_int_equal(attribute_find(found.attributes, found.attribute_count, TEXT("storage_parameters")) != NULL,
                         aspect == ASPECT_STORAGE);
        assert_int_equal(object_part(&found, KIND_COLUMN, TEXT("id")) != NULL, aspect != ASPECT_STORAGE);
        assert_int_equal(object_part(&found, KIND_PRIMARY_KEY, TEXT("orders_pkey")) != NULL, aspect != ASPECT_ACCESS);
    }
}

static void test_only_the_home_aspect_lists_what_has_nothing(void **state)
{
    struct snapshot_input shop = sample_shop(*state);
    struct object *empty = &shop.objects[1];
    struct object *privilege = &shop.objects[4];
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    assert_false(canonical_encode(&buffer, empty, ASPECT_ACCESS));
    assert_false(canonical_encode(&buffer, empty, ASPECT_STORAGE));
    assert_false(canonical_encode(&buffer, privilege, ASPECT_STRUCTURE));
    assert_false(canonical_encode(&buffer, privilege, ASPECT_STORAGE));
    assert_int_equal(buffer.length, 0);
    assert_true(canonical_encode(&buffer, empty, ASPECT_STRUCTURE));
    assert_true(text_equal(buffer_text(&buffer), TEXT("\1\2\0\0")));
    buffer_reset(&buffer);
    assert_true(canonical_encode(&buffer, privilege, ASPECT_ACCESS));
    assert_true(text_equal(buffer_text(&buffer), TEXT("\1\x24\1\6grants\1\1\x10SELECT TO PUBLIC\0")));
}

static void test_absent_and_empty_have_bytes_of_their_own(void **state)
{
    static const struct text empty[] = {TEXT_INIT("")};
    static const struct attribute values[] = {
        {TEXT_INIT("a"), empty, 1, false}, {TEXT_INIT("a"), NULL, 0, true}, {TEXT_INIT("a"), empty, 1, true}};
    static const struct text expected[] = {TEXT_INIT("\1\2\1\1a\0\0\0"), TEXT_INIT("\1\2\1\1a\1\0\0"),
                                           TEXT_INIT("\1\2\1\1a\1\1\0\0"), TEXT_INIT("\1\2\0\0")};
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(expected); i++) {
        struct attribute value = i < LENGTH_OF(values) ? values[i] : values[0];
        struct object object = {.kind = KIND_TABLE, .attributes = &value, .attribute_count = i < LENGTH_OF(values)};

        buffer_reset(&buffer);
        assert_true(canonical_encode(&buffer, &object, ASPECT_STRUCTURE));
        assert_true(text_equal(buffer_text(&buffer), expected[i]));
    }
}

static void test_ids_and_the_path_are_not_in_the_bytes(void **state)
{
    struct snapshot_input shop = sample_shop(*state);
    struct object *orders = &shop.objects[0];
    CLEANUP(buffer_clear) struct buffer first = {0};
    CLEANUP(buffer_clear) struct buffer second = {0};

    sample_sort(orders);
    assert_true(canonical_encode(&first, orders, ASPECT_STRUCTURE));
    orders->id = 0;
    orders->path.elements[1] = TEXT("renamed");
    for (uint32_t i = 0; i < orders->part_count; i++)
        orders->parts[i].id += 1000;
    assert_true(canonical_encode(&second, orders, ASPECT_STRUCTURE));
    assert_true(text_equal(buffer_text(&first), buffer_text(&second)));
}

/* These never change: databases, files and stores out there hold them. If this test fails, the canonical form changed,
 * and that takes a new CANONICAL_VERSION. */
static void test_the_hash_of_a_known_object_is_fixed(void **state)
{
    static const char *const expected[ASPECT_COUNT] = {
        "c2a0d73bd124e850bb6d936f3dcb6ec7b1e4b95c1b7f4ae129fbefd1053b5fd2",
        "a8a2f7c4b83d71013237fdd3203a77ac00c846e1a10859e91619cab664a42b73",
        "6740ea91652ff039fe8d38bd20c2baf1d2d59af988fa959ebaba6fcbca2a2d7e"};
    struct snapshot_input shop = sample_shop(*state);
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct hasher *hasher = NULL;
    struct error error = {0};

    assert_int_equal(hasher_new(&hasher, &error), ERROR_NONE);
    sample_sort(&shop.objects[0]);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        char hex[HASH_HEX_SIZE];
        struct hash hash;

        buffer_reset(&buffer);
        assert_true(canonical_encode(&buffer, &shop.objects[0], (enum aspect)aspect));
        hash = hasher_digest(hasher, NODE_BLOB, buffer_text(&buffer));
        hash_to_hex(&hash, hex);
        assert_string_equal(hex, expected[aspect]);
    }
    hasher_free(hasher);
}

/* The example of docs/reference/canonical-form.md: blobs, leaves, root and hashes, byte by byte. */
static void test_the_reference_page_tells_the_truth(void **state)
{
    struct snapshot_input page = sample_page(*state);
    struct snapshot *snapshot = sample_build(&page);
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    char hex[HASH_HEX_SIZE];

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct trie *trie = &snapshot->tries[aspect];

        for (uint32_t i = 0; i < trie->count; i++) {
            sample_expect_on_page("canonical-form.md", sample_hex(*state, trie->entries[i].blob));
            hash_to_hex(&trie->entries[i].blob_hash, hex);
            sample_expect_on_page("canonical-form.md", hex);
            hash_to_hex(&trie->entries[i].key, hex);
            sample_expect_on_page("canonical-form.md", hex);
        }
        buffer_reset(&buffer);
        trie_encode_node(&buffer, trie, trie->top);
        sample_expect_on_page("canonical-form.md", sample_hex(*state, buffer_text(&buffer)));
        hash_to_hex(&trie->top->hash, hex);
        sample_expect_on_page("canonical-form.md", hex);
    }
    buffer_reset(&buffer);
    snapshot_encode_root(&buffer, snapshot);
    sample_expect_on_page("canonical-form.md", sample_hex(*state, buffer_text(&buffer)));
    hash_to_hex(&snapshot->root, hex);
    sample_expect_on_page("canonical-form.md", hex);
    snapshot_free(snapshot);
}

static void test_identities_are_read_back(void **state)
{
    static const struct {
        enum kind kind;
        struct path path;
        struct text bytes;
    } cases[] = {
        {KIND_SCHEMA, {1, {TEXT_INIT("shop")}}, TEXT_INIT("\1\4shop")},
        {KIND_TABLE, {2, {TEXT_INIT("shop"), TEXT_INIT("orders")}}, TEXT_INIT("\2\4shop\6orders")},
        {KIND_TABLE, {2, {TEXT_INIT(""), TEXT_INIT("a\0b")}}, TEXT_INIT("\2\0\3a\0b")},
        {KIND_FUNCTION, {3, {TEXT_INIT("s"), TEXT_INIT("f"), TEXT_INIT("")}}, TEXT_INIT("\7\1s\1f\0")},
    };
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct reader reader;
        enum kind kind;
        struct path path;

        buffer_reset(&buffer);
        identity_encode(&buffer, cases[i].kind, &cases[i].path);
        assert_true(text_equal(buffer_text(&buffer), cases[i].bytes));
        reader_init(&reader, cases[i].bytes);
        identity_decode(&reader, &kind, &path);
        assert_true(reader_finished(&reader));
        assert_int_equal(kind, cases[i].kind);
        assert_true(path_equal(&path, &cases[i].path));
        for (size_t length = 0; length < cases[i].bytes.length; length++) {
            reader_init(&reader, (struct text){cases[i].bytes.bytes, length});
            identity_decode(&reader, &kind, &path);
            assert_true(reader_failed(&reader));
        }
    }
}

static void test_identities_of_no_object_are_refused(void **state)
{
    static const struct text cases[] = {TEXT_INIT("\0\1a"), TEXT_INIT("\x26\1a"), TEXT_INIT("\x40\1a"),
                                        TEXT_INIT("\x82\0\1a\1b"), TEXT_INIT("\x82\x80\4\1a\1b")};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct reader reader;
        enum kind kind;
        struct path path;

        reader_init(&reader, cases[i]);
        identity_decode(&reader, &kind, &path);
        assert_true(reader_failed(&reader));
    }
}

static enum error_code decode_shop(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct object object = {.id = 42};
    enum error_code code;

    arena_init(&arena, LIMIT);
    code = canonical_decode(buffer_text(context), &arena, &object, error);
    assert_true(code == ERROR_NONE ? object.part_count == 3 : object.id == 42);
    return code;
}

static enum error_code encode_shop(void *context, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    canonical_encode(&buffer, context, ASPECT_STRUCTURE);
    return buffer_check(&buffer, error, "testing");
}

static void test_memory_may_run_out(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct snapshot_input shop = sample_shop(*state);
    CLEANUP(arena_free) struct arena small;
    struct object object = {.id = 42};
    struct error error = {0};

    sample_sort(&shop.objects[0]);
    canonical_encode(&buffer, &shop.objects[0], ASPECT_STRUCTURE);
    assert_true(test_every_allocation(encode_shop, &shop.objects[0]) >= 1);
    assert_true(test_every_allocation(decode_shop, &buffer) >= 1);
    arena_init(&small, 64);
    assert_int_equal(canonical_decode(buffer_text(&buffer), &small, &object, &error), ERROR_LIMIT);
    assert_int_equal(object.id, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_encoded_is_decoded),
        cmocka_unit_test(test_order_of_input_does_not_matter),
        cmocka_unit_test(test_a_changed_bit_is_refused_or_means_something_else),
        cmocka_unit_test(test_bytes_of_another_form_are_refused),
        cmocka_unit_test(test_a_later_version_is_named),
        cmocka_unit_test(test_a_blob_says_what_it_is_of),
        cmocka_unit_test(test_parts_are_those_of_home),
        cmocka_unit_test(test_no_beginning_of_a_blob_is_one),
        cmocka_unit_test(test_aspects_are_apart),
        cmocka_unit_test(test_only_the_home_aspect_lists_what_has_nothing),
        cmocka_unit_test(test_absent_and_empty_have_bytes_of_their_own),
        cmocka_unit_test(test_ids_and_the_path_are_not_in_the_bytes),
        cmocka_unit_test(test_the_hash_of_a_known_object_is_fixed),
        cmocka_unit_test(test_the_reference_page_tells_the_truth),
        cmocka_unit_test(test_identities_are_read_back),
        cmocka_unit_test(test_identities_of_no_object_are_refused),
        cmocka_unit_test(test_memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
