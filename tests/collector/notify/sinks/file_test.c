#include <string.h>

#include "collector/notify/sinks/prepared.h"
#include "support/cmocka.h"

static void test_it_is_one_line(void **state)
{
    const struct sink sink = {.kind = sink_kind_find(TEXT("file")), .path = TEXT("/var/log/notifications.jsonl")};
    static const char *const messages[] = {"opened", "hostile", "test"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(messages); i++) {
        struct prepared prepared;
        const char *body;

        prepared_make(&prepared, &sink, messages[i]);
        body = prepared_body(&prepared);
        assert_int_equal(prepared.request.action, SINK_APPEND);
        assert_int_equal(strncmp(body, "{\"id\":\"", 7), 0); /* by which a torn line is known again */
        assert_ptr_equal(strchr(body, '\n'), body + strlen(body) - 1);
        prepared_clear(&prepared);
    }
}

static const char *check(const char *path)
{
    const struct sink sink = {.kind = sink_kind_find(TEXT("file")), .path = text_from(path)};

    return prepared_check(&sink);
}

static void test_it_wants_the_path_of_a_file(void **state)
{
    (void)state;
    assert_string_equal(check("/tmp/not-there-yet.jsonl"), "");
    assert_string_equal(check("/etc/passwd"), "");
    assert_non_null(strstr(check(""), "path: a file is named by its absolute path"));
    assert_non_null(strstr(check("notifications.jsonl"), "absolute"));
    assert_non_null(strstr(check("/var/log/"), "absolute"));
    assert_non_null(strstr(check("/dev/null"), "no regular file"));
    assert_non_null(strstr(check("/tmp"), "no regular file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_one_line),
        cmocka_unit_test(test_it_wants_the_path_of_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
