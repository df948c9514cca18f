/* collector/settings_form.h - the form of the configuration file: where keys may stand; for the rooms of settings only.
 */
#ifndef DRIFTLINE_COLLECTOR_SETTINGS_FORM_H
#define DRIFTLINE_COLLECTOR_SETTINGS_FORM_H

#include "contract/contract_file.h"

struct file_listen {
    char *agents;
    char *feed;
    char *http;
};

struct file_tls {
    char *certificate;
    char *key;
};

struct file_database {
    char *name;
    char **path;
    unsigned path_count;
};

struct file_severity {
    char *match;
    char *level;
    char *database;
    char *environment;
};

struct file_compare {
    char **aspects;
    unsigned aspects_count;
    char **ignore;
    unsigned ignore_count;
    struct file_severity *severity;
    unsigned severity_count;
    char *fold_partitions;
};

struct file_retention {
    char *snapshots_days;
    char *snapshots_least;
    char *changes_days;
    char *deliveries_days;
};

struct file_limits {
    char *snapshot;
    char *staging;
    char *memory;
    char *store;
};

struct file_http {
    char *connections;
    char *connections_per_address;
    char *timeout;
    char *body;
    char *streams;
    char *threads;
};

struct file_subscriber {
    char *name;
    char *key;
};

struct file_feed {
    struct file_subscriber *subscribers;
    unsigned subscribers_count;
};

struct file_freeze {
    char *name;
    char *reason;
    char **databases;
    unsigned databases_count;
    char **environments;
    unsigned environments_count;
    char *timezone;
    char *cron;
    char *duration;
    char *from;
    char *until;
    char *passes; /* only of a quiet time, which has no name and no reason */
};

struct file_gate {
    char *max_age;
    char **block;
    unsigned block_count;
    char *allow_outliers;
    char *waiver_days;
    struct file_freeze *freezes;
    unsigned freezes_count;
};

/* What stands in a mapping of its own, with the keys that lead to it. */
struct file_route_limit {
    char *messages;
    char *per;
};

struct file_route_escalate {
    char *after;
    char *severity;
    char **to;
    unsigned to_count;
};

struct file_sink {
    char *name;
    char *kind;
    char *url;
    char *secret;
    char *user;
    char *password;
    char *from;
    char **to;
    unsigned to_count;
    char *channel;
    char *repository;
    char *issue;
    char **labels;
    unsigned labels_count;
    char **command;
    unsigned command_count;
    char *path;
    char *facility;
    char *ca;
    char *allow_private;
    char *timeout;
    char *retry_for;
};

struct file_route {
    char *name;
    char **types;
    unsigned types_count;
    char *severity;
    char **databases;
    unsigned databases_count;
    char **environments;
    unsigned environments_count;
    char **causes;
    unsigned causes_count;
    char **owners;
    unsigned owners_count;
    char **contracts;
    unsigned contracts_count;
    char **objects;
    unsigned objects_count;
    char **sinks;
    unsigned sinks_count;
    char **group_by;
    unsigned group_by_count;
    char *settle;
    char *settle_most;
    char *repeat;
    char *resolve;
    struct file_freeze *quiet;
    unsigned quiet_count;
    struct file_route_limit *limit;       /* NULL: none */
    struct file_route_escalate *escalate; /* NULL: none */
};

struct file_notify {
    char *link;
    struct file_sink *sinks;
    unsigned sinks_count;
    struct file_route *routes;
    unsigned routes_count;
};

struct file_content {
    char *data;
    struct file_listen listen;
    struct file_tls tls;
    char **path;
    unsigned path_count;
    struct file_database *databases;
    unsigned databases_count;
    struct file_compare compare;
    struct file_gate gate;
    struct contract_entry *contracts;
    unsigned contracts_count;
    char *contracts_folder;
    char *heartbeat;
    char *stale_after;
    char *claim_after;
    struct file_retention retention;
    struct file_limits limits;
    struct file_http http;
    struct file_feed feed;
    struct file_notify notify;
    char *log;
};

extern const cyaml_schema_value_t settings_form; /* of struct file_content */

/* Of elements of its lists, for config_file_apply(). */
extern const cyaml_schema_value_t settings_sink_form;  /* of struct file_sink */
extern const cyaml_schema_value_t settings_route_form; /* of struct file_route */

#endif
