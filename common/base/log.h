/* base/log.h - what a running program tells its operators: one line an event, written in one piece.
 *
 *   time=2026-11-21T10:00:00.000Z level=warning event=snapshot-failed target=orders@prod message="no route to host"
 *
 * Values come from outside, so they are quoted where needed and escaped: none can begin a line, a key or a colour of a
 * terminal. A value is cut after LOG_VALUE_LIMIT bytes, and what does not fit into LOG_LINE_SIZE is left out.
 * The same line again within LOG_REPEAT_SECONDS is counted, not written; `repeated=N` at its next appearance, or
 * log_flush(), tells how often. Logging never fails, and allocates nothing.
 *
 * Only loops and main() log: a module returns its error.
 * Threads: any number may use one logger at the same time.
 */
#ifndef DRIFTLINE_BASE_LOG_H
#define DRIFTLINE_BASE_LOG_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum { LOG_LINE_SIZE = 4096, LOG_VALUE_LIMIT = 1024, LOG_REPEAT_SECONDS = 60, LOG_REMEMBERED = 16 };

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/* A key and its value. Keys and events are literals of ours: lower-case words. */
struct log_field {
    const char *key;
    struct text text;
    int64_t number;
    bool is_number;
};

static inline struct log_field log_text(const char *key, struct text text)
{
    return (struct log_field){.key = key, .text = text};
}

static inline struct log_field log_string(const char *key, const char *string)
{
    return log_text(key, text_from(string));
}

static inline struct log_field log_number(const char *key, int64_t number)
{
    return (struct log_field){.key = key, .number = number, .is_number = true};
}

/* The fields of a line: log_write(logger, LOG_LEVEL_INFO, "started", LOG_FIELDS(log_number("targets", 3))). */
#define LOG_FIELDS(...) ((const struct log_field[]){__VA_ARGS__, {0}})

/* A line that was written lately. */
struct log_memory {
    const char *event;
    uint64_t print; /* fingerprint of all but the time */
    int64_t written;
    uint64_t repeated; /* times that it came again since */
};

struct logger {
    int file; /* the layout is private to log.c */
    atomic_int least;
    int64_t (*now)(void);
    pthread_mutex_t lock;
    uint64_t seed;
    struct log_memory lately[LOG_REMEMBERED];
};

/* A logger that writes lines of at least this level to an open descriptor, which stays the caller's. */
void logger_init(struct logger *logger, int file, enum log_level least);

/* From now on write only lines of at least this level. */
void logger_set_least(struct logger *logger, enum log_level least);

/* Tell what is still counted, and release. */
void logger_clear(struct logger *logger);

/* Write an event; `fields` ends with a field without key, NULL: none. */
void log_write(struct logger *logger, enum log_level level, const char *event, const struct log_field *fields);

/* The same for a failure: code, message, and the hint if there is one; `next` says what the program does now, "keeping
 * the last snapshot", NULL: nothing to say. */
void log_failure(struct logger *logger, const char *event, const struct error *error, const char *next);

/* Write how often each suppressed line came again. For a quiet moment, and before the end. */
void log_flush(struct logger *logger);

/* "debug", "info", "warning", "error"; false when there is none of that name. */
const char *log_level_name(enum log_level level);
bool log_level_from_name(struct text name, enum log_level *ret_level);

#endif
