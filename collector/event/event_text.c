#include "event/event_text.h"

#include <inttypes.h>

#include "drift/report_display.h"
#include "drift/severity.h"

enum {
    VALUE_COLUMNS = 60, /* of one value, one reason */
    ATTRIBUTES_SHOWN = 2
};

/* One line on its way. */
struct line {
    const struct event_row *event;
    const json_t *data;
    struct buffer *output;
};

/* ---- what data says ---- */

static struct text string_of(const json_t *value)
{
    return (struct text){json_string_value(value), json_string_length(value)};
}

static struct text text_of(const struct line *line, const char *name)
{
    return string_of(json_object_get(line->data, name));
}

static bool has(const struct line *line, const char *name)
{
    return json_object_get(line->data, name) != NULL;
}

static int64_t number_of(const struct line *line, const char *name)
{
    return json_integer_value(json_object_get(line->data, name));
}

static bool says(const struct line *line, const char *name, const char *what)
{
    return text_equal(text_of(line, name), text_from(what));
}

/* ---- what all lines are made of ---- */

static void put(const struct line *line, const char *words)
{
    buffer_add_string(line->output, words);
}

static void put_text(const struct line *line, struct text text)
{
    display_text(line->output, text);
}

static void put_clipped(const struct line *line, struct text text)
{
    display_clipped(line->output, text, VALUE_COLUMNS);
}

/* `words` and what data calls by the name; nothing when it does not. */
static void put_if(const struct line *line, const char *words, const char *name)
{
    if (text_of(line, name).length == 0)
        return;
    put(line, words);
    put_clipped(line, text_of(line, name));
}

/* "1 change", "3 changes". */
static void put_count(const struct line *line, int64_t count, const char *thing)
{
    buffer_printf(line->output, "%" PRId64 " %s%s", count, thing, count == 1 ? "" : "s");
}

/* "orders@prod/eu-1", "orders", or what data calls the target. */
static void put_place(const struct line *line)
{
    const struct target_name *place = &line->event->place;

    if (place->database.length == 0) {
        put_text(line, text_of(line, "target"));
        return;
    }
    put_text(line, place->database);
    if (place->environment.length == 0)
        return;
    put(line, "@");
    put_text(line, place->environment);
    if (place->instance.length == 0 || text_equal(place->instance, TEXT("default")))
        return;
    put(line, "/");
    put_text(line, place->instance);
}

static void put_agent(const struct line *line)
{
    put(line, "agent ");
    put_text(line, text_of(line, "agent").length > 0 ? text_of(line, "agent") : line->event->agent_name);
}

/* ", by alice (captured)"; of what is known only by looking, who is not known. */
static void put_who(const struct line *line, const json_t *data)
{
    struct text actor = string_of(json_object_get(data, "actor"));
    struct text evidence = string_of(json_object_get(data, "evidence"));

    if (text_equal(evidence, TEXT("unattributed"))) {
        put(line, ", by somebody that capture did not see");
        return;
    }
    if (actor.length == 0)
        return;
    put(line, ", by ");
    put_clipped(line, actor);
    if (evidence.length > 0) {
        put(line, " (");
        put_text(line, evidence);
        put(line, ")");
    }
}

static void put_by(const struct line *line)
{
    put_if(line, ", by ", "by");
}

/* "2 days", "3 h", "12 min", "40 s": as much as people want to know. */
static void put_duration(const struct line *line, int64_t seconds)
{
    if (seconds >= 2 * 86400)
        put_count(line, seconds / 86400, "day");
    else if (seconds >= 7200)
        buffer_printf(line->output, "%" PRId64 " h", seconds / 3600);
    else if (seconds >= 120)
        buffer_printf(line->output, "%" PRId64 " min", seconds / 60);
    else
        buffer_printf(line->output, "%" PRId64 " s", seconds);
}

/* " (2 critical, 1 high)": the levels that matter; nothing when there are none. */
static void put_levels(const struct line *line, const char *name)
{
    const json_t *counts = json_object_get(line->data, name);
    const char *before = " (";

    for (int level = SEVERITY_COUNT - 1; level >= SEVERITY_HIGH; level--) {
        int64_t count = json_integer_value(json_object_get(counts, severity_name((enum severity)level)));

        if (count == 0)
            continue;
        buffer_printf(line->output, "%s%" PRId64 " %s", before, count, severity_name((enum severity)level));
        before = ", ";
    }
    if (before[0] == ',')
        put(line, ")");
}

/* A value of an attribute: a text, a list of them, or nothing. */
static void put_value(const struct line *line, const json_t *value)
{
    CLEANUP(buffer_clear) struct buffer list = {0};

    if (json_is_string(value)) {
        if (json_string_length(value) == 0)
            put(line, "''");
        put_clipped(line, string_of(value));
        return;
    }
    if (!json_is_array(value)) {
        put(line, "none");
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        buffer_add_string(&list, i == 0 ? "" : ", ");
        buffer_add_text(&list, string_of(json_array_get(value, i)));
    }
    put_clipped(line, list.length == 0 ? TEXT("none") : buffer_text(&list));
}

/* ": type: bigint → integer, and 2 more"; nothing without attributes. `between` stands between the two values. */
static void put_attributes(const struct line *line, const json_t *of, const char *between)
{
    const json_t *attributes = json_object_get(of, "attributes");
    int64_t count = (int64_t)json_array_size(attributes);
    int64_t all = count + json_integer_value(json_object_get(of, "more_attributes"));

    for (int64_t i = 0; i < count && i < ATTRIBUTES_SHOWN; i++) {
        const json_t *attribute = json_array_get(attributes, (size_t)i);

        put(line, i == 0 ? ": " : "; ");
        put_text(line, string_of(json_object_get(attribute, "name")));
        put(line, " ");
        put_value(line, json_object_get(attribute, "from"));
        put(line, between);
        put_value(line, json_object_get(attribute, "to"));
    }
    if (all > ATTRIBUTES_SHOWN)
        buffer_printf(line->output, ", and %" PRId64 " more", all - ATTRIBUTES_SHOWN);
}

/* "column shop.orders.total" */
static void put_thing(const struct line *line, const json_t *of)
{
    put_text(line, string_of(json_object_get(of, "kind")));
    put(line, " ");
    put_text(line, string_of(json_object_get(of, "object")));
}

/* "modified column shop.orders.total: type bigint → integer" */
static void put_change(const struct line *line, const json_t *change)
{
    struct text before = string_of(json_object_get(change, "renamed_from"));

    put_text(line, string_of(json_object_get(change, "effect")));
    put(line, " ");
    if (before.length > 0) {
        put_text(line, string_of(json_object_get(change, "kind")));
        put(line, " ");
        put_text(line, before);
        put(line, " to ");
        put_text(line, string_of(json_object_get(change, "object")));
    } else {
        put_thing(line, change);
    }
    if (!text_equal(string_of(json_object_get(change, "effect")), TEXT("added")) &&
        !text_equal(string_of(json_object_get(change, "effect")), TEXT("removed")))
        put_attributes(line, change, " → ");
}

/* ---- of targets and their history ---- */

static void snapshot_recorded(const struct line *line)
{
    put_place(line);
    if (json_is_true(json_object_get(line->data, "first"))) {
        put(line, " was read for the first time: ");
        put_count(line, number_of(line, "objects"), "object");
        return;
    }
    if (number_of(line, "changes") == 0) {
        put(line, " was read again: nothing else in its schema");
        return;
    }
    put(line, " is another: ");
    put_count(line, number_of(line, "changes"), "change");
    put_levels(line, "summary");
}

static void schema_changed(const struct line *line)
{
    const json_t *first = json_array_get(json_object_get(line->data, "changes"), 0);
    int64_t count = number_of(line, "count");

    put_place(line);
    put(line, ": ");
    put_change(line, first);
    put_who(line, first);
    if (count > 1)
        buffer_printf(line->output, "; and %" PRId64 " more", count - 1);
}

static void change_unattributed(const struct line *line)
{
    const json_t *first = json_array_get(json_object_get(line->data, "changes"), 0);
    int64_t count = number_of(line, "count");

    put_place(line);
    put(line, ": ");
    put_change(line, first);
    if (count > 1)
        buffer_printf(line->output, ", and %" PRId64 " more", count - 1);
    put(line, ": capture should have seen it, and did not");
}

static void history_gap(const struct line *line)
{
    int64_t lost = number_of(line, "lost");

    put_place(line);
    put(line, ": ");
    put_count(line, lost, "snapshot");
    put(line, lost == 1 ? " is missing" : " are missing");
    put_if(line, ": ", "reason");
}

static void server_upgraded(const struct line *line)
{
    put_place(line);
    put_if(line, " is served by version ", "to");
    put_if(line, ", it was ", "from");
}

static void coverage_changed(const struct line *line)
{
    const json_t *lost = json_object_get(line->data, "lost"), *first = json_array_get(lost, 0);
    size_t count = json_array_size(lost);

    put_place(line);
    if (count == 0) {
        put(line, number_of(line, "gaps") == 0 ? ": everything can be read again" : ": more can be read than before");
        return;
    }
    put(line, ": no longer to be read: ");
    put_text(line, string_of(json_object_get(first, "kind")));
    if (json_object_get(first, "object") != NULL) {
        put(line, " ");
        put_text(line, string_of(json_object_get(first, "object")));
    }
    put(line, ": ");
    put_clipped(line, string_of(json_object_get(first, "reason")));
    if (count > 1)
        buffer_printf(line->output, "; and %zu more", count - 1);
}

static void target_state(const struct line *line)
{
    static const struct {
        const char *state, *words;
    } states[] = {{"fine", " is watched again"},
                  {"unreachable", " cannot be reached"},
                  {"refused", " does not let the agent in"},
                  {"unstable", " changes while it is read"},
                  {"failed", " cannot be read"}};

    put_place(line);
    for (size_t i = 0; i < LENGTH_OF(states); i++)
        if (says(line, "to", states[i].state)) {
            put(line, states[i].words);
            put_if(line, ": ", "reason");
            return;
        }
    put_if(line, " is ", "to");
}

static void target_claimed(const struct line *line)
{
    put_agent(line);
    put(line, " speaks for ");
    put_place(line);
    put_if(line, " from now on, no longer ", "before");
}

static void target_forgotten(const struct line *line)
{
    put_place(line);
    put(line, " and its history were forgotten");
    put_by(line);
}

/* ---- of differences ---- */

/* "prod", "instance eu-1 of prod" */
static void put_there(const struct line *line)
{
    if (text_of(line, "instance").length > 0) {
        put(line, "instance ");
        put_text(line, text_of(line, "instance"));
        put(line, " of ");
    }
    put_text(line, text_of(line, "to"));
}

/* "staging and prod", "instance eu-1 of prod and the others" */
static void put_pair(const struct line *line)
{
    if (text_of(line, "instance").length > 0) {
        put_there(line);
        put(line, " and the others");
        return;
    }
    put_text(line, text_of(line, "from"));
    put(line, " and ");
    put_text(line, text_of(line, "to"));
}

/* A pair is read as what a promotion would do: what it adds is missing. Of an instance it is how it differs. */
static void put_difference(const struct line *line)
{
    bool is_outlier = text_of(line, "instance").length > 0;
    bool is_added = says(line, "effect", "added"), is_removed = says(line, "effect", "removed");

    put_thing(line, line->data);
    if (is_added || is_removed) {
        put(line, is_added == is_outlier ? " is only in " : " is missing in ");
        put_there(line);
        if (is_outlier)
            put(line, is_added ? ", not in the others" : ", the others have it");
        else if (is_removed)
            put_if(line, ", not in ", "from");
        return;
    }
    if (says(line, "effect", "renamed")) {
        put(line, " in ");
        put_text(line, is_outlier ? text_of(line, "to") : text_of(line, "from"));
        put_if(line, " is ", "renamed_from");
        put(line, " in ");
        put_there(line);
        return;
    }
    put(line, " differs in ");
    put_there(line);
    put_attributes(line, line->data, is_outlier ? ", here " : ", after a promotion ");
}

static void put_cause(const struct line *line)
{
    if (says(line, "cause", "hotfix"))
        put_if(line, ", changed first in ", "to");
    else if (says(line, "cause", "diverged"))
        put(line, ", both sides have changed it");
    put_who(line, line->data);
}

static void drift_opened(const struct line *line)
{
    put_text(line, text_of(line, "database"));
    put(line, ": ");
    put_difference(line);
    put_cause(line);
    if (says(line, "state", "waived"))
        put(line, "; accepted by a waiver");
}

static void drift_changed(const struct line *line)
{
    put_text(line, text_of(line, "database"));
    put(line, ": ");
    if (json_is_true(json_object_get(line->data, "hidden"))) {
        put_thing(line, line->data);
        put(line, " differs as far as was known, and cannot be read now in ");
        put_pair(line);
        return;
    }
    put(line, "another difference than before: ");
    put_difference(line);
    put_cause(line);
}

/* What a deed names: one thing, or how many. */
static void put_drifts(const struct line *line)
{
    int64_t count = has(line, "drift") ? 1 : number_of(line, "count");

    put_text(line, text_of(line, "database"));
    put(line, ": ");
    if (text_of(line, "object").length > 0) {
        put(line, "the difference of ");
        put_thing(line, line->data);
    } else {
        put_count(line, count, "difference");
    }
    if (text_of(line, "to").length > 0) {
        put(line, " in ");
        put_there(line);
    }
}

static bool is_one(const struct line *line)
{
    return has(line, "drift") || number_of(line, "count") == 1;
}

static void drift_reopened(const struct line *line)
{
    put_drifts(line);
    put(line, is_one(line) ? " is open again" : " are open again");
    put_if(line, ": ", "note");
    put_by(line);
    put_who(line, line->data);
}

static void drift_ended(const struct line *line)
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

    put_text(line, text_of(line, "database"));
    put(line, ": ");
    put_thing(line, line->data);
    put(line, " no longer differs in ");
    put_there(line);
    for (size_t i = 0; i < LENGTH_OF(endings); i++)
        if (says(line, "ending", endings[i].ending))
            put(line, endings[i].words);
    if (has(line, "lead_seconds")) {
        put(line, " after ");
        put_duration(line, number_of(line, "lead_seconds"));
    }
    put_who(line, line->data);
}

static void put_many(const struct line *line, const char *words)
{
    put_text(line, text_of(line, "database"));
    put(line, ": ");
    put_count(line, number_of(line, "count"), "difference");
    put(line, " between ");
    put_pair(line);
    put(line, words);
    put_levels(line, "summary");
}

static void drifts_opened(const struct line *line)
{
    put_many(line, " began");
}

static void drifts_changed(const struct line *line)
{
    put_many(line, " are other than before");
}

static void drifts_reopened(const struct line *line)
{
    put_many(line, " are open again");
}

static void drifts_ended(const struct line *line)
{
    put_many(line, " are over");
}

static void drift_acknowledged(const struct line *line)
{
    put_drifts(line);
    put(line, is_one(line) ? " is known" : " are known");
    put_if(line, " to ", "by");
    put_if(line, ": ", "note");
}

/* What a waiver is for: its pattern, or what it was given for. */
static void put_waived(const struct line *line)
{
    struct text pattern = string_of(json_object_get(json_object_get(line->data, "waiver"), "pattern"));

    if (pattern.length == 0) {
        put_drifts(line);
        return;
    }
    put_text(line, text_of(line, "database"));
    put(line, ": ");
    put_clipped(line, pattern);
}

static void drift_waived(const struct line *line)
{
    const json_t *waiver = json_object_get(line->data, "waiver");

    put_waived(line);
    put(line, " accepted until ");
    put_text(line, string_of(json_object_get(waiver, "expires_at")));
    put_by(line);
    put(line, ": ");
    put_clipped(line, string_of(json_object_get(waiver, "reason")));
}

static void put_reopened(const struct line *line)
{
    int64_t count = number_of(line, "count");

    if (count == 0)
        return;
    put(line, "; ");
    put_count(line, count, "difference");
    put(line, count == 1 ? " is open again" : " are open again");
}

static void waiver_ended(const struct line *line)
{
    put_waived(line);
    put(line, " no longer accepted: the waiver was taken back");
    put_by(line);
    put_reopened(line);
}

static void waiver_expired(const struct line *line)
{
    put_waived(line);
    put(line, " no longer accepted: the waiver has expired");
    put_reopened(line);
}

/* ---- of contracts and the gate ---- */

static void put_contract(const struct line *line, const char *before, const char *after)
{
    put(line, before);
    put_text(line, text_of(line, "contract"));
    put(line, after);
    put_place(line);
}

static void contract_violated(const struct line *line)
{
    size_t count = json_array_size(json_object_get(line->data, "findings"));

    put_contract(line, "contract ", " does not hold in ");
    put_if(line, ": ", "reason");
    if (count > 1)
        buffer_printf(line->output, ", and %zu more", count - 1);
    put_who(line, line->data);
}

static void contract_unknown(const struct line *line)
{
    put_contract(line, "whether contract ", " holds cannot be told in ");
    put_if(line, ": ", "reason");
}

static void contract_restored(const struct line *line)
{
    put_contract(line, "contract ", " holds again in ");
    put_who(line, line->data);
}

/* "orders staging→prod" */
static void put_promotion(const struct line *line)
{
    put_text(line, text_of(line, "database"));
    put(line, " ");
    put_text(line, text_of(line, "from").length > 0 ? text_of(line, "from") : TEXT("a snapshot"));
    put_if(line, "→", "to");
}

static void gate_evaluated(const struct line *line)
{
    int64_t count = number_of(line, "reasons");

    put_promotion(line);
    put(line, says(line, "verdict", "PASS")      ? " may be promoted"
              : says(line, "verdict", "BLOCKED") ? " is blocked"
                                                 : " cannot be judged");
    put_if(line, ": ", "reason");
    if (count > 1)
        buffer_printf(line->output, ", and %" PRId64 " more", count - 1);
    put(line, "; asked");
    put_if(line, " by ", "by");
}

static void gate_pinned(const struct line *line)
{
    put_text(line, text_of(line, "subject"));
    put(line, " was approved as it is now");
    put_by(line);
}

/* ---- of agents ---- */

static void agent_enrolled(const struct line *line)
{
    put_agent(line);
    put(line, " was enrolled");
    put_by(line);
}

static void agent_revoked(const struct line *line)
{
    put_agent(line);
    put(line, " was revoked");
    put_by(line);
}

static void agent_connected(const struct line *line)
{
    put_agent(line);
    put(line, json_is_true(json_object_get(line->data, "first")) ? " is here for the first time" : " is back");
    put_if(line, ", version ", "version");
    put_if(line, " instead of ", "version_before");
    put_if(line, ", on ", "host");
    put_if(line, " instead of ", "host_before");
}

static void agent_silent(const struct line *line)
{
    int64_t targets = number_of(line, "targets");

    put_agent(line);
    put(line, " is silent");
    if (has(line, "silent_seconds")) {
        put(line, " for ");
        put_duration(line, number_of(line, "silent_seconds"));
    }
    put(line, targets == 0 ? "; it watches nothing" : "; nobody watches its ");
    if (targets > 0)
        put_count(line, targets, "target");
}

static void agent_returned(const struct line *line)
{
    put_agent(line);
    put(line, " speaks again after ");
    put_duration(line, number_of(line, "silent_seconds"));
}

static void agent_refused(const struct line *line)
{
    put_agent(line);
    put(line, " was refused");
    put_if(line, " for ", "target");
    put_if(line, ": ", "message");
}

static void peer_refused(const struct line *line)
{
    int64_t count = number_of(line, "count");

    put_count(line, count, "attempt");
    put(line, " to come in without an enrolled key");
    put_if(line, count == 1 ? ", from " : ", the last from ", "address");
}

/* ---- of the collector itself ---- */

static void token_created(const struct line *line)
{
    put_if(line, "token ", "token");
    put(line, " was made");
    put_if(line, " with the rights to ", "rights");
    put_by(line);
}

static void token_removed(const struct line *line)
{
    put_if(line, "token ", "token");
    put(line, " was removed");
    put_by(line);
}

static void store_trouble(const struct line *line)
{
    put(line, "nothing could be written for ");
    put_duration(line, number_of(line, "seconds"));
    put_if(line, ": ", "problem");
}

static void delivery_dead(const struct line *line)
{
    buffer_printf(line->output, "delivery %" PRId64, number_of(line, "delivery"));
    put_if(line, " to ", "sink");
    put(line, " is given up after ");
    put_count(line, number_of(line, "attempts"), "attempt");
    put_if(line, ": ", "problem");
}

static void notify_test(const struct line *line)
{
    put(line, "a test of the sink ");
    put_text(line, text_of(line, "sink"));
    put_by(line);
}

static void (*const writers[EVENT_TYPE_COUNT])(const struct line *line) = {
    [EVENT_SNAPSHOT_RECORDED] = snapshot_recorded,
    [EVENT_SCHEMA_CHANGED] = schema_changed,
    [EVENT_CHANGE_UNATTRIBUTED] = change_unattributed,
    [EVENT_HISTORY_GAP] = history_gap,
    [EVENT_SERVER_UPGRADED] = server_upgraded,
    [EVENT_COVERAGE_CHANGED] = coverage_changed,
    [EVENT_TARGET_STATE] = target_state,
    [EVENT_TARGET_CLAIMED] = target_claimed,
    [EVENT_TARGET_FORGOTTEN] = target_forgotten,
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
    [EVENT_AGENT_ENROLLED] = agent_enrolled,
    [EVENT_AGENT_REVOKED] = agent_revoked,
    [EVENT_AGENT_CONNECTED] = agent_connected,
    [EVENT_AGENT_SILENT] = agent_silent,
    [EVENT_AGENT_RETURNED] = agent_returned,
    [EVENT_AGENT_REFUSED] = agent_refused,
    [EVENT_PEER_REFUSED] = peer_refused,
    [EVENT_TOKEN_CREATED] = token_created,
    [EVENT_TOKEN_REMOVED] = token_removed,
    [EVENT_STORE_TROUBLE] = store_trouble,
    [EVENT_DELIVERY_DEAD] = delivery_dead,
    [EVENT_NOTIFY_TEST] = notify_test,
};

/* Cut so that a dotted end fits, and not within a character. */
static struct text cut(struct text whole)
{
    size_t length = EVENT_TEXT_LIMIT - (sizeof "…" - 1);

    while (length > 0 && ((unsigned char)whole.bytes[length] & 0xc0) == 0x80)
        length--;
    return (struct text){whole.bytes, length};
}

void event_text_write(const struct event_row *event, const json_t *data, struct buffer *output)
{
    CLEANUP(buffer_clear) struct buffer whole = {0};
    const struct line line = {event, data, &whole};
    struct text text;

    writers[event->type](&line);
    output->failed = output->failed || whole.failed;
    text = buffer_text(&whole);
    if (text.length <= EVENT_TEXT_LIMIT) {
        buffer_add_text(output, text);
        return;
    }
    buffer_add_text(output, cut(text));
    buffer_add_string(output, "…");
}
