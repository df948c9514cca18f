/* ingest/roster.h - the enrolled agents in memory, and the session of each.
 *
 * The store's list is read once, and again when it changed; a message only ever looks here.
 *
 * Ownership: the roster owns its copy of the list, not the sessions.
 */
#ifndef DRIFTLINE_INGEST_ROSTER_H
#define DRIFTLINE_INGEST_ROSTER_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "ingest/session.h"
#include "store/agents.h"

enum { ROSTER_MEMORY = 256 * 1024 * 1024 };

struct roster_agent {
    struct agent_row *row;
    struct session *session; /* NULL: it is not here */
    int64_t left_at;         /* time of its last Bye; 0: none */
    int64_t unstored;        /* time when its last session was heard last, which the store is to have yet; 0: nothing */
    int64_t heard_elapsed;   /* when its last session was heard last, by clock_elapsed(); 0: there was none */
    uint32_t added;          /* targets that it has made since the list was read */
};

struct roster {
    struct arena arena;
    struct agent_row *rows;      /* by name */
    struct roster_agent *agents; /* by number */
    size_t count;
};

/* Read the list. No agent has a session. */
enum error_code roster_load(struct roster *ret_roster, struct database *database, struct error *error) MUST_CHECK;
void roster_clear(struct roster *roster);

/* The agent of a number, or NULL. */
struct roster_agent *roster_find(const struct roster *roster, int64_t number);

/* Whether both may do the same: neither or both revoked, the same key and grants. */
bool roster_same_rights(const struct agent_row *a, const struct agent_row *b);

#endif
