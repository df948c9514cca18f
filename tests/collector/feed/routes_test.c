/* The table of routes. Its handlers are not called here. */
#include "feed/routes.h"

#include <string.h>

#include "support/cmocka.h"

static int make_arena(void **state)
{
    static struct arena arena;

    arena_init(&arena, 1024 * 1024);
    *state = &arena;
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static const struct {
    const char *method;
    const char *target;
    const char *id;    /* of the route; NULL: none */
    const char *name;  /* that stands for {name} */
    const char *allow; /* when it is there, but not for this method */
} questions[] = {
    {"GET", "/healthz", "getHealth", "", ""},
    {"HEAD", "/healthz", "getHealth", "", ""},
    {"GET", "/", "getDashboard", "", ""},
    {"GET", "/web/app.js", "getDashboardFile", "app.js", ""},
    {"GET", "/web/pages/fleet.js", "getDashboardPage", "fleet.js", ""},
    {"GET", "/web/pages/..%2Fapp.js", "getDashboardPage", "../app.js", ""},
    {"POST", "/", NULL, "", "GET, HEAD"},
    {"GET", "/web", NULL, "", NULL},
    {"GET", "/web/pages/a/b.js", NULL, "", NULL},
    {"GET", "/api/v1/agents", "listAgents", "", ""},
    {"POST", "/api/v1/agents", "enrollAgent", "", ""},
    {"POST", "/api/v1/gate", "runGate", "", ""},
    {"GET", "/api/v1/gate/runs", "listGateRuns", "", ""},
    {"GET", "/api/v1/gate/runs/7", "getGateRun", "7", ""},
    {"POST", "/api/v1/drift/12/reopen", "reopenDrift", "12", ""},
    {"POST", "/api/v1/drift/12", NULL, "", "GET, HEAD"},
    {"DELETE", "/api/v1/agents/db-1", "revokeAgent", "db-1", ""},
    {"DELETE", "/api/v1/agents/a%2Fb", "revokeAgent", "a/b", ""},
    {"DELETE", "/api/v1/tokens/token", "removeToken", "token", ""},
    {"GET", "/api/v1/snapshot.snap?ref=x", "downloadSnapshot", "", ""},
    {"GET", "/api/v1/fl%65et", "getFleet", "", ""},
    {"POST", "/healthz", NULL, "", "GET, HEAD"},
    {"PUT", "/api/v1/agents", NULL, "", "GET, HEAD, POST"},
    {"GET", "/api/v1/agents/db-1", NULL, "", "DELETE"},
    {"get", "/healthz", NULL, "", "GET, HEAD"},
    {"OPTIONS", "/api/v1/targets", NULL, "", "GET, HEAD, DELETE"},
    {"GET", "/api/v1", NULL, "", NULL},
    {"GET", "/api/v2/fleet", NULL, "", NULL},
    {"GET", "/api/v1/fleet/x", NULL, "", NULL},
    {"GET", "/api%2Fv1%2Ffleet", NULL, "", NULL},
    {"GET", "/API/v1/fleet", NULL, "", NULL},
    {"DELETE", "/api/v1/agents/a/b", NULL, "", NULL},
    {"GET", "/{name}", NULL, "", NULL},
};

static void test_questions_find_their_route(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(questions); i++) {
        const struct http_route *route = NULL;
        char allow[ROUTE_ALLOW_SIZE];
        struct request_target target;
        struct error error = {0};
        enum error_code code;

        print_message("  %s %s\n", questions[i].method, questions[i].target);
        assert_int_equal(request_target_parse(&target, text_from(questions[i].target), *state, &error), ERROR_NONE);
        code = route_find(questions[i].method, &target, &route, allow, &error);
        if (questions[i].id != NULL) {
            assert_int_equal(code, ERROR_NONE);
            assert_string_equal(route->id, questions[i].id);
            assert_true(text_equal(route_name(route, &target), text_from(questions[i].name)));
            assert_string_equal(allow, "");
        } else {
            assert_int_equal(code, questions[i].allow == NULL ? ERROR_NOT_FOUND : ERROR_UNSUPPORTED);
            assert_null(route);
            assert_string_equal(allow, questions[i].allow == NULL ? "" : questions[i].allow);
        }
    }
}

/* What the documents and the server take for granted. */
static void test_rows_are_complete(void **state)
{
    (void)state;
    for (const struct http_route *route = route_table; route->method != NULL; route++) {
        print_message("  %s %s\n", route->method, route->path);
        assert_non_null(route->id);
        assert_non_null(route->tag);
        assert_non_null(route->handle);
        assert_non_null(route->summary);
        assert_true(route->schema != NULL || route->types != NULL);
        assert_true(route->status == 200 || route->status == 201 || route->status == 202);
        assert_true(route->rights <= TOKEN_ADMIN);
        assert_true(route->body == NULL || route->upload == NULL);
        assert_true((route->body == NULL && route->upload == NULL) || strcmp(route->method, "POST") == 0);
        assert_true(strcmp(route->method, "GET") == 0 || route->rights >= TOKEN_GATE);
        assert_true(strstr(route->path, "{name}") == NULL || strstr(route->path, "{id}") == NULL);
        for (const struct http_route *other = route + 1; other->method != NULL; other++)
            assert_false(strcmp(other->id, route->id) == 0 ||
                         (strcmp(other->method, route->method) == 0 && strcmp(other->path, route->path) == 0));
        for (const struct parameter *row = route->parameters; row != NULL && row->name != NULL; row++) {
            assert_non_null(row->summary);
            assert_int_equal(row->choice != NULL, row->type == PARAMETER_CHOICE || row->type == PARAMETER_CHOICES);
            assert_true(row->type != PARAMETER_NUMBER || row->minimum < row->maximum);
            assert_false(row->required && row->preset != NULL);
        }
    }
}

/* A preset that cannot be read would be no value at all. */
static void test_presets_are_values(void **state)
{
    for (const struct http_route *route = route_table; route->method != NULL; route++)
        for (const struct parameter *row = route->parameters; row != NULL && row->name != NULL; row++) {
            struct request_value value = {text_from(row->name), text_from(row->preset)};
            const struct request_target target = {.values = &value, .value_count = 1};
            const struct parameter alone[] = {*row, {0}};
            struct error error = {0};

            if (row->preset != NULL && request_check(&target, alone, &error) != ERROR_NONE)
                fail_msg("%s of %s: %s", row->name, route->path, error.message);
        }
    (void)state;
}

/* `{id}` is a number from 1, and nothing else. */
static void test_numbers_in_paths(void **state)
{
    static const struct {
        const char *target;
        int64_t id; /* 0: refused */
    } cases[] = {
        {"/api/v1/drift/1", 1},
        {"/api/v1/drift/17/reopen", 17},
        {"/api/v1/waivers/999999999999999999", INT64_C(999999999999999999)},
        {"/api/v1/gate/runs/007", 7},
        {"/api/v1/drift/0", 0},
        {"/api/v1/drift/-1", 0},
        {"/api/v1/drift/1x", 0},
        {"/api/v1/drift/%31%32", 12},
        {"/api/v1/drift/1%2F2", 0},
        {"/api/v1/drift/9999999999999999999", 0},
        {"/api/v1/drift/x", 0},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *method = strstr(cases[i].target, "reopen") != NULL    ? "POST"
                             : strstr(cases[i].target, "waivers") != NULL ? "DELETE"
                                                                          : "GET";
        const struct http_route *route = NULL;
        struct request_target target;
        char allow[ROUTE_ALLOW_SIZE];
        struct error error = {0};
        int64_t id = -1;

        print_message("  %s\n", cases[i].target);
        assert_int_equal(request_target_parse(&target, text_from(cases[i].target), *state, &error), ERROR_NONE);
        assert_int_equal(route_find(method, &target, &route, allow, &error), ERROR_NONE);
        assert_int_equal(route_id(route, &target, &id, &error), cases[i].id == 0 ? ERROR_USAGE : ERROR_NONE);
        assert_int_equal(id, cases[i].id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_questions_find_their_route),
        cmocka_unit_test(test_rows_are_complete),
        cmocka_unit_test(test_presets_are_values),
        cmocka_unit_test(test_numbers_in_paths),
    };

    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
