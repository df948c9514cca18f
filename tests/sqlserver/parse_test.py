#!/usr/bin/env python3
"""The T-SQL of the catalogue queries and of what a DBA runs by hand is read by parsers that know nothing of Driftline. Both are
installed with npm into the build folder; where there is no npm or registry the test is skipped, and says so."""
import contextlib
import fcntl
import glob
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
TOOLS = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "sqlserver", "tools")
NEEDED = ("package.json", "package-lock.json", ".npmrc")
SKIPPED = 77
PATIENCE = 200  # seconds for npm

# What the test must find. Each is an error for SQL Server; most are fine elsewhere.
PLANTED_QUERIES = {
    "two names": "SELECT t.name alias another FROM sys.tables AS t",
    "no comma": "SELECT t.name AS a t.object_id AS b FROM sys.tables AS t",
    "a comma too many": "SELECT t.name AS a, FROM sys.tables AS t",
    "an open parenthesis": "SELECT CONCAT(t.name, ')' AS a FROM sys.tables AS t",
    "CASE without END": "SELECT CASE t.type WHEN 'U' THEN 'a' AS a FROM sys.tables AS t",
    "JOIN without ON": "SELECT t.name AS a FROM sys.tables AS t JOIN sys.schemas AS s WHERE t.schema_id = s.schema_id",
    "a reserved word as a name": "SELECT t.name AS identity FROM sys.tables AS t",
    "concatenation of the standard": "SELECT t.name || 'x' AS a FROM sys.tables AS t",
    "a cast of PostgreSQL": "SELECT t.object_id::bigint AS a FROM sys.tables AS t",
    "a truth value": "SELECT t.name AS a FROM sys.tables AS t WHERE t.is_external = true",
    "LIMIT": "SELECT t.name AS a FROM sys.tables AS t LIMIT 1",
    "an aggregate of 2017": "SELECT STRING_AGG(t.name, ',') AS a FROM sys.tables AS t",
    "two statements": "SELECT 1 AS a; SELECT 2 AS b",
    "an error in the lines of one version": "SELECT t.name AS a    --[..139999]\nSELECT t.name AS a, , 1 AS b  --[140000..]\n"
                                            "  FROM sys.tables AS t",
}
PLANTED_SCRIPTS = {
    "a batch that does not end": "CREATE PROCEDURE dbo.p AS\nBEGIN\n  SELECT 1;\nGO\nSELECT 1\n",
    "TRY without CATCH": "CREATE TRIGGER t ON DATABASE FOR DDL_TABLE_EVENTS AS\nBEGIN TRY\n  SELECT 1;\nEND TRY\nGO\n",
    "a misspelt word": "SELECT 1\nGO\nCREATE OR ALTER VEIW dbo.v AS SELECT 1 AS a\nGO\n",
    "a newer view with an error in it": "CREATE OR ALTER VIEW dbo.v AS SELECT 1 AS a,\nGO\n",
}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def same_file(one, other):
    with contextlib.suppress(OSError), open(one, "rb") as first, open(other, "rb") as second:
        return first.read() == second.read()
    return False


def install():
    """The parsers in the versions of the lock file, from the registry that npm is configured for."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            skip(f"{program} is not installed; deploy/install-deps.sh installs it")
    os.makedirs(TOOLS, exist_ok=True)
    with open(os.path.join(TOOLS, ".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = os.path.join(TOOLS, "installed")
        if same_file(done, os.path.join(HERE, "package-lock.json")):
            return
        for name in NEEDED:
            shutil.copy(os.path.join(HERE, name), TOOLS)
        try:
            ended = subprocess.run(["npm", "ci", "--loglevel", "error"], cwd=TOOLS, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            skip(f"npm has not installed the parsers within {PATIENCE} s")
        if ended.returncode != 0:
            skip(f"npm could not install the parsers: {ended.stdout.strip().splitlines()[:1]}")
        shutil.copy(os.path.join(HERE, "package-lock.json"), done)


def parse(form, files):
    """The lines about faults that parse.mjs writes."""
    ended = subprocess.run(["node", os.path.join(HERE, "parse.mjs"), form, *files], stdout=subprocess.PIPE, text=True, check=False,
                           env={**os.environ, "DRIFTLINE_SQLSERVER_TOOLS": TOOLS})
    if ended.returncode not in (0, 1) or (ended.returncode == 1) != bool(ended.stdout):
        sys.exit(f"parse.mjs ended with {ended.returncode}")
    return ended.stdout.splitlines()


def check_planted(form, planted):
    """Every planted error is found, each in a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for i, (what, text) in enumerate(planted.items()):
            files[f"{i}.sql"] = what
            with open(os.path.join(folder, f"{i}.sql"), "w", encoding="utf-8") as file:
                file.write(text)
        found = {line.split(":")[0] for line in parse(form, [os.path.join(folder, name) for name in files])}
    missed = [what for name, what in files.items() if name not in found]
    if missed:
        sys.exit(f"not found: {', '.join(missed)}")
    print(f"{len(planted)} planted errors in a {form} are found")


def check_real(form, pattern):
    files = sorted(glob.glob(os.path.join(SOURCE, pattern)))
    if not files:
        sys.exit(f"no files: {pattern}")
    faults = parse(form, files)
    if faults:
        sys.exit("\n".join(faults))
    print(f"{len(files)} files of {os.path.dirname(pattern)} are T-SQL")


install()
check_planted("query", PLANTED_QUERIES)
check_planted("script", PLANTED_SCRIPTS)
check_real("query", "agent/sources/sqlserver/*.sql")
check_real("script", "deploy/sql/sqlserver/*.sql")
check_real("script", "tests/sqlserver/*_tsql.sql")
