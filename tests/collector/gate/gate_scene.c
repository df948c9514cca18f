#include "collector/gate/gate_scene.h"

#include <stdio.h>
#include <string.h>

#include "contract/contract_file.h"
#include "store/contract_states.h"
#include "store/waivers.h"
#include "support/cmocka.h"

enum { PLENTY = 64 * 1024 * 1024 };
static const int64_t MINUTE = INT64_C(60) * 1000000, DAY = INT64_C(86400) * 1000000;

static const struct text path[] = {TEXT_INIT("dev"), TEXT_INIT("staging"), TEXT_INIT("prod")};

/* ---- the scene ---- */

static void set_content(struct gate_scene *scene)
{
    scene->content = (struct policy_content){
        .fleet = {.path = path, .path_count = LENGTH_OF(path), .stale_after_us = MINUTE, .memory_limit = PLENTY},
        .gate = {.max_age_us = 10 * MINUTE,
                 .block = UINT32_C(1) << SEVERITY_CRITICAL | UINT32_C(1) << SEVERITY_HIGH,
                 .waiver_longest_us = 90 * DAY,
                 .freezes = &scene->freeze},
        .contracts = {.known = true},
    };
    diff_options_init(&scene->content.fleet.compare);
}

void gate_scene_open(struct gate_scene *scene)
{
    *scene = (struct gate_scene){0};
    history_open(&scene->history);
    set_content(scene);
    scene->question = (struct gate_question){.database = TEXT_INIT("orders"),
                                             .from = TEXT_INIT("staging"),
                                             .to = TEXT_INIT("prod"),
                                             .now = scene->history.now + 10 * DAY};
    scene->targets[GATE_SCENE_STAGING] = gate_scene_put(scene, "staging", "default", GATE_SCENE_SCHEMA);
    scene->targets[GATE_SCENE_PROD] = gate_scene_put(scene, "prod", "default", GATE_SCENE_SCHEMA);
    gate_scene_renew(scene);
}

void gate_scene_close(struct gate_scene *scene)
{
    policy_release(scene->policy);
    history_close(&scene->history);
}

int gate_scene_setup(void **state)
{
    static struct gate_scene scene;

    gate_scene_open(&scene);
    *state = &scene;
    return 0;
}

int gate_scene_teardown(void **state)
{
    gate_scene_close(*state);
    return 0;
}

void gate_scene_renew(struct gate_scene *scene)
{
    struct error error = {0};

    policy_release(scene->policy);
    scene->policy = NULL;
    history_expect(policy_new(&scene->policy, &scene->content, &error), &error);
    scene->pair = sample_pair(&scene->history, "staging", "prod", "", scene->policy);
}

/* ---- targets ---- */

void gate_scene_see(struct gate_scene *scene, int64_t target, enum target_state state, const char *reason, int64_t ago)
{
    const struct target_sighting sighting = {.target = target,
                                             .agent = scene->history.agent,
                                             .state = state,
                                             .reason = text_from(reason),
                                             .checked_at = scene->question.now - ago,
                                             .heard_at = scene->question.now - ago};
    struct error error = {0};

    history_begin(&scene->history);
    history_expect(targets_saw(scene->history.database, &sighting, &error), &error);
    history_commit(&scene->history);
}

int64_t gate_scene_put(struct gate_scene *scene, const char *environment, const char *instance, const char *text)
{
    int64_t target = history_target(&scene->history, "orders", environment, instance);

    if (text != NULL)
        record_text(&scene->history, target, text, NULL);
    gate_scene_see(scene, target, TARGET_FINE, NULL, 0);
    return target;
}

/* ---- contracts ---- */

void gate_scene_contracts(struct gate_scene *scene, const char *yaml)
{
    struct error error = {0};

    history_expect(
        contract_text_read(&scene->content.contracts.set, "c.yaml", text_from(yaml), &scene->history.arena, &error),
        &error);
    gate_scene_renew(scene);
}

void gate_scene_stand(struct gate_scene *scene, const char *contract, int64_t target, enum contract_state state,
                      const char *findings, int64_t change)
{
    struct contract_state_row row = {.contract = text_from(contract),
                                     .target = target,
                                     .state = state,
                                     .since = scene->history.now,
                                     .snapshot = 1,
                                     .findings = text_from(findings == NULL ? "[]" : findings),
                                     .change = change};
    struct error error = {0};

    for (size_t i = 0; i < scene->content.contracts.set.count; i++)
        if (text_equal(scene->content.contracts.set.contracts[i].name, row.contract))
            row.fingerprint = scene->content.contracts.set.contracts[i].fingerprint;
    history_begin(&scene->history);
    history_expect(contract_states_put(scene->history.database, &row, &error), &error);
    history_commit(&scene->history);
}

/* ---- drifts ---- */

int64_t gate_scene_drift(struct gate_scene *scene, struct sample_drift drift)
{
    if (drift.pair == 0)
        drift.pair = scene->pair;
    if (drift.effect == EFFECT_ADDED)
        drift.effect = EFFECT_MODIFIED;
    if (drift.object == NULL)
        drift.object = "a.t.x";
    return sample_drift(&scene->history, &drift);
}

void gate_scene_waive(struct gate_scene *scene, int64_t drift, int64_t expires_in)
{
    struct waiver_row waiver = {.database = TEXT_INIT("orders"),
                                .reason = TEXT_INIT("r"),
                                .author = TEXT_INIT("eve"),
                                .created_by = TEXT_INIT("eve"),
                                .created_at = scene->history.now,
                                .expires_at = scene->question.now + expires_in};
    struct drift_row row = sample_get(&scene->history, drift);
    struct error error = {0};

    history_begin(&scene->history);
    history_expect(waivers_add(scene->history.database, &waiver, &error), &error);
    history_commit(&scene->history);
    row.state = DRIFT_WAIVED;
    row.waiver = waiver.id;
    sample_put(&scene->history, &row);
}

/* ---- asking ---- */

struct gate_answer gate_scene_ask(struct gate_scene *scene)
{
    struct gate_answer answer = {0};
    struct error error = {0};

    history_expect(
        gate_evaluate(&answer, scene->history.database, scene->policy, &scene->question, &scene->history.arena, &error),
        &error);
    return answer;
}

const char *gate_scene_codes(struct gate_scene *scene, const struct gate_answer *answer)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    enum gate_verdict before = GATE_BLOCKED;

    buffer_add_string(&text, gate_verdict_name(answer->verdict));
    for (size_t i = 0; i < answer->reason_count; i++) {
        const struct gate_reason_facts *facts = &gate_reason_facts[answer->reasons[i].code];

        if (facts->verdict != before)
            buffer_add_string(&text, " |");
        before = facts->verdict;
        buffer_printf(&text, " %s", facts->name);
        assert_true(answer->reasons[i].message.length > 0 && answer->reasons[i].advice.length > 0);
        assert_true(text_is_utf8(answer->reasons[i].message) && text_is_utf8(answer->reasons[i].advice));
    }
    return arena_string(&scene->history.arena, buffer_text(&text));
}

void gate_scene_expect(struct gate_scene *scene, const char *codes)
{
    const struct gate_answer answer = gate_scene_ask(scene);
    const char *found = gate_scene_codes(scene, &answer);

    if (strcmp(found, codes) == 0)
        return;
    for (size_t i = 0; i < answer.reason_count; i++)
        print_message("%.*s\n", TEXT_ARGS(answer.reasons[i].message));
    fail_msg("the gate says %s, not %s", found, codes);
}

const struct gate_reason *gate_scene_reason(const struct gate_answer *answer, enum gate_reason_code code)
{
    const struct gate_reason *found = NULL;

    for (size_t i = 0; i < answer->reason_count; i++)
        if (answer->reasons[i].code == code) {
            assert_null(found);
            found = &answer->reasons[i];
        }
    assert_non_null(found);
    return found;
}

bool gate_scene_has(struct text text, const char *part)
{
    const size_t length = strlen(part);

    for (size_t at = 0; at + length <= text.length; at++)
        if (memcmp(text.bytes + at, part, length) == 0)
            return true;
    return false;
}

bool gate_scene_says(struct text text, const char *part)
{
    bool says = gate_scene_has(text, part);

    if (!says)
        print_message("'%.*s' does not say '%s'\n", TEXT_ARGS(text), part);
    return says;
}
