#include "feed/audit.h"

#include "base/clock.h"
#include "feed/answer.h"
#include "feed/json.h"

/* `{"by": "admin", "target": "orders@prod/eu-1"}` */
static enum error_code write_data(struct answer *data, const struct audit_entry *entry, struct arena *arena,
                                  struct error *error)
{
    const char *target = entry->target == NULL ? "" : target_name_text(entry->target, arena);
    struct json_builder builder = {0};
    json_t *document;

    if (target == NULL)
        return arena_error(arena, error, "writing an event");
    document = json_builder_object(&builder);
    json_builder_set(&builder, document, "by", json_builder_text(&builder, entry->by));
    json_set_text(&builder, document, "target", text_from(target));
    json_set_text(&builder, document, "agent", entry->agent);
    json_set_text(&builder, document, "token", entry->token);
    json_set_text(&builder, document, "rights", text_from(entry->rights));
    return answer_json(data, &builder, document, error);
}

enum error_code audit_add(struct database *database, const struct audit_entry *entry, struct arena *arena,
                          struct error *error)
{
    CLEANUP(answer_clear) struct answer data;
    struct event_row event = {
        .at = clock_now(), .type = entry->type, .severity = SEVERITY_LOW, .agent = entry->agent_id};

    answer_init(&data);
    if (write_data(&data, entry, arena, error) != ERROR_NONE)
        return error->code;
    event.data = (struct text){data.body.bytes, data.body.length - 1}; /* without the line break */
    return events_add(database, &event, error);
}
