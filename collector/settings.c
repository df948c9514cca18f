#include "collector/settings.h"

#include "drift/severity.h"
#include "store/tokens.h"

#define AT(member) offsetof(struct collector_settings, member)

enum {
    SECOND_MS = 1000,
    HOUR_MS = 3600 * SECOND_MS,
    DAY_MS = 24 * HOUR_MS,
    KIBIBYTE = 1024,
    MEBIBYTE = 1024 * KIBIBYTE,
    DAYS_LIMIT = 36500,
    BATCH_MS = 10,
    BATCH_SNAPSHOTS = 256
};

#define LARGE_SIZE (UINT64_C(1) << 40)

static const char *aspect_choice(size_t number)
{
    return number < ASPECT_COUNT ? aspect_name((enum aspect)number) : NULL;
}

static const char *severity_choice(size_t number)
{
    return number < SEVERITY_COUNT ? severity_name((enum severity)number) : NULL;
}

static const char *level_choice(size_t number)
{
    return number <= LOG_LEVEL_ERROR ? log_level_name((enum log_level)number) : NULL;
}

static const char *rights_choice(size_t number)
{
    return number < TOKEN_ADMIN ? token_rights_name((enum token_rights)(number + TOKEN_READ)) : NULL;
}

const struct option settings_general[] = {
    {"config", 0, OPTION_FILE, AT(config), "FILE", NULL, NULL, NULL, 0, 0, "read the configuration from FILE"},
    {"check-config", 0, OPTION_FLAG, AT(check_config), NULL, NULL, NULL, NULL, 0, 0,
     "say whether the configuration is in order, and stop"},
    {"help", 'h', OPTION_FLAG, AT(help), NULL, NULL, NULL, NULL, 0, 0, "describe the program and stop"},
    {"version", 'V', OPTION_FLAG, AT(version), NULL, NULL, NULL, NULL, 0, 0,
     "print the versions of Driftline and of its libraries and stop"},
    {0},
};

const struct option settings_token[] = {
    {"rights", 0, OPTION_CHOICE, AT(rights), "RIGHTS", NULL, "read", rights_choice, 0, 0,
     "what the token may do; each includes those before it"},
    {"expires", 0, OPTION_NUMBER, AT(expires_days), "DAYS", NULL, NULL, NULL, 1, DAYS_LIMIT,
     "let the token expire after so many days; without it never"},
    {0},
};

const struct option settings_file[] = {
    {NULL, 0, OPTION_FILE, AT(data), "FOLDER", "data", "/var/lib/driftline", NULL, 0, 0,
     "folder of the history, the keys and the first token; made if it is not there"},
    {NULL, 0, OPTION_TEXT, AT(listen_agents), "ENDPOINT", "listen.agents", "tcp://127.0.0.1:7400", NULL, 0, 0,
     "where agents connect; `tcp://*:7400` for every address of the machine"},
    {NULL, 0, OPTION_TEXT, AT(listen_feed), "ENDPOINT", "listen.feed", NULL, NULL, 0, 0,
     "where programs subscribe to the ZeroMQ feed of events, `tcp://*:7401`; without it there is none"},
    {NULL, 0, OPTION_TEXT, AT(listen_http), "HOST:PORT", "listen.http", "127.0.0.1:7480", NULL, 0, 0,
     "where the HTTP API listens; anything but this machine alone needs `tls`"},
    {NULL, 0, OPTION_FILE, AT(certificate), "FILE", "tls.certificate", NULL, NULL, 0, 0,
     "certificate of the HTTP API with those that lead to its authority, PEM"},
    {NULL, 0, OPTION_FILE, AT(certificate_key), "FILE", "tls.key", NULL, NULL, 0, 0, "its private key, PEM"},
    {NULL, 0, OPTION_LIST, AT(path), "ENVIRONMENTS", "path", NULL, NULL, 0, 0,
     "environments in the order of promotion"},
    {NULL, 0, OPTION_CHOICES, AT(aspects), "ASPECTS", "compare.aspects", NULL, aspect_choice, 0, 0,
     "what counts as a difference; without it all of them"},
    {NULL, 0, OPTION_LIST, AT(ignore), "PATTERNS", "compare.ignore", NULL, NULL, 0, 0,
     "leave out what matches kind:glob, attribute:glob or *:glob"},
    {NULL, 0, OPTION_FLAG, AT(fold_partitions), NULL, "compare.fold_partitions", NULL, NULL, 0, 0,
     "leave out tables that are partitions of another"},
    {NULL, 0, OPTION_DURATION, AT(gate_max_age_ms), "TIME", "gate.max_age", "10m", NULL, 2 * SECOND_MS, 7 * DAY_MS,
     "the gate does not know a side that was not looked at for longer"},
    {NULL, 0, OPTION_CHOICES, AT(gate_block), "LEVELS", "gate.block", NULL, severity_choice, 0, 0,
     "drift of these levels blocks unless it is waived; without it critical and high"},
    {NULL, 0, OPTION_FLAG, AT(gate_allow_outliers), NULL, "gate.allow_outliers", NULL, NULL, 0, 0,
     "let instances that are not as most of their environment pass"},
    {NULL, 0, OPTION_NUMBER, AT(gate_waiver_days), "DAYS", "gate.waiver_days", "90", NULL, 1, 3650,
     "no waiver is given for longer"},
    {NULL, 0, OPTION_FILE, AT(contracts_folder), "FOLDER", "contracts_folder", NULL, NULL, 0, 0,
     "folder of contracts, every `*.yaml` and `*.yml` in it; looked at every second"},
    {NULL, 0, OPTION_DURATION, AT(heartbeat_ms), "TIME", "heartbeat", "15s", NULL, SECOND_MS, HOUR_MS,
     "how often an agent says that nothing changed"},
    {NULL, 0, OPTION_DURATION, AT(stale_after_ms), "TIME", "stale_after", "60s", NULL, 2 * SECOND_MS, 7 * DAY_MS,
     "the targets of an agent that is silent for longer are UNKNOWN"},
    {NULL, 0, OPTION_DURATION, AT(claim_after_ms), "TIME", "claim_after", "90s", NULL, 2 * SECOND_MS, 7 * DAY_MS,
     "the targets of an agent that is silent for longer may be taken over by another"},
    {NULL, 0, OPTION_NUMBER, AT(snapshots_days), "DAYS", "retention.snapshots_days", "0", NULL, 0, DAYS_LIMIT,
     "keep whole snapshots for so many days; 0: for good"},
    {NULL, 0, OPTION_NUMBER, AT(snapshots_least), "N", "retention.snapshots_least", "10", NULL, 1, 1000000,
     "keep at least so many whole snapshots of each target, however old"},
    {NULL, 0, OPTION_NUMBER, AT(changes_days), "DAYS", "retention.changes_days", "0", NULL, 0, DAYS_LIMIT,
     "keep changes, events and records of snapshots for so many days; 0: for good"},
    {NULL, 0, OPTION_NUMBER, AT(deliveries_days), "DAYS", "retention.deliveries_days", "30", NULL, 0, DAYS_LIMIT,
     "keep notifications that were sent for so many days, and those that could not be three times as long; 0: for "
     "good"},
    {NULL, 0, OPTION_SIZE, AT(snapshot_limit), "SIZE", "limits.snapshot", "256MiB", NULL, MEBIBYTE, LARGE_SIZE,
     "refuse a snapshot that brings more new nodes"},
    {NULL, 0, OPTION_SIZE, AT(staging_limit), "SIZE", "limits.staging", "256MiB", NULL, MEBIBYTE, LARGE_SIZE,
     "nodes of all agents that wait for their snapshot to be complete"},
    {NULL, 0, OPTION_SIZE, AT(memory_limit), "SIZE", "limits.memory", "2GiB", NULL, 16 * MEBIBYTE, LARGE_SIZE,
     "refuse a comparison that takes more memory"},
    {NULL, 0, OPTION_SIZE, AT(store_limit), "SIZE", "limits.store", "0B", NULL, 0, UINT64_C(1) << 46,
     "the history's file takes no more, then nothing new is recorded; 0B: what the disk has"},
    {NULL, 0, OPTION_NUMBER, AT(connections), "N", "http.connections", "256", NULL, 4, 10000,
     "connections to the HTTP API at the same time"},
    {NULL, 0, OPTION_NUMBER, AT(connections_per_address), "N", "http.connections_per_address", "64", NULL, 1, 10000,
     "of these from one address; a reverse proxy is one address"},
    {NULL, 0, OPTION_DURATION, AT(timeout_ms), "TIME", "http.timeout", "15s", NULL, SECOND_MS, HOUR_MS,
     "a request must have arrived by then, or the connection is closed"},
    {NULL, 0, OPTION_SIZE, AT(body_limit), "SIZE", "http.body", "64KiB", NULL, KIBIBYTE, 16 * MEBIBYTE,
     "refuse a request with a larger body"},
    {NULL, 0, OPTION_NUMBER, AT(streams), "N", "http.streams", "1000", NULL, 1, 10000,
     "streams of events that are read at the same time, beside these connections"},
    {NULL, 0, OPTION_NUMBER, AT(threads), "N", "http.threads", "2", NULL, 1, 64,
     "requests that are worked on at the same time"},
    {NULL, 0, OPTION_TEXT, AT(link), "URL", "notify.link", NULL, NULL, 0, 0,
     "where people reach the dashboard, for links in messages"},
    {NULL, 0, OPTION_CHOICE, AT(log_level), "LEVEL", "log", "info", level_choice, 0, 0,
     "the least level that is logged"},
    {0},
};

/* Only for those who describe; offsets mean nothing. */
const struct option settings_lists[] = {
    {NULL, 0, OPTION_LIST, 0, "DATABASES", "databases", NULL, NULL, 0, 0,
     "databases whose promotion path is another: a list of mappings with `name` and `path`"},
    {NULL, 0, OPTION_LIST, 0, "LEVELS", "compare.severity", NULL, NULL, 0, 0,
     "give changes of what matches another level than the table of rules: a list of mappings with `match`, a pattern "
     "as in `compare.ignore`, `level`, and, where it holds only there, `database` and `environment`; the last that "
     "matches decides"},
    {NULL, 0, OPTION_LIST, 0, "FREEZES", "gate.freezes", NULL, NULL, 0, 0,
     "times in which nothing is promoted: a list of mappings"},
    {NULL, 0, OPTION_LIST, 0, "CONTRACTS", "contracts", NULL, NULL, 0, 0,
     "contracts in the file itself: a list of mappings, each as a file of `contracts_folder` has it"},
    {NULL, 0, OPTION_LIST, 0, "SUBSCRIBERS", "feed.subscribers", NULL, NULL, 0, 0,
     "who may subscribe to the ZeroMQ feed: a list of mappings with `name` and `key`, the 40 characters of the public "
     "key or `file:PATH`"},
    {NULL, 0, OPTION_LIST, 0, "SINKS", "notify.sinks", NULL, NULL, 0, 0, "who can be told: a list of mappings"},
    {NULL, 0, OPTION_LIST, 0, "ROUTES", "notify.routes", NULL, NULL, 0, 0,
     "who is told what, and how: a list of mappings. An event goes to all that take it"},
    {0},
};

/* ---- for those who do the work ---- */

static int64_t days_us(unsigned days)
{
    return (int64_t)days * DAY_MS * 1000;
}

struct core_settings settings_for_core(const struct collector_settings *settings, const struct key_pair *key,
                                       struct policy_holder *policy)
{
    return (struct core_settings){
        .endpoint = settings->listen_agents,
        .key = key,
        .heartbeat_ms = settings->heartbeat_ms,
        .claim_ms = settings->claim_after_ms,
        .batch_ms = BATCH_MS,
        .batch_limit = BATCH_SNAPSHOTS,
        .staging_limit = settings->staging_limit,
        .snapshot_limit = settings->snapshot_limit,
        .memory_limit = settings->memory_limit,
        .store_limit = settings->store_limit,
        .retention = {.snapshots_us = days_us(settings->snapshots_days),
                      .snapshots_least = settings->snapshots_least,
                      .changes_us = days_us(settings->changes_days),
                      .deliveries_us = days_us(settings->deliveries_days)},
        .retention_ms = HOUR_MS,
        .policy = policy,
    };
}

struct feed_settings settings_for_feed(const struct collector_settings *settings, struct policy_holder *policy)
{
    return (struct feed_settings){
        .listen = settings->listen_http,
        .certificate = settings->certificate,
        .certificate_key = settings->certificate_key,
        .folder = settings->data,
        .threads = settings->threads,
        .connections = settings->connections,
        .connections_per_address = settings->connections_per_address,
        .streams = settings->streams,
        .timeout_ms = settings->timeout_ms,
        .body_limit = settings->body_limit,
        .upload_limit = settings->snapshot_limit,
        .policy = policy,
    };
}
