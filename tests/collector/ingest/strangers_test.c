#include "ingest/strangers.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/wire/doorman.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "wire/socket.h"

enum { MINUTE = 60 * 1000 * 1000 };

struct gate {
    struct test_directory directory;
    struct logger logger;
    int log;
    void *context;
    struct doorman doorman;
    struct key_pair server_key, client_key;
    char endpoint[SOCKET_ENDPOINT_SIZE];
    void *router;
    struct strangers *strangers;
};

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

static int setup(void **state)
{
    static struct gate gate;
    struct socket_server server = {"tcp://127.0.0.1:0", "driftline", &gate.server_key};
    struct error error = {0};

    gate = (struct gate){0};
    test_directory_make(&gate.directory);
    gate.log = open(test_directory_path(&gate.directory, "log"), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    logger_init(&gate.logger, gate.log, LOG_LEVEL_DEBUG);
    check(socket_context_new(&gate.context, &error), &error);
    check(key_pair_make(&gate.server_key, &error), &error);
    check(key_pair_make(&gate.client_key, &error), &error);
    doorman_start(&gate.doorman, gate.context, &gate.client_key);
    check(socket_bind(&gate.router, gate.context, &server, gate.endpoint, &error), &error);
    check(strangers_watch(&gate.strangers, gate.context, gate.router, &gate.logger, &error), &error);
    *state = &gate;
    return 0;
}

static int teardown(void **state)
{
    struct gate *gate = *state;

    strangers_free(gate->strangers);
    socket_close(gate->router);
    doorman_stop(&gate->doorman);
    socket_context_free(gate->context);
    logger_clear(&gate->logger);
    close(gate->log);
    test_directory_remove(&gate->directory);
    return 0;
}

/* Connect, say something that is none of ours, and leave. */
static void pass_by(struct gate *gate, const char *words)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_port = htons((uint16_t)strtoul(strrchr(gate->endpoint, ':') + 1, NULL, 10));
    assert_true(file >= 0);
    assert_int_equal(connect(file, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(write(file, words, strlen(words)), (ssize_t)strlen(words));
    close(file);
}

/* Connect with a key, and be heard if it is the right one. */
static void *enter(struct gate *gate, const struct key_pair *key)
{
    struct socket_client client = {gate->endpoint, gate->server_key.public_key, key};
    struct error error = {0};
    void *socket = NULL;

    check(socket_connect(&socket, gate->context, &client, &error), &error);
    assert_true(socket_send(socket, TEXT("hello")));
    return socket;
}

static void hear(struct gate *gate)
{
    struct socket_frame frame;

    while (!socket_receive(gate->router, true, &frame, NULL))
        usleep(1000);
    assert_true(frame.descriptor > 0);
    strangers_spoke(gate->strangers, frame.descriptor);
    socket_frame_close(&frame);
}

static void wait_for(struct gate *gate, uint64_t count)
{
    while (strangers_count(gate->strangers) < count) {
        strangers_look(gate->strangers, 1);
        usleep(1000);
    }
    assert_int_equal(strangers_count(gate->strangers), count);
}

static void test_who_says_nothing_of_ours_is_counted(void **state)
{
    struct gate *gate = *state;
    struct key_pair strange;
    struct error error = {0};
    void *socket;

    pass_by(gate, "");
    pass_by(gate, "GET / HTTP/1.1\r\n\r\n");
    pass_by(gate, "\xff");
    wait_for(gate, 3);
    check(key_pair_make(&strange, &error), &error);
    socket = enter(gate, &strange);
    wait_for(gate, 4);
    socket_close(socket);
}

static void test_who_was_heard_is_none(void **state)
{
    struct gate *gate = *state;

    for (unsigned i = 0; i < 5; i++) {
        void *socket = enter(gate, &gate->client_key);

        hear(gate);
        socket_close(socket);
        pass_by(gate, ""); /* perhaps by the same descriptor */
        wait_for(gate, i + 1);
    }
}

static unsigned lines(struct gate *gate, const char *words)
{
    const char *log = test_directory_read(&gate->directory, "log").bytes;
    unsigned count = 0;

    for (; (log = strstr(log, words)) != NULL; log++)
        count++;
    return count;
}

static void test_a_line_a_minute(void **state)
{
    struct gate *gate = *state;

    for (unsigned i = 0; i < 10; i++)
        pass_by(gate, "");
    wait_for(gate, 10);
    assert_int_equal(lines(gate, "event=strangers-gone"), 1);
    strangers_look(gate->strangers, MINUTE);
    assert_int_equal(lines(gate, "event=strangers-gone"), 1);
    pass_by(gate, ""); /* there is something to tell, however many the first line told of */
    wait_for(gate, 11);
    strangers_look(gate->strangers, MINUTE + 1);
    assert_int_equal(lines(gate, "event=strangers-gone"), 2);
    strangers_look(gate->strangers, 3 * (int64_t)MINUTE);
    assert_int_equal(lines(gate, "event=strangers-gone"), 2);
}

static void test_a_descriptor_that_is_not_known(void **state)
{
    struct gate *gate = *state;

    strangers_spoke(gate->strangers, -1);
    strangers_spoke(gate->strangers, INT32_MAX);
    pass_by(gate, "");
    wait_for(gate, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_who_says_nothing_of_ours_is_counted),
        TEST(test_who_was_heard_is_none),
        TEST(test_a_line_a_minute),
        TEST(test_a_descriptor_that_is_not_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
