#include "collector/settings.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "drift/ignore.h"
#include "store/tokens.h"
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
                                 const char *text, struct error *error)
{
    *settings =
        (struct collector_settings){.config = test_directory_write(directory, "collector.yaml", text_from(text))};
    return settings_read(settings, &directory->arena, error);
}

static void test_an_empty_file_gives_the_defaults(void **state)
{
    struct collector_settings settings;
    struct error error = {0};

    assert_int_equal(read_text(&settings, *state, "", &error), ERROR_NONE);
    assert_string_equal(settings.data, "/var/lib/driftline");
    assert_string_equal(settings.listen_agents, "tcp://127.0.0.1:7400");
    assert_string_equal(settings.listen_http, "127.0.0.1:7480");
    assert_null(settings.certificate);
    assert_int_equal(settings.heartbeat_ms, 15000);
    assert_int_equal(settings.memory_limit, UINT64_C(2) << 30);
    assert_int_equal(settings.store_limit, 0);
    assert_int_equal(settings.log_level, LOG_LEVEL_INFO);
    assert_int_equal(settings.policy.fleet.path_count, 0);
    assert_int_equal(settings.policy.fleet.database_count, 0);
    assert_int_equal(settings.policy.fleet.stale_after_us, 60 * 1000000);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        assert_true(settings.policy.fleet.compare.aspects[aspect]);
    assert_int_equal(settings.policy.severity_count, 0);
    assert_int_equal(settings.policy.gate.max_age_us, INT64_C(600) * 1000000);
    assert_int_equal(settings.policy.gate.block, 1U << SEVERITY_CRITICAL | 1U << SEVERITY_HIGH);
    assert_false(settings.policy.gate.allow_outliers);
    assert_int_equal(settings.policy.gate.waiver_longest_us, INT64_C(90) * 24 * 3600 * 1000000);
    assert_int_equal(settings.policy.gate.freeze_count, 0);
    assert_true(settings.policy.contracts.known); /* there are none */
    assert_int_equal(settings.policy.contracts.set.count, 0);
}

static const char everything[] =
    "data: /data\n"
    "listen: {agents: \"tcp://*:7400\", http: \"[::1]:0\"}\n"
    "tls: {certificate: /dev/null, key: /dev/null}\n"
    "path: [dev, staging, prod]\n"
    "databases:\n"
    "  - {name: orders, path: [staging, prod]}\n"
    "  - {name: \"büro\", path: [prod]}\n"
    "compare:\n"
    "  aspects: [structure, access]\n"
    "  ignore: [\"table:*.tmp_*\", \"comment:*\"]\n"
    "  severity:\n"
    "    - {match: \"index:*\", level: low}\n"
    "    - {match: \"column:*\", level: high, database: orders, environment: prod}\n"
    "  fold_partitions: true\n"
    "gate:\n"
    "  max_age: 5m\n"
    "  block: [critical]\n"
    "  allow_outliers: true\n"
    "  waiver_days: 30\n"
    "  freezes:\n"
    "    - {name: weekend, reason: nobody is there, environments: [prod], timezone: Europe/Berlin,\n"
    "       cron: \"0 18 * * fri\", duration: 62h}\n"
    "    - {name: year's end, databases: [orders, other], from: 2026-12-20, until: \"2027-01-02T06:00+01:00\"}\n"
    "contracts:\n"
    "  - {name: billing-orders, owner: billing, consumers: [invoicing], database: orders,\n"
    "     requires: [{table: shop.orders, columns: [{name: id}]}]}\n"
    "heartbeat: 1s\n"
    "stale_after: 5s\n"
    "claim_after: 1m\n"
    "retention: {snapshots_days: 90, snapshots_least: 3, changes_days: 365, deliveries_days: 7}\n"
    "limits: {snapshot: 1MiB, staging: 2MiB, memory: 64MiB, store: 1GiB}\n"
    "http: {connections: 10, connections_per_address: 5, timeout: 2s, body: 1KiB, threads: 7}\n"
    "log: debug\n";

static void check_policy(const struct fleet_policy *policy)
{
    assert_int_equal(policy->path_count, 3);
    assert_true(text_equal(policy->path[2], TEXT("prod")));
    assert_int_equal(policy->database_count, 2);
    assert_true(text_equal(policy->databases[0].database, TEXT("orders")));
    assert_int_equal(policy->databases[0].count, 2);
    assert_true(text_equal(policy->databases[0].path[0], TEXT("staging")));
    assert_true(text_equal(policy->databases[1].database, TEXT("büro")));
    assert_true(policy->compare.aspects[ASPECT_STRUCTURE]);
    assert_true(policy->compare.aspects[ASPECT_ACCESS]);
    assert_false(policy->compare.aspects[ASPECT_STORAGE]);
    assert_int_equal(policy->compare.ignore.count, 2);
    assert_true(text_equal(policy->compare.ignore.patterns[1].word, TEXT("comment")));
    assert_true(policy->compare.fold_partitions);
    assert_int_equal(policy->stale_after_us, 5 * 1000000);
    assert_int_equal(policy->memory_limit, 64 * 1024 * 1024);
}

static int64_t moment_of(const char *text)
{
    int64_t moment = 0;

    assert_true(clock_parse(text_from(text), &moment));
    return moment;
}

static void check_severities(const struct policy_content *policy)
{
    assert_int_equal(policy->severity_count, 2);
    assert_int_equal(policy->severities[0].override.level, SEVERITY_LOW);
    assert_int_equal(policy->severities[0].database.length, 0);
    assert_int_equal(policy->severities[0].environment.length, 0);
    assert_int_equal(policy->severities[1].override.level, SEVERITY_HIGH);
    assert_true(text_equal(policy->severities[1].database, TEXT("orders")));
    assert_true(text_equal(policy->severities[1].environment, TEXT("prod")));
}

static void check_gate(const struct policy_gate *gate)
{
    const struct freeze *weekend = &gate->freezes[0], *end = &gate->freezes[1];
    int64_t until = 0;

    assert_int_equal(gate->max_age_us, INT64_C(300) * 1000000);
    assert_int_equal(gate->block, 1U << SEVERITY_CRITICAL);
    assert_true(gate->allow_outliers);
    assert_int_equal(gate->waiver_longest_us, INT64_C(30) * 24 * 3600 * 1000000);
    assert_int_equal(gate->freeze_count, 2);
    assert_true(text_equal(weekend->name, TEXT("weekend")) && text_equal(weekend->reason, TEXT("nobody is there")));
    assert_true(text_equal(weekend->zone_name, TEXT("Europe/Berlin")));
    assert_true(freeze_concerns(weekend, TEXT("any"), TEXT("prod")));
    assert_false(freeze_concerns(weekend, TEXT("any"), TEXT("dev")));
    assert_true(freeze_is_on(weekend, moment_of("2026-11-28T00:00Z"), &until));
    assert_int_equal(until, moment_of("2026-11-30T07:00Z"));
    assert_int_equal(end->reason.length, 0);
    assert_true(text_equal(end->zone_name, TEXT("UTC")));
    assert_true(freeze_concerns(end, TEXT("other"), TEXT("dev")));
    assert_false(freeze_concerns(end, TEXT("any"), TEXT("dev")));
    assert_true(freeze_is_on(end, moment_of("2026-12-20"), &until));
    assert_int_equal(until, moment_of("2027-01-02T05:00Z"));
}

static void check_contracts(const struct policy_contracts *contracts)
{
    assert_true(contracts->known);
    assert_int_equal(contracts->set.count, 1);
    assert_true(text_equal(contracts->set.contracts[0].name, TEXT("billing-orders")));
    assert_int_equal(contracts->set.contracts[0].line, 25);
}

static void test_everything_can_be_said(void **state)
{
    struct collector_settings settings;
    struct core_settings core;
    struct feed_settings feed;
    struct error error = {0};

    assert_int_equal(read_text(&settings, *state, everything, &error), ERROR_NONE);
    check_policy(&settings.policy.fleet);
    check_severities(&settings.policy);
    check_gate(&settings.policy.gate);
    check_contracts(&settings.policy.contracts);
    assert_int_equal(settings.log_level, LOG_LEVEL_DEBUG);
    core = settings_for_core(&settings, NULL, NULL);
    assert_string_equal(core.endpoint, "tcp://*:7400");
    assert_int_equal(core.heartbeat_ms, 1000);
    assert_int_equal(core.claim_ms, 60000);
    assert_int_equal(core.snapshot_limit, 1024 * 1024);
    assert_int_equal(core.staging_limit, 2 * 1024 * 1024);
    assert_int_equal(core.store_limit, 1 << 30);
    assert_int_equal(core.retention.snapshots_us, INT64_C(90) * 24 * 3600 * 1000000);
    assert_int_equal(core.retention.snapshots_least, 3);
    assert_int_equal(core.retention.changes_us, INT64_C(365) * 24 * 3600 * 1000000);
    assert_int_equal(core.retention.deliveries_us, INT64_C(7) * 24 * 3600 * 1000000);
    feed = settings_for_feed(&settings, NULL);
    assert_string_equal(feed.folder, "/data");
    assert_string_equal(feed.listen, "[::1]:0");
    assert_string_equal(feed.certificate, "/dev/null");
    assert_int_equal(feed.connections, 10);
    assert_int_equal(feed.connections_per_address, 5);
    assert_int_equal(feed.timeout_ms, 2000);
    assert_int_equal(feed.body_limit, 1024);
    assert_int_equal(feed.threads, 7);
}

static const struct {
    const char *text;
    const char *message; /* after the path */
} mistakes[] = {
    {"dtaa: /x\n", ":1:1: unknown key 'dtaa'"},
    {"data: [x]\n", ":1:7: expected a single value, not a list"},
    {"data: /x\nlisten:\n  htpp: 127.0.0.1:1\n", ":3:3: unknown key 'htpp'"},
    {"listen: {agents: \"*:7400\"}\n", ":1:18: '*:7400' is not an endpoint for agents"},
    {"listen: {feed: \"*:7401\"}\n", ":1:16: '*:7401' is not an endpoint for subscribers"},
    {"feed: {subscribers: [{name: a, key: short}]}\n", ":1:37: what was given as a public key (5 characters)"},
    {"feed: {subscribers: [{name: -a, key: short}]}\n", ":1:29: '-a' cannot be the name of a subscriber"},
    {"feed:\n  subscribers:\n    - {name: a, key: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'}\n",
     ":3:5: there are subscribers, but no 'listen.feed'"},
    {"listen: {feed: \"tcp://*:1\"}\nfeed:\n  subscribers:\n"
     "    - {name: a, key: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'}\n"
     "    - {name: b, key: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'}\n",
     ":5:22: the subscribers 'a' and 'b' have the same key"},
    {"http: {streams: 0}\n", ":1:17: 'http.streams' cannot be '0'"},
    {"listen: {http: \"7480\"}\n", ":1:16: '7480' is not an address to listen at"},
    {"listen: {http: \"0.0.0.0:7480\"}\n",
     ":1:16: '0.0.0.0:7480' can be reached from other machines, but there is no 'tls'"},
    {"tls: {certificate: /x}\n", ":1:6: the key 'key' is missing"},
    {"tls:\n  certificate: /dev/null\n  key: /none/key.pem\n",
     ":3:8: cannot read '/none/key.pem': No such file or directory"},
    {"path: [a, b, a]\n", ":1:14: the environment 'a' is on the path twice"},
    {"path: [a, -b]\n", ":1:11: '-b' cannot be the name of an environment"},
    {"path: prod\n", ":1:7: expected a list, not a single value"},
    {"databases:\n  - {name: x, path: [a]}\n  - {name: x, path: [a]}\n", ":3:12: the database 'x' is there twice"},
    {"databases: [{name: x}]\n", ":1:13: the key 'path' is missing"},
    {"databases: [{name: x, path: []}]\n", ":1:29: the list has too few entries"},
    {"databases: [{name: x, path: [a, a]}]\n", ":1:33: the environment 'a' is on the path twice"},
    {"databases: [{name: \"x y\", path: [a]}]\n", ":1:20: 'x y' cannot be the name of a database"},
    {"compare: {aspects: [structure, looks]}\n", ":1:32: 'compare.aspects' does not know 'looks'"},
    {"compare:\n  ignore:\n    - \"table:x\"\n    - \"table\"\n", ":4:7: "},
    {"compare: {severity: [{match: \"index:*\", level: hgih}]}\n", ":1:48: there is no level 'hgih'"},
    {"compare: {severity: [{match: \"index\", level: low}]}\n", ":1:30: "},
    {"path: [a, b]\ncompare: {severity: [{match: \"index:*\", level: low, environment: c}]}\n",
     ":2:66: the environment 'c' is on no path"},
    {"compare: {severity: [{match: \"index:*\", level: low, database: \"a b\"}]}\n",
     ":1:63: 'a b' cannot be the name of a database"},
    {"gate: {max_age: 0s}\n", ":1:17: 'gate.max_age' cannot be '0s'"},
    {"gate: {max_age: 15s}\n", ":1:17: 'gate.max_age' must be longer than 'heartbeat'"},
    {"heartbeat: 30m\nstale_after: 1h\nclaim_after: 1h\n", ":1:12: 'gate.max_age' must be longer than 'heartbeat'"},
    {"gate: {block: [critical, bad]}\n", ":1:26: 'gate.block' does not know 'bad'"},
    {"gate: {block: []}\n", ":1:15: the list has too few entries"},
    {"gate: {allow_outliers: perhaps}\n", ":1:24: 'gate.allow_outliers' is either 'true' or 'false'"},
    {"gate: {waiver_days: 0}\n", ":1:21: 'gate.waiver_days' cannot be '0'"},
    {"gate: {freezes: [{cron: \"0 18 * * fri\", duration: 1h}]}\n", ":1:18: the key 'name' is missing"},
    {"gate:\n  freezes:\n    - {name: x, cron: \"0 18 * * frei\", duration: 1h}\n",
     ":3:23: 'frei' makes no sense as the weekday of a cron expression"},
    {"gate:\n  freezes:\n    - {name: x, cron: \"0 18 * *\", duration: 1h}\n",
     ":3:23: a cron expression has five fields"},
    {"gate:\n  freezes:\n    - name: x\n      timezone: Europe/Brelin\n      from: 2026-12-20\n      until: "
     "2026-12-21\n",
     ":4:17: there is no time zone 'Europe/Brelin'"},
    {"gate: {freezes: [{name: x, from: 2026-13-20, until: 2026-12-21}]}\n",
     ":1:34: '2026-13-20' is not a date or a time"},
    {"gate: {freezes: [{name: x, from: 2026-12-20, until: tomorrow}]}\n", ":1:53: 'tomorrow' is not a date or a time"},
    {"gate: {freezes: [{name: x, from: 2026-12-20, until: 2026-12-20}]}\n", ":1:53: the freeze ends before it begins"},
    {"gate: {freezes: [{name: x}]}\n", ":1:18: the freeze does not say when it begins"},
    {"gate: {freezes: [{name: x, until: 2026-12-20}]}\n", ":1:35: the freeze does not say when it begins"},
    {"gate: {freezes: [{name: x, from: 2026-12-20}]}\n", ":1:34: a freeze with 'from' needs 'until', too"},
    {"gate: {freezes: [{name: x, cron: \"0 0 * * *\"}]}\n", ":1:34: a freeze with 'cron' needs 'duration', too"},
    {"gate: {freezes: [{name: x, from: 2026-12-20, until: 2026-12-21, duration: 1h}]}\n",
     ":1:75: a freeze has 'duration' only with 'cron'"},
    {"gate: {freezes: [{name: x, cron: \"0 0 * * *\", duration: 1h, from: 2026-12-20}]}\n",
     ":1:67: a freeze has either 'cron' or 'from'"},
    {"gate: {freezes: [{name: x, cron: \"0 0 * * *\", duration: 1h, until: 2026-12-20}]}\n",
     ":1:68: a freeze has either 'cron' or 'until'"},
    {"gate: {freezes: [{name: x, cron: \"0 0 * * *\", duration: 1s}]}\n", ":1:57: 'duration' cannot be '1s'"},
    {"gate: {freezes: [{name: x, cron: \"0 0 * * *\", duration: 1h}, {name: x, cron: \"0 0 * * *\", duration: 1h}]}\n",
     ":1:69: two freezes have this name"},
    {"gate: {freezes: [{name: x, databases: [\"a b\"], cron: \"0 0 * * *\", duration: 1h}]}\n",
     ":1:40: 'a b' cannot be the name of a database"},
    {"path: [a]\ngate: {freezes: [{name: x, environments: [a, b], cron: \"0 0 * * *\", duration: 1h}]}\n",
     ":2:46: the environment 'b' is on no path"},
    {"contracts:\n  - {name: x, owner: y, consumers: [z], database: orders, requires: [{table: shop.orders, labels: "
     "[a]}]}\n",
     ":2:"},
    {"contracts: {a: b}\n", ":1:12: "},
    {"compare: {fold_partitions: maybe}\n", ":1:28: 'compare.fold_partitions' is either 'true' or 'false'"},
    {"heartbeat: soon\n", ":1:12: 'heartbeat' cannot be 'soon'"},
    {"heartbeat: 10ms\n", ":1:12: 'heartbeat' cannot be '10ms'"},
    {"heartbeat: 60s\n", ":1:12: 'stale_after' must be longer than 'heartbeat'"},
    {"claim_after: 10s\n", ":1:14: 'claim_after' must be longer than 'heartbeat'"},
    {"retention:\n  snapshots_least: 0\n", ":2:20: 'retention.snapshots_least' cannot be '0'"},
    {"limits: {store: 1MiB}\n", ":1:17: a history of less than 16 MiB has no room for anything"},
    {"limits: {memory: 2}\n", ":1:18: 'limits.memory' cannot be '2'"},
    {"http: {threads: 0}\n", ":1:17: 'http.threads' cannot be '0'"},
    {"log: loud\n", ":1:6: 'log' does not know 'loud'"},
    {"log: info\nlog: debug\n", ":2:1: the key 'log' is there twice"},
};

static void test_every_mistake_has_its_place(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(mistakes); i++) {
        struct collector_settings settings;
        struct error error = {0};
        const char *after;

        print_message("  %s", mistakes[i].text);
        assert_int_equal(read_text(&settings, *state, mistakes[i].text, &error), ERROR_CONFIG);
        assert_true(text_starts_with(text_from(error.message), text_from(settings.config)));
        after = error.message + strlen(settings.config);
        assert_true(text_starts_with(text_from(after), text_from(mistakes[i].message)));
    }
}

static void test_a_missing_file_is_named(void **state)
{
    struct test_directory *directory = *state;
    struct collector_settings settings = {.config = test_directory_path(directory, "none.yaml")};
    struct error error = {0};

    assert_int_equal(settings_read(&settings, &directory->arena, &error), ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "none.yaml"));
}

static void test_the_sample_is_in_order(void **state)
{
    struct test_directory *directory = *state;
    struct collector_settings settings = {.config = test_source_path(directory, "deploy/examples/collector.yaml")};
    struct error error = {0};

    if (settings_read(&settings, &directory->arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_int_equal(settings.heartbeat_ms, 15000);
    assert_true(settings.policy.fleet.path_count > 0);
}

static const char contract[] =
    "{name: a, owner: b, consumers: [c], database: orders, requires: [{table: shop.orders}]}\n";

/* Those of the file and those of the folder are one set; a mistake in either names its place. */
static void test_a_folder_of_contracts(void **state)
{
    struct test_directory *directory = *state;
    const char *folder = test_directory_path(directory, "contracts");
    const char *config = arena_printf(&directory->arena, "contracts_folder: %s\n", folder);
    struct collector_settings settings;
    struct contract_set set = {0};
    struct error error = {0};

    assert_int_equal(read_text(&settings, directory, config, &error), ERROR_NONE);
    assert_false(settings.policy.contracts.known); /* the folder was not read yet */
    assert_int_equal(settings_read_contracts(&settings, &directory->arena, &set, &error), ERROR_NOT_FOUND);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(settings_read_contracts(&settings, &directory->arena, &set, &error), ERROR_NONE);
    assert_int_equal(set.count, 0);
    test_directory_write(directory, "contracts/a.yaml", text_from(contract));
    assert_int_equal(settings_read_contracts(&settings, &directory->arena, &set, &error), ERROR_NONE);
    assert_int_equal(set.count, 1);
    config = arena_printf(&directory->arena, "contracts: [%.*s]\ncontracts_folder: %s\n", (int)strlen(contract) - 1,
                          contract, folder);
    assert_int_equal(read_text(&settings, directory, config, &error), ERROR_NONE);
    assert_int_equal(settings_read_contracts(&settings, &directory->arena, &set, &error), ERROR_CONFIG);
    assert_non_null(strstr(error.message, "a.yaml:1:"));
    assert_non_null(strstr(error.message, "collector.yaml:1"));
}

static void test_rights_are_those_of_tokens(void **state)
{
    (void)state;
    for (size_t i = 0; settings_token[0].choice(i) != NULL; i++) {
        enum token_rights rights = TOKEN_READ;

        assert_true(token_rights_from_name(text_from(settings_token[0].choice(i)), &rights));
        assert_int_equal(rights, i + TOKEN_READ);
    }
}

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct collector_settings settings = {.config = context};

    arena_init(&arena, SIZE_MAX);
    return settings_read(&settings, &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    test_every_allocation(attempt, (void *)test_directory_write(*state, "all.yaml", text_from(everything)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_file_gives_the_defaults),
        cmocka_unit_test(test_everything_can_be_said),
        cmocka_unit_test(test_every_mistake_has_its_place),
        cmocka_unit_test(test_a_missing_file_is_named),
        cmocka_unit_test(test_the_sample_is_in_order),
        cmocka_unit_test(test_rights_are_those_of_tokens),
        cmocka_unit_test(test_a_folder_of_contracts),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
