#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "support/cmocka.h"

#define TIME "time=2026-11-21T10:00:00.000Z "

/* A logger into a file, with a clock that stands until a test moves it. */
struct fixture {
    FILE *stream;
    struct logger logger;
    struct arena arena;
};

static int64_t current_time;

static int64_t fixed_clock(void)
{
    return current_time;
}

static void move_clock(int64_t seconds)
{
    current_time += seconds * 1000000;
}

static int setup(void **state)
{
    static struct fixture fixture;

    current_time = INT64_C(1795255200000000);
    fixture.stream = tmpfile();
    assert_non_null(fixture.stream);
    logger_init(&fixture.logger, fileno(fixture.stream), LOG_LEVEL_INFO);
    fixture.logger.now = fixed_clock;
    arena_init(&fixture.arena, 16 * 1024 * 1024);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    logger_clear(&fixture->logger);
    arena_free(&fixture->arena);
    fclose(fixture->stream);
    return 0;
}

/* Everything written since the last call. */
static struct text written(struct fixture *fixture)
{
    off_t size = lseek(fileno(fixture->stream), 0, SEEK_END);
    char *bytes = arena_alloc(&fixture->arena, (size_t)size + 1);

    assert_non_null(bytes);
    assert_int_equal(pread(fileno(fixture->stream), bytes, (size_t)size, 0), size);
    assert_int_equal(ftruncate(fileno(fixture->stream), 0), 0);
    lseek(fileno(fixture->stream), 0, SEEK_SET);
    return (struct text){bytes, (size_t)size};
}

static void test_a_line_has_its_time_level_event_and_fields(void **state)
{
    struct fixture *fixture = *state;

    log_write(&fixture->logger, LOG_LEVEL_INFO, "started", NULL);
    assert_string_equal(written(fixture).bytes, TIME "level=info event=started\n");
    log_write(&fixture->logger, LOG_LEVEL_WARNING, "slow",
              LOG_FIELDS(log_string("target", "orders@prod/eu-1"), log_number("rows", -5),
                         log_string("query", "a column"), log_text("nothing", TEXT(""))));
    assert_string_equal(written(fixture).bytes, TIME "level=warning event=slow target=orders@prod/eu-1 rows=-5 "
                                                     "query=\"a column\" nothing=\"\"\n");
}

static void test_values_cannot_forge_anything(void **state)
{
    static const struct {
        struct text value;
        const char *shown;
    } cases[] = {
        {TEXT_INIT("plain-Value_1.2/3:4@5+6,7%8~"), "plain-Value_1.2/3:4@5+6,7%8~"},
        {TEXT_INIT("two words"), "\"two words\""},
        {TEXT_INIT("a=b"), "\"a=b\""},
        {TEXT_INIT("say \"no\""), "\"say \\\"no\\\"\""},
        {TEXT_INIT("back\\slash"), "\"back\\\\slash\""},
        {TEXT_INIT("x\nlevel=error event=forged"), "\"x\\nlevel=error event=forged\""},
        {TEXT_INIT("x\r\n\ty"), "\"x\\r\\n\\ty\""},
        {TEXT_INIT("\033[31mred\007"), "\"\\x1b[31mred\\x07\""},
        {TEXT_INIT("nul\0nul"), "\"nul\\x00nul\""},
        {TEXT_INIT("del\177"), "\"del\\x7f\""},
        {TEXT_INIT("gr\xc3\xbc\xc3\x9f"), "\"gr\xc3\xbc\xc3\x9f\""},
        {TEXT_INIT("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\""},
        {TEXT_INIT("C1 \xc2\x9b"
                   "31m"),
         "\"C1 \\xc2\\x9b31m\""},
        {TEXT_INIT("line\xe2\x80\xa8separator"), "\"line\\xe2\\x80\\xa8separator\""},
        {TEXT_INIT("right\xe2\x80\xaeto left"), "\"right\\xe2\\x80\\xaeto left\""},
        {TEXT_INIT("isolate\xe2\x81\xa6"), "\"isolate\\xe2\\x81\\xa6\""},
        {TEXT_INIT("latin \xfc and \xc3\xbc"), "\"latin \\xfc and \xc3\xbc\""},
        {TEXT_INIT("cut \xe2\x82"), "\"cut \\xe2\\x82\""},
        {{NULL, 0}, "\"\""},
    };
    struct fixture *fixture = *state;
    char expected[256];

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        log_write(&fixture->logger, LOG_LEVEL_ERROR, "seen", LOG_FIELDS(log_text("name", cases[i].value)));
        snprintf(expected, sizeof expected, TIME "level=error event=seen name=%s\n", cases[i].shown);
        assert_string_equal(written(fixture).bytes, expected);
    }
}

static void test_levels_below_the_least_are_left_out(void **state)
{
    struct fixture *fixture = *state;
    enum log_level level = LOG_LEVEL_INFO;

    log_write(&fixture->logger, LOG_LEVEL_DEBUG, "detail", NULL);
    assert_int_equal(written(fixture).length, 0);
    logger_set_least(&fixture->logger, LOG_LEVEL_DEBUG);
    log_write(&fixture->logger, LOG_LEVEL_DEBUG, "detail", NULL);
    assert_string_equal(written(fixture).bytes, TIME "level=debug event=detail\n");
    for (unsigned i = LOG_LEVEL_DEBUG; i <= LOG_LEVEL_ERROR; i++) {
        assert_true(log_level_from_name(text_from(log_level_name((enum log_level)i)), &level));
        assert_int_equal(level, i);
    }
    assert_false(log_level_from_name(TEXT("loud"), &level));
    assert_int_equal(level, LOG_LEVEL_ERROR);
}

static void test_a_failure_is_told_whole(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};

    error_set(&error, ERROR_CONNECT, "no route to 'db1'");
    log_failure(&fixture->logger, "snapshot-failed", &error, NULL);
    error_hint(&error, "is it up?");
    log_failure(&fixture->logger, "snapshot-failed", &error, "keeping the last snapshot");
    assert_string_equal(written(fixture).bytes,
                        TIME "level=error event=snapshot-failed code=connect message=\"no route to 'db1'\"\n" TIME
                             "level=error event=snapshot-failed code=connect message=\"no route to 'db1'\" "
                             "hint=\"is it up?\" next=\"keeping the last snapshot\"\n");
}

/* However long the values are and wherever the line ends: it ends, its quotes are closed, and it is UTF-8. */
static void test_long_values_are_cut(void **state)
{
    struct fixture *fixture = *state;
    static char value[9000];

    for (size_t length = 900; length < 1200; length++) {
        struct text line;
        unsigned quotes = 0;

        for (size_t i = 0; i < sizeof value; i++)
            value[i] = "x\xc3\xbc\x01\n "[(i + length) % 6];
        value[0] = (char)('A' + length % 26);
        log_write(&fixture->logger, LOG_LEVEL_INFO, "long",
                  LOG_FIELDS(log_text("a", (struct text){value, length}), log_text("b", (struct text){value, 5000}),
                             log_text("c", (struct text){value, length}), log_text("d", (struct text){value, length})));
        line = written(fixture);
        assert_true(line.length <= LOG_LINE_SIZE);
        assert_true(line.length > 3000);
        assert_ptr_equal(memchr(line.bytes, '\n', line.length), line.bytes + line.length - 1);
        for (size_t i = 0; i < line.length; i++)
            quotes += line.bytes[i] == '"';
        assert_int_equal(quotes % 2, 0);
        assert_true(text_is_utf8(line));
    }
    memset(value, 'p', sizeof value);
    log_write(&fixture->logger, LOG_LEVEL_INFO, "long", LOG_FIELDS(log_text("a", (struct text){value, 1025})));
    assert_non_null(strstr(written(fixture).bytes, "ppp...\"\n"));
    log_write(&fixture->logger, LOG_LEVEL_INFO, "long", LOG_FIELDS(log_text("a", (struct text){value, 1024})));
    assert_non_null(strstr(written(fixture).bytes, "ppp\n"));
}

static void log_trouble(struct fixture *fixture, const char *target)
{
    log_write(&fixture->logger, LOG_LEVEL_WARNING, "trouble", LOG_FIELDS(log_string("target", target)));
}

static void test_repeats_are_counted_instead_of_written(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < 10; i++) { /* two targets in turn: neither may hide the other */
        log_trouble(fixture, "a");
        log_trouble(fixture, "b");
        move_clock(1);
    }
    assert_string_equal(written(fixture).bytes,
                        TIME "level=warning event=trouble target=a\n" TIME "level=warning event=trouble target=b\n");
    move_clock(LOG_REPEAT_SECONDS - 10);
    log_trouble(fixture, "a");
    assert_string_equal(written(fixture).bytes,
                        "time=2026-11-21T10:01:00.000Z level=warning event=trouble target=a repeated=9\n");
    log_trouble(fixture, "a");
    assert_int_equal(written(fixture).length, 0);
    log_flush(&fixture->logger);
    assert_string_equal(written(fixture).bytes,
                        "time=2026-11-21T10:01:00.000Z level=info event=repeated of=trouble times=1\n"
                        "time=2026-11-21T10:01:00.000Z level=info event=repeated of=trouble times=9\n");
    log_flush(&fixture->logger);
    assert_int_equal(written(fixture).length, 0);
}

static void test_a_clock_that_goes_back_silences_nothing(void **state)
{
    struct fixture *fixture = *state;

    log_trouble(fixture, "a");
    move_clock(-3600);
    log_trouble(fixture, "a");
    assert_string_equal(written(fixture).bytes, TIME "level=warning event=trouble target=a\n"
                                                     "time=2026-11-21T09:00:00.000Z level=warning event=trouble "
                                                     "target=a\n");
}

/* A line that is forgotten for newer ones has its count told first. */
static void test_nothing_counted_is_lost(void **state)
{
    struct fixture *fixture = *state;

    log_trouble(fixture, "first");
    log_trouble(fixture, "first");
    for (int i = 0; i < LOG_REMEMBERED; i++) {
        move_clock(1);
        log_write(&fixture->logger, LOG_LEVEL_INFO, "other", LOG_FIELDS(log_number("n", i)));
    }
    assert_non_null(strstr(written(fixture).bytes, "event=repeated of=trouble times=1\n"));
    log_trouble(fixture, "first");
    assert_non_null(strstr(written(fixture).bytes, "target=first\n"));
}

static void test_a_closed_file_is_no_reason_to_stop(void **state)
{
    struct logger logger;

    (void)state;
    logger_init(&logger, -1, LOG_LEVEL_DEBUG);
    log_write(&logger, LOG_LEVEL_INFO, "unheard", NULL);
    log_write(&logger, LOG_LEVEL_INFO, "unheard", NULL);
    logger_clear(&logger);
}

enum { THREADS = 8, LINES = 300 };

struct writer {
    struct logger *logger;
    int number;
};

static void *write_lines(void *context)
{
    const struct writer *writer = context;

    for (int i = 0; i < LINES; i++)
        log_write(writer->logger, LOG_LEVEL_INFO, "work",
                  LOG_FIELDS(log_number("thread", writer->number), log_number("line", i),
                             log_string("filler", "some words to make the line long enough to be torn")));
    return NULL;
}

static void test_threads_do_not_tear_lines(void **state)
{
    struct fixture *fixture = *state;
    struct writer writers[THREADS];
    pthread_t threads[THREADS];
    static bool seen[THREADS][LINES];
    int count = 0;
    char *line, *rest = NULL;

    for (int i = 0; i < THREADS; i++) {
        writers[i] = (struct writer){&fixture->logger, i};
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, &writers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (line = strtok_r((char *)written(fixture).bytes, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        int thread = -1, number = -1, end = -1;

        sscanf(line,
               TIME "level=info event=work thread=%d line=%d filler=\"some words to make the line long enough to "
                    "be torn\"%n",
               &thread, &number, &end);
        assert_true(thread >= 0 && thread < THREADS && number >= 0 && number < LINES);
        assert_int_equal(end, strlen(line));
        assert_false(seen[thread][number]);
        seen[thread][number] = true;
        count++;
    }
    assert_int_equal(count, THREADS * LINES);
}

#define LOG_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOG_TEST(test_a_line_has_its_time_level_event_and_fields),
        LOG_TEST(test_values_cannot_forge_anything),
        LOG_TEST(test_levels_below_the_least_are_left_out),
        LOG_TEST(test_a_failure_is_told_whole),
        LOG_TEST(test_long_values_are_cut),
        LOG_TEST(test_repeats_are_counted_instead_of_written),
        LOG_TEST(test_a_clock_that_goes_back_silences_nothing),
        LOG_TEST(test_nothing_counted_is_lost),
        LOG_TEST(test_a_closed_file_is_no_reason_to_stop),
        LOG_TEST(test_threads_do_not_tear_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
