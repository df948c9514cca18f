/* sources/capture.h - what a database itself keeps of the statements that change its schema.
 *
 * Where capture is installed (deploy/sql/ENGINE/), the database logs each statement with who gave it, in the same
 * transaction. A read of the schema brings the entries of what it sees and no others. An entry is
 *
 *   pending   until it is in an agent's outbox,
 *   shipped   from then on, with the outbox and the number of the snapshot that brings it to the collector,
 *   recorded  once the collector has acknowledged that snapshot;
 *
 * and each mark is set only after the disk has it. So entries may be brought twice (an agent that dies between outbox
 * and mark), which the collector notices by number and time, but none is lost: what another outbox has shipped and
 * nobody has recorded is brought again.
 *
 * Failure and threads: as for source_ops.
 */
#ifndef DRIFTLINE_SOURCES_CAPTURE_H
#define DRIFTLINE_SOURCES_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "schema/statement.h"
#include "sources/source.h"

enum capture_state {
    CAPTURE_ABSENT, /* not installed, or this engine has none */
    CAPTURE_ON,
    CAPTURE_OFF,   /* installed, but what triggers it is disabled or gone */
    CAPTURE_UNREAD /* installed, but this role may not read its log */
};

/* ---- with a read of the schema ---- */

/* Set in source_settings.capture by who wants it. Each attempt of a read begins it anew. */
struct capture_reading {
    struct text taker;   /* in: the outbox, as 32 hex digits; empty: whatever is not recorded is read */
    struct text before;  /* in: the continuity of the last reading that was stored; empty: there is none */
    struct arena *arena; /* in: where all below goes, and nothing else is */

    enum capture_state state;
    /* Equal and not empty in two readings: nothing has escaped capture between them. */
    struct text continuity;
    struct captured_statement *statements; /* as they came: by number */
    size_t count;
    bool more; /* only the oldest are here, for there are very many: read again when these are marked */

    size_t capacity, bytes; /* of capture_add() */
};

/* ---- for the source that fills it ---- */

enum { CAPTURE_PORTION = 20000, CAPTURE_PORTION_BYTES = 32 * 1024 * 1024 }; /* of one reading, about */

/* Forget what an attempt before has brought: nothing is captured as far as is known. */
void capture_begin(struct capture_reading *reading);

/* It is enough for one reading: `more` is to be set instead. */
bool capture_is_full(const struct capture_reading *reading);

/* One more, with copies of its texts. */
enum error_code capture_add(struct capture_reading *reading, const struct captured_statement *statement,
                            struct error *error) MUST_CHECK;

/* It turned out that this role may not read. */
void capture_deny(struct capture_reading *reading);

/* ---- marks ---- */

struct capture_marking {
    struct text taker;
    uint64_t seq; /* the snapshot that brings them */
    const struct captured_statement
        *statements; /* that are shipped with it; NULL: what was shipped up to it is recorded
                      */
    size_t count;
};

/* ---- how it stands ---- */

struct capture_status {
    enum capture_state state;
    unsigned version;       /* of what is installed; 0: nothing */
    unsigned version_known; /* of what this program would install */
    int64_t pending, shipped, recorded;
    int64_t faults;   /* statements that capture could not log */
    int64_t newest;   /* when the newest entry was made; 0: there is none */
    struct text how;  /* by what: "event triggers", "a DDL trigger", "the general log" */
    struct text note; /* what the reader should know: rights that are missing, what is not captured; may be empty */
};

#endif
