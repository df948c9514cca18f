#!/usr/bin/env python3
"""stream.py GROUP SERVER: figures of agents and collector, for tests/bench/run.

GROUP is agent, mariadb, bytes or latency; SERVER is a reference of a database that may be changed. Writes a line a
figure: name|what|median|least|greatest|unit|budget|verdict|against.
"""
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(TOP, "system"))
from system import Agent, Collector, Proxy, check, system_test, wait_for, write_script  # noqa: E402

QUICK = os.environ.get("DRIFTLINE_QUICK") == "yes"
REST_SECONDS = 20 if QUICK else 120
LATENCY_ROUNDS = 3 if QUICK else 10
TENANTS = 400
PROGRAMS = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "bench")


def figure(name, what, values, unit, budget=None, against=""):
    values = sorted(values if isinstance(values, list) else [values])
    middle = statistics.median(values)
    verdict = "-" if budget is None else "OK" if middle <= budget else "over"
    print("|".join(str(word) for word in (name, what, middle, values[0], values[-1], unit,
                                          "" if budget is None else budget, verdict, against)), flush=True)


def memory_of(pid):
    """Private and resident KiB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        rows = dict(re.findall(r"^(\w+): +(\d+) kB", file.read(), flags=re.M))
    return int(rows["Private_Clean"]) + int(rows["Private_Dirty"]), int(rows["Rss"])


def cpu_of(pid):
    """Seconds on a processor, of all threads."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def root_of(collector, database):
    rows = collector.rows("targets", database=database)
    return rows[0]["root"] if rows else None


def traffic(proxy):
    return sum(proxy.bytes)


def wait_until_quiet(proxy):
    before = -1
    while before != traffic(proxy):
        before = traffic(proxy)
        time.sleep(1)


def measure_rest(server, name, what, most_private, most_resident):
    """An agent at rest with one target, with everything as it is preset: poll 5 s, heartbeat 15 s."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        proxy = Proxy(collector.port)
        things += [collector, proxy]
        collector.start()
        agent = Agent(folder, "agent0", [("bench", "prod", "default", server)], poll="5s")
        things.append(agent)
        agent.enroll(collector, proxy.endpoint)
        agent.start()
        wait_for("the first snapshot", lambda: root_of(collector, "bench"))
        time.sleep(15)  # the first looks, and a heartbeat
        proxy.bytes = [0, 0]
        before, begun = cpu_of(agent.child.pid), time.monotonic()
        time.sleep(REST_SECONDS)
        used, passed = cpu_of(agent.child.pid) - before, time.monotonic() - begun
        private, resident = memory_of(agent.child.pid)
        figure(f"{name}.private", f"agent at rest, one {what} target: private memory", private / 1024, "MiB",
               most_private)
        figure(f"{name}.resident", "  resident set, mostly shared libraries", resident / 1024, "MiB", most_resident)
        figure(f"{name}.cpu", "  CPU at a poll of 5 s, share of a core", used / passed * 100, "%", 0.1)
        figure(f"{name}.hour", "  on the wire in an hour", traffic(proxy) / passed * 3600 / 1024, "KiB", None,
               "heartbeats and their answers, with TCP's payload only")


def measure_mariadb(server):
    measure_rest(server, "mariadb.agent", "MariaDB", 4, 20)  # a thread for the driver, the driver, its manager


def measure_agent(server):
    measure_rest(server, "agent", "PostgreSQL", 3, 16)
    done = subprocess.run([os.path.join(PROGRAMS, "bench_probe_cost"), server], stdout=subprocess.PIPE, text=True,
                          check=True)
    cost, wall = (float(word) for word in done.stdout.split()[:2])
    figure("agent.probe", "  CPU of the server for a cheap look", cost, "ms", 1, f"the look takes {wall:.3f} ms")


def make_tables(path, count):
    with sqlite3.connect(path) as database:
        database.execute("BEGIN")  # a commit for each would take minutes
        for number in range(count):
            database.execute(f"CREATE TABLE t{number} (id integer PRIMARY KEY, name text NOT NULL, note text, "
                             f"created text DEFAULT CURRENT_TIMESTAMP, amount numeric CHECK (amount > {number}))")


def stored(collector):
    """Bytes of the store's file, with everything that is in its log."""
    with sqlite3.connect(f"file:{collector.data}/history.db?mode=ro", uri=True) as history:
        pages = history.execute("PRAGMA page_count").fetchone()[0]
        return pages * history.execute("PRAGMA page_size").fetchone()[0]


def measure_bytes(_server):
    """What travels and what is stored: a large schema, one change to it, and 400 tenants."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        proxy = Proxy(collector.port)
        things += [collector, proxy]
        collector.start()
        empty = stored(collector)
        path = os.path.join(folder, "large.db")
        make_tables(path, 10000)
        agent = Agent(folder, "agent0", [("large", "prod", "default", f"sqlite:{path}")], poll="1s")
        things.append(agent)
        agent.enroll(collector, proxy.endpoint)
        agent.start()
        wait_for("the first snapshot", lambda: root_of(collector, "large"))
        wait_until_quiet(proxy)
        size = stored(collector)
        figure("bytes.first.wire", "first snapshot of 10,000 tables: on the wire", traffic(proxy) / 1024, "KiB")
        figure("bytes.first.store", "  in the store", (size - empty) / 1024, "KiB")
        sent, grown = [], []
        for number in range(8):
            proxy.bytes = [0, 0]
            before = stored(collector)
            with sqlite3.connect(path) as database:
                database.execute(f"ALTER TABLE t{number * 1000} ADD COLUMN extra text")
            wait_for("the change", lambda number=number: len(collector.snapshots("large")) == number + 2)
            wait_until_quiet(proxy)
            sent.append(traffic(proxy) / 1024)
            grown.append((stored(collector) - before) / 1024)
        figure("bytes.change.wire", "one changed column of it: on the wire", sent, "KiB", 32)
        figure("bytes.change.store", "  in the store, average", statistics.mean(grown), "KiB", 32)
        agent.stop()

        tables = {f"table{number}": [f"c{number}_{column} text not null" for column in range(20)] for number in range(100)}
        script = os.path.join(folder, "tenant.yaml")
        write_script(script, tables)
        proxy.bytes = [0, 0]
        before = stored(collector)
        first = Agent(folder, "first", [("crm", "prod", "t000", f"dummy:{script}")])
        things.append(first)
        first.enroll(collector, proxy.endpoint)
        first.start()
        wait_for("the first tenant", lambda: root_of(collector, "crm"))
        wait_until_quiet(proxy)
        alone = traffic(proxy)
        figure("bytes.tenant.wire", "a tenant's schema of 100 tables: on the wire", alone / 1024, "KiB")
        figure("bytes.tenant.store", "  in the store", (stored(collector) - before) / 1024, "KiB")
        first.stop()
        proxy.bytes = [0, 0]
        before = stored(collector)
        others = Agent(folder, "others", [("crm", "prod", f"t{number:03}", f"dummy:{script}")
                                          for number in range(1, TENANTS)], poll="5s")
        things.append(others)
        others.enroll(collector, proxy.endpoint)
        others.start()
        wait_for("all tenants", lambda: len(collector.snapshots("crm")) == TENANTS, pause=0.5)
        wait_until_quiet(proxy)
        figure("bytes.tenants.wire", f"{TENANTS - 1} more tenants with this schema: on the wire, each",
               traffic(proxy) / (TENANTS - 1), "B", None, f"the first: {alone} B")
        figure("bytes.tenants.store", "  in the store, each", (stored(collector) - before) / (TENANTS - 1), "B")


def measure_latency(server):
    """From ALTER TABLE to the answer of `driftline history`, with everything as it is preset."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        things.append(collector)
        collector.start()
        agent = Agent(folder, "agent0", [("bench", "prod", "default", server)], poll="5s")
        agent.debounce = None
        things.append(agent)
        agent.enroll(collector)
        agent.start()
        wait_for("the first snapshot", lambda: root_of(collector, "bench"))
        took = []
        for number in range(LATENCY_ROUNDS):
            time.sleep(7.3)
            subprocess.run(["psql", "-X", "-q", server, "-c", f"ALTER TABLE public.t1 ADD COLUMN seen_{number} text"],
                           check=True)
            begun = time.monotonic()
            wait_for("the history shows it", lambda number=number:
                     f"seen_{number}" in collector.driftline("history", "bench@prod", "public.t1"), pause=0.02)
            took.append(time.monotonic() - begun)
        figure("latency.history", "ALTER TABLE until `driftline history` tells it", took, "s", None,
               "poll of 5 s, a session that ends after the statement")


def main():
    group, server = sys.argv[1:3]
    groups = {"agent": measure_agent, "mariadb": measure_mariadb, "bytes": measure_bytes, "latency": measure_latency}
    check(group in groups, f"no group '{group}'")
    groups[group](server)


main()
