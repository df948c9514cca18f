#include "notify/signature.h"

#include <stdio.h>
#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

static enum error_code sign(const char *secret, const char *id, int64_t seconds, const char *body,
                            char ret_signature[64])
{
    CLEANUP(arena_free) struct arena arena;
    struct text signature = {0};
    struct error error = {0};
    enum error_code code;

    arena_init(&arena, 4096);
    code = signature_make(text_from(secret), text_from(id), seconds, text_from(body), &arena, &signature, &error);
    if (code == ERROR_NONE)
        snprintf(ret_signature, 64, "%.*s", TEXT_ARGS(signature));
    return code;
}

/* The example of the specification, and one that was made with Python's hmac:
 *   base64.b64encode(hmac.digest(b"0123456789abcdef", b"m1.1700000000.{}", "sha256")) */
static void test_signatures_are_those_that_others_make(void **state)
{
    char signature[64];

    (void)state;
    assert_int_equal(sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                          "{\"test\": 2432232314}", signature),
                     ERROR_NONE);
    assert_string_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    assert_int_equal(sign("0123456789abcdef", "m1", 1700000000, "{}", signature), ERROR_NONE);
    assert_string_equal(signature, "v1,H26+mUxj37ggS1yklVH56j58+es9vUn/D+2H+xAxB9Q=");
}

static const char *check(const char *secret)
{
    static struct error error;

    error = (struct error){0};
    return signature_check(text_from(secret), &error) == ERROR_NONE ? "" : error.message;
}

static void test_secrets_that_prove_nothing_are_refused(void **state)
{
    char longest[1200];

    (void)state;
    assert_string_equal(check("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "");
    assert_string_equal(check("whsec_AAAAAAAAAAAAAAAAAAAAAA=="), ""); /* 16 bytes */
    assert_string_equal(check("0123456789abcdef"), "");
    assert_non_null(strstr(check(""), "shorter than 16"));
    assert_non_null(strstr(check("0123456789abcde"), "shorter than 16"));
    assert_non_null(strstr(check("whsec_AAAAAAAAAAAAAAAAAAAA"), "shorter than 16"));
    assert_non_null(strstr(check("whsec_"), "base64"));
    assert_non_null(strstr(check("whsec_===="), "shorter than 16"));
    assert_non_null(strstr(check("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!"), "base64"));
    assert_non_null(strstr(check("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"), "base64"));
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    assert_non_null(strstr(check(longest), "longer"));
    memcpy(longest, "whsec_", 6);
    assert_non_null(strstr(check(longest), "base64"));
}

static enum error_code sign_once(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct text signature;

    (void)context;
    arena_init(&arena, 4096);
    return signature_make(TEXT("0123456789abcdef"), TEXT("m1"), 1, TEXT("{}"), &arena, &signature, error);
}

static void test_memory_may_run_out(void **state)
{
    (void)state;
    assert_true(test_every_allocation(sign_once, NULL) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signatures_are_those_that_others_make),
        cmocka_unit_test(test_secrets_that_prove_nothing_are_refused),
        cmocka_unit_test(test_memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
