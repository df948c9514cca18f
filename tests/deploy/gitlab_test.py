#!/usr/bin/python3
"""The template for GitLab: read by gitlab-ci-local, which has GitLab's own schema, its scripts looked through by ShellCheck,
and the gates run by its shell executor. `before_script` is as it stands: apt-get only says what it would install, the
source is cloned from this tree, and the command of the build lies where the cache of a job would have put it."""
import json
import os
import shutil
import xml.etree.ElementTree

from ci_files import GITLAB, Repository, install_command, load, npm, run, shellcheck, temporary, tree
from promotion import BAD, GOOD, NEW, Promotion
from system import check, main

TEMPLATE = os.path.basename(GITLAB)
HOSTED = "https://gitlab.com/example/app.git"
INCLUDE = f"include:\n  - local: {TEMPLATE}\n"
MERGE_REQUEST = {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}

SCHEDULE = {"CI_PIPELINE_SOURCE": "schedule"}
PUSH = {"CI_PIPELINE_SOURCE": "push"}
PIPELINES = [
    (MERGE_REQUEST, {"schema:gate"}),
    ({**MERGE_REQUEST, "SCHEMA_SNAPSHOT": "schema.snap"}, {"schema:snapshot"}),
    (SCHEDULE, {"schema:drift", "schema:publish"}),
    ({**SCHEDULE, "SCHEMA_DOCUMENTATION": "true"}, {"schema:drift", "schema:publish", "pages"}),
    ({**PUSH, "CI_COMMIT_BRANCH": "main"}, {"schema:promote"}),
    ({**PUSH, "CI_COMMIT_BRANCH": "change"}, set()),
]


class Project(Repository):
    """A clone whose origin is a repository beside it, in which gitlab-ci-local runs."""

    def __init__(self, folder, origin, environment):
        self.environment = environment  # of the jobs
        self.program = os.path.join(npm(), "node_modules", "gitlab-ci-local", "src", "index.js")
        super().__init__(folder)
        # Its address is one at GitLab; what is fetched from there comes from the repository beside it.
        self.configuration = os.path.join(os.path.dirname(folder), "gitconfig")
        self.git("config", "--file", self.configuration, f"url.{origin}.insteadOf", HOSTED)
        self.git("remote", "add", "origin", HOSTED)
        self.fetch()
        self.git("remote", "set-head", "origin", "main")

    def fetch(self):
        self.git("fetch", "-q", "origin", environment={"GIT_CONFIG_GLOBAL": self.configuration})

    def ci(self, *words, status=0, variables=None):
        chosen = [word for name, value in (variables or {}).items() for word in ("--variable", f"{name}={value}")]
        return run(["node", self.program, *chosen, *words], self.folder,
                   {**self.environment, "HOME": os.path.dirname(self.folder)}, status)

    def jobs(self, **variables):
        """Which jobs a pipeline with these variables has."""
        said = self.ci("--list-json", "--no-json-schema-validation", variables=variables)
        listed = json.loads(said[said.index("[\n"):said.rindex("]") + 1])
        return {job["name"] for job in listed if job["when"] != "never"}

    def job(self, name, status=0, **variables):
        return self.ci("--force-shell-executor", name, status=status,
                       variables={**MERGE_REQUEST, "GIT_CONFIG_GLOBAL": self.configuration, **variables})


class Merge(Promotion):
    """The shop, with a merge request from a branch of a clone."""

    def begin(self, folder, things):
        npm()
        super().begin(folder, things)
        shutil.copy(GITLAB, self.repository.folder)
        self.repository.commit({".gitlab-ci.yml": INCLUDE}, "jobs")
        source = tree(os.path.join(self.folder, "source"))
        environment = {**self.environment, "PATH": self.environment["PATH"].split(":", 1)[1]}  # the job finds the command
        self.project = Project(os.path.join(self.folder, "a clone"), self.repository.folder, environment)
        install_command(os.path.join(self.project.folder, ".driftline", "prefix"))
        self.given = {"DRIFTLINE_SOURCE": f"file://{source.folder}", "TMPDIR": self.folder,
                      "DRIFTLINE_COLLECTOR": self.environment["DRIFTLINE_COLLECTOR"],
                      "DRIFTLINE_TOKEN": self.environment["DRIFTLINE_TOKEN"]}

    def propose(self, files):
        """A branch with these files, checked out."""
        self.project.git("checkout", "-q", "-B", "change", "origin/main")
        self.project.commit({"README": "a change\n", **files})

    def report(self, name):
        """What a report for GitLab says of all its cases."""
        return xml.etree.ElementTree.parse(os.path.join(self.project.folder, name)).getroot().attrib


def scripts():
    """(job, script) with what is done before, as one shell runs both."""
    template = load(GITLAB)
    base = template[".driftline"]
    for name, job in template.items():
        if isinstance(job, dict) and "script" in job:
            yield name, "\n".join(job.get("before_script", base["before_script"]) + job["script"]) + "\n"


def test_scripts():
    found = dict(scripts())
    check(len(found) >= 6, list(found))
    for name, script in found.items():
        shellcheck(name, script)


def test_jobs():
    """GitLab's schema takes the template, and each kind of pipeline has the jobs that it should have."""
    with temporary() as folder:
        origin = Repository(os.path.join(folder, "origin"))
        shutil.copy(GITLAB, origin.folder)
        origin.commit({".gitlab-ci.yml": INCLUDE})
        project = Project(os.path.join(folder, "a clone"), origin.folder, {})
        project.git("checkout", "-q", "-B", "change", "origin/main")
        project.commit({"migrations/V2.sql": "SELECT 1;\n"})
        said = project.ci("--preview")
        check("driftline rehearse" in said and "image:" in said, said)
        for variables, wanted in PIPELINES:
            found = project.jobs(**variables)
            check(found == wanted, f"{variables}: {found}, not {wanted}")
        with open(os.path.join(project.folder, TEMPLATE), "a", encoding="utf-8") as file:
            file.write("broken: {stage: check, script: [a], artifacts: {wen: always}}\n")
        status, said = project.ci("--list", status=None)
        check(status != 0 and "wen" in said, f"{status}: {said}")


def test_gate():
    """The job with a collector: what is good passes, what is dangerous does not; without migrations nothing is asked."""
    with Merge() as shop:
        shop.propose({NEW: GOOD})
        said = shop.project.job("schema:gate", **shop.given)
        check("PASS" in said and "shop.orders.note" in said, said)
        check(shop.report("lint.xml").get("failures", "0") == "0", "what passed is a failure in the report")
        shop.propose({NEW: BAD})
        said = shop.project.job("schema:gate", status=1, **shop.given)
        check("column-removed" in said or "drop-column" in said, said)
        check(int(shop.report("lint.xml").get("failures")) > 0, "what did not pass is no failure in the report")


def test_gate_without_collector():
    """The job with a snapshot in the repository."""
    with Merge() as shop:
        shop.repository.git("checkout", "-q", "main")
        run(["driftline", "snapshot", "ddl:migrations", "-o", "schema.snap"], shop.repository.folder, shop.environment)
        shop.repository.commit({}, "what production has")
        shop.project.fetch()
        given = {name: value for name, value in shop.given.items() if not name.startswith("DRIFTLINE_COLLECTOR")}
        shop.propose({NEW: GOOD})
        shop.project.job("schema:snapshot", SCHEMA_SNAPSHOT="schema.snap", **given)
        shop.propose({NEW: BAD})
        said = shop.project.job("schema:snapshot", status=1, SCHEMA_SNAPSHOT="schema.snap", **given)
        check("total" in said and "critical" in said, said)
        check(int(shop.report("drift.xml").get("failures")) > 0, "no failure in the report")


main(test_scripts, test_jobs, test_gate, test_gate_without_collector)
