/* Texts as a server renders them, or as somebody who wants to confuse us would.
 *
 * Properties: reading comes to an end; a name that was found is found again when it is written in quotes; what is cut
 * out of a text is a part of it; an item of a list of names is the whole of a list that holds only it.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "recreate/rendered.h"
#include "schema/object.h"

static bool is_within(struct text part, struct text whole)
{
    return part.length == 0 || (part.bytes >= whole.bytes && part.bytes + part.length <= whole.bytes + whole.length);
}

static void check_mention(const struct mention *mention)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    struct mention_reader reader = {0};
    struct mention again;

    if (mention->schema.length == 0 || mention->name.length == 0)
        return;
    identifier_quote(&sql, mention->schema);
    buffer_add_byte(&sql, '.');
    identifier_quote(&sql, mention->name);
    reader.sql = buffer_text(&sql);
    if (!mention_next(&reader, &again) || !text_equal(again.schema, mention->schema) ||
        !text_equal(again.name, mention->name) || again.called || mention_next(&reader, &again))
        abort();
    mention_clear(&reader);
}

static void check_mentions(struct text sql)
{
    struct mention_reader reader = {.sql = sql};
    struct mention mention;
    size_t count = 0;

    while (mention_next(&reader, &mention)) {
        if (++count > sql.length)
            abort();
        check_mention(&mention);
    }
    mention_clear(&reader);
}

static void check_privilege(struct text item)
{
    struct privilege read = privilege_read(item);

    if (!is_within(read.privilege, item) || !is_within(read.columns, item) || !is_within(read.sequence, item) ||
        !is_within(read.role, item) || !is_within(read.grantor, item))
        abort();
}

static void check_list(struct text list)
{
    CLEANUP(buffer_clear) struct buffer item = {0};
    CLEANUP(buffer_clear) struct buffer quoted = {0};
    CLEANUP(buffer_clear) struct buffer again = {0};
    struct text only;

    if (!rendered_next_item(&list, &item))
        return;
    identifier_quote(&quoted, buffer_text(&item));
    only = buffer_text(&quoted);
    if (!rendered_next_item(&only, &again) || !text_equal(buffer_text(&again), buffer_text(&item)) ||
        rendered_next_item(&only, &again))
        abort();
}

static void check_arguments(struct text arguments)
{
    CLEANUP(buffer_clear) struct buffer argument = {0};
    size_t left = arguments.length;

    while (rendered_next_argument(&arguments, &argument)) {
        if (arguments.length >= left)
            abort();
        left = arguments.length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text text = {(const char *)bytes, length};

    for (size_t at = 0; at < length;) {
        size_t end = rendered_token_end(text, at);

        if (end <= at || end > length)
            abort();
        at = end;
    }
    if (rendered_find(text, TEXT("."), true) < rendered_find(text, TEXT("."), false))
        abort();
    if (rendered_is_bracketed(text) && (text.bytes[0] != '(' || text.bytes[length - 1] != ')'))
        abort();
    check_mentions(text);
    check_privilege(text);
    check_list(text);
    check_arguments(text);
    return 0;
}
