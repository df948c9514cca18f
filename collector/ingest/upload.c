#include "ingest/upload.h"

#include <string.h>

#include "base/memory.h"
#include "schema/node.h"
#include "store/nodes.h"
#include "wire/statement_page.h"

enum { FIRST_NODES = 32, FIRST_EDGES = 64, ARENA_LEAST = 4 * 1024 };

enum error_code upload_new(struct upload **ret_upload, struct arena *arena, const Wire__Offer *offer,
                           const struct hash *root, struct error *error)
{
    struct upload *upload = mem_alloc(sizeof *upload);

    if (upload == NULL)
        return error_memory(error, "beginning an upload");
    *upload = (struct upload){.arena = *arena, .offer = offer, .root = *root};
    buffer_init(&upload->piece.bytes);
    arena_init(arena, arena->limit); /* it is the upload's now */
    *ret_upload = upload;
    return ERROR_NONE;
}

void upload_free(struct upload *upload)
{
    if (upload == NULL)
        return;
    buffer_clear(&upload->piece.bytes);
    mem_free(upload->edges);
    mem_free(upload->slots);
    mem_free(upload->nodes);
    arena_free(&upload->arena);
    mem_free(upload);
}

size_t upload_size(const struct upload *upload)
{
    size_t arena = upload->arena.used > ARENA_LEAST ? upload->arena.used : (size_t)ARENA_LEAST;

    return sizeof *upload + arena + upload->capacity * sizeof *upload->nodes +
           upload->slot_count * sizeof *upload->slots + upload->edge_capacity * sizeof *upload->edges +
           upload->piece.bytes.capacity;
}

static enum error_code too_large(const struct upload_tools *tools, struct error *error)
{
    return error_set(error, ERROR_LIMIT, "the snapshot has more than %zu MiB of nodes that are not known here",
                     tools->limit / (1024 * 1024));
}

/* ---- the table ---- */

/* The slot of a hash: where its place is, or where it would go. There is always a free one. */
static uint32_t *find_slot(const struct upload *upload, const struct hash *hash)
{
    uint32_t at;

    memcpy(&at, hash->bytes, sizeof at);
    for (;; at++) {
        uint32_t *slot = &upload->slots[at & (upload->slot_count - 1)];

        if (*slot == 0 || hash_equal(&upload->nodes[*slot - 1].hash, hash))
            return slot;
    }
}

static struct upload_node *find_node(const struct upload *upload, const struct hash *hash)
{
    uint32_t slot = *find_slot(upload, hash);

    return slot == 0 ? NULL : &upload->nodes[slot - 1];
}

/* Room for one more in an array that doubles. */
static bool grow(void *array_address, uint32_t count, uint32_t *capacity, size_t size, uint32_t first)
{
    void **array = array_address;
    uint32_t wider = *capacity == 0 ? first : *capacity * 2;
    void *larger;

    if (count < *capacity)
        return true;
    if (wider <= *capacity || (larger = mem_realloc(*array, wider * size)) == NULL)
        return false;
    *array = larger;
    *capacity = wider;
    return true;
}

/* Twice as many slots as there is room for nodes. */
static bool spread_slots(struct upload *upload)
{
    uint32_t wanted = upload->capacity * 2;
    uint32_t *slots;

    if (wanted == upload->slot_count)
        return true;
    slots = mem_alloc(wanted * sizeof *slots);
    if (slots == NULL)
        return false;
    memset(slots, 0, wanted * sizeof *slots);
    mem_free(upload->slots);
    upload->slots = slots;
    upload->slot_count = wanted;
    for (uint32_t i = 0; i < upload->count; i++)
        *find_slot(upload, &upload->nodes[i].hash) = i + 1;
    return true;
}

static enum error_code add_node(struct upload *upload, const struct upload_node *node, const struct upload_tools *tools,
                                struct error *error)
{
    if (upload_size(upload) > tools->limit)
        return too_large(tools, error);
    if (!grow(&upload->nodes, upload->count, &upload->capacity, sizeof *upload->nodes, FIRST_NODES) ||
        !spread_slots(upload))
        return error_memory(error, "taking an upload");
    *find_slot(upload, &node->hash) = upload->count + 1;
    upload->nodes[upload->count++] = *node;
    return ERROR_NONE;
}

/* ---- what is wanted ---- */

static void want(struct upload *upload, uint32_t place)
{
    upload->nodes[place].state = UPLOAD_NODE_WANTED;
    upload->wanted++;
    if (place < upload->first_wanted)
        upload->first_wanted = place;
}

/* The place of a node that something refers to. `type` 0: not known. */
static enum error_code find_or_want(struct upload *upload, uint8_t type, const struct hash *hash, uint32_t *ret_place,
                                    const struct upload_tools *tools, struct error *error)
{
    struct upload_node *known = upload->count == 0 ? NULL : find_node(upload, hash);
    struct upload_node node = {.hash = *hash, .type = type, .state = UPLOAD_NODE_STORED};
    bool stored = false;

    if (known != NULL) {
        if (known->type != 0 && type != 0 && known->type != type)
            return error_set(error, ERROR_CORRUPT, "one node is referred to as two types");
        known->type |= type;
        *ret_place = (uint32_t)(known - upload->nodes);
        return ERROR_NONE;
    }
    if (nodes_know(tools->database, hash, &stored, error) != ERROR_NONE ||
        add_node(upload, &node, tools, error) != ERROR_NONE)
        return error->code;
    *ret_place = upload->count - 1;
    if (!stored)
        want(upload, *ret_place);
    return ERROR_NONE;
}

/* For node_check(): each reference of a node becomes an edge. */
struct visit {
    struct upload *upload;
    const struct upload_tools *tools;
};

static enum error_code visit_reference(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    const struct visit *visit = context;
    struct upload *upload = visit->upload;
    uint32_t place;

    if (find_or_want(upload, (uint8_t)type, hash, &place, visit->tools, error) != ERROR_NONE)
        return error->code;
    if (!grow(&upload->edges, upload->edge_count, &upload->edge_capacity, sizeof *upload->edges, FIRST_EDGES))
        return error_memory(error, "taking an upload");
    upload->edges[upload->edge_count++] = place;
    return ERROR_NONE;
}

/* A page refers to nothing. It is read once more when it is recorded; here it is only found out early. */
static enum error_code check_page(struct text bytes, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement *statements;
    enum error_code code;
    size_t count;

    arena_init(&arena, 2 * message_memory(bytes.length));
    code = statement_page_read(bytes, &arena, &statements, &count, error);
    if (code == ERROR_PROTOCOL)
        return error_set(error, ERROR_CORRUPT, "a page of captured statements that cannot be read");
    return code;
}

static enum error_code check_node(struct upload *upload, const struct upload_node *node,
                                  const struct upload_tools *tools, struct error *error)
{
    struct visit visit = {upload, tools};

    if (node->type == NODE_STATEMENTS)
        return check_page(node->bytes, error);
    return node_check(node->type, node->bytes, visit_reference, &visit, error);
}

/* A node whose hash was found right is here: check and keep it. */
static enum error_code keep_node(struct upload *upload, uint32_t place, struct text bytes,
                                 const struct upload_tools *tools, struct error *error)
{
    struct upload_node node = upload->nodes[place];
    uint32_t first_edge = upload->edge_count;
    char *copy;

    if (bytes.length > tools->limit || upload_size(upload) > tools->limit - bytes.length)
        return too_large(tools, error);
    copy = arena_copy(&upload->arena, bytes.bytes, bytes.length);
    if (copy == NULL)
        return arena_error(&upload->arena, error, "taking an upload");
    node.bytes = (struct text){copy, bytes.length};
    upload->nodes[place].bytes = node.bytes;
    upload->nodes[place].state = UPLOAD_NODE_HERE;
    if (check_node(upload, &node, tools, error) != ERROR_NONE)
        return error->code;
    upload->nodes[place].first_edge = first_edge;
    upload->nodes[place].edge_count = upload->edge_count - first_edge;
    return ERROR_NONE;
}

static struct hash hash_of(const ProtobufCBinaryData *data)
{
    struct hash hash;

    memcpy(hash.bytes, data->data, HASH_SIZE);
    return hash;
}

/* Before anything refers to a node: what the snapshot has under the hash of a page is found to be of two types. */
static enum error_code want_pages(struct upload *upload, const struct upload_tools *tools, struct error *error)
{
    for (size_t i = 0; i < upload->offer->n_statements; i++) {
        struct upload_node page = {.hash = hash_of(&upload->offer->statements[i]), .type = NODE_STATEMENTS};
        const struct upload_node *known = find_node(upload, &page.hash);

        if (known != NULL && known->type != NODE_STATEMENTS)
            return error_set(error, ERROR_CORRUPT, "a page of statements has the hash of the root");
        if (known != NULL)
            continue;
        if (add_node(upload, &page, tools, error) != ERROR_NONE)
            return error->code;
        want(upload, upload->count - 1);
    }
    return ERROR_NONE;
}

static enum error_code want_hints(struct upload *upload, const struct upload_tools *tools, struct error *error)
{
    for (size_t i = 0; i < upload->offer->n_new_nodes; i++) {
        struct hash hash = hash_of(&upload->offer->new_nodes[i]);
        uint32_t ignored;

        if (find_or_want(upload, 0, &hash, &ignored, tools, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* The root came with the offer. */
static enum error_code keep_root(struct upload *upload, const struct upload_tools *tools, struct error *error)
{
    return keep_node(upload, 0, message_text(upload->offer->root_node), tools, error);
}

enum error_code upload_begin(struct upload *upload, bool has_root, const struct upload_tools *tools,
                             struct error *error)
{
    struct upload_node root = {.hash = upload->root, .type = NODE_ROOT, .state = UPLOAD_NODE_STORED};

    upload->arena.limit = tools->limit;
    if (add_node(upload, &root, tools, error) != ERROR_NONE || want_pages(upload, tools, error) != ERROR_NONE)
        return error->code;
    if (!has_root && (keep_root(upload, tools, error) != ERROR_NONE || want_hints(upload, tools, error) != ERROR_NONE))
        return error->code;
    upload->begun = true;
    return ERROR_NONE;
}

size_t upload_ask(struct upload *upload, ProtobufCBinaryData *ret_hashes, size_t limit)
{
    size_t count = 0;

    for (; upload->wanted > 0 && count < limit; upload->first_wanted++) {
        struct upload_node *node = &upload->nodes[upload->first_wanted];

        if (node->state != UPLOAD_NODE_WANTED)
            continue;
        node->state = UPLOAD_NODE_ASKED;
        upload->wanted--;
        upload->asked++;
        ret_hashes[count++] = (ProtobufCBinaryData){HASH_SIZE, node->hash.bytes};
    }
    return count;
}

/* ---- what comes ---- */

/* The place of a node that was asked for and fits the type. */
static enum error_code find_asked(const struct upload *upload, const struct hash *hash, uint8_t type,
                                  uint32_t *ret_place, struct error *error)
{
    struct upload_node *node = find_node(upload, hash);

    if (node == NULL || node->state != UPLOAD_NODE_ASKED)
        return error_set(error, ERROR_PROTOCOL, "a node that was not asked for, or whose hash is wrong");
    if (node->type != 0 && node->type != type)
        return error_set(error, ERROR_CORRUPT, "a node of another type than what refers to it says");
    node->type = type;
    *ret_place = (uint32_t)(node - upload->nodes);
    return ERROR_NONE;
}

static enum error_code take_node(struct upload *upload, const Wire__Node *node, const struct upload_tools *tools,
                                 struct error *error)
{
    struct text bytes = message_text(node->bytes);
    struct hash hash = hasher_digest(tools->hasher, (uint8_t)node->type, bytes);
    uint32_t place;

    if (find_asked(upload, &hash, (uint8_t)node->type, &place, error) != ERROR_NONE)
        return error->code;
    upload->asked--;
    return keep_node(upload, place, bytes, tools, error);
}

static enum error_code begin_piece(struct upload *upload, const Wire__NodePiece *piece,
                                   const struct upload_tools *tools, struct error *error)
{
    struct hash hash;
    uint32_t place;

    memcpy(hash.bytes, piece->hash.data, HASH_SIZE);
    if (find_asked(upload, &hash, (uint8_t)piece->type, &place, error) != ERROR_NONE)
        return error->code;
    if (piece->size > tools->limit)
        return too_large(tools, error);
    upload->piece.node = place;
    upload->piece.type = (uint8_t)piece->type;
    upload->piece.size = piece->size;
    return ERROR_NONE;
}

static enum error_code end_piece(struct upload *upload, const struct upload_tools *tools, struct error *error)
{
    struct upload_piece *whole = &upload->piece;
    struct hash hash = hasher_digest(tools->hasher, whole->type, buffer_text(&whole->bytes));
    enum error_code code;

    if (!hash_equal(&hash, &upload->nodes[whole->node].hash))
        return error_set(error, ERROR_CORRUPT, "a node that came in pieces has the wrong hash");
    upload->asked--;
    code = keep_node(upload, whole->node, buffer_text(&whole->bytes), tools, error);
    buffer_clear(&whole->bytes);
    *whole = (struct upload_piece){0};
    return code;
}

static enum error_code take_piece(struct upload *upload, const Wire__NodePiece *piece, const struct upload_tools *tools,
                                  struct error *error)
{
    struct upload_piece *whole = &upload->piece;

    if (whole->size == 0 && begin_piece(upload, piece, tools, error) != ERROR_NONE)
        return error->code;
    if (memcmp(piece->hash.data, upload->nodes[whole->node].hash.bytes, HASH_SIZE) != 0 || piece->type != whole->type ||
        piece->size != whole->size || piece->offset != whole->bytes.length)
        return error_set(error, ERROR_PROTOCOL, "pieces of a node that do not follow each other");
    if (upload_size(upload) > tools->limit)
        return too_large(tools, error);
    buffer_add_text(&whole->bytes,
                    message_text(piece->bytes)); /* the message was checked: it does not reach past size */
    if (buffer_check(&whole->bytes, error, "taking an upload") != ERROR_NONE)
        return error->code;
    return whole->bytes.length < whole->size ? ERROR_NONE : end_piece(upload, tools, error);
}

/* Say what is missing, if it was asked for: otherwise the agent makes no sense. */
static enum error_code report_missing(const struct upload *upload, const Wire__Nodes *nodes, struct error *error)
{
    for (size_t i = 0; i < nodes->n_missing; i++) {
        const struct upload_node *node;
        struct hash hash = hash_of(&nodes->missing[i]);

        node = find_node(upload, &hash);
        if (node == NULL || node->state != UPLOAD_NODE_ASKED)
            return error_set(error, ERROR_PROTOCOL, "a node that was not asked for is said to be missing");
    }
    return error_set(error, ERROR_NOT_FOUND, "the agent lacks %zu nodes of the snapshot that it offers",
                     nodes->n_missing);
}

enum error_code upload_take(struct upload *upload, const Wire__Nodes *nodes, const struct upload_tools *tools,
                            struct error *error)
{
    if (upload->asked == 0)
        return error_set(error, ERROR_PROTOCOL, "nodes, when nothing was asked for");
    if (upload->piece.size != 0 && nodes->piece == NULL)
        return error_set(error, ERROR_PROTOCOL, "something else between the pieces of a node");
    for (size_t i = 0; i < nodes->n_nodes; i++)
        if (take_node(upload, nodes->nodes[i], tools, error) != ERROR_NONE)
            return error->code;
    if (nodes->piece != NULL && take_piece(upload, nodes->piece, tools, error) != ERROR_NONE)
        return error->code;
    return nodes->n_missing == 0 ? ERROR_NONE : report_missing(upload, nodes, error);
}

/* ---- writing ---- */

enum error_code upload_look_again(struct upload *upload, const struct upload_tools *tools, struct error *error)
{
    for (uint32_t i = 0; i < upload->count; i++) {
        bool stored = false;

        if (upload->nodes[i].state != UPLOAD_NODE_STORED)
            continue;
        if (nodes_know(tools->database, &upload->nodes[i].hash, &stored, error) != ERROR_NONE)
            return error->code;
        if (!stored && i == 0) {
            if (keep_root(upload, tools, error) != ERROR_NONE)
                return error->code;
        } else if (!stored) {
            want(upload, i);
        }
    }
    return ERROR_NONE;
}

struct text upload_page(const struct upload *upload, size_t place)
{
    const ProtobufCBinaryData *pages = upload->offer->statements;
    struct hash hash = hash_of(&pages[place]);

    for (size_t i = 0; i < place; i++)
        if (memcmp(pages[i].data, hash.bytes, HASH_SIZE) == 0)
            return (struct text){"", 0};
    return find_node(upload, &hash)->bytes;
}

/* What a node refers to comes first. A path of nodes: each is followed by one that it refers to. */
struct path_up {
    uint32_t *places;
    uint32_t length;
};

static enum error_code write_below(struct upload *upload, struct path_up *path, struct database *database,
                                   struct error *error)
{
    while (path->length > 0) {
        struct upload_node *node = &upload->nodes[path->places[path->length - 1]];

        if (node->next_edge < node->edge_count) {
            uint32_t place = upload->edges[node->first_edge + node->next_edge++];
            struct upload_node *child = &upload->nodes[place];

            if (child->state == UPLOAD_NODE_HERE && !child->written) {
                child->written = true;
                path->places[path->length++] = place;
            }
        } else {
            if (nodes_add(database, &node->hash, node->type, node->bytes, NULL, error) != ERROR_NONE)
                return error->code;
            path->length--;
        }
    }
    return ERROR_NONE;
}

/* Without recursion: an agent decides how deep it would go. Hints that nothing refers to are left out. */
enum error_code upload_write(struct upload *upload, struct database *database, struct error *error)
{
    struct path_up path = {NULL, 1};
    enum error_code code;

    if (upload->nodes[0].state == UPLOAD_NODE_STORED)
        return ERROR_NONE;
    path.places = mem_alloc(upload->count * sizeof *path.places);
    if (path.places == NULL)
        return error_memory(error, "writing an upload");
    for (uint32_t i = 0; i < upload->count; i++) {
        upload->nodes[i].next_edge = 0;
        upload->nodes[i].written = i == 0;
    }
    path.places[0] = 0;
    code = write_below(upload, &path, database, error);
    mem_free(path.places);
    return code;
}
