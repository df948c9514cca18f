#include "drift/change_json.h"
#include "drift/rendering.h"
#include "drift/report_display.h"
#include "gate/gate_private.h"
#include "schema/load.h"
#include "store/nodes.h"

/* The reference held against an environment: what would have to change there to become it. */
struct held {
    struct gate_judging *judging;
    const struct gate_environment *environment;
    struct snapshot *from; /* what of them differs */
    struct snapshot *to;
    struct diff diff;
};

static void held_clear(struct held *held)
{
    snapshot_free(held->from);
    snapshot_free(held->to);
}

/* Nodes do not know by which server they were read, and a comparison asks for it. */
static enum error_code set_occasion(struct held *held)
{
    const struct target_row *spokesman = held->environment->spokesman;
    const char *version = arena_string(&held->from->arena, spokesman->server_version);

    if (version == NULL)
        return gate_no_memory(held->judging);
    held->from->info.server_version = (struct text){version, spokesman->server_version.length};
    held->from->info.taken_at = spokesman->taken_at;
    return ERROR_NONE;
}

static enum error_code hold(struct held *held)
{
    struct gate_judging *judging = held->judging;
    const struct node_source nodes = nodes_source(judging->database);
    const size_t limit = judging->content->fleet.memory_limit;
    struct diff_options options;

    if (policy_options(judging->policy, judging->question->database, held->environment->fleet.name, judging->arena,
                       &options, judging->error) != ERROR_NONE ||
        snapshot_load_against(&held->from, &held->to, &held->environment->spokesman->root, judging->question->reference,
                              &nodes, limit, judging->error) != ERROR_NONE)
        return judging->error->code;
    options.states = true;
    if (set_occasion(held) != ERROR_NONE)
        return judging->error->code;
    return diff_snapshots(&held->diff, held->from, held->to, &options, judging->arena, judging->error);
}

/* ---------------------------------------------------------------- what cannot be compared */

static enum error_code say_uncovered(struct held *held, const char *what)
{
    struct gate_judging *judging = held->judging;
    const char *message = what == NULL ? NULL
                                       : arena_printf(judging->arena, "%.*s cannot be compared with %.*s: %s",
                                                      TEXT_ARGS(held->environment->fleet.name),
                                                      TEXT_ARGS(judging->question->reference_name), what);

    return gate_add(judging, GATE_NOT_COVERED, SEVERITY_HIGH, message) == NULL ? judging->error->code : ERROR_NONE;
}

/* One sentence that was written for people, in the arena; NULL when memory ran out. */
static const char *keep(struct gate_judging *judging, const struct buffer *sentence)
{
    return sentence->failed ? NULL : arena_string(judging->arena, buffer_text(sentence));
}

static enum error_code look_at_coverage(struct held *held)
{
    struct gate_judging *judging = held->judging;

    if (held->diff.unknown_reason.length > 0)
        return say_uncovered(held, arena_string(judging->arena, held->diff.unknown_reason));
    for (uint32_t i = 0; i < held->diff.uncovered_count && i < GATE_LISTED; i++) {
        CLEANUP(buffer_clear) struct buffer sentence = {0};

        display_uncovered(&sentence, &held->diff.uncovered[i]);
        if (say_uncovered(held, keep(judging, &sentence)) != ERROR_NONE)
            return judging->error->code;
    }
    if (held->diff.uncovered_count <= GATE_LISTED)
        return ERROR_NONE;
    return gate_add_rest(judging, GATE_NOT_COVERED,
                         arena_printf(judging->arena, "and %u more that cannot be compared with %.*s",
                                      held->diff.uncovered_count - GATE_LISTED,
                                      TEXT_ARGS(judging->question->reference_name)));
}

/* ---------------------------------------------------------------- as it must be */

enum { ATTRIBUTES_NAMED = 5, VALUE_COLUMNS = 60 };

/* "differs in type (bigint, should be text), default (none, should be 0)" */
static void write_attributes(struct buffer *sentence, const struct change *change)
{
    for (uint32_t i = 0; i < change->attribute_count && i < ATTRIBUTES_NAMED; i++) {
        const struct attribute_change *attribute = &change->attributes[i];

        buffer_add_string(sentence, i == 0 ? " differs in " : ", ");
        display_text(sentence, attribute->name);
        buffer_add_string(sentence, " (");
        display_value(sentence, attribute->from, VALUE_COLUMNS);
        buffer_add_string(sentence, ", should be ");
        display_value(sentence, attribute->to, VALUE_COLUMNS);
        buffer_add_string(sentence, ")");
    }
    if (change->attribute_count == 0)
        buffer_add_string(sentence, " differs");
    else if (change->attribute_count > ATTRIBUTES_NAMED)
        buffer_printf(sentence, " and in %u more", change->attribute_count - ATTRIBUTES_NAMED);
}

static void write_other_name(struct buffer *sentence, const struct change *change, const char *words)
{
    if (change->probable_name.length == 0)
        return;
    buffer_add_string(sentence, words);
    display_text(sentence, change->probable_name);
}

/* How a thing is not as it should be. */
static void write_difference(struct buffer *sentence, const struct change *change)
{
    buffer_printf(sentence, "%s ", kind_name(change->kind));
    display_text(sentence, change->renamed_from.length > 0 ? change->renamed_from : change->object);
    switch (change->effect) {
    case EFFECT_ADDED:
        buffer_add_string(sentence, " is missing");
        write_other_name(sentence, change, ", or is called ");
        return;
    case EFFECT_REMOVED:
        buffer_add_string(sentence, " is there and should not be");
        write_other_name(sentence, change, ", or should be called ");
        return;
    case EFFECT_RENAMED:
        buffer_add_string(sentence, " should be called ");
        display_text(sentence, change->object);
        if (change->attribute_count == 0)
            return;
        buffer_add_string(sentence, ", and");
        break;
    case EFFECT_MODIFIED:
        break;
    }
    write_attributes(sentence, change);
}

static enum error_code say_different(struct held *held, const struct change *change)
{
    CLEANUP(buffer_clear) struct buffer sentence = {0};
    struct gate_judging *judging = held->judging;
    struct gate_reason *reason;
    const char *what;

    write_difference(&sentence, change);
    what = keep(judging, &sentence);
    reason = gate_add(judging, GATE_REFERENCE, change->severity,
                      what == NULL ? NULL
                                   : arena_printf(judging->arena, "%.*s is not as %.*s says: %s",
                                                  TEXT_ARGS(held->environment->fleet.name),
                                                  TEXT_ARGS(judging->question->reference_name), what));
    if (reason == NULL)
        return judging->error->code;
    reason->object = (struct text){arena_string(judging->arena, change->object), change->object.length};
    return reason->object.bytes == NULL ? gate_no_memory(judging) : ERROR_NONE;
}

/* What is promoted must be as the reference says. */
static enum error_code require_equal(struct held *held)
{
    struct gate_judging *judging = held->judging;
    uint32_t rest;

    for (uint32_t i = 0; i < held->diff.change_count && i < GATE_LISTED; i++)
        if (say_different(held, &held->diff.changes[i]) != ERROR_NONE)
            return judging->error->code;
    if (held->diff.change_count <= GATE_LISTED)
        return ERROR_NONE;
    rest = held->diff.change_count - GATE_LISTED;
    return gate_add_rest(judging, GATE_REFERENCE,
                         arena_printf(judging->arena, "and %u more difference%s between %.*s and %.*s", rest,
                                      rest == 1 ? "" : "s", TEXT_ARGS(held->environment->fleet.name),
                                      TEXT_ARGS(judging->question->reference_name)));
}

/* ---------------------------------------------------------------- as what is promoted */

/* The snapshots go before the answer does. */
static enum error_code copy_texts(struct gate_judging *judging, struct drift_row *drift)
{
    struct text *texts[] = {&drift->object, &drift->owner, &drift->renamed_from, &drift->owner_before};

    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        texts[i]->bytes = arena_string(judging->arena, *texts[i]);
        if (texts[i]->bytes == NULL)
            return gate_no_memory(judging);
    }
    return ERROR_NONE;
}

static enum error_code set_attributes(struct gate_judging *judging, const struct change *change,
                                      struct drift_row *drift)
{
    CLEANUP(buffer_clear) struct buffer json = {0};

    if (change_json_write_attributes(&json, change, judging->error) != ERROR_NONE)
        return judging->error->code;
    drift->attributes = (struct text){arena_string(judging->arena, buffer_text(&json)), json.length};
    return drift->attributes.bytes == NULL ? gate_no_memory(judging) : ERROR_NONE;
}

/* A difference as a drift that nobody keeps. The sides of a drift stand the other way round than those of the change
 * that a promotion makes. */
static enum error_code make_drift(struct held *held, const struct change *change, struct drift_row *drift)
{
    struct gate_judging *judging = held->judging;

    *drift = (struct drift_row){.database = judging->question->database,
                                .from = judging->question->from,
                                .to = judging->question->to,
                                .active = true,
                                .cause = DRIFT_BASELINE,
                                .effect = change->effect,
                                .kind = change->kind,
                                .object_kind = change->object_kind,
                                .aspect = change->aspect,
                                .severity = change->severity,
                                .rule = text_from(change->rule),
                                .object = change->object,
                                .owner = change->owner,
                                .renamed_from = change->renamed_from,
                                .owner_before = change->owner_before,
                                .states = {change->states[SIDE_TO], change->states[SIDE_FROM]},
                                .opened_at = judging->question->reference->info.taken_at,
                                .changed_at = judging->question->reference->info.taken_at,
                                .seen_at = judging->question->now,
                                .lead = -1};
    return copy_texts(judging, drift) != ERROR_NONE ? judging->error->code : set_attributes(judging, change, drift);
}

static enum error_code take_as_plan(struct held *held)
{
    struct gate_judging *judging = held->judging;
    struct drift_row *drifts = arena_array(judging->arena, held->diff.change_count, sizeof *drifts);

    if (drifts == NULL)
        return gate_no_memory(judging);
    for (uint32_t i = 0; i < held->diff.change_count; i++)
        if (make_drift(held, &held->diff.changes[i], &drifts[i]) != ERROR_NONE)
            return judging->error->code;
    if (gate_find_hotfixes(judging, held->environment->spokesman, drifts, held->diff.change_count) != ERROR_NONE)
        return judging->error->code;
    return gate_take_plan(judging, drifts, held->diff.change_count);
}

enum error_code gate_look_at_reference(struct gate_judging *judging)
{
    const bool takes_the_place = judging->question->from.length == 0;
    CLEANUP(held_clear) struct held held = {.judging = judging, .environment = &judging->sides[takes_the_place]};

    if (judging->question->reference == NULL || held.environment->spokesman == NULL)
        return ERROR_NONE;
    if (hold(&held) != ERROR_NONE || look_at_coverage(&held) != ERROR_NONE)
        return judging->error->code;
    return takes_the_place ? take_as_plan(&held) : require_equal(&held);
}
