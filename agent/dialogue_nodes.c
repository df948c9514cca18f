/* What the collector wanted: nodes, pieces of large ones, and the hashes of those that are not there. */
#include "agent/dialogue_private.h"

enum {
    NODE_ROOM = 16,      /* bytes of a message around a node, and around a hash */
    MESSAGE_ROOM = 1024, /* bytes of a message that are no nodes */
    NODES_MEMORY = 256 * 1024 * 1024
};

/* A message that is being filled. */
struct load {
    struct dialogue *dialogue;
    struct lane *lane;
    struct arena arena;
    Wire__Nodes message;
    Wire__NodePiece piece;
    size_t bytes;
    size_t limit;
};

static struct hash wanted_hash(const struct lane *lane)
{
    struct hash hash;

    memcpy(hash.bytes, lane->wanted.bytes + lane->answered, HASH_SIZE);
    return hash;
}

static bool add_missing(struct load *load, const struct hash *hash)
{
    uint8_t *copy = (uint8_t *)arena_copy(&load->arena, hash->bytes, HASH_SIZE);

    if (copy == NULL)
        return false;
    load->message.missing[load->message.n_missing++] = (ProtobufCBinaryData){HASH_SIZE, copy};
    load->bytes += HASH_SIZE + NODE_ROOM;
    load->lane->lacks_nodes = true;
    return true;
}

static bool add_node(struct load *load, enum node_type type, struct text bytes)
{
    Wire__Node *node = arena_alloc(&load->arena, sizeof *node);

    if (node == NULL)
        return false;
    wire__node__init(node);
    node->type = (uint32_t)type;
    node->bytes = message_bytes(bytes);
    load->message.nodes[load->message.n_nodes++] = node;
    load->bytes += bytes.length + NODE_ROOM;
    return true;
}

/* A node that fits no message is kept until its last piece was sent. */
static void begin_pieces(struct load *load, const struct hash *hash, enum node_type type, struct text bytes)
{
    struct lane_piece *piece = &load->lane->piece;

    *piece = (struct lane_piece){.arena = load->arena, .hash = *hash, .type = type, .bytes = bytes};
    arena_init(&load->arena, NODES_MEMORY); /* what it had is the piece's now */
}

static void add_piece(struct load *load)
{
    struct lane_piece *piece = &load->lane->piece;
    size_t length = piece->bytes.length - piece->sent;

    if (length > load->limit)
        length = load->limit;
    wire__node_piece__init(&load->piece);
    load->piece.hash = (ProtobufCBinaryData){HASH_SIZE, piece->hash.bytes};
    load->piece.type = (uint32_t)piece->type;
    load->piece.offset = piece->sent;
    load->piece.size = piece->bytes.length;
    load->piece.bytes = message_bytes((struct text){piece->bytes.bytes + piece->sent, length});
    load->message.piece = &load->piece;
    piece->sent += length;
}

enum step { STEP_MORE, STEP_FULL, STEP_FAILED };

/* The next hash that was asked for. */
static enum step answer_one(struct load *load)
{
    struct lane *lane = load->lane;
    struct hash hash = wanted_hash(lane);
    struct error error = {0};
    enum node_type type = NODE_BLOB;
    struct text bytes = {0};
    enum error_code code = outbox_node(load->dialogue->setup.outbox, &hash, &load->arena, &type, &bytes, &error);

    if (code != ERROR_NONE && code != ERROR_NOT_FOUND) {
        if (!dialogue_outbox_failed(load->dialogue, &error, "trying again"))
            dialogue_end(load->dialogue, DIALOGUE_AGAIN, 0);
        return STEP_FAILED;
    }
    if (load->bytes > 0 && load->bytes + bytes.length > load->limit)
        return STEP_FULL; /* the next message begins with it */
    if (bytes.length > load->limit) {
        begin_pieces(load, &hash, type, bytes);
        return STEP_FULL;
    }
    if (code == ERROR_NOT_FOUND ? !add_missing(load, &hash) : !add_node(load, type, bytes))
        return STEP_FAILED;
    lane->answered += HASH_SIZE;
    return load->bytes >= load->limit ? STEP_FULL : STEP_MORE;
}

static bool fill(struct load *load)
{
    struct lane *lane = load->lane;
    size_t most = (lane->wanted.length - lane->answered) / HASH_SIZE;
    enum step step = STEP_MORE;

    if (most > WIRE_HASHES_LIMIT)
        most = WIRE_HASHES_LIMIT;
    load->message.nodes = arena_array(&load->arena, most, sizeof(*load->message.nodes));
    load->message.missing = arena_array(&load->arena, most, sizeof *load->message.missing);
    if (load->message.nodes == NULL || load->message.missing == NULL)
        return false;
    while (step == STEP_MORE && lane->piece.bytes.length == 0 && most-- > 0)
        step = answer_one(load);
    if (step != STEP_FAILED && lane->piece.bytes.length > 0 && load->bytes == 0)
        add_piece(load);
    return step != STEP_FAILED;
}

/* Forget what is done, so that nothing is held while the collector thinks. */
static void tidy(struct lane *lane)
{
    if (lane->piece.bytes.length > 0 && lane->piece.sent == lane->piece.bytes.length) {
        lane->piece.bytes = (struct text){0};
        arena_free(&lane->piece.arena);
        lane->answered += HASH_SIZE;
    }
    if (lane->answered == lane->wanted.length) {
        lane->answered = 0;
        buffer_clear(&lane->wanted);
    }
}

bool dialogue_compose_nodes(struct dialogue *dialogue, struct lane *lane)
{
    struct load load = {.dialogue = dialogue, .lane = lane, .limit = WIRE_NODES_TARGET};
    bool done;

    if (dialogue->frame_limit - MESSAGE_ROOM < load.limit)
        load.limit = dialogue->frame_limit - MESSAGE_ROOM;
    arena_init(&load.arena, NODES_MEMORY);
    wire__nodes__init(&load.message);
    load.message.session = dialogue->number;
    load.message.target = dialogue_place_of(dialogue, lane);
    load.message.seq = lane->offered;
    done = fill(&load) && dialogue_encode(dialogue, MESSAGE_NODES, &load.message.base);
    if (!done)
        dialogue_end(dialogue, DIALOGUE_AGAIN, 0); /* memory ran out; what was sent is sent again */
    arena_free(&load.arena);
    tidy(lane);
    return done;
}
