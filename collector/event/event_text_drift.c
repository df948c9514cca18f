#include <inttypes.h>

#include "event/event_line.h"

/* ---- of differences ---- */

/* "prod", "instance eu-1 of prod" */
static void put_there(const struct event_line *line)
{
    if (line_text_of(line, "instance").length > 0) {
        line_put(line, "instance ");
        line_put_text(line, line_text_of(line, "instance"));
        line_put(line, " of ");
    }
    line_put_text(line, line_text_of(line, "to"));
}

/* "staging and prod", "instance eu-1 of prod and the others" */
static void put_pair(const struct event_line *line)
{
    if (line_text_of(line, "instance").length > 0) {
        put_there(line);
        line_put(line, " and the others");
        return;
    }
    line_put_text(line, line_text_of(line, "from"));
    line_put(line, " and ");
    line_put_text(line, line_text_of(line, "to"));
}

static void put_rename(const struct event_line *line)
{
    bool is_outlier = line_text_of(line, "instance").length > 0;

    line_put_text(line, line_text_of(line, "kind"));
    line_put_if(line, " ", is_outlier ? "renamed_from" : "object");
    if (!is_outlier)
        line_put_if(line, " of ", "from");
    line_put_if(line, " is called ", is_outlier ? "object" : "renamed_from");
    line_put(line, " in ");
    put_there(line);
}

/* A pair is read as what a promotion would do: what it adds is missing. Of an instance it is how it differs. */
static void put_difference(const struct event_line *line)
{
    bool is_outlier = line_text_of(line, "instance").length > 0;
    bool is_added = line_says(line, "effect", "added"), is_removed = line_says(line, "effect", "removed");

    if (line_says(line, "effect", "renamed")) {
        put_rename(line);
        return;
    }
    line_put_thing(line, line->data);
    if (is_added || is_removed) {
        line_put(line, is_added == is_outlier ? " is only in " : " is missing in ");
        put_there(line);
        if (is_outlier)
            line_put(line, is_added ? ", not in the others" : ", the others have it");
        else if (is_removed)
            line_put_if(line, ", not in ", "from");
        return;
    }
    line_put(line, " differs in ");
    put_there(line);
    line_put_attributes(line, line->data, is_outlier ? "from" : "to", " is ");
}

static void put_cause(const struct event_line *line)
{
    if (line_says(line, "cause", "hotfix"))
        line_put_if(line, ", changed first in ", "to");
    else if (line_says(line, "cause", "diverged"))
        line_put(line, ", both sides have changed it");
    line_put_who(line, line->data);
}

static void drift_opened(const struct event_line *line)
{
    line_put_text(line, line_text_of(line, "database"));
    line_put(line, ": ");
    put_difference(line);
    put_cause(line);
    if (line_says(line, "state", "waived"))
        line_put(line, "; accepted by a waiver");
}

static void drift_changed(const struct event_line *line)
{
    line_put_text(line, line_text_of(line, "database"));
    line_put(line, ": ");
    if (json_is_true(json_object_get(line->data, "hidden"))) {
        line_put_thing(line, line->data);
        line_put(line, " differs as far as was known, and cannot be read now in ");
        put_pair(line);
        return;
    }
    line_put(line, "another difference than before: ");
    put_difference(line);
    put_cause(line);
}

/* What a deed names: one thing, or how many. */
static void put_drifts(const struct event_line *line)
{
    int64_t count = line_has(line, "drift") ? 1 : line_number_of(line, "count");

    line_put_text(line, line_text_of(line, "database"));
    line_put(line, ": ");
    if (line_text_of(line, "object").length > 0) {
        line_put(line, "the difference of ");
        line_put_thing(line, line->data);
    } else {
        line_put_count(line, count, "difference");
    }
    if (line_text_of(line, "to").length > 0) {
        line_put(line, " in ");
        put_there(line);
    }
}

static bool is_one(const struct event_line *line)
{
    return line_has(line, "drift") || line_number_of(line, "count") == 1;
}

static void drift_reopened(const struct event_line *line)
{
    put_drifts(line);
    line_put(line, is_one(line) ? " is open again" : " are open again");
    line_put_if(line, ": ", "note");
    line_put_by(line);
    line_put_who(line, line->data);
}

static void drift_ended(const struct event_line *line)
{
    static const struct {
        const char *ending, *words;
    } endings[] = {{"promoted", ": it was promoted"},
                   {"backported", ": it was taken over from there"},
                   {"reverted", ": it was taken back"},
                   {"repaired", ": it is as in the others"},
                   {"adopted", ": the others are as it"},
                   {"absorbed", ": it is part of another difference"},
                   {"excused", ": the configuration no longer counts it"},
                   {"forgotten", ": there is nothing to compare with any more"}};

    line_put_text(line, line_text_of(line, "database"));
    line_put(line, ": ");
    line_put_thing(line, line->data);
    line_put(line, " no longer differs in ");
    put_there(line);
    for (size_t i = 0; i < LENGTH_OF(endings); i++)
        if (line_says(line, "ending", endings[i].ending))
            line_put(line, endings[i].words);
    if (line_has(line, "lead_seconds")) {
        line_put(line, " after ");
        line_put_duration(line, line_number_of(line, "lead_seconds"));
    }
    line_put_who(line, line->data);
}

static void put_many(const struct event_line *line, const char *words)
{
    line_put_text(line, line_text_of(line, "database"));
    line_put(line, ": ");
    line_put_count(line, line_number_of(line, "count"), "difference");
    line_put(line, " between ");
    put_pair(line);
    line_put(line, words);
    line_put_levels(line, "summary");
}

static void drifts_opened(const struct event_line *line)
{
    put_many(line, " began");
}

static void drifts_changed(const struct event_line *line)
{
    put_many(line, " are other than before");
}

static void drifts_reopened(const struct event_line *line)
{
    put_many(line, " are open again");
}

static void drifts_ended(const struct event_line *line)
{
    put_many(line, " are over");
}

static void drift_acknowledged(const struct event_line *line)
{
    put_drifts(line);
    line_put(line, is_one(line) ? " is known" : " are known");
    line_put_if(line, " to ", "by");
    line_put_if(line, ": ", "note");
}

/* What a waiver is for: its pattern, or what it was given for. */
static void put_waived(const struct event_line *line)
{
    struct text pattern = line_string_of(json_object_get(json_object_get(line->data, "waiver"), "pattern"));

    if (pattern.length == 0) {
        put_drifts(line);
        return;
    }
    line_put_text(line, line_text_of(line, "database"));
    line_put(line, ": ");
    line_put_clipped(line, pattern);
}

static void drift_waived(const struct event_line *line)
{
    const json_t *waiver = json_object_get(line->data, "waiver");

    put_waived(line);
    line_put(line, " accepted until ");
    line_put_text(line, line_string_of(json_object_get(waiver, "expires_at")));
    line_put_by(line);
    line_put(line, ": ");
    line_put_clipped(line, line_string_of(json_object_get(waiver, "reason")));
}

static void put_reopened(const struct event_line *line)
{
    int64_t count = line_number_of(line, "count");

    if (count == 0)
        return;
    line_put(line, "; ");
    line_put_count(line, count, "difference");
    line_put(line, count == 1 ? " is open again" : " are open again");
}

static void waiver_ended(const struct event_line *line)
{
    put_waived(line);
    line_put(line, " no longer accepted: the waiver was taken back");
    line_put_by(line);
    put_reopened(line);
}

static void waiver_expired(const struct event_line *line)
{
    put_waived(line);
    line_put(line, " no longer accepted: the waiver has expired");
    put_reopened(line);
}

/* ---- of contracts and the gate ---- */

static void put_contract(const struct event_line *line, const char *before, const char *after)
{
    line_put(line, before);
    line_put_text(line, line_text_of(line, "contract"));
    line_put(line, after);
    line_put_place(line);
}

static void contract_violated(const struct event_line *line)
{
    size_t count = json_array_size(json_object_get(line->data, "findings"));

    put_contract(line, "contract ", " does not hold in ");
    line_put_if(line, ": ", "reason");
    if (count > 1)
        buffer_printf(line->output, ", and %zu more", count - 1);
    line_put_who(line, line->data);
}

static void contract_unknown(const struct event_line *line)
{
    put_contract(line, "whether contract ", " holds cannot be told in ");
    line_put_if(line, ": ", "reason");
}

static void contract_restored(const struct event_line *line)
{
    put_contract(line, "contract ", " holds again in ");
    line_put_who(line, line->data);
}

/* "orders staging→prod" */
static void put_promotion(const struct event_line *line)
{
    line_put_text(line, line_text_of(line, "database"));
    line_put(line, " ");
    line_put_text(line, line_text_of(line, "from").length > 0 ? line_text_of(line, "from") : TEXT("a snapshot"));
    line_put_if(line, "→", "to");
}

static void gate_evaluated(const struct event_line *line)
{
    int64_t count = line_number_of(line, "reasons");

    put_promotion(line);
    line_put(line, line_says(line, "verdict", "PASS")      ? " may be promoted"
                   : line_says(line, "verdict", "BLOCKED") ? " is blocked"
                                                           : " cannot be judged");
    line_put_if(line, ": ", "reason");
    if (count > 1)
        buffer_printf(line->output, ", and %" PRId64 " more", count - 1);
    line_put(line, "; asked");
    line_put_if(line, " by ", "by");
}

static void gate_pinned(const struct event_line *line)
{
    line_put_text(line, line_text_of(line, "subject"));
    line_put(line, " was approved as it is now");
    line_put_by(line);
}

const event_line_writer event_text_of_drifts[EVENT_TYPE_COUNT] = {
    [EVENT_DRIFT_OPENED] = drift_opened,
    [EVENT_DRIFT_CHANGED] = drift_changed,
    [EVENT_DRIFT_REOPENED] = drift_reopened,
    [EVENT_DRIFT_ENDED] = drift_ended,
    [EVENT_DRIFTS_OPENED] = drifts_opened,
    [EVENT_DRIFTS_CHANGED] = drifts_changed,
    [EVENT_DRIFTS_REOPENED] = drifts_reopened,
    [EVENT_DRIFTS_ENDED] = drifts_ended,
    [EVENT_DRIFT_ACKNOWLEDGED] = drift_acknowledged,
    [EVENT_DRIFT_WAIVED] = drift_waived,
    [EVENT_WAIVER_ENDED] = waiver_ended,
    [EVENT_WAIVER_EXPIRED] = waiver_expired,
    [EVENT_CONTRACT_VIOLATED] = contract_violated,
    [EVENT_CONTRACT_UNKNOWN] = contract_unknown,
    [EVENT_CONTRACT_RESTORED] = contract_restored,
    [EVENT_GATE_EVALUATED] = gate_evaluated,
    [EVENT_GATE_PINNED] = gate_pinned,
};
