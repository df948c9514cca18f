#!/usr/bin/python3
"""Documentation of what a collector knows: two databases of a real server, capture in one of them, a contract that somebody
breaks. The site names who did it, with which statement, and whom to tell; it stays as it is while nothing happens, whatever
time passes; and MkDocs builds it."""
import json
import os
import pathlib
import shutil
import subprocess
import time

from capture_system import Session, run_file, server
from system import Agent, Collector, check, main, run_sql, system_test, wait_for

CONTRACT = """name: invoices
database: shop
owner: billing
consumers: [invoicing, "re|port <b>"]
requires:
  - table: shop.orders
    columns:
      - {name: id, type: bigint}
      - {name: total, type_at_least: integer}
"""
SCHEMA = ("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint PRIMARY KEY, total bigint NOT NULL)",
          "CREATE TABLE shop.items (id bigint)", "CREATE VIEW shop.sums AS SELECT sum(total) FROM shop.orders")
ROLE = "dl_docs_ana"


class Shop:
    """Staging and prod, watched."""

    def __init__(self, folder, things):
        contracts = os.path.join(folder, "contracts")
        os.mkdir(contracts)
        with open(os.path.join(contracts, "invoices.yaml"), "w", encoding="utf-8") as file:
            file.write(CONTRACT)
        self.folder = folder
        self.collector = Collector(folder, options="path: [staging, prod]\nheartbeat: 1s\nstale_after: 30s\n"
                                                   f"contracts_folder: {contracts}")
        things.append(self.collector)
        self.collector.start()
        found = server()
        targets = []
        run_sql(f"DO $$BEGIN CREATE ROLE {ROLE} LOGIN SUPERUSER; EXCEPTION WHEN duplicate_object THEN NULL; END$$")
        for environment in ("staging", "prod"):
            name = f"dl_docs_{environment}"
            run_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
            run_sql(*SCHEMA, database=name)
            targets.append(("shop", environment, "default",
                            f"postgres://{found['PGUSER']}@/{name}?host={found['PGHOST']}&port={found['PGPORT']}"))
        run_file("dl_docs_prod", "install.sql")
        run_sql(f"SELECT driftline.allow('{found['PGUSER']}')", database="dl_docs_prod")
        self.agent = Agent(folder, "shop-1", targets, poll="200ms")
        things.append(self.agent)
        self.agent.enroll(self.collector)
        self.agent.start()
        wait_for("both are there", lambda: len(self.collector.rows("targets", database="shop")) == 2 and
                 all(row["root"] for row in self.collector.rows("targets", database="shop")))
        wait_for("the contract holds", lambda: self.states() == {"prod": "holds", "staging": "holds"})

    def states(self):
        return {target["environment"]: target["state"] for row in self.collector.get("/api/v1/contracts")["contracts"]
                for target in row["targets"]}

    def docs(self, name="site", *options, status=0):
        return self.collector.driftline("docs", "shop@prod", "-o", os.path.join(self.folder, name), *options, check_status=status)

    def page(self, path, name="site"):
        return pathlib.Path(self.folder, name, "docs", path).read_text(encoding="utf-8")

    def break_contract(self, things):
        ana = Session("dl_docs_prod", ROLE)
        things.append(ana)
        ana.run("DROP VIEW shop.sums", "ALTER TABLE shop.orders DROP COLUMN total")
        wait_for("the contract is broken", lambda: self.states().get("prod") == "violated")
        wait_for("the drift is open", lambda: [row for row in self.collector.get("/api/v1/drift", database="shop")["drifts"]
                                               if row["object"] == "shop.orders.total"])


def build(folder):
    if shutil.which("mkdocs") is None:
        print("   mkdocs is not installed: not built")
        return
    done = subprocess.run(["mkdocs", "build", "--strict", "--quiet", "--site-dir", folder + ".html"], cwd=folder,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    check(done.returncode == 0, done.stdout)


def has(text, *words):
    for word in words:
        check(word in text, f"'{word}' is not in:\n{text[:3000]}")


def test_what_the_collector_knows():
    with system_test() as (folder, things):
        shop = Shop(folder, things)
        shop.docs()
        has(shop.page("recovery.md"), "No contract is violated.")
        has(shop.page("drift.md"), "There is none that is known.")
        before = shop.page("schemas/shop/tables/items.md")

        shop.break_contract(things)
        shop.collector.driftline("gate", "shop", "--from", "staging", "--to", "prod", check_status=None)
        shop.docs()
        orders = shop.page("schemas/shop/tables/orders.md")
        has(orders, "difference", "## Drift", "| staging → prod | ", "## Environments", "## History",
            f"`{ROLE}` with `psql`, captured", "ALTER TABLE shop.orders DROP COLUMN total")
        check(shop.page("schemas/shop/tables/items.md") == before, "another table's page changed")
        has(shop.page("recovery.md"), "1 of 1 contracts is violated.", "`invoicing`", "<code>re&#124;port &#60;b&#62;</code>",
            "`billing`", "ALTER TABLE shop.orders DROP COLUMN total", f"`{ROLE}`", "driftline diff 'shop@prod/default~")
        has(shop.page("contracts.md"), ">violated</span>", ">holds</span>")
        has(shop.page("gate.md"), "| staging | prod |")
        has(shop.page("health.md"), "`shop-1`", ">connected</span>", "| prod/default |", "captured")
        has(shop.page("environments.md"), "|DRIFTED|", "| A | – |")
        has(shop.page("history.md"), "DROP COLUMN total")
        build(os.path.join(folder, "site"))

        # Time passes and nothing happens.
        time.sleep(3)
        shop.docs("site", "--check")
        document = json.loads(shop.collector.driftline("docs", "shop@prod", "--format", "json"))
        found = next(one for one in document["objects"] if one["object"] == "shop.orders" and one["kind"] == "table")
        check(found["drift"] and found["last_change"]["actor"] == ROLE, found)

        # What was is documented without what is known of now.
        shop.collector.driftline("docs", "shop@prod~1", "-o", os.path.join(folder, "past"))
        check(not os.path.exists(os.path.join(folder, "past", "docs", "drift.md")), "the past has drift")
        things.remove(shop.agent)
        shop.agent.stop()
        wait_for("the agent is away", lambda: not shop.collector.rows("agents")[0]["connected"])
        shop.docs()
        has(shop.page("health.md"), ">away</span> last heard ")
        for environment in ("staging", "prod"):
            run_sql(f"DROP DATABASE IF EXISTS dl_docs_{environment} WITH (FORCE)")


if __name__ == "__main__":
    main(test_what_the_collector_knows)
