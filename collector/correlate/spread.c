#include "correlate/spread.h"

#include "correlate/spread_rows.h"
#include "correlate/variants.h"
#include "schema/load.h"
#include "store/nodes.h"
#include "store/target_names.h"

static const char doing[] = "spreading out what differs";

/* What looking needs at every step. */
struct looking {
    struct spread *spread;
    struct database *database;
    const struct policy *policy;
    struct text name;
    uint64_t *majors; /* of each column's servers */
    bool *on_path;    /* each column's environment is on the promotion path */
    uint32_t *gaps;   /* of each column's root */
    struct spread_comparison *comparisons;
    struct arena *arena;
    struct error *error;
};

static enum error_code no_memory(const struct looking *looking)
{
    return arena_error(looking->arena, looking->error, doing);
}

/* ---- columns ---- */

/* One member that is known speaks for all of them. */
static void set_known(struct spread_column *column, const struct fleet_instance *const *instances, uint32_t count)
{
    column->unknown = instances[0]->unknown;
    for (uint32_t i = 0; i < count && !column->known; i++)
        column->known = instances[i]->verdict != VERDICT_UNKNOWN;
    if (column->known)
        column->unknown = (struct text){NULL, 0};
}

static enum error_code add_column(struct looking *looking, const struct fleet_environment *environment,
                                  const struct fleet_instance *const *instances, uint32_t count,
                                  const struct fleet_variant *variant)
{
    struct spread *spread = looking->spread;
    uint32_t place = spread->column_count++;
    struct spread_column *column = &spread->columns[place];
    struct text *names = arena_array(looking->arena, count, sizeof *names);

    if (names == NULL)
        return no_memory(looking);
    *column = (struct spread_column){.environment = environment->name, .instances = names, .instance_count = count};
    for (uint32_t i = 0; i < count; i++)
        names[i] = instances[i]->target.name.instance;
    set_known(column, instances, count);
    if (variant == NULL)
        return ERROR_NONE;
    column->has_snapshot = true;
    column->majority = variant->majority;
    column->root = variant->root;
    looking->majors[place] = variant->majors;
    looking->on_path[place] = environment->on_path;
    for (uint32_t i = 0; i < count; i++)
        if (hash_equal(&instances[i]->target.root, &variant->root))
            looking->gaps[place] = instances[i]->target.gaps;
    return ERROR_NONE;
}

/* The instances of which there is no snapshot yet. */
static enum error_code add_empty_column(struct looking *looking, const struct fleet_environment *environment)
{
    const struct fleet_instance **empty = arena_array(looking->arena, environment->instance_count, sizeof(*empty));
    uint32_t count = 0;

    if (empty == NULL)
        return no_memory(looking);
    for (uint32_t i = 0; i < environment->instance_count; i++)
        if (environment->instances[i].target.snapshot == 0)
            empty[count++] = &environment->instances[i];
    return count == 0 ? ERROR_NONE : add_column(looking, environment, empty, count, NULL);
}

static enum error_code add_environment(struct looking *looking, const struct fleet_environment *environment)
{
    for (uint32_t i = 0; i < environment->variant_count; i++) {
        const struct fleet_variant *variant = &environment->variants[i];

        if (add_column(looking, environment, variant->instances, variant->count, variant) != ERROR_NONE)
            return looking->error->code;
    }
    return add_empty_column(looking, environment);
}

static enum error_code add_columns(struct looking *looking, const struct fleet_database *found)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < found->environment_count; i++)
        count += found->environments[i].variant_count + 1;
    looking->spread->columns = arena_array(looking->arena, count, sizeof *looking->spread->columns);
    looking->majors = arena_array(looking->arena, count, sizeof *looking->majors);
    looking->on_path = arena_array(looking->arena, count, sizeof *looking->on_path);
    looking->gaps = arena_array(looking->arena, count, sizeof *looking->gaps);
    looking->comparisons = arena_array(looking->arena, count, sizeof *looking->comparisons);
    if (looking->spread->columns == NULL || looking->majors == NULL || looking->on_path == NULL ||
        looking->gaps == NULL || looking->comparisons == NULL)
        return no_memory(looking);
    for (uint32_t i = 0; i < found->environment_count; i++)
        if (add_environment(looking, &found->environments[i]) != ERROR_NONE)
            return looking->error->code;
    return ERROR_NONE;
}

/* Whether all are better held against one column than against another that stands before it. What it could not read
 * nobody would be seen to differ in, so the fewest gaps come first; then the most instances; then the last environment
 * of the path, so that levels are those of promotions. */
static bool is_better(const struct looking *looking, uint32_t column, uint32_t before)
{
    uint32_t count = looking->spread->columns[column].instance_count;

    if (looking->gaps[column] != looking->gaps[before])
        return looking->gaps[column] < looking->gaps[before];
    if (count != looking->spread->columns[before].instance_count)
        return count > looking->spread->columns[before].instance_count;
    return looking->on_path[column];
}

/* The column that all are held against. False: there is no snapshot. */
static bool choose_reference(const struct looking *looking, uint32_t *ret_reference)
{
    bool any = false;

    for (uint32_t i = 0; i < looking->spread->column_count; i++) {
        if (!looking->spread->columns[i].has_snapshot)
            continue;
        if (!any || is_better(looking, i, *ret_reference))
            *ret_reference = i;
        any = true;
    }
    return any;
}

/* ---- comparing ---- */

static enum error_code copy_text(struct looking *looking, struct text *text)
{
    const char *copy = arena_string(looking->arena, *text);

    if (copy == NULL)
        return no_memory(looking);
    text->bytes = copy;
    return ERROR_NONE;
}

static enum error_code copy_uncovered(struct looking *looking, const struct uncovered *uncovered,
                                      struct spread_comparison *comparison)
{
    struct uncovered *place = &comparison->uncovered[comparison->uncovered_count++];

    *place = *uncovered;
    return copy_text(looking, &place->object) != ERROR_NONE ? looking->error->code : copy_text(looking, &place->reason);
}

/* What was not compared, for whatever reason, is not known to be alike: what was not read, what one side does not
 * declare, what two engines cannot compare. */
static enum error_code keep_uncovered(struct looking *looking, const struct diff *diff, struct snapshot *const sides[2],
                                      struct spread_comparison *comparison)
{
    const size_t most =
        (size_t)diff->uncovered_count + sides[0]->gap_count + sides[1]->gap_count + diff->not_compared_count;

    comparison->uncovered = arena_array(looking->arena, most, sizeof *comparison->uncovered);
    if (comparison->uncovered == NULL)
        return no_memory(looking);
    for (uint32_t i = 0; i < diff->uncovered_count; i++)
        if (copy_uncovered(looking, &diff->uncovered[i], comparison) != ERROR_NONE)
            return looking->error->code;
    for (unsigned side = 0; side < 2; side++)
        for (uint32_t i = 0; i < sides[side]->gap_count; i++) {
            const struct coverage_gap *gap = &sides[side]->gaps[i];
            const struct uncovered undeclared = {gap->kind, gap->object, (enum side)side, gap->reason};

            if (gap_is_undeclared(gap) && copy_uncovered(looking, &undeclared, comparison) != ERROR_NONE)
                return looking->error->code;
        }
    for (uint32_t i = 0; i < diff->not_compared_count; i++)
        if (diff->not_compared[i].what == NULL)
            comparison->uncovered[comparison->uncovered_count++] =
                (struct uncovered){.kind = diff->not_compared[i].kind, .object = {"", 0}, .side = SIDE_BOTH};
    return ERROR_NONE;
}

/* Keep of a comparison what rows are made of: the snapshots that it points into go away. */
static enum error_code keep(struct looking *looking, const struct diff *diff, enum side side,
                            struct snapshot *const sides[2], struct spread_comparison *comparison)
{
    struct change *changes = arena_array(looking->arena, diff->change_count, sizeof *changes);

    if (changes == NULL)
        return no_memory(looking);
    for (uint32_t i = 0; i < diff->change_count; i++) {
        changes[i] = diff->changes[i];
        if (copy_text(looking, &changes[i].object) != ERROR_NONE || copy_text(looking, &changes[i].owner) != ERROR_NONE)
            return looking->error->code;
    }
    *comparison = (struct spread_comparison){true, side, changes, diff->change_count, NULL, 0};
    return keep_uncovered(looking, diff, sides, comparison);
}

/* What is known of a column is not all of it: say why, unless there is a reason already. */
static enum error_code doubt(struct looking *looking, struct spread_column *column, const char *why)
{
    if (why == NULL)
        return no_memory(looking);
    if (column->known)
        column->unknown = text_from(why);
    column->known = false;
    return ERROR_NONE;
}

static enum error_code doubt_coverage(struct looking *looking, struct spread_column *column,
                                      const struct uncovered *uncovered)
{
    return doubt(looking, column,
                 arena_printf(looking->arena, "%s%s%.*s not covered: %.*s", kind_name(uncovered->kind),
                              uncovered->object.length > 0 ? " " : "", TEXT_ARGS(uncovered->object),
                              TEXT_ARGS(uncovered->reason)));
}

/* A comparison goes by the versions of the servers, which nodes do not know. */
static enum error_code set_version(struct looking *looking, struct snapshot *snapshot, uint32_t major)
{
    const char *version = arena_printf(looking->arena, "%u", major);

    if (version == NULL)
        return no_memory(looking);
    if (major != 0)
        snapshot->info.server_version = text_from(version);
    return ERROR_NONE;
}

/* Two columns in the direction of a promotion: what would change first. */
struct direction {
    uint32_t columns[2];
    enum side side; /* which of them is the one that is held against the other */
};

static struct direction direction_of(const struct looking *looking, uint32_t reference, uint32_t place)
{
    bool is_downstream = place > reference && looking->on_path[place] && looking->on_path[reference];

    return is_downstream ? (struct direction){{place, reference}, SIDE_FROM}
                         : (struct direction){{reference, place}, SIDE_TO};
}

static enum error_code compare_loaded(struct looking *looking, const struct direction *direction, uint32_t place,
                                      struct snapshot *sides[2])
{
    struct spread_column *column = &looking->spread->columns[place];
    const struct spread_column *changed = &looking->spread->columns[direction->columns[SIDE_FROM]];
    struct diff_options options;
    uint32_t majors[2];
    struct diff diff;

    variants_majors(looking->majors[direction->columns[0]], looking->majors[direction->columns[1]], majors);
    if (set_version(looking, sides[0], majors[0]) != ERROR_NONE ||
        set_version(looking, sides[1], majors[1]) != ERROR_NONE ||
        policy_options(looking->policy, looking->name, changed->environment, looking->arena, &options,
                       looking->error) != ERROR_NONE)
        return looking->error->code;
    options.states = true;
    if (diff_snapshots(&diff, sides[0], sides[1], &options, looking->arena, looking->error) != ERROR_NONE)
        return looking->error->code;
    if (diff.unknown_reason.length > 0)
        return doubt(looking, column, arena_string(looking->arena, diff.unknown_reason));
    if (diff.uncovered_count > 0 && doubt_coverage(looking, column, &diff.uncovered[0]) != ERROR_NONE)
        return looking->error->code;
    return keep(looking, &diff, direction->side, sides, &looking->comparisons[place]);
}

/* A column that cannot be compared must not take the view of all others: that is an answer, too. */
static enum error_code compare_column(struct looking *looking, uint32_t reference, uint32_t place)
{
    const struct node_source nodes = nodes_source(looking->database);
    const struct direction direction = direction_of(looking, reference, place);
    const struct spread_column *columns = looking->spread->columns;
    struct snapshot *sides[2] = {NULL, NULL};
    enum error_code code;

    code = snapshot_load_changed(&sides[0], &sides[1], &columns[direction.columns[0]].root,
                                 &columns[direction.columns[1]].root, &nodes,
                                 policy_content(looking->policy)->fleet.memory_limit, looking->error);
    if (code == ERROR_NONE)
        code = compare_loaded(looking, &direction, place, sides);
    else if (code == ERROR_CORRUPT || code == ERROR_UNSUPPORTED || code == ERROR_LIMIT)
        code = doubt(looking, &looking->spread->columns[place],
                     arena_string(looking->arena, text_from(looking->error->message)));
    snapshot_free(sides[0]);
    snapshot_free(sides[1]);
    return code;
}

/* Find the column that all are held against: the best one that can be read. ERROR_NOT_FOUND: there is no snapshot. */
static enum error_code find_reference(struct looking *looking, uint32_t *ret_reference)
{
    uint32_t tried = 0;

    if (!choose_reference(looking, ret_reference)) {
        error_set(looking->error, ERROR_NOT_FOUND, "there is no snapshot of '%.*s' yet", TEXT_ARGS(looking->name));
        return error_hint(looking->error, "`driftline targets list` says how its agents are");
    }
    for (; tried < looking->spread->column_count; tried++) {
        (void)choose_reference(looking, ret_reference);
        if (compare_column(looking, *ret_reference, *ret_reference) != ERROR_NONE)
            return looking->error->code;
        if (looking->comparisons[*ret_reference].compared)
            return ERROR_NONE;
        looking->gaps[*ret_reference] = UINT32_MAX; /* worse than any */
    }
    return ERROR_NONE;
}

static enum error_code compare_columns(struct looking *looking)
{
    uint32_t reference = 0;

    if (find_reference(looking, &reference) != ERROR_NONE)
        return looking->error->code;
    for (uint32_t i = 0; i < looking->spread->column_count; i++)
        if (i != reference && looking->spread->columns[i].has_snapshot &&
            compare_column(looking, reference, i) != ERROR_NONE)
            return looking->error->code;
    return spread_rows_make(looking->spread, looking->comparisons, looking->arena, looking->error);
}

/* ---- the answer ---- */

/* A difference is one whatever else is not known. */
static enum error_code judge(struct looking *looking)
{
    struct spread *spread = looking->spread;

    spread->verdict = spread->row_count > 0 ? VERDICT_DRIFTED : VERDICT_IN_SYNC;
    for (uint32_t i = 0; i < spread->column_count && spread->verdict == VERDICT_IN_SYNC; i++) {
        const struct spread_column *column = &spread->columns[i];
        const char *why;

        if (column->known)
            continue;
        why = arena_printf(looking->arena, "%.*s: %.*s", TEXT_ARGS(column->environment), TEXT_ARGS(column->unknown));
        if (why == NULL)
            return no_memory(looking);
        spread->verdict = VERDICT_UNKNOWN;
        spread->unknown = text_from(why);
    }
    return ERROR_NONE;
}

enum error_code spread_find(struct spread *ret_spread, struct database *database, const struct policy *policy,
                            struct text name, struct arena *arena, struct error *error)
{
    struct spread spread = {0};
    struct looking looking = {
        .spread = &spread, .database = database, .policy = policy, .name = name, .arena = arena, .error = error};
    struct fleet fleet;

    if (fleet_look(&fleet, database, &policy_content(policy)->fleet, policy_cache(policy), name, arena, error) !=
        ERROR_NONE)
        return error->code;
    if (fleet.database_count == 0)
        return target_names_unknown(database, &(struct target_filter){.database = name}, arena, error);
    if (add_columns(&looking, &fleet.databases[0]) != ERROR_NONE || compare_columns(&looking) != ERROR_NONE ||
        judge(&looking) != ERROR_NONE)
        return error->code;
    *ret_spread = spread;
    return ERROR_NONE;
}
