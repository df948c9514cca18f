#include "cli/history_entry.h"

#include "support/allocation.h"
#include "support/cmocka.h"

enum { MANY = 2500 };

/* What happened, newest first, as the collector tells it. */
static struct answer_change change(int64_t at, int64_t snapshot, const char *instance, const char *object)
{
    return (struct answer_change){.at = at,
                                  .snapshot = snapshot,
                                  .environment = TEXT("prod"),
                                  .instance = text_from(instance),
                                  .object = text_from(object)};
}

static void make(struct history_entries *ret_entries, const struct answer_history *history, struct arena *arena)
{
    struct error error = {0};

    arena_init(arena, 16 * 1024 * 1024);
    assert_int_equal(history_entries_make(ret_entries, history, arena, &error), ERROR_NONE);
}

static void test_oldest_first_and_alike_together(void **state)
{
    const struct answer_change changes[] = {
        change(50, 5, "c", "x"), change(40, 4, "b", "x"), change(30, 3, "a", "x"),
        change(20, 2, "a", "z"), change(20, 2, "a", "y"),
    };
    const struct answer_note notes[] = {
        {.at = 20, .environment = TEXT("prod"), .instance = TEXT("a"), .snapshot = 2, .note = TEXT("3 were lost")},
        {.at = 10, .environment = TEXT("prod"), .instance = TEXT("a"), .snapshot = 1, .note = TEXT("first")},
    };
    const struct answer_history history = {.changes = {changes, LENGTH_OF(changes)},
                                           .notes = {notes, LENGTH_OF(notes)}};
    CLEANUP(arena_free) struct arena arena;
    struct history_entries entries;

    (void)state;
    make(&entries, &history, &arena);
    assert_int_equal(entries.count, 4);
    assert_ptr_equal(entries.items[0].note, &notes[1]);
    assert_ptr_equal(entries.items[1].note, &notes[0]); /* before the changes of its snapshot */
    assert_ptr_equal(entries.items[2].changes, &changes[3]);
    assert_int_equal(entries.items[2].change_count, 2);
    assert_int_equal(entries.items[3].instance_count, 3);
    assert_true(text_equal(entries.items[3].instances[0], TEXT("a")));
    assert_true(text_equal(entries.items[3].instances[2], TEXT("c")));
    assert_int_equal(entries.items[3].at, 30);
    assert_int_equal(entries.items[3].until, 50);
}

/* Each of these differs from the first in one thing. */
static void test_what_differs_stays_apart(void **state)
{
    static const struct text old_value = TEXT_INIT("1"), new_value = TEXT_INIT("2");
    static const struct answer_attribute attributes[] = {
        {TEXT_INIT("type"), {VALUE_TEXT, {&old_value, 1}}, {VALUE_TEXT, {&new_value, 1}}},
        {TEXT_INIT("type"), {VALUE_TEXT, {&old_value, 1}}, {VALUE_LIST, {&new_value, 1}}},
        {TEXT_INIT("type"), {VALUE_NONE, {NULL, 0}}, {VALUE_TEXT, {&new_value, 1}}},
        {TEXT_INIT("name"), {VALUE_TEXT, {&old_value, 1}}, {VALUE_TEXT, {&new_value, 1}}},
    };
    struct answer_change first = change(1, 1, "a", "x");
    struct answer_change others[16];

    (void)state;
    first.attributes = (struct shape_list){&attributes[0], 1};
    for (size_t i = 0; i < LENGTH_OF(others); i++) {
        others[i] = first;
        others[i].at = others[i].snapshot = 2;
        others[i].instance = TEXT("b");
    }
    others[0].environment = TEXT("staging");
    others[1].instance = TEXT("a");
    others[2].object = TEXT("y");
    others[3].kind = TEXT("view");
    others[4].effect = EFFECT_REMOVED;
    others[5].severity = SEVERITY_HIGH;
    others[6].aspect = TEXT("access");
    others[7].renamed_from = TEXT("z");
    for (size_t i = 0; i < 3; i++)
        others[8 + i].attributes = (struct shape_list){&attributes[1 + i], 1};
    others[11].who.actor = TEXT("alice");
    others[12].who.evidence = TEXT("captured");
    others[13].statement = TEXT("ALTER");
    others[14].who.application = TEXT("psql");
    others[15].client = TEXT("10.0.0.7");
    for (size_t i = 0; i < LENGTH_OF(others); i++) {
        const struct answer_change changes[] = {others[i], first};
        const struct answer_history history = {.changes = {changes, LENGTH_OF(changes)}};
        CLEANUP(arena_free) struct arena arena;
        struct history_entries entries;

        print_message("  %zu\n", i);
        make(&entries, &history, &arena);
        assert_int_equal(entries.count, 2);
    }
}

/* So many that an entry does not take them all; none gets lost. */
static void test_many_instances(void **state)
{
    static struct answer_change changes[MANY];
    static char names[MANY][8];
    const struct answer_history history = {.changes = {changes, MANY}};
    CLEANUP(arena_free) struct arena arena;
    struct history_entries entries;
    size_t instances = 0;

    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "t%zu", i);
        changes[i] = change((int64_t)(MANY - i), (int64_t)(MANY - i), names[i], "x");
    }
    make(&entries, &history, &arena);
    assert_int_equal(entries.count, 3);
    for (size_t i = 0; i < entries.count; i++)
        instances += entries.items[i].instance_count;
    assert_int_equal(instances, MANY);
}

static enum error_code attempt(void *context, struct error *error)
{
    const struct answer_change changes[] = {change(2, 2, "b", "x"), change(1, 1, "a", "x")};
    const struct answer_history history = {.changes = {changes, LENGTH_OF(changes)}};
    CLEANUP(arena_free) struct arena arena;
    struct history_entries entries;

    (void)context;
    arena_init(&arena, 1024 * 1024);
    return history_entries_make(&entries, &history, &arena, error);
}

static void test_memory(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_oldest_first_and_alike_together),
        cmocka_unit_test(test_what_differs_stays_apart),
        cmocka_unit_test(test_many_instances),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
