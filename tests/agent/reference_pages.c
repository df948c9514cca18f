/* Writes docs/reference/agent.md and deploy/examples/agent.yaml from the tables of options and keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/settings.h"

/* ---- the page ---- */

static void write_keys(struct buffer *page)
{
    buffer_add_string(page, "\n## The configuration file\n\n"
                            "YAML. An unknown key, a key given twice and a value that cannot be are errors, told as "
                            "`FILE:LINE:COLUMN`.\n\n");
    option_write_key_reference(page, settings_options);
    buffer_printf(page, "| `targets` | what is watched: a list of 1 to %d mappings with these keys |\n\n",
                  SETTINGS_TARGETS_LIMIT);
    option_write_key_reference(page, settings_target_options);
    buffer_add_string(
        page,
        "\nTimes are written `500ms`, `10s`, `5m`, `1h`, sizes `4096B`, `512KiB`, `64MiB`, `2GiB`. Names have letters, "
        "digits,\n`_`, `-`, `.` and anything beyond ASCII; no two targets have the same three names. A source is any\n"
        "[reference](references.md) of a database. What may be secret stands in the file, or elsewhere: `file:PATH` is "
        "the\ncontent of that file, `env:NAME` that variable. A whole file is\n"
        "[deploy/examples/agent.yaml](../../deploy/examples/agent.yaml).\n\n"
        "`SIGHUP` reads the file again, and the secrets that it names. Targets that are as before go on undisturbed; "
        "others\nend and begin. A file that is not in order, and another `data`, change nothing: the log says so.\n\n"
        "What `metrics` serves is in [Metrics](metrics.md); only this machine can reach it, and while it is not given "
        "it costs\nnothing.\n\n");
}

static void write_looking(struct buffer *page)
{
    buffer_add_string(
        page,
        "## How it watches\n\n"
        "| every | it |\n|---|---|\n"
        "| `poll` | looks cheaply whether anything happened: counters, a version number, the time of a file |\n"
        "| `exact`, and when a cheap look moved | compares a fingerprint of everything that is read |\n"
        "| `full_check`, and when the fingerprint is another | reads the whole schema |\n\n"
        "After a change it waits until nothing has moved for `debounce`. A snapshot that is equal to the one before is "
        "neither\nkept nor sent. At most four targets are read at the same time, and at the start they begin one after "
        "the other. A target\nthat fails is looked at less and less often, up to once a minute.\n\n"
        "| state | means |\n|---|---|\n"
        "| `starting` | not looked at yet |\n"
        "| `fine` | the newest snapshot is how it is |\n"
        "| `unreachable` | no connection, no answer in time, or no such database |\n"
        "| `refused` | login or rights are missing |\n"
        "| `unstable` | the schema changed each time that it was read |\n"
        "| `failed` | anything else; also a full outbox, and a snapshot that the collector refuses for good |\n\n");
}

static void write_capture(struct buffer *page)
{
    buffer_add_string(
        page,
        "## Where the database captures\n\n"
        "If [capture](postgresql.md#where-capture-is-installed) is installed in a database, each read of its schema "
        "brings "
        "the\nstatements whose effects it shows, and no others, with who gave them. They go into the outbox with the "
        "snapshot, and with\nit to the collector; also where nothing changed in the end. In the database an entry "
        "is\n\n"
        "| status | as long as |\n|---|---|\n"
        "| `pending` | it is in no outbox |\n"
        "| `shipped` | it is in one, durably, and the collector does not have it |\n"
        "| `recorded` | from then on |\n\n"
        "and each mark is set after the disk has it. So none is lost, whatever ends at any moment: what was shipped "
        "and "
        "not\nrecorded is read once more after a restart, also by an agent with another outbox. An entry may therefore "
        "travel twice;\nthe collector keeps it once. When a snapshot must leave the outbox before it was delivered, "
        "its "
        "statements go with the\nnext one. If there is no room for them, they wait in the database, and the snapshot "
        "goes "
        "without. Marks that cannot be set\nare set later, and until then no more is read.\n\n"
        "The database says when something was captured. The agent looks at once, exactly, and waits for `debounce` or "
        "100 "
        "ms,\nwhichever is less. Polling goes on as well, for what capture does not see, and for when it is gone. "
        "Where "
        "statements never\nend the agent reads a part of the time only.\n\n"
        "Of a log of very many entries one read brings the oldest 20,000, or 32 MiB; the others come with further "
        "reads, one\nafter the other. One snapshot brings at most 256 pages of 64 KiB: what is more comes with the "
        "same "
        "snapshot under the next\nnumber.\n\n"
        "| state | means |\n|---|---|\n"
        "| `absent` | not installed |\n"
        "| `on` | every statement since the read before was captured, if it was on then, too, and without a fault in "
        "between |\n"
        "| `off` | installed, but its triggers are disabled, gone or changed |\n"
        "| `unread` | installed, but the agent's role may not use it, or the server is a standby |\n\n"
        "Only between two reads with capture `on`, and nothing missed meanwhile, does the collector take a change "
        "without a\nstatement for [unattributed](../explanation/why-environments-differ.md#who-did-it).\n\n");
}

static void write_delivery(struct buffer *page)
{
    buffer_add_string(
        page,
        "## How it delivers\n\n"
        "A snapshot is in `outbox.db`, durably, before it is offered, and counts as delivered when the collector has "
        "said that\nit is on its disk. So nothing is lost when either of them, or the network, ends at any moment. "
        "Delivered ones stay for\n`outbox.keep`, for a collector that comes back from a backup.\n\n"
        "When the outbox is larger than `outbox.limit` the oldest delivered snapshots go, then the oldest of the "
        "others, never the\nnewest of a target. The collector is told of each gap and why it is there, and shows it "
        "in the history. When the disk\nis full nothing is kept, the state is `failed`, and the next look tries "
        "again.\n\n"
        "With several `collector.endpoints` the agent uses one, and goes on to the next when it hears nothing for "
        "three heartbeats.\nThey are addresses of one collector, or of its successor: two that run would have half a "
        "history each.\n\n"
        "[The wire](wire.md) is the specification of what is said.\n\n");
}

static void write_rest(struct buffer *page)
{
    buffer_add_string(
        page,
        "## What lies in `data`\n\n"
        "| file | what it is |\n|---|---|\n"
        "| `outbox.db` | the outbox, an SQLite database; `outbox.db-wal` and `outbox.db-shm` are part of it |\n"
        "| `outbox.db.lock` | keeps a second agent out |\n"
        "| `agent.key` | the secret key, mode 0600; `agent.key.pub` is what `--public-key` prints |\n\n"
        "## Signals and systemd\n\n"
        "| signal | does |\n|---|---|\n"
        "| `SIGTERM`, `SIGINT` | ends within two seconds; a read of a database that does not answer is given up |\n"
        "| `SIGHUP` | reads the configuration again |\n"
        "| `SIGUSR1` | reads every target now |\n\n"
        "Under systemd (`Type=notify`) it says when it is ready, a line of status, and keeps the watchdog quiet as "
        "long as it\nworks: [deploy/systemd/driftline-agent.service](../../deploy/systemd/driftline-agent.service).\n\n"
        "## The log\n\n"
        "One line an event on standard error, `time=… level=… event=… key=value`. A line that comes again within a "
        "minute is\ncounted instead.\n\n"
        "| event | says |\n|---|---|\n"
        "| `started`, `stopped`, `reloaded`, `reload-refused`, `failed` | of the program |\n"
        "| `connected` | the collector has welcomed it; `refused` is the number of targets it will not hear of |\n"
        "| `collector-silent`, `collector-senseless`, `refused`, `session-over`, `connecting-failed` | the connection "
        "ended, and why |\n"
        "| `target-refused` | the collector will not hear of a target: `forbidden`, `claimed` |\n"
        "| `target-state` | a target is in another state than before, and why |\n"
        "| `snapshot-stored`, `snapshot-delivered` | a change was seen, and has arrived |\n"
        "| `snapshot-refused`, `snapshot-dropped` | it was not taken for now, or never will be |\n"
        "| `outbox-full`, `outbox-failed`, `outbox-from-the-past` | of the outbox |\n"
        "| `capture-state` | capture in a database is in another state than before |\n"
        "| `capture-waits` | marks of captured statements could not be set, or there is no room for them |\n"
        "| `metrics-served`, `metrics-failed` | where `metrics` are, or why not |\n"
        "| `left-behind` | a database did not answer when the agent was to end |\n\n"
        "## Exit status\n\n"
        "| status | meaning |\n|---|---|\n"
        "| 0 | fine; ended by a signal; with `--once`: every target was read, and everything delivered |\n"
        "| 2 | wrong usage or configuration |\n"
        "| 3 | the disk failed; with `--once`: something could not be reached, read or delivered |\n"
        "| 4 | refused: files that belong to others, a folder that another agent uses |\n"
        "| 70 | a fault of Driftline itself |\n");
}

static void write_page(struct buffer *page)
{
    buffer_add_string(
        page, "# The agent\n\n"
              "<!-- Written from the tables in agent/settings.c by the target `docs`; changes belong there. -->\n\n"
              "`driftline-agent --config FILE [OPTION]...`\n\n"
              "It runs until `SIGTERM` or `SIGINT`, watches databases, and delivers every state of their schemas to a\n"
              "[collector](collector.md). [Run an agent](../how-to/run-an-agent.md) is the guide.\n\n");
    option_write_reference(page, settings_call_options);
    write_keys(page);
    write_looking(page);
    write_capture(page);
    write_delivery(page);
    write_rest(page);
}

/* ---- the sample ---- */

/* What the sample says where there is no default, by key. */
static const struct {
    const char *key;
    const char *value;
} examples[] = {
    {"agent", "orders-db-1"},
    {"data", "/var/lib/driftline-agent"},
    {"collector.endpoints", "[\"tcp://collector.internal:7400\"]"},
    {"collector.key", "\"file:/etc/driftline/collector.key.pub\""},
    {"secret_key", "\"file:/etc/driftline/secret.key\""},
    {"database", "orders"},
    {"environment", "prod"},
    {"source", "\"postgres://driftline@/orders\""},
    {"scratch", "\"file:/etc/driftline/scratch.url\""},
};

static const char *value_of(const struct option *option)
{
    for (size_t i = 0; i < LENGTH_OF(examples); i++)
        if (strcmp(examples[i].key, option->key) == 0)
            return examples[i].value;
    return option->preset;
}

/* One key, with `indent` in front of its words and `first` in front of itself; commented out when the file is better
 * without it. */
static void write_key(struct buffer *sample, const struct option *option, const char *indent, const char *first)
{
    const char *dot = strrchr(option->key, '.');
    bool is_set = strcmp(option->key, "secret_key") != 0 && strcmp(option->key, "scratch") != 0;

    buffer_printf(sample, "%s# %s\n", indent, option->summary);
    buffer_printf(sample, "%s%s%s: %s\n", first, is_set ? "" : "# ", dot == NULL ? option->key : dot + 1,
                  value_of(option));
}

static void write_targets(struct buffer *sample)
{
    buffer_add_string(sample, "\n# what is watched: one entry a database\ntargets:\n");
    for (const struct option *option = settings_target_options; option->type != 0; option++)
        write_key(sample, option, option == settings_target_options ? "  " : "    ",
                  option == settings_target_options ? "  - " : "    ");
}

static void write_sample(struct buffer *sample)
{
    char group[64] = "";

    buffer_add_string(sample, "# The configuration of driftline-agent, every key with its default or an example.\n"
                              "# Written from the tables in agent/settings.c; docs/reference/agent.md says more.\n\n");
    for (const struct option *option = settings_options; option->type != 0; option++) {
        size_t length = strcspn(option->key, ".");
        bool in_group = option->key[length] == '.';

        if (strcmp(option->key, "outbox.limit") == 0)
            write_targets(sample);
        if (in_group && (strncmp(group, option->key, length) != 0 || group[length] != '\0'))
            buffer_printf(sample, "\n%.*s:\n", (int)length, option->key);
        else if (!in_group && group[0] != '\0')
            buffer_add_byte(sample, '\n');
        snprintf(group, sizeof group, "%.*s", in_group ? (int)length : 0, option->key);
        write_key(sample, option, in_group ? "  " : "", in_group ? "  " : "");
    }
}

int main(int argc, char **argv)
{
    struct buffer page;
    bool complete;

    buffer_init(&page);
    if (argc == 2 && strcmp(argv[1], "page") == 0)
        write_page(&page);
    else if (argc == 2 && strcmp(argv[1], "sample") == 0)
        write_sample(&page);
    complete = !page.failed && page.length > 0 && fwrite(page.bytes, 1, page.length, stdout) == page.length;
    buffer_clear(&page);
    return complete && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
