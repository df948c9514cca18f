/* Every question, with each allocation failing in turn: the failure is said, nothing leaks, and the next one is
 * answered. */
#include <stdio.h>
#include <string.h>

#include "collector/feed/running_feed.h"
#include "feed/connections.h"
#include "feed/routes.h"
#include "store/targets.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { MEMORY = 64 * 1024 * 1024 };

static const char verify_target[] = "/api/v1/verify?target=orders@prod&root=";

static const char *const questions[] = {
    "/",
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/api/v1/version",
    "/api/v1/fleet",
    "/api/v1/targets?database=orders",
    "/api/v1/compare?database=orders&ignore=column:*.x&severity=column:*=high",
    "/api/v1/diff?from=orders@prod/eu-1&to=orders@prod/us-1&format=text",
    "/api/v1/history?database=orders&limit=2",
    "/api/v1/snapshots?database=orders&limit=2",
    "/api/v1/snapshot?ref=orders@staging",
    "/api/v1/snapshot.snap?ref=orders@prod",
    "/api/v1/objects?ref=orders@prod/us-1&limit=1",
    "/api/v1/object?ref=orders@staging&object=shop.orders",
    "/api/v1/diagram?ref=orders@prod/us-1",
    "/api/v1/diagram?ref=orders@staging&table=shop.orders",
    "/api/v1/events?limit=3",
    "/api/v1/events?order=newest&type=drift-*&database=orders,billing&limit=3",
    "/api/v1/events/types",
    "/api/v1/events/types/drift-waived",
    "/api/v1/agents",
    "/api/v1/tokens",
    "/api/v1/drift?database=orders&state=open,acknowledged,waived&cause=baseline,pending,outlier&limit=3",
    "/api/v1/drift/1",
    "/api/v1/waivers?ended=true",
    "/api/v1/gate?database=orders&from=staging&to=prod&allow_outliers=true&max_age=100",
    "/api/v1/gate?database=orders&from=staging&to=prod&against=orders@staging~1",
    "/api/v1/gate?database=orders&to=prod&against=orders@staging",
    "/api/v1/gate/runs?database=orders&pinned=true",
    "/api/v1/gate/runs/1",
    verify_target, /* and the root of staging */
    "/api/v1/contracts?database=orders",
    "/api/v1/spread?database=orders",
    "/api/v1/audit?limit=2",
    "/metrics",
};

/* What an attempt needs. */
struct asking {
    struct running_feed running;
    struct database *database;
    struct policy *policy;
    struct metrics_sources metrics;
    char verify_question[sizeof verify_target + HASH_HEX_SIZE];
    const char *question;
};

static enum error_code ask(struct asking *asking, struct arena *arena, struct answer *answer, struct error *error)
{
    const struct feed_tools tools = {
        .core = asking->running.core.core, .store = TEXT("x"), .openapi = TEXT("{}"), .metrics = asking->metrics};
    struct request request = {.tools = &tools,
                              .arena = arena,
                              .policy = asking->policy,
                              .database = asking->database,
                              .token = {.name = TEXT("test")}};
    char allow[ROUTE_ALLOW_SIZE];
    struct request_target target;
    enum error_code code = request_target_parse(&target, text_from(asking->question), arena, error);

    if (code == ERROR_NONE)
        code = route_find("GET", &target, &request.route, allow, error);
    if (code == ERROR_NONE)
        code = route_id(request.route, &target, &request.id, error);
    if (code == ERROR_NONE)
        request.name = route_name(request.route, &target);
    if (code == ERROR_NONE)
        code = request_check(&target, request.route->parameters, error);
    if (code == ERROR_NONE) {
        request.parameters = (struct request_parameters){&target, request.route->parameters};
        code = request.route->handle(&request, answer, error);
    }
    return code;
}

static enum error_code attempt(void *context, struct error *error)
{
    struct asking *asking = context;
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(answer_clear) struct answer answer;
    enum error_code code;

    arena_init(&arena, MEMORY);
    answer_init(&answer);
    code = database_begin_read(asking->database, error);
    if (code == ERROR_NONE)
        code = ask(asking, &arena, &answer, error);
    database_end_read(asking->database);
    if (code != ERROR_NONE)
        return code;
    return buffer_check(&answer.body, error, "answering");
}

static void set_verify_question(struct asking *asking)
{
    const struct target_name staging = {TEXT("orders"), TEXT("staging"), TEXT("default")};
    CLEANUP(arena_free) struct arena arena;
    struct target_row target;
    struct error error = {0};
    char hex[HASH_HEX_SIZE];

    arena_init(&arena, MEMORY);
    assert_int_equal(targets_find(asking->database, &staging, &arena, &target, &error), ERROR_NONE);
    hash_to_hex(&target.root, hex);
    snprintf(asking->verify_question, sizeof asking->verify_question, "%s%s", verify_target, hex);
}

static int setup(void **state)
{
    static struct asking asking;
    struct error error = {0};

    running_feed_start_core(&asking.running);
    policy_set(&asking.running.policy, sample_policy());
    asking.policy = policy_take(&asking.running.policy);
    if (core_call(asking.running.core.core, sample_correlate, asking.policy, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_int_equal(store_open(&asking.database, asking.running.folder, DATABASE_READ, &error), ERROR_NONE);
    asking.metrics.folder = asking.running.folder;
    assert_int_equal(metrics_tally_new(&asking.metrics.tally, asking.running.folder, &error), ERROR_NONE);
    assert_int_equal(connections_new(&asking.metrics.connections, 1000, &error), ERROR_NONE);
    metrics_tally_request(asking.metrics.tally, NULL, 404, 1);
    set_verify_question(&asking);
    *state = &asking;
    return 0;
}

static int teardown(void **state)
{
    struct asking *asking = *state;

    database_close(asking->database);
    metrics_tally_free(asking->metrics.tally);
    connections_free(asking->metrics.connections);
    policy_release(asking->policy);
    running_feed_stop(&asking->running);
    return 0;
}

static void test_every_allocation_may_fail(void **state)
{
    struct asking *asking = *state;

    for (size_t i = 0; i < LENGTH_OF(questions); i++) {
        struct error error = {0};

        asking->question = questions[i] == verify_target ? asking->verify_question : questions[i];
        if (attempt(asking, &error) != ERROR_NONE) /* which fills the cache of comparisons: it may do without memory */
            fail_msg("%s: %s", asking->question, error.message);
        print_message("  %s: %lu\n", questions[i], test_every_allocation(attempt, asking));
    }
}

static enum error_code fail_to_answer(void *context, struct error *error)
{
    CLEANUP(answer_clear) struct answer answer;

    (void)context;
    answer_init(&answer);
    error_set(error, ERROR_NOT_FOUND, "nothing");
    answer_failure(&answer, 404, error);
    assert_int_equal(answer.status, 404);
    if (answer.body.length == 0)
        return error_memory(error, "saying so");
    assert_non_null(strstr(answer.body.bytes, "\"message\":\"nothing\""));
    return ERROR_NONE;
}

/* Also the answer that says why there is none. */
static void test_a_failure_without_memory_has_its_status(void **state)
{
    (void)state;
    test_every_allocation(fail_to_answer, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_may_fail),
        cmocka_unit_test(test_a_failure_without_memory_has_its_status),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
