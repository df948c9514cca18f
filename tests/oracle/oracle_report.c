#include "oracle/oracle_report.h"

#include <stdlib.h>

#include "drift/severity.h"
#include "support/cmocka.h"

/* A change as the files write it: the path on one line. */
static const char *describe(struct arena *arena, const struct change *change)
{
    CLEANUP(buffer_clear) struct buffer line = {0};
    char *copy;

    buffer_printf(&line, "%s %s ", effect_name(change->effect), kind_name(change->kind));
    for (size_t i = 0; i < change->object.length; i++) {
        char c = change->object.bytes[i];
        if (c == '\n')
            buffer_add_string(&line, "\\n");
        else if (c == '\\')
            buffer_add_string(&line, "\\\\");
        else
            buffer_add_byte(&line, (uint8_t)c);
    }
    buffer_printf(&line, " %s %s", aspect_name(change->aspect), severity_name(change->severity));
    copy = arena_string(arena, buffer_text(&line));
    assert_non_null(copy);
    return copy;
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void print_attributes(struct buffer *report, const struct change *change)
{
    for (uint32_t i = 0; i < change->attribute_count; i++)
        buffer_printf(report, " %.*s", TEXT_ARGS(change->attributes[i].name));
}

bool oracle_as_expected(const struct oracle_case *now, const struct diff *diff, struct arena *arena,
                        struct buffer *report)
{
    const char **found = arena_array(arena, diff->change_count + 1, sizeof *found);
    size_t a = 0;
    size_t b = 0;
    bool equal = true;

    assert_non_null(found);
    for (uint32_t i = 0; i < diff->change_count; i++)
        found[i] = describe(arena, &diff->changes[i]);
    qsort(found, diff->change_count, sizeof *found, compare_strings);
    while (a < now->expected_count || b < diff->change_count) {
        int order = a == now->expected_count ? 1 : b == diff->change_count ? -1 : strcmp(now->expected[a], found[b]);

        if (order != 0) {
            buffer_printf(report, "    %c %s", order < 0 ? '-' : '+', order < 0 ? now->expected[a] : found[b]);
            for (uint32_t i = 0; order > 0 && i < diff->change_count; i++)
                if (strcmp(describe(arena, &diff->changes[i]), found[b]) == 0)
                    print_attributes(report, &diff->changes[i]);
            buffer_printf(report, "\n");
            equal = false;
        }
        a += order <= 0;
        b += order >= 0;
    }
    return equal;
}
