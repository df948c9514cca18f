#include "schema/snapshot_file.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/buffer.h"
#include "sample.h"
#include "schema/canonical.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { HEADER = 9, LIMIT = 16 * 1024 * 1024 };

static int setup(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int teardown(void **state)
{
    test_directory_remove(*state);
    return 0;
}

/* The bytes of a snapshot's file; they live in the directory's arena. */
static struct text file_of(struct test_directory *directory, const struct snapshot *snapshot)
{
    struct error error = {0};

    if (snapshot_file_write(snapshot, test_directory_path(directory, "written.snap"), &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return test_directory_read(directory, "written.snap");
}

static struct text shop_file(struct test_directory *directory)
{
    struct snapshot_input shop = sample_shop(&directory->arena);
    struct snapshot *snapshot = sample_build(&shop);
    struct text bytes = file_of(directory, snapshot);

    snapshot_free(snapshot);
    return bytes;
}

static void expect_same_ids(const struct trie_entry *a, const struct trie_entry *b)
{
    assert_int_equal(a->id, b->id);
    assert_int_equal(a->part_count, b->part_count);
    for (uint32_t i = 0; i < a->part_count; i++)
        assert_int_equal(a->part_ids[i], b->part_ids[i]);
}

static void expect_same(const struct snapshot *a, const struct snapshot *b)
{
    assert_true(hash_equal(&a->root, &b->root));
    assert_int_equal(a->canonical_version, b->canonical_version);
    assert_true(text_equal(a->info.ref, b->info.ref) && text_equal(a->info.engine, b->info.engine));
    assert_true(text_equal(a->info.server_version, b->info.server_version));
    assert_true(text_equal(a->info.origin, b->info.origin));
    assert_true(a->info.taken_at == b->info.taken_at);
    assert_int_equal(a->gap_count, b->gap_count);
    for (uint32_t i = 0; i < a->gap_count; i++)
        assert_true(a->gaps[i].kind == b->gaps[i].kind && text_equal(a->gaps[i].object, b->gaps[i].object) &&
                    text_equal(a->gaps[i].reason, b->gaps[i].reason));
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        assert_int_equal(a->tries[aspect].count, b->tries[aspect].count);
        assert_true(hash_equal(&a->tries[aspect].top->hash, &b->tries[aspect].top->hash));
        for (uint32_t i = 0; i < a->tries[aspect].count; i++) {
            assert_true(text_equal(a->tries[aspect].entries[i].blob, b->tries[aspect].entries[i].blob));
            expect_same_ids(&a->tries[aspect].entries[i], &b->tries[aspect].entries[i]);
        }
    }
}

static void round_trip(struct test_directory *directory, struct snapshot_input *input)
{
    struct snapshot *snapshot = sample_build(input);
    struct text bytes = file_of(directory, snapshot);
    struct snapshot *read = NULL;
    struct snapshot *decoded = NULL;
    CLEANUP(buffer_clear) struct buffer encoded = {0};
    struct error error = {0};

    if (snapshot_file_read(&read, test_directory_path(directory, "written.snap"), bytes.length, &error) != ERROR_NONE ||
        snapshot_file_decode(&decoded, bytes, "memory", &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    expect_same(snapshot, read);
    expect_same(snapshot, decoded);
    assert_true(text_equal(file_of(directory, read), bytes));
    buffer_add_string(&encoded, "before");
    assert_int_equal(snapshot_file_encode(decoded, &encoded, &error), ERROR_NONE);
    assert_true(text_equal((struct text){encoded.bytes + 6, encoded.length - 6}, bytes));
    snapshot_free(snapshot);
    snapshot_free(read);
    snapshot_free(decoded);
}

static void test_what_is_written_is_read(void **state)
{
    static const uint32_t counts[] = {1, 64, 65, 200, 1500};
    struct test_directory *directory = *state;
    struct sample_random random = {7};
    struct snapshot_input shop = sample_shop(&directory->arena);
    struct snapshot_input nothing = {0};
    struct object *objects = arena_array(&directory->arena, 1500, sizeof *objects);

    assert_non_null(objects);
    round_trip(directory, &shop);
    round_trip(directory, &nothing);
    for (size_t i = 0; i < LENGTH_OF(counts); i++) {
        struct snapshot_input input = {.objects = objects, .object_count = counts[i], .info.engine = TEXT("dummy")};

        for (uint32_t k = 0; k < counts[i]; k++)
            objects[k] = sample_object(&random, &directory->arena, k);
        round_trip(directory, &input);
    }
}

/* This never changes: files of this format are out there. */
static void test_the_bytes_of_a_known_snapshot_are_fixed(void **state)
{
    struct text bytes = shop_file(*state);
    struct hasher *hasher = NULL;
    struct error error = {0};
    char hex[HASH_HEX_SIZE];
    struct hash hash;

    assert_int_equal(hasher_new(&hasher, &error), ERROR_NONE);
    hasher_begin(hasher);
    hasher_update(hasher, bytes);
    hash = hasher_end(hasher);
    hash_to_hex(&hash, hex);
    hasher_free(hasher);
    assert_string_equal(hex, "4cb4e8ebf92e24b5de0989d5d0171888978d7dc93de5dbf7003b92c0915faf9c");
    assert_int_equal(bytes.length, 1112);
}

static void test_the_reference_page_tells_the_truth(void **state)
{
    struct test_directory *directory = *state;
    struct snapshot_input page = sample_page(&directory->arena);
    struct snapshot *snapshot = sample_build(&page);

    sample_expect_on_page("snapshot-file.md", sample_hex(&directory->arena, file_of(directory, snapshot)));
    snapshot_free(snapshot);
}

/* A copy that can be changed, and decoded again and again. */
static char *writable(struct test_directory *directory, struct text bytes)
{
    char *copy = arena_copy(&directory->arena, bytes.bytes, bytes.length);

    assert_non_null(copy);
    return copy;
}

static enum error_code decode(struct text bytes, struct error *error)
{
    struct snapshot *snapshot = NULL;
    enum error_code code = snapshot_file_decode(&snapshot, bytes, "changed", error);

    assert_true((code == ERROR_NONE) == (snapshot != NULL));
    snapshot_free(snapshot);
    return code;
}

static void test_every_changed_bit_is_found(void **state)
{
    struct test_directory *directory = *state;
    struct text bytes = shop_file(directory);
    char *changed = writable(directory, bytes);

    for (size_t i = 0; i < bytes.length; i++)
        for (unsigned mask = 1; mask <= 0xff; mask = mask == 0x80 ? 0xff : mask * 2) {
            struct error error = {0};
            enum error_code code;

            changed[i] ^= (char)mask;
            code = decode((struct text){changed, bytes.length}, &error);
            if (code != (i == HEADER - 1 ? ERROR_UNSUPPORTED : ERROR_CORRUPT))
                fail_msg("byte %zu, mask %x: %s", i, mask, error_name(code));
            changed[i] ^= (char)mask;
            if (mask == 0xff)
                break;
        }
}

static void test_no_beginning_of_a_file_is_one(void **state)
{
    struct test_directory *directory = *state;
    struct text bytes = shop_file(directory);

    for (size_t length = 0; length < bytes.length; length++) {
        struct error error = {0};

        assert_int_equal(decode((struct text){bytes.bytes, length}, &error), ERROR_CORRUPT);
        assert_non_null(strstr(error.message, "'changed'"));
        assert_true(error.hint[0] != '\0');
    }
}

static void test_nothing_may_follow(void **state)
{
    struct test_directory *directory = *state;
    struct text bytes = shop_file(directory);
    char *longer = arena_alloc(&directory->arena, bytes.length * 2);
    struct error error = {0};

    assert_non_null(longer);
    memcpy(longer, bytes.bytes, bytes.length);
    memcpy(longer + bytes.length, bytes.bytes, bytes.length);
    assert_int_equal(decode((struct text){longer, bytes.length + 1}, &error), ERROR_CORRUPT);
    assert_int_equal(decode((struct text){longer, bytes.length * 2}, &error), ERROR_CORRUPT);
}

/* Make the checksum fit. */
static void sign(struct hasher *hasher, char *bytes, size_t length)
{
    struct hash checksum;

    hasher_begin(hasher);
    hasher_update(hasher, (struct text){bytes, length - HASH_SIZE});
    checksum = hasher_end(hasher);
    memcpy(bytes + length - HASH_SIZE, checksum.bytes, HASH_SIZE);
}

/* Where the root node begins: its type byte. The ids of sample_shop() follow it. */
static size_t root_offset(struct text bytes, const struct snapshot *snapshot)
{
    CLEANUP(buffer_clear) struct buffer root = {0};
    const char *found;

    snapshot_encode_root(&root, snapshot);
    found = memmem(bytes.bytes, bytes.length, root.bytes, root.length);
    assert_non_null(found);
    return (size_t)(found - bytes.bytes) - 3;
}

/* Somebody changes a byte and corrects the checksum. In the header and the ids he gets away with it; anywhere else the
 * hashes tell, or it is another snapshot with another root: never this one with another content. */
static void test_a_corrected_checksum_does_not_help(void **state)
{
    struct test_directory *directory = *state;
    struct snapshot_input shop = sample_shop(&directory->arena);
    struct snapshot *snapshot = sample_build(&shop);
    struct text bytes = file_of(directory, snapshot);
    char *changed = writable(directory, bytes);
    size_t root = root_offset(bytes, snapshot);
    struct hasher *hasher = NULL;
    struct error error = {0};
    unsigned refused = 0;

    assert_int_equal(hasher_new(&hasher, &error), ERROR_NONE);
    for (size_t i = HEADER; i < bytes.length - HASH_SIZE; i++)
        for (unsigned bit = 0; bit < 8; bit += 3) {
            struct snapshot *read = NULL;

            changed[i] ^= (char)(1 << bit);
            sign(hasher, changed, bytes.length);
            if (snapshot_file_decode(&read, (struct text){changed, bytes.length}, "changed", &error) != ERROR_NONE) {
                assert_true(error.code == ERROR_CORRUPT || error.code == ERROR_UNSUPPORTED);
                refused++;
            } else if (hash_equal(&read->root, &snapshot->root)) {
                for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
                    assert_true(hash_equal(snapshot_aspect_root(read, (enum aspect)aspect),
                                           snapshot_aspect_root(snapshot, (enum aspect)aspect)));
            } else {
                assert_true(i > root); /* the engine or a gap */
            }
            snapshot_free(read);
            changed[i] ^= (char)(1 << bit);
        }
    assert_true(refused > (root - 100) * 2);
    hasher_free(hasher);
    snapshot_free(snapshot);
}

/* A file being forged. */
struct forgery {
    struct buffer bytes;
    struct hasher *hasher;
};

static void forge_begin(struct forgery *forgery)
{
    static const char header[] = "\x89"
                                 "DLSNAP\n\1\0\0\0\0"; /* no reference, version, origin, time */
    struct error error = {0};

    buffer_init(&forgery->bytes);
    assert_int_equal(hasher_new(&forgery->hasher, &error), ERROR_NONE);
    buffer_add(&forgery->bytes, header, sizeof header - 1);
}

static struct hash forge_node(struct forgery *forgery, enum node_type type, struct text node)
{
    buffer_add_byte(&forgery->bytes, (uint8_t)type);
    buffer_add_varint(&forgery->bytes, node.length);
    buffer_add_text(&forgery->bytes, node);
    return hasher_digest(forgery->hasher, (uint8_t)type, node);
}

static void forge_root(struct forgery *forgery, unsigned version, struct hash leaf, struct text gaps)
{
    CLEANUP(buffer_clear) struct buffer root = {0};

    buffer_add_varint(&root, version);
    buffer_add_byte(&root, 0); /* no engine */
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        buffer_add(&root, leaf.bytes, HASH_SIZE);
        buffer_add_byte(&root, 0);
    }
    buffer_add_text(&root, gaps);
    forge_node(forgery, NODE_ROOT, buffer_text(&root));
}

static void expect_forged(struct forgery *forgery, enum error_code code, const char *message)
{
    static const char checksum[HASH_SIZE];
    struct error error = {0};

    buffer_add(&forgery->bytes, checksum, sizeof checksum);
    sign(forgery->hasher, forgery->bytes.bytes, forgery->bytes.length);
    if (decode(buffer_text(&forgery->bytes), &error) != code || strcmp(error.message, message) != 0)
        fail_msg("expected '%s', got '%s'", message, error.message);
    hasher_free(forgery->hasher);
    buffer_clear(&forgery->bytes);
}

static void test_forged_gaps_are_refused(void **state)
{
    static const char refused[] = "reading the snapshot 'changed': a root has a coverage list that is not one";
    static const struct {
        struct text gaps;
        enum error_code code;
        const char *message;
    } cases[] = {
        {TEXT_INIT("\0"), ERROR_NONE, ""},
        {TEXT_INIT("\2\2\1a\1x\2\1a\1y"), ERROR_NONE, ""},
        {TEXT_INIT("\2\2\1a\1y\x4a\0\1x"), ERROR_NONE, ""},
        {TEXT_INIT("\2\2\1a\1y\2\1a\1x"), ERROR_CORRUPT, refused},
        {TEXT_INIT("\2\2\1a\1y\2\1a\1y"), ERROR_CORRUPT, refused},
        {TEXT_INIT("\2\x4a\0\1x\2\1a\1y"), ERROR_CORRUPT, refused},
        {TEXT_INIT("\1\x3f\0\1x"), ERROR_CORRUPT, refused},
        {TEXT_INIT("\1\0\0\1x"), ERROR_CORRUPT, refused},
        {TEXT_INIT("\1\2\0\2x"), ERROR_CORRUPT, refused},
        {TEXT_INIT("\xff\xff\xff\xff\x0f"), ERROR_CORRUPT, refused},
        {TEXT_INIT("\0\0"), ERROR_CORRUPT, "reading the snapshot 'changed': a root has bytes to spare"},
        {TEXT_INIT(""), ERROR_CORRUPT, refused},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct forgery forgery;

        forge_begin(&forgery);
        forge_root(&forgery, CANONICAL_VERSION, forge_node(&forgery, NODE_LEAF, TEXT("\0")), cases[i].gaps);
        expect_forged(&forgery, cases[i].code, cases[i].message);
    }
}

static void test_forged_nodes_are_refused(void **state)
{
    struct forgery forgery;
    struct hash leaf;

    (void)state;
    forge_begin(&forgery);
    leaf = forge_node(&forgery, NODE_LEAF, TEXT("\0"));
    forge_node(&forgery, NODE_BLOB, TEXT("\1\2\0\0"));
    forge_root(&forgery, CANONICAL_VERSION, leaf, TEXT("\0"));
    expect_forged(&forgery, ERROR_CORRUPT, "the snapshot 'changed' holds nodes that nothing refers to");

    forge_begin(&forgery);
    leaf = forge_node(&forgery, NODE_LEAF, TEXT("\0"));
    forge_node(&forgery, NODE_LEAF, TEXT("\0"));
    forge_root(&forgery, CANONICAL_VERSION, leaf, TEXT("\0"));
    expect_forged(&forgery, ERROR_CORRUPT, "the snapshot 'changed' holds a node twice");

    forge_begin(&forgery);
    leaf = forge_node(&forgery, NODE_IDENTITY, TEXT("\0"));
    forge_root(&forgery, CANONICAL_VERSION, leaf, TEXT("\0"));
    expect_forged(&forgery, ERROR_CORRUPT, "the snapshot 'changed' has a node that is not one");

    forge_begin(&forgery);
    leaf = forge_node(&forgery, NODE_LEAF, TEXT("\0"));
    expect_forged(&forgery, ERROR_CORRUPT, "the snapshot 'changed' has a node that is not one");

    forge_begin(&forgery);
    leaf = forge_node(&forgery, NODE_LEAF, TEXT("\0\0"));
    forge_root(&forgery, CANONICAL_VERSION, leaf, TEXT("\0"));
    expect_forged(&forgery, ERROR_CORRUPT, "reading the snapshot 'changed': a trie node has bytes to spare");

    forge_begin(&forgery);
    leaf = forge_node(&forgery, NODE_BLOB, TEXT("\0"));
    forge_root(&forgery, CANONICAL_VERSION, leaf, TEXT("\0"));
    expect_forged(&forgery, ERROR_CORRUPT, "reading the snapshot 'changed': a node that is referred to is missing");

    forge_begin(&forgery);
    forge_root(&forgery, CANONICAL_VERSION, forge_node(&forgery, NODE_LEAF, TEXT("\0")), TEXT("\0"));
    buffer_add_byte(&forgery.bytes, 0);
    expect_forged(&forgery, ERROR_CORRUPT, "the snapshot 'changed' does not end where it should");

    forge_begin(&forgery);
    forge_root(&forgery, 7, forge_node(&forgery, NODE_LEAF, TEXT("\0")), TEXT("\0"));
    expect_forged(&forgery, ERROR_UNSUPPORTED,
                  "reading the snapshot 'changed': a root has canonical form 7, this build knows 1");
}

static void test_a_later_format_is_named(void **state)
{
    struct test_directory *directory = *state;
    struct text bytes = shop_file(directory);
    char *changed = writable(directory, bytes);
    struct error error = {0};

    changed[HEADER - 1] = (char)200;
    assert_int_equal(decode((struct text){changed, bytes.length}, &error), ERROR_UNSUPPORTED);
    assert_string_equal(error.message, "the snapshot 'changed' has file format 200, this build knows 1");
    assert_non_null(strstr(error.hint, "version"));
    assert_int_equal(decode((struct text){changed, HEADER}, &error), ERROR_UNSUPPORTED);
}

static void test_what_is_no_snapshot_is_refused(void **state)
{
    static const struct {
        const char *name;
        struct text content;
        enum error_code code;
        const char *message;
    } cases[] = {
        {"empty", TEXT_INIT(""), ERROR_CORRUPT, "is not a snapshot file"},
        {"text", TEXT_INIT("CREATE TABLE orders (id integer);\n"), ERROR_CORRUPT, "is not a snapshot file"},
        {"magic",
         TEXT_INIT("\x89"
                   "DLSNAP\n"),
         ERROR_CORRUPT, "is not a snapshot file"},
        {"carriage",
         TEXT_INIT("\x89"
                   "DLSNAP\r\n\1................................................"),
         ERROR_CORRUPT, "is not a snapshot file"},
        {"header",
         TEXT_INIT("\x89"
                   "DLSNAP\n\1"),
         ERROR_CORRUPT, "is truncated"},
    };
    struct test_directory *directory = *state;
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *path = test_directory_write(directory, cases[i].name, cases[i].content);

        assert_int_equal(snapshot_file_read(&snapshot, path, LIMIT, &error), cases[i].code);
        assert_non_null(strstr(error.message, path));
        assert_non_null(strstr(error.message, cases[i].message));
    }
    assert_int_equal(snapshot_file_read(&snapshot, test_directory_path(directory, "absent"), LIMIT, &error),
                     ERROR_NOT_FOUND);
    assert_int_equal(snapshot_file_read(&snapshot, directory->path, LIMIT, &error), ERROR_IO);
    assert_non_null(strstr(error.message, "is a directory"));
    assert_null(snapshot);
}

static void test_a_file_has_a_size_limit(void **state)
{
    struct test_directory *directory = *state;
    struct text bytes = shop_file(directory);
    const char *path = test_directory_path(directory, "written.snap");
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    assert_int_equal(snapshot_file_read(&snapshot, path, bytes.length - 1, &error), ERROR_LIMIT);
    assert_null(snapshot);
    assert_int_equal(snapshot_file_read(&snapshot, path, bytes.length, &error), ERROR_NONE);
    snapshot_free(snapshot);
}

static void limit_file_size(rlim_t size)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A full disk, as far as a process can have one of its own: the old file stays, and nothing lies about. */
static void test_a_full_disk_leaves_the_old_file(void **state)
{
    struct test_directory *directory = *state;
    struct snapshot_input shop = sample_shop(&directory->arena);
    struct snapshot *snapshot = sample_build(&shop);
    struct text bytes = file_of(directory, snapshot);
    const char *path = test_directory_write(directory, "kept.snap", TEXT("old"));
    size_t entries = test_directory_count(directory);

    signal(SIGXFSZ, SIG_IGN);
    for (size_t size = 0; size < bytes.length; size += 111) {
        struct error error = {0};
        enum error_code code;

        limit_file_size(size);
        code = snapshot_file_write(snapshot, path, &error);
        limit_file_size(RLIM_INFINITY);
        assert_int_equal(code, ERROR_IO);
        assert_non_null(strstr(error.message, "File too large"));
        assert_true(text_equal(test_directory_read(directory, "kept.snap"), TEXT("old")));
        assert_int_equal(test_directory_count(directory), entries);
    }
    snapshot_free(snapshot);
}

static void test_a_folder_that_is_not_there_is_named(void **state)
{
    struct snapshot_input shop = {0};
    struct snapshot *snapshot = sample_build(&shop);
    const char *path = test_directory_path(*state, "absent/x.snap");
    struct error error = {0};

    assert_int_equal(snapshot_file_write(snapshot, path, &error), ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "absent/x.snap"));
    snapshot_free(snapshot);
}

/* A snapshot to write and its bytes to read. */
struct material {
    struct test_directory *directory;
    const struct snapshot *snapshot;
    const char *path;
    size_t entries;
};

static enum error_code write_again(void *context, struct error *error)
{
    const struct material *material = context;
    enum error_code code = snapshot_file_write(material->snapshot, material->path, error);

    assert_int_equal(test_directory_count(material->directory), material->entries);
    return code;
}

static enum error_code read_again(void *context, struct error *error)
{
    const struct material *material = context;
    struct snapshot *snapshot = NULL;
    enum error_code code = snapshot_file_read(&snapshot, material->path, LIMIT, error);

    assert_true((code == ERROR_NONE) == (snapshot != NULL));
    snapshot_free(snapshot);
    return code;
}

static enum error_code encode_again(void *context, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer encoded = {0};

    return snapshot_file_encode(((const struct material *)context)->snapshot, &encoded, error);
}

static enum error_code decode_again(void *context, struct error *error)
{
    return decode(*(const struct text *)context, error);
}

static void test_allocations_may_fail(void **state)
{
    struct test_directory *directory = *state;
    struct snapshot_input shop = sample_shop(&directory->arena);
    struct snapshot *snapshot = sample_build(&shop);
    struct text bytes = file_of(directory, snapshot);
    struct material material = {directory, snapshot, test_directory_path(directory, "written.snap"),
                                test_directory_count(directory)};

    assert_true(test_every_allocation(write_again, &material) >= 4);
    assert_true(test_every_allocation(read_again, &material) >= 4);
    assert_true(test_every_allocation(encode_again, &material) >= 4);
    assert_true(test_every_allocation(decode_again, &bytes) >= 4);
    snapshot_free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_the_bytes_of_a_known_snapshot_are_fixed),
        cmocka_unit_test(test_the_reference_page_tells_the_truth),
        cmocka_unit_test(test_every_changed_bit_is_found),
        cmocka_unit_test(test_no_beginning_of_a_file_is_one),
        cmocka_unit_test(test_nothing_may_follow),
        cmocka_unit_test(test_a_corrected_checksum_does_not_help),
        cmocka_unit_test(test_forged_gaps_are_refused),
        cmocka_unit_test(test_forged_nodes_are_refused),
        cmocka_unit_test(test_a_later_format_is_named),
        cmocka_unit_test(test_what_is_no_snapshot_is_refused),
        cmocka_unit_test(test_a_file_has_a_size_limit),
        cmocka_unit_test(test_a_full_disk_leaves_the_old_file),
        cmocka_unit_test(test_a_folder_that_is_not_there_is_named),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
