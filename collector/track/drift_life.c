#include "track/drift_life.h"

#include <inttypes.h>

#include "drift/change_json.h"
#include "drift/state.h"
#include "track/cause.h"
#include "track/settling.h"

static bool is_outlier(const struct drift_writing *writing)
{
    return writing->pair->instance.length > 0;
}

/* ---- what differs ---- */

static enum error_code write_attributes(const struct drift_writing *writing, const struct change *change,
                                        struct text *ret_text)
{
    const struct correlating *correlating = writing->correlating;
    CLEANUP(buffer_clear) struct buffer bytes = {0};
    char *copy;

    if (change_json_write_attributes(&bytes, change, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    copy = arena_string(correlating->arena, buffer_text(&bytes));
    if (copy == NULL)
        return correlating_no_memory(correlating);
    *ret_text = (struct text){copy, bytes.length};
    return ERROR_NONE;
}

static enum error_code set_difference(struct drift_writing *writing, struct drift_row *row, struct change *change)
{
    if (drift_contracts_apply(&writing->contracts, writing->correlating, change, &row->contracts) != ERROR_NONE)
        return writing->correlating->error->code;
    row->effect = change->effect;
    row->kind = change->kind;
    row->object_kind = change->object_kind;
    row->aspect = change->aspect;
    row->severity = change->severity;
    row->rule = text_from(change->rule);
    row->object = change->object;
    row->owner = change->owner;
    row->renamed_from = change->renamed_from;
    row->owner_before = change->owner_before;
    for (int side = 0; side < 2; side++)
        row->states[side] = change->states[pair_side_in_diff(writing->pair->instance, side)];
    return write_attributes(writing, change, &row->attributes);
}

static bool same_difference(const struct drift_row *a, const struct drift_row *b)
{
    return a->effect == b->effect && a->severity == b->severity && text_equal(a->rule, b->rule) &&
           text_equal(a->object, b->object) && text_equal(a->owner, b->owner) &&
           text_equal(a->renamed_from, b->renamed_from) && text_equal(a->owner_before, b->owner_before) &&
           text_equal(a->attributes, b->attributes) && text_equal(a->contracts, b->contracts);
}

/* ---- why ---- */

/* A drift that is over has the names from before the step; `renames`, which may be NULL, lead to those after it. */
static enum error_code explain(struct drift_writing *writing, struct drift_row *row, const struct step_renames *renames,
                               struct explanation *ret_found)
{
    struct explained thing = {.kind = row->kind,
                              .object_kind = row->object_kind,
                              .aspect = row->aspect,
                              .is_name = row->effect == EFFECT_RENAMED};
    struct drift_names names;

    *ret_found = (struct explanation){0};
    if (writing->mover == NO_SIDE || writing->occasion->change_count == 0)
        return ERROR_NONE;
    if (writing->explanations.occasion == NULL &&
        explanations_make(&writing->explanations, writing->correlating, writing->occasion) != ERROR_NONE)
        return writing->correlating->error->code;
    if ((renames == NULL ? drift_names_now(&names, writing->correlating, row)
                         : drift_names_after(&names, writing->correlating, row, renames)) != ERROR_NONE)
        return writing->correlating->error->code;
    thing.object = names.objects[writing->mover];
    thing.owner = names.owners[writing->mover];
    *ret_found = explanations_find(&writing->explanations, &thing);
    if (ret_found->change == 0)
        return ERROR_NONE;
    row->change = ret_found->change;
    if (ret_found->who != NULL && ret_found->who->evidence == EVIDENCE_UNATTRIBUTED)
        row->unattributed = true;
    return ERROR_NONE;
}

/* All that is known of what both sides went through; `last`, which may be NULL, comes behind it. */
static enum error_code read_life(const struct drift_writing *writing, const struct drift_row *drift,
                                 const struct cause_step *last, struct cause_life *ret_life)
{
    const struct correlating *correlating = writing->correlating;
    struct drift_step_row *rows = NULL;
    struct cause_step *steps;
    size_t count = 0, used = 0;

    if (drift_steps_list(correlating->database, drift->id, correlating->arena, &rows, &count, correlating->error) !=
        ERROR_NONE)
        return correlating->error->code;
    steps = arena_array(correlating->arena, count + 1, sizeof *steps);
    if (steps == NULL)
        return correlating_no_memory(correlating);
    for (size_t i = 0; i < count; i++)
        if (rows[i].side >= 0 && (rows[i].what == DRIFT_STEP_OPENED || rows[i].what == DRIFT_STEP_CHANGED))
            steps[used++] = (struct cause_step){rows[i].at, rows[i].side, rows[i].state};
    if (last != NULL)
        steps[used++] = *last;
    *ret_life = (struct cause_life){.base_known = drift->base_known,
                                    .base = drift->base,
                                    .steps = steps,
                                    .count = used,
                                    .is_outlier = is_outlier(writing)};
    return ERROR_NONE;
}

/* ---- steps ---- */

static enum error_code add_step(const struct drift_writing *writing, const struct drift_row *drift,
                                enum drift_step what, int side, struct text note)
{
    struct drift_step_row step = {.drift = drift->id,
                                  .what = what,
                                  .at = writing->occasion->at,
                                  .side = side,
                                  .snapshot = writing->occasion->snapshot,
                                  .note = note};

    if (side != NO_SIDE) {
        step.state = drift->states[side];
        step.change = side == writing->mover ? drift->change : 0;
    }
    return drift_steps_add(writing->correlating->database, &step, writing->correlating->error);
}

/* ---- waivers that hold for what comes ---- */

static enum error_code read_waivers(struct drift_writing *writing)
{
    const struct correlating *correlating = writing->correlating;
    const struct waiver_filter filter = {.database = correlating->name};
    struct waiver_row *all = NULL;
    size_t count = 0;

    if (writing->waivers_are_read)
        return ERROR_NONE;
    if (waivers_list(correlating->database, &filter, correlating->arena, &all, &count, correlating->error) !=
        ERROR_NONE)
        return correlating->error->code;
    writing->waivers = all;
    for (size_t i = 0; i < count; i++)
        if (all[i].future && all[i].pattern.length > 0 && all[i].expires_at > writing->occasion->seen)
            writing->waivers[writing->waiver_count++] = all[i];
    writing->waivers_are_read = true;
    return ERROR_NONE;
}

/* The waiver that a drift as it is now comes under; 0: none. The one that it has is as good as any. */
static enum error_code find_waiver(struct drift_writing *writing, struct drift_row *row, int64_t *ret_waiver)
{
    const struct correlating *correlating = writing->correlating;

    *ret_waiver = 0;
    if (read_waivers(writing) != ERROR_NONE)
        return correlating->error->code;
    row->database = writing->pair->database;
    row->from = writing->pair->from;
    row->to = writing->pair->to;
    for (size_t i = 0; i < writing->waiver_count; i++) {
        struct ignore_pattern pattern;

        if (ignore_pattern_parse(&pattern, writing->waivers[i].pattern, correlating->arena, correlating->error) !=
            ERROR_NONE)
            return correlating->error->code;
        if (!settling_covers(&writing->waivers[i], &pattern, row))
            continue;
        *ret_waiver = writing->waivers[i].id;
        if (*ret_waiver == row->waiver)
            break;
    }
    return ERROR_NONE;
}

static enum error_code add_waived_step(const struct drift_writing *writing, const struct drift_row *row)
{
    const char *note = arena_printf(writing->correlating->arena, "waiver #%" PRId64, row->waiver);

    if (note == NULL)
        return correlating_no_memory(writing->correlating);
    return add_step(writing, row, DRIFT_STEP_WAIVED, NO_SIDE, text_from(note));
}

/* ---- it begins ---- */

enum { FIRST_STEPS = 3 };

/* The steps that brought both sides to where they are, as far as they are known. Answers how many there are. */
static size_t find_first_steps(const struct drift_writing *writing, const struct drift_row *row,
                               const struct drift_origin *origin, struct cause_step ret_steps[FIRST_STEPS])
{
    int mover = writing->mover, other = 1 - mover;
    size_t count = 0;

    if (mover == NO_SIDE || !origin->base_known)
        return 0;
    if (origin->other_passed)
        ret_steps[count++] = (struct cause_step){origin->passed_at, other, row->states[mover]};
    if (origin->other_moved)
        ret_steps[count++] = (struct cause_step){origin->other_at, other, row->states[other]};
    if (!change_state_equal(&row->states[mover], &origin->base))
        ret_steps[count++] = (struct cause_step){writing->occasion->at, mover, row->states[mover]};
    return count;
}

/* The side by whose step it is opened. */
static int opener(const struct drift_writing *writing, const struct cause_step *steps, size_t count)
{
    if (occasion_is_first_sight(writing->occasion))
        return NO_SIDE;
    return is_outlier(writing) || (count > 0 && steps[count - 1].side == writing->mover) ? writing->mover : NO_SIDE;
}

/* It is opened by the side that moved; what the other went through before comes behind it, since it was learned now. */
static enum error_code add_first_steps(const struct drift_writing *writing, const struct drift_row *row,
                                       const struct cause_step *steps, size_t count)
{
    if (add_step(writing, row, DRIFT_STEP_OPENED, opener(writing, steps, count), (struct text){NULL, 0}) != ERROR_NONE)
        return writing->correlating->error->code;
    for (size_t i = 0; i < count; i++) {
        const struct drift_step_row step = {.drift = row->id,
                                            .what = DRIFT_STEP_CHANGED,
                                            .at = steps[i].at,
                                            .side = steps[i].side,
                                            .state = steps[i].state};

        if (steps[i].side != writing->mover &&
            drift_steps_add(writing->correlating->database, &step, writing->correlating->error) != ERROR_NONE)
            return writing->correlating->error->code;
    }
    return ERROR_NONE;
}

enum error_code drift_life_open(struct drift_writing *writing, struct change *change, const struct drift_origin *origin)
{
    const struct correlating *correlating = writing->correlating;
    const struct occasion *occasion = writing->occasion;
    struct drift_row row = {.pair = writing->pair->id,
                            .instance = writing->pair->instance,
                            .base_known = origin->base_known,
                            .base = origin->base,
                            .opened_at = occasion->at,
                            .changed_at = occasion->at,
                            .seen_at = occasion->seen,
                            .lead = -1};
    struct cause_step steps[FIRST_STEPS];
    struct cause_life life = {
        .base_known = origin->base_known, .base = origin->base, .steps = steps, .is_outlier = is_outlier(writing)};
    struct explanation explanation;

    if (set_difference(writing, &row, change) != ERROR_NONE ||
        explain(writing, &row, NULL, &explanation) != ERROR_NONE ||
        find_waiver(writing, &row, &row.waiver) != ERROR_NONE ||
        drifts_last_ended(correlating->database, &row, &row.previous, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    row.state = row.waiver != 0 ? DRIFT_WAIVED : DRIFT_OPEN;
    life.count = find_first_steps(writing, &row, origin, steps);
    row.cause = cause_of(&life);
    if (drifts_add(correlating->database, &row, correlating->error) != ERROR_NONE ||
        add_first_steps(writing, &row, steps, life.count) != ERROR_NONE ||
        (row.waiver != 0 && add_waived_step(writing, &row) != ERROR_NONE))
        return correlating->error->code;
    return drift_news_add(&writing->news, correlating, NEWS_OPENED, &row, &explanation);
}

/* ---- it goes on ---- */

/* What became of a drift in one step. */
struct passage {
    const struct drift_row *before;
    struct drift_row now;
    bool differs[2]; /* the side says something else than it did */
    bool steps[2];   /* and it is known that it took another state */
    bool reopened;
    struct explanation explanation;
};

/* What was not seen may have changed on either side meanwhile. Else a side that did not move only says otherwise
 * because it is compared with something else. */
static void find_moves(const struct drift_writing *writing, struct passage *passage)
{
    for (int side = 0; side < 2; side++) {
        passage->differs[side] = !change_state_equal(&passage->before->states[side], &passage->now.states[side]);
        passage->steps[side] =
            passage->differs[side] && writing->mover != NO_SIDE && (side == writing->mover || passage->before->hidden);
    }
}

/* What was equal once was not all of the environment, if what was seen only now has another state. */
static void look_at_base(const struct drift_writing *writing, struct passage *passage)
{
    if (!occasion_is_first_sight(writing->occasion) || writing->mover == NO_SIDE || !passage->steps[writing->mover])
        return;
    passage->now.base_known = false;
    passage->now.base = (struct change_state){0};
}

/* What somebody accepted was this difference and no other. */
static enum error_code look_at_consent(struct drift_writing *writing, struct passage *passage)
{
    struct drift_row *now = &passage->now;
    int64_t waiver = 0;

    if ((!passage->differs[0] && !passage->differs[1]) || now->state == DRIFT_OPEN)
        return ERROR_NONE;
    if (find_waiver(writing, now, &waiver) != ERROR_NONE)
        return writing->correlating->error->code;
    now->acked_at = 0;
    now->acked_by = (struct text){NULL, 0};
    if (waiver != 0) {
        now->state = DRIFT_WAIVED;
        now->waiver = waiver;
        return ERROR_NONE;
    }
    now->state = DRIFT_OPEN;
    now->waiver = 0;
    now->reopened++;
    passage->reopened = true;
    return ERROR_NONE;
}

static enum error_code add_moves(const struct drift_writing *writing, struct passage *passage)
{
    static const struct text no_note;
    const bool is_first_sight = occasion_is_first_sight(writing->occasion);
    const struct drift_row *before = passage->before, *now = &passage->now;
    bool renamed = !text_equal(before->object, now->object);

    if (renamed && add_step(writing, now, DRIFT_STEP_RENAMED, NO_SIDE, before->object) != ERROR_NONE)
        return writing->correlating->error->code;
    if (before->hidden && add_step(writing, now, DRIFT_STEP_VISIBLE, NO_SIDE, no_note) != ERROR_NONE)
        return writing->correlating->error->code;
    for (int side = 0; side < 2; side++)
        if (passage->steps[side] &&
            add_step(writing, now, DRIFT_STEP_CHANGED, side,
                     is_first_sight && side == writing->mover ? TEXT("more of the environment is seen") : no_note) !=
                ERROR_NONE)
            return writing->correlating->error->code;
    return ERROR_NONE;
}

static enum error_code find_cause(const struct drift_writing *writing, struct passage *passage)
{
    struct cause_life life;

    if (!passage->steps[0] && !passage->steps[1])
        return ERROR_NONE;
    passage->now.changed_at = writing->occasion->at;
    if (read_life(writing, &passage->now, NULL, &life) != ERROR_NONE)
        return writing->correlating->error->code;
    passage->now.cause = cause_of(&life);
    if (passage->now.cause == passage->before->cause)
        return ERROR_NONE;
    return add_step(writing, &passage->now, DRIFT_STEP_EXPLAINED, NO_SIDE,
                    text_from(drift_cause_name(passage->now.cause)));
}

static enum error_code add_consent(const struct drift_writing *writing, const struct passage *passage)
{
    if (passage->reopened)
        return add_step(writing, &passage->now, DRIFT_STEP_REOPENED, NO_SIDE,
                        passage->steps[0] || passage->steps[1] ? TEXT("it has changed since it was accepted")
                                                               : TEXT("what counts of it is not what was accepted"));
    if (passage->now.waiver != 0 && passage->now.waiver != passage->before->waiver)
        return add_waived_step(writing, &passage->now);
    return ERROR_NONE;
}

static enum error_code tell(struct drift_writing *writing, const struct passage *passage)
{
    const struct drift_row *before = passage->before, *now = &passage->now;

    if (passage->reopened)
        return drift_news_add(&writing->news, writing->correlating, NEWS_REOPENED, now, &passage->explanation);
    if (passage->differs[0] || passage->differs[1] || before->hidden || before->severity != now->severity ||
        before->effect != now->effect || before->cause != now->cause || !text_equal(before->object, now->object))
        return drift_news_add(&writing->news, writing->correlating, NEWS_CHANGED, now, &passage->explanation);
    return ERROR_NONE;
}

enum error_code drift_life_go_on(struct drift_writing *writing, const struct drift_row *drift, struct change *change)
{
    const struct correlating *correlating = writing->correlating;
    struct passage passage = {.before = drift, .now = *drift};

    if (set_difference(writing, &passage.now, change) != ERROR_NONE)
        return correlating->error->code;
    find_moves(writing, &passage);
    look_at_base(writing, &passage);
    if (!drift->hidden && !passage.differs[0] && !passage.differs[1] && same_difference(drift, &passage.now))
        return ERROR_NONE;
    passage.now.hidden = false;
    if (writing->mover != NO_SIDE && passage.steps[writing->mover] &&
        explain(writing, &passage.now, NULL, &passage.explanation) != ERROR_NONE)
        return correlating->error->code;
    if (look_at_consent(writing, &passage) != ERROR_NONE || add_moves(writing, &passage) != ERROR_NONE ||
        find_cause(writing, &passage) != ERROR_NONE || add_consent(writing, &passage) != ERROR_NONE ||
        drifts_update(correlating->database, &passage.now, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    return tell(writing, &passage);
}

enum error_code drift_life_hide(struct drift_writing *writing, const struct drift_row *drift, struct text reason)
{
    const struct correlating *correlating = writing->correlating;
    struct drift_row now = *drift;

    if (drift->hidden)
        return ERROR_NONE;
    now.hidden = true;
    if (add_step(writing, &now, DRIFT_STEP_HIDDEN, NO_SIDE, reason) != ERROR_NONE ||
        drifts_update(correlating->database, &now, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    return drift_news_add(&writing->news, correlating, NEWS_CHANGED, &now, NULL);
}

/* ---- it ends ---- */

/* The state that the side which did not move has: the last that it took, or the one that both had. What it says beside
 * the other side may be put otherwise, so its record is asked last. */
static struct change_state state_of(const struct cause_life *life, const struct drift_row *drift, int side)
{
    for (size_t i = life->count; i > 0; i--)
        if (life->steps[i - 1].side == side)
            return life->steps[i - 1].state;
    return life->base_known ? life->base : drift->states[side];
}

/* What its life says of its end, which the last step of it is. */
static void set_end(struct drift_row *now, const struct cause_life *life)
{
    const struct cause_step *last = &life->steps[life->count - 1];
    struct cause_end end = cause_end(life, last->side);

    now->ending = end.ending;
    now->cause = end.cause;
    now->lead = end.lead;
    now->states[0] = now->states[1] = last->state;
}

/* The state that both sides have by the step of the one that moved. */
static enum error_code find_meeting(const struct drift_writing *writing, const struct drift_row *drift,
                                    struct cause_step *ret_last)
{
    int mover = writing->mover == NO_SIDE ? 1 : writing->mover;
    struct cause_life life;

    if (read_life(writing, drift, NULL, &life) != ERROR_NONE)
        return writing->correlating->error->code;
    *ret_last = (struct cause_step){writing->occasion->at, mover, state_of(&life, drift, 1 - mover)};
    return ERROR_NONE;
}

static enum error_code end_equal(struct drift_writing *writing, struct drift_row *now)
{
    struct cause_step last;
    struct cause_life life;

    if (find_meeting(writing, now, &last) != ERROR_NONE || read_life(writing, now, &last, &life) != ERROR_NONE)
        return writing->correlating->error->code;
    set_end(now, &life);
    return ERROR_NONE;
}

enum error_code drift_life_end(struct drift_writing *writing, const struct drift_row *drift, enum drift_ending ending)
{
    const struct correlating *correlating = writing->correlating;
    struct drift_row now = *drift;
    struct explanation explanation;
    int side = NO_SIDE;

    if (explain(writing, &now, writing->renames, &explanation) != ERROR_NONE)
        return correlating->error->code;
    now.ending = ending;
    if (ending == DRIFT_LIVES) {
        if (end_equal(writing, &now) != ERROR_NONE)
            return correlating->error->code;
        side = writing->mover;
    }
    now.state = DRIFT_ENDED;
    now.ended_at = now.changed_at = writing->occasion->at;
    now.hidden = false;
    now.unattributed = drift->unattributed; /* what ended it is no open question */
    if (add_step(writing, &now, DRIFT_STEP_ENDED, side, text_from(drift_ending_name(now.ending))) != ERROR_NONE ||
        drifts_update(correlating->database, &now, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    return drift_news_add(&writing->news, correlating, NEWS_ENDED, &now, &explanation);
}

/* ---- it is equal for the moment ---- */

enum error_code drift_life_meet(struct drift_writing *writing, const struct drift_row *drift)
{
    const struct correlating *correlating = writing->correlating;
    struct drift_row now = *drift;
    struct explanation explanation;
    struct cause_step last;

    if (explain(writing, &now, writing->renames, &explanation) != ERROR_NONE ||
        find_meeting(writing, &now, &last) != ERROR_NONE)
        return correlating->error->code;
    now.states[0] = now.states[1] = last.state;
    now.changed_at = last.at;
    now.hidden = false;
    now.unattributed = drift->unattributed;
    if (add_step(writing, &now, DRIFT_STEP_CHANGED, last.side, (struct text){NULL, 0}) != ERROR_NONE)
        return correlating->error->code;
    return drifts_update(correlating->database, &now, correlating->error);
}

enum error_code drift_life_settle(struct drift_writing *writing, const struct drift_row *drift)
{
    const struct correlating *correlating = writing->correlating;
    const struct occasion *occasion = writing->occasion;
    struct drift_row now = *drift;
    struct occasion then = *occasion;
    struct cause_life life;
    enum error_code code;

    if (read_life(writing, &now, NULL, &life) != ERROR_NONE)
        return correlating->error->code;
    set_end(&now, &life);
    then.at = life.steps[life.count - 1].at;
    now.state = DRIFT_ENDED;
    now.ended_at = now.changed_at = then.at;
    writing->occasion = &then;
    code = add_step(writing, &now, DRIFT_STEP_ENDED, life.steps[life.count - 1].side,
                    text_from(drift_ending_name(now.ending)));
    writing->occasion = occasion;
    if (code != ERROR_NONE || drifts_update(correlating->database, &now, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    return drift_news_add(&writing->news, correlating, NEWS_ENDED, &now, NULL);
}
