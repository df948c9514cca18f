/* Writes docs/reference/metrics.md from the tables of metrics of both programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/metrics.h"
#include "base/metric_process.h"
#include "feed/metrics.h"
#include "feed/metrics_table.h"
#include "feed/metrics_tally.h"

static void write_labels(const char *labels)
{
    const char *comma = "";

    for (const char *name = labels; *name != '\0'; comma = ", ") {
        size_t length = strcspn(name, " ");

        printf("%s`%.*s`", comma, (int)length, name);
        name += length + (name[length] == ' ');
    }
}

static void write_table(const struct metric *metrics, size_t count)
{
    printf("| metric | type | labels | says |\n|---|---|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        printf("| `%s` | %s | ", metrics[i].name, metric_type_name(metrics[i].type));
        write_labels(metrics[i].labels);
        printf(" | %s |\n", metrics[i].help);
    }
}

static void write_collector(void)
{
    printf(
        "## The collector\n\n"
        "`GET /metrics` with a token that may `read`. A scrape is one look at the history, as every answer is: all "
        "that "
        "it says\nis of one moment. `driftline_…_total` and histograms count since the process was started, and begin "
        "with nothing when\nit is started anew, all at once; what is only in the store's log is read on from scrape to "
        "scrape.\n\n");
    write_table(feed_metrics, FEED_METRIC_COUNT);
    printf(
        "\n### How many series there are\n\n"
        "| what grows | limit | beyond it |\n|---|---|---|\n"
        "| series of each target | %d targets | there are none of any target; the worst of each environment is always "
        "there |\n"
        "| environments of all databases | %d | those that come later by name are left out |\n"
        "| series of differences | %d | the same |\n"
        "| contracts | %d | the same |\n"
        "| silent agents by name | %d | those that are silent for longest are named |\n"
        "| environments of `driftline_lead_time_seconds` | %d | all others count as `other` |\n\n"
        "`driftline_series_left_out` says how much is missing because of the first four. A combination of labels of\n"
        "`driftline_drifts` is there as long as there is such a difference; alerts that compare with `> 0` need no "
        "more.\n\n",
        METRICS_INSTANCES_LIMIT, METRICS_PLACES_LIMIT, METRICS_DRIFTS_LIMIT, METRICS_CONTRACTS_LIMIT,
        METRICS_SILENT_LIMIT, METRICS_LEAD_ENVIRONMENTS);
}

int main(void)
{
    printf(
        "# Metrics\n\n"
        "<!-- Written from collector/feed/metrics.def and agent/metrics.def by the target `docs`; changes belong "
        "there. "
        "-->\n\n"
        "Both programs serve what they know of themselves as text that [Prometheus](https://prometheus.io) and many "
        "others read\n(text format 0.0.4). [Watch it with Prometheus](../how-to/watch-with-prometheus.md) is the "
        "guide; "
        "alert rules and a\ndashboard are in [deploy/prometheus](../../deploy/prometheus/) and "
        "[deploy/grafana](../../deploy/grafana/).\n\n"
        "Times are in seconds, sizes in bytes. Moments are seconds since 1970: `time() - …` is an age. What never "
        "happened has no\nmoment. Label values are names as they are; characters that control, and bytes that are no "
        "UTF-8, are shown as `\xef\xbf\xbd`.\n\n");
    write_collector();
    printf("## The agent\n\n"
           "`GET /metrics` at the address that `metrics` of its [configuration](agent.md) gives, for this machine only "
           "and "
           "without a\ntoken. It is not served unless it is configured.\n\n");
    write_table(agent_metrics, AGENT_METRIC_COUNT);
    printf("\n## Of both\n\nUnder the names that they have in all programs.\n\n");
    write_table(process_metrics, PROCESS_METRIC_COUNT);
    return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
}
