#include "collector/track/fleet_story.h"

#include <stdio.h>

#include "common/schema/sample.h"
#include "store/drifts.h"
#include "support/cmocka.h"
#include "track/settling.h"

enum { SECOND = 1000 * 1000 };

static const struct {
    const char *environment, *instance;
} place_names[PLACES] = {{"dev", "default"},     {"test", "a"},  {"test", "b"},  {"test", "c"},
                         {"staging", "default"}, {"prod", "eu"}, {"prod", "us"}, {"prod", "ap"}};

static const char *const ignored[] = {
    NULL, NULL, "column:*", "view:*", "table:*n1*", "owner:*", "comment:*.n2*", "function:*", ".type:*"};

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
    struct coverage_gap gap = {.kind = place->gap,
                               .reason = place->undeclared ? TEXT(GAP_NOT_DECLARED) : TEXT("denied")};
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
        story->first_sights++;
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
    place->undeclared = below(story, 2) == 1;
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

void fleet_story_play(struct fleet_story *story)
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

/* ---- the story ---- */

void fleet_story_begin(struct fleet_story *story, uint64_t seed)
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

void fleet_story_end(struct fleet_story *story)
{
    for (size_t i = 0; i < PLACES; i++)
        snapshot_free(story->places[i].seen);
    correlated_end(&story->correlated);
    history_close(&story->history);
}
