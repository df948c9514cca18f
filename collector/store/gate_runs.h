/* store/gate_runs.h - what the gate answered, to whom, and what it looked at. */
#ifndef DRIFTLINE_STORE_GATE_RUNS_H
#define DRIFTLINE_STORE_GATE_RUNS_H

#include "base/hash.h"
#include "store/store.h"

struct gate_run_row {
    int64_t id;
    int64_t at;
    struct text by;
    struct text database, from, to;
    uint32_t verdict; /* enum gate_verdict of gate/gate.h */
    bool has_from_root, has_to_root, has_against;
    struct hash from_root, to_root, against;
    struct text against_name; /* as the answer calls it, only read; empty: none */
    bool pinned;
    struct text answer; /* JSON, whole */
};

enum error_code gate_runs_add(struct database *database, struct gate_run_row *row, struct error *error) MUST_CHECK;
enum error_code gate_runs_get(struct database *database, int64_t id, struct arena *arena, struct gate_run_row *ret_row,
                              struct error *error) MUST_CHECK;

struct gate_run_filter {
    struct text database, from, to; /* empty: any */
    bool pinned;                    /* only those */
    int64_t before;                 /* below this number; 0: from the newest */
    uint32_t limit;
};
/* Newest first, without the answers. */
enum error_code gate_runs_list(struct database *database, const struct gate_run_filter *filter, struct arena *arena,
                               struct gate_run_row **ret_rows, size_t *ret_count, struct error *error) MUST_CHECK;

#endif
