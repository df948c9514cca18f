#!/usr/bin/env python3
"""The sample schema and the changes of mutations.py on a real server, with what is expected of the stand-in expected there, too.

DRIFTLINE_TEST_MSSQL is a connection string without a database, of a login that may create databases, such as

  Driver=FreeTDS;Server=db.example;Port=1433;TDS_Version=7.4;UID=sa;PWD=…        (or Driver=ODBC Driver 18 for SQL Server;…)

Without it the test is skipped. Each change is made in a database of its own, which is dropped afterwards. What differs between the
sample on the server and in the stand-in is printed: no test here can know what a server adds of its own."""
import json
import os
import subprocess
import sys

import mutations
from odbc import Connection, Refused

HERE = os.path.dirname(os.path.abspath(__file__))
DRIFTLINE = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "cli", "driftline")
WORK = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "sqlserver", "real")
SERVER = os.environ.get("DRIFTLINE_TEST_MSSQL", "").rstrip(";")
NAME = f"driftline_test_{os.getpid()}"


def run(*arguments, ends=(0,)):
    ended = subprocess.run([DRIFTLINE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if ended.returncode not in ends:
        raise RuntimeError(f"driftline {arguments[0]} ended with {ended.returncode}: {ended.stderr.strip()}")
    return ended.stdout


def described(change):
    words = f"{change['effect']} {change['kind']} "
    if change["effect"] == "renamed":
        return f"{words}{change['renamed_from']} > {change['object']}"
    if change["effect"] != "modified":
        return words + change["object"]
    return f"{words}{change['object']}: {', '.join(sorted(attribute['name'] for attribute in change['attributes']))}"


def make_database(master):
    master.run(f"IF DB_ID(N'{NAME}') IS NOT NULL DROP DATABASE {NAME}")
    master.run(f"CREATE DATABASE {NAME} COLLATE Latin1_General_CI_AS")
    database = Connection(f"{SERVER};Database={NAME}")
    with open(os.path.join(HERE, "sample_tsql.sql"), encoding="utf-8") as file:
        database.script(file.read())
    return database


def try_change(master, mutation, base, reference):
    database = make_database(master)
    try:
        run("snapshot", reference, "-o", base)
        database.run(mutation.tsql)
    finally:
        database.close()
    report = json.loads(run("diff", base, reference, "--format", "json", "--fail-on", "none", ends=(0, 3)))
    found = sorted(described(change) for change in report["changes"])
    if report["verdict"] == "UNKNOWN" or found != mutation.drift:
        return f"{mutation.name}: {report['verdict']}\n  expected {mutation.drift}\n  found    {found}"
    return None


def main():
    if not SERVER:
        print("skipped: DRIFTLINE_TEST_MSSQL holds no connection string")
        sys.exit(77)
    os.makedirs(WORK, exist_ok=True)
    base = os.path.join(WORK, "base.snap")
    reference = f"odbc:{SERVER};Database={NAME};"
    chosen = [mutation for mutation in mutations.DRIFTS + mutations.QUIET if mutation.tsql]
    failures = []
    master = Connection(f"{SERVER};Database=master")
    try:
        for mutation in chosen:
            try:
                failure = try_change(master, mutation, base, reference)
            except (Refused, RuntimeError) as error:
                failure = f"{mutation.name}: {error}"
            if failure:
                failures.append(failure)
                print(f"FAILED {failure}", flush=True)
        standin = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "sqlserver", "work", "base.snap")
        if os.path.exists(standin):
            print("The sample in the stand-in and on the server:")
            print(run("diff", standin, base, "--fail-on", "none", ends=(0, 3)))
    finally:
        master.run(f"IF DB_ID(N'{NAME}') IS NOT NULL DROP DATABASE {NAME}")
        master.close()
    print(f"{len(chosen) - len(failures)} of {len(chosen)} changes are told as they are")
    sys.exit(1 if failures else 0)


main()
