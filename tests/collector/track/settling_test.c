#include "track/settling.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/track/drift_sample.h"
#include "collector/track/record.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static const int64_t DAY = INT64_C(86400) * 1000000;
enum { PLENTY = 64 * 1024 * 1024, LONGEST = 90 };

/* Times that people read have seconds: "…:20Z", no "…:20.000Z". */
static bool has_fraction(const char *message)
{
    for (const char *point = strchr(message, '.'); point != NULL; point = strchr(point + 1, '.'))
        if (point > message && isdigit((unsigned char)point[-1]) && isdigit((unsigned char)point[1]))
            return true;
    return false;
}

static struct policy *make_policy(void)
{
    struct policy_content content = {.fleet = {.memory_limit = PLENTY}, .gate = {.waiver_longest_us = LONGEST * DAY}};
    struct policy *policy = NULL;
    struct error error = {0};

    diff_options_init(&content.fleet.compare);
    history_expect(policy_new(&policy, &content, &error), &error);
    return policy;
}

/* A store with two pairs of orders, and somebody who settles. */
struct scene {
    struct history history;
    struct policy *policy;
    struct settling settling;
    int64_t pair, outlier;
};

static int scene_setup(void **state)
{
    static struct scene scene;

    scene = (struct scene){0};
    history_open(&scene.history);
    scene.policy = make_policy();
    scene.settling = (struct settling){scene.policy, TEXT_INIT("eve"), scene.history.now + DAY, &scene.history.arena};
    scene.pair = sample_pair(&scene.history, "staging", "prod", "", scene.policy);
    scene.outlier = sample_pair(&scene.history, "prod", "prod", "eu-1", scene.policy);
    *state = &scene;
    return 0;
}

static int scene_teardown(void **state)
{
    struct scene *scene = *state;

    policy_release(scene->policy);
    history_close(&scene->history);
    return 0;
}

static int64_t put(struct scene *scene, int64_t pair, const char *object)
{
    return sample_drift(&scene->history,
                        &(struct sample_drift){.pair = pair, .object = object, .effect = EFFECT_MODIFIED});
}

/* What was answered; the transaction is taken back, or kept, as the core does it. */
static enum error_code finish(struct scene *scene, enum error_code code)
{
    if (code == ERROR_NONE)
        history_commit(&scene->history);
    else
        database_rollback(scene->history.database);
    return code;
}

static enum error_code acknowledge(struct scene *scene, int64_t drift, const char *note, struct error *error)
{
    history_begin(&scene->history);
    return finish(scene,
                  settling_acknowledge(scene->history.database, &scene->settling, drift, text_from(note), error));
}

static enum error_code reopen(struct scene *scene, int64_t drift, const char *note, struct error *error)
{
    history_begin(&scene->history);
    return finish(scene, settling_reopen(scene->history.database, &scene->settling, drift, text_from(note), error));
}

static enum error_code end_waiver(struct scene *scene, int64_t waiver, const char *note, struct error *error)
{
    history_begin(&scene->history);
    return finish(scene,
                  settling_end_waiver(scene->history.database, &scene->settling, waiver, text_from(note), error));
}

static enum error_code waive(struct scene *scene, const struct waiver_wish *wishes, size_t count,
                             struct waiver_row *ret_waivers, size_t *ret_failed, struct error *error)
{
    history_begin(&scene->history);
    return finish(scene, settling_waive(scene->history.database, &scene->settling, wishes, count, ret_waivers,
                                        ret_failed, error));
}

static enum error_code waive_one(struct scene *scene, int64_t drift, struct error *error)
{
    const struct waiver_wish wish = {.drifts = &drift,
                                     .drift_count = 1,
                                     .reason = TEXT_INIT("legacy"),
                                     .expires_at = scene->settling.now + 10 * DAY};
    struct waiver_row waiver = {0};
    size_t failed = 0;

    return waive(scene, &wish, 1, &waiver, &failed, error);
}

/* A waiver of some drifts, which must be given. */
static int64_t give(struct scene *scene, const int64_t *drifts, size_t count)
{
    const struct waiver_wish wish = {.drifts = drifts,
                                     .drift_count = count,
                                     .reason = TEXT_INIT("legacy"),
                                     .expires_at = scene->settling.now + 10 * DAY};
    struct waiver_row waiver = {0};
    struct error error = {0};
    size_t failed = 0;

    history_expect(waive(scene, &wish, 1, &waiver, &failed, &error), &error);
    return waiver.id;
}

static int64_t give_pattern(struct scene *scene, const char *pattern, bool future)
{
    const struct waiver_wish wish = {.database = TEXT_INIT("orders"),
                                     .from = TEXT_INIT("staging"),
                                     .to = TEXT_INIT("prod"),
                                     .pattern = text_from(pattern),
                                     .future = future,
                                     .reason = TEXT_INIT("legacy"),
                                     .expires_at = scene->settling.now + 10 * DAY};
    struct waiver_row waiver = {0};
    struct error error = {0};
    size_t failed = 0;

    history_expect(waive(scene, &wish, 1, &waiver, &failed, &error), &error);
    return waiver.id;
}

static struct waiver_row get_waiver(struct scene *scene, int64_t waiver)
{
    struct waiver_row row = {0};
    struct error error = {0};

    history_expect(waivers_get(scene->history.database, waiver, &scene->history.arena, &row, &error), &error);
    return row;
}

static enum drift_state state_of(struct scene *scene, int64_t drift)
{
    return sample_get(&scene->history, drift).state;
}

/* ---------------------------------------------------------------- acknowledging */

static void test_somebody_acknowledges(void **state)
{
    struct scene *scene = *state;
    int64_t drift = put(scene, scene->pair, "a.t.x");
    struct error error = {0};
    struct drift_row row;

    history_expect(acknowledge(scene, drift, "I look into it", &error), &error);
    row = sample_get(&scene->history, drift);
    assert_int_equal(row.state, DRIFT_ACKNOWLEDGED);
    assert_true(row.acked_at == scene->settling.now);
    assert_true(text_equal(row.acked_by, TEXT("eve")));
    assert_int_equal(row.reopened, 0);
    assert_string_equal(sample_steps(&scene->history, drift), "opened, acknowledged by eve: I look into it");
    assert_string_equal(sample_audits(&scene->history), "drift-acknowledged by eve: orders staging→prod a.t.x\n");
    assert_string_equal(record_events(&scene->history, 0),
                        "drift-acknowledged low {\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\","
                        "\"kind\":\"column\",\"object\":\"a.t.x\",\"aspect\":\"structure\",\"drifts\":[1],"
                        "\"count\":1,\"note\":\"I look into it\",\"by\":\"eve\"}\n");
}

static void test_what_cannot_be_acknowledged(void **state)
{
    struct scene *scene = *state;
    int64_t drift = put(scene, scene->outlier, "a.t.x"), waived = put(scene, scene->pair, "a.t.y");
    struct drift_row ended;
    struct error error = {0};

    assert_int_equal(acknowledge(scene, 77, NULL, &error), ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "77"));
    history_expect(acknowledge(scene, drift, NULL, &error), &error);
    assert_string_equal(sample_audits(&scene->history), "drift-acknowledged by eve: orders@prod/eu-1 a.t.x\n");
    assert_int_equal(acknowledge(scene, drift, NULL, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "acknowledged by 'eve'"));
    assert_false(has_fraction(error.message));
    assert_non_null(strstr(error.hint, "`driftline drift reopen 1`"));
    give(scene, &waived, 1);
    assert_int_equal(acknowledge(scene, waived, NULL, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "waived by waiver #1 until"));
    assert_false(has_fraction(error.message));
    assert_non_null(strstr(error.hint, "`driftline drift unwaive 1`"));
    ended = sample_get(&scene->history, drift);
    ended.state = DRIFT_ENDED;
    ended.ending = DRIFT_REPAIRED;
    ended.ended_at = scene->settling.now;
    sample_put(&scene->history, &ended);
    assert_int_equal(acknowledge(scene, drift, NULL, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "repaired"));
    assert_non_null(strstr(error.hint, "`driftline drift list --state ended`"));
    assert_int_equal(waive_one(scene, drift, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.hint, "`driftline drift list --state ended`"));
    assert_int_equal(reopen(scene, drift, NULL, &error), ERROR_CONFLICT);
}

/* ---------------------------------------------------------------- waiving */

static void test_drifts_are_waived_by_their_numbers(void **state)
{
    struct scene *scene = *state;
    const int64_t drifts[] = {put(scene, scene->pair, "a.t.x"), put(scene, scene->pair, "a.t.y")};
    const int64_t named[] = {drifts[0], drifts[1], drifts[0]};
    int64_t other = put(scene, scene->pair, "a.t.z"), waiver = give(scene, named, 3);
    struct waiver_row row = get_waiver(scene, waiver);

    assert_int_equal(state_of(scene, drifts[0]), DRIFT_WAIVED);
    assert_int_equal(state_of(scene, drifts[1]), DRIFT_WAIVED);
    assert_int_equal(state_of(scene, other), DRIFT_OPEN);
    assert_true(sample_get(&scene->history, drifts[1]).waived_until == row.expires_at);
    assert_int_equal(row.drifts, 2);
    assert_true(text_equal(row.from, TEXT("staging")) && text_equal(row.to, TEXT("prod")));
    assert_true(text_equal(row.author, TEXT("eve")) && text_equal(row.created_by, TEXT("eve")));
    assert_true(row.created_at == scene->settling.now && !row.future && row.pattern.length == 0);
    assert_string_equal(sample_steps(&scene->history, drifts[0]), "opened, waived by eve: legacy");
    assert_string_equal(sample_audits(&scene->history), "drift-waived by eve: orders staging→prod a.t.x and 1 more\n");
    assert_non_null(strstr(record_events(&scene->history, 0),
                           "\"drifts\":[1,2],\"count\":2,\"waiver\":{\"id\":1,\"future\":false,\"reason\":\"legacy\","
                           "\"author\":\"eve\",\"expires_at\":\""));
}

static void test_what_a_pattern_covers(void **state)
{
#define COMMENT "[{\"name\":\"comment\",\"from\":\"a\",\"to\":\"b\"}]"
#define COMMENT_AND_TYPE                                                                                               \
    "[{\"name\":\"comment\",\"from\":\"a\",\"to\":\"b\"},{\"name\":\"type\",\"from\":\"c\",\"to\":\"d\"}]"
    static const struct {
        const char *name, *pattern, *from, *to;
        struct sample_drift drift;
        bool covered;
    } cases[] = {
        {"a column", "column:a.t.*", "staging", "prod", {.object = "a.t.x"}, true},
        {"another column", "column:a.u.*", "staging", "prod", {.object = "a.t.x"}, false},
        {"a column goes with its table", "table:a.*", "staging", "prod", {.object = "a.t.x"}, true},
        {"of any kind", "*:a.t*", "staging", "prod", {.object = "a.t", .kind = KIND_TABLE}, true},
        {"of any pair", "column:*", "", "", {.object = "a.t.x"}, true},
        {"to prod from anywhere", "column:*", "", "prod", {.object = "a.t.x"}, true},
        {"to somewhere else", "column:*", "", "qa", {.object = "a.t.x"}, false},
        {"from somewhere else", "column:*", "dev", "", {.object = "a.t.x"}, false},
        {"the name of before",
         "table:a.old",
         "",
         "",
         {.object = "a.new", .kind = KIND_TABLE, .renamed_from = "a.old"},
         true},
        {"a part of what had another name",
         "table:a.old",
         "",
         "",
         {.object = "a.new.x", .renamed_from = "a.old.x"},
         true},
        {"neither name", "table:a.older", "", "", {.object = "a.new.x", .renamed_from = "a.old.x"}, false},
        {"an attribute", "comment:a.*", "", "", {.object = "a.t.x", .attributes = COMMENT}, true},
        {"and another one", "comment:a.*", "", "", {.object = "a.t.x", .attributes = COMMENT_AND_TYPE}, false},
        {"any attribute", "comment:b.*", "", "", {.object = "a.t.x", .attributes = COMMENT}, false},
        {"of what is gone",
         "comment:*",
         "",
         "",
         {.object = "a.t.x", .effect = EFFECT_REMOVED, .attributes = COMMENT},
         false},
        {"of nothing", "comment:*", "", "", {.object = "a.t.x", .attributes = "[]"}, false},
    };
    struct scene *scene = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct waiver_row waiver = {
            .database = TEXT_INIT("orders"), .from = text_from(cases[i].from), .to = text_from(cases[i].to)};
        const struct waiver_row elsewhere = {.database = TEXT_INIT("users")};
        struct sample_drift drift = cases[i].drift;
        struct ignore_pattern pattern;
        struct error error = {0};
        struct drift_row row;

        drift.pair = scene->pair;
        if (drift.effect == EFFECT_ADDED) /* nothing was said */
            drift.effect = EFFECT_MODIFIED;
        row = sample_get(&scene->history, sample_drift(&scene->history, &drift));
        history_expect(ignore_pattern_parse(&pattern, text_from(cases[i].pattern), &scene->history.arena, &error),
                       &error);
        if (settling_covers(&waiver, &pattern, &row) != cases[i].covered)
            fail_msg("%s", cases[i].name);
        assert_false(settling_covers(&elsewhere, &pattern, &row));
    }
}

static void test_a_pattern_is_for_what_there_is_or_for_the_future(void **state)
{
    struct scene *scene = *state;
    int64_t x = put(scene, scene->pair, "a.t.x"), y = put(scene, scene->pair, "b.t.y");
    int64_t outlier = put(scene, scene->outlier, "a.t.x"), waiver = give_pattern(scene, "column:a.*", false);

    assert_int_equal(state_of(scene, x), DRIFT_WAIVED);
    assert_int_equal(state_of(scene, y), DRIFT_OPEN);
    assert_int_equal(state_of(scene, outlier), DRIFT_OPEN); /* another pair */
    assert_true(text_equal(get_waiver(scene, waiver).pattern, TEXT("column:a.*")));
    waiver = give_pattern(scene, "column:c.*", true);
    assert_int_equal(get_waiver(scene, waiver).drifts, 0);
    assert_true(get_waiver(scene, waiver).future);
    assert_string_equal(sample_audits(&scene->history), "drift-waived by eve: orders staging→prod column:a.*\n"
                                                        "drift-waived by eve: orders staging→prod column:c.*\n");
}

static void test_a_page_is_no_bound(void **state)
{
    struct scene *scene = *state;
    char object[32];
    int64_t waiver;

    for (int i = 0; i < 1203; i++) {
        snprintf(object, sizeof object, "a.t.c%d", i);
        put(scene, scene->pair, object);
    }
    waiver = give_pattern(scene, "column:a.t.*", false);
    assert_int_equal(get_waiver(scene, waiver).drifts, 1203);
    history_expect(end_waiver(scene, waiver, NULL, &(struct error){0}), &(struct error){0});
    assert_int_equal(get_waiver(scene, waiver).drifts, 0);
    assert_int_equal(history_ask(&scene->history, "SELECT count(*) FROM drift WHERE state = 0 AND reopened = 1"), 1203);
}

enum refused_drifts { OF_NONE, OF_ONE, OF_NOBODY, OF_TWO_PAIRS };

static const struct {
    const char *name, *message;
    enum error_code code;
    enum refused_drifts drifts;
    bool expires;
    int64_t after; /* from now on */
    struct waiver_wish wish;
} refused_wishes[] = {
    {"no reason", "reason", ERROR_USAGE, OF_ONE, true, DAY, {0}},
    {"a blank one", "reason", ERROR_USAGE, OF_ONE, true, DAY, {.reason = TEXT_INIT(" \n")}},
    {"no expiry", "needs a time", ERROR_USAGE, OF_ONE, false, 0, {.reason = TEXT_INIT("r")}},
    {"in the past", "has expired already", ERROR_USAGE, OF_ONE, true, 0, {.reason = TEXT_INIT("r")}},
    {"too long", "too long", ERROR_USAGE, OF_ONE, true, LONGEST *DAY + 1, {.reason = TEXT_INIT("r")}},
    {"of nothing", "either", ERROR_USAGE, OF_NONE, true, DAY, {.reason = TEXT_INIT("r")}},
    {"of both sorts",
     "either",
     ERROR_USAGE,
     OF_ONE,
     true,
     DAY,
     {.database = TEXT_INIT("orders"), .pattern = TEXT_INIT("column:*"), .reason = TEXT_INIT("r")}},
    {"of no database",
     "needs a database",
     ERROR_USAGE,
     OF_NONE,
     true,
     DAY,
     {.pattern = TEXT_INIT("column:*"), .reason = TEXT_INIT("r")}},
    {"no pattern",
     "nonsense",
     ERROR_USAGE,
     OF_NONE,
     true,
     DAY,
     {.database = TEXT_INIT("orders"), .pattern = TEXT_INIT("nonsense"), .reason = TEXT_INIT("r")}},
    {"that matches nothing",
     "matches no drift",
     ERROR_USAGE,
     OF_NONE,
     true,
     DAY,
     {.database = TEXT_INIT("orders"), .pattern = TEXT_INIT("view:*"), .reason = TEXT_INIT("r")}},
    {"a number with a future", "future", ERROR_USAGE, OF_ONE, true, DAY, {.future = true, .reason = TEXT_INIT("r")}},
    {"nobody", "#99", ERROR_NOT_FOUND, OF_NOBODY, true, DAY, {.reason = TEXT_INIT("r")}},
    {"of two pairs", "different pairs", ERROR_USAGE, OF_TWO_PAIRS, true, DAY, {.reason = TEXT_INIT("r")}},
};

static void test_wishes_that_are_refused(void **state)
{
    struct scene *scene = *state;
    const int64_t x = put(scene, scene->pair, "a.t.x"), outlier = put(scene, scene->outlier, "a.t.x");
    const int64_t nobody = 99, both[] = {x, outlier};
    const int64_t *const drifts[] = {[OF_NONE] = NULL, [OF_ONE] = &x, [OF_NOBODY] = &nobody, [OF_TWO_PAIRS] = both};
    const size_t counts[] = {[OF_NONE] = 0, [OF_ONE] = 1, [OF_NOBODY] = 1, [OF_TWO_PAIRS] = 2};

    for (size_t i = 0; i < LENGTH_OF(refused_wishes); i++) {
        struct waiver_wish wish = refused_wishes[i].wish;
        struct waiver_row waiver = {0};
        struct error error = {0};
        size_t failed = 9;

        wish.drifts = drifts[refused_wishes[i].drifts];
        wish.drift_count = counts[refused_wishes[i].drifts];
        wish.expires_at = refused_wishes[i].expires ? scene->settling.now + refused_wishes[i].after : 0;
        if (waive(scene, &wish, 1, &waiver, &failed, &error) != refused_wishes[i].code ||
            strstr(error.message, refused_wishes[i].message) == NULL)
            fail_msg("%s: %s: %s", refused_wishes[i].name, error_name(error.code), error.message);
        assert_int_equal(failed, 0);
    }
    assert_int_equal(history_ask(&scene->history, "SELECT count(*) FROM waiver"), 0);
    assert_string_equal(sample_audits(&scene->history), "");
}

static void test_the_longest_waiver_is_allowed(void **state)
{
    struct scene *scene = *state;
    const int64_t drift = put(scene, scene->pair, "a.t.x");
    const struct waiver_wish wish = {.drifts = &drift,
                                     .drift_count = 1,
                                     .reason = TEXT_INIT("r"),
                                     .author = TEXT_INIT("The DBA"),
                                     .expires_at = scene->settling.now + LONGEST * DAY};
    struct waiver_row waiver = {0};
    struct error error = {0};
    size_t failed = 0;

    history_expect(waive(scene, &wish, 1, &waiver, &failed, &error), &error);
    assert_true(text_equal(get_waiver(scene, waiver.id).author, TEXT("The DBA")));
    assert_true(text_equal(get_waiver(scene, waiver.id).created_by, TEXT("eve")));
}

/* Of many, all or none; the transaction around goes on. */
static void test_all_together_or_none(void **state)
{
    struct scene *scene = *state;
    const int64_t drifts[] = {put(scene, scene->pair, "a.t.x"), put(scene, scene->pair, "a.t.y")};
    struct waiver_wish wishes[3];
    struct waiver_row waivers[3] = {{0}};
    struct error error = {0};
    size_t failed = 9;

    for (size_t i = 0; i < 3; i++)
        wishes[i] = (struct waiver_wish){.drifts = &drifts[i % 2],
                                         .drift_count = 1,
                                         .reason = TEXT_INIT("r"),
                                         .expires_at = scene->settling.now + DAY};
    history_begin(&scene->history);
    assert_int_equal(settling_waive(scene->history.database, &scene->settling, wishes, 3, waivers, &failed, &error),
                     ERROR_CONFLICT);
    assert_int_equal(failed, 2);
    assert_non_null(strstr(error.message, "by waiver #1 until"));
    assert_false(has_fraction(error.message));
    history_commit(&scene->history);
    assert_int_equal(history_ask(&scene->history, "SELECT count(*) FROM waiver"), 0);
    assert_int_equal(state_of(scene, drifts[0]), DRIFT_OPEN);
    history_expect(waive(scene, wishes, 2, waivers, &failed, &error), &error);
    assert_int_equal(state_of(scene, drifts[0]), DRIFT_WAIVED);
    assert_true(waivers[1].id == waivers[0].id + 1);
}

static void test_waivers_do_not_overlap(void **state)
{
    struct scene *scene = *state;
    const int64_t drift = put(scene, scene->pair, "a.t.x");
    const struct waiver_wish wish = {.database = TEXT_INIT("orders"),
                                     .pattern = TEXT_INIT("column:*"),
                                     .reason = TEXT_INIT("r"),
                                     .expires_at = scene->settling.now + 30 * DAY};
    struct waiver_row waiver = {0};
    struct error error = {0};
    size_t failed = 0;

    give(scene, &drift, 1);
    assert_int_equal(waive(scene, &wish, 1, &waiver, &failed, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "waiver #1"));
    assert_non_null(strstr(error.hint, "`driftline drift unwaive 1`"));
    scene->settling.now += 10 * DAY; /* it expires at this very moment, though nobody has written its end */
    history_expect(waive(scene, &wish, 1, &waiver, &failed, &error), &error);
    assert_true(sample_get(&scene->history, drift).waiver == waiver.id);
}

/* ---------------------------------------------------------------- opening again */

static void test_somebody_opens_it_again(void **state)
{
    struct scene *scene = *state;
    int64_t drift = put(scene, scene->pair, "a.t.x");
    struct error error = {0};
    struct drift_row row;

    assert_int_equal(reopen(scene, drift, NULL, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "is open"));
    assert_non_null(strstr(error.hint, "drift show"));
    history_expect(acknowledge(scene, drift, NULL, &error), &error);
    history_expect(reopen(scene, drift, "not so fast", &error), &error);
    row = sample_get(&scene->history, drift);
    assert_true(row.state == DRIFT_OPEN && row.acked_at == 0 && row.acked_by.length == 0 && row.reopened == 1);
    assert_string_equal(sample_steps(&scene->history, drift),
                        "opened, acknowledged by eve, reopened by eve: not so fast");
    assert_non_null(strstr(record_events(&scene->history, 0), "drift-reopened low {"));
}

static void test_a_waiver_ends_with_the_last_that_it_covers(void **state)
{
    struct scene *scene = *state;
    const int64_t drifts[] = {put(scene, scene->pair, "a.t.x"), put(scene, scene->pair, "a.t.y")};
    int64_t waiver = give(scene, drifts, 2), forever;
    struct error error = {0};

    history_expect(reopen(scene, drifts[0], NULL, &error), &error);
    assert_true(get_waiver(scene, waiver).ended_at == 0);
    history_expect(reopen(scene, drifts[1], NULL, &error), &error);
    assert_true(get_waiver(scene, waiver).ended_at == scene->settling.now);
    assert_true(text_equal(get_waiver(scene, waiver).ended_by, TEXT("eve")));
    assert_non_null(strstr(sample_audits(&scene->history), "waiver-ended by eve: orders\n"));
    forever = give_pattern(scene, "column:*", true);
    history_expect(reopen(scene, drifts[0], NULL, &error), &error);
    history_expect(reopen(scene, drifts[1], NULL, &error), &error);
    assert_true(get_waiver(scene, forever).ended_at == 0);
}

static void test_a_waiver_is_taken_back(void **state)
{
    struct scene *scene = *state;
    const int64_t drifts[] = {put(scene, scene->pair, "a.t.x"), put(scene, scene->pair, "a.t.y")};
    int64_t waiver = give(scene, drifts, 2);
    struct error error = {0};

    assert_int_equal(end_waiver(scene, 7, NULL, &error), ERROR_NOT_FOUND);
    history_expect(end_waiver(scene, waiver, NULL, &error), &error);
    assert_int_equal(state_of(scene, drifts[0]), DRIFT_OPEN);
    assert_int_equal(state_of(scene, drifts[1]), DRIFT_OPEN);
    assert_int_equal(sample_get(&scene->history, drifts[1]).reopened, 1);
    assert_string_equal(sample_steps(&scene->history, drifts[0]),
                        "opened, waived by eve: legacy, reopened by eve: waiver #1 was taken back");
    assert_true(text_equal(get_waiver(scene, waiver).ended_by, TEXT("eve")));
    assert_int_equal(end_waiver(scene, waiver, NULL, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "has ended at"));
    assert_false(has_fraction(error.message));
}

static void test_a_waiver_that_expired_is_nobodys_deed(void **state)
{
    struct scene *scene = *state;
    const int64_t drift = put(scene, scene->pair, "a.t.x");
    int64_t waiver = give(scene, &drift, 1);
    const char *audits = sample_audits(&scene->history);
    struct error error = {0};

    scene->settling.by = (struct text){NULL, 0};
    history_expect(end_waiver(scene, waiver, NULL, &error), &error);
    assert_int_equal(state_of(scene, drift), DRIFT_OPEN);
    assert_int_equal(get_waiver(scene, waiver).ended_by.length, 0);
    assert_string_equal(sample_steps(&scene->history, drift),
                        "opened, waived by eve: legacy, reopened: waiver #1 has expired");
    assert_string_equal(sample_audits(&scene->history), audits);
    assert_non_null(strstr(record_events(&scene->history, 0), "waiver-expired low {"));
}

/* ---------------------------------------------------------------- memory */

struct attempt {
    struct scene *scene;
    int64_t drifts[2];
};

static enum error_code settle_all(struct attempt *attempt, const struct settling *settling, struct error *error)
{
    struct database *database = attempt->scene->history.database;
    const struct waiver_wish wish = {.database = TEXT_INIT("orders"),
                                     .pattern = TEXT_INIT("column:*"),
                                     .reason = TEXT_INIT("r"),
                                     .expires_at = settling->now + DAY};
    struct waiver_row waiver = {0};
    size_t failed = 0;

    if (settling_acknowledge(database, settling, attempt->drifts[0], TEXT("n"), error) != ERROR_NONE ||
        settling_reopen(database, settling, attempt->drifts[0], TEXT("n"), error) != ERROR_NONE ||
        settling_waive(database, settling, &wish, 1, &waiver, &failed, error) != ERROR_NONE)
        return error->code;
    return settling_end_waiver(database, settling, waiver.id, (struct text){NULL, 0}, error);
}

static enum error_code attempt_settling(void *context, struct error *error)
{
    struct attempt *attempt = context;
    struct settling settling = attempt->scene->settling;
    CLEANUP(arena_free) struct arena arena;
    enum error_code code;

    arena_init(&arena, PLENTY);
    settling.arena = &arena;
    history_begin(&attempt->scene->history);
    code = settle_all(attempt, &settling, error);
    database_rollback(attempt->scene->history.database);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    struct scene *scene = *state;
    struct attempt attempt = {scene, {put(scene, scene->pair, "a.t.x"), put(scene, scene->pair, "a.t.y")}};

    assert_int_equal(attempt_settling(&attempt, &(struct error){0}), ERROR_NONE); /* prepares the statements */
    test_every_allocation(attempt_settling, &attempt);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, scene_setup, scene_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_somebody_acknowledges),
        TEST(test_what_cannot_be_acknowledged),
        TEST(test_drifts_are_waived_by_their_numbers),
        TEST(test_what_a_pattern_covers),
        TEST(test_a_pattern_is_for_what_there_is_or_for_the_future),
        TEST(test_a_page_is_no_bound),
        TEST(test_wishes_that_are_refused),
        TEST(test_the_longest_waiver_is_allowed),
        TEST(test_all_together_or_none),
        TEST(test_waivers_do_not_overlap),
        TEST(test_somebody_opens_it_again),
        TEST(test_a_waiver_ends_with_the_last_that_it_covers),
        TEST(test_a_waiver_is_taken_back),
        TEST(test_a_waiver_that_expired_is_nobodys_deed),
        TEST(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
