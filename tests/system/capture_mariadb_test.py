#!/usr/bin/python3
"""Who changed what in MariaDB, from its general log, with the real programs on a real server of its own: what the log says is
told, what it does not say is not guessed, and no literal of a statement leaves the database."""
import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile

from system import Agent, Collector, check, main, system_test, wait_for

SERVER = os.path.join(os.environ["DRIFTLINE_SOURCE_DIR"], "tests", "support", "mariadb_server.sh")
SECRET = "a-word-that-nobody-may-see"


class Server:
    """A MariaDB that logs to its table; things of a test are stopped by close()."""

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="driftline-mariadb.")
        subprocess.run([SERVER, "start", self.folder, *options], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(self.folder, "socket"), encoding="utf-8") as file:
            self.socket = file.read().strip()

    def refuse(self, statement, user, database):
        check("denied" in self.send([statement], user, database).stdout, f"{user} may do that: {statement}")

    def run(self, *statements, user="root", database=None):
        done = self.send(statements, user, database)
        check(done.returncode == 0, done.stdout)
        return done.stdout

    def send(self, statements, user, database):
        return subprocess.run(["mariadb", "--no-defaults", "-S", self.socket, "-u", user, "-N", "-B",
                               *(["-D", database] if database else [])], input=";\n".join(statements) + ";\n",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)

    def close(self):
        subprocess.run([SERVER, "stop", self.folder], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)


class Logged:
    """A database whose agent reads the general log."""

    def __init__(self, folder, things):
        self.server = Server("--general-log=1", "--log-output=TABLE")
        things.append(self.server)
        self.server.run("CREATE DATABASE shop", "CREATE DATABASE other", "CREATE TABLE shop.orders (id int)",
                        "CREATE TABLE shop.items (id int)", "CREATE TABLE other.orders (id int)",
                        *[f"CREATE USER {user}@localhost" for user in ("ana", "ben", "cai", "mallory", "agent")],
                        *[f"GRANT ALL ON {place}.* TO {user}@localhost" for user in ("ana", "ben", "cai")
                          for place in ("shop", "other")],
                        "GRANT SELECT ON shop.orders TO mallory@localhost",
                        "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON shop.* TO agent@localhost",
                        "GRANT SELECT ON mysql.* TO agent@localhost")
        self.source = f"mysql://agent@localhost/shop?socket={self.server.socket}"
        self.collector = Collector(folder, options="heartbeat: 1s\nstale_after: 60s")
        things.append(self.collector)
        self.collector.start()
        self.agent = Agent(folder, "shop", [("shop", "prod", "default", self.source)], poll="500ms")
        things.append(self.agent)
        self.agent.enroll(self.collector)
        self.agent.start()
        wait_for("the first snapshot", lambda: self.collector.snapshots("shop"), patience=60)

    def change_of(self, name):
        """The newest change of a thing, when it is there."""
        return wait_for(f"a change of {name}", lambda: next(
            (change for change in self.collector.get("/api/v1/history", database="shop")["changes"]
             if change["object"] == name), None), patience=60)

    def capture(self, *arguments):
        return self.collector.driftline("capture", "status", self.source, *arguments, check_status=None)


def by(change):
    return change["actor"], change["evidence"]


def test_the_general_log_tells_who():
    with system_test() as (folder, things):
        logged = Logged(folder, things)
        server = logged.server
        server.run("ALTER TABLE orders ADD a int", user="ana", database="shop")
        server.run("ALTER TABLE other.orders ADD not_here int", "ALTER TABLE `shop`.`items` ADD b int", user="ben")
        check(by(logged.change_of("main.orders.a")) == ("ana", "inferred"), logged.change_of("main.orders.a"))
        check(by(logged.change_of("main.items.b")) == ("ben", "inferred"), logged.change_of("main.items.b"))

        # Another database has a table of the same name, and somebody else changes that one.
        server.run("ALTER TABLE orders ADD c int", user="ana", database="shop")
        server.run("USE other", "ALTER TABLE orders ADD d int", user="cai", database="shop")
        check(by(logged.change_of("main.orders.c")) == ("ana", "inferred"), logged.change_of("main.orders.c"))

        # What goes, what is made, and what people write where a secret may stand.
        server.run(f"CREATE TABLE made (x varchar(50) DEFAULT '{SECRET}' COMMENT \"{SECRET}\") /* {SECRET} */",
                   "CREATE INDEX by_x ON made (x)",
                   "CREATE TRIGGER made_before BEFORE INSERT ON made FOR EACH ROW SET NEW.x = 'x'",
                   "CREATE OR REPLACE VIEW seen AS SELECT id FROM orders", "CREATE PROCEDURE work(a int) SELECT a",
                   user="ben", database="shop")
        for name in ("main.made", "main.seen"):
            check(by(logged.change_of(name)) == ("ben", "inferred"), logged.change_of(name))
        server.run("DROP TABLE made", "RENAME TABLE items TO things", user="ana", database="shop")
        wait_for("the table is gone", lambda: logged.change_of("main.made")["effect"] == "removed", patience=60)
        check(by(logged.change_of("main.made")) == ("ana", "inferred"), logged.change_of("main.made"))
        check(by(logged.change_of("main.things")) == ("ana", "inferred"), logged.change_of("main.things"))
        history = logged.collector.driftline("history", "shop")
        check("perhaps by ana" in history and "perhaps by ben" in history, history)
        with contextlib.closing(sqlite3.connect(f"file:{logged.collector.data}/history.db?mode=ro", uri=True)) as store:
            statements = [row[0] for row in store.execute("SELECT statement FROM ddl_event")]
            twice = store.execute("SELECT count(*) - count(DISTINCT number || ' ' || at) FROM ddl_event").fetchone()[0]
        check(statements and not any(SECRET in statement for statement in statements), statements)
        check(not any("not_here" in statement for statement in statements), "a statement about another database")
        check(twice == 0, f"{twice} statements are there twice")
        brought = sum(int(found) for found in re.findall(r"event=snapshot-stored.* statements=(\d+)", logged.agent.log()))
        check(brought == len(statements), f"{brought} statements were brought for {len(statements)}")
        check("unattributed" not in history, history)


def test_who_failed_is_not_the_author():
    """The log does not say what failed: who may not change a table is not said to have done so."""
    with system_test() as (folder, things):
        logged = Logged(folder, things)
        server = logged.server
        server.refuse("ALTER TABLE orders ADD a int", user="mallory", database="shop")
        server.run("ALTER TABLE orders ADD a int", user="ana", database="shop")
        server.refuse("ALTER TABLE orders ADD a int", user="mallory", database="shop")
        change = logged.change_of("main.orders.a")
        check(change["evidence"] == "inferred" and set(change["actor"].split(" or ")) == {"ana", "mallory"}, change)
        history = logged.collector.driftline("history", "shop")
        check(f"perhaps by {change['actor']} (inferred)" in history, history)
        statements = logged.collector.driftline("history", "shop", "--statements")
        check("may have failed" in statements, statements)
        logged.collector.stop()
        logged.collector.verify()


def test_no_log_no_names():
    """The log goes off, or the agent may not read it: then changes are seen all the same, and nobody is named."""
    with system_test() as (folder, things):
        logged = Logged(folder, things)
        check('"state": "on"' in logged.capture("--format", "json"), logged.capture("--format", "json"))
        logged.server.run("SET GLOBAL general_log = OFF")
        check("SET GLOBAL log_output" in logged.capture(), logged.capture())
        logged.server.run("ALTER TABLE orders ADD a int", user="ana", database="shop")
        check(by(logged.change_of("main.orders.a")) == (None, "inferred"), logged.change_of("main.orders.a"))
        logged.server.run("SET GLOBAL general_log = ON", "REVOKE SELECT ON mysql.* FROM agent@localhost")
        check("GRANT SELECT ON mysql.general_log" in logged.capture(), logged.capture())
        logged.server.run("ALTER TABLE orders ADD b int", user="ana", database="shop")
        check(by(logged.change_of("main.orders.b")) == (None, "inferred"), logged.change_of("main.orders.b"))


def test_nothing_is_installed():
    with system_test() as (folder, things):
        logged = Logged(folder, things)
        said = logged.collector.driftline("capture", "install", logged.source, check_status=None)
        check("general log" in said, said)


if __name__ == "__main__":
    main(test_the_general_log_tells_who, test_who_failed_is_not_the_author, test_no_log_no_names, test_nothing_is_installed)
