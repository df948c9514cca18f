#include "collector/notify/transport_bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "support/cmocka.h"

void bench_check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

int transport_bench_setup(void **state)
{
    struct transport_bench *bench = calloc(1, sizeof *bench);
    struct error error = {0};

    bench_check(transport_new(&bench->transport, &error), &error);
    test_directory_make(&bench->directory);
    arena_init(&bench->arena, 16 * 1024 * 1024);
    bench->sink = (struct sink){.name = TEXT("it"), .allow_private = true, .timeout_ms = 5000};
    bench->request = (struct sink_request){.action = SINK_HTTP, .method = "POST"};
    *state = bench;
    return 0;
}

int transport_bench_teardown(void **state)
{
    struct transport_bench *bench = *state;

    transport_free(bench->transport);
    if (bench->has_receiver)
        receiver_stop(&bench->receiver);
    buffer_clear(&bench->request.body);
    arena_free(&bench->arena);
    test_directory_remove(&bench->directory);
    free(bench);
    return 0;
}

void bench_start_receiver(struct transport_bench *bench, enum receiver_kind kind)
{
    receiver_start(&bench->receiver, kind);
    bench->has_receiver = true;
}

struct text bench_say(struct transport_bench *bench, const char *format, ...)
{
    char text[512];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    return text_from(arena_string(&bench->arena, text_from(text)));
}

void bench_point_at(struct transport_bench *bench, const char *path)
{
    bench->sink.url = bench_say(bench, "http://127.0.0.1:%u%s", bench->receiver.port, path);
}

struct transport_result bench_wait(struct transport_bench *bench)
{
    int64_t end = clock_elapsed() + BENCH_PATIENCE_US;
    struct transport_result result;
    struct error error = {0};

    while (!transport_next(bench->transport, &result)) {
        assert_true(clock_elapsed() < end);
        bench_check(transport_wait(bench->transport, -1, 1000, &error), &error);
    }
    return result;
}

struct bench_outcome bench_carry_out(struct transport_bench *bench)
{
    struct sink_request request = bench->request;
    int64_t begun = clock_elapsed();
    struct transport_result result;
    struct error error = {0};
    struct bench_outcome outcome;

    buffer_init(&bench->request.body);
    bench_check(transport_start(bench->transport, &bench->sink, &request, bench, &error), &error);
    assert_int_equal(request.body.length, 0);
    result = bench_wait(bench);
    assert_ptr_equal(result.context, bench);
    assert_int_equal(transport_count(bench->transport), 0);
    outcome = (struct bench_outcome){.status = result.answer.status,
                                     .code = result.problem.code,
                                     .retry_after_us = result.answer.retry_after_us,
                                     .took_us = clock_elapsed() - begun};
    outcome.text = arena_string(&bench->arena, result.problem.code != ERROR_NONE ? text_from(result.problem.message)
                                                                                 : result.answer.body);
    buffer_clear(&result.body);
    return outcome;
}

struct bench_outcome bench_ask(struct transport_bench *bench, const char *path)
{
    bench_point_at(bench, path);
    return bench_carry_out(bench);
}

const char *bench_text_of(const json_t *entry, const char *key)
{
    const char *text = json_string_value(json_object_get(entry, key));

    assert_non_null(text);
    return text;
}

struct bench_outcome bench_log_line(struct transport_bench *bench, const char *line)
{
    bench->request.action = SINK_SEND;
    buffer_add_string(&bench->request.body, line);
    return bench_carry_out(bench);
}
