/* The texts of CREATE statements in an SQLite file, which may be forged. Properties: one form stays one form; every
 * item has a kind and text in full; lists can be read back; no two constraints of one sort share a name. */
#include <stdlib.h>

#include "base/buffer.h"
#include "fuzz.h"
#include "sources/catalog.h"
#include "sources/sqlite/sqlite_ddl.h"
#include "sources/sqlite/sqlite_token.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_form(struct text text)
{
    CLEANUP(buffer_clear) struct buffer once = {0};
    CLEANUP(buffer_clear) struct buffer twice = {0};

    sqlite_sql_render(&once, text);
    sqlite_sql_render(&twice, buffer_text(&once));
    require(text_equal(buffer_text(&once), buffer_text(&twice)));
}

static void check_list(struct text list, struct arena *arena)
{
    struct text *items;
    uint32_t count;
    struct error error;

    if (list.bytes != NULL)
        require(catalog_list_parse(list, arena, &items, &count, &error) == ERROR_NONE && count > 0);
}

static bool same_sort_and_name(const struct sqlite_ddl_item *a, const struct sqlite_ddl_item *b)
{
    return text_equal(a->fields[SQLITE_DDL_ITEM], b->fields[SQLITE_DDL_ITEM]) &&
           text_equal(a->fields[SQLITE_DDL_NAME], b->fields[SQLITE_DDL_NAME]);
}

/* A name that somebody chose may look like one that was numbered; then the numbering cannot be blamed. */
static bool may_be_repeated(const struct sqlite_ddl_item *item)
{
    static const struct text sorts[] = {{"primary_key", 11}, {"unique", 6}, {"foreign_key", 11}, {"check", 5}};
    struct text name = item->fields[SQLITE_DDL_NAME];

    for (size_t i = 0; i < LENGTH_OF(sorts); i++)
        if (text_equal(item->fields[SQLITE_DDL_ITEM], sorts[i]))
            return name.length > 0 && memchr(name.bytes, '#', name.length) != NULL;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text sql = {(const char *)bytes, length};
    const struct sqlite_ddl_item *items = NULL;
    CLEANUP(arena_free) struct arena arena;
    struct error error;

    arena_init(&arena, (size_t)256 * 1024 * 1024);
    check_form(sql);
    if (sqlite_ddl_parse(sql, &arena, &items, &error) != ERROR_NONE) {
        require(error.code == ERROR_LIMIT);
        return 0;
    }
    for (const struct sqlite_ddl_item *item = items; item != NULL; item = item->next) {
        require(item->fields[SQLITE_DDL_ITEM].length > 0);
        check_list(item->fields[SQLITE_DDL_COLUMNS], &arena);
        check_list(item->fields[SQLITE_DDL_REFERENCED_COLUMNS], &arena);
        if (length > 4096 || may_be_repeated(item))
            continue; /* comparing all with all would take too long */
        for (const struct sqlite_ddl_item *other = items; other != item; other = other->next)
            require(!same_sort_and_name(item, other));
    }
    return 0;
}
