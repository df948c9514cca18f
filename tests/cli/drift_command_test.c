/* `driftline drift …` as people call it, and a collector that says what the test has written down. */
#include <jansson.h>

#include "cli/asked.h"
#include "support/cmocka.h"

#define DRIFT                                                                                                          \
    "{\"id\": 12, \"database\": \"orders\", \"from\": \"staging\", \"to\": \"prod\", \"state\": \"acknowledged\", "    \
    "\"cause\": \"hotfix\", \"hidden\": false, \"effect\": \"added\", \"kind\": \"table\", \"object\": \"a.b\", "      \
    "\"aspect\": \"structure\", \"severity\": \"low\", \"rule\": \"object-added\", \"opened_at\": "                    \
    "\"2026-11-21T10:00:00.000Z\"}"
#define WAIVER                                                                                                         \
    "{\"id\": 7, \"database\": \"orders\", \"reason\": \"x\", \"expires_at\": \"2126-12-31T00:00:00.000Z\", "          \
    "\"drifts\": 2}"
#define WAIVERS "{\"waivers\": [" WAIVER "]}"
#define NONE "{\"drifts\": [], \"next\": null}"

static const struct {
    const char *arguments[ASKED_ARGUMENT_LIMIT];
    const char *answer;
    int status;
    const char *request; /* how it begins; NULL: nothing was asked */
    const char *output;  /* a part of it; NULL: none at all */
    const char *errors;
} cases[] = {
    {{"drift", "list"},
     NONE,
     0,
     "GET /api/v1/drift?state=open%2Cacknowledged%2Cwaived&limit=200 HTTP",
     "no drift\n",
     NULL},
    {{"drift", "list", "orders", "--from", "staging", "--to", "prod", "--cause", "hotfix,diverged", "--severity",
      "high", "--state", "ended"},
     NONE,
     0,
     "GET /api/v1/drift?database=orders&from=staging&to=prod&severity=high&state=ended&cause=hotfix%2Cdiverged"
     "&limit=200 HTTP",
     "no drift\n",
     NULL},
    {{"drift", "list", "--object", "shop.a b", "--instance", "eu-1", "--limit", "7"},
     "{\"drifts\": [" DRIFT "], \"next\": 12}",
     0,
     "GET /api/v1/drift?instance=eu-1&object=shop.a%20b&state=open%2Cacknowledged%2Cwaived&limit=7 HTTP",
     "'--all' shows everything",
     NULL},
    {{"drift", "list", "--format", "json"}, NONE, 0, "GET /api/v1/drift?", NONE "\n", NULL},
    {{"drift", "list", "--cause", "nonsense"}, NONE, 2, NULL, NULL, "--cause"},
    {{"drift", "list"}, "{\"drifts\": [{}]}", 3, "GET ", NULL, "makes no sense"},
    {{"drift", "list"}, "{\"drifts\": [{\"state\": \"splendid\"}]}", 3, "GET ", NULL, "makes no sense"},
    {{"drift", "show", "12"}, DRIFT, 0, "GET /api/v1/drift/12 HTTP", "drift 12: low, hotfix, acknowledged", NULL},
    {{"drift", "show", "12", "--format=json"}, DRIFT, 0, "GET /api/v1/drift/12 HTTP", DRIFT "\n", NULL},
    {{"drift", "show", "twelve"}, DRIFT, 2, NULL, NULL, "'twelve' is not the number of a drift"},
    {{"drift", "show", "0"}, DRIFT, 2, NULL, NULL, "'0' is not the number of a drift"},
    {{"drift", "show", "12345678901234567890"}, DRIFT, 2, NULL, NULL, "is not the number of a drift"},
    {{"drift", "show"}, DRIFT, 2, NULL, NULL, "needs ID"},
    {{"drift", "show", "1", "2"}, DRIFT, 2, NULL, NULL, "takes 1 operand"},
    {{"drift", "ack", "12", "13"},
     DRIFT,
     0,
     "POST /api/v1/drift/12/acknowledge HTTP",
     "drift 12 is acknowledged\ndrift 13 is acknowledged\n",
     NULL},
    {{"drift", "ack", "12", "--format", "json"}, DRIFT, 0, "POST ", "\"drifts\": [", NULL},
    {{"drift", "ack", "12", "x"}, DRIFT, 2, NULL, NULL, "'x' is not the number of a drift"},
    {{"drift", "reopen", "12"}, DRIFT, 0, "POST /api/v1/drift/12/reopen HTTP", "drift 12 is open again\n", NULL},
    {{"drift", "waivers"}, "{\"waivers\": []}", 0, "GET /api/v1/waivers HTTP", "no waivers\n", NULL},
    {{"drift", "waivers", "orders", "--ended"},
     WAIVERS,
     0,
     "GET /api/v1/waivers?database=orders&ended=true HTTP",
     "orders: x",
     NULL},
    {{"drift", "unwaive", "7", "--note", "a b"},
     WAIVER,
     0,
     "DELETE /api/v1/waivers/7?note=a%20b HTTP",
     "waiver 7 is ended\n",
     NULL},
    {{"drift", "unwaive", "x"}, WAIVER, 2, NULL, NULL, "'x' is not the number of a waiver"},
    {{"drift", "waive", "12", "--expires", "30d"}, WAIVERS, 2, NULL, NULL, "needs '--reason'"},
    {{"drift", "waive", "12", "--reason", "x"}, WAIVERS, 2, NULL, NULL, "needs '--expires'"},
    {{"drift", "waive", "12", "--reason", "x", "--expires", "2020-01-01"}, WAIVERS, 2, NULL, NULL, "has passed"},
    {{"drift", "waive", "--reason", "x", "--expires", "30d"}, WAIVERS, 2, NULL, NULL, "needs the numbers of drifts"},
    {{"drift", "waive", "orders", "--reason", "x", "--expires", "30d"}, WAIVERS, 2, NULL, NULL, "'orders' is not"},
    {{"drift", "waive", "1", "--future", "--reason", "x", "--expires", "30d"}, WAIVERS, 2, NULL, NULL, "'--pattern'"},
    {{"drift", "waive", "--pattern", "table:*", "--reason", "x", "--expires", "30d"},
     WAIVERS,
     2,
     NULL,
     NULL,
     "needs one DATABASE"},
    {{"drift", "waive", "orders", "--pattern", "nonsense", "--reason", "x", "--expires", "30d"},
     WAIVERS,
     2,
     NULL,
     NULL,
     "option '--pattern'"},
    {{"drift", "waive", "12", "--file", "w.yaml"}, WAIVERS, 2, NULL, NULL, "'--file' stands alone"},
    {{"drift", "waive", "--file", "/nowhere/w.yaml"}, WAIVERS, 3, NULL, NULL, "/nowhere/w.yaml"},
    {{"drift", "waive", "12", "13", "--reason", "x", "--expires", "30d"},
     WAIVERS,
     0,
     "POST /api/v1/waivers HTTP",
     "waiver 7: 2 drifts of orders until 2126-12-31T00:00:00Z\n",
     NULL},
};

static void test_command_lines(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct test_reply reply = asked_json(directory, text_from(cases[i].answer));
        const char *requests;
        struct test_process process = asked_run(directory, cases[i].arguments, &reply, 1, &requests);

        print_message("  %zu: %s %s\n", i, cases[i].arguments[1], cases[i].arguments[2]);
        asked_check(&process, cases[i].status, cases[i].output, cases[i].errors);
        if (cases[i].request == NULL)
            assert_string_equal(requests, "");
        else if (strncmp(requests, cases[i].request, strlen(cases[i].request)) != 0)
            fail_msg("no '%s' in:\n%s", cases[i].request, requests);
    }
}

static json_t *body_of(const char *requests)
{
    json_t *body = json_loads(strstr(requests, "\r\n\r\n"), JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(body);
    return body;
}

static const char *text_in(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* ---- what is sent ---- */

static void test_notes_are_sent(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = asked_json(directory, TEXT(DRIFT));
    const char *requests;
    struct test_process process =
        asked_run(directory, ASKED("drift", "ack", "12", "--note", "größer \"7\""), &reply, 1, &requests);
    json_t *body;

    asked_check(&process, 0, "drift 12", NULL);
    body = body_of(requests);
    assert_string_equal(text_in(body, "note"), "größer \"7\"");
    assert_int_equal(json_object_size(body), 1);
    json_decref(body);
    process = asked_run(directory, ASKED("drift", "reopen", "12"), &reply, 1, &requests);
    asked_check(&process, 0, "drift 12", NULL);
    body = body_of(requests);
    assert_int_equal(json_object_size(body), 0);
    json_decref(body);
}

/* What was done before one fails is said. */
static void test_some_fail(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply replies[] = {
        asked_json(directory, TEXT(DRIFT)),
        test_reply_http(&directory->arena, "404 Not Found", ASKED_JSON_TYPE,
                        TEXT("{\"error\": {\"code\": \"not-found\", \"message\": \"there is no drift 13\", \"hint\": "
                             "\"\"}}")),
    };
    const char *requests;
    struct test_process process =
        asked_run(directory, ASKED("drift", "ack", "12", "13", "14"), replies, LENGTH_OF(replies), &requests);

    assert_int_equal(process.status, 3);
    assert_string_equal(process.output.bytes, "drift 12 is acknowledged\n");
    assert_string_equal(process.errors.bytes, "driftline: collector: there is no drift 13\n");
    assert_null(strstr(requests, "/14/"));
}

static void test_waivers_are_sent(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = asked_json(directory, TEXT(WAIVERS));
    const char *requests;
    json_t *body, *first;

    asked_run(directory,
              ASKED("drift", "waive", "12", "13", "--reason", "x", "--author", "Ada", "--expires", "2126-01-02"),
              &reply, 1, &requests);
    body = body_of(requests);
    first = json_array_get(json_object_get(body, "waivers"), 0);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(first, "drifts"), 1)), 13);
    assert_string_equal(text_in(first, "reason"), "x");
    assert_string_equal(text_in(first, "author"), "Ada");
    assert_string_equal(text_in(first, "expires"), "2126-01-02T00:00:00.000Z");
    assert_int_equal(json_object_size(first), 4);
    json_decref(body);

    asked_run(directory,
              ASKED("drift", "waive", "orders", "--pattern", "index:*", "--from", "a", "--to", "b", "--future",
                    "--reason=x", "--expires=30d"),
              &reply, 1, &requests);
    body = body_of(requests);
    first = json_array_get(json_object_get(body, "waivers"), 0);
    assert_string_equal(text_in(first, "database"), "orders");
    assert_string_equal(text_in(first, "from"), "a");
    assert_string_equal(text_in(first, "to"), "b");
    assert_string_equal(text_in(first, "pattern"), "index:*");
    assert_true(json_is_true(json_object_get(first, "future")));
    assert_int_equal(json_object_size(first), 7);
    json_decref(body);
}

/* ---- a file ---- */

static void test_file(void **state)
{
    static const char text[] = "waivers:\n"
                               "  - {drifts: [12], reason: x, expires: 30d}\n"
                               "  - {database: orders, pattern: \"index:*\", reason: y, expires: 60d}\n";
    struct test_directory *directory = *state;
    const char *path = test_directory_write(directory, "w.yaml", text_from(text));
    const struct test_reply good = asked_json(directory, TEXT(WAIVERS));
    const struct test_reply bad =
        test_reply_http(&directory->arena, "409 Conflict", ASKED_JSON_TYPE,
                        TEXT("{\"error\": {\"code\": \"conflict\", \"message\": \"drift 5 has waiver 3\", \"hint\": "
                             "\"end it first\", \"item\": 1}}"));
    const struct test_reply elsewhere =
        test_reply_http(&directory->arena, "409 Conflict", ASKED_JSON_TYPE,
                        TEXT("{\"error\": {\"code\": \"conflict\", \"message\": \"m\", \"hint\": \"\", \"item\": 2}}"));
    const char *requests;
    struct test_process process = asked_run(directory, ASKED("drift", "waive", "--file", path), &good, 1, &requests);
    json_t *body;

    asked_check(&process, 0, "waiver 7", NULL);
    body = body_of(requests);
    assert_int_equal(json_array_size(json_object_get(body, "waivers")), 2);
    json_decref(body);
    process = asked_run(directory, ASKED("drift", "waive", "--file", path), &bad, 1, &requests);
    assert_int_equal(process.status, 4);
    assert_string_equal(
        process.errors.bytes,
        arena_printf(&directory->arena, "driftline: %s:3:5: collector: drift 5 has waiver 3 (end it first)\n", path));
    process = asked_run(directory, ASKED("drift", "waive", "--file", path), &elsewhere, 1, &requests);
    asked_check(&process, 4, NULL, "driftline: collector: m\n");
}

static void test_bad_file(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_write(directory, "w.yaml",
                                            TEXT("waivers:\n  - {drifts: [12], reason: x, expires: 2020-01-01}\n"));
    const struct test_reply reply = asked_json(directory, TEXT(WAIVERS));
    const char *requests;
    struct test_process process = asked_run(directory, ASKED("drift", "waive", "--file", path), &reply, 1, &requests);

    asked_check(&process, 2, NULL, ":2:40: 'expires' cannot be '2020-01-01', which has passed");
    assert_string_equal(requests, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_command_lines, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_notes_are_sent, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_some_fail, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_waivers_are_sent, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_file, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_bad_file, asked_set_up, asked_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
