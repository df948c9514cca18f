#!/usr/bin/python3
"""Who made what: statements of every sort on a real server, and what the collector says of each change that comes of them.
With capture on, nothing may be unattributed but what really escaped it."""
from capture_system import Captured, Session
from system import check, main, run_sql, system_test, wait_for

C, I = "captured", "inferred"  # inferred: the statement may also name it, in some version of the server

# What comes first, in a snapshot of its own; what is looked at; and how some of the changes must be known. "*" is: all that
# changed. A statement that event triggers do not see has True at the end.
STORIES = [
    ("a column is added", "CREATE TABLE free.a (id int)", "ALTER TABLE free.a ADD c int", {"free.a.c": C, "*": C}),
    ("a column is renamed, of which a view speaks", "CREATE TABLE free.b (c int); CREATE VIEW free.b_v AS SELECT c FROM free.b",
     "ALTER TABLE free.b RENAME c TO d", {"free.b.d": C, "free.b_v": I}),
    ("a column changes its type, with default and index", "CREATE TABLE free.c (c int DEFAULT 1 CHECK (c > 0)); CREATE INDEX ON free.c (c)",
     "ALTER TABLE free.c ALTER c TYPE bigint", {"free.c.c": C}),
    ("a column goes, with its index and what refers to it",
     "CREATE TABLE free.d (c int UNIQUE, e int); CREATE INDEX d_i ON free.d (c); CREATE TABLE free.d2 (c int REFERENCES free.d (c)); "
     "CREATE VIEW free.d_v AS SELECT c FROM free.d",
     "ALTER TABLE free.d DROP c CASCADE", {"free.d.c": C, "free.d_v": C}),
    ("a table goes to another schema, with its sequence", "CREATE SCHEMA other; CREATE TABLE free.e (id serial PRIMARY KEY)",
     "ALTER TABLE free.e SET SCHEMA other", {"other.e": C, "other.e_id_seq": I}),
    ("a table is renamed", "CREATE TABLE free.f (id serial PRIMARY KEY); CREATE VIEW free.f_v AS SELECT * FROM free.f; "
     "CREATE TABLE free.f_r (id int REFERENCES free.f)", "ALTER TABLE free.f RENAME TO f_new", {"free.f_new": C, "free.f_v": I}),
    ("a table gets another owner, with its sequence", "CREATE TABLE free.g (id serial)", "ALTER TABLE free.g OWNER TO dl_ben",
     {"free.g": C, "free.g_id_seq": I}),
    ("tables inherit", "CREATE TABLE free.h (id int); CREATE TABLE free.h_child () INHERITS (free.h)",
     "ALTER TABLE free.h ADD c int NOT NULL DEFAULT 0, ADD CONSTRAINT h_check CHECK (id > 0)", {"free.h.c": C, "free.h_child.c": I}),
    ("what tables inherit changes", None, "ALTER TABLE free.h ALTER c TYPE bigint", {"free.h.c": C, "free.h_child.c": I}),
    ("what tables inherit is renamed", None, "ALTER TABLE free.h RENAME c TO d", {"free.h.d": C, "free.h_child.d": I}),
    ("what tables inherit goes", None, "ALTER TABLE free.h DROP d", {"free.h.d": C}),
    ("a partition is attached", "CREATE TABLE free.i (id int) PARTITION BY LIST (id); CREATE TABLE free.i_1 (id int)",
     "ALTER TABLE free.i ATTACH PARTITION free.i_1 FOR VALUES IN (1)", {}),
    ("a table with partitions gets a column and an index", None,
     "ALTER TABLE free.i ADD c int; CREATE INDEX i_c ON free.i (c)", {"free.i.c": C}),
    ("a partition is detached", None, "ALTER TABLE free.i DETACH PARTITION free.i_1", {}),
    ("an index comes", "CREATE TABLE free.j (c int, d int)", "CREATE INDEX j_c ON free.j (c)", {"free.j.j_c": C, "*": C}),
    ("an index is renamed", None, "ALTER INDEX free.j_c RENAME TO j_d", {"*": C}),
    ("an index goes", None, "DROP INDEX free.j_d", {"free.j.j_d": C, "*": C}),
    ("constraints come", "CREATE TABLE free.k (c int NOT NULL, d int)",
     "ALTER TABLE free.k ADD CONSTRAINT k_pk PRIMARY KEY (c), ADD CONSTRAINT k_u UNIQUE (d), ADD CHECK (d > 0)", {"free.k.k_pk": C, "*": C}),
    ("a constraint is renamed", None, "ALTER TABLE free.k RENAME CONSTRAINT k_u TO k_v", {"free.k.k_v": C}),
    ("the index of a constraint is renamed", None, "ALTER INDEX free.k_v RENAME TO k_w", {"free.k.k_w": C}),
    ("a constraint goes", None, "ALTER TABLE free.k DROP CONSTRAINT k_pk", {"free.k.k_pk": C}),
    ("comments", "CREATE TABLE free.l (c int PRIMARY KEY); CREATE FUNCTION free.l_f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "COMMENT ON TABLE free.l IS 'x'; COMMENT ON COLUMN free.l.c IS 'x'; COMMENT ON INDEX free.l_pkey IS 'x'; "
     "COMMENT ON CONSTRAINT l_pkey ON free.l IS 'y'; COMMENT ON FUNCTION free.l_f(int) IS 'x'; COMMENT ON SCHEMA free IS 'x'", {"*": C}),
    ("privileges", "CREATE TABLE free.m (c int, d int); CREATE FUNCTION free.m_f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "GRANT SELECT ON free.m TO dl_ben; GRANT UPDATE (c) ON free.m TO dl_ben; REVOKE ALL ON FUNCTION free.m_f() FROM PUBLIC; "
     "GRANT USAGE ON SCHEMA free TO dl_system_agent", {"*": C}),
    ("privileges on all tables", None, "GRANT INSERT ON ALL TABLES IN SCHEMA free TO dl_ben", {"*": C}),
    ("default privileges", None, "ALTER DEFAULT PRIVILEGES IN SCHEMA free GRANT SELECT ON TABLES TO dl_ben", {"*": C}),
    ("a trigger", "CREATE TABLE free.n (c int); CREATE FUNCTION free.n_f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
     "CREATE TRIGGER n_t BEFORE INSERT ON free.n FOR EACH ROW EXECUTE FUNCTION free.n_f()", {"free.n.n_t": C, "*": C}),
    ("a trigger is renamed and disabled", None,
     "ALTER TRIGGER n_t ON free.n RENAME TO n_u; ALTER TABLE free.n DISABLE TRIGGER n_u", {"*": C}),
    ("a function is replaced", None, "CREATE OR REPLACE FUNCTION free.n_f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN old; END'", {"*": C}),
    ("a function goes with what uses it", None, "DROP FUNCTION free.n_f() CASCADE", {"free.n.n_u": C, "*": C}),
    ("rows are guarded", "CREATE TABLE free.o (c int)",
     "ALTER TABLE free.o ENABLE ROW LEVEL SECURITY; CREATE POLICY o_p ON free.o USING (c > 0); ALTER POLICY o_p ON free.o TO dl_ben", {"*": C}),
    ("a policy goes", None, "DROP POLICY o_p ON free.o", {"*": C}),
    ("a rule", None, "CREATE RULE o_r AS ON DELETE TO free.o DO INSTEAD NOTHING", {"free.o.o_r": C, "*": C}),
    ("types", None, "CREATE TYPE free.p_e AS ENUM ('a'); CREATE DOMAIN free.p_d AS int CHECK (value > 0); CREATE TYPE free.p_c AS (x int)",
     {"*": C}),
    ("types change", "CREATE TABLE free.p (e free.p_e, d free.p_d)",
     "ALTER TYPE free.p_e ADD VALUE 'b'; ALTER DOMAIN free.p_d SET DEFAULT 1; ALTER TYPE free.p_c ADD ATTRIBUTE y int", {"*": C}),
    ("a type is renamed, of which columns are", None, "ALTER TYPE free.p_e RENAME TO p_f", {"free.p_f": C, "free.p.e": I}),
    ("a type goes with the columns", None, "DROP TYPE free.p_f CASCADE", {"free.p.e": C}),
    ("a sequence", "CREATE TABLE free.q (id serial)",
     "ALTER SEQUENCE free.q_id_seq INCREMENT 2", {"free.q_id_seq": C}),
    ("a sequence is renamed: a default says so", None, "ALTER SEQUENCE free.q_id_seq RENAME TO q_s", {"free.q_s": C, "free.q.id": I}),
    ("a sequence belongs to nobody", None, "ALTER SEQUENCE free.q_s OWNED BY NONE", {}),
    ("identity and generated columns", None,
     "CREATE TABLE free.r (id int GENERATED ALWAYS AS IDENTITY, c int, d int GENERATED ALWAYS AS (c * 2) STORED)", {"*": C}),
    ("identity changes", None, "ALTER TABLE free.r ALTER id SET INCREMENT BY 5", {"*": C}),
    ("views", "CREATE VIEW free.s AS SELECT 1 AS a; CREATE MATERIALIZED VIEW free.s_m AS SELECT 1 AS a",
     "CREATE OR REPLACE VIEW free.s AS SELECT 2 AS a; DROP MATERIALIZED VIEW free.s_m", {"*": C}),
    ("tables of queries", None, "CREATE TABLE free.t_1 AS SELECT 1 AS a; SELECT 1 AS a INTO free.t_2; CREATE TABLE free.t_3 (LIKE free.r INCLUDING ALL)",
     {"*": C}),
    ("how a table is stored", "CREATE TABLE free.u (c int PRIMARY KEY)",
     "ALTER TABLE free.u SET (fillfactor = 70); ALTER TABLE free.u CLUSTER ON u_pkey; ALTER TABLE free.u REPLICA IDENTITY FULL; "
     "ALTER TABLE free.u ALTER c SET STATISTICS 7", {"*": C}),
    ("a table is not logged", None, "ALTER TABLE free.u SET UNLOGGED", {}),
    ("an extension", None, "CREATE EXTENSION pg_trgm SCHEMA free", {"pg_trgm": C, "*": C}),
    ("an extension goes to another schema", None, "ALTER EXTENSION pg_trgm SET SCHEMA other", {"*": C}),
    ("an extension goes", None, "DROP EXTENSION pg_trgm", {"*": C}),
    ("rarer things", None,
     "CREATE COLLATION free.v_c FROM \"C\"; CREATE STATISTICS free.v_s ON c, d FROM free.r; CREATE PUBLICATION v_p FOR TABLE free.r; "
     "CREATE TEXT SEARCH CONFIGURATION free.v_t (COPY = english); CREATE FOREIGN DATA WRAPPER v_w; CREATE SERVER v_v FOREIGN DATA WRAPPER v_w; "
     "CREATE USER MAPPING FOR PUBLIC SERVER v_v; CREATE FOREIGN TABLE free.v_f (c int) SERVER v_v; "
     "CREATE OPERATOR free.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq); CREATE CAST (free.p_c AS text) WITH INOUT", {"*": C}),
    ("rarer things change", None,
     "ALTER PUBLICATION v_p SET (publish = 'insert'); ALTER SERVER v_v OPTIONS (ADD x 'y'); ALTER FOREIGN TABLE free.v_f ADD d int; "
     "ALTER TEXT SEARCH CONFIGURATION free.v_t DROP MAPPING FOR word; ALTER STATISTICS free.v_s SET STATISTICS 9", {"*": C}),
    ("rarer things go", None,
     "DROP SERVER v_v CASCADE; DROP PUBLICATION v_p; DROP STATISTICS free.v_s; DROP CAST (free.p_c AS text); DROP OPERATOR free.=== (int, int)",
     {"*": C}),
    ("a schema is renamed, with all that is in it", "CREATE TABLE other.w (id serial PRIMARY KEY); CREATE VIEW free.w_v AS SELECT id FROM other.w",
     "ALTER SCHEMA other RENAME TO another", {"another": C}),
    ("a schema goes with all that is in it", None, "DROP SCHEMA another CASCADE", {"another": C, "*": C}),
    ("an event trigger, which no event trigger sees",
     "CREATE FUNCTION free.x_f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
     "CREATE EVENT TRIGGER x_t ON ddl_command_start EXECUTE FUNCTION free.x_f()", {"x_t": I}, True),
    ("an event trigger goes", None, "DROP EVENT TRIGGER x_t", {"x_t": I}, True),
    ("a privilege on a thing of the server", None, "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC", {}, True),
    ("owners are changed in bulk", "CREATE ROLE dl_gone; CREATE TABLE free.y (id serial); ALTER TABLE free.y OWNER TO dl_gone; "
     "GRANT SELECT ON free.r TO dl_gone", "REASSIGN OWNED BY dl_gone TO dl_ben", {"free.y": I, "free.y_id_seq": I}, True),
    ("a role is renamed", None, "ALTER ROLE dl_gone RENAME TO dl_other", {"free.r": I}, True),
    ("what a role may goes", None, "DROP OWNED BY dl_other; DROP ROLE dl_other", {}),
]


def history(captured):
    return captured.collector.get("/api/v1/history", database="shop", limit=1000)["changes"]


def newest(captured):
    return max((change["id"] for change in history(captured)), default=0)


def changes_of(captured, session, statements, unseen):
    """Run statements, wait until the collector has what came of them, and answer that."""
    before = newest(captured)
    session.run("BEGIN", statements, "COMMIT")
    if unseen:
        wait_for("a change that nobody captures", lambda: newest(captured) > before, patience=60, pause=0.2)
    logged = int(captured.ask("SELECT coalesce(max(number), 0) FROM driftline.drift_log")[0][0])
    wait_for("all entries at the collector", lambda: captured.store("SELECT coalesce(max(number), 0) FROM ddl_event")[0][0] >= logged,
             patience=60, pause=0.05)
    return [change for change in history(captured) if change["id"] > before]


def tell(changes):
    return "\n".join(f"  {change['effect']} {change['kind']} {change['object']} ({change['aspect']}): {change['evidence']} "
                     f"{change['actor']} {change['statement']} {[one['name'] for one in change['attributes']]}" for change in changes)


def check_story(name, changes, expected):
    check(all(change["evidence"] != "unattributed" for change in changes), f"{name}: somebody did it:\n{tell(changes)}")
    for thing, evidence in expected.items():
        found = [change for change in changes if thing in ("*", change["object"])]
        check(found, f"{name}: {thing} has not changed:\n{tell(changes)}")
        check(all(change["evidence"] in (C, evidence) for change in found), f"{name}: {thing} is not {evidence}:\n{tell(changes)}")
    for change in changes:
        known = change["actor"] is not None
        check(known or change["evidence"] == "inferred", f"{name}: captured, and by nobody:\n{tell(changes)}")
        check(not known or change["statement"], f"{name}: no statement:\n{tell(changes)}")


def test_nothing_is_unattributed():
    with system_test() as (folder, things):
        captured = Captured(folder, things, name="dl_attribution")
        session = Session(captured.database)
        things.append(session)
        for name, first, then, expected, *unseen in STORIES:
            print(f"   {name}")
            if first:
                check_story(f"before {name}", changes_of(captured, session, first, False), {})
            changes = changes_of(captured, session, then, bool(unseen))
            check_story(name, changes, expected)
        check(not captured.store("SELECT * FROM event WHERE type = 'change-unattributed'"), "an event says otherwise")
        captured.wait_until_recorded()
        captured.check_exactly_once()
        captured.collector.stop()
        captured.collector.verify()
        run_sql("GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) TO PUBLIC", database=captured.database)
        captured.drop()


def test_a_role_is_shown_beside_who_took_it():
    """SET ROLE, and who is asked for in every place."""
    with system_test() as (folder, things):
        captured = Captured(folder, things, name="dl_attribution")
        run_sql("GRANT dl_ben TO dl_ana")
        ana = Session(captured.database, "dl_ana", "flyway")
        things.append(ana)
        ana.run("SET ROLE dl_ben", "ALTER TABLE shop.items ADD c int", "CREATE TABLE free.passing (id int)", "DROP TABLE free.passing")
        change = captured.change_of("shop.items.c")
        check((change["actor"], change["role"], change["application"]) == ("dl_ana", "dl_ben", "flyway"), change)
        captured.wait_until_recorded()
        words = "by dl_ana as dl_ben with flyway"
        for command in (("history", "shop"), ("history", "shop", "--statements"), ("events",)):
            output = captured.collector.driftline(*command)
            check(words in output, f"'{words}' is not in {command}:\n{output}")
        listed = captured.collector.driftline("history", "shop@prod", "free.passing", "--statements", "--actor", "dl_ben")
        check("CREATE TABLE free.passing: no change" in listed and "DROP TABLE free.passing: no change" in listed, listed)
        check("no statements" in captured.collector.driftline("history", "shop", "--statements", "--actor", "dl_nobody"), "nobody")
        answer = captured.collector.get("/api/v1/statements", database="shop", actor="dl_ben", limit=1)
        check(len(answer["statements"]) == 1 and answer["next"] == answer["statements"][0]["id"], answer)
        targets = captured.collector.get("/api/v1/targets", database="shop")["targets"]
        check([target["capture"] for target in targets] == ["captured"], targets)
        run_sql("REVOKE dl_ben FROM dl_ana")
        captured.drop()


if __name__ == "__main__":
    main(test_nothing_is_unattributed, test_a_role_is_shown_beside_who_took_it)
