/* cli/settings.h - everything that options and the configuration file can say, in one struct.
 *
 * The tables of options are constant and shared: the parser, --help, completion, docs/reference/cli.md and
 * docs/reference/configuration.md all read them. What a command line says takes precedence over the environment
 * (DRIFTLINE_COLLECTOR, DRIFTLINE_TOKEN), that over the file, the file over the defaults; lists are joined.
 */
#ifndef DRIFTLINE_CLI_SETTINGS_H
#define DRIFTLINE_CLI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/config_file.h"
#include "base/error.h"
#include "base/option.h"
#include "cli/collector.h"
#include "cli/project.h"
#include "drift/diff.h"
#include "sources/source.h"

struct settings {
    /* every command */
    bool help;
    bool version;
    const char *config;
    unsigned colour; /* enum colour_wish */
    /* reading schemas */
    unsigned connect_timeout_ms;
    unsigned statement_timeout_ms;
    unsigned lock_timeout_ms;
    unsigned attempts;
    size_t memory_limit;
    const char *secret_key; /* where the key is: file:PATH or env:NAME */
    /* asking the collector */
    const char *collector; /* its URL */
    const char *token;     /* where the token is: file:PATH or env:NAME */
    const char *ca;
    bool insecure_http;
    unsigned answer_timeout_ms;
    /* commands */
    const char *output;
    unsigned format;
    unsigned fail_on;
    uint64_t aspects; /* a bit each; none: all */
    unsigned aspect;
    uint64_t kinds; /* a bit for each row of kind_table; none: all */
    struct option_list ignore;
    struct option_list severity;
    bool fold_partitions;
    bool show_equivalent;
    bool statistics;
    const char *from; /* environments */
    const char *to;
    const char *since; /* points in time */
    const char *until;
    unsigned least_severity;
    unsigned limit;
    bool all;
    bool statements;
    const char *actor;
    const char *key;
    struct option_list targets;
    struct option_list tables;
    /* drifts and waivers */
    uint64_t states; /* a bit each; none: those that live */
    uint64_t causes; /* none: all */
    const char *instance;
    const char *object;
    const char *note;
    const char *pattern;
    const char *reason;
    const char *author;
    const char *expires;
    const char *file;
    bool future;
    bool ended;
    /* gate */
    const char *against;
    bool allow_outliers;
    unsigned max_age_ms; /* 0: what the collector's configuration says */
    bool pin;
    bool pinned;
    bool dry_run;
    unsigned run; /* 0: none */
    const char *root;
    unsigned wait_ms;
    /* events, notifications, doctor */
    bool follow;
    const char *after; /* NULL: not given */
    struct option_list types;
    struct option_list databases;    /* patterns */
    struct option_list environments; /* patterns */
    bool all_dead;
    const char *planted;
    const char *source;
    const char *sink;
    /* capture */
    const char *agent_role;
    unsigned retention_days; /* 0: as it is */
    bool print;
    /* what is generated, checked and published */
    bool check;
    bool show_diff;
    bool write;
    bool report;
    /* docs */
    const char *title;
    bool coverage;
    unsigned least_percent;
    /* scratch databases, contracts, roles */
    const char *scratch; /* where a scratch database may be made: file:PATH, env:NAME, or what sources are told */
    struct option_list contracts;
    const char *on; /* the schema that a migration is rehearsed on */
    const char *as; /* the role that does it */
    unsigned role;  /* enum diff_role */
    /* what was brought in line */
    const char *sync_kind;
    const char *sync_name;
    const char *sync_state;
    const char *detail;
    const char *link;
    bool manual;
    /* publish */
    bool force;
    unsigned publish_timeout_ms; /* 0: as the configuration file says */
    /* lint */
    bool in_transaction; /* tools run each file in one */
    bool rules;
    /* mcp */
    bool allow_write;
    /* the configuration file, while it is open */
    struct config_file config_file;
    const struct project *project; /* NULL: there is no file */
};

extern const struct option settings_general[];     /* of every command */
extern const struct option settings_reading[];     /* of commands that read schemas */
extern const struct option settings_asking[];      /* of commands that ask the collector */
extern const struct option settings_comparing[];   /* of commands that compare schemas */
extern const struct option settings_format_only[]; /* of commands that have no option of their own but `--format` */

/* The names of choices, NULL from the end on. */
const char *settings_aspect_name(size_t number);
const char *settings_kind_name(size_t number);
const char *settings_text_or_json(size_t number);
const char *settings_report_format(size_t number);

enum { FORMAT_TEXT, FORMAT_JSON };

/* Read the command line over the environment, over the configuration file, if there is one, over the defaults. `line`
 * says what can be given; its values must point to `ret_settings`. With --help or --version the file is left alone.
 * `has_project`: without a file that is named, PROJECT_FILE of the current folder is read, if there is one, and
 * `project` and `config_file` stay until settings_close(). */
enum error_code settings_read(struct settings *ret_settings, struct option_line *line, bool has_project, size_t count,
                              const char *const *arguments, struct error *error) MUST_CHECK;
void settings_close(struct settings *settings);

/* What sources are told. Reads the key, if one is named, into the arena. */
enum error_code settings_for_source(const struct settings *settings, struct arena *arena,
                                    struct source_settings *ret_source, struct error *error) MUST_CHECK;

/* How the collector is asked. Nothing is read yet: the token is where the settings say until it is needed. */
enum error_code settings_for_collector(const struct settings *settings, struct collector_settings *ret_collector,
                                       struct error *error) MUST_CHECK;

/* What comparisons are told: ignore patterns, severity overrides, aspects. */
enum error_code settings_for_diff(const struct settings *settings, struct arena *arena,
                                  struct diff_options *ret_options, struct error *error) MUST_CHECK;

#endif
