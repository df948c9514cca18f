#include "ingest/roster.h"

#include <stdio.h>
#include <string.h>

#include "store/store.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { AGENTS = 50 };

struct hall {
    struct test_directory directory;
    struct database *database;
    int64_t ids[AGENTS];
};

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

/* Names and numbers run against each other. */
static int setup(void **state)
{
    static struct hall hall;
    struct error error = {0};

    test_directory_make(&hall.directory);
    check(store_open(&hall.database, hall.directory.path, DATABASE_WRITE, &error), &error);
    check(database_begin(hall.database, &error), &error);
    for (unsigned i = 0; i < AGENTS; i++) {
        struct target_name grant = {TEXT("orders"), TEXT("prod"), TEXT("*")};
        char name[16];
        struct agent_row agent = {.grants = &grant, .grant_count = 1, .enrolled_by = TEXT("test"), .enrolled_at = 1};

        snprintf(name, sizeof name, "agent-%02u", AGENTS - i);
        agent.name = text_from(name);
        memset(agent.key, (int)i, KEY_SIZE);
        check(agents_enroll(hall.database, &agent, &hall.ids[i], &error), &error);
    }
    check(database_commit(hall.database, &error), &error);
    *state = &hall;
    return 0;
}

static int teardown(void **state)
{
    struct hall *hall = *state;

    database_close(hall->database);
    test_directory_remove(&hall->directory);
    return 0;
}

static void test_agents_are_found_by_number(void **state)
{
    const struct hall *hall = *state;
    CLEANUP(roster_clear) struct roster roster = {0};
    struct error error = {0};

    assert_null(roster_find(&roster, 1));
    check(roster_load(&roster, hall->database, &error), &error);
    assert_int_equal(roster.count, AGENTS);
    for (unsigned i = 0; i < AGENTS; i++) {
        const struct roster_agent *agent = roster_find(&roster, hall->ids[i]);

        assert_non_null(agent);
        assert_int_equal(agent->row->id, hall->ids[i]);
        assert_int_equal(agent->row->key[0], i);
        assert_null(agent->session);
    }
    assert_null(roster_find(&roster, 0));
    assert_null(roster_find(&roster, -1));
    assert_null(roster_find(&roster, INT64_MAX));
}

static void test_what_makes_rights_others(void **state)
{
    struct target_name one[] = {{TEXT("orders"), TEXT("prod"), TEXT("*")}};
    struct target_name other[] = {{TEXT("orders"), TEXT("prod"), TEXT("eu-1")}};
    struct target_name two[] = {{TEXT("orders"), TEXT("prod"), TEXT("*")}, {TEXT("billing"), TEXT("prod"), TEXT("*")}};
    const struct agent_row base = {.grants = one, .grant_count = 1};
    struct agent_row agent = base;

    (void)state;
    agent.last_seen = 12; /* no matter of rights */
    assert_true(roster_same_rights(&base, &agent));
    agent.revoked_at = 3;
    assert_false(roster_same_rights(&base, &agent));
    agent = base;
    agent.key[31] = 1;
    assert_false(roster_same_rights(&base, &agent));
    agent = base;
    agent.grants = other;
    assert_false(roster_same_rights(&base, &agent));
    agent.grants = two;
    agent.grant_count = 2;
    assert_false(roster_same_rights(&base, &agent));
    agent.grant_count = 0;
    assert_false(roster_same_rights(&base, &agent));
}

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(roster_clear) struct roster roster = {0};

    return roster_load(&roster, ((struct hall *)context)->database, error);
}

static void test_every_allocation_may_fail(void **state)
{
    test_every_allocation(attempt, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_agents_are_found_by_number, setup, teardown),
        cmocka_unit_test(test_what_makes_rights_others),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
