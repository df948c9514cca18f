#include "ingest/door.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "support/cmocka.h"
#include "support/directory.h"
#include "wire/socket.h"

enum { FRAMES = 7, ANSWERS = 6, ANSWER_SIZE = 64 };

/* A door, and a socket that asks it as libzmq would. */
struct porch {
    struct test_directory directory;
    struct logger logger;
    int log;
    void *context;
    struct door *door;
    void *asker;
};

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

static int setup(void **state)
{
    static struct porch porch;
    int timeout = 60000, linger = 0;
    struct error error = {0};

    test_directory_make(&porch.directory);
    porch.log = open(test_directory_path(&porch.directory, "log"), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    logger_init(&porch.logger, porch.log, LOG_LEVEL_INFO);
    check(socket_context_new(&porch.context, &error), &error);
    check(door_open(&porch.door, porch.context, &porch.logger, &error), &error);
    porch.asker = zmq_socket(porch.context, ZMQ_REQ);
    zmq_setsockopt(porch.asker, ZMQ_RCVTIMEO, &timeout, sizeof timeout);
    zmq_setsockopt(porch.asker, ZMQ_LINGER, &linger, sizeof linger);
    assert_int_equal(zmq_connect(porch.asker, "inproc://zeromq.zap.01"), 0);
    *state = &porch;
    return 0;
}

static int teardown(void **state)
{
    struct porch *porch = *state;

    zmq_close(porch->asker);
    door_close(porch->door);
    door_close(NULL);
    socket_context_free(porch->context);
    logger_clear(&porch->logger);
    close(porch->log);
    test_directory_remove(&porch->directory);
    return 0;
}

static void key_of(uint8_t number, char ret_key[KEY_SIZE])
{
    memset(ret_key, number, KEY_SIZE);
}

/* Let in agents 1 … count, each with the key of its number; the last one is revoked. */
static void let_in(struct porch *porch, size_t count)
{
    struct agent_row agents[16] = {0};
    struct error error = {0};

    for (size_t i = 0; i < count; i++) {
        agents[i].id = (int64_t)(count - i); /* in no order that would help */
        key_of((uint8_t)agents[i].id, (char *)agents[i].key);
    }
    if (count > 0)
        agents[0].revoked_at = 1;
    check(door_set_agents(porch->door, agents, count, &error), &error);
}

struct reply {
    char frames[ANSWERS][ANSWER_SIZE];
    int count;
};

static struct reply ask(struct porch *porch, const struct text *frames, size_t count)
{
    struct reply reply = {0};
    int more = 1;
    size_t size = sizeof more;

    for (size_t i = 0; i < count; i++)
        assert_true(zmq_send(porch->asker, frames[i].bytes, frames[i].length, i + 1 < count ? ZMQ_SNDMORE : 0) >= 0);
    for (; more != 0; reply.count++) {
        assert_true(reply.count < ANSWERS);
        assert_true(zmq_recv(porch->asker, reply.frames[reply.count], ANSWER_SIZE - 1, 0) >= 0);
        zmq_getsockopt(porch->asker, ZMQ_RCVMORE, &more, &size);
    }
    return reply;
}

static struct reply ask_domain_for(struct porch *porch, const char *domain, uint8_t number)
{
    char key[KEY_SIZE];
    struct text frames[FRAMES] = {TEXT("1.0"), TEXT("id"),    text_from(domain), TEXT("192.0.2.1"),
                                  TEXT(""),    TEXT("CURVE"), {key, KEY_SIZE}};

    key_of(number, key);
    return ask(porch, frames, FRAMES);
}

static struct reply ask_for(struct porch *porch, uint8_t number)
{
    return ask_domain_for(porch, DOOR_DOMAIN, number);
}

static void expect(const struct reply *reply, const char *status, const char *user)
{
    assert_int_equal(reply->count, ANSWERS);
    assert_string_equal(reply->frames[0], "1.0");
    assert_string_equal(reply->frames[2], status);
    assert_string_equal(reply->frames[4], user);
    assert_string_equal(reply->frames[5], "");
}

static void test_nobody_is_let_in_before_there_is_a_list(void **state)
{
    struct reply reply = ask_for(*state, 1);

    expect(&reply, "400", "");
}

static void test_a_key_of_the_list_becomes_a_user(void **state)
{
    struct porch *porch = *state;
    uint64_t accepted = 0, refused = 0;
    char address[DOOR_ADDRESS_SIZE];
    struct reply reply;

    let_in(porch, 5);
    for (uint8_t number = 1; number < 5; number++) {
        char user[8];

        snprintf(user, sizeof user, "%u", number);
        reply = ask_for(porch, number);
        expect(&reply, "200", user);
        assert_string_equal(reply.frames[1], "id");
    }
    reply = ask_for(porch, 5); /* revoked */
    expect(&reply, "400", "");
    reply = ask_for(porch, 6);
    expect(&reply, "400", "");
    door_counts(porch->door, &accepted, &refused);
    assert_int_equal(accepted, 4);
    assert_int_equal(refused, 2);
    assert_int_equal(door_last_refused(porch->door, address), 2);
    assert_string_equal(address, "192.0.2.1");
}

static void test_the_list_is_replaced_as_a_whole(void **state)
{
    struct porch *porch = *state;
    struct reply reply;

    let_in(porch, 5);
    let_in(porch, 2);
    reply = ask_for(porch, 1);
    expect(&reply, "200", "1");
    reply = ask_for(porch, 3);
    expect(&reply, "400", "");
    let_in(porch, 0);
    reply = ask_for(porch, 1);
    expect(&reply, "400", "");
}

static void test_what_is_no_request_is_refused_and_answered(void **state)
{
    static char long_text[300];
    struct porch *porch = *state;
    char key[KEY_SIZE];
    const struct {
        const char *name;
        size_t frame; /* that is wrong; FRAMES: their number is */
        struct text value;
        size_t count;
    } cases[] = {
        {"another version", 0, TEXT("2.0"), FRAMES},
        {"another domain", 2, TEXT("driftline2"), FRAMES},
        {"no domain", 2, TEXT(""), FRAMES},
        {"another mechanism", 5, TEXT("PLAIN"), FRAMES},
        {"a short key", 6, {key, KEY_SIZE - 1}, FRAMES},
        {"a long address", 3, {long_text, sizeof long_text}, FRAMES},
        {"too few frames", FRAMES, {NULL, 0}, 3},
        {"too many frames", FRAMES, {NULL, 0}, FRAMES + 2},
    };

    key_of(1, key);
    let_in(porch, 2);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct text frames[FRAMES + 2] = {TEXT("1.0"),   TEXT("id"),      TEXT(DOOR_DOMAIN), TEXT("x"),      TEXT(""),
                                          TEXT("CURVE"), {key, KEY_SIZE}, {key, KEY_SIZE},   {key, KEY_SIZE}};
        struct reply reply;

        print_message("  %s\n", cases[i].name);
        if (cases[i].frame < FRAMES)
            frames[cases[i].frame] = cases[i].value;
        reply = ask(porch, frames, cases[i].count);
        expect(&reply, "400", "");
    }
}

static void test_the_feed_has_a_list_of_its_own(void **state)
{
    struct porch *porch = *state;
    struct door_subscriber subscribers[2] = {{.name = TEXT("bus")}, {.name = TEXT("wall")}};
    struct error error = {0};
    struct reply reply;

    key_of(9, (char *)subscribers[0].key);
    key_of(8, (char *)subscribers[1].key);
    let_in(porch, 2);
    check(door_set_subscribers(porch->door, subscribers, 2, &error), &error);
    reply = ask_domain_for(porch, DOOR_FEED_DOMAIN, 9);
    expect(&reply, "200", "1");
    reply = ask_domain_for(porch, DOOR_FEED_DOMAIN, 8);
    expect(&reply, "200", "2");
    reply = ask_for(porch, 9); /* it is no agent's */
    expect(&reply, "400", "");
    reply = ask_domain_for(porch, DOOR_FEED_DOMAIN, 1); /* and an agent is no subscriber */
    expect(&reply, "400", "");
    assert_string_equal(reply.frames[3], "this key is none of feed.subscribers");
    check(door_set_subscribers(porch->door, subscribers, 1, &error), &error);
    reply = ask_domain_for(porch, DOOR_FEED_DOMAIN, 8);
    expect(&reply, "400", "");
    reply = ask_for(porch, 1);
    expect(&reply, "200", "1");
}

static void test_strangers_do_not_flood_the_log(void **state)
{
    struct porch *porch = *state;
    struct text log;
    unsigned lines = 0;

    for (unsigned i = 0; i < 200; i++)
        ask_for(porch, (uint8_t)i);
    log = test_directory_read(&porch->directory, "log");
    for (const char *at = log.bytes; (at = strstr(at, "event=connection-refused")) != NULL; at++)
        lines++;
    assert_true(lines >= 1);
    assert_true(lines <= 2 * DOOR_LINES_A_MINUTE); /* a minute may have begun in between */
    assert_non_null(strstr(log.bytes, "address=192.0.2.1 key="));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_nobody_is_let_in_before_there_is_a_list), TEST(test_a_key_of_the_list_becomes_a_user),
        TEST(test_the_list_is_replaced_as_a_whole),         TEST(test_what_is_no_request_is_refused_and_answered),
        TEST(test_strangers_do_not_flood_the_log),          TEST(test_the_feed_has_a_list_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
