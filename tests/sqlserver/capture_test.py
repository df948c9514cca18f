#!/usr/bin/python3
"""Capture in SQL Server as an agent sees it: what is logged is read with the schema, joined to what changed, and marked. The
database is the stand-in, to which a test writes what the DDL trigger would log; agent and collector are the real ones."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ["DRIFTLINE_SOURCE_DIR"], "tests", "system"))
from standin import HERE, psql, reference  # noqa: E402
from system import Agent, Collector, check, main, system_test, wait_for  # noqa: E402

DATABASE = "sqlserver_capture"
ADD_COLUMN = ("INSERT INTO sys.columns (object_id, name, column_id, system_type_id, user_type_id, max_length, precision, scale, "
              "is_nullable) VALUES (1001, '{name}', {place}, 56, 56, 4, 10, 0, 1); "
              "UPDATE sys.objects SET modify_date = clock_timestamp() WHERE object_id = 1001; "
              "UPDATE sys.tables SET modify_date = clock_timestamp() WHERE object_id = 1001;")


def log(login, command, kind, schema, name, **more):
    """A row as the trigger writes it."""
    values = {"login": login, "command": command, "object_type": kind, "schema_name": schema, "object_name": name, **more}
    quoted = ", ".join("NULL" if value is None else "'" + value.replace("'", "''") + "'" for value in values.values())
    return f"INSERT INTO driftline.ddl_log ({', '.join(values)}) VALUES ({quoted});"


def run(*statements):
    psql(DATABASE, text="BEGIN;\n" + "\n".join(statements) + "\nCOMMIT;\n")


def ask(sql):
    return psql(DATABASE, "-c", sql).split()


class Watched:
    def __init__(self, folder, things):
        psql("postgres", "-c", f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", "-c", f"CREATE DATABASE {DATABASE}")
        for name in ("standin.sql", "sample.sql", "capture_standin.sql"):
            psql(DATABASE, "-f", os.path.join(HERE, name))
        self.collector = Collector(folder, options="heartbeat: 1s\nstale_after: 60s")
        things.append(self.collector)
        self.collector.start()
        self.agent = Agent(folder, "shop", [("shop", "prod", "default", reference(DATABASE))], poll="500ms")
        things.append(self.agent)
        self.agent.enroll(self.collector)
        self.agent.start()
        wait_for("the first snapshot", lambda: self.collector.snapshots("shop"), patience=60)

    def change_of(self, name):
        return wait_for(f"a change of {name}", lambda: next(
            (change for change in self.collector.get("/api/v1/history", database="shop")["changes"]
             if change["object"] == name), None), patience=60)


def test_who_changed_what():
    with system_test() as (folder, things):
        watched = Watched(folder, things)
        try:
            run(log("CORP\\ana", "ALTER_TABLE", "TABLE", "dbo", "customers", role="dbo", application="SSMS", client="10.0.0.7",
                    statement="ALTER TABLE dbo.customers ADD age int"), ADD_COLUMN.format(name="age", place=40))
            change = watched.change_of("dbo.customers.age")
            check((change["actor"], change["role"], change["application"], change["evidence"]) ==
                  ("CORP\\ana", "dbo", "SSMS", "captured"), change)
            check(change["statement"] == "ALTER TABLE dbo.customers ADD age int", change)

            # Two people in one window; an index names its table.
            run(log("ben", "CREATE_INDEX", "INDEX", "dbo", "customers", part_name="by_age"),
                log("cai", "ALTER_TABLE", "TABLE", "dbo", "orders"), ADD_COLUMN.format(name="height", place=41))
            check(watched.change_of("dbo.customers.height")["evidence"] != "captured",
                  "a statement about one index, or about another table, named a column")

            # Capture was on all the time, and no statement says who did this.
            run(ADD_COLUMN.format(name="width", place=42))
            change = watched.change_of("dbo.customers.width")
            check((change["actor"], change["evidence"]) == (None, "unattributed"), change)

            wait_for("everything recorded", lambda: ask("SELECT DISTINCT status FROM driftline.ddl_log") == ["2"], patience=60)
            check("driftline" not in watched.collector.driftline("show", "shop@prod"), "capture's own schema is shown")
            said = watched.collector.driftline("capture", "status", reference(DATABASE), "--format", "json")
            check('"recorded": 3' in said and '"state": "on"' in said, said)
        finally:
            watched.agent.kill()
            psql("postgres", "-c", f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


if __name__ == "__main__":
    main(test_who_changed_what)
