#include "track/attribution.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

enum { EVENTS = 4, CHANGES = 4, PLENTY = 64 * 1024 * 1024 };

struct sample_event {
    const char *actor, *object; /* actor NULL: the end; "?mallory": it may have failed */
};

struct sample_change {
    enum effect effect;
    const char *object, *owner, *renamed_from, *owner_before; /* object NULL: the end */
    const char *expected;                                     /* "captured alice 1", the place of the statement */
};

static const struct {
    const char *what;
    bool capture;
    struct sample_event events[EVENTS];
    struct sample_change changes[CHANGES];
} cases[] = {
    {"nobody watched", false, {{0}}, {{EFFECT_ADDED, "a.t", "a.t", "", "", "inferred"}}},
    {"capture saw nothing", true, {{0}}, {{EFFECT_ADDED, "a.t", "a.t", "", "", "unattributed"}}},
    {"the thing by its name",
     true,
     {{"alice", "a.t"}},
     {{EFFECT_ADDED, "a.t", "a.t", "", "", "captured alice 1"}, {EFFECT_ADDED, "a.u", "a.u", "", "", "unattributed"}}},
    {"a name that begins like it",
     true,
     {{"alice", "a.t"}, {"bob", "a.table"}, {"eve", "a"}},
     {{EFFECT_ADDED, "a.ta", "a.ta", "", "", "unattributed"}}},
    {"without capture, what is named is known all the same",
     false,
     {{"alice", "a.t"}},
     {{EFFECT_ADDED, "a.t", "a.t", "", "", "captured alice 1"}, {EFFECT_ADDED, "a.u", "a.u", "", "", "inferred"}}},
    {"a part by its own name and by its object's",
     true,
     {{"alice", "a.t.x"}, {"bob", "a.u"}},
     {{EFFECT_ADDED, "a.t.x", "a.t", "", "", "captured alice 1"},
      {EFFECT_REMOVED, "a.u.y", "a.u", "", "", "captured bob 2"},
      {EFFECT_ADDED, "a.t.z", "a.t", "", "", "unattributed"}}},
    {"an object is not named by a part, but follows it",
     true,
     {{"alice", "a.t.x"}},
     {{EFFECT_MODIFIED, "a.t", "a.t", "", "", "inferred alice 1"}, {EFFECT_ADDED, "a", "a", "", "", "unattributed"}}},
    {"the newest decides",
     true,
     {{"alice", "a.t"}, {"bob", "a.t"}, {"eve", "a.u"}},
     {{EFFECT_MODIFIED, "a.t", "a.t", "", "", "captured bob 2"},
      {EFFECT_MODIFIED, "a.t.x", "a.t", "", "", "captured bob 2"}}},
    {"the newest of several names decides",
     true,
     {{"alice", "a.t.x"}, {"bob", "a.t"}, {"eve", "a.t.x"}},
     {{EFFECT_MODIFIED, "a.t.x", "a.t", "", "", "captured eve 3"},
      {EFFECT_MODIFIED, "a.t.y", "a.t", "", "", "captured bob 2"}}},
    {"older names",
     true,
     {{"alice", "a.old"}, {"bob", "b.t.x"}},
     {{EFFECT_RENAMED, "a.new", "a.new", "a.old", "", "captured alice 1"},
      {EFFECT_RENAMED, "b.t.y", "b.t", "b.t.x", "", "captured bob 2"},
      {EFFECT_ADDED, "a.new.z", "a.new", "", "a.old", "captured alice 1"}}},
    {"a statement that does not say what it is about is about everything",
     true,
     {{"alice", "a.t"}, {"bob", ""}},
     {{EFFECT_ADDED, "a.t", "a.t", "", "", "captured bob 2"}, {EFFECT_ADDED, "z", "z", "", "", "captured bob 2"}}},
    {"unless a later one is closer",
     true,
     {{"bob", ""}, {"alice", "a.t"}},
     {{EFFECT_ADDED, "a.t", "a.t", "", "", "captured alice 2"}, {EFFECT_ADDED, "z", "z", "", "", "captured bob 1"}}},
    {"spaces make no difference, but in quotes",
     true,
     {{"alice", "a.f(integer,double precision)"}, {"bob", "a.\"x y\""}},
     {{EFFECT_MODIFIED, "a.f(integer, double precision)", "a.f(integer, double precision)", "", "", "captured alice 1"},
      {EFFECT_MODIFIED, "a.\"x y\"", "a.\"x y\"", "", "", "captured bob 2"},
      {EFFECT_MODIFIED, "a.\"xy\"", "a.\"xy\"", "", "", "unattributed"}}},
    {"what uses a renamed thing says its new name",
     true,
     {{"alice", "a.old"}, {"bob", "a.other"}},
     {{EFFECT_RENAMED, "a.new", "a.new", "a.old", "", "captured alice 1"},
      {EFFECT_MODIFIED, "a.v", "a.v", "", "", "inferred alice 1"},
      {EFFECT_REMOVED, "a.w", "a.w", "", "", "unattributed"}}},
    {"a rename that nobody captured excuses nothing",
     true,
     {{"bob", "a.other"}},
     {{EFFECT_RENAMED, "a.new", "a.new", "a.old", "", "unattributed"},
      {EFFECT_MODIFIED, "a.v", "a.v", "", "", "unattributed"}}},
    {"what may have failed is not captured",
     true,
     {{"?mallory", "a.t.x"}},
     {{EFFECT_ADDED, "a.t.x", "a.t", "", "", "inferred mallory 1"}}},
    {"what is known to have succeeded goes before what may have failed",
     true,
     {{"carol", "a.t.x"}, {"?mallory", "a.t.x"}},
     {{EFFECT_ADDED, "a.t.x", "a.t", "", "", "captured carol 1"}}},
    {"each of whom may have done it",
     false,
     {{"?carol", "a.t.x"}, {"?mallory", "a.t.x"}, {"?carol", "a.t.x"}},
     {{EFFECT_ADDED, "a.t.x", "a.t", "", "", "inferred carol or mallory"}}},
    {"three, and more",
     false,
     {{"?a", "a.t.x"}, {"?b", "a.t.x"}, {"?c", "a.t"}, {"?d", "a.t"}},
     {{EFFECT_MODIFIED, "a.t.x", "a.t", "", "", "inferred b, a, d and others"},
      {EFFECT_REMOVED, "a.t.y", "a.t", "", "", "inferred d or c"}}},
    {"somebody without a name", true, {{"", "a.t"}}, {{EFFECT_ADDED, "a.t", "a.t", "", "", "captured  1"}}},
};

struct work {
    size_t place; /* of the case */
    bool check;
};

static const char *words_of(const struct attribution *attribution, struct arena *arena)
{
    const char *words = evidence_name(attribution->evidence);

    if (attribution->ddl_event != 0)
        return arena_printf(arena, "%s %.*s %d", words, TEXT_ARGS(attribution->actor),
                            (int)attribution->ddl_event - 100);
    return attribution->actor.length == 0 ? words
                                          : arena_printf(arena, "%s %.*s", words, TEXT_ARGS(attribution->actor));
}

static enum error_code attribute(void *context, struct error *error)
{
    static const int64_t ids[] = {101, 102, 103, 104};
    const struct work *work = context;
    struct ddl_event_row events[EVENTS] = {{0}};
    struct change changes[CHANGES] = {{0}};
    struct attribution found[CHANGES];
    struct attribution_input input = {.events = events, .event_ids = ids, .capture = cases[work->place].capture};
    CLEANUP(arena_free) struct arena arena;
    uint32_t count = 0;

    arena_init(&arena, PLENTY);
    for (const struct sample_event *event = cases[work->place].events;
         input.event_count < EVENTS && event->actor != NULL; event++)
        events[input.event_count++] =
            (struct ddl_event_row){.actor = text_from(event->actor + (event->actor[0] == '?')),
                                   .object = text_from(event->object),
                                   .unconfirmed = event->actor[0] == '?'};
    for (const struct sample_change *change = cases[work->place].changes; count < CHANGES && change->object != NULL;
         change++)
        changes[count++] = (struct change){.effect = change->effect,
                                           .object = text_from(change->object),
                                           .owner = text_from(change->owner),
                                           .renamed_from = text_from(change->renamed_from),
                                           .owner_before = text_from(change->owner_before)};
    if (attribution_find(found, changes, count, &input, &arena, error) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; work->check && i < count; i++)
        assert_string_equal(words_of(&found[i], &arena), cases[work->place].changes[i].expected);
    return ERROR_NONE;
}

static void test_who_made_a_change(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct work work = {i, true};
        struct error error = {0};

        print_message("  %s\n", cases[i].what);
        assert_int_equal(attribute(&work, &error), ERROR_NONE);
    }
}

/* Ten thousand changes and a thousand statements: each finds its own, and not by looking at all. */
static void test_many_statements_and_changes(void **state)
{
    enum { STATEMENTS = 1000, MANY = 10000 };
    CLEANUP(arena_free) struct arena arena;
    struct ddl_event_row *events;
    struct attribution *found;
    struct change *changes;
    int64_t *ids;
    struct attribution_input input = {.event_count = STATEMENTS, .capture = true};
    struct error error = {0};

    (void)state;
    arena_init(&arena, PLENTY);
    events = arena_array(&arena, STATEMENTS, sizeof *events);
    ids = arena_array(&arena, STATEMENTS, sizeof *ids);
    changes = arena_array(&arena, MANY, sizeof *changes);
    found = arena_array(&arena, MANY, sizeof *found);
    assert_true(events != NULL && ids != NULL && changes != NULL && found != NULL);
    for (int i = 0; i < STATEMENTS; i++) {
        events[i] = (struct ddl_event_row){.actor = TEXT("alice"),
                                           .object = text_from(arena_printf(&arena, "a.t%d", i * 7 % STATEMENTS))};
        ids[i] = 1 + i;
    }
    for (int i = 0; i < MANY; i++) {
        changes[i] = (struct change){.effect = EFFECT_ADDED, .object = text_from(arena_printf(&arena, "a.t%d", i))};
        changes[i].owner = changes[i].object;
    }
    input.events = events;
    input.event_ids = ids;
    assert_int_equal(attribution_find(found, changes, MANY, &input, &arena, &error), ERROR_NONE);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(found[i].evidence, i < STATEMENTS ? EVIDENCE_CAPTURED : EVIDENCE_UNATTRIBUTED);
        assert_true(i >= STATEMENTS || text_equal(events[found[i].ddl_event - 1].object, changes[i].object));
    }
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct work work = {i, false};

        test_every_allocation(attribute, &work);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_made_a_change),
        cmocka_unit_test(test_many_statements_and_changes),
        cmocka_unit_test(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
