#include "correlate/fleet_environment.h"

#include <stdlib.h>

#include "base/clock.h"
#include "drift/rendering.h"

/* Roots in which no difference is seen are one variant. Each root is compared with so many of the largest variants
 * before it becomes one of its own. */
enum { VARIANTS_COMPARED = 8 };

enum error_code fleet_no_memory(struct fleet_looking *looking)
{
    return arena_error(looking->arena, looking->error, "looking at the fleet");
}

enum error_code fleet_say(struct fleet_looking *looking, struct text *ret_text, const char *string)
{
    if (string == NULL)
        return fleet_no_memory(looking);
    *ret_text = text_from(string);
    return ERROR_NONE;
}

enum error_code fleet_compare(struct fleet_looking *looking, const struct fleet_side *from, const struct fleet_side *to,
                              struct fleet_pair *ret_pair)
{
    const struct fleet_side sides[2] = {*from, *to};

    return fleet_cache_compare(looking->cache, looking->database, looking->policy, sides, ret_pair, looking->error);
}

struct fleet_side fleet_side_of(const struct target_row *target)
{
    return (struct fleet_side){target->root, rendering_major(target->server_version)};
}

/* ---------------------------------------------------------------- one instance */

/* Why an agent that was heard is taken for silent; NULL text: it is not. A time that is yet to come tells nothing of
 * how long ago it was: the clock was set back, and the next heartbeat makes it right. */
static enum error_code find_silent_agent(struct fleet_looking *looking, const struct target_row *target,
                                         struct text *ret_why)
{
    int64_t silence = looking->now - target->heard_at, limit = looking->policy->stale_after_us;
    char time[CLOCK_TEXT_SIZE];

    *ret_why = (struct text){NULL, 0};
    if (silence <= limit && silence >= -limit)
        return ERROR_NONE;
    clock_format(target->heard_at, time);
    return fleet_say(looking, ret_why,
                     silence > 0 ? arena_printf(looking->arena, "agent '%.*s' is silent since %s",
                                                TEXT_ARGS(target->agent_name), time)
                                 : arena_printf(looking->arena,
                                                "agent '%.*s' was last heard at %s, which is yet to come: the "
                                                "collector's clock was set back",
                                                TEXT_ARGS(target->agent_name), time));
}

/* What keeps the target from being known, but for its coverage; NULL text: nothing. */
static enum error_code find_trouble(struct fleet_looking *looking, const struct target_row *target,
                                    struct text *ret_why)
{
    *ret_why = (struct text){NULL, 0};
    if (target->agent == 0)
        return fleet_say(looking, ret_why, "no agent has spoken for it");
    if (target->agent_revoked)
        return fleet_say(looking, ret_why,
                         arena_printf(looking->arena, "its agent '%.*s' was revoked", TEXT_ARGS(target->agent_name)));
    if (target->heard_at == 0)
        return fleet_say(looking, ret_why,
                         arena_printf(looking->arena, "agent '%.*s' was never heard", TEXT_ARGS(target->agent_name)));
    if (find_silent_agent(looking, target, ret_why) != ERROR_NONE)
        return looking->error->code;
    if (ret_why->length > 0)
        return ERROR_NONE;
    if (target->state == TARGET_STARTING)
        return fleet_say(looking, ret_why, "its agent has not looked at it yet");
    if (target->state != TARGET_FINE)
        return fleet_say(looking, ret_why,
                         arena_printf(looking->arena, "%s%s%.*s", target_state_name(target->state),
                                      target->reason.length > 0 ? ": " : "", TEXT_ARGS(target->reason)));
    if (target->snapshot == 0)
        return fleet_say(looking, ret_why, "no snapshot has arrived yet");
    return ERROR_NONE;
}

static enum error_code judge_instance(struct fleet_looking *looking, struct fleet_instance *instance)
{
    const struct target_row *target = &instance->target;
    const struct fleet_side side = fleet_side_of(target);
    struct fleet_pair itself;

    instance->verdict = VERDICT_IN_SYNC;
    if (find_trouble(looking, target, &instance->unknown) != ERROR_NONE)
        return looking->error->code;
    if (instance->unknown.length == 0 && target->gaps > 0) {
        if (fleet_compare(looking, &side, &side, &itself) != ERROR_NONE)
            return looking->error->code;
        if (itself.verdict == VERDICT_UNKNOWN &&
            fleet_say(looking, &instance->unknown, arena_printf(looking->arena, "%s", itself.unknown)) != ERROR_NONE)
            return looking->error->code;
    }
    if (instance->unknown.length > 0)
        instance->verdict = VERDICT_UNKNOWN;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- variants */

/* A run of instances with one root. */
struct group {
    struct fleet_instance **instances;
    uint32_t count;
    int64_t since;
    uint64_t majors; /* of their servers, as in a variant */
};

/* A version that is not known, or beyond what the set can hold, is none: it is compared as if it were any. */
static uint64_t major_bit(const struct target_row *target)
{
    uint32_t major = rendering_major(target->server_version);

    return major > 0 && major < 64 ? UINT64_C(1) << major : 0;
}

static bool majors_differ(uint64_t a, uint64_t b)
{
    return a != 0 && b != 0 && (a & b) == 0;
}

/* The lowest member of a set; 0: it is empty. */
static uint32_t lowest_major(uint64_t majors)
{
    uint32_t major = 0;

    while (majors != 0 && (majors >> major & 1) == 0)
        major++;
    return major;
}

/* Compare a variant with another root. Where servers of one version have rendered both, these are compared. */
static enum error_code compare_with(struct fleet_looking *looking, const struct fleet_variant *variant,
                                    const struct hash *root, uint64_t majors, struct fleet_pair *ret_pair)
{
    uint64_t common = variant->majors & majors;
    const struct fleet_side from = {variant->root, lowest_major(common != 0 ? common : variant->majors)};
    const struct fleet_side to = {*root, lowest_major(common != 0 ? common : majors)};

    return fleet_compare(looking, &from, &to, ret_pair);
}

static int compare_roots(const void *a, const void *b)
{
    const struct fleet_instance *x = *(struct fleet_instance *const *)a, *y = *(struct fleet_instance *const *)b;
    int order = memcmp(x->target.root.bytes, y->target.root.bytes, HASH_SIZE);

    return order != 0 ? order : text_compare(x->target.name.instance, y->target.name.instance);
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return memcmp(x->instances[0]->target.root.bytes, y->instances[0]->target.root.bytes, HASH_SIZE);
}

/* By root, the largest first. Instances without a snapshot are in none. */
static enum error_code group_by_root(struct fleet_looking *looking, struct fleet_environment *environment,
                                     struct group **ret_groups, uint32_t *ret_count)
{
    struct fleet_instance **sorted = arena_array(looking->arena, environment->instance_count, sizeof *sorted);
    struct group *groups = arena_array(looking->arena, environment->instance_count, sizeof *groups);
    uint32_t count = 0, group_count = 0;

    if (sorted == NULL || groups == NULL)
        return fleet_no_memory(looking);
    for (uint32_t i = 0; i < environment->instance_count; i++)
        if (environment->instances[i].target.snapshot != 0)
            sorted[count++] = &environment->instances[i];
    if (count > 1)
        qsort(sorted, count, sizeof(*sorted), compare_roots);
    for (uint32_t i = 0; i < count; i++) {
        const struct target_row *target = &sorted[i]->target;
        struct group *group = group_count == 0 ? NULL : &groups[group_count - 1];

        if (group == NULL || !hash_equal(&group->instances[0]->target.root, &target->root)) {
            group = &groups[group_count++];
            *group = (struct group){&sorted[i], 0, target->root_since, 0};
        }
        group->count++;
        group->majors |= major_bit(target);
        if (target->root_since < group->since)
            group->since = target->root_since;
    }
    if (group_count > 1)
        qsort(groups, group_count, sizeof *groups, compare_groups);
    *ret_groups = groups;
    *ret_count = group_count;
    return ERROR_NONE;
}

/* Whether roots may differ and yet no difference be seen: under options that leave something out. */
static bool leaves_something_out(const struct diff_options *options)
{
    bool all = options->ignore.count == 0 && !options->fold_partitions;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        all = all && options->aspects[aspect];
    return !all;
}

/* Whether a group may belong to a variant though it has another root: what could not be read is part of a root, and so
 * is how a server spells things; neither must make an outlier of an instance that is as the others in all else. */
static bool may_join(const struct fleet_looking *looking, const struct fleet_variant *variant, bool variant_has_gaps,
                     const struct group *group)
{
    return !hash_equal(&variant->root, &group->instances[0]->target.root) &&
           (leaves_something_out(&looking->policy->compare) || variant_has_gaps ||
            group->instances[0]->target.gaps > 0 || majors_differ(variant->majors, group->majors));
}

/* A group belongs to a variant as far as is known; what its servers may only spell differently leaves a doubt. */
static enum error_code set_doubt(struct fleet_looking *looking, const struct group *group,
                                 const struct fleet_pair *pair)
{
    struct text doubt;

    if (!pair->rendered_apart)
        return ERROR_NONE;
    if (fleet_say(looking, &doubt, arena_printf(looking->arena, "%s", pair->unknown)) != ERROR_NONE)
        return looking->error->code;
    for (uint32_t i = 0; i < group->count; i++)
        if (group->instances[i]->verdict == VERDICT_IN_SYNC)
            group->instances[i]->unknown = doubt;
    return ERROR_NONE;
}

/* The variant that a group belongs to; its number, or `variant_count` when it is a new one. */
static enum error_code find_variant(struct fleet_looking *looking, const struct fleet_environment *environment,
                                    const bool *has_gaps, const struct group *group, uint32_t *ret_variant)
{
    for (uint32_t i = 0; i < environment->variant_count && i < VARIANTS_COMPARED; i++) {
        const struct fleet_variant *variant = &environment->variants[i];
        struct fleet_pair pair;

        if (!may_join(looking, variant, has_gaps[i], group))
            continue;
        if (compare_with(looking, variant, &group->instances[0]->target.root, group->majors, &pair) != ERROR_NONE)
            return looking->error->code;
        if (pair.is_comparable && pair.change_count == 0) {
            *ret_variant = i;
            return set_doubt(looking, group, &pair);
        }
    }
    *ret_variant = environment->variant_count;
    return ERROR_NONE;
}

static void join(struct fleet_environment *environment, uint32_t number, const struct group *group)
{
    struct fleet_variant *variant = &environment->variants[number];

    if (number == environment->variant_count) {
        *variant = (struct fleet_variant){
            .root = group->instances[0]->target.root, .majors = group->majors, .since = group->since};
        environment->variant_count++;
    }
    variant->count += group->count;
    if (group->since < variant->since)
        variant->since = group->since;
    for (uint32_t i = 0; i < group->count; i++)
        group->instances[i]->variant = number;
}

static int compare_variants(const void *a, const void *b)
{
    const struct fleet_variant *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return memcmp(x->root.bytes, y->root.bytes, HASH_SIZE);
}

/* Put the largest variant first, and tell the instances the new places. */
static enum error_code order_variants(struct fleet_looking *looking, struct fleet_environment *environment)
{
    uint32_t *places = arena_array(looking->arena, environment->variant_count, sizeof *places);

    if (places == NULL)
        return fleet_no_memory(looking);
    for (uint32_t i = 0; i < environment->variant_count; i++)
        environment->variants[i].summary[0] = i; /* lent for its old place */
    if (environment->variant_count > 1)
        qsort(environment->variants, environment->variant_count, sizeof *environment->variants, compare_variants);
    for (uint32_t i = 0; i < environment->variant_count; i++) {
        places[environment->variants[i].summary[0]] = i;
        environment->variants[i].summary[0] = 0;
    }
    for (uint32_t i = 0; i < environment->instance_count; i++)
        if (environment->instances[i].target.snapshot != 0)
            environment->instances[i].variant = places[environment->instances[i].variant];
    return ERROR_NONE;
}

/* The instances are by name already. */
static enum error_code list_instances(struct fleet_looking *looking, struct fleet_environment *environment)
{
    for (uint32_t i = 0; i < environment->variant_count; i++) {
        struct fleet_variant *variant = &environment->variants[i];

        variant->instances = arena_array(looking->arena, variant->count, sizeof *variant->instances);
        if (variant->instances == NULL)
            return fleet_no_memory(looking);
        variant->count = 0;
    }
    for (uint32_t i = 0; i < environment->instance_count; i++) {
        const struct fleet_instance *instance = &environment->instances[i];
        struct fleet_variant *variant;

        if (instance->target.snapshot == 0)
            continue;
        variant = &environment->variants[instance->variant];
        variant->instances[variant->count++] = instance;
    }
    return ERROR_NONE;
}

static enum error_code find_variants(struct fleet_looking *looking, struct fleet_environment *environment)
{
    struct group *groups = NULL;
    uint32_t count = 0;
    bool *has_gaps;

    if (group_by_root(looking, environment, &groups, &count) != ERROR_NONE)
        return looking->error->code;
    environment->variants = arena_array(looking->arena, count, sizeof *environment->variants);
    has_gaps = arena_array(looking->arena, count, sizeof *has_gaps);
    if (environment->variants == NULL || has_gaps == NULL)
        return fleet_no_memory(looking);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t variant = 0;

        if (find_variant(looking, environment, has_gaps, &groups[i], &variant) != ERROR_NONE)
            return looking->error->code;
        has_gaps[variant] = has_gaps[variant] || groups[i].instances[0]->target.gaps > 0;
        join(environment, variant, &groups[i]);
    }
    if (order_variants(looking, environment) != ERROR_NONE)
        return looking->error->code;
    environment->has_majority =
        environment->variant_count == 1 ||
        (environment->variant_count > 1 && environment->variants[0].count > environment->variants[1].count);
    if (environment->has_majority)
        environment->variants[0].majority = true;
    return list_instances(looking, environment);
}

/* How each variant differs from the majority. */
static enum error_code compare_with_majority(struct fleet_looking *looking, struct fleet_environment *environment)
{
    for (uint32_t i = 1; environment->has_majority && i < environment->variant_count; i++) {
        struct fleet_variant *variant = &environment->variants[i];
        struct fleet_pair pair;

        if (compare_with(looking, &environment->variants[0], &variant->root, variant->majors, &pair) != ERROR_NONE)
            return looking->error->code;
        memcpy(variant->summary, pair.summary, sizeof variant->summary);
        variant->compared = pair.is_comparable;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- one environment */

/* An outlier has drifted, whatever else is known of it; without a majority everybody has. Whether one of the majority
 * is as the others may be in doubt. */
static void judge_members(struct fleet_environment *environment)
{
    for (uint32_t i = 0; i < environment->instance_count; i++) {
        struct fleet_instance *instance = &environment->instances[i];

        if (instance->target.snapshot == 0 || instance->verdict != VERDICT_IN_SYNC)
            continue;
        if (environment->variants[instance->variant].majority) {
            instance->verdict = instance->unknown.length > 0 ? VERDICT_UNKNOWN : VERDICT_IN_SYNC;
        } else {
            instance->verdict = VERDICT_DRIFTED;
            instance->unknown = (struct text){NULL, 0};
        }
    }
}

static enum error_code judge_environment(struct fleet_looking *looking, struct fleet_environment *environment)
{
    const struct fleet_instance *first = NULL;

    for (uint32_t i = 0; i < environment->instance_count; i++) {
        const struct fleet_instance *instance = &environment->instances[i];

        if (i == 0 || instance->target.checked_at < environment->checked_at)
            environment->checked_at = instance->target.checked_at;
        if (instance->verdict != VERDICT_UNKNOWN)
            continue;
        environment->unknown_count++;
        if (first == NULL)
            first = instance;
    }
    environment->verdict = environment->variant_count > 1 ? VERDICT_DRIFTED
                           : first != NULL                ? VERDICT_UNKNOWN
                                                          : VERDICT_IN_SYNC;
    if (environment->verdict != VERDICT_UNKNOWN)
        return ERROR_NONE;
    if (environment->instance_count == 1)
        environment->unknown = first->unknown;
    else
        return fleet_say(looking, &environment->unknown,
                         arena_printf(looking->arena, "%u of %u instances, first '%.*s': %.*s",
                                      environment->unknown_count, environment->instance_count,
                                      TEXT_ARGS(first->target.name.instance), TEXT_ARGS(first->unknown)));
    return ERROR_NONE;
}

enum error_code fleet_look_at_environment(struct fleet_looking *looking, struct fleet_environment *environment)
{
    for (uint32_t i = 0; i < environment->instance_count; i++)
        if (judge_instance(looking, &environment->instances[i]) != ERROR_NONE)
            return looking->error->code;
    if (find_variants(looking, environment) != ERROR_NONE || compare_with_majority(looking, environment) != ERROR_NONE)
        return looking->error->code;
    judge_members(environment);
    return judge_environment(looking, environment);
}
