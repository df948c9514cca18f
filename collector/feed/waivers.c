/* GET and POST /api/v1/waivers, DELETE /api/v1/waivers/{id} */
#include "store/waivers.h"

#include "base/clock.h"
#include "base/reference.h"
#include "feed/body.h"
#include "feed/json.h"
#include "feed/routes.h"
#include "store/target_names.h"
#include "track/settling.h"

static const char doing[] = "reading waivers";

const struct parameter waivers_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .summary = "Only of this database."},
    {.name = "ended",
     .type = PARAMETER_FLAG,
     .preset = "false",
     .summary = "Also those that have expired or were taken back."},
    {0},
};

const struct parameter waiver_parameters[] = {
    {.name = "note", .type = PARAMETER_TEXT, .summary = "Why it is taken back."},
    {0},
};

static json_t *waiver_value(struct json_builder *builder, const struct waiver_row *waiver)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_builder_number(builder, waiver->id));
    json_builder_set(builder, object, "database", json_builder_text(builder, waiver->database));
    json_builder_set(builder, object, "from", json_text_or_null(builder, waiver->from));
    json_builder_set(builder, object, "to", json_text_or_null(builder, waiver->to));
    json_builder_set(builder, object, "pattern", json_text_or_null(builder, waiver->pattern));
    json_builder_set(builder, object, "future", json_boolean(waiver->future));
    json_builder_set(builder, object, "reason", json_builder_text(builder, waiver->reason));
    json_builder_set(builder, object, "author", json_builder_text(builder, waiver->author));
    json_builder_set(builder, object, "created_by", json_builder_text(builder, waiver->created_by));
    json_builder_set(builder, object, "created_at", json_time(builder, waiver->created_at));
    json_builder_set(builder, object, "expires_at", json_time(builder, waiver->expires_at));
    json_builder_set(builder, object, "ended_at", json_time(builder, waiver->ended_at));
    json_builder_set(builder, object, "ended_by", json_text_or_null(builder, waiver->ended_by));
    json_builder_set(builder, object, "drifts", json_builder_number(builder, waiver->drifts));
    return object;
}

static enum error_code answer_list(struct answer *answer, const struct waiver_row *waivers, size_t count,
                                   struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *list = json_builder_array(&builder);

    for (size_t i = 0; i < count && !builder.failed; i++)
        json_builder_append(&builder, list, waiver_value(&builder, &waivers[i]));
    json_builder_set(&builder, document, "waivers", list);
    return answer_json(answer, &builder, document, error);
}

enum error_code get_waivers(const struct request *request, struct answer *answer, struct error *error)
{
    const struct waiver_filter filter = {.database = request_text(&request->parameters, "database"),
                                         .also_ended = request_flag(&request->parameters, "ended")};
    const struct target_filter names = {.database = filter.database};
    struct waiver_row *waivers = NULL;
    size_t count = 0;

    if (waivers_list(request->database, &filter, request->arena, &waivers, &count, error) != ERROR_NONE ||
        (count == 0 && target_names_check(request->database, &names, request->arena, error) != ERROR_NONE))
        return error->code;
    return answer_list(answer, waivers, count, error);
}

/* ---- giving ---- */

enum { DRIFTS, DATABASE, FROM, TO, PATTERN, FUTURE, REASON, AUTHOR, EXPIRES };

static const struct body_member wish_members[] = {
    [DRIFTS] = {.name = "drifts", .type = BODY_NUMBERS},
    [DATABASE] = {.name = "database"},
    [FROM] = {.name = "from"},
    [TO] = {.name = "to"},
    [PATTERN] = {.name = "pattern"},
    [FUTURE] = {.name = "future", .type = BODY_FLAG},
    [REASON] = {.name = "reason", .required = true},
    [AUTHOR] = {.name = "author"},
    [EXPIRES] = {.name = "expires", .type = BODY_TIME, .required = true},
    {0},
};

struct giving {
    struct settling settling;
    struct waiver_wish *wishes;
    struct waiver_row *waivers;
    size_t count;
    size_t failed;
};

static enum error_code check_name(const struct body_member *member, struct error *error)
{
    if (member->value.length == 0 || reference_is_name(member->value))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE, "the member '%s' cannot be '%.*s'", member->name,
                     (int)(member->value.length > 80 ? 80 : member->value.length), member->value.bytes);
}

/* It is about drifts by their numbers, or about what a pattern matches; what else goes with which is said here. */
static enum error_code read_wish(const struct body_member *members, struct waiver_wish *ret_wish, struct error *error)
{
    bool by_number = members[DRIFTS].given;

    if (check_name(&members[DATABASE], error) != ERROR_NONE || check_name(&members[FROM], error) != ERROR_NONE ||
        check_name(&members[TO], error) != ERROR_NONE)
        return error->code;
    if (by_number && (members[PATTERN].given || members[FUTURE].flag))
        return error_set(error, ERROR_USAGE, "a waiver of 'drifts' has no 'pattern' and no 'future'");
    if (!by_number && (members[PATTERN].value.length == 0 || members[DATABASE].value.length == 0))
        return error_set(error, ERROR_USAGE, "a waiver needs 'drifts', or 'database' and 'pattern'");
    if (by_number && members[DRIFTS].count == 0)
        return error_set(error, ERROR_USAGE, "the member 'drifts' has no number");
    *ret_wish = (struct waiver_wish){.drifts = members[DRIFTS].numbers,
                                     .drift_count = members[DRIFTS].count,
                                     .database = members[DATABASE].value,
                                     .from = members[FROM].value,
                                     .to = members[TO].value,
                                     .pattern = members[PATTERN].value,
                                     .future = members[FUTURE].flag,
                                     .reason = members[REASON].value,
                                     .author = members[AUTHOR].value,
                                     .expires_at = members[EXPIRES].number};
    return ERROR_NONE;
}

static enum error_code read_wishes(const struct request *request, struct giving *giving, struct answer *answer,
                                   struct error *error)
{
    struct body_member members[] = {
        {.name = "waivers", .type = BODY_OBJECTS, .required = true, .members = wish_members},
        {0},
    };

    if (body_read(request->body, members, request->arena, error) != ERROR_NONE) {
        answer->failed_item = members[0].reached;
        return error->code;
    }
    giving->count = members[0].count;
    if (giving->count == 0)
        return error_set(error, ERROR_USAGE, "the member 'waivers' has nothing in it");
    giving->wishes = arena_array(request->arena, giving->count, sizeof *giving->wishes);
    giving->waivers = arena_array(request->arena, giving->count, sizeof *giving->waivers);
    if (giving->wishes == NULL || giving->waivers == NULL)
        return arena_error(request->arena, error, doing);
    for (size_t i = 0; i < giving->count; i++)
        if (read_wish(members[0].objects[i], &giving->wishes[i], error) != ERROR_NONE) {
            answer->failed_item = i + 1;
            return error->code;
        }
    return ERROR_NONE;
}

static enum error_code give(void *context, struct database *database, struct error *error)
{
    struct giving *giving = context;

    return settling_waive(database, &giving->settling, giving->wishes, giving->count, giving->waivers, &giving->failed,
                          error);
}

enum error_code post_waivers(const struct request *request, struct answer *answer, struct error *error)
{
    struct giving giving = {.settling = {request->policy, request->token.name, clock_now(), request->arena},
                            .failed = SIZE_MAX};

    if (read_wishes(request, &giving, answer, error) != ERROR_NONE)
        return error->code;
    if (core_call(request->tools->core, give, &giving, error) != ERROR_NONE) {
        if (giving.failed < giving.count)
            answer->failed_item = giving.failed + 1;
        return error->code;
    }
    return answer_list(answer, giving.waivers, giving.count, error);
}

/* ---- taking back ---- */

struct taking_back {
    struct settling settling;
    int64_t waiver;
    struct text note;
    struct waiver_row row; /* as it is then */
};

static enum error_code take_back(void *context, struct database *database, struct error *error)
{
    struct taking_back *taking = context;

    if (settling_end_waiver(database, &taking->settling, taking->waiver, taking->note, error) != ERROR_NONE)
        return error->code;
    return waivers_get(database, taking->waiver, taking->settling.arena, &taking->row, error);
}

enum error_code delete_waivers(const struct request *request, struct answer *answer, struct error *error)
{
    struct taking_back taking = {.settling = {request->policy, request->token.name, clock_now(), request->arena},
                                 .waiver = request->id,
                                 .note = request_text(&request->parameters, "note")};
    struct json_builder builder = {0};

    if (core_call(request->tools->core, take_back, &taking, error) != ERROR_NONE)
        return error->code;
    return answer_json(answer, &builder, waiver_value(&builder, &taking.row), error);
}
