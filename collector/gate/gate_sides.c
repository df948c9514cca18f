#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "correlate/fleet_policy.h"
#include "drift/severity.h"
#include "gate/gate_private.h"

/* ---------------------------------------------------------------- what is there */

static int compare_instances(const void *a, const void *b)
{
    return text_compare(((const struct target_row *)a)->name.instance, ((const struct target_row *)b)->name.instance);
}

static enum error_code take_instances(struct gate_judging *judging, struct gate_environment *environment,
                                      const struct target_row *targets, size_t count)
{
    struct fleet_environment *fleet = &environment->fleet;

    fleet->instances = arena_array(judging->arena, count, sizeof *fleet->instances);
    if (fleet->instances == NULL)
        return gate_no_memory(judging);
    for (size_t i = 0; i < count; i++) {
        fleet->instances[i].target = targets[i];
        environment->has_snapshot = environment->has_snapshot || targets[i].snapshot != 0;
    }
    fleet->instance_count = (uint32_t)count;
    environment->is_there = count > 0;
    return ERROR_NONE;
}

/* The first instance by name that has the root of the majority. */
static const struct target_row *find_spokesman(const struct fleet_environment *fleet)
{
    for (uint32_t i = 0; fleet->has_majority && i < fleet->variants[0].count; i++)
        if (hash_equal(&fleet->variants[0].instances[i]->target.root, &fleet->variants[0].root))
            return &fleet->variants[0].instances[i]->target;
    return NULL;
}

/* Look at an environment as the fleet does, under the policy that holds there. */
static enum error_code look_at(struct gate_judging *judging, struct text name, struct gate_environment *environment,
                               struct fleet_looking *looking, struct fleet_policy *policy)
{
    const struct target_filter filter = {.database = judging->question->database, .environment = name};
    struct target_row *targets = NULL;
    size_t count = 0;

    environment->fleet.name = name;
    *looking = (struct fleet_looking){
        judging->database, policy,        policy_cache(judging->policy), NULL, judging->question->now,
        judging->arena,    judging->error};
    if (fleet_policy_at(policy, &judging->content->fleet, filter.database, name, judging->arena, judging->error) !=
            ERROR_NONE ||
        fleet_cache_use(looking->cache, &judging->content->fleet, judging->error) != ERROR_NONE ||
        targets_list(judging->database, &filter, judging->arena, &targets, &count, judging->error) != ERROR_NONE)
        return judging->error->code;
    if (count > 1)
        qsort(targets, count, sizeof *targets, compare_instances);
    if (take_instances(judging, environment, targets, count) != ERROR_NONE ||
        fleet_look_at_environment(looking, &environment->fleet) != ERROR_NONE)
        return judging->error->code;
    environment->spokesman = find_spokesman(&environment->fleet);
    return ERROR_NONE;
}

static void fill_side(const struct gate_environment *environment, struct gate_side *side)
{
    const struct target_row *spokesman = environment->spokesman;

    side->environment = environment->fleet.name;
    side->is_there = environment->is_there;
    side->checked_at = environment->fleet.checked_at;
    side->instances = environment->fleet.instance_count;
    if (spokesman == NULL)
        return;
    side->root = spokesman->root;
    side->snapshot = spokesman->snapshot;
    side->taken_at = spokesman->taken_at;
}

static enum error_code say_not_there(struct gate_judging *judging, struct text name)
{
    const char *message = arena_printf(judging->arena, "nobody watches '%.*s@%.*s', and nobody ever did",
                                       TEXT_ARGS(judging->question->database), TEXT_ARGS(name));

    return gate_add(judging, GATE_NO_ENVIRONMENT, SEVERITY_HIGH, message) == NULL ? judging->error->code : ERROR_NONE;
}

/* ---------------------------------------------------------------- of one mind */

static enum error_code say_no_majority(struct gate_judging *judging, const struct gate_environment *environment)
{
    struct gate_reason *reason =
        gate_add(judging, GATE_NO_MAJORITY, SEVERITY_HIGH,
                 arena_printf(judging->arena,
                              "the %" PRIu32 " instances of %.*s have no majority: no variant of them is the largest",
                              environment->fleet.instance_count, TEXT_ARGS(environment->fleet.name)));

    if (reason == NULL)
        return judging->error->code;
    return gate_advise(judging, reason,
                       arena_printf(judging->arena,
                                    "make the instances agree: `driftline compare %.*s --all` shows how they differ",
                                    TEXT_ARGS(judging->question->database)));
}

/* What is known of an outlier: its drifts, unless they are still being worked out. */
struct outlier {
    const struct fleet_instance *instance;
    struct drift_row *drifts;
    size_t count;
    bool is_current; /* the drifts are those of its newest snapshot */
};

static enum error_code find_drifts(struct gate_judging *judging, const struct gate_environment *environment,
                                   struct outlier *outlier)
{
    const struct target_row *target = &outlier->instance->target;
    const struct pair_row name = {.database = judging->question->database,
                                  .from = environment->fleet.name,
                                  .to = environment->fleet.name,
                                  .instance = target->name.instance};
    struct pair_row pair = {0};
    enum error_code code = pairs_get(judging->database, &name, judging->arena, &pair, judging->error);

    if (code == ERROR_NOT_FOUND)
        return ERROR_NONE;
    if (code != ERROR_NONE)
        return code;
    outlier->is_current = pair.active && hash_equal(&pair.policy, policy_fingerprint(judging->policy)) &&
                          pair.sides[1].is_there && hash_equal(&pair.sides[1].root, &target->root) &&
                          pair.sides[0].is_there && hash_equal(&pair.sides[0].root, &environment->spokesman->root);
    return pair.active ? drifts_living(judging->database, pair.id, (struct text){NULL, 0}, judging->arena,
                                       &outlier->drifts, &outlier->count, judging->error)
                       : ERROR_NONE;
}

/* Somebody has accepted all that makes it an outlier. */
static bool is_waived_as_a_whole(const struct gate_judging *judging, const struct outlier *outlier)
{
    bool all = outlier->is_current && outlier->count > 0;

    for (size_t i = 0; i < outlier->count && all; i++)
        all = !outlier->drifts[i].hidden && gate_is_waived(&outlier->drifts[i], judging->question->now);
    return all;
}

static enum severity worst_of_variant(const struct fleet_variant *variant)
{
    enum severity severity = SEVERITY_CRITICAL;

    while (severity > SEVERITY_LOW && variant->summary[severity] == 0)
        severity--;
    return variant->compared ? severity : SEVERITY_HIGH;
}

/* What is kept of the difference knows of renames and contracts, too. */
static enum severity worst_of(const struct outlier *outlier, const struct fleet_variant *variant)
{
    enum severity worst = SEVERITY_LOW;
    bool any = false;

    for (size_t i = 0; i < outlier->count && outlier->is_current; i++) {
        if (outlier->drifts[i].hidden)
            continue;
        any = true;
        if (outlier->drifts[i].severity > worst)
            worst = outlier->drifts[i].severity;
    }
    return any ? worst : worst_of_variant(variant);
}

static enum error_code say_outlier(struct gate_judging *judging, const struct gate_environment *environment,
                                   const struct outlier *outlier)
{
    const struct fleet_variant *variant = &environment->fleet.variants[outlier->instance->variant];
    const struct target_name *name = &outlier->instance->target.name;
    enum severity worst = worst_of(outlier, variant);
    struct gate_reason *reason;
    char since[CLOCK_TEXT_SIZE];

    clock_format_seconds(outlier->instance->target.root_since, since);
    reason =
        gate_add(judging, GATE_OUTLIERS, worst,
                 arena_printf(judging->arena, "%.*s/%.*s is not as the majority of %.*s since %s: %s%s",
                              TEXT_ARGS(name->environment), TEXT_ARGS(name->instance), TEXT_ARGS(name->environment),
                              since, variant->compared ? "what differs is " : "it cannot be compared",
                              variant->compared ? severity_name(worst) : ""));
    if (reason == NULL)
        return judging->error->code;
    return gate_advise(judging, reason,
                       arena_printf(judging->arena,
                                    "make it as the others are, waive its drifts (`driftline drift list %.*s --to %.*s "
                                    "--instance %.*s`), or pass --allow-outliers",
                                    TEXT_ARGS(name->database), TEXT_ARGS(name->environment),
                                    TEXT_ARGS(name->instance)));
}

/* An incident of capture is one whoever is allowed to be otherwise. */
static enum error_code judge_incidents(struct gate_judging *judging, const struct outlier *outlier)
{
    for (size_t i = 0; i < outlier->count; i++)
        if (gate_judge_incident(judging, &outlier->drifts[i]) != ERROR_NONE)
            return judging->error->code;
    return ERROR_NONE;
}

static enum error_code judge_outliers(struct gate_judging *judging, const struct gate_environment *environment)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < environment->fleet.instance_count; i++) {
        struct outlier outlier = {.instance = &environment->fleet.instances[i]};

        if (outlier.instance->target.snapshot == 0 || environment->fleet.variants[outlier.instance->variant].majority)
            continue;
        if (find_drifts(judging, environment, &outlier) != ERROR_NONE ||
            judge_incidents(judging, &outlier) != ERROR_NONE)
            return judging->error->code;
        if (judging->allow_outliers || is_waived_as_a_whole(judging, &outlier))
            continue;
        if (found++ < GATE_LISTED && say_outlier(judging, environment, &outlier) != ERROR_NONE)
            return judging->error->code;
    }
    return gate_count_rest(judging, GATE_OUTLIERS, found, environment);
}

/* ---------------------------------------------------------------- a side */

static enum error_code look_at_side(struct gate_judging *judging, struct text name, unsigned side)
{
    struct gate_environment *environment = &judging->sides[side];
    struct fleet_looking looking;
    struct fleet_policy policy;

    if (look_at(judging, name, environment, &looking, &policy) != ERROR_NONE)
        return judging->error->code;
    fill_side(environment, &judging->answer->sides[side]);
    if (!environment->is_there)
        return say_not_there(judging, name);
    if (gate_look_at_instances(judging, environment, &looking) != ERROR_NONE)
        return judging->error->code;
    if (!environment->has_snapshot)
        return ERROR_NONE;
    return environment->fleet.has_majority ? judge_outliers(judging, environment)
                                           : say_no_majority(judging, environment);
}

enum error_code gate_look_at_sides(struct gate_judging *judging)
{
    const struct gate_question *question = judging->question;

    if (question->from.length > 0 && look_at_side(judging, question->from, 0) != ERROR_NONE)
        return judging->error->code;
    return look_at_side(judging, question->to, 1);
}
