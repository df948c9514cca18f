/* notify/sink_kinds.h - the tables of all kinds, as sink_kinds.def lists them. For their files and sink_kinds.c only:
 * everybody else asks sink_kind_find(). */
#ifndef DRIFTLINE_NOTIFY_SINK_KINDS_H
#define DRIFTLINE_NOTIFY_SINK_KINDS_H

#include "notify/sink.h"

#define SINK_KIND(name) extern const struct sink_kind sink_##name;
#include "notify/sink_kinds.def"
#undef SINK_KIND

#endif
