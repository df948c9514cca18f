/* GET /api/v1/spread */
#include "correlate/spread.h"

#include "drift/severity.h"
#include "feed/json.h"
#include "feed/routes.h"

const struct parameter spread_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .required = true, .summary = "Which database."},
    {0},
};

static json_t *column_value(struct json_builder *builder, const struct spread_column *column)
{
    json_t *object = json_builder_object(builder), *instances = json_builder_array(builder);

    for (uint32_t i = 0; i < column->instance_count && !builder->failed; i++)
        json_builder_append(builder, instances, json_builder_text(builder, column->instances[i]));
    json_builder_set(builder, object, "environment", json_builder_text(builder, column->environment));
    json_builder_set(builder, object, "majority", json_boolean(column->majority));
    json_builder_set(builder, object, "instances", instances);
    json_builder_set(builder, object, "root", column->has_snapshot ? json_hash(builder, &column->root) : json_null());
    json_builder_set(builder, object, "known", json_boolean(column->known));
    json_builder_set_text(builder, object, "unknown_reason", column->unknown);
    return object;
}

static json_t *cell_value(struct json_builder *builder, const struct spread_cell *cell)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "known", json_boolean(cell->known));
    json_builder_set(builder, object, "there", cell->known ? json_boolean(cell->is_there) : json_null());
    json_builder_set(builder, object, "version",
                     cell->known ? json_builder_number(builder, cell->version) : json_null());
    return object;
}

static json_t *row_value(struct json_builder *builder, const struct spread_row *row, uint32_t columns)
{
    json_t *object = json_builder_object(builder), *cells = json_builder_array(builder);

    for (uint32_t i = 0; i < columns && !builder->failed; i++)
        json_builder_append(builder, cells, cell_value(builder, &row->cells[i]));
    json_builder_set(builder, object, "object", json_builder_text(builder, row->object));
    json_builder_set(builder, object, "owner", json_builder_text(builder, row->owner));
    json_builder_set(builder, object, "kind", json_builder_string(builder, kind_name(row->kind)));
    json_builder_set(builder, object, "aspect", json_builder_string(builder, aspect_name(row->aspect)));
    json_builder_set(builder, object, "severity", json_builder_string(builder, severity_name(row->severity)));
    json_builder_set(builder, object, "cells", cells);
    return object;
}

enum error_code get_spread(const struct request *request, struct answer *answer, struct error *error)
{
    struct text name = request_text(&request->parameters, "database");
    struct json_builder builder = {0};
    json_t *document, *columns;
    struct spread spread;

    if (spread_find(&spread, request->database, request->policy, name, request->arena, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    columns = json_builder_array(&builder);
    for (uint32_t i = 0; i < spread.column_count && !builder.failed; i++)
        json_builder_append(&builder, columns, column_value(&builder, &spread.columns[i]));
    json_set_verdict(&builder, document, spread.verdict, spread.unknown);
    json_builder_set(&builder, document, "database", json_builder_text(&builder, name));
    json_builder_set(&builder, document, "columns", columns);
    answer_begin_list(answer, &builder, document, "rows");
    for (uint32_t i = 0; i < spread.row_count && !builder.failed; i++)
        answer_add_item(answer, &builder, row_value(&builder, &spread.rows[i], spread.column_count));
    return answer_end_list(answer, &builder, error);
}
