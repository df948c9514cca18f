#include "drift/pairing.h"

#include "common/drift/snapshot_text.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

#define AKIN "@akin db\n"

/* What becomes of things between two databases that are akin: equal numbers are one thing, others prove nothing. Within
 * one database, and between any two, see diff_test.c. */
static const struct pairing_case {
    const char *name, *from, *to, *expected;
} cases[] = {
    {"a rename is one change", AKIN "table a.t #1 comment=x\n  column c #11 type=text\n",
     AKIN "table a.u #1 comment=y\n  column d #11 type=text\n",
     "renamed table a.u was a.t\nrenamed column a.u.d was a.t.c\nmodified table a.u\n"},
    {"what has one name is one thing", AKIN "table a.t #1 comment=x\n  column c #11 type=text\n",
     AKIN "table a.t #2 comment=y\n  column c #12 type=text\n", "modified table a.t\n"},
    {"also when both names are there on both sides", AKIN "table a.t #1 comment=x\ntable a.u #2 comment=x\n",
     AKIN "table a.t #2 comment=y\ntable a.u #1 comment=z\n", "modified table a.t\nmodified table a.u\n"},
    {"other numbers may still have one content", AKIN "table a.t #1 comment=x\n", AKIN "table a.u #2 comment=x\n",
     "removed table a.t like a.u\nadded table a.u like a.t\n"},
    {"a name that another thing took", AKIN "table a.t #1 comment=x\n",
     AKIN "table a.t #2 comment=z\ntable a.u #1 comment=x\n", "renamed table a.u was a.t\nadded table a.t\n"},
    {"a table put in the place of a dropped one", AKIN "table a.new #8 comment=y\ntable a.t #7 comment=x\n",
     AKIN "table a.t #8 comment=y\n", "removed table a.t\nrenamed table a.t was a.new\n"},
    {"each takes the name of the next",
     AKIN "table a.a #1 comment=a\ntable a.b #2 comment=b\ntable a.c #3 comment=c\ntable a.d #4 comment=d\n",
     AKIN "table a.b #1 comment=a\ntable a.c #2 comment=b\ntable a.d #3 comment=c\ntable a.e #4 comment=d\n",
     "renamed table a.b was a.a\nrenamed table a.c was a.b\nrenamed table a.d was a.c\nrenamed table a.e was a.d\n"},
    {"a renamed schema takes its objects along", AKIN "schema a #3\ntable a.t #7 comment=x\n",
     AKIN "schema b #3\ntable b.t #7 comment=y\n", "renamed schema b was a\nmodified table b.t\n"},
    {"numbers of one kind only", AKIN "table a.t #1 comment=x\n", AKIN "view a.v #1 comment=x\n",
     "removed table a.t\nadded view a.v\n"},
    {"a number that is not known is none", AKIN "table a.t comment=x\n", AKIN "table a.u comment=y\n",
     "removed table a.t\nadded table a.u\n"},
    {"columns by the same rules, whatever the number of the table",
     AKIN "table a.t #1\n  column a #1 type=text\n  column b #2 type=text\n  column c #3 type=text\n"
          "  column x #7 type=text\n  column y #8 type=text\n",
     AKIN "table a.t #2\n  column b #1 type=text\n  column c #2 type=text\n  column d #3 type=text\n"
          "  column x #8 type=text\n  column y #7 type=integer\n",
     "renamed column a.t.b was a.t.a\nrenamed column a.t.c was a.t.b\nrenamed column a.t.d was a.t.c\n"
     "modified column a.t.y\n"},
    {"one side that does not know is enough", AKIN "table a.t #1 comment=x\ntable a.u #2 comment=x\n",
     "@origin db\ntable a.t #2 comment=y\ntable a.u #1 comment=z\n", "modified table a.t\nmodified table a.u\n"},
};

static void write_change(struct buffer *output, const struct change *change)
{
    buffer_printf(output, "%s %s %.*s", effect_name(change->effect), kind_name(change->kind),
                  TEXT_ARGS(change->object));
    if (change->renamed_from.length > 0)
        buffer_printf(output, " was %.*s", TEXT_ARGS(change->renamed_from));
    if (change->probable_name.length > 0)
        buffer_printf(output, " like %.*s", TEXT_ARGS(change->probable_name));
    buffer_add_byte(output, '\n');
}

static void compare(struct diff *ret_diff, const struct snapshot *from, const struct snapshot *to, struct arena *arena)
{
    struct diff_options options;
    struct error error = {0};

    diff_options_init(&options);
    assert_int_equal(diff_snapshots(ret_diff, from, to, &options, arena, &error), ERROR_NONE);
}

static void test_what_belongs_together(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        CLEANUP(buffer_clear) struct buffer output = {0};
        struct snapshot *from = snapshot_from_text(cases[i].from), *to = snapshot_from_text(cases[i].to);
        struct diff there, back;

        arena_init(&arena, ARENA_LIMIT);
        compare(&there, from, to, &arena);
        compare(&back, to, from, &arena);
        for (uint32_t k = 0; k < there.change_count; k++)
            write_change(&output, &there.changes[k]);
        if (strcmp(output.bytes, cases[i].expected) != 0)
            fail_msg("%s:\n%s-- expected --\n%s", cases[i].name, output.bytes, cases[i].expected);
        assert_int_equal(there.change_count, back.change_count);
        snapshot_free(from);
        snapshot_free(to);
    }
}

static void test_only_of_one_origin(void **state)
{
    static const struct {
        const char *from, *to;
        bool same, akin;
    } sides[] = {
        {"", "", false, false},
        {"@origin a\n", "@origin a\n", true, false},
        {"@origin a\n", "@origin b\n", false, false},
        {"@akin a\n", "@akin a\n", true, true},
        {"@akin a\n", "@origin a\n", true, true},
        {"@akin a\n", "@akin b\n", false, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(sides); i++) {
        struct snapshot *from = snapshot_from_text(sides[i].from), *to = snapshot_from_text(sides[i].to);

        assert_int_equal(pairing_same_origin(from, to), sides[i].same);
        assert_int_equal(pairing_akin(from, to), sides[i].akin);
        snapshot_free(from);
        snapshot_free(to);
    }
}

/* ---------------------------------------------------------------- memory */

struct sides {
    struct snapshot *from, *to;
};

static enum error_code pair_again(void *context, struct error *error)
{
    const struct sides *sides = context;
    CLEANUP(arena_free) struct arena arena;
    struct difference_list list;

    arena_init(&arena, ARENA_LIMIT);
    return pairing_find(&list, sides->from, sides->to, &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct sides sides = {snapshot_from_text(cases[i].from), snapshot_from_text(cases[i].to)};

        assert_true(test_every_allocation(pair_again, &sides) >= 1);
        snapshot_free(sides.from);
        snapshot_free(sides.to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_belongs_together),
        cmocka_unit_test(test_only_of_one_origin),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
