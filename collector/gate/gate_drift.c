#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "drift/severity.h"
#include "gate/gate_private.h"

bool gate_is_waived(const struct drift_row *drift, int64_t now)
{
    return drift->state == DRIFT_WAIVED && drift->waived_until > now;
}

/* ---------------------------------------------------------------- one drift, in words */

/* What a reason about a drift says of it beside its message. */
static enum error_code about_drift(struct gate_judging *judging, struct gate_reason *reason,
                                   const struct drift_row *drift, const char *advice)
{
    if (reason == NULL)
        return judging->error->code;
    reason->object = drift->object;
    reason->drift = drift->id;
    return gate_advise(judging, reason, advice);
}

/* What only a reference makes a difference is no drift that could be waived. */
static const char *advise_waiving(struct gate_judging *judging, const struct drift_row *drift, const char *first)
{
    if (first == NULL || drift->id == 0)
        return first;
    return arena_printf(judging->arena, "%s, or waive it: `driftline drift waive %" PRId64 " --reason … --expires …`",
                        first, drift->id);
}

static const char *name_kind(const struct drift_row *drift)
{
    return kind_name(drift->kind);
}

/* What a change in the environment where the promotion goes has done: the promotion would do the reverse. */
static const char *done_there(enum effect effect)
{
    static const char *const words[] = {[EFFECT_ADDED] = "removed",
                                        [EFFECT_REMOVED] = "added",
                                        [EFFECT_MODIFIED] = "changed",
                                        [EFFECT_RENAMED] = "renamed"};

    return words[effect];
}

static const char *would_do(enum effect effect)
{
    static const char *const words[] = {
        [EFFECT_ADDED] = "add", [EFFECT_REMOVED] = "remove", [EFFECT_MODIFIED] = "change", [EFFECT_RENAMED] = "rename"};

    return words[effect];
}

/* What is promoted, as people call it. */
static struct text upstream(const struct gate_judging *judging)
{
    return judging->question->from.length > 0 ? judging->question->from : judging->question->reference_name;
}

/* What a change did, in words. */
static const char *done_by(const struct change_row *change)
{
    return change->effect == EFFECT_MODIFIED ? "changed" : effect_name(change->effect);
}

/* "column a.t.x was changed". A drift that is kept is what became of a thing since both sides were equal; a difference
 * to a reference is not: there only the change tells what happened. NULL when memory ran out. */
static const char *tell_deed(struct gate_judging *judging, const struct drift_row *drift,
                             const struct change_row *change)
{
    const struct text object = drift->id == 0 && drift->renamed_from.length > 0 ? drift->renamed_from : drift->object;

    if (drift->id != 0 || change->id == 0)
        return arena_printf(judging->arena, "%s %.*s was %s", name_kind(drift), TEXT_ARGS(object),
                            done_there(drift->effect));
    if (gate_is_of_thing(change, drift))
        return arena_printf(judging->arena, "%s %.*s was %s", name_kind(drift), TEXT_ARGS(object), done_by(change));
    return arena_printf(judging->arena, "%s %.*s is of %s %.*s, which was %s", name_kind(drift), TEXT_ARGS(object),
                        kind_name(change->kind), TEXT_ARGS(change->object), done_by(change));
}

/* Whether a drift's change is the one that made the difference, and not what was done to the same thing later. */
static bool is_the_deed(const struct drift_row *drift, const struct change_row *change)
{
    if (drift->effect != EFFECT_ADDED && drift->effect != EFFECT_REMOVED)
        return true;
    return change->effect != EFFECT_MODIFIED && change->effect != EFFECT_RENAMED;
}

/* "column a.t.x was added in prod at … by alice (captured)". What was done to it later has a story of its own: whoever
 * changed a table last may not be who added it. NULL when memory ran out. */
static const char *tell_hotfix(struct gate_judging *judging, const struct drift_row *drift,
                               const struct change_row *change, struct text story)
{
    const struct text to = judging->question->to, from = upstream(judging);
    const char *deed = tell_deed(judging, drift, change);

    if (deed == NULL)
        return NULL;
    if (story.length > 0 && drift->id != 0 && !is_the_deed(drift, change))
        return arena_printf(judging->arena, "%s in %.*s and not in %.*s, and was last changed %.*s", deed,
                            TEXT_ARGS(to), TEXT_ARGS(from), TEXT_ARGS(story));
    return arena_printf(judging->arena, "%s %s%.*s%s and not in %.*s", deed, story.length > 0 ? "" : "in ",
                        TEXT_ARGS(story.length > 0 ? story : to), story.length > 0 ? "," : "", TEXT_ARGS(from));
}

static const char *advise_hotfix(struct gate_judging *judging, const struct drift_row *drift)
{
    if (drift->id != 0)
        return advise_waiving(judging, drift, "bring the change upstream or take it back");
    return arena_printf(judging->arena, "take the change into %.*s and make that anew, or take it back",
                        TEXT_ARGS(judging->question->reference_name));
}

static enum error_code say_hotfix(struct gate_judging *judging, const struct drift_row *drift, struct text story)
{
    struct change_row change;
    const char *told;

    if (gate_find_change(judging, drift->change, &change) != ERROR_NONE)
        return judging->error->code;
    told = tell_hotfix(judging, drift, &change, story);
    if (told == NULL)
        return gate_no_memory(judging);
    return about_drift(judging,
                       gate_add(judging, GATE_HOTFIX, drift->severity,
                                arena_printf(judging->arena, "%s: the promotion would undo it", told)),
                       drift, advise_hotfix(judging, drift));
}

static enum error_code say_diverged(struct gate_judging *judging, const struct drift_row *drift, struct text story)
{
    const char *message = arena_printf(
        judging->arena, "%s %.*s was changed both in %.*s and in %.*s%s%.*s: the promotion would lose what %.*s has",
        name_kind(drift), TEXT_ARGS(drift->object), TEXT_ARGS(upstream(judging)), TEXT_ARGS(judging->question->to),
        story.length > 0 ? ", last " : "", TEXT_ARGS(story), TEXT_ARGS(judging->question->to));
    struct gate_reason *reason = gate_add(judging, GATE_DIVERGED, drift->severity, message);

    return about_drift(judging, reason, drift,
                       advise_waiving(judging, drift,
                                      arena_printf(judging->arena,
                                                   "make both sides agree (`driftline drift show %" PRId64
                                                   "` tells how they came to differ)",
                                                   drift->id)));
}

static enum error_code say_severity(struct gate_judging *judging, const struct drift_row *drift, struct text story)
{
    const char *message = arena_printf(judging->arena, "the promotion would %s %s %.*s, which is %s (%.*s)%s%.*s",
                                       would_do(drift->effect), name_kind(drift), TEXT_ARGS(drift->object),
                                       severity_name(drift->severity), TEXT_ARGS(drift->rule),
                                       story.length > 0 ? "; changed " : "", TEXT_ARGS(story));
    struct gate_reason *reason = gate_add(judging, GATE_SEVERITY, drift->severity, message);

    return about_drift(judging, reason, drift, advise_waiving(judging, drift, "make the change a smaller one"));
}

static enum error_code say_hidden(struct gate_judging *judging, const struct drift_row *drift)
{
    const char *message =
        arena_printf(judging->arena, "%s %.*s was different when it was last seen, and cannot be read or compared now",
                     name_kind(drift), TEXT_ARGS(drift->object));

    return about_drift(judging, gate_add(judging, GATE_NOT_COVERED, drift->severity, message), drift,
                       gate_reason_facts[GATE_NOT_COVERED].advice);
}

enum error_code gate_judge_incident(struct gate_judging *judging, const struct drift_row *drift)
{
    struct gate_reason *reason;
    struct text story;

    if (!drift->unattributed || drift->state == DRIFT_ACKNOWLEDGED || gate_is_waived(drift, judging->question->now))
        return ERROR_NONE;
    if (gate_unseen_story(judging, drift->change, &story) != ERROR_NONE)
        return judging->error->code;
    reason = gate_add(
        judging, GATE_UNATTRIBUTED, drift->severity > SEVERITY_HIGH ? drift->severity : SEVERITY_HIGH,
        story.length > 0
            ? arena_printf(judging->arena, "nobody knows who changed %s %.*s %.*s: capture saw no statement of that",
                           name_kind(drift), TEXT_ARGS(drift->object), TEXT_ARGS(story))
            : arena_printf(judging->arena, "nobody knows who made a change of %s %.*s: capture saw no statement of it",
                           name_kind(drift), TEXT_ARGS(drift->object)));
    return about_drift(judging, reason, drift,
                       arena_printf(judging->arena,
                                    "find out who did it, then `driftline drift ack %" PRId64 " --note …`", drift->id));
}

enum error_code gate_judge_drift(struct gate_judging *judging, const struct drift_row *drift)
{
    struct text story;

    if (drift->hidden)
        return say_hidden(judging, drift);
    if (gate_is_waived(drift, judging->question->now))
        return ERROR_NONE;
    if (gate_story(judging, drift->change, &story) != ERROR_NONE)
        return judging->error->code;
    switch (drift->cause) {
    case DRIFT_HOTFIX:
        return say_hotfix(judging, drift, story);
    case DRIFT_DIVERGED:
        return say_diverged(judging, drift, story);
    default:
        return (judging->content->gate.block & UINT32_C(1) << drift->severity) != 0
                   ? say_severity(judging, drift, story)
                   : ERROR_NONE;
    }
}

/* ---------------------------------------------------------------- the plan */

static int compare_drifts(const void *a, const void *b)
{
    const struct drift_row *x = a, *y = b;
    int order = text_compare(x->object, y->object);

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (order != 0)
        return order;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->aspect != y->aspect ? (x->aspect < y->aspect ? -1 : 1) : (x->id > y->id) - (x->id < y->id);
}

enum error_code gate_take_plan(struct gate_judging *judging, struct drift_row *drifts, size_t count)
{
    struct gate_answer *answer = judging->answer;

    if (count > 1)
        qsort(drifts, count, sizeof *drifts, compare_drifts);
    answer->plan = drifts;
    answer->plan_count = count;
    for (size_t i = 0; i < count; i++) {
        bool is_waived = gate_is_waived(&drifts[i], judging->question->now);

        answer->waived += is_waived;
        answer->summary[drifts[i].severity] += !is_waived && !drifts[i].hidden;
        if (gate_judge_drift(judging, &drifts[i]) != ERROR_NONE ||
            gate_judge_incident(judging, &drifts[i]) != ERROR_NONE)
            return judging->error->code;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- the pair */

/* Whether what is known of the pair is what its sides are now. */
static bool is_current(const struct gate_judging *judging, const struct pair_row *pair)
{
    bool current = pair->active && hash_equal(&pair->policy, policy_fingerprint(judging->policy));

    for (unsigned side = 0; side < 2 && current; side++)
        current =
            pair->sides[side].is_there && hash_equal(&pair->sides[side].root, &judging->sides[side].spokesman->root);
    return current;
}

static enum error_code say_behind(struct gate_judging *judging)
{
    const struct gate_question *question = judging->question;
    const char *message =
        arena_printf(judging->arena, "how %.*s and %.*s of '%.*s' differ is being worked out",
                     TEXT_ARGS(question->from), TEXT_ARGS(question->to), TEXT_ARGS(question->database));

    return gate_add(judging, GATE_BEHIND, SEVERITY_HIGH, message) == NULL ? judging->error->code : ERROR_NONE;
}

/* An environment that has not everything read says so itself; what only the two together cannot say is said here. */
static enum error_code say_unknown(struct gate_judging *judging, const struct pair_row *pair)
{
    const struct gate_question *question = judging->question;
    const char *message;

    if (pair->unknown_count == 0)
        return ERROR_NONE;
    message = arena_printf(judging->arena, "%.*s and %.*s cannot be compared in everything: %.*s%s",
                           TEXT_ARGS(question->from), TEXT_ARGS(question->to), TEXT_ARGS(pair->unknown),
                           pair->unknown_count > 1 ? ", and more" : "");
    return gate_add(judging, GATE_NOT_COVERED, SEVERITY_HIGH, message) == NULL ? judging->error->code : ERROR_NONE;
}

enum error_code gate_look_at_drifts(struct gate_judging *judging)
{
    const struct gate_question *question = judging->question;
    const struct pair_row name = {.database = question->database, .from = question->from, .to = question->to};
    struct pair_row pair = {0};
    struct drift_row *drifts = NULL;
    size_t count = 0;
    enum error_code code;

    if (judging->sides[0].spokesman == NULL || judging->sides[1].spokesman == NULL)
        return ERROR_NONE; /* why is said already */
    code = pairs_get(judging->database, &name, judging->arena, &pair, judging->error);
    if (code == ERROR_NOT_FOUND)
        return say_behind(judging);
    if (code != ERROR_NONE)
        return code;
    if ((!is_current(judging, &pair) && say_behind(judging) != ERROR_NONE) ||
        say_unknown(judging, &pair) != ERROR_NONE ||
        drifts_living(judging->database, pair.id, (struct text){NULL, 0}, judging->arena, &drifts, &count,
                      judging->error) != ERROR_NONE)
        return judging->error->code;
    return gate_take_plan(judging, drifts, count);
}
