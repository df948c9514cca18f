"""A PostgreSQL database in which capture is installed, with an agent and a collector: what tests of capture share."""
import contextlib
import os
import sqlite3
import subprocess
import time

from system import Agent, Collector, check, run_sql, wait_for

SQL = os.path.join(os.environ["DRIFTLINE_SOURCE_DIR"], "deploy", "sql", "postgresql")
ROLES = ("dl_system_agent", "dl_ana", "dl_ben")


def server():
    """How the server that the tests share is reached."""
    found = {}
    with open(os.path.join(os.environ["DRIFTLINE_TEST_PG"], "env"), encoding="utf-8") as file:
        for line in file:
            name, _, value = line.removeprefix("export ").strip().partition("=")
            found[name] = value.strip("'\"")
    return found


class Session:
    """A psql that stays connected, so that statements follow each other at once."""

    def __init__(self, database, user=None, application=None):
        found = server()
        environment = dict(os.environ, **found, PGAPPNAME=application or "psql")
        if user:
            environment["PGUSER"] = user
        self.child = subprocess.Popen([os.path.join(found["PGBIN"], "psql"), "-X", "-q", "-A", "-t", "-d", database],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                      env=environment, bufsize=1)

    def run(self, *statements):
        """Answers what was printed; a statement that fails is a failure."""
        self.child.stdin.write("\n".join(statement.rstrip(";") + ";" for statement in statements) + "\n\\echo done\n")
        self.child.stdin.flush()
        lines = []
        while True:
            line = self.child.stdout.readline()
            check(line != "", "psql is gone: " + "".join(lines))
            if line == "done\n":
                break
            lines.append(line)
        check(not any("ERROR" in line or "FATAL" in line for line in lines), "".join(lines))
        return "".join(lines).strip()

    def close(self):
        with contextlib.suppress(OSError):
            self.child.stdin.close()
        self.child.terminate()
        self.child.wait()


def run_file(database, name):
    found = server()
    done = subprocess.run([os.path.join(found["PGBIN"], "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-f",
                           os.path.join(SQL, name)], env=dict(os.environ, **found), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    check(done.returncode == 0, done.stdout)


class Captured:
    """A database, watched. The agent's role owns nothing and may do nothing but what allow() gives it."""

    def __init__(self, folder, things, name="dl_capture", poll="2s", through=None):
        self.folder, self.database = folder, name
        found = server()
        run_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}",
                *[f"DO $$BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END$$"
                  for role in ROLES])
        run_sql("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint PRIMARY KEY)",
                "CREATE TABLE shop.items (id bigint)", "GRANT ALL ON SCHEMA shop TO dl_ana, dl_ben",
                "ALTER TABLE shop.orders OWNER TO dl_ana", "ALTER TABLE shop.items OWNER TO dl_ben",
                "CREATE SCHEMA free AUTHORIZATION dl_ana", "GRANT ALL ON SCHEMA free TO dl_ben", database=name)
        self.install()
        self.source = through or f"postgres://dl_system_agent@/{name}?host={found['PGHOST']}&port={found['PGPORT']}"
        self.collector = Collector(folder, options="path: [staging, prod]\nheartbeat: 1s\nstale_after: 60s")
        things.append(self.collector)
        self.collector.start()
        self.agent = Agent(folder, "shop", [("shop", "prod", "default", self.source)], poll=poll)
        self.agent.debounce = None  # the preset
        things.append(self.agent)
        self.agent.enroll(self.collector)
        self.agent.start()
        wait_for("the first snapshot", lambda: self.collector.snapshots("shop"))

    def install(self):
        run_file(self.database, "install.sql")
        run_sql("SELECT driftline.allow('dl_system_agent')", database=self.database)

    def uninstall(self):
        run_file(self.database, "uninstall.sql")

    def ask(self, sql):
        """Rows of the database."""
        found = server()
        done = subprocess.run([os.path.join(found["PGBIN"], "psql"), "-X", "-q", "-A", "-t", "-F", "\t", "-d", self.database,
                               "-c", sql], env=dict(os.environ, **found), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        check(done.returncode == 0, done.stdout)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def store(self, sql, *values):
        """Rows of the collector's store."""
        with contextlib.closing(sqlite3.connect(f"file:{self.collector.data}/history.db?mode=ro", uri=True)) as store:
            return store.execute(sql, values).fetchall()

    def log_states(self):
        return dict((status, int(count)) for status, count in
                    self.ask("SELECT sync_status, count(*) FROM driftline.drift_log GROUP BY 1"))

    def wait_until_recorded(self, patience=90):
        """Every entry is at the collector, and the database knows it."""
        wait_for("all entries recorded", lambda: set(self.log_states()) <= {"recorded"}, patience=patience, pause=0.2)

    def check_exactly_once(self):
        """Every entry of the log is at the collector once; answers how many there are."""
        logged = sorted(int(row[0]) for row in self.ask("SELECT number FROM driftline.drift_log"))
        stored = sorted(row[0] for row in self.store("SELECT number FROM ddl_event"))
        check(logged == stored, f"{len(logged)} entries were logged, {len(stored)} are at the collector; missing: "
                                f"{sorted(set(logged) - set(stored))[:20]}, too many: {sorted(set(stored) - set(logged))[:20]}")
        return len(logged)

    def change_of(self, thing, patience=60):
        """The newest recorded change of a thing, as the API shows it."""
        def find():
            for entry in self.collector.get("/api/v1/history", database="shop", limit=200)["changes"]:
                if entry["object"] == thing:
                    return entry
            return None
        return wait_for(f"a change of {thing}", find, patience=patience)

    def drop(self):
        run_sql(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")


class Arrivals:
    """When snapshots come to the collector: the store is asked again and again."""

    def __init__(self, captured):
        self.store = sqlite3.connect(f"file:{captured.collector.data}/history.db?mode=ro", uri=True)

    def newest(self):
        return self.store.execute("SELECT coalesce(max(id), 0) FROM snapshot").fetchone()[0]

    def wait_for_more(self, known, patience=30):
        end = time.monotonic() + patience
        while True:
            newest = self.newest()
            if newest > known:
                return newest
            check(time.monotonic() < end, "a change does not arrive")
            time.sleep(0.002)

    def close(self):
        self.store.close()


def latencies(captured, count):
    """From ALTER TABLE committing to the snapshot recorded at the collector, in seconds, sorted."""
    session, arrivals = Session(captured.database), Arrivals(captured)
    found = []
    try:
        for i in range(count):
            known = arrivals.newest()
            session.run(f"ALTER TABLE shop.orders ADD late{i} text")
            committed = time.monotonic()
            arrivals.wait_for_more(known)
            found.append(time.monotonic() - committed)
            time.sleep((i % 7) * 0.03)
    finally:
        session.close()
        arrivals.close()
    return sorted(found)
