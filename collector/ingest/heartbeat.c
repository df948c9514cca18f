#include "ingest/heartbeat.h"

#include <jansson.h>
#include <stdlib.h>

#include "ingest/refusal.h"
#include "ingest/reply.h"
#include "store/events.h"

/* ---- one target ---- */

static void free_string(char **string)
{
    free(*string);
}

static void free_json(json_t **value)
{
    json_decref(*value);
}

/* Not of an agent that has just started and has not looked yet. */
static bool is_event(const struct session_target *target)
{
    return target->state != target->stored_state && target->state != TARGET_STARTING &&
           (target->stored_state != TARGET_STARTING || target->state != TARGET_FINE);
}

static enum error_code add_event(struct conversation *conversation, const struct session *session,
                                 const struct session_target *target, struct error *error)
{
    CLEANUP(free_json)
    json_t *data =
        json_pack("{s:s, s:s, s:s, s:s*}", "target", target->name, "from", target_state_name(target->stored_state),
                  "to", target_state_name(target->state), "reason", target->reason);
    CLEANUP(free_string) char *text = data == NULL ? NULL : json_dumps(data, JSON_COMPACT);
    struct event_row event = {.at = conversation->moment.now,
                              .type = EVENT_TARGET_STATE,
                              .severity = target->state == TARGET_FINE ? SEVERITY_LOW : SEVERITY_MEDIUM,
                              .target = target->target,
                              .agent = session->agent,
                              .data = text_from(text)};

    if (text == NULL)
        return error_memory(error, "telling of a target's state");
    return events_add(conversation->database, &event, error);
}

/* `ret_forgotten`: the target is not there any more, and the session has ended. */
static enum error_code store_target(struct conversation *conversation, struct session *session,
                                    struct session_target *target, bool *ret_forgotten, struct error *error)
{
    struct target_sighting sighting = {.target = target->target,
                                       .agent = session->agent,
                                       .state = target->state,
                                       .reason = text_from(target->reason),
                                       .checked_at = target->checked_at,
                                       .heard_at = session->heard_at};
    struct promise promise = {.kind = PROMISE_STATE,
                              .agent = session->agent,
                              .session = session->number,
                              .target = (uint32_t)(target - session->targets),
                              .state = target->state};
    enum error_code code;

    *ret_forgotten = false;
    if (batch_begin(&conversation->batch, conversation->moment.elapsed, error) != ERROR_NONE)
        return error->code;
    code = targets_saw(conversation->database, &sighting, error);
    *ret_forgotten = code == ERROR_NOT_FOUND;
    if (*ret_forgotten)
        return refuse_forgotten(conversation, session, error);
    if (code != ERROR_NONE || !target->changed)
        return code;
    if (is_event(target) && add_event(conversation, session, target, error) != ERROR_NONE)
        return error->code;
    return batch_promise(&conversation->batch, &promise, error);
}

/* ---- heartbeats ---- */

static void log_state(const struct conversation *conversation, const struct session *session,
                      const struct session_target *target)
{
    const struct roster_agent *agent = roster_find(&conversation->roster, session->agent);
    enum log_level level =
        target->state == TARGET_FINE || target->state == TARGET_STARTING ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING;

    log_write(conversation->logger, level, "target-state",
              LOG_FIELDS(log_text("agent", agent->row->name), log_string("target", target->name),
                         log_string("state", target_state_name(target->state)),
                         log_string("reason", target->reason == NULL ? "-" : target->reason)));
}

/* An agent that begins anew has not looked yet: a trouble goes on until it has, so that its end is told, too. */
static bool is_only_beginning(const struct session_target *target, const Wire__TargetState *said)
{
    return said->state == TARGET_STARTING && target->state != TARGET_FINE && target->state != TARGET_STARTING;
}

static enum error_code hear_target(struct conversation *conversation, struct session *session,
                                   const Wire__TargetState *said, struct error *error)
{
    struct session_target *target = &session->targets[said->target];
    int64_t now = conversation->moment.now;
    bool changed = false;

    if (target->target == 0)
        return ERROR_NONE;
    if (is_only_beginning(target, said))
        return ERROR_NONE;
    if (!session_target_state(target, said->state, message_text(said->reason), &changed))
        return error_memory(error, "hearing a heartbeat");
    target->checked_at = said->checked_at < now ? said->checked_at : now; /* clocks run ahead */
    if (changed)
        log_state(conversation, session, target);
    target->changed |= changed;
    return ERROR_NONE;
}

/* What changed is stored at once; as long as the store is full it is kept for later. */
static enum error_code store_changes(struct conversation *conversation, struct session *session, bool *ret_ended,
                                     struct error *error)
{
    *ret_ended = false;
    if (!conversation_may_write(conversation))
        return ERROR_NONE;
    for (uint32_t i = 0; !*ret_ended && i < session->count; i++)
        if (session->targets[i].changed &&
            store_target(conversation, session, &session->targets[i], ret_ended, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

enum error_code heartbeat_receive(struct conversation *conversation, struct session *session,
                                  const Wire__Heartbeat *heartbeat, struct error *error)
{
    bool ended = false;

    for (size_t i = 0; i < heartbeat->n_targets; i++) {
        if (heartbeat->targets[i]->target >= session->count)
            return refuse_session(conversation, session, REJECT_PROTOCOL, "the state of a target that was not named",
                                  error);
        if (hear_target(conversation, session, heartbeat->targets[i], error) != ERROR_NONE)
            return error->code;
    }
    conversation->counts.heartbeats++;
    reply_pong(conversation, session);
    return store_changes(conversation, session, &ended, error);
}

/* ---- from time to time ---- */

static enum error_code store_session(struct conversation *conversation, struct session *session, struct error *error)
{
    bool ended = false;

    for (uint32_t i = 0; i < session->count; i++) {
        if (session->targets[i].target == 0)
            continue;
        if (store_target(conversation, session, &session->targets[i], &ended, error) != ERROR_NONE)
            return error->code;
        if (ended)
            return ERROR_NONE;
    }
    session->stored_at = session->heard_at;
    return ERROR_NONE;
}

/* When an agent whose session has ended was heard last. */
static enum error_code store_end(struct conversation *conversation, struct roster_agent *agent, struct error *error)
{
    if (batch_begin(&conversation->batch, conversation->moment.elapsed, error) != ERROR_NONE ||
        agents_heard(conversation->database, agent->row->id, agent->unstored, error) != ERROR_NONE)
        return error->code;
    agent->unstored = 0;
    return ERROR_NONE;
}

enum error_code heartbeats_store(struct conversation *conversation, struct error *error)
{
    const struct roster *roster = &conversation->roster;
    int64_t pause = (int64_t)STORE_SIGHTINGS_MS * 1000;

    if (conversation->sightings_next >= roster->count &&
        conversation->moment.elapsed - conversation->sightings_at >= pause) {
        conversation->sightings_at = conversation->moment.elapsed;
        conversation->sightings_next = 0;
    }
    if (!conversation_may_write(conversation))
        return ERROR_NONE;
    for (unsigned i = 0; i < HEARTBEATS_AT_ONCE && conversation->sightings_next < roster->count; i++) {
        struct roster_agent *agent = &roster->agents[conversation->sightings_next++];
        struct session *session = agent->session;

        if (session != NULL && session->heard_at != session->stored_at &&
            store_session(conversation, session, error) != ERROR_NONE)
            return error->code;
        if (session == NULL && agent->unstored != 0 && store_end(conversation, agent, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}
