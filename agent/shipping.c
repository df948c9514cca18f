#include "agent/shipping.h"

#include <string.h>

#include "base/memory.h"

void shipping_init(struct shipping *shipping, struct outbox *outbox, int64_t target)
{
    *shipping = (struct shipping){.outbox = outbox, .target = target, .awaiting = true};
}

static void forget_owed(struct shipping *shipping)
{
    mem_free(shipping->owed);
    shipping->owed = NULL;
    shipping->owed_count = 0;
}

void shipping_clear(struct shipping *shipping)
{
    forget_owed(shipping);
}

/* ---- reading ---- */

enum error_code shipping_ask(struct shipping *shipping, bool anew, struct arena *arena,
                             struct shipping_question *question, bool *ret_asked, struct error *error)
{
    struct outbox_acknowledged acknowledged;

    *ret_asked = shipping->owed_count == 0;
    if (!*ret_asked)
        return ERROR_NONE;
    if (outbox_acknowledged(shipping->outbox, shipping->target, &acknowledged, error) != ERROR_NONE)
        return error->code;
    *question = (struct shipping_question){.reading = {.arena = arena}};
    memcpy(question->taker, acknowledged.taker, sizeof question->taker);
    question->reading.taker =
        anew || !shipping->begun ? (struct text){"", 0} : (struct text){question->taker, sizeof question->taker - 1};
    if (!anew && outbox_continuity(shipping->outbox, shipping->target, question->before, error) != ERROR_NONE)
        return error->code;
    question->reading.before = text_from(question->before);
    return ERROR_NONE;
}

static enum error_code owe(struct shipping *shipping, const struct outbox_parcel *parcel, struct error *error)
{
    shipping->owed = mem_alloc(parcel->statement_count * sizeof *shipping->owed);
    if (shipping->owed == NULL)
        return error_memory(error, "remembering what was captured");
    for (size_t i = 0; i < parcel->statement_count; i++)
        shipping->owed[i] = (struct captured_statement){.number = parcel->statements[i].number};
    shipping->owed_count = parcel->statement_count;
    return ERROR_NONE;
}

enum error_code shipping_stored(struct shipping *shipping, const struct outbox_parcel *parcel,
                                const struct outbox_put *put, struct error *error)
{
    shipping->begun = true;
    if (parcel->statement_count == 0)
        return ERROR_NONE;
    shipping->owed_seq = put->seq;
    memcpy(shipping->owed_taker, put->taker, sizeof shipping->owed_taker);
    return owe(shipping, parcel, error);
}

/* ---- marks ---- */

enum error_code shipping_mark_shipped(struct shipping *shipping, struct watch *watch, struct error *error)
{
    const struct capture_marking marking = {.taker = text_from(shipping->owed_taker),
                                            .seq = shipping->owed_seq,
                                            .statements = shipping->owed,
                                            .count = shipping->owed_count};

    if (shipping->owed_count == 0)
        return ERROR_NONE;
    if (watch_mark(watch, &marking, error) != ERROR_NONE)
        return error->code;
    forget_owed(shipping);
    shipping->awaiting = true;
    if (shipping->knows_newest && strcmp(shipping->taker, shipping->owed_taker) == 0)
        shipping->newest = shipping->owed_seq;
    return ERROR_NONE;
}

bool shipping_is_awaiting(const struct shipping *shipping)
{
    return shipping->awaiting && (!shipping->begun || shipping->state == CAPTURE_ON || shipping->state == CAPTURE_OFF);
}

/* The first time, and when the outbox has another name, nothing is known of what was before. */
static void meet(struct shipping *shipping, const struct outbox_acknowledged *acknowledged)
{
    if (shipping->knows_newest && strcmp(shipping->taker, acknowledged->taker) == 0)
        return;
    memcpy(shipping->taker, acknowledged->taker, sizeof shipping->taker);
    shipping->newest = acknowledged->newest;
    shipping->knows_newest = true;
    shipping->recorded = 0;
}

enum error_code shipping_mark_recorded(struct shipping *shipping, const struct outbox_acknowledged *acknowledged,
                                       struct watch *watch, struct error *error)
{
    const struct capture_marking marking = {.taker = text_from(acknowledged->taker), .seq = acknowledged->seq};

    meet(shipping, acknowledged);
    if (acknowledged->seq > shipping->recorded) {
        if (watch_mark(watch, &marking, error) != ERROR_NONE)
            return error->code;
        shipping->recorded = acknowledged->seq;
    }
    shipping->awaiting = shipping->recorded < shipping->newest;
    return ERROR_NONE;
}
