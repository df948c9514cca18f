#!/usr/bin/python3
"""Documentation and code of a database that a collector watches: what the pull request says of the change, and what the
collector is told."""
import contextlib
import os
import sqlite3
import sys

from publishing import HERE, Project, api, check, run

from github import GitHub  # of tests/support, which publishing.py has added to the path

sys.path.insert(0, os.path.join(HERE, "..", "..", "system"))
from system import Agent, Collector, system_test, wait_for  # noqa: E402

CONTRACT = """\
name: billing
owner: team-billing
consumers: [billing-service]
database: shop
environments: [prod]
requires:
  - table: main.customers
    columns: [{name: name}]
"""


def execute(path, sql):
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(sql)


def test_what_the_pull_request_says(_):
    with system_test() as (folder, things), GitHub(api(), folder) as github:
        database = os.path.join(folder, "shop.db")
        os.mkdir(os.path.join(folder, "contracts"))
        with open(os.path.join(folder, "contracts", "billing.yaml"), "w", encoding="ascii") as file:
            file.write(CONTRACT)
        execute(database, "CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT)")
        collector = Collector(folder, options=f"path: [prod]\ncontracts_folder: {folder}/contracts")
        agent = Agent(folder, "shop-1", [("shop", "prod", "default", f"sqlite:{database}")])
        things += [collector, agent]
        collector.start()
        agent.enroll(collector)
        agent.start()

        def change(sql):
            before = len(collector.snapshots("shop"))
            execute(database, sql)
            wait_for("the change is seen", lambda: len(collector.snapshots("shop")) > before)

        wait_for("the database is seen", lambda: collector.snapshots("shop"))
        github.commit("main", {"README.md": "hello\n"})
        project = Project(folder, {"name": "shop", "url": github.url, "allow_private": True, "repository": "acme/shop",
                                   "token": "env:TOKEN_OF_TEST"},
                          docs=[{"ref": "shop@prod", "output": "docs/database"}],
                          codegen=[{"language": "python", "ref": "shop@prod", "output": "src/schema"}])
        project.environment.update(TOKEN_OF_TEST=github.token, DRIFTLINE_COLLECTOR=collector.url,
                                   DRIFTLINE_TOKEN=collector.token)
        result = project.expect("opened")
        root = collector.snapshots("shop")[-1]["root"]
        check(result["root"] == root and f"`{root}`" in github.open_pulls()[0]["body"], result)
        files = github.repository.files("driftline/shop")
        check(any(path.startswith("src/schema/") for path in files), files.keys())
        project.expect("unchanged")
        github.merge(github.open_pulls()[0], "squash", True)
        project.expect("merged")
        project.expect("unchanged")

        change("ALTER TABLE customers RENAME COLUMN name TO called")
        result = project.expect("opened")
        body = github.open_pulls()[0]["body"]
        check("What has changed in the schema" in body and "**critical**" in body and "customers" in body, body)
        check("### Contracts" in body and "billing" in body and "is violated" in body, body)
        head = github.repository.head("driftline/shop")
        project.expect("unchanged")
        check(github.repository.head("driftline/shop") == head, "the version is another one with each run")
        change("ALTER TABLE customers RENAME COLUMN called TO name")
        # What the site says of the history differs; what is generated of the schema does not.
        project.configure(content=["python"])
        project.expect("closed")
        check(not github.open_pulls(), github.pulls)

        states = [one["state"] for one in collector.rows("syncs", database="shop", limit=100)][::-1]
        check(states == ["opened", "unchanged", "merged", "unchanged", "opened", "unchanged", "closed"], states)
        syncs = collector.rows("syncs", database="shop", limit=100)
        check(syncs[0]["kind"] == "publish" and syncs[0]["name"] == "shop" and syncs[0]["environment"] == "prod" and
              syncs[0]["url"].endswith("/pull/2"), syncs[0])


if __name__ == "__main__":
    sys.exit(run([value for name, value in list(globals().items()) if name.startswith("test_")]))
