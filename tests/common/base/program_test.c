#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "support/cmocka.h"

static char *const environment[] = {(char *)"PATH=/usr/bin:/bin", NULL};

struct running {
    pid_t process;
    int output;
};

/* A shell that does what `words` say, its two outputs to be read. */
static struct running start_shell(const char *words, const char *folder)
{
    char *const arguments[] = {(char *)"sh", (char *)"-c", (char *)(uintptr_t)words, NULL};
    struct running running;
    int output[2];

    assert_int_equal(pipe2(output, O_CLOEXEC), 0);
    assert_int_equal(program_start(&running.process, &(const struct program_start){.arguments = arguments,
                                                                                   .environment = environment,
                                                                                   .folder = folder,
                                                                                   .input = PROGRAM_NOTHING,
                                                                                   .output = output[1],
                                                                                   .errors = output[1]}),
                     0);
    program_close(&output[1]);
    assert_int_equal(output[1], -1);
    program_close(&output[1]);
    running.output = output[0];
    return running;
}

static void assert_says(struct running *running, const char *expected)
{
    char said[4096];
    size_t length = 0;
    ssize_t more;

    while ((more = read(running->output, said + length, sizeof said - 1 - length)) > 0)
        length += (size_t)more;
    said[length] = '\0';
    program_close(&running->output);
    assert_string_equal(said, expected);
}

static void test_how_it_ends_is_told(void **state)
{
    static const struct {
        const char *words;
        const char *says;
        int status;
    } cases[] = {
        {"exit 0", "", 0},
        {"exit 3", "", 3},
        {"kill -9 $$", "", 128 + SIGKILL},
        {"echo out; echo err >&2; exit 1", "out\nerr\n", 1},
        {"cat; echo nothing to read", "nothing to read\n", 0},
        {"pwd", "/usr\n", 0},
        {"test -z \"$HOME\" && echo no variable but those given", "no variable but those given\n", 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct running running = start_shell(cases[i].words, "/usr");

        assert_says(&running, cases[i].says);
        assert_int_equal(program_wait(running.process), cases[i].status);
    }
}

static void test_neither_our_signals_nor_our_files(void **state)
{
    int file = open("/dev/null", O_RDONLY); /* not closed on exec */
    struct running running;
    char words[80];
    sigset_t blocked, before;

    (void)state;
    assert_true(file > STDERR_FILENO);
    snprintf(words, sizeof words, "(: <&%d) 2>&- || echo no file; kill -PIPE $$; echo it lives", file);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGPIPE);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    signal(SIGPIPE, SIG_IGN);
    running = start_shell(words, NULL);
    assert_says(&running, "no file\n");
    assert_int_equal(program_wait(running.process), 128 + SIGPIPE);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    program_close(&file);
}

static void test_all_that_it_started_is_killed(void **state)
{
    struct running running = start_shell("sleep 600 & sleep 600", NULL);

    (void)state;
    program_kill(running.process);
    assert_says(&running, ""); /* the end of what it says: nobody holds the pipe */
}

static void test_it_may_be_with_us(void **state)
{
    char *const arguments[] = {(char *)"sh", (char *)"-c", (char *)"exec sleep 600", NULL};
    pid_t process;

    (void)state;
    assert_int_equal(program_start(&process, &(const struct program_start){.arguments = arguments,
                                                                           .environment = environment,
                                                                           .input = PROGRAM_NOTHING,
                                                                           .output = PROGRAM_NOTHING,
                                                                           .errors = PROGRAM_NOTHING,
                                                                           .with_us = true}),
                     0);
    assert_int_equal(getpgid(process), getpgid(0));
    assert_int_equal(kill(process, SIGKILL), 0);
    assert_int_equal(program_wait(process), 128 + SIGKILL);
}

static void test_what_cannot_be_started(void **state)
{
    static const struct {
        const char *program, *folder;
        int failed;
    } cases[] = {
        {"no-such-program-of-anybody", NULL, ENOENT},
        {"/no/such/program", NULL, ENOENT},
        {"/etc/passwd", NULL, EACCES},
        {"sh", "/no/such/folder", ENOENT},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char *const arguments[] = {(char *)(uintptr_t)cases[i].program, NULL};
        pid_t process;

        assert_int_equal(program_start(&process, &(const struct program_start){.arguments = arguments,
                                                                               .environment = environment,
                                                                               .folder = cases[i].folder,
                                                                               .input = PROGRAM_NOTHING,
                                                                               .output = PROGRAM_NOTHING,
                                                                               .errors = PROGRAM_NOTHING}),
                         cases[i].failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_how_it_ends_is_told),           cmocka_unit_test(test_neither_our_signals_nor_our_files),
        cmocka_unit_test(test_all_that_it_started_is_killed), cmocka_unit_test(test_it_may_be_with_us),
        cmocka_unit_test(test_what_cannot_be_started),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
