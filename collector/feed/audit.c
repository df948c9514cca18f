#include "feed/audit.h"

#include "base/clock.h"
#include "feed/answer.h"
#include "feed/json.h"
#include "store/audits.h"

/* `{"by": "admin", "target": "orders@prod/eu-1"}` */
static enum error_code write_data(struct answer *data, const struct audit_entry *entry, const char *target,
                                  struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder);

    json_builder_set(&builder, document, "by", json_builder_text(&builder, entry->by));
    json_set_text(&builder, document, "target", text_from(target));
    json_set_text(&builder, document, "agent", entry->agent);
    json_set_text(&builder, document, "token", entry->token);
    json_set_text(&builder, document, "rights", text_from(entry->rights));
    json_set_text(&builder, document, "subject", text_from(entry->subject));
    if (entry->run != 0)
        json_builder_set(&builder, document, "run", json_integer64(&builder, entry->run));
    if (entry->root != NULL)
        json_builder_set(&builder, document, "root", json_hash(&builder, entry->root));
    return answer_json(data, &builder, document, error);
}

/* What it was done to. */
static struct text subject_of(const struct audit_entry *entry, const char *target)
{
    if (entry->subject != NULL)
        return text_from(entry->subject);
    if (entry->target != NULL)
        return text_from(target);
    return entry->agent.length > 0 ? entry->agent : entry->token;
}

enum error_code audit_add(struct database *database, const struct audit_entry *entry, struct arena *arena,
                          struct error *error)
{
    const char *target = entry->target == NULL ? "" : target_name_text(entry->target, arena);
    CLEANUP(answer_clear) struct answer data;
    struct event_row event = {
        .at = clock_now(), .type = entry->type, .severity = SEVERITY_LOW, .agent = entry->agent_id};
    struct audit_row row = {.at = event.at, .by = entry->by, .action = text_from(event_type_name(entry->type))};

    answer_init(&data);
    if (entry->target != NULL)
        event.place = *entry->target;
    if (target == NULL)
        return arena_error(arena, error, "noting what was done");
    if (write_data(&data, entry, target, error) != ERROR_NONE)
        return error->code;
    event.data = (struct text){data.body.bytes, data.body.length - 1}; /* without the line break */
    row.subject = subject_of(entry, target);
    row.data = event.data;
    if (events_add(database, &event, error) != ERROR_NONE)
        return error->code;
    return audits_add(database, &row, error);
}
