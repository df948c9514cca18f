#!/usr/bin/env python3
"""The main stories of drift once more, on a real server: two databases are staging and prod."""
import os

from event_check import check_events
from system import Agent, Collector, check, main, run_sql, system_test, wait_for

SCHEMA = [
    "CREATE SCHEMA shop",
    "CREATE TYPE shop.state AS ENUM ('new', 'paid')",
    "CREATE TABLE shop.orders (id bigint PRIMARY KEY, total integer NOT NULL, state shop.state)",
    "CREATE TABLE shop.items (id bigint)",
    "CREATE FUNCTION shop.twice(x integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * x'",
    "CREATE VIEW shop.totals AS SELECT sum(total) AS all FROM shop.orders",
]

CONTRACT = """
name: invoices-read-orders
owner: team-billing
consumers: [invoices]
database: shop
requires:
  - table: shop.orders
    columns:
      - {name: id, type: bigint, nullable: no}
      - {name: total, type_at_least: integer}
    keys: [[id]]
  - enum: shop.state
    labels: [new, paid]
  - function: shop.twice(integer)
    returns: integer
"""


class Shop:
    """Two databases of the server, watched."""

    def __init__(self, folder, things):
        self.folder = folder
        contracts = os.path.join(folder, "contracts")
        os.mkdir(contracts)
        with open(os.path.join(contracts, "invoices.yaml"), "w", encoding="utf-8") as file:
            file.write(CONTRACT)
        self.collector = Collector(folder, options="path: [staging, prod]\nheartbeat: 1s\nstale_after: 20s\n"
                                                   f"contracts_folder: {contracts}")
        things.append(self.collector)
        self.collector.start()
        targets = []
        for environment in ("staging", "prod"):
            server = run_sql(f"DROP DATABASE IF EXISTS {self.database(environment)} WITH (FORCE)",
                             f"CREATE DATABASE {self.database(environment)}")
            run_sql(*SCHEMA, database=self.database(environment))
            targets.append(("shop", environment, "default",
                            f"postgres://{server['PGUSER']}@/{self.database(environment)}?host={server['PGHOST']}"
                            f"&port={server['PGPORT']}"))
        agent = Agent(folder, "shop", targets, poll="200ms")
        things.append(agent)
        agent.enroll(self.collector)
        agent.start()
        self.counts = {}
        for environment in ("staging", "prod"):
            self.recorded(environment)

    @staticmethod
    def database(environment):
        return f"dl_drift_{environment}"

    def recorded(self, environment):
        """Wait for snapshots that were not there before."""
        known = self.counts.get(environment, 0)
        rows = wait_for(f"a snapshot of {environment}", lambda: (
            lambda found: found if len(found) > known else None)(self.collector.snapshots("shop", environment)))
        self.counts[environment] = len(rows)

    def run(self, environment, *statements):
        run_sql("BEGIN", *statements, "COMMIT", database=self.database(environment))
        self.recorded(environment)

    def expect(self, *expected):
        rows = self.collector.get("/api/v1/drift", database="shop", limit=500)["drifts"]
        found = sorted((row["object"], row["effect"], row["cause"]) for row in rows)
        check(found == sorted(expected), f"found {found}, expected {sorted(expected)}")
        return {row["object"]: row for row in rows}

    def ended(self, drift, ending, cause):
        row = self.collector.get(f"/api/v1/drift/{drift['id']}")
        check((row["ending"], row["cause"]) == (ending, cause), f"{row['object']}: {row['ending']}, {row['cause']}")

    def gate(self, verdict, *codes):
        answer = self.collector.get("/api/v1/gate", **{"database": "shop", "from": "staging", "to": "prod"})
        found = sorted({reason["code"] for reason in answer["reasons"]})
        check((answer["verdict"], found) == (verdict, sorted(codes)), f"{answer['verdict']} {answer['reasons']}")
        return answer

    def drop(self):
        for environment in ("staging", "prod"):
            run_sql(f"DROP DATABASE IF EXISTS {self.database(environment)} WITH (FORCE)")


def test_postgres():
    with system_test() as (folder, things):
        shop = Shop(folder, things)
        shop.expect()
        shop.gate("PASS")

        # A feature, promoted in steps.
        shop.run("staging", "ALTER TABLE shop.orders ADD note text", "CREATE INDEX orders_note ON shop.orders (note)")
        rows = shop.expect(("shop.orders.note", "added", "pending"), ("shop.orders.orders_note", "added", "pending"))
        shop.gate("PASS")
        shop.run("prod", "ALTER TABLE shop.orders ADD note text")
        shop.ended(rows["shop.orders.note"], "promoted", "pending")
        shop.run("prod", "CREATE INDEX orders_note ON shop.orders (note)")
        shop.ended(rows["shop.orders.orders_note"], "promoted", "pending")
        shop.expect()

        # A hotfix, and its way back.
        shop.run("prod", "CREATE INDEX orders_total ON shop.orders (total)")
        rows = shop.expect(("shop.orders.orders_total", "removed", "hotfix"))
        shop.gate("BLOCKED", "hotfix")
        shop.run("staging", "CREATE INDEX orders_total ON shop.orders (total)")
        shop.ended(rows["shop.orders.orders_total"], "backported", "hotfix")

        # Both changed a body, and came together again.
        shop.run("staging", "CREATE OR REPLACE FUNCTION shop.twice(x integer) RETURNS integer LANGUAGE sql AS 'SELECT x + x'")
        shop.run("prod", "CREATE OR REPLACE FUNCTION shop.twice(x integer) RETURNS integer LANGUAGE sql AS 'SELECT x * 2'")
        rows = shop.expect(("shop.twice(integer)", "modified", "diverged"))
        shop.gate("BLOCKED", "diverged")
        shop.run("prod", "CREATE OR REPLACE FUNCTION shop.twice(x integer) RETURNS integer LANGUAGE sql AS 'SELECT x + x'")
        shop.ended(rows["shop.twice(integer)"], "promoted", "diverged")

        # Names: of a column, and of the table with a change under way.
        shop.run("staging", "ALTER TABLE shop.orders RENAME note TO remark")
        rows = shop.expect(("shop.orders.remark", "renamed", "pending"), ("shop.orders.orders_note", "modified", "pending"))
        shop.run("prod", "ALTER TABLE shop.orders RENAME note TO remark")
        shop.ended(rows["shop.orders.remark"], "promoted", "pending")
        shop.ended(rows["shop.orders.orders_note"], "promoted", "pending")
        shop.run("staging", "ALTER TABLE shop.items ADD paid_at timestamptz")
        paid = shop.expect(("shop.items.paid_at", "added", "pending"))["shop.items.paid_at"]
        shop.run("staging", "ALTER TABLE shop.items RENAME TO goods")
        rows = shop.expect(("shop.goods", "renamed", "pending"), ("shop.goods.paid_at", "added", "pending"))
        check(rows["shop.goods.paid_at"]["id"] == paid["id"], "the same drift under another name")
        shop.run("prod", "ALTER TABLE shop.items RENAME TO goods")
        shop.ended(rows["shop.goods"], "promoted", "pending")
        shop.run("prod", "ALTER TABLE shop.goods ADD paid_at timestamptz")
        shop.ended(paid, "promoted", "pending")

        # A name and what the table says of itself at once are two changes, and each goes its own way.
        shop.run("staging", "ALTER TABLE shop.goods RENAME TO wares", "COMMENT ON TABLE shop.wares IS 'all that is sold'")
        rows = shop.collector.get("/api/v1/drift", database="shop")["drifts"]
        found = {row["effect"]: row for row in rows}
        check({(row["object"], row["effect"], row["cause"]) for row in rows}
              == {("shop.wares", "renamed", "pending"), ("shop.wares", "modified", "pending")}, rows)
        shop.collector.verify()
        shop.run("prod", "ALTER TABLE shop.goods RENAME TO wares")
        shop.ended(found["renamed"], "promoted", "pending")
        shop.expect(("shop.wares", "modified", "pending"))
        shop.run("prod", "COMMENT ON TABLE shop.wares IS 'all that is sold'")
        shop.ended(found["modified"], "promoted", "pending")
        shop.expect()
        check_events(shop.collector)

        # A contract: a type may grow, a column may not go, a label may not be missed.
        shop.run("staging", "DROP VIEW shop.totals", "ALTER TABLE shop.orders ALTER total TYPE bigint",
                 "CREATE VIEW shop.totals AS SELECT sum(total) AS all FROM shop.orders")
        state = shop.collector.get("/api/v1/contracts")["contracts"][0]
        check(state["state"] == "holds", state)
        shop.run("staging", "DROP VIEW shop.totals", "ALTER TABLE shop.orders DROP total")
        state = shop.collector.get("/api/v1/contracts")["contracts"][0]
        check(state["state"] == "violated", state)
        answer = shop.gate("BLOCKED", "contract-violated", "contract-would-break", "severity")
        check(any(reason["consumers"] == ["invoices"] for reason in answer["reasons"]), answer["reasons"])
        shop.run("staging", "ALTER TABLE shop.orders ADD total integer NOT NULL DEFAULT 0",
                 "ALTER TABLE shop.orders ALTER total DROP DEFAULT",
                 "CREATE VIEW shop.totals AS SELECT sum(total) AS all FROM shop.orders")
        check(shop.collector.get("/api/v1/contracts")["contracts"][0]["state"] == "holds", "restored")
        shop.drop()


if __name__ == "__main__":
    main(test_postgres)
