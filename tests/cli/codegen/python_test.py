#!/usr/bin/python3
"""`driftline codegen python`, of the rich schema in a real PostgreSQL and of an SQLite file: what comes out is imported and
passes `mypy --strict`, reads back as the very schema, and is kept up to date, checked, and not overwritten where people
wrote."""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
HERE = os.path.join(SOURCE, "tests", "cli", "codegen")
for folder in (os.path.join(HERE, "languages"), os.path.join(SOURCE, "tests", "system"), os.path.join(SOURCE, "tests", "support")):
    sys.path.insert(0, folder)
from languages_test import RICH, Database, run, write
from system import DRIFTLINE, check, main

ENTRY = """codegen:
  - name: db
    language: python
    ref: "{ref}"
    output: src/database
    dataclasses: yes
    pydantic: yes
    names:
      - {{match: public.organizations, name: Organization}}
      - {{match: "column:public.words.class", name: kind_of_word}}
    types:
      - {{type: uuid, as: uuid.UUID, import: import uuid}}
      - {{column: public.organizations.settings, as: "dict[str, int]"}}
    exclude: ["*:public.every_type", "column:public.organizations.tags"]
    lookups:
      - {{table: public.order_statuses, value: id, label: code}}
      - {{table: '"Odd Schema"."look""up"', value: the key, label: the label, name: Choice}}
"""


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def driftline(*arguments, wanted=0, cwd=None):
    """What a call wrote to standard output, and to standard error."""
    ended = subprocess.run([DRIFTLINE, *arguments], capture_output=True, text=True, check=False, timeout=120, cwd=cwd)
    check(ended.returncode == wanted,
          f"driftline {' '.join(arguments)} ended with {ended.returncode}: {ended.stdout[:2000]} {ended.stderr[:2000]}")
    return ended.stdout, ended.stderr


def type_check(folder, package):
    """mypy with its strictest settings, and what it found wrong."""
    run(["/usr/bin/python3", "-m", "mypy", "--strict", "--no-incremental", "--cache-dir=/dev/null", package], cwd=folder)


def evaluate(folder, expression, imports):
    text = f"import json, typing\nimport {imports}\nprint(json.dumps({expression}))"
    return json.loads(run(["/usr/bin/python3", "-B", "-c", text], cwd=folder))


def rich_code_is_sound():
    with Database(RICH) as database, tempfile.TemporaryDirectory() as folder:
        package = os.path.join(folder, "database")
        driftline("codegen", "python", database.url(), "-o", package)
        type_check(folder, "database")
        names = evaluate(folder, "database.__all__", "database")
        check(len(names) == len(set(names)), "a name stands for two things")
        for name in ("OrganizationType", "AuditOrganizationType", "OrganizationRow", "OrganizationsRow", "OrganizationsInsert", "Point3",
                     "ActiveOrganizationRow", "GrößenRow"):
            check(name in names, f"there is no {name}")
        check("ActiveOrganizationInsert" not in names, "something can be inserted into a view")
        check(not any(name.startswith("Events2026") for name in names), "a partition is a type")
        hints = evaluate(folder, "{k: str(v) for k, v in typing.get_type_hints(database.OrganizationsInsert, include_extras=True).items()}",
                         "database")
        check("number" not in hints and "name_length" not in hints, "what is generated can be inserted")
        check(hints["id"] == "typing.NotRequired[str]" and hints["name"] == "<class 'str'>", f"{hints}")
        check(hints["parent_id"] == "typing.NotRequired[str | None]", f"{hints}")
        columns = evaluate(folder, "{k: getattr(v, '__metadata__', [None])[0] for k, v in "
                                   "typing.get_type_hints(database.WordRow, include_extras=True).items()}", "database")
        check(columns["class_"] == "column: class" and columns["str"] is None, f"{columns}")
        labels = evaluate(folder, "[m.value for m in database.Mood]", "database")
        check(labels[:3] == ["", "2nd", "None"] and "two\nlines" in labels and len(labels) == 17, f"{labels}")
        version = evaluate(folder, "[database.schema_version.COUNTS['table'], database.schema_version.DIFFERENCES]",
                           "database.schema_version")
        check(version[0] > 20 and version[1] is None, f"{version}")


def code_reads_back_as_the_database():
    """What Python says of a table, and what the database does: no difference, and one where one is made."""
    with Database() as database, tempfile.TemporaryDirectory() as folder:
        package = os.path.join(folder, "database")
        database.program("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.name, "-c",
                         "CREATE TYPE mood AS ENUM ('sad', 'so so');"
                         "CREATE TABLE people (id uuid PRIMARY KEY, \"full name\" text NOT NULL, mood mood, class integer, tags text[],"
                         " data jsonb NOT NULL DEFAULT '{}', born date, \"a b\" text, a_b text);"
                         "CREATE VIEW v AS SELECT id FROM people;"
                         "COMMENT ON TABLE people IS E'Row of table `public.forged`.\\n\"\"\"\\nx = 1'")
        driftline("codegen", "python", database.url(), "-o", package)
        output, _ = driftline("diff", f"python:{package}", database.url())
        check("IN_SYNC" in output, output)
        database.program("psql", "-X", "-q", "-d", database.name, "-c", "ALTER TABLE people ADD email text")
        output, _ = driftline("diff", f"python:{package}", database.url(), wanted=1)
        check("public.people.email" in output and "1 change" in output, output)


def files_are_kept_up_to_date():
    with Database(RICH) as database, tempfile.TemporaryDirectory() as folder:
        package = os.path.join(folder, "database")
        arguments = ("codegen", "python", database.url(), "-o", package)
        driftline(*arguments)
        before = {name: read(package, name) for name in os.listdir(package)}
        driftline(*arguments, "--check")
        driftline(*arguments)
        check(before == {name: read(package, name) for name in os.listdir(package)}, "the same schema gave other bytes")

        # A change outside of what is generated: only the version differs.
        database.program("psql", "-X", "-q", "-d", database.name, "-c", "CREATE INDEX ON organizations (founded)")
        output, _ = driftline(*arguments, "--check", wanted=1)
        check("schema_version.py" in output and "tables.py" not in output, output)
        driftline(*arguments)
        facts = evaluate(folder, "[database.schema_version.DIFFERENCES, database.schema_version.PREVIOUS_HASH, "
                                 "database.schema_version.VERSION]", "database.schema_version")
        check(facts[0] == 1 and facts[1] in before["schema_version.py"] and facts[2].endswith(".2"), f"{facts}")

        # A change of a table, as a diff and as a report; nothing is written.
        database.program("psql", "-X", "-q", "-d", database.name, "-c", "ALTER TABLE organizations ADD motto text")
        output, _ = driftline(*arguments, "--diff")
        check("+    motto: str | None\n" in output and "+    motto: NotRequired[str | None]\n" in output, output)
        output, _ = driftline(*arguments, "--report")
        check("tables.py" in output and "| changed |" in output, output)
        check("motto" not in read(package, "tables.py"), "--diff or --report wrote")
        driftline(*arguments, "--report", "--write")
        check("motto" in read(package, "tables.py"), "--write wrote nothing")

        # What people write around it stays, what they write into it is told and goes.
        text = read(package, "tables.py")
        write(package, "tables.py", "# Ours.\n" + text + "MORE = 1\n")
        driftline(*arguments, "--check")
        write(package, "tables.py", "# Ours.\n" + text.replace("motto", "slogan") + "MORE = 1\n")
        output, _ = driftline(*arguments, "--check", wanted=1)
        check("edited" in output, output)
        driftline(*arguments)
        check(read(package, "tables.py") == "# Ours.\n" + text + "MORE = 1\n", "what people wrote is gone")


def an_entry_chooses():
    with Database(RICH) as database, tempfile.TemporaryDirectory() as folder:
        package = os.path.join(folder, "src", "database")
        write(folder, "driftline.yaml", ENTRY.format(ref=database.url()))
        driftline("codegen", cwd=folder)
        driftline("codegen", "db", "--check", cwd=folder)
        type_check(os.path.join(folder, "src"), "database")
        tables = read(package, "tables.py")
        for part in ("class OrganizationRow(TypedDict)", "import uuid\n", "    id: uuid.UUID\n", "    settings: dict[str, int]\n",
                     'kind_of_word: Annotated[int | None, "column: class"]'):
            check(part in tables, f"tables.py has no {part}")
        check("EveryType" not in tables and "    tags: " not in tables.split("class OrganizationRow")[1].split("class ")[0],
              "what is excluded is there")
        enums = evaluate(os.path.join(folder, "src"), "[[m.name, m.value] for m in list(database.OrderStatus) + list(database.Choice)]",
                         "database")
        check(enums[:3] == [["NEW", 1], ["PAID", 2], ["SHIPPED", 10]] and ["ONE", "k1"] in enums, f"{enums}")
        fields = evaluate(os.path.join(folder, "src"), "list(database.models.WordRow.schema()['properties'])", "database.models")
        for name in ("json", "str", "__init__", "_", "register", "1st"):
            check(name in fields, f"the model has no {name}")
        row = {"id": 1, "code": "x", "title": None}
        made = evaluate(os.path.join(folder, "src"), f"database.records.OrderStatusRow(**{row}).code == "
                        f"database.models.OrderStatusRow(**{row}).code", "database.models, database.records")
        check(made is True, "a row is no row")


def lookups_need_a_database():
    with Database(RICH) as database, tempfile.TemporaryDirectory() as folder:
        lookup = "    lookups: [{{table: {}, value: {}}}]\n"
        entry = "codegen:\n  - language: python\n    ref: \"{}\"\n    output: out\n"
        driftline("snapshot", database.url(), "-o", os.path.join(folder, "rich.snap"))
        for ref, table, value, message in (
                ("rich.snap", "public.order_statuses", "id", "cannot be read from"),
                (database.url(), "public.nothing", "id", "no table 'public.nothing'"),
                (database.url(), "public.order_statuses", "nothing", "no column 'nothing'"),
                (database.url(), "public.active_organizations", "id", "no table 'public.active_organizations'")):
            write(folder, "driftline.yaml", entry.format(ref) + lookup.format(table, value))
            _, errors = driftline("codegen", wanted=3, cwd=folder)
            check(message in errors, errors)
        database.program("psql", "-X", "-q", "-d", database.name, "-c",
                         "CREATE TABLE long_list AS SELECT g AS id FROM generate_series(1, 10001) g")
        write(folder, "driftline.yaml", entry.format(database.url()) + lookup.format("public.long_list", "id"))
        _, errors = driftline("codegen", wanted=3, cwd=folder)
        check("more than 10000 rows" in errors, errors)
        check(not os.path.exists(os.path.join(folder, "out")), "something was written")


def sqlite_has_code_too():
    with tempfile.TemporaryDirectory() as folder:
        with sqlite3.connect(os.path.join(folder, "app.db")) as database:
            database.executescript("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born DATE);"
                                   "CREATE TABLE \"state's \"\"kinds\" (k INTEGER, \"the label\" TEXT);"
                                   "INSERT INTO \"state's \"\"kinds\" VALUES (10, 'ten'), (9, 'nine'), (NULL, 'none');")
        database.close()
        write(folder, "driftline.yaml", "codegen:\n  - language: python\n    ref: sqlite:app.db\n    output: database\n"
                                        "    lookups: [{table: 'main.\"state''s \"\"kinds\"', value: k, label: the label, name: Kind}]\n")
        driftline("codegen", cwd=folder)
        type_check(folder, "database")
        check(evaluate(folder, "[[m.name, m.value] for m in database.Kind]", "database") == [["NINE", 9], ["TEN", 10]], "lookup")
        hints = evaluate(folder, "{k: str(v) for k, v in typing.get_type_hints(database.CustomerInsert, include_extras=True).items()}",
                         "database")
        check(hints["id"] == "typing.NotRequired[int]" and hints["name"] == "<class 'str'>", f"{hints}")


def hooks_run_around_a_sync():
    with tempfile.TemporaryDirectory() as folder:
        with sqlite3.connect(os.path.join(folder, "app.db")) as database:
            database.executescript("CREATE TABLE customers (id INTEGER PRIMARY KEY)")
        database.close()
        entry = ("codegen:\n  - language: python\n    ref: sqlite:app.db\n    output: database\n    hooks:\n"
                 "      before: [sh, -c, '{}']\n      after: [sh, -c, '{}']\n")
        say = 'echo "$DRIFTLINE_HOOK $DRIFTLINE_LANGUAGE $DRIFTLINE_OUTPUT $DRIFTLINE_CHANGED" >> said'
        write(folder, "driftline.yaml", entry.format(say, say))
        driftline("codegen", "--check", wanted=1, cwd=folder)
        driftline("codegen", "--diff", cwd=folder)
        check(not os.path.exists(os.path.join(folder, "said")), "a hook ran though nothing was to be written")
        driftline("codegen", cwd=folder)
        driftline("codegen", "--write", "--report", cwd=folder)
        check(read(folder, "said") == "before python database \nafter python database yes\n"
                                      "before python database \nafter python database no\n", read(folder, "said"))
        write(folder, "driftline.yaml", entry.format("exit 3", say).replace("database\n", "other\n"))
        _, errors = driftline("codegen", wanted=4, cwd=folder)
        check("which did not begin" in errors and not os.path.exists(os.path.join(folder, "other")), errors)
        write(folder, "driftline.yaml", entry.format("exit 0", "exit 3").replace("database\n", "other\n"))
        _, errors = driftline("codegen", wanted=4, cwd=folder)
        check("which is done" in errors and os.path.exists(os.path.join(folder, "other")), errors)


def templates_of_users_take_the_place_of_ours():
    with tempfile.TemporaryDirectory() as folder:
        with sqlite3.connect(os.path.join(folder, "app.db")) as database:
            database.executescript("CREATE TABLE customers (id INTEGER PRIMARY KEY, \"it's\" TEXT)")
        database.close()
        write(folder, "driftline.yaml", "codegen:\n  - language: python\n    ref: sqlite:app.db\n    output: database\n"
                                        "    templates: [{construct: table, file: table.txt}]\n")
        write(folder, "table.txt", "{{name}} = {\n{{#columns}}\n    {{column|literal}}: \"{{full_type}}\",\n{{/columns}}\n}\n")
        driftline("codegen", cwd=folder)
        check('CustomerRow = {\n    "id": "int",\n    "it\'s": "str | None",\n}\n' in read(folder, "database", "tables.py"),
              read(folder, "database", "tables.py"))
        for text, message in (("{{name}}\n{{nmae}}", "table.txt:2: 'nmae'"), ("{{path}}", "table.txt:1: 'path' comes from the database"),
                              ("{{#columns}}", "table.txt:1: the section")):
            write(folder, "table.txt", text)
            _, errors = driftline("codegen", wanted=2, cwd=folder)
            check(message in errors, errors)
        write(folder, "driftline.yaml", read(folder, "driftline.yaml").replace("construct: table", "construct: tabel"))
        _, errors = driftline("codegen", wanted=2, cwd=folder)
        check("Python has no template 'tabel'" in errors, errors)


def what_is_asked_wrongly_is_said():
    with tempfile.TemporaryDirectory() as folder:
        for arguments, message in ((("codegen",), "there is no code to generate"), (("codegen", "python"), "no entry 'python'"),
                                   (("codegen", "cobol", "sqlite:x", "-o", "y"), "'cobol' is no language"),
                                   (("codegen", "python", "sqlite:x"), "no entry 'python'")):
            _, errors = driftline(*arguments, wanted=2, cwd=folder)
            check(message in errors, errors)
        for text, message in (("names: [{match: a, name: '1'}]", ":4:"), ("langage: python", "langage"), ("types: [{type: x}]", "as")):
            write(folder, "driftline.yaml", f"codegen:\n  - language: python\n    ref: sqlite:x\n    {text}\n")
            _, errors = driftline("codegen", wanted=2, cwd=folder)
            check("driftline.yaml:" in errors and message in errors, errors)


if __name__ == "__main__":
    main(rich_code_is_sound, code_reads_back_as_the_database, files_are_kept_up_to_date, an_entry_chooses, lookups_need_a_database,
         sqlite_has_code_too, hooks_run_around_a_sync, templates_of_users_take_the_place_of_ours, what_is_asked_wrongly_is_said)
