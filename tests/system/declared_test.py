#!/usr/bin/env python3
"""A repository is an environment: a specification and classes of Python, watched by an agent, held against a database on
a real server, gated, and brought in line."""
import json
import os

from event_check import check_events
from system import Agent, Collector, check, main, run_sql, system_test, wait_for

SCHEMA = [
    "CREATE TYPE state AS ENUM ('new', 'paid')",
    "CREATE DOMAIN mail AS varchar(80)",
    "CREATE TABLE customers (id bigint PRIMARY KEY, mail mail NOT NULL)",
    "CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES customers, state state NOT NULL, "
    "tags text[], made timestamptz NOT NULL)",
    "CREATE INDEX orders_state ON orders (state)",
    "CREATE VIEW totals AS SELECT count(*) FROM orders",
]

SPEC = """spec_version: 3
not_declared: [view]
enums: {state: [%(labels)s]}
tables:
  - name: customers
    fields:
      - {name: id, type: bigint, primary_key: true}
      - {name: mail, type: public.mail, nullable: false}
  - name: orders
    fields:
      - {name: id, type: bigint, primary_key: true}
      - {name: customer, type: bigint, nullable: false, references: customers.id}
      - {name: state, type: state, nullable: false}
      - {name: tags, type: 'text[]'}
      - {name: made, type: timestamptz, nullable: false}
%(more)s"""

PYTHON = '''"""What the program knows of its database."""
from __future__ import annotations

import datetime
from enum import Enum
from typing import TypedDict


class State(str, Enum):
    """Enum `public.state`."""

    NEW = "new"
    PAID = "paid"
%(labels)s

class CustomersRow(TypedDict):
    """Row of table `public.customers`."""

    id: int
    mail: str


class OrdersRow(TypedDict):
    """Row of table `public.orders`."""

    id: int
    customer: int
    state: State
    tags: list[str] | None
    made: datetime.datetime
%(more)s'''

CONTRACT = """
name: %(name)s
owner: team-billing
consumers: [billing]
database: %(database)s
environments: [%(environments)s]
requires:
  - table: public.orders
    columns: [{name: id, type_at_least: bigint, nullable: no}, {name: made, type_family: time}]
    indexes: [[state]]
"""

DATABASE = "dl_declared"


class Repository:
    """Two repositories that say what is in one database, which is prod to both."""

    def __init__(self, folder, things):
        self.folder = folder
        self.contracts = os.path.join(folder, "contracts")
        os.makedirs(self.contracts)
        os.makedirs(os.path.join(folder, "classes"))
        server = run_sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}")
        run_sql(*SCHEMA, database=DATABASE)
        self.collector = Collector(folder, options="path: [repository, prod]\nheartbeat: 1s\nstale_after: 30s\n"
                                                   f"contracts_folder: {self.contracts}")
        things.append(self.collector)
        self.collector.start()
        self.write()
        url = f"postgres://{server['PGUSER']}@/{DATABASE}?host={server['PGHOST']}&port={server['PGPORT']}"
        self.agent = Agent(folder, "declared", [
            ("spec", "repository", "default", f"spec:{self.spec}"), ("spec", "prod", "default", url),
            ("python", "repository", "default", f"python:{folder}/classes"), ("python", "prod", "default", url)],
            poll="200ms")
        things.append(self.agent)
        self.agent.enroll(self.collector)
        self.agent.start()
        self.counts = {}
        for database in ("spec", "python"):
            for environment in ("repository", "prod"):
                self.recorded(database, environment)

    @property
    def spec(self):
        return os.path.join(self.folder, "shop.yaml")

    def write(self, labels=("new", "paid"), spec="", python=""):
        """What both repositories say."""
        members = "".join(f'    {label.upper()} = "{label}"\n' for label in labels[2:])
        for path, text in ((self.spec, SPEC % {"labels": ", ".join(labels), "more": spec}),
                           (os.path.join(self.folder, "classes", "tables.py"),
                            PYTHON % {"labels": members, "more": python})):
            with open(path + ".new", "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(path + ".new", path)

    def recorded(self, database, environment):
        """Wait for a snapshot that was not there before."""
        known = self.counts.get((database, environment), 0)
        rows = wait_for(f"a snapshot of {database}@{environment}", lambda: (
            lambda found: found if len(found) > known else None)(self.collector.snapshots(database, environment)))
        self.counts[database, environment] = len(rows)
        return rows

    def prod(self, *statements):
        run_sql("BEGIN", *statements, "COMMIT", database=DATABASE)
        for database in ("spec", "python"):
            self.recorded(database, "prod")

    def declare(self, **texts):
        self.write(**texts)
        for database in ("spec", "python"):
            self.recorded(database, "repository")

    def expect(self, *expected):
        """The living drifts of both, which are the same. Answers those of each by object."""
        found = {}
        for database in ("spec", "python"):
            rows = self.collector.get("/api/v1/drift", database=database, limit=500)["drifts"]
            found[database] = {row["object"]: row for row in rows}
            said = sorted((row["kind"], row["object"], row["effect"], row["cause"]) for row in rows)
            check(said == sorted(expected), f"{database}: found {said}, expected {sorted(expected)}")
        return found

    def ended(self, drifts, thing, ending):
        for rows in drifts.values():
            row = self.collector.get(f"/api/v1/drift/{rows[thing]['id']}")
            check(row["ending"] == ending, f"{row['database']}: {thing} {row['ending']}, not {ending}")

    def gate(self, verdict, *codes):
        """What the gate says of both."""
        answers = []
        for database in ("spec", "python"):
            answer = self.collector.get("/api/v1/gate", **{"database": database, "from": "repository", "to": "prod"})
            found = sorted({reason["code"] for reason in answer["reasons"]})
            check((answer["verdict"], found) == (verdict, sorted(codes)),
                  f"{database}: the gate says {answer['verdict']} {found}, not {verdict} {sorted(codes)}: "
                  f"{[reason['message'] for reason in answer['reasons']]}")
            answers.append(answer)
        return answers

    def contract(self, environments):
        for database in ("spec", "python"):
            with open(os.path.join(self.contracts, f"{database}.yaml"), "w", encoding="utf-8") as file:
                file.write(CONTRACT % {"name": f"billing-{database}", "database": database,
                                       "environments": environments})

    def command(self, *words, status=0):
        return self.collector.driftline(*words, check_status=status)


def check_in_sync(shop):
    """Views and indexes that a side does not declare are said, and are no reason to doubt."""
    shop.expect()
    shop.gate("PASS")
    for database in ("spec", "python"):
        row = shop.collector.get("/api/v1/fleet", database=database)["databases"][0]
        check([(e["environment"], e["verdict"]) for e in row["environments"]]
              == [("repository", "IN_SYNC"), ("prod", "IN_SYNC")], json.dumps(row))
        for target in shop.collector.rows("targets", database=database):
            check(target["gaps"] == 0 and target["verdict"] == "IN_SYNC", target)
        report = json.loads(shop.command("compare", database, "--from", "repository", "--to", "prod", "--format", "json"))
        check(report["verdict"] == "IN_SYNC" and not report["uncovered"], report)
        left = {(row["kind"], row.get("what")): row["from"] + row["to"] for row in report["not_compared"]}
        check(left["index", "not declared"] == 1 and left["view", None] == 1, left)
        check(("primary_key", "not declared") in left or database == "spec", left)
        table = shop.collector.get("/api/v1/spread", database=database)
        check(table["verdict"] == "IN_SYNC" and not table["rows"], table)


def check_drift(shop):
    """Somebody changes prod: a hotfix is one difference, stops the gate, and ends when the repository says so, too."""
    shop.prod("ALTER TABLE orders ADD note text")
    found = shop.expect(("column", "public.orders.note", "removed", "hotfix"))
    for answer in shop.gate("BLOCKED", "hotfix"):
        check("note" in answer["reasons"][0]["message"], answer["reasons"])
    shop.prod("CREATE INDEX orders_note ON orders (note)")  # of which no repository speaks
    shop.expect(("column", "public.orders.note", "removed", "hotfix"))
    shop.declare(spec="      - {name: note, type: text}\n", python="    note: str | None\n")
    shop.ended(found, "public.orders.note", "backported")
    shop.expect()
    shop.gate("PASS")


def check_promotion(shop):
    """The repository is first: what it declares waits until prod has it."""
    more = {"spec": "      - {name: note, type: text}\n", "python": "    note: str | None\n"}
    shop.declare(labels=("new", "paid", "lost"), **more)
    found = shop.expect(("enum", "public.state", "modified", "pending"))
    shop.gate("PASS")
    run_sql("ALTER TYPE state ADD VALUE 'lost'", database=DATABASE)
    for database in ("spec", "python"):
        shop.recorded(database, "prod")
    shop.ended(found, "public.state", "promoted")
    shop.expect()


def check_contract(shop):
    """A contract that asks for what nobody declares is unknown in the repository, and says why."""
    shop.prod("ALTER TYPE state RENAME VALUE 'settled' TO 'paid'")
    shop.contract("repository, prod")

    def states():
        return {(row["name"], target["environment"]): target
                for row in shop.collector.get("/api/v1/contracts")["contracts"] for target in row["targets"]}
    found = wait_for("the contracts are followed", lambda: (lambda known: known if len(known) == 4 else None)(states()))
    for database in ("spec", "python"):
        check(found[f"billing-{database}", "prod"]["state"] == "holds", found)
        row = found[f"billing-{database}", "repository"]
        check(row["state"] == "unknown" and "indexes are not declared" in json.dumps(row), row)
    for answer in shop.gate("UNKNOWN", "contract-unknown"):
        check([reason["message"].split(" is not known")[0] for reason in answer["reasons"]]
              == [f"whether contract 'billing-{answer['database']}' (read by billing) holds in repository"], answer)
    shop.contract("prod")
    wait_for("the contracts are read anew", lambda: len(states()) == 2)
    shop.gate("PASS")
    shop.prod("DROP INDEX orders_state")  # which is of no promotion
    for answer in shop.gate("BLOCKED", "contract-would-break"):
        check("has no index that begins with (state)" in answer["reasons"][0]["message"], answer["reasons"])


def check_less_is_declared(shop):
    """A specification that no longer speaks of its enums: what was pending of them is over, and nothing is in doubt."""
    shop.prod("ALTER TYPE state RENAME VALUE 'paid' TO 'settled'")
    found = shop.expect(("enum", "public.state", "modified", "hotfix"))
    shop.write(labels=("new", "paid", "lost"), spec="      - {name: note, type: text}\n", python="    note: str | None\n")
    with open(shop.spec, encoding="utf-8") as file:
        text = file.read()
    with open(shop.spec + ".new", "w", encoding="utf-8") as file:
        file.write(text.replace("not_declared: [view]", "not_declared: [view, enum]"))
    os.replace(shop.spec + ".new", shop.spec)
    shop.recorded("spec", "repository")
    rows = shop.collector.get("/api/v1/drift", database="spec", limit=500)["drifts"]
    check(not rows, rows)
    shop.ended({"spec": found["spec"]}, "public.state", "excused")
    lost = [event for event in shop.collector.events("coverage-changed") if event["data"]["lost"]]
    check(len(lost) == 1 and lost[0]["data"]["gaps"] == 0, lost)
    check("no longer declared: enums" in shop.command("events", "--type", "coverage-changed"), "the event in words")


def test_declared():
    with system_test() as (folder, things):
        shop = Repository(folder, things)
        check_in_sync(shop)
        check_drift(shop)
        check_promotion(shop)
        check_less_is_declared(shop)
        check_contract(shop)
        check_events(shop.collector)
        shop.collector.stop()
        shop.collector.verify()
        run_sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


if __name__ == "__main__":
    main(test_declared)
