/* A page of captured statements, as an agent sends it. What is read can be written again, in as many pages as it takes,
 * and is the same then: only a statement that is too long is cut. What is refused leaves the outputs alone, and costs
 * no more memory than a page of its size may. */
#include <stdlib.h>

#include "fuzz.h"
#include "wire/statement_page.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool is_same(const struct captured_statement *a, const struct captured_statement *b)
{
    return a->number == b->number && a->at == b->at && a->transaction == b->transaction &&
           text_equal(a->actor, b->actor) && text_equal(a->role, b->role) &&
           text_equal(a->application, b->application) && text_equal(a->client, b->client) &&
           text_equal(a->command, b->command) && text_equal(a->object, b->object) &&
           (text_equal(a->statement, b->statement) || a->statement.length > STATEMENT_TEXT_LIMIT);
}

/* Write a page of them and read it; answers how many it has. */
static size_t check_written(const struct captured_statement *statements, size_t count)
{
    CLEANUP(buffer_clear) struct buffer page = {0};
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement *again = NULL;
    struct error error = {0};
    size_t written = statement_page_write(&page, statements, count), read = 0;

    arena_init(&arena, 2 * message_memory(page.length));
    require(!page.failed && written > 0 && written <= count);
    require(statement_page_read(buffer_text(&page), &arena, &again, &read, &error) == ERROR_NONE);
    require(read == written);
    for (size_t i = 0; i < read; i++)
        require(is_same(&statements[i], &again[i]));
    return written;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement *statements = NULL;
    struct error error = {0};
    size_t count = 0;

    arena_init(&arena, 2 * message_memory(length));
    if (statement_page_read((struct text){(const char *)bytes, length}, &arena, &statements, &count, &error) ==
        ERROR_NONE) {
        require(count > 0);
        for (size_t done = 0; done < count;)
            done += check_written(statements + done, count - done);
        return 0;
    }
    require(error.code == ERROR_PROTOCOL || error.code == ERROR_LIMIT);
    require(statements == NULL && count == 0 && error.message[0] != '\0');
    require(arena.used <= message_memory(length) + 16);
    return 0;
}
