#include "cli/actor_text.h"

#include "support/cmocka.h"

static void test_who(void **state)
{
    static const struct {
        struct answer_actor who;
        const char *expected;
    } cases[] = {
        {{.evidence = TEXT_INIT("inferred")}, ""},
        {{.evidence = TEXT_INIT("unattributed")}, "by nobody that capture saw"},
        {{.actor = TEXT_INIT("alice"), .evidence = TEXT_INIT("captured")}, "by alice (captured)"},
        {{.actor = TEXT_INIT("alice")}, "by alice"},
        {{.actor = TEXT_INIT("bob"), .evidence = TEXT_INIT("inferred")}, "perhaps by bob (inferred)"},
        {{.actor = TEXT_INIT("alice"),
          .role = TEXT_INIT("app_owner"),
          .application = TEXT_INIT("flyway"),
          .evidence = TEXT_INIT("captured")},
         "by alice as app_owner with flyway (captured)"},
        {{.actor = TEXT_INIT("a\n"), .application = TEXT_INIT("psql\x1b")}, "by a\\n with psql\\x1b"},
        {{.role = TEXT_INIT("app_owner"), .application = TEXT_INIT("flyway")}, ""}, /* of nobody */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer buffer = {0};

        actor_write(&buffer, &cases[i].who);
        buffer_add_byte(&buffer, '\0');
        assert_string_equal(buffer.bytes, cases[i].expected);
    }
}

static void test_the_same(void **state)
{
    const struct answer_actor who = {TEXT("alice"), TEXT("app_owner"), TEXT("flyway"), TEXT("captured")};

    (void)state;
    assert_true(actor_is_same(&who, &who));
    for (int i = 0; i < 4; i++) {
        struct answer_actor other = who;

        *(struct text *[]){&other.actor, &other.role, &other.application, &other.evidence}[i] = TEXT("x");
        assert_false(actor_is_same(&who, &other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who),
        cmocka_unit_test(test_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
