#include "ingest/refusal.h"

#include <jansson.h>
#include <stdlib.h>

#include "ingest/reply.h"
#include "store/events.h"

/* What becomes known of a refusal, beside the agent. */
static const struct refusal_policy {
    enum log_level level;
    enum event_type event; /* EVENT_TYPE_COUNT: none */
    enum severity severity;
    uint32_t retry_ms;
} policies[REJECT_CODE_COUNT] = {
    [REJECT_PROTOCOL] = {LOG_LEVEL_WARNING, EVENT_AGENT_REFUSED, SEVERITY_HIGH, 0},
    [REJECT_VERSION] = {LOG_LEVEL_WARNING, EVENT_AGENT_REFUSED, SEVERITY_MEDIUM, 0},
    [REJECT_SESSION] = {LOG_LEVEL_DEBUG, EVENT_TYPE_COUNT, SEVERITY_LOW, 0},
    [REJECT_REVOKED] = {LOG_LEVEL_WARNING, EVENT_TYPE_COUNT, SEVERITY_LOW, 0},
    [REJECT_FORBIDDEN] = {LOG_LEVEL_WARNING, EVENT_AGENT_REFUSED, SEVERITY_HIGH, 0},
    [REJECT_CLAIMED] = {LOG_LEVEL_WARNING, EVENT_AGENT_REFUSED, SEVERITY_MEDIUM, 30000},
    [REJECT_DUPLICATE] = {LOG_LEVEL_WARNING, EVENT_AGENT_REFUSED, SEVERITY_MEDIUM, 30000},
    [REJECT_SEQUENCE] = {LOG_LEVEL_INFO, EVENT_TYPE_COUNT, SEVERITY_LOW, 0},
    [REJECT_CORRUPT] = {LOG_LEVEL_WARNING, EVENT_AGENT_REFUSED, SEVERITY_HIGH, 0},
    [REJECT_INCOMPLETE] = {LOG_LEVEL_WARNING, EVENT_TYPE_COUNT, SEVERITY_LOW, 1000},
    [REJECT_LIMIT] = {LOG_LEVEL_WARNING, EVENT_AGENT_REFUSED, SEVERITY_MEDIUM, 0},
    [REJECT_BUSY] = {LOG_LEVEL_DEBUG, EVENT_TYPE_COUNT, SEVERITY_LOW, 2000},
    [REJECT_FULL] = {LOG_LEVEL_DEBUG, EVENT_TYPE_COUNT, SEVERITY_LOW, 5000},
    [REJECT_FORGOTTEN] = {LOG_LEVEL_INFO, EVENT_TYPE_COUNT, SEVERITY_LOW, 0},
};

uint32_t refusal_retry_ms(enum reject_code code)
{
    return policies[code].retry_ms;
}

const char *refusal_of_store(enum error_code code, enum reject_code *ret_code)
{
    *ret_code = code == ERROR_FULL ? REJECT_FULL : REJECT_BUSY;
    return code == ERROR_FULL ? "the collector has no room for snapshots" : "the collector failed to write";
}

enum reject_code refusal_code(enum error_code code)
{
    switch (code) {
    case ERROR_PROTOCOL:
        return REJECT_PROTOCOL;
    case ERROR_CORRUPT:
        return REJECT_CORRUPT;
    case ERROR_UNSUPPORTED:
        return REJECT_VERSION;
    case ERROR_LIMIT:
        return REJECT_LIMIT;
    case ERROR_NOT_FOUND:
        return REJECT_INCOMPLETE;
    case ERROR_MEMORY:
        return REJECT_BUSY;
    default:
        return REJECT_NONE;
    }
}

/* Who is refused what. */
struct refusal {
    int64_t agent;
    const struct session_target *target; /* NULL: not about one */
    enum reject_code code;
    const char *message;
};

static void free_string(char **string)
{
    free(*string);
}

static void free_json(json_t **value)
{
    json_decref(*value);
}

static enum error_code add_event(struct conversation *conversation, const struct refusal *refusal,
                                 const struct roster_agent *agent, struct error *error)
{
    const struct refusal_policy *policy = &policies[refusal->code];
    CLEANUP(free_json)
    json_t *data = json_pack("{s:s%, s:s, s:s, s:s*}", "agent", agent->row->name.bytes, agent->row->name.length,
                             "reason", reject_code_name(refusal->code), "message", refusal->message, "target",
                             refusal->target == NULL ? NULL : refusal->target->name);
    CLEANUP(free_string) char *text = data == NULL ? NULL : json_dumps(data, JSON_COMPACT);
    struct event_row event = {.at = conversation->moment.now,
                              .type = policy->event,
                              .severity = policy->severity,
                              .target = refusal->target == NULL ? 0 : refusal->target->target,
                              .agent = refusal->agent,
                              .data = text_from(text)};

    if (text == NULL)
        return error_memory(error, "telling of a refusal");
    if (batch_begin(&conversation->batch, conversation->moment.elapsed, error) != ERROR_NONE)
        return error->code;
    return events_add(conversation->database, &event, error);
}

/* The name tells a target that has no number, because it is not let in, from others. */
static uint64_t identity_of(const struct session_target *target)
{
    uint64_t print = UINT64_C(0xcbf29ce484222325);

    if (target == NULL)
        return 0;
    for (const char *c = target->name; *c != '\0'; c++)
        print = (print ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    return print;
}

static bool is_new(struct conversation *conversation, const struct refusal *refusal, int64_t pause_ms)
{
    struct notice notice = {(uint64_t)refusal->code << 32 | (uint64_t)pause_ms, (uint64_t)refusal->agent,
                            identity_of(refusal->target)};

    return notices_is_new(&conversation->notices, &notice, conversation->moment.elapsed, pause_ms * 1000);
}

static enum error_code note(struct conversation *conversation, const struct refusal *refusal, const char *event,
                            struct error *error)
{
    const struct refusal_policy *policy = &policies[refusal->code];
    const struct roster_agent *agent = roster_find(&conversation->roster, refusal->agent);

    conversation->counts.refused[refusal->code]++;
    if (agent == NULL)
        return ERROR_NONE;
    if (is_new(conversation, refusal, LOG_PAUSE_MS))
        log_write(conversation->logger, policy->level, event,
                  LOG_FIELDS(log_text("agent", agent->row->name),
                             log_string("target", refusal->target == NULL ? "-" : refusal->target->name),
                             log_string("reason", reject_code_name(refusal->code)),
                             log_string("message", refusal->message)));
    if (policy->event == EVENT_TYPE_COUNT || !conversation_may_write(conversation) ||
        !is_new(conversation, refusal, EVENT_PAUSE_MS))
        return ERROR_NONE;
    return add_event(conversation, refusal, agent, error);
}

enum error_code refuse_offer(struct conversation *conversation, struct session *session, struct session_target *target,
                             uint64_t seq, enum reject_code code, const char *message, struct error *error)
{
    struct refusal refusal = {session->agent, target, code, message};
    struct rejection rejection = {.session = session->number,
                                  .target = (uint32_t)(target - session->targets),
                                  .seq = seq,
                                  .code = code,
                                  .message = message,
                                  .retry_ms = refusal_retry_ms(code),
                                  .next_seq = code == REJECT_SEQUENCE ? target->last_seq + 1 : 0};

    conversation_drop_upload(conversation, target);
    target->ended_seq = seq;
    reply_reject(conversation, session->peer, &rejection);
    return note(conversation, &refusal, "offer-refused", error);
}

enum error_code refuse_session(struct conversation *conversation, struct session *session, enum reject_code code,
                               const char *message, struct error *error)
{
    struct refusal refusal = {session->agent, NULL, code, message};
    struct rejection rejection = {
        .session = session->number, .code = code, .message = message, .retry_ms = refusal_retry_ms(code)};

    reply_reject(conversation, session->peer, &rejection);
    conversation_end_session(conversation, session);
    return note(conversation, &refusal, "session-ended", error);
}

enum error_code refuse_forgotten(struct conversation *conversation, struct session *session, struct error *error)
{
    return refuse_session(conversation, session, REJECT_FORGOTTEN, "a target of this session was forgotten", error);
}

enum error_code refuse_message(struct conversation *conversation, const struct session_sender *sender, uint64_t session,
                               enum reject_code code, const char *message, struct error *error)
{
    struct refusal refusal = {sender->agent, NULL, code, message};
    struct rejection rejection = {
        .session = session, .code = code, .message = message, .retry_ms = refusal_retry_ms(code)};

    reply_reject(conversation, sender->peer, &rejection);
    return note(conversation, &refusal, "message-refused", error);
}

enum error_code refuse_target(struct conversation *conversation, int64_t agent, const struct session_target *target,
                              enum reject_code code, const char *message, struct error *error)
{
    struct refusal refusal = {agent, target, code, message};

    return note(conversation, &refusal, "target-refused", error);
}
