/* Every kind with names that want to be more than names, and with every allocation failing in turn. */
#include <stdlib.h>

#include "base/memory.h"
#include "collector/notify/sinks/sample.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static const char *const sinks[] = {
    "{\"kind\": \"slack\", \"url\": \"https://hooks.slack.example/secret\"}",
    "{\"kind\": \"slack\", \"secret\": \"xoxb-1\", \"channel\": \"C1\"}",
    "{\"kind\": \"teams\", \"url\": \"https://teams.example/secret\"}",
    "{\"kind\": \"email\", \"url\": \"smtps://mail.example\", \"from\": \"a@a.example\", \"to\": [\"b@a.example\"]}",
    "{\"kind\": \"alertmanager\", \"url\": \"https://alerts.example\", \"labels\": [\"team=dba\"]}",
    "{\"kind\": \"pagerduty\", \"secret\": \"key\"}",
    "{\"kind\": \"github\", \"secret\": \"token\", \"repository\": \"acme/shop\", \"labels\": [\"drift\"]}",
    "{\"kind\": \"github\", \"secret\": \"token\", \"repository\": \"acme/shop\", \"issue\": 12}",
};

/* A name, and what of it must not appear anywhere as it is in a kind's request; NULL: for every kind it is only text.
 */
struct hostile {
    const char *name;
    const char *in_html;     /* of e-mail */
    const char *in_slack;    /* in any string */
    const char *in_markdown; /* of GitHub */
};

static const struct hostile names[] = {
    {"<script>alert(1)</script>", "<script", "<script", "<script"},
    {"<img src=x onerror=alert(1)>", "<img", "<img", "<img"},
    {"\" onmouseover=\"alert(1)", "\" onmouseover", NULL, "\" on"},
    {"*_@channel <!here> <@U123>", "<!here", "<!here", "@channel"},
    {"<!channel|all> <https://evil.example|ok>", "<https", "<https", "<https"},
    {"`drop` ```fence```", NULL, NULL, "`"},
    {"~x~ **b** _i_ # h", NULL, NULL, "**b**"},
    {"@everyone @acme/team", NULL, NULL, "@everyone"},
    {"[x](http://evil.example)", NULL, NULL, "[x]"},
    {"![x](http://evil.example/i.png)", NULL, NULL, "![x]"},
    {"</code></pre><h1>x", "</code>", "</code>", "</pre>"},
    {"--> <!-- driftline incident 0 -->", "<!-- driftline", "<!--", "incident 0 -->"},
    {"two\nlines", "two\nlines", "two\nlines", "two\nlines"},
    {"x\r\nBcc: evil@example.com", "\nBcc:", "\nBcc:", "\nBcc:"},
    {"\r\n.\r\nQUIT", "\r\n.\r\nQUIT", "\nQUIT", "\nQUIT"},
    {"--=_driftline--", NULL, NULL, NULL},
    {"\xe2\x80\xaegnp.exe", "\xe2\x80\xae", "\xe2\x80\xae", "\xe2\x80\xae"},
    {"\xe2\x80\xa8line", "\xe2\x80\xa8", "\xe2\x80\xa8", "\xe2\x80\xa8"},
    {"\x1b[31mred", "\x1b", "\x1b", "\x1b"},
    {"\xff\xfe", "\xff", "\xff", "\xff"},
    {"=?utf-8?q?=0D=0ABcc:_x?=", NULL, NULL, NULL},
    {"& &lt; &#64;", "& &lt;", "& &lt;", "&#64;</code>"},
};

static void make_message(struct message *message, const char *name)
{
    const struct text text = text_from(name);

    *message = (struct message){.id = TEXT("5f0c-1"),
                                .incident = 4,
                                .number = 1,
                                .kind = DELIVERY_OPENED,
                                .route = text,
                                .subject = text,
                                .severity = SEVERITY_HIGH,
                                .title = text,
                                .verdict = text,
                                .database = text,
                                .environment = text,
                                .time = INT64_C(1795255200000000),
                                .line_count = 1,
                                .lines = {{SEVERITY_HIGH, text, text, 2}},
                                .more = 1,
                                .open = 1,
                                .command = text,
                                .link = text};
}

/* ---- what is looked at ---- */

/* The strings of a document: those that hold a piece of text. */
static void check_strings(const json_t *value, const char *piece)
{
    const char *key;
    json_t *member;
    size_t i;

    if (json_is_string(value) && strstr(json_string_value(value), piece) != NULL)
        fail_msg("'%s' is in: %s", piece, json_string_value(value));
    json_object_foreach((json_t *)value, key, member) check_strings(member, piece);
    json_array_foreach(value, i, member) check_strings(member, piece);
}

/* Teams reads Markdown in text blocks and facts, and none in text runs. */
static void check_blocks(const json_t *blocks)
{
    json_t *block;
    size_t i;

    assert_true(json_array_size(blocks) > 1);
    json_array_foreach(blocks, i, block)
        assert_string_equal(json_string_value(json_object_get(block, "type")), "RichTextBlock");
}

/* Quoted-printable undone. */
static void decode(struct buffer *output, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char digits[3] = {0};

        if (text.bytes[i] != '=' || i + 2 >= text.length) {
            buffer_add_byte(output, (uint8_t)text.bytes[i]);
            continue;
        }
        memcpy(digits, text.bytes + i + 1, 2);
        if (digits[0] != '\r')
            buffer_add_byte(output, (uint8_t)strtoul(digits, NULL, 16));
        i += 2;
    }
}

static int count_of(const char *bytes, const char *piece)
{
    int count = 0;

    for (const char *found = strstr(bytes, piece); found != NULL; found = strstr(found + 1, piece))
        count++;
    return count;
}

static void check_mail(struct text mail, const struct hostile *hostile)
{
    CLEANUP(buffer_clear) struct buffer decoded = {0};
    const char *html = strstr(mail.bytes, "Content-Type: text/html");
    const char *line = mail.bytes;

    assert_non_null(html);
    assert_null(strstr(mail.bytes, "\nBcc:"));
    for (const char *end = strstr(line, "\r\n"); end != NULL; line = end + 2, end = strstr(line, "\r\n"))
        assert_true(end - line <= 78);
    for (size_t i = 0; i < mail.length; i++)
        assert_true((mail.bytes[i] >= ' ' && mail.bytes[i] <= '~') || mail.bytes[i] == '\r' || mail.bytes[i] == '\n');
    assert_int_equal(count_of(mail.bytes, "\r\n--=_driftline"), 3);
    assert_int_equal(count_of(mail.bytes, "\r\n--=_driftline--\r\n"), 1);
    decode(&decoded, text_from(html));
    if (hostile->in_html != NULL && strstr(decoded.bytes, hostile->in_html) != NULL)
        fail_msg("'%s' is in: %s", hostile->in_html, decoded.bytes);
}

static void check_request(const struct sink *sink, const struct sink_request *request, const struct hostile *hostile)
{
    const char *kind = sink->kind->name;
    json_t *body;

    for (size_t i = 0; i < request->header_count; i++)
        assert_null(memchr(request->headers[i].bytes, '\n', request->headers[i].length));
    if (request->action == SINK_MAIL) {
        check_mail(buffer_text(&request->body), hostile);
        return;
    }
    body = json_loadb(request->body.bytes, request->body.length, 0, NULL);
    assert_non_null(body);
    check_strings(body, "\xe2\x80\xae");
    check_strings(body, "\x1b");
    if (strcmp(kind, "slack") == 0 && hostile->in_slack != NULL)
        check_strings(body, hostile->in_slack);
    if (strcmp(kind, "github") == 0 && hostile->in_markdown != NULL)
        check_strings(json_object_get(body, "body"), hostile->in_markdown);
    if (strcmp(kind, "teams") == 0)
        check_blocks(json_object_get(
            json_object_get(json_array_get(json_object_get(body, "attachments"), 0), "content"), "body"));
    json_decref(body);
}

static void test_hostile(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(sinks); i++)
        for (size_t j = 0; j < LENGTH_OF(names); j++) {
            struct sink_request request = {0};
            struct message message;
            struct error error = {0};
            struct arena arena;
            struct sink sink;

            arena_init(&arena, ARENA_LIMIT);
            assert_int_equal(sample_sink(text_from(sinks[i]), &arena, &sink, &error), ERROR_NONE);
            make_message(&message, names[j].name);
            {
                struct sink_attempt attempt = {.sink = &sink,
                                               .message = &message,
                                               .attempt = 1,
                                               .memory = json_pack("{s:b}", "looked", 1),
                                               .arena = &arena};

                assert_int_equal(sink.kind->prepare(&attempt, &request, &error), ERROR_NONE);
                json_decref(attempt.memory);
            }
            check_request(&sink, &request, &names[j]);
            buffer_clear(&request.body);
            arena_free(&arena);
        }
}

/* ---- memory ---- */

static enum error_code prepare_once(void *context, struct error *error)
{
    struct sink_attempt attempt = *(const struct sink_attempt *)context;
    struct sink_request request = {0};
    struct arena arena;

    arena_init(&arena, ARENA_LIMIT);
    attempt.arena = &arena;
    attempt.memory = json_pack("{s:b}", "looked", 1);
    if (attempt.memory == NULL)
        error_memory(error, "remembering");
    else
        (void)!attempt.sink->kind->prepare(&attempt, &request, error);
    buffer_clear(&request.body);
    json_decref(attempt.memory);
    arena_free(&arena);
    return error->code;
}

static void test_memory(void **state)
{
    static const char remote[] = "{\"channel\": \"C1\", \"ts\": \"1\", \"message_id\": \"1@example.com\", "
                                 "\"severity\": \"low\", \"number\": 1, \"comment\": 2}";

    (void)state;
    json_set_alloc_funcs(mem_alloc, mem_free);
    for (size_t i = 0; i < LENGTH_OF(sinks); i++)
        for (int again = 0; again < 2; again++) {
            struct message message;
            struct sink_attempt attempt = {.message = &message, .attempt = 1, .remote = text_from(again ? remote : "")};
            struct error error = {0};
            struct arena arena;
            struct sink sink;

            arena_init(&arena, ARENA_LIMIT);
            assert_int_equal(sample_sink(text_from(sinks[i]), &arena, &sink, &error), ERROR_NONE);
            make_message(&message, "table");
            message.kind = again ? DELIVERY_RESOLVED : DELIVERY_OPENED;
            message.link = TEXT("https://driftline.example.com/");
            attempt.sink = &sink;
            test_every_allocation(prepare_once, &attempt);
            arena_free(&arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
