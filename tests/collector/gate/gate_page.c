/* Writes docs/reference/gate.md: what every answer of the gate can say, from the table that it says it from. */
#include <stdio.h>
#include <stdlib.h>

#include "gate/gate.h"

static const char beginning[] =
    "# The gate\n"
    "\n"
    "<!-- Written from collector/gate/gate_reasons.c by the target `docs`; changes belong there. -->\n"
    "\n"
    "`driftline gate DATABASE --from ENV --to ENV` asks whether one environment may be promoted to the next, and\n"
    "so does `GET` or `POST /api/v1/gate` ([the HTTP API](http-api.md)). Why it asks what it asks: [The\n"
    "gate](../explanation/gate.md).\n"
    "\n"
    "## Verdicts\n"
    "\n"
    "| verdict | exit status | when |\n"
    "|---|---|---|\n"
    "| `PASS` | 0 | everything that must be known is known, and nothing blocks |\n"
    "| `BLOCKED` | 1 | something blocks, whatever else is not known |\n"
    "| `UNKNOWN` | 3 | nothing is known to block, but something is not known |\n"
    "\n"
    "The answer lists every reason: those that block first, then in the order of the table below, those of one\n"
    "code by severity, then by object. Instances with the same trouble are one reason. Of instances and of\n"
    "differences to a reference ten are named and the rest is counted; drifts and findings of contracts are all\n"
    "named. A question that makes no sense is answered with the exit status 2: the two are no neighbours on the\n"
    "promotion path of the database.\n"
    "\n"
    "## Reasons\n"
    "\n"
    "| code | verdict | when | what to do |\n"
    "|---|---|---|---|\n";

static const char end[] =
    "\n"
    "The `advice` of an answer is more exact than the last column where it can be: it has the command, with the\n"
    "number of the drift or the name of the database.\n"
    "\n"
    "## What a reason names\n"
    "\n"
    "| member | of |\n"
    "|---|---|\n"
    "| `code`, `verdict`, `message`, `advice`, `severity` | every reason |\n"
    "| `object` | a drift, a finding of a contract, a difference to a reference |\n"
    "| `drift` | a drift that is kept: its number |\n"
    "| `contract`, `owner`, `consumers` | a contract |\n"
    "| `until` | a freeze: when it is over, with all windows that follow without a break |\n"
    "\n"
    "The message says who changed the object, where, between which two looks, and how that is known, if it is.\n"
    "\n"
    "## What is looked at\n"
    "\n"
    "- **Neighbours.** The environments of the path that have a snapshot, in its order. One between the two is\n"
    "  promoted to first.\n"
    "- **Age.** Every instance of both sides. `max_age` of the question, else `gate.max_age`.\n"
    "- **What is promoted** is what the majority of the environment's instances has.\n"
    "- **Drifts** of the pair, and their waivers at this very moment: one that expired a second ago is none.\n"
    "- **Contracts** of the database. Those of `from` as they were found in each of its instances, but for outliers\n"
    "  that are allowed. Those of `to` are checked on what is promoted: a promotion may repair what is violated there\n"
    "  now. A waiver of a drift waives no contract.\n"
    "- **Freezes** of the database and of `to`.\n"
    "\n"
    "## The plan\n"
    "\n"
    "All drifts of the pair that live: what the promotion would change in `to`, the worst first, each as\n"
    "`driftline drift list` shows it. `summary` counts them by severity without those that are waived (`waived`)\n"
    "or hidden. A promotion changes what is waived, too.\n"
    "\n"
    "## References\n"
    "\n"
    "With `--against` and `--from` the environment that is promoted must be as the reference says, by what counts\n"
    "as a difference in the collector's configuration; otherwise each difference is a reason `reference`.\n"
    "\n"
    "With `--against` alone the reference takes the place of `from`: the plan is what would make `to` become it.\n"
    "Its drifts have no number and cannot be waived. Their cause is `hotfix` if the history of `to` has a change of\n"
    "that very thing after the moment when the reference was taken, or its object came, went or was renamed then;\n"
    "else `baseline`. What became of another part of the object does not count. There are no neighbours then, and\n"
    "contracts of `to` are checked on the reference.\n";

static void write_facts(const struct gate_reason_facts *facts)
{
    printf("| `%s` | %s | %s | %s |\n", facts->name, gate_verdict_name(facts->verdict), facts->meaning, facts->advice);
}

int main(void)
{
    fputs(beginning, stdout);
    for (unsigned code = 0; code < GATE_REASON_COUNT; code++)
        write_facts(&gate_reason_facts[code]);
    fputs(end, stdout);
    return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
}
