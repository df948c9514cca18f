#include "track/settling.h"

#include <inttypes.h>

#include "base/clock.h"
#include "track/settling_record.h"

/* A waiver that has expired, but was not yet ended, is none. */
static bool is_waived(const struct drift_row *drift, const struct settling *settling)
{
    return drift->state == DRIFT_WAIVED && drift->waived_until > settling->now;
}

/* Get a drift that is to be settled otherwise: it must live. */
static enum error_code get_living(struct database *database, const struct settling *settling, int64_t id,
                                  struct drift_row *ret_drift, struct error *error)
{
    if (drifts_get(database, id, settling->arena, ret_drift, error) != ERROR_NONE)
        return error->code;
    return settling_require_living(ret_drift, error);
}

enum error_code settling_acknowledge(struct database *database, const struct settling *settling, int64_t drift,
                                     struct text note, struct error *error)
{
    struct drift_row row = {0};
    const struct settling_deed deed = {EVENT_DRIFT_ACKNOWLEDGED, DRIFT_STEP_ACKNOWLEDGED, &row, 1, NULL, note};
    char time[CLOCK_TEXT_SIZE];

    if (get_living(database, settling, drift, &row, error) != ERROR_NONE)
        return error->code;
    if (is_waived(&row, settling)) {
        clock_format_seconds(row.waived_until, time);
        error_set(error, ERROR_CONFLICT, "drift #%" PRId64 " (%.*s) is waived by waiver #%" PRId64 " until %s", drift,
                  TEXT_ARGS(row.object), row.waiver, time);
        return error_hint(error, "`driftline drift unwaive %" PRId64 "` ends the waiver", row.waiver);
    }
    if (row.state == DRIFT_ACKNOWLEDGED) {
        clock_format_seconds(row.acked_at, time);
        error_set(error, ERROR_CONFLICT, "drift #%" PRId64 " (%.*s) was acknowledged by '%.*s' at %s", drift,
                  TEXT_ARGS(row.object), TEXT_ARGS(row.acked_by), time);
        return error_hint(
            error, "nothing is left to be done, unless `driftline drift reopen %" PRId64 "` takes it back", drift);
    }
    row.state = DRIFT_ACKNOWLEDGED;
    row.waiver = 0;
    row.acked_at = settling->now;
    row.acked_by = settling->by;
    if (drifts_update(database, &row, error) != ERROR_NONE)
        return error->code;
    return settling_record(database, settling, &deed, error);
}

/* ---------------------------------------------------------------- opening again */

static enum error_code open_again(struct database *database, struct drift_row *drift, struct error *error)
{
    drift->state = DRIFT_OPEN;
    drift->waiver = 0;
    drift->waived_until = 0;
    drift->acked_at = 0;
    drift->acked_by = (struct text){NULL, 0};
    drift->reopened++;
    return drifts_update(database, drift, error);
}

/* A waiver that covers nothing, and will cover nothing, is over. */
static enum error_code end_if_empty(struct database *database, const struct settling *settling, int64_t id,
                                    struct error *error)
{
    struct waiver_row waiver = {0};
    const struct settling_deed deed = {.what = EVENT_WAIVER_ENDED, .waiver = &waiver};

    if (waivers_get(database, id, settling->arena, &waiver, error) != ERROR_NONE)
        return error->code;
    if (waiver.drifts > 0 || waiver.future || waiver.ended_at != 0)
        return ERROR_NONE;
    if (waivers_end(database, id, settling->now, settling->by, error) != ERROR_NONE)
        return error->code;
    return settling_record(database, settling, &deed, error);
}

enum error_code settling_reopen(struct database *database, const struct settling *settling, int64_t drift,
                                struct text note, struct error *error)
{
    struct drift_row row = {0};
    const struct settling_deed deed = {EVENT_DRIFT_REOPENED, DRIFT_STEP_REOPENED, &row, 1, NULL, note};
    int64_t waiver;

    if (get_living(database, settling, drift, &row, error) != ERROR_NONE)
        return error->code;
    if (row.state == DRIFT_OPEN) {
        error_set(error, ERROR_CONFLICT, "drift #%" PRId64 " (%.*s) is open", drift, TEXT_ARGS(row.object));
        return error_hint(error, "nothing is left to be done: `driftline drift show %" PRId64 "` tells its life",
                          drift);
    }
    waiver = row.waiver;
    if (open_again(database, &row, error) != ERROR_NONE ||
        settling_record(database, settling, &deed, error) != ERROR_NONE)
        return error->code;
    return waiver == 0 ? ERROR_NONE : end_if_empty(database, settling, waiver, error);
}

/* ---------------------------------------------------------------- ending a waiver */

enum { PAGE = 1000 };

/* What the steps of its drifts say. */
static enum error_code explain(const struct settling *settling, int64_t waiver, struct text *note, struct error *error)
{
    const char *text;

    if (note->length > 0)
        return ERROR_NONE;
    text = arena_printf(settling->arena, "waiver #%" PRId64 " %s", waiver,
                        settling->by.length == 0 ? "has expired" : "was taken back");
    if (text == NULL)
        return arena_error(settling->arena, error, "ending a waiver");
    *note = text_from(text);
    return ERROR_NONE;
}

/* All that a waiver covers: pages of drifts, newest first, as one array. */
static enum error_code list_covered(struct database *database, const struct settling *settling,
                                    const struct waiver_row *waiver, struct drift_row **ret_drifts, size_t *ret_count,
                                    struct error *error)
{
    struct drift_filter filter = {.database = waiver->database, .waiver = waiver->id, .limit = PAGE};
    struct drift_row *drifts = arena_array(settling->arena, waiver->drifts, sizeof *drifts), *page = NULL;
    size_t count = 0, got = 0;

    if (drifts == NULL)
        return arena_error(settling->arena, error, "ending a waiver");
    do {
        if (drifts_list(database, &filter, settling->arena, &page, &got, error) != ERROR_NONE)
            return error->code;
        for (size_t i = 0; i < got && count < waiver->drifts; i++)
            drifts[count++] = page[i];
        filter.before = got > 0 ? page[got - 1].id : 0;
    } while (got == PAGE);
    *ret_drifts = drifts;
    *ret_count = count;
    return ERROR_NONE;
}

enum error_code settling_end_waiver(struct database *database, const struct settling *settling, int64_t waiver,
                                    struct text note, struct error *error)
{
    struct waiver_row row = {0};
    struct settling_deed deed = {.what = settling->by.length == 0 ? EVENT_WAIVER_EXPIRED : EVENT_WAIVER_ENDED,
                                 .step = DRIFT_STEP_REOPENED,
                                 .waiver = &row,
                                 .note = note};
    struct drift_row *drifts = NULL;
    char time[CLOCK_TEXT_SIZE];

    if (waivers_get(database, waiver, settling->arena, &row, error) != ERROR_NONE)
        return error->code;
    clock_format_seconds(row.ended_at, time);
    if (row.ended_at != 0)
        return error_set(error, ERROR_CONFLICT, "waiver #%" PRId64 " has ended at %s", waiver, time);
    if (explain(settling, waiver, &deed.note, error) != ERROR_NONE ||
        list_covered(database, settling, &row, &drifts, &deed.count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < deed.count; i++)
        if (open_again(database, &drifts[i], error) != ERROR_NONE)
            return error->code;
    deed.drifts = drifts;
    if (waivers_end(database, waiver, settling->now, settling->by, error) != ERROR_NONE)
        return error->code;
    return settling_record(database, settling, &deed, error);
}
