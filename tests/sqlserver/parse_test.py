#!/usr/bin/env python3
"""The T-SQL of the catalogue queries and of what a DBA runs by hand is read by parsers that know nothing of Driftline. Both are
installed with npm into the build folder (npm_tools.py)."""
import glob
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
import npm_tools  # noqa: E402

TOOLS = npm_tools.install(__file__)

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


check_planted("query", PLANTED_QUERIES)
check_planted("script", PLANTED_SCRIPTS)
check_real("query", "agent/sources/sqlserver/*.sql")
check_real("script", "deploy/sql/sqlserver/*.sql")
check_real("script", "tests/sqlserver/*_tsql.sql")
