#!/usr/bin/env python3
"""Reads SQL Server's catalogue from a stand-in (standin.sql) through unixODBC and a real driver, changes its rows in every way
that mutations.py lists, and compares what drift comes of it with what is expected there."""
import concurrent.futures
import contextlib
import json
import os
import subprocess
import sys

import mutations
from standin import HERE, psql, reference

DRIFTLINE = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "cli", "driftline")
WORK = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "sqlserver", "work")
TEMPLATE = "sqlserver_standin"
LEAST = 120  # mutations; fewer would mean that the list was cut
WORKERS = 2

failures = []


def check(truth, what):
    if not truth:
        failures.append(what)
        print(f"FAILED {what}")


def run(*arguments, ends=(0,)):
    ended = subprocess.run([DRIFTLINE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if ended.returncode not in ends:
        raise RuntimeError(f"driftline {arguments[0]} ended with {ended.returncode}: {ended.stderr.strip()}")
    return ended.stdout


@contextlib.contextmanager
def copy_of_template(name, rows):
    """A database like the template, with some of its rows changed."""
    psql("postgres", "-c", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "-c", f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}')
    try:
        psql(name, text=rows)
        yield name
    finally:
        psql("postgres", "-c", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def described(change):
    """A change as mutations.py writes it."""
    words = f"{change['effect']} {change['kind']} "
    if change["effect"] == "renamed":
        return f"{words}{change['renamed_from']} > {change['object']}"
    if change["effect"] != "modified":
        return words + change["object"]
    return f"{words}{change['object']}: {', '.join(sorted(attribute['name'] for attribute in change['attributes']))}"


def merged(changes):
    """What is modified in several aspects is one line."""
    lines = {}
    for line in changes:
        head, _, attributes = line.partition(": ")
        if line.startswith("modified "):
            lines[head] = sorted(set(lines.get(head, []) + attributes.split(", ")))
        else:
            lines[line] = None
    return sorted(head if attributes is None else f"{head}: {', '.join(attributes)}" for head, attributes in lines.items())


def compare(base, other):
    return json.loads(run("diff", base, other, "--format", "json", "--fail-on", "none", ends=(0, 3)))


# Puts back what the mutation before has changed: far quicker than another database.
SAVE = """
CREATE SCHEMA saved;
CREATE FUNCTION saved.every() RETURNS SETOF regclass LANGUAGE sql
  AS $$SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND (relnamespace = 'sys'::regnamespace
         OR oid IN ('public.setting'::regclass, 'public.encrypted_module'::regclass))$$;
CREATE FUNCTION saved.put_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  t regclass;
BEGIN
  FOR t IN SELECT saved.every() LOOP
    EXECUTE format('DELETE FROM ONLY %1$s; INSERT INTO %1$s SELECT * FROM saved.%2$I', t, t::text);
  END LOOP;
END
$$;
DO $$
DECLARE
  t regclass;
BEGIN
  FOR t IN SELECT saved.every() LOOP
    EXECUTE format('CREATE TABLE saved.%2$I AS SELECT * FROM ONLY %1$s', t, t::text);
  END LOOP;
END
$$;
"""


def try_mutations(share, base):
    """One worker's share of the mutations, in a database of its own."""
    number, chosen = share
    results = []
    with copy_of_template(f"mutations {number}", SAVE) as database:
        for mutation in chosen:
            psql(database, text=f"BEGIN; SELECT saved.put_back(); {mutation.rows}; COMMIT;")
            report = compare(base, reference(database))
            results.append((mutation, report, merged(described(change) for change in report["changes"])))
    return results


def test_mutations(base):
    """Every change of a row that means something is told as what it is; no other is told."""
    total = mutations.DRIFTS + mutations.QUIET
    check(len(total) >= LEAST, f"only {len(total)} mutations")
    check(len({mutation.name for mutation in total}) == len(total), "names of mutations repeat")
    with concurrent.futures.ThreadPoolExecutor(max_workers=WORKERS) as pool:
        shares = [(i, total[i::WORKERS]) for i in range(WORKERS)]
        results = [result for share in pool.map(lambda share: try_mutations(share, base), shares) for result in share]
    for mutation, report, found in results:
        check(report["verdict"] != "UNKNOWN", f"{mutation.name}: {report['verdict']}, {report['uncovered']}")
        check(found == mutation.drift, f"{mutation.name}:\n  expected {mutation.drift}\n  found    {found}")
    kinds = {line.split()[1] for mutation in mutations.DRIFTS for line in mutation.drift}
    print(f"   {len(mutations.DRIFTS)} mutations are drift, of {len(kinds)} kinds; {len(mutations.QUIET)} are not")
    return kinds


def test_every_kind_and_attribute(base, kinds):
    """No kind, and no attribute that the sample has, is without a mutation."""
    names = json.loads(run("show", base, "--format", "json"))["names"]
    has = [json.loads(run("show", base, name["object"], "--format", "json")) for name in names]
    told = set()
    for mutation in mutations.DRIFTS:
        for line in mutation.drift:
            if line.startswith("modified "):
                head, _, attributes = line.partition(": ")
                told |= {(head.split()[1], attribute) for attribute in attributes.split(", ")}
    missing = set()
    things = list(walk(has))
    check(len(things) > 100, f"only {len(things)} things in the sample")
    for thing in things:
        if thing["kind"] not in kinds:
            missing.add(thing["kind"])
        missing |= {f"{thing['kind']}.{name}" for name in thing["attributes"] if (thing["kind"], name) not in told}
    missing -= {f"{kind}.{attribute}" for kind, attribute in NEVER_ALONE}
    check(not missing, f"nothing changes {', '.join(sorted(missing))}")


# What cannot change without the thing being another.
NEVER_ALONE = {("role", "fixed"), ("role", "application_role"),
               *((kind, "language") for kind in ("aggregate", "event_trigger", "function", "trigger"))}


def walk(tree):
    """Every object and part of what `show --format json` prints."""
    if isinstance(tree, dict):
        if "kind" in tree and "attributes" in tree:
            yield tree
        for value in tree.values():
            yield from walk(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from walk(value)


RENUMBER = """
DO $$
DECLARE
  c record;
  ids text[] := '{object_id,parent_object_id,history_table_id,referenced_object_id,constraint_object_id,target_object_id,'
                'default_object_id,rule_object_id,type_table_object_id,ledger_view_id}';
BEGIN
  FOR c IN SELECT a.attrelid::regclass AS relation, a.attname AS name
             FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid AND t.relnamespace = 'sys'::regnamespace AND t.relkind = 'r'
            WHERE a.attnum > 0 AND NOT a.attisdropped
  LOOP
    IF c.name = ANY (ids) THEN
      EXECUTE format('UPDATE ONLY %s SET %2$I = 2000000000 - %2$I * 7 WHERE %2$I <> 0', c.relation, c.name);
    ELSIF c.name = 'user_type_id' THEN
      EXECUTE format('UPDATE ONLY %s SET %2$I = %2$I * 11 WHERE %2$I > 256', c.relation, c.name);
    ELSIF c.name = 'schema_id' THEN
      EXECUTE format('UPDATE ONLY %s SET %2$I = %2$I * 100 WHERE %2$I BETWEEN 5 AND 16383', c.relation, c.name);
    ELSIF c.name LIKE '%principal_id' THEN
      EXECUTE format('UPDATE ONLY %s SET %2$I = %2$I * 100 WHERE %2$I BETWEEN 5 AND 16383', c.relation, c.name);
    ELSIF c.name IN ('xml_collection_id', 'function_id', 'data_space_id', 'partition_scheme_id', 'assembly_id') THEN
      EXECUTE format('UPDATE ONLY %s SET %2$I = %2$I + 7 WHERE %2$I >= 65536', c.relation, c.name);
    ELSIF c.name IN ('index_id', 'unique_index_id', 'key_index_id', 'using_xml_index_id') THEN
      EXECUTE format('UPDATE ONLY %s SET %2$I = %2$I + 30 WHERE %2$I > 1', c.relation, c.name);
    ELSIF c.name LIKE '%column_id' AND c.name NOT IN ('index_column_id', 'constraint_column_id') THEN
      EXECUTE format('UPDATE ONLY %s SET %2$I = %2$I * 3', c.relation, c.name);
    END IF;
  END LOOP;
  UPDATE sys.triggers SET parent_id = 2000000000 - parent_id * 7 WHERE parent_id <> 0;
  UPDATE sys.extended_properties SET minor_id = CASE class WHEN 1 THEN minor_id * 3 WHEN 7 THEN minor_id + 30 ELSE minor_id END,
    major_id = CASE WHEN class IN (1, 2, 7) THEN 2000000000 - major_id * 7 WHEN class = 3 AND major_id > 4 THEN major_id * 100
                    WHEN class = 6 THEN major_id * 11 ELSE major_id END;
  UPDATE sys.database_permissions SET minor_id = minor_id * 3,
    major_id = CASE WHEN class = 1 THEN 2000000000 - major_id * 7 WHEN class = 3 AND major_id > 4 THEN major_id * 100
                    WHEN class = 6 THEN major_id * 11 ELSE major_id END;
  UPDATE sys.database_role_members SET role_principal_id = role_principal_id, member_principal_id = member_principal_id;
  UPDATE sys.periods SET object_id = object_id;
  UPDATE sys.tables SET name = 'MSSQL_TemporalHistoryFor_' || (2000000000 - 1003 * 7) WHERE name = 'MSSQL_TemporalHistoryFor_1003';
  UPDATE sys.indexes SET name = 'ix_MSSQL_TemporalHistoryFor_' || (2000000000 - 1003 * 7) WHERE name LIKE 'ix_MSSQL_TemporalHistoryFor_%';
END
$$;
"""

REORDER = """
SELECT setseed(0.{seed});
DO $$
DECLARE
  t record;
BEGIN
  FOR t IN SELECT c.oid::regclass AS relation FROM pg_class c WHERE c.relnamespace = 'sys'::regnamespace AND c.relkind = 'r'
  LOOP
    EXECUTE format('CREATE TEMP TABLE shuffled AS SELECT * FROM ONLY %s ORDER BY random()', t.relation);
    EXECUTE format('DELETE FROM ONLY %s', t.relation);
    EXECUTE format('INSERT INTO %s SELECT * FROM shuffled', t.relation);
    DROP TABLE shuffled;
  END LOOP;
END
$$;
"""


def test_numbers_and_order(base):
    """Neither the server's numbers nor the order of its rows are part of a schema: another database made by the same script."""
    for name, rows in [("renumbered", RENUMBER), *((f"reordered {seed}", REORDER.format(seed=seed)) for seed in (1, 4, 7))]:
        with copy_of_template(name, rows) as database:
            report = compare(base, reference(database))
        check(report["verdict"] == "IN_SYNC" and report["from"]["root"] == report["to"]["root"],
              f"{name}: {report['verdict']}: {[described(change) for change in report['changes']][:5]}")


def test_coverage(base):
    """What a login may not see is said to be unknown."""
    with copy_of_template("blind", "UPDATE public.setting SET value = '0' WHERE name = 'VIEW DEFINITION'") as database:
        report = compare(base, reference(database))
    check(report["verdict"] == "UNKNOWN", f"without VIEW DEFINITION: {report['verdict']}")
    kinds = {gap["kind"] for gap in report["uncovered"]}
    check({"table", "view", "procedure", "function", "role"} <= kinds, f"without VIEW DEFINITION: {kinds}")
    for what, rows, kind, path in (
            ("procedure", "UPDATE sys.sql_modules SET definition = NULL WHERE object_id = 1201", "procedure", "dbo.add_order()"),
            ("view", "UPDATE sys.sql_modules SET definition = NULL WHERE object_id = 1102", "view", "sales.emails"),
            ("trigger", "UPDATE sys.sql_modules SET definition = NULL WHERE object_id = 1301", "table", "dbo.orders"),
            ("default", "UPDATE sys.default_constraints SET definition = NULL WHERE object_id = 1912", "table", "dbo.customers"),
            ("check", "UPDATE sys.check_constraints SET definition = NULL WHERE object_id = 1942", "table", "dbo.orders"),
            ("computed column", "UPDATE sys.computed_columns SET definition = NULL", "table", "dbo.customers"),
            ("event trigger", "UPDATE sys.sql_modules SET definition = NULL WHERE object_id = 1303", "event_trigger", "guard_tables")):
        with copy_of_template(f"hidden {what}", rows) as database:
            report = compare(base, reference(database))
        gaps = {(gap["kind"], gap.get("object")) for gap in report["uncovered"]}
        check(gaps == {(kind, path)}, f"the hidden definition of a {what}: {gaps}")


# What a version's catalogue does not have yet.
YOUNGER = {
    "13": [("tables", "history_retention_period history_retention_period_unit history_retention_period_unit_desc is_node is_edge"),
           ("columns", "graph_type graph_type_desc"), ("indexes", "suppress_dup_key_messages auto_created"), ("sequences", "last_used_value")],
    "14": [("tables", "data_retention_period data_retention_period_unit data_retention_period_unit_desc"),
           ("columns", "is_data_deletion_filter_column"), ("indexes", "optimize_for_sequential_key"), ("sql_modules", "inline_type is_inlineable")],
    "15": [("tables", "ledger_type ledger_type_desc ledger_view_id is_dropped_ledger_table"),
           ("views", "ledger_view_type ledger_view_type_desc is_dropped_ledger_view"),
           ("columns", "ledger_view_column_type ledger_view_column_type_desc is_dropped_ledger_column"),
           ("partitions", "xml_compression xml_compression_desc"), ("index_columns", "column_store_order_ordinal")],
}


def test_versions(base):
    """SQL Server 2016, 2017 and 2019 are not asked for columns that came later, and Azure SQL is known by its edition."""
    dropped = []
    for version in ("15", "14", "13"):
        dropped += [f"ALTER TABLE sys.{table} DROP COLUMN {name};" for table, names in YOUNGER[version] for name in names.split()]
        rows = "\n".join(dropped) + f"UPDATE public.setting SET value = '{version}' WHERE name = 'ProductMajorVersion';"
        with copy_of_template(f"version {version}", rows) as database:
            report = compare(base, reference(database))
        check(report["verdict"] == "DRIFTED", f"version {version}: {report['verdict']}")
        names = {attribute["name"] for change in report["changes"] for attribute in change["attributes"] if change["effect"] == "modified"}
        check(names <= {"ledger", "graph", "history_retention", "column_order", "columns"}, f"version {version} differs in {names}")
    with copy_of_template("azure", "UPDATE public.setting SET value = CASE name WHEN 'EngineEdition' THEN '5' WHEN 'ProductMajorVersion' THEN '12' "
                                   "ELSE value END") as database:
        report = compare(base, reference(database))
    check(report["verdict"] == "IN_SYNC", f"Azure SQL: {report['verdict']}: {report['changes'][:2]}")


def test_snapshot_is_of_the_engine(base):
    with open(base, "rb") as file:
        check(b"sqlserver" in file.read(), "the engine of the snapshot")


def main():
    os.makedirs(WORK, exist_ok=True)
    base = os.path.join(WORK, "base.snap")
    psql("postgres", "-c", f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)", "-c", f"CREATE DATABASE {TEMPLATE}")
    psql(TEMPLATE, "-f", os.path.join(HERE, "standin.sql"), "-f", os.path.join(HERE, "sample.sql"))
    run("snapshot", reference(TEMPLATE), "-o", base)
    test_snapshot_is_of_the_engine(base)
    kinds = test_mutations(base)
    test_every_kind_and_attribute(base, kinds)
    test_numbers_and_order(base)
    test_coverage(base)
    test_versions(base)
    psql("postgres", "-c", f"DROP DATABASE {TEMPLATE} WITH (FORCE)")
    if failures:
        sys.exit(f"{len(failures)} failures")


main()
