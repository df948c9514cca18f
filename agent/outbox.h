/* agent/outbox.h - what an agent keeps on disk until its collector has it.
 *
 * One SQLite file holds the snapshots of all targets. Their nodes are there once, however many snapshots and targets
 * share them. Each snapshot of a target has a number, its seq, which grows by one and is never given again; what
 * outbox_put() answered with ERROR_NONE survives kill -9 and power loss.
 *
 * Statements that were captured in the database go with the snapshot whose read brought them, as pages
 * (wire/statement_page.h), which are nodes, too. They outlive it: if it must go before anybody has acknowledged it, the
 * next one of its target takes them over.
 *
 * The outbox is bounded. When a put passes the limit, acknowledged snapshots go first, then others, oldest first, but
 * never the newest of a target. What goes without having been acknowledged leaves a hole in the numbers, and the
 * snapshot after the hole says why. Acknowledged ones stay for a while, for a collector that is restored from a backup.
 *
 * Failure: no room, by the limit or on the disk, is ERROR_FULL, and nothing was changed. ERROR_IO means that the
 * process must end: it recovers when it starts again. A second process with the same file is ERROR_CONFLICT. Threads:
 * safe; one works at a time, the others wait.
 */
#ifndef DRIFTLINE_AGENT_OUTBOX_H
#define DRIFTLINE_AGENT_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "drift/lineage.h"
#include "schema/snapshot.h"
#include "schema/statement.h"

enum {
    OUTBOX_INCARNATION_SIZE = 16,
    OUTBOX_FRESH_LIMIT = 2048, /* new nodes of a snapshot whose hashes are kept as a hint for the collector */
    OUTBOX_PAGES_LIMIT = 256,  /* pages of statements with one snapshot; of what is more another one is made */
    OUTBOX_TAKER_SIZE = 33     /* characters of the outbox's name for captured statements, with the NUL at its end */
};

struct outbox;

struct outbox_settings {
    uint64_t limit;      /* bytes in use */
    int64_t keep_us;     /* what is acknowledged stays so long */
    size_t memory_limit; /* bytes for comparing a snapshot with the one before */
};

/* The file is made when it is not there. */
enum error_code outbox_open(struct outbox **ret_outbox, const char *path, const struct outbox_settings *settings,
                            struct error *error) MUST_CHECK;
void outbox_close(struct outbox *outbox); /* NULL is fine; nobody may be at work in it */

/* Other limits from now on. */
void outbox_configure(struct outbox *outbox, const struct outbox_settings *settings);

/* Wait until nobody is at work in it, and let nobody begin: the process ends now, whatever its threads are about. */
void outbox_freeze(struct outbox *outbox);

/* The outbox's own name. */
void outbox_incarnation(struct outbox *outbox, uint8_t ret_incarnation[OUTBOX_INCARNATION_SIZE]);

/* Take another name, for a collector that knows more snapshots of the old one than there are: the file is a copy from
 * the past. What was not acknowledged, and the newest of each target, is numbered anew from 1, and offered again. */
enum error_code outbox_renew(struct outbox *outbox, struct error *error) MUST_CHECK;

/* ---- targets ---- */

struct outbox_target {
    const char *database;
    const char *environment;
    const char *instance;
    int64_t id; /* out: the target's number in this outbox, for the functions below */
};

/* These targets are watched, others are no longer: their snapshots need not be kept for long. */
enum error_code outbox_watch(struct outbox *outbox, struct outbox_target *targets, size_t count,
                             struct error *error) MUST_CHECK;

struct outbox_range {
    uint64_t oldest; /* 0: there is none */
    uint64_t newest;
    uint64_t next;    /* the number that the next one gets */
    uint64_t waiting; /* not acknowledged */
    struct hash root; /* of the newest */
};

enum error_code outbox_range(struct outbox *outbox, int64_t target, struct outbox_range *ret_range,
                             struct error *error) MUST_CHECK;

/* ---- snapshots in ---- */

/* A snapshot that was just taken, and what came with it. */
struct outbox_parcel {
    const struct snapshot *snapshot;
    bool anew; /* nodes that are here already are written again: they may have been damaged */

    /* captured in the database, see sources/capture.h */
    const struct captured_statement *statements;
    size_t statement_count;
    struct text continuity;
    bool partial; /* of the statements that it shows the effects of, some come with a later one */
};

struct outbox_put {
    bool stored;                   /* false: its root is that of the newest already, and there were no statements */
    uint64_t seq;                  /* of the newest snapshot now */
    unsigned dropped;              /* snapshots that had to go and were not acknowledged */
    char taker[OUTBOX_TAKER_SIZE]; /* whose number `seq` is */
};

/* Store a snapshot, unless it is the same as the newest and brings no statements. */
enum error_code outbox_put(struct outbox *outbox, int64_t target, const struct outbox_parcel *parcel,
                           struct outbox_put *ret_put, struct error *error) MUST_CHECK;

/* ---- snapshots out ---- */

struct outbox_snapshot {
    uint64_t seq;
    int64_t taken_at;
    struct hash root;
    struct text server_version;
    struct text reference;
    struct text lost_reason; /* why there are none just before it; empty: nothing is known of a reason */
    struct text fresh;       /* hashes of nodes that are new with it, one after the other; empty: unknown */
    struct lineage renames;  /* against the snapshot before it */
    struct text statements;  /* hashes of pages of captured statements, one after the other */
    bool captured;           /* every statement since the snapshot before it was captured */
};

/* The first snapshot of a target with this seq or a higher one, in the arena; ERROR_NOT_FOUND: there is none. */
enum error_code outbox_next(struct outbox *outbox, int64_t target, uint64_t seq, struct arena *arena,
                            struct outbox_snapshot *ret_snapshot, struct error *error) MUST_CHECK;

/* A node, in the arena. One that is not here, or not what its hash says, is ERROR_NOT_FOUND. */
enum error_code outbox_node(struct outbox *outbox, const struct hash *hash, struct arena *arena,
                            enum node_type *ret_type, struct text *ret_bytes, struct error *error) MUST_CHECK;

/* The collector has these and all before them, durably. */
enum error_code outbox_acknowledge(struct outbox *outbox, int64_t target, uint64_t seq, struct error *error) MUST_CHECK;

/* How far the collector has come with the statements of a target. */
struct outbox_acknowledged {
    uint64_t seq;                  /* statements that came with this snapshot or earlier are at the collector */
    uint64_t newest;               /* the highest number that there ever was */
    char taker[OUTBOX_TAKER_SIZE]; /* whose numbers these are: another one after outbox_renew() */
};
enum error_code outbox_acknowledged(struct outbox *outbox, int64_t target, struct outbox_acknowledged *ret_acknowledged,
                                    struct error *error) MUST_CHECK;

/* The continuity that the newest reading of a target was stored with; empty: it is not known, or longer than this. */
enum { OUTBOX_CONTINUITY_SIZE = 128 };
enum error_code outbox_continuity(struct outbox *outbox, int64_t target, char ret_continuity[OUTBOX_CONTINUITY_SIZE],
                                  struct error *error) MUST_CHECK;

/* The collector will never take this one: remove it, and remember why for the one after it. */
enum error_code outbox_drop(struct outbox *outbox, int64_t target, uint64_t seq, const char *reason,
                            struct error *error) MUST_CHECK;

/* ---- upkeep ---- */

/* Remove what was kept for long enough, a few at a time: call again while it answers that there is more. Also gives
 * back memory. */
enum error_code outbox_trim(struct outbox *outbox, bool *ret_more, struct error *error) MUST_CHECK;

/* How full it is; for metrics. */
struct outbox_figures {
    uint64_t bytes;
    uint64_t limit;
    uint64_t snapshots;
    uint64_t waiting; /* of them, not acknowledged */
};
enum error_code outbox_figures(struct outbox *outbox, struct outbox_figures *ret_figures,
                               struct error *error) MUST_CHECK;

/* Snapshots of watched targets that are not acknowledged. */
enum error_code outbox_waiting(struct outbox *outbox, uint64_t *ret_count, struct error *error) MUST_CHECK;

#endif
