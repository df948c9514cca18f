#include "base/metric_text.h"

#include <string.h>

#include "base/memory.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static const struct metric agents = {"driftline_agents", METRIC_GAUGE, "", "Agents\\ that\nare \"there\"."};
static const struct metric targets = {"driftline_targets", METRIC_GAUGE, "database state", "Targets."};
static const struct metric lead = {"driftline_lead_seconds", METRIC_HISTOGRAM, "", "Lead."};
static const struct metric took = {"driftline_took_seconds", METRIC_HISTOGRAM, "route", "Took."};
static const struct metric_buckets buckets = {{1000, 1000000, 90000000}, 3};

static void test_a_metric_without_labels(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer;
    struct metric_writer writer = {&buffer, NULL};

    (void)state;
    buffer_init(&buffer);
    metric_begin(&writer, &agents);
    metric_number(&writer, NULL, 3);
    assert_string_equal(buffer.bytes, "# HELP driftline_agents Agents\\\\ that\\nare \"there\".\n"
                                      "# TYPE driftline_agents gauge\ndriftline_agents 3\n");
}

static void test_label_values_are_escaped(void **state)
{
    static const struct {
        struct text value;
        const char *written;
    } cases[] = {
        {TEXT_INIT(""), ""},
        {{NULL, 0}, ""},
        {TEXT_INIT("orders-1.eu"), "orders-1.eu"},
        {TEXT_INIT("a\"b"), "a\\\"b"},
        {TEXT_INIT("a\\b\\"), "a\\\\b\\\\"},
        {TEXT_INIT("\"} 1\ndriftline_fake 7\n"), "\\\"} 1\\ndriftline_fake 7\\n"},
        {TEXT_INIT("f\xc3\xbcr \xe4\xb8\xad \xf0\x9f\x98\x80"), "f\xc3\xbcr \xe4\xb8\xad \xf0\x9f\x98\x80"},
        {TEXT_INIT("a\0b\tc\rd\x7f"), "a\xef\xbf\xbd"
                                      "b\xef\xbf\xbd"
                                      "c\xef\xbf\xbd"
                                      "d\xef\xbf\xbd"},
        {TEXT_INIT("\xff\xc3(\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {TEXT_INIT("cut \xe4\xb8"), "cut \xef\xbf\xbd\xef\xbf\xbd"},
        {TEXT_INIT("{},= #"), "{},= #"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer buffer, expected;
        struct metric_writer writer = {&buffer, &targets};

        buffer_init(&buffer);
        buffer_init(&expected);
        metric_number(&writer, (struct text[]){cases[i].value, TEXT("fine")}, 1);
        buffer_printf(&expected, "driftline_targets{database=\"%s\",state=\"fine\"} 1\n", cases[i].written);
        assert_string_equal(buffer.bytes, expected.bytes);
    }
}

static void test_seconds_are_written_as_short_as_they_are(void **state)
{
    static const struct {
        int64_t value;
        const char *written;
    } cases[] = {
        {0, "0"},
        {1, "0.000001"},
        {1500000, "1.5"},
        {60000000, "60"},
        {-1500000, "-1.5"},
        {1764150000123456, "1764150000.123456"},
        {INT64_MAX, "9223372036854.775807"},
        {INT64_MIN, "-9223372036854.775808"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer buffer, expected;
        struct metric_writer writer = {&buffer, &agents};

        buffer_init(&buffer);
        buffer_init(&expected);
        metric_seconds(&writer, NULL, cases[i].value);
        buffer_printf(&expected, "driftline_agents %s\n", cases[i].written);
        assert_string_equal(buffer.bytes, expected.bytes);
    }
}

static void test_buckets_of_a_histogram_add_up(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer;
    struct metric_writer writer = {&buffer, NULL};
    struct metric_histogram histogram = {0};

    (void)state;
    buffer_init(&buffer);
    metric_observe(&histogram, &buckets, -5); /* counts as nothing */
    metric_observe(&histogram, &buckets, 1000);
    metric_observe(&histogram, &buckets, 1001);
    metric_observe(&histogram, &buckets, 100000000);
    metric_begin(&writer, &lead);
    metric_distribution(&writer, NULL, &buckets, &histogram);
    assert_string_equal(buffer.bytes, "# HELP driftline_lead_seconds Lead.\n"
                                      "# TYPE driftline_lead_seconds histogram\n"
                                      "driftline_lead_seconds_bucket{le=\"0.001\"} 2\n"
                                      "driftline_lead_seconds_bucket{le=\"1\"} 3\n"
                                      "driftline_lead_seconds_bucket{le=\"90\"} 3\n"
                                      "driftline_lead_seconds_bucket{le=\"+Inf\"} 4\n"
                                      "driftline_lead_seconds_sum 100.002001\n"
                                      "driftline_lead_seconds_count 4\n");
    buffer_reset(&buffer);
    writer.metric = &took;
    metric_distribution(&writer, (struct text[]){TEXT("/a\"")}, &(struct metric_buckets){{0}, 0},
                        &(struct metric_histogram){0});
    assert_string_equal(buffer.bytes, "driftline_took_seconds_bucket{route=\"/a\\\"\",le=\"+Inf\"} 0\n"
                                      "driftline_took_seconds_sum{route=\"/a\\\"\"} 0\n"
                                      "driftline_took_seconds_count{route=\"/a\\\"\"} 0\n");
}

static void test_labels_are_counted(void **state)
{
    (void)state;
    assert_int_equal(metric_label_count(&agents), 0);
    assert_int_equal(metric_label_count(&took), 1);
    assert_int_equal(metric_label_count(&targets), 2);
}

static enum error_code write_much(void *context, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer buffer;
    struct metric_writer writer = {&buffer, NULL};

    (void)context;
    buffer_init(&buffer);
    metric_begin(&writer, &targets);
    for (unsigned i = 0; i < 1000; i++)
        metric_number(&writer, (struct text[]){TEXT("a\nb"), TEXT("\xff")}, i);
    return buffer_check(&buffer, error, "writing metrics");
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(write_much, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_metric_without_labels),
        cmocka_unit_test(test_label_values_are_escaped),
        cmocka_unit_test(test_seconds_are_written_as_short_as_they_are),
        cmocka_unit_test(test_buckets_of_a_histogram_add_up),
        cmocka_unit_test(test_labels_are_counted),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
