/* `driftline gate …` as people and pipelines call it, and a collector that says what the test has written down. */

#include <stdlib.h>

#include "cli/asked.h"
#include "support/cmocka.h"

enum { LEAST_FILE = 500 /* bytes of a snapshot file of the shop */ };

#define ROOT "3fd3a1b2c3d4e5f60718293a4b5c6d7e8f903fd3a1b2c3d4e5f60718293a4b5c"
#define SIDE(name) "{\"environment\": \"" name "\", \"root\": \"" ROOT "\"}"
#define REASON(verdict) "{\"code\": \"freeze\", \"verdict\": \"" verdict "\", \"message\": \"no\"}"
#define GATE(verdict, database, from, to, reference, pinned, reasons)                                                  \
    "{\"verdict\": \"" verdict "\", \"database\": \"" database "\", \"from\": " from ", \"to\": " to                   \
    ", \"reference\": " reference ", \"at\": \"2026-11-21T10:00:00.000Z\", \"run\": 17, \"pinned\": " pinned           \
    ", \"reasons\": [" reasons "], \"summary\": {\"critical\": 0, \"high\": 0, \"medium\": 0, \"low\": 0}, "           \
    "\"waived\": 0, \"contracts\": 0, \"plan\": []}"
#define PASS GATE("PASS", "orders", SIDE("staging"), SIDE("prod"), "null", "false", "")
#define PINNED GATE("PASS", "orders", SIDE("staging"), SIDE("prod"), "null", "true", "")
#define BLOCKED GATE("BLOCKED", "orders", SIDE("staging"), SIDE("prod"), "null", "false", REASON("BLOCKED"))
#define UNKNOWN GATE("UNKNOWN", "orders", "null", "null", "null", "false", REASON("UNKNOWN"))
#define REFERENCE "{\"name\": \"x\", \"root\": \"" ROOT "\"}"
#define RUNS "{\"runs\": [], \"next\": null}"
#define ASKED_FOR "gate", "orders", "--from", "staging", "--to", "prod"

static const struct {
    const char *arguments[ASKED_ARGUMENT_LIMIT];
    const char *answer;
    int status;
    const char *request; /* how it begins; NULL: nothing was asked */
    const char *output;  /* a part of it; NULL: none at all */
    const char *errors;
} cases[] = {
    {{ASKED_FOR}, PASS, 0, "POST /api/v1/gate?database=orders&from=staging&to=prod HTTP", "prod: PASS\n", NULL},
    {{ASKED_FOR}, BLOCKED, 1, "POST /api/v1/gate?", "prod: BLOCKED\n", NULL},
    {{ASKED_FOR}, UNKNOWN, 3, "POST /api/v1/gate?", "orders: staging → prod: UNKNOWN\n", NULL},
    {{ASKED_FOR, "--dry-run"}, PASS, 0, "GET /api/v1/gate?database=orders&from=staging&to=prod HTTP", "PASS", NULL},
    {{ASKED_FOR, "--pin"},
     PINNED,
     0,
     "POST /api/v1/gate?database=orders&from=staging&to=prod&pin=true HTTP",
     "driftline verify orders@prod --root " ROOT " --wait 10m\n",
     NULL},
    {{ASKED_FOR, "--allow-outliers", "--max-age", "1500ms"},
     PASS,
     0,
     "POST /api/v1/gate?database=orders&from=staging&to=prod&allow_outliers=true&max_age=2 HTTP",
     "PASS",
     NULL},
    {{ASKED_FOR, "--against", "orders@prod~2"},
     GATE("PASS", "orders", SIDE("staging"), SIDE("prod"), REFERENCE, "false", ""),
     0,
     "POST /api/v1/gate?database=orders&from=staging&to=prod&against=orders%40prod~2 HTTP",
     "against",
     NULL},
    {{"gate", "orders", "--to", "prod", "--against", "orders@dev", "--dry-run"},
     GATE("PASS", "orders", "null", SIDE("prod"), REFERENCE, "false", ""),
     0,
     "GET /api/v1/gate?database=orders&to=prod&against=orders%40dev HTTP",
     "orders: x → prod: PASS\n",
     NULL},
    {{ASKED_FOR, "--format", "json"}, BLOCKED, 1, "POST ", BLOCKED "\n", NULL},
    {{ASKED_FOR, "--format", "markdown"}, BLOCKED, 1, "POST ", "### Driftline gate: BLOCKED\n", NULL},
    {{ASKED_FOR, "--format", "junit"}, BLOCKED, 1, "POST ", "<failure type=\"freeze\"", NULL},
    {{ASKED_FOR, "--format", "github"}, UNKNOWN, 3, "POST ", "::error title=UNKNOWN freeze::no\n", NULL},
    /* what is no pass, whatever it says */
    {{ASKED_FOR},
     GATE("PASS", "orders", SIDE("staging"), SIDE("prod"), "null", "false", REASON("BLOCKED")),
     3,
     "POST ",
     NULL,
     "names reasons not to"},
    {{ASKED_FOR},
     GATE("PASS", "billing", SIDE("staging"), SIDE("prod"), "null", "false", ""),
     3,
     "POST ",
     NULL,
     "something else than was asked for"},
    {{ASKED_FOR},
     GATE("PASS", "orders", SIDE("dev"), SIDE("prod"), "null", "false", ""),
     3,
     "POST ",
     NULL,
     "something else than was asked for"},
    {{ASKED_FOR},
     GATE("PASS", "orders", SIDE("staging"), SIDE("test"), "null", "false", ""),
     3,
     "POST ",
     NULL,
     "something else than was asked for"},
    {{ASKED_FOR},
     GATE("PASS", "orders", "null", SIDE("prod"), "null", "false", ""),
     3,
     "POST ",
     NULL,
     "something else than was asked for"},
    {{ASKED_FOR},
     GATE("PASS", "orders", "{\"environment\": \"staging\", \"root\": null}", SIDE("prod"), "null", "false", ""),
     3,
     "POST ",
     NULL,
     "something else than was asked for"},
    {{ASKED_FOR, "--against", "orders@dev"}, PASS, 3, "POST ", NULL, "something else than was asked for"},
    {{ASKED_FOR, "--pin"}, PASS, 3, "POST ", NULL, "did not record what was approved"},
    {{ASKED_FOR}, GATE("SPLENDID", "orders", "null", "null", "null", "false", ""), 3, "POST ", NULL, "'SPLENDID'"},
    {{ASKED_FOR}, "{\"verdict\": \"PASS\"}", 3, "POST ", NULL, "is missing"},
    {{ASKED_FOR}, "PASS", 3, "POST ", NULL, "no JSON"},
    /* what makes no sense */
    {{"gate", "orders", "--from", "staging"}, PASS, 2, NULL, NULL, "needs '--to'"},
    {{"gate", "orders", "--to", "prod"}, PASS, 2, NULL, NULL, "needs '--from'"},
    {{"gate", "--to", "prod", "--from", "staging"}, PASS, 2, NULL, NULL, "needs DATABASE"},
    {{ASKED_FOR, "--dry-run", "--pin"}, PASS, 2, NULL, NULL, "leave one of them out"},
    {{ASKED_FOR, "--dry-run", "--against", "x.snap"}, PASS, 2, NULL, NULL, "sends nothing"},
    {{ASKED_FOR, "--against", "/nowhere/x.snap"}, PASS, 3, NULL, NULL, "/nowhere/x.snap"},
    {{ASKED_FOR, "--max-age", "0s"}, PASS, 2, NULL, NULL, "--max-age"},
    {{ASKED_FOR, "--format", "sarif"}, PASS, 2, NULL, NULL, "--format"},
    /* runs */
    {{"gate", "history"}, RUNS, 0, "GET /api/v1/gate/runs?limit=20 HTTP", "no runs\n", NULL},
    {{"gate", "history", "orders", "--from", "staging", "--to", "prod", "--pinned", "--limit", "3"},
     RUNS,
     0,
     "GET /api/v1/gate/runs?database=orders&from=staging&to=prod&pinned=true&limit=3 HTTP",
     "no runs\n",
     NULL},
    {{"gate", "history", "--format=json"}, RUNS, 0, "GET ", RUNS "\n", NULL},
    {{"gate", "history", "--run", "17"}, BLOCKED, 0, "GET /api/v1/gate/runs/17 HTTP", "BLOCKED", NULL},
    {{"gate", "history", "--run", "17", "--format=json"}, BLOCKED, 0, "GET ", BLOCKED "\n", NULL},
    {{"gate", "history", "orders", "--run", "17"}, BLOCKED, 2, NULL, NULL, "stands alone"},
    {{"gate", "--from", "staging", "--to", "prod", "history"},
     GATE("PASS", "history", SIDE("staging"), SIDE("prod"), "null", "false", ""),
     0,
     "POST /api/v1/gate?database=history&from=staging&to=prod HTTP",
     "PASS",
     NULL},
};

static void test_command_lines(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct test_reply reply = asked_json(directory, text_from(cases[i].answer));
        const char *requests;
        struct test_process process = asked_run(directory, cases[i].arguments, &reply, 1, &requests);

        print_message("  %zu\n", i);
        asked_check(&process, cases[i].status, cases[i].output, cases[i].errors);
        if (cases[i].request == NULL)
            assert_string_equal(requests, "");
        else if (strncmp(requests, cases[i].request, strlen(cases[i].request)) != 0)
            fail_msg("no '%s' in:\n%s", cases[i].request, requests);
    }
}

/* ---- when nobody says anything ---- */

static void test_no_collector(void **state)
{
    struct test_directory *directory = *state;
    struct test_process process =
        run_driftline(ASKED(ASKED_FOR, "--collector", "http://127.0.0.1:1"), &directory->arena);

    assert_int_equal(process.status, 3);
    assert_string_equal(process.output.bytes, "");
    assert_non_null(strstr(process.errors.bytes, "no collector answers at 'http://127.0.0.1:1'"));
    assert_ptr_equal(strchr(process.errors.bytes, '\n'), process.errors.bytes + process.errors.length - 1);
}

static void test_errors_do_not_pass(void **state)
{
    static const struct {
        const char *status;
        const char *code;
        int exit_status;
    } errors[] = {
        {"400 Bad Request", "usage", 2}, {"403 Forbidden", "refused", 4}, {"404 Not Found", "not-found", 3},
        {"503 Busy", "full", 3},         {"500 Oops", "internal", 70},
    };
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(errors); i++) {
        const char *body = arena_printf(&directory->arena,
                                        "{\"error\": {\"code\": \"%s\", \"message\": \"it is so\", \"hint\": \"do\"}}",
                                        errors[i].code);
        const struct test_reply reply =
            test_reply_http(&directory->arena, errors[i].status, ASKED_JSON_TYPE, text_from(body));
        const char *requests;
        struct test_process process = asked_run(directory, ASKED(ASKED_FOR), &reply, 1, &requests);

        assert_int_equal(process.status, errors[i].exit_status);
        assert_string_equal(process.output.bytes, "");
        assert_string_equal(process.errors.bytes, "driftline: collector: it is so (do)\n");
    }
}

/* ---- files ---- */

static void test_output_goes_to_a_file(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = asked_json(directory, TEXT(BLOCKED));
    const char *path = test_directory_path(directory, "gate.md");
    const char *requests;
    struct test_process process =
        asked_run(directory, ASKED(ASKED_FOR, "--format=markdown", "-o", path), &reply, 1, &requests);

    asked_check(&process, 1, NULL, NULL);
    assert_non_null(strstr(test_directory_read(directory, "gate.md").bytes, "### Driftline gate: BLOCKED\n"));
    process = asked_run(directory, ASKED(ASKED_FOR, "--format=json", "-o", path), &reply, 1, &requests);
    asked_check(&process, 1, NULL, NULL);
    assert_string_equal(test_directory_read(directory, "gate.md").bytes, BLOCKED "\n");
    process = asked_run(directory, ASKED(ASKED_FOR, "-o", "/nowhere/gate.txt"), &reply, 1, &requests);
    assert_int_equal(process.status, 3);
}

/* The bytes of a snapshot file go along; a pass that cannot be written down is none. */
static void test_reference_is_sent(void **state)
{
    struct test_directory *directory = *state;
    const char *history =
        arena_printf(&directory->arena, "dummy:%s~1", test_source_path(directory, "tests/cli/data/shop.yaml"));
    const char *path = test_directory_path(directory, "schema.snap");
    const struct test_reply reply =
        asked_json(directory, TEXT(GATE("PASS", "orders", SIDE("staging"), SIDE("prod"), REFERENCE, "false", "")));
    const char *requests, *length;
    struct test_process process = run_driftline(ASKED("snapshot", history, "-o", path), &directory->arena);

    assert_int_equal(process.status, 0);
    process = asked_run(directory, ASKED(ASKED_FOR, "--against", path), &reply, 1, &requests);
    asked_check(&process, 0, "PASS", NULL);
    assert_non_null(strstr(requests, "POST /api/v1/gate?database=orders&from=staging&to=prod&reference="));
    assert_non_null(strstr(requests, "schema.snap HTTP"));
    assert_non_null(strstr(requests, "\r\nContent-Type: application/octet-stream\r\n"));
    length = strstr(requests, "\r\nContent-Length: ");
    assert_non_null(length);
    assert_true(strtoul(length + strlen("\r\nContent-Length: "), NULL, 10) > LEAST_FILE);
    process = asked_run(directory, ASKED(ASKED_FOR, "--against", history), &reply, 1, &requests);
    asked_check(&process, 0, "PASS", NULL);
    assert_non_null(strstr(requests, "&reference=dummy%3A"));
    process = asked_run(directory, ASKED(ASKED_FOR, "--against", path, "-o", path), &reply, 1, &requests);
    asked_check(&process, 2, NULL, "would replace");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_command_lines, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_no_collector, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_errors_do_not_pass, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_output_goes_to_a_file, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_reference_is_sent, asked_set_up, asked_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
