#include "cli/notify_text.h"

#include "cli/moment.h"
#include "cli/terminal.h"
#include "drift/report_display.h"
#include "drift/severity.h"

enum { SHOWN_OF_A_LIST = 4, SECOND = 1000 * 1000 };

static void add_name(struct table *table, enum tint tint, struct text name)
{
    table_add_foreign(table, tint, name.length == 0 ? TEXT("-") : name);
}

/* ---- sinks ---- */

static enum tint tint_of_sink(const struct answer_sink *sink)
{
    if (sink->kind.length == 0)
        return TINT_DOUBT;
    return sink->problem.length > 0 ? TINT_BAD : sink->dead > 0 ? TINT_DOUBT : sink->sent > 0 ? TINT_GOOD : TINT_NONE;
}

/* How it does: what went wrong last, if nothing went well since. */
static void add_health(struct table *table, const struct answer_sink *sink, int64_t now)
{
    struct buffer text;

    buffer_init(&text);
    if (sink->kind.length == 0) {
        buffer_add_string(&text, "not configured any more");
    } else if (sink->problem.length > 0) {
        buffer_add_string(&text, "failed ");
        moment_write_age(&text, sink->failed_at, now);
        buffer_add_string(&text, " ago: ");
        display_text(&text, sink->problem);
    } else if (sink->sent_at != 0) {
        buffer_add_string(&text, "sent ");
        moment_write_age(&text, sink->sent_at, now);
        buffer_add_string(&text, " ago");
    } else {
        buffer_add_string(&text, "nothing sent yet");
    }
    table_add_buffer(table, tint_of_sink(sink), &text);
}

static void write_sinks(struct buffer *output, const struct answer_notify *notify, const struct table_style *style,
                        struct arena *arena, int64_t now)
{
    static const char *const titles[] = {"sink",    "kind", "address",     "sent", "held",
                                         "waiting", "dead", "how it does", NULL};
    const struct answer_sink *sinks = notify->sinks.items;
    struct table table;

    table_init(&table, arena, LENGTH_OF(titles) - 1);
    table_add_titles(&table, titles);
    for (size_t i = 0; i < notify->sinks.count; i++) {
        add_name(&table, TINT_STRONG, sinks[i].name);
        add_name(&table, TINT_NONE, sinks[i].kind);
        add_name(&table, TINT_NONE, sinks[i].address);
        table_printf(&table, TINT_NONE, "%lld", (long long)sinks[i].sent);
        table_printf(&table, TINT_NONE, "%lld", (long long)sinks[i].held);
        table_printf(&table, TINT_NONE, "%lld", (long long)sinks[i].waiting);
        table_printf(&table, sinks[i].dead > 0 ? TINT_BAD : TINT_NONE, "%lld", (long long)sinks[i].dead);
        add_health(&table, &sinks[i], now);
    }
    table_write(output, &table, style, 0);
}

/* ---- routes ---- */

/* `databases orders, shop-*`; a long list ends with how many more there are. */
static void write_list(struct buffer *text, const char *before, const struct shape_list *list)
{
    const struct text *items = list->items;

    if (list->count == 0)
        return;
    buffer_printf(text, "%s%s ", text->length == 0 ? "" : "; ", before);
    for (size_t i = 0; i < list->count && i < SHOWN_OF_A_LIST; i++) {
        buffer_add_string(text, i > 0 ? ", " : "");
        display_text(text, items[i]);
    }
    if (list->count > SHOWN_OF_A_LIST)
        buffer_printf(text, " and %zu more", list->count - SHOWN_OF_A_LIST);
}

static void add_takes(struct table *table, const struct answer_route *route)
{
    struct buffer text;

    buffer_init(&text);
    write_list(&text, "databases", &route->databases);
    write_list(&text, "environments", &route->environments);
    write_list(&text, "causes", &route->causes);
    write_list(&text, "owners", &route->owners);
    write_list(&text, "contracts", &route->contracts);
    write_list(&text, "objects", &route->objects);
    if (route->types.count == 1 && text_equal(((const struct text *)route->types.items)[0], TEXT("*")))
        buffer_printf(&text, "%severy type", text.length == 0 ? "" : "; ");
    else
        write_list(&text, "types", &route->types);
    table_add_buffer(table, TINT_NONE, &text);
}

static void write_routes(struct buffer *output, const struct answer_notify *notify, const struct table_style *style,
                         struct arena *arena)
{
    static const char *const titles[] = {"route", "tells", "from", "what", NULL};
    const struct answer_route *routes = notify->routes.items;
    struct table table;

    table_init(&table, arena, LENGTH_OF(titles) - 1);
    table_add_titles(&table, titles);
    for (size_t i = 0; i < notify->routes.count; i++) {
        add_name(&table, TINT_STRONG, routes[i].name);
        table_add_names(&table, routes[i].sinks.items, routes[i].sinks.count);
        table_printf(&table, TINT_NONE, "%s", severity_name((enum severity)routes[i].severity));
        add_takes(&table, &routes[i]);
    }
    table_write(output, &table, style, 0);
}

/* ---- what is held back ---- */

static void add_reason(struct table *table, const struct answer_held *held, int64_t now)
{
    struct buffer text;

    buffer_init(&text);
    if (text_equal(held->why, TEXT("quiet")))
        buffer_add_string(&text, "a quiet time");
    else if (text_equal(held->why, TEXT("limit")))
        buffer_add_string(&text, "beyond the limit of the route");
    else if (text_equal(held->why, TEXT("settling")))
        buffer_add_string(&text, "settling: more may come");
    else
        display_text(&text, held->why);
    if (held->until > now) {
        buffer_add_string(&text, ", told in ");
        moment_write_age(&text, now, held->until);
    } else {
        buffer_add_string(&text, ", told now");
    }
    table_add_buffer(table, TINT_NONE, &text);
}

static void write_held(struct buffer *output, const struct answer_notify *notify, const struct table_style *style,
                       struct arena *arena, int64_t now)
{
    static const char *const titles[] = {"held for", "route", "about", "events", "why", NULL};
    const struct answer_held *held = notify->held.items;
    struct table table;

    if (notify->held.count == 0)
        return;
    buffer_add_byte(output, '\n');
    table_init(&table, arena, LENGTH_OF(titles) - 1);
    table_add_titles(&table, titles);
    for (size_t i = 0; i < notify->held.count; i++) {
        add_name(&table, TINT_STRONG, held[i].sink);
        add_name(&table, TINT_NONE, held[i].route);
        add_name(&table, TINT_NONE, text_equal(held[i].subject, TEXT("*")) ? TEXT("several") : held[i].subject);
        table_printf(&table, TINT_NONE, "%lld", (long long)held[i].events);
        add_reason(&table, &held[i], now);
    }
    table_write(output, &table, style, 0);
}

void notify_write_list(struct buffer *output, const struct answer_notify *notify, const struct table_style *style,
                       struct arena *arena, int64_t now)
{
    if (notify->problem.length > 0) {
        buffer_add_string(output, "the configuration as it is now is not in use: ");
        display_text(output, notify->problem);
        buffer_add_string(output, "\n\n");
    }
    if (notify->sinks.count == 0)
        buffer_add_string(output,
                          "no sinks: nobody is told anything ('notify.sinks' of the collector's configuration)\n");
    else
        write_sinks(output, notify, style, arena, now);
    buffer_add_byte(output, '\n');
    if (notify->routes.count == 0)
        buffer_add_string(output, "no routes: no event leads to a message ('notify.routes' of the configuration)\n");
    else
        write_routes(output, notify, style, arena);
    write_held(output, notify, style, arena, now);
}

/* ---- messages ---- */

static enum tint tint_of_state(const struct answer_delivery *delivery)
{
    return delivery->state == ANSWER_SENT   ? TINT_GOOD
           : delivery->state == ANSWER_DEAD ? TINT_BAD
           : delivery->problem.length > 0   ? TINT_DOUBT
                                            : TINT_NONE;
}

void notify_write_state(struct buffer *output, const struct answer_delivery *delivery, int64_t now)
{
    static const char *const names[] = {[ANSWER_WAITING] = "waiting", [ANSWER_SENT] = "sent", [ANSWER_DEAD] = "dead"};

    buffer_add_string(output, names[delivery->state]);
    if (delivery->status != 0)
        buffer_printf(output, ", status %lld", (long long)delivery->status);
    if (delivery->state == ANSWER_WAITING && delivery->attempts > 0) {
        buffer_add_string(output, ", trying again");
        if (delivery->next_at >= now + SECOND) {
            buffer_add_string(output, " in ");
            moment_write_age(output, now, delivery->next_at);
        }
    }
    if (delivery->state != ANSWER_SENT && delivery->problem.length > 0) {
        buffer_add_string(output, ": ");
        display_text(output, delivery->problem);
    }
}

static void add_state(struct table *table, const struct answer_delivery *delivery, int64_t now)
{
    struct buffer text;

    buffer_init(&text);
    notify_write_state(&text, delivery, now);
    table_add_buffer(table, tint_of_state(delivery), &text);
}

void notify_write_deliveries(struct buffer *output, const struct answer_deliveries *deliveries, const char *none,
                             const struct table_style *style, struct arena *arena, int64_t now)
{
    static const char *const titles[] = {"id", "made", "sink", "what", "attempts", "how it stands", NULL};
    const struct answer_delivery *items = deliveries->deliveries.items;
    struct table table;

    if (deliveries->deliveries.count == 0) {
        buffer_printf(output, "%s\n", none);
        return;
    }
    table_init(&table, arena, LENGTH_OF(titles) - 1);
    table_add_titles(&table, titles);
    for (size_t i = 0; i < deliveries->deliveries.count; i++) {
        struct buffer age;

        buffer_init(&age);
        moment_write_age(&age, items[i].created_at, now);
        buffer_add_string(&age, " ago");
        table_printf(&table, TINT_STRONG, "%lld", (long long)items[i].id);
        table_add_buffer(&table, TINT_NONE, &age);
        add_name(&table, TINT_NONE, items[i].sink);
        add_name(&table, TINT_NONE, items[i].title);
        table_printf(&table, TINT_NONE, "%lld", (long long)items[i].attempts);
        add_state(&table, &items[i], now);
    }
    table_write(output, &table, style, 0);
    if (deliveries->next > 0)
        buffer_add_string(output, "\nthere are more: '--limit N' shows more of them, '--all' shows everything\n");
}

static void write_line(struct buffer *output, const struct answer_message_line *line, const struct table_style *style)
{
    static const enum tint tints[SEVERITY_COUNT] = {[SEVERITY_CRITICAL] = TINT_WORST,
                                                    [SEVERITY_HIGH] = TINT_BAD,
                                                    [SEVERITY_MEDIUM] = TINT_DOUBT,
                                                    [SEVERITY_LOW] = TINT_NONE};
    struct text name = text_from(severity_name((enum severity)line->severity));

    buffer_add_string(output, "  ");
    tint_begin(output, tints[line->severity], style);
    terminal_write_padded(output, name, 10);
    tint_end(output, tints[line->severity], style);
    display_text(output, line->text);
    if (line->by.length > 0) {
        buffer_add_string(output, ", by ");
        display_text(output, line->by);
    }
    buffer_add_byte(output, '\n');
}

static void write_message(struct buffer *output, const struct answer_message *message, const struct table_style *style)
{
    const struct answer_message_line *lines = message->lines.items;
    const struct {
        const char *called;
        struct text value;
    } rest[] = {{"command", message->command}, {"link", message->link}, {"message", message->id}};

    for (size_t i = 0; i < message->lines.count; i++)
        write_line(output, &lines[i], style);
    if (message->more > 0)
        buffer_printf(output, "  and %lld more\n", (long long)message->more);
    buffer_add_byte(output, '\n');
    for (size_t i = 0; i < LENGTH_OF(rest); i++)
        if (rest[i].value.length > 0) {
            buffer_printf(output, "  %-9s", rest[i].called);
            display_text(output, rest[i].value);
            buffer_add_byte(output, '\n');
        }
}

void notify_write_delivery(struct buffer *output, const struct answer_delivery *delivery,
                           const struct table_style *style, int64_t now)
{
    buffer_printf(output, "delivery %lld to ", (long long)delivery->id);
    display_text(output, delivery->sink);
    buffer_add_string(output, ": ");
    tint_begin(output, tint_of_state(delivery), style);
    notify_write_state(output, delivery, now);
    tint_end(output, tint_of_state(delivery), style);
    buffer_printf(output, "\nmessage %lld of incident %lld", (long long)delivery->number,
                  (long long)delivery->incident);
    if (delivery->route.length > 0) {
        buffer_add_string(output, ", route ");
        display_text(output, delivery->route);
    }
    buffer_add_string(output, ", made ");
    moment_write(output, delivery->created_at);
    buffer_printf(output, ", %lld attempt%s", (long long)delivery->attempts, delivery->attempts == 1 ? "" : "s");
    if (delivery->finished_at != 0) {
        buffer_add_string(output, ", ended ");
        moment_write(output, delivery->finished_at);
    }
    buffer_add_string(output, "\n\n");
    tint_begin(output, TINT_STRONG, style);
    display_text(output, delivery->title);
    tint_end(output, TINT_STRONG, style);
    buffer_add_byte(output, '\n');
    if (delivery->message != NULL)
        write_message(output, delivery->message, style);
}
