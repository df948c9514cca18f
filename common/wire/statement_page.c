#include "wire/statement_page.h"

/* ---- writing ---- */

static const char ellipsis[] = "\xe2\x80\xa6";

/* As much of it as there may be, in whole characters. What is no UTF-8 is left out. */
static bool set_text(ProtobufCBinaryData *field, struct text text, size_t limit)
{
    if (text.bytes == NULL || !text_is_utf8(text))
        return false;
    if (text.length > limit)
        text.length = limit;
    while (!text_is_utf8(text))
        text.length--;
    *field = message_bytes(text);
    return true;
}

static void set_statement(Wire__DdlEvent *event, struct text statement, struct buffer *cut)
{
    bool fits = statement.length <= STATEMENT_TEXT_LIMIT;

    event->has_statement = set_text(&event->statement, statement,
                                    fits ? STATEMENT_TEXT_LIMIT : STATEMENT_TEXT_LIMIT - (sizeof ellipsis - 1));
    if (!event->has_statement || fits)
        return;
    buffer_reset(cut);
    buffer_add_text(cut, message_text(event->statement));
    buffer_add_string(cut, ellipsis);
    if (!cut->failed)
        event->statement = message_bytes(buffer_text(cut));
}

static void fill(Wire__DdlEvent *event, const struct captured_statement *from, struct buffer *cut)
{
    wire__ddl_event__init(event);
    event->number = (uint64_t)(from->number < 0 ? 0 : from->number);
    event->at = from->at < 0 ? 0 : from->at > WIRE_TIME_MOST ? WIRE_TIME_MOST : from->at;
    if (!set_text(&event->actor, from->actor, WIRE_TEXT_LIMIT) || event->actor.len == 0)
        event->actor = message_bytes(TEXT("unknown"));
    event->has_role = set_text(&event->role, from->role, WIRE_TEXT_LIMIT);
    event->has_application = set_text(&event->application, from->application, WIRE_TEXT_LIMIT);
    event->has_client = set_text(&event->client, from->client, WIRE_TEXT_LIMIT);
    event->has_command = set_text(&event->command, from->command, WIRE_TEXT_LIMIT);
    /* a path that was cut would name something else */
    event->has_object =
        from->object.length <= WIRE_PATH_LIMIT && set_text(&event->object, from->object, WIRE_PATH_LIMIT);
    event->has_transaction = from->transaction != 0;
    event->transaction = from->transaction;
    event->has_unconfirmed = event->unconfirmed = from->unconfirmed;
    set_statement(event, from->statement, cut);
}

/* A page is its events one after the other, as protobuf writes an array: so it can be written piece by piece. */
size_t statement_page_write(struct buffer *buffer, const struct captured_statement *statements, size_t count)
{
    CLEANUP(buffer_clear) struct buffer cut = {0};
    size_t begun = buffer->length, written = 0;

    while (written < count && written < WIRE_DDL_EVENTS_LIMIT && buffer->length - begun < STATEMENT_PAGE_TARGET) {
        Wire__StatementPage page = WIRE__STATEMENT_PAGE__INIT;
        Wire__DdlEvent event, *events[] = {&event};

        fill(&event, &statements[written++], &cut);
        page.n_events = 1;
        page.events = events;
        message_pack(buffer, &page.base);
    }
    buffer->failed |= cut.failed;
    return written;
}

/* ---- reading ---- */

static struct text text_or_none(protobuf_c_boolean is_there, ProtobufCBinaryData data)
{
    return is_there ? message_text(data) : (struct text){NULL, 0};
}

static struct captured_statement statement_of(const Wire__DdlEvent *event)
{
    return (struct captured_statement){.number = (int64_t)event->number,
                                       .at = event->at,
                                       .actor = message_text(event->actor),
                                       .role = text_or_none(event->has_role, event->role),
                                       .application = text_or_none(event->has_application, event->application),
                                       .client = text_or_none(event->has_client, event->client),
                                       .command = text_or_none(event->has_command, event->command),
                                       .object = text_or_none(event->has_object, event->object),
                                       .statement = text_or_none(event->has_statement, event->statement),
                                       .transaction = event->has_transaction ? event->transaction : 0,
                                       .unconfirmed = event->has_unconfirmed && event->unconfirmed};
}

enum error_code statement_page_read(struct text page, struct arena *arena, struct captured_statement **ret_statements,
                                    size_t *ret_count, struct error *error)
{
    const ProtobufCMessage *message = NULL;
    const Wire__StatementPage *content;
    struct captured_statement *statements;

    if (page.length > STATEMENT_PAGE_LIMIT)
        return error_set(error, ERROR_LIMIT, "a page of statements of %zu bytes is larger than the limit of %d",
                         page.length, STATEMENT_PAGE_LIMIT);
    if (message_unpack(&wire__statement_page__descriptor, page, arena, &message, error) != ERROR_NONE)
        return error->code;
    content = (const Wire__StatementPage *)message;
    statements = arena_array(arena, content->n_events, sizeof *statements);
    if (statements == NULL)
        return arena_error(arena, error, "reading a page of statements");
    for (size_t i = 0; i < content->n_events; i++)
        statements[i] = statement_of(content->events[i]);
    *ret_statements = statements;
    *ret_count = content->n_events;
    return ERROR_NONE;
}
