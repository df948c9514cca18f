#include "ingest/upload.h"

#include <string.h>

#include "offering.h"
#include "schema/load.h"
#include "schema/node.h"
#include "store/nodes.h"
#include "store/store.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "wire/statement_page.h"

enum { UPLOAD_LIMIT = 64 * 1024 * 1024 };

/* A store, and something to upload: enough tables for three levels of nodes below the root. */
struct yard {
    struct test_directory directory;
    struct database *database;
    struct hasher *hasher;
    struct upload_tools tools;
    struct offering offering;
    struct offering changed;
};

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

static int setup(void **state)
{
    static struct yard yard;
    struct error error = {0};

    yard = (struct yard){0};
    test_directory_make(&yard.directory);
    check(store_open(&yard.database, yard.directory.path, DATABASE_WRITE, &error), &error);
    check(hasher_new(&yard.hasher, &error), &error);
    yard.tools = (struct upload_tools){yard.database, yard.hasher, UPLOAD_LIMIT};
    offering_make(&yard.offering, &(struct offering_shape){.tables = 300, .version = 1});
    offering_make(&yard.changed, &(struct offering_shape){.tables = 300, .version = 2});
    *state = &yard;
    return 0;
}

static int teardown(void **state)
{
    struct yard *yard = *state;

    offering_clear(&yard->offering);
    offering_clear(&yard->changed);
    hasher_free(yard->hasher);
    database_close(yard->database);
    test_directory_remove(&yard->directory);
    return 0;
}

/* ---- an agent's side ---- */

/* An offer as it would have been read, in an arena that becomes the upload's. */
static enum error_code make(struct upload **ret_upload, struct text root_node, const struct hash *root,
                            struct error *error)
{
    struct arena arena;
    Wire__Offer *offer;

    arena_init(&arena, UPLOAD_LIMIT);
    offer = arena_alloc(&arena, sizeof *offer);
    if (offer == NULL)
        return arena_error(&arena, error, "making an offer");
    wire__offer__init(offer);
    offer->seq = 1;
    offer->root_node = message_bytes(root_node);
    if (upload_new(ret_upload, &arena, offer, root, error) != ERROR_NONE)
        arena_free(&arena);
    return *ret_upload == NULL ? error->code : ERROR_NONE;
}

static enum error_code give(struct upload *upload, const struct node_slot *node, const struct upload_tools *tools,
                            struct error *error)
{
    Wire__Nodes nodes = WIRE__NODES__INIT;
    Wire__Node one = WIRE__NODE__INIT;
    Wire__Node *list[] = {&one};

    one.type = node->type;
    one.bytes = message_bytes(node->bytes);
    nodes.n_nodes = 1;
    nodes.nodes = list;
    return upload_take(upload, &nodes, tools, error);
}

static const struct node_slot *slot_of(const struct node_table *nodes, const ProtobufCBinaryData *wanted)
{
    const struct node_slot *slot;
    struct hash hash;

    memcpy(hash.bytes, wanted->data, HASH_SIZE);
    slot = node_table_find(nodes, &hash);
    assert_non_null(slot);
    return slot;
}

/* Give what is asked for until it is whole. Answers how many nodes that were. */
static enum error_code feed(struct upload *upload, const struct node_table *nodes, const struct upload_tools *tools,
                            unsigned *ret_given, struct error *error)
{
    ProtobufCBinaryData wanted[64];
    size_t count;

    *ret_given = 0;
    while ((count = upload_ask(upload, wanted, LENGTH_OF(wanted))) > 0) {
        struct hash hashes[LENGTH_OF(wanted)]; /* the upload's own move when it grows */

        for (size_t i = 0; i < count; i++)
            memcpy(hashes[i].bytes, wanted[i].data, HASH_SIZE);
        for (size_t i = 0; i < count; i++) {
            const struct node_slot *node = node_table_find(nodes, &hashes[i]);

            assert_non_null(node);
            if (give(upload, node, tools, error) != ERROR_NONE)
                return error->code;
            ++*ret_given;
        }
    }
    return ERROR_NONE;
}

static struct upload *begin(struct yard *yard, const struct offering *offering)
{
    struct upload *upload = NULL;
    struct error error = {0};

    check(make(&upload, offering->root_node, &offering->snapshot->root, &error), &error);
    check(upload_begin(upload, false, &yard->tools, &error), &error);
    return upload;
}

static void write_all(struct yard *yard, struct upload *upload)
{
    struct error error = {0};

    check(database_begin(yard->database, &error), &error);
    check(upload_write(upload, yard->database, &error), &error);
    check(database_commit(yard->database, &error), &error);
}

static unsigned store(struct yard *yard, const struct offering *offering)
{
    struct upload *upload = begin(yard, offering);
    struct error error = {0};
    unsigned given;

    check(feed(upload, &offering->nodes, &yard->tools, &given, &error), &error);
    assert_true(upload_is_whole(upload));
    write_all(yard, upload);
    upload_free(upload);
    return given;
}

/* ---- what is stored ---- */

struct parent {
    struct database *database;
    int64_t id;
};

static enum error_code stands_before(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    const struct parent *parent = context;
    int64_t id = 0;

    (void)type;
    check(nodes_find(parent->database, hash, &id, error), error);
    assert_true(id < parent->id);
    return ERROR_NONE;
}

static void test_nodes_are_written_after_what_they_refer_to(void **state)
{
    struct yard *yard = *state;
    const struct node_table *nodes = &yard->offering.nodes;
    struct node_source source = nodes_source(yard->database);
    struct snapshot *snapshot = NULL;
    struct parent parent = {yard->database, 0};
    struct error error = {0};

    assert_int_equal(store(yard, &yard->offering), nodes->count);
    check(snapshot_load(&snapshot, &yard->offering.snapshot->root, &source, UPLOAD_LIMIT, &error), &error);
    snapshot_free(snapshot);
    for (uint32_t i = 0; i < nodes->capacity; i++) {
        if (nodes->slots[i].type == 0)
            continue;
        check(nodes_find(yard->database, &nodes->slots[i].hash, &parent.id, &error), &error);
        check(node_check(nodes->slots[i].type, nodes->slots[i].bytes, stands_before, &parent, &error), &error);
    }
}

static void test_only_what_the_store_lacks_is_wanted(void **state)
{
    struct yard *yard = *state;

    store(yard, &yard->offering);
    assert_true(store(yard, &yard->changed) <= 3); /* the branch at the top, a leaf, a blob */
}

static void test_what_is_gone_meanwhile_is_wanted_again(void **state)
{
    struct yard *yard = *state;
    struct upload *upload;
    struct error error = {0};
    unsigned given;

    store(yard, &yard->offering);
    upload = begin(yard, &yard->changed);
    check(feed(upload, &yard->changed.nodes, &yard->tools, &given, &error), &error);
    assert_true(upload_is_whole(upload));
    check(upload_look_again(upload, &yard->tools, &error), &error);
    assert_true(upload_is_whole(upload));
    check(database_run(yard->database, "DELETE FROM node", &error), &error);
    check(upload_look_again(upload, &yard->tools, &error), &error);
    assert_false(upload_is_whole(upload));
    check(feed(upload, &yard->changed.nodes, &yard->tools, &given, &error), &error);
    assert_true(upload_is_whole(upload));
    write_all(yard, upload);
    upload_free(upload);
}

static void test_hints_that_nothing_refers_to_are_not_written(void **state)
{
    struct yard *yard = *state;
    struct upload *upload = NULL;
    struct offering stray;
    const struct node_slot *leaf;
    ProtobufCBinaryData hint;
    struct error error = {0};
    unsigned given;
    bool known = true;

    offering_make(&stray, &(struct offering_shape){.tables = 3, .version = 1});
    leaf = node_table_find(&stray.nodes, &stray.snapshot->tries[ASPECT_STRUCTURE].top->hash);
    assert_true(node_table_add(&yard->offering.nodes, &leaf->hash, leaf->type, leaf->bytes));
    check(make(&upload, yard->offering.root_node, &yard->offering.snapshot->root, &error), &error);
    hint = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)leaf->hash.bytes};
    ((Wire__Offer *)upload->offer)->n_new_nodes = 1;
    ((Wire__Offer *)upload->offer)->new_nodes = &hint;
    check(upload_begin(upload, false, &yard->tools, &error), &error);
    check(feed(upload, &yard->offering.nodes, &yard->tools, &given, &error), &error);
    assert_int_equal(given, yard->offering.nodes.count);
    write_all(yard, upload);
    upload_free(upload);
    check(nodes_know(yard->database, &leaf->hash, &known, &error), &error);
    assert_false(known);
    check(nodes_know(yard->database, &yard->offering.snapshot->root, &known, &error), &error);
    assert_true(known);
    offering_clear(&stray);
}

/* A trie that goes down twenty thousand levels: each node is in order by itself. Nothing here may recurse. */
static void test_depth_is_no_danger(void **state)
{
    enum { LEVELS = 20000, BRANCH_SIZE = 2 + HASH_SIZE + 1 };
    static struct node_slot chain[LEVELS];
    static char bytes[LEVELS][BRANCH_SIZE];
    struct yard *yard = *state;
    struct buffer root = {0};
    struct upload *upload = NULL;
    struct hash below = {{7}};
    struct error error = {0};

    for (unsigned i = 0; i < LEVELS; i++) {
        memcpy(bytes[i], "\0\1", 2);
        memcpy(bytes[i] + 2, below.bytes, HASH_SIZE);
        bytes[i][BRANCH_SIZE - 1] = 100;
        below = hasher_digest(yard->hasher, NODE_BRANCH, (struct text){bytes[i], BRANCH_SIZE});
        chain[i] = (struct node_slot){.hash = below, .type = NODE_BRANCH, .bytes = {bytes[i], BRANCH_SIZE}};
    }
    buffer_add(&root, "\1\5dummy", 7);
    for (unsigned i = 0; i < ASPECT_COUNT; i++) {
        buffer_add(&root, below.bytes, HASH_SIZE);
        buffer_add_byte(&root, 100);
    }
    buffer_add_byte(&root, 0);
    below = hasher_digest(yard->hasher, NODE_ROOT, buffer_text(&root));
    check(make(&upload, buffer_text(&root), &below, &error), &error);
    check(upload_begin(upload, false, &yard->tools, &error), &error);
    for (unsigned i = LEVELS; i > 0; i--) {
        ProtobufCBinaryData wanted[2];

        assert_int_equal(upload_ask(upload, wanted, LENGTH_OF(wanted)), 1);
        check(give(upload, &chain[i - 1], &yard->tools, &error), &error);
    }
    check(database_begin(yard->database, &error), &error);
    check(upload_write(upload, yard->database, &error), &error); /* all but the end, which never comes */
    database_rollback(yard->database);
    upload_free(upload);
    buffer_clear(&root);
}

/* ---- pages of statements ---- */

enum { PAGES = 3 };

/* Pages of one statement each, and their hashes. */
struct pages {
    struct buffer bytes[PAGES];
    struct hash hashes[PAGES];
    ProtobufCBinaryData named[PAGES + 1];
};

static void make_pages(struct yard *yard, struct pages *pages)
{
    for (int i = 0; i < PAGES; i++) {
        const struct captured_statement statement = {.number = i, .actor = TEXT("ana")};

        buffer_init(&pages->bytes[i]);
        assert_int_equal(statement_page_write(&pages->bytes[i], &statement, 1), 1);
        pages->hashes[i] = hasher_digest(yard->hasher, NODE_STATEMENTS, buffer_text(&pages->bytes[i]));
        pages->named[i] = (ProtobufCBinaryData){HASH_SIZE, pages->hashes[i].bytes};
    }
    pages->named[PAGES] = pages->named[0]; /* it may be named twice */
}

static void clear_pages(struct pages *pages)
{
    for (int i = 0; i < PAGES; i++)
        buffer_clear(&pages->bytes[i]);
}

static struct upload *begin_with(struct yard *yard, struct pages *pages, bool has_root)
{
    struct upload *upload = NULL;
    struct error error = {0};
    Wire__Offer *offer;

    make_pages(yard, pages);
    check(make(&upload, yard->offering.root_node, &yard->offering.snapshot->root, &error), &error);
    offer = (Wire__Offer *)upload->offer;
    offer->statements = pages->named;
    offer->n_statements = LENGTH_OF(pages->named);
    check(upload_begin(upload, has_root, &yard->tools, &error), &error);
    return upload;
}

static void add_pages(struct yard *yard, const struct pages *pages)
{
    for (int i = 0; i < PAGES; i++)
        assert_true(
            node_table_add(&yard->offering.nodes, &pages->hashes[i], NODE_STATEMENTS, buffer_text(&pages->bytes[i])));
}

static void expect_pages(const struct upload *upload, const struct pages *pages)
{
    for (size_t i = 0; i < PAGES; i++)
        assert_true(text_equal(upload_page(upload, i), buffer_text(&pages->bytes[i])));
    assert_int_equal(upload_page(upload, PAGES).length, 0);
}

static void test_pages_come_with_the_nodes_and_are_not_written(void **state)
{
    struct yard *yard = *state;
    uint32_t nodes = yard->offering.nodes.count;
    struct pages pages;
    struct upload *upload = begin_with(yard, &pages, false);
    struct error error = {0};
    bool known = true;
    unsigned given;

    add_pages(yard, &pages);
    check(feed(upload, &yard->offering.nodes, &yard->tools, &given, &error), &error);
    assert_int_equal(given, nodes + PAGES);
    assert_true(upload_is_whole(upload));
    expect_pages(upload, &pages);
    write_all(yard, upload);
    upload_free(upload);
    check(nodes_know(yard->database, &pages.hashes[0], &known, &error), &error);
    assert_false(known);
    check(nodes_know(yard->database, &yard->offering.snapshot->root, &known, &error), &error);
    assert_true(known);
    clear_pages(&pages);
}

static void test_of_a_known_root_only_pages_are_wanted(void **state)
{
    struct yard *yard = *state;
    struct pages pages;
    struct upload *upload;
    struct error error = {0};
    unsigned given;

    store(yard, &yard->offering);
    upload = begin_with(yard, &pages, true);
    add_pages(yard, &pages);
    check(feed(upload, &yard->offering.nodes, &yard->tools, &given, &error), &error);
    assert_int_equal(given, PAGES);
    assert_true(upload_is_whole(upload));
    expect_pages(upload, &pages);
    write_all(yard, upload);

    /* retention lets go of the root meanwhile */
    check(database_run(yard->database, "DELETE FROM node", &error), &error);
    check(upload_look_again(upload, &yard->tools, &error), &error);
    assert_false(upload_is_whole(upload));
    check(feed(upload, &yard->offering.nodes, &yard->tools, &given, &error), &error);
    assert_int_equal(given, yard->offering.nodes.count - PAGES);
    write_all(yard, upload);
    upload_free(upload);
    clear_pages(&pages);
}

static void offer_page_of(struct yard *yard, struct text root_node, const struct hash *page, enum error_code expected)
{
    ProtobufCBinaryData named = {HASH_SIZE, (uint8_t *)page->bytes};
    struct upload *upload = NULL;
    struct error error = {0};
    unsigned given;
    enum error_code code;

    check(make(&upload, root_node, &yard->offering.snapshot->root, &error), &error);
    ((Wire__Offer *)upload->offer)->statements = &named;
    ((Wire__Offer *)upload->offer)->n_statements = 1;
    code = upload_begin(upload, false, &yard->tools, &error);
    if (code == ERROR_NONE)
        code = feed(upload, &yard->offering.nodes, &yard->tools, &given, &error);
    assert_string_equal(error_name(code), error_name(expected));
    upload_free(upload);
}

static void test_a_page_with_the_hash_of_a_node_is_refused(void **state)
{
    struct yard *yard = *state;

    offer_page_of(yard, yard->offering.root_node, &yard->offering.snapshot->root, ERROR_CORRUPT);
    offer_page_of(yard, yard->offering.root_node, &yard->offering.snapshot->tries[ASPECT_STRUCTURE].top->hash,
                  ERROR_CORRUPT);
}

static void test_what_is_no_page_is_refused_when_it_comes(void **state)
{
    struct yard *yard = *state;
    CLEANUP(buffer_clear) struct buffer large = {0};
    struct text pages[] = {TEXT("nonsense"), TEXT(""), TEXT("\x12\0"), {NULL, 0}};
    const enum error_code expected[] = {ERROR_CORRUPT, ERROR_CORRUPT, ERROR_CORRUPT, ERROR_LIMIT};

    while (large.length <= STATEMENT_PAGE_LIMIT)
        buffer_add_string(&large, "\x0a\x10\x09\1\1\1\1\1\1\1\1\x12\3ana\x48\1");
    pages[3] = buffer_text(&large);
    for (size_t i = 0; i < LENGTH_OF(pages); i++) {
        struct hash hash = hasher_digest(yard->hasher, NODE_STATEMENTS, pages[i]);

        assert_true(node_table_add(&yard->offering.nodes, &hash, NODE_STATEMENTS, pages[i]));
        offer_page_of(yard, yard->offering.root_node, &hash, expected[i]);
    }
}

/* ---- what is refused ---- */

static void expect_failure(struct yard *yard, struct upload *upload, const Wire__Nodes *nodes, enum error_code expected)
{
    struct error error = {0};

    assert_string_equal(error_name(upload_take(upload, nodes, &yard->tools, &error)), error_name(expected));
    assert_true(error.message[0] != '\0');
    upload_free(upload);
}

/* What an agent could send when something was asked for. */
struct answer {
    const char *name;
    enum error_code expected;
    void (*make)(Wire__Nodes *nodes, const struct node_slot *wanted, const struct node_slot *other);
};

static Wire__Node one, two;
static Wire__Node *pair[] = {&one, &two};
static Wire__NodePiece part;
static ProtobufCBinaryData lost;

static void set_node(Wire__Node *node, const struct node_slot *slot)
{
    wire__node__init(node);
    node->type = slot->type;
    node->bytes = message_bytes(slot->bytes);
}

static void send_another(Wire__Nodes *nodes, const struct node_slot *wanted, const struct node_slot *other)
{
    (void)wanted;
    set_node(&one, other);
    nodes->n_nodes = 1;
}

static void send_twice(Wire__Nodes *nodes, const struct node_slot *wanted, const struct node_slot *other)
{
    (void)other;
    set_node(&one, wanted);
    set_node(&two, wanted);
    nodes->n_nodes = 2;
}

static void send_as_another_type(Wire__Nodes *nodes, const struct node_slot *wanted, const struct node_slot *other)
{
    (void)other;
    set_node(&one, wanted);
    one.type = NODE_BLOB;
    nodes->n_nodes = 1;
}

static void send_a_byte_less(Wire__Nodes *nodes, const struct node_slot *wanted, const struct node_slot *other)
{
    (void)other;
    set_node(&one, wanted);
    one.bytes.len--;
    nodes->n_nodes = 1;
}

static void miss_what_was_wanted(Wire__Nodes *nodes, const struct node_slot *wanted, const struct node_slot *other)
{
    (void)other;
    lost = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)wanted->hash.bytes};
    nodes->n_missing = 1;
    nodes->missing = &lost;
}

static void miss_another(Wire__Nodes *nodes, const struct node_slot *wanted, const struct node_slot *other)
{
    (void)wanted;
    miss_what_was_wanted(nodes, other, other);
}

static void send_piece_of(Wire__Nodes *nodes, const struct node_slot *slot, size_t offset, size_t length)
{
    wire__node_piece__init(&part);
    part.hash = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)slot->hash.bytes};
    part.type = slot->type;
    part.size = slot->bytes.length;
    part.offset = offset;
    part.bytes = message_bytes((struct text){slot->bytes.bytes + offset, length});
    nodes->piece = &part;
}

static void begin_in_the_middle(Wire__Nodes *nodes, const struct node_slot *wanted, const struct node_slot *other)
{
    (void)other;
    send_piece_of(nodes, wanted, 1, 1);
}

static void send_piece_of_another(Wire__Nodes *nodes, const struct node_slot *wanted, const struct node_slot *other)
{
    (void)wanted;
    send_piece_of(nodes, other, 0, 1);
}

static void announce_too_much(Wire__Nodes *nodes, const struct node_slot *wanted, const struct node_slot *other)
{
    (void)other;
    send_piece_of(nodes, wanted, 0, 1);
    part.size = (uint64_t)UPLOAD_LIMIT + 1;
}

static void test_answers_that_are_wrong(void **state)
{
    static const struct answer answers[] = {
        {"a node of which nobody spoke", ERROR_PROTOCOL, send_another},
        {"the same node twice", ERROR_PROTOCOL, send_twice},
        {"the right bytes as another type", ERROR_PROTOCOL, send_as_another_type},
        {"a byte less", ERROR_PROTOCOL, send_a_byte_less},
        {"what was wanted is missing", ERROR_NOT_FOUND, miss_what_was_wanted},
        {"something else is missing", ERROR_PROTOCOL, miss_another},
        {"a piece from the middle", ERROR_PROTOCOL, begin_in_the_middle},
        {"a piece of another node", ERROR_PROTOCOL, send_piece_of_another},
        {"a node that would be too large", ERROR_LIMIT, announce_too_much},
    };
    struct yard *yard = *state;
    struct node_slot other = {.type = NODE_LEAF, .bytes = TEXT("stray")};

    other.hash = hasher_digest(yard->hasher, NODE_LEAF, other.bytes);
    for (size_t i = 0; i < LENGTH_OF(answers); i++) {
        struct upload *upload = begin(yard, &yard->offering);
        Wire__Nodes nodes = WIRE__NODES__INIT;
        ProtobufCBinaryData wanted[1];

        print_message("  %s\n", answers[i].name);
        assert_int_equal(upload_ask(upload, wanted, 1), 1);
        nodes.nodes = pair;
        answers[i].make(&nodes, slot_of(&yard->offering.nodes, wanted), &other);
        expect_failure(yard, upload, &nodes, answers[i].expected);
    }
}

static void test_something_between_two_pieces(void **state)
{
    struct yard *yard = *state;
    struct upload *upload = begin(yard, &yard->offering);
    Wire__Nodes nodes = WIRE__NODES__INIT;
    ProtobufCBinaryData wanted[2];
    struct error error = {0};

    assert_int_equal(upload_ask(upload, wanted, 2), 2);
    send_piece_of(&nodes, slot_of(&yard->offering.nodes, &wanted[0]), 0, 1);
    check(upload_take(upload, &nodes, &yard->tools, &error), &error);
    nodes.piece = NULL;
    nodes.nodes = pair;
    nodes.n_nodes = 1;
    set_node(&one, slot_of(&yard->offering.nodes, &wanted[1]));
    expect_failure(yard, upload, &nodes, ERROR_PROTOCOL);
}

static void test_nodes_when_nothing_was_asked_for(void **state)
{
    struct yard *yard = *state;
    Wire__Nodes nodes = WIRE__NODES__INIT;

    expect_failure(yard, begin(yard, &yard->offering), &nodes, ERROR_PROTOCOL);
}

static void test_the_limit_counts_everything(void **state)
{
    struct yard *yard = *state;
    struct upload *upload = begin(yard, &yard->offering);
    struct error error = {0};
    unsigned given;

    yard->tools.limit = upload_size(upload) + 10000;
    assert_int_equal(feed(upload, &yard->offering.nodes, &yard->tools, &given, &error), ERROR_LIMIT);
    assert_true(upload_size(upload) < 4 * yard->tools.limit);
    upload_free(upload);
}

/* ---- memory ---- */

static enum error_code attempt(void *context, struct error *error)
{
    struct yard *yard = context;
    struct upload *upload = NULL;
    enum error_code code;
    unsigned given;

    if (make(&upload, yard->offering.root_node, &yard->offering.snapshot->root, error) != ERROR_NONE)
        return error->code;
    code = upload_begin(upload, false, &yard->tools, error);
    if (code == ERROR_NONE)
        code = feed(upload, &yard->offering.nodes, &yard->tools, &given, error);
    if (code == ERROR_NONE)
        code = database_begin(yard->database, error);
    if (code == ERROR_NONE)
        code = upload_write(upload, yard->database, error);
    database_rollback(yard->database);
    upload_free(upload);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    struct yard *yard = *state;

    offering_clear(&yard->offering);
    offering_make(&yard->offering, &(struct offering_shape){.tables = 70, .version = 1});
    test_every_allocation(attempt, yard);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_nodes_are_written_after_what_they_refer_to),
        TEST(test_only_what_the_store_lacks_is_wanted),
        TEST(test_what_is_gone_meanwhile_is_wanted_again),
        TEST(test_hints_that_nothing_refers_to_are_not_written),
        TEST(test_depth_is_no_danger),
        TEST(test_pages_come_with_the_nodes_and_are_not_written),
        TEST(test_of_a_known_root_only_pages_are_wanted),
        TEST(test_a_page_with_the_hash_of_a_node_is_refused),
        TEST(test_what_is_no_page_is_refused_when_it_comes),
        TEST(test_answers_that_are_wrong),
        TEST(test_something_between_two_pieces),
        TEST(test_nodes_when_nothing_was_asked_for),
        TEST(test_the_limit_counts_everything),
        TEST(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
