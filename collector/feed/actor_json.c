#include "feed/actor_json.h"

#include "feed/json.h"

void actor_json_set(struct json_builder *builder, json_t *object, const struct change_row *change)
{
    static const struct change_row nobody;
    const struct change_row *row = change == NULL ? &nobody : change;

    json_builder_set(builder, object, "actor", json_text_or_null(builder, row->actor));
    json_builder_set(builder, object, "role", json_text_or_null(builder, row->role));
    json_builder_set(builder, object, "application", json_text_or_null(builder, row->application));
    json_builder_set(builder, object, "evidence",
                     change == NULL ? json_null() : json_builder_string(builder, evidence_name(change->evidence)));
}

void actor_json_set_all(struct json_builder *builder, json_t *object, const struct change_row *change)
{
    actor_json_set(builder, object, change);
    json_builder_set(builder, object, "client", json_text_or_null(builder, change->client));
    json_builder_set(builder, object, "command", json_text_or_null(builder, change->command));
    json_builder_set(builder, object, "statement", json_text_or_null(builder, change->statement));
}
