#!/usr/bin/python3
"""The whole loop: a statement in PostgreSQL, an agent, a collector, an event, documentation and Python made anew, one pull
request at a stand-in for GitHub whose every request and answer is as GitHub describes them; and promotions by
deploy/promote.sh, from a repository to staging and production."""
import contextlib
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from github import GitHub
from github_openapi import Api
from system import Agent, Collector, DRIFTLINE, check, main, run_sql, system_test, wait_for

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
PROMOTE = os.path.join(SOURCE, "deploy", "promote.sh")

SCHEMA = [
    "CREATE SCHEMA shop",
    "CREATE TYPE shop.state AS ENUM ('new', 'paid')",
    "CREATE TABLE shop.orders (id bigint PRIMARY KEY, total integer NOT NULL, state shop.state NOT NULL DEFAULT 'new')",
    "COMMENT ON TABLE shop.orders IS 'What was ordered'",
]

OPTIONS = """
path: [staging, prod]
heartbeat: 1s
stale_after: 20s
notify:
  sinks:
    - {{name: publish, kind: exec, command: [{driftline}, publish, --config, {project}], timeout: 60s}}
  routes:
    - {{name: schema, types: [schema-changed], databases: [shop], environments: [prod], sinks: [publish], settle: 200ms,
       settle_most: 1s, repeat: 1s}}
"""


def url_of(database):
    server = run_sql()
    return f"postgres://{server['PGUSER']}@/{database}?host={server['PGHOST']}&port={server['PGPORT']}"


class Shop:
    """Databases of the server in environments of `shop`, watched."""

    def __init__(self, folder, things, environments, options, environment=None):
        self.folder = folder
        self.collector = Collector(folder, options=options, environment=environment)
        things.append(self.collector)
        targets = []
        for name in environments:
            run_sql(f"DROP DATABASE IF EXISTS {self.database(name)} WITH (FORCE)", f"CREATE DATABASE {self.database(name)}")
            run_sql(*SCHEMA, database=self.database(name))
            targets.append(("shop", name, "default", url_of(self.database(name))))
        self.agent = Agent(folder, "shop", targets, poll="200ms")
        things.append(self.agent)

    @staticmethod
    def database(environment):
        return f"dl_publish_{environment}"

    def start(self):
        self.collector.start()
        self.agent.enroll(self.collector)
        self.agent.start()
        for _, environment, _, _ in self.agent.targets:
            wait_for(f"a snapshot of {environment}", lambda: self.collector.snapshots("shop", environment))

    def run(self, environment, *statements):
        known = len(self.collector.snapshots("shop", environment))
        run_sql(*statements, database=self.database(environment))
        wait_for("a snapshot", lambda: len(self.collector.snapshots("shop", environment)) > known)


def write(path, content):
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)
    return path


def make_project(folder, github, collector):
    """driftline.yaml with what is kept converged, and where the secrets are."""
    write(os.path.join(folder, "github.token"), github.token)
    project = {
        "collector": collector.url,
        "token": f"file:{collector.data}/admin.token",
        "docs": [{"name": "site", "ref": "shop@prod", "output": "docs/database"}],
        "codegen": [{"name": "code", "language": "python", "ref": "shop@prod", "output": "src/shop_schema"}],
        "publish": [{"name": "shop", "url": github.url, "allow_private": True, "repository": "acme/shop", "base": "main",
                     "token": f"file:{folder}/github.token", "timeout": "30s"}],
    }
    write(os.path.join(folder, "driftline.yaml"), json.dumps(project))


class Loop:
    """What the test of the loop looks at."""

    def __init__(self, github, shop):
        self.github = github
        self.shop = shop

    def offer(self):
        """The one open pull request, or none; two would be wrong at any moment."""
        pulls = self.github.open_pulls()
        check(len(pulls) <= 1, f"{len(pulls)} pull requests are open")
        return pulls[0] if pulls else None

    def file(self, path):
        pull = self.offer()
        return self.github.repository.files(pull["head"]).get(path, b"").decode() if pull else ""

    def wait_for_column(self, *names):
        """Until the open pull request has exactly these columns beside those that are always there."""
        def has():
            with contextlib.suppress(AssertionError, subprocess.CalledProcessError):
                code, page = self.file("src/shop_schema/tables.py"), self.pages()
                return all(f"    {name}:" in code and name in page for name in names)
            return False
        wait_for(f"a pull request with {', '.join(names)}", has)

    def pages(self):
        pull = self.offer()
        files = self.github.repository.files(pull["head"]) if pull else {}
        return "\n".join(content.decode() for path, content in files.items() if path.startswith("docs/database/"))

    def states(self):
        listed = json.loads(self.shop.collector.driftline("syncs", "list", "shop", "--all", "--format", "json"))
        return [sync["state"] for sync in listed["syncs"]][::-1]


def publish_by_hand(folder, shop):
    shop.collector.driftline("publish", "--config", os.path.join(folder, "driftline.yaml"))


def test_the_loop():
    """One pull request that follows the schema, and goes when the difference does."""
    with system_test() as (folder, things), GitHub(Api(), folder) as github:
        options = OPTIONS.format(driftline=DRIFTLINE, project=os.path.join(folder, "driftline.yaml"))
        shop = Shop(folder, things, ["prod"], options)
        github.commit("main", {"README.md": "hello\n"})
        make_project(folder, github, shop.collector)
        shop.start()
        loop = Loop(github, shop)

        # What there is already, merged by a person.
        publish_by_hand(folder, shop)
        first = loop.offer()
        check("class OrderRow(TypedDict)" in loop.file("src/shop_schema/tables.py"), "no code")
        check("What was ordered" in loop.pages(), "no documentation")
        github.merge(first, delete=True)
        publish_by_hand(folder, shop)
        check(loop.states() == ["opened", "merged"], loop.states())
        check(loop.offer() is None, "it was offered again")

        # A statement, and another one; the API fails at first.
        failures = iter([(503, {}, {"message": "later"}), "before", "after"])
        github.fault = lambda number, request: next(failures, None)
        shop.run("prod", "ALTER TABLE shop.orders ADD COLUMN coupon text")
        loop.wait_for_column("coupon")
        second = loop.offer()
        check(second["number"] > first["number"], second)
        check("coupon" in second["body"], second["body"])
        shop.run("prod", "ALTER TABLE shop.orders ADD COLUMN weight numeric(8,2)")
        loop.wait_for_column("coupon", "weight")
        check(loop.offer()["number"] == second["number"], "a second pull request")

        # Taken back.
        shop.run("prod", "ALTER TABLE shop.orders DROP COLUMN coupon, DROP COLUMN weight")
        wait_for("the pull request is closed", lambda: loop.offer() is None)
        wait_for("the branch is gone", lambda: github.repository.head(second["head"]) is None)
        wait_for("all is recorded", lambda: loop.states()[-1] in ("closed", "unchanged"))
        check({"opened", "updated", "closed", "merged"} <= set(loop.states()), loop.states())
        recorded = shop.collector.get("/api/v1/syncs", database="shop")["syncs"]
        merged = [sync for sync in recorded if sync["state"] == "merged"][0]
        check(merged["lead_seconds"] is not None and merged["url"] and merged["root"], merged)
        secrets = (github.token, shop.collector.token)
        for text in (shop.collector.log(), shop.agent.log(), json.dumps(recorded), str(github.pulls)):
            check(not any(secret in text for secret in secrets), "a secret is in a log or a record")


def test_the_kill_switch():
    """With DRIFTLINE_PUBLISH_DISABLED nothing is sent, whoever would; without it again, what waited is sent."""
    with system_test() as (folder, things), GitHub(Api(), folder) as github:
        options = OPTIONS.format(driftline=DRIFTLINE, project=os.path.join(folder, "driftline.yaml"))
        shop = Shop(folder, things, ["prod"], options, environment={"DRIFTLINE_PUBLISH_DISABLED": "1"})
        github.commit("main", {"README.md": "hello\n"})
        make_project(folder, github, shop.collector)
        shop.start()
        loop = Loop(github, shop)
        shop.run("prod", "ALTER TABLE shop.orders ADD COLUMN coupon text")
        wait_for("the program was run", lambda: [d for d in shop.collector.rows("deliveries", sink="publish")
                                                 if d["state"] == "sent"])
        check(not github.calls, github.calls)
        shop.collector.stop()
        del shop.collector.environment["DRIFTLINE_PUBLISH_DISABLED"]
        shop.collector.start()
        shop.run("prod", "ALTER TABLE shop.orders ADD COLUMN weight numeric(8,2)")
        loop.wait_for_column("coupon", "weight")


# ---- promotions


def promote(shop, *words, status=0):
    environment = dict(os.environ, DRIFTLINE_COLLECTOR=shop.collector.url, DRIFTLINE_TOKEN=shop.collector.token,
                       PATH=os.path.dirname(DRIFTLINE) + ":" + os.environ["PATH"], NO_COLOR="1")
    done = subprocess.run([PROMOTE, "--database", "shop", "--from", "staging", "--to", "prod",
                           "--from-url", url_of(shop.database("staging")), "--to-url", url_of(shop.database("prod")),
                           *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
                          timeout=300, check=False)
    check(done.returncode == status, f"promote.sh ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def columns(shop, environment):
    found = json.loads(shop.collector.driftline("show", f"shop@{environment}", "shop.orders", "--format", "json"))
    return {part["name"] for part in found["found"][0]["parts"] if part["kind"] == "column"}


def syncs(shop, name):
    return [(sync["environment"], sync["state"]) for sync in
            shop.collector.get("/api/v1/syncs", database="shop", name=name)["syncs"]][::-1]


CONTRACT = """
name: invoices
owner: team-billing
consumers: [invoices]
database: shop
requires:
  - table: shop.orders
    columns: [{name: total, type_at_least: integer}]
"""


def test_promotions():
    """The whole way of a migration that is good; and where others stop, with nothing done after that."""
    with system_test() as (folder, things):
        shop = Shop(folder, things, ["staging", "prod"], "path: [staging, prod]\nheartbeat: 1s\nstale_after: 20s")
        shop.start()
        contract = write(os.path.join(folder, "invoices.yaml"), CONTRACT)

        good = write(os.path.join(folder, "V1__coupon.sql"),
                     "SET lock_timeout = '2s';\nALTER TABLE shop.orders ADD COLUMN coupon text;\n"
                     "COMMENT ON COLUMN shop.orders.coupon IS 'What makes it cheaper';\n")
        said = promote(shop, "--in-transaction", "--contracts", contract, good)
        check("coupon" in columns(shop, "staging") and "coupon" in columns(shop, "prod"), said)
        check(syncs(shop, "V1__coupon") == [("prod", "started"), ("staging", "succeeded"), ("prod", "succeeded")],
              syncs(shop, "V1__coupon"))
        check([run["pinned"] for run in shop.collector.get("/api/v1/gate/runs")["runs"]] == [True], "the gate was not asked")

        # What breaks a contract is stopped by the rehearsal: nothing was applied anywhere.
        bad = write(os.path.join(folder, "V2__drop.sql"), "SET lock_timeout = '2s';\n"
                    "-- driftline: allow-file drop-column the column is moved\nALTER TABLE shop.orders DROP COLUMN total;\n")
        said = promote(shop, "--contracts", contract, bad, status=1)
        check("total" in columns(shop, "staging") and "total" in columns(shop, "prod"), said)
        check(syncs(shop, "V2__drop")[-1] == ("prod", "failed"), syncs(shop, "V2__drop"))

        # What does not run is, too; and what is no SQL by lint.
        for name, text in (("V3__wrong.sql", "SET lock_timeout = '2s';\nALTER TABLE shop.nothing ADD COLUMN a text;\n"),
                           ("V4__typo.sql", "ALTER TABEL shop.orders ADD COLUMN a text;\n")):
            promote(shop, write(os.path.join(folder, name), text), status=1)
            check(syncs(shop, name[:-4])[-1] == ("prod", "failed"), syncs(shop, name[:-4]))

        # A change of production by hand stops the next promotion at the gate: staging has it, production does not.
        shop.run("prod", "ALTER TABLE shop.orders ADD COLUMN hotfix text")
        late = write(os.path.join(folder, "V5__weight.sql"),
                     "SET lock_timeout = '2s';\nALTER TABLE shop.orders ADD COLUMN weight numeric(8,2);\n")
        said = promote(shop, late, status=1)
        check("stopped at 'gate'" in said, said)
        check("weight" in columns(shop, "staging") and "weight" not in columns(shop, "prod"), said)
        last = shop.collector.get("/api/v1/syncs", database="shop")["syncs"][0]
        check(last["state"] == "failed" and "gate" in last["detail"] and not last["manual"], last)

        # Once that is settled, it goes on where it stopped.
        shop.run("staging", "ALTER TABLE shop.orders ADD COLUMN hotfix text")
        promote(shop, "--start-at", "gate", late)
        check("weight" in columns(shop, "prod"), "it did not go on")
        promote(shop, "--from-url", "postgres://a:secret@h/d", late, status=2)


if __name__ == "__main__":
    main(test_the_loop, test_the_kill_switch, test_promotions)
