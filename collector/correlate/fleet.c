#include "correlate/fleet.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "correlate/fleet_cache.h"

/* Roots that differ only in what the options leave out are one variant. Each root is compared with so many of the
 * largest variants before it becomes one of its own. */
enum { VARIANTS_COMPARED = 8 };

static const char doing[] = "looking at the fleet";

/* What looking needs at every step. */
struct looking {
    struct database *database;
    const struct fleet_policy *policy;
    struct fleet_cache *cache;
    int64_t now;
    struct arena *arena;
    struct error *error;
};

static enum error_code no_memory(struct looking *looking)
{
    return arena_error(looking->arena, looking->error, doing);
}

static enum error_code say(struct looking *looking, struct text *ret_text, const char *string)
{
    if (string == NULL)
        return no_memory(looking);
    *ret_text = text_from(string);
    return ERROR_NONE;
}

static enum error_code compare(struct looking *looking, const struct hash *from, const struct hash *to,
                               struct fleet_pair *ret_pair)
{
    const struct hash roots[2] = {*from, *to};

    return fleet_cache_compare(looking->cache, looking->database, looking->policy, roots, ret_pair, looking->error);
}

/* ---------------------------------------------------------------- one instance */

static bool is_silent(const struct looking *looking, const struct target_row *target)
{
    return target->heard_at == 0 || looking->now - target->heard_at > looking->policy->stale_after_us;
}

/* What keeps the target from being known, but for its coverage; NULL text: nothing. */
static enum error_code find_trouble(struct looking *looking, const struct target_row *target, struct text *ret_why)
{
    char time[CLOCK_TEXT_SIZE];

    *ret_why = (struct text){NULL, 0};
    if (target->agent == 0)
        return say(looking, ret_why, "no agent has spoken for it");
    if (target->agent_revoked)
        return say(looking, ret_why,
                   arena_printf(looking->arena, "its agent '%.*s' was revoked", TEXT_ARGS(target->agent_name)));
    if (is_silent(looking, target)) {
        clock_format(target->heard_at, time);
        return say(looking, ret_why,
                   arena_printf(looking->arena, "agent '%.*s' is silent since %s", TEXT_ARGS(target->agent_name),
                                target->heard_at == 0 ? "its first word" : time));
    }
    if (target->state == TARGET_STARTING)
        return say(looking, ret_why, "its agent has not looked at it yet");
    if (target->state != TARGET_FINE)
        return say(looking, ret_why,
                   arena_printf(looking->arena, "%s%s%.*s", target_state_name(target->state),
                                target->reason.length > 0 ? ": " : "", TEXT_ARGS(target->reason)));
    if (target->snapshot == 0)
        return say(looking, ret_why, "no snapshot has arrived yet");
    return ERROR_NONE;
}

static enum error_code judge_instance(struct looking *looking, struct fleet_instance *instance)
{
    const struct target_row *target = &instance->target;
    struct fleet_pair itself;

    instance->verdict = VERDICT_IN_SYNC;
    if (find_trouble(looking, target, &instance->unknown) != ERROR_NONE)
        return looking->error->code;
    if (instance->unknown.length == 0 && target->gaps > 0) {
        if (compare(looking, &target->root, &target->root, &itself) != ERROR_NONE)
            return looking->error->code;
        if (itself.verdict == VERDICT_UNKNOWN &&
            say(looking, &instance->unknown, arena_printf(looking->arena, "%s", itself.unknown)) != ERROR_NONE)
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
};

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
static enum error_code group_by_root(struct looking *looking, struct fleet_environment *environment,
                                     struct group **ret_groups, uint32_t *ret_count)
{
    struct fleet_instance **sorted = arena_array(looking->arena, environment->instance_count, sizeof *sorted);
    struct group *groups = arena_array(looking->arena, environment->instance_count, sizeof *groups);
    uint32_t count = 0, group_count = 0;

    if (sorted == NULL || groups == NULL)
        return no_memory(looking);
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
            *group = (struct group){&sorted[i], 0, target->root_since};
        }
        group->count++;
        if (target->root_since < group->since)
            group->since = target->root_since;
    }
    if (group_count > 1)
        qsort(groups, group_count, sizeof *groups, compare_groups);
    *ret_groups = groups;
    *ret_count = group_count;
    return ERROR_NONE;
}

/* Whether roots may differ and yet be alike under the options. */
static bool leaves_something_out(const struct diff_options *options)
{
    bool all = options->ignore.count == 0 && !options->fold_partitions;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        all = all && options->aspects[aspect];
    return !all;
}

/* The variant that a group belongs to; its number, or `count` when it is a new one. */
static enum error_code find_variant(struct looking *looking, const struct fleet_environment *environment,
                                    const struct group *group, uint32_t *ret_variant)
{
    uint32_t variant = 0;

    if (!leaves_something_out(&looking->policy->compare))
        variant = environment->variant_count;
    for (; variant < environment->variant_count; variant++) {
        struct fleet_pair pair;

        if (variant == VARIANTS_COMPARED) {
            variant = environment->variant_count;
            break;
        }
        if (compare(looking, &environment->variants[variant].root, &group->instances[0]->target.root, &pair) !=
            ERROR_NONE)
            return looking->error->code;
        if (pair.verdict == VERDICT_IN_SYNC)
            break;
    }
    *ret_variant = variant;
    return ERROR_NONE;
}

static void join(struct fleet_environment *environment, uint32_t number, const struct group *group)
{
    struct fleet_variant *variant = &environment->variants[number];

    if (number == environment->variant_count) {
        *variant = (struct fleet_variant){.root = group->instances[0]->target.root, .since = group->since};
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
static enum error_code order_variants(struct looking *looking, struct fleet_environment *environment)
{
    uint32_t *places = arena_array(looking->arena, environment->variant_count, sizeof *places);

    if (places == NULL)
        return no_memory(looking);
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
static enum error_code list_instances(struct looking *looking, struct fleet_environment *environment)
{
    for (uint32_t i = 0; i < environment->variant_count; i++) {
        struct fleet_variant *variant = &environment->variants[i];

        variant->instances = arena_array(looking->arena, variant->count, sizeof *variant->instances);
        if (variant->instances == NULL)
            return no_memory(looking);
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

static enum error_code find_variants(struct looking *looking, struct fleet_environment *environment)
{
    struct group *groups;
    uint32_t count;

    if (group_by_root(looking, environment, &groups, &count) != ERROR_NONE)
        return looking->error->code;
    environment->variants = arena_array(looking->arena, count, sizeof *environment->variants);
    if (environment->variants == NULL)
        return no_memory(looking);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t variant;

        if (find_variant(looking, environment, &groups[i], &variant) != ERROR_NONE)
            return looking->error->code;
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
static enum error_code compare_with_majority(struct looking *looking, struct fleet_environment *environment)
{
    for (uint32_t i = 1; environment->has_majority && i < environment->variant_count; i++) {
        struct fleet_variant *variant = &environment->variants[i];
        struct fleet_pair pair;

        if (compare(looking, &environment->variants[0].root, &variant->root, &pair) != ERROR_NONE)
            return looking->error->code;
        memcpy(variant->summary, pair.summary, sizeof variant->summary);
        variant->compared = true;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- one environment */

/* An outlier has drifted, whatever else is known of it; without a majority everybody has. */
static void judge_outliers(struct fleet_environment *environment)
{
    for (uint32_t i = 0; i < environment->instance_count; i++) {
        struct fleet_instance *instance = &environment->instances[i];

        if (instance->target.snapshot != 0 && instance->verdict == VERDICT_IN_SYNC &&
            !environment->variants[instance->variant].majority)
            instance->verdict = VERDICT_DRIFTED;
    }
}

static enum error_code judge_environment(struct looking *looking, struct fleet_environment *environment)
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
        return say(looking, &environment->unknown,
                   arena_printf(looking->arena, "%u of %u instances, first '%.*s': %.*s", environment->unknown_count,
                                environment->instance_count, TEXT_ARGS(first->target.name.instance),
                                TEXT_ARGS(first->unknown)));
    return ERROR_NONE;
}

static enum error_code look_at_environment(struct looking *looking, struct fleet_environment *environment)
{
    for (uint32_t i = 0; i < environment->instance_count; i++)
        if (judge_instance(looking, &environment->instances[i]) != ERROR_NONE)
            return looking->error->code;
    if (find_variants(looking, environment) != ERROR_NONE || compare_with_majority(looking, environment) != ERROR_NONE)
        return looking->error->code;
    judge_outliers(environment);
    return judge_environment(looking, environment);
}

/* ---------------------------------------------------------------- along the path */

/* Why an environment as a whole cannot be compared; an empty text: it can. One member of the majority that is known
 * speaks for all of them. */
static enum error_code find_silence(struct looking *looking, const struct fleet_environment *environment,
                                    struct text *ret_why)
{
    *ret_why = (struct text){NULL, 0};
    if (environment->variant_count == 0)
        return say(looking, ret_why,
                   arena_printf(looking->arena, "%.*s has no snapshot", TEXT_ARGS(environment->name)));
    if (!environment->has_majority)
        return say(
            looking, ret_why,
            arena_printf(looking->arena, "the instances of %.*s have no majority", TEXT_ARGS(environment->name)));
    for (uint32_t i = 0; i < environment->variants[0].count; i++)
        if (environment->variants[0].instances[i]->verdict != VERDICT_UNKNOWN)
            return ERROR_NONE;
    return say(looking, ret_why,
               arena_printf(looking->arena, "%.*s: %.*s", TEXT_ARGS(environment->name),
                            TEXT_ARGS(environment->variants[0].instances[0]->unknown)));
}

static enum error_code look_at_step(struct looking *looking, const struct fleet_environment *from,
                                    const struct fleet_environment *to, struct fleet_step *step)
{
    struct fleet_pair pair = {0};

    *step = (struct fleet_step){.from = from->name, .to = to->name, .verdict = VERDICT_UNKNOWN};
    if (find_silence(looking, from, &step->unknown) != ERROR_NONE ||
        (step->unknown.length == 0 && find_silence(looking, to, &step->unknown) != ERROR_NONE))
        return looking->error->code;
    if (!from->has_majority || !to->has_majority)
        return ERROR_NONE;
    if (compare(looking, &to->variants[0].root, &from->variants[0].root, &pair) != ERROR_NONE)
        return looking->error->code;
    memcpy(step->summary, pair.summary, sizeof step->summary);
    if (step->unknown.length > 0)
        return ERROR_NONE; /* what is shown is of the last that was known */
    step->verdict = pair.verdict;
    if (pair.unknown[0] != '\0')
        return say(looking, &step->unknown, arena_printf(looking->arena, "%s", pair.unknown));
    return ERROR_NONE;
}

static enum error_code look_along_path(struct looking *looking, struct fleet_database *database)
{
    const struct fleet_environment *before = NULL;

    database->steps = arena_array(looking->arena, database->environment_count, sizeof *database->steps);
    if (database->steps == NULL)
        return no_memory(looking);
    for (uint32_t i = 0; i < database->environment_count; i++) {
        const struct fleet_environment *environment = &database->environments[i];

        if (!environment->on_path)
            continue;
        if (before != NULL &&
            look_at_step(looking, before, environment, &database->steps[database->step_count++]) != ERROR_NONE)
            return looking->error->code;
        before = environment;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- one database */

static void worsen(enum verdict *verdict, enum verdict by)
{
    if (by == VERDICT_DRIFTED || (by == VERDICT_UNKNOWN && *verdict == VERDICT_IN_SYNC))
        *verdict = by;
}

static void judge_database(struct fleet_database *database)
{
    database->verdict = VERDICT_IN_SYNC;
    for (uint32_t i = 0; i < database->environment_count; i++)
        worsen(&database->verdict, database->environments[i].verdict);
    for (uint32_t i = 0; i < database->step_count; i++)
        worsen(&database->verdict, database->steps[i].verdict);
}

/* The place of an environment on the database's path; the path's length when it is not on it. */
static size_t place_on_path(const struct fleet_policy *policy, struct text database, struct text environment)
{
    const struct text *path = policy->path;
    size_t count = policy->path_count, place = 0;

    for (size_t i = 0; i < policy->database_count; i++)
        if (text_equal(policy->databases[i].database, database)) {
            path = policy->databases[i].path;
            count = policy->databases[i].count;
        }
    while (place < count && !text_equal(path[place], environment))
        place++;
    return place == count ? SIZE_MAX : place;
}

/* By their places; those that are not on the path keep the order of their names. */
static void order_environments(const struct fleet_policy *policy, struct fleet_database *database)
{
    for (uint32_t i = 0; i < database->environment_count; i++) {
        struct fleet_environment environment = database->environments[i];
        size_t place = place_on_path(policy, database->name, environment.name);
        uint32_t at = i;

        environment.on_path = place != SIZE_MAX;
        for (; at > 0; at--) {
            const struct fleet_environment *other = &database->environments[at - 1];

            if (place_on_path(policy, database->name, other->name) <= place)
                break;
            database->environments[at] = *other;
        }
        database->environments[at] = environment;
    }
}

static enum error_code look_at_database(struct looking *looking, struct fleet_database *database)
{
    order_environments(looking->policy, database);
    for (uint32_t i = 0; i < database->environment_count; i++)
        if (look_at_environment(looking, &database->environments[i]) != ERROR_NONE)
            return looking->error->code;
    if (look_along_path(looking, database) != ERROR_NONE)
        return looking->error->code;
    judge_database(database);
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- from rows to the fleet */

static int compare_targets(const void *a, const void *b)
{
    const struct target_name *x = &((const struct target_row *)a)->name, *y = &((const struct target_row *)b)->name;
    int order = text_compare(x->database, y->database);

    if (order == 0)
        order = text_compare(x->environment, y->environment);
    return order != 0 ? order : text_compare(x->instance, y->instance);
}

/* Cut the sorted rows into databases, environments and instances. */
static enum error_code arrange(struct looking *looking, const struct target_row *targets, size_t count,
                               struct fleet *fleet)
{
    struct fleet_instance *instances = arena_array(looking->arena, count, sizeof *instances);
    struct fleet_environment *environments = arena_array(looking->arena, count, sizeof *environments);
    struct fleet_environment *environment = NULL;
    struct fleet_database *database = NULL;

    fleet->databases = arena_array(looking->arena, count, sizeof *fleet->databases);
    if (instances == NULL || environments == NULL || fleet->databases == NULL)
        return no_memory(looking);
    for (size_t i = 0; i < count; i++) {
        const struct target_name *name = &targets[i].name;

        instances[i] = (struct fleet_instance){.target = targets[i]};
        if (database == NULL || !text_equal(database->name, name->database)) {
            database = &fleet->databases[fleet->database_count++];
            *database = (struct fleet_database){.name = name->database, .environments = environments};
            environment = NULL;
        }
        if (environment == NULL || !text_equal(environment->name, name->environment)) {
            environment = environments++;
            *environment = (struct fleet_environment){.name = name->environment, .instances = &instances[i]};
            database->environment_count++;
        }
        environment->instance_count++;
    }
    return ERROR_NONE;
}

enum error_code fleet_look(struct fleet *ret_fleet, struct database *database, const struct fleet_policy *policy,
                           struct fleet_cache *cache, struct text name, struct arena *arena, struct error *error)
{
    struct looking looking = {database, policy, cache, clock_now(), arena, error};
    const struct target_filter filter = {.database = name};
    struct fleet fleet = {.at = looking.now};
    struct target_row *targets = NULL;
    size_t count = 0;

    if (fleet_cache_use(cache, &policy->compare, error) != ERROR_NONE ||
        targets_list(database, &filter, arena, &targets, &count, error) != ERROR_NONE)
        return error->code;
    if (count > 1)
        qsort(targets, count, sizeof *targets, compare_targets);
    if (arrange(&looking, targets, count, &fleet) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; i < fleet.database_count; i++) {
        if (look_at_database(&looking, &fleet.databases[i]) != ERROR_NONE)
            return error->code;
        fleet.counts[fleet.databases[i].verdict]++;
    }
    *ret_fleet = fleet;
    return ERROR_NONE;
}
