/* How a sink of each kind must be configured, and what people are shown of where it leads. */
#include "collector/notify/sinks/sample.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 1024 * 1024 };

struct good {
    const char *sink;
    const char *address;
};

static const struct good good[] = {
    {"{\"kind\": \"slack\", \"url\": \"https://hooks.slack.com/services/secret\"}", "hooks.slack.com"},
    {"{\"kind\": \"slack\", \"secret\": \"xoxb\", \"channel\": \"ops\"}", "#ops"},
    {"{\"kind\": \"slack\", \"secret\": \"xoxb\", \"channel\": \"#ops\"}", "#ops"},
    {"{\"kind\": \"teams\", \"url\": \"https://x.logic.azure.com/workflows/1?sig=secret\"}", "x.logic.azure.com"},
    {"{\"kind\": \"email\", \"url\": \"smtps://mail.example.com\", \"from\": \"a@example.com\", \"to\": "
     "[\"b@example.com\"]}",
     "b@example.com"},
    {"{\"kind\": \"email\", \"url\": \"smtp://mail.example.com:587\", \"from\": \"a@example.com\", \"to\": "
     "[\"b@example.com\", \"c@example.com\"], \"user\": \"u\", \"password\": \"p\"}",
     "b@example.com and 1 more"},
    {"{\"kind\": \"alertmanager\", \"url\": \"http://127.0.0.1:9093\", \"allow_private\": true}", "127.0.0.1:9093"},
    {"{\"kind\": \"alertmanager\", \"url\": \"https://a.example\", \"labels\": [\"team=dba\", \"_x1==\"]}",
     "a.example"},
    {"{\"kind\": \"pagerduty\", \"secret\": \"k\"}", "events.pagerduty.com"},
    {"{\"kind\": \"pagerduty\", \"secret\": \"k\", \"url\": \"https://events.eu.pagerduty.com/v2/enqueue\"}",
     "events.eu.pagerduty.com"},
    {"{\"kind\": \"github\", \"secret\": \"t\", \"repository\": \"acme/shop\"}", "github.com/acme/shop"},
    {"{\"kind\": \"github\", \"secret\": \"t\", \"repository\": \"acme/shop\", \"issue\": 12}",
     "github.com/acme/shop#12"},
    {"{\"kind\": \"github\", \"secret\": \"t\", \"repository\": \"a/b\", \"url\": \"https://git.example.com/api/v3\"}",
     "git.example.com/a/b"},
};

struct bad {
    const char *sink;
    const char *key;
    const char *words; /* of the message */
};

static const struct bad bad[] = {
    {"{\"kind\": \"slack\"}", "url", "there is no address"},
    {"{\"kind\": \"slack\", \"url\": \"http://hooks.slack.com/secret\"}", "url", "without encryption"},
    {"{\"kind\": \"slack\", \"secret\": \"xoxb\"}", "channel", "the channel"},
    {"{\"kind\": \"slack\", \"url\": \"https://hooks.slack.com/secret\", \"channel\": \"ops\"}", "channel",
     "of its own"},
    {"{\"kind\": \"teams\"}", "url", "there is no address"},
    {"{\"kind\": \"email\", \"url\": \"https://mail.example.com\"}", "url", "smtps://"},
    {"{\"kind\": \"email\", \"url\": \"smtps://mail.example.com\"}", "from", "comes from"},
    {"{\"kind\": \"email\", \"url\": \"smtps://m.example\", \"from\": \"a@b\\r\\nBcc: c@d\"}", "from", "no address"},
    {"{\"kind\": \"email\", \"url\": \"smtps://m.example\", \"from\": \"a@b\"}", "to", "at least one"},
    {"{\"kind\": \"email\", \"url\": \"smtps://m.example\", \"from\": \"a@b\", \"to\": [\"x\"]}", "to", "'x'"},
    {"{\"kind\": \"email\", \"url\": \"smtps://m.example\", \"from\": \"a@b\", \"to\": [\"a@b\"], \"user\": \"u\"}",
     "password", "together"},
    {"{\"kind\": \"email\", \"url\": \"smtps://m.example\", \"from\": \"a@b\", \"to\": [\"a@b\"], \"password\": \"p\"}",
     "user", "together"},
    {"{\"kind\": \"alertmanager\"}", "url", "there is no address"},
    {"{\"kind\": \"alertmanager\", \"url\": \"https://a.example\", \"labels\": [\"1x=y\"]}", "labels", "'1x=y'"},
    {"{\"kind\": \"alertmanager\", \"url\": \"https://a.example\", \"labels\": [\"x\"]}", "labels", "'x'"},
    {"{\"kind\": \"alertmanager\", \"url\": \"https://a.example\", \"labels\": [\"severity=low\"]}", "labels",
     "no label"},
    {"{\"kind\": \"pagerduty\"}", "secret", "integration key"},
    {"{\"kind\": \"github\", \"repository\": \"acme/shop\"}", "secret", "a token"},
    {"{\"kind\": \"github\", \"secret\": \"t\"}", "repository", "no repository"},
    {"{\"kind\": \"github\", \"secret\": \"t\", \"repository\": \"acme/../x\"}", "repository", "no repository"},
    {"{\"kind\": \"github\", \"secret\": \"t\", \"repository\": \"acme/..\"}", "repository", "no repository"},
    {"{\"kind\": \"github\", \"secret\": \"t\", \"repository\": \"acme/shop?x=\"}", "repository", "no repository"},
    {"{\"kind\": \"github\", \"secret\": \"t\", \"repository\": \"acme/shop\", \"issue\": -1}", "issue", "from 1"},
};

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(good); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};
        const char *key = NULL;
        struct sink sink;

        arena_init(&arena, ARENA_LIMIT);
        assert_int_equal(sample_sink(text_from(good[i].sink), &arena, &sink, &error), ERROR_NONE);
        if (sink.kind->check(&sink, &key, &error) != ERROR_NONE)
            fail_msg("%s: %s: %s", good[i].sink, key, error.message);
        assert_string_equal(sink.kind->address(&sink, &arena), good[i].address);
    }
}

static void test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(bad); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};
        const char *key = NULL;
        struct sink sink;

        arena_init(&arena, ARENA_LIMIT);
        assert_int_equal(sample_sink(text_from(bad[i].sink), &arena, &sink, &error), ERROR_NONE);
        if (sink.kind->check(&sink, &key, &error) != ERROR_CONFIG)
            fail_msg("%s is taken", bad[i].sink);
        assert_string_equal(key, bad[i].key);
        if (strstr(error.message, bad[i].words) == NULL)
            fail_msg("%s: %s", bad[i].sink, error.message);
        assert_null(strstr(error.message, "/secret"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
