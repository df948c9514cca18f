#include "collector/settings_form.h"

#include "notify/notify_plan.h"

enum { TEXT_LIMIT = 4096, LIST_LIMIT = 10000, PATH_LIMIT = 64 };

#define TEXT_KEY(type, member)                                                                                         \
    CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, 1, TEXT_LIMIT)
#define NEEDED_KEY(type, member) CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER, struct type, member, 1, TEXT_LIMIT)
#define LIST_KEY(type, member, entry, least, most)                                                                     \
    CYAML_FIELD_SEQUENCE(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, entry, least, most)
#define MAPPING_KEY(member, fields)                                                                                    \
    CYAML_FIELD_MAPPING(#member, CYAML_FLAG_OPTIONAL, struct file_content, member, fields)

static const cyaml_schema_value_t word_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_LIMIT)};

static const cyaml_schema_field_t listen_fields[] = {
    TEXT_KEY(file_listen, agents),
    TEXT_KEY(file_listen, feed),
    TEXT_KEY(file_listen, http),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t tls_fields[] = {
    NEEDED_KEY(file_tls, certificate),
    NEEDED_KEY(file_tls, key),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t database_fields[] = {
    NEEDED_KEY(file_database, name),
    CYAML_FIELD_SEQUENCE("path", CYAML_FLAG_POINTER, struct file_database, path, &word_schema, 1, PATH_LIMIT),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t database_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct file_database, database_fields)};

static const cyaml_schema_field_t severity_fields[] = {
    NEEDED_KEY(file_severity, match),
    NEEDED_KEY(file_severity, level),
    TEXT_KEY(file_severity, database),
    TEXT_KEY(file_severity, environment),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t severity_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct file_severity, severity_fields)};

static const cyaml_schema_field_t compare_fields[] = {
    LIST_KEY(file_compare, aspects, &word_schema, 1, ASPECT_COUNT),
    LIST_KEY(file_compare, ignore, &word_schema, 0, LIST_LIMIT),
    LIST_KEY(file_compare, severity, &severity_schema, 0, LIST_LIMIT),
    TEXT_KEY(file_compare, fold_partitions),
    CYAML_FIELD_END,
};

/* When it is, as freezes have it and quiet times. */
#define WINDOW_KEYS                                                                                                    \
    LIST_KEY(file_freeze, databases, &word_schema, 1, LIST_LIMIT),                                                     \
        LIST_KEY(file_freeze, environments, &word_schema, 1, LIST_LIMIT), TEXT_KEY(file_freeze, timezone),             \
        TEXT_KEY(file_freeze, cron), TEXT_KEY(file_freeze, duration), TEXT_KEY(file_freeze, from),                     \
        TEXT_KEY(file_freeze, until)

static const cyaml_schema_field_t freeze_fields[] = {
    NEEDED_KEY(file_freeze, name),
    TEXT_KEY(file_freeze, reason),
    WINDOW_KEYS,
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t freeze_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct file_freeze, freeze_fields)};

static const cyaml_schema_field_t gate_fields[] = {
    TEXT_KEY(file_gate, max_age),
    LIST_KEY(file_gate, block, &word_schema, 1, SEVERITY_COUNT),
    TEXT_KEY(file_gate, allow_outliers),
    TEXT_KEY(file_gate, waiver_days),
    LIST_KEY(file_gate, freezes, &freeze_schema, 0, LIST_LIMIT),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t retention_fields[] = {
    TEXT_KEY(file_retention, snapshots_days),
    TEXT_KEY(file_retention, snapshots_least),
    TEXT_KEY(file_retention, changes_days),
    TEXT_KEY(file_retention, deliveries_days),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t limits_fields[] = {
    TEXT_KEY(file_limits, snapshot),
    TEXT_KEY(file_limits, staging),
    TEXT_KEY(file_limits, memory),
    TEXT_KEY(file_limits, store),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t http_fields[] = {
    TEXT_KEY(file_http, connections),
    TEXT_KEY(file_http, connections_per_address),
    TEXT_KEY(file_http, timeout),
    TEXT_KEY(file_http, body),
    TEXT_KEY(file_http, streams),
    TEXT_KEY(file_http, threads),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t subscriber_fields[] = {
    NEEDED_KEY(file_subscriber, name),
    NEEDED_KEY(file_subscriber, key),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t subscriber_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct file_subscriber, subscriber_fields)};

static const cyaml_schema_field_t feed_fields[] = {
    LIST_KEY(file_feed, subscribers, &subscriber_schema, 0, LIST_LIMIT),
    CYAML_FIELD_END,
};

/* ---- notify ---- */

static const cyaml_schema_field_t sink_fields[] = {
    NEEDED_KEY(file_sink, name),
    NEEDED_KEY(file_sink, kind),
    TEXT_KEY(file_sink, url),
    TEXT_KEY(file_sink, secret),
    TEXT_KEY(file_sink, user),
    TEXT_KEY(file_sink, password),
    TEXT_KEY(file_sink, from),
    LIST_KEY(file_sink, to, &word_schema, 1, LIST_LIMIT),
    TEXT_KEY(file_sink, channel),
    TEXT_KEY(file_sink, repository),
    TEXT_KEY(file_sink, issue),
    LIST_KEY(file_sink, labels, &word_schema, 1, LIST_LIMIT),
    LIST_KEY(file_sink, command, &word_schema, 1, LIST_LIMIT),
    TEXT_KEY(file_sink, path),
    TEXT_KEY(file_sink, facility),
    TEXT_KEY(file_sink, ca),
    TEXT_KEY(file_sink, allow_private),
    TEXT_KEY(file_sink, timeout),
    TEXT_KEY(file_sink, retry_for),
    CYAML_FIELD_END,
};
const cyaml_schema_value_t settings_sink_form = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct file_sink, sink_fields)};

static const cyaml_schema_field_t quiet_fields[] = {
    WINDOW_KEYS,
    TEXT_KEY(file_freeze, passes),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t quiet_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct file_freeze, quiet_fields)};

static const cyaml_schema_field_t route_limit_fields[] = {
    NEEDED_KEY(file_route_limit, messages),
    TEXT_KEY(file_route_limit, per),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t route_escalate_fields[] = {
    NEEDED_KEY(file_route_escalate, after),
    TEXT_KEY(file_route_escalate, severity),
    CYAML_FIELD_SEQUENCE("to", CYAML_FLAG_POINTER, struct file_route_escalate, to, &word_schema, 1, NOTIFY_SINKS_LIMIT),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t route_fields[] = {
    NEEDED_KEY(file_route, name),
    LIST_KEY(file_route, types, &word_schema, 1, LIST_LIMIT),
    TEXT_KEY(file_route, severity),
    LIST_KEY(file_route, databases, &word_schema, 1, LIST_LIMIT),
    LIST_KEY(file_route, environments, &word_schema, 1, LIST_LIMIT),
    LIST_KEY(file_route, causes, &word_schema, 1, LIST_LIMIT),
    LIST_KEY(file_route, owners, &word_schema, 1, LIST_LIMIT),
    LIST_KEY(file_route, contracts, &word_schema, 1, LIST_LIMIT),
    LIST_KEY(file_route, objects, &word_schema, 1, LIST_LIMIT),
    CYAML_FIELD_SEQUENCE("sinks", CYAML_FLAG_POINTER, struct file_route, sinks, &word_schema, 1, NOTIFY_SINKS_LIMIT),
    LIST_KEY(file_route, group_by, &word_schema, 0, LIST_LIMIT),
    TEXT_KEY(file_route, settle),
    TEXT_KEY(file_route, settle_most),
    TEXT_KEY(file_route, repeat),
    TEXT_KEY(file_route, resolve),
    LIST_KEY(file_route, quiet, &quiet_schema, 0, LIST_LIMIT),
    CYAML_FIELD_MAPPING_PTR("limit", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_route, limit,
                            route_limit_fields),
    CYAML_FIELD_MAPPING_PTR("escalate", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_route, escalate,
                            route_escalate_fields),
    CYAML_FIELD_END,
};
const cyaml_schema_value_t settings_route_form = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct file_route, route_fields)};

static const cyaml_schema_field_t notify_fields[] = {
    TEXT_KEY(file_notify, link),
    LIST_KEY(file_notify, sinks, &settings_sink_form, 0, NOTIFY_SINKS_LIMIT),
    LIST_KEY(file_notify, routes, &settings_route_form, 0, NOTIFY_ROUTES_LIMIT),
    CYAML_FIELD_END,
};

/* ---- the file ---- */

static const cyaml_schema_field_t content_fields[] = {
    TEXT_KEY(file_content, data),
    MAPPING_KEY(listen, listen_fields),
    MAPPING_KEY(tls, tls_fields),
    LIST_KEY(file_content, path, &word_schema, 0, PATH_LIMIT),
    LIST_KEY(file_content, databases, &database_schema, 0, LIST_LIMIT),
    MAPPING_KEY(compare, compare_fields),
    MAPPING_KEY(gate, gate_fields),
    LIST_KEY(file_content, contracts, &contract_entry_schema, 0, CONTRACT_LIMIT),
    TEXT_KEY(file_content, contracts_folder),
    TEXT_KEY(file_content, heartbeat),
    TEXT_KEY(file_content, stale_after),
    TEXT_KEY(file_content, claim_after),
    MAPPING_KEY(retention, retention_fields),
    MAPPING_KEY(limits, limits_fields),
    MAPPING_KEY(http, http_fields),
    MAPPING_KEY(feed, feed_fields),
    MAPPING_KEY(notify, notify_fields),
    TEXT_KEY(file_content, log),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t settings_form = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct file_content, content_fields)};
