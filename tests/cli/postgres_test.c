/* The command against a real server: what is wrong is said in one line, and no password is ever in it. */
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"

static const char right_password[] = "dl-right-word-8";
static const char wrong_password[] = "s3cret-and-wrong";

static int make_folder(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int remove_folder(void **state)
{
    test_directory_remove(*state);
    return 0;
}

static void check_one_line(const struct test_process *process, int status)
{
    if (process->status != status)
        fail_msg("status %d, not %d: %s", process->status, status, process->errors.bytes);
    assert_string_equal(process->output.bytes, "");
    assert_memory_equal(process->errors.bytes, "driftline: ", strlen("driftline: "));
    assert_ptr_equal(strchr(process->errors.bytes, '\n'), process->errors.bytes + process->errors.length - 1);
    assert_null(strstr(process->errors.bytes, right_password));
    assert_null(strstr(process->errors.bytes, wrong_password));
}

static void test_wrong_password(void **state)
{
    struct test_directory *directory = *state;
    const char *dsn = test_postgres_tcp_dsn(&directory->arena, "postgres", "dl_password", wrong_password);
    const char *output = test_directory_path(directory, "x.snap");
    struct test_process process =
        run_driftline((const char *const[]){"snapshot", dsn, "-o", output, NULL}, &directory->arena);

    check_one_line(&process, 4);
    assert_int_equal(test_directory_count(directory), 0);
}

static void test_no_such_database(void **state)
{
    struct test_directory *directory = *state;
    const char *dsn = test_postgres_tcp_dsn(&directory->arena, "dl_no_such_database", "dl_password", right_password);
    struct test_process process = run_driftline((const char *const[]){"hash", dsn, NULL}, &directory->arena);

    check_one_line(&process, 3);
    assert_non_null(strstr(process.errors.bytes, "dl_no_such_database"));
}

static void test_snapshot_equals_the_database(void **state)
{
    struct test_directory *directory = *state;
    const char *dsn = test_postgres_tcp_dsn(&directory->arena, "postgres", "dl_password", right_password);
    const char *output = test_directory_path(directory, "x.snap");
    struct test_process taken =
        run_driftline((const char *const[]){"snapshot", dsn, "-o", output, NULL}, &directory->arena);
    struct test_process compared = run_driftline(
        (const char *const[]){"diff", dsn, output, "--format", "json", "--fail-on", "none", NULL}, &directory->arena);
    struct text bytes;

    assert_int_equal(taken.status, 0);
    bytes = test_directory_read(directory, "x.snap");
    assert_null(memmem(bytes.bytes, bytes.length, right_password, strlen(right_password)));
    assert_null(strstr(compared.output.bytes, right_password));
    assert_non_null(strstr(compared.output.bytes, "\"changes\": []"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_wrong_password, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_no_such_database, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_snapshot_equals_the_database, make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
