/* What the API answers, over real sockets. That every answer fits its schema is tested by api_test.py. */
#include "feed/server.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/feed/http.h"
#include "collector/feed/running_feed.h"
#include "schema/snapshot_file.h"
#include "support/cmocka.h"

static int setup(void **state)
{
    static struct running_feed running;
    struct feed_settings settings = running_feed_settings();

    running_feed_start(&running, &settings);
    *state = &running;
    return 0;
}

static int teardown(void **state)
{
    running_feed_stop(*state);
    return 0;
}

static struct http_answer ask(struct running_feed *running, const char *method, const char *target, const char *token,
                              const char *body)
{
    const struct http_request request = {running->port, method, target, token, body};

    return http_ask(&request, &running->directory.arena);
}

static struct http_answer get(struct running_feed *running, const char *target)
{
    return ask(running, "GET", target, running->tokens.read, NULL);
}

/* ---- tokens ---- */

static void test_what_needs_no_token(void **state)
{
    static const char *const targets[] = {"/healthz", "/readyz", "/openapi.json", "/api/v1/version"};

    for (size_t i = 0; i < LENGTH_OF(targets); i++) {
        struct http_answer answer = ask(*state, "GET", targets[i], NULL, NULL);

        print_message("  %s\n", targets[i]);
        assert_int_equal(answer.status, 200);
        assert_true(text_equal(http_header(&answer, "Content-Type"), TEXT("application/json")));
        assert_true(text_equal(http_header(&answer, "X-Content-Type-Options"), TEXT("nosniff")));
        assert_true(text_equal(http_header(&answer, "Cache-Control"), TEXT("no-store")));
    }
}

/* A page that shows what databases are called must not run what they are called. */
static void test_dashboard_is_guarded(void **state)
{
    static const struct {
        const char *target;
        const char *type;
        const char *part; /* of the content */
    } cases[] = {
        {"/", "text/html; charset=utf-8", "/web/app.js"},
        {"/web/index.html", "text/html; charset=utf-8", "/web/app.js"},
        {"/web/style.css", "text/css; charset=utf-8", "--"},
        {"/web/app.js", "text/javascript; charset=utf-8", "import"},
        {"/web/icon.svg", "image/svg+xml", "<svg"},
        {"/web/pages/fleet.js", "text/javascript; charset=utf-8", "export"},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct http_answer answer = ask(*state, "GET", cases[i].target, NULL, NULL);
        struct text policy = http_header(&answer, "Content-Security-Policy");

        print_message("  %s\n", cases[i].target);
        assert_int_equal(answer.status, 200);
        assert_true(text_equal(http_header(&answer, "Content-Type"), text_from(cases[i].type)));
        assert_true(http_body_has(&answer, cases[i].part));
        assert_true(text_equal(http_header(&answer, "Cache-Control"), TEXT("no-cache")));
        assert_true(text_equal(http_header(&answer, "Referrer-Policy"), TEXT("no-referrer")));
        assert_true(text_equal(http_header(&answer, "X-Content-Type-Options"), TEXT("nosniff")));
        assert_true(text_equal(http_header(&answer, "Cross-Origin-Resource-Policy"), TEXT("same-origin")));
        assert_true(memmem(policy.bytes, policy.length, "default-src 'none'", 18) != NULL);
        assert_true(memmem(policy.bytes, policy.length, "script-src 'self';", 18) != NULL);
        assert_null(memmem(policy.bytes, policy.length, "unsafe", 6));
    }
}

/* What a browser has already it is not sent again; after an update it is. */
static void test_dashboard_is_sent_once(void **state)
{
    static const struct {
        const char *held; /* %s: the tag of the file */
        unsigned status;
    } cases[] = {
        {"%s", 304}, {"W/%s", 304}, {"\"other\", %s", 304}, {"\"other\"", 200}, {"", 200}, {"*", 200},
    };
    struct running_feed *running = *state;
    struct arena *arena = &running->directory.arena;
    struct http_answer answer = ask(running, "GET", "/web/app.js", NULL, NULL);
    char tag[80];

    assert_true(snprintf(tag, sizeof tag, "%.*s", TEXT_ARGS(http_header(&answer, "ETag"))) > 64);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *place = strstr(cases[i].held, "%s");
        int before = place == NULL ? (int)strlen(cases[i].held) : (int)(place - cases[i].held);
        int connection = http_connect(running->port);
        char bytes[512];
        int length =
            snprintf(bytes, sizeof bytes,
                     "GET /web/app.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-None-Match: %.*s%s\r\n\r\n",
                     before, cases[i].held, place == NULL ? "" : tag);

        print_message("  %s\n", cases[i].held);
        assert_true(http_say(connection, (struct text){bytes, (size_t)length}));
        answer = http_read(connection, cases[i].status == 200, arena);
        assert_int_equal(answer.status, cases[i].status);
        assert_true(text_equal(http_header(&answer, "ETag"), text_from(tag)));
        close(connection);
    }
}

static void test_who_may_ask_what(void **state)
{
    struct running_feed *running = *state;
    const struct sample_tokens *tokens = &running->tokens;
    const struct {
        const char *method;
        const char *target;
        const char *token;
        unsigned status;
        const char *message;
    } cases[] = {
        {"GET", "/api/v1/fleet", NULL, 401, "this needs a token"},
        {"GET", "/api/v1/fleet", "", 401, "no token"},
        {"GET", "/api/v1/fleet", "dl_x", 401, "no token"},
        {"GET", "/api/v1/fleet", "dl_0000000000000000000000000000000000000000000000000000000000000000", 401,
         "not known"},
        {"GET", "/api/v1/fleet", tokens->expired, 401, "has expired"},
        {"GET", "/api/v1/fleet", tokens->read, 200, ""},
        {"GET", "/api/v1/fleet", tokens->admin, 200, ""},
        {"GET", "/api/v1/tokens", tokens->read, 403, "'read', and this needs 'admin'"},
        {"GET", "/api/v1/tokens", tokens->operate, 403, "'operate', and this needs 'admin'"},
        {"GET", "/api/v1/tokens", tokens->admin, 200, ""},
        {"DELETE", "/api/v1/targets?database=x&environment=y", tokens->gate, 403, "this needs 'operate'"},
        {"DELETE", "/api/v1/targets?database=x&environment=y", tokens->operate, 404, "x@y"},
        {"DELETE", "/api/v1/agents/db-1", tokens->operate, 403, "this needs 'admin'"},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct http_answer answer = ask(running, cases[i].method, cases[i].target, cases[i].token, NULL);

        print_message("  %s %s: %u\n", cases[i].method, cases[i].target, cases[i].status);
        assert_int_equal(answer.status, cases[i].status);
        assert_true(http_body_has(&answer, cases[i].message));
        assert_int_equal(http_header(&answer, "WWW-Authenticate").length > 0, cases[i].status == 401);
    }
}

static void test_tokens_come_and_go(void **state)
{
    struct running_feed *running = *state;
    const char *admin = running->tokens.admin;
    struct http_answer answer =
        ask(running, "POST", "/api/v1/tokens", admin, "{\"name\": \"ci\", \"rights\": \"gate\"}");
    char secret[TOKEN_TEXT_SIZE] = "";
    const char *found;

    assert_int_equal(answer.status, 201);
    found = strstr(answer.body.bytes, "\"dl_");
    assert_non_null(found);
    memcpy(secret, found + 1, sizeof secret - 1);
    answer = ask(running, "GET", "/api/v1/fleet", secret, NULL);
    assert_int_equal(answer.status, 200);
    answer = ask(running, "POST", "/api/v1/tokens", admin, "{\"name\": \"ci\", \"rights\": \"read\"}");
    assert_int_equal(answer.status, 409);
    answer = ask(running, "GET", "/api/v1/tokens", admin, NULL);
    assert_true(http_body_has(&answer, "\"ci\""));
    assert_null(strstr(answer.body.bytes, "dl_"));
    answer = ask(running, "DELETE", "/api/v1/tokens/ci", admin, NULL);
    assert_int_equal(answer.status, 200);
    answer = ask(running, "GET", "/api/v1/fleet", secret, NULL);
    assert_int_equal(answer.status, 401);
    answer = ask(running, "DELETE", "/api/v1/tokens/ci", admin, NULL);
    assert_int_equal(answer.status, 404);
}

/* ---- agents and targets ---- */

#define KEY "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

static void test_agents_are_let_in_and_out(void **state)
{
    struct running_feed *running = *state;
    const char *admin = running->tokens.admin;
    struct http_answer answer =
        ask(running, "POST", "/api/v1/agents", admin,
            "{\"name\": \"db-9\", \"key\": \"" KEY "\", \"grants\": [\"orders@prod\", \"*@staging/eu-1\"]}");

    assert_int_equal(answer.status, 201);
    assert_true(http_body_has(&answer, "\"orders@prod/*\""));
    assert_true(http_body_has(&answer, "\"enrolled_by\":\"admin\""));
    assert_true(http_body_has(&answer, "\"connected\":false"));
    answer = ask(running, "POST", "/api/v1/agents", admin,
                 "{\"name\": \"db-10\", \"key\": \"" KEY "\", \"grants\": [\"*@*\"]}");
    assert_int_equal(answer.status, 409);
    answer = ask(running, "DELETE", "/api/v1/agents/db-9", admin, NULL);
    assert_int_equal(answer.status, 200);
    assert_true(http_body_has(&answer, "\"revoked_by\":\"admin\""));
    answer = ask(running, "DELETE", "/api/v1/agents/db-8", admin, NULL);
    assert_int_equal(answer.status, 404);
    answer = get(running, "/api/v1/events?limit=1000");
    assert_true(http_body_has(&answer, "\"driftline.agent-enrolled\""));
    assert_true(http_body_has(&answer, "\"driftline.agent-revoked\""));
    assert_non_null(strstr(running_feed_log(running).bytes, "event=http-change method=POST target=/api/v1/agents"));
}

static void test_a_target_is_forgotten(void **state)
{
    struct running_feed *running = *state;
    const char *operate = running->tokens.operate;
    struct http_answer answer =
        ask(running, "DELETE", "/api/v1/targets?database=orders&environment=prod&instance=us-1", operate, NULL);

    assert_int_equal(answer.status, 200);
    answer = get(running, "/api/v1/targets?database=orders");
    assert_null(strstr(answer.body.bytes, "us-1"));
    assert_true(http_body_has(&answer, "eu-1"));
    answer = ask(running, "DELETE", "/api/v1/targets?database=orders&environment=prod&instance=us-1", operate, NULL);
    assert_int_equal(answer.status, 404);
    answer = get(running, "/api/v1/events?limit=1000");
    assert_true(http_body_has(&answer, "\"driftline.target-forgotten\""));
}

/* ---- questions ---- */

static const struct {
    const char *target;
    unsigned status;
    const char *part; /* of the answer */
} questions[] = {
    {"/api/v1/fleet", 200, "\"database\":\"orders\""},
    {"/api/v1/fleet?database=orders", 200, "\"instances\":[\"us-1\"]"},
    {"/api/v1/fleet?database=none", 404, "no database 'none'"},
    {"/api/v1/targets?environment=prod&instance=eu-1", 200, "\"instance\":\"eu-1\""},
    {"/api/v1/targets?database=silent", 200, "no route to host"},
    {"/api/v1/targets?database=order", 404, "did you mean 'orders'?"},
    {"/api/v1/targets?database=orders&environment=moon", 404, "no environment 'moon' of 'orders'"},
    {"/api/v1/drift?database=oders", 404, "there is no database 'oders'"},
    {"/api/v1/drift?database=oders", 404, "\"hint\":\"did you mean 'orders'?"},
    {"/api/v1/drift?database=orders&from=stagin&to=prod", 404, "no environment 'stagin' of 'orders'"},
    {"/api/v1/drift?database=orders&from=staging&to=prd", 404, "did you mean 'prod'?"},
    {"/api/v1/drift?to=moon", 404, "there is no environment 'moon'"},
    {"/api/v1/drift?database=orders&instance=eu-9", 404, "no instance 'eu-9' of 'orders'"},
    {"/api/v1/drift?database=orders&cause=diverged", 200, "\"drifts\":[]"},
    {"/api/v1/drift?database=nobody&before=5", 200, "\"drifts\":[]"},
    {"/api/v1/drift/99", 404, "`driftline drift list`"},
    {"/api/v1/gate/runs?database=oders", 404, "did you mean 'orders'?"},
    {"/api/v1/gate/runs?database=orders&to=prd", 404, "no environment 'prd' of 'orders'"},
    {"/api/v1/gate/runs?database=billing", 200, "\"runs\":[]"},
    {"/api/v1/waivers?database=oders", 404, "did you mean 'orders'?"},
    {"/api/v1/waivers?database=billing", 200, "\"waivers\":[]"},
    {"/api/v1/contracts?database=oders", 404, "did you mean 'orders'?"},
    {"/api/v1/contracts?database=silent", 200, "\"contracts\":[]"},
    {"/api/v1/contracts?contract=nobody", 404, "`driftline contracts`"},
    {"/api/v1/spread?database=oders", 404, "did you mean 'orders'?"},
    {"/api/v1/verify?target=orders@prod/eu-9&root=0000000000000000000000000000000000000000000000000000000000000000",
     404, "no instance 'eu-9' of 'orders@prod'"},
    {"/api/v1/compare?database=orders", 200, "\"from\": {\n    \"ref\": \"orders@prod\""},
    {"/api/v1/compare?database=orders&from=prod&to=staging", 200, "\"effect\": \"removed\""},
    {"/api/v1/compare?database=orders&ignore=column:*", 200, "\"IN_SYNC\""},
    {"/api/v1/compare?database=orders&severity=column:*=low&format=text", 200, "low"},
    {"/api/v1/compare?database=orders&aspect=storage", 200, "\"changes\": []"},
    {"/api/v1/compare?database=orders&from=prod", 400, "together"},
    {"/api/v1/compare?database=orders&from=prod&to=dev", 404, "no environment 'dev' of 'orders'"},
    {"/api/v1/compare?database=billing", 404, "no two environments"},
    {"/api/v1/compare?database=orders&ignore=x", 400, "'ignore'"},
    {"/api/v1/compare?database=orders&severity=column:*", 400, "PATTERN=LEVEL"},
    {"/api/v1/compare?database=orders&severity=column:*=bad", 400, "a level that is not there"},
    {"/api/v1/compare?database=orders&format=pdf", 400, "json"},
    {"/api/v1/diff?from=orders@prod/eu-1&to=orders@prod/us-1", 200, "shop.colour"},
    {"/api/v1/diff?from=orders@staging~1&to=orders@staging", 200, "type-"},
    {"/api/v1/diff?from=orders@prod~1&to=orders@staging", 404, "\"error\""},
    {"/api/v1/diff?from=%231&to=%231", 200, "\"IN_SYNC\""},
    {"/api/v1/diff?from=nonsense&to=orders@prod", 400, "\"error\""},
    {"/api/v1/history?database=orders", 200, "first snapshot: "},
    {"/api/v1/history?database=billing", 200, "3 snapshots were lost: outbox full"},
    {"/api/v1/history?database=billing&object=pay.bills", 200,
     "\"actor\":\"carol\",\"role\":\"app_owner\",\"application\":\"psql\",\"evidence\":\"captured\","
     "\"client\":\"10.0.0.7\",\"command\":\"COMMENT\",\"statement\":\"COMMENT ON TABLE pay.bills IS …\"}"},
    {"/api/v1/history?database=billing&object=pay.more", 200,
     "\"actor\":null,\"role\":null,\"application\":null,\"evidence\":\"unattributed\","},
    {"/api/v1/history?database=orders&object=shop.orders", 200,
     "\"actor\":null,\"role\":null,\"application\":null,\"evidence\":\"inferred\","},
    {"/api/v1/statements?database=billing", 200,
     "\"actor\":\"carol\",\"role\":\"app_owner\",\"application\":\"psql\",\"client\":\"10.0.0.7\","
     "\"command\":\"COMMENT\",\"object\":\"pay.bills\",\"statement\":\"COMMENT ON TABLE pay.bills IS …\","
     "\"transaction\":null,\"unconfirmed\":false,\"changes\":1}],\"next\":null}"},
    {"/api/v1/statements?database=billing&actor=app_owner&object=pay&limit=1", 200, "\"next\":1}"},
    {"/api/v1/statements?database=billing&before=1", 200, "\"statements\":[],\"next\":null}"},
    {"/api/v1/statements?database=billing&actor=dave", 200, "\"statements\":[],\"next\":null}"},
    {"/api/v1/statements?database=billing&since=2026-01-01T00:00:00Z", 200, "\"statements\":[],\"next\":null}"},
    {"/api/v1/statements?database=bill", 404, "there is no database 'bill'"},
    {"/api/v1/statements", 400, "database"},
    {"/api/v1/targets?database=billing", 200, "\"capture\":\"captured\""},
    {"/api/v1/targets?database=silent", 200, "\"capture\":null"},
    {"/api/v1/events", 200, "change-unattributed"},
    {"/api/v1/history?database=orders&object=shop.orders.total", 200, "\"object\":\"shop.orders.total\""},
    {"/api/v1/history?database=orders&environment=dev", 404, "no environment 'dev' of 'orders'"},
    {"/api/v1/history?database=orders&severity=critical", 200, "\"changes\":["},
    {"/api/v1/history?database=orders&since=2100-01-01", 200, "\"changes\":[],\"notes\":[]"},
    {"/api/v1/history?database=silent", 200, "\"server upgraded from 14.11 to 16.2; the spelling of definitions was"},
    {"/api/v1/history?database=silent", 200, "\"server downgraded from 15.6 to 14.11; the spelling of definitions was"},
    {"/api/v1/history?database=silent", 200, "\"1 snapshot was lost: outbox full\""},
    {"/api/v1/history?database=silent", 200, "\"changes\":[]"},
    {"/api/v1/diff?from=silent@prod~2&to=silent@prod~1", 200, "default as rendered by PostgreSQL 14 and 15"},
    {"/api/v1/diff?from=silent@prod~2&to=silent@prod~1", 200, "\"side\": \"both\""},
    {"/api/v1/history?database=orders&until=2000-01-01T00:00Z", 200, "\"changes\":[],\"notes\":[]"},
    {"/api/v1/snapshots?database=orders", 200, "\"next\":null"},
    {"/api/v1/snapshots?database=none", 404, "no database 'none'"},
    {"/api/v1/snapshot?ref=orders@staging~1", 200, "\"environment\":\"staging\""},
    {"/api/v1/snapshot?ref=orders@staging~99", 404, "\"error\""},
    {"/api/v1/objects?ref=orders@prod/us-1&limit=2", 200, "\"next\":\""},
    {"/api/v1/objects?ref=orders@prod/us-1&kind=enum", 200, "\"path\":\"shop.colour\""},
    {"/api/v1/objects?ref=orders@prod/us-1&after=nonsense", 400, "'after'"},
    {"/api/v1/object?ref=orders@staging&object=shop.orders", 200, "\"numeric(12,2)\""},
    {"/api/v1/object?ref=orders@staging&object=shop.none", 404, "no object 'shop.none'"},
    {"/api/v1/object?ref=orders@prod/us-1&object=shop.orders", 409, "the path of a table and of a statistics"},
    {"/api/v1/object?ref=orders@prod/us-1&object=shop.orders&kind=statistics", 200, "[\"id\",\"total\"]"},
    {"/api/v1/events?limit=1", 200, "\"next\":1}"},
    {"/api/v1/events?limit=1", 200, "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/driftline/"},
    {"/api/v1/events?after=1000000", 200, "\"events\":[],\"next\":1000000"},
    {"/api/v1/events?type=token-*,server-*&limit=1", 200, "\"type\":\"driftline.server-upgraded\""},
    {"/api/v1/events?type=history-gap&type=server-*&order=newest&limit=1", 200, "\"sequence\":\"0000"},
    {"/api/v1/events?type=history-gap&database=orders", 200, "{\"events\":[],\"next\":"},
    {"/api/v1/events?type=history-gap&database=si*t,nobody&environment=pro?", 200, "\"subject\":\"silent@prod\""},
    {"/api/v1/events?type=history-gap&severity=high", 200, "{\"events\":[],\"next\":"},
    {"/api/v1/events?type=history-gap&order=newest", 200, "\"next\":null}"},
    {"/api/v1/events?order=newest&before=2", 200, "\"id\":\"1\""},
    {"/api/v1/events?order=newest&before=1", 200, "{\"events\":[],\"next\":null}"},
    {"/api/v1/events?type=history-gaps", 400, "did you mean 'history-gap'?"},
    {"/api/v1/events?type=", 400, "type"},
    {"/api/v1/events?database=a,,b", 400, "the parameter 'database' has an empty name"},
    {"/api/v1/events?order=newest&after=1", 400, "give 'before'"},
    {"/api/v1/events?before=1", 400, "give 'order=newest'"},
    {"/api/v1/events/types", 200,
     "{\"name\":\"drift-opened\",\"summary\":\"Two environments, or an instance and its majority, began to differ in "
     "one "
     "thing\",\"schema\":\"/api/v1/events/types/drift-opened\"}"},
    {"/api/v1/events/types/history-gap", 200, "\"$id\":\"/api/v1/events/types/history-gap\""},
    {"/api/v1/events/types/history-gaps", 404, "there is no type of event 'history-gaps'"},
    {"/api/v1/agents", 200, "\"host\":\"db.example\""},
};

static void test_questions_are_answered(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(questions); i++) {
        struct http_answer answer = get(*state, questions[i].target);

        print_message("  %s\n", questions[i].target);
        if (answer.status != questions[i].status || !http_body_has(&answer, questions[i].part))
            fail_msg("%u: %.*s", answer.status, TEXT_ARGS(answer.body));
    }
}

/* Every page once, and all of them together what one large page has. */
static void test_pages_fit_together(void **state)
{
    struct running_feed *running = *state;
    struct http_answer whole = get(running, "/api/v1/history?database=orders&limit=1000");
    char target[128] = "/api/v1/history?database=orders&limit=1";
    unsigned pages = 0, notes = 0;

    for (;; pages++) {
        struct http_answer page = get(running, target);
        const char *next = strstr(page.body.bytes, "\"next\":"), *id = strstr(page.body.bytes, "\"id\":");

        assert_int_equal(page.status, 200);
        for (const char *note = page.body.bytes; (note = strstr(note, "first snapshot")) != NULL; note++)
            notes++;
        if (id != NULL) {
            char part[32];

            snprintf(part, sizeof part, "%.*s", (int)strcspn(id, ","), id);
            assert_true(http_body_has(&whole, part));
        }
        if (strncmp(next, "\"next\":null", 11) == 0)
            break;
        snprintf(target, sizeof target, "/api/v1/history?database=orders&limit=1&before=%ld",
                 strtol(next + 7, NULL, 10));
    }
    assert_true(pages > 1);
    assert_int_equal(notes, 5); /* one a target, each once */
}

static void test_objects_come_in_pages(void **state)
{
    struct running_feed *running = *state;
    char after[256] = "";
    unsigned pages = 0;

    for (;; pages++) {
        const char *target = arena_printf(&running->directory.arena, "/api/v1/objects?ref=orders@prod/us-1&limit=1%s%s",
                                          after[0] == '\0' ? "" : "&after=", after);
        struct http_answer page = get(running, target);
        const char *next = strstr(page.body.bytes, "\"next\":");
        size_t length = 0;

        assert_int_equal(page.status, 200);
        assert_non_null(strstr(page.body.bytes, "\"path\":"));
        if (strncmp(next, "\"next\":null", 11) == 0)
            break;
        for (next += strlen("\"next\":\""); next[0] != '"' || next[1] != '}'; next++) /* as a browser would send it */
            if (next[0] != '\\')
                length += (size_t)snprintf(after + length, sizeof after - length, "%%%02X", (unsigned char)next[0]);
    }
    assert_int_equal(pages, 4); /* and the last */
}

/* What the configuration leaves out, and what a request leaves out on top of it. */
static void test_requests_add_to_what_is_configured(void **state)
{
    struct ignore_pattern pattern = {.word = TEXT("column"), .glob = TEXT("*.note"), .kind = KIND_COLUMN};
    struct severity_override override = {.pattern = {.word = TEXT("column"), .glob = TEXT("*"), .kind = KIND_COLUMN},
                                         .level = SEVERITY_CRITICAL};
    struct running_feed *running = *state;
    const struct text path[] = {TEXT("staging"), TEXT("prod")};
    struct fleet_policy policy = {
        .path = path, .path_count = 2, .stale_after_us = INT64_MAX, .memory_limit = 64 * 1024 * 1024};
    struct http_answer answer;

    diff_options_init(&policy.compare);
    policy.compare.ignore = (struct ignore_list){&pattern, 1};
    policy.compare.overrides = &override;
    policy.compare.override_count = 1;
    running_feed_configure(running, &policy);
    answer = get(running, "/api/v1/compare?database=orders");
    assert_true(text_equal(http_header(&answer, "Driftline-Summary"), TEXT("critical=1,high=0,medium=0,low=0")));
    answer = get(running, "/api/v1/compare?database=orders&severity=column:*.total=medium");
    assert_true(text_equal(http_header(&answer, "Driftline-Summary"), TEXT("critical=0,high=0,medium=1,low=0")));
    answer = get(running, "/api/v1/compare?database=orders&ignore=column:*.total");
    assert_true(text_equal(http_header(&answer, "Driftline-Verdict"), TEXT("IN_SYNC")));
    policy.compare.ignore.count = policy.compare.override_count = 0;
    running_feed_configure(running, &policy);
}

/* The environment that would change decides which levels hold. */
static void test_levels_may_hold_in_one_environment(void **state)
{
    const struct policy_severity severity = {
        .override = {{.word = TEXT("column"), .glob = TEXT("*"), .kind = KIND_COLUMN}, SEVERITY_HIGH},
        .environment = TEXT("prod")};
    const struct text path[] = {TEXT("staging"), TEXT("prod")};
    struct policy_content content = {
        .fleet = {.path = path, .path_count = 2, .stale_after_us = INT64_MAX, .memory_limit = 64 * 1024 * 1024},
        .severities = &severity,
        .severity_count = 1};
    struct running_feed *running = *state;
    struct policy *policy = NULL, *before = policy_take(&running->policy);
    struct http_answer answer;
    struct error error = {0};

    diff_options_init(&content.fleet.compare);
    assert_int_equal(policy_new(&policy, &content, &error), ERROR_NONE);
    policy_set(&running->policy, policy);
    answer = get(running, "/api/v1/compare?database=orders");
    assert_true(text_starts_with(http_header(&answer, "Driftline-Summary"), TEXT("critical=0,high=2,")));
    answer = get(running, "/api/v1/diff?from=orders@prod/eu-1&to=orders@staging");
    assert_true(text_starts_with(http_header(&answer, "Driftline-Summary"), TEXT("critical=0,high=2,")));
    answer = get(running, "/api/v1/diff?from=orders@staging&to=orders@prod/eu-1");
    assert_true(text_starts_with(http_header(&answer, "Driftline-Summary"), TEXT("critical=2,high=0,")));
    policy_set(&running->policy, before);
}

static void test_reports_come_in_all_formats(void **state)
{
    static const struct {
        const char *format;
        const char *type;
        const char *part;
    } formats[] = {
        {"json", "application/json", "\"verdict\""},
        {"text", "text/plain; charset=utf-8", "DRIFTED"},
        {"markdown", "text/markdown; charset=utf-8", "DRIFTED"},
        {"sarif", "application/sarif+json", "2.1.0"},
        {"junit", "application/xml", "<testsuites"},
        {"github", "text/plain; charset=utf-8", "::"},
    };

    for (size_t i = 0; i < LENGTH_OF(formats); i++) {
        char target[128];
        struct http_answer answer;

        print_message("  %s\n", formats[i].format);
        snprintf(target, sizeof target, "/api/v1/compare?database=orders&format=%s", formats[i].format);
        answer = get(*state, target);
        assert_int_equal(answer.status, 200);
        assert_true(http_body_has(&answer, formats[i].part));
        assert_true(text_equal(http_header(&answer, "Content-Type"), text_from(formats[i].type)));
        assert_true(text_equal(http_header(&answer, "Driftline-Verdict"), TEXT("DRIFTED")));
        assert_true(text_starts_with(http_header(&answer, "Driftline-Summary"), TEXT("critical=")));
        assert_true(text_equal(http_header(&answer, "Driftline-Uncovered"), TEXT("0")));
        assert_true(
            text_equal(http_header(&answer, "Driftline-Note"),
                       TEXT("orders%40prod%3A%201%20of%204%20instances%20is%20not%20as%20the%20majority%3A%20us-1")));
    }
}

/* What an environment was when it was last heard is shown, and the verdict says that nobody knows. */
static void test_a_side_that_is_not_known_makes_the_verdict_unknown(void **state)
{
    struct running_feed *running = *state;
    const struct text path[] = {TEXT("staging"), TEXT("prod")};
    struct fleet_policy policy = {.path = path, .path_count = 2, .stale_after_us = 1, .memory_limit = 64 * 1024 * 1024};
    struct http_answer answer;

    diff_options_init(&policy.compare);
    running_feed_configure(running, &policy);
    answer = get(running, "/api/v1/compare?database=orders");
    assert_int_equal(answer.status, 200);
    assert_true(text_equal(http_header(&answer, "Driftline-Verdict"), TEXT("UNKNOWN")));
    assert_true(http_body_has(&answer, "\"unknown_reason\": \"orders@prod: agent 'db-1' is silent since"));
    assert_true(http_body_has(&answer, "shop.orders.total"));
    answer = get(running, "/api/v1/compare?database=orders&format=text");
    assert_true(http_body_has(&answer, "1 low, as last known\nUNKNOWN: orders@prod: agent 'db-1' is silent since"));
    policy.stale_after_us = INT64_C(3600) * 1000000;
    running_feed_configure(running, &policy);
    answer = get(running, "/api/v1/compare?database=orders");
    assert_true(text_equal(http_header(&answer, "Driftline-Verdict"), TEXT("DRIFTED")));
}

static void test_a_snapshot_is_downloaded(void **state)
{
    struct http_answer answer = get(*state, "/api/v1/snapshot.snap?ref=orders@staging");
    struct snapshot *snapshot = NULL;
    char root[HASH_HEX_SIZE];
    struct error error = {0};

    assert_int_equal(answer.status, 200);
    assert_true(text_equal(http_header(&answer, "Content-Type"), TEXT("application/octet-stream")));
    assert_int_equal(snapshot_file_decode(&snapshot, answer.body, "download", &error), ERROR_NONE);
    hash_to_hex(&snapshot->root, root);
    assert_true(text_equal(http_header(&answer, "Driftline-Root"), text_from(root)));
    assert_true(text_equal(snapshot->info.ref, TEXT("orders@staging")));
    snapshot_free(snapshot);
}

static void test_head_is_get_without_a_body(void **state)
{
    struct running_feed *running = *state;
    struct http_answer head = ask(running, "HEAD", "/api/v1/snapshots?database=orders", running->tokens.read, NULL);
    struct http_answer whole = get(running, "/api/v1/snapshots?database=orders");

    assert_int_equal(head.status, 200);
    assert_true(text_equal(http_header(&head, "Content-Length"), http_header(&whole, "Content-Length")));
}

/* ---- several at once ---- */

enum { ASKERS = 4, ROUNDS = 10 };

static void *ask_often(void *context)
{
    struct running_feed *running = context;
    CLEANUP(arena_free) struct arena arena;
    uintptr_t failures = 0;

    arena_init(&arena, 64 * 1024 * 1024);
    for (int i = 0; i < ROUNDS; i++) {
        const struct http_request request = {running->port, "GET",
                                             i % 2 == 0 ? "/api/v1/fleet" : "/api/v1/compare?database=orders",
                                             running->tokens.read, NULL};

        failures += http_ask(&request, &arena).status != 200;
    }
    return (void *)failures; /* a count, not an address */
}

static void test_many_ask_while_the_policy_changes(void **state)
{
    struct running_feed *running = *state;
    struct fleet_policy policy = {.stale_after_us = INT64_MAX, .memory_limit = 64 * 1024 * 1024};
    const struct text path[] = {TEXT("staging"), TEXT("prod")};
    pthread_t threads[ASKERS];

    diff_options_init(&policy.compare);
    policy.path = path;
    policy.path_count = 2;
    for (int i = 0; i < ASKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, running), 0);
    for (int i = 0; i < 100; i++) {
        policy.stale_after_us--;
        running_feed_configure(running, &policy);
    }
    for (int i = 0; i < ASKERS; i++) {
        void *failures = NULL;

        pthread_join(threads[i], &failures);
        assert_null(failures);
    }
}

static void test_a_connection_serves_one_request_after_the_other(void **state)
{
    struct running_feed *running = *state;
    struct arena *arena = &running->directory.arena;
    int connection = http_connect(running->port);
    const char *request = arena_printf(
        arena, "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", running->tokens.read);

    for (int i = 0; i < 3; i++) {
        assert_true(http_say(connection, text_from(request)));
        assert_int_equal(http_read(connection, true, arena).status, 200);
    }
    for (int i = 0; i < 3; i++) /* and several that are said at once */
        assert_true(http_say(connection, text_from(request)));
    for (int i = 0; i < 3; i++)
        assert_int_equal(http_read(connection, true, arena).status, 200);
    close(connection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_needs_no_token),
        cmocka_unit_test(test_dashboard_is_guarded),
        cmocka_unit_test(test_dashboard_is_sent_once),
        cmocka_unit_test(test_who_may_ask_what),
        cmocka_unit_test(test_questions_are_answered),
        cmocka_unit_test(test_pages_fit_together),
        cmocka_unit_test(test_objects_come_in_pages),
        cmocka_unit_test(test_requests_add_to_what_is_configured),
        cmocka_unit_test(test_levels_may_hold_in_one_environment),
        cmocka_unit_test(test_reports_come_in_all_formats),
        cmocka_unit_test(test_a_side_that_is_not_known_makes_the_verdict_unknown),
        cmocka_unit_test(test_a_snapshot_is_downloaded),
        cmocka_unit_test(test_head_is_get_without_a_body),
        cmocka_unit_test(test_a_connection_serves_one_request_after_the_other),
        cmocka_unit_test(test_many_ask_while_the_policy_changes),
        cmocka_unit_test(test_tokens_come_and_go),
        cmocka_unit_test(test_agents_are_let_in_and_out),
        cmocka_unit_test(test_a_target_is_forgotten),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
