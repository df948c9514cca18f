#include "sources/odbc/odbc_sink.h"

#include <stdint.h>

static const char doing[] = "reading a catalogue";

enum { DOMAIN_HEAD = 1, DOMAIN_ROW, DOMAIN_GAP, DOMAIN_ALL };

static void add(struct odbc_sum *sum, const struct odbc_sum *other)
{
    for (size_t i = 0; i < ODBC_SUM_WORDS; i++)
        sum->words[i] += other->words[i];
}

static void subtract(struct odbc_sum *sum, const struct odbc_sum *other)
{
    for (size_t i = 0; i < ODBC_SUM_WORDS; i++)
        sum->words[i] -= other->words[i];
}

/* A value with its length in front, so that no two rows look the same. */
static void add_value(struct buffer *row, struct text value)
{
    int64_t length = value.bytes == NULL ? -1 : (int64_t)value.length;

    buffer_add(row, &length, sizeof length);
    buffer_add_text(row, value);
}

static struct odbc_sum sum_of(struct odbc_sink *sink, uint8_t domain)
{
    struct hash hash = hasher_digest(sink->hasher, domain, buffer_text(&sink->row));
    struct odbc_sum sum;

    memcpy(&sum, &hash, sizeof sum);
    return sum;
}

void odbc_sink_start(struct odbc_sink *sink, struct catalog *catalog, unsigned pass, unsigned passes)
{
    sink->catalog = catalog;
    sink->sum = sink->query = (struct odbc_sum){0};
    sink->pass = pass;
    sink->passes = passes;
}

struct hash odbc_sink_digest(struct odbc_sink *sink)
{
    return hasher_digest(sink->hasher, DOMAIN_ALL, (struct text){(const char *)&sink->sum, sizeof sink->sum});
}

void odbc_sink_clear(struct odbc_sink *sink)
{
    buffer_clear(&sink->row);
}

enum error_code odbc_sink_begin(struct odbc_sink *sink, const struct catalog_query *query, const char *const *labels,
                                unsigned label_count, struct error *error)
{
    buffer_reset(&sink->row);
    add_value(&sink->row, text_from(query->file == NULL ? kind_name(query->kind) : query->file->name));
    for (unsigned i = 0; i < label_count; i++)
        add_value(&sink->row, text_from(labels[i]));
    if (buffer_check(&sink->row, error, doing) != ERROR_NONE)
        return error->code;
    sink->query = (struct odbc_sum){0};
    sink->head = hasher_digest(sink->hasher, DOMAIN_HEAD, buffer_text(&sink->row));
    sink->label_count = label_count;
    return sink->catalog == NULL ? ERROR_NONE : catalog_begin(sink->catalog, query, labels, label_count, error);
}

enum error_code odbc_sink_row(struct odbc_sink *sink, const struct text *values, struct error *error)
{
    struct odbc_sum sum;

    buffer_reset(&sink->row);
    buffer_add(&sink->row, &sink->head, sizeof sink->head);
    for (unsigned i = 0; i < sink->label_count; i++)
        add_value(&sink->row, values[i]);
    if (buffer_check(&sink->row, error, doing) != ERROR_NONE)
        return error->code;
    sum = sum_of(sink, DOMAIN_ROW);
    add(&sink->sum, &sum);
    add(&sink->query, &sum);
    sink->rows++;
    return sink->catalog == NULL ? ERROR_NONE : catalog_row(sink->catalog, values, error);
}

enum error_code odbc_sink_gap(struct odbc_sink *sink, enum kind kind, struct text object, const char *reason,
                              struct error *error)
{
    struct odbc_sum sum;

    buffer_reset(&sink->row);
    add_value(&sink->row, text_from(kind_name(kind)));
    add_value(&sink->row, object);
    add_value(&sink->row, text_from(reason));
    if (buffer_check(&sink->row, error, doing) != ERROR_NONE)
        return error->code;
    sum = sum_of(sink, DOMAIN_GAP);
    add(&sink->sum, &sum);
    return sink->catalog == NULL ? ERROR_NONE : catalog_add_gap(sink->catalog, kind, object, reason, error);
}

void odbc_sink_drop(struct odbc_sink *sink, const struct catalog_query *query)
{
    subtract(&sink->sum, &sink->query);
    sink->query = (struct odbc_sum){0};
    if (sink->catalog != NULL)
        catalog_drop_rows(sink->catalog, query);
}

void odbc_sink_progress(struct odbc_sink *sink, unsigned done, unsigned total)
{
    const struct source_settings *settings = sink->settings;

    if (settings->progress != NULL && sink->passes > 0)
        settings->progress(settings->progress_context, sink->pass * total + done, sink->passes * total, sink->rows);
}
