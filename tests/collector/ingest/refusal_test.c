#include "ingest/refusal.h"

#include <string.h>

#include "stage.h"
#include "support/cmocka.h"

static void test_what_a_failure_means_for_the_offer_that_caused_it(void **state)
{
    static const struct {
        enum error_code failure;
        enum reject_code code;
    } cases[] = {
        {ERROR_PROTOCOL, REJECT_PROTOCOL},   {ERROR_CORRUPT, REJECT_CORRUPT},
        {ERROR_UNSUPPORTED, REJECT_VERSION}, {ERROR_NOT_FOUND, REJECT_INCOMPLETE},
        {ERROR_LIMIT, REJECT_LIMIT},         {ERROR_MEMORY, REJECT_BUSY},
        {ERROR_FULL, REJECT_NONE},           {ERROR_IO, REJECT_NONE},
        {ERROR_INTERNAL, REJECT_NONE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        assert_string_equal(reject_code_name(refusal_code(cases[i].failure)), reject_code_name(cases[i].code));
}

/* The store's own words name files of the collector's machine. */
static void test_agents_are_not_told_how_the_store_failed(void **state)
{
    enum reject_code code = REJECT_NONE;

    (void)state;
    assert_null(strchr(refusal_of_store(ERROR_FULL, &code), '/'));
    assert_int_equal(code, REJECT_FULL);
    assert_true(refusal_retry_ms(code) > 0);
    assert_null(strchr(refusal_of_store(ERROR_INTERNAL, &code), '/'));
    assert_int_equal(code, REJECT_BUSY);
    assert_true(refusal_retry_ms(code) > 0);
}

/* Each is counted and answered, but a mistake that is made again and again is one line and one event for a while. */
static void test_repetitions_are_counted_but_no_news(void **state)
{
    enum { TIMES = 5, AN_HOUR_MS = 60 * 60 * 1000 };
    struct stage *stage = *state;
    struct offering broken = stage->small[0];

    broken.root_node = TEXT("\1nonsense");
    peer_join(&stage->orders, "orders@prod");
    for (unsigned i = 0; i < TIMES; i++) {
        stage_offer(&stage->orders, 1, &broken);
        peer_expect_reject(&stage->orders, REJECT_CORRUPT);
    }
    assert_int_equal(scene_counts(&stage->scene).refused[REJECT_CORRUPT], TIMES);
    assert_int_equal(scene_lines(&stage->scene, "event=offer-refused agent=orders-db target=orders@prod"), 1);
    assert_int_equal(scene_events(&stage->scene, "agent-refused"), 1);
    peer_join(&stage->billing, "billing@prod"); /* somebody else's mistake is news */
    stage_offer(&stage->billing, 1, &broken);
    peer_expect_reject(&stage->billing, REJECT_CORRUPT);
    assert_int_equal(scene_events(&stage->scene, "agent-refused"), 2);
    scene_wait(&stage->scene, AN_HOUR_MS);
    peer_join(&stage->orders, "orders@prod");
    stage_offer(&stage->orders, 1, &broken);
    peer_expect_reject(&stage->orders, REJECT_CORRUPT);
    assert_int_equal(scene_events(&stage->scene, "agent-refused"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_failure_means_for_the_offer_that_caused_it),
        cmocka_unit_test(test_agents_are_not_told_how_the_store_failed),
        cmocka_unit_test_setup_teardown(test_repetitions_are_counted_but_no_news, stage_setup, stage_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
