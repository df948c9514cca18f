#include "track/cause.h"

#include "drift/state.h"

/* The state that a side has: the last one it took; NULL: it has moved in nothing. */
static const struct change_state *last_state(const struct cause_life *life, int side)
{
    for (size_t i = life->count; i > 0; i--)
        if (life->steps[i - 1].side == side)
            return &life->steps[i - 1].state;
    return NULL;
}

/* The step that first brought a side this state, by time; NULL: none did. */
static const struct cause_step *first_with(const struct cause_life *life, int side, const struct change_state *state)
{
    const struct cause_step *first = NULL;

    for (size_t i = 0; i < life->count; i++) {
        const struct cause_step *step = &life->steps[i];

        if (step->side == side && change_state_equal(&step->state, state) && (first == NULL || step->at < first->at))
            first = step;
    }
    return first;
}

enum drift_cause cause_of(const struct cause_life *life)
{
    const struct change_state *states[2] = {last_state(life, 0), last_state(life, 1)};
    bool moved[2];

    if (life->is_outlier)
        return DRIFT_OUTLIER;
    if (!life->base_known)
        return DRIFT_BASELINE;
    for (int side = 0; side < 2; side++)
        moved[side] = states[side] != NULL && !change_state_equal(states[side], &life->base);
    if (!moved[1])
        return DRIFT_PENDING;
    if (!moved[0])
        return DRIFT_HOTFIX;
    if (first_with(life, 0, states[1]) != NULL)
        return DRIFT_PENDING;
    return first_with(life, 1, states[0]) != NULL ? DRIFT_HOTFIX : DRIFT_DIVERGED;
}

/* The cause until the last step. */
static enum drift_cause cause_before(const struct cause_life *life)
{
    struct cause_life before = *life;

    before.count -= before.count > 0;
    return cause_of(&before);
}

/* Whether the state came from upstream: whoever took it first gave it to the other. Who has had it ever since nobody
 * looked has no step with it; then the mover took it over. */
static bool came_from_upstream(const struct cause_step *const first[2], int mover)
{
    if (first[0] != NULL && first[1] != NULL)
        return first[0]->at <= first[1]->at;
    return mover == 1;
}

struct cause_end cause_end(const struct cause_life *life, int mover)
{
    const struct change_state *now = last_state(life, mover);
    const struct cause_step *first[2];
    struct cause_end end = {.cause = cause_before(life), .lead = -1};

    if (life->is_outlier) {
        end.ending = mover == 1 ? DRIFT_REPAIRED : DRIFT_ADOPTED;
        return end;
    }
    if (life->base_known && (now == NULL || change_state_equal(now, &life->base))) {
        end.ending = DRIFT_REVERTED;
        return end;
    }
    for (int side = 0; side < 2; side++)
        first[side] = now == NULL ? NULL : first_with(life, side, now);
    end.ending = came_from_upstream(first, mover) ? DRIFT_PROMOTED : DRIFT_BACKPORTED;
    if (end.ending == DRIFT_PROMOTED && first[0] != NULL && first[1] != NULL)
        end.lead = first[1]->at - first[0]->at;
    if (end.cause != DRIFT_BASELINE && end.cause != DRIFT_DIVERGED)
        end.cause = end.ending == DRIFT_PROMOTED ? DRIFT_PENDING : DRIFT_HOTFIX;
    return end;
}
