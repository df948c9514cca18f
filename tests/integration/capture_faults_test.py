#!/usr/bin/env python3
"""Whatever happens to capture, a statement of a user never fails for it; what could not be logged is counted; and between
two equal continuities nothing has escaped."""
import threading
import time

from capture_database import Session, captured, check, continuity, equal, faults, install, log, main, psql, refused, roles, run

# Ways to break capture, as its owner could; and back. A statement in between must work, and not go unnoticed.
BROKEN = [
    ("ALTER TABLE driftline.ddl_log RENAME TO x", "ALTER TABLE driftline.x RENAME TO ddl_log"),
    ("ALTER TABLE driftline.ddl_log RENAME COLUMN object TO x", "ALTER TABLE driftline.ddl_log RENAME COLUMN x TO object"),
    ("ALTER TABLE driftline.ddl_log ADD x int NOT NULL DEFAULT 1; ALTER TABLE driftline.ddl_log ALTER x DROP DEFAULT",
     "ALTER TABLE driftline.ddl_log DROP x"),
    ("ALTER TABLE driftline.ddl_log ADD CONSTRAINT x CHECK (false) NOT VALID", "ALTER TABLE driftline.ddl_log DROP CONSTRAINT x"),
    ("CREATE FUNCTION public.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$;"
     "CREATE TRIGGER x BEFORE INSERT ON driftline.ddl_log FOR EACH ROW EXECUTE FUNCTION public.full()",
     "DROP FUNCTION public.full() CASCADE"),
    ("CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ASSERT false; END $$;"
     "CREATE TRIGGER x BEFORE INSERT ON driftline.ddl_log FOR EACH ROW EXECUTE FUNCTION public.no()",
     "DROP FUNCTION public.no() CASCADE"),
    ("ALTER FUNCTION driftline.log(text, text[], text[], text) RENAME TO x", "ALTER FUNCTION driftline.x(text, text[], text[], text) RENAME TO log"),
    ("ALTER FUNCTION driftline.without_literals(text) RENAME TO x", "ALTER FUNCTION driftline.x(text) RENAME TO without_literals"),
    ("ALTER FUNCTION driftline.path_name(text) RENAME TO x", "ALTER FUNCTION driftline.x(text) RENAME TO path_name"),
    ("ALTER FUNCTION driftline.origin() RENAME TO x", "ALTER FUNCTION driftline.x() RENAME TO origin"),
    ("ALTER FUNCTION driftline.capture_command(text) RENAME TO x", "ALTER FUNCTION driftline.x(text) RENAME TO capture_command"),
    ("ALTER FUNCTION driftline.on_event() SET search_path = pg_temp", "ALTER FUNCTION driftline.on_event() SET search_path = pg_catalog, pg_temp"),
    ("ALTER FUNCTION driftline.on_event() OWNER TO dl_fault", "ALTER FUNCTION driftline.on_event() OWNER TO postgres"),
    ("ALTER SEQUENCE driftline.fault RENAME TO x; ALTER TABLE driftline.ddl_log RENAME TO y",
     "ALTER SEQUENCE driftline.x RENAME TO fault; ALTER TABLE driftline.y RENAME TO ddl_log"),
    ("ALTER TABLE driftline.ddl_log ALTER number RESTART WITH 1", "ALTER TABLE driftline.ddl_log ALTER number RESTART WITH 1000000"),
]

# Settings that any role may make, and that change how SQL is read or run.
SETTINGS = ["search_path = evil, pg_catalog", "search_path = ''", "standard_conforming_strings = off", "backslash_quote = off",
            "quote_all_identifiers = on", "transform_null_equals = on", "array_nulls = off", "row_security = off",
            "plpgsql.extra_errors = 'all'", "plpgsql.extra_warnings = 'all'", "client_min_messages = debug1", "lock_timeout = 1",
            "statement_timeout = '30s'", "default_transaction_isolation = serializable", "default_transaction_deferrable = on",
            "TimeZone = 'Pacific/Kiritimati'", "DateStyle = 'German, DMY'", "IntervalStyle = sql_standard", "extra_float_digits = -15",
            "bytea_output = escape", "xmloption = document", "work_mem = '64kB'", "enable_indexscan = off", "enable_seqscan = off",
            "jit_above_cost = 0", "check_function_bodies = off", "default_table_access_method = heap", "lc_numeric = 'C'",
            "plan_cache_mode = force_custom_plan", "plan_cache_mode = force_generic_plan", "escape_string_warning = on",
            "application_name = ''", "force_parallel_mode = on", "max_parallel_workers_per_gather = 8", "default_tablespace = ''",
            "temp_tablespaces = ''", "synchronous_commit = off", "debug_print_plan = on", "idle_in_transaction_session_timeout = 0"]


def test_what_breaks_it():
    with roles("dl_fault"), captured("dl_capture_faults") as database:
        for number, (broken, mended) in enumerate(BROKEN):
            name = f"t{number}"
            run(database, "CREATE TABLE before (a int); DROP TABLE before")
            before = (continuity(database), faults(database), len(log(database)))
            run(database, broken)
            done = psql(database, f"CREATE TABLE {name} (a int); ALTER TABLE {name} ADD b int; ALTER TABLE {name} ALTER a TYPE text; DROP TABLE {name}")
            check(done.returncode == 0 and "ERROR" not in done.stderr and "WARNING" not in done.stderr, f"{broken}: {done.stderr}")
            run(database, mended)
            after = continuity(database)  # none while another transaction of the server may be the one that was not logged
            check(after == "" or after != before[0], f"{broken}: nobody would know")
            if "fault RENAME" not in broken and "on_event" not in broken:
                check(faults(database) > before[1] or len(log(database)) > before[2], f"{broken}: {faults(database)} faults")
            run(database, "CREATE TABLE after (a int); DROP TABLE after")
            check(["CREATE TABLE", "public.after"] in log(database), f"{broken}: it does not go on")
            run(database, "DELETE FROM driftline.ddl_log")


def test_what_is_gone():
    """One object of it after the other is dropped: statements go on."""
    for kind, names in (("VIEW", "relkind = 'v'"), ("TABLE", "relkind = 'r'"), ("SEQUENCE", "relkind = 'S' AND relname NOT LIKE 'ddl_log%'")):
        with captured("dl_capture_faults") as database:
            for name in run(database, f"SELECT oid::regclass FROM pg_class WHERE relnamespace = 'driftline'::regnamespace AND {names}").splitlines():
                run(database, f"DROP {kind} IF EXISTS {name} CASCADE; CREATE TABLE t (a int); DROP TABLE t")
    with captured("dl_capture_faults") as database:
        for name in run(database, "SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'driftline'::regnamespace"
                                  " ORDER BY proname LIKE 'on%'").splitlines():
            run(database, f"DROP FUNCTION {name} CASCADE; CREATE TABLE t (a int); ALTER TABLE t ALTER a TYPE text; DROP TABLE t")
        run(database, "DROP SCHEMA driftline CASCADE; CREATE TABLE t (a int)")
        equal(run(database, "SELECT count(*) FROM pg_event_trigger"), "0", "event triggers")
    with captured("dl_capture_faults") as database:
        run(database, "DROP SCHEMA driftline CASCADE; CREATE TABLE t (a int)")


def test_a_locked_log():
    """Nobody waits long: a fault is better than a migration that stands still."""
    for lock in ("LOCK TABLE driftline.ddl_log IN ACCESS EXCLUSIVE MODE", "LOCK TABLE driftline.ddl_log IN SHARE MODE",
                 "ALTER SEQUENCE driftline.ddl_log_number_seq INCREMENT 2", "ALTER SEQUENCE driftline.fault INCREMENT 2"):
        with captured("dl_capture_faults") as database:
            holder = Session(database)
            holder.run(f"BEGIN; {lock}")
            begun = time.monotonic()
            run(database, "CREATE TABLE t (a int)")
            took = time.monotonic() - begun
            check(took < 2, f"{lock}: it took {took} s")
            holder.run("COMMIT")
            holder.close()
            if "driftline.fault" not in lock:
                equal(faults(database), 1, lock)
            run(database, "CREATE TABLE u (a int)")
            check(["CREATE TABLE", "public.u"] in log(database), lock)


def test_a_fault_that_is_not_committed_yet():
    """The continuity says nothing until everybody sees what escaped, and then another thing than before."""
    with captured("dl_capture_faults") as database:
        before = continuity(database)
        holder, user = Session(database), Session(database)
        holder.run("BEGIN; LOCK TABLE driftline.ddl_log IN SHARE MODE")
        user.run("BEGIN; CREATE TABLE t (a int)")
        holder.run("COMMIT")
        equal(faults(database), 1, "faults")
        equal(continuity(database), "", "while it may be committed")
        user.run("COMMIT")
        while (after := continuity(database)) == "":
            time.sleep(0.2)  # others on this server still run
        check(after not in ("", before), f"afterwards {after!r}, before {before!r}")
        equal(continuity(database), after, "and so it stays")
        holder.close()
        user.close()


def test_what_changes_the_continuity():
    with roles("dl_fault"), captured("dl_capture_faults") as database:
        for harmless in ("CREATE TABLE t (a int)", "ALTER TABLE t ADD b int; DROP TABLE t", "VACUUM; ANALYZE", "CHECKPOINT",
                         "SELECT driftline.capture_shipped('a', 1, ARRAY(SELECT number FROM driftline.ddl_log))",
                         "SELECT driftline.capture_recorded('a', 1)", "SELECT driftline.retain(3)", "SELECT driftline.allow('dl_fault')",
                         "CREATE ROLE dl_fault_2; DROP ROLE dl_fault_2", "BEGIN; CREATE TABLE t (a int); ROLLBACK"):
            before = continuity(database)
            for statement in harmless.split("; ") if "VACUUM" in harmless else [harmless]:
                run(database, statement)
            if "allow" not in harmless:  # a right of a function is a change of a function
                equal(continuity(database), before, harmless)
        for harm in ("ALTER EVENT TRIGGER driftline_capture_command DISABLE; ALTER EVENT TRIGGER driftline_capture_command ENABLE ALWAYS",
                     "BEGIN; ALTER EVENT TRIGGER driftline_capture_drop DISABLE; CREATE TABLE x (); ALTER EVENT TRIGGER driftline_capture_drop ENABLE ALWAYS; COMMIT",
                     "DROP EVENT TRIGGER driftline_capture_drop; CREATE EVENT TRIGGER driftline_capture_drop ON sql_drop EXECUTE FUNCTION driftline.on_event(); "
                     "ALTER EVENT TRIGGER driftline_capture_drop ENABLE ALWAYS",
                     "TRUNCATE driftline.ddl_log", "ALTER FUNCTION driftline.on_event() COST 7; ALTER FUNCTION driftline.on_event() COST 100"):
            before = continuity(database)
            run(database, harm)
            check(continuity(database) not in ("", before), f"{harm}: nobody would know")
        for off in ("ALTER EVENT TRIGGER driftline_capture_command DISABLE", "ALTER EVENT TRIGGER driftline_capture_command ENABLE REPLICA",
                    "ALTER EVENT TRIGGER driftline_capture_command ENABLE", "DROP EVENT TRIGGER driftline_capture_rewrite",
                    "CREATE RULE r AS ON INSERT TO driftline.ddl_log DO INSTEAD NOTHING",
                    "CREATE OR REPLACE FUNCTION driftline.on_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'"):
            run(database, off)
            state = run(database, "SELECT enabled, continuity IS NULL, note FROM driftline.capture_state()")
            check(state.startswith("f|t|") and ("install it again" in state or "drop it" in state), f"{off}: {state}")
            run(database, "DROP RULE IF EXISTS r ON driftline.ddl_log")
            install(database)
            equal(run(database, "SELECT enabled FROM driftline.capture_state()"), "t", off)


def test_settings_of_the_session():
    """No setting changes what is logged, nor what the user sees."""
    with captured("dl_capture_faults") as database:
        run(database, "CREATE SCHEMA evil; CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL::timestamptz'")
        for setting in SETTINGS:
            before = len(log(database))
            done = psql(database, f"SET {setting}; CREATE TABLE public.t (a int DEFAULT 1, b text DEFAULT 'x'); ALTER TABLE public.t ALTER a TYPE text;"
                                  " CREATE INDEX i ON public.t (a); GRANT SELECT ON public.t TO PUBLIC; DROP TABLE public.t")
            check(done.returncode == 0 and "WARNING" not in done.stderr and "driftline" not in done.stderr, f"{setting}: {done.stderr}")
            found = [(*row[:2], row[2] is None) for row in log(database, "command, object, rewrite")[before:]]
            equal(found, [("CREATE TABLE", "public.t", True), ("ALTER TABLE", "public.t", False), ("CREATE INDEX", "public.t.i", True),
                          ("GRANT", "public.t", True), ("DROP TABLE", "public.t", True)], setting)
        equal(faults(database), 0, "faults")


def test_a_replica_role_is_captured_too():
    with captured("dl_capture_faults") as database:
        run(database, "SET session_replication_role = replica; CREATE TABLE t (a int)")
        equal(log(database), [["CREATE TABLE", "public.t"]])


def test_transactions():
    with captured("dl_capture_faults") as database:
        run(database, """BEGIN; CREATE TABLE gone (a int); ROLLBACK;
                         BEGIN; CREATE TABLE kept (a int); SAVEPOINT s; CREATE TABLE gone (a int); ROLLBACK TO s; CREATE TABLE other (a int); COMMIT;
                         DO $$ BEGIN CREATE TABLE inside (a int); BEGIN CREATE TABLE gone (a int); RAISE 'no'; EXCEPTION WHEN OTHERS THEN NULL; END; END $$;
                         CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE TABLE from_function (a int)'; END $$;
                         SELECT f()""")
        refused(database, "CREATE TABLE gone (a int, a int)", "42701")
        equal(log(database, "object, statement"),
              [["public.kept", "CREATE TABLE kept (a int)"], ["public.other", "CREATE TABLE other (a int)"], ["public.inside", "DO '…'"],
               ["public.f()", "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS '…'"], ["public.from_function", "SELECT f()"]])
        numbers = log(database, "transaction")
        equal(numbers[0], numbers[1], "one transaction")
        equal(faults(database), 0, "faults")


def test_a_transaction_of_very_many_statements():
    with captured("dl_capture_faults") as database:
        run(database, "DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format('CREATE TABLE t%s (a int)', i); EXECUTE format('GRANT SELECT ON t%s TO PUBLIC', i); END LOOP; END $$")
        equal(len(log(database)), 2000, "entries")
        equal(run(database, "SELECT count(DISTINCT object) FROM driftline.ddl_log WHERE command = 'GRANT'"), "1000", "granted")


# What is granted, and on what the log says that it was.
GRANTS = [("GRANT SELECT ON s.a, s.b TO PUBLIC", {"s.a", "s.b"}), ("GRANT SELECT ON ALL TABLES IN SCHEMA s TO PUBLIC", {"s.a", "s.b", 's."Odd ""T"', 's."\u00e9t\u00e9"'}),
          ("GRANT EXECUTE ON FUNCTION s.f(int), s.g TO PUBLIC", {"s.f(integer)", "s.g()"}), ('REVOKE ALL ON s."Odd ""T" FROM PUBLIC', {'s."Odd ""T"'}),
          ("GRANT UPDATE (j) ON s.a TO PUBLIC", {"s.a.j"}), ("GRANT USAGE ON SCHEMA s TO PUBLIC", {"s"}), ("GRANT USAGE ON TYPE s.e TO PUBLIC", {"s.e"}),
          ("GRANT USAGE ON TYPE s.d TO PUBLIC", {"s.d"}), ("GRANT USAGE ON SEQUENCE s.q TO PUBLIC", {"s.q"}), ("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC", {"plpgsql"}),
          ("ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC", {"FOR ROLE postgres IN SCHEMA s ON TABLES"}),
          ("ALTER DEFAULT PRIVILEGES IN SCHEMA s REVOKE SELECT ON TABLES FROM PUBLIC", {"FOR ROLE postgres IN SCHEMA s ON TABLES"}),
          ("SET search_path = s; GRANT INSERT ON a TO PUBLIC; GRANT ALL ON B TO PUBLIC", {"s.a", "s.b"}),
          ("/* a */ GRANT DELETE ON s.b TO PUBLIC -- s.a", {"s.b"}), ("GRANT SELECT ON s.\u00e9t\u00e9 TO PUBLIC", {'s."\u00e9t\u00e9"'}),
          ("DO $$ BEGIN EXECUTE 'GRANT SELECT ON s.a TO PUBLIC'; EXECUTE format('GRANT SELECT ON s.%s TO PUBLIC', 'b'); END $$", {"s.a", "s.b"}),
          ("BEGIN; CREATE TABLE s.c (i int); GRANT SELECT ON s.a TO PUBLIC; SAVEPOINT x; GRANT SELECT ON s.b TO PUBLIC; ROLLBACK TO x; COMMIT", {"s.c", "s.a"}),
          ("GRANT CONNECT ON DATABASE dl_capture_faults TO PUBLIC", set())]


def test_grants():
    """The server does not say on what."""
    with captured("dl_capture_faults") as database:
        run(database, """CREATE SCHEMA s; CREATE TABLE s.a (i int, j int); CREATE TABLE s.b (i int); CREATE TABLE s."Odd ""T" (i int); CREATE TABLE s.\u00e9t\u00e9 (i int);
            CREATE FUNCTION s.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION s.g() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE TYPE s.e AS ENUM ('x'); CREATE DOMAIN s.d AS int; CREATE SEQUENCE s.q""")
        for statement, objects in GRANTS:
            for single in (False,) if "SAVEPOINT" in statement or "DEFAULT" in statement else (False, True):
                run(database, "DELETE FROM driftline.ddl_log")
                run(database, statement, single=single)
                equal({row[0] for row in log(database, "object")} - ({"s.q"} if "ALL TABLES" in statement else set()), objects, statement)
        equal(faults(database), 0, "faults")


def test_without_a_transaction():
    """Statements that make transactions of their own."""
    with captured("dl_capture_faults") as database:
        run(database, "CREATE TABLE t (a int); CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)")
        for statement in ("CREATE INDEX CONCURRENTLY i ON t (a)", "REINDEX INDEX CONCURRENTLY i", "DROP INDEX CONCURRENTLY i", "VACUUM FULL t", "CLUSTER",
                          "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY"):
            run(database, statement)
        found = log(database)[3:]
        equal(found[:2], [["CREATE INDEX", "public.t.i"], ["DROP INDEX", "public.i"]])
        check(["ALTER TABLE", "public.p1"] in found and ["ALTER TABLE", "public.p"] in found, f"{found}")
        equal(faults(database), 0, "faults")


def test_temporary_things_are_not_logged():
    with captured("dl_capture_faults") as database:
        run(database, """CREATE TEMP TABLE t (a serial PRIMARY KEY, b text DEFAULT 'x'); ALTER TABLE t ALTER b TYPE varchar; CREATE INDEX ON t (b);
                         CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE pg_temp.e AS ENUM ('a'); CREATE TEMP VIEW v AS SELECT 1;
                         CREATE TEMP SEQUENCE s; COMMENT ON TABLE t IS 'x'; GRANT SELECT ON t TO PUBLIC; ALTER TABLE t DROP COLUMN b; SELECT 1 AS a INTO TEMP u;
                         CREATE DOMAIN pg_temp.d AS int CHECK (VALUE > 0); CREATE RULE r AS ON INSERT TO t DO ALSO NOTHING;
                         ALTER TABLE t RENAME TO t2; DROP FUNCTION pg_temp.f(); DROP TABLE t2; DROP VIEW v; DROP TYPE pg_temp.e""")
        equal(log(database), [])
        equal(faults(database), 0, "faults")


def test_extensions():
    with captured("dl_capture_faults") as database:
        available = run(database, "SELECT name FROM pg_available_extensions WHERE name IN ('hstore', 'citext', 'pg_trgm') LIMIT 1")
        check(available != "", "no extension is there to try with")
        run(database, f"CREATE EXTENSION {available}")
        rows = log(database, "application, in_extension, object, statement")
        check(len(rows) > 5 and all(row[3] == f"CREATE EXTENSION {available}" for row in rows), f"{rows}")
        check({row[0] for row in rows if row[1] == "true"} == {f"extension {available}"}, f"{rows}")
        check(["psql", "false", available] in [row[:3] for row in rows], f"{rows}")
        run(database, f"ALTER EXTENSION {available} SET SCHEMA pg_catalog; DROP EXTENSION {available}")
        check(["DROP EXTENSION", available] in log(database), f"{log(database)}")
        equal(faults(database), 0, "faults")


def test_sessions_at_the_same_time():
    with captured("dl_capture_faults") as database:
        def work(number):
            run(database, "".join(f"CREATE TABLE t{number}_{i} (a int); ALTER TABLE t{number}_{i} ADD b int; DROP TABLE t{number}_{i};\n" for i in range(100)))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(len(log(database)), 1800, "entries")
        equal(faults(database), 0, "faults")


main([test_what_breaks_it, test_what_is_gone, test_a_locked_log, test_a_fault_that_is_not_committed_yet, test_what_changes_the_continuity,
      test_settings_of_the_session, test_a_replica_role_is_captured_too, test_transactions, test_a_transaction_of_very_many_statements, test_grants,
      test_without_a_transaction, test_temporary_things_are_not_logged, test_extensions, test_sessions_at_the_same_time])
