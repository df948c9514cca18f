/* store/drifts.h - differences between the sides of pairs, and what happened in their lives. */
#ifndef DRIFTLINE_STORE_DRIFTS_H
#define DRIFTLINE_STORE_DRIFTS_H

#include "drift/change.h"
#include "store/store.h"

/* Numbers are those of the store: they never change their meaning. */
enum drift_state { DRIFT_OPEN = 0, DRIFT_ACKNOWLEDGED = 1, DRIFT_WAIVED = 2, DRIFT_ENDED = 3, DRIFT_STATE_COUNT };

enum drift_cause {
    DRIFT_BASELINE = 0, /* the sides never were equal, as far as is known */
    DRIFT_PENDING = 1,  /* changed upstream, not yet here */
    DRIFT_HOTFIX = 2,   /* changed here first */
    DRIFT_DIVERGED = 3, /* both changed */
    DRIFT_OUTLIER = 4,  /* an instance is not as the majority of its environment */
    DRIFT_CAUSE_COUNT
};

enum drift_ending {
    DRIFT_LIVES = 0,
    DRIFT_PROMOTED = 1,   /* the other side took what was upstream */
    DRIFT_BACKPORTED = 2, /* upstream took what was here first */
    DRIFT_REVERTED = 3,   /* back to how both were */
    DRIFT_REPAIRED = 4,   /* an outlier became as the majority */
    DRIFT_ADOPTED = 5,    /* the majority became as the outlier */
    DRIFT_ABSORBED = 6,   /* part of a larger difference: its object came or went as a whole, or the other way round */
    DRIFT_EXCUSED = 7,    /* the configuration no longer counts it, or one side no longer declares it */
    DRIFT_FORGOTTEN = 8,  /* there is no such pair any more */
    DRIFT_ENDING_COUNT
};

enum drift_step {
    DRIFT_STEP_OPENED = 0,
    DRIFT_STEP_CHANGED = 1,  /* a side took another state */
    DRIFT_STEP_REOPENED = 2, /* what was acknowledged or waived is open again; the note says why */
    DRIFT_STEP_ACKNOWLEDGED = 3,
    DRIFT_STEP_WAIVED = 4,
    DRIFT_STEP_ENDED = 5,
    DRIFT_STEP_RENAMED = 6, /* the thing has another name; the note says which it had */
    DRIFT_STEP_HIDDEN = 7,  /* one side cannot be read; the note says why */
    DRIFT_STEP_VISIBLE = 8,
    DRIFT_STEP_EXPLAINED = 9, /* another cause; the note is its name */
    DRIFT_STEP_COUNT
};

const char *drift_state_name(enum drift_state state);    /* "open", "acknowledged", "waived", "ended" */
const char *drift_cause_name(enum drift_cause cause);    /* "baseline" … */
const char *drift_ending_name(enum drift_ending ending); /* "" while it lives, "promoted" … */
const char *drift_step_name(enum drift_step step);

struct drift_row {
    int64_t id;
    int64_t pair;
    struct text database, from, to, instance; /* of the pair; not needed for adding */
    bool active;                              /* of the pair */
    enum drift_state state;
    enum drift_cause cause;
    enum drift_ending ending;
    bool hidden;
    enum effect effect; /* as it is read (pair_reads_to()): what a promotion would do, or how an instance differs */
    enum kind kind;
    enum kind object_kind;
    enum aspect aspect;
    enum severity severity;
    struct text rule;
    struct text contracts; /* JSON, or empty: `[{"contract", "consumers", "violated"}]` */
    struct text object;
    struct text owner;
    struct text renamed_from;      /* or empty */
    struct text owner_before;      /* or empty */
    struct text attributes;        /* JSON */
    struct change_state states[2]; /* 0: of what is promoted or the majority, 1: of the other side */
    bool base_known;
    struct change_state base;
    int64_t opened_at;
    int64_t changed_at;
    int64_t seen_at;
    int64_t ended_at; /* 0: it lives */
    int64_t lead;     /* -1: none */
    uint32_t reopened;
    int64_t previous;
    int64_t acked_at;
    struct text acked_by;
    int64_t waiver;
    int64_t waived_until; /* of the waiver; 0: none. Not needed for adding */
    int64_t change;
    bool unattributed;
};

struct drift_step_row {
    int64_t id;
    int64_t drift;
    enum drift_step what;
    int64_t at;
    int side; /* -1: neither */
    struct change_state state;
    int64_t snapshot;
    int64_t change;
    struct text by;
    struct text note;
};

enum error_code drifts_add(struct database *database, struct drift_row *row,
                           struct error *error) MUST_CHECK; /* sets id */
enum error_code drifts_update(struct database *database, const struct drift_row *row, struct error *error) MUST_CHECK;
enum error_code drifts_get(struct database *database, int64_t id, struct arena *arena, struct drift_row *ret_row,
                           struct error *error) MUST_CHECK;

/* The living drifts of a pair whose owner, on either side, is this; an empty text: all of them. */
enum error_code drifts_living(struct database *database, int64_t pair, struct text owner, struct arena *arena,
                              struct drift_row **ret_rows, size_t *ret_count, struct error *error) MUST_CHECK;

/* The last drift of a thing in a pair that has ended; 0: none. */
enum error_code drifts_last_ended(struct database *database, const struct drift_row *like, int64_t *ret_id,
                                  struct error *error) MUST_CHECK;

/* How many of the pair of these names are open or acknowledged; other members do not count. */
enum error_code drifts_count_open(struct database *database, const struct drift_row *pair, uint32_t *ret_count,
                                  struct error *error) MUST_CHECK;

struct drift_filter {
    struct text database; /* empty: any; and so on */
    struct text from;
    struct text to;
    struct text instance;
    struct text object; /* the thing and all its parts */
    uint32_t states;    /* a bit each; 0: those that live */
    uint32_t causes;    /* a bit each; 0: any */
    uint32_t least_severity;
    int64_t waiver; /* 0: any */
    int64_t before; /* below this number; 0: from the newest */
    uint32_t limit;
};
/* Newest first. */
enum error_code drifts_list(struct database *database, const struct drift_filter *filter, struct arena *arena,
                            struct drift_row **ret_rows, size_t *ret_count, struct error *error) MUST_CHECK;

enum error_code drift_steps_add(struct database *database, const struct drift_step_row *step,
                                struct error *error) MUST_CHECK;
/* In the order in which they were learned. */
enum error_code drift_steps_list(struct database *database, int64_t drift, struct arena *arena,
                                 struct drift_step_row **ret_steps, size_t *ret_count, struct error *error) MUST_CHECK;

#endif
