/* Files, and the syslog of this machine (notify/transport_local.c). */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "collector/notify/transport_bench.h"
#include "support/cmocka.h"

/* ---- files ---- */

static struct bench_outcome append(struct transport_bench *bench, const char *line)
{
    bench->request.action = SINK_APPEND;
    buffer_add_string(&bench->request.body, line);
    return bench_carry_out(bench);
}

static const char *content(struct transport_bench *bench)
{
    struct text text = test_directory_read(&bench->directory, "file");

    return arena_string(&bench->arena, text);
}

static void test_lines_are_appended_to_a_private_file(void **state)
{
    struct transport_bench *bench = *state;
    struct stat facts;

    bench->sink.path = text_from(test_directory_path(&bench->directory, "file"));
    assert_int_equal(append(bench, "{\"id\":\"1\"}\n").status, 200);
    assert_int_equal(append(bench, "{\"id\":\"2\"}\n").status, 200);
    assert_string_equal(content(bench), "{\"id\":\"1\"}\n{\"id\":\"2\"}\n");
    assert_int_equal(stat(bench->sink.path.bytes, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
}

static void test_a_torn_line_is_taken_back_and_a_strange_one_ended(void **state)
{
    struct transport_bench *bench = *state;

    bench->sink.path =
        text_from(test_directory_write(&bench->directory, "file", TEXT("{\"id\":\"1\"}\n{\"id\":\"2\", \"ti")));
    assert_int_equal(append(bench, "{\"id\":\"2\"}\n").status, 200);
    assert_string_equal(content(bench), "{\"id\":\"1\"}\n{\"id\":\"2\"}\n");
    test_directory_write(&bench->directory, "file", TEXT("{\"i"));
    assert_int_equal(append(bench, "{\"id\":\"3\"}\n").status, 200);
    assert_string_equal(content(bench), "{\"id\":\"3\"}\n");
    test_directory_write(&bench->directory, "file", TEXT("a note without an end"));
    assert_int_equal(append(bench, "{\"id\":\"4\"}\n").status, 200);
    assert_string_equal(content(bench), "a note without an end\n{\"id\":\"4\"}\n");
}

static void test_a_long_torn_line_is_found(void **state)
{
    struct transport_bench *bench = *state;
    CLEANUP(buffer_clear) struct buffer torn = {0};

    buffer_add_string(&torn, "first\n{\"id\":\"9\"");
    for (int i = 0; i < 20000; i++)
        buffer_add_byte(&torn, 'x');
    bench->sink.path = text_from(test_directory_write(&bench->directory, "file", buffer_text(&torn)));
    assert_int_equal(append(bench, "{\"id\":\"9\"}\n").status, 200);
    assert_string_equal(content(bench), "first\n{\"id\":\"9\"}\n");
}

static void test_a_line_is_whole_or_not_there(void **state)
{
    struct transport_bench *bench = *state;
    struct rlimit held, limit;
    struct bench_outcome outcome;

    bench->sink.path = text_from(test_directory_path(&bench->directory, "file"));
    assert_int_equal(append(bench, "{\"id\":\"1\"}\n").status, 200);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &held), 0);
    limit = (struct rlimit){.rlim_cur = 15, .rlim_max = held.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    outcome = append(bench, "{\"id\":\"2\"}\n");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &held), 0);
    assert_int_equal(outcome.code, ERROR_FULL);
    assert_string_equal(content(bench), "{\"id\":\"1\"}\n");
    assert_int_equal(append(bench, "{\"id\":\"2\"}\n").status, 200);
}

static void test_what_is_no_file_is_refused(void **state)
{
    struct transport_bench *bench = *state;
    const char *fifo = test_directory_path(&bench->directory, "fifo");
    const char *link = test_directory_path(&bench->directory, "link");

    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink(test_directory_write(&bench->directory, "file", TEXT("")), link), 0);
    bench->sink.path = text_from(fifo);
    assert_int_equal(append(bench, "x\n").code, ERROR_IO);
    bench->sink.path = text_from(link);
    assert_int_equal(append(bench, "x\n").code, ERROR_IO);
    bench->sink.path = text_from(bench->directory.path);
    assert_int_equal(append(bench, "x\n").code, ERROR_IO);
    bench->sink.path = TEXT("/nowhere/at/all");
    assert_int_equal(append(bench, "x\n").code, ERROR_IO);
}

/* ---- the syslog ---- */

static void test_a_line_goes_to_the_syslog_of_this_machine(void **state)
{
    struct transport_bench *bench = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    char bytes[64] = "";

    bench->sink.url = bench_say(bench, "unix:%s", test_directory_path(&bench->directory, "log"));
    bench->sink.allow_private = false;
    assert_int_equal(bench_log_line(bench, "<9>nobody").code, ERROR_CONNECT);
    strcpy(address.sun_path, bench->sink.url.bytes + 5);
    assert_int_equal(bind(file, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(bench_log_line(bench, "<9>somebody").status, 200);
    assert_int_equal(recv(file, bytes, sizeof bytes - 1, 0), 11);
    assert_string_equal(bytes, "<9>somebody");
    close(file);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, transport_bench_setup, transport_bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lines_are_appended_to_a_private_file),
        TEST(test_a_torn_line_is_taken_back_and_a_strange_one_ended),
        TEST(test_a_long_torn_line_is_found),
        TEST(test_a_line_is_whole_or_not_there),
        TEST(test_what_is_no_file_is_refused),
        TEST(test_a_line_goes_to_the_syslog_of_this_machine),
    };

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
