#include "store/tokens.h"

#include <string.h>

#include "collector/store/history.h"
#include "support/cmocka.h"

enum { HOUR = 3600 };
static const int64_t SECOND = 1000000;

static void make(struct history *history, const char *name, enum token_rights rights, int64_t expires_at,
                 char ret_secret[TOKEN_TEXT_SIZE])
{
    const struct token_row token = {.name = text_from(name),
                                    .rights = rights,
                                    .created_at = 1000,
                                    .created_by = TEXT("alice"),
                                    .expires_at = expires_at};
    struct error error = {0};

    history_expect(tokens_make(history->database, &token, ret_secret, &error), &error);
}

static enum error_code check(struct history *history, const char *secret, int64_t now, struct token_row *ret_token)
{
    struct error error = {0};

    return tokens_check(history->database, text_from(secret), now, &history->arena, ret_token, &error);
}

static void test_a_secret_is_shown_once_and_known_after(void **state)
{
    struct history *history = *state;
    char secret[TOKEN_TEXT_SIZE] = "", other[TOKEN_TEXT_SIZE] = "";
    struct token_row token = {0};

    make(history, "ci", TOKEN_GATE, 0, secret);
    make(history, "admin", TOKEN_ADMIN, 0, other);
    assert_int_equal(strlen(secret), 67);
    assert_int_equal(strncmp(secret, "dl_", 3), 0);
    assert_int_equal(strspn(secret + 3, "0123456789abcdef"), 64);
    assert_string_not_equal(secret, other);
    assert_int_equal(check(history, secret, 5000, &token), ERROR_NONE);
    assert_true(text_equal(token.name, TEXT("ci")));
    assert_int_equal(token.rights, TOKEN_GATE);
    assert_int_equal(token.created_at, 1000);
    assert_true(text_equal(token.created_by, TEXT("alice")));
    assert_int_equal(history_ask(history, "SELECT count(*) FROM token WHERE hash LIKE '%dl_%' OR name LIKE '%dl_%'"),
                     0);
}

static void test_what_is_no_token_is_refused(void **state)
{
    struct history *history = *state;
    char secret[TOKEN_TEXT_SIZE] = "", wrong[TOKEN_TEXT_SIZE];
    struct token_row token = {0};
    const char *const cases[] = {"", "dl_", "x", "Bearer", secret + 1, wrong};

    make(history, "ci", TOKEN_READ, 0, secret);
    memcpy(wrong, secret, sizeof wrong);
    wrong[10] = wrong[10] == '0' ? '1' : '0';
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        assert_int_equal(check(history, cases[i], 0, &token), ERROR_REFUSED);
    assert_null(token.name.bytes);
}

static void test_tokens_expire_and_are_removed(void **state)
{
    struct history *history = *state;
    char secret[TOKEN_TEXT_SIZE] = "";
    struct token_row token = {0};
    struct error error = {0};

    make(history, "ci", TOKEN_READ, 2000, secret);
    assert_int_equal(check(history, secret, 1999, &token), ERROR_NONE);
    assert_int_equal(check(history, secret, 2000, &token), ERROR_REFUSED);
    history_expect(tokens_remove(history->database, TEXT("ci"), &error), &error);
    assert_int_equal(check(history, secret, 1999, &token), ERROR_REFUSED);
    assert_int_equal(tokens_remove(history->database, TEXT("ci"), &error), ERROR_NOT_FOUND);
}

static void test_a_name_is_there_once(void **state)
{
    struct history *history = *state;
    const struct token_row token = {.name = TEXT("ci"), .rights = TOKEN_READ};
    char secret[TOKEN_TEXT_SIZE] = "", untouched[TOKEN_TEXT_SIZE] = "untouched";
    struct error error = {0};

    make(history, "ci", TOKEN_READ, 0, secret);
    assert_int_equal(tokens_make(history->database, &token, untouched, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "'ci'"));
    assert_string_equal(untouched, "untouched");
}

static void test_use_is_noted_to_the_hour(void **state)
{
    struct history *history = *state;
    char secret[TOKEN_TEXT_SIZE] = "";
    struct token_row *tokens = NULL;
    struct error error = {0};
    size_t count = 0;
    static const struct {
        int64_t at, noted;
    } cases[] = {{HOUR + 5, HOUR}, {HOUR + 900, HOUR}, {3 * HOUR - 1, 2 * HOUR}, {HOUR, 2 * HOUR}};

    make(history, "b", TOKEN_READ, 0, secret);
    make(history, "a", TOKEN_READ, 0, secret);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        history_expect(tokens_list(history->database, &history->arena, &tokens, &count, &error), &error);
        assert_int_equal(count, 2);
        assert_true(text_equal(tokens[1].name, TEXT("b")));
        history_expect(tokens_used(history->database, tokens[1].id, cases[i].at * SECOND, &error), &error);
        history_expect(tokens_list(history->database, &history->arena, &tokens, &count, &error), &error);
        assert_true(tokens[1].last_used == cases[i].noted * SECOND);
        assert_int_equal(tokens[0].last_used, 0);
    }
}

static void test_rights_have_names(void **state)
{
    static const char *const names[] = {"read", "gate", "operate", "admin"};
    enum token_rights rights = TOKEN_READ;

    (void)state;
    for (unsigned i = 0; i < LENGTH_OF(names); i++) {
        assert_true(token_rights_from_name(text_from(names[i]), &rights));
        assert_int_equal(rights, i + 1);
        assert_string_equal(token_rights_name(rights), names[i]);
    }
    assert_false(token_rights_from_name(TEXT("root"), &rights));
    assert_false(token_rights_from_name(TEXT(""), &rights));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_secret_is_shown_once_and_known_after, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_token_is_refused, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_tokens_expire_and_are_removed, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_name_is_there_once, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_use_is_noted_to_the_hour, history_setup, history_teardown),
        cmocka_unit_test(test_rights_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
