/* collector/settings.h - what the command line and the configuration file of the collector say.
 *
 * The tables are constant and shared: the parser, --help, docs/reference/collector.md and
 * deploy/examples/collector.yaml all read them. A mistake in the file is ERROR_CONFIG, and the message begins with
 * FILE:LINE:COLUMN. Ownership: everything lives in the arena that it was read with.
 */
#ifndef DRIFTLINE_COLLECTOR_SETTINGS_H
#define DRIFTLINE_COLLECTOR_SETTINGS_H

#include "base/log.h"
#include "base/option.h"
#include "correlate/policy.h"
#include "feed/server.h"
#include "ingest/core.h"
#include "notify/notify_plan.h"

/* What options and keys are set to, and what was made of them. */
struct collector_settings {
    /* the command line */
    bool help;
    bool version;
    bool check_config;
    const char *config;
    unsigned rights;       /* enum token_rights, less one */
    unsigned expires_days; /* 0: never */
    /* the file */
    const char *data;
    const char *listen_agents;
    const char *listen_feed; /* NULL: there is no ZeroMQ feed */
    const char *listen_http;
    const char *certificate;
    const char *certificate_key;
    struct option_list path;
    uint64_t aspects; /* a bit each; none: all */
    struct option_list ignore;
    bool fold_partitions;
    unsigned gate_max_age_ms;
    uint64_t gate_block; /* a bit each severity; none: critical and high */
    bool gate_allow_outliers;
    unsigned gate_waiver_days;
    const char *contracts_folder; /* NULL: none */
    unsigned heartbeat_ms;
    unsigned stale_after_ms;
    unsigned claim_after_ms;
    unsigned snapshots_days;
    unsigned snapshots_least;
    unsigned changes_days;
    unsigned deliveries_days;
    size_t snapshot_limit;
    size_t staging_limit;
    size_t memory_limit;
    size_t store_limit;
    unsigned connections;
    unsigned connections_per_address;
    unsigned timeout_ms;
    size_t body_limit;
    unsigned streams;
    unsigned threads;
    unsigned log_level;                        /* enum log_level */
    const char *link;                          /* NULL: none */
    const struct door_subscriber *subscribers; /* who may subscribe to the feed */
    size_t subscriber_count;
    struct text file_text;        /* of the file, for settings_read_notify() */
    struct notify_content notify; /* what is secret in it is still as it was written, "env:SLACK_WEBHOOK" */
    struct policy_content policy; /* made of all that decides what counts; of contracts those in the file itself */
};

extern const struct option settings_general[]; /* of the command line */
extern const struct option settings_token[];   /* of `token create` */
extern const struct option settings_file[];    /* keys with one value, or a list of words */
extern const struct option settings_lists[]; /* keys with a list of mappings: described here, read by settings_read() */

/* Read the file that `config` names over the defaults, into settings whose command line was read already. */
enum error_code settings_read(struct collector_settings *settings, struct arena *arena, struct error *error) MUST_CHECK;

/* The contracts of the file itself and those of its folder. One that is not in order is ERROR_CONFIG with its place, a
 * folder that cannot be read says why. */
enum error_code settings_read_contracts(const struct collector_settings *settings, struct arena *arena,
                                        struct contract_set *ret_set, struct error *error) MUST_CHECK;

/* Who is told what, with the secrets, which are fetched now; what a kind of sink needs is looked at with them. They
 * live in the arena, to be erased by the caller. A mistake is ERROR_CONFIG with its place and without the secret. */
enum error_code settings_read_notify(const struct collector_settings *settings, struct arena *arena,
                                     struct notify_content *ret_content, struct error *error) MUST_CHECK;

/* Whether routes name only contracts that are there, or patterns: else ERROR_CONFIG with its place. settings_read() has
 * asked this if there is no folder of contracts. */
enum error_code settings_check_contracts(const struct collector_settings *settings,
                                         const struct contract_set *contracts, struct error *error) MUST_CHECK;

/* The first sink from `number` on that no route tells anything: what can be meant so, but is rarely. The warning begins
 * with its place. False: there is none. */
bool settings_next_unused_sink(const struct collector_settings *settings, size_t *number, struct error *ret_why);

/* What the parts are told. Paths and texts are those of the settings; key and holder stay the caller's. */
struct core_settings settings_for_core(const struct collector_settings *settings, const struct key_pair *key,
                                       struct policy_holder *policy);
struct feed_settings settings_for_feed(const struct collector_settings *settings, struct policy_holder *policy);

#endif
