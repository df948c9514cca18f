#include "base/service.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/cmocka.h"
#include "support/directory.h"

enum { PATIENCE_MS = 30000 };

static void without_environment(void)
{
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

static int setup(void **state)
{
    static struct test_directory directory;

    without_environment();
    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int teardown(void **state)
{
    without_environment();
    test_directory_remove(*state);
    return 0;
}

static void open_service(struct service *service)
{
    struct error error = {0};

    if (service_open(service, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

/* ---- signals ---- */

static enum service_signal wait_for_signal(struct service *service)
{
    struct pollfd item = {.fd = service->signals, .events = POLLIN};

    assert_int_equal(poll(&item, 1, PATIENCE_MS), 1);
    return service_next(service);
}

static void test_signals_are_read_from_a_descriptor(void **state)
{
    static const struct {
        int number;
        enum service_signal signal;
    } cases[] = {{SIGTERM, SERVICE_STOP}, {SIGINT, SERVICE_STOP}, {SIGHUP, SERVICE_RELOAD}, {SIGUSR1, SERVICE_NOW}};
    CLEANUP(service_close) struct service service;

    (void)state;
    open_service(&service);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  %s\n", strsignal(cases[i].number));
        assert_int_equal(service_next(&service), SERVICE_NOTHING);
        assert_int_equal(kill(getpid(), cases[i].number), 0);
        assert_int_equal(wait_for_signal(&service), cases[i].signal);
    }
    assert_int_equal(service_next(&service), SERVICE_NOTHING);
}

static void test_a_closed_pipe_is_an_error_and_no_end(void **state)
{
    CLEANUP(service_close) struct service service;
    int ends[2];

    (void)state;
    open_service(&service);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(write(ends[1], "x", 1), -1);
    close(ends[1]);
}

static void test_closing_twice_is_fine(void **state)
{
    struct service service;

    (void)state;
    open_service(&service);
    service_close(&service);
    service_close(&service);
    assert_int_equal(service.signals, -1);
}

/* ---- systemd ---- */

/* The service manager's end. An abstract name begins with '@'. */
static int bind_manager(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    assert_true(manager >= 0 && length < sizeof address.sun_path);
    memcpy(address.sun_path, name, length);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    assert_int_equal(
        bind(manager, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)), 0);
    assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
    return manager;
}

static const char *next_word(int manager)
{
    static char word[4096];
    struct pollfd item = {.fd = manager, .events = POLLIN};
    ssize_t length;

    assert_int_equal(poll(&item, 1, PATIENCE_MS), 1);
    length = recv(manager, word, sizeof word - 1, 0);
    assert_true(length >= 0);
    word[length] = '\0';
    return word;
}

static bool is_silent(int manager)
{
    char byte;

    return recv(manager, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0;
}

static void check_words(const char *name)
{
    int manager = bind_manager(name);
    CLEANUP(service_close) struct service service;

    open_service(&service);
    service_ready(&service, NULL);
    assert_string_equal(next_word(manager), "READY=1");
    service_ready(&service, "3 targets, all fine");
    assert_string_equal(next_word(manager), "READY=1\nSTATUS=3 targets, all fine");
    service_ready(&service, "one line\nMAINPID=1");
    assert_string_equal(next_word(manager), "READY=1\nSTATUS=one line");
    service_reloading(&service);
    assert_int_equal(strncmp(next_word(manager), "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
    service_stopping(&service);
    assert_string_equal(next_word(manager), "STOPPING=1");
    service_alive(&service); /* no watchdog was asked for */
    assert_true(is_silent(manager));
    close(manager);
    service_stopping(&service); /* nobody listens any more: nothing happens */
}

static void test_the_manager_is_told_at_a_path(void **state)
{
    check_words(test_directory_path(*state, "notify"));
}

static void test_the_manager_is_told_at_an_abstract_address(void **state)
{
    char name[64];

    (void)state;
    snprintf(name, sizeof name, "@driftline-test-%d", (int)getpid());
    check_words(name);
}

static void test_a_very_long_status_is_cut(void **state)
{
    int manager = bind_manager(test_directory_path(*state, "notify"));
    CLEANUP(service_close) struct service service;
    char status[3000];

    memset(status, 's', sizeof status - 1);
    status[sizeof status - 1] = '\0';
    open_service(&service);
    service_ready(&service, status);
    assert_in_range(strlen(next_word(manager)), 500, 1023);
    close(manager);
}

static void test_without_a_manager_nothing_is_said(void **state)
{
    CLEANUP(service_close) struct service service;

    (void)state;
    open_service(&service);
    assert_int_equal(service.notify, -1);
    service_ready(&service, "ready");
    service_alive(&service);
    assert_int_equal(setenv("NOTIFY_SOCKET", "", 1), 0);
    service_close(&service);
    open_service(&service);
    assert_int_equal(service.notify, -1);
}

static void test_an_address_that_is_none_is_an_error(void **state)
{
    static const struct {
        const char *name, *address;
        enum error_code code;
    } cases[] = {
        {"relative", "notify", ERROR_CONFIG},
        {"long",
         "/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
         "01234567890123456789",
         ERROR_CONFIG},
        {"nobody there", "/nonexistent/notify", ERROR_IO},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct service service;
        struct error error = {0};

        print_message("  %s\n", cases[i].name);
        assert_int_equal(setenv("NOTIFY_SOCKET", cases[i].address, 1), 0);
        assert_int_equal(service_open(&service, &error), cases[i].code);
        assert_int_equal(service.signals, -1);
        assert_int_equal(service.notify, -1);
    }
}

/* ---- watchdog ---- */

static void test_the_watchdog_hears_twice_an_interval(void **state)
{
    int manager = bind_manager(test_directory_path(*state, "notify"));
    CLEANUP(service_close) struct service service;

    assert_int_equal(setenv("WATCHDOG_USEC", "60000000", 1), 0);
    open_service(&service);
    assert_int_equal(service.watchdog_us, 60000000);
    service_alive(&service);
    assert_true(is_silent(manager));
    service.watchdog_last -= 29000000; /* as if 29 seconds had passed */
    service_alive(&service);
    assert_true(is_silent(manager));
    service.watchdog_last -= 1000000;
    service_alive(&service);
    assert_string_equal(next_word(manager), "WATCHDOG=1");
    service_alive(&service);
    assert_true(is_silent(manager));
    close(manager);
}

static void test_a_watchdog_may_be_anothers_or_none(void **state)
{
    char own[32];
    const struct {
        const char *name, *interval, *process;
        int64_t expected;
    } cases[] = {
        {"ours", "2000000", own, 2000000},
        {"of whoever reads it", "2000000", NULL, 2000000},
        {"another process's", "2000000", "1", 0},
        {"no number", "often", NULL, 0},
        {"a number and more", "20s", NULL, 0},
        {"negative", "-1", NULL, 0},
        {"too large", "99999999999999999999", NULL, 0},
    };

    (void)state;
    snprintf(own, sizeof own, "%d", (int)getpid());
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(service_close) struct service service;

        print_message("  %s\n", cases[i].name);
        without_environment();
        assert_int_equal(setenv("WATCHDOG_USEC", cases[i].interval, 1), 0);
        if (cases[i].process != NULL)
            assert_int_equal(setenv("WATCHDOG_PID", cases[i].process, 1), 0);
        open_service(&service);
        assert_int_equal(service.watchdog_us, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_signals_are_read_from_a_descriptor, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_closed_pipe_is_an_error_and_no_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_closing_twice_is_fine, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_manager_is_told_at_a_path, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_manager_is_told_at_an_abstract_address, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_very_long_status_is_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_without_a_manager_nothing_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_address_that_is_none_is_an_error, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_watchdog_hears_twice_an_interval, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_watchdog_may_be_anothers_or_none, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
