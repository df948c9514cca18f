#include "track/drift_match.h"

#include <stdio.h>
#include <string.h>

#include "support/cmocka.h"

enum { LIMIT = 4 };

/* "modified column a.t.x", "added table a.t", "renamed table a.u < a.t"; the owner of a part is what stands before its
 * last dot, and after "of" what its owner is called on the other side. */
struct match_case {
    const char *name;
    const char *drifts[LIMIT];
    const char *changes[LIMIT];
    const char *renames[LIMIT]; /* of the step */
    int side;
    const char *matches; /* for each drift: the place of its change, "-", or "(N)" what absorbs it */
};

static const struct match_case cases[] = {
    {"by name",
     {"modified column a.t.x", "added table a.n"},
     {"added table a.n", "modified column a.t.x"},
     {NULL},
     0,
     "1 0"},
    {"a part may be gone now", {"modified column a.t.x"}, {"removed column a.t.x"}, {NULL}, 0, "0"},
    {"and another may have its name",
     {"modified column a.t.x"},
     {"removed column a.t.x", "renamed column a.t.x < a.t.y"},
     {NULL},
     0,
     "1"},
    {"kinds count", {"modified column a.t.x"}, {"modified index a.t.x"}, {NULL}, 0, "-"},
    {"a name is one thing and what is said another",
     {"modified table a.t", "renamed table a.u < a.t"},
     {"renamed table a.u < a.t", "modified table a.u of a.t"},
     {"renamed table a.u < a.t"},
     0,
     "1 0"},
    {"names exchanged",
     {"modified column a.t.x", "modified column a.u.x"},
     {"modified column a.t.x", "modified column a.u.x"},
     {"renamed table a.u < a.t", "renamed table a.t < a.u"},
     0,
     "1 0"},
    {"renamed on the other side", {"removed table a.t"}, {"removed table a.u"}, {"renamed table a.u < a.t"}, 1, "0"},
    {"but not on this one", {"removed table a.t"}, {"removed table a.u"}, {"renamed table a.u < a.t"}, 0, "0"},
    {"gone", {"modified column a.t.x"}, {"modified column a.t.y"}, {NULL}, 0, "-"},
    {"part of its table", {"modified column a.t.x", "modified table a.t"}, {"removed table a.t"}, {NULL}, 0, "(0) (0)"},
    {"and the table that is parts again", {"removed table a.t"}, {"modified column a.t.x"}, {NULL}, 0, "(0)"},
    {"of a table that was renamed",
     {"modified column a.t.x"},
     {"removed table a.u"},
     {"renamed table a.u < a.t"},
     0,
     "(0)"},
    {"another table absorbs nothing", {"modified column a.t.x"}, {"removed table a.u"}, {NULL}, 0, "-"},
    {"nor does what was there before",
     {"modified column a.t.x", "removed table a.t"},
     {"removed table a.t"},
     {NULL},
     0,
     "- 0"},
};

static void read_words(const char *line, struct change *change)
{
    static const char *const effects[] = {"added", "removed", "modified", "renamed"};
    char effect[16], kind[32], object[64], word[8] = "", other[64] = "";
    static char kept[64][64];
    static unsigned used;
    char *dot;

    assert_true(sscanf(line, "%15s %31s %63s %7s %63s", effect, kind, object, word, other) >= 3);
    *change = (struct change){.rule = ""};
    for (unsigned i = 0; i < LENGTH_OF(effects); i++)
        if (strcmp(effect, effects[i]) == 0)
            change->effect = (enum effect)i;
    change->kind = change->object_kind = kind_from_name(text_from(kind));
    change->object = change->owner = text_from(strcpy(kept[used++ % 64], object));
    if (other[0] != '\0' && word[0] == '<')
        change->renamed_from = text_from(strcpy(kept[used++ % 64], other));
    if (other[0] != '\0' && (word[0] == 'o' || change->kind == KIND_TABLE))
        change->owner_before = text_from(strcpy(kept[used++ % 64], other));
    if (change->kind == KIND_TABLE)
        return;
    dot = strrchr(change->object.bytes, '.');
    change->object_kind = KIND_TABLE;
    change->owner.length = (size_t)(dot - change->object.bytes);
}

static size_t read_all(const char *const lines[LIMIT], struct change changes[LIMIT])
{
    size_t count = 0;

    for (; count < LIMIT && lines[count] != NULL; count++)
        read_words(lines[count], &changes[count]);
    return count;
}

static void write_matches(const struct drift_match *match, char *text, size_t size)
{
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < match->drift_count; i++) {
        const char *space = i == 0 ? "" : " ";

        if (match->change_of[i] != NOT_MATCHED)
            length += (size_t)snprintf(text + length, size - length, "%s%d", space, (int)match->change_of[i]);
        else if (match->absorbed_by[i] != NOT_MATCHED)
            length += (size_t)snprintf(text + length, size - length, "%s(%d)", space, (int)match->absorbed_by[i]);
        else
            length += (size_t)snprintf(text + length, size - length, "%s-", space);
    }
}

static void check_case(const struct match_case *wanted)
{
    struct change before[LIMIT], changes[LIMIT], renamed[LIMIT];
    struct drift_row drifts[LIMIT];
    size_t drift_count = read_all(wanted->drifts, before), rename_count = read_all(wanted->renames, renamed);
    struct diff diff = {.changes = changes, .change_count = (uint32_t)read_all(wanted->changes, changes)};
    CLEANUP(arena_free) struct arena arena = {0};
    struct error error = {0};
    const struct correlating correlating = {.arena = &arena, .error = &error};
    struct step_renames renames;
    struct drift_match match;
    char text[64];

    for (size_t i = 0; i < drift_count; i++)
        drifts[i] = (struct drift_row){.effect = before[i].effect,
                                       .kind = before[i].kind,
                                       .object_kind = before[i].object_kind,
                                       .object = before[i].object,
                                       .owner = before[i].owner,
                                       .renamed_from = before[i].renamed_from,
                                       .owner_before = before[i].owner_before};
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(step_renames_of(&renames, &correlating, renamed, (uint32_t)rename_count, wanted->side),
                     ERROR_NONE);
    assert_int_equal(drift_match_make(&match, &correlating, drifts, drift_count, &diff, &renames), ERROR_NONE);
    write_matches(&match, text, sizeof text);
    if (strcmp(text, wanted->matches) != 0)
        fail_msg("%s: %s instead of %s", wanted->name, text, wanted->matches);
    for (size_t i = 0; i < diff.change_count; i++)
        if (match.drift_of[i] != NOT_MATCHED)
            assert_int_equal(match.change_of[match.drift_of[i]], i);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        check_case(&cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
