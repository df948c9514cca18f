#include "collector/settings_lists.h"

#include "drift/severity.h"
#include "store/drifts.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

static const char *severity_choice(size_t number)
{
    return number < SEVERITY_COUNT ? severity_name((enum severity)number) : NULL;
}

static const char *cause_choice(size_t number)
{
    return number < DRIFT_CAUSE_COUNT ? drift_cause_name((enum drift_cause)number) : NULL;
}

/* In the order of the bits of enum route_group. */
static const char *group_choice(size_t number)
{
    static const char *const names[] = {"database", "environment", "instance", "contract", "type", "nothing", NULL};

    return names[number];
}

#define AT(member) offsetof(struct sink_values, member)

const struct option settings_sink_keys[] = {
    {NULL, 0, OPTION_TEXT, AT(name), "NAME", "name", NULL, NULL, 0, 0, "what routes call it; no two have one"},
    {NULL, 0, OPTION_TEXT, AT(kind), "KIND", "kind", NULL, NULL, 0, 0, "what it is; see below"},
    {NULL, 0, OPTION_TEXT, AT(url), "URL", "url", NULL, NULL, 0, 0,
     "where it is; file:PATH or env:NAME when the address is a secret, as that of a Slack webhook is"},
    {NULL, 0, OPTION_TEXT, AT(secret), "SECRET", "secret", NULL, NULL, 0, 0,
     "what messages are signed or allowed with, as file:PATH or env:NAME where it is"},
    {NULL, 0, OPTION_TEXT, AT(user), "NAME", "user", NULL, NULL, 0, 0, "who logs in, of mail"},
    {NULL, 0, OPTION_TEXT, AT(password), "SECRET", "password", NULL, NULL, 0, 0,
     "with which password, as file:PATH or env:NAME where it is"},
    {NULL, 0, OPTION_TEXT, AT(from), "ADDRESS", "from", NULL, NULL, 0, 0, "who mail is from"},
    {NULL, 0, OPTION_LIST, AT(to), "ADDRESSES", "to", NULL, NULL, 0, 0, "who gets mail"},
    {NULL, 0, OPTION_TEXT, AT(channel), "CHANNEL", "channel", NULL, NULL, 0, 0, "where to, of Slack with a token"},
    {NULL, 0, OPTION_TEXT, AT(repository), "OWNER/NAME", "repository", NULL, NULL, 0, 0, "which one, of GitHub"},
    {NULL, 0, OPTION_NUMBER, AT(issue), "N", "issue", NULL, NULL, 1, 2000000000,
     "the issue or pull request that is commented on; without it each incident opens an issue"},
    {NULL, 0, OPTION_LIST, AT(labels), "LABELS", "labels", NULL, NULL, 0, 0,
     "of issues that are opened; of Alertmanager labels of every alert, `name=value`"},
    {NULL, 0, OPTION_LIST, AT(command), "WORDS", "command", NULL, NULL, 0, 0,
     "program and arguments; it gets the message as JSON on its standard input, and no shell is in between"},
    {NULL, 0, OPTION_FILE, AT(path), "FILE", "path", NULL, NULL, 0, 0,
     "where a line of JSON is added for each message"},
    {NULL, 0, OPTION_TEXT, AT(facility), "NAME", "facility", NULL, NULL, 0, 0, "of syslog, such as `local3`"},
    {NULL, 0, OPTION_FILE, AT(ca), "FILE", "ca", NULL, NULL, 0, 0,
     "trust these certificates, PEM, in place of the system's"},
    {NULL, 0, OPTION_FLAG, AT(allow_private), NULL, "allow_private", NULL, NULL, 0, 0,
     "connect also to addresses of this machine and of private networks, and without encryption; else that is refused"},
    {NULL, 0, OPTION_DURATION, AT(timeout_ms), "TIME", "timeout", "10s", NULL, SECOND_MS, 5 * MINUTE_MS,
     "give up an attempt that takes longer"},
    {NULL, 0, OPTION_DURATION, AT(retry_for_ms), "TIME", "retry_for", "24h", NULL, SECOND_MS, 7 * DAY_MS,
     "try a message again for so long; then it is dead until somebody replays it"},
    {0},
};

#define OVER_THE_NETWORK "webhook slack teams email pagerduty alertmanager github syslog"

const struct settings_sink_use settings_sink_uses[] = {
    {"url", OVER_THE_NETWORK},
    {"secret", "webhook slack pagerduty alertmanager github"},
    {"user", "email"},
    {"password", "email"},
    {"from", "email"},
    {"to", "email"},
    {"channel", "slack"},
    {"repository", "github"},
    {"issue", "github"},
    {"labels", "alertmanager github"},
    {"command", "exec"},
    {"path", "file"},
    {"facility", "syslog"},
    {"ca", OVER_THE_NETWORK},
    {"allow_private", OVER_THE_NETWORK},
    {NULL, NULL},
};

#undef AT
#define AT(member) offsetof(struct route_values, member)

const struct option settings_route_keys[] = {
    {NULL, 0, OPTION_TEXT, AT(name), "NAME", "name", NULL, NULL, 0, 0,
     "what messages and logs call it; no two have one"},
    {NULL, 0, OPTION_LIST, AT(types), "PATTERNS", "types", NULL, NULL, 0, 0,
     "the types of events that it takes, such as `drift-*`; without it those that mean trouble"},
    {NULL, 0, OPTION_CHOICE, AT(severity), "LEVEL", "severity", "low", severity_choice, 0, 0,
     "of these what is this bad or worse"},
    {NULL, 0, OPTION_LIST, AT(databases), "PATTERNS", "databases", NULL, NULL, 0, 0,
     "of these what is about one of these databases; here and below `*` stands for any characters, `?` for one"},
    {NULL, 0, OPTION_LIST, AT(environments), "PATTERNS", "environments", NULL, NULL, 0, 0,
     "of these what is about one of these environments; of a promotion the one that it leads to"},
    {NULL, 0, OPTION_CHOICES, AT(causes), "CAUSES", "causes", NULL, cause_choice, 0, 0,
     "of these differences that came about so, and nothing else"},
    {NULL, 0, OPTION_LIST, AT(owners), "PATTERNS", "owners", NULL, NULL, 0, 0,
     "of these what is about a contract of one of these owners, or breaks one"},
    {NULL, 0, OPTION_LIST, AT(contracts), "PATTERNS", "contracts", NULL, NULL, 0, 0,
     "of these what is about one of these contracts, or breaks one"},
    {NULL, 0, OPTION_LIST, AT(objects), "PATTERNS", "objects", NULL, NULL, 0, 0,
     "of these what is about an object with such a dotted path, or about a part of one"},
    {NULL, 0, OPTION_LIST, AT(sinks), "NAMES", "sinks", NULL, NULL, 0, 0, "who is told"},
    {NULL, 0, OPTION_CHOICES, AT(group_by), "WORDS", "group_by", NULL, group_choice, 0, 0,
     "what events have in common that are told together; without it database and environment"},
    {NULL, 0, OPTION_DURATION, AT(settle_ms), "TIME", "settle", "10s", NULL, 0, HOUR_MS,
     "wait until nothing more has come for so long"},
    {NULL, 0, OPTION_DURATION, AT(settle_most_ms), "TIME", "settle_most", "1m", NULL, 0, DAY_MS,
     "but never longer than this after the first event"},
    {NULL, 0, OPTION_DURATION, AT(repeat_ms), "TIME", "repeat", "1h", NULL, 0, 30 * (uint64_t)DAY_MS,
     "tell people the same of the same trouble again only after so long"},
    {NULL, 0, OPTION_FLAG, AT(resolve), NULL, "resolve", "true", NULL, 0, 0, "say when it is over (default: `true`)"},
    {NULL, 0, OPTION_NUMBER, AT(limit), "N", "limit.messages", NULL, NULL, 1, 1000000,
     "make no more messages than this for a sink in `limit.per`; what comes beyond that is told as one when there is "
     "room again, what is critical at once"},
    {NULL, 0, OPTION_DURATION, AT(limit_ms), "TIME", "limit.per", "1h", NULL, SECOND_MS, 7 * DAY_MS,
     "the time in which they are counted"},
    {NULL, 0, OPTION_DURATION, AT(escalate_ms), "TIME", "escalate.after", NULL, NULL, SECOND_MS, 30 * (uint64_t)DAY_MS,
     "tell others, too, when what was told was not acknowledged for so long, and is not over"},
    {NULL, 0, OPTION_CHOICE, AT(escalate_least), "LEVEL", "escalate.severity", "critical", severity_choice, 0, 0,
     "if it is this bad or worse"},
    {NULL, 0, OPTION_LIST, AT(escalate_to), "NAMES", "escalate.to", NULL, NULL, 0, 0, "the sinks of those others"},
    {0},
};

/* Of windows, which are only described here. */
#define WINDOW_KEY(type, value, key, summary)                                                                          \
    {                                                                                                                  \
        NULL, 0, OPTION_##type, 0, value, key, NULL, NULL, 0, 0, summary                                               \
    }

#define WINDOW_KEYS(what)                                                                                              \
    WINDOW_KEY(LIST, "NAMES", "databases", "which databases it is about; without it all"),                             \
        WINDOW_KEY(LIST, "NAMES", "environments",                                                                      \
                   what "; without it all. When `path` or `databases` of the file are there it must be on one"),       \
        WINDOW_KEY(TEXT, "ZONE", "timezone", "where its times are read, such as `Europe/Berlin`; without it `UTC`"),   \
        WINDOW_KEY(TEXT, "FIELDS", "cron",                                                                             \
                   "when it begins, again and again: minute, hour, day, month, weekday as in crontab(5), with lists "  \
                   "(`1,15`), ranges (`mon-fri`), steps (`*/2`) and names"),                                           \
        WINDOW_KEY(TEXT, "TIME", "duration",                                                                           \
                   "how long it lasts then: from `1m` to `1000h` of time that passes, whatever clocks do meanwhile"),  \
        WINDOW_KEY(TEXT, "TIME", "from",                                                                               \
                   "instead of these two: when its one stretch of time begins. `2026-12-20` is the first moment of "   \
                   "the day, `2026-12-20T18:00` a time of day there, `2026-12-20T18:00+01:00` and `…Z` say their "   \
                   "own zone"),                                                                                        \
        WINDOW_KEY(TEXT, "TIME", "until", "the first moment that is no longer part of it")

static const struct option freeze_keys[] = {
    {NULL, 0, OPTION_TEXT, 0, "NAME", "name", NULL, NULL, 0, 0, "what the gate calls it; no two have one"},
    {NULL, 0, OPTION_TEXT, 0, "TEXT", "reason", NULL, NULL, 0, 0, "what else the gate says of it"},
    WINDOW_KEYS("which environments must not change"),
    {0},
};

static const struct option quiet_keys[] = {
    WINDOW_KEYS("which environments it is about"),
    {NULL, 0, OPTION_CHOICE, 0, "LEVEL", "passes", NULL, severity_choice, 0, 0,
     "what is this bad or worse is told nevertheless; without it nothing is"},
    {0},
};

const struct settings_list settings_list_table[] = {
    {"gate.freezes", "Freezes", freeze_keys},
    {"notify.sinks", "Sinks", settings_sink_keys},
    {"notify.routes", "Routes", settings_route_keys},
    {"notify.routes.quiet", "Quiet times", quiet_keys},
    {NULL, NULL, NULL},
};
