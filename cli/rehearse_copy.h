/* cli/rehearse_copy.h - the schema of a snapshot made anew in a scratch database, and what did not come out as it was.
 * For rehearse.c. */
#ifndef DRIFTLINE_CLI_REHEARSE_COPY_H
#define DRIFTLINE_CLI_REHEARSE_COPY_H

#include "cli/rehearse.h"

/* Notes, of which only the first are kept. */
struct rehearse_notes {
    struct text *items;
    size_t count;
    size_t left_out;
    struct arena *arena;
};

enum { REHEARSE_NOTES_MAX = 30 };

/* Add one; what the buffer holds is fit to be shown. The buffer is cleared. */
enum error_code rehearse_note(struct rehearse_notes *notes, struct buffer *text, struct error *error) MUST_CHECK;

/* Make the copy and read it. What makes it another than the target is noted; an extension that the server does not have
 * is an error. */
enum error_code rehearse_copy(struct snapshot **ret_copy, struct scratch *scratch, const struct rehearse_wish *wish,
                              struct rehearse_notes *notes, struct error *error) MUST_CHECK;

/* Whether a statement was refused because the server does not have an extension: no fault of the statement. Then
 * `error` says so. */
bool rehearse_lacks_extension(const struct error *refusal, const char *server_version, struct error *error);

/* The role that owns most tables of a snapshot; NULL: there is none. */
enum error_code rehearse_owner(const char **ret_role, const struct snapshot *snapshot, struct arena *arena,
                               struct error *error) MUST_CHECK;

#endif
