/* cli/syncs.h - tells the collector what became of something that is kept in line with a schema. */
#ifndef DRIFTLINE_CLI_SYNCS_H
#define DRIFTLINE_CLI_SYNCS_H

#include "cli/command.h"

struct sync {
    struct text kind; /* "publish", "promote" */
    struct text name; /* of what is kept in line */
    struct text database;
    struct text environment; /* empty: none */
    struct text state;       /* as docs/reference/http-api.md lists them: "merged", "failed" … */
    bool manual;             /* somebody had to act */
    struct text root;        /* 64 digits, or empty */
    struct text url;
    struct text detail;
};

/* Record it. Needs the right `gate`. The answer is JSON. */
enum error_code sync_record(const struct call *call, const struct sync *sync, struct buffer *answer,
                            struct error *error) MUST_CHECK;

#endif
