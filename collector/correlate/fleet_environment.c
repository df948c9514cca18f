#include "correlate/fleet_environment.h"

#include <stdlib.h>

#include "base/clock.h"
#include "correlate/variants.h"
#include "drift/rendering.h"

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

/* Whether nobody listened until a short while ago: then it need not have been silent. */
static bool has_just_begun(const struct fleet_looking *looking, const struct target_row *target)
{
    int64_t since = looking->policy->listening_since;

    return target->heard_at < since && looking->now >= since && looking->now - since <= looking->policy->stale_after_us;
}

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
    if (has_just_begun(looking, target))
        return fleet_say(looking, ret_why,
                         arena_printf(looking->arena, "agent '%.*s' was not heard since the collector started",
                                      TEXT_ARGS(target->agent_name)));
    clock_format_seconds(target->heard_at, time);
    return fleet_say(looking, ret_why,
                     silence > 0 ? arena_printf(looking->arena, "agent '%.*s' is silent since %s",
                                                TEXT_ARGS(target->agent_name), time)
                                 : arena_printf(looking->arena,
                                                "agent '%.*s' was last heard at %s, which is yet to come: the "
                                                "collector's clock was set back",
                                                TEXT_ARGS(target->agent_name), time));
}

enum error_code fleet_find_trouble(struct fleet_looking *looking, const struct target_row *target, struct text *ret_why)
{
    *ret_why = (struct text){NULL, 0};
    if (target->agent == 0)
        return fleet_say(looking, ret_why, "no agent has spoken for it yet");
    if (target->agent_revoked)
        return fleet_say(looking, ret_why,
                         arena_printf(looking->arena, "agent '%.*s' was revoked", TEXT_ARGS(target->agent_name)));
    if (target->heard_at == 0)
        return fleet_say(looking, ret_why,
                         arena_printf(looking->arena, "agent '%.*s' was never heard", TEXT_ARGS(target->agent_name)));
    if (find_silent_agent(looking, target, ret_why) != ERROR_NONE)
        return looking->error->code;
    if (ret_why->length > 0)
        return ERROR_NONE;
    if (target->state == TARGET_STARTING)
        return fleet_say(looking, ret_why, "not looked at yet");
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
    if (fleet_find_trouble(looking, target, &instance->unknown) != ERROR_NONE)
        return looking->error->code;
    instance->in_trouble = instance->unknown.length > 0;
    if (instance->unknown.length == 0 && target->gaps > target->undeclared) {
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

static int compare_instances(const void *a, const void *b)
{
    const struct fleet_instance *x = *(struct fleet_instance *const *)a, *y = *(struct fleet_instance *const *)b;
    int order = memcmp(x->target.root.bytes, y->target.root.bytes, HASH_SIZE);
    uint32_t major = rendering_major(x->target.server_version), other = rendering_major(y->target.server_version);

    if (order != 0)
        return order;
    return major != other ? (major > other) - (major < other)
                          : text_compare(x->target.name.instance, y->target.name.instance);
}

/* The instances that have a snapshot, by root, then by major version, then by name. */
static enum error_code sort_instances(struct fleet_looking *looking, struct fleet_environment *environment,
                                      struct fleet_instance ***ret_sorted, uint32_t *ret_count)
{
    struct fleet_instance **sorted = arena_array(looking->arena, environment->instance_count, sizeof(*sorted));
    uint32_t count = 0;

    if (sorted == NULL)
        return fleet_no_memory(looking);
    for (uint32_t i = 0; i < environment->instance_count; i++)
        if (environment->instances[i].target.snapshot != 0)
            sorted[count++] = &environment->instances[i];
    if (count > 1)
        qsort(sorted, count, sizeof(*sorted), compare_instances);
    *ret_sorted = sorted;
    *ret_count = count;
    return ERROR_NONE;
}

/* The same as targets_roots() answers, of instances that are here already. */
static uint32_t count_roots(struct fleet_instance *const *sorted, uint32_t count, struct root_count *counts)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct target_row *target = &sorted[i]->target;
        uint32_t major = rendering_major(target->server_version);

        if (found == 0 || counts[found - 1].major != major || !hash_equal(&counts[found - 1].root, &target->root))
            counts[found++] = (struct root_count){.root = target->root,
                                                  .major = major,
                                                  .gaps = target->gaps,
                                                  .instance = target->name.instance,
                                                  .target = target->id,
                                                  .snapshot = target->snapshot};
        counts[found - 1].count++;
    }
    return found;
}

/* An instance belongs to a variant as far as is known; what its server may only spell differently leaves a doubt. */
static enum error_code set_doubt(struct fleet_looking *looking, struct fleet_instance *instance,
                                 const struct variant_root *root)
{
    if (!root->pair.rendered_apart || instance->verdict != VERDICT_IN_SYNC)
        return ERROR_NONE;
    return fleet_say(looking, &instance->unknown, arena_printf(looking->arena, "%s", root->pair.unknown));
}

static int compare_variant_roots(const void *a, const void *b)
{
    const struct variant_root *x = a, *y = b;

    return memcmp(x->root.bytes, y->root.bytes, HASH_SIZE);
}

/* Tell each instance its variant. Both lists are by root then. */
static enum error_code place_instances(struct fleet_looking *looking, struct fleet_environment *environment,
                                       struct fleet_instance *const *sorted, uint32_t count, struct variants *variants)
{
    uint32_t at = 0;

    if (variants->root_count > 1)
        qsort(variants->roots, variants->root_count, sizeof *variants->roots, compare_variant_roots);
    for (uint32_t i = 0; i < count; i++) {
        struct fleet_variant *variant;

        while (!hash_equal(&variants->roots[at].root, &sorted[i]->target.root))
            at++;
        sorted[i]->variant = variants->roots[at].variant;
        variant = &environment->variants[sorted[i]->variant];
        if (variant->since == 0 || sorted[i]->target.root_since < variant->since)
            variant->since = sorted[i]->target.root_since;
        if (set_doubt(looking, sorted[i], &variants->roots[at]) != ERROR_NONE)
            return looking->error->code;
    }
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

static enum error_code take_variants(struct fleet_looking *looking, struct fleet_environment *environment,
                                     const struct variants *variants)
{
    environment->variants = arena_array(looking->arena, variants->variant_count, sizeof *environment->variants);
    if (environment->variants == NULL)
        return fleet_no_memory(looking);
    for (uint32_t i = 0; i < variants->variant_count; i++)
        environment->variants[i] = (struct fleet_variant){.root = variants->roots[variants->variants[i].root].root,
                                                          .majors = variants->variants[i].majors,
                                                          .majority = i == 0 && variants->has_majority,
                                                          .count = variants->variants[i].count};
    environment->variant_count = variants->variant_count;
    environment->has_majority = variants->has_majority;
    return ERROR_NONE;
}

static enum error_code find_variants(struct fleet_looking *looking, struct fleet_environment *environment)
{
    struct fleet_instance **sorted = NULL;
    struct root_count *counts;
    struct variants variants = {0};
    uint32_t count = 0;

    if (sort_instances(looking, environment, &sorted, &count) != ERROR_NONE)
        return looking->error->code;
    counts = arena_array(looking->arena, count, sizeof *counts);
    if (counts == NULL)
        return fleet_no_memory(looking);
    if (variants_find(&variants, counts, count_roots(sorted, count, counts), looking->database, looking->policy,
                      looking->cache, looking->arena, looking->error) != ERROR_NONE ||
        take_variants(looking, environment, &variants) != ERROR_NONE ||
        place_instances(looking, environment, sorted, count, &variants) != ERROR_NONE)
        return looking->error->code;
    return list_instances(looking, environment);
}

/* How each variant differs from the majority. */
static enum error_code compare_with_majority(struct fleet_looking *looking, struct fleet_environment *environment)
{
    for (uint32_t i = 1; environment->has_majority && i < environment->variant_count; i++) {
        struct fleet_variant *variant = &environment->variants[i];
        struct fleet_side from = {.root = environment->variants[0].root}, to = {.root = variant->root};
        struct fleet_pair pair;
        uint32_t majors[2];

        variants_majors(environment->variants[0].majors, variant->majors, majors);
        from.major = majors[0];
        to.major = majors[1];
        if (fleet_compare(looking, &from, &to, &pair) != ERROR_NONE)
            return looking->error->code;
        memcpy(variant->summary, pair.summary, sizeof variant->summary);
        variant->compared = pair.is_comparable;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- one environment */

/* What is kept of a difference knows of renames and contracts, of which a comparison of two roots knows nothing. */
static void take_kept(struct fleet_variant *variant, const struct pair_row *pair)
{
    for (unsigned severity = 0; severity < SEVERITY_COUNT && variant->compared; severity++)
        variant->summary[severity] = pair->open[severity] + pair->waived[severity];
}

/* What is kept of the difference of an instance to the majority, and what was accepted of it. */
static void look_at_pair(const struct fleet_looking *looking, const struct fleet_environment *environment,
                         struct fleet_instance *instance)
{
    struct fleet_variant *variant = &environment->variants[instance->variant];
    const struct pair_row name = {.database = instance->target.name.database,
                                  .from = environment->name,
                                  .to = environment->name,
                                  .instance = instance->target.name.instance};
    const struct pair_row *pair =
        fleet_pairs_find(looking->pairs, &name, &environment->variants[0].root, &instance->target.root);

    if (pair == NULL)
        return;
    if (hash_equal(&variant->root, &instance->target.root))
        take_kept(variant, pair);
    instance->waived = fleet_pairs_waived(pair);
    instance->excused = instance->waived > 0 && fleet_pairs_open(pair) == 0;
    if (instance->excused && instance->unknown.length == 0)
        instance->unknown = pair->unknown;
}

/* An outlier has drifted, whatever else is known of it; without a majority everybody has. Whether one of the majority,
 * or one whose differences were accepted, is as the others may be in doubt. */
static void judge_members(const struct fleet_looking *looking, struct fleet_environment *environment)
{
    for (uint32_t i = 0; i < environment->instance_count; i++) {
        struct fleet_instance *instance = &environment->instances[i];
        bool is_outlier = instance->target.snapshot != 0 && !environment->variants[instance->variant].majority;

        if (is_outlier && environment->has_majority)
            look_at_pair(looking, environment, instance);
        if (instance->target.snapshot == 0 || instance->verdict != VERDICT_IN_SYNC)
            continue;
        if (is_outlier && !instance->excused) {
            instance->verdict = VERDICT_DRIFTED;
            instance->unknown = (struct text){NULL, 0};
        } else {
            instance->verdict = instance->unknown.length > 0 ? VERDICT_UNKNOWN : VERDICT_IN_SYNC;
        }
    }
}

/* Whether some instance is not as the others, and nobody has accepted it. */
static bool has_outlier(const struct fleet_environment *environment)
{
    for (uint32_t i = 0; i < environment->instance_count; i++) {
        const struct fleet_instance *instance = &environment->instances[i];

        if (instance->target.snapshot != 0 && !environment->variants[instance->variant].majority && !instance->excused)
            return true;
    }
    return false;
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
    environment->verdict = has_outlier(environment) ? VERDICT_DRIFTED
                           : first != NULL          ? VERDICT_UNKNOWN
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
    judge_members(looking, environment);
    return judge_environment(looking, environment);
}
