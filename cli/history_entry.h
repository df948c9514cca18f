/* cli/history_entry.h - the entries of a timeline: the changes of a snapshot, or a note, and to whom it happened. */
#ifndef DRIFTLINE_CLI_HISTORY_ENTRY_H
#define DRIFTLINE_CLI_HISTORY_ENTRY_H

#include "cli/answer.h"

/* All texts point into the answer. */
struct history_entry {
    int64_t at;
    int64_t snapshot;
    struct text environment;
    struct text *instances;              /* by name */
    size_t instance_count;               /* more than one after joining */
    int64_t until;                       /* of the last of them */
    const struct answer_change *changes; /* as they came, the last one first; NULL for a note */
    size_t change_count;
    const struct answer_note *note;
};

struct history_entries {
    struct history_entry *items; /* oldest first */
    size_t count;
};

/* Sort what happened by time, and join what happened alike to instances of one environment, with nothing in between. */
enum error_code history_entries_make(struct history_entries *ret_entries, const struct answer_history *history,
                                     struct arena *arena, struct error *error) MUST_CHECK;

#endif
