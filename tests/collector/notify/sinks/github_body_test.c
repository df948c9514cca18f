#include "notify/sinks/github_body.h"

#include "support/cmocka.h"

static const struct text token = TEXT_INIT("ghp_token");

static struct message make(const char *id, const char *title)
{
    return (struct message){.id = text_from(id),
                            .incident = 4,
                            .kind = DELIVERY_OPENED,
                            .severity = SEVERITY_HIGH,
                            .title = text_from(title),
                            .time = INT64_C(1795255200000000)};
}

static void write_marker(struct buffer *output, const struct message *message, struct text key)
{
    struct error error = {0};

    assert_int_equal(github_marker(output, message, key, &error), ERROR_NONE);
}

static void test_marker(void **state)
{
    struct message first = make("5f0c-17", "a"), later = make("5f0c-18", "b"), other = make("5f0c-18", "b");
    CLEANUP(buffer_clear) struct buffer a = {0}, b = {0}, c = {0}, d = {0};

    (void)state;
    other.incident = 5;
    write_marker(&a, &first, token);
    write_marker(&b, &later, token);
    write_marker(&c, &other, token);
    write_marker(&d, &first, TEXT("another"));
    assert_string_equal(a.bytes, b.bytes);
    assert_string_not_equal(a.bytes, c.bytes);
    assert_string_not_equal(a.bytes, d.bytes);
}

static void test_newest_on_top(void **state)
{
    struct message first = make("5f0c-17", "first"), later = make("5f0c-18", "later");
    CLEANUP(buffer_clear) struct buffer marker = {0}, body = {0}, both = {0};

    (void)state;
    write_marker(&marker, &first, token);
    github_body(&body, &first, buffer_text(&marker), TEXT(""));
    assert_true(github_has_message(buffer_text(&body), &first));
    assert_false(github_has_message(buffer_text(&body), &later));
    github_body(&both, &later, buffer_text(&marker), buffer_text(&body));
    assert_true(github_has_message(buffer_text(&both), &first));
    assert_true(strstr(both.bytes, "later") < strstr(both.bytes, "first"));
    assert_ptr_equal(strstr(both.bytes, marker.bytes), both.bytes);
    assert_null(strstr(both.bytes + 1, marker.bytes));
}

/* The oldest sections go; a text of people that is too long goes with them, for it has no place to be cut at. */
static void test_bounded(void **state)
{
    static char people[GITHUB_BODY_LIMIT];
    struct message message = make("5f0c-18", "title");
    CLEANUP(buffer_clear) struct buffer marker = {0}, earlier = {0}, body = {0};

    (void)state;
    memset(people, 'x', sizeof people - 1);
    write_marker(&marker, &message, token);
    buffer_printf(&earlier, "kept\n<!-- driftline message 5f0c-17 -->\n%s", people);
    github_body(&body, &message, buffer_text(&marker), buffer_text(&earlier));
    assert_true(body.length <= GITHUB_BODY_LIMIT);
    assert_string_equal(body.bytes + body.length - 6, "\n\nkept");
    buffer_reset(&body);
    github_body(&body, &message, buffer_text(&marker), text_from(people));
    assert_true(body.length < 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marker),
        cmocka_unit_test(test_newest_on_top),
        cmocka_unit_test(test_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
