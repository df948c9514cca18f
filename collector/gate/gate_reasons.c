#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "gate/gate_private.h"

const struct gate_reason_facts gate_reason_facts[GATE_REASON_COUNT] = {
    [GATE_NO_ENVIRONMENT] = {"no-environment", GATE_UNKNOWN, "check the names: `driftline fleet` lists what is watched",
                             "nobody watches this environment of the database, and nobody ever did"},
    [GATE_STALE] = {"stale", GATE_UNKNOWN,
                    "start or repair the agent, or wait for its next look; `driftline fleet` shows how each stands",
                    "an instance of either side was not looked at within `max_age`, has no snapshot yet, cannot be "
                    "reached, or its agent is silent, revoked or missing; also when a time lies in the future, since "
                    "then nobody can tell how long ago it was"},
    [GATE_NOT_COVERED] =
        {"not-covered", GATE_UNKNOWN, "let the agent's role read it, or leave it out with `compare.ignore`",
         "an instance could not read something that counts, the two sides cannot be compared in something (two major "
         "versions of the server may only spell it differently), or a drift is hidden for one of these reasons"},
    [GATE_BEHIND] = {"behind", GATE_UNKNOWN, "ask again in a moment",
                     "a snapshot or a new configuration has come, and drifts or contracts are still being worked out"},
    [GATE_CONTRACTS_UNREADABLE] = {"contracts-unreadable", GATE_UNKNOWN,
                                   "correct the contract files: `driftline contracts` names file and line",
                                   "the contracts could not be read since the collector started; files that became bad "
                                   "later do no harm, the last good ones stay in force"},
    [GATE_CONTRACT_UNKNOWN] = {"contract-unknown", GATE_UNKNOWN,
                               "let the agent's role read what the contract asks for; `driftline contracts` shows more",
                               "what a contract asks for could not be read"},
    [GATE_NO_MAJORITY] =
        {"no-majority", GATE_BLOCKED,
         "make the instances agree: `driftline compare DATABASE --all` shows how they differ",
         "the instances of a side differ, and no variant is the largest: nothing speaks for the environment"},
    [GATE_OUTLIERS] = {"outliers", GATE_BLOCKED,
                       "make the instance as the others are, waive its drifts, or pass --allow-outliers",
                       "an instance of either side is not as the majority of its environment; not with "
                       "`allow_outliers`, and not if all its drifts are waived"},
    [GATE_HOTFIX] =
        {"hotfix", GATE_BLOCKED, "bring the change upstream, take it back, or waive the drift",
         "a change was made where the promotion goes and not where it comes from: the promotion would undo it"},
    [GATE_DIVERGED] =
        {"diverged", GATE_BLOCKED, "make both sides agree, or waive the drift",
         "both sides changed the same thing in different ways: the promotion would lose what the other side has"},
    [GATE_SEVERITY] = {"severity", GATE_BLOCKED, "make the change a smaller one, or waive the drift",
                       "the promotion brings a change at a level of `gate.block`, `pending` or `baseline`"},
    [GATE_CONTRACT_VIOLATED] = {"contract-violated", GATE_BLOCKED,
                                "repair what the contract asks for, or change the contract with its owner",
                                "a contract of the environment that is promoted is violated there"},
    [GATE_CONTRACT_WOULD_BREAK] = {"contract-would-break", GATE_BLOCKED,
                                   "keep what the contract asks for, or change the contract with its owner",
                                   "a contract of the environment that would change does not hold of what is promoted"},
    [GATE_FREEZE] = {"freeze", GATE_BLOCKED,
                     "wait until the freeze is over, or end it in `gate.freezes` of the collector's configuration",
                     "a window of `gate.freezes` is on for the environment that would change"},
    [GATE_UNATTRIBUTED] =
        {"unattributed", GATE_BLOCKED, "find out who made the change, then acknowledge the drift",
         "a drift was made by a change that [capture](../explanation/why-environments-differ.md#who-did-it) should "
         "have seen and did not, and nobody has acknowledged or waived it; also of instances that are allowed to "
         "differ"},
    [GATE_REFERENCE] = {"reference", GATE_BLOCKED,
                        "bring the environment to what the reference says, or renew the reference",
                        "what is promoted is not as the reference of `--against` says"},
};

const char *gate_verdict_name(enum gate_verdict verdict)
{
    static const char *const names[] = {[GATE_PASS] = "PASS", [GATE_BLOCKED] = "BLOCKED", [GATE_UNKNOWN] = "UNKNOWN"};

    return names[verdict];
}

enum error_code gate_no_memory(struct gate_judging *judging)
{
    return arena_error(judging->arena, judging->error, "asking the gate");
}

/* ---------------------------------------------------------------- adding */

static bool make_room(struct gate_judging *judging)
{
    struct gate_answer *answer = judging->answer;
    size_t capacity = judging->reason_capacity == 0 ? 16 : judging->reason_capacity * 2;
    struct gate_reason *reasons;

    if (answer->reason_count < judging->reason_capacity)
        return true;
    reasons = arena_array(judging->arena, capacity, sizeof *reasons);
    if (reasons == NULL)
        return false;
    for (size_t i = 0; i < answer->reason_count; i++)
        reasons[i] = answer->reasons[i];
    answer->reasons = reasons;
    judging->reason_capacity = capacity;
    return true;
}

struct gate_reason *gate_add(struct gate_judging *judging, enum gate_reason_code code, enum severity severity,
                             const char *message)
{
    struct gate_reason *reason;

    if (message == NULL || !make_room(judging)) {
        gate_no_memory(judging);
        return NULL;
    }
    reason = &judging->answer->reasons[judging->answer->reason_count++];
    *reason = (struct gate_reason){.code = code,
                                   .message = text_from(message),
                                   .advice = text_from(gate_reason_facts[code].advice),
                                   .severity = severity};
    return reason;
}

enum error_code gate_add_rest(struct gate_judging *judging, enum gate_reason_code code, const char *message)
{
    struct gate_reason *reason = gate_add(judging, code, SEVERITY_LOW, message);

    if (reason == NULL)
        return judging->error->code;
    reason->is_rest = true;
    return ERROR_NONE;
}

enum error_code gate_advise(struct gate_judging *judging, struct gate_reason *reason, const char *advice)
{
    if (advice == NULL)
        return gate_no_memory(judging);
    reason->advice = text_from(advice);
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- words */

const char *gate_place(struct gate_judging *judging, const struct gate_environment *environment, struct text instance)
{
    if (environment->fleet.instance_count <= 1)
        return arena_string(judging->arena, environment->fleet.name);
    return arena_printf(judging->arena, "%.*s/%.*s", TEXT_ARGS(environment->fleet.name), TEXT_ARGS(instance));
}

const char *gate_duration(struct gate_judging *judging, int64_t microseconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    int64_t seconds = microseconds / 1000000;
    size_t unit = 0;

    while (unit + 1 < LENGTH_OF(units) && (seconds < units[unit].seconds || seconds % units[unit].seconds != 0))
        unit++;
    seconds /= units[unit].seconds;
    return arena_printf(judging->arena, "%" PRId64 " %s%s", seconds, units[unit].name, seconds == 1 ? "" : "s");
}

/* When it happened: between two looks at the database. */
static const char *tell_when(struct gate_judging *judging, const struct change_row *change)
{
    char before[CLOCK_TEXT_SIZE], at[CLOCK_TEXT_SIZE];

    clock_format_seconds(change->at, at);
    clock_format_seconds(change->before, before);
    if (change->before == 0)
        return arena_printf(judging->arena, "before %s", at);
    if (strcmp(before, at) == 0)
        return arena_printf(judging->arena, "at %s", at);
    return arena_printf(judging->arena, "between %s and %s", before, at);
}

/* As histories say it. */
static const char *tell_who(struct gate_judging *judging, const struct change_row *change)
{
    const bool has_role = change->role.length > 0, has_application = change->application.length > 0;

    if (change->evidence == EVIDENCE_UNATTRIBUTED)
        return " by nobody that capture saw";
    if (change->actor.length == 0)
        return "";
    return arena_printf(judging->arena, "%s by %.*s%s%.*s%s%.*s (%s)",
                        change->evidence == EVIDENCE_INFERRED ? " perhaps" : "", TEXT_ARGS(change->actor),
                        has_role ? " as " : "", TEXT_ARGS(change->role), has_application ? " with " : "",
                        TEXT_ARGS(change->application), evidence_name(change->evidence));
}

enum error_code gate_find_change(struct gate_judging *judging, int64_t change, struct change_row *ret_row)
{
    enum error_code code = ERROR_NONE;

    *ret_row = (struct change_row){.id = 0};
    if (change != 0)
        code = changes_get(judging->database, change, judging->arena, ret_row, judging->error);
    return code == ERROR_NOT_FOUND ? ERROR_NONE : code; /* retention took it */
}

/* "in prod/eu-1 between 2026-… and 2026-…"; NULL when memory ran out. */
static const char *tell_where_and_when(struct gate_judging *judging, const struct change_row *change)
{
    const bool is_only = text_equal(change->target.instance, TEXT("default"));
    const char *when = tell_when(judging, change);

    if (when == NULL)
        return NULL;
    return arena_printf(judging->arena, "in %.*s%s%.*s %s", TEXT_ARGS(change->target.environment), is_only ? "" : "/",
                        is_only ? 0 : (int)change->target.instance.length, change->target.instance.bytes, when);
}

enum error_code gate_story(struct gate_judging *judging, int64_t change, struct text *ret_story)
{
    struct change_row row;
    const char *where, *who, *story;

    *ret_story = (struct text){"", 0};
    if (gate_find_change(judging, change, &row) != ERROR_NONE)
        return judging->error->code;
    if (row.id == 0)
        return ERROR_NONE;
    where = tell_where_and_when(judging, &row);
    who = tell_who(judging, &row);
    if (where == NULL || who == NULL)
        return gate_no_memory(judging);
    story = arena_printf(judging->arena, "%s%s", where, who);
    if (story == NULL)
        return gate_no_memory(judging);
    *ret_story = text_from(story);
    return ERROR_NONE;
}

enum error_code gate_unseen_story(struct gate_judging *judging, int64_t change, struct text *ret_story)
{
    struct change_row row;
    const char *where;

    *ret_story = (struct text){"", 0};
    if (gate_find_change(judging, change, &row) != ERROR_NONE)
        return judging->error->code;
    if (row.id == 0 || row.evidence != EVIDENCE_UNATTRIBUTED)
        return ERROR_NONE;
    where = tell_where_and_when(judging, &row);
    if (where == NULL)
        return gate_no_memory(judging);
    *ret_story = text_from(where);
    return ERROR_NONE;
}
