#include <stdio.h>
#include <string.h>

#include "collector/store/history.h"
#include "store/ddl_events.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { CHANGES_MAX = 8 };

/* A change in short: "added table shop.orders", "renamed column shop.orders.total < shop.orders.sum of shop.orders". */
struct sample_change {
    enum effect effect;
    enum kind kind;
    const char *object, *owner, *renamed_from; /* no owner: itself */
    enum severity severity;
};

static struct change change_of(const struct sample_change *sample)
{
    const char *owner = sample->owner == NULL ? sample->object : sample->owner;

    return (struct change){.effect = sample->effect,
                           .kind = sample->kind,
                           .object_kind = sample->owner == NULL ? sample->kind : KIND_TABLE,
                           .object = text_from(sample->object),
                           .owner = text_from(owner),
                           .renamed_from = text_from(sample->renamed_from),
                           .aspect = ASPECT_STRUCTURE,
                           .severity = sample->severity,
                           .rule = "a-rule"};
}

/* A new snapshot of the target with these changes, up to the first that has no object. */
static int64_t record(struct history *history, int64_t target, const struct sample_change *samples)
{
    static unsigned version;
    struct change changes[CHANGES_MAX];
    struct snapshot *snapshot;
    struct snapshot_row row;
    struct error error = {0};
    uint32_t count = 0;

    version++;
    snapshot = history_build(history, &version, 1);
    for (; count < CHANGES_MAX && samples[count].object != NULL; count++)
        changes[count] = change_of(&samples[count]);
    history_record(history, target, snapshot, &row);
    history_expect(snapshots_add_changes(history->database, &row, changes, NULL, count, NULL, &error), &error);
    snapshot_free(snapshot);
    return row.id;
}

static size_t list(struct history *history, const struct change_filter *filter, struct change_row **ret_changes)
{
    struct error error = {0};
    size_t count = 0;

    history_expect(changes_list(history->database, filter, &history->arena, ret_changes, &count, &error), &error);
    return count;
}

/* ---- one change ---- */

static void test_a_change_is_kept_with_what_it_says(void **state)
{
    static const struct text before[] = {TEXT_INIT("a \"quoted\" \xff")}, after[] = {TEXT_INIT("x"), TEXT_INIT("y")};
    static const struct attribute from = {TEXT_INIT("type"), before, 1, false},
                                  to = {TEXT_INIT("type"), after, 2, true};
    struct attribute_change attributes[] = {{TEXT("type"), &from, &to}, {TEXT("zone"), NULL, &from}};
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "eu-1");
    const struct sample_change sample = {EFFECT_MODIFIED, KIND_COLUMN, "shop.orders.total",
                                         "shop.orders",   NULL,        SEVERITY_HIGH};
    struct change change = change_of(&sample);
    struct change_row *changes = NULL;
    struct snapshot_row first, second;
    struct error error = {0};
    unsigned version = 1;
    struct snapshot *snapshot = history_build(history, &version, 1);

    change.attributes = attributes;
    change.attribute_count = LENGTH_OF(attributes);
    history_record(history, target, snapshot, &first);
    snapshot_free(snapshot);
    version = 2;
    snapshot = history_build(history, &version, 1);
    history_record(history, target, snapshot, &second);
    snapshot_free(snapshot);
    history_expect(snapshots_add_changes(history->database, &first, &change, NULL, 1, NULL, &error), &error);
    history_expect(snapshots_add_changes(history->database, &second, &change, NULL, 1, NULL, &error), &error);

    assert_int_equal(list(history, &(struct change_filter){.limit = 10}, &changes), 2);
    assert_int_equal(changes[0].snapshot, second.id);
    assert_true(text_equal(changes[0].target.instance, TEXT("eu-1")));
    assert_true(changes[0].at == second.taken_at && changes[0].before == first.taken_at);
    assert_int_equal(changes[0].effect, EFFECT_MODIFIED);
    assert_int_equal(changes[0].kind, KIND_COLUMN);
    assert_int_equal(changes[0].object_kind, KIND_TABLE);
    assert_int_equal(changes[0].aspect, ASPECT_STRUCTURE);
    assert_int_equal(changes[0].severity, SEVERITY_HIGH);
    assert_true(text_equal(changes[0].rule, TEXT("a-rule")));
    assert_true(text_equal(changes[0].object, TEXT("shop.orders.total")));
    assert_true(text_equal(changes[0].owner, TEXT("shop.orders")));
    assert_null(changes[0].renamed_from.bytes);
    assert_string_equal(changes[0].attributes.bytes,
                        "[{\"name\":\"type\",\"from\":\"a \\\"quoted\\\" \\\\xff\",\"to\":[\"x\",\"y\"]},"
                        "{\"name\":\"zone\",\"from\":null,\"to\":\"a \\\"quoted\\\" \\\\xff\"}]");
    assert_true(changes[0].has_from);
    assert_true(hash_equal(&changes[0].from_root, &first.root));
    assert_true(hash_equal(&changes[0].to_root, &second.root));
    assert_false(changes[1].has_from);
    assert_int_equal(changes[1].before, 0);
}

static void test_a_change_says_who_made_it(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default"), ids[3];
    const struct sample_change sample = {EFFECT_ADDED, KIND_TABLE, "a", NULL, NULL, SEVERITY_LOW};
    const struct change changes[] = {change_of(&sample), change_of(&sample), change_of(&sample)};
    struct ddl_event_row event = {.target = target,
                                  .at = 7,
                                  .actor = TEXT("alice"),
                                  .role = TEXT("app_owner"),
                                  .application = TEXT("psql"),
                                  .client = TEXT("10.0.0.7"),
                                  .command = TEXT("CREATE TABLE"),
                                  .statement = TEXT("CREATE TABLE a")};
    struct attribution attributions[] = {{.evidence = EVIDENCE_INFERRED},
                                         {.evidence = EVIDENCE_CAPTURED, .actor = TEXT("alice")},
                                         {.evidence = EVIDENCE_UNATTRIBUTED}};
    struct change_row found[3] = {{0}};
    struct snapshot_row row;
    struct error error = {0};
    unsigned version = 1;
    struct snapshot *snapshot = history_build(history, &version, 1);

    history_record(history, target, snapshot, &row);
    snapshot_free(snapshot);
    event.snapshot = row.id;
    history_expect(ddl_events_add(history->database, &event, &attributions[1].ddl_event, &error), &error);
    history_expect(snapshots_add_changes(history->database, &row, changes, attributions, 3, ids, &error), &error);
    for (size_t i = 0; i < LENGTH_OF(found); i++) {
        history_expect(changes_get(history->database, ids[i], &history->arena, &found[i], &error), &error);
        assert_int_equal(found[i].id, ids[i]);
        assert_int_equal(found[i].evidence, attributions[i].evidence);
        assert_true(text_equal(found[i].actor, attributions[i].actor));
    }
    assert_true(text_equal(found[1].statement, event.statement) && text_equal(found[1].application, event.application));
    assert_true(text_equal(found[1].client, event.client) && text_equal(found[1].role, event.role) &&
                text_equal(found[1].command, event.command));
    assert_true(found[0].statement.length == 0 && found[2].client.length == 0);
    assert_int_equal(changes_get(history->database, 99, &history->arena, &found[0], &error), ERROR_NOT_FOUND);
    assert_string_equal(error.message, "there is no change #99");
    assert_string_equal(evidence_name(EVIDENCE_UNATTRIBUTED), "unattributed");
}

/* ---- filters ---- */

static void test_filters_and_pages(void **state)
{
    static const struct sample_change samples[] = {
        {EFFECT_ADDED, KIND_TABLE, "a", NULL, NULL, SEVERITY_LOW},
        {EFFECT_ADDED, KIND_TABLE, "b", NULL, NULL, SEVERITY_CRITICAL},
        {0},
    };
    struct history *history = *state;
    int64_t prod = history_target(history, "orders", "prod", "default"),
            dev = history_target(history, "orders", "dev", "default");
    int64_t first = history->now, second = INT64_C(1000000), chosen = 0, last = INT64_MAX;
    struct change_filter paged = {.limit = 7};
    struct change_row *changes = NULL;
    size_t count, all = 0;

    for (int i = 0; i < 10; i++) { /* twenty changes in prod, ten of them critical; the same in dev */
        record(history, prod, samples);
        chosen = record(history, dev, samples);
    }
    {
        const struct {
            const char *what;
            struct change_filter filter;
            size_t count;
        } cases[] = {
            {"all", {.limit = 100}, 40},
            {"none", {.limit = 0}, 0},
            {"of an environment", {.limit = 100, .target.environment = TEXT("dev")}, 20},
            {"of nothing", {.limit = 100, .target.environment = TEXT("x")}, 0},
            {"severe", {.limit = 100, .least_severity = SEVERITY_HIGH}, 20},
            {"since", {.limit = 100, .since = first + 2 * second}, 36},
            {"until", {.limit = 100, .until = first + 2 * second}, 6},
            {"between", {.limit = 100, .since = first + 2 * second, .until = first + 3 * second}, 4},
            {"an object", {.limit = 100, .object = TEXT("a")}, 20},
            {"an object where it is not severe",
             {.limit = 100, .object = TEXT("a"), .least_severity = SEVERITY_HIGH},
             0},
            {"an object in an environment",
             {.limit = 100, .object = TEXT("b"), .target.environment = TEXT("prod")},
             10},
            {"a snapshot", {.limit = 100, .snapshot = chosen}, 2},
            {"an object of a snapshot", {.limit = 100, .snapshot = chosen, .object = TEXT("b")}, 1},
            {"a snapshot elsewhere", {.limit = 100, .snapshot = chosen, .target.environment = TEXT("prod")}, 0},
            {"no snapshot", {.limit = 100, .snapshot = 999}, 0},
        };

        for (size_t i = 0; i < LENGTH_OF(cases); i++) {
            print_message("  %s\n", cases[i].what);
            assert_int_equal(list(history, &cases[i].filter, &changes), cases[i].count);
        }
    }
    do {
        count = list(history, &paged, &changes);
        for (size_t i = 0; i < count; i++) {
            assert_true(changes[i].id < last);
            last = changes[i].id;
        }
        all += count;
        paged.before = last;
    } while (count > 0);
    assert_int_equal(all, 40);
}

/* ---- names through time ---- */

/* A target's life, snapshot by snapshot. */
static const struct sample_change life[][CHANGES_MAX] = {
    /* 0 */ {{EFFECT_ADDED, KIND_TABLE, "shop.sum", NULL, NULL, 0},
             {EFFECT_ADDED, KIND_TABLE, "shop.other", NULL, NULL, 0}},
    /* 1 */
    {{EFFECT_ADDED, KIND_COLUMN, "shop.sum.total", "shop.sum", NULL, 0},
     {EFFECT_ADDED, KIND_COLUMN, "shop.other.total", "shop.other", NULL, 0}},
    /* 2 */ {{EFFECT_RENAMED, KIND_TABLE, "shop.orders", NULL, "shop.sum", 0}},
    /* 3: the old name is taken by another table */ {{EFFECT_ADDED, KIND_TABLE, "shop.sum", NULL, NULL, 0}},
    /* 4 */ {{EFFECT_MODIFIED, KIND_COLUMN, "shop.orders.total", "shop.orders", NULL, 0}},
    /* 5 */ {{EFFECT_RENAMED, KIND_COLUMN, "shop.orders.amount", "shop.orders", "shop.orders.total", 0}},
    /* 6 */ {{EFFECT_MODIFIED, KIND_TABLE, "shop.sum", NULL, NULL, 0}},
    /* 7: two things change places */
    {{EFFECT_RENAMED, KIND_TABLE, "shop.orders", NULL, "shop.other", 0},
     {EFFECT_RENAMED, KIND_TABLE, "shop.other", NULL, "shop.orders", 0}},
    /* 8 */ {{EFFECT_MODIFIED, KIND_COLUMN, "shop.other.amount", "shop.other", NULL, 0}},
    /* 9: with the schema, everything in it */
    {{EFFECT_RENAMED, KIND_SCHEMA, "store", NULL, "shop", 0},
     {EFFECT_RENAMED, KIND_TABLE, "store.sum", NULL, "shop.sum", 0}},
    /* 10 */ {{EFFECT_REMOVED, KIND_FUNCTION, "store.total(pg_catalog.int4)", NULL, NULL, 0}},
};

static void test_a_thing_is_followed_through_its_names(void **state)
{
    static const struct {
        const char *object;
        const char *snapshots; /* newest first, one letter a change: 'a' is snapshot 0 */
    } cases[] = {
        {"shop.absent", ""},
        /* orders: since 7 what was `other`; before 7 by that name; and by its own name, for whoever asks for it */
        {"shop.orders", "hhfecbbaa"},
        {"shop.other", "ihhfecbbaa"},
        {"shop.other.amount", "ifeb"},
        {"shop.orders.amount", "feb"},
        {"shop.sum", "jgdcba"},
        {"store.sum", "jgdcba"},
        {"store", "j"},
        {"shop.sum.total", "b"},
        {"store.sum.total", "b"},
        {"store.total(pg_catalog.int4)", "k"},
    };
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default"), ids[LENGTH_OF(life)];

    record(history, history_target(history, "orders", "dev", "default"), life[0]); /* another's life is not ours */
    for (size_t i = 0; i < LENGTH_OF(life); i++)
        ids[i] = record(history, target, life[i]);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct change_filter filter = {
            .target.environment = TEXT("prod"), .object = text_from(cases[i].object), .limit = 100};
        struct change_row *changes = NULL;
        size_t count = list(history, &filter, &changes);
        char found[40] = "";

        for (size_t k = 0; k < count && k + 1 < sizeof found; k++)
            for (size_t place = 0; place < LENGTH_OF(life); place++)
                if (ids[place] == changes[k].snapshot)
                    found[k] = (char)('a' + place);
        print_message("  %s: %s\n", cases[i].object, found);
        assert_string_equal(found, cases[i].snapshots);
    }
}

static void test_names_that_go_round_in_circles_have_an_end(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default");
    struct change_filter filter = {.limit = 1000, .object = TEXT("a.b")};
    struct change_row *changes = NULL;

    for (int i = 0; i < 100; i++) {
        const struct sample_change there[] = {{EFFECT_RENAMED, KIND_TABLE, "a.b", NULL, "b.a", 0}, {0}};
        const struct sample_change back[] = {{EFFECT_RENAMED, KIND_TABLE, "b.a", NULL, "a.b", 0}, {0}};

        record(history, target, i % 2 == 0 ? there : back);
    }
    assert_int_equal(list(history, &filter, &changes), 100);
    for (int i = 0; i < 300; i++) {
        char from[20], to[20];
        const struct sample_change on[] = {{EFFECT_RENAMED, KIND_TABLE, to, NULL, from, 0}, {0}};

        snprintf(from, sizeof from, "t.n%d", i);
        snprintf(to, sizeof to, "t.n%d", i + 1);
        record(history, target, on);
    }
    filter.object = TEXT("t.n300");
    assert_int_equal(list(history, &filter, &changes), 256); /* under so many names it is looked for */
}

static void test_lineage_has_all_renames_up_to_a_snapshot(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default"), ids[LENGTH_OF(life)];
    struct lineage lineage = {0};
    struct error error = {0};

    for (size_t i = 0; i < LENGTH_OF(life); i++)
        ids[i] = record(history, target, life[i]);
    history_expect(snapshots_lineage(history->database, target, ids[10], &history->arena, &lineage, &error), &error);
    assert_int_equal(lineage.count, 7);
    assert_true(lineage.renames[0].step == ids[10] && lineage.renames[0].object.length == 0); /* in a renamed schema */
    assert_true(text_equal(lineage.renames[0].renamed_from, TEXT("store.total(pg_catalog.int4)")));
    assert_true(lineage.renames[1].step == ids[9] && lineage.renames[6].step == ids[2]);
    history_expect(snapshots_lineage(history->database, target, ids[5], &history->arena, &lineage, &error), &error);
    assert_int_equal(lineage.count, 2);
    assert_int_equal(lineage.renames[0].kind, KIND_COLUMN);
    assert_int_equal(lineage.renames[0].object_kind, KIND_TABLE);
    assert_true(text_equal(lineage.renames[0].owner, TEXT("shop.orders")));
    assert_true(text_equal(lineage.renames[0].object, TEXT("shop.orders.amount")));
    assert_true(text_equal(lineage.renames[0].renamed_from, TEXT("shop.orders.total")));
    history_expect(snapshots_lineage(history->database, target, ids[1], &history->arena, &lineage, &error), &error);
    assert_int_equal(lineage.count, 0);
}

/* What was removed has no new name, and only counts where a rename speaks of it, its owner or its schema. */
static void test_lineage_has_the_removals_that_matter(void **state)
{
    static const struct sample_change removals[] = {
        {EFFECT_REMOVED, KIND_TABLE, "a.old", NULL, NULL, 0},
        {EFFECT_REMOVED, KIND_TABLE, "a.new", NULL, NULL, 0},
        {EFFECT_REMOVED, KIND_COLUMN, "a.new.x", "a.new", NULL, 0},
        {EFFECT_REMOVED, KIND_COLUMN, "b.t.y", "b.t", NULL, 0},
        {EFFECT_REMOVED, KIND_TABLE, "s.t", NULL, NULL, 0},
        {EFFECT_REMOVED, KIND_TABLE, "a.newer", NULL, NULL, 0},
        {EFFECT_REMOVED, KIND_COLUMN, "c.t.x", "c.t", NULL, 0},
        {EFFECT_REMOVED, KIND_TABLE, "sx.t", NULL, NULL, 0},
    };
    static const struct sample_change renames[] = {
        {EFFECT_RENAMED, KIND_TABLE, "a.new", NULL, "a.old", 0},
        {EFFECT_RENAMED, KIND_COLUMN, "b.t.y", "b.t", "b.t.x", 0},
        {EFFECT_RENAMED, KIND_SCHEMA, "s", NULL, "r", 0},
        {0},
    };
    enum { MATTER = 5 }; /* the first so many */
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default"), removed, renamed;
    struct lineage lineage = {0};
    struct error error = {0};

    removed = record(history, target, removals);
    renamed = record(history, target, renames);
    history_expect(snapshots_lineage(history->database, target, removed, &history->arena, &lineage, &error), &error);
    assert_int_equal(lineage.count, MATTER); /* though the renames came later */
    for (size_t i = 0; i < lineage.count; i++) {
        bool found = false;

        for (size_t k = 0; k < MATTER; k++)
            found = found || text_equal(lineage.renames[i].renamed_from, text_from(removals[k].object));
        assert_true(found && lineage.renames[i].object.length == 0 && lineage.renames[i].step == removed);
    }
    history_expect(snapshots_lineage(history->database, target, renamed, &history->arena, &lineage, &error), &error);
    assert_int_equal(lineage.count, MATTER + 3);
}

static void test_a_damaged_number_is_no_change(void **state)
{
    static const char *const damages[] = {"effect = 4",  "kind = 60000", "object_kind = 0",
                                          "aspect = -1", "severity = 9", "evidence = 3"};
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default");
    struct change_row *changes = NULL;
    struct error error = {0};
    size_t count = 0;

    for (size_t i = 0; i < LENGTH_OF(damages); i++) {
        const struct sample_change sample[] = {{EFFECT_ADDED, KIND_TABLE, "a", NULL, NULL, 0}, {0}};
        char sql[100];

        record(history, target, sample);
        snprintf(sql, sizeof sql, "UPDATE change SET %s", damages[i]);
        history_run(history, sql);
        assert_int_equal(changes_list(history->database, &(struct change_filter){.limit = 1}, &history->arena, &changes,
                                      &count, &error),
                         ERROR_CORRUPT);
    }
}

static enum error_code list_changes(void *context, struct error *error)
{
    const struct change_filter filter = {.limit = 100, .object = TEXT("shop.other.amount")};
    struct history *history = context;
    struct change_row *changes = NULL;
    size_t count = 0;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, HISTORY_MEMORY);
    return changes_list(history->database, &filter, &arena, &changes, &count, error);
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default");

    for (size_t i = 0; i < LENGTH_OF(life); i++)
        record(history, target, life[i]);
    assert_true(test_every_allocation(list_changes, history) >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_change_is_kept_with_what_it_says, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_change_says_who_made_it, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_filters_and_pages, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_thing_is_followed_through_its_names, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_names_that_go_round_in_circles_have_an_end, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_lineage_has_all_renames_up_to_a_snapshot, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_lineage_has_the_removals_that_matter, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_number_is_no_change, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
