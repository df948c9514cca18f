#!/usr/bin/env python3
"""What people do who run it: they follow events, try sinks and send messages again, ask the doctor, let him prove the whole
way with a planted table, and change the configuration while it runs.
"""
import contextlib
import http.server
import json
import os
import re
import signal
import sqlite3
import subprocess
import threading
import time

from system import DRIFTLINE, Agent, Collector, Failure, Proxy, check, main, system_test, wait_for

PLANTED = re.compile(r"driftline_planted_[0-9a-f]{8}")


class Receiver:
    """A webhook's server that answers with `status`, and keeps what came."""

    def __init__(self):
        self.status = 200
        self.bodies = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.bodies.append(body)
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def change(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def tables(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        return [row[0] for row in database.execute("SELECT name FROM sqlite_master ORDER BY name")]


def configuration(receiver, routes=None):
    lines = ["path: [staging, prod]", "heartbeat: 1s", "stale_after: 6s", "claim_after: 60s", "notify:", "  sinks:",
             f"    - {{name: hook, kind: webhook, url: \"{receiver.url}\", allow_private: true,",
             "       secret: \"whsec_c2VzYW1lLWlzLXdoYXQtb3BlbnMtMDEyMzQ1Njc4OQ==\"}",
             "    - {name: down, kind: exec, command: [/bin/false]}"]
    return "\n".join(lines + (["  routes:"] + [f"    - {{{route}}}" for route in routes] if routes else []))


EVERYTHING = "name: all, sinks: [hook], settle: 300ms, settle_most: 1s"


@contextlib.contextmanager
def running(routes=(EVERYTHING,)):
    """A collector, an agent of two SQLite databases, and a webhook."""
    with system_test() as (folder, things):
        receiver = Receiver()
        things.append(receiver)
        collector = Collector(folder, options=configuration(receiver, routes))
        things.append(collector)
        collector.start()
        paths = {environment: os.path.join(folder, f"{environment}.db") for environment in ("staging", "prod")}
        for path in paths.values():
            change(path, "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER)")
        agent = Agent(folder, "db-1", [("orders", environment, "default", f"sqlite:{path}")
                                       for environment, path in paths.items()])
        things.append(agent)
        agent.enroll(collector)
        agent.start()
        wait_for("both are known", lambda: len(collector.rows("snapshots", database="orders")) == 2)
        yield collector, agent, paths, receiver


def start(collector, *words, url=None):
    environment = dict(os.environ, DRIFTLINE_COLLECTOR=url or collector.url, DRIFTLINE_TOKEN=collector.token, NO_COLOR="1")
    return subprocess.Popen([DRIFTLINE, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=environment)


def end(child, number=signal.SIGINT, status=0):
    child.send_signal(number)
    output, errors = child.communicate(timeout=60)
    check("Sanitizer" not in errors, errors)
    check(child.returncode == status, f"exit status {child.returncode}: {errors}")
    return output, errors


def test_agents_are_as_they_are():
    """Heard when they were heard last, not when they came; and who was not heard because nobody listened is not silent."""
    with running() as (collector, agent, _, _):
        def known():
            return collector.get("/api/v1/agents")["agents"][0]

        def reasons():
            return {target.get("unknown_reason", "") for target in collector.get("/api/v1/targets")["targets"]}

        for _ in range(2):
            before = known()["last_seen"]
            wait_for("the next heartbeat", lambda before=before: known()["last_seen"] > before)
        check(known()["last_seen"] > known()["connected_since"], known())
        before = known()["last_seen"]
        agent.stop()
        wait_for("it is gone", lambda: not known()["connected"])
        wait_for("it is kept", lambda: known()["last_seen"] >= before)
        collector.kill()
        time.sleep(6.5)
        collector.start()
        check(reasons() == {"agent 'db-1' was not heard since the collector started"}, reasons())
        check(known()["last_seen"] >= before, known())
        wait_for("it is silent", lambda: any(" is silent since " in reason for reason in reasons()))
        collector.kill()
        time.sleep(6.5)
        collector.start()
        agent.start()
        wait_for("it is here", lambda: known()["connected"])
        check(not any("silent" in reason or "heard" in reason for reason in reasons()), reasons())


def test_following_loses_nothing():
    """Through a network that is cut, and over restarts of the collector: each event once, in order, and nothing else."""
    with running() as (collector, _, paths, _):
        proxy = Proxy(collector.http_port)
        followers = [start(collector, "events", "--follow", "--after", "0", "--format", "json"),
                     start(collector, "events", "--follow", "--after", "0", "--format", "json",
                           url=f"http://127.0.0.1:{proxy.port}"),
                     start(collector, "events", "--follow", "--after", "0", "--format", "json", "--type", "schema-*")]
        try:
            for turn in range(12):
                change(paths["staging"], f"CREATE TABLE t{turn} (a)")
                time.sleep(0.4)
                if turn % 3 == 1:
                    proxy.cut()
                if turn in (4, 8):
                    collector.kill()
                    time.sleep(0.5)
                    collector.start()
            known = len([name for name in tables(paths["staging"]) if name.startswith("t")])
            wait_for("all changes are events",
                     lambda: len([e for e in collector.get("/api/v1/events", limit=1000)["events"]
                                  if e["type"] == "driftline.drift-opened"]) == known)
            time.sleep(3)
            wanted = collector.get("/api/v1/events", limit=1000)["events"]
            for number, follower in enumerate(followers):
                output, errors = end(follower)
                seen = [json.loads(line) for line in output.splitlines()]
                expected = [e for e in wanted if number < 2 or e["type"] == "driftline.schema-changed"]
                check([e["id"] for e in seen] == [e["id"] for e in expected],
                      f"follower {number}: {[e['id'] for e in seen]}, not {[e['id'] for e in expected]}:\n{errors}")
                check(seen == expected, f"follower {number}: an event is another")
                check("going on after event" in errors, f"follower {number} says nothing of what broke: {errors}")
        finally:
            for follower in followers:
                follower.kill()
            proxy.close()


def test_printing():
    """What is printed for people says what the API says."""
    with running() as (collector, _, paths, _):
        change(paths["staging"], "CREATE TABLE added (a)")
        wait_for("the difference", lambda: collector.get("/api/v1/drift", database="orders")["drifts"])
        output = collector.driftline("events", "--type", "drift-*")
        check(re.search(r"^\S+Z  low +drift-opened +orders@prod +orders: table main.added is missing in prod$", output,
                        re.M), output)
        events = collector.get("/api/v1/events", limit=1000)["events"]
        output = collector.driftline("events", "--after", events[2]["id"], "--format", "json")
        check([json.loads(line) for line in output.splitlines()] == events[3:], output)
        output = collector.driftline("events", "--type", "drift-opend", check_status=2)
        check("did you mean 'drift-opened'?" in output, output)


def test_sinks_are_tried():
    """Taken, refused for good, and neither; what was given up is sent again."""
    with running(["name: drifts, types: [drift-*], sinks: [hook]"]) as (collector, _, _, receiver):
        output = collector.driftline("notify", "test", "hook")
        check("webhook at 127.0.0.1" in output and re.search(r"\d+ ms  sent, status 200", output), output)
        check(receiver.bodies[-1]["data"]["kind"] == "test", receiver.bodies[-1])
        receiver.status = 410
        output = collector.driftline("notify", "test", "hook", check_status=1)
        check("dead, status 410" in output, output)
        output = collector.driftline("notify", "test", "down", "--wait", "1s", check_status=3)
        check("waiting" in output and "ended with 1" in output, output)
        output = collector.driftline("notify", "test", "hok", check_status=3)
        check("there is no sink 'hok'" in output, output)
        dead = collector.driftline("notify", "dead")
        check("status 410" in dead and dead.count("\n") == 2, dead)
        number = dead.splitlines()[1].split()[0]
        output = collector.driftline("doctor", check_status=None)
        check("given up" in output and "driftline notify dead --sink hook" in output, output)
        receiver.status = 200
        count = len(receiver.bodies)
        collector.driftline("notify", "replay", "--all-dead")
        wait_for("it is sent again", lambda: len(receiver.bodies) > count)
        check(receiver.bodies[-1]["id"] == receiver.bodies[-2]["id"], "another id")
        wait_for("it is sent", lambda: "sent, status 200" in collector.driftline("notify", "show", number))
        check("no message was given up" in collector.driftline("notify", "dead"), "it is still dead")


def stages(output):
    """The lines of the planted table: (state, text without numbers)."""
    return [(line.split()[0], PLANTED.sub("TABLE", re.sub(r"^\s*\d+ ms  ", "", line[21:])))
            for line in output.splitlines() if re.match(r"\w+ +planted ", line)]


def plant(collector, target, path, *more, check_status=0):
    return collector.driftline("doctor", "--planted-drift", target, "--source", f"sqlite:{path}", *more,
                               check_status=check_status)


def test_the_whole_way_is_proved():
    """From the statement to the webhook and back, and nothing is left behind."""
    with running() as (collector, _, paths, receiver):
        for environment in ("staging", "prod"):
            before = tables(paths[environment])
            output = plant(collector, f"orders@{environment}", paths[environment], "--sink", "hook", "--wait", "60s")
            told = stages(output)
            check(all(state == "ok" for state, _ in told), output)
            texts = [re.sub(r" \(delivery \d+\)", "", text) for _, text in told]
            check(texts[1:] == ["the table TABLE is made",
                                "the agent has seen it, and its snapshot is recorded", "the change is known",
                                "the difference between environments is open", "a message was taken by the sink 'hook'",
                                "the table TABLE is dropped",
                                "the agent has seen its end, and its snapshot is recorded", "the change is known",
                                "the difference is over", "a message of the end was taken by the sink 'hook'"], output)
            check(tables(paths[environment]) == before, tables(paths[environment]))
            name = PLANTED.search(output).group(0)
            check(sum(name in json.dumps(body) for body in receiver.bodies) >= 2, "the webhook was not told of both")
        answer = json.loads(plant(collector, "orders@prod", paths["prod"], "--format", "json"))
        check(answer["summary"]["fail"] == 0 and sum(c["name"] == "planted" for c in answer["checks"]) == 11, answer)


def test_what_is_missing_is_explained():
    """Another database than was said, a route that does not take it, a sink that fails, an agent that is gone."""
    with running([EVERYTHING, "name: strict, severity: high, sinks: [down]"]) as (collector, agent, paths, receiver):
        output = plant(collector, "orders@prod", paths["staging"], "--wait", "20s", check_status=1)
        check("the table was seen in orders@staging" in output, output)
        output = plant(collector, "orders@prod", paths["prod"], "--sink", "down", check_status=1)
        check("strict: a new table is of severity low, and it takes only what is worse" in output, output)
        change(paths["staging"], "CREATE TABLE other (a)")
        for words in ([], ["--format", "json"]):
            output = plant(collector, "orders@prod", paths["staging"], *words, check_status=2)
            check("the database of '--source' is not as 'orders@prod' was last seen: 1 change; nothing was made" in output and
                  "give the database that the agent watches there" in output, output)
        check(tables(paths["staging"]) == ["orders", "other"], "a table was made in another database")
        change(paths["staging"], "DROP TABLE other")
        receiver.status = 503
        output = plant(collector, "orders@prod", paths["prod"], "--wait", "5s", check_status=1)
        check("no sink has taken a message: delivery " in output and "503" in output, output)
        output = plant(collector, "orders@nowhere", paths["prod"], check_status=1)
        check("there is no environment 'nowhere'" in output, output)
        agent.kill()
        output = plant(collector, "orders@prod", paths["prod"], "--wait", "2s", check_status=1)
        check("missing after" in output and "does it run" in output or "UNKNOWN" in output, output)
        wait_for("the target is UNKNOWN", lambda: "is UNKNOWN (" in
                 plant(collector, "orders@prod", paths["prod"], "--wait", "2s", check_status=1))
        check(tables(paths["prod"]) == ["orders"] and tables(paths["staging"]) == ["orders"], "a table was left")


def test_ctrl_c_drops_the_table():
    """At whatever moment: it is gone in the end, and a second signal does not help."""
    with running(["name: slow, sinks: [hook], settle: 30s, settle_most: 60s"]) as (collector, _, paths, _):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            child = start(collector, "doctor", "--planted-drift", "orders@prod", "--source", f"sqlite:{paths['prod']}")
            wait_for("it is made", lambda: len(tables(paths["prod"])) == 2)
            child.send_signal(number)
            output, _ = end(child, number)
            check("is dropped" in output, output)
            check(tables(paths["prod"]) == ["orders"], "a table was left")


def test_configuration_while_it_runs():
    """A file that is wrong changes nothing and says so; one that is right does at once. Secrets are told nobody."""
    with running() as (collector, _, _, receiver):
        collector.options = configuration(receiver, [EVERYTHING, "name: extra, sinks: [hok]"])
        collector.write_config()
        output = collector.command("--check-config", check_status=2)
        check("there is no sink 'hok' (did you mean 'hook'?)" in output, output)
        collector.signal(signal.SIGHUP)
        wait_for("it says so", lambda: "did you mean 'hook'?" in collector.driftline("notify", "list"))
        check("extra" not in collector.driftline("notify", "list").split(), "the wrong route is in use")
        check("fail  configuration" in collector.driftline("doctor", check_status=1), "the doctor does not say so")
        collector.driftline("notify", "test", "hook")
        collector.options = configuration(receiver, [EVERYTHING, "name: extra, sinks: [hook, down]"])
        collector.write_config()
        check("in order" in collector.command("--check-config"), "it is not in order")
        collector.signal(signal.SIGHUP)
        wait_for("it is in use", lambda: "extra" in collector.driftline("notify", "list").split())
        collector.options += "\n    - {name: lost, sinks: [down], types: [nothing]}"
        collector.write_config()
        check("there is no type of event 'nothing'" in collector.command("--check-config", check_status=2), "no such type")
        told = collector.log() + json.dumps(collector.get("/api/v1/notify")) + collector.driftline("notify", "list")
        check("c2VzYW1l" not in told and "sesame" not in told, "a secret was told")


if __name__ == "__main__":
    try:
        main(test_printing, test_agents_are_as_they_are, test_sinks_are_tried, test_the_whole_way_is_proved, test_what_is_missing_is_explained,
             test_ctrl_c_drops_the_table, test_configuration_while_it_runs, test_following_loses_nothing)
    except Failure as failure:
        raise SystemExit(str(failure)) from failure
