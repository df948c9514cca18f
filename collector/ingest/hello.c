#include "ingest/hello.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "drift/report_json_value.h"
#include "ingest/refusal.h"
#include "store/events.h"
#include "store/snapshots.h"

enum {
    HELLO_MEMORY = 8 * 1024 * 1024,
    REASON_SIZE = 320,
    TARGETS_LIMIT =
        4 * WIRE_TARGETS_LIMIT /* that one agent may make: a grant with `*` is no licence to fill the store */
};

/* A Hello that is being answered. */
struct greeting {
    struct conversation *conversation;
    struct roster_agent *agent;
    const Wire__Hello *hello;
    struct session *session; /* that may come of it */
    struct arena arena;
    Wire__WelcomeTarget *answers; /* in the order of the targets */
};

static void greeting_clear(struct greeting *greeting)
{
    session_free(greeting->session);
    arena_free(&greeting->arena);
}

static enum error_code no_memory(const struct greeting *greeting, struct error *error)
{
    return arena_error(&greeting->arena, error, "answering a Hello");
}

static struct target_name name_of(const Wire__HelloTarget *target)
{
    return (struct target_name){message_text(target->name->database), message_text(target->name->environment),
                                message_text(target->name->instance)};
}

/* ---- the session ---- */

static enum error_code make_session(struct greeting *greeting, const struct session_sender *sender, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer names = {0};
    const Wire__Hello *hello = greeting->hello;

    for (size_t i = 0; i < hello->n_targets; i++) {
        struct target_name name = name_of(hello->targets[i]);
        const char *text = target_name_text(&name, &greeting->arena);

        if (text == NULL)
            return no_memory(greeting, error);
        buffer_add(&names, text, strlen(text) + 1);
    }
    if (buffer_check(&names, error, "answering a Hello") != ERROR_NONE ||
        session_new(&greeting->session, sender, (uint32_t)hello->n_targets, buffer_text(&names), error) != ERROR_NONE)
        return error->code;
    memcpy(greeting->session->incarnation, hello->incarnation.data, INCARNATION_SIZE);
    greeting->session->since = greeting->session->heard_at = greeting->conversation->moment.now;
    greeting->session->heard_elapsed = greeting->conversation->moment.elapsed;
    return ERROR_NONE;
}

/* ---- the targets ---- */

static enum error_code turn_away(struct greeting *greeting, uint32_t place, enum reject_code code, const char *reason,
                                 struct error *error)
{
    struct session_target *target = &greeting->session->targets[place];

    target->code = (uint8_t)code;
    greeting->answers[place].code = code;
    greeting->answers[place].has_reason = true;
    greeting->answers[place].reason = message_bytes(text_from(reason));
    return refuse_target(greeting->conversation, greeting->agent->row->id, target, code, reason, error);
}

/* Find the target, or make it. ERROR_NOT_FOUND: it is not there, and the agent has made too many already. */
static enum error_code find_target(struct greeting *greeting, uint32_t place, struct target_row *ret_row,
                                   struct error *error)
{
    struct conversation *conversation = greeting->conversation;
    const Wire__HelloTarget *target = greeting->hello->targets[place];
    struct target_name name = name_of(target);
    bool may_add = greeting->agent->row->target_count + greeting->agent->added < TARGETS_LIMIT;
    int64_t id;

    if (may_add && (batch_begin(&conversation->batch, conversation->moment.elapsed, error) != ERROR_NONE ||
                    targets_find_or_add(conversation->database, &name, message_text(target->engine),
                                        conversation->moment.now, &id, error) != ERROR_NONE))
        return error->code;
    if (targets_find(conversation->database, &name, &greeting->arena, ret_row, error) != ERROR_NONE)
        return error->code;
    greeting->agent->added += ret_row->agent == 0 && ret_row->first_seen == conversation->moment.now;
    return ERROR_NONE;
}

/* Another agent that speaks for the target, or did so a short while ago without saying goodbye; or NULL. */
static const struct roster_agent *holder_of(const struct greeting *greeting, const struct target_row *row)
{
    const struct conversation *conversation = greeting->conversation;
    const struct roster_agent *holder = row->agent == 0 ? NULL : roster_find(&conversation->roster, row->agent);
    int64_t claim = (int64_t)conversation->settings.claim_ms * 1000;
    int64_t silence = conversation->moment.now - row->heard_at;

    if (holder == NULL || holder == greeting->agent || holder->row->revoked_at != 0)
        return NULL;
    if (holder->session != NULL)
        return session_target_of(holder->session, row->id) != NULL &&
                       conversation->moment.elapsed - holder->session->heard_elapsed < claim
                   ? holder
                   : NULL;
    /* A clock that was set back must not keep a target claimed until it is where it was. */
    return holder->left_at < row->heard_at && silence >= 0 && silence < claim ? holder : NULL;
}

/* Takes over the data. */
static enum error_code add_event(struct greeting *greeting, struct event_row *event, struct json_builder *builder,
                                 json_t *data, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer text = {0};

    if (json_builder_write_compact(builder, data, &text, error) != ERROR_NONE)
        return error->code;
    event->at = greeting->conversation->moment.now;
    event->agent = greeting->agent->row->id;
    event->data = buffer_text(&text);
    return events_add(greeting->conversation->database, event, error);
}

/* Of another agent that is known; the first one to speak for a target takes it from nobody. */
static enum error_code tell_claimed(struct greeting *greeting, const struct target_row *row,
                                    const struct roster_agent *before, struct error *error)
{
    struct event_row event = {.type = EVENT_TARGET_CLAIMED, .severity = SEVERITY_MEDIUM, .target = row->id};
    const char *name = target_name_text(&row->name, &greeting->arena);
    struct json_builder builder = {0};
    json_t *data;

    if (before == NULL)
        return ERROR_NONE;
    if (name == NULL)
        return no_memory(greeting, error);
    data = json_builder_object(&builder);
    json_builder_set(&builder, data, "target", json_builder_string(&builder, name));
    json_builder_set(&builder, data, "agent", json_builder_text(&builder, greeting->agent->row->name));
    json_builder_set(&builder, data, "before", json_builder_text(&builder, before->row->name));
    return add_event(greeting, &event, &builder, data, error);
}

/* The agent speaks for the target from now on, and was heard. Whoever did before has lost it. */
static enum error_code take_over(struct greeting *greeting, const struct target_row *row, struct error *error)
{
    struct conversation *conversation = greeting->conversation;
    bool is_known = row->agent == greeting->agent->row->id;
    struct roster_agent *before = row->agent == 0 || is_known ? NULL : roster_find(&conversation->roster, row->agent);
    struct session_target *lost =
        before == NULL || before->session == NULL ? NULL : session_target_of(before->session, row->id);
    struct target_sighting sighting = {.target = row->id,
                                       .agent = greeting->agent->row->id,
                                       .state = row->state,
                                       .reason = row->reason,
                                       .heard_at = conversation->moment.now};

    if (is_known && !conversation_may_write(conversation))
        return ERROR_NONE;
    if (lost != NULL) {
        conversation_drop_upload(conversation, lost);
        lost->target = 0;
        lost->code = REJECT_CLAIMED;
    }
    if (batch_begin(&conversation->batch, conversation->moment.elapsed, error) != ERROR_NONE)
        return error->code;
    if (targets_saw(conversation->database, &sighting, error) != ERROR_NONE)
        return error->code;
    return is_known ? ERROR_NONE : tell_claimed(greeting, row, before, error);
}

/* Whether the agent's newest snapshot has the number of ours and is another: its outbox is a copy from the past, or of
 * another machine, that has gone its own way. Acknowledging that number would lose a snapshot. */
static enum error_code is_another_outbox(struct greeting *greeting, uint32_t place, const struct target_row *row,
                                         bool *ret_another, struct error *error)
{
    const Wire__HelloTarget *said = greeting->hello->targets[place];
    struct snapshot_row newest;
    enum error_code code;

    *ret_another = false;
    if (!said->has_root || said->newest_seq != greeting->session->targets[place].last_seq)
        return ERROR_NONE;
    code = snapshots_newest(greeting->conversation->database, row->id, &greeting->arena, &newest, error);
    if (code != ERROR_NONE)
        return code == ERROR_NOT_FOUND ? ERROR_NONE : code;
    *ret_another = newest.agent == greeting->session->agent && newest.seq == said->newest_seq &&
                   memcmp(newest.incarnation, greeting->session->incarnation, INCARNATION_SIZE) == 0 &&
                   memcmp(newest.root.bytes, said->root.data, HASH_SIZE) != 0;
    return ERROR_NONE;
}

static enum error_code let_in(struct greeting *greeting, uint32_t place, const struct target_row *row,
                              struct error *error)
{
    struct session_target *target = &greeting->session->targets[place];
    bool another = false, ignored;

    if (take_over(greeting, row, error) != ERROR_NONE ||
        targets_last_seq(greeting->conversation->database, greeting->agent->row->id, greeting->session->incarnation,
                         row->id, &target->last_seq, error) != ERROR_NONE ||
        is_another_outbox(greeting, place, row, &another, error) != ERROR_NONE)
        return error->code;
    target->target = row->id;
    target->stored_state = (uint8_t)row->state;
    if (!session_target_state(target, row->state, row->reason, &ignored))
        return error_memory(error, "answering a Hello");
    /* A number beyond what the agent has: it gives its outbox another name, and offers what it has under that. */
    greeting->answers[place].next_seq = target->last_seq + (another ? 2 : 1);
    return ERROR_NONE;
}

static enum error_code greet_target(struct greeting *greeting, uint32_t place, struct error *error)
{
    struct target_name name = name_of(greeting->hello->targets[place]);
    const struct roster_agent *holder;
    struct target_row row = {0};
    enum error_code code;
    char *reason;

    if (!agents_may_speak_for(greeting->agent->row, &name))
        return turn_away(greeting, place, REJECT_FORBIDDEN, "this key may not speak for this target", error);
    code = find_target(greeting, place, &row, error);
    if (code == ERROR_NOT_FOUND)
        return turn_away(greeting, place, REJECT_LIMIT, "this agent speaks for too many targets", error);
    if (code != ERROR_NONE)
        return code;
    holder = holder_of(greeting, &row);
    if (holder == NULL)
        return let_in(greeting, place, &row, error);
    reason = arena_printf(&greeting->arena, "the agent '%.*s' speaks for this target", TEXT_ARGS(holder->row->name));
    if (reason == NULL)
        return no_memory(greeting, error);
    return turn_away(greeting, place, REJECT_CLAIMED, reason, error);
}

/* ---- the answer ---- */

static enum error_code encode_welcome(struct greeting *greeting, struct text *ret_frame, struct error *error)
{
    const struct conversation *conversation = greeting->conversation;
    size_t count = greeting->hello->n_targets;
    Wire__Welcome welcome = WIRE__WELCOME__INIT;
    struct buffer frame = {0};

    welcome.session = greeting->session->number;
    welcome.protocol = WIRE_VERSION;
    welcome.frame_limit = WIRE_FRAME_LIMIT;
    welcome.heartbeat_ms = conversation->settings.heartbeat_ms;
    welcome.now = conversation->moment.now;
    welcome.n_targets = count;
    welcome.targets = arena_array(&greeting->arena, count, sizeof *welcome.targets);
    if (welcome.targets == NULL)
        return no_memory(greeting, error);
    for (size_t i = 0; i < count; i++)
        welcome.targets[i] = &greeting->answers[i];
    if (message_encode(&frame, MESSAGE_WELCOME, &welcome.base, error) != ERROR_NONE) {
        buffer_clear(&frame);
        return error->code;
    }
    *ret_frame = buffer_text(&frame); /* its memory is the promise's now */
    return ERROR_NONE;
}

static void set_before(struct json_builder *builder, json_t *data, const char *name, struct text before,
                       struct text now)
{
    if (before.length > 0 && !text_equal(before, now))
        json_builder_set(builder, data, name, json_builder_text(builder, before));
}

/* That it is here for the first time, or as another program than before. */
static enum error_code tell_connected(struct greeting *greeting, const struct agent_sighting *sighting,
                                      struct error *error)
{
    struct event_row event = {.type = EVENT_AGENT_CONNECTED, .severity = SEVERITY_LOW};
    struct agent_presence before = {0};
    struct json_builder builder = {0};
    json_t *data;

    if (agents_presence(greeting->conversation->database, sighting->agent, &greeting->arena, &before, error) !=
        ERROR_NONE)
        return error->code;
    if (before.heard_at != 0 && text_equal(before.version, sighting->version) &&
        text_equal(before.host, sighting->host))
        return ERROR_NONE;
    data = json_builder_object(&builder);
    json_builder_set(&builder, data, "agent", json_builder_text(&builder, greeting->agent->row->name));
    json_builder_set(&builder, data, "first", json_boolean(before.heard_at == 0));
    json_builder_set(&builder, data, "version", json_builder_text(&builder, sighting->version));
    set_before(&builder, data, "version_before", before.version, sighting->version);
    json_builder_set(&builder, data, "host", json_builder_text(&builder, sighting->host));
    set_before(&builder, data, "host_before", before.host, sighting->host);
    json_builder_set(&builder, data, "address", json_builder_text(&builder, sighting->address));
    json_builder_set(&builder, data, "targets", json_builder_number(&builder, (uint32_t)greeting->hello->n_targets));
    return add_event(greeting, &event, &builder, data, error);
}

static enum error_code note_sighting(struct greeting *greeting, struct error *error)
{
    struct conversation *conversation = greeting->conversation;
    struct agent_sighting sighting = {.agent = greeting->agent->row->id,
                                      .at = conversation->moment.now,
                                      .version = message_text(greeting->hello->version),
                                      .host = message_text(greeting->hello->host),
                                      .address = text_from(greeting->session->address)};

    if (!conversation_may_write(conversation))
        return ERROR_NONE; /* an agent whose targets are known is welcome while the disk is full, too */
    if (batch_begin(&conversation->batch, conversation->moment.elapsed, error) != ERROR_NONE ||
        tell_connected(greeting, &sighting, error) != ERROR_NONE)
        return error->code;
    return agents_saw(conversation->database, &sighting, error);
}

static enum error_code greet(struct greeting *greeting, const struct session_sender *sender, struct text *ret_frame,
                             struct error *error)
{
    size_t count = greeting->hello->n_targets;

    if (make_session(greeting, sender, error) != ERROR_NONE || note_sighting(greeting, error) != ERROR_NONE)
        return error->code;
    greeting->answers = arena_array(&greeting->arena, count, sizeof *greeting->answers);
    if (greeting->answers == NULL)
        return no_memory(greeting, error);
    for (uint32_t i = 0; i < count; i++) {
        wire__welcome_target__init(&greeting->answers[i]);
        if (greet_target(greeting, i, error) != ERROR_NONE)
            return error->code;
    }
    if (conversation_may_write(greeting->conversation))
        greeting->session->stored_at = greeting->session->heard_at;
    return encode_welcome(greeting, ret_frame, error);
}

/* Another program with the same key, whose outbox is another, is running and was heard a short while ago. */
static bool is_duplicate(const struct conversation *conversation, const struct session *session,
                         const struct session_sender *sender, const Wire__Hello *hello)
{
    return session != NULL && !session_has_peer(session, sender->peer) &&
           memcmp(session->incarnation, hello->incarnation.data, INCARNATION_SIZE) != 0 &&
           conversation->moment.elapsed - session->heard_elapsed < (int64_t)conversation->settings.claim_ms * 1000;
}

static enum error_code refuse_duplicate(struct conversation *conversation, const struct session_sender *sender,
                                        const struct session *session, struct error *error)
{
    char reason[REASON_SIZE];

    snprintf(reason, sizeof reason, "another program with this key is running at %s", session->address);
    return refuse_message(conversation, sender, 0, REJECT_DUPLICATE, reason, error);
}

enum error_code hello_receive(struct conversation *conversation, const struct session_sender *sender,
                              const Wire__Hello *hello, struct error *error)
{
    CLEANUP(greeting_clear)
    struct greeting greeting = {
        .conversation = conversation, .agent = roster_find(&conversation->roster, sender->agent), .hello = hello};
    struct promise promise = {.kind = PROMISE_WELCOME, .agent = sender->agent};
    struct session *before = greeting.agent->session;

    if (is_duplicate(conversation, before, sender, hello))
        return refuse_duplicate(conversation, sender, before, error);
    arena_init(&greeting.arena, HELLO_MEMORY);
    memcpy(promise.peer, sender->peer, SOCKET_PEER_SIZE);
    if (batch_promise(&conversation->batch, &promise, error) != ERROR_NONE ||
        greet(&greeting, sender, &conversation->batch.promises[conversation->batch.count - 1].frame, error) !=
            ERROR_NONE)
        return error->code;
    conversation->batch.promises[conversation->batch.count - 1].session = greeting.session->number;
    if (before != NULL)
        conversation_end_session(conversation, before);
    greeting.agent->session = greeting.session;
    greeting.session = NULL;
    conversation->counts.sessions++;
    return ERROR_NONE;
}
