#include <string.h>

#include "collector/notify/sinks/prepared.h"
#include "support/cmocka.h"

static const struct text words[] = {TEXT_INIT("/bin/sh"), TEXT_INIT("-c"), TEXT_INIT("cat")};

static struct sink make_sink(void)
{
    return (struct sink){.kind = sink_kind_find(TEXT("exec")), .command = words, .command_count = LENGTH_OF(words)};
}

static void test_a_program_is_given_json_and_some_variables(void **state)
{
    const struct sink sink = make_sink();
    struct prepared prepared;
    json_t *message;

    (void)state;
    prepared_make(&prepared, &sink, "opened");
    assert_int_equal(prepared.request.action, SINK_RUN);
    assert_string_equal(prepared_header(&prepared, "DRIFTLINE_ID"), "5f0c6a1e-17");
    assert_string_equal(prepared_header(&prepared, "DRIFTLINE_KIND"), "opened");
    assert_string_equal(prepared_header(&prepared, "DRIFTLINE_ROUTE"), "prod");
    assert_string_equal(prepared_header(&prepared, "DRIFTLINE_SUBJECT"), "orders@prod");
    assert_string_equal(prepared_header(&prepared, "DRIFTLINE_SEVERITY"), "critical");
    assert_string_equal(prepared_header(&prepared, "DRIFTLINE_DATABASE"), "orders");
    assert_string_equal(prepared_header(&prepared, "DRIFTLINE_ENVIRONMENT"), "prod");
    assert_string_equal(prepared_header(&prepared, "DRIFTLINE_TITLE"), "orders@prod: 3 differences opened, 1 critical");
    message = json_loads(prepared_body(&prepared), 0, NULL);
    assert_string_equal(json_string_value(json_object_get(message, "id")), "5f0c6a1e-17");
    json_decref(message);
    prepared_clear(&prepared);
}

static void test_what_its_status_means(void **state)
{
    static const struct {
        int32_t status;
        enum sink_outcome outcome;
        const char *said;
    } statuses[] = {{0, SINK_SENT, ""},
                    {1, SINK_AGAIN, "the program ended with 1: no route to host"},
                    {65, SINK_DEAD, "the program ended with 65: no route to host"},
                    {137, SINK_AGAIN, "the program was ended by signal 9"}};
    const struct sink sink = make_sink();
    const struct sink_attempt attempt = {.sink = &sink};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(statuses); i++) {
        const struct sink_answer answer = {.status = statuses[i].status, .body = TEXT("no route to host\n")};
        struct error problem = {0};
        struct text remote = {0};

        assert_int_equal(sink.kind->finish(&attempt, &answer, &remote, &problem), statuses[i].outcome);
        assert_string_equal(problem.message, statuses[i].said);
    }
}

static void test_the_program_must_be_there(void **state)
{
    static const struct text relative[] = {TEXT_INIT("on-drift")}, missing[] = {TEXT_INIT("/nowhere/at/all")};
    struct sink sink = make_sink();
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, 4096);
    assert_string_equal(prepared_check(&sink), "");
    assert_string_equal(sink.kind->address(&sink, &arena), "/bin/sh"); /* arguments may be secret */
    sink.command_count = 0;
    assert_non_null(strstr(prepared_check(&sink), "command: a command begins with the absolute path of a program"));
    sink.command_count = 1;
    sink.command = relative;
    assert_non_null(strstr(prepared_check(&sink), "absolute path"));
    sink.command = missing;
    assert_non_null(strstr(prepared_check(&sink), "'/nowhere/at/all' is no program that can be run"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_program_is_given_json_and_some_variables),
        cmocka_unit_test(test_what_its_status_means),
        cmocka_unit_test(test_the_program_must_be_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
