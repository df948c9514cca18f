/* schema/snapshot.h - all objects of one database at one moment, named by one hash.
 *
 * The root hash covers the canonical version, the engine, the roots of the three aspects and the coverage list. What
 * is true only of this occasion (when, from where, by which server version, the server's ids) travels beside it.
 *
 * Ownership: a snapshot owns an arena with everything in it; snapshot_free() releases all.
 */
#ifndef DRIFTLINE_SCHEMA_SNAPSHOT_H
#define DRIFTLINE_SCHEMA_SNAPSHOT_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "schema/object.h"
#include "schema/trie.h"

/* What a schema that somebody wrote down says of itself as a whole. */
struct snapshot_declaration {
    struct hash file;       /* SHA-256 of its bytes, as sha256sum prints it */
    struct text version;    /* as it is written there; empty: it is not */
    struct text updated_at; /* the same */
    uint32_t tables;
    uint32_t fields; /* of all tables */
};

/* What is known of the occasion; none of it is hashed, except the engine. Empty texts: not known. */
struct snapshot_info {
    struct text ref;            /* as the user gave it, secrets removed */
    struct text engine;         /* "postgresql", "sqlite", "dummy" … */
    struct text server_version; /* "15.20" */
    struct text origin;         /* names the very database: ids compare only within one origin */
    bool akin;        /* the origin is one of several databases: equal ids are one thing, different ids may be */
    int64_t taken_at; /* microseconds since 1970, UTC */
    const struct snapshot_declaration *declaration; /* NULL: nobody wrote it down. It is in no file and on no wire */
};

/* The reason of a gap that is none: who wrote this schema down does not speak of the kind. What nobody declares is not
 * compared, and not unknown. */
#define GAP_NOT_DECLARED "not declared"

/* Something that could not be read. A comparison says UNKNOWN of it, never "equal". */
struct coverage_gap {
    enum kind kind;     /* the kind that could not be read */
    struct text object; /* one object of it as displayed, or empty: the whole kind */
    struct text reason; /* short and stable, since it is hashed: "permission denied" */
};

/* Whether a gap is none: GAP_NOT_DECLARED. */
bool gap_is_undeclared(const struct coverage_gap *gap);

struct snapshot {
    struct arena arena;
    struct snapshot_info info;
    struct coverage_gap *gaps; /* sorted by kind, object, reason; each once */
    uint32_t gap_count;
    struct trie tries[ASPECT_COUNT];
    unsigned canonical_version;
    struct hash root;
};

/* Everything that a source found. Attributes and parts may be in any order: building sorts them. */
struct snapshot_input {
    struct snapshot_info info;
    struct object *objects;
    uint32_t object_count;
    struct coverage_gap *gaps;
    uint32_t gap_count;
};

/* Make a snapshot that takes at most `memory_limit` bytes. Everything is copied; the input's arrays are sorted in
 * place. Duplicate objects, parts or attributes are ERROR_INTERNAL and name the culprit: a source's query is wrong. */
enum error_code snapshot_build(struct snapshot **ret_snapshot, struct snapshot_input *input, size_t memory_limit,
                               struct error *error) MUST_CHECK;

/* Release; NULL is fine. */
void snapshot_free(struct snapshot *snapshot);

/* The root of one aspect. */
const struct hash *snapshot_aspect_root(const struct snapshot *snapshot, enum aspect aspect);

/* The aspect whose trie lists an object of this kind. */
const struct trie *snapshot_home(const struct snapshot *snapshot, enum kind kind);

/* Put an object together again from all its aspects, into `arena`: what `show` prints. `entry` is one of its home trie.
 */
enum error_code snapshot_object(const struct snapshot *snapshot, const struct trie_entry *entry, struct arena *arena,
                                struct object *ret_object, struct error *error) MUST_CHECK;

/* Append the bytes of the root node; its hash is the root. */
void snapshot_encode_root(struct buffer *buffer, const struct snapshot *snapshot);

#endif
