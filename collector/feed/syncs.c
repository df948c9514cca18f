/* GET and POST /api/v1/syncs */
#include "store/syncs.h"

#include <string.h>

#include "base/clock.h"
#include "base/reference.h"
#include "feed/body.h"
#include "feed/json.h"
#include "feed/parameters.h"
#include "feed/routes.h"
#include "store/events.h"
#include "store/target_names.h"

enum { URL_LIMIT = 2048, DETAIL_LIMIT = 4096, SECOND_US = 1000000 };

static const char doing[] = "recording what was brought in line";

const struct parameter syncs_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .summary = "Only of this database."},
    {.name = "kind", .type = PARAMETER_NAME, .summary = "Only of this kind: publish, promote."},
    {.name = "name", .type = PARAMETER_NAME, .summary = "Only of what is kept in line under this name."},
    PAGE_BEFORE,
    PAGE_SIZE,
    {0},
};

static json_t *lead_value(struct json_builder *builder, const struct sync_row *row)
{
    return row->lead_us < 0 ? json_null() : json_builder_number(builder, row->lead_us / SECOND_US);
}

static json_t *sync_value(struct json_builder *builder, const struct sync_row *row)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_builder_number(builder, row->id));
    json_builder_set(builder, object, "at", json_time(builder, row->at));
    json_builder_set(builder, object, "by", json_builder_text(builder, row->by));
    json_builder_set(builder, object, "kind", json_builder_text(builder, row->kind));
    json_builder_set(builder, object, "name", json_builder_text(builder, row->name));
    json_builder_set(builder, object, "database", json_builder_text(builder, row->database));
    json_builder_set(builder, object, "environment", json_text_or_null(builder, row->environment));
    json_builder_set(builder, object, "state", json_builder_string(builder, sync_state_name(row->state)));
    json_builder_set(builder, object, "manual", json_boolean(row->manual));
    json_builder_set(builder, object, "root", row->has_root ? json_hash(builder, &row->root) : json_null());
    json_builder_set(builder, object, "lead_seconds", lead_value(builder, row));
    json_builder_set(builder, object, "url", json_text_or_null(builder, row->url));
    json_builder_set(builder, object, "detail", json_text_or_null(builder, row->detail));
    return object;
}

enum error_code get_syncs(const struct request *request, struct answer *answer, struct error *error)
{
    const struct request_parameters *parameters = &request->parameters;
    const struct sync_filter filter = {.database = request_text(parameters, "database"),
                                       .kind = request_text(parameters, "kind"),
                                       .name = request_text(parameters, "name"),
                                       .before = request_number(parameters, "before"),
                                       .limit = (uint32_t)request_number(parameters, "limit")};
    const struct target_filter names = {.database = filter.database};
    struct sync_row *rows = NULL;
    struct json_builder builder = {0};
    json_t *document, *list;
    size_t count = 0;

    if (syncs_list(request->database, &filter, request->arena, &rows, &count, error) != ERROR_NONE ||
        (count == 0 && filter.before == 0 &&
         target_names_check(request->database, &names, request->arena, error) != ERROR_NONE))
        return error->code;
    document = json_builder_object(&builder);
    list = json_builder_array(&builder);
    for (size_t i = 0; i < count && !builder.failed; i++)
        json_builder_append(&builder, list, sync_value(&builder, &rows[i]));
    json_builder_set(&builder, document, "syncs", list);
    json_builder_set(&builder, document, "next",
                     count == filter.limit ? json_builder_number(&builder, rows[count - 1].id) : json_null());
    return answer_json(answer, &builder, document, error);
}

/* ---- recording ---- */

enum { KIND, NAME, DATABASE, ENVIRONMENT, STATE, MANUAL, ROOT, URL, DETAIL };

static const struct body_member sync_members[] = {
    [KIND] = {.name = "kind", .required = true},
    [NAME] = {.name = "name", .required = true},
    [DATABASE] = {.name = "database", .required = true},
    [ENVIRONMENT] = {.name = "environment"},
    [STATE] = {.name = "state", .required = true},
    [MANUAL] = {.name = "manual", .type = BODY_FLAG},
    [ROOT] = {.name = "root"},
    [URL] = {.name = "url"},
    [DETAIL] = {.name = "detail"},
    {0},
};

static enum error_code refuse(const struct body_member *member, struct error *error)
{
    return error_set(error, ERROR_USAGE, "the member '%s' cannot be '%.*s'", member->name,
                     (int)(member->value.length > 80 ? 80 : member->value.length), member->value.bytes);
}

/* Links lead somewhere on the web, or nowhere. */
static bool is_link(struct text url)
{
    return url.length == 0 || (url.length <= URL_LIMIT &&
                               (text_starts_with(url, TEXT("https://")) || text_starts_with(url, TEXT("http://"))));
}

static enum error_code read_sync(const struct body_member *members, struct sync_row *ret_row, struct error *error)
{
    struct sync_row row = {.kind = members[KIND].value,
                           .name = members[NAME].value,
                           .database = members[DATABASE].value,
                           .environment = members[ENVIRONMENT].value,
                           .manual = members[MANUAL].flag,
                           .has_root = members[ROOT].value.length > 0,
                           .url = members[URL].value,
                           .detail = members[DETAIL].value};

    for (unsigned i = KIND; i <= ENVIRONMENT; i++)
        if (!(i == ENVIRONMENT && members[i].value.length == 0) && !reference_is_name(members[i].value))
            return refuse(&members[i], error);
    if (!sync_state_from_name(members[STATE].value, &row.state)) {
        refuse(&members[STATE], error);
        return error_hint(error, "states are started, unchanged, opened, updated, merged, closed, succeeded, failed, "
                                 "conflict and disabled");
    }
    if (row.has_root && !hash_from_hex(members[ROOT].value, &row.root))
        return refuse(&members[ROOT], error);
    if (!is_link(row.url))
        return refuse(&members[URL], error);
    if (row.detail.length > DETAIL_LIMIT)
        return error_set(error, ERROR_USAGE, "the member 'detail' has more than %d bytes", DETAIL_LIMIT);
    *ret_row = row;
    return ERROR_NONE;
}

static bool needs_somebody(enum sync_state state)
{
    return state == SYNC_FAILED || state == SYNC_CONFLICT;
}

static json_t *event_value(struct json_builder *builder, const struct sync_row *row)
{
    json_t *data = json_builder_object(builder);

    json_builder_set(builder, data, "sync", json_builder_number(builder, row->id));
    json_builder_set(builder, data, "by", json_builder_text(builder, row->by));
    json_builder_set(builder, data, "kind", json_builder_text(builder, row->kind));
    json_builder_set(builder, data, "name", json_builder_text(builder, row->name));
    json_builder_set(builder, data, "database", json_builder_text(builder, row->database));
    json_builder_set_text(builder, data, "environment", row->environment);
    json_builder_set(builder, data, "state", json_builder_string(builder, sync_state_name(row->state)));
    json_builder_set(builder, data, "manual", json_boolean(row->manual));
    if (row->has_root)
        json_builder_set(builder, data, "root", json_hash(builder, &row->root));
    if (row->lead_us >= 0)
        json_builder_set(builder, data, "lead_seconds", lead_value(builder, row));
    json_builder_set_text(builder, data, "url", row->url);
    json_builder_set_text(builder, data, "detail", row->detail);
    return data;
}

static enum error_code record(void *context, struct database *database, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct sync_row *row = context;
    struct json_builder builder = {0};
    struct event_row event = {.at = row->at,
                              .type = EVENT_SYNC_RECORDED,
                              .severity = needs_somebody(row->state) ? SEVERITY_MEDIUM : SEVERITY_LOW,
                              .place = {.database = row->database, .environment = row->environment}};

    if (syncs_add(database, row, error) != ERROR_NONE)
        return error->code;
    if (row->state == SYNC_UNCHANGED || row->state == SYNC_DISABLED) /* nothing happened that anybody should hear of */
        return ERROR_NONE;
    if (json_builder_write_compact(&builder, event_value(&builder, row), &text, error) != ERROR_NONE)
        return error_context(error, "%s", doing);
    event.data = buffer_text(&text);
    return events_add(database, &event, error);
}

enum error_code post_syncs(const struct request *request, struct answer *answer, struct error *error)
{
    struct body_member members[LENGTH_OF(sync_members)];
    struct target_filter names = {.environment = TEXT("")};
    struct json_builder builder = {0};
    struct sync_row row;

    memcpy(members, sync_members, sizeof members);
    if (body_read(request->body, members, request->arena, error) != ERROR_NONE ||
        read_sync(members, &row, error) != ERROR_NONE)
        return error->code;
    names.database = row.database;
    names.environment = row.environment;
    if (target_names_check(request->database, &names, request->arena, error) != ERROR_NONE)
        return error->code;
    row.at = clock_now();
    row.by = request->token.name;
    if (core_call(request->tools->core, record, &row, error) != ERROR_NONE)
        return error->code;
    return answer_json(answer, &builder, sync_value(&builder, &row), error);
}
