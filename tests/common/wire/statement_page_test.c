#include "wire/statement_page.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

enum { MEMORY = 64 * 1024 * 1024, PAGES_MOST = 64 };

static const int64_t moment = 1795255200000000;

static const struct captured_statement full = {.number = 41,
                                               .at = moment,
                                               .actor = {"ana", 3},
                                               .role = {"app_owner", 9},
                                               .application = {"flyway", 6},
                                               .client = {"10.0.0.7", 8},
                                               .command = {"ALTER TABLE", 11},
                                               .object = {"shop.orders", 11},
                                               .statement = {"ALTER TABLE shop.orders ADD note text", 37},
                                               .transaction = UINT64_MAX,
                                               .unconfirmed = true};

static void expect_text(struct text is, struct text expected)
{
    assert_int_equal(is.length, expected.length);
    assert_true(text_equal(is, expected));
}

static void expect_same(const struct captured_statement *is, const struct captured_statement *expected)
{
    assert_int_equal(is->number, expected->number);
    assert_int_equal(is->at, expected->at);
    expect_text(is->actor, expected->actor);
    expect_text(is->role, expected->role);
    expect_text(is->application, expected->application);
    expect_text(is->client, expected->client);
    expect_text(is->command, expected->command);
    expect_text(is->object, expected->object);
    expect_text(is->statement, expected->statement);
    assert_true(is->transaction == expected->transaction && is->unconfirmed == expected->unconfirmed);
}

/* Write one statement and read it. */
static struct captured_statement round_trip(const struct captured_statement *statement, struct arena *arena)
{
    CLEANUP(buffer_clear) struct buffer page = {0};
    struct captured_statement *read = NULL;
    struct error error = {0};
    size_t count = 0;

    assert_int_equal(statement_page_write(&page, statement, 1), 1);
    assert_false(page.failed);
    if (statement_page_read(buffer_text(&page), arena, &read, &count, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_int_equal(count, 1);
    return read[0];
}

static void test_a_statement_comes_as_it_went(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const struct captured_statement least = {.actor = TEXT("ana")};
    struct captured_statement read;

    (void)state;
    arena_init(&arena, MEMORY);
    read = round_trip(&full, &arena);
    expect_same(&read, &full);
    read = round_trip(&least, &arena);
    expect_same(&read, &least);
    assert_null(read.statement.bytes); /* not known is not empty */
}

static void test_what_a_reader_would_refuse_is_not_written(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement odd = full, read;

    (void)state;
    arena_init(&arena, MEMORY);
    odd.number = -1;
    odd.at = INT64_MAX;
    odd.actor = odd.role = odd.statement = TEXT("\xff\xfe");
    odd.object = (struct text){arena_alloc(&arena, WIRE_PATH_LIMIT + 1), WIRE_PATH_LIMIT + 1};
    memset((char *)odd.object.bytes, 'o', odd.object.length);
    odd.application = (struct text){odd.object.bytes, WIRE_TEXT_LIMIT + 1};
    read = round_trip(&odd, &arena);
    assert_int_equal(read.number, 0);
    assert_true(read.at == WIRE_TIME_MOST);
    expect_text(read.actor, TEXT("unknown"));
    expect_text(read.role, (struct text){NULL, 0});
    expect_text(read.statement, (struct text){NULL, 0});
    expect_text(read.object, (struct text){NULL, 0}); /* cut it would name something else */
    assert_int_equal(read.application.length, WIRE_TEXT_LIMIT);
    odd.at = -7;
    odd.actor = TEXT("");
    read = round_trip(&odd, &arena);
    assert_int_equal(read.at, 0);
    expect_text(read.actor, TEXT("unknown"));
}

static void test_a_long_statement_is_cut_between_characters(void **state)
{
    enum { LONG = STATEMENT_TEXT_LIMIT + 10 };
    static const char ellipsis[] = "\xe2\x80\xa6";
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement statement = full, read, again;
    char *bytes;

    (void)state;
    arena_init(&arena, MEMORY);
    bytes = arena_alloc(&arena, LONG);
    assert_non_null(bytes);
    for (size_t shift = 0; shift < 3; shift++) {
        memset(bytes, 'a', LONG);
        for (size_t i = STATEMENT_TEXT_LIMIT - 20 + shift; i + 2 <= LONG; i += 2)
            memcpy(bytes + i, "\xc3\xbc", 2);
        statement.statement = (struct text){bytes, LONG - (LONG - (STATEMENT_TEXT_LIMIT - 20 + shift)) % 2};
        read = round_trip(&statement, &arena);
        assert_true(text_is_utf8(read.statement));
        assert_true(read.statement.length <= STATEMENT_TEXT_LIMIT && read.statement.length > STATEMENT_TEXT_LIMIT - 4);
        assert_memory_equal(read.statement.bytes + read.statement.length - 3, ellipsis, 3);
        again = round_trip(&read, &arena);
        expect_text(again.statement, read.statement);
    }
    memset(bytes, 'a', LONG);
    statement.statement = (struct text){bytes, STATEMENT_TEXT_LIMIT};
    read = round_trip(&statement, &arena);
    expect_text(read.statement, statement.statement); /* which is just short enough */
}

/* ---- pages ---- */

static void test_many_statements_make_several_pages(void **state)
{
    enum { MANY = 5000 };
    static struct captured_statement statements[MANY];
    CLEANUP(arena_free) struct arena arena;
    size_t written = 0, pages = 0;

    (void)state;
    arena_init(&arena, MEMORY);
    for (size_t i = 0; i < MANY; i++) {
        statements[i] = i % 2 == 0 ? full : (struct captured_statement){.actor = TEXT("b")};
        statements[i].number = (int64_t)i;
    }
    for (; written < MANY; pages++) {
        CLEANUP(buffer_clear) struct buffer page = {0};
        struct captured_statement *read = NULL;
        struct error error = {0};
        size_t count = 0, went;

        buffer_add_string(&page, "what was there before");
        went = statement_page_write(&page, statements + written, MANY - written);
        assert_int_equal(
            statement_page_read((struct text){page.bytes + 21, page.length - 21}, &arena, &read, &count, &error),
            ERROR_NONE);
        assert_int_equal(count, went);
        assert_true(count > 0 && count <= WIRE_DDL_EVENTS_LIMIT);
        assert_true(page.length < STATEMENT_PAGE_TARGET + 1024);
        for (size_t i = 0; i < count; i++)
            expect_same(&read[i], &statements[written + i]);
        written += went;
    }
    assert_true(pages >= 5 && pages < PAGES_MOST);
}

/* Everything is as long as it may be, behind a page that is nearly full. */
static void test_the_largest_page_is_within_the_limit(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer page = {0};
    struct captured_statement statements[2], *read = NULL;
    struct error error = {0};
    size_t count = 0;
    char *bytes;

    (void)state;
    arena_init(&arena, MEMORY);
    bytes = arena_alloc(&arena, 2 * STATEMENT_TEXT_LIMIT);
    memset(bytes, 'a', 2 * STATEMENT_TEXT_LIMIT);
    statements[0] = full;
    statements[0].statement = (struct text){bytes, STATEMENT_PAGE_TARGET - 200};
    statements[1] = full;
    statements[1].actor = statements[1].role = statements[1].application = statements[1].client =
        statements[1].command = (struct text){bytes, WIRE_TEXT_LIMIT};
    statements[1].object = (struct text){bytes, WIRE_PATH_LIMIT};
    statements[1].statement = (struct text){bytes, 2 * STATEMENT_TEXT_LIMIT};
    assert_int_equal(statement_page_write(&page, statements, 2), 2);
    assert_true(page.length < STATEMENT_PAGE_LIMIT);
    assert_int_equal(statement_page_read(buffer_text(&page), &arena, &read, &count, &error), ERROR_NONE);
    assert_int_equal(count, 2);
}

/* As small as they can be: what reading costs follows from the size of the page. */
static void test_a_page_of_very_many_fits_its_memory(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer page = {0};
    static struct captured_statement statements[WIRE_DDL_EVENTS_LIMIT];
    struct captured_statement *read = NULL;
    struct error error = {0};
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(statements); i++)
        statements[i] = (struct captured_statement){.actor = TEXT("a")};
    assert_int_equal(statement_page_write(&page, statements, LENGTH_OF(statements)), LENGTH_OF(statements));
    arena_init(&arena, message_memory(page.length) + sizeof statements + 1024);
    if (statement_page_read(buffer_text(&page), &arena, &read, &count, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_int_equal(count, LENGTH_OF(statements));
}

/* ---- what is none ---- */

static void add_event(struct buffer *page, bool has_unknown_field)
{
    static const char event[] = "\x0a\0" /* its length; at, actor "a", number 1 */
                                "\x09\0\0\0\0\0\0\0\0"
                                "\x12\1a"
                                "\x48\1";
    size_t length = sizeof event - 1;

    buffer_add(page, event, length);
    page->bytes[page->length - length + 1] = (char)(length - 2 + (has_unknown_field ? 2 : 0));
    if (has_unknown_field)
        buffer_add(page, "\x78\1", 2); /* field 15 */
}

static void refuse(struct text page, enum error_code expected)
{
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement *read = NULL;
    struct error error = {0};
    size_t count = 7;

    arena_init(&arena, MEMORY);
    assert_string_equal(error_name(statement_page_read(page, &arena, &read, &count, &error)), error_name(expected));
    assert_true(error.message[0] != '\0');
    assert_null(read);
    assert_int_equal(count, 7);
}

static void test_what_is_no_page_is_refused(void **state)
{
    CLEANUP(buffer_clear) struct buffer page = {0};
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement *read = NULL;
    struct error error = {0};
    size_t count = 0;

    (void)state;
    arena_init(&arena, MEMORY);
    add_event(&page, false);
    assert_int_equal(statement_page_read(buffer_text(&page), &arena, &read, &count, &error), ERROR_NONE);
    refuse((struct text){page.bytes, page.length - 1}, ERROR_PROTOCOL);
    refuse(TEXT(""), ERROR_PROTOCOL); /* a page without statements */
    refuse(TEXT("nonsense"), ERROR_PROTOCOL);
    buffer_add(&page, "\x78\1", 2);
    refuse(buffer_text(&page), ERROR_PROTOCOL); /* an unknown field beside the statements */
    buffer_reset(&page);
    add_event(&page, true);
    refuse(buffer_text(&page), ERROR_PROTOCOL); /* and one inside */
    buffer_reset(&page);
    for (unsigned i = 0; i <= WIRE_DDL_EVENTS_LIMIT; i++)
        add_event(&page, false);
    refuse(buffer_text(&page), ERROR_PROTOCOL); /* one too many */
    while (page.length <= STATEMENT_PAGE_LIMIT)
        buffer_add_byte(&page, 0);
    refuse(buffer_text(&page), ERROR_LIMIT);
}

/* ---- memory ---- */

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer page = {0};
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement *read = NULL;
    size_t count = 0;

    (void)context;
    arena_init(&arena, MEMORY);
    statement_page_write(&page, &full, 1);
    if (buffer_check(&page, error, "writing a page") != ERROR_NONE)
        return error->code;
    return statement_page_read(buffer_text(&page), &arena, &read, &count, error);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_statement_comes_as_it_went),
        cmocka_unit_test(test_what_a_reader_would_refuse_is_not_written),
        cmocka_unit_test(test_a_long_statement_is_cut_between_characters),
        cmocka_unit_test(test_many_statements_make_several_pages),
        cmocka_unit_test(test_the_largest_page_is_within_the_limit),
        cmocka_unit_test(test_a_page_of_very_many_fits_its_memory),
        cmocka_unit_test(test_what_is_no_page_is_refused),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
