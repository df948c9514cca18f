/* The notifier over a real core and a real store; what it plans and sends has tests of its own. */
#include "notify/notifier.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/ingest/running_core.h"
#include "notify/planner.h"
#include "notify/sink.h"
#include "store/store.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { MEMORY = 64 * 1024 * 1024, PATIENCE_US = 60 * 1000000 };

/* ---- a kind that counts ---- */

static atomic_uint prepared;
static atomic_bool hangs;
static atomic_bool fails;

static enum error_code check_nothing(const struct sink *sink, const char **ret_key, struct error *error)
{
    (void)sink, (void)ret_key, (void)error;
    return ERROR_NONE;
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    (void)attempt, (void)error;
    atomic_fetch_add(&prepared, 1);
    request->action = atomic_load(&hangs) ? SINK_RUN : SINK_NOTHING;
    return ERROR_NONE;
}

static enum sink_outcome finish(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                struct text *ret_remote, struct error *problem)
{
    (void)attempt, (void)answer, (void)ret_remote;
    if (!atomic_load(&fails))
        return SINK_SENT;
    error_set(problem, ERROR_CONNECT, "not now");
    return SINK_AGAIN;
}

static const struct sink_kind kind = {.name = "counting", .check = check_nothing, .prepare = prepare, .finish = finish};

/* ---- the bench ---- */

struct bench {
    struct test_directory directory;
    const char *folder;
    struct logger logger;
    int log;
    struct pulse *pulse;
    struct policy_holder policy;
    struct notify_holder plan;
    struct running_core core;
    struct notifier *notifier;
    struct text store;
    struct arena arena;
};

static void expect(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

static void start_core(struct bench *bench)
{
    struct core_settings settings = running_core_settings();
    struct error error = {0};

    settings.policy = &bench->policy;
    settings.pulse = bench->pulse;
    running_core_start(&bench->core, bench->folder, &settings, &bench->logger);
    expect(store_id(bench->core.database, &bench->arena, &bench->store, &error), &error);
}

static void configure(struct bench *bench, const char *name)
{
    static const struct text sleeping[] = {TEXT_INIT("/bin/sleep"), TEXT_INIT("100")};
    const struct sink sink = {.name = text_from(name),
                              .kind = &kind,
                              .command = sleeping,
                              .command_count = 2,
                              .timeout_ms = 60000,
                              .retry_for_ms = 3600 * 1000};
    const struct notify_content content = {.sinks = &sink, .sink_count = 1};
    struct notify_plan *plan = NULL;
    struct error error = {0};

    expect(notify_plan_new(&plan, &content, &error), &error);
    notify_set(&bench->plan, plan);
}

static void start_notifier(struct bench *bench)
{
    const struct notifier_settings settings = {.folder = bench->folder,
                                               .core = bench->core.core,
                                               .pulse = bench->pulse,
                                               .policy = &bench->policy,
                                               .plan = &bench->plan,
                                               .logger = &bench->logger};
    struct error error = {0};

    expect(notifier_start(&bench->notifier, &settings, &error), &error);
}

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct error error = {0};

    prepared = 0;
    hangs = fails = false;
    test_directory_make(&bench->directory);
    arena_init(&bench->arena, MEMORY);
    bench->folder = test_directory_path(&bench->directory, "data");
    bench->log = open(test_directory_path(&bench->directory, "log"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    logger_init(&bench->logger, bench->log, LOG_LEVEL_DEBUG);
    expect(pulse_new(&bench->pulse, &error), &error);
    expect(policy_holder_init(&bench->policy, &error), &error);
    expect(notify_holder_init(&bench->plan, &error), &error);
    configure(bench, "ops");
    start_core(bench);
    start_notifier(bench);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    notifier_stop(bench->notifier);
    running_core_stop(&bench->core);
    running_core_clear(&bench->core);
    notify_holder_clear(&bench->plan);
    policy_holder_clear(&bench->policy);
    pulse_free(bench->pulse);
    logger_clear(&bench->logger);
    close(bench->log);
    arena_free(&bench->arena);
    test_directory_remove(&bench->directory);
    free(bench);
    return 0;
}

/* ---- what others do ---- */

struct asking {
    struct bench *bench;
    int64_t delivery;
};

static enum error_code ask_for_test(void *context, struct database *database, struct error *error)
{
    struct asking *asking = context;
    struct notify_plan *plan = notify_take(&asking->bench->plan);
    struct policy *policy = policy_take(&asking->bench->policy);
    CLEANUP(arena_free) struct arena arena;
    const struct planning planning = {
        .plan = plan, .policy = policy, .store = asking->bench->store, .now = clock_now(), .arena = &arena};
    enum error_code code;

    arena_init(&arena, MEMORY);
    code = planner_test(&planning, database, TEXT("ops"), TEXT("somebody"), &asking->delivery, error);
    policy_release(policy);
    notify_plan_release(plan);
    return code;
}

static int64_t add_test(struct bench *bench)
{
    struct asking asking = {.bench = bench};
    struct error error = {0};

    expect(core_call(bench->core.core, ask_for_test, &asking, &error), &error);
    return asking.delivery;
}

static struct delivery_row read_row(struct bench *bench, int64_t id)
{
    struct database *database = NULL;
    struct delivery_row row;
    struct error error = {0};

    expect(store_open(&database, bench->folder, DATABASE_READ, &error), &error);
    expect(deliveries_get(database, id, &bench->arena, &row, &error), &error);
    database_close(database);
    return row;
}

/* Until a delivery was tried so often, or is over. */
static struct delivery_row wait_for(struct bench *bench, int64_t id, uint32_t attempts)
{
    int64_t end = clock_elapsed() + PATIENCE_US;

    for (;;) {
        struct delivery_row row = read_row(bench, id);

        if (row.attempts >= attempts)
            return row;
        assert_true(clock_elapsed() < end);
        usleep(5000);
    }
}

/* ---- the tests ---- */

static void test_what_is_to_be_told_is_told_at_once(void **state)
{
    struct bench *bench = *state;
    struct notifier_counts counts;
    int64_t begun = clock_elapsed();

    assert_int_equal(wait_for(bench, add_test(bench), 1).state, DELIVERY_SENT);
    assert_true(clock_elapsed() - begun < 10 * 1000000);
    notifier_counts(bench->notifier, &counts);
    assert_int_equal(counts.sent, 1);
    assert_int_equal(counts.attempts, 1);
    assert_int_equal(counts.in_flight, 0);
}

static void test_what_failed_is_tried_again_by_itself(void **state)
{
    struct bench *bench = *state;
    int64_t id;

    fails = true;
    id = add_test(bench);
    assert_int_equal(wait_for(bench, id, 2).state, DELIVERY_WAITING);
    fails = false;
    assert_int_equal(wait_for(bench, id, read_row(bench, id).attempts + 1).state, DELIVERY_SENT);
}

static void test_a_new_plan_is_used_from_then_on(void **state)
{
    struct bench *bench = *state;
    int64_t id;

    fails = true;
    id = add_test(bench);
    wait_for(bench, id, 1);
    configure(bench, "others");
    notifier_wake(bench->notifier);
    while (read_row(bench, id).state == DELIVERY_WAITING)
        usleep(5000);
    assert_true(text_equal(read_row(bench, id).problem, TEXT("there is no sink 'ops' any more")));
}

static void test_what_is_under_way_at_the_end_is_sent_again(void **state)
{
    struct bench *bench = *state;
    int64_t id, begun;

    hangs = true;
    id = add_test(bench);
    while (atomic_load(&prepared) == 0)
        usleep(5000);
    begun = clock_elapsed();
    notifier_stop(bench->notifier);
    assert_true(clock_elapsed() - begun < 20 * 1000000);
    assert_int_equal(read_row(bench, id).state, DELIVERY_WAITING);
    assert_int_equal(read_row(bench, id).attempts, 0);
    hangs = false;
    start_notifier(bench);
    assert_int_equal(wait_for(bench, id, 1).state, DELIVERY_SENT);
}

static void test_a_core_that_has_ended_does_not_keep_it(void **state)
{
    struct bench *bench = *state;
    int64_t begun;

    core_stop(bench->core.core);
    usleep(300000);
    notifier_wake(bench->notifier);
    usleep(300000);
    begun = clock_elapsed();
    notifier_stop(bench->notifier);
    bench->notifier = NULL;
    assert_true(clock_elapsed() - begun < 20 * 1000000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_to_be_told_is_told_at_once),     TEST(test_what_failed_is_tried_again_by_itself),
        TEST(test_a_new_plan_is_used_from_then_on),        TEST(test_what_is_under_way_at_the_end_is_sent_again),
        TEST(test_a_core_that_has_ended_does_not_keep_it),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
