/* `driftline doctor` as people call it, and a collector that says what the test has written down. What it proves with a
 * planted table is tested with real ones: tests/system/operate_test.py. */
#include <jansson.h>
#include <stdio.h>

#include "cli/asked.h"
#include "support/cmocka.h"

/* What is asked, in this order. */
enum { VERSION, READY, TOKEN, AGENTS, TARGETS, NOTIFY, STREAM, ANSWERS };

static const char *const well[ANSWERS] = {
    [VERSION] = "{\"version\": \"" DRIFTLINE_VERSION "\", \"api\": 1, \"store\": \"3f\"}",
    [READY] =
        "{\"status\": \"ready\", \"problems\": [], \"configuration\": {\"ok\": true, \"problem\": null, \"since\": "
        "null}, \"contracts\": {\"known\": true, \"count\": 0, \"problem\": null, \"since\": null}, "
        "\"correlation\": {\"behind\": false}, \"feed\": {\"endpoint\": \"tcp://127.0.0.1:7401\", "
        "\"subscribers\": 2, \"subscriptions\": 1}}",
    [TOKEN] = "{\"name\": \"ci\", \"rights\": \"read\", \"expires_at\": null}",
    [AGENTS] = "{\"agents\": [{\"name\": \"db-1\", \"grants\": [\"*@*\"], \"revoked_at\": null, \"last_seen\": "
               "\"2026-11-21T10:00:00.000Z\", \"connected\": true, \"connected_since\": \"2026-11-21T10:00:00.000Z\", "
               "\"version\": \"1\", \"host\": \"h\", \"address\": \"a\", \"targets\": 1}]}",
    [TARGETS] = "{\"targets\": [{\"database\": \"orders\", \"environment\": \"prod\", \"instance\": \"default\", "
                "\"verdict\": \"IN_SYNC\", \"agent\": \"db-1\", \"root\": \"00\", \"gaps\": 0}]}",
    [NOTIFY] =
        "{\"sinks\": [{\"name\": \"ops\", \"kind\": \"slack\", \"address\": \"x\", \"waiting\": 0, \"dead\": 0, "
        "\"sent\": 3}], \"routes\": [{\"name\": \"all\", \"types\": [], \"severity\": \"low\", \"databases\": [], "
        "\"environments\": [], \"causes\": [], \"owners\": [], \"contracts\": [], \"objects\": [], \"sinks\": "
        "[\"ops\"], \"settle_seconds\": 1, \"settle_most_seconds\": 1, \"repeat_seconds\": 1, \"resolve\": true, "
        "\"quiet\": 0}], \"problem\": null}",
    [STREAM] = "retry: 3000\n\n",
};

static struct test_process diagnose(struct test_directory *directory, const char *const *answers,
                                    const char *const *arguments)
{
    struct test_reply replies[ANSWERS];
    const char *requests;

    for (int i = 0; i < ANSWERS; i++)
        replies[i] = i == STREAM ? test_reply_http(&directory->arena, "200 OK", "Content-Type: text/event-stream\r\n",
                                                   text_from(answers[i]))
                                 : asked_json(directory, text_from(answers[i]));
    return asked_run(directory, arguments, replies, ANSWERS, &requests);
}

static void test_all_is_well(void **state)
{
    struct test_process process = diagnose(*state, well, ASKED("doctor"));

    asked_check(&process, 0, "ok    collector      " DRIFTLINE_VERSION " at http://127.0.0.1:", NULL);
    asked_check(&process, 0, "ok    token          'ci' with the rights 'read', which does not expire\n", NULL);
    asked_check(&process, 0, "ok    agents         all 1 are connected\n", NULL);
    asked_check(&process, 0, "ok    sinks          1, told by 1 route\n", NULL);
    asked_check(&process, 0, "ok    events         the stream speaks, after ", NULL);
    asked_check(&process, 0, "ok    feed           2 may subscribe at tcp://127.0.0.1:7401, 1 subscription now\n",
                NULL);
    assert_null(strstr(process.output.bytes, "warn"));
    assert_null(strstr(process.output.bytes, "fail"));
}

/* One thing that is another than well. */
static const struct {
    int which;
    const char *answer;
    int status;
    const char *output;
} troubles[] = {
    {VERSION, "{\"version\": \"99.0\", \"api\": 1, \"store\": \"3f\"}", 0, "warn  collector      99.0 at "},
    {READY,
     "{\"status\": \"not-ready\", \"problems\": [\"the history has no room\"], \"configuration\": {\"ok\": false, "
     "\"problem\": \"c.yaml:1:2: unknown key\", \"since\": null}, \"contracts\": {\"known\": true, \"count\": 0, "
     "\"problem\": \"a.yaml:1:1: no\", \"since\": null}, \"correlation\": {\"behind\": true}}",
     1, "fail  ready          the history has no room\n"},
    {READY,
     "{\"status\": \"ready\", \"problems\": [], \"configuration\": {\"ok\": false, \"problem\": \"c.yaml:1:2: unknown "
     "key\", \"since\": null}, \"contracts\": {\"known\": true, \"count\": 0, \"problem\": null, \"since\": null}, "
     "\"correlation\": {\"behind\": true}}",
     1, "fail  configuration  c.yaml:1:2: unknown key\n"},
    {READY,
     "{\"status\": \"ready\", \"problems\": [], \"configuration\": {\"ok\": true, \"problem\": null, \"since\": null}, "
     "\"contracts\": {\"known\": true, \"count\": 0, \"problem\": null, \"since\": null}, \"correlation\": "
     "{\"behind\": "
     "false}, \"feed\": {\"endpoint\": \"tcp://0.0.0.0:7401\", \"subscribers\": 0, \"subscriptions\": 0}}",
     0, "warn  feed           nobody may subscribe at tcp://0.0.0.0:7401\n"},
    {READY,
     "{\"status\": \"ready\", \"problems\": [], \"configuration\": {\"ok\": true, \"problem\": null, \"since\": null}, "
     "\"contracts\": {\"known\": true, \"count\": 0, \"problem\": null, \"since\": null}, \"correlation\": "
     "{\"behind\": "
     "false}, \"feed\": {\"endpoint\": null, \"subscribers\": 0, \"subscriptions\": 0}}",
     0, "ok    feed           there is none: `listen.feed` is not set\n"},
    {TOKEN, "{\"name\": \"ci\", \"rights\": \"read\", \"expires_at\": \"2001-01-01T00:00:00.000Z\"}", 0,
     "warn  token          'ci' with the rights 'read' expires in "},
    {AGENTS, "{\"agents\": []}", 0, "warn  agents         there are none\n"},
    {AGENTS,
     "{\"agents\": [{\"name\": \"db-1\", \"grants\": [], \"revoked_at\": null, \"last_seen\": "
     "\"2026-11-21T10:00:00.000Z\", \"connected\": false, \"connected_since\": null, \"version\": \"1\", \"host\": "
     "\"h\", \"address\": \"a\", \"targets\": 1}]}",
     1, "fail  agents         1 of 1 do not speak: db-1\n"},
    {TARGETS, "{\"targets\": []}", 0, "warn  targets        nothing is watched\n"},
    {TARGETS,
     "{\"targets\": [{\"database\": \"orders\", \"environment\": \"prod\", \"instance\": \"eu-1\", \"verdict\": "
     "\"UNKNOWN\", \"unknown_reason\": \"unreachable\", \"reason\": \"connection refused\", \"agent\": \"db-1\", "
     "\"root\": \"00\", \"gaps\": 0}]}",
     1, "fail  targets        1 of 1 is UNKNOWN: orders@prod/eu-1 (connection refused)\n"},
    {NOTIFY, "{\"sinks\": [], \"routes\": []}", 0,
     "warn  sinks          nobody is told anything: there are no sinks\n"},
    {NOTIFY,
     "{\"sinks\": [{\"name\": \"ops\", \"kind\": \"slack\", \"address\": \"x\", \"waiting\": 1, \"dead\": 2, \"sent\": "
     "3, \"failed_at\": \"2026-11-21T10:00:00.000Z\", \"problem\": \"the answer is 500\"}], \"routes\": []}",
     1, "fail  sinks          'ops' fails: the answer is 500\n"},
    {NOTIFY,
     "{\"sinks\": [{\"name\": \"ops\", \"kind\": \"slack\", \"address\": \"x\", \"waiting\": 0, \"dead\": 2, \"sent\": "
     "3}], \"routes\": []}",
     0, "warn  sinks          2 messages to 'ops' were given up\n"},
    {STREAM, "", 1, "fail  events         the stream says nothing\n"},
};

static void test_every_trouble_is_told(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(troubles); i++) {
        const char *answers[ANSWERS];
        struct test_process process;

        memcpy(answers, well, sizeof answers);
        answers[troubles[i].which] = troubles[i].answer;
        process = diagnose(*state, answers, ASKED("doctor"));
        print_message("  %s", troubles[i].output);
        asked_check(&process, troubles[i].status, troubles[i].output, NULL);
        if (strncmp(troubles[i].output, "fail  events", 12) != 0)
            asked_check(&process, troubles[i].status, "ok    events", NULL); /* one does not end the others */
    }
}

/* A collector that is not ready answers 503, and that is an answer. */
static void test_not_ready_is_an_answer(void **state)
{
    struct test_directory *directory = *state;
    struct test_reply replies[ANSWERS];
    const char *requests;
    struct test_process process;

    for (int i = 0; i < ANSWERS; i++)
        replies[i] = asked_json(directory, text_from(well[i]));
    replies[READY] =
        test_reply_http(&directory->arena, "503 Service Unavailable", ASKED_JSON_TYPE, text_from(troubles[1].answer));
    process = asked_run(directory, ASKED("doctor"), replies, ANSWERS, &requests);
    asked_check(&process, 1, "fail  ready          the history has no room\n", NULL);
    asked_check(&process, 1, "warn  differences    are still being worked out\n", NULL);
    asked_check(&process, 1, "fail  contracts      a.yaml:1:1: no\n", NULL);
}

static void test_nobody_answers(void **state)
{
    struct test_process process;
    const char *requests;
    const struct test_reply html = test_reply_http(&((struct test_directory *)*state)->arena, "200 OK",
                                                   "Content-Type: text/html\r\n", TEXT("<html>"));

    process = asked_run(*state, ASKED("doctor", "--collector", "http://127.0.0.1:1"), &html, 1, &requests);
    asked_check(&process, 3, "fail  collector      no collector answers at 'http://127.0.0.1:1'", NULL);
    process = asked_run(*state, ASKED("doctor"), &html, 1, &requests);
    asked_check(&process, 3, "fail  collector", NULL);
}

static void test_a_refused_token(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply replies[] = {
        asked_json(directory, text_from(well[VERSION])),
        asked_json(directory, text_from(well[READY])),
        test_reply_http(&directory->arena, "401 Unauthorized", ASKED_JSON_TYPE,
                        TEXT("{\"error\": {\"code\": \"refused\", \"message\": \"the token is not known\", \"hint\": "
                             "\"\"}}")),
    };
    const char *requests;
    struct test_process process = asked_run(directory, ASKED("doctor"), replies, LENGTH_OF(replies), &requests);

    asked_check(&process, 4, "fail  token          collector: the token is not known\n", NULL);
    assert_null(strstr(requests, "/api/v1/agents"));
}

static void test_json(void **state)
{
    struct test_process process = diagnose(*state, well, ASKED("doctor", "--format", "json"));
    json_t *document = json_loads(process.output.bytes, JSON_REJECT_DUPLICATES, NULL);
    const json_t *summary = json_object_get(document, "summary");

    assert_int_equal(process.status, 0);
    assert_int_equal(json_integer_value(json_object_get(summary, "fail")), 0);
    assert_int_equal(json_integer_value(json_object_get(summary, "ok")),
                     json_array_size(json_object_get(document, "checks")));
    json_decref(document);
}

/* What makes no sense is told before anything is asked or done. */
static void test_wrong_usage(void **state)
{
    static const struct {
        const char *arguments[ASKED_ARGUMENT_LIMIT];
        const char *errors;
    } cases[] = {
        {{"doctor", "--planted-drift", "orders@prod"}, "needs '--source'"},
        {{"doctor", "--source", "sqlite:x"}, "option '--source' goes with '--planted-drift'"},
        {{"doctor", "--sink", "ops"}, "option '--sink' goes with '--planted-drift'"},
        {{"doctor", "--planted-drift", "orders", "--source", "sqlite:x"}, "needs an environment"},
        {{"doctor", "--planted-drift", "a b@c", "--source", "sqlite:x"}, "option '--planted-drift'"},
        {{"doctor", "--planted-drift", "orders@prod", "--source", "dummy:x"}, "in which a table can be made"},
        {{"doctor", "--planted-drift", "orders@prod", "--source", "orders@prod"}, "in which a table can be made"},
        {{"doctor", "orders"}, "takes 0 operands"},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct test_reply reply = asked_json(*state, text_from(well[VERSION]));
        const char *requests;
        struct test_process process = asked_run(*state, cases[i].arguments, &reply, 1, &requests);

        asked_check(&process, 2, NULL, cases[i].errors);
        assert_string_equal(requests, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_is_well, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_every_trouble_is_told, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_not_ready_is_an_answer, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_answers, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_a_refused_token, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_json, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_usage, asked_set_up, asked_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
