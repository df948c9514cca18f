#include "samples.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka.h"

#define IS(descriptor) .base = PROTOBUF_C_MESSAGE_INIT(&(descriptor))
#define DATA(literal)                                                                                                  \
    {                                                                                                                  \
        sizeof(literal) - 1, (uint8_t *)(literal)                                                                      \
    }
#define HASH_A "0123456789abcdef0123456789abcdef"
#define HASH_B "\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\xff"

enum { SESSION = 0x7fffffff };

static const int64_t moment = 1795255200000000;

static ProtobufCBinaryData hashes[] = {DATA(HASH_A), DATA(HASH_B)};

/* ---- agent to collector ---- */

static Wire__TargetName name = {IS(wire__target_name__descriptor), .database = DATA("orders"),
                                .environment = DATA("prod"), .instance = DATA("z\xc3\xbcrich-1")};
static Wire__TargetName second_name = {IS(wire__target_name__descriptor), .database = DATA("orders"),
                                       .environment = DATA("prod"), .instance = DATA("default")};
static Wire__HelloTarget hello_target = {IS(wire__hello_target__descriptor),
                                         .name = &name,
                                         .engine = DATA("postgresql"),
                                         .oldest_seq = 3,
                                         .newest_seq = 7,
                                         .has_root = 1,
                                         .root = DATA(HASH_A)};
static Wire__HelloTarget fresh_target = {IS(wire__hello_target__descriptor), .name = &second_name,
                                         .engine = DATA("sqlite")};
static Wire__HelloTarget *hello_targets[] = {&hello_target, &fresh_target};
static const Wire__Hello hello = {IS(wire__hello__descriptor),
                                  .protocol = 1,
                                  .version = DATA("0.1.0"),
                                  .incarnation = DATA("sixteen \0 random"),
                                  .host = DATA("db-1.example"),
                                  .sent_at = moment,
                                  .n_targets = LENGTH_OF(hello_targets),
                                  .targets = hello_targets};

static Wire__Rename rename_sample = {IS(wire__rename__descriptor),
                                     .kind = 4,
                                     .object_kind = 4,
                                     .owner = DATA("shop.orders"),
                                     .object = DATA("shop.orders"),
                                     .renamed_from = DATA("shop.order")};
static Wire__Rename *renames[] = {&rename_sample};
static Wire__Gap gap = {IS(wire__gap__descriptor), .lost = 2, .reason = DATA("the outbox was full")};
static const Wire__Offer offer = {IS(wire__offer__descriptor),
                                  .session = SESSION,
                                  .target = 1,
                                  .seq = 7,
                                  .taken_at = moment,
                                  .root_node = DATA("a root\0with anything in it\xff"),
                                  .server_version = DATA("15.20"),
                                  .reference = DATA("postgres://driftline@/orders"),
                                  .n_new_nodes = LENGTH_OF(hashes),
                                  .new_nodes = hashes,
                                  .n_renames = LENGTH_OF(renames),
                                  .renames = renames,
                                  .gap = &gap,
                                  .n_statements = LENGTH_OF(hashes),
                                  .statements = hashes,
                                  .has_captured = true,
                                  .captured = true};

static Wire__DdlEvent ddl_event = {IS(wire__ddl_event__descriptor),
                                   .at = moment,
                                   .actor = DATA("alice"),
                                   .has_application = 1,
                                   .application = DATA("psql"),
                                   .has_client = 1,
                                   .client = DATA("10.0.0.1"),
                                   .has_command = 1,
                                   .command = DATA("ALTER TABLE"),
                                   .has_object = 1,
                                   .object = DATA("shop.orders"),
                                   .has_statement = 1,
                                   .statement = DATA("ALTER TABLE shop.orders ADD note text"),
                                   .has_transaction = 1,
                                   .transaction = UINT64_MAX,
                                   .number = 41,
                                   .has_role = 1,
                                   .role = DATA("app_owner"),
                                   .has_unconfirmed = 1,
                                   .unconfirmed = 1};
static Wire__DdlEvent *ddl_events[] = {&ddl_event};
static const Wire__StatementPage statement_page = {IS(wire__statement_page__descriptor),
                                                   .n_events = LENGTH_OF(ddl_events), .events = ddl_events};

static Wire__Node node = {IS(wire__node__descriptor), .type = 2, .bytes = DATA("a leaf")};
static Wire__Node *node_list[] = {&node};
static const Wire__Nodes nodes = {
    IS(wire__nodes__descriptor),     .session = SESSION, .target = 1,    .seq = 7,
    .n_nodes = LENGTH_OF(node_list), .nodes = node_list, .n_missing = 1, .missing = hashes};
static Wire__NodePiece piece = {
    IS(wire__node_piece__descriptor), .hash = DATA(HASH_B), .type = 1, .offset = 1000, .size = 1016,
    .bytes = DATA("the last of them")};
static const Wire__Nodes pieces = {IS(wire__nodes__descriptor), .session = SESSION, .target = 1, .seq = 7,
                                   .piece = &piece};

static Wire__TargetState target_state = {IS(wire__target_state__descriptor),
                                         .target = 0,
                                         .state = TARGET_UNREACHABLE,
                                         .checked_at = moment,
                                         .has_seq = 1,
                                         .seq = 7,
                                         .has_reason = 1,
                                         .reason = DATA("no route to host")};
static Wire__TargetState *target_states[] = {&target_state};
static const Wire__Heartbeat heartbeat = {IS(wire__heartbeat__descriptor), .session = SESSION,
                                          .n_targets = LENGTH_OF(target_states), .targets = target_states};
static const Wire__Bye bye = {IS(wire__bye__descriptor), .session = SESSION};

/* ---- collector to agent ---- */

static Wire__WelcomeTarget welcome_target = {IS(wire__welcome_target__descriptor), .next_seq = 8};
static Wire__WelcomeTarget unwelcome_target = {IS(wire__welcome_target__descriptor), .code = REJECT_CLAIMED,
                                               .has_reason = 1, .reason = DATA("agent 'orders-db-2' speaks for it")};
static Wire__WelcomeTarget *welcome_targets[] = {&welcome_target, &unwelcome_target};
static const Wire__Welcome welcome = {IS(wire__welcome__descriptor),           .session = SESSION,        .protocol = 1,
                                      .frame_limit = WIRE_FRAME_LIMIT,         .heartbeat_ms = 15000,     .now = moment,
                                      .n_targets = LENGTH_OF(welcome_targets), .targets = welcome_targets};
static const Wire__Want want = {IS(wire__want__descriptor),    .session = SESSION, .target = 1, .seq = 7,
                                .n_hashes = LENGTH_OF(hashes), .hashes = hashes};
static const Wire__Ack ack = {IS(wire__ack__descriptor), .session = SESSION, .target = 1, .seq = 7};
static const Wire__Reject reject = {IS(wire__reject__descriptor),
                                    .session = SESSION,
                                    .has_target = 1,
                                    .target = 1,
                                    .has_seq = 1,
                                    .seq = 7,
                                    .code = REJECT_SEQUENCE,
                                    .message = DATA("snapshot 5 is next"),
                                    .has_retry_ms = 1,
                                    .retry_ms = 1000,
                                    .has_next_seq = 1,
                                    .next_seq = 5};
static const Wire__Pong pong = {IS(wire__pong__descriptor), .session = SESSION};

const struct sample samples[] = {
    {"Hello", MESSAGE_HELLO, WIRE_COLLECTOR, &hello.base},
    {"Offer", MESSAGE_OFFER, WIRE_COLLECTOR, &offer.base},
    {"Nodes", MESSAGE_NODES, WIRE_COLLECTOR, &nodes.base},
    {"Nodes with a piece", MESSAGE_NODES, WIRE_COLLECTOR, &pieces.base},
    {"Heartbeat", MESSAGE_HEARTBEAT, WIRE_COLLECTOR, &heartbeat.base},
    {"Bye", MESSAGE_BYE, WIRE_COLLECTOR, &bye.base},
    {"Welcome", MESSAGE_WELCOME, WIRE_AGENT, &welcome.base},
    {"Want", MESSAGE_WANT, WIRE_AGENT, &want.base},
    {"Ack", MESSAGE_ACK, WIRE_AGENT, &ack.base},
    {"Reject", MESSAGE_REJECT, WIRE_AGENT, &reject.base},
    {"Pong", MESSAGE_PONG, WIRE_AGENT, &pong.base},
};
const size_t sample_count = LENGTH_OF(samples);
const struct sample statement_page_sample = {"StatementPage", MESSAGE_NODES, WIRE_COLLECTOR, &statement_page.base};

const struct sample *sample_named(const char *wanted)
{
    for (size_t i = 0; i < sample_count; i++)
        if (strcmp(samples[i].name, wanted) == 0)
            return &samples[i];
    if (strcmp(statement_page_sample.name, wanted) == 0)
        return &statement_page_sample;
    fail_msg("there is no sample '%s'", wanted);
    return NULL;
}

/* ---- changing them ---- */

static void *arena_allocate(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void leave(void *arena, void *memory)
{
    (void)arena, (void)memory;
}

ProtobufCMessage *sample_copy(const struct sample *sample, struct arena *arena)
{
    ProtobufCAllocator allocator = {arena_allocate, leave, arena};
    size_t size = protobuf_c_message_get_packed_size(sample->message);
    uint8_t *bytes = arena_alloc(arena, size);
    ProtobufCMessage *copy;

    assert_non_null(bytes);
    assert_int_equal(protobuf_c_message_pack(sample->message, bytes), size);
    copy = protobuf_c_message_unpack(sample->message->descriptor, &allocator, size, bytes);
    assert_non_null(copy);
    return copy;
}

static size_t element_size(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_BYTES ? sizeof(ProtobufCBinaryData) : sizeof(ProtobufCMessage *);
}

/* The field of one name in a message; `index` counts in a repeated one, -1: all of it. */
static struct sample_field find_member(ProtobufCMessage *message, const char *wanted, long index)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, wanted);
    struct sample_field found = {.message = message, .field = field};

    if (field == NULL)
        fail_msg("there is no field '%s'", wanted);
    found.member = (uint8_t *)message + field->offset;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        found.count = (size_t *)((uint8_t *)message + field->quantifier_offset);
        if (index >= 0)
            found.member = *(uint8_t **)found.member + (size_t)index * element_size(field);
    }
    return found;
}

struct sample_field sample_find(ProtobufCMessage *message, const char *path)
{
    char copy[128];
    char *rest = copy;

    assert_true(strlen(path) < sizeof copy);
    strcpy(copy, path);
    for (;;) {
        const char *word = strsep(&rest, ".");
        long index = rest != NULL && *rest >= '0' && *rest <= '9' ? strtol(strsep(&rest, "."), NULL, 10) : -1;
        struct sample_field found = find_member(message, word, index);

        if (rest == NULL)
            return found;
        message = *(ProtobufCMessage **)found.member;
    }
}

void sample_repeat(const struct sample_field *field, size_t count, struct arena *arena)
{
    size_t size = element_size(field->field);
    uint8_t *elements = arena_array(arena, count, size);

    assert_non_null(elements);
    for (size_t i = 0; i < count; i++)
        memcpy(elements + i * size, *(uint8_t **)field->member, size);
    *(uint8_t **)field->member = elements;
    *field->count = count;
}
