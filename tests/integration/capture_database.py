"""A PostgreSQL database in which capture is installed: what tests of capture share."""
import contextlib
import json
import os
import subprocess
import sys
import traceback

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
BUILD = os.environ["DRIFTLINE_BUILD_DIR"]
SQL = os.path.join(SOURCE, "deploy", "sql", "postgresql")
DRIFTLINE = os.path.join(BUILD, "cli", "driftline")


def check(holds, message):
    if not holds:
        raise AssertionError(message if len(message) < 2000 else message[:1000] + " ... " + message[-500:])


def equal(found, expected, what=""):
    check(found == expected, f"{what}: found {found!r}, expected {expected!r}")


def read_settings():
    found = {}
    with open(os.path.join(os.environ["DRIFTLINE_TEST_PG"], "env"), encoding="utf-8") as file:
        for line in file:
            name, _, value = line.removeprefix("export ").strip().partition("=")
            found[name] = value.strip("'\"")
    return found


SERVER = read_settings()


def program(name):
    return os.path.join(SERVER["PGBIN"], name)


def environment(user=None, **more):
    return {**os.environ, "PGCLIENTENCODING": "UTF8", **SERVER, **({"PGUSER": user} if user else {}), **more}


def psql(database, sql, user=None, single=False, **more):
    """Run statements one by one, or all in one message; answers the process."""
    command = [program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "-d", database]
    if single:
        return subprocess.run([*command, "-c", sql], capture_output=True, text=True, env=environment(user, **more), check=False)
    return subprocess.run(command, input=sql, capture_output=True, text=True, env=environment(user, **more), check=False)


def run(database, sql, user=None, **more):
    """Run statements that must work; answers what they print."""
    done = psql(database, sql, user, **more)
    check(done.returncode == 0, f"{sql}: {done.stderr}")
    return done.stdout.strip("\n")


def refused(database, sql, state, user=None):
    """Run a statement that the server must refuse with this SQLSTATE."""
    done = psql(database, sql, user)
    check(done.returncode != 0, f"{sql}: it was not refused, and printed {done.stdout!r}")
    check(f"ERROR:  {state}" in done.stderr, f"{sql}: {done.stderr}")


def driftline(*arguments, status=0, user=None):
    done = subprocess.run([DRIFTLINE, *arguments], capture_output=True, text=True, env=environment(user), check=False)
    check(done.returncode == status, f"driftline {' '.join(arguments)}: {done.returncode}, {done.stdout} {done.stderr}")
    return done.stdout if status in (0, 1) or done.stdout else done.stderr


def ref(database, user="postgres"):
    return f"postgres://{user}@/{database}?host={SERVER['PGHOST']}&port={SERVER['PGPORT']}"


def run_file(database, path, **more):
    done = subprocess.run([program("psql"), "-X", "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", "-d", database, "-f", path],
                          capture_output=True, text=True, env=environment(**more), check=False)
    check(done.returncode == 0, f"{path}: {done.stderr}")


def install(database):
    run_file(database, os.path.join(SQL, "install.sql"))


def uninstall(database):
    run_file(database, os.path.join(SQL, "uninstall.sql"))


def drop(database):
    """Subscriptions of a database would keep it from being dropped."""
    subscriptions = run("postgres", "SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                                    f" WHERE d.datname = '{database}'").splitlines()
    for name in subscriptions:
        run(database, f'ALTER SUBSCRIPTION "{name}" DISABLE; ALTER SUBSCRIPTION "{name}" SET (slot_name = NONE); DROP SUBSCRIPTION "{name}"')
    run("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def make(database, options=""):
    drop(database)
    run("postgres", f'CREATE DATABASE "{database}" {options}')


@contextlib.contextmanager
def captured(database, options=""):
    """A new database with capture."""
    make(database, options)
    install(database)
    try:
        yield database
    finally:
        drop(database)


@contextlib.contextmanager
def roles(*names, options="LOGIN"):
    """Roles that are gone afterwards; what they own in a database must be, too."""
    for name in names:
        run("postgres", f'DROP ROLE IF EXISTS "{name}"; CREATE ROLE "{name}" {options}')
    try:
        yield
    finally:
        for name in names:
            run("postgres", f'DROP ROLE IF EXISTS "{name}"')


def log(database, columns="command, object", where="true"):
    """Rows of the log, each a list of texts."""
    rows = run(database, f"SELECT array_to_json(ARRAY[{', '.join(f'({c.strip()})::text' for c in columns.split(','))}])"
                         f" FROM driftline.ddl_log WHERE {where} ORDER BY number")
    return [json.loads(row) for row in rows.split("\n") if row]


def faults(database):
    return int(run(database, "SELECT faults FROM driftline.capture_state()"))


def continuity(database):
    return run(database, "SELECT continuity FROM driftline.capture_state()")


class Session:
    """A psql that stays connected."""

    def __init__(self, database, user=None, **more):
        self.child = subprocess.Popen([program("psql"), "-X", "-q", "-A", "-t", "-d", database], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
                                      env=environment(user, **more))

    def run(self, sql):
        """Answers what was printed, errors among it."""
        self.child.stdin.write(sql.rstrip(";\n") + ";\n\\echo done\n")
        self.child.stdin.flush()
        lines = []
        while (line := self.child.stdout.readline()) != "done\n":
            check(line != "", "psql is gone: " + "".join(lines))
            lines.append(line)
        return "".join(lines).strip("\n")

    def close(self):
        with contextlib.suppress(OSError):
            self.child.stdin.close()
        self.child.wait()


def main(tests):
    """Run functions in order; DRIFTLINE_ONLY=part-of-a-name runs only those."""
    only = os.environ.get("DRIFTLINE_ONLY", "")
    failed = 0
    for test in tests:
        if only not in test.__name__:
            continue
        try:
            test()
            print(f"ok   {test.__name__}", flush=True)
        except Exception:  # whatever it is, the others still run
            traceback.print_exc(file=sys.stdout)
            print(f"FAIL {test.__name__}", flush=True)
            failed += 1
    sys.exit(1 if failed else 0)
