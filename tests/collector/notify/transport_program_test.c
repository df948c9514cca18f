/* Programs that are sinks (notify/transport_program.c). */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/notify/transport_bench.h"
#include "support/cmocka.h"

/* ---- programs ---- */

static struct bench_outcome run(struct transport_bench *bench, const char *script)
{
    struct text *words = arena_array(&bench->arena, 3, sizeof *words);

    words[0] = TEXT("/bin/sh");
    words[1] = TEXT("-c");
    words[2] = text_from(script);
    bench->sink.command = words;
    bench->sink.command_count = 3;
    bench->request.action = SINK_RUN;
    return bench_carry_out(bench);
}

static void test_a_program_is_given_the_message_and_its_status_counts(void **state)
{
    struct transport_bench *bench = *state;
    struct bench_outcome outcome;

    buffer_add_string(&bench->request.body, "the message\n");
    outcome = run(bench, "cat; echo wrong >&2; exit 3");
    assert_int_equal(outcome.status, 3);
    assert_string_equal(outcome.text, "the message\nwrong\n");
    assert_int_equal(run(bench, "exit 0").status, 0);
    assert_int_equal(run(bench, "kill -9 $$").status, 128 + SIGKILL);
}

static void test_a_program_has_an_environment_of_its_own(void **state)
{
    struct transport_bench *bench = *state;
    struct bench_outcome outcome;

    setenv("DRIFTLINE_SECRET_OF_OURS", "x", 1);
    bench->request.headers[bench->request.header_count++] = TEXT("DRIFTLINE_ID=a b$(c)");
    outcome = run(bench, "env | sort; pwd; ls /proc/self/fd | tr '\\n' ' '; trap");
    unsetenv("DRIFTLINE_SECRET_OF_OURS");
    assert_non_null(strstr(outcome.text, "DRIFTLINE_ID=a b$(c)\n"));
    assert_non_null(strstr(outcome.text, "LANG=C.UTF-8\n"));
    assert_null(strstr(outcome.text, "OF_OURS"));
    assert_non_null(strstr(outcome.text, "\n/\n"));
    assert_non_null(strstr(outcome.text, "0 1 2 3 ")); /* the last is the folder that `ls` reads */
    assert_null(strstr(outcome.text, " 4 "));
}

static void test_a_program_need_not_read_and_may_say_much(void **state)
{
    struct transport_bench *bench = *state;
    char block[1024];

    memset(block, 'm', sizeof block);
    for (int i = 0; i < 1024; i++)
        buffer_add(&bench->request.body, block, sizeof block);
    assert_int_equal(run(bench, "exec <&-; exit 7").status, 7);
    for (int i = 0; i < 1024; i++)
        buffer_add(&bench->request.body, block, sizeof block);
    assert_string_equal(run(bench, "wc -c").text, "1048576\n");
    assert_int_equal(strlen(run(bench, "head -c 3000000 /dev/zero | tr '\\0' x").text), SINK_ANSWER_LIMIT);
}

/* Whether a process whose number stands in a file has ended: it may take a moment until it is seen. */
static bool ends_soon(struct transport_bench *bench, const char *name)
{
    pid_t process = (pid_t)strtol(test_directory_read(&bench->directory, name).bytes, NULL, 10);

    for (int i = 0; i < 500; i++) {
        char path[64];

        snprintf(path, sizeof path, "/proc/%d/cmdline", (int)process);
        if (access(path, F_OK) != 0)
            return true;
        usleep(10000);
    }
    return kill(process, 0) != 0;
}

static void test_a_program_that_takes_too_long_is_killed_with_all_it_started(void **state)
{
    struct transport_bench *bench = *state;
    struct bench_outcome outcome;

    bench->sink.timeout_ms = 500;
    outcome = run(bench, bench_say(bench, "trap '' TERM; sleep 100 & echo $! > %s; sleep 100; true",
                                   test_directory_path(&bench->directory, "child"))
                             .bytes);
    assert_int_equal(outcome.code, ERROR_TIMEOUT);
    assert_true(outcome.took_us >= 400000 && outcome.took_us < 50 * 1000000);
    assert_true(ends_soon(bench, "child"));
}

static void test_a_program_that_leaves_something_running_has_ended(void **state)
{
    struct transport_bench *bench = *state;
    struct bench_outcome outcome;

    bench->sink.timeout_ms = 60000;
    outcome = run(bench, "sleep 40 & exit 5");
    assert_int_equal(outcome.status, 5);
    assert_true(outcome.took_us < 30 * 1000000);
}

static void test_what_cannot_be_run_says_so(void **state)
{
    struct transport_bench *bench = *state;
    struct text word = TEXT("/nowhere/at/all");
    struct bench_outcome outcome;

    bench->sink.command = &word;
    bench->sink.command_count = 1;
    bench->request.action = SINK_RUN;
    outcome = bench_carry_out(bench);
    assert_int_equal(outcome.code, ERROR_NOT_FOUND);
    assert_non_null(strstr(outcome.text, "'/nowhere/at/all' cannot be run"));
}

static void test_giving_up_kills_programs(void **state)
{
    struct transport_bench *bench = *state;
    const struct text words[] = {TEXT("/bin/sleep"), TEXT("100")};
    struct sink_request request = {.action = SINK_RUN};
    struct error error = {0};
    int64_t begun = clock_elapsed();

    bench->sink.command = words;
    bench->sink.command_count = 2;
    bench_check(transport_start(bench->transport, &bench->sink, &request, NULL, &error), &error);
    transport_free(bench->transport);
    assert_true(clock_elapsed() - begun < 30 * 1000000);
    bench_check(transport_new(&bench->transport, &error), &error);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, transport_bench_setup, transport_bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_program_is_given_the_message_and_its_status_counts),
        TEST(test_a_program_has_an_environment_of_its_own),
        TEST(test_a_program_need_not_read_and_may_say_much),
        TEST(test_a_program_that_takes_too_long_is_killed_with_all_it_started),
        TEST(test_a_program_that_leaves_something_running_has_ended),
        TEST(test_what_cannot_be_run_says_so),
        TEST(test_giving_up_kills_programs),
    };

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
