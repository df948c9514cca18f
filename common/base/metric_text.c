#include "base/metric_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SECOND = 1000000 };

static const struct text replacement = TEXT_INIT("\xef\xbf\xbd"); /* U+FFFD */

const char *metric_type_name(enum metric_type type)
{
    static const char *const names[] = {"counter", "gauge", "histogram"};

    return names[type];
}

/* ---- texts ---- */

/* A help text: a backslash and a line break are special, a quote is not. */
static void add_help(struct buffer *output, const char *help)
{
    for (; *help != '\0'; help++) {
        if (*help == '\\')
            buffer_add_string(output, "\\\\");
        else if (*help == '\n')
            buffer_add_string(output, "\\n");
        else
            buffer_add_byte(output, (uint8_t)*help);
    }
}

static bool is_plain(char c)
{
    return (unsigned char)c >= ' ' && (unsigned char)c < 0x7f && c != '"' && c != '\\';
}

/* What is no plain letter; answers how many bytes it took. */
static size_t add_special(struct buffer *output, struct text rest)
{
    size_t length = text_character(rest);

    if (length == 1 && rest.bytes[0] == '\n')
        buffer_add_string(output, "\\n");
    else if (length == 1 && (rest.bytes[0] == '"' || rest.bytes[0] == '\\'))
        buffer_printf(output, "\\%c", rest.bytes[0]);
    else if (length <= 1) /* no character, or one that controls */
        buffer_add_text(output, replacement);
    else
        buffer_add(output, rest.bytes, length);
    return length == 0 ? 1 : length;
}

static void add_value(struct buffer *output, struct text value)
{
    for (size_t at = 0; at < value.length;) {
        size_t plain = at;

        while (plain < value.length && is_plain(value.bytes[plain]))
            plain++;
        buffer_add(output, value.bytes + at, plain - at);
        at = plain;
        if (at < value.length)
            at += add_special(output, (struct text){value.bytes + at, value.length - at});
    }
}

/* ---- samples ---- */

size_t metric_label_count(const struct metric *metric)
{
    size_t count = metric->labels[0] != '\0';

    for (const char *c = metric->labels; *c != '\0'; c++)
        count += *c == ' ';
    return count;
}

/* `{database="orders",le="1"}`, or nothing when there are no labels; `last` is one more, complete, or NULL. */
static void add_labels(struct metric_writer *writer, const struct text *values, const char *last)
{
    const char *name = writer->metric->labels;
    char sign = '{';

    for (size_t i = 0; *name != '\0'; i++) {
        size_t length = strcspn(name, " ");

        buffer_add_byte(writer->output, (uint8_t)sign);
        buffer_add(writer->output, name, length);
        buffer_add_string(writer->output, "=\"");
        add_value(writer->output, values[i]);
        buffer_add_byte(writer->output, '"');
        name += length + (name[length] == ' ');
        sign = ',';
    }
    if (last != NULL)
        buffer_printf(writer->output, "%c%s", sign, last);
    if (last != NULL || sign == ',')
        buffer_add_byte(writer->output, '}');
}

static void begin_sample(struct metric_writer *writer, const char *suffix, const struct text *values, const char *last)
{
    buffer_add_string(writer->output, writer->metric->name);
    buffer_add_string(writer->output, suffix);
    add_labels(writer, values, last);
    buffer_add_byte(writer->output, ' ');
}

static void write_number(char text[32], int64_t value)
{
    snprintf(text, 32, "%" PRId64, value);
}

/* Without zeros at its end: what Prometheus would show. */
static void write_seconds(char text[32], int64_t microseconds)
{
    uint64_t magnitude = microseconds < 0 ? -(uint64_t)microseconds : (uint64_t)microseconds;
    int length = snprintf(text, 32, "%s%" PRIu64 ".%06" PRIu64, microseconds < 0 ? "-" : "", magnitude / SECOND,
                          magnitude % SECOND);

    while (text[length - 1] == '0')
        text[--length] = '\0';
    if (text[length - 1] == '.')
        text[--length] = '\0';
}

static void end_sample(struct metric_writer *writer, const char *value)
{
    buffer_add_string(writer->output, value);
    buffer_add_byte(writer->output, '\n');
}

void metric_begin(struct metric_writer *writer, const struct metric *metric)
{
    writer->metric = metric;
    buffer_printf(writer->output, "# HELP %s ", metric->name);
    add_help(writer->output, metric->help);
    buffer_printf(writer->output, "\n# TYPE %s %s\n", metric->name, metric_type_name(metric->type));
}

void metric_number(struct metric_writer *writer, const struct text *labels, int64_t value)
{
    char text[32];

    write_number(text, value);
    begin_sample(writer, "", labels, NULL);
    end_sample(writer, text);
}

void metric_seconds(struct metric_writer *writer, const struct text *labels, int64_t microseconds)
{
    char text[32];

    write_seconds(text, microseconds);
    begin_sample(writer, "", labels, NULL);
    end_sample(writer, text);
}

/* ---- histograms ---- */

void metric_observe(struct metric_histogram *histogram, const struct metric_buckets *buckets, int64_t microseconds)
{
    size_t place = 0;

    if (microseconds < 0)
        microseconds = 0; /* a clock was set back */
    while (place < buckets->count && microseconds > buckets->bounds[place])
        place++;
    histogram->counts[place]++;
    histogram->sum += microseconds;
}

void metric_distribution(struct metric_writer *writer, const struct text *labels, const struct metric_buckets *buckets,
                         const struct metric_histogram *histogram)
{
    uint64_t total = 0;
    char text[32], bound[48];

    for (size_t i = 0; i <= buckets->count; i++) {
        total += histogram->counts[i];
        if (i < buckets->count)
            write_seconds(text, buckets->bounds[i]);
        snprintf(bound, sizeof bound, "le=\"%s\"", i < buckets->count ? text : "+Inf");
        begin_sample(writer, "_bucket", labels, bound);
        write_number(text, (int64_t)total);
        end_sample(writer, text);
    }
    begin_sample(writer, "_sum", labels, NULL);
    write_seconds(text, histogram->sum);
    end_sample(writer, text);
    begin_sample(writer, "_count", labels, NULL);
    write_number(text, (int64_t)total);
    end_sample(writer, text);
}
