#!/usr/bin/python3
"""deploy/hooks/pre-commit as a hook of git, and the hooks of .pre-commit-hooks.yaml in the framework pre-commit: what they
let pass, what they stop, and that they look at what will be committed."""
import json
import os
import shutil

from ci_files import BUILD, DEPLOY, Repository, need, run, temporary, tree, write
from system import check, main

GOOD = "CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);\n"
BAD = "DROP TABLE orders;\n"
BROKEN = "CREATE TABEL orders ();\n"
SHOP = os.path.join(DEPLOY, "examples", "shop.dummy.yaml")
CODEGEN = "codegen:\n  - {name: database, language: python, ref: \"dummy:shop.dummy.yaml\", output: src/db}\n"


class Committed(Repository):
    """A repository in which somebody commits, with the command of the build in PATH."""

    def __init__(self, folder):
        super().__init__(folder)
        self.path = f"{os.path.join(BUILD, 'cli')}:{os.environ['PATH']}"
        self.commit({"README": "first\n"})

    def install_hook(self):
        """As its header says: a link from .git/hooks."""
        shutil.copytree(os.path.join(DEPLOY, "hooks"), os.path.join(self.folder, "tools", "hooks"))
        self.commit({}, "tools")
        os.symlink("../../tools/hooks/pre-commit", os.path.join(self.folder, ".git", "hooks", "pre-commit"))

    def try_to_commit(self, *words, environment=None):
        """Whether a commit was made, and what was said."""
        before = self.git("rev-parse", "HEAD")
        status, said = self.git("commit", "-m", "tried", *words, status=None,
                                environment={"PATH": self.path, "NO_COLOR": "1", **(environment or {})})
        made = self.git("rev-parse", "HEAD") != before
        check(made == (status == 0), f"exit status {status}:\n{said}")
        return made, said

    def passes(self, *words, **more):
        made, said = self.try_to_commit(*words, **more)
        check(made, f"stopped:\n{said}")
        return said

    def stops(self, word, *words, **more):
        made, said = self.try_to_commit(*words, **more)
        check(not made, f"made:\n{said}")
        check(word in said, f"'{word}' is not said:\n{said}")


def test_migrations():
    """What is dangerous or wrong stops a commit, what is not, and what is no migration, does not."""
    with temporary() as folder:
        repository = Committed(os.path.join(folder, "a shop"))
        repository.install_hook()
        for text, word in ((BAD, "orders"), (BROKEN, "syntax error")):
            repository.write("migrations/V1__first try.sql", text)
            repository.git("add", "-A")
            repository.stops(word)
            repository.stops("V1__first try.sql")
        repository.passes("--no-verify")
        repository.write("migrations/V2__größe 'n \"more\".sql", GOOD)
        repository.write("notes/drop.sql", BAD)
        repository.git("add", "-A")
        repository.passes()
        repository.write("sql/3.sql", BAD)
        repository.git("add", "-A")
        repository.stops("3.sql", environment={"DRIFTLINE_HOOK_MIGRATIONS": "sql/*.sql"})
        repository.passes()
        repository.git("rm", "-q", "migrations/V1__first try.sql")
        repository.passes()


def test_what_is_staged():
    """What will be committed counts, not what lies in the folder; also the settings."""
    with temporary() as folder:
        repository = Committed(os.path.join(folder, "shop"))
        repository.install_hook()
        repository.write("migrations/V1.sql", BAD)
        repository.git("add", "-A")
        repository.write("migrations/V1.sql", GOOD)
        repository.stops("orders")
        repository.git("add", "-A")
        repository.write("migrations/V1.sql", BAD)
        repository.passes()
        check(repository.git("show", "HEAD:migrations/V1.sql") == GOOD, "something else was committed")
        with open(os.path.join(repository.folder, "migrations", "V1.sql"), encoding="utf-8") as file:
            check(file.read() == BAD, "the hook changed the folder")
        repository.stops("orders", "-a")
        repository.git("checkout", "-q", "--", ".")
        repository.write("migrations/V1.sql", GOOD)
        repository.write("driftline.yaml", "nonsense: 1\n")
        repository.write("migrations/V2.sql", "-- again\n" + GOOD)
        repository.git("add", "migrations/V2.sql", "driftline.yaml")
        repository.write("driftline.yaml", "ignore: []\n")
        repository.stops("nonsense")
        repository.git("add", "-A")
        repository.passes()


def test_generated_code():
    """Generated code that is not what the schema says stops a commit that concerns it; what cannot be read stops none."""
    with temporary() as folder:
        repository = Committed(os.path.join(folder, "a shop"))
        repository.install_hook()
        shutil.copy(SHOP, os.path.join(repository.folder, "shop.dummy.yaml"))
        repository.write("driftline.yaml", CODEGEN)
        repository.git("add", "-A")
        repository.stops("generated code is not what the schema says")
        run([os.path.join(BUILD, "cli", "driftline"), "codegen"], repository.folder)
        repository.stops("generated code is not what the schema says")  # for it is not staged
        repository.git("add", "-A")
        repository.passes()
        tables = os.path.join("src", "db", "tables.py")
        with open(os.path.join(repository.folder, tables), encoding="utf-8") as file:
            text = file.read()
        repository.write(tables, text.replace("customer_id", "customer"))
        repository.write("README", "second\n")
        repository.git("add", "README")
        repository.passes()  # it is not edited in what is committed
        repository.git("add", "-A")
        repository.stops("generated code is not what the schema says")
        repository.git("reset", "-q", "--hard")
        repository.write("driftline.yaml", CODEGEN.replace("dummy:shop.dummy.yaml", "orders@prod"))
        repository.git("add", "-A")
        said = repository.passes(environment={"DRIFTLINE_COLLECTOR": "http://127.0.0.1:1", "DRIFTLINE_TOKEN": "none"})
        check("generated code was not checked" in said, said)


def test_without_the_command():
    with temporary() as folder:
        repository = Committed(os.path.join(folder, "shop"))
        repository.install_hook()
        repository.path = f"{os.path.join(folder, 'programs')}:/usr/bin:/bin"
        check(shutil.which("driftline", path=repository.path) is None, "this machine has the command installed")
        repository.write("migrations/V1.sql", GOOD)
        repository.git("add", "-A")
        repository.stops("there is no 'driftline' in PATH")


def test_framework():
    """The framework takes the hooks from a repository of ours, and runs them."""
    need("pre-commit")
    with temporary() as folder:
        source = tree(os.path.join(folder, "driftline"))
        repository = Committed(os.path.join(folder, "a shop"))
        settings = {"PRE_COMMIT_HOME": os.path.join(folder, "cache"), "PATH": repository.path, "PYTHONWARNINGS": "ignore"}
        repository.commit({".pre-commit-config.yaml": json.dumps({"repos": [
            {"repo": source.folder, "rev": "v0.1.0", "hooks": [{"id": "driftline-lint"}, {"id": "driftline-codegen"}]}]}),
            "driftline.yaml": CODEGEN})
        shutil.copy(SHOP, os.path.join(repository.folder, "shop.dummy.yaml"))
        run([os.path.join(BUILD, "cli", "driftline"), "codegen"], repository.folder)
        repository.git("add", "-A")
        run(["pre-commit", "install"], repository.folder, settings)
        repository.passes(environment=settings)
        repository.write("migrations/V1__a b.sql", BAD)
        repository.git("add", "-A")
        repository.stops("V1__a b.sql", environment=settings)
        repository.write("migrations/V1__a b.sql", GOOD)
        repository.git("add", "-A")
        repository.passes(environment=settings)
        repository.write("migrations/V2.sql", GOOD)
        repository.git("add", "-A")
        repository.write("migrations/V2.sql", BAD)
        repository.passes(environment=settings)  # the framework puts aside what is not staged
        write(os.path.join(repository.folder, "src", "db", "enums.py"), "nothing\n")
        repository.git("add", "-A", "src")
        repository.stops("enums.py", environment=settings)


need("git")
main(test_migrations, test_what_is_staged, test_generated_code, test_without_the_command, test_framework)
