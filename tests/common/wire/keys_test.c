#include "wire/keys.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

/* The pair of RFC 26/CURVEZMQ's reference, as printed by libzmq's manual of zmq_curve. */
#define PUBLIC "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define SECRET "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

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

static void write_secret(struct test_directory *directory, const char *name, struct text content, mode_t mode)
{
    assert_int_equal(chmod(test_directory_write(directory, name, content), mode), 0);
}

static mode_t mode_of(struct test_directory *directory, const char *name)
{
    struct stat status;

    assert_int_equal(stat(test_directory_path(directory, name), &status), 0);
    return status.st_mode & 07777;
}

/* ---- pairs in files ---- */

static void test_a_pair_is_made_once(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_path(directory, "agent.key");
    struct key_pair made = {0}, loaded = {0};
    struct error error = {0};
    mode_t mask = umask(0);

    assert_int_equal(key_pair_load_or_make(&made, path, &error), ERROR_NONE);
    umask(mask);
    assert_int_equal(strlen(made.public_key), 40);
    assert_int_equal(strlen(made.secret_key), 40);
    assert_int_equal(mode_of(directory, "agent.key"), 0600);
    assert_int_equal(mode_of(directory, "agent.key.pub"), 0666); /* within the umask, which was none */
    assert_int_equal(test_directory_count(directory), 2);
    assert_int_equal(test_directory_read(directory, "agent.key").length, 41);
    assert_memory_equal(test_directory_read(directory, "agent.key.pub").bytes, made.public_key, 40);

    assert_int_equal(key_pair_load_or_make(&loaded, path, &error), ERROR_NONE);
    assert_memory_equal(&loaded, &made, sizeof made);
    assert_int_equal(test_directory_count(directory), 2);
}

/* As after a crash between the two files. */
static void test_a_missing_public_key_is_written_again(void **state)
{
    struct test_directory *directory = *state;
    struct key_pair pair = {0};
    struct error error = {0};

    write_secret(directory, "key", TEXT(SECRET "\n"), 0600);
    assert_int_equal(key_pair_load_or_make(&pair, test_directory_path(directory, "key"), &error), ERROR_NONE);
    assert_string_equal(pair.public_key, PUBLIC);
    assert_string_equal(pair.secret_key, SECRET);
    assert_true(text_equal(test_directory_read(directory, "key.pub"), TEXT(PUBLIC "\n")));
}

static void test_files_that_are_no_pair_are_refused(void **state)
{
    static const struct {
        const char *name;
        struct text secret; /* empty: no file */
        mode_t mode;
        struct text public;
        enum error_code code;
    } cases[] = {
        {"a pair", TEXT_INIT(SECRET "\n"), 0600, TEXT_INIT(PUBLIC "\n"), ERROR_NONE},
        {"without line ends", TEXT_INIT(SECRET), 0400, TEXT_INIT(PUBLIC), ERROR_NONE},
        {"with other line ends", TEXT_INIT(SECRET "\r\n"), 0600, TEXT_INIT("  " PUBLIC "\r\n\n"), ERROR_NONE},
        {"open to the group", TEXT_INIT(SECRET "\n"), 0640, TEXT_INIT(PUBLIC "\n"), ERROR_REFUSED},
        {"open to all", TEXT_INIT(SECRET "\n"), 0604, TEXT_INIT(PUBLIC "\n"), ERROR_REFUSED},
        {"writable by the group", TEXT_INIT(SECRET "\n"), 0620, TEXT_INIT(PUBLIC "\n"), ERROR_REFUSED},
        {"the secret key is lost", TEXT_INIT(""), 0600, TEXT_INIT(PUBLIC "\n"), ERROR_NOT_FOUND},
        {"another public key", TEXT_INIT(SECRET "\n"), 0600, TEXT_INIT(SECRET "\n"), ERROR_CORRUPT},
        {"a broken public key", TEXT_INIT(SECRET "\n"), 0600, TEXT_INIT("?"), ERROR_CORRUPT},
        {"a broken secret key", TEXT_INIT("?"), 0600, TEXT_INIT(PUBLIC "\n"), ERROR_CORRUPT},
        {"one character short", TEXT_INIT("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%c\n"), 0600, TEXT_INIT(PUBLIC),
         ERROR_CORRUPT},
        {"not Z85", TEXT_INIT("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%c~\n"), 0600, TEXT_INIT(PUBLIC), ERROR_CORRUPT},
        {"something after it", TEXT_INIT(SECRET "\nx"), 0600, TEXT_INIT(PUBLIC), ERROR_CORRUPT},
        {"much after it", TEXT_INIT(SECRET "\n" SECRET "\n" SECRET "\n"), 0600, TEXT_INIT(PUBLIC), ERROR_CORRUPT},
    };
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *path = test_directory_path(directory, cases[i].name);
        struct key_pair pair = {"untouched", "untouched"};
        struct error error = {0};
        enum error_code code;
        char public_name[64];

        snprintf(public_name, sizeof public_name, "%s.pub", cases[i].name);
        if (cases[i].secret.length > 0)
            write_secret(directory, cases[i].name, cases[i].secret, cases[i].mode);
        test_directory_write(directory, public_name, cases[i].public);
        code = key_pair_load_or_make(&pair, path, &error);
        if (code != cases[i].code)
            fail_msg("%s: %s, '%s'", cases[i].name, error_name(code), error.message);
        assert_string_equal(pair.public_key, code == ERROR_NONE ? PUBLIC : "untouched");
        assert_true(code == ERROR_NONE || strstr(error.message, "D:)Q") == NULL); /* no secret in messages */
        assert_true(text_equal(test_directory_read(directory, public_name), cases[i].public));
    }
}

static void test_where_no_file_can_be_there_is_no_pair(void **state)
{
    struct test_directory *directory = *state;
    static char long_path[5000];
    struct key_pair pair = {"untouched", "untouched"};
    struct error error = {0};

    assert_int_equal(key_pair_load_or_make(&pair, test_directory_path(directory, "absent/key"), &error),
                     ERROR_NOT_FOUND);
    assert_int_equal(key_pair_load_or_make(&pair, directory->path, &error), ERROR_IO); /* a folder */
    memset(long_path, 'x', sizeof long_path - 1);
    assert_int_equal(key_pair_load_or_make(&pair, long_path, &error), ERROR_LIMIT);
    assert_string_equal(pair.public_key, "untouched");
}

struct attempt {
    const struct test_directory *directory;
    const char *path, *public_path; /* the test's own strings are there before any allocation fails */
};

static enum error_code try_to_make(void *context, struct error *error)
{
    const struct attempt *attempt = context;
    struct key_pair pair = {"untouched", "untouched"};
    enum error_code code = key_pair_load_or_make(&pair, attempt->path, error);

    assert_true(code == ERROR_NONE || strcmp(pair.public_key, "untouched") == 0);
    unlink(attempt->path);
    unlink(attempt->public_path);
    assert_int_equal(test_directory_count(attempt->directory), 0); /* nothing half-written was beside them */
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    struct test_directory *directory = *state;
    struct attempt attempt = {directory, test_directory_path(directory, "key"),
                              test_directory_path(directory, "key.pub")};

    test_every_allocation(try_to_make, &attempt);
}

/* ---- keys as text ---- */

static void test_public_keys_are_read_as_people_write_them(void **state)
{
    static const struct {
        struct text text;
        bool valid;
    } cases[] = {
        {TEXT_INIT(PUBLIC), true},
        {TEXT_INIT(" \t" PUBLIC " \r\n"), true},
        {TEXT_INIT(""), false},
        {TEXT_INIT("  "), false},
        {TEXT_INIT(PUBLIC "x"), false},
        {TEXT_INIT("x" PUBLIC), false},
        {TEXT_INIT("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI"), false},
        {TEXT_INIT("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\""), false},
        {TEXT_INIT("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\0"), false},
        {TEXT_INIT("#####################################AAA"), false}, /* more than 32 bits in five characters */
        {TEXT_INIT("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{h\xc3\xa4"), false},
        {TEXT_INIT("8e0bdd697628b91d8f245587ee95c5b04d48963f79259877b49cd9063aead3b7"), false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char key[KEY_TEXT_SIZE] = "untouched";
        struct error error = {0};

        print_message("  case %zu\n", i);
        assert_int_equal(key_parse(key, cases[i].text, &error), cases[i].valid ? ERROR_NONE : ERROR_USAGE);
        assert_string_equal(key, cases[i].valid ? PUBLIC : "untouched");
    }
}

static void test_text_and_bytes_say_the_same(void **state)
{
    static const uint8_t expected[KEY_SIZE] = {0xbb, 0x88, 0x47, 0x1d, 0x65, 0xe2, 0x65, 0x9b, 0x30, 0xc5, 0x5a,
                                               0x53, 0x21, 0xce, 0xbb, 0x5a, 0xab, 0x2b, 0x70, 0xa3, 0x98, 0x64,
                                               0x5c, 0x26, 0xdc, 0xa2, 0xb2, 0xfc, 0xb4, 0x3f, 0xc5, 0x18};
    uint8_t bytes[KEY_SIZE];
    char text[KEY_TEXT_SIZE];

    (void)state;
    key_to_bytes(PUBLIC, bytes);
    assert_memory_equal(bytes, expected, sizeof bytes);
    key_from_bytes(bytes, text);
    assert_string_equal(text, PUBLIC);
}

static void test_pairs_differ_and_can_be_erased(void **state)
{
    static const struct key_pair nothing;
    struct key_pair one, two;
    struct error error = {0};

    (void)state;
    assert_int_equal(key_pair_make(&one, &error), ERROR_NONE);
    assert_int_equal(key_pair_make(&two, &error), ERROR_NONE);
    assert_string_not_equal(one.public_key, two.public_key);
    key_pair_erase(&one);
    assert_memory_equal(&one, &nothing, sizeof one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_pair_is_made_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_missing_public_key_is_written_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_files_that_are_no_pair_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_where_no_file_can_be_there_is_no_pair, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, setup, teardown),
        cmocka_unit_test(test_public_keys_are_read_as_people_write_them),
        cmocka_unit_test(test_text_and_bytes_say_the_same),
        cmocka_unit_test(test_pairs_differ_and_can_be_erased),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
