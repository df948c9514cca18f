/* Metrics of agents and targets. */
#include "feed/metrics_private.h"

/* ---- agents ---- */

static enum error_code write_silent(struct metrics_writing *writing)
{
    struct silent_agent *agents = NULL;
    size_t count = 0;

    if (figures_silent(writing->request->database, METRICS_SILENT_LIMIT, writing->request->arena, &agents, &count,
                       writing->error) != ERROR_NONE)
        return writing->error->code;
    metrics_begin(writing, FEED_METRIC_AGENT_SILENT_SINCE);
    for (size_t i = 0; i < count; i++)
        metric_seconds(&writing->writer, &agents[i].name, agents[i].since);
    return ERROR_NONE;
}

enum error_code metrics_write_agents(struct metrics_writing *writing)
{
    struct agent_figures figures = {0};

    if (figures_agents(writing->request->database, &figures, writing->error) != ERROR_NONE)
        return writing->error->code;
    metrics_one(writing, FEED_METRIC_AGENTS_ENROLLED, figures.enrolled);
    metrics_one(writing, FEED_METRIC_AGENTS_CONNECTED, writing->health.sessions);
    metrics_one(writing, FEED_METRIC_AGENTS_SILENT, figures.silent);
    metrics_one(writing, FEED_METRIC_AGENTS_REVOKED, figures.revoked);
    return write_silent(writing);
}

/* ---- targets ---- */

/* An environment, as a visitor sees it. */
typedef void (*place_visitor)(struct metrics_writing *writing, const struct fleet_database *database,
                              const struct fleet_environment *environment);

/* Begin a metric, and visit every environment that there is room for. */
static void visit_places(struct metrics_writing *writing, enum feed_metric metric, place_visitor visit)
{
    uint64_t places = 0;

    metrics_begin(writing, metric);
    for (uint32_t i = 0; i < writing->fleet.database_count; i++) {
        const struct fleet_database *database = &writing->fleet.databases[i];

        for (uint32_t k = 0; k < database->environment_count; k++)
            if (++places <= METRICS_PLACES_LIMIT)
                visit(writing, database, &database->environments[k]);
    }
    writing->places = places > METRICS_PLACES_LIMIT ? places - METRICS_PLACES_LIMIT : 0;
}

static void write_states(struct metrics_writing *writing, const struct fleet_database *database,
                         const struct fleet_environment *environment)
{
    uint32_t counts[TARGET_STATE_COUNT] = {0};

    for (uint32_t i = 0; i < environment->instance_count; i++)
        counts[environment->instances[i].target.state]++;
    for (unsigned state = 0; state < TARGET_STATE_COUNT; state++)
        if (counts[state] > 0 || state == TARGET_FINE)
            metric_number(&writing->writer,
                          (struct text[]){database->name, environment->name, text_from(target_state_name(state))},
                          counts[state]);
}

static void write_unknown(struct metrics_writing *writing, const struct fleet_database *database,
                          const struct fleet_environment *environment)
{
    metric_number(&writing->writer, (struct text[]){database->name, environment->name}, environment->unknown_count);
}

static void write_verdict(struct metrics_writing *writing, const struct fleet_database *database,
                          const struct fleet_environment *environment)
{
    for (int verdict = VERDICT_IN_SYNC; verdict <= VERDICT_UNKNOWN; verdict++)
        metric_number(
            &writing->writer,
            (struct text[]){database->name, environment->name, text_from(verdict_name((enum verdict)verdict))},
            (int)environment->verdict == verdict);
}

static void write_checked(struct metrics_writing *writing, const struct fleet_database *database,
                          const struct fleet_environment *environment)
{
    if (environment->checked_at > 0)
        metric_seconds(&writing->writer, (struct text[]){database->name, environment->name}, environment->checked_at);
}

static void write_snapshot(struct metrics_writing *writing, const struct fleet_database *database,
                           const struct fleet_environment *environment)
{
    int64_t oldest = 0;

    for (uint32_t i = 0; i < environment->instance_count; i++) {
        int64_t taken_at = environment->instances[i].target.taken_at;

        if (taken_at > 0 && (oldest == 0 || taken_at < oldest))
            oldest = taken_at;
    }
    if (oldest > 0)
        metric_seconds(&writing->writer, (struct text[]){database->name, environment->name}, oldest);
}

static void write_target_moment(struct metrics_writing *writing, const struct target_row *target, int64_t moment)
{
    if (moment > 0)
        metric_seconds(&writing->writer,
                       (struct text[]){target->name.database, target->name.environment, target->name.instance}, moment);
}

static void write_target_checked(struct metrics_writing *writing, const struct fleet_database *database,
                                 const struct fleet_environment *environment)
{
    (void)database;
    for (uint32_t i = 0; i < environment->instance_count; i++)
        write_target_moment(writing, &environment->instances[i].target, environment->instances[i].target.checked_at);
}

static void write_target_snapshot(struct metrics_writing *writing, const struct fleet_database *database,
                                  const struct fleet_environment *environment)
{
    (void)database;
    for (uint32_t i = 0; i < environment->instance_count; i++)
        write_target_moment(writing, &environment->instances[i].target, environment->instances[i].target.taken_at);
}

static void write_nothing(struct metrics_writing *writing, const struct fleet_database *database,
                          const struct fleet_environment *environment)
{
    (void)writing, (void)database, (void)environment;
}

static void write_database_verdicts(struct metrics_writing *writing)
{
    metrics_begin(writing, FEED_METRIC_DATABASE_VERDICT);
    for (uint32_t i = 0; i < writing->fleet.database_count && i < METRICS_PLACES_LIMIT; i++)
        for (int verdict = VERDICT_IN_SYNC; verdict <= VERDICT_UNKNOWN; verdict++)
            metric_number(
                &writing->writer,
                (struct text[]){writing->fleet.databases[i].name, text_from(verdict_name((enum verdict)verdict))},
                (int)writing->fleet.databases[i].verdict == verdict);
}

static uint64_t count_instances(const struct fleet *fleet)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < fleet->database_count; i++)
        for (uint32_t k = 0; k < fleet->databases[i].environment_count; k++)
            count += fleet->databases[i].environments[k].instance_count;
    return count;
}

void metrics_write_targets(struct metrics_writing *writing)
{
    uint64_t instances = count_instances(&writing->fleet);
    bool is_small = instances <= METRICS_INSTANCES_LIMIT;

    visit_places(writing, FEED_METRIC_TARGETS, write_states);
    visit_places(writing, FEED_METRIC_TARGETS_UNKNOWN, write_unknown);
    write_database_verdicts(writing);
    visit_places(writing, FEED_METRIC_ENVIRONMENT_VERDICT, write_verdict);
    visit_places(writing, FEED_METRIC_ENVIRONMENT_CHECKED, write_checked);
    visit_places(writing, FEED_METRIC_ENVIRONMENT_SNAPSHOT, write_snapshot);
    visit_places(writing, FEED_METRIC_TARGET_CHECKED, is_small ? write_target_checked : write_nothing);
    visit_places(writing, FEED_METRIC_TARGET_SNAPSHOT, is_small ? write_target_snapshot : write_nothing);
    writing->instances = is_small ? 0 : instances;
}
