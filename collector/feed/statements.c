/* GET /api/v1/statements */
#include "feed/json.h"
#include "feed/parameters.h"
#include "feed/routes.h"
#include "store/ddl_events.h"
#include "store/target_names.h"

const struct parameter statements_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .required = true, .summary = "In which database."},
    {.name = "environment", .type = PARAMETER_NAME, .summary = "Only in this environment."},
    {.name = "instance", .type = PARAMETER_NAME, .summary = "Only in this instance."},
    {.name = "object", .type = PARAMETER_TEXT, .summary = "Only about what has this dotted path, and what is in it."},
    {.name = "actor", .type = PARAMETER_TEXT, .summary = "Only of who was logged in so, or had taken this role."},
    {.name = "since", .type = PARAMETER_TIME, .summary = "Not before this time."},
    {.name = "until", .type = PARAMETER_TIME, .summary = "Not after this time."},
    PAGE_BEFORE,
    PAGE_SIZE,
    {0},
};

static json_t *statement_value(struct json_builder *builder, const struct ddl_event_row *row)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_builder_number(builder, row->id));
    json_builder_set(builder, object, "at", json_time(builder, row->at));
    json_builder_set(builder, object, "environment", json_builder_text(builder, row->name.environment));
    json_builder_set(builder, object, "instance", json_builder_text(builder, row->name.instance));
    json_builder_set(builder, object, "snapshot", json_builder_number(builder, row->snapshot));
    json_builder_set(builder, object, "actor", json_text_or_null(builder, row->actor));
    json_builder_set(builder, object, "role", json_text_or_null(builder, row->role));
    json_builder_set(builder, object, "application", json_text_or_null(builder, row->application));
    json_builder_set(builder, object, "client", json_text_or_null(builder, row->client));
    json_builder_set(builder, object, "command", json_text_or_null(builder, row->command));
    json_builder_set(builder, object, "object", json_text_or_null(builder, row->object));
    json_builder_set(builder, object, "statement", json_text_or_null(builder, row->statement));
    json_builder_set(builder, object, "transaction", json_number_or_null(builder, row->transaction));
    json_builder_set(builder, object, "unconfirmed", json_boolean(row->unconfirmed));
    json_builder_set(builder, object, "changes", json_builder_number(builder, row->changes));
    return object;
}

static struct ddl_event_filter filter_of(const struct request_parameters *parameters)
{
    return (struct ddl_event_filter){.target = {.database = request_text(parameters, "database"),
                                                .environment = request_text(parameters, "environment"),
                                                .instance = request_text(parameters, "instance")},
                                     .object = request_text(parameters, "object"),
                                     .actor = request_text(parameters, "actor"),
                                     .since = request_time(parameters, "since"),
                                     .until = request_time(parameters, "until"),
                                     .before = request_number(parameters, "before"),
                                     .limit = (uint32_t)request_number(parameters, "limit")};
}

enum error_code get_statements(const struct request *request, struct answer *answer, struct error *error)
{
    const struct ddl_event_filter filter = filter_of(&request->parameters);
    struct ddl_event_row *rows = NULL;
    struct json_builder builder = {0};
    json_t *document, *list;
    size_t count = 0;

    if (target_names_check(request->database, &filter.target, request->arena, error) != ERROR_NONE ||
        ddl_events_list(request->database, &filter, request->arena, &rows, &count, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    list = json_builder_array(&builder);
    for (size_t i = 0; i < count && !builder.failed; i++)
        json_builder_append(&builder, list, statement_value(&builder, &rows[i]));
    json_builder_set(&builder, document, "database", json_builder_text(&builder, filter.target.database));
    json_builder_set(&builder, document, "statements", list);
    json_builder_set(&builder, document, "next",
                     count == filter.limit ? json_builder_number(&builder, rows[count - 1].id) : json_null());
    return answer_json(answer, &builder, document, error);
}
