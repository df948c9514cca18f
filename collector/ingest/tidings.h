/* ingest/tidings.h - what the collector tells of itself: that nothing could be written for a while, and that strangers
 * knocked at the door.
 *
 * Both are told when something can be written: a trouble when it is over, strangers once a minute at most, with how
 * many they were. What was told in a batch that was not written is told again. For the conversation only.
 */
#ifndef DRIFTLINE_INGEST_TIDINGS_H
#define DRIFTLINE_INGEST_TIDINGS_H

#include "ingest/conversation_private.h"

enum { TIDINGS_PAUSE_MS = 60 * 1000 /* between two events about strangers */ };

/* Writing works again; before that it had this problem since a moment. */
void tidings_note_trouble(struct conversation *conversation, const char *problem, int64_t since);

/* Tell of what is new. To be called a few times a second. */
enum error_code tidings_tell(struct conversation *conversation, struct error *error) MUST_CHECK;

/* The batch was written, or was not. */
void tidings_written(struct conversation *conversation, bool written);

#endif
