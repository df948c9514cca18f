#include "notify/sink_kinds.h"

const struct sink_kind *const sink_kinds[] = {
#define SINK_KIND(name) &sink_##name,
#include "notify/sink_kinds.def"
#undef SINK_KIND
    NULL,
};

const struct sink_kind *sink_kind_find(struct text name)
{
    for (size_t i = 0; sink_kinds[i] != NULL; i++)
        if (text_equal(name, text_from(sink_kinds[i]->name)))
            return sink_kinds[i];
    return NULL;
}
