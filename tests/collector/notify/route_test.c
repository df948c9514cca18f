#include "notify/route.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

enum { MEMORY = 1024 * 1024 };

static const struct contract contracts[] = {{.name = TEXT_INIT("checkout"), .owner = TEXT_INIT("team-a")},
                                            {.name = TEXT_INIT("reports"), .owner = TEXT_INIT("team-b")}};
static const struct contract_set all_contracts = {.contracts = contracts, .count = LENGTH_OF(contracts)};

static const struct event_row drift_row = {.type = EVENT_DRIFT_OPENED,
                                           .severity = SEVERITY_HIGH,
                                           .place = {TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("")}};
static const char drift_data[] = "{\"drift\":1,\"cause\":\"hotfix\",\"object\":\"shop.orders.total\","
                                 "\"contracts\":[\"checkout\"]}";

/* Words that lists point at. */
static const struct text words[] = {TEXT_INIT("checkout"), TEXT_INIT("team-a"), TEXT_INIT("shop.*"),
                                    TEXT_INIT("billing"),  TEXT_INIT("team-?"), TEXT_INIT("shop.orders_old")};

static bool matches(const struct route *route, const struct event_row *row, const char *data)
{
    CLEANUP(arena_free) struct arena arena;
    json_t *document = json_loads(data, 0, NULL);
    struct route_event event;
    struct error error = {0};
    bool answer;

    assert_non_null(document);
    arena_init(&arena, MEMORY);
    assert_int_equal(route_event_read(&event, row, document, &all_contracts, &arena, &error), ERROR_NONE);
    answer = route_matches(route, &event);
    json_decref(document);
    return answer;
}

static void test_of_one_difference(void **state)
{
    static const struct {
        const char *what;
        struct route route;
        bool matches;
    } cases[] = {
        {"anything", {.resolve = true}, true},
        {"its level", {.filter = {.least = SEVERITY_HIGH}}, true},
        {"a worse one", {.filter = {.least = SEVERITY_CRITICAL}}, false},
        {"its type", {.filter = {.types = UINT64_C(1) << EVENT_DRIFT_OPENED}}, true},
        {"another", {.filter = {.types = UINT64_C(1) << EVENT_DRIFT_ENDED}}, false},
        {"another database", {.filter = {.databases = &words[3], .database_count = 1}}, false},
        {"its cause", {.causes = 1U << 2 | 1U << 1}, true},
        {"another cause", {.causes = 1U << 1}, false},
        {"its contract", {.contracts = &words[0], .contract_count = 1}, true},
        {"another contract", {.contracts = &words[3], .contract_count = 1}, false},
        {"the owner of its contract", {.owners = &words[1], .owner_count = 1}, true},
        {"a pattern of it", {.owners = &words[4], .owner_count = 1}, true},
        {"another owner", {.owners = &words[3], .owner_count = 1}, false},
        {"its object", {.objects = &words[2], .object_count = 1}, true},
        {"another object", {.objects = &words[5], .object_count = 1}, false},
        {"all must hold", {.objects = &words[2], .object_count = 1, .causes = 1U << 1}, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  %s\n", cases[i].what);
        assert_int_equal(matches(&cases[i].route, &drift_row, drift_data), cases[i].matches);
    }
}

static const struct {
    const char *what;
    enum event_type type;
    const char *data;
    struct route route;
    bool matches;
} other_events[] = {
    {"a contract by name",
     EVENT_CONTRACT_VIOLATED,
     "{\"contract\":\"checkout\"}",
     {.contracts = words, .contract_count = 1},
     true},
    {"its owner, who stands in the event",
     EVENT_CONTRACT_VIOLATED,
     "{\"contract\":\"gone\",\"owner\":\"team-a\"}",
     {.owners = &words[1], .owner_count = 1},
     true},
    {"what it found",
     EVENT_CONTRACT_VIOLATED,
     "{\"contract\":\"x\",\"findings\":[{\"object\":\"shop.orders\"}]}",
     {.objects = &words[2], .object_count = 1},
     true},
    {"no cause", EVENT_CONTRACT_VIOLATED, "{\"contract\":\"x\"}", {.causes = 4}, false},
    {"one of several changes",
     EVENT_SCHEMA_CHANGED,
     "{\"count\":2,\"changes\":[{\"object\":\"a\"},{\"object\":\"b\",\"renamed_from\":\"shop.b\"}]}",
     {.objects = &words[2], .object_count = 1},
     true},
    {"none of all changes",
     EVENT_SCHEMA_CHANGED,
     "{\"count\":2,\"changes\":[{\"object\":\"a\"},{\"object\":\"b\"}]}",
     {.objects = &words[2], .object_count = 1},
     false},
    {"more changes than are named",
     EVENT_SCHEMA_CHANGED,
     "{\"count\":3,\"changes\":[{\"object\":\"a\"},{\"object\":\"b\"}]}",
     {.objects = &words[2], .object_count = 1},
     true},
    {"but changes have no cause, however many",
     EVENT_SCHEMA_CHANGED,
     "{\"count\":3,\"changes\":[{\"object\":\"a\"},{\"object\":\"b\"}]}",
     {.causes = 4},
     false},
    {"very many differences pass",
     EVENT_DRIFTS_OPENED,
     "{\"count\":1000}",
     {.causes = 4, .objects = &words[2], .object_count = 1, .owners = &words[1], .owner_count = 1},
     true},
    {"a deed for several passes",
     EVENT_WAIVER_EXPIRED,
     "{\"count\":2,\"drifts\":[1,2]}",
     {.causes = 4, .contracts = &words[0], .contract_count = 1},
     true},
    {"one for one is asked",
     EVENT_WAIVER_EXPIRED,
     "{\"count\":1,\"drifts\":[1],\"object\":\"a\"}",
     {.objects = &words[2], .object_count = 1},
     false},
};

static void test_of_other_events(void **state)
{
    static const struct event_row place = {.place = {TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("")}};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(other_events); i++) {
        struct event_row row = place;

        print_message("  %s\n", other_events[i].what);
        row.type = other_events[i].type;
        assert_int_equal(matches(&other_events[i].route, &row, other_events[i].data), other_events[i].matches);
    }
}

static void test_subjects(void **state)
{
    static const struct {
        struct target_name place;
        const char *agent;
        uint32_t group_by;
        const char *expected;
    } cases[] = {
        {{TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("eu-1")}, "", 3, "orders@prod"},
        {{TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("eu-1")}, "", 7, "orders@prod/eu-1"},
        {{TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("default")}, "", 7, "orders@prod"},
        {{TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("")}, "", 1, "orders"},
        {{TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("")}, "", 2, "@prod"},
        {{TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("")}, "", 0, "all"},
        {{TEXT_INIT("orders"), TEXT_INIT(""), TEXT_INIT("")}, "", 3, "orders"},
        {{TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("")}, "", 11, "orders@prod checkout"},
        {{TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("")}, "", 8, "checkout"},
        {{TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("")}, "", 19, "orders@prod contract-violated"},
        {{TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("")}, "", 16, "contract-violated"},
        {{TEXT_INIT(""), TEXT_INIT(""), TEXT_INIT("")}, "db1", 3, "collector"},
        {{TEXT_INIT(""), TEXT_INIT(""), TEXT_INIT("")}, "db1", 7, "db1"},
        {{TEXT_INIT(""), TEXT_INIT(""), TEXT_INIT("")}, "", 7, "collector"},
        {{TEXT_INIT(""), TEXT_INIT(""), TEXT_INIT("")}, "", 0, "all"},
    };
    json_t *data = json_loads("{\"contract\":\"checkout\"}", 0, NULL);

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer subject = {0};
        const struct event_row row = {
            .type = EVENT_CONTRACT_VIOLATED, .place = cases[i].place, .agent_name = text_from(cases[i].agent)};
        const struct route_event event = {.event = &row, .data = data};
        const struct route route = {.group_by = cases[i].group_by};

        route_subject(&route, &event, &subject);
        assert_string_equal(subject.bytes, cases[i].expected);
    }
    json_decref(data);
}

static void test_own_sinks(void **state)
{
    const struct route route = {.sinks = words, .sink_count = 2, .escalate_to = &words[3], .escalate_count = 1};

    (void)state;
    assert_true(route_has_sink(&route, TEXT("team-a")));
    assert_false(route_has_sink(&route, TEXT("billing")));
}

static enum error_code try_read(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct route_event event;

    arena_init(&arena, MEMORY);
    return route_event_read(&event, &drift_row, context, &all_contracts, &arena, error);
}

static void test_allocations_may_fail(void **state)
{
    json_t *data = json_loads(drift_data, 0, NULL);

    (void)state;
    assert_true(test_every_allocation(try_read, data) >= 3);
    json_decref(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_one_difference),
        cmocka_unit_test(test_of_other_events),
        cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_own_sinks),
        cmocka_unit_test(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
