#include "cli/syncs.h"

#include "cli/asking.h"
#include "cli/json.h"

/* Empty texts are left out. */
static bool add_text(json_t *object, const char *name, struct text value)
{
    return value.length == 0 || json_add(object, name, json_text(value));
}

static json_t *sync_value(const struct sync *sync)
{
    json_t *object = json_object();

    if (add_text(object, "kind", sync->kind) && add_text(object, "name", sync->name) &&
        add_text(object, "database", sync->database) && add_text(object, "environment", sync->environment) &&
        add_text(object, "state", sync->state) && json_add(object, "manual", json_boolean(sync->manual)) &&
        add_text(object, "root", sync->root) && add_text(object, "url", sync->url) &&
        add_text(object, "detail", sync->detail))
        return object;
    json_decref(object);
    return NULL;
}

enum error_code sync_record(const struct call *call, const struct sync *sync, struct buffer *answer,
                            struct error *error)
{
    CLEANUP(buffer_clear) struct buffer body;

    buffer_init(&body);
    if (json_write(&body, sync_value(sync), error) != ERROR_NONE ||
        buffer_check(&body, error, "telling the collector") != ERROR_NONE)
        return error->code;
    return asking_send(call, "POST", "/api/v1/syncs", body.bytes, answer, error);
}
