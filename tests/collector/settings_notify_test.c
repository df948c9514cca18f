/* What the configuration says of sinks and routes (collector/settings_sinks.c, settings_routes.c, settings_lists.c). */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "collector/settings.h"
#include "collector/settings_lists.h"
#include "notify/sink.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

static int make_folder(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int remove_folder(void **state)
{
    test_directory_remove(*state);
    return 0;
}

static enum error_code read_text(struct collector_settings *settings, struct test_directory *directory,
                                 const char *text, struct notify_content *ret_content, struct error *error)
{
    *settings =
        (struct collector_settings){.config = test_directory_write(directory, "collector.yaml", text_from(text))};
    if (settings_read(settings, &directory->arena, error) != ERROR_NONE)
        return error->code;
    return settings_read_notify(settings, &directory->arena, ret_content, error);
}

static void test_nothing_is_told_by_default(void **state)
{
    struct collector_settings settings;
    struct notify_content content;
    struct error error = {0};

    assert_int_equal(read_text(&settings, *state, "", &content, &error), ERROR_NONE);
    assert_int_equal(content.sink_count, 0);
    assert_int_equal(content.route_count, 0);
    assert_int_equal(content.link.length, 0);
    assert_int_equal(content.problem.length, 0);
}

static const char everything[] =
    "path: [staging, prod]\n"
    "contracts: [{name: checkout, owner: a, consumers: [b], database: orders, requires: [{table: shop.t}]}]\n"
    "notify:\n"
    "  link: https://driftline.example.com//\n"
    "  sinks:\n"
    "    - {name: bus, kind: webhook, url: \"env:DRIFTLINE_TEST_URL\", secret: \"env:DRIFTLINE_TEST_SECRET\",\n"
    "       allow_private: true, ca: /dev/null, timeout: 3s, retry_for: 1h}\n"
    "    - {name: script, kind: exec, command: [/bin/sh, -c, \"cat >/dev/null\"]}\n"
    "    - {name: log, kind: file, path: /var/log/driftline.jsonl}\n"
    "  routes:\n"
    "    - name: prod\n"
    "      types: [drift-*, target-state]\n"
    "      severity: high\n"
    "      databases: [orders, shop-*]\n"
    "      environments: [prod, \"st*\"]\n"
    "      causes: [hotfix, diverged]\n"
    "      owners: [team-a]\n"
    "      contracts: [checkout, \"b*\"]\n"
    "      objects: [\"shop.*\"]\n"
    "      sinks: [bus, script]\n"
    "      group_by: [database, contract]\n"
    "      settle: 5s\n"
    "      settle_most: 30s\n"
    "      repeat: 30m\n"
    "      resolve: false\n"
    "      quiet:\n"
    "        - {cron: \"0 22 * * *\", duration: 9h, timezone: Europe/Berlin, passes: critical, environments: [prod]}\n"
    "        - {from: 2026-12-20, until: 2027-01-02, databases: [orders]}\n"
    "      limit: {messages: 20, per: 30m}\n"
    "      escalate: {after: 45m, severity: high, to: [log]}\n"
    "    - {name: rest, sinks: [log]}\n"
    "    - {name: all, sinks: [log], group_by: [nothing]}\n";

static void check_sinks(const struct notify_content *content)
{
    const struct sink *bus = &content->sinks[0], *script = &content->sinks[1];

    assert_int_equal(content->sink_count, 3);
    assert_true(text_equal(bus->name, TEXT("bus")));
    assert_string_equal(bus->kind->name, "webhook");
    assert_true(text_equal(bus->url, TEXT("https://hook.example.com/secret-path")));
    assert_true(text_equal(bus->secret, TEXT("a secret that nobody knows")));
    assert_true(text_equal(bus->ca, TEXT("/dev/null")));
    assert_int_equal(bus->timeout_ms, 3000);
    assert_int_equal(bus->retry_for_ms, 3600000);
    assert_true(bus->allow_private);
    assert_false(script->allow_private);
    assert_int_equal(script->command_count, 3);
    assert_true(text_equal(script->command[2], TEXT("cat >/dev/null")));
    assert_int_equal(script->timeout_ms, 10000);
    assert_int_equal(script->retry_for_ms, 24 * 3600000);
    assert_true(text_equal(content->sinks[2].path, TEXT("/var/log/driftline.jsonl")));
}

static void check_filter(const struct route *route)
{
    const struct event_filter *filter = &route->filter;

    assert_true((filter->types >> EVENT_DRIFT_OPENED & 1) != 0);
    assert_true((filter->types >> EVENT_TARGET_STATE & 1) != 0);
    assert_true((filter->types >> EVENT_CONTRACT_VIOLATED & 1) == 0);
    assert_int_equal(filter->least, SEVERITY_HIGH);
    assert_int_equal(filter->database_count, 2);
    assert_true(text_equal(filter->databases[1], TEXT("shop-*")));
    assert_int_equal(filter->environment_count, 2);
    assert_int_equal(route->causes, 1U << 2 | 1U << 3);
    assert_int_equal(route->owner_count, 1);
    assert_int_equal(route->contract_count, 2);
    assert_int_equal(route->object_count, 1);
    assert_true(text_equal(route->objects[0], TEXT("shop.*")));
}

static void check_quiet(const struct route *route)
{
    int64_t now = 0, until = 0, end = 0;

    assert_int_equal(route->quiet_count, 2);
    assert_int_equal(route->quiet[0].passes, SEVERITY_CRITICAL);
    assert_int_equal(route->quiet[1].passes, SEVERITY_COUNT);
    assert_true(clock_parse(TEXT("2026-11-28T23:00Z"), &now) && clock_parse(TEXT("2026-11-29T06:00Z"), &end));
    assert_true(freeze_is_on(&route->quiet[0].window, now, &until));
    assert_int_equal(until, end);
    assert_true(freeze_concerns(&route->quiet[0].window, TEXT("any"), TEXT("prod")));
    assert_false(freeze_concerns(&route->quiet[0].window, TEXT("any"), TEXT("staging")));
    assert_false(freeze_concerns(&route->quiet[1].window, TEXT("any"), TEXT("prod")));
}

static void check_route(const struct route *route)
{
    assert_true(text_equal(route->name, TEXT("prod")));
    assert_int_equal(route->sink_count, 2);
    assert_true(text_equal(route->sinks[1], TEXT("script")));
    assert_int_equal(route->group_by, ROUTE_GROUP_DATABASE | ROUTE_GROUP_CONTRACT);
    assert_int_equal(route->settle_us, 5000000);
    assert_int_equal(route->settle_most_us, 30000000);
    assert_int_equal(route->repeat_us, INT64_C(1800) * 1000000);
    assert_false(route->resolve);
    assert_int_equal(route->limit, 20);
    assert_int_equal(route->limit_us, INT64_C(1800) * 1000000);
    assert_int_equal(route->escalate_us, INT64_C(2700) * 1000000);
    assert_int_equal(route->escalate_least, SEVERITY_HIGH);
    assert_int_equal(route->escalate_count, 1);
    assert_true(text_equal(route->escalate_to[0], TEXT("log")));
}

/* What a route has that says nothing but its name and where to. */
static void check_defaults(const struct route *route)
{
    assert_int_equal(route->filter.least, SEVERITY_LOW);
    assert_true((route->filter.types >> EVENT_DRIFT_OPENED & 1) != 0);
    assert_true((route->filter.types >> EVENT_AGENT_SILENT & 1) != 0);
    assert_true((route->filter.types >> EVENT_SNAPSHOT_RECORDED & 1) == 0);
    assert_true((route->filter.types >> EVENT_NOTIFY_TEST & 1) == 0);
    assert_int_equal(route->filter.database_count + route->filter.environment_count, 0);
    assert_int_equal(route->group_by, ROUTE_GROUP_DATABASE | ROUTE_GROUP_ENVIRONMENT);
    assert_int_equal(route->settle_us, 10000000);
    assert_int_equal(route->settle_most_us, 60000000);
    assert_int_equal(route->repeat_us, INT64_C(3600) * 1000000);
    assert_true(route->resolve);
    assert_int_equal(route->quiet_count, 0);
    assert_int_equal(route->limit, 0);
    assert_int_equal(route->escalate_us, 0);
    assert_int_equal(route->escalate_count, 0);
}

static void set_secrets(void)
{
    assert_int_equal(setenv("DRIFTLINE_TEST_URL", "https://hook.example.com/secret-path", 1), 0);
    assert_int_equal(setenv("DRIFTLINE_TEST_SECRET", "a secret that nobody knows", 1), 0);
}

static void test_everything_can_be_said(void **state)
{
    struct collector_settings settings;
    struct notify_content content;
    struct error error = {0};

    set_secrets();
    if (read_text(&settings, *state, everything, &content, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_true(text_equal(content.link, TEXT("https://driftline.example.com")));
    assert_true(text_equal(settings.notify.sinks[0].url, TEXT("env:DRIFTLINE_TEST_URL"))); /* not fetched there */
    check_sinks(&content);
    assert_int_equal(content.route_count, 3);
    check_filter(&content.routes[0]);
    check_quiet(&content.routes[0]);
    check_route(&content.routes[0]);
    check_defaults(&content.routes[1]);
    assert_int_equal(content.routes[2].group_by, 0);
}

#define SINK "notify:\n  sinks: [{name: log, kind: file, path: /tmp/y}]\n"
#define ROUTE SINK "  routes:\n    - {name: r, sinks: [log], "

static const struct {
    const char *text;
    const char *message; /* after the path */
    const char *hint;    /* NULL: whatever it is */
} mistakes[] = {
    {"notify: {rotues: []}\n", ":1:10: unknown key 'rotues'", "did you mean 'routes'?"},
    {"notify: {link: driftline.example.com}\n",
     ":1:16: 'driftline.example.com' is not an address that links can lead to", NULL},
    /* sinks */
    {"notify: {sinks: [{kind: file, path: /x}]}\n", ":1:18: the key 'name' is missing", NULL},
    {"notify: {sinks: [{name: a, path: /x}]}\n", ":1:18: the key 'kind' is missing", NULL},
    {"notify: {sinks: [{name: a, kind: fiel, path: /x}]}\n", ":1:34: there is no kind of sink 'fiel'",
     "did you mean 'file'?"},
    {"notify: {sinks: [{name: \"a b\", kind: file, path: /x}]}\n", ":1:25: 'a b' cannot be the name of a sink", NULL},
    {"notify:\n  sinks:\n    - {name: a, kind: file, path: /x}\n    - {name: a, kind: file, path: /y}\n",
     ":4:14: two sinks have this name", NULL},
    {"notify: {sinks: [{name: a, kind: file, paht: /x}]}\n", ":1:40: unknown key 'paht'", "did you mean 'path'?"},
    {"notify: {sinks: [{name: a, kind: file, path: x}]}\n", ":1:46: a file is named by its absolute path", NULL},
    {"notify: {sinks: [{name: a, kind: file}]}\n", ":1:18: a file is named by its absolute path", NULL},
    {"notify: {sinks: [{name: a, kind: exec, command: [/none/such]}]}\n",
     ":1:49: '/none/such' is no program that can be run", NULL},
    {"notify: {sinks: [{name: a, kind: exec, command: /bin/sh}]}\n", ":1:49: expected a list, not a single value",
     NULL},
    {"notify:\n  sinks:\n    - name: a\n      kind: webhook\n      url: \"env:DRIFTLINE_NO_SUCH\"\n",
     ":5:12: the environment variable 'DRIFTLINE_NO_SUCH' is not set", NULL},
    {"notify:\n  sinks:\n    - name: a\n      kind: webhook\n      url: https://x.example\n      secret: "
     "file:/none/secret\n",
     ":6:15: fetching a secret: ", NULL},
    {"notify: {sinks: [{name: a, kind: webhook, url: \"http://x.example\", secret: \"0123456789abcdef0123456789\"}]}\n",
     ":1:48: http:// would send messages", NULL},
    {"notify: {sinks: [{name: a, kind: teams, url: \"https://x.example\", ca: /none/ca.pem}]}\n",
     ":1:71: cannot read '/none/ca.pem': No such file or directory", NULL},
    {"notify: {sinks: [{name: a, kind: file, path: /x, timeout: 1d}]}\n", ":1:59: 'timeout' cannot be '1d'", NULL},
    {"notify: {sinks: [{name: a, kind: file, path: /x, retry_for: 0s}]}\n", ":1:61: 'retry_for' cannot be '0s'", NULL},
    {"notify: {sinks: [{name: a, kind: teams, url: \"https://x.example\", allow_private: maybe}]}\n",
     ":1:82: 'allow_private' is either 'true' or 'false'", NULL},
    {"notify: {sinks: [{name: a, kind: github, issue: none}]}\n", ":1:49: 'issue' cannot be 'none'", NULL},
    /* sinks: what can be read, but cannot work */
    {"notify: {sinks: [{name: a, kind: file, path: /x, url: \"https://x.example\"}]}\n",
     ":1:55: a sink of the kind 'file' does not use 'url'", "beside those of every kind it uses path"},
    {"notify: {sinks: [{name: a, kind: slack, url: \"https://x.example\", to: [b@x.example]}]}\n",
     ":1:71: a sink of the kind 'slack' does not use 'to'",
     "beside those of every kind it uses url, secret, channel, ca, allow_private"},
    {"notify: {sinks: [{name: a, kind: exec, command: [/bin/sh], allow_private: true}]}\n",
     ":1:75: a sink of the kind 'exec' does not use 'allow_private'", "beside those of every kind it uses command"},
    {"notify: {sinks: [{name: a, kind: file, path: /none/such/file}]}\n", ":1:46: there is no folder '/none/such'",
     NULL},
    {"notify: {sinks: [{name: a, kind: file, path: /dev/null/file}]}\n", ":1:46: there is no folder '/dev/null'", NULL},
    {"notify: {sinks: [{name: a, kind: teams, url: \"https://127.0.0.1/x\"}]}\n",
     ":1:46: '127.0.0.1' is an address of this machine or of a private network",
     "nothing would be sent there; 'allow_private: true' permits it"},
    {"notify: {sinks: [{name: a, kind: teams, url: \"https://[fd00::1]:8443/x\"}]}\n",
     ":1:46: 'fd00::1' is an address of this machine", NULL},
    {"notify: {sinks: [{name: a, kind: syslog, url: \"tls://10.1.2.3:6514\"}]}\n", ":1:47: '10.1.2.3' is an address",
     NULL},
    /* routes: what they take */
    {"notify: {routes: [{name: r, sinks: [log]}]}\n", ":1:37: there is no sink 'log'",
     "`notify.sinks` says which there are"},
    {SINK "  routes: [{name: r}]\n", ":3:12: the key 'sinks' is missing", NULL},
    {SINK "  routes: [{sinks: [log]}]\n", ":3:12: the key 'name' is missing", NULL},
    {SINK "  routes: [{name: r, sinks: []}]\n", ":3:29: the list has too few entries", NULL},
    {SINK "  routes: [{name: r, sinks: [lgo]}]\n", ":3:30: there is no sink 'lgo'", "did you mean 'log'?"},
    {SINK "  routes: [{name: r, sinks: [log, log]}]\n", ":3:35: the sink 'log' is there twice", NULL},
    {SINK "  routes: [{name: r, sinks: [log]}, {name: r, sinks: [log]}]\n", ":3:44: two routes have this name", NULL},
    {SINK "  routes: [{name: .r, sinks: [log]}]\n", ":3:19: '.r' cannot be the name of a route", NULL},
    {ROUTE "types: [drift-opened, drfit-ended]}\n", ":4:53: there is no type of event 'drfit-ended'",
     "did you mean 'drift-ended'?"},
    {ROUTE "types: []}\n", ":4:38: the list has too few entries", NULL},
    {ROUTE "severity: hgih}\n", ":4:41: 'severity' does not know 'hgih'", NULL},
    {ROUTE "databases: [a, \"b c\"]}\n", ":4:46: 'b c' cannot be the name of a database", NULL},
    {"path: [dev, prod]\n" ROUTE "environments: [prdo]}\n", ":5:46: the environment 'prdo' is on no path", NULL},
    {ROUTE "causes: [hotfix, other]}\n", ":4:48: 'causes' does not know 'other'",
     "it takes baseline, pending, hotfix, diverged, outlier"},
    {ROUTE "types: [agent-*, contract-*], causes: [hotfix]}\n", ":4:69: none of the route's types has a cause", NULL},
    {ROUTE "contracts: [\"b*\", checkout]}\n", ":4:49: there is no contract 'checkout'",
     "a route that is to wait for one that comes later takes a pattern, such as 'checkout*'"},
    {"contracts: [{name: checkout, owner: a, consumers: [b], database: orders, requires: [{table: shop.t}]}]\n" ROUTE
     "contracts: [chekout]}\n",
     ":5:43: there is no contract 'chekout'", "did you mean 'checkout'?"},
    {ROUTE "owner: [a]}\n", ":4:31: unknown key 'owner'", "did you mean 'owners'?"},
    /* routes: how */
    {ROUTE "group_by: [databases]}\n", ":4:42: 'group_by' does not know 'databases'",
     "it takes database, environment, instance, contract, type, nothing"},
    {ROUTE "group_by: [nothing, type]}\n", ":4:41: 'nothing' stands alone in 'group_by'", NULL},
    {ROUTE "settle: soon}\n", ":4:39: 'settle' cannot be 'soon'", NULL},
    {ROUTE "settle: 2m}\n", ":4:39: 'settle_most' must not be shorter than 'settle'", NULL},
    {ROUTE "settle_most: 5s}\n", ":4:44: 'settle_most' must not be shorter than 'settle'", NULL},
    {ROUTE "repeat: -1s}\n", ":4:39: 'repeat' cannot be '-1s'", NULL},
    {ROUTE "resolve: yes}\n", ":4:40: 'resolve' is either 'true' or 'false'", NULL},
    {ROUTE "limit: 5}\n", ":4:38: expected keys with values, one a line, not a single value", NULL},
    {ROUTE "limit: {per: 1h}}\n", ":4:38: the key 'messages' is missing", NULL},
    {ROUTE "limit: {messages: 0}}\n", ":4:49: 'limit.messages' cannot be '0'", NULL},
    {ROUTE "limit: {messages: 1, per: 0s}}\n", ":4:57: 'limit.per' cannot be '0s'", NULL},
    {ROUTE "escalate: {to: [log]}}\n", ":4:41: the key 'after' is missing", NULL},
    {ROUTE "escalate: {after: 1h}}\n", ":4:41: the key 'to' is missing", NULL},
    {ROUTE "escalate: {after: 0s, to: [log]}}\n", ":4:49: 'escalate.after' cannot be '0s'", NULL},
    {ROUTE "escalate: {after: 1h, to: [lgo]}}\n", ":4:58: there is no sink 'lgo'", "did you mean 'log'?"},
    {ROUTE "escalate: {after: 1h, severity: worst, to: [log]}}\n", ":4:63: 'escalate.severity' does not know 'worst'",
     NULL},
    /* quiet times: read as freezes are */
    {ROUTE "quiet: [{name: night, cron: \"0 22 * * *\", duration: 9h}]}\n", ":4:40: unknown key 'name'", NULL},
    {ROUTE "quiet: [{cron: \"0 22 * *\", duration: 9h}]}\n", ":4:46: a cron expression has five fields", NULL},
    {ROUTE "quiet: [{cron: \"0 22 * * *\"}]}\n", ":4:46: a quiet time with 'cron' needs 'duration', too", NULL},
    {ROUTE "quiet: [{passes: critical}]}\n", ":4:39: the quiet time does not say when it begins", NULL},
    {ROUTE "quiet: [{cron: \"0 22 * * *\", duration: 9h, timezone: Mars/Base}]}\n",
     ":4:84: there is no time zone 'Mars/Base'", NULL},
    {ROUTE "quiet: [{cron: \"0 22 * * *\", duration: 9h, passes: bad}]}\n", ":4:82: there is no level 'bad'", NULL},
    {ROUTE "quiet: [{from: 2026-12-20, until: 2026-12-19}]}\n", ":4:65: the quiet time ends before it begins", NULL},
    {ROUTE "quiet: [{cron: \"* * * * *\", duration: 3m}]}\n",
     ":4:69: the quiet time never ends: nothing would ever be told", NULL},
    {ROUTE
     "quiet: [{cron: \"0 0 * * *\", duration: 12h, environments: [prod]}, {cron: \"0 12 * * *\", duration: 12h}]}\n",
     ":4:69: the quiet time never ends", NULL},
};

/* What looks like one of these mistakes, and is none. */
static const char *const fine[] = {
    "notify: {sinks: [{name: a, kind: teams, url: \"https://8.8.8.8/x\"}]}\n",
    "notify: {sinks: [{name: a, kind: teams, url: \"https://10.example.com/x\"}]}\n",
    "notify: {sinks: [{name: a, kind: teams, url: \"https://127.0.0.1/x\", allow_private: true}]}\n",
    "notify: {sinks: [{name: a, kind: syslog, url: \"unix:/dev/log\"}]}\n",
    "notify: {sinks: [{name: a, kind: file, path: /x}]}\n",
    ROUTE "types: [agent-*, drift-opened], causes: [hotfix]}\n",
    "contracts_folder: /none/such\n" ROUTE "contracts: [checkout]}\n", /* which may be there later */
    ROUTE "quiet: [{cron: \"0 * * * *\", duration: 59m}]}\n",
    ROUTE "quiet: [{from: 2020-01-01, until: 2040-01-01}, {cron: \"0 22 * * *\", duration: 9h}]}\n",
    ROUTE "quiet: [{cron: \"0 0 * * *\", duration: 12h, environments: [a]}, "
          "{cron: \"0 12 * * *\", duration: 12h, environments: [b]}]}\n",
};

static void test_what_works_is_not_refused(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(fine); i++) {
        struct collector_settings settings;
        struct notify_content content;
        struct error error = {0};

        if (read_text(&settings, *state, fine[i], &content, &error) != ERROR_NONE)
            fail_msg("%s: %s", fine[i], error.message);
    }
}

/* Contracts of a folder are known only when that was read. */
static void test_contracts_of_a_folder_are_looked_for(void **state)
{
    struct test_directory *directory = *state;
    const struct contract_set none = {0};
    struct collector_settings settings;
    struct notify_content content;
    struct error error = {0};

    assert_int_equal(read_text(&settings, directory, fine[6], &content, &error), ERROR_NONE);
    assert_int_equal(settings_check_contracts(&settings, &none, &error), ERROR_CONFIG);
    if (strstr(error.message, ":5:43: there is no contract 'checkout'") == NULL)
        fail_msg("%s", error.message);
}

static void test_sinks_without_a_route_are_found(void **state)
{
    static const char text[] = "notify:\n"
                               "  sinks:\n"
                               "    - {name: a, kind: file, path: /a}\n"
                               "    - {name: b, kind: file, path: /b}\n"
                               "    - {name: c, kind: file, path: /c}\n"
                               "    - {name: d, kind: file, path: /d}\n"
                               "  routes: [{name: r, sinks: [b], escalate: {after: 1h, to: [c]}}]\n";
    static const char *const expected[] = {":3:14: no route tells the sink 'a' anything",
                                           ":6:14: no route tells the sink 'd' anything"};
    struct collector_settings settings;
    struct notify_content content;
    struct error error = {0};
    size_t found = 0;

    assert_int_equal(read_text(&settings, *state, text, &content, &error), ERROR_NONE);
    for (size_t i = 0; settings_next_unused_sink(&settings, &i, &error); i++) {
        assert_true(found < LENGTH_OF(expected));
        assert_true(text_starts_with(text_from(error.message), text_from(settings.config)));
        assert_string_equal(error.message + strlen(settings.config), expected[found++]);
    }
    assert_int_equal(found, LENGTH_OF(expected));
}

/* A kind that is added says what it uses; and what is said names keys and kinds that there are. */
static void test_every_kind_says_what_it_uses(void **state)
{
    (void)state;
    for (const struct sink_kind *const *kind = sink_kinds; *kind != NULL; kind++) {
        bool is_there = false;

        for (const struct settings_sink_use *use = settings_sink_uses; use->key != NULL; use++)
            is_there = is_there || strstr(use->kinds, (*kind)->name) != NULL;
        assert_true(is_there);
    }
    for (const struct settings_sink_use *use = settings_sink_uses; use->key != NULL; use++) {
        const struct option *key = settings_sink_keys;

        while (key->type != 0 && strcmp(key->key, use->key) != 0)
            key++;
        assert_true(key->type != 0);
        for (const char *word = use->kinds; word != NULL; word = strchr(word, ' ')) {
            word += *word == ' ';
            assert_non_null(sink_kind_find((struct text){word, strcspn(word, " ")}));
        }
    }
}

static void test_every_mistake_has_its_place(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(mistakes); i++) {
        struct collector_settings settings;
        struct notify_content content;
        struct error error = {0};
        const char *after;

        assert_int_equal(read_text(&settings, *state, mistakes[i].text, &content, &error), ERROR_CONFIG);
        assert_true(text_starts_with(text_from(error.message), text_from(settings.config)));
        after = error.message + strlen(settings.config);
        if (!text_starts_with(text_from(after), text_from(mistakes[i].message)) ||
            (mistakes[i].hint != NULL && strcmp(error.hint, mistakes[i].hint) != 0))
            fail_msg("%s: '%s' (%s)", mistakes[i].text, after, error.hint);
    }
}

/* A secret that is wrong is not told, whatever is wrong with it. */
static void test_secrets_are_not_told(void **state)
{
    static const char text[] = "notify: {sinks: [{name: a, kind: webhook, url: \"env:DRIFTLINE_TEST_URL\", secret: "
                               "\"env:DRIFTLINE_TEST_SECRET\"}]}\n";
    static const char *const urls[] = {"http://user:hidden@x.example", "https://user:hidden@x.example/", "hidden",
                                       "ftp://hidden.example", "https://hidden.example:99999999/"};

    set_secrets();
    for (size_t i = 0; i < LENGTH_OF(urls); i++) {
        struct collector_settings settings;
        struct notify_content content;
        struct error error = {0};

        assert_int_equal(setenv("DRIFTLINE_TEST_URL", urls[i], 1), 0);
        assert_int_equal(read_text(&settings, *state, text, &content, &error), ERROR_CONFIG);
        assert_null(strstr(error.message, "hidden"));
        assert_null(strstr(error.hint, "hidden"));
    }
}

/* What the sample has of `notify`, which is commented out, is in order but for the secrets, which nobody has here. */
static void test_the_sample_is_in_order(void **state)
{
    struct test_directory *directory = *state;
    struct text sample;
    struct collector_settings settings;
    struct error error = {0};
    CLEANUP(buffer_clear) struct buffer text = {0};
    bool is_notify = false;

    assert_int_equal(file_read(test_source_path(directory, "deploy/examples/collector.yaml"), SIZE_MAX,
                               &directory->arena, &sample, &error),
                     ERROR_NONE);
    for (const char *line = sample.bytes; line != NULL && *line != '\0';) {
        const char *end = strchr(line, '\n');
        size_t length = end == NULL ? strlen(line) : (size_t)(end - line);

        is_notify = length > 0 && (is_notify || strncmp(line, "# notify:", 9) == 0);
        if (is_notify && length > 2)
            buffer_printf(&text, "%.*s\n", (int)(length - 2), line + 2);
        line = end == NULL ? NULL : end + 1;
    }
    settings =
        (struct collector_settings){.config = test_directory_write(directory, "sample.yaml", buffer_text(&text))};
    if (settings_read(&settings, &directory->arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_true(settings.notify.sink_count >= 8);
    assert_true(settings.notify.route_count >= 2);
}

/* Every key of the form is described, and the other way round. */
static void test_lists_are_described(void **state)
{
    (void)state;
    for (const struct settings_list *list = settings_list_table; list->key != NULL; list++)
        for (const struct option *key = list->keys; key->type != 0; key++)
            assert_true(key->key != NULL && key->summary != NULL && key->summary[strlen(key->summary) - 1] != '.');
}

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct collector_settings settings = {.config = context};
    struct notify_content content;

    arena_init(&arena, SIZE_MAX);
    if (settings_read(&settings, &arena, error) != ERROR_NONE)
        return error->code;
    return settings_read_notify(&settings, &arena, &content, error);
}

static void test_every_allocation_may_fail(void **state)
{
    set_secrets();
    test_every_allocation(attempt, (void *)test_directory_write(*state, "all.yaml", text_from(everything)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_told_by_default),
        cmocka_unit_test(test_everything_can_be_said),
        cmocka_unit_test(test_every_mistake_has_its_place),
        cmocka_unit_test(test_secrets_are_not_told),
        cmocka_unit_test(test_the_sample_is_in_order),
        cmocka_unit_test(test_lists_are_described),
        cmocka_unit_test(test_what_works_is_not_refused),
        cmocka_unit_test(test_contracts_of_a_folder_are_looked_for),
        cmocka_unit_test(test_every_kind_says_what_it_uses),
        cmocka_unit_test(test_sinks_without_a_route_are_found),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
