#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/compiler.h"

/* A line under construction. There is always room left for a closing quote and the line break. */
struct line {
    char bytes[LOG_LINE_SIZE];
    size_t length;
};

enum { LINE_ROOM = LOG_LINE_SIZE - 2 };

static const char *const level_names[] = {"debug", "info", "warning", "error"};

const char *log_level_name(enum log_level level)
{
    return (unsigned)level < LENGTH_OF(level_names) ? level_names[level] : "error";
}

bool log_level_from_name(struct text name, enum log_level *ret_level)
{
    for (size_t i = 0; i < LENGTH_OF(level_names); i++)
        if (text_equal(name, text_from(level_names[i]))) {
            *ret_level = (enum log_level)i;
            return true;
        }
    return false;
}

void logger_init(struct logger *logger, int file, enum log_level least)
{
    *logger = (struct logger){.file = file, .least = least, .now = clock_now};
    pthread_mutex_init(&logger->lock, NULL);
    /* Unknown to whoever sends us names, so that nobody can make two lines look like one. */
    if (getrandom(&logger->seed, sizeof logger->seed, GRND_NONBLOCK) != sizeof logger->seed)
        logger->seed = (uint64_t)clock_now();
}

void logger_set_least(struct logger *logger, enum log_level least)
{
    atomic_store(&logger->least, (int)least);
}

void logger_clear(struct logger *logger)
{
    log_flush(logger);
    pthread_mutex_destroy(&logger->lock);
}

/* All of it or nothing. */
static bool add(struct line *line, const char *bytes, size_t length)
{
    if (line->length + length > LINE_ROOM)
        return false;
    memcpy(line->bytes + line->length, bytes, length);
    line->length += length;
    return true;
}

static bool add_string(struct line *line, const char *string)
{
    return add(line, string, strlen(string));
}

static bool is_plain(struct text text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@+,%~";

    for (size_t i = 0; i < text.length; i++)
        if (memchr(plain, text.bytes[i], sizeof plain - 1) == NULL)
            return false;
    return text.length > 0;
}

/* Whether a character does something instead of showing: our own quoting, controls of ASCII and above it, separators of
 * lines, and what turns the direction of writing. */
static bool acts(const unsigned char *c)
{
    return c[0] < 0x20 || c[0] == 0x7f || c[0] == '"' || c[0] == '\\' || (c[0] == 0xc2 && c[1] < 0xa0) ||
           (c[0] == 0xd8 && c[1] == 0x9c) ||
           (c[0] == 0xe2 && c[1] == 0x80 && (c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xa8 && c[2] <= 0xae))) ||
           (c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

static bool add_escaped(struct line *line, unsigned char c)
{
    char escape[8];

    if (c == '"' || c == '\\')
        snprintf(escape, sizeof escape, "\\%c", c);
    else if (c == '\n' || c == '\r' || c == '\t')
        snprintf(escape, sizeof escape, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    else
        snprintf(escape, sizeof escape, "\\x%02x", c);
    return add_string(line, escape);
}

static void add_quoted(struct line *line, struct text text)
{
    bool fits = true;

    add_string(line, "\"");
    for (size_t i = 0; i < text.length && fits;) {
        const unsigned char *c = (const unsigned char *)text.bytes + i;
        size_t character = text_character((struct text){text.bytes + i, text.length - i});
        size_t length = character == 0 ? 1 : character;

        if (i + length > LOG_VALUE_LIMIT) {
            add_string(line, "...");
            break;
        }
        if (character == 0 || acts(c))
            for (size_t j = 0; j < length && fits; j++)
                fits = add_escaped(line, c[j]);
        else
            fits = add(line, text.bytes + i, length);
        i += length;
    }
    line->bytes[line->length++] = '"'; /* the room was kept */
}

static void add_field(struct line *line, const struct log_field *field)
{
    char number[24];

    /* A key whose value cannot follow says nothing. */
    if (line->length + strlen(field->key) + sizeof number + 4 > LINE_ROOM)
        return;
    add_string(line, " ");
    add_string(line, field->key);
    add_string(line, "=");
    if (field->is_number) {
        snprintf(number, sizeof number, "%" PRId64, field->number);
        add_string(line, number);
    } else if (field->text.length <= LOG_VALUE_LIMIT && is_plain(field->text) &&
               add(line, field->text.bytes, field->text.length)) {
        return;
    } else {
        add_quoted(line, field->text);
    }
}

/* A line that cannot be written has nowhere to go. */
static void write_line(const struct logger *logger, struct line *line)
{
    size_t done = 0;

    line->bytes[line->length++] = '\n';
    while (done < line->length) {
        ssize_t written = write(logger->file, line->bytes + done, line->length - done);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        done += (size_t)written;
    }
}

/* Begins a line; what repeats is everything from the answered length on. */
static size_t begin_line(struct line *line, int64_t now, enum log_level level, const char *event)
{
    char time[CLOCK_TEXT_SIZE];
    size_t body;

    line->length = 0;
    clock_format(now, time);
    add_string(line, "time=");
    add_string(line, time);
    body = line->length;
    add_string(line, " level=");
    add_string(line, log_level_name(level));
    add_string(line, " event=");
    add_string(line, event);
    return body;
}

/* FNV-1a from a secret start. */
static uint64_t fingerprint(uint64_t seed, const char *bytes, size_t length)
{
    uint64_t print = seed ^ UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < length; i++)
        print = (print ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return print;
}

static void tell_repeats(const struct logger *logger, struct log_memory *memory, int64_t now)
{
    struct log_field of = log_string("of", memory->event);
    struct log_field times = log_number("times", (int64_t)memory->repeated);
    struct line line;

    if (memory->repeated > 0) {
        begin_line(&line, now, LOG_LEVEL_INFO, "repeated");
        add_field(&line, &of);
        add_field(&line, &times);
        write_line(logger, &line);
    }
    memory->repeated = 0;
}

/* The memory of a line; a new line takes the place of the one that was written longest ago. */
static struct log_memory *recall(struct logger *logger, uint64_t print, const char *event, int64_t now)
{
    struct log_memory *oldest = &logger->lately[0];

    for (size_t i = 0; i < LOG_REMEMBERED; i++) {
        if (logger->lately[i].event != NULL && logger->lately[i].print == print)
            return &logger->lately[i];
        if (logger->lately[i].written < oldest->written)
            oldest = &logger->lately[i];
    }
    tell_repeats(logger, oldest, now);
    *oldest = (struct log_memory){.event = event, .print = print, .written = INT64_MIN};
    return oldest;
}

void log_write(struct logger *logger, enum log_level level, const char *event, const struct log_field *fields)
{
    struct log_memory *memory;
    struct line line;
    int64_t now;
    size_t body;

    if ((int)level < atomic_load(&logger->least))
        return;
    pthread_mutex_lock(&logger->lock);
    now = logger->now();
    body = begin_line(&line, now, level, event);
    for (; fields != NULL && fields->key != NULL; fields++)
        add_field(&line, fields);
    memory = recall(logger, fingerprint(logger->seed, line.bytes + body, line.length - body), event, now);
    if (memory->written != INT64_MIN && now >= memory->written &&
        now - memory->written < (int64_t)LOG_REPEAT_SECONDS * 1000000) {
        memory->repeated++;
    } else {
        struct log_field repeated = log_number("repeated", (int64_t)memory->repeated);

        if (memory->repeated > 0)
            add_field(&line, &repeated);
        memory->repeated = 0;
        memory->written = now;
        write_line(logger, &line);
    }
    pthread_mutex_unlock(&logger->lock);
}

void log_failure(struct logger *logger, const char *event, const struct error *error, const char *next)
{
    struct log_field fields[5] = {log_string("code", error_name(error->code)), log_string("message", error->message)};
    size_t count = 2;

    if (error->hint[0] != '\0')
        fields[count++] = log_string("hint", error->hint);
    if (next != NULL)
        fields[count++] = log_string("next", next);
    log_write(logger, LOG_LEVEL_ERROR, event, fields);
}

void log_flush(struct logger *logger)
{
    pthread_mutex_lock(&logger->lock);
    for (size_t i = 0; i < LOG_REMEMBERED; i++)
        tell_repeats(logger, &logger->lately[i], logger->now());
    pthread_mutex_unlock(&logger->lock);
}
