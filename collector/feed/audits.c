/* GET /api/v1/audit */
#include "store/audits.h"

#include "feed/json.h"
#include "feed/parameters.h"
#include "feed/routes.h"

const struct parameter audits_parameters[] = {
    PAGE_BEFORE,
    PAGE_SIZE,
    {0},
};

static json_t *entry_value(struct json_builder *builder, const struct audit_row *row)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_builder_number(builder, row->id));
    json_builder_set(builder, object, "at", json_time(builder, row->at));
    json_builder_set(builder, object, "by", json_builder_text(builder, row->by));
    json_builder_set(builder, object, "action", json_builder_text(builder, row->action));
    json_builder_set(builder, object, "subject", json_builder_text(builder, row->subject));
    json_builder_set(builder, object, "data", json_stored(builder, row->data));
    return object;
}

enum error_code get_audits(const struct request *request, struct answer *answer, struct error *error)
{
    uint32_t limit = (uint32_t)request_number(&request->parameters, "limit");
    struct audit_row *rows = NULL;
    struct json_builder builder = {0};
    json_t *document, *list;
    size_t count = 0;

    if (audits_list(request->database, request_number(&request->parameters, "before"), limit, request->arena, &rows,
                    &count, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    list = json_builder_array(&builder);
    for (size_t i = 0; i < count && !builder.failed; i++)
        json_builder_append(&builder, list, entry_value(&builder, &rows[i]));
    json_builder_set(&builder, document, "entries", list);
    json_builder_set(&builder, document, "next",
                     count == limit ? json_builder_number(&builder, rows[count - 1].id) : json_null());
    return answer_json(answer, &builder, document, error);
}
