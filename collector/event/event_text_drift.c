#include <inttypes.h>

#include "event/event_line.h"
#include "event/event_words.h"

/* ---- of differences ---- */

static bool is_outlier(const struct event_line *line)
{
    return line_text_of(line, "instance").length > 0;
}

static void put_database(const struct event_line *line)
{
    line_put_text(line, line_text_of(line, "database"));
    line_put(line, ": ");
}

/* "prod", "instance eu-1 of prod" */
static void put_there(const struct event_line *line)
{
    if (is_outlier(line)) {
        line_put(line, "instance ");
        line_put_text(line, line_text_of(line, "instance"));
        line_put(line, " of ");
    }
    line_put_text(line, line_text_of(line, "to"));
}

/* "staging and prod", "instance eu-1 of prod and the others" */
static void put_pair(const struct event_line *line)
{
    if (is_outlier(line)) {
        put_there(line);
        line_put(line, " and the others");
        return;
    }
    line_put_text(line, line_text_of(line, "from"));
    line_put(line, " and ");
    line_put_text(line, line_text_of(line, "to"));
}

/* ---- what one is ---- */

static void put_rename(const struct event_line *line, const char *now)
{
    line_put_kind(line, line->data);
    line_put_if(line, " ", is_outlier(line) ? "renamed_from" : "object");
    if (!is_outlier(line))
        line_put_if(line, " of ", "from");
    line_put(line, " is");
    line_put(line, now);
    line_put_if(line, " called ", is_outlier(line) ? "object" : "renamed_from");
    line_put(line, " in ");
    put_there(line);
    if (is_outlier(line))
        line_put(line, " only");
}

/* A pair is read as what a promotion would do: what it adds is missing. Of an instance it is how it differs. */
static void put_presence(const struct event_line *line, const char *now)
{
    bool is_added = line_says(line, "effect", "added");

    line_put_thing(line, line->data);
    line_put(line, " is");
    line_put(line, now);
    line_put(line, is_added == is_outlier(line) ? " only in " : " missing in ");
    put_there(line);
    if (is_outlier(line))
        line_put(line, is_added ? ", not in the others" : ", the others have it");
    else if (!is_added)
        line_put_if(line, ", not in ", "from");
}

/* The type, when nothing else differs: "is integer in prod, bigint in staging". NULL: there is more to say. */
static const json_t *find_type(const struct event_line *line)
{
    const json_t *attributes = json_object_get(line->data, "attributes"), *first = json_array_get(attributes, 0);

    if (json_array_size(attributes) != 1 || line_number_of(line, "more_attributes") > 0 ||
        !text_equal(line_string_of(json_object_get(first, "name")), TEXT("type")))
        return NULL;
    return first;
}

static void put_type(const struct event_line *line, const json_t *type, const char *now)
{
    CLEANUP(buffer_clear) struct buffer between = {0};
    const struct event_line there = {line->event, line->data, &between};
    struct line_values values = {.first = json_object_get(type, is_outlier(line) ? "to" : "from"),
                                 .second = json_object_get(type, is_outlier(line) ? "from" : "to"),
                                 .is = "",
                                 .after = ""};

    line_put_thing(line, line->data);
    line_put(line, " is");
    line_put(line, now);
    line_put(line, " ");
    line_put(&there, " in ");
    put_there(&there);
    line_put(&there, ", ");
    buffer_add_byte(&between, '\0');
    line->output->failed = line->output->failed || between.failed;
    values.between = between.failed ? "" : between.bytes;
    line_put_values(line, &values);
    line_put(line, " in ");
    line_put_text(line, is_outlier(line) ? TEXT("the others") : line_text_of(line, "from"));
}

static void put_modified(const struct event_line *line, const char *now)
{
    struct line_values values = {.between = " (",
                                 .where = is_outlier(line) ? TEXT("the others") : line_text_of(line, "from"),
                                 .is = ": ",
                                 .after = ")"};

    line_put_thing(line, line->data);
    line_put(line, now);
    line_put(line, " differs in ");
    put_there(line);
    line_put_attributes(line, line->data, is_outlier(line) ? "to" : "from", &values);
}

/* `now` is " now" of what was another difference before. */
static void put_difference(const struct event_line *line, const char *now)
{
    const json_t *type = find_type(line);

    if (line_says(line, "effect", "renamed"))
        put_rename(line, now);
    else if (line_says(line, "effect", "added") || line_says(line, "effect", "removed"))
        put_presence(line, now);
    else if (type != NULL)
        put_type(line, type, now);
    else
        put_modified(line, now);
}

/* ---- who made it so ---- */

/* What somebody did on the side that changed: what a promotion would add is missing, since it was added in the one or
 * removed in the other. */
static const char *find_deed(const struct event_line *line)
{
    bool is_added = line_says(line, "effect", "added"), is_removed = line_says(line, "effect", "removed");
    bool is_hotfix = line_says(line, "cause", "hotfix"), is_here = line_says(line, "cause", "pending");

    if (line_says(line, "effect", "renamed"))
        return "renamed";
    if ((!is_added && !is_removed) || (!is_hotfix && !is_here && !is_outlier(line)))
        return "changed";
    return is_added == (is_here || is_outlier(line)) ? "added" : "removed";
}

/* ", changed first in prod by alice (captured)" */
static void put_cause(const struct event_line *line)
{
    CLEANUP(buffer_clear) struct buffer words = {0};
    const struct event_line aside = {line->event, line->data, &words};
    bool is_hotfix = line_says(line, "cause", "hotfix"), is_diverged = line_says(line, "cause", "diverged"),
         is_pending = line_says(line, "cause", "pending");

    line_put(&aside, ", ");
    line_put(&aside, is_diverged ? "changed on both sides, last" : find_deed(line));
    if (is_hotfix)
        line_put(&aside, " first");
    if (is_hotfix || is_pending)
        line_put_if(&aside, " in ", is_hotfix ? "to" : "from");
    buffer_add_byte(&words, '\0');
    line->output->failed = line->output->failed || words.failed;
    if (words.failed || line_put_doer(line, line->data, words.bytes))
        return;
    if (is_diverged)
        line_put(line, ", changed on both sides");
    else if (is_hotfix)
        line_put(line, words.bytes);
}

static void drift_opened(const struct event_line *line)
{
    put_database(line);
    put_difference(line, "");
    put_cause(line);
    if (line_says(line, "state", "waived"))
        line_put(line, "; accepted by a waiver");
}

static void drift_changed(const struct event_line *line)
{
    put_database(line);
    if (json_is_true(json_object_get(line->data, "hidden"))) {
        line_put_thing(line, line->data);
        line_put(line, " can no longer be read; it was different in ");
        put_pair(line);
        return;
    }
    put_difference(line, " now");
    put_cause(line);
}

/* What a deed names: one thing, or how many. */
static void put_drifts(const struct event_line *line)
{
    int64_t count = line_has(line, "drift") ? 1 : line_number_of(line, "count");

    put_database(line);
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

static void put_are(const struct event_line *line, const char *words)
{
    line_put(line, is_one(line) ? " is" : " are");
    line_put(line, words);
}

static void drift_reopened(const struct event_line *line)
{
    put_drifts(line);
    put_are(line, " open again");
    line_put_if(line, ", by ", "by");
    line_put_doer(line, line->data, ", changed");
    line_put_if(line, ": ", "note");
}

/* ---- how one ends ---- */

static void put_ending(const struct event_line *line)
{
    static const struct {
        const char *ending, *words;
    } endings[] = {{"promoted", "it was promoted"},
                   {"backported", "the other side took it over"},
                   {"reverted", "it was taken back"},
                   {"repaired", "it is like the others again"},
                   {"adopted", "the others are like it now"},
                   {"absorbed", "it is part of another difference now"},
                   {"excused", "the configuration no longer counts it"},
                   {"forgotten", "there is nothing to compare it with any more"}};

    for (size_t i = 0; i < LENGTH_OF(endings); i++)
        if (line_says(line, "ending", endings[i].ending)) {
            line_put(line, ": ");
            line_put(line, endings[i].words);
        }
    if (line_has(line, "lead_seconds")) {
        line_put(line, " ");
        words_after(line->output, line_number_of(line, "lead_seconds"));
    }
    line_put_doer(line, line->data, ",");
}

static void drift_ended(const struct event_line *line)
{
    put_database(line);
    line_put_thing(line, line->data);
    line_put(line, " no longer differs in ");
    put_there(line);
    put_ending(line);
}

/* ---- very many ---- */

/* "10,000 columns in 500 tables are missing in prod" */
static void put_group(const struct event_line *line, const json_t *group)
{
    CLEANUP(buffer_clear) struct buffer words = {0};
    const struct event_line aside = {line->event, line->data, &words};
    struct text effect = line_string_of(json_object_get(group, "effect"));
    bool is_single = json_integer_value(json_object_get(group, "count")) == 1;
    bool is_added = text_equal(effect, TEXT("added")), is_removed = text_equal(effect, TEXT("removed"));

    if (is_added || is_removed) {
        line_put(&aside, is_single ? " is" : " are");
        line_put(&aside, is_added == is_outlier(line) ? " only in " : " missing in ");
    } else if (text_equal(effect, TEXT("renamed"))) {
        line_put(&aside, is_single ? " has another name in " : " have other names in ");
    } else {
        line_put(&aside, is_single ? " differs in " : " differ in ");
    }
    put_there(&aside);
    buffer_add_byte(&words, '\0');
    line->output->failed = line->output->failed || words.failed;
    line_put_group(line, group, words.failed ? "" : words.bytes);
}

static void put_nothing_else(const struct event_line *line, const json_t *group)
{
    line_put_group(line, group, "");
}

/* Whether all are of one sort, which says it all. */
static bool is_one_group(const struct event_line *line)
{
    const json_t *groups = json_object_get(line->data, "groups");

    return json_array_size(groups) == 1 &&
           json_integer_value(json_object_get(json_array_get(groups, 0), "count")) == line_number_of(line, "count");
}

static void put_many(const struct event_line *line, const char *words)
{
    put_database(line);
    line_put_count(line, line_number_of(line, "count"), "difference");
    line_put(line, " between ");
    put_pair(line);
    line_put(line, words);
    line_put_levels(line, "summary");
}

static void put_sums(const struct event_line *line, line_group_writer put)
{
    if (json_array_size(json_object_get(line->data, "groups")) == 0)
        return;
    line_put(line, ": ");
    line_put_groups(line, put, "difference");
}

static void drifts_opened(const struct event_line *line)
{
    if (is_one_group(line)) {
        put_database(line);
        line_put_groups(line, put_group, "difference");
        line_put_levels(line, "summary");
        return;
    }
    put_many(line, "");
    put_sums(line, put_group);
}

static void drifts_changed(const struct event_line *line)
{
    put_many(line, " have changed");
    put_sums(line, put_group);
}

static void drifts_reopened(const struct event_line *line)
{
    put_many(line, " are open again");
    put_sums(line, put_group);
}

static void drifts_ended(const struct event_line *line)
{
    if (!is_one_group(line)) {
        put_many(line, " are over");
        put_sums(line, put_nothing_else);
        return;
    }
    put_database(line);
    line_put_groups(line, put_nothing_else, "difference");
    line_put(line, " no longer differ between ");
    put_pair(line);
}

/* ---- what people say of them ---- */

static void drift_acknowledged(const struct event_line *line)
{
    put_drifts(line);
    line_put(line, is_one(line) ? " was acknowledged" : " were acknowledged");
    line_put_by(line);
    line_put_if(line, ": ", "note");
}

/* What a waiver is for: its pattern, or what it was given for. */
static void put_waived(const struct event_line *line)
{
    struct text pattern = line_string_of(json_object_get(json_object_get(line->data, "waiver"), "pattern"));

    if (pattern.length == 0) {
        put_drifts(line);
        put_are(line, "");
        return;
    }
    put_database(line);
    line_put(line, "what matches ");
    line_put_clipped(line, pattern);
    line_put(line, " is");
}

static void drift_waived(const struct event_line *line)
{
    const json_t *waiver = json_object_get(line->data, "waiver");

    put_waived(line);
    line_put(line, " accepted");
    line_put_by(line);
    line_put(line, " until ");
    words_time(line->output, line_string_of(json_object_get(waiver, "expires_at")));
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

/* ---- of environments ---- */

/* "1|1|1", as the fleet shows it. */
static void put_split(const struct event_line *line)
{
    const json_t *variants = json_object_get(line->data, "variants"), *variant;
    size_t index, count = json_array_size(variants);

    json_array_foreach(variants, index, variant)
    {
        line_put(line, index == 0 ? " " : "|");
        line_put_number(line, json_integer_value(json_object_get(variant, "count")));
    }
    if (line_number_of(line, "variant_count") > (int64_t)count)
        line_put(line, "|…");
}

static void environment_split(const struct event_line *line)
{
    line_put_place(line);
    line_put(line, " has no majority: its ");
    line_put_count(line, line_number_of(line, "instances"), "instance");
    line_put(line, " are split");
    put_split(line);
    if (!line_has(line, "instance"))
        return;
    line_put_if(line, ", since ", "instance");
    line_put(line, " changed");
    line_put_doer(line, line->data, "");
}

static void environment_agreed(const struct event_line *line)
{
    int64_t instances = line_number_of(line, "instances");

    line_put_place(line);
    if (instances == 0) {
        line_put(line, " has no instances any more, and had no majority for ");
    } else {
        line_put(line, " has a majority again: ");
        line_put_number(line, line_number_of(line, "agree"));
        line_put(line, " of ");
        line_put_count(line, instances, "instance");
        line_put(line, " are alike, after ");
    }
    line_put_duration(line, line_number_of(line, "split_seconds"));
}

/* ---- of contracts and the gate ---- */

/* "orders@prod: contract checkout (team-a)" */
static void put_contract(const struct event_line *line, const char *words)
{
    line_put_place(line);
    line_put(line, ": contract ");
    line_put_text(line, line_text_of(line, "contract"));
    if (line_text_of(line, "owner").length > 0) {
        line_put_if(line, " (", "owner");
        line_put(line, ")");
    }
    line_put(line, words);
}

static void contract_violated(const struct event_line *line)
{
    size_t count = json_array_size(json_object_get(line->data, "findings"));

    put_contract(line, " no longer holds");
    line_put_if(line, ": ", "reason");
    line_put_more(line, (int64_t)count - 1, "finding");
    line_put_doer(line, line->data, ", changed");
}

static void contract_unknown(const struct event_line *line)
{
    put_contract(line, " cannot be checked");
    line_put_if(line, ": ", "reason");
}

static void contract_restored(const struct event_line *line)
{
    put_contract(line, " holds again");
    line_put_doer(line, line->data, ", changed");
}

/* "orders: staging → prod" */
static void put_promotion(const struct event_line *line)
{
    put_database(line);
    line_put_text(line, line_text_of(line, "from").length > 0 ? line_text_of(line, "from") : TEXT("a snapshot"));
    line_put_if(line, " → ", "to");
}

static void gate_evaluated(const struct event_line *line)
{
    put_promotion(line);
    line_put(line, line_says(line, "verdict", "PASS")      ? " passes the gate"
                   : line_says(line, "verdict", "BLOCKED") ? " is blocked by the gate"
                                                           : " cannot be judged by the gate");
    line_put_if(line, ": ", "reason");
    line_put_more(line, line_number_of(line, "reasons") - 1, "reason");
    line_put_if(line, "; asked by ", "by");
}

/* The subject is written "orders staging→prod" in the record. */
static void gate_pinned(const struct event_line *line)
{
    struct text subject = line_text_of(line, "subject");
    const char *space = subject.length == 0 ? NULL : memchr(subject.bytes, ' ', subject.length);
    size_t arrow = 0;

    while (arrow + 3 <= subject.length && memcmp(subject.bytes + arrow, "→", 3) != 0)
        arrow++;
    if (space == NULL || arrow + 3 > subject.length) {
        line_put_text(line, subject);
    } else {
        size_t name = (size_t)(space - subject.bytes);

        line_put_text(line, (struct text){subject.bytes, name});
        line_put(line, ": ");
        line_put_text(line, (struct text){space + 1, arrow > name ? arrow - name - 1 : 0});
        line_put(line, " → ");
        line_put_text(line, (struct text){subject.bytes + arrow + 3, subject.length - arrow - 3});
    }
    line_put(line, " was approved");
    line_put_by(line);
    line_put(line, " as it is now");
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
    [EVENT_ENVIRONMENT_SPLIT] = environment_split,
    [EVENT_ENVIRONMENT_AGREED] = environment_agreed,
    [EVENT_CONTRACT_RESTORED] = contract_restored,
    [EVENT_GATE_EVALUATED] = gate_evaluated,
    [EVENT_GATE_PINNED] = gate_pinned,
};
