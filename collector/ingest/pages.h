/* ingest/pages.h - the captured statements of a whole upload. Not for others than the conversation. */
#ifndef DRIFTLINE_INGEST_PAGES_H
#define DRIFTLINE_INGEST_PAGES_H

#include "ingest/upload.h"
#include "track/recording.h"

/* Read the pages of an offer in its order, a page that it names twice once, and set the statements of the recording.
 * They are in the arena, and their texts. */
enum error_code pages_read(const struct upload *upload, struct arena *arena, struct recording *recording,
                           struct error *error) MUST_CHECK;

#endif
