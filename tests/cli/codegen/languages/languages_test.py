#!/usr/bin/python3
"""Generated code of every language but Python, for the rich schema and for an empty database, through the real compilers:
what does not compile without a warning is wrong. A compiler that is not there is a reason to skip only its own part."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import jsonschema

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
for folder in ("system", "support"):
    sys.path.insert(0, os.path.join(SOURCE, "tests", folder))
import npm_tools
from system import DRIFTLINE, Failure, check, main

RICH = os.path.join(SOURCE, "tests", "cli", "codegen", "rich.sql")

C_MAIN = """#include "schema.h"
#include "schema_version.h"
#define X(kind, count) {kind, count},
static const struct { const char *kind; int count; } counts[] = {SCHEMA_COUNTS(X) {"", 0}};
int main(void)
{
    return counts[0].count >= SCHEMA_DIFFERENCES && sizeof SCHEMA_DATABASE_HASH == 65 ? 0 : 1;
}
"""

RUST_MAIN = """#![deny(warnings)]
#[path = "mod.rs"]
mod schema;
fn main() {
    assert_eq!(schema::schema_version::DATABASE_HASH.len(), 64);
    assert!(schema::schema_version::DIFFERENCES.is_none());
    %s
}
"""
RUST_ENUM = """use schema::enums::OrganizationType;
    assert_eq!(OrganizationType::from_value("non-profit").unwrap().value(), "non-profit");
    assert!(OrganizationType::from_value("nonsense").is_none());"""

GO_TEST = """package schema
import ("encoding/json"; "testing")
func TestRow(t *testing.T) {
    row := OrganizationTypesOfRow()
    text, err := json.Marshal(row)
    if err != nil || len(text) == 0 { t.Fatal(err) }
    if OrganizationType_NonProfit != "non-profit" { t.Fatal("label") }
    if len(DatabaseHash) != 64 || Differences != -1 { t.Fatal("version") }
}
func OrganizationTypesOfRow() Segment { return Segment{} }
"""


def postgres():
    """The server that the tests share: its environment."""
    with open(os.path.join(os.environ["DRIFTLINE_TEST_PG"], "env"), encoding="utf-8") as file:
        return dict(line.rstrip("\n").split("=", 1) for line in file)


def run(arguments, wanted=0, **options):
    ended = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                           timeout=300, **options)
    check(ended.returncode == wanted, f"{arguments[0]} ended with {ended.returncode}: {ended.stdout[:3000]}")
    return ended.stdout


class Database:
    """One of the test's own, with the schema of a file or without any."""

    def __init__(self, file=None):
        self.server = postgres()
        self.environment = dict(os.environ, **self.server)
        self.name = f"dl_languages_{os.getpid()}_{id(self)}"
        self.file = file

    def program(self, name, *arguments):
        return run([os.path.join(self.server["PGBIN"], name), *arguments], env=self.environment)

    def __enter__(self):
        self.program("createdb", "-T", "template0", "-E", "UTF8", self.name)
        if self.file:
            self.program("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.name, "-f", self.file)
        return self

    def __exit__(self, *_):
        self.program("dropdb", self.name)

    def url(self):
        return f"postgres:///{self.name}?host={self.server['PGHOST']}&port={self.server['PGPORT']}&user={self.server['PGUSER']}"

    def generate(self, language, folder):
        run([DRIFTLINE, "codegen", language, self.url(), "-o", folder])
        run([DRIFTLINE, "codegen", language, self.url(), "-o", folder, "--check"])


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def check_c(folder, _):
    write(folder, "main.c", C_MAIN)
    for compiler in ("gcc", "clang"):
        run([compiler, "-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", folder, os.path.join(folder, "main.c"),
             "-o", os.path.join(folder, "main")])
        run([os.path.join(folder, "main")])


def check_go(folder, is_rich):
    if shutil.which("/usr/bin/go") is None:
        print("   no Go: deploy/install-deps.sh installs it")
        return
    write(folder, "go.mod", "module schema\ngo 1.19\n")
    if is_rich:
        write(folder, "schema_test.go", GO_TEST)
    environment = dict(os.environ, GOFLAGS="-mod=mod", GOPROXY="off", GOCACHE=os.path.join(folder, ".cache"), GOTOOLCHAIN="local")
    run(["/usr/bin/go", "vet", "./..."], cwd=folder, env=environment)
    run(["/usr/bin/go", "test", "./..."], cwd=folder, env=environment)


def check_rust(folder, is_rich):
    if shutil.which("/usr/bin/rustc") is None:
        print("   no Rust: deploy/install-deps.sh installs it")
        return
    write(folder, "main.rs", RUST_MAIN % (RUST_ENUM if is_rich else ""))
    run(["/usr/bin/rustc", "--edition", "2021", "main.rs"], cwd=folder)
    run([os.path.join(folder, "main")])


def check_typescript(folder, _):
    tools = npm_tools.install(__file__)
    compiler = os.path.join(tools, "node_modules", "typescript", "bin", "tsc")
    files = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".ts")]
    for module, resolution in (("nodenext", "nodenext"), ("esnext", "bundler")):
        run(["node", compiler, "--strict", "--noEmit", "--noUnusedLocals", "--target", "es2022", "--module", module,
             "--moduleResolution", resolution, *files])


def check_json_schema(folder, is_rich):
    with open(os.path.join(folder, "schema.json"), encoding="utf-8") as file:
        document = json.load(file)
    with open(os.path.join(folder, "schema_version.json"), encoding="utf-8") as file:
        check(len(json.load(file)["database_hash"]) == 64, "the hash")
    jsonschema.Draft202012Validator.check_schema(document)
    if not is_rich:
        check(document["$defs"] == {}, document)
        return
    validator = jsonschema.Draft202012Validator({**document, "$ref": "#/$defs/Segment"})
    point = {"x": 1.5, "y": None, "z": 0}
    check(validator.is_valid({"from": point, "to": None, "label": "a"}), "a good row")
    check(not validator.is_valid({"from": {"x": "1"}, "to": None, "label": "a"}), "a wrong row")
    comments = [member.get("description", "") for member in document["$defs"].values()]
    check(any('"""' in comment and "*/" in comment for comment in comments), "comments are not as they were")


CHECKS = {"c": check_c, "go": check_go, "rust": check_rust, "typescript": check_typescript, "json-schema": check_json_schema}


def check_all(database, is_rich):
    for language, checks in CHECKS.items():
        with tempfile.TemporaryDirectory(prefix="driftline-code.") as folder:
            database.generate(language, folder)
            checks(folder, is_rich)
            print(f"   {language}", flush=True)


def test_the_rich_schema():
    with Database(RICH) as database:
        check_all(database, True)


def test_an_empty_database():
    with Database() as database:
        check_all(database, False)


if __name__ == "__main__":
    try:
        main(test_the_rich_schema, test_an_empty_database)
    except Failure as failure:
        raise SystemExit(str(failure)) from failure
