#include "gate/gate.h"

#include <stdlib.h>

#include "base/clock.h"
#include "gate/gate_private.h"

/* ---------------------------------------------------------------- the question */

/* The place of an environment on a path; its length: none. */
static size_t place_of(const struct fleet_path *path, struct text environment)
{
    size_t place = 0;

    while (place < path->count && !text_equal(path->path[place], environment))
        place++;
    return place;
}

static enum error_code no_neighbours(struct gate_judging *judging, const struct fleet_path *path, const char *why)
{
    CLEANUP(buffer_clear) struct buffer hint = {0};
    const struct gate_question *question = judging->question;

    for (size_t i = 0; i < path->count; i++)
        buffer_printf(&hint, "%s%.*s", i == 0 ? "" : " → ", TEXT_ARGS(path->path[i]));
    if (buffer_check(&hint, judging->error, "asking the gate") != ERROR_NONE)
        return judging->error->code;
    error_set(judging->error, ERROR_USAGE, "'%.*s' is not promoted from %.*s to %.*s: %s",
              TEXT_ARGS(question->database), TEXT_ARGS(question->from), TEXT_ARGS(question->to), why);
    if (path->count == 0)
        return error_hint(judging->error, "it has no promotion path: `path` of the collector's configuration");
    return error_hint(judging->error, "its promotion path is %s", hint.bytes);
}

/* An environment between the two that has a snapshot is what is promoted to first. */
static enum error_code look_between(struct gate_judging *judging, const struct fleet_path *path, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++) {
        struct root_count *roots = NULL;
        const char *why;
        size_t count = 0;

        if (targets_roots(judging->database, judging->question->database, path->path[i], judging->arena, &roots, &count,
                          judging->error) != ERROR_NONE)
            return judging->error->code;
        if (count == 0)
            continue;
        why = arena_printf(judging->arena, "%.*s stands between them", TEXT_ARGS(path->path[i]));
        return why == NULL ? gate_no_memory(judging) : no_neighbours(judging, path, why);
    }
    return ERROR_NONE;
}

/* What nobody ever saw is not known, whatever the path says. */
static enum error_code check_neighbours(struct gate_judging *judging)
{
    const struct gate_question *question = judging->question;
    const struct fleet_path path = policy_path(judging->policy, question->database);
    const size_t from = place_of(&path, question->from), to = place_of(&path, question->to);

    if (question->from.length == 0 || !judging->sides[0].is_there || !judging->sides[1].is_there)
        return ERROR_NONE;
    if (from == path.count || to == path.count)
        return no_neighbours(judging, &path, "not both are on its promotion path");
    if (from >= to)
        return no_neighbours(judging, &path, "the path goes the other way");
    return look_between(judging, &path, from, to);
}

static enum error_code check_question(const struct gate_question *question, struct error *error)
{
    if (question->database.length == 0 || question->to.length == 0)
        return error_set(error, ERROR_USAGE, "the gate needs a database and an environment to promote to");
    if (question->from.length == 0 && question->reference == NULL)
        return error_set(error, ERROR_USAGE, "the gate needs an environment to promote from, or a reference");
    if (text_equal(question->from, question->to))
        return error_set(error, ERROR_USAGE, "'%.*s' cannot be promoted to itself", TEXT_ARGS(question->to));
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- freezes */

static enum error_code say_frozen(struct gate_judging *judging, const struct freeze *freeze, int64_t until)
{
    const struct gate_question *question = judging->question;
    struct gate_reason *reason;
    char time[CLOCK_TEXT_SIZE];

    clock_format_seconds(until, time);
    reason =
        gate_add(judging, GATE_FREEZE, SEVERITY_HIGH,
                 arena_printf(judging->arena, "%.*s of '%.*s' must not change until %s (freeze '%.*s'%s%.*s)",
                              TEXT_ARGS(question->to), TEXT_ARGS(question->database), time, TEXT_ARGS(freeze->name),
                              freeze->reason.length > 0 ? ": " : "", TEXT_ARGS(freeze->reason)));
    if (reason == NULL)
        return judging->error->code;
    reason->until = until;
    return ERROR_NONE;
}

static enum error_code look_at_freezes(struct gate_judging *judging)
{
    const struct policy_gate *gate = &judging->content->gate;

    for (size_t i = 0; i < gate->freeze_count; i++) {
        const struct freeze *freeze = &gate->freezes[i];
        int64_t until = 0;

        if (freeze_concerns(freeze, judging->question->database, judging->question->to) &&
            freeze_is_on(freeze, judging->question->now, &until) && say_frozen(judging, freeze, until) != ERROR_NONE)
            return judging->error->code;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- the answer */

/* Blocked before unknown, then as the codes stand, so that what is alike stands together and its advice once; of one
 * code by severity, then object, and last what counts the rest. What is equal stays in the order in which it was found,
 * which is that of the array that the pointers point into. */
static int compare_reasons(const void *a, const void *b)
{
    const struct gate_reason *x = *(const struct gate_reason *const *)a, *y = *(const struct gate_reason *const *)b;
    const enum gate_verdict p = gate_reason_facts[x->code].verdict, q = gate_reason_facts[y->code].verdict;
    int order;

    if (p != q)
        return p == GATE_BLOCKED ? -1 : 1;
    if (x->code != y->code)
        return x->code < y->code ? -1 : 1;
    if (x->is_rest != y->is_rest)
        return x->is_rest ? 1 : -1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    order = text_compare(x->object, y->object);
    return order != 0 ? order : (x > y) - (x < y);
}

static enum error_code order_reasons(struct gate_judging *judging)
{
    struct gate_answer *answer = judging->answer;
    const struct gate_reason **order = arena_array(judging->arena, answer->reason_count, sizeof(*order));
    struct gate_reason *reasons = arena_array(judging->arena, answer->reason_count, sizeof *reasons);

    if (order == NULL || reasons == NULL)
        return gate_no_memory(judging);
    for (size_t i = 0; i < answer->reason_count; i++)
        order[i] = &answer->reasons[i];
    if (answer->reason_count > 1)
        qsort(order, answer->reason_count, sizeof(*order), compare_reasons);
    for (size_t i = 0; i < answer->reason_count; i++)
        reasons[i] = *order[i];
    answer->reasons = reasons;
    return ERROR_NONE;
}

static enum gate_verdict find_verdict(const struct gate_answer *answer)
{
    return answer->reason_count == 0 ? GATE_PASS : gate_reason_facts[answer->reasons[0].code].verdict;
}

static enum error_code judge(struct gate_judging *judging)
{
    if (gate_look_at_sides(judging) != ERROR_NONE || check_neighbours(judging) != ERROR_NONE ||
        (judging->question->from.length > 0 && gate_look_at_drifts(judging) != ERROR_NONE) ||
        gate_look_at_reference(judging) != ERROR_NONE || gate_look_at_contracts(judging) != ERROR_NONE ||
        look_at_freezes(judging) != ERROR_NONE || order_reasons(judging) != ERROR_NONE)
        return judging->error->code;
    judging->answer->verdict = find_verdict(judging->answer);
    return ERROR_NONE;
}

enum error_code gate_evaluate(struct gate_answer *ret_answer, struct database *database, const struct policy *policy,
                              const struct gate_question *question, struct arena *arena, struct error *error)
{
    const struct policy_content *content = policy_content(policy);
    struct gate_answer answer = {.verdict = GATE_UNKNOWN,
                                 .database = question->database,
                                 .has_reference = question->reference != NULL,
                                 .at = question->now};
    struct gate_judging judging = {.database = database,
                                   .policy = policy,
                                   .content = content,
                                   .question = question,
                                   .max_age_us =
                                       question->max_age_us > 0 ? question->max_age_us : content->gate.max_age_us,
                                   .allow_outliers = question->allow_outliers || content->gate.allow_outliers,
                                   .answer = &answer,
                                   .arena = arena,
                                   .error = error};

    if (answer.has_reference)
        answer.reference = question->reference->root;
    if (check_question(question, error) != ERROR_NONE || judge(&judging) != ERROR_NONE)
        return error->code;
    *ret_answer = answer;
    return ERROR_NONE;
}
