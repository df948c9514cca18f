#include "correlate/fleet.h"

#include <stdlib.h>

#include "base/clock.h"
#include "correlate/fleet_environment.h"
#include "correlate/fleet_policy.h"
#include "store/target_names.h"

/* Look as the policy has it where this environment would change; the looking and what it goes by are the caller's. */
static enum error_code look_there(struct fleet_looking *ret_there, struct fleet_policy *ret_policy,
                                  const struct fleet_looking *looking, struct text database, struct text environment)
{
    if (fleet_policy_at(ret_policy, looking->policy, database, environment, looking->arena, looking->error) !=
        ERROR_NONE)
        return looking->error->code;
    *ret_there = *looking;
    ret_there->policy = ret_policy;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- along the path */

/* Why an environment as a whole cannot be compared; an empty text: it can. One member of the majority that is known
 * speaks for all of them. */
static enum error_code find_silence(struct fleet_looking *looking, const struct fleet_environment *environment,
                                    struct text *ret_why)
{
    *ret_why = (struct text){NULL, 0};
    if (environment->variant_count == 0)
        return fleet_say(looking, ret_why,
                         arena_printf(looking->arena, "%.*s has no snapshot", TEXT_ARGS(environment->name)));
    if (!environment->has_majority)
        return fleet_say(
            looking, ret_why,
            arena_printf(looking->arena, "the instances of %.*s have no majority", TEXT_ARGS(environment->name)));
    for (uint32_t i = 0; i < environment->variants[0].count; i++)
        if (environment->variants[0].instances[i]->verdict != VERDICT_UNKNOWN)
            return ERROR_NONE;
    return fleet_say(looking, ret_why,
                     arena_printf(looking->arena, "%.*s: %.*s", TEXT_ARGS(environment->name),
                                  TEXT_ARGS(environment->variants[0].instances[0]->unknown)));
}

/* The better of two members of the majority; `best` may be NULL, and comes first by name. */
static const struct fleet_instance *better(const struct fleet_instance *best, const struct fleet_instance *other,
                                           const struct hash *root)
{
    bool is_known = other->verdict != VERDICT_UNKNOWN, is_usual = hash_equal(&other->target.root, root);
    bool was_known, was_usual;

    if (best == NULL)
        return other;
    was_known = best->verdict != VERDICT_UNKNOWN;
    was_usual = hash_equal(&best->target.root, root);
    if (is_known != was_known)
        return is_known ? other : best;
    return is_usual && !was_usual ? other : best;
}

/* The target that speaks for an environment that has a majority. */
static const struct target_row *find_spokesman(const struct fleet_environment *environment)
{
    const struct fleet_variant *majority = &environment->variants[0];
    const struct fleet_instance *best = NULL;

    for (uint32_t i = 0; i < majority->count; i++)
        best = better(best, majority->instances[i], &majority->root);
    return &best->target;
}

/* What is stored of the two, which knows what was accepted. */
static void take_stored(struct fleet_step *step, const struct pair_row *pair)
{
    memcpy(step->summary, pair->open, sizeof step->summary);
    step->waived = fleet_pairs_waived(pair);
    if (step->unknown.length > 0)
        return; /* what is shown is of the last that was known */
    step->verdict = fleet_pairs_open(pair) > 0 ? VERDICT_DRIFTED
                    : pair->unknown_count > 0  ? VERDICT_UNKNOWN
                                               : VERDICT_IN_SYNC;
    step->unknown = pair->unknown;
}

/* The two compared now: nothing was accepted, as far as is known. */
static enum error_code compare_step(struct fleet_looking *looking, const struct fleet_environment *from,
                                    const struct fleet_environment *to, struct fleet_step *step)
{
    const struct fleet_side promoted = fleet_side_of(find_spokesman(from)), changed = fleet_side_of(find_spokesman(to));
    struct fleet_pair pair = {0};

    if (fleet_compare(looking, &changed, &promoted, &pair) != ERROR_NONE)
        return looking->error->code;
    memcpy(step->summary, pair.summary, sizeof step->summary);
    if (step->unknown.length > 0)
        return ERROR_NONE;
    step->verdict = pair.verdict;
    if (pair.unknown[0] != '\0')
        return fleet_say(looking, &step->unknown, arena_printf(looking->arena, "%s", pair.unknown));
    return ERROR_NONE;
}

static enum error_code look_at_step(struct fleet_looking *looking, struct text database,
                                    const struct fleet_environment *from, const struct fleet_environment *to,
                                    struct fleet_step *step)
{
    const struct pair_row name = {.database = database, .from = from->name, .to = to->name};
    const struct pair_row *pair;

    *step = (struct fleet_step){.from = from->name, .to = to->name, .verdict = VERDICT_UNKNOWN};
    if (find_silence(looking, from, &step->unknown) != ERROR_NONE ||
        (step->unknown.length == 0 && find_silence(looking, to, &step->unknown) != ERROR_NONE))
        return looking->error->code;
    if (!from->has_majority || !to->has_majority)
        return ERROR_NONE;
    pair = fleet_pairs_find(looking->pairs, &name, &from->variants[0].root, &to->variants[0].root);
    if (pair == NULL)
        return compare_step(looking, from, to, step);
    take_stored(step, pair);
    return ERROR_NONE;
}

static enum error_code look_along_path(struct fleet_looking *looking, struct fleet_database *database)
{
    const struct fleet_environment *before = NULL;

    database->steps = arena_array(looking->arena, database->environment_count, sizeof *database->steps);
    if (database->steps == NULL)
        return fleet_no_memory(looking);
    for (uint32_t i = 0; i < database->environment_count; i++) {
        const struct fleet_environment *environment = &database->environments[i];

        struct fleet_looking there;
        struct fleet_policy policy;

        if (!environment->on_path)
            continue;
        if (before != NULL && (look_there(&there, &policy, looking, database->name, environment->name) != ERROR_NONE ||
                               look_at_step(&there, database->name, before, environment,
                                            &database->steps[database->step_count++]) != ERROR_NONE))
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
    const struct fleet_path path = fleet_policy_path(policy, database);
    size_t place = 0;

    while (place < path.count && !text_equal(path.path[place], environment))
        place++;
    return place == path.count ? SIZE_MAX : place;
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

static enum error_code look_at_database(struct fleet_looking *looking, struct fleet_database *database)
{
    order_environments(looking->policy, database);
    for (uint32_t i = 0; i < database->environment_count; i++) {
        struct fleet_environment *environment = &database->environments[i];
        struct fleet_looking there;
        struct fleet_policy policy;

        if (look_there(&there, &policy, looking, database->name, environment->name) != ERROR_NONE ||
            fleet_look_at_environment(&there, environment) != ERROR_NONE)
            return looking->error->code;
    }
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
static enum error_code arrange(struct fleet_looking *looking, const struct target_row *targets, size_t count,
                               struct fleet *fleet)
{
    struct fleet_instance *instances = arena_array(looking->arena, count, sizeof *instances);
    struct fleet_environment *environments = arena_array(looking->arena, count, sizeof *environments);
    struct fleet_environment *environment = NULL;
    struct fleet_database *database = NULL;

    fleet->databases = arena_array(looking->arena, count, sizeof *fleet->databases);
    if (instances == NULL || environments == NULL || fleet->databases == NULL)
        return fleet_no_memory(looking);
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
    struct fleet_pairs pairs;
    struct fleet_looking looking = {database, policy, cache, &pairs, clock_now(), arena, error};
    const struct target_filter filter = {.database = name};
    struct fleet fleet = {.at = looking.now};
    struct target_row *targets = NULL;
    size_t count = 0;

    if (fleet_cache_use(cache, policy, error) != ERROR_NONE ||
        targets_list(database, &filter, arena, &targets, &count, error) != ERROR_NONE ||
        fleet_pairs_read(&pairs, database, policy, name, arena, error) != ERROR_NONE)
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

/* ---------------------------------------------------------------- one for all */

static enum error_code no_spokesman(const struct fleet_environment *environment, const struct target_filter *filter,
                                    struct error *error)
{
    struct text first = environment->instances[0].target.name.instance;
    struct text last = environment->instances[environment->instance_count - 1].target.name.instance;

    if (environment->variant_count == 0) {
        error_set(error, ERROR_NOT_FOUND, "there is no snapshot of '%.*s@%.*s' yet", TEXT_ARGS(filter->database),
                  TEXT_ARGS(filter->environment));
        return error_hint(error, "`driftline targets list` says how its agents are");
    }
    error_set(error, ERROR_AMBIGUOUS,
              "the %u instances of '%.*s@%.*s' have no majority: %u variants are equally common",
              environment->instance_count, TEXT_ARGS(filter->database), TEXT_ARGS(filter->environment),
              environment->variant_count);
    return error_hint(error, "name an instance: %.*s@%.*s/%.*s … %.*s", TEXT_ARGS(filter->database),
                      TEXT_ARGS(filter->environment), TEXT_ARGS(first), TEXT_ARGS(last));
}

enum error_code fleet_spokesman(struct database *database, const struct fleet_policy *policy,
                                const struct target_filter *environment, struct arena *arena,
                                struct target_row *ret_target, struct error *error)
{
    struct fleet_looking looking = {database, policy, NULL, NULL, clock_now(), arena, error};
    struct fleet fleet = {.at = looking.now};
    struct fleet_environment *found;
    struct target_row *targets = NULL;
    size_t count = 0;

    if (targets_list(database, environment, arena, &targets, &count, error) != ERROR_NONE)
        return error->code;
    if (count == 0)
        return target_names_unknown(database, environment, arena, error);
    if (arrange(&looking, targets, count, &fleet) != ERROR_NONE)
        return error->code;
    found = &fleet.databases[0].environments[0];
    if (fleet_look_at_environment(&looking, found) != ERROR_NONE)
        return error->code;
    if (!found->has_majority)
        return no_spokesman(found, environment, error);
    *ret_target = *find_spokesman(found);
    return ERROR_NONE;
}
