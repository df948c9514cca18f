#include "feed/connections.h"

#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/cmocka.h"

enum { SHORT_MS = 50, LONG_MS = 3600 * 1000, PATIENCE_MS = 60 * 1000 };

/* Whether the other end of a pair was shut down, within a patience. */
static bool is_cut(int file, int patience_ms)
{
    struct pollfd poll_file = {.fd = file, .events = POLLIN};
    char byte;

    return poll(&poll_file, 1, patience_ms) == 1 && read(file, &byte, 1) == 0;
}

static void make_pair(int pair[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
}

static void close_pair(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

static struct connections *begin(unsigned timeout_ms)
{
    struct connections *connections = NULL;
    struct error error = {0};

    assert_int_equal(connections_new(&connections, timeout_ms, &error), ERROR_NONE);
    return connections;
}

static void test_a_request_that_does_not_come_is_cut(void **state)
{
    struct connections *connections = begin(SHORT_MS);
    struct watched_connection *watched;
    int pair[2];

    (void)state;
    make_pair(pair);
    watched = connections_add(connections, pair[0]);
    assert_non_null(watched);
    assert_true(is_cut(pair[1], PATIENCE_MS));
    assert_int_equal(connections_cut(connections), 1);
    assert_true(connections_remove(connections, watched));
    connections_free(connections);
    close_pair(pair);
}

/* The second connection is late and is cut: by then the first, which is at work for longer, was looked at, too. */
static void test_work_takes_as_long_as_it_takes(void **state)
{
    struct connections *connections = begin(SHORT_MS);
    struct watched_connection *working, *late;
    int first[2], second[2];

    (void)state;
    make_pair(first);
    make_pair(second);
    working = connections_add(connections, first[0]);
    connections_at_work(connections, working);
    late = connections_add(connections, second[0]);
    assert_true(is_cut(second[1], PATIENCE_MS));
    assert_false(is_cut(first[1], 0));
    connections_expect_end(connections, working, 0);
    assert_true(is_cut(first[1], PATIENCE_MS));
    connections_remove(connections, working);
    connections_remove(connections, late);
    connections_free(connections);
    close_pair(first);
    close_pair(second);
}

static void test_large_answers_have_more_time(void **state)
{
    struct connections *connections = begin(SHORT_MS);
    struct watched_connection *large, *small;
    int first[2], second[2];

    (void)state;
    make_pair(first);
    make_pair(second);
    large = connections_add(connections, first[0]);
    connections_expect_end(connections, large, (size_t)ANSWER_BYTES_PER_SECOND * 3600);
    small = connections_add(connections, second[0]);
    connections_expect_end(connections, small, 1);
    assert_true(is_cut(second[1], PATIENCE_MS));
    assert_false(is_cut(first[1], 0));
    connections_expect_request(connections, large);
    assert_true(is_cut(first[1], PATIENCE_MS));
    connections_remove(connections, small);
    connections_remove(connections, large);
    connections_free(connections);
    close_pair(first);
    close_pair(second);
}

static void test_many_come_and_go(void **state)
{
    enum { MANY = 100 };
    struct connections *connections = begin(LONG_MS);
    struct watched_connection *watched[MANY];
    int pair[2];

    (void)state;
    make_pair(pair);
    for (int i = 0; i < MANY; i++)
        watched[i] = connections_add(connections, pair[0]);
    for (int i = 0; i < MANY; i += 2)
        assert_false(connections_remove(connections, watched[i]));
    for (int i = 1; i < MANY; i += 2)
        connections_remove(connections, watched[i]);
    connections_remove(connections, NULL);
    connections_at_work(connections, NULL);
    assert_int_equal(connections_cut(connections), 0);
    connections_free(connections);
    connections_free(NULL);
    close_pair(pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_that_does_not_come_is_cut),
        cmocka_unit_test(test_work_takes_as_long_as_it_takes),
        cmocka_unit_test(test_large_answers_have_more_time),
        cmocka_unit_test(test_many_come_and_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
