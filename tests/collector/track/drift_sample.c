#include "collector/track/drift_sample.h"

#include <string.h>

#include "drift/rendering.h"
#include "store/audits.h"
#include "support/cmocka.h"

/* ---- pairs ---- */

static void set_side(struct history *history, struct pair_side *side, const char *environment, const char *instance)
{
    const struct target_filter filter = {
        .database = TEXT_INIT("orders"), .environment = text_from(environment), .instance = text_from(instance)};
    struct target_row *targets = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(targets_list(history->database, &filter, &history->arena, &targets, &count, &error), &error);
    if (count == 0 || targets[0].snapshot == 0)
        return;
    *side = (struct pair_side){true, targets[0].root, rendering_major(targets[0].server_version), targets[0].id,
                               targets[0].snapshot};
}

int64_t sample_pair(struct history *history, const char *from, const char *to, const char *instance,
                    const struct policy *policy)
{
    struct pair_row row = {.database = TEXT_INIT("orders"),
                           .from = text_from(from),
                           .to = text_from(to),
                           .instance = text_from(instance),
                           .active = true,
                           .at = history->now};
    struct error error = {0};

    if (policy != NULL)
        row.policy = *policy_fingerprint(policy);
    set_side(history, &row.sides[0], from, "");
    set_side(history, &row.sides[1], to, instance);
    history_begin(history);
    history_expect(pairs_put(history->database, &row, &error), &error);
    history_commit(history);
    return row.id;
}

/* ---- drifts ---- */

/* The object that a dotted path of a part is part of. */
static struct text owner_of(enum kind kind, struct text object)
{
    if (kind_facts((unsigned)kind)->is_part)
        while (object.length > 0 && object.bytes[--object.length] != '.')
            ;
    return object;
}

static struct change_state state_of(const char *object, bool is_there, int side)
{
    struct change_state state = {.is_there = is_there};

    memset(state.hash.bytes, object[strlen(object) - 1] + side, HASH_SIZE);
    return state;
}

int64_t sample_drift(struct history *history, const struct sample_drift *drift)
{
    const enum kind kind = drift->kind == KIND_NONE ? KIND_COLUMN : drift->kind;
    const struct text object = text_from(drift->object), before = text_from(drift->renamed_from);
    struct drift_row row = {
        .pair = drift->pair,
        .cause = drift->cause,
        .hidden = drift->hidden,
        .effect = drift->effect,
        .kind = kind,
        .object_kind = kind_facts((unsigned)kind)->is_part ? KIND_TABLE : kind,
        .severity = drift->severity,
        .rule = TEXT_INIT("type-changed"),
        .contracts = text_from(drift->contracts),
        .object = object,
        .owner = owner_of(kind, object),
        .renamed_from = before,
        .owner_before = before.length > 0 ? owner_of(kind, before) : before,
        .attributes =
            text_from(drift->attributes != NULL ? drift->attributes
                                                : "[{\"name\":\"type\",\"from\":\"integer\",\"to\":\"bigint\"}]"),
        .states = {state_of(drift->object, drift->effect != EFFECT_REMOVED, 0),
                   state_of(drift->object, drift->effect != EFFECT_ADDED, 1)},
        .opened_at = history->now,
        .changed_at = history->now,
        .seen_at = history->now,
        .lead = -1,
        .change = drift->change,
        .unattributed = drift->unattributed,
    };
    struct drift_step_row opened = {.what = DRIFT_STEP_OPENED, .at = history->now, .side = -1};
    struct error error = {0};

    history_begin(history);
    history_expect(drifts_add(history->database, &row, &error), &error);
    opened.drift = row.id;
    history_expect(drift_steps_add(history->database, &opened, &error), &error);
    history_commit(history);
    return row.id;
}

struct drift_row sample_get(struct history *history, int64_t drift)
{
    struct drift_row row = {0};
    struct error error = {0};

    history_expect(drifts_get(history->database, drift, &history->arena, &row, &error), &error);
    return row;
}

void sample_put(struct history *history, const struct drift_row *drift)
{
    struct error error = {0};

    history_begin(history);
    history_expect(drifts_update(history->database, drift, &error), &error);
    history_commit(history);
}

/* ---- what was done ---- */

const char *sample_steps(struct history *history, int64_t drift)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct drift_step_row *steps = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(drift_steps_list(history->database, drift, &history->arena, &steps, &count, &error), &error);
    for (size_t i = 0; i < count; i++) {
        buffer_printf(&text, "%s%s", i == 0 ? "" : ", ", drift_step_name(steps[i].what));
        if (steps[i].by.length > 0)
            buffer_printf(&text, " by %.*s", TEXT_ARGS(steps[i].by));
        if (steps[i].note.length > 0)
            buffer_printf(&text, ": %.*s", TEXT_ARGS(steps[i].note));
    }
    return arena_string(&history->arena, buffer_text(&text));
}

const char *sample_audits(struct history *history)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct audit_row *rows = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(audits_list(history->database, 0, 100, &history->arena, &rows, &count, &error), &error);
    for (size_t i = count; i > 0; i--)
        buffer_printf(&text, "%.*s by %.*s: %.*s\n", TEXT_ARGS(rows[i - 1].action), TEXT_ARGS(rows[i - 1].by),
                      TEXT_ARGS(rows[i - 1].subject));
    return arena_string(&history->arena, buffer_text(&text));
}
