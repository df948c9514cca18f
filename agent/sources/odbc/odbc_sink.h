/* sources/odbc/odbc_sink.h - the inside of a sink (dialect.h): where the rows of one read go. */
#ifndef DRIFTLINE_SOURCES_ODBC_SINK_H
#define DRIFTLINE_SOURCES_ODBC_SINK_H

#include "base/hash.h"
#include "sources/odbc/dialect.h"

enum { ODBC_SUM_WORDS = HASH_SIZE / sizeof(uint64_t) };

/* The sum of the hashes of rows: in whatever order they come, it is the same. */
struct odbc_sum {
    uint64_t words[ODBC_SUM_WORDS];
};

struct odbc_sink {
    struct catalog *catalog; /* NULL: nothing is loaded, only summed */
    struct hasher *hasher;
    const struct source_settings *settings;

    struct odbc_sum sum;   /* of all that is not taken back */
    struct odbc_sum query; /* of the query whose rows come now */
    struct hash head;      /* of its name and labels, which is part of each row's hash */
    struct buffer row;
    unsigned label_count;
    unsigned long rows; /* so far, also of earlier readings */
    unsigned pass;      /* which reading this is, of how many that are certain to come */
    unsigned passes;
};

/* Begin a reading: forget what was summed. `pass` counts from 0. */
void odbc_sink_start(struct odbc_sink *sink, struct catalog *catalog, unsigned pass, unsigned passes);

/* The digest of all that came. */
struct hash odbc_sink_digest(struct odbc_sink *sink);

void odbc_sink_clear(struct odbc_sink *sink);

#endif
