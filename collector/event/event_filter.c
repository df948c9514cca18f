#include "event/event_filter.h"

#include "base/option.h"

_Static_assert(EVENT_TYPE_COUNT <= 64, "each type has a bit");

/* ---- patterns ---- */

/* After a mismatch the last star takes one character more, and all before it stays as it was: a pattern is gone through
 * once for each character of the name at most. `?` stands for a whole character; broken bytes count as one each. */
static size_t character_at(struct text name, size_t at)
{
    size_t size = text_character((struct text){name.bytes + at, name.length - at});

    return size == 0 ? 1 : size;
}

bool event_pattern_matches(struct text pattern, struct text name)
{
    size_t p = 0, n = 0, star = SIZE_MAX, taken = 0;

    while (n < name.length) {
        if (p < pattern.length && pattern.bytes[p] == '*') {
            star = p++;
            taken = n;
        } else if (p < pattern.length && pattern.bytes[p] == '?') {
            p++;
            n += character_at(name, n);
        } else if (p < pattern.length && pattern.bytes[p] == name.bytes[n]) {
            p++;
            n++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            taken += character_at(name, taken);
            n = taken;
        } else {
            return false;
        }
    }
    while (p < pattern.length && pattern.bytes[p] == '*')
        p++;
    return p == pattern.length;
}

/* ---- types ---- */

enum { SHOWN_LIMIT = 80 };

static enum error_code no_type(struct text pattern, struct error *error)
{
    char wanted[SHOWN_LIMIT + 1];
    size_t length = pattern.length < SHOWN_LIMIT ? pattern.length : SHOWN_LIMIT, least = SIZE_MAX;
    const char *nearest = "";

    if (length > 0)
        memcpy(wanted, pattern.bytes, length);
    wanted[length] = '\0';
    for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
        size_t distance = option_distance(wanted, event_type_name((enum event_type)type));

        if (distance < least) {
            least = distance;
            nearest = event_type_name((enum event_type)type);
        }
    }
    error_set(error, ERROR_USAGE, "there is no type of event '%s'", wanted);
    if (option_is_near(wanted, least))
        return error_hint(error, "did you mean '%s'?", nearest);
    return error_hint(error,
                      "docs/reference/events.md and /api/v1/events/types list them; `drift-*` stands for all that "
                      "begin so");
}

enum error_code event_filter_types(struct text pattern, uint64_t *ret_types, struct error *error)
{
    uint64_t types = 0;

    for (int type = 0; type < EVENT_TYPE_COUNT; type++)
        if (event_pattern_matches(pattern, text_from(event_type_name((enum event_type)type))))
            types |= UINT64_C(1) << type;
    if (types == 0)
        return no_type(pattern, error);
    *ret_types = types;
    return ERROR_NONE;
}

/* ---- events ---- */

static bool is_one_of(struct text name, const struct text *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (name.length > 0 && event_pattern_matches(patterns[i], name))
            return true;
    return count == 0;
}

bool event_filter_matches(const struct event_filter *filter, const struct event_row *event)
{
    return (filter->types == 0 || (filter->types >> event->type & 1) != 0) && event->severity >= filter->least &&
           is_one_of(event->place.database, filter->databases, filter->database_count) &&
           is_one_of(event->place.environment, filter->environments, filter->environment_count);
}
