#include "event/event_words.h"

#include <inttypes.h>

#include "drift/report_display.h"
#include "schema/kind.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

void words_number(struct buffer *output, uint64_t number)
{
    if (number >= 1000) {
        words_number(output, number / 1000);
        buffer_printf(output, ",%03u", (unsigned)(number % 1000));
    } else {
        buffer_printf(output, "%u", (unsigned)number);
    }
}

void words_count(struct buffer *output, uint64_t number, const char *thing)
{
    words_number(output, number);
    buffer_printf(output, " %s%s", thing, number == 1 ? "" : "s");
}

void words_duration(struct buffer *output, int64_t seconds)
{
    if (seconds < 1)
        buffer_add_string(output, "less than a second");
    else if (seconds < 2 * MINUTE)
        buffer_printf(output, "%" PRId64 " s", seconds);
    else if (seconds < 2 * HOUR)
        buffer_printf(output, "%" PRId64 " min", seconds / MINUTE);
    else if (seconds < 2 * DAY)
        buffer_printf(output, "%" PRId64 " h", seconds / HOUR);
    else
        words_count(output, (uint64_t)(seconds / DAY), "day");
}

void words_after(struct buffer *output, int64_t seconds)
{
    if (seconds < 1) {
        buffer_add_string(output, "at once");
        return;
    }
    buffer_add_string(output, "after ");
    words_duration(output, seconds);
}

/* Digits where the form has 0, and the same elsewhere. */
static bool has_form(struct text text, const char *form)
{
    for (size_t i = 0; form[i] != '\0'; i++) {
        char c = i < text.length ? text.bytes[i] : '\0';

        if (form[i] == '0' ? c < '0' || c > '9' : c != form[i])
            return false;
    }
    return true;
}

void words_time(struct buffer *output, struct text time)
{
    if (!has_form(time, "0000-00-00T00:00") || time.bytes[time.length - 1] != 'Z') {
        display_text(output, time);
        return;
    }
    buffer_printf(output, "%.10s %.5s UTC", time.bytes, time.bytes + 11);
}

/* ---- kinds ---- */

/* Those whose names are no words by themselves. */
static const struct {
    enum kind kind;
    const char *words;
} singulars[] = {{KIND_UNIQUE, "unique constraint"},
                 {KIND_EXCLUSION, "exclusion constraint"},
                 {KIND_NOT_NULL, "not-null constraint"},
                 {KIND_CHECK, "check constraint"},
                 {KIND_STATISTICS, "statistics object"}};

static void put_without_underscores(struct buffer *output, struct text text)
{
    CLEANUP(buffer_clear) struct buffer words = {0};

    for (size_t i = 0; i < text.length; i++)
        buffer_add_byte(&words, (uint8_t)(text.bytes[i] == '_' ? ' ' : text.bytes[i]));
    output->failed = output->failed || words.failed;
    display_text(output, buffer_text(&words));
}

void words_kind(struct buffer *output, struct text kind)
{
    enum kind known = kind_from_name(kind);

    for (size_t i = 0; i < LENGTH_OF(singulars); i++)
        if (singulars[i].kind == known) {
            buffer_add_string(output, singulars[i].words);
            return;
        }
    put_without_underscores(output, kind);
}

void words_plural(struct buffer *output, struct text kind)
{
    enum kind known = kind_from_name(kind);

    if (known == KIND_CHECK)
        buffer_add_string(output, "check constraints");
    else if (known != KIND_NONE)
        buffer_add_string(output, kind_facts(known)->plural);
    else
        put_without_underscores(output, kind);
}

void words_kinds(struct buffer *output, uint64_t number, struct text kind)
{
    words_number(output, number);
    buffer_add_byte(output, ' ');
    if (number == 1)
        words_kind(output, kind);
    else
        words_plural(output, kind);
}

void words_attribute(struct buffer *output, struct text name)
{
    put_without_underscores(output, name);
}
