#include "event/event_text.h"

#include <inttypes.h>

#include "event/event_line.h"

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
        line_put(line, " was read again: nothing else in its schema");
        return;
    }
    line_put(line, " is another: ");
    line_put_count(line, line_number_of(line, "changes"), "change");
    line_put_levels(line, "summary");
}

static void schema_changed(const struct event_line *line)
{
    const json_t *first = json_array_get(json_object_get(line->data, "changes"), 0);
    int64_t count = line_number_of(line, "count");

    line_put_place(line);
    line_put(line, ": ");
    line_put_change(line, first);
    line_put_who(line, first);
    if (count > 1)
        buffer_printf(line->output, "; and %" PRId64 " more", count - 1);
}

static void change_unattributed(const struct event_line *line)
{
    const json_t *first = json_array_get(json_object_get(line->data, "changes"), 0);
    int64_t count = line_number_of(line, "count");

    line_put_place(line);
    line_put(line, ": ");
    line_put_change(line, first);
    if (count > 1)
        buffer_printf(line->output, ", and %" PRId64 " more", count - 1);
    line_put(line, ": capture should have seen it, and did not");
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
    line_put_if(line, " is served by version ", "to");
    line_put_if(line, ", it was ", "from");
}

static void coverage_changed(const struct event_line *line)
{
    const json_t *lost = json_object_get(line->data, "lost"), *first = json_array_get(lost, 0);
    size_t count = json_array_size(lost);

    line_put_place(line);
    if (count == 0) {
        line_put(line, line_number_of(line, "gaps") == 0 ? ": everything can be read again"
                                                         : ": more can be read than before");
        return;
    }
    line_put(line, ": no longer to be read: ");
    line_put_text(line, line_string_of(json_object_get(first, "kind")));
    if (json_object_get(first, "object") != NULL) {
        line_put(line, " ");
        line_put_text(line, line_string_of(json_object_get(first, "object")));
    }
    line_put(line, ": ");
    line_put_clipped(line, line_string_of(json_object_get(first, "reason")));
    if (count > 1)
        buffer_printf(line->output, "; and %zu more", count - 1);
}

static void target_state(const struct event_line *line)
{
    static const struct {
        const char *state, *words;
    } states[] = {{"fine", " is watched again"},
                  {"unreachable", " cannot be reached"},
                  {"refused", " does not let the agent in"},
                  {"unstable", " changes while it is read"},
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
    line_put_agent(line);
    line_put(line, " speaks for ");
    line_put_place(line);
    line_put_if(line, " from now on, no longer ", "before");
}

static void target_forgotten(const struct event_line *line)
{
    line_put_place(line);
    line_put(line, " and its history were forgotten");
    line_put_by(line);
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
    line_put(line, json_is_true(json_object_get(line->data, "first")) ? " is here for the first time" : " is back");
    line_put_if(line, ", version ", "version");
    line_put_if(line, " instead of ", "version_before");
    line_put_if(line, ", on ", "host");
    line_put_if(line, " instead of ", "host_before");
}

static void agent_silent(const struct event_line *line)
{
    int64_t targets = line_number_of(line, "targets");

    line_put_agent(line);
    line_put(line, " is silent");
    if (line_has(line, "silent_seconds")) {
        line_put(line, " for ");
        line_put_duration(line, line_number_of(line, "silent_seconds"));
    }
    line_put(line, targets == 0 ? "; it watches nothing" : "; nobody watches its ");
    if (targets > 0)
        line_put_count(line, targets, "target");
}

static void agent_returned(const struct event_line *line)
{
    line_put_agent(line);
    line_put(line, " speaks again after ");
    line_put_duration(line, line_number_of(line, "silent_seconds"));
}

static void agent_refused(const struct event_line *line)
{
    line_put_agent(line);
    line_put(line, " was refused");
    line_put_if(line, " for ", "target");
    line_put_if(line, ": ", "message");
}

static void peer_refused(const struct event_line *line)
{
    int64_t count = line_number_of(line, "count");

    line_put_count(line, count, "attempt");
    line_put(line, " to come in without an enrolled key");
    line_put_if(line, count == 1 ? ", from " : ", the last from ", "address");
}

/* ---- of the collector itself ---- */

static void token_created(const struct event_line *line)
{
    line_put_if(line, "token ", "token");
    line_put(line, " was made");
    line_put_if(line, " with the rights to ", "rights");
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
    line_put(line, "nothing could be written for ");
    line_put_duration(line, line_number_of(line, "seconds"));
    line_put_if(line, ": ", "problem");
}

static void delivery_dead(const struct event_line *line)
{
    buffer_printf(line->output, "delivery %" PRId64, line_number_of(line, "delivery"));
    line_put_if(line, " to ", "sink");
    line_put(line, " is given up after ");
    line_put_count(line, line_number_of(line, "attempts"), "attempt");
    line_put_if(line, ": ", "problem");
}

static void delivery_replayed(const struct event_line *line)
{
    buffer_printf(line->output, "delivery %" PRId64, line_number_of(line, "delivery"));
    line_put_if(line, " to ", "sink");
    line_put(line, " is sent again");
    line_put_by(line);
}

static void notify_test(const struct event_line *line)
{
    line_put(line, "a test of the sink ");
    line_put_text(line, line_text_of(line, "sink"));
    line_put_by(line);
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

void event_text_write(const struct event_row *event, const json_t *data, struct buffer *output)
{
    CLEANUP(buffer_clear) struct buffer whole = {0};
    const struct event_line line = {event, data, &whole};
    event_line_writer writer = writers[event->type] != NULL ? writers[event->type] : event_text_of_drifts[event->type];
    struct text text;

    writer(&line);
    output->failed = output->failed || whole.failed;
    text = buffer_text(&whole);
    if (text.length <= EVENT_TEXT_LIMIT) {
        buffer_add_text(output, text);
        return;
    }
    buffer_add_text(output, cut(text));
    buffer_add_string(output, "…");
}
