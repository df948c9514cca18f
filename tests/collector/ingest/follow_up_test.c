#include "ingest/follow_up.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collector/track/correlated.h"
#include "support/cmocka.h"
#include "track/settling.h"

enum { SECOND = 1000 * 1000, SLICES_LIMIT = 100, LOG_SIZE = 4096 };

#define T1 "table a.t\n  column x type=integer\n"
#define T2 "table a.t\n  column x type=bigint\n"

struct scene {
    struct history history;
    struct correlated correlated;
    struct follow_up follow_up;
    struct policy_holder holder;
    struct logger logger;
    int log;
    struct moment moment;
};

static int set_up(void **state)
{
    static struct scene scene;
    struct error error = {0};

    scene = (struct scene){.moment = {.now = 0, .elapsed = SECOND}};
    history_open(&scene.history);
    scene.log = memfd_create("log", 0);
    assert_true(scene.log >= 0);
    logger_init(&scene.logger, scene.log, LOG_LEVEL_INFO);
    history_expect(policy_holder_init(&scene.holder, &error), &error);
    history_expect(follow_up_init(&scene.follow_up, scene.history.database, &scene.logger, &error), &error);
    correlated_begin(&scene.correlated, &scene.history);
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    correlated_end(&scene->correlated);
    follow_up_clear(&scene->follow_up);
    policy_holder_clear(&scene->holder);
    logger_clear(&scene->logger);
    close(scene->log);
    history_close(&scene->history);
    return 0;
}

/* Another policy becomes the one in use. */
static void set_policy(struct scene *scene, const char *path)
{
    correlated_policy(&scene->correlated, path, NULL, NULL);
    policy_set(&scene->holder, policy_share(scene->correlated.policy));
}

static void run(struct scene *scene)
{
    struct error error = {0};

    scene->moment.now = scene->history.now;
    history_expect(follow_up_run(&scene->follow_up, &scene->moment, &error), &error);
    assert_false(database_in_transaction(scene->history.database));
}

/* Until nothing is due at this moment. */
static unsigned run_all(struct scene *scene)
{
    unsigned slices = 0;

    run(scene);
    for (; follow_up_is_due(&scene->follow_up, &scene->moment); slices++) {
        assert_in_range(slices, 0, SLICES_LIMIT);
        run(scene);
    }
    return slices;
}

static int64_t pairs(struct scene *scene)
{
    return history_ask(&scene->history, "SELECT count(*) FROM pair WHERE active = 1");
}

static void test_another_policy_is_caught_up_with(void **state)
{
    struct scene *scene = *state;

    record_for(NULL); /* as before there was any policy */
    correlated_record(&scene->correlated, "orders@staging", T1, NULL);
    correlated_record(&scene->correlated, "orders@prod", T2, NULL);
    correlated_record(&scene->correlated, "users@staging", T1, NULL);
    correlated_record(&scene->correlated, "users@prod", T1, NULL);
    follow_up_use(&scene->follow_up, NULL);
    assert_false(follow_up_is_due(&scene->follow_up, &scene->moment));
    run_all(scene);
    assert_int_equal(pairs(scene), 0);

    set_policy(scene, "staging prod");
    follow_up_use(&scene->follow_up, &scene->holder);
    assert_true(scene->follow_up.is_behind);
    assert_true(run_all(scene) >= 2);
    assert_false(scene->follow_up.is_behind);
    assert_int_equal(pairs(scene), 2);
    assert_string_equal(correlated_drifts(&scene->correlated), "1 staging→prod modified column a.t.x: baseline\n");

    set_policy(scene, "staging prod"); /* which decides nothing otherwise */
    follow_up_use(&scene->follow_up, &scene->holder);
    assert_false(scene->follow_up.is_behind);
    assert_int_equal(run_all(scene), 0);

    set_policy(scene, "prod");
    follow_up_use(&scene->follow_up, &scene->holder);
    run_all(scene);
    assert_int_equal(pairs(scene), 0);
    assert_string_equal(correlated_drifts(&scene->correlated),
                        "1 staging→prod modified column a.t.x: baseline, forgotten\n");
}

static void waive_for_a_second(struct scene *scene)
{
    const struct settling settling = {scene->correlated.policy, TEXT("eve"), scene->history.now, &scene->history.arena};
    int64_t drift = 1;
    struct waiver_wish wish = {
        .drifts = &drift, .drift_count = 1, .reason = TEXT("for now"), .expires_at = scene->history.now + SECOND};
    struct waiver_row waiver;
    struct error error = {0};
    size_t failed;

    history_begin(&scene->history);
    history_expect(settling_waive(scene->history.database, &settling, &wish, 1, &waiver, &failed, &error), &error);
    history_commit(&scene->history);
}

static void test_waivers_expire_within_a_second(void **state)
{
    struct scene *scene = *state;

    set_policy(scene, "staging prod");
    follow_up_use(&scene->follow_up, &scene->holder);
    correlated_record(&scene->correlated, "orders@staging", T1, NULL);
    correlated_record(&scene->correlated, "orders@prod", T2, NULL);
    run_all(scene);
    waive_for_a_second(scene);
    scene->history.now += 2 * SECOND;
    run(scene); /* it has looked just now */
    assert_non_null(strstr(correlated_drifts(&scene->correlated), "waived"));
    scene->moment.elapsed += SECOND;
    run(scene);
    assert_string_equal(correlated_drifts(&scene->correlated),
                        "1 staging→prod modified column a.t.x: baseline again 1\n");
}

/* A database of which nodes are missing keeps no other from being worked out, and is tried again, but not at once. */
static void test_what_fails_is_tried_later(void **state)
{
    struct scene *scene = *state;
    char log[LOG_SIZE];
    ssize_t length;

    record_for(NULL);
    correlated_record(&scene->correlated, "orders@staging", T1, NULL);
    correlated_record(&scene->correlated, "orders@prod", T2, NULL);
    history_run(&scene->history, "DELETE FROM node WHERE type = 1");
    correlated_record(&scene->correlated, "users@staging", "view a.v\n", NULL);
    correlated_record(&scene->correlated, "users@prod", "view a.w\n", NULL);
    set_policy(scene, "staging prod");
    follow_up_use(&scene->follow_up, &scene->holder);
    assert_int_equal(run_all(scene), 0);
    assert_int_equal(pairs(scene), 0);
    logger_clear(&scene->logger); /* says what it has held back */
    length = pread(scene->log, log, sizeof log - 1, 0);
    assert_true(length > 0);
    log[length] = '\0';
    assert_non_null(strstr(log, "event=correlation-failed"));
    assert_non_null(strstr(log, "orders"));

    scene->moment.elapsed += 11 * SECOND;
    run_all(scene);
    assert_true(scene->follow_up.is_behind);
    assert_int_equal(pairs(scene), 1); /* that of users */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_another_policy_is_caught_up_with, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_waivers_expire_within_a_second, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_fails_is_tried_later, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
