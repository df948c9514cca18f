#include "track/pair_list.h"

#include <stdio.h>
#include <string.h>

#include "collector/track/correlated.h"
#include "support/cmocka.h"

/* Which environments have a snapshot, and what follows. */
static const struct {
    const char *path;
    const char *there[5];
    const char *all;    /* "a>b b>c" */
    const char *of;     /* an environment, */
    const char *around; /* and what is before and behind it: "a>c" */
} cases[] = {
    {"dev staging prod", {"dev", "staging", "prod"}, "dev>staging staging>prod", "staging", "dev>prod"},
    {"dev staging prod", {"dev", "prod"}, "dev>prod", "prod", "dev>"},
    {"dev staging prod", {"dev", "prod"}, "dev>prod", "dev", ">prod"},
    {"dev staging prod", {"staging"}, "", "staging", ">"},
    {"dev staging prod", {"dev", "lab", "prod"}, "dev>prod", "lab", ">"},
    {"prod dev", {"dev", "prod"}, "prod>dev", "dev", "prod>"},
    {"dev test qa prod", {"dev", "qa"}, "dev>qa", "qa", "dev>"},
    {"dev test qa prod", {"dev", "test", "prod"}, "dev>test test>prod", "test", "dev>prod"},
    {"prod", {"dev", "prod"}, "", "prod", ">"},
};

static void write_all(const struct correlating *correlating, char *text, size_t size)
{
    struct neighbours *list = NULL;
    size_t count = 0, length = 0;

    text[0] = '\0';
    history_expect(pair_list_all(correlating, &list, &count), correlating->error);
    for (size_t i = 0; i < count; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%.*s>%.*s", i == 0 ? "" : " ",
                                   TEXT_ARGS(list[i].from), TEXT_ARGS(list[i].to));
}

static void check_case(struct correlated *correlated, size_t i)
{
    char database[16], place[64], text[128];
    struct error error = {0};
    struct correlating correlating = {
        correlated->history->database, NULL, {NULL, 0}, &correlated->history->arena, &error};
    struct neighbours around;

    snprintf(database, sizeof database, "db%zu", i);
    correlating.name = text_from(database);
    correlated_policy(correlated, cases[i].path, NULL, NULL);
    correlating.policy = correlated->policy;
    for (size_t k = 0; k < LENGTH_OF(cases[i].there) && cases[i].there[k] != NULL; k++) {
        snprintf(place, sizeof place, "%s@%s", database, cases[i].there[k]);
        correlated_record(correlated, place, "view a.v\n", NULL);
    }
    write_all(&correlating, text, sizeof text);
    if (strcmp(text, cases[i].all) != 0)
        fail_msg("%zu: all are '%s'", i, text);
    history_expect(pair_list_around(&correlating, text_from(cases[i].of), &around), &error);
    snprintf(text, sizeof text, "%.*s>%.*s", TEXT_ARGS(around.from), TEXT_ARGS(around.to));
    if (strcmp(text, cases[i].around) != 0)
        fail_msg("%zu: around it are '%s'", i, text);
}

static void test_neighbours(void **state)
{
    record_for(NULL);
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        check_case(*state, i);
}

/* A target that was never read is not there. */
static void test_without_a_snapshot(void **state)
{
    struct correlated *correlated = *state;
    struct error error = {0};
    const struct correlating correlating = {correlated->history->database, correlated->policy, TEXT("orders"),
                                            &correlated->history->arena, &error};
    char text[64];

    record_for(NULL);
    history_target(correlated->history, "orders", "staging", "default");
    correlated_record(correlated, "orders@dev", "view a.v\n", NULL);
    correlated_record(correlated, "orders@prod", "view a.v\n", NULL);
    write_all(&correlating, text, sizeof text);
    assert_string_equal(text, "dev>prod");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_neighbours, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_without_a_snapshot, correlated_setup, correlated_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
