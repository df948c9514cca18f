/* The time and turn of the dialogue: what is said when. What is heard is in dialogue_receive.c, what is said in
 * dialogue_say.c and dialogue_nodes.c. */
#include "agent/dialogue_private.h"

#include <stdio.h>

#include "base/memory.h"

enum { OFFERS_AT_ONCE = 8 /* targets whose snapshots are under way at the same time */ };

/* ---- the object ---- */

enum error_code dialogue_new(struct dialogue **ret_dialogue, const struct dialogue_setup *setup, struct error *error)
{
    struct dialogue *dialogue = mem_alloc(sizeof *dialogue);
    struct lane *lanes = mem_alloc(setup->target_count * sizeof *lanes);

    if (dialogue == NULL || lanes == NULL) {
        mem_free(dialogue);
        mem_free(lanes);
        return error_memory(error, "beginning to talk");
    }
    for (size_t i = 0; i < setup->target_count; i++) {
        lanes[i] = (struct lane){0};
        arena_init(&lanes[i].piece.arena, SIZE_MAX);
    }
    *dialogue = (struct dialogue){.setup = *setup, .lanes = lanes, .connection = {.endpoint = ""}};
    buffer_init(&dialogue->frame);
    *ret_dialogue = dialogue;
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

void lane_hold(struct dialogue *dialogue, struct lane *lane, int64_t pause_us)
{
    lane_reset(lane);
    lane->hold_until = dialogue->now + pause_us;
}

void dialogue_free(struct dialogue *dialogue)
{
    if (dialogue == NULL)
        return;
    for (size_t i = 0; i < dialogue->setup.target_count; i++)
        lane_reset(&dialogue->lanes[i]);
    buffer_clear(&dialogue->frame);
    mem_free(dialogue->lanes);
    mem_free(dialogue);
}

/* ---- begin and end ---- */

void dialogue_greet(struct dialogue *dialogue)
{
    for (size_t i = 0; i < dialogue->setup.target_count; i++)
        lane_reset(&dialogue->lanes[i]);
    dialogue->phase = PHASE_GREETING;
    dialogue->hello_due = true;
    dialogue->number = 0;
    dialogue->unanswered = 0;
    dialogue->heard_at = dialogue->now;
    dialogue->beat_at = 0;
    dialogue->beat_from = 0;
    dialogue->greet_at = 0;
    dialogue->look_around = true;
}

void dialogue_begin(struct dialogue *dialogue, const struct dialogue_connection *connection, int64_t now)
{
    buffer_clear(&dialogue->frame);
    dialogue->connection = *connection;
    dialogue->verdict = DIALOGUE_GOES_ON;
    dialogue->pause_us = 0;
    dialogue->proven = false;
    dialogue->now = now;
    dialogue_greet(dialogue);
}

void dialogue_end(struct dialogue *dialogue, enum dialogue_verdict verdict, int64_t pause_us)
{
    dialogue->phase = PHASE_SILENT;
    if (dialogue->verdict != DIALOGUE_GOES_ON)
        return;
    dialogue->verdict = verdict;
    dialogue->pause_us = pause_us;
}

void dialogue_refused(struct dialogue *dialogue, const char *why)
{
    log_write(dialogue->setup.logger, LOG_LEVEL_WARNING, "refused",
              LOG_FIELDS(log_string("endpoint", dialogue->connection.endpoint), log_string("message", why)));
    dialogue_end(dialogue, DIALOGUE_LOST, 0);
}

bool dialogue_outbox_failed(struct dialogue *dialogue, const struct error *error, const char *next)
{
    bool fatal = error->code == ERROR_IO || error->code == ERROR_CORRUPT;

    if (!fatal) {
        log_failure(dialogue->setup.logger, "outbox-failed", error, next);
        return false;
    }
    dialogue->failure = *error;
    dialogue_end(dialogue, DIALOGUE_FAILED, 0);
    return true;
}

static void set_problem(struct dialogue *dialogue, struct lane *lane, struct text message)
{
    snprintf(lane->problem, sizeof lane->problem, "the collector does not have the newest snapshot: %.*s",
             (int)(message.length < 150 ? message.length : 150), message.bytes);
    for (struct text text = text_from(lane->problem); !text_is_utf8(text);)
        lane->problem[--text.length] = '\0'; /* half a character at the end */
    lane->problem_is_new = true;
    dialogue->beat_at = 0;
}

void dialogue_drop(struct dialogue *dialogue, struct lane *lane, const struct dialogue_loss *loss)
{
    const struct dialogue_target *target = dialogue_target_of(dialogue, lane);
    bool again = lane->has_refused_root && hash_equal(&lane->refused_root, loss->root);
    struct error error = {0};
    char reason[96];

    log_write(dialogue->setup.logger, LOG_LEVEL_ERROR, "snapshot-dropped",
              LOG_FIELDS(log_string("target", target->name), log_number("seq", (int64_t)loss->seq),
                         log_string("code", loss->code), log_text("message", loss->message)));
    snprintf(reason, sizeof reason, "refused for good: %s", loss->code);
    if (outbox_drop(dialogue->setup.outbox, target->id, loss->seq, reason, &error) != ERROR_NONE &&
        error.code != ERROR_NOT_FOUND) {
        if (!dialogue_outbox_failed(dialogue, &error, "trying again"))
            lane_hold(dialogue, lane, RETRY_US);
        return;
    }
    set_problem(dialogue, lane, loss->message);
    lane->refused_root = *loss->root;
    lane->has_refused_root = true;
    lane_reset(lane);
    if (loss->damaged && !again)
        status_ask(target->status, STATUS_ANEW);
}

void dialogue_bye(struct dialogue *dialogue)
{
    Wire__Bye bye = WIRE__BYE__INIT;

    if (dialogue->phase != PHASE_OPEN)
        return;
    bye.session = dialogue->number;
    buffer_reset(&dialogue->frame);
    if (dialogue_encode(dialogue, MESSAGE_BYE, &bye.base))
        dialogue->setup.send(dialogue->setup.context, buffer_text(&dialogue->frame));
    buffer_clear(&dialogue->frame);
    dialogue->phase = PHASE_SILENT;
}

enum dialogue_verdict dialogue_verdict(const struct dialogue *dialogue, int64_t *ret_pause_us)
{
    *ret_pause_us = dialogue->pause_us;
    return dialogue->verdict;
}

const struct error *dialogue_failure(const struct dialogue *dialogue)
{
    return &dialogue->failure;
}

/* ---- what is going on ---- */

void dialogue_look_around(struct dialogue *dialogue)
{
    dialogue->look_around = true;
}

/* Learn of new snapshots and states. A state that must not wait brings the next heartbeat forward. */
static void look_around(struct dialogue *dialogue)
{
    dialogue->look_around = false;
    for (size_t i = 0; i < dialogue->setup.target_count; i++) {
        struct lane *lane = &dialogue->lanes[i];
        struct status_view view;

        status_read(dialogue->setup.targets[i].status, &view);
        if (view.seq != lane->announced && view.seq > lane->newest)
            lane->newest = view.seq;
        lane->announced = view.seq;
        if (view.changes != lane->told_changes && lane->refused == REJECT_NONE)
            dialogue->beat_at = 0;
    }
}

static bool may_offer(const struct dialogue *dialogue, const struct lane *lane)
{
    return dialogue->verdict == DIALOGUE_GOES_ON && lane->refused == REJECT_NONE && lane->offered == 0 &&
           lane->next <= lane->newest && lane->hold_until <= dialogue->now;
}

static size_t offers_under_way(const struct dialogue *dialogue)
{
    size_t count = 0;

    for (size_t i = 0; i < dialogue->setup.target_count; i++)
        count += dialogue->lanes[i].offered != 0;
    return count;
}

/* ---- what is said next ---- */

/* What cannot be offered is dropped, and the next one tried. */
static bool compose_offer(struct dialogue *dialogue)
{
    if (offers_under_way(dialogue) >= OFFERS_AT_ONCE)
        return false;
    for (size_t i = 0; i < dialogue->setup.target_count; i++)
        while (may_offer(dialogue, &dialogue->lanes[i]))
            if (dialogue_compose_offer(dialogue, &dialogue->lanes[i]))
                return true;
    return false;
}

/* The lanes take turns, so that a large snapshot does not hold up a small one. */
static bool compose_nodes(struct dialogue *dialogue)
{
    for (size_t i = 0; i < dialogue->setup.target_count; i++) {
        size_t place = (dialogue->turn + i) % dialogue->setup.target_count;

        if (dialogue->lanes[place].answered < dialogue->lanes[place].wanted.length &&
            dialogue_compose_nodes(dialogue, &dialogue->lanes[place])) {
            dialogue->turn = place + 1;
            return true;
        }
    }
    return false;
}

static bool compose(struct dialogue *dialogue)
{
    if (dialogue->phase == PHASE_OPEN && dialogue->greet_at != 0 && dialogue->greet_at <= dialogue->now &&
        offers_under_way(dialogue) == 0)
        dialogue_greet(dialogue);
    if (dialogue->hello_due) {
        dialogue->hello_due = false;
        return dialogue_compose_hello(dialogue);
    }
    if (dialogue->phase != PHASE_OPEN)
        return false;
    if (dialogue->look_around)
        look_around(dialogue);
    if (dialogue->beat_at <= dialogue->now && dialogue_compose_heartbeat(dialogue))
        return true;
    return compose_offer(dialogue) || compose_nodes(dialogue);
}

static bool flush(struct dialogue *dialogue)
{
    if (dialogue->frame.length == 0)
        return true;
    if (!dialogue->setup.send(dialogue->setup.context, buffer_text(&dialogue->frame)))
        return false;
    buffer_clear(&dialogue->frame); /* it may be large, and is seldom needed */
    return true;
}

/* ---- time ---- */

static int64_t silence_ends(const struct dialogue *dialogue)
{
    enum { HEARTBEATS_MISSED = 3 };

    return dialogue->heard_at + (dialogue->phase == PHASE_OPEN ? HEARTBEATS_MISSED * dialogue->heartbeat_us
                                                               : dialogue->connection.patience_us);
}

static void check_silence(struct dialogue *dialogue)
{
    if (dialogue->phase == PHASE_SILENT || dialogue->now < silence_ends(dialogue))
        return;
    log_write(dialogue->setup.logger, LOG_LEVEL_WARNING, "collector-silent",
              LOG_FIELDS(log_string("endpoint", dialogue->connection.endpoint),
                         log_string("message", dialogue->phase == PHASE_OPEN
                                                   ? "it does not answer any more"
                                                   : "it does not answer: is it running there, and is this agent's key "
                                                     "enrolled?")));
    dialogue_end(dialogue, DIALOGUE_LOST, 0);
}

/* The earlier of two moments, if the other is still to come: what is due and was not done waits for something else. */
static int64_t earlier(const struct dialogue *dialogue, int64_t until, int64_t other)
{
    return other > dialogue->now && other < until ? other : until;
}

static int64_t deadline(const struct dialogue *dialogue)
{
    int64_t until = silence_ends(dialogue);

    if (dialogue->phase != PHASE_OPEN || dialogue_is_stuck(dialogue))
        return until;
    until = earlier(dialogue, until, dialogue->beat_at);
    until = earlier(dialogue, until, dialogue->greet_at);
    for (size_t i = 0; i < dialogue->setup.target_count; i++)
        if (dialogue->lanes[i].next <= dialogue->lanes[i].newest)
            until = earlier(dialogue, until, dialogue->lanes[i].hold_until);
    return until;
}

int64_t dialogue_work(struct dialogue *dialogue, int64_t now)
{
    dialogue->now = now;
    check_silence(dialogue);
    while (dialogue->verdict == DIALOGUE_GOES_ON && flush(dialogue) && compose(dialogue))
        continue;
    return deadline(dialogue);
}

bool dialogue_is_stuck(const struct dialogue *dialogue)
{
    return dialogue->frame.length > 0;
}

bool dialogue_is_idle(const struct dialogue *dialogue)
{
    return dialogue->phase == PHASE_OPEN && dialogue->unanswered == 0 && !dialogue_is_stuck(dialogue) &&
           offers_under_way(dialogue) == 0;
}

void dialogue_summary(const struct dialogue *dialogue, struct dialogue_summary *ret_summary)
{
    struct dialogue_summary summary = {
        .open = dialogue->phase == PHASE_OPEN, .proven = dialogue->proven, .delivered = dialogue->delivered};

    summary.settled = dialogue_is_idle(dialogue) && !dialogue->look_around;
    for (size_t i = 0; i < dialogue->setup.target_count; i++) {
        const struct lane *lane = &dialogue->lanes[i];
        struct status_view view;

        status_read(dialogue->setup.targets[i].status, &view);
        if (lane->refused != REJECT_NONE)
            summary.refused++;
        else if (lane->next <= lane->newest || lane->told_reports != view.reports || lane->told_changes != view.changes)
            summary.settled = false;
    }
    *ret_summary = summary;
}
