/* What needs no token: /healthz, /readyz, /openapi.json and /api/v1/version */
#include "feed/json.h"
#include "feed/routes.h"
#include "notify/notifier.h"
#include "stream/publisher.h"

enum { API_VERSION = 1 };

enum error_code get_health(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder);

    (void)request;
    json_builder_set(&builder, document, "status", json_builder_string(&builder, "ok"));
    return answer_json(answer, &builder, document, error);
}

/* What is wrong with what is read from files, and since when; null when nothing is. */
static void set_problem(struct json_builder *builder, json_t *object, struct text problem, int64_t since)
{
    json_builder_set(builder, object, "problem", json_text_or_null(builder, problem));
    json_builder_set(builder, object, "since", json_time(builder, since));
}

static json_t *configuration_json(struct json_builder *builder, const struct policy_content *policy)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "ok", json_boolean(policy->problem.length == 0));
    set_problem(builder, object, policy->problem, policy->problem_since);
    return object;
}

static json_t *contracts_json(struct json_builder *builder, const struct policy_contracts *contracts)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "known", json_boolean(contracts->known));
    json_builder_set(builder, object, "count", json_builder_number(builder, (int64_t)contracts->set.count));
    set_problem(builder, object, contracts->problem, contracts->problem_since);
    return object;
}

static json_t *correlation_json(struct json_builder *builder, const struct core_health *health)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "behind", json_boolean(health->is_behind));
    return object;
}

static json_t *notifications_json(struct json_builder *builder, struct notifier *notifier)
{
    json_t *object = json_builder_object(builder);
    struct notifier_counts counts = {0};

    if (notifier != NULL)
        notifier_counts(notifier, &counts);
    json_builder_set(builder, object, "dead", json_builder_number(builder, (int64_t)counts.dead));
    return object;
}

/* Without an endpoint there is none. */
static json_t *feed_json(struct json_builder *builder, struct publisher *publisher)
{
    json_t *object = json_builder_object(builder);
    struct publisher_counts counts = {0};

    if (publisher != NULL)
        publisher_counts(publisher, &counts);
    json_builder_set(builder, object, "endpoint",
                     publisher == NULL ? json_null() : json_builder_string(builder, publisher_endpoint(publisher)));
    json_builder_set(builder, object, "subscribers", json_builder_number(builder, (int64_t)counts.subscribers));
    json_builder_set(builder, object, "subscriptions", json_builder_number(builder, (int64_t)counts.subscriptions));
    return object;
}

enum error_code get_ready(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *problems = json_builder_array(&builder);
    const struct policy_content *policy = policy_content(request->policy);
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
    json_builder_set(&builder, document, "configuration", configuration_json(&builder, policy));
    json_builder_set(&builder, document, "contracts", contracts_json(&builder, &policy->contracts));
    json_builder_set(&builder, document, "correlation", correlation_json(&builder, &health));
    json_builder_set(&builder, document, "notifications",
                     notifications_json(&builder, request->tools->metrics.notifier));
    json_builder_set(&builder, document, "feed", feed_json(&builder, request->tools->metrics.publisher));
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
