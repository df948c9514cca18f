#include "ingest/silence.h"

#include "base/clock.h"
#include "drift/report_json_value.h"
#include "store/events.h"

enum { SILENCE_MEMORY = 64 * 1024, SECOND_US = 1000000 };

/* ---- what is so ---- */

static bool is_heard(const struct conversation *conversation, const struct roster_agent *agent)
{
    return agent->session != NULL &&
           conversation->moment.elapsed - agent->session->heard_elapsed < conversation->settings.stale_us;
}

static bool was_ever_here(const struct roster_agent *agent)
{
    return agent->row->last_seen != 0 || agent->session != NULL || agent->heard_elapsed != 0;
}

/* When somebody last listened and could have heard it. */
static int64_t last_chance(const struct conversation *conversation, const struct roster_agent *agent)
{
    int64_t last = conversation->silence.listening_since;

    if (agent->heard_elapsed > last)
        last = agent->heard_elapsed;
    if (agent->session != NULL && agent->session->heard_elapsed > last)
        last = agent->session->heard_elapsed;
    return last;
}

static bool is_silent(const struct conversation *conversation, const struct roster_agent *agent)
{
    return was_ever_here(agent) &&
           conversation->moment.elapsed - last_chance(conversation, agent) >= conversation->settings.stale_us;
}

/* ---- telling ---- */

/* Seconds that have passed; a clock that was set back has not. */
static int64_t seconds_since(const struct conversation *conversation, int64_t moment)
{
    int64_t passed = conversation->moment.now - moment;

    return passed < 0 ? 0 : passed / SECOND_US;
}

/* `since`: when it was heard last. */
static enum error_code add_event(struct conversation *conversation, const struct roster_agent *agent,
                                 const struct agent_presence *presence, bool silent, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct json_builder builder = {0};
    json_t *data = json_builder_object(&builder);
    int64_t since = silent ? presence->heard_at : presence->silent_since;
    struct event_row event = {.at = conversation->moment.now,
                              .type = silent ? EVENT_AGENT_SILENT : EVENT_AGENT_RETURNED,
                              .severity = SEVERITY_LOW,
                              .agent = agent->row->id};
    char time[CLOCK_TEXT_SIZE];

    if (silent)
        event.severity = presence->targets > 0 ? SEVERITY_HIGH : SEVERITY_MEDIUM;
    clock_format(since, time);
    json_builder_set(&builder, data, "agent", json_builder_text(&builder, agent->row->name));
    json_builder_set(&builder, data, silent ? "last_seen" : "silent_since", json_builder_string(&builder, time));
    json_builder_set_number(&builder, data, "silent_seconds", seconds_since(conversation, since));
    json_builder_set(&builder, data, "targets", json_builder_number(&builder, presence->targets));
    if (json_builder_write_compact(&builder, data, &text, error) != ERROR_NONE)
        return error->code;
    event.data = buffer_text(&text);
    return events_add(conversation->database, &event, error);
}

static enum error_code change(struct conversation *conversation, struct roster_agent *agent, bool silent,
                              struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct agent_presence presence = {0};

    arena_init(&arena, SILENCE_MEMORY);
    if (batch_begin(&conversation->batch, conversation->moment.elapsed, error) != ERROR_NONE ||
        agents_presence(conversation->database, agent->row->id, &arena, &presence, error) != ERROR_NONE ||
        agents_set_silent(conversation->database, agent->row->id, silent ? presence.heard_at : 0, error) != ERROR_NONE)
        return error->code;
    agent->row->silent_since = silent ? presence.heard_at : 0;
    return add_event(conversation, agent, &presence, silent, error);
}

/* ---- from time to time ---- */

/* What was told in a batch that was not written was not told. */
static enum error_code learn_again(struct conversation *conversation, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct agent_row *rows = NULL;
    size_t count = 0;

    arena_init(&arena, ROSTER_MEMORY);
    if (agents_list(conversation->database, &arena, &rows, &count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++) {
        struct roster_agent *agent = roster_find(&conversation->roster, rows[i].id);

        if (agent != NULL)
            agent->row->silent_since = rows[i].silent_since;
    }
    conversation->silence.is_known = true;
    return ERROR_NONE;
}

enum error_code silences_tell(struct conversation *conversation, struct error *error)
{
    struct silence_watch *watch = &conversation->silence;
    int64_t standstill = (int64_t)SILENCE_STANDSTILL_MS * 1000;
    unsigned told = 0;

    if (watch->listening_since == 0 || conversation->moment.elapsed - watch->looked_at > standstill)
        watch->listening_since = conversation->moment.elapsed;
    watch->looked_at = conversation->moment.elapsed;
    if (conversation->settings.stale_us == 0 || !conversation_may_write(conversation))
        return ERROR_NONE;
    if (!watch->is_known && learn_again(conversation, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < conversation->roster.count && told < SILENCES_AT_ONCE; i++) {
        struct roster_agent *agent = &conversation->roster.agents[i];
        bool was_silent = agent->row->silent_since != 0;

        if (agent->row->revoked_at != 0 ||
            !(was_silent ? is_heard(conversation, agent) : is_silent(conversation, agent)))
            continue;
        if (change(conversation, agent, !was_silent, error) != ERROR_NONE)
            return error->code;
        told++;
    }
    return ERROR_NONE;
}
