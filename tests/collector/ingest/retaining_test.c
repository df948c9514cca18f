#include "ingest/retaining.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collector/store/history.h"
#include "support/cmocka.h"

enum { SECOND = 1000 * 1000, PAUSE_MS = 1000, LOG_SIZE = 4096 };

static const struct retention short_memory = {.snapshots_us = 1, .snapshots_least = 1};

struct scene {
    struct history history;
    struct logger logger;
    int log;
    struct retaining retaining;
    struct moment moment;
};

static int set_up(void **state)
{
    static struct scene scene;

    scene = (struct scene){.moment = {.elapsed = SECOND}};
    history_open(&scene.history);
    scene.moment.now = scene.history.now + INT64_C(3600) * SECOND;
    scene.log = memfd_create("log", 0);
    assert_true(scene.log >= 0);
    logger_init(&scene.logger, scene.log, LOG_LEVEL_INFO);
    scene.retaining = (struct retaining){.database = scene.history.database, .logger = &scene.logger};
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    retaining_clear(&scene->retaining);
    logger_clear(&scene->logger);
    close(scene->log);
    history_close(&scene->history);
    return 0;
}

static bool run(struct scene *scene, unsigned pause_ms)
{
    struct error error = {0};
    bool worked = false;

    history_expect(retaining_run(&scene->retaining, &short_memory, pause_ms, &scene->moment, &worked, &error), &error);
    return worked;
}

static bool logged(struct scene *scene, const char *part)
{
    char log[LOG_SIZE] = "";

    assert_true(pread(scene->log, log, sizeof log - 1, 0) >= 0);
    return strstr(log, part) != NULL;
}

static void record(struct scene *scene, unsigned version)
{
    int64_t target = history_target(&scene->history, "orders", "prod", "default");

    history_record_tables(&scene->history, target, &version, 1);
}

static void test_it_goes_on_until_it_is_done_and_begins_again(void **state)
{
    struct scene *scene = *state;
    unsigned slices = 1;

    for (unsigned version = 1; version < 4; version++)
        record(scene, version);
    assert_true(run(scene, PAUSE_MS));
    while (scene->retaining.is_on && slices++ < 100)
        assert_true(run(scene, PAUSE_MS));
    assert_false(scene->retaining.is_on);
    assert_int_equal(scene->retaining.times, 1);
    assert_int_equal(scene->retaining.last_at, scene->moment.now);
    assert_int_equal(scene->retaining.in_all.snapshots, 2);
    assert_true(logged(scene, "event=retention-done") && logged(scene, "snapshots=2"));
    assert_false(run(scene, PAUSE_MS)); /* not yet */
    scene->moment.elapsed += SECOND;
    while (run(scene, PAUSE_MS) && scene->retaining.is_on)
        ;
    assert_int_equal(scene->retaining.times, 2);
    assert_int_equal(scene->retaining.in_all.snapshots, 2);
}

static void test_it_may_be_off(void **state)
{
    struct scene *scene = *state;

    assert_false(run(scene, 0));
    assert_int_equal(scene->retaining.times, 0);
}

/* What fails is told and tried again at its next time; but a disk that fails is nobody's to survive. */
static void test_what_fails_comes_again(void **state)
{
    struct scene *scene = *state;

    record(scene, 1);
    record(scene, 2);
    history_run(&scene->history, "CREATE TRIGGER no BEFORE UPDATE ON snapshot BEGIN SELECT raise(ABORT, 'no'); END");
    assert_false(run(scene, PAUSE_MS));
    assert_false(scene->retaining.is_on);
    assert_true(logged(scene, "event=retention-failed"));
    history_run(&scene->history, "DROP TRIGGER no");
    assert_false(run(scene, PAUSE_MS));
    scene->moment.elapsed += SECOND;
    assert_true(run(scene, PAUSE_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_it_goes_on_until_it_is_done_and_begins_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_it_may_be_off, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_fails_comes_again, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
