/* A line for a syslog: RFC 5424 over UDP, TCP and TLS, what the C library's syslog() writes for a local socket. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "event/event_words.h"
#include "notify/sink_kinds.h"

enum { DATAGRAM_LIMIT = 2048 /* that RFC 5424 wants every receiver to take */, STREAM_LIMIT = 8192, HOST_LIMIT = 255 };

static const struct {
    const char *name;
    int code;
} facilities[] = {
    {"kern", 0},    {"user", 1},    {"mail", 2},    {"daemon", 3},    {"auth", 4},    {"syslog", 5},  {"lpr", 6},
    {"news", 7},    {"uucp", 8},    {"cron", 9},    {"authpriv", 10}, {"ftp", 11},    {"local0", 16}, {"local1", 17},
    {"local2", 18}, {"local3", 19}, {"local4", 20}, {"local5", 21},   {"local6", 22}, {"local7", 23},
};

/* -1: none of that name. */
static int facility_of(const struct sink *sink)
{
    struct text name = sink->facility.length == 0 ? TEXT("daemon") : sink->facility;

    for (size_t i = 0; i < LENGTH_OF(facilities); i++)
        if (text_equal(name, text_from(facilities[i].name)))
            return facilities[i].code;
    return -1;
}

static bool is_local(const struct sink *sink)
{
    return text_starts_with(sink->url, TEXT("unix:"));
}

static enum error_code check(const struct sink *sink, const char **ret_key, struct error *error)
{
    static const char *const schemes[] = {"tls", "tcp", "udp", NULL};

    *ret_key = "facility";
    if (facility_of(sink) < 0)
        return error_set(error, ERROR_CONFIG, "there is no facility '%.*s'", TEXT_ARGS(sink->facility));
    *ret_key = "url";
    if (!is_local(sink))
        return sink_check_url(sink, schemes, error);
    if (!text_starts_with(sink->url, TEXT("unix:/")) || memchr(sink->url.bytes, '\0', sink->url.length) != NULL ||
        sink->url.length - strlen("unix:") >= 108)
        return error_set(error, ERROR_CONFIG, "a local socket is named like unix:/dev/log");
    return ERROR_NONE;
}

static const char *address(const struct sink *sink, struct arena *arena)
{
    return is_local(sink) ? arena_string(arena, sink->url) : sink_host(sink, arena);
}

static int priority_of(const struct sink_attempt *attempt)
{
    static const int levels[SEVERITY_COUNT] = {
        [SEVERITY_LOW] = 5, [SEVERITY_MEDIUM] = 4, [SEVERITY_HIGH] = 3, [SEVERITY_CRITICAL] = 2};
    const struct message *message = attempt->message;
    bool is_over = message->kind == DELIVERY_RESOLVED || message->kind == DELIVERY_TEST;

    return facility_of(attempt->sink) * 8 + (is_over ? 5 : levels[message->severity]);
}

/* ---- the line ---- */

/* "<131>Nov 21 10:00:00 driftline[17]: " */
static void write_local_head(const struct sink_attempt *attempt, struct buffer *line)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(attempt->now / 1000000);
    struct tm parts = {0};

    localtime_r(&seconds, &parts);
    buffer_printf(line, "<%d>%s %2d %02d:%02d:%02d driftline[%d]: ", priority_of(attempt), months[parts.tm_mon],
                  parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, (int)getpid());
}

/* "<131>1 2026-11-21T10:00:00.000Z db-watch driftline 17 opened - " */
static void write_head(const struct sink_attempt *attempt, struct buffer *line)
{
    char host[HOST_LIMIT + 1] = "-";
    char time[CLOCK_TEXT_SIZE];

    if (gethostname(host, sizeof host - 1) != 0 || host[0] == '\0')
        strcpy(host, "-");
    for (char *c = host; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~')
            *c = '_';
    clock_format(attempt->now, time);
    buffer_printf(line, "<%d>1 %s %s driftline %d %s - ", priority_of(attempt), time, host, (int)getpid(),
                  delivery_kind_name(attempt->message->kind));
}

static void write_text(const struct message *message, struct buffer *line)
{
    buffer_printf(line, "%.*s [id=%.*s severity=%s route=%.*s]", TEXT_ARGS(message->title), TEXT_ARGS(message->id),
                  severity_name(message->severity), TEXT_ARGS(message->route));
    for (size_t i = 0; i < message->line_count; i++) {
        const struct message_line *said = &message->lines[i];

        buffer_printf(line, "; %s: %.*s", severity_name(said->severity), TEXT_ARGS(said->text));
    }
    if (message->more > 0) {
        buffer_add_string(line, "; and ");
        words_number(line, message->more);
        buffer_add_string(line, " more");
    }
}

/* At the end of a character; what would end a line of a receiver's file becomes a blank. */
static struct text cut(struct buffer *line, size_t limit)
{
    struct text text = buffer_text(line);

    if (text.length > limit)
        for (text.length = limit; text.length > 0 && ((unsigned char)text.bytes[text.length] & 0xc0) == 0x80;)
            text.length--;
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)line->bytes[i] < ' ' || line->bytes[i] == 127)
            line->bytes[i] = ' ';
    return text;
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    bool is_stream =
        text_starts_with(attempt->sink->url, TEXT("tcp:")) || text_starts_with(attempt->sink->url, TEXT("tls:"));
    CLEANUP(buffer_clear) struct buffer line = {0};
    struct text text;

    request->action = SINK_SEND;
    (is_local(attempt->sink) ? write_local_head : write_head)(attempt, &line);
    write_text(attempt->message, &line);
    if (buffer_check(&line, error, "writing a line for a syslog") != ERROR_NONE)
        return error->code;
    text = cut(&line, is_stream ? STREAM_LIMIT : DATAGRAM_LIMIT);
    if (is_stream) /* RFC 6587, octet counting */
        buffer_printf(&request->body, "%zu ", text.length);
    buffer_add_text(&request->body, text);
    return buffer_check(&request->body, error, "writing a line for a syslog");
}

const struct sink_kind sink_syslog = {
    .name = "syslog",
    .summary = "A line for a syslog, of this machine or by network",
    .is_for_people = false,
    .check = check,
    .address = address,
    .prepare = prepare,
};
