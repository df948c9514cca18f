#!/usr/bin/env python3
"""answers.py DATABASES CHANGES: how long a collector takes to answer what people ask most, over a long history.

Makes a history of DATABASES times eight targets with CHANGES changes, lets the built collector serve it, and asks it over
HTTP, one question after the other, on a connection that stays open. Writes a line a figure, as stream.py does; the
figure is the 99th percentile, least and greatest are the median and the worst.
"""
import http.client
import os
import random
import statistics
import subprocess
import sys
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(TOP, "system"))
from system import Collector, check, system_test, wait_for  # noqa: E402

PROGRAMS = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "bench")
ROUNDS = 40 if os.environ.get("DRIFTLINE_QUICK") == "yes" else 300
BUDGET_MS = 50


class Asker:
    """One connection to a collector."""

    def __init__(self, collector):
        self.connection = http.client.HTTPConnection("127.0.0.1", collector.http_port, timeout=60)
        self.headers = {"Authorization": "Bearer " + collector.token}

    def milliseconds(self, path):
        begun = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - begun) * 1000
        check(answer.status == 200, f"{path}: {answer.status}: {content[:300]}")
        return took, len(content)


def measure(name, what, asker, paths):
    for path in paths[:5]:
        asker.milliseconds(path)  # the first ones fill caches, as they do every day
    taken, sizes = zip(*(asker.milliseconds(path) for path in paths))
    taken = sorted(taken)
    worst = taken[min(len(taken) - 1, int(len(taken) * 0.99))]
    print("|".join(str(word) for word in (
        f"answers.{name}", what, worst, statistics.median(taken), taken[-1], "ms", BUDGET_MS,
        "OK" if worst <= BUDGET_MS else "over", f"p99 of {len(taken)}; median and worst beside it; "
        f"{statistics.median(sizes) / 1024:.0f} KiB an answer")), flush=True)


def main():
    databases, changes = int(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(1)
    with system_test() as (folder, things):
        collector = Collector(folder, data=os.path.join(folder, "data"),
                              options="path: [dev, test, staging, prod]\nstale_after: 24h\nclaim_after: 24h\n"
                                      "retention: {changes_days: 36500, snapshots_days: 36500}")
        done = subprocess.run([os.path.join(PROGRAMS, "bench_fill_history"), folder, str(databases), str(changes)],
                              stdout=subprocess.PIPE, text=True, check=True)
        targets, stored = done.stdout.split()
        things.append(collector)
        collector.start()
        wait_for("nothing is left to work out",
                 lambda: not collector.get("/readyz")["correlation"]["behind"], patience=600)
        asker = Asker(collector)

        def some(template):
            return [template.format(chance.randrange(databases), chance.randrange(20)) for _ in range(ROUNDS)]
        over = f"over {targets} targets and {stored} changes"
        measure("history", f"history of a table, {over}", asker,
                some("/api/v1/history?database=database-{0}&object=public.table_{1}"))
        measure("fleet", "  the whole fleet", asker, ["/api/v1/fleet"] * ROUNDS)
        measure("fleet_database", "  the fleet, one database", asker, some("/api/v1/fleet?database=database-{0}"))
        measure("gate", "  the gate", asker, some("/api/v1/gate?database=database-{0}&from=staging&to=prod"))
        measure("drift", "  the drifts of a database", asker, some("/api/v1/drift?database=database-{0}"))
        measure("metrics", "  a scrape of /metrics", asker, ["/metrics"] * ROUNDS)


main()
