/* Catalogues of a hostile server. The input is a script of lines:
 *
 *   Qkind table;catalogue pg_class    a query with these directives
 *   Lid schema name comment!          its columns
 *   R7|s|t|~                          a row; ~ is NULL
 *   D                                 the query failed: its rows are taken back
 *
 * In a column that is a secret each value is replaced by one with a mark. What comes out is UTF-8, without the mark, in
 * canonical form. Lists that can be read can be written and read again. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "schema/canonical.h"
#include "sources/catalog.h"

#define MARK "HUNTER2"

enum { MEMORY = 64 * 1024 * 1024, INPUT_MAX = 64 * 1024 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A script being played. */
struct player {
    struct arena arena;
    struct catalog *catalog;
    struct catalog_query *query; /* NULL: none yet */
    unsigned labels;             /* 0: none yet */
    bool secret[CATALOG_LABELS_MAX];
    struct error error;
};

/* Cut a text at the first separator. */
static struct text next_piece(struct text *rest, char separator)
{
    const char *end = rest->length == 0 ? NULL : memchr(rest->bytes, separator, rest->length);
    struct text piece = {rest->bytes, end == NULL ? rest->length : (size_t)(end - rest->bytes)};

    rest->bytes += piece.length + (end != NULL);
    rest->length -= piece.length + (end != NULL);
    return piece;
}

static void set_query(struct player *player, struct text line)
{
    struct catalog_file *file = arena_alloc(&player->arena, sizeof *file);
    struct catalog_query *query = arena_alloc(&player->arena, sizeof *query);
    CLEANUP(buffer_clear) struct buffer sql = {0};
    CLEANUP(buffer_clear) struct buffer sent = {0};

    player->query = NULL;
    player->labels = 0;
    while (line.length > 0) {
        buffer_add_string(&sql, "-- @");
        buffer_add_text(&sql, next_piece(&line, ';'));
        buffer_add_byte(&sql, '\n');
    }
    *file = (struct catalog_file){"fuzz.sql", arena_string(&player->arena, buffer_text(&sql))};
    if (catalog_query_parse(query, file, &player->error) != ERROR_NONE) {
        require(player->error.code == ERROR_INTERNAL);
        return;
    }
    catalog_query_sql(&sent, query, 150000);
    catalog_query_sql(&sent, query, LONG_MAX);
    player->query = query;
}

/* Whether a label ends in `!`, `!{}` or `![]`. */
static bool is_secret(struct text label)
{
    size_t length = label.length;

    if (length > 2 &&
        (memcmp(label.bytes + length - 2, "{}", 2) == 0 || memcmp(label.bytes + length - 2, "[]", 2) == 0))
        length -= 2;
    return length > 0 && label.bytes[length - 1] == '!' && memchr(label.bytes, '@', length) == NULL;
}

static enum error_code set_labels(struct player *player, struct text line)
{
    const char *labels[CATALOG_LABELS_MAX];
    unsigned count = 0;

    player->labels = 0;
    while (line.length > 0 && count < CATALOG_LABELS_MAX) {
        struct text label = next_piece(&line, ' ');

        labels[count] = arena_string(&player->arena, label);
        player->secret[count] = player->query->dictionary.length == 0 && is_secret(text_from(labels[count]));
        count++;
    }
    if (catalog_begin(player->catalog, player->query, labels, count, &player->error) != ERROR_NONE)
        return player->error.code;
    player->labels = count;
    return ERROR_NONE;
}

/* What is a list is one still when its items are quoted. */
static void check_list(struct player *player, struct text value)
{
    CLEANUP(buffer_clear) struct buffer quoted = {0};
    struct error error = {0};
    struct text *items;
    struct text *again;
    uint32_t count;
    uint32_t again_count;

    if (catalog_list_parse(value, &player->arena, &items, &count, &error) != ERROR_NONE) {
        require(error.code == ERROR_CORRUPT || error.code == ERROR_LIMIT);
        return;
    }
    buffer_add_byte(&quoted, '{');
    for (uint32_t i = 0; i < count; i++) {
        buffer_add_string(&quoted, i == 0 ? "\"" : ",\"");
        for (size_t k = 0; k < items[i].length; k++) {
            if (items[i].bytes[k] == '"' || items[i].bytes[k] == '\\')
                buffer_add_byte(&quoted, '\\');
            buffer_add_byte(&quoted, (uint8_t)items[i].bytes[k]);
        }
        buffer_add_byte(&quoted, '"');
    }
    buffer_add_byte(&quoted, '}');
    if (catalog_list_parse(buffer_text(&quoted), &player->arena, &again, &again_count, &error) == ERROR_LIMIT)
        return;
    require(error.code != ERROR_CORRUPT && again_count == count);
    for (uint32_t i = 0; i < count; i++)
        require(text_equal(items[i], again[i]));
}

static enum error_code add_row(struct player *player, struct text line)
{
    struct text values[CATALOG_LABELS_MAX] = {{NULL, 0}};

    for (unsigned i = 0; i < player->labels && line.length > 0; i++) {
        struct text value = next_piece(&line, '|');

        if (text_equal(value, TEXT("~")))
            continue;
        check_list(player, value);
        values[i] = player->secret[i] ? TEXT("{password=" MARK "," MARK "}") : value;
    }
    return catalog_row(player->catalog, values, &player->error);
}

static enum error_code play_line(struct player *player, struct text line)
{
    struct text rest = {line.bytes + 1, line.length - 1};

    if (line.bytes[0] == 'Q')
        set_query(player, rest);
    else if (line.bytes[0] == 'L' && player->query != NULL)
        return set_labels(player, rest);
    else if (line.bytes[0] == 'R' && player->labels > 0)
        return add_row(player, rest);
    else if (line.bytes[0] == 'D' && player->query != NULL)
        catalog_drop_rows(player->catalog, player->query);
    return ERROR_NONE;
}

static void check_blob(struct text blob, enum kind kind)
{
    struct blob_facts facts;
    struct error error;

    require(memmem(blob.bytes, blob.length, MARK, sizeof MARK - 1) == NULL);
    require(canonical_check(blob, &facts, &error) == ERROR_NONE && facts.kind == kind);
}

static void check_snapshot(struct player *player, struct snapshot_input *input)
{
    struct snapshot *snapshot = NULL;

    if (snapshot_build(&snapshot, input, MEMORY, &player->error) != ERROR_NONE) {
        require(player->error.code == ERROR_INTERNAL || player->error.code == ERROR_LIMIT);
        return;
    }
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++)
            check_blob(snapshot->tries[aspect].entries[i].blob, snapshot->tries[aspect].entries[i].kind);
    snapshot_free(snapshot);
}

static void check_attributes(const struct attribute *attributes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < attributes[i].count; k++)
            require(text_is_utf8(attributes[i].items[k]));
}

static void check_texts(const struct snapshot_input *input)
{
    for (uint32_t i = 0; i < input->object_count; i++) {
        const struct object *object = &input->objects[i];

        for (uint32_t k = 0; k < object->path.count; k++)
            require(text_is_utf8(object->path.elements[k]));
        check_attributes(object->attributes, object->attribute_count);
        for (uint32_t k = 0; k < object->part_count; k++) {
            require(text_is_utf8(object->parts[k].name));
            check_attributes(object->parts[k].attributes, object->parts[k].attribute_count);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text script = {(const char *)bytes, length};
    struct player player = {.labels = 0};
    struct snapshot_input input = {0};
    enum error_code code;

    if (length > INPUT_MAX || memmem(bytes, length, MARK, sizeof MARK - 1) != NULL)
        return 0; /* somebody typed the mark where it is no secret */
    arena_init(&player.arena, MEMORY);
    code = catalog_new(&player.catalog, &player.arena, TEXT(""), &player.error);
    require(code == ERROR_NONE);
    while (script.length > 0 && code == ERROR_NONE) {
        struct text line = next_piece(&script, '\n');

        if (line.length > 0)
            code = play_line(&player, line);
    }
    if (code == ERROR_NONE)
        code = catalog_finish(player.catalog, &input, &player.error);
    require(code == ERROR_NONE || code == ERROR_INTERNAL || code == ERROR_CORRUPT || code == ERROR_LIMIT);
    require(strstr(player.error.message, MARK) == NULL);
    catalog_free(player.catalog);
    if (code == ERROR_NONE) {
        check_texts(&input);
        check_snapshot(&player, &input);
    }
    arena_free(&player.arena);
    return 0;
}
