/* Scripts of SQL, as whoever writes migrations writes them. Properties: pieces are never empty, lie in the text one
 * behind the other, and know their lines; a statement that ends at a semicolon is the same one when it stands alone. */
#include <stdlib.h>

#include "base/buffer.h"
#include "fuzz.h"
#include "sources/ddl/ddl_files.h"
#include "sources/scratch/script_meta.h"
#include "sources/scratch/sql_split.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_alone(const struct sql_piece *piece)
{
    CLEANUP(buffer_clear) struct buffer alone = {0};
    struct sql_piece first, second;
    struct sql_split split;

    buffer_add_text(&alone, piece->text);
    buffer_add_string(&alone, "\n;");
    sql_split_init(&split, buffer_text(&alone), 1);
    if (alone.failed || text_starts_with(piece->text, TEXT("\xef\xbb\xbf")))
        return;
    require(sql_split_next(&split, &first));
    require(text_equal(first.text, piece->text));
    require(first.line == 1 && first.column == 1);
    require(!sql_split_next(&split, &second));
}

static void check_piece(const struct sql_piece *piece)
{
    struct text words[4], rest = sql_words(piece->text, words, LENGTH_OF(words));
    struct error error;

    require(rest.bytes + rest.length == piece->text.bytes + piece->text.length);
    for (size_t i = 0; i < LENGTH_OF(words); i++)
        require(words[i].bytes >= piece->text.bytes && words[i].bytes + words[i].length <= rest.bytes);
    if (piece->kind == SQL_PIECE_META)
        (void)!script_meta_check(piece->text, &error);
    else
        (void)!script_statement_check(piece->text, &error);
    script_is_control(piece->text);
}

static void check_script(struct text sql)
{
    const char *at = sql.bytes, *end = sql.bytes + sql.length;
    struct sql_split split;
    struct sql_piece piece;
    unsigned line = 1;

    sql_split_init(&split, sql, 1);
    while (sql_split_next(&split, &piece)) {
        require(piece.text.length > 0 && piece.text.bytes >= at && piece.text.bytes + piece.text.length <= end);
        for (; at < piece.text.bytes; at++)
            line += *at == '\n';
        require(piece.line == line);
        check_piece(&piece);
        if (piece.kind == SQL_PIECE_STATEMENT && split.at > 0 && sql.bytes[split.at - 1] == ';' &&
            sql.bytes + split.at > piece.text.bytes + piece.text.length)
            check_alone(&piece);
    }
    require(split.at == sql.length);
}

/* After each statement the data that COPY would take. */
static void check_data(struct text sql)
{
    struct sql_split split;
    struct sql_piece piece;

    sql_split_init(&split, sql, 1);
    while (sql_split_next(&split, &piece)) {
        struct text data = sql_split_data(&split);

        require(data.bytes >= piece.text.bytes && data.bytes + data.length <= sql.bytes + split.at);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text sql = {length == 0 ? "" : (const char *)bytes, length};
    struct text forward;
    unsigned line;

    check_script(sql);
    check_data(sql);
    forward = ddl_forward(sql, &line);
    require(line >= 1 && forward.length <= length);
    return 0;
}
