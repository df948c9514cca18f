/* notify/notify_plan.h - who is told what, and how: all that `notify` of the configuration says, as one constant value.
 *
 * Like a policy (correlate/policy.h) it is made once, never changed, and replaced as a whole while others still use it.
 * Secrets live in it and are overwritten when the last share is released.
 *
 * Ownership: counted. notify_plan_new() copies all that it is given.
 * Threads: a holder may be used by any number at the same time.
 */
#ifndef DRIFTLINE_NOTIFY_NOTIFY_PLAN_H
#define DRIFTLINE_NOTIFY_NOTIFY_PLAN_H

#include <pthread.h>

#include "correlate/freeze.h"
#include "event/event_filter.h"

enum { NOTIFY_SINKS_LIMIT = 100, NOTIFY_ROUTES_LIMIT = 1000 };

struct sink_kind;

/* A sink as it is configured. What a kind does not use is empty; notify/sink.h says which kind needs what. */
struct sink {
    struct text name;
    const struct sink_kind *kind;
    struct text url;       /* http(s), smtp(s), udp, tcp or unix address; may hold a secret: never shown */
    struct text secret;    /* webhook: of the signature; pagerduty: routing key; slack, github: token */
    struct text user;      /* email: login */
    struct text password;  /* email */
    struct text from;      /* email: sender */
    const struct text *to; /* email: recipients */
    size_t to_count;
    struct text channel;       /* slack, with a token */
    struct text repository;    /* github: "owner/name" */
    int64_t issue;             /* github: the issue or pull request to comment on; 0: an issue is opened */
    const struct text *labels; /* github: of an issue; alertmanager: "name=value" */
    size_t label_count;
    const struct text *command; /* exec: program and arguments */
    size_t command_count;
    struct text path;      /* file */
    struct text facility;  /* syslog */
    struct text ca;        /* a file with certificates to trust; empty: the system's */
    bool allow_private;    /* addresses of private networks and of this machine may be connected to */
    unsigned timeout_ms;   /* of one attempt */
    unsigned retry_for_ms; /* how long it is tried in all */
};

/* A stretch of time in which messages wait. */
struct quiet_time {
    struct freeze window; /* its databases and environments say for which incidents */
    enum severity passes; /* what is this bad or worse is told nevertheless; SEVERITY_COUNT: nothing is */
};

struct route {
    struct text name;
    /* what it takes: all must hold */
    struct event_filter filter;
    uint32_t causes;           /* a bit each enum drift_cause; 0: any, and also events without one */
    const struct text *owners; /* patterns; of contracts: `owner` of a contract, or of one that reads a drift */
    size_t owner_count;
    const struct text *contracts; /* patterns of names */
    size_t contract_count;
    const struct text *objects; /* patterns of paths */
    size_t object_count;
    /* where to */
    const struct text *sinks; /* names */
    size_t sink_count;
    /* how */
    uint32_t group_by;      /* bits of enum route_group */
    int64_t settle_us;      /* nothing new for so long: then it is told */
    int64_t settle_most_us; /* but at the latest so long after the first event */
    int64_t repeat_us;      /* the same of the same trouble is told to people again only after so long */
    bool resolve;           /* say when it is over */
    const struct quiet_time *quiet;
    size_t quiet_count;
    uint32_t limit; /* messages in `limit_us`; 0: any number */
    int64_t limit_us;
    /* what becomes of it when nobody acknowledges */
    int64_t escalate_us; /* 0: nothing */
    enum severity escalate_least;
    const struct text *escalate_to; /* names of sinks */
    size_t escalate_count;
};

enum route_group {
    ROUTE_GROUP_DATABASE = 1,
    ROUTE_GROUP_ENVIRONMENT = 2,
    ROUTE_GROUP_INSTANCE = 4,
    ROUTE_GROUP_CONTRACT = 8,
    ROUTE_GROUP_TYPE = 16
};

struct notify_content {
    const struct sink *sinks;
    size_t sink_count;
    const struct route *routes;
    size_t route_count;
    struct text link;    /* "https://driftline.example.com": where the dashboard is, for links; empty: none */
    struct text problem; /* why the configuration as it is now is not in use; empty: it is */
};

struct notify_plan; /* opaque */

enum error_code notify_plan_new(struct notify_plan **ret_plan, const struct notify_content *content,
                                struct error *error) MUST_CHECK;
const struct notify_content *notify_plan_content(const struct notify_plan *plan);
const struct sink *notify_plan_sink(const struct notify_plan *plan, struct text name);   /* NULL: none */
const struct route *notify_plan_route(const struct notify_plan *plan, struct text name); /* NULL: none */
void notify_plan_release(struct notify_plan *plan);                                      /* NULL is fine */

struct notify_holder {
    pthread_mutex_t lock;
    struct notify_plan *current;
};

/* Begin with a plan that tells nobody anything. */
enum error_code notify_holder_init(struct notify_holder *holder, struct error *error) MUST_CHECK;
void notify_holder_clear(struct notify_holder *holder);
void notify_set(struct notify_holder *holder, struct notify_plan *plan); /* takes the plan over */
struct notify_plan *notify_take(struct notify_holder *holder);           /* to be released */

#endif
