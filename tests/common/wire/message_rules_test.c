#include "wire/message_rules.h"

#include <inttypes.h>
#include <string.h>

#include "samples.h"
#include "schema/kind.h"
#include "schema/node.h"
#include "support/cmocka.h"

/* ---- the table has a line for every field ---- */

static bool form_fits(const ProtobufCFieldDescriptor *field, const struct field_rule *rule)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_UINT32:
        return rule->form == FORM_NUMBER && rule->most <= UINT32_MAX && rule->least <= rule->most;
    case PROTOBUF_C_TYPE_UINT64:
        return rule->form == FORM_NUMBER && rule->least <= rule->most;
    case PROTOBUF_C_TYPE_SFIXED64:
        return rule->form == FORM_TIME;
    case PROTOBUF_C_TYPE_BYTES:
        return rule->form == FORM_NAME ||
               ((rule->form == FORM_BYTES || rule->form == FORM_TEXT) && rule->most >= 1 && rule->least <= rule->most);
    case PROTOBUF_C_TYPE_MESSAGE:
        return rule->form == FORM_MESSAGE;
    case PROTOBUF_C_TYPE_BOOL:
        return rule->form == FORM_TRUTH;
    default:
        return false; /* a type that the check does not know */
    }
}

static void check_rules_of(const ProtobufCMessageDescriptor *descriptor, unsigned depth)
{
    size_t count = 0;
    const struct field_rule *rules = message_rules(descriptor, &count);

    print_message("  %s\n", descriptor->short_name);
    assert_true(depth < 8); /* no message contains itself */
    assert_non_null(rules);
    assert_int_equal(count, descriptor->n_fields);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];

        assert_string_equal(rules[i].name, field->name);
        if (!form_fits(field, &rules[i]))
            fail_msg("the rule of '%s' does not fit it", field->name);
        assert_int_equal(rules[i].count_limit > 0, field->label == PROTOBUF_C_LABEL_REPEATED);
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            check_rules_of(field->descriptor, depth + 1);
    }
}

static void test_every_field_has_a_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++)
        check_rules_of(samples[i].message->descriptor, 0);
    check_rules_of(statement_page_sample.message->descriptor, 0);
}

static void test_the_samples_hold(void **state)
{
    struct error error = {0};

    (void)state;
    for (size_t i = 0; i < sample_count; i++)
        if (message_check(samples[i].message, &error) != ERROR_NONE)
            fail_msg("%s: %s", samples[i].name, error.message);
    assert_int_equal(message_check(statement_page_sample.message, &error), ERROR_NONE);
}

/* ---- one field changed ---- */

enum change { NUMBER, TIME, LENGTH, WORDS, COUNT, ABSENT };

static const struct {
    const char *sample, *path;
    enum change change;
    int64_t value;     /* the number, time, length or count */
    const char *words; /* WORDS: the bytes, `value` of them */
    bool holds;
} cases[] = {
    {"Hello", "protocol", NUMBER, 0, NULL, false},
    {"Hello", "protocol", NUMBER, 99, NULL, true},
    {"Hello", "version", LENGTH, 0, NULL, false},
    {"Hello", "version", LENGTH, WIRE_TEXT_LIMIT, NULL, true},
    {"Hello", "version", LENGTH, WIRE_TEXT_LIMIT + 1, NULL, false},
    {"Hello", "incarnation", LENGTH, 15, NULL, false},
    {"Hello", "incarnation", LENGTH, 17, NULL, false},
    {"Hello", "host", LENGTH, 0, NULL, true},
    {"Hello", "host", WORDS, 2, "a\xff", false},
    {"Hello", "sent_at", TIME, -1, NULL, false},
    {"Hello", "sent_at", TIME, 0, NULL, true},
    {"Hello", "sent_at", TIME, 253402300799999999, NULL, true},
    {"Hello", "sent_at", TIME, 253402300800000000, NULL, false},
    {"Hello", "sent_at", TIME, INT64_MIN, NULL, false},
    {"Hello", "targets", COUNT, 0, NULL, false},
    {"Hello", "targets", COUNT, 1, NULL, true},
    {"Hello", "targets", COUNT, 2, NULL, false}, /* the same twice */
    {"Hello", "targets", COUNT, WIRE_TARGETS_LIMIT + 1, NULL, false},
    {"Hello", "targets.0.name.database", LENGTH, 0, NULL, false},
    {"Hello", "targets.0.name.database", LENGTH, WIRE_NAME_LIMIT, NULL, true},
    {"Hello", "targets.0.name.database", LENGTH, WIRE_NAME_LIMIT + 1, NULL, false},
    {"Hello", "targets.0.name.environment", WORDS, 5, "a\0bcd", false},
    {"Hello", "targets.0.name.environment", WORDS, 2, "*\0", false},
    {"Hello", "targets.0.name.environment", WORDS, 1, "*", false},
    {"Hello", "targets.1.name.instance", WORDS, 2, "-a", false},
    {"Hello", "targets.1.name.instance", WORDS, 2, ".a", false},
    {"Hello", "targets.1.name.instance", WORDS, 3, "a@b", false},
    {"Hello", "targets.1.name.instance", WORDS, 3, "a/b", false},
    {"Hello", "targets.1.name.instance", WORDS, 3, "a\nb", false},
    {"Hello", "targets.1.name.instance", WORDS, 3, "a~b", false},
    {"Hello", "targets.1.name.instance", WORDS, 2, "\xc3(", false},
    {"Hello", "targets.1.name.instance", WORDS, 6, "\xe5\x8c\x97-_.", true},
    {"Hello", "targets.0.engine", LENGTH, 0, NULL, false},
    {"Hello", "targets.0.oldest_seq", NUMBER, 0, NULL, false},
    {"Hello", "targets.0.oldest_seq", NUMBER, 7, NULL, true},
    {"Hello", "targets.0.oldest_seq", NUMBER, 8, NULL, false},
    {"Hello", "targets.0.newest_seq", NUMBER, INT64_MAX, NULL, true},
    {"Hello", "targets.0.newest_seq", NUMBER, INT64_MIN, NULL, false}, /* read as unsigned: above the limit */
    {"Hello", "targets.0.root", LENGTH, 31, NULL, false},
    {"Hello", "targets.0.root", ABSENT, 0, NULL, true},
    {"Hello", "targets.1.root", LENGTH, 32, NULL, false}, /* of a target without a snapshot */

    {"Offer", "session", NUMBER, 0, NULL, false},
    {"Offer", "target", NUMBER, WIRE_TARGETS_LIMIT - 1, NULL, true},
    {"Offer", "target", NUMBER, WIRE_TARGETS_LIMIT, NULL, false},
    {"Offer", "seq", NUMBER, 0, NULL, false},
    {"Offer", "seq", NUMBER, 2, NULL, false}, /* two lost before it */
    {"Offer", "seq", NUMBER, 3, NULL, true},
    {"Offer", "taken_at", TIME, -1, NULL, false},
    {"Offer", "root_node", LENGTH, 0, NULL, false},
    {"Offer", "server_version", LENGTH, 0, NULL, true},
    {"Offer", "reference", WORDS, 1, "\x80", false},
    {"Offer", "reference", LENGTH, WIRE_TEXT_LIMIT + 1, NULL, false},
    {"Offer", "new_nodes", COUNT, 0, NULL, true},
    {"Offer", "new_nodes", COUNT, WIRE_HASHES_LIMIT, NULL, true},
    {"Offer", "new_nodes", COUNT, WIRE_HASHES_LIMIT + 1, NULL, false},
    {"Offer", "new_nodes.1", LENGTH, 33, NULL, false},
    {"Offer", "renames", COUNT, WIRE_RENAMES_LIMIT, NULL, true},
    {"Offer", "renames", COUNT, WIRE_RENAMES_LIMIT + 1, NULL, false},
    {"Offer", "renames.0.kind", NUMBER, 0, NULL, false},
    {"Offer", "renames.0.kind", NUMBER, 255, NULL, false},
    {"Offer", "renames.0.kind", NUMBER, 260, NULL, false},
    {"Offer", "renames.0.object_kind", NUMBER, 255, NULL, false},
    {"Offer", "renames.0.owner", LENGTH, 0, NULL, false},
    {"Offer", "renames.0.object", LENGTH, WIRE_PATH_LIMIT, NULL, true},
    {"Offer", "renames.0.object", LENGTH, WIRE_PATH_LIMIT + 1, NULL, false},
    {"Offer", "renames.0.renamed_from", WORDS, 1, "\xff", false},
    {"Offer", "gap.lost", NUMBER, 0, NULL, false},
    {"Offer", "gap.lost", NUMBER, 6, NULL, true},
    {"Offer", "gap.lost", NUMBER, 7, NULL, false},
    {"Offer", "gap.lost", NUMBER, -1, NULL, false},
    {"Offer", "gap.reason", LENGTH, 0, NULL, false},
    {"Offer", "statements", COUNT, WIRE_STATEMENT_PAGES_LIMIT + 1, NULL, false},
    {"Offer", "statements.0", LENGTH, 16, NULL, false},

    {"Nodes", "seq", NUMBER, 0, NULL, false},
    {"Nodes", "nodes", COUNT, 0, NULL, true}, /* all are missing */
    {"Nodes", "nodes", COUNT, WIRE_HASHES_LIMIT + 1, NULL, false},
    {"Nodes", "nodes.0.type", NUMBER, 0, NULL, false},
    {"Nodes", "nodes.0.type", NUMBER, NODE_BLOB, NULL, true},
    {"Nodes", "nodes.0.type", NUMBER, NODE_ROOT, NULL, true},
    {"Nodes", "nodes.0.type", NUMBER, NODE_IDENTITY, NULL, false},
    {"Nodes", "nodes.0.type", NUMBER, NODE_STATEMENTS, NULL, true},
    {"Nodes", "nodes.0.type", NUMBER, NODE_STATEMENTS + 1, NULL, false},
    {"Nodes", "nodes.0.bytes", LENGTH, 0, NULL, false},
    {"Nodes", "missing", COUNT, WIRE_HASHES_LIMIT, NULL, true},
    {"Nodes", "missing", COUNT, WIRE_HASHES_LIMIT + 1, NULL, false},
    {"Nodes", "missing.0", LENGTH, 0, NULL, false},
    {"Nodes with a piece", "piece.hash", LENGTH, 16, NULL, false},
    {"Nodes with a piece", "piece.type", NUMBER, 9, NULL, false},
    {"Nodes with a piece", "piece.offset", NUMBER, 0, NULL, true},
    {"Nodes with a piece", "piece.offset", NUMBER, 1001, NULL, false},
    {"Nodes with a piece", "piece.offset", NUMBER, -1, NULL, false},
    {"Nodes with a piece", "piece.size", NUMBER, 1015, NULL, false},
    {"Nodes with a piece", "piece.size", NUMBER, 15, NULL, false},
    {"Nodes with a piece", "piece.size", NUMBER, 0, NULL, false},
    {"Nodes with a piece", "piece.size", NUMBER, NODE_SIZE_LIMIT, NULL, true},
    {"Nodes with a piece", "piece.size", NUMBER, NODE_SIZE_LIMIT + 1, NULL, false},
    {"Nodes with a piece", "piece.bytes", LENGTH, 0, NULL, false},

    {"StatementPage", "events", COUNT, 0, NULL, false},
    {"StatementPage", "events", COUNT, WIRE_DDL_EVENTS_LIMIT, NULL, true},
    {"StatementPage", "events", COUNT, WIRE_DDL_EVENTS_LIMIT + 1, NULL, false},
    {"StatementPage", "events.0.at", TIME, -5, NULL, false},
    {"StatementPage", "events.0.at", TIME, WIRE_TIME_MOST, NULL, true},
    {"StatementPage", "events.0.actor", LENGTH, 0, NULL, false},
    {"StatementPage", "events.0.actor", LENGTH, WIRE_TEXT_LIMIT + 1, NULL, false},
    {"StatementPage", "events.0.role", LENGTH, WIRE_TEXT_LIMIT, NULL, true},
    {"StatementPage", "events.0.role", WORDS, 1, "\xff", false},
    {"StatementPage", "events.0.role", ABSENT, 0, NULL, true},
    {"StatementPage", "events.0.object", LENGTH, WIRE_PATH_LIMIT, NULL, true},
    {"StatementPage", "events.0.object", LENGTH, WIRE_PATH_LIMIT + 1, NULL, false},
    {"StatementPage", "events.0.statement", WORDS, 2, "\xc0\x80", false},
    {"StatementPage", "events.0.statement", WORDS, 2, "a\0", true}, /* a NUL is UTF-8 */
    {"StatementPage", "events.0.transaction", NUMBER, 0, NULL, true},
    {"StatementPage", "events.0.number", NUMBER, 0, NULL, true},
    {"StatementPage", "events.0.number", NUMBER, INT64_MAX, NULL, true},
    {"StatementPage", "events.0.number", NUMBER, INT64_MIN, NULL, false}, /* read as unsigned: above the limit */

    {"Heartbeat", "session", NUMBER, 0, NULL, false},
    {"Heartbeat", "targets", COUNT, 0, NULL, true},
    {"Heartbeat", "targets", COUNT, WIRE_TARGETS_LIMIT, NULL, true},
    {"Heartbeat", "targets", COUNT, WIRE_TARGETS_LIMIT + 1, NULL, false},
    {"Heartbeat", "targets.0.target", NUMBER, WIRE_TARGETS_LIMIT, NULL, false},
    {"Heartbeat", "targets.0.state", NUMBER, TARGET_STATE_COUNT - 1, NULL, true},
    {"Heartbeat", "targets.0.state", NUMBER, TARGET_STATE_COUNT, NULL, false},
    {"Heartbeat", "targets.0.checked_at", TIME, -1, NULL, false},
    {"Heartbeat", "targets.0.seq", NUMBER, 0, NULL, false},
    {"Heartbeat", "targets.0.seq", ABSENT, 0, NULL, true},
    {"Heartbeat", "targets.0.reason", WORDS, 1, "\xfe", false},
    {"Heartbeat", "targets.0.reason", ABSENT, 0, NULL, true},
    {"Bye", "session", NUMBER, 0, NULL, false},

    {"Welcome", "session", NUMBER, 0, NULL, false},
    {"Welcome", "protocol", NUMBER, 0, NULL, false},
    {"Welcome", "protocol", NUMBER, 256, NULL, false},
    {"Welcome", "frame_limit", NUMBER, WIRE_FRAME_LIMIT_LEAST, NULL, true},
    {"Welcome", "frame_limit", NUMBER, WIRE_FRAME_LIMIT_LEAST - 1, NULL, false},
    {"Welcome", "heartbeat_ms", NUMBER, 0, NULL, false},
    {"Welcome", "heartbeat_ms", NUMBER, WIRE_HEARTBEAT_MOST_MS + 1, NULL, false},
    {"Welcome", "now", TIME, -1, NULL, false},
    {"Welcome", "targets", COUNT, 0, NULL, true},
    {"Welcome", "targets.0.next_seq", NUMBER, 0, NULL, false},
    {"Welcome", "targets.1.next_seq", NUMBER, 0, NULL, true},
    {"Welcome", "targets.1.code", NUMBER, REJECT_CODE_COUNT, NULL, false},
    {"Welcome", "targets.1.reason", WORDS, 1, "\xff", false},
    {"Want", "target", NUMBER, WIRE_TARGETS_LIMIT, NULL, false},
    {"Want", "hashes", COUNT, 0, NULL, false},
    {"Want", "hashes", COUNT, WIRE_HASHES_LIMIT, NULL, true},
    {"Want", "hashes", COUNT, WIRE_HASHES_LIMIT + 1, NULL, false},
    {"Want", "hashes.0", LENGTH, 31, NULL, false},
    {"Ack", "session", NUMBER, 0, NULL, false},
    {"Ack", "seq", NUMBER, 0, NULL, false},
    {"Reject", "session", NUMBER, 0, NULL, true}, /* there is none yet */
    {"Reject", "target", ABSENT, 0, NULL, true},
    {"Reject", "code", NUMBER, 0, NULL, false},
    {"Reject", "code", NUMBER, REJECT_CODE_COUNT, NULL, false},
    {"Reject", "message", WORDS, 1, "\xff", false},
    {"Reject", "retry_ms", NUMBER, WIRE_RETRY_MOST_MS + 1, NULL, false},
    {"Reject", "next_seq", NUMBER, 0, NULL, false},
    {"Pong", "session", NUMBER, 0, NULL, false},
};

static void set_present(const struct sample_field *field, bool present)
{
    if (field->field->label == PROTOBUF_C_LABEL_OPTIONAL && field->field->type != PROTOBUF_C_TYPE_MESSAGE)
        *(protobuf_c_boolean *)((uint8_t *)field->message + field->field->quantifier_offset) = present;
}

static void set_number(const struct sample_field *field, int64_t value)
{
    if (field->field->type == PROTOBUF_C_TYPE_UINT32)
        *(uint32_t *)field->member = (uint32_t)value;
    else
        *(int64_t *)field->member = value;
}

static void set_bytes(const struct sample_field *field, const char *bytes, size_t length, struct arena *arena)
{
    uint8_t *copy = arena_alloc(arena, length);

    assert_non_null(copy);
    if (bytes != NULL)
        memcpy(copy, bytes, length);
    else
        memset(copy, 'x', length);
    *(ProtobufCBinaryData *)field->member = (ProtobufCBinaryData){length, copy};
}

static void change(const struct sample_field *field, size_t i, struct arena *arena)
{
    set_present(field, cases[i].change != ABSENT);
    switch (cases[i].change) {
    case NUMBER:
    case TIME:
        set_number(field, cases[i].value);
        break;
    case LENGTH:
    case WORDS:
        set_bytes(field, cases[i].words, (size_t)cases[i].value, arena);
        break;
    case COUNT:
        sample_repeat(field, (size_t)cases[i].value, arena);
        break;
    case ABSENT:
        break;
    }
}

static void test_each_rule_is_enforced(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};
        ProtobufCMessage *message;
        struct sample_field field;
        enum error_code code;

        arena_init(&arena, 16 * 1024 * 1024);
        message = sample_copy(sample_named(cases[i].sample), &arena);
        field = sample_find(message, cases[i].path);
        change(&field, i, &arena);
        code = message_check(message, &error);
        if (code != (cases[i].holds ? ERROR_NONE : ERROR_PROTOCOL))
            fail_msg("%s.%s, value %" PRId64 ": %s, '%s'", cases[i].sample, cases[i].path, cases[i].value,
                     error_name(code), error.message);
    }
}

/* ---- several fields ---- */

static void test_nodes_and_a_piece_do_not_come_together(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    Wire__Nodes *whole, *piece;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    whole = (Wire__Nodes *)sample_copy(sample_named("Nodes"), &arena);
    piece = (Wire__Nodes *)sample_copy(sample_named("Nodes with a piece"), &arena);
    whole->piece = piece->piece;
    assert_int_equal(message_check(&whole->base, &error), ERROR_PROTOCOL);
    whole->n_nodes = 0;
    assert_int_equal(message_check(&whole->base, &error), ERROR_NONE);
    whole->piece = NULL;
    whole->n_missing = 0;
    assert_int_equal(message_check(&whole->base, &error), ERROR_PROTOCOL);
}

static void test_a_part_cannot_own_what_was_renamed(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    Wire__Offer *offer;
    enum kind column = kind_from_name(TEXT("column"));

    (void)state;
    arena_init(&arena, 1024 * 1024);
    offer = (Wire__Offer *)sample_copy(sample_named("Offer"), &arena);
    offer->renames[0]->kind = column;
    assert_int_equal(message_check(&offer->base, &error), ERROR_NONE);
    offer->renames[0]->object_kind = column;
    assert_int_equal(message_check(&offer->base, &error), ERROR_PROTOCOL);
}

static void test_the_field_is_named(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    Wire__Hello *hello;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    hello = (Wire__Hello *)sample_copy(sample_named("Hello"), &arena);
    hello->targets[1]->name->instance.len = 0;
    assert_int_equal(message_check(&hello->base, &error), ERROR_PROTOCOL);
    assert_string_equal(error.message, "a message with a wrong instance in its TargetName");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field_has_a_rule),
        cmocka_unit_test(test_the_samples_hold),
        cmocka_unit_test(test_each_rule_is_enforced),
        cmocka_unit_test(test_nodes_and_a_piece_do_not_come_together),
        cmocka_unit_test(test_a_part_cannot_own_what_was_renamed),
        cmocka_unit_test(test_the_field_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
