/* Random histories of a small fleet: what is kept step by step is what a comparison from nothing says, whatever came
 * before. The seed of a history that fails is printed; DRIFTLINE_SEED=N repeats it alone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/correlate/fresh.h"
#include "collector/correlate/rebuilt.h"
#include "common/drift/history_sample.h"
#include "common/schema/sample.h"
#include "correlate/settling.h"
#include "drift/rendering.h"
#include "store/drifts.h"
#include "support/cmocka.h"

enum { HISTORIES = 12, STEPS = 60, PLACES = 8, SCRATCH_EVERY = 9, SECOND = 1000 * 1000 };

/* A target, and the database behind it as it really is. */
struct place {
    const char *environment;
    const char *instance;
    int64_t target; /* 0: never seen, or forgotten */
    struct world world;
    struct world earlier;
    struct snapshot *seen; /* by its agent, last */
    enum kind gap;         /* what its role may not read */
    unsigned major;
};

static const struct {
    const char *environment, *instance;
} place_names[PLACES] = {{"dev", "default"},     {"test", "a"},  {"test", "b"},  {"test", "c"},
                         {"staging", "default"}, {"prod", "eu"}, {"prod", "us"}, {"prod", "ap"}};

static const char *const ignored[] = {
    NULL, NULL, "column:*", "view:*", "table:*n1*", "owner:*", "comment:*.n2*", "function:*", ".type:*"};

struct fleet_story {
    struct history history;
    struct correlated correlated;
    struct place places[PLACES];
    struct sample_random random;
    uint64_t seed;
    bool is_calm; /* one instance an environment, and nothing that makes all of it be looked at */
    unsigned step;
    char doing[160];
};

static uint32_t below(struct fleet_story *story, uint32_t bound)
{
    return sample_below(&story->random, bound);
}

static void copy_world(struct world *copy, const struct world *world)
{
    struct sample_random random = copy->random;

    *copy = *world;
    copy->random = random;
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        if (world->things[i].parts != NULL)
            copy->things[i].parts = copy->parts[i];
}

/* ---- what an agent sees ---- */

static const struct thing *find_thing(const struct world *world, uint64_t id)
{
    for (unsigned i = 0; i < WORLD_THINGS; i++)
        if (world->things[i].id == id)
            return &world->things[i];
    return NULL;
}

static const struct thing *find_part(const struct thing *object, uint64_t id)
{
    for (unsigned i = 0; i < WORLD_PARTS; i++)
        if (object->parts[i].id == id)
            return &object->parts[i];
    return NULL;
}

static struct attribute *with_attribute(struct arena *arena, const struct attribute *attributes, uint32_t *count,
                                        struct text name, const char *value)
{
    struct attribute *more = arena_array(arena, *count + 1, sizeof *more);
    struct text *item = arena_alloc(arena, sizeof *item);

    assert_true(more != NULL && item != NULL && value != NULL);
    for (uint32_t i = 0; i < *count; i++)
        more[i] = attributes[i];
    *item = text_from(value);
    more[(*count)++] = (struct attribute){.name = name, .items = item, .count = 1};
    return more;
}

/* Owners, which are of another aspect, and types and defaults of columns; a default is spelled as the server's version
 * spells it. */
static void enrich(struct arena *arena, const struct place *place, struct object *object)
{
    const struct thing *thing = find_thing(&place->world, object->id);

    assert_non_null(thing);
    object->attributes = with_attribute(arena, object->attributes, &object->attribute_count, TEXT("owner"),
                                        arena_printf(arena, "o%u", thing->version / 2 % 3));
    for (uint32_t i = 0; i < object->part_count; i++) {
        struct part *part = &object->parts[i];

        unsigned version = find_part(thing, part->id)->version;

        part->attributes = with_attribute(arena, part->attributes, &part->attribute_count, TEXT("type"),
                                          arena_printf(arena, "t%u", version / 2));
        part->attributes =
            with_attribute(arena, part->attributes, &part->attribute_count, TEXT("default"),
                           arena_printf(arena, place->major == 15 ? "(%u)" : "%u", version % 2 + version / 3));
    }
}

/* The world with its numbers, but for what cannot be read. */
static struct snapshot *look(struct place *place)
{
    struct snapshot *whole = world_snapshot(&place->world, TEXT("a database")), *seen;
    struct coverage_gap gap = {.kind = place->gap, .reason = TEXT("denied")};
    struct snapshot_input input = {.info = whole->info, .gaps = &gap, .gap_count = place->gap != KIND_NONE};
    CLEANUP(arena_free) struct arena arena = {0};
    struct error error = {0};

    arena_init(&arena, HISTORY_MEMORY);
    input.objects = arena_array(&arena, WORLD_THINGS, sizeof *input.objects);
    assert_non_null(input.objects);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < whole->tries[aspect].count; i++) {
            const struct trie_entry *entry = &whole->tries[aspect].entries[i];
            struct object *object = &input.objects[input.object_count];

            if (entry->kind == place->gap || snapshot_home(whole, entry->kind) != &whole->tries[aspect])
                continue;
            history_expect(snapshot_object(whole, entry, &arena, object, &error), &error);
            enrich(&arena, place, object);
            input.object_count++;
        }
    input.info.engine = TEXT("postgresql");
    input.info.server_version = place->major == 15 ? TEXT("15.20") : TEXT("16.3");
    seen = sample_build(&input);
    snapshot_free(whole);
    return seen;
}

static void record(struct fleet_story *story, struct place *place)
{
    struct snapshot *seen = look(place);

    if (place->target == 0) {
        place->target = history_target(&story->history, "orders", place->environment, place->instance);
        snapshot_free(place->seen);
        place->seen = NULL;
    }
    record_seen(&story->history, place->target, place->seen, seen);
    snapshot_free(place->seen);
    place->seen = seen;
}

/* ---- what happens ---- */

static void change_columns(struct fleet_story *story, struct world *world)
{
    struct thing *object = &world->things[below(story, WORLD_THINGS)];
    struct thing *part = object->parts == NULL ? NULL : &object->parts[below(story, WORLD_PARTS)];

    if (object->id != 0 && part != NULL && part->id != 0)
        part->version = below(story, 8);
    if (object->id != 0 && below(story, 4) == 0)
        object->version++;
}

/* Nothing comes or goes. */
static void change_a_little(struct fleet_story *story, struct place *place)
{
    copy_world(&place->earlier, &place->world);
    for (uint32_t i = 2 + below(story, 6); i > 0; i--)
        change_columns(story, &place->world);
    record(story, place);
}

static bool same_schemas(const struct world *a, const struct world *b)
{
    for (unsigned i = 0; i < WORLD_SCHEMAS; i++)
        if (a->things[i].id != b->things[i].id || (a->things[i].id != 0 && a->things[i].name != b->things[i].name))
            return false;
    return true;
}

static void change(struct fleet_story *story, struct place *place)
{
    copy_world(&place->earlier, &place->world);
    do {
        copy_world(&place->world, &place->earlier);
        world_change(&place->world);
    } while (story->is_calm && !same_schemas(&place->world, &place->earlier));
    for (uint32_t i = below(story, 4); i > 0; i--)
        change_columns(story, &place->world);
    record(story, place);
}

static struct place *choose_place(struct fleet_story *story)
{
    static const unsigned single[] = {0, 1, 4, 5};

    return &story->places[story->is_calm ? single[below(story, LENGTH_OF(single))] : below(story, PLACES)];
}

static void take_over(struct fleet_story *story, struct place *place)
{
    const struct place *other = choose_place(story);

    copy_world(&place->earlier, &place->world);
    copy_world(&place->world, &other->world);
    record(story, place);
}

static void revert(struct fleet_story *story, struct place *place)
{
    struct world now = {0};

    copy_world(&now, &place->world);
    copy_world(&place->world, &place->earlier);
    copy_world(&place->earlier, &now);
    record(story, place);
}

static void change_coverage(struct fleet_story *story, struct place *place)
{
    static const enum kind kinds[] = {KIND_NONE, KIND_TABLE, KIND_VIEW, KIND_FUNCTION};

    place->gap = place->gap != KIND_NONE ? KIND_NONE : kinds[below(story, LENGTH_OF(kinds))];
    record(story, place);
}

static void upgrade(struct fleet_story *story, struct place *place)
{
    place->major = place->major == 15 ? 16 : 15;
    record(story, place);
}

static void forget(struct fleet_story *story, struct place *place)
{
    char name[64];

    if (place->target == 0)
        return;
    snprintf(name, sizeof name, "orders@%s/%s", place->environment, place->instance);
    correlated_forget(&story->correlated, name);
    place->target = 0;
}

static void change_policy(struct fleet_story *story, struct place *place)
{
    static const char *const paths[] = {"dev test staging prod", "dev test staging prod", "dev staging prod",
                                        "test prod staging"};

    (void)place;
    correlated_policy(&story->correlated, paths[below(story, LENGTH_OF(paths))],
                      ignored[below(story, LENGTH_OF(ignored))], NULL);
    if (below(story, 2) == 0) /* else a snapshot may come first */
        correlated_catch_up(&story->correlated);
}

/* Somebody acknowledges a drift, or waives it, or all that is like it. */
static void settle(struct fleet_story *story, struct place *place)
{
    struct history *history = &story->history;
    const struct drift_filter filter = {.states = 1 << DRIFT_OPEN, .limit = 1 + below(story, 20)};
    const struct settling settling = {story->correlated.policy, TEXT("eve"), history->now, &history->arena};
    struct waiver_wish wish = {.reason = TEXT("why not"), .expires_at = history->now + 20 * SECOND, .drift_count = 1};
    struct waiver_row waiver;
    struct drift_row *drifts = NULL;
    struct error error = {0};
    size_t count = 0, failed;

    (void)place;
    history_begin(history);
    history_expect(drifts_list(history->database, &filter, &history->arena, &drifts, &count, &error), &error);
    if (count > 0 && below(story, 2) == 0) {
        history_expect(
            settling_acknowledge(history->database, &settling, drifts[count - 1].id, (struct text){NULL, 0}, &error),
            &error);
    } else if (count > 0) {
        wish.drifts = &drifts[count - 1].id;
        if (below(story, 2) == 0)
            wish = (struct waiver_wish){.reason = wish.reason,
                                        .expires_at = wish.expires_at,
                                        .database = TEXT("orders"),
                                        .pattern = TEXT("*:*n3*"),
                                        .future = true};
        if (settling_waive(history->database, &settling, &wish, 1, &waiver, &failed, &error) != ERROR_NONE)
            assert_int_equal(error.code, ERROR_CONFLICT); /* what it covers is waived already */
    }
    history_commit(history);
}

static void pass_time(struct fleet_story *story, struct place *place)
{
    bool any = false;
    struct error error = {0};

    (void)place;
    story->history.now += ((int64_t)below(story, 60) - 25) * SECOND;
    history_begin(&story->history);
    history_expect(correlator_expire(story->correlated.correlator, story->history.now, &any, &error), &error);
    history_commit(&story->history);
}

/* Each with its weight, in a wild history and in a calm one. */
static const struct {
    const char *name;
    void (*play)(struct fleet_story *story, struct place *place);
    unsigned weights[2];
} deeds[] = {{"change", change, {34, 30}},
             {"change a little", change_a_little, {10, 60}},
             {"take over", take_over, {26, 28}},
             {"revert", revert, {8, 8}},
             {"coverage", change_coverage, {8, 0}},
             {"upgrade", upgrade, {7, 0}},
             {"forget", forget, {3, 1}},
             {"policy", change_policy, {6, 1}},
             {"settle", settle, {8, 6}},
             {"time", pass_time, {6, 6}}};

static void play_one(struct fleet_story *story)
{
    struct place *place = choose_place(story);
    unsigned total = 0, which = 0;
    uint32_t drawn;

    for (size_t i = 0; i < LENGTH_OF(deeds); i++)
        total += deeds[i].weights[story->is_calm];
    for (drawn = below(story, total); drawn >= deeds[which].weights[story->is_calm]; which++)
        drawn -= deeds[which].weights[story->is_calm];
    snprintf(story->doing, sizeof story->doing, "%s of %s/%s", deeds[which].name, place->environment, place->instance);
    deeds[which].play(story, place);
}

/* ---- what must hold ---- */

static void fail_story(const struct fleet_story *story, const char *what, const char *is, const char *should)
{
    fail_msg("seed %" PRIu64 ", step %u (%s): %s\nkept:\n%s\nfresh:\n%s", story->seed, story->step, story->doing, what,
             is, should);
}

static const char *pair_name(struct fleet_story *story, const struct pair_row *pair)
{
    const char *name = arena_printf(&story->history.arena, "%.*s→%.*s/%.*s", TEXT_ARGS(pair->from), TEXT_ARGS(pair->to),
                                    TEXT_ARGS(pair->instance));

    assert_non_null(name);
    return name;
}

/* The sides of a pair are how its environments stand now, if they stand anyhow. */
static void check_sides(struct fleet_story *story, const struct pair_row *pair)
{
    const struct text environments[2] = {pair->from, pair->to};
    struct variants variants[2];
    uint32_t majors[2];

    for (int side = 0; side < (pair->instance.length > 0 ? 1 : 2); side++) {
        variants[side] = fresh_variants(&story->correlated, "orders", environments[side]);
        if (!variants[side].has_majority)
            return;
        if (!hash_equal(&variants[side].roots[variants[side].variants[0].root].root, &pair->sides[side].root))
            fail_story(story, pair_name(story, pair), "another root than the majority's", "");
    }
    if (pair->instance.length > 0)
        return;
    variants_majors(variants[0].variants[0].majors, variants[1].variants[0].majors, majors);
    if (majors[0] != pair->sides[0].major || majors[1] != pair->sides[1].major)
        fail_story(story, pair_name(story, pair), "other versions than both have", "");
}

/* ---- which pairs there are ---- */

static const struct pair_row *find_pair(const struct pair_row *pairs, size_t count, struct text from, struct text to,
                                        struct text instance)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(pairs[i].from, from) && text_equal(pairs[i].to, to) && text_equal(pairs[i].instance, instance))
            return &pairs[i];
    return NULL;
}

static bool is_majority(const struct variants *variants, const struct hash *root)
{
    for (uint32_t i = 0; i < variants->root_count; i++)
        if (hash_equal(&variants->roots[i].root, root))
            return variants->roots[i].variant == 0;
    return false;
}

/* One that is as the majority has a pair only as long as something of it cannot be seen. */
static void check_instances(struct fleet_story *story, const struct pair_row *pairs, size_t count)
{
    const struct target_filter filter = {.database = TEXT("orders")};
    struct target_row *targets = NULL;
    struct error error = {0};
    size_t target_count = 0;

    history_expect(
        targets_list(story->history.database, &filter, &story->history.arena, &targets, &target_count, &error), &error);
    for (size_t i = 0; i < target_count; i++) {
        struct text environment = targets[i].name.environment;
        struct variants variants = fresh_variants(&story->correlated, "orders", environment);
        const struct pair_row *pair = find_pair(pairs, count, environment, environment, targets[i].name.instance);

        if (!variants.has_majority || targets[i].snapshot == 0)
            continue;
        if (!is_majority(&variants, &targets[i].root) && pair == NULL)
            fail_story(story, "an outlier without a pair", story->doing, "");
        if (is_majority(&variants, &targets[i].root) && pair != NULL &&
            history_ask(&story->history, "SELECT count(*) FROM drift WHERE hidden AND ending = 0") == 0)
            fail_story(story, pair_name(story, pair), "a pair of one that is no outlier", "");
    }
}

/* Neighbours that have a majority are a pair; others are none. */
static void check_neighbours(struct fleet_story *story, const struct pair_row *pairs, size_t count)
{
    const struct fleet_path path = policy_path(story->correlated.policy, TEXT("orders"));
    struct text last = {NULL, 0};
    struct variants before = {0};
    size_t found = 0, of_environments = 0;

    for (size_t i = 0; i < path.count; i++) {
        struct variants variants = fresh_variants(&story->correlated, "orders", path.path[i]);

        if (variants.root_count == 0)
            continue;
        if (last.length > 0 && find_pair(pairs, count, last, path.path[i], (struct text){NULL, 0}) != NULL)
            found++;
        else if (last.length > 0 && before.has_majority && variants.has_majority)
            fail_story(story, "neighbours that are no pair", story->doing, "");
        last = path.path[i];
        before = variants;
    }
    for (size_t i = 0; i < count; i++)
        of_environments += pairs[i].instance.length == 0;
    if (found != of_environments)
        fail_story(story, "a pair of environments that are no neighbours", story->doing, "");
}

static void check_causes(struct fleet_story *story, const struct pair_row *pair)
{
    struct history *history = &story->history;
    struct drift_row *drifts = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(
        drifts_living(history->database, pair->id, (struct text){NULL, 0}, &history->arena, &drifts, &count, &error),
        &error);
    for (size_t i = 0; i < count; i++) {
        bool is_outlier = pair->instance.length > 0;

        if ((drifts[i].cause == DRIFT_OUTLIER) != is_outlier ||
            (!is_outlier && (drifts[i].cause == DRIFT_BASELINE) == drifts[i].base_known))
            fail_story(story, pair_name(story, pair), "a cause that cannot be", drift_cause_name(drifts[i].cause));
    }
}

/* Under a policy that is not worked out yet nothing is promised. */
static bool is_current(const struct fleet_story *story, const struct pair_row *pair)
{
    return hash_equal(&pair->policy, policy_fingerprint(story->correlated.policy));
}

static void check_pair(struct fleet_story *story, const struct pair_row *pair)
{
    const char *kept, *fresh;

    if (!is_current(story, pair))
        return;
    check_sides(story, pair);
    check_causes(story, pair);
    kept = fresh_stored_lines(&story->correlated, pair);
    fresh = fresh_lines(&story->correlated, pair);
    if (strcmp(kept, fresh) != 0)
        fail_story(story, pair_name(story, pair), kept, fresh);
}

static void check_pairs(struct fleet_story *story)
{
    struct pair_row *pairs = NULL;
    size_t count = fresh_pairs(&story->correlated, "orders", &pairs);

    for (size_t i = 0; i < count; i++)
        check_pair(story, &pairs[i]);
    if (correlator_is_behind(story->correlated.correlator))
        return;
    check_neighbours(story, pairs, count);
    check_instances(story, pairs, count);
}

static const char *all_lines(struct fleet_story *story)
{
    CLEANUP(buffer_clear) struct buffer all = {0};
    struct pair_row *pairs = NULL;
    size_t count = fresh_pairs(&story->correlated, "orders", &pairs);
    char *copy;

    for (size_t i = 0; i < count; i++)
        buffer_printf(&all, "%s:\n%s", pair_name(story, &pairs[i]), fresh_stored_lines(&story->correlated, &pairs[i]));
    copy = arena_string(&story->history.arena, buffer_text(&all));
    assert_non_null(copy);
    return copy;
}

/* Everything worked out anew is what was there. */
static void check_from_scratch(struct fleet_story *story)
{
    const char *before, *after;
    struct error error = {0};

    correlated_catch_up(&story->correlated);
    before = all_lines(story);
    history_begin(&story->history);
    history_expect(pairs_outdate(story->history.database, (struct text){NULL, 0}, &error), &error);
    history_commit(&story->history);
    correlator_forget(story->correlated.correlator);
    correlated_catch_up(&story->correlated);
    after = all_lines(story);
    if (strcmp(before, after) != 0)
        fail_story(story, "from scratch it is not the same", before, after);
}

static void check_roots(struct fleet_story *story)
{
    for (size_t i = 0; i < PLACES; i++) {
        struct place *place = &story->places[i];
        struct hash root;

        if (place->target == 0)
            continue;
        root = rebuilt_root(&story->history, place->target);
        if (!hash_equal(&root, &place->seen->root))
            fail_story(story, "the changes do not lead to the newest root", place->environment, place->instance);
    }
}

/* ---- the histories ---- */

static void begin(struct fleet_story *story, uint64_t seed)
{
    *story = (struct fleet_story){.seed = seed, .random = {seed * 7919 + 17}, .is_calm = seed % 2 == 0};
    history_open(&story->history);
    history_run(&story->history, "PRAGMA synchronous = OFF");
    correlated_begin(&story->correlated, &story->history);
    correlated_policy(&story->correlated, "dev test staging prod", NULL, NULL);
    for (size_t i = 0; i < PLACES; i++) {
        struct place *place = &story->places[i];

        place->environment = place_names[i].environment;
        place->instance = place_names[i].instance;
        place->major = 15;
        world_begin(&place->world, seed);
        place->world.random.state = seed * 104729 + i;
        copy_world(&place->earlier, &place->world);
    }
}

static void end(struct fleet_story *story)
{
    for (size_t i = 0; i < PLACES; i++)
        snapshot_free(story->places[i].seen);
    correlated_end(&story->correlated);
    history_close(&story->history);
}

static void tell(uint64_t seed)
{
    static struct fleet_story story;

    begin(&story, seed);
    for (story.step = 0; story.step < STEPS; story.step++) {
        play_one(&story);
        check_pairs(&story);
        if (story.step % SCRATCH_EVERY == SCRATCH_EVERY - 1)
            check_from_scratch(&story);
        arena_free(&story.history.arena);
    }
    check_roots(&story);
    end(&story);
}

static void test_incremental_equals_fresh(void **state)
{
    const char *chosen = getenv("DRIFTLINE_SEED");

    (void)state;
    if (chosen != NULL) {
        tell(strtoull(chosen, NULL, 10));
        return;
    }
    for (uint64_t seed = 1; seed <= HISTORIES; seed++)
        tell(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incremental_equals_fresh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
