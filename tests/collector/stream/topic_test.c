#include "stream/topic.h"

#include <stdio.h>

#include "base/memory.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static void expect_topic(const struct event_row *event, const char *topic)
{
    struct buffer written;

    buffer_init(&written);
    topic_write(event, &written);
    assert_string_equal(written.bytes, topic);
    buffer_clear(&written);
}

static void test_topics(void **state)
{
    (void)state;
    expect_topic(&(struct event_row){.type = EVENT_DRIFT_OPENED,
                                     .severity = SEVERITY_CRITICAL,
                                     .place = {TEXT("orders"), TEXT("prod"), TEXT("eu-1")}},
                 "drift-opened.orders.prod.critical");
    expect_topic(&(struct event_row){.type = EVENT_TOKEN_CREATED, .severity = SEVERITY_LOW}, "token-created.-.-.low");
    expect_topic(&(struct event_row){.type = EVENT_TARGET_STATE,
                                     .severity = SEVERITY_MEDIUM,
                                     .place = {TEXT("shop.v2%"), TEXT("größe"), {0}}},
                 "target-state.shop%2Ev2%25.größe.medium");
}

static struct topic_map *new_map(uint32_t limit)
{
    struct topic_map *map = NULL;
    struct error error = {0};

    assert_int_equal(topic_map_new(&map, limit, &error), ERROR_NONE);
    return map;
}

static void test_the_number_before(void **state)
{
    struct topic_map *map = new_map(10);

    (void)state;
    assert_int_equal(topic_map_put(map, TEXT("a"), 1), 0);
    assert_int_equal(topic_map_put(map, TEXT("b"), 2), 0);
    assert_int_equal(topic_map_put(map, TEXT("a"), 3), 1);
    assert_int_equal(topic_map_put(map, TEXT("a"), 9), 3);
    assert_int_equal(topic_map_put(map, TEXT("b"), 10), 2);
    topic_map_clear(map);
    assert_int_equal(topic_map_put(map, TEXT("a"), 11), 0);
    topic_map_free(map);
    topic_map_free(NULL);
}

/* Against a map that forgets nothing: what is known is right, and the newest are known. */
static void test_the_oldest_are_forgotten(void **state)
{
    enum { LIMIT = 50, TOPICS = 120, STEPS = 5000 };
    int64_t last[TOPICS] = {0};
    struct topic_map *map = new_map(LIMIT);
    unsigned known = 0, seed = 1;

    (void)state;
    for (int64_t number = 1; number <= STEPS; number++) {
        char name[16];
        unsigned topic;
        int64_t before;

        seed = seed * 1103515245U + 12345U;
        topic = seed >> 16;
        topic = topic % 3 == 0 ? topic % TOPICS : topic % 30;
        snprintf(name, sizeof name, "topic-%u", topic);
        before = topic_map_put(map, text_from(name), number);
        assert_true(before == 0 || before == last[topic]);
        if (last[topic] > number - LIMIT && last[topic] != 0)
            assert_int_equal(before, last[topic]);
        known += before != 0;
        last[topic] = number;
    }
    assert_true(known > STEPS / 2);
    topic_map_free(map);
}

struct seen {
    char topics[64];
    size_t length;
};

static void see(void *context, struct text topic, int64_t number)
{
    struct seen *seen = context;

    seen->length += (size_t)snprintf(seen->topics + seen->length, sizeof seen->topics - seen->length, "%.*s=%lld ",
                                     TEXT_ARGS(topic), (long long)number);
}

static void test_what_is_newer_than_a_number(void **state)
{
    struct topic_map *map = new_map(10);
    struct seen seen = {.length = 0};

    (void)state;
    assert_true(topic_map_newer(map, 0, 10, see, &seen));
    topic_map_put(map, TEXT("a"), 1);
    topic_map_put(map, TEXT("b"), 2);
    topic_map_put(map, TEXT("c"), 3);
    topic_map_put(map, TEXT("a"), 4);
    assert_true(topic_map_newer(map, 2, 10, see, &seen));
    assert_string_equal(seen.topics, "a=4 c=3 ");
    seen.length = 0;
    assert_false(topic_map_newer(map, 1, 2, see, &seen));
    assert_string_equal(seen.topics, "a=4 c=3 ");
    seen.length = 0;
    assert_true(topic_map_newer(map, 2, 2, see, &seen));
    topic_map_free(map);
}

static enum error_code make(void *context, struct error *error)
{
    struct topic_map *map = NULL;
    enum error_code code = topic_map_new(&map, 8, error);

    (void)context;
    topic_map_free(map);
    return code;
}

static void test_memory_that_runs_out(void **state)
{
    struct topic_map *map = new_map(8);

    (void)state;
    test_every_allocation(make, NULL);
    mem_fail_at(1);
    assert_int_equal(topic_map_put(map, TEXT("a"), 1), 0);
    mem_fail_at(0);
    assert_int_equal(topic_map_put(map, TEXT("a"), 2), 0); /* it was not remembered, and nobody is told that it was */
    assert_int_equal(topic_map_put(map, TEXT("a"), 3), 2);
    topic_map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_topics),
        cmocka_unit_test(test_the_number_before),
        cmocka_unit_test(test_the_oldest_are_forgotten),
        cmocka_unit_test(test_what_is_newer_than_a_number),
        cmocka_unit_test(test_memory_that_runs_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
