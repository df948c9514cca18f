/* drift/rendering.h - text that servers render, and two major versions may render differently.
 *
 * A server keeps a view, a default or a check as what it parsed, and writes it anew whenever it is asked; PostgreSQL 15
 * writes `SELECT t.a FROM s.t` where 16 leaves the qualifier out. So between two major versions another text may mean
 * the same: whether it does is not known, and a comparison says so.
 *
 * That a text is there or not, how many there are, and everything else is compared as ever.
 */
#ifndef DRIFTLINE_DRIFT_RENDERING_H
#define DRIFTLINE_DRIFT_RENDERING_H

#include "base/arena.h"
#include "drift/change.h"
#include "schema/snapshot.h"

/* Whether the two sides of a comparison were rendered by different major versions of one engine, and which. */
struct rendering {
    bool differs;
    const char *engine; /* as people write it */
    uint32_t majors[2]; /* the lower one first */
};

struct rendering rendering_of(const struct snapshot *from, const struct snapshot *to);

/* Take the attributes out of a change that differ only in what was rendered. They stand behind those that remain, in
 * their order. Answers how many they are. */
uint32_t rendering_take_out(const struct rendering *rendering, struct change *change);

/* What is certain of a text, or of an item of a list, when another major version may spell it differently: all of what
 * is not rendered, else what stands before the rendered part, or only that there is one. Two texts of which the same is
 * certain may mean the same. */
struct text rendering_certain(enum kind kind, struct text attribute, struct text item);

/* Why they were not compared: "default as rendered by PostgreSQL 15 and 16, which may spell it differently". NULL when
 * memory ran out. */
const char *rendering_reason(const struct rendering *rendering, const struct attribute_change *attributes,
                             uint32_t count, struct arena *arena);

/* Whether the servers of an engine render text. */
bool rendering_has_engine(struct text engine);

/* Whether two servers of an engine render alike, as far as their versions tell. */
bool rendering_is_same(struct text engine, struct text version, struct text other);

/* 15 of "15.20 (Debian 15.20-0+deb12u1)"; 0: not known. And "15.20" of it, for people. */
uint32_t rendering_major(struct text server_version);
struct text rendering_version(struct text server_version);

#endif
