#include "event/event_text.h"

#include <inttypes.h>

#include "event/event_line.h"
#include "event/event_words.h"
#include "schema/snapshot.h"

/* ---- of targets and their history ---- */

static void snapshot_recorded(const struct event_line *line)
{
    line_put_place(line);
    if (json_is_true(json_object_get(line->data, "first"))) {
        line_put(line, " was read for the first time: ");
        line_put_count(line, line_number_of(line, "objects"), "object");
        return;
    }
    if (line_number_of(line, "changes") == 0) {
        line_put(line, " was read again: no changes");
        return;
    }
    line_put(line, " was read again: ");
    line_put_count(line, line_number_of(line, "changes"), "change");
    line_put_levels(line, "summary");
}

static void put_group(const struct event_line *line, const json_t *group)
{
    line_put_group(line, group, NULL);
}

/* "; by alice with flyway", "; by alice and 3 others" */
static void put_actors(const struct event_line *line)
{
    const json_t *actors = json_object_get(line->data, "actors");
    const json_t *change = json_array_get(json_object_get(line->data, "changes"), 0);
    size_t count = json_array_size(actors);

    if (count == 0)
        return;
    line_put(line, "; by ");
    if (count == 1 && json_equal(json_object_get(change, "actor"), json_array_get(actors, 0))) {
        line_put_actor(line, change);
        return;
    }
    line_put_clipped(line, line_string_of(json_array_get(actors, 0)));
    if (count == 2) {
        line_put(line, " and ");
        line_put_clipped(line, line_string_of(json_array_get(actors, 1)));
    } else if (count > 2) {
        line_put(line, " and ");
        line_put_number(line, (int64_t)count - 1);
        line_put(line, " others");
    }
}

/* Few are told one by one, many as what they have in common. */
static void schema_changed(const struct event_line *line)
{
    const json_t *changes = json_object_get(line->data, "changes");
    int64_t count = line_number_of(line, "count");

    line_put_place(line);
    line_put(line, ": ");
    if ((count <= 3 && json_array_size(changes) > 0) || json_array_size(json_object_get(line->data, "groups")) == 0) {
        line_put_changes(line, changes, count);
        return;
    }
    line_put_groups(line, put_group, "change");
    put_actors(line);
}

static void change_unattributed(const struct event_line *line)
{
    line_put_place(line);
    line_put(line, ": capture did not see what it should have seen: ");
    line_put_changes(line, json_object_get(line->data, "changes"), line_number_of(line, "count"));
}

static void history_gap(const struct event_line *line)
{
    int64_t lost = line_number_of(line, "lost");

    line_put_place(line);
    line_put(line, ": ");
    line_put_count(line, lost, "snapshot");
    line_put(line, lost == 1 ? " is missing" : " are missing");
    line_put_if(line, ": ", "reason");
}

static void server_upgraded(const struct event_line *line)
{
    line_put_place(line);
    line_put(line, ": the version of the server has changed");
    line_put_if(line, ": ", "from");
    line_put_if(line, " → ", "to");
}

/* "function shop.total()", "foreign keys" */
static void put_gap(const struct event_line *line, const json_t *gap)
{
    if (json_object_get(gap, "object") != NULL)
        line_put_thing(line, gap);
    else
        words_plural(line->output, line_string_of(json_object_get(gap, "kind")));
}

static bool is_undeclared(const json_t *gap)
{
    return text_equal(line_string_of(json_object_get(gap, "reason")), TEXT(GAP_NOT_DECLARED));
}

static void coverage_regained(const struct event_line *line)
{
    const json_t *regained = json_object_get(line->data, "regained"), *first = json_array_get(regained, 0);

    if (!is_undeclared(first)) {
        line_put(line,
                 line_number_of(line, "gaps") == 0 ? "everything can be read again" : "more can be read than before");
        return;
    }
    line_put(line, "declared now: ");
    put_gap(line, first);
    line_put_more(line, (int64_t)json_array_size(regained) - 1, "thing");
}

/* What is not known is told before what nobody declares. */
static const json_t *most_telling(const json_t *lost)
{
    size_t count = json_array_size(lost), at = 0;

    while (at < count && is_undeclared(json_array_get(lost, at)))
        at++;
    return json_array_get(lost, at == count ? 0 : at);
}

static void coverage_changed(const struct event_line *line)
{
    const json_t *lost = json_object_get(line->data, "lost"), *told = most_telling(lost);
    size_t count = json_array_size(lost);

    line_put_place(line);
    line_put(line, ": ");
    if (count == 0) {
        coverage_regained(line);
        return;
    }
    if (is_undeclared(told))
        line_put(line, "no longer declared: ");
    put_gap(line, told);
    if (!is_undeclared(told)) {
        line_put(line, " can no longer be read: ");
        line_put_clipped(line, line_string_of(json_object_get(told, "reason")));
    }
    line_put_more(line, (int64_t)count - 1, "thing");
}

static void target_state(const struct event_line *line)
{
    static const struct {
        const char *state, *words;
    } states[] = {{"fine", " is watched again"},
                  {"unreachable", " cannot be reached"},
                  {"refused", " refuses the agent"},
                  {"unstable", " changes faster than it can be read"},
                  {"failed", " cannot be read"}};

    line_put_place(line);
    for (size_t i = 0; i < LENGTH_OF(states); i++)
        if (line_says(line, "to", states[i].state)) {
            line_put(line, states[i].words);
            line_put_if(line, ": ", "reason");
            return;
        }
    line_put_if(line, " is ", "to");
}

static void target_claimed(const struct event_line *line)
{
    line_put_place(line);
    line_put(line, " is watched by ");
    line_put_agent(line);
    line_put(line, " from now on");
    line_put_if(line, ", no longer by agent ", "before");
}

static void target_forgotten(const struct event_line *line)
{
    line_put_place(line);
    line_put(line, " was forgotten");
    line_put_by(line);
    line_put(line, ", with its history");
}

/* ---- of agents ---- */

static void agent_enrolled(const struct event_line *line)
{
    line_put_agent(line);
    line_put(line, " was enrolled");
    line_put_by(line);
}

static void agent_revoked(const struct event_line *line)
{
    line_put_agent(line);
    line_put(line, " was revoked");
    line_put_by(line);
}

static void agent_connected(const struct event_line *line)
{
    line_put_agent(line);
    line_put(line,
             json_is_true(json_object_get(line->data, "first")) ? " connected for the first time" : " connected again");
    line_put_if(line, ", version ", "version");
    line_put_if(line, " instead of ", "version_before");
    line_put_if(line, ", on host ", "host");
    line_put_if(line, " instead of ", "host_before");
}

static void agent_silent(const struct event_line *line)
{
    int64_t targets = line_number_of(line, "targets");

    line_put_agent(line);
    line_put(line, line_has(line, "silent_seconds") ? " has been silent for " : " is silent");
    if (line_has(line, "silent_seconds"))
        line_put_duration(line, line_number_of(line, "silent_seconds"));
    line_put(line, targets == 0 ? "; it watches nothing" : "; nobody watches its ");
    if (targets > 0)
        line_put_count(line, targets, "target");
}

static void agent_returned(const struct event_line *line)
{
    line_put_agent(line);
    line_put(line, " speaks again, after ");
    line_put_duration(line, line_number_of(line, "silent_seconds"));
    line_put(line, " of silence");
}

static void agent_refused(const struct event_line *line)
{
    line_put(line, "what ");
    line_put_agent(line);
    line_put(line, " sent");
    line_put_if(line, " for ", "target");
    line_put(line, " was refused");
    line_put_if(line, ": ", "message");
}

static void peer_refused(const struct event_line *line)
{
    int64_t count = line_number_of(line, "count");

    line_put_count(line, count, "attempt");
    line_put(line, " to connect without an enrolled key");
    line_put_if(line, count == 1 ? ", from " : ", the last from ", "address");
}

/* ---- of the collector itself ---- */

static void token_created(const struct event_line *line)
{
    line_put_if(line, "token ", "token");
    if (line_text_of(line, "rights").length > 0) {
        line_put_if(line, " (", "rights");
        line_put(line, ")");
    }
    line_put(line, " was created");
    line_put_by(line);
}

static void token_removed(const struct event_line *line)
{
    line_put_if(line, "token ", "token");
    line_put(line, " was removed");
    line_put_by(line);
}

static void store_trouble(const struct event_line *line)
{
    line_put(line, "the store could not be written for ");
    line_put_duration(line, line_number_of(line, "seconds"));
    line_put_if(line, ": ", "problem");
}

/* "delivery 31 to ops" */
static void put_delivery(const struct event_line *line)
{
    buffer_printf(line->output, "delivery %" PRId64, line_number_of(line, "delivery"));
    line_put_if(line, " to ", "sink");
}

static void delivery_dead(const struct event_line *line)
{
    put_delivery(line);
    line_put(line, " was given up after ");
    line_put_count(line, line_number_of(line, "attempts"), "attempt");
    line_put_if(line, ": ", "problem");
}

static void delivery_replayed(const struct event_line *line)
{
    put_delivery(line);
    line_put(line, " was sent again");
    line_put_by(line);
}

static void notify_test(const struct event_line *line)
{
    line_put(line, "a test of the sink ");
    line_put_text(line, line_text_of(line, "sink"));
    line_put_if(line, ", asked for by ", "by");
}

/* "orders@prod: publish docs by ci: merged after 2 h, https://…" */
static void sync_recorded(const struct event_line *line)
{
    line_put_place(line);
    line_put_if(line, ": ", "kind");
    line_put_if(line, " ", "name");
    line_put_by(line);
    line_put_if(line, ": ", "state");
    if (json_object_get(line->data, "lead_seconds") != NULL) {
        line_put(line, " ");
        words_after(line->output, line_number_of(line, "lead_seconds"));
    }
    line_put_if(line, ", ", "detail");
    line_put_if(line, ", ", "url");
}

/* Those that are not about differences, contracts and the gate. */
static const event_line_writer writers[EVENT_TYPE_COUNT] = {
    [EVENT_SNAPSHOT_RECORDED] = snapshot_recorded,
    [EVENT_SCHEMA_CHANGED] = schema_changed,
    [EVENT_CHANGE_UNATTRIBUTED] = change_unattributed,
    [EVENT_HISTORY_GAP] = history_gap,
    [EVENT_SERVER_UPGRADED] = server_upgraded,
    [EVENT_COVERAGE_CHANGED] = coverage_changed,
    [EVENT_TARGET_STATE] = target_state,
    [EVENT_TARGET_CLAIMED] = target_claimed,
    [EVENT_TARGET_FORGOTTEN] = target_forgotten,
    [EVENT_SYNC_RECORDED] = sync_recorded,
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
    [EVENT_DELIVERY_REPLAYED] = delivery_replayed,
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

/* Of `whole` as much as a line may have. */
static void put_cut(struct buffer *output, const struct buffer *whole)
{
    struct text text = buffer_text(whole);

    output->failed = output->failed || whole->failed;
    if (text.length <= EVENT_TEXT_LIMIT) {
        buffer_add_text(output, text);
        return;
    }
    buffer_add_text(output, cut(text));
    buffer_add_string(output, "…");
}

void event_text_write(const struct event_row *event, const json_t *data, struct buffer *output)
{
    CLEANUP(buffer_clear) struct buffer whole = {0};
    const struct event_line line = {event, data, &whole};
    event_line_writer writer = writers[event->type] != NULL ? writers[event->type] : event_text_of_drifts[event->type];

    writer(&line);
    put_cut(output, &whole);
}

void event_text_write_change(const struct event_row *event, const json_t *change, struct buffer *output)
{
    CLEANUP(buffer_clear) struct buffer whole = {0};
    const struct event_line line = {event, change, &whole};

    line_put_place(&line);
    line_put(&line, ": ");
    line_put_change(&line, change);
    put_cut(output, &whole);
}

void event_text_write_group(const struct event_row *event, const json_t *group, struct buffer *output)
{
    CLEANUP(buffer_clear) struct buffer whole = {0};
    const struct event_line line = {event, group, &whole};

    line_put_place(&line);
    line_put(&line, ": ");
    line_put_group(&line, group, NULL);
    put_cut(output, &whole);
}

void event_text_write_actor(const json_t *of, struct buffer *output)
{
    const struct event_line line = {NULL, of, output};

    line_put_actor(&line, of);
}
