#include "feed/audit.h"

#include "base/clock.h"
#include "feed/answer.h"
#include "feed/json.h"
#include "store/audits.h"

static void set_contracts(struct json_builder *builder, json_t *document, const struct audit_entry *entry)
{
    json_t *names;

    if (entry->contract_count == 0)
        return;
    names = json_builder_array(builder);
    for (size_t i = 0; i < entry->contract_count; i++)
        json_builder_append(builder, names, json_builder_text(builder, entry->contracts[i]));
    json_builder_set(builder, document, "contracts", names);
}

/* `{"by": "admin", "target": "orders@prod/eu-1"}` */
static enum error_code write_data(struct answer *data, const struct audit_entry *entry, const char *target,
                                  struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder);

    json_builder_set(&builder, document, "by", json_builder_text(&builder, entry->by));
    json_builder_set_text(&builder, document, "target", text_from(target));
    set_contracts(&builder, document, entry);
    json_builder_set_text(&builder, document, "agent", entry->agent);
    json_builder_set_text(&builder, document, "token", entry->token);
    json_builder_set_text(&builder, document, "rights", text_from(entry->rights));
    json_builder_set_text(&builder, document, "subject", text_from(entry->subject));
    json_builder_set_text(&builder, document, "sink", entry->sink);
    if (entry->delivery != 0)
        json_builder_set(&builder, document, "delivery", json_builder_number(&builder, entry->delivery));
    if (entry->run != 0)
        json_builder_set(&builder, document, "run", json_builder_number(&builder, entry->run));
    if (entry->root != NULL)
        json_builder_set(&builder, document, "root", json_hash(&builder, entry->root));
    return answer_json(data, &builder, document, error);
}

/* What it was done to; NULL when memory ran out. */
static const char *subject_of(const struct audit_entry *entry, const char *target, struct arena *arena)
{
    if (entry->subject != NULL)
        return entry->subject;
    if (entry->target != NULL)
        return target;
    if (entry->delivery != 0)
        return arena_printf(arena, "%.*s %lld", TEXT_ARGS(entry->sink), (long long)entry->delivery);
    return arena_string(arena, entry->sink.length > 0    ? entry->sink
                               : entry->agent.length > 0 ? entry->agent
                                                         : entry->token);
}

/* Write the row, and the event if it is wanted: both say the same. */
static enum error_code add(struct database *database, const struct audit_entry *entry, bool with_event,
                           struct arena *arena, struct error *error)
{
    const char *target = entry->target == NULL ? "" : target_name_text(entry->target, arena);
    const char *subject = subject_of(entry, target, arena);
    CLEANUP(answer_clear) struct answer data;
    struct event_row event = {.at = clock_now(),
                              .type = entry->type,
                              .severity = SEVERITY_LOW,
                              .target = entry->target_id,
                              .agent = entry->agent_id,
                              .place = entry->place};
    struct audit_row row = {.at = event.at, .by = entry->by, .action = text_from(event_type_name(entry->type))};

    answer_init(&data);
    if (entry->target != NULL && event.place.database.length == 0)
        event.place = *entry->target;
    if (target == NULL || subject == NULL)
        return arena_error(arena, error, "noting what was done");
    if (write_data(&data, entry, target, error) != ERROR_NONE)
        return error->code;
    event.data = (struct text){data.body.bytes, data.body.length - 1}; /* without the line break */
    row.subject = text_from(subject);
    row.data = event.data;
    if (with_event && events_add(database, &event, error) != ERROR_NONE)
        return error->code;
    return audits_add(database, &row, error);
}

enum error_code audit_add(struct database *database, const struct audit_entry *entry, struct arena *arena,
                          struct error *error)
{
    return add(database, entry, true, arena, error);
}

enum error_code audit_note(struct database *database, const struct audit_entry *entry, struct arena *arena,
                           struct error *error)
{
    return add(database, entry, false, arena, error);
}
