#include "notify/notify_plan.h"

#include <string.h>

#include "notify/sink.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static const struct sink_kind kind = {.name = "kind"};

/* A plan in memory that is overwritten after it was handed over. */
struct sample {
    char bytes[64];
    struct text words[3];
    struct sink sinks[2];
    struct quiet_time quiet;
    struct route routes[2];
    struct notify_content content;
};

static void make_sample(struct sample *sample)
{
    *sample = (struct sample){.bytes = "alphabetagamma"};
    sample->words[0] = (struct text){sample->bytes, 5};
    sample->words[1] = (struct text){sample->bytes + 5, 4};
    sample->words[2] = (struct text){sample->bytes + 9, 5};
    sample->sinks[0] = (struct sink){.name = sample->words[0],
                                     .kind = &kind,
                                     .url = sample->words[1],
                                     .secret = sample->words[2],
                                     .password = sample->words[0],
                                     .to = sample->words,
                                     .to_count = 3,
                                     .labels = sample->words,
                                     .label_count = 1,
                                     .command = sample->words,
                                     .command_count = 2,
                                     .path = sample->words[1],
                                     .issue = 12,
                                     .allow_private = true,
                                     .timeout_ms = 7};
    sample->sinks[1] = (struct sink){.name = sample->words[1], .kind = &kind};
    sample->quiet =
        (struct quiet_time){.window = {.databases = sample->words, .database_count = 2}, .passes = SEVERITY_HIGH};
    sample->routes[0] = (struct route){.name = sample->words[2],
                                       .filter = {.types = 5,
                                                  .databases = sample->words,
                                                  .database_count = 1,
                                                  .environments = sample->words,
                                                  .environment_count = 2},
                                       .owners = sample->words,
                                       .owner_count = 1,
                                       .contracts = sample->words,
                                       .contract_count = 1,
                                       .objects = sample->words,
                                       .object_count = 3,
                                       .sinks = sample->words,
                                       .sink_count = 2,
                                       .quiet = &sample->quiet,
                                       .quiet_count = 1,
                                       .escalate_to = sample->words,
                                       .escalate_count = 1,
                                       .settle_us = 9};
    sample->routes[1] = (struct route){.name = sample->words[0]};
    sample->content = (struct notify_content){.sinks = sample->sinks,
                                              .sink_count = 2,
                                              .routes = sample->routes,
                                              .route_count = 2,
                                              .link = sample->words[1],
                                              .problem = sample->words[2]};
}

static void check_sink(const struct sink *sink)
{
    assert_non_null(sink);
    assert_ptr_equal(sink->kind, &kind);
    assert_true(text_equal(sink->url, TEXT("beta")) && text_equal(sink->secret, TEXT("gamma")));
    assert_true(text_equal(sink->password, TEXT("alpha")) && text_equal(sink->path, TEXT("beta")));
    assert_true(sink->to_count == 3 && text_equal(sink->to[2], TEXT("gamma")));
    assert_true(sink->label_count == 1 && text_equal(sink->labels[0], TEXT("alpha")));
    assert_true(sink->command_count == 2 && text_equal(sink->command[1], TEXT("beta")));
    assert_true(sink->issue == 12 && sink->allow_private && sink->timeout_ms == 7);
    assert_int_equal(sink->user.length, 0);
    assert_int_equal(sink->url.bytes[4], '\0'); /* libraries want strings */
}

static void check_route(const struct route *route)
{
    assert_non_null(route);
    assert_true(route->filter.types == 5 && text_equal(route->filter.databases[0], TEXT("alpha")));
    assert_true(text_equal(route->filter.environments[1], TEXT("beta")));
    assert_true(text_equal(route->owners[0], TEXT("alpha")) && text_equal(route->contracts[0], TEXT("alpha")));
    assert_true(text_equal(route->objects[2], TEXT("gamma")) && text_equal(route->sinks[1], TEXT("beta")));
    assert_true(text_equal(route->escalate_to[0], TEXT("alpha")) && route->settle_us == 9);
    assert_int_equal(route->quiet[0].passes, SEVERITY_HIGH);
    assert_true(text_equal(route->quiet[0].window.databases[1], TEXT("beta")));
}

static struct notify_plan *make_plan(void)
{
    struct notify_plan *plan = NULL;
    struct sample sample;
    struct error error = {0};

    make_sample(&sample);
    assert_int_equal(notify_plan_new(&plan, &sample.content, &error), ERROR_NONE);
    memset(&sample, 'x', sizeof sample);
    return plan;
}

static void test_everything_is_copied(void **state)
{
    struct notify_plan *plan = make_plan();
    const struct notify_content *content = notify_plan_content(plan);

    (void)state;
    assert_true(content->sink_count == 2 && content->route_count == 2);
    assert_true(text_equal(content->link, TEXT("beta")) && text_equal(content->problem, TEXT("gamma")));
    check_sink(notify_plan_sink(plan, TEXT("alpha")));
    check_route(notify_plan_route(plan, TEXT("gamma")));
    assert_non_null(notify_plan_sink(plan, TEXT("beta")));
    assert_null(notify_plan_sink(plan, TEXT("gamma")));
    assert_null(notify_plan_route(plan, TEXT("")));
    notify_plan_release(plan);
    notify_plan_release(NULL);
}

static void test_who_has_one_keeps_it(void **state)
{
    struct notify_holder holder;
    struct notify_plan *first, *second;
    struct error error = {0};

    (void)state;
    assert_int_equal(notify_holder_init(&holder, &error), ERROR_NONE);
    first = notify_take(&holder);
    assert_int_equal(notify_plan_content(first)->route_count, 0); /* nobody is told anything */
    notify_plan_release(first);
    notify_set(&holder, make_plan());
    first = notify_take(&holder);
    notify_set(&holder, make_plan());
    second = notify_take(&holder);
    assert_ptr_not_equal(first, second);
    check_sink(notify_plan_sink(first, TEXT("alpha")));
    notify_plan_release(first);
    notify_holder_clear(&holder);
    check_sink(notify_plan_sink(second, TEXT("alpha"))); /* the last share keeps it */
    notify_plan_release(second);
}

/* The last share is gone with them; before, and in what was handed over, nothing is touched. */
static void test_what_was_handed_over_stays(void **state)
{
    struct notify_plan *plan = NULL;
    struct sample sample, before;
    struct error error = {0};

    (void)state;
    make_sample(&sample);
    make_sample(&before);
    assert_int_equal(notify_plan_new(&plan, &sample.content, &error), ERROR_NONE);
    notify_plan_release(plan);
    assert_memory_equal(sample.bytes, before.bytes, sizeof sample.bytes);
}

static enum error_code try_new(void *context, struct error *error)
{
    struct notify_plan *plan = NULL;
    struct sample sample;
    enum error_code code;

    (void)context;
    make_sample(&sample);
    code = notify_plan_new(&plan, &sample.content, error);
    assert_memory_equal(sample.bytes, "alphabetagamma", 15); /* also on the way out of a failure */
    notify_plan_release(plan);
    return code;
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    assert_true(test_every_allocation(try_new, NULL) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_is_copied),
        cmocka_unit_test(test_who_has_one_keeps_it),
        cmocka_unit_test(test_what_was_handed_over_stays),
        cmocka_unit_test(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
