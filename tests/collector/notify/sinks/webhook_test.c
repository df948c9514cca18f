#include <string.h>

#include "collector/notify/sinks/prepared.h"
#include "support/cmocka.h"

static struct sink make_sink(void)
{
    return (struct sink){.kind = sink_kind_find(TEXT("webhook")),
                         .url = TEXT("https://bus.example.com:8443/hook/sesame"),
                         .secret = TEXT("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")};
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    assert_non_null(text);
    return text;
}

static void test_it_is_a_signed_cloud_event(void **state)
{
    const struct sink sink = make_sink();
    struct prepared prepared;
    json_t *event, *data;

    (void)state;
    prepared_make(&prepared, &sink, "opened");
    assert_int_equal(prepared.request.action, SINK_HTTP);
    assert_string_equal(prepared.request.method, "POST");
    assert_string_equal(prepared_header(&prepared, "Content-Type"), "application/cloudevents+json");
    assert_string_equal(prepared_header(&prepared, "webhook-id"), "5f0c6a1e-17");
    assert_string_equal(prepared_header(&prepared, "webhook-timestamp"), "1795258800");
    assert_int_equal(strncmp(prepared_header(&prepared, "webhook-signature"), "v1,", 3), 0);
    event = json_loads(prepared_body(&prepared), 0, NULL);
    assert_string_equal(text_of(event, "specversion"), "1.0");
    assert_string_equal(text_of(event, "id"), "5f0c6a1e-17");
    assert_string_equal(text_of(event, "source"), "/driftline/5f0c6a1e");
    assert_string_equal(text_of(event, "type"), "driftline.notification");
    assert_string_equal(text_of(event, "subject"), "orders@prod");
    assert_string_equal(text_of(event, "time"), "2026-11-21T10:00:00.000Z");
    assert_string_equal(text_of(event, "severity"), "critical");
    assert_string_equal(text_of(event, "summary"), "orders@prod: 3 differences opened, 1 critical");
    data = json_object_get(event, "data");
    assert_string_equal(text_of(data, "verdict"), "DRIFTED");
    assert_int_equal(json_array_size(json_object_get(data, "lines")), 3);
    json_decref(event);
    prepared_clear(&prepared);
}

static void test_it_says_the_same_whenever_it_is_sent(void **state)
{
    const struct sink sink = make_sink();
    struct prepared first, second;

    (void)state;
    prepared_make(&first, &sink, "hostile");
    prepared_make(&second, &sink, "hostile");
    assert_string_equal(prepared_body(&first), prepared_body(&second));
    prepared_clear(&first);
    prepared_clear(&second);
}

static void test_it_wants_an_address_and_a_secret(void **state)
{
    struct sink sink = make_sink();
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, 4096);
    assert_string_equal(prepared_check(&sink), "");
    assert_string_equal(sink.kind->address(&sink, &arena), "bus.example.com:8443");
    sink.secret = TEXT("");
    assert_non_null(strstr(prepared_check(&sink), "secret: the secret is shorter than 16 bytes"));
    sink = make_sink();
    sink.url = TEXT("smtp://bus.example.com");
    assert_non_null(strstr(prepared_check(&sink), "url: the address must begin with one of: https://, http://"));
    sink.url = TEXT("http://bus.example.com");
    assert_non_null(strstr(prepared_check(&sink), "without encryption"));
    sink.allow_private = true;
    assert_string_equal(prepared_check(&sink), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_a_signed_cloud_event),
        cmocka_unit_test(test_it_says_the_same_whenever_it_is_sent),
        cmocka_unit_test(test_it_wants_an_address_and_a_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
