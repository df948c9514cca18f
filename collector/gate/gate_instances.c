#include <inttypes.h>

#include "base/clock.h"
#include "gate/gate_private.h"

/* What keeps an instance from being relied on. That it was looked at too long ago is one trouble of all whose last look
 * is old, whenever it was; anything else is the same trouble if it has the same words. */
struct trouble {
    enum gate_reason_code code;
    struct text why;
    int64_t checked_at; /* of one that is old; the oldest of a group; 0: it is not about that */
};

/* Instances with the same trouble. */
struct group {
    struct trouble trouble;
    struct text names[GATE_LISTED];
    uint32_t count;
};

/* What was found in an environment. A trouble of its own each of four hundred tenants may have: the first groups are
 * said, of the others the instances are counted. */
struct troubles {
    struct gate_judging *judging;
    const struct gate_environment *environment;
    struct group groups[GATE_LISTED];
    uint32_t group_count;
    uint32_t others[GATE_REASON_COUNT];
};

/* ---------------------------------------------------------------- one instance */

static bool is_old(const struct gate_judging *judging, const struct target_row *target)
{
    const int64_t age = judging->question->now - target->checked_at;

    return age > judging->max_age_us || age < -judging->max_age_us;
}

/* Where the agent is fine: how long ago it looked. */
static enum error_code find_age(struct gate_judging *judging, const struct target_row *target, struct trouble *trouble)
{
    char time[CLOCK_TEXT_SIZE];
    const char *why;

    if (!is_old(judging, target))
        return ERROR_NONE;
    trouble->code = GATE_STALE;
    if (target->checked_at == 0) {
        trouble->why = TEXT("not looked at yet");
    } else if (target->checked_at <= judging->question->now) {
        trouble->checked_at = target->checked_at;
    } else {
        clock_format_seconds(target->checked_at, time);
        why = arena_printf(judging->arena, "the last look was at %s, which is yet to come: one of two clocks is wrong",
                           time);
        if (why == NULL)
            return gate_no_memory(judging);
        trouble->why = text_from(why);
    }
    return ERROR_NONE;
}

/* Its code stays GATE_REASON_COUNT if there is none. */
static enum error_code find_trouble(struct gate_judging *judging, struct fleet_looking *looking,
                                    const struct fleet_instance *instance, struct trouble *trouble)
{
    *trouble = (struct trouble){.code = GATE_REASON_COUNT};
    if (fleet_find_trouble(looking, &instance->target, &trouble->why) != ERROR_NONE)
        return judging->error->code;
    if (trouble->why.length > 0)
        trouble->code = GATE_STALE;
    else if (find_age(judging, &instance->target, trouble) != ERROR_NONE)
        return judging->error->code;
    if (trouble->code == GATE_REASON_COUNT && instance->verdict == VERDICT_UNKNOWN)
        *trouble = (struct trouble){.code = GATE_NOT_COVERED, .why = instance->unknown};
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- groups */

static bool is_the_same(const struct trouble *a, const struct trouble *b)
{
    return a->code == b->code && (a->checked_at != 0) == (b->checked_at != 0) && text_equal(a->why, b->why);
}

static void take(struct troubles *troubles, const struct trouble *trouble, struct text instance)
{
    struct group *group = NULL;

    for (uint32_t i = 0; i < troubles->group_count && group == NULL; i++)
        if (is_the_same(&troubles->groups[i].trouble, trouble))
            group = &troubles->groups[i];
    if (group == NULL && troubles->group_count == GATE_LISTED) {
        troubles->others[trouble->code]++;
        return;
    }
    if (group == NULL) {
        group = &troubles->groups[troubles->group_count++];
        group->trouble = *trouble;
    }
    if (trouble->checked_at < group->trouble.checked_at)
        group->trouble.checked_at = trouble->checked_at;
    if (group->count < GATE_LISTED)
        group->names[group->count] = instance;
    group->count++;
}

/* ---------------------------------------------------------------- in words */

/* "prod", "prod/eu-1", "12 instances of prod (eu-1, eu-2 … and 2 more)" */
static const char *name_group(const struct troubles *troubles, const struct group *group)
{
    CLEANUP(buffer_clear) struct buffer names = {0};
    struct gate_judging *judging = troubles->judging;

    if (group->count == 1)
        return gate_place(judging, troubles->environment, group->names[0]);
    buffer_printf(&names, "%" PRIu32 " instances of %.*s (", group->count,
                  TEXT_ARGS(troubles->environment->fleet.name));
    for (uint32_t i = 0; i < group->count && i < GATE_LISTED; i++)
        buffer_printf(&names, "%s%.*s", i == 0 ? "" : ", ", TEXT_ARGS(group->names[i]));
    if (group->count > GATE_LISTED)
        buffer_printf(&names, " and %" PRIu32 " more", group->count - GATE_LISTED);
    buffer_add_string(&names, ")");
    return names.failed ? NULL : arena_string(judging->arena, buffer_text(&names));
}

static const char *tell_why(struct gate_judging *judging, const struct group *group)
{
    const char *limit;
    char time[CLOCK_TEXT_SIZE];

    if (group->trouble.checked_at == 0)
        return arena_string(judging->arena, group->trouble.why);
    limit = gate_duration(judging, judging->max_age_us);
    clock_format_seconds(group->trouble.checked_at, time);
    return limit == NULL ? NULL
                         : arena_printf(judging->arena, "the %s look was at %s, longer ago than %s",
                                        group->count == 1 ? "last" : "oldest", time, limit);
}

static enum error_code say(struct troubles *troubles, const struct group *group)
{
    struct gate_judging *judging = troubles->judging;
    const char *who = name_group(troubles, group), *why = tell_why(judging, group);
    const char *message = who == NULL || why == NULL ? NULL : arena_printf(judging->arena, "%s: %s", who, why);

    return gate_add(judging, group->trouble.code, SEVERITY_HIGH, message) == NULL ? judging->error->code : ERROR_NONE;
}

static enum error_code say_more(struct gate_judging *judging, enum gate_reason_code code, uint32_t count,
                                const struct gate_environment *environment)
{
    if (count == 0)
        return ERROR_NONE;
    return gate_add_rest(judging, code,
                         arena_printf(judging->arena, "and %" PRIu32 " more instance%s of %.*s", count,
                                      count == 1 ? "" : "s", TEXT_ARGS(environment->fleet.name)));
}

enum error_code gate_count_rest(struct gate_judging *judging, enum gate_reason_code code, uint32_t count,
                                const struct gate_environment *environment)
{
    return say_more(judging, code, count > GATE_LISTED ? count - GATE_LISTED : 0, environment);
}

enum error_code gate_look_at_instances(struct gate_judging *judging, const struct gate_environment *environment,
                                       struct fleet_looking *looking)
{
    struct troubles troubles = {.judging = judging, .environment = environment};

    for (uint32_t i = 0; i < environment->fleet.instance_count; i++) {
        const struct fleet_instance *instance = &environment->fleet.instances[i];
        struct trouble trouble;

        if (find_trouble(judging, looking, instance, &trouble) != ERROR_NONE)
            return judging->error->code;
        if (trouble.code != GATE_REASON_COUNT)
            take(&troubles, &trouble, instance->target.name.instance);
    }
    for (uint32_t i = 0; i < troubles.group_count; i++)
        if (say(&troubles, &troubles.groups[i]) != ERROR_NONE)
            return judging->error->code;
    if (say_more(judging, GATE_STALE, troubles.others[GATE_STALE], environment) != ERROR_NONE)
        return judging->error->code;
    return say_more(judging, GATE_NOT_COVERED, troubles.others[GATE_NOT_COVERED], environment);
}
