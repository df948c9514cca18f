/* agent/settings.h - what driftline-agent is told: its options, and its configuration file.
 *
 * Tables of options say what there is; the parser, --help, docs/reference/agent.md and deploy/examples/agent.yaml are
 * made of them. The file is read strictly: what is wrong is one message `FILE:LINE:COLUMN: …`.
 *
 * Secrets (a reference with a password, the key of digests) may stand in the file, in a variable or in a file of their
 * own (`env:NAME`, `file:PATH`). They are in the struct in plain and in no message.
 *
 * Ownership: settings_load() makes one object that owns everything in it; nothing in it changes.
 */
#ifndef DRIFTLINE_AGENT_SETTINGS_H
#define DRIFTLINE_AGENT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/option.h"
#include "sources/source.h"
#include "wire/keys.h"

enum {
    SETTINGS_TARGETS_LIMIT = 1024,
    SETTINGS_ENDPOINTS_LIMIT = 16,
    SETTINGS_NAMES_LIMIT = 160 * 1024 /* bytes of the names of all targets: they must fit one message */
};

/* The command line. */
struct settings_call {
    const char *config;
    bool check_config;
    bool once;
    bool public_key;
    bool help;
    bool version;
};

/* One database that is watched. */
struct settings_target {
    const char *database;
    const char *environment;
    const char *instance;
    const char *name;    /* for people: `orders@prod`, `orders@prod/eu-1` */
    const char *source;  /* the reference, with its secrets */
    const char *engine;  /* of the source that reads it */
    const char *scratch; /* as source_settings.scratch, with its secrets */
    unsigned poll_ms;
    unsigned exact_ms;
    unsigned full_check_ms;
    unsigned debounce_ms;
};

struct settings {
    const char *agent;
    const char *data;
    struct option_list endpoints;
    const char *key; /* as written; settings.collector_key is the key itself */
    char collector_key[KEY_TEXT_SIZE];
    struct settings_target *targets;
    size_t target_count;
    size_t outbox_limit;
    unsigned outbox_keep_ms;
    struct source_settings source;
    const char *secret_key; /* where it is; settings.source.secret_key is the key itself */
    const char *metrics;    /* where they are served, as agent/loopback.h reads it; NULL: nowhere */
    unsigned log;           /* enum log_level */
    struct arena arena;
};

extern const struct option settings_call_options[];   /* in a struct settings_call */
extern const struct option settings_options[];        /* in a struct settings */
extern const struct option settings_target_options[]; /* in a struct settings_target */

/* Read a configuration file, fetch its secrets, and check all of it. "-" is standard input. */
enum error_code settings_load(struct settings **ret_settings, const char *path, struct error *error) MUST_CHECK;

/* Release; NULL is fine. */
void settings_free(struct settings *settings);

/* Whether what is watched, and how it is read, is the same in both. */
bool settings_same_target(const struct settings *a, const struct settings_target *a_target, const struct settings *b,
                          const struct settings_target *b_target);

#endif
