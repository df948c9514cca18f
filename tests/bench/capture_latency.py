#!/usr/bin/env python3
"""capture_latency.py [ROUNDS]: from ALTER TABLE committing, where capture is installed, to the snapshot recorded at the
collector. With everything as it is preset but `poll`, which is 2 s so that polling cannot be what is measured.

DRIFTLINE_BUILD_DIR names the programs, DRIFTLINE_SOURCE_DIR the sources, DRIFTLINE_TEST_PG a server
(tests/support/postgres_cluster.sh). Writes a line a figure: name|what|median|least|greatest|unit|budget|verdict|against.
"""
import os
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(TOP, "system"))
from capture_system import Captured, latencies  # noqa: E402
from system import system_test  # noqa: E402


def figure(name, what, value, least, greatest, budget):
    verdict = "-" if budget is None else "OK" if value <= budget else "over"
    print("|".join(str(word) for word in (name, what, value, least, greatest, "ms", "" if budget is None else budget, verdict,
                                          "")), flush=True)


def measure(rounds):
    with system_test() as (folder, things):
        captured = Captured(folder, things, name="dl_capture_bench")
        captured.wait_until_recorded()
        found = [round(seconds * 1000, 1) for seconds in latencies(captured, rounds)]
        captured.drop()
    figure("capture.latency", "from a captured ALTER TABLE to the collector", found[len(found) // 2], found[0], found[-1], None)
    figure("capture.latency.p99", "  the slowest but one in a hundred", found[int(len(found) * 0.99) - 1], found[0], found[-1], 1000)


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
