/* Who made what no statement names: stories of PostgreSQL, with what its event triggers say and what changes. */
#include "track/attribution.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

enum { EVENTS = 4, CHANGES = 6, PLENTY = 64 * 1024 * 1024 };

struct told {
    const char *actor, *command, *object, *statement; /* actor NULL: the end; object "": not said */
};

struct happened {
    enum effect effect;
    enum kind kind;
    const char *object, *owner, *before; /* object NULL: the end; before: an older name */
    const char *attribute, *from, *to;   /* that changed; "" : none. Lists with commas */
    enum aspect aspect;
    const char *expected; /* "captured ana 1", the place of the statement */
};

#define ADDED EFFECT_ADDED
#define REMOVED EFFECT_REMOVED
#define MODIFIED EFFECT_MODIFIED
#define RENAMED EFFECT_RENAMED
#define NO_ATTRIBUTE "", "", ""

static const struct {
    const char *what;
    struct told told[EVENTS];
    struct happened happened[CHANGES];
} stories[] = {
    {"a column is added: the table has another order of columns",
     {{"ana", "ALTER TABLE", "s.t", "ALTER TABLE s.t ADD c int"}},
     {{ADDED, KIND_COLUMN, "s.t.c", "s.t", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "captured ana 1"},
      {MODIFIED, KIND_TABLE, "s.t", "s.t", "", "column_order", "a", "c", ASPECT_STRUCTURE, "captured ana 1"}}},
    {"a column is renamed: the statement names the column only, and a view says its new name",
     {{"ana", "ALTER TABLE", "s.t.d", "ALTER TABLE s.t RENAME c TO d"}},
     {{RENAMED, KIND_COLUMN, "s.t.d", "s.t", "s.t.c", NO_ATTRIBUTE, ASPECT_STRUCTURE, "captured ana 1"},
      {MODIFIED, KIND_TABLE, "s.t", "s.t", "", "column_order", "c", "d", ASPECT_STRUCTURE, "inferred ana 1"},
      {MODIFIED, KIND_VIEW, "s.v", "s.v", "", "definition", "c", "d", ASPECT_STRUCTURE, "inferred ana 1"},
      {MODIFIED, KIND_TABLE, "x.y", "x.y", "", "comment", "a", "b", ASPECT_STRUCTURE, "unattributed"}}},
    {"a table goes to another schema, and its sequence with it",
     {{"ana", "ALTER TABLE", "r.t", "ALTER TABLE s.t SET SCHEMA r"}},
     {{RENAMED, KIND_TABLE, "r.t", "r.t", "s.t", NO_ATTRIBUTE, ASPECT_STRUCTURE, "captured ana 1"},
      {RENAMED, KIND_SEQUENCE, "r.t_id_seq", "r.t_id_seq", "s.t_id_seq", NO_ATTRIBUTE, ASPECT_STRUCTURE,
       "inferred ana 1"}}},
    {"a table gets another owner, and its sequence with it",
     {{"ana", "ALTER TABLE", "s.t", "ALTER TABLE s.t OWNER TO app"}},
     {{MODIFIED, KIND_TABLE, "s.t", "s.t", "", "owner", "old", "app", ASPECT_ACCESS, "captured ana 1"},
      {MODIFIED, KIND_SEQUENCE, "s.q", "s.q", "", "owner", "old", "app", ASPECT_ACCESS, "inferred ana 1"},
      {MODIFIED, KIND_SEQUENCE, "s.p", "s.p", "", "owner", "old", "eve", ASPECT_ACCESS, "inferred"}}},
    {"tables inherit a column",
     {{"ana", "ALTER TABLE", "s.parent", "ALTER TABLE s.parent ADD c int"}},
     {{ADDED, KIND_COLUMN, "s.parent.c", "s.parent", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "captured ana 1"},
      {ADDED, KIND_COLUMN, "s.child.c", "s.child", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "inferred ana 1"},
      {ADDED, KIND_COLUMN, "s.child.d", "s.child", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "unattributed"},
      {ADDED, KIND_CHECK, "s.child.c", "s.child", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "unattributed"},
      {REMOVED, KIND_COLUMN, "s.child.c", "s.child", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "unattributed"}}},
    {"a table becomes a partition: the statement is about the other table",
     {{"ana", "ALTER TABLE", "s.all", "ALTER TABLE s.all ATTACH PARTITION s.part_1 DEFAULT"}},
     {{MODIFIED, KIND_TABLE, "s.part_1", "s.part_1", "", "partition_of", "", "s.all", ASPECT_STRUCTURE,
       "inferred ana 1"},
      {MODIFIED, KIND_TABLE, "s.part_10", "s.part_10", "", "partition_of", "", "s.all", ASPECT_STRUCTURE,
       "unattributed"}}},
    {"an index that is gone is named without its table",
     {{"ana", "DROP INDEX", "s.t_c", "DROP INDEX s.t_c"}},
     {{REMOVED, KIND_INDEX, "s.t.t_c", "s.t", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "captured ana 1"},
      {REMOVED, KIND_INDEX, "s.t.t_d", "s.t", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "unattributed"}}},
    {"something goes with CASCADE that the server does not name",
     {{"ana", "DROP SCHEMA", "r", "DROP SCHEMA r CASCADE"}},
     {{REMOVED, KIND_SCHEMA, "r", "r", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "captured ana 1"},
      {MODIFIED, KIND_COLUMN, "s.t.c", "s.t", "", "default", "r.f()", "", ASPECT_STRUCTURE, "inferred ana 1"},
      {ADDED, KIND_COLUMN, "s.t.d", "s.t", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "unattributed"}}},
    {"two people grant: PostgreSQL does not say on what, the statements do",
     {{"ana", "GRANT", "", "GRANT SELECT ON s.t TO app"}, {"bob", "GRANT", "", "GRANT SELECT ON s.u TO app"}},
     {{MODIFIED, KIND_TABLE, "s.t", "s.t", "", "grants", "", "SELECT TO app", ASPECT_ACCESS, "captured ana 1"},
      {MODIFIED, KIND_TABLE, "s.u", "s.u", "", "grants", "", "SELECT TO app", ASPECT_ACCESS, "captured bob 2"},
      {MODIFIED, KIND_TABLE, "s.w", "s.w", "", "grants", "", "SELECT TO app", ASPECT_ACCESS, "captured bob 2"},
      {ADDED, KIND_COLUMN, "s.t.c", "s.t", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "unattributed"}}},
    {"a grant or a comment that comes later has not made the column",
     {{"ana", "ALTER TABLE", "s.t", "ALTER TABLE s.t ADD c int"},
      {"bob", "GRANT", "s.t", "GRANT SELECT ON s.t TO app"},
      {"eve", "COMMENT", "s.t", "COMMENT ON TABLE s.t IS"}},
     {{ADDED, KIND_COLUMN, "s.t.c", "s.t", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "captured ana 1"},
      {MODIFIED, KIND_TABLE, "s.t", "s.t", "", "grants", "", "SELECT TO app", ASPECT_ACCESS, "captured bob 2"},
      {MODIFIED, KIND_TABLE, "s.t", "s.t", "", "comment", "", "x", ASPECT_STRUCTURE, "captured eve 3"}}},
    {"two people change one table",
     {{"ana", "ALTER TABLE", "s.t", "ALTER TABLE s.t ADD c int"},
      {"bob", "ALTER TABLE", "s.t", "ALTER TABLE s.t ADD d int"}},
     {{ADDED, KIND_COLUMN, "s.t.c", "s.t", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "captured ana 1"},
      {ADDED, KIND_COLUMN, "s.t.d", "s.t", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "captured bob 2"},
      {ADDED, KIND_UNIQUE, "s.t.t_key", "s.t", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "captured bob 2"}}},
    {"default privileges",
     {{"ana", "ALTER DEFAULT PRIVILEGES", "", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app"}},
     {{MODIFIED, KIND_DEFAULT_PRIVILEGE, "x", "x", "", "grants", "", "SELECT TO app", ASPECT_ACCESS, "captured ana 1"},
      {MODIFIED, KIND_TABLE, "s.t", "s.t", "", "grants", "", "SELECT TO app", ASPECT_ACCESS, "unattributed"}}},
    {"a role is renamed, which nobody sees; a privilege that somebody gets is another thing",
     {{0}},
     {{MODIFIED, KIND_TABLE, "s.t", "s.t", "", "owner", "old", "new", ASPECT_ACCESS, "inferred"},
      {MODIFIED, KIND_TABLE, "s.u", "s.u", "", "grants", "INSERT TO old,SELECT TO old", "INSERT TO new,SELECT TO new",
       ASPECT_ACCESS, "inferred"},
      {MODIFIED, KIND_TABLE, "s.v", "s.v", "", "grants", "SELECT TO old", "INSERT TO old", ASPECT_ACCESS,
       "unattributed"},
      {MODIFIED, KIND_TABLE, "s.w", "s.w", "", "grants", "SELECT TO old", "SELECT TO old,SELECT TO new", ASPECT_ACCESS,
       "unattributed"}}},
    {"what event triggers do not see",
     {{0}},
     {{ADDED, KIND_EVENT_TRIGGER, "e", "e", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "inferred"},
      {ADDED, KIND_SYSTEM_PRIVILEGE, "p", "p", "", NO_ATTRIBUTE, ASPECT_ACCESS, "inferred"},
      {ADDED, KIND_TABLE, "s.t", "s.t", "", NO_ATTRIBUTE, ASPECT_STRUCTURE, "unattributed"}}},
};

/* The items of a list with commas, of which the last may be empty. */
static struct attribute *attribute_of(const char *name, const char *value, struct arena *arena)
{
    struct attribute *attribute = arena_alloc(arena, sizeof *attribute);
    struct text *items = arena_array(arena, 4, sizeof *items);

    if (value[0] == '\0' || attribute == NULL || items == NULL)
        return NULL;
    *attribute = (struct attribute){.name = text_from(name), .items = items, .is_list = strcmp(name, "grants") == 0};
    for (const char *at = value;; at++) {
        size_t length = strcspn(at, ",");

        items[attribute->count++] = (struct text){at, length};
        at += length;
        if (*at == '\0')
            return attribute;
    }
}

static struct change change_of(const struct happened *happened, struct arena *arena)
{
    bool is_part = strcmp(happened->object, happened->owner) != 0;
    struct attribute_change *attribute = arena_alloc(arena, sizeof *attribute);

    if (attribute != NULL)
        *attribute = (struct attribute_change){text_from(happened->attribute),
                                               attribute_of(happened->attribute, happened->from, arena),
                                               attribute_of(happened->attribute, happened->to, arena)};
    return (struct change){.effect = happened->effect,
                           .kind = happened->kind,
                           .object_kind = is_part ? KIND_TABLE : happened->kind,
                           .object = text_from(happened->object),
                           .owner = text_from(happened->owner),
                           .renamed_from = text_from(happened->before),
                           .aspect = happened->aspect,
                           .attributes = attribute,
                           .attribute_count = attribute != NULL && happened->attribute[0] != '\0'};
}

static const char *words_of(const struct attribution *attribution, struct arena *arena)
{
    if (attribution->ddl_event == 0)
        return evidence_name(attribution->evidence);
    return arena_printf(arena, "%s %.*s %d", evidence_name(attribution->evidence), TEXT_ARGS(attribution->actor),
                        (int)attribution->ddl_event - 100);
}

struct work {
    struct ddl_event_row events[EVENTS];
    struct change changes[CHANGES];
    size_t event_count;
    uint32_t change_count;
    struct attribution found[CHANGES];
};

static void prepare(struct work *work, size_t story, struct arena *arena)
{
    const struct told *told = stories[story].told;
    const struct happened *happened = stories[story].happened;

    *work = (struct work){.event_count = 0};
    for (; work->event_count < EVENTS && told[work->event_count].actor != NULL; work->event_count++)
        work->events[work->event_count] =
            (struct ddl_event_row){.actor = text_from(told[work->event_count].actor),
                                   .command = text_from(told[work->event_count].command),
                                   .object = text_from(told[work->event_count].object),
                                   .statement = text_from(told[work->event_count].statement)};
    for (; work->change_count < CHANGES && happened[work->change_count].object != NULL; work->change_count++)
        work->changes[work->change_count] = change_of(&happened[work->change_count], arena);
}

static enum error_code attribute(void *context, struct error *error)
{
    static const int64_t ids[] = {101, 102, 103, 104};
    struct work *work = context;
    const struct attribution_input input = {.events = work->events,
                                            .event_ids = ids,
                                            .event_count = work->event_count,
                                            .capture = true,
                                            .engine = TEXT("postgresql")};
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, PLENTY);
    return attribution_find(work->found, work->changes, work->change_count, &input, &arena, error);
}

static void test_what_follows_from_statements(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(stories); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct work work;
        struct error error = {0};

        print_message("  %s\n", stories[i].what);
        arena_init(&arena, PLENTY);
        prepare(&work, i, &arena);
        assert_int_equal(attribute(&work, &error), ERROR_NONE);
        for (uint32_t k = 0; k < work.change_count; k++) {
            const struct happened *happened = &stories[i].happened[k];
            const char *words = words_of(&work.found[k], &arena);

            if (strcmp(words, happened->expected) != 0)
                fail_msg("%s: %s, not %s", happened->object, words, happened->expected);
        }
    }
}

/* Another engine sees what it sees. */
static void test_what_is_unseen_depends_on_the_engine(void **state)
{
    const struct change changes[] = {
        {.kind = KIND_EVENT_TRIGGER, .object_kind = KIND_EVENT_TRIGGER, .object = TEXT("e"), .owner = TEXT("e")}};
    struct attribution_input input = {.capture = true, .engine = TEXT("sqlserver")};
    CLEANUP(arena_free) struct arena arena;
    struct attribution found[1];
    struct error error = {0};

    (void)state;
    arena_init(&arena, PLENTY);
    assert_int_equal(attribution_find(found, changes, 1, &input, &arena, &error), ERROR_NONE);
    assert_int_equal(found[0].evidence, EVIDENCE_UNATTRIBUTED);
    input.engine = TEXT("postgresql");
    assert_int_equal(attribution_find(found, changes, 1, &input, &arena, &error), ERROR_NONE);
    assert_int_equal(found[0].evidence, EVIDENCE_INFERRED);
}

/* Ten thousand statements with long texts, and as many changes that none of them names. */
static void test_much_of_everything(void **state)
{
    enum { MANY = 10000, LONG = 2000 };
    CLEANUP(arena_free) struct arena arena;
    struct ddl_event_row *events;
    struct attribution *found;
    struct change *changes;
    int64_t *ids;
    struct attribution_input input = {.event_count = MANY, .capture = true, .engine = TEXT("postgresql")};
    struct error error = {0};
    char *text;

    (void)state;
    arena_init(&arena, PLENTY);
    events = arena_array(&arena, MANY, sizeof *events);
    ids = arena_array(&arena, MANY, sizeof *ids);
    changes = arena_array(&arena, MANY, sizeof *changes);
    found = arena_array(&arena, MANY, sizeof *found);
    text = arena_alloc(&arena, LONG);
    assert_true(events != NULL && ids != NULL && changes != NULL && found != NULL && text != NULL);
    memset(text, 't', LONG);
    for (int i = 0; i < MANY; i++) {
        events[i] = (struct ddl_event_row){.actor = TEXT("ana"),
                                           .object = i % 2 == 0 ? TEXT("a.t") : TEXT(""),
                                           .command = i % 3 == 0 ? TEXT("COMMENT") : TEXT("ALTER TABLE"),
                                           .statement = {text, LONG}};
        ids[i] = 1 + i;
        changes[i] = (struct change){.effect = EFFECT_ADDED,
                                     .kind = KIND_COLUMN,
                                     .object_kind = KIND_TABLE,
                                     .object = text_from(arena_printf(&arena, "b.u.c%d", i)),
                                     .owner = TEXT("b.u")};
    }
    input.events = events;
    input.event_ids = ids;
    assert_int_equal(attribution_find(found, changes, MANY, &input, &arena, &error), ERROR_NONE);
    assert_int_equal(found[MANY - 1].evidence, EVIDENCE_CAPTURED); /* by who says nothing of what it was about */
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(stories); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct work work;

        arena_init(&arena, PLENTY);
        prepare(&work, i, &arena);
        test_every_allocation(attribute, &work);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_follows_from_statements),
        cmocka_unit_test(test_what_is_unseen_depends_on_the_engine),
        cmocka_unit_test(test_much_of_everything),
        cmocka_unit_test(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
