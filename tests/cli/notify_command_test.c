/* `driftline notify …` as people call it, and a collector that says what the test has written down. */
#include "cli/asked.h"
#include "support/cmocka.h"

#define SINK                                                                                                           \
    "{\"name\": \"ops\", \"kind\": \"slack\", \"address\": \"hooks.slack.com\", \"held\": 7, \"waiting\": 1, "         \
    "\"dead\": 2, "                                                                                                    \
    "\"sent\": 3, \"waiting_since\": null, \"sent_at\": null, \"failed_at\": \"2026-11-21T10:00:00.000Z\", "           \
    "\"problem\": \"the answer is 500\"}"
#define ROUTE                                                                                                          \
    "{\"name\": \"prod\", \"types\": [\"drift-opened\"], \"severity\": \"high\", \"databases\": [\"orders\", "         \
    "\"shop-*\"], \"environments\": [\"prod\"], \"causes\": [], \"owners\": [], \"contracts\": [], \"objects\": [], "  \
    "\"sinks\": [\"ops\", \"mail\"], \"settle_seconds\": 10, \"settle_most_seconds\": 60, \"repeat_seconds\": 3600, "  \
    "\"resolve\": true, \"quiet\": 0, \"limit\": null, \"escalate\": null}"
#define HELD(subject, why)                                                                                             \
    "{\"incident\": 4, \"sink\": \"ops\", \"route\": \"prod\", \"subject\": \"" subject                                \
    "\", \"events\": 7, \"until\": "                                                                                   \
    "\"2026-11-21T10:00:00.000Z\", \"why\": \"" why "\"}"
#define EVERY_TYPE                                                                                                     \
    "{\"name\": \"all\", \"types\": [\"*\"], \"severity\": \"low\", \"databases\": [], \"environments\": [], "         \
    "\"causes\": [], "                                                                                                 \
    "\"owners\": [], \"contracts\": [], \"objects\": [], \"sinks\": [\"ops\"], \"settle_seconds\": 10, "               \
    "\"settle_most_seconds\": 60, \"repeat_seconds\": 3600, \"resolve\": true, \"quiet\": 0, \"limit\": null, "        \
    "\"escalate\": null}"
#define NOTIFY "{\"sinks\": [" SINK "], \"routes\": [" ROUTE "], \"problem\": null}"
#define DELIVERY(id, state, status, problem)                                                                           \
    "{\"id\": " id ", \"incident\": 4, \"sink\": \"ops\", \"route\": \"prod\", \"subject\": \"orders@prod\", "         \
    "\"kind\": \"opened\", \"state\": \"" state "\", \"number\": 1, \"created_at\": \"2026-11-21T10:00:00.000Z\", "    \
    "\"attempts\": 2, \"next_at\": null, \"finished_at\": null, \"events\": 3, \"status\": " status                    \
    ", \"problem\": " problem ", \"title\": \"orders@prod: 3 differences\", \"message\": {\"id\": \"3f-31\", "         \
    "\"severity\": \"critical\", \"lines\": [{\"severity\": \"high\", \"text\": \"column shop.orders.total "           \
    "differs\", "                                                                                                      \
    "\"by\": \"alice\", \"count\": 1}], \"more\": 2, \"command\": \"driftline drift list orders\"}}"
#define DEAD DELIVERY("31", "dead", "404", "\"the answer is 404\"")
#define SENT DELIVERY("31", "sent", "200", "null")
#define WAITING DELIVERY("31", "waiting", "503", "\"the answer is 503\"")
#define LIST(entries) "{\"deliveries\": [" entries "], \"next\": null}"

static const struct {
    const char *arguments[ASKED_ARGUMENT_LIMIT];
    const char *answers[4];
    int status;
    const char *request; /* a part; NULL: nothing was asked */
    const char *output;  /* a part of it; NULL: none at all */
    const char *errors;
} cases[] = {
    {{"notify", "list"},
     {NOTIFY},
     0,
     "GET /api/v1/notify HTTP",
     "ops   slack  hooks.slack.com  3     7     1        2",
     NULL},
    {{"notify", "list"}, {NOTIFY}, 0, "GET ", "ago: the answer is 500", NULL},
    {{"notify", "list"},
     {NOTIFY},
     0,
     "GET ",
     "prod   ops, mail  high  databases orders, shop-*; environments prod; types drift-opened",
     NULL},
    {{"notify", "list", "--format", "json"}, {NOTIFY}, 0, "GET ", NOTIFY, NULL},
    {{"notify", "list"},
     {"{\"sinks\": [], \"routes\": [], \"problem\": \"c.yaml:1:2: no\"}"},
     0,
     "GET ",
     "the configuration as it is now is not in use: c.yaml:1:2: no",
     NULL},
    {{"notify", "list"}, {"{\"sinks\": [], \"routes\": []}"}, 0, "GET ", "no sinks: nobody is told anything", NULL},
    {{"notify", "list"},
     {"{\"sinks\": [" SINK "], \"routes\": [" EVERY_TYPE "], \"held\": [" HELD("*", "limit") "]}"},
     0,
     "GET ",
     "ops       prod   several  7       beyond the limit of the route, told now",
     NULL},
    {{"notify", "list"},
     {"{\"sinks\": [" SINK "], \"routes\": [" EVERY_TYPE "], \"held\": [" HELD("orders@prod", "quiet") "]}"},
     0,
     "GET ",
     "ops       prod   orders@prod  7       a quiet time, told now",
     NULL},
    {{"notify", "list"},
     {"{\"sinks\": [" SINK "], \"routes\": [" EVERY_TYPE "]}"},
     0,
     "GET ",
     "ops    low   every type",
     NULL},
    {{"notify", "dead"},
     {LIST("")},
     0,
     "GET /api/v1/deliveries?state=dead&limit=100",
     "no message was given up\n",
     NULL},
    {{"notify", "dead", "--sink", "ops", "--limit", "7"},
     {LIST(DEAD)},
     0,
     "GET /api/v1/deliveries?state=dead&sink=ops&limit=7 HTTP",
     "dead, status 404: the answer is 404",
     NULL},
    {{"notify", "show", "31"},
     {DEAD},
     0,
     "GET /api/v1/deliveries/31 HTTP",
     "delivery 31 to ops: dead, status 404",
     NULL},
    {{"notify", "show", "31"}, {DEAD}, 0, "GET ", "high      column shop.orders.total differs, by alice\n", NULL},
    {{"notify", "show", "x"}, {DEAD}, 2, NULL, NULL, "'x' is not the number of a delivery"},
    {{"notify", "show"}, {DEAD}, 2, NULL, NULL, "needs ID"},
    {{"notify", "replay", "31", "32"},
     {WAITING},
     0,
     "POST /api/v1/deliveries/32/replay HTTP",
     "delivery 31 is sent again\ndelivery 32 is sent again\n",
     NULL},
    {{"notify", "replay", "31", "x"}, {WAITING}, 2, NULL, NULL, "'x' is not the number of a delivery"},
    {{"notify", "replay"}, {WAITING}, 2, NULL, NULL, "needs the numbers of deliveries, or '--all-dead'"},
    {{"notify", "replay", "31", "--all-dead"}, {WAITING}, 2, NULL, NULL, "exclude each other"},
    {{"notify", "replay", "31", "--sink", "ops"}, {WAITING}, 2, NULL, NULL, "'--sink' goes with '--all-dead'"},
    {{"notify", "replay", "--all-dead"},
     {LIST(DEAD), WAITING},
     0,
     "POST /api/v1/deliveries/31/replay HTTP",
     "delivery 31 is sent again\n",
     NULL},
    {{"notify", "replay", "--all-dead"}, {LIST("")}, 0, "GET ", "no message was given up\n", NULL},
    {{"notify", "replay", "31", "--format", "json"}, {WAITING}, 0, "POST ", "\"deliveries\": [", NULL},
    {{"notify", "test", "ops"},
     {"{\"delivery\": 31}", NOTIFY, WAITING, SENT},
     0,
     "POST /api/v1/sinks/ops/test HTTP",
     "delivery 31 to ops: slack at hooks.slack.com\n",
     NULL},
    {{"notify", "test", "ops"},
     {"{\"delivery\": 31}", NOTIFY, SENT},
     0,
     "GET /api/v1/deliveries/31",
     "sent, status 200",
     NULL},
    {{"notify", "test", "ops"}, {"{\"delivery\": 31}", NOTIFY, DEAD}, 1, "POST ", "dead, status 404", NULL},
    {{"notify", "test", "ops", "--wait", "1s"},
     {"{\"delivery\": 31}", NOTIFY, WAITING},
     3,
     "POST ",
     "waiting, status 503, trying again: the answer is 503",
     NULL},
    {{"notify", "test", "ops", "--format", "json"}, {"{\"delivery\": 31}", SENT}, 0, "POST ", SENT, NULL},
    {{"notify", "test", "a/b"},
     {"{\"delivery\": 31}", NOTIFY, SENT},
     0,
     "POST /api/v1/sinks/a%2Fb/test HTTP",
     "sent",
     NULL},
    {{"notify", "test", "ops"}, {"{}"}, 3, "POST ", NULL, "the collector tells no delivery"},
    {{"notify", "test"}, {"{}"}, 2, NULL, NULL, "needs SINK"},
    {{"notify"}, {"{}"}, 2, NULL, NULL, "needs list, dead, show, replay or test"},
};

static void test_command_lines(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct test_reply replies[4];
        const char *requests;
        struct test_process process;
        size_t count = 0;

        for (; count < 4 && cases[i].answers[count] != NULL; count++)
            replies[count] = asked_json(directory, text_from(cases[i].answers[count]));
        process = asked_run(directory, cases[i].arguments, replies, count, &requests);
        print_message("  %zu\n", i);
        asked_check(&process, cases[i].status, cases[i].output, cases[i].errors);
        if (cases[i].request == NULL)
            assert_string_equal(requests, "");
        else if (strstr(requests, cases[i].request) == NULL)
            fail_msg("no '%s' in:\n%s", cases[i].request, requests);
    }
}

/* One that cannot be sent again is told, and what was before is done. */
static void test_some_fail(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply replies[] = {
        asked_json(directory, TEXT(WAITING)),
        test_reply_http(&directory->arena, "409 Conflict", ASKED_JSON_TYPE,
                        TEXT("{\"error\": {\"code\": \"conflict\", \"message\": \"delivery 32 waits to be sent\", "
                             "\"hint\": \"it is tried again by itself\"}}")),
    };
    const char *requests;
    struct test_process process =
        asked_run(directory, ASKED("notify", "replay", "31", "32", "33"), replies, LENGTH_OF(replies), &requests);

    asked_check(&process, 4, "delivery 31 is sent again\n",
                "delivery 32 waits to be sent (it is tried again by itself)");
    assert_null(strstr(requests, "/33/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_command_lines, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_some_fail, asked_set_up, asked_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
