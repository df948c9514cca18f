#include "base/hash.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

static void free_hasher(struct hasher **hasher)
{
    hasher_free(*hasher);
}

static struct hasher *new_hasher(void)
{
    struct hasher *hasher = NULL;
    struct error error = {0};

    if (hasher_new(&hasher, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return hasher;
}

static void assert_hex(const struct hash *hash, const char *expected)
{
    char hex[HASH_HEX_SIZE];

    hash_to_hex(hash, hex);
    assert_string_equal(hex, expected);
}

/* The examples of FIPS 180-4, one after the other with the same hasher. */
static void test_sha256_gives_the_published_digests(void **state)
{
    static const struct {
        struct text bytes;
        size_t times;
        const char *digest;
    } cases[] = {
        {{NULL, 0}, 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {TEXT_INIT("abc"), 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {TEXT_INIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), 1,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {TEXT_INIT(
             "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"
             "nopqrstu"),
         1, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
        {TEXT_INIT("a"), 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
        {TEXT_INIT("abc"), 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    CLEANUP(free_hasher) struct hasher *hasher = new_hasher();

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct hash hash;

        hasher_begin(hasher);
        for (size_t j = 0; j < cases[i].times; j++)
            hasher_update(hasher, cases[i].bytes);
        hash = hasher_end(hasher);
        assert_hex(&hash, cases[i].digest);
    }
}

/* The domain byte is the first byte hashed: 'a' and "bc" are "abc". */
static void test_a_domain_keeps_equal_bytes_apart(void **state)
{
    CLEANUP(free_hasher) struct hasher *hasher = new_hasher();
    struct hash abc = hasher_digest(hasher, 'a', TEXT("bc"));
    struct hash again = hasher_digest(hasher, 'a', TEXT("bc"));
    struct hash other = hasher_digest(hasher, 'b', TEXT("bc"));

    (void)state;
    assert_hex(&abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(hash_equal(&abc, &again));
    assert_false(hash_equal(&abc, &other));
}

static void test_a_new_beginning_forgets_what_was_begun(void **state)
{
    CLEANUP(free_hasher) struct hasher *hasher = new_hasher();
    struct hash hash;

    (void)state;
    hasher_begin(hasher);
    hasher_update(hasher, TEXT("given up"));
    hasher_begin(hasher);
    hasher_update(hasher, TEXT("ab"));
    hasher_update(hasher, TEXT("c"));
    hash = hasher_end(hasher);
    assert_hex(&hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* The cases of RFC 4231 that are not truncated, and one with nothing at all. */
static void test_hmac_gives_the_published_digests(void **state)
{
    char twenty_0b[20], twenty_aa[20], fifty_dd[50], fifty_cd[50], key_131[131], key_25[25];
    const struct {
        struct text key, bytes;
        const char *digest;
    } cases[] = {
        {{twenty_0b, 20}, TEXT_INIT("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {TEXT_INIT("Jefe"), TEXT_INIT("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {{twenty_aa, 20}, {fifty_dd, 50}, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {{key_25, 25}, {fifty_cd, 50}, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {{key_131, 131},
         TEXT_INIT("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {{key_131, 131},
         TEXT_INIT(
             "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
             "hashed before being used by the HMAC algorithm."),
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
        {{NULL, 0}, {NULL, 0}, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
    };

    (void)state;
    memset(twenty_0b, 0x0b, sizeof twenty_0b);
    memset(twenty_aa, 0xaa, sizeof twenty_aa);
    memset(fifty_dd, 0xdd, sizeof fifty_dd);
    memset(fifty_cd, 0xcd, sizeof fifty_cd);
    memset(key_131, 0xaa, sizeof key_131);
    for (size_t i = 0; i < sizeof key_25; i++)
        key_25[i] = (char)(i + 1);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct hash hash = {{0}};
        struct error error = {0};

        if (hash_keyed(cases[i].key, cases[i].bytes, &hash, &error) != ERROR_NONE)
            fail_msg("case %zu: %s", i, error.message);
        assert_hex(&hash, cases[i].digest);
    }
}

static void test_hex_has_every_digit(void **state)
{
    struct hash hash;

    (void)state;
    for (unsigned i = 0; i < HASH_SIZE; i++)
        hash.bytes[i] = (uint8_t)(i < 16 ? i * 0x10 + (15 - i) : i);
    assert_hex(&hash, "0f1e2d3c4b5a69788796a5b4c3d2e1f0101112131415161718191a1b1c1d1e1f");
}

static enum error_code make_and_free(void *context, struct error *error)
{
    CLEANUP(free_hasher) struct hasher *hasher = NULL;

    (void)context;
    return hasher_new(&hasher, error);
}

static void test_hex_is_read_back(void **state)
{
    static const char upper[] = "0123456789ABCDEFfedcba98765432100123456789abcdefFEDCBA9876543210";
    static const char *const bad[] = {
        "",
        "0123",
        "0123456789abcdeffedcba98765432100123456789abcdeffedcba987654321",
        "0123456789abcdeffedcba98765432100123456789abcdeffedcba98765432100",
        "0123456789abcdeffedcba98765432100123456789abcdeffedcba987654321g",
        "0123456789abcdef fedcba98765432100123456789abcdefedcba9876543210",
    };
    struct hash hash, before;

    (void)state;
    assert_true(hash_from_hex(text_from(upper), &hash));
    assert_hex(&hash, "0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210");
    before = hash;
    for (size_t i = 0; i < LENGTH_OF(bad); i++) {
        assert_false(hash_from_hex(text_from(bad[i]), &hash));
        assert_true(hash_equal(&hash, &before));
    }
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    assert_int_equal(test_every_allocation(make_and_free, NULL), 1);
    hasher_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256_gives_the_published_digests),
        cmocka_unit_test(test_a_domain_keeps_equal_bytes_apart),
        cmocka_unit_test(test_a_new_beginning_forgets_what_was_begun),
        cmocka_unit_test(test_hmac_gives_the_published_digests),
        cmocka_unit_test(test_hex_has_every_digit),
        cmocka_unit_test(test_hex_is_read_back),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
