#include "store/event_type.h"

static const struct {
    const char *name;
    const char *summary;
} types[EVENT_TYPE_COUNT] = {
#define EVENT_TYPE(symbol, name, summary) [EVENT_##symbol] = {name, summary},
#include "store/event_types.def"
#undef EVENT_TYPE
};

const char *event_type_name(enum event_type type)
{
    return types[type].name;
}

bool event_type_from_name(struct text name, enum event_type *ret_type)
{
    for (int type = 0; type < EVENT_TYPE_COUNT; type++)
        if (text_equal(name, text_from(types[type].name))) {
            *ret_type = (enum event_type)type;
            return true;
        }
    return false;
}

const char *event_type_summary(enum event_type type)
{
    return types[type].summary;
}
