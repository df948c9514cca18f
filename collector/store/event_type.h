/* store/event_type.h - the types of events: what can happen, as one published table (event_types.def). */
#ifndef DRIFTLINE_STORE_EVENT_TYPE_H
#define DRIFTLINE_STORE_EVENT_TYPE_H

#include <stdbool.h>

#include "base/text.h"

enum event_type {
#define EVENT_TYPE(symbol, name, summary) EVENT_##symbol,
#include "store/event_types.def"
#undef EVENT_TYPE
    EVENT_TYPE_COUNT
};

/* "drift-opened" */
const char *event_type_name(enum event_type type);

/* False when there is none of that name. */
bool event_type_from_name(struct text name, enum event_type *ret_type);

/* What it says, as a sentence without a full stop. */
const char *event_type_summary(enum event_type type);

#endif
