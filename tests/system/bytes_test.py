#!/usr/bin/env python3
"""What travels: an unchanged target one small heartbeat, a known root not a byte of schema, a change only itself."""
import os
import sqlite3
import time

from system import Agent, Collector, Proxy, check, main, system_test, wait_for, write_script

TENANTS = 400
TABLES = int(os.environ.get("DRIFTLINE_TABLES", "10000"))
CHANGE_LIMIT = 32 * 1024  # bytes on the wire, and in the store, for one changed column
HEARTBEAT_LIMIT = 200     # bytes of one heartbeat of one unchanged target, all in


def make_tables(path, count):
    with sqlite3.connect(path) as database:
        database.execute("BEGIN")  # a commit for each would take minutes
        for number in range(count):
            database.execute(f"CREATE TABLE t{number} (id integer PRIMARY KEY, name text NOT NULL, note text, "
                             f"created text DEFAULT CURRENT_TIMESTAMP, amount numeric CHECK (amount > {number}))")


def traffic(proxy):
    return sum(proxy.bytes)


def wait_until_quiet(proxy, pause=1.0):
    """Until nothing but heartbeats has travelled for a while."""
    before = -1
    while before != traffic(proxy):
        before = traffic(proxy)
        time.sleep(pause)


def newest(collector, database, instance="default"):
    for target in collector.rows("targets", database=database):
        if target["instance"] == instance:
            return target["root"]
    return None


def test_tenants_share():
    """400 tenants with one schema: it is uploaded once."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        proxy = Proxy(collector.port)
        things += [collector, proxy]
        collector.start()
        tables = {f"table{number}": [f"c{number}_{column} text not null" for column in range(20)] for number in range(100)}
        path = os.path.join(folder, "tenant.yaml")
        write_script(path, tables)
        first = Agent(folder, "first", [("crm", "prod", "t000", f"dummy:{path}")])
        things.append(first)
        first.enroll(collector, proxy.endpoint)
        first.start()
        wait_for("the first tenant's snapshot", lambda: newest(collector, "crm", "t000"))
        upload = proxy.bytes[0]
        proxy.bytes = [0, 0]
        others = Agent(folder, "others", [("crm", "prod", f"t{number:03}", f"dummy:{path}")
                                          for number in range(1, TENANTS)], poll="1s")
        things.append(others)
        others.enroll(collector, proxy.endpoint)
        others.start()
        wait_for("all tenants", lambda: len([1 for target in collector.get("/api/v1/targets")["targets"]
                                             if target["root"]]) == TENANTS, pause=0.5)
        each = proxy.bytes[0] / (TENANTS - 1)
        check(each < 1024, f"each further tenant cost {each:.0f} bytes")
        check(upload > 20 * each, f"the first cost {upload} bytes, the others {each:.0f}: does the count work?")
        print(f"   the first tenant sent {upload} bytes, each of the other {TENANTS - 1} sent {each:.0f}")


def test_one_changed_column():
    """One changed column of a schema of 10,000 tables."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        proxy = Proxy(collector.port)
        things += [collector, proxy]
        collector.start()
        path = os.path.join(folder, "large.db")
        make_tables(path, TABLES)
        agent = Agent(folder, "agent0", [("large", "prod", "default", f"sqlite:{path}")], poll="500ms")
        things.append(agent)
        agent.enroll(collector, proxy.endpoint)
        agent.start()
        wait_for("the first snapshot", lambda: newest(collector, "large"), pause=0.5)
        wait_until_quiet(proxy)
        first = traffic(proxy)
        stored = node_bytes(collector)
        proxy.bytes = [0, 0]
        with sqlite3.connect(path) as database:
            database.execute("ALTER TABLE t42 ADD COLUMN extra text")
        wait_for("the second snapshot", lambda: len(collector.snapshots("large")) == 2)
        wait_until_quiet(proxy)
        sent, grown = traffic(proxy), node_bytes(collector) - stored
        check(sent <= CHANGE_LIMIT, f"{sent} bytes travelled for one column")
        check(grown <= CHANGE_LIMIT, f"{grown} bytes were stored for one column")
        print(f"   first snapshot: {first} bytes sent, {stored} stored; one column: {sent} sent, {grown} stored")


def node_bytes(collector):
    with sqlite3.connect(f"file:{collector.data}/history.db?mode=ro", uri=True) as history:
        return history.execute("SELECT coalesce(sum(length(bytes) + 40), 0) FROM node").fetchone()[0]


def test_heartbeat():
    """An unchanged target costs one small heartbeat."""
    with system_test() as (folder, things):
        collector = Collector(folder, options="heartbeat: 1s")
        proxy = Proxy(collector.port)
        things += [collector, proxy]
        collector.start()
        path = os.path.join(folder, "db.yaml")
        write_script(path, {"t": ["id bigint"]})
        agent = Agent(folder, "agent0", [("db", "prod", "default", f"dummy:{path}")])
        things.append(agent)
        agent.enroll(collector, proxy.endpoint)
        agent.start()
        wait_for("the snapshot", lambda: newest(collector, "db"))
        time.sleep(2)
        proxy.bytes = [0, 0]
        beats = 8
        time.sleep(beats)
        each = proxy.bytes[0] / beats
        check(0 < each <= HEARTBEAT_LIMIT, f"{each:.0f} bytes a heartbeat")
        print(f"   {each:.0f} bytes a heartbeat, {proxy.bytes[1] / beats:.0f} the answer")


if __name__ == "__main__":
    main(test_tenants_share, test_one_changed_column, test_heartbeat)
