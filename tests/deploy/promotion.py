"""A shop as jobs of CI see it: a collector that knows staging and production, and a repository with migrations for them."""
import os

from ci_files import Repository, install_command, stand_ins
from system import Agent, Collector, check, system_test, wait_for

FIRST = "CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint PRIMARY KEY, total numeric);\n"
GOOD = "SET lock_timeout = '5s';\nALTER TABLE shop.orders ADD COLUMN note text;\n"
BAD = "ALTER TABLE shop.orders DROP COLUMN total;\n"
NEW = "migrations/V2__two words.sql"


class Promotion:
    """Staging and production have what main has; a branch adds something. `environment` is what a job finds."""

    def __enter__(self):
        self.managed = system_test()
        folder, things = self.managed.__enter__()
        try:
            self.begin(folder, things)
        except BaseException as failure:
            self.managed.__exit__(type(failure), failure, failure.__traceback__)
            raise
        return self

    def __exit__(self, *failure):
        return self.managed.__exit__(*failure)

    def begin(self, folder, things):
        os.chmod(folder, 0o1777)  # for scratch servers, which are not root's
        self.folder = folder
        self.repository = Repository(os.path.join(folder, "a shop"))
        self.repository.commit({"migrations/V1__first.sql": FIRST, ".gitignore": "*.txt\n*.sarif\n*.md\n*.xml\n.driftline/\n"})
        self.first = self.repository.git("rev-parse", "HEAD").strip()
        schema = os.path.join(folder, "schema.sql")
        with open(schema, "w", encoding="utf-8") as file:
            file.write(FIRST)
        collector = Collector(folder, options="path: [staging, prod]")
        agent = Agent(folder, "watcher", [("orders", name, "default", f"ddl:{schema}") for name in ("staging", "prod")],
                      environment={"TMPDIR": folder})
        things += [collector, agent]
        collector.start()
        agent.enroll(collector)
        agent.start()
        for name in ("staging", "prod"):
            wait_for(f"a snapshot of {name}", lambda name=name: collector.snapshots("orders", name))
        self.prefix = os.path.join(folder, "prefix")
        install_command(self.prefix)
        self.environment = {"PATH": f"{self.prefix}/bin:{stand_ins(folder)}:{os.environ['PATH']}", "TMPDIR": folder,
                            "DRIFTLINE_COLLECTOR": collector.url, "DRIFTLINE_TOKEN": collector.token, "NO_COLOR": "1"}

    def branch(self, files):
        """A branch off main with these files; answers the commit that it begins at."""
        self.repository.git("checkout", "-q", "-B", "change", "main")
        self.repository.commit({"README": "a change\n", **files})
        check(self.repository.git("status", "--porcelain") == "", "something is left")
        return self.first

    def good(self):
        return self.branch({NEW: GOOD})

    def bad(self):
        return self.branch({NEW: BAD})

    def nothing(self):
        return self.branch({})
