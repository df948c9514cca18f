#!/usr/bin/env python3
"""Who may do nothing can do nothing with capture: neither read what others did, nor write to the log, nor switch it off; and
no name, setting or object of his makes capture run what he wants."""
import json
import subprocess

from capture_database import (Session, captured, check, driftline, equal, environment, faults, install, log, main, make, drop, program, psql,
                              ref, refused, roles, run)

LOW, AGENT = "dl_low", "dl_capture_agent"

# Names that try to be something else than a name. 63 bytes is the most.
NAMES = ["a'b", "'; DROP TABLE driftline.ddl_log; --", "\"; DROP SCHEMA driftline CASCADE; --", "a\\", "\\'", "a\nb", "a\tb", "a\rb", "$$", "$capture$",
         "a.b", "a b", " ", ".", "%s", "%I %L", "{a,b}", "{", "}", "NULL", "null", "A", "select", "user", "x" * 63, "\u00e9" * 31, "\u6f22\u5b57",
         "\U0001f600", "a;b", "--", "/*", "*/", "(int)", "a(b)", "a,b", "a, b", "[]", "a[]", "driftline", "pg_", "$1", "\x01", "\x7f", "E'x'", "1a", "_",
         "a\u2028b", "\u202egnp.exe", "'", "\"", "''", "\"\"", "driftline.ddl_log", "on_command", "a$b"]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def shown(name):
    """As Driftline shows it; none of the names but these is a plain one."""
    return name if name in ("pg_", "driftline", "_", "on_command") or name == "x" * 63 else quoted(name)


def objects_of(database):
    rows = run(database, """SELECT json_build_array(CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, c.oid::regclass)
                              FROM pg_class c WHERE c.relnamespace = 'driftline'::regnamespace AND c.relkind IN ('r', 'v', 'S')""")
    return [json.loads(row) for row in rows.splitlines()]


def calls_of(database):
    rows = run(database, """SELECT json_build_array(p.proname, format('SELECT driftline.%I(%s)', p.proname,
                                     CASE WHEN p.provariadic <> 0 THEN 'VARIADIC ' ELSE '' END
                                     || (SELECT string_agg('NULL::' || format_type(t, NULL), ', ') FROM unnest(p.proargtypes) t)))
                              FROM pg_proc p WHERE p.pronamespace = 'driftline'::regnamespace""")
    return [json.loads(row) for row in rows.splitlines()]


def test_who_may_nothing_can_nothing():
    with roles(LOW), captured("dl_capture_security") as database:
        run(database, f"GRANT CREATE ON DATABASE {database} TO {LOW}; CREATE TABLE secret_plan (a int)")
        for kind, name in objects_of(database):
            for statement in ("SELECT * FROM {}", "INSERT INTO {} DEFAULT VALUES", "UPDATE {} SET number = 1", "DELETE FROM {}", "TRUNCATE {}",
                              "COPY {} TO STDOUT", "COPY {} FROM STDIN", "BEGIN; LOCK TABLE {}", "CREATE VIEW public.v AS SELECT * FROM {}",
                              "CREATE INDEX ON {} (number)", "COMMENT ON " + kind + " {} IS 'x'", "GRANT SELECT ON {} TO " + LOW,
                              "ALTER " + kind + " {} RENAME TO x", "ALTER " + kind + " {} OWNER TO " + LOW, "DROP " + kind + " {} CASCADE", "ANALYZE {}",
                              "SELECT nextval('{}')", "SELECT setval('{}', 1)", "SELECT currval('{}')"):
                if "val(" in statement and kind != "SEQUENCE":
                    continue
                done = psql(database, statement.format(name), LOW)
                check("42501" in done.stderr, f"{statement.format(name)}: {done.stdout} {done.stderr}")
        calls = calls_of(database)
        check(len(calls) > 25, f"{calls}")
        for name, call in calls:
            refused(database, call, "42501", LOW)
            refused(database, f"DROP FUNCTION IF EXISTS driftline.{name} CASCADE", "42501", LOW)
        for statement in ("DROP SCHEMA driftline CASCADE", "ALTER SCHEMA driftline RENAME TO x", "COMMENT ON SCHEMA driftline IS NULL",
                          "CREATE TABLE driftline.x (a int)", "CREATE FUNCTION driftline.on_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                          "ALTER EVENT TRIGGER driftline_capture_command DISABLE", "DROP EVENT TRIGGER driftline_capture_drop",
                          "ALTER EVENT TRIGGER driftline_capture_rewrite OWNER TO " + LOW, "CREATE EVENT TRIGGER x ON sql_drop EXECUTE FUNCTION driftline.on_event()",
                          "SET session_replication_role = replica"):
            refused(database, statement, "42501", LOW)
        for catalogue in ("pg_stats", "pg_stat_user_tables", "pg_prepared_statements", "pg_cursors"):
            check("secret_plan (a" not in run(database, f"SELECT * FROM {catalogue}", LOW), catalogue)
        driftline("capture", "status", ref(database, LOW), status=3)
        equal(log(database), [["CREATE TABLE", "public.secret_plan"]])
        equal(faults(database), 0, "faults")


def test_what_he_does_is_logged_all_the_same():
    with roles(LOW), roles("dl_group", options="NOLOGIN"), captured("dl_capture_security") as database:
        run(database, f"GRANT CREATE ON DATABASE {database} TO dl_group; GRANT dl_group TO {LOW}")
        run(database, "CREATE SCHEMA his AUTHORIZATION dl_group; SET ROLE dl_group; CREATE TABLE his.t (a int); SET application_name = 'flyway'; DROP TABLE his.t", LOW)
        equal(log(database, "login, role, application, client, command"),
              [[LOW, None, "psql", None, "CREATE SCHEMA"], [LOW, "dl_group", "psql", None, "CREATE TABLE"], [LOW, "dl_group", "flyway", None, "DROP TABLE"]])
        equal(faults(database), 0, "faults")


def test_what_an_agent_may():
    with roles(LOW, AGENT), captured("dl_capture_security") as database:
        run(database, f"SELECT driftline.allow('{AGENT}'); CREATE TABLE t (a int)")
        may = {"capture_state", "capture_counts", "capture_read", "capture_shipped", "capture_recorded", "schema_hash", "origin"}
        for name, call in calls_of(database):
            done = psql(database, call, AGENT)
            check((done.returncode == 0) == (name in may), f"{call}: {done.stdout} {done.stderr}")
            check(done.returncode == 0 or "42501" in done.stderr, f"{call}: {done.stderr}")
        for kind, name in objects_of(database):
            for statement in ("SELECT * FROM {}", "INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {}", "DROP " + kind + " {}"):
                done = psql(database, statement.format(name), AGENT)
                check((done.returncode == 0) == (kind == "VIEW" and statement.startswith("SELECT")), f"{statement.format(name)}: {done.stderr}")
        injected = "x'); DROP TABLE driftline.ddl_log; --"
        equal(run(database, f"SELECT number FROM driftline.capture_read($x${injected}$x$)", AGENT), "1")
        run(database, f"SELECT driftline.capture_shipped($x${injected}$x$, 1, '{{1}}')", AGENT)
        equal(run(database, f"SELECT number FROM driftline.capture_read($x${injected}$x$)", AGENT), "")
        equal(run(database, "SELECT object, sync_status FROM driftline.drift_log", AGENT), "public.t|shipped")
        refused(database, "SELECT driftline.allow('dl_low')", "42501", AGENT)
        for role in ("no_such", 'a"; DROP TABLE driftline.ddl_log; --', "public", ""):
            check(psql(database, f"SELECT driftline.allow($x${role}$x$)").returncode != 0, role)


def test_what_a_reader_may():
    """He reads what people read, and can neither take nor mark an entry: not even one with his own name."""
    with roles(LOW), captured("dl_capture_security") as database:
        run(database, f"SELECT driftline.allow_reader('{LOW}'); GRANT CREATE ON SCHEMA public TO {LOW}")
        run(database, "CREATE TABLE his (a int)", LOW)
        may = {"capture_state", "capture_counts", "schema_hash", "origin"}
        for name, call in calls_of(database):
            done = psql(database, call, LOW)
            check((done.returncode == 0) == (name in may), f"{call}: {done.stdout} {done.stderr}")
            check(done.returncode == 0 or "42501" in done.stderr, f"{call}: {done.stderr}")
        for kind, name in objects_of(database):
            done = psql(database, f"SELECT * FROM {name}", LOW)
            check((done.returncode == 0) == (kind == "VIEW"), f"{name}: {done.stderr}")
        equal(run(database, "SELECT login, object, sync_status FROM driftline.drift_log WHERE command = 'CREATE TABLE'", LOW), f"{LOW}|public.his|pending")
        driftline("capture", "status", ref(database, LOW))
        install(database)
        refused(database, "SELECT driftline.capture_shipped('x', 1, '{1,2,3}')", "42501", LOW)
        equal(run(database, "SELECT driftline.schema_hash() <> ''", LOW), "t", "installed again, he still reads")
        for role in ("no_such", 'a"; DROP TABLE driftline.ddl_log; --', "public", ""):
            check(psql(database, f"SELECT driftline.allow_reader($x${role}$x$)").returncode != 0, role)


def test_default_privileges_open_nothing():
    """Where a database hands out rights on all that is new, capture does not."""
    with roles(LOW):
        make("dl_capture_security")
        run("dl_capture_security", f"""ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {LOW}, PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO {LOW};
            ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO {LOW}; ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO {LOW}""")
        install("dl_capture_security")
        for _ in range(2):
            equal(run("dl_capture_security", """SELECT string_agg(x, ' ') FROM (SELECT relname || relacl::text AS x FROM pg_class WHERE relnamespace = 'driftline'::regnamespace
                UNION ALL SELECT proname || proacl::text FROM pg_proc WHERE pronamespace = 'driftline'::regnamespace
                UNION ALL SELECT nspacl::text FROM pg_namespace WHERE nspname = 'driftline') AS o WHERE x ~ 'dl_low|[{,]='"""), "", "rights")
            run("dl_capture_security", f"GRANT SELECT ON driftline.drift_log TO {LOW}")  # on purpose, it stays
            install("dl_capture_security")
            equal(run("dl_capture_security", f"SELECT has_table_privilege('{LOW}', 'driftline.drift_log', 'SELECT')"), "t")
            run("dl_capture_security", f"REVOKE ALL ON driftline.drift_log FROM {LOW}; REVOKE ALL ON FUNCTION driftline.origin() FROM {LOW}")
        drop("dl_capture_security")


def test_a_schema_that_somebody_made_before():
    """Who owns the schema would own what a superuser then runs."""
    with roles(LOW):
        make("dl_capture_security")
        run("dl_capture_security", f"GRANT CREATE ON DATABASE dl_capture_security TO {LOW}")
        run("dl_capture_security", """CREATE SCHEMA driftline; COMMENT ON SCHEMA driftline IS 'driftline capture 1';
            CREATE FUNCTION driftline.allow(role text) RETURNS void LANGUAGE sql AS 'ALTER ROLE dl_low SUPERUSER'""", LOW)
        before = run("dl_capture_security", "SELECT count(*) FROM pg_proc; SELECT count(*) FROM pg_class")
        check("is not capture's" in driftline("capture", "install", ref("dl_capture_security"), "--agent-role", LOW, status=4), "it says so")
        equal(run("dl_capture_security", "SELECT count(*) FROM pg_proc; SELECT count(*) FROM pg_class"), before)
        run("dl_capture_security", "ALTER SCHEMA driftline OWNER TO postgres")
        check("is not capture's" in driftline("capture", "install", ref("dl_capture_security"), status=4), "also of one function")
        run("dl_capture_security", "DROP SCHEMA driftline CASCADE")
        check("permission denied to create event trigger" in driftline("capture", "install", ref("dl_capture_security", LOW), status=4), "it says so")
        equal(run("dl_capture_security", "SELECT to_regnamespace('driftline') IS NULL"), "t")
        drop("dl_capture_security")


TRAPS = """
CREATE SCHEMA trap AUTHORIZATION dl_low; SET ROLE dl_low;
CREATE FUNCTION trap.spring(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the trap % sprang, as %', $1, current_user; END $$;
CREATE FUNCTION trap.txid_current() RETURNS bigint LANGUAGE sql AS $$ SELECT trap.spring('txid_current')::bigint $$;
CREATE FUNCTION trap.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT trap.spring('clock_timestamp')::timestamptz $$;
CREATE FUNCTION trap.current_query() RETURNS text LANGUAGE sql AS $$ SELECT trap.spring('current_query') $$;
CREATE FUNCTION trap.pg_notify(text, text) RETURNS void LANGUAGE sql AS $$ SELECT trap.spring('notify') $$;
CREATE FUNCTION trap.nextval(regclass) RETURNS bigint LANGUAGE sql AS $$ SELECT trap.spring('nextval')::bigint $$;
CREATE FUNCTION trap.left(text, int) RETURNS text LANGUAGE sql AS $$ SELECT trap.spring('left') $$;
CREATE FUNCTION trap.quote_ident(text) RETURNS text LANGUAGE sql AS $$ SELECT trap.spring('quote_ident') $$;
CREATE FUNCTION trap.pg_identify_object_as_address(oid, oid, int) RETURNS text LANGUAGE sql AS $$ SELECT trap.spring('identify') $$;
CREATE FUNCTION trap.concat(text, text) RETURNS text LANGUAGE sql AS $$ SELECT trap.spring('concat') $$;
CREATE FUNCTION trap.equals(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT trap.spring('=')::boolean $$;
CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.equals);
CREATE OPERATOR trap.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.equals);
CREATE OPERATOR trap.~ (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.equals);
CREATE OPERATOR trap.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.concat);
CREATE FUNCTION trap.same(oid, oid) RETURNS boolean LANGUAGE sql AS $$ SELECT trap.spring('oid =')::boolean $$;
CREATE OPERATOR trap.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = trap.same);
CREATE DOMAIN trap.text AS pg_catalog.text CHECK (trap.spring('domain') IS NULL);
CREATE VIEW trap.pg_class AS SELECT trap.spring('pg_class') AS relname;
CREATE VIEW trap.ddl_log AS SELECT trap.spring('ddl_log') AS number;
RESET ROLE;
"""


def test_traps_in_the_search_path():
    """What stands in front of the catalogue for a user does not for capture, which runs as a superuser."""
    with roles(LOW), captured("dl_capture_security") as database:
        run(database, TRAPS)
        before = len(log(database))
        for path in ("trap, pg_catalog", "trap, public, pg_catalog", "pg_temp, trap, pg_catalog"):
            session = Session(database, LOW)
            session.run("CREATE TEMP TABLE pg_class AS SELECT 1 AS oid; CREATE TEMP TABLE pg_depend (a int); CREATE TEMP TABLE pg_namespace (a int);"
                        " CREATE TEMP TABLE ddl_log (a int)")
            session.run("CREATE FUNCTION pg_temp.txid_current() RETURNS bigint LANGUAGE sql AS $$ SELECT trap.spring('temp')::bigint $$;"
                        " CREATE FUNCTION pg_temp.host(inet) RETURNS text LANGUAGE sql AS $$ SELECT trap.spring('temp') $$")
            session.run(f"SET search_path = {path}")
            for statement in ("CREATE TABLE trap.t (a int)", "ALTER TABLE trap.t ADD b int", "CREATE INDEX i ON trap.t (a)", "GRANT SELECT ON trap.t TO PUBLIC",
                              "ALTER TABLE trap.t ALTER a TYPE bigint", "DROP INDEX trap.i", "DROP TABLE trap.t"):
                printed = session.run(statement)
                check("ERROR" not in printed, f"{path}: {statement}: {printed}")
            session.close()
        equal(len(log(database)) - before, 21, "entries")
        equal(faults(database), 0, "faults")


def test_malicious_names():
    with roles(LOW), captured("dl_capture_security") as database:
        run(database, f"CREATE SCHEMA s AUTHORIZATION {LOW}")
        listener = Session(database, LOW)
        listener.run("LISTEN driftline_capture")
        for number, name in enumerate(NAMES):
            one = f"n{number}"
            before = len(log(database))
            q = quoted(name)
            statements = [f"CREATE TABLE s.{q} (a int, {q} int CONSTRAINT {q} CHECK ({q} > 0))", f"CREATE INDEX {one} ON s.{q} ({q})",
                          f"CREATE FUNCTION s.{q}({q} int) RETURNS int LANGUAGE sql AS 'SELECT 1'", f"COMMENT ON COLUMN s.{q}.{q} IS 'x'",
                          f"GRANT SELECT ({q}) ON s.{q} TO PUBLIC", f"ALTER FUNCTION s.{q}(int) RENAME TO {one}",
                          f"ALTER TABLE s.{q} DROP CONSTRAINT {q}", f"ALTER TABLE s.{q} DROP COLUMN {q}", f"DROP TABLE s.{q}", f"DROP FUNCTION s.{one}"]
            run(database, ";\n".join(statements), LOW, PGAPPNAME=name.replace("\x01", "").strip() or "x")
            n = shown(name)
            found = [row[0] for row in log(database, "object")[before:]]
            expected = [f"s.{n}", f"s.{n}.{one}", f"s.{n}(integer)", f"s.{n}.{n}", f"s.{n}.{n}", f"s.{one}(integer)",
                        f"s.{n}.{n}", f"s.{n}", f"s.{n}.{n}", f"s.{n}", f"s.{n}", f"s.{one}(integer)"]
            equal(found, expected, repr(name))
        equal(faults(database), 0, "faults")
        printed = listener.run("SELECT 1")
        notified = [line for line in printed.splitlines() if "notification" in line]
        check(notified and all('with payload "' not in line for line in notified), f"{printed}")
        listener.close()
        driftline("capture", "status", ref(database))
        run(database, "SELECT count(*) FROM driftline.drift_log; SELECT driftline.schema_hash(); SELECT * FROM driftline.contract_status;"
                      " SELECT * FROM driftline.column_documentation; SELECT * FROM driftline.table_documentation")
        check(int(run(database, "SELECT count(*) FROM driftline.ddl_log")) > 500, "the log is there")


def test_malicious_schemas():
    with captured("dl_capture_security") as database:
        for name in NAMES:
            if name in ("driftline", "pg_"):
                continue
            before = len(log(database))
            run(database, f"CREATE SCHEMA {quoted(name)}; CREATE TYPE {quoted(name)}.e AS ENUM ('x'); CREATE DOMAIN {quoted(name)}.{quoted(name)} AS int CONSTRAINT"
                          f" {quoted(name)} CHECK (VALUE > 0); ALTER SCHEMA {quoted(name)} RENAME TO other; DROP SCHEMA other CASCADE")
            n = shown(name)
            found = [row[0] for row in log(database, "object")[before:]]
            equal(found[:4], [n, f"{n}.e", f"{n}.{n}", "other"], repr(name))
            check(set(found[4:]) == {"other", "other.e", f"other.{n}"}, f"{name!r}: {found}")
        equal(faults(database), 0, "faults")


def test_the_agent_role_of_a_command_line():
    """Names on the command line are no SQL either."""
    name = "it's; DROP TABLE \"x\" \\"
    quoted_name = quoted(name)
    make("dl_capture_security")
    run("postgres", f"DROP ROLE IF EXISTS {quoted_name}; CREATE ROLE {quoted_name} LOGIN")
    driftline("capture", "install", ref("dl_capture_security"), "--agent-role", name)
    printed = driftline("capture", "install", "postgres://nowhere", "--agent-role", name, "--print")
    done = subprocess.run([program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "dl_capture_security"], input=printed, capture_output=True,
                          text=True, env=environment(PGOPTIONS="-c standard_conforming_strings=off"), check=False)
    check(done.returncode == 0, done.stderr)
    equal(run("dl_capture_security", f"SELECT has_function_privilege($x${name}$x$, 'driftline.capture_state()', 'EXECUTE')"), "t")
    drop("dl_capture_security")
    run("postgres", f"DROP ROLE {quoted_name}")


main([test_who_may_nothing_can_nothing, test_what_he_does_is_logged_all_the_same, test_what_an_agent_may, test_what_a_reader_may, test_default_privileges_open_nothing,
      test_a_schema_that_somebody_made_before, test_traps_in_the_search_path, test_malicious_names, test_malicious_schemas,
      test_the_agent_role_of_a_command_line])
