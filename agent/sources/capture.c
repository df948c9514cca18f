#include "sources/capture.h"

#include <string.h>

enum { FIRST_ROOM = 16 };

void capture_begin(struct capture_reading *reading)
{
    arena_free(reading->arena);
    *reading = (struct capture_reading){.taker = reading->taker,
                                        .before = reading->before,
                                        .arena = reading->arena,
                                        .state = CAPTURE_ABSENT,
                                        .continuity = {"", 0}};
}

void capture_deny(struct capture_reading *reading)
{
    capture_begin(reading);
    reading->state = CAPTURE_UNREAD;
}

bool capture_is_full(const struct capture_reading *reading)
{
    return reading->count >= CAPTURE_PORTION || reading->bytes >= CAPTURE_PORTION_BYTES;
}

static bool make_room(struct capture_reading *reading)
{
    size_t wider = reading->capacity == 0 ? FIRST_ROOM : reading->capacity * 2;
    struct captured_statement *larger;

    if (reading->count < reading->capacity)
        return true;
    larger = arena_array(reading->arena, wider, sizeof *larger);
    if (larger == NULL)
        return false;
    if (reading->count > 0)
        memcpy(larger, reading->statements, reading->count * sizeof *larger);
    reading->statements = larger;
    reading->capacity = wider;
    return true;
}

/* Absent stays absent. */
static bool keep(struct capture_reading *reading, struct text *text)
{
    if (text->bytes == NULL)
        return true;
    text->bytes = arena_copy(reading->arena, text->bytes, text->length);
    reading->bytes += text->length;
    return text->bytes != NULL;
}

enum error_code capture_add(struct capture_reading *reading, const struct captured_statement *statement,
                            struct error *error)
{
    struct captured_statement kept = *statement;

    if (!make_room(reading) || !keep(reading, &kept.actor) || !keep(reading, &kept.role) ||
        !keep(reading, &kept.application) || !keep(reading, &kept.client) || !keep(reading, &kept.command) ||
        !keep(reading, &kept.object) || !keep(reading, &kept.statement))
        return arena_error(reading->arena, error, "reading captured statements");
    reading->statements[reading->count++] = kept;
    return ERROR_NONE;
}
