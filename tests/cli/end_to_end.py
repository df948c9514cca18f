#!/usr/bin/env python3
"""The command line against a real collector, which a real agent has told of databases in SQLite files.

Two environments, prod with four tenants. One tenant is changed by hand; then everything that the command line can ask is
asked, and what it says is held against what was done.
"""
import contextlib
import fcntl
import json
import os
import pty
import re
import sqlite3
import struct
import subprocess
import sys
import termios

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from system import DRIFTLINE, Agent, Collector, check, main, system_test, wait_for  # noqa: E402

TENANTS = ("eu-1", "eu-2", "us-1", "us-2")
SCHEMA = "CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE orders(id INTEGER PRIMARY KEY, total NUMERIC)"
OPTIONS = "path: [staging, prod]\nstale_after: 10m"


def execute(path, sql):
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(sql)


def has(text, *patterns):
    for pattern in patterns:
        check(re.search(pattern, text, re.MULTILINE), f"no '{pattern}' in:\n{text}")


class Fleet:
    """The databases, a collector, and an agent that watches them all."""

    def __init__(self, folder, things):
        self.paths = {("staging", "default"): os.path.join(folder, "staging.db")}
        self.paths.update({("prod", tenant): os.path.join(folder, f"{tenant}.db") for tenant in TENANTS})
        for path in self.paths.values():
            execute(path, SCHEMA)
        self.collector = Collector(folder, options=OPTIONS)
        self.agent = Agent(folder, "shop-1", [("shop", environment, instance, f"sqlite:{path}")
                                              for (environment, instance), path in self.paths.items()])
        things += [self.collector, self.agent]
        self.collector.start()
        self.agent.point_at(self.collector)

    def root(self, environment, instance):
        for target in self.collector.rows("targets", database="shop"):
            if (target["environment"], target["instance"]) == (environment, instance):
                return target["root"]
        return None

    def change(self, environment, instance, sql):
        """Change a database, and wait until the collector knows."""
        before = self.root(environment, instance)
        execute(self.paths[environment, instance], sql)
        wait_for(f"{environment}/{instance} is seen", lambda: self.root(environment, instance) != before)

    def ask(self, *words, status=0):
        return self.collector.driftline(*words, check_status=status)


def enroll(fleet):
    fleet.agent.public_key()
    key_file = os.path.join(fleet.agent.data, "agent.key")
    has(fleet.ask("agents", "enroll", "shop-1", "--key", key_file, "--target", "shop@prod", status=2), "secret key")
    has(fleet.ask("agents", "enroll", "shop-1", "--key", key_file + ".pub", "--target", "shop@prod", "--target",
                  "shop@staging"), "^agent 'shop-1' may speak for ")
    has(fleet.ask("agents", "list"), "^shop-1 +never seen .* shop@prod/\\*, shop@staging/\\*$")
    fleet.agent.start()
    wait_for("all targets are there", lambda: len([1 for key in fleet.paths if fleet.root(*key)]) == len(fleet.paths))
    has(fleet.ask("agents", "list"), "^shop-1 +connected \\d+s .* 5 +shop@")


def test_all_is_well():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        has(fleet.ask("fleet", status=3), "no database yet")
        enroll(fleet)
        has(fleet.ask("fleet"), "^shop +IN_SYNC +IN_SYNC \\d+s +IN_SYNC 4 \\d+s$", "1 in sync, 0 drifted, 0 unknown")
        has(fleet.ask("compare", "shop"), "no changes", "^IN_SYNC$")
        has(fleet.ask("history", "shop"), "^\\S+Z +staging +first snapshot: \\d+ objects", "^no changes$")
        has(fleet.ask("fleet", "nothing", status=3), "'nothing'")
        for key, path in fleet.paths.items():
            reference = "shop@{}/{}".format(*key)
            check(fleet.ask("hash", reference) == fleet.ask("hash", f"sqlite:{path}"), f"the hash of {reference}")
        has(fleet.ask("diff", "shop@prod", f"sqlite:{fleet.paths['prod', 'us-1']}"), "^IN_SYNC$")


def check_outlier(fleet):
    """What is said of eu-2, to which somebody did something."""
    text = fleet.ask("fleet", status=1)
    has(text, "^shop +DRIFTED +IN_SYNC \\d+s +DRIFTED 3\\+1 \\d+s$", "1 drifted",
        "^  prod/eu-2 +DRIFTED  1 (medium|high|low) against the other 3, since \\S+Z \\(\\d+s ago\\)$",
        "^  staging → prod +IN_SYNC$")
    fleet_json = json.loads(fleet.ask("fleet", "shop", "--format", "json", status=1))
    check(fleet_json["databases"][0]["database"] == "shop", "the answer as it came")
    has(fleet.ask("targets", "list", "shop@prod"), "^shop@prod/eu-2 +DRIFTED ", "^shop@prod/us-1 +IN_SYNC ")
    has(fleet.ask("compare", "shop"), "^IN_SYNC$")  # the majority decides
    has(fleet.ask("history", "shop@prod/eu-2"), "^\\S+Z +prod/eu-2$",
        "^  (low|medium|high) +\\+ column +main.orders.note +column-added$", "^            (nullable|type):")
    has(fleet.ask("history", "shop", "main.orders.note", "--since", "1h"), "^1 change: ")
    has(fleet.ask("history", "shop", "--until", "1h"), "^no changes$")
    has(fleet.ask("history", "shop", "--severity", "critical"), "^no changes$")
    has(fleet.ask("snapshots", "shop@prod/eu-2"), "^shop@prod/eu-2 ", "^shop@prod/eu-2~1 ")
    has(fleet.ask("diff", "shop@prod/eu-2~1", "shop@prod/eu-2", status=1), "\\+ column +main.orders.note")
    has(fleet.ask("diff", "shop@prod", "shop@prod/eu-2", status=1), "\\+ column +main.orders.note")
    has(fleet.ask("show", "shop@prod/eu-2", "main.orders"), "note")
    has(fleet.ask("hash", "shop@prod/eu-2~7", status=3), "driftline: collector: ")


def test_an_outlier():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        enroll(fleet)
        fleet.change("prod", "eu-2", "ALTER TABLE orders ADD COLUMN note TEXT")
        check_outlier(fleet)
        for instance in ("eu-1", "us-1", "us-2"):
            fleet.change("prod", instance, "ALTER TABLE orders ADD COLUMN note TEXT")
        text = fleet.ask("compare", "shop", "--from", "staging", "--to", "prod", status=1)
        has(text, "- column +main.orders.note +column-removed", "^DRIFTED$")  # a promotion would remove it
        has(fleet.ask("compare", "shop", "--from", "prod", "--to", "staging", "--fail-on", "high"), "\\+ column")
        has(fleet.ask("compare", "shop", "--ignore", "column:*.note"), "^IN_SYNC$")
        report = json.loads(fleet.ask("compare", "shop", "--format", "json", status=1))
        check(report["verdict"] == "DRIFTED" and len(report["changes"]) == 1, str(report))
        has(fleet.ask("fleet", status=1), "^  staging → prod +DRIFTED +1 critical$")
        has(fleet.ask("history", "shop@prod", "--all"), "^\\S+Z +prod/\\{eu-1, eu-2, us-1, us-2\\}$", "^4 changes: ")
        page = json.loads(fleet.ask("history", "shop@prod", "--limit", "1", "--format", "json"))
        check(len(page["changes"]) == 1 and page["next"], str(page))


def test_what_ends():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        enroll(fleet)
        has(fleet.ask("agents", "revoke", "shop-1"), "^agent 'shop-1' is revoked$")
        has(fleet.ask("agents", "list"), "^shop-1 +revoked ")
        wait_for("the fleet says so", lambda: "UNKNOWN" in fleet.ask("fleet", status=None))
        has(fleet.ask("fleet", status=3), "UNKNOWN +")
        has(fleet.ask("compare", "shop", status=3), "^UNKNOWN")
        has(fleet.ask("targets", "forget", "shop@prod/us-2"), "^shop@prod/us-2 is forgotten$")
        check("us-2" not in fleet.ask("targets", "list"), "it is still there")
        has(fleet.ask("targets", "forget", "shop@prod/us-2", status=3), "driftline: collector: ")
        has(fleet.ask("hash", "shop@prod/us-2", status=3), "driftline: collector: ")


def hotfix(fleet):
    """Something goes its way in staging, and somebody adds a column to all of prod by hand."""
    fleet.change("staging", "default", "ALTER TABLE orders ADD COLUMN coupon TEXT")
    for tenant in TENANTS:
        fleet.change("prod", tenant, "ALTER TABLE customers ADD COLUMN phone TEXT")


def drift_of(fleet, name):
    answer = fleet.ask("drift", "list", "shop", "--from", "staging", "--to", "prod", "--format", "json")
    drifts = json.loads(answer)["drifts"]
    found = [drift["id"] for drift in drifts if drift["object"] == name]
    check(len(found) == 1, f"{name}: {drifts}")
    return str(found[0])


def test_drift():
    """Why they differ; acknowledged, waived, reopened; from a file."""
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        enroll(fleet)
        has(fleet.ask("drift", "list", "shop"), "^no drift$")
        hotfix(fleet)
        has(fleet.ask("drift", "list", "shop"), "^shop: staging → prod$",
            " critical  hotfix .*- column main.customers.phone", " medium    pending .*\\+ column main.orders.coupon", "^2 drifts: 1 critical, 1 medium$")
        has(fleet.ask("drift", "list", "shop", "--cause", "pending"), "^1 drift: 1 medium$")
        phone = drift_of(fleet, "main.customers.phone")
        has(fleet.ask("drift", "show", phone), f"^drift {phone}: critical, hotfix, open$", "  opened  prod has it so$",
            "^  change +by whom is not known, in prod/us-1, between the looks at \\S+Z and \\S+Z$")
        has(fleet.ask("drift", "ack", phone, "--note", "until release 7"), f"^drift {phone} is acknowledged$")
        has(fleet.ask("drift", "waive", phone, "--reason", "the call centre", "--expires", "30d"),
            "^waiver 1: 1 drift of shop until ")
        has(fleet.ask("drift", "waive", phone, "--reason", "again", "--expires", "30d", status=4), "waived already",
            "`driftline drift unwaive 1`")
        has(fleet.ask("drift", "show", phone), ", waived$", "  acknowledged  by admin; until release 7$")
        has(fleet.ask("fleet", status=1), "^  staging → prod +DRIFTED  1 medium; 1 waived$")
        has(fleet.ask("drift", "waivers", "shop"), "^1 +20\\S+Z +1 +shop: staging → prod; by admin: the call")
        path = os.path.join(folder, "waivers.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("waivers:\n"
                       f"  - {{drifts: [{drift_of(fleet, 'main.orders.coupon')}], reason: x, expires: 10d}}\n"
                       f"  - {{drifts: [{phone}], reason: x, expires: 10d}}\n")
        has(fleet.ask("drift", "waive", "--file", path, status=4), f"^driftline: {path}:3:5: collector: ")
        has(fleet.ask("drift", "unwaive", "1", "--note", "goes into the file"), "^waiver 1 is ended$")
        has(fleet.ask("drift", "waive", "--file", path), "^waiver 2: 1 drift ", "^waiver 3: 1 drift ")
        has(fleet.ask("fleet"), "^  staging → prod +IN_SYNC  2 waived$", "1 in sync")
        has(fleet.ask("drift", "reopen", phone), f"^drift {phone} is open again$")
        has(fleet.ask("drift", "waive", "shop", "--pattern", "column:*.phone", "--from", "staging", "--to", "prod",
                      "--future", "--reason", "y", "--author", "Ada", "--expires", "10d"), "^waiver 4: 1 drift of shop, and what comes")
        has(fleet.ask("drift", "waivers", "--ended"), "^1 +ended ", "^4 +20\\S+Z ")
        fleet.change("staging", "default", "ALTER TABLE customers ADD COLUMN phone TEXT")
        has(fleet.ask("drift", "list", "shop", "--state", "ended"), "backported")
        has(fleet.ask("drift", "ack", phone, status=4), "has ended at", "`driftline drift list --state ended`")


def test_names_that_are_not_there():
    """That there is nothing of what there is not must not look as if all were fine."""
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        enroll(fleet)
        fleet_of = "`driftline fleet` lists what there is"
        for words in (["drift", "list"], ["drift", "waivers"], ["gate", "history"], ["contracts"], ["targets", "list"],
                      ["snapshots"], ["history"], ["fleet"], ["compare"]):
            has(fleet.ask(*words, "nope", status=3), "there is no database 'nope'", fleet_of)
            has(fleet.ask(*words, "shpo", status=3), "there is no database 'shpo'", "did you mean 'shop'\\?")
        for words in (["drift", "list"], ["gate", "history"], ["compare"]):
            has(fleet.ask(*words, "shop", "--from", "staging", "--to", "prd", status=3),
                "there is no environment 'prd' of 'shop'", "did you mean 'prod'\\?")
        has(fleet.ask("drift", "list", "shop", "--instance", "eu-3", status=3), "there is no instance 'eu-3' of 'shop'")
        has(fleet.ask("drift", "show", "99", status=3), "there is no drift #99", "`driftline drift list`")
        has(fleet.ask("drift", "list", "shop", "--from", "staging", "--to", "prod"), "^no drift$")
        has(fleet.ask("drift", "waivers", "shop"), "^no waivers$")
        has(fleet.ask("gate", "history", "shop"), "^no runs$")
        has(fleet.ask("contracts", "shop"), "^no contracts$")


def test_spread():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        enroll(fleet)
        has(fleet.ask("compare", "shop", "--all"), "^shop: IN_SYNC, nothing differs$")
        fleet.change("prod", "eu-2", "ALTER TABLE orders ADD COLUMN note TEXT")
        has(fleet.ask("compare", "shop", "--all", status=1), "^object +severity +staging +prod +prod/eu-2$",
            "^column main.orders.note +\\S+ +- +- +(a|b)$")
        spread = json.loads(fleet.ask("compare", "shop", "--all", "--format", "json", status=1))
        check(len(spread["rows"]) == 1 and len(spread["columns"]) == 3, str(spread))


def test_gate():
    """As a pipeline does it: asked, approved, promoted, verified."""
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        enroll(fleet)
        gate = ("gate", "shop", "--from", "staging", "--to", "prod")
        has(fleet.ask(*gate, "--dry-run"), "^shop: staging → prod: PASS$", "nothing to promote")
        has(fleet.ask("gate", "history", "shop"), "^no runs$")
        hotfix(fleet)
        has(fleet.ask(*gate, status=1), ": BLOCKED$", "  BLOCKED  hotfix ", "^plan: 2 changes: 1 critical, 1 medium$")
        has(fleet.ask(*gate, "--format", "github", status=1), "^::error title=BLOCKED hotfix::")
        has(fleet.ask(*gate, "--format", "junit", status=1), "<failure type=\"hotfix\"")
        has(fleet.ask(*gate, "--format", "markdown", "--dry-run", status=1), "^### Driftline gate: BLOCKED$")
        for tenant in TENANTS:
            fleet.change("prod", tenant, "ALTER TABLE customers DROP COLUMN phone")
        path = os.path.join(folder, "gate.json")
        fleet.ask(*gate, "--pin", "--format", "json", "-o", path)
        with open(path, encoding="utf-8") as file:
            root = json.load(file)["from"]["root"]
        pinned = json.loads(fleet.ask("gate", "history", "shop", "--to", "prod", "--pinned", "--limit", "1",
                                      "--format", "json"))
        check(pinned["runs"][0]["from_root"] == root, str(pinned))
        has(fleet.ask("gate", "history", "--run", str(pinned["runs"][0]["id"])), ": PASS$", f"^approved: {root}")
        has(fleet.ask("verify", "shop@prod", "--root", root, status=1), "^shop@prod: DRIFTED, 1 change: 1 medium,",
            "^approved in run ", "\\+ column main.orders.coupon")
        release = os.path.join(folder, "release-7.snap")
        fleet.ask("snapshot", "shop@staging", "-o", release)
        has(fleet.ask("gate", "shop", "--to", "prod", "--against", release), "^shop: \\S*release-7.snap → prod: PASS$")
        has(fleet.ask("gate", "history", "shop", "--limit", "1"), " PASS +shop: \\S*release-7.snap → prod; by admin$")
        for tenant in TENANTS:
            execute(fleet.paths["prod", tenant], "ALTER TABLE orders ADD COLUMN coupon TEXT")
        has(fleet.ask("verify", "shop@prod", "--root", root, "--wait", "1m"), "^shop@prod: IN_SYNC,")
        has(fleet.ask("verify", "shop@prod/eu-1", "--root", root), "^shop@prod/eu-1: IN_SYNC,")
        has(fleet.ask("verify", "shop@prod", "--root", "0" * 64, status=3), "^shop@prod: UNKNOWN,")


def on_a_terminal(collector, *words):
    """What a person sees on a terminal of 80 columns, and the exit status."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.execve(DRIFTLINE, [DRIFTLINE, *words], dict(os.environ, TERM="xterm", NO_COLOR="1",
                                                       DRIFTLINE_COLLECTOR=collector.url, DRIFTLINE_TOKEN=collector.token))
    seen = b""
    with contextlib.suppress(OSError):  # which is how the end of a terminal is told
        while chunk := os.read(terminal, 65536):
            seen += chunk
    os.close(terminal)
    return seen.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_waiting_on_a_terminal():
    """One line tells how it stands, fits, and is gone at the end."""
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        enroll(fleet)
        root = fleet.root("staging", "default")
        fleet.change("prod", "eu-1", "ALTER TABLE orders ADD COLUMN note TEXT")
        text, status = on_a_terminal(fleet.collector, "verify", "shop@prod", "--root", root, "--wait", "2s")
        check(status == 1, text)
        waiting, _, answer = text.rpartition("\r\x1b[K")
        lines = waiting.split("\r")
        check(len(lines) > 2 and all(len(line.replace("\x1b[K", "")) < 80 for line in lines), text)
        has(lines[1], "^waiting for another 1s: DRIFTED, 1 change: 1 (critical|high|medium|low)")
        has(answer, "^shop@prod: DRIFTED, 1 change: ", "^  eu-1  DRIFTED  1 change\r?$")
        check("waiting" not in answer and "\x1b" not in answer, text)


def test_gate_against_a_reference():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        enroll(fleet)
        path = os.path.join(folder, "schema.snap")
        fleet.change("staging", "default", "ALTER TABLE orders ADD COLUMN coupon TEXT")
        fleet.ask("snapshot", "shop@staging", "-o", path)
        against = ("gate", "shop", "--to", "prod", "--against")
        has(fleet.ask(*against, path), ": PASS$", "^plan: 1 change: 1 medium$", "baseline +\\+ column main.orders.coupon")
        has(fleet.ask(*against, path, "--from", "staging"), "^  against +\\S+schema.snap", ": PASS$")
        has(fleet.ask(*against, f"sqlite:{fleet.paths['staging', 'default']}", "--from", "staging"), ": PASS$")
        has(fleet.ask(*against, "shop@prod", "--from", "staging", "--dry-run", status=1), "  BLOCKED  reference ")


def test_gate_is_shut_when_nothing_is_known():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        enroll(fleet)
        gate = ("gate", "shop", "--from", "staging", "--to", "prod")
        has(fleet.ask("gate", "other", "--from", "staging", "--to", "prod", status=3), "  UNKNOWN  no-environment ")
        has(fleet.ask("gate", "shop", "--from", "prod", "--to", "staging", status=2),
            "driftline: collector: .*staging → prod")
        fleet.agent.stop()
        wait_for("it is stale", lambda: "UNKNOWN" in fleet.ask(*gate, "--max-age", "1s", status=None))
        has(fleet.ask(*gate, "--max-age", "1s", status=3), "  UNKNOWN  stale ")
        fleet.collector.stop()
        has(fleet.ask(*gate, status=3), "^driftline: no collector answers at ")


def test_rights():
    """What a token may not do is refused; nothing of a token is ever shown."""
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        token = fleet.collector.command("token", "create", "reader", "--rights", "read").split()[-1]
        path = os.path.join(folder, "token")
        with open(path, "w", encoding="ascii") as file:
            file.write(token + "\n")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("DRIFTLINE_")}
        for words, status in ((["fleet"], 3), (["agents", "list"], 0), (["agents", "revoke", "shop-1"], 4),
                              (["targets", "forget", "shop@prod/eu-1"], 4), (["drift", "ack", "1"], 4),
                              (["drift", "waive", "1", "--reason", "x", "--expires", "1d"], 4),
                              (["gate", "shop", "--from", "staging", "--to", "prod"], 4),
                              (["gate", "shop", "--from", "staging", "--to", "prod", "--dry-run"], 3)):
            done = subprocess.run([DRIFTLINE, *words, "--collector", fleet.collector.url, "--token", f"file:{path}"],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
                                  check=False)
            check(done.returncode == status, f"{words}: {done.returncode}: {done.stdout}")
            check(token not in done.stdout, done.stdout)


if __name__ == "__main__":
    main(test_all_is_well, test_an_outlier, test_what_ends, test_drift, test_spread, test_gate,
         test_waiting_on_a_terminal, test_gate_against_a_reference, test_gate_is_shut_when_nothing_is_known, test_rights)
