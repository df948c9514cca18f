/* `driftline verify` and `driftline compare --all` as people call them, and a collector that says what the test has
 * written down. */
#include "cli/asked.h"
#include "support/cmocka.h"

#define ROOT "3fd3a1b2c3d4e5f60718293a4b5c6d7e8f903fd3a1b2c3d4e5f60718293a4b5c"
#define OTHER "aaaaa1b2c3d4e5f60718293a4b5c6d7e8f903fd3a1b2c3d4e5f60718293a4b5c"
#define VERIFY(verdict, target, root, changes)                                                                         \
    "{\"verdict\": \"" verdict "\", \"unknown_reason\": null, \"target\": \"" target "\", \"root\": \"" root "\", "    \
    "\"instances\": [], \"checked_at\": null, \"pinned\": null, \"summary\": null, \"changes\": [" changes "]}"
#define CHANGE                                                                                                         \
    "{\"effect\": \"added\", \"kind\": \"table\", \"object\": \"a.b\", \"aspect\": \"structure\", \"severity\": "      \
    "\"low\", \"rule\": \"object-added\"}"
#define GOOD VERIFY("IN_SYNC", "orders@prod", ROOT, "")
#define BAD VERIFY("DRIFTED", "orders@prod", ROOT, CHANGE)
#define ASK "verify", "orders@prod", "--root", ROOT

#define SPREAD(verdict, known, rows)                                                                                   \
    "{\"verdict\": \"" verdict "\", \"unknown_reason\": null, \"database\": \"orders\", \"columns\": "                 \
    "[{\"environment\": \"prod\", \"majority\": true, \"instances\": [\"a\"], \"root\": \"00\", \"known\": " known     \
    ", \"unknown_reason\": null}], \"rows\": [" rows "]}"
#define ROW                                                                                                            \
    "{\"object\": \"a.b\", \"owner\": \"a.b\", \"kind\": \"table\", \"aspect\": \"structure\", \"severity\": "         \
    "\"medium\", \"cells\": [{\"known\": true, \"there\": true, \"version\": 0}]}"

static const struct {
    const char *arguments[ASKED_ARGUMENT_LIMIT];
    const char *answer;
    int status;
    const char *request; /* how it begins; NULL: nothing was asked */
    const char *output;  /* a part of it; NULL: none at all */
    const char *errors;
} cases[] = {
    {{ASK}, GOOD, 0, "GET /api/v1/verify?target=orders%40prod&root=" ROOT " HTTP", "orders@prod: IN_SYNC", NULL},
    {{ASK}, BAD, 1, "GET ", "+ table a.b", NULL},
    {{ASK}, VERIFY("UNKNOWN", "orders@prod", ROOT, ""), 3, "GET ", "orders@prod: UNKNOWN", NULL},
    {{ASK, "--format", "json"}, BAD, 1, "GET ", BAD "\n", NULL},
    {{"verify", "orders@prod/eu-1", "--root", ROOT},
     VERIFY("IN_SYNC", "orders@prod/eu-1", ROOT, ""),
     0,
     "GET /api/v1/verify?target=orders%40prod%2Feu-1&root=" ROOT " HTTP",
     "orders@prod/eu-1: IN_SYNC",
     NULL},
    {{ASK}, VERIFY("IN_SYNC", "orders@staging", ROOT, ""), 3, "GET ", NULL, "something else than was asked for"},
    {{ASK}, VERIFY("IN_SYNC", "orders@prod", OTHER, ""), 3, "GET ", NULL, "something else than was asked for"},
    {{ASK}, VERIFY("IN_SYNC", "orders@prod", ROOT, CHANGE), 3, "GET ", NULL, "something else than was asked for"},
    {{ASK}, VERIFY("FINE", "orders@prod", ROOT, ""), 3, "GET ", NULL, "'verdict' cannot be 'FINE'"},
    {{"verify", "orders@prod"}, GOOD, 2, NULL, NULL, "needs '--root'"},
    {{"verify", "orders@prod", "--root", "3fd3"}, GOOD, 2, NULL, NULL, "not the 64 digits"},
    {{"verify", "orders", "--root", ROOT}, GOOD, 2, NULL, NULL, "names no environment"},
    {{"verify", "orders@prod~2", "--root", ROOT}, GOOD, 2, NULL, NULL, "DATABASE@ENVIRONMENT"},
    {{"compare", "orders", "--all"},
     SPREAD("IN_SYNC", "true", ""),
     0,
     "GET /api/v1/spread?database=orders HTTP",
     "orders: IN_SYNC, nothing differs\n",
     NULL},
    {{"compare", "orders", "--all"}, SPREAD("DRIFTED", "true", ROW), 1, "GET ", "table a.b  medium    a\n", NULL},
    {{"compare", "orders", "--all", "--fail-on", "high"}, SPREAD("DRIFTED", "true", ROW), 0, "GET ", "a.b", NULL},
    {{"compare", "orders", "--all", "--fail-on", "high"}, SPREAD("DRIFTED", "false", ROW), 3, "GET ", "a.b", NULL},
    {{"compare", "orders", "--all"}, SPREAD("UNKNOWN", "true", ""), 3, "GET ", "orders: UNKNOWN\n", NULL},
    {{"compare", "orders", "--all", "--format=json"},
     SPREAD("IN_SYNC", "true", ""),
     0,
     "GET ",
     "\"rows\": []}\n",
     NULL},
    {{"compare", "orders", "--all", "--ignore", "table:*"},
     SPREAD("IN_SYNC", "true", ""),
     0,
     "GET ",
     "IN_SYNC",
     "have no effect"},
    {{"compare", "orders", "--all", "--from", "a", "--to", "b"}, GOOD, 2, NULL, NULL, "compares all environments"},
    {{"compare", "orders", "--all", "--format", "sarif"}, GOOD, 2, NULL, NULL, "has no format 'sarif'"},
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

/* ---- waiting ---- */

static size_t count_requests(const char *requests)
{
    size_t count = 0;

    for (const char *at = requests; (at = strstr(at, "GET /api/v1/verify?")) != NULL; at++)
        count++;
    return count;
}

static struct test_reply refusal(struct test_directory *directory, const char *status, const char *code)
{
    return test_reply_http(
        &directory->arena, status, ASKED_JSON_TYPE,
        text_from(arena_printf(&directory->arena, "{\"error\": {\"code\": \"%s\", \"message\": \"m\", \"hint\": \"\"}}",
                               code)));
}

/* Not yet, not yet, somebody restarts the collector, and then it is so. */
static void test_waits_until_it_is_so(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply replies[] = {
        asked_json(directory, TEXT(BAD)),
        {.bytes = TEXT("")}, /* breaks off */
        refusal(directory, "503 Busy", "full"),
        asked_json(directory, TEXT(GOOD)),
    };
    const char *requests;
    struct test_process process =
        asked_run(directory, ASKED(ASK, "--wait", "1m"), replies, LENGTH_OF(replies), &requests);

    asked_check(&process, 0, "IN_SYNC", NULL);
    assert_int_equal(count_requests(requests), LENGTH_OF(replies));
}

static void test_waits_no_longer(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = asked_json(directory, TEXT(BAD));
    const char *requests;
    struct test_process process = asked_run(directory, ASKED(ASK, "--wait", "500ms"), &reply, 1, &requests);

    asked_check(&process, 1, "+ table a.b", NULL);
    assert_true(count_requests(requests) >= 2);
}

static void test_gives_up_at_once(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply replies[] = {refusal(directory, "403 Forbidden", "refused"),
                                         asked_json(directory, TEXT(GOOD))};
    const char *requests;
    struct test_process process =
        asked_run(directory, ASKED(ASK, "--wait", "1m"), replies, LENGTH_OF(replies), &requests);

    asked_check(&process, 4, NULL, "collector: m\n");
    assert_int_equal(count_requests(requests), 1);
}

static void test_nobody_answers(void **state)
{
    struct test_directory *directory = *state;
    struct test_process process =
        run_driftline(ASKED(ASK, "--wait", "300ms", "--collector", "http://127.0.0.1:1"), &directory->arena);

    asked_check(&process, 3, NULL, "no collector answers at");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_command_lines, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_waits_until_it_is_so, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_waits_no_longer, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_gives_up_at_once, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_answers, asked_set_up, asked_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
