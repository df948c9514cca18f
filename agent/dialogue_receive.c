/* What the collector says. */
#include <inttypes.h>
#include <stdio.h>

#include "agent/dialogue_private.h"

enum {
    RECEIVE_MEMORY = 32 * 1024 * 1024,
    WANTED_LIMIT = 16 * WIRE_HASHES_LIMIT, /* hashes that one offer may have on order */

    REFUSED_RETRY_US = 20 * SECOND_US, /* ask again for targets that were refused */
    SLOW_RETRY_US = 60 * SECOND_US     /* what will only change when somebody does something */
};

/* ---- the log ---- */

static void log_lane(const struct dialogue *dialogue, const struct lane *lane, enum log_level level, const char *event,
                     enum reject_code code, struct text message)
{
    log_write(dialogue->setup.logger, level, event,
              LOG_FIELDS(log_string("target", dialogue_target_of(dialogue, lane)->name),
                         log_number("seq", (int64_t)lane->offered), log_string("code", reject_code_name(code)),
                         log_text("message", message)));
}

/* Once, until something else is refused. */
static void log_refusal(const struct dialogue *dialogue, struct lane *lane, enum log_level level, enum reject_code code,
                        struct text message)
{
    if (lane->logged != code)
        log_lane(dialogue, lane, level, "snapshot-refused", code, message);
    lane->logged = code;
}

static void log_end(const struct dialogue *dialogue, enum log_level level, const char *event, struct text code,
                    struct text message)
{
    log_write(dialogue->setup.logger, level, event,
              LOG_FIELDS(log_string("endpoint", dialogue->connection.endpoint), log_text("code", code),
                         log_text("message", message)));
}

static void nonsense(struct dialogue *dialogue, const char *message)
{
    log_end(dialogue, LOG_LEVEL_WARNING, "collector-senseless", TEXT("protocol"), text_from(message));
    dialogue_end(dialogue, DIALOGUE_LOST, 0);
}

/* ---- lanes ---- */

static void acknowledge(struct dialogue *dialogue, struct lane *lane, uint64_t seq)
{
    struct error error = {0};

    if (seq > 0 &&
        outbox_acknowledge(dialogue->setup.outbox, dialogue_target_of(dialogue, lane)->id, seq, &error) != ERROR_NONE)
        dialogue_outbox_failed(dialogue, &error, "it will be offered and acknowledged again");
}

/* The number that the collector expects next. One beyond what there is means that this outbox is a copy from the past:
 * what it calls 7 is another snapshot than what the collector calls 7. */
static bool expect(struct dialogue *dialogue, struct lane *lane, uint64_t next)
{
    struct error error = {0};

    if (next <= lane->end || next <= lane->newest + 1) {
        lane->next = next;
        return true;
    }
    log_lane(dialogue, lane, LOG_LEVEL_WARNING, "outbox-from-the-past", REJECT_SEQUENCE,
             TEXT("the collector has more snapshots of this outbox than there are in it: going on under a new name"));
    if (outbox_renew(dialogue->setup.outbox, &error) != ERROR_NONE &&
        !dialogue_outbox_failed(dialogue, &error, "trying again"))
        dialogue_end(dialogue, DIALOGUE_AGAIN, RETRY_US);
    return false;
}

static void clear_problem(struct dialogue *dialogue, struct lane *lane)
{
    lane->logged = REJECT_NONE;
    lane->has_refused_root = false;
    if (lane->problem[0] == '\0')
        return;
    lane->problem[0] = '\0';
    lane->problem_is_new = true;
    dialogue->beat_at = 0;
}

/* ---- Welcome ---- */

static void refuse_target(struct dialogue *dialogue, struct lane *lane, enum reject_code code, struct text reason)
{
    lane->refused = code;
    if (lane->logged != code)
        log_write(dialogue->setup.logger, LOG_LEVEL_WARNING, "target-refused",
                  LOG_FIELDS(log_string("target", dialogue_target_of(dialogue, lane)->name),
                             log_string("code", reject_code_name(code)), log_text("message", reason)));
    lane->logged = code;
}

/* Ask again for refused targets, not all agents at the same moment. */
static int64_t greet_again_at(const struct dialogue *dialogue)
{
    return dialogue->now + REFUSED_RETRY_US - (int64_t)(dialogue->number % (REFUSED_RETRY_US / 4));
}

static bool take_welcome_target(struct dialogue *dialogue, struct lane *lane, const Wire__WelcomeTarget *target)
{
    lane->told_reports = 0; /* the first heartbeat tells of all */
    lane->told_changes = UINT64_MAX;
    lane->hold_until = 0;
    if (target->code != REJECT_NONE) {
        refuse_target(dialogue, lane, (enum reject_code)target->code, message_text(target->reason));
        dialogue->greet_at = greet_again_at(dialogue);
        return true;
    }
    if (lane->refused != REJECT_NONE)
        lane->logged = REJECT_NONE;
    lane->refused = REJECT_NONE;
    if (!expect(dialogue, lane, target->next_seq))
        return false;
    acknowledge(dialogue, lane, target->next_seq - 1);
    return dialogue->verdict == DIALOGUE_GOES_ON;
}

static void take_welcome(struct dialogue *dialogue, const Wire__Welcome *welcome)
{
    size_t refused = 0;

    if (dialogue->phase != PHASE_GREETING)
        return; /* of an earlier Hello */
    if (welcome->n_targets != dialogue->setup.target_count || welcome->protocol != WIRE_VERSION) {
        nonsense(dialogue, "a Welcome that does not answer the Hello");
        return;
    }
    dialogue->number = welcome->session;
    dialogue->heartbeat_us = (int64_t)welcome->heartbeat_ms * 1000;
    dialogue->frame_limit = welcome->frame_limit < WIRE_FRAME_LIMIT ? welcome->frame_limit : WIRE_FRAME_LIMIT;
    for (size_t i = 0; i < welcome->n_targets; i++) {
        if (!take_welcome_target(dialogue, &dialogue->lanes[i], welcome->targets[i])) {
            if (dialogue->verdict == DIALOGUE_GOES_ON)
                dialogue_greet(dialogue); /* the outbox has another name now */
            return;
        }
        refused += dialogue->lanes[i].refused != REJECT_NONE;
    }
    dialogue->phase = PHASE_OPEN;
    dialogue->beat_at = 0;
    dialogue->look_around = true;
    log_write(dialogue->setup.logger, dialogue->connection.renewed ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, "connected",
              LOG_FIELDS(log_string("endpoint", dialogue->connection.endpoint),
                         log_number("targets", (int64_t)(dialogue->setup.target_count - refused)),
                         log_number("refused", (int64_t)refused), log_number("heartbeat_ms", welcome->heartbeat_ms)));
}

/* ---- Want and Ack ---- */

static struct lane *find_lane(struct dialogue *dialogue, uint64_t number, uint32_t target)
{
    if (dialogue->phase != PHASE_OPEN || number != dialogue->number)
        return NULL; /* of another session */
    if (target >= dialogue->setup.target_count) {
        nonsense(dialogue, "a message about a target that was not named");
        return NULL;
    }
    return &dialogue->lanes[target];
}

static void take_want(struct dialogue *dialogue, const Wire__Want *want)
{
    struct lane *lane = find_lane(dialogue, want->session, want->target);

    if (lane == NULL || lane->offered == 0 || lane->offered != want->seq)
        return; /* of an offer that is over */
    if (lane->wanted.length / HASH_SIZE + want->n_hashes > WANTED_LIMIT) {
        nonsense(dialogue, "more nodes are wanted at once than an agent remembers");
        return;
    }
    for (size_t i = 0; i < want->n_hashes; i++)
        buffer_add(&lane->wanted, want->hashes[i].data, HASH_SIZE);
    if (lane->wanted.failed)
        dialogue_end(dialogue, DIALOGUE_AGAIN, 0);
}

static void take_ack(struct dialogue *dialogue, const Wire__Ack *ack)
{
    struct lane *lane = find_lane(dialogue, ack->session, ack->target);

    if (lane == NULL || ack->seq < lane->next)
        return; /* known already */
    if (ack->seq != lane->offered) {
        nonsense(dialogue, "an acknowledgement of what was not offered");
        return;
    }
    acknowledge(dialogue, lane, ack->seq);
    dialogue->proven = true;
    dialogue->delivered++;
    log_write(dialogue->setup.logger, LOG_LEVEL_INFO, "snapshot-delivered",
              LOG_FIELDS(log_string("target", dialogue_target_of(dialogue, lane)->name),
                         log_number("seq", (int64_t)ack->seq)));
    lane_reset(lane);
    lane->next = ack->seq + 1;
    clear_problem(dialogue, lane);
}

static void take_pong(struct dialogue *dialogue, const Wire__Pong *pong)
{
    if (dialogue->phase != PHASE_OPEN || pong->session != dialogue->number)
        return;
    dialogue->proven = true;
    dialogue->unanswered -= dialogue->unanswered > 0;
}

/* ---- Reject: an offer ---- */

static void drop_offer(struct dialogue *dialogue, struct lane *lane, const Wire__Reject *reject, bool damaged)
{
    const struct hash root = lane->root;
    const struct dialogue_loss loss = {.seq = lane->offered,
                                       .root = &root,
                                       .code = reject_code_name((enum reject_code)reject->code),
                                       .message = message_text(reject->message),
                                       .damaged = damaged};

    dialogue_drop(dialogue, lane, &loss);
}

static void hold(struct dialogue *dialogue, struct lane *lane, const Wire__Reject *reject, int64_t otherwise)
{
    bool says = reject->has_retry_ms && reject->retry_ms > 0;

    lane_hold(dialogue, lane, says ? (int64_t)reject->retry_ms * 1000 : otherwise);
}

static void take_sequence(struct dialogue *dialogue, struct lane *lane, const Wire__Reject *reject)
{
    bool moved = reject->has_next_seq && reject->next_seq != lane->next;

    lane_reset(lane);
    if (!moved) { /* what it expects is what it got: nothing is gained by haste */
        hold(dialogue, lane, reject, RETRY_US);
        return;
    }
    if (expect(dialogue, lane, reject->next_seq) || dialogue->verdict != DIALOGUE_GOES_ON)
        return;
    dialogue_greet(dialogue);
}

static void take_offer_reject(struct dialogue *dialogue, struct lane *lane, const Wire__Reject *reject)
{
    struct text message = message_text(reject->message);
    enum reject_code code = (enum reject_code)reject->code;

    switch (code) {
    case REJECT_SEQUENCE:
        log_refusal(dialogue, lane, LOG_LEVEL_INFO, code, message);
        take_sequence(dialogue, lane, reject);
        return;
    case REJECT_CORRUPT:
        drop_offer(dialogue, lane, reject, true);
        return;
    case REJECT_LIMIT:
        drop_offer(dialogue, lane, reject, false);
        return;
    case REJECT_INCOMPLETE:
        if (lane->lacks_nodes)
            drop_offer(dialogue, lane, reject, true);
        else
            hold(dialogue, lane, reject, SECOND_US);
        return;
    case REJECT_FORBIDDEN:
    case REJECT_CLAIMED:
        refuse_target(dialogue, lane, code, message);
        lane_reset(lane);
        dialogue->greet_at = greet_again_at(dialogue);
        return;
    default:
        log_refusal(dialogue, lane, code == REJECT_BUSY ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, code, message);
        hold(dialogue, lane, reject, code == REJECT_VERSION ? SLOW_RETRY_US : RETRY_US);
    }
}

/* ---- Reject: the session ---- */

static void take_session_reject(struct dialogue *dialogue, const Wire__Reject *reject)
{
    struct text message = message_text(reject->message);
    enum reject_code code = (enum reject_code)reject->code;
    int64_t retry = reject->has_retry_ms ? (int64_t)reject->retry_ms * 1000 : 0;

    if (code == REJECT_SESSION || code == REJECT_FORGOTTEN) {
        if (dialogue->phase != PHASE_OPEN)
            return; /* it speaks of what came before our Hello */
        log_end(dialogue, LOG_LEVEL_INFO, "session-over", text_from(reject_code_name(code)), message);
        dialogue_greet(dialogue);
        return;
    }
    log_end(dialogue, LOG_LEVEL_WARNING, "refused", text_from(reject_code_name(code)), message);
    switch (code) {
    case REJECT_REVOKED:
    case REJECT_VERSION:
        dialogue_end(dialogue, DIALOGUE_AGAIN, retry > 0 ? retry : REFUSED_RETRY_US);
        break;
    case REJECT_DUPLICATE:
    case REJECT_BUSY:
    case REJECT_FULL:
        dialogue_end(dialogue, DIALOGUE_AGAIN, retry > 0 ? retry : RETRY_US);
        break;
    default:
        dialogue_end(dialogue, DIALOGUE_AGAIN, retry);
    }
}

static void take_reject(struct dialogue *dialogue, const Wire__Reject *reject)
{
    bool is_ours = reject->session == 0 || reject->session == dialogue->number;
    struct lane *lane;

    if (dialogue->phase == PHASE_GREETING ? reject->session != 0 : !is_ours)
        return; /* of another session */
    if (!reject->has_target) {
        take_session_reject(dialogue, reject);
        return;
    }
    if (reject->code == REJECT_SESSION || reject->code == REJECT_FORGOTTEN || reject->code == REJECT_REVOKED) {
        take_session_reject(dialogue, reject);
        return;
    }
    lane = find_lane(dialogue, dialogue->number, reject->target);
    if (lane != NULL && lane->offered != 0 && (!reject->has_seq || reject->seq == lane->offered))
        take_offer_reject(dialogue, lane, reject);
}

/* ---- all of it ---- */

static void take(struct dialogue *dialogue, const struct wire_message *message)
{
    switch (message->type) {
    case MESSAGE_WELCOME:
        take_welcome(dialogue, message->welcome);
        break;
    case MESSAGE_WANT:
        take_want(dialogue, message->want);
        break;
    case MESSAGE_ACK:
        take_ack(dialogue, message->ack);
        break;
    case MESSAGE_REJECT:
        take_reject(dialogue, message->reject);
        break;
    case MESSAGE_PONG:
        take_pong(dialogue, message->pong);
        break;
    default:
        break; /* message_decode() lets no other through */
    }
}

void dialogue_receive(struct dialogue *dialogue, struct text frame, int64_t now)
{
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message;
    struct error error = {0};

    arena_init(&arena, RECEIVE_MEMORY);
    if (dialogue->verdict != DIALOGUE_GOES_ON || dialogue->phase == PHASE_SILENT)
        return;
    if (message_decode(&message, WIRE_AGENT, frame, &arena, &error) != ERROR_NONE) {
        nonsense(dialogue, error.message);
        return;
    }
    dialogue->now = now;
    if (dialogue->phase == PHASE_OPEN)
        dialogue->heard_at = now;
    take(dialogue, &message);
}
