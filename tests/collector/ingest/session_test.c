#include "ingest/session.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

static const struct session_sender sender = {
    .peer = {1, 2, 3, 4, 5}, .agent = 7, .address = {"192.0.2.1", sizeof "192.0.2.1" - 1}};

static struct session *make(void)
{
    struct session *session = NULL;
    struct error error = {0};

    assert_int_equal(session_new(&session, &sender, 2, TEXT("orders@prod\0billing@prod/eu-1\0"), &error), ERROR_NONE);
    return session;
}

static void test_a_session_knows_its_peer_and_targets(void **state)
{
    struct session *session = make(), *other = make();

    (void)state;
    assert_int_equal(session->agent, 7);
    assert_string_equal(session->address, "192.0.2.1");
    assert_string_equal(session->targets[0].name, "orders@prod");
    assert_string_equal(session->targets[1].name, "billing@prod/eu-1");
    assert_true(session->number != 0 && session->number != other->number);
    assert_true(session_has_peer(session, sender.peer));
    assert_false(session_has_peer(session, (const uint8_t[]){1, 2, 3, 4, 6}));
    session->targets[1].target = 12;
    assert_ptr_equal(session_target_of(session, 12), &session->targets[1]);
    assert_null(session_target_of(session, 13));
    session_free(session);
    session_free(other);
    session_free(NULL);
}

/* Ten thousand agents at rest must not need more than what is planned for a connection. */
static void test_an_idle_session_is_small(void **state)
{
    (void)state;
    assert_true(sizeof(struct session) + sizeof(struct session_target) + sizeof "orders@production/eu-west-1" < 512);
}

static void test_states_change_when_they_are_different(void **state)
{
    static const struct {
        enum target_state state;
        const char *reason;
        bool changed;
        const char *kept;
    } steps[] = {
        {TARGET_STARTING, "", false, NULL},
        {TARGET_FINE, "", true, NULL},
        {TARGET_FINE, "said although all is well", false, NULL},
        {TARGET_UNREACHABLE, "connection refused", true, "connection refused"},
        {TARGET_UNREACHABLE, "connection refused", false, "connection refused"},
        {TARGET_UNREACHABLE, "no route to host", true, "no route to host"},
        {TARGET_REFUSED, "no route to host", true, "no route to host"},
        {TARGET_FINE, "", true, NULL},
    };
    struct session *session = make();

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(steps); i++) {
        bool changed = false;

        assert_true(session_target_state(&session->targets[0], steps[i].state, text_from(steps[i].reason), &changed));
        assert_int_equal(changed, steps[i].changed);
        assert_int_equal(session->targets[0].state, steps[i].state);
        if (steps[i].kept == NULL)
            assert_null(session->targets[0].reason);
        else
            assert_string_equal(session->targets[0].reason, steps[i].kept);
    }
    session_free(session);
}

static void test_a_long_reason_is_cut_between_characters(void **state)
{
    char reason[2 * SESSION_REASON_LIMIT + 1];
    struct session *session = make();
    bool changed = false;

    (void)state;
    reason[0] = 'x';
    for (size_t i = 1; i < sizeof reason; i += 2)
        memcpy(reason + i, "\303\244", 2);
    for (unsigned i = 0; i < 2; i++) {
        assert_true(
            session_target_state(&session->targets[0], TARGET_FAILED, (struct text){reason, sizeof reason}, &changed));
        assert_int_equal(changed, i == 0); /* the same once more is recognised */
    }
    assert_int_equal(strlen(session->targets[0].reason), SESSION_REASON_LIMIT - 1);
    assert_true(text_is_utf8(text_from(session->targets[0].reason)));
    for (unsigned i = 0; i < 2; i++) {
        assert_true(session_target_state(&session->targets[0], TARGET_FAILED, TEXT("zero\0byte"), &changed));
        assert_int_equal(changed, i == 0);
    }
    session_free(session);
}

static enum error_code attempt(void *context, struct error *error)
{
    struct session *session = NULL;
    bool changed = false;
    enum error_code code = ERROR_NONE;

    (void)context;
    if (session_new(&session, &sender, 2, TEXT("a@b\0c@d\0"), error) != ERROR_NONE)
        return error->code;
    if (!session_target_state(&session->targets[0], TARGET_FAILED, TEXT("why"), &changed)) {
        assert_int_equal(session->targets[0].state, TARGET_STARTING);
        code = error_memory(error, "hearing a heartbeat");
    }
    session_free(session);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_session_knows_its_peer_and_targets),
        cmocka_unit_test(test_an_idle_session_is_small),
        cmocka_unit_test(test_states_change_when_they_are_different),
        cmocka_unit_test(test_a_long_reason_is_cut_between_characters),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
