#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "support/process.h"

enum { NOBODY = 65534 };

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

static void test_a_file_is_read_whole_within_its_limit(void **state)
{
    static const struct {
        const char *name;
        size_t size, limit;
        enum error_code code;
    } cases[] = {
        {"empty", 0, 0, ERROR_NONE},
        {"empty within a limit", 0, 10, ERROR_NONE},
        {"one byte", 1, 1, ERROR_NONE},
        {"at the limit", 5000, 5000, ERROR_NONE},
        {"one over it", 5001, 5000, ERROR_LIMIT},
        {"one byte where none may be", 1, 0, ERROR_LIMIT},
        {"large", 300000, 1000000, ERROR_NONE},
    };
    struct test_directory *directory = *state;
    static char bytes[300000];

    memset(bytes, 'x', sizeof bytes);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *path = test_directory_write(directory, "input", (struct text){bytes, cases[i].size});
        CLEANUP(arena_free) struct arena arena;
        struct text content = {"untouched", 9};
        struct error error = {0};

        print_message("  %s\n", cases[i].name);
        arena_init(&arena, 8 * 1024 * 1024);
        assert_int_equal(file_read(path, cases[i].limit, &arena, &content, &error), cases[i].code);
        if (cases[i].code != ERROR_NONE) {
            assert_string_equal(content.bytes, "untouched");
            assert_non_null(strstr(error.message, path));
            continue;
        }
        assert_int_equal(content.length, cases[i].size);
        assert_memory_equal(content.bytes, bytes, content.length);
        assert_int_equal(content.bytes[content.length], '\0');
    }
}

static void test_what_cannot_be_read_says_why(void **state)
{
    struct test_directory *directory = *state;
    const char *file = test_directory_write(directory, "file", TEXT("x"));
    struct text content = {NULL, 0};
    struct error error = {0};
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, 1024 * 1024);
    assert_int_equal(file_read(test_directory_path(directory, "absent"), 10, &arena, &content, &error),
                     ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "/absent': No such file"));
    assert_int_equal(file_read(test_directory_path(directory, "file/below"), 10, &arena, &content, &error),
                     ERROR_NOT_FOUND);
    assert_int_equal(file_read(directory->path, 10, &arena, &content, &error), ERROR_IO);
    assert_non_null(strstr(error.message, "is a directory"));
    assert_int_equal(chmod(file, 0), 0);
    if (geteuid() == 0) /* nothing is closed to root */
        assert_int_equal(seteuid(NOBODY), 0);
    assert_int_equal(file_read(file, 10, &arena, &content, &error), ERROR_REFUSED);
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    assert_null(content.bytes);
}

/* Neither has a size that is known before, so the memory has to grow. */
static void test_pipes_and_proc_are_read_to_their_end(void **state)
{
    static char bytes[60000];
    CLEANUP(arena_free) struct arena arena;
    struct text content = {NULL, 0};
    struct error error = {0};
    char path[32];
    int ends[2];

    (void)state;
    memset(bytes, 'p', sizeof bytes);
    arena_init(&arena, 1024 * 1024);
    for (size_t limit = sizeof bytes; limit >= sizeof bytes - 1; limit--) {
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], bytes, sizeof bytes), sizeof bytes);
        close(ends[1]);
        snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
        assert_int_equal(file_read(path, limit, &arena, &content, &error),
                         limit == sizeof bytes ? ERROR_NONE : ERROR_LIMIT);
        close(ends[0]);
        assert_int_equal(content.length, sizeof bytes);
    }
    assert_int_equal(file_read("/proc/self/status", 1000000, &arena, &content, &error), ERROR_NONE);
    assert_non_null(strstr(content.bytes, "VmPeak"));
}

static void test_a_hyphen_reads_standard_input(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct text content = {NULL, 0};
    struct error error = {0};
    int original = dup(STDIN_FILENO);
    int ends[2];

    (void)state;
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "from outside", 12), 12);
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    assert_int_equal(file_read("-", 100, &arena, &content, &error), ERROR_NONE);
    assert_true(text_equal(content, TEXT("from outside")));
    assert_int_equal(read(STDIN_FILENO, &ends, 1), 0); /* still open */
    assert_int_equal(dup2(original, STDIN_FILENO), STDIN_FILENO);
    close(original);
}

static void test_the_arena_has_a_limit_of_its_own(void **state)
{
    static char bytes[50000];
    const char *path = test_directory_write(*state, "large", (struct text){bytes, sizeof bytes});
    CLEANUP(arena_free) struct arena arena;
    struct text content = {NULL, 0};
    struct error error = {0};

    arena_init(&arena, 40000);
    assert_int_equal(file_read(path, 100000, &arena, &content, &error), ERROR_LIMIT);
    assert_null(content.bytes);
}

static void test_a_written_file_has_its_content_and_the_ordinary_mode(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_path(directory, "result");
    struct error error = {0};
    struct stat status;
    mode_t mask = umask(027);

    assert_int_equal(file_write(path, TEXT("first\n"), &error), ERROR_NONE);
    umask(mask);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    assert_true(text_equal(test_directory_read(directory, "result"), TEXT("first\n")));
    assert_int_equal(file_write_soon(path, TEXT("second\n"), &error), ERROR_NONE);
    assert_true(text_equal(test_directory_read(directory, "result"), TEXT("second\n")));
    assert_int_equal(file_write(path, TEXT(""), &error), ERROR_NONE);
    assert_int_equal(test_directory_read(directory, "result").length, 0);
    assert_int_equal(test_directory_count(directory), 1);
}

static void test_a_private_file_is_for_its_owner_only(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_write(directory, "secret", TEXT("old, and open to all"));
    struct error error = {0};
    struct stat status;
    mode_t mask = umask(0);

    assert_int_equal(file_write_private(path, TEXT("secret\n"), &error), ERROR_NONE);
    umask(mask);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_true(text_equal(test_directory_read(directory, "secret"), TEXT("secret\n")));
    assert_int_equal(test_directory_count(directory), 1);
}

static void test_nothing_shows_before_the_commit(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_write(directory, "result", TEXT("old"));
    struct file_writer *writer = NULL;
    struct error error = {0};

    assert_int_equal(file_writer_open(&writer, path, &error), ERROR_NONE);
    assert_int_equal(file_writer_add(writer, TEXT("new "), &error), ERROR_NONE);
    assert_int_equal(file_writer_add(writer, (struct text){NULL, 0}, &error), ERROR_NONE);
    assert_int_equal(file_writer_add(writer, TEXT("content"), &error), ERROR_NONE);
    assert_true(text_equal(test_directory_read(directory, "result"), TEXT("old")));
    assert_int_equal(file_writer_commit(writer, &error), ERROR_NONE);
    assert_true(text_equal(test_directory_read(directory, "result"), TEXT("new content")));
    assert_int_equal(test_directory_count(directory), 1);
}

static void test_giving_up_leaves_nothing(void **state)
{
    struct test_directory *directory = *state;
    struct file_writer *writer = NULL;
    struct error error = {0};

    assert_int_equal(file_writer_open(&writer, test_directory_path(directory, "result"), &error), ERROR_NONE);
    assert_int_equal(file_writer_add(writer, TEXT("half"), &error), ERROR_NONE);
    assert_int_equal(test_directory_count(directory), 1);
    file_writer_abort(writer);
    assert_int_equal(test_directory_count(directory), 0);
    file_writer_abort(NULL);
}

/* Two writers of one file do not disturb each other: the last to commit wins. */
static void test_writers_of_one_file_are_apart(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_path(directory, "result");
    struct file_writer *one = NULL, *two = NULL;
    struct error error = {0};

    assert_int_equal(file_writer_open(&one, path, &error), ERROR_NONE);
    assert_int_equal(file_writer_open(&two, path, &error), ERROR_NONE);
    assert_int_equal(file_writer_add(one, TEXT("one"), &error), ERROR_NONE);
    assert_int_equal(file_writer_add(two, TEXT("two"), &error), ERROR_NONE);
    assert_int_equal(file_writer_commit(two, &error), ERROR_NONE);
    assert_int_equal(file_writer_commit(one, &error), ERROR_NONE);
    assert_true(text_equal(test_directory_read(directory, "result"), TEXT("one")));
    assert_int_equal(test_directory_count(directory), 1);
}

/* A full disk, as far as a process can have one of its own: no file may grow beyond `size`. */
static void limit_file_size(rlim_t size)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_a_full_disk_leaves_the_old_file(void **state)
{
    static const size_t sizes[] = {2000, 200000}; /* found when flushing, found when adding */
    enum error_code (*const ways[])(const char *, struct text, struct error *) = {file_write, file_write_soon};
    static char bytes[200000];
    struct test_directory *directory = *state;
    const char *path = test_directory_write(directory, "result", TEXT("old"));

    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < LENGTH_OF(sizes) * LENGTH_OF(ways); i++) {
        struct error error = {0};
        enum error_code code;

        limit_file_size(1000);
        code = ways[i % 2](path, (struct text){bytes, sizes[i / 2]}, &error);
        limit_file_size(RLIM_INFINITY);
        assert_int_equal(code, ERROR_IO);
        assert_non_null(strstr(error.message, "/result': File too large"));
        assert_true(text_equal(test_directory_read(directory, "result"), TEXT("old")));
        assert_int_equal(test_directory_count(directory), 1);
    }
}

static void print_before_and_write(void *path)
{
    struct file_writer *writer = NULL;
    struct error error = {0};

    printf("printed before, ");
    assert_int_equal(file_writer_open(&writer, path, &error), ERROR_NONE);
    assert_int_equal(file_writer_add(writer, TEXT("written"), &error), ERROR_NONE);
    assert_int_equal(file_writer_commit(writer, &error), ERROR_NONE);
    printf(", printed after");
}

static void test_a_hyphen_writes_to_standard_output(void **state)
{
    struct test_directory *directory = *state;
    char path[] = "-";

    assert_true(text_equal(test_capture(STDOUT_FILENO, print_before_and_write, path, &directory->arena),
                           TEXT("printed before, written, printed after")));
}

/* What is no regular file cannot be replaced: it is still there afterwards, and got the bytes. */
static void test_a_pipe_is_written_to(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_path(directory, "pipe");
    struct error error = {0};
    struct stat status;
    char got[16] = "";
    int reading;

    assert_int_equal(mkfifo(path, 0600), 0);
    reading = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reading >= 0);
    assert_int_equal(file_write(path, TEXT("through"), &error), ERROR_NONE);
    assert_int_equal(read(reading, got, sizeof got), 7);
    assert_string_equal(got, "through");
    close(reading);
    assert_int_equal(stat(path, &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
    assert_int_equal(test_directory_count(directory), 1);
    assert_int_equal(file_write("/dev/full", TEXT("lost"), &error), ERROR_IO);
    assert_string_equal(error.message, "writing '/dev/full': No space left on device");
}

static void test_what_cannot_be_written_says_why(void **state)
{
    struct test_directory *directory = *state;
    const char *folder = test_directory_path(directory, "folder");
    struct error error = {0};

    assert_int_equal(file_write(test_directory_path(directory, "absent/result"), TEXT("x"), &error), ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "/absent/result'"));
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(file_write(folder, TEXT("x"), &error), ERROR_IO);
    assert_non_null(strstr(error.message, "/folder': Is a directory"));
    assert_int_equal(test_directory_count(directory), 1);
}

struct attempt {
    const char *path;
    struct test_directory *directory;
};

static enum error_code write_once(void *context, struct error *error)
{
    const struct attempt *attempt = context;
    enum error_code code = file_write(attempt->path, TEXT("new"), error);

    assert_int_equal(test_directory_count(attempt->directory), code == ERROR_NONE ? 1 : 0);
    return code;
}

static enum error_code read_once(void *context, struct error *error)
{
    const struct attempt *attempt = context;
    CLEANUP(arena_free) struct arena arena;
    struct text content;

    arena_init(&arena, 1024 * 1024);
    return file_read(attempt->path, 100, &arena, &content, error);
}

static void test_allocations_may_fail(void **state)
{
    struct attempt attempt = {test_directory_path(*state, "result"), *state};

    assert_true(test_every_allocation(write_once, &attempt) >= 3);
    assert_true(test_every_allocation(read_once, &attempt) >= 1);
}

#define FILE_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(test_a_file_is_read_whole_within_its_limit),
        FILE_TEST(test_what_cannot_be_read_says_why),
        FILE_TEST(test_pipes_and_proc_are_read_to_their_end),
        FILE_TEST(test_a_hyphen_reads_standard_input),
        FILE_TEST(test_the_arena_has_a_limit_of_its_own),
        FILE_TEST(test_a_written_file_has_its_content_and_the_ordinary_mode),
        FILE_TEST(test_a_private_file_is_for_its_owner_only),
        FILE_TEST(test_nothing_shows_before_the_commit),
        FILE_TEST(test_giving_up_leaves_nothing),
        FILE_TEST(test_writers_of_one_file_are_apart),
        FILE_TEST(test_a_full_disk_leaves_the_old_file),
        FILE_TEST(test_a_hyphen_writes_to_standard_output),
        FILE_TEST(test_a_pipe_is_written_to),
        FILE_TEST(test_what_cannot_be_written_says_why),
        FILE_TEST(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
