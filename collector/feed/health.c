/* What needs no token: /healthz, /readyz, /openapi.json and /api/v1/version */
#include "feed/json.h"
#include "feed/routes.h"

enum { API_VERSION = 1 };

enum error_code get_health(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder);

    (void)request;
    json_builder_set(&builder, document, "status", json_builder_string(&builder, "ok"));
    return answer_json(answer, &builder, document, error);
}

enum error_code get_ready(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *problems = json_builder_array(&builder);
    struct core_health health;
    bool ready;

    core_health(request->tools->core, &health);
    ready = health.running && !health.full && health.problem[0] == '\0';
    if (!health.running)
        json_builder_append(&builder, problems, json_builder_string(&builder, "agents are not heard"));
    if (health.problem[0] != '\0')
        json_builder_append(&builder, problems, json_builder_text(&builder, text_from(health.problem)));
    else if (health.full)
        json_builder_append(&builder, problems, json_builder_string(&builder, "the history has no room"));
    json_builder_set(&builder, document, "status", json_builder_string(&builder, ready ? "ready" : "not-ready"));
    json_builder_set(&builder, document, "problems", problems);
    answer->status = ready ? 200 : 503;
    return answer_json(answer, &builder, document, error);
}

enum error_code get_version(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder);

    json_builder_set(&builder, document, "version", json_builder_string(&builder, DRIFTLINE_VERSION));
    json_builder_set(&builder, document, "api", json_builder_number(&builder, API_VERSION));
    json_builder_set(&builder, document, "store", json_builder_text(&builder, request->tools->store));
    return answer_json(answer, &builder, document, error);
}

enum error_code get_openapi(const struct request *request, struct answer *answer, struct error *error)
{
    buffer_add_text(&answer->body, request->tools->openapi);
    return buffer_check(&answer->body, error, "writing an answer");
}
