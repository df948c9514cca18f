/* POST /api/v1/sinks/{name}/test */
#include "base/clock.h"
#include "feed/audit.h"
#include "feed/json.h"
#include "feed/routes.h"
#include "notify/planner.h"

static void release(struct notify_plan **plan)
{
    notify_plan_release(*plan);
}

struct trying {
    const struct request *request;
    const struct notify_plan *plan;
    int64_t delivery;
};

/* The event is the planner's. */
static enum error_code try_sink(void *context, struct database *database, struct error *error)
{
    struct trying *trying = context;
    const struct request *request = trying->request;
    const struct planning planning = {.plan = trying->plan,
                                      .policy = request->policy,
                                      .store = request->tools->store,
                                      .now = clock_now(),
                                      .arena = request->arena};
    const struct audit_entry entry = {.type = EVENT_NOTIFY_TEST, .by = request->token.name, .sink = request->name};

    if (planner_test(&planning, database, request->name, request->token.name, &trying->delivery, error) != ERROR_NONE)
        return error->code;
    return audit_note(database, &entry, request->arena, error);
}

enum error_code post_sink_test(const struct request *request, struct answer *answer, struct error *error)
{
    CLEANUP(release) struct notify_plan *plan = notify_take(request->tools->notify);
    struct trying trying = {.request = request, .plan = plan};
    struct json_builder builder = {0};
    json_t *document;

    if (notify_plan_sink(plan, request->name) == NULL) {
        error_set(error, ERROR_NOT_FOUND, "there is no sink '%.*s'",
                  (int)(request->name.length > 80 ? 80 : request->name.length), request->name.bytes);
        return error_hint(error, "'driftline notify list' shows which there are");
    }
    if (core_call(request->tools->core, try_sink, &trying, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    json_builder_set(&builder, document, "delivery", json_builder_number(&builder, trying.delivery));
    return answer_json(answer, &builder, document, error);
}
