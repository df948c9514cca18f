#include "event/trouble.h"

#include "support/allocation.h"
#include "support/cmocka.h"

enum { MEMORY = 1024 * 1024, TARGET = 3, AGENT = 2 };

static enum error_code find(enum event_type type, const char *json, struct arena *arena, struct trouble *ret_trouble,
                            struct error *error)
{
    const struct event_row event = {.id = 1, .type = type, .target = TARGET, .agent = AGENT};
    json_t *data = json_loads(json, 0, NULL);
    enum error_code code;

    assert_non_null(data);
    code = trouble_of_event(&event, data, arena, ret_trouble, error);
    json_decref(data);
    return code;
}

static const struct {
    enum event_type type;
    const char *data;
    enum trouble_role role;
    const char *keys; /* with blanks between */
    bool is_partial;
} cases[] = {
    {EVENT_DRIFT_OPENED, "{\"drift\":17,\"state\":\"open\"}", TROUBLE_BEGINS, "drift:17", false},
    {EVENT_DRIFT_OPENED, "{\"drift\":17,\"state\":\"waived\"}", TROUBLE_NONE, "", false},
    {EVENT_DRIFT_CHANGED, "{\"drift\":17,\"state\":\"acknowledged\"}", TROUBLE_BEGINS, "drift:17", false},
    {EVENT_DRIFT_REOPENED, "{\"drift\":17,\"state\":\"open\"}", TROUBLE_BEGINS, "drift:17", false},
    {EVENT_DRIFT_REOPENED, "{\"drifts\":[17],\"count\":1}", TROUBLE_BEGINS, "drift:17", false},
    {EVENT_DRIFT_ENDED, "{\"drift\":17,\"state\":\"ended\"}", TROUBLE_ENDS, "drift:17", false},
    {EVENT_DRIFT_ACKNOWLEDGED, "{\"drifts\":[17],\"count\":1}", TROUBLE_SEEN, "drift:17", false},
    {EVENT_DRIFT_WAIVED, "{\"drifts\":[17,18],\"count\":2}", TROUBLE_ENDS, "drift:17 drift:18", false},
    {EVENT_DRIFT_WAIVED, "{\"drifts\":[17,18],\"count\":200}", TROUBLE_ENDS, "drift:17 drift:18", true},
    {EVENT_DRIFT_WAIVED, "{\"drifts\":[],\"count\":0}", TROUBLE_NONE, "", false},
    {EVENT_WAIVER_EXPIRED, "{\"drifts\":[17],\"count\":1}", TROUBLE_BEGINS, "drift:17", false},
    {EVENT_WAIVER_ENDED, "{\"drifts\":[],\"count\":0}", TROUBLE_NONE, "", false},
    {EVENT_DRIFTS_OPENED, "{\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\",\"count\":120,\"drifts\":[1]}",
     TROUBLE_BEGINS, "pair:orders:staging:prod:", false},
    {EVENT_DRIFTS_CHANGED,
     "{\"database\":\"orders\",\"from\":\"prod\",\"to\":\"prod\",\"instance\":\"eu-1\",\"count\":120}", TROUBLE_BEGINS,
     "pair:orders:prod:prod:eu-1", false},
    {EVENT_DRIFTS_ENDED,
     "{\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\",\"count\":120,\"drifts\":[4,5]}", TROUBLE_ENDS,
     "drift:4 drift:5", true},
    {EVENT_DRIFTS_ENDED, "{\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\",\"count\":120}", TROUBLE_ENDS,
     "", true},
    {EVENT_CONTRACT_VIOLATED, "{\"contract\":\"checkout\"}", TROUBLE_BEGINS, "contract:checkout:3", false},
    {EVENT_CONTRACT_UNKNOWN, "{\"contract\":\"checkout\"}", TROUBLE_BEGINS, "contract:checkout:3", false},
    {EVENT_CONTRACT_RESTORED, "{\"contract\":\"checkout\"}", TROUBLE_ENDS, "contract:checkout:3", false},
    {EVENT_TARGET_STATE, "{\"from\":\"fine\",\"to\":\"unreachable\"}", TROUBLE_BEGINS, "target:3", false},
    {EVENT_TARGET_STATE, "{\"from\":\"unreachable\",\"to\":\"refused\"}", TROUBLE_BEGINS, "target:3", false},
    {EVENT_TARGET_STATE, "{\"from\":\"refused\",\"to\":\"fine\"}", TROUBLE_ENDS, "target:3", false},
    {EVENT_TARGET_FORGOTTEN, "{\"contracts\":[\"checkout\"]}", TROUBLE_ENDS, "target:3 coverage:3 contract:checkout:3",
     false},
    {EVENT_COVERAGE_CHANGED, "{\"gaps\":2,\"lost\":[]}", TROUBLE_BEGINS, "coverage:3", false},
    {EVENT_COVERAGE_CHANGED, "{\"gaps\":0,\"lost\":[]}", TROUBLE_ENDS, "coverage:3", false},
    {EVENT_AGENT_SILENT, "{}", TROUBLE_BEGINS, "agent:2", false},
    {EVENT_AGENT_RETURNED, "{}", TROUBLE_ENDS, "agent:2", false},
    {EVENT_AGENT_REVOKED, "{}", TROUBLE_ENDS, "agent:2", false},
    {EVENT_ENVIRONMENT_SPLIT, "{\"database\":\"orders\",\"environment\":\"prod\"}", TROUBLE_BEGINS, "split:orders:prod",
     false},
    {EVENT_ENVIRONMENT_AGREED, "{\"database\":\"orders\",\"environment\":\"prod\"}", TROUBLE_ENDS, "split:orders:prod",
     false},
    {EVENT_SNAPSHOT_RECORDED, "{}", TROUBLE_NONE, "", false},
    {EVENT_CHANGE_UNATTRIBUTED, "{}", TROUBLE_NONE, "", false},
    {EVENT_DELIVERY_DEAD, "{}", TROUBLE_NONE, "", false},
};

static void test_what_each_type_is_about(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer keys = {0};
        struct trouble trouble = {0};
        struct error error = {0};
        struct arena arena;

        arena_init(&arena, MEMORY);
        assert_int_equal(find(cases[i].type, cases[i].data, &arena, &trouble, &error), ERROR_NONE);
        for (size_t k = 0; k < trouble.count; k++)
            buffer_printf(&keys, "%s%.*s", k == 0 ? "" : " ", TEXT_ARGS(trouble.keys[k]));
        if (trouble.role != cases[i].role || trouble.is_partial != cases[i].is_partial ||
            !text_equal(buffer_text(&keys), text_from(cases[i].keys)))
            fail_msg("%s %s: role %d, '%.*s'", event_type_name(cases[i].type), cases[i].data, (int)trouble.role,
                     TEXT_ARGS(buffer_text(&keys)));
        arena_free(&arena);
    }
}

static enum error_code find_many(void *context, struct error *error)
{
    struct trouble trouble;
    struct arena arena;
    enum error_code code;

    (void)context;
    arena_init(&arena, MEMORY);
    code = find(EVENT_TARGET_FORGOTTEN, "{\"contracts\":[\"a\",\"b\"]}", &arena, &trouble, error);
    if (code == ERROR_NONE)
        code = find(EVENT_DRIFTS_OPENED, "{\"database\":\"orders\",\"count\":1}", &arena, &trouble, error);
    if (code == ERROR_NONE)
        code = find(EVENT_DRIFT_WAIVED, "{\"drifts\":[1,2],\"count\":2}", &arena, &trouble, error);
    arena_free(&arena);
    return code;
}

static void test_without_memory(void **state)
{
    (void)state;
    test_every_allocation(find_many, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_each_type_is_about),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
