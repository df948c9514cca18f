/* store/agents.h - which keys may enter, under what name, and for which targets they may speak. */
#ifndef DRIFTLINE_STORE_AGENTS_H
#define DRIFTLINE_STORE_AGENTS_H

#include <stdint.h>

#include "store/store.h"
#include "wire/keys.h"

/* A pattern of targets: each name or "*". */
struct agent_row {
    int64_t id;
    struct text name;
    uint8_t key[KEY_SIZE];
    struct target_name *grants; /* sorted */
    size_t grant_count;
    int64_t enrolled_at;
    struct text enrolled_by;
    int64_t revoked_at; /* 0: not */
    struct text revoked_by;
    int64_t last_seen; /* heard, as far as it is stored; 0: never */
    struct text version;
    struct text host;
    struct text address;
    int64_t silent_since;  /* when it was heard last; 0: it is not silent, or that was not told yet */
    uint32_t target_count; /* targets that it speaks for */
};

/* Add an agent, or, when one of this name and key is there, replace its grants and take a revocation back. The name
 * with another key: ERROR_CONFLICT, unless it was revoked, when the new key takes its place. The key under another
 * name: ERROR_CONFLICT. `ret_id` is its number. */
enum error_code agents_enroll(struct database *database, const struct agent_row *agent, int64_t *ret_id,
                              struct error *error) MUST_CHECK;

/* The number of an agent; ERROR_NOT_FOUND when there is none of the name. */
enum error_code agents_find(struct database *database, struct text name, int64_t *ret_id,
                            struct error *error) MUST_CHECK;

/* ERROR_NOT_FOUND when there is none of the name. Revoking twice is fine. */
enum error_code agents_revoke(struct database *database, struct text name, struct text by, int64_t at,
                              struct error *error) MUST_CHECK;

/* What a Hello said of the program. */
struct agent_sighting {
    int64_t agent;
    int64_t at;
    struct text version;
    struct text host;
    struct text address;
};
enum error_code agents_saw(struct database *database, const struct agent_sighting *sighting,
                           struct error *error) MUST_CHECK;

/* It was heard last at this time. */
enum error_code agents_heard(struct database *database, int64_t agent, int64_t at, struct error *error) MUST_CHECK;

/* What the store knows of its being here. */
struct agent_presence {
    int64_t heard_at; /* the last time that was stored; 0: never */
    struct text version;
    struct text host;
    int64_t silent_since; /* 0: it is not silent */
    uint32_t targets;     /* that it speaks for */
};
enum error_code agents_presence(struct database *database, int64_t agent, struct arena *arena,
                                struct agent_presence *ret_presence, struct error *error) MUST_CHECK;

/* It is silent, and was heard last at this time; 0: it is no longer. */
enum error_code agents_set_silent(struct database *database, int64_t agent, int64_t since,
                                  struct error *error) MUST_CHECK;

/* All of them, by name. */
enum error_code agents_list(struct database *database, struct arena *arena, struct agent_row **ret_agents,
                            size_t *ret_count, struct error *error) MUST_CHECK;

/* Whether an agent's grants have a target. */
bool agents_may_speak_for(const struct agent_row *agent, const struct target_name *target);

#endif
