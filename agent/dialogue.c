/* The session's time and turn: what is said when. What is heard is in session_receive.c, what is said in session_say.c
 * and session_nodes.c. */
#include "agent/session_private.h"

#include <stdio.h>

#include "base/memory.h"

enum { OFFERS_AT_ONCE = 8 /* targets whose snapshots are under way at the same time */ };

/* ---- the object ---- */

enum error_code session_new(struct session **ret_session, const struct session_setup *setup, struct error *error)
{
    struct session *session = mem_alloc(sizeof *session);
    struct lane *lanes = mem_alloc(setup->target_count * sizeof *lanes);

    if (session == NULL || lanes == NULL) {
        mem_free(session);
        mem_free(lanes);
        return error_memory(error, "making a session");
    }
    for (size_t i = 0; i < setup->target_count; i++) {
        lanes[i] = (struct lane){0};
        arena_init(&lanes[i].piece.arena, SIZE_MAX);
    }
    *session = (struct session){.setup = *setup, .lanes = lanes, .endpoint = ""};
    buffer_init(&session->frame);
    *ret_session = session;
    return ERROR_NONE;
}

void lane_reset(struct lane *lane)
{
    lane->offered = 0;
    lane->lacks_nodes = false;
    lane->answered = 0;
    lane->piece.bytes = (struct text){0};
    lane->piece.sent = 0;
    arena_free(&lane->piece.arena);
    buffer_clear(&lane->wanted);
}

void lane_hold(struct session *session, struct lane *lane, int64_t pause_us)
{
    lane_reset(lane);
    lane->hold_until = session->now + pause_us;
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    for (size_t i = 0; i < session->setup.target_count; i++)
        lane_reset(&session->lanes[i]);
    buffer_clear(&session->frame);
    mem_free(session->lanes);
    mem_free(session);
}

/* ---- begin and end ---- */

void session_greet(struct session *session)
{
    for (size_t i = 0; i < session->setup.target_count; i++)
        lane_reset(&session->lanes[i]);
    session->phase = PHASE_GREETING;
    session->hello_due = true;
    session->number = 0;
    session->heard_at = session->now;
    session->beat_at = 0;
    session->beat_from = 0;
    session->greet_at = 0;
    session->look_around = true;
}

void session_begin(struct session *session, const char *endpoint, int64_t patience_us, int64_t now)
{
    buffer_clear(&session->frame);
    session->endpoint = endpoint;
    session->patience_us = patience_us;
    session->verdict = SESSION_GOES_ON;
    session->pause_us = 0;
    session->proven = false;
    session->now = now;
    session_greet(session);
}

void session_end(struct session *session, enum session_verdict verdict, int64_t pause_us)
{
    session->phase = PHASE_SILENT;
    if (session->verdict != SESSION_GOES_ON)
        return;
    session->verdict = verdict;
    session->pause_us = pause_us;
}

bool session_outbox_failed(struct session *session, const struct error *error, const char *next)
{
    bool fatal = error->code == ERROR_IO || error->code == ERROR_CORRUPT;

    if (!fatal) {
        log_failure(session->setup.logger, "outbox-failed", error, next);
        return false;
    }
    session->failure = *error;
    session_end(session, SESSION_FAILED, 0);
    return true;
}

static void set_problem(struct session *session, struct lane *lane, struct text message)
{
    snprintf(lane->problem, sizeof lane->problem, "the collector does not have the newest snapshot: %.*s",
             (int)(message.length < 150 ? message.length : 150), message.bytes);
    for (struct text text = text_from(lane->problem); !text_is_utf8(text);)
        lane->problem[--text.length] = '\0'; /* half a character at the end */
    lane->problem_is_new = true;
    session->beat_at = 0;
}

void session_drop(struct session *session, struct lane *lane, const struct session_loss *loss)
{
    const struct session_target *target = session_target_of(session, lane);
    bool again = lane->has_refused_root && hash_equal(&lane->refused_root, loss->root);
    struct error error = {0};
    char reason[96];

    log_write(session->setup.logger, LOG_LEVEL_ERROR, "snapshot-dropped",
              LOG_FIELDS(log_string("target", target->name), log_number("seq", (int64_t)loss->seq),
                         log_string("code", loss->code), log_text("message", loss->message)));
    snprintf(reason, sizeof reason, "refused for good: %s", loss->code);
    if (outbox_drop(session->setup.outbox, target->id, loss->seq, reason, &error) != ERROR_NONE &&
        error.code != ERROR_NOT_FOUND) {
        if (!session_outbox_failed(session, &error, "trying again"))
            lane_hold(session, lane, RETRY_US);
        return;
    }
    set_problem(session, lane, loss->message);
    lane->refused_root = *loss->root;
    lane->has_refused_root = true;
    lane_reset(lane);
    if (loss->damaged && !again)
        status_ask(target->status, STATUS_ANEW);
}

void session_bye(struct session *session)
{
    Wire__Bye bye = WIRE__BYE__INIT;

    if (session->phase != PHASE_OPEN)
        return;
    bye.session = session->number;
    buffer_reset(&session->frame);
    if (session_encode(session, MESSAGE_BYE, &bye.base))
        session->setup.send(session->setup.context, buffer_text(&session->frame));
    buffer_clear(&session->frame);
    session->phase = PHASE_SILENT;
}

enum session_verdict session_verdict(const struct session *session, int64_t *ret_pause_us)
{
    *ret_pause_us = session->pause_us;
    return session->verdict;
}

const struct error *session_failure(const struct session *session)
{
    return &session->failure;
}

/* ---- what is going on ---- */

void session_look_around(struct session *session)
{
    session->look_around = true;
}

/* Learn of new snapshots and states. A state that must not wait brings the next heartbeat forward. */
static void look_around(struct session *session)
{
    session->look_around = false;
    for (size_t i = 0; i < session->setup.target_count; i++) {
        struct lane *lane = &session->lanes[i];
        struct status_view view;

        status_read(session->setup.targets[i].status, &view);
        if (view.seq > lane->newest)
            lane->newest = view.seq;
        if (view.changes != lane->told_changes && lane->refused == REJECT_NONE)
            session->beat_at = 0;
    }
}

static bool may_offer(const struct session *session, const struct lane *lane)
{
    return session->verdict == SESSION_GOES_ON && lane->refused == REJECT_NONE && lane->offered == 0 &&
           lane->next <= lane->newest && lane->hold_until <= session->now;
}

static size_t offers_under_way(const struct session *session)
{
    size_t count = 0;

    for (size_t i = 0; i < session->setup.target_count; i++)
        count += session->lanes[i].offered != 0;
    return count;
}

/* ---- what is said next ---- */

/* What cannot be offered is dropped, and the next one tried. */
static bool compose_offer(struct session *session)
{
    if (offers_under_way(session) >= OFFERS_AT_ONCE)
        return false;
    for (size_t i = 0; i < session->setup.target_count; i++)
        while (may_offer(session, &session->lanes[i]))
            if (session_compose_offer(session, &session->lanes[i]))
                return true;
    return false;
}

/* The lanes take turns, so that a large snapshot does not hold up a small one. */
static bool compose_nodes(struct session *session)
{
    for (size_t i = 0; i < session->setup.target_count; i++) {
        size_t place = (session->turn + i) % session->setup.target_count;

        if (session->lanes[place].answered < session->lanes[place].wanted.length &&
            session_compose_nodes(session, &session->lanes[place])) {
            session->turn = place + 1;
            return true;
        }
    }
    return false;
}

static bool compose(struct session *session)
{
    if (session->phase == PHASE_OPEN && session->greet_at != 0 && session->greet_at <= session->now &&
        offers_under_way(session) == 0)
        session_greet(session);
    if (session->hello_due) {
        session->hello_due = false;
        return session_compose_hello(session);
    }
    if (session->phase != PHASE_OPEN)
        return false;
    if (session->look_around)
        look_around(session);
    if (session->beat_at <= session->now && session_compose_heartbeat(session))
        return true;
    return compose_offer(session) || compose_nodes(session);
}

static bool flush(struct session *session)
{
    if (session->frame.length == 0)
        return true;
    if (!session->setup.send(session->setup.context, buffer_text(&session->frame)))
        return false;
    buffer_clear(&session->frame); /* it may be large, and is seldom needed */
    return true;
}

/* ---- time ---- */

static int64_t silence_ends(const struct session *session)
{
    enum { HEARTBEATS_MISSED = 3 };

    return session->heard_at +
           (session->phase == PHASE_OPEN ? HEARTBEATS_MISSED * session->heartbeat_us : session->patience_us);
}

static void check_silence(struct session *session)
{
    if (session->phase == PHASE_SILENT || session->now < silence_ends(session))
        return;
    log_write(session->setup.logger, LOG_LEVEL_WARNING, "collector-silent",
              LOG_FIELDS(log_string("endpoint", session->endpoint),
                         log_string("message", session->phase == PHASE_OPEN
                                                   ? "it does not answer any more"
                                                   : "it does not answer: is it running there, and is this agent's key "
                                                     "enrolled?")));
    session_end(session, SESSION_LOST, 0);
}

/* The earlier of two moments, if the other is still to come: what is due and was not done waits for something else. */
static int64_t earlier(const struct session *session, int64_t until, int64_t other)
{
    return other > session->now && other < until ? other : until;
}

static int64_t deadline(const struct session *session)
{
    int64_t until = silence_ends(session);

    if (session->phase != PHASE_OPEN || session_is_stuck(session))
        return until;
    until = earlier(session, until, session->beat_at);
    until = earlier(session, until, session->greet_at);
    for (size_t i = 0; i < session->setup.target_count; i++)
        if (session->lanes[i].next <= session->lanes[i].newest)
            until = earlier(session, until, session->lanes[i].hold_until);
    return until;
}

int64_t session_work(struct session *session, int64_t now)
{
    session->now = now;
    check_silence(session);
    while (session->verdict == SESSION_GOES_ON && flush(session) && compose(session))
        continue;
    return deadline(session);
}

bool session_is_stuck(const struct session *session)
{
    return session->frame.length > 0;
}

void session_summary(const struct session *session, struct session_summary *ret_summary)
{
    struct session_summary summary = {
        .open = session->phase == PHASE_OPEN, .proven = session->proven, .delivered = session->delivered};

    summary.settled = summary.open && session->frame.length == 0 && !session->look_around;
    for (size_t i = 0; i < session->setup.target_count; i++) {
        const struct lane *lane = &session->lanes[i];
        struct status_view view;

        status_read(session->setup.targets[i].status, &view);
        if (lane->refused != REJECT_NONE)
            summary.refused++;
        else if (lane->offered != 0 || lane->next <= lane->newest || lane->told_reports != view.reports)
            summary.settled = false;
    }
    *ret_summary = summary;
}
