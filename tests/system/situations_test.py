#!/usr/bin/env python3
"""What happens in the life of a fleet: each situation is handled, and visible as UNKNOWN with its reason."""
import os
import signal
import sqlite3
import subprocess
import time

from event_check import check_events
from system import Agent, Collector, check, free_port, main, run_sql, system_test, wait_for, write_script

QUICK = "heartbeat: 1s\nstale_after: 4s\nclaim_after: 5s"


def target(collector, database="db", environment="prod", instance="default"):
    for row in collector.rows("targets", database=database, environment=environment):
        if row["instance"] == instance:
            return row
    return {"root": None, "state": None, "verdict": None}


def fleet_verdict(collector, database="db"):
    """Verdict, and everything the fleet says of the database in one text."""
    for row in collector.get("/api/v1/fleet")["databases"]:
        if row["database"] == database:
            return row["verdict"], str(row)
    return None, ""


def scripted_agent(folder, things, collector, name="agent0", database="db", environment="prod"):
    path = os.path.join(folder, f"{name}.script.yaml")
    write_script(path, {"orders": ["id bigint not null"]})
    agent = Agent(folder, name, [(database, environment, "default", f"dummy:{path}")])
    things.append(agent)
    return agent, path


def test_agent_before_collector():
    """An agent that starts first keeps what it sees, and delivers when the collector comes."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        agent, path = scripted_agent(folder, things, collector)
        agent.enroll(collector)
        collector.stop()
        agent.start()
        wait_for("the first look", lambda: agent.outbox())
        write_script(path, {"orders": ["id bigint not null", "note text"]})
        wait_for("the second look", lambda: len(list(agent.outbox().values())[0]) == 2)
        collector.start()
        wait_for("both arrive", lambda: len(collector.snapshots("db")) == 2)
        check(fleet_verdict(collector)[0] == "IN_SYNC", "one instance agrees with itself")


def test_unknown_key_then_enrolled():
    """A key that nobody knows is turned away and counted; once enrolled it enters by itself."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        agent, _ = scripted_agent(folder, things, collector)
        agent.point_at(collector)
        agent.start()
        wait_for("the agent says that it is not let in", lambda: agent.logged("agent0.script") or agent.logged("refused")
                 or agent.logged("enrol"))
        time.sleep(2)
        check(not collector.get("/api/v1/targets")["targets"], "a target of nobody")
        refused = collector.events("peer-refused")
        check(len(refused) == 1 and refused[0]["data"]["address"] == "127.0.0.1", refused)
        collector.enroll(agent.name, agent.public_key(), "db@prod")
        wait_for("the agent enters", lambda: target(collector)["root"])
        check(check_events(collector)["agent-connected"] == 1, "it is here for the first time")


def test_revoked():
    """A revoked key is out at once; enrolled again it goes on without loss."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        agent, path = scripted_agent(folder, things, collector)
        agent.enroll(collector)
        agent.start()
        wait_for("the first snapshot", lambda: target(collector)["root"])
        check(collector.ask("DELETE", f"/api/v1/agents/{agent.name}")[0] in (200, 204), "revoking")
        write_script(path, {"orders": ["id bigint not null", "note text"]})
        wait_for("the agent sees it", lambda: len(list(agent.outbox().values())[0]) == 2)
        wait_for("its target is unknown", lambda: fleet_verdict(collector)[0] == "UNKNOWN")
        check(len(collector.snapshots("db")) == 1, "a revoked agent was heard")
        collector.enroll(agent.name, agent.public_key(), "db@prod")
        wait_for("it goes on", lambda: len(collector.snapshots("db")) == 2)


def test_wrong_environment():
    """A key of staging that speaks for prod is refused, and that is an event; what it may do is served."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        path = os.path.join(folder, "db.yaml")
        write_script(path, {"orders": ["id bigint not null"]})
        agent = Agent(folder, "agent0", [("db", "staging", "default", f"dummy:{path}"),
                                         ("db", "prod", "default", f"dummy:{path}")])
        things.append(agent)
        agent.point_at(collector)
        collector.enroll(agent.name, agent.public_key(), "db@staging")
        agent.start()
        wait_for("staging is served", lambda: target(collector, environment="staging")["root"])
        wait_for("the agent is told", lambda: agent.logged("db@prod", "forbidden") or agent.logged("db@prod", "may not"))
        check(target(collector)["root"] is None, "prod was taken from a key of staging")
        wait_for("it is an event", lambda: collector.events("agent-refused"))


def test_two_agents_one_target():
    """The second agent is refused with the name of the first, and takes over when that one is gone."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        first, _ = scripted_agent(folder, things, collector, "first")
        second, path = scripted_agent(folder, things, collector, "second")
        first.enroll(collector)
        second.enroll(collector)
        first.start()
        wait_for("the first one's snapshot", lambda: target(collector)["root"])
        second.start()
        wait_for("the second is refused", lambda: second.logged("first"))
        check(target(collector)["agent"] == "first", "the target went to the second agent")
        write_script(path, {"orders": ["id bigint not null", "of_second text"]})
        first.stop()
        wait_for("the second takes over", lambda: target(collector)["agent"] == "second"
                 and len(collector.snapshots("db")) == 2)
        data = [event["data"] for event in collector.events("target-claimed")]
        check(data == [{"target": "db@prod", "agent": "second", "before": "first"}], data)
        check_events(collector)


def test_restart_and_move():
    """A collector that is restarted, and one that moves to another address that the agent knows, too."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        other_port = free_port()
        agent, path = scripted_agent(folder, things, collector)
        agent.enroll(collector, collector.endpoint, f"tcp://127.0.0.1:{other_port}")
        agent.start()
        wait_for("the first snapshot", lambda: target(collector)["root"])
        collector.stop()
        collector.start()
        write_script(path, {"orders": ["id bigint not null", "a text"]})
        wait_for("a snapshot after the restart", lambda: len(collector.snapshots("db")) == 2)
        collector.stop()
        collector.port = other_port
        collector.write_config()
        collector.start()
        write_script(path, {"orders": ["id bigint not null", "b text"]})
        wait_for("a snapshot at the other address", lambda: len(collector.snapshots("db")) == 3)


def test_silent_agent():
    """An agent that is gone leaves its target unknown, with a reason; it is fresh again when it is back."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        agent, _ = scripted_agent(folder, things, collector)
        agent.enroll(collector)
        agent.start()
        wait_for("in sync", lambda: fleet_verdict(collector)[0] == "IN_SYNC")
        agent.signal(signal.SIGSTOP)
        wait_for("unknown", lambda: fleet_verdict(collector)[0] == "UNKNOWN")
        check("agent0" in fleet_verdict(collector)[1] and "silent" in fleet_verdict(collector)[1],
              f"the reason: {fleet_verdict(collector)[1]}")
        collector.driftline("fleet", check_status=3)
        wait_for("it is told", lambda: collector.events("agent-silent"))
        agent.signal(signal.SIGCONT)
        wait_for("in sync again", lambda: fleet_verdict(collector)[0] == "IN_SYNC")
        wait_for("its return is told", lambda: collector.events("agent-returned"))
        told = [event["type"] for event in collector.events("agent-silent", "agent-returned")]
        check(told == ["driftline.agent-silent", "driftline.agent-returned"], told)
        check_events(collector)


def test_failing_database():
    """A database that is away, refuses, or shows less: unknown with the reason, and no mass of removals."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        agent, path = scripted_agent(folder, things, collector)
        agent.enroll(collector)
        agent.start()
        wait_for("in sync", lambda: fleet_verdict(collector)[0] == "IN_SYNC")
        with open(path, encoding="utf-8") as file:
            script = file.read()
        for code, state in (("connect", "unreachable"), ("refused", "refused"), ("unstable", "unstable")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(script + f"  - fail: {{code: {code}, message: of the script}}\n")
            wait_for(state, lambda state=state: target(collector)["state"] == state)
            wait_for("unknown", lambda: fleet_verdict(collector)[0] == "UNKNOWN")
            check("of the script" in fleet_verdict(collector)[1], fleet_verdict(collector)[1])
        with open(path, "w", encoding="utf-8") as file:
            file.write(script + "  - gaps: [{kind: table, reason: permission denied}]\n"
                       "    remove: [{kind: table, path: [main, orders]}]\n")
        wait_for("the snapshot with the gap", lambda: len(collector.snapshots("db")) == 2)
        wait_for("the database can be read again", lambda: target(collector)["state"] == "fine")
        check(not collector.get("/api/v1/history", database="db")["changes"], "what became invisible was called removed")
        check(fleet_verdict(collector)[0] == "UNKNOWN" and "permission denied" in fleet_verdict(collector)[1],
              fleet_verdict(collector)[1])
        check(collector.events("coverage-changed"), "no event says that the coverage changed")
        with open(path, "w", encoding="utf-8") as file:
            file.write(script)
        wait_for("in sync again", lambda: fleet_verdict(collector)[0] == "IN_SYNC")
        check(not collector.get("/api/v1/history", database="db")["changes"], "what became visible again was called new")
        check_events(collector)


def write_server(path, version, definition, *columns):
    """A scripted server of some version, with a view as it spells it and the columns of a table."""
    lines = ["origin: upgraded", "engine: postgresql", f"version: '{version}'", "steps:", "  - schema:",
             f"      - {{kind: view, path: [shop, totals], id: 1, attributes: ['definition = {definition}']}}",
             f"      - {{kind: table, path: [shop, orders], id: 2, columns: [{', '.join(columns)}]}}"]
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.replace(path + ".new", path)


def test_upgraded_server():
    """A server of another major version spells its definitions otherwise: that is no change and no drift, but nobody
    knows, so it is unknown with the reason; what else changes is seen as ever."""
    old, new = ("15.20", "SELECT orders.total FROM shop.orders"), ("16.3", "SELECT total FROM shop.orders")
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK + "\npath: [staging, prod]")
        things.append(collector)
        collector.start()
        paths = {name: os.path.join(folder, f"{name}.server.yaml") for name in ("staging", "t0", "t1", "t2")}
        for path in paths.values():
            write_server(path, *old, "total integer")
        agent = Agent(folder, "agent0", [("db", "staging" if name == "staging" else "prod",
                                          "default" if name == "staging" else name, f"dummy:{path}")
                                         for name, path in paths.items()])
        things.append(agent)
        agent.enroll(collector)
        agent.start()
        wait_for("in sync", lambda: fleet_verdict(collector)[0] == "IN_SYNC")

        write_server(paths["t2"], *new, "total integer")
        wait_for("unknown", lambda: fleet_verdict(collector)[0] == "UNKNOWN")
        reason = target(collector, instance="t2")["unknown_reason"]
        check("view shop.totals" in reason and "rendered by PostgreSQL 15 and 16" in reason, reason)
        check(target(collector, instance="t0")["verdict"] == "IN_SYNC", "the others are in doubt, too")
        check("PostgreSQL 15 and 16" in collector.driftline("fleet", check_status=3), "the fleet does not say why")
        collector.driftline("diff", "db@prod/t0", "db@prod/t2", check_status=3)
        collector.driftline("compare", "db", check_status=0)  # the majority is as staging
        history = collector.get("/api/v1/history", database="db", instance="t2")
        check(not history["changes"], f"another spelling was called a change: {history['changes']}")
        note = "server upgraded from 15.20 to 16.3; the spelling of definitions was not compared"
        check(history["notes"][0]["note"] == note, str(history["notes"]))
        check(note in collector.driftline("history", "db@prod/t2"), "the history does not tell of the upgrade")
        check([event for event in collector.events("server-upgraded") if event["data"]["to"] == "16.3"], "no event of the upgrade")
        check_events(collector)

        write_server(paths["t2"], *new, "total integer", "note text")
        wait_for("drifted", lambda: fleet_verdict(collector)[0] == "DRIFTED")
        changes = collector.get("/api/v1/history", database="db", instance="t2")["changes"]
        check([change["object"] for change in changes] == ["shop.orders.note"], str(changes))
        collector.driftline("diff", "db@prod/t0", "db@prod/t2", check_status=1)

        write_server(paths["t2"], *new, "total integer")
        write_server(paths["staging"], *new, "total integer")
        wait_for("the step is unknown", lambda: collector.get("/api/v1/fleet")["databases"][0]["steps"][0]["verdict"]
                 == "UNKNOWN" and target(collector, instance="t2")["verdict"] == "UNKNOWN")
        collector.driftline("compare", "db", check_status=3)
        for name in ("t0", "t1"):
            write_server(paths[name], *new, "total integer")
        wait_for("in sync when all are upgraded", lambda: fleet_verdict(collector)[0] == "IN_SYNC")

        # The same texts from the next version: the upgrade is known, so that what changes after it is a change.
        before = len(collector.snapshots("db", "prod", "t1"))
        write_server(paths["t1"], "17.1", new[1], "total integer")
        wait_for("the upgrade", lambda: len(collector.snapshots("db", "prod", "t1")) == before + 1)
        write_server(paths["t1"], "17.1", "SELECT 2 * total FROM shop.orders", "total integer")
        wait_for("the change", lambda: [change["object"] for change in collector.get(
            "/api/v1/history", database="db", instance="t1")["changes"]] == ["shop.totals"])


def test_postgres():
    """A real server: a change is seen, a role that loses its rights is a matter of coverage, an absent server is one
    of reachability, and everything is as before when it is back."""
    with system_test() as (folder, things):
        environment = run_sql("DROP DATABASE IF EXISTS dl_situations", "CREATE DATABASE dl_situations")
        run_sql("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint PRIMARY KEY, total numeric)",
                "DROP ROLE IF EXISTS dl_situations_agent", "CREATE ROLE dl_situations_agent LOGIN",
                database="dl_situations")
        source = (f"postgres://dl_situations_agent@/dl_situations?host={environment['PGHOST']}"
                  f"&port={environment['PGPORT']}")
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        agent = Agent(folder, "agent0", [("db", "prod", "default", source)], poll="500ms")
        things.append(agent)
        agent.enroll(collector)
        agent.start()
        first = wait_for("the first snapshot", lambda: target(collector)["root"])
        run_sql("ALTER TABLE shop.orders ALTER COLUMN total TYPE bigint", "CREATE TEMP TABLE noise (x int)",
                database="dl_situations")
        wait_for("the change", lambda: target(collector)["root"] != first)
        history = collector.get("/api/v1/history", database="db", object="shop.orders.total")["changes"]
        check(len(history) == 1 and history[0]["object"] == "shop.orders.total", str(history))
        shown = collector.driftline("history", "db@prod", "shop.orders.total")
        check("shop.orders.total" in shown and "bigint" in shown, shown)

        run_sql("ALTER ROLE dl_situations_agent NOLOGIN",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dl_situations_agent'")
        wait_for("refused", lambda: target(collector)["state"] == "refused")
        wait_for("unknown", lambda: fleet_verdict(collector)[0] == "UNKNOWN")
        run_sql("ALTER ROLE dl_situations_agent LOGIN")
        wait_for("fine again", lambda: fleet_verdict(collector)[0] == "IN_SYNC")
        check(len(collector.snapshots("db")) == 2, "being refused made a snapshot")
        agent.stop()
        run_sql("DROP DATABASE dl_situations", "DROP ROLE dl_situations_agent")


def test_variants():
    """Four tenants of which one is off: the majority, the outlier by name, and since when."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK + "\npath: [staging, prod]")
        things.append(collector)
        collector.start()
        paths = {}
        targets = []
        for environment, instance in (("staging", "default"), *(("prod", f"t{number}") for number in range(4))):
            path = os.path.join(folder, f"{environment}-{instance}.db")
            with sqlite3.connect(path) as database:
                database.execute("CREATE TABLE orders (id integer PRIMARY KEY, total numeric)")
            paths[instance] = path
            targets.append(("shop", environment, instance, f"sqlite:{path}"))
        agent = Agent(folder, "agent0", targets)
        things.append(agent)
        agent.enroll(collector)
        agent.start()
        wait_for("in sync", lambda: fleet_verdict(collector, "shop")[0] == "IN_SYNC")
        check("IN_SYNC" in collector.driftline("fleet") or "in sync" in collector.driftline("fleet"), "fleet in words")
        with sqlite3.connect(paths["t2"]) as database:
            database.execute("ALTER TABLE orders ADD COLUMN hotfix text")
        wait_for("drifted", lambda: fleet_verdict(collector, "shop")[0] == "DRIFTED")
        fleet = collector.get("/api/v1/fleet")
        prod = [row for row in fleet["databases"][0]["environments"] if row["environment"] == "prod"][0]
        check([variant["count"] for variant in prod["variants"]] == [3, 1], str(prod))
        check(prod["variants"][0]["majority"] and prod["variants"][1]["instances"] == ["t2"], str(prod))
        check(prod["variants"][1]["since"], "since when is not said")
        check("t2" in collector.driftline("fleet", check_status=1), "the outlier is not named")
        collector.driftline("compare", "shop", "--from", "staging", "--to", "prod", check_status=0)
        shown = collector.driftline("diff", "shop@prod/t0", "shop@prod/t2", check_status=1)
        check("hotfix" in shown, shown)
        check("hotfix" not in collector.driftline("show", "shop@prod/t2~1", "main.orders"), "one snapshot back")
        check("hotfix" in collector.driftline("show", "shop@prod/t2", "main.orders"), "now")
        collector.driftline("diff", "shop@prod", f"sqlite:{paths['t0']}", check_status=0)
        check(len(collector.driftline("hash", "shop@prod").strip()) == 64, "hash of the majority")
        collector.driftline("targets", "forget", "shop@prod/t2")
        wait_for("it may come back: the agent still speaks for it, with its whole outbox",
                 lambda: target(collector, "shop", "prod", "t2")["root"])


def test_reload_and_end():
    """SIGHUP reloads what can be reloaded; SIGTERM ends both within two seconds."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        agent, _ = scripted_agent(folder, things, collector)
        agent.enroll(collector)
        agent.start()
        wait_for("the first snapshot", lambda: target(collector)["root"])
        collector.options = QUICK + "\npath: [staging, prod]"
        collector.write_config()
        collector.signal(signal.SIGHUP)
        wait_for("the new path", lambda: collector.get("/api/v1/fleet")["path"] == ["staging", "prod"])
        collector.options = "no such: thing"
        collector.write_config()
        collector.signal(signal.SIGHUP)
        wait_for("a broken configuration is refused, and the old one kept", lambda: collector.logged("reload", "yaml"))
        check(collector.get("/api/v1/fleet")["path"] == ["staging", "prod"], "the old configuration is gone")
        other = os.path.join(folder, "other.yaml")
        write_script(other, {"x": ["id int"]})
        agent.targets.append(("other", "prod", "default", f"dummy:{other}"))
        agent.point_at(collector)
        collector.enroll(agent.name, agent.public_key(), "*@prod")
        agent.signal(signal.SIGHUP)
        wait_for("the new target", lambda: target(collector, "other")["root"])
        took = agent.stop()
        check(took < 2.5, f"the agent took {took:.1f} s to end")
        took = collector.stop()
        check(took < 2.5, f"the collector took {took:.1f} s to end")


def test_once():
    """--once: look, deliver, exit; for cron."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=QUICK)
        things.append(collector)
        collector.start()
        agent, path = scripted_agent(folder, things, collector)
        agent.enroll(collector)
        for number in range(2):
            done = subprocess.run(agent.arguments + ["--once"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, check=False)
            check(done.returncode == 0, done.stdout)
            check(len(collector.snapshots("db")) == number + 1, "not delivered")
            write_script(path, {"orders": ["id bigint not null", f"c{number} text"]})
        done = subprocess.run(["bash", "-c", 'exec "$@" <&- >&- 2>&-', "-", *agent.arguments, "--once"], check=False)
        check(done.returncode == 0, f"without standard files: {done.returncode}")
        check(len(collector.snapshots("db")) == 3 and len(next(iter(agent.outbox().values()))) == 3,
              "what it says went into its outbox")
        write_script(path, {"orders": ["id bigint not null", "not_delivered text"]})
        collector.stop()
        done = subprocess.run(agent.arguments + ["--once"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, timeout=120)
        check(done.returncode == 3, f"without a collector: {done.returncode}: {done.stdout}")


if __name__ == "__main__":
    main(test_agent_before_collector, test_unknown_key_then_enrolled, test_revoked, test_wrong_environment,
         test_two_agents_one_target, test_restart_and_move, test_silent_agent, test_failing_database, test_upgraded_server,
         test_postgres, test_variants, test_reload_and_end, test_once)
