#include "store/agents.h"

#include <string.h>

#include "collector/store/history.h"
#include "support/cmocka.h"

static struct target_name grants[] = {
    {TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("*")},
    {TEXT_INIT("*"), TEXT_INIT("staging"), TEXT_INIT("eu-1")},
    {TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("*")},
};

static struct agent_row agent_of(const char *name, char key, size_t grant_count)
{
    struct agent_row agent = {.name = text_from(name),
                              .grants = grants,
                              .grant_count = grant_count,
                              .enrolled_at = 1000,
                              .enrolled_by = TEXT("alice")};

    memset(agent.key, key, sizeof agent.key);
    return agent;
}

static enum error_code enroll(struct history *history, struct agent_row agent, struct error *error)
{
    int64_t id = 0;
    enum error_code code;

    history_begin(history);
    code = agents_enroll(history->database, &agent, &id, error);
    if (code == ERROR_NONE)
        history_commit(history);
    else
        database_rollback(history->database);
    return code;
}

static void revoke(struct history *history, const char *name, const char *by, int64_t at)
{
    struct error error = {0};

    history_expect(agents_revoke(history->database, text_from(name), text_from(by), at, &error), &error);
}

/* The agent of a name out of the whole list, which must be sorted. */
static const struct agent_row *find(struct history *history, const char *name)
{
    struct agent_row *agents = NULL;
    const struct agent_row *found = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(agents_list(history->database, &history->arena, &agents, &count, &error), &error);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(agents[i].name, text_from(name)))
            found = &agents[i];
        assert_true(i == 0 || text_compare(agents[i - 1].name, agents[i].name) < 0);
    }
    return found;
}

static void test_an_agent_is_enrolled_with_its_grants(void **state)
{
    struct history *history = *state;
    struct error error = {0};
    const struct agent_row *agent;

    history_expect(enroll(history, agent_of("db-1", 'a', 3), &error), &error);
    agent = find(history, "db-1");
    assert_non_null(agent);
    assert_int_equal(agent->key[0], 'a');
    assert_int_equal(agent->enrolled_at, 1000);
    assert_true(text_equal(agent->enrolled_by, TEXT("alice")));
    assert_int_equal(agent->revoked_at, 0);
    assert_int_equal(agent->last_seen, 0);
    assert_int_equal(agent->target_count, 0);
    assert_int_equal(agent->grant_count, 2); /* the same twice is one, and they are sorted */
    assert_true(text_equal(agent->grants[0].environment, TEXT("staging")));
    assert_true(text_equal(agent->grants[1].database, TEXT("orders")));
}

static void test_enrolling_again(void **state)
{
    static const struct {
        const char *what, *name;
        char key;
        bool revoke_first;
        enum error_code code;
    } cases[] = {
        {"the same: grants are replaced", "db-1", 'a', false, ERROR_NONE},
        {"another key", "db-1", 'b', false, ERROR_CONFLICT},
        {"the key under another name", "db-2", 'a', false, ERROR_CONFLICT},
        {"the same, revoked: comes back", "db-1", 'a', true, ERROR_NONE},
        {"another key, revoked: takes its place", "db-1", 'b', true, ERROR_NONE},
        {"somebody else's key, revoked", "db-1", 't', true, ERROR_CONFLICT},
        {"the revoked key under another name", "db-2", 'a', true, ERROR_CONFLICT},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct history history;
        struct agent_row again = agent_of(cases[i].name, cases[i].key, 1);
        const struct agent_row *agent;
        struct error error = {0};

        print_message("  %s\n", cases[i].what);
        history_open(&history);
        history_expect(enroll(&history, agent_of("db-1", 'a', 2), &error), &error);
        if (cases[i].revoke_first)
            revoke(&history, "db-1", "bob", 2000);
        again.enrolled_at = 3000;
        assert_int_equal(enroll(&history, again, &error), cases[i].code);
        agent = find(&history, "db-1");
        assert_int_equal(agent->grant_count, cases[i].code == ERROR_NONE ? 1 : 2);
        assert_int_equal(agent->key[0], cases[i].code == ERROR_NONE ? cases[i].key : 'a');
        assert_int_equal(agent->revoked_at, cases[i].code != ERROR_NONE && cases[i].revoke_first ? 2000 : 0);
        assert_int_equal(agent->enrolled_at, cases[i].code == ERROR_NONE && cases[i].revoke_first ? 3000 : 1000);
        history_close(&history);
    }
}

static void test_the_first_revocation_counts(void **state)
{
    struct history *history = *state;
    struct error error = {0};

    history_expect(enroll(history, agent_of("db-1", 'a', 1), &error), &error);
    revoke(history, "db-1", "bob", 2000);
    revoke(history, "db-1", "carol", 3000);
    assert_int_equal(find(history, "db-1")->revoked_at, 2000);
    assert_true(text_equal(find(history, "db-1")->revoked_by, TEXT("bob")));
    assert_int_equal(agents_revoke(history->database, TEXT("nobody"), TEXT("bob"), 1, &error), ERROR_NOT_FOUND);
}

static void test_what_was_seen_of_an_agent(void **state)
{
    struct history *history = *state;
    struct agent_sighting sighting = {history->agent, 5000, TEXT("0.1.0"), TEXT("db.internal"), TEXT("10.0.0.1")};
    struct target_sighting target = {.agent = history->agent, .state = TARGET_FINE, .heard_at = 5000};
    const struct agent_row *agent;
    struct error error = {0};

    target.target = history_target(history, "orders", "prod", "default");
    history_expect(targets_saw(history->database, &target, &error), &error);
    history_expect(agents_saw(history->database, &sighting, &error), &error);
    agent = find(history, "tester");
    assert_int_equal(agent->last_seen, 5000);
    assert_true(text_equal(agent->version, TEXT("0.1.0")));
    assert_true(text_equal(agent->host, TEXT("db.internal")));
    assert_true(text_equal(agent->address, TEXT("10.0.0.1")));
    assert_int_equal(agent->target_count, 1);
    target.heard_at = 5500;
    history_expect(targets_saw(history->database, &target, &error), &error);
    assert_int_equal(find(history, "tester")->last_seen, 5500); /* with its targets, as long as it is here */
    history_expect(agents_heard(history->database, history->agent, 5800, &error), &error);
    assert_int_equal(find(history, "tester")->last_seen, 5800);

    revoke(history, "tester", "bob", 6000); /* another key takes the name: what was seen was another program */
    history_expect(enroll(history, agent_of("tester", 'x', 1), &error), &error);
    agent = find(history, "tester");
    assert_int_equal(agent->last_seen, 0);
    assert_null(agent->host.bytes);
}

static struct agent_presence presence_of(struct history *history, int64_t agent)
{
    struct agent_presence presence;
    struct error error = {0};

    history_expect(agents_presence(history->database, agent, &history->arena, &presence, &error), &error);
    return presence;
}

static void test_whether_an_agent_is_heard(void **state)
{
    struct history *history = *state;
    struct agent_sighting sighting = {history->agent, 5000, TEXT("0.1.0"), TEXT("db.internal"), TEXT("10.0.0.1")};
    struct target_sighting target = {.agent = history->agent, .state = TARGET_FINE, .heard_at = 7000};
    struct agent_presence presence = presence_of(history, history->agent);
    struct error error = {0};
    int64_t id = 0;

    assert_int_equal(presence.heard_at, 0);
    assert_int_equal(presence.version.length, 0);
    target.target = history_target(history, "orders", "prod", "default");
    history_expect(agents_saw(history->database, &sighting, &error), &error);
    assert_int_equal(presence_of(history, history->agent).heard_at, 5000);
    history_expect(targets_saw(history->database, &target, &error), &error);
    history_expect(agents_set_silent(history->database, history->agent, 7000, &error), &error);
    presence = presence_of(history, history->agent);
    assert_int_equal(presence.heard_at, 7000); /* later than the last Hello */
    assert_int_equal(presence.silent_since, 7000);
    assert_int_equal(presence.targets, 1);
    assert_true(text_equal(presence.version, TEXT("0.1.0")));
    assert_true(text_equal(presence.host, TEXT("db.internal")));
    assert_int_equal(find(history, "tester")->silent_since, 7000);
    history_expect(agents_set_silent(history->database, history->agent, 0, &error), &error);
    assert_int_equal(presence_of(history, history->agent).silent_since, 0);

    history_expect(agents_set_silent(history->database, history->agent, 7000, &error), &error);
    revoke(history, "tester", "bob", 8000); /* who is not let in is not missed */
    assert_int_equal(find(history, "tester")->silent_since, 0);

    history_expect(agents_find(history->database, TEXT("tester"), &id, &error), &error);
    assert_int_equal(id, history->agent);
    assert_int_equal(agents_find(history->database, TEXT("nobody"), &id, &error), ERROR_NOT_FOUND);
    assert_int_equal(agents_presence(history->database, 999, &history->arena, &presence, &error), ERROR_NOT_FOUND);
}

static void test_grants_decide(void **state)
{
    static const struct {
        const char *database, *environment, *instance;
        bool allowed;
    } cases[] = {
        {"orders", "prod", "default", true}, {"orders", "prod", "eu-1", true},   {"users", "staging", "eu-1", true},
        {"orders", "staging", "eu-1", true}, {"orders", "staging", "eu", false}, {"users", "prod", "eu-1", false},
        {"order", "prod", "eu-1", false},    {"*", "prod", "eu-1", false},
    };
    const struct agent_row agent = {.grants = grants, .grant_count = 2}, none = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct target_name name = history_name(cases[i].database, cases[i].environment, cases[i].instance);

        assert_int_equal(agents_may_speak_for(&agent, &name), cases[i].allowed);
        assert_false(agents_may_speak_for(&none, &name));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_agent_is_enrolled_with_its_grants, history_setup, history_teardown),
        cmocka_unit_test(test_enrolling_again),
        cmocka_unit_test_setup_teardown(test_the_first_revocation_counts, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_was_seen_of_an_agent, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_whether_an_agent_is_heard, history_setup, history_teardown),
        cmocka_unit_test(test_grants_decide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
