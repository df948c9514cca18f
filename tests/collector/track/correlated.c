#include "collector/track/correlated.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/drift/snapshot_text.h"
#include "contract/contract_file.h"
#include "drift/severity.h"
#include "store/drifts.h"
#include "store/events.h"
#include "store/pairs.h"
#include "store/upkeep.h"
#include "support/cmocka.h"

enum { MEMORY = 256 * 1024 * 1024, SECOND = 1000 * 1000, CATCH_UP_LIMIT = 1000 };

void correlated_begin(struct correlated *correlated, struct history *history)
{
    struct error error = {0};

    *correlated = (struct correlated){.history = history, .began = history->now};
    history_expect(correlator_new(&correlated->correlator, history->database, &error), &error);
    record_for(correlated->correlator);
    correlated_policy(correlated, "dev staging prod", NULL, NULL);
}

void correlated_end(struct correlated *correlated)
{
    record_for(NULL);
    correlator_free(correlated->correlator);
    policy_release(correlated->policy);
    *correlated = (struct correlated){0};
}

int correlated_setup(void **state)
{
    static struct history history;
    static struct correlated correlated;

    history_open(&history);
    correlated_begin(&correlated, &history);
    *state = &correlated;
    return 0;
}

int correlated_teardown(void **state)
{
    struct correlated *correlated = *state;
    struct history *history = correlated->history;

    correlated_end(correlated);
    history_close(history);
    return 0;
}

/* ---- the policy ---- */

static size_t split(char *words, struct text *ret_words, size_t limit)
{
    size_t count = 0;
    char *rest = NULL;

    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        assert_in_range(count, 0, limit - 1);
        ret_words[count++] = text_from(word);
    }
    return count;
}

void correlated_policy(struct correlated *correlated, const char *path, const char *ignore, const char *contracts)
{
    CLEANUP(arena_free) struct arena arena = {0};
    struct policy_content content = {
        .gate = {.max_age_us = INT64_C(600) * SECOND, .waiver_longest_us = INT64_C(90) * 86400 * SECOND},
        .contracts = {.known = true}};
    struct text words[CORRELATED_PATH];
    struct policy *policy = NULL;
    struct error error = {0};
    char *copy;

    arena_init(&arena, MEMORY);
    copy = arena_string(&arena, text_from(path));
    assert_non_null(copy);
    content.fleet = (struct fleet_policy){.path = words,
                                          .path_count = split(copy, words, CORRELATED_PATH),
                                          .stale_after_us = INT64_MAX,
                                          .memory_limit = MEMORY};
    diff_options_init(&content.fleet.compare);
    if (ignore != NULL)
        content.fleet.compare.ignore = ignore_from_text(ignore, &arena);
    if (contracts != NULL)
        history_expect(
            contract_text_read(&content.contracts.set, "contracts.yaml", text_from(contracts), &arena, &error), &error);
    history_expect(policy_new(&policy, &content, &error), &error);
    correlator_use(correlated->correlator, policy);
    policy_release(correlated->policy);
    correlated->policy = policy;
}

void correlated_catch_up(struct correlated *correlated)
{
    struct error error = {0};
    bool more = true;

    for (int i = 0; more; i++) {
        assert_in_range(i, 0, CATCH_UP_LIMIT);
        history_begin(correlated->history);
        history_expect(correlator_catch_up(correlated->correlator, correlated->history->now, &more, &error), &error);
        history_commit(correlated->history);
    }
    assert_false(correlator_is_behind(correlated->correlator));
}

/* ---- targets and snapshots ---- */

/* "orders@prod/eu-1". */
static int64_t find_target(struct correlated *correlated, const char *place)
{
    char copy[128], *environment, *instance;

    snprintf(copy, sizeof copy, "%s", place);
    environment = strchr(copy, '@');
    assert_non_null(environment);
    *environment++ = '\0';
    instance = strchr(environment, '/');
    if (instance != NULL)
        *instance++ = '\0';
    return history_target(correlated->history, copy, environment, instance == NULL ? "default" : instance);
}

/* "column a.u.y < a.t.x": the owner of a part is what stands before its last dot. */
static void read_rename(char *line, struct rename *rename)
{
    char *name = strchr(line, ' '), *before = strstr(line, " < "), *dot;

    assert_non_null(name);
    assert_non_null(before);
    *name++ = '\0';
    *before = '\0';
    *rename =
        (struct rename){.object = text_from(name), .owner = text_from(name), .renamed_from = text_from(before + 3)};
    rename->kind = rename->object_kind = kind_from_name(text_from(line));
    assert_int_not_equal(rename->kind, KIND_NONE);
    if (rename->kind != KIND_COLUMN)
        return;
    dot = strrchr(name, '.');
    rename->object_kind = KIND_TABLE;
    rename->owner.length = (size_t)(dot - name);
}

int64_t correlated_record_by(struct correlated *correlated, const char *place, const char *schema, const char *actor)
{
    const struct ddl_event_row event = {.at = correlated->history->now,
                                        .actor = text_from(actor),
                                        .command = TEXT("ALTER TABLE"),
                                        .statement = TEXT("ALTER TABLE a.t …")};
    const struct record_extra extra = {.ddl_events = &event, .ddl_event_count = actor != NULL, .capture = true};

    return record_text(correlated->history, find_target(correlated, place), schema, &extra);
}

int64_t correlated_record(struct correlated *correlated, const char *place, const char *schema, const char *renames)
{
    struct rename list[8];
    struct record_extra extra = {.renames = {list, 0}};
    char copy[512], *rest = NULL;

    snprintf(copy, sizeof copy, "%s", renames == NULL ? "" : renames);
    for (char *line = strtok_r(copy, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        assert_in_range(extra.renames.count, 0, LENGTH_OF(list) - 1);
        read_rename(line, &list[extra.renames.count++]);
    }
    return record_text(correlated->history, find_target(correlated, place), schema, &extra);
}

void correlated_forget(struct correlated *correlated, const char *place)
{
    int64_t target = find_target(correlated, place);
    struct error error = {0};

    history_begin(correlated->history);
    history_expect(targets_forget(correlated->history->database, target, &error), &error);
    history_commit(correlated->history);
    correlator_forget(correlated->correlator);
    correlated_catch_up(correlated);
}

/* ---- what came of it ---- */

static const char *keep(struct correlated *correlated, struct buffer *buffer)
{
    char *kept = arena_string(&correlated->history->arena, buffer_text(buffer));

    assert_non_null(kept);
    return kept;
}

static void write_drift(struct buffer *lines, const struct drift_row *drift)
{
    buffer_printf(lines, "%" PRId64 " %.*s", drift->id, TEXT_ARGS(drift->from));
    if (drift->instance.length > 0)
        buffer_printf(lines, "/%.*s", TEXT_ARGS(drift->instance));
    else
        buffer_printf(lines, "→%.*s", TEXT_ARGS(drift->to));
    buffer_printf(lines, " %s %s %.*s", effect_name(drift->effect), kind_name(drift->kind), TEXT_ARGS(drift->object));
    if (drift->renamed_from.length > 0)
        buffer_printf(lines, " < %.*s", TEXT_ARGS(drift->renamed_from));
    buffer_printf(lines, ": %s", drift_cause_name(drift->cause));
    if (drift->ending != DRIFT_LIVES)
        buffer_printf(lines, ", %s", drift_ending_name(drift->ending));
    if (drift->lead >= 0)
        buffer_printf(lines, " after %" PRId64, drift->lead / SECOND);
    if (drift->state == DRIFT_ACKNOWLEDGED || drift->state == DRIFT_WAIVED)
        buffer_printf(lines, " %s", drift_state_name(drift->state));
    if (drift->hidden)
        buffer_add_string(lines, " hidden");
    if (drift->reopened > 0)
        buffer_printf(lines, " again %u", drift->reopened);
    if (drift->previous != 0)
        buffer_printf(lines, " as before in %" PRId64, drift->previous);
    buffer_add_byte(lines, '\n');
}

const char *correlated_drifts(struct correlated *correlated)
{
    struct history *history = correlated->history;
    const struct drift_filter filter = {.states = (1U << DRIFT_STATE_COUNT) - 1, .limit = 10000};
    CLEANUP(buffer_clear) struct buffer lines = {0};
    struct drift_row *drifts = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(drifts_list(history->database, &filter, &history->arena, &drifts, &count, &error), &error);
    while (count-- > 0)
        write_drift(&lines, &drifts[count]);
    return keep(correlated, &lines);
}

const char *correlated_steps(struct correlated *correlated, int64_t drift)
{
    struct history *history = correlated->history;
    CLEANUP(buffer_clear) struct buffer lines = {0};
    struct drift_step_row *steps = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(drift_steps_list(history->database, drift, &history->arena, &steps, &count, &error), &error);
    for (size_t i = 0; i < count; i++) {
        buffer_printf(&lines, "%s %" PRId64, drift_step_name(steps[i].what),
                      (steps[i].at - correlated->began) / SECOND);
        if (steps[i].side >= 0)
            buffer_printf(&lines, " %s", steps[i].side == 0 ? "from" : "to");
        if (steps[i].note.length > 0)
            buffer_printf(&lines, ": %.*s", TEXT_ARGS(steps[i].note));
        buffer_add_byte(&lines, '\n');
    }
    return keep(correlated, &lines);
}

const char *correlated_events(struct correlated *correlated, int64_t after, const char *type)
{
    struct history *history = correlated->history;
    CLEANUP(buffer_clear) struct buffer lines = {0};
    struct event_row *events = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(events_list(history->database, after, 100000, &history->arena, &events, &count, &error), &error);
    for (size_t i = 0; i < count; i++) {
        if (type == NULL && events[i].type != EVENT_SNAPSHOT_RECORDED && events[i].type != EVENT_SCHEMA_CHANGED)
            buffer_printf(&lines, "%s\n", event_type_name(events[i].type));
        if (type != NULL && strcmp(event_type_name(events[i].type), type) == 0)
            buffer_printf(&lines, "%s %.*s\n", severity_name(events[i].severity), TEXT_ARGS(events[i].data));
    }
    return keep(correlated, &lines);
}

int64_t correlated_last_event(struct correlated *correlated)
{
    return history_ask(correlated->history, "SELECT coalesce(max(id), 0) FROM event");
}

static void report_problem(void *context, const char *problem)
{
    (void)context;
    fail_msg("%s", problem);
}

void correlated_verify(struct correlated *correlated)
{
    const struct verify_options options = {.report = report_problem};
    struct verify_result result;
    struct error error = {0};

    history_expect(store_verify(correlated->history->database, &options, &result, &error), &error);
    assert_int_equal(result.problems, 0);
}
