#include "agent/identity.h"

#include "common/drift/snapshot_text.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static const char text[] = "@origin db1\n"
                           "table shop.orders #10 owner=a\n  column id #1 type=bigint\n  column sum #70000 type=text\n"
                           "table shop.items #5000000000 owner=a\n"
                           "table shop.without owner=a\n  column id type=bigint\n"
                           "function shop.f() #12 body=x owner=a\n";

static void erase(struct snapshot *snapshot)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++) {
            snapshot->tries[aspect].entries[i].id = 0;
            snapshot->tries[aspect].entries[i].part_ids = NULL;
            snapshot->tries[aspect].entries[i].part_count = 0;
        }
}

static void test_numbers_come_back(void **state)
{
    struct snapshot *first = snapshot_from_text(text), *second = snapshot_from_text(text);
    const struct trie *trie = &first->tries[ASPECT_STRUCTURE], *again = &second->tries[ASPECT_STRUCTURE];
    struct error error = {0};
    struct buffer bytes, rewritten;

    (void)state;
    buffer_init(&bytes);
    buffer_init(&rewritten);
    identity_write(&bytes, first);
    erase(second);
    assert_int_equal(identity_read(second, buffer_text(&bytes), &error), ERROR_NONE);
    for (uint32_t i = 0; i < trie->count; i++) {
        assert_true(trie->entries[i].id == again->entries[i].id);
        for (uint32_t part = 0; again->entries[i].part_ids != NULL && part < trie->entries[i].part_count; part++)
            assert_true(trie->entries[i].part_ids[part] == again->entries[i].part_ids[part]);
    }
    identity_write(&rewritten, second);
    assert_true(text_equal(buffer_text(&bytes), buffer_text(&rewritten)));
    buffer_clear(&bytes);
    buffer_clear(&rewritten);
    snapshot_free(first);
    snapshot_free(second);
}

/* A part of a snapshot takes its own and leaves the others. */
static void test_numbers_for_a_part(void **state)
{
    struct snapshot *whole = snapshot_from_text(text);
    struct snapshot *part = snapshot_from_text("table shop.orders owner=a\n  column id type=bigint\n");
    struct error error = {0};
    struct buffer bytes;

    (void)state;
    buffer_init(&bytes);
    identity_write(&bytes, whole);
    assert_int_equal(identity_read(part, buffer_text(&bytes), &error), ERROR_NONE);
    assert_int_equal(part->tries[ASPECT_STRUCTURE].entries[0].id, 10);
    assert_int_equal(part->tries[ASPECT_STRUCTURE].entries[0].part_count, 2);
    assert_int_equal(part->tries[ASPECT_STRUCTURE].entries[0].part_ids[1], 70000);
    buffer_clear(&bytes);
    snapshot_free(whole);
    snapshot_free(part);
}

static void test_a_snapshot_without_numbers_takes_no_room(void **state)
{
    struct snapshot *snapshot = snapshot_from_text("table shop.a\n  column id type=bigint\n");
    struct buffer bytes;

    (void)state;
    buffer_init(&bytes);
    identity_write(&bytes, snapshot);
    assert_int_equal(bytes.length, 0);
    buffer_clear(&bytes);
    snapshot_free(snapshot);
}

static void test_damaged_numbers_are_refused(void **state)
{
    struct snapshot *snapshot = snapshot_from_text(text);
    struct error error = {0};
    struct buffer bytes;
    struct text cut;

    (void)state;
    buffer_init(&bytes);
    identity_write(&bytes, snapshot);
    cut = buffer_text(&bytes);
    cut.length--;
    assert_int_equal(identity_read(snapshot, cut, &error), ERROR_CORRUPT);
    bytes.bytes[0] = ASPECT_COUNT;
    assert_int_equal(identity_read(snapshot, buffer_text(&bytes), &error), ERROR_CORRUPT);
    buffer_clear(&bytes);
    snapshot_free(snapshot);
}

static const struct rename renames[] = {
    {KIND_COLUMN, KIND_TABLE, TEXT_INIT("shop.orders"), TEXT_INIT("shop.orders.total"), TEXT_INIT("shop.orders.sum"),
     3},
    {KIND_TABLE, KIND_TABLE, TEXT_INIT("shop.lines"), TEXT_INIT("shop.lines"), TEXT_INIT("shop.items"), 3},
};

static enum error_code read_back(void *context, struct error *error)
{
    const struct lineage lineage = {renames, LENGTH_OF(renames)};
    CLEANUP(arena_free) struct arena arena;
    struct buffer *bytes = context;
    struct lineage back = {0};

    arena_init(&arena, SIZE_MAX);
    if (renames_read(&back, buffer_text(bytes), &arena, error) != ERROR_NONE)
        return error->code;
    assert_int_equal(back.count, lineage.count);
    for (size_t i = 0; i < back.count; i++) {
        assert_int_equal(back.renames[i].kind, renames[i].kind);
        assert_int_equal(back.renames[i].object_kind, renames[i].object_kind);
        assert_true(text_equal(back.renames[i].owner, renames[i].owner));
        assert_true(text_equal(back.renames[i].object, renames[i].object));
        assert_true(text_equal(back.renames[i].renamed_from, renames[i].renamed_from));
    }
    return ERROR_NONE;
}

static void test_renames_come_back(void **state)
{
    const struct lineage lineage = {renames, LENGTH_OF(renames)};
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct lineage back;
    struct buffer bytes;
    struct text cut;

    (void)state;
    arena_init(&arena, SIZE_MAX);
    buffer_init(&bytes);
    renames_write(&bytes, &lineage);
    test_every_allocation(read_back, &bytes);
    for (cut = buffer_text(&bytes); cut.length > 1;) {
        cut.length--;
        if (renames_read(&back, cut, &arena, &error) == ERROR_NONE)
            assert_int_equal(back.count, 1); /* cut between the two */
        else
            assert_int_equal(error.code, ERROR_CORRUPT);
    }
    assert_int_equal(renames_read(&back, (struct text){0}, &arena, &error), ERROR_NONE);
    assert_int_equal(back.count, 0);
    buffer_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_come_back),
        cmocka_unit_test(test_numbers_for_a_part),
        cmocka_unit_test(test_a_snapshot_without_numbers_takes_no_room),
        cmocka_unit_test(test_damaged_numbers_are_refused),
        cmocka_unit_test(test_renames_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
