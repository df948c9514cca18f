#include <inttypes.h>

#include <jansson.h>

#include "base/clock.h"
#include "drift/severity.h"
#include "track/settling_record.h"

/* One wish on its way to be a waiver. */
struct waiving {
    struct database *database;
    const struct settling *settling;
    const struct waiver_wish *wish;
    struct waiver_row waiver;
    struct drift_row *drifts; /* that it is going to cover */
    size_t count;
    struct error *error;
};

static enum error_code no_memory(const struct waiving *waiving)
{
    return arena_error(waiving->settling->arena, waiving->error, "waiving a drift");
}

/* ---------------------------------------------------------------- what a pattern is about */

/* Whether all that differs is in attributes that the pattern names. The text is the drift's own JSON. */
static bool covers_attributes(const struct ignore_pattern *pattern, const struct drift_row *drift)
{
    json_t *attributes, *attribute;
    size_t i;
    bool all = drift->effect == EFFECT_MODIFIED;

    if (!all || drift->attributes.length == 0)
        return false;
    attributes = json_loadb(drift->attributes.bytes, drift->attributes.length, 0, NULL);
    all = json_array_size(attributes) > 0; /* of what is no array: 0 */
    json_array_foreach(attributes, i, attribute)
    {
        const char *name = json_string_value(json_object_get(attribute, "name"));

        all = all && name != NULL && ignore_pattern_matches_attribute(pattern, text_from(name), drift->object);
    }
    json_decref(attributes);
    return all;
}

static bool covers_thing(const struct ignore_pattern *pattern, const struct drift_row *drift)
{
    const struct text owner_before = drift->owner_before.length > 0 ? drift->owner_before : drift->owner;

    if (ignore_pattern_matches(pattern, drift->kind, drift->object, drift->object_kind, drift->owner))
        return true;
    return drift->renamed_from.length > 0 &&
           ignore_pattern_matches(pattern, drift->kind, drift->renamed_from, drift->object_kind, owner_before);
}

bool settling_covers(const struct waiver_row *waiver, const struct ignore_pattern *pattern,
                     const struct drift_row *drift)
{
    if (!text_equal(waiver->database, drift->database) ||
        (waiver->from.length > 0 && !text_equal(waiver->from, drift->from)) ||
        (waiver->to.length > 0 && !text_equal(waiver->to, drift->to)))
        return false;
    return covers_thing(pattern, drift) || covers_attributes(pattern, drift);
}

/* ---------------------------------------------------------------- whether it may be */

static bool is_blank(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] != ' ' && text.bytes[i] != '\t' && text.bytes[i] != '\n' && text.bytes[i] != '\r')
            return false;
    return true;
}

static enum error_code check_expiry(const struct waiving *waiving)
{
    const int64_t now = waiving->settling->now, expires = waiving->wish->expires_at;
    const int64_t longest = policy_content(waiving->settling->policy)->gate.waiver_longest_us;
    char asked[CLOCK_TEXT_SIZE], latest[CLOCK_TEXT_SIZE];

    clock_format_seconds(expires, asked);
    clock_format_seconds(now + longest, latest);
    if (expires == 0)
        error_set(waiving->error, ERROR_USAGE, "a waiver needs a time when it expires");
    else if (expires <= now)
        error_set(waiving->error, ERROR_USAGE, "a waiver that expires at %s has expired already", asked);
    else if (expires - now > longest)
        error_set(waiving->error, ERROR_USAGE, "a waiver until %s would be in force too long: at most until %s", asked,
                  latest);
    else
        return ERROR_NONE;
    return error_hint(waiving->error,
                      "no waiver lasts longer than `gate.waiver_days` of the collector's configuration");
}

static enum error_code check_wish(const struct waiving *waiving)
{
    const struct waiver_wish *wish = waiving->wish;
    struct error *error = waiving->error;

    if (is_blank(wish->reason)) {
        error_set(error, ERROR_USAGE, "a waiver needs a reason");
        return error_hint(error, "say why the difference may stay for now: others will read it");
    }
    if (check_expiry(waiving) != ERROR_NONE)
        return error->code;
    if ((wish->drift_count > 0) == (wish->pattern.length > 0))
        return error_set(error, ERROR_USAGE, "a waiver is either for drifts by their numbers or for a pattern");
    if (wish->pattern.length > 0 && wish->database.length == 0)
        return error_set(error, ERROR_USAGE, "a waiver for the pattern '%.*s' needs a database",
                         TEXT_ARGS(wish->pattern));
    if (wish->drift_count > 0 && wish->future)
        return error_set(error, ERROR_USAGE, "only a waiver for a pattern can be for what comes in the future");
    return ERROR_NONE;
}

/* A drift can be waived if it lives, and no waiver in force covers it. */
static enum error_code check_drift(const struct waiving *waiving, const struct drift_row *drift)
{
    char time[CLOCK_TEXT_SIZE];

    if (settling_require_living(drift, waiving->error) != ERROR_NONE)
        return waiving->error->code;
    if (drift->state != DRIFT_WAIVED || drift->waived_until <= waiving->settling->now)
        return ERROR_NONE;
    clock_format_seconds(drift->waived_until, time);
    error_set(waiving->error, ERROR_CONFLICT,
              "drift #%" PRId64 " (%.*s) is waived already, by waiver #%" PRId64 " until %s", drift->id,
              TEXT_ARGS(drift->object), drift->waiver, time);
    return error_hint(waiving->error, "`driftline drift unwaive %" PRId64 "` ends that waiver first", drift->waiver);
}

/* ---------------------------------------------------------------- by numbers */

static bool is_named_before(const struct waiving *waiving, int64_t id)
{
    for (size_t i = 0; i < waiving->count; i++)
        if (waiving->drifts[i].id == id)
            return true;
    return false;
}

static enum error_code gather_named(struct waiving *waiving)
{
    const struct waiver_wish *wish = waiving->wish;

    waiving->drifts = arena_array(waiving->settling->arena, wish->drift_count, sizeof *waiving->drifts);
    if (waiving->drifts == NULL)
        return no_memory(waiving);
    for (size_t i = 0; i < wish->drift_count; i++) {
        struct drift_row *drift = &waiving->drifts[waiving->count];

        if (is_named_before(waiving, wish->drifts[i]))
            continue;
        if (drifts_get(waiving->database, wish->drifts[i], waiving->settling->arena, drift, waiving->error) !=
                ERROR_NONE ||
            check_drift(waiving, drift) != ERROR_NONE)
            return waiving->error->code;
        if (drift->pair != waiving->drifts[0].pair)
            return error_set(waiving->error, ERROR_USAGE,
                             "drifts #%" PRId64 " and #%" PRId64 " are of different pairs: waive them one by one",
                             waiving->drifts[0].id, drift->id);
        waiving->count++;
    }
    waiving->waiver.database = waiving->drifts[0].database;
    waiving->waiver.from = waiving->drifts[0].from;
    waiving->waiver.to = waiving->drifts[0].to;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- by a pattern */

enum { PAGE = 1000 };

/* The drifts of one page that the pattern is about, behind those that are there; makes room for them. */
static enum error_code take_page(struct waiving *waiving, const struct ignore_pattern *pattern,
                                 const struct drift_row *page, size_t count)
{
    struct drift_row *drifts = arena_array(waiving->settling->arena, waiving->count + count, sizeof *drifts);

    if (drifts == NULL)
        return no_memory(waiving);
    for (size_t i = 0; i < waiving->count; i++)
        drifts[i] = waiving->drifts[i];
    waiving->drifts = drifts;
    for (size_t i = 0; i < count; i++) {
        if (!settling_covers(&waiving->waiver, pattern, &page[i]))
            continue;
        if (check_drift(waiving, &page[i]) != ERROR_NONE)
            return waiving->error->code;
        drifts[waiving->count++] = page[i];
    }
    return ERROR_NONE;
}

static enum error_code gather_matching(struct waiving *waiving)
{
    const struct waiver_wish *wish = waiving->wish;
    struct drift_filter filter = {.database = wish->database, .from = wish->from, .to = wish->to, .limit = PAGE};
    struct ignore_pattern pattern;
    struct drift_row *page = NULL;
    size_t got = 0;

    if (ignore_pattern_parse(&pattern, wish->pattern, waiving->settling->arena, waiving->error) != ERROR_NONE)
        return waiving->error->code;
    waiving->waiver.database = wish->database;
    waiving->waiver.from = wish->from;
    waiving->waiver.to = wish->to;
    waiving->waiver.pattern = wish->pattern;
    do {
        if (drifts_list(waiving->database, &filter, waiving->settling->arena, &page, &got, waiving->error) !=
                ERROR_NONE ||
            take_page(waiving, &pattern, page, got) != ERROR_NONE)
            return waiving->error->code;
        filter.before = got > 0 ? page[got - 1].id : 0;
    } while (got == PAGE);
    if (waiving->count > 0 || wish->future)
        return ERROR_NONE;
    error_set(waiving->error, ERROR_USAGE, "the pattern '%.*s' matches no drift of '%.*s'", TEXT_ARGS(wish->pattern),
              TEXT_ARGS(wish->database));
    return error_hint(waiving->error,
                      "`driftline drift list` shows the drifts; a waiver for those that are yet to come "
                      "asks for the future");
}

/* ---------------------------------------------------------------- making it so */

static enum error_code write_waiver(struct waiving *waiving)
{
    const struct settling_deed deed = {EVENT_DRIFT_WAIVED, DRIFT_STEP_WAIVED, waiving->drifts,
                                       waiving->count,     &waiving->waiver,  waiving->wish->reason};

    if (waivers_add(waiving->database, &waiving->waiver, waiving->error) != ERROR_NONE)
        return waiving->error->code;
    for (size_t i = 0; i < waiving->count; i++) {
        struct drift_row *drift = &waiving->drifts[i];

        drift->state = DRIFT_WAIVED;
        drift->waiver = waiving->waiver.id;
        drift->waived_until = waiving->waiver.expires_at;
        if (drifts_update(waiving->database, drift, waiving->error) != ERROR_NONE)
            return waiving->error->code;
    }
    waiving->waiver.drifts = (uint32_t)waiving->count;
    return settling_record(waiving->database, waiving->settling, &deed, waiving->error);
}

static enum error_code waive(struct database *database, const struct settling *settling, const struct waiver_wish *wish,
                             struct waiver_row *ret_waiver, struct error *error)
{
    struct waiving waiving = {.database = database, .settling = settling, .wish = wish, .error = error};

    waiving.waiver.future = wish->future;
    waiving.waiver.reason = wish->reason;
    waiving.waiver.author = is_blank(wish->author) ? settling->by : wish->author;
    waiving.waiver.created_by = settling->by;
    waiving.waiver.created_at = settling->now;
    waiving.waiver.expires_at = wish->expires_at;
    if (check_wish(&waiving) != ERROR_NONE)
        return error->code;
    if ((wish->pattern.length > 0 ? gather_matching(&waiving) : gather_named(&waiving)) != ERROR_NONE ||
        write_waiver(&waiving) != ERROR_NONE)
        return error->code;
    *ret_waiver = waiving.waiver;
    return ERROR_NONE;
}

enum error_code settling_waive(struct database *database, const struct settling *settling,
                               const struct waiver_wish *wishes, size_t count, struct waiver_row *ret_waivers,
                               size_t *ret_failed, struct error *error)
{
    if (database_savepoint(database, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++)
        if (waive(database, settling, &wishes[i], &ret_waivers[i], error) != ERROR_NONE) {
            database_rollback_to_savepoint(database);
            *ret_failed = i;
            return error->code;
        }
    return database_release(database, error);
}
