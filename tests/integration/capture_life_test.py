#!/usr/bin/env python3
"""Capture is installed, again, brought up to date, dumped and restored, and removed; nothing of it is ever seen as a part of
the schema, no entry is lost on the way, and what it offers to people says what is true."""
import json
import os
import subprocess
import tempfile
import time

from capture_database import (SOURCE, Session, captured, check, continuity, driftline, drop, environment, equal, faults, install, log, main, make, program, ref,
                               refused, roles, run, run_file, uninstall)

LOW, AGENT = "dl_low", "dl_life_agent"
RICH = os.path.join(SOURCE, "tests", "oracle", "rich.sql")


def schema_dump(database):
    done = subprocess.run([program("pg_dump"), "-s", "-d", database], capture_output=True, text=True, env=environment(), check=True)
    return [line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def root(database):
    return driftline("hash", ref(database)).strip()


def status(database, user="postgres", code=0):
    return json.loads(driftline("capture", "status", ref(database, user), "--format", "json", status=code))


def test_it_is_never_seen():
    """Before, while and after: one snapshot. And what pg_dump says before and after is equal to the letter."""
    with roles(LOW, AGENT):
        make("dl_capture_life")
        run_file("dl_capture_life", RICH)
        run("dl_capture_life", f"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {LOW}")
        before, dump = root("dl_capture_life"), schema_dump("dl_capture_life")
        driftline("capture", "install", ref("dl_capture_life"), "--agent-role", AGENT)
        run("dl_capture_life", f"GRANT SELECT ON driftline.drift_log TO {LOW}; ALTER DEFAULT PRIVILEGES IN SCHEMA driftline GRANT SELECT ON TABLES TO {LOW}")
        run("dl_capture_life", "INSERT INTO driftline.critical_column VALUES ('a', 'b', 'c', 'd')")
        equal(root("dl_capture_life"), before, "while it is installed")
        driftline("capture", "install", ref("dl_capture_life"))
        equal(root("dl_capture_life"), before, "installed twice")
        run("dl_capture_life", f"ALTER DEFAULT PRIVILEGES IN SCHEMA driftline REVOKE SELECT ON TABLES FROM {LOW}")
        driftline("capture", "uninstall", ref("dl_capture_life"))
        equal(root("dl_capture_life"), before, "afterwards")
        found = schema_dump("dl_capture_life")
        check(found == dump, "\n".join(line for line in found if line not in dump))
        equal(run("dl_capture_life", "SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'driftline%'"), "0")
        drop("dl_capture_life")


def test_a_schema_of_that_name_is_seen():
    """Only capture's own is hidden."""
    make("dl_capture_life")
    before = root("dl_capture_life")
    run("dl_capture_life", "CREATE SCHEMA driftline; COMMENT ON SCHEMA driftline IS 'ours'; CREATE TABLE driftline.t (a int)")
    check(root("dl_capture_life") != before, "it is a part of the schema")
    drop("dl_capture_life")


def test_a_comment_hides_nothing_of_others():
    """The mark of capture hides the schema itself and what capture makes, by name and kind; never what else is in it."""
    make("dl_capture_life")
    before = root("dl_capture_life")
    run("dl_capture_life", "CREATE SCHEMA driftline; COMMENT ON SCHEMA driftline IS 'driftline capture x'")
    equal(root("dl_capture_life"), before, "the schema alone")
    for sql, kind in (("CREATE TABLE driftline.hidden (a int)", "TABLE driftline.hidden"), ("CREATE VIEW driftline.fault AS SELECT 1 AS a", "VIEW driftline.fault"),
                      ("CREATE FUNCTION driftline.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "FUNCTION driftline.f()"), ("CREATE SEQUENCE driftline.s", "SEQUENCE driftline.s"),
                      ("CREATE DOMAIN driftline.d AS int", "DOMAIN driftline.d"), ("CREATE TYPE driftline.allow AS ENUM ('a')", "TYPE driftline.allow")):
        run("dl_capture_life", sql)
        check(root("dl_capture_life") != before, sql)
        run("dl_capture_life", f"DROP {kind}")
        equal(root("dl_capture_life"), before, f"without {kind}")
    drop("dl_capture_life")


def test_what_others_put_there_is_logged():
    with captured("dl_capture_life") as database:
        before = root(database)
        run(database, "CREATE TABLE driftline.mine (a int); GRANT SELECT ON driftline.drift_log, driftline.mine TO PUBLIC; ALTER TABLE driftline.critical_column ADD x int")
        equal(log(database), [["CREATE TABLE", "driftline.mine"], ["GRANT", "driftline.mine"]])
        check(root(database) != before, "and it is seen")
        run(database, "DROP TABLE driftline.mine")
        equal(root(database), before, "what was done to the log is not")


def test_twice_is_harmless():
    with roles(AGENT), captured("dl_capture_life") as database:
        driftline("capture", "install", ref(database), "--agent-role", AGENT, "--retention", "12")
        run(database, "CREATE TABLE t (a int)")
        entries = log(database, "number, at, object, status")
        before = continuity(database)
        dump = schema_dump(database)
        for _ in range(2):
            install(database)
        equal(log(database, "number, at, object, status"), entries, "the log")
        equal(schema_dump(database), dump, "all else")
        equal(run(database, "SELECT retention_days FROM driftline.installation"), "12", "retention")
        check(continuity(database) != before, "what happened meanwhile may have escaped")
        equal(status(database, AGENT)["state"], "on", "the agent may still read")


def test_an_older_version():
    with roles(AGENT, LOW):
        make("dl_capture_life")
        run_file("dl_capture_life", os.path.join(SOURCE, "tests", "integration", "capture_version_1.sql"))
        run("dl_capture_life", f"""GRANT USAGE ON SCHEMA driftline TO {AGENT}, {LOW}; GRANT EXECUTE ON FUNCTION driftline.capture_state(), driftline.capture_read(text),
            driftline.capture_shipped(text, bigint, bigint[]), driftline.capture_recorded(text, bigint) TO {AGENT}; GRANT SELECT ON driftline.drift_log TO {LOW}""")
        run("dl_capture_life", "TRUNCATE driftline.ddl_log RESTART IDENTITY; CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c (x int)")
        run("dl_capture_life", "SELECT driftline.capture_shipped('t', 1, '{1,2}'); UPDATE driftline.ddl_log SET status = 'recorded' WHERE number = 1")
        found = status("dl_capture_life")
        equal((found["state"], found["version"], found["version_known"]), ("on", 1, 2), "version")
        check("older version" in found["note"], found["note"])
        entries = log("dl_capture_life", "number, at, login, application, command, object, status, taker, seq", "number <= 3")
        driftline("capture", "install", ref("dl_capture_life"))
        equal(log("dl_capture_life", "number, at, login, application, command, object, status, taker, seq", "number <= 3"), entries, "the log")
        found = status("dl_capture_life", AGENT)
        equal((found["state"], found["version"], found["pending"] >= 1, found["shipped"], found["recorded"]), ("on", 2, True, 1, 1), "status")
        equal(run("dl_capture_life", "SELECT retention_days FROM driftline.installation"), "7", "retention")
        equal(run("dl_capture_life", "SELECT object FROM driftline.drift_log WHERE number = 3", LOW), "public.c", "who could read the view")
        equal(run("dl_capture_life", "SELECT object FROM driftline.capture_read('u') WHERE number <= 3", AGENT).split(), ["public.b", "public.c"])
        run("dl_capture_life", "DROP TABLE a")
        equal(log("dl_capture_life")[-1], ["DROP TABLE", "public.a"], "it captures what version 1 did not")
        # and is then what it would be from the beginning
        make("dl_capture_new")
        install("dl_capture_new")
        run("dl_capture_life", f"DROP TABLE b, c; REVOKE ALL ON SCHEMA driftline FROM {AGENT}, {LOW}; REVOKE ALL ON ALL TABLES IN SCHEMA driftline FROM {AGENT}, {LOW};"
                               f" REVOKE ALL ON ALL FUNCTIONS IN SCHEMA driftline FROM {AGENT}, {LOW}")
        differ = set(schema_dump("dl_capture_life")) ^ set(schema_dump("dl_capture_new"))
        check(not differ, "\n".join(sorted(differ)))
        uninstall("dl_capture_life")
        drop("dl_capture_life")
        drop("dl_capture_new")


def test_a_newer_version_is_left_alone():
    with captured("dl_capture_life") as database:
        run(database, "COMMENT ON SCHEMA driftline IS 'driftline capture 99: from the future'")
        check("newer" in driftline("capture", "install", ref(database), status=4), "it says so")
        equal(status(database)["version"], 99)


def test_uninstall_drops_nothing_of_others():
    with captured("dl_capture_life") as database:
        run(database, "CREATE VIEW mine AS SELECT * FROM driftline.drift_log")
        message = driftline("capture", "uninstall", ref(database), status=4)
        check("view public.mine depends on view driftline.drift_log" in message, message)
        equal(status(database)["state"], "on", "nothing was removed")
        run(database, "DROP VIEW mine; CREATE TABLE driftline.mine (a int); INSERT INTO driftline.mine VALUES (7)")
        run(database, "CREATE FUNCTION driftline.allow(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE driftline.shade AS ENUM ('a')")
        dump = schema_dump(database)
        message = driftline("capture", "uninstall", ref(database), status=4)
        for name in ("table driftline.mine", "function driftline.allow(integer)", "type driftline.shade", "nothing was removed"):
            check(name in message, f"{name}: {message}")
        check("ddl_log" not in message and "capture_read" not in message, message)
        equal((schema_dump(database), run(database, "SELECT a FROM driftline.mine")), (dump, "7"), "nothing was removed")
        run(database, "DROP TABLE driftline.mine; DROP TYPE driftline.shade; DROP FUNCTION driftline.allow(int)")
        run(database, "CREATE EVENT TRIGGER mine ON sql_drop EXECUTE FUNCTION driftline.on_event()")
        message = driftline("capture", "uninstall", ref(database), status=4)
        check("event trigger mine depends on function driftline.on_event()" in message, message)
        run(database, "DROP EVENT TRIGGER mine")
        driftline("capture", "uninstall", ref(database))
        equal(run(database, "SELECT to_regnamespace('driftline') IS NULL"), "t")
        check("was not installed" in driftline("capture", "uninstall", ref(database)), "it says so")


def test_where_nothing_can_capture():
    check("nothing that could capture" in driftline("capture", "install", "sqlite:nowhere.db", status=3), "SQLite")
    for reference in ("orders@prod", "a.snap", "-"):
        check("is no database" in driftline("capture", "status", reference, status=2), reference)
    check("--retention" in driftline("capture", "install", ref("postgres"), "--retention", "0", status=2), "no days")
    equal(status("postgres", code=1)["state"], "absent")


def dumped(database, into, options=(), user=None, fails=False):
    """What pg_dump says of one database, as another one."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run([program("pg_dump"), "-Fc", "-d", database, "-f", file.name], env=environment(), check=True)
        done = subprocess.run([program("pg_restore"), "-d", into, *options, file.name], env=environment(user), capture_output=True, text=True, check=False)
        check((done.returncode != 0) == fails, done.stderr)


def test_dump_and_restore():
    with roles(AGENT), captured("dl_capture_life") as database:
        run(database, "CREATE TABLE t (a int PRIMARY KEY, b text DEFAULT 'x'); CREATE VIEW v AS SELECT a FROM t")
        driftline("capture", "install", ref(database), "--agent-role", AGENT)
        run(database, "SELECT driftline.capture_shipped('t', 1, '{1}'); INSERT INTO driftline.critical_column VALUES ('public', 't', 'a', 'app')")
        before = continuity(database)
        make("dl_capture_copy")
        dumped(database, "dl_capture_copy")
        equal(root("dl_capture_copy"), root(database), "the schemas")
        equal(run("dl_capture_copy", "SELECT driftline.schema_hash()"), run(database, "SELECT driftline.schema_hash()"), "their hashes")
        found = status("dl_capture_copy", AGENT)
        equal((found["state"], found["pending"], found["shipped"], found["faults"]), ("on", 0, 0, 0), "it captures, and entries from elsewhere do not count")
        check(continuity("dl_capture_copy") not in ("", before), "another continuity")
        equal(run("dl_capture_copy", "SELECT DISTINCT sync_status FROM driftline.drift_log"), "foreign", "entries from elsewhere")
        equal(run("dl_capture_copy", "SELECT count(*) FROM driftline.capture_read('x')"), "0", "are not shipped")
        run("dl_capture_copy", "ALTER TABLE t ADD c int")
        equal(run("dl_capture_copy", "SELECT object FROM driftline.capture_read('x')"), "public.t", "but what happens here is")
        equal(run("dl_capture_copy", "SELECT state FROM driftline.contract_status"), "holds")
        driftline("capture", "install", ref("dl_capture_copy"))
        driftline("capture", "uninstall", ref("dl_capture_copy"))
        drop("dl_capture_copy")


def test_a_restore_without_rights():
    """Who is no superuser cannot restore event triggers: status says what is the matter."""
    with roles(LOW), captured("dl_capture_life") as database:
        run(database, "CREATE TABLE t (a int)")
        make("dl_capture_copy", f"OWNER {LOW}")
        dumped(database, "dl_capture_copy", ["--no-owner", "--no-privileges"], LOW, fails=True)
        found = status("dl_capture_copy", code=1)
        equal(found["state"], "off")
        check("event triggers are gone" in found["note"], found["note"])
        run("dl_capture_copy", "CREATE TABLE u (a int)")
        drop("dl_capture_copy")
        make("dl_capture_copy")
        dumped(database, "dl_capture_copy", ["--section=pre-data", "--section=data"])
        equal(status("dl_capture_copy", code=1)["state"], "off")
        driftline("capture", "install", ref("dl_capture_copy"))
        equal(status("dl_capture_copy")["state"], "on", "installed again")
        drop("dl_capture_copy")


def test_a_copy_of_a_database():
    with captured("dl_capture_life") as database:
        run(database, "CREATE TABLE t (a int)")
        before = continuity(database)
        make("dl_capture_copy", f"TEMPLATE {database}")
        check(continuity("dl_capture_copy") not in ("", before), "another continuity")
        equal(run("dl_capture_copy", "SELECT count(*) FROM driftline.capture_read('x')"), "0", "entries from elsewhere")
        drop("dl_capture_copy")
        run("postgres", f"ALTER DATABASE {database} RENAME TO dl_capture_other")
        equal(continuity("dl_capture_other"), before, "a name is only a name")
        equal(run("dl_capture_other", "SELECT count(*) FROM driftline.capture_read('x')"), "1")
        drop("dl_capture_other")


def test_entries_go_their_way():
    with captured("dl_capture_life") as database:
        run(database, "CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c (x int)")

        def read(taker):
            return [int(n) for n in run(database, f"SELECT number FROM driftline.capture_read('{taker}')").split()]

        def counts():
            return tuple(int(n) for n in run(database, "SELECT pending, shipped, recorded FROM driftline.capture_counts()").split("|"))

        equal((read("one"), counts()), ([1, 2, 3], (3, 0, 0)))
        run(database, "SELECT driftline.capture_shipped('one', 5, '{1,2}')")
        equal((read("one"), read("two"), counts()), ([3], [1, 2, 3], (1, 2, 0)))
        run(database, "SELECT driftline.capture_recorded('two', 9); SELECT driftline.capture_recorded('one', 4)")
        equal(counts(), (1, 2, 0), "of others, and of earlier ones")
        run(database, "SELECT driftline.capture_shipped('two', 1, '{1,3}')")
        equal((read("one"), read("two")), ([1, 3], [2]), "another outbox took them over")
        run(database, "SELECT driftline.capture_recorded('one', 5)")
        equal((read("one"), counts()), ([1, 3], (0, 2, 1)))
        run(database, "SELECT driftline.capture_shipped('one', 6, '{1,2,3}'); SELECT driftline.capture_recorded('one', 6)")
        equal((read("one"), read("x"), counts()), ([], [], (0, 0, 3)), "what is recorded stays so")
        reading = Session(database)
        reading.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT count(*) FROM pg_class")
        run(database, "CREATE TABLE later (x int)")
        equal(reading.run("SELECT count(*) FROM driftline.capture_read('x')"), "0", "of the transaction's own moment")
        check("ERROR" not in reading.run("SELECT * FROM driftline.capture_state(); SELECT * FROM driftline.capture_counts()"), "without writing")
        reading.close()
        equal(read("x"), [4])


def test_retention():
    with captured("dl_capture_life") as database:
        run(database, "DO $$ BEGIN FOR i IN 1..1200 LOOP EXECUTE format('CREATE TABLE t%s ()', i); END LOOP; END $$")
        run(database, "SELECT driftline.retain(10); SELECT driftline.capture_shipped('t', 1, ARRAY(SELECT number FROM driftline.ddl_log WHERE number <= 1150));"
                      " SELECT driftline.capture_recorded('t', 1)")
        equal(len(log(database)), 1200, "nothing is old")
        run(database, "UPDATE driftline.ddl_log SET at = at - interval '11 days', recorded_at = recorded_at - interval '11 days' WHERE number <= 1190")
        run(database, "SELECT driftline.capture_recorded('t', 1)")
        equal(len(log(database)), 200, "a thousand at once")
        run(database, "SELECT driftline.capture_recorded('t', 1)")
        equal(len(log(database)), 50, "what is not recorded stays, however old")
        refused(database, "SELECT driftline.retain(0)", "23514")


def test_ten_thousand_statements():
    with captured("dl_capture_life") as database:
        begun = time.monotonic()
        run(database, "".join(f"CREATE TABLE t{i} (a int);\nALTER TABLE t{i} ADD b text DEFAULT 'x';\nDROP TABLE t{i};\nCREATE VIEW v{i} AS SELECT 1;\n"
                              for i in range(2500)))
        took = time.monotonic() - begun
        equal(run(database, "SELECT count(*), count(DISTINCT number), count(DISTINCT transaction) FROM driftline.ddl_log"), "10000|10000|10000", "entries")
        for command in ("CREATE TABLE", "ALTER TABLE", "DROP TABLE", "CREATE VIEW"):
            equal(run(database, f"SELECT count(DISTINCT object) FROM driftline.ddl_log WHERE command = '{command}'"), "2500", command)
        equal(faults(database), 0, "faults")
        begun = time.monotonic()
        run(database, "SELECT count(statement) FROM driftline.capture_read('x')")
        print(f"10,000 statements in {took:.1f} s, none is missing; reading all of their entries takes {time.monotonic() - begun:.2f} s")


def test_what_people_read():
    with captured("dl_capture_life") as database:
        run(database, """CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(10,2) NOT NULL, note text); COMMENT ON TABLE orders IS 'what was ordered';
                         COMMENT ON COLUMN orders.total IS 'with taxes'; CREATE VIEW big AS SELECT id FROM orders WHERE total > 100;
                         INSERT INTO driftline.critical_column VALUES ('public', 'orders', 'id', 'billing', 'bigint', false), ('public', 'orders', 'id', 'search', NULL, NULL),
                           ('public', 'orders', 'total', 'billing', 'numeric', NULL), ('public', 'orders', 'note', 'search', 'text', false), ('public', 'orders', 'gone', 'search', NULL, NULL)""")
        equal(run(database, "SELECT column_name, consumer, state FROM driftline.contract_status ORDER BY 1, 2").split("\n"),
              ["gone|search|missing", "id|billing|holds", "id|search|holds", "note|search|other nullability", "total|billing|other type"])
        equal(run(database, "SELECT * FROM driftline.table_documentation ORDER BY 2").split("\n"), ["public|big|view|", "public|orders|table|what was ordered"])
        equal(run(database, "SELECT * FROM driftline.column_documentation WHERE table_name = 'orders' ORDER BY place").split("\n"),
              ["public|orders|id|1|bigint|f|", "public|orders|total|2|numeric(10,2)|f|with taxes", "public|orders|note|3|text|t|"])
        run(database, "SELECT driftline.capture_shipped('t', 1, '{1,2}'); UPDATE driftline.ddl_log SET status = 'recorded' WHERE number = 1")
        equal(run(database, "SELECT DISTINCT ON (sync_status) login, application, sync_status FROM driftline.drift_log ORDER BY sync_status").split("\n"),
              ["postgres|psql|pending", "postgres|psql|recorded", "postgres|psql|shipped"])


# Each changes the structure, and so the hash.
CHANGES = ["CREATE SCHEMA x", "CREATE TABLE t2 (a int)", "ALTER TABLE t ADD c int", "ALTER TABLE t ALTER b TYPE varchar(9)", "ALTER TABLE t ALTER b SET NOT NULL",
           "ALTER TABLE t ALTER b SET DEFAULT 'y'", "ALTER TABLE t RENAME b TO bb", "ALTER TABLE t ADD CHECK (a > 0)", "CREATE INDEX i ON t (a)", "CREATE UNIQUE INDEX u ON t (a)",
           "CREATE VIEW w AS SELECT a FROM t", "CREATE OR REPLACE VIEW w AS SELECT a, 1 AS one FROM t", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
           "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'", "CREATE TYPE e AS ENUM ('a')", "ALTER TYPE e ADD VALUE 'b'", "CREATE DOMAIN d AS int",
           "ALTER DOMAIN d ADD CHECK (VALUE > 0)", "CREATE SEQUENCE s", "ALTER SEQUENCE s INCREMENT 2", "CREATE TYPE c AS (a int)", "CREATE TYPE r AS RANGE (subtype = int)",
           "CREATE POLICY p ON t", "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "CREATE RULE rr AS ON DELETE TO t DO NOTHING", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS one",
           "CREATE AGGREGATE ag (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0')", "CREATE TABLE pt (a int) PARTITION BY LIST (a)", "CREATE TABLE pt1 PARTITION OF pt FOR VALUES IN (1)",
           "ALTER TABLE t SET (fillfactor = 50)", "ALTER TABLE t ADD UNIQUE (a)", "DROP TABLE t CASCADE"]
SILENT = ["COMMENT ON SCHEMA public IS 'x'", "CREATE TABLE z (a int); DROP TABLE z", "INSERT INTO driftline.critical_column VALUES ('a', 'b', 'c', 'd')", "GRANT SELECT ON t TO PUBLIC",
          "CREATE TEMP TABLE y (a int)", "ALTER TABLE t ADD gone int; ALTER TABLE t DROP gone", "VACUUM"]


def test_schema_hash():
    with captured("dl_capture_life") as database:
        run(database, "CREATE TABLE t (a int, b text)")
        seen = {run(database, "SELECT driftline.schema_hash()")}
        for statement in SILENT:
            run(database, statement)
            check(run(database, "SELECT driftline.schema_hash()") in seen, statement)
        for statement in CHANGES:
            run(database, statement)
            now = run(database, "SELECT driftline.schema_hash()")
            check(len(now) == 64 and now not in seen, statement)
            seen.add(now)
        equal(run(database, "SET search_path = ''; SET quote_all_identifiers = on; SET DateStyle = German; SET standard_conforming_strings = off;"
                            " SELECT driftline.schema_hash()"), now, "whatever the settings")
        make("dl_capture_copy")
        dumped(database, "dl_capture_copy")
        equal(run("dl_capture_copy", "SELECT driftline.schema_hash()"), now, "of a restored one")
        drop("dl_capture_copy")


def test_schema_hash_of_a_rich_schema():
    with captured("dl_capture_life") as database:
        run_file(database, RICH)
        equal(faults(database), 0, "faults")
        begun = time.monotonic()
        now = run(database, "SELECT driftline.schema_hash()")
        check(time.monotonic() - begun < 5, "it takes long")
        make("dl_capture_copy")
        dumped(database, "dl_capture_copy")
        equal(run("dl_capture_copy", "SELECT driftline.schema_hash()"), now, "of a restored one")
        drop("dl_capture_copy")


main([test_it_is_never_seen, test_a_schema_of_that_name_is_seen, test_a_comment_hides_nothing_of_others, test_what_others_put_there_is_logged, test_twice_is_harmless, test_an_older_version, test_a_newer_version_is_left_alone,
      test_uninstall_drops_nothing_of_others, test_where_nothing_can_capture, test_dump_and_restore, test_a_restore_without_rights, test_a_copy_of_a_database, test_entries_go_their_way,
      test_retention, test_ten_thousand_statements, test_what_people_read, test_schema_hash, test_schema_hash_of_a_rich_schema])
