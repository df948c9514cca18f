#!/usr/bin/python3
"""The action and the workflows for GitHub: read by the package that GitHub's editor reads them with, their scripts looked
through by ShellCheck, and those of the action and of the gates run as a runner does. The service itself is not there."""
import json
import os
import shutil

from ci_files import (DEPLOY, EXPRESSION, GITHUB, GITHUB_SHELL, SOURCE, Job, Repository, install_command, load, npm, run,
                      shellcheck, stand_ins, temporary, workflows, write)
from promotion import Promotion
from system import check, main

ACTION = os.path.join(GITHUB, "action.yml")
REFERENCE = "example/driftline/deploy/github@v0.1.0"
BROKEN = {
    "key.yml": ("on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n", "stepz"),
    "expression.yml": ("on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: a, if: nothing.at_all}]\n", "nothing"),
    "context.yml": ("on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: 'echo ${{ github.evnt }}'}]\n", "evnt"),
    "input.yml": (f"on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{{uses: {REFERENCE}, with: {{colector: a}}}}]\n",
                  "colector"),
    "broken/action.yml": ("name: a\ndescription: b\nruns: {using: composite, steps: [{run: a}]}\n", "shell"),
}


def read_as_github(folder, files):
    plan = os.path.join(folder, "plan.json")
    write(plan, json.dumps({"modules": os.path.join(npm(), "node_modules"), "files": files, "actions": {REFERENCE: ACTION}}))
    return run(["node", os.path.join(SOURCE, "tests", "deploy", "workflows.mjs"), plan], folder, status=None)


def test_files():
    """GitHub's reader has nothing to say about our files, and notices what is wrong with others."""
    with temporary() as folder:
        status, said = read_as_github(folder, [ACTION, *workflows()])
        check(status == 0, f"\n{said}")
        for name, (text, word) in BROKEN.items():
            path = os.path.join(folder, name)
            write(path, text)
            status, said = read_as_github(folder, [path])
            check(status == 1 and word in said, f"{name}: {status}: {said}")


def steps():
    """(where, step, shell) of every step of ours."""
    for path in workflows():
        workflow = load(path)
        for name, job in workflow["jobs"].items():
            default = job.get("defaults", workflow.get("defaults", {})).get("run", {}).get("shell")
            for step in job["steps"]:
                yield f"{os.path.basename(path)}, {name}", step, step.get("shell", default)
    for step in load(ACTION)["runs"]["steps"]:
        yield "action.yml", step, step.get("shell")


def test_scripts():
    """Each script is a sound one for a shell with pipefail, and nothing is written into it from elsewhere."""
    scripts = [(where, step["run"], shell) for where, step, shell in steps() if "run" in step]
    check(len(scripts) > 15, f"{len(scripts)} scripts were found")
    for where, script, shell in scripts:
        check(shell == "bash", f"{where}: not with `shell: bash`, so without pipefail:\n{script}")
        check(not EXPRESSION.search(script), f"{where}: an expression is written into a script:\n{script}")
        shellcheck(where, script)


def test_references():
    """What workflows use is named in a released version; our action by the one of this tree."""
    used = {step["uses"] for _, step, _ in steps() if "uses" in step}
    check(REFERENCE in used, used)
    for name in used:
        check("@v" in name and (name == REFERENCE or not name.startswith("example/")), name)


def test_action():
    """The scripts of the action: the key is that of the source, and later steps find the command and the collector."""
    with temporary() as folder:
        source = os.path.join(folder, "source")
        shutil.copytree(DEPLOY, os.path.join(source, "deploy"))
        prefix = os.path.join(folder, "prefix")
        install_command(prefix)
        files = {name: os.path.join(folder, name) for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT")}
        environment = {"GITHUB_ACTION_PATH": os.path.join(source, "deploy", "github"), "DRIFTLINE_PREFIX": prefix,
                       "PATH": f"{stand_ins(folder)}:{os.environ['PATH']}", "COLLECTOR": "https://driftline.example",
                       "TOKEN": "a $(token)", "POSTGRESQL": "true", **files}

        def step(name):
            for path in files.values():
                write(path, "")
            script = next(step["run"] for step in load(ACTION)["runs"]["steps"] if step.get("id") == name)
            write(os.path.join(folder, "script"), script)
            said = run([*GITHUB_SHELL, os.path.join(folder, "script")], folder, environment)
            written = {}
            for key, path in files.items():
                with open(path, encoding="utf-8") as file:
                    written[key] = file.read().splitlines()
            return said, written

        first, again = step("source")[1]["GITHUB_OUTPUT"], step("source")[1]["GITHUB_OUTPUT"]
        check(first == again and first[0].startswith("key=") and len(first[0]) == 68, f"{first}, {again}")
        write(os.path.join(source, "deploy", "more"), "")
        check(step("source")[1]["GITHUB_OUTPUT"] != first, "another source has the same key")
        said, written = step("install")
        check("::add-mask::a $(token)" in said, said)
        check(written["GITHUB_PATH"] == [f"{prefix}/bin"], written)
        check(written["GITHUB_ENV"] == ["DRIFTLINE_COLLECTOR=https://driftline.example", "DRIFTLINE_TOKEN=a $(token)"], written)
        check(written["GITHUB_OUTPUT"][0].startswith("version=driftline "), written)


def test_gate():
    """The scripts of gate.yml with a collector: what is dangerous does not pass, and the summary says what it would do."""
    with Promotion() as shop:
        for change, passes in ((shop.good, True), (shop.bad, False), (shop.nothing, True)):
            base = change()
            job = Job(os.path.join(GITHUB, "workflows", "gate.yml"), "gate", shop.repository.folder,
                      {"github.event.pull_request.base.sha": base}, shop.environment)
            check(job.run() == passes, f"{change.__name__}: failed {job.failed}\n{job.said}")
            summary = job.read("GITHUB_STEP_SUMMARY")
            if change == shop.bad:
                check(job.failed == ["lint"], f"{job.failed}\n{job.said}")
                check("::error" in job.said and "V2__two words.sql" in job.said, job.said)
            elif change == shop.good:
                check("shop.orders.note" in summary.replace("\\", ""), summary)
                check("== the gate as it stands: 0" in job.said, job.said)
            else:
                check(summary == "", summary)


def test_gate_without_collector():
    """The scripts of gate-without-collector.yml: the migrations of a branch against a snapshot."""
    with temporary() as folder:
        repository = Repository(os.path.join(folder, "a shop"))
        prefix = os.path.join(folder, "prefix")
        install_command(prefix)
        environment = {"PATH": f"{prefix}/bin:{stand_ins(folder)}:{os.environ['PATH']}", "TMPDIR": folder}
        repository.write("migrations/V1__first.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);\n")
        run(["driftline", "snapshot", "ddl:migrations", "-o", "schema.snap"], repository.folder, environment)

        def gate():
            path = os.path.join(GITHUB, "workflows", "gate-without-collector.yml")
            return Job(path, "gate", repository.folder, {}, environment)

        job = gate()
        check(job.run(), job.said)
        repository.write("migrations/V2__second.sql", "ALTER TABLE orders DROP COLUMN total;\n")
        job = gate()
        check(not job.run() and job.failed == ["annotate, and decide"], f"{job.failed}\n{job.said}")
        check("::error title=critical column-removed::" in job.said, job.said)
        check("total" in job.read("GITHUB_STEP_SUMMARY"), job.read("GITHUB_STEP_SUMMARY"))
        check(load(os.path.join(repository.folder, "drift.sarif"))["runs"], "no SARIF")
        repository.write("driftline.yaml", "ignore: [\"column:public.orders.total\"]\n")
        job = gate()
        check(job.run(), job.said)


main(test_scripts, test_references, test_action, test_gate_without_collector, test_gate, test_files)
