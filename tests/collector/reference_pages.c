/* Writes docs/reference/collector.md and deploy/examples/collector.yaml from the tables of options, keys and commands.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/commands.h"
#include "collector/settings.h"
#include "collector/settings_lists.h"
#include "notify/sink.h"

/* ---- the page ---- */

static void write_commands(struct buffer *page)
{
    buffer_add_string(page, "## Commands\n\n| command | does |\n|---|---|\n");
    for (const struct collector_command *command = collector_commands; command->words[0] != NULL; command++)
        buffer_printf(page, "| `%s%s%s%s%s` | %s |\n", command->words[0], command->words[1] == NULL ? "" : " ",
                      command->words[1] == NULL ? "" : command->words[1], command->operand == NULL ? "" : " ",
                      command->operand == NULL ? "" : command->operand, command->summary);
    buffer_add_string(
        page, "\nA command is done once and ends. `backup`, `verify` and those of tokens work while a collector runs; "
              "`gc` is for a\nstore that no collector has open. Options of `token create`:\n\n");
    option_write_reference(page, settings_token);
}

static void write_keys(struct buffer *page)
{
    buffer_add_string(page, "\n## The configuration file\n\n"
                            "YAML. An unknown key, a key given twice and a value that cannot be are errors, told as "
                            "`FILE:LINE:COLUMN`.\n\n");
    option_write_key_reference(page, settings_file);
    for (const struct option *option = settings_lists; option->type != 0; option++)
        buffer_printf(page, "| `%s` | %s |\n", option->key, option->summary);
    buffer_add_string(
        page, "\nTimes are written `500ms`, `10s`, `5m`, `1h`, sizes `4096B`, `512KiB`, `64MiB`, `2GiB`. "
              "[Patterns](ignore-patterns.md)\nsay what a comparison leaves out. A whole file is "
              "[deploy/examples/collector.yaml](../../deploy/examples/collector.yaml).\n\n"
              "`SIGHUP` reads the file again. `path`, `databases`, `compare`, `gate`, `contracts`, `contracts_folder`, "
              "`heartbeat`,\n`stale_after`, `claim_after`, `retention`, `limits`, `notify` and `log` take effect at "
              "once; the "
              "log names what else is\nanother now, and waits for the next start. A file that is not in order changes "
              "nothing: "
              "the configuration stays as it was,\nand the log, `configuration` of `GET /readyz` and `problem` of `GET "
              "/api/v1/notify` say where the mistake is, until the file\nis read again and is in order.\n\n");
}

/* The keys of the elements of a list. */
static void write_list(struct buffer *page, const char *key)
{
    for (const struct settings_list *list = settings_list_table; list->key != NULL; list++)
        if (strcmp(list->key, key) == 0)
            option_write_key_reference(page, list->keys);
}

static void write_kind(struct buffer *page, const struct sink_kind *kind)
{
    bool is_first = true;

    buffer_printf(page, "| `%s` | %s |", kind->name, kind->summary);
    for (const struct settings_sink_use *use = settings_sink_uses; use->key != NULL; use++)
        if (strstr(use->kinds, kind->name) != NULL) {
            buffer_printf(page, "%s`%s`", is_first ? " " : ", ", use->key);
            is_first = false;
        }
    buffer_add_string(page, " |\n");
}

static void write_trouble_types(struct buffer *page)
{
    buffer_add_string(page, "\nWithout `types` a route takes");
    for (const enum event_type *type = settings_trouble_types; *type != EVENT_TYPE_COUNT; type++)
        buffer_printf(page, "%s `%s`", type == settings_trouble_types ? "" : ",", event_type_name(*type));
    buffer_add_string(page, ".\n");
}

static void write_notify(struct buffer *page)
{
    buffer_add_string(
        page,
        "### Sinks\n\n"
        "Who can be told, under `notify.sinks`. `driftline notify list` says how each does, `driftline notify test "
        "SINK` tries one.\nKeys of a sink:\n\n");
    write_list(page, "notify.sinks");
    buffer_add_string(page, "\nThe kinds, and what each needs and is sent, are on [a page of their own](sinks.md):\n\n"
                            "| kind | is | uses, beside `name`, `kind`, `timeout` and `retry_for` |\n|---|---|---|\n");
    for (const struct sink_kind *const *kind = sink_kinds; *kind != NULL; kind++)
        write_kind(page, *kind);
    buffer_add_string(
        page,
        "\nSecrets are fetched when the file is read, at the start and at `SIGHUP`; `--check-config` fetches them, "
        "too. "
        "They are in\nno log and no answer.\n\n"
        "What cannot work is a mistake, with its line and column: a key that the kind does not use, a private address "
        "without\n`allow_private`, a `file` in a folder that is not there, a quiet time that never ends, `causes` with "
        "types that have none, and\nthe name of a contract that is not there. When there is a `contracts_folder`, the "
        "last one is a mistake only for\n`--check-config`: a running collector says so in its log, since contracts "
        "come "
        "and go. That no route tells a sink anything\nis a warning.\n\n"
        "### Routes\n\n"
        "Who is told what, under `notify.routes`. An event goes to every route that takes it: all that the route says "
        "must hold,\nand a list holds when one of it does. What it takes it tells all its sinks, each for itself. "
        "[Events](events.md) lists the\ntypes. Keys of a route, besides `quiet`:\n\n");
    write_list(page, "notify.routes");
    write_trouble_types(page);
    buffer_add_string(
        page,
        "\nWhoever is told of a trouble is told of its end, whatever `types` and `severity` say, unless `resolve` is "
        "`false`.\n\n"
        "### Quiet times\n\n"
        "Under `quiet` of a route are times in which its messages wait for the end of that time. Their keys are those "
        "of "
        "freezes:\n\n");
    write_list(page, "notify.routes.quiet");
    buffer_add_string(page, "\nA message that `passes` lets through takes all with it that waits in its incident, also "
                            "what is less bad.\n\n");
}

static void write_gate(struct buffer *page)
{
    buffer_add_string(
        page,
        "### Levels of one place\n\n"
        "`compare.severity` gives what matches another level than the [table of rules](severity.md). An entry with "
        "`database`,\n`environment` or both holds only there; the environment is the one that would change. Entries "
        "are "
        "tried in their\norder, and the last that matches and holds decides.\n\n"
        "### Freezes\n\n"
        "While a freeze of `gate.freezes` is on, the gate lets nothing pass. Its keys:\n\n");
    write_list(page, "gate.freezes");
    buffer_add_string(
        page,
        "\n"
        "A time that the clock skips in spring begins at the jump; one that it shows twice in autumn begins twice. "
        "When "
        "day and\nweekday are both given in `cron`, either is enough, as cron has it. Windows that overlap or touch "
        "are "
        "one: the gate says\nuntil when all of them last.\n\n"
        "### Contracts\n\n"
        "[Contracts](contracts.md) stand in the file under `contracts`, in files of `contracts_folder`, or both; no "
        "two "
        "have one\nname. Those in the file are part of it: a mistake is one of the file. The folder is looked at every "
        "second, and read\nagain when a file in it is another. While one of them is not in order, all contracts stay "
        "as "
        "they were when they last\nwere, and the log, `driftline contracts` and `contracts` of `GET /readyz` say what "
        "is "
        "wrong, where, and since when. When\nthey never were since the start, the collector runs, and the gate answers "
        "UNKNOWN. `--check-config` reads the folder,\ntoo.\n\n");
}

static void write_page(struct buffer *page)
{
    buffer_add_string(
        page,
        "# The collector\n\n"
        "<!-- Written from the tables in collector/ by the target `docs`; changes belong there. -->\n\n"
        "`driftline-collector --config FILE [COMMAND]`\n\n"
        "Without a command it runs until `SIGTERM` or `SIGINT`, hears agents, keeps the history, and answers the\n"
        "[HTTP API](http-api.md). It logs to standard error, one line an event.\n\n");
    option_write_reference(page, settings_general);
    buffer_add_byte(page, '\n');
    write_commands(page);
    write_keys(page);
    write_gate(page);
    write_notify(page);
    buffer_add_string(
        page,
        "## What lies in `data`\n\n"
        "| file | what it is |\n|---|---|\n"
        "| `history.db` | the history, an SQLite database; `history.db-wal` and `history.db-shm` are part of it |\n"
        "| `history.db.lock` | keeps a second collector out |\n"
        "| `collector.key` | the secret key of the port for agents, mode 0600; `collector.key.pub` goes to every "
        "agent |\n"
        "| `admin.token` | a token with the rights `admin`, mode 0600; made at a start at which the history has "
        "none |\n\n"
        "## Exit status\n\n"
        "| status | meaning |\n|---|---|\n"
        "| 0 | fine; ended by a signal |\n"
        "| 2 | wrong usage or configuration |\n"
        "| 3 | not there, full, damaged, or the disk failed |\n"
        "| 4 | refused, or somebody else has it: another collector, another program at the port |\n"
        "| 70 | a fault of Driftline itself |\n");
}

/* ---- the sample ---- */

/* What the sample says where there is no default, by key. */
static const struct {
    const char *key;
    const char *value;
} examples[] = {
    {"tls.certificate", "/etc/driftline/tls.crt"},
    {"tls.key", "/etc/driftline/tls.key"},
    {"path", "[dev, staging, prod]"},
    {"compare.aspects", "[structure, access]"},
    {"compare.ignore", "[\"table:*.tmp_*\", \"comment:*\"]"},
    {"compare.fold_partitions", "true"},
    {"databases", "[{name: billing, path: [staging, prod]}]"},
    {"compare.severity", "[{match: \"index:*\", level: low}, {match: \"index:*\", level: high, environment: prod}]"},
    {"gate.block", "[critical, high]"},
    {"gate.allow_outliers", "true"},
    {"gate.freezes", "[{name: weekend, reason: nobody is there, environments: [prod], timezone: Europe/Berlin, cron: "
                     "\"0 18 * * fri\", duration: 62h}, {name: year's end, from: 2026-12-20, until: 2027-01-02}]"},
    {"notify.link", "https://driftline.example.com"},
    {"notify.sinks",
     "\n"
     "  - {name: team, kind: slack, url: \"env:SLACK_WEBHOOK\"}\n"
     "  - {name: chat, kind: teams, url: \"file:/etc/driftline/teams.url\"}\n"
     "  - {name: mail, kind: email, url: smtps://mail.example.com:465, user: driftline, password: "
     "\"env:MAIL_PASSWORD\","
     " from: driftline@example.com, to: [dba@example.com]}\n"
     "  - {name: pager, kind: pagerduty, secret: \"env:PAGERDUTY_KEY\"}\n"
     "  - {name: alerts, kind: alertmanager, url: http://127.0.0.1:9093, allow_private: true}\n"
     "  - {name: issues, kind: github, secret: \"env:GITHUB_TOKEN\", repository: acme/shop, labels: [schema]}\n"
     "  - {name: bus, kind: webhook, url: https://bus.example.com/hook, secret: \"file:/etc/driftline/hook.secret\"}\n"
     "  - {name: script, kind: exec, command: [/usr/local/bin/on-drift, --verbose]}\n"
     "  - {name: file, kind: file, path: /var/log/driftline/notifications.jsonl}\n"
     "  - {name: syslog, kind: syslog, url: unix:/dev/log, facility: local3}"},
    {"notify.routes",
     "\n"
     "  - {name: production, severity: high, environments: [prod], sinks: [team, pager, alerts], limit: "
     "{messages: 20, per: 1h},"
     " escalate: {after: 30m, to: [mail]}}\n"
     "  - {name: shop, types: [drift-*, contract-*], databases: [\"shop-*\"], sinks: [chat, issues], quiet: "
     "[{cron: \"0 22 * * *\","
     " duration: 9h, timezone: Europe/Berlin, passes: critical}]}\n"
     "  - {name: everything, types: [\"*\"], sinks: [bus, script, file, syslog]}"},
    {"contracts_folder", "/etc/driftline/contracts"},
    {"listen.feed", "tcp://127.0.0.1:7401"},
    {"feed.subscribers", "[{name: bus, key: \"file:/etc/driftline/bus.pub\"}]"},
    {"contracts", "[{name: reports, owner: analytics, consumers: [dashboards], database: billing, requires: [{table: "
                  "public.invoice, columns: [{name: total}]}]}]"},
};

static const char *example_of(const char *key)
{
    for (size_t i = 0; i < LENGTH_OF(examples); i++)
        if (strcmp(examples[i].key, key) == 0)
            return examples[i].value;
    return NULL;
}

static const char *last_word(const char *key)
{
    const char *dot = strrchr(key, '.');

    return dot == NULL ? key : dot + 1;
}

/* A value: behind its key, or, when it begins with a line break, on lines of its own below it. */
static void write_value(struct buffer *sample, const char *value, const char *indent, bool is_set)
{
    if (*value != '\n') {
        buffer_printf(sample, " %s\n", value);
        return;
    }
    buffer_add_byte(sample, '\n');
    for (const char *line = value + 1, *end; line != NULL; line = end == NULL ? NULL : end + 1) {
        end = strchr(line, '\n');
        buffer_printf(sample, "%s%s%.*s\n", indent, is_set ? "" : "# ",
                      end == NULL ? (int)strlen(line) : (int)(end - line), line);
    }
}

/* One key: commented out when it has no default, but for the path, which everybody has. In a group `indent` says how
 * far in; that of a group which is commented out has a mark of its own. */
static void write_key(struct buffer *sample, const struct option *option, const char *indent)
{
    bool is_set = option->preset != NULL || strcmp(option->key, "path") == 0 || indent[0] == '#';

    buffer_printf(sample, "%s# %s\n", indent, option->summary);
    buffer_printf(sample, "%s%s%s:", indent, is_set ? "" : "# ", last_word(option->key));
    write_value(sample, option->preset != NULL ? option->preset : example_of(option->key), indent, is_set);
}

static bool is_in_group(const struct option *option, const char *group, size_t length)
{
    return strncmp(option->key, group, length) == 0 && option->key[length] == '.';
}

/* Whether a group has a key that is set: else it is commented out as a whole, for an empty one would be no mapping. */
static bool has_set_key(const char *group, size_t length)
{
    for (const struct option *option = settings_file; option->type != 0; option++)
        if (is_in_group(option, group, length) && option->preset != NULL)
            return true;
    return false;
}

static void write_group(struct buffer *sample, const char *group, size_t length)
{
    bool is_set = has_set_key(group, length);
    const char *indent = is_set ? "  " : "#   ";

    buffer_printf(sample, "%s%.*s:\n", is_set ? "" : "# ", (int)length, group);
    for (const struct option *option = settings_file; option->type != 0; option++)
        if (is_in_group(option, group, length))
            write_key(sample, option, indent);
    for (const struct option *option = settings_lists; option->type != 0; option++)
        if (is_in_group(option, group, length))
            write_key(sample, option, indent);
}

static const struct option *list_of(const char *key)
{
    const struct option *option = settings_lists;

    while (strcmp(option->key, key) != 0)
        option++;
    return option;
}

static void write_sample(struct buffer *sample)
{
    const char *written = ""; /* the group that was written last */

    buffer_add_string(sample,
                      "# The configuration of driftline-collector, every key with its default or an example.\n"
                      "# Written from the tables in collector/settings.c; docs/reference/collector.md says more.\n");
    for (const struct option *option = settings_file; option->type != 0; option++) {
        size_t length = strcspn(option->key, ".");
        bool is_alone = option->key[length] == '\0';
        bool is_written = !is_alone && is_in_group(&(struct option){.key = written}, option->key, length);

        written = option->key;
        if (is_written)
            continue;
        buffer_add_byte(sample, '\n');
        if (is_alone)
            write_key(sample, option, "");
        else
            write_group(sample, option->key, length);
        if (length == strlen("listen") && strncmp(option->key, "listen", length) == 0) {
            buffer_add_byte(sample, '\n');
            write_group(sample, "feed", strlen("feed")); /* which has nothing but a list */
        }
        if (strcmp(option->key, "path") == 0)
            write_key(sample, list_of("databases"), "");
        if (strcmp(option->key, "contracts_folder") == 0)
            write_key(sample, list_of("contracts"), "");
    }
}

int main(int argc, char **argv)
{
    struct buffer page;
    bool complete;

    buffer_init(&page);
    if (argc == 2 && strcmp(argv[1], "reference") == 0)
        write_page(&page);
    else if (argc == 2 && strcmp(argv[1], "sample") == 0)
        write_sample(&page);
    complete = !page.failed && page.length > 0 && fwrite(page.bytes, 1, page.length, stdout) == page.length;
    buffer_clear(&page);
    return complete && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
