/* GET /api/v1/snapshots, /api/v1/snapshot and /api/v1/snapshot.snap */
#include "store/snapshots.h"

#include "correlate/comparison.h"
#include "feed/json.h"
#include "feed/parameters.h"
#include "feed/remarks.h"
#include "feed/routes.h"
#include "schema/snapshot_file.h"
#include "store/target_names.h"

const struct parameter snapshots_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .required = true, .summary = "Of which database."},
    {.name = "environment", .type = PARAMETER_NAME, .summary = "Only of this environment."},
    {.name = "instance", .type = PARAMETER_NAME, .summary = "Only of this instance."},
    PAGE_BEFORE,
    PAGE_SIZE,
    {0},
};

const struct parameter snapshot_parameters[] = {
    {.name = "ref",
     .type = PARAMETER_TEXT,
     .required = true,
     .summary = "A reference: `orders@prod`, `orders@prod/eu-1~2`, `orders@prod~2026-11-01T00:00Z`, or `#17`, a "
                "snapshot's number."},
    {0},
};

json_t *snapshot_value(struct json_builder *builder, const struct snapshot_row *row)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_builder_number(builder, row->id));
    json_builder_set(builder, object, "database", json_builder_text(builder, row->name.database));
    json_builder_set(builder, object, "environment", json_builder_text(builder, row->name.environment));
    json_builder_set(builder, object, "instance", json_builder_text(builder, row->name.instance));
    json_builder_set(builder, object, "root", json_hash(builder, &row->root));
    json_builder_set(builder, object, "taken_at", json_time(builder, row->taken_at));
    json_builder_set(builder, object, "received_at", json_time(builder, row->received_at));
    json_builder_set(builder, object, "engine", json_builder_text(builder, row->engine));
    json_builder_set(builder, object, "server_version", json_builder_text(builder, row->server_version));
    json_builder_set(builder, object, "reference", json_builder_text(builder, row->reference));
    json_builder_set(builder, object, "objects", json_builder_number(builder, row->objects));
    json_builder_set(builder, object, "gaps", json_builder_number(builder, row->gaps - row->undeclared));
    json_builder_set(builder, object, "lost", json_builder_number(builder, (int64_t)row->lost));
    json_builder_set_text(builder, object, "lost_reason", row->lost_reason);
    json_builder_set(builder, object, "changes", json_builder_number(builder, row->changes));
    json_builder_set(builder, object, "stored", json_boolean(row->stored));
    return object;
}

enum error_code get_snapshots(const struct request *request, struct answer *answer, struct error *error)
{
    const struct snapshot_filter filter = {
        .target = {.database = request_text(&request->parameters, "database"),
                   .environment = request_text(&request->parameters, "environment"),
                   .instance = request_text(&request->parameters, "instance")},
        .before = request_number(&request->parameters, "before"),
        .limit = (uint32_t)request_number(&request->parameters, "limit"),
    };
    struct snapshot_row *rows = NULL;
    struct json_builder builder = {0};
    json_t *document, *list;
    size_t count = 0;
    bool more;

    if (snapshots_list(request->database, &filter, request->arena, &rows, &count, error) != ERROR_NONE ||
        (count == 0 && filter.before == 0 &&
         target_names_check(request->database, &filter.target, request->arena, error) != ERROR_NONE))
        return error->code;
    more = count == filter.limit;
    document = json_builder_object(&builder);
    list = json_builder_array(&builder);
    for (size_t i = 0; i < count && !builder.failed; i++)
        json_builder_append(&builder, list, snapshot_value(&builder, &rows[i]));
    json_builder_set(&builder, document, "snapshots", list);
    json_builder_set(&builder, document, "next",
                     more ? json_builder_number(&builder, rows[count - 1].id) : json_null());
    return answer_json(answer, &builder, document, error);
}

enum error_code get_snapshot(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    struct snapshot_row row;

    if (comparison_resolve(request->database, request_fleet(request), request_text(&request->parameters, "ref"),
                           request->arena, &row, error) != ERROR_NONE)
        return error->code;
    return answer_json(answer, &builder, snapshot_value(&builder, &row), error);
}

static void release(struct snapshot **snapshot)
{
    snapshot_free(*snapshot);
}

enum error_code get_snapshot_file(const struct request *request, struct answer *answer, struct error *error)
{
    struct text reference = request_text(&request->parameters, "ref");
    struct remarks remarks = {.arena = request->arena};
    CLEANUP(release) struct snapshot *snapshot = NULL;
    struct snapshot_row row;
    char *root = arena_alloc(request->arena, HASH_HEX_SIZE);

    if (root == NULL)
        return arena_error(request->arena, error, "fetching a snapshot");
    if (comparison_resolve(request->database, request_fleet(request), reference, request->arena, &row, error) !=
            ERROR_NONE ||
        comparison_load(request->database, &row, reference, request_fleet(request)->memory_limit, &snapshot, error) !=
            ERROR_NONE ||
        snapshot_file_encode(snapshot, &answer->body, error) != ERROR_NONE ||
        remarks_about_reference(&remarks, request, reference, error) != ERROR_NONE)
        return error->code;
    hash_to_hex(&row.root, root);
    answer->type = "application/octet-stream";
    answer_add_header(answer, "Driftline-Root", root);
    return remarks_add_header(&remarks, answer, error);
}
