#!/usr/bin/python3
"""Capture from end to end, with the real programs on a real server: who changed what is known within a second, whatever
dies meanwhile, and nothing is claimed that is not known."""
import os
import random
import signal
import subprocess
import threading
import time

from capture_system import Captured, Session, latencies, server
from system import BUILD, Process, check, free_port, main, run_sql, system_test, wait_for

DDL = int(os.environ.get("DRIFTLINE_CAPTURE_DDL", "10000"))
LATENCIES = int(os.environ.get("DRIFTLINE_CAPTURE_LATENCIES", "200"))
ROUNDS = 12  # of killing


def by(change):
    """Who, with what, and how that is known."""
    return change["actor"], change["application"], change["evidence"]


# ---- people


def test_people_are_told_apart():
    """Two people, one window; a statement that was rolled back; a tool; an extension; capture that goes."""
    with system_test() as (folder, things):
        captured = Captured(folder, things)
        ana, ben = Session(captured.database, "dl_ana"), Session(captured.database, "dl_ben")
        tool = Session(captured.database, "dl_ben", "flyway")
        things += [ana, ben, tool]

        ana.run("ALTER TABLE shop.orders ADD a text")
        ben.run("ALTER TABLE shop.items ADD b text")
        check(by(captured.change_of("shop.orders.a")) == ("dl_ana", "psql", "captured"), captured.change_of("shop.orders.a"))
        check(by(captured.change_of("shop.items.b")) == ("dl_ben", "psql", "captured"), captured.change_of("shop.items.b"))
        history = captured.collector.driftline("history", "shop")
        for words in ("by dl_ana with psql (captured): ALTER TABLE shop.orders ADD a text",
                      "by dl_ben with psql (captured): ALTER TABLE shop.items ADD b text"):
            check(words in history, f"'{words}' is not in:\n{history}")

        ben.run("BEGIN", "ALTER TABLE shop.items ADD gone text", "ROLLBACK")
        ana.run("ALTER TABLE shop.orders ADD stays text")
        check(by(captured.change_of("shop.orders.stays")) == ("dl_ana", "psql", "captured"), "after a rollback")
        check(not captured.store("SELECT * FROM ddl_event WHERE statement LIKE '%gone%'"), "what was rolled back is there")

        tool.run("ALTER TABLE shop.items ADD c text")
        check(by(captured.change_of("shop.items.c")) == ("dl_ben", "flyway", "captured"), captured.change_of("shop.items.c"))
        check("by dl_ben with flyway (captured)" in captured.collector.driftline("history", "shop"), "history names no tool")

        run_sql("CREATE EXTENSION pg_trgm SCHEMA free", database=captured.database)
        captured.change_of("pg_trgm")
        captured.wait_until_recorded()
        tools = {row[0] for row in captured.store("SELECT DISTINCT application FROM ddl_event WHERE command = 'CREATE FUNCTION'")}
        check(tools == {"extension pg_trgm"}, f"functions of an extension were made with {tools}")

        # Nothing in the end: the statements are there, and no change.
        before = captured.collector.snapshots("shop")
        ana.run("CREATE TABLE free.passing (id int)", "DROP TABLE free.passing")
        captured.wait_until_recorded()
        check(captured.collector.snapshots("shop") == before, "a snapshot without a change")
        check(len(captured.store("SELECT * FROM ddl_event WHERE object = 'free.passing'")) == 2, "statements without a change")

        captured.check_exactly_once()
        captured.uninstall()
        ana.run("ALTER TABLE shop.orders ADD later text")
        check(by(captured.change_of("shop.orders.later")) == (None, None, "inferred"), captured.change_of("shop.orders.later"))
        check(captured.agent.logged("event=capture-state", "state=absent"), "the agent does not say that capture is gone")
        captured.install()
        ana.run("ALTER TABLE shop.orders ADD meanwhile text")
        captured.change_of("shop.orders.meanwhile")
        ana.run("ALTER TABLE shop.orders ADD again text")
        check(by(captured.change_of("shop.orders.again")) == ("dl_ana", "psql", "captured"), "capture is back")
        captured.drop()


def test_what_escapes_capture_is_unattributed():
    """Somebody who may switches the triggers off for one session; to capture nothing seems to have happened."""
    with system_test() as (folder, things):
        captured = Captured(folder, things)
        run_sql("UPDATE pg_catalog.pg_attribute SET attname = 'secretly' WHERE attrelid = 'shop.items'::regclass AND attname = 'id'",
                database=captured.database)
        change = captured.change_of("shop.items.secretly", patience=90)
        check(by(change) == (None, None, "unattributed"), change)
        captured.drop()


# ---- time


def is_sanitized():
    with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8") as cache:
        return any(line.startswith("DRIFTLINE_SANITIZE:") and line.strip()[-1] != "=" for line in cache)


def test_latency():
    """From ALTER TABLE committing to the snapshot recorded at the collector."""
    with system_test() as (folder, things):
        captured = Captured(folder, things)
        captured.wait_until_recorded()
        found = latencies(captured, LATENCIES)
        p99 = found[int(len(found) * 0.99) - 1]
        print(f"   {len(found)} changes: median {found[len(found) // 2] * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
              f"longest {found[-1] * 1000:.0f} ms")
        # Sanitizers take several times as long, and so does a machine that does other things: tests/bench has the figure.
        busy = is_sanitized() or os.getloadavg()[0] > os.cpu_count()
        check(p99 < (5 if busy else 1), "that is too late")
        captured.wait_until_recorded()
        captured.check_exactly_once()
        captured.drop()


# ---- numbers


def write_migration(folder, count):
    """So many statements, each a transaction."""
    path = os.path.join(folder, "migration.sql")
    with open(path, "w", encoding="utf-8") as file:
        for i in range(count):
            table = f"free.t{i // 10}"
            file.write([f"CREATE TABLE {table} (id int);", f"ALTER TABLE {table} ADD a{i} text;",
                        f"COMMENT ON TABLE {table} IS 'no. {i}';", f"ALTER TABLE {table} ADD b{i} int;",
                        f"CREATE INDEX i{i} ON {table} (id);", f"ALTER TABLE {table} ALTER id SET NOT NULL;",
                        f"CREATE VIEW free.v{i} AS SELECT id FROM {table};", f"ALTER TABLE {table} ADD CHECK (id > {i});",
                        f"DROP VIEW free.v{i - 2};", f"DROP INDEX free.i{i - 5};"][i % 10] + "\n")
    return path


def run_psql(captured, path):
    found = server()
    done = subprocess.run([os.path.join(found["PGBIN"], "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", captured.database,
                           "-f", path], env=dict(os.environ, **found), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    check(done.returncode == 0, done.stdout)


def test_ten_thousand_statements():
    """Every one of them is at the collector once."""
    with system_test() as (folder, things):
        captured = Captured(folder, things)
        begun = time.monotonic()
        run_psql(captured, write_migration(folder, DDL))
        took = time.monotonic() - begun
        captured.wait_until_recorded(patience=300)
        count = captured.check_exactly_once()
        check(count >= DDL, f"{count} entries of {DDL} statements")
        print(f"   {DDL} statements in {took:.0f} s, {count} entries, all recorded {time.monotonic() - begun - took:.1f} s later; "
              f"{len(captured.collector.snapshots('shop'))} snapshots")
        captured.drop()


# ---- whatever dies


class Changing:
    """Somebody changes the schema all the time, in a thread of his own."""

    def __init__(self, captured):
        self.session = Session(captured.database)
        self.stopped = False
        self.count = 0
        self.failure = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            while not self.stopped:
                self.session.run(f"ALTER TABLE shop.items ADD more{self.count} int")
                self.count += 1
                time.sleep(random.uniform(0, 0.3))
        except Exception as failure:  # pylint: disable=broad-except
            self.failure = failure

    def stop(self):
        self.stopped = True
        self.thread.join()
        self.session.close()
        if self.failure:
            raise self.failure


def test_killed_again_and_again():
    """The agent dies by SIGKILL at any moment, also with its outbox, or while the collector is away."""
    with system_test() as (folder, things):
        captured = Captured(folder, things, poll="200ms")
        changing = Changing(captured)
        try:
            for round_number in range(ROUNDS):
                time.sleep(random.uniform(0.1, 1.5))
                if round_number % 3 == 1:
                    captured.collector.kill()
                captured.agent.kill()
                if round_number % 4 == 2:
                    for end in ("", "-wal", "-shm"):
                        path = f"{captured.agent.data}/outbox.db{end}"
                        if os.path.exists(path):
                            os.unlink(path)
                captured.agent.start()
                if not captured.collector.is_running():
                    time.sleep(random.uniform(0, 1))
                    captured.collector.start()
        finally:
            changing.stop()
        captured.wait_until_recorded()
        print(f"   {captured.check_exactly_once()} entries, {ROUNDS} deaths")
        captured.drop()


def test_an_acknowledgement_without_a_database():
    """The database cannot be reached when the collector says that it has everything."""
    with system_test() as (folder, things):
        captured = Captured(folder, things, poll="200ms")
        captured.collector.kill()
        run_sql("ALTER TABLE shop.orders ADD a int", "ALTER TABLE shop.orders ADD b int", database=captured.database)
        wait_for("the outbox has them", lambda: captured.log_states() == {"shipped": 2})
        run_sql("ALTER ROLE dl_system_agent NOLOGIN",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dl_system_agent'")
        try:
            wait_for("it cannot be read", lambda: captured.agent.logged("event=target-state", "state=refused"))
            captured.collector.start()
            wait_for("it is delivered", lambda: len(captured.store("SELECT * FROM ddl_event")) == 2)
            captured.agent.kill()
            captured.agent.start()
            time.sleep(1)
            check(captured.log_states() == {"shipped": 2}, "nobody could say so yet")
        finally:
            run_sql("ALTER ROLE dl_system_agent LOGIN")
        captured.agent.signal(signal.SIGUSR1)  # it need not wait until it would try again
        captured.wait_until_recorded()
        captured.check_exactly_once()
        captured.drop()


# ---- a pool


class Pool(Process):
    """PgBouncer that gives each transaction another connection."""

    def __init__(self, folder):
        found, self.port = server(), free_port()
        path = os.path.join(folder, "pgbouncer.ini")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"[databases]\n* = host={found['PGHOST']} port={found['PGPORT']} user=dl_system_agent\n"
                       f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
                       "auth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n")
        os.chmod(folder, 0o755)
        os.chmod(path, 0o644)
        program = ["/usr/sbin/pgbouncer", "-q", path]
        if os.geteuid() == 0:  # it refuses to run as root
            program = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + program
        super().__init__("pgbouncer", folder, program)

    def stop(self, patience=90):
        self.kill()
        return 0.0


def test_behind_a_pool():
    """Nobody can be woken there, and nobody is left listening; looking goes on, and statements come."""
    with system_test() as (folder, things):
        pool = Pool(folder)
        things.append(pool)
        pool.start()
        captured = Captured(folder, things, poll="300ms", through=f"postgres://dl_system_agent@127.0.0.1:{pool.port}/dl_capture")
        run_sql("ALTER TABLE shop.orders ADD pooled text", database=captured.database)
        change = captured.change_of("shop.orders.pooled")
        check(by(change) == ("postgres", "psql", "captured"), change)
        captured.wait_until_recorded()
        captured.check_exactly_once()
        check("psql" in {row[0] for row in captured.store("SELECT application FROM ddl_event")}, "the statement")
        found = server()
        listening = subprocess.run([os.path.join(found["PGBIN"], "psql"), "-X", "-At", "-h", "127.0.0.1", "-p", str(pool.port), "-U",
                                    "dl_system_agent", "-d", captured.database, "-c", "SELECT pg_listening_channels()"],
                                   stdout=subprocess.PIPE, text=True, check=True).stdout
        check(listening == "", f"a connection of the pool listens to {listening}")
        captured.drop()


if __name__ == "__main__":
    main(test_people_are_told_apart, test_what_escapes_capture_is_unattributed, test_latency,
         test_ten_thousand_statements, test_killed_again_and_again, test_an_acknowledgement_without_a_database,
         test_behind_a_pool)
