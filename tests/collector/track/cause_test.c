#include "track/cause.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "support/cmocka.h"

enum { STEPS_MAX = 8, STATES_MAX = 4, NEVER = -1 };

/* ---------------------------------------------------------------- lives as text */

/* A state is a letter; '-' is a thing that is not there. */
static struct change_state state_of(char letter)
{
    struct change_state state = {.is_there = letter != '-'};

    memset(state.hash.bytes, letter, HASH_SIZE);
    return state;
}

struct life {
    struct cause_life life;
    struct cause_step steps[STEPS_MAX];
};

/* "a 0b3 1c5": they were equal as a, what is promoted became b at 3, the other c at 5. "?" begins what never was equal,
 * "*" an outlier. */
static void read_life(struct life *ret_life, const char *text)
{
    struct life *life = ret_life;

    *life = (struct life){.life = {.base_known = text[0] != '?' && text[0] != '*', .is_outlier = text[0] == '*'}};
    life->life.base = state_of(text[0]);
    life->life.steps = life->steps;
    for (const char *at = text + 1; *at != '\0'; at += 3) {
        struct cause_step *step = &life->steps[life->life.count++];

        assert_true(at[0] == ' ' && isdigit((unsigned char)at[1]) && isdigit((unsigned char)at[3]));
        assert_true(life->life.count <= STEPS_MAX);
        *step = (struct cause_step){.at = at[3] - '0', .side = at[1] - '0', .state = state_of(at[2])};
        at++;
    }
}

static void test_why_they_differ(void **state)
{
    static const struct {
        const char *name;
        const char *life;
        enum drift_cause cause;
    } cases[] = {
        {"a feature upstream", "a 0b1", DRIFT_PENDING},
        {"and another before the first was promoted", "a 0b1 0c2", DRIFT_PENDING},
        {"promoted in steps", "a 0b1 0c2 1b3", DRIFT_PENDING},
        {"the promotion was learned of late", "a 1b5 0b1 0c2", DRIFT_PENDING},
        {"an object that is new upstream", "- 0a1", DRIFT_PENDING},
        {"one that was dropped upstream", "a 0-1", DRIFT_PENDING},
        {"a hotfix", "a 1b1", DRIFT_HOTFIX},
        {"and another on top of it", "a 1b1 1c2", DRIFT_HOTFIX},
        {"half of it was taken back to upstream", "a 1b1 1c2 0b3", DRIFT_HOTFIX},
        {"both changed", "a 0b1 1c2", DRIFT_DIVERGED},
        {"in either order", "a 1c1 0b2", DRIFT_DIVERGED},
        {"times decide nothing of it", "a 0b9 1c2", DRIFT_DIVERGED},
        {"gone on one side and changed on the other", "a 0-1 1b2", DRIFT_DIVERGED},
        {"upstream took its part back", "a 0b1 1c2 0a3", DRIFT_HOTFIX},
        {"the other side took its part back", "a 0b1 1c2 1a3", DRIFT_PENDING},
        {"a hotfix was overtaken", "a 0b1 1c2 1b3 0d4", DRIFT_PENDING},
        {"each went through the other's", "a 0b1 0c2 1c3 1b4", DRIFT_PENDING},
        {"nobody knows", "? 0b1", DRIFT_BASELINE},
        {"whoever moves", "? 1b1 0c2", DRIFT_BASELINE},
        {"never were otherwise", "?", DRIFT_BASELINE},
        {"an instance", "* 1b1", DRIFT_OUTLIER},
        {"its majority", "* 0b1 1c2", DRIFT_OUTLIER},
        {"an instance that never was as the others", "*", DRIFT_OUTLIER},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct life life;

        read_life(&life, cases[i].life);
        if (cause_of(&life.life) != cases[i].cause)
            fail_msg("%s: %s is %s", cases[i].name, cases[i].life, drift_cause_name(cause_of(&life.life)));
    }
}

static void test_how_it_ended(void **state)
{
    static const struct {
        const char *name;
        const char *life;
        int mover;
        enum drift_ending ending;
        enum drift_cause cause;
        int64_t lead;
    } cases[] = {
        {"promoted", "a 0b1 1b4", 1, DRIFT_PROMOTED, DRIFT_PENDING, 3},
        {"at once", "a 0b2 1b2", 1, DRIFT_PROMOTED, DRIFT_PENDING, 0},
        {"after more than one change", "a 0b1 0c2 1c5", 1, DRIFT_PROMOTED, DRIFT_PENDING, 3},
        {"in steps", "a 0b1 0c2 1b3 1c5", 1, DRIFT_PROMOTED, DRIFT_PENDING, 3},
        {"a drop", "a 0-1 1-4", 1, DRIFT_PROMOTED, DRIFT_PENDING, 3},
        {"backported", "a 1b1 0b4", 0, DRIFT_BACKPORTED, DRIFT_HOTFIX, -1},
        {"upstream reverted", "a 0b1 0a4", 0, DRIFT_REVERTED, DRIFT_PENDING, -1},
        {"the hotfix was reverted", "a 1b1 1a4", 1, DRIFT_REVERTED, DRIFT_HOTFIX, -1},
        {"both reverted", "a 0b1 1c2 0a3 1a4", 1, DRIFT_REVERTED, DRIFT_HOTFIX, -1},
        {"a step between was reverted", "a 0b1 0c2 0b3 1b5", 1, DRIFT_PROMOTED, DRIFT_PENDING, 4},
        {"diverged, then upstream's was taken", "a 0b1 1c2 1b5", 1, DRIFT_PROMOTED, DRIFT_DIVERGED, 4},
        {"diverged, then the hotfix was taken", "a 0b1 1c2 0c5", 0, DRIFT_BACKPORTED, DRIFT_DIVERGED, -1},
        {"diverged, then both became something else", "a 0b1 1c2 0d3 1d5", 1, DRIFT_PROMOTED, DRIFT_DIVERGED, 2},
        {"what looked like a hotfix was a promotion", "a 1b5 0b2", 0, DRIFT_PROMOTED, DRIFT_PENDING, 3},
        {"what looked like a promotion was a hotfix", "a 0b5 1b2", 1, DRIFT_BACKPORTED, DRIFT_HOTFIX, -1},
        {"never equal, promoted", "? 1b3", 1, DRIFT_PROMOTED, DRIFT_BASELINE, -1},
        {"never equal, backported", "? 0b3", 0, DRIFT_BACKPORTED, DRIFT_BASELINE, -1},
        {"never equal, changed upstream, promoted", "? 0b1 1b3", 1, DRIFT_PROMOTED, DRIFT_BASELINE, 2},
        {"never equal, changed here, backported", "? 1b1 0b3", 0, DRIFT_BACKPORTED, DRIFT_BASELINE, -1},
        {"never equal, learned in the wrong order", "? 1b3 0b1", 0, DRIFT_PROMOTED, DRIFT_BASELINE, 2},
        {"never equal, to something else", "? 0b1 1c3", 1, DRIFT_PROMOTED, DRIFT_BASELINE, -1},
        {"repaired", "* 1b1 1a2", 1, DRIFT_REPAIRED, DRIFT_OUTLIER, -1},
        {"adopted", "* 1b1 0b2", 0, DRIFT_ADOPTED, DRIFT_OUTLIER, -1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct cause_end end;
        struct life life;

        read_life(&life, cases[i].life);
        end = cause_end(&life.life, cases[i].mover);
        if (end.ending != cases[i].ending || end.cause != cases[i].cause || end.lead != cases[i].lead)
            fail_msg("%s: %s ended %s, %s, %lld", cases[i].name, cases[i].life, drift_ending_name(end.ending),
                     drift_cause_name(end.cause), (long long)end.lead);
    }
}

/* ---------------------------------------------------------------- all short histories */

/* The rules once more, told forward: what each side has, what it has had, and when it had it first. */
struct telling {
    int base;        /* a state; NEVER: not known */
    int has[2];      /* NEVER: not known */
    unsigned had[2]; /* a bit each state, without how it began */
    int64_t first[2][STATES_MAX];
    enum drift_cause cause;
};

static enum drift_cause tell_cause(const struct telling *telling)
{
    const int up = telling->has[0], down = telling->has[1], base = telling->base;

    if (base == NEVER)
        return DRIFT_BASELINE;
    if (up != base && down != base) {
        if (telling->had[0] & 1u << down)
            return DRIFT_PENDING;
        return telling->had[1] & 1u << up ? DRIFT_HOTFIX : DRIFT_DIVERGED;
    }
    return up != base ? DRIFT_PENDING : DRIFT_HOTFIX;
}

static void tell_step(struct telling *telling, int side, int state, int64_t at)
{
    if (!(telling->had[side] & 1u << state) || at < telling->first[side][state])
        telling->first[side][state] = at;
    telling->had[side] |= 1u << state;
    telling->has[side] = state;
}

static struct cause_end tell_end(const struct telling *telling, int mover, enum drift_cause before)
{
    const int now = telling->has[mover];
    const bool up = telling->had[0] & 1u << now, down = telling->had[1] & 1u << now;
    const bool promoted = up && down ? telling->first[0][now] <= telling->first[1][now] : mover == 1;

    if (now == telling->base)
        return (struct cause_end){DRIFT_REVERTED, before, -1};
    return (struct cause_end){promoted ? DRIFT_PROMOTED : DRIFT_BACKPORTED,
                              before == DRIFT_BASELINE || before == DRIFT_DIVERGED ? before
                              : promoted                                           ? DRIFT_PENDING
                                                                                   : DRIFT_HOTFIX,
                              promoted && up && down ? telling->first[1][now] - telling->first[0][now] : -1};
}

struct trial {
    struct life life;
    char letters[STATES_MAX];
    int states, times, longest;
    unsigned long lives, ends;
    unsigned causes[DRIFT_CAUSE_COUNT], endings[DRIFT_ENDING_COUNT];
};

/* What happens to upstream in a life happens to the other side in its mirror. */
static void check_mirror(const struct trial *trial, enum drift_cause cause)
{
    struct life mirror = trial->life;
    enum drift_cause seen;
    bool through[2] = {false, false};

    mirror.life.steps = mirror.steps;
    for (size_t i = 0; i < mirror.life.count; i++) {
        mirror.steps[i].side = 1 - mirror.steps[i].side;
        through[mirror.steps[i].side] = true;
    }
    seen = cause_of(&mirror.life);
    if (cause == DRIFT_BASELINE || cause == DRIFT_DIVERGED)
        assert_int_equal(seen, cause);
    else if (!through[0] || !through[1]) /* else each may have gone through the other's: then it is pending both ways */
        assert_int_equal(seen, cause == DRIFT_PENDING ? DRIFT_HOTFIX : DRIFT_PENDING);
}

static void describe_and_fail(const struct trial *trial, const char *what)
{
    char text[STEPS_MAX * 8] = "";

    for (size_t i = 0; i < trial->life.life.count; i++) {
        const struct cause_step *step = &trial->life.steps[i];

        snprintf(text + strlen(text), sizeof text - strlen(text), " %d%c%lld", step->side,
                 step->state.is_there ? (char)step->state.hash.bytes[0] : '-', (long long)step->at);
    }
    fail_msg("%s of %s%s", what, trial->life.life.base_known ? "known" : "?", text);
}

static void check_end(struct trial *trial, const struct telling *telling, int mover, enum drift_cause before)
{
    const struct cause_end end = cause_end(&trial->life.life, mover), told = tell_end(telling, mover, before);

    if (end.ending != told.ending || end.cause != told.cause || end.lead != told.lead)
        describe_and_fail(trial, "the end");
    trial->ends++;
    trial->endings[end.ending]++;
}

/* Go on with every step that a living drift can make; one that makes both sides equal ends it. */
static void go_on(struct trial *trial, const struct telling *telling)
{
    struct cause_life *life = &trial->life.life;

    if (life->count == (size_t)trial->longest)
        return;
    for (int move = 0; move < 2 * trial->states * trial->times; move++) {
        const int side = move & 1, state = move / 2 % trial->states, other = telling->has[1 - side];
        const int64_t at = 1 + move / 2 / trial->states;
        struct telling next = *telling;

        if (state == telling->has[side])
            continue;
        tell_step(&next, side, state, at);
        trial->life.steps[life->count++] = (struct cause_step){at, side, state_of(trial->letters[state])};
        if (other == NEVER || other == state)
            check_end(trial, &next, side, telling->cause);
        if (other == NEVER || other != state) {
            next.cause = tell_cause(&next);
            if (cause_of(life) != next.cause)
                describe_and_fail(trial, "the cause");
            check_mirror(trial, next.cause);
            trial->lives++;
            trial->causes[next.cause]++;
            go_on(trial, &next);
        }
        life->count--;
    }
}

static void try_all(struct trial *trial, int base)
{
    struct telling telling = {
        .base = base, .has = {base, base}, .cause = base == NEVER ? DRIFT_BASELINE : DRIFT_PENDING};

    trial->life = (struct life){.life = {.base_known = base != NEVER}};
    trial->life.life.steps = trial->life.steps;
    if (base != NEVER)
        trial->life.life.base = state_of(trial->letters[base]);
    go_on(trial, &telling);
}

static void test_all_short_histories(void **state)
{
    struct trial few = {.letters = "-ab", .states = 3, .times = 3, .longest = 5};
    struct trial many = {.letters = "a-bc", .states = 4, .times = 2, .longest = 6};

    (void)state;
    for (int base = NEVER; base < few.states; base++)
        try_all(&few, base);
    try_all(&many, 0);
    assert_true(few.lives > 150000 && few.ends > 150000 && many.lives > 200000);
    for (enum drift_cause cause = DRIFT_BASELINE; cause < DRIFT_OUTLIER; cause++)
        assert_true(few.causes[cause] > 0);
    for (enum drift_ending ending = DRIFT_PROMOTED; ending <= DRIFT_REVERTED; ending++)
        assert_true(few.endings[ending] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_why_they_differ),
        cmocka_unit_test(test_how_it_ended),
        cmocka_unit_test(test_all_short_histories),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
