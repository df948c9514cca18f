#include "wire/message_rules.h"

#include <inttypes.h>
#include <stdbool.h>

#include "base/hash.h"
#include "base/reference.h"
#include "schema/kind.h"
#include "schema/node.h"
#include "wire/message.h"

/* ---- the table: a line for every field, in the order of proto/driftline.proto ---- */

static const struct field_rule target_name_rules[] = {
    {"database", FORM_NAME, 0, 0, 0},
    {"environment", FORM_NAME, 0, 0, 0},
    {"instance", FORM_NAME, 0, 0, 0},
};

static const struct field_rule hello_rules[] = {
    {"protocol", FORM_NUMBER, 1, UINT32_MAX, 0},
    {"version", FORM_TEXT, 1, WIRE_TEXT_LIMIT, 0},
    {"incarnation", FORM_BYTES, WIRE_INCARNATION_SIZE, WIRE_INCARNATION_SIZE, 0},
    {"host", FORM_TEXT, 0, WIRE_TEXT_LIMIT, 0},
    {"sent_at", FORM_TIME, 0, 0, 0},
    {"targets", FORM_MESSAGE, 0, 0, WIRE_TARGETS_LIMIT},
};

static const struct field_rule hello_target_rules[] = {
    {"name", FORM_MESSAGE, 0, 0, 0},
    {"engine", FORM_TEXT, 1, WIRE_NAME_LIMIT, 0},
    {"oldest_seq", FORM_NUMBER, 0, INT64_MAX, 0},
    {"newest_seq", FORM_NUMBER, 0, INT64_MAX, 0},
    {"root", FORM_BYTES, HASH_SIZE, HASH_SIZE, 0},
};

static const struct field_rule offer_rules[] = {
    {"session", FORM_NUMBER, 1, UINT64_MAX, 0},
    {"target", FORM_NUMBER, 0, WIRE_TARGETS_LIMIT - 1, 0},
    {"seq", FORM_NUMBER, 1, INT64_MAX, 0},
    {"taken_at", FORM_TIME, 0, 0, 0},
    {"root_node", FORM_BYTES, 1, WIRE_FRAME_LIMIT, 0},
    {"server_version", FORM_TEXT, 0, WIRE_TEXT_LIMIT, 0},
    {"reference", FORM_TEXT, 0, WIRE_TEXT_LIMIT, 0},
    {"new_nodes", FORM_BYTES, HASH_SIZE, HASH_SIZE, WIRE_HASHES_LIMIT},
    {"renames", FORM_MESSAGE, 0, 0, WIRE_RENAMES_LIMIT},
    {"gap", FORM_MESSAGE, 0, 0, 0},
    {"statements", FORM_BYTES, HASH_SIZE, HASH_SIZE, WIRE_STATEMENT_PAGES_LIMIT},
    {"captured", FORM_TRUTH, 0, 0, 0},
};

static const struct field_rule rename_rules[] = {
    {"kind", FORM_NUMBER, 1, UINT8_MAX, 0},
    {"object_kind", FORM_NUMBER, 1, UINT8_MAX, 0},
    {"owner", FORM_TEXT, 1, WIRE_PATH_LIMIT, 0},
    {"object", FORM_TEXT, 1, WIRE_PATH_LIMIT, 0},
    {"renamed_from", FORM_TEXT, 1, WIRE_PATH_LIMIT, 0},
};

static const struct field_rule gap_rules[] = {
    {"lost", FORM_NUMBER, 1, INT64_MAX, 0},
    {"reason", FORM_TEXT, 1, WIRE_TEXT_LIMIT, 0},
};

static const struct field_rule ddl_event_rules[] = {
    {"at", FORM_TIME, 0, 0, 0},
    {"actor", FORM_TEXT, 1, WIRE_TEXT_LIMIT, 0},
    {"application", FORM_TEXT, 0, WIRE_TEXT_LIMIT, 0},
    {"client", FORM_TEXT, 0, WIRE_TEXT_LIMIT, 0},
    {"command", FORM_TEXT, 0, WIRE_TEXT_LIMIT, 0},
    {"object", FORM_TEXT, 0, WIRE_PATH_LIMIT, 0},
    {"statement", FORM_TEXT, 0, WIRE_FRAME_LIMIT, 0},
    {"transaction", FORM_NUMBER, 0, UINT64_MAX, 0},
    {"number", FORM_NUMBER, 0, INT64_MAX, 0},
    {"role", FORM_TEXT, 0, WIRE_TEXT_LIMIT, 0},
    {"unconfirmed", FORM_TRUTH, 0, 0, 0},
};

static const struct field_rule statement_page_rules[] = {
    {"events", FORM_MESSAGE, 0, 0, WIRE_DDL_EVENTS_LIMIT},
};

static const struct field_rule nodes_rules[] = {
    {"session", FORM_NUMBER, 1, UINT64_MAX, 0}, {"target", FORM_NUMBER, 0, WIRE_TARGETS_LIMIT - 1, 0},
    {"seq", FORM_NUMBER, 1, INT64_MAX, 0},      {"nodes", FORM_MESSAGE, 0, 0, WIRE_HASHES_LIMIT},
    {"piece", FORM_MESSAGE, 0, 0, 0},           {"missing", FORM_BYTES, HASH_SIZE, HASH_SIZE, WIRE_HASHES_LIMIT},
};

static const struct field_rule node_rules[] = {
    {"type", FORM_NUMBER, NODE_BLOB, NODE_STATEMENTS, 0},
    {"bytes", FORM_BYTES, 1, WIRE_FRAME_LIMIT, 0},
};

static const struct field_rule node_piece_rules[] = {
    {"hash", FORM_BYTES, HASH_SIZE, HASH_SIZE, 0},      {"type", FORM_NUMBER, NODE_BLOB, NODE_STATEMENTS, 0},
    {"offset", FORM_NUMBER, 0, NODE_SIZE_LIMIT - 1, 0}, {"size", FORM_NUMBER, 1, NODE_SIZE_LIMIT, 0},
    {"bytes", FORM_BYTES, 1, WIRE_FRAME_LIMIT, 0},
};

static const struct field_rule heartbeat_rules[] = {
    {"session", FORM_NUMBER, 1, UINT64_MAX, 0},
    {"targets", FORM_MESSAGE, 0, 0, WIRE_TARGETS_LIMIT},
};

static const struct field_rule target_state_rules[] = {
    {"target", FORM_NUMBER, 0, WIRE_TARGETS_LIMIT - 1, 0},
    {"state", FORM_NUMBER, 0, TARGET_STATE_COUNT - 1, 0},
    {"checked_at", FORM_TIME, 0, 0, 0},
    {"seq", FORM_NUMBER, 1, INT64_MAX, 0},
    {"reason", FORM_TEXT, 0, WIRE_TEXT_LIMIT, 0},
};

static const struct field_rule session_rules[] = {
    {"session", FORM_NUMBER, 1, UINT64_MAX, 0},
};

static const struct field_rule welcome_rules[] = {
    {"session", FORM_NUMBER, 1, UINT64_MAX, 0},
    {"protocol", FORM_NUMBER, 1, UINT8_MAX, 0},
    {"frame_limit", FORM_NUMBER, WIRE_FRAME_LIMIT_LEAST, UINT32_MAX, 0},
    {"heartbeat_ms", FORM_NUMBER, 1, WIRE_HEARTBEAT_MOST_MS, 0},
    {"now", FORM_TIME, 0, 0, 0},
    {"targets", FORM_MESSAGE, 0, 0, WIRE_TARGETS_LIMIT},
};

static const struct field_rule welcome_target_rules[] = {
    {"code", FORM_NUMBER, 0, REJECT_CODE_COUNT - 1, 0},
    {"next_seq", FORM_NUMBER, 0, INT64_MAX, 0},
    {"reason", FORM_TEXT, 0, WIRE_TEXT_LIMIT, 0},
};

static const struct field_rule want_rules[] = {
    {"session", FORM_NUMBER, 1, UINT64_MAX, 0},
    {"target", FORM_NUMBER, 0, WIRE_TARGETS_LIMIT - 1, 0},
    {"seq", FORM_NUMBER, 1, INT64_MAX, 0},
    {"hashes", FORM_BYTES, HASH_SIZE, HASH_SIZE, WIRE_HASHES_LIMIT},
};

static const struct field_rule ack_rules[] = {
    {"session", FORM_NUMBER, 1, UINT64_MAX, 0},
    {"target", FORM_NUMBER, 0, WIRE_TARGETS_LIMIT - 1, 0},
    {"seq", FORM_NUMBER, 1, INT64_MAX, 0},
};

static const struct field_rule reject_rules[] = {
    {"session", FORM_NUMBER, 0, UINT64_MAX, 0},    {"target", FORM_NUMBER, 0, WIRE_TARGETS_LIMIT - 1, 0},
    {"seq", FORM_NUMBER, 1, INT64_MAX, 0},         {"code", FORM_NUMBER, 1, REJECT_CODE_COUNT - 1, 0},
    {"message", FORM_TEXT, 0, WIRE_TEXT_LIMIT, 0}, {"retry_ms", FORM_NUMBER, 0, WIRE_RETRY_MOST_MS, 0},
    {"next_seq", FORM_NUMBER, 1, INT64_MAX, 0},
};

/* ---- what concerns several fields ---- */

static enum error_code broken(struct error *error, const char *what)
{
    return error_set(error, ERROR_PROTOCOL, "a message in which %s", what);
}

static bool same_name(const Wire__TargetName *a, const Wire__TargetName *b)
{
    return text_equal(message_text(a->database), message_text(b->database)) &&
           text_equal(message_text(a->environment), message_text(b->environment)) &&
           text_equal(message_text(a->instance), message_text(b->instance));
}

static enum error_code check_hello(const ProtobufCMessage *message, struct error *error)
{
    const Wire__Hello *hello = (const Wire__Hello *)message;

    if (hello->n_targets == 0)
        return broken(error, "a Hello names no target");
    for (size_t i = 1; i < hello->n_targets; i++)
        for (size_t j = 0; j < i; j++)
            if (same_name(hello->targets[i]->name, hello->targets[j]->name))
                return broken(error, "a Hello names a target twice");
    return ERROR_NONE;
}

static enum error_code check_hello_target(const ProtobufCMessage *message, struct error *error)
{
    const Wire__HelloTarget *target = (const Wire__HelloTarget *)message;

    if (target->oldest_seq > target->newest_seq || (target->oldest_seq == 0 && target->newest_seq != 0))
        return broken(error, "the oldest snapshot of a target is not one of those up to the newest");
    if (target->has_root && target->newest_seq == 0)
        return broken(error, "a target without a snapshot has a root");
    return ERROR_NONE;
}

static enum error_code check_offer(const ProtobufCMessage *message, struct error *error)
{
    const Wire__Offer *offer = (const Wire__Offer *)message;

    if (offer->gap != NULL && offer->gap->lost >= offer->seq)
        return broken(error, "more snapshots are lost than there were before");
    return ERROR_NONE;
}

static enum error_code check_rename(const ProtobufCMessage *message, struct error *error)
{
    const Wire__Rename *rename = (const Wire__Rename *)message;
    const struct kind_facts *object = kind_facts(rename->object_kind);

    if (kind_facts(rename->kind) == NULL || object == NULL || object->is_part)
        return broken(error, "a rename is of a kind that does not exist");
    return ERROR_NONE;
}

static enum error_code check_nodes(const ProtobufCMessage *message, struct error *error)
{
    const Wire__Nodes *nodes = (const Wire__Nodes *)message;

    if (nodes->n_nodes == 0 && nodes->piece == NULL && nodes->n_missing == 0)
        return broken(error, "Nodes says nothing");
    if (nodes->n_nodes > 0 && nodes->piece != NULL)
        return broken(error, "nodes and a piece of one come together");
    return ERROR_NONE;
}

static enum error_code check_type(uint32_t type, struct error *error)
{
    return type == NODE_IDENTITY ? broken(error, "a node of a type that there is not") : ERROR_NONE;
}

static enum error_code check_node(const ProtobufCMessage *message, struct error *error)
{
    return check_type(((const Wire__Node *)message)->type, error);
}

static enum error_code check_statement_page(const ProtobufCMessage *message, struct error *error)
{
    const Wire__StatementPage *page = (const Wire__StatementPage *)message;

    return page->n_events == 0 ? broken(error, "a page without statements") : ERROR_NONE;
}

static enum error_code check_node_piece(const ProtobufCMessage *message, struct error *error)
{
    const Wire__NodePiece *piece = (const Wire__NodePiece *)message;

    if (piece->bytes.len > piece->size || piece->offset > piece->size - piece->bytes.len)
        return broken(error, "a piece of a node reaches past its end");
    return check_type(piece->type, error);
}

static enum error_code check_welcome_target(const ProtobufCMessage *message, struct error *error)
{
    const Wire__WelcomeTarget *target = (const Wire__WelcomeTarget *)message;

    if (target->code == REJECT_NONE && target->next_seq == 0)
        return broken(error, "no snapshot of a welcome target is expected");
    return ERROR_NONE;
}

static enum error_code check_want(const ProtobufCMessage *message, struct error *error)
{
    return ((const Wire__Want *)message)->n_hashes > 0 ? ERROR_NONE : broken(error, "nothing is wanted");
}

/* ---- the walk ---- */

struct message_rule {
    const ProtobufCMessageDescriptor *descriptor;
    const struct field_rule *fields;
    size_t count;
    enum error_code (*check)(const ProtobufCMessage *message, struct error *error); /* NULL: nothing more */
};

#define RULES(descriptor, fields, check)                                                                               \
    {                                                                                                                  \
        &(descriptor), fields, LENGTH_OF(fields), check                                                                \
    }

static const struct message_rule rules[] = {
    RULES(wire__heartbeat__descriptor, heartbeat_rules, NULL), /* the commonest first */
    RULES(wire__target_state__descriptor, target_state_rules, NULL),
    RULES(wire__pong__descriptor, session_rules, NULL),
    RULES(wire__ack__descriptor, ack_rules, NULL),
    RULES(wire__offer__descriptor, offer_rules, check_offer),
    RULES(wire__want__descriptor, want_rules, check_want),
    RULES(wire__nodes__descriptor, nodes_rules, check_nodes),
    RULES(wire__node__descriptor, node_rules, check_node),
    RULES(wire__node_piece__descriptor, node_piece_rules, check_node_piece),
    RULES(wire__rename__descriptor, rename_rules, check_rename),
    RULES(wire__gap__descriptor, gap_rules, NULL),
    RULES(wire__ddl_event__descriptor, ddl_event_rules, NULL),
    RULES(wire__statement_page__descriptor, statement_page_rules, check_statement_page),
    RULES(wire__hello__descriptor, hello_rules, check_hello),
    RULES(wire__hello_target__descriptor, hello_target_rules, check_hello_target),
    RULES(wire__target_name__descriptor, target_name_rules, NULL),
    RULES(wire__welcome__descriptor, welcome_rules, NULL),
    RULES(wire__welcome_target__descriptor, welcome_target_rules, check_welcome_target),
    RULES(wire__reject__descriptor, reject_rules, NULL),
    RULES(wire__bye__descriptor, session_rules, NULL),
};

static const struct message_rule *find_rule(const ProtobufCMessageDescriptor *descriptor)
{
    for (size_t i = 0; i < LENGTH_OF(rules); i++)
        if (rules[i].descriptor == descriptor)
            return &rules[i];
    return NULL;
}

const struct field_rule *message_rules(const ProtobufCMessageDescriptor *descriptor, size_t *ret_count)
{
    const struct message_rule *rule = find_rule(descriptor);

    if (rule == NULL)
        return NULL;
    *ret_count = rule->count;
    return rule->fields;
}

/* The elements of a field in a message: none when it is optional and absent. */
struct field_values {
    const uint8_t *first;
    size_t count;
};

static struct field_values values_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const uint8_t *bytes = (const uint8_t *)message;
    const uint8_t *member = bytes + field->offset;

    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return (struct field_values){*(const uint8_t *const *)member,
                                     *(const size_t *)(bytes + field->quantifier_offset)};
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return (struct field_values){member, *(const void *const *)member != NULL};
    if (field->label == PROTOBUF_C_LABEL_OPTIONAL)
        return (struct field_values){member, *(const protobuf_c_boolean *)(bytes + field->quantifier_offset) != 0};
    return (struct field_values){member, 1};
}

static bool number_holds(const ProtobufCFieldDescriptor *field, const struct field_rule *rule, const uint8_t *value)
{
    uint64_t number = field->type == PROTOBUF_C_TYPE_UINT32 ? *(const uint32_t *)value : *(const uint64_t *)value;

    return number >= rule->least && number <= rule->most;
}

static bool time_holds(const uint8_t *value)
{
    return *(const int64_t *)value >= 0 && *(const int64_t *)value <= WIRE_TIME_MOST;
}

static bool bytes_hold(const struct field_rule *rule, const uint8_t *value)
{
    struct text text = message_text(*(const ProtobufCBinaryData *)value);

    if (rule->form == FORM_NAME)
        return reference_is_name(text);
    return text.length >= rule->least && text.length <= rule->most && (rule->form == FORM_BYTES || text_is_utf8(text));
}

static bool value_holds(const ProtobufCFieldDescriptor *field, const struct field_rule *rule, const uint8_t *value)
{
    switch (rule->form) {
    case FORM_NUMBER:
        return number_holds(field, rule, value);
    case FORM_TIME:
        return time_holds(value);
    case FORM_TRUTH:
        return true;
    default:
        return bytes_hold(rule, value);
    }
}

static size_t value_size(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_UINT32:
        return sizeof(uint32_t);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(ProtobufCMessage *);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    default:
        return sizeof(uint64_t);
    }
}

static enum error_code check_field(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                                   const struct field_rule *rule, struct error *error)
{
    struct field_values values = values_of(message, field);
    size_t size = value_size(field);

    if (field->label == PROTOBUF_C_LABEL_REPEATED && values.count > rule->count_limit)
        return error_set(error, ERROR_PROTOCOL, "a message with %zu %s in its %s, where %zu are the limit",
                         values.count, field->name, message->descriptor->short_name, rule->count_limit);
    for (size_t i = 0; i < values.count; i++) {
        const uint8_t *value = values.first + i * size;

        if (rule->form == FORM_MESSAGE) {
            if (message_check(*(const ProtobufCMessage *const *)value, error) != ERROR_NONE)
                return error->code;
        } else if (!value_holds(field, rule, value)) {
            return error_set(error, ERROR_PROTOCOL, "a message with a wrong %s in its %s", field->name,
                             message->descriptor->short_name);
        }
    }
    return ERROR_NONE;
}

/* No message contains itself, so this goes no deeper than proto/driftline.proto does. */
enum error_code message_check(const ProtobufCMessage *message, struct error *error)
{
    const struct message_rule *rule = find_rule(message->descriptor);

    if (rule == NULL)
        return error_set(error, ERROR_INTERNAL, "there are no rules for the message '%s'", message->descriptor->name);
    if (message->n_unknown_fields > 0)
        return error_set(error, ERROR_PROTOCOL, "a message with the unknown field %" PRIu32 " in its %s",
                         message->unknown_fields[0].tag, message->descriptor->short_name);
    for (unsigned i = 0; i < message->descriptor->n_fields; i++)
        if (check_field(message, &message->descriptor->fields[i], &rule->fields[i], error) != ERROR_NONE)
            return error->code;
    return rule->check == NULL ? ERROR_NONE : rule->check(message, error);
}
