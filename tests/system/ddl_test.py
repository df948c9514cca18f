#!/usr/bin/python3
"""A repository of migrations is an environment: an agent applies them to a scratch database when they change, and never
otherwise. What was rehearsed is what is there after the deployment, as the collector sees it."""
import glob
import json
import os
import subprocess
import time

from system import AGENT, Agent, Collector, check, main, system_test, wait_for

FIRST = "CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint PRIMARY KEY, total numeric);\n"
SECOND = "ALTER TABLE shop.orders RENAME COLUMN total TO amount;\nCREATE INDEX CONCURRENTLY amounts ON shop.orders (amount);\n"


class Repository:
    """A folder of migrations, a collector, and an agent that watches the one for the other."""

    def __init__(self, folder, things):
        self.folder = folder
        self.migrations = os.path.join(folder, "migrations")
        os.chmod(folder, 0o1777)  # for scratch servers, which are not root's
        os.makedirs(self.migrations)
        self.write("V1__first.sql", FIRST)
        self.collector = Collector(folder)
        self.agent = Agent(folder, "repo", [("orders", "repository", "default", f"ddl:{self.migrations}")],
                           environment={"TMPDIR": folder})
        things += [self.collector, self.agent]
        self.collector.start()
        self.agent.enroll(self.collector)

    def write(self, name, text):
        with open(os.path.join(self.migrations, name), "w", encoding="utf-8") as file:
            file.write(text)

    def remove(self, name):
        os.unlink(os.path.join(self.migrations, name))

    def roots(self):
        return [snapshot["root"] for snapshot in self.collector.snapshots("orders", "repository")]

    def scratch_folders(self):
        return glob.glob(os.path.join(self.folder, "driftline-scratch.*"))


def test_a_repository_is_watched():
    """What files say is there, what is wrong with them is said, and nothing is applied without need."""
    with system_test() as (folder, things):
        repository = Repository(folder, things)
        repository.agent.start()
        wait_for("the first snapshot", repository.roots)
        time.sleep(3)  # many looks, of which none applies anything
        check(len(repository.roots()) == 1, "nothing changed")
        check(not repository.scratch_folders(), "a scratch server is left")
        repository.write("note.txt", "not a migration")
        repository.write("V2__second.sql", SECOND)
        wait_for("the change", lambda: len(repository.roots()) == 2)
        changes = repository.collector.get("/api/v1/history", database="orders")["changes"]
        check("shop.orders.amount" in {change["object"] for change in changes}, f"the column is not told: {changes}")
        repository.write("V3__broken.sql", "ALTER TABLE shop.nothing ADD a int;\n")
        wait_for("what fails is said", lambda: repository.agent.logged("V3__broken.sql:1:1", "shop.nothing"))
        repository.remove("V3__broken.sql")
        repository.remove("V2__second.sql")
        wait_for("what is taken back", lambda: repository.roots()[-1] == repository.roots()[0] and len(repository.roots()) > 2)
        repository.agent.stop()
        wait_for("no scratch server is left", lambda: not repository.scratch_folders())


def test_an_agent_that_is_killed_leaves_nothing():
    """A server of an agent that is gone is gone, too."""
    with system_test() as (folder, things):
        repository = Repository(folder, things)
        repository.agent.start()
        wait_for("a scratch server", repository.scratch_folders)
        repository.agent.kill()
        wait_for("no scratch server is left", lambda: not repository.scratch_folders())


def test_an_agent_looks_once():
    """For cron."""
    with system_test() as (folder, things):
        repository = Repository(folder, things)
        done = subprocess.run([AGENT, "--config", repository.agent.config, "--once"], env=dict(os.environ, TMPDIR=folder),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        check(done.returncode == 0, done.stdout)
        wait_for("the snapshot", repository.roots)
        check(not repository.scratch_folders(), "a scratch server is left")


def test_what_was_rehearsed_is_verified():
    """The root that a rehearsal foretells is the one that the collector sees after the deployment."""
    with system_test() as (folder, things):
        repository = Repository(folder, things)
        driftline = repository.collector.driftline
        second, third = os.path.join(folder, "second.sql"), os.path.join(folder, "third.sql")
        for path, text in ((second, SECOND), (third, "DROP TABLE shop.orders;\n")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        repository.agent.start()
        wait_for("the first snapshot", repository.roots)
        report = json.loads(driftline("rehearse", second, "--on", "orders@repository", "--format", "json", "--fail-on", "none"))
        check(report["rehearsal"]["certain"], report["rehearsal"])
        text = driftline("rehearse", third, "--on", "orders@repository", check_status=1)
        check("contracts were not checked" in text and "driftline verify orders@repository --root" in text, text)
        repository.write("V2__second.sql", SECOND)
        driftline("verify", "orders@repository", "--root", report["rehearsal"]["root"], "--wait", "90s")


if __name__ == "__main__":
    main(test_a_repository_is_watched, test_an_agent_that_is_killed_leaves_nothing, test_an_agent_looks_once,
         test_what_was_rehearsed_is_verified)
