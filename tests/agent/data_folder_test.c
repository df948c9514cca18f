#include "agent/data_folder.h"

#include <string.h>
#include <sys/stat.h>

#include "support/cmocka.h"
#include "support/directory.h"

static int set_up(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int tear_down(void **state)
{
    test_directory_remove(*state);
    return 0;
}

static struct settings settings_in(struct test_directory *directory, const char *name)
{
    return (struct settings){.data = test_directory_path(directory, name),
                             .outbox_limit = 1 << 20,
                             .outbox_keep_ms = 1000,
                             .source = {.memory_limit = 1 << 20}};
}

static void test_keys_are_made_once(void **state)
{
    const struct settings settings = settings_in(*state, "data");
    struct key_pair first, second;
    struct error error = {0};
    struct stat facts;

    assert_int_equal(data_folder_keys(&first, &settings, &error), ERROR_NONE);
    assert_int_equal(stat(settings.data, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0700);
    assert_int_equal(data_folder_keys(&second, &settings, &error), ERROR_NONE);
    assert_string_equal(first.public_key, second.public_key);
}

static void test_a_folder_that_cannot_be_made(void **state)
{
    const struct settings settings = settings_in(*state, "none/such/folder");
    struct key_pair keys;
    struct error error = {0};

    assert_int_equal(data_folder_keys(&keys, &settings, &error), ERROR_IO);
    assert_non_null(strstr(error.message, "none/such/folder"));
    assert_non_null(strstr(error.hint, "by hand"));
}

static void test_the_outbox_is_for_one(void **state)
{
    const struct settings settings = settings_in(*state, "data");
    struct outbox *outbox = NULL, *other = NULL;
    struct key_pair keys;
    struct error error = {0};

    assert_int_equal(data_folder_outbox_settings(&settings).keep_us, 1000 * 1000);
    assert_int_equal(data_folder_keys(&keys, &settings, &error), ERROR_NONE);
    assert_int_equal(data_folder_outbox(&outbox, &settings, &error), ERROR_NONE);
    assert_int_equal(data_folder_outbox(&other, &settings, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.hint, settings.data));
    outbox_close(outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_keys_are_made_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_folder_that_cannot_be_made, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_outbox_is_for_one, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
