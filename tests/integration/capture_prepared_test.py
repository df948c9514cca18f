#!/usr/bin/env python3
"""On a server with prepared transactions: what a transaction that was captured may still do. A NOTIFY in it would make
PREPARE TRANSACTION fail."""
import json
import os
import subprocess
import sys
import tempfile

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
CLUSTER = os.path.join(SOURCE, "tests", "support", "postgres_cluster.sh")


def restart(folder, binaries):
    """As who runs it: never root."""
    command = [os.path.join(binaries, "pg_ctl"), "restart", "-w", "-s", "-D", os.path.realpath(os.path.join(folder, "cluster", "data")), "-l", os.devnull]
    if os.getuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, cwd="/")


def run_tests(folder):
    from capture_database import SERVER, Session, captured, check, driftline, equal, faults, log, ref, run  # pylint: disable=import-outside-toplevel

    run("postgres", "ALTER SYSTEM SET max_prepared_transactions = 4")
    restart(folder, SERVER["PGBIN"])
    with captured("dl_capture_prepared") as database:
        run(database, "BEGIN; CREATE TABLE t (a int); PREPARE TRANSACTION 'one'")
        equal(log(database), [], "not yet")
        run(database, "COMMIT PREPARED 'one'; BEGIN; CREATE TABLE gone (a int); PREPARE TRANSACTION 'two'")
        run(database, "ROLLBACK PREPARED 'two'")
        equal(log(database), [["CREATE TABLE", "public.t"]])
        equal(faults(database), 0, "faults")
        listener = Session(database)
        listener.run("LISTEN driftline_capture")
        run(database, "CREATE TABLE u (a int)")
        check("notification" not in listener.run("SELECT 1"), "nobody is told")
        listener.close()
        status = json.loads(driftline("capture", "status", ref(database), "--format", "json"))
        equal(status["state"], "on")
        check("max_prepared_transactions" in status["note"], status["note"])


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([CLUSTER, "start", folder], check=True, stdout=subprocess.DEVNULL)
        os.environ["DRIFTLINE_TEST_PG"] = folder
        try:
            run_tests(folder)
            print("ok")
        finally:
            subprocess.run([CLUSTER, "stop", folder], check=True, stdout=subprocess.DEVNULL)


sys.exit(main())
