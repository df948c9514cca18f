#include "cli/secret.h"

#include <stdlib.h>
#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

static const struct {
    const char *argument;
    const char *shown;
} cases[] = {
    {"diff", "diff"},
    {"sqlite:app.db", "sqlite:app.db"},
    {"postgres://app@db1/orders", "postgres://app@db1/orders"},
    {"postgres://db1:5432/orders", "postgres://db1:5432/orders"},
    {"postgres://app:s3cret@db1/orders", "postgres://app:*@db1/orders"},
    {"postgres://app:s@cr/et@db1:5432/orders", "postgres://app:*@db1:5432/orders"},
    {"postgres://app:x@db1/orders", "postgres://app:*@db1/orders"},
    {"postgres://app:@db1/orders", "postgres://app:@db1/orders"},
    {"postgres://db1/orders?password=s3cret", "postgres://db1/orders?password=*"},
    {"postgres://db1/o?user=a&password=s3;cret&host=b", "postgres://db1/o?user=a&password=*&host=b"},
    {"postgres://db1/o?p%61sswor%64=s3cret&host=b", "postgres://db1/o?p%61sswor%64=*&host=b"},
    {"postgres://db1/o?sslpassword=s3cret", "postgres://db1/o?sslpassword=*"},
    {"odbc:DSN=x;UID=y;PWD=s3cret;Port=1", "odbc:DSN=x;UID=y;PWD=*;Port=1"},
    {"odbc:DSN=x;pwd={s3;cr}}et};Port=1", "odbc:DSN=x;pwd=*;Port=1"},
    {"odbc:DSN=x;Password = s3cret", "odbc:DSN=x;Password =*"},
    {"host=a password='s3 cr\\'et'", "host=a password=*"},
    {"--token=s3cret", "--token=*"},
    {"https://h/?access_token=s3cret&a=b", "https://h/?access_token=*&a=b"},
    {"--fail-on=high", "--fail-on=high"},
    {"password=", "password="},
    {"=", "="},
    {"", ""},
};

static void test_hide(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        size_t size = strlen(cases[i].argument) + 1;
        char *text = malloc(size);

        print_message("  %s\n", cases[i].argument);
        assert_non_null(text);
        secret_hide(memcpy(text, cases[i].argument, size));
        assert_string_equal(text, cases[i].shown);
        for (size_t at = strlen(text); at < size; at++)
            assert_int_equal(text[at], 0);
        free(text);
    }
}

static enum error_code take(void *context, struct error *error)
{
    char first[] = "driftline";
    char second[] = "postgres://app:s3cret@db1/orders";
    char *arguments[] = {first, second, NULL};
    char **copy = NULL;

    (void)context;
    if (secret_take_arguments(&copy, 2, arguments, error) != ERROR_NONE) {
        assert_null(copy);
        return error->code;
    }
    assert_string_equal(copy[0], "driftline");
    assert_string_equal(copy[1], "postgres://app:s3cret@db1/orders");
    assert_null(copy[2]);
    assert_string_equal(second, "postgres://app:*@db1/orders");
    secret_free_arguments(copy);
    return ERROR_NONE;
}

static void test_take_arguments(void **state)
{
    (void)state;
    test_every_allocation(take, NULL);
    secret_free_arguments(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hide),
        cmocka_unit_test(test_take_arguments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
