#!/usr/bin/python3
"""check_rendering.py: the table of what servers render says what the queries ask the server to render.

A query that calls one more such function is not forgotten: it fails here until it stands below, and the kinds and
attributes that stand below are those of common/drift/rendering.def and of docs/reference/postgresql.md.
"""
import os
import re
import sys

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
QUERIES = "agent/sources/postgres"

# Query and column: which kinds have it.
RENDERED = {
    ("base_type.sql", "default"): ["base_type"],
    ("column.sql", "default"): ["column"],
    ("column.sql", "generated"): ["column"],
    ("constraint.sql", "definition"): ["exclusion"],
    ("constraint.sql", "expression"): ["check"],
    ("domain.sql", "default"): ["domain"],
    ("domain_check.sql", "expression"): ["check"],
    ("function.sql", "arguments"): ["function"],
    ("function.sql", "definition"): ["function"],
    ("index.sql", "predicate"): ["index"],
    ("index_expression.sql", "columns"): ["index"],
    ("policy.sql", "expression"): ["policy"],
    ("policy.sql", "with_check"): ["policy"],
    ("procedure.sql", "arguments"): ["procedure"],
    ("procedure.sql", "definition"): ["procedure"],
    ("publication_table.sql", "tables"): ["publication"],
    ("rule.sql", "definition"): ["rule"],
    ("statistics.sql", "expressions"): ["statistics"],
    ("table.sql", "definition"): ["view", "materialized_view"],
    ("table.sql", "partition_bound"): ["table", "foreign_table"],
    ("table.sql", "partition_key"): ["table"],
    ("trigger.sql", "condition"): ["trigger"],
}

# Nothing but names and types, which every version writes alike.
NAMES_AND_TYPES = {
    ("aggregate.sql", "arguments"),
    ("aggregate.sql", "returns"),
    ("function.sql", "returns"),
}


def read(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as stream:
        return stream.read()


def label_after(sql, place):
    """The name of the column whose expression has something at a place."""
    depth = 0
    for token in re.compile(r'[()]|\bAS\s+"?(\w+)').finditer(sql, place):
        if token.group() == "(":
            depth += 1
        elif token.group() == ")":
            depth -= 1
        elif depth <= 0:
            return token.group(1)
    sys.exit("a function whose column has no name: " + sql[place:place + 60])


def columns_of(name):
    sql = re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", read(os.path.join(QUERIES, name))))
    for call in re.finditer(r"pg_get_(?!userbyid\b)\w+\(", sql):
        yield name, label_after(sql, call.start())


def rows_of_page():
    section = read("docs/reference/postgresql.md").split("\n## What the server renders\n")[1].split("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            kinds, attributes = (re.findall(r"`([a-z_]+)`", cell) for cell in line.split("|")[1:3])
            yield from ((kind, attribute) for kind in kinds for attribute in attributes)


def main():
    queries = [name for name in os.listdir(os.path.join(SOURCE, QUERIES)) if name.endswith(".sql")]
    asked = {column for name in queries for column in columns_of(name)}
    known = set(RENDERED) | NAMES_AND_TYPES
    assert asked == known, f"not known here: {sorted(asked - known)}; not asked for: {sorted(known - asked)}"
    rows = re.findall(r'^RENDERED\((\w+), "(\w+)"', read("common/drift/rendering.def"), re.MULTILINE)
    table = sorted((kind.lower(), attribute) for kind, attribute in rows)
    expected = sorted({(kind, column) for (_, column), kinds in RENDERED.items() for kind in kinds})
    assert table == expected, f"rendering.def: {sorted(set(table) ^ set(expected))}"
    page = sorted(rows_of_page())
    assert page == expected, f"postgresql.md: {sorted(set(page) ^ set(expected))}"


main()
