#include "base/metric_process.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "support/cmocka.h"

/* The value of a sample without labels. */
static double value_of(const struct buffer *buffer, const char *name)
{
    const char *line = buffer->bytes;
    size_t length = strlen(name);

    while (line != NULL && (strncmp(line, name, length) != 0 || line[length] != ' ')) {
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    assert_non_null(line);
    return strtod(line + length, NULL);
}

static void test_the_process_is_measured(void **state)
{
    CLEANUP(buffer_clear) struct buffer buffer, again;
    struct metric_writer writer = {&buffer, NULL};
    double now = (double)clock_now() / 1e6, start;

    (void)state;
    buffer_init(&buffer);
    buffer_init(&again);
    metric_process_write(&writer);
    writer.output = &again;
    metric_process_write(&writer);
    for (unsigned i = 0; i < PROCESS_METRIC_COUNT; i++)
        (void)value_of(&buffer, process_metrics[i].name);
    start = value_of(&buffer, "process_start_time_seconds");
    assert_true(start > now - 600 && start <= now + 1);
    assert_true(start == value_of(&again, "process_start_time_seconds"));
    assert_true(value_of(&buffer, "process_resident_memory_bytes") > 100000);
    assert_true(value_of(&buffer, "process_virtual_memory_bytes") > value_of(&buffer, "process_resident_memory_bytes"));
    assert_true(value_of(&buffer, "process_open_fds") >= 3);
    assert_true(value_of(&buffer, "process_threads") >= 1);
    assert_true(value_of(&buffer, "process_cpu_seconds_total") < 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_process_is_measured)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
